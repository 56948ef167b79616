"""Members of a family that a supposition makes alike, and what another method gives anew."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

_MEAN = "Let $m_0 = 0$ and $0 < \\beta < 1$.\n\n$$m_t = \\beta m_{t-1} + (1-\\beta) g_t$$\n\n"
_SQUARES = "With $G_0 = 0$:\n\n$$G_t = G_{t-1} + g_t^2$$\n\n"
_TWO = [
    "Suppose the gradient never changes, $g_s = g$.",
    "Let the gradient be constant, $g_t = g$ for all $t$.",
    "If all gradients are equal, $g_t = g$, then",
    "For a constant gradient $g_t = g$:",
    "If the gradient stays the same, $g_i = g$, we get",
]
_ALIKE = [
    "Suppose all gradients have the same magnitude, $|g_i| = c > 0$. Then",
    "Suppose $|g_i| = c$ for all $i$, where $c > 0$.",
    "Assume now that $|g_t| = c$ with $c > 0$ for every $t$. Then",
    "Suppose $g_i^2 = c^2$ for all $i$.",
    "Suppose the gradients only change sign: $g_t = \\pm c$ where $c>0$.",
    "If all gradients have the same magnitude, $|g_t| = c$, then",
]


@pytest.mark.parametrize("said", _TWO)
def test_members_of_one_value(said: str) -> None:
    page = f"{_MEAN}{said}\n\n$$m_t = (1-\\beta^t) g$$\n\n$$m_t = (1-\\beta)^t g$$"
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]


@pytest.mark.parametrize("said", _ALIKE)
def test_members_of_one_magnitude(said: str) -> None:
    page = f"{_SQUARES}{said}\n\n$$G_t = t\\,c^2$$\n\n$$G_t = t^2 c^2$$"
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]


def test_one_magnitude_is_not_one_sign() -> None:
    page = f"{_MEAN}Suppose $|g_t| = c$ for all $t$.\n\n$$m_t = (1-\\beta^t) c$$"
    assert [step.verdict for step in check(page).steps] == ["wrong"]


def test_a_case_of_equal_members_ends() -> None:
    page = (
        f"{_MEAN}If all gradients are equal, $g_t = g$, then\n\n$$m_t = (1-\\beta^t) g$$\n\nIn general\n\n"
        "$$m_t = (1-\\beta)\\sum_{i=1}^t \\beta^{t-i} g_i$$\n\n$$m_t = (1-\\beta^t) g_t$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "wrong"]


_ADAGRAD = (
    "AdaGrad: $G_0 = 0$ and\n\n$$G_t = G_{t-1} + g_t^2, \\qquad \\Delta_t = -\\frac{\\eta}{\\sqrt{G_t}}\\, g_t$$\n\n"
    "RMSProp: $s_0 = 0$, $0 < \\rho < 1$,\n\n$$s_t = \\rho s_{t-1} + (1-\\rho) g_t^2$$\n\n"
)
_THEN = "\n\nso that\n\n$$\\Delta_1^2 = \\frac{\\eta^2}{1-\\rho}$$\n\n$$\\Delta_1^2 = \\eta^2$$"


@pytest.mark.parametrize(
    ("said", "verdicts"),
    [
        ("and the step is now\n\n$$\\Delta_t = -\\frac{\\eta}{\\sqrt{s_t}}\\, g_t$$", ["valid", "wrong"]),
        ("with updates\n\n$$\\Delta_t = -\\frac{\\eta}{\\sqrt{s_t}}\\, g_t$$", ["valid", "wrong"]),
        ("so the step $\\Delta_t = -\\eta g_t/\\sqrt{s_t}$ is another one.", ["valid", "wrong"]),
        ("Hence\n\n$$\\Delta_t = -\\frac{\\eta}{\\sqrt{s_t}}\\, g_t$$", ["undecided", "wrong", "valid"]),
    ],
)
def test_the_step_of_another_method(said: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(f"{_ADAGRAD}{said}{_THEN}").steps] == verdicts


def test_an_update_of_another_method() -> None:
    page = (
        "Gradient descent does, with $w_t\\in\\mathbb{R}$,\n\n$$w_{t+1} = w_t - \\eta a w_t$$\n\n"
        "$$w_{t+1} = (1-\\eta a) w_t$$\n\nMomentum keeps a velocity, $v_0 = 0$,\n\n$$v_{t+1} = \\beta v_t + a w_t$$\n\n"
        "and updates\n\n$$w_{t+1} = w_t - \\eta v_{t+1}$$\n\n$$w_{t+1} = (1 - \\eta a) w_t - \\eta\\beta v_t$$\n\n"
        "$$w_{t+1} = (1-\\eta a) w_t$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "wrong"]


def test_a_slip_behind_a_formula_is_no_other_method() -> None:
    page = (
        "Let $a, b \\in \\mathbb{R}$, $L = (a-b)^2$ and $r = a - b$.\n\nThe loss is now\n\n$$L = r^3$$\n\n$$L = r^2$$"
    )
    assert [step.verdict for step in check(page).steps] == ["wrong", "valid"]
