"""The gated graph network: node by node in numpy, onnxruntime's GRU fed with the messages, labels, reach."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import ggnn, graph, gru
from solvers.models.checks import BadInput
from solvers.models.ggnn import Ggnn, Weights
from solvers.models.graph import Graph
from tests.solvers.models.data import assert_close, normal, tensor, uniform
from tests.solvers.models.onnx_cells import run_layer

D, H = 2, 3


def drawn(seed: int, n: int, *leading: int) -> Graph:
    return Graph((uniform(seed, *leading, n, n) < 0.5).double(), normal(seed + 1, *leading, D, n))


def network(seed: int, *leading: int) -> Weights:
    return Weights(0.7 * normal(seed, *leading, 3, H, H), 0.7 * normal(seed + 1, *leading, 3, H, H))


def by_hand(weights: Weights, one: Graph, steps: int) -> np.ndarray:
    """The six printed lines, node by node."""
    (Wz, Wr, W), (Uz, Ur, U), A = weights.W.numpy(), weights.U.numpy(), one.A.numpy()
    n = len(A)
    h = {v: np.concatenate([one.X[:, v].numpy(), np.zeros(H - D)]) for v in range(n)}

    def logistic(value: np.ndarray) -> np.ndarray:
        return np.asarray(1 / (1 + np.exp(-value)))

    for _ in range(steps):
        new = {}
        for v in range(n):
            a = sum((A[v, u] * h[u] for u in range(n)), np.zeros(H))
            z, r = logistic(Wz @ a + Uz @ h[v]), logistic(Wr @ a + Ur @ h[v])
            c = np.tanh(W @ a + U @ (r * h[v]))
            new[v] = (1 - z) * h[v] + z * c
        h = new
    return np.stack([h[v] for v in range(n)], axis=-1)


@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 3))
def test_it_is_as_printed(seed: int, n: int, steps: int) -> None:
    one, weights = drawn(seed, n), network(seed + 2)
    assert_close(ggnn.forward(weights, one, steps).h[-1], tensor(by_hand(weights, one, steps)), 1e-11)


def test_onnxruntime_takes_the_same_step() -> None:
    """Messages as inputs of its GRU, reset before the product; turning z's signs exchanges z and 1 - z."""
    one, weights, sign = drawn(1, 5), network(2), tensor([-1, 1, 1])[:, None, None]
    run = ggnn.forward(weights, one, 1)
    inputs = {"X": run.received[0].T[None], "W": (sign * weights.W).flatten(0, 1)[None]}
    inputs |= {"R": (sign * weights.U).flatten(0, 1)[None], "initial_h": run.h[0].T[None]}
    expected = run_layer("GRU", inputs, H, linear_before_reset=0)
    assert_close(run.h[1].T, expected[0], 1e-6)


def test_resetting_after_the_product_differs() -> None:
    one, weights = drawn(1, 5), network(2)
    other = ggnn.forward(weights, one, 1, gru.Variant("tanh", "after", "new"))
    assert not torch.allclose(other.h[-1], ggnn.forward(weights, one, 1).h[-1])


def test_the_first_state_is_filled_up_with_zeros() -> None:
    X = normal(1, 4, D, 5)
    found = ggnn.first_state(X, H)
    assert_close(found[:, :D], X, 0.0)
    assert float(found[:, D:].abs().max()) == 0


@given(st.integers(0, 10_000), st.permutations(range(5)))
def test_states_move_with_the_labels(seed: int, order: list[int]) -> None:
    one, weights = drawn(seed, 5), network(seed + 2)
    moved = ggnn.forward(weights, one.relabelled(order), 3).h[-1]
    assert_close(moved, ggnn.forward(weights, one, 3).h[-1][:, order], 1e-11)


@given(st.integers(0, 10_000), st.integers(0, 4))
def test_k_steps_see_k_hops(seed: int, changed: int) -> None:
    one, weights = drawn(seed, 5), network(seed + 2)
    features = one.X.clone()
    features[:, changed] += 1
    before, after = (ggnn.forward(weights, Graph(one.A, X), 3).h for X in (one.X, features))
    for k in range(4):
        blind = ~graph.within(one.A.T, k)[changed]  # v hears u where A_vu: from u the edges run backwards
        assert_close(before[k][:, blind], after[k][:, blind], 0.0)


def test_instances_are_apart() -> None:
    many, weights = drawn(1, 5, 3), network(2, 3)
    alone, one = Weights(weights.W[1], weights.U[1]), Graph(many.A[1], many.X[1])
    run, single = ggnn.forward(weights, many, 2), ggnn.forward(alone, one, 2)
    assert_close(run.h[1], single.h)
    assert_close(run.gates[1], single.gates)
    assert_close(ggnn.forward(alone, many, 2).h[1], single.h)


def test_gradcheck() -> None:
    one = drawn(1, 3)

    def objective(W: Tensor, U: Tensor) -> Tensor:
        return ggnn.forward(Weights(W, U), one, 2).h[-1]

    assert torch.autograd.gradcheck(objective, (network(2).W.requires_grad_(), network(2).U.requires_grad_()))


@pytest.mark.parametrize("head", ["node", "graph"])
def test_both_heads_learn(head: str) -> None:
    """Walks of two steps from a node; edges of a graph."""
    upper = (uniform(3, 20, 5, 5) < 0.4).double().triu(1)
    A = upper + upper.mT
    wanted = {"node": (A @ A).sum(dim=-1).unsqueeze(-2) / 8, "graph": A.sum(dim=(-2, -1)).unsqueeze(-1) / 10}
    model = Ggnn(5, 1, 3, head, torch.Generator().manual_seed(0)).double()
    assert model.W.numel() + model.U.numel() == ggnn.parameter_count(5)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(100):
        optimizer.zero_grad()
        loss = ((model(Graph(A, torch.ones_like(A[:, :1]))) - wanted[head]) ** 2).mean()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.02


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Weights(normal(1, 2, H, H), normal(2, 2, H, H)), r"W has shape \(2, 3, 3\), but \(…, 3, h, h\)"),
        (lambda: ggnn.forward(network(1), Graph(torch.eye(4).double(), normal(1, 5, 4)), 1), "hidden is 3"),
        (lambda: ggnn.forward(network(1), drawn(1, 4), 0), "steps is 0"),
        (lambda: Ggnn(3, 1, 2, "link"), "head is 'link'"),
    ],
    ids=["gates", "features", "steps", "head"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_states(device: str, dtype: torch.dtype) -> None:
    one, weights = drawn(1, 5), network(2)
    there = Graph(one.A.to(device, dtype), one.X.to(device, dtype))
    found = ggnn.forward(Weights(weights.W.to(device, dtype), weights.U.to(device, dtype)), there, 3)
    assert (found.h.device.type, found.h.dtype) == (device, dtype)
    assert_close(found.h.double(), ggnn.forward(weights, one, 3).h, 1e-9 if dtype == torch.float64 else 1e-4)
