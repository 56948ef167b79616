"""Means of what is defined by a number that is drawn from few values."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts

PAIRS = [
    ("p x", "m x", ("m ~ Bernoulli(p)", "y = m x")),
    ("sum_k k^2 pi_k", "k^2", ("pi a probability vector in R^K", "k ~ Categorical(pi)", "y = k^2")),
    ("sum_k k^2 pi_k", "k^2", ("pi a probability vector in R^K", "k ~ pi", "y = k^2")),
    ("sum_x x^2 p(x)", "x^2", ("p(x) a distribution over {1,2,3}", "x ~ p", "y = x^2")),
    ("2 sum_x x^2 p(x)", "2 x^2", ("p(x) a distribution over {1,2,3}", "x ~ p", "z = x^2", "y = 2 z")),
]


@pytest.mark.parametrize(("right", "wrong", "lets"), PAIRS)
def test_each_number_that_is_drawn(right: str, wrong: str, lets: tuple[str, ...]) -> None:
    assert compare_texts("E[y]", right, lets).verdict == "same"
    assert compare_texts("E[y]", wrong, lets).verdict == "different"
