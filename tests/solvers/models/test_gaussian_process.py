"""The Gaussian process against scikit-learn, improvement against an integral, and a search that finds its minimum."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

from solvers.models import gaussian_process
from solvers.models.checks import BadInput
from solvers.models.gaussian_process import Posterior, Prior, Rule
from tests.solvers.models.data import assert_close, normal, tensor


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.floats(0.3, 2), st.floats(0.2, 3), st.floats(0.01, 0.5))
def test_scikit_learn_agrees(seed: int, length: float, variance: float, noise: float) -> None:
    x, y, new = normal(seed, 5, 2), normal(seed + 1, 5), normal(seed + 2, 4, 2)
    kernel = ConstantKernel(variance, "fixed") * RBF(length, "fixed")
    theirs = GaussianProcessRegressor(kernel, alpha=noise, optimizer=None).fit(x.numpy(), y.numpy())
    mean, sd = theirs.predict(new.numpy(), return_std=True)
    found = gaussian_process.posterior(x, y, new, Prior(length, variance, noise))
    assert_close(found.mean, torch.from_numpy(mean), 1e-8)
    assert_close(found.sd, torch.from_numpy(sd), 1e-7)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.floats(0.3, 2), st.floats(0.2, 3), st.floats(0.01, 0.5))
def test_scikit_learn_gives_the_same_likelihood_and_slopes(
    seed: int, length: float, variance: float, noise: float
) -> None:
    """Its kernel's parameters are logarithms: log s², log ℓ, log σ²."""
    x, y = normal(seed, 6, 2), normal(seed + 1, 6)
    kernel = ConstantKernel(variance) * RBF(length) + WhiteKernel(noise)
    theirs = GaussianProcessRegressor(kernel, alpha=0.0, optimizer=None).fit(x.numpy(), y.numpy())
    value, slopes = theirs.log_marginal_likelihood(theirs.kernel_.theta, eval_gradient=True)
    logs = tensor([variance, length, noise]).log().requires_grad_()
    found = gaussian_process.log_likelihood(x, y, Prior(logs[1].exp(), logs[0].exp(), logs[2].exp()))
    assert float(found.detach()) == pytest.approx(value, rel=1e-9)
    (ours,) = torch.autograd.grad(found, logs)
    assert_close(ours, torch.from_numpy(slopes), 1e-7)


def test_likelihoods_of_several_instances_and_a_mean() -> None:
    x, y = normal(3, 2, 4, 1), normal(5, 2, 4)
    prior = Prior(0.7, 1.3, 0.1, 0.4)
    cover = gaussian_process.kernel(x, x, prior) + 0.1 * torch.eye(4, dtype=torch.float64)
    theirs = [
        stats.multivariate_normal(torch.full((4,), 0.4).numpy(), c.numpy()).logpdf(t)
        for c, t in zip(cover, y, strict=True)
    ]
    assert_close(gaussian_process.log_likelihood(x, y, prior), tensor(theirs), 1e-9)


def test_one_observation_on_paper() -> None:
    """At distance 1 with ℓ = s = 1, no noise: μ = e^(-1/2) y, σ² = 1 - e^(-1)."""
    found = gaussian_process.posterior(tensor([[0.0]]), tensor([2.0]), tensor([[1.0], [0.0], [50.0]]), Prior())
    k = 0.6065306597126334
    assert_close(found.mean, tensor([2 * k, 2, 0]), 1e-12)
    assert_close(found.variance, tensor([1 - k**2, 0, 1]), 1e-12)


@given(st.floats(-2, 2), st.floats(0.1, 2), st.floats(-2, 2))
def test_expected_improvement_is_the_integral(mean: float, sd: float, best: float) -> None:
    found = gaussian_process.expected_improvement(Posterior(tensor([mean]), tensor([sd**2])), best)
    value, _ = integrate.quad(
        lambda f: (best - f) * float(stats.norm.pdf(f, mean, sd)), min(best, mean) - 12 * sd, best, points=[mean]
        if min(best, mean) - 12 * sd < mean < best else None
    )  # fmt: skip
    assert float(found[0]) == pytest.approx(value, abs=1e-7)


def test_a_certain_point_improves_by_its_gap() -> None:
    found = Posterior(tensor([0.3, 0.9]), tensor([0.0, 0.0]))
    assert_close(gaussian_process.expected_improvement(found, 0.5), tensor([0.2, 0]))
    assert_close(gaussian_process.lower_bound(Posterior(tensor([1.0]), tensor([0.25])), 2.0), tensor([0.0]))


def test_noise_leaves_doubt_at_an_observation() -> None:
    at = tensor([[0.0]])
    found = gaussian_process.posterior(at, tensor([2.0]), at, Prior(noise=0.5))
    assert_close(found.mean, tensor([2 / 1.5]))
    assert_close(found.variance, tensor([1 - 1 / 1.5]))


def test_every_instance_has_its_own_process() -> None:
    x, y, new = normal(1, 3, 4, 2), normal(2, 3, 4), normal(3, 3, 5, 2)
    batch = gaussian_process.posterior(x, y, new, Prior(noise=0.1))
    picks = gaussian_process.suggest(x, y, new, Prior(noise=0.1), "expected-improvement")
    for i in range(3):
        assert_close(gaussian_process.posterior(x[i], y[i], new[i], Prior(noise=0.1)).mean, batch.mean[i])
        alone = gaussian_process.suggest(x[i], y[i], new[i], Prior(noise=0.1), "expected-improvement")
        assert int(alone) == int(picks[i])


@pytest.mark.parametrize("rule", ["expected-improvement", "lower-bound"])
def test_the_search_finds_the_minimum(rule: Rule) -> None:
    """Twelve of a hundred candidates suffice for a wavy curve, where random trials would hit 12 times in 100."""
    candidates = torch.linspace(0, 4, 101).double().unsqueeze(-1)

    def error(point: torch.Tensor) -> float:
        return float(torch.sin(3 * point[0]) + 0.3 * (point[0] - 2) ** 2)

    found = gaussian_process.minimise(error, candidates, Prior(0.5, 1.0, 1e-6), start=0, trials=12, rule=rule)
    lowest = min(error(point) for point in candidates)
    assert len(set(found.points[:, 0].tolist())) == 12
    assert float(found.errors[found.best]) < lowest + 0.02


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Prior(length=0.0), r"length is 0\.0"),
        (lambda: gaussian_process.posterior(tensor([[1], [1]]), tensor([1, 1]), tensor([[0]]), Prior()), "same"),
        (
            lambda: gaussian_process.minimise(float, tensor([[1.0]]), Prior(), start=0, trials=2, rule="lower-bound"),
            "2 trials from place 0 of 1",
        ),
    ],
    ids=["length", "twice", "trials"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    x, y, new = normal(1, 3, 4, 2), normal(2, 3, 4), normal(3, 3, 5, 2)
    there = gaussian_process.posterior(x.to(device), y.to(device), new.to(device), Prior(noise=0.1))
    assert there.mean.device.type == device
    assert_close(there.mean, gaussian_process.posterior(x, y, new, Prior(noise=0.1)).mean, 1e-9)
