"""The network whose output recurs (notes 10.3.1), after Jordan: h = tanh(U x + W y' + b), o = V h + c, ŷ = softmax(o).

y' is one step back: the target's while the network is taught (teacher forcing), its own output when it runs free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.models.algebra import apply, common_axes
from solvers.models.checks import check_at_least, check_one_of, check_shapes

Feedback = Literal["logits", "probabilities", "symbol"]


@dataclass(frozen=True, slots=True)
class OutputWeights:
    """U (..., H, D), W (..., H, K) from outputs to states, b (..., H), V (..., K, H), c (..., K)."""

    U: Tensor
    W: Tensor
    b: Tensor
    V: Tensor
    c: Tensor

    def __post_init__(self) -> None:
        check_shapes(**_axes(self))


@dataclass(frozen=True, slots=True)
class Fed:
    """What a pass computes, for t = 1 … T: states, logits, and the y(t-1) that was fed in."""

    h: Tensor  # (..., T, H)
    o: Tensor  # (..., T, K)
    fed: Tensor  # (..., T, K)

    @property
    def y(self) -> Tensor:
        """ŷ(t) = softmax(o(t)): (..., T, K)."""
        return torch.softmax(self.o, dim=-1)


def taught(weights: OutputWeights, x: Tensor, target: Tensor, first: Tensor) -> Fed:
    """Output recurrence with teacher forcing: y(t-1) is the target's, y(0) = first (..., K).

    Target (..., T, K). No step waits for another: all are computed at once, and gradients do not cross steps.
    """
    leading = common_axes(**_axes(weights), x=(x, "T inputs"), target=(target, "T outputs"), first=(first, "outputs"))
    told = target[..., :-1, :].expand(*leading, -1, -1)
    before = torch.cat([first.unsqueeze(-2).expand(*leading, 1, -1), told], dim=-2)
    h = torch.tanh(x @ weights.U.mT + before @ weights.W.mT + weights.b.unsqueeze(-2))
    return Fed(h=h, o=h @ weights.V.mT + weights.c.unsqueeze(-2), fed=before)


def free(weights: OutputWeights, x: Tensor, first: Tensor, feedback: Feedback = "probabilities") -> Fed:
    """Output recurrence on its own outputs: o(t-1), ŷ(t-1), or the likeliest symbol one-hot, goes back in."""
    leading = common_axes(**_axes(weights), x=(x, "T inputs"), first=(first, "outputs"))
    check_one_of("feedback", feedback, ("logits", "probabilities", "symbol"))
    fed, states, outs = [first.expand(*leading, -1)], [], []
    drive = (x @ weights.U.mT + weights.b.unsqueeze(-2)).expand(*leading, x.shape[-2], -1)
    for driven in drive.unbind(-2):
        states.append(torch.tanh(driven + apply(weights.W, fed[-1])))
        outs.append(apply(weights.V, states[-1]) + weights.c)
        fed.append(_back(outs[-1], feedback))
    return Fed(h=torch.stack(states, dim=-2), o=torch.stack(outs, dim=-2), fed=torch.stack(fed[:-1], dim=-2))


def parameter_count(inputs: int, hidden: int, outputs: int) -> int:
    """H (D + K + 1) + K (H + 1)."""
    check_at_least(1, inputs=inputs, hidden=hidden, outputs=outputs)
    return hidden * (inputs + outputs + 1) + outputs * (hidden + 1)


class Jordan(nn.Module):
    """The same as a trainable module: taught (..., T, D), (..., T, K) -> logits (..., T, K); y(0) is all zeros."""

    def __init__(self, inputs: int, hidden: int, outputs: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        parameter_count(inputs, hidden, outputs)
        self.U = nn.Parameter(torch.randn(hidden, inputs, generator=generator) * inputs**-0.5)
        self.W = nn.Parameter(torch.randn(hidden, outputs, generator=generator) * outputs**-0.5)
        self.V = nn.Parameter(torch.randn(outputs, hidden, generator=generator) * hidden**-0.5)
        self.b, self.c = nn.Parameter(torch.zeros(hidden)), nn.Parameter(torch.zeros(outputs))

    def weights(self) -> OutputWeights:
        return OutputWeights(self.U, self.W, self.b, self.V, self.c)

    def forward(self, x: Tensor, target: Tensor) -> Tensor:
        return taught(self.weights(), x, target, torch.zeros_like(self.c)).o


def _back(o: Tensor, feedback: Feedback) -> Tensor:
    if feedback == "logits":
        return o
    if feedback == "probabilities":
        return torch.softmax(o, dim=-1)
    return F.one_hot(o.argmax(dim=-1), o.shape[-1]).to(o.dtype)


def _axes(weights: OutputWeights) -> dict[str, tuple[Tensor, str]]:
    names = {"U": "hidden inputs", "W": "hidden outputs", "b": "hidden", "V": "outputs hidden", "c": "outputs"}
    return {name: (getattr(weights, name), axes) for name, axes in names.items()}
