"""Laws of the verdict over random formulas: symmetric, decided by the seed, blind to bound names; a + b - b is a."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solvers.equality import compare, compare_chain
from solvers.formula.context import Context
from solvers.formula.nodes import Big, Binder, Call, Name, Node, Num, map_children
from solvers.formula.parser import read
from tests.solvers.formula.trees import SCOPE
from tests.solvers.formula.trees import formulas as every_formula

NAMES = ("a", "b", "c")
INFIX = ("add", "sub", "mul", "div", "max")
FUNCTIONS = ("exp", "sigmoid", "tanh", "relu", "abs", "log")
numbers = st.integers(-5, 9).map(lambda n: Call("neg", (Num(str(-n)),)) if n < 0 else Num(str(n)))
leaves = st.one_of(numbers, st.sampled_from(NAMES).map(Name))


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    def summed(body: Node, name: str) -> Node:
        index = Name(name)
        return Big("sum", (Binder(index, Num("1"), Num("3")),), Call("mul", (index, body)))

    return st.one_of(
        st.builds(
            lambda op, x, y: Call(op, (x, y)), st.sampled_from(["add", "sub", "mul", "div", "max"]), inner, inner
        ),
        st.builds(
            lambda op, x: Call(op, (x,)), st.sampled_from(["exp", "sigmoid", "tanh", "relu", "abs", "log"]), inner
        ),
        st.builds(lambda x: Call("pow", (x, Num("2"))), inner),
        st.builds(summed, inner, st.sampled_from(["i", "j"])),
    )


formulas: st.SearchStrategy[Node] = st.recursive(leaves, _grown, max_leaves=6)
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
OPEN = Context()


@few
@given(a=formulas, b=formulas, seed=st.integers(0, 5))
def test_either_side_may_stand_on_the_left(a: Node, b: Node, seed: int) -> None:
    there, back = compare(a, b, OPEN, seed), compare(b, a, OPEN, seed)
    assert (there.verdict, there.domain) == (back.verdict, back.domain)


@few
@given(a=formulas, b=formulas, seed=st.integers(0, 5))
def test_the_seed_decides(a: Node, b: Node, seed: int) -> None:
    assert compare(a, b, OPEN, seed) == compare(a, b, OPEN, seed)


def _renamed(node: Node, old: str, new: str) -> Node:
    if isinstance(node, Name):
        return Name(new) if node.text == old else node
    return map_children(node, lambda child: _renamed(child, old, new))


@few
@given(a=formulas)
def test_bound_names_may_be_any(a: Node) -> None:
    renamed = _renamed(_renamed(a, "i", "k"), "j", "l")
    assert compare(a, renamed, OPEN).verdict in {"same", "undecided"}


@few
@given(a=formulas, b=formulas)
def test_what_is_added_and_taken_away_changes_nothing_where_it_is_defined(a: Node, b: Node) -> None:
    found = compare(a, Call("sub", (Call("add", (a, b)), b)), OPEN)
    assert found.verdict != "different" or found.domain


@few
@given(a=formulas, step=st.sampled_from(["1/7", "exp(-3)", "1/1000000000000"]))
def test_what_is_added_is_seen(a: Node, step: str) -> None:
    assert compare(a, Call("add", (a, read(step))), OPEN).verdict != "same"


@few
@given(sides=st.lists(formulas, min_size=2, max_size=4))
def test_a_chain_calls_nothing_the_same_that_a_pair_calls_different(sides: list[Node]) -> None:
    chain = compare_chain(sides, OPEN)
    for i in range(1, len(sides)):
        verdicts = {chain.between(i - 1, i).verdict, compare(sides[i - 1], sides[i], OPEN).verdict}
        assert verdicts != {"same", "different"}


@pytest.mark.parametrize("text", ["a + b - b", "(a^2 - b^2)/(a + b) + b", "a max(1, 1)", "relu(a) - relu(-a)"])
def test_known_identities(text: str) -> None:
    assert compare(read("a"), read(text), OPEN).verdict == "same"


@settings(few, max_examples=150)
@given(a=every_formula, b=every_formula)
def test_whatever_can_be_written_gets_a_verdict(a: Node, b: Node) -> None:
    found = compare(a, b, Context(SCOPE))
    assert found.verdict in {"same", "different", "undecided"}
    assert found.evidence
