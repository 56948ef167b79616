"""Labs of what is driven but not trained by gradients: a liquid of spiking neurons, and intrinsic plasticity."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, descent, numbers, rows, stream
from solvers.lab.picture import Curves, Heat, Picture
from solvers.models import esn, lsm, plasticity
from solvers.models.lsm import Liquid, Neuron, Synapse
from solvers.models.plasticity import Rule

NEURONS, INPUTS, STEPS, KINDS = 120, 4, 40, 3
UNITS, SERIES, BINS = 30, 500, 24


class Spiking(nn.Module):
    """A liquid that stays as it was drawn, and a linear readout of its trace at the end: spikes (N, T, D) -> (N, K)."""

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        U = 1.5 * data.uniform(generator, NEURONS, INPUTS) * (data.uniform(generator, NEURONS, INPUTS) < 0.5)
        W = 0.25 * data.normal(generator, NEURONS, NEURONS) * (data.uniform(generator, NEURONS, NEURONS) < 0.2)
        self.register_buffer("U", U)
        self.register_buffer("W", W)
        self.readout = nn.Linear(NEURONS, KINDS, dtype=torch.float64)
        with torch.no_grad():
            self.readout.weight.zero_()
            self.readout.bias.zero_()

    def run(self, spikes: Tensor) -> lsm.Run:
        liquid = Liquid(self.get_buffer("U"), self.get_buffer("W"), Neuron(0.9), Synapse(0.5, 5.0, 10.0), 0.9)
        return lsm.forward(liquid, spikes)

    def forward(self, spikes: Tensor) -> Tensor:
        found: Tensor = self.readout(self.run(spikes).trace[..., -1, :])
        return found


def liquid(setting: Setting) -> Experiment:
    """Which of three spike patterns was it, a few spikes lost and a few made up? Only the readout learns."""
    with torch.random.fork_rng(devices=[]):
        model = Spiking(stream(setting.seed, "lsm", "weights")).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    patterns = (data.uniform(stream(setting.seed, "lsm", "patterns"), KINDS, STEPS, INPUTS) < 0.2).double()

    def drawn(generator: torch.Generator, count: int) -> tuple[Tensor, Tensor]:
        kind = data.integers(generator, KINDS, count)
        u = data.uniform(generator, count, STEPS, INPUTS)
        spikes = torch.where(patterns[kind] == 1, u < 0.9, u < 0.02).double()  # a tenth is lost
        return spikes.to(setting.device), kind.to(setting.device)

    def loss(generator: torch.Generator) -> Tensor:
        spikes, kind = drawn(generator, 32)
        return F.cross_entropy(model(spikes), kind)

    held = drawn(stream(setting.seed, "lsm", "held"), 300)

    def measure() -> dict[str, float]:
        with torch.no_grad():
            return {"accuracy": float((model(held[0]).argmax(dim=-1) == held[1]).double().mean())}

    def picture() -> Picture:
        with torch.no_grad():
            run = model.run(held[0][:1])
        tables = (("input", rows(held[0][0].mT)), ("the first 20 neurons", rows(run.spikes[0, :, :20].mT)))
        return Heat(
            "Liquid state machine: who spikes when", tables, 0, 1, "a row is a line or a neuron, a column a step"
        )

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


class Adapted(nn.Module):
    """A reservoir of which gain and bias move."""

    def __init__(self, reservoir: esn.Reservoir) -> None:
        super().__init__()
        self.form, self.activation = reservoir.form, reservoir.activation
        for name in ("U", "W", "b", "gain"):
            self.register_buffer(name, getattr(reservoir, name).clone())

    def reservoir(self) -> esn.Reservoir:
        U, W, b, gain = (self.get_buffer(name) for name in ("U", "W", "b", "gain"))
        return esn.Reservoir(U, W, b, gain, form=self.form, activation=self.activation)


def intrinsic(setting: Setting) -> Experiment:
    """tanh units driven towards outputs of mean 0.1 and deviation 0.3, Gaussian; the loss is the distance in both."""
    rule, generator = Rule(2e-3, 0.1, 0.3), stream(setting.seed, "plasticity", "weights")
    u_in, u, kept = (data.uniform(generator, UNITS, columns) for columns in (1, UNITS, UNITS))
    model = Adapted(esn.draw(u_in, u, kept, esn.Draw(scale=2.0))).to(setting.device)

    def heard(generator: torch.Generator) -> Tensor:
        return (2 * data.uniform(generator, SERIES, 1) - 1).to(setting.device)

    held = heard(stream(setting.seed, "plasticity", "held"))

    def outputs() -> Tensor:
        return esn.forward(model.reservoir(), held)[50:]  # (T, H), from rest on

    def away() -> Tensor:
        y = outputs()
        return ((y.mean(dim=0) - rule.mean).abs() + (y.std(dim=0) - rule.deviation).abs()).mean()

    def advance(generator: torch.Generator) -> Tensor:
        before = away()
        moved = plasticity.adapt(model.reservoir(), heard(generator), rule)
        model.get_buffer("gain").copy_(moved.gain)
        model.get_buffer("b").copy_(moved.b)
        return before

    def measure() -> dict[str, float]:
        y = outputs()
        return {"off the wanted law": float(away()), "mean": float(y.mean()), "deviation": float(y.std())}

    def picture() -> Picture:
        counts = torch.histc(outputs().flatten(), BINS, -1, 1)  # (T, H) -> (T H)
        centre = -1 + (torch.arange(BINS, dtype=counts.dtype, device=counts.device) + 0.5) * 2 / BINS
        law = torch.exp(-((centre - rule.mean) ** 2) / (2 * rule.deviation**2))
        lines = (
            ("what the units put out", numbers(counts / counts.sum())),
            ("what is wanted", numbers(law / law.sum())),
        )
        return Curves("Intrinsic plasticity: outputs from -1 to 1", "bin", lines, 1)

    return Experiment(model, advance, measure, picture)
