"""The gated recurrent unit of notes 13.3 and its other forms, with back-propagation through time by hand.

z, r = σ(U x + W h' + b), candidate n = g(U x + W (r ⊙ h') + b), h = z ⊙ h' + (1 - z) ⊙ n, h' one step back. Gates stand
in the order z, r, n, each with one bias. The notes print g = σ here and tanh in 11.6.1, where z also weighs n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import torch
from torch import Tensor, nn

from solvers.models.algebra import apply, common_axes
from solvers.models.checks import BadInput, check_at_least, check_one_of, check_shapes

Z, R, N = range(3)


@dataclass(frozen=True, slots=True)
class Variant:
    """The candidate's g; the reset before the product, W (r ⊙ h'), or after it, r ⊙ (W h'); what z is the share of."""

    candidate: Literal["sigmoid", "tanh"] = "sigmoid"
    reset: Literal["before", "after"] = "before"
    update: Literal["old", "new"] = "old"

    def __post_init__(self) -> None:
        check_one_of("candidate", self.candidate, ("sigmoid", "tanh"))
        check_one_of("reset", self.reset, ("before", "after"))
        check_one_of("update", self.update, ("old", "new"))


PRINTED: Final = Variant()  # notes 13.3
GATED_GRAPH: Final = Variant("tanh", "before", "new")  # notes 11.6.1
CUDNN: Final = Variant("tanh", "after", "old")  # torch.nn.GRU


@dataclass(frozen=True, slots=True)
class Weights:
    """U (..., 3, H, D), W (..., 3, H, H), b (..., 3, H), in the order z, r, candidate. Gradients have the same form."""

    U: Tensor
    W: Tensor
    b: Tensor

    def __post_init__(self) -> None:
        check_shapes(**_axes(self))
        if self.U.shape[-3] != 3:
            raise BadInput(f"U stacks {self.U.shape[-3]} gates, but 3 are needed: update, reset, candidate.")

    def tensors(self) -> tuple[Tensor, ...]:
        return self.U, self.W, self.b


@dataclass(frozen=True, slots=True)
class Run:
    """All that a forward pass computes. States count from 0, gates from t = 1."""

    x: Tensor  # (..., T, D)
    gates: Tensor  # (..., T, 3, H): z, r, candidate
    h: Tensor  # (..., T+1, H)

    @property
    def steps(self) -> int:
        return self.x.shape[-2]


@dataclass(frozen=True, slots=True)
class Gradient:
    """∂L by the weights, the inputs (..., T, D) and the first state (..., H); δ = ∂L/∂net (..., T, 3, H)."""

    weights: Weights
    x: Tensor
    h: Tensor
    delta: Tensor


def forward(weights: Weights, x: Tensor, variant: Variant = PRINTED, start: Tensor | None = None) -> Run:
    """Run over sequences x (..., T, D) from h(0) = start (..., H), zero unless given."""
    start = weights.b.new_zeros(weights.b.shape[-1]) if start is None else start
    leading = common_axes(**_axes(weights), x=(x, "steps inputs"), start=(start, "hidden"))
    x, states, gates = x.expand(*leading, *x.shape[-2:]), [start.expand(*leading, -1)], []
    # U (..., 3, H, D) -> (..., 3H, D); (..., T, 3H) -> (..., T, 3, H)
    drive = (x @ weights.U.flatten(-3, -2).mT + weights.b.flatten(-2).unsqueeze(-2)).unflatten(-1, (3, -1))
    for driven in drive.unbind(-3):
        found, state = cell(weights, driven, states[-1], variant)
        gates.append(found)
        states.append(state)
    return Run(x=x, gates=torch.stack(gates, dim=-3), h=torch.stack(states, dim=-2))


def cell(weights: Weights, drive: Tensor, before: Tensor, variant: Variant) -> tuple[Tensor, Tensor]:
    """z, r, candidate (..., 3, H) and the new h, from U x + b (..., 3, H) and the state before (..., H)."""
    both = apply(weights.W[..., :N, :, :].flatten(-3, -2), before).unflatten(-1, (2, -1))  # (..., 2H) -> (..., 2, H)
    z, r = torch.sigmoid(drive[..., :N, :] + both).unbind(-2)
    W = weights.W[..., N, :, :]
    recurrent = apply(W, r * before) if variant.reset == "before" else r * apply(W, before)
    squash = torch.sigmoid if variant.candidate == "sigmoid" else torch.tanh
    n = squash(drive[..., N, :] + recurrent)
    keep = z if variant.update == "old" else 1 - z
    return torch.stack([z, r, n], dim=-2), keep * before + (1 - keep) * n


def backward(weights: Weights, run: Run, upstream: Tensor, variant: Variant = PRINTED) -> Gradient:
    """Back-propagation through time from ∂L/∂h(t), t = 1…T, as the loss itself has it: upstream (..., T, H)."""
    check_shapes(h=(run.h[..., 1:, :], "steps hidden"), upstream=(upstream, "steps hidden"))
    dh, deltas = torch.zeros_like(run.h[..., 0, :]), []
    for t in range(run.steps - 1, -1, -1):
        delta, dh = _cell_backward(weights, run, t, upstream[..., t, :] + dh, variant)
        deltas.append(delta)
    return _collect(weights, run, torch.stack(deltas[::-1], dim=-3), dh, variant)


def parameter_count(inputs: int, hidden: int, *, biases: int = 1) -> int:
    """3 H (D + H + biases): two biases a gate in many libraries."""
    check_at_least(1, inputs=inputs, hidden=hidden)
    check_one_of("biases", biases, (0, 1, 2))
    return 3 * hidden * (inputs + hidden + biases)


class Gru(nn.Module):
    """The same network as a trainable module: (..., T, D) -> h(1…T), (..., T, H)."""

    def __init__(
        self, inputs: int, hidden: int, variant: Variant = PRINTED, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        check_at_least(1, inputs=inputs, hidden=hidden)
        self.variant = variant
        self.U = nn.Parameter(torch.randn(3, hidden, inputs, generator=generator) * inputs**-0.5)
        self.W = nn.Parameter(torch.randn(3, hidden, hidden, generator=generator) * hidden**-0.5)
        self.b = nn.Parameter(torch.zeros(3, hidden))

    def weights(self) -> Weights:
        return Weights(self.U, self.W, self.b)

    def forward(self, x: Tensor) -> Tensor:
        return forward(self.weights(), x, self.variant).h[..., 1:, :]


def _cell_backward(weights: Weights, run: Run, t: int, dh: Tensor, variant: Variant) -> tuple[Tensor, Tensor]:
    """δ of z, r, candidate (..., 3, H) and ∂L/∂h' (..., H), from ∂L/∂h of this step."""
    z, r, n = run.gates[..., t, :, :].unbind(-2)
    before = run.h[..., t, :]
    keep, sign = (z, 1) if variant.update == "old" else (1 - z, -1)
    delta_z = sign * dh * (before - n) * z * (1 - z)
    delta_n = dh * (1 - keep) * (n * (1 - n) if variant.candidate == "sigmoid" else 1 - n**2)
    Wz, Wr, Wn = weights.W.unbind(-3)
    if variant.reset == "before":
        back = apply(Wn.mT, delta_n)  # ∂L/∂(r ⊙ h')
        dr, through = back * before, back * r
    else:
        dr, through = delta_n * apply(Wn, before), apply(Wn.mT, delta_n * r)
    delta_r = dr * r * (1 - r)
    dh = dh * keep + through + apply(Wz.mT, delta_z) + apply(Wr.mT, delta_r)
    return torch.stack([delta_z, delta_r, delta_n], dim=-2), dh


def _collect(weights: Weights, run: Run, delta: Tensor, dh: Tensor, variant: Variant) -> Gradient:
    """∂L/∂U = Σ δ(t) x(t)ᵀ and so on; where the reset comes first, the candidate meets r ⊙ h': delta (..., T, 3, H)."""
    before, r = run.h[..., :-1, :], run.gates[..., R, :]
    first = variant.reset == "before"
    delta_n = delta[..., N, :] if first else delta[..., N, :] * r
    dW = [delta[..., gate, :].mT @ before for gate in (Z, R)] + [delta_n.mT @ (r * before if first else before)]
    flat = delta.flatten(-2)  # (..., T, 3, H) -> (..., T, 3H)
    # (..., 3H, D) -> (..., 3, H, D)
    found = Weights(U=(flat.mT @ run.x).unflatten(-2, (3, -1)), W=torch.stack(dW, dim=-3), b=delta.sum(dim=-3))
    # (..., 3, H, D) -> (..., 3H, D)
    return Gradient(weights=found, x=flat @ weights.U.flatten(-3, -2), h=dh, delta=delta)


def _axes(weights: Weights) -> dict[str, tuple[Tensor, str]]:
    return {
        "U": (weights.U, "gates hidden inputs"),
        "W": (weights.W, "gates hidden hidden"),
        "b": (weights.b, "gates hidden"),
    }
