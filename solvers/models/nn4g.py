"""NN4G (notes 11.4.1), the neural network for graphs: layers of graph convolution, readouts, grown or trained at once.

Nodes are columns: H^1 = g(W̄^1 X), H^i = g(W̄^i X + W^i H^(i-1) A) for i > 1, with X (..., d, n), A (..., n, n). With
skip connections, as in the original network, layer i hears the neighbours' states of all earlier layers, stacked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from solvers.models.activations import activation
from solvers.models.algebra import common_axes
from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_shapes
from solvers.models.graph import Graph


@dataclass(frozen=True, slots=True)
class Layer:
    """W̄ (..., h, d) on the node's own features; W (..., h, h') on the neighbours' states, None in the first layer."""

    own: Tensor
    neighbours: Tensor | None = None

    def __post_init__(self) -> None:
        expected = {"own": (self.own, "h d")}
        if self.neighbours is not None:
            expected["neighbours"] = (self.neighbours, "h seen")
        check_shapes(**expected)


@dataclass(frozen=True, slots=True)
class Grown:
    """A network grown unit by unit: its layers, the readout's weights (units + 1), and the error after each unit."""

    layers: tuple[Layer, ...]
    readout: Tensor  # (K+1): of X_1(g) … X_K(g), and a constant
    errors: Tensor  # (K): mean squared error over the graphs


def forward(layers: Sequence[Layer], graph: Graph, unit: str = "tanh", *, skip: bool = False) -> tuple[Tensor, ...]:
    """H^1, …, H^k, each (..., h, n). The sum runs over u with an edge to v: A_uv, so H A."""
    if not layers or layers[0].neighbours is not None or any(each.neighbours is None for each in layers[1:]):
        raise BadInput("The first layer must see the features only, and every later one the layer before it too.")
    g = activation(unit).value
    states: list[Tensor] = []
    for layer in layers:
        leading = common_axes(own=(layer.own, "h d"), X=(graph.X, "d n"), A=(graph.A, "n n"))
        net = (layer.own @ graph.X).expand(*leading, -1, -1)
        if layer.neighbours is not None:
            seen = torch.cat(states, dim=-2) if skip else states[-1]  # (..., h, n), or all h stacked
            check_shapes(neighbours=(layer.neighbours, "h seen"), seen=(seen, "seen n"))
            net = net + layer.neighbours @ seen @ graph.A
        states.append(g(net))
    return tuple(states)


def graph_readout(states: Sequence[Tensor], k: float | None = None) -> Tensor:
    """X_i(g) = 1/k Σ_v x_i(v) of every unit of every layer: (..., h_1 + h_2 + …). k = 1 sums, None takes the mean."""
    for place, each in enumerate(states):
        check_shapes(**{f"states_{place}": (each, "units nodes")})
    stacked = torch.cat(list(states), dim=-2)  # (..., Σ h, n)
    if k is not None:
        check_number("(0, inf)", k=k)
    return stacked.sum(dim=-1) / (stacked.shape[-1] if k is None else k)


def grow(graphs: Graph, target: Tensor, proposals: Sequence[Layer], alpha: float = 1e-8, unit: str = "tanh") -> Grown:
    """Constructive training: unit by unit, each frozen once added. Graphs (G, ...), target (G), one unit a layer.

    Proposal i stacks c candidates, W̄ (c, 1, d) and W (c, 1, i - 1), which hear all units before. The one whose X_i(g)
    correlates best with the error left is kept, then the linear readout of all units is solved anew (ridge, alpha).
    """
    check_shapes(A=(graphs.A, "= graphs n n"), X=(graphs.X, "= graphs d n"), target=(target, "= graphs"))
    check_number("[0, inf)", alpha=alpha)
    states: list[Tensor] = []
    layers: list[Layer] = []
    errors = []
    found, left = _readout([], target, alpha)
    for proposal in proposals:
        candidate = _candidates(proposal, graphs, states, unit)  # (c, G, 1, n)
        best = _correlation(candidate.mean(dim=-1).squeeze(-1), left).argmax()
        states.append(candidate[best])
        layers.append(Layer(proposal.own[best], None if proposal.neighbours is None else proposal.neighbours[best]))
        found, left = _readout(states, target, alpha)
        errors.append((left**2).mean())
    return Grown(layers=tuple(layers), readout=found, errors=torch.stack(errors))


def predict(grown: Grown, graphs: Graph, unit: str = "tanh") -> Tensor:
    """The grown network's output of each graph: (G)."""
    values = graph_readout(forward(grown.layers, graphs, unit, skip=True))  # (G, K)
    return torch.cat([values, torch.ones_like(values[..., :1])], dim=-1) @ grown.readout


def parameter_count(d: int, units: Sequence[int], *, skip: bool = False) -> int:
    """Weights of all layers, without biases and readout: none depends on the number of nodes."""
    check_at_least(1, d=d, layers=len(units), **{f"units_{place}": each for place, each in enumerate(units)})
    seen = [sum(units[:place]) if skip else units[place - 1] for place in range(1, len(units))]
    return d * sum(units) + sum(h * before for h, before in zip(units[1:], seen, strict=True))


class Nn4g(nn.Module):
    """The same as a trainable module, all layers jointly: graphs -> one output a graph, linear in the mean readouts."""

    def __init__(
        self, d: int, units: Sequence[int], *, skip: bool = False, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        parameter_count(d, units)
        self.skip = skip
        seen = [sum(units[:place]) if skip else units[place - 1] for place in range(1, len(units))]
        self.own = nn.ParameterList([torch.randn(h, d, generator=generator) * d**-0.5 for h in units])
        pairs = zip(units[1:], seen, strict=True)
        self.neighbours = nn.ParameterList([torch.randn(h, s, generator=generator) * s**-0.5 for h, s in pairs])
        self.w = nn.Parameter(torch.randn(sum(units), generator=generator) * sum(units) ** -0.5)
        self.c = nn.Parameter(torch.zeros(()))

    def layers(self) -> tuple[Layer, ...]:
        return tuple(Layer(own, W) for own, W in zip(self.own, [None, *self.neighbours], strict=True))

    def forward(self, graph: Graph) -> Tensor:
        """(...)."""
        return graph_readout(forward(self.layers(), graph, skip=self.skip)) @ self.w + self.c


def _candidates(proposal: Layer, graphs: Graph, states: Sequence[Tensor], unit: str) -> Tensor:
    """The states of c candidates on G graphs: (c, G, 1, n)."""
    check_shapes(own=(proposal.own, "= candidates one d"), X=(graphs.X, "= graphs d n"))
    check_one_of("the units of a proposal", proposal.own.shape[-2], (1,))
    net = proposal.own.unsqueeze(-3) @ graphs.X  # (c, 1, 1, d) @ (G, d, n)
    if states:
        if proposal.neighbours is None or proposal.neighbours.shape[-1] != len(states):
            raise BadInput(f"Proposal {len(states) + 1} must weigh the {len(states)} units before it.")
        net = net + proposal.neighbours.unsqueeze(-3) @ torch.cat(list(states), dim=-2) @ graphs.A
    return activation(unit).value(net)


def _correlation(values: Tensor, left: Tensor) -> Tensor:
    """|covariance| with the error left, over the spread of the values: (c, G), (G) -> (c)."""
    centred = values - values.mean(dim=-1, keepdim=True)
    spread = centred.norm(dim=-1)
    return (centred @ left).abs() / torch.where(spread > 0, spread, torch.ones_like(spread))


def _readout(states: Sequence[Tensor], target: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """The ridge weights of the mean readouts and a constant, and the error they leave: (K+1), (G)."""
    ones = torch.ones_like(target).unsqueeze(-1)
    values = torch.cat([graph_readout(states), ones], dim=-1) if states else ones  # (G, K+1)
    gram = values.mT @ values + alpha * torch.eye(values.shape[-1], dtype=values.dtype, device=values.device)
    found = torch.linalg.solve(gram, values.mT @ target)
    return found, target - values @ found
