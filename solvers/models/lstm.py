"""The LSTM of notes 13.2 and its variants, with back-propagation through time by hand.

f, i, o = σ(U x + W h' + p ⊙ c + b), c̃ = tanh(U x + W h' + b), c = f ⊙ c' + i ⊙ c̃, h = o ⊙ tanh(c), with h', c' one step
back. Gates stand in the order f, i, c̃, o; each has one bias. Peepholes p look at c' from f and i, at the new c from o.
Full gate recurrence (FGR) adds Σ_b R_ab b' to the net of each gate a of f, i, o, with b' what gate b was one step back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Final

import torch
from torch import Tensor, nn

from solvers.models.algebra import affine, apply, common_axes, driven
from solvers.models.checks import BadInput, check_at_least, check_one_of, check_shapes

GATES: Final = ("forget", "input", "candidate", "output")
F, I, G, O = range(4)
P_F, P_I, P_O = range(3)
REAL: Final = (F, I, O)  # the gates proper, in the order of the peepholes


@dataclass(frozen=True, slots=True)
class Variant:
    """What a variant leaves out: a missing gate is 1, a missing activation function the identity.

    NIG `input_gate`, NFG `forget_gate`, NOG `output_gate`, NIAF `input_activation` (the candidate's tanh), NOAF
    `output_activation` (the tanh of c) are switched off; CIFG `coupled` is switched on: f = 1 - i.
    """

    input_gate: bool = True
    forget_gate: bool = True
    output_gate: bool = True
    input_activation: bool = True
    output_activation: bool = True
    coupled: bool = False

    def __post_init__(self) -> None:
        if self.coupled and not (self.input_gate and self.forget_gate):
            raise BadInput("Coupled gates need both the input and the forget gate: f = 1 - i.")


VANILLA: Final = Variant()


@dataclass(frozen=True, slots=True)
class Weights:
    """U (..., 4, H, D), W (..., 4, H, H), b (..., 4, H). Gradients alike.

    P (..., 3, H) for f, i, o or None; R (..., 3, 3, H, H), to a gate from a gate, or None.
    """

    U: Tensor
    W: Tensor
    b: Tensor
    P: Tensor | None = None
    R: Tensor | None = None

    def __post_init__(self) -> None:
        check_shapes(**_axes(self))
        _check_stack(self)

    def tensors(self) -> tuple[Tensor, ...]:
        """U, W, b, and P and R where there are any."""
        found = (getattr(self, each.name) for each in fields(self))
        return tuple(each for each in found if each is not None)


@dataclass(frozen=True, slots=True)
class Run:
    """All that a forward pass computes. States count from 0, the rest from t = 1; a gate left out is 1."""

    x: Tensor  # (..., T, D)
    gates: Tensor  # (..., T, 4, H): f, i, c̃, o
    c: Tensor  # (..., T+1, H)
    h: Tensor  # (..., T+1, H)

    @property
    def steps(self) -> int:
        return self.x.shape[-2]


@dataclass(frozen=True, slots=True)
class Gradient:
    """∂L by the weights, the inputs (..., T, D) and the first states (..., H); δ = ∂L/∂net (..., T, 4, H)."""

    weights: Weights
    x: Tensor
    h: Tensor
    c: Tensor
    delta: Tensor


def forward(
    weights: Weights, x: Tensor, variant: Variant = VANILLA, h: Tensor | None = None, c: Tensor | None = None
) -> Run:
    """Run over sequences x (..., T, D) from h(0), c(0) (..., H), zero unless given."""
    x, h, c = _start(weights, x, h, c)
    gates, cells, states = zip(*steps(weights, x, h, c, variant), strict=True)
    by_gate = torch.stack([each for step in gates for each in step], dim=-2)  # (..., T 4, H)
    # (..., T 4, H) -> (..., T, 4, H)
    return Run(x, by_gate.unflatten(-2, (-1, 4)), c=torch.stack([c, *cells], -2), h=torch.stack([h, *states], -2))


def steps(
    weights: Weights, x: Tensor, h: Tensor, c: Tensor, variant: Variant = VANILLA
) -> Iterator[tuple[tuple[Tensor, ...], Tensor, Tensor]]:
    """One step after the other, none kept: f, i, c̃, o; then c; then h, each (..., H), for t = 1…T.

    x (..., T, D), h(0) and c(0) (..., H) with all instance axes. Before the first step the gates are 0.
    """
    U, W, b = weights.U.flatten(-3, -2), weights.W.flatten(-3, -2), weights.b.flatten(-2)  # 4, H -> 4H
    back, before = _back(weights), h.new_zeros(*h.shape[:-1], 3 * h.shape[-1])
    for drive in driven(U, b, x):
        net = affine(W, h, drive)
        gates, c = _cell(net if back is None else net + apply(back, before), c, weights.P, variant)
        h = gates[O] * _squash(c, variant.output_activation)
        yield gates, c, h
        before = before if back is None else torch.cat([gates[gate] for gate in REAL], dim=-1)


def by_library(weights: Weights, x: Tensor) -> Tensor:
    """h(1), …, h(T) of the plain cell from h(0) = c(0) = 0 by torch's own kernel: weights without instance axes.

    x (..., T, D) -> (..., T, H). Faster than `forward`, which it equals; it has neither peepholes nor variants.
    """
    first = weights.U[..., :1, :1, :]  # the weights were checked when they were made: x must fit to them
    check_shapes(U=(first, "gate unit inputs"), x=(x, "steps inputs"))
    if weights.P is not None or weights.R is not None or max(weights.U.ndim, weights.W.ndim, weights.b.ndim + 1) > 3:
        raise BadInput(
            "weights have peepholes, full recurrence or instance axes, which torch's kernel does not know: use forward."
        )
    _, H, D = weights.U.shape
    by_gate = [each.flatten(1).unbind() for each in (weights.U, weights.W, weights.b)]  # (4, H, …) -> (4, H …)
    gates = [each[gate] for each in by_gate for gate in (I, F, G, O)]
    # Views of one vector, as cuDNN wants them; the kernel has a second bias.
    U, W, b, second = torch.cat([*gates, weights.b.new_zeros(4 * H)]).split([4 * H * D, 4 * H * H, 4 * H, 4 * H])
    shaped = (U.view(4 * H, D), W.view(4 * H, H), b, second)  # (4 H D) -> (4H, D), (4 H H) -> (4H, H)
    zero = x.new_zeros(1, x.shape[:-2].numel(), H)
    flat = x.reshape(-1, *x.shape[-2:])  # (..., T, D) -> (N, T, D)
    if not len(flat):
        return x.new_zeros(*x.shape[:-1], H)
    states, _, _ = torch.lstm(flat, (zero, zero), shaped, True, 1, 0.0, False, False, True)
    return states.reshape(*x.shape[:-1], -1)  # (N, T, H) -> (..., T, H)


def backward(
    weights: Weights, run: Run, upstream: Tensor, variant: Variant = VANILLA, *, total: bool = False
) -> Gradient:
    """Back-propagation through time from ∂L/∂h(t), t = 1…T, as the loss itself has it: upstream (..., T, H).

    δc = δh ⊙ o ⊙ (1 - tanh² c) + p_o ⊙ δ_o + (f ⊙ δc + p_f ⊙ δ_f + p_i ⊙ δ_i) of the step after, δh likewise + Σ Wᵀδ.
    The weights' gradients are those of each instance, or (`total`) their sum, for weights that all instances share.
    """
    check_shapes(h=(run.h[..., 1:, :], "steps hidden"), upstream=(upstream, "steps hidden"))
    if total and max(weights.U.ndim, weights.W.ndim, weights.b.ndim + 1) > 3:
        raise BadInput("weights have instance axes, so that there is no sum over instances: leave total out.")
    peep = weights.b.new_zeros(3, weights.b.shape[-1]) if weights.P is None else weights.P
    W = weights.W.flatten(-3, -2).mT  # (..., 4, H, H) -> (..., H, 4H)
    back, dh = _back(weights), torch.zeros_like(run.h[..., 0, :])
    dc, dgates = dh, torch.zeros_like(run.gates[..., 0, :3, :])
    deltas = []
    for t in range(run.steps - 1, -1, -1):
        dh = upstream[..., t, :] + dh
        delta, dc = _cell_backward(run, t, dh, dc, dgates, peep, variant)
        deltas.append(delta)
        dh = apply(W, delta.flatten(-2))  # (..., 4, H) -> (..., 4H)
        if back is not None:
            dgates = apply(back.mT, delta.flatten(-2)).unflatten(-1, (3, -1))  # (..., 3H) -> (..., 3, H)
    return _collect(weights, run, torch.stack(deltas[::-1], dim=-3), dh, dc, total)


def carousel(run: Run, later: int, earlier: int) -> Tensor:
    """∂c(later)/∂c(earlier) along the cell alone, gates held: Π f(t) for t = earlier+1 … later: (..., H)."""
    check_at_least(0, earlier=earlier)
    check_at_least(earlier, later=later)
    if later > run.steps:
        raise BadInput(f"later is {later}, but a state from {earlier} to {run.steps} is needed.")
    return run.gates[..., earlier:later, F, :].prod(dim=-2)


def parameter_count(
    inputs: int, hidden: int, *, biases: int = 1, peepholes: bool = False, full: bool = False, gates: int = 4
) -> int:
    """gates · H (D + H + biases), plus 3H peepholes, plus 9H² of FGR; many libraries keep two biases a gate."""
    check_at_least(1, inputs=inputs, hidden=hidden, gates=gates)
    check_one_of("biases", biases, (0, 1, 2))
    return gates * hidden * (inputs + hidden + biases) + 3 * hidden * peepholes + 9 * hidden**2 * full


class Lstm(nn.Module):
    """The same network as a trainable module: (..., T, D) -> h(1…T), (..., T, H). The forget bias starts at 1."""

    def __init__(
        self,
        inputs: int,
        hidden: int,
        variant: Variant = VANILLA,
        *,
        peepholes: bool = False,
        full: bool = False,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        check_at_least(1, inputs=inputs, hidden=hidden)
        self.variant = variant
        self.U = nn.Parameter(torch.randn(4, hidden, inputs, generator=generator) * inputs**-0.5)
        self.W = nn.Parameter(torch.randn(4, hidden, hidden, generator=generator) * hidden**-0.5)
        self.b = nn.Parameter(torch.tensor([1.0, 0, 0, 0]).unsqueeze(-1).repeat(1, hidden))
        self.P = nn.Parameter(torch.zeros(3, hidden)) if peepholes else None
        self.R = nn.Parameter(torch.zeros(3, 3, hidden, hidden)) if full else None

    def weights(self) -> Weights:
        return Weights(self.U, self.W, self.b, self.P, self.R)

    def forward(self, x: Tensor) -> Tensor:
        weights = self.weights()
        if self.variant == VANILLA and weights.P is None and weights.R is None:
            return by_library(weights, x)
        return forward(weights, x, self.variant).h[..., 1:, :]


def _start(weights: Weights, x: Tensor, h: Tensor | None, c: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
    """x, h(0), c(0) with all instance axes, after every shape is checked."""
    zero = weights.b.new_zeros(weights.b.shape[-1])
    h, c = zero if h is None else h, zero if c is None else c
    leading = common_axes(**_axes(weights), x=(x, "steps inputs"), h=(h, "hidden"), c=(c, "hidden"))
    return x.expand(*leading, *x.shape[-2:]), h.expand(*leading, -1), c.expand(*leading, -1)


def _back(weights: Weights) -> Tensor | None:
    """The nets of all gates from f, i, o of before, none of the candidate's: (..., 3, 3, H, H) -> (..., 4H, 3H)."""
    if weights.R is None:
        return None
    rows = weights.R.transpose(-3, -2).flatten(-2)  # (..., to, H, from, H) -> (..., 3, H, 3H)
    stacked = torch.cat([rows[..., :2, :, :], torch.zeros_like(rows[..., :1, :, :]), rows[..., 2:, :, :]], dim=-3)
    return stacked.flatten(-3, -2)  # (..., 4, H, 3H) -> (..., 4H, 3H)


def _cell(net: Tensor, before: Tensor, P: Tensor | None, variant: Variant) -> tuple[tuple[Tensor, ...], Tensor]:
    """The four gates (..., H) and the new c from net (..., 4H) and c' (..., H)."""
    f, i, g, o = net.chunk(4, dim=-1)
    if P is not None:
        f, i = f + P[..., P_F, :] * before, i + P[..., P_I, :] * before
    i = _gate(i, variant.input_gate)
    f = 1 - i if variant.coupled else _gate(f, variant.forget_gate)
    g = _squash(g, variant.input_activation)
    c = f * before + i * g
    o = o if P is None else o + P[..., P_O, :] * c
    return (f, i, g, _gate(o, variant.output_gate)), c


def _cell_backward(
    run: Run, t: int, dh: Tensor, dc: Tensor, dgates: Tensor, peep: Tensor, variant: Variant
) -> tuple[Tensor, Tensor]:
    """δ of the four gates (..., 4, H) and ∂L/∂c' (..., H), from ∂L/∂h, ∂L/∂c and ∂L/∂(f, i, o) of the step after."""
    f, i, g, o = run.gates[..., t, :, :].unbind(-2)
    before, c = run.c[..., t, :], run.c[..., t + 1, :]
    squashed, zero = _squash(c, variant.output_activation), torch.zeros_like(f)
    df, di, do = dgates.unbind(-2)
    delta_o = (dh * squashed + do) * o * (1 - o)  # a gate left out is 1: o (1 - o) = 0
    dc = dc + dh * o * (1 - squashed**2 if variant.output_activation else 1) + peep[..., P_O, :] * delta_o
    df, di = dc * before + df, dc * g + di
    delta_f = zero if variant.coupled else df * f * (1 - f)
    delta_i = (di - df if variant.coupled else di) * i * (1 - i)
    delta_g = dc * i * (1 - g**2 if variant.input_activation else 1)
    dc = dc * f + peep[..., P_F, :] * delta_f + peep[..., P_I, :] * delta_i
    return torch.stack([delta_f, delta_i, delta_g, delta_o], dim=-2), dc


def _collect(weights: Weights, run: Run, delta: Tensor, dh: Tensor, dc: Tensor, total: bool) -> Gradient:
    """∂L/∂U = Σ δ(t) x(t)ᵀ, ∂L/∂W = Σ δ(t) h(t-1)ᵀ, ∂L/∂b = Σ δ(t), ∂L/∂p = Σ δ(t) ⊙ c: delta (..., T, 4, H)."""
    nets = _joined(delta, 2, total)
    flat = nets.flatten(-2)  # (..., T, 4, H) -> (..., T, 4H)
    x, h, before, after = (
        _joined(each, 1, total) for each in (run.x, run.h[..., :-1, :], run.c[..., :-1, :], run.c[..., 1:, :])
    )
    dU, dW = ((flat.mT @ each).unflatten(-2, (4, -1)) for each in (x, h))  # (..., 4H, D) -> (..., 4, H, D)
    found = Weights(U=dU, W=dW, b=nets.sum(dim=-3))
    if weights.P is not None:
        looks = [(F, before), (I, before), (O, after)]
        found = replace(found, P=torch.stack([(nets[..., k, :] * cell).sum(dim=-2) for k, cell in looks], dim=-2))
    if weights.R is not None:
        gates = _joined(_gates_before(run), 2, total)
        found = replace(found, R=torch.einsum("...tah,...tbk->...abhk", nets[..., list(REAL), :], gates))
    dx = delta.flatten(-2) @ weights.U.flatten(-3, -2)  # (..., T, 4H) with (..., 4, H, D) -> (..., 4H, D)
    return Gradient(weights=found, x=dx, h=dh, c=dc, delta=delta)


def _gates_before(run: Run) -> Tensor:
    """f, i, o of t - 1, 0 before the first: (..., T, 3, H)."""
    gates = run.gates[..., list(REAL), :]
    return torch.cat([torch.zeros_like(gates[..., :1, :, :]), gates[..., :-1, :, :]], dim=-3)


def _joined(steps: Tensor, axes: int, total: bool) -> Tensor:
    """The steps of all instances one after the other where their sum is wanted: (..., T, n…) -> (... T, n…)."""
    return steps.flatten(0, -1 - axes) if total else steps  # (..., T, n…) -> (... T, n…)


def _gate(net: Tensor, on: bool) -> Tensor:
    return torch.sigmoid(net) if on else torch.ones_like(net)


def _squash(value: Tensor, on: bool) -> Tensor:
    """tanh z = 2 σ(2z) - 1: torch's σ costs a quarter of its tanh, products included."""
    return 2 * torch.sigmoid(2 * value) - 1 if on else value


def _axes(weights: Weights) -> dict[str, tuple[Tensor, str]]:
    names = {"U": "gates hidden inputs", "W": "gates hidden hidden", "b": "gates hidden", "P": "peepholes hidden"}
    names["R"] = "to from hidden hidden"
    found = {name: (getattr(weights, name), axes) for name, axes in names.items()}
    return {name: row for name, row in found.items() if row[0] is not None}


def _check_stack(weights: Weights) -> None:
    if weights.U.shape[-3] != len(GATES):
        raise BadInput(f"U stacks {weights.U.shape[-3]} gates, but 4 are needed: {', '.join(GATES)}.")
    if weights.P is not None and weights.P.shape[-2] != 3:
        raise BadInput(f"P stacks {weights.P.shape[-2]} rows, but 3 are needed: forget, input, output.")
    if weights.R is not None and weights.R.shape[-4:-2] != (3, 3):
        raise BadInput(
            f"R stacks {tuple(weights.R.shape[-4:-2])} matrices, but (3, 3) are needed: forget, input, output."
        )
