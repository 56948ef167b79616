"""A counterexample as people read it: the names that matter, numbers as they are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from solvers.equality.sample import Plan
from solvers.formula.nodes import Node, names


def shown(sides: Sequence[Node], needed: Plan, point: Mapping[str, Any]) -> dict[str, Any]:
    """The point without the names that no side depends on; numbers as people write them."""
    used = set().union(*(names(side) for side in sides))
    definitions = needed.context.definitions
    for _ in range(len(definitions) + 1):
        used |= {n for d in used & definitions.keys() for x in definitions[d] for n in names(x.right)}
    keep = {
        k: v for k, v in point.items() if k.partition("^(")[0] in used or k in {"left", "right"} or k in needed.sizes
    }
    return {name: _number(value) for name, value in keep.items()}


def _number(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return [_number(entry) for entry in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return int(value) if isinstance(value, float) and value == int(value) and abs(value) < 2**53 else value
