"""Delimiters of any height, drawn from one-cell pieces, in Unicode and in ASCII."""

from __future__ import annotations

from engine.typeset.box import Lay, column, leaf
from engine.typeset.tree import Span

# Delimiter -> (top, extension, bottom).
_PIECES: dict[str, tuple[str, str, str]] = {
    "(": ("⎛", "⎜", "⎝"), ")": ("⎞", "⎟", "⎠"), "[": ("⎡", "⎢", "⎣"), "]": ("⎤", "⎥", "⎦"),
    "⌊": ("⎢", "⎢", "⎣"), "⌋": ("⎥", "⎥", "⎦"), "⌈": ("⎡", "⎢", "⎢"), "⌉": ("⎤", "⎥", "⎥"),
    "|": ("│", "│", "│"), "‖": ("║", "║", "║"), "⟦": ("⟦", "⟦", "⟦"), "⟧": ("⟧", "⟧", "⟧"),
    "↑": ("↑", "│", "│"), "↓": ("│", "│", "↓"), "↕": ("↑", "│", "↓"), "⟮": ("⎛", "⎜", "⎝"), "⟯": ("⎞", "⎟", "⎠"),
}  # fmt: skip
_ASCII_PIECES: dict[str, tuple[str, str, str]] = {
    "(": ("/", "|", "\\"), ")": ("\\", "|", "/"), "⟮": ("/", "|", "\\"), "⟯": ("\\", "|", "/"),
    "⌊": ("|", "|", "|_"), "⌋": (" |", " |", "_|"), "⌈": ("|^", "|", "|"), "⌉": ("^|", " |", " |"),
    "|": ("|", "|", "|"), "‖": ("||", "||", "||"), "⟦": ("[[", "[[", "[["), "⟧": ("]]", "]]", "]]"),
    "[": ("[", "[", "["), "]": ("]", "]", "]"), "↑": ("^", "|", "|"), "↓": ("|", "|", "v"), "↕": ("^", "|", "v"),
}  # fmt: skip
_ASCII_SINGLE = {
    "⟨": "<", "⟩": ">", "⌊": "|_", "⌋": "_|", "⌈": "|^", "⌉": "^|", "‖": "||", "⟦": "[[", "⟧": "]]", "⟮": "(", "⟯": ")",
    "↑": "^", "↓": "v", "↕": "|",
}  # fmt: skip
_BRACES = {"{": ("⎧", "⎪", "⎨", "⎩", "⎰⎱"), "}": ("⎫", "⎪", "⎬", "⎭", "⎱⎰")}
_ASCII_BRACES = {"{": ("/", "|", "<", "\\", "{{"), "}": ("\\", "|", ">", "/", "}}")}


def fence(glyph: str, height: int, baseline: int, span: Span, ascii: bool) -> Lay:
    """A delimiter of `height` rows with its baseline where the body has it. An absent one takes no room."""
    if not glyph:
        return Lay(0, height, baseline)
    if height == 1:
        return leaf(_ASCII_SINGLE.get(glyph, glyph) if ascii else glyph, span)
    return column(_rows(glyph, height, baseline, ascii), baseline, span)


def _rows(glyph: str, height: int, baseline: int, ascii: bool) -> list[str]:
    if glyph in _BRACES:
        return _brace((_ASCII_BRACES if ascii else _BRACES)[glyph], height, baseline)
    if glyph in "⟨⟩/\\":
        return _slanted(glyph, height, baseline, ascii)
    top, middle, bottom = (_ASCII_PIECES if ascii else _PIECES)[glyph]
    width = max(len(top), len(bottom))
    return [piece.ljust(width) for piece in (top, *[middle] * (height - 2), bottom)]


def _brace(pieces: tuple[str, ...], height: int, baseline: int) -> list[str]:
    top, extension, middle, bottom, two = pieces
    if height == 2:
        return list(two)
    tip = baseline if 0 < baseline < height - 1 else height // 2
    return [top, *(middle if row == tip else extension for row in range(1, height - 1)), bottom]


def _slanted(glyph: str, height: int, baseline: int, ascii: bool) -> list[str]:
    """Angles: a stroke to the middle and one back. A slash stays small: grown, it would be as wide as it is tall."""
    up, down = ("/", "\\") if ascii else ("╱", "╲")
    if glyph in "/\\":
        return [(up if glyph == "/" else down) if row == baseline else " " for row in range(height)]
    half, first, second = height // 2, *((up, down) if glyph == "⟨" else (down, up))
    tip = [{"⟨": "<", "⟩": ">"}[glyph] if ascii else glyph] if height % 2 else []
    return [first] * half + tip + [second] * half
