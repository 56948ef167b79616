"""Estimates against exact sums over all samples; the variances of proposals; q* against random other proposals."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import monte_carlo
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, simplex, tensor

seeds = st.integers(0, 10_000)


@given(seeds, st.integers(2, 9))
def test_an_estimate_is_mean_and_spread(seed: int, n: int) -> None:
    values = normal(seed, 3, n)
    found = monte_carlo.estimate(values)
    assert_close(found.mean, torch.from_numpy(values.numpy().mean(-1)))
    assert_close(found.sd, torch.from_numpy(values.numpy().std(-1, ddof=1)))
    assert_close(found.standard_error, found.sd / math.sqrt(n))


@given(seeds, st.integers(2, 4), st.integers(2, 3))
def test_over_all_samples_the_plain_estimate_is_right(seed: int, k: int, n: int) -> None:
    """E and Var of the estimate, summed over every possible sample of size n, each with its probability under q."""
    p, q, f = simplex(seed, k), simplex(seed + 1, k), normal(seed + 2, k)
    samples = torch.tensor(list(product(range(k), repeat=n)))
    chance = q[samples].prod(dim=-1)
    found = monte_carlo.importance(samples, p, q, f)
    s = monte_carlo.expectation(p, f)
    assert_close((chance * found.plain.mean).sum(), s, 1e-10)
    spread = (chance * (found.plain.mean - s) ** 2).sum()
    assert_close(spread, monte_carlo.importance_variance(p, q, f) / n, 1e-9)
    assert_close((chance * found.plain.sd**2).sum(), monte_carlo.importance_variance(p, q, f), 1e-9)


@given(seeds)
def test_weighed_samples_by_numpy(seed: int) -> None:
    p, q, f = simplex(seed, 4), simplex(seed + 1, 4), normal(seed + 2, 4)
    samples = torch.randint(4, (6,), generator=torch.Generator().manual_seed(seed))
    w = (p[samples] / q[samples]).numpy()
    found = monte_carlo.importance(samples, p, q, f)
    assert_close(found.self_normalised, tensor(np.average(f[samples].numpy(), weights=w)))
    assert_close(found.effective, tensor(w.sum() ** 2 / (w**2).sum()))
    assert 1 - 1e-9 <= float(found.effective) <= 6 + 1e-9
    scaled = monte_carlo.importance(samples, 7 * p, q, f)  # p without its normaliser
    assert_close(scaled.self_normalised, found.self_normalised, 1e-10)
    assert_close(scaled.plain.mean, 7 * found.plain.mean, 1e-10)


def test_sampling_from_p_itself_is_plain_monte_carlo() -> None:
    p, f, samples = simplex(1, 4), normal(2, 4), torch.tensor([0, 3, 3, 1])
    found = monte_carlo.importance(samples, p, p, f)
    assert_close(found.plain.mean, f[samples].mean())
    assert_close(found.effective, tensor(4))
    assert_close(monte_carlo.importance_variance(p, p, f), monte_carlo.variance(p, f))


@given(seeds)
def test_no_proposal_is_better_than_the_optimal(seed: int) -> None:
    p, f, others = simplex(seed, 5), normal(seed + 1, 5), simplex(seed + 2, 50, 5)
    best = monte_carlo.optimal_proposal(p, f)
    least = monte_carlo.importance_variance(p, best, f)
    assert_close(least, monte_carlo.least_variance(p, f), 1e-10)
    assert bool((monte_carlo.importance_variance(p, others, f) >= least - 1e-12).all())
    assert_close(
        monte_carlo.importance_variance(p, monte_carlo.optimal_proposal(p, f.abs()), f.abs()), tensor(0), 1e-10
    )


def test_the_optimal_proposal_by_hand() -> None:
    """p = (½, ¼, ¼), f = (1, 0, 6): p f = (½, 0, 3/2), q* = (¼, 0, ¾), one sample of which is worth s = 2."""
    p, f = tensor([0.5, 0.25, 0.25]), tensor([1, 0, 6])
    q = monte_carlo.optimal_proposal(p, f)
    assert_close(q, tensor([0.25, 0, 0.75]))
    assert_close(monte_carlo.importance(torch.tensor([0, 2, 2]), p, q, f).weights * f[[0, 2, 2]], tensor([2, 2, 2]))
    assert_close(monte_carlo.variance(p, f), tensor(0.5 * 1 + 0.25 * 4 + 0.25 * 16))
    assert monte_carlo.importance_variance(p, q, f).item() == 0


@given(st.floats(0.01, 50), st.floats(0.01, 5))
def test_samples_needed_reach_the_error_and_one_less_does_not(sd: float, error: float) -> None:
    n = float(monte_carlo.samples_needed(tensor(sd), tensor(error)))
    assert sd / math.sqrt(n) <= error * (1 + 1e-12)
    assert n == 1 or sd / math.sqrt(n - 1) > error * (1 - 1e-12)


def test_a_tenth_of_the_error_costs_a_hundred_times_the_samples() -> None:
    assert monte_carlo.samples_needed(tensor(3), tensor([0.3, 0.03])).tolist() == [100, 10_000]


def test_instances_are_apart() -> None:
    p, q, f = simplex(1, 3, 4), simplex(2, 4), normal(3, 3, 4)
    samples = torch.randint(4, (3, 5), generator=torch.Generator().manual_seed(1))
    found = monte_carlo.importance(samples, p, q, f)
    assert_close(found.self_normalised[1], monte_carlo.importance(samples[1], p[1], q, f[1]).self_normalised)
    assert_close(monte_carlo.importance_variance(p, q, f)[2], monte_carlo.importance_variance(p[2], q, f[2]))


P = tensor([0.5, 0.5])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: monte_carlo.estimate(tensor([1])), "at least two"),
        (lambda: monte_carlo.expectation(tensor([0.5, 0.6]), P), r"p sums to 1\.1"),
        (lambda: monte_carlo.importance_variance(P, tensor([1, 0]), P), "q is 0 where p f is not"),
        (lambda: monte_carlo.importance(torch.tensor([0, 1]), P, tensor([1, 0]), P), "q never gives"),
        (lambda: monte_carlo.importance(torch.tensor([0, 2]), P, P, P), "samples holds 2"),
        (lambda: monte_carlo.importance(torch.tensor([0, 0]), tensor([0, 1]), P, P), "weight 0"),
        (lambda: monte_carlo.optimal_proposal(P, tensor([0, 0])), "not defined"),
        (lambda: monte_carlo.samples_needed(tensor(1), tensor(0)), "must be positive"),
    ],
    ids="one sum support never outcome weightless zero error".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    p, q, f, samples = simplex(1, 3, 4), simplex(2, 4), normal(3, 3, 4), torch.tensor([[0, 1, 3]])
    found = monte_carlo.importance(samples.to(device), *(each.to(device, dtype) for each in (p, q, f)))
    assert (found.plain.mean.device.type, found.plain.mean.dtype) == (device, dtype)
    expected = monte_carlo.importance(samples, p, q, f)
    assert_close(found.self_normalised.double(), expected.self_normalised, 1e-12 if dtype == torch.float64 else 1e-5)
