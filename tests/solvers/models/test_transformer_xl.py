"""Attention by distance: number by number, XLNet's, ordinary heads; segments against the whole text at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from solvers.models.attention import MultiHead, causal_mask
from solvers.models.checks import BadInput
from solvers.models.layer_table import parameters
from solvers.models.positional_encoding import encode
from solvers.models.transformer_xl import RelativeHeads, Sizes, TransformerXl, parameter_count
from tests.solvers.models.data import assert_close, normal, tensor

SIZES = Sizes(vocabulary=5, d=8, heads=2, blocks=2)
TOKENS = torch.tensor([[1, 4, 2, 0, 3, 3, 1, 2, 0], [3, 3, 1, 1, 2, 0, 4, 4, 2]])


def heads_of(d: int = 8, heads: int = 2) -> RelativeHeads:
    """With u and v that are not 0."""
    model = RelativeHeads(d, heads, torch.Generator().manual_seed(1)).double()
    for k, bias in enumerate((model.u, model.v)):
        bias.data.copy_(normal(k, *bias.shape))
    return model.requires_grad_(False)


def model_of(sizes: Sizes = SIZES) -> TransformerXl:
    return TransformerXl(sizes, torch.Generator().manual_seed(2)).double()


def by_hand(model: RelativeHeads, x: Tensor, y: Tensor) -> Tensor:
    """One instance, score by score, each query seeing its own place and those before."""
    h, d, d_k = model.Q.shape
    n, m = len(x), len(y)
    out = torch.zeros(n, h * d_k, dtype=torch.float64)
    for head in range(h):
        for i in range(n):
            q, here = x[i] @ model.Q[head], m - n + i
            scores = []
            for j in range(here + 1):
                r = encode(tensor(float(here - j)), d) @ model.R[head]
                content = (q + model.u[head, 0]) @ (y[j] @ model.K[head])
                scores.append(float(content + (q + model.v[head, 0]) @ r) / math.sqrt(d_k))
            top = max(scores)
            shares = [math.exp(score - top) for score in scores]
            mixed = sum((share / sum(shares)) * (y[j] @ model.V[head]) for j, share in enumerate(shares))
            out[i, head * d_k : (head + 1) * d_k] = mixed
    return out @ model.O


@pytest.mark.parametrize(("n", "m"), [(1, 1), (3, 3), (2, 5)])
def test_score_by_score(n: int, m: int) -> None:
    model, y = heads_of(), normal(3, m, 8)
    assert_close(model(y[m - n :], y, causal_mask(n, m)), by_hand(model, y[m - n :], y), 1e-12)


@pytest.mark.parametrize(("n", "m"), [(4, 4), (3, 7)])
def test_xlnet_s_relative_attention_agrees(n: int, m: int) -> None:
    """Time stands first there, a residual and a norm follow, and its table runs from the farthest distance down."""
    library: Any = pytest.importorskip("transformers", reason="the oracle transformers is not installed")
    xlnet: Any = pytest.importorskip("transformers.models.xlnet.modeling_xlnet")
    ours, y = heads_of(), normal(3, 2, m, 8)
    theirs = xlnet.XLNetRelativeAttention(library.XLNetConfig(d_model=8, n_head=2, dropout=0.0)).double()
    state = {name: getattr(ours, name.upper()).movedim(0, 1) for name in "qkvr"}  # (h, d, k) -> (d, h, k)
    state |= {"o": ours.O.T.unflatten(1, (2, 4)), "r_w_bias": ours.u[:, 0], "r_r_bias": ours.v[:, 0]}
    theirs.load_state_dict({**theirs.state_dict(), **state})
    r = encode(torch.arange(m, -n, -1).double(), 8).unsqueeze(1)
    hidden = (~causal_mask(n, m)).double()[..., None, None]
    x = y[:, m - n :]
    with torch.no_grad():
        found = theirs(x.transpose(0, 1), None, hidden, None, r, None, mems=y[:, : m - n].transpose(0, 1))[0]
    expected = theirs.layer_norm(x + ours(x, y, causal_mask(n, m)))
    assert_close(found.transpose(0, 1), expected.detach(), 1e-10)


def test_blind_to_distance_it_is_ordinary_attention() -> None:
    ours, theirs = heads_of(), MultiHead(8, 2, bias=False).double().requires_grad_(False)
    for name in "QKVO":
        getattr(theirs, name).copy_(getattr(ours, name))
    for part in (ours.u, ours.v, ours.R):
        part.zero_()
    x = normal(3, 2, 5, 8)
    assert_close(ours(x, x, causal_mask(5)), theirs(x, mask=causal_mask(5)), 1e-12)


def test_gradients() -> None:
    model, y = heads_of(4, 2).requires_grad_(), normal(3, 4, 4).requires_grad_()
    names = [name for name, _ in model.named_parameters()]

    def out(y: Tensor, *parts: Tensor) -> Tensor:
        called: Tensor = torch.func.functional_call(
            model, dict(zip(names, parts, strict=True)), (y[1:], y, causal_mask(3, 4))
        )
        return called

    assert torch.autograd.gradcheck(out, (y, *model.parameters()))


def test_only_distances_count() -> None:
    """The same tokens after others that are out of sight: the same answers, wherever they stand in the text."""
    model = heads_of()
    y = normal(3, 6, 8)
    later = torch.cat([normal(4, 5, 8), y])
    sees = torch.cat([torch.zeros(6, 5, dtype=torch.bool), causal_mask(6)], dim=-1)
    assert_close(model(later[5:], later, sees), model(y, y, causal_mask(6)), 1e-12)


@pytest.mark.parametrize("length", [1, 2, 4, 9])
def test_segments_that_keep_all_are_the_whole_text_at_once(length: int) -> None:
    model = model_of()
    whole, _ = model(TOKENS)
    assert_close(model.read(TOKENS, length, keep=9), whole, 1e-10)


def test_segment_by_segment_as_it_comes() -> None:
    model, found = model_of(), list[Tensor]()
    memory: tuple[Tensor, ...] | None = None
    for part in TOKENS.split(3, dim=-1):
        logits, memory = model(part, memory, 4)
        assert memory is not None
        assert [each.shape for each in memory] == [(2, min(4, 3 * (len(found) + 1)), 8)] * 2
        found.append(logits)
        assert not any(each.requires_grad for each in memory)
    assert_close(torch.cat(found, dim=1), model.read(TOKENS, 3, 4), 1e-12)


def test_what_is_told_does_not_look_ahead() -> None:
    model, other = model_of(), TOKENS.clone()
    other[:, 5] = (other[:, 5] + 1) % 5
    before, after = model.read(TOKENS, 3), model.read(other, 3)
    assert_close(before[:, :5], after[:, :5], 1e-12)
    assert bool(((before - after).abs().amax(dim=-1) > 1e-6)[:, 5:8].all())


def test_parameters_are_counted() -> None:
    assert parameters(model_of()) == parameter_count(SIZES)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: RelativeHeads(6, 4), "must divide d = 6"),
        (lambda: heads_of()(normal(1, 3, 8), normal(2, 2, 8)), "x has 3 tokens, but y only 2"),
        (lambda: heads_of()(normal(1, 3, 8), normal(1, 3, 8), torch.ones(3, 3)), "boolean"),
        (lambda: heads_of()(normal(1, 3, 6), normal(1, 3, 6)), "d = 8, as in Q"),
        (lambda: model_of()(TOKENS + 1), "only the numbers 0 to 4"),
        (lambda: model_of()(TOKENS, (normal(1, 2, 3, 8),)), "of 1 layers"),
        (lambda: TransformerXl(Sizes(0, 8, 2, 1)), "at least 1"),
        (lambda: model_of().read(TOKENS, 0), "at least 1"),
    ],
    ids="heads order mask width tokens layers none length".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    expected = model_of().read(TOKENS, 3)
    found = model_of().to(device, dtype).read(TOKENS.to(device), 3)
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double().cpu(), expected, 1e-9 if dtype == torch.float64 else 1e-4)
