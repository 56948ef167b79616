"""Labs on small graphs: which nodes lie within two edges of the marked one? Four networks are asked; and sets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, descent, numbers, points, side_by_side, stream
from solvers.lab.picture import Curves, Picture, Plane
from solvers.models import spectral
from solvers.models.fixed_point import FixedPointNet, contraction_penalty
from solvers.models.ggnn import Ggnn
from solvers.models.graph import Graph
from solvers.models.message_passing import GraphNet
from solvers.models.mlp import Mlp
from solvers.models.nn4g import Nn4g
from solvers.models.readouts import DeepSets

MEMBERS, FEWEST = 10, 3
HOPS, NODES, LARGER, FARTHEST = 2, 8, 12, 5
CONTRACTION = 0.9


def message_passing(setting: Setting) -> Experiment:
    """Two rounds of messages, 8 units a node."""
    model = GraphNet([2, 8, 8], "node", generator=stream(setting.seed, "gnn", "weights"))
    return _nearby("gnn", "Graph network", model, setting)


def gated(setting: Setting) -> Experiment:
    """Gated units at the nodes, 3 steps."""
    model = Ggnn(8, 1, steps=3, generator=stream(setting.seed, "ggnn", "weights"))
    return _nearby("ggnn", "Gated graph network", model, setting)


def settled(setting: Setting) -> Experiment:
    """Scarselli's network: the states are the fixed point of one map, which a penalty keeps a contraction."""
    model = FixedPointNet(2, 8, 1, generator=stream(setting.seed, "fixed-point", "weights"))

    def penalty(graph: Graph) -> Tensor:
        return 0.1 * contraction_penalty(model.weights(), graph, CONTRACTION).mean()

    return _nearby("fixed-point", "Fixed-point network", model, setting, penalty)


def grown_readouts(setting: Setting) -> Experiment:
    """NN4G, three layers of 6 units, each read out: what share of a graph's nodes lies within two edges of the mark?"""
    model = Nn4g(2, [6, 6, 6], generator=stream(setting.seed, "nn4g", "weights")).double().to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    held = _batch(stream(setting.seed, "nn4g", "held"), 300, NODES, setting)

    def shares(distance: Tensor) -> Tensor:
        return (distance <= HOPS).double().mean(dim=-1)

    def loss(generator: torch.Generator) -> Tensor:
        graph, distance = _batch(generator, 32, NODES, setting)
        return F.mse_loss(model(graph), shares(distance))

    def told() -> Tensor:
        with torch.no_grad():
            found: Tensor = model(held[0])
        return found

    def measure() -> dict[str, float]:
        wanted = shares(held[1])
        return {"variance explained": float(1 - F.mse_loss(told(), wanted) / wanted.var(correction=0))}

    def picture() -> Picture:
        both = torch.stack([shares(held[1]), told()], dim=-1).cpu()
        return _truth("NN4G: 300 graphs it has not seen", [("*", both)])

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def sets(setting: Setting) -> Experiment:
    """The variance of three to ten numbers, from 200 sets: a sum over the members, or a network that reads in order."""
    model = DeepSets([1, 32, 16], [16, 32, 1], generator=stream(setting.seed, "deep-sets", "weights"))
    ordered = Mlp([2 * MEMBERS, 64, 32, 1], "tanh", "squared", stream(setting.seed, "deep-sets", "weights"))
    model, ordered = model.double().to(setting.device), ordered.double().to(setting.device)
    known = _numbers(stream(setting.seed, "deep-sets", "data"), 200, setting)
    held = _numbers(stream(setting.seed, "deep-sets", "held"), 300, setting)

    def read(x: Tensor, real: Tensor) -> Tensor:
        found: Tensor = model(x.unsqueeze(-2), real)  # (N, n) -> (N, 1, n) -> (N, 1)
        return found.squeeze(-1)

    def in_order(x: Tensor, real: Tensor) -> Tensor:
        found: Tensor = ordered(torch.cat([x * real, real], dim=-1))
        return found.squeeze(-1)

    def loss(way: Callable[[Tensor, Tensor], Tensor], generator: torch.Generator) -> Tensor:
        chosen = data.integers(generator, len(known[0]), 64).to(setting.device)
        x, real, wanted = (each[chosen] for each in known)
        return F.mse_loss(way(x, real), wanted)

    def told(way: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
        with torch.no_grad():
            return way(*held[:2])

    def explained(way: Callable[[Tensor, Tensor], Tensor]) -> float:
        return float(1 - F.mse_loss(told(way), held[2]) / held[2].var(correction=0))

    def measure() -> dict[str, float]:
        return {"variance explained": explained(read), "in order": explained(in_order)}

    def picture() -> Picture:
        groups = [
            (mark, torch.stack([held[2], told(way)], dim=-1).cpu()) for mark, way in ((".", in_order), ("*", read))
        ]
        return _truth("Deep sets (*) and a network that reads in order (.): 300 sets they have not seen", groups)

    ways = {"sets": (model, lambda g: loss(read, g)), "ordered": (ordered, lambda g: loss(in_order, g))}
    return side_by_side(ways, 3e-3, measure, picture)


class Convolved(nn.Module):
    """Two first-order graph convolutions: A (n, n), X (d, n) -> the logits of every node (n, classes)."""

    def __init__(self, inputs: int, hidden: int, classes: int, generator: torch.Generator) -> None:
        super().__init__()
        self.W = nn.Parameter(data.normal(generator, hidden, inputs) * inputs**-0.5)
        self.V = nn.Parameter(data.normal(generator, classes, hidden) * hidden**-0.5)

    def forward(self, A: Tensor, X: Tensor) -> Tensor:
        return spectral.first_order(A, torch.relu(spectral.first_order(A, X, self.W)), self.V).mT


def circles(setting: Setting) -> Experiment:
    """Ninety people in three circles of friends, two a circle labelled: the features say little, friends more."""
    generator = stream(setting.seed, "gcn", "data")
    classes = torch.arange(90) % 3
    alike = classes.unsqueeze(-1) == classes
    upper = (data.uniform(generator, 90, 90) < torch.where(alike, 0.3, 0.02)).triu(1)
    A = (upper | upper.mT).double().to(setting.device)
    X = (0.7 * F.one_hot(classes, 8).double() + data.normal(generator, 90, 8)).mT.to(setting.device)
    classes = classes.to(setting.device)
    model, alone = (Convolved(8, 16, 3, stream(setting.seed, "gcn", "weights")).to(setting.device) for _ in range(2))
    nobody = torch.zeros_like(A)  # without edges a convolution is a layer for each node alone

    def loss(network: nn.Module, edges: Tensor) -> Tensor:
        return F.cross_entropy(network(edges, X)[:6], classes[:6])

    def told(network: nn.Module, edges: Tensor) -> Tensor:
        with torch.no_grad():
            found: Tensor = network(edges, X).argmax(dim=-1)
        return found

    def measure() -> dict[str, float]:
        right = [(told(*each) == classes)[6:].double().mean() for each in ((model, A), (alone, nobody))]
        return {"accuracy": float(right[0]), "features alone": float(right[1])}

    def picture() -> Picture:
        places = spectral.basis(spectral.laplacian(A)).U[:, 1:3]  # the slowest waves of the graph
        named = told(model, A)
        groups = tuple((mark, points(places[named == k])) for k, mark in enumerate("xo*"))
        low, high = (places.amin(dim=0) - 0.02).tolist(), (places.amax(dim=0) + 0.02).tolist()
        title = "Graph convolution: who is said to be of which circle, on the graph's second and third wave"
        return Plane(title, groups, (low[0], high[0], low[1], high[1]))

    ways = {"graph": (model, lambda _: loss(model, A)), "alone": (alone, lambda _: loss(alone, nobody))}
    return side_by_side(ways, 1e-2, measure, picture)


def _numbers(generator: torch.Generator, count: int, setting: Setting) -> tuple[Tensor, Tensor, Tensor]:
    """Normal numbers (count, MEMBERS), which of them there are, and the variance of these (count,)."""
    x = data.normal(generator, count, MEMBERS)
    sizes = FEWEST + data.integers(generator, MEMBERS - FEWEST + 1, count)
    real = (torch.arange(MEMBERS) < sizes.unsqueeze(-1)).double()
    mean = (x * real).sum(dim=-1, keepdim=True) / sizes.unsqueeze(-1)
    variance = ((x - mean) ** 2 * real).sum(dim=-1) / sizes
    return x.to(setting.device), real.to(setting.device), variance.to(setting.device)


def _truth(title: str, groups: Sequence[tuple[str, Tensor]]) -> Picture:
    """True values across, what is said of them up."""
    both = torch.cat([each for _, each in groups])
    low, high = float(both.min()) - 0.05, float(both.max()) + 0.05
    shown = tuple((mark, points(each)) for mark, each in groups)
    return Plane(title, shown, (low, high, low, high), (), "across: the truth; up: what the network says")


def _nearby(
    name: str, title: str, model: nn.Module, setting: Setting, penalty: Callable[[Graph], Tensor] | None = None
) -> Experiment:
    model = model.double().to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    held = _batch(stream(setting.seed, name, "held"), 200, LARGER, setting)

    def loss(generator: torch.Generator) -> Tensor:
        graph, distance = _batch(generator, 32, NODES, setting)
        cost = F.binary_cross_entropy_with_logits(model(graph).squeeze(-2), (distance <= HOPS).double())
        return cost if penalty is None else cost + penalty(graph)

    def scores() -> Tensor:
        with torch.no_grad():
            found: Tensor = model(held[0]).squeeze(-2)  # (G, 1, n) -> (G, n)
        return found

    def measure() -> dict[str, float]:
        return {"accuracy": float(((scores() > 0) == (held[1] <= HOPS)).double().mean())}

    def picture() -> Picture:
        chance = torch.sigmoid(scores())
        means = torch.stack([chance[held[1] == hop].mean() for hop in range(FARTHEST + 1)])
        lines = ((f"mean probability of 'within {HOPS}', graphs of {LARGER} nodes", numbers(means)),)
        return Curves(f"{title}: by distance from the marked node", "edges", lines)

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def _batch(generator: torch.Generator, count: int, nodes: int, setting: Setting) -> tuple[Graph, Tensor]:
    A, X, distance = (each.to(setting.device) for each in data.hop_graphs(generator, count, nodes))
    return Graph(A, X), distance
