"""A bound on the processor time of one call, where a contract names one; speed itself is for `tests/benchmarks`."""

from __future__ import annotations

import functools
import gc
import re
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

TRIES = 3


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work()` returns, run again if it was slow: once in a while a call pays for a collection of garbage or for
    an import, and other programs share the machine. Nothing is remembered of the run before. AssertionError when it
    was slow each time."""
    least = float("inf")
    for number in range(TRIES):
        if number:
            _forget()
        start = time.process_time()
        found = work()
        least = min(least, time.process_time() - start)
        if least < seconds:
            return found
    raise AssertionError(f"took {least:.2f} s of processor time at the least, {seconds:g} s are allowed")


def _forget() -> None:
    """Empties what functions and texts keep: a second run is as the first one was."""
    kept = type(functools.lru_cache(_forget))
    for held in gc.get_objects():
        # its type, not isinstance: that asks objects of other libraries for their class, and some warn of being asked
        if type(held) is kept and held.__module__.startswith(("solvers", "engine", "tui")):
            held.cache_clear()
    re.purge()
