"""The shallow recurrent network of notes 10.3 with softmax outputs: n to n, n to 1, 1 to n, and both ways at once.

h = tanh(U x + W h' + b), o = V h + c, ŷ = softmax(o), with h' one step back. Fixed windows stand here for contrast.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.models import rnn
from solvers.models.algebra import apply, common_axes
from solvers.models.checks import check_at_least, check_one_of, check_shapes, check_symbols, instance_axes, picked
from solvers.models.rnn import Weights


@dataclass(frozen=True, slots=True)
class Run:
    """What a pass computes. `h[..., t, :]` is h(t), from 0; the logits o begin with t = 1."""

    h: Tensor  # (..., T+1, H)
    o: Tensor  # (..., T, K)

    @property
    def y(self) -> Tensor:
        """ŷ(t) = softmax(o(t)): (..., T, K)."""
        return torch.softmax(self.o, dim=-1)


def elman(weights: Weights, x: Tensor, start: Tensor | None = None) -> Run:
    """Inputs x (..., T, D) to outputs at every step; W is (..., H, H)."""
    run = rnn.forward(weights, x, start)
    return Run(h=run.h, o=run.net)


def elman_gradient(weights: Weights, run: Run, x: Tensor, target: Tensor) -> Weights:
    """∇ of Σ_t -log ŷ(t)[target(t)] by hand: δ(t) = (1 - h²) ⊙ (Vᵀ (ŷ - y) + Wᵀ δ(t+1)). Target (..., T) classes."""
    right = _one_hot(target, run.o.shape[-1]).to(run.o.dtype)  # (..., T) -> (..., T, K)
    check_shapes(outputs=(run.y, "steps classes"), target=(right, "steps classes"))
    wrong = run.y - right
    upstream, slope = wrong @ weights.V, 1 - run.h[..., 1:, :] ** 2
    delta, deltas = torch.zeros_like(slope[..., 0, :]), []
    for t in range(slope.shape[-2] - 1, -1, -1):
        delta = slope[..., t, :] * (upstream[..., t, :] + apply(weights.W.mT, delta))
        deltas.append(delta)
    back = torch.stack(deltas[::-1], dim=-2)
    return Weights(
        U=back.mT @ x,
        W=back.mT @ run.h[..., :-1, :],
        b=back.sum(dim=-2),
        V=wrong.mT @ run.h[..., 1:, :],
        c=wrong.sum(dim=-2),
    )


def step_losses(o: Tensor, target: Tensor) -> Tensor:
    """L(t) = -log ŷ(t)[target(t)]: logits (..., T, K), classes (..., T) -> (..., T); their sum over t is L."""
    check_shapes(o=(o, "steps classes"))
    check_symbols("target", target, o.shape[-1], "steps")
    return -picked("target", target, torch.log_softmax(o, dim=-1))


def sequence_to_one(weights: Weights, x: Tensor) -> Tensor:
    """The last step's logits alone, for a whole sequence's class: (..., T, D) -> (..., K)."""
    return elman(weights, x).o[..., -1, :]


def vector_to_sequence(weights: Weights, R: Tensor, x: Tensor, target: Tensor, first: Tensor) -> Run:
    """1 to n (10.3.3): h(t) = tanh(U y(t-1) + W h(t-1) + R x + b), taught. R x is one more bias, the same at each step.

    x (..., D), R (..., H, D), target (..., T, K), first (..., K); here U is (..., H, K), and W hidden to hidden.
    """
    common_axes(b=(weights.b, "hidden"), R=(R, "hidden D"), x=(x, "D"), first=(first, "K"), target=(target, "T K"))
    bias = weights.b + apply(R, x)
    leading = instance_axes(first=(first, 1), target=(target, 2))
    first, target = first.expand(*leading, -1), target.expand(*leading, -1, -1)
    before = torch.cat([first.unsqueeze(-2), target[..., :-1, :]], dim=-2)
    return elman(Weights(weights.U, weights.W, bias, weights.V, weights.c), before)


def bidirectional(forth: Weights, back: Weights, V: Tensor, c: Tensor, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """h(t) from the left (..., T, H), g(t) from the right (..., T, H'), and o(t) = V [h(t); g(t)] + c (..., T, K)."""
    h = rnn.forward(forth, x).h[..., 1:, :]
    g = rnn.forward(back, x.flip(-2)).h[..., 1:, :].flip(-2)
    both = torch.cat([h.expand(*g.shape[:-1], -1), g.expand(*h.shape[:-1], -1)], dim=-1)
    check_shapes(V=(V, "outputs both"), c=(c, "outputs"), both=(both, "T both"))
    return h, g, both @ V.mT + c.unsqueeze(-2)


def windows(x: Tensor, width: int) -> Tensor:
    """What a network with a fixed window sees at t: x(t), x(t-1), …, x(t-width+1) side by side, zeros at first.

    (..., T, D) -> (..., T, width · D). Any feed-forward network on it has memory width - 1.
    """
    check_shapes(x=(x, "T D"))
    check_at_least(1, width=width)
    padded = F.pad(x, (0, 0, width - 1, 0))  # (..., T + width - 1, D)
    return torch.cat([padded[..., width - 1 - k : padded.shape[-2] - k, :] for k in range(width)], dim=-1)


def parameter_count(inputs: int, hidden: int, outputs: int, *, directions: int = 1) -> int:
    """directions · H (D + H + 1) + O (directions · H + 1). The length of the sequence does not matter."""
    check_at_least(1, inputs=inputs, hidden=hidden, outputs=outputs)
    check_one_of("directions", directions, (1, 2))
    return directions * hidden * (inputs + hidden + 1) + outputs * (directions * hidden + 1)


class Tagger(nn.Module):
    """A trainable network with an output at every step, one way or both: (..., T, D) -> logits (..., T, K)."""

    def __init__(
        self, inputs: int, hidden: int, outputs: int, *, both: bool = False, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        check_at_least(1, inputs=inputs, hidden=hidden, outputs=outputs)
        self.forth = rnn.Rnn(inputs, hidden, outputs, generator)
        self.back = rnn.Rnn(inputs, hidden, outputs, generator) if both else None

    def forward(self, x: Tensor) -> Tensor:
        forth = self.forth.weights()
        if self.back is None:
            return elman(forth, x).o
        back = self.back.weights()
        return bidirectional(forth, back, torch.cat([forth.V, back.V], dim=-1), forth.c + back.c, x)[2]


def _one_hot(target: Tensor, classes: int) -> Tensor:
    check_symbols("target", target, classes, "steps")
    return F.one_hot(target, classes)
