"""How long may be tried: seconds of this process's own work, so that a busy machine gives the same answers."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic, process_time

PATIENCE = 3.0  # seconds on the clock for one of work


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the work and the clock run out."""

    work: float
    clock: float

    @property
    def over(self) -> bool:
        return process_time() > self.work or monotonic() > self.clock


def deadline(seconds: float) -> Deadline:
    """So many seconds of work from now, and on the clock at most PATIENCE times as many."""
    return Deadline(process_time() + seconds, monotonic() + PATIENCE * seconds)
