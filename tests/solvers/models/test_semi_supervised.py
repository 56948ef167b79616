"""Shared encoders, pseudo-labels, masked and contrastive losses against plain loops and torch's cross-entropy."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from solvers.models import semi_supervised
from solvers.models.checks import BadInput
from solvers.models.optimizers import Optimizer, adam
from solvers.models.semi_supervised import SharedEncoder
from tests.solvers.models.data import assert_close, bits, normal, tensor


def data() -> tuple[Tensor, Tensor, Tensor]:
    """Two clusters far apart, one labelled example in each, 40 without a label."""
    labels = torch.arange(40) % 2
    unlabelled = normal(1, 40, 3) * 0.5 + torch.where(labels == 0, -2.0, 2.0).double().unsqueeze(-1)
    return tensor([[-1.5, -2, -2.5], [2, 2.5, 1.5]]), torch.eye(2).double(), unlabelled


def test_the_loss_is_its_two_parts() -> None:
    x, y, unlabelled = data()
    model = SharedEncoder(3, 4, 2, torch.Generator().manual_seed(1)).double()
    everything = torch.cat([x, unlabelled])
    parts = F.cross_entropy(model(x), y), ((everything - model.reconstruct(everything)) ** 2).sum(-1).mean()
    assert_close(model.loss(x, y, unlabelled, 0.3), parts[0] + 0.3 * parts[1])
    shared = torch.autograd.grad(model.loss(x, y, unlabelled, 0.3), model.W, retain_graph=True)[0]
    first, second = (torch.autograd.grad(part, model.W)[0] for part in parts)
    assert_close(shared, first + 0.3 * second)


def test_two_labels_and_many_examples_suffice() -> None:
    x, y, unlabelled = data()
    model = SharedEncoder(3, 4, 2, torch.Generator().manual_seed(1)).double()
    optimizer = Optimizer(model.parameters(), adam(0.03))
    for _ in range(200):
        optimizer.step(lambda: model.loss(x, y, unlabelled, 0.1))
    assert bool((model(unlabelled).argmax(dim=-1) == torch.arange(40) % 2).all())


def test_self_training_adds_what_it_is_sure_of() -> None:
    """Each round trusts more of the examples; the last classifier knows them all. Nothing is trusted above 1."""
    x, y, unlabelled = data()
    sizes: list[int] = []

    def fit(x: Tensor, y: Tensor) -> SharedEncoder:
        sizes.append(len(x))
        model = SharedEncoder(3, 4, 2, torch.Generator().manual_seed(1)).double()
        optimizer = Optimizer(model.parameters(), adam(0.03))
        for _ in range(15):
            optimizer.step(lambda: F.cross_entropy(model(x), y))
        return model

    found = semi_supervised.self_train(fit, x, y, unlabelled, 0.95, rounds=6)
    assert sizes == [2, *(2 + count for count in found.sure)]
    assert found.sure[0] < found.sure[-1]
    assert bool((found.classify(unlabelled).argmax(dim=-1) == torch.arange(40) % 2).all())
    never = semi_supervised.self_train(fit, x, y, unlabelled, 1.0, rounds=3)
    assert never.sure == (0,), "a round without a new label is the last"


def test_pseudo_labels_on_paper() -> None:
    found = semi_supervised.pseudo_label(tensor([[math.log(3), 0], [0, 0], [0, math.log(19)]]), 0.75 - 1e-9)
    assert found.labels.tolist() == [[1, 0], [1, 0], [0, 1]]
    assert found.sure.tolist() == [True, False, True]


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_masked_loss_looks_at_hidden_entries_alone(seed: int) -> None:
    x, guess, hidden = normal(seed, 3, 4, 5), normal(seed + 1, 3, 4, 5), bits(seed + 2, 3, 4, 5)
    hidden[..., 0, 0] = 1
    found = semi_supervised.masked_loss(x, guess, hidden)
    for i in range(3):
        terms = [(x[i][n, j] - guess[i][n, j]) ** 2 for n, j in hidden[i].nonzero().tolist()]
        assert_close(found[i], torch.stack(terms).mean())
    assert_close(semi_supervised.masked(x, hidden) * hidden, torch.zeros_like(x))
    assert_close(semi_supervised.masked(x, hidden) * (1 - hidden), x * (1 - hidden))


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(0.1, 2))
def test_contrastive_loss_is_a_cross_entropy(seed: int, temperature: float) -> None:
    first, second = normal(seed, 2, 3, 4), normal(seed + 1, 2, 3, 4)
    found = semi_supervised.contrastive_loss(first, second, temperature)
    for i in range(2):
        views = torch.cat([first[i], second[i]])
        logits = F.cosine_similarity(views[:, None], views[None], dim=-1) / temperature
        logits.fill_diagonal_(-math.inf)
        assert_close(found[i], F.cross_entropy(logits, torch.tensor([3, 4, 5, 0, 1, 2]), reduction="none"), 1e-9)


def test_contrastive_loss_on_paper() -> None:
    """Two pairs, partners equal, pairs orthogonal: -log(e / (e + 2)) for every view."""
    views = torch.eye(2).double()
    found = semi_supervised.contrastive_loss(views, views, 1.0)
    assert_close(found, torch.full((4,), math.log((math.e + 2) / math.e), dtype=torch.float64))


def test_contrastive_learning_brings_partners_together() -> None:
    x, W = normal(1, 8, 6), (0.3 * normal(2, 3, 6)).requires_grad_()
    views = x + 0.3 * normal(3, 8, 6), x + 0.3 * normal(4, 8, 6)
    optimizer = Optimizer([W], adam(0.05))

    def loss() -> Tensor:
        return semi_supervised.contrastive_loss(views[0] @ W.mT, views[1] @ W.mT, 0.5).mean()

    before = float(loss().detach())
    for _ in range(200):
        optimizer.step(loss)
    assert float(loss().detach()) < 0.8 * before
    near = semi_supervised.cosine_similarities(views[0] @ W.mT, views[1] @ W.mT)
    assert near.argmax(dim=-1).tolist() == list(range(8))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: SharedEncoder(2, 3, 1), "classes is 1"),
        (lambda: semi_supervised.pseudo_label(tensor([[1.0]]), 1.5), "threshold is 1.5"),
        (lambda: semi_supervised.masked(tensor([[1.0]]), tensor([[0.5]])), "hidden holds 0.5"),
        (lambda: semi_supervised.masked_loss(*map(tensor, ([[1.0]], [[1.0]], [[0.0]]))), "No entry is hidden"),
        (lambda: semi_supervised.contrastive_loss(tensor([[1.0]]), tensor([[1.0]]), 1.0), "pairs is 1"),
    ],
    ids=["classes", "threshold", "mask", "none", "pairs"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    first, second = normal(1, 2, 3, 4), normal(2, 2, 3, 4)
    there = semi_supervised.contrastive_loss(first.to(device), second.to(device), 0.5)
    assert there.device.type == device
    assert_close(there, semi_supervised.contrastive_loss(first, second, 0.5), 1e-9)
