"""word2vec against gensim: its tree, its law of negatives, and what one sentence does to the vectors we put in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import word2vec
from solvers.models.word2vec import Targets, Vectors
from tests.solvers.models.data import assert_close, normal, tensor

COUNTS = [40, 21, 12, 7, 3]  # no two of them, or of their sums, tie on the way to the tree
SENTENCE = [2, 0, 4, 1, 3]
D, RATE, SEED = 4, 0.05, 5


def library() -> Any:
    return pytest.importorskip("gensim.models.word2vec", reason="the oracle gensim is not installed")


def model(counts: list[int], **options: object) -> Any:
    """Words named by their numbers, all kept; windows of a fixed width."""
    fixed = {"vector_size": D, "min_count": 1, "sample": 0, "shrink_windows": False, "workers": 1}
    found = library().Word2Vec(**fixed, **options)
    found.build_vocab_from_freq({str(word): count for word, count in enumerate(counts)}, corpus_count=1)
    return found


def in_our_order(theirs: Any) -> list[int]:
    """Their row of each word: they sort by counts."""
    return [theirs.wv.key_to_index[str(word)] for word in range(len(theirs.wv))]


def ways(theirs: Any) -> list[tuple[list[int], list[int]]]:
    """Of each word the inner nodes from the root on, and 1 for each turn to the rarer side, their bit 0."""
    looked = [[theirs.wv.get_vecattr(str(word), what) for what in ("point", "code")] for word in range(len(theirs.wv))]
    return [(point.tolist(), (1 - code.astype(int)).tolist()) for point, code in looked]


def test_the_tree_is_the_same() -> None:
    tree = word2vec.huffman(COUNTS)
    lengths = tree.real.sum(dim=-1).int().tolist()
    ours = [(tree.nodes[w, :n].tolist(), tree.left[w, :n].int().tolist()) for w, n in enumerate(lengths)]
    assert ours == ways(model(COUNTS, hs=1, negative=0))


@settings(max_examples=30)
@given(st.lists(st.integers(1, 50), min_size=2, max_size=9))
def test_any_tree_is_as_short(counts: list[int]) -> None:
    """Where counts tie, trees may differ, but not the length of the coded text."""
    theirs = sum(count * len(turns) for count, (_, turns) in zip(counts, ways(model(counts, hs=1)), strict=True))
    assert int((word2vec.huffman(counts).real.sum(dim=-1) * tensor(counts)).sum()) == theirs


@settings(max_examples=30)
@given(st.lists(st.integers(1, 50), min_size=2, max_size=9))
def test_negatives_follow_the_same_law(counts: list[int]) -> None:
    """Just below and above each step of their table of cumulated count^(3/4)."""
    counts = sorted(counts, reverse=True)
    steps = tensor(model(counts, hs=0, negative=1).cum_table.tolist()) / (2**31 - 1)
    last = len(counts) - 1
    assert word2vec.draw_negatives(tensor(counts), steps - 1e-8).tolist() == list(range(last + 1))
    assert word2vec.draw_negatives(tensor(counts), steps[:-1] + 1e-8).tolist() == list(range(1, last + 1))


# ----- one sentence -----


def theirs_after(vectors: Vectors, outputs: str, theirs: Any) -> Vectors:
    """Their vectors after one pass over the sentence from ours."""
    order, C = in_our_order(theirs), getattr(theirs, outputs)
    theirs.wv.vectors[order] = vectors.E.numpy()
    rows = order if outputs == "syn1neg" else list(range(len(vectors.C)))  # inner nodes are numbered alike
    C[rows] = vectors.C.numpy()
    theirs.random = np.random.RandomState(SEED)
    theirs.train([[str(word) for word in SENTENCE]], total_examples=1, epochs=1, start_alpha=RATE, end_alpha=RATE)
    return Vectors(torch.from_numpy(theirs.wv.vectors[order]).double(), torch.from_numpy(C[rows]).double())


def descended(vectors: Vectors, context: list[int], targets: Targets) -> Vectors:
    """A step on one example. They give each word of the context the whole ∂h, where the mean gives its share."""
    slope = word2vec.logistic_gradient(vectors, torch.tensor(context), targets)
    return Vectors(vectors.E - RATE * len(context) * slope.E, vectors.C - RATE * slope.C)


def examples(skip_gram: bool, window: int) -> Iterator[tuple[list[int], int]]:
    """(context, wanted word) in their order: skip-gram asks each neighbour for the centre."""
    for centre, around in word2vec.windows(SENTENCE, window):
        yield from ([([each], centre) for each in around] if skip_gram else [(around, centre)])


def by_tree(words: Iterable[int]) -> Iterator[Targets]:
    tree = word2vec.huffman(COUNTS)
    for word in words:
        yield word2vec.tree_targets(tree, torch.tensor(word))


def by_their_draws(words: Iterable[int]) -> Iterator[Targets]:
    """One negative a word, by gensim's generator of random numbers, and none if it is the wanted word itself."""
    random = np.random.RandomState(SEED)
    state = 2**24 * int(random.randint(0, 2**24)) + int(random.randint(0, 2**24))
    for word in words:
        uniform = tensor([(state >> 16) % (2**31 - 1) / (2**31 - 1)])
        state = (state * 25_214_903_917 + 11) % 2**48
        drawn = word2vec.draw_negatives(tensor(COUNTS), uniform)
        targets = word2vec.negative_targets(torch.tensor(word), drawn)
        yield replace(targets, real=torch.cat([torch.ones(1), drawn != word]))


def looked_up(score: Tensor) -> Tensor:
    """Their σ: a table of 1000 values from -6 to 6, looked up as if a value took up 1/83 of it, not 3/250."""
    return 1 / (1 + torch.exp(6 - 0.012 * ((score + 6) * 83).floor()))


@pytest.mark.parametrize("kind", ["tree", "negatives"])
@pytest.mark.parametrize("skip_gram", [True, False], ids=["skip-gram", "CBOW"])
@pytest.mark.parametrize("window", [1, 2])
def test_a_sentence_moves_the_vectors_alike(
    kind: str, skip_gram: bool, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Example after example, in float32 there."""
    tree = kind == "tree"
    start = Vectors(0.5 * normal(1, 5, D), 0.5 * normal(2, 4 if tree else 5, D))
    options = {"sg": int(skip_gram), "window": window, "hs": int(tree), "negative": 0 if tree else 1}
    theirs = theirs_after(start, "syn1" if tree else "syn1neg", model(COUNTS, **options))
    monkeypatch.setattr(torch, "sigmoid", looked_up)
    asked, ours = list(examples(skip_gram, window)), start
    words = [word for _, word in asked]
    for (context, _), targets in zip(asked, (by_tree if tree else by_their_draws)(words), strict=True):
        ours = descended(ours, context, targets)
    assert_close(ours.E, theirs.E, 1e-6)
    assert_close(ours.C, theirs.C, 1e-6)
    assert float((ours.E - start.E).abs().min()) > 1e-4
