"""Transposed convolution against torch, autograd and the adjoint identity; a network that labels pixels."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from solvers.models import convolution, transposed_convolution
from solvers.models.checks import BadInput
from solvers.models.convolution import Geometry
from solvers.models.optimizers import Optimizer, adam
from solvers.models.transposed_convolution import FullyConvolutional
from tests.solvers.models.data import assert_close, normal, tensor

GEOMETRIES = [
    Geometry(),
    Geometry(stride=(2, 3)),
    Geometry(stride=(2, 2), padding=(1, 0)),
    Geometry(stride=(1, 2), padding=(1, 1), dilation=(2, 1)),
]
IDS = ["plain", "stride", "padding", "dilation"]


def test_on_paper() -> None:
    """[[1, 2], [3, 4]] spread by a 2x2 kernel of ones: stride 1 overlaps in the middle, stride 2 does not."""
    maps, ones = tensor([[[1, 2], [3, 4]]]), torch.ones(1, 1, 2, 2).double()
    assert_close(transposed_convolution.transposed(maps, ones)[0], tensor([[1, 3, 2], [4, 10, 6], [3, 7, 4]]))
    found = transposed_convolution.transposed(maps, ones, geometry=Geometry(stride=(2, 2)))[0]
    assert_close(found, tensor([[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]))


def test_sizes_on_paper() -> None:
    assert transposed_convolution.output_size(3, 2) == 4
    assert transposed_convolution.output_size(5, 4, 2, 1) == 10


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=IDS)
def test_torch_agrees(geometry: Geometry) -> None:
    maps, kernel, bias = normal(1, 2, 3, 4, 5), normal(2, 3, 2, 3, 2), normal(3, 2)
    expected = F.conv_transpose2d(
        maps, kernel, bias, stride=geometry.stride, padding=geometry.padding, dilation=geometry.dilation
    )
    assert_close(transposed_convolution.transposed(maps, kernel, bias, geometry), expected)


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=IDS)
def test_it_is_the_adjoint_of_cross_correlation(geometry: Geometry) -> None:
    maps, kernel = normal(1, 2, 3, 4, 5), normal(2, 3, 2, 3, 2)
    spread = transposed_convolution.transposed(maps, kernel, geometry=geometry)
    image = normal(3, *spread.shape)
    seen = convolution.cross_correlation(image, kernel, geometry=geometry)
    assert_close((spread * image).sum(), (maps * seen).sum(), 1e-10)


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=IDS)
def test_backward_is_autograd(geometry: Geometry) -> None:
    maps, kernel = normal(1, 3, 4, 5).requires_grad_(), normal(2, 3, 2, 3, 2).requires_grad_()
    out = transposed_convolution.transposed(maps, kernel, geometry=geometry)
    upstream = normal(3, *out.shape)
    expected = torch.autograd.grad(out, [maps, kernel], upstream)
    assert_close(transposed_convolution.maps_gradient(kernel.detach(), upstream, geometry), expected[0])
    found = transposed_convolution.transposed_kernel_gradient(maps.detach(), upstream, (3, 2), geometry)
    assert_close(found, expected[1])


@given(*[st.integers(*bounds) for bounds in [(1, 9), (1, 5), (1, 4), (0, 2), (1, 3)]])
def test_sizes_go_back(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    if (size - 1) * stride - 2 * padding + (kernel - 1) * dilation + 1 >= 1:
        large = transposed_convolution.output_size(size, kernel, stride, padding, dilation)
        assert convolution.output_size(large, kernel, stride, padding, dilation) == size


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_a_kernel_of_its_own_for_each_instance(seed: int) -> None:
    maps, kernel = normal(seed, 3, 2, 3, 3), normal(seed + 1, 3, 2, 1, 2, 2)
    batch = transposed_convolution.transposed(maps, kernel)
    for i in range(3):
        assert_close(transposed_convolution.transposed(maps[i], kernel[i]), batch[i])


def test_pixel_loss_is_torch_s() -> None:
    scores, labels = normal(1, 2, 3, 4, 5), torch.arange(40).reshape(2, 4, 5) % 3
    expected = F.cross_entropy(scores, labels, reduction="none").mean(dim=(-2, -1))
    assert_close(transposed_convolution.pixel_loss(scores, labels), expected)
    assert transposed_convolution.pixel_labels(scores).tolist() == scores.argmax(dim=1).tolist()


def squares(count: int) -> tuple[Tensor, Tensor]:
    """Bright squares at several places, and which pixels are theirs."""
    labels = torch.zeros(count, 16, 16, dtype=torch.int64)
    for n in range(count):
        row, column = (5 * n) % 10, (3 * n) % 10
        labels[n, row : row + 6, column : column + 6] = 1
    return (labels + 0.2 * normal(1, count, 16, 16)).unsqueeze(1).float(), labels


def test_the_network_labels_pixels(device: str) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = FullyConvolutional(1, [8, 8], 2).to(device)
    x, labels = (each.to(device) for each in squares(8))
    optimizer = Optimizer(model.parameters(), adam(0.01))
    for _ in range(80):
        optimizer.step(lambda: transposed_convolution.pixel_loss(model(x), labels).mean())
    assert float((transposed_convolution.pixel_labels(model(x)) == labels).double().mean()) > 0.97
    assert model(torch.zeros(1, 1, 20, 32, device=device)).shape == (1, 2, 20, 32)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: transposed_convolution.output_size(1, 2, 1, 1), "cuts away the whole output"),
        (
            lambda: transposed_convolution.transposed(
                normal(1, 1, 2, 2), normal(2, 1, 1, 2, 2), geometry=Geometry(border="replicate")
            ),
            "border is 'replicate'",
        ),
        (lambda: FullyConvolutional(1, [4, 4], 2)(torch.zeros(1, 1, 6, 8)), "multiples of 4"),
        (lambda: transposed_convolution.pixel_loss(normal(1, 2, 2, 2), torch.full((2, 2), 2)), "labels holds 2"),
    ],
    ids=["padding", "border", "side", "label"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=IDS)
def test_every_device_agrees(device: str, geometry: Geometry) -> None:
    maps, kernel = normal(1, 2, 3, 4, 5), normal(2, 3, 2, 3, 2)
    there = transposed_convolution.transposed(maps.to(device), kernel.to(device), geometry=geometry)
    assert there.device.type == device
    assert_close(there, transposed_convolution.transposed(maps, kernel, geometry=geometry), 1e-9)
