"""Folds against scikit-learn's; the choice of a degree and of a penalty against its cross_val_score."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, cross_val_score
from torch import Tensor

from solvers.models import model_selection, regression
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor

PENALTIES = (0.01, 1.0, 100.0)


def ridge(x: Tensor, t: Tensor, held_x: Tensor, held_t: Tensor, place: int) -> Tensor:
    w = regression.least_squares(x, t, PENALTIES[place])
    return regression.cost(held_x, w, held_t, 1 / held_t.shape[-1])


@given(st.integers(2, 40), st.data())
def test_folds_are_scikit_learn_s(examples: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(2, examples))
    expected = [held.tolist() for _, held in KFold(k).split(range(examples))]
    assert [list(fold) for fold in model_selection.folds(examples, k)] == expected


def test_penalties_are_chosen_as_scikit_learn_would() -> None:
    x, t = normal(1, 13, 3), normal(2, 13)
    found = model_selection.cross_validate(ridge, x, t, model_selection.folds(13, 4), len(PENALTIES))
    for place, alpha in enumerate(PENALTIES):
        model = Ridge(alpha=alpha, fit_intercept=False)
        scores = cross_val_score(model, x.numpy(), t.numpy(), cv=KFold(4), scoring="neg_mean_squared_error")
        assert_close(found.errors[place], tensor((-scores).tolist()), 1e-10)
    assert_close(found.means, found.errors.mean(dim=-1))
    assert int(found.chosen) == int(found.means.argmin())


def test_leave_one_out_has_a_closed_form() -> None:
    """For least squares the error on the example left out is (t - o) / (1 - leverage)."""
    x, t = normal(1, 9, 2), normal(2, 9)

    def plain(x: Tensor, t: Tensor, held_x: Tensor, held_t: Tensor, place: int) -> Tensor:
        return regression.cost(held_x, regression.least_squares(x, t), held_t, 1.0)

    found = model_selection.cross_validate(plain, x, t, model_selection.folds(9, 9), 1)
    hat = x @ torch.linalg.solve(x.T @ x, x.T)
    assert_close(found.errors[0], ((t - hat @ t) / (1 - hat.diagonal())) ** 2, 1e-10)


def test_every_instance_chooses_for_itself() -> None:
    x, t = normal(1, 5, 12, 3), normal(2, 5, 12)
    folds = model_selection.folds(12, 3)
    batch = model_selection.cross_validate(ridge, x, t, folds, 3)
    assert batch.errors.shape == (5, 3, 3)
    for i in range(5):
        alone = model_selection.cross_validate(ridge, x[i], t[i], folds, 3)
        assert_close(batch.errors[i], alone.errors)
        assert int(batch.chosen[i]) == int(alone.chosen)


def test_trainings_are_counted() -> None:
    """Five folds of four candidates are 20 trainings, and the chosen one is trained once more on everything."""
    assert model_selection.trainings(5, 4) == 21


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: model_selection.folds(5, 6), "k is 6, but 5 examples make at most 5 folds"),
        (lambda: model_selection.folds(5, 1), "k is 1"),
        (
            lambda: model_selection.cross_validate(ridge, normal(1, 3, 1), normal(2, 3), [range(3)], 1),
            "A fold must hold some of the examples 0 to 2 and leave some",
        ),
    ],
    ids=["many", "one", "everything"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same_errors(device: str) -> None:
    x, t, folds = normal(1, 5, 12, 3), normal(2, 5, 12), model_selection.folds(12, 3)
    there = model_selection.cross_validate(ridge, x.to(device), t.to(device), folds, 3)
    assert there.errors.device.type == device
    assert_close(there.errors, model_selection.cross_validate(ridge, x, t, folds, 3).errors, 1e-9)
