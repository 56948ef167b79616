"""Conditions behind a formula in its display, found by their text: for x, y > 0; \\forall i \\ne j; (x \\ne 0)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.derivation.marks import marks
from engine.derivation.source import Source

ORDERS = frozenset({"<", "<=", ">", ">=", "!="})
_LED = re.compile(  # words that a condition follows: "for all", "if"; the rest of the words may say it
    r"(?i)[\s(,]*(?:(?:only\s+)?(?:for|if|when(?:ever)?|where|with|provided|as long as|given|assuming)(?:\s+that)?)\b"
    r"\s*(?:all|any|every|each|some|fixed)?\s*(.*)",
    re.DOTALL,
)
_FOR_ALL = re.compile(r"(?:,|;|\\q?quad|\\[ ,;:!]|\s|~)*\\forall(?![A-Za-z])(?:\\[ ,;:!]|~|\s)*", re.DOTALL)
_RANGE = re.compile(r"\s*\(\s*[a-z](?:\s*,\s*[a-z])*\s*=\s*\w+\s*,\s*(?:\\[lc]?dots|\.\.\.?)\s*,?\s*\w+\s*\)\s*$")
_BRACKETED = re.compile(  # a relation in brackets, set apart from the formula
    r"(?:\\q?quad|\\[ ;:]|~|,)(?:\\q?quad|\\[ ,;:!]|~|\s)*\(([^()]*)\)(?:\\[ ,;:!]|\s|[.,;])*$"
)
_NOUNS = re.compile(  # of what an index counts: they say nothing more
    r"(?i)\s*(?:(?:the|a|an|time|training|hidden|output|input)\s+)*(?:(?:layer|sample|example|unit|neuron|node|time|step|class|"
    r"epoch|pair|token|position|head|filter|row|column|entry|entrie|component|instance|iteration|state|word|pixel|"
    r"channel|number|integer|point|real|value|vector|input|output|index|indice)(?:e?s)?\b\s*)*"
)
_EACH = "for all"  # what a sign says, or a range in brackets
_AND = re.compile(r"(?i)\s*(?:and|,|;|&)\s*")
_DOTS = re.compile(r"\\[lc]?dots|\.\.|…")


def parted(source: Source) -> tuple[Source, tuple[str, ...], str]:
    """A formula without the conditions behind it, these, and the words that lead to them.

    What runs an index ("for i = 1, ..., n") and what defines ("where z = W x") stays in the formula.
    """
    for start, text, words in _candidates(source.text):
        found = _relations(text, words)
        if found is not None:
            return source.cut(0, start), found, words
    return source, (), ""


def _candidates(text: str) -> Iterator[tuple[int, str, str]]:
    """Where conditions may begin behind a relation, with their text and the words that lead to it."""
    related = False
    for mark in marks(text):
        related = related or mark.kind == "relation"
        led = _LED.fullmatch(mark.name) if mark.kind == "words" and related else None
        if led is not None:
            said = led[1] if marked(led[1]) or not _NOUNS.fullmatch(led[1]) else ""
            yield mark.start, f"{said} {text[mark.end :]}", mark.name[: led.start(1)]
    ends = _FOR_ALL.search(text)
    if ends is not None:
        yield ends.start(), text[ends.end() :], _EACH
    bracketed = _RANGE.search(text) or _BRACKETED.search(text)
    if bracketed is not None and any(mark.kind == "relation" for mark in marks(text[: bracketed.start()])):
        inside = bracketed[1] if bracketed.re is _BRACKETED else ""
        led = _LED.fullmatch(re.sub(r"\\text(?:rm)?\s*\{([^{}]*)\}", r"\1 ", inside))
        if marked(inside) or not inside:
            yield bracketed.start(), inside if led is None else led[1], "if" if inside else _EACH


def marked(text: str) -> bool:
    """Whether there is a relation in a text."""
    return any(mark.kind == "relation" for mark in marks(text))


def _relations(text: str, words: str) -> tuple[str, ...] | None:
    """The conditions of a text one by one, x, y > 0 as two; None if it says something else."""
    if _DOTS.search(text):
        return () if words == _EACH else None
    found: list[str] = []
    waiting: list[str] = []
    for piece in _listed(text):
        signs = [mark for mark in marks(piece) if mark.kind == "relation"]
        if not signs and re.match(r"[A-Za-z]{3,}\s", piece) and not found:
            return (piece,)  # "for large n": it says something, but nothing that is read
        if not signs:
            waiting.append(piece)
            continue
        equated = "=" in {sign.name for sign in signs}
        if not {sign.name for sign in signs} <= ORDERS | {"in", "="} or (equated and re.search("(?i)wh|with", words)):
            return None
        found += [f"{subject} {piece[signs[0].start :]}" for subject in waiting] + [piece]
        waiting = []
    plain = all(re.fullmatch(r"\\?[A-Za-z]\w*", name) for name in waiting)
    return tuple(found) if plain and (found or waiting or words == _EACH) else None


def _listed(text: str) -> list[str]:
    """The parts between commas and "and"s at the top level."""
    parts, done = [], 0
    for mark in marks(text):
        if mark.kind in {"comma", "quad"} or (mark.kind == "words" and _AND.fullmatch(mark.name)):
            parts.append(text[done : mark.start])
            done = mark.end
    bare = [re.sub(r"^(?:\\[ ,;:!]|~|\s)+|(?:\\[ ,;:!]|~|\s|\.)+$", "", part) for part in [*parts, text[done:]]]
    return [part for part in bare if part]
