"""The Markdown of questions: blocks and styled pieces. Formulas and code are taken out first and stand as marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from engine.typeset.cells import HOLE

_MARK, _END = "\ue000", "\ue001"  # around the number of what was taken out; private characters, so no text has them
_TAKEN = re.compile(
    r"(?P<fence>^[ ]{0,3}```[^\n]*\n(?P<lines>.*?)(?:^[ ]{0,3}```[ ]*$|\Z))"
    r"|`(?P<code>[^`\n]+)`|(?P<escape>\\.)"
    r"|\$\$(?P<display>(?:\\.|[^$\\])+)\$\$|\$(?P<inline>(?:\\.|[^$\\\n]|\n(?![ \t]*\n))+)\$|(?P<lone>\$)",
    re.MULTILINE | re.DOTALL,
)
_ITEM = re.compile(r"([ ]*)([-*+]|\d{1,9}[.)])[ ]+(.*)")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ ]+(.*)")
_DASHES = re.compile(r":?-+:?")
_PIECE = re.compile(rf"{_MARK}(\d+){_END}|\\([!-/:-@\[-`{{-~])|(\*\*|\*)|([^{_MARK}\\*]+|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Taken:
    """Something taken out of a text: kind is inline, display, code or fence; `start` is where its source begins."""

    kind: str
    source: str
    start: int


@dataclass(frozen=True, slots=True)
class Words:
    """Text in one style: "", bold or italic."""

    text: str
    style: str


Piece: TypeAlias = Words | Taken


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, item or table. `indent` is its depth in cells, `spaced` whether a blank line comes before.

    Items have their marker; a table has its rows of cells (the first is the head) and a letter (l, c, r) a column.
    """

    kind: str
    pieces: tuple[Piece, ...] = ()
    indent: int = 0
    marker: str = ""
    spaced: bool = False
    rows: tuple[tuple[tuple[Piece, ...], ...], ...] = ()
    aligns: str = ""


def normal(text: str) -> str:
    """The text with Unix line ends, no tabs and none of the private characters that stand for what was taken out."""
    return text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).replace(_MARK, HOLE).replace(_END, HOLE)


def formulas(text: str) -> tuple[Taken, ...]:
    """The formulas of a text in order, and its lone dollar signs (kind lone)."""
    return tuple(t for t in _take(text)[1] if t.kind in ("inline", "display", "lone"))


def blocks(text: str) -> tuple[Block, ...]:
    """A text that is `normal` as blocks."""
    shown, taken = _take(text)
    return tuple(_blocks(shown.split("\n"), taken))


def _take(text: str) -> tuple[str, list[Taken]]:
    """Replace formulas and code by marks before anything reads the text as Markdown."""
    taken: list[Taken] = []

    def mark(match: re.Match[str]) -> str:
        kind = match.lastgroup if match.lastgroup != "lines" else "fence"
        if kind == "fence" or match["fence"] is not None:
            taken.append(Taken("fence", match["lines"], match.start()))
        elif kind == "escape" or kind is None:
            return match[0]
        else:
            taken.append(Taken(kind, match[kind], match.start(kind)))
            if kind == "lone":
                return "\\$"
        return f"{_MARK}{len(taken) - 1}{_END}"

    return _TAKEN.sub(mark, text), taken


def _blocks(lines: list[str], taken: list[Taken]) -> Iterator[Block]:
    index, spaced, depth = 0, False, 0
    while index < len(lines):
        text, item, heading = lines[index], _ITEM.match(lines[index]), _HEADING.match(lines[index])
        index += 1
        if not text.strip():
            spaced = True
            continue
        if heading:
            yield Block("heading", _pieces(heading[1].rstrip(" #"), taken, "bold"), spaced=True)
        elif "|" in text and index < len(lines) and _dashes(lines[index]):
            end = index + 1
            while end < len(lines) and "|" in lines[end]:
                end += 1
            yield _table([text, *lines[index + 1 : end]], lines[index], taken)
            index = end
        else:
            end = _end_of_paragraph(lines, index)
            body = [item[3] if item else text, *lines[index:end]]
            lead = min(len(text) - len(text.lstrip(" ")), 24)
            depth = lead + len(item[2]) + 1 if item else min(lead, depth)
            pieces = _pieces("\n".join(part.strip() for part in body), taken)
            yield Block("item" if item else "text", pieces, lead if item else depth, item[2] if item else "", spaced)
            index = end
        spaced = False


def _end_of_paragraph(lines: list[str], index: int) -> int:
    while index < len(lines) and lines[index].strip():
        table = "|" in lines[index] and index + 1 < len(lines) and _dashes(lines[index + 1])
        if _ITEM.match(lines[index]) or _HEADING.match(lines[index]) or table:
            break
        index += 1
    return index


def _dashes(line: str) -> bool:
    """The line between a table's head and body."""
    return "-" in line and all(_DASHES.fullmatch(cell) for cell in _split(line))


def _table(lines: list[str], dashes: str, taken: list[Taken]) -> Block:
    aligns = "".join(
        "c" if c.startswith(":") and c.endswith(":") else "r" if c.endswith(":") else "l" for c in _split(dashes)
    )
    rows = tuple(tuple(_pieces(c, taken) for c in _split(line)[: len(aligns)]) for line in lines)
    return Block("table", rows=rows, aligns=aligns, spaced=True)


def _split(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)]
    return cells[:-1] if len(cells) > 1 and not cells[-1] else cells


def _pieces(text: str, taken: list[Taken], base: str = "") -> tuple[Piece, ...]:
    """Styled words and what was taken out, in order. A star without a partner is a star."""
    found: list[Piece] = []
    on = {"**": False, "*": False}
    for match in _PIECE.finditer(text):
        number, escaped, stars, plain = match.groups()
        style = base or ("bold" if on["**"] else "italic" if on["*"] else "")
        if number is not None and int(number[:9]) < len(taken):
            found.append(taken[int(number[:9])])
        elif stars and _turns(text, match.start(), stars, on[stars]):
            on[stars] = not on[stars]
        else:
            found.append(Words(escaped or stars or plain or match[0], style))
    return tuple(found)


def _turns(text: str, at: int, stars: str, on: bool) -> bool:
    """Whether stars open or close emphasis here: closing after a letter, opening before one, if stars follow later."""
    before, after = text[at - 1 : at], text[at + len(stars) :]
    if on:
        return bool(before.strip())
    return bool(after[:1].strip()) and stars in after[1:]
