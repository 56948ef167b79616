"""A wrong answer -> its name: the known mistake that gives this very value, or the slip that does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from engine.answers import KINDS, Typed
from engine.answers.closeness import distance, exact
from engine.answers.matrix import TRANSPOSED, rows_of
from engine.numbers import depth, entries, sizes
from engine.records import Value, Variant, VariantPart
from engine.workings import Workings
from solvers.formula.evaluate import key_of
from solvers.formula.nodes import Call
from solvers.formula.operators import OPERATORS, elementwise
from solvers.trace import Step, Trace


@dataclass(frozen=True, slots=True)
class Named:
    """What was done: the mistake's name (a solver's, or one of ours), and a sentence for the student."""

    name: str
    message: str


def diagnose(variant: Variant, part: VariantPart, value: Value | Typed, work: Workings | None = None) -> Named | None:
    """Names the mistake behind a wrong answer: first the solver's own, then turned signs, factors, other steps.

    `work` saves the runs when several parts of one variant are diagnosed. None where nothing fits.
    """
    answer = value if isinstance(value, Typed) else Typed(value)
    work = work or Workings(variant)
    return _known(part, answer, work) or (_slip(part, answer, work) if KINDS[part.kind].numeric else None)


def rival(part: VariantPart, answer: Typed, work: Workings) -> Named | None:
    """The known mistake whose value is nearer to the answer than the key is; None where the key is nearest."""
    gap = distance(normal(part, answer.value), normal(part, part.key))
    if gap is None or gap == 0:
        return None
    for name, says, value in _mistaken(part, work):
        theirs = distance(normal(part, answer.value), normal(part, value))
        if theirs is not None and theirs < gap and not _same(part, value):
            return Named(name, says)
    return None


def normal(part: VariantPart, value: Value) -> Value:
    """A value in the one form its kind compares: flat for vectors, rows for matrices."""
    if part.kind == "vector":
        return tuple(entries(value))
    return rows_of(value) if part.kind == "matrix" else value


def _mistaken(part: VariantPart, work: Workings) -> Iterator[tuple[str, str, Value]]:
    for mistake, trace in work.mistakes:
        value = work.value_in(trace, part)
        if value is not None:
            yield mistake.name, mistake.says, value


def _same(part: VariantPart, value: Value) -> bool:
    """Whether a mistake changes nothing here."""
    return distance(normal(part, value), normal(part, part.key)) == 0


def fit(part: VariantPart, key: Value, answer: Typed) -> Fraction:
    """The share of the points the answer would earn were `key` the right value, given exactly or as a decimal."""
    kind = {"integer": "number", "exact": "number"}.get(part.kind, part.kind)
    return KINDS[kind].compare(replace(part, key=key, by_element=False), answer).share


def _known(part: VariantPart, answer: Typed, work: Workings) -> Named | None:
    """The mistake that fits best; of those that fit alike, one made in the asked step itself."""
    best: tuple[Fraction, bool, Fraction] | None = None
    found = None
    step = work.trace.step(work.step_of(part) or "") if work.trace is not None else None
    for name, says, value in _mistaken(part, work):
        share = fit(part, value, answer) if not _same(part, value) else Fraction(0)
        gap = distance(normal(part, answer.value), normal(part, value)) or Fraction(0)
        if share == 0 or (share < 1 and gap > _size(value) / 50):  # too coarse to name
            continue
        rank = (-share, step is None or name not in step.mistakes, gap)
        if best is None or rank < best:
            best, found = rank, Named(name, says)
    return found


def _size(value: Value) -> Fraction:
    return max((abs(exact(entry) or Fraction(0)) for entry in entries(value)), default=Fraction(0))


# ---- slips that need no author


def _each(change: Callable[[Fraction], Fraction]) -> Callable[[Value], Value]:
    def changed(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(changed(entry) for entry in value)
        return change(Fraction(value))

    return changed


def _turned(value: Value) -> Value:
    return tuple(zip(*rows_of(value), strict=True)) if depth(value) else value


# One row a slip: its name, what it says, what it makes of the key.
_SLIPS: Final[tuple[tuple[str, str, Callable[[Value], Value]], ...]] = (
    ("sign", "the sign is turned", _each(lambda x: -x)),
    ("transposed", TRANSPOSED, _turned),
    ("factor-2", "this is twice the right value: there is a factor 2 too many", _each(lambda x: 2 * x)),
    ("factor-1/2", "this is half the right value: a factor 2 is missing", _each(lambda x: x / 2)),
)


def _slip(part: VariantPart, answer: Typed, work: Workings) -> Named | None:
    if not _finite(part.key) or not any(entries(part.key)):
        return None
    for name, says, change in _SLIPS:
        if name == "transposed" and part.kind != "matrix":
            continue
        if fit(part, change(part.key), answer) == 1:
            return Named(name, says)
    return _other_step(part, answer, work)


def _finite(value: Value) -> bool:
    return all(exact(entry) is not None for entry in entries(value))


def _other_step(part: VariantPart, answer: Typed, work: Workings) -> Named | None:
    trace, asked = work.trace, work.step_of(part)
    if trace is None or asked is None or not _telling(answer.value):
        return None
    upstream = trace.upstream(asked)
    latest_first = trace.steps[::-1]
    for step in sorted(latest_first, key=lambda step: step.name not in upstream):
        comparable = sizes(normal(part, step.value)) == sizes(normal(part, answer.value))
        if step.name != asked and comparable and fit(part, step.value, answer) == 1:
            return Named("other-step", f"this is {step.name}{_relation(trace, step, asked)}")
    return None


def _telling(value: Value) -> bool:
    """Whether a value can hardly be met by chance: broken, large, or several different entries."""
    found = [exact(entry) for entry in entries(value)]
    return len(set(found)) > 1 or any(e is not None and (e.denominator > 1 or abs(e) >= 10) for e in found)


def _relation(trace: Trace, found: Step, asked: str) -> str:
    step = trace.step(asked)
    right = step.equation.sides[1] if step is not None and step.equation is not None else None
    if step is not None and isinstance(right, Call) and elementwise(right.op) and len(right.args) == 1:
        inner = right.args[0]
        if not isinstance(inner, Call) and key_of(inner, step.integers) == found.name:
            return f", before the {OPERATORS[right.op.rstrip(chr(39))].plain}"
    return f" ({found.note})" if found.note else ""


def sentence(text: str) -> str:
    """The text as a sentence of its own; a leading symbol keeps its case."""
    if not text:
        return ""
    first = text[0].upper() + text[1:] if re.match(r"(?:a |[a-z]{2,}[ ,:])", text) else text
    return first if first.endswith((".", "!", "?")) else first + "."
