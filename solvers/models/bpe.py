"""Byte-pair encoding (notes 15.3.1): merges learnt from counted words, and words cut by them.

A word is its characters and an end mark. Each merge joins the most frequent pair of neighbours in the whole corpus;
of equally frequent pairs the first in the order of their characters. Occurrences do not overlap: aaa holds one (a, a).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from solvers.models.checks import BadInput, check_at_least, check_texts

END: Final = "</w>"
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Merge:
    """One step: the pair that was joined, and how often it stood in the corpus."""

    pair: Pair
    count: int

    @property
    def symbol(self) -> str:
        """What it makes."""
        return self.pair[0] + self.pair[1]


def train(words: Mapping[str, int], merges: int, end: str = END) -> tuple[Merge, ...]:
    """The first so many merges; fewer where nothing is left to join. `words` counts how often each occurs."""
    check_at_least(0, merges=merges, **{f"count of {word!r}": count for word, count in words.items()})
    cut = {word: _characters(word, end) for word in words}
    found: list[Merge] = []
    for _ in range(merges):
        counts = pair_counts(cut, words)
        if not counts:
            break
        pair = min(counts, key=lambda each: (-counts[each], each))
        found.append(Merge(pair, counts[pair]))
        cut = {word: join(symbols, pair) for word, symbols in cut.items()}
    return tuple(found)


def pair_counts(cut: Mapping[str, Sequence[str]], words: Mapping[str, int]) -> dict[Pair, int]:
    """How often each pair stands side by side, weighed by the words' counts, without overlaps."""
    counts: Counter[Pair] = Counter()
    for word, symbols in cut.items():
        for pair, times in _in_word(symbols).items():
            counts[pair] += times * words[word]
    return {pair: count for pair, count in counts.items() if count}


def join(symbols: Sequence[str], pair: Pair) -> tuple[str, ...]:
    """Every occurrence of the pair made one symbol, from the left."""
    made, k = [], 0
    while k < len(symbols):
        here = tuple(symbols[k : k + 2]) == pair
        made.append(pair[0] + pair[1] if here else symbols[k])
        k += 2 if here else 1
    return tuple(made)


def encode(word: str, merges: Sequence[Merge], end: str = END) -> tuple[str, ...]:
    """The word's symbols: always the earliest learnt merge that applies, until none does."""
    rank = {merge.pair: k for k, merge in reversed(list(enumerate(merges)))}
    symbols = _characters(word, end)
    while True:
        present = [pair for pair in pairwise(symbols) if pair in rank]
        if not present:
            return symbols
        symbols = join(symbols, min(present, key=rank.__getitem__))


def decode(symbols: Sequence[str], end: str = END) -> str:
    """The words behind the symbols, one space between."""
    return "".join(symbols).replace(end, " ").removesuffix(" ")


def vocabulary(words: Mapping[str, int], merges: Sequence[Merge], end: str = END) -> tuple[str, ...]:
    """All characters of the corpus and the end mark, in order, then what each merge makes."""
    characters = sorted({each for word in words for each in word})
    return tuple(dict.fromkeys([*characters, end, *(merge.symbol for merge in merges)]))


def _characters(word: str, end: str) -> tuple[str, ...]:
    check_texts("words", [word])
    if not word or end in word:
        raise BadInput(f"{word!r} is no word: at least one character is needed, and no {end} inside.")
    return (*word, end)


def _in_word(symbols: Sequence[str]) -> dict[Pair, int]:
    counts: Counter[Pair] = Counter()
    last: tuple[Pair, int] | None = None
    for k, pair in enumerate(pairwise(symbols)):
        if pair[0] == pair[1] and last == (pair, k - 1):
            last = None  # the second half of a run of equal symbols: its first half is used up
            continue
        counts[pair] += 1
        last = (pair, k)
    return counts
