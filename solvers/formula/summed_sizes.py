"""Vectors and matrices that nothing declares, as long as the sums over them: the s of \\sum_{j=1}^N e^{s_j}; K_{mn} for
m = 0..k-1 is k x k, counted from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.known import Context
from solvers.formula.nodes import Big, Index, Name, Node, Num, children, plus, walk

_Run = tuple[Node, Node] | None  # the first place and how many there are, None where that is not so
_Sizes = dict[str, list[set[_Run]]]  # by the name, for each axis
_STARTS = (Num("0"), Num("1"))


def with_runs(context: Context, nodes: Sequence[Node]) -> Context:
    """The context with sizes for such matrices; a letter that nothing binds takes what they have."""
    binders = (b for node in nodes for inner in walk(node) if isinstance(inner, Big) for b in inner.binders)
    if not any(b.low in _STARTS and b.high is not None for b in binders):
        return context
    found: _Sizes = {}
    for node in nodes:
        _look(node, {}, found)
    for definition in (d for several in context.definitions.values() for d in several):
        if ends := _of_left(definition.left, found):  # i of yhat_i = \\sum_j w_j x_ij runs as in the sums of yhat_i
            _look(definition.right, ends, found)
    for name, axes in found.items():
        declared = context.scope.names.get(name)
        runs = [next(iter(axis)) for axis in axes if len(axis) == 1 and None not in axis]
        starts = {run[0] for run in runs if run is not None}
        if declared is None or declared.domain != "inferred" or declared.family or len(starts) != 1:
            continue
        sizes = tuple(run[1] for run in runs if run is not None)
        if len(sizes) == len(axes) == len(declared.shape or ()) and (len(axes) > 1 or starts == {Num("1")}):
            origin = 0 if starts == {Num("0")} else 1
            context = context.declared(replace(declared, shape=sizes, origin=origin))
    return context


def _look(node: Node, ends: dict[str, _Run], found: _Sizes) -> None:
    if isinstance(node, Big):
        ends = {letter: run for letter, run in ends.items() if letter not in {b.name.text for b in node.binders}}
        ends |= {b.name.text: _run(b.low, b.high) for b in node.binders if b.low is not None or b.domain is not None}
    if isinstance(node, Index) and isinstance(node.base, Name):
        axes = found.setdefault(node.base.text, [set() for _ in node.indices])
        for index, axis in zip(node.indices, axes, strict=False):
            if not isinstance(index, Name):
                axis.add(None)
            elif index.text in ends:
                axis.add(ends[index.text])
    for child in children(node):
        _look(child, ends, found)


def _of_left(left: Node, found: _Sizes) -> dict[str, _Run]:
    """What the letters of a definition run through, by the sums over what it defines."""
    if not isinstance(left, Index) or not isinstance(left.base, Name):
        return {}
    axes = zip(left.indices, found.get(left.base.text, ()), strict=False)
    told = {index.text: axis for index, axis in axes if isinstance(index, Name) and len(axis) == 1 and None not in axis}
    return {letter: next(iter(axis)) for letter, axis in told.items()}


def _run(low: Node | None, high: Node | None) -> _Run:
    if low not in _STARTS or low is None or high is None:
        return None
    return low, high if low == Num("1") else plus(high, 1)
