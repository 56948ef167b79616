"""The VAE against torch.distributions, quadrature and finite differences; bounds in their order; it learns."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.distributions import Bernoulli, Normal, kl_divergence

from solvers.models import vae
from solvers.models.checks import BadInput
from solvers.models.vae import Vae
from tests.solvers.models.data import assert_close, bits, normal, tensor, uniform

seeds = st.integers(0, 10_000)


def drawn(seed: int, **settings: object) -> Vae:
    return vae.dense(4, 5, 2, generator=torch.Generator().manual_seed(seed), **settings).double()  # type: ignore[arg-type]


@given(seeds)
def test_the_divergence_and_its_slopes(seed: int) -> None:
    mean, log_variance = normal(seed, 3, 2).requires_grad_(), normal(seed + 1, 3, 2).requires_grad_()
    found = vae.divergence(mean, log_variance)
    theirs = kl_divergence(Normal(mean, (0.5 * log_variance).exp()), Normal(0.0, 1.0))
    assert_close(found, theirs.sum(-1))
    expected = torch.autograd.grad(found.sum(), (mean, log_variance))
    for one, other in zip(vae.divergence_slopes(mean.detach(), log_variance.detach()), expected, strict=True):
        assert_close(one, other)


@pytest.mark.parametrize(
    ("mean", "sd", "value"), [(0, 1, 0), (1, 1, 0.5), (0, 2, 1.5 - math.log(2)), (-2, 0.5, 1.625 + math.log(2))]
)
def test_the_divergence_by_hand(mean: float, sd: float, value: float) -> None:
    assert float(vae.divergence(tensor([mean]), tensor([2 * math.log(sd)]))) == pytest.approx(value)


@given(seeds)
def test_likelihoods_against_the_library(seed: int) -> None:
    out, x = normal(seed, 3, 4), bits(seed + 1, 3, 4)
    ours = vae.log_likelihood(out, x)
    assert_close(ours, Bernoulli(logits=out).log_prob(x).sum(-1))
    real = normal(seed + 2, 3, 4)
    ours = vae.log_likelihood(out, real, "gaussian", 0.7)
    assert_close(ours, Normal(out, 0.7).log_prob(real).sum(-1))


@settings(max_examples=20)
@given(seeds, st.sampled_from(["bernoulli", "gaussian"]), st.sampled_from([0.0, 1.0, 4.0]))
def test_a_pass_step_by_step(seed: int, kind: str, beta: float) -> None:
    model, x, noise = drawn(seed, kind=kind, beta=beta), bits(seed + 1, 3, 4), normal(seed + 2, 3, 2)
    run = model(x, noise)
    w = dict(model.named_parameters())
    code = torch.tanh(x @ w["encoder.0.weight"].T + w["encoder.0.bias"]) @ w["encoder.2.weight"].T + w["encoder.2.bias"]
    mean, sd = code[:, :2], (0.5 * code[:, 2:]).exp()
    z = mean + sd * noise
    out = torch.tanh(z @ w["decoder.0.weight"].T + w["decoder.0.bias"]) @ w["decoder.2.weight"].T + w["decoder.2.bias"]
    law = Bernoulli(logits=out) if kind == "bernoulli" else Normal(out, 1.0)
    likelihood = law.log_prob(x).sum(-1)  # type: ignore[no-untyped-call]
    gap = 0.5 * (mean**2 + sd**2 - 1 - 2 * sd.log()).sum(-1)
    assert_close(run.bound, likelihood - beta * gap, 1e-9)
    assert_close(run.loss, -(likelihood - beta * gap).mean(), 1e-9)


@settings(max_examples=10)
@given(seeds)
def test_the_bounds_stand_in_order(seed: int) -> None:
    """E[bound] <= log p(x), with equality of the gap to D_KL(q ‖ p(z | x)), by quadrature over one latent number."""
    model = vae.dense(3, 4, 1, generator=torch.Generator().manual_seed(seed)).double()
    x = bits(seed + 1, 1, 3)
    points, weights = (torch.from_numpy(each) for each in np.polynomial.hermite_e.hermegauss(60))
    weights = weights / weights.sum()
    with torch.no_grad():
        prior_out = model.decoder(points.unsqueeze(-1))
        evidence = torch.logsumexp(vae.log_likelihood(prior_out, x.expand(60, 3)) + weights.log(), 0)
        mean_bound = (weights * model(x.expand(60, 3), points.unsqueeze(-1)).bound).sum()
        # Two samples: E over all pairs of quadrature points.
        pairs = torch.stack([points.repeat_interleave(60), points.repeat(60)]).unsqueeze(-1)
        both = model.importance_bound(x.expand(3600, 3), pairs)
        two = (weights.repeat_interleave(60) * weights.repeat(60) * both).sum()
    assert float(mean_bound) <= float(two) + 1e-9
    assert float(two) <= float(evidence) + 1e-9


def test_one_importance_sample_is_a_sampled_bound() -> None:
    """With K = 1 it is log p(x | z) + log p(z) - log q(z | x), whose mean over ε is the bound."""
    model, x, noise = drawn(1), bits(2, 3, 4), normal(3, 1, 3, 2)
    mean, log_variance = model.encode(x)
    sd = (0.5 * log_variance).exp()
    z = mean + sd * noise[0]
    inside = Normal(0.0, 1.0).log_prob(z) - Normal(mean, sd).log_prob(z)
    expected = vae.log_likelihood(model.decoder(z), x) + inside.sum(-1)
    assert_close(model.importance_bound(x, noise), expected, 1e-9)


def test_the_gradient_of_the_loss_against_differences() -> None:
    model, x, noise = drawn(3), bits(4, 3, 4), normal(5, 3, 2)
    names, values = zip(*model.named_parameters(), strict=True)

    def loss(*weights: torch.Tensor) -> torch.Tensor:
        run = torch.func.functional_call(model, dict(zip(names, weights, strict=True)), (x, noise))
        return run.loss

    assert torch.autograd.gradcheck(loss, tuple(each.detach().clone().requires_grad_() for each in values))


def test_it_learns_two_kinds_of_rows() -> None:
    model, x = (
        vae.dense(6, 16, 2, generator=torch.Generator().manual_seed(0)),
        torch.tensor([[1.0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]]).repeat(16, 1),
    )
    optimizer, generator = torch.optim.Adam(model.parameters(), lr=0.02), torch.Generator().manual_seed(1)
    losses = []
    for _ in range(200):
        run = model(x, torch.randn(32, 2, generator=generator))
        optimizer.zero_grad()
        run.loss.backward()
        optimizer.step()
        losses.append(float(run.loss.detach()))
    assert losses[0] > 4
    assert sum(losses[-20:]) / 20 < 1.5  # log 2 is the least: each kind has probability ½
    made = model.generate(torch.randn(200, 2, generator=generator)).round().unique(dim=0).tolist()
    assert [0, 0, 0, 1, 1, 1] in made
    assert [1, 1, 1, 0, 0, 0] in made


def test_images_go_through_convolutions() -> None:
    start = torch.Generator().manual_seed(0)
    model, x = vae.convolutional(1, 8, 3, width=4, generator=start).double(), uniform(1, 2, 1, 8, 8)
    run = model(x, normal(2, 2, 3))
    assert run.out.shape == x.shape
    flat = vae.log_likelihood(run.out.flatten(1), x.flatten(1))
    assert_close(run.log_likelihood, flat)
    assert model.importance_bound(x, normal(2, 5, 2, 3)).shape == (2,)
    assert_close(model.generate(run.z), run.out.sigmoid())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: drawn(1)(bits(1, 3, 4), normal(1, 2, 2)), "noise has shape"),
        (lambda: drawn(1)(bits(1, 3, 4) + 1, normal(1, 3, 2)), "Bernoulli decoder needs bits"),
        (lambda: vae.dense(4, 5, 2, beta=-1.0), r"beta is -1\.0"),
        (lambda: vae.dense(4, 5, 2, kind="poisson"), "one of"),  # type: ignore[arg-type]
        (lambda: vae.convolutional(1, 7, 3), "multiple of 4"),
    ],
    ids="noise range beta kind side".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    model, x, noise = drawn(1), bits(2, 3, 4), normal(3, 3, 2)
    expected = model(x, noise).bound
    found = model.to(device, dtype)(x.to(device, dtype), noise.to(device, dtype)).bound
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), expected, 1e-10 if dtype == torch.float64 else 1e-5)
