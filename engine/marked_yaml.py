"""YAML text -> a tree in which everything knows its line. Plain data only: no aliases, no tags, exact numbers.

Unlike YAML 1.1, `no` and `1:30` stay text, a date stays text, and 0.25 is the Fraction 1/4, never a float.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

# PyYAML costs three times the start of Python: this module is imported only when a bank is compiled.
import yaml

from engine.library import MAX_BYTES

MAX_DEPTH = 20
MAX_DIGITS = 30

Fault: TypeAlias = tuple[int, str]  # line, message
Node: TypeAlias = "Leaf | Items | Table"
Plain: TypeAlias = "bool | int | Fraction | str | list[Plain] | dict[str, Plain] | None"

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]{1,2})?")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("null", "Null", "NULL", "~", ""), None),
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A scalar. `text_line` is the line on which its text begins: the one after `|` or `>` for a block."""

    line: int
    value: bool | int | Fraction | str | None
    text_line: int


@dataclass(frozen=True, slots=True)
class Items:
    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A mapping; of a key given twice, the first counts. `lines` has the line of each key."""

    line: int
    entries: dict[str, Node]
    lines: dict[str, int]


class _Unreadable(Exception):
    """Ends the reading of a file: what follows could only be guessed."""


def read(data: bytes) -> tuple[Node | None, tuple[Fault, ...]]:
    """The tree of one YAML document and what is wrong in it; no tree where the file cannot be read at all."""
    if len(data) > MAX_BYTES:
        return None, ((1, f"the file has more than {MAX_BYTES:,} bytes; split the bank"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, ((line, f"byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8"),)
    reader = _Reader(text)
    try:
        return reader.document(), tuple(reader.faults)
    except _Unreadable:
        return None, tuple(reader.faults)
    except yaml.YAMLError as error:
        return None, (*reader.faults, _syntax_fault(error))


def plain(node: Node) -> Plain:
    """The tree without its lines."""
    if isinstance(node, Table):
        return {key: plain(child) for key, child in node.entries.items()}
    if isinstance(node, Items):
        return [plain(child) for child in node.items]
    return node.value


def _syntax_fault(error: yaml.YAMLError) -> Fault:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    parts = [getattr(error, "context", None), getattr(error, "problem", None) or getattr(error, "reason", None)]
    said = ", ".join(part for part in parts if part) or str(error)
    return (
        mark.line + 1 if mark else 1
    ), f"this is no YAML: {said} (a text with a colon, a brace or a bracket needs quotes)"


class _Reader:
    """One pass over the events of the parser. `depth` is bounded, so that no file can exhaust the stack."""

    def __init__(self, text: str) -> None:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is four times as fast
        self.events: Iterator[Any] = yaml.parse(text, Loader=loader)
        self.faults: list[Fault] = []

    def document(self) -> Node | None:
        tree: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if tree is not None:
                    self.faults.append((_line(event), "a second document begins; expected one document a file"))
                    raise _Unreadable
                tree = self.node(next(self.events), 0)
        if tree is None:
            self.faults.append((1, "the file is empty; expected a bank: topic, title, notes, questions"))
        return tree

    def node(self, event: Any, depth: int) -> Node:
        line = _line(event)
        if isinstance(event, yaml.AliasEvent):
            self.faults.append((line, f"`*{event.anchor}` is an alias; a bank has none: write out what it stands for"))
            return Leaf(line, None, line)
        if event.tag is not None and event.tag != "!":
            self.faults.append((line, f"`{event.tag}` is a tag; a bank is plain data: leave the tag out"))
        if depth > MAX_DEPTH:
            self.faults.append((line, f"nested deeper than {MAX_DEPTH} levels"))
            raise _Unreadable
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(line, tuple(self.node(child, depth + 1) for child in self.until(yaml.SequenceEndEvent)))
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(line, depth)
        return self.leaf(event, line)

    def until(self, end: type[yaml.Event]) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield event

    def mapping(self, line: int, depth: int) -> Table:
        entries: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for event in self.until(yaml.MappingEndEvent):
            key, value = self.node(event, depth + 1), self.node(next(self.events), depth + 1)
            name = event.value if isinstance(key, Leaf) and isinstance(event, yaml.ScalarEvent) else None
            if name is None:
                self.faults.append(
                    (
                        key.line,
                        "a key is a list or a mapping; expected a name (a text that begins with a brace needs quotes)",
                    )
                )
            elif name in entries:
                self.faults.append((key.line, f"`{name}` is here twice; the first is on line {lines[name]}"))
            else:
                entries[name], lines[name] = value, key.line
        return Table(line, entries, lines)

    def leaf(self, event: Any, line: int) -> Leaf:
        text: str = event.value
        if event.style:  # '', "", | or >; the C parser calls a plain scalar '', the other None
            return Leaf(line, text, line + 1 if event.style in "|>" else line)
        if text in _WORDS:
            return Leaf(line, _WORDS[text], line)
        is_integer, is_decimal = _INTEGER.fullmatch(text), _DECIMAL.fullmatch(text)
        if (is_integer or is_decimal) and len(text) > MAX_DIGITS:
            self.faults.append((line, f"a number of {len(text)} characters; at most {MAX_DIGITS} are read"))
            return Leaf(line, 0, line)
        if is_integer:
            return Leaf(line, int(text), line)
        return Leaf(line, Fraction(text) if is_decimal else text, line)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
