"""Labs of what is not seen: hidden states by Baum and Welch, a hidden motion by its likelihood, a Boltzmann machine."""

from __future__ import annotations

from itertools import permutations

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, descent, numbers, ratio, rows, stream
from solvers.lab.picture import Curves, Heat, Picture
from solvers.models import hmm, kalman, markov_net
from solvers.models.bayes_net import invert
from solvers.models.hmm import Hmm
from solvers.models.kalman import System

GAMES, THROWS = 100, 60
MOVES = ((0.95, 0.05), (0.10, 0.90))
DICE = ((1 / 6,) * 6, (0.1, 0.1, 0.1, 0.1, 0.1, 0.5))
TRACKS, STEPS, NOISE = 12, 50, (0.05, 0.5)  # of the motion: its own noise, and that of what is seen
SIDE, CASES, LINKED = 3, 4000, 0.35


class _Model(nn.Module):
    """A hidden Markov model's tables as buffers: EM is no gradient descent."""

    def __init__(self, start: Hmm) -> None:
        super().__init__()
        for name in ("pi", "A", "B"):
            self.register_buffer(name, getattr(start, name))

    def hmm(self) -> Hmm:
        return Hmm(*(self.get_buffer(name) for name in ("pi", "A", "B")))

    def become(self, other: Hmm) -> None:
        for name in ("pi", "A", "B"):
            self.get_buffer(name).copy_(getattr(other, name))


def casino(setting: Setting) -> Experiment:
    """A fair die and a loaded one, changed unseen: an update is a step of EM, the loss -log P(throws) a throw."""
    generator = stream(setting.seed, "hmm", "data")
    truth = Hmm(*(torch.tensor(each, dtype=torch.float64) for each in ((0.5, 0.5), MOVES, DICE)))
    _, thrown = _thrown(generator, truth, GAMES)
    states, held = (each.to(setting.device) for each in _thrown(generator, truth, GAMES))
    thrown, truth = thrown.to(setting.device), _moved(truth, setting.device)
    rough = 0.5 + data.uniform(generator, 2, 6)
    slow = 0.8 * torch.eye(2).double() + 0.1  # a die is thrown more than once, or there is nothing to find
    model = _Model(_moved(Hmm(truth.pi.cpu(), slow, rough / rough.sum(dim=-1, keepdim=True)), setting.device))

    def advance(generator: torch.Generator) -> Tensor:
        found = hmm.baum_welch(model.hmm(), thrown, 1)
        model.become(found.hmm)
        return -found.log_likelihood[0] / thrown.numel()

    def told(one: Hmm) -> float:
        """The share of the held-out states that the likeliest path gets right, whatever the states are called."""
        path = hmm.viterbi(one, held).states
        named = [torch.tensor(names, device=path.device)[path] for names in permutations(range(2))]
        return max(float((each == states).double().mean()) for each in named)

    def measure() -> dict[str, float]:
        logs = [float(hmm.expected_counts(one, thrown).log_likelihood) for one in (model.hmm(), truth)]
        found, best = told(model.hmm()), told(truth)
        return {"nats above the true model": logs[0] - logs[1], "dice told": found, "by the true model": best}

    def picture() -> Picture:
        one = model.hmm()
        loaded = int(one.B[:, -1].argmax())
        belief, sure = hmm.smooth(one, held[0])[:, loaded], hmm.smooth(truth, held[0])[:, 1]
        lines = (("loaded", numbers(states[0])), ("P(loaded)", numbers(belief)), ("by the true model", numbers(sure)))
        return Curves("Hidden Markov model: is the die loaded?", "throw", lines, first=1)

    return Experiment(model, advance, measure, picture)


def _thrown(generator: torch.Generator, truth: Hmm, games: int) -> tuple[Tensor, Tensor]:
    """States and throws, (games, THROWS) each."""
    u = data.uniform(generator, 2, THROWS, games)
    states = [invert(truth.pi.expand(games, -1), u[0, 0])]
    for t in range(1, THROWS):
        states.append(invert(truth.A[states[-1]], u[0, t]))
    path = torch.stack(states, dim=-1)
    return path, invert(truth.B[path], u[1].mT)


def _moved(one: Hmm, device: str) -> Hmm:
    return Hmm(one.pi.to(device), one.A.to(device), one.B.to(device))


class _Motion(nn.Module):
    """A, and C, of two hidden numbers; the noise by its root and its logarithm."""

    def __init__(self, generator: torch.Generator) -> None:
        super().__init__()
        self.A = nn.Parameter(0.8 * torch.eye(2).double() + 0.1 * data.normal(generator, 2, 2))
        self.C = nn.Parameter(data.normal(generator, 1, 2))
        self.root = nn.Parameter(0.5 * torch.eye(2).double())
        self.log_R = nn.Parameter(torch.zeros(1, 1, dtype=torch.float64))

    def system(self) -> System:
        return System(self.A, self.C, self.root @ self.root.mT, self.log_R.exp())


def motion(setting: Setting) -> Experiment:
    """Something turns and is seen from one side under noise: -log p(y) a step, by the gradient of the Kalman filter."""
    generator = stream(setting.seed, "kalman", "data")
    angle, unit = torch.tensor(0.3, dtype=torch.float64), torch.eye(2).double()
    turn = 0.98 * torch.stack([angle.cos(), -angle.sin(), angle.sin(), angle.cos()]).unflatten(0, (2, 2))  # (4,)
    truth = System(*(each.to(setting.device) for each in (turn, unit[:1], NOISE[0] * unit, NOISE[1] * unit[:1, :1])))
    (_, seen), (_, held) = (_watched(generator, truth, setting.device) for _ in range(2))
    model = _Motion(stream(setting.seed, "kalman", "weights")).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-2)
    mean, spread = torch.zeros_like(seen[0, 0]).expand(2), torch.eye(2).to(seen)

    def filtered(system: System, y: Tensor) -> kalman.Filtered:
        return kalman.kalman(system, y, mean, spread)

    def loss(generator: torch.Generator) -> Tensor:
        return -filtered(model.system(), seen).log_likelihood.mean()

    def foretold(system: System, y: Tensor) -> Tensor:
        """What y(t) is expected to be from what was seen before: (TRACKS, STEPS)."""
        return (filtered(system, y).predicted_mean @ system.C.mT).squeeze(-1)

    def measure() -> dict[str, float]:
        with torch.no_grad():
            logs = [float(filtered(one, seen).log_likelihood.sum()) for one in (model.system(), truth)]
            off = [float(((foretold(one, held) - held[..., 0]) ** 2).mean()) for one in (model.system(), truth)]
        return {"nats above the true system": logs[0] - logs[1], "error over the true system's": ratio(*off)}

    def picture() -> Picture:
        with torch.no_grad():
            lines = [("seen", held[0, :, 0]), ("foretold", foretold(model.system(), held)[0])]
        return Curves("Kalman filter: what is seen, and foretold of it one step ahead", "step",
                      tuple((name, numbers(line)) for name, line in lines), first=1)  # fmt: skip

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def _watched(generator: torch.Generator, truth: System, device: str) -> tuple[Tensor, Tensor]:
    """The hidden states (TRACKS, STEPS, 2), and what is seen of them (TRACKS, STEPS, 1)."""
    first, pushes = data.normal(generator, TRACKS, 2), data.normal(generator, STEPS, TRACKS, 2)
    shaken = (NOISE[1] ** 0.5 * data.normal(generator, TRACKS, STEPS, 1)).to(device)
    states = [first.to(device)]
    for push in (NOISE[0] ** 0.5 * pushes).to(device):
        states.append(states[-1] @ truth.A.mT + push)
    hidden = torch.stack(states[1:], dim=-2)
    return hidden, hidden @ truth.C.mT + shaken


class _Boltzmann(nn.Module):
    """b, and the couplings of every pair of units."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.b = nn.Parameter(torch.zeros(units, dtype=torch.float64))
        self.pairs = nn.Parameter(torch.zeros(units * (units - 1) // 2, dtype=torch.float64))

    def W(self) -> Tensor:
        """(units, units), symmetric, zeros on the diagonal."""
        return coupled(self.pairs, len(self.b))


def coupled(pairs: Tensor, units: int) -> Tensor:
    """The numbers of all pairs, (units (units - 1) / 2), as a symmetric matrix."""
    places = torch.triu_indices(units, units, 1, device=pairs.device)
    upper = pairs.new_zeros(units, units).index_put((places[0], places[1]), pairs)
    both: Tensor = upper + upper.mT
    return both


def couplings(setting: Setting) -> Experiment:
    """Cases of nine units of which neighbours on a 3x3 board pull or push: which pairs do? The gradient is exact.

    It is what pairs do together in the data less what they do in the model; the loss is -log P(x) a case.
    """
    units, generator = SIDE**2, stream(setting.seed, "markov-net", "data")
    near = _neighbours()
    signs = 2.0 * data.integers(generator, 2, len(near)) - 1
    true = coupled(near * signs * (0.8 + 0.7 * data.uniform(generator, len(near))), units)
    b = -true.sum(dim=-1) / 2 + 0.2 * data.normal(generator, units)  # neither off nor on for most of the time
    table = markov_net.boltzmann_joint(b, true).flatten()  # (2, …, 2) -> (2^units)
    drawn = torch.bincount(invert(table, data.uniform(generator, CASES)), minlength=len(table))
    shares = (drawn.double() / CASES).to(setting.device)
    model = _Boltzmann(units).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-2)

    def loss(generator: torch.Generator) -> Tensor:
        # (2, …, 2) -> (2^units)
        return -(shares * markov_net.boltzmann_joint(model.b, model.W()).flatten().log()).sum()

    def measure() -> dict[str, float]:
        with torch.no_grad():
            found, gap = model.pairs.detach().cpu(), float(loss(generator))
        right = ((found.abs() > LINKED) == near.bool()).double().mean()
        best = -float(torch.special.xlogy(shares, shares).sum())
        apart = (coupled(found, units) - true).abs().max()
        return {"links told right": float(right), "largest error": float(apart), "nats above the data's": gap - best}

    def picture() -> Picture:
        bound = float(true.abs().max())
        tables = (("true", rows(true)), ("found", rows(model.W())))
        return Heat("Boltzmann machine: who pulls (light) and pushes (dark) whom", tables, -bound, bound)

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def _neighbours() -> Tensor:
    """1 for each pair of units beside each other on the board, 0 for the others, in the order of `coupled`."""
    first, second = torch.triu_indices(SIDE**2, SIDE**2, 1)
    away: Tensor = (first // SIDE - second // SIDE).abs() + (first % SIDE - second % SIDE).abs()
    return (away == 1).double()
