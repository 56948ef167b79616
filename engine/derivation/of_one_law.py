"""Functionals that a page takes at one law only: the bound \\mathcal{L}(q) of one q is a number, \\mathcal{L}."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence

_KL = r"\\(?:mathrm|operatorname|text|mathsf)\s*\{\s*KL\s*\}|(?<![A-Za-z\\{_])KL"
_NAME = rf"(?P<name>\\mathcal\s*\{{\s*[A-Z]\s*\}}|\\mathcal\s+[A-Z]|{_KL}|(?<![A-Za-z\\])[FGJL])"
_SIZES = r"\s*(?:\\left|\\[bB]igg?l?|\\!)?\s*"
_HEAD = re.compile(rf"(?:^|&|\\\\|\\q?quad|,)\s*{_NAME}{_SIZES}\(\s*(?P<law>[pqrg])\s*(?:\\right)?\)\s*&?\s*:?=")
_ROWS = re.compile(r"\\\\|\\q?quad(?![A-Za-z])|\\begin\{\w+\*?\}|\\end\{\w+\*?\}")


def with_numbers_of_laws(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such functionals as symbols."""
    items = tuple(items)
    texts = [p.source.text for i in items if isinstance(i, Sentence) for p in i.parts if isinstance(p, Formula)]
    for name, law in _heads(texts):
        letter = re.sub(r"\\mathcal\s*\{?\s*([A-Z])\s*\}?", r"\\mathcal{\1}", name)
        called = rf"{_spelled(name)}{_SIZES}\("
        taken = [m for text in texts for m in re.finditer(called, text)]
        same = re.compile(rf"{called}\s*{law}\s*(?:\\right|\\[bB]igg?r?|\\!)?\s*\)")
        alone = re.compile(rf"{_spelled(name)}(?!{_SIZES}\()")
        if len(taken) != sum(len(same.findall(text)) for text in texts) or any(map(alone.search, texts)):
            continue
        first = next((text[m.end() :] for text in texts if (m := same.search(text)) is not None), "")
        if re.match(r"\s*&?\s*:?=", first) is None:  # it is spoken of before it is said what it is
            continue
        symbol = r"\mathcal{K}" if "KL" in letter else letter
        if "KL" not in letter or not any(r"\mathcal{K}" in text for text in texts):
            items = tuple(_changed(item, same, symbol) for item in items)
    return items


def _heads(texts: Sequence[str]) -> list[tuple[str, str]]:
    """The functionals that equations define, with the law: what they are equal to speaks of its values."""
    found: dict[str, str] = {}
    for row in (row for text in texts for row in _ROWS.split(text)):
        for said in _HEAD.finditer(row):
            if re.search(rf"(?<![A-Za-z\\]){said['law']}\s*(?:\\left)?\(", row[said.end() :]):
                found.setdefault(said["name"].strip(), said["law"])
    return list(found.items())


def _spelled(name: str) -> str:
    """A name however it is spaced; no part of another word."""
    edge = r"(?<![A-Za-z\\{_])" if name[0] != "\\" else ""
    return edge + r"\s*".join(re.escape(part) for part in re.findall(r"\\?[A-Za-z]+|[{}]", name))


def _changed(item: Item, pattern: re.Pattern[str], symbol: str) -> Item:
    if not isinstance(item, Sentence):
        return item
    parts: list[Prose | Formula] = []
    for part in item.parts:
        if isinstance(part, Formula) and pattern.search(part.source.text):
            source = part.source.replaced(pattern, lambda _: symbol)
            part = replace(part, source=source, written=part.written or part.source)
        parts.append(part)
    return replace(item, parts=tuple(parts))


__all__ = ["with_numbers_of_laws"]
