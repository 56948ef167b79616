"""Labs of what a score finds: a Gaussian process by likelihood, settings by its help, a Bayesian network by BIC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress, product
from math import comb

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, descent, grid, numbers, points, rows, stream
from solvers.lab.picture import Curves, Heat, Picture, Plane
from solvers.models import bayes_net, gaussian_process, structure_search, table_learning
from solvers.models.bayes_net import BayesNet, Cpt
from solvers.models.gaussian_process import Prior

PARENTS, CASES = {"A": "", "B": "", "C": "AB", "D": "C", "E": "C", "F": "DE"}, 2000
NAMES, FEW, MEMORY = tuple(PARENTS), 400, 3
FINE = 15  # settings of each hyper-parameter
OBSERVED, TRUE = 60, Prior(length=0.6, variance=1.0, noise=0.04)


class Learnt(nn.Module):
    """The logarithms of ℓ, s² and the noise's variance."""

    def __init__(self, prior: Prior) -> None:
        super().__init__()
        start = torch.tensor([prior.length, prior.variance, prior.noise], dtype=torch.float64)
        self.logs = nn.Parameter(start.log())

    def prior(self) -> Prior:
        return Prior(*self.logs.exp().unbind())


def process(setting: Setting) -> Experiment:
    """Sixty values of a process whose length, variance and noise are to be found; the loss is -log p(y) a value."""
    generator = stream(setting.seed, "gaussian-process", "data")
    x = (6 * data.uniform(generator, OBSERVED, 1) - 3).sort(dim=0).values
    root = torch.linalg.cholesky(gaussian_process.kernel(x, x, TRUE) + TRUE.noise * torch.eye(OBSERVED).double())
    x, y = x.to(setting.device), (root @ data.normal(generator, OBSERVED)).to(setting.device)
    model = Learnt(Prior(length=0.2, variance=0.5, noise=0.2)).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-2)

    def loss(generator: torch.Generator) -> Tensor:
        return -gaussian_process.log_likelihood(x, y, model.prior()) / OBSERVED

    def measure() -> dict[str, float]:
        with torch.no_grad():
            ahead = gaussian_process.log_likelihood(x, y, model.prior()) - gaussian_process.log_likelihood(x, y, TRUE)
            names = zip(("length", "variance", "noise"), model.logs.exp().tolist(), strict=True)
        return {"nats above the true prior": float(ahead)} | dict(names)

    def picture() -> Picture:
        places = torch.linspace(-3, 3, 80, dtype=torch.float64).unsqueeze(-1).to(setting.device)
        with torch.no_grad():
            found = gaussian_process.posterior(x, y, places, model.prior())
        lines = (("-", found.mean - 2 * found.sd), ("-", found.mean + 2 * found.sd), ("o", found.mean))
        groups = [(mark, torch.cat([places, each.unsqueeze(-1)], dim=-1)) for mark, each in lines]
        groups.append(("*", torch.cat([x, y.unsqueeze(-1)], dim=-1)))
        high = max(float(each[:, 1].abs().max()) for _, each in groups) + 0.2
        shown = tuple((mark, points(each)) for mark, each in groups)
        return Plane("Gaussian process: values (*), mean (o), two deviations (-)", shown, (-3.1, 3.1, -high, high))

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


class Trials(nn.Module):
    """Which settings have been tried, in order, and how many."""

    def __init__(self, settings: int) -> None:
        super().__init__()
        self.register_buffer("order", torch.zeros(settings, dtype=torch.int64))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    def places(self) -> Tensor:
        return self.get_buffer("order")[: int(self.get_buffer("count"))]

    def add(self, place: int) -> None:
        count = self.get_buffer("count")
        self.get_buffer("order")[int(count)] = place
        count.add_(1)


def hyper_search(setting: Setting) -> Experiment:
    """Two hyper-parameters on a grid: an update tries where most improvement is expected; the loss is the best yet."""
    generator = stream(setting.seed, "hyper-search", "data")
    places, errors = (each.to(setting.device) for each in _surface(generator))
    blind = torch.randperm(len(places), generator=generator).to(setting.device)
    model = Trials(len(places)).to(setting.device)

    def suggested() -> int:
        seen = model.places()
        if len(seen) == 0:
            return int(blind[0])
        left = torch.ones_like(errors).index_fill(0, seen, 0.0).nonzero().flatten()  # (left, 1) -> (left,)
        prior = Prior(length=0.15, variance=0.05, noise=1e-6, mean=float(errors[seen].mean()))
        best = gaussian_process.suggest(places[seen], errors[seen], places[left], prior, "expected-improvement")
        return int(left[best])

    def advance(generator: torch.Generator) -> Tensor:
        if len(model.places()) < len(places):
            model.add(suggested())
        return errors[model.places()].amin()

    def measure() -> dict[str, float]:
        tried = model.places()
        ways = {"above the least error": tried, "at random": blind[: len(tried)]}
        least = float(errors.amin())
        return {name: float(errors[each].amin()) - least if len(each) else 1 - least for name, each in ways.items()}

    def picture() -> Picture:
        order, tried = torch.zeros_like(errors), model.places()
        order[tried] = 1 - torch.arange(len(tried)).to(errors) / (2 * len(places))
        shown = (("error", errors), ("tried", order))
        # (FINE²,) -> (FINE, FINE)
        tables = tuple((name, rows(each.unflatten(0, (FINE, FINE)))) for name, each in shown)
        return Heat("Search by a Gaussian process: the error of each setting, and what was tried", tables, 0, 1)

    return Experiment(model, advance, measure, picture)


def _surface(generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The settings (FINE², 2) and the error of each, 0.9 but for four wells of different depths: (FINE²,)."""
    places = grid((0.0, 1.0, 0.0, 1.0), FINE, FINE).flatten(0, 1)  # (FINE, FINE, 2) -> (FINE², 2)
    wells, depths = 0.1 + 0.8 * data.uniform(generator, 4, 2), 0.2 + 0.5 * data.uniform(generator, 4)
    errors: Tensor = 0.9 - (depths * torch.exp(-(torch.cdist(places, wells) ** 2) / 0.03)).amax(dim=-1)
    return places, errors


def tables(setting: Setting) -> Experiment:
    """Cases drawn from six yes-or-no variables whose arrows are known: the tables by gradient, beside mere counting."""
    generator = stream(setting.seed, "bayes-net", "data")
    net = _network(generator)
    seen, held = (
        bayes_net.sample(net, data.uniform(generator, count, len(NAMES))).to(setting.device) for count in (FEW, CASES)
    )
    best = table_learning.counted(seen, net.sizes, net.parents)
    softened = table_learning.counted(seen, net.sizes, net.parents, 1.0)
    truth = BayesNet(tuple(Cpt(each.name, each.parents, each.table.to(setting.device)) for each in net.cpts))
    model = table_learning.Tables(net.sizes, net.parents).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-2)

    def loss(generator: torch.Generator) -> Tensor:
        return -bayes_net.log_probability(model.net(), seen).mean()

    def yes(one: BayesNet) -> Tensor:
        """P(yes) of each row of each table, one below the other: (rows,)."""
        return torch.cat([each.table[..., 1].detach().flatten() for each in one.cpts])  # (2, …, 2) -> (rows,)

    def measure() -> dict[str, float]:
        """Nats a case: of the cases seen, how much is left to the best; of others, how much to the true tables."""
        with torch.no_grad():
            left = bayes_net.log_probability(best, seen).mean() + loss(generator)
            true = bayes_net.log_probability(truth, held).mean()
            lost = {name: float(true - bayes_net.log_probability(one, held).mean()) for name, one in
                    (("learnt", model.net()), ("with a prior", softened))}  # fmt: skip
        apart = float((yes(model.net()) - yes(best)).abs().max())
        return {"nats below the best": float(left), "largest difference from counting": apart} | {
            f"nats below the truth, {name}": each for name, each in lost.items()
        }

    def picture() -> Picture:
        lines = tuple((name, numbers(yes(one))) for name, one in
                      (("true", truth), ("counted", best), ("learnt", model.net())))  # fmt: skip
        return Curves("Bayesian network: P(yes) in every row of the tables of A to F", "row", lines, first=1)

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


class Graphs(nn.Module):
    """The arrows now and the best there have been, [from, to], and the pairs that moved last, the newest first."""

    def __init__(self) -> None:
        super().__init__()
        for name in ("now", "best"):
            self.register_buffer(name, torch.zeros(len(NAMES), len(NAMES), dtype=torch.int64))
        self.register_buffer("moved", torch.zeros(MEMORY, 2, dtype=torch.int64))  # a node beside itself: none

    def parents(self, name: str) -> dict[str, tuple[str, ...]]:
        into = self.get_buffer(name).mT.tolist()  # a row an arrow's end
        return {name: tuple(compress(NAMES, row)) for name, row in zip(NAMES, into, strict=True)}

    def barred(self) -> set[frozenset[str]]:
        return {frozenset(NAMES[k] for k in pair) for pair in self.get_buffer("moved").tolist()}

    def become(self, parents: Mapping[str, Sequence[str]], edge: tuple[str, str]) -> None:
        arrows = torch.tensor([[int(a in parents[b]) for b in NAMES] for a in NAMES])
        self.get_buffer("now").copy_(arrows)
        pair = torch.tensor([[NAMES.index(each) for each in edge]], device=self.get_buffer("moved").device)
        self.get_buffer("moved").copy_(torch.cat([pair, self.get_buffer("moved")])[:-1])


def structure(setting: Setting) -> Experiment:
    """Cases drawn from six yes-or-no variables: an update is the arrow put in, taken out or turned that gains most.

    From a peak it goes on by the least loss; the best graph seen is what counts.
    """
    generator = stream(setting.seed, "structure", "data")
    net = _network(generator)
    seen = bayes_net.sample(net, data.uniform(generator, CASES, len(NAMES))).to(setting.device)
    model = Graphs().to(setting.device)

    def score(parents: Mapping[str, Sequence[str]]) -> float:
        return float(structure_search.score(seen, net.sizes, parents))

    def advance(generator: torch.Generator) -> Tensor:
        now, before = model.parents("now"), score(model.parents("best"))
        move = structure_search.best_move(seen, net.sizes, now, barred=model.barred())
        if move is not None:
            model.become(structure_search.moved(now, move), move.edge)
        if score(model.parents("now")) > before + structure_search.BETTER_BY:
            model.get_buffer("best").copy_(model.get_buffer("now"))
        return -torch.tensor(before / CASES)

    def measure() -> dict[str, float]:
        found = model.parents("best")
        right = 1 - len(_links(found) ^ _links(net.parents)) / comb(len(NAMES), 2)
        return {"links told right": right, "score above the true graph's": score(found) - score(net.parents)}

    def picture() -> Picture:
        true = torch.tensor([[float(a in net.parents[b]) for b in NAMES] for a in NAMES])
        shown = (("true", rows(true)), ("found", rows(model.get_buffer("best"))))
        return Heat("Structure search: arrows from A to F (down) to A to F (across)", shown, 0, 1)

    return Experiment(model, advance, measure, picture)


def _links(parents: Mapping[str, Sequence[str]]) -> set[frozenset[str]]:
    """Which variables an arrow joins, whichever way it points: cases alone cannot always tell."""
    return {frozenset((above, child)) for child, all_above in parents.items() for above in all_above}


def _network(generator: torch.Generator) -> BayesNet:
    """P(yes) is a sigmoid of the parents' answers, each for or against it."""
    cpts = []
    for child, above in PARENTS.items():
        signs = 2.0 * data.integers(generator, 2, len(above)) - 1
        answers = torch.tensor(
            list(product((-1.0, 1.0), repeat=len(above))), dtype=torch.float64
        )  # (2^parents, parents)
        yes = torch.sigmoid(1.2 * (answers * signs).sum(dim=-1)).reshape([2] * len(above))  # (2^parents,) -> (2, …, 2)
        cpts.append(Cpt(child, tuple(above), torch.stack([1 - yes, yes], dim=-1)))
    return BayesNet(tuple(cpts))
