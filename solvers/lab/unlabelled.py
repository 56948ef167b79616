"""Labs of learning without labels: beside few labels, from what was hidden, from what belongs together.

Each is trained beside a network that has the few labelled examples alone.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.experiment import (
    Experiment,
    Phased,
    Setting,
    descent,
    grid,
    points,
    ratio,
    rows,
    share_wrong,
    side_by_side,
    stream,
)
from solvers.lab.picture import Heat, Picture, Plane
from solvers.models import augmentation, regression, semi_supervised
from solvers.models.mlp import Mlp
from solvers.models.semi_supervised import SharedEncoder

PIXELS = 64
DIMENSIONS, APART = 30, 2.5  # of the clouds: how far each lies from the origin, in deviations
ROUND, SURE = 50, 0.8  # updates until labels are told anew, and how sure the classifier must be


def half_labelled(setting: Setting) -> Experiment:
    """Two labelled digits a class, and a thousand without a label, which a decoder on the same encoder learns from."""
    generator = stream(setting.seed, "semi-supervised", "data")
    unlabelled, (x, y), (held, classes) = mostly_unlabelled(generator, 2, 0.5, setting)
    target = F.one_hot(y, 10).double()
    model, alone = (
        SharedEncoder(PIXELS, 10, 10, stream(setting.seed, "semi-supervised", "weights")).to(x) for _ in range(2)
    )

    def loss(generator: torch.Generator) -> Tensor:
        chosen = data.integers(generator, len(unlabelled), 64).to(setting.device)
        return model.loss(x, target, unlabelled[chosen], 1.0)

    def measure() -> dict[str, float]:
        right, labels = (share_right(each, held, classes) for each in (model, alone))
        return {"errors over those of labels alone": ratio(1 - right, 1 - labels), "accuracy": right}

    def picture() -> Picture:
        with torch.no_grad():
            back = model.reconstruct(held[:4])
        pairs = (("seen", held[:4]), ("decoded", back))
        # (64,) -> (8, 8)
        tables = tuple((name, rows(each[k].unflatten(0, (8, 8)))) for k in range(4) for name, each in pairs)
        return Heat("Semi-supervised: digits without a label, and what the code keeps", tables, 0, 1)

    ways = {"both": (model, loss), "alone": (alone, lambda _: F.cross_entropy(alone(x), y))}
    return side_by_side(ways, 5e-3, measure, picture)


def contrasted(setting: Setting) -> Experiment:
    """Two noisy, moved versions of a digit belong together; labels come afterwards, twenty for a linear readout."""
    generator = stream(setting.seed, "contrastive", "data")
    (x, y), (held, classes) = (moved_digits(generator, count, setting) for count in (20, 1000))
    model, untrained = (
        Mlp([PIXELS, 64, 32], "relu", "squared", stream(setting.seed, "contrastive", "weights")).to(x) for _ in range(2)
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    clean = data.digits_clean().unsqueeze(1)

    def loss(generator: torch.Generator) -> Tensor:
        shown = data.integers(generator, 10, 64)
        first, second = (model(_views(generator, clean[shown], setting)) for _ in range(2))
        return semi_supervised.contrastive_loss(first, second, 0.5).mean()

    def measure() -> dict[str, float]:
        ways = {"accuracy of the readout": model, "untrained": untrained, "pixels": nn.Identity()}
        return {name: _read_out(encode, (x, y), (held, classes)) for name, encode in ways.items()}

    def picture() -> Picture:
        with torch.no_grad():
            codes = model(torch.cat([held[classes == k][:3] for k in range(10)]))
        table = semi_supervised.cosine_similarities(codes, codes)
        return Heat("Contrastive: cosines of the codes of thirty digits, three of each", (("", rows(table)),), -1, 1)

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


@torch.no_grad()
def _read_out(encode: nn.Module, few: tuple[Tensor, Tensor], held: tuple[Tensor, Tensor]) -> float:
    """How often a linear readout, fitted by ridge to the codes of a few, is right about those of others."""
    codes, others = (F.normalize(encode(x), dim=-1) for x, _ in (few, held))
    w = [regression.least_squares(codes, (few[1] == k).double(), 0.1) for k in range(10)]
    return 1 - share_wrong(others @ torch.stack(w, dim=-1), held[1])


def _views(generator: torch.Generator, images: Tensor, setting: Setting) -> Tensor:
    # (N, 1, 8, 8) -> (N, 64)
    moved = augmentation.random_shift(images, data.uniform(generator, len(images), 2), 1).flatten(1)
    return (moved + 0.3 * data.normal(generator, *moved.shape)).to(setting.device)


class SelfTrained(Phased):
    """A classifier and what it told itself of the unlabelled, a row of zeros where it is not sure; one without that."""

    def __init__(self, model: Mlp, alone: Mlp, unlabelled: Tensor, classes: int) -> None:
        super().__init__()
        self.model, self.alone = model, alone
        self.register_buffer("told", unlabelled.new_zeros(len(unlabelled), classes))

    def tell(self, logits: Tensor) -> None:
        """Labels drawn anew from what the classifier thinks now."""
        found = semi_supervised.pseudo_label(logits, SURE)
        self.get_buffer("told").copy_(found.labels * found.sure.unsqueeze(-1))


def self_trained(setting: Setting) -> Experiment:
    """Two clouds in thirty dimensions, two labels each: every fifty updates the classifier's own labels are drawn anew.

    It trusts those it is sure of among a thousand points without a label.
    """
    generator = stream(setting.seed, "self-training", "data")
    axis = F.normalize(data.normal(generator, DIMENSIONS), dim=0)
    chosen = [torch.tensor([0, 0, 1, 1]), *(data.integers(generator, 2, 1000) for _ in range(2))]
    x, unlabelled, held = (data.clouds(generator, each, axis, APART).to(setting.device) for each in chosen)
    y, _, classes = (each.to(setting.device) for each in chosen)
    weights = [stream(setting.seed, "self-training", "weights") for _ in range(2)]
    model, alone = (Mlp([DIMENSIONS, 2], "tanh", "softmax", each).to(x) for each in weights)
    parts = SelfTrained(model, alone, unlabelled, 2).to(setting.device)

    def loss(generator: torch.Generator) -> Tensor:
        some = data.integers(generator, len(unlabelled), 64).to(setting.device)
        told = parts.get_buffer("told")[some]
        return F.cross_entropy(model(x), y) - (told * torch.log_softmax(model(unlabelled[some]), -1)).sum(-1).mean()

    optimizers = tuple(torch.optim.Adam(each.parameters(), lr=3e-3) for each in (model, alone))
    learn = descent(model, loss, optimizers[0])
    beside = descent(alone, lambda _: F.cross_entropy(alone(x), y), optimizers[1])

    def advance(generator: torch.Generator) -> Tensor:
        if parts.tick() % ROUND == ROUND - 1:
            with torch.no_grad():
                parts.tell(model(unlabelled))
        beside(generator)
        return learn(generator)

    def measure() -> dict[str, float]:
        own, labels = (share_right(each, held, classes) for each in (model, alone))
        sure = float(parts.get_buffer("told").sum()) / len(unlabelled)
        return {"errors over those of labels alone": ratio(1 - own, 1 - labels), "accuracy": own, "sure of": sure}

    shown = (("o", held[classes == 0]), ("x", held[classes == 1]), ("*", x))
    return Experiment(parts, advance, measure, lambda: _boundary(parts, shown, axis.to(x)), optimizers)


def _boundary(parts: SelfTrained, shown: tuple[tuple[str, Tensor], ...], axis: Tensor) -> Picture:
    """The plane of the clouds' axis (across) and of what the labels alone look at besides (up)."""
    away = parts.alone.W[-1][1] - parts.alone.W[-1][0]
    up = F.normalize(away - (away @ axis) * axis, dim=0)
    basis, bounds = torch.stack([axis, up]).detach(), (-5.0, 5.0, -4.0, 4.0)
    with torch.no_grad():
        field = torch.softmax(parts.model(grid(bounds, 48, 20).to(basis) @ basis), dim=-1)[..., 1]  # (down, across)
    groups = tuple((mark, points(group[:150] @ basis.mT)) for mark, group in shown)
    caption = "o and x are the two clouds, * the four labels; the lighter the field, the surer the model is of x"
    return Plane("Self-training: decision boundary", groups, bounds, rows(field), caption)


def masked(setting: Setting) -> Experiment:
    """Half the pixels of a digit are hidden, and told from the others; the same network has only seen whole digits."""
    generator = stream(setting.seed, "masked", "data")
    held = data.glyphs(generator, 1000)[0].flatten(1).to(setting.device)  # (N, 1, 8, 8) -> (N, 64)
    hidden = _hidden(generator, held)
    holes = semi_supervised.masked(held, hidden)
    weights = [stream(setting.seed, "masked", "weights") for _ in range(2)]
    model, whole = (Mlp([PIXELS, 128, 64, 128, PIXELS], "relu", "squared", each).to(held) for each in weights)

    def loss(generator: torch.Generator) -> Tensor:
        seen = data.glyphs(generator, 64)[0].flatten(1).to(setting.device)  # (N, 1, 8, 8) -> (N, 64)
        hide = _hidden(generator, seen)
        return semi_supervised.masked_loss(seen, model(semi_supervised.masked(seen, hide)), hide)

    def copied(generator: torch.Generator) -> Tensor:
        seen = data.glyphs(generator, 64)[0].flatten(1).to(setting.device)  # (N, 1, 8, 8) -> (N, 64)
        return F.mse_loss(whole(seen), seen)

    @torch.no_grad()
    def error(guess: Tensor) -> float:
        return float(semi_supervised.masked_loss(held, guess, hidden))

    def measure() -> dict[str, float]:
        with torch.no_grad():
            ours, theirs = model(holes), whole(holes)
        blind = error(held.mean(dim=0).expand_as(held))
        return {"error over the mean's": error(ours) / blind, "having seen whole digits": error(theirs) / blind}

    def picture() -> Picture:
        with torch.no_grad():
            told = torch.where(hidden > 0, model(holes), held)
        names = (("seen", holes), ("told", told), ("was", held))
        # (64,) -> (8, 8)
        tables = tuple((name, rows(each[k].unflatten(0, (8, 8)))) for k in range(4) for name, each in names)
        return Heat("Masked reconstruction: what is seen of a digit, what is told of it, what it was", tables, 0, 1)

    return side_by_side({"masked": (model, loss), "whole": (whole, copied)}, 3e-3, measure, picture)


def _hidden(generator: torch.Generator, images: Tensor) -> Tensor:
    """Which pixels are hidden, half of them on average: 1 there, else 0."""
    return (data.uniform(generator, *images.shape) < 0.5).to(images)


@torch.no_grad()
def share_right(model: nn.Module, x: Tensor, classes: Tensor) -> float:
    return 1 - share_wrong(model(x), classes)


def moved_digits(generator: torch.Generator, count: int, setting: Setting) -> tuple[Tensor, Tensor]:
    """Digits moved and noisy as vectors (count, 64), and their classes (count,)."""
    images, classes = data.glyphs(generator, count, 0.3, 1)
    return images.flatten(1).to(setting.device), classes.to(setting.device)  # (N, 1, 8, 8) -> (N, 64)


def mostly_unlabelled(
    generator: torch.Generator, each: int, noise: float, setting: Setting
) -> tuple[Tensor, tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Digits in place, noisy: a thousand without labels, `each` a class with, a thousand to be tested on."""
    drawn = [data.glyphs(generator, count, noise, 0) for count in (1000, 600, 1000)]
    # (N, 1, 8, 8) -> (N, 64)
    flat = ((images.flatten(1).to(setting.device), classes.to(setting.device)) for images, classes in drawn)
    (unlabelled, _), (x, y), (held, classes) = flat
    few = torch.cat([(y == k).nonzero().flatten()[:each] for k in range(10)])  # (found, 1) -> (found,)
    return unlabelled, (x[few], y[few]), (held, classes)
