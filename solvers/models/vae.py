"""The variational autoencoder (notes 19.4): Gaussian q(z | x), prior N(0, I), Bernoulli or Gaussian p(x | z).

bound = E_q[log p(x | z)] - β D_KL(q ‖ N(0, I)), with one z = μ + σ ε an example. σ is the standard deviation; the
encoder gives log σ². β = 1 is the evidence lower bound.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn

from solvers.models.algebra import common_axes
from solvers.models.checks import BadInput, check_at_least, check_number, check_one_of, check_shapes
from solvers.models.layers import Layers
from solvers.models.seeding import seeded

Likelihood = Literal["bernoulli", "gaussian"]
LIKELIHOODS = ("bernoulli", "gaussian")
LOG_2_PI = math.log(2 * math.pi)


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over examples x (N, …) with one ε each; sums over entries, not means."""

    mean: Tensor  # (N, Z)
    log_variance: Tensor  # (N, Z)
    z: Tensor  # (N, Z)
    out: Tensor  # (N, …): logits, or means
    log_likelihood: Tensor  # (N,): log p(x | z)
    divergence: Tensor  # (N,)
    beta: float

    @property
    def bound(self) -> Tensor:
        """(N,)."""
        return self.log_likelihood - self.beta * self.divergence

    @property
    def loss(self) -> Tensor:
        """Minus the mean bound: what training makes small."""
        return -self.bound.mean()


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """D_KL(N(μ, diag σ²) ‖ N(0, I)) = ½ Σ (μ² + σ² - 1 - log σ²): (..., Z), (..., Z) -> (...)."""
    check_shapes(mean=(mean, "Z"), log_variance=(log_variance, "Z"))
    return 0.5 * (mean**2 + torch.exp(log_variance) - 1 - log_variance).sum(dim=-1)


def divergence_slopes(mean: Tensor, log_variance: Tensor) -> tuple[Tensor, Tensor]:
    """∂/∂μ = μ and ∂/∂log σ² = ½ (σ² - 1): (..., Z) each."""
    check_shapes(mean=(mean, "Z"), log_variance=(log_variance, "Z"))
    return mean, 0.5 * (torch.exp(log_variance) - 1)


def log_normal(z: Tensor, mean: Tensor, log_variance: Tensor) -> Tensor:
    """log N(z; μ, diag σ²), summed: (..., Z) -> (...)."""
    common_axes(z=(z, "Z"), mean=(mean, "Z"), log_variance=(log_variance, "Z"))
    return -0.5 * (LOG_2_PI + log_variance + (z - mean) ** 2 * torch.exp(-log_variance)).sum(dim=-1)


def log_likelihood(out: Tensor, x: Tensor, kind: Likelihood = "bernoulli", sd: float = 1.0) -> Tensor:
    """log p(x | z), summed: out (..., D), x (..., D) -> (...).

    bernoulli: out are logits and x in [0, 1], Σ x log σ(a) + (1 - x) log(1 - σ(a)). gaussian: out is the mean.
    """
    common_axes(out=(out, "D"), x=(x, "D"))
    check_one_of("kind", kind, LIKELIHOODS)
    check_number("[0, inf)", sd=sd)
    if kind == "gaussian":
        return log_normal(x, out, torch.full_like(out, 2 * math.log(sd)))
    if not bool(((x >= 0) & (x <= 1)).all()):
        raise BadInput("x holds a number outside [0, 1], but a Bernoulli decoder needs bits, or shades between them.")
    return (x * out - torch.logaddexp(out, torch.zeros_like(out))).sum(dim=-1)


class Vae(nn.Module):
    """Any encoder (N, …) -> (N, 2 Z), μ and log σ² side by side, with any decoder (N, Z) -> (N, …)."""

    def __init__(
        self,
        encoder: nn.Module,
        decoder: nn.Module,
        *,
        kind: Likelihood = "bernoulli",
        beta: float = 1.0,
        sd: float = 1.0,
    ) -> None:
        super().__init__()
        check_one_of("kind", kind, LIKELIHOODS)
        check_number("[0, inf)", beta=beta)
        check_number("(0, inf)", sd=sd)
        self.encoder, self.decoder = encoder, decoder
        self.kind, self.beta, self.sd = kind, beta, sd

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """μ and log σ²: (N, …) -> (N, Z) each."""
        mean, log_variance = self.encoder(x).chunk(2, dim=-1)
        return mean, log_variance

    def forward(self, x: Tensor, noise: Tensor) -> Run:
        """x (N, …) with ε (N, Z)."""
        mean, log_variance = self.encode(x)
        check_shapes(mean=(mean, "examples Z"), noise=(noise, "examples Z"))
        z = mean + torch.exp(0.5 * log_variance) * noise
        out = self.decoder(z)
        likelihood = log_likelihood(out.flatten(1), x.flatten(1), self.kind, self.sd)  # (N, …) -> (N, D)
        return Run(mean, log_variance, z, out, likelihood, divergence(mean, log_variance), self.beta)

    def importance_bound(self, x: Tensor, noise: Tensor) -> Tensor:
        """log mean_k p(x, z_k) / q(z_k | x), closer to log p(x) the more samples: x (N, …), ε (K, N, Z) -> (N,)."""
        samples = check_shapes(noise=(noise, "samples examples Z"))["samples"]
        mean, log_variance = self.encode(x)
        check_shapes(mean=(mean, "examples Z"), noise=(noise, "samples examples Z"))
        z = mean + torch.exp(0.5 * log_variance) * noise  # (K, N, Z)
        out = self.decoder(z.flatten(0, 1)).flatten(1).unflatten(0, (samples, len(x)))  # (K N, …) -> (K, N, D)
        prior = log_normal(z, torch.zeros_like(z), torch.zeros_like(z))
        # (N, …) -> (N, D)
        weights = log_likelihood(out, x.flatten(1), self.kind, self.sd) + prior - log_normal(z, mean, log_variance)
        return torch.logsumexp(weights, dim=0) - math.log(samples)

    def generate(self, z: Tensor) -> Tensor:
        """Means of x for z ~ N(0, I): (N, Z) -> (N, …); of a Bernoulli decoder the probabilities of ones."""
        out: Tensor = self.decoder(z)
        return torch.sigmoid(out) if self.kind == "bernoulli" else out


def dense(
    inputs: int,
    hidden: int,
    latent: int,
    *,
    kind: Likelihood = "bernoulli",
    beta: float = 1.0,
    sd: float = 1.0,
    generator: torch.Generator | None = None,
) -> Vae:
    """One tanh layer each way: (N, inputs)."""
    check_at_least(1, inputs=inputs, hidden=hidden, latent=latent)
    encoder = Layers(nn.Linear(inputs, hidden), nn.Tanh(), nn.Linear(hidden, 2 * latent), reads=(inputs,))
    decoder = Layers(nn.Linear(latent, hidden), nn.Tanh(), nn.Linear(hidden, inputs), reads=(latent,))
    return seeded(Vae(encoder, decoder, kind=kind, beta=beta, sd=sd), generator)


def convolutional(
    channels: int,
    side: int,
    latent: int,
    *,
    width: int = 16,
    kind: Likelihood = "bernoulli",
    beta: float = 1.0,
    generator: torch.Generator | None = None,
) -> Vae:
    """Two strided convolutions and their transposes, for images (N, channels, side, side) with side divisible by 4."""
    check_at_least(1, channels=channels, side=side, latent=latent, width=width)
    if side % 4:
        raise BadInput(f"side is {side}, but a multiple of 4 is needed: it is halved twice.")
    small = side // 4
    encoder = Layers(
        nn.Conv2d(channels, width, 4, stride=2, padding=1),  # (N, width, side/2, side/2)
        nn.ReLU(),
        nn.Conv2d(width, 2 * width, 4, stride=2, padding=1),  # (N, 2 width, side/4, side/4)
        nn.ReLU(),
        nn.Flatten(),  # (N, 2 w, side/4, side/4) -> (N, 2 w (side/4)²)
        nn.Linear(2 * width * small**2, 2 * latent),
        reads=(channels, side, side),
    )
    decoder = Layers(
        nn.Linear(latent, 2 * width * small**2),
        nn.ReLU(),
        nn.Unflatten(1, (2 * width, small, small)),  # (N, 2 w s²) -> (N, 2 w, s, s)
        nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1),
        nn.ReLU(),
        nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1),
        reads=(latent,),
    )
    return seeded(Vae(encoder, decoder, kind=kind, beta=beta), generator)
