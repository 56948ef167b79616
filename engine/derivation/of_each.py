"""What is said of y_k where a page sums entries over k, as in \\sum_k y_k = 1: it is said of each entry of y, and y_k
is no number of its own. Elsewhere "suppose w_j > 0" may be a case that is said of one entry alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.held_constant import with_constant_signs
from solvers.formula.context import Context
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Declaration

_SUMMED = re.compile(
    r"\s*(?:\\sum|∑)\s*(?:\\limits\s*)?_\s*(?:\{\s*)?([a-z])(?![A-Za-z])[^{}]*\}?\s*(?:\^\s*(?:\{[^{}]*\}|\w))?\s*"
    r"\\?[A-Za-z]+_\{?\s*\1\s*\}?[\s.,]*"
)
_ENTRY = re.compile(r"(\\?[A-Za-z]+)_([a-z])")


def of_each(context: Context, texts: Iterable[str]) -> Context:
    """The context in which numbers y_k with a letter over which a text sums entries are the entries of a vector y."""
    context = with_constant_signs(context)
    names, vectors = context.scope.names, dict[str, Declaration]()
    for name, declared in names.items():
        entry = _ENTRY.fullmatch(name) if declared.shape == () and not declared.family else None
        if entry is None or declared.parameters is not None or name in context.definitions or entry[1] in names:
            continue
        vectors[name] = replace(declared, name=entry[1], shape=(UNKNOWN,))
    letters = {found[1] for text in texts if (found := _SUMMED.fullmatch(text))} if vectors else set()
    vectors = {name: vector for name, vector in vectors.items() if name[-1] in letters}
    if not vectors:
        return context
    kept = {name: declared for name, declared in names.items() if name not in vectors}
    return replace(context, scope=replace(context.scope, names=kept)).declared(*vectors.values())
