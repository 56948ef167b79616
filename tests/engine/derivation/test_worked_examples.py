"""Examples in numbers behind what was derived in general: both are judged, and neither says what the other is of."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

UNIT = r"""The output is $o_n = w^\top x_n + b$, and the error is

$$E(w,b)=\frac{1}{2N}\sum_{n=1}^{N}(t_n-o_n)^2$$

$$\frac{\partial E}{\partial w_i}=-\frac1N\sum_n(t_n-o_n)x_{ni}$$

EXAMPLE

$$\nabla_w E=-\tfrac12\,(1.5\cdot1+0\cdot(-1),\;1.5\cdot2+0\cdot1)=(-0.75,\,-1.5)$$

NEXT

$$w=(0.5+0.1\cdot0.75,\;0.5+0.1\cdot1.5)=(0.575,\,0.65),\qquad b=0.075$$

so that now

$$E=\tfrac14\left(1.05^2+(-0.15)^2\right)=0.28125$$
"""
NUMBERS = r"$N=2$, $x_1=(1,2)$, $t_1=3$, $x_2=(-1,1)$, $t_2=0$, $w=(0.5,\,0.5)$, $b=0$"
LEADS = ["Numbers: ", "Example: ", "Now with numbers: ", "For example, take ", "A small example. Let ", "Take "]


def verdicts(page: str) -> list[str]:
    return [step.verdict for step in check(page, latex=False).steps]


@pytest.mark.parametrize("lead", LEADS)
def test_an_example_has_its_numbers_and_the_rest_has_none(lead: str) -> None:
    page = UNIT.replace("EXAMPLE", f"{lead}{NUMBERS}.").replace("NEXT", "The new parameters are")
    assert {*verdicts(page)} == {"valid"}
    assert "wrong" in verdicts(page.replace("(t_n-o_n)x_{ni}$$", "(t_n+o_n)x_{ni}$$"))
    assert "wrong" in verdicts(page.replace("(-0.15)^2", "(-0.25)^2").replace("0.28125", "0.29125"))


@pytest.mark.parametrize("words", ["The new parameters are", "After this step", "One update later we have", "Next:"])
def test_numbers_that_are_given_anew_count_from_there_on(words: str) -> None:
    page = UNIT.replace("EXAMPLE", f"Numbers: {NUMBERS}.").replace("NEXT", words)
    assert {*verdicts(page)} == {"valid"}


@pytest.mark.parametrize("words", ["This is the same as before:", "Check:", "We had"])
def test_numbers_that_contradict_others_are_not_new_ones(words: str) -> None:
    page = UNIT.replace("EXAMPLE", f"Numbers: {NUMBERS}.").replace("NEXT", words)
    assert "valid" not in [step.verdict for step in check(page, latex=False).steps if step.lhs == "b"]


GRADIENT = r"""Let $x \in \mathbb{R}^d$, mean $\mu=\frac1d\sum_i x_i$ and $y_i = x_i - \mu$. With TOLD we get

$$\frac{\partial L}{\partial x_i} = g_i - \frac1d\sum_j g_j$$

Example with $d=4$: $x=(1,3,1,3)$.

$$\mu = \frac{1+3+1+3}{4} = 2$$

Let $g=(1,0,0,0)$. Then

$$\frac{\partial L}{\partial x} = (\tfrac34, -\tfrac14, -\tfrac14, -\tfrac14)$$
"""


@pytest.mark.parametrize("told", [
    r"$g_j=\partial L/\partial y_j$", r"$g_i=\frac{\partial L}{\partial y_i}$",
    r"incoming gradients $g_k=\partial L/\partial y_k$",
])  # fmt: skip
def test_a_gradient_in_numbers_says_what_the_loss_comes_to(told: str) -> None:
    page = GRADIENT.replace("TOLD", told)
    assert {*verdicts(page)} == {"valid"}
    assert verdicts(page.replace(r"(\tfrac34", r"(\tfrac14")).count("wrong") == 1


SEQUENCE = r"""Let $0<\beta<1$ and $v_t=\beta v_{t-1}-\eta g$ with $v_0=0$. Then

$$v_t=-\eta g\,\frac{1-\beta^{t}}{1-\beta}$$

WORDS

$$v_\infty=-\frac{\eta g}{1-\beta}$$
"""


@pytest.mark.parametrize(
    "words", ["which tends to", "In the limit", r"For $t\to\infty$ this becomes", "The final velocity is"]
)
def test_what_a_sequence_tends_to_is_the_limit_of_what_it_is(words: str) -> None:
    page = SEQUENCE.replace("WORDS", words)
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(
        page.replace(r"{1-\beta}$$" + "\n" * 1, r"{1-\beta}$$" + "\n").replace(
            r"=-\frac{\eta g}{1-\beta}", r"=-\frac{\eta g}{1+\beta}"
        )
    ) == ["valid", "wrong"]


def test_solving_for_a_symbol_concludes() -> None:
    page = r"""Let $\lambda > 0$, $X \in \mathbb{R}^{n \times d}$, $y \in \mathbb{R}^n$ and $w \in \mathbb{R}^d$.

$$J(w) = \|Xw - y\|^2 + \lambda \|w\|^2$$

$$\nabla J(w) = 2X^\top(Xw - y) + 2\lambda w$$

At the minimum it vanishes, so

$$X^\top X w + \lambda w = X^\top y$$

and solving for $w$ we arrive at

$$w = (X^\top X + \lambda I)^{-1} X^\top y$$
"""
    assert {*verdicts(page)} == {"valid"}
    assert verdicts(page.replace(r"\lambda I)", r"2 \lambda I)"))[-1] == "wrong"
