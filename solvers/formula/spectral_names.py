"""How eigenvalues and operator norms are written: \\lambda_{\\max}(A), \\sigma_{\\max}(W), \\|W\\|_2, \\|W\\|_{op}."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solvers.formula.nodes import Call, Derivative, Node, names
from solvers.formula.ranks import rank_of

if TYPE_CHECKING:
    from solvers.formula.scripts import Scripts

_EXTREMES = {"lambda_max": "eigmax", "lambda_min": "eigmin", "sigma_max": "opnorm", "s_max": "opnorm"}
_KINDS = frozenset({"op", "spec", "spectral", "sp", "2->2", "2to2"})


def is_spectral(kind: str, inner: Node, reader: Scripts) -> bool:
    """Whether a norm is the operator norm: its sign says so, or a 2 below a matrix; or words of one without a sign."""
    if kind in _KINDS:
        return True
    return (kind == "2" or (not kind and reader.scope.spectral)) and _is_matrix(inner, reader)


def extreme_of(reader: Scripts, name: str, start: int) -> Node | None:
    """\\lambda_{\\max}(A) behind its name; None where no matrix follows in brackets: \\lambda_{\\max} (1 - \\eta)."""
    if name not in _EXTREMES or name in reader.scope.names or reader.peek().kind != "(":
        return None
    before = reader.at
    inner = reader.forms["("](reader, reader.take())
    if _is_matrix(inner, reader):
        return Call(_EXTREMES[name], (inner,), reader.span(start))
    reader.at = before
    return None


def _is_matrix(node: Node, reader: Scripts) -> bool:
    """Whether a value is a matrix, or made of capitals of which nothing is known yet."""
    rank = rank_of(node, reader.scope)
    if rank is None and isinstance(node, Derivative) and len(node.by) == 1:  # a Jacobian
        return rank_of(node.of, reader.scope) == rank_of(node.by[0], reader.scope) == 1
    if rank is None and isinstance(node, Call) and node.op in {"add", "sub", "neg"}:
        return any(_is_matrix(arg, reader) for arg in node.args)  # I - \eta A of an \eta that nothing declares
    if rank is None and isinstance(node, Call) and node.op == "mul" and rank_of(node.args[0], reader.scope) != 1:
        return _is_matrix(node.args[1], reader)
    known = reader.scope.names
    spoken = [name for name in names(node) if name not in known or known[name].shape is None]
    return rank == 2 or (rank is None and bool(spoken) and all(name[:1].isupper() for name in spoken))
