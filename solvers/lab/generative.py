"""Labs that learn a distribution or a code: RBM, linear and variational autoencoder, adversarial network."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, built, descent, points, rows, stream
from solvers.lab.picture import Heat, Picture, Plane
from solvers.models import elbo
from solvers.models import gan as gan_model
from solvers.models import rbm as rbm_model
from solvers.models import vae as vae_model
from solvers.models.mlp import Mlp
from solvers.models.rbm import Rbm

SIDE, HIDDEN, SAMPLES, SWEEPS = 3, 12, 8, 200
CODE, TILES, CLASSES = 2, 5, 16


class Boltzmann(nn.Module):
    """An RBM's b, c, W as buffers: contrastive divergence is no gradient of a loss."""

    def __init__(self, machine: Rbm) -> None:
        super().__init__()
        for name in ("b", "c", "W"):
            self.register_buffer(name, getattr(machine, name))

    def machine(self) -> Rbm:
        return Rbm(self.get_buffer("b"), self.get_buffer("c"), self.get_buffer("W"))

    def move(self, gradient: Rbm, rate: float) -> None:
        """Gradient ascent in place."""
        for name in ("b", "c", "W"):
            self.get_buffer(name).add_(rate * getattr(gradient, name))


def rbm(setting: Setting) -> Experiment:
    """CD-1 on the bars and stripes of a 3x3 grid; the loss is the exact mean of -log P(v), by enumeration."""
    v = data.bars_and_stripes(SIDE).to(setting.device)
    visible, count = v.shape[1], len(v)
    W = 0.1 * data.normal(stream(setting.seed, "rbm", "weights"), visible, HIDDEN)
    model = Boltzmann(Rbm(W.new_zeros(visible), W.new_zeros(HIDDEN), W)).to(setting.device)

    def advance(generator: torch.Generator) -> Tensor:
        before = -rbm_model.log_probability(model.machine(), v).mean()
        uniforms = (data.uniform(generator, 1, count, units).to(v) for units in (HIDDEN, visible))
        model.move(rbm_model.contrastive_divergence(model.machine(), v, *uniforms).gradient, 0.1)
        return before

    def measure() -> dict[str, float]:
        exact = rbm_model.log_probability(model.machine(), v)
        return {"log-likelihood": float(exact.mean()), "probability of the patterns": float(exact.exp().sum())}

    def picture() -> Picture:
        generator = stream(setting.seed, "rbm", "picture")
        start = (data.uniform(generator, SAMPLES, visible) < 0.5).double().to(v)
        u_h, u_v = (data.uniform(generator, SWEEPS, SAMPLES, units).to(v) for units in (HIDDEN, visible))
        drawn = rbm_model.gibbs(model.machine(), start, u_h, u_v).visible[-1].unflatten(-1, (SIDE, SIDE))
        tables = tuple((f"{place + 1}", rows(each)) for place, each in enumerate(drawn))
        return Heat(f"RBM: Gibbs samples after {SWEEPS} sweeps from noise", tables, 0, 1, "bars and stripes are right")

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
        return _cloud("Autoencoder: reconstructions on the two principal axes", (("*", codes),))

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


def gan(setting: Setting) -> Experiment:
    """A ring of eight Gaussians: one discriminator step, then one generator step; the loss is the generator's."""
    model = built(lambda: _players(), stream(setting.seed, "gan", "weights")).double().to(setting.device)
    assert isinstance(model, gan_model.Gan)
    judge, maker = (
        torch.optim.Adam(part.parameters(), lr=1e-3, betas=(0.5, 0.999))
        for part in (model.discriminator, model.generator)
    )

    def noise(generator: torch.Generator, count: int) -> Tensor:
        return data.normal(generator, count, model.latent).to(setting.device)

    def judged(generator: torch.Generator) -> Tensor:
        with torch.no_grad():  # the generator does not move here
            fake = model(noise(generator, 128))
        real = data.ring(generator, 128).to(setting.device)
        return gan_model.discriminator_loss(model.logits(real), model.logits(fake))

    first = descent(model, judged, judge)
    second = descent(model, lambda g: gan_model.generator_loss(model.logits(model(noise(g, 128)))), maker)

    def advance(generator: torch.Generator) -> Tensor:
        first(generator)
        return second(generator)

    def drawn() -> Tensor:
        with torch.no_grad():
            made: Tensor = model(noise(stream(setting.seed, "gan", "held"), 1000)).cpu()
        return made

    def measure() -> dict[str, float]:
        nearest = torch.cdist(drawn(), data.ring_centres()).min(dim=-1)
        near = nearest.values < 0.5
        counts = torch.bincount(nearest.indices[near], minlength=8)
        return {"modes": float((counts >= 20).sum()), "share near a mode": float(near.double().mean())}

    def picture() -> Picture:
        return _cloud("GAN: 500 samples; O marks the eight centres", (("*", drawn()[:500]), ("O", data.ring_centres())))

    return Experiment(model, advance, measure, picture, (judge, maker))


def _players() -> nn.Module:
    """Two hidden layers each: one is too few to bend the plane eight ways in the updates there are."""
    maker = nn.Sequential(nn.Linear(4, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))
    judge = nn.Sequential(nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1))
    return gan_model.Gan(maker, judge, latent=4)


def _cloud(title: str, groups: tuple[tuple[str, Tensor], ...]) -> Picture:
    """Points by group in a window that holds them all."""
    everything = torch.cat([each.detach().cpu() for _, each in groups])
    low, high = (everything.amin(dim=0) - 0.1).tolist(), (everything.amax(dim=0) + 0.1).tolist()
    return Plane(title, tuple((name, points(each)) for name, each in groups), (low[0], high[0], low[1], high[1]))
