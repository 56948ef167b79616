"""Output heads against torch's losses and distributions; each gradient against autograd."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, distributions
from torch.nn import functional as F

from solvers.models import heads
from solvers.models.checks import BadInput
from solvers.models.heads import HEADS
from tests.solvers.models.data import assert_close, bits, normal, tensor

N = 20
DECIDED = F.one_hot(torch.arange(N) % 3).double()
COUNTS = (torch.arange(2 * N) % 5).double().reshape(N, 2)


def library_normal(z: Tensor, y: Tensor) -> Tensor:
    return -distributions.Normal(z, torch.ones_like(z)).log_prob(y).sum(dim=-1)


def library_gaussian(z: Tensor, y: Tensor) -> Tensor:
    mean, log_sd = z[:, :2], z[:, 2:]
    return -distributions.Normal(mean, log_sd.exp()).log_prob(y).sum(dim=-1)


def library_mixture(z: Tensor, y: Tensor) -> Tensor:
    logits, means, log_sd = z[:, :2], z[:, 2:4], z[:, 4:]
    parts = distributions.Normal(means, log_sd.exp())
    return -distributions.MixtureSameFamily(distributions.Categorical(logits=logits), parts).log_prob(y[:, 0])


CASES: dict[str, tuple[int, Tensor, Callable[[Tensor, Tensor], Tensor]]] = {
    "squared": (2, normal(1, N, 2), lambda z, y: F.mse_loss(z, y, reduction="none").sum(dim=-1)),
    "half_squared": (2, normal(1, N, 2), lambda z, y: F.mse_loss(z, y, reduction="none").sum(dim=-1) / 2),
    "normal": (2, normal(1, N, 2), library_normal),
    "bernoulli": (
        2,
        bits(1, N, 2),
        lambda z, y: F.binary_cross_entropy_with_logits(z, y, reduction="none").sum(dim=-1),
    ),
    "softmax": (3, DECIDED, lambda z, y: F.cross_entropy(z, y.argmax(dim=-1), reduction="none")),
    "gaussian": (4, normal(1, N, 2), library_gaussian),
    "poisson": (2, COUNTS, lambda z, y: -distributions.Poisson(z.exp()).log_prob(y).sum(dim=-1)),
    "mixture": (6, normal(1, N, 1), library_mixture),
}


def test_every_head_has_its_case() -> None:
    assert CASES.keys() == HEADS.keys()


@pytest.mark.parametrize("name", CASES)
def test_loss_and_gradient_are_the_library_s(name: str) -> None:
    width, y, library = CASES[name]
    z = normal(7, N, width).requires_grad_()
    expected = library(z, y)
    assert_close(heads.loss(name, z, y), expected)
    (gradient,) = torch.autograd.grad(expected.sum(), z)
    assert_close(heads.gradient(name, z, y), gradient, 1e-11)


@given(st.integers(0, 10_000))
def test_softmax_does_not_see_a_common_shift(seed: int) -> None:
    z, shift = normal(seed, N, 3), normal(seed + 1, N, 1)
    assert_close(heads.loss("softmax", z + shift, DECIDED), heads.loss("softmax", z, DECIDED), 1e-11)
    assert_close(heads.gradient("softmax", z, DECIDED).sum(dim=-1), torch.zeros(N).double(), 1e-12)


def test_bernoulli_on_paper() -> None:
    """ζ((1 - 2y) z): y = 0, z = 0.7 costs ζ(0.7) = 1.10319 (not the notes' printed log(1 - e^z))."""
    assert float(heads.loss("bernoulli", tensor([[0.7]]), tensor([[0.0]]))) == pytest.approx(1.10319, abs=5e-6)
    assert float(heads.loss("bernoulli", tensor([[0.7]]), tensor([[1.0]]))) == pytest.approx(math.log1p(math.exp(-0.7)))


def test_two_classes_are_one_bernoulli() -> None:
    z, y = normal(1, N, 1), bits(2, N, 1)
    pair, target = torch.cat([torch.zeros_like(z), z], dim=-1), torch.cat([1 - y, y], dim=-1)
    assert_close(heads.loss("softmax", pair, target), heads.loss("bernoulli", z, y))


def test_means_are_those_of_the_distributions() -> None:
    z = normal(1, N, 6)
    found = heads.head("mixture").mean(z)
    parts = distributions.Normal(z[:, 2:4], z[:, 4:].exp())
    library = distributions.MixtureSameFamily(distributions.Categorical(logits=z[:, :2]), parts)
    assert_close(found[:, 0], library.mean)
    assert_close(heads.head("softmax").mean(z).sum(dim=-1), torch.ones(N).double())
    assert_close(heads.head("poisson").mean(z), distributions.Poisson(z.exp()).mean)
    assert_close(heads.head("gaussian").mean(z), z[:, :3], 0.0)


@pytest.mark.parametrize("name", ["bernoulli", "softmax"])
def test_saturated_outputs_stay_finite(name: str) -> None:
    z, y = tensor([[1000, -1000]]), tensor([[0, 1]])
    assert torch.isfinite(heads.loss(name, z, y)).all()
    assert float(heads.gradient(name, z, y).abs().max()) == 1


@pytest.mark.parametrize(
    ("name", "z", "y", "message"),
    [
        ("bernoulli", [[0.0]], [[2.0]], "needs targets from 0 to 1"),
        ("softmax", [[0.0, 1.0]], [[1.0, 1.0]], "needs targets that sum to 1"),
        ("poisson", [[0.0]], [[1.5]], "needs counts"),
        ("gaussian", [[0.0]], [[1.0]], "z has 1 outputs, but 2 are needed"),
        ("mixture", [[0.0, 1.0]], [[1.0]], "three outputs a component"),
        ("huber", [[0.0]], [[1.0]], "head is 'huber', but one of 'squared'"),
    ],
    ids=["bernoulli", "softmax", "poisson", "gaussian", "mixture", "name"],
)
def test_bad_input_is_named(name: str, z: list[list[float]], y: list[list[float]], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        heads.loss(name, tensor(z), tensor(y))
