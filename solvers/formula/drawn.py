"""Names that nobody declares beside a distribution over a finite set: x of P(x | y) is one of its values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from solvers.formula.domains import domain as domain_named
from solvers.formula.functions import domain_of, part_of
from solvers.formula.known import Context
from solvers.formula.nodes import Apply, Call, Name, Node, SetOf, walk
from solvers.formula.tokens import Declaration


def with_drawn(context: Context, nodes: Iterable[Node]) -> Context:
    """The context in which the undeclared arguments of declared distributions lie in the sets that these are over."""
    known = context.scope.names
    if not any(d.domain == "distribution" for d in known.values()):
        return context
    found: dict[str, Declaration] = {}
    for node in (inner for whole in nodes for inner in walk(whole)):
        if isinstance(node, Apply) and node.name in known:
            for name, domain in _drawn(node, known):
                if name not in known and name not in found and (declared := member_of(name, domain)) is not None:
                    found[name] = declared
    return context.declared(*found.values()) if found else context


def _drawn(node: Apply, known: Mapping[str, Declaration]) -> Iterator[tuple[str, Node]]:
    """The names among the arguments, each with the set that it lies in: by its name, or by its place."""
    for name in (argument.text for argument in (*node.args, *node.given) if isinstance(argument, Name)):
        if (domain := domain_of(name, known)) is not None:
            yield name, domain
    for declared in known.values():
        args, given = declared.parameters or ((), ())
        if declared.name != node.name or declared.support is None:
            continue
        if (len(args), len(given)) == (len(node.args), len(node.given)):
            for place, argument in enumerate(node.args):
                part = part_of(declared.support, place, len(args))
                if part is not None and isinstance(argument, Name):
                    yield argument.text, part


def member_of(name: str, domain: Node) -> Declaration | None:
    """A declaration of a name in a finite set: {0, 1}, {0, 1}^n, {1, ..., K}; None for others."""
    if isinstance(domain, Call) and domain.op == "range":
        return Declaration(name, (), (), "natural", support=domain)
    if isinstance(domain, Call) and domain.op == "pow":
        entries = member_of(name, domain.args[0])
        return None if entries is None or entries.support is not None else replace(entries, shape=(domain.args[1],))
    listed = domain_named(domain) if isinstance(domain, SetOf) else None
    return None if listed is None else Declaration(name, (), (), listed.kind)
