"""BERT: the published counts, what padding and order may and may not change, and masked words it can learn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from solvers.models import bert, masking
from solvers.models.bert import Bert, PreTraining, Sizes
from solvers.models.checks import BadInput
from solvers.models.layer_table import parameters
from tests.solvers.models.data import assert_close
from tests.solvers.models.test_gpt import shuffled

SMALL = Sizes(vocabulary=9, positions=6, d=8, heads=2, blocks=2)
TOKENS = torch.tensor([[1, 4, 2, 6, 0], [3, 3, 5, 1, 2]])


def model(seed: int = 1) -> PreTraining:
    found = shuffled(PreTraining(SMALL, torch.Generator().manual_seed(seed)))
    assert isinstance(found, PreTraining)
    return found


@pytest.mark.parametrize(
    ("sizes", "body", "heads"),
    [(bert.BASE, 109_482_240, 110_106_428), (bert.LARGE, 335_141_888, 336_226_108)],
    ids=["base", "large"],
)
def test_published_counts_to_the_unit(sizes: Sizes, body: int, heads: int) -> None:
    with torch.device("meta"):
        assert parameters(Bert(sizes)) == body
        assert parameters(PreTraining(sizes)) == heads
    assert (bert.parameter_count(sizes), bert.parameter_count(sizes, pre_training=True)) == (body, heads)


def test_embeddings_are_summed_and_normed() -> None:
    one = model().bert
    x = one.tokens[TOKENS] + one.places[:5] + one.segments[torch.tensor([0, 0, 1, 1, 1])]
    x = nn.functional.layer_norm(x, (8,), one.start.gamma, one.start.beta, 1e-12)
    for block in one.blocks:
        x = block(x)
    segments = torch.tensor([0, 0, 1, 1, 1]).expand(2, 5)
    assert_close(one(TOKENS, segments), x, 1e-10)
    assert_close(one.pool(x), torch.tanh(x[:, 0] @ one.pooler + one.pooler_bias))
    plain = one(TOKENS)
    assert_close(plain, one(TOKENS, torch.zeros_like(TOKENS)))
    assert float((plain - x).abs().max()) > 1e-3


def test_both_sides_are_seen() -> None:
    one, changed = model().bert, TOKENS.clone()
    changed[:, 4] = 8
    assert float((one(changed)[:, 0] - one(TOKENS)[:, 0]).abs().max()) > 1e-6


def test_padding_does_not_matter() -> None:
    one, lengths = model().bert, torch.tensor([3, 5])
    padded = TOKENS.clone()
    padded[0, 3:] = 7
    assert_close(one(padded, lengths=lengths)[0, :3], one(TOKENS[:1, :3])[0], 1e-10)
    assert_close(one(padded, lengths=lengths)[1], one(TOKENS)[1], 1e-10)


def test_order_matters_by_the_positions_alone() -> None:
    one = model().bert
    turned = [4, 2, 0, 1, 3]
    assert float((one(TOKENS[:, turned]) - one(TOKENS)[:, turned]).abs().max()) > 1e-3
    with torch.no_grad():
        one.places.zero_()
    assert_close(one(TOKENS[:, turned]), one(TOKENS)[:, turned], 1e-10)


def test_the_word_head_is_tied() -> None:
    one = model()
    before = one(TOKENS)[0]
    with torch.no_grad():
        one.bert.tokens[8] += 1.0  # not among the tokens read
    after = one(TOKENS)[0]
    assert_close(after[..., :8], before[..., :8])
    assert float((after[..., 8] - before[..., 8]).abs().max()) > 1e-3


def test_masked_words_are_learnt() -> None:
    """Two sentences, one place masked (token 8): the rest tells which word stood there."""
    one, text = PreTraining(SMALL, torch.Generator().manual_seed(0)), torch.tensor([[1, 2, 3, 4], [5, 6, 7, 0]])
    chosen = torch.tensor([[False, True, False, False]]).expand(2, 4)
    read = torch.where(chosen, 8, text)
    optimizer = torch.optim.Adam(one.parameters(), lr=0.01)
    for _ in range(50):
        words, _ = one(read)
        loss = masking.loss(words, text, chosen).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.1
    assert one(read)[0][:, 1].argmax(-1).tolist() == [2, 6]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: model()(TOKENS + 5), "tokens holds 9"),
        (lambda: model()(TOKENS, TOKENS), "first and the second"),
        (lambda: model()(torch.zeros(1, 7, dtype=torch.int64)), "6 positions"),
        (lambda: model()(TOKENS, None, torch.tensor([0, 5])), "at least one"),
    ],
    ids="vocabulary segments long lengths".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    expected = model()(TOKENS)
    found = model().to(device, dtype)(TOKENS.to(device))
    for mine, other in zip(found, expected, strict=True):
        assert (mine.device.type, mine.dtype) == (device, dtype)
        assert_close(mine.double(), other, 1e-9 if dtype == torch.float64 else 1e-3)
