"""Which names a write-up gives values of their own though they look like something else: P_t^-, M_+, h_t', MSE."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.derivation.document import Formula
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from solvers.formula.context import Context
from solvers.formula.error_names import labels_of
from solvers.formula.euler import with_own_e
from solvers.formula.heads import index_heads
from solvers.formula.known import with_heads, with_own
from solvers.formula.marks import own_names
from solvers.formula.steps import beside_numbers, numbered

_MEANS = re.compile(r"\b(?:parts?|pseudo|inverses?|transposes?d?|derivatives?|gradients?|Moore)\b", re.IGNORECASE)


def with_names_of(context: Context, items: Iterable[Item]) -> Context:
    """The context with the names that equations, memberships and bounds of a write-up give a value, or that its words
    speak of alone, and with the functions that it gives for every index."""
    stated, alone = [], list[str]()
    for sentence in (item for item in items if isinstance(item, Sentence)):
        means = _MEANS.search(sentence.template)  # "the positive part x^+": no value of its own
        for part in (part for part in sentence.parts if isinstance(part, Formula)):
            for statement in statements_of(part.source):
                sides = [side.text for side in statement.sides]
                if statement.relations and not statement.continues:
                    stated.append((sides, statement.relations))
                elif not statement.relations and not part.display and not means:
                    alone += re.split(r",(?![^{(]*[})])", sides[0])
    lines = [f"{sides[0]} {signs[0]} {sides[1]}" for sides, signs in stated]
    context = beside_numbers(with_own_e(context, lines), lines).declared(*numbered(lines))
    return with_heads(with_own(context, own_names(stated, alone) | labels_of(stated)), index_heads(stated))
