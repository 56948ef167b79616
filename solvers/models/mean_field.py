"""Mean-field inference (notes 18.2, 19.2): a factorised q(h) = Π q_i(h_i) close to p(h | v), one q_i at a time.

log q_i = E_{other q}[log P̃] + constant raises the bound L(q) = E_q[log P̃] + H(q) <= log Σ_h P̃ at every update.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models import factor
from solvers.models.checks import BadInput, check_at_least, check_distribution, check_one_of, check_shapes
from solvers.models.factor import Evidence, Factor


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """q_i (..., k_i) by name, the bound before the first and after each update (..., U + 1), and log Σ_h P̃ (...)."""

    q: Mapping[str, Tensor]
    bounds: Tensor
    log_evidence: Tensor

    @property
    def divergence(self) -> Tensor:
        """D_KL(q ‖ p(h | v)), what is left between the bound and log P̃(v): (...)."""
        return self.log_evidence - self.bounds[..., -1]


def log_table(factors: Sequence[Factor], evidence: Evidence | None = None) -> tuple[tuple[str, ...], Tensor]:
    """log P̃ of all that is not given: the names, and a table (..., k_1, …, k_n)."""
    whole = factor.multiply(*(factor.condition(each, {} if evidence is None else evidence) for each in factors))
    if not whole.scope:
        raise BadInput("Everything is given, so there is nothing to infer.")
    if not bool((whole.table > 0).all()):
        raise BadInput("A state has probability 0, but mean field needs log P̃, and so P̃ > 0 everywhere.")
    return whole.scope, torch.log(whole.table)


def flat(factors: Sequence[Factor], evidence: Evidence | None = None) -> dict[str, Tensor]:
    """Uniform q_i: (k_i,)."""
    given = {} if evidence is None else evidence
    like = factors[0].table
    return {name: like.new_full((size,), 1 / size) for name, size in factor.sizes(factors).items() if name not in given}


def update(names: Sequence[str], log_joint: Tensor, q: Mapping[str, Tensor], name: str) -> Tensor:
    """The best q_name with the others held: softmax of E_{other q}[log P̃]. (..., k)."""
    check_one_of("name", name, names)
    _check(names, log_joint, q)
    return _update(names, log_joint, q, name)


def _update(names: Sequence[str], log_joint: Tensor, q: Mapping[str, Tensor], name: str) -> Tensor:
    return torch.softmax(_expected(names, log_joint, q, keep=name), dim=-1)


def bound(names: Sequence[str], log_joint: Tensor, q: Mapping[str, Tensor]) -> Tensor:
    """L(q) = E_q[log P̃] + Σ_i H(q_i): (...)."""
    _check(names, log_joint, q)
    return _bound(names, log_joint, q)


def _bound(names: Sequence[str], log_joint: Tensor, q: Mapping[str, Tensor]) -> Tensor:
    entropies = [-torch.special.xlogy(each, each).sum(dim=-1) for each in q.values()]
    return torch.stack(torch.broadcast_tensors(_expected(names, log_joint, q, keep=None), *entropies)).sum(dim=0)


def fit(
    factors: Sequence[Factor],
    evidence: Evidence | None = None,
    *,
    start: Mapping[str, Tensor] | None = None,
    sweeps: int = 1,
) -> Fit:
    """Update each q_i in the order of appearance, `sweeps` times, from `start` (flat unless given)."""
    check_at_least(1, sweeps=sweeps)
    names, log_joint = log_table(factors, evidence)
    q = dict(flat(factors, evidence) if start is None else start)
    _check(names, log_joint, q)
    bounds = [_bound(names, log_joint, q)]
    for name in (*names,) * sweeps:
        q[name] = _update(names, log_joint, q, name)
        bounds.append(_bound(names, log_joint, q))
    log_evidence = torch.logsumexp(log_joint.flatten(log_joint.ndim - len(names)), dim=-1)  # (..., k_1, …) -> (..., S)
    trail = torch.stack(torch.broadcast_tensors(*bounds), dim=-1)
    return Fit(q=q, bounds=trail, log_evidence=log_evidence)


def _expected(names: Sequence[str], log_joint: Tensor, q: Mapping[str, Tensor], keep: str | None) -> Tensor:
    """E of the table under all q but that of `keep`: (..., k), or (...) without one to keep."""
    others, table = [name for name in names if name != keep], log_joint
    for name in others:
        table = table * factor.aligned(Factor((name,), q[name]), names)
    axes = tuple(names.index(name) - len(names) for name in others)
    return table.sum(dim=axes) if axes else table


def _check(names: Sequence[str], log_joint: Tensor, q: Mapping[str, Tensor]) -> None:
    if set(q) != set(names):
        raise BadInput(
            f"start holds {', '.join(q) or 'nothing'}, but a distribution of each of {', '.join(names)} is needed."
        )
    check_shapes(table=(log_joint, " ".join(names)), **{name: (each, name) for name, each in q.items()})
    check_distribution(**{f"start of {name}": each for name, each in q.items()})
