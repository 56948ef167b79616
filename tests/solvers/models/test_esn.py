"""Echo state networks: states in numpy and reservoirpy, ridge against scikit-learn, exact capacities, contraction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, cast

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import Ridge

from solvers.models import esn
from solvers.models.checks import BadInput
from solvers.models.esn import Draw, Reservoir
from tests.solvers.models.data import assert_close, normal, tensor, uniform

FORMS: list[Literal["printed", "averaged"]] = ["printed", "averaged"]


def network(seed: int, D: int = 2, H: int = 4, *leading: int, radius: float = 0.8) -> Reservoir:
    W = esn.scaled(normal(seed, *leading, H, H), radius)
    b, gain = 0.3 * normal(seed + 1, *leading, H), 0.5 + uniform(seed + 2, *leading, H)
    return Reservoir(normal(seed + 3, *leading, H, D), W, b, gain)


def by_hand(net: Reservoir, x: np.ndarray) -> np.ndarray:
    U, W, b, gain = (each.numpy() for each in (net.U, net.W, net.b, net.gain))
    units: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "tanh": np.tanh,
        "linear": lambda z: z,
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    }
    g = units[net.activation]
    states = [np.zeros(len(b))]
    for row in x:
        new = g(gain * (U @ row + W @ states[-1]) + b)
        states.append((1 - net.leak) * states[-1] + (net.leak if net.form == "averaged" else 1) * new)
    return np.stack(states)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("unit", ["tanh", "sigmoid", "linear"])
@pytest.mark.parametrize("leak", [1.0, 0.3])
def test_states_are_the_formula(form: Literal["printed", "averaged"], unit: str, leak: float) -> None:
    net, x = replace(network(1), form=form, activation=unit, leak=leak), normal(9, 6, 2)
    assert_close(esn.forward(net, x), tensor(by_hand(net, x.numpy())), 1e-12)


@pytest.mark.parametrize("unit", ["tanh", "sigmoid"])
@pytest.mark.parametrize("leak", [1.0, 0.3])
def test_reservoirpy_runs_the_same_states(unit: str, leak: float) -> None:
    """Theirs weighs the new part by the leak (C12) and has no gain."""
    nodes = pytest.importorskip("reservoirpy.nodes", reason="the oracle reservoirpy is not installed")
    net, x = replace(network(1), form="averaged", activation=unit, leak=leak), normal(9, 6, 2)
    net = replace(net, gain=torch.ones_like(net.gain))
    theirs = nodes.Reservoir(
        W=net.W.numpy(), Win=net.U.numpy(), bias=net.b.numpy(), lr=leak, activation=unit, input_dim=2
    )
    assert_close(esn.forward(net, x)[1:], tensor(theirs.run(x.numpy())), 1e-12)
    radius = pytest.importorskip("reservoirpy.observables").spectral_radius(net.W.numpy())
    assert float(esn.spectral_radius(net.W)) == pytest.approx(radius, abs=1e-10)


def test_reservoirpy_measures_the_same_capacity() -> None:
    """Delays from 1, fitted on the first part of the series and judged on the rest (C13)."""
    nodes = pytest.importorskip("reservoirpy.nodes", reason="the oracle reservoirpy is not installed")
    observables = pytest.importorskip("reservoirpy.observables")
    net, series, delays, alpha, held = network(1, 1, 8), uniform(2, 400, 1) - 0.5, 12, 1e-3, 80
    net = replace(net, gain=torch.ones_like(net.gain))
    reservoir = nodes.Reservoir(W=net.W.numpy(), Win=net.U.numpy(), bias=net.b.numpy(), activation="tanh")
    expected = observables.memory_capacity(
        reservoir >> nodes.Ridge(ridge=alpha), delays, as_list=True, series=series.numpy(), test_size=held
    )
    states = esn.forward(net, series[delays:])[1:]
    past = torch.stack([series[delays - k : 400 - k, 0] for k in range(1, delays + 1)], dim=-1)
    readout = esn.ridge(states[delays:-held], past[delays:-held], alpha)
    assert_close(esn.squared_correlation(past[-held:], readout(states[-held:])), tensor(expected), 1e-8)


def test_forms_agree_without_leak_and_differ_with_it() -> None:
    net, x = network(1), normal(9, 6, 2)
    assert_close(esn.forward(net, x), esn.forward(replace(net, form="averaged"), x), 0.0)
    leaky = replace(net, leak=0.4)
    assert not torch.allclose(esn.forward(leaky, x), esn.forward(replace(leaky, form="averaged"), x))


@pytest.mark.parametrize("leading", [(), (3,), (2, 3)], ids=["one", "three", "two by three"])
def test_the_sparse_product_is_the_dense_one(leading: tuple[int, ...]) -> None:
    net = esn.draw(uniform(1, 30, 2), uniform(2, 30, 30), uniform(3, 30, 30))
    x = normal(4, *leading, 7, 2)
    assert_close(esn.forward(net, x, sparse=True), esn.forward(net, x), 1e-13)


def test_a_drawn_reservoir_is_sparse_symmetric_about_zero_and_scaled() -> None:
    net = esn.draw(
        uniform(1, 100, 2), uniform(2, 100, 100), uniform(3, 100, 100), Draw(density=0.2, radius=0.95, scale=0.5)
    )
    assert abs(float((net.W != 0).double().mean()) - 0.2) < 0.02
    assert abs(float(net.W.mean())) < 0.01
    assert float(net.U.abs().max()) <= 0.5
    assert abs(float(np.abs(np.linalg.eigvals(net.W.numpy())).max()) - 0.95) < 1e-10


@given(st.integers(0, 10_000), st.integers(2, 5), st.floats(0.1, 2))
def test_scaling_gives_the_wanted_radius(seed: int, H: int, radius: float) -> None:
    W = normal(seed, 3, H, H)
    assert_close(esn.spectral_radius(esn.scaled(W, radius)), tensor([radius] * 3), 1e-9)


def test_a_radius_below_one_need_not_contract() -> None:
    """[[.5, 10], [0, .5]] has ρ = 0.5 and σmax = 10.02: the notes' "i.e. contractive" does not follow."""
    W, zero = tensor([[0.5, 10], [0, 0.5]]), tensor([0, 0])
    net = Reservoir(tensor([[1], [1]]), W, zero, zero + 1, activation="linear")
    assert_close(esn.spectral_radius(W), tensor(0.5))
    assert_close(esn.contraction(net), tensor(np.linalg.svd(W.numpy())[1][0]), 1e-12)
    assert 10.02 < float(esn.contraction(net)) < 10.03


@given(st.integers(0, 10_000), st.sampled_from(FORMS), st.sampled_from(["tanh", "sigmoid"]), st.floats(0.2, 1))
def test_the_contraction_bounds_every_step(
    seed: int, form: Literal["printed", "averaged"], unit: str, leak: float
) -> None:
    net, x = replace(network(seed), form=form, activation=unit, leak=leak), normal(seed + 9, 1, 2)
    one, other = normal(seed + 10, 4), normal(seed + 11, 4)
    apart = (esn.forward(net, x, one)[-1] - esn.forward(net, x, other)[-1]).norm()
    assert float(apart) <= float(esn.contraction(net) * (one - other).norm()) + 1e-12


def test_a_contracting_reservoir_forgets_its_start() -> None:
    net, x = network(1), normal(9, 200, 2)
    net = replace(net, W=net.W * (0.9 / torch.linalg.matrix_norm(net.gain.unsqueeze(-1) * net.W, 2)))
    assert float(esn.contraction(net)) == pytest.approx(0.9)
    far = esn.forward(net, x, 10 * normal(10, 4))
    assert_close(far[-1], esn.forward(net, x)[-1], 1e-8)


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.floats(1e-3, 10))
def test_the_readout_is_ridge_regression(seed: int, alpha: float) -> None:
    states, target = normal(seed, 2, 12, 4), normal(seed + 1, 2, 12, 3)
    found = esn.ridge(states, target, alpha)
    for i in range(2):
        theirs = Ridge(alpha=alpha).fit(states[i].numpy(), target[i].numpy())
        assert_close(found.V[i], tensor(theirs.coef_), 1e-9)
        assert_close(found.c[i], tensor(theirs.intercept_), 1e-9)
        assert_close(found(states)[i], tensor(theirs.predict(states[i].numpy())), 1e-9)


def delay_line(units: int) -> Reservoir:
    """h_1(t) = x(t), h_{j+1}(t) = h_j(t-1): the state is the last `units` inputs, as they were."""
    W = torch.diag(torch.ones(units - 1, dtype=torch.float64), -1)
    U = torch.eye(units, dtype=torch.float64)[:, :1]
    zero = torch.zeros(units, dtype=torch.float64)
    return Reservoir(U, W, zero, zero + 1, activation="linear")


@pytest.mark.parametrize("units", [1, 3, 6])
def test_a_delay_line_remembers_exactly_its_length(units: int) -> None:
    """r² is 1 for k < units; beyond, only chance, which fades with the number of steps."""
    found = esn.memory_capacity(delay_line(units), normal(1, 4000, 1), 10, 0.0)
    assert_close(found[:units], torch.ones(units, dtype=torch.float64), 1e-9)
    assert float(found[units:].max()) < 0.02


def test_capacity_is_the_r2_of_numpy() -> None:
    net, x = network(1, 1, 3), normal(9, 60, 1)
    found = esn.memory_capacity(net, x, 4, 0.5, washout=5)
    states = by_hand(net, x.numpy())[10:]
    for k in range(5):
        past = x[9 - k : 60 - k, 0].numpy()
        out = Ridge(alpha=0.5).fit(states, past).predict(states)
        assert float(found[k]) == pytest.approx(np.corrcoef(past, out)[0, 1] ** 2, abs=1e-10)


def test_capacity_never_exceeds_the_units() -> None:
    net = esn.draw(uniform(1, 2, 8, 1), uniform(2, 2, 8, 8), uniform(3, 2, 8, 8), Draw(density=1.0, scale=0.1))
    total = esn.memory_capacity(net, normal(4, 2, 3000, 1), 30, 1e-9, washout=50).sum(dim=-1)
    assert bool((total > 2).all())
    assert bool((total < 8 + 0.3).all())


def test_instances_are_apart() -> None:
    net, x = network(1, 2, 4, 3), normal(9, 3, 6, 2)
    alone = Reservoir(net.U[1], net.W[1], net.b[1], net.gain[1])
    assert_close(esn.forward(net, x)[1], esn.forward(alone, x[1]))
    shared = network(1)
    assert_close(esn.forward(shared, x)[2], esn.forward(shared, x[2]))


NET = network(1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: replace(NET, leak=0.0), "leak is 0.0"),
        (
            lambda: replace(NET, form=cast(Literal["printed"], "mixed")),
            "form is 'mixed', but one of 'printed', 'averaged'",
        ),
        (lambda: replace(NET, activation="relu"), "activation is 'relu'"),
        (lambda: esn.scaled(tensor([[0, 1], [0, 0]]), 0.9), "spectral radius 0"),
        (lambda: esn.scaled(NET.W, -1.0), "radius is -1.0"),
        (lambda: esn.ridge(normal(1, 3, 5), normal(2, 3, 1), 0.0), "Many readouts fit alike"),
        (lambda: esn.ridge(normal(1, 3, 5), normal(2, 3, 1), -1.0), "alpha is -1.0"),
        (lambda: esn.memory_capacity(NET, normal(1, 9, 2), 2, 1.0), "one input and at least 4 steps"),
        (lambda: esn.forward(network(1, 2, 4, 3), normal(1, 5, 2), sparse=True), "the sparse product needs one W"),
        (lambda: esn.draw(uniform(1, 3, 1), 1 + uniform(2, 3, 3), uniform(3, 3, 3)), "uniforms holds a number outside"),
    ],
    ids=["leak", "form", "unit", "nilpotent", "radius", "singular", "alpha", "capacity", "sparse", "uniforms"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_states(device: str, dtype: torch.dtype) -> None:
    net, x = network(1), normal(9, 3, 6, 2)
    U, W, b, gain = (each.to(device, dtype) for each in (net.U, net.W, net.b, net.gain))
    found = esn.forward(Reservoir(U, W, b, gain), x.to(device, dtype))
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), esn.forward(net, x), 1e-9 if dtype == torch.float64 else 1e-5)
