"""Numbers of a distribution P that a write-up tells bit by bit: what is given, how P is made, what stays open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.derivation.chance_tables import told_by_tables
from engine.derivation.declaring import bare, declared_by, text_of
from engine.derivation.document import Formula
from engine.derivation.rows import Statement
from engine.derivation.sentences import Sentence, words_of
from engine.derivation.source import Source, written_at
from solvers.formula.chance_texts import factors_of, givens_of, independence_of, network_of, spelling_of, told_numbers
from solvers.formula.chance_words import Spelling
from solvers.formula.chances import Factor, Given, Joint, joint_of, joint_under, value_of, with_joint, with_variables
from solvers.formula.context import Context
from solvers.formula.domains import numbers_of
from solvers.formula.nodes import Apply, Node, walk
from solvers.formula.tokens import Scope

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

Options = tuple[tuple[Factor, ...], ...]


@dataclass(slots=True)
class Chances:
    """What is told of one P so far. `options` are the ways in which it is made, if any is told."""

    spelling: Spelling
    joint: Joint
    givens: list[Given] = field(default_factory=list)
    options: Options = ()
    problem: str = ""
    judged: bool = False  # whether a claim about P has been judged: what follows are results


def spelling_in(statements: Sequence[Statement], tables: Sequence[str], known: Context) -> Spelling | None:
    """How a write-up writes the P that it tells numbers of, in formulas or in tables; None if it tells none."""
    texts = [text_of(statement) for statement in statements if statement.relations]
    domains = {n: d.domain for n, d in known.scope.names.items() if d.domain.startswith("{") and d.shape == ()}
    numbers = {n: [int(v) for v in numbers_of(domain)] for n, domain in domains.items()}
    return spelling_of([*texts, *tables], numbers)


def chances_of(stated: Sequence[tuple[Statement, bool]], text: str, start: Context) -> tuple[Chances, Context] | None:
    """The P that a write-up tells numbers of, and the context with it and its variables; None if it tells none.

    `stated` are its statements, each with whether it declares.
    """
    statements, tables = [statement for statement, _ in stated], told_by_tables(text)
    first = spelling_in(statements, tables, start)
    if first is None:
        return None
    if any(declares and _normalises(statement, first.name) for statement, declares in stated):
        return None
    telling = [declares for statement, declares in stated if any(told_numbers(text_of(statement), first.name))]
    if not tables and len(telling) < 2 and not any(telling):
        return None  # one number that is displayed is claimed
    known = declared_by((each for each in stated if not _tells(each[0], first)), start)
    spelling = spelling_in(statements, tables, known)
    if spelling is None or spelling.name in known.scope.names or spelling.name in known.definitions:
        return None
    spoken = [known.scope.names[n] for n in spelling.values if n in known.scope.names]
    if any(d.law is not None or d.shape or d.family or d.name in known.definitions for d in spoken):
        return None
    joint = joint_of(spelling.name, spelling.numbers, (), None)
    if isinstance(joint, str):
        return None
    found = Chances(spelling, joint)
    for equation in tables:
        _add(found, givens_of(equation, spelling, known.scope))
    return found, with_joint(with_variables(start, known, spelling), found.joint)


def _normalises(statement: Statement, name: str) -> bool:
    """Whether a statement says what all of p is: \\tilde p divided by its sum."""
    left, right = (side.text for side in statement.sides[:2]) if len(statement.sides) > 1 else ("", "")
    return bool(re.fullmatch(rf"\s*{name}\s*\([\w\s,{{}}]+\)\s*", left)) and rf"\tilde {name}" in right


def _tells(statement: Statement, spelling: Spelling) -> bool:
    text = text_of(statement)
    return bool(givens_of(text, spelling, Scope()) or factors_of(text, spelling))


def spelled(chances: Chances | None, statement: Statement) -> Statement:
    """The statement with every P in the one spelling that is read."""
    if chances is None:
        return statement
    return replace(statement, sides=tuple(_side(chances.spelling, side) for side in statement.sides))


def _side(spelling: Spelling, side: Source) -> Source:
    text = spelling.rewritten(side.text)
    return (
        side
        if text == side.text
        else replace(written_at(text, side.place(0)), shown=side.shown or side.text, end=side.end)
    )


def heard(checker: Checker, statement: Statement, claims: bool) -> bool:
    """Whether a statement tells a number of P, or how P is made; then nothing is left to be judged in it.

    A claim tells something only before others about P are judged; a number that follows from what is told is judged.
    """
    chances = checker.chances
    if chances is None or not set(statement.relations) <= {"=", ":="} or statement.continues:
        return False
    text = text_of(statement)
    factors = factors_of(text, chances.spelling)
    if factors:
        if not chances.options and _made(checker, (factors,)):
            said = "is taken to be made as this line says"
            checker.note(statement.sides[0], f"{bare(statement.sides[0])} {said}")
            return True
        return not claims
    givens = givens_of(text, chances.spelling, checker.context.scope)
    if not givens:
        chances.judged = chances.judged or (
            claims and any(f"{chances.spelling.name}(" in s.text for s in statement.sides)
        )
        return False
    follow = [value_of(chances.joint, given.event, given.under) for given in givens]
    if claims and (chances.judged or None not in follow):
        return False
    if None not in follow:
        if follow != [given.value for given in givens]:
            chances.problem = f"the numbers said of {chances.spelling.name} contradict each other"
        return True
    if claims:
        checker.note(statement.sides[0], "taken as told, not as a result: nothing before it says what it is")
    _add(chances, givens)
    checker.context = with_joint(checker.context, chances.joint)
    return True


def _add(chances: Chances, givens: Sequence[Given]) -> None:
    """Adds numbers; what contradicts the others is told as a problem, and not used."""
    if givens:
        found = joint_under(chances.spelling, [*chances.givens, *givens], chances.options)
        if isinstance(found, str):
            chances.problem = found
        else:
            chances.joint = found
            chances.givens += givens


def _made(checker: Checker, options: Options) -> bool:
    """Whether P can be made so, with the numbers that are told; from here on it is."""
    chances = checker.chances
    assert chances is not None
    found = joint_under(chances.spelling, chances.givens, options)
    if isinstance(found, str):
        return False
    chances.joint, chances.options = found, options
    checker.context = with_joint(checker.context, found)
    return True


def heed_structure(checker: Checker, sentence: Sentence) -> None:
    """Networks and independence that a sentence tells in words and arrows."""
    chances = checker.chances
    if chances is None or chances.options:
        return
    formulas = {k: part.source.text for k, part in enumerate(sentence.parts) if isinstance(part, Formula)}
    network = network_of(words_of(sentence), list(formulas.values()), chances.spelling)
    options = (network,) if network else independence_of(sentence.template, formulas, chances.spelling)
    if options and not _made(checker, options):
        chances.problem = f"how {chances.spelling.name} is made does not go with the numbers said of it"


def unfixed(checker: Checker, sides: tuple[Node, Node], context: Context) -> str:
    """Why a wrong step may be right: what is told of P leaves open what its sides are; "" if it does not."""
    chances = checker.chances
    name = "" if chances is None else chances.spelling.name
    spoken = [any(isinstance(n, Apply) and n.name == name for n in walk(side)) for side in sides]
    if chances is None or not any(spoken):
        return ""
    if chances.problem:
        return chances.problem
    from solvers.equality.chances import left_open  # numpy comes with it: 12 times the start of Python

    return left_open(sides, chances.joint, context)


__all__ = ["Chances", "chances_of", "heard", "heed_structure", "spelled", "unfixed"]
