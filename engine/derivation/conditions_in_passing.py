"""Equations within a sentence that the display behind them solves: "it is best if a - x = x - b: x^* = (a + b)/2"."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.shown_behind import with_each
from engine.derivation.source import Source, written_at

_IF = re.compile(
    r"\b(?:if|when|where|as\s+soon\s+as)\b[^⟦⟧]*⟦(?P<at>\d+)⟧(?P<rest>[^⟦⟧]{0,40})⟦(?P<shown>\d+)⟧[\W_]*$", re.I
)
_MARKED = re.compile(
    r"\s*&?\s*(?P<x>\\?[A-Za-z]+)\s*(?:\^\s*\{?\s*(?:\*|\\star|\\ast)\s*\}?|_\s*\{?\s*\\?(?:text|mathrm)\s*\{\s*opt\s*\}\s*\}?)\s*&?\s*"
)


def with_conditions_in_passing(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such an equation as a condition that is set, and the display as what follows."""
    return with_each(tuple(items), _apart)


def _apart(sentence: Sentence) -> tuple[Sentence, ...]:
    said = None if sentence.declares else _IF.search(sentence.template)
    if said is None:
        return (sentence,)
    equation, shown = (sentence.parts[int(said[key])] for key in ("at", "shown"))
    if not isinstance(equation, Formula) or not isinstance(shown, Formula) or equation.display or not shown.display:
        return (sentence,)
    unknown = _unknown(shown.source)
    one = statements_of(equation.source)
    if not unknown or len(one) != 1 or one[0].relations != ("=",):
        return (sentence,)
    stands = re.compile(rf"(?<![A-Za-z\\]){re.escape(unknown)}(?![A-Za-z])(?!\s*[_^])")
    left, right = (side.text for side in one[0].sides)
    if not (stands.search(left) or stands.search(right)) or stands.fullmatch(left.strip()):
        return (sentence,)
    place = equation.source.place(0)
    condition = Sentence(
        (Prose(written_at("We require that ", place)), Formula(equation.source, True)), False, sentence.section
    )
    return condition, Sentence(
        (Prose(written_at("so ", place)), *sentence.parts[int(said["shown"]) :]), False, sentence.section
    )


def _unknown(source: Source) -> str:
    said = statements_of(source)
    found = _MARKED.fullmatch(said[0].sides[0].text) if said and said[0].relations[:1] == ("=",) else None
    return "" if found is None else found["x"]


__all__ = ["with_conditions_in_passing"]
