"""What nobody foresaw, and definitions that are not understood: they cost one step, and the rest is judged."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from engine.derivation.declaring import bare, text_of
from engine.derivation.judging import sign_of
from engine.derivation.knowing import knows, recalls_divergence, symbols
from engine.derivation.report import Step
from engine.derivation.rows import Statement
from engine.derivation.source import shortened

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

MISTAKE = "not judged: the program made a mistake of its own here"


def told(error: Exception) -> str:
    """One sentence about a mistake of the program's own; the details are kept as those of a command that fails are."""
    from engine.cli import keep

    if isinstance(error, MemoryError):
        raise error  # the next step would not have more of it: the command says so
    return f"{MISTAKE} ({type(error).__name__}: {' '.join(str(error).split())[:100]}). {keep(error)}"


def left_open(checker: Checker, statement: Statement, said: str) -> int:
    """A statement as one undecided step, with the reason; gives its line."""
    first = statement.sides[0]
    line, column = checker.lines.where(first.place(0))
    relation = sign_of(statement.relations[0]) if statement.relations else "="
    lhs, rhs = ("", first) if len(statement.sides) < 2 else (bare(first), statement.sides[1])
    checker.steps.append(Step(line, column, lhs, bare(rhs), relation, "undecided", said))
    return line


def lost(checker: Checker, statement: Statement, error: Exception) -> None:
    """A statement that could not be gone through is an undecided step, and what it may have declared is unsure."""
    line = left_open(checker, statement, told(error))
    checker.last = None
    with suppress(Exception):  # what cannot be read names nothing
        checker.unsure.update(
            dict.fromkeys(symbols(statement.sides[0].text) - checker.context.scope.names.keys(), line)
        )


def not_read(checker: Checker, statement: Statement) -> bool:
    """Whether a statement gives what nothing tells to be a function, and could not be read as its definition."""
    called = re.match(r"\s*(\\?[A-Za-z]+)\s*\(", statement.sides[0].text)
    if called is None or knows(checker.context, called[1]):
        return False
    if recalls_divergence(text_of(statement)):
        return True
    unsure = {called[1].strip("\\"), *(symbols(statement.sides[0].text) - checker.context.scope.names.keys())}
    checker.unsure.update(dict.fromkeys(unsure, checker.line(statement.sides[0])))
    checker.note(statement.sides[0], f"not read as a definition: {shortened(text_of(statement))}")
    return True
