"""The distribution function and the density of a standard normal variable, which words tell: "where $\\Phi$ is the
standard normal cdf", "$\\Phi,\\varphi$ are the distribution function and the density of $N(0,1)$"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_NORMAL = r"(?:(?:standard|unit)\s+(?:normal|gaussian)\s+)"
_KIND = (
    r"(?:(?:cumulative\s+)?(?:probability\s+)?distribution\s+functions?|c\.?d\.?f\.?s?|"
    r"(?:probability\s+)?densit(?:y|ies)(?:\s+functions?)?|p\.?d\.?f\.?s?)"
)
_OF = (
    r"\s+of\s+(?:the\s+|an?\s+)?(?:⟦(?P<law>\d+)⟧|"
    r"(?P<plain>(?:standard|unit)\s+(?:normal|gaussian)(?:\s+(?:distribution|variable|law))?))"
)
_SAID = re.compile(
    rf"(?:\b(?:where|with|here|and)\s+)?⟦(?P<one>\d+)⟧(?:\s*(?:,|and|,\s*and)\s*⟦(?P<two>\d+)⟧)?"
    rf"\s*(?:,\s*)?(?:is|are|be|denotes?|being|for|stands?\s+for)?\s*(?:the\s+)?(?P<adjective>{_NORMAL})?(?P<first>{_KIND})"
    rf"(?:\s*(?:and|,)\s*(?:the\s+)?{_NORMAL}?(?P<second>{_KIND}))?(?:{_OF})?"
    rf"(?:\s*,?\s*(?:and\s+)?⟦(?P<its>\d+)⟧\s*(?:is\s+|are\s+|for\s+)?its\s+(?:density|derivative|p\.?d\.?f\.?)(?![a-z]))?",
    re.IGNORECASE,
)
_LAW = re.compile(
    r"\s*(?:\\(?:mathcal|mathrm|operatorname)\s*\{?\s*)?N\s*\}?\s*(?:\\left)?\(\s*0\s*,\s*1\s*(?:\\right)?\)\s*"
)
_NAME = re.compile(r"\s*(\\?[A-Za-z]+)\s*(?:\(\s*[a-z]\s*\))?\s*")
_WRITTEN = {True: r"\frac12\left(1+\operatorname{{erf}}\left(\frac{{x}}{{\sqrt2}}\right)\right)",
            False: r"\frac{{1}}{{\sqrt{{2\pi}}}}e^{{-x^2/2}}"}  # fmt: skip


def with_normal_functions(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with the formulas of what words tell before them."""
    return tuple(other for item in items for other in _told(item))


def _told(item: Item) -> Iterator[Item]:
    said = _SAID.search(item.template) if isinstance(item, Sentence) else None
    if said is None or not isinstance(item, Sentence) or not _is_normal(item, said):
        yield item
        return
    called = dict(_called(item, said))
    if not called:
        yield item
        return
    places = [int(said[group]) for group in ("one", "two", "its", "law") if said[group]]
    place = item.parts[places[0]].source.place(0)
    parts: list[Prose | Formula] = [Prose(written_at("Let ", place))]
    for name, whole in called.items():
        text = f"{name}(x) = {_WRITTEN[whole].format()}"
        parts += [Formula(written_at(text, place), False), Prose(written_at(", ", place))]
    yield Sentence(tuple(parts), True, item.section)
    first = min(places)
    before, after = item.parts[first - 1] if first else None, said.end()
    kept = list(item.parts[: first - 1] if isinstance(before, Prose) else item.parts[:first])
    if isinstance(before, Prose):
        kept.append(Prose(before.source.without(re.compile(r"\b(?:where|with|here|and)\s*$", re.IGNORECASE))))
    rest = re.match(r"[^⟦]*", item.template[after:])
    last = item.parts[max(places) + 1] if max(places) + 1 < len(item.parts) else None
    if isinstance(last, Prose) and rest is not None:
        kept.append(Prose(last.source.cut(len(last.source.text) - len(rest[0]))))
    kept += item.parts[max(places) + 2 :]
    if any(isinstance(part, Formula) for part in kept):
        yield replace(item, parts=tuple(kept))


def _is_normal(sentence: Sentence, said: re.Match[str]) -> bool:
    """Whether the words are of the standard normal law."""
    part = sentence.parts[int(said["law"])] if said["law"] else None
    return bool(said["adjective"] or said["plain"] or (part is not None and _LAW.fullmatch(part.source.text)))


def _called(sentence: Sentence, said: re.Match[str]) -> Iterator[tuple[str, bool]]:
    """The names, each with whether it is the distribution function."""
    texts = [sentence.parts[int(said[group])].source.text for group in ("one", "two") if said[group]]
    names = [name for text in texts for name in text.split(",")]
    kinds = [kind for kind in (said["first"], said["second"]) if kind]
    if said["its"]:
        names, kinds = [*names, sentence.parts[int(said["its"])].source.text], [*kinds, "density"]
    if len(names) == len(kinds):
        for name, kind in zip(names, kinds, strict=True):
            symbol = _NAME.fullmatch(name)
            if symbol is not None:
                yield symbol[1], re.match(r"c|.*distribution", kind, re.IGNORECASE) is not None


__all__ = ["with_normal_functions"]
