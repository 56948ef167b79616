"""The game on finite supports in closed form, losses and slopes against autograd, Algorithm 1 on a line."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Categorical, kl_divergence

from solvers.models import gan
from solvers.models.checks import BadInput
from solvers.models.layer_table import parameters
from tests.solvers.models.data import assert_close, normal, simplex, tensor, uniform

seeds = st.integers(0, 10_000)


@given(seeds, st.integers(1, 5))
def test_the_best_discriminator(seed: int, k: int) -> None:
    """V(D*) = -log 4 + 2 JSD, no other D reaches it, and V has no slope there."""
    p, q = simplex(seed, k), simplex(seed + 1, k)
    best = gan.best_discriminator(p, q)
    top = gan.value(p, q, best)
    assert_close(top, -math.log(4) + 2 * gan.jensen_shannon(p, q))
    assert bool((gan.value(p, q, uniform(seed, 30, k)) <= top + 1e-12).all())
    logits = torch.logit(best).requires_grad_()
    (slope,) = torch.autograd.grad(gan.value(p, q, torch.sigmoid(logits)), logits)
    assert_close(slope, torch.zeros(k).double(), 1e-10)


@given(seeds)
def test_the_divergence_against_the_library(seed: int) -> None:
    p, q = simplex(seed, 3, 4), simplex(seed + 1, 3, 4)
    middle = Categorical((p + q) / 2)
    theirs = [kl_divergence(Categorical(each), middle) for each in (p, q)]
    assert_close(gan.jensen_shannon(p, q), (theirs[0] + theirs[1]) / 2, 1e-7)
    assert_close(gan.jensen_shannon(p, q), gan.jensen_shannon(q, p))


def test_the_ends_of_the_scale() -> None:
    same, apart = tensor([0.2, 0.8]), (tensor([1, 0]), tensor([0, 1]))
    assert float(gan.value(same, same, gan.best_discriminator(same, same))) == pytest.approx(-math.log(4))
    assert gan.best_discriminator(same, same).tolist() == [0.5, 0.5]
    assert float(gan.jensen_shannon(*apart)) == pytest.approx(math.log(2))
    assert float(gan.value(*apart, gan.best_discriminator(*apart))) == 0
    assert gan.best_discriminator(tensor([0.0]), tensor([0.0])).tolist() == [0.5]
    assert gan.best_discriminator(tensor([0.3]), tensor([0.1])).tolist() == pytest.approx([0.75])


@given(seeds, st.integers(1, 4), st.integers(1, 4))
def test_losses_and_slopes(seed: int, m: int, n: int) -> None:
    real, fake = normal(seed, 3, m).requires_grad_(), normal(seed + 1, 3, n).requires_grad_()
    loss = gan.discriminator_loss(real, fake)
    plain = -torch.sigmoid(real).log().mean(-1) - (1 - torch.sigmoid(fake)).log().mean(-1)
    assert_close(loss, plain, 1e-10)
    expected = torch.autograd.grad(loss.sum(), (real, fake))
    for one, other in zip(gan.discriminator_slopes(real.detach(), fake.detach()), expected, strict=True):
        assert_close(one, other)
    assert_close(gan.generator_loss(fake, "minimax"), (1 - torch.sigmoid(fake)).log().mean(-1), 1e-10)
    assert_close(gan.generator_loss(fake, "non_saturating"), -torch.sigmoid(fake).log().mean(-1), 1e-10)
    for kind in gan.LOSSES:
        (slope,) = torch.autograd.grad(gan.generator_loss(fake, kind).sum(), fake)  # type: ignore[arg-type]
        assert_close(gan.generator_slope(fake.detach(), kind) / n, slope)  # type: ignore[arg-type]


def test_where_the_minimax_loss_saturates() -> None:
    """Where D is sure of the fake (a = -10) its slope is next to nothing, the other loss's next to -1."""
    a = tensor(-10.0)
    assert float(gan.generator_slope(a, "minimax").abs()) < 1e-4
    assert float(gan.generator_slope(a, "non_saturating")) == pytest.approx(-1, abs=1e-4)
    assert gan.generator_slope(tensor(0.0), "minimax").item() == gan.generator_slope(tensor(0.0)).item() == -0.5


def test_huge_logits_stay_finite() -> None:
    real, fake = tensor([800.0, -800.0]), tensor([-800.0, 800.0])
    assert gan.discriminator_loss(real, fake).item() == 800
    assert gan.generator_loss(fake).item() == 400


@pytest.mark.parametrize("kind", gan.LOSSES)
def test_against_the_best_discriminator_the_generator_finds_the_data(kind: gan.GeneratorLoss) -> None:
    """A softmax over a finite support, each step against D* of the moment: p_g comes to p_data."""
    data, logits = tensor([0.6, 0.3, 0.1]), tensor([0.0, 0.0, 0.0]).requires_grad_()
    for _ in range(600):
        model = torch.softmax(logits, -1)
        D = gan.best_discriminator(data, model).detach()
        loss = (model * ((1 - D).log() if kind == "minimax" else -D.log())).sum()
        (slope,) = torch.autograd.grad(loss, logits)
        logits = (logits - 1.0 * slope).detach().requires_grad_()
    assert_close(torch.softmax(logits, -1), data, 1e-3)


def test_the_algorithm_moves_samples_to_the_data() -> None:
    generator = torch.Generator().manual_seed(1)
    model = gan.dense(1, 16, 1, generator)

    def draw(m: int) -> torch.Tensor:
        return 3 + 0.5 * torch.randn(m, 1, generator=generator)

    def noise(m: int) -> torch.Tensor:
        return torch.randn(m, 1, generator=generator)

    before = float((model(noise(500)).mean() - 3).abs().detach())
    found = gan.train(model, draw, noise, 400, batch=64, k=2, rate=5e-3)
    after = float((model(noise(500)).mean() - 3).abs().detach())
    assert before > 2
    assert after < 0.7
    assert found.generator.shape == (400,)
    assert bool(torch.isfinite(found.discriminator).all())


def test_k_steps_of_one_and_one_of_the_other() -> None:
    """Draws are counted: k batches of data and k + 1 of noise an iteration."""
    model, asked = gan.dense(1, 2, 1), {"data": 0, "noise": 0}

    def count(name: str) -> Callable[[int], torch.Tensor]:
        def draw(m: int) -> torch.Tensor:
            asked[name] += 1
            return torch.zeros(m, 1)

        return draw

    gan.train(model, count("data"), count("noise"), 4, batch=2, k=3)
    assert asked == {"data": 12, "noise": 16}


def test_dcgan_sizes_and_parameters() -> None:
    """Counted on meta: 3,576,704 to make and 2,765,568 to judge, the numbers of the common 64x64 configuration."""
    with torch.device("meta"):
        model = gan.dcgan()
        image = model(torch.empty(2, 100))
        assert image.shape == (2, 3, 64, 64)
        assert model.logits(image).shape == (2,)
    kernels = 100 * 512 * 16 + (512 * 256 + 256 * 128 + 128 * 64 + 64 * 3) * 16
    assert parameters(model.generator) == kernels + 2 * (512 + 256 + 128 + 64) == 3_576_704
    assert (
        parameters(model.discriminator) == (3 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512) * 16 + 2 * 896 == 2_765_568
    )


@pytest.mark.parametrize("side", [8, 16, 32, 128])
def test_a_dcgan_of_any_size_has_as_many_maps_as_it_halves(side: int) -> None:
    with torch.device("meta"):
        model = gan.dcgan(1, 10, 4, side=side)
        image = model(torch.empty(3, 10))
        assert image.shape == (3, 1, side, side)
        assert model.logits(image).shape == (3,)
    widths = [4 * 2**k for k in range(side.bit_length() - 3)]
    inner = sum(2 * w * w for w in widths[:-1])  # from w to 2w maps
    made, judged = parameters(model.generator), parameters(model.discriminator)
    assert made == 16 * (10 * widths[-1] + inner + 4) + 2 * sum(widths)
    assert judged == 16 * (4 + inner + widths[-1]) + 2 * sum(widths[1:])


def test_a_small_dcgan_begins_to_draw() -> None:
    """What it draws comes nearer to the two pictures there are."""
    pictures = torch.stack([torch.eye(8), 1 - torch.eye(8)]).unsqueeze(1) * 2 - 1
    model, seed = gan.dcgan(1, 4, 8, torch.Generator().manual_seed(1), side=8), torch.Generator().manual_seed(2)

    def away() -> float:
        with torch.no_grad():
            made = model(torch.randn(64, 4, generator=torch.Generator().manual_seed(3)))
        return float(torch.cdist(made.flatten(1), pictures.flatten(1)).min(dim=-1).values.mean())

    before = away()
    gan.train(
        model,
        lambda m: pictures[torch.randint(2, (m,), generator=seed)],
        lambda m: torch.randn(m, 4, generator=seed),
        200,
        batch=32,
        rate=5e-3,
    )
    assert away() < before / 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gan.value(tensor([0.5, 0.6]), tensor([1, 0]), tensor([1, 1])), r"data sums to 1\.1"),
        (lambda: gan.value(tensor([1, 0]), tensor([1, 0]), tensor([2, 0])), "outside"),
        (lambda: gan.generator_loss(normal(1, 3), "other"), "one of"),  # type: ignore[arg-type]
        (lambda: gan.train(gan.dense(1, 2, 1), torch.zeros, torch.zeros, 1, k=0), "at least 1"),
        (lambda: gan.dcgan(side=24), "side is 24, but 8, 16, 32"),
        (lambda: gan.dcgan(side=4), "side is 4"),
    ],
    ids="data D kind k odd tiny".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    p, q, real, fake = simplex(1, 3, 4), simplex(2, 4), normal(3, 3, 5), normal(4, 5)
    found = gan.value(*(each.to(device, dtype) for each in (p, q, gan.best_discriminator(p, q))))
    assert (found.device.type, found.dtype) == (device, dtype)
    tolerance = 1e-12 if dtype == torch.float64 else 1e-5
    assert_close(found.double(), gan.value(p, q, gan.best_discriminator(p, q)), tolerance)
    there = gan.discriminator_loss(real.to(device, dtype), fake.to(device, dtype))
    assert_close(there.double(), gan.discriminator_loss(real, fake), tolerance)
