"""Labs of what lets many layers train, batch normalisation and shortcuts, and of outputs that are a picture."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.experiment import (
    Experiment,
    Setting,
    built,
    descent,
    numbers,
    rows,
    share_wrong,
    side_by_side,
    slopes,
    stream,
)
from solvers.lab.picture import Curves, Heat, Picture, Rows
from solvers.models import resnet, transposed_convolution
from solvers.models.batch_norm import NormalisedMlp
from solvers.models.mlp import Mlp
from solvers.models.transposed_convolution import FullyConvolutional

LAYERS, UNITS = 8, 32
DEPTH, WIDTH = 32, 4


def normalised(setting: Setting) -> Experiment:
    """Eight sigmoid layers on the two moons by plain descent; the statistics for the test are those of all examples."""
    generator = stream(setting.seed, "batch-norm", "data")
    (x, y), (held, classes) = (
        tuple(each.to(setting.device) for each in data.two_moons(generator, count)) for count in (300, 1000)
    )
    sizes = (2, *[UNITS] * LAYERS, 1)
    model = NormalisedMlp(sizes, "sigmoid", stream(setting.seed, "batch-norm", "weights")).to(x)
    plain = Mlp(sizes, "sigmoid", "bernoulli", stream(setting.seed, "batch-norm", "weights")).to(x)

    def cost(network: nn.Module, generator: torch.Generator) -> Tensor:
        chosen = data.integers(generator, len(x), 64).to(setting.device)
        return _logistic(network, x[chosen], y[chosen])

    def accuracy(network: nn.Module) -> float:
        with torch.no_grad():
            return float(((network(held).squeeze(-1) > 0) == (classes == 1)).double().mean())

    def measure() -> dict[str, float]:
        return {"accuracy": accuracy(model), "accuracy without": accuracy(plain)}

    def picture() -> Picture:
        norms = {name: slopes(_logistic(each, x, y), each.W) for name, each in (("normalised", model), ("not", plain))}
        lines = tuple((name, numbers(each)) for name, each in norms.items())
        return Curves("Batch normalisation: log10 of the gradient's norm by layer", "layer", lines, first=1, log=True)

    ways = {"normalised": (model, lambda g: cost(model.train(), g)), "plain": (plain, lambda g: cost(plain, g))}
    found = side_by_side(ways, 0.5, measure, picture, torch.optim.SGD)

    def final() -> None:
        model.eval().final_pass(x)

    def advance(generator: torch.Generator) -> Tensor:
        loss = found.advance(generator)
        final()
        return loss

    final()
    return replace(found, advance=advance)


def _logistic(network: nn.Module, x: Tensor, y: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(network(x).squeeze(-1), y.double())


class Nothing(nn.Module):
    """A shortcut that carries nothing: a block becomes plain layers."""

    def forward(self, x: Tensor) -> Tensor:
        return x.new_zeros(())


def shortcuts(setting: Setting) -> Experiment:
    """Thirty-two layers on small digits, with shortcuts and, otherwise the same, without."""
    model, plain = (_thirty_two(setting, carried=carried) for carried in (True, False))
    held, classes = _glyphs(stream(setting.seed, "resnet", "held"), 500, setting)

    def cost(network: nn.Module, generator: torch.Generator) -> Tensor:
        images, labels = _glyphs(generator, 32, setting)
        network.train()  # each batch normalises itself, and counts for the statistics of the test
        loss = F.cross_entropy(network(images), labels)
        network.eval()
        return loss

    def measure() -> dict[str, float]:
        with torch.no_grad():
            wrong = [share_wrong(network(held), classes) for network in (model, plain)]
        return {"accuracy": 1 - wrong[0], "accuracy without shortcuts": 1 - wrong[1]}

    def picture() -> Picture:
        tables = tuple((name, confusion(each)) for name, each in (("with shortcuts", model), ("without", plain)))
        return Heat("ResNet: digits (down) and what they are taken for (across)", tables, 0, 1)

    def confusion(network: nn.Module) -> Rows:
        with torch.no_grad():
            told = network(held).argmax(dim=-1)
        both = F.one_hot(classes, 10).double().mT @ F.one_hot(told, 10).double()  # (10, N) @ (N, 10)
        return rows(both / both.sum(dim=-1, keepdim=True))

    ways = {"residual": (model, lambda g: cost(model, g)), "plain": (plain, lambda g: cost(plain, g))}
    return side_by_side(ways, 1e-3, measure, picture)


def _thirty_two(setting: Setting, *, carried: bool) -> nn.Sequential:
    model = built(
        lambda: resnet.small_resnet(DEPTH, 10, width=WIDTH, inputs=1), stream(setting.seed, "resnet", "weights")
    )
    assert isinstance(model, nn.Sequential)
    for part in model.modules():
        if isinstance(part, nn.BatchNorm2d):
            nn.init.ones_(part.weight)
        if isinstance(part, resnet.Block) and not carried:
            part.shortcut = Nothing()
    return model.to(setting.device).eval()


def _glyphs(generator: torch.Generator, count: int, setting: Setting) -> tuple[Tensor, Tensor]:
    images, classes = data.glyphs(generator, count)
    return images.float().to(setting.device), classes.to(setting.device)


def segmented(setting: Setting) -> Experiment:
    """Squares, crosses and rings of one brightness under noise: which class a pixel has, only its surroundings tell."""
    generator = stream(setting.seed, "fcn", "weights")
    model = built(lambda: FullyConvolutional(1, (16, 32), len(data.SHAPES) + 1), generator).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    held = _scenes(stream(setting.seed, "fcn", "held"), 200, setting)

    def loss(generator: torch.Generator) -> Tensor:
        images, labels = _scenes(generator, 32, setting)
        return transposed_convolution.pixel_loss(model(images), labels).mean()

    def told(images: Tensor) -> Tensor:
        with torch.no_grad():
            return transposed_convolution.pixel_labels(model(images))

    def measure() -> dict[str, float]:
        found, labels = told(held[0]), held[1]
        shapes = range(1, len(data.SHAPES) + 1)
        shared = [((found == k) & (labels == k)).sum() / ((found == k) | (labels == k)).sum() for k in shapes]
        return {
            "intersection over union": float(torch.stack(shared).mean()),
            "pixels": float((found == labels).double().mean()),
        }

    def picture() -> Picture:
        images, labels = (each[:3] for each in held)
        tables = []
        for image, truth, found in zip(images, labels, told(images), strict=True):
            tables += [("seen", 3 * image[0]), ("true", truth), ("told", found)]
        shown = tuple((name, rows(each)) for name, each in tables)
        caption = "shades of true and told: background, " + ", ".join(data.SHAPES)
        return Heat("Fully convolutional network: a class for every pixel", shown, 0, len(data.SHAPES), caption)

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def _scenes(generator: torch.Generator, count: int, setting: Setting) -> tuple[Tensor, Tensor]:
    images, labels = data.scenes(generator, count)
    return images.float().to(setting.device), labels.to(setting.device)
