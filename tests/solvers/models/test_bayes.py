"""Posteriors against exact fractions; the optimal vote against MAP."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import bayes
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, simplex, tensor


def test_posterior_in_fractions() -> None:
    """Three coins with P(heads) 1/4, 1/2, 3/4, prior 1/2, 1/4, 1/4; two heads and a tail."""
    prior, heads = (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)), (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4))
    joint = [p * h**2 * (1 - h) for p, h in zip(prior, heads, strict=True)]
    table = tensor([[float(h), float(1 - h)] for h in heads])
    found = bayes.infer(tensor([float(p) for p in prior]), table, tensor([2, 1]))
    assert_close(found.posterior, tensor([float(each / sum(joint)) for each in joint]))
    assert_close(found.log_evidence.exp(), tensor(float(sum(joint))))
    assert (int(found.map), int(found.ml)) == (2, 2)
    assert int(bayes.infer(tensor([0.9, 0.05, 0.05]), table, tensor([2, 1])).map) == 0


def test_the_optimal_vote_may_differ_from_map() -> None:
    """The notes' example: 0.4 says +, 0.3 and 0.3 say -: the vote is - with 0.6 although h_MAP says +."""
    posterior, labels = tensor([0.4, 0.3, 0.3]), tensor([[1, 0], [0, 1], [0, 1]])
    assert_close(bayes.optimal(posterior, labels), tensor([0.4, 0.6]))


@given(st.integers(0, 10_000))
def test_long_data_do_not_underflow(seed: int) -> None:
    prior, table = simplex(seed, 4, 3), simplex(seed + 1, 4, 3, 5)
    found = bayes.infer(prior, table, torch.full((5,), 1000.0).double())
    assert_close(found.posterior.sum(dim=-1), torch.ones(4).double(), 1e-9)
    assert bool((found.posterior.argmax(dim=-1) == found.map).all())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bayes.infer(tensor([1, 0]), tensor([[0.0], [1.0]])), "impossible under every hypothesis"),
        (lambda: bayes.optimal(tensor([1]), tensor([[2.0]])), "prediction holds a number outside"),
        (lambda: bayes.infer(tensor([0.5, 0.5]), tensor([[1.0]])), r"likelihood has shape \(1, 1\)"),
    ],
    ids=["impossible", "vote", "sizes"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same_posterior(device: str) -> None:
    prior, table = simplex(1, 3, 4), simplex(2, 3, 4, 2)
    there = bayes.infer(prior.to(device), table.to(device)).posterior
    assert there.device.type == device
    assert_close(there, bayes.infer(prior, table).posterior, 1e-9)
