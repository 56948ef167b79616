"""Cases that say what a name is: two laws that are one, p = q; a vector of numbers, p = (1/2, 1/4, 1/4)."""

from __future__ import annotations

from dataclasses import replace

from solvers.formula.context import Context
from solvers.formula.domains import constant
from solvers.formula.env import Definition
from solvers.formula.nodes import Apply, Chain, Name, Num, Tuple
from solvers.formula.tokens import Declaration


def one_function(context: Context, chain: Chain) -> Context | None:
    """The context in which two distributions or functions are one, p = q; None where no such thing is said."""
    left, right = chain.sides[0], chain.sides[-1]
    if chain.relations != ("=",) or not isinstance(left, Name) or not isinstance(right, Name):
        return None
    found = [context.scope.names.get(side.text) for side in (left, right)]
    parameters = [None if d is None else d.parameters for d in found]
    if parameters[0] is None or parameters[1] is None or left.text in context.definitions:
        return None
    if tuple(map(len, parameters[0])) != tuple(map(len, parameters[1])):
        return None
    args, given = (tuple(map(Name, part)) for part in parameters[0])
    definition = Definition(Apply(left.text, args, given), Apply(right.text, args, given))
    return replace(context, definitions={**context.definitions, left.text: (definition,)})


def one_vector(context: Context, chain: Chain) -> Context | None:
    """The context in which a declared vector is one of numbers, p = (1/2, 1/2), as long as that; None of all else."""
    left, right = chain.sides[0], chain.sides[-1]
    if chain.relations != ("=",) or not isinstance(left, Name) or not isinstance(right, Tuple):
        return None
    declared = context.scope.names.get(left.text)
    if declared is None or len(declared.shape or ()) != 1 or declared.family:
        return None
    made = any(isinstance(d.left, Name) for d in context.definitions.get(left.text, ()))  # of other things
    if made or any(constant(item) is None for item in right.items):
        return None
    count, size = Num(str(len(right.items))), (declared.shape or ())[0]
    if isinstance(size, Name) and size.text not in context.definitions:
        context = context.declared(Declaration(size.text, (), (), f"{{{count.text}}}"))
    elif size != count:
        return None
    told = {**context.definitions, left.text: (Definition(left, right),)}
    return replace(context.declared(replace(declared, shape=(count,))), definitions=told)


__all__ = ["one_function", "one_vector"]
