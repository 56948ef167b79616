"""Updates of a declared vector, w_{t+1} = w_t - ...: w_t is w as it stands, w_{t+1} a name that the line defines.

Without this w_t would be an entry of w, or a member of a family of which nothing is known.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from engine.derivation.declaring import bare
from engine.derivation.judging import judge_step
from engine.derivation.rows import Statement
from solvers.formula.context import Context, dimensions
from solvers.formula.defining import with_definition
from solvers.formula.nodes import Big, Call, Index, Member, Name, Node, Num, map_children, names, walk

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

Times: TypeAlias = frozenset[tuple[str, str]]  # the names that are updated, each with the letter that counts
NEVER: Times = frozenset()
_ENTRIES = frozenset({"i", "j"})  # letters that count entries rather than updates
_NAMED = {1: "next", -1: "before"}


def carries_on(checker: Checker, statement: Statement) -> bool:
    """Whether it is an update, w_{t+1} = w_t - ..., of a declared w: then it defines the w of the next time."""
    left, right = (checker.read(source).node for source in statement.sides[:2])
    times = NEVER if left is None or right is None else update(left, right, checker.here())
    if left is None or right is None or not times:
        return False
    checker.times |= times
    checker.context = with_update(checker.context, left, right, times)
    said = f"{bare(statement.sides[0])} is taken as the next value, which this line defines"
    checker.note(statement.sides[0], said)
    if len(statement.sides) > 2:
        checker.judge(statement.sides[1:], statement.relations[1:])
    return True


def renews(checker: Checker, statement: Statement) -> bool:
    """Whether the x' of x' = x + ... is a symbol of its own, and no transpose."""
    left, right = (checker.read(source).node for source in statement.sides[:2])
    before = any(bare(statement.sides[0]) in side.source.text for chain in checker.chains for side in chain.sides)
    return left is not None and right is not None and not before and renewed(left, right, checker.here())


def update(left: Node, right: Node, context: Context) -> Times:
    """The names that `left = right` carries on from one time to the next; none if it is no update.

    w_{t+1} = w_t - x_t of declared vectors w and x, and a letter t that means nothing else; an equation that holds
    without that, such as one of powers, is none.
    """
    begins = _place(left.base if isinstance(left, Index) and isinstance(left.base, Member) else left)
    if begins is None or begins[2] != 1 or not _is_carried(begins, left, context):
        return NEVER
    base, letter, _ = begins
    sizes = {n for d in context.scope.names.values() for size in dimensions(d) for n in names(size)}
    if letter in sizes | context.scope.names.keys() | context.definitions.keys():
        return NEVER
    placed = [(node, place) for node in walk(right) if (place := _place(node)) is not None and place[1] == letter]
    now = {place[0] for node, place in placed if _is_carried(place, node, context)}
    if not (now or base in names(right)) or judge_step("=", left, right, context).verdict == "valid":
        return NEVER
    return frozenset((name, letter) for name in now | {base})


def renewed(left: Node, right: Node, context: Context) -> bool:
    """Whether the left side x', read as the transpose of a declared x, must be another symbol.

    A vector has not the shape of a transposed one; a matrix is carried on from itself, A' = A + ....
    """
    if not isinstance(left, Call) or left.op != "transpose" or not isinstance(left.args[0], Name):
        return False
    declared = context.scope.names.get(left.args[0].text)
    judged = judge_step("=", left, right, context)
    if declared is None or judged.verdict == "valid":
        return False
    vector = len(declared.shape or ()) == 1
    return judged.shapes if vector else right != left.args[0] and left.args[0].text in names(right)


def renamed(node: Node, times: Times) -> Node:
    """The formula with w for w_t, and names of their own for w_{t+1} and w_{t-1}."""
    if isinstance(node, Big):
        bound = {binder.name.text for binder in node.binders}
        times = frozenset(pair for pair in times if pair[1] not in bound)
    place = _place(node)
    if place is not None and place[:2] in times:
        return Name(place[0] if place[2] == 0 else f"{place[0]}_{_NAMED[place[2]]}")
    return map_children(node, lambda child: renamed(child, times))


def with_update(context: Context, left: Node, right: Node, times: Times) -> Context:
    """The context with w_{t+1} as the update defines it, and w_{t-1} declared as w is."""
    known = [context.scope.names[name] for name, _ in sorted(times)]
    context = context.declared(*(replace(d, name=f"{d.name}_{_NAMED[-1]}") for d in known))
    left, right = renamed(left, times), renamed(right, times)
    base = left.base if isinstance(left, Index) else left
    assert isinstance(base, Name)
    return with_definition(context, left, right, base.text)


def _is_carried(place: tuple[str, str, int], node: Node, context: Context) -> bool:
    """Whether the name there is declared, is no family, and has no entry, power or definition that could be meant."""
    declared = context.scope.names.get(place[0])
    if declared is None or declared.family or place[0] in context.definitions or place[1] in _ENTRIES:
        return False
    if declared.domain in {"defined", "inferred", "function"}:
        return False
    rank = len(declared.shape or ())
    return isinstance(node, Member) or (rank == 1 if isinstance(node, Call) else rank > 0)


def _place(node: Node) -> tuple[str, str, int] | None:
    """w and t and k of w_{t+k}, w^{(t+k)} and w^{t+k}, for k = -1, 0, 1."""
    base: Node | None = None
    at: Node | None = None
    if isinstance(node, (Index, Member)) and len(node.indices) == 1:
        base, at = node.base, node.indices[0]
    elif isinstance(node, Call) and node.op == "pow":
        base, at = node.args
    shift = 0
    if isinstance(at, Call) and at.op in {"add", "sub"} and at.args[1] == Num("1"):
        shift = 1 if at.op == "add" else -1
        at = at.args[0]
    return (base.text, at.text, shift) if isinstance(base, Name) and isinstance(at, Name) else None
