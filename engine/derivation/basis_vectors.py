"""Words that call e_k the k-th unit vector: it is read so anyway, where nothing else is said of an e.

"where $e_k$ is the $k$-th unit vector", "the standard basis vector $e_k \\in R^n$": nothing is declared by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined

_E = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{\s*e\s*\}|e)|e)"
_ONE = rf"{_E}\s*_\s*(?:\{{\s*\w\s*\}}|\w)"
_SPACE = r"(?:\\in(?![a-z])|∈)\s*(?:\\mathbb\s*(?:\{\s*R\s*\}|R)|\\R|ℝ)\s*\^\s*(?:\{\s*\w+\s*\}|\w)"
_SYMBOL = re.compile(
    rf"\s*\\?\{{?\s*(?P<list>{_ONE}(?:\s*,\s*(?:{_ONE}|\\[lc]?dots|\.\.\.|…))*)\s*\\?\}}?\s*(?:{_SPACE})?\s*[.,;]?\s*"
)
_LABEL = re.compile(rf"{_E}\s*_\s*\{{?\s*(\w)")
_PLACE = r"(?:(?:⟦(?P<at>\d+)⟧|(?P<plain>\w))\s*-?\s*['’]?(?:th|st|nd|rd)\s+)"
_BASIS = r"(?:standard|canonical|natural|cartesian)\s+(?:(?:unit|basis|coordinate)\s+)*(?:vectors?|basis)"
_CALLED = (
    rf"(?:(?:the|an?)\s+)?{_PLACE}?(?:(?P<basis>{_BASIS})|(?:(?:unit|basis|coordinate)\s+)+vector)"
    r"(?!\s*(?:matri|product))"
)
_WHERE = r"(?:\s+(?:of|in|on|for)\s+⟦(?P<space>\d+)⟧)?"
_LEAD = r"(?P<lead>(?:\b(?:where|with|here|and|let|for)\s+)*)"
_SAID = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_LEAD}⟦(?P<e>\d+)⟧\s*,?\s*(?:(?:again\s+)?(?:is|are|be|being|denotes?|denoting|form)\s+)?{_CALLED}{_WHERE}",
        rf"{_LEAD}{_CALLED}\s+⟦(?P<e>\d+)⟧{_WHERE}",
    )
)
_SET = re.compile(r"\s*(?:\\mathbb\s*(?:\{\s*R\s*\}|R)|\\R|ℝ)\s*\^\s*(?:\{\s*\w+\s*\}|\w)\s*[.,;]?\s*")
_OTHER = re.compile(  # an e by itself, but not e^x; scores e_{ij}; e_k = ...
    rf"(?<![A-Za-z\\{{]){_E}(?![A-Za-z])(?!\s*[_^])|{_E}\s*_\s*\{{\s*\w[\s,]*\w|^\s*&?\s*{_ONE}\s*&?\s*:?="
)


def with_basis_vectors(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences without what such words say, where a page speaks of no other e."""
    texts = [
        p.source.text for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)
    ]
    if not any(map(_SYMBOL.fullmatch, texts)) or any(map(_OTHER.search, texts)):
        return items
    read = (_untold(item) if isinstance(item, Sentence) else item for item in items)
    return tuple(item for item in read if item is not None)


def _untold(sentence: Sentence) -> Sentence | None:
    """A sentence without such words; None where nothing is left of it."""
    for form in _SAID:
        for said in form.finditer(sentence.template):
            if _is_so(sentence, said):
                left = _without(sentence, said)
                return _untold(left) if any(isinstance(part, Formula) for part in left.parts) else None
    return sentence


def _is_so(sentence: Sentence, said: re.Match[str]) -> bool:
    """Whether the words speak of e_k, as the vector of that place."""
    part = sentence.parts[int(said["e"])]
    symbol = _SYMBOL.fullmatch(part.source.text)
    if symbol is None or not isinstance(part, Formula) or part.display:
        return False
    labels = _LABEL.findall(symbol["list"])
    place = sentence.parts[int(said["at"])].source.text.strip() if said["at"] else said["plain"]
    space = sentence.parts[int(said["space"])].source.text if said["space"] else ""
    named = said["basis"] is not None if place is None else labels == [place]
    return named and (not space or _SET.fullmatch(space) is not None)


def _without(sentence: Sentence, said: re.Match[str]) -> Sentence:
    """The sentence without those words; what it begins with stays where another formula is left behind them."""
    start = said.start() if said.start("lead") else said.end("lead")
    tail = sentence.template[said.end() :]
    joint = re.match(r"\s*(?:,\s*and|,|and)\s+", tail) if start == said.end("lead") else None
    return replace(sentence, parts=tuple(_cut(sentence.parts, start, said.end() + (joint.end() if joint else 0))))


def _cut(parts: Sequence[Prose | Formula], start: int, stop: int) -> Iterable[Prose | Formula]:
    """The parts without the characters start..stop-1 of the template."""
    done, kept = 0, list[Prose | Formula]()
    for place, part in enumerate(parts):
        length = len(part.source) if isinstance(part, Prose) else len(f"⟦{place}⟧")
        if done + length <= start or done >= stop:
            kept.append(part)
        elif isinstance(part, Prose):
            source = joined([part.source.cut(0, max(start - done, 0)), part.source.cut(min(stop - done, length))])
            kept += [Prose(source)] if source.text else []
        done += length
    return _together(kept)


def _together(parts: Iterable[Prose | Formula]) -> Iterable[Prose | Formula]:
    """Words that stand side by side as one."""
    kept: list[Prose | Formula] = []
    for part in parts:
        if kept and isinstance(part, Prose) and isinstance(kept[-1], Prose):
            kept[-1] = Prose(joined([kept[-1].source, part.source]))
        else:
            kept.append(part)
    return kept


__all__ = ["with_basis_vectors"]
