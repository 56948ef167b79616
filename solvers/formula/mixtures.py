"""Mixtures of distributions by their form: (p + q)/2, \\lambda p + (1 - \\lambda) q."""

from __future__ import annotations

from fractions import Fraction
from zlib import crc32

from solvers.formula.nodes import Call, Name, Node, Num, names
from solvers.formula.tokens import Declaration, Scope

_SUMS = frozenset({"add", "sub", "neg", "mul", "div"})


def is_mixture(node: Node, scope: Scope) -> bool:
    """Whether a sum of distributions with factors is one too, by its factors: they come to 1."""
    if not isinstance(node, Call) or node.op not in _SUMS or not any(_is_law(scope.names.get(n)) for n in names(node)):
        return False
    return _total(node, scope) == (1, Fraction(1))


def of_names(node: Node) -> bool:
    """Whether it is a sum of names with factors, as (p + q)/2 is."""
    if not isinstance(node, Call) or node.op not in _SUMS:
        return False
    return all(isinstance(arg, (Name, Num)) or of_names(arg) for arg in node.args)


def _is_law(declared: Declaration | None) -> bool:
    known = declared is not None and (declared.domain in {"simplex", "distribution"} or declared.normalized)
    return known and declared is not None and not declared.family


def _total(node: Node, scope: Scope) -> tuple[int, Fraction] | None:
    """How often distributions stand in a product, and what it comes to with 1 for them and any number for the rest."""
    if isinstance(node, Num):
        return 0, Fraction(node.value)
    if isinstance(node, Name):
        declared = scope.names.get(node.text)
        if _is_law(declared):
            return 1, Fraction(1)
        number = declared is None or (declared.shape == () and not declared.family)
        return (0, Fraction(2 + crc32(node.text.encode()) % 89, 97)) if number else None
    if not isinstance(node, Call) or node.op not in _SUMS:
        return None
    parts = [_total(arg, scope) for arg in node.args]
    if any(part is None for part in parts):
        return None
    return _joined(node.op, [part for part in parts if part is not None])


def _joined(op: str, parts: list[tuple[int, Fraction]]) -> tuple[int, Fraction] | None:
    (degree, a), (other, b) = parts[0], parts[-1]
    if op == "neg":
        return degree, -a
    if op in {"add", "sub"}:
        return (degree, a + b if op == "add" else a - b) if degree == other else None
    if op == "mul":
        return (degree + other, a * b) if degree + other < 2 else None
    return (degree, a / b) if other == 0 and b else None


__all__ = ["is_mixture", "of_names"]
