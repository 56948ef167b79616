"""Two formulas at rational points of their symbols' domains: same, different (with the point), undecided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, product
from random import Random
from typing import Any, Literal

from engine.answers.bounded import BoundedTable
from engine.answers.closeness import near_value
from engine.answers.reading import not_computed
from engine.numbers import plain_value, shape_words, sizes
from engine.records import Value
from solvers.formula.evaluate import Env, evaluate
from solvers.formula.nodes import Name, Node, Num, names
from solvers.formula.tables.table import EvaluationError, ShapeMismatch
from solvers.formula.tokens import Declaration, Scope

POINTS = 10
SIZES = (2, 3, 4, 5)  # distinct, so that a wrong transpose cannot hide, and never 1


@dataclass(frozen=True, slots=True)
class Sameness:
    """The verdict on two formulas, and why: the point where they differ, or what kept them from being judged."""

    verdict: Literal["same", "different", "undecided"]
    why: str = ""


def compare_at_points(a: Node, b: Node, scope: Scope) -> Sameness:
    """Evaluates both formulas at POINTS points, the same on every machine; b is the key.

    Points where both are undefined count for nothing; with fewer than half of them left the verdict is undecided.
    """
    free = sorted((names(a) | names(b)) - {"pi", "infty"})
    defined, lopsided = 0, ""
    for place in range(POINTS):
        integers, values = _point(free, scope, place)
        left, right = _value(a, values, integers), _value(b, values, integers)
        if isinstance(left, ShapeMismatch) and not isinstance(right, EvaluationError):
            return Sameness("different", str(left))
        if isinstance(left, EvaluationError) and isinstance(right, EvaluationError):
            continue
        if isinstance(left, EvaluationError) or isinstance(right, EvaluationError):
            lopsided = str(left if isinstance(left, EvaluationError) else right)
            continue
        defined += 1
        if sizes(left) != sizes(right):
            return Sameness("different", f"{shape_words(sizes(right))} is asked; this is {shape_words(sizes(left))}")
        if not near_value(left, right, None):
            return Sameness("different", _counterexample(values, left, right))
    if defined * 2 < POINTS or lopsided:
        reason = f" ({lopsided})" if lopsided else ""
        return Sameness("undecided", f"the two formulas are not defined at the same points{reason}")
    return Sameness("same", f"they agree at {defined} points")


def _value(node: Node, values: Mapping[str, Value], integers: Mapping[str, int]) -> Value | EvaluationError:
    if (problem := not_computed(node)) is not None:
        return EvaluationError(problem)
    try:
        value: Value = evaluate(node, Env(BoundedTable(), values, integers))
    except EvaluationError as error:
        return error
    return value


def _point(free: list[str], scope: Scope, place: int) -> tuple[dict[str, int], dict[str, Value]]:
    """Sizes and indices, and a value for every symbol; every other point is positive throughout, for logarithms."""
    random = Random(place)
    integers = _integers(scope)
    values: dict[str, Value] = {}
    for name in free:
        declaration = scope.names.get(name, Declaration(name))
        if name in integers:
            continue
        positive = declaration.positive or place % 2 == 0
        shape = tuple(_size(node, integers) for node in declaration.shape or ())
        members = [range(integers.get("T", 4) + 2) for _ in declaration.family]
        for indices in product(*members):
            key = f"{name}^({','.join(map(str, indices))})" if indices else name
            values[key] = _drawn(random, shape, positive)
    return integers, values


def _integers(scope: Scope) -> dict[str, int]:
    """The sizes that the declarations name, each of its own; indices of families in the middle of their range."""
    found: dict[str, int] = {}
    declarations = list(scope.names.values())
    bounds = chain.from_iterable((*(d.shape or ()), *(high for _, _, high in d.family)) for d in declarations)
    for node in bounds:
        if isinstance(node, Name) and node.text not in found:
            found[node.text] = SIZES[len(found) % len(SIZES)]
    for declaration in declarations:
        for index, _, _ in declaration.family:
            found.setdefault(index, 2)
    return found


def _size(node: Node, integers: Mapping[str, int]) -> int:
    if isinstance(node, Num):
        return int(node.value) or SIZES[0]
    return integers.get(node.text, SIZES[0]) if isinstance(node, Name) else SIZES[0]


def _drawn(random: Random, shape: tuple[int, ...], positive: bool) -> Value:
    if shape:
        return tuple(_drawn(random, shape[1:], positive) for _ in range(shape[0]))
    size = Fraction(1 + int(random.random() * 17), 2 + int(random.random() * 5))
    return size if positive or random.random() < 0.5 else -size


def _counterexample(values: Mapping[str, Any], left: Value, right: Value) -> str:
    scalars = [f"{name} = {plain_value(value)}" for name, value in _scalars(values)]
    where = f"at {', '.join(scalars)} " if scalars and len(scalars) == len(values) <= 6 else ""
    if isinstance(left, tuple):
        return "the two formulas have different values" + (f" {where}".rstrip() if where else "")
    return f"{where}this gives {plain_value(left)}, and the right formula {plain_value(right)}"


def _scalars(values: Mapping[str, Value]) -> Iterator[tuple[str, Value]]:
    return ((name, value) for name, value in values.items() if not isinstance(value, tuple))
