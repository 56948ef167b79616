"""The thin SVD of a matrix whose size words tell: "X = U S V^T is the thin SVD of the n x d data matrix, X has rank d".

With as many singular values as columns all of its parts have sizes: U is n x d with orthonormal columns, V orthogonal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_SAID = re.compile(
    r"⟦(?P<whole>\d+)⟧\s*,?\s*(?:is|be|denotes?|being)?\s*(?:the|its|an?)?\s*(?:thin|reduced|economy|compact)\s+"
    r"(?:SVD|singular\s+value\s+decomposition)\s+of\s+(?:the|an?)\s+⟦(?P<size>\d+)⟧\s+(?:\w+\s+)?matrix",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\s*(?P<X>[A-Z])\s*=\s*(?P<U>[A-Z])\s*(?P<S>\\Sigma|[A-Z])\s*(?P<V>[A-Z])\s*\^\s*\{?\s*(?:T|\\top|\\intercal)\s*\}?\s*"
)
_SIZE = re.compile(r"\s*(?P<rows>[A-Za-z])\s*\\times\s*(?P<columns>[A-Za-z])\s*")
_VALUES = re.compile(
    r"\s*(?P<list>(?P<name>\\?[A-Za-z]+)_\{?1\}?\s*(?:,|\\geq?|≥)\s*\\[lc]?dots\s*(?:,|\\geq?|≥)\s*(?P=name)_\{?(?P<last>[A-Za-z])\}?)\s*"
    r"(?:(?:>|\\gt(?![a-z]))\s*0)?\s*"
)
_RANK = re.compile(r"\brank\s*(?:is|=)?\s*⟦(\d+)⟧|\bfull\s+column\s+rank\b", re.IGNORECASE)
_COLUMNS = re.compile(
    r"⟦(?P<a>\d+)⟧\s*(?:,|and)\s*⟦(?P<b>\d+)⟧\s*(?:are|be|denote|is)?\s*(?:the\s+)?(?:\w+\s+)?columns\s+of\s+⟦(?P<A>\d+)⟧\s*(?:,|and)\s*⟦(?P<B>\d+)⟧",
    re.IGNORECASE,
)


def with_svd_told(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences, such a decomposition as what its parts are."""
    texts = [
        p.source.text for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)
    ]
    if any(re.search(r"[A-Z]\s*\\in(?![a-z])", text) for text in texts):
        return items
    found: list[Item] = []
    items = _joined(items)
    for number, item in enumerate(items):
        told = _told(item, texts) if isinstance(item, Sentence) else None
        if told is None or not isinstance(item, Sentence):
            found.append(item)
            continue
        place = item.parts[0].source.place(0)
        lets = (_let(text, place) for text in (*told, *_columns(items[number : number + 2])))
        found += [*lets, _in_words(item)]
    return tuple(found)


def _joined(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences, a clause "with singular values ..." with the decomposition that it is about."""
    found: list[Item] = []
    for item in items:
        last = found[-1] if found else None
        clause = isinstance(item, Sentence) and re.match(r"\s*with\s+(?:the\s+)?singular\s+values", item.template)
        if clause and isinstance(item, Sentence) and isinstance(last, Sentence) and _SAID.search(last.template):
            found[-1] = replace(last, parts=(*last.parts, *item.parts))
        else:
            found.append(item)
    return tuple(found)


def _told(sentence: Sentence, texts: Sequence[str]) -> list[str] | None:
    """What the parts are; None where the sentence is about no such decomposition."""
    said, rank = _SAID.search(sentence.template), _RANK.search(sentence.template)
    formulas = {k: part.source.text for k, part in enumerate(sentence.parts) if isinstance(part, Formula)}
    if said is None or rank is None:
        return None
    whole, size = _WHOLE.fullmatch(formulas[int(said["whole"])]), _SIZE.fullmatch(formulas[int(said["size"])])
    values = next((m for text in formulas.values() if (m := _VALUES.fullmatch(text))), None)
    if whole is None or size is None or values is None or values["last"] != size["columns"]:
        return None
    if rank[1] and formulas[int(rank[1])].strip() != size["columns"]:
        return None
    rows, columns = size["rows"], size["columns"]
    u, v, s = whole["U"], whole["V"], whole["S"]
    listed = re.sub(r"\\geq?|≥", ",", values["list"])
    lets = [
        rf"Let |{u} \in \mathbb{{R}}^{{{rows} \times {columns}}}| with |{u}^T {u} = I",
        rf"Let |{v} \in \mathbb{{R}}^{{{columns} \times {columns}}}| with |{v}^T {v} = I",
        rf"Let |{listed} > 0", rf"Let |{s} = \operatorname{{diag}}({listed})", f"Let |{whole[0].strip()}",
    ]  # fmt: skip
    spoken = any(
        re.search(rf"(?:{whole['X']}|{u}|{u.lower()}_\{{?i\}}?)\s*\^\s*\{{?\s*(?:T|\\top)\s*\}}?\s*y", t) for t in texts
    )
    equated = any(re.match(r"\s*y\s*&?\s*=", text) for text in texts)
    return [*lets, rf"Let |y \in \mathbb{{R}}^{rows}"] if spoken and not equated else lets


def _columns(items: Sequence[Item]) -> Iterator[str]:
    """The columns that are named in this sentence or the next."""
    for item in (item for item in items if isinstance(item, Sentence)):
        for said in _COLUMNS.finditer(item.template):
            text = {key: item.parts[int(said[key])].source.text.strip() for key in "abAB"}
            yield f"Let |{text['a']}| be the columns of |{text['A']}"
            yield f"Let |{text['b']}| be the columns of |{text['B']}"


def _let(text: str, place: int) -> Sentence:
    parts = [written_at(part, place) for part in text.split("|")]
    told = tuple(Formula(part, False) if k % 2 else Prose(part) for k, part in enumerate(parts))
    return Sentence((*told, Prose(written_at(".", place))), True)


def _in_words(sentence: Sentence) -> Sentence:
    """The sentence with its formulas as words, as they stand ahead now."""
    parts = tuple(
        Prose(written_at(" this ", part.source.place(0))) if isinstance(part, Formula) and not part.display else part
        for part in sentence.parts
    )
    return replace(sentence, parts=parts, declares=False)


__all__ = ["with_svd_told"]
