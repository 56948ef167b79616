"""Generative adversarial networks (notes 19.5): V(D, G) on tables, both generator losses, Algorithm 1, dense and DCGAN.

V = E_data[log D] + E_gen[log(1 - D)]; D wants it large. The generator makes log(1 - D(G(z))) small (minimax), or
-log D(G(z)) (non-saturating). D = σ(a) of a logit a throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from solvers.models.checks import BadInput, check_at_least, check_distribution, check_number, check_one_of, check_shapes
from solvers.models.layers import Layers
from solvers.models.seeding import seeded

GeneratorLoss = Literal["minimax", "non_saturating"]
LOSSES = ("minimax", "non_saturating")


@dataclass(frozen=True, slots=True)
class History:
    """One number an iteration: the discriminator's loss in its last step, and the generator's."""

    discriminator: Tensor  # (iterations,)
    generator: Tensor  # (iterations,)


def value(data: Tensor, model: Tensor, D: Tensor) -> Tensor:
    """V(D, G) = Σ_x p_data(x) log D(x) + p_g(x) log(1 - D(x)) on a finite support: (..., k) each -> (...)."""
    _check_tables(data=data, model=model)
    check_shapes(data=(data, "outcomes"), D=(D, "outcomes"))
    if not bool(((D >= 0) & (D <= 1)).all()):
        raise BadInput("D holds a number outside [0, 1], but it is the probability that x is real.")
    return (torch.special.xlogy(data, D) + torch.special.xlogy(model, 1 - D)).sum(dim=-1)


def best_discriminator(data: Tensor, model: Tensor) -> Tensor:
    """D* = p_data / (p_data + p_g), of probabilities or densities; ½ where both are 0, as it does not matter: (...)."""
    check_shapes(data=(data, "outcomes"), model=(model, "outcomes"))
    total = data + model
    return torch.where(total > 0, data / torch.where(total > 0, total, 1), 0.5)


def jensen_shannon(data: Tensor, model: Tensor) -> Tensor:
    """½ D_KL(p ‖ m) + ½ D_KL(q ‖ m) with m = (p + q) / 2, in nats, from 0 to log 2: (..., k), (..., k) -> (...)."""
    _check_tables(data=data, model=model)
    middle = (data + model) / 2
    parts = [torch.special.xlogy(each, each) - torch.special.xlogy(each, middle) for each in (data, model)]
    return 0.5 * (parts[0] + parts[1]).sum(dim=-1)


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """-mean[log D(x)] - mean[log(1 - D(G(z)))] from logits (..., m), (..., m'): (...). Its descent ascends V."""
    check_shapes(real=(real, "real"), fake=(fake, "fake"))
    return softplus(-real).mean(dim=-1) + softplus(fake).mean(dim=-1)


def generator_loss(fake: Tensor, kind: GeneratorLoss = "non_saturating") -> Tensor:
    """mean log(1 - D(G(z))), or mean -log D(G(z)), from logits (..., m): (...)."""
    check_shapes(fake=(fake, "fake"))
    check_one_of("kind", kind, LOSSES)
    return -softplus(fake).mean(dim=-1) if kind == "minimax" else softplus(-fake).mean(dim=-1)


def generator_slope(logit: Tensor, kind: GeneratorLoss = "non_saturating") -> Tensor:
    """The loss of one fake by its logit: -σ(a), which vanishes where D is sure of a fake; or -(1 - σ(a)). (...)"""
    check_shapes(logit=(logit, ""))
    check_one_of("kind", kind, LOSSES)
    return -torch.sigmoid(logit) if kind == "minimax" else -torch.sigmoid(-logit)


def discriminator_slopes(real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    """∂ loss / ∂ logit: -(1 - σ(a)) / m of the real, σ(a) / m' of the fake: (..., m), (..., m')."""
    check_shapes(real=(real, "real"), fake=(fake, "fake"))
    return -torch.sigmoid(-real) / real.shape[-1], torch.sigmoid(fake) / fake.shape[-1]


class Gan(nn.Module):
    """A generator (m, Z) -> (m, …) and a discriminator (m, …) -> logits (m,) or (m, 1)."""

    def __init__(self, generator: nn.Module, discriminator: nn.Module, latent: int) -> None:
        super().__init__()
        check_at_least(1, latent=latent)
        self.generator, self.discriminator, self.latent = generator, discriminator, latent

    def forward(self, z: Tensor) -> Tensor:
        """Samples: (m, Z) -> (m, …)."""
        made: Tensor = self.generator(z)
        return made

    def logits(self, x: Tensor) -> Tensor:
        """(m, …) -> (m,)."""
        found: Tensor = self.discriminator(x)
        return found.flatten(0)  # (m,) or (m, 1) -> (m,)


def train(
    gan: Gan,
    draw: Callable[[int], Tensor],
    noise: Callable[[int], Tensor],
    iterations: int,
    *,
    batch: int = 64,
    k: int = 1,
    kind: GeneratorLoss = "non_saturating",
    rate: float = 1e-3,
) -> History:
    """Algorithm 1: k discriminator steps, then one generator step, with Adam; `draw(m)` gives data, `noise(m)` z.

    Randomness is the caller's: both functions hold their own generators.
    """
    check_at_least(1, iterations=iterations, batch=batch, k=k)
    check_one_of("kind", kind, LOSSES)
    check_number("(0, inf)", rate=rate)
    judge = torch.optim.Adam(gan.discriminator.parameters(), lr=rate, betas=(0.5, 0.999))
    maker = torch.optim.Adam(gan.generator.parameters(), lr=rate, betas=(0.5, 0.999))
    log = []
    for _ in range(iterations):
        for _ in range(k):
            with torch.no_grad():  # the generator does not move here
                fake = gan(noise(batch))
            first = discriminator_loss(gan.logits(draw(batch)), gan.logits(fake))
            _step(judge, first)
        second = generator_loss(gan.logits(gan(noise(batch))), kind)
        _step(maker, second)
        log.append(torch.stack([first.detach(), second.detach()]))
    found = torch.stack(log, dim=-1)
    return History(found[0], found[1])


def dense(inputs: int, hidden: int, latent: int, generator: torch.Generator | None = None) -> Gan:
    """One hidden layer each: leaky ReLU judges, ReLU makes."""
    check_at_least(1, inputs=inputs, hidden=hidden, latent=latent)
    maker = Layers(nn.Linear(latent, hidden), nn.ReLU(), nn.Linear(hidden, inputs), reads=(latent,))
    judge = Layers(nn.Linear(inputs, hidden), nn.LeakyReLU(0.2), nn.Linear(hidden, 1), reads=(inputs,))
    return seeded(Gan(maker, judge, latent), generator)


def dcgan(
    channels: int = 3, latent: int = 100, width: int = 64, generator: torch.Generator | None = None, side: int = 64
) -> Gan:
    """Strided (transposed) 4x4 convolutions with batch norm, no pooling, tanh out: the map doubles from 4 to `side`.

    There are `width` maps beside the image, twice as many each time the map halves: at 4x4, 8 width for images of 64.
    """
    check_at_least(1, channels=channels, latent=latent, width=width)
    check_at_least(8, side=side)
    halvings = side.bit_length() - 3
    if side != 4 * 2**halvings:
        raise BadInput(f"side is {side}, but 8, 16, 32 or a higher power of two is needed.")
    widths = [width * 2**k for k in range(halvings)]  # from the image inwards
    # (m, Z) -> (m, Z, 1, 1)
    up: list[nn.Module] = [nn.Unflatten(1, (latent, 1, 1)), *_up(latent, widths[-1], stride=1, padding=0)]
    for made, seen in zip(widths[-2::-1], widths[:0:-1], strict=True):
        up += _up(seen, made, stride=2, padding=1)
    up += [nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False), nn.Tanh()]
    down: list[nn.Module] = [nn.Conv2d(channels, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2)]
    for seen, made in pairwise(widths):
        down += [nn.Conv2d(seen, made, 4, 2, 1, bias=False), nn.BatchNorm2d(made), nn.LeakyReLU(0.2)]
    down += [nn.Conv2d(widths[-1], 1, 4, 1, 0, bias=False), nn.Flatten(0)]  # (m, w, 4, 4) -> (m, 1, 1, 1) -> (m,)
    maker, judge = Layers(*up, reads=(latent,)), Layers(*down, reads=(channels, side, side))
    return seeded(Gan(maker, judge, latent), generator)


def _up(seen: int, made: int, stride: int, padding: int) -> list[nn.Module]:
    return [nn.ConvTranspose2d(seen, made, 4, stride, padding, bias=False), nn.BatchNorm2d(made), nn.ReLU()]


def _step(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def _check_tables(**tables: Tensor) -> None:
    check_shapes(**{name: (each, "outcomes") for name, each in tables.items()})
    check_distribution(**tables)
