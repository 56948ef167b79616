"""The words a session uses on every front end: what to type, what a verdict says, what became of the sitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from engine.quiz import Style
from engine.records import PartVerdict, Question, Reading, SolutionStep, Variant, VariantPart, Verdict
from engine.session import Session

LONGEST: Final = 20_000  # characters in one answer; a 28 by 28 matrix of 10-digit numbers fits
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
CHOICES: Final = frozenset({"choice", "choices"})
ROWS: Final = frozenset({"vector", "matrix", "tensor"})  # several pasted lines are several rows

# One row an answer kind: what to type.
HINTS: Final = {
    "integer": "a whole number",
    "number": "a number or a formula, such as 0.25, 1/3 or tanh(0.5)",
    "exact": "an exact value, such as 1/3 or sqrt(2)/2",
    "expression": "a formula, such as W^T x + b",
    "vector": "the entries, such as [1, 2, 3]",
    "matrix": "the rows, such as [1, 2; 3, 4]",
    "tensor": "nested rows, such as [[1, 2; 3, 4]; [5, 6; 7, 8]]",
    "shape": "the sizes, such as 3 x 4",
    "set": "the elements, such as {1, 2}",
    "interval": "the ends, such as [0, 1)",
    "choice": "one letter",
    "choices": "the letters of all that hold, such as a, c",
    "order": "the letters in order, such as b, a, c",
    "match": "the pairs, such as 1b, 2a",
    "word": "a word",
    "derivation": "a chain of equalities",
}

# One row a verdict: its sign on a screen, and its word.
VERDICTS: Final = {
    Verdict.CORRECT: ("✓", "correct"),
    Verdict.PARTIAL: ("~", "partly correct"),
    Verdict.WRONG: ("✗", "wrong"),
    Verdict.INVALID: ("!", "could not be read; it costs nothing, try again"),
    Verdict.UNDECIDED: ("?", "could not be judged; it costs nothing"),
}


def hint(part: VariantPart) -> str:
    """What to type into the part, with the places asked for."""
    words = HINTS.get(part.kind, "your answer")
    return words if part.places is None else f"{words}; to {_count(part.places, 'place')}"


def heading(question: Question, position: int, total: int) -> str:
    """The line above a question: place, title, topic, level, minutes."""
    minutes = _count(question.minutes, "minute")
    return f"Question {position + 1} of {total}: {question.title} ({question.topic}, level {question.level}, {minutes})"


def label(variant: Variant, name: str) -> str:
    """'(b) ' for the second of several parts; '' where there is only one."""
    names = [part.name for part in variant.parts]
    return f"({LETTERS[names.index(name) % 26]}) " if len(names) > 1 else ""


def reading_line(reading: Reading) -> str:
    """How an answer was read, or why not and where."""
    if not reading.ok:
        return f"not read: {reading.error}"
    shape = f" ({reading.shape})" if reading.shape else ""
    return f"read as {reading.plain}{shape}"


def verdict_text(judged: PartVerdict) -> str:
    """The verdict in words: points, follow-through, the message, or the known mistake's name."""
    words = VERDICTS[judged.verdict][1]
    if judged.verdict not in (Verdict.INVALID, Verdict.UNDECIDED):
        words += f", {number(judged.points)} of {_count(judged.of, 'point')}"
    if judged.follow_through:
        words += ", following from your earlier answer"
    return f"{words}. {_reason(judged)}".strip()


def _reason(judged: PartVerdict) -> str:
    if judged.message:
        return judged.message
    return f"This is what the mistake “{judged.mistake}” gives." if judged.mistake else ""


def summary(state: Session) -> str:
    """What became of the sitting, in one line."""
    skipped = sum(outcome.skipped for outcome in state.outcomes)
    words = f"{number(state.points)} of {_count(state.of, 'point')} in {_count(len(state.outcomes), 'question')}"
    return f"{words}, {skipped} skipped." if skipped else f"{words}."


def number(value: Fraction) -> str:
    """Points as people write them: 2, 1.5, 1/3."""
    tenths = value * 100
    return f"{float(value):g}" if tenths.denominator == 1 else str(value)


def _count(value: Fraction | int, noun: str) -> str:
    return f"{number(Fraction(value))} {noun}" if value == 1 else f"{number(Fraction(value))} {noun}s"


def letters_of(indices: Sequence[int]) -> str:
    """Ticked options as an answer is typed: 'a, c'."""
    return ", ".join(LETTERS[index] for index in sorted(indices))


def indices_of(text: str, count: int) -> tuple[int, ...]:
    """The options that an answer such as 'a, c' ticks; what is not a letter of an option is passed over."""
    return tuple(sorted({LETTERS.index(each) for each in text.lower() if each in LETTERS[:count]}))


def question_text(variant: Variant) -> str:
    """The whole question as Markdown: the text, each ask, each option by its letter."""
    blocks = [variant.text.strip()]
    for part in variant.parts:
        blocks.append(label(variant, part.name) + part.ask.strip())
        blocks += [f"{LETTERS[index]}) {option.text.strip()}" for index, option in enumerate(part.options)]
    return "\n\n".join(blocks)


def solution_document(variant: Variant, steps: Sequence[SolutionStep] | str, style: Style = "boxes") -> str:
    """A worked solution as Markdown: each step's formula, numbers put in and value; each option's truth and reason.

    `boxes` sets the three below each other at the equals sign; the other styles read them on as one chain.
    """
    if isinstance(steps, str):
        return steps
    blocks = [_step_text(place, step, style) for place, step in enumerate(steps, start=1)]
    for part in variant.parts:
        if part.kind in CHOICES:
            blocks += [_option_text(variant, part, index) for index in range(len(part.options))]
    return "\n\n".join(blocks) or "There are no steps to show."


def _step_text(place: int, step: SolutionStep, style: Style) -> str:
    title = f"{place}. {step.name}" + (f": {step.note}" if step.note else "")
    return f"{title}\n\n$$ {_aligned(step, style)} $$" if step.formula or step.value else title


def _aligned(step: SolutionStep, style: Style) -> str:
    """Formula, numbers and value as one chain of equalities; what only repeats the link before is left out."""
    rows: list[tuple[str, str]] = []
    for latex in (step.formula, step.numbers, step.value):
        left, right = _sides(latex)
        if latex and (not rows or right != rows[-1][1]):
            rows.append(("" if rows and left in ("", rows[0][0]) else left, right))
    if len(rows) > 1 and not rows[0][0]:  # a formula without an equals sign is itself the left side
        rows[:2] = [(rows[0][1], rows[1][1])]
    if len(rows) == 1 or style != "boxes":
        return " = ".join(side for row in rows for side in row if side)
    return r"\begin{aligned} " + r" \\ ".join(f"{left} &= {right}" for left, right in rows) + r" \end{aligned}"


def _sides(latex: str) -> tuple[str, str]:
    """Left and right of the first equals sign that stands outside all braces; ('', all) where there is none."""
    depth = 0
    for place, character in enumerate(latex):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "=" and depth == 0:
            return latex[:place].strip(), latex[place + 1 :].strip()
    return "", latex.strip()


def _option_text(variant: Variant, part: VariantPart, index: int) -> str:
    holds = isinstance(part.key, tuple) and index in part.key
    option = part.options[index]
    words = "holds" if holds else "does not hold"
    return f"{label(variant, part.name)}{LETTERS[index]}) {words}. {option.reason}".strip()


def results(state: Session, questions: Mapping[str, Question]) -> str:
    """One line a question: points and title."""
    lines = []
    for outcome in state.outcomes:
        question = questions.get(outcome.planned.question)
        title = question.title if question else outcome.planned.question
        points = f"{number(outcome.points)}/{number(outcome.of)}"
        lines.append(f"{points:>7}  {title}{' (skipped)' if outcome.skipped else ''}")
    return "\n".join(lines)
