"""Patterns entry by entry, reach against networkx, sparse attention against dense attention with the same mask."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from solvers.models import sparse_attention as sparse
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor, uniform

seeds, sizes = st.integers(0, 10_000), st.integers(1, 9)


def drawn(kind: int, seed: int, n: int) -> Tensor:
    """One of the patterns, each token seeing itself."""
    if kind == 0:
        return sparse.band(n, seed % 3)
    if kind == 1:
        return sparse.dilated(n, 1 + seed % 2, seed % 3)
    if kind == 2:
        return sparse.band(n, 1) | sparse.global_nodes(n, (seed % n,))
    if kind == 3:
        return sparse.blocks(n, 1 + seed % 4)
    return sparse.random(uniform(seed, n, n), min(2, n - 1))


@given(sizes, st.integers(0, 4), st.integers(0, 3))
def test_patterns_entry_by_entry(n: int, radius: int, gap: int) -> None:
    for i in range(n):
        for j in range(n):
            assert bool(sparse.band(n, radius)[i, j]) == (abs(i - j) <= radius)
            taps = {i + k * (gap + 1) for k in range(-radius, radius + 1)}
            assert bool(sparse.dilated(n, radius, gap)[i, j]) == (j in taps)
            assert bool(sparse.global_nodes(n, (0,))[i, j]) == (i == 0 or j == 0)
            assert bool(sparse.blocks(n, gap + 1)[i, j]) == (i // (gap + 1) == j // (gap + 1))
    assert sparse.pairs(sparse.band(n, radius)) == sparse.band_pairs(n, radius)
    assert sparse.pairs(sparse.causal(sparse.band(n, n))) == n * (n + 1) // 2


@given(seeds, st.integers(2, 9))
def test_random_keys(seed: int, n: int) -> None:
    u = uniform(seed, n, n)
    found = sparse.random(u, 1)
    assert bool(found.diagonal().all())
    assert found.sum(dim=-1).tolist() == [2] * n
    for i in range(n):
        others = {j: float(u[i, j]) for j in range(n) if j != i}
        assert bool(found[i, min(others, key=others.__getitem__)])


@given(st.integers(0, 4), seeds, st.integers(2, 8), st.integers(0, 4))
def test_reach_against_networkx(kind: int, seed: int, n: int, layers: int) -> None:
    nx = pytest.importorskip("networkx", reason="the oracle networkx is not installed")
    mask = drawn(kind, seed, n)
    theirs = nx.from_numpy_array(mask.numpy().astype(int), create_using=nx.DiGraph)
    lengths = dict(nx.all_pairs_shortest_path_length(theirs))
    found = sparse.reach(mask, layers)
    for i in range(n):
        assert {int(j) for j in found[i].nonzero()} == {j for j, away in lengths[i].items() if away <= layers}
    farthest = max((max(row.values()) if len(row) == n else n + 1) for row in lengths.values())
    assert sparse.layers_needed(mask) == (farthest if farthest <= n else None)


def test_what_the_receptive_field_is() -> None:
    """A band of radius r reaches L r to each side; one global token reaches all in two layers."""
    assert int(sparse.reach(sparse.band(41, 2), 5)[20].sum()) == 2 * 5 * 2 + 1
    assert sparse.layers_needed(sparse.band(41, 2)) == 20
    assert sparse.layers_needed(sparse.band(41, 2) | sparse.global_nodes(41, (7,))) == 2
    assert sparse.layers_needed(sparse.blocks(8, 4)) is None
    assert sparse.layers_needed(sparse.causal(sparse.band(9, 2))) == 4


@given(st.integers(0, 4), seeds, st.integers(1, 8), st.booleans())
def test_the_kept_pairs_alone_give_the_same(kind: int, seed: int, n: int, backward: bool) -> None:
    mask = drawn(kind, seed, n)
    mask = sparse.causal(mask) if backward else mask
    Q, K, V = normal(seed, 2, n, 3), normal(seed + 1, 2, n, 3), normal(seed + 2, n, 4).expand(2, n, 4)
    found = sparse.attend(Q, K, V, mask)
    assert_close(found, scaled_dot_product_attention(Q, K, V, attn_mask=mask), 1e-10)


def test_gradients_flow() -> None:
    mask = sparse.band(5, 1)
    leaves = [normal(k, 5, 2).requires_grad_() for k in range(3)]
    assert torch.autograd.gradcheck(lambda Q, K, V: sparse.attend(Q, K, V, mask), leaves)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sparse.band(4, -1), "at least 0"),
        (lambda: sparse.global_nodes(4, (4,)), "0 to 3"),
        (lambda: sparse.random(uniform(1, 4, 4), 4), "only 3 others"),
        (lambda: sparse.random(uniform(1, 4, 4) + 1, 1), "outside"),
        (lambda: sparse.pairs(sparse.band(4, 1).double()), "boolean"),
        (lambda: sparse.reach(sparse.global_nodes(3, ()), 1), "no key"),
        (lambda: sparse.attend(normal(1, 3, 2), normal(1, 3, 2), normal(1, 3, 2), sparse.band(4, 1)), "for 4 tokens"),
    ],
    ids="radius node others uniforms kind empty size".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    Q, K, V = (normal(k, 2, 6, 3) for k in range(3))
    mask = sparse.band(6, 1) | sparse.global_nodes(6, (2,))
    there = sparse.band(6, 1, device) | sparse.global_nodes(6, (2,), device)
    found = sparse.attend(Q.to(device, dtype), K.to(device, dtype), V.to(device, dtype), there)
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), sparse.attend(Q, K, V, mask), 1e-10 if dtype == torch.float64 else 1e-5)
    assert sparse.random(uniform(1, 6, 6).to(device), 2).tolist() == sparse.random(uniform(1, 6, 6), 2).tolist()


def test_tokens_that_all_weigh_alike() -> None:
    """Zero queries: each output is the mean of the values its row keeps."""
    V = tensor([[1], [2], [4], [8]])
    found = sparse.attend(torch.zeros(4, 1).double(), torch.zeros(4, 1).double(), V, sparse.band(4, 1))
    assert_close(found, tensor([[1.5], [7 / 3], [14 / 3], [6]]))
