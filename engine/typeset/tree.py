"""The display tree: what a formula looks like, not what it means. Frozen nodes, each with its span in the LaTeX source.

Every writer (boxes, line, speech; Typst is one more file) reads this tree and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MathError:
    """A formula that could not be read: what was found and what to do, and the half-open span in the source."""

    message: str
    span: Span

    @property
    def column(self) -> int:
        """The first offending column, counted from 1."""
        return self.span[0] + 1

    def __str__(self) -> str:
        return f"column {self.column}: {self.message}"


@dataclass(frozen=True, slots=True)
class Sym:
    """One symbol, number or name. `kind` drives spacing: ord, func, op, bin, rel, open, close, punct, prime.

    `style` is the font that LaTeX asked for ("", "bold", "italic", ...); `limits` says that scripts go above and below.
    """

    span: Span
    text: str
    kind: str = "ord"
    style: str = ""
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """Words inside a formula, spaces kept."""

    span: Span
    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Space:
    """Explicit space, in cells; 0 for a space that only exists on paper."""

    span: Span
    cells: int


@dataclass(frozen=True, slots=True)
class Row:
    """Nodes side by side."""

    span: Span
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Frac:
    """One thing over another; `bar` is absent in binomials, which stand inside a Fenced."""

    span: Span
    over: Node
    under: Node
    bar: bool = True


@dataclass(frozen=True, slots=True)
class Root:
    """A square root, or the root with an index."""

    span: Span
    body: Node
    index: Node | None = None


@dataclass(frozen=True, slots=True)
class Scripts:
    """A base with a subscript, a superscript, or both; `limits` sets them below and above the base."""

    span: Span
    base: Node
    sub: Node | None
    sup: Node | None
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Accent:
    """A mark over (or a line under) a body. `mark` is hat, bar, tilde, vec, dot, ddot, check, breve or underline."""

    span: Span
    body: Node
    mark: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Fenced:
    """Parts between delimiters that grow with them; `bars` stand between the parts. An absent delimiter is ""."""

    span: Span
    left: str
    right: str
    parts: tuple[Node, ...]
    bars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells in rows and columns. `kind` is matrix, array, cases, aligned, gathered, small or substack.

    `aligns` has one letter a column (l, c, r); empty means that the kind decides. `rules` are the columns before which
    a vertical line stands, `lines` the rows before which a horizontal one does.
    """

    span: Span
    kind: str
    cells: tuple[tuple[Node, ...], ...]
    left: str = ""
    right: str = ""
    aligns: str = ""
    rules: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Brace:
    """A horizontal brace over or under a body, with its label."""

    span: Span
    body: Node
    label: Node | None
    over: bool


@dataclass(frozen=True, slots=True)
class Stack:
    """Something small set above or below a base (overset, underset, stackrel)."""

    span: Span
    base: Node
    over: Node | None
    under: Node | None


@dataclass(frozen=True, slots=True)
class Boxed:
    """A body in a frame."""

    span: Span
    body: Node


Node: TypeAlias = Sym | Text | Space | Row | Frac | Root | Scripts | Accent | Fenced | Grid | Brace | Stack | Boxed


@dataclass(frozen=True, slots=True)
class Display:
    """A formula that was read: its source and its tree."""

    source: str
    body: Node


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside a node, in reading order."""
    match node:
        case Row():
            return node.items
        case Frac():
            return (node.over, node.under)
        case Scripts(base=base, sub=first, sup=second) | Stack(base=base, under=first, over=second):
            return tuple(n for n in (base, first, second) if n is not None)
        case Root(body=body, index=extra) | Brace(body=body, label=extra):
            return (body,) if extra is None else (body, extra)
        case Accent() | Boxed():
            return (node.body,)
        case Fenced():
            return node.parts
        case Grid():
            return tuple(cell for row in node.cells for cell in row)
        case Sym() | Text() | Space():
            return ()


def walk(node: Node) -> list[Node]:
    """The node and everything inside it, parents first."""
    found = [node]
    for inner in found:  # the list grows while it is walked
        found.extend(children(inner))
    return found
