"""Span corruption: the published example, there and back again, lengths, drawn spans."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import span_corruption
from solvers.models.checks import BadInput
from tests.solvers.models.data import uniform

TEXT = "Thank you for inviting me to your party last week .".split()


@st.composite
def spans_of(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    """A length and spans in it that do not touch."""
    place, spans = draw(st.integers(0, 3)), []
    for _ in range(draw(st.integers(0, 4))):
        length = draw(st.integers(1, 3))
        spans.append((place, length))
        place += length + draw(st.integers(1, 3))
    end = max((start + length for start, length in spans), default=1)
    return end + draw(st.integers(0, 2)), spans


def test_the_published_example() -> None:
    found = span_corruption.corrupt(TEXT, [(2, 2), (8, 1)], "<{}>".format)
    assert " ".join(map(str, found.source)) == "Thank you <0> me to your party <1> week ."
    assert " ".join(map(str, found.target)) == "<0> for inviting <1> last <2>"


@given(spans_of())
def test_there_and_back_again(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    n, spans = drawn
    found = span_corruption.corrupt(range(n), spans[::-1])  # the order in which spans are named does not matter
    assert span_corruption.restore(found) == tuple(range(n))
    assert (len(found.source), len(found.target)) == span_corruption.lengths(n, spans)
    assert found == span_corruption.corrupt(range(n), spans)
    marks = [each for each in found.source if isinstance(each, str)]
    assert marks == [span_corruption.sentinel(k) for k in range(len(spans))]
    assert [each for each in found.target if isinstance(each, str)] == [*marks, span_corruption.sentinel(len(spans))]


@given(st.integers(0, 10_000), st.integers(2, 60), st.floats(0.05, 0.6), st.floats(1, 5))
def test_drawn_spans(seed: int, n: int, share: float, mean: float) -> None:
    spans = span_corruption.draw(n, uniform(seed, n), share=share, mean=mean)
    held = sum(length for _, length in spans)
    assert held == min(max(round(n * share), 1), n - 1)
    assert len(spans) == min(max(round(held / mean), 1), n - held)
    assert spans[0][0] >= 1
    assert spans[-1][0] + spans[-1][1] == n
    found = span_corruption.corrupt(range(n), spans)
    assert span_corruption.restore(found) == tuple(range(n))


def test_drawn_spans_differ() -> None:
    assert len({span_corruption.draw(40, uniform(seed, 40)) for seed in range(20)}) > 10


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: span_corruption.corrupt("abc", [(1, 3)]), "after the last of 3"),
        (lambda: span_corruption.corrupt("abcd", [(0, 1), (1, 1)]), "touch or overlap"),
        (lambda: span_corruption.corrupt("abcd", [(0, 0)]), "at least 1"),
        (lambda: span_corruption.draw(4, uniform(1, 3)), "4 uniforms"),
        (lambda: span_corruption.draw(4, uniform(1, 4) + 1), "outside"),
    ],
    ids="end touch empty count uniforms".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()
