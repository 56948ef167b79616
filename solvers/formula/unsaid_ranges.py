"""What sums without a range run through, where their index is that of families: \\sum_t L_t of L_t = (y_t - w x_t)^2.

All families that one index runs through are equally long: as long as a sum elsewhere says, else of a size of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from solvers.formula.known import Context
from solvers.formula.nodes import Big, Binder, Call, Chain, Index, Member, Name, Node, Num, map_children, walk
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Scope

Ends = tuple[Node, Node]
_ANY: Ends = (Num("0"), Num("5"))  # of a family that is defined for every index
_RUNNING = frozenset({"sum", "prod", "max", "min"})


def ranged(nodes: tuple[Node, ...], context: Context) -> tuple[tuple[Node, ...], Context, str]:
    """The formulas and the context with ranges for such sums; as they are where there are none."""
    nodes, context = as_beside(nodes, context), _definitions_apart(context)
    rights = [d.right for found in context.definitions.values() for d in found]
    every = [*nodes, *rights, *context.constraints]
    unsaid = [n for whole in every for n in walk(whole) if isinstance(n, Big) and _is_unsaid(n, context.scope)]
    counts = [pair for whole in every for n in walk(whole) if (pair := _count(n, context.scope)) is not None]
    if not unsaid and not counts:
        return nodes, context, ""
    groups = _groups(every, context.scope, counts)
    ends = {letter: found for letters, _, found in groups for letter in letters}
    lefts = [d.left for found in context.definitions.values() for d in found]
    vectors = {base: found[1] for _, bases, found in groups for base in bases if found[0] == Num("1")
               and _is_vector(base, [*every, *lefts], context)}  # fmt: skip

    def changed(node: Node) -> Node:
        return _as_entries(_said(node, ends, context.scope), vectors)

    definitions = {
        name: tuple(replace(d, right=changed(d.right)) for d in found) for name, found in context.definitions.items()
    }
    constraints = tuple(replace(chain, sides=tuple(map(changed, chain.sides))) for chain in context.constraints)
    known = context.scope.names
    declared = (
        replace(known[base], shape=(size,), family=(), origin=1) for base, size in vectors.items() if base in known
    )
    context = replace(context, definitions=definitions, constraints=constraints).declared(*declared)
    return tuple(map(changed, nodes)), context, ""


def as_beside(nodes: tuple[Node, ...], context: Context) -> tuple[Node, ...]:
    """The formulas in which sum_i 1 runs through what the other sums over i run through: x_i of a declared vector."""
    nodes = tuple(_apart_from(node, {}, context.scope) for node in nodes)
    sums = [n for whole in nodes for n in walk(whole) if isinstance(n, Big) and n.op in _RUNNING]
    idle = {b.name for n in sums for b in n.binders if _is_idle(b, n.body)}
    ends: dict[Node, set[tuple[Node, Node]]] = {name: set() for name in idle}
    for node in (inner for n in sums for inner in walk(n.body)) if idle else ():
        if isinstance(node, Index) and isinstance(node.base, Name):
            declared = context.scope.names.get(node.base.text)
            for index, size in zip(
                node.indices, (declared.shape if declared is not None else None) or (), strict=False
            ):
                if index in idle and declared is not None and declared.origin == 1 and size != UNKNOWN:
                    ends[index].add((Num("1"), size))
    found = {name: next(iter(pairs)) for name, pairs in ends.items() if len(pairs) == 1}

    def told(node: Node) -> Node:
        if isinstance(node, Big) and node.op in _RUNNING:
            binders = tuple(
                replace(b, low=found[b.name][0], high=found[b.name][1])
                if b.name in found and _is_idle(b, node.body)
                else b
                for b in node.binders
            )
            node = replace(node, binders=binders)
        return map_children(node, told)

    return tuple(map(told, nodes)) if found else nodes


def _definitions_apart(context: Context) -> Context:
    rights = [d.right for found in context.definitions.values() for d in found]
    if not any(isinstance(n, Big) and any(map(_differs, n.binders)) for right in rights for n in walk(right)):
        return context
    definitions = {
        name: tuple(replace(d, right=_apart_from(d.right, {}, context.scope)) for d in found)
        for name, found in context.definitions.items()
    }
    return replace(context, definitions=definitions)


def _apart_from(node: Node, ends: Mapping[Node, Ends], scope: Scope) -> Node:
    """The formula in which the j of sum_{i=1}^k sum_{j != i} runs through what i does, where nothing else says it."""
    if isinstance(node, Big):
        binders, around = [], dict(ends)
        for binder in node.binders:
            other = _differs(binder)
            if other in around and not _says_its_end(node.body, binder.name, scope):
                binder = replace(binder, low=around[other][0], high=around[other][1])
            if binder.low is not None and binder.high is not None:
                around[binder.name] = (binder.low, binder.high)
            binders.append(binder)
        return replace(node, binders=tuple(binders), body=_apart_from(node.body, around, scope))
    return map_children(node, lambda child: _apart_from(child, ends, scope))


def _differs(binder: Binder) -> Node | None:
    """The i of a j that says no range but j != i."""
    condition = binder.domain
    if binder.low is not None or binder.high is not None or not isinstance(condition, Chain):
        return None
    others = [side for side in condition.sides if side != binder.name]
    return others[0] if condition.relations == ("!=",) and len(others) == 1 else None


def _says_its_end(body: Node, letter: Node, scope: Scope) -> bool:
    """Whether what a letter indexes is declared to some end."""
    for node in walk(body):
        if isinstance(node, (Index, Member)) and letter in node.indices and isinstance(node.base, Name):
            declared = scope.names.get(node.base.text)
            sizes = () if declared is None else (*(declared.shape or ()), *(high for _, _, high in declared.family))
            if any(size != UNKNOWN for size in sizes):
                return True
    return False


def _is_idle(binder: Binder, body: Node) -> bool:
    """Whether nothing is indexed by a binder that says no range."""
    if binder.low is not None or binder.high is not None or binder.domain is not None:
        return False
    return not any(isinstance(n, (Index, Member)) and binder.name in n.indices for n in walk(body))


def _is_vector(base: str, every: Sequence[Node], context: Context) -> bool:
    """Whether a family of numbers is the entries of one vector: nothing defines it, and letters alone are its index."""
    declared = context.scope.names.get(base)
    if declared is None or base in context.definitions or declared.domain == "defined" or declared.law is not None:
        return False
    if not declared.family:
        return declared.shape == (UNKNOWN,)
    members = [n for whole in every for n in walk(whole) if isinstance(n, Member) and n.base == Name(base)]
    return not declared.shape and all(isinstance(i, Name) for member in members for i in member.indices)


def _as_entries(node: Node, vectors: Mapping[str, Node]) -> Node:
    if isinstance(node, Member) and isinstance(node.base, Name) and node.base.text in vectors:
        return Index(node.base, node.indices, node.span)
    return map_children(node, lambda child: _as_entries(child, vectors))


def _is_unsaid(node: Big, scope: Scope) -> bool:
    return node.op in _RUNNING and any(_is_open(binder, node.body, scope) for binder in node.binders)


def _is_open(binder: Binder, body: Node, scope: Scope) -> bool:
    """Whether nothing says what a binder runs through but families whose own end nothing says."""
    if binder.low is not None or binder.domain is not None or _runs_itself(binder.name.text, scope):
        return False
    bases = set(_families(body, binder.name))
    other = any(
        isinstance(n, Index) and binder.name in n.indices and not (isinstance(n.base, Name) and n.base.text in bases)
        for n in walk(body)
    )
    members = any(isinstance(n, Member) and binder.name in n.indices for n in walk(body))
    return members and not other and all(_has_no_end(base, scope) for base in bases)


def _runs_itself(name: str, scope: Scope) -> bool:
    declared = scope.names.get(name)
    return declared is not None and (declared.support is not None or declared.domain.startswith("{"))


def _families(body: Node, letter: Node) -> Iterator[str]:
    """The families that a letter is an index of, alone."""
    for node in walk(body):
        if isinstance(node, (Member, Index)) and isinstance(node.base, Name) and node.indices == (letter,):
            yield node.base.text


def _has_no_end(base: str, scope: Scope) -> bool:
    declared = scope.names.get(base)
    if declared is None or len(declared.family) != 1:
        return declared is not None and not declared.family and declared.shape == (UNKNOWN,)
    _, low, high = declared.family[0]
    return high == UNKNOWN or (declared.domain == "defined" and (low, high) == _ANY)


def _own_end(base: str, scope: Scope) -> Ends | None:
    """The range that a family is declared with."""
    declared = scope.names.get(base)
    known = declared is not None and len(declared.family) == 1 and not _has_no_end(base, scope)
    return declared.family[0][1:] if declared is not None and known else None


def _count(node: Node, scope: Scope) -> tuple[Big, Name] | None:
    """The n of 1/n sum_i x_i that is said to be no more than a number, and the sum: how many terms it has."""
    if not isinstance(node, Call) or node.op not in {"mul", "div"}:
        return None
    left, right = node.args
    over = left.args[1] if node.op == "mul" and isinstance(left, Call) and left.op == "div" else right
    total = right if node.op == "mul" else left
    once = node.op == "div" or (isinstance(left, Call) and left.args[0] == Num("1"))
    if not once or not isinstance(total, Big) or total.op != "sum" or not isinstance(over, Name):
        return None
    declared = scope.names.get(over.text)
    free = declared is None or (declared.domain in {"inferred", "defined", "natural"} and not declared.shape)
    alone = len(total.binders) == 1 and total.binders[0].low is None and total.binders[0].domain is None
    return (total, over) if free and alone and over.text in {"n", "N", "m", "M", "T", "K", "B", "k", "d"} else None


def _groups(
    every: Sequence[Node], scope: Scope, counts: Sequence[tuple[Big, Name]]
) -> list[tuple[set[str], set[str], Ends]]:
    """The letters of sums that run through the same families, those families, and the range of all of them."""
    groups: list[tuple[set[str], set[str], set[Ends]]] = []
    for node in (inner for whole in every for inner in walk(whole) if isinstance(inner, Big)):
        for binder in node.binders:
            bases = set(_families(node.body, binder.name))
            said = {ends for base in bases if (ends := _own_end(base, scope)) is not None}
            said |= {(binder.low, binder.high)} if binder.low is not None and binder.high is not None else set()
            merged = ({binder.name.text}, bases, said)
            for group in [g for g in groups if g[1] & bases or (binder.name.text in g[0] and bases)]:
                groups.remove(group)
                merged = (merged[0] | group[0], merged[1] | group[1], merged[2] | group[2])
            groups.append(merged)
    for letters, bases, said in groups:
        for total, count in counts:
            if total.binders[0].name.text in letters and bases & set(_families(total.body, total.binders[0].name)):
                said.add((Num("1"), count))
    return [
        (letters, bases, next(iter(said), (Num("1"), Name(f"size_{min(letters)}"))))
        for letters, bases, said in groups if bases and len(said) < 2
    ]  # fmt: skip


def _said(node: Node, ends: Mapping[str, Ends], scope: Scope) -> Node:
    changed = map_children(node, lambda child: _said(child, ends, scope))
    if not isinstance(node, Big) or not isinstance(changed, Big) or node.op not in _RUNNING:
        return changed
    binders = tuple(
        replace(binder, low=ends[binder.name.text][0], high=ends[binder.name.text][1])
        if binder.name.text in ends and _is_open(binder, node.body, scope) else binder
        for binder in node.binders
    )  # fmt: skip
    return replace(changed, binders=binders)


__all__ = ["ranged"]
