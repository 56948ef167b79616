"""A checked write-up -> its trail: every relation with its verdict, seen under what the question gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.derivation.checker import Checker
from engine.derivation.given import clean, seen_in
from engine.derivation.sides import Judgement
from engine.derivation.stated import statements
from engine.derivation.trail import Asked, Link, Trail
from solvers.formula.context import Context


def trail_of(asked: Asked, checker: Checker, text: str, latex: bool | None) -> Trail:
    """The links of a checked write-up."""
    different: list[tuple[Context, Context]] = []
    links: list[Link] = []
    for number, chain in enumerate(checker.chains):
        links += _links(asked, checker, chain, number, _cleaned(chain.context, asked, different))
    _cleaned(checker.context, asked, different)
    return Trail(asked, tuple(links), statements(text, latex, checker), tuple(known for known, _ in different))


def _cleaned(context: Context, asked: Asked, known: list[tuple[Context, Context]]) -> Context:
    """`clean`, once for contexts that are the same."""
    for before, cleaned in known:
        same = before.definitions == context.definitions and before.constraints == context.constraints
        if same and before.scope.names == context.scope.names:
            return cleaned
    known.append((context, clean(context, asked.context)))
    return known[-1][1]


def _links(asked: Asked, checker: Checker, chain: Judgement, number: int, context: Context) -> Iterator[Link]:
    verdicts = {(step.line, step.column): step.verdict for step in chain.steps}
    places = [checker.lines.where(side.source.place(0)) for side in chain.sides]
    seen = {
        place: seen_in(side.node, places[place][0], context, asked.context)
        for place, side in enumerate(chain.sides)
        if side.node is not None
    }
    for place, relation in enumerate(chain.relations):
        before = next((seen[k] for k in range(place, -1, -1) if k in seen), None)
        after, verdict = seen.get(place + 1), verdicts.get(places[place + 1], "set")
        if before is None:
            continue
        if after is None:
            yield Link(before, replace(before, line=places[place + 1][0]), relation, "unreadable", number)
        else:
            yield Link(before, after, relation, verdict, number)
