"""How much may be tried: steps of evaluation, so that every machine comes to the same answer."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from time import monotonic

WORK = 120_000  # steps: about a second
PATIENCE = 10.0  # seconds on the clock, for what takes long in few steps


class _Meter(threading.local):
    """The steps that this thread has spent on benches so far."""

    spent = 0


METER = _Meter()


@dataclass(frozen=True, slots=True)
class Deadline:
    """The count of steps, and the time, at which the work is over."""

    work: int
    clock: float

    @property
    def over(self) -> bool:
        return METER.spent >= self.work or monotonic() > self.clock


def deadline(work: int) -> Deadline:
    """So many steps from now."""
    return Deadline(METER.spent + work, monotonic() + PATIENCE * max(1.0, work / WORK))
