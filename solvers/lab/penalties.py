"""Labs of what keeps a model from learning its examples by heart: weight decay, L1, early stopping, smoothed labels.

Each is trained beside the same model without it, on the same examples.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, descent, numbers, points, ratio, side_by_side, stream
from solvers.lab.picture import Curves, Picture, Plane
from solvers.models import early_stopping, label_noise, lasso, norm_penalties, regression
from solvers.models.mlp import Mlp

POINTS, COSINES, DECAY = 12, 16, 0.02
FEATURES, USED, SPARSITY = 30, 4, 0.3
EPOCHS, PATIENCE = 600, 60
EPSILON, GAPS = 0.1, 16


class Weights(nn.Module):
    """Named vectors as buffers, for rules that are no plain gradient descent."""

    def __init__(self, **vectors: Tensor) -> None:
        super().__init__()
        for name, each in vectors.items():
            self.register_buffer(name, each.clone())


def ridge(setting: Setting) -> Experiment:
    """Twelve noisy points, sixteen waves to fit them with: weight decay goes to ridge's one solution, from anywhere."""
    generator = stream(setting.seed, "ridge", "data")
    x = 2 * data.uniform(generator, POINTS) - 1
    y = (torch.sin(3 * x) + 0.2 * data.normal(generator, POINTS)).to(setting.device)
    seen = _cosines(x).to(setting.device)
    start = 0.1 * data.normal(stream(setting.seed, "ridge", "weights"), COSINES)
    model = Weights(decayed=start, free=start).to(setting.device)
    best = regression.least_squares(seen, y, POINTS * DECAY / 2)  # of 1/n Σ (t - o)² + α/2 ‖w‖²
    places = torch.linspace(-1, 1, 100, dtype=torch.float64).to(setting.device)
    fresh = _cosines(places)

    def advance(generator: torch.Generator) -> Tensor:
        decayed = model.get_buffer("decayed")
        before = regression.cost(seen, decayed, y, 1 / POINTS) + DECAY * norm_penalties.value("l2", decayed)
        for name, alpha in (("decayed", DECAY), ("free", 0.0)):
            w = model.get_buffer(name)
            w.copy_(norm_penalties.step("l2", w, regression.cost_gradient(seen, w, y, 1 / POINTS), 0.3, alpha))
        return before

    def fitted(name: str) -> Tensor:
        return regression.predict(fresh, model.get_buffer(name))

    def error(name: str) -> float:
        return float(((fitted(name) - torch.sin(3 * places)) ** 2).mean())

    def measure() -> dict[str, float]:
        return {
            "error over that without decay": ratio(error("decayed"), error("free")),
            "distance from ridge": float(torch.linalg.vector_norm(model.get_buffer("decayed") - best)),
        }

    def picture() -> Picture:
        curves = (("o", places, fitted("decayed")), (".", places, fitted("free")), ("*", x, y))
        groups = tuple((mark, points(torch.stack([a.cpu(), b.cpu()], dim=-1))) for mark, a, b in curves)
        return Plane("Weight decay: the data (*), with decay (o), without (.)", groups, (-1.1, 1.1, -2.0, 2.0))

    return Experiment(model, advance, measure, picture)


def _cosines(x: Tensor) -> Tensor:
    """cos(k π (x + 1) / 2), k = 0 … : waves that are orthogonal on [-1, 1]. (N,) -> (N, COSINES)"""
    return torch.cos(torch.arange(COSINES, dtype=x.dtype, device=x.device) * math.pi * (x.unsqueeze(-1) + 1) / 2)


def sparse_weights(setting: Setting) -> Experiment:
    """Thirty features of which four count: steps of ISTA, and the same steps without the penalty."""
    generator = stream(setting.seed, "lasso", "data")
    x = data.normal(generator, 2 * FEATURES, FEATURES)
    signs = 2.0 * data.integers(generator, 2, USED) - 1
    true = torch.cat([signs * (1 + data.uniform(generator, USED)), x.new_zeros(FEATURES - USED)])
    true = true[torch.randperm(FEATURES, generator=generator)]
    y = x @ true + 0.5 * data.normal(generator, len(x))
    x, y, true = (each.to(setting.device) for each in (x, y, true))
    factor = 1 / (2 * len(x))
    steepest = float(2 * factor * torch.linalg.eigvalsh(x.mT @ x)[-1])
    model = Weights(sparse=torch.zeros_like(true), free=torch.zeros_like(true))

    def advance(generator: torch.Generator) -> Tensor:
        before = lasso.cost(x, y, model.get_buffer("sparse"), SPARSITY, factor)
        for name, alpha in (("sparse", SPARSITY), ("free", 0.0)):
            w = model.get_buffer(name)
            moved = w - regression.cost_gradient(x, w, y, factor) / steepest
            w.copy_(lasso.soft_threshold(moved, alpha / steepest))
        return before

    def right(name: str) -> float:
        return float(((model.get_buffer(name) != 0) == (true != 0)).double().mean())

    def measure() -> dict[str, float]:
        best = lasso.coordinate_descent(x, y, SPARSITY, factor, 200)
        return {
            "features told right": right("sparse"),
            "without the penalty": right("free"),
            "distance from the best": float(torch.linalg.vector_norm(model.get_buffer("sparse") - best)),
        }

    def picture() -> Picture:
        lines = (("true weights", true), ("with the L1 penalty", model.get_buffer("sparse")),
                 ("without", model.get_buffer("free")))  # fmt: skip
        shown = tuple((name, numbers(each)) for name, each in lines)
        return Curves("Lasso: the weight of each feature", "feature", shown, first=1)

    return Experiment(model, advance, measure, picture)


class Watched(nn.Module):
    """A network in training, a copy of it at its best, and both errors after each epoch."""

    def __init__(self, now: Mlp, best: Mlp) -> None:
        super().__init__()
        self.now, self.best = now, best
        self.register_buffer("errors", torch.zeros(2, EPOCHS, dtype=torch.float64))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))
        self.errors: Tensor
        self.count: Tensor

    def seen(self) -> Tensor:
        """Training and validation error of the epochs so far: (2, epochs)."""
        return self.errors[:, : int(self.count)]

    def patient(self) -> bool:
        """Whether training would still be going on."""
        epochs = int(self.count)
        if epochs == 0:
            return True
        return epochs < EPOCHS and epochs - 1 - int(self._stopping().best) < PATIENCE

    def keep(self) -> None:
        """Copies the network if the last epoch is the best so far."""
        if int(self._stopping().best) == int(self.count) - 1:
            self.best.load_state_dict(self.now.state_dict())

    def _stopping(self) -> early_stopping.Stopping:
        return early_stopping.stopping(self.seen()[1], PATIENCE)


def stopped(setting: Setting) -> Experiment:
    """Sixty points of two noisy moons, a network large enough to learn the noise; training goes on for all to see."""
    generator = stream(setting.seed, "early-stopping", "data")
    known, checked, held = (
        (x.to(setting.device), y.double().unsqueeze(-1).to(setting.device))
        for x, y in (data.two_moons(generator, count, 0.35) for count in (60, 300, 2000))
    )
    now, best = (
        Mlp([2, 64, 64, 1], "tanh", "bernoulli", stream(setting.seed, "early-stopping", "weights")).to(known[0])
        for _ in range(2)
    )
    model = Watched(now, best).to(setting.device)
    optimizer = torch.optim.Adam(now.parameters(), lr=5e-3)
    epoch = descent(now, lambda generator: now.loss(*known), optimizer)

    def advance(generator: torch.Generator) -> Tensor:
        patient, loss = model.patient(), epoch(generator)
        if int(model.count) < EPOCHS:
            with torch.no_grad():
                model.errors[:, int(model.count)] = torch.stack([now.loss(*known), now.loss(*checked)])
            model.count += 1
        if patient:
            model.keep()
        return loss

    def measure() -> dict[str, float]:
        with torch.no_grad():
            kept, last = (float(each.loss(*held)) for each in (best, now))
        return {"test loss over that of the last epoch": ratio(kept, last), "test loss": kept}

    def picture() -> Picture:
        names = ("training error", "validation error")
        with torch.no_grad():  # before the first epoch there is a point to show too
            errors = model.seen() if int(model.count) else torch.stack([now.loss(*known), now.loss(*checked)])[:, None]
        lines = tuple((name, numbers(line)) for name, line in zip(names, errors, strict=True))
        return Curves("Early stopping: the errors epoch by epoch", "epoch", lines, first=1)

    return Experiment(model, advance, measure, picture, (optimizer,))


def smoothed(setting: Setting) -> Experiment:
    """Three clouds that lie apart: hard labels pull the logits apart for ever, smoothed ones to a gap that is known."""
    generator = stream(setting.seed, "label-smoothing", "data")
    centres = data.ring_centres(3)
    classes = data.integers(generator, 3, 150)
    x = (centres[classes] + 0.25 * data.normal(generator, 150, 2)).to(setting.device)
    y = nn.functional.one_hot(classes, 3).double().to(setting.device)
    smooth, hard = (
        Mlp([2, 16, 3], "tanh", "softmax", stream(setting.seed, "label-smoothing", "weights")).to(x) for _ in range(2)
    )

    def gaps(network: Mlp) -> Tensor:
        """How far the right logit stands above the mean of the others, of each example: (N,)."""
        with torch.no_grad():
            z = network(x)
        right = (y * z).sum(dim=-1)
        above: Tensor = right - (z.sum(dim=-1) - right) / 2
        return above

    def measure() -> dict[str, float]:
        best = label_noise.best_gap(3, EPSILON)
        return {
            "distance from the best gap": float((gaps(smooth) - best).abs().mean()),
            "gap": float(gaps(smooth).mean()), "gap without smoothing": float(gaps(hard).mean()),
        }  # fmt: skip

    def picture() -> Picture:
        shares = [torch.histc(gaps(each).float().cpu(), GAPS, 0, GAPS) / len(x) for each in (smooth, hard)]
        lines = tuple(zip(("smoothed labels", "hard labels"), (numbers(each) for each in shares), strict=True))
        title = f"Label smoothing: how far the right logit stands above (best {label_noise.best_gap(3, EPSILON):.2f})"
        return Curves(title, "gap", lines)

    ways = {
        "smooth": (smooth, lambda _: label_noise.smoothed_loss(smooth(x), y, EPSILON).mean()),
        "hard": (hard, lambda _: hard.loss(x, y)),
    }
    return side_by_side(ways, 2e-2, measure, picture)
