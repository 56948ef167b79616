"""Entries of a glossary and words in passing: "* $t$ — one-hot target", "the target $t$ (one-hot)", "$y$ is one-hot".

An entry of a glossary, a symbol and behind a dash or a colon what it is, declares though no "let" stands there. So do
words that call a symbol a label or a probability vector, in any sentence that aims at nothing and supposes nothing:
no page derives that its targets are one-hot.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import with_words
from engine.derivation.document import Formula
from engine.derivation.prose import may_say
from engine.derivation.sentences import Sentence
from engine.derivation.words import Said, said_in, with_sizes

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_ENTRY = re.compile(r"[\W_]*⟦\d+⟧(?:\s*(?:,\s*and|,|and|&)\s*⟦\d+⟧)*\s*(?:—|–|--?-?|:|…|\\dots)\s+(?=[A-Za-z])")
_SYMBOLS = re.compile(r"[^=<>∈]+")
_LABELS = frozenset({"one-hot", "simplex", "{0, 1}"})
_SUPPOSED = re.compile(
    r"\b(?:if|when|whenever|unless|cases?|suppos\w+|assum\w+|special|replac\w+|like)\b", re.IGNORECASE
)


def gloss(checker: Checker, sentence: Sentence) -> None:
    """Keeps what the words of a sentence say of labels, and all that an entry of a glossary says of its symbols."""
    texts = {k: p.source.text for k, p in enumerate(sentence.parts) if isinstance(p, Formula)}
    rows = labels_in(sentence)
    if rows:
        ranks = {text.strip("\\ "): 1 for text in map(texts.get, _vectors(rows)) if text is not None}
        ranks |= {name: len(declared.shape or ()) for name, declared in checker.indexed.items()}
        checker.context = with_words(checker.context, rows, texts, ranks)


def labels_in(sentence: Sentence) -> list[Said]:
    """What the words of a sentence say of labels, and what an entry of a glossary says of its symbols."""
    texts = {k: p.source.text for k, p in enumerate(sentence.parts) if isinstance(p, Formula)}
    template, found = with_sizes(sentence.template, texts), list[Said]()
    entry = None if sentence.declares else _ENTRY.match(template)
    for row in said_in(template):
        text, mark = texts.get(row.place, "="), f"⟦{row.place}⟧"
        if not _SYMBOLS.fullmatch(text) or r"\in" in text:
            continue
        start = template.index(mark)
        if entry is not None and start < entry.end():
            found.append(row)
            continue
        labels = tuple(p for p in row.properties if p.domain in _LABELS and _said_plainly(template, start, p.pattern))
        if labels and row.inside is None:
            found.append(replace(row, properties=labels, scalar=False, whole=0, size=None))
    return found


def _vectors(rows: Sequence[Said]) -> list[int]:
    """The places of what is one-hot, or a vector of probabilities."""
    whole = {"one-hot", "simplex"}
    return [row.place for row in rows if any(p.domain in whole for p in row.properties)]


def _said_plainly(template: str, start: int, pattern: re.Pattern[str]) -> bool:
    """Whether the words up to a symbol, and up to what they say of it, suppose and conclude nothing."""
    behind = pattern.search(template, start)
    if behind is not None and behind[0].lower().startswith("bernoulli"):
        return False  # a law, which is read as one
    near = behind is not None and not re.search(r"⟦", template[start + 1 : behind.start()])
    words = template[: behind.start()] if behind is not None and near else template[:start]
    return may_say(words) and not _SUPPOSED.search(words)


__all__ = ["gloss"]
