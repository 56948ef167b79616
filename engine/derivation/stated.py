"""The equations that a write-up states, and which of them its words take as given ("Let", "Assume", "Recall", ...)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.derivation.check import MAX_TEXT
from engine.derivation.checker import Checker
from engine.derivation.declaring import read_side
from engine.derivation.document import Formula, Prose, pieces_of
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Sentence, sentences_of
from solvers.formula.context import Context
from solvers.formula.nodes import Node
from solvers.formula.parser import Parsed

_ANNOUNCED = re.compile(  # words behind which stands what is to be shown, not what is assumed
    r"\b(?:shows?|showing|prove|proving|derive|deriving|verify|compute|find|goal|task|claim(?:ed|s)?|exercise|wanted|"
    r"want|wants|asked|need to|have to|aim|to be (?:shown|proved|derived))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """One equation with its line; `given`: by its words it is assumed, defined or recalled."""

    left: Node
    right: Node
    relation: str
    line: int
    given: bool
    context: Context


def statements(text: str, latex: bool | None, checker: Checker) -> tuple[Stated, ...]:
    """All equations of a write-up, as they read under what is known at its end."""
    text = text.removeprefix("\ufeff")[:MAX_TEXT]
    found: list[Stated] = []
    for item in sentences_of(pieces_of(text, latex)):
        if isinstance(item, Sentence):
            found += _of_sentence(item, checker)
    return tuple(found)


def _of_sentence(sentence: Sentence, checker: Checker) -> Iterator[Stated]:
    turned, announced = sentence.turned() if sentence.declares else 0, False
    for place, part in enumerate(sentence.parts):
        if isinstance(part, Prose):
            announced = announced or bool(_ANNOUNCED.search(part.source.text))
        if isinstance(part, Formula):
            given = sentence.declares and place <= turned and not announced
            for statement in statements_of(part.source):
                yield from _of_statement(statement, given, checker)


def _of_statement(statement: Statement, given: bool, checker: Checker) -> Iterator[Stated]:
    context = checker.here()
    sides = [read_side(side.text, context.scope) for side in statement.sides]
    for number, relation in enumerate(statement.relations[: len(sides) - 1]):
        left, right = sides[number], sides[number + 1]
        if isinstance(left, Parsed) and isinstance(right, Parsed):
            line = checker.line(statement.sides[number + 1])
            yield Stated(left.node, right.node, relation, line, given or relation == ":=", context)
