"""One option out of several."""

from __future__ import annotations

from engine.answers.kind import RIGHT, Kind, Outcome, Typed, refused, wrong
from engine.answers.ticks import show, ticks
from engine.records import Reading, VariantPart


def _read(part: VariantPart, text: str) -> Reading:
    reading = ticks(part, text, none=False)
    if isinstance(reading.value, Typed) and len(_indices(reading.value)) != 1:
        return refused(f"one option is asked; these are {len(_indices(reading.value))}: {reading.plain}", 0, len(text))
    return reading


def _indices(answer: Typed) -> tuple[object, ...]:
    return answer.value if isinstance(answer.value, tuple) else (answer.value,)


def _compare(part: VariantPart, answer: Typed) -> Outcome:
    (index,) = _indices(answer)
    if isinstance(part.key, tuple) and index in part.key:
        return RIGHT
    return wrong(part.options[index].reason if isinstance(index, int) else "")


CHOICE = Kind("choice", "one letter, such as b", _read, show, _compare)
