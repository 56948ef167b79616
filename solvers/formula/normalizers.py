"""Probabilities that are known up to a factor: P(v, h) = e^{-E(v, h)}/Z and p(x) \\propto e^{-E(x)} over finite sets.

A probability sums to one, so that the factor is known where every variable before the bar has finitely many values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.defining import with_definition
from solvers.formula.env import Definition
from solvers.formula.functions import domain_of
from solvers.formula.known import Context
from solvers.formula.nodes import Apply, Big, Binder, Call, Chain, Name, Node, Num, names
from solvers.formula.tokens import Declaration, Unreadable

_DENSITY = re.compile(r"[pPqQ](?:_\w+)?")
_NORMALIZER = re.compile(r"(?:cal)?Z(?:_\w+)?")
_PRODUCTS = frozenset({"mul", "dot", "times"})
PROPORTIONAL = re.compile(r"\\propto(?![A-Za-z])|∝")


def with_function(context: Context, chain: Chain, variables: int, proportional: bool) -> Context | Unreadable:
    """The context with f(x) = ... or f(x) \\propto ... as a definition, and the Z of P(x) = f(x)/Z if it follows.

    `variables`: how many stand before a semicolon, behind which parameters stand, P(x; \\theta); 0 where there is none.
    """
    left, right = chain.sides
    assert isinstance(left, Apply)
    over = _over(context, left.args[: variables or None])
    if not proportional:
        found = with_definition(context, left, right, left.name)
        return found if over is None else _with_normalizer(found, left, right, over)
    declared = context.scope.names.get(left.args[0].text) if isinstance(left.args[0], Name) else None
    if over is None or (over[0] == "int" and (declared is None or declared.domain != "real" or declared.shape)):
        said = "what it is proportional to says what it is only where its variables have finitely many values"
        return Unreadable(said, 0, 1)
    return with_definition(context, left, Call("div", (right, Big(*over, right))), left.name)


def _with_normalizer(context: Context, left: Apply, right: Node, over: tuple[str, tuple[Binder, ...]]) -> Context:
    """The context in which the Z of P(x) = f(x)/Z is the sum of f, if nothing else is known of Z."""
    unknown = [n for n in sorted(names(right)) if _NORMALIZER.fullmatch(n) and _is_free(context, n)]
    bare = _undivided(right, unknown[0]) if len(unknown) == 1 else None
    if bare is None or left.given or not _DENSITY.fullmatch(left.name):
        return context
    definition = Definition(Name(unknown[0]), Big(*over, bare), implied=True)
    context = context.declared(Declaration(unknown[0], (), (), "defined"))
    return replace(context, definitions={**context.definitions, unknown[0]: (definition,)})


def _over(context: Context, args: Sequence[Node]) -> tuple[str, tuple[Binder, ...]] | None:
    """The sum over all values of the variables, where each has finitely many, or the integral over one that has not."""
    variables = [n for n in args if isinstance(n, Name)]
    finite = [n for n in variables if domain_of(n.text, context.scope.names) is not None]
    if len(variables) < len(args) or (finite and len(finite) < len(variables)):
        return None
    if not finite and len(variables) > 1:
        return None
    return ("sum" if finite else "int"), tuple(Binder(name) for name in variables)


def _is_free(context: Context, name: str) -> bool:
    declared = context.scope.names.get(name)
    unsaid = declared is None or (
        declared.shape == () and not declared.family and declared.domain in {"real", "inferred"}
    )
    return unsaid and name not in context.definitions


def _undivided(node: Node, name: str) -> Node | None:
    """f of f/Z, Z^{-1} f and their like; None if the node is not of this form."""
    if node == Call("pow", (Name(name), Call("neg", (Num("1"),)))):
        return Num("1")
    if not isinstance(node, Call) or node.op not in {"div", *_PRODUCTS}:
        return None
    within = [name in names(part) for part in node.args]
    if sum(within) != 1:
        return None
    place = within.index(True)
    below = node.op == "div" and place == 1
    rest = (_without_factor if below else _undivided)(node.args[place], name)
    return None if rest is None else replace(node, args=(*node.args[:place], rest, *node.args[place + 1 :]))


def _without_factor(node: Node, name: str) -> Node | None:
    """f of Z f."""
    if node == Name(name):
        return Num("1")
    within = [name in names(part) for part in node.args] if isinstance(node, Call) and node.op in _PRODUCTS else []
    if not isinstance(node, Call) or sum(within) != 1:
        return None
    place = within.index(True)
    rest = _without_factor(node.args[place], name)
    return None if rest is None else replace(node, args=(*node.args[:place], rest, *node.args[place + 1 :]))
