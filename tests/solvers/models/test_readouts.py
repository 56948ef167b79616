"""Readouts: loops, what each can and cannot tell apart, and that order and filling do not matter."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import readouts
from solvers.models.checks import BadInput
from solvers.models.mlp import Layer
from solvers.models.readouts import DeepSets, Kind
from tests.solvers.models.data import assert_close, normal, tensor

KINDS: list[Kind] = ["sum", "mean", "max"]


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_readouts_are_their_loops(seed: int, n: int) -> None:
    H = normal(seed, 3, n)
    rows = H.tolist()
    assert_close(readouts.read(H, "sum"), tensor([sum(row) for row in rows]))
    assert_close(readouts.read(H, "mean"), tensor([sum(row) / n for row in rows]))
    assert_close(readouts.read(H, "max"), tensor([max(row) for row in rows]))


@given(st.integers(0, 10_000), st.permutations(range(4)), st.sampled_from(KINDS))
def test_order_and_filling_do_not_matter(seed: int, order: list[int], kind: Kind) -> None:
    H = normal(seed, 2, 3, 4)
    assert_close(readouts.read(H[..., order], kind), readouts.read(H, kind))
    filled = torch.cat([H, normal(seed + 1, 2, 3, 2)], dim=-1)
    assert_close(readouts.read(filled, kind, tensor([1, 1, 1, 1, 0, 0])), readouts.read(H, kind))
    model = DeepSets([3, 5], [5, 2], generator=torch.Generator().manual_seed(seed)).double()
    assert_close(model(H[..., order]), model(H))
    assert_close(model(filled, tensor([1, 1, 1, 1, 0, 0])), model(H))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 3], [2, 2], [False, False, True]),
        ([1, 2], [1, 2, 1, 2], [True, False, False]),
        ([1, 1, 2], [1, 2, 2], [True, True, False]),
        ([1, 2], [1, 2], [False, False, False]),
    ],
    ids=["same sum and mean", "same mean and max", "same max", "equal"],
)
def test_what_each_readout_cannot_tell_apart(first: list[float], second: list[float], expected: list[bool]) -> None:
    found = [bool(readouts.told_apart(tensor([first]), tensor([second]), kind)) for kind in KINDS]
    assert found == expected


def test_an_apt_phi_tells_all_small_multisets_apart() -> None:
    """φ counts each of three states in a digit of its own: then sums are as many as multisets of up to three nodes."""
    phi = [Layer(tensor([[1, 4, 16]]), tensor([0]))]
    rho = [Layer(tensor([[1]]), tensor([0]))]
    states = torch.eye(3, dtype=torch.float64)
    sets = [each for size in (1, 2, 3) for each in combinations_with_replacement(range(3), size)]
    sums = {float(readouts.deep_sets(phi, rho, states[:, list(each)])) for each in sets}
    assert len(sums) == len(sets) == 19


def test_deep_sets_are_rho_of_the_sum_of_phi() -> None:
    model, H = DeepSets([3, 4, 5], [5, 2], generator=torch.Generator().manual_seed(1)).double(), normal(1, 3, 6)
    assert_close(model(H), model.rho(sum(model.phi(H[:, v][None]) for v in range(6)))[0])


def test_deep_sets_learn_what_no_simple_readout_is() -> None:
    """The variance of the node states."""
    H = normal(1, 64, 1, 5)
    target = H.var(dim=-1, correction=0)
    model = DeepSets([1, 12, 12], [12, 12, 1], generator=torch.Generator().manual_seed(0)).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(150):
        optimizer.zero_grad()
        loss = ((model(H) - target) ** 2).mean()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.15 * float(target.var())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: readouts.read(normal(1, 2, 3), "median"), "kind is 'median'"),  # type: ignore[arg-type]
        (lambda: readouts.read(normal(1, 2, 3), "sum", tensor([1, 0.5, 0])), "real must hold 0 and 1 only"),
        (lambda: readouts.read(normal(1, 2, 3), "sum", tensor([0, 0, 0])), "at least one 1 a graph"),
        (lambda: DeepSets([2, 3], [4, 1]), "φ ends with 3 units and ρ begins with 4"),
    ],
    ids=["kind", "real", "empty", "sizes"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("kind", KINDS)
def test_every_device_reads_the_same(device: str, kind: Kind) -> None:
    H = normal(1, 4, 3, 5)
    found = readouts.read(H.to(device), kind)
    assert found.device.type == device
    assert_close(found, readouts.read(H, kind))
