"""Indices that words call different, and laws told by the probability of a one for every index."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

HEAD = r"Let $x \in \mathbb{R}^n$ and $y = \sum_{i=1}^n x_i^2$. "
CLAIM = r"""Then
$$\frac{\partial}{\partial x_j} (x_k y) = 2 x_j x_k$$
"""
MASKS = r"""Let $m_i$ be independent Bernoulli variables with $P(m_i = 1) = p$, for $i = 1, \dots, D$,
where $0 < p < 1$.
Let $x \in \mathbb{R}^D$ be fixed.

$$\mathbb{E}[m_i] = p, \qquad \operatorname{Var}[m_i x_i] = p (1 - p) x_i^2$$
"""


@pytest.mark.parametrize("said", [
    "Let $j$ and $k$ be two different indices.", "Suppose $j$, $k$ are distinct.", "Assume $j$ and $k$ are unequal.",
])  # fmt: skip
def test_what_holds_of_different_ones_is_valid(said: str) -> None:
    assert {step.verdict for step in check(f"{HEAD}\n\n{said} {CLAIM}").steps} == {"valid"}
    wrong = CLAIM.replace("= 2", "= ")
    assert {step.verdict for step in check(f"{HEAD}\n\n{said} {wrong}").steps} == {"wrong"}


@pytest.mark.parametrize(
    "said", ["", "Let $j$ and $k$ be two indices.", "Let $j$ and $k$ be two indices, maybe different."]
)
def test_what_is_not_said_is_not_supposed(said: str) -> None:
    assert {step.verdict for step in check(f"{HEAD}\n\n{said} {CLAIM}").steps} != {"valid"}


def test_a_law_for_every_index() -> None:
    assert {step.verdict for step in check(MASKS).steps} == {"valid"}
    assert check(MASKS.replace(r"p (1 - p) x_i^2", r"p x_i^2")).steps[-1].verdict != "valid"
