"""Symbols that words call vectors and that no formula gives a size: "center vector $v_c$, outside vector $u_o$".

Those that the page multiplies, u_o^T v_c, are of one size; so are the members of a list, u_1, ..., u_K, by u_k^T v_c.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_NAME = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{\s*[A-Za-z]\s*\}|[A-Za-z])"
_SYMBOL = re.compile(rf"\s*(?P<name>{_NAME}(?:_(?:\{{\s*[a-z]\s*\}}|[a-z]))?)\s*")
_LIST = re.compile(
    rf"\s*(?P<base>{_NAME})_\{{?1\}}?\s*,\s*(?:\\[lc]?dots|\.\.\.|…)\s*,\s*(?P=base)_\{{?(?P<count>[A-Za-z])\}}?\s*"
)
_CALLED = re.compile(r"\bvector(?:s\s+⟦\d+⟧(?:\s*(?:,\s*and|,|and)\s*⟦\d+⟧)*|\s+⟦\d+⟧)", re.IGNORECASE)
_SIZES = "dnmpqD"
_DERIVED = re.compile(r"\\[dt]?frac\s*\{\s*d\s*\}")
_TURNED = r"\s*\^\s*\{{?\s*(?:T|\\top|\\intercal)\s*\}}?\s*"


def with_vectors_named(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences behind what such symbols are."""
    texts = [part.source.text for item in items for part in _formulas(item)]
    lists = {m["base"]: m[0].strip() for text in texts if (m := _LIST.fullmatch(text))}
    called = list(dict.fromkeys(name for item in items if isinstance(item, Sentence) for name in _called(item)))
    known = {*called, *(f"{base}_1" for base in lists)}
    forms = {name: _written(name, lists) for name in known}
    if not called or any(_is_told(name.partition("_")[0] if name not in called else name, texts) for name in known):
        return items
    alike = _alike(called[0], forms, texts)
    counts = {m["count"] for text in texts if (m := _LIST.fullmatch(text))}
    spoken = {*re.findall(rf"(?<![A-Za-z\\])[{_SIZES}](?![A-Za-z])", _DERIVED.sub(" ", " ".join(texts)))}
    size = next((s for s in _SIZES if s not in counts), None)  # another d of the page may be their size
    if spoken - counts or size is None or len(alike) < 2 or not {*called} <= alike:
        return items
    at = next(part.source.place(0) for item in items for part in _formulas(item))
    lets = [", ".join(called), *(text for base, text in lists.items() if f"{base}_1" in alike)]
    said = (
        (Prose(written_at("Let ", at)), Formula(written_at(rf"{t} \in \mathbb{{R}}^{size}", at), False)) for t in lets
    )
    return (*(Sentence(parts, True) for parts in said), *items)


def _called(sentence: Sentence) -> Iterator[str]:
    """The symbols that a sentence calls vectors."""
    for said in _CALLED.finditer(sentence.template):
        for place in map(int, re.findall(r"\d+", said[0])):
            symbol = _SYMBOL.fullmatch(sentence.parts[place].source.text)
            if symbol is not None:
                yield symbol["name"]


def _is_told(name: str, texts: Sequence[str]) -> bool:
    """Whether a formula says where a symbol lies, or what it is."""
    return any(re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z_])[^=<>]*(?:\\in(?![a-z])|∈)", t) or
               re.match(rf"\s*{re.escape(name)}\s*&?:?=", t) for t in texts)  # fmt: skip


def _written(name: str, lists: dict[str, str]) -> str:
    """How a symbol, or any member of a list, stands in a formula."""
    base, _, label = name.partition("_")
    if label == "1" and base in lists:
        return rf"(?<![A-Za-z\\]){re.escape(base)}_(?:\{{\s*[a-z]\s*\}}|[a-z])"
    return rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z_])"


def _alike(first: str, forms: dict[str, str], texts: Sequence[str]) -> set[str]:
    """What is multiplied with a vector, or with what is multiplied with it."""
    turned, found, waiting = _TURNED.format(), {first}, [first]
    while waiting:
        one = forms[waiting.pop()]
        for name, form in forms.items():
            pair = re.compile(rf"{one}{turned}{form}|{form}{turned}{one}")
            if name not in found and any(map(pair.search, texts)):
                found.add(name)
                waiting.append(name)
    return found


def _formulas(item: Item) -> Iterator[Formula]:
    for part in item.parts if isinstance(item, Sentence) else ():
        if isinstance(part, Formula):
            yield part


__all__ = ["with_vectors_named"]
