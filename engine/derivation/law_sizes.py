"""Sizes that a Gaussian law gives: of x \\sim N(m, S) in R^d, m is a vector of d and S a d x d matrix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from solvers.formula.context import Context
from solvers.formula.nodes import Call, Name, Node
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Declaration


def with_law_sizes(context: Context) -> Context:
    """The context in which a Gaussian vector, its mean and its covariance fit, where one of them has a size."""
    for name, declared in context.scope.names.items():
        law = declared.law
        drawn = declared.dependence is not None and bool(declared.shape)  # x_1, ..., x_n: the law is one of numbers
        if declared.name == name and isinstance(law, Call) and law.op == "normal" and not drawn:
            found = [d for d in _fitted(declared, law, context) if context.scope.names.get(d.name) != d]
            context = context.declared(*found) if found else context
    return context


def _fitted(declared: Declaration, law: Call, context: Context) -> Iterator[Declaration]:
    parts = [(declared, 1)]
    for node, rank in zip(law.args, (1, 2), strict=True):
        if isinstance(node, Name) and node.text not in {"I", "ones", *context.definitions}:
            parts.append((context.scope.names.get(node.text) or Declaration(node.text, None, (), "inferred"), rank))
    size = next((d.shape[0] for d, rank in parts if _is_sized(d, rank) and d.shape), None)
    if size is None:
        return
    for part, rank in parts:
        if part.shape is None or part.shape == () or UNKNOWN in part.shape:
            capital = rank == 1 or part.name[:1].isupper()  # N(0, v) has one variance for all entries
            plain = part.shape is None or (not part.positive and part.domain in {"real", "inferred"})
            if capital and (plain or part.shape):
                domain = "real" if part.domain == "inferred" else part.domain
                yield replace(part, shape=(size,) * rank, domain=domain)


def _is_sized(declared: Declaration, rank: int) -> bool:
    shape: tuple[Node, ...] = declared.shape or ()
    return len(shape) == rank and UNKNOWN not in shape


__all__ = ["with_law_sizes"]
