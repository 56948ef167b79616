"""A line as people write it, read and judged."""

from __future__ import annotations

from collections.abc import Sequence

from solvers.equality.relations import Judgement, judge
from solvers.formula.context import Context, infer, read_context
from solvers.formula.nodes import Chain
from solvers.formula.parser import Parsed, parse

V, W, U = "valid", "wrong", "undecided"
Row = tuple[str, tuple[str, ...], str]


def read(line: str, lets: Sequence[str]) -> tuple[Chain, Context]:
    """The chain that a line is, and what is known around it."""
    context = read_context(lets)
    assert isinstance(context, Context), context
    context = infer(context, line)
    parsed = parse(line, context.scope)
    assert isinstance(parsed, Parsed), parsed
    assert isinstance(parsed.node, Chain), line
    return parsed.node, context


def judged(line: str, lets: Sequence[str] = (), seed: int = 0, variables: Sequence[str] | None = None) -> Judgement:
    """The verdict on a line of one relation."""
    chain, context = read(line, lets)
    assert len(chain.sides) == 2, line
    return judge(chain.relations[0], *chain.sides, context, seed, variables=variables)
