"""Whether a question's texts can be set: each is filled with a first draw and handed to `engine.typeset`."""

from __future__ import annotations

from collections.abc import Iterator

from engine.drawing import draw_given
from engine.records import Problem, Question
from engine.template import Fault, compile_template, render


def text_problems(question: Question) -> tuple[Problem, ...]:
    """What cannot be laid out in title, text, asks, options and reasons: a `lint_question` for `bank.load`."""
    from engine.typeset.document import document_problems  # only lint needs it

    given = draw_given(question, 0, 0, lambda formula, values: True)
    if isinstance(given, str):
        return (_problem(question, given),)
    found: list[Problem] = []
    for where, text in _texts(question):
        read = compile_template(text)
        filled = read if isinstance(read, Fault) else render(read, given)
        said = (filled.message,) if isinstance(filled, Fault) else document_problems(filled)
        found += [_problem(question, f"{where}: {message}") for message in said]
    if question.derivation is not None:
        found += [_problem(question, f"`solution`: {m}") for m in document_problems(question.derivation.solution)]
    return tuple(found)


def _texts(question: Question) -> Iterator[tuple[str, str]]:
    yield "`title`", question.title
    yield "`text`", question.text
    for part in question.parts:
        yield f"part {part.name}, `ask`", part.ask
        for number, option in enumerate(part.options, 1):
            yield f"part {part.name}, option {number}", option.text
            yield f"part {part.name}, option {number}, `reason`", option.reason


def _problem(question: Question, message: str) -> Problem:
    file, _, line = question.origin.rpartition(":")
    return Problem(file, int(line), f"{question.id}: {message}")
