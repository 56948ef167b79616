"""DRAW (notes 19.4): a VAE that paints in T steps; LSTMs encode and decode, Gaussian filters read and write patches.

Images are (N, B, A), B rows and A columns; pixels are counted from 1. Step t: x̂ = x - σ(c); r = read(x, x̂);
h_enc = LSTM([r, h_dec]); z ~ q(z | h_enc); h_dec = LSTM(z); c <- c + write(h_dec). x is Bernoulli with σ(c_T).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from solvers.models import lstm, vae
from solvers.models.checks import BadInput, check_at_least, check_shapes


@dataclass(frozen=True, slots=True)
class Filters:
    """FX (..., n, A) and FY (..., n, B), each row a distribution over pixels, and the intensity γ (...)."""

    FX: Tensor
    FY: Tensor
    gamma: Tensor


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rows B, columns A, a patch of n x n, hidden units of both LSTMs, latent numbers a step, steps T."""

    rows: int
    columns: int
    patch: int
    hidden: int
    latent: int
    steps: int

    def __post_init__(self) -> None:
        check_at_least(1, rows=self.rows, columns=self.columns, hidden=self.hidden, latent=self.latent)
        check_at_least(1, steps=self.steps)
        check_at_least(2, patch=self.patch)


@dataclass(frozen=True, slots=True)
class Run:
    """Canvases c_1 … c_T (N, T, B, A) before the sigmoid, q's parameters (N, T, Z), and the bound's parts."""

    canvases: Tensor
    mean: Tensor
    log_variance: Tensor
    log_likelihood: Tensor  # (N,)
    divergence: Tensor  # (N,): Σ_t D_KL(q_t ‖ N(0, I))

    @property
    def bound(self) -> Tensor:
        """(N,)."""
        return self.log_likelihood - self.divergence

    @property
    def loss(self) -> Tensor:
        """Minus the mean bound."""
        return -self.bound.mean()


def centres(centre: Tensor, stride: Tensor, n: int) -> Tensor:
    """μ_i = g + (i - n/2 - ½) δ for i = 1 … n: the filters' places along one axis. (...), (...) -> (..., n)."""
    check_at_least(1, n=n)
    check_shapes(centre=(centre, ""), stride=(stride, ""))
    i = torch.arange(1, n + 1, dtype=centre.dtype, device=centre.device)
    return centre.unsqueeze(-1) + (i - n / 2 - 0.5) * stride.unsqueeze(-1)


def filterbank(places: Tensor, variance: Tensor, pixels: int) -> Tensor:
    """F_ia ∝ exp(-(a - μ_i)² / 2σ²) over pixels a = 1 … A, rows summing to 1: (..., n), (...) -> (..., n, A)."""
    check_at_least(1, pixels=pixels)
    check_shapes(places=(places, "n"), variance=(variance, ""))
    if not bool((variance > 0).all()):
        raise BadInput("variance holds a number that is not positive.")
    a = torch.arange(1, pixels + 1, dtype=places.dtype, device=places.device)
    away = (a - places.unsqueeze(-1)) ** 2  # (..., n, A)
    return torch.softmax(-away / (2 * variance[..., None, None]), dim=-1)


def filters(parameters: Tensor, rows: int, columns: int, n: int) -> Filters:
    """From (g̃_X, g̃_Y, log σ², log δ̃, log γ) (..., 5): g_X = (A + 1)/2 (g̃_X + 1), δ = (max(A, B) - 1)/(n - 1) δ̃.

    With g̃ = 0 and δ̃ = 1 the patch spans the whole image.
    """
    check_at_least(2, n=n)
    check_at_least(1, rows=rows, columns=columns)
    check_shapes(parameters=(parameters, "parameters"))
    if parameters.shape[-1] != 5:
        raise BadInput(
            f"parameters has {parameters.shape[-1]} numbers, but 5 are needed: g̃_X, g̃_Y, log σ², log δ̃, log γ."
        )
    x, y, log_variance, log_stride, log_gamma = parameters.unbind(-1)
    stride = (max(rows, columns) - 1) / (n - 1) * torch.exp(log_stride)
    variance = torch.exp(log_variance)
    FX, FY = (
        filterbank(centres((size + 1) / 2 * (place + 1), stride, n), variance, size)
        for place, size in ((x, columns), (y, rows))
    )
    return Filters(FX, FY, torch.exp(log_gamma))


def read(image: Tensor, look: Filters) -> Tensor:
    """γ F_Y x F_Xᵀ: (..., B, A) -> the patch (..., n, n)."""
    check_shapes(image=(image, "rows columns"), FX=(look.FX, "n columns"), FY=(look.FY, "n rows"))
    return look.gamma[..., None, None] * (look.FY @ image @ look.FX.mT)


def write(patch: Tensor, look: Filters) -> Tensor:
    """F_Yᵀ w F_X / γ: (..., n, n) -> (..., B, A)."""
    check_shapes(patch=(patch, "n n"), FX=(look.FX, "n columns"), FY=(look.FY, "n rows"))
    return (look.FY.mT @ patch @ look.FX) / look.gamma[..., None, None]


class Draw(nn.Module):
    """The whole model, with attention in reading and writing."""

    def __init__(self, sizes: Sizes, generator: torch.Generator | None = None) -> None:
        super().__init__()
        self.sizes, n = sizes, sizes.patch
        check_at_least(1, rows=sizes.rows, columns=sizes.columns, hidden=sizes.hidden, steps=sizes.steps)
        check_at_least(2, patch=n)
        check_at_least(1, latent=sizes.latent)
        self.encoder = lstm.Lstm(2 * n**2 + sizes.hidden, sizes.hidden, generator=generator)
        self.decoder = lstm.Lstm(sizes.latent, sizes.hidden, generator=generator)

        def linear(inputs: int, outputs: int) -> nn.ParameterList:
            W = torch.randn(inputs, outputs, generator=generator) * inputs**-0.5
            return nn.ParameterList([W, torch.zeros(outputs)])

        self.code = linear(sizes.hidden, 2 * sizes.latent)
        self.look, self.aim = linear(sizes.hidden, 5), linear(sizes.hidden, 5)
        self.paint = linear(sizes.hidden, n**2)

    def forward(self, x: Tensor, noise: Tensor) -> Run:
        """x (N, B, A) in [0, 1], ε (N, T, Z)."""
        s = self.sizes
        check_shapes(x=(x, "examples rows columns"), noise=(noise, "examples steps latent"))
        if tuple(x.shape[1:]) != (s.rows, s.columns) or tuple(noise.shape[1:]) != (s.steps, s.latent):
            raise BadInput(f"x and noise are {tuple(x.shape)} and {tuple(noise.shape)}, but {s} is the model.")
        seen = made = self._start(x)
        canvas, canvases, means, log_variances = torch.zeros_like(x), [], [], []
        for step in noise.unbind(-2):
            look = filters(_linear(made[0], self.look), s.rows, s.columns, s.patch)
            patches = [read(image, look).flatten(1) for image in (x, x - torch.sigmoid(canvas))]  # (N, n, n) -> (N, n²)
            seen = _step(self.encoder, torch.cat([*patches, made[0]], dim=-1), seen)
            mean, log_variance = _linear(seen[0], self.code).chunk(2, dim=-1)
            made = _step(self.decoder, mean + torch.exp(0.5 * log_variance) * step, made)
            canvas = canvas + self._stroke(made[0])
            canvases.append(canvas)
            means.append(mean)
            log_variances.append(log_variance)
        mean, log_variance = torch.stack(means, dim=1), torch.stack(log_variances, dim=1)
        likelihood = vae.log_likelihood(canvas.flatten(1), x.flatten(1))  # (N, B, A) -> (N, B A)
        return Run(torch.stack(canvases, 1), mean, log_variance, likelihood, vae.divergence(mean, log_variance).sum(-1))

    def generate(self, z: Tensor) -> Tensor:
        """z_t ~ N(0, I) (N, T, Z) -> the probabilities of ones after each step (N, T, B, A)."""
        check_shapes(z=(z, "examples steps latent"))
        made, canvases = self._start(z), []
        canvas = z.new_zeros(z.shape[0], self.sizes.rows, self.sizes.columns)
        for step in z.unbind(-2):
            made = _step(self.decoder, step, made)
            canvas = canvas + self._stroke(made[0])
            canvases.append(canvas)
        return torch.sigmoid(torch.stack(canvases, dim=1))

    def _stroke(self, h: Tensor) -> Tensor:
        s = self.sizes
        patch = _linear(h, self.paint).unflatten(-1, (s.patch, s.patch))  # (N, n²) -> (N, n, n)
        return write(patch, filters(_linear(h, self.aim), s.rows, s.columns, s.patch))

    def _start(self, like: Tensor) -> tuple[Tensor, Tensor]:
        zero = like.new_zeros(like.shape[0], self.sizes.hidden)
        return zero, zero


def _linear(x: Tensor, layer: nn.ParameterList) -> Tensor:
    return x @ layer[0] + layer[1]


def _step(cell: lstm.Lstm, x: Tensor, state: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
    """One step: x (N, D), (h, c) (N, H) each -> (h, c)."""
    run = lstm.forward(cell.weights(), x.unsqueeze(-2), cell.variant, *state)
    return run.h[..., -1, :], run.c[..., -1, :]
