"""word2vec: pairs by enumeration, losses and gradients against autograd, loops and torch, the tree's probabilities."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from solvers.models import word2vec
from solvers.models.checks import BadInput
from solvers.models.word2vec import Targets, Vectors, Word2Vec
from tests.solvers.models.data import assert_close, normal, tensor, uniform

V, D = 5, 3


def network(seed: int, rows: int = V, *leading: int) -> Vectors:
    return Vectors(normal(seed, *leading, V, D), normal(seed + 1, *leading, rows, D))


def words(seed: int, *shape: int, high: int = V) -> Tensor:
    return torch.randint(high, shape, generator=torch.Generator().manual_seed(seed))


@given(st.lists(st.integers(0, 6), max_size=8), st.integers(1, 4))
def test_pairs_are_all_within_the_window(sentence: list[int], window: int) -> None:
    places = range(len(sentence))
    near = [(sentence[i], sentence[j]) for i in places for j in places if i != j and abs(i - j) <= window]
    assert word2vec.pairs(sentence, window) == near


def test_windows_of_a_short_sentence() -> None:
    assert word2vec.windows([7, 8, 9], 1) == [(7, [8]), (8, [7, 9]), (9, [8])]
    assert word2vec.windows([7], 2) == []


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_softmax_loss_is_cross_entropy(seed: int, c: int) -> None:
    vectors, context, target = network(seed), words(seed + 2, 6, c), words(seed + 3, 6)
    h = torch.stack([sum(vectors.E[w] for w in row) / c for row in context])  # type: ignore[misc]
    assert_close(word2vec.hidden(vectors, context), h)
    expected = F.cross_entropy(h @ vectors.C.T, target, reduction="none")
    assert_close(word2vec.softmax_loss(vectors, context, target), expected)


def grown(loss: Callable[[Vectors], Tensor], vectors: Vectors) -> Vectors:
    E, C = (each.clone().requires_grad_() for each in (vectors.E, vectors.C))
    return Vectors(*torch.autograd.grad(loss(Vectors(E, C)).sum(), (E, C)))


@given(st.integers(0, 10_000), st.integers(1, 4), st.booleans())
def test_softmax_gradient_is_autograd(seed: int, c: int, shared: bool) -> None:
    vectors = network(seed, V) if shared else network(seed, V, 4)
    context, target = words(seed + 2, 4, c), words(seed + 3, 4)
    found = word2vec.softmax_gradient(vectors, context, target)
    expected = grown(lambda each: word2vec.softmax_loss(each, context, target), vectors)
    assert found.E.shape == (4, V, D)
    assert_close(found.E.sum(dim=0) if shared else found.E, expected.E, 1e-11)
    assert_close(found.C.sum(dim=0) if shared else found.C, expected.C, 1e-11)


def targets(kind: str, seed: int) -> tuple[Targets, int]:
    if kind == "negative":
        return word2vec.negative_targets(words(seed, 4), words(seed + 1, 4, 3)), V
    return word2vec.tree_targets(word2vec.huffman([5, 1, 1, 3, 2]), words(seed, 4)), V - 1


@given(st.integers(0, 10_000), st.sampled_from(["negative", "hierarchical"]), st.booleans())
def test_logistic_gradient_is_autograd(seed: int, kind: str, shared: bool) -> None:
    asked, rows = targets(kind, seed + 5)
    vectors, context = network(seed, rows) if shared else network(seed, rows, 4), words(seed + 2, 4, 2)
    found = word2vec.logistic_gradient(vectors, context, asked)
    expected = grown(lambda each: word2vec.logistic_loss(each, context, asked), vectors)
    assert_close(found.E.sum(dim=0) if shared else found.E, expected.E, 1e-11)
    assert_close(found.C.sum(dim=0) if shared else found.C, expected.C, 1e-11)


def test_negative_sampling_is_its_formula() -> None:
    """-log σ(c_o · h) - Σ log σ(-c_k · h), number by number; a negative drawn twice counts twice."""
    vectors, context = network(1), torch.tensor([0, 3])
    asked = word2vec.negative_targets(torch.tensor(2), torch.tensor([1, 4, 4]))
    h = [(a + b) / 2 for a, b in zip(vectors.E[0].tolist(), vectors.E[3].tolist(), strict=True)]

    def logistic(word: int, sign: int) -> float:
        return 1 / (1 + math.exp(-sign * sum(a * b for a, b in zip(vectors.C[word].tolist(), h, strict=True))))

    expected = -math.log(logistic(2, 1)) - sum(math.log(logistic(word, -1)) for word in (1, 4, 4))
    assert_close(word2vec.logistic_loss(vectors, context, asked), tensor(expected))


@given(st.integers(0, 10_000), st.lists(st.integers(1, 9), min_size=2, max_size=7))
def test_the_tree_is_a_distribution(seed: int, counts: list[int]) -> None:
    """exp(-loss) over all words sums to 1: hierarchical softmax is a softmax."""
    tree, size = word2vec.huffman(counts), len(counts)
    vectors = Vectors(normal(seed, size, D), normal(seed + 1, size - 1, D))
    context = torch.zeros(size, 1, dtype=torch.long)
    losses = word2vec.logistic_loss(vectors, context, word2vec.tree_targets(tree, torch.arange(size)))
    assert_close(torch.exp(-losses).sum(), tensor(1.0))


@given(st.lists(st.integers(1, 50), min_size=2, max_size=9))
def test_the_tree_is_huffmans(counts: list[int]) -> None:
    """Its total length is the sum of the joined counts, which is least; and no word is the beginning of another."""
    tree = word2vec.huffman(counts)
    lengths = tree.real.sum(dim=-1)
    heap, total = sorted(counts), 0
    while len(heap) > 1:
        joined = heap[0] + heap[1]
        total, heap = total + joined, sorted([*heap[2:], joined])
    assert int((lengths * tensor(counts)).sum()) == total
    assert float((0.5**lengths).sum()) == 1.0


def test_a_tree_by_hand() -> None:
    """Counts 5, 1, 1, 3, 2: (1+1), then (2+2), then (3+4), then (5+7); word 0 is one turn from the root, node 3."""
    tree = word2vec.huffman([5, 1, 1, 3, 2])
    ways = [tree.nodes[word, : int(tree.real[word].sum())].tolist() for word in range(5)]
    assert ways == [[3], [3, 2, 1, 0], [3, 2, 1, 0], [3, 2], [3, 2, 1]]
    assert [tree.left[word, : len(way)].int().tolist() for word, way in enumerate(ways)] == [
        [1],
        [0, 0, 0, 1],
        [0, 0, 0, 0],
        [0, 1],
        [0, 0, 1],
    ]


def test_negatives_follow_their_law() -> None:
    counts = tensor([1, 16, 0, 81])
    drawn = word2vec.draw_negatives(counts, uniform(1, 20_000))
    share = torch.bincount(drawn, minlength=4).double() / 20_000
    assert_close(share, tensor([1, 8, 0, 27]) / 36, 0.02)
    edges = word2vec.draw_negatives(counts, tensor([0, 1 / 36, 0.24999, 0.25, 0.99999]))
    assert edges.tolist() == [0, 1, 1, 3, 3]


@pytest.mark.parametrize("kind", ["softmax", "negative", "hierarchical"])
def test_the_module_learns_who_stands_beside_whom(kind: str) -> None:
    """Words 0 1 and 2 3 come in pairs: the loss falls below what the word counts alone allow."""
    generator = torch.Generator().manual_seed(0)
    model = Word2Vec(4, 4, kind, generator).double()
    pairs = torch.tensor([[0, 1], [1, 0], [2, 3], [3, 2]])
    context, target = pairs[:, :1], pairs[:, 1]
    tree = word2vec.huffman([1, 1, 1, 1])
    asked: Tensor | Targets = target
    if kind != "softmax":
        others = torch.tensor([[0, 2, 3], [1, 2, 3], [0, 1, 2], [0, 1, 3]])
        asked = (
            word2vec.tree_targets(tree, target) if kind == "hierarchical" else word2vec.negative_targets(target, others)
        )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(60):
        optimizer.zero_grad()
        loss = model(context, asked)
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.1


@pytest.mark.parametrize("depth", [1, 3, 5])
def test_costs_are_the_products_of_a_balanced_tree(depth: int) -> None:
    """Every vector that is read costs d products: the context's, and an inner node's at each turn."""
    V, d, C = 2**depth, 7, 4
    targets = word2vec.tree_targets(word2vec.huffman([1] * V), torch.arange(V))
    turns = targets.real.sum(dim=-1)
    assert turns.tolist() == [depth] * V
    assert word2vec.cost("cbow", V, d, C) == C * d + d * depth
    assert word2vec.cost("skip-gram", V, d, C) == C * (d + d * depth)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: word2vec.hidden(network(1), torch.tensor([5])), "words holds 5"),
        (lambda: word2vec.hidden(network(1), tensor([1])), r"words is torch\.float64"),
        (lambda: word2vec.pairs([1, 2], 0), "window is 0"),
        (lambda: word2vec.huffman([3]), "words is 1"),
        (lambda: word2vec.draw_negatives(tensor([0, 0]), tensor([0.5])), r"counts has shape \(2,\)"),
        (lambda: Word2Vec(4, 2, "tree"), "kind is 'tree'"),
    ],
    ids=["range", "dtype", "window", "tree", "counts", "kind"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_gradients(device: str, dtype: torch.dtype) -> None:
    vectors, context, target = network(1), words(2, 4, 2), words(3, 4)
    there = Vectors(vectors.E.to(device, dtype), vectors.C.to(device, dtype))
    tolerance = 1e-9 if dtype == torch.float64 else 1e-4
    found = word2vec.softmax_gradient(there, context.to(device), target.to(device))
    assert_close(found.E.double(), word2vec.softmax_gradient(vectors, context, target).E, tolerance)
    tree = word2vec.huffman([5, 1, 1, 3, 2, 2])
    for asked, moved in [
        (word2vec.negative_targets(target, context), word2vec.negative_targets(target.to(device), context.to(device))),
        (word2vec.tree_targets(tree, target), word2vec.tree_targets(tree, target.to(device))),
    ]:
        found = word2vec.logistic_gradient(there, context.to(device), moved)
        assert (found.C.device.type, found.C.dtype) == (device, dtype)
        assert_close(found.C.double(), word2vec.logistic_gradient(vectors, context, asked).C, tolerance)
