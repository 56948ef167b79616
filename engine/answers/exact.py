"""Exact values: rationals, roots, e, pi, logarithms. A rounded decimal is not one, and is told so."""

from __future__ import annotations

import re
from fractions import Fraction

from engine.answers.closeness import coarse, difference, near
from engine.answers.kind import RIGHT, Kind, Outcome, Typed, wrong
from engine.answers.number import show
from engine.answers.reading import scalar
from engine.numbers import entries
from engine.records import Reading, Scalar, VariantPart
from solvers.formula.nodes import Node, Num, walk

_ROUNDED = "this is the value rounded: give it exactly, as a fraction, or with sqrt, e, pi or ln"
_LONG_DECIMAL = re.compile(r"\d*\.\d{7,}.*")
_LARGEST_DENOMINATOR = 10_000


def _read(part: VariantPart, text: str) -> Reading:
    return scalar(text)


def _compare(part: VariantPart, answer: Typed) -> Outcome:
    value, key = next(entries(answer.value)), next(entries(part.key))
    if _same(value, key, answer.node):
        return RIGHT
    rounded = near(value, key, None) or any(coarse(value, key, None, d) for d in answer.decimals)
    return wrong(_ROUNDED if rounded else "")


def _same(value: Scalar, key: Scalar, node: Node | None) -> bool:
    if not isinstance(value, float) and not isinstance(key, float):
        return difference(value, key) == 0
    if not near(value, key, None):
        return False
    if not isinstance(value, float):  # a rational for a key that came out of roots and logarithms
        return Fraction(value).denominator <= _LARGEST_DENOMINATOR
    return node is None or not any(isinstance(n, Num) and _LONG_DECIMAL.fullmatch(n.text) for n in walk(node))


EXACT = Kind("exact", "an exact value, such as 1/3, sqrt(2)/2 or ln(2)", _read, show, _compare, numeric=True)
