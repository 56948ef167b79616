"""Pooling against torch, receptive fields against gradients, costs against brute counting and the notes' table."""

from __future__ import annotations

from itertools import accumulate

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn import functional as F

from solvers.models import pooling
from solvers.models.checks import BadInput
from solvers.models.convolution import Geometry
from solvers.models.pooling import Cost, Layer
from tests.solvers.models.data import assert_close, normal, tensor

GEOMETRIES = [
    Geometry(stride=(2, 2)),
    Geometry(stride=(1, 1)),
    Geometry(stride=(2, 1), padding=(1, 1)),
    Geometry(dilation=(2, 2)),
]
IDS = ["disjoint", "overlapping", "padded", "dilated"]


def test_max_and_average_on_paper() -> None:
    image = tensor([[[1, 2, 5, 0], [3, 4, 1, 1], [0, 0, 2, 2], [0, 8, 2, 2]]])
    halves = Geometry(stride=(2, 2))
    largest = pooling.max_pool(image, (2, 2), halves)
    assert_close(largest.values, tensor([[[4, 5], [8, 2]]]))
    assert largest.winners.tolist() == [[[3, 0], [3, 0]]], "ties go to the first entry, row by row"
    assert_close(pooling.average_pool(image, (2, 2), halves), tensor([[[2.5, 1.75], [2, 2]]]))


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=IDS)
def test_max_pool_and_its_gradient_are_torch(geometry: Geometry) -> None:
    images = normal(1, 2, 3, 7, 6).requires_grad_()
    expected = F.max_pool2d(images, (2, 3), geometry.stride, geometry.padding, geometry.dilation)
    found = pooling.max_pool(images, (2, 3), geometry)
    assert_close(found.values, expected)
    upstream = normal(2, *expected.shape)
    (gradient,) = torch.autograd.grad(expected, images, upstream)
    assert_close(pooling.max_pool_gradient(found.winners, upstream, (7, 6), (2, 3), geometry), gradient)


@pytest.mark.parametrize("geometry", GEOMETRIES[:3], ids=IDS[:3])
def test_average_pool_and_its_gradient_are_torch(geometry: Geometry) -> None:
    images = normal(1, 2, 3, 7, 6).requires_grad_()
    expected = F.avg_pool2d(images, (2, 3), geometry.stride, geometry.padding)
    assert_close(pooling.average_pool(images, (2, 3), geometry), expected)
    upstream = normal(2, *expected.shape)
    (gradient,) = torch.autograd.grad(expected, images, upstream)
    assert_close(pooling.average_pool_gradient(upstream, (7, 6), (2, 3), geometry), gradient)


def test_overlapping_windows_add_their_gradients() -> None:
    """The 9 of [0, 9, 0] wins both windows of width 2, so it gets both upstream gradients."""
    image = tensor([[[0, 9, 0]]])
    winners = pooling.max_pool(image, (1, 2)).winners
    assert_close(pooling.max_pool_gradient(winners, tensor([[[5, 7]]]), (1, 3), (1, 2)), tensor([[[0, 12, 0]]]))


@given(st.integers(0, 10_000))
def test_pooling_passes_on_the_whole_gradient(seed: int) -> None:
    images, upstream = normal(seed, 2, 6, 6), normal(seed + 1, 2, 5, 4)
    winners = pooling.max_pool(images, (2, 3)).winners
    for gradient in (
        pooling.max_pool_gradient(winners, upstream, (6, 6), (2, 3)),
        pooling.average_pool_gradient(upstream, (6, 6), (2, 3)),
    ):
        assert_close(gradient.sum(), upstream.sum(), 1e-10)


def test_receptive_fields_on_paper() -> None:
    """3x3, pool 2 stride 2, 3x3, dilated 3x3: 3, 4, 8, 16 inputs; jumps 1, 2, 2, 2."""
    fields = pooling.receptive_fields([Layer(3), Layer(2, 2), Layer(3), Layer(3, 1, 2)])
    assert [(field.size, field.jump) for field in fields] == [(3, 1), (4, 2), (8, 2), (16, 2)]


layers = st.lists(st.builds(Layer, st.integers(1, 4), st.integers(1, 3), st.integers(1, 2)), min_size=1, max_size=4)


@given(layers, st.integers(0, 2))
def test_receptive_fields_are_where_the_gradient_reaches(stack: list[Layer], unit: int) -> None:
    field = pooling.receptive_fields(stack)[-1]
    assume(field.size < 200)
    reached = pooling.support(stack, field.size + 2 * field.jump, unit).nonzero().flatten().tolist()
    assert reached[0] == unit * field.jump
    assert reached[-1] == unit * field.jump + field.size - 1


def test_support_refuses_a_unit_that_is_not_there() -> None:
    with pytest.raises(BadInput, match="unit is 5, but the last layer has units 0 to 2"):
        pooling.support([Layer(3)], 5, 5)


@pytest.mark.parametrize(
    ("inputs", "outputs", "kernel", "groups", "bias"),
    [(3, 8, (3, 3), 1, True), (4, 8, (5, 1), 2, True), (6, 6, (3, 3), 6, False)],
    ids=["plain", "groups", "depthwise"],
)
def test_parameters_are_those_of_torch(
    inputs: int, outputs: int, kernel: tuple[int, int], groups: int, bias: bool
) -> None:
    layer = torch.nn.Conv2d(inputs, outputs, kernel, groups=groups, bias=bias)
    counted = sum(each.numel() for each in layer.parameters())
    assert pooling.parameters(inputs, outputs, kernel, groups=groups, bias=bias) == counted


def test_multiply_adds_by_brute_counting() -> None:
    """Ones convolved with ones: each output is the number of its products."""
    maps = F.conv2d(torch.ones(1, 3, 7, 6), torch.ones(5, 3, 3, 2), stride=2)
    assert pooling.multiply_adds(3, 5, (3, 2), (maps.shape[-2], maps.shape[-1])) == int(maps.sum())


def test_vgg_16_has_its_published_size() -> None:
    """138,357,544 parameters, of which the convolutions hold 14,714,688; 15.35 billion multiply-adds in them."""
    widths, sizes = (
        [64, 64, 128, 128, 256, 256, 256, *[512] * 6],
        [224, 224, 112, 112, 56, 56, 56, *[28] * 3, *[14] * 3],
    )
    pairs = list(zip([3, *widths], widths, strict=False))
    assert sum(pooling.parameters(i, o, (3, 3)) for i, o in pairs) == 14_714_688
    dense = sum((i + 1) * o for i, o in [(512 * 49, 4096), (4096, 4096), (4096, 1000)])
    assert 14_714_688 + dense == 138_357_544
    steps = [pooling.multiply_adds(i, o, (3, 3), (n, n)) for (i, o), n in zip(pairs, sizes, strict=True)]
    assert list(accumulate(steps))[-1] == 15_346_630_656


def test_the_table_of_edge_detection() -> None:
    """Notes 8.1.3: a 320x280 image, two taps, 319x280 outputs."""
    inputs, outputs = 320 * 280, 319 * 280
    assert pooling.convolution_cost(outputs, 2) == Cost(2, 267_960)
    assert pooling.sparse_cost(outputs, 2) == Cost(178_640, 267_960)
    assert pooling.dense_cost(inputs, outputs) == Cost(8_003_072_000, 16_006_144_000)
    pixels = 224 * 224 * 3
    assert (pixels, pooling.dense_cost(pixels, pixels).stored) == (150_528, 22_658_678_784)  # of §8.1


def test_groups_must_divide() -> None:
    with pytest.raises(BadInput, match="groups is 2, but it must divide both 3 inputs and 4 outputs"):
        pooling.parameters(3, 4, (1, 1), groups=2)


def test_every_device_gives_the_same_values(device: str) -> None:
    images, geometry = normal(1, 2, 3, 6, 6), Geometry(stride=(2, 2), padding=(1, 1))
    here, there = (pooling.max_pool(each, (3, 3), geometry) for each in (images, images.to(device)))
    assert there.values.device.type == device
    assert_close(there.values, here.values, 1e-12)
    upstream = normal(2, *here.values.shape)
    back = pooling.max_pool_gradient(there.winners, upstream.to(device), (6, 6), (3, 3), geometry)
    assert_close(back, pooling.max_pool_gradient(here.winners, upstream, (6, 6), (3, 3), geometry), 1e-12)
