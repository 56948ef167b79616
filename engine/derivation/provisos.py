"""Conditions behind a formula in its display, found by their text: for x, y > 0; \\forall i \\ne j; (x \\ne 0)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.derivation.marks import marks
from engine.derivation.source import Source, joined, written_at
from solvers.formula.index_ranges import runs

ORDERS = frozenset({"<", "<=", ">", ">=", "!="})
_LED = re.compile(  # words that a condition follows: "for all", "if"; the rest of the words may say it
    r"(?i)[\s(,]*(?:(?:(?:and|or|only|as|also|true|valid|holds)\s+)*(?:for|if|when(?:ever)?|provided|as long as|"
    r"assuming|where|with|given)(?:\s+that)?)\b\s*(?:(?:all|any|every|each|some|fixed|only)\b)?\s*(?P<more>.*)",
    re.DOTALL,
)
_REASON = re.compile(
    r"(?i)[\s(,]*(?:since|because|as|by|using|recall(?:ing)?|due to|thanks to|from|noting|(?:with )?equality)\b.*|\(.*",
    re.DOTALL,
)
_CLOSES = re.compile(r"\\(?:text|mbox|textrm)\s*\{\s*\)?\s*\}")
_EQUALITY = re.compile(r"(?i)[\s(,]*(?:with )?equality\b")
_LIMIT = re.compile(r"\\(?:to|rightarrow|longrightarrow|infty)(?![A-Za-z])|→|∞")
_NOUNS = re.compile(  # of what an index counts: they say nothing more
    r"(?i)\s*(?:(?:(?:the|a|an|time|training|hidden|output|input)\s+)*(?:layer|sample|example|unit|neuron|node|time|step|"
    r"class|epoch|pair|token|position|head|filter|row|column|entry|entrie|component|instance|iteration|state|word|pixel|"
    r"channel|number|integer|point|real|value|vector|input|output|index|indice)(?:e?s)?\b\s*)*"
)
_FOR_ALL = re.compile(r"(?:,|;|\\q?quad|\\[ ,;:!]|\s|~)*\\forall(?![A-Za-z])(?:\\[ ,;:!]|~|\s)*")
_RUNS = re.compile(r"(?:,|\\q?quad(?![A-Za-z])|\\[ ,;:!]|\s|~)*\((?P<more>[^()]*)\)(?:\\[ ,;:!]|\s|[.,;])*$")
_BRACKETED = re.compile(  # a relation in brackets, set apart from the formula
    r"(?:\\q?quad(?![A-Za-z])|\\[ ;:]|~|,|\s{4,})(?:\\[ ,;:!]|~|\s)*\((?P<more>[^()]*)\)(?:\\[ ,;:!]|\s|[.,;])*$"
)
_AND = re.compile(r"(?i)\s*(?:and|,|;|&)\s*")
_DOTS = re.compile(r"\\[lc]?dots|\.\.|…")
_EDGES = re.compile(r"^(?:\\[ ,;:!]|~|\s)+|(?:\\[ ,;:!]|~|\s|[.:,])+$")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Where conditions may begin, and their text.

    `every`: by a sign or brackets; `defines`: by "where" or "with"; `reason`: by "since", which only says why.
    """

    start: int
    text: Source
    every: bool = False
    defines: bool = False
    reason: bool = False


def parted(source: Source) -> tuple[Source, tuple[Source, ...]]:
    """A formula without the conditions behind it, and these one by one: x, y > 0 are two.

    What indices run through ("for i = 1, ..., n") is one; what defines ("where z = W x") stays in the formula.
    """
    for candidate in _candidates(source):
        ranged = runs(candidate.text.text, source.text[: candidate.start])
        found = (candidate.text,) if ranged else _conditions(candidate)
        if found is not None:
            return source.cut(0, candidate.start), found
    return source, ()


def _candidates(source: Source) -> Iterator[_Candidate]:
    """Where conditions may begin behind a relation."""
    related, text = False, source.text
    for mark in marks(text):
        related = related or mark.kind == "relation"
        words = mark.kind == "words" and related
        led = _LED.fullmatch(mark.name) if words and not _EQUALITY.match(mark.name) else None
        if led is not None:
            begin = text.index(mark.name, mark.start) + led.start("more")
            inside = source.cut(begin, begin + len(led["more"]))
            says = marked(inside.text) or not _NOUNS.fullmatch(inside.text)
            behind = [written_at(" ", source.place(mark.end)), source.cut(mark.end).without(_CLOSES)]
            defines = re.search(r"(?i)\b(?:where|with|given)\b", mark.name) is not None
            yield _Candidate(mark.start, joined([inside, *behind] if says else behind), False, defines)
        elif words and _REASON.fullmatch(mark.name):
            yield _Candidate(mark.start, source.cut(mark.end), reason=True)
    ends = _FOR_ALL.search(text)
    if ends is not None:
        yield _Candidate(ends.start(), source.cut(ends.end()), True)
    ranged = _RUNS.search(text)
    if ranged is not None and runs(ranged["more"], text[: ranged.start()]):
        yield _Candidate(ranged.start(), source.cut(ranged.start("more"), ranged.end("more")), True)
    bracketed = _BRACKETED.search(text)
    if bracketed is not None and marked(bracketed["more"]) and marked(text[: bracketed.start()]):
        yield _Candidate(bracketed.start(), source.cut(bracketed.start("more"), bracketed.end("more")))


def in_turn(source: Source) -> Iterator[Source]:
    """The formulas of a row apart where one of them begins behind the conditions of another."""
    related = led = False
    for mark in marks(source.text):
        related = related or mark.kind == "relation"
        led = led or (mark.kind == "words" and related and _LED.fullmatch(mark.name) is not None)
        if led and mark.kind == "quad" and _STARTS.match(source.text, mark.end):
            yield source.cut(0, mark.start)
            yield from in_turn(source.cut(mark.end))
            return
    yield source


_STARTS = re.compile(r"(?:\\q?quad|\\[ ,;:!]|~|\s|,)*(?:[^\s=<>,\\]|\\[A-Za-z])[^=<>,]+=")


def marked(text: str) -> bool:
    """Whether there is a relation in a text."""
    return any(mark.kind == "relation" for mark in marks(text))


def _conditions(candidate: _Candidate) -> tuple[Source, ...] | None:
    """The conditions one by one; None if the text says something else."""
    if candidate.reason:
        more = any(mark.kind == "quad" for mark in marks(candidate.text.text))
        return None if more else (candidate.text,) if _LIMIT.search(candidate.text.text) else ()
    if _DOTS.search(candidate.text.text):
        return () if candidate.every else None
    found: list[Source] = []
    waiting: list[Source] = []
    for piece in listed(candidate.text):
        signs = [mark for mark in marks(piece.text) if mark.kind == "relation"]
        if not signs:
            if re.match(r"[A-Za-z]{3,}\s", piece.text) and not found:
                return (piece,)  # "for large n": it says something, but nothing that is read
            waiting.append(piece)
            continue
        names = {sign.name for sign in signs}
        if not names <= ORDERS | {"in", "="} or ("=" in names and candidate.defines):
            return None
        found += [joined([subject, piece.cut(signs[0].start)]) for subject in waiting] + [piece]
        waiting = []
    plain = all(re.fullmatch(r"\\?[A-Za-z]\w*", name.text) for name in waiting)
    return tuple(found) if plain and (found or waiting or candidate.every) else None


def listed(source: Source) -> list[Source]:
    """The parts between commas and "and"s at the top level."""
    parts, done = [], 0
    for mark in marks(source.text):
        if mark.kind in {"comma", "quad"} or (mark.kind == "words" and _AND.fullmatch(mark.name)):
            parts.append(source.cut(done, mark.start))
            done = mark.end
    return [bare for part in [*parts, source.cut(done)] if (bare := part.without(_EDGES)).text]
