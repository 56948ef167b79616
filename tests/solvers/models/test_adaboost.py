"""AdaBoost against scikit-learn with α halved, a paper example, and the identities of its weights."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import AdaBoostClassifier
from sklearn.tree import DecisionTreeClassifier

from solvers.models import adaboost
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, signs, tensor


def test_on_paper() -> None:
    """Of four equal weights one is wrong: e = ¼, α = ½ ln 3; wrong examples then hold half of the weight."""
    weights, error, alpha = adaboost.reweigh(tensor([0.25] * 4), tensor([1, 1, -1, -1]), tensor([1, 1, -1, 1]))
    assert_close(error, tensor(0.25))
    assert_close(alpha, tensor(0.5493061443340549))
    assert_close(weights, tensor([1 / 6, 1 / 6, 1 / 6, 1 / 2]))


def test_scikit_learn_agrees_on_its_own_learners() -> None:
    """C20: its weights are ln((1 - e) / e)."""
    x, y = normal(1, 60, 3), signs(2, 60)
    theirs = AdaBoostClassifier(DecisionTreeClassifier(max_depth=1), n_estimators=12, random_state=0)
    theirs.fit(x.numpy(), y.numpy())
    predictions = torch.from_numpy(np.stack([each.predict(x.numpy()) for each in theirs.estimators_]))
    ours = adaboost.replay(predictions, y)
    assert_close(ours.errors, torch.from_numpy(theirs.estimator_errors_), 1e-9)
    assert_close(2 * ours.alphas, torch.from_numpy(theirs.estimator_weights_), 1e-9)
    assert_close(adaboost.decide(ours.alphas, predictions), torch.from_numpy(theirs.predict(x.numpy())))


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_boosting_picks_the_best_and_keeps_its_bound(seed: int) -> None:
    x, y = normal(seed, 2, 12, 2), signs(seed + 1, 2, 12)
    table = adaboost.answers(adaboost.stumps(x), x)
    found = adaboost.boost(table, y, 6)
    chosen = table.gather(-2, found.chosen.unsqueeze(-1).expand(2, 6, 12))
    again = adaboost.replay(chosen, y)
    assert_close(found.weights, again.weights)
    for t in range(6):
        all_errors = ((table != y.unsqueeze(-2)).double() * found.weights[:, t : t + 1]).sum(dim=-1)
        assert_close(found.errors[:, t], all_errors.min(dim=-1).values)
        # After a round the learner it took is no better than chance.
        after = ((chosen[:, t] != y).double() * found.weights[:, t + 1]).sum(dim=-1)
        assert_close(after, tensor([0.5, 0.5]), 1e-9)
    wrong = (adaboost.decide(found.alphas, chosen) != y).double().mean(dim=-1)
    assert bool((wrong <= adaboost.error_bound(found.errors) + 1e-12).all())
    assert_close(found.weights.sum(dim=-1), torch.ones(2, 7).double())


def test_weights_are_the_exponential_loss() -> None:
    """w_T ∝ exp(-y Σ α h): what the rounds multiply up to."""
    predictions, y = signs(1, 3, 10), signs(2, 10)
    found = adaboost.replay(predictions, y)
    loss = torch.exp(-y * torch.einsum("t,tn->n", found.alphas, predictions))
    assert_close(found.weights[-1], loss / loss.sum())
    assert_close(adaboost.error_bound(found.errors), loss.mean())


def test_stumps_are_tried_in_every_gap() -> None:
    x = tensor([[1, 5], [3, 4], [2, 6]])
    found = adaboost.stumps(x)
    assert found.thresholds.tolist() == [0, 1.5, 2.5, 3, 4.5, 5.5] * 2
    assert found.features.tolist() == [0, 0, 0, 1, 1, 1] * 2
    assert adaboost.answers(found, x)[1].tolist() == [-1, 1, 1]
    assert adaboost.answers(found, x)[11].tolist() == [1, 1, -1]
    assert adaboost.answers(found, x)[6].tolist() == [-1, -1, -1]


def test_boosted_stumps_learn_what_no_stump_can() -> None:
    """An interval on a line: one stump errs on a third, three of them on none."""
    x = torch.arange(9.0).double().unsqueeze(-1)
    y = torch.where((x[:, 0] > 2.5) & (x[:, 0] < 5.5), 1.0, -1.0).double()
    table = adaboost.answers(adaboost.stumps(x), x)
    found = adaboost.boost(table, y, 5)
    assert float(found.errors[0]) == pytest.approx(1 / 3)
    assert bool((adaboost.decide(found.alphas, table[found.chosen]) == y).all())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: adaboost.replay(tensor([[1, 1]]), tensor([1, 1])), "nothing to boost"),
        (lambda: adaboost.replay(tensor([[1, 0]]), tensor([1, 1])), "table holds 0"),
        (lambda: adaboost.boost(tensor([[1, -1]]), tensor([1, 1]), 0), "rounds is 0"),
    ],
    ids=["perfect", "labels", "rounds"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    x, y = normal(1, 2, 12, 2), signs(2, 2, 12)
    there = adaboost.boost(adaboost.answers(adaboost.stumps(x.to(device)), x.to(device)), y.to(device), 4)
    assert there.weights.device.type == device
    assert_close(there.weights, adaboost.boost(adaboost.answers(adaboost.stumps(x), x), y, 4).weights, 1e-9)
