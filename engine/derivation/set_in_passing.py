"""Equations that a sentence sets in passing: "Setting f'(x) = 0 gives", "Solve 3x + 2 = 11.", "setting the gradient of
J with respect to w to zero". They are conditions, as if they stood in a display, and what stands behind is judged by
them.

A derivative that the page has worked out before is set to zero where that is said of it (see `solutions`): an error in
it is then carried on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial

from engine.derivation.document import Formula, Prose
from engine.derivation.null_vectors import is_null
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.shown_behind import with_each
from engine.derivation.source import Source, joined, written_at

_LEAD = r"(?:^|[.,;:]\s*|\b(?:and|now|by|so|then|we|us|to|i|or)\s+)\s*"
_ACT = rf"{_LEAD}(?:setting|set|putting|equating|requiring|solving|solve)\s+"
_NOUN = r"(?:(?:the|this|its|our)\s+)?(?:(?:equation|condition|derivative|gradient|first-order condition)s?\s+)?"
_EQUATION = re.compile(rf"{_ACT}{_NOUN}⟦(?P<at>\d+)⟧(?!\s*(?:to|equal|=|and\s+⟦))", re.IGNORECASE)
_TO_ZERO = r"\s*,?\s*(?:equal\s+)?(?:to\s+)(?:zero|0|⟦(?P<zero>\d+)⟧)"
_SHOWN = re.compile(rf"{_ACT}(?:the\s+)?(?:derivative|gradient)?\s*⟦(?P<at>\d+)⟧{_TO_ZERO}", re.IGNORECASE)
_TOLD = re.compile(
    rf"{_ACT}the\s+(?:gradient|derivative)\s+of\s+⟦(?P<of>\d+)⟧\s*,?\s*(?:(?:with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|by|in)\s+"
    rf"⟦(?P<by>\d+)⟧)?{_TO_ZERO}",
    re.IGNORECASE,
)
_DERIVATIVE = re.compile(r"\\partial|∂|\\nabla|∇|\\frac\s*\{\s*d|\bd\s*/|'\s*\(|\\prime|\\dot(?![a-z])")
_SYMBOL = re.compile(
    r"\s*(?:\\(?:mathcal|mathbf|boldsymbol)\s*\{?\s*)?\\?[A-Za-z]+\s*\}?(?:\([^()]*\))?(?:_\{?\w+\}?)?\s*"
)


def with_conditions_set(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such equations as conditions of their own."""
    found = tuple(items)
    return with_each(found, partial(_apart, derived=worked_out(found)))


def worked_out(items: Iterable[Item]) -> bool:
    """Whether a page works out a derivative."""
    return any(
        _DERIVATIVE.search(statement.sides[0].text)
        for item in items
        if isinstance(item, Sentence) and not item.declares
        for part in item.parts
        if isinstance(part, Formula) and part.display
        for statement in statements_of(part.source)
    )


def _apart(sentence: Sentence, derived: bool) -> tuple[Sentence, ...]:
    """The condition, and the sentence behind it."""
    told = None if sentence.declares else _condition(sentence)
    if told is None:
        return (sentence,)
    condition, last = told
    if derived and _DERIVATIVE.search(condition.text):
        return (sentence,)
    place = condition.place(0)
    behind = sentence.parts[last + 1 :]
    said = Sentence(
        (Prose(written_at("With the condition ", place)), Formula(condition, True), Prose(written_at(".", place))),
        False, sentence.section,
    )  # fmt: skip
    if not any(isinstance(part, Formula) for part in behind):
        return (said,)
    return said, Sentence((Prose(written_at("so ", place)), *_without_words(behind)), False, sentence.section)


def _condition(sentence: Sentence) -> tuple[Source, int] | None:
    """The equation, and the place of the last part that says it."""
    for form in (_TOLD, _SHOWN, _EQUATION):
        for said in form.finditer(sentence.template):
            places = [int(place) for place in said.groupdict().values() if place is not None]
            parts = [sentence.parts[place] for place in places]
            if not all(isinstance(part, Formula) and not part.display for part in parts):
                continue
            equation = _told(sentence, said) if form is _TOLD else _shown(sentence, said, form is _SHOWN)
            if equation is not None:
                return equation, max(places)
    return None


def _shown(sentence: Sentence, said: re.Match[str], to_zero: bool) -> Source | None:
    source = sentence.parts[int(said["at"])].source
    if to_zero:
        left = source.stripped()
        derived = _DERIVATIVE.search(left.text) is not None and "=" not in left.text
        return joined([left, written_at(" = 0", left.end)]) if derived else None
    one = statements_of(source)
    if is_null(source.text):
        return None  # it is told by `with_null_vectors`
    return source if len(one) == 1 and one[0].relations == ("=",) and not _sets_a_name(source.text) else None


def _sets_a_name(text: str) -> bool:
    """Whether an equation gives a symbol a value: setting x = 1 is another case."""
    left, _, right = text.partition("=")
    zero = re.fullmatch(r"\s*0\s*", right) is not None and _DERIVATIVE.search(left) is not None
    return _SYMBOL.fullmatch(left) is not None and not zero


def _told(sentence: Sentence, said: re.Match[str]) -> Source | None:
    of = sentence.parts[int(said["of"])].source.stripped()
    if said["by"] is None or not _SYMBOL.fullmatch(of.text):
        return None
    by = sentence.parts[int(said["by"])].source.text.strip()
    name = re.sub(r"\([^()]*\)\s*$", "", of.text)
    return joined([written_at(rf"\nabla_{{{by}}} {name} = 0", of.place(0)), of.cut(len(of))])


def _without_words(parts: tuple[Prose | Formula, ...]) -> tuple[Prose | Formula, ...]:
    """What stands behind a condition, without "to zero" and "equal to zero" in front."""
    first = parts[0]
    if isinstance(first, Prose):
        first = Prose(first.source.without(re.compile(r"^\s*,?\s*(?:equal\s+)?to\s+(?:zero|0)\b", re.IGNORECASE)))
    return (first, *parts[1:])


__all__ = ["with_conditions_set", "worked_out"]
