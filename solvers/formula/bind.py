"""A given against its declarations: sizes found and checked, families spread to their members, domains respected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from solvers.formula.domains import numbers_of
from solvers.formula.evaluate import Env, whole
from solvers.formula.nodes import Name, Node, Num
from solvers.formula.operations import collapsed
from solvers.formula.tables.table import Table
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration


def bind_given(
    title: str, declarations: Sequence[Declaration], wholes: Sequence[str], given: Mapping[str, Any], table: Table
) -> Env | list[str]:
    """An environment of the given under its declarations, or what does not fit, each sentence beginning with the key.

    A plain list stands for a 1×n row too. `title` names what asks for the given; `wholes` are the names whose values
    become whole numbers.
    """
    known = {declaration.name for declaration in declarations}
    listed = ", ".join(sorted(known))
    problems = [f"{name}: not a given of {title}; it takes {listed}" for name in given if name not in known]
    problems += [f"{name}: missing" for name in sorted(known - given.keys())]
    if problems:
        return problems
    integers: dict[str, int] = {}
    fitted: dict[str, Any] = {}
    for declaration in declarations:
        value = given[declaration.name]
        ragged = isinstance(value, tuple) and not _even(value)
        fitted[declaration.name] = value if ragged else as_declared(declaration, value, table)
        problems += (
            [f"{declaration.name}: its rows have different lengths"] if ragged
            else _sizes(declaration, table.shape(fitted[declaration.name]), integers)
        )  # fmt: skip
    problems = problems or [said for d in declarations for said in _outside(d, fitted[d.name])]
    if problems:
        return problems
    values: dict[str, Any] = {}
    for declaration in declarations:
        values.update(_spread(declaration, fitted[declaration.name], table, integers))
    integers.update({name: _whole_given(given[name]) for name in wholes if name not in integers})
    return Env(table, values, integers)


def as_declared(declaration: Declaration, value: Any, table: Table) -> Any:
    """The value with the row axis a plain list leaves out where a 1×n matrix is declared."""
    shape, wanted = table.shape(value), declaration.shape or ()
    rows = len(declaration.family)
    if len(wanted) == 2 and wanted[0] == Num("1") and len(shape) == rows + 1:
        return table.reshape(value, (*shape[:rows], 1, *shape[rows:]))
    return value


def _even(value: Any) -> bool:
    """Whether nested tuples are rectangular."""
    shapes = {_lengths(entry) for entry in value}
    return len(shapes) == 1 and all(_even(entry) for entry in value if isinstance(entry, tuple))


def _lengths(value: Any) -> int:
    return len(value) if isinstance(value, tuple) else -1


def _sizes(declaration: Declaration, shape: tuple[int, ...], integers: dict[str, int]) -> list[str]:
    """Binds the size names of one declaration to the shape found, or says what does not fit."""
    expected: list[tuple[Node, int]] = [(high, 1 - whole(low, integers)) for _, low, high in declaration.family]
    expected += [(size, 0) for size in declaration.shape or ()]
    said = f"{declaration.name}: expected {_dimensions([n for n, _ in expected], integers)}, found {_found(shape)}"
    if len(shape) != len(expected):
        return [said]
    for (node, more), size in zip(expected, shape, strict=True):
        if isinstance(node, Name) and node.text not in integers:
            integers[node.text] = size - more
        elif whole(node, integers) + more != size:
            return [said]
    return []


def _dimensions(expected: Sequence[Node], integers: Mapping[str, int]) -> str:
    if not expected:
        return "a number"
    sizes = [to_plain(node) for node in expected]
    known = {s: integers[s] for s in sizes if s in integers}
    note = f" ({', '.join(f'{k} = {v}' for k, v in known.items())})" if known else ""
    return "×".join(sizes) + note


def _found(shape: tuple[int, ...]) -> str:
    return "×".join(str(size) for size in shape) if shape else "a number"


def _outside(declaration: Declaration, value: Any) -> list[str]:
    """What of a plain value lies outside the declared set; arrays of many instances are not looked through."""
    if hasattr(value, "ndim") or (declaration.domain == "real" and not declaration.positive):
        return []
    for entry in _entries(value):
        if not isinstance(entry, (int, float, Fraction)):
            return []
        said = _refusal(declaration, entry)
        if said:
            return [f"{declaration.name}: expected {said}, found {entry}"]
    return []


def _refusal(declaration: Declaration, entry: int | float | Fraction) -> str:
    if declaration.positive and entry <= 0:
        return "a number above 0"
    if declaration.domain in {"natural", "integer"} and entry != int(entry):
        return "a whole number"
    if declaration.domain == "natural" and entry < 0:
        return "a whole number from 0 on"
    if declaration.domain.startswith("{"):
        allowed = numbers_of(declaration.domain)
        return "" if entry in allowed else f"a number of {declaration.domain}"
    return ""


def _entries(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for entry in value:
            yield from _entries(entry)
    else:
        yield value


def _spread(declaration: Declaration, value: Any, table: Table, integers: Mapping[str, int]) -> dict[str, Any]:
    """The value under its key, or each member of a family under its own."""
    if not declaration.family:
        return {declaration.name: collapsed(table, value)}
    low = whole(declaration.family[0][1], integers)
    members = range(table.shape(value)[0])
    return {f"{declaration.name}^({low + t})": collapsed(table, table.pick(value, (t,))) for t in members}


def _whole_given(value: Any) -> int:
    while getattr(value, "ndim", 0):
        value = value[0]
    return int(value)
