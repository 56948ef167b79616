"""Byte-pair merges against a trainer that works on strings, and the textbook corpus."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import bpe
from solvers.models.checks import BadInput

CORPUS = {"low": 5, "lower": 2, "newest": 6, "widest": 3}
words = st.dictionaries(st.text("abc", min_size=1, max_size=7), st.integers(1, 5), min_size=1, max_size=5)


def by_strings(corpus: dict[str, int], merges: int) -> list[tuple[tuple[str, str], int]]:
    """Symbols kept as text with spaces between; pairs counted by how often a regular expression can join them."""
    text = {word: " ".join([*word, bpe.END]) for word in corpus}
    found = []
    for _ in range(merges):
        pairs = {tuple(row.split()[k : k + 2]) for row in text.values() for k in range(len(row.split()) - 1)}
        if not pairs:
            break
        shape = {
            pair: re.compile(r"(?<!\S)" + re.escape(pair[0]) + " " + re.escape(pair[1]) + r"(?!\S)") for pair in pairs
        }
        counts = {
            pair: sum(len(shape[pair].findall(row)) * corpus[word] for word, row in text.items()) for pair in pairs
        }
        best = sorted(pairs, key=lambda pair: (-counts[pair], pair))[0]
        found.append(((best[0], best[1]), counts[best]))
        text = {word: shape[best].sub("".join(best), row) for word, row in text.items()}
    return found


@given(words, st.integers(0, 8))
def test_merges_against_strings(corpus: dict[str, int], merges: int) -> None:
    found = bpe.train(corpus, merges)
    assert [(merge.pair, merge.count) for merge in found] == by_strings(corpus, merges)


def test_the_textbook_corpus() -> None:
    """es, est, est</w>, lo, low: 9 times each of the first three, then 7."""
    found = bpe.train(CORPUS, 5)
    assert [(merge.symbol, merge.count) for merge in found] == [
        ("es", 9), ("est", 9), ("est</w>", 9), ("lo", 7), ("low", 7)
    ]  # fmt: skip
    assert bpe.encode("lowest", found) == ("low", "est</w>")
    assert bpe.encode("new", found) == ("n", "e", "w", "</w>")
    assert bpe.vocabulary(CORPUS, found)[-5:] == ("es", "est", "est</w>", "lo", "low")
    assert bpe.vocabulary(CORPUS, found)[:3] == ("d", "e", "i")


@given(words, st.integers(0, 8))
def test_encoding_loses_nothing(corpus: dict[str, int], merges: int) -> None:
    found = bpe.train(corpus, merges)
    known = bpe.vocabulary(corpus, found)
    for word in corpus:
        symbols = bpe.encode(word, found)
        assert bpe.decode(symbols) == word
        assert set(symbols) <= set(known)
    line = [symbol for word in corpus for symbol in bpe.encode(word, found)]
    assert bpe.decode(line) == " ".join(corpus)


@given(words, st.integers(0, 8))
def test_training_words_are_cut_as_they_were_joined(corpus: dict[str, int], merges: int) -> None:
    found = bpe.train(corpus, merges)
    for word in corpus:
        symbols: tuple[str, ...] = (*word, bpe.END)
        for merge in found:
            symbols = bpe.join(symbols, merge.pair)
        assert bpe.encode(word, found) == symbols


def test_occurrences_do_not_overlap() -> None:
    counts = bpe.pair_counts({"aaa": "aaa", "aaaa": "aaaa"}, {"aaa": 1, "aaaa": 10})
    assert counts == {("a", "a"): 21}
    assert bpe.join("aaa", ("a", "a")) == ("aa", "a")


def test_it_stops_where_nothing_is_left() -> None:
    """Of a b </w>, each pair once: (a, b) comes first by its characters."""
    assert [merge.symbol for merge in bpe.train({"ab": 1}, 9)] == ["ab", "ab</w>"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bpe.train({"": 1}, 1), "no word"),
        (lambda: bpe.train({"a</w>": 1}, 1), "no </w> inside"),
        (lambda: bpe.train({"a": -1}, 1), "at least 0"),
        (lambda: bpe.train({"a": 1}, -1), "at least 0"),
    ],
    ids="empty end count merges".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()
