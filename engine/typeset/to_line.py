"""The display tree in one row. Brackets stand wherever the slash, the caret or the root sign would read otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from engine.typeset.cells import ascii_text, marked
from engine.typeset.glyphs import accented, glyph
from engine.typeset.letters import NONE, SUBSCRIPTS, SUPERSCRIPTS, Small, is_prime, small_scripts, small_text
from engine.typeset.reader import parse
from engine.typeset.rows import bare, is_atom, kind_of
from engine.typeset.spacing import gaps
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
    Stack,
    Sym,
    Text,
)  # fmt: skip

# Beside these a slash fraction needs no brackets: they bind no tighter than the slash.
_LOOSE = frozenset("+-±∓·×")
_DIFFERENTIALS = frozenset("∂d∇")


@dataclass(frozen=True, slots=True)
class _Pen:
    small: Small
    ascii: bool


def line(latex: str, ascii: bool = False) -> str:
    """A formula in one row, e.g. (x - μ)/(√(σ² + ε)). One that cannot be read is its source between double brackets."""
    display = parse(latex)
    return marked(latex, ascii) if isinstance(display, MathError) else display_line(display, ascii)


def display_line(display: Display, ascii: bool = False) -> str:
    """The row of a formula that was read."""
    small = NONE if ascii else small_scripts(display.body, limits_count=True)
    return _write(display.body, _Pen(small, ascii), False).strip()


def _write(node: Node, pen: _Pen, tight: bool) -> str:
    match node:
        case Sym() | Text():
            return glyph(node, pen.ascii)
        case Row(items=items):
            return _row(items, pen, tight)
        case Scripts():
            return _scripts(node, pen, tight)
        case Frac():
            return f"{_operand(node.over, pen, False)}/{_operand(node.under, pen, True)}"
        case Fenced():
            return _fenced(node, pen, tight)
        case Accent():
            letter = accented(node.body, node.mark, pen.ascii)
            return f"{node.mark}({_write(node.body, pen, tight)})" if letter is None else letter
        case Root():
            return _root(node, pen)
        case Grid():
            return _grid(node, pen)
        case Brace() | Stack():
            return _labelled(node, pen)
        case Boxed():
            return f"[ {_write(node.body, pen, tight)} ]"
        case Space():
            return " " * node.cells


def _row(items: tuple[Node, ...], pen: _Pen, tight: bool) -> str:
    found = ""
    before: Node | None = None
    for index, (item, gap) in enumerate(zip(items, gaps(items, tight, pen.ascii), strict=True)):
        if isinstance(item, Space):
            continue
        text = _write(item, pen, tight)
        if isinstance(bare(item), Frac) and not _alone(items, index):
            text = f"({text})"
            gap = 0 if before is not None and kind_of(before) == "func" else gap
        if isinstance(before, Sym) and before.kind == "ord" and before.text in "+-±∓":
            gap = 0  # a sign stands close to what it belongs to
        if found and not gap and (_runs_on(before, found, text) or (_called(item, text) and found[-1].isalnum())):
            gap = 1
        found += " " * gap + text
        before = item if text else before
    return found


def _alone(items: tuple[Node, ...], index: int) -> bool:
    """Whether both neighbours of a fraction bind no tighter than its slash."""
    left = next((i for i in reversed(items[:index]) if not isinstance(i, Space)), None)
    right = next((i for i in items[index + 1 :] if not isinstance(i, Space)), None)
    return _loose(left) and _loose(right)


def _loose(node: Node | None) -> bool:
    if node is None or kind_of(node) in ("rel", "punct", "open", "close"):
        return True
    return isinstance(node, Sym) and node.text in _LOOSE


def _runs_on(before: Node | None, found: str, text: str) -> bool:
    """Whether a script or number just written would swallow the next letter or digit: x_i y, x^2 3, 2 3."""
    if not text or not (text[0].isalnum() or text[0] in "∂∇∞."):
        return False
    if isinstance(before, Scripts):
        return found[-1] not in ")′'" and (found[-1].isascii() or not _small_end(found[-1]))
    return found[-1].isdigit() and text[0].isdigit()


def _called(item: Node, text: str) -> bool:
    """An accent written as a word before its bracket."""
    return isinstance(item, Accent | Scripts) and text.find("(") > 1 and text[: text.find("(")].isalpha()


def _small_end(char: str) -> bool:
    return char in SUBSCRIPTS.values() or char in SUPERSCRIPTS.values()


def _operand(node: Node, pen: _Pen, under: bool) -> str:
    """What stands over or under a slash, bracketed unless it holds together by itself."""
    text = _write(node, pen, False)
    return text if _holds(node, under) else f"({text})"


def _holds(node: Node, under: bool) -> bool:
    node = bare(node)
    match node:
        case Sym():
            return node.kind in ("ord", "func", "prime") and node.text not in ("-", "+", "±", "∓", "/", "!")
        case Text():
            return " " not in node.text.strip()
        case Scripts():
            return _holds(node.base, under) if not isinstance(bare(node.base), Row) else bool(_items(node.base))
        case Fenced():
            return bool(node.left and node.right)
        case Accent():
            return True
        case Grid():
            return node.kind in ("matrix", "small", "cases")
        case Root():
            return not under
        case Row(items=items):
            if len(items) == 2 and isinstance(items[0], Sym) and items[0].text in _DIFFERENTIALS:
                return _simple(items[1])
            return not under and bool(items) and all(_simple(i) or isinstance(i, Fenced) for i in items)
    return False


def _items(node: Node) -> tuple[Node, ...]:
    node = bare(node)
    return node.items if isinstance(node, Row) else ()


def _simple(node: Node) -> bool:
    """A letter, a number, or one with scripts: what can be multiplied by standing beside another."""
    node = bare(node)
    if isinstance(node, Scripts):
        return _simple(node.base) and kind_of(node) == "ord"
    if isinstance(node, Sym):
        return node.kind == "ord" and node.text not in ("-", "+", "±", "∓", "/", "!")
    return isinstance(node, Accent)


def _root(node: Root, pen: _Pen) -> str:
    body = _write(node.body, pen, False)
    if node.index is not None:
        index = _write(node.index, pen, True)
        if index == "3" and not pen.ascii:
            return f"∛({body})"
        return f"{'root' if pen.ascii else '√'}[{index}]({body})"
    if pen.ascii:
        return f"sqrt({body})"
    return f"√{body}" if is_atom(node.body) else f"√({body})"


def _scripts(node: Scripts, pen: _Pen, tight: bool) -> str:
    base = _write(node.base, pen, tight)
    if not _stands(node.base):
        base = f"({base})"
    sub = "" if node.sub is None else _script(node.sub, "_", pen)
    return base + sub + ("" if node.sup is None else _raised(node.sup, pen))


def _stands(node: Node) -> bool:
    """Whether a script after the text of this node belongs to the whole of it."""
    node = bare(node)
    match node:
        case Sym() | Accent():
            return True
        case Text():
            return " " not in node.text.strip()
        case Fenced():
            return bool(node.left or node.right)
        case Grid():
            return node.kind in ("matrix", "small", "cases")
        case Row():
            return not node.items
    return False


def _raised(node: Node, pen: _Pen) -> str:
    """A superscript; primes stand in the line, before the rest."""
    if isinstance(node, Row) and len(node.items) == 2 and is_prime(node.items[0]):
        rest = _script(node.items[1], "^", pen)
        return _write(node.items[0], pen, True) + rest
    return _write(node, pen, True) if is_prime(node) else _script(node, "^", pen)


def _script(node: Node, mark: str, pen: _Pen) -> str:
    table, allowed = (SUBSCRIPTS, pen.small.sub) if mark == "_" else (SUPERSCRIPTS, pen.small.sup)
    small = small_text(node, table) if allowed else None
    if small is not None:
        return small
    text = _write(node, pen, True)
    inner = bare(node)
    if isinstance(inner, Sym | Accent) and not (isinstance(inner, Sym) and " " in text):
        return mark + text
    whole = isinstance(inner, Fenced) and inner.left == "(" and inner.right == ")"
    return mark + (text if whole else f"({text})")


def _fenced(node: Fenced, pen: _Pen, tight: bool) -> str:
    if len(node.parts) == 1 and isinstance(node.parts[0], Frac) and not node.parts[0].bar:
        over, under = (_write(n, pen, tight) for n in (node.parts[0].over, node.parts[0].under))
        return f"({over} choose {under})"
    left, right, *bars = (ascii_text(g) if pen.ascii else g for g in (node.left, node.right, *node.bars))
    parts = [_write(part, pen, tight) for part in node.parts]
    inside = bare(node.parts[0])
    grid = isinstance(inside, Grid) and not inside.left and inside.kind in ("array", "matrix")
    body = _entries(inside, pen) if grid else parts[0]
    for bar, part in zip(bars, parts[1:], strict=True):
        body += f" {bar} {part}" if bar else part
    if not left and right and not _holds(node.parts[0], True):
        body = f"({body})"  # a bar after it would take only the last symbol
    return left + body + right


def _grid(node: Grid, pen: _Pen) -> str:
    rows = [[_write(cell, pen, node.kind == "substack").strip() for cell in row] for row in node.cells]
    if node.kind in ("aligned", "gathered"):
        return "; ".join(" ".join(text for text in row if text) for row in rows if any(row))
    if node.kind == "substack":
        return ", ".join(",".join(row) for row in rows)
    if node.kind == "cases":
        return f"{{ {_entries(node, pen)} }}"
    left, right = (ascii_text(g) if pen.ascii else g for g in (node.left or "[", node.right or "]"))
    return left + _entries(node, pen) + right


def _entries(node: Node, pen: _Pen) -> str:
    """The cells of a matrix: commas within a row, semicolons between rows."""
    assert isinstance(node, Grid)
    rows = ((_write(cell, pen, False).strip().rstrip(",") for cell in row) for row in node.cells)
    return "; ".join(map(", ".join, rows))


def _labelled(node: Brace | Stack, pen: _Pen) -> str:
    """A label as a script of what it is set on."""
    if isinstance(node, Brace):
        body = _write(node.body, pen, False)
        body = body if _holds(node.body, True) else f"({body})"
        sign = ("^" if node.over else "_") if pen.ascii else ("⏞" if node.over else "⏟")
        return body if node.label is None else f"{body}{sign}({_write(node.label, pen, False)})"
    found = _write(node.base, pen, False)
    found = found if _stands(node.base) else f"({found})"
    for mark, label in (("_", node.under), ("^", node.over)):
        if label is not None:
            found += f"{mark}({_write(label, pen, True)})"
    return found
