"""Bounds of numbers that are multiplied one after the other: 0 < \\alpha_t < 1 beside \\prod_{s=1}^t \\alpha_s, or "all
\\alpha's in (0, 1)", is said of every \\alpha_t. Where no bound is told of them, they are any numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_NAME = r"(?P<name>\\?[A-Za-z]+)"
_AT = rf"{_NAME}\s*_\s*(?:\{{\s*(?P<letter>[a-z])\s*\}}|(?P<bare>[a-z])(?![A-Za-z]))"
_LESS = r"(?:<|\\lt(?![a-z])|\\leq?(?![a-z])|≤)"
_OTHER = _AT.replace("name", "n").replace("letter", "l").replace("bare", "b")
_BOUND = re.compile(
    rf"\s*(?:[\d.]+\s*{_LESS}\s*{_AT}\s*{_LESS}\s*[\d.]+|{_OTHER}\s*(?:\\in(?![a-z])\s*[(\[].*[)\]]|"
    r"(?:>|\\gt?(?![a-z])|\\geq?(?![a-z])|≥)\s*[\d.]+))\s*"
)
_ALL = re.compile(  # all the alphas in (0, 1)
    r"\b(?:all|every|each|the)\s+(?:of\s+)?(?:the\s+)?(?:numbers?\s+|factors?\s+)?⟦(?P<of>\d+)⟧\s*(?:['’]?s\b)?\s*"
    r"(?:(?:are|is|being|lies?|taken)\s+)*(?:in|from|inside|within)\s+(?:the\s+)?(?:open\s+|closed\s+)?(?:interval\s+)?⟦(?P<set>\d+)⟧"
)
_INTERVAL = re.compile(r"\s*(?:\\left)?[(\[]\s*[\d.]+\s*,\s*[\d.]+\s*(?:\\right)?[)\]]\s*")
_SYMBOL = re.compile(r"\s*(?P<name>\\?[A-Za-z]+)\s*(?:_\s*\{?\s*[a-z]\s*\}?)?\s*")
_SAID_FOR = re.compile(r"\s*,?\s*(?:for|where)\s+(?:all\s+|each\s+|every\s+)?⟦(\d+)⟧")


def with_bounded_families(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with such bounds as those of every member, behind a declaration of those that have no bound."""
    texts = list(_texts(items))
    runs = dict(run for text in texts for run in _runs(text))
    families = {n: letter for n, letter in runs.items() if not (_is_whole(n, texts) or _is_size(letter, texts))}
    if not families:
        return items
    found = tuple(_bounded(item, families) if isinstance(item, Sentence) else item for item in items)
    return (*_declared(items, found, families), *found)


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def _runs(text: str) -> Iterator[tuple[str, str]]:
    """The names whose members up to a letter are multiplied, each with the letter: alpha, t of alpha_1 ... alpha_t."""
    for run in _PRODUCT.finditer(text):
        yield run["name"], run["end"]
    for run in _LISTED.finditer(text):
        yield run["name"], run["a"] or run["b"]


_PRODUCT = re.compile(
    r"\\prod\s*(?:\\limits)?\s*_\s*\{\s*(?P<i>[a-z])\s*=\s*\d\s*\}\s*\^\s*\{?\s*(?P<end>[a-z])(?![A-Za-z])\s*\}?\s*"
    r"(?:\\[,;!]\s*)?(?P<name>\\?[A-Za-z]+)\s*_\s*\{?\s*(?P=i)(?![A-Za-z])"
)
_LISTED = re.compile(
    r"(?P<name>\\?[A-Za-z]+)\s*_\s*\{?\s*[12]\s*\}?\s*(?:(?P=name)\s*_\s*\{?\s*2\s*\}?\s*)?(?:\\cdot\s*)?"
    r"\\[cl]?dots[a-z]?\s*(?:\\cdot\s*)?(?P=name)\s*_\s*(?:\{\s*(?P<a>[a-z])\s*\}|(?P<b>[a-z])(?![A-Za-z]))"
)


def _is_whole(name: str, texts: Sequence[str]) -> bool:
    """Whether a name stands somewhere without an index, as that of a vector does."""
    alone = re.compile(rf"(?<![A-Za-z\\{{]){re.escape(name)}(?![A-Za-z])(?!\s*[_^])")
    return any(alone.search(text) and not _SYMBOL.fullmatch(text) for text in texts)


def _is_size(letter: str, texts: Sequence[str]) -> bool:
    """Whether a letter says how many there are, n of R^n and of a sum up to n, and runs through nothing itself."""
    size = re.compile(
        rf"(?:\\mathbb\s*(?:\{{\s*R\s*\}}|R)\s*\^\s*\{{?[^{{}}]*?|\\times\s*|\\sum\s*_\s*\{{[^{{}}]*\}}\s*\^\s*\{{?\s*){letter}(?![A-Za-z])|"
        rf"(?<![A-Za-z\\]){letter}\s*\\times"
    )
    return any(map(size.search, texts))


def _bounded(sentence: Sentence, families: dict[str, str]) -> Sentence:
    parts = list(sentence.parts)
    texts = {k: part.source.text for k, part in enumerate(parts) if isinstance(part, Formula)}
    for place, part in enumerate(sentence.parts):
        bound = _BOUND.fullmatch(part.source.text) if isinstance(part, Formula) and not part.display else None
        name = None if bound is None else bound["name"] or bound["n"]
        if bound is None or not isinstance(part, Formula) or name not in families or _has_range(sentence, place, texts):
            continue
        letter = bound["letter"] or bound["bare"] or bound["l"] or bound["b"]
        member = re.compile(rf"{re.escape(name)}\s*_\s*\{{?\s*{letter}\s*\}}?")
        parts[place] = replace(part, source=part.source.replaced(member, _always(f"{name}^{{({letter})}}")))
    for said in _ALL.finditer(sentence.template):
        of, within = int(said["of"]), int(said["set"])
        named, part = _SYMBOL.fullmatch(texts.get(of, "")), parts[of]
        if named is None or named["name"] not in families or not _INTERVAL.fullmatch(texts.get(within, "")):
            continue
        text = rf"{named['name']}^{{({families[named['name']]})}} \in {texts[within].strip()}"
        assert isinstance(part, Formula)
        parts[of] = replace(part, source=written_at(text, part.source.place(0)), written=part.written or part.source)
        parts[within] = Prose(written_at(" ", parts[within].source.place(0)))
    return replace(sentence, parts=tuple(parts))


def _always(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _: text


def _has_range(sentence: Sentence, place: int, texts: dict[int, str]) -> bool:
    """Whether "for t = 1, ..., T" stands behind a bound."""
    said = _SAID_FOR.match(sentence.template.partition(f"⟦{place}⟧")[2])
    return said is not None and re.search(r"[=<>≤≥]|\\(?:in|g|l)", texts.get(int(said[1]), "")) is not None


def _declared(items: Sequence[Item], found: Sequence[Item], families: dict[str, str]) -> Iterator[Sentence]:
    """Numbers, of which nothing else is said than that they are multiplied."""
    place = next((item.parts[0].source.place(0) for item in items if isinstance(item, Sentence)), 0)
    for name, letter in families.items():
        about = re.compile(rf"(?<![A-Za-z\\{{]){re.escape(name)}\s*[_^]")
        head = re.compile(rf"\s*{re.escape(name)}\s*[_^]\s*(?:\{{[^{{}}]*\}}|\w)\s*(?::?=|\\sim|~)")
        bounds = (text for text in _texts(found) if re.search(r"[<>]|\\in(?![a-z])", text))
        if not any(map(about.search, bounds)) and not any(map(head.match, _texts(found))):
            text = rf"{name}^{{({letter})}} \in \mathbb{{R}}"
            yield Sentence((Prose(written_at("Let ", place)), Formula(written_at(text, place), False)), True)


__all__ = ["with_bounded_families"]
