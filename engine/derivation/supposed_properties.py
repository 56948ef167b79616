"""Properties that words suppose, as conditions: "for a unit vector u we have ..." is said where |u| = 1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at
from engine.derivation.words import said_in
from solvers.formula.spoken import texts_said

_SUPPOSES = re.compile(
    r"[\W_]*(?:\(?[a-z0-9]{1,3}[.)]\s*)?(?:(?:and|but|so|then|now|also|hence|thus|here|finally),?\s+)?"
    r"(?:if|when(?:ever)?|for)\s+(?!example|instance|this|that|simplicity|clarity|convenience|brevity|now)",
    re.IGNORECASE,
)
_SYMBOL = re.compile(r"\s*(?:\\(?:mathbf|boldsymbol|bm|vec)\s*)?\{?\\?[A-Za-z]+\}?(?:_\{?\w+\}?)?\s*")


def with_supposed_properties(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with a condition behind each symbol that they suppose to be something."""
    return tuple(_conditioned(item) if isinstance(item, Sentence) else item for item in items)


def _conditioned(sentence: Sentence) -> Sentence:
    if sentence.declares or _SUPPOSES.match(sentence.template) is None:
        return sentence
    told = {
        row.place: [text for each in row.properties for text in texts_said(each, None)]
        for row in said_in(sentence.template)
    }
    parts: list[Prose | Formula] = []
    for place, part in enumerate(sentence.parts):
        parts.append(part)
        if isinstance(part, Formula) and _SYMBOL.fullmatch(part.source.text):
            parts += _conditions(part, told.get(place, []))
    return replace(sentence, parts=tuple(parts))


def _conditions(symbol: Formula, told: list[str]) -> Iterator[Prose | Formula]:
    """What the words say of a symbol, in formulas."""
    name, at = symbol.source.text.strip(), symbol.source.place(0)
    for number, text in enumerate(told):
        yield Prose(written_at(" and " if number else " with ", at))
        yield Formula(written_at(text.format(name=name), at), False)


__all__ = ["with_supposed_properties"]
