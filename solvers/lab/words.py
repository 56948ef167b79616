"""Labs of words: vectors from their neighbours, and models that fill in what was masked or cut out of a text."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.attention_map import looks
from solvers.lab.experiment import Experiment, Setting, descent, points, stream
from solvers.lab.picture import Heat, Picture, Plane
from solvers.models import bert, masking, span_corruption, t5, word2vec
from solvers.models.word2vec import Word2Vec

CONTEXT, HELD = 32, 64
SPANS, SPAN = 2, 3  # of span corruption: how many, and how long each
PATTERN, PERIOD, REPEATED = "abcdef", 4, 4


def neighbours(setting: Setting) -> Experiment:
    """Skip-gram with negative sampling on sentences of a small language: words of one kind come to lie together."""
    model, counts = _vectors(setting, "word2vec", "negative")

    def loss(generator: torch.Generator) -> Tensor:
        sentences = data.sentences(generator, 16)
        pairs = torch.tensor([pair for row in sentences.tolist() for pair in word2vec.pairs(row, 2)])  # (M, 2)
        drawn = word2vec.draw_negatives(counts, data.uniform(generator, len(pairs), 5))
        centre, around, drawn = (part.to(setting.device) for part in (pairs[:, :1], pairs[:, 1], drawn))
        value: Tensor = model(centre, word2vec.negative_targets(around, drawn))
        return value

    return _kinds("word2vec, skip-gram", model, loss)


def told_by_neighbours(setting: Setting) -> Experiment:
    """CBOW with the hierarchical softmax: each word is told from the mean of the four around it, turn by turn."""
    model, counts = _vectors(setting, "cbow", "hierarchical")
    tree = word2vec.huffman(counts.tolist())

    def loss(generator: torch.Generator) -> Tensor:
        read = data.sentences(generator, 16).flatten().tolist()  # (sentences, words) -> one text
        told = [pair for pair in word2vec.windows(read, 2) if len(pair[1]) == 4]
        centre, around = (torch.tensor(part).to(setting.device) for part in zip(*told, strict=True))  # (M,), (M, 4)
        value: Tensor = model(around, word2vec.tree_targets(tree, centre))
        return value

    return _kinds("word2vec, CBOW", model, loss)


def _vectors(setting: Setting, name: str, kind: str) -> tuple[Word2Vec, Tensor]:
    """The model, and how often each word occurs in a thousand sentences."""
    model = Word2Vec(len(data.WORDS), 8, kind, stream(setting.seed, name, "weights")).double().to(setting.device)
    read = data.sentences(stream(setting.seed, name, "counts"), 1000)
    return model, torch.bincount(read.flatten(), minlength=len(data.WORDS))  # (sentences, words) -> (all)


def _kinds(title: str, model: Word2Vec, loss: Callable[[torch.Generator], Tensor]) -> Experiment:
    """Trains the vectors, and looks whether words of one kind lie together."""
    words, classes = len(data.WORDS), len(data.CLASSES)
    each = (words - 1) // classes
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)

    def measure() -> dict[str, float]:
        """How many of the kind's other words are among a word's five nearest, by the cosine."""
        vectors = F.normalize(model.E.detach()[1:], dim=-1)  # "the" stands everywhere
        alike = (vectors @ vectors.mT).fill_diagonal_(-2).topk(each - 1, dim=-1).indices
        kind = torch.arange(words - 1, device=alike.device) // each
        return {"nearest of the same kind": float((kind[alike] == kind.unsqueeze(-1)).double().mean())}

    def picture() -> Picture:
        vectors = model.E.detach()[1:]
        centred = vectors - vectors.mean(dim=0)
        flat = centred @ torch.linalg.svd(centred, full_matrices=False).Vh[:2].mT  # (words, 2)
        low, high = (flat.amin(dim=0) - 0.3).tolist(), (flat.amax(dim=0) + 0.3).tolist()
        groups = tuple(
            (mark, points(part)) for mark, part in zip("xo*+", flat.split(each), strict=True)
        )  # fmt: skip
        kinds = "; ".join(f"{mark} {', '.join(kind)}" for mark, kind in zip("xo*+", data.CLASSES.values(), strict=True))
        return Plane(f"{title}: the words on two principal axes", groups, (low[0], high[0], low[1], high[1]), (), kinds)

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def masked(setting: Setting) -> Experiment:
    """BERT on a short text of our own: 15 % of the characters are chosen, and told from both sides."""
    symbols, letters = data.text(), data.alphabet()
    mask_token = len(letters)
    sizes = bert.Sizes(len(letters) + 1, CONTEXT, d=64, heads=4, blocks=2)
    model = bert.PreTraining(sizes, stream(setting.seed, "bert", "weights")).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)

    def drawn(generator: torch.Generator, count: int) -> tuple[Tensor, masking.Masked]:
        read = data.excerpts(generator, symbols, count, CONTEXT)
        chances = [data.uniform(generator, count, CONTEXT) for _ in range(3)]
        chances[0][:, 0] = 0.0  # one place at least is chosen in each
        found = masking.mask(read, *chances, mask_token=mask_token, vocabulary=len(letters))
        return read, found

    def logits(found: masking.Masked) -> Tensor:
        words: Tensor = model(found.tokens.to(setting.device))[0]
        return words

    def loss(generator: torch.Generator) -> Tensor:
        read, found = drawn(generator, 32)
        return masking.loss(logits(found), read.to(setting.device), found.chosen.to(setting.device)).mean()

    held, cut = drawn(stream(setting.seed, "bert", "held"), HELD)

    def measure() -> dict[str, float]:
        with torch.no_grad():
            right = logits(cut).argmax(dim=-1).cpu() == held
        return {"masked characters told": float(right[cut.masked].double().mean())}

    def picture() -> Picture:
        tokens = cut.tokens[:1].to(setting.device)
        tables = looks(model.bert.blocks[0].get_submodule("attention"), lambda: model(tokens))
        with torch.no_grad():
            told = logits(cut).argmax(dim=-1)[0].cpu()
        letters_told = told.where(cut.chosen[0], held[0])  # the model is asked at the chosen places only
        read, filled = (_said(each, letters + "_") for each in (cut.tokens[0], letters_told))
        return Heat("BERT: attention in the first block", tables[:2], 0, 1, f"reads {read!r}, tells {filled!r}")

    return Experiment(model, descent(model, loss, optimizer, clip=1.0), measure, picture, (optimizer,))


def cut_out(setting: Setting) -> Experiment:
    """T5 on patterns that repeat: spans are cut out and replaced by sentinels, the decoder writes what they held."""
    marks = len(PATTERN)
    sizes = t5.Sizes(marks + SPANS + 1, d=32, heads=4, d_k=8, d_ff=64, blocks=2, buckets=32, farthest=32)
    model = t5.T5(sizes, stream(setting.seed, "t5", "weights")).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)

    def loss(generator: torch.Generator) -> Tensor:
        source, target = _corrupted(generator, 32, setting)
        logits = model(source, target[:, :-1])
        return F.cross_entropy(logits.flatten(0, 1), target[:, 1:].flatten())  # (N, n, V) -> (N n, V)

    held = _corrupted(stream(setting.seed, "t5", "held"), HELD, setting)

    def written() -> Tensor:
        """The likeliest symbol at each step, fed back: (N, n)."""
        source, target = held
        with torch.no_grad():
            told = target[:, :1]
            for _ in range(target.shape[1] - 1):
                told = torch.cat([told, model(source, told)[:, -1:].argmax(dim=-1)], dim=-1)
        return told

    def measure() -> dict[str, float]:
        text = held[1] < marks
        return {"letters restored": float((written() == held[1])[text].double().mean())}

    def picture() -> Picture:
        shown = PATTERN + "123"
        tables = looks(model.decoder.blocks[0].get_submodule("cross"), lambda: model(held[0][:1], held[1][:1, :-1]))
        caption = f"reads {_said(held[0][0], shown)!r}, writes {_said(written()[0], shown)!r}"
        return Heat("T5: cross-attention in the first block", tables[:2], 0, 1, caption)

    return Experiment(model, descent(model, loss, optimizer, clip=1.0), measure, picture, (optimizer,))


def _corrupted(generator: torch.Generator, count: int, setting: Setting) -> tuple[Tensor, Tensor]:
    """Sources and targets, (N, m) and (N, n): a span of three cut out of each half; sentinels follow letters."""
    marks, half = len(PATTERN), PERIOD * REPEATED // SPANS
    read = data.integers(generator, marks, count, PERIOD).repeat(1, REPEATED).tolist()
    starts = (half * torch.arange(SPANS) + 1 + data.integers(generator, half - SPAN - 1, count, SPANS)).tolist()
    pairs = [
        span_corruption.corrupt(row, [(start, SPAN) for start in each], lambda k: marks + k)
        for row, each in zip(read, starts, strict=True)
    ]
    sources, targets = (torch.tensor([getattr(pair, side) for pair in pairs]) for side in ("source", "target"))
    return sources.to(setting.device), targets.to(setting.device)


def _said(symbols: Tensor, letters: str) -> str:
    return "".join(letters[int(each)] for each in symbols)
