"""Labs with attention: a Transformer that reverses sequences, GPT on a short text, segments with a memory, masks."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.attention_map import looks
from solvers.lab.experiment import Experiment, Setting, descent, numbers, rows, side_by_side, stream
from solvers.lab.picture import Curves, Heat, Picture
from solvers.models import gpt, sparse_attention, transformer_xl
from solvers.models.transformer import Sizes, Transformer
from solvers.models.transformer_xl import TransformerXl

LENGTH, SYMBOLS, BATCH, HELD = 8, 8, 64, 200
START = SYMBOLS  # the target's first symbol, after the others
CONTEXT, WRITTEN = 32, 60
PERIOD, SEGMENT, KEPT, ROUNDS = 6, 4, 8, 4  # of the patterns: longer than a segment, shorter than what is kept


def reversal(setting: Setting) -> Experiment:
    """Source abc… of random symbols, target …cba: one block each way, two heads, taught with the true prefix."""
    length = LENGTH if setting.length is None else setting.length
    sizes = Sizes(d=32, heads=2, d_ff=64, pre=True)
    weights = stream(setting.seed, "transformer", "weights")
    model = Transformer(SYMBOLS, SYMBOLS + 1, 1, sizes, weights).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    held = data.integers(stream(setting.seed, "transformer", "held"), SYMBOLS, HELD, length).to(setting.device)

    def loss(generator: torch.Generator) -> Tensor:
        source = data.integers(generator, SYMBOLS, BATCH, length).to(setting.device)
        target = source.flip(-1)
        logits = model(source, _shifted(target))
        return F.cross_entropy(logits.flatten(0, 1), target.flatten())  # (N, n, V) -> (N n, V)

    def measure() -> dict[str, float]:
        with torch.no_grad():
            right = _greedy(model, held) == held.flip(-1)
        return {"symbols": float(right.double().mean()), "sequences": float(right.all(dim=-1).double().mean())}

    def picture() -> Picture:
        tables = looks(model.decoder[0].get_submodule("cross"), lambda: model(held[:1], _shifted(held[:1].flip(-1))))
        caption = "a row is a symbol being written, a column one being read; reversing is the other diagonal"
        return Heat("Transformer: cross-attention", tables, 0, 1, caption)

    return Experiment(model, descent(model, loss, optimizer, clip=1.0), measure, picture, (optimizer,))


def _shifted(target: Tensor) -> Tensor:
    """What the decoder has read before it writes each symbol: START, then all but the last. (N, n)"""
    return torch.cat([torch.full_like(target[:, :1], START), target[:, :-1]], dim=-1)


def _greedy(model: Transformer, source: Tensor) -> Tensor:
    """The likeliest symbol at each step, fed back: (N, n) -> (N, n)."""
    cache, symbols = model.begin(source), torch.full_like(source[:, 0], START)
    written = []
    for _ in range(source.shape[-1]):
        logits, cache = model.step(symbols, cache)
        symbols = logits.argmax(dim=-1)
        written.append(symbols)
    return torch.stack(written, dim=-1)


def language(setting: Setting) -> Experiment:
    """GPT with two blocks; the loss is in nats a character, 2.81 where only their frequencies are known."""
    symbols, letters = data.text().to(setting.device), data.alphabet()
    sizes = gpt.Sizes(len(letters), CONTEXT, d=64, heads=4, blocks=2)
    model = gpt.Gpt(sizes, stream(setting.seed, "gpt", "weights")).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)

    def loss(generator: torch.Generator) -> Tensor:
        read = data.excerpts(generator, symbols.cpu(), 32, CONTEXT + 1).to(setting.device)
        return F.cross_entropy(model(read[:, :-1]).flatten(0, 1), read[:, 1:].flatten())  # (N, n, V) -> (N n, V)

    def measure() -> dict[str, float]:
        with torch.no_grad():
            told = model(symbols.unfold(0, CONTEXT, CONTEXT))[:, :-1].argmax(dim=-1)
        right = told == symbols.unfold(0, CONTEXT, CONTEXT)[:, 1:]
        return {"characters foretold": float(right.double().mean())}

    def picture() -> Picture:
        tables = looks(model.blocks[0].get_submodule("attention"), lambda: model(symbols[None, :CONTEXT]))
        said = "".join(letters[int(each)] for each in _continued(model, symbols[:CONTEXT]))
        return Heat("GPT: attention in the first block", tables[:2], 0, 1, f"goes on: {said!r}")

    return Experiment(model, descent(model, loss, optimizer, clip=1.0), measure, picture, (optimizer,))


def _continued(model: gpt.Gpt, start: Tensor) -> Tensor:
    """The likeliest next symbol again and again, from the last CONTEXT of them: (n,) -> (WRITTEN,)."""
    seen = start
    with torch.no_grad():
        for _ in range(WRITTEN):
            new = model(seen[None, -CONTEXT:])[0, -1].argmax()
            seen = torch.cat([seen, new[None]])
    return seen[-WRITTEN:]


def segmented(setting: Setting) -> Experiment:
    """Patterns of six symbols that repeat, read four at a time: only who keeps states of before can tell what comes."""
    sizes = transformer_xl.Sizes(SYMBOLS, d=32, heads=2, blocks=2)
    weights = [stream(setting.seed, "transformer-xl", "weights") for _ in range(2)]
    keeps = {"with memory": KEPT, "each segment alone": 0}
    models = {way: TransformerXl(sizes, each).to(setting.device) for way, each in zip(keeps, weights, strict=True)}
    held = _patterns(stream(setting.seed, "transformer-xl", "held"), HELD, setting)

    def loss(way: str) -> Callable[[torch.Generator], Tensor]:
        def value(generator: torch.Generator) -> Tensor:
            read = _patterns(generator, BATCH, setting)
            logits = models[way].read(read[:, :-1], SEGMENT, keeps[way])
            return F.cross_entropy(logits.flatten(0, 1), read[:, 1:].flatten())  # (N, n, V) -> (N n, V)

        return value

    @torch.no_grad()
    def right(way: str) -> Tensor:
        """The share of right answers at each place: (n,)."""
        logits = models[way].read(held[:, :-1], SEGMENT, keeps[way])
        return (logits.argmax(dim=-1) == held[:, 1:]).double().mean(dim=0)

    def measure() -> dict[str, float]:
        return {way: float(right(way)[PERIOD - 1 :].mean()) for way in keeps}  # once the pattern has been seen

    def picture() -> Picture:
        lines = tuple((way, numbers(right(way))) for way in keeps)
        return Curves("Segments of four: right answers about the next symbol", "place", lines, first=1)

    return side_by_side({way: (models[way], loss(way)) for way in keeps}, 3e-3, measure, picture)


def sparse(setting: Setting) -> Experiment:
    """The same patterns, read at once with some pairs of tokens alone: it counts which are kept, not how many."""
    n = PERIOD * ROUNDS - 1
    masks = {
        "band": sparse_attention.band(n, PERIOD - 1), "dilated": sparse_attention.dilated(n, 1, PERIOD - 2),
        "blocks": sparse_attention.blocks(n, PERIOD),
    }  # fmt: skip
    masks = {way: sparse_attention.causal(mask).to(setting.device) for way, mask in masks.items()}
    sizes = gpt.Sizes(SYMBOLS, n, d=32, heads=2, blocks=2)
    weights = [stream(setting.seed, "sparse-attention", "weights") for _ in masks]
    models = {way: gpt.Gpt(sizes, each).to(setting.device) for way, each in zip(masks, weights, strict=True)}
    held = _patterns(stream(setting.seed, "sparse-attention", "held"), HELD, setting)

    def loss(way: str) -> Callable[[torch.Generator], Tensor]:
        def value(generator: torch.Generator) -> Tensor:
            read = _patterns(generator, BATCH, setting)
            logits = models[way](read[:, :-1], masks[way])
            return F.cross_entropy(logits.flatten(0, 1), read[:, 1:].flatten())  # (N, n, V) -> (N n, V)

        return value

    @torch.no_grad()
    def right(way: str) -> float:
        told = models[way](held[:, :-1], masks[way]).argmax(dim=-1)
        return float((told == held[:, 1:])[:, PERIOD - 1 :].double().mean())  # once the pattern has been seen

    def measure() -> dict[str, float]:
        every = n * (n + 1) / 2
        shares = {f"share of pairs, {way}": sparse_attention.pairs(mask) / every for way, mask in masks.items()}
        return {way: right(way) for way in masks} | shares

    def picture() -> Picture:
        shown = tuple((f"{way}, {right(way):.0%} right", rows(mask.double())) for way, mask in masks.items())
        return Heat("Sparse attention: which token (down) may look at which (across)", shown, 0, 1)

    return side_by_side({way: (models[way], loss(way)) for way in masks}, 3e-3, measure, picture)


def _patterns(generator: torch.Generator, count: int, setting: Setting) -> Tensor:
    """(count, PERIOD ROUNDS)."""
    return data.integers(generator, SYMBOLS, count, PERIOD).repeat(1, ROUNDS).to(setting.device)
