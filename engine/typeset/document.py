"""A question's text laid out for a terminal: Markdown blocks wrapped to a width, formulas set in the chosen style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.typeset.cells import ascii_text, marked, printable
from engine.typeset.flow import Chip, Line, Segments, Word, cut, joined, segment_width, width_of, wrap
from engine.typeset.markdown import Block, Piece, Taken, Words, blocks, formulas, normal
from engine.typeset.reader import parse
from engine.typeset.to_boxes import display_box
from engine.typeset.to_line import display_line
from engine.typeset.to_speech import display_speech
from engine.typeset.tree import Brace, Display, Frac, Grid, MathError, Scripts, Stack, walk

Style: TypeAlias = Literal["boxes", "line", "speech"]
_BLANKS = re.compile(r"[ \n\f\v]+")
_NARROW = 4  # a list or table column narrower than this is no help to a reader


@dataclass(frozen=True, slots=True)
class _Page:
    width: int
    style: Style
    ascii: bool


def document(text: str, width: int, style: Style = "boxes", ascii: bool = False) -> tuple[str, ...]:
    """Lay out Markdown with $…$ and $$…$$ into rows of at most `width` cells.

    `boxes` sets fractions, matrices and limits over several rows, in the sentence too; `line` keeps every formula in
    one row; `speech` says it in words. A formula that cannot be read is shown as its source between double brackets.
    """
    return tuple("".join(part for part, _ in row) for row in document_spans(text, width, style, ascii))


def document_spans(text: str, width: int, style: Style = "boxes", ascii: bool = False) -> tuple[Segments, ...]:
    """As `document`, each row as (text, style) segments; style is "", bold, italic, code or math."""
    page = _Page(max(1, width), style, ascii)
    rows: list[Segments] = []
    for block in blocks(normal(text)):
        if block.spaced and rows:
            rows.append(())
        rows += _table(block, page) if block.kind == "table" else _flowing(block, page)
    return tuple(rows)


def document_problems(text: str) -> tuple[str, ...]:
    """Every formula that cannot be read, as "line L, column C: what is wrong, in $source$", and lone dollar signs."""
    found = []
    shown = normal(text)
    for formula in formulas(shown):
        error = _problem(formula)
        if error is not None:
            at = formula.start + error.span[0]
            line, column = shown.count("\n", 0, at) + 1, at - shown.rfind("\n", 0, at)
            source = "" if formula.kind == "lone" else f", in ${' '.join(formula.source.split())[:80]}$"
            found.append(f"line {line}, column {column}: {error.message}{source}")
    return tuple(found)


def _problem(formula: Taken) -> MathError | None:
    if formula.kind == "lone":
        return MathError("a dollar sign without a partner: write \\$, or close the formula", (0, 1))
    read = parse(formula.source)
    return read if isinstance(read, MathError) else None


# ---- blocks


def _flowing(block: Block, page: _Page) -> list[Segments]:
    """A paragraph, heading or item: its lines, indented, with the marker before the first."""
    marker = block.marker if block.marker not in ("-", "+", "*") else "*" if page.ascii else "•"
    lead = " " * block.indent + (marker + " " if marker else "")
    if page.width - len(lead) < _NARROW:
        lead = ""
    room = page.width - len(lead)
    found: list[Segments] = []
    for part in _parts(block.pieces):
        for line in _lines(part, room, page):
            fresh = bool(marker and lead and not found)
            for index, row in enumerate(line.rows):
                head = lead if fresh and index == line.baseline else " " * len(lead)
                found.append(joined([(head, ""), *row]))
    return found


def _parts(pieces: tuple[Piece, ...]) -> list[list[Piece]]:
    """Pieces cut at display formulas and code blocks, which stand on lines of their own."""
    found: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, Taken) and piece.kind in ("display", "fence"):
            found += [[piece], []]
        else:
            found[-1].append(piece)
    return [part for part in found if any(not isinstance(p, Words) or p.text.strip() for p in part)]


def _lines(part: list[Piece], width: int, page: _Page) -> list[Line]:
    first = part[0]
    if isinstance(first, Taken) and first.kind == "fence":
        lines = [_plain(printable(line), page) for line in first.source.removesuffix("\n").split("\n")]
        return [Line((joined([(text, "code")]),)) for line in lines for text in cut(line, width)]
    if isinstance(first, Taken) and first.kind == "display" and page.style == "boxes":
        display = parse(first.source)
        indent = 2 if width > 2 * _NARROW else 0
        box = None if isinstance(display, MathError) else display_box(display, width - indent, page.ascii)
        if box is not None and box.width + indent <= width:
            margin = (" " * indent, "")
            return [Line(tuple(joined([margin, (row, "math")]) for row in box.rows), box.baseline)]
    return wrap(_words(part, width, page), width)


def _plain(text: str, page: _Page) -> str:
    return ascii_text(text) if page.ascii else text


# ---- words


def _words(pieces: list[Piece], width: int, page: _Page) -> Iterator[Word]:
    """The pieces as words: what stands between blanks, with the formulas and punctuation that touch it."""
    current: list[Chip] = []
    for piece in pieces:
        for index, chunk in enumerate(_chunks(piece, width, page)):
            if index and current:
                yield tuple(current)
                current = []
            current += chunk
    if current:
        yield tuple(current)


def _chunks(piece: Piece, width: int, page: _Page) -> list[list[Chip]]:
    """A piece cut at its blanks; the first and last chunk are empty where it begins or ends with a blank."""
    if isinstance(piece, Words):
        return [_chip(text, piece.style, page) for text in _BLANKS.split(printable_words(piece.text))]
    if piece.kind == "code":
        return [_chip(printable(piece.source), "code", page)]
    display = parse(piece.source)
    if isinstance(display, MathError):
        return [_chip(text, "math", page) for text in marked(piece.source, page.ascii).split(" ")]
    if page.style == "boxes" and _needs_rows(display):
        box = display_box(display, None, page.ascii)
        if box is not None and box.width < width:  # a cell is left for the full stop after it
            return [[Chip(box.rows, box.baseline, "math")]]
    text = display_speech(display) if page.style == "speech" else display_line(display, page.ascii)
    short = page.style != "speech" and len(text) <= max(12, width // 3)
    return [_chip(t, "math", page) for t in ([text] if short else text.split(" "))]


def printable_words(text: str) -> str:
    """Text whose line ends stay blanks and whose control characters are replaced."""
    return printable(text.replace("\n", " "))


def _chip(text: str, style: str, page: _Page) -> list[Chip]:
    text = _plain(text, page)
    return [Chip((text,), 0, style)] if text else []


def _needs_rows(display: Display) -> bool:
    """Whether a formula inside a sentence is worth several rows: fractions, matrices, limits, labels."""
    return any(
        isinstance(node, Frac | Grid | Brace | Stack) or (isinstance(node, Scripts) and node.limits)
        for node in walk(display.body)
    )


# ---- tables


def _table(block: Block, page: _Page) -> list[Segments]:
    """A table with a line under its head. Columns shrink to fit; when they cannot, cells follow each other as text."""
    count = len(block.aligns)
    room = page.width - 3 * (count - 1)
    natural = [max(_natural(row[c], page) if c < len(row) else 1 for row in block.rows) for c in range(count)]
    widths = _shrunk(natural, room)
    if widths is None:
        comma: tuple[Piece, ...] = (Words("; ", ""),)
        return [r for row in block.rows for r in _flowing(Block("text", _between(row, comma)), page)]
    rows: list[Segments] = []
    for index, row in enumerate(block.rows):
        rows += _table_row(row, widths, block.aligns, page)
        if index == 0:
            bar, cross = ("-", "+") if page.ascii else ("─", "┼")
            rows.append(((f"{bar}{cross}{bar}".join(bar * w for w in widths), ""),))
    return rows


def _between(row: tuple[tuple[Piece, ...], ...], comma: tuple[Piece, ...]) -> tuple[Piece, ...]:
    return tuple(piece for i, cell in enumerate(row) for piece in ((comma if i else ()) + cell))


def _natural(cell: tuple[Piece, ...], page: _Page) -> int:
    words = list(_words(list(cell), page.width, page))
    return max(1, sum(map(width_of, words)) + max(0, len(words) - 1))


def _shrunk(natural: list[int], room: int) -> list[int] | None:
    """Column widths that fit in `room`: the widest give way first. None when a column would get too narrow."""
    if room < sum(min(_NARROW, w) for w in natural):
        return None
    widths = list(natural)
    while (over := sum(widths) - room) > 0:
        widest = max(widths)
        second = max((w for w in widths if w < widest), default=1)
        step = max(1, min(widest - second, over // widths.count(widest)))
        at = widths.index(widest)
        widths[at] -= min(step, over)
    return widths


def _table_row(row: tuple[tuple[Piece, ...], ...], widths: list[int], aligns: str, page: _Page) -> list[Segments]:
    """One row: each cell wrapped to its column. Cells of one line stand on one baseline."""
    laid = [wrap(_words(list(row[c]), w + 1, page), w) if c < len(row) else [] for c, w in enumerate(widths)]
    bar = "|" if page.ascii else "│"
    found: list[Segments] = []
    flat = [[r for line in cell for r in line.rows] for cell in laid]
    tall = max(map(len, flat), default=1) or 1
    for index in range(tall):
        segments: list[tuple[str, str]] = []
        for c, rows in enumerate(flat):
            offset = (tall - len(rows)) // 2 if len(laid[c]) == 1 else 0  # one line: in the middle of a tall row
            content = rows[index - offset] if 0 <= index - offset < len(rows) else ()
            spare = widths[c] - segment_width(content)
            before = {"l": 0, "c": spare // 2, "r": spare}[aligns[c]]
            segments += [(f" {bar} " if c else "", ""), (" " * before, ""), *content, (" " * (spare - before), "")]
        found.append(joined(segments))
    return found
