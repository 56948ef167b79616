"""How many terminal cells text takes, and text made safe to show: no tabs, no control characters, no surprises."""

from __future__ import annotations

import unicodedata

from engine.typeset.symbols import GLYPHS, MARKS, PLAIN_LETTERS

HOLE = "\ufffd"  # stands for a character that cannot be shown in one cell
_ASCII = {ord(glyph): symbol.ascii for glyph, symbol in GLYPHS.items() if not glyph.isascii()}
_ASCII |= {ord(glyph): letter for glyph, (_, letter) in PLAIN_LETTERS.items()}
_ASCII |= {ord(combining): "" for combining, _, _ in MARKS.values()}
_ASCII |= {
    ord(a): b
    for a, b in zip("─│┼├┤┌┐└┘╲╱═║‾–—‘’“”", "-|+++++++\\/=|---''\"\"", strict=True)
}  # fmt: skip


def cell_width(char: str) -> int:
    """Cells of one character: 0 for combining marks, 2 for wide ones. Ambiguous ones count as one."""
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cells(text: str) -> int:
    """The width of a text in terminal cells."""
    return len(text) if text.isascii() else sum(map(cell_width, text))


def clusters(text: str) -> list[str]:
    """The text cut into cells, each a character with its combining marks."""
    if text.isascii():
        return list(text)
    found: list[str] = []
    for char in text:
        if found and cell_width(char) == 0:
            found[-1] += char
        else:
            found.append(char)
    return found


def is_single(char: str) -> bool:
    """Whether a character can be shown, and takes exactly one cell."""
    if char.isascii():
        return char.isprintable()
    return unicodedata.category(char)[0] not in "CMZ" and cell_width(char) == 1


def printable(text: str) -> str:
    """The text with control characters, direction marks and lone surrogates replaced; white space becomes blanks."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def _shown(char: str) -> str:
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    return HOLE if category[0] in "CZ" or category == "Me" else char


def single_cells(text: str) -> str:
    """The text with every character that does not take exactly one cell replaced."""
    return (
        text
        if text.isascii() and text.isprintable()
        else "".join(" " if c.isspace() else c if is_single(c) else HOLE for c in text)
    )


def ascii_text(text: str) -> str:
    """The text in ASCII: table rows where there is one, else the base letter, else a question mark."""
    if text.isascii():
        return text
    text = text.translate(_ASCII)
    if text.isascii():
        return text
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")
    return plain.translate(_ASCII).encode("ascii", "replace").decode("ascii")


def marked(source: str, ascii: bool = False) -> str:
    """A source that could not be read, as it is shown: in one row, between double brackets."""
    shown = single_cells(source).strip()
    return f"[[{ascii_text(shown)}]]" if ascii else f"⟦{shown}⟧"
