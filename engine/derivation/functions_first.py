"""Functions that a sentence uses before it says what they are: "Let $f(x) = \\phi(W x)$ with $\\phi(u) = \\tanh(u)$".

They are defined before the sentence, where nothing but their own argument stands in what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_CALLED = r"(?:\\left|\\[bB]igg?l?)?\s*\("
_DEFINED = re.compile(
    rf"\s*(?P<name>\\?[A-Za-z]+)\s*{_CALLED}\s*(?P<of>\\?[A-Za-z])\s*(?:\\right|\\[bB]igg?r?)?\)\s*:?=(?P<right>[^=]+)"
)
_ELEMENTARY = re.compile(
    r"\\(?:tanh|max|min|exp|log|ln|sin|cos|arctan|sinh|cosh|[dt]?frac|sqrt|left|right|cdot|[,;!: ]|lvert|rvert|"
    r"(?:begin|end)\s*\{cases\}|\\|geq?|leq?|[lg]t|"
    r"(?:operatorname|mathrm|text|textrm)\s*\{\s*(?:ReLU|relu|sigmoid|softplus|tanh|if|otherwise|else|for)\s*\})(?![A-Za-z])|"
    r"(?<![A-Za-z\\])(?:max|min|exp|log|ln|tanh|e(?=\s*\^))(?![A-Za-z])"
)
_BY = re.compile(r"\b(?:with|where)\W*$", re.IGNORECASE)
_CLAUSE = re.compile(r"\W*(?:with|where)\b")
_ENDS = re.compile(r"[.!?]\s*$")


def with_functions_first(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with what such functions are before them."""
    found: list[Item] = []
    for item in items:
        for place in range(len(item.parts)) if isinstance(item, Sentence) else ():
            assert isinstance(item, Sentence)
            said = _definition(item, place, items)
            first = None if said is None else _first_use(said["name"], item, place, found)
            if first is not None:
                found.insert(first, _let(item, place))
                item = replace(item, parts=tuple(_without(item.parts, place)))
        found.append(item)
    return tuple(found)


def _definition(sentence: Sentence, place: int, items: Sequence[Item]) -> re.Match[str] | None:
    """A formula of a sentence that alone on the page says what a function is, and speaks of nothing else."""
    part = sentence.parts[place]
    said = _DEFINED.fullmatch(part.source.text) if isinstance(part, Formula) and not part.display else None
    before = sentence.parts[place - 1].source.text if place else ""
    if said is None or not (sentence.declares or _BY.search(before)):
        return None
    left = re.sub(rf"{'' if said['of'][0] == chr(92) else '(?<![A-Za-z])'}{re.escape(said['of'])}(?![A-Za-z])", "",
                  _ELEMENTARY.sub(" ", said["right"]))  # fmt: skip
    defined = [m for text in _texts(items) if (m := _DEFINED.match(text)) and m["name"] == said["name"]]
    return None if re.search(r"[A-Za-z]", left) or len(defined) != 1 else said


def _first_use(name: str, sentence: Sentence, place: int, found: Sequence[Item]) -> int | None:
    """Before which sentence a function has to be defined that this one, or what it is a clause of, uses already."""
    used = re.compile(rf"{'' if name[0] == chr(92) else '(?<![A-Za-z])'}{re.escape(name)}\s*{_CALLED}")
    before = sentence.parts[:place]
    first = len(found) if any(isinstance(p, Formula) and used.search(p.source.text) for p in before) else None
    for number in range(len(found) - 1, -1, -1) if _CLAUSE.match(sentence.template) else ():
        item = found[number]
        if not isinstance(item, Sentence) or _ENDS.search(item.parts[-1].source.text):
            return first
        if any(isinstance(part, Formula) and used.search(part.source.text) for part in item.parts):
            first = number
    return first


def _let(sentence: Sentence, place: int) -> Sentence:
    part = sentence.parts[place]
    return Sentence((Prose(written_at("Let ", part.source.place(0))), part), True, sentence.section)


def _without(parts: Sequence[Prose | Formula], place: int) -> Iterator[Prose | Formula]:
    """The parts without a formula, of which the page knows what it says; its text stays among the words."""
    for number, part in enumerate(parts):
        yield Prose(written_at(" ", part.source.place(0))) if number == place else part


def _texts(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                yield part.source.text


__all__ = ["with_functions_first"]
