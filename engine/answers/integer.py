"""Whole numbers. An answer that is not whole is read, so that it can be diagnosed, and is wrong."""

from __future__ import annotations

from engine.answers.closeness import difference
from engine.answers.kind import RIGHT, Kind, Outcome, Typed, wrong
from engine.answers.reading import scalar
from engine.numbers import entries, latex_value, plain_value
from engine.records import Reading, Value, VariantPart


def _read(part: VariantPart, text: str) -> Reading:
    return scalar(text)


def _compare(part: VariantPart, answer: Typed) -> Outcome:
    value, key = next(entries(answer.value)), next(entries(part.key))
    if difference(value, key) == 0:
        return RIGHT
    return wrong() if value == int(value) else wrong(f"a whole number is asked; this is {plain_value(value)}")


def _show(part: VariantPart, value: Value) -> tuple[str, str]:
    return latex_value(value, None), plain_value(value, None)


INTEGER = Kind("integer", "a whole number, such as 12", _read, _show, _compare, numeric=True)
