"""Deep recurrent networks: torch's stacked RNN, loops in numpy, depths counted on the graph, parameters."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import deep_rnn
from solvers.models.checks import BadInput
from solvers.models.deep_rnn import DeepRnn, Recurrent
from solvers.models.mlp import Layer
from tests.solvers.models.data import assert_close, normal

D, O = 2, 2


def stack(seed: int, hidden: tuple[int, ...], steps: int = 1, *, skip: bool = False) -> list[Recurrent]:
    seen = [D] + [below + (D if skip else 0) for below in hidden[:-1]]
    found = []
    for place, (d, h) in enumerate(zip(seen, hidden, strict=True)):
        U, W, b = (0.7 * normal(seed + 10 * place + i, *shape) for i, shape in enumerate([(h, d), (h, h), (h,)]))
        further = [(normal(seed + 50 + 5 * place + k, h, h), normal(seed + 90 + k, h)) for k in range(steps - 1)]
        found.append(Recurrent(U, W, b, tuple(further)))
    return found


def output(seed: int, inputs: int, deep: bool = False) -> list[Layer]:
    last = Layer(normal(seed, O, 3 if deep else inputs), normal(seed + 1, O))
    return [Layer(normal(seed + 2, 3, inputs), normal(seed + 3, 3), "tanh"), last] if deep else [last]


def by_hand(layers: list[Recurrent], out: list[Layer], x: np.ndarray, skip: bool) -> np.ndarray:
    """All layers step by step, time outside."""
    h = [np.zeros(len(layer.b)) for layer in layers]
    found = []
    for row in x:
        seen = row
        for place, layer in enumerate(layers):
            z = np.tanh(layer.U.numpy() @ seen + layer.W.numpy() @ h[place] + layer.b.numpy())
            for M, c in layer.transition:
                z = np.tanh(M.numpy() @ z + c.numpy())
            h[place] = z
            seen = np.concatenate([z, row]) if skip else z
        y = np.concatenate(h) if skip else h[-1]
        for one in out:
            y = one.W.numpy() @ y + one.b.numpy()
            y = np.tanh(y) if one.activation == "tanh" else y
        found.append(y)
    return np.stack(found)


@given(st.integers(0, 10_000), st.integers(1, 3), st.integers(1, 3), st.booleans(), st.booleans())
def test_every_form_is_its_loop(seed: int, depth: int, steps: int, skip: bool, deep: bool) -> None:
    hidden, x = (3, 2, 4)[:depth], normal(seed + 200, 4, D)
    layers = stack(seed, hidden, steps, skip=skip)
    out = output(seed + 100, sum(hidden) if skip else hidden[-1], deep)
    run = deep_rnn.forward(layers, out, x, skip=skip)
    assert_close(run.o, torch.from_numpy(by_hand(layers, out, x.numpy(), skip)), 1e-11)


def test_torch_stacks_the_same() -> None:
    layers, x = stack(1, (3, 3, 3)), normal(9, 5, 6, D)
    theirs = torch.nn.RNN(D, 3, num_layers=3, batch_first=True, dtype=torch.float64)
    state: dict[str, Tensor] = {}
    for place, layer in enumerate(layers):
        state |= {f"weight_ih_l{place}": layer.U, f"weight_hh_l{place}": layer.W}
        state |= {f"bias_ih_l{place}": layer.b, f"bias_hh_l{place}": 0 * layer.b}
    theirs.load_state_dict(state)
    run = deep_rnn.forward(layers, output(4, 3), x)
    states, last = theirs(x)
    assert_close(run.h[-1][:, 1:], states)
    assert_close(torch.stack([each[:, -1] for each in run.h]), last)
    assert sum(each.numel() for each in theirs.parameters()) == deep_rnn.parameter_count(D, [3, 3, 3], O) - O * 4 + 9


@pytest.mark.parametrize("skip", [False, True], ids=["plain", "skip"])
@pytest.mark.parametrize(("hidden", "steps"), [((4,), 1), ((4, 3), 1), ((3, 5, 2), 3)])
def test_counts_are_those_of_the_module(hidden: tuple[int, ...], steps: int, skip: bool) -> None:
    model = DeepRnn(D, hidden, O, steps=steps, skip=skip)
    count = deep_rnn.parameter_count(D, hidden, O, steps=steps, skip=skip)
    assert sum(each.numel() for each in model.parameters()) == count


def test_depths_by_the_paths_of_the_graph() -> None:
    """Two layers with transitions of 1 and 3 steps: in 4 + 1 output; each step back in time costs 1 or 3."""
    first, second = stack(1, (3,), 1)[0], stack(2, (3,), 3)[0]
    second = Recurrent(normal(5, 3, 3), second.W, second.b, second.transition)
    out = output(3, 3)

    def walk(layer: int, lag: int) -> list[int]:
        """Lengths of all paths from the top state `lag` steps later down to the input."""
        cost = [1, 3][layer]
        found = [cost + each for each in walk(layer, lag - 1)] if lag else []
        if layer == 0:
            return found + ([cost] if lag == 0 else [])
        return found + [cost + each for each in walk(layer - 1, lag)]

    for lag in range(5):
        lengths = [each + len(out) for each in walk(1, lag)]
        assert deep_rnn.depths([first, second], out, lag) == (min(lengths), max(lengths))


@given(st.integers(0, 1_000), st.integers(0, 3))
def test_the_past_does_not_see_the_future(seed: int, t: int) -> None:
    layers, x = stack(seed, (3, 2), 2, skip=True), normal(seed + 7, 4, D)
    changed = x.clone()
    changed[t] += 1
    out = output(seed + 8, 5)
    before, after = (deep_rnn.forward(layers, out, each, skip=True).o for each in (x, changed))
    assert_close(before[:t], after[:t], 0.0)
    assert not torch.equal(before[t], after[t])


def test_gradcheck() -> None:
    out, layers = output(4, 2), stack(1, (3, 2), 2)

    def objective(x: Tensor) -> Tensor:
        return deep_rnn.forward(layers, out, x).o

    assert torch.autograd.gradcheck(objective, normal(9, 3, D).requires_grad_())


def test_instances_are_apart() -> None:
    layers, x, out = stack(1, (3, 2), 2), normal(9, 5, 4, D), output(4, 2)
    assert_close(deep_rnn.forward(layers, out, x).o[3], deep_rnn.forward(layers, out, x[3]).o)


def test_the_module_learns_parity_of_two_signs() -> None:
    """Whether the last two signs agree: no linear readout of the inputs tells."""
    generator = torch.Generator().manual_seed(0)
    model = DeepRnn(1, [6, 6], 1, skip=True, generator=generator).double()
    x = torch.where(torch.rand(32, 6, 1, generator=generator) < 0.5, -1.0, 1.0).double()
    target = x[:, 1:] * x[:, :-1]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.03)
    for _ in range(100):
        optimizer.zero_grad()
        loss = ((model(x)[:, 1:] - target) ** 2).mean()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.05


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: deep_rnn.forward([], output(1, 2), normal(1, 3, D)), "at least one layer"),
        (lambda: Recurrent(normal(1, 3, D), normal(1, 3, 2), normal(1, 3)), r"W has shape \(3, 2\)"),
        (lambda: deep_rnn.forward(stack(1, (3, 2)), output(1, 2), normal(1, 3, 5)), r"x has shape \(3, 5\)"),
        (lambda: deep_rnn.depths(stack(1, (3,)), output(1, 3), -1), "lag is -1"),
        (lambda: deep_rnn.parameter_count(2, [3, 0], 1), "narrowest is 0"),
    ],
    ids=["none", "square", "inputs", "lag", "count"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same_outputs(device: str) -> None:
    layers, x, out = stack(1, (3, 2), 2), normal(9, 5, 4, D), output(4, 2)
    there = []
    for each in layers:
        further = tuple((M.to(device), c.to(device)) for M, c in each.transition)
        there.append(Recurrent(each.U.to(device), each.W.to(device), each.b.to(device), further))
    found = deep_rnn.forward(there, [Layer(each.W.to(device), each.b.to(device)) for each in out], x.to(device)).o
    assert found.device.type == device
    assert_close(found, deep_rnn.forward(layers, out, x).o, 1e-9)
