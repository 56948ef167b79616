"""GPT against torch's layers, the published counts, causality, kept keys and values, and a text it can learn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from solvers.models import gpt, sparse_attention
from solvers.models.attention import causal_mask
from solvers.models.checks import BadInput
from solvers.models.gpt import Block, Gpt, Sizes
from solvers.models.layer_table import parameters
from tests.solvers.models.data import assert_close, normal, tensor

SMALL = Sizes(vocabulary=7, positions=8, d=8, heads=2, blocks=2)
POST = replace(SMALL, pre=False)
TOKENS = torch.tensor([[1, 4, 2, 6, 0], [3, 3, 5, 1, 2]])
both = pytest.mark.parametrize("sizes", [SMALL, POST], ids=["pre", "post"])


def shuffled(module: nn.Module, seed: int = 3) -> nn.Module:
    """Every parameter off its starting value, so that no bias or gain is trivial."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for each in module.parameters():
            each.add_(0.3 * torch.randn(each.shape, generator=generator))
    return module.double().requires_grad_(False)


def model(sizes: Sizes) -> Gpt:
    found = shuffled(Gpt(sizes, torch.Generator().manual_seed(1)))
    assert isinstance(found, Gpt)
    return found


@pytest.mark.parametrize("pre", [True, False], ids=["pre", "post"])
def test_torch_has_the_same_block(pre: bool) -> None:
    mine = shuffled(Block(8, 2, 12, pre=pre, tanh=False))
    assert isinstance(mine, Block)
    theirs = nn.TransformerEncoderLayer(8, 2, 12, 0.0, "gelu", batch_first=True, norm_first=pre, dtype=torch.float64)
    heads = mine.attention.weights()
    flat = [each.transpose(0, 1).flatten(1).T for each in (heads.Q, heads.K, heads.V)]
    biases = [each.flatten() for each in (heads.q, heads.k, heads.v) if each is not None]
    state = {
        "self_attn.in_proj_weight": torch.cat(flat),
        "self_attn.in_proj_bias": torch.cat(biases),
        "self_attn.out_proj.weight": heads.O.T,
        "self_attn.out_proj.bias": heads.o,
        "linear1.weight": mine.W1.T,
        "linear1.bias": mine.b1,
        "linear2.weight": mine.W2.T,
        "linear2.bias": mine.b2,
    }
    for place, norm in enumerate(mine.norms, start=1):
        state |= {f"norm{place}.weight": norm.gamma, f"norm{place}.bias": norm.beta}  # type: ignore[dict-item]
    theirs.load_state_dict(state)
    x = normal(1, 3, 5, 8)
    out = theirs(x, src_mask=~causal_mask(5), is_causal=True)
    assert_close(mine(x, causal_mask(5)), out, 1e-10)


@both
def test_no_token_sees_a_later_one(sizes: Sizes) -> None:
    one = model(sizes)
    changed = TOKENS.clone()
    changed[:, 3] = (changed[:, 3] + 1) % 7
    assert_close(one(changed)[:, :3], one(TOKENS)[:, :3])
    assert float((one(changed)[:, 3:] - one(TOKENS)[:, 3:]).abs().amin(dim=(0, 2)).min()) > 0
    assert_close(one(TOKENS[:, :2]), one(TOKENS)[:, :2])


@both
def test_kept_keys_and_values_change_nothing(sizes: Sizes) -> None:
    one, whole = model(sizes), model(sizes)(TOKENS)
    cache = one.begin()
    for t in range(5):
        logits, cache = one.step(TOKENS[:, t], cache)
        assert_close(logits, whole[:, t], 1e-10)


@both
def test_some_pairs_alone_are_what_layers_can_reach(sizes: Sizes) -> None:
    """All pairs are no mask at all; with a band the last token depends on those alone that two layers reach."""
    ours, tokens = model(sizes), TOKENS
    n = tokens.shape[-1]
    assert_close(ours(tokens, torch.ones(n, n, dtype=torch.bool)), ours(tokens), 1e-12)
    mask = sparse_attention.band(n, 1)
    before, seen = ours(tokens, mask)[:, -1], []
    for place in range(n):
        other = tokens.clone()
        other[:, place] = (other[:, place] + 1) % sizes.vocabulary
        seen.append(float((ours(other, mask)[:, -1] - before).abs().max()) > 1e-12)
    assert seen == sparse_attention.reach(sparse_attention.causal(mask), sizes.blocks)[-1].tolist()


def test_greedy_generation_is_the_argmax_each_time() -> None:
    one, prompt = model(SMALL), TOKENS[:, :3]
    found = one.generate(prompt, end=6, length=4).symbols[:, 0]
    for row in range(2):
        text = prompt[row].tolist()
        for t in range(4):
            best = int(one(torch.tensor([text]))[0, -1].argmax())
            assert int(found[row, t]) == best
            text.append(best)
            if best == 6:
                break


def test_the_embedding_is_tied() -> None:
    """Logits are states times W_eᵀ: moving a token's row moves its logit, even if it was not read."""
    one = model(SMALL)
    before = one(TOKENS[:1, :2])
    with torch.no_grad():
        one.tokens[6] += 1.0
    after = one(TOKENS[:1, :2])
    assert_close(after[..., :6], before[..., :6])
    assert float((after[..., 6] - before[..., 6]).abs().min()) > 1e-3


def test_likelihood_and_context() -> None:
    one = model(SMALL)
    log_p = gpt.token_log_probabilities(one(TOKENS), TOKENS)
    plain = torch.stack([torch.softmax(one(TOKENS), -1)[n, t, TOKENS[n, t + 1]] for n in range(2) for t in range(4)])
    assert_close(log_p.flatten(), plain.log())
    assert_close(gpt.windowed(one, TOKENS, 5), log_p)  # a window as long as the text is no limit
    short = gpt.windowed(one, TOKENS, 2)
    assert_close(short[:, :2], log_p[:, :2])
    assert_close(short[:, 3], gpt.token_log_probabilities(one(TOKENS[:, 2:]), TOKENS[:, 2:])[:, -1])
    theirs = nn.functional.cross_entropy(one(TOKENS)[:, :-1].flatten(0, 1), TOKENS[:, 1:].flatten())
    assert_close(-log_p.mean(), theirs)


def test_perplexity_by_hand() -> None:
    assert_close(gpt.perplexity(tensor([0.25, 0.25, 0.25]).log()), tensor(4))
    assert_close(gpt.perplexity(tensor([[0.5, 0.125]]).log()), tensor([4]))


@pytest.mark.parametrize(
    ("sizes", "count"),
    [
        (gpt.GPT1, 116_534_784),
        (gpt.GPT2["small"], 124_439_808),
        (gpt.GPT2["medium"], 354_823_168),
        (gpt.GPT2["large"], 774_030_080),
        (gpt.GPT2["xl"], 1_557_611_200),
    ],
    ids=["gpt-1", "small", "medium", "large", "xl"],
)
def test_published_counts_to_the_unit(sizes: Sizes, count: int) -> None:
    with torch.device("meta"):
        assert parameters(Gpt(sizes)) == count
    assert gpt.parameter_count(sizes) == count


@pytest.mark.parametrize(
    ("name", "millions"),
    [
        ("125M", 125.2),
        ("350M", 355.9),
        ("760M", 760.3),
        ("1.3B", 1315.7),
        ("2.7B", 2651.6),
        ("6.7B", 6658.4),
        ("13B", 12_853.4),
        ("175B", 174_604.3),
    ],
)
def test_the_third_generation(name: str, millions: float) -> None:
    assert round(gpt.parameter_count(gpt.GPT3[name]) / 1e6, 1) == pytest.approx(millions, abs=0.11)


def test_a_text_is_learnt_by_heart() -> None:
    one, text = Gpt(SMALL, torch.Generator().manual_seed(0)), torch.tensor([[0, 3, 1, 4, 1, 5, 2, 6]])
    optimizer = torch.optim.Adam(one.parameters(), lr=0.02)
    for _ in range(70):
        loss = -gpt.token_log_probabilities(one(text), text).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.05
    assert one.generate(text[:, :1], end=6, length=7).symbols[0, 0].tolist() == [3, 1, 4, 1, 5, 2, 6]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: model(SMALL)(TOKENS + 3), "tokens holds 7"),
        (lambda: model(SMALL)(TOKENS.double()), "whole numbers"),
        (lambda: model(SMALL)(torch.zeros(1, 9, dtype=torch.int64)), "8 positions"),
        (lambda: Gpt(replace(SMALL, heads=3)), "must divide"),
        (lambda: model(SMALL).generate(TOKENS, end=0, length=9), "longer than the 8 positions"),
        (lambda: gpt.windowed(model(SMALL), TOKENS, 0), "at least 1"),
    ],
    ids="vocabulary kind long heads generate window".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    expected = model(SMALL)(TOKENS)
    found: Tensor = model(SMALL).to(device, dtype)(TOKENS.to(device))
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), expected, 1e-9 if dtype == torch.float64 else 1e-4)
