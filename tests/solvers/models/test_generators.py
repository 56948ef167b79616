"""Generators against numpy and torch.distributions; both gradient estimators against quadrature."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Bernoulli, Normal

from solvers.models import generators
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, bits, normal, simplex, tensor, uniform

seeds = st.integers(0, 10_000)


def covariance(seed: int, *shape: int) -> Tensor:
    root = normal(seed, *shape, shape[-1])
    return root @ root.mT + 0.1 * torch.eye(shape[-1], dtype=torch.float64)


def quadrature(mean: Tensor, sd: Tensor) -> tuple[Tensor, Tensor]:
    """Points and weights with Σ w f(z) = E f(z) for z ~ N(μ, σ²), exact for polynomials up to degree 39."""
    points, weights = np.polynomial.hermite_e.hermegauss(20)
    return mean + sd * torch.from_numpy(points), torch.from_numpy(weights / weights.sum())


@given(seeds, st.integers(1, 5))
def test_cholesky_against_numpy(seed: int, n: int) -> None:
    sigma = covariance(seed, 3, n)
    L = generators.cholesky(sigma)
    assert_close(L, torch.from_numpy(np.linalg.cholesky(sigma.numpy())), 1e-9)
    assert_close(L @ L.mT, sigma, 1e-9)


def test_cholesky_by_hand() -> None:
    assert_close(generators.cholesky(tensor([[4, 2], [2, 5]])), tensor([[2, 0], [1, 2]]))


def test_samples_have_the_wanted_covariance() -> None:
    """z at ±√n along each axis has mean 0 and covariance I exactly, so x has mean μ and covariance Σ."""
    mean, sigma = normal(1, 3), covariance(2, 3)
    z = torch.cat([torch.eye(3).double(), -torch.eye(3).double()]) * 3**0.5
    x = generators.affine(mean, generators.cholesky(sigma), z)
    assert_close(x.mean(dim=0), mean)
    assert_close(torch.cov(x.T, correction=0), sigma, 1e-10)


@given(seeds)
def test_bernoulli_generators_against_the_library(seed: int) -> None:
    prior, p = simplex(seed, 3), uniform(seed + 1, 3, 2)
    x = tensor(list(product((0, 1), repeat=2)))
    found = generators.bernoulli_marginal(prior, p, x)
    assert_close(found.sum(), tensor(1))
    inside = Bernoulli(p).log_prob(x.unsqueeze(1)).sum(-1).exp()
    assert_close(found, inside @ prior, 1e-7)
    posterior = generators.bernoulli_posterior(prior, p, x)
    assert_close(posterior, inside * prior / (inside @ prior).unsqueeze(-1), 1e-6)


def test_a_mixture_is_no_product_of_its_marginals() -> None:
    """Two codes, bits equal in each: p(00) = p(11) = ½ though each bit alone is fair."""
    found = generators.bernoulli_marginal(
        tensor([0.5, 0.5]), tensor([[0, 0], [1, 1]]), tensor([[0, 0], [0, 1], [1, 1]])
    )
    assert found.tolist() == [0.5, 0, 0.5]


@given(seeds)
def test_gradients_through_a_sample(seed: int) -> None:
    mean, log_variance, noise = (normal(seed + k, 4) for k in range(3))
    mean.requires_grad_()
    log_variance.requires_grad_()
    sd = (0.5 * log_variance).exp()
    sd.retain_grad()
    z = generators.reparametrise(mean, sd, noise)
    z.retain_grad()
    torch.sin(z).sum().backward()
    assert z.grad is not None
    found = generators.pathwise(sd.detach(), noise, z.grad)
    for slope, leaf in ((found.mean, mean), (found.sd, sd), (found.log_variance, log_variance)):
        assert leaf.grad is not None
        assert_close(slope, leaf.grad)


@given(seeds)
def test_the_score_is_the_slope_of_the_log_density(seed: int) -> None:
    mean, z = normal(seed, 4).requires_grad_(), normal(seed + 2, 4)
    log_variance = normal(seed + 1, 4).requires_grad_()
    sd = (0.5 * log_variance).exp()
    density = Normal(mean, sd).log_prob(z).sum()
    by_mean, by_sd, by_log = torch.autograd.grad(density, (mean, sd, log_variance))
    found = generators.score(mean.detach(), sd.detach(), z)
    assert_close(found.mean, by_mean, 1e-9)
    assert_close(found.sd, by_sd, 1e-9)
    assert_close(found.log_variance, by_log, 1e-9)


@given(seeds)
def test_both_estimators_mean_the_same(seed: int) -> None:
    """For f(z) = z³ + 2z: E f = μ³ + 3μσ² + 2μ, with slopes 3μ² + 3σ² + 2 and 6μσ."""
    mean, sd = normal(seed, 1), 0.3 + uniform(seed + 1, 1)
    z, w = quadrature(mean, sd)
    value, slope, noise = z**3 + 2 * z, 3 * z**2 + 2, (z - mean) / sd
    path = generators.pathwise(sd.expand_as(z), noise, slope)
    plain, shifted = (generators.score_function(mean, sd, z, value, b) for b in (0.0, 5.0))
    for each in (path, plain, shifted):
        assert_close((w * each.mean).sum(), (3 * mean**2 + 3 * sd**2 + 2).sum(), 1e-8)
        assert_close((w * each.sd).sum(), (6 * mean * sd).sum(), 1e-8)
        assert_close((w * each.log_variance).sum(), (3 * mean * sd**2).sum(), 1e-8)


def test_the_score_function_is_the_noisier_of_the_two() -> None:
    mean, sd = tensor([1.0]), tensor([0.5])
    z, w = quadrature(mean, sd)
    path = generators.pathwise(sd.expand_as(z), (z - mean) / sd, 2 * z).mean
    plain = generators.score_function(mean, sd, z, z**2).mean

    def spread(each: Tensor) -> float:
        return float((w * each**2).sum() - (w * each).sum() ** 2)

    assert spread(path) == pytest.approx(4 * 0.25)
    assert spread(plain) > 5 * spread(path)


@given(seeds)
def test_bits_have_the_score_function_alone(seed: int) -> None:
    """E over z in {0, 1} of the estimate is σ'(a) (f(1) - f(0)), whatever the baseline."""
    a, f = normal(seed, 1), normal(seed + 1, 2)
    z = tensor([0.0, 1.0])
    chance = torch.stack([torch.sigmoid(-a), torch.sigmoid(a)]).squeeze()
    for baseline in (0.0, 3.0):
        found = (chance * generators.bernoulli_score_function(a, z, f, baseline)).sum()
        assert_close(found, chance[0] * chance[1] * (f[1] - f[0]))


def test_instances_are_apart(device: str) -> None:
    sigma, mean, z = covariance(1, 4, 3), normal(2, 4, 3), normal(3, 5, 3)
    there = generators.affine(mean.to(device), generators.cholesky(sigma.to(device)), z.to(device))
    assert there.device.type == device
    assert_close(there[2], generators.affine(mean[2], generators.cholesky(sigma[2]), z))
    prior, p, x = simplex(1, 4, 3), uniform(2, 3, 2), bits(3, 4, 6, 2)
    found = generators.bernoulli_posterior(prior.to(device), p.to(device), x.to(device))
    assert_close(found[1], generators.bernoulli_posterior(prior[1], p, x[1]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: generators.cholesky(tensor([[1, 2], [2, 1]])), "not positive definite: nothing is left for column 2"),
        (lambda: generators.cholesky(tensor([[1, 2], [0, 5]])), "not symmetric"),
        (lambda: generators.reparametrise(tensor(1), tensor(-1), tensor(1)), "not positive"),
        (lambda: generators.bernoulli_marginal(tensor([1, 1]), uniform(1, 2, 2), bits(1, 1, 2)), "prior sums to 2"),
        (lambda: generators.bernoulli_marginal(tensor([1]), tensor([[2]]), tensor([[1]])), "probability holds 2"),
        (lambda: generators.bernoulli_posterior(tensor([1]), tensor([[1]]), tensor([[0]])), "no z can generate"),
        (lambda: generators.bernoulli_score_function(tensor(0), tensor(0.5), tensor(1)), "only 0, 1"),
    ],
    ids="indefinite symmetric sd prior probability impossible bit".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()
