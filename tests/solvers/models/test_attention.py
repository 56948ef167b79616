"""Attention against torch's own, autograd, loops over tokens, and what masks and permutations may not change."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from solvers.models import attention
from solvers.models.attention import Heads
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor, uniform

D, HEADS = 6, 3
sizes = st.tuples(st.integers(1, 4), st.integers(1, 5), st.integers(1, 4), st.integers(1, 3))


def triple(seed: int, n: int, m: int, d_k: int, d_v: int, *leading: int) -> tuple[Tensor, Tensor, Tensor]:
    shapes = [(n, d_k), (m, d_k), (m, d_v)]
    q, k, v = (normal(seed + i, *leading, *shape) for i, shape in enumerate(shapes))
    return q, k, v


def some_mask(seed: int, *shape: int) -> Tensor:
    """Each query sees its own choice of keys, the first always."""
    mask = uniform(seed, *shape) < 0.6
    mask[..., 0] = True
    return mask


def layer(seed: int, *leading: int, bias: bool = True) -> Heads:
    width = D // HEADS
    shapes: list[tuple[int, ...]] = [(HEADS, D, width)] * 3 + [(D, D)] + [(HEADS, width)] * 3 + [(D,)]
    drawn = [0.5 * normal(seed + i, *leading, *shape) for i, shape in enumerate(shapes)]
    return Heads(*(drawn if bias else drawn[:4]))


def by_hand(q: Tensor, k: Tensor, v: Tensor, mask: Tensor) -> list[list[float]]:
    """One query after the other, in Python numbers."""
    out = []
    for i, query in enumerate(q.tolist()):
        seen = [j for j in range(len(k)) if bool(mask[i, j])]
        score = {j: sum(a * b for a, b in zip(query, k[j].tolist(), strict=True)) / math.sqrt(len(query)) for j in seen}
        total = sum(math.exp(each) for each in score.values())
        out.append([sum(math.exp(score[j]) * float(v[j, c]) for j in seen) / total for c in range(v.shape[1])])
    return out


@pytest.mark.parametrize("masked", [None, (5, 6), (4, 1, 5, 6), (6,)], ids=["open", "one", "instances", "keys"])
def test_the_library_s_kernel_gives_the_same(masked: tuple[int, ...] | None) -> None:
    """Values and gradients of `attended`, which keeps no attention matrix, are those of `attend`."""
    leaves = [normal(1, 4, 2, 5, 3), normal(2, 4, 2, 6, 3), normal(3, 4, 2, 6, 2)]
    Q, K, V = leaves = [each.requires_grad_() for each in leaves]
    mask = None if masked is None else uniform(4, *masked) < 0.6
    if mask is not None:
        mask[..., 0] = True
    slow, fast = attention.attend(Q, K, V, mask).out, attention.attended(Q, K, V, mask)
    assert_close(fast, slow, 1e-12)
    for ours, theirs in zip(
        torch.autograd.grad(fast.square().sum(), leaves), torch.autograd.grad(slow.square().sum(), leaves), strict=True
    ):
        assert_close(ours, theirs, 1e-10)


def test_causal_needs_no_table() -> None:
    Q, K, V = normal(1, 4, 5, 3), normal(2, 4, 5, 3), normal(3, 4, 5, 2)
    assert_close(attention.attended(Q, K, V, causal=True), attention.attend(Q, K, V, attention.causal_mask(5)).out)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("mask", [None, "causal", "padding"])
def test_the_module_is_the_formula(bias: bool, mask: str | None) -> None:
    model = attention.MultiHead(8, 2, bias=bias, generator=torch.Generator().manual_seed(1)).double()
    x, y = normal(1, 3, 4, 8), normal(2, 3, 6, 8)
    looks = {
        None: None, "causal": attention.causal_mask(4, 6), "padding": attention.padding_mask(torch.tensor([6, 2, 1]), 6)
    }[mask]  # fmt: skip
    assert_close(model(x, y, looks), attention.multi_head(model.weights(), x, y, looks).out, 1e-12)
    keys, values = model.remember(y)
    assert_close(model.recall(x, keys, values), attention.multi_head(model.weights(), x, y).out, 1e-12)


@given(st.integers(0, 10_000), sizes)
def test_attention_is_its_definition(seed: int, size: tuple[int, int, int, int]) -> None:
    n, m, d_k, d_v = size
    q, k, v = triple(seed, n, m, d_k, d_v)
    mask = some_mask(seed + 9, n, m)
    assert_close(attention.attend(q, k, v, mask).out, tensor(by_hand(q, k, v, mask)), 1e-11)


@given(st.integers(0, 10_000), sizes)
def test_torch_attends_the_same(seed: int, size: tuple[int, int, int, int]) -> None:
    n, m, d_k, d_v = size
    q, k, v = triple(seed, n, m, d_k, d_v, 2, 3)
    mask = some_mask(seed + 9, 2, 3, n, m)
    assert_close(attention.attend(q, k, v).out, F.scaled_dot_product_attention(q, k, v), 1e-10)
    expected = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    assert_close(attention.attend(q, k, v, mask).out, expected, 1e-10)
    own = F.scaled_dot_product_attention(q, q, q, is_causal=True)
    assert_close(attention.attend(q, q, q, attention.causal_mask(n)).out, own, 1e-10)


@given(st.integers(0, 10_000), sizes, st.booleans())
def test_backward_is_autograd(seed: int, size: tuple[int, int, int, int], masked: bool) -> None:
    n, m, d_k, d_v = size
    leaves = q, k, v = triple(seed, n, m, d_k, d_v, 2)
    for each in leaves:
        each.requires_grad_()
    mask, upstream = some_mask(seed + 9, n, m) if masked else None, normal(seed + 10, 2, n, d_v)
    run = attention.attend(q, k, v, mask)
    expected = torch.autograd.grad((run.out * upstream).sum(), leaves)
    found = attention.backward(run, upstream)
    for ours, theirs in zip((found.Q, found.K, found.V), expected, strict=True):
        assert_close(ours, theirs, 1e-11)


def test_gradcheck() -> None:
    leaves = [each.requires_grad_() for each in triple(1, 2, 3, 2, 2)]
    assert torch.autograd.gradcheck(lambda *each: attention.attend(*each).out, leaves)


def test_large_scores_do_not_overflow() -> None:
    q, k, v = (1e4 * each for each in triple(1, 3, 4, 2, 2))
    assert bool(torch.isfinite(attention.attend(q, k, v).out).all())


@given(st.integers(0, 10_000))
def test_a_common_shift_of_the_keys_changes_nothing(seed: int) -> None:
    """k + s adds q·s to every score of a query: softmax does not see it."""
    q, k, v = triple(seed, 3, 4, 2, 2)
    assert_close(attention.attend(q, k + normal(seed + 5, 2), v).weights, attention.attend(q, k, v).weights, 1e-10)


@given(st.integers(0, 10_000), st.permutations(range(4)))
def test_order_of_keys_does_not_matter(seed: int, order: list[int]) -> None:
    q, k, v = triple(seed, 3, 4, 2, 2)
    assert_close(attention.attend(q, k[order], v[order]).out, attention.attend(q, k, v).out, 1e-11)


@given(st.integers(0, 10_000), st.permutations(range(5)))
def test_self_attention_is_equivariant(seed: int, order: list[int]) -> None:
    heads, x = layer(seed), normal(seed + 9, 5, D)
    permuted = attention.multi_head(heads, x[order], x[order]).out
    assert_close(permuted, attention.multi_head(heads, x, x).out[order], 1e-10)


@given(st.integers(0, 10_000), st.integers(0, 4))
def test_the_causal_mask_hides_the_future(seed: int, t: int) -> None:
    heads, x, mask = layer(seed), normal(seed + 9, 5, D), attention.causal_mask(5)
    changed = x.clone()
    changed[t] += 1
    before, after = (attention.multi_head(heads, each, each, mask).out for each in (x, changed))
    assert_close(before[:t], after[:t], 0.0)
    assert not torch.equal(before[t], after[t])


def test_padding_is_not_seen() -> None:
    heads, x = layer(1), normal(9, 2, 5, D)
    lengths = torch.tensor([3, 5])
    out = attention.multi_head(heads, x, x, attention.padding_mask(lengths, 5)).out
    for i, length in enumerate(lengths.tolist()):
        short = x[i, :length]
        assert_close(out[i, :length], attention.multi_head(heads, short, short).out)


def test_masked_weights_are_zero_and_rows_sum_to_one() -> None:
    q, k, v = triple(1, 4, 6, 3, 2)
    mask = attention.causal_mask(4, 6)
    weights = attention.attend(q, k, v, mask).weights
    assert_close(weights.sum(dim=-1), torch.ones(4, dtype=torch.float64))
    assert float(weights[~mask].abs().max()) == 0
    assert mask.int().tolist() == [[1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 0, 0], [1, 1, 1, 1, 1, 0], [1] * 6]


def torchs(heads: Heads) -> torch.nn.MultiheadAttention:
    """nn.MultiheadAttention keeps (output, input) matrices, heads side by side."""
    theirs = torch.nn.MultiheadAttention(D, HEADS, bias=heads.q is not None, batch_first=True, dtype=torch.float64)
    flat = [each.transpose(0, 1).flatten(1).T for each in (heads.Q, heads.K, heads.V)]  # (h, d, k) -> (h k, d)
    state = {"in_proj_weight": torch.cat(flat), "out_proj.weight": heads.O.T}
    if heads.q is not None and heads.k is not None and heads.v is not None and heads.o is not None:
        biases = torch.cat([each.flatten() for each in (heads.q, heads.k, heads.v)])
        state |= {"in_proj_bias": biases, "out_proj.bias": heads.o}
    theirs.load_state_dict(state)
    return theirs


@pytest.mark.parametrize("bias", [True, False], ids=["bias", "plain"])
@pytest.mark.parametrize("causal", [True, False], ids=["causal", "open"])
def test_torch_has_the_same_heads(bias: bool, causal: bool) -> None:
    heads, x, y = layer(1, bias=bias), normal(9, 2, 4, D), normal(10, 2, 4 if causal else 5, D)
    mask = attention.causal_mask(4) if causal else None
    theirs = torchs(heads)
    expected, weights = theirs(x, y, y, attn_mask=None if mask is None else ~mask, average_attn_weights=False)
    run = attention.multi_head(heads, x, y, mask)
    assert_close(run.out, expected)
    assert_close(run.each.weights, weights)
    assert sum(each.numel() for each in theirs.parameters()) == attention.parameter_count(D, bias=bias)


@pytest.mark.parametrize("bias", [True, False], ids=["bias", "plain"])
def test_multi_head_backward_is_autograd(bias: bool) -> None:
    """Weights with instance axes, so that autograd keeps one gradient an instance too."""
    heads = layer(1, 2, bias=bias)
    leaves = [each.requires_grad_() for each in (*heads.tensors(), normal(9, 2, 4, D), normal(10, 2, 5, D))]
    *_, x, y = leaves
    upstream = normal(11, 2, 4, D)
    run = attention.multi_head(heads, x, y, some_mask(12, 2, 4, 5))
    expected = torch.autograd.grad((run.out * upstream).sum(), leaves)
    found = attention.multi_head_backward(heads, run, upstream)
    for ours, theirs in zip((*found.weights.tensors(), found.x, found.y), expected, strict=True):
        assert_close(ours, theirs, 1e-11)


def test_one_instance_is_a_batch_of_one() -> None:
    heads, x = layer(1, 4), normal(9, 4, 3, D)
    out = attention.multi_head(heads, x, x).out
    alone = Heads(*(each[2] for each in heads.tensors()))
    assert_close(attention.multi_head(alone, x[2], x[2]).out, out[2])


@pytest.mark.parametrize("bias", [True, False], ids=["bias", "plain"])
def test_kept_keys_and_values_give_the_same(bias: bool) -> None:
    model = attention.MultiHead(D, HEADS, bias=bias, generator=torch.Generator().manual_seed(1)).double()
    x, y = normal(9, 2, 4, D), normal(10, 2, 5, D)
    assert_close(model.recall(x, *model.remember(y)), model(x, y))


def test_the_module_counts_and_learns() -> None:
    """To copy the token marked by its last entry: what attention is for."""
    generator = torch.Generator().manual_seed(0)
    model = attention.MultiHead(4, 2, generator=generator).double()
    assert sum(each.numel() for each in model.parameters()) == attention.parameter_count(4)
    x = torch.randn(32, 5, 4, generator=generator, dtype=torch.float64)
    x[..., 3] = 0
    marked = torch.randint(5, (32,), generator=generator)
    x[torch.arange(32), marked, 3] = 3.0
    target = x[torch.arange(32), marked, :2]
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    for _ in range(120):
        optimizer.zero_grad()
        error = ((model(x)[:, 0, :2] - target) ** 2).mean()
        error.backward()
        optimizer.step()
    assert float(error.detach()) < 0.1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: attention.attend(normal(1, 2, 3), normal(2, 4, 2), normal(3, 4, 2)), r"K has shape .* d_k = 3"),
        (lambda: attention.attend(*triple(1, 2, 2, 2, 2), torch.ones(2, 2)), "mask is torch.float32"),
        (lambda: attention.attend(*triple(1, 2, 2, 2, 2), torch.ones(3, 2).bool()), "broadcasts to"),
        (lambda: attention.attend(*triple(1, 2, 2, 2, 2), torch.zeros(2, 2).bool()), "no key to look at"),
        (lambda: attention.causal_mask(4, 3), "keys is 3, but at least 4"),
        (lambda: attention.padding_mask(torch.tensor([0]), 3), "lengths leave 1 to 3"),
        (lambda: attention.MultiHead(5, 2), "heads is 2, but it must divide d = 5"),
        (
            lambda: Heads(normal(1, 2, 4, 2), normal(1, 2, 4, 2), normal(1, 2, 4, 3), normal(1, 4, 4)),
            "O has 4 rows, but 2 heads of 3 values make 6",
        ),
    ],
    ids=["shapes", "dtype", "mask", "blind", "causal", "padding", "heads", "output"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_values(device: str, dtype: torch.dtype) -> None:
    heads, x, mask = layer(1), normal(9, 3, 5, D), attention.causal_mask(5)
    there = Heads(*(each.to(device, dtype) for each in heads.tensors()))
    moved = x.to(device, dtype)
    run = attention.multi_head(there, moved, moved, attention.causal_mask(5, device=device))
    found = attention.multi_head_backward(there, run, moved)
    expected = attention.multi_head_backward(heads, attention.multi_head(heads, x, x, mask), x)
    assert (found.x.device.type, found.x.dtype) == (device, dtype)
    assert_close(found.x.double(), expected.x, 1e-9 if dtype == torch.float64 else 1e-4)
