"""Declarations that were read lately: the lines of a batch often stand under the same ones."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, TypeAlias

from solvers.formula.context import Context, read_context
from solvers.formula.tokens import Unreadable

MOST: Final = 256  # lists of declarations
_Key: TypeAlias = tuple[tuple[str, ...], bool | None]


class _Lately(threading.local):
    """What this thread has read: the context it was read in, and what came of it."""

    def __init__(self) -> None:
        self.read: OrderedDict[_Key, tuple[Context, Context | tuple[int, Unreadable]]] = OrderedDict()


_LATELY = _Lately()


def read_lately(texts: Sequence[str], start: Context, latex: bool | None) -> Context | tuple[int, Unreadable]:
    """What `read_context` says of the declarations; it is not asked again for those it was asked for lately."""
    key, read = (tuple(texts), latex), _LATELY.read
    known = read.get(key)
    if known is None or known[0] != start:
        known = start, read_context(texts, start, latex)
    read[key] = known
    read.move_to_end(key)
    if len(read) > MOST:
        read.popitem(last=False)
    return known[1]
