"""The multilayer perceptron against nn.Sequential, autograd, central differences and the XOR network of the notes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from solvers.models import mlp
from solvers.models.activations import ACTIVATIONS
from solvers.models.checks import BadInput
from solvers.models.mlp import Layer
from tests.solvers.models.data import assert_close, bits, normal, tensor


def network(seed: int, sizes: list[int], names: list[str], *leading: int) -> tuple[Layer, ...]:
    return tuple(
        Layer(normal(seed + 2 * i, *leading, out, n), normal(seed + 2 * i + 1, *leading, out), name)
        for i, ((n, out), name) in enumerate(zip(pairwise(sizes), names, strict=True))
    )


XOR = (
    Layer(tensor([[1, 1], [1, 1]]), tensor([0, -1]), "relu"),
    Layer(tensor([[1, -2]]), tensor([0])),
)
TRUTH_TABLE = tensor([[0, 0], [0, 1], [1, 0], [1, 1]])


def test_the_notes_network_computes_xor() -> None:
    run = mlp.forward(XOR, TRUTH_TABLE)
    assert_close(run.out[1], tensor([[0, 0], [1, 0], [1, 0], [2, 1]]))
    assert_close(run.out[2], tensor([[0], [1], [1], [0]]))


def test_torch_computes_the_same() -> None:
    layers, x = network(1, [3, 4, 2], ["tanh", "linear"]), normal(9, 5, 3)
    theirs = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2)).double()
    theirs.load_state_dict(
        {"0.weight": layers[0].W, "0.bias": layers[0].b, "2.weight": layers[1].W, "2.bias": layers[1].b}
    )
    assert_close(mlp.forward(layers, x).out[-1], theirs(x))


TARGETS = {
    "squared": normal(50, 6, 3),
    "bernoulli": bits(51, 6, 3),
    "softmax": nn.functional.one_hot(torch.arange(6) % 3).double(),
    "poisson": (torch.arange(18) % 4).double().reshape(6, 3),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("using", TARGETS)
def test_backward_is_autograd(name: str, using: str) -> None:
    layers = [replace(each, W=0.4 * each.W) for each in network(1, [2, 4, 5, 3], [name, name, "linear"])]
    x, y = normal(9, 6, 2), TARGETS[using]
    found = mlp.backward(layers, mlp.forward(layers, x), y, using, 0.5)
    for ours, (dW, db) in zip(found.layers, mlp.autograd(layers, x, y, using, 0.5), strict=True):
        assert_close(ours.W, dW, 1e-10)
        assert_close(ours.b, db, 1e-10)


def test_skips_masks_and_inputs_have_their_gradients() -> None:
    layers = network(1, [3, 3, 3], ["tanh", "sigmoid"])
    layers = (replace(layers[0], skip=True), replace(layers[1], mask=bits(5, 3, 3), skip=True))
    x, y = normal(9, 6, 3).requires_grad_(), normal(10, 6, 3)
    found = mlp.backward(layers, mlp.forward(layers, x.detach()), y, "squared")
    for ours, (dW, db) in zip(found.layers, mlp.autograd(layers, x.detach(), y, "squared"), strict=True):
        assert_close(ours.W, dW)
        assert_close(ours.b, db)
    (dx,) = torch.autograd.grad(mlp.total_loss(mlp.forward(layers, x), y, "squared"), x)
    assert_close(found.x, dx)


def test_delta_rule_of_one_sigmoid_unit() -> None:
    """5.1.1: E = 1/2N Σ (t - out)², ∂E/∂w_i = -1/N Σ (t - out) out (1 - out) x_i."""
    layer, x, t = network(1, [3, 1], ["sigmoid"]), normal(2, 5, 3), normal(3, 5, 1)
    run = mlp.forward(layer, x)
    out = run.out[-1]
    expected = -((t - out) * out * (1 - out) * x).mean(dim=0)
    assert_close(mlp.backward(layer, run, t, "squared", 1 / 10).layers[0].W[0], expected)


@given(st.integers(0, 10_000), st.sampled_from(["tanh", "sigmoid", "softplus", "cos"]))
def test_every_instance_has_its_own_network(seed: int, name: str) -> None:
    layers, x, y = network(seed, [2, 3, 1], [name, "linear"], 4), normal(seed + 8, 4, 5, 2), normal(seed + 9, 4, 5, 1)
    batch = mlp.backward(layers, mlp.forward(layers, x), y, "half_squared")
    for i in range(4):
        alone = tuple(Layer(each.W[i], each.b[i], each.activation) for each in layers)
        found = mlp.backward(alone, mlp.forward(alone, x[i]), y[i], "half_squared")
        for ours, theirs in zip(batch.layers, found.layers, strict=True):
            assert_close(ours.W[i], theirs.W)
            assert_close(ours.delta[i], theirs.delta)


def test_gradients_are_central_differences() -> None:
    layers, x, y, step = network(3, [2, 3, 1], ["tanh", "linear"]), normal(4, 5, 2), bits(5, 5, 1), 1e-6
    found = mlp.backward(layers, mlp.forward(layers, x), y, "bernoulli")
    for place in range(6):
        bump = torch.zeros(6, dtype=torch.float64)
        bump[place] = step
        moved = [replace(layers[0], W=layers[0].W + sign * bump.reshape(3, 2)) for sign in (1, -1)]
        up, down = (mlp.total_loss(mlp.forward((each, layers[1]), x), y, "bernoulli") for each in moved)
        assert_close(found.layers[0].W.flatten()[place], (up - down) / (2 * step), 1e-7)


def test_one_step_is_that_of_sgd() -> None:
    layers, x, y = network(1, [2, 3, 1], ["tanh", "linear"]), normal(4, 5, 2), normal(5, 5, 1)
    stepped = mlp.descend(layers, mlp.backward(layers, mlp.forward(layers, x), y, "squared"), 0.1)
    theirs = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1)).double()
    theirs.load_state_dict(
        {"0.weight": layers[0].W, "0.bias": layers[0].b, "2.weight": layers[1].W, "2.bias": layers[1].b}
    )
    optimizer = torch.optim.SGD(theirs.parameters(), lr=0.1)
    nn.functional.mse_loss(theirs(x), y, reduction="sum").backward()
    optimizer.step()
    for ours, name in zip(stepped, ("0", "2"), strict=True):
        assert_close(ours.W, theirs.get_parameter(f"{name}.weight"))
        assert_close(ours.b, theirs.get_parameter(f"{name}.bias"))


def test_logistic_regression_is_scikit_learn_s() -> None:
    """One linear layer under the bernoulli head, descended to its minimum, is the unpenalised logistic regression."""
    x, y = normal(1, 60, 2), (normal(2, 60, 1) + normal(1, 60, 2)[:, :1] > 0).double()
    layers: tuple[Layer, ...] = (Layer(torch.zeros(1, 2).double(), torch.zeros(1).double()),)
    for _ in range(3000):
        layers = mlp.descend(layers, mlp.backward(layers, mlp.forward(layers, x), y, "bernoulli", 1 / 60), 2.0)
    theirs = LogisticRegression(C=torch.inf, tol=1e-12, max_iter=1000).fit(x.numpy(), y[:, 0].numpy())
    assert_close(layers[0].W, torch.from_numpy(theirs.coef_), 1e-5)
    assert_close(layers[0].b, torch.from_numpy(theirs.intercept_), 1e-5)


def test_linear_layers_collapse() -> None:
    layers, x = network(1, [3, 4, 2, 5], ["linear"] * 3), normal(9, 6, 3)
    assert_close(mlp.forward([mlp.collapse(layers)], x).out[-1], mlp.forward(layers, x).out[-1])


@pytest.mark.parametrize(
    ("sizes", "bias", "count"), [([2, 2, 1], True, 9), ([784, 100, 10], True, 79_510), ([3, 4, 2], False, 20)]
)
def test_parameter_counts(sizes: list[int], bias: bool, count: int) -> None:
    assert mlp.parameter_count(sizes, bias=bias) == count
    assert sum(each.numel() for each in mlp.Mlp(sizes, "relu", "squared").parameters()) == mlp.parameter_count(sizes)


@given(st.integers(0, 10_000), st.integers(2, 7))
def test_interpolant_joins_its_points(seed: int, count: int) -> None:
    knots, values = normal(seed, count).abs().cumsum(dim=0) + torch.arange(count), normal(seed + 1, count)
    layers, x = mlp.interpolant(knots, values), torch.linspace(-1, float(knots[-1]) + 1, 40).double()
    expected = torch.from_numpy(np.interp(x.numpy(), knots.numpy(), values.numpy()))
    assert_close(mlp.forward(layers, x.unsqueeze(-1)).out[-1].squeeze(-1), expected, 1e-10)


@pytest.mark.parametrize("hidden", ["tanh", "relu", "sigmoid"])
def test_the_module_learns_xor(hidden: str) -> None:
    model = mlp.Mlp([2, 8, 1], hidden, "bernoulli", torch.Generator().manual_seed(1)).double()
    y = tensor([[0], [1], [1], [0]])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(400):
        optimizer.zero_grad()
        error = model.loss(TRUTH_TABLE, y)
        error.backward()
        optimizer.step()
    assert float(error.detach()) < 0.05


def shifted(layer: Layer, **changes: Tensor) -> Callable[[], object]:
    return lambda: replace(layer, **changes)  # type: ignore[arg-type]  # the changes are tensors


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mlp.forward(XOR, normal(1, 4, 3)), r"W_1 has shape \(2, 2\), but .* size_0 = 3, as in x"),
        (lambda: mlp.forward((XOR[0], XOR[0], XOR[1], XOR[0]), TRUTH_TABLE), r"W_4 has shape \(2, 2\)"),
        (lambda: mlp.forward((), TRUTH_TABLE), "at least one layer"),
        (shifted(XOR[0], b=tensor([0, 0, 0])), r"b has shape \(3,\)"),
        (lambda: replace(XOR[1], skip=True), "as many outputs as inputs, not 1 and 2"),
        (lambda: mlp.collapse(XOR), "Only linear layers"),
        (lambda: mlp.interpolant(tensor([0, 0]), tensor([1, 2])), "knots do not rise"),
        (lambda: mlp.parameter_count([3]), "layers is 1"),
    ],
    ids=["input", "chain", "empty", "bias", "skip", "collapse", "knots", "sizes"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("using", ["squared", "bernoulli", "softmax"])
def test_every_device_gives_the_same_gradients(device: str, using: str) -> None:
    layers, x, y = network(1, [2, 4, 3], ["tanh", "linear"]), normal(9, 6, 2), TARGETS[using]
    there = [replace(each, W=each.W.to(device), b=each.b.to(device)) for each in layers]
    found = mlp.backward(there, mlp.forward(there, x.to(device)), y.to(device), using)
    for ours, expected in zip(found.layers, mlp.backward(layers, mlp.forward(layers, x), y, using).layers, strict=True):
        assert ours.W.device.type == device
        assert_close(ours.W, expected.W, 1e-9)
