"""Typed text -> the options it ticks: what the kinds choice and choices share."""

from __future__ import annotations

import re
from typing import Final

from engine.answers.kind import Typed, refused
from engine.answers.reading import cleaned
from engine.records import Reading, Value, VariantPart

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_TOKEN = re.compile(r"[0-9]+|[A-Za-z]|.", re.DOTALL)
_SKIPPED = frozenset(" \t\r\n,;.()[]{}&+")
_WORDS = re.compile(r"\b(?:and|or)\b", re.IGNORECASE)
_NONE = re.compile(r"\s*(?:none|-|∅|\{\s*\}|\[\s*\])\s*", re.IGNORECASE)


def ticks(part: VariantPart, text: str, none: bool) -> Reading:
    """The ticked options, as a tuple of indices in order. `none` says whether "none" is an answer."""
    clean = cleaned(text)
    if isinstance(clean, Reading):
        return clean
    if none and _NONE.fullmatch(clean):
        return _reading(())
    blanked = _WORDS.sub(lambda word: " " * len(word.group()), clean)
    found: set[int] = set()
    for token in _TOKEN.finditer(blanked):
        if token.group() in _SKIPPED:
            continue
        indices = _indices(token.group(), len(part.options))
        if indices is None:
            return refused(_unknown(token.group(), len(part.options)), token.start(), token.end())
        found.update(indices)
    if not found:
        return refused(_unknown(clean.strip(), len(part.options)), 0, len(text))
    return _reading(tuple(sorted(found)))


def _indices(token: str, count: int) -> tuple[int, ...] | None:
    if token.isascii() and token.isdigit():
        if len(token) < 6 and 1 <= int(token) <= count:
            return (int(token) - 1,)
        if count <= 9 and all("1" <= digit <= str(count) for digit in token):  # 13 is 1 and 3
            return tuple(int(digit) - 1 for digit in token)
        return None
    place = LETTERS.find(token.lower()) if token.isascii() else -1
    return (place,) if 0 <= place < count else None


def _unknown(token: str, count: int) -> str:
    return f"{token[:20]!r} is none of the options: type letters from a to {LETTERS[min(count, 26) - 1]}"


def _reading(indices: tuple[int, ...]) -> Reading:
    return Reading(*show(None, indices), value=Typed(indices))


def show(part: VariantPart | None, value: Value) -> tuple[str, str]:
    """Ticked options by their letters."""
    indices = value if isinstance(value, tuple) else (value,)
    letters = [LETTERS[int(index)] for index in indices if not isinstance(index, tuple)]
    plain = ", ".join(letters) or "none"
    return rf"\text{{{plain}}}", plain
