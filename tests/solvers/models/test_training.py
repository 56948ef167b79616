"""The three training drivers against torch.optim.SGD on the same slices, and against each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from solvers.models import mlp, training
from solvers.models.checks import BadInput
from solvers.models.mlp import Layer
from tests.solvers.models.data import assert_close, normal, tensor


def network(*leading: int) -> tuple[Layer, Layer]:
    return (
        Layer(normal(1, *leading, 3, 2), normal(2, *leading, 3), "sigmoid"),
        Layer(normal(3, *leading, 1, 3), normal(4, *leading, 1), "sigmoid"),
    )


X, Y = normal(5, 7, 2), (normal(6, 7, 1) > 0).double()


def by_torch(size: int, epochs: int, order: list[int]) -> list[Tensor]:
    layers = network()
    model = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1), nn.Sigmoid()).double()
    state = [layers[0].W, layers[0].b, layers[1].W, layers[1].b]
    model.load_state_dict(dict(zip(["0.weight", "0.bias", "2.weight", "2.bias"], state, strict=True)))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for _ in range(epochs):
        for start in range(0, 7, size):
            places = order[start : start + size]
            optimizer.zero_grad()
            nn.functional.mse_loss(model(X[places]), Y[places]).backward()
            optimizer.step()
    return [each.detach() for each in model.parameters()]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4, 5, 6], [6, 0, 3, 1, 5, 2, 4]], ids=["straight", "shuffled"])
def test_sgd_agrees(size: int, order: list[int]) -> None:
    log = training.train(network(), X, Y, "squared", 0.5, batch=size, epochs=3, order=order)
    assert len(log.updates) == 3 * -(-7 // size)
    found = [part for layer in log.layers for part in (layer.W, layer.b)]
    for ours, theirs in zip(found, by_torch(size, 3, order), strict=True):
        assert_close(ours, theirs)


def test_the_three_drivers() -> None:
    logs = [
        training.batch(network(), X, Y, "squared", 0.5, 2),
        training.stochastic(network(), X, Y, "squared", 0.5, 2),
        training.mini_batch(network(), X, Y, "squared", 0.5, 2, 3),
    ]
    assert [len(log.updates) for log in logs] == [2, 14, 6]
    assert [update.examples for update in logs[2].updates[:3]] == [(0, 1, 2), (3, 4, 5), (6,)]
    assert float((logs[0].layers[0].W - logs[1].layers[0].W).abs().max()) > 1e-3


def test_the_log_holds_every_step() -> None:
    log = training.stochastic(network(), X, Y, "half_squared", 0.5, 1)
    now: tuple[Layer, ...] = network()
    for n, update in enumerate(log.updates):
        run = mlp.forward(now, X[n : n + 1])
        assert_close(update.loss, mlp.total_loss(run, Y[n : n + 1], "half_squared"))
        now = mlp.descend(now, mlp.backward(now, run, Y[n : n + 1], "half_squared"), 0.5)
        assert_close(update.layers[0].W, now[0].W)
    assert log.losses.shape == (2,)
    assert_close(log.losses[1], mlp.total_loss(mlp.forward(now, X), Y, "half_squared", 1 / 7))


def test_sum_and_mean_differ_by_the_rate() -> None:
    mean = training.train(network(), X, Y, "squared", 0.7, batch=7, epochs=4, factor=0.5)
    total = training.train(network(), X, Y, "squared", 0.1, batch=7, epochs=4, factor=0.5, mean=False)
    assert_close(mean.layers[0].W, total.layers[0].W)


def test_one_sigmoid_unit_on_paper() -> None:
    """w = 0: out = ½, ∂/∂w of ½(t - ½)² at t = 1, x = 2 is -½·¼·2 = -¼; the step with η = 1 goes to ¼."""
    layer = (Layer(tensor([[0.0]]), tensor([0.0]), "sigmoid"),)
    log = training.stochastic(layer, tensor([[2]]), tensor([[1]]), "half_squared", 1.0, 1)
    assert_close(log.layers[0].W, tensor([[0.25]]))
    assert_close(log.layers[0].b, tensor([0.125]))


def test_every_instance_trains_alone() -> None:
    layers, x, y = network(4), normal(7, 4, 6, 2), normal(8, 4, 6, 1).sigmoid()
    log = training.mini_batch(layers, x, y, "squared", 0.5, 2, 4)
    for i in range(4):
        alone = tuple(Layer(each.W[i], each.b[i], each.activation) for each in layers)
        found = training.mini_batch(alone, x[i], y[i], "squared", 0.5, 2, 4)
        assert_close(found.layers[1].W, log.layers[1].W[i])
        assert_close(found.losses, log.losses[i])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: training.mini_batch(network(), X, Y, "squared", 0.5, 2, 0), "batch is 0"),
        (lambda: training.train(network(), X, Y, "squared", 0.5, batch=1, epochs=1, order=[0, 1]), "shown once"),
        (lambda: training.batch(network(), X, Y[:5], "squared", 0.5, 1), "examples"),
    ],
    ids=["batch", "order", "targets"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_trains_alike(device: str) -> None:
    there = tuple(Layer(each.W.to(device), each.b.to(device), each.activation) for each in network())
    log = training.stochastic(there, X.to(device), Y.to(device), "squared", 0.5, 2)
    assert log.losses.device.type == device
    assert_close(log.losses, training.stochastic(network(), X, Y, "squared", 0.5, 2).losses, 1e-9)
