"""What is missing: a factor in a product, a term in a sum, each taken from the pool of the step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.derivation.diagnosis.record import Edit, said_of
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import (
    Place,
    factors,
    is_sum,
    product_of,
    show_divisor,
    show_factor,
    signed,
    sum_of,
    terms,
    transposed,
)
from solvers.formula.nodes import Apply, Big, Call, Index, Member, Name, Node, Num

MAX_TERMS_TRIED = 45


def missing_factors(place: Place, setting: Setting) -> Iterator[Edit]:
    """Multiplies at one place by each piece of the step, from either side, entry by entry, or divides by it."""
    node, parent = place.node, place.parent
    if isinstance(node, Num) and not (isinstance(parent, Call) and parent.op == "div"):
        return
    if not isinstance(node, (Name, Member, Index, Call, Apply, Big, Num)) or (is_sum(node) and is_sum(parent)):
        return
    shape = setting.shape(node, place.binders)
    product = isinstance(parent, Call) and parent.op in {"mul", "times"}
    for atom in setting.atoms:
        if atom == node or not setting.usable(atom, place):
            continue
        inner = setting.shape(atom, place.binders)
        if inner is None:
            continue
        if parent is None and isinstance(atom, Call) and atom.op in {"div", "max", "min"}:
            continue  # true of any two sides whose quotient stands somewhere
        for new, shown in _products(node, atom, shape, inner, product):
            yield Edit("missing-factor", said_of("the factor {} is missing: {}", shown, new), place.put(new), atom)
    if shape == ():
        entries = [a for a in setting.atoms if isinstance(a, (Index, Apply)) and setting.usable(a, place)]
        for above, below in ((a, b) for a in entries[:8] for b in entries[:8] if a != b):
            new = Call("mul", (Call("div", (above, below)), node))
            yield Edit("missing-factor", said_of("the factor {}/{} is missing: {}", above, below, new), place.put(new))


def _products(
    node: Node, atom: Node, shape: tuple[int, ...] | None, inner: tuple[int, ...], product: bool
) -> Iterator[tuple[Node, Any]]:
    if inner == ():
        yield Call("mul", (atom, node)), (show_factor, atom)
        if not product:
            yield Call("div", (node, atom)), said_of("1/{}", (show_divisor, atom))
        return
    if shape is None or shape == inner:
        yield Call("hadamard", (node, atom)), said_of("{} (entry by entry)", (show_factor, atom))
    for factor in (atom, transposed(atom)):
        yield Call("mul", (factor, node)), (show_factor, factor)
        if shape != ():
            yield Call("mul", (node, factor)), (show_factor, factor)
    if len(inner) == 1 and (shape is None or len(shape) == 2):
        diagonal = Call("diag", (atom,))
        yield Call("mul", (diagonal, node)), diagonal
        yield Call("mul", (node, diagonal)), diagonal


def between(place: Place, setting: Setting) -> Iterator[Edit]:
    """Puts a matrix, or a diagonal one, between two factors of a product."""
    node = place.node
    chain = factors(node)
    if len(chain) < 2 or (isinstance(place.parent, Call) and place.parent.op in {"mul", "times"}):
        return
    for cut in range(1, len(chain)):
        for atom in setting.atoms:
            inner = setting.shape(atom, place.binders)
            if not inner or not setting.usable(atom, place):
                continue
            tried = (Call("diag", (atom,)),) if len(inner) == 1 else (atom, transposed(atom))
            for factor in tried:
                new = product_of([*chain[:cut], factor, *chain[cut:]])
                said = said_of("the factor {} is missing: {}", (show_factor, factor), new)
                yield Edit("missing-factor", said, place.put(new), atom)


def missing_terms(place: Place, setting: Setting) -> Iterator[Edit]:
    """Adds a piece of the step to each argument and bracket (the side as a whole is done by `whole.py`)."""
    node, parent = place.node, place.parent
    if parent is None or is_sum(parent) or isinstance(parent, (Index, Member)):
        return
    if (isinstance(parent, Call) and parent.op == "transpose") or not isinstance(
        node, (Name, Member, Index, Call, Apply, Big)
    ):
        return
    shape = setting.shape(node, place.binders)
    tried = 0
    for atom in (*setting.atoms, *setting.images):
        if tried >= MAX_TERMS_TRIED:
            return
        if not setting.usable(atom, place) or (setting.shape(atom, place.binders) != shape):
            continue
        tried += 1
        for sign in (1, -1):
            if (-sign, atom) in terms(node):
                continue  # that would only take it away
            new = sum_of([*terms(node), (sign, atom)])
            yield Edit(
                "missing-term", said_of("the term {} is missing in {}", (signed, sign, atom), new), place.put(new)
            )
    if shape is not None and len(shape) == 2 and shape[0] == shape[1]:
        for symbol in setting.scalars:
            new = sum_of([*terms(node), (1, Call("mul", (symbol, Name("I"))))])
            yield Edit("missing-term", said_of("the term {} I is missing in {}", symbol, new), place.put(new))


def identities(place: Place, setting: Setting) -> Iterator[Edit]:
    """A number beside a matrix in a sum: its multiple of the identity was meant."""
    node, parent = place.node, place.parent
    if parent is None or not is_sum(parent) or is_sum(node) or setting.shape(node, place.binders) != ():
        return
    shapes = [setting.shape(term, place.binders) for _, term in terms(parent)]
    if any(shape is not None and len(shape) == 2 for shape in shapes):
        new = Name("I") if node == Num("1") else Call("mul", (node, Name("I")))
        yield Edit("missing-factor", said_of("the identity is missing: {}, not {}", new, node), place.put(new))
