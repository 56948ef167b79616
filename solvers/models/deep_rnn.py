"""Deep recurrent networks (notes 13.5): stacked states, deep transitions, deep outputs, and skip connections.

Layer l of the stack reads layer l-1's states: z = tanh(U x + W h' + b), then z = tanh(M z + c) for each further step of
its transition, and h = z. With skips every layer reads x too, and the output reads all layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from solvers.models import mlp
from solvers.models.algebra import apply, common_axes
from solvers.models.checks import BadInput, check_at_least, check_shapes


@dataclass(frozen=True, slots=True)
class Recurrent:
    """U (..., H, D), W (..., H, H), b (..., H), and (M (..., H, H), c (..., H)) for each further transition step."""

    U: Tensor
    W: Tensor
    b: Tensor
    transition: tuple[tuple[Tensor, Tensor], ...] = ()

    def __post_init__(self) -> None:
        check_shapes(U=(self.U, "H D"), W=(self.W, "H H"), b=(self.b, "H"))
        for M, c in self.transition:
            check_shapes(b=(self.b, "H"), M=(M, "H H"), c=(c, "H"))


@dataclass(frozen=True, slots=True)
class Run:
    """The states of each layer, h(0) among them, (..., T+1, H_l), and the output layers' run on h(1) … h(T)."""

    h: tuple[Tensor, ...]
    output: mlp.Run

    @property
    def o(self) -> Tensor:
        """(..., T, O)."""
        return self.output.out[-1]


def layer_states(layer: Recurrent, x: Tensor) -> Tensor:
    """h(0) = 0, h(1), …, h(T) of one layer over x (..., T, D): (..., T+1, H)."""
    leading = common_axes(U=(layer.U, "H D"), W=(layer.W, "H H"), b=(layer.b, "H"), x=(x, "T D"))
    drive = (x @ layer.U.mT + layer.b.unsqueeze(-2)).expand(*leading, x.shape[-2], -1)  # (..., T, H)
    states = [torch.zeros_like(drive[..., 0, :])]
    for driven in drive.unbind(-2):
        z = torch.tanh(driven + apply(layer.W, states[-1]))
        for M, c in layer.transition:
            z = torch.tanh(apply(M, z) + c)
        states.append(z)
    return torch.stack(states, dim=-2)


def forward(layers: Sequence[Recurrent], output: Sequence[mlp.Layer], x: Tensor, *, skip: bool = False) -> Run:
    """x (..., T, D) up the stack, then through the output layers, one (shallow) or several (deep)."""
    if not layers:
        raise BadInput("A recurrent network needs at least one layer.")
    states: list[Tensor] = []
    for place, layer in enumerate(layers):
        below = x if place == 0 else states[-1][..., 1:, :]
        seen = torch.cat([below, x.expand(*below.shape[:-1], -1)], dim=-1) if skip and place else below
        states.append(layer_states(layer, seen))
    told = [each[..., 1:, :] for each in (states if skip else states[-1:])]
    return Run(h=tuple(states), output=mlp.forward(output, torch.cat(told, dim=-1)))


def depths(layers: Sequence[Recurrent], output: Sequence[mlp.Layer], lag: int) -> tuple[int, int]:
    """Non-linear layers on the shortest and the longest path from x(t - lag) to o(t), output layers included.

    The shortest crosses time where the transition is shallowest, the longest where it is deepest.
    """
    check_at_least(0, lag=lag)
    each = [1 + len(layer.transition) for layer in layers]
    once = sum(each) + len(output)
    return once + lag * min(each), once + lag * max(each)


def parameter_count(inputs: int, hidden: Sequence[int], outputs: int, *, steps: int = 1, skip: bool = False) -> int:
    """Σ_l H_l (D_l + H_l + 1) + (steps - 1) H_l (H_l + 1), D_l = H_(l-1) (+ D with skips), and one output layer.

    `steps` is the depth of every transition.
    """
    check_at_least(1, inputs=inputs, outputs=outputs, layers=len(hidden), steps=steps, narrowest=min(hidden, default=0))
    seen = [inputs] + [below + (inputs if skip else 0) for below in hidden[:-1]]
    stack = sum(H * (D + H + 1) + (steps - 1) * H * (H + 1) for D, H in zip(seen, hidden, strict=True))
    return stack + outputs * ((sum(hidden) if skip else hidden[-1]) + 1)


class DeepRnn(nn.Module):
    """The same as a trainable module with one linear output layer: (..., T, D) -> (..., T, O)."""

    def __init__(
        self,
        inputs: int,
        hidden: Sequence[int],
        outputs: int,
        *,
        steps: int = 1,
        skip: bool = False,
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        parameter_count(inputs, hidden, outputs, steps=steps, skip=skip)
        self.skip, self.steps = skip, steps

        def matrix(rows: int, columns: int) -> Tensor:
            return torch.randn(rows, columns, generator=generator) * columns**-0.5

        seen = [inputs] + [below + (inputs if skip else 0) for below in hidden[:-1]]
        self.U = nn.ParameterList([matrix(H, D) for D, H in zip(seen, hidden, strict=True)])
        self.W = nn.ParameterList([matrix(H, H) for H in hidden])
        self.b = nn.ParameterList([torch.zeros(H) for H in hidden])
        self.M = nn.ParameterList([matrix(H, H) for H in hidden for _ in range(steps - 1)])
        self.c = nn.ParameterList([torch.zeros(H) for H in hidden for _ in range(steps - 1)])
        self.V = nn.Parameter(matrix(outputs, sum(hidden) if skip else hidden[-1]))
        self.d = nn.Parameter(torch.zeros(outputs))

    def layers(self) -> tuple[Recurrent, ...]:
        further, each = list(zip(self.M, self.c, strict=True)), self.steps - 1
        return tuple(
            Recurrent(U, W, b, tuple(further[place * each : (place + 1) * each]))
            for place, (U, W, b) in enumerate(zip(self.U, self.W, self.b, strict=True))
        )

    def forward(self, x: Tensor) -> Tensor:
        return forward(self.layers(), [mlp.Layer(self.V, self.d)], x, skip=self.skip).o
