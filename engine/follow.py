"""Follow-through: is an answer right, given the student's own wrong values earlier? Refused where those spoil it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from engine.answers import KINDS, Outcome, Typed
from engine.answers.matrix import rows_of
from engine.diagnosis import fit
from engine.numbers import depth, entries, sizes
from engine.records import Scalar, Value, VariantPart, Verdict
from engine.workings import Workings

_NUDGES: Final = (1, 2, 7)


@dataclass(frozen=True, slots=True)
class Given:
    """An earlier part that was answered wrongly, with the value the student gave."""

    part: VariantPart
    value: Value


def follow(part: VariantPart, answer: Typed, earlier: tuple[Given, ...], work: Workings) -> Outcome | None:
    """The outcome with the key that the student's earlier values lead to; None where nothing follows.

    Refused are earlier values of the wrong shape, all zeros, and those that the later value no longer depends on.
    """
    step = work.step_of(part)
    if work.trace is None or step is None:
        return None
    upstream = work.trace.upstream(step) - {step}
    overrides = {name: value for name, value in _usable(earlier, work) if name in upstream}
    if not overrides:
        return None
    key = _key(part, overrides, work)
    if key is None or key == part.key or fit(part, key, answer) == 0 or not _depends(part, key, overrides, work):
        return None
    outcome = KINDS[part.kind].compare(replace(part, key=key), answer)
    names = " and ".join(f"part {given.part.name}" for given in earlier if work.step_of(given.part) in overrides)
    said = f"right, given your answer to {names}"
    return replace(outcome, message=said if outcome.verdict is Verdict.CORRECT else f"{said}; {outcome.message}")


def _key(part: VariantPart, overrides: dict[str, Value], work: Workings) -> Value | None:
    trace = work.carried(overrides)
    return work.value_in(trace, part) if trace is not None else None


def _usable(earlier: tuple[Given, ...], work: Workings) -> Iterator[tuple[str, Value]]:
    for given in earlier:
        step = work.step_of(given.part)
        if step is None or work.trace is None or not KINDS[given.part.kind].numeric:
            continue
        value = shaped(given.value, work.trace.values[step])
        if value is not None and any(entries(value)):
            yield step, value


def shaped(value: Value, like: Value) -> Value | None:
    """The student's value in the shape of the step's own; None where it does not fit."""
    if depth(like) < 2:
        flat = tuple(entries(value))
        wide = (
            depth(value) == 2 and len(value) > 1 and len(rows_of(value)[0]) > 1 if isinstance(value, tuple) else False
        )
        if wide or len(flat) != len(tuple(entries(like))):
            return None
        return flat if isinstance(like, tuple) else flat[0]
    flat = tuple(entries(value))
    if depth(value) == 2 and sizes(value) != sizes(like):
        return None
    width = sizes(like)[1]
    if len(flat) != sizes(like)[0] * width:
        return None
    return tuple(flat[start : start + width] for start in range(0, len(flat), width))


def _depends(part: VariantPart, key: Value, overrides: dict[str, Value], work: Workings) -> bool:
    """Whether the later value moves when the student's values do: not so where they saturate what follows."""
    for nudge in _NUDGES:
        moved = _key(part, {name: _moved(value, nudge) for name, value in overrides.items()}, work)
        if moved is not None and fit(part, key, Typed(moved)) < 1:
            return True
    return False


def _moved(value: Value, nudge: int) -> Value:
    if isinstance(value, tuple):
        return tuple(_moved(entry, nudge) for entry in value)
    return _nudged(value, nudge)


def _nudged(value: Scalar, nudge: int) -> Scalar:
    return value + nudge if isinstance(value, int) else value * (1 + nudge / 10) + nudge / 10
