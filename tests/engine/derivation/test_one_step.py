"""One step of a recurrent cell backwards, pre-activations that words name, and what a minimiser satisfies."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

_CELL = (
    "$z_t = \\sigma(W_z x_t + U_z h_{t-1})$\n\n$\\tilde h_t = \\tanh(W x_t + U (z_t \\odot h_{t-1}))$\n\n"
    "$h_t = (1 - z_t) \\odot h_{t-1} + z_t \\odot \\tilde h_t$\n\n"
)
_BACK = (
    "$\\partial L/\\partial \\tilde h_t = \\delta \\odot z_t$\n\n"
    "$\\partial L/\\partial a_h = \\delta \\odot z_t \\odot (1 - \\tilde h_t \\odot \\tilde h_t)$\n\n"
    "$\\partial L/\\partial \\tilde h_t = \\delta \\odot (1 - z_t)$"
)
_SAID = [
    "Let $\\delta = \\partial L/\\partial h_t$; $a_z$, $a_h$ are the preactivations of $z_t, \\tilde h_t$.",
    "Denote by δ the gradient ∂L/∂h_t, and by a_z, a_h the pre-activations of z_t, \\tilde h_t.",
    "Let $\\delta = \\partial L/\\partial h_t$; $a_z$ and $a_h$ are the pre-activations of $z_t$ and $\\tilde h_t$.",
]  # fmt: skip


@pytest.mark.parametrize("said", _SAID)
def test_a_cell_backwards(said: str) -> None:
    page = f"{_CELL}{said}\n\n{_BACK}"
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "wrong"]


def test_weights_are_in_every_step() -> None:
    page = (
        f"{_CELL}Let $\\delta = \\partial L/\\partial h_t$. Here $a_z$ and $a_h$ are the pre-activations of $z_t$ and "
        "$\\tilde h_t$.\n\n$\\partial L/\\partial W = (\\delta \\odot z_t \\odot (1 - \\tilde h_t^2)) x_t^T$"
    )
    assert "valid" not in [step.verdict for step in check(page).steps]


@pytest.mark.parametrize("lead", ["With a penalty", "On the other hand, with the penalty $\\frac{a}{2} w^2$ added,"])
def test_what_a_minimiser_satisfies(lead: str) -> None:
    page = (
        f"Let $a, b > 0$.\n\n$$w_t = w_{{t-1}} - b (w_{{t-1}} - 1)$$\n\n{lead} the minimiser $\\tilde w$ satisfies\n\n"
        "$$b(\\tilde w - 1) + a\\tilde w = 0$$\n\n$$\\tilde w = \\frac{b}{a+b}$$\n\n$$\\tilde w = \\frac{a}{a+b}$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]


_SPECTRA = [
    "Let $H$ be symmetric positive definite, $H = Q\\Lambda Q^\\top$, $Q$ orthogonal.",
    "The Hessian is $H$, with $H$ symmetric positive definite, $H = Q\\Lambda Q^\\top$, $Q$ orthogonal.",
    "Let $H \\in \\mathbb{R}^{n\\times n}$ be symmetric, with eigendecomposition $H = Q\\Lambda Q^\\top$.",
]


@pytest.mark.parametrize("said", _SPECTRA)
def test_a_diagonal_that_is_left_unsaid(said: str) -> None:
    page = f"{said}\n\n$$Q^\\top H = \\Lambda Q^\\top$$\n\n$$\\Lambda^\\top = \\Lambda$$\n\n$$Q H = \\Lambda Q$$"
    assert [step.verdict for step in check(page).steps] == ["valid", "valid", "wrong"]


def test_what_is_no_eigendecomposition() -> None:
    page = "Let $A, B, C \\in \\mathbb{R}^{n\\times n}$ with $A = B C B^\\top$, $B$ orthogonal.\n\n$$C^\\top = C$$"
    assert [step.verdict for step in check(page).steps] == ["wrong"]


def test_steps_counted_by_a_greek_letter() -> None:
    page = (
        "Let $w_\\tau, v \\in \\mathbb{R}^n$, $H \\in \\mathbb{R}^{n\\times n}$, $\\eta > 0$.\n\n"
        "$$w_\\tau = w_{\\tau-1} - \\eta H (w_{\\tau-1} - v)$$\n\n"
        "$$w_\\tau - v = (I - \\eta H)^\\tau (w_0 - v)$$\n\n$$w_\\tau - v = (I - \\eta H)^{\\tau-1} (w_0 - v)$$"
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]
