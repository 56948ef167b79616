"""The sides of a derivation compared at shared points: as two by two, wrong ones alone, nothing evaluated twice."""

from __future__ import annotations

from itertools import combinations
from unittest.mock import patch

import pytest

from solvers.equality import compare, compare_chain
from solvers.equality.sample import draw
from solvers.equality.trials import ROUNDS, SMALL_ROUNDS
from solvers.formula.context import Context, read_context
from solvers.formula.evaluate import evaluate
from solvers.formula.nodes import Node
from solvers.formula.parser import read

X = r"x \in \mathbb{R}^n"
SIDES = ("(a + b)^2", "a^2 + 2 a b + b^2", "a^2 + b^2", "a (a + 2 b) + b^2")


def context(*lets: str) -> Context:
    found = read_context(lets)
    assert isinstance(found, Context)
    return found


def read_all(texts: tuple[str, ...], given: Context) -> list[Node]:
    return [read(text, given.scope) for text in texts]


def test_every_two_sides_are_judged_as_alone() -> None:
    given = context()
    sides = read_all(SIDES, given)
    chain = compare_chain(sides, given)
    for i, j in combinations(range(len(sides)), 2):
        assert chain.between(i, j).verdict == compare(sides[i], sides[j], given).verdict
    assert [chain.between(0, j).verdict for j in range(4)] == ["same", "same", "different", "same"]


def test_a_difference_that_comes_back_is_seen() -> None:
    given = context()
    chain = compare_chain(read_all(SIDES, given), given)
    assert [chain.between(i, i + 1).verdict for i in range(3)] == ["same", "different", "different"]


@pytest.mark.parametrize("broken", ["x + A", "A A", "y_7", "1/0", r"\sum_{i=1}^{10^9} i", r"x^\top"])
def test_a_side_without_a_value_spoils_no_other(broken: str) -> None:
    given = context(X, r"A \in \mathbb{R}^{n \times m}", r"y \in \mathbb{R}^n")
    texts = (r"x^\top x", broken, r"\sum_{i=1}^n x_i^2", r"\sum_{i=1}^n x_i")
    chain = compare_chain(read_all(texts, given), given)
    assert chain.between(0, 2).verdict == "same"
    assert chain.between(2, 3).verdict == "different"
    assert chain.between(0, 1).verdict != "same"
    assert chain.between(1, 1).verdict == ("undecided" if broken == "1/0" else "same")  # identical form


def test_the_order_of_asking_changes_nothing() -> None:
    given = context(X)
    sides = read_all((r"\|x\|_2^2", r"x^\top x", r"\sum_{i=1}^n x_i^2", "x_1^2"), given)
    asked = list(combinations(range(4), 2))
    first, second = compare_chain(sides, given, 3), compare_chain(sides, given, 3)
    there = {pair: first.between(*pair) for pair in asked}
    back = {pair: second.between(*pair) for pair in reversed(asked)}
    assert there == back


def test_each_side_is_evaluated_once_a_trial() -> None:  # in float64, and at three points in fifty digits
    given = context(X, r"s = \sum_{i=1}^n x_i")
    texts = ("s^2", "s s", r"(\sum_{i=1}^n x_i)^2", r"s \sum_{i=1}^n x_i")
    chain = compare_chain(read_all(texts, given), given)
    with patch("solvers.equality.trials.evaluate", wraps=evaluate) as counted:
        assert {chain.between(i, j).verdict for i, j in combinations(range(4), 2)} == {"same"}
    assert counted.call_count <= len(texts) * (ROUNDS + SMALL_ROUNDS + 3)
    before = counted.call_count
    chain.between(0, 3)
    assert counted.call_count == before


@pytest.mark.parametrize(("i", "j"), [(0, 1), (0, 2), (1, 2)])
def test_either_side_may_stand_on_the_left(i: int, j: int) -> None:
    given = context()
    sides = read_all(SIDES, given)
    assert compare(sides[i], sides[j], given).verdict == compare(sides[j], sides[i], given).verdict


def test_a_long_derivation_costs_one_sampling() -> None:
    given = context(X, r"A \in \mathbb{R}^{n \times n}")
    sides = read_all(tuple(f"x^T A x + {k} - {k}" for k in range(20)), given)
    with patch("solvers.equality.trials.draw", wraps=draw) as drawn:
        chain = compare_chain(sides, given)
        assert all(chain.between(i, i + 1).verdict == "same" for i in range(19))
    assert drawn.call_count == ROUNDS + SMALL_ROUNDS
