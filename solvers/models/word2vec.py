"""word2vec (notes 14.2): CBOW and skip-gram with full softmax, negative sampling or hierarchical softmax, by hand.

E (..., V, d) holds the words' vectors, C (..., V', d) the other side's: a word each, or an inner node of the tree each.
CBOW: h is the mean of the context's rows of E, and predicts the centre. Skip-gram: h is the centre's row, and predicts
each word of the context; the loss is the sum. Scores are C h.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.models.checks import (
    BadInput,
    check_at_least,
    check_one_of,
    check_real,
    check_shapes,
    check_symbols,
    check_uniforms,
    instance_axes,
    picked,
)

Kind = Literal["cbow", "skip-gram"]


@dataclass(frozen=True, slots=True)
class Vectors:
    """E (..., V, d) and C (..., V', d). Gradients have the same form."""

    E: Tensor
    C: Tensor

    def __post_init__(self) -> None:
        check_shapes(E=(self.E, "words d"), C=(self.C, "rows d"))


@dataclass(frozen=True, slots=True)
class Targets:
    """What h is asked to tell: rows of C (..., K) and the wanted answers y (..., K) of 0 and 1, each a logistic unit.

    Negative sampling: the true word with 1, the k drawn ones with 0. Hierarchical softmax: the inner nodes on the way
    to the word, 1 where it turns left. `real` (..., K) leaves out what only fills up a shorter way.
    """

    rows: Tensor
    y: Tensor
    real: Tensor


@dataclass(frozen=True, slots=True)
class Tree:
    """The way to each word from the root: inner nodes (V, K), 1 where it turns left (V, K), and how long it is."""

    nodes: Tensor
    left: Tensor
    real: Tensor


def pairs(sentence: Sequence[int], window: int) -> list[tuple[int, int]]:
    """Skip-gram's (centre, context) pairs, both sides of the window, cut at the borders, in reading order."""
    check_at_least(1, window=window)
    return [(word, other) for word, around in windows(sentence, window) for other in around]


def windows(sentence: Sequence[int], window: int) -> list[tuple[int, list[int]]]:
    """CBOW's (centre, context words) of each place that has a context."""
    check_at_least(1, window=window)
    found = []
    for place, word in enumerate(sentence):
        around = [*sentence[max(0, place - window) : place], *sentence[place + 1 : place + window + 1]]
        if around:
            found.append((word, around))
    return found


def hidden(vectors: Vectors, context: Tensor) -> Tensor:
    """h, the mean of the context's rows of E: words (..., c) -> (..., d). Skip-gram's context is its centre, c = 1."""
    return _rows(vectors.E, context).mean(dim=-2)


def softmax_loss(vectors: Vectors, context: Tensor, target: Tensor) -> Tensor:
    """-log softmax(C h)[target]: context (..., c), target (...) -> (...)."""
    scores = _scores(vectors, hidden(vectors, context))
    return -picked("target", target, torch.log_softmax(scores, dim=-1))


def softmax_gradient(vectors: Vectors, context: Tensor, target: Tensor) -> Vectors:
    """∂C = (p - onehot) hᵀ, ∂h = Cᵀ (p - onehot); a context word's row of E gets ∂h / c each time."""
    h = hidden(vectors, context)
    p = torch.softmax(_scores(vectors, h), dim=-1)
    check_symbols("target", target, p.shape[-1])
    delta = p - F.one_hot(target, p.shape[-1]).to(p.dtype)  # (..., V)
    dh = torch.einsum("...v,...vd->...d", delta, vectors.C)
    return Vectors(E=_spread(vectors, context, dh), C=delta.unsqueeze(-1) * h.unsqueeze(-2))


def logistic_loss(vectors: Vectors, context: Tensor, targets: Targets) -> Tensor:
    """-Σ_k log σ(±c_k · h), + where y is 1: negative sampling, and hierarchical softmax (where it is -log p): (...)."""
    scores = _logits(vectors, hidden(vectors, context), targets)
    signed = torch.where(targets.y == 1, scores, -scores)
    return -(F.logsigmoid(signed) * targets.real.to(scores.dtype)).sum(dim=-1)


def logistic_gradient(vectors: Vectors, context: Tensor, targets: Targets) -> Vectors:
    """With δ_k = σ(c_k · h) - y_k: row k of C gets δ_k h, h gets Σ_k δ_k c_k; a row asked for twice gets both."""
    h = hidden(vectors, context)
    y, real = targets.y.to(h.dtype), targets.real.to(h.dtype)
    delta = (torch.sigmoid(_logits(vectors, h, targets)) - y) * real  # (..., K)
    dh = torch.einsum("...k,...kd->...d", delta, _rows(vectors.C, targets.rows))
    onto = F.one_hot(targets.rows, vectors.C.shape[-2]).to(h.dtype)  # (..., K, V')
    dC = torch.einsum("...kv,...k,...d->...vd", onto, delta, h)
    return Vectors(E=_spread(vectors, context, dh), C=dC)


def negative_targets(word: Tensor, negatives: Tensor) -> Targets:
    """The true word (...) with 1, then the drawn ones (..., k) with 0."""
    check_symbols("word", word, 2**62)
    check_symbols("negatives", negatives, 2**62, "drawn")
    leading = instance_axes(word=(word, 0), negatives=(negatives, 1))
    rows = torch.cat([word.expand(leading).unsqueeze(-1), negatives.expand(*leading, -1)], dim=-1)
    y = torch.zeros(rows.shape, dtype=torch.float64, device=rows.device)
    y[..., 0] = 1
    return Targets(rows=rows, y=y, real=torch.ones_like(y))


def cost(kind: Kind, words: int, d: int, context: int) -> float:
    """Multiply-adds of a step with the hierarchical softmax of a balanced tree, as published (Mikolov et al. 2013).

    CBOW, from N words of context to one: N D + D log₂ V; skip-gram, from one to C: C (D + D log₂ V).
    """
    check_one_of("kind", kind, ("cbow", "skip-gram"))
    check_at_least(1, d=d, context=context)
    check_at_least(2, words=words)
    told = d * math.log2(words)
    return context * d + told if kind == "cbow" else context * (d + told)


def draw_negatives(counts: Tensor, uniforms: Tensor, power: float = 0.75) -> Tensor:
    """Words by P(w) ∝ count^power, the least w whose cumulated P exceeds u: counts (V), u (..., k) -> (..., k)."""
    check_shapes(uniforms=(uniforms, "draws"))
    check_uniforms(uniforms=uniforms)
    check_real("[0, inf)", counts=counts)
    if counts.ndim != 1 or not bool((counts > 0).any()):
        raise BadInput(f"counts has shape {tuple(counts.shape)}, but a vector with a word that occurs is needed.")
    cumulated = torch.cumsum(counts.double() ** power, dim=-1)
    found = torch.searchsorted(cumulated / cumulated[-1], uniforms.double(), right=True)
    return found.clamp(max=len(counts) - 1)


def huffman(counts: Sequence[int]) -> Tree:
    """Huffman's tree: the two rarest are joined again and again, of equal ones the earlier made; the rarer goes left.

    Inner nodes are numbered as they are made, so the root is V - 2.
    """
    check_at_least(2, words=len(counts))
    check_at_least(0, **{f"count {word}": count for word, count in enumerate(counts)})
    heap = [(count, word, word) for word, count in enumerate(counts)]  # (count, age, node); words are their own age
    heapq.heapify(heap)
    parent: dict[int, tuple[int, int]] = {}
    for inner in range(len(counts) - 1):
        one, other = heapq.heappop(heap), heapq.heappop(heap)
        parent[one[2]], parent[other[2]] = (inner, 1), (inner, 0)
        heapq.heappush(heap, (one[0] + other[0], len(counts) + inner, len(counts) + inner))
    return _tree([_way(word, parent, len(counts)) for word in range(len(counts))])


def tree_targets(tree: Tree, word: Tensor) -> Targets:
    """The inner nodes on the way to the word (...), and the turns: (..., K)."""
    check_symbols("word", word, tree.nodes.shape[0])
    return Targets(*(each.to(word.device)[word] for each in (tree.nodes, tree.left, tree.real)))


class Word2Vec(nn.Module):
    """The same as a trainable module, with the mean loss over a batch of (context (N, c), target (N))."""

    def __init__(self, words: int, d: int, kind: str = "softmax", generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(2, words=words)
        check_at_least(1, d=d)
        check_one_of("kind", kind, ("softmax", "negative", "hierarchical"))
        self.kind = kind
        self.E = nn.Parameter(torch.randn(words, d, generator=generator) * d**-0.5)
        rows = words - 1 if kind == "hierarchical" else words
        self.C = nn.Parameter(torch.randn(rows, d, generator=generator) * d**-0.5)

    def forward(self, context: Tensor, target: Tensor | Targets) -> Tensor:
        vectors = Vectors(self.E, self.C)
        if isinstance(target, Targets):
            return logistic_loss(vectors, context, target).mean()
        return softmax_loss(vectors, context, target).mean()


def _scores(vectors: Vectors, h: Tensor) -> Tensor:
    """C h: (..., d) -> (..., V)."""
    return (vectors.C @ h.unsqueeze(-1)).squeeze(-1)


def _logits(vectors: Vectors, h: Tensor, targets: Targets) -> Tensor:
    """c_k · h of the rows asked for: (..., K)."""
    return (_rows(vectors.C, targets.rows) * h.unsqueeze(-2)).sum(dim=-1)


def _rows(table: Tensor, words: Tensor) -> Tensor:
    """Rows of (..., V, d) by words (..., c), each instance its own table or all the same: (..., c, d)."""
    check_symbols("words", words, table.shape[-2], "words")
    if table.ndim == 2:
        return table[words]
    leading = instance_axes(table=(table, 2), words=(words, 1))
    table = table.expand(*leading, *table.shape[-2:])
    places = words.expand(*leading, words.shape[-1]).unsqueeze(-1).expand(*leading, words.shape[-1], table.shape[-1])
    return table.gather(-2, places)


def _spread(vectors: Vectors, context: Tensor, dh: Tensor) -> Tensor:
    """∂h / c on each context word's row: (..., c), (..., d) -> (..., V, d)."""
    share = F.one_hot(context, vectors.E.shape[-2]).to(dh.dtype).mean(dim=-2)  # (..., c, V) -> (..., V)
    return share.unsqueeze(-1) * dh.unsqueeze(-2)


def _way(word: int, parent: dict[int, tuple[int, int]], words: int) -> list[tuple[int, int]]:
    """(inner node, turn) from the root down to the word."""
    way, node = [], word
    while node in parent:
        way.append(parent[node])
        node = words + parent[node][0]
    return way[::-1]


def _tree(ways: list[list[tuple[int, int]]]) -> Tree:
    longest = max(map(len, ways))
    filled = torch.tensor([way + [(0, 0)] * (longest - len(way)) for way in ways])  # (V, K, 2)
    real = torch.tensor([[1.0] * len(way) + [0.0] * (longest - len(way)) for way in ways], dtype=torch.float64)
    return Tree(nodes=filled[..., 0], left=filled[..., 1].double(), real=real)
