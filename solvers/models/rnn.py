"""The recurrent network of notes 12.1 and its gradients: through time, truncated, forward in time (RTRL), autograd.

a(t) = U x(t) + W h(t-1) + b, h(t) = tanh a(t), o(t) = tanh(V h(t) + c), L = Σ_t Σ (y(t) - o(t))². Weights may be shared
by all instances or carry the instance axes of the sequences; the gradients always carry them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import torch
from torch import Tensor, nn

from solvers.models.checks import BadInput, check_at_least, check_shapes, instance_axes


@dataclass(frozen=True, slots=True)
class Weights:
    """U (..., H, D), W (..., H, H), b (..., H), V (..., O, H), c (..., O). Gradients have the same form."""

    U: Tensor
    W: Tensor
    b: Tensor
    V: Tensor
    c: Tensor

    def __post_init__(self) -> None:
        check_shapes(**_axes(self))

    def tensors(self) -> tuple[Tensor, ...]:
        """U, W, b, V, c."""
        return tuple(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True, slots=True)
class Run:
    """All that a forward pass computes. States count from 0: `h[..., t, :]` is h(t), the rest begins with t = 1."""

    x: Tensor  # (..., T, D)
    a: Tensor  # (..., T, H)
    h: Tensor  # (..., T+1, H)
    net: Tensor  # (..., T, O): V h(t) + c
    o: Tensor  # (..., T, O)

    @property
    def steps(self) -> int:
        return self.x.shape[-2]


def forward(weights: Weights, x: Tensor, start: Tensor | None = None) -> Run:
    """Run over sequences x (..., T, D) from h(0) = start (..., H), zero unless given."""
    leading, start = _check(weights, x, start)
    U, W, b, V, c = weights.tensors()
    x = x.expand(*leading, *x.shape[-2:])
    states, nets = [start.expand(*leading, -1)], []
    drive = x @ U.mT + b.unsqueeze(-2)  # U x(t) + b for all t at once: (..., T, H)
    for t in range(x.shape[-2]):
        nets.append(drive[..., t, :] + _apply(W, states[-1]))
        states.append(torch.tanh(nets[-1]))
    h = torch.stack(states, dim=-2)
    net = h[..., 1:, :] @ V.mT + c.unsqueeze(-2)  # (..., T, O)
    return Run(x=x, a=torch.stack(nets, dim=-2), h=h, net=net, o=torch.tanh(net))


def errors(run: Run, y: Tensor) -> Tensor:
    """e(t) = Σ (y(t) - o(t))² over the outputs: y (..., T, O) -> (..., T)."""
    check_shapes(o=(run.o, "steps outputs"), y=(y, "steps outputs"))
    return ((y - run.o) ** 2).sum(dim=-1)


def loss(run: Run, y: Tensor) -> Tensor:
    """L = Σ_t e(t): (...)."""
    return errors(run, y).sum(dim=-1)


def bptt(weights: Weights, run: Run, y: Tensor) -> Weights:
    """∇L by back-propagation through time: δ(t) = (1 - h(t)²) ⊙ (Vᵀ δ_o(t) + Wᵀ δ(t+1))."""
    slope, upstream = _slope(run), _output_delta(run, y) @ weights.V
    delta = slope[..., -1, :] * upstream[..., -1, :]
    deltas = [delta]
    for t in range(run.steps - 2, -1, -1):
        delta = slope[..., t, :] * (upstream[..., t, :] + _apply(weights.W.mT, delta))
        deltas.append(delta)
    return _collect(run, y, torch.stack(deltas[::-1], dim=-2))


def truncated_bptt(weights: Weights, run: Run, y: Tensor, window: int) -> Weights:
    """∇L where each e(t) reaches only the `window` states t, t-1, …, t-window+1; 1 leaves the direct term alone."""
    return _collect(run, y, sum_over_losses(contributions(weights, run, y, window)))


def contributions(weights: Weights, run: Run, y: Tensor, window: int | None = None) -> Tensor:
    """δ[k, j] = ∂e(k)/∂a(j), zero for j > k and beyond the window: (..., T, T, H), rows k, columns j, both from 1."""
    window = run.steps if window is None else window
    check_at_least(1, window=window)
    slope = _slope(run)
    delta = slope * (_output_delta(run, y) @ weights.V)  # ∂e(k)/∂a(k), all k at once: (..., T, H)
    table = delta.new_zeros(*delta.shape[:-2], run.steps, run.steps, delta.shape[-1])
    for lag in range(min(window, run.steps)):
        later = torch.arange(lag, run.steps, device=delta.device)
        table[..., later, later - lag, :] = delta
        # From ∂e(k)/∂a(k-lag) to ∂e(k)/∂a(k-lag-1), for every k that has such a state.
        delta = slope[..., : run.steps - lag - 1, :] * (delta[..., 1:, :] @ weights.W)
    return table


def sum_over_losses(table: Tensor) -> Tensor:
    """δ(j) = Σ_k δ[k, j]: (..., T, T, H) -> (..., T, H)."""
    return table.sum(dim=-3)


def autograd(weights: Weights, x: Tensor, y: Tensor, start: Tensor | None = None) -> Weights:
    """∇L of every instance by one backward pass: instances do not touch each other, so their losses may be summed."""
    leading, start = _check(weights, x, start)
    axes = [len(names.split()) for _, names in _axes(weights).values()]
    leaves = [
        each.detach().expand(*leading, *each.shape[each.ndim - count :]).clone().requires_grad_()
        for each, count in zip(weights.tensors(), axes, strict=True)
    ]
    total = loss(forward(Weights(*leaves), x, start), y).sum()
    return Weights(*torch.autograd.grad(total, leaves))


def rtrl(weights: Weights, run: Run, y: Tensor) -> Weights:
    """∇L forward in time: the sensitivity S(t) = ∂h(t)/∂θ is carried along, S(t) = D(t) (∂a(t)/∂θ + W S(t-1)).

    θ is [U | W | b], so a(t) = θ [x(t); h(t-1); 1] and ∂a_i/∂θ_jk = [i = j] z_k: S is (..., H, H, D+H+1).
    """
    slope, output_delta = _slope(run), _output_delta(run, y)
    upstream = output_delta @ weights.V
    ones = torch.ones_like(run.x[..., :1])
    inputs = torch.cat([run.x, run.h[..., :-1, :], ones], dim=-1)  # z(t): (..., T, D+H+1)
    units = torch.eye(run.h.shape[-1], dtype=run.h.dtype, device=run.h.device)
    total = sensitivity = torch.zeros_like(torch.einsum("ij,...k->...ijk", units, inputs[..., 0, :]))
    for t in range(run.steps):
        direct = torch.einsum("ij,...k->...ijk", units, inputs[..., t, :])
        carried = torch.einsum("...il,...ljk->...ijk", weights.W, sensitivity)
        sensitivity = slope[..., t, :, None, None] * (direct + carried)
        total = total + torch.einsum("...i,...ijk->...ijk", upstream[..., t, :], sensitivity)
    theta = total.sum(dim=-3)  # (..., H, H, D+H+1) -> (..., H, D+H+1)
    dU, dW, db = theta.split([run.x.shape[-1], run.h.shape[-1], 1], dim=-1)
    dV, dc = _output_gradients(run, output_delta)
    return Weights(U=dU, W=dW, b=db.squeeze(-1), V=dV, c=dc)


def state_jacobian(weights: Weights, run: Run, later: int, earlier: int) -> Tensor:
    """∂h(later)/∂h(earlier) = D(later) W ⋯ D(earlier+1) W with D(t) = diag(1 - h(t)²): (..., H, H).

    Rows are the entries of h(later). Its norm is at most ‖W‖^(later - earlier), as every |1 - h²| <= 1.
    """
    check_at_least(0, earlier=earlier)
    check_at_least(earlier, later=later)
    if later > run.steps:
        raise BadInput(f"later is {later}, but a state from {earlier} to {run.steps} is needed.")
    slope = _slope(run)
    units = torch.eye(run.h.shape[-1], dtype=run.h.dtype, device=run.h.device)
    product = units.expand(*run.h.shape[:-2], -1, -1)
    for t in range(earlier, later):
        product = slope[..., t, :, None] * (weights.W @ product)  # slope index t is D(t+1)
    return product


class Rnn(nn.Module):
    """The same network as a trainable module: (..., T, D) -> (..., T, O)."""

    def __init__(self, inputs: int, hidden: int, outputs: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, inputs=inputs, hidden=hidden, outputs=outputs)
        shapes = {"U": (hidden, inputs), "W": (hidden, hidden), "b": (hidden,), "V": (outputs, hidden), "c": (outputs,)}
        for name, shape in shapes.items():
            scale = 0.0 if len(shape) == 1 else shape[-1] ** -0.5  # unit variance in, unit variance out; biases 0
            self.register_parameter(name, nn.Parameter(scale * torch.randn(shape, generator=generator)))

    def weights(self) -> Weights:
        return Weights(*(self.get_parameter(each.name) for each in fields(Weights)))

    def forward(self, x: Tensor) -> Tensor:
        return forward(self.weights(), x).o


def _apply(matrix: Tensor, vector: Tensor) -> Tensor:
    """(..., H, K), (..., K) -> (..., H)."""
    return (matrix @ vector.unsqueeze(-1)).squeeze(-1)


def _slope(run: Run) -> Tensor:
    """tanh'(a(t)) = 1 - h(t)²: (..., T, H)."""
    return 1 - run.h[..., 1:, :] ** 2


def _output_delta(run: Run, y: Tensor) -> Tensor:
    """∂e(t)/∂(V h(t) + c) = -2 (y(t) - o(t)) (1 - o(t)²): (..., T, O)."""
    check_shapes(o=(run.o, "steps outputs"), y=(y, "steps outputs"))
    return -2 * (y - run.o) * (1 - run.o**2)


def _output_gradients(run: Run, output_delta: Tensor) -> tuple[Tensor, Tensor]:
    """∂L/∂V = Σ_t δ_o(t) h(t)ᵀ and ∂L/∂c = Σ_t δ_o(t): no path through time leads to them."""
    return output_delta.mT @ run.h[..., 1:, :], output_delta.sum(dim=-2)


def _collect(run: Run, y: Tensor, deltas: Tensor) -> Weights:
    """∂L/∂U = Σ δ(t) x(t)ᵀ, ∂L/∂W = Σ δ(t) h(t-1)ᵀ, ∂L/∂b = Σ δ(t): deltas (..., T, H)."""
    dV, dc = _output_gradients(run, _output_delta(run, y))
    return Weights(U=deltas.mT @ run.x, W=deltas.mT @ run.h[..., :-1, :], b=deltas.sum(dim=-2), V=dV, c=dc)


def _axes(weights: Weights) -> dict[str, tuple[Tensor, str]]:
    names = ("hidden inputs", "hidden hidden", "hidden", "outputs hidden", "outputs")
    return {each.name: (getattr(weights, each.name), axes) for each, axes in zip(fields(weights), names, strict=True)}


def _check(weights: Weights, x: Tensor, start: Tensor | None) -> tuple[torch.Size, Tensor]:
    """The instance axes of everything together, and h(0)."""
    start = weights.b.new_zeros(weights.b.shape[-1]) if start is None else start
    expected = {**_axes(weights), "x": (x, "steps inputs"), "start": (start, "hidden")}
    check_shapes(**expected)
    return instance_axes(**{name: (each, len(axes.split())) for name, (each, axes) in expected.items()}), start
