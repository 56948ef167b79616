"""Lengths that are only spoken of as numbers: mu = 1/d 1^T x, of an x that nothing declares, has d entries.

Where a step comes out valid once the length of what it speaks of is such a letter, the page means it so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.derivation.judging import Fact, Judged, judge_step
from solvers.formula.context import Context
from solvers.formula.definitions import reached
from solvers.formula.fitting import Fitted
from solvers.formula.nodes import Call, Name, Node, names, walk
from solvers.formula.open_names import is_new_size


def in_named_lengths(relation: str, found: Fitted, judged: Judged, facts: Sequence[Fact]) -> tuple[Context, Judged]:
    """The context and the verdict under such lengths, where the step is valid then; else those of before."""
    left, right = found.nodes[:2]
    for other in _named(found.context, found.names, found.nodes) if judged.verdict != "valid" else ():
        again = judge_step(relation, left, right, other, facts)
        if again.verdict == "valid":
            return other, again
    return found.context, judged


def _named(context: Context, fresh: Sequence[str], nodes: Sequence[Node]) -> Iterator[Context]:
    """The contexts in which a length of the names in `fresh` is a letter by which something is divided."""
    rights = [
        d.right for node in nodes for n in reached(node, context.definitions) for d in context.definitions.get(n, ())
    ]
    letters = {n for node in (*nodes, *rights) for n in _divisors(node) if _is_number(n, context)}
    lengths = {s for n in fresh for s in context.scope.names[n].shape or () if is_new_size(s) and isinstance(s, Name)}
    for letter in sorted(letters):
        for length in sorted(lengths, key=str):
            sized = [
                replace(d, shape=tuple(Name(letter) if size == length else size for size in d.shape))
                for d in context.scope.names.values()
                if d.shape and length in d.shape
            ]
            kept = {n: d for n, d in context.scope.names.items() if n != letter}
            yield replace(context, scope=replace(context.scope, names=kept)).declared(*sized)


def _divisors(node: Node) -> set[str]:
    """The letters that something is divided by."""
    below = (n.args[1] for n in walk(node) if isinstance(n, Call) and n.op == "div")
    return {name for part in below for name in names(part) if len(name) == 1}


def _is_number(name: str, context: Context) -> bool:
    declared = context.scope.names.get(name)
    plain = declared is None or (declared.domain == "inferred" and declared.shape == () and not declared.family)
    return plain and name not in context.definitions
