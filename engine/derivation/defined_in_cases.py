"""What is defined in a case: "If y = 1: L = -log p", "If y = 0: L = -log(1 - p)". It is that there alone.

In another case about the same it is given anew; what is said of it for all of them, "together", is judged in each. What
speaks of it elsewhere is left undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, TypeAlias

from engine.derivation.asides import node_of
from engine.derivation.declaring import bare, text_of, without_definition, written
from engine.derivation.judging import depends
from engine.derivation.report import Step
from engine.derivation.rows import Statement
from engine.derivation.sentences import Sentence
from engine.derivation.unmet import left_undecided
from solvers.formula.env import Definition
from solvers.formula.nodes import Name

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

Cases: TypeAlias = tuple[Statement, ...]
Under: TypeAlias = Callable[["Checker", Cases, Statement, Sentence], None]


@dataclass(frozen=True, slots=True)
class InCase:
    """What a name is under some conditions, and the line that says so."""

    conditions: Cases
    made: tuple[Definition, ...]
    line: int


def branched(checker: Checker) -> Checker:
    """A checker of its own that goes on from here."""
    return replace(checker, **{f.name: copy(getattr(checker, f.name)) for f in fields(checker)})


def in_cases(checker: Checker, now: Cases, statement: Statement, sentence: Sentence, under: Under) -> bool:
    """Whether a claim gives what was defined in another case anew, or says what it is in all of them; then that is
    done. What is defined for the case of the claim is put in its place before."""
    for name, told in checker.cased.items():
        same = [known for known in told if _key(known.conditions) == _key(now)]
        if same:
            _put(checker, name, same[-1].made)
    left = checker.read(statement.sides[0]).node if statement.relations[:1] in {("=",), (":=",)} else None
    told = checker.cased.get(left.text, ()) if isinstance(left, Name) and not statement.continues else ()
    if isinstance(left, Name) and any(_index(condition) in left.text.split("_")[1:] for condition in now):
        return False  # w_\lambda is a function of \lambda
    if not told or not isinstance(left, Name) or any(_key(known.conditions) == _key(now) for known in told):
        return False
    if now and any(_is_other(known.conditions, now) for known in told):
        _anew(checker, left, now, statement, sentence, under)
        return True
    return not now and len(told) > 1 and _together(checker, left, statement, sentence, under)


def keep_cased(checker: Checker, before: Mapping[str, object], now: Cases, statement: Statement) -> None:
    """Keeps that a claim has defined a name by itself in a case."""
    left = node_of(statement.sides[0], checker.here()) if now else None
    if isinstance(left, Name) and left.text not in before and left.text in checker.context.definitions:
        made = InCase(now, tuple(checker.context.definitions[left.text]), checker.line(statement.sides[0]))
        checker.cased[left.text] = (*checker.cased.get(left.text, ()), made)


def left_of_cases(checker: Checker, now: Cases, statement: Statement, done: int) -> None:
    """Leaves undecided what speaks, outside of its cases, of what several cases give."""
    many = {n for n, told in checker.cased.items() if len(told) > 1}
    here = {_key(now), _key(checker.faded)}
    open_ = {n for n in many if not any(_key(known.conditions) in here for known in checker.cased[n])}
    scope = checker.here()
    spoken = {n for side in statement.sides if (node := node_of(side, scope)) is not None for n in depends(node, scope)}
    if open_ & spoken:
        name = min(open_ & spoken)
        lines = " and ".join(str(known.line) for known in checker.cased[name])
        said = f"{name} is something else in each of the cases of lines {lines}: say which case this is"
        checker.steps[done:] = [left_undecided(step, said) for step in checker.steps[done:]]


def _key(conditions: Cases) -> tuple[str, ...]:
    return tuple(sorted("".join(text_of(condition).split()).strip(".,;:") for condition in conditions))


def _index(condition: Statement) -> str:
    return bare(condition.sides[0]).lstrip("\\")


def _is_other(known: Cases, now: Cases) -> bool:
    """Whether conditions are about the same as others."""
    return {bare(one.sides[0]) for one in known} == {bare(one.sides[0]) for one in now}


def _released(checker: Checker, name: str) -> None:
    """Forgets the conditions that were kept with a name that is defined in cases."""
    scope = checker.here()
    given = [condition for known in checker.cased.get(name, ()) for condition in known.conditions]
    gone = [(tuple(node_of(side, scope) for side in c.sides), tuple(c.relations)) for c in given]
    kept = tuple(c for c in checker.context.constraints if (tuple(c.sides), tuple(c.relations)) not in gone)
    checker.context = replace(checker.context, constraints=kept)


def _put(checker: Checker, name: str, made: tuple[Definition, ...]) -> None:
    _released(checker, name)
    if checker.context.definitions.get(name) != made:
        checker.context = replace(checker.context, definitions={**checker.context.definitions, name: made})


def _anew(
    checker: Checker, left: Name, now: Cases, statement: Statement, sentence: Sentence, under: Under
) -> None:  # fmt: skip
    first = statement.sides[0]
    checker.note(first, f"{written(first)} is given anew in this case: there it is that")
    _released(checker, left.text)
    checker.context = without_definition(checker.context, left)
    before = checker.context.definitions
    head = replace(statement, sides=statement.sides[:2], relations=statement.relations[:1], given=())
    if checker.extend(text_of(head), head):
        keep_cased(checker, before, now, statement)
    if len(statement.sides) > 2:
        under(checker, now, replace(statement, sides=statement.sides[1:], relations=statement.relations[1:]), sentence)


def _together(checker: Checker, left: Name, statement: Statement, sentence: Sentence, under: Under) -> bool:
    """Judges in each case what is said of all; from there on the name is that."""
    told = checker.cased[left.text]
    found: list[list[Step]] = []
    for known in told:
        other = branched(checker)
        done = len(other.steps)
        _put(other, left.text, known.made)
        under(other, known.conditions, statement, sentence)
        found.append(other.steps[done:])
    if len({len(steps) for steps in found}) != 1:
        return False
    checker.steps += [_of_all(steps, told) for steps in zip(*found, strict=True)]
    first = statement.sides[0]
    checker.note(first, f"{written(first)} is given for all cases here: from here on it is that")
    _released(checker, left.text)
    checker.context = without_definition(checker.context, left)
    checker.cased = {n: known for n, known in checker.cased.items() if n != left.text}
    head = replace(statement, sides=statement.sides[:2], relations=statement.relations[:1])
    checker.extend(text_of(head), head)
    return True


def _of_all(steps: Sequence[Step], told: Sequence[InCase]) -> Step:
    """A step as it comes out in all cases: the first one that is not valid."""
    for verdict in ("wrong", "unreadable", "undecided"):
        for step, known in zip(steps, told, strict=True):
            if step.verdict == verdict:
                return replace(step, evidence=f"in the case of line {known.line}: {step.evidence}")
    return replace(steps[0], evidence=f"in each case: {steps[0].evidence}")


__all__ = ["InCase", "branched", "in_cases", "keep_cased", "left_of_cases"]
