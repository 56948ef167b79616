"""Data that a model explains: y = X w + \\varepsilon of given targets y. A gradient by w holds the data still.

Where a derivative comes out wrong with y moving along with w, and right with y held still, y is meant as data: it was
declared on its own, and the model only says how it came about, by some noise.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import without_definition
from engine.derivation.judging import Judged, depends, judge_step
from solvers.formula.context import Context
from solvers.formula.nodes import Chain, Derivative, Name, names, walk

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker


def held_still(context: Context, data: Collection[str]) -> Context:
    """The context with nothing said of how the data came about."""
    for name in data:
        context = without_definition(context, Name(name))
    return context


def with_data_held(checker: Checker, work: Work, chain: Chain) -> Judged | None:
    """The verdict with such data held still, if the step holds so: from here on they are; None where it does not."""
    context = work.context
    if not any(isinstance(node, Derivative) for side in chain.sides for node in walk(side)):
        return None
    spoken = {name for side in chain.sides for name in depends(side, context)}
    noise = {name for name, declared in context.scope.names.items() if declared.law is not None}
    data = [
        name for name in sorted(spoken & context.definitions.keys() & context.scope.names.keys())
        if context.scope.names[name].domain == "real" and context.scope.names[name].shape
        and any(names(definition.right) & noise for definition in context.definitions[name])
    ]  # fmt: skip
    if not data:
        return None
    context = held_still(context, data)
    found = judge_step(chain.relations[0], chain.sides[0], chain.sides[1], context, checker.facts, work.undeclared)
    if found.verdict != "valid":
        return None
    checker.held |= {*data}
    said = f"{', '.join(data)} held still where it is derived, as data are: from here on too"
    return replace(found, notes=(*found.notes, said))
