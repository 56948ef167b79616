"""The sides of a chain as they were read, and a chain as it was judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from engine.derivation.report import Step
from engine.derivation.source import Source
from solvers.formula.context import Context
from solvers.formula.nodes import Node
from solvers.formula.tokens import Unreadable


@dataclass(frozen=True, slots=True)
class Side:
    """A side as it was read: its tree, or None with the reason why it could not be."""

    source: Source
    node: Node | None
    problem: Unreadable | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A chain as judged: its sides, its relations, and the steps between them."""

    sides: tuple[Side, ...]
    relations: tuple[str, ...]
    steps: tuple[Step, ...]
    context: Context


def held(chains: Iterable[Judgement]) -> list[tuple[Node, Node]]:
    """The equalities of some chains that were found to hold."""
    found: list[tuple[Node, Node]] = []
    for chain in (chain for chain in chains if len(chain.steps) == len(chain.relations)):
        for (left, right), step in zip(pairwise(chain.sides), chain.steps, strict=True):
            if step.verdict == "valid" and step.relation == "=" and left.node is not None and right.node is not None:
                found.append((left.node, right.node))
    return found
