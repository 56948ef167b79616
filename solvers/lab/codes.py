"""Labs of autoencoders beyond the linear one: denoising, sparse, contractive; and DRAW, which paints step by step."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, descent, points, rows, stream
from solvers.lab.picture import Heat, Picture, Plane
from solvers.models import autoencoder, denoising
from solvers.models import draw as draw_model
from solvers.models.autoencoder import Autoencoder, Weights

NOISE, RADIUS = 0.4, 2.0
ACTIVE, CODES = 0.1, 32
STEPS, LATENT, SIDE = 5, 4, 8


def denoise(setting: Setting) -> Experiment:
    """Points of a circle with noise are sent back to it; the best answer is known in closed form (Tweedie)."""
    model = Autoencoder((2, 48, 8), generator=stream(setting.seed, "denoising", "weights")).double().to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    circle = data.ring_centres(400, RADIUS)

    def drawn(generator: torch.Generator, count: int) -> tuple[Tensor, Tensor]:
        clean = circle[data.integers(generator, len(circle), count)]
        seen = denoising.corrupt_gaussian(clean, NOISE, data.normal(generator, count, 2))
        return clean.to(setting.device), seen.to(setting.device)

    def loss(generator: torch.Generator) -> Tensor:
        clean, seen = drawn(generator, 512)
        error: Tensor = ((model(seen) - clean) ** 2).sum(dim=-1).mean()
        return error

    _, held = drawn(stream(setting.seed, "denoising", "held"), 500)

    def measure() -> dict[str, float]:
        best = denoising.best_denoiser_of_points(held, circle.to(held), NOISE)
        with torch.no_grad():
            return {"distance from the best": float(((model(held) - best) ** 2).sum(dim=-1).mean())}

    def picture() -> Picture:
        with torch.no_grad():
            back = model(held)
        groups = ((".", points(held)), ("o", points(back)))
        caption = ". what is seen, o what it is taken for: the arrow between the two points to where data are dense"
        return Plane("Denoising autoencoder on a circle", groups, (-3.5, 3.5, -3.5, 3.5), (), caption)

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


class Shallow(nn.Module):
    """W, b, V, c of an autoencoder with a sigmoid code as parameters; tied, V is Wᵀ."""

    def __init__(self, inputs: int, hidden: int, generator: torch.Generator, *, tied: bool = False) -> None:
        super().__init__()
        self.W = nn.Parameter(data.normal(generator, hidden, inputs) * inputs**-0.5)
        self.V = None if tied else nn.Parameter(data.normal(generator, inputs, hidden) * hidden**-0.5)
        self.b = nn.Parameter(torch.zeros(hidden, dtype=torch.float64))
        self.c = nn.Parameter(torch.zeros(inputs, dtype=torch.float64))

    def weights(self) -> Weights:
        return Weights(self.W, self.b, self.c, self.V)


def sparse(setting: Setting) -> Experiment:
    """Digits of our own through 32 sigmoid units of which each is to be active a tenth of the time."""
    model = Shallow(64, CODES, stream(setting.seed, "sparse", "weights")).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)

    def pixels(generator: torch.Generator, count: int) -> Tensor:
        images, _ = data.glyphs(generator, count, noise=0.1, shift=1)
        return images.flatten(1).to(setting.device)  # (N, 1, 8, 8) -> (N, 64)

    def loss(generator: torch.Generator) -> Tensor:
        x = pixels(generator, 128)
        run = autoencoder.forward(model.weights(), x)
        total: Tensor = autoencoder.reconstruction(run.r, x).mean() + 0.5 * autoencoder.kl_penalty(run.h, ACTIVE)
        return total

    held = pixels(stream(setting.seed, "sparse", "held"), 500)

    def measure() -> dict[str, float]:
        with torch.no_grad():
            run = autoencoder.forward(model.weights(), held)
        left = ((run.r - held) ** 2).sum() / ((held - held.mean(dim=0)) ** 2).sum()
        return {"variance explained": float(1 - left), "active": float(run.h.mean())}

    def picture() -> Picture:
        filters = model.weights().decoder.detach().mT[:12].unflatten(-1, (8, 8))  # (12, 64) -> (12, 8, 8)
        bound = float(filters.abs().max())
        tables = tuple((f"unit {place + 1}", rows(each)) for place, each in enumerate(filters))
        return Heat("Sparse autoencoder: what twelve of its units draw", tables, -bound, bound, "light adds ink")

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def contractive(setting: Setting) -> Experiment:
    """Points near a circle: the penalty flattens the code, but along the circle the reconstruction needs it steep."""
    model = Shallow(2, 16, stream(setting.seed, "contractive", "weights"), tied=True).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    circle = data.ring_centres(400, RADIUS)

    def loss(generator: torch.Generator) -> Tensor:
        x = circle[data.integers(generator, len(circle), 128)] + 0.05 * data.normal(generator, 128, 2)
        x = x.to(setting.device)
        run = autoencoder.forward(model.weights(), x)
        kept = autoencoder.reconstruction(run.r, x)
        total: Tensor = (kept + autoencoder.contractive_penalty(model.weights(), run)).mean()
        return total

    def stretched(direction: Tensor) -> Tensor:
        """‖∂h/∂x · direction‖ at each point of the circle: (P, 2) -> (P,)."""
        with torch.no_grad():
            h = autoencoder.forward(model.weights(), circle.to(setting.device)).h
        lengths: Tensor = torch.linalg.vector_norm(h * (1 - h) * (direction @ model.W.detach().mT), dim=-1)
        return lengths

    across = (circle / RADIUS).to(setting.device)
    along = torch.stack([-across[:, 1], across[:, 0]], dim=-1)

    def measure() -> dict[str, float]:
        return {"along over across": float((stretched(along) / stretched(across)).mean())}

    def picture() -> Picture:
        bounds = (-3.0, 3.0, -3.0, 3.0)
        with torch.no_grad():
            back = autoencoder.forward(model.weights(), circle.to(setting.device)).r
        groups = ((".", points(circle)), ("o", points(back[::8])))
        return Plane("Contractive autoencoder: the circle (.) and what comes back (o)", groups, bounds)

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def draw(setting: Setting) -> Experiment:
    """DRAW on clean digits of our own, 8x8, in five strokes; the loss is minus the evidence lower bound, in nats."""
    sizes = draw_model.Sizes(SIDE, SIDE, patch=5, hidden=64, latent=LATENT, steps=STEPS)
    model = draw_model.Draw(sizes, stream(setting.seed, "draw", "weights")).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)

    def bound(generator: torch.Generator, count: int) -> Tensor:
        images, _ = data.glyphs(generator, count, noise=0.0, shift=0)
        noise = data.normal(generator, count, STEPS, LATENT).float().to(setting.device)
        loss: Tensor = model(images.squeeze(1).float().to(setting.device), noise).loss  # (N, 1, 8, 8) -> (N, 8, 8)
        return loss

    def measure() -> dict[str, float]:
        with torch.no_grad():
            return {"lower bound": -float(bound(stream(setting.seed, "draw", "held"), 1000))}

    def picture() -> Picture:
        z = data.normal(stream(setting.seed, "draw", "picture"), 3, STEPS, LATENT).float().to(setting.device)
        with torch.no_grad():
            canvases = model.generate(z)  # (3, T, 8, 8)
        table = canvases.transpose(1, 2).flatten(2, 3).flatten(0, 1)  # -> (3, 8, T, 8) -> (3 · 8, T · 8)
        caption = "a row is a picture drawn from the prior; from left to right after each stroke"
        return Heat("DRAW: pictures as they are painted", (("", rows(table)),), 0, 1, caption)

    advance = descent(model, lambda generator: bound(generator, 64), optimizer, clip=5.0)
    return Experiment(model, advance, measure, picture, (optimizer,))
