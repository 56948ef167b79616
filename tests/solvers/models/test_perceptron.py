"""The perceptron against hand work, a plain Python loop and scikit-learn (its eta0 is twice the notes' η)."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Perceptron
from torch import Tensor

from solvers.models import perceptron
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, signs, tensor

AND = tensor([[0, 0], [0, 1], [1, 0], [1, 1]])
AND_TARGET = tensor([-1, -1, -1, 1])


def by_hand(w: list[float], x: list[list[float]], t: list[float], eta: float, epochs: int) -> tuple[list[float], int]:
    """The rule of notes 1.2.1 on lists, sign(0) = +1."""
    updates = 0
    for _ in range(epochs):
        for row, target in zip(x, t, strict=True):
            net = w[0] + sum(weight * value for weight, value in zip(w[1:], row, strict=True))
            output = 1.0 if net >= 0 else -1.0
            if output != target:
                updates += 1
                w = [weight + eta * (target - output) * value for weight, value in zip(w, [1.0, *row], strict=True)]
    return w, updates


def test_one_step_on_paper() -> None:
    """w' = [0.5, 1, -1], x = [1, 2]: net = -0.5, o = -1, t = 1, so w' moves by 2 * 0.1 * [1, 1, 2]."""
    step = perceptron.step(tensor([0.5, 1, -1]), tensor([1, 2]), tensor(1.0), 0.1)
    assert_close(step.net, tensor(-0.5))
    assert_close(step.output, tensor(-1.0))
    assert_close(step.weights, tensor([0.7, 1.2, -0.6]))


def test_a_right_output_moves_nothing() -> None:
    weights = tensor([0.5, 1, -1])
    assert_close(perceptron.step(weights, tensor([1, 2]), tensor(-1.0), 0.1).weights, weights, 0.0)


@pytest.mark.parametrize(
    ("sign_of_zero", "target", "expected"),
    [(1.0, 1.0, [0.0, 0.0]), (1.0, -1.0, [-1.0, -2.0]), (-1.0, 1.0, [1.0, 2.0]), (0.0, 1.0, [0.5, 1.0])],
    ids=["plus-right", "plus-wrong", "minus-wrong", "zero-half-step"],
)
def test_sign_of_zero_is_a_convention(sign_of_zero: float, target: float, expected: list[float]) -> None:
    step = perceptron.step(tensor([0, 0]), tensor([2]), tensor(target), 0.5, sign_of_zero)
    assert_close(step.weights, tensor(expected))


def test_and_is_learnt_with_its_log() -> None:
    training = perceptron.train(tensor([0, 0, 0]), AND, AND_TARGET, 0.5, 8)
    expected, updates = by_hand([0, 0, 0], AND.tolist(), AND_TARGET.tolist(), 0.5, 8)
    assert_close(training.weights[-1], tensor(expected))
    assert int(training.updates) == updates
    assert bool(training.converged)
    assert training.weights.shape == (33, 3)
    assert training.errors.shape == (8,)
    assert int(training.errors[-1]) == 0


def test_xor_never_converges() -> None:
    training = perceptron.train(tensor([0, 0, 0]), AND, tensor([-1, 1, 1, -1]), 0.5, 30)
    assert not bool(training.converged)
    assert bool((training.errors > 0).all())


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 6), st.integers(1, 4))
def test_batch_equals_a_loop_over_instances(seed: int, inputs: int, examples: int, epochs: int) -> None:
    weights, x, target = normal(seed, 3, inputs + 1), normal(seed + 1, 3, examples, inputs), signs(seed, 3, examples)
    training = perceptron.train(weights, x, target, 0.25, epochs)
    for i in range(3):
        expected, updates = by_hand(weights[i].tolist(), x[i].tolist(), target[i].tolist(), 0.25, epochs)
        assert_close(training.weights[i, -1], tensor(expected))
        assert int(training.updates[i]) == updates


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_scikit_learn_agrees(seed: int) -> None:
    """Convention C1: eta0 = 2η. Starting away from 0 keeps every net away from the tie that it breaks otherwise."""
    weights, x, epochs = normal(seed, 4), normal(seed + 100, 20, 3), 7
    target = perceptron.predict(normal(seed + 200, 4), x)
    model = Perceptron(eta0=0.6, shuffle=False, tol=None, max_iter=epochs)
    start = weights.clone().numpy()  # scikit-learn trains in the arrays it is given
    model.fit(x.numpy(), target.numpy(), coef_init=start[1:], intercept_init=start[:1])
    training = perceptron.train(weights, x, target, 0.3, epochs)
    bias, slope = perceptron.split(training.weights[-1])
    assert_close(slope, torch.from_numpy(model.coef_[0]))
    assert_close(bias, tensor(float(model.intercept_[0])))


def test_order_shows_the_examples_as_listed() -> None:
    order = torch.tensor([[3, 1, 0, 2], [0, 0, 2, 3]])
    listed = order.flatten()
    ordered = perceptron.train(tensor([0.1, 0.2, 0.3]), AND, AND_TARGET, 0.1, 2, order=order)
    plain = perceptron.train(tensor([0.1, 0.2, 0.3]), AND[listed], AND_TARGET[listed], 0.1, 1)
    assert_close(ordered.weights, plain.weights, 0.0)
    assert_close(ordered.net, plain.net, 0.0)


def separable(seed: int) -> tuple[Tensor, Tensor, Tensor]:
    """A separating w', 15 points in the plane at least 0.2 away from its line, and their targets."""
    weights, x = normal(seed, 3), normal(seed + 1, 60, 2)
    net = (weights * perceptron.augment(x)).sum(dim=-1)
    x = x[net.abs() > 0.2][:15]
    return weights, x, perceptron.predict(weights, x)


@given(st.integers(0, 10_000))
def test_updates_stay_below_the_bound(seed: int) -> None:
    weights, x, target = separable(seed)
    limit = perceptron.bound(weights, x, target)
    training = perceptron.train(torch.zeros(3, dtype=torch.float64), x, target, 0.5, 20)
    assert int(training.updates) <= float(limit)


@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_margin_does_not_depend_on_the_length_of_w(seed: int, scale: float) -> None:
    weights, x, target = separable(seed)
    assert_close(perceptron.margin(scale * weights, x, target), perceptron.margin(weights, x, target))


def test_margin_radius_bound_on_paper() -> None:
    """w' = [0, 3, 4]/5 and points (3, 4), (-3, -4): both margins 5, R² = 26 with the 1 of the bias."""
    weights, x, target = tensor([0, 0.6, 0.8]), tensor([[3, 4], [-3, -4]]), tensor([1, -1])
    assert_close(perceptron.margin(weights, x, target), tensor(5.0))
    assert_close(perceptron.radius(x), tensor(26.0).sqrt())
    assert_close(perceptron.bound(weights, x, target), tensor(26 / 25))
    assert torch.isinf(perceptron.bound(-weights, x, target))


def test_bias_and_weights_join_and_split() -> None:
    joined = perceptron.join(tensor([1, 2]), tensor([[3, 4], [5, 6]]))
    assert_close(joined, tensor([[1, 3, 4], [2, 5, 6]]))
    bias, weights = perceptron.split(joined)
    assert_close(bias, tensor([1, 2]))
    assert_close(weights, tensor([[3, 4], [5, 6]]))


@pytest.mark.parametrize(
    ("weights", "target", "eta", "epochs", "message"),
    [
        ([0, 0], AND_TARGET, 0.5, 1, "weights have 2 entries, but 3 are needed"),
        ([0, 0, 0], tensor([0, 1, 1, 1]), 0.5, 1, "target holds 0, but only -1, 1"),
        ([0, 0, 0], tensor([1, 1]), 0.5, 1, r"target has shape \(2,\)"),
        ([0, 0, 0], AND_TARGET, 0.0, 1, r"eta is 0\.0"),
        ([0, 0, 0], AND_TARGET, 0.5, 0, "epochs is 0"),
        ([0, 0, float("nan")], AND_TARGET, 0.5, 1, "weights holds an infinite or undefined number"),
    ],
    ids=["sizes", "targets", "examples", "rate", "epochs", "nan"],
)
def test_bad_input_is_named(weights: list[float], target: Tensor, eta: float, epochs: int, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        perceptron.train(tensor(weights), AND, target, eta, epochs)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_and_dtype_gives_the_same_log(device: str, dtype: torch.dtype) -> None:
    weights, x, target = (each.to(dtype) for each in (normal(1, 8, 3), normal(2, 8, 10, 2), signs(3, 8, 10)))
    here = perceptron.train(weights.double(), x.double(), target.double(), 0.5, 3)
    there = perceptron.train(weights.to(device), x.to(device), target.to(device), 0.5, 3)
    assert there.weights.dtype == dtype
    assert there.weights.device.type == device
    assert_close(there.weights.double(), here.weights, 1e-9 if dtype == torch.float64 else 1e-4)
