"""Variant + answers -> verdicts. Expected failures are verdicts: unreadable is invalid, not judgeable is undecided."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from engine.answers import KINDS, Outcome, Typed
from engine.answers.kind import refused
from engine.answers.reading import too_long
from engine.diagnosis import diagnose, rival, sentence
from engine.follow import Given, follow
from engine.records import Grade, PartVerdict, Reading, Variant, VariantPart, Verdict
from engine.workings import Workings
from solvers.formula.tables.table import EvaluationError


def read_answer(part: VariantPart, text: str) -> Reading:
    """What was typed for this part, read: LaTeX, plain text and shape, or the error with its columns. Never raises.

    A readable answer's `value` is an `engine.answers.Typed`.
    """
    if part.kind not in KINDS:
        return refused(f"answers of kind {part.kind!r} cannot be read; known are {', '.join(KINDS)}")
    refusal = too_long(text)
    return refusal if refusal is not None else KINDS[part.kind].read(part, text)


def grade(variant: Variant, answers: Mapping[str, str], final: bool = False) -> Grade:
    """The verdicts of the parts that were answered, in the variant's order; `final` judges the missing ones as wrong.

    An answer that is right given the student's own wrong earlier values earns its points, marked as follow-through.
    """
    work = Workings(variant)
    judged: list[PartVerdict] = []
    earlier: list[Given] = []
    for part in variant.parts:
        text = answers.get(part.name)
        if text is None or (final and not text.strip()):
            if final:
                judged.append(_verdict(part, Outcome(Verdict.WRONG, Fraction(0), "no answer")))
            continue
        reading = read_answer(part, text)
        verdict = _judged(variant, part, reading, work)
        if verdict.verdict in {Verdict.WRONG, Verdict.PARTIAL} and isinstance(reading.value, Typed):
            followed = _followed(part, reading, earlier, work)
            verdict = followed if followed is not None and followed.points > verdict.points else verdict
            if not verdict.follow_through:
                earlier.append(Given(part, reading.value.value))
        judged.append(verdict)
    return Grade(tuple(judged))


def grade_part(variant: Variant, part: VariantPart, text: str) -> PartVerdict:
    """The verdict on one part by itself, without follow-through."""
    return _judged(variant, part, read_answer(part, text), Workings(variant))


def _judged(variant: Variant, part: VariantPart, reading: Reading, work: Workings) -> PartVerdict:
    if not isinstance(reading.value, Typed):
        return PartVerdict(part.name, Verdict.INVALID, Fraction(0), part.points, message=reading.error)
    try:
        return _compared(variant, part, reading, reading.value, work)
    except EvaluationError as error:
        outcome = Outcome(Verdict.UNDECIDED, Fraction(0), f"this part could not be judged: {error}")
        return _verdict(part, outcome, reading)


def _compared(variant: Variant, part: VariantPart, reading: Reading, answer: Typed, work: Workings) -> PartVerdict:
    outcome = KINDS[part.kind].compare(part, answer)
    if outcome.verdict is Verdict.UNDECIDED:
        return _verdict(part, outcome, reading)
    by_entries = part.by_element and outcome.verdict is Verdict.PARTIAL
    if outcome.share > 0 and not by_entries:
        nearer = rival(part, answer, work) if KINDS[part.kind].numeric else None
        if nearer is not None:
            taken = Outcome(Verdict.WRONG, Fraction(0), nearer.message)
            return _verdict(part, taken, reading, nearer.name)
        return _verdict(part, outcome, reading)
    named = diagnose(variant, part, answer, work)
    if named is None:
        return _verdict(part, outcome, reading)
    pieces = [named.message] if named.message == outcome.message else [named.message, outcome.message]
    said = " ".join(sentence(piece) for piece in pieces if piece)
    return _verdict(part, Outcome(outcome.verdict, outcome.share, said), reading, named.name)


def _followed(part: VariantPart, reading: Reading, earlier: list[Given], work: Workings) -> PartVerdict | None:
    """The verdict on the answer as one that follows from earlier wrong ones; None where it does not."""
    if not isinstance(reading.value, Typed):
        return None
    try:
        found = follow(part, reading.value, tuple(earlier), work)
    except EvaluationError:
        return None
    if found is None:
        return None
    return _verdict(part, found, reading, follow_through=True)


def _verdict(
    part: VariantPart, outcome: Outcome, reading: Reading | None = None, mistake: str | None = None,
    follow_through: bool = False,
) -> PartVerdict:  # fmt: skip
    return PartVerdict(
        part.name, outcome.verdict, part.points * outcome.share, part.points, reading.plain if reading else "",
        mistake, follow_through, sentence(outcome.message),
    )  # fmt: skip
