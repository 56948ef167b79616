"""Vectors that words collect: "y \\in R^N as the vector of the y_n", "stack the y_n in a vector y".

Where y_n has been given before, it is an entry of y all the same, and no member of a family of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_BOLD = r"\\(?:mathbf|boldsymbol|bm|vec)"
_MARK = re.compile(rf"{_BOLD}\s*(?:\{{\s*(\\?[A-Za-z]+)\s*\}}|(\\?[A-Za-z]+))")
_SAID = (
    re.compile(
        r"⟦(?P<y>\d+)⟧\s*(?:as|is|be|for|denotes?|=)?\s*(?:the|a)\s+(?:column\s+)?vector\s+(?:of|with)\s+(?:all\s+)?(?:the\s+)?"
        r"(?:(?:entries|elements|components|numbers|values|outputs|predictions|labels|targets|probabilities)\s+)?"
        r"⟦(?P<n>\d+)⟧",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:collect|stack|gather|put|arrange|combine)(?:ing|s|ed)?\s+(?:all\s+)?(?:the\s+)?(?:\w+\s+)?⟦(?P<n>\d+)⟧\s+"
        r"(?:in|into|as|to)\s+(?:a|the|one)\s+(?:column\s+)?vector\s+⟦(?P<y>\d+)⟧",
        re.IGNORECASE,
    ),
)
_ENTRY = re.compile(r"\s*(?P<y>.+?)\s*_\s*\{?\s*(?P<n>[a-z])\s*\}?\s*")
_SIZE = re.compile(
    r"\s*(?P<y>[^\\=<>]*(?:\\[a-z]+[^\\=<>]*)?)\\in(?![a-z])\s*\\mathbb\s*\{?\s*R\s*\}?\s*\^\s*(?P<size>\w|\{\s*\w+\s*\})\s*"
)


def with_collected(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with "Let y \\in R^N" before the first that speaks of y_n, where a later one collects them."""
    found = list(items)
    for place, item in enumerate(items):
        for said in (m for form in _SAID for m in form.finditer(item.template)) if isinstance(item, Sentence) else ():
            assert isinstance(item, Sentence)
            vector, entry = (item.parts[int(said[key])].source.text for key in ("y", "n"))
            text = _declared(vector, entry, items)
            first = None if text is None else _first(items[:place], _ENTRY.fullmatch(entry))
            if text is not None and first is not None:
                at = first.parts[0].source.place(0)
                let = Sentence(
                    (Prose(written_at("Let ", at)), Formula(written_at(text, at), False)), True, first.section
                )
                found.insert(found.index(first), let)
    return tuple(found)


def _declared(vector: str, entry: str, items: Sequence[Item]) -> str | None:
    """y \\in R^N, where the entries are called y_n, and a size is said there or by a sum over n; None elsewhere."""
    one, sized = _ENTRY.fullmatch(entry), _SIZE.fullmatch(vector)
    name = (sized["y"] if sized is not None else vector).strip()
    if one is None or _plain(one["y"]) != _plain(name):
        return None
    many = {sized["size"]} if sized is not None else _many(items, one["n"])
    return rf"{name} \in \mathbb{{R}}^{{{many.pop().strip('{ }')}}}" if len(many) == 1 else None


def _many(items: Sequence[Item], letter: str) -> set[str]:
    limits = re.compile(rf"\\sum\s*_\s*\{{\s*{letter}\s*=\s*1\s*\}}\s*\^\s*\{{?\s*([A-Za-z])\s*\}}?")
    return {
        m[1] for item in items if isinstance(item, Sentence) for p in item.parts for m in limits.finditer(p.source.text)
    }


def _first(items: Sequence[Item], entry: re.Match[str] | None) -> Sentence | None:
    """The first sentence that speaks of the entries, where none before it declares the vector."""
    assert entry is not None
    base = re.escape(_plain(entry["y"]))
    speaks = re.compile(rf"(?<![A-Za-z\\]){base}_\{{?{entry['n']}(?![A-Za-z])")
    says = re.compile(rf"(?<![A-Za-z\\]){base}(?:,\w+)*\\in(?![a-z])")
    for item in items:
        texts = (
            [_plain(p.source.text) for p in item.parts if isinstance(p, Formula)] if isinstance(item, Sentence) else []
        )
        if any(map(says.search, texts)):
            return None
        if isinstance(item, Sentence) and any(map(speaks.search, texts)):
            return item
    return None


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", _MARK.sub(lambda m: m[1] or m[2], text))


__all__ = ["with_collected"]
