"""Label smoothing against torch with its ε mapped; noise against expectations taken exactly over signs."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from solvers.models import label_noise
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor, uniform


def test_on_paper() -> None:
    found = label_noise.smooth(tensor([[0, 1, 0, 0, 0]]), 0.2)
    assert_close(found, tensor([[0.05, 0.8, 0.05, 0.05, 0.05]]))


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(2, 6), st.floats(0, 0.6))
def test_torch_agrees_with_its_epsilon(seed: int, classes: int, epsilon: float) -> None:
    """C4: torch gets ε k / (k - 1)."""
    labels, logits = torch.arange(5) % classes, normal(seed, 5, classes)
    target = F.one_hot(labels, classes).double()
    share = epsilon * classes / (classes - 1)
    found = label_noise.smoothed_loss(logits, target, epsilon)
    if share <= 1:
        expected = F.cross_entropy(logits, labels, label_smoothing=share, reduction="none")
        assert_close(found, expected, 1e-10)
    assert_close(label_noise.smooth(target, epsilon).sum(dim=-1), torch.ones(5).double())


@pytest.mark.parametrize(("classes", "epsilon"), [(2, 0.1), (10, 0.1), (3, 0.3)])
def test_the_best_gap_is_finite_and_best(classes: int, epsilon: float) -> None:
    gap, target = label_noise.best_gap(classes, epsilon), F.one_hot(torch.tensor([0]), classes).double()
    logits = (gap * target).requires_grad_()
    (slope,) = torch.autograd.grad(label_noise.smoothed_loss(logits, target, epsilon).sum(), logits)
    assert_close(slope, torch.zeros_like(slope), 1e-12)
    assert gap == pytest.approx(math.log((1 - epsilon) * (classes - 1) / epsilon))


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(0, 2))
def test_input_noise_is_weight_decay(seed: int, sd: float) -> None:
    """Exactly, over all sign vectors: independent ±σ has variance σ²."""
    w, x, y = normal(seed, 4), normal(seed + 1, 3, 4), normal(seed + 2, 3)
    errors = [(label_noise.noisy(x, tensor(n).expand(3, 4), sd) @ w - y) ** 2 for n in product((-1, 1), repeat=4)]
    assert_close(label_noise.expected_squared_error(w, x, y, sd), torch.stack(errors).mean(dim=0), 1e-9)


def test_labels_flip_by_their_uniforms() -> None:
    target = F.one_hot(torch.tensor([0, 1, 2, 2]), 3).double()
    found = label_noise.flip_labels(target, tensor([0.05, 0.15, 0.15, 0.2]), 0.2).argmax(dim=-1)
    assert found.tolist() == [1, 0, 1, 2]


def test_labels_flip_as_often_as_said() -> None:
    target = F.one_hot(torch.zeros(20_000, dtype=torch.long), 4).double()
    share = label_noise.flip_labels(target, uniform(1, 20_000), 0.3).mean(dim=0)
    assert_close(share, tensor([0.7, 0.1, 0.1, 0.1]), 0.01)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: label_noise.smooth(tensor([[1.0]]), 0.1), "classes is 1"),
        (lambda: label_noise.smooth(tensor([[1.0, 0]]), 1.0), r"epsilon is 1\.0"),
        (lambda: label_noise.flip_labels(tensor([[1.0, 0]]), tensor([0.1]), 0.0), "chance is 0"),
        (lambda: label_noise.best_gap(3, 0.0), r"epsilon is 0\.0"),
    ],
    ids=["classes", "epsilon", "chance", "gap"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    logits, target = normal(1, 3, 4, 5), F.one_hot(torch.arange(4), 5).double().expand(3, 4, 5)
    there = label_noise.smoothed_loss(logits.to(device), target.to(device), 0.1)
    assert there.device.type == device
    assert_close(there, label_noise.smoothed_loss(logits, target, 0.1), 1e-9)
