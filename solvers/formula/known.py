"""What is known around a formula: declarations by name, definitions, constraints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from types import MappingProxyType

from solvers.formula.evaluate import Definition
from solvers.formula.functions import signature
from solvers.formula.nodes import Chain, Name, Node, Num, map_children, names
from solvers.formula.records import record
from solvers.formula.tokens import Declaration, Dependence, Outside, Scope

FIXED = {"ones": "{1}", "zeros": "{0}"}
LABELLED = re.compile(r"([A-Za-z]+)_([a-z])([a-z])?")


@record
class Context:
    """Declarations by name (in the scope), definitions by base name, and constraints as chains.

    `said` is what words told beside: ("random", "X"), ("independent", "X"); ("restricts", "s divides n") is a statement
    that points are not moved onto. `parts` are the ends of ranges that must be whole numbers: d/2.
    """

    scope: Scope = field(default_factory=Scope)
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)
    constraints: tuple[Chain, ...] = ()
    entrywise: bool = False  # a number beside a vector is taken entry by entry: only where that is told
    said: tuple[tuple[str, str], ...] = ()
    parts: tuple[Node, ...] = ()

    def told(self, role: str, what: str) -> Context:
        return replace(self, said=(*self.said, (role, what)))

    def declared(self, *declarations: Declaration) -> Context:
        declarations = tuple(self._with_law(fixed(d)) for d in declarations if d.name not in FIXED or d.shape)
        if zero := self.scope.zero_based:
            declarations = tuple(replace(d, origin=0) if d.name in zero and d.shape else d for d in declarations)
        if around := self.scope.outside:
            declarations = tuple(replace(d, outside=around_of(d, around)) for d in declarations)
        known = {d.name: d for d in declarations} | {signature(d): d for d in declarations if d.parameters is not None}
        if all(self.scope.names.get(name) == declaration for name, declaration in known.items()):
            return self  # what was read in this scope is still known to its parser
        names = {**self.scope.names, **known}
        return replace(self, scope=replace(self.scope, names=MappingProxyType(names)))

    def _with_law(self, new: Declaration) -> Declaration:
        """n \\in R^d and n \\sim N(0, I) speak of one n, in either order."""
        old = self.scope.names.get(new.name)
        if old is None or old.parameters is not None:
            return new
        if new.law is not None and _sized(old) and not _sized(new):
            return _of_entries(old, new) if is_entry_of(old, new) else replace(new, shape=old.shape)
        if new.law is None and old.law is not None and new.domain == "real":
            of_entries = _sized(new) and not _sized(old) and is_entry_of(new, old)
            return _of_entries(new, old) if of_entries else replace(new, law=old.law, dependence=old.dependence)
        return new


def of_entries_drawn(declaration: Declaration) -> Declaration:
    """A vector each of whose entries is drawn from its law; they are independent where nothing else is said."""
    return replace(declaration, dependence=declaration.dependence or Dependence("independent"))


def around_of(declaration: Declaration, around: Mapping[str, Outside]) -> Outside | None:
    """What is said of the entries around a declared vector; "*" speaks of each."""
    return around.get(declaration.name, around.get("*")) if declaration.shape else None


def _sized(declaration: Declaration) -> bool:
    return bool(declaration.shape) and Num("0") not in (declaration.shape or ())


def is_entry_of(whole: Declaration, entry: Declaration) -> bool:
    """Whether the members of a name are the entries of a vector: m_i \\sim p beside m \\in R^n."""
    return not whole.family and len(entry.family) == len(whole.shape or ()) > 0


def _of_entries(whole: Declaration, entry: Declaration) -> Declaration:
    return of_entries_drawn(replace(entry, shape=whole.shape, family=()))


def fixed(declaration: Declaration) -> Declaration:
    """\\mathbf{1} \\in R^n: that many ones."""
    domain = FIXED.get(declaration.name)
    return declaration if domain is None else replace(declaration, domain=domain)


def with_own(context: Context, names: frozenset[str]) -> Context:
    """The context in which some names with marks, or of several letters, have values of their own."""
    new = names - context.scope.own - context.scope.names.keys()
    return replace(context, scope=replace(context.scope, own=context.scope.own | new)) if new else context


def with_heads(context: Context, names: frozenset[str]) -> Context:
    """The context in which some functions have an index: f_i(x)."""
    new = names - context.scope.heads
    return replace(context, scope=replace(context.scope, heads=context.scope.heads | new)) if new else context


def dimensions(declaration: Declaration) -> list[Node]:
    """The sizes a declaration names: of its shape, and the bounds of its index."""
    family = [limit for _, low, high in declaration.family for limit in (low, high)]
    over = [] if declaration.support is None else [declaration.support]
    around = () if declaration.outside is None else (declaration.outside.below, declaration.outside.above)
    return [*(declaration.shape or ()), *family, *over, *(end for end in around if end is not None)]


def sizes_apart(context: Context, name: str) -> Context:
    """The context in which the size that was called by a name has another one: h is a vector now, W still h x d."""
    size, other = Name(name), Name(f"{name}_size")

    def renamed(node: Node) -> Node:
        return other if node == size else map_children(node, renamed)

    changed = [
        replace(
            d,
            shape=None if d.shape is None else tuple(map(renamed, d.shape)),
            family=tuple((letter, renamed(low), renamed(high)) for letter, low, high in d.family),
        )
        for d in context.scope.names.values() if any(name in names(part) for part in dimensions(d))
    ]  # fmt: skip
    return context.declared(*changed)
