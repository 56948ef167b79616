"""Entries that are declared one letter at a time: "w_{ij}, a_i \\in R", "variances v_k > 0", "weights w_{ij} = w_{ji}".

They are the entries of a matrix or of a vector, of as many as the page sums over by these indices.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_NAME = r"\\?[A-Za-z]+"
_BELOW = r"_\s*(?:\{\s*[i-n]\s*(?:,?\s*[i-n]\s*)?\}|[i-n])"
_MEMBER = rf"{_NAME}\s*{_BELOW}"
_REAL = r"\\in\s*\\mathbb\s*(?:\{\s*R\s*\}|R)"
_TOLD = re.compile(
    rf"\s*(?P<list>{_MEMBER}(?:\s*,\s*{_MEMBER})*)\s*(?:(?P<real>{_REAL})|(?P<positive>(?:>|\\gt(?![a-z]))\s*0)"
    rf"|=\s*(?P<other>{_MEMBER}))[\s,.;]*"
)
_ONE = re.compile(rf"(?P<name>{_NAME})\s*_\s*\{{?\s*(?P<first>[i-n])\s*,?\s*(?P<second>[i-n])?\s*\}}?")
_SUM = re.compile(
    r"\\sum\s*(?:\\limits)?\s*_\s*\{\s*([a-z])\s*=\s*1\s*\}\s*\^\s*(?:\{\s*([A-Za-z]|\d)\s*\}|([A-Za-z]|\d)(?![A-Za-z]))"
)
_RANGE = re.compile(r"\s*([i-n])\s*=\s*1\s*,\s*\\[lc]?dots\s*,\s*([A-Za-z])\s*")
_GIVEN = re.compile(
    r"(?:\b(?:weights?|biases|bias|means?|variances?|parameters?|numbers?|scores?|rates?|coefficients?|probabilities|"
    r"responsibilities|priors?|precisions?|inputs?|couplings?|symmetric|let|where|with|and|scalars?)\b[\s:$]*|,\s*)$",
    re.IGNORECASE,
)
_NO_VECTOR = (  # they are vectors, or steps of a process: x_n^T, |x_n|, w^{(k)}, h_{k-1}, w = (...)
    r"(?<![A-Za-z\\]){0}\s*(?:_\s*(?:\{{\s*[a-z]\s*\}}|[a-z])\s*\^\s*\{{?\s*(?:\\top|T|\()|\^\s*(?:\{{?\s*(?:\(|\\top|T(?![a-z])))|"
    r"_\s*\{{\s*[a-z]\s*[-+]|\s*(?:=|\\in)|\()|\|\s*{0}\s*_|(?:\\top|T)\s*\}}?\s*{0}(?![A-Za-z])|"
    r"(?<![A-Za-z\\]){0}\s*_\s*\{{?\s*(?:1|\d)\s*\}}?\s*,\s*\\[lc]?dots"
)


@dataclass(frozen=True, slots=True)
class _Entries:
    """What a formula says of entries: whose they are, with their indices, and a property of all of them."""

    name: str
    indices: tuple[str, ...]
    said: str = ""  # "be symmetric", "have positive entries"

    def sizes(self, texts: Sequence[str], ranges: Mapping[str, str]) -> tuple[str, ...] | None:
        """How many there are by each index: by its letter, or by the letters that stand at its place elsewhere."""
        found: list[str] = []
        for place, letter in enumerate(self.indices):
            pattern = re.compile(rf"(?<![A-Za-z\\]){re.escape(self.name)}\s*({_BELOW})")
            letters = {letter} | {
                below[place] for text in texts for m in pattern.finditer(text)
                if len(below := re.findall(r"[i-n]", m[1])) == len(self.indices)
            }  # fmt: skip
            sizes = {ranges[each] for each in ([letter] if letter in ranges else letters) if each in ranges}
            if len(sizes) != 1:
                return None
            found += sizes
        return tuple(found)


def with_entries_told(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences behind what such names are, and without the formulas that said it."""
    texts = [part.source.text for _, _, part in _formulas(items)]
    ranges = _ranges(texts)
    found: dict[str, str] = {}
    read: dict[int, list[int]] = {}
    for number, place, part in _formulas(items):
        sentence = items[number]
        assert isinstance(sentence, Sentence)
        told = list(_told(sentence, place, part, found))
        lets = [_let(entries, texts, ranges) for entries in told]
        if told and all(lets):
            found |= {entries.name: let for entries, let in zip(told, lets, strict=True)}
            if not told[0].said.endswith("symmetric"):
                read.setdefault(number, []).append(place)
    if not found:
        return items
    at = next(part.source.place(0) for _, _, part in _formulas(items))
    said = [Sentence(tuple(_parts(let, at)), True) for let in found.values()]
    rest = (_without(item, read.get(number, [])) for number, item in enumerate(items))
    return (*said, *rest)


def _told(sentence: Sentence, place: int, part: Formula, known: Mapping[str, str]) -> Iterator[_Entries]:
    """What a formula within a sentence says of entries, where its words only introduce them."""
    said = None if part.display else _TOLD.fullmatch(part.source.text)
    before = sentence.template.partition(f"⟦{place}⟧")[0]
    if said is None or not ((said["real"] and sentence.declares) or _GIVEN.search(re.sub(r"⟦\d+⟧\s*$", "", before))):
        return
    members = list(_ONE.finditer(said["list"]))
    found = [_Entries(m["name"], tuple(filter(None, (m["first"], m["second"])))) for m in members]
    if said["other"]:
        other = _ONE.fullmatch(said["other"])
        one = found[0]
        turned = other is not None and (other["second"], other["first"]) == one.indices
        if len(found) == 1 and turned and other is not None and other["name"] == one.name and one.name not in known:
            yield replace(one, said="be symmetric")
        return
    property_ = "have positive entries" if said["positive"] else ""
    yield from (replace(one, said=property_) for one in found if one.name not in known)


def _let(entries: _Entries, texts: Sequence[str], ranges: Mapping[str, str]) -> str:
    """The sentence that says the same of all of them; empty where it is not known how many there are."""
    own = re.compile(_NO_VECTOR.format(re.escape(entries.name)))
    bare = re.compile(rf"(?<![A-Za-z\\]){re.escape(entries.name)}(?![A-Za-z])(?!\s*[_(])")
    if any(own.search(text) or bare.search(text) for text in texts):
        return ""
    sizes = entries.sizes(texts, ranges)
    if sizes is None or (entries.said.endswith("symmetric") and len(set(sizes)) != 1):
        return ""
    shape = r" \times ".join(sizes)
    return rf"{entries.name} \in \mathbb{{R}}^{{{shape}}}|{entries.said}"


def _parts(let: str, place: int) -> Iterator[Prose | Formula]:
    formula, _, said = let.partition("|")
    yield Prose(written_at("Let ", place))
    yield Formula(written_at(formula, place), False)
    if said:
        yield Prose(written_at(f" {said}.", place))


def _ranges(texts: Sequence[str]) -> dict[str, str]:
    """Up to what each letter runs, where all sums and ranges say the same of it."""
    found: dict[str, set[str]] = {}
    for text in texts:
        for m in _SUM.finditer(text):
            found.setdefault(m[1], set()).add(m[2] or m[3])
        if (said := _RANGE.fullmatch(text)) is not None:
            found.setdefault(said[1], set()).add(said[2])
    return {letter: sizes.pop() for letter, sizes in found.items() if len(sizes) == 1}


def _without(item: Item, places: Sequence[int]) -> Item:
    if not isinstance(item, Sentence) or not places:
        return item
    parts = [Prose(part.source) if place in places else part for place, part in enumerate(item.parts)]
    return replace(item, parts=tuple(parts))


def _formulas(items: Sequence[Item]) -> Iterator[tuple[int, int, Formula]]:
    for number, item in enumerate(items):
        for place, part in enumerate(item.parts if isinstance(item, Sentence) else ()):
            if isinstance(part, Formula):
                yield number, place, part


__all__ = ["with_entries_told"]
