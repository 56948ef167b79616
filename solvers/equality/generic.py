"""What fails for some smooth function that nobody said more of may hold for the function that is meant: why it may."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from solvers.equality.compare import Comparison, compare
from solvers.formula.definitions import reached
from solvers.formula.env import TOO_MUCH, Budget
from solvers.formula.known import Context
from solvers.formula.nodes import Call, Derivative, Member, Name, Node, Num, children, map_children, walk
from solvers.formula.operators import WITHIN
from solvers.formula.unknown import MARK, specimens, unknown_in

WORK = 60_000  # steps of all functions that are tried


def looked_at_again(
    a: Node, b: Node, context: Context, functions: Collection[str], result: Comparison, misfit: bool
) -> Comparison:
    """The verdict, or undecided where the two may be equal for the functions that are meant, or within one step;
    `misfit`: the sides have other shapes, or no value.
    """
    why = ""
    if result.verdict == "same" and functions:
        why = idle(a, b, context)
    elif result.verdict == "different" and functions and misfit and not result.domain:
        why = f"nothing says what {', '.join(sorted(functions))} is a function of"
    elif result.verdict == "different":
        work = Budget(WORK)
        if functions:
            why = left_open(a, b, context, functions, lambda other: compare(a, b, other, work=work).verdict == "same")
        why = TOO_MUCH if work.left < 0 else why or _within_a_step(a, b, context)
    return Comparison("undecided", why) if why else result


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


def _within_a_step(a: Node, b: Node, context: Context) -> str:
    """Why different sides with a derivative through a recursion may be equal: they are, if what comes before a step is
    held still, as c_{t-1} in ∂c_t/∂f. "" of any others.
    """
    beside = [node for side in (a, b) for node in _outside_derivatives(side)]
    sides = _held(a, context, beside), _held(b, context, beside)
    if sides == (a, b) or compare(*sides, context).verdict != "same":
        return ""
    return "right within one step, where what comes before it is held still, and wrong in total: say which is meant"


def _outside_derivatives(node: Node) -> list[Node]:
    """All parts of a formula that stand in no derivative."""
    if isinstance(node, Derivative):
        return []
    return [node, *(inner for child in children(node) for inner in _outside_derivatives(child))]


def _held(node: Node, context: Context, beside: Sequence[Node]) -> Node:
    """The formula with derivatives of what is defined by itself, by what is not, taken within one step; `beside` is
    what stands outside of them.
    """
    changed = map_children(node, lambda child: _held(child, context, beside))
    if not isinstance(changed, Derivative) or not isinstance(changed.of, Member):
        return changed
    numbered = isinstance(changed.of.indices[0], Num)
    if changed.sign != "partial" and (changed.sign != "d" or numbered):
        return changed  # dh_2/du is total; dc_t/df at any step may be of that step
    if numbered and not any(isinstance(node, Name) and node.text in context.definitions for node in beside):
        return changed  # all steps are written out: w u x_1 + u x_2 is no derivative of h_3 with h_2 held still
    behind = (d for name in reached(changed.of, context.definitions) for d in context.definitions.get(name, ()))
    steps = any(definition.recursive for definition in behind)
    still = all(isinstance(by, Name) for by in changed.by)
    return replace(changed, sign=WITHIN) if steps and still else changed
