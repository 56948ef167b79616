"""Matrices, row by row. A column may be a key, or an answer, as a vector is: n×1."""

from __future__ import annotations

from engine.answers.closeness import compare_entries, near_value, wrong_shape
from engine.answers.grid import grid, written_flat
from engine.answers.kind import Kind, Outcome, Typed, wrong
from engine.answers.number import show
from engine.numbers import sizes
from engine.records import Reading, Value, VariantPart

TRANSPOSED = "this is the transpose of the right answer"


def rows_of(value: Value) -> tuple[tuple[Value, ...], ...]:
    """A number as 1×1, a vector as n×1, a matrix as it is."""
    if not isinstance(value, tuple):
        return ((value,),)
    return tuple(entry if isinstance(entry, tuple) else (entry,) for entry in value)


def _read(part: VariantPart, text: str) -> Reading:
    reading = grid(text)
    if not reading.ok or not isinstance(reading.value, Typed):
        return reading
    rows = rows_of(reading.value.value)
    if written_flat(reading) and len(rows[0]) == 1:
        rows = tuple(zip(*rows, strict=True))
    answer = Typed(rows, reading.value.node, reading.value.decimals)
    return Reading(reading.latex, reading.plain, f"{len(rows)}×{len(rows[0])} matrix", value=answer)


def _compare(part: VariantPart, answer: Typed) -> Outcome:
    rows, key = rows_of(answer.value), rows_of(part.key)
    if sizes(rows) == sizes(key) and (outcome := compare_entries(part, rows, answer)).share == 1:
        return outcome
    if near_value(tuple(zip(*rows, strict=True)), key, part.places):
        return wrong(TRANSPOSED)
    return outcome if sizes(rows) == sizes(key) else wrong_shape(rows, key)


MATRIX = Kind("matrix", "the rows, such as [1, 2; 3, 4]", _read, show, _compare, numeric=True)
