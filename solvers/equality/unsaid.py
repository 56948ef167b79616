"""An L of which nothing is said but its derivatives, in the formulas themselves: a smooth function of what they are by.

As a number of its own its derivatives would all be zero, and everything said of them true.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from solvers.formula.definitions import reached
from solvers.formula.env import Definition
from solvers.formula.known import Context
from solvers.formula.nodes import Apply, Call, Derivative, Index, Name, Node, Num, names, walk
from solvers.formula.ranks import shape_of
from solvers.formula.tokens import Declaration

_PARTS = ("amplitude", "frequency", "phase", "slope")


def with_losses(context: Context, nodes: Sequence[Node]) -> tuple[Context, ...] | str:
    """The context with a definition for each such L; a sentence if it is not clear what one depends on.

    Two where it may depend on more that is defined than it is derived by: the y of y = V h beside the z of z = W h.
    """
    everywhere = [*nodes, *(d.right for ds in context.definitions.values() for d in ds)]
    by: dict[str, dict[str, None]] = {}
    for found in (inner for node in everywhere for inner in walk(node) if isinstance(inner, Derivative)):
        name = found.of.text if isinstance(found.of, Name) else None
        if name is None or not _unknown(name, context):
            continue
        variables = [v.base if isinstance(v, Index) else v for v in found.by]
        if len(variables) != 1 or not isinstance(variables[0], Name):
            return f"what {name} is a function of is not said"
        by.setdefault(name, {})[variables[0].text] = None
    narrow = wide = context
    for name, taken in by.items():
        narrow = _defined(narrow, name, _last(taken, context))
        ends = _ends(name, taken, context)
        if ends is None:
            return f"what {name} is a function of is not said"
        wide = _defined(wide, name, _last({**taken, **dict.fromkeys(ends)}, context))
    return (narrow,) if narrow.definitions == wide.definitions else (narrow, wide)


def _last(taken: Mapping[str, None], context: Context) -> list[str]:
    """Those that no other one is defined by."""
    return [v for v in taken if not any(v in _leads(other, context) for other in taken if other != v)]


def _ends(name: str, taken: Mapping[str, None], context: Context) -> list[str] | None:
    """What is defined by what L is derived by, and defines nothing; None where that are members of families."""
    found: list[str] = []
    used = {n for base, ds in context.definitions.items() for d in ds for n in names(d.right) if n != base}
    for base, definitions in context.definitions.items():
        of_loss = any(isinstance(i, Derivative) and i.of == Name(name) for d in definitions for i in walk(d.right))
        functions = any(isinstance(d.left, Apply) for d in definitions)
        if of_loss or functions or base in used or not taken.keys() & _leads(base, context):
            continue
        if not all(isinstance(d.left, (Name, Index)) for d in definitions):
            return None
        found.append(base)
    return found


def _unknown(name: str, context: Context) -> bool:
    """Whether nothing says what a name is, or only that it is a number."""
    declared = context.scope.names.get(name)
    plain = declared is None or (
        declared.shape == () and not declared.family and declared.domain in {"real", "inferred"}
    )
    return plain and name not in context.definitions


def _leads(name: str, context: Context) -> frozenset[str]:
    """The names that a definition leads to."""
    rights = [d.right for d in context.definitions.get(name, ())]
    return frozenset().union(*(reached(right, context.definitions) for right in rights))


def _defined(context: Context, name: str, variables: Sequence[str]) -> Context:
    """L = sum over v of a sum(sin(b v + c)) + d sum(v)^2, with numbers that nobody knows."""
    whole: Node | None = None
    for number, variable in enumerate(variables, 1):
        a, b, c, d = (f"{name}_{part}{number}" for part in _PARTS)
        context = context.declared(*(Declaration(n) for n in (a, b, c, d)))
        value = Name(variable)
        for term in _terms(
            value, value if _number(variable, context) else Call("total", (value,)), *map(Name, (a, b, c, d))
        ):
            whole = term if whole is None else Call("add", (whole, term))
    assert whole is not None
    definitions = {**context.definitions, name: (Definition(Name(name), whole),)}
    return replace(context, definitions=definitions).declared(Declaration(name, (), (), "defined"))


def _number(name: str, context: Context) -> bool:
    """Whether a name is a number, as far as it is said."""
    declared = context.scope.names.get(name)
    if declared is not None and declared.shape is not None:
        return declared.shape == ()
    rights = [d.right for d in context.definitions.get(name, ()) if isinstance(d.left, Name)]
    return all(shape_of(right, context.scope) == () for right in rights)


def _terms(v: Node, total: Node, a: Node, b: Node, c: Node, d: Node) -> Iterator[Node]:
    def summed(node: Node) -> Node:
        return node if total == v else Call("total", (node,))

    yield Call("mul", (a, summed(Call("sin", (Call("mul", (b, v)),)))))
    yield Call("mul", (c, summed(Call("mul" if total == v else "hadamard", (v, v)))))
    yield Call("mul", (d, Call("pow", (total, Num("2")))))


def turned(context: Context, nodes: Sequence[Node]) -> str:
    """A sentence where a derivative is taken by a name that is defined by what the other is made of: dz/ds of
    z = m + a e with s = log a. As they are defined z does not move with s; what is meant is a as a function of s.
    """
    for found in (inner for node in nodes for inner in walk(node) if isinstance(inner, Derivative)):
        by = found.by[0]
        if not isinstance(by, Name) or by.text not in context.definitions or by == found.of:
            continue
        spoken = names(found.of).union(*(_leads(name, context) for name in names(found.of)))
        if by.text not in spoken and spoken & _leads(by.text, context) - context.definitions.keys():
            made = ", ".join(sorted(spoken & _leads(by.text, context) - context.definitions.keys()))
            return f"{by.text} is defined by {made}: say what {made} is as a function of {by.text}"
    return ""


__all__ = ["turned", "with_losses"]
