"""Where one side alone divides by zero in a region: max(x, 0)/max(x, 0) is not 1, though no single point says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from solvers.equality.seen import Found
from solvers.equality.trials import Trial
from solvers.formula.tables.table import EvaluationError, Open, TooLarge, Uncomputed

HOLES: Final = 3  # points without a value: continuous numbers hit no single one by chance


def is_hole(failed: Sequence[EvaluationError], trial: Trial, place: int) -> bool:
    """Whether one side alone has a pole at a point of continuous numbers, or of a few values, on mixed scales."""
    if len(failed) != 1 or isinstance(failed[0], (TooLarge, Uncomputed)) or trial.small or trial.exact:
        return False
    if not any(map(_somewhere, trial.values)):
        return False  # at these sizes and indices there is none anywhere
    bases = {name.partition("^(")[0] for name in trial.shown(place)}
    kinds = {declared.domain for base in bases if (declared := trial.plan.declared.get(base)) is not None}
    return not kinds & {"natural", "integer"}


def _somewhere(value: Any) -> bool:
    """Whether a side has a value at some points of a trial, and none at others."""
    import numpy as np  # 12 times the start of Python

    if isinstance(value, (EvaluationError, Open)):
        return False
    fine = np.isfinite(value.reshape(value.shape[0], -1)).all(axis=1)
    return bool(fine.any() and not fine.all())


def of_holes(found: Found) -> str | None:
    """What is said of two sides with so many such points; None of others."""
    if len(found.holes) < HOLES:
        return None
    said = f"equal at {found.compared} points, but one side alone has no value at {len(found.holes)} others"
    return f"{said}: {found.holes[0]}"
