"""Entries that words collect in a vector, functions by themselves, gradients that do not say what they are taken by."""

from __future__ import annotations

import pytest

from engine.derivation.check import check


def verdicts(page: str) -> list[str]:
    return [step.verdict for step in check(page, latex=False).steps]


LOGISTIC = r"""Let $X\in\mathbb R^{N\times D}$ have full column rank, with rows $x_n^\top$, and let $w\in\mathbb R^{D}$,
$t \in \mathbb{R}^N$. Define $a_n=w^\top x_n$ and $y_n=\sigma(a_n)$. COLLECT.

$$\sum_{n=1}^N (y_n-t_n)\, x_n = X^\top(y-t)$$
"""


@pytest.mark.parametrize("words", [
    r"Define $y\in\mathbb R^N$ as the vector of the $y_n$", r"Stack the $y_n$ in a vector $y$",
    r"Collect all outputs $y_n$ into the vector $y \in \mathbb{R}^N$",
])  # fmt: skip
def test_entries_that_were_given_before_their_vector(words: str) -> None:
    page = LOGISTIC.replace("COLLECT", words)
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace("(y-t)", "(t-y)")) == ["wrong"]
    assert verdicts(page.replace("(y_n-t_n)", "(y_n+t_n)")) == ["wrong"]


@pytest.mark.parametrize("name", [r"\sigma", r"\mathrm{tanh}"])
def test_the_derivative_of_a_function_by_itself(name: str) -> None:
    right = {r"\sigma": r"\sigma(a)(1-\sigma(a))", r"\mathrm{tanh}": r"1 - \mathrm{tanh}(a)^2"}[name]
    page = rf"""Define $a_n = 3 x_n$ and $h_n = {name}(a_n)$ for $n = 1, \dots, N$.

$$\frac{{d{name}}}{{da}} = {right}$$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace("1-", "1+").replace("1 -", "1 +")) == ["wrong"]


def test_a_sigma_that_is_a_number_is_no_function() -> None:
    page = r"""Let $a > 0$ and $\sigma = a^2$.

$$\frac{d\sigma}{da} = 2 a$$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace("2 a$$", "a$$")) == ["wrong"]


NEWTON = r"""Let $A\in\mathbb R^{n\times n}$ be symmetric and invertible, $b, w \in\mathbb R^n$,
and $E = \frac12 w^\top A w - b^\top w$.
TOLD

$$\nabla E = A w - b$$

$$STEP = w - \eta (A w - b)$$
"""


@pytest.mark.parametrize(("told", "step"), [
    ("", r"w - \eta\nabla E"), ("We take the gradient with respect to $w$.", r"w - \eta(Aw - b)"),
])  # fmt: skip
def test_what_a_gradient_is_taken_by(told: str, step: str) -> None:
    page = NEWTON.replace("TOLD", told).replace("STEP", step)
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(page.replace("= A w - b", "= A w + b"))[0] == "wrong"


def test_a_gradient_of_which_nothing_says_what_it_is_taken_by_is_not_read() -> None:
    page = NEWTON.replace("TOLD", "").replace("STEP", r"w - \eta(Aw - b)")
    assert verdicts(page)[0] == "unreadable"
