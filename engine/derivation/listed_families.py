"""Numbers that a sentence lists with their range: "the outputs a_k, m_k and s_k, k = 1, ..., K" are K numbers each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_LIST = re.compile(
    r"(?P<names>⟦\d+⟧(?:\s*(?:,\s*and|,|and)\s*⟦\d+⟧)+)\s*,?\s*(?:for|with|where|\()?\s*⟦(?P<range>\d+)⟧", re.I
)
_MEMBER = re.compile(r"\s*(?P<name>\\?[A-Za-z]+)\s*_\s*\{?\s*(?P<letter>[i-n])\s*\}?\s*")
_RANGE = re.compile(r"\s*(?P<letter>[i-n])\s*=\s*1\s*,\s*\\[lc]?dots\s*,\s*(?P<size>[A-Z])\s*")
_VECTORS = re.compile(r"\b(?:vectors?|points?|patterns?|examples?|matri\w+|samples?|data|pairs?)\b", re.IGNORECASE)
_NO_NUMBER = (  # x_n^T, |x_n|, x_{nk}, w^T x_n
    r"(?<![A-Za-z\\]){name}\s*_\s*(?:\{{?\s*{letter}\s*\}}?\s*\^\s*\{{?\s*(?:\\top|T|\()|\{{\s*{letter}\s*,?\s*[a-z])|"
    r"\|\s*{name}\s*_|(?:\\top|T)\s*\}}?\s*{name}\s*_|(?<![A-Za-z\\]){name}[^=<>]*(?:\\in(?![a-z])|\\sim)"
)


def with_listed_families(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences behind what such names are, where nothing else says so and nothing speaks of vectors."""
    texts = [part.source.text for item in items for part in _formulas(item)]
    found = {name: size for item in items if isinstance(item, Sentence) for name, size in _told(item, texts)}
    place = next((item.parts[0].source.place(0) for item in items if isinstance(item, Sentence)), 0)
    lets = [rf"{name} \in \mathbb{{R}}^{{{size}}}" for name, size in found.items()]
    said = ((Prose(written_at("Let ", place)), Formula(written_at(text, place), False)) for text in lets)
    return (*(Sentence(parts, True) for parts in said), *items)


def _told(sentence: Sentence, texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    said = _LIST.search(sentence.template)
    if said is None or _VECTORS.search(sentence.template[: said.end()]):
        return
    ranged = _RANGE.fullmatch(sentence.parts[int(said["range"])].source.text)
    places = map(int, re.findall(r"\d+", said["names"]))
    members = [_MEMBER.fullmatch(sentence.parts[place].source.text) for place in places]
    if ranged is None or not all(m is not None and m["letter"] == ranged["letter"] for m in members):
        return
    names = [m["name"] for m in members if m is not None]
    forms = [_NO_NUMBER.format(name=re.escape(name), letter=ranged["letter"]) for name in names]
    if not any(re.search(form, text) for form in forms for text in texts):
        yield from ((name, ranged["size"]) for name in names)


def _formulas(item: Item) -> Iterator[Formula]:
    for part in item.parts if isinstance(item, Sentence) else ():
        if isinstance(part, Formula):
            yield part


__all__ = ["with_listed_families"]
