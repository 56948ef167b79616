"""A person's own numbers for a solver, from a YAML file: every key checked, each problem with file and line."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import Any

from engine.fitness import too_often
from engine.near import did_you_mean, shown
from engine.own_file import load_bytes, table_of
from engine.records import Problem, Value
from solvers.formula.evaluate import Env, evaluate
from solvers.formula.parser import Parsed, parse
from solvers.formula.tables.nested import PLAIN
from solvers.formula.tables.table import EvaluationError
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration
from solvers.trace import Solver, bind

MAX_ENTRIES = 500  # of one given: more is no working that a person reads
_ENTRIES = {"real": "number", "integer": "whole number", "natural": "whole number from 0 on"}


def read_given(solver: Solver, name: str) -> dict[str, Value] | list[Problem]:
    """The given of `solver` as written in the file. Numbers may be 3, 0.25, "1/3" or a formula such as "sqrt(2)/2".

    `name` is a path, or "-" for standard input.
    """
    expected = f"the keys {', '.join(declaration.name for declaration in solver.given)}, each with its value"
    data = load_bytes(name, expected)
    if isinstance(data, Problem):
        return [data]
    table = table_of(name, data, expected)
    return table if isinstance(table, list) else _checked(solver, name, table)


def _checked(solver: Solver, file: str, tree: Any) -> dict[str, Value] | list[Problem]:
    problems: list[Problem] = []
    given: dict[str, Value] = {}
    known = {declaration.name: declaration for declaration in solver.given}
    for name, node in tree.entries.items():
        if name not in known:
            problems.append(Problem(file, tree.lines[name], f"`{name}` is not asked for: {did_you_mean(name, known)}"))
            continue
        value = _value(node)
        if isinstance(value, Problem):
            where = value.line or tree.lines[name]
            problems.append(Problem(file, where, f"`{name}`: {value.message}; expected {described(known[name])}"))
        else:
            given[name] = value
    missing = [name for name in known if name not in tree.entries]
    problems += [Problem(file, tree.line, f"`{n}` is missing; expected {described(known[n])}") for n in missing]
    often = "" if problems else too_often(solver, given)
    if often:
        problems.append(Problem(file, tree.lines[often.partition(":")[0]], often))
    if problems:
        return sorted(problems, key=lambda problem: problem.line)
    return _fitting(solver, file, tree, given)


def _fitting(solver: Solver, file: str, tree: Any, given: dict[str, Value]) -> dict[str, Value] | list[Problem]:
    """The given if its sizes fit each other."""
    env = bind(solver, given, PLAIN)
    if not isinstance(env, list):
        return given
    known = {declaration.name: declaration for declaration in solver.given}
    problems = []
    for said in env:
        name = said.partition(":")[0]
        told = f"{said}; `{name}` is {described(known[name])}" if name in known else said
        problems.append(Problem(file, tree.lines.get(name, tree.line), told))
    return problems


def described(declaration: Declaration) -> str:
    """What a key must hold, for people: "a matrix H×D of numbers", "a list: one number above 0 for each t = 1..T"."""
    sizes = [to_plain(size) for size in declaration.shape or ()]
    entry = _ENTRIES.get(declaration.domain, f"number of {declaration.domain}")
    first, _, rest = ("number above 0" if declaration.positive else entry).partition("number")
    many = f"{first}numbers{rest}"
    inner = f"{first}number{rest}" if not sizes else f"vector of {sizes[0]} {many}"
    if len(sizes) > 1:
        inner = f"matrix {'×'.join(sizes)} of {many}"
    if not declaration.family:
        return f"a {inner}"
    index, low, high = declaration.family[0]
    return f"a list: one {inner} for each {index} = {to_plain(low)}..{to_plain(high)}"


def _value(node: Any, depth: int = 0) -> Value | Problem:
    from engine.marked_yaml import Items, Leaf

    if isinstance(node, Items):
        if not node.items or depth > 3:
            return Problem("", node.line, "found an empty list" if not node.items else "found lists in too many lists")
        if _count(node) > MAX_ENTRIES:
            return Problem("", node.line, f"found {_count(node)} entries; at most {MAX_ENTRIES} are worked")
        entries = [_value(item, depth + 1) for item in node.items]
        broken = next((entry for entry in entries if isinstance(entry, Problem)), None)
        if broken is not None:
            return broken
        if len({_shape(entry) for entry in entries}) > 1:  # type: ignore[arg-type]
            return Problem("", node.line, "its rows have different lengths")
        return tuple(entry for entry in entries if not isinstance(entry, Problem))
    if not isinstance(node, Leaf):
        return Problem("", node.line, "found a mapping")
    return _scalar(node.value, node.line)


def _count(node: Any) -> int:
    """How many scalars a node holds."""
    return sum(_count(item) for item in node.items) if hasattr(node, "items") else 1


def _shape(value: Value) -> tuple[int, ...]:
    return (len(value), *_shape(value[0])) if isinstance(value, tuple) else ()


def _scalar(value: object, line: int) -> Value | Problem:
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return Problem("", line, f"found {shown(value)}")
    parsed = parse(value)
    if not isinstance(parsed, Parsed):
        return Problem("", line, f"{value[:40]!r} could not be read ({parsed})")
    try:
        found = evaluate(parsed.node, Env(PLAIN))
    except EvaluationError as error:
        return Problem("", line, f"{value[:40]!r} is no number ({error})")
    if PLAIN.shape(found) != ():
        return Problem("", line, f"{value[:40]!r} is no single number; write lists in square brackets, without quotes")
    if isinstance(found, float) and not isfinite(found):
        return Problem("", line, f"{value[:40]!r} is too large a number")
    return found  # type: ignore[no-any-return]
