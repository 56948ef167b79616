"""The Kalman filter against conditioning the whole Gaussian and statsmodels; the linear system in closed form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal
from torch import Tensor

from solvers.models import kalman
from solvers.models.checks import BadInput
from solvers.models.kalman import System
from tests.solvers.models.data import assert_close, normal, tensor

H, O = 2, 2


def covariance(seed: int, size: int, *leading: int) -> Tensor:
    root = normal(seed, *leading, size, size)
    return root @ root.mT + 0.1 * torch.eye(size, dtype=torch.float64)


def system(seed: int, *leading: int) -> System:
    A, C = 0.6 * normal(seed, *leading, H, H), normal(seed + 1, *leading, O, H)
    return System(A, C, covariance(seed + 2, H, *leading), covariance(seed + 3, O, *leading))


def conditioned(
    one: System, y: np.ndarray, mean: np.ndarray, cov: np.ndarray, drive: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Mean and covariance of h(T) given y(1…T), and log p(y), from the joint Gaussian of all of them."""
    A, C, Q, R = (each.numpy() for each in (one.A, one.C, one.Q, one.R))
    T = len(y)
    means, covs = [mean], {(0, 0): cov}
    for t in range(1, T + 1):
        means.append(A @ means[-1] + drive[t - 1])
        covs[t, t] = A @ covs[t - 1, t - 1] @ A.T + Q
        for s in range(t):
            covs[t, s] = A @ covs[t - 1, s] if s < t - 1 else A @ covs[t - 1, t - 1]
            covs[s, t] = covs[t, s].T
    big = np.block([[covs[t, s] for s in range(1, T + 1)] for t in range(1, T + 1)])
    see = np.kron(np.eye(T), C)
    S = see @ big @ see.T + np.kron(np.eye(T), R)
    expected = see @ np.concatenate(means[1:])
    cross = big[-len(A) :] @ see.T
    gain = cross @ np.linalg.inv(S)
    found_mean = means[-1] + gain @ (y.ravel() - expected)
    return found_mean, covs[T, T] - gain @ cross.T, np.array(multivariate_normal(expected, S).logpdf(y.ravel()))


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_filtering_is_conditioning_the_joint_gaussian(seed: int, T: int) -> None:
    one, y, drive = system(seed), normal(seed + 5, T, O), normal(seed + 6, T, H)
    mean, cov = normal(seed + 7, H), covariance(seed + 8, H)
    found = kalman.kalman(one, y, mean, cov, drive)
    m, P, log_p = conditioned(one, y.numpy(), mean.numpy(), cov.numpy(), drive.numpy())
    assert_close(found.mean[-1], tensor(m), 1e-8)
    assert_close(found.covariance[-1], tensor(P), 1e-8)
    assert_close(found.log_likelihood.sum(), tensor(float(log_p)), 1e-8)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(1, 12))
def test_statsmodels_filters_the_same(seed: int, T: int) -> None:
    """Theirs begins with the law of h(1), ours with that of h(0)."""
    room = pytest.importorskip(
        "statsmodels.tsa.statespace.kalman_filter", reason="the oracle statsmodels is not installed"
    )
    one, y, mean, cov = system(seed), normal(seed + 5, T, O), normal(seed + 6, H), covariance(seed + 7, H)
    parts = {"design": one.C, "obs_cov": one.R, "transition": one.A, "state_cov": one.Q}
    theirs = room.KalmanFilter(k_endog=O, k_states=H, k_posdef=H, selection=np.eye(H))
    for name, each in parts.items():
        theirs[name] = each.numpy()
    theirs.bind(np.asfortranarray(y.numpy().T))
    first = one.A @ cov @ one.A.mT + one.Q
    theirs.initialize_known((one.A @ mean).numpy(), first.numpy())
    expected, found = theirs.filter(), kalman.kalman(one, y, mean, cov)
    assert_close(found.mean, tensor(expected.filtered_state.T), 1e-9)
    assert_close(found.covariance, tensor(expected.filtered_state_cov.transpose(2, 0, 1)), 1e-9)
    assert_close(found.log_likelihood, tensor(expected.llf_obs), 1e-9)


def test_one_dimension_by_hand() -> None:
    """a = 1, q = 1, r = 2, prior N(0, 1), y = 3: P⁻ = 2, K = 1/2, mean 3/2, variance 1."""
    one = tensor([[1]])
    found = kalman.kalman(System(one, one, one, 2 * one), tensor([[3]]), tensor([0]), one)
    values = [found.predicted_covariance, found.gain, found.mean, found.covariance]
    assert [float(each.flatten()[0]) for each in values] == [2.0, 0.5, 1.5, 1.0]


def test_a_useless_sensor_changes_nothing_and_a_perfect_one_decides() -> None:
    one, y = system(1), normal(2, 3, O)
    units = torch.eye(H, dtype=torch.float64)
    blind = kalman.kalman(replace(one, R=1e12 * units), y, normal(3, H), units)
    assert_close(blind.mean, blind.predicted_mean, 1e-9)
    sure = kalman.kalman(replace(one, C=units, R=1e-12 * units), y, normal(3, H), units)
    assert_close(sure.mean, y, 1e-9)


@given(st.integers(0, 10_000), st.integers(1, 6))
def test_the_recursion_is_its_closed_form(seed: int, T: int) -> None:
    A, B, x, start = normal(seed, 2, H, H), normal(seed + 1, 2, H, 3), normal(seed + 2, 2, T, 3), normal(seed + 3, 2, H)
    assert_close(kalman.linear_states(A, B, x, start)[:, -1], kalman.unrolled(A, B, x, start), 1e-8)


def test_scalar_states_by_hand() -> None:
    """h = h'/2 + x from 0 with x = 1, 1, 1: 1, 3/2, 7/4."""
    states = kalman.linear_states(tensor([[0.5]]), tensor([[1]]), tensor([[1], [1], [1]]), tensor([0]))
    assert states.flatten().tolist() == [0.0, 1.0, 1.5, 1.75]


def test_instances_are_apart() -> None:
    many, y = system(1, 4), normal(5, 4, 3, O)
    mean, cov = normal(7, 4, H), covariance(8, H, 4)
    found = kalman.kalman(many, y, mean, cov)
    alone = System(many.A[1], many.C[1], many.Q[1], many.R[1])
    assert_close(found.covariance[1], kalman.kalman(alone, y[1], mean[1], cov[1]).covariance)
    assert_close(kalman.kalman(alone, y, mean[1], cov[1]).mean[3], kalman.kalman(alone, y[3], mean[1], cov[1]).mean)


UNITS = torch.eye(2, dtype=torch.float64)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: System(UNITS, UNITS, tensor([[1, 2], [0, 1]]), UNITS), "Q is not symmetric"),
        (lambda: System(UNITS, UNITS, UNITS, -UNITS), "R has a negative eigenvalue"),
        (lambda: kalman.kalman(system(1), normal(1, 3, 3), tensor([0, 0]), UNITS), r"y has shape \(3, 3\)"),
        (
            lambda: kalman.kalman(
                System(UNITS, UNITS, 0 * UNITS, 0 * UNITS), normal(1, 3, 2), tensor([0, 0]), 0 * UNITS
            ),
            "not positive definite",
        ),
    ],
    ids=["symmetric", "negative", "shape", "singular"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_filters_the_same(device: str, dtype: torch.dtype) -> None:
    one, y, mean, cov = system(1), normal(5, 3, O), normal(7, H), covariance(8, H)
    there = System(*(each.to(device, dtype) for each in (one.A, one.C, one.Q, one.R)))
    found = kalman.kalman(there, y.to(device, dtype), mean.to(device, dtype), cov.to(device, dtype))
    assert (found.mean.device.type, found.mean.dtype) == (device, dtype)
    assert_close(found.mean.double(), kalman.kalman(one, y, mean, cov).mean, 1e-9 if dtype == torch.float64 else 1e-4)
