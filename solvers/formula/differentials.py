"""Differentials: dL = tr(G^T dW), the change of L where W changes by dW.

Which names vary is said by the differentials that are written: in dR = X dW it is W, since no dX stands anywhere. A
varying name V that nothing defines, or whose definition leads to no other varying name, changes by a dV of its own
shape; what is defined changes by the derivative along all of these, d/dt of F(V + t dV) at t = 0.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.env import Definition
from solvers.formula.nodes import At, Call, Chain, Derivative, Name, Node, Num, children, map_children, names, walk
from solvers.formula.parser import Parsed, parse
from solvers.formula.tokens import Declaration, Unreadable

SIGN = r"(?<![A-Za-z\\])(?:d|\\mathrm\s*(?:\{\s*d\s*\}|d)|\\operatorname\s*\{d\}|\\mathsf\s*\{d\}|\{\\rm d\})"
_SYMBOL = (
    r"\s*(?:\\,)?\s*(?P<name>(?:\\(?:mathbf|boldsymbol|mathcal|bm|vec|hat|tilde|bar|mathrm)\s*\{?\s*\\?[A-Za-z]+\s*\}?"
    r"|\\(?!(?:cdot|odot|otimes|times|top|quad|qquad|left|right|big\w*|log|exp|tanh|cos|sin|sigma\()(?![A-Za-z]))[A-Za-z]+"
    r"|[A-Za-z])(?:_\{[^{}]*\}|_\w)?(?:\^\{[(\[][^{}]*[)\]]\})?)"
)
_MOVED = re.compile(rf"(?!(?:diag|det|dim|dist)(?![A-Za-z])){SIGN}{_SYMBOL}")
_ALONE = re.compile(r"\s*" + SIGN + _SYMBOL + r"(?:\([^()]*\))?\s*|\s*" + SIGN + r"\s*\\?[Bb]?i?g?g?l?\(.*\)\s*")
_SECOND = re.compile(rf"(?<!frac\{{)(?<!frac){SIGN}\s*\^\s*(?:\{{\s*\d\s*\}}|\d)\s*(?:\\?[A-Za-z]|\()(?![^/]*/\s*d)")
_TWICE = re.compile(rf"(?<!frac\{{)(?<!frac){SIGN}\s*\^\s*(?:\{{\s*2\s*\}}|2){_SYMBOL}(?![A-Za-z])(?![^/]*/\s*d)")
_TWICE_OPEN = re.compile(rf"(?<!frac\{{)(?<!frac){SIGN}\s*\^\s*(?:\{{\s*2\s*\}}|2)\s*\(")
MOST_TWICE = 20  # brackets in one formula that a second differential is taken of
STEP = Name("d·")  # the number that all changes are multiplied by


def moving(chains: Iterable[Sequence[str]]) -> frozenset[str]:
    """The names whose differentials stand in some chains of sides; none if no chain speaks of differentials: its first
    side is one, and another one has one.
    """
    whole = [tuple(sides) for sides in chains]
    if not any(
        s and (_ALONE.fullmatch(s[0]) or _SECOND.match(s[0].strip())) and any(_MOVED.search(side) for side in s[1:])
        for s in whole
    ):
        return frozenset()
    return frozenset[str]().union(*(differentials_in(side) for sides in whole for side in sides))


def differentials_in(text: str) -> frozenset[str]:
    """The names whose differentials stand in a text."""
    read = (parse(name, latex=True) for name in sorted({match["name"] for match in _MOVED.finditer(text)}))
    return frozenset(p.node.text for p in read if isinstance(p, Parsed) and isinstance(p.node, Name))


def is_differential(text: str) -> bool:
    """Whether a text is one differential and no more: dL."""
    return _ALONE.fullmatch(text) is not None


def twice(text: str) -> str:
    """The text with d^2 f as d(d f): how the change of f changes, where all that changes by itself goes on evenly."""
    text = _TWICE.sub(lambda found: f"d(d {found['name']})", text)
    for _ in range(MOST_TWICE):
        if (found := _TWICE_OPEN.search(text)) is None:
            break
        depth, end = 1, found.end()
        while end < len(text) and depth:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        if depth:
            break
        text = f"{text[: found.start()]}d(d({text[found.end() : end]}){text[end:]}"
    return text


def second(text: str) -> Unreadable | None:
    """Why d^2 f, the change of a change, is not read; None if there is none in a text."""
    found = _SECOND.search(text)
    said = "a second differential is not understood: write the second derivative"
    return None if found is None else Unreadable(said, found.start(), found.end())


def change_of(name: str) -> str:
    return f"d{name}"


def leaves(varying: Collection[str], definitions: Mapping[str, Sequence[Definition]]) -> frozenset[str]:
    """The varying names that change by themselves: no definition leads from them to another one."""
    return frozenset(name for name in varying if not (reached(Name(name), definitions) - {name}) & set(varying))


def with_changes(context: Context, varying: Collection[str]) -> Context:
    """The context with a dV declared for each name V that changes by itself."""
    found = [Declaration(STEP.text)]
    for name in sorted(leaves(varying, context.definitions)):
        declared = context.scope.names.get(name, Declaration(name))
        plain = replace(declared, name=change_of(name), positive=False, low=None, high=None, support=None, law=None)
        found.append(replace(plain, domain="real" if declared.domain != "inferred" else "inferred"))
    known = context.declared(*found)
    known = replace(known, constraints=(*known.constraints, *_symmetric(varying, context)))
    return replace(known, scope=replace(known.scope, differentials=True))


def _symmetric(varying: Collection[str], context: Context) -> list[Chain]:
    """That dV is symmetric, for each symmetric V that changes by itself."""
    found = []
    for name in sorted(leaves(varying, context.definitions)):
        turned = (Call("transpose", (Name(name),)), Name(name))
        equal = any(c.relations == ("=",) and turned in (c.sides, c.sides[::-1]) for c in context.constraints)
        if equal or any(c.relations == ("succ",) and c.sides[0] == Name(name) for c in context.constraints):
            change = Name(change_of(name))
            found.append(Chain((Call("transpose", (change,)), change), ("=",)))
    return found


def expanded(node: Node, context: Context, varying: Collection[str]) -> Node | Unreadable:
    """The formula with every differential written out."""
    free = leaves(varying, context.definitions)
    problems: list[Unreadable] = []

    def change(inner: Node) -> Node:
        if not (isinstance(inner, Call) and inner.op == "differential"):
            return map_children(inner, change)
        of, order = inner.args[0], 1
        while isinstance(of, Call) and of.op == "differential":
            of, order = of.args[0], order + 1
        whole = _inlined(of, context, free)
        if whole is None:
            said = "the differential of what is defined member by member is not known"
            problems.append(Unreadable(said, inner.span.start, inner.span.end))
            return inner
        moved = sorted(free & names(whole))
        if isinstance(whole, Name) and moved and order == 1:
            return Name(change_of(whole.text), inner.span)
        if not moved or isinstance(whole, Name):
            return Call("mul", (Num("0"), of), inner.span)
        changed = _moved(whole, moved)
        for _ in range(order):
            changed = Derivative("d", changed, (STEP,), inner.span)
        return At(changed, (STEP,), (Num("0"),), inner.span)

    found = change(node)
    return problems[0] if problems else found


def _moved(node: Node, moved: Sequence[str]) -> Node:
    """F(V + t dV)."""
    if isinstance(node, Name) and node.text in moved:
        return Call("add", (node, Call("mul", (STEP, Name(change_of(node.text))))), node.span)
    return map_children(node, lambda child: _moved(child, moved))


def _inlined(node: Node, context: Context, stop: Collection[str], depth: int = 20) -> Node | None:
    """The formula with its definitions put in, down to the names that change by themselves; None if it has none to put
    in, as a recursion.
    """
    if isinstance(node, Name) and node.text not in stop:
        if not reached(node, context.definitions) & {*stop, *(name.partition("_")[0] for name in stop)}:
            return node  # it does not change
        found = context.definitions.get(node.text, ())
        if found:
            plain = len(found) == 1 and not found[0].indices and not found[0].recursive and depth > 0
            return _inlined(found[0].right, context, stop, depth - 1) if plain else None
        return node
    if any(isinstance(inner, Name) and inner.text in context.definitions for inner in walk(node)):
        inside = [_inlined(child, context, stop, depth) for child in children(node)]
        if any(child is None for child in inside):
            return None
        parts = iter(inside)
        return map_children(node, lambda _: _given(next(parts)))
    return node


def _given(node: Node | None) -> Node:
    assert node is not None
    return node
