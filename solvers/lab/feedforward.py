"""Labs without time: the perceptron, logistic regression, a multilayer perceptron, and LeNet on digits of our own."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, built, descent, grid, points, rows, side_by_side, stream
from solvers.lab.picture import Heat, Picture, Plane
from solvers.models import adaboost, lenet, perceptron, regression
from solvers.models import adversarial as attack
from solvers.models.mlp import Mlp
from solvers.models.piecewise_linear import MaxoutLayer

ACROSS, DOWN = 60, 30
ROUNDS, EPSILON, PIECES, COMPONENTS = 200, 0.2, 8, 3


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
        begun = bool(model.weights.any())  # weights 0 have no margin
        return {"wrong": float(wrong()), "margin": float(perceptron.margin(model.weights, x, target)) if begun else 0.0}

    def side(places: Tensor) -> Tensor:
        return (perceptron.predict(model.weights, places) + 1) / 2

    return Experiment(model, advance, measure, boundary("Perceptron", x, target > 0, side))


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
        boundary(title, x, y == 1, probability),
        (optimizer,),
    )


def boundary(title: str, x: Tensor, positive: Tensor, value: Callable[[Tensor], Tensor]) -> Callable[[], Picture]:
    """The classifier's value in [0, 1] over the plane, with the training examples of both classes."""
    low, high = (x.amin(dim=0) - 0.3).tolist(), (x.amax(dim=0) + 0.3).tolist()
    bounds = (low[0], high[0], low[1], high[1])

    def picture() -> Picture:
        # (down, across, 2) -> (down across, 2), and back
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


class _Ensemble(nn.Module):
    """Boosting's rounds as buffers: the stumps chosen, their weights α, the examples' weights, the count."""

    def __init__(self, rounds: int, examples: int) -> None:
        super().__init__()
        self.register_buffer("chosen", torch.zeros(rounds, dtype=torch.int64))
        self.register_buffer("alphas", torch.zeros(rounds, dtype=torch.float64))
        self.register_buffer("weights", torch.full((examples,), 1 / examples, dtype=torch.float64))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))
        self.chosen: Tensor
        self.alphas: Tensor
        self.weights: Tensor
        self.count: Tensor


def boosting(setting: Setting) -> Experiment:
    """AdaBoost on the two moons: an update is a round that adds one stump; the loss is the mean exponential loss."""
    generator = stream(setting.seed, "boosting", "data")
    (x, y), (x_held, y_held) = (
        (places.to(setting.device), (2.0 * classes - 1).double().to(setting.device))
        for places, classes in (data.two_moons(generator, 150), data.two_moons(generator, 1000))
    )
    using = adaboost.stumps(x)
    table = adaboost.answers(using, x)  # (M, N)
    model = _Ensemble(ROUNDS, len(x)).to(setting.device)

    def score(places: Tensor) -> Tensor:
        """Σ α_t h_t(x), on the scale of Σ α_t = 1: (...,)."""
        told = adaboost.answers(using, places)[model.chosen]  # (rounds, P)
        return model.alphas @ told / model.alphas.sum().clamp(min=1e-12)

    def advance(generator: torch.Generator) -> Tensor:
        before = torch.exp(-y * (model.alphas @ table[model.chosen])).mean()
        step = adaboost.boost(table, y, 1, model.weights)
        place = int(model.count)
        if place < ROUNDS:
            model.chosen[place], model.alphas[place] = step.chosen[0], step.alphas[0]
            model.weights.copy_(step.weights[-1])
            model.count += 1
        return before

    def measure() -> dict[str, float]:
        right = (score(x_held) > 0) == (y_held > 0)
        return {"accuracy": float(right.double().mean())}

    def sure(places: Tensor) -> Tensor:
        return (score(places) + 1) / 2

    return Experiment(model, advance, measure, boundary("AdaBoost with stumps", x, y > 0, sure))


def polynomial(setting: Setting) -> Experiment:
    """A cubic through noisy points of a wave, by gradient descent on its Legendre coefficients; least squares waits."""
    generator = stream(setting.seed, "polynomial", "data")
    x = (2 * data.uniform(generator, 40) - 1).sort().values
    y = (torch.sin(3 * x) + 0.1 * data.normal(generator, 40)).to(setting.device)
    features = _legendre(x.to(setting.device))
    best = regression.least_squares(features, y)
    model = _Weights(features.shape[-1]).to(setting.device)

    def advance(generator: torch.Generator) -> Tensor:
        before = regression.cost(features, model.weights, y, 1 / len(x))
        model.weights -= 0.5 * regression.cost_gradient(features, model.weights, y, 1 / len(x))
        return before

    def measure() -> dict[str, float]:
        return {"distance from least squares": float(torch.linalg.vector_norm(model.weights - best))}

    def picture() -> Picture:
        places = torch.linspace(-1, 1, 60, dtype=torch.float64)
        fitted = regression.predict(_legendre(places.to(setting.device)), model.weights).cpu()
        groups = (
            ("*", points(torch.stack([x, y.cpu()], dim=-1))),
            ("o", points(torch.stack([places, fitted], dim=-1))),
        )
        return Plane("Polynomial regression: the data (*) and the cubic (o)", groups, (-1.1, 1.1, -1.6, 1.6))

    return Experiment(model, advance, measure, picture)


def _legendre(x: Tensor) -> Tensor:
    """1, x, (3x² - 1)/2, (5x³ - 3x)/2: well scaled against each other on [-1, 1], unlike the powers. (N, 4)"""
    powers = regression.polynomial(x, 3)
    turn = torch.tensor([[1, 0, -0.5, 0], [0, 1, 0, -1.5], [0, 0, 1.5, 0], [0, 0, 0, 2.5]], dtype=x.dtype)
    return powers @ turn.to(x.device)


def maxout(setting: Setting) -> Experiment:
    """One maxout unit of eight pieces is fitted to x² on [-1, 1]: a convex function is the largest of its tangents."""
    model = MaxoutLayer(1, 1, PIECES, stream(setting.seed, "maxout", "weights")).double().to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    places = torch.linspace(-1, 1, 200, dtype=torch.float64).unsqueeze(-1).to(setting.device)

    def loss(generator: torch.Generator) -> Tensor:
        x = (2 * data.uniform(generator, 64, 1) - 1).to(setting.device)
        return F.mse_loss(model(x), x**2)

    def measure() -> dict[str, float]:
        with torch.no_grad():
            net = places @ model.W.squeeze(0).mT + model.b.squeeze(0)  # (200, 1) @ (1, pieces)
            error = F.mse_loss(model(places), places**2)
        used = len(net.argmax(dim=-1).unique())
        return {"squared error": float(error), "pieces in use": float(used)}

    def picture() -> Picture:
        with torch.no_grad():
            fitted = model(places)
        groups = (
            (".", points(torch.cat([places, places**2], dim=-1))),
            ("o", points(torch.cat([places, fitted], dim=-1)[::4])),
        )
        return Plane("Maxout: the parabola (.) and what one unit makes of it (o)", groups, (-1.1, 1.1, -0.5, 1.2))

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def many_valued(setting: Setting) -> Experiment:
    """Where one x has several y: a mixture density head beside a Gaussian one, alike but for what they may say.

    x = y + 0.3 sin 2πy + noise, read backwards; the loss is -log p(y) of the mixture.
    """
    held = x, y = _backwards(stream(setting.seed, "mixture-density", "held"), setting.device)
    models = {
        name: Mlp([1, 24, outputs], "tanh", name, stream(setting.seed, name, "weights")).to(x)
        for name, outputs in (("mixture", 3 * COMPONENTS), ("gaussian", 2))
    }
    with torch.no_grad():  # three means that begin at one place move as one
        models["mixture"].get_parameter("b.1")[COMPONENTS : 2 * COMPONENTS] = torch.linspace(0.2, 0.8, COMPONENTS).to(x)

    def cost(name: str) -> Callable[[torch.Generator], Tensor]:
        return lambda generator: models[name].loss(*_backwards(generator, setting.device))

    def measure() -> dict[str, float]:
        with torch.no_grad():
            mixture, gaussian = (float(models[name].loss(*held)) for name in models)
        return {"nats ahead of one Gaussian": gaussian - mixture, "-log p(y)": mixture}

    def picture() -> Picture:
        across = torch.linspace(-3, 3, 60, dtype=torch.float64).unsqueeze(-1).to(x)
        with torch.no_grad():
            logits, means, _ = models["mixture"](across).chunk(3, dim=-1)
            one = models["gaussian"](across)[:, :1]
        likely = torch.softmax(logits, dim=-1) > 0.2
        peaks = torch.stack([across.expand_as(means)[likely], means[likely]], dim=-1)
        shown = ((".", torch.cat([x, y], dim=-1)), ("o", peaks), ("-", torch.cat([across, one], dim=-1)))
        groups = tuple((mark, points(each)) for mark, each in shown)
        title = "Mixture density: values (.), the likely means (o), one Gaussian's (-)"
        return Plane(title, groups, (-3.3, 3.3, -0.1, 1.1))

    ways = {name: (model, cost(name)) for name, model in models.items()}
    return side_by_side(ways, 1e-2, measure, picture)


def _backwards(generator: torch.Generator, device: str) -> tuple[Tensor, Tensor]:
    """300 pairs, (300, 1) each, x about 0."""
    y = data.uniform(generator, 300, 1)
    x = y + 0.3 * torch.sin(2 * torch.pi * y) + 0.03 * data.normal(generator, 300, 1)
    return (6 * x - 3).to(device), y.to(device)


def adversarial(setting: Setting) -> Experiment:
    """The two moons, half of the loss on examples moved against it by the sign of its gradient (FGSM)."""
    generator = stream(setting.seed, "adversarial", "data")
    (x, y), (x_held, y_held) = (
        (places.to(setting.device), classes.to(setting.device))
        for places, classes in (data.two_moons(generator, 300), data.two_moons(generator, 500))
    )
    model = Mlp([2, 16, 1], "tanh", "bernoulli", stream(setting.seed, "adversarial", "weights")).to(x)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)

    def cost(classes: Tensor) -> Callable[[Tensor], Tensor]:
        return lambda places: F.softplus((1 - 2 * classes.double()) * model(places).squeeze(-1))

    def loss(generator: torch.Generator) -> Tensor:
        return attack.training_loss(cost(y), x, EPSILON).mean()

    def accuracy(places: Tensor) -> float:
        with torch.no_grad():
            return float(((model(places).squeeze(-1) > 0) == (y_held == 1)).double().mean())

    def measure() -> dict[str, float]:
        return {
            "accuracy": accuracy(x_held),
            "accuracy under attack": accuracy(attack.fast_sign(cost(y_held), x_held, EPSILON)),
        }

    def probability(places: Tensor) -> Tensor:
        with torch.no_grad():
            return torch.sigmoid(model(places).squeeze(-1))

    picture = boundary("Adversarial training", x, y == 1, probability)
    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def _large(drawn: tuple[Tensor, Tensor], setting: Setting) -> tuple[Tensor, Tensor]:
    """Images (N, 1, 8, 8) -> (N, 1, 32, 32), shades from -1 to 1, with their classes (N,)."""
    images, classes = (each.to(setting.device) for each in drawn)
    return 2 * images.repeat_interleave(4, -1).repeat_interleave(4, -2) - 1, classes
