"""The bound by both forms and by torch.distributions; EM against sums over classes, and its two ascents."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.distributions import Categorical, kl_divergence

from solvers.models import elbo
from solvers.models.checks import BadInput
from solvers.models.elbo import Mixture
from tests.solvers.models.data import assert_close, bits, simplex, tensor, uniform

seeds = st.integers(0, 10_000)


def drawn(seed: int, *leading: int, K: int = 2, D: int = 3) -> Mixture:
    return Mixture(simplex(seed, *leading, K), 0.1 + 0.8 * uniform(seed + 1, *leading, K, D))


@settings(max_examples=30)
@given(seeds, st.integers(2, 5))
def test_both_forms_and_the_library(seed: int, states: int) -> None:
    joint, q = simplex(seed, 3, states) * uniform(seed + 1, 3, 1), simplex(seed + 2, 3, states)
    found = elbo.bound(joint, q)
    assert_close(found.value, (q * (joint / q).log()).sum(-1))  # E_q[log p(h, v) / q(h)]
    assert_close(found.value, found.log_evidence - found.divergence)
    theirs = kl_divergence(Categorical(q), Categorical(joint))
    assert_close(found.divergence, theirs, 1e-10)
    assert_close(found.entropy, Categorical(q).entropy(), 1e-10)
    assert bool((found.value <= found.log_evidence + 1e-12).all())
    tight = elbo.bound(joint, elbo.best_q(joint))
    assert_close(tight.value, joint.sum(-1).log())


def test_a_bound_by_hand() -> None:
    """p(h, v) = (0.3, 0.1) and a flat q: ½ log 0.03 + log 2."""
    found = elbo.bound(tensor([0.3, 0.1]), tensor([0.5, 0.5]))
    assert float(found.value) == pytest.approx(0.5 * math.log(0.03) + math.log(2))
    assert elbo.best_q(tensor([0.3, 0.1])).tolist() == pytest.approx([0.75, 0.25])
    certain = elbo.bound(tensor([0.3, 0]), tensor([1, 0]))
    assert float(certain.value) == pytest.approx(math.log(0.3))


def by_hand(mixture: Mixture, x: Tensor) -> Tensor:
    """p(x, k), factor by factor: (N, K)."""
    table = torch.empty(len(x), len(mixture.pi), dtype=torch.float64)
    for n, row in enumerate(x.tolist()):
        for k, weight in enumerate(mixture.pi.tolist()):
            for bit, mu in zip(row, mixture.mu[k].tolist(), strict=True):
                weight *= mu if bit else 1 - mu
            table[n, k] = weight
    return table


@settings(max_examples=30)
@given(seeds)
def test_steps_against_sums(seed: int) -> None:
    mixture, x = drawn(seed), bits(seed + 5, 6, 3)
    table = by_hand(mixture, x)
    assert_close(elbo.log_likelihood(mixture, x), table.sum(1).log().sum(), 1e-10)
    q = elbo.e_step(mixture, x)
    assert_close(q, table / table.sum(1, keepdim=True), 1e-10)
    after = elbo.m_step(x, q)
    for k in range(2):
        share = sum(float(q[n, k]) for n in range(6))
        assert float(after.pi[k]) == pytest.approx(share / 6)
        mean = [sum(float(q[n, k] * x[n, d]) for n in range(6)) / share for d in range(3)]
        assert_close(after.mu[k], tensor(mean), 1e-10)


@settings(max_examples=15)
@given(seeds)
def test_each_half_step_raises_the_bound(seed: int) -> None:
    mixture, x = drawn(seed), bits(seed + 5, 8, 3)
    other = simplex(seed + 9, 8, 2)
    q = elbo.e_step(mixture, x)
    assert_close(elbo.data_bound(mixture, x, q), elbo.log_likelihood(mixture, x), 1e-10)
    assert float(elbo.data_bound(mixture, x, other)) <= float(elbo.data_bound(mixture, x, q)) + 1e-12
    assert_close(elbo.data_bound(mixture, x, other), elbo.bound(by_hand(mixture, x), other).value.sum(), 1e-10)
    better = elbo.m_step(x, q)
    assert float(elbo.data_bound(better, x, q)) >= float(elbo.data_bound(mixture, x, q)) - 1e-12
    for k in range(3):  # no other parameters do better for this q
        assert float(elbo.data_bound(drawn(seed + 20 + k), x, q)) <= float(elbo.data_bound(better, x, q)) + 1e-12
    found = elbo.em(mixture, x, 10)
    assert bool((found.log_likelihood.diff() >= -1e-10).all())
    assert bool((found.bounds <= found.log_likelihood[1:] + 1e-10).all())


def test_two_kinds_are_told_apart() -> None:
    x = torch.cat([tensor([[1, 1, 1, 0]] * 6), tensor([[0, 0, 0, 1]] * 4)])
    start = Mixture(tensor([0.5, 0.5]), tensor([[0.6, 0.5, 0.5, 0.5], [0.4, 0.5, 0.5, 0.5]]))
    found = elbo.em(start, x, 30)
    assert_close(found.mixture.pi, tensor([0.6, 0.4]), 1e-6)
    assert_close(found.mixture.mu, tensor([[1, 1, 1, 0], [0, 0, 0, 1]]), 1e-6)
    assert float(found.log_likelihood[-1]) == pytest.approx(6 * math.log(0.6) + 4 * math.log(0.4), abs=1e-5)


def test_instances_are_apart() -> None:
    many, x = drawn(1, 4), bits(2, 4, 6, 3)
    found = elbo.em(many, x, 3)
    alone = elbo.em(Mixture(many.pi[2], many.mu[2]), x[2], 3)
    assert_close(found.log_likelihood[2], alone.log_likelihood)
    assert_close(found.mixture.mu[2], alone.mixture.mu)
    assert_close(elbo.em(drawn(7), x, 3).bounds[1], elbo.em(drawn(7), x[1], 3).bounds)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: elbo.bound(tensor([0.3, 0.1]), tensor([0.5, 0.4])), r"q sums to 0\.9"),
        (lambda: elbo.bound(tensor([0.3, 0]), tensor([0.5, 0.5])), "positive wherever q is"),
        (lambda: elbo.best_q(tensor([0, 0])), "impossible"),
        (lambda: Mixture(tensor([1]), tensor([[1.5]])), "outside"),
        (lambda: elbo.log_joint(drawn(1), tensor([[1, 0, 2]])), "only 0, 1"),
        (lambda: elbo.e_step(Mixture(tensor([1]), tensor([[1]])), tensor([[0]])), "probability 0"),
        (lambda: elbo.m_step(tensor([[1]]), tensor([[1, 0]])), "no share"),
        (lambda: elbo.em(drawn(1), bits(1, 2, 3), 0), "at least 1"),
    ],
    ids="q support impossible mu bits example share steps".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    many, x = drawn(1, 4), bits(2, 4, 6, 3)
    found = elbo.em(Mixture(many.pi.to(device, dtype), many.mu.to(device, dtype)), x.to(device, dtype), 3)
    assert (found.bounds.device.type, found.bounds.dtype) == (device, dtype)
    assert_close(found.bounds.double(), elbo.em(many, x, 3).bounds, 1e-10 if dtype == torch.float64 else 1e-4)
