"""Tables of probabilities in a write-up as the equations that they stand for: | R | S | P(W=1 | R, S) | and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from solvers.formula.chance_words import Atom, calls, number_of

_RULE = re.compile(r"[\s|:+-]*-[\s|:+-]*")
_TABULAR = re.compile(r"\\begin\{(tabular|array)\*?\}(?:\s*\[[^\]]*\])?\s*\{[^{}]*\}(.*?)\\end\{\1\*?\}", re.DOTALL)
_LINES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule|cline\{[^}]*\}|cmidrule(?:\([lr]+\))?\{[^}]*\})")
_EQUATION = re.compile(r"\$?\s*(\\?[A-Za-z][\w{}\\ ]*?)\s*=\s*([\w{}\\+-]+)\s*\$?")
MAX_CELLS = 1000


def told_by_tables(text: str) -> list[str]:
    """The equations P(W=1 | R=0, S=1) = 0.8 that the tables of a text hold."""
    return [equation for rows in _tables(text) for equation in (*_by_columns(rows), *_crossed(rows))]


def _tables(text: str) -> Iterator[list[list[str]]]:
    """Every table as rows of cells, the heads first."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if place and "|" in line and _RULE.fullmatch(line) and "|" in lines[place - 1]:
            rows = [lines[place - 1]]
            for below in lines[place + 1 :]:
                if "|" not in below:
                    break
                rows.append(below)
            yield _even([_cells(row, "|") for row in rows])
    for match in _TABULAR.finditer(text):
        rows = [_LINES.sub("", row) for row in re.split(r"\\\\|\\tabularnewline", match[2])]
        yield _even([_cells(row, "&") for row in rows if row.strip()])


def cells_of(table: str) -> list[list[str]]:
    """One table as rows of cells, the heads first; nothing of an uneven one."""
    return next(_tables(table), [])


def _even(rows: list[list[str]]) -> list[list[str]]:
    """The rows if they all have as many cells."""
    even = len({len(row) for row in rows}) == 1 and sum(map(len, rows)) <= MAX_CELLS
    return rows if even else []


def _cells(row: str, sign: str) -> list[str]:
    """The cells of a row; a bar inside a formula or brackets is none between cells."""
    cells, depth, formula = [""], 0, False
    for place, char in enumerate(row):
        escaped = place > 0 and row[place - 1] == "\\"
        formula = formula != (char == "$" and not escaped)
        depth += (char == "(") - (char == ")")
        if char == sign and not escaped and not formula and depth == 0:
            cells.append("")
        else:
            cells[-1] += char
    if sign == "|":
        cells = cells[not cells[0].strip() :]
        cells = cells[: len(cells) - (not cells[-1].strip())]
    return [cell.strip() for cell in cells]


def _by_columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Heads that are variables and probabilities of them."""
    for column, head in enumerate(rows[0] if rows else ()):
        for name in ("P", "p"):
            found = list(calls(_unescaped(head), name))
            if len(found) != 1:
                continue
            call, heads = found[0], [_plain(cell) for cell in rows[0]]
            sides = [[_placed(atom, heads) for atom in side] for side in (call.args, call.given)]
            places = [place for side in sides for place in side]
            listed = any(re.fullmatch(r"[A-Z]\w*", cell) for cell in heads)  # a column of values of its own
            if None in places or (listed and not any(isinstance(place, int) for place in places)):
                continue
            for row in rows[1:]:
                if number_of(_plain(row[column])) is not None:
                    parts = [
                        ", ".join(
                            place if isinstance(place, str) else f"{heads[place]}={_plain(row[place])}"
                            for place in side
                            if place is not None
                        )
                        for side in sides
                    ]
                    yield f"{name}({' | '.join(part for part in parts if part)}) = {_plain(row[column])}"


def _placed(atom: Atom, heads: Sequence[str]) -> int | str | None:
    """The column that a variable's values stand in, or the event as it is (W of P(W | R, S)); None if neither is."""
    if atom.value is not None:
        return f"{atom.variable}={atom.value}"
    if atom.variable in heads:
        return None if atom.negated else heads.index(atom.variable)
    event = re.fullmatch(r"[A-Z]\w*", atom.variable) is not None
    return (rf"\neg {atom.variable}" if atom.negated else atom.variable) if event else None


def _crossed(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """X=0, X=1 down the side and Y=0, Y=1 along the top: the joint probabilities, or those of one given the other."""
    tops = [_EQUATION.fullmatch(cell) for cell in rows[0][1:]] if len(rows) > 1 else []
    body = [row for row in rows[1:] if _EQUATION.fullmatch(row[0])]
    sides = [_EQUATION.fullmatch(row[0]) for row in body]
    numbers = [[number_of(_plain(cell)) for cell in row[1:]] for row in body]
    if len(tops) < 2 or len(body) < 2 or not all(tops) or any(entry is None for row in numbers for entry in row):
        return
    names = [{m[1] for m in part if m is not None} for part in (tops, sides)]
    if any(len(found) != 1 for found in names):
        return
    known = [[entry or Fraction(0) for entry in row] for row in numbers]
    joint, by_rows = sum(map(sum, known)) == 1, all(sum(row) == 1 for row in known)
    by_columns = all(sum(column) == 1 for column in zip(*known, strict=True))
    if joint + by_rows + by_columns != 1:
        return
    bar = [", ", " | ", " | "][[joint, by_rows, by_columns].index(True)]
    for side, row in zip(sides, body, strict=True):
        for top, cell in zip(tops, row[1:], strict=True):
            if side is not None and top is not None:
                events = [f"{m[1]}={m[2]}" for m in ((side, top) if by_columns else (top, side))]
                yield f"P({bar.join(events)}) = {_plain(cell)}"


def _plain(cell: str) -> str:
    """A cell without the marks around what it holds."""
    return re.sub(r"^\s*(?:\$|\*{1,2}|\\\()?\s*|\s*(?:\$|\*{1,2}|\\\))?\s*$", "", cell)


def _unescaped(cell: str) -> str:
    return _plain(cell).replace("\\|", "|")


__all__ = ["told_by_tables"]
