"""The matrix and Fourier routes against the direct one."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal
from scipy.linalg import toeplitz

from solvers.models import convolution, convolution_matrix
from solvers.models.checks import BadInput
from solvers.models.convolution import Geometry
from tests.solvers.models.data import assert_close, normal, tensor


@pytest.mark.parametrize(
    "geometry",
    [Geometry(), Geometry(stride=(2, 1)), Geometry(padding=(1, 2)), Geometry(dilation=(2, 1), border="replicate")],
    ids=["plain", "stride", "padding", "dilation"],
)
def test_the_matrix_is_the_map(geometry: Geometry) -> None:
    images, kernel = normal(1, 4, 2, 5, 6), normal(2, 3, 2, 2, 3)
    M = convolution_matrix.matrix(kernel, (5, 6), geometry)
    expected = convolution.cross_correlation(images, kernel, geometry=geometry)
    assert_close((images.flatten(1) @ M.mT).reshape(expected.shape), expected)
    upstream = normal(3, *expected.shape)
    back = convolution.input_gradient(kernel, upstream, (5, 6), geometry)
    assert_close((upstream.flatten(1) @ M).reshape(images.shape), back)


def test_one_row_of_pixels_is_toeplitz() -> None:
    kernel = tensor([1, 2, 3])
    M = convolution_matrix.matrix(kernel.reshape(1, 1, 1, 3), (1, 6))
    assert_close(M, torch.from_numpy(toeplitz([1.0, 0, 0, 0], [1.0, 2, 3, 0, 0, 0])))
    assert int((M != 0).sum()) == 4 * 3


def test_every_instance_has_its_own_matrix() -> None:
    kernel = normal(1, 3, 2, 1, 2, 2)
    batch = convolution_matrix.matrix(kernel, (4, 3))
    for i in range(3):
        assert_close(convolution_matrix.matrix(kernel[i], (4, 3)), batch[i])


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4))
def test_fourier_is_direct(seed: int, tall: int, broad: int) -> None:
    image, kernel = normal(seed, 5, 6), normal(seed + 1, tall, broad)
    full = torch.from_numpy(signal.convolve2d(image.numpy(), kernel.numpy(), "full"))
    assert_close(convolution_matrix.convolution_by_fft(image, kernel), full, 1e-10)
    valid = convolution.cross_correlation(image[None], kernel[None, None])[0]
    assert_close(convolution_matrix.cross_correlation_by_fft(image, kernel), valid, 1e-10)


def test_bad_input_is_named() -> None:
    with pytest.raises(BadInput, match="larger than the image"):
        convolution_matrix.cross_correlation_by_fft(normal(1, 2, 2), normal(2, 3, 1))


def test_every_device_agrees(device: str) -> None:
    kernel = normal(1, 2, 1, 2, 2)
    there = convolution_matrix.matrix(kernel.to(device), (4, 3))
    assert there.device.type == device
    assert_close(there, convolution_matrix.matrix(kernel, (4, 3)), 1e-9)
