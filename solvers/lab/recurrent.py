"""Labs in time: the plain recurrent network, LSTM and GRU on the adding problem, and an echo state network's memory."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, descent, numbers, stream
from solvers.lab.picture import Curves, Picture
from solvers.models import esn, sequence
from solvers.models.deep_rnn import DeepRnn
from solvers.models.gru import Gru
from solvers.models.lstm import Lstm
from solvers.models.rnn import Rnn

LENGTH, HIDDEN, BATCH, HELD = 50, 32, 64, 500
UNITS, DELAYS, WASHOUT, CHUNK = 30, 60, 100, 200


class Summing(nn.Module):
    """A gated network (..., T, D) -> states, and a linear map from its last state: (N, T, 2) -> (N, 1)."""

    def __init__(self, cell: nn.Module, hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        self.cell = cell
        self.V = nn.Parameter(torch.randn(1, hidden, generator=generator) * hidden**-0.5)
        self.c = nn.Parameter(torch.ones(1))  # the mean of what is asked for

    def forward(self, x: Tensor) -> Tensor:
        last: Tensor = self.cell(x)[..., -1, :]
        return last @ self.V.mT + self.c


class PlainSumming(nn.Module):
    """The plain recurrent network with a linear output, asked at the end: (N, T, 2) -> (N, 1)."""

    def __init__(self, hidden: int, generator: torch.Generator) -> None:
        super().__init__()
        self.cell = Rnn(2, hidden, 1, generator)
        with torch.no_grad():
            self.cell.get_parameter("c").fill_(1.0)

    def forward(self, x: Tensor) -> Tensor:
        return sequence.sequence_to_one(self.cell.weights(), x)


class DeepSumming(nn.Module):
    """A stack of plain layers with a linear output, asked at the end: (N, T, 2) -> (N, 1)."""

    def __init__(self, stack: DeepRnn) -> None:
        super().__init__()
        self.stack = stack
        with torch.no_grad():
            stack.d.fill_(1.0)

    def forward(self, x: Tensor) -> Tensor:
        last: Tensor = self.stack(x)[..., -1, :]
        return last


def plain(setting: Setting) -> Experiment:
    """tanh units without gates."""
    return _adding("rnn", "Recurrent network", setting, lambda generator: PlainSumming(HIDDEN, generator))


def deep(setting: Setting) -> Experiment:
    """Two layers of 24 tanh units, the output reading both."""

    def make(generator: torch.Generator) -> nn.Module:
        return DeepSumming(DeepRnn(2, [24, 24], 1, skip=True, generator=generator))

    return _adding("deep-rnn", "Deep recurrent network", setting, make, 20)


def lstm(setting: Setting) -> Experiment:
    """Long short-term memory with the forget bias at 1."""
    return _adding(
        "lstm", "LSTM", setting, lambda generator: Summing(Lstm(2, HIDDEN, generator=generator), HIDDEN, generator)
    )


def gru(setting: Setting) -> Experiment:
    """The gated recurrent unit as the notes print it."""
    return _adding(
        "gru", "GRU", setting, lambda generator: Summing(Gru(2, HIDDEN, generator=generator), HIDDEN, generator)
    )


def _adding(
    name: str, title: str, setting: Setting, make: Callable[[torch.Generator], nn.Module], usual: int = LENGTH
) -> Experiment:
    length = usual if setting.length is None else setting.length
    model = make(stream(setting.seed, name, "weights")).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    held = _single(data.adding(stream(setting.seed, name, "held"), HELD, length), setting)

    def loss(generator: torch.Generator) -> Tensor:
        x, y = _single(data.adding(generator, BATCH, length), setting)
        mean: Tensor = ((model(x) - y) ** 2).mean()
        return mean

    def measure() -> dict[str, float]:
        with torch.no_grad():
            return {"squared error": float(((model(held[0]) - held[1]) ** 2).mean())}

    def picture() -> Picture:
        x = held[0].clone().requires_grad_()
        (found,) = torch.autograd.grad(((model(x) - held[1]) ** 2).sum(), x)
        norms = numbers(torch.linalg.vector_norm(found, dim=-1).mean(dim=0).clamp_min(1e-30))  # (N, T, 2) -> (T,)
        lines = (("log10 of the mean norm of dL/dx(t)", norms),)
        return Curves(f"{title}: how much of the last step's error reaches each input", "t", lines, 1, log=True)

    return Experiment(model, descent(model, loss, optimizer, clip=1.0), measure, picture, (optimizer,))


def _single(drawn: tuple[Tensor, Tensor], setting: Setting) -> tuple[Tensor, Tensor]:
    """On the device in float32, the dtype of the models."""
    return drawn[0].float().to(setting.device), drawn[1].float().to(setting.device)


class Echo(nn.Module):
    """A fixed reservoir, the normal equations of its readout gathered so far, and the readout they give.

    The state runs on from chunk to chunk. Row 0 and column 0 of `gram` belong to the constant.
    """

    def __init__(self, reservoir: esn.Reservoir) -> None:
        super().__init__()
        like = reservoir.W
        self.reservoir = reservoir
        empty = {
            "U": reservoir.U, "W": like, "state": like.new_zeros(UNITS), "past": like.new_zeros(DELAYS),
            "gram": like.new_zeros(UNITS + 1, UNITS + 1), "cross": like.new_zeros(UNITS + 1, DELAYS + 1),
            "readout": like.new_zeros(UNITS + 1, DELAYS + 1),
        }  # fmt: skip
        for name, each in empty.items():
            self.register_buffer(name, each)
        self.state: Tensor
        self.past: Tensor
        self.gram: Tensor
        self.cross: Tensor
        self.readout: Tensor

    def gather(self, u: Tensor, alpha: float = 1e-12) -> None:
        """One chunk of input u (T,) more, then the ridge readout of x(t - k), k = 0 … DELAYS, from all so far."""
        states = esn.forward(self.reservoir, u.unsqueeze(-1), self.state)[1:]  # (T, H)
        whole = torch.cat([self.past, u])  # (DELAYS + T,)
        H = torch.cat([torch.ones_like(states[:, :1]), states], dim=-1)
        self.gram += H.mT @ H
        self.cross += H.mT @ self.delayed(whole)
        penalty = alpha * torch.eye(UNITS + 1, dtype=u.dtype, device=u.device)
        self.readout.copy_(torch.linalg.solve(self.gram + penalty, self.cross))
        self.state.copy_(states[-1])
        self.past.copy_(whole[-DELAYS:])

    def capacity(self, u: Tensor) -> Tensor:
        """Squared correlation of each delayed input with its readout, after a washout: u (T,) -> (DELAYS + 1,)."""
        states = esn.forward(self.reservoir, u.unsqueeze(-1))[1 + DELAYS + WASHOUT :]
        H = torch.cat([torch.ones_like(states[:, :1]), states], dim=-1)
        return esn.squared_correlation(H @ self.readout, self.delayed(u)[WASHOUT:])

    @staticmethod
    def delayed(whole: Tensor) -> Tensor:
        """x(t - k) in column k, for every t that has them all: (DELAYS + T,) -> (T, DELAYS + 1)."""
        steps = len(whole) - DELAYS
        return torch.stack([whole[DELAYS - k : DELAYS - k + steps] for k in range(DELAYS + 1)], dim=-1)


def echo(setting: Setting) -> Experiment:
    """An update hears 200 steps more and solves for the readout; the loss is 1 less the share of memory reached.

    No reservoir remembers more than it has units. An orthogonal W and small inputs, where tanh is nearly linear, reach
    that bound (capacity is summed from k = 0, as in the notes).
    """
    generator = stream(setting.seed, "esn", "weights")
    U = 0.01 * (2 * data.uniform(generator, UNITS, 1) - 1)
    turn, _ = torch.linalg.qr(data.normal(generator, UNITS, UNITS))
    b = torch.zeros(UNITS, dtype=torch.float64)
    U, turn, b = (each.to(setting.device) for each in (U, turn, b))
    model = Echo(esn.Reservoir(U, 0.9 * turn, b, torch.ones_like(b))).to(setting.device)
    held = _noise(stream(setting.seed, "esn", "held"), 2000, setting)

    def advance(generator: torch.Generator) -> Tensor:
        before = 1 - model.capacity(held).sum() / UNITS
        model.gather(_noise(generator, CHUNK, setting))
        return before

    def measure() -> dict[str, float]:
        total = float(model.capacity(held).sum())
        return {"memory capacity": total, "away from the bound": abs(total / UNITS - 1)}

    def picture() -> Picture:
        lines = (("squared correlation of x(t - k) with its readout", numbers(model.capacity(held))),)
        return Curves(f"Echo state network of {UNITS} units: memory by delay", "k", lines)

    return Experiment(model, advance, measure, picture)


def _noise(generator: torch.Generator, steps: int, setting: Setting) -> Tensor:
    return (2 * data.uniform(generator, steps) - 1).to(setting.device)
