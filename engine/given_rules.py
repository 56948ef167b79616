"""The rules by which givens are drawn: one table row a rule. Turns what a bank says into `records.Draw`, exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from types import MappingProxyType
from typing import TypeAlias

from engine.marked_yaml import Fault, Items, Leaf, Node, Table, plain
from engine.near import did_you_mean, shown
from engine.records import Draw, Scalar, Value

MAX_VALUES = 10_000  # candidates of one entry
MAX_GIVENS = 100  # of one question
MAX_TOGETHER = 20_000  # candidates of all givens of a question
MAX_ENTRIES = 10_000  # entries of one given

_QUOTIENT = re.compile(r"\s*([-+]?\d{1,30})\s*(?:/\s*(\d{1,30}))?\s*", re.ASCII)
Values: TypeAlias = tuple[Scalar, ...]


class _Wrong(Exception):
    """A rule that cannot be used: line and message. Never leaves this module."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.fault: Fault = (line, message)


def exact(value: object) -> int | Fraction | None:
    """3, 0.25 (already a Fraction) or the text "1/4" as an exact number; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Fraction):
        return _lowest(Fraction(value))
    found = _QUOTIENT.fullmatch(value) if isinstance(value, str) else None
    if found is None or (found[2] is not None and int(found[2]) == 0):
        return None
    return _lowest(Fraction(int(found[1]), int(found[2] or 1)))


def draws(given: Table) -> tuple[tuple[Draw, ...], tuple[Fault, ...]]:
    """The rules of one question in the bank's order, and what is wrong in the rest."""
    known: dict[str, Draw] = {}
    faults: list[Fault] = []
    for name, node in given.entries.items():
        if len(known) + len(faults) >= MAX_GIVENS:
            faults.append((given.lines[name], f"more than {MAX_GIVENS} givens in one question"))
            break
        try:
            known[name] = _draw(name, node, given.lines[name], known, tuple(given.entries))
        except _Wrong as wrong:
            faults.append(wrong.fault)
        if sum(len(draw.values) for draw in known.values()) > MAX_TOGETHER:
            faults.append((given.lines[name], f"more than {MAX_TOGETHER:,} values to draw from in one question"))
            break
    return tuple(known.values()), tuple(faults)


def _draw(name: str, node: Node, line: int, known: Mapping[str, Draw], every: tuple[str, ...]) -> Draw:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
        raise _Wrong(line, f"`{name}` cannot be the name of a given; expected letters, digits and _, a letter first")
    if not isinstance(node, Table):
        return Draw(name, (), constant=_constant(node))
    rule = _rule(node)
    if rule.name == "constant":
        return Draw(name, (), constant=_constant(node.entries["constant"]))
    size = _size(node, known, every)
    values = _without(rule.read(node.entries[rule.name]), node)
    distinct = _distinct(node, size)
    entries = prod(_largest(side, known) for side in size)
    if entries > MAX_ENTRIES:
        raise _Wrong(line, f"`{name}` may have {entries:,} entries; at most {MAX_ENTRIES:,} are drawn")
    if distinct and entries > len(values):
        raise _Wrong(line, f"`{name}` asks for up to {entries} distinct entries of {len(values)} values")
    return Draw(name, values, size, None, distinct)


def _rule(node: Table) -> Rule:
    found = [key for key in node.entries if key in RULES]
    allowed = (*RULES, *OPTIONS)
    if unknown := [key for key in node.entries if key not in allowed]:
        raise _Wrong(node.lines[unknown[0]], f"unknown key `{unknown[0]}`: {did_you_mean(unknown[0], allowed)}")
    if len(found) != 1:
        listed = ", ".join(f"`{key}`" for key in RULES)
        raise _Wrong(node.line, f"found {len(found)} rules ({', '.join(found) or 'none'}); expected one of {listed}")
    if found == ["constant"] and len(node.entries) > 1:
        raise _Wrong(node.line, "a constant takes no options; its size is that of what is written")
    return RULES[found[0]]


# ----- the rules -----


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: how the candidates are written, and how they are read."""

    name: str
    example: str
    read: Callable[[Node], Values]


def _integer(node: Node) -> Values:
    low, high = _numbers(node, 2, "integer: [7, 64]")
    if not isinstance(low, int) or not isinstance(high, int):
        raise _Wrong(node.line, f"integer: found the bounds {low} and {high}; expected whole numbers")
    if low > high:
        raise _Wrong(node.line, f"integer: the lower bound {low} is above the upper bound {high}")
    _bound(high - low + 1, node.line)
    return tuple(range(low, high + 1))


def _grid(node: Node) -> Values:
    low, high, step = _numbers(node, 3, 'grid: [-1, 1, "1/4"]')
    if step <= 0 or low > high:
        raise _Wrong(node.line, f"grid: found [{low}, {high}, {step}]; expected lower bound, upper bound, step above 0")
    steps = (Fraction(high) - Fraction(low)) / Fraction(step)
    if steps.denominator != 1:
        raise _Wrong(node.line, f"grid: steps of {step} from {low} do not reach {high}; choose bounds that they reach")
    _bound(steps.numerator + 1, node.line)
    return tuple(_lowest(Fraction(low) + count * Fraction(step)) for count in range(steps.numerator + 1))


def _choice(node: Node) -> Values:
    values = _numbers(node, None, "choice: [1, 3, 5]")
    _bound(len(values), node.line)
    if len(set(values)) < len(values):
        repeated = next(value for value in values if values.count(value) > 1)
        raise _Wrong(node.line, f"choice: {repeated} is there twice; each value is as likely as any other")
    return values


def _constant_values(node: Node) -> Values:
    raise AssertionError("a constant has no candidates")


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.name: rule
        for rule in (
            Rule("integer", "{integer: [7, 64]}", _integer),
            Rule("choice", "{choice: [1, 3, 5]}", _choice),
            Rule("grid", '{grid: [-1, 1, "1/4"]}', _grid),
            Rule("constant", "{constant: [1, 2]}", _constant_values),
        )
    }
)
OPTIONS = ("size", "except", "distinct")


# ----- what the options say -----


def _without(values: Values, node: Table) -> Values:
    if "except" not in node.entries:
        return values
    left_out = frozenset(_numbers(node.entries["except"], None, "except: [0]"))
    line = node.lines["except"]
    if strange := left_out - frozenset(values):
        raise _Wrong(line, f"except: {min(strange)} is not among the values anyway")
    kept = tuple(value for value in values if value not in left_out)
    if not kept:
        raise _Wrong(line, "except: leaves no value to draw")
    return kept


def _distinct(node: Table, size: tuple[int | str, ...]) -> bool:
    if "distinct" not in node.entries:
        return False
    said, line = plain(node.entries["distinct"]), node.lines["distinct"]
    if not isinstance(said, bool):
        raise _Wrong(line, f"distinct: found {shown(said)}; expected true or false")
    if said and not size:
        raise _Wrong(line, "distinct: a single number has nothing to differ from; give a size")
    return said


def _size(node: Table, known: Mapping[str, Draw], every: tuple[str, ...]) -> tuple[int | str, ...]:
    if "size" not in node.entries:
        return ()
    written = node.entries["size"]
    sides = written.items if isinstance(written, Items) else (written,)
    if not 1 <= len(sides) <= 4:
        raise _Wrong(written.line, f"size: found {len(sides)} dimensions; expected one to four")
    return tuple(_side(side, known, every) for side in sides)


def _side(node: Node, known: Mapping[str, Draw], every: tuple[str, ...]) -> int | str:
    side = plain(node)
    if isinstance(side, int) and not isinstance(side, bool):
        if side < 1:
            raise _Wrong(node.line, f"size: found {side}; expected at least 1")
        return side
    if not isinstance(side, str):
        raise _Wrong(node.line, f"size: found {shown(side)}; expected a whole number or the name of an earlier given")
    if side not in known:
        why = "it is not given above this one" if side in every else did_you_mean(side, tuple(known))
        raise _Wrong(node.line, f"size: `{side}` is no earlier given: {why}")
    candidates = _candidates(known[side])
    if not candidates or not all(isinstance(value, int) and value >= 1 for value in candidates):
        raise _Wrong(node.line, f"size: `{side}` is not always a whole number of at least 1")
    return side


def _candidates(draw: Draw) -> Values:
    if draw.size or isinstance(draw.constant, tuple):
        return ()
    return draw.values if draw.constant is None else (draw.constant,)


def _largest(side: int | str, known: Mapping[str, Draw]) -> int:
    return side if isinstance(side, int) else max(int(value) for value in _candidates(known[side]))


def _constant(node: Node) -> Value:
    if isinstance(node, Items) and node.items:
        entries = tuple(_constant(child) for child in node.items)
        if len(list(_leaves(entries))) > MAX_ENTRIES:
            raise _Wrong(node.line, f"a constant of more than {MAX_ENTRIES:,} entries")
        return entries
    value = exact(node.value) if isinstance(node, Leaf) else None
    if value is None:
        raise _Wrong(node.line, f'found {shown(plain(node))}; expected a number such as 3, 0.25 or "1/4", or a rule')
    return value


def _leaves(value: Value) -> Iterator[Scalar]:
    if isinstance(value, tuple):
        for entry in value:
            yield from _leaves(entry)
    else:
        yield value


def _numbers(node: Node, count: int | None, example: str) -> tuple[int | Fraction, ...]:
    if not isinstance(node, Items) or not node.items or (count is not None and len(node.items) != count):
        raise _Wrong(node.line, f"found {shown(plain(node))}; expected it as in `{example}`")
    numbers = []
    for child in node.items:
        value = exact(plain(child))
        if value is None:
            raise _Wrong(child.line, f'found {shown(plain(child))}; expected a number such as 3, 0.25 or "1/4"')
        numbers.append(value)
    return tuple(numbers)


def _bound(count: int, line: int) -> None:
    if count > MAX_VALUES:
        raise _Wrong(line, f"{count:,} values to draw from; at most {MAX_VALUES:,}")


def _lowest(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value
