"""Adversarial examples: hand work against autograd, and the corners of the box, tried one by one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import adversarial, heads
from solvers.models.checks import BadInput
from solvers.models.mlp import Mlp
from solvers.models.optimizers import Optimizer, adam
from tests.solvers.models.data import assert_close, normal, signs, tensor


def logistic(seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    return normal(seed, 4, 3), normal(seed + 1, 4), normal(seed + 2, 4, 5, 3), signs(seed + 3, 4, 5)


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_by_hand_and_by_autograd(seed: int, epsilon: float) -> None:
    w, b, x, y = logistic(seed)
    found = adversarial.fast_sign(lambda at: adversarial.logistic_loss(w, b, at, y), x, epsilon)
    assert_close(adversarial.logistic_fast_sign(w, b, x, y, epsilon), found)
    worst = adversarial.logistic_worst_loss(w, b, x, y, epsilon)
    assert_close(adversarial.logistic_loss(w, b, found, y), worst, 1e-10)


@given(st.integers(0, 10_000), st.floats(0.01, 1))
def test_no_corner_of_the_box_is_worse(seed: int, epsilon: float) -> None:
    w, b, x, y = logistic(seed)
    losses = [adversarial.logistic_loss(w, b, x + epsilon * tensor(corner), y) for corner in product((-1, 1), repeat=3)]
    highest = torch.stack(losses).amax(dim=0)
    assert_close(adversarial.logistic_worst_loss(w, b, x, y, epsilon), highest, 1e-10)


@given(st.integers(0, 10_000))
def test_the_flipping_epsilon_flips(seed: int) -> None:
    w, b, x, y = logistic(seed)
    limit = adversarial.flipping_epsilon(w, b, x, y)
    for i, n in product(range(4), range(5)):
        right = bool(y[i, n] * (x[i, n] @ w[i] + b[i]) > 0)
        assert (float(limit[i, n]) > 0) is right
        if right:
            for factor in (0.999, 1.001):
                moved = adversarial.logistic_fast_sign(
                    w[i], b[i], x[i, n : n + 1], y[i, n : n + 1], factor * float(limit[i, n])
                )
                assert bool(y[i, n] * (moved[0] @ w[i] + b[i]) > 0) is (factor < 1)


def test_on_paper() -> None:
    """w = (2, -1), b = 0, x = (1, 1), y = +1, ε = 0.5: x' = (0.5, 1.5), score 1 -> -0.5; it flips beyond 1/3."""
    w, b, x, y = tensor([2, -1]), tensor(0.0), tensor([[1, 1]]), tensor([1])
    assert_close(adversarial.logistic_fast_sign(w, b, x, y, 0.5), tensor([[0.5, 1.5]]))
    assert_close(adversarial.flipping_epsilon(w, b, x, y), tensor([1 / 3]))


def test_inputs_that_do_not_matter_stay() -> None:
    w, b, x, y = tensor([2, 0]), tensor(0.0), tensor([[1, 1]]), tensor([-1])
    expected = tensor([[1.5, 1]])
    assert_close(adversarial.logistic_fast_sign(w, b, x, y, 0.5), expected)
    assert_close(adversarial.fast_sign(lambda at: adversarial.logistic_loss(w, b, at, y), x, 0.5), expected)


def test_projection_stays_in_the_box_and_climbs() -> None:
    model = Mlp([2, 8, 1], "tanh", "bernoulli", torch.Generator().manual_seed(1)).double()
    x, y = normal(2, 30, 2), (normal(3, 30, 1) > 0).double()

    def loss(at: Tensor) -> Tensor:
        return heads.loss("bernoulli", model(at), y)

    found = adversarial.projected(loss, x, 0.3, 0.05, 20)
    assert float((found - x).abs().max()) <= 0.3 + 1e-12
    before, after = loss(x).mean().detach(), loss(found).mean().detach()
    one_step = loss(adversarial.fast_sign(loss, x, 0.3)).mean().detach()
    assert float(before) < float(one_step) <= float(after) + 1e-3
    far = adversarial.projected(loss, x, 0.3, 0.05, 3, start=x + 5)
    assert float((far - x).abs().max()) <= 0.3 + 1e-12


def test_one_large_projected_step_is_the_fast_sign() -> None:
    w, b, x, y = logistic(1)

    def loss(at: Tensor) -> Tensor:
        return adversarial.logistic_loss(w, b, at, y)

    assert_close(adversarial.projected(loss, x, 0.2, 9.0, 1), adversarial.fast_sign(loss, x, 0.2))


def test_adversarial_training_withstands_more() -> None:
    x = torch.cat([normal(1, 40, 2) * 0.4 + 1, normal(2, 40, 2) * 0.4 - 1])
    y = torch.cat([torch.ones(40, 1), torch.zeros(40, 1)]).double()
    attacked = []
    for share in (1.0, 0.5):
        model = Mlp([2, 16, 1], "relu", "bernoulli", torch.Generator().manual_seed(3)).double()
        optimizer = Optimizer(model.parameters(), adam(0.02))

        def loss(at: Tensor, model: Mlp = model) -> Tensor:
            return heads.loss("bernoulli", model(at), y)

        for _ in range(120):
            optimizer.step(lambda f=loss, s=share: adversarial.training_loss(f, x, 0.5, s))  # type: ignore[misc]
        attacked.append(float(loss(adversarial.fast_sign(loss, x, 0.5)).mean().detach()))
    assert attacked[1] < attacked[0]


def test_training_loss_is_the_mixture() -> None:
    w, b, x, y = (each[0] for each in logistic(5))
    found = adversarial.training_loss(lambda at: adversarial.logistic_loss(w, b, at, y), x, 0.3, 0.25)
    clean, worst = adversarial.logistic_loss(w, b, x, y), adversarial.logistic_worst_loss(w, b, x, y, 0.3)
    assert_close(found, 0.25 * clean.mean() + 0.75 * worst.mean())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: adversarial.fast_sign(lambda at: at.sum(-1), normal(1, 2, 2), -1.0), "epsilon is -1"),
        (lambda: adversarial.flipping_epsilon(*map(tensor, ([0, 0], 0.0, [[1, 1]], [1]))), "w is zero"),
        (lambda: adversarial.logistic_loss(*map(tensor, ([1, 0], 0.0, [[1, 1]], [0]))), "y holds 0"),
        (lambda: adversarial.training_loss(lambda at: at.sum(-1), normal(1, 2, 2), 0.1, 2.0), "share is 2"),
    ],
    ids=["epsilon", "weights", "target", "share"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    w, b, x, y = logistic(1)
    w2, b2, x2, y2 = (each.to(device) for each in (w, b, x, y))
    found = adversarial.fast_sign(lambda at: adversarial.logistic_loss(w2, b2, at, y2), x2, 0.1)
    assert found.device.type == device
    assert_close(found, adversarial.logistic_fast_sign(w, b, x, y, 0.1), 1e-9)
