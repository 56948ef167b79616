"""What a leaf of the tree looks like: its characters in Unicode or ASCII, with accents."""

from __future__ import annotations

import unicodedata

from engine.typeset.cells import ascii_text, cells
from engine.typeset.symbols import MARKS
from engine.typeset.tree import Node, Sym, Text


def glyph(node: Sym | Text, ascii: bool) -> str:
    """The characters of a symbol or of words."""
    return ascii_text(node.text) if ascii else node.text


def accented(body: Node, mark: str, ascii: bool) -> str | None:
    """A single letter with its accent in one cell; None when the accent needs a row of its own."""
    if ascii or mark not in MARKS or not isinstance(body, Sym) or cells(body.text) != 1:
        return None
    if body.text == "i" and mark != "underline":
        base = "ı"
    else:
        base = body.text
    if not base[0].isalpha():
        return None
    joined = unicodedata.normalize("NFC", base + MARKS[mark][0])
    return joined if cells(joined) == 1 else None
