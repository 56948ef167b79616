"""Sets of indices that a text tells: M = {i : y_i < 0}, C_k = {i : y_i = k}, N(i) = {j | A_ij = 1}, S = {1, 3}.

A sum over such a set is one over all places whose terms count where the condition holds; the size of the set is such a
sum of ones, and that an index lies in it is the condition itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from solvers.formula.index_sets import INDEX_SET, told_at
from solvers.formula.known import Context
from solvers.formula.nodes import (
    Big,
    Binder,
    Call,
    Cases,
    Chain,
    Name,
    Node,
    Num,
    SetOf,
    is_whole,
    map_children,
    walk,
)
from solvers.formula.parser import parse
from solvers.formula.ranges import NEUTRAL
from solvers.formula.tokens import Declaration, ToldSet, Unreadable
from solvers.formula.unknown import without_unknown

Extend = Callable[[Context, str], Context | Unreadable]
_HEAD = re.compile(
    r"\s*(?P<name>[^=:]+?)(?:_\{?\s*(?P<below>[a-z])\s*\}?|\(\s*(?P<of>[a-z])\s*\))?\s*(?::?=|\\equiv|≡|\\coloneqq)\s*"
)
_BRACES = re.compile(r"(?:\\left\s*)?\\?\{(?P<inner>.*?)(?:\\right\s*)?\\?\}[\s.,;]*", re.DOTALL)
_BAR = re.compile(r"[^:|]*?(?P<bar>:|\\mid(?![a-z])|\\colon(?![a-z])|\\vert(?![a-z])|\\?\||∣)", re.DOTALL)


def with_told_set(context: Context, text: str, extend: Extend) -> Context | Unreadable | None:
    """The context with the set of indices that a text tells; None where it tells none."""
    head = _HEAD.match(text)
    braces = _BRACES.fullmatch(text, head.end()) if head else None
    name = parse(head["name"]) if head and braces else None
    if head is None or braces is None or name is None or isinstance(name, Unreadable):
        return None
    if not isinstance(name.node, Name) or name.node.text in context.scope.sets:
        return None
    base, bar, parameter = name.node.text, _BAR.match(braces["inner"]), head["below"] or head["of"] or ""
    if bar is None:
        listed = None if parameter else _listed(braces.group(), context)
        return None if listed is None else extend(_with(context, base, listed), text)
    told = _conditioned(without_unknown(context, base), braces, bar.span("bar"), parameter)
    if not isinstance(told, ToldSet):
        return told
    parameters = ((parameter,), ()) if head["of"] else None
    said = Declaration(base, None if parameters else (), (), INDEX_SET, parameters=parameters)
    return _with(context, base, told).declared(said)


def _with(context: Context, name: str, told: ToldSet) -> Context:
    sets = MappingProxyType({**context.scope.sets, name: told})
    return replace(context, scope=replace(context.scope, sets=sets))


def _listed(text: str, context: Context) -> ToldSet | None:
    """{1, 3} and {1, ..., n}."""
    parsed = parse(f"i \\in {text}" if "\\" in text else f"i in {text}", context.scope)
    domain = parsed.node.sides[-1] if not isinstance(parsed, Unreadable) and isinstance(parsed.node, Chain) else None
    if isinstance(domain, SetOf) and all(map(is_whole, domain.items)):
        return ToldSet(Binder(Name("i"), domain=domain), None, "")
    if isinstance(domain, Call) and domain.op == "range":
        return ToldSet(Binder(Name("i"), domain.args[0], domain.args[1]), None, "")
    return None


def _conditioned(
    context: Context, braces: re.Match[str], bar: tuple[int, int], parameter: str
) -> ToldSet | Unreadable | None:
    """What stands before the bar runs as below a sum, and what stands behind it is the condition."""
    inner, before = braces["inner"], braces.start("inner")
    latex = "\\" in braces.string
    sign = "\\sum_{" if latex else "sum_{"
    text = f"{sign}{inner[: bar[0]]}:{' ' * (bar[1] - bar[0] - 1)}{inner[bar[1] :]}}} 1"
    scope = context.scope.with_names([Declaration(parameter, (), (), "natural")] if parameter else [])
    parsed = parse(text, scope, latex)
    if isinstance(parsed, Unreadable):
        moved = before - len(sign)
        return replace(parsed, start=max(parsed.start + moved, 0), end=max(parsed.end + moved, 0))
    node = parsed.node
    if not isinstance(node, Big) or len(node.binders) != 1 or node.op != "sum":
        return None
    condition = node.body.branches[0][1] if isinstance(node.body, Cases) else None
    return ToldSet(node.binders[0], condition, parameter)


def told(node: Node, sets: Mapping[str, ToldSet]) -> Node:
    """A formula with what is told of its sets in their place, in sums, sizes and conditions."""
    node = map_children(node, lambda child: told(child, sets))
    if isinstance(node, Big):
        return _through(node, sets)
    if isinstance(node, Call) and node.op == "abs" and (found := told_at(node.args[0], sets)) is not None:
        return _through(Big("sum", (Binder(found[0].binder.name, domain=node.args[0]),), Num("1"), node.span), sets)
    if isinstance(node, Call) and node.op == "indicator":
        return replace(node, args=tuple(_asked(arg, sets) for arg in node.args))
    if isinstance(node, Cases):
        return replace(node, branches=tuple((value, c and _asked(c, sets)) for value, c in node.branches))
    return node


def _asked(condition: Node, sets: Mapping[str, ToldSet]) -> Node:
    """A condition with what it means for an element that it lies in a set."""
    if isinstance(condition, Call) and condition.op in {"and", "or"}:
        return map_children(condition, lambda child: _asked(child, sets))
    if not isinstance(condition, Chain) or condition.relations not in {("in",), ("notin",)}:
        return condition
    element, domain = condition.sides
    written = ToldSet(Binder(Name("i"), domain=domain), None, "")
    found = (written, None) if isinstance(domain, SetOf) else told_at(domain, sets)
    inside = None if found is None else _inside(element, *found)
    return condition if inside is None else inside if condition.relations == ("in",) else _none_of(inside)


def _through(node: Big, sets: Mapping[str, ToldSet]) -> Node:
    """A sum over such a set, as one over all places with a condition."""
    places, body = list(node.binders), node.body
    for place, binder in enumerate(node.binders):
        found = None if binder.domain is None or binder.low is not None else told_at(binder.domain, sets)
        if found is None:
            continue
        own, condition = _put(found[0].binder, found, binder.name), found[0].condition
        filtered = None if condition is None else _put(condition, found, binder.name)
        if not isinstance(own, Binder) or (condition is not None and (filtered is None or node.op not in NEUTRAL)):
            return node
        places[place] = replace(own, name=binder.name, span=binder.span)
        if filtered is not None:
            body = Cases(((body, filtered), (NEUTRAL[node.op], None)), node.span)
    return replace(node, binders=tuple(places), body=body)


def _inside(element: Node, found: ToldSet, parameter: Node | None) -> Node | None:
    """The condition that an element lies in a set."""
    binder, conditions = found.binder, list[Node]()
    if isinstance(binder.domain, SetOf):
        equal = [Chain((element, item), ("=",)) for item in binder.domain.items]
        conditions.append(equal[0] if len(equal) == 1 else Call("or", tuple(equal)))
    elif binder.low is not None and binder.high is not None:
        conditions.append(Chain((binder.low, element, binder.high), ("<=", "<=")))
    elif binder.domain is not None:
        return None
    if found.condition is not None:
        said = _put(found.condition, (found, parameter), element)
        if said is None:
            return None
        conditions.append(said)
    return Call("and", tuple(conditions)) if len(conditions) > 1 else conditions[0] if conditions else None


def _none_of(condition: Node) -> Node:
    """A condition that holds where another one does not: the indicator of it is 0."""
    return Chain((Call("indicator", (condition,)), Num("0")), ("=",))


def _put(node: Node, found: tuple[ToldSet, Node | None], element: Node) -> Node | None:
    """A part of what tells a set, with an element and a parameter in it; None where a sum in it binds their names."""
    letter, parameter = found[0].binder.name, found[0].parameter
    values: dict[Node, Node] = {letter: element}
    if parameter and found[1] is not None:
        values[Name(parameter)] = found[1]
    spoken = {inner for value in values.values() for inner in walk(value)} | values.keys()
    bound = {b.name for inner in walk(node) if isinstance(inner, Big) for b in inner.binders}
    if bound & spoken:
        return None

    def change(inner: Node) -> Node:
        return values[inner] if inner in values else map_children(inner, change)

    if not isinstance(node, Binder):
        return change(node)
    low, high, domain = (None if end is None else change(end) for end in (node.low, node.high, node.domain))
    return replace(node, low=low, high=high, domain=domain)


__all__ = ["told", "with_told_set"]
