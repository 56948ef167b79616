"""Clipping against torch.nn.utils, and what each kind keeps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import clipping
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor


def torch_clips(g: Tensor, clip: Callable[[Tensor], object]) -> Tensor:
    parameter = torch.zeros_like(g).requires_grad_()
    parameter.grad = g.clone()
    clip(parameter)
    assert parameter.grad is not None
    return parameter.grad


@pytest.mark.parametrize(
    ("g", "by_norm", "by_value"),
    [([3, 4], [1.2, 1.6], [2, 2]), ([0.6, -0.8], [0.6, -0.8], [0.6, -0.8]), ([0, 5], [0, 2], [0, 2])],
    ids=["both", "below", "axis"],
)
def test_on_paper(g: list[float], by_norm: list[float], by_value: list[float]) -> None:
    assert_close(clipping.by_norm(tensor(g), 2.0), tensor(by_norm))
    assert_close(clipping.by_value(tensor(g), 2.0), tensor(by_value))


@given(st.integers(0, 10_000), st.floats(0.1, 5))
def test_torch_agrees_and_directions_are_kept(seed: int, threshold: float) -> None:
    g = normal(seed, 6, 4)
    by_norm, by_value = clipping.by_norm(g, threshold), clipping.by_value(g, threshold)
    for place in range(6):
        # torch adds 1e-6 to the norm it divides by.
        theirs = torch_clips(g[place], lambda p: torch.nn.utils.clip_grad_norm_([p], threshold))
        assert_close(by_norm[place], theirs, 1e-5)
        theirs = torch_clips(g[place], lambda p: torch.nn.utils.clip_grad_value_([p], threshold))
        assert_close(by_value[place], theirs)
    assert_close(clipping.cosine(g, by_norm), torch.ones(6).double())
    assert_close(by_norm.norm(dim=-1), g.norm(dim=-1).clamp(max=threshold))


def test_clipping_by_value_turns() -> None:
    g = tensor([[3, 0.5]])
    assert float(clipping.cosine(g, clipping.by_value(g, 1.0))) == pytest.approx(3.25 / (9.25 * 1.25) ** 0.5)


def test_zero_stays() -> None:
    assert_close(clipping.by_norm(tensor([0, 0]), 1.0), tensor([0, 0]))


def test_bad_input_is_named() -> None:
    with pytest.raises(BadInput, match=r"threshold is 0\.0"):
        clipping.by_norm(tensor([1, 2]), 0.0)
    with pytest.raises(BadInput, match="two vectors of some length"):
        clipping.cosine(tensor([0, 0]), tensor([1, 2]))


def test_every_device_clips_alike(device: str) -> None:
    g, threshold = normal(1, 3, 4), tensor([0.5, 1, 2])
    there = clipping.by_norm(g.to(device), threshold.to(device))
    assert there.device.type == device
    assert_close(there, clipping.by_norm(g, threshold), 1e-9)
