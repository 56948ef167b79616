"""Maximum likelihood against torch.distributions, autograd and scipy's fits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from scipy import stats
from torch import Tensor, distributions

from solvers.models import information, likelihood
from solvers.models.checks import BadInput
from solvers.models.likelihood import FAMILIES
from tests.solvers.models.data import assert_close, normal, simplex, tensor, uniform

SAMPLES = {
    "bernoulli": (uniform(1, 3, 30) < 0.3).double(),
    "gaussian": 2 + 3 * normal(2, 3, 30),
    "exponential": -torch.log(uniform(3, 3, 30)),
    "poisson": (uniform(4, 3, 30) * 6).floor(),
    "geometric": (uniform(5, 3, 30) * 6).floor() + 1,
}
LIBRARY: dict[str, Callable[[Tensor], distributions.Distribution]] = {
    "bernoulli": lambda theta: distributions.Bernoulli(theta[:, :1]),
    "gaussian": lambda theta: distributions.Normal(theta[:, :1], theta[:, 1:].sqrt()),
    "exponential": lambda theta: distributions.Exponential(theta[:, :1]),
    "poisson": lambda theta: distributions.Poisson(theta[:, :1]),
    "geometric": lambda theta: distributions.Geometric(theta[:, :1]),
}


def test_every_family_has_its_case() -> None:
    assert SAMPLES.keys() == LIBRARY.keys() == FAMILIES.keys()


@pytest.mark.parametrize("family", FAMILIES)
def test_likelihood_is_torch_s(family: str) -> None:
    theta = uniform(7, 3, len(FAMILIES[family].parameters)) * 0.8 + 0.1
    x = SAMPLES[family]
    expected = (
        LIBRARY[family](theta).log_prob(x - 1 if family == "geometric" else x).sum(dim=-1)
    )  # torch counts failures
    assert_close(likelihood.log_likelihood(family, x, theta), expected)


@pytest.mark.parametrize("family", FAMILIES)
def test_score_is_autograd_and_vanishes_at_the_fit(family: str) -> None:
    x = SAMPLES[family]
    theta = (uniform(7, 3, len(FAMILIES[family].parameters)) * 0.8 + 0.1).requires_grad_()
    (expected,) = torch.autograd.grad(likelihood.log_likelihood(family, x, theta).sum(), theta)
    assert_close(likelihood.score(family, x, theta.detach()), expected, 1e-10)
    best = likelihood.fit(family, x)
    assert float(likelihood.score(family, x, best).abs().max()) < 1e-10
    for factor in (0.99, 1.01):
        worse = likelihood.log_likelihood(family, x, factor * best)
        assert bool((worse < likelihood.log_likelihood(family, x, best)).all())


def test_scipy_fits_the_same() -> None:
    mean, sd = stats.norm.fit(SAMPLES["gaussian"][0].numpy())
    assert_close(likelihood.fit("gaussian", SAMPLES["gaussian"][0]), tensor([mean, sd**2]), 1e-10)
    _, scale = stats.expon.fit(SAMPLES["exponential"][0].numpy(), floc=0)
    assert_close(likelihood.fit("exponential", SAMPLES["exponential"][0]), tensor([1 / scale]), 1e-10)


def test_maximum_likelihood_is_the_nearest_distribution() -> None:
    """No q is closer to the empirical distribution, in D_KL(p̂ ‖ q), than the frequencies themselves."""
    counts = tensor([3, 5, 2])
    best = likelihood.categorical_fit(counts)
    assert_close(best, tensor([0.3, 0.5, 0.2]))
    others = simplex(1, 50, 3)
    assert bool((information.cross_entropy(best.expand(50, 3), others) > information.entropy(best)).all())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: likelihood.fit("poisson", tensor([0.5])), "poisson cannot produce: it needs counts"),
        (lambda: likelihood.score("gaussian", tensor([0.5]), tensor([1])), "theta has 1 entries"),
        (lambda: likelihood.categorical_fit(tensor([0, 0])), "at least one outcome"),
        (lambda: likelihood.fit("cauchy", tensor([0])), "family is 'cauchy'"),
    ],
    ids=["count", "theta", "unseen", "family"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_device_gives_the_same_fit(device: str, family: str) -> None:
    there = likelihood.fit(family, SAMPLES[family].to(device))
    assert there.device.type == device
    assert_close(there, likelihood.fit(family, SAMPLES[family]), 1e-9)
