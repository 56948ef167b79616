"""Gradients that are constant, in words and in plain equations; what is written out claims."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

MOMENTUM = r"""Momentum: $v_t = \beta v_{t-1} + g_t$ with $v_0 = 0$ and $0 < \beta < 1$.

{said}

$v_t = g \sum_{j=0}^{t-1} \beta^j$

$v_t = g\,\frac{1 - \beta^{{power}}}{1 - \beta}$
"""
ADAGRAD = r"""{said}

$r_t = \sum_{i=1}^{t} g_i^2$

$r_t = {sum}$

so the step is

$\Delta\theta_t = -\frac{\eta}{\sqrt{r_t}}\, g = -\frac{\eta}{\sqrt{t}}$
"""


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in check(text).steps]


@pytest.mark.parametrize("said", [
    "If the gradient is constant, g_i = g for all i:",
    "If the gradient is constant, $g_i = g$ for all $i$:",
    "Suppose now that g_i = g for every i. Then",
])  # fmt: skip
def test_plain_suppositions(said: str) -> None:
    page = MOMENTUM.replace("{said}", said)
    assert verdicts(page.replace("{power}", "{t}")) == ["valid", "valid"]
    assert verdicts(page.replace("{power}", "{t-1}")) == ["valid", "wrong"]


@pytest.mark.parametrize("said", [
    "AdaGrad with the same constant scalar gradient $g > 0$: the accumulator is",
    "AdaGrad with the same constant scalar gradient g > 0: the accumulator is",
    "AdaGrad for a constant gradient $g > 0$. The accumulator is",
    "AdaGrad. Let $g_i = g > 0$ for all $i$. The accumulator is",
    "AdaGrad. Let $g_i = g$ for all $i$, with $g > 0$. The accumulator is",
])  # fmt: skip
def test_constant_gradients(said: str) -> None:
    page = ADAGRAD.replace("{said}", said)
    assert verdicts(page.replace("{sum}", "t g^2")) == ["valid", "valid"]
    assert verdicts(page.replace("{sum}", "t^2 g^2"))[0] == "wrong"


def test_of_any_sign_the_root_is_no_number_itself() -> None:
    page = ADAGRAD.replace("{said}", "AdaGrad with a constant gradient $g$. The accumulator is")
    assert verdicts(page.replace("{sum}", "t g^2")) == ["valid", "wrong"]


def test_what_speaks_of_members_again_is_not_of_constant_ones() -> None:
    page = ADAGRAD.replace("{said}", "AdaGrad with a constant gradient $g > 0$. The accumulator is")
    page = page.replace("{sum}", "t g^2") + "\nIn general\n$$r_t = t g_t^2$$\n"
    assert verdicts(page)[-1] != "valid"


def test_what_is_written_out_claims() -> None:
    page = "Momentum: $v_t = \\beta v_{t-1} + g_t$ with $v_0 = 0$.\n\nWrite out the first steps:\n"
    assert verdicts(page + "$$v_2 = \\beta g_1 + g_2$$") == ["valid"]
    assert verdicts(page + "$$v_2 = g_1 + \\beta g_2$$") == ["wrong"]
