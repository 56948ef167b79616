"""Labs of what is found by a score: a Gaussian process by its likelihood, a Bayesian network by its BIC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import compress, product
from math import comb

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, descent, points, rows, stream
from solvers.lab.picture import Heat, Picture, Plane
from solvers.models import bayes_net, gaussian_process, structure_search
from solvers.models.bayes_net import BayesNet, Cpt
from solvers.models.gaussian_process import Prior

PARENTS, CASES = {"A": "", "B": "", "C": "AB", "D": "C", "E": "C", "F": "DE"}, 2000
NAMES = tuple(PARENTS)
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


def structure(setting: Setting) -> Experiment:
    """Cases drawn from six yes-or-no variables: an update is the arrow put in, taken out or turned that gains most."""
    generator = stream(setting.seed, "structure", "data")
    net = _network(generator)
    seen = bayes_net.sample(net, data.uniform(generator, CASES, len(NAMES))).to(setting.device)
    model = nn.Module()
    model.register_buffer("arrows", torch.zeros(len(NAMES), len(NAMES), dtype=torch.int64))

    def score(parents: Mapping[str, Sequence[str]]) -> Tensor:
        return structure_search.score(seen, net.sizes, parents)

    def found() -> dict[str, tuple[str, ...]]:
        into = model.get_buffer("arrows").mT.tolist()  # a row an arrow's end
        return {name: tuple(compress(NAMES, row)) for name, row in zip(NAMES, into, strict=True)}

    def advance(generator: torch.Generator) -> Tensor:
        now = found()
        best = structure_search.moves(seen, net.sizes, now)[0]
        if best.gain > structure_search.BETTER_BY:
            (i, j), arrows = (NAMES.index(each) for each in best.edge), model.get_buffer("arrows")
            arrows[i, j] = int(best.action == "add")
            arrows[j, i] = int(best.action == "reverse")
        return -score(now) / CASES

    def measure() -> dict[str, float]:
        right = 1 - len(_links(found()) ^ _links(net.parents)) / comb(len(NAMES), 2)
        return {"links told right": right, "score above the true graph's": float(score(found()) - score(net.parents))}

    def picture() -> Picture:
        true = torch.tensor([[float(a in net.parents[b]) for b in NAMES] for a in NAMES])
        tables = (("true", rows(true)), ("found", rows(model.get_buffer("arrows"))))
        return Heat("Structure search: arrows from A to F (down) to A to F (across)", tables, 0, 1)

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
