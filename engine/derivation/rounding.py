"""Rounded numbers: 1/3 = 0.333, and those that a page goes on with as it rounded them: a = 0.5 · 0.7616 - 1 behind
h ≈ 0.7616.

A number behind ≈ stands for all that round to it. Where a step holds for one of these, it holds to the digits printed;
so do the numbers that it leads to. Where they leave a side so open that a slip would hide in it, the step is undecided.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.derivation.judging import Judged, depends
from engine.derivation.rows import Statement
from solvers.equality.approximate import CLOSE, SIGNIFICANT, significant
from solvers.formula.context import Context
from solvers.formula.env import Budget, Env
from solvers.formula.evaluate import evaluate
from solvers.formula.nodes import Name, Node, Num, map_children, names, walk
from solvers.formula.tables.table import EvaluationError, Open

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
_STEPS = 100_000


_WORKED_OUT = re.compile(r"[+*/]|\\(?:cdot|times|[dt]?frac|sqrt|log|ln|exp|tanh|sigma)(?![A-Za-z])|\d\s*[-−(]\s*\d")


def rounded_in(statements: Iterable[Statement]) -> set[str]:
    """The decimal numbers that stand behind an ≈ somewhere; of what is still to be worked out, those that are new."""
    found, before = set[str](), set[str]()
    for statement in statements:
        for relation, side in zip(("", *statement.relations), statement.sides, strict=False):
            here = set(_DECIMAL.findall(side.text))
            if relation == "~=":
                fresh = here - before if _WORKED_OUT.search(side.text) else here
                found |= {text for text in fresh if significant(text) >= SIGNIFICANT}
            before |= here
    return found


def rounded_behind(left: Node, right: Node, context: Context) -> Judged | None:
    """The verdict on numbers that are rounded behind an equality sign: 1/3 = 0.333; None where they are not."""
    numbers = [node.text for node in walk(right) if isinstance(node, Num) and "." in node.text]
    digits = list(map(significant, numbers))
    free = (depends(left, context) | depends(right, context)) - context.definitions.keys() - {"pi", "e"}
    if free or not digits or max(digits) < SIGNIFICANT:
        return None
    from solvers.equality.relations import judge  # numpy comes with it: 12 times the start of Python

    found = judge("~=", left, right, context)
    if found.verdict != "valid":
        return None
    return Judged("valid", found.evidence, None, (*found.notes, "right to the digits printed: ≈ says so"))


def to_digits(checker: Checker, relation: str, sides: tuple[Node, Node], context: Context, judged: Judged) -> Judged:
    """The verdict, where a step with rounded numbers that is wrong as it stands holds to the digits printed."""
    written = [_decimals(side) for side in sides]
    known = (written[0] | written[1]) & checker.rounded
    if not known or relation not in {"=", ":=", "~="}:
        return judged
    digits = min(map(_digits, known))
    rough = {text for text in written[0] | written[1] if _digits(text) >= digits and text not in _given(context)}
    met = _meet(sides, rough | known, context) if judged.verdict == "wrong" and not judged.shapes else None
    if met is not None:
        said = "equal to the digits that are printed" if met else "rounded numbers leave this open: carry more digits"
        judged = replace(judged, verdict="valid" if met else "undecided", evidence=said, counterexample=None)
    if judged.verdict == "valid" and not names(sides[1]):
        checker.rounded |= {text for text in written[1] if _digits(text) >= digits}
    return judged


def _decimals(node: Node) -> set[str]:
    return {inner.text for inner in walk(node) if isinstance(inner, Num) and _DECIMAL.fullmatch(inner.text)}


def _digits(text: str) -> int:
    return len(text.partition(".")[2])


def _given(context: Context) -> set[str]:
    """The numbers that are given: x = 0.25."""
    return {d.right.text for found in context.definitions.values() for d in found if isinstance(d.right, Num)}


def _meet(sides: tuple[Node, Node], rough: Collection[str], context: Context) -> bool | None:
    """Whether both sides have one value for some numbers that round to the rough ones, and are close to it for all of
    them; None if they have none, or something else is open.
    """
    import numpy as np  # 12 times the start of Python

    from solvers.formula.tables.balls import Ball  # with numpy
    from solvers.formula.tables.precise import certain_table

    values: dict[str, Any] = {}
    for text in rough:
        radius = Decimal(5).scaleb(-_digits(text) - 1)
        values[_name(text)] = np.array([Ball(Decimal(text), radius)], dtype=object)
    table = certain_table()
    left, right = (_value(_rough(side, rough), Env(table, values, definitions=context.definitions,
                          declared=context.scope.names, budget=Budget(_STEPS))) for side in sides)  # fmt: skip
    if left is None or right is None or table.shape(left) != table.shape(right):
        return None
    pairs = list(zip(left.reshape(-1), right.reshape(-1), strict=True))
    if not all(not a.is_nan() and not b.is_nan() and a.meets(b) for a, b in pairs):
        return None
    return all(a.radius + b.radius <= CLOSE * max(abs(a.middle), abs(b.middle)) for a, b in pairs)


def _name(text: str) -> str:
    return f"about {text}"


def _rough(node: Node, rough: Collection[str]) -> Node:
    if isinstance(node, Num):
        return Name(_name(node.text)) if node.text in rough else node
    return map_children(node, lambda child: _rough(child, rough))


def _value(node: Node, env: Env) -> Any:
    """The value; None where there is none, or something is left open."""
    try:
        value = evaluate(node, env)
    except (EvaluationError, RecursionError):
        return None
    return None if isinstance(value, Open) else value
