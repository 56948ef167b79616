"""Costs against torch's own counter of operations, crossovers, and the published table."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from solvers.models import sequence_cost
from solvers.models.checks import BadInput
from solvers.models.sequence_cost import Cost

sizes = st.integers(1, 300)


@pytest.mark.parametrize(("tokens", "d", "d_ff"), [(5, 8, 32), (16, 4, 16), (3, 6, 7)])
def test_products_as_torch_counts_them(tokens: int, d: int, d_ff: int) -> None:
    x, (Q, K, V, O) = torch.ones(tokens, d), torch.ones(4, d, d)
    up, down = torch.ones(d, d_ff), torch.ones(d_ff, d)
    counter = FlopCounterMode(display=False)
    with counter:
        scores = (x @ Q) @ (x @ K).T
        ((scores @ (x @ V)) @ O) @ up @ down
    cost = sequence_cost.block(tokens, d, d_ff)
    assert counter.get_total_flops() == 2 * (cost.attention + cost.feed_forward)  # a product and a sum each


def test_heads_change_nothing() -> None:
    counts = []
    for heads in (1, 2, 4):
        counter = FlopCounterMode(display=False)
        layer = nn.MultiheadAttention(8, heads, bias=False)
        with counter:
            layer(*[torch.ones(5, 1, 8, requires_grad=True)] * 3, need_weights=True)
        counts.append(counter.get_total_flops())
    assert set(counts) == {2 * sequence_cost.block(5, 8).attention}


@given(sizes)
def test_where_attention_overtakes(d: int) -> None:
    """2 T² D = 8 T D² at T = 4 D; with the projections, 4 T D² + 2 T² D = 8 T D², at T = 2 D."""
    for projections, factor in ((False, 4), (True, 2)):
        T = sequence_cost.crossover(d, projections=projections)
        assert factor * d == T
        at = sequence_cost.block(int(T), d)
        assert (at.attention if projections else at.scores) == at.feed_forward
        after = sequence_cost.block(int(T) + 1, d)
        assert (after.attention if projections else after.scores) > after.feed_forward


@given(sizes, sizes, st.integers(2, 5), st.integers(1, 300))
def test_the_published_table(T: int, D: int, k: int, r: int) -> None:
    assert sequence_cost.layer("self-attention", T, D) == Cost(T * T * D, 1, 1)
    assert sequence_cost.layer("recurrent", T, D) == Cost(T * D * D, T, T)
    found = sequence_cost.layer("convolution", T, D, kernel=k)
    assert (found.operations, found.sequential) == (k * T * D * D, 1)
    assert k**found.path >= T
    assert found.path == 1 or k ** (found.path - 1) < T
    if r <= T:
        assert sequence_cost.layer("restricted", T, D, neighbours=r) == Cost(r * T * D, 1, math.ceil(T / r))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sequence_cost.block(0, 4), "at least 1"),
        (lambda: sequence_cost.layer("other", 4, 4), "one of"),  # type: ignore[arg-type]
        (lambda: sequence_cost.layer("restricted", 4, 4, neighbours=5), "only 4 tokens"),
        (lambda: sequence_cost.layer("convolution", 4, 4, kernel=1), "at least 2"),
    ],
    ids="tokens kind neighbours kernel".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()
