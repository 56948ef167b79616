"""What one and the same node is asked again and again: what is below it, its names, how it is written."""

from __future__ import annotations

from collections.abc import Callable, Sized
from functools import wraps
from typing import Final, TypeVar

KEPT: Final = 2048  # nodes of which an answer is kept
LONGEST: Final = 2000  # parts of an answer that is
_N = TypeVar("_N")
_R = TypeVar("_R", bound=Sized)


def by_identity(asking: Callable[[_N], _R]) -> Callable[[_N], _R]:
    """The same function of a node that never changes, which answers from what is kept of this very node.

    By identity, and not by value: comparing two formulas, or hashing one, takes as long as going through it.
    """
    known: dict[int, tuple[_N, _R]] = {}  # the node is kept beside its answer, so that no other one gets its number

    @wraps(asking)
    def asked(node: _N) -> _R:
        found = known.get(id(node))
        if found is not None:
            return found[1]
        answer = asking(node)
        if len(answer) <= LONGEST:
            if len(known) >= KEPT:
                known.clear()
            known[id(node)] = node, answer
        return answer

    return asked
