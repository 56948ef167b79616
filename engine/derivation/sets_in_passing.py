"""Sets that a sentence gives its new symbols in passing: "The integrand is $f(u) = a \\log u$ with $a > 0$ and
$u \\in (0, 1)$", "The softmax for $z \\in R^K$ is $p_k = ...$". They are declared before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_NOUN = r"(?:(?:here|then|now|so)\W+)?(?:the|an?|our|its|this)\s+(?:[a-z-]+\s+){1,5}?"
_PLACES = r"⟦\d+⟧(?:\s*(?:,\s*and|,|and)\s*⟦\d+⟧)*"
_IS = r"(?:is|reads)(?:\s+(?:given\s+by|defined\s+(?:as|by)))?\s*:?\s*⟦(?P<is>\d+)⟧"
_TOLD = re.compile(
    rf"\W*{_NOUN}(?:(?:with\s+(?:[a-z-]+\s+){{0,2}})?⟦\d+⟧\s+)*?(?P<before>for\s+(?P<whole>⟦\d+⟧)\s+)?{_IS}"
    rf"(?P<behind>,?\s+with\s+(?P<bounds>{_PLACES}))?[\s.]*",
    re.IGNORECASE,
)
_SYMBOLS = r"\s*(?P<symbols>\\?[A-Za-z]+(?:\s*,\s*\\?[A-Za-z]+)*)\s*"
_REALS = r"(?:\\mathbb\s*(?:\{\s*R\s*\}|R)|\\R(?![a-z])|ℝ)"
_WHOLE = re.compile(rf"{_SYMBOLS}(?:\\in(?![a-z])|∈)\s*{_REALS}(?:\s*\^\s*(?:\{{[^{{}}]*\}}|\w))?\s*")
_BOUND = re.compile(rf"{_SYMBOLS}(?:\\in(?![a-z])|∈|[<>≤≥]|\\(?:[lg]eq?|[lg]t)(?![a-z]))[^=<>]+")


def with_sets_in_passing(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with a declaration before each such one, in which it is no longer said."""
    found: list[Item] = []
    heard = ""
    for item in items:
        found += _apart(item, heard) if isinstance(item, Sentence) else [item]
        heard += " ".join(part.source.text for part in item.parts) if isinstance(item, Sentence) else ""
    return tuple(found)


def _apart(sentence: Sentence, heard: str) -> Iterator[Sentence]:
    said = None if sentence.declares or sentence.shown else _TOLD.fullmatch(sentence.template)
    left = None if said is None else _left_of(sentence.parts[int(said["is"])].source.text)
    if said is None or not left or not (said["before"] or said["behind"]):
        yield sentence
        return
    whole, bounds = ([int(n) for n in re.findall(r"\d+", said[key] or "")] for key in ("whole", "bounds"))
    given = {place: _new(sentence.parts[place], _WHOLE, left, heard) for place in whole}
    given |= {place: _new(sentence.parts[place], _BOUND, left, heard) for place in bounds}
    if all(given.values()):
        yield _let(sentence, [*whole, *bounds])
        yield replace(sentence, parts=tuple(_without(sentence.parts, whole, bounds)))
    else:
        yield sentence


def _left_of(text: str) -> str:
    """The name that an equation says something of; empty where it is none."""
    found = re.match(r"\s*(\\?[A-Za-z]+)(?:\s*(?:_\s*(?:\{[^{}]*\}|\w)|\([^()=]*\)))*\s*:?=[^=]", text)
    return found[1] if found is not None else ""


def _new(part: Prose | Formula, form: re.Pattern[str], left: str, heard: str) -> bool:
    """Whether a formula bounds symbols that nothing was said of before, and not what the sentence speaks of."""
    said = form.fullmatch(part.source.text)
    names = [] if said is None else [name.strip() for name in said["symbols"].split(",")]
    return bool(names) and left not in names and not any(
        re.search(rf"{'' if name[0] == chr(92) else '(?<![A-Za-z])'}{re.escape(name)}(?![A-Za-z])", heard)
        for name in names
    )  # fmt: skip


def _let(sentence: Sentence, places: Sequence[int]) -> Sentence:
    at = sentence.parts[places[0]].source.place(0)
    parts: list[Prose | Formula] = []
    for place in places:
        parts += [Prose(written_at(" and " if parts else "Let ", at)), sentence.parts[place]]
    return Sentence(tuple(parts), True, sentence.section)


def _without(
    parts: Sequence[Prose | Formula], whole: Sequence[int], bounds: Sequence[int]
) -> Iterator[Prose | Formula]:
    """The parts without what is declared, and without the words that lead to it."""
    gone = {*whole, *bounds}
    for place, part in enumerate(parts):
        if place in gone:
            continue
        if isinstance(part, Prose) and place + 1 in gone:
            kept = re.compile(r"(?<=\s)for\s*$" if place + 1 in whole else r",?\s*(?:with|and|,)\s*$")
            part = Prose(part.source.without(kept))
        if part.source.text:
            yield part


__all__ = ["with_sets_in_passing"]
