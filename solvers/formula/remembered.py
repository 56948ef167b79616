"""Judgements that are asked for again while one write-up is checked: the same question in the same context.

A page is gone through more than once, and a step is looked at in many readings. Judging is pure, the same texts get the
same verdict, and it takes long; so what was found is kept until the page is done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from solvers.formula.context import Context

_P = ParamSpec("_P")
_R = TypeVar("_R")


class _Store(threading.local):
    """What this thread keeps, by question: the contexts it was asked in, and the answers. None: nothing is kept."""

    kept: dict[Hashable, list[tuple[list[Context], Any]]] | None = None


_STORE = _Store()


@contextmanager
def remembering() -> Iterator[None]:
    """Within it, what was judged once is not judged again."""
    before = _STORE.kept
    _STORE.kept = {} if before is None else before
    try:
        yield
    finally:
        _STORE.kept = before


def remembered(judging: Callable[_P, _R]) -> Callable[_P, _R]:
    """The same function, which answers from what is kept where it can."""

    @wraps(judging)
    def asked(*args: _P.args, **named: _P.kwargs) -> _R:
        if _STORE.kept is None:
            return judging(*args, **named)
        given = (*args, *named.items())
        contexts = [value for value in given if isinstance(value, Context)]
        rest = tuple(
            tuple(value) if isinstance(value, list) else value for value in given if not isinstance(value, Context)
        )
        try:
            found = _STORE.kept.setdefault((judging.__qualname__, rest), [])
        except TypeError:  # something that cannot be kept
            return judging(*args, **named)
        for known, answer in found:
            if known == contexts:
                return answer  # type: ignore[no-any-return]
        answer = judging(*args, **named)
        found.append((contexts, answer))
        return answer

    return asked


__all__ = ["remembered", "remembering"]
