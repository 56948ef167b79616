"""A second formula that begins with a relation, as the last line of a calculation does: = 2x, \\approx 0.14."""

from __future__ import annotations

import re

from solvers.equality.answer import VERDICTS, Answer
from solvers.formula.context import Context
from solvers.formula.parser import Parsed
from solvers.formula.tables.table import EvaluationError
from solvers.formula.to_plain import to_plain

_FIRST = re.compile(r"\s*(?:(?P<near>\\approx(?:eq)?(?![A-Za-z])|\\simeq(?![A-Za-z])|≈|~=)|=(?![=>]))")


def relation_first(text: str) -> tuple[bool, str]:
    """Whether a text begins with an approximation; the text with blanks for the relation that it begins with."""
    found = _FIRST.match(text)
    if found is None or not text[found.end() :].strip():
        return False, text
    return found["near"] is not None, " " * found.end() + text[found.end() :]


def nearly(a: Parsed, b: Parsed, context: Context, seed: int, remarks: tuple[str, ...]) -> Answer:
    """Whether a formula is another one approximately, to the digits printed."""
    from solvers.equality.relations import judge  # three times the start of Python

    shown, notes = (to_plain(a.node), f"≈ {to_plain(b.node)}"), (*a.notes, *b.notes, *remarks)
    try:
        result = judge("~=", a.node, b.node, context, seed)
    except EvaluationError as error:  # a size or a set of the declarations that cannot be sampled
        return Answer("undecided", str(error), None, None, shown, notes)
    verdict = VERDICTS[result.verdict]
    return Answer(verdict, result.evidence, result.counterexample, None, shown, (*notes, *result.notes))
