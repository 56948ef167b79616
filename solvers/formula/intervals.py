"""Intervals whose ends are no numbers, x in [a, b), and orders that end at zero, a > b >= 0."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.nodes import Chain, Name, Node, Num
from solvers.formula.tokens import Declaration

_ENDS = re.compile(r"\s*([\[(])\s*([^\[\](){},;]+?)\s*[,;]\s*([^\[\](){},;]+?)\s*([\])])\s*")
_DOTS = re.compile(r"\\[lc]?dots[cbm]?|\.\.\.|…")
_LETTER = re.compile(r"(?<![A-Za-z\\])[A-Za-z]|\\(?!infty(?![A-Za-z])|[,;:! ])[A-Za-z]|[α-ω]")


def between_symbols(targets: Sequence[str], text: str) -> tuple[str, ...] | None:
    """What x in [a, b) says besides that x is a number: a <= x < b, of each x_i where x_1, ..., x_n are listed; None of
    ends that are numbers, and of other sets.
    """
    ends = _ENDS.fullmatch(text)
    if ends is None or _LETTER.search(f"{ends[2]} {ends[3]}") is None:
        return None
    first, low, high, last = ends.groups()
    below = "" if "infty" in low else f"{low} {'<=' if first == '[' else '<'} "
    above = "" if "infty" in high else f" {'<=' if last == ']' else '<'} {high}"
    listed = any(_DOTS.fullmatch(target.strip()) for target in targets)
    about = [f"{targets[-1].partition('_')[0]}_i"] if listed else targets
    return tuple(f"{below}{target}{above}" for target in about)


def positives(node: Node) -> tuple[Declaration, ...]:
    """The names of a > b > 0, all of them positive."""
    if not isinstance(node, Chain):
        return ()
    sides = node.sides if set(node.relations) <= {">", ">="} else node.sides[::-1]
    ordered = set(node.relations) <= {">", ">="} or set(node.relations) <= {"<", "<="}
    relations = node.relations if set(node.relations) <= {">", ">="} else node.relations[::-1]
    *above, last = [side for side in sides if side != Name("pi")]
    if not ordered or last != Num("0") or not all(isinstance(side, Name) for side in above):
        return ()
    found, ends = [], "[)"  # from 0 on: a > b >= 0
    for side, relation in zip(reversed(above), reversed(relations), strict=False):
        ends = "()" if len(relation) == 1 else ends
        found.append(Declaration(side.text, (), (), "real", True, ends=ends) if isinstance(side, Name) else None)
    return tuple(declaration for declaration in reversed(found) if declaration is not None)


__all__ = ["between_symbols", "positives"]


_LEFT_OUT = re.compile(
    r"(?P<whole>.+?)\s*(?:\\setminus(?![A-Za-z])|\\backslash(?![A-Za-z])|∖|(?<=\s)\\(?=\s+\{)|(?<=\s)(?:minus|without)(?=\s))"
    r"\s*\\?\{\s*(?P<values>[\d.,\s-]+|\\(?:mathbf|boldsymbol|bm|vec)\s*\{?\s*0\s*\}?)\\?\}\s*"
)
_NATURALS = re.compile(
    r"\s*\\?(?:left\\?)?\{\s*(?P<first>[01])\s*,\s*(?:\d\s*,\s*)*(?:\\[lc]?dots[a-z]?|\.\.\.|…)\s*\\?(?:right\\?)?\}\s*"
)


def without_some(piece: str) -> tuple[str, list[str]] | None:
    """The set without what is taken out of it, and that: R^n \\setminus \\{0\\}; None of other texts."""
    match = _LEFT_OUT.fullmatch(piece)
    if match is None:
        return None
    values = [value.strip() for value in match["values"].split(",")]
    return match["whole"], ["0" if "0" in value and "\\" in value else value for value in values if value]


def natural_run(text: str) -> str:
    """\\{0, 1, 2, \\dots\\} as \\mathbb{N}_0."""
    match = _NATURALS.fullmatch(text)
    return text if match is None else "\\mathbb{N}" + ("_0" if match["first"] == "0" else "")
