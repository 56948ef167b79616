"""Corruptions entry by entry; the best denoisers against least squares, quadrature and the score."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import denoising
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor, uniform

seeds = st.integers(0, 10_000)


def test_corruptions_entry_by_entry() -> None:
    x, u = tensor([5, 6, 7, 8]), tensor([0.1, 0.3, 0.39, 0.4])
    assert denoising.corrupt_masking(x, 0.4, u).tolist() == [0, 0, 0, 8]
    assert denoising.corrupt_salt_pepper(x, 0.4, u).tolist() == [0, 1, 1, 8]
    assert_close(denoising.corrupt_gaussian(x, 0.5, u), tensor([5.05, 6.15, 7.195, 8.2]))
    assert denoising.corrupt_masking(x, 0.0, u).tolist() == x.tolist()


@given(st.floats(0, 1))
def test_shares_of_an_even_grid(share: float) -> None:
    u = (torch.arange(1000, dtype=torch.float64) + 0.5) / 1000
    x = torch.full_like(u, 0.5)
    found = denoising.corrupt_salt_pepper(x, share, u)
    assert float((found == 0.5).double().mean()) == pytest.approx(1 - share, abs=2e-3)
    assert float((found == 1).double().mean()) == pytest.approx(share / 2, abs=2e-3)


def test_no_line_denoises_better() -> None:
    """Least squares on a grid of quantiles of x and the noise finds the slope σx² / (σx² + σn²)."""
    grid = torch.special.ndtri((torch.arange(400, dtype=torch.float64) + 0.5) / 400)
    sx, sn = 2 * grid / grid.std(correction=0), grid / grid.std(correction=0)
    clean = (3 + sx).repeat_interleave(400)
    seen = clean + sn.repeat(400)
    design = torch.stack([seen, torch.ones_like(seen)], dim=-1)
    slope, offset = torch.linalg.lstsq(design, clean.unsqueeze(-1)).solution.squeeze(-1)
    ours = denoising.best_denoiser(tensor([0.0, 1.0]), tensor(3), tensor(4), tensor(1))
    assert_close(ours[1] - ours[0], slope, 1e-9)
    assert_close(ours[0], offset, 1e-9)
    assert_close(slope, tensor(0.8), 1e-9)


@given(seeds, st.floats(0.2, 2))
def test_the_arrow_is_the_score(seed: int, sd: float) -> None:
    """E[x | x̃] - x̃ = σ² ∇ log p(x̃), by autograd through the mixture of Gaussians around the points."""
    points, seen = normal(seed, 4, 2), normal(seed + 1, 3, 2).requires_grad_()
    away = ((seen.unsqueeze(1) - points) ** 2).sum(-1)
    density = torch.logsumexp(-away / (2 * sd**2), dim=-1).sum()
    (score,) = torch.autograd.grad(density, seen)
    found = denoising.best_denoiser_of_points(seen.detach(), points, sd)
    assert_close(found - seen.detach(), sd**2 * score, 1e-9)


def test_little_noise_points_to_the_nearest() -> None:
    points = tensor([[0, 0], [4, 0]])
    found = denoising.best_denoiser_of_points(tensor([[1.5, 0.3], [2.5, -1]]), points, 0.1)
    assert_close(found, points, 1e-9)
    middle = denoising.best_denoiser_of_points(tensor([[2.0, 5.0]]), points, 0.1)
    assert_close(middle, tensor([[2.0, 0.0]]))


def test_for_one_gaussian_both_arrows_agree() -> None:
    """The score of x̃ ~ N(μ, σx² + σn²) is -(x̃ - μ) / (σx² + σn²)."""
    seen = normal(1, 5)
    found = denoising.best_denoiser(seen, tensor(1), tensor(4), tensor(0.5)) - seen
    assert_close(found, -0.5 * (seen - 1) / 4.5)


def test_instances_are_apart(device: str) -> None:
    points, seen = normal(1, 3, 4, 2), normal(2, 3, 5, 2)
    found = denoising.best_denoiser_of_points(seen.to(device), points.to(device), 0.7)
    assert found.device.type == device
    assert_close(found[2], denoising.best_denoiser_of_points(seen[2], points[2], 0.7))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: denoising.corrupt_masking(normal(1, 3), 1.5, uniform(1, 3)), "from 0 to 1"),
        (lambda: denoising.corrupt_salt_pepper(normal(1, 3), 0.5, uniform(1, 3) + 1), "outside"),
        (lambda: denoising.corrupt_gaussian(normal(1, 3), -1.0, normal(1, 3)), "at least 0"),
        (lambda: denoising.best_denoiser(tensor(1), tensor(0), tensor(0), tensor(0)), "not both 0"),
        (lambda: denoising.best_denoiser_of_points(normal(1, 3, 2), normal(1, 3, 2), 0.0), r"sd is 0\.0"),
    ],
    ids="share uniforms sd variances points".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()
