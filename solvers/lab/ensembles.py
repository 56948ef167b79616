"""Labs of many models in one, and of many examples from few: dropout, bagging, augmentation.

Each is trained beside the same model without it, on the same examples.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, descent, numbers, ratio, side_by_side, stream
from solvers.lab.feedforward import boundary
from solvers.lab.picture import Curves, Picture
from solvers.models import augmentation, bagging, dropout, mlp
from solvers.models.dropout import DropoutMlp
from solvers.models.mlp import Layer, Mlp

KEEP, MASKS = (0.8, 0.5, 0.5), 50
MEMBERS, UNITS = 21, 32
MOST, NOISE = 2, 0.15


def dropped(setting: Setting) -> Experiment:
    """A wide network on two hundred digits under heavy noise; fresh masks at every update, none at the test."""
    generator = stream(setting.seed, "dropout", "data")
    (x, y), (held, classes) = (_pixels(generator, count, setting) for count in (200, 1000))
    sizes = (64, 128, 128, 10)
    weights = [stream(setting.seed, "dropout", "weights") for _ in range(2)]
    model = DropoutMlp(sizes, "relu", "softmax", KEEP, weights[0]).to(x)
    plain = Mlp(sizes, "relu", "softmax", weights[1]).to(x)
    target = F.one_hot(y, 10).double()

    def masked(drawn: torch.Generator) -> Tensor:
        model.generator = drawn
        return model.loss(x, target)

    def tested() -> tuple[Tensor, Tensor]:
        """The loss of the mean over one sampled mask, two, … of each example, and that of the whole network."""
        uniforms = stream(setting.seed, "dropout", "masks")
        drawn = [torch.softmax(_sampled(model, held, uniforms), dim=-1) for _ in range(MASKS)]
        counts = torch.arange(1, MASKS + 1, dtype=held.dtype, device=held.device)
        means = torch.stack(drawn).cumsum(dim=0) / counts[:, None, None]
        return torch.stack([F.nll_loss(each.clamp(min=1e-30).log(), classes) for each in means]), _tested(
            model, held, classes
        )

    def measure() -> dict[str, float]:
        sampled, scaled = tested()
        return {
            "test loss over that without dropout": ratio(float(scaled), float(_tested(plain, held, classes))),
            "weights scaled": float(scaled),
            f"mean of {MASKS} masks": float(sampled[-1]),
        }

    def picture() -> Picture:
        sampled, scaled = tested()
        lines = (("the mean of sampled sub-networks", sampled), ("all units, weights scaled", scaled.expand(MASKS)))
        shown = tuple((name, numbers(each)) for name, each in lines)
        return Curves("Dropout: cross-entropy of unseen digits", "masks", shown, first=1)

    ways = {"dropout": (model, masked), "plain": (plain, lambda _: plain.loss(x, target))}
    return side_by_side(ways, 2e-3, measure, picture)


@torch.no_grad()
def _tested(model: Mlp, x: Tensor, classes: Tensor) -> Tensor:
    """Cross-entropy with every unit there."""
    return F.cross_entropy(mlp.forward(model.layers(), x).out[-1], classes)


@torch.no_grad()
def _sampled(model: DropoutMlp, x: Tensor, generator: torch.Generator) -> Tensor:
    """One mask an example and layer, inverted: (N, in) -> (N, out)."""
    masks = [
        dropout.mask(data.uniform(generator, len(x), layer.W.shape[-1]).to(x), keep) / keep
        for layer, keep in zip(model.layers(), model.keep, strict=True)
    ]
    return dropout.forward(model.layers(), x, masks)


class Members(nn.Module):
    """As many networks of one hidden layer as there are samples, in one stack: the first axis is the member's."""

    def __init__(self, members: int, units: int, generator: torch.Generator) -> None:
        super().__init__()
        self.W = nn.Parameter(data.normal(generator, members, units, 2) * 2**-0.5)
        self.b = nn.Parameter(torch.zeros(members, units, dtype=torch.float64))
        self.V = nn.Parameter(data.normal(generator, members, 1, units) * units**-0.5)
        self.c = nn.Parameter(torch.zeros(members, 1, dtype=torch.float64))

    def layers(self) -> tuple[Layer, Layer]:
        return Layer(self.W, self.b, "tanh"), Layer(self.V, self.c)

    def forward(self, x: Tensor) -> Tensor:
        """The logits of every member: (members, N, 2) or (N, 2) -> (members, N)."""
        return mlp.forward(self.layers(), x).out[-1].squeeze(-1)


def voting(setting: Setting) -> Experiment:
    """Twenty-one networks, each on a bootstrap sample of eighty points of two noisy moons; the majority decides."""
    generator = stream(setting.seed, "bagging", "data")
    (x, y), (held, classes) = (
        tuple(each.to(setting.device) for each in data.two_moons(generator, count, 0.35)) for count in (80, 2000)
    )
    chosen = bagging.bootstrap(data.uniform(generator, MEMBERS, len(x))).to(setting.device)
    seen, targets = bagging.resample(x, chosen), y[chosen].double()
    model = Members(MEMBERS, UNITS, stream(setting.seed, "bagging", "weights")).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)

    def loss(drawn: torch.Generator) -> Tensor:
        each = F.binary_cross_entropy_with_logits(model(seen), targets, reduction="none")
        return each.mean(dim=-1).sum() / MEMBERS

    def named(places: Tensor) -> Tensor:
        """The class that each member gives: (N, 2) -> (members, N)."""
        with torch.no_grad():
            answers: Tensor = (model(places) > 0).long()
        return answers

    def measure() -> dict[str, float]:
        answers, wanted = named(held), classes.double()
        with torch.no_grad():
            chances = torch.sigmoid(model(held))
        alone = F.binary_cross_entropy(chances, wanted.expand_as(chances))
        average = F.binary_cross_entropy(chances.mean(dim=0), wanted)
        return {
            "loss of the average over a member's": ratio(float(average), float(alone)),
            "vote wrong": float((bagging.vote(answers, 2) != classes).double().mean()),
            "a member wrong": float((answers != classes).double().mean()),
        }

    picture = boundary("Bagging", x, y == 1, lambda places: named(places).double().mean(dim=0))
    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def moved_about(setting: Setting) -> Experiment:
    """Ten clean digits are the whole data; moved and made noisy afresh at every update, or shown as they are."""
    clean, classes = data.digits_clean().unsqueeze(1), torch.arange(10)
    # (N, 1, 8, 8) -> (N, 64)
    x, y = clean.flatten(1).to(setting.device), F.one_hot(classes, 10).double().to(setting.device)
    model, plain = (
        Mlp([64, 64, 10], "relu", "softmax", stream(setting.seed, "augmentation", "weights")).to(x) for _ in range(2)
    )
    far = [_moved(stream(setting.seed, "augmentation", "held"), clean, far).to(setting.device) for far in range(4)]

    def augmented(generator: torch.Generator) -> Tensor:
        images = clean.repeat(4, 1, 1, 1)  # (10, 1, 8, 8) -> (40, 1, 8, 8)
        moved = augmentation.random_shift(images, data.uniform(generator, len(images), 2), MOST)
        noisy = moved.flatten(1) + NOISE * data.normal(generator, len(images), 64)  # (N, 1, 8, 8) -> (N, 64)
        return model.loss(noisy.to(setting.device), y.repeat(4, 1))

    def right(network: Mlp) -> Tensor:
        """The accuracy for digits moved by 0 pixels, by 1, …."""
        with torch.no_grad():
            return torch.stack([(network(each).argmax(dim=-1).cpu() == classes).double().mean() for each in far])

    def measure() -> dict[str, float]:
        within = slice(0, MOST + 1)
        return {
            "accuracy where moved": float(right(model)[within].mean()),
            "without": float(right(plain)[within].mean()),
        }

    def picture() -> Picture:
        lines = (("augmented", numbers(right(model))), ("as they are", numbers(right(plain))))
        return Curves(f"Augmentation by up to {MOST} pixels: accuracy by how far a digit has moved", "pixels", lines)

    ways = {"augmented": (model, augmented), "plain": (plain, lambda _: plain.loss(x, y))}
    return side_by_side(ways, 3e-3, measure, picture)


def _moved(generator: torch.Generator, clean: Tensor, far: int) -> Tensor:
    """The digits, noisy, moved by just so many pixels in every direction: (10, 1, 8, 8) -> (moves, 10, 64)."""
    span = range(-far, far + 1)
    moves = [(down, right) for down in span for right in span if max(abs(down), abs(right)) == far]
    images = torch.stack([augmentation.shift(clean, *move) for move in moves]).flatten(2)  # -> (moves, 10, 64)
    return images + NOISE * data.normal(generator, *images.shape)


def _pixels(generator: torch.Generator, count: int, setting: Setting) -> tuple[Tensor, Tensor]:
    """Digits under heavy noise as vectors (count, 64), and their classes (count,)."""
    images, classes = data.glyphs(generator, count, noise=0.8, shift=0)
    return images.flatten(1).to(setting.device), classes.to(setting.device)  # (N, 1, 8, 8) -> (N, 64)
