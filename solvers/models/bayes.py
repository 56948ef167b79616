"""Bayes over finitely many hypotheses (notes 3.2): posterior, MAP, ML, and the Bayes-optimal vote, instances first."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_shapes


@dataclass(frozen=True, slots=True)
class Inference:
    """What the data say: log P(D | h) and P(h | D) (..., H), log P(D) and the best hypotheses (...), first on ties."""

    log_likelihood: Tensor
    posterior: Tensor
    log_evidence: Tensor
    map: Tensor
    ml: Tensor


def infer(prior: Tensor, likelihood: Tensor, counts: Tensor | None = None) -> Inference:
    """From P(h) (..., H) and P(d | h) (..., H, D), each outcome d seen counts (..., D) times (once each without)."""
    counts = likelihood.new_ones(likelihood.shape[-1:]) if counts is None else counts
    check_shapes(prior=(prior, "hypotheses"), likelihood=(likelihood, "hypotheses data"), counts=(counts, "data"))
    _check_probabilities(prior=prior, likelihood=likelihood)
    log_likelihood = torch.special.xlogy(counts.unsqueeze(-2), likelihood).sum(dim=-1)  # (..., 1, D) -> (..., H)
    log_joint = torch.log(prior) + log_likelihood
    log_evidence = torch.logsumexp(log_joint, dim=-1)
    if not bool(torch.isfinite(log_evidence).all()):
        raise BadInput("The data are impossible under every hypothesis, so there is no posterior.")
    return Inference(
        log_likelihood=log_likelihood,
        posterior=torch.exp(log_joint - log_evidence.unsqueeze(-1)),
        log_evidence=log_evidence,
        map=log_joint.argmax(dim=-1),
        ml=log_likelihood.argmax(dim=-1),
    )


def optimal(posterior: Tensor, prediction: Tensor) -> Tensor:
    """P(y | D) = Σ_h P(y | h) P(h | D): (..., H), (..., H, Y) -> (..., Y). Its argmax is the Bayes-optimal label.

    A hypothesis that is sure of its label has a one-hot row.
    """
    check_shapes(posterior=(posterior, "hypotheses"), prediction=(prediction, "hypotheses labels"))
    _check_probabilities(posterior=posterior, prediction=prediction)
    return torch.einsum("...h,...hy->...y", posterior, prediction)


def _check_probabilities(**tables: Tensor) -> None:
    for name, table in tables.items():
        if not bool(((table >= 0) & (table <= 1)).all()):
            raise BadInput(f"{name} holds a number outside [0, 1], but probabilities are needed.")
