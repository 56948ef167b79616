"""How many cells stand between two neighbours in a row: the classes of TeX, in whole cells."""

from __future__ import annotations

from engine.typeset.cells import ascii_text
from engine.typeset.rows import kind_of
from engine.typeset.tree import Accent, Node, Root, Row, Scripts, Space, Sym, Text

_AROUND = frozenset({"bin", "rel"})
_TOGETHER = frozenset({":=", "=:", "<=", ">=", "=="})
_NO_GAP_BEFORE = frozenset({"close", "punct", "prime"})
_WIDE = frozenset({"op", "func", "inner"})


def gaps(items: tuple[Node, ...], tight: bool, ascii: bool = False) -> list[int]:
    """Cells before each item of a row. Explicit spaces are items of no width here: theirs is added to what follows.

    `tight` is the setting inside scripts, where relations and operators stand close. In ASCII, Greek letters
    are words.
    """
    found, before, room = [], None, 0
    for item in items:
        if isinstance(item, Space):
            room = max(room, item.cells) if room < 2 or item.cells < 2 else room + item.cells
            found.append(0)
            continue
        gap = max(room, between(before, item, tight, ascii)) if before is not None else room
        found.append(gap)
        if not (isinstance(item, Row) and not item.items):
            before, room = item, 0
    return found


def between(before: Node, after: Node, tight: bool, ascii: bool = False) -> int:
    """Cells between two neighbours."""
    left, right = kind_of(before), kind_of(after)
    if left == right == "rel":
        return 0 if _plain_pair(before, after) else 1
    if left in _AROUND or right in _AROUND:
        return 0 if tight and not _wordy(before if left in _AROUND else after, ascii) else 1
    if left == "open" or right in _NO_GAP_BEFORE:
        return 0
    if left == "punct":
        return 0 if tight else 1
    if left in _WIDE or right in _WIDE:
        return 0 if _clings(before, left, right) else 1
    if isinstance(before, Root):
        return 0 if right == "open" else 1
    return 1 if _words_meet(before, after, ascii) else 0


def _clings(before: Node, left: str, right: str) -> bool:
    """A function and its bracket, a fraction before a closing bracket, a sign before a function."""
    if left == "func":
        return right in ("fence", "open")
    return right != "inner" and left == "ord" and isinstance(before, Sym) and before.text in "+-±∓¬/!"


def _plain_pair(before: Node, after: Node) -> bool:
    """Characters that make one relation together, such as := or <=."""
    return isinstance(before, Sym) and isinstance(after, Sym) and before.text + after.text in _TOGETHER


def _wordy(node: Node, ascii: bool) -> bool:
    """Whether an operator or relation is written in letters, as mod is."""
    text = _core(node, ascii)
    return text.isascii() and text.isalpha()


def _words_meet(before: Node, after: Node, ascii: bool) -> bool:
    """Whether two names (or a name and a symbol) would run into one word."""
    if isinstance(before, Text) or isinstance(after, Text):
        return False
    first, second = _core(before, ascii), _core(after, ascii)
    if not first or not second or not (first[-1].isalnum() and second[0].isalnum()):
        return False
    return _name(first) or _name(second) or (first[-1].isdigit() and second[0].isdigit())


def _name(text: str) -> bool:
    return len(text) > 1 and not text[0].isdigit()


def _core(node: Node, ascii: bool) -> str:
    while isinstance(node, Scripts | Accent):
        node = node.base if isinstance(node, Scripts) else node.body
    text = node.text if isinstance(node, Sym | Text) else ""
    return ascii_text(text) if ascii else text
