"""Reparametrisations: "we use the reparametrisation z = m + s e with e ~ N(0, 1)" says from there on what z is made of,
though z was random before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_WORDS = re.compile(r"\bre-?\s?param\w+(?:\s+trick)?[^⟦⟧.]{0,30}⟦(?P<at>\d+)⟧", re.IGNORECASE)
_SYMBOL = re.compile(r"\s*(?:\\?[A-Za-z]+|\\(?:mathbf|boldsymbol|bm)\s*\{\s*\\?[A-Za-z]+\s*\})(?:_\{?\w+\}?)?\s*")


def with_samples(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such an equation as one that defines."""
    return tuple(one for item in items for one in (_told(item) if isinstance(item, Sentence) else (item,)))


def _told(sentence: Sentence) -> tuple[Sentence, ...]:
    said = None if sentence.declares else _WORDS.search(sentence.template)
    part = None if said is None else sentence.parts[int(said["at"])]
    if said is None or not isinstance(part, Formula) or part.display:
        return (sentence,)
    one = statements_of(part.source)
    if len(one) != 1 or one[0].relations != ("=",) or not _SYMBOL.fullmatch(one[0].sides[0].text):
        return (sentence,)
    let = (Prose(written_at("Let ", part.source.place(0))), part)
    place = int(said["at"])
    rest = replace(sentence, parts=(*sentence.parts[:place], Prose(written_at(" this ", part.source.place(0))),
                                    *sentence.parts[place + 1 :]))  # fmt: skip
    return Sentence(let, True, sentence.section), rest


__all__ = ["with_samples"]
