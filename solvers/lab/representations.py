"""Labs of representations shared or carried over: several tasks, transfer, layer-wise pre-training.

Each is trained beside a network that has the few labelled examples alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.experiment import (
    Experiment,
    Phased,
    Setting,
    descent,
    in_phases,
    numbers,
    ratio,
    rows,
    side_by_side,
    stream,
)
from solvers.lab.picture import Curves, Heat, Picture
from solvers.lab.unlabelled import PIXELS, mostly_unlabelled, moved_digits, share_right
from solvers.models import multi_task, pretraining
from solvers.models.mlp import Mlp
from solvers.models.multi_task import MultiTask, Task
from solvers.models.norm_penalties import TiedAutoencoder
from solvers.models.pretraining import Stage

TASKS, INPUTS, DIRECTIONS = 24, 20, 4
SOURCE = 300
WIDTHS, STAGE = (16,) * 6, 250


def several_tasks(setting: Setting) -> Experiment:
    """Twenty-four tasks, sixty examples, that all look at the same four directions of twenty; or a network for each."""
    generator = stream(setting.seed, "multi-task", "data")
    directions, heads = data.normal(generator, INPUTS, DIRECTIONS), data.normal(generator, DIRECTIONS, TASKS)

    def drawn(count: int) -> tuple[Tensor, Tensor]:
        x = data.normal(generator, count, INPUTS)
        y = torch.tanh(x @ directions * INPUTS**-0.5) @ heads + 0.1 * data.normal(generator, count, TASKS)
        return x.to(setting.device), y.to(setting.device)

    (x, y), (held, wanted) = drawn(60), drawn(1000)
    task, weights = Task(1, "squared"), stream(setting.seed, "multi-task", "weights")
    model = MultiTask((INPUTS, 2 * DIRECTIONS), "tanh", [task] * TASKS, weights).to(x)
    singles = [MultiTask((INPUTS, 2 * DIRECTIONS), "tanh", [task], weights).to(x) for _ in range(TASKS)]
    alone = nn.ModuleList(singles)

    def apart(x: Tensor, y: Tensor) -> Tensor:
        columns = y.split(1, dim=-1)
        return torch.cat([each.losses(x, [column]) for each, column in zip(singles, columns, strict=True)])

    def errors() -> tuple[Tensor, Tensor]:
        """Of each task on new examples, together and alone."""
        with torch.no_grad():
            return model.losses(held, wanted.split(1, dim=-1)), apart(held, wanted)

    def measure() -> dict[str, float]:
        both, single = (float(each.mean()) for each in errors())
        return {"error over that of single tasks": ratio(both, single), "error": both}

    def picture() -> Picture:
        lines = tuple((name, numbers(each)) for name, each in zip(("together", "alone"), errors(), strict=True))
        return Curves("Multi-task learning: squared error of new examples by task", "task", lines, first=1)

    ways = {
        "together": (model, lambda _: model.losses(x, y.split(1, dim=-1)).mean()),
        "alone": (alone, lambda _: apart(x, y).mean()),
    }
    return side_by_side(ways, 1e-2, measure, picture)


def transferred(setting: Setting) -> Experiment:
    """First which digit it is, from many; then whether it is odd, from twenty, with that body under a new head."""
    generator = stream(setting.seed, "transfer", "data")
    (x, y), (held, classes) = (moved_digits(generator, count, setting) for count in (20, 1000))
    sizes, weights = [PIXELS, 64, 32], stream(setting.seed, "transfer", "weights")
    source, scratch = (Mlp([*sizes, outputs], "relu", "softmax", weights).to(x) for outputs in (10, 2))
    target = F.one_hot(y % 2, 2).double()

    def new_head() -> Mlp:
        return multi_task.transfer(source, 2, "softmax", stream(setting.seed, "transfer", "head"), freeze=True)

    def first(generator: torch.Generator) -> Tensor:
        images, labels = moved_digits(generator, 64, setting)
        return source.loss(images, F.one_hot(labels, 10).double())

    model = new_head()
    parts = Phased(source=source, model=model, scratch=scratch)
    optimizers = tuple(torch.optim.Adam(each.parameters(), lr=3e-3) for each in (source, model, scratch))
    advance = in_phases(
        parts, SOURCE, descent(source, first, optimizers[0]), lambda: model.load_state_dict(new_head().state_dict()),
        descent(model, lambda _: model.loss(x, target), optimizers[1]),
        descent(scratch, lambda _: scratch.loss(x, target), optimizers[2]),
    )  # fmt: skip

    def measure() -> dict[str, float]:
        return {
            "accuracy": share_right(model, held, classes % 2),
            "from scratch": share_right(scratch, held, classes % 2),
        }

    def picture() -> Picture:
        ways = (("with the body carried over", model), ("from scratch", scratch))
        lines = tuple(
            (name, tuple(share_right(each, held[classes == k], classes[classes == k] % 2) for k in range(10)))
            for name, each in ways
        )
        return Curves("Transfer: is the digit odd? Right answers by digit", "digit", lines)

    return Experiment(parts, advance, measure, picture, optimizers)


def layer_by_layer(setting: Setting) -> Experiment:
    """Six narrow layers learn one after the other to code a thousand digits; then all are tuned on two a class."""
    generator = stream(setting.seed, "pretraining", "data")
    unlabelled, (x, y), (held, classes) = mostly_unlabelled(generator, 2, 0.4, setting)
    target, weights, sizes = (
        F.one_hot(y, 10).double(),
        stream(setting.seed, "pretraining", "weights"),
        (PIXELS, *WIDTHS),
    )
    coders = [TiedAutoencoder(inputs, units, weights).to(x) for inputs, units in pairwise(sizes)]
    model, scratch = (Mlp([*sizes, 10], "tanh", "softmax", weights).to(x) for _ in range(2))
    stages = [Stage(coder, x.new_zeros(0)) for coder in coders]
    parts = Phased(coders=nn.ModuleList(coders), model=model, scratch=scratch)
    optimizers = [torch.optim.Adam(each.parameters(), lr=5e-3) for each in (*coders, model, scratch)]

    def begin() -> None:
        head = stream(setting.seed, "pretraining", "head")
        model.load_state_dict(pretraining.stacked(stages, 10, "softmax", head).state_dict())

    advance = in_phases(
        parts, STAGE * len(coders), _coding(stages, unlabelled, parts, optimizers), begin,
        descent(model, lambda _: model.loss(x, target), optimizers[-2]),
        descent(scratch, lambda _: scratch.loss(x, target), optimizers[-1]),
    )  # fmt: skip

    def measure() -> dict[str, float]:
        right, random = (share_right(each, held, classes) for each in (model, scratch))
        return {"errors over those from random weights": ratio(1 - right, 1 - random), "accuracy": right}

    def picture() -> Picture:
        filters = coders[0].W.detach()[:12].unflatten(-1, (8, 8))  # (12, 64) -> (12, 8, 8)
        bound, shown = (
            float(filters.abs().max()),
            tuple((f"unit {k + 1}", rows(each)) for k, each in enumerate(filters)),
        )
        return Heat("Pre-training: what the units of the first layer look for", shown, -bound, bound)

    return Experiment(parts, advance, measure, picture, tuple(optimizers))


def _coding(
    stages: Sequence[Stage], unlabelled: Tensor, parts: Phased, optimizers: Sequence[torch.optim.Optimizer]
) -> Callable[[torch.Generator], Tensor]:
    """An update of the layer whose turn it is, on the codes of those below it."""

    def loss(place: int, generator: torch.Generator) -> Tensor:
        chosen = data.integers(generator, len(unlabelled), 64).to(unlabelled.device)
        with torch.no_grad():
            seen = pretraining.codes(stages[:place], unlabelled[chosen])
        return stages[place].coder.loss(seen)

    def advance(generator: torch.Generator) -> Tensor:
        place = (int(parts.get_buffer("count")) - 1) // STAGE
        return descent(stages[place].coder, lambda g: loss(place, g), optimizers[place])(generator)

    return advance
