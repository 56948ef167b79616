"""What is known around a formula: declarations by name, definitions, constraints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from solvers.formula.evaluate import Definition
from solvers.formula.functions import signature
from solvers.formula.nodes import Chain, Node
from solvers.formula.tokens import Declaration, Scope

LABELLED = re.compile(r"([A-Za-z]+)_([a-z])([a-z])?")


@dataclass(frozen=True, slots=True)
class Context:
    """Declarations by name (in the scope), definitions by base name, and constraints as chains."""

    scope: Scope = field(default_factory=Scope)
    definitions: Mapping[str, tuple[Definition, ...]] = field(default_factory=dict)
    constraints: tuple[Chain, ...] = ()
    entrywise: bool = False  # a number beside a vector is taken entry by entry: only where that is told

    def declared(self, *declarations: Declaration) -> Context:
        known = {d.name: d for d in declarations} | {signature(d): d for d in declarations if d.parameters is not None}
        names = {**self.scope.names, **known}
        return replace(self, scope=replace(self.scope, names=MappingProxyType(names)))


def dimensions(declaration: Declaration) -> list[Node]:
    """The sizes a declaration names: of its shape, and the bounds of its index."""
    family = [limit for _, low, high in declaration.family for limit in (low, high)]
    over = [] if declaration.support is None else [declaration.support]
    return [*(declaration.shape or ()), *family, *over]
