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
