"""Saved runs: what cannot be read is a sentence, what was there stays until the new file is whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from solvers.lab.checkpoint import FORMAT, LOSSES, Saved, load, save

RUN = Saved("mlp", 7, None, 2, {LOSSES: torch.tensor([0.1, 1 / 3], dtype=torch.float64), "model.W": torch.eye(2)})


def _write(path: Path, about: object, losses: int = 2) -> None:
    metadata = {} if about is None else {"chainrule": json.dumps(about)}
    save_file({LOSSES: torch.zeros(losses)}, path, metadata)


ABOUT = {"format": FORMAT, "lab": "mlp", "seed": 0, "step": 2, "length": None}
BROKEN: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "noise": lambda path: path.write_bytes(b"\xff" * 100),
    "folder": lambda path: path.mkdir(),
    "no metadata": lambda path: _write(path, None),
    "not a table": lambda path: _write(path, [1, 2]),
    "other format": lambda path: _write(path, ABOUT | {"format": "other"}),
    "seed no number": lambda path: _write(path, ABOUT | {"seed": "0"}),
    "negative step": lambda path: _write(path, ABOUT | {"step": -1}),
    "losses missing": lambda path: _write(path, ABOUT, losses=1),
    "length no number": lambda path: _write(path, ABOUT | {"length": "long"}),
}


def test_what_is_saved_is_read_back_to_the_bit(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "run"
    save(path, RUN)
    found = load(path)
    assert isinstance(found, Saved)
    assert (found.lab, found.seed, found.length, found.step) == ("mlp", 7, None, 2)
    assert found.losses == [0.1, 1 / 3]
    assert torch.equal(found.tensors["model.W"], torch.eye(2))


def test_the_test_file_is_sound(tmp_path: Path) -> None:
    _write(tmp_path / "run", ABOUT)
    assert isinstance(load(tmp_path / "run"), Saved)


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_no_run_is_a_sentence(how: str, tmp_path: Path) -> None:
    path = tmp_path / "run"
    BROKEN[how](path)
    found = load(path)
    assert isinstance(found, str)
    assert str(path) in found


def test_a_missing_run_says_what_to_do(tmp_path: Path) -> None:
    found = load(tmp_path / "run")
    assert isinstance(found, str)
    assert "without --resume" in found


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run"
    save(path, RUN)

    def full(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        save(path, RUN)
    assert [each.name for each in tmp_path.iterdir()] == ["run"]
    assert isinstance(load(path), Saved)
