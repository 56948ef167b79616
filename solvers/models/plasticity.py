"""Intrinsic plasticity (notes 13.4): each y = g(gain · net + b) moves its gain and bias towards a wanted law of y.

The rules descend the divergence of y's law from an exponential of mean μ (sigmoid units) or from a Gaussian of mean μ
and deviation σ (tanh units), one sample at a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from solvers.models.activations import activation
from solvers.models.algebra import apply, common_axes
from solvers.models.checks import BadInput, check_number, check_one_of, check_shapes
from solvers.models.esn import Reservoir


@dataclass(frozen=True, slots=True)
class Rule:
    """η, the wanted mean μ, and for tanh units the wanted deviation σ."""

    eta: float
    mean: float
    deviation: float = 1.0

    def __post_init__(self) -> None:
        check_number(mean=self.mean)
        check_number("(0, inf)", eta=self.eta, deviation=self.deviation)


@dataclass(frozen=True, slots=True)
class Step:
    """One sample's output y and what it adds to gain and bias, (..., H) each."""

    y: Tensor
    gain: Tensor
    b: Tensor


def step(net: Tensor, gain: Tensor, b: Tensor, unit: str, rule: Rule) -> Step:
    """Δb = η (1 - (2 + 1/μ) y + y²/μ) for sigmoid units (Triesch), Δgain = η / gain + Δb · net: (..., H) each.

    For tanh units (Schrauwen et al.) Δb = η (μ/σ² - y/σ² (2σ² + 1 - y² + μ y)).
    """
    check_shapes(net=(net, "hidden"), gain=(gain, "hidden"), b=(b, "hidden"))
    check_one_of("unit", unit, ("sigmoid", "tanh"))
    if not bool((gain != 0).all()):
        raise BadInput("gain holds a 0, but the rule divides by it.")
    y = activation(unit).value(gain * net + b)
    mean, variance = rule.mean, rule.deviation**2
    if unit == "sigmoid":
        if not 0 < mean < 1:
            raise BadInput(f"mean is {mean!r}, but an output of sigmoid units lies strictly between 0 and 1.")
        db = rule.eta * (1 - (2 + 1 / mean) * y + y**2 / mean)
    else:
        db = rule.eta * (mean / variance - y / variance * (2 * variance + 1 - y**2 + mean * y))
    return Step(y=y, gain=rule.eta / gain + db * net, b=db)


def adapt(reservoir: Reservoir, x: Tensor, rule: Rule) -> Reservoir:
    """The reservoir after one pass over x (..., T, D), adapted at every step; instances adapt apart from each other."""
    leading = common_axes(
        U=(reservoir.U, "hidden inputs"),
        W=(reservoir.W, "hidden hidden"),
        b=(reservoir.b, "hidden"),
        x=(x, "steps inputs"),
    )
    share = 1.0 if reservoir.form == "printed" else reservoir.leak
    gain, b = (each.expand(*leading, -1) for each in (reservoir.gain, reservoir.b))
    state, drive = torch.zeros_like(b), x @ reservoir.U.mT
    for t in range(x.shape[-2]):
        found = step(drive[..., t, :] + apply(reservoir.W, state), gain, b, reservoir.activation, rule)
        state = (1 - reservoir.leak) * state + share * found.y
        gain, b = gain + found.gain, b + found.b
    return replace(reservoir, gain=gain, b=b)
