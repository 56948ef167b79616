"""What fails for some smooth function that nobody said more of may hold for the function that is meant: why it may."""

from __future__ import annotations

from collections.abc import Callable, Collection

from solvers.equality.compare import compare
from solvers.formula.definitions import reached
from solvers.formula.known import Context
from solvers.formula.nodes import Call, Derivative, Node, Num, walk
from solvers.formula.unknown import MARK, specimens, unknown_in


def left_open(a: Node, b: Node, context: Context, functions: Collection[str], holds: Callable[[Context], bool]) -> str:
    """Why a relation between `a` and `b` that fails need not be wrong, "" where nothing speaks for it.

    `functions` are the names that may be unknown functions; `holds` judges the relation with others in their place. A
    formula that leads to other functions than the other side may be what says what they are; so may one that holds for
    a function that is well known.
    """
    left, right = (unknown_in(context, _led_to(side, context) & set(functions)) for side in (a, b))
    if left != right:
        named = ", ".join(sorted(left ^ right))
        return f"nothing says what {named} is: what stands here may be what it is"
    if not left:
        return ""
    derived = any(isinstance(node, Derivative) for side in (a, b) for node in walk(side))
    if any(holds(other) for other in specimens(context, left, derived)):
        return f"right for some functions {', '.join(sorted(left))}, wrong for others, and nothing says which is meant"
    return ""


def _led_to(side: Node, context: Context) -> set[str]:
    """What a formula leads to; the parameters of an unknown function that was put in lead to that function."""
    found = reached(side, context.definitions)
    return {*found, *(name.partition(MARK)[0] for name in found if MARK in name)}


def idle(a: Node, b: Node, context: Context) -> str:
    """Why the equality of `a` and `b` says nothing: a derivative of an unknown function in it, or all of it, is zero
    everywhere, since nothing says how what it is of depends on what it is by. "" if there is none.
    """
    spoken = unknown_in(context, reached(a, context.definitions) | reached(b, context.definitions))
    if not spoken:
        return ""
    derived = (node for side in (a, b) for node in walk(side) if isinstance(node, Derivative))
    found = [node for node in derived if unknown_in(context, reached(node.of, context.definitions))]
    behind = (d.right for name in reached(a, context.definitions) for d in context.definitions.get(name, ()))
    named = not found or any(isinstance(node, Derivative) for right in behind for node in walk(right))
    for node in dict.fromkeys([*found, *([a] if named else [])]):
        if compare(node, Call("mul", (Num("0"), node)), context).verdict == "same":
            return f"nothing says how {', '.join(sorted(spoken))} depends on what it is derived by"
    return ""
