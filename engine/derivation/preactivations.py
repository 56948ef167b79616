"""Names that words give: "a_z is the pre-activation of z", "denote by d the gradient dL/dh"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import joined, written_at

_DERIVATIVE = re.compile(r"\\partial|∂|\\nabla")
_ACTIVATION = r"(?:\\sigma|σ|\\tanh|tanh|\\operatorname\{\w+\}|\\mathrm\{\w+\}|\\phi|\\text\{\w+\})"
_NAMED = re.compile(
    r"(?P<names>⟦\d+⟧(?:(?:\s*,\s*|\s*and\s*|\s*,\s*and\s*)⟦\d+⟧)*)\s*,?\s*(?:(?:are|is|be|denotes?|being|for|call|called)\s+)?(?:the\s+)?(?:corresponding\s+)?"
    r"pre-?\s?activations?\s+(?:of|in|for)\s+(?P<of>⟦\d+⟧(?:(?:\s*,\s*|\s*and\s*|\s*,\s*and\s*)⟦\d+⟧)*)",
    re.IGNORECASE,
)


def with_preactivations(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with a = W x, z = \\sigma(a) for z = \\sigma(W x), where words call a the pre-activation of z."""
    found = tuple(items)
    for item in found:
        for said in _NAMED.finditer(item.template) if isinstance(item, Sentence) else ():
            assert isinstance(item, Sentence)
            names, of = (_listed(item, list(map(int, re.findall(r"\d+", said[group])))) for group in ("names", "of"))
            symbols = [_symbol(gate) for gate in of]
            if len(names) == len(of) == len({*symbols}) and all(symbols):
                found = tuple(_spoken(other, said.group()) if other is item else other for other in found)
                for name, gate, symbol in zip(names, of, symbols, strict=True):
                    found = tuple(_split(_renamed(other, name, symbol), symbol, gate) for other in found)
    return found


def _symbol(gate: str) -> str:
    """A symbol of its own for what goes into a gate: an a_z may look like an entry of a."""
    letter = re.search(r"(?<![A-Za-z\\_{])[A-Za-z](?![A-Za-z])|(?<=\{)[A-Za-z](?=\})", gate)
    return "" if letter is None else rf"\check {{{letter[0]}}}"


def _renamed(item: Item, name: str, symbol: str) -> Item:
    """The sentence with the symbol for a name."""
    if not isinstance(item, Sentence):
        return item
    low = re.fullmatch(r"(.+?)\s*_\s*\{?\s*([A-Za-z\d]+)\s*\}?", name)
    escaped = re.escape(name) if low is None else rf"{re.escape(low[1])}\s*_\s*(?:\{{\s*{low[2]}\s*\}}|{low[2]})"
    called = re.compile(rf"(?<![A-Za-z\\]){escaped}(?![A-Za-z])")
    parts = tuple(
        replace(part, source=part.source.replaced(called, lambda _: symbol), written=part.written or part.source)
        if isinstance(part, Formula) and called.search(part.source.text) else part for part in item.parts
    )  # fmt: skip
    return replace(item, parts=parts)


def _spoken(sentence: Sentence, said: str) -> Sentence:
    """The sentence with what it says in that way as words alone."""
    places = set(map(int, re.findall(r"⟦(\d+)⟧", said)))
    parts = (Prose(part.source) if place in places else part for place, part in enumerate(sentence.parts))
    return replace(sentence, parts=tuple(parts))


def _listed(sentence: Sentence, places: Sequence[int]) -> list[str]:
    texts = (sentence.parts[place].source.text for place in places)
    return [name.strip(" .;") for text in texts for name in re.split(r",(?![^{}]*\})", text) if name.strip(" .;")]


def _split(item: Item, name: str, gate: str) -> Item:
    """The sentence with the formula of a gate in two: first what goes into it."""
    if not isinstance(item, Sentence):
        return item
    spaced = r"\s*".join(map(re.escape, re.findall(r"\\[A-Za-z]+|\S", gate)))
    given = re.compile(
        rf"\s*{spaced}\s*&?\s*:?=\s*&?\s*{_ACTIVATION}\s*(?:\\left)?\((?P<inside>.+?)(?:\\right)?\)\s*[.,;]?\s*",
        re.DOTALL,
    )
    parts: list[Prose | Formula] = []
    for part in item.parts:
        match = given.fullmatch(part.source.text) if isinstance(part, Formula) else None
        if match is None or not isinstance(part, Formula) or not _balanced(match["inside"]):
            parts.append(part)
            continue
        source = part.source
        first, last = match.span("inside")
        inner = joined([written_at(f"{name} = ", source.place(0)), source.cut(first, last)])
        outer = joined([source.cut(0, first), written_at(name, source.place(first)), source.cut(last)])
        parts += [replace(part, source=inner, written=part.written or source), Prose(written_at(", ", source.place(0))),
                  replace(part, source=outer, written=part.written or source)]  # fmt: skip
    return replace(item, parts=tuple(parts))


def _balanced(text: str) -> bool:
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


_DENOTED = re.compile(
    r"\b(?:denote|write)\s+(?:by\s+)?⟦(?P<name>\d+)⟧\s*,?\s*(?:for\s+)?(?:the\s+)?(?:\w+\s+){0,2}?"
    r"(?:gradient|derivative|error signal|delta|sensitivity)\s*(?:,|of the loss)?\s*⟦(?P<value>\d+)⟧",
    re.IGNORECASE,
)
_BEING = re.compile(  # let G \\in R^{n x p} be the gradient dL/dO of a loss L
    r"\b(?:let|where|with|and)\s+⟦(?P<name>\d+)⟧\s*(?:be|is|being|denotes?)\s+(?:the\s+)?(?:\w+\s+){0,2}?"
    r"(?:gradient|derivative|error signal|delta|sensitivity)\s*(?:,|of the loss)?\s*⟦(?P<value>\d+)⟧",
    re.IGNORECASE,
)
_MEMBER = re.compile(r"\s*(?:\\in(?![a-z])|∈).*", re.DOTALL)


def _denotings(template: str) -> list[re.Match[str]]:
    return [*_DENOTED.finditer(template), *_BEING.finditer(template)]


def with_denoted(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with "Let d = dL/dh" before one that denotes by d the gradient dL/dh."""
    found: list[Item] = []
    for item in items:
        for said in _denotings(item.template) if isinstance(item, Sentence) else ():
            assert isinstance(item, Sentence)
            name, value = (item.parts[int(said[group])].source for group in ("name", "value"))
            name = name.without(_MEMBER)
            if _DERIVATIVE.search(value.text) and re.fullmatch(r"\s*[^=<>,]+", name.text) and "=" not in value.text:
                lead = Prose(written_at("Let ", name.place(0)))
                equation = joined([name, written_at(" = ", name.end), value])
                found.append(Sentence((lead, Formula(equation, False)), True, item.section))
        found.append(item)
    return tuple(found)


__all__ = ["with_denoted", "with_preactivations"]
