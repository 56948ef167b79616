"""The generator is pinned, fair and total: what it draws today it draws for ever."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from engine.drawing import Stream, draw_given, draw_options
from engine.records import Draw, Part, Question, Value


def question(*rules: Draw, require: tuple[str, ...] = (), name: str = "t/q") -> Question:
    return Question(name, "t", "Q", "1", 1, 1, ("s",), "", (), "f:1", "", solver="t.q", given=rules, require=require)


def always(formula: str, values: Mapping[str, Value]) -> bool:
    return True


def drawn(asked: Question, seed: int = 0, attempt: int = 0) -> Mapping[str, Value]:
    values = draw_given(asked, seed, attempt, always)
    assert not isinstance(values, str), values
    return values


QUARTERS = tuple(Fraction(n, 4) for n in range(-4, 5))
PINNED = question(
    Draw("n", tuple(range(7, 65))),
    Draw("k", (1, 3, 5, 7)),
    Draw("x", QUARTERS, (3,)),
    Draw("N", (2, 3)),
    Draw("X", (-1, 0, 1), ("N", 2)),
    Draw("order", tuple(range(1, 10)), ("N",), distinct=True),
    Draw("eta", (), constant=Fraction(1, 10)),
)

# Made once by the generator and never to change: a change here changes every variant ever printed.
GOLDEN: dict[tuple[int, int], str] = {
    (0, 0): "n=51; k=5; x=[1/2 -1/4 1/2]; N=3; X=[[-1 0] [1 1] [1 0]]; order=[9 8 1]; eta=1/10",
    (1, 0): "n=23; k=7; x=[1 -1/2 -1/4]; N=2; X=[[0 0] [1 -1]]; order=[4 8]; eta=1/10",
    (1, 1): "n=47; k=5; x=[-1/4 3/4 1/2]; N=2; X=[[-1 1] [-1 1]]; order=[5 6]; eta=1/10",
    (2**64, 7): "n=14; k=1; x=[-3/4 1/2 -1/4]; N=3; X=[[1 1] [-1 0] [0 0]]; order=[5 2 8]; eta=1/10",
}


def written(value: Value) -> str:
    return "[" + " ".join(map(written, value)) + "]" if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize(("seed", "attempt"), list(GOLDEN))
def test_drawn_values_are_pinned(seed: int, attempt: int) -> None:
    values = drawn(PINNED, seed, attempt)
    assert "; ".join(f"{name}={written(value)}" for name, value in values.items()) == GOLDEN[seed, attempt]


def test_the_stream_is_what_the_documentation_says() -> None:
    """A second route: bytes of the hash, taken by hand."""
    key = b"5:given,3:t/q,1:7,1:0,1:n,"
    block = hashlib.sha256(key + bytes(8)).digest() + hashlib.sha256(key + (1).to_bytes(8, "big")).digest()
    kept = [byte & 63 for byte in block if byte & 63 < 58]
    stream = Stream("given", "t/q", 7, 0, "n")
    assert [stream.below(58) for _ in kept] == kept
    assert drawn(question(Draw("n", tuple(range(58)))), 7) == {"n": kept[0]}


def test_wide_numbers_take_several_bytes() -> None:
    block = hashlib.sha256(b"1:a," + bytes(8)).digest()
    numbers = [int.from_bytes(block[at : at + 2], "big") & 0x3FF for at in range(0, 32, 2)]
    stream = Stream("a")
    kept = [number for number in numbers if number < 1000]
    assert [stream.below(1000) for _ in kept] == kept


@given(st.integers(1, 10**12), st.integers())
def test_numbers_stay_below_their_bound(bound: int, seed: int) -> None:
    stream = Stream("bounds", seed)
    assert all(0 <= stream.below(bound) < bound for _ in range(5))


def test_nothing_can_be_drawn_below_zero() -> None:
    with pytest.raises(ValueError, match="below 0"):
        Stream("a").below(0)


@pytest.mark.parametrize("bound", [2, 3, 5, 7, 58, 256, 300])
def test_every_number_is_equally_likely(bound: int) -> None:
    tries = 200 * bound
    counts = Counter(Stream("fair", bound, seed).below(bound) for seed in range(tries))
    statistic = sum((counts[number] - 200) ** 2 / 200 for number in range(bound))
    assert statistic < chi2.ppf(0.9999, bound - 1)


@pytest.mark.parametrize("size", [3, 4])
def test_every_order_is_equally_likely(size: int) -> None:
    orders = factorial(size)
    counts = Counter(Stream("orders", seed).sample(range(size), size) for seed in range(200 * orders))
    assert len(counts) == orders
    assert sum((count - 200) ** 2 / 200 for count in counts.values()) < chi2.ppf(0.9999, orders - 1)


def test_neighbouring_entries_are_independent() -> None:
    asked = question(Draw("x", (0, 1, 2), (2,)))
    counts = Counter(drawn(asked, seed)["x"] for seed in range(1800))
    assert sum((counts[a, b] - 200) ** 2 / 200 for a in range(3) for b in range(3)) < chi2.ppf(0.9999, 8)


@given(st.integers(), st.integers(0, 100), st.lists(st.integers(1, 4), max_size=3))
def test_values_and_shapes_are_those_of_the_rule(seed: int, attempt: int, size: list[int]) -> None:
    value = drawn(question(Draw("x", QUARTERS, tuple(size))), seed, attempt)["x"]
    layer: tuple[Value, ...] = (value,)
    for side in size:
        assert all(isinstance(entry, tuple) and len(entry) == side for entry in layer)
        layer = tuple(inner for entry in layer if isinstance(entry, tuple) for inner in entry)
    assert set(layer) <= set(QUARTERS)


@given(st.integers(), st.integers(1, 9))
def test_distinct_entries_differ(seed: int, count: int) -> None:
    value = drawn(question(Draw("n", (count,)), Draw("x", QUARTERS, ("n",), distinct=True)), seed)["x"]
    assert isinstance(value, tuple)
    assert len(set(value)) == count == len(value)


def test_more_distinct_entries_than_values_are_refused() -> None:
    refused = draw_given(question(Draw("x", (1, 2), (3,), distinct=True)), 0, 0, always)
    assert refused == "x: more distinct entries than the 2 values there are"


def test_adding_a_given_leaves_the_others() -> None:
    before = drawn(question(Draw("a", QUARTERS), Draw("c", QUARTERS, (4,))), 3)
    after = drawn(question(Draw("b", QUARTERS), Draw("c", QUARTERS, (4,)), Draw("a", QUARTERS)), 3)
    assert (before["a"], before["c"]) == (after["a"], after["c"])


def test_seed_attempt_question_and_name_each_matter() -> None:
    wide = tuple(range(10_000))
    streams = [("t/q", 0, 0, "x"), ("t/r", 0, 0, "x"), ("t/q", 1, 0, "x"), ("t/q", 0, 1, "x"), ("t/q", 0, 0, "y")]
    values = [
        drawn(question(Draw(given_name, wide), name=name), seed, attempt)[given_name]
        for name, seed, attempt, given_name in streams
    ]
    assert len(set(values)) == len(values)


def test_labels_cannot_run_together() -> None:
    assert [Stream("ab", "c").below(2**60)] != [Stream("a", "bc").below(2**60)]


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        pytest.param({"a": True, "b": True}, {"n": 3}, id="holds"),
        pytest.param({"a": True, "b": False}, "b", id="refused"),
        pytest.param({"a": None, "b": True}, "a (could not be evaluated)", id="unclear"),
        pytest.param({"a": False, "b": False}, "a", id="first"),
    ],
)
def test_a_require_that_fails_is_the_reason(judged: dict[str, bool | None], expected: object) -> None:
    seen: list[Mapping[str, Value]] = []

    def holds(formula: str, values: Mapping[str, Value]) -> bool | None:
        seen.append(values)
        return judged[formula]

    assert draw_given(question(Draw("n", (3,)), require=("a", "b")), 0, 0, holds) == expected
    assert seen[0] == {"n": 3}


# ----- options -----


def part(kind: str, pick: int | None = None) -> Part:
    return Part("a", "?", kind, Fraction(1), pick=pick)


@given(st.integers(0, 10**6), st.lists(st.booleans(), min_size=2, max_size=9), st.data())
def test_options_are_a_fair_set(seed: int, holding: list[bool], data: st.DataObject) -> None:
    pick = data.draw(st.none() | st.integers(2, len(holding)))
    shown = draw_options(question(), part("choices", pick), seed, holding)
    if len(set(holding)) == 1:
        assert isinstance(shown, str)
        return
    assert not isinstance(shown, str)
    assert len(shown) == len(set(shown)) == (pick or len(holding))
    assert {holding[place] for place in shown} == {True, False}


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 5))
def test_exactly_one_option_of_a_choice_holds(seed: int, true: int, false: int) -> None:
    holding = [True] * true + [False] * false
    shown = draw_options(question(), part("choice", 3), seed, holding)
    assert not isinstance(shown, str)
    assert sum(holding[place] for place in shown) == 1
    assert len(shown) == min(3, 1 + false)


def test_a_choice_that_shows_all_needs_exactly_one() -> None:
    refused = draw_options(question(), part("choice"), 0, [True, True, False])
    assert refused == "part a: 2 options hold; expected exactly one"


def test_option_orders_are_pinned() -> None:
    holding = [True, False, True, False, False]
    shown = [draw_options(question(), part("choices", 3), seed, holding) for seed in range(4)]
    assert shown == [(3, 4, 2), (2, 3, 4), (2, 3, 1), (3, 1, 0)]


def test_every_option_and_every_order_comes_up() -> None:
    holding = [True, False, False]
    counts = Counter(draw_options(question(), part("choice"), seed, holding) for seed in range(1200))
    assert len(counts) == 6
    assert sum((count - 200) ** 2 / 200 for count in counts.values()) < chi2.ppf(0.9999, 5)
