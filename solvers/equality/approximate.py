"""Approximately equal: judged to the digits printed. Half a unit of the last digit printed, entry by entry.

A numeral of a formula with a decimal point counts as rounded where the formula is the side that was rounded; its effect
on the value is measured by moving it by half a unit. What is right only because of a numeral with one digit (0.9), of
one that the other side has too, or of so few digits that a slip would hide in them, is undecided. Without printed
digits nothing says how close is close: formulas with names are then undecided, unless they are equal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from solvers.equality.compare import compare
from solvers.equality.ground import COUNT, Ground, decimal, flat, readable
from solvers.equality.judgement import Judgement
from solvers.equality.sample import Points
from solvers.formula.context import Context
from solvers.formula.env import TooMuchWork
from solvers.formula.functions import signature
from solvers.formula.nodes import Apply, Call, Matrix, Node, Num, Tuple, children, free_names, map_children, names, walk
from solvers.formula.tables.precise import DIGITS
from solvers.formula.tables.table import EvaluationError, written
from solvers.formula.to_plain import to_plain

FAR = Decimal("0.2")  # constants further apart than a fifth are no approximation of each other
HALF, NEAR = Decimal("0.5"), Decimal("0.15")  # a whole number stands for what is within 15 percent of it
CLOSE = Decimal("0.02")  # what rounded numerals of a formula may leave open, beside its value
TINY = Decimal("1e-6")  # a millionth of the value is left out by anyone who writes an approximation
SIGNIFICANT = 2  # digits of a numeral that may be rounded
HAIR = Decimal("1e-40")  # a tie that rounds either way


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both sides at one point: the exact one, the one that was rounded, and by how much each entry may be off: at most,
    and without a doubt.
    """

    exact: Any
    printed: Any
    slack: Any
    sure: Any


def judge_approximate(left: Node, right: Node, context: Context, seed: int) -> Judgement:
    """`left ≈ right`: valid to the digits printed, wrong if constants differ by more, undecided without digits."""
    ground = Ground(context, (left, right), seed)
    constant = not _varies(ground, left) and not _varies(ground, right)
    rounded = _rounded_side(left, right)
    if rounded is not None:
        judged = _to_the_digits(left, right, rounded, ground, constant)
        if judged is not None:
            return judged
    same = compare(left, right, context, seed)
    if same.verdict == "same":
        return Judgement("valid", f"the two sides are equal, not only approximately: {same.evidence}")
    if constant:
        return _constants(left, right, ground)
    said = "an approximation between formulas: values can neither confirm nor refute it"
    return Judgement("undecided", said if same.verdict == "different" else same.evidence)


def _varies(ground: Ground, side: Node) -> bool:
    """Whether the side depends on anything that is sampled, also through definitions and tables of numbers."""
    known, scope = ground.context.definitions, ground.context.scope
    sampled = set(ground.plan.sizes) | {n for n, _ in ground.plan.indices} | set(ground.plan.declared)
    waiting: list[tuple[Node, frozenset[str]]] = [(side, frozenset({"I", "ones", "pi", "infty", "F"}))]
    seen: set[str] = set()
    while waiting:
        node, bound = waiting.pop()
        spoken = free_names(node, bound)
        for inner in (n for n in walk(node) if isinstance(n, Apply)):
            tables = {signature(d) for d in scope.names.values() if d.name == inner.name and d.domain == "distribution"}
            if not known.keys() & {inner.name, *tables} or tables - known.keys():
                return True
            spoken |= {inner.name, *tables}
        if (spoken - known.keys() - {n.name for n in walk(node) if isinstance(n, Apply)}) & sampled:
            return True
        for name in (spoken & known.keys()) - seen:
            seen.add(name)
            waiting += [(d.right, bound | {*d.indices, *names(d.left)}) for d in known[name]]
    return False


# ---- the digits printed


def _rounded_side(left: Node, right: Node) -> str | None:
    """Which side shows rounded digits: one that is nothing but numbers first, the right one before the left."""
    for name, side in (("right", right), ("left", left)):
        if printed_units(side) is not None:
            return name
    for name, side in (("right", right), ("left", left)):
        if any(unit is not None for unit in _decimals(side)):
            return name
    return None


def printed_units(node: Node) -> tuple[Fraction, ...] | None:
    """The unit of the last digit of each entry, where the side is a printed number, vector or matrix."""
    if isinstance(node, (Matrix, Tuple)):
        entries = [e for row in node.rows for e in row] if isinstance(node, Matrix) else list(node.items)
        units = [printed_units(entry) for entry in entries]
        return tuple(u for unit in units if unit is not None for u in unit) if None not in units else None
    if isinstance(node, Num):
        return (unit_of(node.text),)
    if isinstance(node, Call) and node.op == "neg":
        return printed_units(node.args[0])
    if isinstance(node, Call) and node.op in {"mul", "dot", "times", "star"} and isinstance(node.args[0], (Num, Call)):
        first, second = node.args
        power = _power_of_ten(second)
        unit = printed_units(first) if power is not None else None
        return (unit[0] * power,) if unit is not None and power is not None else None
    return None


def significant(text: str) -> int:
    """How many digits of a numeral count: 1 of "0.9", 3 of "0.0506"."""
    return len(text.lower().partition("e")[0].replace(".", "").lstrip("0"))


def unit_of(text: str) -> Fraction:
    """The unit of the last digit printed: 0.01 for "0.50", 1 for "7"; zeros may be rounding: 100 for "1200"."""
    mantissa, _, exponent = text.lower().partition("e")
    whole_part, _, decimals = mantissa.partition(".")
    scale = _ten(int(exponent or 0))
    if decimals:
        return scale * _ten(-len(decimals))
    digits = whole_part.strip("0")
    zeros = len(whole_part) - len(whole_part.rstrip("0")) if digits else 0
    return scale * _ten(max(0, zeros - (digits == "1")))


def _power_of_ten(node: Node) -> Fraction | None:
    if isinstance(node, Call) and node.op == "pow" and node.args[0] == Num("10"):
        exponent = node.args[1]
        sign = -1 if isinstance(exponent, Call) and exponent.op == "neg" else 1
        inner = exponent.args[0] if isinstance(exponent, Call) and exponent.op == "neg" else exponent
        if isinstance(inner, Num) and inner.value.denominator == 1 and inner.value < 400:
            return _ten(sign * int(inner.value))
    return None


def _ten(power: int) -> Fraction:
    return Fraction(10**power) if power >= 0 else Fraction(1, 10**-power)


def _decimals(node: Node) -> Iterator[Fraction | None]:
    """For each numeral from left to right: its unit if it is written with decimals, else None."""
    if isinstance(node, Num):
        yield unit_of(node.text) if "." in node.text or "e" in node.text.lower() else None
    for child in children(node):
        yield from _decimals(child)


def _moved(node: Node, place: int, by: Fraction) -> Node:
    """The formula with its numeral number `place` moved."""
    at = [-1]

    def change(inner: Node) -> Node:
        if isinstance(inner, Num):
            at[0] += 1
            return Num(str(inner.value + by)) if at[0] == place else inner
        return map_children(inner, change)

    return change(node)


# ---- judging


def _to_the_digits(left: Node, right: Node, rounded: str, ground: Ground, constant: bool) -> Judgement | None:
    """A Judgement by the digits printed; None if formulas with names differ by more (which refutes nothing)."""
    exact, printed = (left, right) if rounded == "right" else (right, left)
    points = ground.draw()
    worst: tuple[Any, Any, Any] | None = None
    compared, rough, few = 0, False, False
    for place in range(1 if constant else COUNT):
        for indices in ground.assignments(points.sizes):
            sides = _at(exact, printed, ground, points, place, indices)
            if isinstance(sides, Judgement):
                return sides if constant else None
            if sides is None:
                continue
            compared += 1
            worst = worst or _beyond(sides)
            rough, few = rough or _only_rounds(sides), few or _beyond(replace(sides, slack=sides.sure)) is not None
    if not compared:
        return None
    if worst is None and rough:
        return Judgement("undecided", "it rounds to that whole number, and is not close to it")
    if worst is None and few:
        return Judgement("undecided", "too few digits are printed to tell: carry more of them")
    if worst is None:
        return Judgement("valid", _agreed(printed, constant, compared))
    if not constant:
        return None
    left_value, right_value = worst[:2] if rounded == "right" else (worst[1], worst[0])
    return Judgement("wrong", _apart(*worst), {"left": readable(left_value), "right": readable(right_value)})


def _agreed(printed: Node, constant: bool, compared: int) -> str:
    where = "" if constant else f" at {compared} points"
    units = printed_units(printed)
    if units is None:
        return f"the sides agree{where} to the digits printed in {_cut(to_plain(printed))}"
    spread = sorted(set(units))
    said = f"{_plain(spread[0] / 2)}" if len(spread) == 1 else f"{_plain(spread[0] / 2)} to {_plain(spread[-1] / 2)}"
    return f"agrees{where} to the digits printed: within half a unit of the last ({said})"


def _apart(exact: Any, printed: Any, slack: Any) -> str:
    cut = abs(exact) > abs(printed) and abs(exact - printed) < 2 * slack and exact * printed > 0
    more = ": the digits were cut off, not rounded" if cut else ""
    return f"the value is {exact:.8g}, more than half a unit of the last digit from {printed:.8g}{more}"


def _plain(value: Fraction) -> str:
    return f"{float(value):g}"


def _cut(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _at(exact: Node, printed: Node, ground: Ground, points: Points, place: int,
        indices: Mapping[str, int]) -> _Sides | Judgement | None:  # fmt: skip
    point = ground.point(points, place)
    value, shown = ground.exactly((exact, printed), point, points, indices, DIGITS)
    for side in (value, shown):
        if isinstance(side, EvaluationError):
            return Judgement("undecided", str(side))
        if hasattr(side, "kind"):
            return Judgement("undecided", "a matrix of unknown size")
    a, b = flat(value), flat(shown)
    if len(a) != len(b):
        sizes = [written(_shape(side)) for side in (value, shown)]
        return Judgement("wrong", f"the sides have different sizes: {sizes[0]} and {sizes[1]}")
    units = printed_units(printed)
    if units is not None:
        others = printed_units(exact) or units  # 0.12 ≈ 0.1234: the coarser of two printed numbers
        slack = [decimal(max(unit, other) / 2) for unit, other in zip(units, others, strict=True)]
        return _Sides(a, b, slack, slack)
    copied = {inner.text for inner in walk(exact) if isinstance(inner, Num)}
    slack, sure = (_effects(printed, b, ground, point, points, indices, exempt) for exempt in (None, copied))
    allowed = [min(s, CLOSE * abs(entry)) for s, entry in zip(sure, b, strict=True)]
    tiny = [min(s, TINY * abs(entry)) for s, entry in zip(slack, b, strict=True)]
    return _Sides(a, b, slack, list(map(max, allowed, tiny)))


def _shape(value: Any) -> tuple[int, ...]:
    return (len(value), *_shape(value[0])) if isinstance(value, tuple) else ()


def _effects(printed: Node, entries: list[Any], ground: Ground, point: Mapping[str, Any], points: Points,
             indices: Mapping[str, int], exempt: Collection[str] | None) -> list[Any]:  # fmt: skip
    """By how much each entry may be off when each decimal numeral is off by half a unit: all of them, or those with
    more than one digit that are not `exempt`.
    """
    total = [abs(entry) * 0 for entry in entries]
    texts = [inner.text for inner in walk(printed) if isinstance(inner, Num)]
    for place, (unit, text) in enumerate(zip(_decimals(printed), texts, strict=True)):
        if unit is None or (exempt is not None and (text in exempt or significant(text) < SIGNIFICANT)):
            continue
        moved = [_moved(printed, place, sign * unit / 2) for sign in (1, -1)]
        effect = list(total)
        for value in ground.exactly(moved, point, points, indices, DIGITS):
            if not isinstance(value, EvaluationError):
                effect = [
                    max(e, t + abs(v - b)) for e, t, v, b in zip(effect, total, flat(value), entries, strict=True)
                ]
        total = effect
    return total


def _beyond(sides: _Sides) -> tuple[Any, Any, Any] | None:
    """The first entry that is further off than its digits allow."""
    for exact, printed, slack in zip(sides.exact, sides.printed, sides.slack, strict=True):
        if abs(exact - printed) > slack + HAIR * max(abs(exact), abs(printed)):
            return exact, printed, slack
    return None


def _only_rounds(sides: _Sides) -> bool:
    """Whether an entry is a whole number that the value rounds to without being near it: 0.4 ≈ 0."""
    entries = zip(sides.exact, sides.printed, sides.slack, strict=True)
    return any(slack >= HALF and abs(a - b) > max(NEAR * abs(a), NEAR * HALF) for a, b, slack in entries)


def _constants(left: Node, right: Node, ground: Ground) -> Judgement:
    """Constants without printed digits: refuted if they are far apart."""
    points = ground.draw()
    try:
        sides = ground.exactly((left, right), ground.point(points, 0), points, {}, DIGITS)
    except TooMuchWork as error:
        return Judgement("undecided", str(error))
    for side in sides:
        if isinstance(side, EvaluationError) or hasattr(side, "kind"):
            return Judgement("undecided", str(side) if isinstance(side, EvaluationError) else "unknown sizes")
    a, b = flat(sides[0]), flat(sides[1])
    if len(a) != len(b):
        return Judgement("wrong", "the sides have different sizes")
    apart = max((abs(x - y) / max(abs(x), abs(y)) for x, y in zip(a, b, strict=True) if x != y), default=0)
    if apart > FAR:
        shown = {"left": readable(sides[0]), "right": readable(sides[1])}
        return Judgement("wrong", "the two sides are further apart than a fifth", shown)
    return Judgement(
        "undecided", f"no digits are printed that say how close is meant; they are {float(apart):.1%} apart"
    )
