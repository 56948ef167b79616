"""Labs that learn a distribution or a code: RBM by CD-1 and by PCD, linear and variational autoencoder, a mixture."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, built, descent, points, rows, stream
from solvers.lab.picture import Heat, Picture, Plane
from solvers.models import elbo
from solvers.models import rbm as rbm_model
from solvers.models import vae as vae_model
from solvers.models.mlp import Mlp
from solvers.models.optimizers import Number, linear_decay
from solvers.models.rbm import Rbm

SIDE, HIDDEN, SAMPLES, SWEEPS = 3, 12, 8, 200
CHAINS, FALLING = 100, (0.2, 0.005, 3000)
CODE, TILES, CLASSES = 2, 5, 16


class Boltzmann(nn.Module):
    """An RBM's b, c, W as buffers: contrastive divergence is no gradient of a loss."""

    def __init__(self, machine: Rbm) -> None:
        super().__init__()
        for name in ("b", "c", "W"):
            self.register_buffer(name, getattr(machine, name))
        self.register_buffer("count", torch.zeros((), dtype=torch.int64))

    def machine(self) -> Rbm:
        return Rbm(self.get_buffer("b"), self.get_buffer("c"), self.get_buffer("W"))

    def move(self, gradient: Rbm, rate: float) -> None:
        """Gradient ascent in place."""
        for name in ("b", "c", "W"):
            self.get_buffer(name).add_(rate * getattr(gradient, name))


def rbm(setting: Setting) -> Experiment:
    """CD-1 on the bars and stripes of a 3x3 grid; the loss is the exact mean of -log P(v), by enumeration."""
    model, v = Boltzmann(_small(setting, "rbm")).to(setting.device), data.bars_and_stripes(SIDE).to(setting.device)

    def gradient(generator: torch.Generator) -> Rbm:
        uniforms = (data.uniform(generator, 1, len(v), units).to(v) for units in (HIDDEN, v.shape[1]))
        return rbm_model.contrastive_divergence(model.machine(), v, *uniforms).gradient

    return _ascent(setting, "RBM", model, v, gradient, lambda step: 0.1)


def persistent(setting: Setting) -> Experiment:
    """PCD on the same pictures: the model's samples are those of chains that are never sent back to the data.

    They must keep up with the weights, so the rate falls, unlike CD-1's.
    """
    machine, v = _small(setting, "persistent-cd"), data.bars_and_stripes(SIDE).to(setting.device)
    model = Boltzmann(machine).to(setting.device)
    start = data.uniform(stream(setting.seed, "persistent-cd", "chains"), CHAINS, HIDDEN) < 0.5
    model.register_buffer("chains", start.to(v))

    def gradient(generator: torch.Generator) -> Rbm:
        hidden = model.get_buffer("chains")
        uniforms = [data.uniform(generator, CHAINS, units).to(v) for units in machine.sizes]
        found = rbm_model.persistent_divergence(model.machine(), v, hidden, *uniforms)
        hidden.copy_(found.hidden)
        return found.gradient

    return _ascent(setting, "RBM by PCD", model, v, gradient, linear_decay(*FALLING))


def _small(setting: Setting, name: str) -> Rbm:
    """Small random weights, no biases."""
    W = 0.1 * data.normal(stream(setting.seed, name, "weights"), SIDE**2, HIDDEN)
    return Rbm(W.new_zeros(SIDE**2), W.new_zeros(HIDDEN), W)


def _ascent(
    setting: Setting,
    title: str,
    model: Boltzmann,
    v: Tensor,
    gradient: Callable[[torch.Generator], Rbm],
    rate: Callable[[int], Number],
) -> Experiment:
    visible = v.shape[1]

    def advance(generator: torch.Generator) -> Tensor:
        before = -rbm_model.log_probability(model.machine(), v).mean()
        model.move(gradient(generator), float(rate(int(model.get_buffer("count")))))
        model.get_buffer("count").add_(1)
        return before

    def measure() -> dict[str, float]:
        exact = rbm_model.log_probability(model.machine(), v)
        return {"log-likelihood": float(exact.mean()), "probability of the patterns": float(exact.exp().sum())}

    def picture() -> Picture:
        generator = stream(setting.seed, "rbm", "picture")
        start = (data.uniform(generator, SAMPLES, visible) < 0.5).double().to(v)
        u_h, u_v = (data.uniform(generator, SWEEPS, SAMPLES, units).to(v) for units in (HIDDEN, visible))
        # (N, side²) -> (N, side, side)
        drawn = rbm_model.gibbs(model.machine(), start, u_h, u_v).visible[-1].unflatten(-1, (SIDE, SIDE))
        tables = tuple((f"{place + 1}", rows(each)) for place, each in enumerate(drawn))
        caption = "bars and stripes are right"
        return Heat(f"{title}: Gibbs samples after {SWEEPS} sweeps from noise", tables, 0, 1, caption)

    return Experiment(model, advance, measure, picture)


def autoencoder(setting: Setting) -> Experiment:
    """8 linear units to 2 and back under the squared error: the code spans the plane of the principal components."""
    generator = stream(setting.seed, "autoencoder", "data")
    x = data.correlated(generator, 200).to(setting.device)
    model = Mlp([8, CODE, 8], "linear", "normal", stream(setting.seed, "autoencoder", "weights")).to(x)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9)
    centred = x - x.mean(dim=0)
    principal = torch.linalg.svd(centred, full_matrices=False).Vh[:CODE].mT  # (8, 2)

    def measure() -> dict[str, float]:
        basis, _ = torch.linalg.qr(model.W[1].detach())  # (8, 2)
        apart = basis @ basis.mT - principal @ principal.mT
        return {"distance of the planes": float(torch.linalg.matrix_norm(apart, 2))}

    def picture() -> Picture:
        with torch.no_grad():
            codes = (model(x) - x.mean(dim=0)) @ principal
        return cloud("Autoencoder: reconstructions on the two principal axes", (("*", codes),))

    return Experiment(model, descent(model, lambda _: model.loss(x, x), optimizer), measure, picture, (optimizer,))


def vae(setting: Setting) -> Experiment:
    """Digits of our own, 8x8, through a latent plane; the loss is minus the evidence lower bound, in nats."""
    model = built(lambda: vae_model.dense(64, 64, CODE), stream(setting.seed, "vae", "weights")).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)

    def bound(generator: torch.Generator, count: int) -> Tensor:
        images, _ = data.glyphs(generator, count, noise=0.0, shift=0)
        noise = data.normal(generator, count, CODE).float().to(setting.device)
        loss: Tensor = model(images.flatten(1).float().to(setting.device), noise).loss  # (N, 1, 8, 8) -> (N, 64)
        return loss

    def measure() -> dict[str, float]:
        with torch.no_grad():
            return {"lower bound": -float(bound(stream(setting.seed, "vae", "held"), 1000))}

    def picture() -> Picture:
        # Equal steps of probability under the prior, so that the plane is seen where the codes are.
        steps = torch.special.ndtri((torch.arange(TILES) + 0.5) / TILES).to(setting.device)
        z = torch.cartesian_prod(-steps, steps).flip(-1)  # top row: the second code at its largest
        with torch.no_grad():
            tiles = model.generate(z).unflatten(-1, (8, 8))  # type: ignore[operator]
        table = tiles.unflatten(0, (TILES, TILES)).transpose(1, 2).flatten(2, 3).flatten(0, 1)  # (8 TILES, 8 TILES)
        return Heat("Variational autoencoder: the latent plane decoded", (("", rows(table)),), 0, 1)

    return Experiment(model, descent(model, lambda g: bound(g, 64), optimizer), measure, picture, (optimizer,))


class Classes(nn.Module):
    """A mixture's π and μ as buffers: EM has no gradient."""

    def __init__(self, mixture: elbo.Mixture) -> None:
        super().__init__()
        self.register_buffer("pi", mixture.pi)
        self.register_buffer("mu", mixture.mu)
        self.pi: Tensor
        self.mu: Tensor

    def mixture(self) -> elbo.Mixture:
        return elbo.Mixture(self.pi, self.mu)


def mixture(setting: Setting) -> Experiment:
    """EM: sixteen classes of independent pixels, ten digits of our own, some flipped; an update is an E and M step."""
    generator = stream(setting.seed, "mixture", "data")
    x = _flipped(generator, 1000).to(setting.device)
    start = 0.25 + 0.5 * data.uniform(generator, CLASSES, 64)
    pi = torch.full((CLASSES,), 1 / CLASSES, dtype=torch.float64)
    model = Classes(elbo.Mixture(pi, start)).to(setting.device)

    def advance(generator: torch.Generator) -> Tensor:
        before = -elbo.log_likelihood(model.mixture(), x) / len(x)
        found = elbo.m_step(x, elbo.e_step(model.mixture(), x))
        model.pi.copy_(found.pi)
        model.mu.copy_(found.mu)
        return before

    def measure() -> dict[str, float]:
        nearest = torch.cdist(data.digits_clean().flatten(1).to(x), model.mu).amin(dim=-1)  # (10, 64), (K, 64) -> (10,)
        return {
            "log-likelihood": float(elbo.log_likelihood(model.mixture(), x)) / len(x),
            "digits found": float((nearest < 1.5).sum()),
        }

    def picture() -> Picture:
        classes = zip(model.pi, model.mu.unflatten(-1, (8, 8)), strict=True)  # (K, 64) -> (K, 8, 8)
        tables = tuple((f"π {float(share):.2f}", rows(each)) for share, each in classes)
        return Heat("Mixture by EM: what each class expects", tables, 0, 1)

    return Experiment(model, advance, measure, picture)


def _flipped(generator: torch.Generator, count: int) -> Tensor:
    """Digits of our own, each pixel flipped with probability 0.05: (count, 64)."""
    images, _ = data.glyphs(generator, count, noise=0.0, shift=0)
    flips = data.uniform(generator, count, 64) < 0.05
    return (images.flatten(1) - flips.double()).abs()  # (N, 1, 8, 8) -> (N, 64)


def cloud(title: str, groups: tuple[tuple[str, Tensor], ...]) -> Picture:
    """Points by group in a window that holds them all."""
    everything = torch.cat([each.detach().cpu() for _, each in groups])
    low, high = (everything.amin(dim=0) - 0.1).tolist(), (everything.amax(dim=0) + 0.1).tolist()
    return Plane(title, tuple((name, points(each)) for name, each in groups), (low[0], high[0], low[1], high[1]))
