"""Initial weights against torch.nn.init, their moments, and the network that never breaks its symmetry."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from solvers.models import initialisation, mlp
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor, uniform


@pytest.mark.parametrize(
    ("kind", "inputs", "outputs", "bound"),
    [("inverse-root", 4, 9, 0.5), ("normalised", 4, 2, 1.0), ("normalised", 5, 19, 0.5)],
)
def test_bounds(kind: str, inputs: int, outputs: int, bound: float) -> None:
    assert initialisation.limit(kind, inputs, outputs) == pytest.approx(bound, abs=1e-15)


def test_normalised_is_xavier() -> None:
    theirs = nn.init.xavier_uniform_(torch.empty(3, 5).double(), generator=torch.Generator().manual_seed(7))
    assert_close(initialisation.draw("normalised", uniform(7, 3, 5)), theirs)


def test_inverse_root_is_the_bound_of_linear() -> None:
    theirs = nn.Linear(50, 40).weight.detach().abs().max()
    bound = initialisation.limit("inverse-root", 50, 40)
    assert 0.99 * bound < float(theirs) <= bound * (1 + 1e-6)


@pytest.mark.parametrize("kind", ["inverse-root", "normalised"])
def test_moments(kind: str) -> None:
    W, x = initialisation.draw(kind, uniform(1, 400, 300, 20)), normal(2, 400, 20)
    assert float(W.var()) == pytest.approx(initialisation.variance(kind, 20, 300), rel=0.01)
    net = (W @ x.unsqueeze(-1)).squeeze(-1)
    assert float(net.var()) == pytest.approx(initialisation.signal_variance(kind, 20, 300), rel=0.05)


def test_normalised_keeps_the_signal_of_square_layers() -> None:
    assert initialisation.signal_variance("normalised", 64, 64) == pytest.approx(1.0)


def test_gaussian_is_its_quantiles() -> None:
    found = initialisation.gaussian(tensor([[0.5, 0.841344746068543]]), 2.0)
    assert_close(found, tensor([[0.0, 2.0]]), 1e-12)


def test_equal_weights_stay_equal() -> None:
    """7.4: a layer of equal units is one unit for ever; random weights come apart and stay apart."""
    x, y = normal(1, 10, 3), normal(2, 10, 1)
    for start, kept in (
        (torch.full((4, 3), 0.3).double(), 1),
        (initialisation.draw("normalised", uniform(3, 4, 3)), 4),
    ):
        layers: tuple[mlp.Layer, ...] = (
            mlp.Layer(start, torch.zeros(4).double(), "tanh"),
            mlp.Layer(torch.full((1, 4), 0.5).double(), torch.zeros(1).double()),
        )
        for _ in range(20):
            layers = mlp.descend(layers, mlp.backward(layers, mlp.forward(layers, x), y, "squared", 0.1), 0.1)
        assert int(initialisation.distinct_units(layers[0].W)) == kept
        assert float((layers[0].W - start).abs().max()) > 0.01


def test_distinct_units_by_instance() -> None:
    W = tensor([[[1, 2], [1, 2], [3, 4]], [[1, 2], [2, 1], [0, 0]]])
    assert initialisation.distinct_units(W).tolist() == [2, 3]


def test_modules_are_drawn_anew() -> None:
    model = mlp.Mlp([5, 3, 1], "tanh", "squared").double()
    with torch.no_grad():
        model.b[0].fill_(3.0)
    initialisation.initialise_(model, "normalised", torch.Generator().manual_seed(7))
    assert_close(model.W[0], initialisation.draw("normalised", uniform(7, 3, 5)))
    assert all(bool((bias == 0).all()) for bias in model.b)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: initialisation.limit("he", 2, 2), "kind is 'he'"),
        (lambda: initialisation.limit("normalised", 0, 2), "inputs is 0"),
        (lambda: initialisation.draw("normalised", tensor([[1.0]])), r"outside \[0, 1\)"),
        (lambda: initialisation.gaussian(tensor([[0.0]]), 1.0), "above 0"),
    ],
    ids=["kind", "inputs", "uniforms", "zero"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_draws_alike(device: str) -> None:
    there = initialisation.draw("normalised", uniform(1, 3, 4).to(device))
    assert there.device.type == device
    assert_close(there, initialisation.draw("normalised", uniform(1, 3, 4)))
