"""Names that words give to what was found last, or to a gradient, and how errors behind them are found all the same."""

from __future__ import annotations

import pytest

from engine.derivation.check import check


def verdicts(page: str) -> list[str]:
    return [step.verdict for step in check(page, latex=False).steps]


CELL = r"""Let $a, b, x \in \mathbb{R}^n$, $c = a \odot x + b \odot \tanh(x)$ and $h = \tanh(c)$. Suppose $L$ is a loss
that depends on these through $h$ only, and let $\bar h = \partial L/\partial h$.

$$\frac{\partial L}{\partial c} = \bar h \odot (1 - \tanh(c) \odot \tanh(c)) .$$

CALL. Then

$$\frac{\partial L}{\partial a} = \bar c \odot x .$$
"""


@pytest.mark.parametrize("words", [
    r"Call this vector $\bar c$", r"We call it $\bar c$", r"Denote this gradient by $\bar c$",
    r"Write $\bar c$ for this", r"This we call $\bar c$",
])  # fmt: skip
def test_what_was_found_last_gets_a_name(words: str) -> None:
    page = CELL.replace("CALL", words)
    assert verdicts(page) == ["valid", "valid"]
    assert verdicts(page.replace(r"\bar c \odot x", r"\bar c \odot a")) == ["valid", "wrong"]
    assert verdicts(page.replace(r"\bar c \odot x", r"-\bar c \odot x")) == ["valid", "wrong"]


def test_a_name_that_is_used_already_or_given_elsewhere_is_not_given_again() -> None:
    used = CELL.replace("CALL", r"Call this vector $\bar h$").replace(r"\bar c \odot x", r"\bar h \odot x")
    assert verdicts(used)[1] != "valid"
    other = CELL.replace("CALL", r"We call the vector $\bar c$ small")
    assert verdicts(other)[1] != "valid"


ATTENTION = r"""Let $Q \in \mathbb{R}^{n \times d}$, $V \in \mathbb{R}^{d \times p}$ and define $O = QV$. Let
$G \in \mathbb{R}^{n \times p}$ be the gradient $\partial L/\partial O$ of a scalar loss $L$ which depends on $Q$, $V$
through $O$ only. Then

$$\frac{\partial L}{\partial V} = Q^\top G .$$
"""


def test_what_is_said_to_be_a_gradient_is_one() -> None:
    assert verdicts(ATTENTION) == ["valid"]
    assert verdicts(ATTENTION.replace("= Q^", "= 2 Q^")) == ["wrong"]
    assert verdicts(ATTENTION.replace("be the gradient", "be larger than the gradient"))[0] != "valid"


MASKS = r"""Let $w \in \mathbb{R}^d$. Let $m_1,\dots,m_d$ be independent Bernoulli variables with $\mathbb E[m_i]=p$,
where $0<p<1$, and define $y=\sum_{i=1}^d w_i m_i$.

For the variance of one mask variable, using $m_i^2=m_i$,

$$\mathrm{Var}[m_i] = p(1-p)$$

The variances add up:

$$\mathrm{Var}[y] = p(1-p) \sum_{i=1}^d w_i^2$$
"""


def test_what_a_sentence_is_about_says_nothing_of_a_law() -> None:
    assert verdicts(MASKS) == ["valid", "valid"]
    assert verdicts(MASKS.replace("w_i^2$$", "w_i$$")) == ["valid", "wrong"]


@pytest.mark.parametrize("name", ["z", "v"])
def test_numbers_of_all_entries_are_the_vector(name: str) -> None:
    page = r"""Let $z\in\mathbb R^3$ with $z_1=\ln 1$, $z_2=\ln 2$, $z_3=\ln 5$, and let $p=\mathrm{softmax}(z)$.

$$p_1=\frac18,\qquad p_2=\frac28,\qquad \sum_{i=1}^3 z_i = \ln 10 .$$
""".replace("z", name)
    assert verdicts(page) == ["valid"] * 3
    assert verdicts(page.replace(r"\frac28", r"\frac38")) == ["valid", "wrong", "valid"]
