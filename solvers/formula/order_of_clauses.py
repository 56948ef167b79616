"""In which order the clauses of a text are read, and which names their declarations show to be labels."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.declare import MEMBERSHIP
from solvers.formula.index_ranges import split_range
from solvers.formula.phrases import words_begin

_EQUALS = re.compile(r"(?<![<>!:=])=(?![=>])|:=")
_SHAPED = re.compile(r"[^:=]+:(?!=)")
_LOWERED = re.compile(r"(?<![A-Za-z])([A-Za-z]+)\}?_\{?([a-z])\}?(?![A-Za-z_])")


def rank_of_clause(text: str) -> int:
    """Declarations of sets first, then laws and relations, then what is defined, last what words say more of."""
    body = split_range(text)[0]
    if _EQUALS.search(body):
        return 2 if words_begin(body) is None else 3
    return 0 if MEMBERSHIP.search(text) or _SHAPED.match(text) else 1


def labels_in(lines: Sequence[str]) -> frozenset[str]:
    """Names such as W_f and W_i that are declared with several letters below: labels, not an index."""
    letters: dict[str, set[str]] = {}
    for text in lines:
        if rank_of_clause(text) > 1:
            continue
        for stem, letter in _LOWERED.findall(MEMBERSHIP.split(text)[0]):
            letters.setdefault(stem, set()).add(letter)
    return frozenset(f"{stem}_{letter}" for stem, found in letters.items() if len(found) > 1 for letter in found)
