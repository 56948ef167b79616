"""Clauses that go on with what a sentence says of random numbers: "Let q, k be random, with all components i.i.d."

A clause with "with" or "where" behind a comma is a sentence of its own elsewhere. One whose words say how numbers are
distributed, and that names none of them, speaks of those of the sentence before it; and so does a sentence about "their
entries". "With E = m and Var = v" says their mean and their variance.
"""

from __future__ import annotations

import re
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at
from engine.derivation.spoken_of import groups_in
from solvers.formula.random_words import facts_at

_GOES_ON = re.compile(r"[\s,;(]*(?:with|where|whose|assuming)\b(?:\s+that\b)?", re.IGNORECASE)
_OF_THEM = re.compile(  # All their entries are i.i.d.
    r"[\s*_]*(?:(?:we|i|let us|here|again|further|moreover|now|and|also)\s+)*"
    r"(?:(?:assume|suppose|take|let)\s+(?:that\s+)?)?"
    r"(?:(?:all|the|their|its|these|both|each|every|of|⟦\d+⟧)\s+)+(?:entry|entries|components?|coordinates?|elements?)\b"
    r"(?!\s+(?:of\b|⟦))",
    re.IGNORECASE,
)
_OPEN_END = re.compile(r"[^.!?:\s][\s*_]*(?<![.!?:])[,;(]?\s*$")


_BARE = re.compile(
    r"\s*\\?(?:(?:mathbb|mathrm|mathsf|operatorname|text)\s*\{?\s*)?(?P<kind>E|Var|V)\s*\}?\s*=(?!.*=)", re.DOTALL
)


def with_law_clauses(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences, such clauses as parts of those they go on with."""
    found: list[Item] = []
    for item in (_in_words(item) if isinstance(item, Sentence) else item for item in items):
        before = found[-1] if found else None
        if isinstance(before, Sentence) and isinstance(item, Sentence) and _belongs(before, item):
            found[-1] = replace(before, parts=(*before.parts, *item.parts))
        else:
            found.append(item)
    return tuple(found)


def _in_words(sentence: Sentence) -> Sentence:
    """ "mean m" for a bare "E = m", beside words about laws."""
    texts = _texts(sentence)
    bare = {k: said for k, text in texts.items() if (said := _BARE.match(text)) is not None}
    lone = {k for k, said in bare.items() if "\\" in said[0] or said["kind"] == "Var"}
    if not lone or not any(facts.random or facts.independent for _, _, facts in facts_at(sentence.template)):
        return sentence
    parts: list[Prose | Formula] = []
    for place, part in enumerate(sentence.parts):
        said = bare.get(place)
        if said is None or not isinstance(part, Formula) or part.display:
            parts.append(part)
            continue
        word = " mean " if said["kind"] == "E" else " variance "
        source = part.source.cut(re.match(r"\s*", part.source.text).end())  # type: ignore[union-attr]
        rest = source.cut(source.text.index("=") + 1)
        parts += [Prose(written_at(word, source.place(0))), replace(part, source=rest)]
    return replace(sentence, parts=tuple(parts))


def _belongs(before: Sentence, clause: Sentence) -> bool:
    """Whether a clause says of no number of its own how it is distributed, and the sentence before it has one."""
    shown = any(isinstance(part, Formula) and part.display for part in (*before.parts, *clause.parts))
    goes_on = _GOES_ON.match(clause.template) and _OPEN_END.search(before.template)
    about = groups_in(before.template, _texts(before))
    vectors = any(re.search(r"\\in(?![a-z])|∈", text) for text in _texts(before).values())
    of_them = len(about) == 1 and vectors and _OF_THEM.match(clause.template)
    if shown or before.section != clause.section or not about or not (goes_on or of_them):
        return False
    sizes = {text for text in _texts(clause).values() if _is_length(text, before)}
    own = groups_in(clause.template, {k: text for k, text in _texts(clause).items() if text not in sizes})
    return not own and bool(facts_at(clause.template))


def _texts(sentence: Sentence) -> dict[int, str]:
    return {k: p.source.text.strip(" ,.;") for k, p in enumerate(sentence.parts) if isinstance(p, Formula)}


def _is_length(text: str, sentence: Sentence) -> bool:
    """Whether a letter is how long something is that a sentence speaks of: d of x \\in R^d."""
    return any(re.search(rf"\^\s*(?:\{{[^{{}}]*)?{re.escape(text)}(?![A-Za-z])", t) for t in _texts(sentence).values())


__all__ = ["with_law_clauses"]
