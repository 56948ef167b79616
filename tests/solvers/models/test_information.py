"""Entropy and divergence against scipy and torch.distributions, in bits and nats."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from torch import distributions

from solvers.models import information
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, simplex, tensor, uniform


def test_information_on_paper() -> None:
    assert_close(information.self_information(tensor([0.5, 0.125])), tensor([1, 3]))
    assert_close(information.entropy(tensor([0.5, 0.25, 0.25])), tensor(1.5))
    assert_close(information.divergence(tensor([0.2, 0.8]), tensor([0.8, 0.2])), tensor(1.2))
    assert_close(information.divergence(tensor([0.8, 0.2]), tensor([0.2, 0.8])), tensor(1.2))


@given(st.integers(0, 10_000), st.integers(2, 6))
def test_information_is_scipy_s(seed: int, k: int) -> None:
    p, q = simplex(seed, 3, k), simplex(seed + 1, 3, k)
    for unit, base in (("bits", 2), ("nats", math.e)):
        found = information.entropy(p, unit)  # type: ignore[arg-type]  # the table's names are the units
        assert_close(found, torch.from_numpy(stats.entropy(p.numpy(), base=base, axis=-1)))
        found = information.divergence(p, q, unit)  # type: ignore[arg-type]
        assert_close(found, torch.from_numpy(stats.entropy(p.numpy(), q.numpy(), base=base, axis=-1)))


@given(st.integers(0, 10_000), st.integers(2, 6))
def test_cross_entropy_is_entropy_and_divergence(seed: int, k: int) -> None:
    p, q = simplex(seed, 3, k), simplex(seed + 1, 3, k)
    divergence = information.divergence(p, q)
    assert_close(information.cross_entropy(p, q), information.entropy(p) + divergence)
    assert bool((divergence >= 0).all())


def test_impossible_outcomes() -> None:
    """0 log 0 is 0; what Q forbids and P allows costs infinitely much; the other way round costs nothing."""
    sure, fair = tensor([1, 0]), tensor([0.5, 0.5])
    assert_close(information.entropy(sure), tensor(0.0))
    assert_close(information.divergence(sure, fair), tensor(1.0))
    assert torch.isinf(information.divergence(fair, sure))


def test_gaussian_divergence_is_torch_s() -> None:
    a, b, s, t = normal(1, 9), normal(2, 9), uniform(3, 9) + 0.1, uniform(4, 9) + 0.1
    expected = distributions.kl_divergence(distributions.Normal(a, s), distributions.Normal(b, t))
    assert_close(information.gaussian_divergence(a, s, b, t), expected)


def test_tables_on_paper() -> None:
    joint = tensor([[0.1, 0.3], [0.2, 0.4]])
    x, y = information.marginals(joint)
    assert_close(x, tensor([0.4, 0.6]))
    assert_close(y, tensor([0.3, 0.7]))
    assert_close(information.conditional(joint), tensor([[1 / 4, 3 / 4], [1 / 3, 2 / 3]]))


@given(st.integers(0, 10_000))
def test_mutual_information_is_zero_for_products_only(seed: int) -> None:
    x, y = simplex(seed, 3), simplex(seed + 1, 4)
    assert_close(information.mutual_information(torch.outer(x, y)), tensor(0.0), 1e-12)
    joint = simplex(seed, 12).reshape(3, 4)
    rows, columns = information.marginals(joint)
    expected = information.entropy(rows) + information.entropy(columns) - information.entropy(joint.flatten())
    assert_close(information.mutual_information(joint), expected)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: information.entropy(tensor([0.5, 0.6])), "p sums to 1.1, but a distribution sums to 1"),
        (lambda: information.entropy(tensor([1.5, -0.5])), r"p holds -0\.5"),
        (lambda: information.conditional(tensor([[0, 0], [0.5, 0.5]])), "A row of the table sums to 0"),
        (lambda: information.self_information(tensor(2.0)), r"p holds a number outside \[0, 1\]"),
        (lambda: information.entropy(tensor([1.0]), "digits"), "unit is 'digits'"),  # type: ignore[arg-type]  # the mistake itself
        (lambda: information.gaussian_divergence(*tensor([0, 0, 0, 1])), "standard deviation is not positive"),
    ],
    ids=["sum", "negative", "row", "outside", "unit", "deviation"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same_numbers(device: str) -> None:
    p, q = simplex(1, 3, 4), simplex(2, 3, 4)
    there = information.divergence(p.to(device), q.to(device))
    assert there.device.type == device
    assert_close(there, information.divergence(p, q), 1e-9)
