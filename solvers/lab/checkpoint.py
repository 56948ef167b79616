"""A run on disk: one safetensors file with every tensor that training needs to go on, and what the run was.

Written whole beside its place and then moved there: a reader finds the old file or the new one, never a part.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from solvers.lab.experiment import Experiment

FORMAT = "chainrule-lab-1"
LOSSES = "losses"


@dataclass(frozen=True, slots=True)
class Saved:
    """A file read back: which run, how far it had come, and its tensors."""

    lab: str
    seed: int
    length: int | None
    step: int
    tensors: Mapping[str, Tensor]

    @property
    def losses(self) -> list[float]:
        """One loss an update so far."""
        return [float(each) for each in self.tensors[LOSSES].tolist()]


def tensors_of(experiment: Experiment) -> dict[str, Tensor]:
    """Parameters and buffers as "model.…", the optimizers' averages as "optimizer.place.parameter.…"."""
    found = {f"model.{name}": each for name, each in experiment.model.state_dict().items()}
    for place, optimizer in enumerate(experiment.optimizers):
        for index, state in optimizer.state_dict()["state"].items():
            kept = {key: each for key, each in state.items() if isinstance(each, Tensor)}
            found |= {f"optimizer.{place}.{index}.{key}": each for key, each in kept.items()}
    return found


def save(path: Path, saved: Saved) -> None:
    """Writes the run to `path`, whose folder is made if need be. Raises OSError."""
    from safetensors.torch import save as packed

    tensors = {name: each.detach().cpu().contiguous().clone() for name, each in saved.tensors.items()}
    about = {"format": FORMAT, "lab": saved.lab, "seed": saved.seed, "step": saved.step, "length": saved.length}
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        unfinished.write_bytes(packed(tensors, {"chainrule": json.dumps(about)}))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def load(path: Path) -> Saved | str:
    """The run in a file, or a sentence why there is none."""
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        return f"{path}: there is no saved run; run the lab without --resume first"
    try:
        with safe_open(str(path), framework="pt") as file:
            about = json.loads((file.metadata() or {}).get("chainrule", "null"))
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - a file, not a mapping
    except (SafetensorError, OSError, ValueError) as error:
        return f"{path}: this is no saved run ({error}); delete it, or choose another --out"
    if not _complete(about) or not _right_losses(tensors, about["step"]):
        return f"{path}: expected a run saved by `chainrule lab` ({FORMAT}); delete it, or choose another --out"
    return Saved(about["lab"], about["seed"], about["length"], about["step"], tensors)


def restore(experiment: Experiment, saved: Saved) -> str:
    """Puts the tensors back; a sentence, and nothing changed, if they are another network's."""
    model = {name.removeprefix("model."): each for name, each in saved.tensors.items() if name.startswith("model.")}
    wanted = {name: tuple(each.shape) for name, each in experiment.model.state_dict().items()}
    if {name: tuple(each.shape) for name, each in model.items()} != wanted:
        return "the saved tensors belong to another version of this model; train it anew without --resume"
    experiment.model.load_state_dict(model)
    for place, optimizer in enumerate(experiment.optimizers):
        _restore_optimizer(optimizer, _averages(saved, place))
    return ""


def _averages(saved: Saved, place: int) -> dict[int, dict[str, Tensor]]:
    found: dict[int, dict[str, Tensor]] = {}
    for name, each in saved.tensors.items():
        if name.startswith(f"optimizer.{place}."):
            _, _, index, key = name.split(".")
            found.setdefault(int(index), {})[key] = each
    return found


def _restore_optimizer(optimizer: torch.optim.Optimizer, state: dict[int, dict[str, Tensor]]) -> None:
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})


def _complete(about: object) -> bool:
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        return False
    whole = all(type(about.get(key)) is int and about[key] >= 0 for key in ("seed", "step"))
    return whole and isinstance(about.get("lab"), str) and isinstance(about.get("length"), int | None)


def _right_losses(tensors: Mapping[str, Tensor], step: int) -> bool:
    return LOSSES in tensors and tuple(tensors[LOSSES].shape) == (step,)
