"""DRAW: filters entry by entry, reading and writing, a pass step by step with torch's LSTM cells, and it learns."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.distributions import Bernoulli

from solvers.models import draw, vae
from solvers.models.checks import BadInput
from solvers.models.draw import Draw, Sizes
from solvers.models.lstm import Lstm
from tests.solvers.models.data import assert_close, normal, tensor, uniform

SMALL = Sizes(rows=4, columns=5, patch=2, hidden=3, latent=2, steps=3)
seeds = st.integers(0, 10_000)


def model(seed: int = 1) -> Draw:
    return Draw(SMALL, torch.Generator().manual_seed(seed)).double()


def test_centres_by_hand() -> None:
    """n = 4, centre 3, stride 2: 3 + (i - 2.5) 2 = 0, 2, 4, 6."""
    assert draw.centres(tensor(3), tensor(2), 4).tolist() == [0, 2, 4, 6]
    assert draw.centres(tensor(3), tensor(2), 3).tolist() == [1, 3, 5]


@settings(max_examples=20)
@given(seeds, st.integers(2, 4))
def test_filters_entry_by_entry(seed: int, n: int) -> None:
    parameters, rows, columns = normal(seed, 5) * 0.5, 4, 6
    found = draw.filters(parameters, rows, columns, n)
    gx, gy, log_variance, log_stride, log_gamma = parameters.tolist()
    stride = (max(rows, columns) - 1) / (n - 1) * math.exp(log_stride)
    for F, place, size in ((found.FX, gx, columns), (found.FY, gy, rows)):
        assert_close(F.sum(-1), torch.ones(n).double())
        for i in range(1, n + 1):
            mu = (size + 1) / 2 * (place + 1) + (i - n / 2 - 0.5) * stride
            raw = [math.exp(-((a - mu) ** 2) / (2 * math.exp(log_variance))) for a in range(1, size + 1)]
            if sum(raw) > 1e-200:
                assert_close(F[i - 1], tensor(raw) / sum(raw), 1e-9)
    assert float(found.gamma) == pytest.approx(math.exp(log_gamma))


def test_sharp_filters_over_all_pixels_copy() -> None:
    """σ small, δ̃ = 1, as many filters as pixels: each filter sits on one pixel, and writing undoes reading."""
    look = draw.filters(tensor([0, 0, math.log(1e-3), 0, math.log(2)]), 4, 4, 4)
    image = normal(1, 4, 4)
    assert_close(look.FX, torch.eye(4).double(), 1e-9)
    assert_close(draw.read(image, look), 2 * image, 1e-9)
    assert_close(draw.write(draw.read(image, look), look), image, 1e-9)


def test_a_filter_far_outside_is_still_a_distribution() -> None:
    found = draw.filterbank(tensor([-500.0]), tensor(1e-4), 3)
    assert_close(found, tensor([[1, 0, 0]]))


@settings(max_examples=20)
@given(seeds)
def test_reading_and_writing_are_transposes(seed: int) -> None:
    """<read(x), w> = γ² <x, write(w)>."""
    look = draw.filters(normal(seed, 2, 5) * 0.3, 4, 5, 3)
    x, w = normal(seed + 1, 2, 4, 5), normal(seed + 2, 2, 3, 3)
    left, right = (draw.read(x, look) * w).sum((-2, -1)), (x * draw.write(w, look)).sum((-2, -1))
    assert_close(left, look.gamma**2 * right, 1e-9)


def cell(mine: Lstm) -> nn.LSTMCell:
    """torch's cell with the same weights: its gates stand in the order i, f, g, o."""
    order = [1, 0, 2, 3]
    theirs = nn.LSTMCell(mine.U.shape[-1], mine.U.shape[-2], dtype=torch.float64)
    flat = {"weight_ih": mine.U[order].flatten(0, 1), "weight_hh": mine.W[order].flatten(0, 1)}
    bias = mine.b[order].flatten()
    theirs.load_state_dict({**flat, "bias_ih": bias, "bias_hh": torch.zeros_like(bias)})
    return theirs


def test_a_pass_step_by_step() -> None:
    one, x, noise = model(), uniform(2, 3, 4, 5), normal(3, 3, 3, 2)
    run = one(x, noise)
    encode, decode = cell(one.encoder), cell(one.decoder)
    h_enc = c_enc = h_dec = c_dec = torch.zeros(3, 3).double()
    canvas, gap = torch.zeros(3, 4, 5).double(), torch.zeros(3).double()

    def linear(h: Tensor, name: str) -> Tensor:
        W, b = getattr(one, name)
        return h @ W + b

    for t in range(3):
        look = draw.filters(linear(h_dec, "look"), 4, 5, 2)
        seen = [draw.read(image, look).reshape(3, 4) for image in (x, x - torch.sigmoid(canvas))]
        h_enc, c_enc = encode(torch.cat([*seen, h_dec], -1), (h_enc, c_enc))
        code = linear(h_enc, "code")
        mean, sd = code[:, :2], (0.5 * code[:, 2:]).exp()
        gap = gap + 0.5 * (mean**2 + sd**2 - 1 - 2 * sd.log()).sum(-1)
        h_dec, c_dec = decode(mean + sd * noise[:, t], (h_dec, c_dec))
        aim = draw.filters(linear(h_dec, "aim"), 4, 5, 2)
        canvas = canvas + draw.write(linear(h_dec, "paint").reshape(3, 2, 2), aim)
        assert_close(run.canvases[:, t], canvas, 1e-9)
    ones = torch.bernoulli(x, generator=torch.Generator().manual_seed(1))
    law = Bernoulli(logits=one(ones, noise).canvases[:, -1])
    assert_close(one(ones, noise).log_likelihood, law.log_prob(ones).sum((-2, -1)), 1e-9)
    assert_close(run.divergence, gap, 1e-9)
    assert_close(run.bound, vae.log_likelihood(canvas.flatten(1), x.flatten(1)) - gap, 1e-9)


def test_generation_is_the_decoder_alone() -> None:
    one, z = model(), normal(1, 2, 3, 2)
    found = one.generate(z)
    decode = cell(one.decoder)
    h = c = torch.zeros(2, 3).double()
    canvas = torch.zeros(2, 4, 5).double()
    for t in range(3):
        h, c = decode(z[:, t], (h, c))
        patch, aim = h @ one.paint[0] + one.paint[1], draw.filters(h @ one.aim[0] + one.aim[1], 4, 5, 2)
        canvas = canvas + draw.write(patch.reshape(2, 2, 2), aim)
        assert_close(found[:, t], canvas.sigmoid(), 1e-9)


def test_instances_are_apart() -> None:
    one, x, noise = model(), uniform(2, 3, 4, 5), normal(3, 3, 3, 2)
    assert_close(one(x, noise).bound[1:2], one(x[1:2], noise[1:2]).bound)


def test_it_learns_two_pictures() -> None:
    one = Draw(Sizes(4, 4, 2, 8, 2, 2), torch.Generator().manual_seed(0))
    x = torch.zeros(2, 4, 4)
    x[0, :2], x[1, :, :2] = 1, 1
    optimizer, generator = torch.optim.Adam(one.parameters(), lr=0.05), torch.Generator().manual_seed(1)
    losses = []
    for _ in range(40):
        loss = one(x.repeat(4, 1, 1), torch.randn(8, 2, 2, generator=generator)).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[0] > 10
    assert sum(losses[-10:]) / 10 < 0.75 * losses[0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: draw.filters(normal(1, 4), 4, 4, 2), "5 are needed"),
        (lambda: draw.filters(normal(1, 5), 4, 4, 1), "at least 2"),
        (lambda: draw.filterbank(tensor([1]), tensor(0), 3), "not positive"),
        (lambda: model()(uniform(1, 2, 5, 4), normal(1, 2, 3, 2)), "is the model"),
        (lambda: model()(uniform(1, 2, 4, 5) + 1, normal(1, 2, 3, 2)), "Bernoulli decoder needs bits"),
        (lambda: Draw(Sizes(4, 4, 2, 3, 0, 1)), "at least 1"),
    ],
    ids="parameters patch variance image range latent".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    x, noise = uniform(2, 3, 4, 5), normal(3, 3, 3, 2)
    expected = model()(x, noise).bound
    found = model().to(device, dtype)(x.to(device, dtype), noise.to(device, dtype)).bound
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), expected, 1e-9 if dtype == torch.float64 else 1e-3)
