"""Displays that are no claims by the words before them: "If $$AB = BA$$ then", "for A and B with $$...$$ we have".

They are read like a formula within the sentence: a condition on what the sentence claims, see `cases.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.document import Fault, Formula, Prose
from engine.derivation.equivalents import with_equivalents
from engine.derivation.source import Source, joined

if TYPE_CHECKING:
    from engine.derivation.sentences import Item, Sentence

_LEAD = r"\W*(?:(?:now|then|so|and|but|here|also|next|more generally|in particular|finally|moreover),?\s+)*"
_SUPPOSED = re.compile(  # the sentence begins with its condition: "If", "When A and B satisfy"
    _LEAD + r"(?:if|when|whenever|as long as|provided(?:\s+that)?|assuming(?:\s+that)?|in (?:the )?case(?:\s+that)?)\b"
    r"(?:\s+(?:we have|it holds(?:\s+that)?|now|also|moreover)|[^⟦.:;]*⟦\d+⟧(?:\s*(?:,|and)\s*⟦\d+⟧)*\s+"
    r"(?:(?:both|all|also)\s+)?(?:satisf(?:y|ies)|obeys?|fulfil?ls?|(?:is|are) such that))?\s*[:,]?\s*",
    re.IGNORECASE | re.DOTALL,
)
_SUCH = re.compile(  # it begins with what it is about, and says by a formula of which kind that is
    _LEAD + r"(?:for|any|all|every|each|two|matri(?:x|ces)|vectors?|numbers?|scalars?|functions?|weights?)\b[^.:;]*"
    r"(?:⟦\d+⟧[^⟦.:;]*\b(?:with|such that|satisfying|obeying|for which)|\b(?:that|which) satisf(?:y|ies))\s*[:,]?\s*",
    re.IGNORECASE | re.DOTALL,
)
_FURTHER = re.compile(r"[^.:;]*,\s*(?:and|but|so|then|thus|hence)\s+(?:if|when|whenever)\s*[:,]?\s*", re.IGNORECASE)
_BEHIND = re.compile(  # it ends with its condition
    r"[\s,]*(?:if|when|whenever|provided(?:\s+that)?|as long as|assuming(?:\s+that)?|"
    r"under the (?:condition|assumption)(?:\s+that)?)\s*[:,]?\s*",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not true that|does not (?:hold|follow) that|(?:common|frequent|typical|popular) (?:mistake|error)s?|"
    r"(?:is|are|would be|it is) (?:wrong|incorrect|false)(?: to \w+)?|(?:wrong|incorrect|false)(?:ly)? "
    r"(?:result|answer|formula|version|claim|statement|conclusion)s?|one (?:might|could|may) (?:think|believe|expect)|"
    r"(?:wrongly|incorrectly|mistakenly|falsely) (?:\w+)|(?:tempting|tempted) to)\b[^.;⟦]*",
    re.IGNORECASE,
)
_EXACTLY = re.compile(r"\b(?:iff|if and only if|(?:exactly|precisely|just) (?:if|when|where)|only if)\s*[:,]?\s*", re.I)
_ARROW = r" \iff "
_EQUIVALENCE = re.compile(r"\\(?:iff|(?:Long)?[lL]eftrightarrow)(?![A-Za-z])|[⇔⟺]")
_CALLED = re.compile(  # it says what a word means
    r"[^.:;]*\b(?:(?:is|are)\s+(?:called|said to be|(?:skew-?\s?|anti-?)?symmetric|orthogonal|orthonormal|diagonal|"
    r"idempotent|invertible|stochastic|normal|normali[sz]ed|independent)\b[^.:;]*|commutes?)\s+(?:if|when)\s*[:,]?\s*",
    re.IGNORECASE | re.DOTALL,
)


def with_conditions(items: Sequence[Item]) -> tuple[Item, ...]:
    """The sentences with those displays as formulas within them that are their conditions.

    A display in a paragraph of its own goes on with the sentence before it.
    """
    found: list[Item] = []
    for place, item in enumerate(items):
        following = items[place + 1] if place + 1 < len(items) else None
        more = following is not None and not isinstance(following, Fault) and _goes_on(following)
        before = found[-1] if found else None
        if isinstance(item, Fault) or item.declares:
            found.append(item)
        elif before is not None and not isinstance(before, Fault) and _alone(item) and _equivalent(before.parts):
            found[-1] = replace(before, parts=_with_arrow([*before.parts, *item.parts]))
        elif (
            before is not None
            and not isinstance(before, Fault)
            and _alone(item)
            and _aside(before.parts, item.parts[0])
        ):
            found.append(replace(item, parts=tuple(replace(part, aside=True) for part in _formulas(item))))
        elif isinstance(before, Fault) or before is None or before.section != item.section or not _alone(item):
            found.append(replace(item, parts=_within(item.parts, more)))
        elif _conditions(before.parts, more) and not before.declares:
            found[-1] = replace(before, parts=(*before.parts, *_inline(item.parts)))
        elif _follows(found):
            claim = found[-2]
            assert not isinstance(claim, Fault)
            found[-2:] = [replace(claim, parts=(*claim.parts, *before.parts, *_inline(item.parts)))]
        else:
            found.append(item)
    return with_equivalents(found)


def _equivalent(before: Sequence[Prose | Formula]) -> bool:
    """Whether a relation and "if and only if" stand before a display."""
    if len(before) < 2 or not isinstance(before[-1], Prose) or not isinstance(before[-2], Formula):
        return False
    relation = re.search(r"[=<>]|\\(?:[lg]eq?|neq?)(?![a-z])", before[-2].source.text)
    return relation is not None and _EXACTLY.fullmatch(before[-1].source.text.strip()) is not None


def _with_arrow(parts: Sequence[Prose | Formula]) -> tuple[Prose | Formula, ...]:
    """The last two formulas as one, an equivalence."""
    *ahead, first, words, second = parts
    place = words.source.place(0)
    arrow = Source(_ARROW, (place,) * len(_ARROW), place)
    return (*ahead, Formula(joined([first.source, arrow, second.source]), True))


def _formulas(sentence: Sentence) -> tuple[Formula, ...]:
    return tuple(part for part in sentence.parts if isinstance(part, Formula))


def _aside(before: Sequence[Prose | Formula], display: Prose | Formula) -> bool:
    """Whether a display is denied by what stands before it, or told by words that it is said of: but a chain of
    equivalences behind "it converges iff" claims them.
    """
    last = before[-1] if before else None
    if not isinstance(last, Prose):
        return False
    words = last.source.text.rstrip(" \n:")
    exactly = _EXACTLY.search(last.source.text)
    whole = exactly is not None and exactly.end() == len(last.source.text)
    whole = whole and _EQUIVALENCE.search(display.source.text) is None
    return whole or any(match.end() == len(words) for match in _DENIED.finditer(words))


def _goes_on(sentence: Sentence) -> bool:
    """Whether a sentence begins within one: with a small letter."""
    return re.match(r"[\s,]*[a-z]", sentence.template) is not None


def _alone(sentence: Sentence) -> bool:
    """Whether a sentence is a display alone."""
    return len(sentence.parts) == 1 and isinstance(sentence.parts[0], Formula) and sentence.parts[0].display


def _follows(found: Sequence[Item]) -> bool:
    """Whether the last of the sentences stands behind a claim and says no more than "provided that"."""
    if len(found) < 2 or isinstance(found[-1], Fault) or isinstance(found[-2], Fault) or found[-2].declares:
        return False
    last = found[-2].parts[-1]
    return isinstance(last, Formula) and last.display and _BEHIND.fullmatch(found[-1].template) is not None


def _inline(parts: Sequence[Prose | Formula]) -> tuple[Prose | Formula, ...]:
    return tuple(replace(part, display=False) if isinstance(part, Formula) else part for part in parts)


def _within(parts: Sequence[Prose | Formula], more: bool) -> tuple[Prose | Formula, ...]:
    """The parts of one sentence; `more` follows behind them."""
    found: list[Prose | Formula] = []
    for place, part in enumerate(parts):
        shown = isinstance(part, Formula) and part.display
        if shown and _equivalent(found):
            found = list(_with_arrow([*found, part]))
        elif isinstance(part, Formula) and shown and _aside(found, part):
            found.append(replace(part, aside=True))
        else:
            condition = shown and _conditions(found, more or place + 1 < len(parts))
            found += _inline([part]) if condition else [part]
    return tuple(found)


def _conditions(before: Sequence[Prose | Formula], more: bool) -> bool:
    """Whether the next display of a sentence is a condition, by what stands before it; `more` follows behind it."""
    if not before or not isinstance(before[-1], Prose):
        return False
    words = "".join(p.source.text if isinstance(p, Prose) else f"⟦{k}⟧" for k, p in enumerate(before))
    if any(isinstance(p, Formula) and p.display for p in before):
        return _BEHIND.fullmatch(before[-1].source.text) is not None
    if _CALLED.fullmatch(words):
        return True
    forms = (_SUPPOSED, _SUCH, _FURTHER)
    return more and any(form.fullmatch(words) is not None for form in forms)
