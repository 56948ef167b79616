"""Early stopping against a plain loop with a counter, and the driver against a scripted curve."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from solvers.models import early_stopping
from solvers.models.checks import BadInput
from tests.solvers.models.data import tensor


def by_counter(errors: list[float], patience: int) -> tuple[int, int]:
    """As training libraries write it: a counter of epochs without improvement."""
    best, place, waited = float("inf"), 0, 0
    for epoch, error in enumerate(errors):
        if error < best:
            best, place, waited = error, epoch, 0
        else:
            waited += 1
            if waited == patience:
                return epoch, place
    return len(errors) - 1, place


@pytest.mark.parametrize(
    ("errors", "patience", "stopped", "best"),
    [
        ([5, 4, 3, 4, 4, 2], 2, 4, 2),
        ([5, 4, 3, 4, 4, 2], 3, 5, 5),
        ([5, 4, 3], 1, 2, 2),
        ([3, 3, 3, 3], 2, 2, 0),
        ([1, 2], 1, 1, 0),
    ],
    ids=["stops", "waits", "end", "ties", "first"],
)
def test_on_paper(errors: list[float], patience: int, stopped: int, best: int) -> None:
    found = early_stopping.stopping(tensor(errors), patience)
    assert (int(found.stopped), int(found.best)) == (stopped, best)


curves = st.lists(st.lists(st.integers(0, 5), min_size=7, max_size=7), min_size=1, max_size=4)


@given(curves, st.integers(1, 4))
def test_a_counter_agrees(batch: list[list[int]], patience: int) -> None:
    found = early_stopping.stopping(tensor(batch), patience)
    expected = [by_counter([float(each) for each in curve], patience) for curve in batch]
    assert list(zip(found.stopped.tolist(), found.best.tolist(), strict=True)) == expected


@given(st.lists(st.integers(0, 5), min_size=1, max_size=12), st.integers(1, 4))
def test_the_driver_stops_there_and_puts_the_best_back(curve: list[int], patience: int) -> None:
    model, epochs = nn.Linear(1, 1), iter(range(len(curve)))

    def train() -> None:
        with torch.no_grad():
            model.weight.fill_(float(next(epochs)))

    found = early_stopping.fit(model, train, lambda: curve[int(model.weight.detach())], patience, len(curve))
    stopped, best = by_counter([float(each) for each in curve], patience)
    assert len(found.errors) == stopped + 1
    assert found.best == best
    assert float(model.weight.detach()) == best


def test_bad_input_is_named() -> None:
    with pytest.raises(BadInput, match="patience is 0"):
        early_stopping.stopping(tensor([1, 2]), 0)


def test_every_device_stops_alike(device: str) -> None:
    errors = tensor([[3, 2, 4, 5, 1], [5, 4, 3, 2, 1]])
    found = early_stopping.stopping(errors.to(device), 2)
    assert found.stopped.device.type == device
    assert found.stopped.tolist() == [3, 4]
    assert found.best.tolist() == [1, 4]
