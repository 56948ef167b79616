"""Conditions that stand beside a formula in its display: the formula is judged where they hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended, read_side, target, text_of
from engine.derivation.knowing import apart
from engine.derivation.provisos import ORDERS
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Sentence
from engine.derivation.source import Source
from engine.derivation.unforeseen import lost
from solvers.formula.context import Context
from solvers.formula.nodes import Apply, Chain, Index, Member, Name, Node, Num, names
from solvers.formula.parser import Parsed

if TYPE_CHECKING:
    from engine.derivation.checker import Checker


def go_through(checker: Checker, formula: Source, sentence: Sentence, claims: bool) -> None:
    """Claims or declares what each statement of a formula says, where the conditions beside it hold."""
    statements, act = statements_of(formula), checker.claim if claims else checker.declare
    for statement in conditioned(checker.context, statements) if claims else statements:
        try:
            for said in apart(checker.context, statement):
                _under(checker, said, partial(act, said, sentence), lasting=not claims)
        except Exception as error:  # noqa: BLE001 - what nobody foresaw costs this statement alone
            lost(checker, statement, error)


def conditioned(context: Context, statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """The statements of a display without those that only say where the others hold: x > 0 of a free x.

    They are given to the statement before them; one that stands first to the one behind it.
    """
    found: list[Statement] = []
    waiting: tuple[str, ...] = ()
    own = {_spoken(context, statement.sides[0]) for statement in statements if statement.relations[:1] == ("=",)}
    for place, statement in enumerate(statements):
        linked = statement.link or (place + 1 < len(statements) and statements[place + 1].link)
        text = "" if linked or len(statements) == 1 else _condition(context, statement, own)
        if not text:
            found.append(replace(statement, given=(*statement.given, *waiting)))
            waiting = ()
        elif found:
            found[-1] = replace(found[-1], given=(*found[-1].given, text))
        else:
            waiting = (*waiting, text)
    return tuple(found) if found else tuple(statements)


def _spoken(context: Context, source: Source) -> str | None:
    """The name that an equation with this left side is about."""
    parsed = read_side(source.text, context.scope)
    return target(parsed.node) if isinstance(parsed, Parsed) and not isinstance(parsed.node, Apply) else None


def _condition(context: Context, statement: Statement, own: Collection[str | None]) -> str:
    """The text of a statement that bounds symbols of which nothing says what they are; "" for any other."""
    if statement.continues or not statement.relations or not set(statement.relations) <= ORDERS:
        return ""
    sides = [read_side(side.text, context.scope) for side in statement.sides]
    nodes = [side.node for side in sides if isinstance(side, Parsed)]
    spoken = {n for node in nodes for n in names(node)}
    simple = len(nodes) == len(sides) and all(map(_simple, nodes))
    return text_of(statement) if simple and spoken and not spoken & {*context.definitions, *own} else ""


def _simple(node: Node) -> bool:
    return isinstance(node, (Num, Name)) or (isinstance(node, (Index, Member)) and target(node) is not None)


def holding(context: Context, text: str) -> Context | None:
    """The context in which a condition holds; None if it cannot be read."""
    parsed = read_side(text, context.scope)
    chain = parsed.node if isinstance(parsed, Parsed) else None
    if not isinstance(chain, Chain):
        return None
    if "=" in chain.relations or (names(chain) & context.definitions.keys() and set(chain.relations) <= ORDERS):
        return replace(context, constraints=(*context.constraints, chain))
    found = extended(context, text)
    return found if isinstance(found, Context) else None


def _under(checker: Checker, statement: Statement, act: Callable[[], None], lasting: bool) -> None:
    """Goes through a statement where its conditions hold. They last where it declares, or turns out to define."""
    before, checker.unread = checker.context, ""
    for text in statement.given:
        found = holding(checker.context, text)
        if found is None:
            checker.unread = text
        else:
            checker.context = found
            checker.note(statement.sides[0], f"judged under the condition beside it: {text}")
    act()
    checker.unread = ""
    if statement.given and not lasting and checker.context.definitions == before.definitions:
        checker.context = before
