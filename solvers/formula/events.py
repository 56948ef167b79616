"""Probabilities of events, marginals and conditionals: from the joint that is declared, or from its factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.nodes import Apply, At, Big, Binder, Call, Chain, Index, Member, Name, Node, names
from solvers.formula.reader import Reader
from solvers.formula.tokens import Declaration

VALUE = "~"  # in the names of the values of entries
_PROBABILITIES = {"p", "P", "q", "Q"}


def _base(node: Node) -> str | None:
    """The variable an event speaks of: h of h_j = 1."""
    side = node.sides[0] if isinstance(node, Chain) else node
    while isinstance(side, (Index, Member)):
        side = side.base
    return side.text if isinstance(side, Name) else None


def probability(name: str, args: list[Node], given: list[Node], reader: Reader) -> Node | None:
    """P of an event (P(h_j = 1 | v)), a marginal or a conditional of the joint that is declared; None if it is neither.

    What is not asked for is summed out, what is given divides.
    """
    signatures = [d for d in reader.scope.names.values() if d.name == name and d.parameters is not None]
    joints = [d for d in signatures if d.domain == "distribution" or name in _PROBABILITIES]
    primed = _primed([*args, *given], joints)
    if primed:  # h' is another value of h
        args, given = (
            [Name(primed.get(a.text, a.text)) if isinstance(a, Name) else a for a in s] for s in (args, given)
        )
        found = probability(name, args, given, reader)
        other = {plain: value for value, plain in primed.items()}
        return None if found is None else At(found, tuple(map(Name, other)), tuple(map(Name, other.values())))
    if any(_is_entry(node, reader) for node in (*args, *given)):
        return _of_entries(name, args, given, reader)
    wanted, known = [_base(a) for a in args], [_base(g) for g in given]
    if any(base is None for base in (*wanted, *known)) or len({*wanted, *known}) < len(args) + len(given):
        return None
    eventful = any(isinstance(node, Chain) for node in (*args, *given))
    for declared in joints:
        assert declared.parameters is not None
        before, after = declared.parameters
        exact = set(before) == set(wanted) and set(after) == set(known) and len(before) == len(args)
        if exact and not eventful:
            plain = (tuple(wanted), tuple(known)) != (before, after) and all(
                isinstance(n, Name) for n in (*args, *given)
            )
            return (
                Apply(name, tuple(map(Name, before)), tuple(map(Name, after))) if plain else None
            )  # p(x, z) is p(z, x)
        if exact and not any(isinstance(g, Chain) for g in given):
            whole = Apply(name, tuple(map(Name, before)), tuple(given))
            return _summed(whole, set(before) - _plain(args), [a for a in args if isinstance(a, Chain)])
    spoken = {base for base in (*wanted, *known) if base is not None}
    found = _of_joint(name, args, given, joints, spoken)
    return _by_factors(name, args, given, signatures, reader) if found is None else found


def _of_joint(
    name: str, args: list[Node], given: list[Node], joints: list[Declaration], spoken: set[str]
) -> Node | None:
    """What is asked for, summed out of a joint of all that is spoken of, and divided by what is given."""
    for declared in joints:
        assert declared.parameters is not None
        before, after = declared.parameters
        if after or not spoken <= set(before):
            continue
        whole = Apply(name, tuple(map(Name, before)))
        conditions = [g for g in given if isinstance(g, Chain)]
        top = _summed(
            whole, set(before) - _plain([*args, *given]), [a for a in args if isinstance(a, Chain)] + conditions
        )
        if not given:
            return top
        return Call("div", (top, _summed(whole, set(before) - _plain(given), conditions)))
    return None


def _is_entry(node: Node, reader: Reader) -> bool:
    """Whether an argument is an entry of a vector, h_j, and no value that a table is taken at, p(x_i)."""
    base = node.base if isinstance(node, Index) else None
    declared = reader.scope.names.get(base.text) if isinstance(base, Name) else None
    return declared is not None and len(declared.shape or ()) == 1 and declared.domain not in {"inferred", "real"}


def _of_entries(name: str, args: list[Node], given: list[Node], reader: Reader) -> Node | None:
    """P(h_j | v): that the entry has the value that it has, P(h_j = a | v) at a = h_j."""
    entries = dict.fromkeys(node for node in (*args, *given) if _is_entry(node, reader))
    values = {entry: Name(f"{_base(entry)}{VALUE}{place}") for place, entry in enumerate(entries)}
    events = [[Chain((n, values[n]), ("=",)) if n in values else n for n in part] for part in (args, given)]
    found = probability(name, events[0], events[1], reader)
    return None if found is None else At(found, tuple(values.values()), tuple(values))


def _by_factors(
    name: str, args: list[Node], given: list[Node], signatures: Sequence[Declaration], reader: Reader
) -> Node | None:
    """P of variables whose joint is the product of declared tables: p(D | h) p(h) for P(h | D)."""
    tables = list(dict.fromkeys(d.parameters for d in signatures if d.domain == "distribution" and d.parameters))
    spoken = {base for node in (*args, *given) if (base := _base(node)) is not None}
    if not spoken <= {n for before, after in tables for n in (*before, *after)}:
        return None
    known: set[str] = set()
    factors: list[Node] = []
    while (fitting := next((t for t in tables if set(t[1]) <= known and not known & set(t[0])), None)) is not None:
        factors.append(Apply(name, tuple(map(Name, fitting[0])), tuple(map(Name, fitting[1]))))
        known |= set(fitting[0])
    if not spoken <= known:
        raise reader.fail(f"this {name}(...) does not follow from the tables that are declared")
    joint = factors[0]
    for factor in factors[1:]:
        joint = Call("mul", (joint, factor))
    conditions = [g for g in given if isinstance(g, Chain)]
    events = [a for a in args if isinstance(a, Chain)] + conditions
    top = _summed(joint, known - _plain([*args, *given]), events)
    return top if not given else Call("div", (top, _summed(joint, known - _plain(given), conditions)))


def _primed(nodes: list[Node], joints: list[Declaration]) -> dict[str, str]:
    """The arguments that are another value of a variable, by their names: h' of h."""
    variables = {n for d in joints if d.parameters is not None for part in d.parameters for n in part}
    return {
        node.text: node.text.rstrip("'") for node in nodes
        if isinstance(node, Name) and node.text not in variables and node.text.rstrip("'") in variables
    }  # fmt: skip


def _plain(nodes: list[Node]) -> set[str]:
    return {node.text for node in nodes if isinstance(node, Name)}


def _summed(whole: Node, over: set[str], conditions: Sequence[Node]) -> Node:
    """The sum over some variables where conditions hold; a variable that has a value is put in."""
    body = whole
    for condition in conditions:
        found = _put_in(body, condition, over)
        if found is not None:
            body, over = found
        else:
            body = Call("mul", (body, Call("indicator", (condition,))))
    binders = tuple(Binder(Name(n)) for n in sorted(over))
    return Big("sum", binders, body) if binders else body


def _put_in(body: Node, condition: Node, over: set[str]) -> tuple[Node, set[str]] | None:
    """A table at a value of one of its variables, A = 1; None where the condition says something else."""
    if not isinstance(condition, Chain) or condition.relations != ("=",) or not isinstance(body, Apply):
        return None
    variable, value = condition.sides
    if not isinstance(variable, Name) or variable.text not in over or names(value) & over:
        return None
    args, given = (tuple(value if a == variable else a for a in part) for part in (body.args, body.given))
    return replace(body, args=args, given=given), over - {variable.text}
