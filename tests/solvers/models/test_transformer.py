"""The Transformer against torch's layers, the published count, and what caches, masks and padding may not change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from solvers.models import decoding, transformer
from solvers.models.attention import Heads, causal_mask
from solvers.models.checks import BadInput
from solvers.models.layer_norm import LayerNorm
from solvers.models.transformer import DecoderBlock, EncoderBlock, FeedForward, Sizes, Transformer
from tests.solvers.models.data import assert_close, normal

SMALL = Sizes(d=8, heads=2, d_ff=12)
PRE = Sizes(d=8, heads=2, d_ff=12, pre=True)
each_order = pytest.mark.parametrize("sizes", [SMALL, PRE], ids=["post", "pre"])


def shuffled(module: nn.Module, seed: int = 3) -> nn.Module:
    """Every parameter off its starting value, so that no bias or gain is trivial."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for each in module.parameters():
            each.add_(0.3 * torch.randn(each.shape, generator=generator))
    return module.double()


def generator(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def heads_state(name: str, heads: Heads) -> dict[str, Tensor]:
    *weights, O, q, k, v, o = heads.tensors()
    flat = [each.transpose(0, 1).flatten(1).T for each in weights]  # (h, d, k) -> (h k, d)
    return {
        f"{name}.in_proj_weight": torch.cat(flat),
        f"{name}.in_proj_bias": torch.cat([each.flatten() for each in (q, k, v)]),
        f"{name}.out_proj.weight": O.T,
        f"{name}.out_proj.bias": o,
    }


def rest_state(norms: nn.ModuleList, ffn: FeedForward) -> dict[str, Tensor]:
    found = {"linear1.weight": ffn.W1.T, "linear1.bias": ffn.b1, "linear2.weight": ffn.W2.T, "linear2.bias": ffn.b2}
    for place, norm in enumerate(norms, start=1):
        assert isinstance(norm, LayerNorm)
        found |= {f"norm{place}.weight": norm.gamma, f"norm{place}.bias": norm.beta}
    return found


def options(sizes: Sizes) -> dict[str, object]:
    return {"dropout": 0.0, "batch_first": True, "norm_first": sizes.pre, "dtype": torch.float64}


@each_order
def test_torch_has_the_same_encoder_block(sizes: Sizes) -> None:
    ours = shuffled(EncoderBlock(sizes, generator()))
    assert isinstance(ours, EncoderBlock)
    theirs = nn.TransformerEncoderLayer(sizes.d, sizes.heads, sizes.d_ff, **options(sizes))  # type: ignore[arg-type]
    theirs.load_state_dict(
        heads_state("self_attn", ours.attention.weights()) | rest_state(ours.norms, ours.feed_forward)
    )
    x = normal(1, 3, 5, sizes.d)
    assert_close(ours(x), theirs(x))
    mask = causal_mask(5)
    assert_close(ours(x, mask), theirs(x, src_mask=~mask))
    assert sum(each.numel() for each in theirs.parameters()) == transformer.block_parameters(sizes.d, sizes.d_ff)


@each_order
def test_torch_has_the_same_decoder_block(sizes: Sizes) -> None:
    ours = shuffled(DecoderBlock(sizes, generator()))
    assert isinstance(ours, DecoderBlock)
    theirs = nn.TransformerDecoderLayer(sizes.d, sizes.heads, sizes.d_ff, **options(sizes))  # type: ignore[arg-type]
    state = heads_state("self_attn", ours.attention.weights()) | heads_state("multihead_attn", ours.cross.weights())
    theirs.load_state_dict(state | rest_state(ours.norms, ours.feed_forward))
    x, memory = normal(1, 3, 4, sizes.d), normal(2, 3, 6, sizes.d)
    assert_close(ours(x, memory), theirs(x, memory, tgt_mask=~causal_mask(4)))
    count = transformer.block_parameters(sizes.d, sizes.d_ff, decoder=True)
    assert sum(each.numel() for each in theirs.parameters()) == count


def test_the_published_size() -> None:
    """nn.Transformer at its defaults has 44,140,544 parameters: twelve blocks and two closing norms, no embeddings."""
    with torch.device("meta"):
        theirs = nn.Transformer(batch_first=True)
        ours = Transformer(37_000, 37_000)
    blocks = sum(each.numel() for each in [*ours.encoder.parameters(), *ours.decoder.parameters()])
    assert blocks + 2 * 2 * 512 == sum(each.numel() for each in theirs.parameters()) == 44_140_544
    closed = 6 * (transformer.block_parameters(512, 2048) + transformer.block_parameters(512, 2048, decoder=True))
    assert closed == blocks


@pytest.mark.parametrize(
    ("d", "d_ff", "count", "without", "published"),
    [(512, 2048, 63_045_632, 44_101_632, 65e6), (1024, 4096, 214_171_648, 176_283_648, 213e6)],
    ids=["base", "big"],
)
def test_the_paper_s_table(d: int, d_ff: int, count: int, without: int, published: float) -> None:
    """Six blocks each way without attention biases, one tied embedding of 37,000 words; no vocabulary gives both."""
    blocks = (transformer.block_parameters(d, d_ff, decoder=each, bias=False) for each in (False, True))
    assert (found := 6 * sum(blocks)) == without
    assert found + 37_000 * d == count
    assert count == pytest.approx(published, rel=0.035)


def test_the_block_is_the_notes_formula() -> None:
    """H' = LayerNorm(SelfAttention(X) + X), H = LayerNorm(FFN(H') + H')."""
    block = shuffled(EncoderBlock(SMALL, generator()))
    assert isinstance(block, EncoderBlock)
    X = normal(1, 5, 8)
    between = block.norms[0](block.attention(X) + X)
    assert_close(block(X), block.norms[1](block.feed_forward(between) + between))


def model(sizes: Sizes, source: int = 7, target: int = 5) -> Transformer:
    found = shuffled(Transformer(source, target, 2, sizes, generator()))
    assert isinstance(found, Transformer)
    return found


def symbols(seed: int, high: int, *shape: int) -> Tensor:
    return torch.randint(high, shape, generator=generator(seed))


@each_order
def test_steps_give_the_logits_of_the_whole_sequence(sizes: Sizes) -> None:
    net, source, target = model(sizes), symbols(1, 7, 3, 6), symbols(2, 5, 3, 4)
    for lengths in (None, torch.tensor([6, 2, 4])):
        expected, cache = net(source, target, lengths), net.begin(source, lengths)
        for t in range(4):
            logits, cache = net.step(target[:, t], cache)
            assert_close(logits, expected[:, t], 1e-11)


@each_order
def test_padding_is_not_seen(sizes: Sizes) -> None:
    net, source, target = model(sizes), symbols(1, 7, 2, 6), symbols(2, 5, 2, 4)
    lengths = torch.tensor([3, 5])
    padded = net(source, target, lengths)
    for i, length in enumerate(lengths.tolist()):
        assert_close(padded[i], net(source[i : i + 1, :length], target[i : i + 1])[0], 1e-11)


@each_order
@pytest.mark.parametrize("t", [0, 1, 3])
def test_the_decoder_does_not_see_the_future(sizes: Sizes, t: int) -> None:
    net, source, target = model(sizes), symbols(1, 7, 2, 6), symbols(2, 5, 2, 4)
    changed = target.clone()
    changed[:, t] = (changed[:, t] + 1) % 5
    before, after = net(source, target), net(source, changed)
    assert_close(before[:, :t], after[:, :t], 0.0)
    assert not torch.equal(before[:, t], after[:, t])


def test_without_positions_the_encoder_is_equivariant() -> None:
    block, x, order = shuffled(EncoderBlock(SMALL, generator())), normal(1, 5, 8), [3, 0, 4, 1, 2]
    assert_close(block(x[order]), block(x)[order])
    net = model(SMALL)
    source = symbols(1, 7, 1, 5)
    assert not torch.allclose(net.encode(source[:, order]), net.encode(source)[:, order])


@each_order
@pytest.mark.parametrize("width", [1, 3])
def test_generation_with_the_cache_is_generation_without(sizes: Sizes, width: int) -> None:
    """The same search, the whole prefix run anew at each step."""
    net, source, lengths = model(sizes), symbols(1, 7, 2, 6), torch.tensor([6, 4])
    memory = net.encode(source, lengths)
    State = tuple[Tensor, Tensor, Tensor]

    def step(last: Tensor, state: State) -> tuple[Tensor, State]:
        prefix, seen, count = state
        prefix = torch.cat([prefix, last.unsqueeze(-1)], dim=-1)
        return net.decode(prefix, seen, count)[:, -1], (prefix, seen, count)

    def pick(state: State, rows: Tensor) -> State:
        return state[0][rows], state[1][rows], state[2][rows]

    start = (source.new_zeros(2, 0), memory, lengths)
    expected = decoding.beam(step, pick, start, torch.tensor([1, 1]), 0, 4, width)
    found = net.generate(source, 1, 0, 4, width, lengths)
    assert found.symbols.tolist() == expected.symbols.tolist()
    assert_close(found.scores, expected.scores, 1e-10)


def test_one_instance_is_a_batch_of_one() -> None:
    net, source, target = model(PRE), symbols(1, 7, 3, 6), symbols(2, 5, 3, 4)
    assert_close(net(source, target)[1:2], net(source[1:2], target[1:2]), 1e-11)


def test_the_model_learns_to_reverse() -> None:
    """Sequences of three symbols, said backwards; 0 ends, 1 begins."""
    net = Transformer(4, 4, 1, Sizes(d=16, heads=2, d_ff=32, pre=True), generator())
    source = torch.cartesian_prod(*[torch.tensor([2, 3])] * 3)
    wanted = torch.cat([source.flip(-1), torch.zeros(8, 1, dtype=torch.long)], dim=-1)
    given = torch.cat([torch.ones(8, 1, dtype=torch.long), wanted[:, :-1]], dim=-1)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
    for _ in range(60):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(source, given).flatten(0, 1), wanted.flatten())
        loss.backward()
        optimizer.step()
    assert net.generate(source, 1, 0, 4).symbols.squeeze(1).tolist() == wanted.tolist()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Transformer(0, 5), "source is 0"),
        (lambda: Transformer(5, 5, 1, Sizes(d=6, heads=4, d_ff=4)), "heads is 4, but it must divide d = 6"),
        (lambda: model(SMALL).encode(torch.tensor([[7]])), "source holds 7"),
        (lambda: model(SMALL).encode(torch.tensor([[1.0]])), "source is torch.float32, but whole numbers"),
        (lambda: model(SMALL)(symbols(1, 7, 1, 3), torch.tensor([[5]])), "target holds 5"),
        (lambda: transformer.block_parameters(8, 0), "d_ff is 0"),
    ],
    ids=["size", "heads", "range", "dtype", "target", "count"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_logits(device: str, dtype: torch.dtype) -> None:
    net, source, target = model(PRE), symbols(1, 7, 3, 6), symbols(2, 5, 3, 4)
    expected = net(source, target)
    there = net.to(device, dtype)
    found = there(source.to(device), target.to(device))
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), expected, 1e-9 if dtype == torch.float64 else 1e-4)
    assert there.generate(source.to(device), 1, 0, 3, 2).symbols.device.type == device
