"""The recurrent network: five routes to its gradients, the golden case of chapter 12, torch.nn.RNN, exact Jacobians."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import rnn
from solvers.models.checks import BadInput
from solvers.models.rnn import Weights
from tests.solvers.models.data import assert_close, normal, tensor

NAMES = ("U", "W", "b", "V", "c")


def network(seed: int, D: int = 2, H: int = 3, O: int = 2, *leading: int) -> Weights:
    shapes = [(H, D), (H, H), (H,), (O, H), (O,)]
    return Weights(*(0.6 * normal(seed + i, *leading, *shape) for i, shape in enumerate(shapes)))


def assert_same(found: Weights, expected: Weights, tolerance: float = 1e-11) -> None:
    for name in NAMES:
        assert_close(getattr(found, name), getattr(expected, name), tolerance)


GOLDEN = Weights(
    U=tensor([[0.5, -0.3], [0.2, 0.4]]),
    W=tensor([[0.1, 0.2], [-0.3, 0.5]]),
    b=tensor([0, 0]),
    V=tensor([[1, -1]]),
    c=tensor([0]),
)
GOLDEN_X, GOLDEN_Y = tensor([[1, 0], [0.5, -0.2], [0, 1]]), tensor([[1], [-1], [1]])


@pytest.mark.parametrize("route", ["bptt", "rtrl", "autograd", "contributions"])
def test_the_golden_case_of_chapter_12(route: str) -> None:
    found = gradients(route, GOLDEN, GOLDEN_X, GOLDEN_Y)
    assert_close(rnn.loss(rnn.forward(GOLDEN, GOLDEN_X), GOLDEN_Y), tensor(4.652268515862), 1e-12)
    assert_close(found.V, tensor([[0.840545485, -0.933753188]]), 1e-9)
    assert_close(found.U, tensor([[0.075855415, -2.377494559], [-0.119140688, 2.451119209]]), 1e-9)
    assert_close(found.W, tensor([[-0.193518800, 0.299699556], [-0.009052078, -0.384037746]]), 1e-9)
    assert_close(found.b, tensor([-1.388459074, 1.118835037]), 1e-9)


def test_the_golden_case_cut_at_one_step() -> None:
    """No recursion: dU is (-0.074, -2.522, 0.149, 2.577)."""
    found = rnn.truncated_bptt(GOLDEN, rnn.forward(GOLDEN, GOLDEN_X), GOLDEN_Y, 1)
    assert_close(found.U.flatten().round(decimals=3), tensor([-0.074, -2.522, 0.149, 2.577]))


def gradients(route: str, weights: Weights, x: Tensor, y: Tensor, start: Tensor | None = None) -> Weights:
    run = rnn.forward(weights, x, start)
    routes: dict[str, Callable[[], Weights]] = {
        "bptt": lambda: rnn.bptt(weights, run, y),
        "rtrl": lambda: rnn.rtrl(weights, run, y),
        "autograd": lambda: rnn.autograd(weights, x, y, start),
        "contributions": lambda: rnn.truncated_bptt(weights, run, y, run.steps),
    }
    return routes[route]()


sizes = st.tuples(st.integers(1, 3), st.integers(1, 4), st.integers(1, 3), st.integers(1, 6))


@given(st.integers(0, 10_000), sizes)
def test_all_routes_agree_on_every_instance(seed: int, size: tuple[int, int, int, int]) -> None:
    D, H, O, T = size
    weights, x, y = network(seed, D, H, O, 4), normal(seed + 7, 4, T, D), normal(seed + 8, 4, T, O)
    start = normal(seed + 9, 4, H)
    expected = gradients("autograd", weights, x, y, start)
    for route in ("bptt", "rtrl", "contributions"):
        assert_same(gradients(route, weights, x, y, start), expected, 1e-10)


def test_shared_weights_give_a_gradient_an_instance() -> None:
    weights, x, y = network(1), normal(2, 5, 4, 2), normal(3, 5, 4, 2)
    for route in ("bptt", "rtrl", "autograd", "contributions"):
        batch = gradients(route, weights, x, y)
        assert batch.U.shape == (5, 3, 2)
        for i in range(5):
            alone = gradients(route, weights, x[i], y[i])
            assert_same(Weights(*(each[i] for each in batch.tensors())), alone)


def by_hand(weights: Weights, x: np.ndarray, y: np.ndarray) -> float:
    """The loss in numpy, one step after the other."""
    U, W, b, V, c = (each.numpy() for each in weights.tensors())
    h, total = np.zeros(len(b)), 0.0
    for seen, wanted in zip(x, y, strict=True):
        h = np.tanh(U @ seen + W @ h + b)
        total += float(((wanted - np.tanh(V @ h + c)) ** 2).sum())
    return total


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_central_differences(name: str) -> None:
    weights, x, y = network(3), normal(4, 4, 2), normal(5, 4, 2)
    found, step = getattr(rnn.bptt(weights, rnn.forward(weights, x), y), name), 1e-6
    for place in np.ndindex(*found.shape):
        bump = torch.zeros_like(found)
        bump[place] = step
        up, down = (
            by_hand(replace(weights, **{name: getattr(weights, name) + sign * bump}), x.numpy(), y.numpy())
            for sign in (1, -1)
        )
        assert float(found[place]) == pytest.approx((up - down) / (2 * step), abs=1e-7)


def test_one_unit_two_steps_is_the_symbolic_gradient() -> None:
    """H = D = O = 1, T = 2: sympy differentiates the unrolled loss by each weight."""
    symbols = U, W, b, V, c = sympy.symbols("U W b V c")
    x, y = [0.5, -1.0], [1.0, 0.25]
    first = sympy.tanh(U * x[0] + b)
    second = sympy.tanh(U * x[1] + W * first + b)
    total = (y[0] - sympy.tanh(V * first + c)) ** 2 + (y[1] - sympy.tanh(V * second + c)) ** 2
    values = dict(zip(symbols, (0.3, -0.7, 0.1, 1.2, -0.4), strict=True))
    weights = Weights(*(tensor(value).reshape(shape) for value, shape in zip(values.values(), SCALARS, strict=True)))
    found = rnn.bptt(weights, rnn.forward(weights, tensor(x).unsqueeze(-1)), tensor(y).unsqueeze(-1))
    for name, symbol in zip(NAMES, symbols, strict=True):
        exact = float(sympy.diff(total, symbol).subs(values).evalf(30))
        assert float(getattr(found, name)) == pytest.approx(exact, abs=1e-12)


SCALARS: tuple[tuple[int, ...], ...] = ((1, 1), (1, 1), (1,), (1, 1), (1,))


def test_torch_runs_the_same_states() -> None:
    """nn.RNN has two biases (C11): ours is its first, its second is zero."""
    weights, x = network(1, 2, 3, 1), normal(2, 5, 6, 2)
    theirs = torch.nn.RNN(2, 3, batch_first=True, dtype=torch.float64)
    ours = {"weight_ih_l0": weights.U, "weight_hh_l0": weights.W, "bias_ih_l0": weights.b}
    theirs.load_state_dict({**ours, "bias_hh_l0": torch.zeros_like(weights.b)})
    run = rnn.forward(weights, x)
    assert_close(run.h[:, 1:], theirs(x)[0])
    assert_close(run.h[:, 1:], torch.tanh(run.a))
    assert_close(run.o, torch.tanh(run.net))


def test_gradcheck() -> None:
    x, y = normal(2, 3, 2), normal(3, 3, 2)

    def objective(*leaves: Tensor) -> Tensor:
        return rnn.loss(rnn.forward(Weights(*leaves), x), y)

    assert torch.autograd.gradcheck(objective, [each.requires_grad_() for each in network(1).tensors()])


@pytest.mark.parametrize("window", [1, 2, 3, 5])
def test_truncation_cuts_the_graph(window: int) -> None:
    """Second route: each e(k) by autograd with the state before its window detached."""
    weights, x, y = network(1), normal(2, 5, 2), normal(3, 5, 2)
    expected = Weights(*(torch.zeros_like(each) for each in weights.tensors()))
    states = rnn.forward(weights, x).h
    for k in range(5):
        first = max(0, k - window + 1)
        leaves = [each.clone().requires_grad_() for each in weights.tensors()]
        piece = rnn.forward(Weights(*leaves), x[first : k + 1], states[first])
        last = rnn.errors(piece, y[first : k + 1])[-1]
        grown = torch.autograd.grad(last, leaves)
        expected = Weights(*(a + b for a, b in zip(expected.tensors(), grown, strict=True)))
    assert_same(rnn.truncated_bptt(weights, rnn.forward(weights, x), y, window), expected)


def test_contributions_are_lower_triangular_and_sum_to_delta() -> None:
    weights, x, y = network(1), normal(2, 4, 2), normal(3, 4, 2)
    run = rnn.forward(weights, x)
    table = rnn.contributions(weights, run, y)
    for k in range(4):
        for j in range(k + 1, 4):
            assert float(table[k, j].abs().max()) == 0
    assert_close(rnn.sum_over_losses(table).sum(dim=-2), rnn.bptt(weights, run, y).b)
    banded = rnn.contributions(weights, run, y, 2)
    assert float(banded[3, 1].abs().max()) == 0
    assert_close(banded[3, 2], table[3, 2], 0.0)


@pytest.mark.parametrize(("later", "earlier"), [(1, 0), (4, 1), (5, 0), (2, 2)])
def test_state_jacobian_is_autograd(later: int, earlier: int) -> None:
    weights, x = network(1, 2, 3, 1), normal(2, 5, 2)
    run = rnn.forward(weights, x)

    def onward(state: Tensor) -> Tensor:
        return rnn.forward(weights, x[earlier:later], state).h[-1] if later > earlier else state

    expected = torch.autograd.functional.jacobian(onward, run.h[earlier])
    assert_close(rnn.state_jacobian(weights, run, later, earlier), expected)


@given(st.integers(0, 10_000))
def test_state_jacobian_stays_below_its_bound(seed: int) -> None:
    weights, x = network(seed, 2, 3, 1, 4), normal(seed + 8, 4, 6, 2)
    norm = torch.linalg.matrix_norm(rnn.state_jacobian(weights, rnn.forward(weights, x), 6, 1), 2)
    assert bool((norm <= torch.linalg.matrix_norm(weights.W, 2) ** 5 + 1e-12).all())


@given(st.integers(0, 10_000), st.integers(0, 4))
def test_the_past_does_not_see_the_future(seed: int, t: int) -> None:
    weights, x = network(seed), normal(seed + 7, 5, 2)
    changed = x.clone()
    changed[t] += 1
    before, after = rnn.forward(weights, x), rnn.forward(weights, changed)
    assert_close(before.o[:t], after.o[:t], 0.0)
    assert not torch.equal(before.o[t], after.o[t])


def test_the_module_learns_to_recall() -> None:
    """The sign of the first input, asked for at the third step."""
    generator = torch.Generator().manual_seed(0)
    model = rnn.Rnn(1, 8, 1, generator).double()
    x = torch.randn(32, 3, 1, generator=generator, dtype=torch.float64)
    target = 0.8 * torch.sign(x[:, :1])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(150):
        optimizer.zero_grad()
        error = ((model(x)[:, 2:] - target) ** 2).mean()
        error.backward()
        optimizer.step()
    assert float(error.detach()) < 0.05


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: replace(GOLDEN, W=normal(1, 2, 3)), r"W has shape \(2, 3\), but .* hidden = 2, as in U"),
        (lambda: rnn.forward(GOLDEN, normal(1, 3, 5)), r"x has shape \(3, 5\), but .* inputs = 2, as in U"),
        (lambda: rnn.loss(rnn.forward(GOLDEN, GOLDEN_X), normal(1, 2, 1)), r"y has shape \(2, 1\)"),
        (lambda: rnn.forward(GOLDEN, GOLDEN_X.float()), "x is torch.float32 on cpu, but U is torch.float64"),
        (lambda: rnn.truncated_bptt(GOLDEN, rnn.forward(GOLDEN, GOLDEN_X), GOLDEN_Y, 0), "window is 0"),
        (
            lambda: rnn.state_jacobian(GOLDEN, rnn.forward(GOLDEN, GOLDEN_X), 4, 1),
            "later is 4, but a state from 1 to 3",
        ),
    ],
    ids=["square", "inputs", "targets", "dtype", "window", "state"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same_gradients(device: str) -> None:
    weights, x, y = network(1, 2, 3, 2, 8), normal(2, 8, 6, 2), normal(3, 8, 6, 2)
    there = Weights(*(each.to(device) for each in weights.tensors()))
    for route in ("bptt", "rtrl", "autograd", "contributions"):
        found = gradients(route, there, x.to(device), y.to(device))
        assert found.W.device.type == device
        assert_same(found, gradients(route, weights, x, y), 1e-9)


def test_single_precision_follows() -> None:
    single = Weights(*(each.float() for each in GOLDEN.tensors()))
    found = gradients("bptt", single, GOLDEN_X.float(), GOLDEN_Y.float())
    assert found.U.dtype == torch.float32
    assert_close(found.U.double(), gradients("bptt", GOLDEN, GOLDEN_X, GOLDEN_Y).U, 1e-5)
