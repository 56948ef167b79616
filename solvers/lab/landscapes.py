"""Labs of shapes: which minimum of a cost a start rolls to, and what a matrix's powers leave of a vector."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, grid, numbers, rows, stream
from solvers.lab.picture import Curves, Heat, Picture
from solvers.models import landscape, powers

SIDE, DOWN, ACROSS, RATE, NEAR = 2.5, 20, 40, 0.01, 0.05
EIGENVALUES, STEPS = (1.03, 1.0, 0.95, -0.9, 0.8), 200


class _Places(nn.Module):
    """Where the balls are that started on a grid, (balls, 2)."""

    def __init__(self, starts: Tensor) -> None:
        super().__init__()
        self.register_buffer("starts", starts)
        self.register_buffer("theta", starts.clone())


def basins(setting: Setting) -> Experiment:
    """J(x, y) = a(x) + b(y) with nine minima: descent from eight hundred starts, each to the minimum of its basin."""
    generator = stream(setting.seed, "landscape", "data")
    between = torch.arange(-2.0, 3.0).double() + 0.4 * (data.uniform(generator, 2, 5) - 0.5)  # (2, 5): where J' = 0
    J = _with_slopes(between).to(setting.device)
    places = grid((-SIDE, SIDE, -SIDE, SIDE), ACROSS, DOWN).flatten(0, 1)  # (down, across, 2) -> (balls, 2)
    model = _Places(places.to(setting.device)).to(setting.device)
    found = landscape.critical_points(J)
    flat = [place[kind == 1] for place, kind in zip(found.place, found.kind, strict=True)]
    minima = torch.cartesian_prod(*flat)  # (9, 2)
    foretold = landscape.downhill(J, model.get_buffer("starts"))
    cost = landscape.value(J, minima).sum(dim=-1)

    def advance(generator: torch.Generator) -> Tensor:
        theta = model.get_buffer("theta")
        loss = landscape.value(J, theta).sum(dim=-1).mean()
        theta.copy_(landscape.basins(lambda at: landscape.value(landscape.derivative(J), at), theta, RATE, 1))
        return loss

    def reached() -> Tensor:
        return landscape.reached(model.get_buffer("theta"), minima, NEAR)

    def measure() -> dict[str, float]:
        right = (model.get_buffer("theta") - foretold).abs().amax(dim=-1) < NEAR
        at, deepest = reached(), int(cost.argmin())
        return {
            "as foretold": float(right.double().mean()), "minima reached": float(len(at[at >= 0].unique())),
            "in the deepest": float((at == deepest).double().mean()),
        }  # fmt: skip

    def picture() -> Picture:
        height = landscape.value(J, model.get_buffer("starts")).sum(dim=-1)
        shades = (("J", height / height.amax()), ("minimum reached", (reached() + 1) / len(minima)))
        # (balls,) -> (down, across)
        tables = tuple((name, rows(each.unflatten(0, (DOWN, ACROSS)))) for name, each in shades)
        return Heat("Landscape: the cost at each start, and where descent from it has come to", tables, 0, 1)

    return Experiment(model, advance, measure, picture)


def _with_slopes(between: Tensor) -> Tensor:
    """The coefficients of J with J'(θ) = Π (θ - r) and J = 0 at 0: roots (..., n) -> (..., n + 2)."""
    slope = torch.ones_like(between[..., :1])
    for root in between.split(1, dim=-1):
        slope = torch.nn.functional.pad(slope, (1, 0)) - root * torch.nn.functional.pad(slope, (0, 1))
    degrees = torch.arange(1, slope.shape[-1] + 1).to(between)
    return torch.nn.functional.pad(slope / degrees, (1, 0))


class _Vector(nn.Module):
    """W^t v for the t so far, (STEPS + 1, n), and t."""

    def __init__(self, start: Tensor) -> None:
        super().__init__()
        self.register_buffer("seen", torch.zeros(STEPS + 1, len(start)).to(start))
        self.get_buffer("seen")[0] = start
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    def here(self) -> Tensor:
        return self.get_buffer("seen")[: int(self.get_buffer("count")) + 1]


def matrix_powers(setting: Setting) -> Experiment:
    """W with known eigenvalues: an update multiplies once more; the loss is what is left of the parts that vanish."""
    generator = stream(setting.seed, "powers", "data")
    values = torch.tensor(EIGENVALUES, dtype=torch.float64)
    V = torch.eye(len(values)).double() + 0.3 * data.normal(generator, len(values), len(values))
    W = (V @ torch.diag(values) @ torch.linalg.inv(V)).to(setting.device)
    start = (V @ torch.ones_like(values)).to(setting.device)
    modes, model = powers.modes(W), _Vector(start).to(setting.device)
    vanish = powers.fate(modes) < -0.5

    def sizes() -> Tensor:
        """How large each eigenvector's part is, t by t: (t + 1, n)."""
        return torch.stack([powers.components(modes, each).abs() for each in model.here()])

    def advance(generator: torch.Generator) -> Tensor:
        here, count = model.here(), model.get_buffer("count")
        if int(count) < STEPS:
            model.get_buffer("seen")[int(count) + 1] = W @ here[-1]
            count.add_(1)
        return powers.components(modes, here[-1])[vanish].abs().sum()

    def measure() -> dict[str, float]:
        t, here = int(model.get_buffer("count")), model.here()[-1]
        off = torch.linalg.vector_norm(powers.power(modes, t) @ start - here) / torch.linalg.vector_norm(here)
        return {"off V diag(λ^t) V⁻¹ v": float(off), "length": float(torch.linalg.vector_norm(here))}

    def picture() -> Picture:
        lines = zip(modes.values.real.tolist(), sizes().clamp(min=1e-300).unbind(-1), strict=True)
        shown = tuple((f"λ = {value:.2f}", numbers(line)) for value, line in lines)
        return Curves("Powers of a matrix: log10 of the size of each eigenvector's part", "t", shown, log=True)

    return Experiment(model, advance, measure, picture)
