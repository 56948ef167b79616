"""A write-up -> a verdict for each of its steps."""

from __future__ import annotations

import re
from contextlib import suppress

from engine.derivation.checker import Checker
from engine.derivation.declaring import extended, text_of
from engine.derivation.document import Formula, pieces_of
from engine.derivation.overlooked import overlooked
from engine.derivation.report import Note, Report
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence, sentences_of
from engine.derivation.source import lines_of
from solvers.formula.context import Context, infer

MAX_TEXT = 400_000


def check(text: str, start: Context | None = None, latex: bool | None = None) -> Report:
    """The steps of a write-up (Markdown or LaTeX) judged in order, with notes on how it was read.

    `start` is what is known before its first sentence. Never raises for what the text holds: what cannot be read is
    a step "unreadable" with its line and column, what cannot be settled "undecided" with the reason.
    """
    return report_of(checked(text, start, latex))


def report_of(checker: Checker) -> Report:
    """What a checker has found, in the order of the lines."""
    notes = list(checker.notes)
    if checker.undeclared:
        named = ", ".join(sorted(checker.undeclared))
        said = "if one is a vector or a matrix, declare it: Let $x \\in \\mathbb{R}^n$"
        notes.append(Note(0, f"not declared, taken as real numbers: {named} ({said})"))
    steps = sorted(checker.steps, key=lambda step: (step.line, step.column))
    return Report(tuple(steps), tuple(notes))


def checked(text: str, start: Context | None = None, latex: bool | None = None) -> Checker:
    """The checker after its way through a text."""
    text = text.removeprefix("\ufeff")
    items = sentences_of(pieces_of(text[:MAX_TEXT], latex))
    context = start or Context()
    checker = Checker(lines_of(text), _ranks(items, context), context)
    checker.texts = [
        side.text
        for item in items if isinstance(item, Sentence)
        for part in item.parts if isinstance(part, Formula)
        for statement in statements_of(part.source)
        for side in statement.sides
    ]  # fmt: skip
    checker.turned = _transposes(text)
    checker.run(items)
    checker.notes += overlooked(items, checker.lines)
    if len(text) > MAX_TEXT:
        checker.notes.append(Note(0, f"only the first {MAX_TEXT} characters were read"))
    return checker


def _transposes(text: str) -> re.Pattern[str] | None:
    """What a write-up writes for a transpose where it says so: "we write $M^{t}$ for the transpose"."""
    said = _SAID_TRANSPOSE.search(text)
    return None if said is None else re.compile(rf"\^\s*(?:\{{\s*{said[1]}\s*\}}|{said[1]}(?![A-Za-z]))")


_SAID_TRANSPOSE = re.compile(
    r"\^\s*\{?\s*([a-z])\s*\}?\s*\$?,?\s*(?:for|denotes?|is|means|stands for|to denote|as)\s+(?:the |its |a )?transpos",
    re.IGNORECASE,
)


def _ranks(items: tuple[Item, ...], start: Context) -> dict[str, int]:
    """How many indices names carry that no declaration in the whole text speaks of."""
    context, texts = start, list[str]()
    for item in items:
        if not isinstance(item, Sentence):
            continue
        for part in (part for part in item.parts if isinstance(part, Formula)):
            for statement in statements_of(part.source):
                texts += [side.text for side in statement.sides]
                if statement.relations and (statement.relations[0] in {"in", "~"} or item.declares):
                    with suppress(Exception):  # what goes wrong here goes wrong again where it is told
                        found = extended(context, text_of(statement))
                        context = found if isinstance(found, Context) else context
    known = context
    with suppress(Exception):
        known = infer(context, *texts)
    return {n: len(d.shape or ()) for n, d in known.scope.names.items() if d.domain == "inferred"}
