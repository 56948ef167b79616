"""Numbers put in for symbols that a write-up has spoken of in general: "With a = 1, q = 1 and r = 2:".

What holds for these numbers alone says nothing of the claim in general.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from engine.derivation.judging import depends, judge_step
from solvers.formula.context import Context
from solvers.formula.domains import constant
from solvers.formula.nodes import Name, Node, names

if TYPE_CHECKING:
    from engine.derivation.checker import Checker
    from engine.derivation.rows import Statement

_GIVEN = re.compile(  # words that only put numbers in: "(c) Now the numbers x = 2, t = 1"
    r"(?:[\W\d_]|\b(?:textbf|textit|emph|[a-h]|now|and|we|take|use|using|insert|put|plug|in|with|the|these|some|following|"
    r"concrete|numbers?|values?|a|for example|example|numerical|finally|step|part|let us|training)\b)*",
    re.IGNORECASE,
)
_PUTS = re.compile(r"\b(?:numbers?|values?|example|with|take|use|using|insert|put|plug)\b", re.IGNORECASE)
_IN_GENERAL = re.compile(r"\b(?:in general|generally|always|for (?:all|any|every|arbitrary))\b", re.IGNORECASE)


def one_of_its_values(checker: Checker, statement: Statement, words: str) -> bool:
    """Whether t = 1 is a number that is put in, for a t \\in \\{0, 1\\} that has this value among others, or for a t
    that nothing declares.
    """
    if statement.relations != ("=",) or not _GIVEN.fullmatch(words) or not _PUTS.search(words):
        return False
    left, right = (checker.read(source).node for source in statement.sides)
    declared = checker.context.scope.names.get(left.text) if isinstance(left, Name) else None
    value = None if right is None else constant(right)
    if not isinstance(left, Name) or value is None or left.text in checker.context.definitions:
        return False
    if declared is None or declared.domain == "inferred":
        return declared is None or declared.shape == ()
    if declared.shape != () or declared.family:
        return False
    listed = re.fullmatch(r"\{([^{}.]*)\}", declared.domain)
    return listed is not None and any(_is_number(text, value) for text in listed[1].split(","))


def _is_number(text: str, value: Fraction) -> bool:
    try:
        return Fraction(text.strip()) == value
    except ValueError:
        return False


def put_in(checker: Checker, found: Context, line: int) -> None:
    """Remembers what was known before `found` gave a number to a symbol that was free; the line counts below zero where
    nothing was spoken of it before.
    """
    before = checker.context
    spoken = checker.used | {n for ds in before.definitions.values() for d in ds for n in names(d.right)}
    for name in found.definitions.keys() - before.definitions.keys():
        number = all(isinstance(d.left, Name) and not names(d.right) for d in found.definitions[name])
        heard = name in spoken and name in before.scope.names
        if number:
            first = heard and all(line < 0 for line in checker.numbers.values())
            checker.general = before if first or checker.general is None else checker.general
            checker.numbered = checker.numbered or heard
            checker.numbers.setdefault(name, line if heard else -line)


def for_numbers_alone(checker: Checker, left: Node, right: Node, relation: str) -> str:
    """Why what holds here holds for the numbers alone that were put in; "" if it holds in general, or is of numbers."""
    general = checker.general
    if general is None or checker.numbered or not names(left) or not names(right):
        return ""
    every = _IN_GENERAL.search(checker.premise) is not None
    numbers = {name: abs(line) for name, line in checker.numbers.items() if line > 0 or every}
    spoken = (depends(left, general) | depends(right, general)) & numbers.keys()
    if not spoken:
        return ""
    if judge_step(relation, left, right, general).verdict != "wrong":
        return ""
    return f"it holds for the numbers of line {numbers[min(spoken)]}, and not in general"
