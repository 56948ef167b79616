"""Symbols that sentences equate without declaring: "hence sigma = e^{s/2}", "this gives H_{jk} = p_j (d_{jk} - p_k)".

Such an equation claims nothing and defines nothing. Where that leaves steps undecided, the write-up is gone through
once more with these equations as definitions. What comes of it counts where every verdict of before stands, and
a step that was undecided is valid now: the page shows that it means them so. A step that comes out wrong only then
stays undecided: a conclusion, or a case, may have been taken for a definition.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING

from engine.derivation.report import Note
from solvers.formula.marks import unmarked

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

MOST = 3  # symbols that are tried one by one
_OPEN = frozenset({"undecided", "unreadable"})


def settled(once: Callable[[frozenset[str]], Checker]) -> Checker:
    """The checker after its way through a write-up, with the symbols as definitions where that settles something;
    `once` goes through it with some of them taken so.
    """
    first = once(frozenset())
    asked = " ".join(f"{s.lhs} {s.rhs} {s.evidence}" for s in first.steps if s.verdict in _OPEN)
    told = {n for n, declared in first.context.scope.names.items() if declared.domain != "inferred"}
    named = {n for n in first.equated.keys() - first.context.definitions.keys() - told if _speaks(asked, n)}
    if not named:
        return first
    singly = [frozenset({name}) for name in sorted(named)] if 1 < len(named) <= MOST else []
    for taken in chain([frozenset(named)], singly):
        again = once(taken)
        if _settles_more(first, again):
            lines = {name: first.equated[name] for name in taken}
            pairs = zip(first.steps, again.steps, strict=True)
            again.steps = [one if other.verdict == "wrong" else other for one, other in pairs]
            again.notes += [Note(line, f"{name} is taken as defined here") for name, line in sorted(lines.items())]
            return again
    return first


def _speaks(text: str, name: str) -> bool:
    """Whether a text has the letter of a name, H of H_jk, with whatever stands beside it."""
    return re.search(rf"(?<![A-Za-z]){re.escape(unmarked(name.partition('_')[0]))}(?![A-Za-z])", text) is not None


def _settles_more(first: Checker, again: Checker) -> bool:
    """Whether all that was settled still is as it was, and a step that was open is valid."""
    if [(s.line, s.column) for s in first.steps] != [(s.line, s.column) for s in again.steps]:
        return False
    pairs = [(one.verdict, other.verdict) for one, other in zip(first.steps, again.steps, strict=True)]
    return all(one in _OPEN or one == other for one, other in pairs) and any(
        one in _OPEN and other == "valid" for one, other in pairs
    )
