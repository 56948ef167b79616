"""Augmentations against numpy and scipy, and the random ones against the plain ones, image by image."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from solvers.models import augmentation
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor, uniform


@given(st.integers(-4, 4), st.integers(-5, 5))
def test_shifts_are_scipy_s(down: int, right: int) -> None:
    image = normal(1, 4, 5)
    expected = ndimage.shift(image.numpy(), (down, right), order=0, mode="constant")
    assert_close(augmentation.shift(image, down, right), torch.from_numpy(expected))


@pytest.mark.parametrize("quarters", [0, 1, 2, 3, 4, -1])
def test_turns_are_numpy_s(quarters: int) -> None:
    images = normal(1, 2, 3, 4, 4)
    expected = np.rot90(images.numpy(), quarters, (-2, -1)).copy()
    assert_close(augmentation.turn(images, quarters), torch.from_numpy(expected))


def test_enlarging_on_paper() -> None:
    image = tensor([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]])
    expected = tensor([[6, 6, 7, 7], [6, 6, 7, 7], [10, 10, 11, 11], [10, 10, 11, 11]])
    assert_close(augmentation.enlarge(image, 2), expected)
    assert_close(augmentation.enlarge(image, 1), image)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(0, 2))
def test_random_shifts_are_shifts(seed: int, most: int) -> None:
    images, u = normal(seed, 2, 4, 3, 5, 6), uniform(seed + 1, 2, 4, 2)
    found = augmentation.random_shift(images, u, most)
    moves = (u * (2 * most + 1)).floor().long() - most
    assert int(moves.abs().max()) <= most
    for i in range(2):
        for n in range(4):
            down, right = moves[i, n].tolist()
            assert_close(found[i, n], augmentation.shift(images[i, n], down, right))


def test_random_mirrors_are_mirrors() -> None:
    images, u = normal(1, 3, 2, 4, 4), tensor([0.1, 0.5, 0.9])
    found = augmentation.random_mirror(images, u)
    assert_close(found[0], images[0].flip(-1))
    assert_close(found[1:], images[1:])


def test_all_shifts_are_as_likely() -> None:
    moves = augmentation.random_shift(torch.ones(9000, 1, 9, 9), uniform(1, 9000, 2).float(), 1)
    rows = moves[:, 0, :, 4]
    still = ((rows[:, 0] == 1) & (rows[:, -1] == 1)).double().mean()
    assert float(still) == pytest.approx(1 / 3, abs=0.02)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: augmentation.shift(normal(1, 3, 3), 4, 0), "down is 4"),
        (lambda: augmentation.crop(normal(1, 3, 3), 1, 0, 3, 3), "ends outside"),
        (lambda: augmentation.enlarge(normal(1, 3, 3), 0), "factor is 0"),
    ],
    ids=["shift", "crop", "factor"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    images, u = normal(1, 3, 2, 4, 4), uniform(2, 3, 2)
    there = augmentation.random_shift(images.to(device), u.to(device), 1)
    assert there.device.type == device
    assert_close(there, augmentation.random_shift(images, u, 1), 1e-9)
