"""Names that are said to be 0 and stand where a vector or a matrix does: zeros of that shape, and no number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from solvers.formula.definitions import reached
from solvers.formula.known import Context
from solvers.formula.nodes import Call, Chain, Name, Node, Num, walk
from solvers.formula.operators import elementwise
from solvers.formula.ranks import rank_of
from solvers.formula.tokens import Scope


def beside_zero(chain: Chain) -> Chain:
    """w != 0 of a vector, where the zeros have no size of their own: no entry is 0."""
    if set(chain.relations) != {"!="}:
        return chain
    return replace(chain, sides=tuple(Num("0") if side == Name("zeros") else side for side in chain.sides))


def with_zeros(context: Context, nodes: Sequence[Node]) -> Context:
    """The h of h = 0 and W h + R x as zeros of whatever shape is asked for."""
    zero = _said_zero(context)
    names = {n: d for n, d in context.scope.names.items() if n in zero and d.shape == ()}
    shaped = {name for node in nodes for name in _beside_arrays(node, context.scope)} & names.keys() if names else ()
    return context.declared(*(replace(names[name], shape=None) for name in sorted(shaped)))


def zeros_of_any_size(context: Context, nodes: Sequence[Node]) -> list[str]:
    """The names that a formula leads to, and of which nothing is said but that they are 0."""
    return sorted(_said_zero(context) & {name for node in nodes for name in reached(node, context.definitions)})


def _said_zero(context: Context) -> frozenset[str]:
    zero = {name for name, found in context.definitions.items() if [d.right for d in found] == [Num("0")]}
    return frozenset(n for n, d in context.scope.names.items() if n in zero and d.domain == "defined")


def _beside_arrays(node: Node, scope: Scope) -> Iterable[str]:
    """The names behind a matrix or before one, and those that a vector or matrix is added to."""
    for inner in walk(node):
        if not isinstance(inner, Call) or len(inner.args) != 2 or inner.op not in {"mul", "dot", "add", "sub"}:
            continue
        least = 1 if inner.op in {"add", "sub"} else 2
        for side, other in (inner.args, inner.args[::-1]):
            bare = side
            while isinstance(bare, Call) and (bare.op == "transpose" or elementwise(bare.op)):
                bare = bare.args[0]
            turned = isinstance(side, Call) and side.op == "transpose"
            if isinstance(bare, Name) and (rank_of(other, scope) or 0) >= (1 if turned else least):
                yield bare.text
