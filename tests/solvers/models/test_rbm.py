"""The Boltzmann machine against plain enumeration in Python floats, autograd, scikit-learn and long chains."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from sklearn.neural_network import BernoulliRBM
from torch import Tensor

from solvers.models import rbm as model
from solvers.models.checks import BadInput
from solvers.models.rbm import Rbm
from tests.solvers.models.data import assert_close, bits, normal, tensor, uniform

Bits = tuple[int, ...]


def machine(seed: int, visible: int = 3, hidden: int = 2, *leading: int) -> Rbm:
    return Rbm(
        b=normal(seed, *leading, visible),
        c=normal(seed + 1, *leading, hidden),
        W=normal(seed + 2, *leading, visible, hidden),
    )


def every(units: int) -> list[Bits]:
    return list(product((0, 1), repeat=units))


def energy(rbm: Rbm, v: Bits, h: Bits) -> float:
    """The definition, term by term."""
    b, c, W = rbm.b.tolist(), rbm.c.tolist(), rbm.W.tolist()
    pairs = sum(v[i] * W[i][j] * h[j] for i in range(len(v)) for j in range(len(h)))
    return -sum(b[i] * v[i] for i in range(len(v))) - sum(c[j] * h[j] for j in range(len(h))) - pairs


def table(rbm: Rbm) -> dict[tuple[Bits, Bits], float]:
    """P(v, h), normalised by summing all of it."""
    visible, hidden = rbm.sizes
    weights = {(v, h): math.exp(-energy(rbm, v, h)) for v in every(visible) for h in every(hidden)}
    total = math.fsum(weights.values())
    return {state: weight / total for state, weight in weights.items()}


def test_energy_on_paper() -> None:
    """b = (1, -1), c = (2), W = (3; 4): E((1, 1), 1) = -(1 - 1) - 2 - 7 = -9."""
    rbm = Rbm(b=tensor([1, -1]), c=tensor([2]), W=tensor([[3], [4]]))
    v, h = tensor([[1, 1], [1, 0]]), tensor([[1], [1]])
    assert_close(model.energy(rbm, v, h), tensor([-9, -6]))
    assert_close(model.unnormalised(rbm, v, h), tensor([math.exp(9), math.exp(6)]))


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 3))
def test_all_tables_are_those_of_enumeration(seed: int, visible: int, hidden: int) -> None:
    rbm, exact = machine(seed, visible, hidden), table(machine(seed, visible, hidden))
    rows, columns = every(visible), every(hidden)
    assert model.states(visible, rbm.W).int().tolist() == [list(row) for row in rows]
    assert_close(model.joint(rbm), tensor([[exact[v, h] for h in columns] for v in rows]), 1e-12)
    marginal = {v: math.fsum(exact[v, h] for h in columns) for v in rows}
    assert_close(model.log_probability(rbm, tensor(rows)).exp(), tensor([marginal[v] for v in rows]))
    up = [[math.fsum(exact[v, h] for h in columns if h[j]) / marginal[v] for j in range(hidden)] for v in rows]
    assert_close(model.hidden_given_visible(rbm, tensor(rows)), tensor(up), 1e-11)
    side = {h: math.fsum(exact[v, h] for v in rows) for h in columns}
    down = [[math.fsum(exact[v, h] for v in rows if v[i]) / side[h] for i in range(visible)] for h in columns]
    assert_close(model.visible_given_hidden(rbm, tensor(columns)), tensor(down), 1e-11)


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 4))
def test_partition_function(seed: int, visible: int, hidden: int) -> None:
    """Whichever layer is enumerated, Z is the sum over both."""
    rbm = machine(seed, visible, hidden)
    total = math.fsum(math.exp(-energy(rbm, v, h)) for v in every(visible) for h in every(hidden))
    assert_close(model.log_partition(rbm), tensor(math.log(total)))


def test_conditional_probability_of_a_layer() -> None:
    """Π σ((2h - 1) ⊙ (c + Wᵀv)), as the notes write it, is what the table of ones gives."""
    rbm, v, h = machine(3), tensor([[1, 0, 1]]), tensor([[0, 1]])
    expected = torch.sigmoid((2 * h - 1) * (rbm.c + v @ rbm.W)).prod(dim=-1)
    assert_close(model.conditional(model.hidden_given_visible(rbm, v), h), expected)


def fitted(rbm: Rbm) -> BernoulliRBM:
    """scikit-learn's machine with our weights: its components are Wᵀ."""
    theirs = BernoulliRBM(n_components=rbm.sizes[1], batch_size=5, random_state=7)
    theirs.components_ = rbm.W.T.numpy().copy()
    theirs.intercept_hidden_, theirs.intercept_visible_ = rbm.c.numpy().copy(), rbm.b.numpy().copy()
    return theirs


def test_scikit_learn_agrees_on_conditionals_and_free_energy() -> None:
    rbm, v = machine(5, 6, 4), bits(6, 10, 6)
    assert_close(model.hidden_given_visible(rbm, v), torch.from_numpy(fitted(rbm).transform(v.numpy())))
    assert_close(model.free_energy(rbm, v), torch.from_numpy(fitted(rbm)._free_energy(v.numpy())))


def test_scikit_learn_makes_the_same_persistent_step() -> None:
    """Its uniforms, drawn from the same generator in the same order, lead to the same weights and chains."""
    rbm, data, hidden = machine(5, 6, 4), bits(6, 5, 6), bits(7, 5, 4)
    theirs, draws = fitted(rbm), np.random.RandomState(11)  # the generator scikit-learn takes
    theirs.h_samples_, theirs.learning_rate = hidden.numpy().copy(), 0.1
    theirs._fit(data.numpy(), np.random.RandomState(11))
    u_v, u_h = (torch.from_numpy(draws.uniform(size=(5, units))) for units in (6, 4))
    ours = model.persistent_divergence(rbm, data, hidden, u_v, u_h)
    trained = rbm.moved(ours.gradient, 0.1)
    assert_close(trained.W, torch.from_numpy(theirs.components_).T)
    assert_close(trained.c, torch.from_numpy(theirs.intercept_hidden_))
    assert_close(trained.b, torch.from_numpy(theirs.intercept_visible_))
    assert_close(ours.hidden, torch.from_numpy(theirs.h_samples_))


@given(st.integers(0, 10_000), st.integers(1, 4), st.integers(1, 3))
def test_likelihood_gradient_is_autograd(seed: int, visible: int, hidden: int) -> None:
    rbm, data = machine(seed, visible, hidden), bits(seed + 9, 5, visible)
    leaves = [each.clone().requires_grad_() for each in (rbm.b, rbm.c, rbm.W)]
    likelihood = model.log_probability(Rbm(*leaves), data).mean()
    expected = torch.autograd.grad(likelihood, leaves)
    found = model.likelihood_gradient(rbm, data)
    for ours, theirs in zip((found.b, found.c, found.W), expected, strict=True):
        assert_close(ours, theirs, 1e-11)


def test_likelihood_gradient_is_data_less_model() -> None:
    """∂/∂W_ij by enumeration: the mean of v_i h_j under the data less its mean under the machine."""
    rbm, datum = machine(4), (1, 0, 1)
    exact = table(rbm)
    seen = math.fsum(p for (v, _), p in exact.items() if v == datum)
    data = math.fsum(p * h[1] for (v, h), p in exact.items() if v == datum) / seen
    expected = datum[2] * data - math.fsum(p * v[2] * h[1] for (v, h), p in exact.items())
    assert_close(model.likelihood_gradient(rbm, tensor([datum])).W[2, 1], tensor(expected))


def by_hand(rbm: Rbm, v: list[float], u_h: Tensor, u_v: Tensor) -> list[float]:
    """One chain in Python floats: the visible units after all sweeps."""
    b, c, W = rbm.b.tolist(), rbm.c.tolist(), rbm.W.tolist()
    for up, down in zip(u_h.tolist(), u_v.tolist(), strict=True):
        nets = [c[j] + sum(v[i] * W[i][j] for i in range(len(b))) for j in range(len(c))]
        h = [float(up[j] < 1 / (1 + math.exp(-net))) for j, net in enumerate(nets)]
        nets = [b[i] + sum(h[j] * W[i][j] for j in range(len(c))) for i in range(len(b))]
        v = [float(down[i] < 1 / (1 + math.exp(-net))) for i, net in enumerate(nets)]
    return v


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_chains_follow_their_uniforms(seed: int, sweeps: int) -> None:
    rbm, start = machine(seed, 4, 3), bits(seed + 5, 6, 4)
    u_h, u_v = uniform(seed + 6, sweeps, 6, 3), uniform(seed + 7, sweeps, 6, 4)
    chain = model.gibbs(rbm, start, u_h, u_v)
    assert chain.visible.shape == (sweeps + 1, 6, 4)
    for s in range(6):
        assert chain.visible[-1, s].tolist() == by_hand(rbm, start[s].tolist(), u_h[:, s], u_v[:, s])


def test_contrastive_divergence_on_its_chain() -> None:
    """<v h>_data - <v h>_k with probabilities of the hidden units in both terms, written as a sum over samples."""
    rbm, data = machine(8, 4, 3), bits(9, 6, 4)
    found = model.contrastive_divergence(rbm, data, uniform(1, 2, 6, 3), uniform(2, 2, 6, 4))
    last = found.chain.visible[-1]
    up, down = (torch.sigmoid(rbm.c + v @ rbm.W) for v in (data, last))
    expected = (
        sum((torch.outer(data[s], up[s]) - torch.outer(last[s], down[s]) for s in range(6)), torch.zeros(4, 3)) / 6
    )
    assert_close(found.gradient.W, expected)
    assert_close(found.gradient.b, (data - last).mean(dim=0))
    assert_close(found.gradient.c, (up - down).mean(dim=0))


@given(st.integers(0, 10_000))
def test_the_chain_keeps_the_marginal(seed: int) -> None:
    """T π = π, columns sum to one, and detailed balance T(v'|v) π(v) = T(v|v') π(v')."""
    rbm = machine(seed)
    step, pi = model.transitions(rbm), model.joint(rbm).sum(dim=-1)
    assert_close(step.sum(dim=0), torch.ones(8, dtype=torch.float64))
    assert_close(step @ pi, pi)
    assert_close(step * pi, (step * pi).T)


def test_many_chains_reach_the_marginal() -> None:
    rbm, chains = machine(2), 20_000
    u_h, u_v = uniform(3, 30, chains, 2), uniform(4, 30, chains, 3)
    last = model.gibbs(rbm, torch.zeros(chains, 3, dtype=torch.float64), u_h, u_v).visible[-1]
    found = torch.bincount((last @ tensor([4, 2, 1])).long(), minlength=8) / chains
    assert float((found - model.joint(rbm).sum(dim=-1)).abs().sum() / 2) < 0.02


def test_instances_are_independent() -> None:
    rbm, data = machine(1, 3, 2, 4), bits(5, 4, 6, 3)
    u_h, u_v = uniform(6, 4, 2, 6, 2), uniform(7, 4, 2, 6, 3)
    batch, exact = model.contrastive_divergence(rbm, data, u_h, u_v), model.likelihood_gradient(rbm, data)
    for i in range(4):
        alone = Rbm(rbm.b[i], rbm.c[i], rbm.W[i])
        assert_close(batch.gradient.W[i], model.contrastive_divergence(alone, data[i], u_h[i], u_v[i]).gradient.W)
        assert_close(exact.c[i], model.likelihood_gradient(alone, data[i]).c)
        assert_close(model.joint(rbm)[i], model.joint(alone))
        assert_close(model.energy(rbm, data, data[..., :2])[i], model.energy(alone, data[i], data[i][..., :2]))
        assert_close(model.transitions(rbm)[i], model.transitions(alone))


def test_ascent_raises_the_likelihood() -> None:
    rbm, data = machine(1), tensor([[1, 1, 0], [1, 1, 0], [0, 0, 1]])
    before = model.log_probability(rbm, data).mean()
    for _ in range(200):
        rbm = rbm.moved(model.likelihood_gradient(rbm, data), 0.5)
    assert float(model.log_probability(rbm, data).mean()) > float(before) + 0.5


def test_large_weights_do_not_overflow() -> None:
    rbm = Rbm(b=tensor([500, 500]), c=tensor([500]), W=tensor([[500], [500]]))
    assert_close(model.log_partition(rbm), tensor(2500.0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Rbm(tensor([0, 0]), tensor([0]), tensor([[0, 0]])),
            r"W has shape \(1, 2\), but .* visible = 2, as in b",
        ),
        (lambda: model.free_energy(machine(1), tensor([[0.5, 0, 1]])), "v holds 0.5, but only 0, 1"),
        (lambda: model.free_energy(machine(1), tensor([[0, 1]])), r"v has shape \(1, 2\)"),
        (lambda: model.states(21, tensor([0])), "21 binary units, but at most 20"),
        (
            lambda: model.gibbs(machine(1), bits(1, 1, 3), tensor([[[1.0, 0]]]), uniform(1, 1, 1, 3)),
            "hidden_uniforms holds a number outside",
        ),
    ],
    ids=["weights", "bits", "units", "enumeration", "uniforms"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same_numbers(device: str) -> None:
    rbm, data, u_h, u_v = machine(1, 4, 3, 2), bits(2, 2, 5, 4), uniform(3, 2, 3, 5, 3), uniform(4, 2, 3, 5, 4)
    there = Rbm(rbm.b.to(device), rbm.c.to(device), rbm.W.to(device))
    found = model.contrastive_divergence(there, data.to(device), u_h.to(device), u_v.to(device))
    expected = model.contrastive_divergence(rbm, data, u_h, u_v)
    assert found.chain.visible.device.type == device
    assert_close(found.chain.visible, expected.chain.visible, 0.0)
    assert_close(found.gradient.W, expected.gradient.W, 1e-9)
    assert_close(model.joint(there), model.joint(rbm), 1e-9)
