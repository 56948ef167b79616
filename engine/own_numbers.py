"""A person's own numbers for a solver, from a YAML file: every key checked, each problem with file and line."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from engine.near import did_you_mean
from engine.records import Problem, Value
from solvers.formula.evaluate import Env, evaluate
from solvers.formula.parser import Parsed, parse
from solvers.formula.tables.nested import PLAIN
from solvers.formula.tables.table import EvaluationError
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration
from solvers.trace import Solver, bind

MAX_ENTRIES = 10_000


def read_given(solver: Solver, path: Path) -> dict[str, Value] | list[Problem]:
    """The given of `solver` as written in the file. Numbers may be 3, 0.25, "1/3" or a formula such as "sqrt(2)/2"."""
    from engine.marked_yaml import Table, read  # YAML: three times the start of Python

    try:
        data = path.read_bytes()
    except OSError as error:
        return [Problem(str(path), 0, f"{error.strerror}; expected a YAML file with the keys {_keys(solver)}")]
    tree, faults = read(data)
    if faults:
        return [Problem(str(path), line, message) for line, message in faults]
    if not isinstance(tree, Table):
        return [Problem(str(path), 1, f"expected the keys {_keys(solver)}, each with its value")]
    return _checked(solver, str(path), tree)


def _keys(solver: Solver) -> str:
    return ", ".join(declaration.name for declaration in solver.given)


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
    if problems:
        return sorted(problems, key=lambda problem: problem.line)
    return _fitting(solver, file, tree, given)


def _fitting(solver: Solver, file: str, tree: Any, given: dict[str, Value]) -> dict[str, Value] | list[Problem]:
    """The given if its sizes fit each other."""
    env = bind(solver, given, PLAIN)
    if not isinstance(env, list):
        return given
    return [Problem(file, tree.lines.get(said.partition(":")[0], tree.line), said) for said in env]


def described(declaration: Declaration) -> str:
    """What a key must hold, for people: "a matrix H×D", "a list of T vectors of D numbers"."""
    sizes = [to_plain(size) for size in declaration.shape or ()]
    inner = {0: "number", 1: f"vector of {sizes[0] if sizes else ''} numbers"}.get(
        len(sizes), f"matrix {'×'.join(sizes)}"
    )
    if declaration.domain not in {"real", "integer", "natural"}:
        inner += f" with entries in {declaration.domain}"
    elif declaration.domain != "real":
        inner = inner.replace("number", f"{'whole' if declaration.domain == 'integer' else 'natural'} number")
    if not declaration.family:
        return f"a {inner}"
    index, low, high = declaration.family[0]
    return f"a list: one {inner} for each {index} = {to_plain(low)}..{to_plain(high)}"


def _value(node: Any, depth: int = 0) -> Value | Problem:
    from engine.marked_yaml import Items, Leaf

    if isinstance(node, Items):
        if not node.items or len(node.items) > MAX_ENTRIES or depth > 3:
            return Problem("", node.line, f"found a list of {len(node.items)}")
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


def _shape(value: Value) -> tuple[int, ...]:
    return (len(value), *_shape(value[0])) if isinstance(value, tuple) else ()


def _scalar(value: object, line: int) -> Value | Problem:
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        parsed = parse(value)
        if isinstance(parsed, Parsed):
            try:
                found = evaluate(parsed.node, Env(PLAIN))
            except EvaluationError as error:
                return Problem("", line, f"{value!r} is no number ({error})")
            if PLAIN.shape(found) == ():
                return found  # type: ignore[no-any-return]
            return Problem("", line, f"{value!r} is no single number; write lists in square brackets, without quotes")
        return Problem("", line, f"{value[:40]!r} could not be read ({parsed})")
    return Problem("", line, f"found {'nothing' if value is None else value}")
