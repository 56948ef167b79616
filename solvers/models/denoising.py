"""Denoising autoencoders (notes 16.5): corruptions from given noise, and the denoisers of least squared error.

The loss compares g(f(x̃)) with the clean x. Where the data's law is known, the best g(f(x̃)) is E[x | x̃], and its arrow
from x̃ is the noise's variance times the score of the corrupted density.
"""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models.algebra import common_axes
from solvers.models.checks import BadInput, check_number, check_shapes, check_uniforms


def corrupt_gaussian(x: Tensor, sd: float, noise: Tensor) -> Tensor:
    """x̃ = x + σ ε with ε ~ N(0, 1) given: (...)."""
    check_shapes(x=(x, ""), noise=(noise, ""))
    check_number("[0, inf)", sd=sd)
    return x + sd * noise


def corrupt_masking(x: Tensor, share: float, uniforms: Tensor) -> Tensor:
    """x̃_i = 0 where u_i < share, else x_i: (...)."""
    check_shapes(x=(x, ""), uniforms=(uniforms, ""))
    _check_share(share)
    check_uniforms(uniforms=uniforms)
    return torch.where(uniforms < share, torch.zeros_like(x), x)


def corrupt_salt_pepper(x: Tensor, share: float, uniforms: Tensor) -> Tensor:
    """0 where u < share/2, 1 where share/2 <= u < share, else x: (...)."""
    check_shapes(x=(x, ""), uniforms=(uniforms, ""))
    _check_share(share)
    check_uniforms(uniforms=uniforms)
    noisy = torch.where(uniforms < share / 2, torch.zeros_like(x), torch.ones_like(x))
    return torch.where(uniforms < share, noisy, x)


def best_denoiser(seen: Tensor, mean: Tensor, data_variance: Tensor, noise_variance: Tensor) -> Tensor:
    """E[x | x̃] = μ + (x̃ - μ) σ_x² / (σ_x² + σ_n²) for x ~ N(μ, σ_x²), x̃ = x + noise: (...)."""
    common_axes(seen=(seen, ""), mean=(mean, ""), data=(data_variance, ""), noise=(noise_variance, ""))
    if not bool((data_variance >= 0).all() & (noise_variance >= 0).all() & (data_variance + noise_variance > 0).all()):
        raise BadInput("Variances must be at least 0, and not both 0.")
    return mean + (seen - mean) * data_variance / (data_variance + noise_variance)


def best_denoiser_of_points(seen: Tensor, points: Tensor, sd: float) -> Tensor:
    """E[x | x̃] when x is one of the points (..., P, D), each as likely, and x̃ (..., N, D) is it with noise of σ.

    Its arrow E[x | x̃] - x̃ is σ² times the score of the noisy density (Tweedie).
    """
    common_axes(seen=(seen, "examples inputs"), points=(points, "points inputs"))
    check_number("(0, inf)", sd=sd)
    away = ((seen.unsqueeze(-2) - points.unsqueeze(-3)) ** 2).sum(dim=-1)  # (..., N, P)
    return torch.softmax(-away / (2 * sd**2), dim=-1) @ points


def _check_share(share: float) -> None:
    check_number("[0, 1]", share=share)
