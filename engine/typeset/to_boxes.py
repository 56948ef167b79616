"""The display tree set in two dimensions: fractions, limits, matrices and growing brackets in one-cell characters."""

from __future__ import annotations

from dataclasses import dataclass

from engine.typeset.box import EMPTY, Box, Lay, beside, blank, column, framed, leaf, paint, stacked
from engine.typeset.cells import cells, marked
from engine.typeset.fences import fence
from engine.typeset.glyphs import accented, glyph
from engine.typeset.grids import grid_box
from engine.typeset.letters import SUBSCRIPTS, SUPERSCRIPTS, Small, is_prime, small_scripts, small_text
from engine.typeset.reader import parse
from engine.typeset.rows import is_atom, kind_of
from engine.typeset.spacing import gaps
from engine.typeset.symbols import MARKS
from engine.typeset.tree import (
    Accent,
    Boxed,
    Brace,
    Display,
    Fenced,
    Frac,
    Grid,
    MathError,
    Node,
    Root,
    Row,
    Scripts,
    Space,
    Span,
    Stack,
    Sym,
    Text,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pen:
    """How a formula is drawn: in which characters, and with which scripts in small letters."""

    small: Small
    ascii: bool

    @property
    def bar(self) -> str:
        """The line of a fraction."""
        return "-" if self.ascii else "─"


def boxes(latex: str, width: int | None = None, ascii: bool = False) -> Box:
    """Set a formula in two dimensions.

    Wider than `width` cells, it is broken before relations; what is wider still is left so (the caller scrolls). A
    formula that cannot be read, or is too large to paint, is its source in one row, between double brackets.
    """
    display = parse(latex)
    box = None if isinstance(display, MathError) else display_box(display, width, ascii)
    if box is None:
        shown = marked(latex, ascii)
        return Box((shown,), 0, cells(shown))
    return box


def display_box(display: Display, width: int | None = None, ascii: bool = False) -> Box | None:
    """The box of a formula that was read; None when it is too large to paint."""
    pen = Pen(small_scripts(display.body, limits_count=False), ascii)
    whole = lay(display.body, pen, False)
    if width is not None and whole.width > width and isinstance(display.body, Row):
        whole = _broken(display.body, pen, width)
    return paint(whole)


def lay(node: Node, pen: Pen, tight: bool) -> Lay:
    """The box of a node. `tight` is the setting inside scripts."""
    match node:
        case Sym() | Text():
            return leaf(glyph(node, pen.ascii), node.span, node.style)
        case Row(items=items):
            return _row(items, pen, tight)
        case Scripts():
            return _scripts(node, pen, tight)
        case Frac():
            return _fraction(node, pen, tight)
        case Fenced():
            return _fenced(node, pen, tight)
        case Accent():
            return _accent(node, pen, tight)
        case Root():
            return _root(node, pen, tight)
        case Grid():
            cells_ = [[lay(cell, pen, tight or node.kind == "substack") for cell in row] for row in node.cells]
            return grid_box(node, cells_, pen.ascii)
        case Brace():
            return _brace(node, pen, tight)
        case Stack():
            return _stack(node, pen, tight)
        case Boxed():
            return _boxed(node, pen, tight)
        case Space():
            return blank(node.cells)


def _row(items: tuple[Node, ...], pen: Pen, tight: bool) -> Lay:
    pieces: list[Lay] = []
    for item, gap in zip(items, gaps(items, tight, pen.ascii), strict=True):
        if gap:
            pieces.append(blank(gap))
        if not isinstance(item, Space):
            pieces.append(lay(item, pen, tight))
    if items and isinstance(items[-1], Space):
        pieces.append(blank(items[-1].cells))
    return beside(*pieces) if pieces else EMPTY


def _broken(row: Row, pen: Pen, width: int) -> Lay:
    """The row in lines of at most `width` cells where relations allow; the lines after the first are indented.

    An equation after a wide space goes to a line of its own rather than being cut at its relation, if it fits there.
    """
    lines: list[list[Lay]] = []
    room = -1
    for equation in _equations(_chunks(row.items)):
        whole = tuple(item for piece in equation for item in piece)
        for piece in (whole,) if _row(whole, pen, False).width <= width - 2 else equation:
            box = _row(piece, pen, False)
            if lines and box.width + 1 <= room:
                lines[-1] += [blank(1), box]
                room -= box.width + 1
            else:
                start = next((i for i, item in enumerate(piece) if not isinstance(item, Space)), 0)
                box = _row(piece[start:], pen, False)
                room = width - box.width - (2 if lines else 0)
                lines.append([box])
    laid = [beside(*line) for line in lines]
    shifted = laid[:1] + [beside(blank(2), line) for line in laid[1:]]
    return stacked(_aired(shifted), 0, "l")


def _equations(chunks: list[tuple[Node, ...]]) -> list[tuple[tuple[Node, ...], ...]]:
    """The pieces from one wide space to the next."""
    found: list[list[tuple[Node, ...]]] = []
    for chunk in chunks:
        if not found or isinstance(chunk[0], Space):
            found.append([])
        found[-1].append(chunk)
    return [tuple(equation) for equation in found]


def _chunks(items: tuple[Node, ...]) -> list[tuple[Node, ...]]:
    """Pieces that may stand on lines of their own: each begins with a relation, or follows a wide space."""
    found: list[list[Node]] = [[]]
    for index, item in enumerate(items):
        wide = isinstance(item, Space) and item.cells >= 2
        after = index > 0 and kind_of(items[index - 1]) == "rel"
        if found[-1] and (wide or (kind_of(item) == "rel" and not after)):
            found.append([])
        found[-1].append(item)
    return [tuple(chunk) for chunk in found]


def _aired(lines: list[Lay]) -> list[Lay]:
    """An empty row between two lines that are both tall, so that their fractions do not run together."""
    found: list[Lay] = []
    for line in lines:
        if found and line.baseline and found[-1].depth:
            found.append(blank(0))
        found.append(line)
    return found


def _fraction(node: Frac, pen: Pen, tight: bool) -> Lay:
    over, under = lay(node.over, pen, tight), lay(node.under, pen, tight)
    width = max(over.width, under.width, 1)
    if not node.bar:
        return stacked([over, blank(width), under], 1)
    if any(_has_bar(part) and box.width == width for part, box in ((node.over, over), (node.under, under))):
        width += 2
    return stacked([over, leaf(pen.bar * width, node.span), under], 1)


def _has_bar(node: Node) -> bool:
    """Whether a fraction's own line would lie right under (or over) this one's and read as equal to it."""
    return isinstance(node, Frac) or (isinstance(node, Row) and len(node.items) == 1 and _has_bar(node.items[0]))


def _fenced(node: Fenced, pen: Pen, tight: bool) -> Lay:
    inside = [lay(part, pen, tight) for part in node.parts]
    top, depth = max(b.reach[0] for b in inside), max(b.reach[1] for b in inside)
    glyphs = (node.left, *node.bars, node.right)
    bars = [fence(g, top + depth + 1, top, node.span, pen.ascii) for g in glyphs]
    pieces: list[Lay] = [bars[0]]
    for body, bar in zip(inside, bars[1:], strict=True):
        pieces += [body, bar]
    if node.bars:  # a bar in the middle stands free, like a relation
        pieces = [p for i, p in enumerate(pieces) for p in ((blank(1), p, blank(1)) if _middle(i, pieces) else (p,))]
    return beside(*pieces)


def _middle(index: int, pieces: list[Lay]) -> bool:
    return index % 2 == 0 and 0 < index < len(pieces) - 1


def _scripts(node: Scripts, pen: Pen, tight: bool) -> Lay:
    base = lay(node.base, pen, tight)
    if node.limits:
        return _limits(base, node.sub, node.sup, pen)
    fenced = isinstance(node.base, Fenced | Grid)
    above, below = base.reach if fenced else (base.baseline, base.depth)
    first, last = base.baseline - above, base.baseline + below  # the rows of the base that scripts go by
    beside_tall = fenced and last > first  # scripts stand in the first and last row, next to the bracket
    low, high = _script(node.sub, pen, "sub"), _script(node.sup, pen, "sup")
    in_line = fenced or base.height == 1
    low_inside = low is not None and in_line and _small(node.sub, pen, "sub")
    high_inside = high is not None and in_line and _small(node.sup, pen, "sup")
    parts: list[tuple[int, int, Lay]] = [(0, 0, base)]
    if low is not None:
        parts.append((last if low_inside or beside_tall else last + 1, base.width, low))
    if high is not None:
        same_row = low is not None and low_inside and high_inside and first == last
        at = base.width + (low.width if same_row and low is not None else 0)
        parts.append((first if high_inside else first + beside_tall - high.height, at, high))
    return _united(parts, base)


def _united(parts: list[tuple[int, int, Lay]], base: Lay) -> Lay:
    """Parts at rows that may be negative, as one box with the baseline and the core of the base."""
    top = max(0, -min(row for row, _, _ in parts))
    height = top + max(row + box.height for row, _, box in parts)
    width = max(at + box.width for _, at, box in parts)
    shifted = tuple((row + top, at, box) for row, at, box in parts)
    return Lay(width, height, base.baseline + top, shifted, core=base.reach)


def _small(node: Node | None, pen: Pen, side: str) -> bool:
    if node is None or (pen.ascii and not is_prime(node)):
        return False
    return is_prime(node) or (pen.small.sub if side == "sub" else pen.small.sup)


def _script(node: Node | None, pen: Pen, side: str) -> Lay | None:
    if node is None:
        return None
    if not pen.ascii and _small(node, pen, side):
        text = small_text(node, SUBSCRIPTS if side == "sub" else SUPERSCRIPTS)
        if text is not None:
            return leaf(text, node.span)
    return lay(node, pen, True)


def _limits(base: Lay, low: Node | None, high: Node | None, pen: Pen) -> Lay:
    rows = [] if high is None else [lay(high, pen, True)]
    rows.append(base)
    middle = len(rows) - 1
    if low is not None:
        rows.append(lay(low, pen, True))
    return stacked(rows, middle)


def _root(node: Root, pen: Pen, tight: bool) -> Lay:
    body = lay(node.body, pen, tight)
    if node.index is None and body.height == 1 and not pen.ascii and is_atom(node.body):
        return beside(leaf("√", node.span), body)
    corner, line, side, foot = (" ", "_", "|", "\\") if pen.ascii else ("┌", "─", "│", "╲")
    index = EMPTY if node.index is None else lay(node.index, pen, True)
    left = max(1, index.width)
    parts = [
        (0, left, leaf(corner + line * body.width, node.span)),
        (1, left, column([side] * body.height, 0, node.span)),
        (body.height, left - 1, leaf(foot, node.span)),
        (1, left + 1, body),
    ]
    box = framed(left + 1 + body.width, body.height + 1, body.baseline + 1, *parts)
    if node.index is None:
        return box
    extra = max(0, index.height - body.height)  # the index ends in the row above the foot of the sign
    shifted = (extra, 0, box), (extra + body.height - index.height, left - index.width, index)
    return framed(box.width, box.height + extra, box.baseline + extra, *shifted)


def _accent(node: Accent, pen: Pen, tight: bool) -> Lay:
    letter = accented(node.body, node.mark, pen.ascii)
    if letter is not None:
        return leaf(letter, node.span, node.body.style if isinstance(node.body, Sym) else "")
    body = lay(node.body, pen, tight)
    sign = MARKS[node.mark][2 if pen.ascii else 1]
    width = max(body.width, 1)
    if node.mark in ("bar", "underline"):
        sign *= width
    elif node.mark == "vec" and width > 1:
        sign = pen.bar * (width - 1) + sign
    mark = leaf(sign, node.span)
    return stacked([body, mark], 0) if node.mark == "underline" else stacked([mark, body], 1)


def _brace(node: Brace, pen: Pen, tight: bool) -> Lay:
    body = lay(node.body, pen, tight)
    width = max(body.width, 3)
    ends = ("++" if pen.ascii else "┌┐") if node.over else ("++" if pen.ascii else "└┘")
    tip = "+" if pen.ascii else ("┴" if node.over else "┬")
    left = (width - 3) // 2
    line = ends[0] + pen.bar * left + tip + pen.bar * (width - 3 - left) + ends[1]
    rows = [body, leaf(line, node.span)]
    if node.label is not None:
        rows.append(lay(node.label, pen, True))
    return stacked(rows[::-1], len(rows) - 1) if node.over else stacked(rows, 0)


def _stack(node: Stack, pen: Pen, tight: bool) -> Lay:
    base = lay(node.base, pen, tight)
    rows = [] if node.over is None else [lay(node.over, pen, True)]
    if kind_of(node.base) == "rel" and rows and rows[0].width > base.width and "→←".find(_text(node.base)) >= 0:
        base = _long_arrow(_text(node.base), rows[0].width + 2, node.span, pen)
    rows.append(base)
    middle = len(rows) - 1
    if node.under is not None:
        rows.append(lay(node.under, pen, True))
    return stacked(rows, middle)


def _text(node: Node) -> str:
    return node.text if isinstance(node, Sym) else "none"


def _long_arrow(glyph_: str, width: int, span: Span, pen: Pen) -> Lay:
    line = pen.bar * (width - 1)
    head = {"→": ">", "←": "<"}[glyph_] if pen.ascii else glyph_
    return leaf(line + head if glyph_ == "→" else head + line, span)


def _boxed(node: Boxed, pen: Pen, tight: bool) -> Lay:
    body = lay(node.body, pen, tight)
    corners = "++++" if pen.ascii else "┌┐└┘"
    line, side = pen.bar * (body.width + 2), "|" if pen.ascii else "│"
    edge = column([side] * body.height, 0, node.span)
    return framed(
        body.width + 4, body.height + 2, body.baseline + 1,
        (0, 0, leaf(corners[0] + line + corners[1], node.span)), (1, 0, edge), (1, 2, body),
        (1, body.width + 3, edge), (body.height + 1, 0, leaf(corners[2] + line + corners[3], node.span)),
    )  # fmt: skip
