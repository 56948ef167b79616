"""Convolution against scipy, torch and hand work; each backward pass against autograd and its adjoint identity."""

from __future__ import annotations

from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from scipy import signal as scipy_signal
from torch.nn import functional as F

from solvers.models import convolution
from solvers.models.checks import BadInput
from solvers.models.convolution import Border, Geometry
from tests.solvers.models.data import assert_close, normal, tensor

GEOMETRIES = [
    Geometry(),
    Geometry(stride=(2, 1)),
    Geometry(padding=(1, 2)),
    Geometry(dilation=(2, 1)),
    Geometry(stride=(2, 3), padding=(2, 1), dilation=(1, 2)),
    Geometry(padding=(1, 1), border="replicate"),
    Geometry(stride=(2, 2), padding=(2, 3), border="replicate"),
]
GEOMETRY_IDS = ["plain", "stride", "padding", "dilation", "all", "replicate", "replicate-strided"]

geometries = st.builds(
    Geometry,
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    dilation=st.tuples(st.integers(1, 2), st.integers(1, 2)),
    border=st.sampled_from(["zero", "replicate"]),
)


def test_both_maps_on_paper() -> None:
    """The 3x3 image 1..9 and the kernel 1 0; 0 -1: cross-correlation gives -4 everywhere, convolution +4."""
    image, kernel = torch.arange(1.0, 10.0).double().reshape(1, 3, 3), tensor([[[[1, 0], [0, -1]]]])
    assert_close(convolution.cross_correlation(image, kernel), tensor([[[-4, -4], [-4, -4]]]))
    assert_close(convolution.convolution(image, kernel), tensor([[[4, 4], [4, 4]]]))


def test_one_dimension_on_paper() -> None:
    """[1, 2, 3] * [1, 10]: the full convolution 1, 12, 23, 30; cross-correlation 10, 21, 32, 3."""
    line, kernel, full = tensor([[1, 2, 3]]), tensor([[[1, 10]]]), Geometry(padding=(0, 1))
    assert_close(convolution.convolution_1d(line, kernel, geometry=full), tensor([[1, 12, 23, 30]]))
    assert_close(convolution.cross_correlation_1d(line, kernel, geometry=full), tensor([[10, 21, 32, 3]]))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("mode", ["valid", "full"])
def test_scipy_agrees(seed: int, mode: str) -> None:
    image, kernel = normal(seed, 6, 5), normal(seed + 50, 3, 2)
    geometry = Geometry(padding=(2, 1) if mode == "full" else (0, 0))
    found = convolution.cross_correlation(image[None], kernel[None, None], geometry=geometry)[0]
    assert_close(found, torch.from_numpy(scipy_signal.correlate2d(image.numpy(), kernel.numpy(), mode)))
    found = convolution.convolution(image[None], kernel[None, None], geometry=geometry)[0]
    assert_close(found, torch.from_numpy(scipy_signal.convolve2d(image.numpy(), kernel.numpy(), mode)))


@pytest.mark.parametrize("border", ["zero", "replicate"])
def test_scipy_pads_alike_in_one_dimension(border: Border) -> None:
    """The same-size convolution of a line; scipy.ndimage would call replicate 'nearest'."""
    line, kernel = normal(1, 9), normal(2, 3)
    mode = {"zero": "constant", "replicate": "nearest"}[border]
    geometry = Geometry(padding=(0, 1), border=border)
    found = convolution.convolution_1d(line[None], kernel[None, None], geometry=geometry)[0]
    assert_close(found, torch.from_numpy(ndimage.convolve1d(line.numpy(), kernel.numpy(), mode=mode)))


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=GEOMETRY_IDS)
def test_fast_and_readable_and_torch_agree(geometry: Geometry) -> None:
    images, kernel, bias = normal(1, 2, 3, 7, 8), normal(2, 4, 3, 3, 2), normal(3, 4)
    fast = convolution.cross_correlation(images, kernel, bias, geometry)
    assert_close(convolution.by_windows(images, kernel, bias, geometry), fast)
    p, q = geometry.padding
    padded = F.pad(images, (q, q, p, p), mode={"zero": "constant", "replicate": "replicate"}[geometry.border])
    assert_close(F.conv2d(padded, kernel, bias, stride=geometry.stride, dilation=geometry.dilation), fast)
    assert fast.shape[-2:] == geometry.output((7, 8), (3, 2))


@given(st.integers(0, 10_000), geometries)
def test_a_kernel_of_its_own_for_each_instance(seed: int, geometry: Geometry) -> None:
    images, kernel = normal(seed, 2, 3, 2, 6, 6), normal(seed + 1, 3, 2, 2, 3, 2)
    batch = convolution.cross_correlation(images, kernel, geometry=geometry)
    assert_close(convolution.by_windows(images, kernel, geometry=geometry), batch)
    for i, j in product(range(2), range(3)):
        assert_close(convolution.cross_correlation(images[i, j], kernel[j], geometry=geometry), batch[i, j])


@given(st.integers(0, 10_000), geometries)
def test_fold_is_the_adjoint_of_windows(seed: int, geometry: Geometry) -> None:
    """<windows(x), y> = <x, fold(y)> for every x and y."""
    images = normal(seed, 2, 6, 7)
    seen = convolution.windows(images, (3, 2), geometry)
    pieces = normal(seed + 1, *seen.shape)
    assert_close((seen * pieces).sum(), (images * convolution.fold(pieces, (6, 7), geometry)).sum(), 1e-10)


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=GEOMETRY_IDS)
def test_backward_is_autograd(geometry: Geometry) -> None:
    images, kernel, bias = (each.requires_grad_() for each in (normal(1, 3, 7, 8), normal(2, 4, 3, 3, 2), normal(3, 4)))
    maps = convolution.cross_correlation(images, kernel, bias, geometry)
    upstream = normal(4, *maps.shape)
    expected = torch.autograd.grad(maps, [images, kernel, bias], upstream)
    assert_close(convolution.input_gradient(kernel, upstream, (7, 8), geometry), expected[0])
    assert_close(convolution.kernel_gradient(images, upstream, (3, 2), geometry), expected[1])
    assert_close(convolution.bias_gradient(upstream), expected[2])


def test_input_gradient_is_a_full_convolution() -> None:
    """What textbooks say of stride 1: ∂L/∂I is the upstream gradient, padded by k - 1, convolved with the kernel."""
    kernel, upstream = normal(1, 3, 2), normal(2, 4, 5)
    found = convolution.input_gradient(kernel[None, None], upstream[None], (6, 6))[0]
    assert_close(found, torch.from_numpy(scipy_signal.convolve2d(upstream.numpy(), kernel.numpy(), "full")))


@given(st.integers(0, 10_000), st.integers(0, 4), st.integers(0, 4))
def test_shifting_commutes_with_convolution(seed: int, down: int, right: int) -> None:
    """Equivariance (8.1.4): on images whose content stays clear of the edges, shift then filter = filter then shift."""
    image = F.pad(normal(seed, 1, 4, 4), (5, 5, 5, 5))
    kernel, geometry = normal(seed + 1, 1, 1, 3, 3), Geometry(padding=(1, 1))
    shifted = convolution.cross_correlation(image.roll((down, right), (-2, -1)), kernel, geometry=geometry)
    assert_close(shifted, convolution.cross_correlation(image, kernel, geometry=geometry).roll((down, right), (-2, -1)))


def test_locally_connected_with_equal_kernels_is_convolution() -> None:
    images, kernel, geometry = normal(1, 2, 5, 5), normal(2, 3, 2, 2, 2), Geometry(stride=(2, 1))
    rows, columns = geometry.output((5, 5), (2, 2))
    everywhere = kernel[:, None, None].expand(3, rows, columns, 2, 2, 2)
    found = convolution.locally_connected(images, everywhere, geometry=geometry)
    assert_close(found, convolution.cross_correlation(images, kernel, geometry=geometry))


def test_locally_connected_place_by_place() -> None:
    images, kernels = normal(1, 2, 4, 5), normal(2, 3, 3, 4, 2, 2, 2)
    found = convolution.locally_connected(images, kernels)
    for o, i, j in product(range(3), range(3), range(4)):
        assert_close(found[o, i, j], (kernels[o, i, j] * images[:, i : i + 2, j : j + 2]).sum())


def test_locally_connected_along_a_line() -> None:
    signal, kernels, bias = normal(1, 2, 7), normal(2, 3, 3, 2, 3), normal(3, 3, 3)
    found = convolution.locally_connected_1d(signal, kernels, bias, Geometry(stride=(1, 2)))
    for o, j in product(range(3), range(3)):
        assert_close(found[o, j], (kernels[o, j] * signal[:, 2 * j : 2 * j + 3]).sum() + bias[o, j])


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding", "dilation", "expected"),
    [
        (7, 3, 1, 0, 1, 5),
        (7, 3, 2, 0, 1, 3),
        (8, 3, 2, 0, 1, 3),
        (5, 3, 1, 1, 1, 5),
        (227, 11, 4, 0, 1, 55),
        (9, 3, 1, 0, 2, 5),
        (32, 5, 1, 2, 1, 32),
    ],
    ids=["plain", "stride", "floor", "same", "alexnet", "dilated", "same-5"],
)
def test_output_size(size: int, kernel: int, stride: int, padding: int, dilation: int, expected: int) -> None:
    assert convolution.output_size(size, kernel, stride, padding, dilation) == expected


@given(*[st.integers(*bounds) for bounds in [(1, 40), (1, 7), (1, 4), (0, 4), (1, 3)]])
def test_output_size_counts_the_windows(size: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    reach = 1 + (kernel - 1) * dilation
    starts = [start for start in range(0, size + 2 * padding, stride) if start + reach <= size + 2 * padding]
    if starts:
        assert convolution.output_size(size, kernel, stride, padding, dilation) == len(starts)
    else:
        with pytest.raises(BadInput, match=f"reaches over {reach} entries"):
            convolution.output_size(size, kernel, stride, padding, dilation)


@given(st.integers(1, 9), st.integers(1, 4), st.integers(12, 60))
def test_same_padding_keeps_the_size(kernel: int, dilation: int, size: int) -> None:
    if (kernel - 1) * dilation % 2:
        with pytest.raises(BadInput, match="only an odd reach"):
            convolution.same_padding(kernel, dilation)
    else:
        padding = convolution.same_padding(kernel, dilation)
        assert convolution.output_size(size, kernel, 1, padding, dilation) == size


@pytest.mark.parametrize(
    ("images", "kernel", "message"),
    [
        ((3, 5, 5), (2, 4, 3, 3), r"kernel has shape \(2, 4, 3, 3\), but .* channels = 3, as in images"),
        ((1, 2, 2), (1, 1, 3, 3), "reaches over 3 entries, but the padded input has only 2"),
        ((5, 5), (1, 1, 3, 3), "images has shape .* too few axes"),
        ((2, 1, 5, 5), (3, 1, 1, 3, 3), "instance axes do not fit together"),
    ],
    ids=["channels", "reach", "axes", "instances"],
)
def test_bad_input_is_named(images: tuple[int, ...], kernel: tuple[int, ...], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        convolution.cross_correlation(normal(1, *images), normal(2, *kernel))


@pytest.mark.parametrize("kind", ["stride", "dilation"])
def test_bad_geometry_is_named(kind: str) -> None:
    with pytest.raises(BadInput, match=rf"{kind} \((vertical|horizontal)\) is 0"):
        Geometry(**{kind: (1, 0)})  # type: ignore[arg-type]  # the table's keys are these names


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=GEOMETRY_IDS)
def test_every_device_gives_the_same_maps(device: str, geometry: Geometry) -> None:
    images, kernel = normal(1, 4, 2, 6, 6), normal(2, 4, 3, 2, 3, 3)
    here = convolution.cross_correlation(images, kernel, geometry=geometry)
    there = convolution.cross_correlation(images.to(device), kernel.to(device), geometry=geometry)
    assert there.device.type == device
    assert_close(there, here, 1e-9)
    upstream = normal(3, *here.shape)
    back = convolution.input_gradient(kernel.to(device), upstream.to(device), (6, 6), geometry)
    assert_close(back, convolution.input_gradient(kernel, upstream, (6, 6), geometry), 1e-9)
