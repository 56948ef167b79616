"""Names for what was found last: "call this vector \\bar c", "denote it by g", "which we call r" behind a display.

The name is defined as the left side of the display, where it is one equation, or chain of equations, and the name is
new there.
"""

from __future__ import annotations

import re

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, joined, written_at

_THIS = (
    r"(?:this|it|that|the (?:last|latter))(?:\s+(?:last\s+)?(?:vector|matrix|quantity|number|scalar|value|expression|"
    r"term|gradient|derivative|sum|result|product|ratio|factor|error|function|signal))?"
)
_SAID = re.compile(
    rf"(?:\b(?:call|name|abbreviate)\s+{_THIS}\s*,?\s*(?:as\s+|by\s+|simply\s+)?⟦(?P<a>\d+)⟧|"
    rf"\bdenote\s+{_THIS}\s+(?:by|as|with)\s+⟦(?P<b>\d+)⟧|\bwrite\s+⟦(?P<c>\d+)⟧\s+for\s+{_THIS}(?![-\w])|"
    rf"^\W*(?:and\s+)?(?:which|this)\s+(?:we|i)\s+(?:call|denote\s+by|abbreviate\s+(?:as|by))\s+⟦(?P<d>\d+)⟧)"
    r"(?=\s*(?:[.,;:)]|and\b|from now on|$))",
    re.IGNORECASE,
)
_SYMBOL = re.compile(
    r"\s*(?:\\(?:bar|hat|tilde|vec|mathbf|boldsymbol|bm|mathcal)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z]+)|\\?[A-Za-z]+)"
    r"(?:\s*_\s*(?:\{\s*[\w,\s]+\s*\}|\w))?(?:\s*\^\s*\{?\s*\(\s*\w+\s*\)\s*\}?)?\s*"
)


def with_called(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with "Let g = ..." before one that calls what was found last g."""
    found: list[Item] = []
    last: Source | None = None  # the left side of the display before
    heard: list[str] = []
    for item in items:
        if not isinstance(item, Sentence):
            found.append(item)
            continue
        name = _name_in(item)
        if name is not None and last is not None and not any(_spells(name.text, text) for text in heard):
            lead = Prose(written_at("Let ", name.place(0)))
            equation = joined([name, written_at(" = ", name.end), last])
            found.append(Sentence((lead, Formula(equation, False)), True, item.section))
        found.append(item)
        for part in item.parts:
            if isinstance(part, Formula):
                heard.append(part.source.text)
                last = _left_of(part) if part.display else last
    return tuple(found)


def _name_in(sentence: Sentence) -> Source | None:
    """The symbol that a sentence gives to what was found last; it stands before any other display."""
    said = _SAID.search(sentence.template)
    if said is None:
        return None
    place = int(next(number for number in said.groups() if number))
    part = sentence.parts[place]
    shown = any(isinstance(p, Formula) and p.display for p in sentence.parts[:place])
    plain = isinstance(part, Formula) and not part.display and _SYMBOL.fullmatch(part.source.text)
    return part.source.stripped() if plain and not shown else None


def _spells(name: str, text: str) -> bool:
    """Whether a formula speaks of a name already."""
    squeezed = re.sub(r"[\s{}]+", "", name)
    return re.search(rf"(?<![A-Za-z\\]){re.escape(squeezed)}(?![A-Za-z])", re.sub(r"[\s{}]+", "", text)) is not None


def _left_of(display: Formula) -> Source | None:
    statements = statements_of(display.source)
    if len(statements) != 1 or statements[0].continues or {*statements[0].relations} - {"=", "~="}:
        return None
    return statements[0].sides[0] if statements[0].relations else None


__all__ = ["with_called"]
