"""Monte Carlo estimates and importance sampling (notes 18.4.1, 18.4.2) on finitely many outcomes, instances first.

s = E_p[f] = E_q[p f / q]: samples of q, weighed by w = p / q. Outcomes are counted from 0; f may have any sign.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.algebra import common_axes
from solvers.models.checks import BadInput, check_distribution, check_shapes, check_symbols, instance_axes


@dataclass(frozen=True, slots=True)
class Estimate:
    """The mean of the samples (...), their standard deviation (dividing by n - 1), and that over √n."""

    mean: Tensor
    sd: Tensor
    standard_error: Tensor


@dataclass(frozen=True, slots=True)
class Importance:
    """What weighed samples say, (...) except the weights p / q (..., n).

    `plain` is mean(w f), right on average; `self_normalised` is Σ w f / Σ w, for which p may lack its normaliser,
    right in the limit only. `effective` is (Σ w)² / Σ w², as many samples of p as these are worth.
    """

    weights: Tensor
    plain: Estimate
    self_normalised: Tensor
    effective: Tensor


def estimate(values: Tensor) -> Estimate:
    """ŝ = mean f(x_i) of at least two samples f(x_i): (..., n) -> (...)."""
    n = check_shapes(values=(values, "samples"))["samples"]
    if n < 2:
        raise BadInput("values holds one sample, but a spread needs at least two.")
    sd = values.std(dim=-1)
    return Estimate(mean=values.mean(dim=-1), sd=sd, standard_error=sd * n**-0.5)


def samples_needed(sd: Tensor, standard_error: Tensor) -> Tensor:
    """The smallest n with sd / √n <= standard_error, as real numbers that are whole: (...), (...) -> (...)."""
    check_shapes(sd=(sd, ""), standard_error=(standard_error, ""))
    if not bool((standard_error > 0).all() & (sd >= 0).all()):
        raise BadInput("A standard error to reach must be positive, and a standard deviation at least 0.")
    ratio = (sd / standard_error) ** 2
    nearest = ratio.round()  # a ratio like 100.00000000000001 is meant as 100
    whole = torch.where((ratio - nearest).abs() <= 64 * torch.finfo(ratio.dtype).eps * ratio, nearest, ratio.ceil())
    return whole.clamp(min=1)


def expectation(p: Tensor, f: Tensor) -> Tensor:
    """s = Σ p f: (..., k), (..., k) -> (...)."""
    _check(f, p=p)
    return (p * f).sum(dim=-1)


def variance(p: Tensor, f: Tensor) -> Tensor:
    """Var_p f, the variance of one sample's value; the mean of n samples has 1/n of it: (...)."""
    return (p * (f - expectation(p, f).unsqueeze(-1)) ** 2).sum(dim=-1)


def importance(samples: Tensor, p: Tensor, q: Tensor, f: Tensor) -> Importance:
    """Estimate E_p[f] from outcomes samples (..., n) drawn from q; p, q, f (..., k). p may be unnormalised."""
    _check(f, q=q)
    leading = common_axes(p=(p, "outcomes"), q=(q, "outcomes"), f=(f, "outcomes"))
    if not bool((p >= 0).all()):
        raise BadInput("p holds a negative number, but weights of outcomes are needed.")
    weight, value, chance = (_at(each, samples, leading) for each in (p, f, q))
    if not bool((chance > 0).all()):
        raise BadInput("samples holds an outcome that q never gives.")
    w = weight / chance
    total = w.sum(dim=-1)
    if not bool((total > 0).all()):
        raise BadInput("All samples have weight 0, so they say nothing about p.")
    return Importance(w, estimate(w * value), (w * value).sum(dim=-1) / total, total**2 / (w**2).sum(dim=-1))


def importance_variance(p: Tensor, q: Tensor, f: Tensor) -> Tensor:
    """Var_q (p f / q) = Σ (p f)² / q - s², of one sample; q must be positive where p f is not 0: (...)."""
    _check(f, p=p, q=q)
    needed = p * f
    if bool(((q == 0) & (needed != 0)).any()):
        raise BadInput("q is 0 where p f is not: those outcomes would never be seen, and the estimate be wrong.")
    ratio = torch.where(q > 0, needed / torch.where(q > 0, q, 1), 0)
    return (q * (ratio - needed.sum(dim=-1, keepdim=True)) ** 2).sum(dim=-1)


def optimal_proposal(p: Tensor, f: Tensor) -> Tensor:
    """q* = p |f| / Z, the q of least variance, which is 0 where f does not change its sign: (..., k)."""
    _check(f, p=p)
    mass = p * f.abs()
    total = mass.sum(dim=-1, keepdim=True)
    if not bool((total > 0).all()):
        raise BadInput("p f is 0 everywhere, so its sum is known, and q* is not defined.")
    return mass / total


def least_variance(p: Tensor, f: Tensor) -> Tensor:
    """Of q*: (Σ p |f|)² - (Σ p f)². (...)."""
    _check(f, p=p)
    return expectation(p, f.abs()) ** 2 - expectation(p, f) ** 2


def _at(table: Tensor, samples: Tensor, leading: torch.Size) -> Tensor:
    """The entries of (..., k) at outcomes (..., n): (..., n)."""
    check_symbols("samples", samples, table.shape[-1], "samples")
    whole = instance_axes(table=(table.expand(*leading, -1), 1), samples=(samples, 1))
    return table.expand(*whole, -1).gather(-1, samples.expand(*whole, -1))


def _check(f: Tensor, **distributions: Tensor) -> None:
    check_shapes(f=(f, "outcomes"), **{name: (each, "outcomes") for name, each in distributions.items()})
    check_distribution(**distributions)
