"""Labs of adversarial networks: a ring of eight Gaussians, covered or not as the loss is, and digits by a DCGAN."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Phased, Setting, built, descent, rows, stream
from solvers.lab.generative import cloud
from solvers.lab.picture import Heat, Picture
from solvers.models import gan as gan_model
from solvers.models.gan import Gan, GeneratorLoss

BATCH, LATENT, SAMPLES, NEAR, ENOUGH = 128, 4, 1000, 0.5, 20
FEATURES, WIDTH, DRAWINGS, LIKE = 16, 32, 64, 0.06  # of the DCGAN; how far from a digit a drawing still is one
SURE, AWAY = 1000, 6.0  # updates of the discriminators alone; where the generators' samples begin
Move = Callable[[torch.Generator], Tensor]


def gan(setting: Setting) -> Experiment:
    """One discriminator step, then one generator step; the loss is the generator's."""
    model = _players(setting, "gan")
    judge, maker = (
        torch.optim.Adam(part.parameters(), lr=1e-3, betas=(0.5, 0.999))
        for part in (model.discriminator, model.generator)
    )
    first, second = _moves(setting, model, "non_saturating", judge, maker)

    def advance(generator: torch.Generator) -> Tensor:
        first(generator)
        return second(generator)

    def picture() -> Picture:
        made = _drawn(setting, "gan", model)[:500]
        return cloud("GAN: 500 samples; O marks the eight centres", (("*", made), ("O", data.ring_centres())))

    return Experiment(model, advance, lambda: _covered(_drawn(setting, "gan", model)), picture, (judge, maker))


def saturating(setting: Setting) -> Experiment:
    """Two generators far from the ring, the discriminators sure before they move: log(1 - D) has no slope left there.

    -log D has. Both generators move by plain descent: Adam would divide the size of the gradient away. The loss is that
    of the discriminator in the minimax game.
    """
    games: dict[GeneratorLoss, Gan] = {
        "minimax": _players(setting, "gan-saturating", AWAY),
        "non_saturating": _players(setting, "gan-saturating", AWAY),
    }
    model = Phased(**games).to(setting.device)
    judges = [torch.optim.Adam(each.discriminator.parameters(), lr=1e-3, betas=(0.5, 0.999)) for each in games.values()]
    makers = [torch.optim.SGD(each.generator.parameters(), lr=0.02, momentum=0.5) for each in games.values()]
    both = zip(games.items(), judges, makers, strict=True)
    moves = [_moves(setting, each, kind, judge, maker) for (kind, each), judge, maker in both]

    def advance(generator: torch.Generator) -> Tensor:
        state, losses, place = generator.get_state(), [], model.tick()
        for first, second in moves:
            losses.append(first(generator.set_state(state)))
            if place >= SURE:
                second(generator)
        return losses[0]

    def drawn() -> list[Tensor]:
        return [_drawn(setting, "gan-saturating", each) for each in games.values()]

    def measure() -> dict[str, float]:
        made = drawn()
        minimax, other = (_covered(each)["modes"] for each in made)
        with torch.no_grad():
            believed = torch.sigmoid(games["minimax"].logits(made[0].to(setting.device))).mean()
        return {"modes ahead": other - minimax, "modes of log(1 - D)": minimax, "D of its samples": float(believed)}

    def picture() -> Picture:
        groups = [(mark, each[:300]) for mark, each in zip("m*", drawn(), strict=True)]
        title = "GAN: samples by log(1 - D) (m) and by -log D (*); O marks the eight centres"
        return cloud(title, (*groups, ("O", data.ring_centres())))

    return Experiment(model, advance, measure, picture, (*judges, *makers))


def drawn_digits(setting: Setting) -> Experiment:
    """DCGAN on 8x8 digits of our own: convolutions make what convolutions judge. The loss is the generator's."""
    model = _convolutional(setting)
    judge, maker = (
        torch.optim.Adam(part.parameters(), lr=1e-3, betas=(0.5, 0.999))
        for part in (model.discriminator, model.generator)
    )
    held = data.normal(stream(setting.seed, "dcgan", "held"), 500, FEATURES).float().to(setting.device)

    def made_of(generator: torch.Generator) -> Tensor:
        made: Tensor = model(data.normal(generator, DRAWINGS, FEATURES).float().to(setting.device))
        return made

    def judged(generator: torch.Generator) -> Tensor:
        with torch.no_grad():  # the generator does not move here
            fake = made_of(generator)
        x, _ = data.glyphs(generator, DRAWINGS, noise=0.1, shift=0)
        real = (2 * x - 1).float().to(setting.device)  # tanh reaches from -1 to 1
        return gan_model.discriminator_loss(model.logits(real), model.logits(fake))

    first = descent(model, judged, judge)
    second = descent(model, lambda generator: gan_model.generator_loss(model.logits(made_of(generator))), maker)

    def advance(generator: torch.Generator) -> Tensor:
        first(generator)
        return second(generator)

    def measure() -> dict[str, float]:
        away = ((_drawings(model, held).unsqueeze(1) - data.digits_clean()) ** 2).mean(dim=(-2, -1))  # (500, 10)
        nearest = away.min(dim=-1)
        near = nearest.values < LIKE
        counts = torch.bincount(nearest.indices[near], minlength=10)
        return {"digits drawn": float((counts >= 10).sum()), "share like a digit": float(near.double().mean())}

    def picture() -> Picture:
        tables = tuple((f"{place + 1}", rows(each)) for place, each in enumerate(_drawings(model, held)[:10]))
        return Heat("DCGAN: ten drawings", tables, 0, 1)

    return Experiment(model, advance, measure, picture, (judge, maker))


def _convolutional(setting: Setting) -> Gan:
    """The networks of DCGAN for 8x8 pictures."""
    weights = stream(setting.seed, "dcgan", "weights")
    model = built(lambda: gan_model.dcgan(1, FEATURES, WIDTH, side=8), weights).to(setting.device)
    assert isinstance(model, Gan)
    with torch.no_grad():
        for name, each in model.named_parameters():
            if each.ndim == 1 and name.endswith("weight"):  # batch norm's scales, which are no weights to draw
                each.fill_(1.0)
    return model


def _drawings(model: Gan, held: Tensor) -> Tensor:
    """(count, 8, 8) in [0, 1], of latent values (count, features), by the statistics that batch norm has kept."""
    model.generator.eval()
    with torch.no_grad():
        made: Tensor = (model(held).squeeze(1).double().cpu() + 1) / 2
    model.generator.train()
    return made


def _players(setting: Setting, name: str, away: float = 0.0) -> Gan:
    """Two hidden layers each: one is too few to bend the plane eight ways in the updates there are."""

    def make() -> Gan:
        maker = nn.Sequential(nn.Linear(LATENT, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))
        judge = [nn.Linear(2, 64), nn.LeakyReLU(0.2), nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1)]
        return Gan(maker, nn.Sequential(*judge), LATENT)

    model = built(make, stream(setting.seed, name, "weights")).double().to(setting.device)
    assert isinstance(model, Gan)
    with torch.no_grad():
        model.generator.get_parameter("4.bias").fill_(away)
    return model


def _moves(
    setting: Setting, model: Gan, kind: GeneratorLoss, judge: torch.optim.Optimizer, maker: torch.optim.Optimizer
) -> tuple[Move, Move]:
    """A step of the discriminator, and one of the generator."""

    def noise(generator: torch.Generator) -> Tensor:
        return data.normal(generator, BATCH, LATENT).to(setting.device)

    def judged(generator: torch.Generator) -> Tensor:
        with torch.no_grad():  # the generator does not move here
            fake = model(noise(generator))
        real = data.ring(generator, BATCH).to(setting.device)
        return gan_model.discriminator_loss(model.logits(real), model.logits(fake))

    def made(generator: torch.Generator) -> Tensor:
        return gan_model.generator_loss(model.logits(model(noise(generator))), kind)

    return descent(model, judged, judge), descent(model, made, maker)


def _drawn(setting: Setting, name: str, model: Gan) -> Tensor:
    """Samples from noise that is always the same: (SAMPLES, 2)."""
    noise = data.normal(stream(setting.seed, name, "held"), SAMPLES, LATENT).to(setting.device)
    with torch.no_grad():
        made: Tensor = model(noise).cpu()
    return made


def _covered(made: Tensor) -> dict[str, float]:
    """How many of the eight modes have a fair number of samples near them."""
    nearest = torch.cdist(made, data.ring_centres()).min(dim=-1)
    near = nearest.values < NEAR
    counts = torch.bincount(nearest.indices[near], minlength=8)
    return {"modes": float((counts >= ENOUGH).sum()), "share near a mode": float(near.double().mean())}
