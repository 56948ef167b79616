"""Exponents: a square dropped or too much, one more or less, an inverse forgotten, counted from the wrong end."""

from __future__ import annotations

from collections.abc import Iterator

from engine.derivation.diagnosis.record import Edit, said_of
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import Place, number
from solvers.formula.nodes import Apply, Big, Call, Index, Member, Name, Node, Num

MINUS_ONE = Call("neg", (Num("1"),))


def powers(place: Place, setting: Setting) -> Iterator[Edit]:
    """Other exponents where there is one, and exponents where there is none."""
    node = place.node
    if isinstance(node, Call) and node.op == "pow":
        yield from _other(place, node)
    if isinstance(place.parent, Call) and place.parent.op == "pow":
        return
    if not isinstance(node, (Name, Member, Index, Call, Apply, Big)):
        return
    shape = setting.shape(node, place.binders)
    if isinstance(node, Call) and node.op == "hadamard" and node.args[0] == node.args[1]:
        base = node.args[0]
        yield Edit("power", said_of("the square is too much: {}, not {}", base, node), place.put(base))
    if shape == ():
        square: Node = Call("pow", (node, Num("2")))
        yield Edit("power", said_of("a square is missing: {}, not {}", square, node), place.put(square))
    elif shape is not None:
        square = Call("hadamard", (node, node))
        yield Edit(
            "power", said_of("a square (entry by entry) is missing: {}, not {}", square, node), place.put(square)
        )
    if isinstance(node, Call) and node.op == "div":
        return
    if shape is not None and (shape == () or (len(shape) == 2 and shape[0] == shape[1])):
        inverse = Call("pow", (node, MINUS_ONE))
        yield Edit("power", said_of("an inverse is missing: {}, not {}", inverse, node), place.put(inverse))


def _other(place: Place, node: Call) -> Iterator[Edit]:
    base, exponent = node.args
    if exponent == Num("2"):
        yield Edit("power", said_of("the square is too much: {}, not {}", base, node), place.put(base))
    elif exponent == MINUS_ONE:
        yield Edit("power", said_of("the inverse is too much: {}, not {}", base, node), place.put(base))
    elif isinstance(exponent, Num):
        yield Edit("power", said_of("the exponent {} is too much: {}", exponent, base), place.put(base))
    for new in _exponents(exponent, place):
        changed = Call("pow", (base, new))
        yield Edit(
            "power", said_of("the exponent should be {}, not {}: {}", new, exponent, changed), place.put(changed)
        )


def _exponents(exponent: Node, place: Place) -> Iterator[Node]:
    if isinstance(exponent, Num) and exponent.value.denominator == 1:
        yield from (number(int(exponent.value) + step) for step in (1, -1))
    else:
        yield Call("add", (exponent, Num("1")))
        yield Call("sub", (exponent, Num("1")))
    yield Call("div", (Num("1"), exponent))
    for binder in place.binders:
        if binder.low is not None and binder.high is not None and exponent == binder.name:
            yield Call("sub", (binder.high, exponent))  # counted from the other end
            yield Call("sub", (Call("add", (binder.high, binder.low)), exponent))
