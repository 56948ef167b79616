"""Labs without time: the perceptron, logistic regression, a multilayer perceptron, and LeNet on digits of our own."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, built, descent, grid, points, rows, stream
from solvers.lab.picture import Heat, Picture, Plane
from solvers.models import lenet, perceptron
from solvers.models.mlp import Mlp

ACROSS, DOWN = 60, 30


class _Weights(nn.Module):
    """The perceptron's w' as a buffer: its rule is no gradient descent."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.register_buffer("weights", torch.zeros(size, dtype=torch.float64))
        self.weights: Tensor


def rule(setting: Setting) -> Experiment:
    """The perceptron rule, one example an update; the loss is the share of the training set that is wrong."""
    x, target = (each.to(setting.device) for each in data.separable(stream(setting.seed, "perceptron", "data"), 100))
    model = _Weights(3).to(setting.device)

    def wrong() -> Tensor:
        return (perceptron.predict(model.weights, x) != target).double().mean()

    def advance(generator: torch.Generator) -> Tensor:
        before, shown = wrong(), int(data.integers(generator, len(x), 1))
        model.weights.copy_(perceptron.step(model.weights, x[shown], target[shown], 0.1).weights)
        return before

    def measure() -> dict[str, float]:
        margin = perceptron.margin(model.weights, x, target).nan_to_num(0.0)  # weights 0 have none
        return {"wrong": float(wrong()), "margin": float(margin)}

    def side(places: Tensor) -> Tensor:
        return (perceptron.predict(model.weights, places) + 1) / 2

    return Experiment(model, advance, measure, _boundary("Perceptron", x, target > 0, side))


def logistic(setting: Setting) -> Experiment:
    """Logistic regression on two clouds: gradient descent on the mean cross-entropy of all examples."""
    generator = stream(setting.seed, "logistic", "data")
    (x, y), held = data.blobs(generator, 200), data.blobs(generator, 500)
    return _classifier("logistic", "Logistic regression", setting, [2, 1], (x, y), held, rate=0.5, momentum=0.0)


def moons(setting: Setting) -> Experiment:
    """One hidden layer of 16 tanh units on the two moons."""
    generator = stream(setting.seed, "mlp", "data")
    (x, y), held = data.two_moons(generator, 300), data.two_moons(generator, 1000)
    return _classifier("mlp", "Multilayer perceptron", setting, [2, 16, 1], (x, y), held, rate=0.3, momentum=0.9)


def _classifier(
    name: str,
    title: str,
    setting: Setting,
    sizes: list[int],
    known: tuple[Tensor, Tensor],
    held: tuple[Tensor, Tensor],
    rate: float,
    momentum: float,
) -> Experiment:
    (x, y), (x_held, y_held) = ((a.to(setting.device), b.to(setting.device)) for a, b in (known, held))
    model = Mlp(sizes, "tanh", "bernoulli", stream(setting.seed, name, "weights")).to(x)
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=momentum)

    def probability(places: Tensor) -> Tensor:
        with torch.no_grad():
            return torch.sigmoid(model(places).squeeze(-1))

    def measure() -> dict[str, float]:
        right = (probability(x_held) > 0.5) == (y_held == 1)
        return {"accuracy": float(right.double().mean())}

    return Experiment(
        model,
        descent(model, lambda generator: model.loss(x, y.unsqueeze(-1).double()), optimizer),
        measure,
        _boundary(title, x, y == 1, probability),
        (optimizer,),
    )


def _boundary(title: str, x: Tensor, positive: Tensor, value: Callable[[Tensor], Tensor]) -> Callable[[], Picture]:
    """The classifier's value in [0, 1] over the plane, with the training examples of both classes."""
    low, high = (x.amin(dim=0) - 0.3).tolist(), (x.amax(dim=0) + 0.3).tolist()
    bounds = (low[0], high[0], low[1], high[1])

    def picture() -> Picture:
        field = value(grid(bounds, ACROSS, DOWN).flatten(0, 1).to(x)).unflatten(0, (DOWN, ACROSS))
        groups = (("o", points(x[~positive])), ("x", points(x[positive])))
        caption = "o and x are the two classes; the lighter the field, the surer the model is of x"
        return Plane(f"{title}: decision boundary", groups, bounds, rows(field), caption)

    return picture


def digits(setting: Setting) -> Experiment:
    """LeNet as it is taught today on 8x8 digits of our own, moved and noisy, each pixel enlarged to 4x4."""
    model = built(lambda: lenet.modern(10), stream(setting.seed, "cnn", "weights")).double().to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    x_held, y_held = _large(data.glyphs(stream(setting.seed, "cnn", "held"), 500), setting)

    def loss(generator: torch.Generator) -> Tensor:
        x, y = _large(data.glyphs(generator, 32), setting)
        return F.cross_entropy(model(x), y)

    def measure() -> dict[str, float]:
        with torch.no_grad():
            return {"accuracy": float((model(x_held).argmax(dim=-1) == y_held).double().mean())}

    def picture() -> Picture:
        kernels = next(iter(model.parameters()))  # C1: (6, 1, 5, 5)
        bound = float(kernels.detach().abs().max())
        tables = tuple((f"map {place + 1}", rows(each[0])) for place, each in enumerate(kernels))
        return Heat("LeNet: the six 5x5 filters of C1", tables, -bound, bound, "dark is negative, light is positive")

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def _large(drawn: tuple[Tensor, Tensor], setting: Setting) -> tuple[Tensor, Tensor]:
    """Images (N, 1, 8, 8) -> (N, 1, 32, 32), shades from -1 to 1, with their classes (N,)."""
    images, classes = (each.to(setting.device) for each in drawn)
    return 2 * images.repeat_interleave(4, -1).repeat_interleave(4, -2) - 1, classes
