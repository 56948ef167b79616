"""What every lab is made of: a model, one update, what is measured and shown, and randomness that needs no memory.

Each update draws from a generator of its own, seeded by lab, seed and step: a run that was stopped goes on exactly as
if it had not been, with nothing to remember but the tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import torch
from torch import Tensor, nn

from solvers.lab.picture import Picture, Rows


@dataclass(frozen=True, slots=True)
class Setting:
    """What a person chooses: the seed, the device, and the length of the sequences where there are any."""

    seed: int = 0
    device: str = "cpu"
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Experiment:
    """A lab ready to run. `advance` makes one update from its generator and returns the loss before it.

    `measure` and `picture` look at held-out data, draw nothing from the run's generators and change no parameter.
    """

    model: nn.Module
    advance: Callable[[torch.Generator], Tensor]
    measure: Callable[[], Mapping[str, float]]
    picture: Callable[[], Picture]
    optimizers: tuple[torch.optim.Optimizer, ...] = ()


def stream(seed: int, *labels: str | int) -> torch.Generator:
    """The generator that belongs to a seed and labels, on the CPU: every device sees the same numbers."""
    text = ",".join(f"{len(str(label))}:{label}" for label in (seed, *labels))
    return torch.Generator().manual_seed(int.from_bytes(sha256(text.encode()).digest()[:8], "big") >> 1)


def redrawn(model: nn.Module, generator: torch.Generator) -> nn.Module:
    """The model with weights drawn anew, variance 1/inputs, and biases 0, for modules that draw from torch's own seed.

    Vectors are biases; of anything larger the inputs are all axes but the first.
    """
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim < 2:
                parameter.zero_()
            else:
                scale = parameter[0].numel() ** -0.5
                parameter.copy_(scale * torch.randn(parameter.shape, generator=generator, dtype=parameter.dtype))
    return model


def built(make: Callable[[], nn.Module], generator: torch.Generator) -> nn.Module:
    """What `make` builds, redrawn; torch's own random state is left as it was."""
    with torch.random.fork_rng(devices=[]):
        model = make()
    return redrawn(model, generator)


def descent(
    model: nn.Module,
    loss: Callable[[torch.Generator], Tensor],
    optimizer: torch.optim.Optimizer,
    clip: float | None = None,
) -> Callable[[torch.Generator], Tensor]:
    """One update of gradient descent on `loss`, the gradient's norm cut at `clip` where that is given."""

    def advance(generator: torch.Generator) -> Tensor:
        optimizer.zero_grad()
        value = loss(generator)
        value.backward()
        if clip is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        optimizer.step()
        return value.detach()

    return advance


class Phased(nn.Module):
    """Networks that are trained one after the other, and how many updates there have been."""

    def __init__(self, **parts: nn.Module) -> None:
        super().__init__()
        for name, part in parts.items():
            self.add_module(name, part)
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    def tick(self) -> int:
        """The place of this update, from 0."""
        place = int(self.get_buffer("count"))
        self.get_buffer("count").add_(1)
        return place


def in_phases(
    parts: Phased,
    until: int,
    first: Callable[[torch.Generator], Tensor],
    begin: Callable[[], object],
    *then: Callable[[torch.Generator], Tensor],
) -> Callable[[torch.Generator], Tensor]:
    """`until` updates of `first`; then `begin()`, and updates of all of `then`, of which the loss is the first's."""

    def advance(generator: torch.Generator) -> Tensor:
        place = parts.tick()
        if place < until:
            return first(generator)
        if place == until:
            begin()
        state = generator.get_state()
        return [move(generator.set_state(state)) for move in then][0]  # noqa: RUF015 - all of them are to move

    return advance


def side_by_side(
    ways: Mapping[str, tuple[nn.Module, Callable[[torch.Generator], Tensor]]],
    rate: float,
    measure: Callable[[], Mapping[str, float]],
    picture: Callable[[], Picture],
    using: Callable[..., torch.optim.Optimizer] = torch.optim.Adam,
) -> Experiment:
    """Networks to compare, each trained by its loss at one rate, all from the same random numbers.

    The loss that is shown is the first's.
    """
    models = nn.ModuleDict({name: model for name, (model, _) in ways.items()})
    optimizers = tuple(using(model.parameters(), lr=rate) for model in models.values())
    losses = [loss for _, loss in ways.values()]
    moves = [descent(*each) for each in zip(models.values(), losses, optimizers, strict=True)]

    def advance(generator: torch.Generator) -> Tensor:
        state = generator.get_state()
        return [move(generator.set_state(state)) for move in moves][0]  # noqa: RUF015 - all of them are to move

    return Experiment(models, advance, measure, picture, optimizers)


def slopes(loss: Tensor, weights: Iterable[Tensor]) -> Tensor:
    """The norm of the loss's gradient by each of some weights; no stored gradient is touched. (weights,)"""
    found = torch.autograd.grad(loss, list(weights))
    return torch.stack([torch.linalg.vector_norm(each) for each in found])


def share_wrong(logits: Tensor, classes: Tensor) -> float:
    """How many of the likeliest classes are not the true ones: (N, k), (N,) -> a share."""
    return float((logits.argmax(dim=-1) != classes).double().mean())


def ratio(ours: float, theirs: float) -> float:
    """ours / theirs, finite too where theirs has come down to nothing."""
    return ours / max(theirs, 1e-12)


def rows(table: Tensor) -> Rows:
    """A matrix (r, c) as plain numbers."""
    return tuple(tuple(float(entry) for entry in row) for row in table.detach().double().cpu().tolist())


def numbers(vector: Tensor) -> tuple[float, ...]:
    """A vector (n,) as plain numbers."""
    return tuple(float(entry) for entry in vector.detach().double().cpu().tolist())


def points(table: Tensor) -> tuple[tuple[float, float], ...]:
    """Places in the plane (n, 2) as plain numbers."""
    return tuple((row[0], row[1]) for row in rows(table))


def grid(bounds: tuple[float, float, float, float], across: int, down: int) -> Tensor:
    """The centres of down x across cells, top row first: (down, across, 2), float64."""
    left, right, bottom, top = bounds
    x = left + (torch.arange(across, dtype=torch.float64) + 0.5) * (right - left) / across
    y = top - (torch.arange(down, dtype=torch.float64) + 0.5) * (top - bottom) / down
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
