"""Echo state networks (notes 13.4): a fixed random reservoir, a trained linear readout, memory capacity.

h = (1 - a) h' + g(U x + W h' + b), as the notes print the leaky integrator, or with a g(…) in place of g(…), as many
libraries have it. A gain multiplies U x + W h' before b: intrinsic plasticity moves gain and b.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from solvers.models.activations import activation
from solvers.models.algebra import apply, common_axes
from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_shapes, check_uniforms

STEEPEST = {"tanh": 1.0, "sigmoid": 0.25, "linear": 1.0}


@dataclass(frozen=True, slots=True)
class Reservoir:
    """U (..., H, D), W (..., H, H), b and gain (..., H); leak a in (0, 1], where 1 forgets nothing but by W.

    `form` "printed" adds g(…) in full, "averaged" weighs it by a.
    """

    U: Tensor
    W: Tensor
    b: Tensor
    gain: Tensor
    leak: float = 1.0
    form: Literal["printed", "averaged"] = "printed"
    activation: str = "tanh"

    def __post_init__(self) -> None:
        check_shapes(**_axes(self))
        check_one_of("form", self.form, ("printed", "averaged"))
        check_one_of("activation", self.activation, STEEPEST)
        check_number("(0, 1]", leak=self.leak)


@dataclass(frozen=True, slots=True)
class Readout:
    """o = V h + c: V (..., O, H), c (..., O)."""

    V: Tensor
    c: Tensor

    def __call__(self, states: Tensor) -> Tensor:
        """(..., T, H) -> (..., T, O)."""
        return states @ self.V.mT + self.c.unsqueeze(-2)


@dataclass(frozen=True, slots=True)
class Draw:
    """How a reservoir is drawn: the share of connections kept, ρ(W), and the largest input weight."""

    density: float = 0.2
    radius: float = 0.9
    scale: float = 1.0
    leak: float = 1.0

    def __post_init__(self) -> None:
        check_number("(0, 1]", density=self.density, leak=self.leak)
        check_number("[0, inf)", radius=self.radius, scale=self.scale)


def draw(input_uniforms: Tensor, uniforms: Tensor, kept: Tensor, how: Draw | None = None) -> Reservoir:
    """A reservoir from uniforms in [0, 1): (..., H, D) for U, (..., H, H) for W's values and for what is kept of them.

    Weights are uniform about zero; entry ij of W stands where kept_ij < density; then W is scaled to the radius.
    """
    how = Draw() if how is None else how
    check_uniforms(input_uniforms=input_uniforms, uniforms=uniforms, kept=kept)
    check_shapes(input_uniforms=(input_uniforms, "H D"), uniforms=(uniforms, "H H"), kept=(kept, "H H"))
    W = torch.where(kept < how.density, 2 * uniforms - 1, torch.zeros_like(uniforms))
    b = torch.zeros_like(W[..., 0])
    U = how.scale * (2 * input_uniforms - 1)
    return Reservoir(U, scaled(W, how.radius), b, torch.ones_like(b), leak=how.leak)


def spectral_radius(W: Tensor) -> Tensor:
    """ρ(W), the largest |eigenvalue|: (..., H, H) -> (...)."""
    check_shapes(W=(W, "H H"))
    return torch.linalg.eigvals(W).abs().amax(dim=-1)


def scaled(W: Tensor, radius: float) -> Tensor:
    """W times radius / ρ(W)."""
    found = spectral_radius(W)
    check_number("[0, inf)", radius=radius)
    if not bool((found > 0).all()):
        raise BadInput("W has spectral radius 0 (no cycle of connections), so no factor gives it another.")
    return W * (radius / found)[..., None, None]


def contraction(reservoir: Reservoir) -> Tensor:
    """A Lipschitz constant of h' -> h: (1 - a) + s σmax(gain ⊙ W), s the steepest slope, times a if averaged: (...).

    Below 1 the echo state property is certain. ρ(W) < 1 does not imply it: σmax may be far larger than ρ.
    """
    share = 1.0 if reservoir.form == "printed" else reservoir.leak
    norm = torch.linalg.matrix_norm(reservoir.gain.unsqueeze(-1) * reservoir.W, 2)
    return (1 - reservoir.leak) + share * STEEPEST[reservoir.activation] * norm


def forward(reservoir: Reservoir, x: Tensor, start: Tensor | None = None, *, sparse: bool = False) -> Tensor:
    """States h(0), …, h(T) over inputs x (..., T, D): (..., T+1, H). `sparse` multiplies by W's non-zero entries only.

    The sparse product needs one W for all instances, (H, H).
    """
    start = reservoir.b.new_zeros(reservoir.b.shape[-1]) if start is None else start
    leading = common_axes(**_axes(reservoir), x=(x, "steps inputs"), start=(start, "hidden"))
    if sparse and reservoir.W.ndim != 2:
        raise BadInput(f"W has shape {tuple(reservoir.W.shape)}, but the sparse product needs one W, (H, H).")
    g, states = activation(reservoir.activation).value, [start.expand(*leading, -1)]
    share = 1.0 if reservoir.form == "printed" else reservoir.leak
    drive = (x @ reservoir.U.mT).expand(*leading, x.shape[-2], -1)  # (..., T, H)
    W = reservoir.W.to_sparse() if sparse else reservoir.W
    for driven in drive.unbind(-2):
        recurrent = _sparse_apply(W, states[-1]) if sparse else apply(W, states[-1])
        net = reservoir.gain * (driven + recurrent) + reservoir.b
        states.append((1 - reservoir.leak) * states[-1] + share * g(net))
    return torch.stack(states, dim=-2)


def ridge(states: Tensor, target: Tensor, alpha: float) -> Readout:
    """The V, c that minimise Σ_t ‖y(t) - V h(t) - c‖² + α ‖V‖²: (..., T, H), (..., T, O).

    c is not penalised: states and targets are centred first. α = 0 asks for more steps than units.
    """
    sizes = check_shapes(states=(states, "steps hidden"), target=(target, "steps outputs"))
    check_number("[0, inf)", alpha=alpha)
    h_mean, y_mean = states.mean(dim=-2, keepdim=True), target.mean(dim=-2, keepdim=True)
    H, Y = states - h_mean, target - y_mean
    gram = H.mT @ H + alpha * torch.eye(sizes["hidden"], dtype=H.dtype, device=H.device)
    if not bool((torch.linalg.cond(gram) < 1 / torch.finfo(gram.dtype).eps).all()):
        raise BadInput("Many readouts fit alike: take alpha > 0, more steps, or fewer units.")
    V = torch.linalg.solve(gram, H.mT @ Y).mT  # (..., H, O) -> (..., O, H)
    return Readout(V=V, c=y_mean.squeeze(-2) - apply(V, h_mean.squeeze(-2)))


def memory_capacity(reservoir: Reservoir, x: Tensor, delays: int, alpha: float, washout: int = 0) -> Tensor:
    """r²(x(t - k), o_k(t)) for k = 0 … delays, each o_k a ridge readout: x (..., T, 1) -> (..., delays + 1).

    Over t from washout + delays + 1 to T, fitted and judged there. Summed from k = 0 it is the notes' capacity; Jaeger
    and most libraries begin at k = 1.
    """
    check_shapes(x=(x, "steps inputs"))
    check_at_least(0, delays=delays, washout=washout)
    steps, first = x.shape[-2], washout + delays
    if x.shape[-1] != 1 or steps - first < 2:
        raise BadInput(f"x has shape {tuple(x.shape)}, but one input and at least {first + 2} steps are needed.")
    states = forward(reservoir, x)[..., first + 1 :, :]
    past = torch.stack([x[..., first - k : steps - k, 0] for k in range(delays + 1)], dim=-1)  # (..., T', K+1)
    past = past.expand(*states.shape[:-1], -1)
    return squared_correlation(past, ridge(states, past, alpha)(states))


def squared_correlation(a: Tensor, b: Tensor) -> Tensor:
    """cov² / (var · var) over the steps, 0 where one of the two is constant: (..., T, K) twice -> (..., K)."""
    check_shapes(a=(a, "steps columns"), b=(b, "steps columns"))
    a, b = (each - each.mean(dim=-2, keepdim=True) for each in (a, b))
    spread = (a**2).sum(dim=-2) * (b**2).sum(dim=-2)
    square = (a * b).sum(dim=-2) ** 2
    return torch.where(spread > 0, square / torch.where(spread > 0, spread, torch.ones_like(spread)), 0.0)


def _sparse_apply(W: Tensor, h: Tensor) -> Tensor:
    """(H, H) sparse, (..., H) -> (..., H)."""
    return (W @ h.reshape(-1, h.shape[-1]).mT).mT.reshape(h.shape)  # (..., H) -> (N, H) and back


def _axes(reservoir: Reservoir) -> dict[str, tuple[Tensor, str]]:
    return {
        "U": (reservoir.U, "hidden inputs"),
        "W": (reservoir.W, "hidden hidden"),
        "b": (reservoir.b, "hidden"),
        "gain": (reservoir.gain, "hidden"),
    }
