"""Labs with attention: a Transformer that reverses sequences, and GPT on a short text of our own."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.attention_map import looks
from solvers.lab.experiment import Experiment, Setting, descent, stream
from solvers.lab.picture import Heat, Picture
from solvers.models import gpt
from solvers.models.transformer import Sizes, Transformer

LENGTH, SYMBOLS, BATCH, HELD = 8, 8, 64, 200
START = SYMBOLS  # the target's first symbol, after the others
CONTEXT, WRITTEN = 32, 60


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
