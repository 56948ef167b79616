"""What convolution and pooling commute with, against the table of notes 8.1.4 worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor

from solvers.models import augmentation, convolution, equivariance, pooling
from solvers.models.checks import BadInput
from solvers.models.convolution import Geometry
from tests.solvers.models.data import normal

X = normal(1, 6, 2, 8, 8)
KERNEL = normal(2, 3, 2, 3, 3)
SAME = Geometry(padding=(1, 1))


def rolled(images: Tensor, by: int = 1) -> Tensor:
    """A shift on the torus: what leaves on one side comes in on the other."""
    return images.roll(by, -1)


def round_about(images: Tensor) -> Tensor:
    """Cross-correlation on the torus."""
    wide = torch.cat([images[..., -1:], images, images[..., :1]], dim=-1)
    tall = torch.cat([wide[..., -1:, :], wide, wide[..., :1, :]], dim=-2)
    return convolution.cross_correlation(tall, KERNEL)


def zero_framed(images: Tensor) -> Tensor:
    return convolution.cross_correlation(images, KERNEL, geometry=SAME)


def total(images: Tensor) -> Tensor:
    return images.sum(dim=(-2, -1))


def halved(images: Tensor) -> Tensor:
    return pooling.max_pool(images, (2, 2), Geometry(stride=(2, 2))).values


CASES: list[tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor], Callable[[Tensor], Tensor] | None, str]] = [
    (round_about, rolled, None, "equivariant"),
    (zero_framed, rolled, None, "neither"),  # the frame of zeros spoils the border
    (round_about, augmentation.mirror, None, "neither"),  # unless the kernel is its own mirror image
    (torch.relu, augmentation.mirror, None, "equivariant"),
    (total, rolled, lambda sums: sums, "both"),  # the trivial move of the output is equivariance too
    (total, rolled, lambda sums: sums + 1, "invariant"),
    (halved, rolled, None, "neither"),  # a shift by one changes which pairs are pooled
    (halved, partial(rolled, by=2), rolled, "equivariant"),
    (lambda images: 2 * images.mean(dim=(-2, -1), keepdim=True) + 0 * images, rolled, None, "both"),
]


@pytest.mark.parametrize(("f", "move", "moved_output", "kind"), CASES)
def test_verdicts(
    f: Callable[[Tensor], Tensor],
    move: Callable[[Tensor], Tensor],
    moved_output: Callable[[Tensor], Tensor] | None,
    kind: str,
) -> None:
    assert equivariance.tried(f, move, X, moved_output).kind == kind


def test_the_counterexample_shows_it() -> None:
    found = equivariance.tried(zero_framed, rolled, X)
    place = found.against_equivariance
    assert place is not None
    one = X[place : place + 1]
    gap = float((zero_framed(rolled(one)) - rolled(zero_framed(one))).abs().max())
    assert gap == pytest.approx(found.equivariance_gap)
    assert gap > 0.1


def test_outputs_of_another_size_are_no_invariance() -> None:
    found = equivariance.tried(lambda images: images, lambda images: images[..., :-1], X)
    assert (found.kind, found.invariance_gap) == ("equivariant", float("inf"))


def test_bad_input_is_named() -> None:
    with pytest.raises(BadInput, match=r"x has shape \(3,\)"):
        equivariance.tried(torch.relu, rolled, normal(1, 3))


def test_every_device_agrees(device: str) -> None:
    assert equivariance.tried(torch.relu, rolled, X.to(device)).kind == "equivariant"
