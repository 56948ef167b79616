"""Numbers, typed as decimals or as formulas of numbers; to so many places, or as the key is."""

from __future__ import annotations

from engine.answers.closeness import compare_number
from engine.answers.kind import Kind, Outcome, Typed
from engine.answers.reading import scalar
from engine.numbers import entries, latex_value, plain_value
from engine.records import Reading, Value, VariantPart


def _read(part: VariantPart, text: str) -> Reading:
    return scalar(text)


def _compare(part: VariantPart, answer: Typed) -> Outcome:
    return compare_number(part, next(entries(answer.value)), next(iter(answer.decimals), None))


def show(part: VariantPart, value: Value) -> tuple[str, str]:
    """The value to the places asked (in full where none are), as LaTeX and as it may be typed."""
    return latex_value(value, part.places), plain_value(value, part.places)


NUMBER = Kind("number", "a number or a formula, such as 0.25, 1/3 or tanh(0.5)", _read, show, _compare, numeric=True)
