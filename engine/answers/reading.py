"""Typed text -> values: what the numeric kinds share. Nothing is guessed; what is not read is named, by columns."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from engine.answers.bounded import BoundedTable
from engine.answers.kind import Typed, refused
from engine.answers.rows import unfinished_row
from engine.numbers import depth, entries, shape_words, sizes
from engine.records import Reading, Value
from solvers.formula.evaluate import Env, evaluate
from solvers.formula.nodes import (
    Big,
    Call,
    Chain,
    Derivative,
    Index,
    Matrix,
    Member,
    Name,
    Node,
    Num,
    SetOf,
    Tuple,
    children,
    walk,
)  # fmt: skip
from solvers.formula.operations import OPERATIONS
from solvers.formula.operators import OPERATORS, elementwise
from solvers.formula.parser import parse
from solvers.formula.tables.table import EvaluationError
from solvers.formula.to_latex import to_latex
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import MAX_LENGTH, Scope, Unreadable

DECIMAL_COMMA: Final = "a comma is no decimal point here: write 0.333 for 0,333, and 1000 for 1,000"
_COMMA_NUMBER = re.compile(r"\s*[-+−–]?\d+,\d+\s*")
_TIGHT_COMMA, _LOOSE_COMMA = re.compile(r"\d,\d"), re.compile(r"[\d.],\s+[-+−.\d]")
_TWO_POINTS = re.compile(r"\d*\.\d*\.[\d.]*")
_SET_OF_ONE = re.compile(r"(?<![\^_}\w\\])\{[^{}A-Za-z,;]*\}")
_REFUSED = (
    (_TWO_POINTS, "a number has one decimal point"),
    (re.compile(r"\d{401,}"), "a number may have at most 400 digits"),
    (re.compile("%"), "a percent sign is not read: write 0.5 for 50 %"),
    (_SET_OF_ONE, "curly brackets make a set: write 1 for a number, [1, 2] for a vector"),
)
_LAST_POINT = re.compile(r"(?<=\d)\.(?!\d)")  # 5. and [1. 2.], as programs print them
_PLAIN_DECIMAL = re.compile(r"\d*\.?(\d*)")
_COMPUTED = frozenset({*OPERATIONS, "add", "sub", "neg", "factorial", "indicator", "norm"})
_NAMED = re.compile(r"\s*[A-Za-z][\w ]*=(?=[^=]*$)")
_BLANKS = dict.fromkeys(map(ord, "\u200b\ufeff\u2060\u00a0"), " ")


def too_long(text: str) -> Reading | None:
    """Refuses a text beyond what is read, without looking at it."""
    if len(text) <= MAX_LENGTH:
        return None
    return refused(f"the answer has {len(text)} characters; at most {MAX_LENGTH} are read", MAX_LENGTH, MAX_LENGTH + 1)


def cleaned(text: str) -> str | Reading:
    """The text with invisible blanks as blanks, column for column; or what in it cannot be part of an answer."""
    text = text.translate(_BLANKS)
    if not text.strip():
        return refused("nothing was typed")
    for column, char in enumerate(text):
        if unicodedata.category(char) in {"Cf", "Cc"} and char not in "\t\n\r":
            name = unicodedata.name(char, "a control character").lower()
            message = f"an invisible character stands here (U+{ord(char):04X}, {name}): delete it"
            return refused(message, column)
    for pattern, message in _REFUSED:
        if found := pattern.search(text):
            return refused(message, found.start(), found.end())
    text = _LAST_POINT.sub(" ", text)
    if (row := unfinished_row(text)) is not None:
        return refused("this row of numbers is not finished: expected ']', or a number", *row)
    return text


def decimal_comma(text: str) -> Reading | None:
    """Refuses text in which a comma may stand for a decimal point."""
    if _COMMA_NUMBER.fullmatch(text):
        return refused(DECIMAL_COMMA, text.index(","))
    if (tight := _TIGHT_COMMA.search(text)) and _LOOSE_COMMA.search(text):
        message = "is this comma a decimal point? Write 0.5 for 0,5, or a blank after every comma"
        return refused(message, tight.start() + 1)
    return None


def parsed(text: str, scope: Scope | None = None) -> Node | Unreadable:
    """The formula in the text; of "name = value", the value."""
    found = parse(text, scope)
    if isinstance(found, Unreadable) and (named := _NAMED.match(text)):
        found = parse(" " * named.end() + text[named.end() :], scope)  # out = 12, the name as it was put in words
    if isinstance(found, Unreadable):
        return found
    node = found.node
    for inner in walk(node):
        if isinstance(inner, Call) and inner.op == "norm" and len(inner.args) < 2:
            return Unreadable("write a norm with bars: ||x||_2", inner.span.start, inner.span.end)
    if not isinstance(node, Chain):
        return node
    left = node.sides[0]
    if len(node.sides) == 2 and node.relations[0] in {"=", "~=", ":="}:
        if isinstance(left, (Name, Member, Index, Derivative)) and not isinstance(_root(left), Num):
            return node.sides[1]
        if isinstance(left, Call) and left.op == "pow" and isinstance(left.args[0], Name):  # h^(2) = ...
            return node.sides[1]
    return Unreadable("one value is asked, not a relation", node.span.start, node.span.end)


def _root(node: Node) -> Node:
    while isinstance(node, (Member, Index)):
        node = node.base
    return node


def stray(node: Node, bound: frozenset[str] = frozenset()) -> Unreadable | None:
    """The first thing in a formula that is no number: a name, an index, a set, a relation."""
    if isinstance(node, Big):
        bound |= {binder.name.text for binder in node.binders}
    if isinstance(node, Name) and node.text == "infty":
        return Unreadable("infinity is no value that can be graded", node.span.start, node.span.end)
    if isinstance(node, Name) and node.text not in bound | {"pi"}:
        message = f"{to_plain(node)} is a name: numbers are asked, and formulas of numbers"
        return Unreadable(message, node.span.start, node.span.end)
    if isinstance(node, Derivative):
        return Unreadable("a value is asked, not a derivative", node.span.start, node.span.end)
    if isinstance(node, (Index, Member)):
        return stray(_root(node)) or Unreadable("numbers are asked, without indices", node.span.start, node.span.end)
    if isinstance(node, SetOf):
        return Unreadable("curly brackets make a set: write [1, 2] for a vector", node.span.start, node.span.end)
    return next((found for child in children(node) if (found := stray(child, bound)) is not None), None)


def not_computed(node: Node) -> str | None:
    """A sentence that names an operator that can be read but has no value here (det, inv)."""
    for inner in walk(node):
        if isinstance(inner, Call) and not (elementwise(inner.op) or inner.op in _COMPUTED):
            return f"{OPERATORS[inner.op].plain or inner.op} is not computed here: write the result"
    return None


def value_of(node: Node) -> Value | str:
    """The value of a formula of numbers, or one sentence why it has none. Nested tuples are rows."""
    if (problem := not_computed(node)) is not None:
        return problem
    try:
        value: Value = evaluate(_as_rows(node), Env(BoundedTable()))
    except EvaluationError as error:
        return str(error)
    if any(isinstance(entry, float) and not abs(entry) < float("inf") for entry in entries(value)):
        return "the value is not a finite number"
    return value


def _as_rows(node: Node) -> Node:
    """((1, 2), (3, 4)) and rows in brackets of their own, as one matrix."""
    if isinstance(node, Tuple):
        inner = [_row(item) for item in node.items]
    elif isinstance(node, Matrix) and (len(node.rows) == 1 or all(len(row) == 1 for row in node.rows)):
        inner = [_row(entry) for row in node.rows for entry in row]
    else:
        return node
    rows = tuple(row for row in inner if row is not None)
    same = len(rows) == len(inner) and len({len(row) for row in rows}) == 1
    return Matrix(rows, node.span) if same else node


def _row(node: Node) -> tuple[Node, ...] | None:
    if isinstance(node, Tuple):
        return node.items
    return node.rows[0] if isinstance(node, Matrix) and len(node.rows) == 1 else None


def decimals_of(node: Node) -> tuple[int | None, ...]:
    """For each entry typed, its number of decimals; None where it is no plain decimal number."""
    node = _as_rows(node)
    if isinstance(node, Matrix):
        return tuple(_decimals(entry) for row in node.rows for entry in row)
    if isinstance(node, Tuple):
        return tuple(_decimals(item) for item in node.items)
    return (_decimals(node),)


def _decimals(node: Node) -> int | None:
    if isinstance(node, Call) and node.op == "neg":
        node = node.args[0]
    match = _PLAIN_DECIMAL.fullmatch(node.text) if isinstance(node, Num) else None
    return len(match[1]) if match else None


def typed(node: Node, shape: str = "") -> Reading:
    """The reading of a formula of numbers, or why it is none."""
    if (problem := stray(node)) is not None:
        return refused(problem.message, problem.start, problem.end)
    value = value_of(node)
    if isinstance(value, str):
        return refused(value, node.span.start, max(node.span.end, node.span.start + 1))
    if depth(value) > 2:
        return refused("a matrix has rows and columns only", node.span.start, node.span.end)
    shown = shape or (shape_words(sizes(value)).removeprefix("a ") if isinstance(value, tuple) else "")
    return Reading(to_latex(node), to_plain(node), shown, value=Typed(value, node, decimals_of(node)))


def scalar(text: str) -> Reading:
    """Text -> one number."""
    clean = cleaned(text)
    if isinstance(clean, Reading):
        return clean
    if (comma := decimal_comma(clean)) is not None:
        return comma
    node = parsed(clean)
    if isinstance(node, Unreadable):
        return refused(node.message, node.start, node.end)
    reading = typed(node)
    if isinstance(reading.value, Typed) and isinstance(reading.value.value, tuple):
        shape = shape_words(sizes(reading.value.value))
        return refused(f"one number is asked; this is {shape}", node.span.start, node.span.end)
    return reading
