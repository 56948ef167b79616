"""Labs of how to descend: first-order rules in a narrow valley, and curvature without a Hessian in a deep network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Final

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, grid, points, ratio, rows, stream
from solvers.lab.picture import Heat, Picture, Plane
from solvers.models import hessian_free, mlp, optimizers
from solvers.models.mlp import Layer
from solvers.models.optimizers import Memory, Rule

STEEP, TRAIL = 100.0, 200  # the valley's condition number; how many places of each path are kept
RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "descent": optimizers.sgd(1.8 / STEEP),
        "momentum": optimizers.momentum(1.8 / STEEP, 0.8),
        "nesterov": optimizers.nesterov(1.0 / STEEP, 0.85),
        "delta-bar-delta": optimizers.delta_bar_delta(0.5 / STEEP, 0.1 / STEEP, 0.3),
        "adagrad": optimizers.adagrad(0.5),
        "rmsprop": optimizers.rmsprop(0.05),
        "adam": optimizers.adam(0.15),
    }
)
MARKS: Final = MappingProxyType({"descent": ".", "momentum": "m", "adam": "a"})
SIZES, INNER, DAMPING, RATE, ROLL = (64, 32, 8, 32, 64), 20, 1.0, 0.02, 0.9


class Paths(nn.Module):
    """Where each rule is, what it remembers, and the places it has been."""

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))
        for name, rule in RULES.items():
            self.register_buffer(name, start.clone())
            self.register_buffer(f"{name}_path", torch.zeros(TRAIL, 2, dtype=torch.float64))
            for key, each in rule.start(start).items():
                self.register_buffer(f"{name}_memory_{key}", each.clone())

    def memory(self, name: str) -> Memory:
        prefix = f"{name}_memory_"
        return {key.removeprefix(prefix): each for key, each in self.named_buffers() if key.startswith(prefix)}

    def move(self, gradient: Callable[[Tensor], Tensor]) -> None:
        """One step of every rule."""
        count = self.get_buffer("count")
        for name, rule in RULES.items():
            theta, memory = self.get_buffer(name), self.memory(name)
            if int(count) < TRAIL:
                self.get_buffer(f"{name}_path")[int(count)] = theta
            g = gradient(theta if rule.ahead is None else theta + rule.ahead(memory))
            moved, new = rule.step(theta, g, memory, int(count) + 1)
            theta.copy_(moved)
            for key, each in new.items():
                self.get_buffer(f"{name}_memory_{key}").copy_(each)
        count.add_(1)

    def path(self, name: str) -> Tensor:
        """The places so far, the first TRAIL of them, and where it is now: (places, 2)."""
        kept = self.get_buffer(f"{name}_path")[: int(self.get_buffer("count"))]
        return torch.cat([kept, self.get_buffer(name).unsqueeze(0)])


def rules(setting: Setting) -> Experiment:
    """J = ½ θᵀ H θ with curvatures 1 and 100 along turned axes: seven rules from one start; the loss is momentum's."""
    generator = stream(setting.seed, "optimizers", "data")
    turn, _ = torch.linalg.qr(data.normal(generator, 2, 2))
    H = (turn @ torch.diag(torch.tensor([1.0, STEEP]).double()) @ turn.mT).to(setting.device)
    start = (turn @ (torch.tensor([3.0, 0.5]) + 0.2 * data.normal(generator, 2))).to(setting.device)
    model = Paths(start).to(setting.device)

    def cost(theta: Tensor) -> Tensor:
        found: Tensor = ((theta @ H) * theta).sum(dim=-1) / 2
        return found

    def advance(generator: torch.Generator) -> Tensor:
        before = cost(model.get_buffer("momentum"))
        model.move(lambda theta: theta @ H)
        return before

    def measure() -> dict[str, float]:
        costs = {name: float(cost(model.get_buffer(name))) for name in RULES}
        return {"momentum over descent": ratio(costs["momentum"], costs["descent"])} | costs

    def picture() -> Picture:
        bounds = (-3.3, 3.3, -3.3, 3.3)
        depth = torch.log10(cost(grid(bounds, 60, 30).to(H)) + 0.1)
        field = (depth - depth.min()) / (depth.max() - depth.min())
        groups = tuple((mark, points(model.path(name))) for name, mark in MARKS.items())
        caption = ", ".join(f"{mark} {name}" for name, mark in MARKS.items()) + "; the lighter, the higher"
        return Plane("Optimizers: paths in a narrow valley", groups, bounds, rows(field), caption)

    return Experiment(model, advance, measure, picture)


class Two(nn.Module):
    """Both weight vectors, the damping in force, and the velocity of the descent."""

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        zero = torch.zeros_like(start)
        for name, each in (("curved", start), ("descent", start), ("velocity", zero), ("damping", zero[0] + DAMPING)):
            self.register_buffer(name, each.clone())


def curvature(setting: Setting) -> Experiment:
    """A deep sigmoid autoencoder: steps of Hessian-free optimisation, and momentum with as many gradients."""
    images, _ = data.glyphs(stream(setting.seed, "hessian-free", "data"), 100, 0.1, 1)
    x = images.flatten(1).to(setting.device)  # (100, 1, 8, 8) -> (100, 64)
    model = Two(_weights(stream(setting.seed, "hessian-free", "weights"))).to(setting.device)
    rule = optimizers.momentum(RATE, ROLL)

    def outputs(theta: Tensor) -> Tensor:
        return mlp.forward(_layers(theta), x).out[-1]

    def loss(z: Tensor) -> Tensor:
        return ((z - x) ** 2).sum() / len(x)

    def cost(theta: Tensor) -> Tensor:
        return loss(outputs(theta))

    product = partial(hessian_free.gauss_newton_vector, outputs, loss)

    def advance(generator: torch.Generator) -> Tensor:
        curved, damping = model.get_buffer("curved"), model.get_buffer("damping")
        found = hessian_free.minimise(cost, curved, 1, INNER, float(damping), product)
        curved.copy_(found.theta[-1])
        damping.copy_(found.damping[-1])
        theta, memory = model.get_buffer("descent"), {"v": model.get_buffer("velocity")}
        for _ in range(2 * INNER):  # a product costs about two gradients
            moved, new = rule.step(theta, torch.func.grad(cost)(theta), memory, 1)
            theta.copy_(moved)
            memory["v"].copy_(new["v"])
        return found.cost[0]

    def measure() -> dict[str, float]:
        ours, theirs = (float(cost(model.get_buffer(name))) for name in ("curved", "descent"))
        return {"error over momentum's": ratio(ours, theirs), "error": ours}

    def picture() -> Picture:
        shown = {"seen": x} | {name: outputs(model.get_buffer(name)) for name in ("curved", "descent")}
        # (4, 64) -> (4, 8, 8) -> (32, 8)
        tables = tuple((name, rows(each[:4].unflatten(-1, (8, 8)).flatten(0, 1))) for name, each in shown.items())
        return Heat("Hessian-free (curved) and momentum (descent): four digits and what comes back", tables, 0, 1)

    return Experiment(model, advance, measure, picture)


def _layers(theta: Tensor) -> list[Layer]:
    """The network whose weights and biases the vector holds, layer after layer."""
    shapes = [(out, inputs) for inputs, out in pairwise(SIZES)]
    parts = theta.split([count for out, inputs in shapes for count in (out * inputs, out)])
    # (out in) -> (out, in)
    weights = [part.unflatten(0, shape) for part, shape in zip(parts[::2], shapes, strict=True)]
    names = ["sigmoid"] * (len(shapes) - 1) + ["linear"]
    return [Layer(W, b, name) for W, b, name in zip(weights, parts[1::2], names, strict=True)]


def _weights(generator: torch.Generator) -> Tensor:
    """Weights of variance 1/inputs, biases 0, as one vector."""
    parts = [
        (data.normal(generator, out, inputs) * inputs**-0.5, torch.zeros(out).double())
        for inputs, out in pairwise(SIZES)
    ]
    return torch.cat([each.flatten() for pair in parts for each in pair])  # (…) -> (weights)
