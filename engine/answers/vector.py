"""Vectors: their entries, lying or standing."""

from __future__ import annotations

from engine.answers.closeness import compare_entries, wrong_shape
from engine.answers.grid import grid, is_matrix
from engine.answers.kind import Kind, Outcome, Typed, refused
from engine.answers.number import show
from engine.numbers import entries, shape_words, sizes
from engine.records import Reading, VariantPart


def _read(part: VariantPart, text: str) -> Reading:
    reading = grid(text)
    value = reading.value.value if isinstance(reading.value, Typed) else 0
    if is_matrix(reading) and min(sizes(value)) > 1:
        return refused(f"a vector is asked; this is {shape_words(sizes(value))}", 0, len(text))
    count = len(tuple(entries(value)))
    if not reading.ok or not isinstance(reading.value, Typed):
        return reading
    flat = Typed(tuple(entries(value)), reading.value.node, reading.value.decimals)
    return Reading(reading.latex, reading.plain, f"vector of {count}", value=flat)


def _compare(part: VariantPart, answer: Typed) -> Outcome:
    key = tuple(entries(part.key))
    if len(tuple(entries(answer.value))) != len(key):
        return wrong_shape(answer.value, key)
    return compare_entries(part, answer.value, answer)


VECTOR = Kind("vector", "the entries, such as [1, 2, 3]", _read, show, _compare, numeric=True)
