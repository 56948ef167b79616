"""A report for people: the write-up's lines with a mark each, and the first wrong step explained."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.derivation.report import Report, Step
from engine.derivation.source import lines_of
from solvers.formula.operators import GREEK_LETTERS

MARKS = {"valid": "✓", "wrong": "✗", "undecided": "?", "unreadable": "!"}
_PLAIN = {"valid": "ok", "wrong": "X", "undecided": "?", "unreadable": "!"}
_COLOURS = {"valid": "32", "wrong": "31;1", "undecided": "33", "unreadable": "35"}
_WORST = ("wrong", "unreadable", "undecided", "valid")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})  # categories of what a terminal must not be sent
_SIGNS = {
    "≈": "~=", "∝": "prop", "≤": "<=", "≥": ">=", "≠": "!=", "⇒": "=>", "⇔": "<=>", "←": "<-", "→": "->",
    "⊙": ".*", "·": "*", "‖": "||", "⟦": "[[", "⟧": "]]", "∼": "~", "∈": "in", "…": "...", "∂": "d", "∇": "grad",
    "\N{COMBINING CIRCUMFLEX ACCENT}": "hat", "\N{COMBINING MACRON}": "bar", "\N{COMBINING TILDE}": "tilde",
    **GREEK_LETTERS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Style:
    """How it is written: with colours or not, in ASCII or not."""

    colour: bool = False
    ascii: bool = False


def told(report: Report, text: str, style: Style) -> Iterator[str]:
    """The lines to print."""
    yield from _marked(report, text, style)
    first = report.first_wrong
    if first is not None:
        yield ""
        yield from _explained(first, style)
    later = [step for step in report.steps if step.verdict == "wrong" and step is not first]
    if later:
        yield ""
    for step in later:
        yield _shown(f"line {step.line} is wrong as well: {step.diagnosis or step.evidence}", style)
    for step in report.steps:
        if step.verdict in {"undecided", "unreadable"}:
            yield ""
            yield _painted(f"line {step.line}: {step.verdict}", step.verdict, style)
            yield f"    {_shown(step.evidence, style)}"
            yield from (f"  {line}" for line in _at_point(step))
    if report.notes:
        yield ""
    yield from (_shown(f"note: {note}", style) for note in report.notes)
    yield ""
    yield _summary(report)
    if report.goal is not None:
        yield f"goal: {'reached' if report.goal.reached else 'not reached'}: {_shown(report.goal.reason, style)}"


def _marked(report: Report, text: str, style: Style) -> Iterator[str]:
    bare = text.removeprefix("\ufeff")
    lines = lines_of(bare).split(bare)
    lines = lines[: len(lines) - (not lines[-1])]
    verdicts: dict[int, str] = {}
    for step in report.steps:
        known = verdicts.get(step.line, "valid")
        verdicts[step.line] = min(known, step.verdict, key=_WORST.index)
    width = len(str(len(lines)))
    for number, line in enumerate(lines, 1):
        verdict = verdicts.get(number)
        marks = _PLAIN if style.ascii else MARKS
        mark = marks[verdict] if verdict else ""
        row = f"{number:>{width}} {mark:<2} {_shown(line, style)}".rstrip()
        yield _painted(row, verdict, style) if verdict else row


def _explained(step: Step, style: Style) -> Iterator[str]:
    yield _painted(f"line {step.line} is wrong: the first wrong step", "wrong", style)
    yield f"    {formula(step.lhs, style)}"
    yield f"  {_shown(step.relation, style)} {formula(step.rhs, style)}"
    yield f"  {_shown(step.evidence, style)}"
    yield from _at_point(step)
    if step.diagnosis:
        yield f"  {_painted(_shown(step.diagnosis, style), 'wrong', style)}"


def _at_point(step: Step) -> Iterator[str]:
    """Where the two sides differ, and what they are worth there."""
    point = dict(step.counterexample or {})
    left, right = point.pop("left", None), point.pop("right", None)
    if point:
        yield f"  at {', '.join(f'{name} = {number(value)}' for name, value in point.items())}"
    if left is not None or right is not None:
        yield f"    left side:  {number(left)}"
        yield f"    right side: {number(right)}"


def _summary(report: Report) -> str:
    counted: Mapping[str, int] = {v: sum(s.verdict == v for s in report.steps) for v in MARKS}
    said = ", ".join(f"{n} {verdict}" for verdict, n in counted.items() if n)
    count = len(report.steps)
    return f"{count} step{'s' * (count != 1)}: {said}" if count else "no steps were found"


def formula(latex: str, style: Style) -> str:
    """A side on one line, set as mathematics where the typesetter knows it, else as it was written."""
    from engine.typeset.reader import parse
    from engine.typeset.to_line import display_line
    from engine.typeset.tree import MathError

    display = parse(latex)
    if isinstance(display, MathError):
        return _shown(" ".join(latex.split()), style)
    return _shown(display_line(display, style.ascii), style)


def number(value: Any) -> str:
    """A number, vector or matrix of a counterexample; None where there is no value."""
    if value is None:
        return "undefined"
    if isinstance(value, (list, tuple)):
        if value and all(isinstance(row, (list, tuple)) for row in value):
            return "[" + "; ".join(", ".join(number(entry) for entry in row) for row in value) + "]"
        return "[" + ", ".join(number(entry) for entry in value) + "]"
    if isinstance(value, float):
        return f"{value:.8g}"
    return str(value)


def _shown(text: str, style: Style) -> str:
    """Text of a stranger for a terminal: no control characters, no escapes."""
    if style.ascii:
        text = "".join(_SIGNS.get(c, c) for c in text)
    text = "".join(c if c == "\t" or unicodedata.category(c) not in _HIDDEN else "�" for c in text)
    return text.encode("ascii", "replace").decode() if style.ascii else text


def _painted(text: str, verdict: str, style: Style) -> str:
    return f"\033[{_COLOURS[verdict]}m{text}\033[0m" if style.colour else text
