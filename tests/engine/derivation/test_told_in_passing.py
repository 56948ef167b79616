"""Cases and conditions that pages tell in passing, and how errors beside them are found all the same."""

from __future__ import annotations

import pytest

from engine.derivation.check import check


def verdicts(page: str) -> list[str]:
    return [step.verdict for step in check(page, latex=False).steps]


def test_what_is_right_in_a_case_that_a_list_tells_is_not_wrong() -> None:
    page = r"""Let $a, b > 0$ and $h > 0$. Define $f(w) = \tfrac12 h w^2 + a|w|$.

- If $b > a/h$, this point is positive.
- If $b \le a/h$, the best is $w = 0$.

The value at the point inside is

$$f(b - a/h) = \tfrac12 h (b - a/h)^2 + a (b - a/h)$$
"""
    assert verdicts(page) == ["undecided"]
    assert verdicts(page.replace(r"+ a (b - a/h)$$", r"- a (b - a/h)$$").replace(r"b \le a/h", "b = 0")) == ["wrong"]


@pytest.mark.parametrize("words", [
    "The two agree in direction $i$ when", "Both coincide for every $i$ if", "Equality holds whenever",
    "We stop as long as",
])  # fmt: skip
def test_a_display_behind_when_is_a_condition(words: str) -> None:
    page = rf"""Let $a, b, c > 0$.

{words}
$$ a + b = 2 c . $$

The logarithm is
$$ \ln (b c) = \ln b + \ln c $$
"""
    assert verdicts(page) == ["valid"]
    assert verdicts(page.replace(r"\ln b + \ln c", r"\ln b \ln c")) == ["wrong"]
    assert verdicts(page.replace(words, "We have")) == ["wrong", "valid"]


HINGE = r"""Let $w, x_i \in \mathbb{R}^d$, $y_i \in \{-1, 1\}$ for $i = 1, \dots, n$. Let $m_i = y_i w^\top x_i$ and
$\ell_i = \max(0, 1 - m_i)$.

If $m_i < 1$ the loss is $1 - m_i$, hence

$$\nabla_w \ell_i = -y_i x_i .$$

If $m_i > 1$ it is flat:

$$\nabla_w \ell_i = 0 .$$
"""


def test_a_case_of_one_member_holds_for_every_member_that_is_drawn() -> None:
    assert verdicts(HINGE) == ["valid", "valid"]
    assert verdicts(HINGE.replace("= -y_i", "= y_i")) == ["wrong", "valid"]
    assert verdicts(HINGE.replace("= 0 .", "= -2 x_i ."))[1] == "wrong"


UNIFORM = r"""Let $z\in\mathbb R^K$, $Z = \sum_{k=1}^K e^{z_k}$ and $p_k = e^{z_k}/Z$.

IF

$$ z_1 = z_2 = \dots = z_K $$

we have

$$ \sum_{k=1}^K p_k^2 = \frac1K . $$
"""


@pytest.mark.parametrize("words", ["If", "When", "The entropy is largest if all are equal, and when", "Suppose that"])
def test_a_chain_with_dots_says_that_all_entries_are_equal(words: str) -> None:
    page = UNIFORM.replace("IF", words)
    assert "wrong" not in verdicts(page)
    assert words != "Suppose that" or verdicts(page) == ["valid"]
    assert verdicts(page.replace(r"\frac1K", r"\frac2K"))[-1] != "valid"


def test_a_piece_that_only_words_name_is_not_judged() -> None:
    page = r"""Let $x, a \in \mathbb{R}$ with $a > 0$ and $r(x) = \max(0, x)$.

On the linear piece

$$ r(x + a) - r(x - a) - a = x . $$
"""
    assert verdicts(page) == ["undecided"]
    assert verdicts(page.replace("On the linear piece", "We have")) == ["wrong"]
