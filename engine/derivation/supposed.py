"""What is known under the conditions of a case, and once they are forgotten again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from engine.derivation.asides import node_of
from engine.derivation.declaring import bare, extended, target, text_of
from engine.derivation.held_constant import held_constant
from engine.derivation.judging import has_derivative
from engine.derivation.knowing import is_function, without
from engine.derivation.provisos import ORDERS
from engine.derivation.rows import Statement
from engine.derivation.taken_at import one_function, one_vector
from engine.derivation.unmet import without_repeated
from solvers.formula.context import Context
from solvers.formula.domains import constant
from solvers.formula.nodes import Call, Chain, Index, Member, Name, Node, names
from solvers.formula.open_names import CONSTANTS
from solvers.formula.operators import LAWS
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.checker import Checker


def supposed(checker: Checker, conditions: Sequence[Statement]) -> Context | str:
    """The context in which the conditions hold; a sentence if one of them cannot be read."""
    context, scope = checker.context, checker.here()
    for condition in conditions:
        known = tuple(node for side in condition.sides if (node := node_of(side, scope)) is not None)
        listed = _LISTED.fullmatch(text_of(condition)) is not None or condition.relations == ("succ",)
        tells = listed or _tells_function(checker, condition)
        equal = known[:2] if condition.relations == ("=",) and len(known) == 2 else (None, None)
        told = extended(context, text_of(condition)) if tells else held_constant(context, *equal)
        if isinstance(told, Context):
            context = told  # for f(z) = z^2
            continue
        if len(known) < len(condition.sides) or not condition.relations:
            return f"the condition {bare(condition.sides[0])} … cannot be read"
        if any(_without_index(node) in known for node in known):  # g_i = g
            return f"the condition {bare(condition.sides[0])} … gives one name to two things"
        if not any(has_derivative(node) for node in known):  # what is set to zero is solved for
            context = _with(context, Chain(known, condition.relations), condition)
    return context


_LISTED = re.compile(
    r"\s*\\?[A-Za-z]+(?:_\w)?(?:\s*,\s*\\?[A-Za-z]+(?:_\w)?)+\s*(?:[<>≤≥]|\\(?:[lg]eq?|in)(?![a-z])).+"
)  # a, b > 0


def _tells_function(checker: Checker, condition: Statement) -> bool:
    return len(condition.sides) == 2 and is_function(checker.context, (), condition, declares=True)


def _without_index(node: Node) -> Node | None:
    if isinstance(node, Name):
        return Name(node.text.partition("_")[0]) if "_" in node.text else None
    return node.base if isinstance(node, (Index, Member)) else None


def _with(context: Context, chain: Chain, condition: Statement) -> Context:
    """The context with one condition: a name has a value, one that nothing is known of a definition."""
    left, value = chain.sides[0], constant(chain.sides[-1])
    same = one_function(context, chain) or one_vector(context, chain)
    if same is not None:
        return same
    name = target(left) if chain.relations == ("=",) else None
    if name is not None and value is not None and isinstance(left, Name):
        declared = context.scope.names.get(left.text, Declaration(left.text))
        given = [constant(d.right) is not None for d in context.definitions.get(name, ())]
        if not declared.shape and not declared.family and all(given):
            return without(context, {name}).declared(Declaration(left.text, (), (), f"{{{value}}}"))
    elif name is not None and isinstance(chain.sides[-1], Call) and chain.sides[-1].op in LAWS:
        found = extended(without(context, {name}), text_of(condition))  # for q = N(0, 1)
        if isinstance(found, Context):
            return found
    elif name is not None and name not in context.definitions and _gives(context, name, chain):
        found = extended(context, text_of(condition))
        if isinstance(found, Context):
            return found
    elif chain.relations == ("in",) or (
        set(chain.relations) <= ORDERS and not names(chain) & {*context.scope.names, *context.definitions}
    ):
        found = extended(context, text_of(condition))  # 0 < x < 1 of an x that nothing declares
        if isinstance(found, Context):
            return found
    return without_repeated(replace(context, constraints=(*context.constraints, chain)), context)


def _gives(context: Context, name: str, chain: Chain) -> bool:
    """Whether an equation says what a name is of which nothing is known, or its size alone: A = I."""
    left, right = chain.sides[0], chain.sides[-1]
    declared = context.scope.names.get(name)
    if declared is None:
        return not isinstance(right, Name)
    held = any(name in names(other) for other in context.constraints)
    plain = declared.domain == "real" and not declared.positive and not declared.family and bool(declared.shape)
    return isinstance(left, Name) and plain and not held and names(right) <= CONSTANTS and len(chain.sides) == 2


def released(before: Context, under: Context, after: Context) -> Context:
    """What is known once the conditions are forgotten: `before`, and what was added to `under`."""
    if after is under:
        return before
    scope = {n: d for n, d in after.scope.names.items() if under.scope.names.get(n) is not d}
    definitions = {n: d for n, d in after.definitions.items() if under.definitions.get(n) is not d}
    more = tuple(chain for chain in after.constraints if chain not in under.constraints)
    if definitions:  # f(x) = x^2, 0 < x < 1: that is part of it
        scope = {n: d for n, d in after.scope.names.items() if before.scope.names.get(n) is not d}
        indices = {n for found in definitions.values() for d in found for n in d.indices}
        conditions = (c for c in under.constraints if c not in before.constraints and not names(c) <= indices)
        more = (*conditions, *more)
    gone = under.scope.names.keys() - after.scope.names.keys()  # x_i, that turned out to be an entry of x
    known = MappingProxyType({n: d for n, d in {**before.scope.names, **scope}.items() if n not in gone})
    return replace(
        before,
        scope=replace(before.scope, names=known),
        definitions={**before.definitions, **definitions},
        constraints=(*(c for c in before.constraints if c in after.constraints or c not in under.constraints), *more),
    )
