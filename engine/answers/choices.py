"""All options that hold: right only as a whole, so that ticking at random earns nothing."""

from __future__ import annotations

from engine.answers.kind import RIGHT, Kind, Outcome, Typed, wrong
from engine.answers.ticks import show, ticks
from engine.records import Reading, Value, VariantPart


def _read(part: VariantPart, text: str) -> Reading:
    return ticks(part, text, none=True)


def _compare(part: VariantPart, answer: Typed) -> Outcome:
    ticked, holding = _set(answer.value), _set(part.key)
    if ticked == holding:
        return RIGHT
    pieces = []
    if extra := tuple(sorted(ticked - holding)):
        pieces.append(f"{'this does' if len(extra) == 1 else 'these do'} not hold: {show(part, extra)[1]}")
    if missing := tuple(sorted(holding - ticked)):
        pieces.append(f"{'this holds' if len(missing) == 1 else 'these hold'} too: {show(part, missing)[1]}")
    return wrong("; ".join(pieces))


def _set(value: Value) -> set[int]:
    return {int(index) for index in value if not isinstance(index, tuple)} if isinstance(value, tuple) else set()


CHOICES = Kind("choices", "the letters of all that hold, such as a, c; or none", _read, show, _compare)
