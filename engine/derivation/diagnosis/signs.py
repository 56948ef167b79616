"""Signs turned: of a term, of two terms, of what stands inside a function or in an exponent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.derivation.diagnosis.record import Edit, said_of
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import Place, is_sum, negative, show, sum_of, terms
from solvers.formula.nodes import Apply, Call
from solvers.formula.operators import elementwise

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def ordinal(place: int) -> str:
    return ORDINALS[place] if place < len(ORDINALS) else f"{place + 1}th"


def signs(place: Place, setting: Setting) -> Iterator[Edit]:
    """Turns the sign of each term of a sum, and of whole arguments and exponents."""
    if is_sum(place.parent):
        return
    parts = terms(place.node)
    if len(parts) > 1:
        for number, (sign, term) in enumerate(parts):
            turned = sum_of([(-s if i == number else s, t) for i, (s, t) in enumerate(parts)])
            where = "" if place.parent is None else said_of(" in {}", place.node)
            sentence = said_of(
                "right with the sign of the {} term{} turned: {}{}",
                ordinal(number),
                where,
                "- " if sign > 0 else "+ ",
                term,
            )
            yield Edit("sign", sentence, place.put(turned))
        for chosen in combinations(range(len(parts)), 2) if 3 <= len(parts) <= 6 else ():
            turned = sum_of([(-s if i in chosen else s, t) for i, (s, t) in enumerate(parts)])
            which = " and ".join(ordinal(i) for i in chosen)
            yield Edit(
                "sign", said_of("right with the signs of the {} terms turned: {}", which, turned), place.put(turned)
            )
    parent = place.parent
    if not isinstance(parent, (Call, Apply)):
        return
    turned = negative(place.node) if len(parts) == 1 else sum_of([(-s, t) for s, t in parts])
    if isinstance(parent, Apply):
        yield Edit("sign", said_of("right with the sign inside {} turned: {}", parent.name, turned), place.put(turned))
    elif parent.op == "pow" and parent.args[1] is place.node:
        yield Edit("sign", said_of("right with the sign of the exponent turned: {}", turned), place.put(turned))
    elif elementwise(parent.op) or parent.op == "softmax":
        yield Edit(
            "sign", said_of("right with the sign inside {} turned: {}", _name(parent), turned), place.put(turned)
        )


def _name(call: Call) -> str:
    return show(call).partition("(")[0] or call.op
