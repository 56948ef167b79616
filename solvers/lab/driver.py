"""`train`: runs any lab for a number of updates, saves as it goes, and can be stopped and taken up at any update."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import torch

from solvers.lab import checkpoint
from solvers.lab.checkpoint import LOSSES, Saved
from solvers.lab.experiment import Experiment, Setting, stream
from solvers.lab.picture import Picture
from solvers.lab.table import Lab
from solvers.models.checks import BadInput

SAVE_EVERY = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """After one update: how many there have been, all losses so far, and the picture as it is now (drawn on call)."""

    step: int
    losses: list[float]
    picture: Callable[[], Picture]


@dataclass(frozen=True, slots=True)
class Result:
    """A run that ended: one loss an update, the lab's measures and picture, and whether it was stopped early."""

    lab: str
    seed: int
    step: int
    losses: tuple[float, ...]
    measures: Mapping[str, float]
    picture: Picture
    stopped: bool
    began: int  # the update it went on from, 0 for a new run


def experiment_of(lab: Lab, setting: Setting) -> Experiment:
    """The lab's model and data, drawn from the seed and put on the device."""
    module, _, name = lab.builds.partition(":")
    made: Experiment = getattr(import_module(module), name)(setting)
    return made


def train(
    lab: Lab,
    setting: Setting,
    steps: int,
    *,
    path: Path | None = None,
    resume: bool = False,
    on_step: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
    every: int = SAVE_EVERY,
) -> Result | str:
    """Trains until there have been `steps` updates in all, or `stop()` holds after one; a sentence if it cannot.

    The same lab, seed, length and steps give the same losses on one machine's processor, in one go or in many. The
    run is saved to `path` every `every` updates and at the end; with `resume` it goes on from there. Raises OSError.
    """
    saved = _saved(lab, setting, path) if resume else None
    if isinstance(saved, str):
        return saved
    with one_thread():
        return _train(lab, setting, steps, path, saved, on_step, stop, every)


def _train(
    lab: Lab,
    setting: Setting,
    steps: int,
    path: Path | None,
    saved: Saved | None,
    on_step: Callable[[Progress], None],
    stop: Callable[[], bool],
    every: int,
) -> Result | str:
    experiment = experiment_of(lab, setting)
    if saved is not None and (refused := checkpoint.restore(experiment, saved)):
        return f"{path}: {refused}"
    losses = [] if saved is None else saved.losses
    began = len(losses)
    while len(losses) < steps and not stop():
        loss = _advanced(experiment, stream(setting.seed, lab.name, "step", len(losses)))
        if isinstance(loss, str):
            return f"update {len(losses) + 1} of {lab.name} failed: {loss}; what was saved before is still there"
        losses.append(loss)
        on_step(Progress(len(losses), losses, experiment.picture))
        if path is not None and len(losses) % every == 0:
            _save(path, lab, setting, experiment, losses)
    if path is not None and len(losses) > began:
        _save(path, lab, setting, experiment, losses)
    measures, picture = experiment.measure(), experiment.picture()
    return Result(
        lab.name, setting.seed, len(losses), tuple(losses), measures, picture, len(losses) < steps, began
    )  # fmt: skip


def _advanced(experiment: Experiment, generator: torch.Generator) -> float | str:
    """The loss before one more update; a sentence where the numbers have left what can be computed with."""
    try:
        loss = float(experiment.advance(generator))
    except BadInput as error:  # the models refuse weights that are no numbers
        return str(error).rstrip(".")
    return loss if math.isfinite(loss) else f"the loss is {loss}"


@contextmanager
def one_thread() -> Iterator[None]:
    """Sums shared out among threads come in any order, and their last digits differ; small models gain nothing."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _saved(lab: Lab, setting: Setting, path: Path | None) -> Saved | str | None:
    saved = None if path is None else checkpoint.load(path)
    if not isinstance(saved, Saved):
        return saved
    found = (saved.lab, saved.seed, saved.length)
    wanted = (lab.name, setting.seed, setting.length)
    for what, there, asked in zip(("lab", "seed", "length"), found, wanted, strict=True):
        if there != asked:
            return f"{path}: the saved run has {what} {there}, but {asked} was asked for"
    return saved


def _save(path: Path, lab: Lab, setting: Setting, experiment: Experiment, losses: list[float]) -> None:
    tensors = checkpoint.tensors_of(experiment) | {LOSSES: torch.tensor(losses, dtype=torch.float64)}
    checkpoint.save(path, Saved(lab.name, setting.seed, setting.length, len(losses), tensors))
