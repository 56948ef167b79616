"""Vectors and matrices that nothing declares, as long as those that share an index with them: the b of
\\sum_i b_i v_i has an entry for each of v in R^n, and the W of \\sum_{i,j} v_i W_{ij} h_j a row for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from solvers.formula.known import Context
from solvers.formula.nodes import Big, Binder, Index, Name, Node, children
from solvers.formula.targets import UNKNOWN

_Axis: TypeAlias = tuple[str, int]  # a name and the place of the index
_Letters: TypeAlias = Mapping[str, list[_Axis] | None]  # what each letter runs through; None: it has a range of its own


def with_shared(context: Context, nodes: Sequence[Node]) -> Context:
    """The context with such sizes, where an index says one and only one."""
    open_names = [n for n, d in context.scope.names.items() if d.domain == "inferred" and UNKNOWN in (d.shape or ())]
    if not open_names:
        return context
    shared = [axes for text in _texts(context, nodes) for axes in _shared(text)]
    for _ in open_names:
        told = dict(_told(shared, context))
        if not told:
            break
        for (name, axis), size in told.items():
            known = context.scope.names[name]
            shape = tuple(size if place == axis else old for place, old in enumerate(known.shape or ()))
            context = context.declared(replace(known, shape=shape))
    return context


def _texts(context: Context, nodes: Sequence[Node]) -> Iterator[tuple[Node, ...]]:
    """What speaks of the same free letters: a formula, or a definition with its left side."""
    yield from ((node,) for node in nodes)
    yield from ((d.left, d.right) for found in context.definitions.values() for d in found)
    yield from (chain.sides for chain in context.constraints)


def _told(shared: Sequence[Sequence[_Axis]], context: Context) -> Iterator[tuple[_Axis, Node]]:
    """The open axes with the one size that others have of those they share an index with."""
    for axes in shared:
        sizes = {size for axis in axes if (size := _size(axis, context)) not in {None, UNKNOWN}}
        for name, axis in axes if len(sizes) == 1 else ():
            if context.scope.names[name].domain == "inferred" and _size((name, axis), context) == UNKNOWN:
                yield (name, axis), next(iter(sizes))


def _size(axis: _Axis, context: Context) -> Node | None:
    declared = context.scope.names.get(axis[0])
    shape = () if declared is None or declared.family or declared.origin != 1 else declared.shape or ()
    return shape[axis[1]] if axis[1] < len(shape) else None


def _shared(text: Sequence[Node]) -> list[list[_Axis]]:
    """The axes that one index runs through, each time; no index that is shifted, or has a range."""
    free: dict[str, list[_Axis] | None] = {}
    done: list[list[_Axis]] = []
    for node in text:
        _look(node, {}, free, done)
    return [*done, *(axes for axes in free.values() if axes)]


def _look(node: Node, bound: _Letters, free: dict[str, list[_Axis] | None], done: list[list[_Axis]]) -> None:
    if isinstance(node, Big):
        own: dict[str, list[_Axis] | None] = {b.name.text: [] if _is_open(b) else None for b in node.binders}
        bound = {**bound, **own}
        _look(node.body, bound, free, done)
        done += [axes for axes in own.values() if axes]
        return
    if isinstance(node, Index) and isinstance(node.base, Name):
        for place, index in enumerate(node.indices):
            letters = bound if isinstance(index, Name) and index.text in bound else free
            if isinstance(index, Name):
                axes = letters[index.text] if index.text in letters else free.setdefault(index.text, [])
                if axes is not None:
                    axes.append((node.base.text, place))
    for child in children(node):
        _look(child, bound, free, done)


def _is_open(binder: Binder) -> bool:
    """Whether a sum says nothing of what it runs over."""
    return binder.low is None and binder.high is None and binder.domain is None
