"""Sentences that say what entries outside of a vector are: "put $g_i = 0$ for $i < 1$ and $i > n$", "zero-padded"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from solvers.formula.known import Context
from solvers.formula.nodes import Num, plus
from solvers.formula.outside import everywhere_said, outside_said, padding
from solvers.formula.targets import function_name
from solvers.formula.tokens import Outside

MOST_PARTS = 10  # of a sentence, that one such statement is made of


@dataclass(frozen=True, slots=True)
class Conventions:
    """What a write-up says of entries outside, `everywhere`: of all vectors."""

    said: tuple[Outside, ...] = ()
    everywhere: bool = False

    def within(self, context: Context) -> Context:
        """The context with these zeros."""
        found = [*([Outside("*", both=True)] if self.everywhere else []), *self.said]
        return padding(context, found) if found else context

    def begins(self, zero: frozenset[str]) -> frozenset[str]:
        """The vectors that count from 0: `zero`, but for what is said of the entries before the first."""
        from_one = {said.name for said in self.said if said.below == Num("0")}
        from_zero = {said.name for said in self.said if said.below == plus(Num("0"), -1)}
        return (zero - from_one) | from_zero


def without_conventions(items: Iterable[Item]) -> tuple[tuple[Item, ...], Conventions]:
    """The sentences without what they say of entries outside, and that."""
    items = tuple(items)
    parted = [part for item in items if isinstance(item, Sentence) for part in item.parts]
    said = [one for place, part in enumerate(parted) for one in _behind(part, parted[place + 1 : place + 3])]
    everywhere = False
    found: list[Item] = []
    for item in items:
        if isinstance(item, Sentence):
            parts: list[Prose | Formula] = []
            at = 0
            while at < len(item.parts):
                outside, after = _said_at(item.parts, at)
                if outside is not None:
                    said.append(outside)
                else:
                    parts.append(item.parts[at])
                at = after
            words = " ".join(part.source.text for part in item.parts if isinstance(part, Prose))
            everywhere = everywhere or everywhere_said(words)
            found.append(replace(item, parts=tuple(parts)))
        else:
            found.append(item)
    return tuple(found), Conventions(tuple(said), everywhere)


_ZERO_THERE = re.compile(
    r"\s*[,(;–—-]*\s*(?:(?:and|with|which|is|are|being|taken|as|to be)\s+)*(?:zeros?|\$?0\$?|vanish\w*)\s+"
    r"(?:where|when|whenever|if|for|as soon as)\b[^.;()]*\b(?:outside|out of|beyond)\b",
    re.IGNORECASE,
)
_SHIFTED = re.compile(r"(?<![A-Za-z\\])(\\?[A-Za-z]+)\s*_\s*\{[^{}]*[+-][^{}]*\}")  # w_{j-i}


def _behind(part: Prose | Formula, after: Sequence[Prose | Formula]) -> Iterator[Outside]:
    """What stands behind T_{ij} = w_{j-i} in words: "(zero where the index is out of range)"."""
    words = "".join(p.source.text for p in takewhile(lambda p: isinstance(p, Prose), after))
    if isinstance(part, Formula) and _ZERO_THERE.match(words):
        _, _, right = part.source.text.partition("=")
        names = {function_name(found) for found in _SHIFTED.findall(right)}
        yield from (Outside(name, both=True) for name in sorted(n for n in names if n is not None))


def _said_at(parts: Sequence[Prose | Formula], start: int) -> tuple[Outside | None, int]:
    """What the longest stretch of parts from a formula on says of entries outside, and where it ends."""
    if isinstance(parts[start], Formula) and "0" in parts[start].source.text:
        for end in range(min(len(parts), start + MOST_PARTS), start, -1):
            said = outside_said(" ".join(part.source.text for part in parts[start:end]))
            if said is not None:
                return said, end
    return None, start + 1


__all__ = ["Conventions", "without_conventions"]
