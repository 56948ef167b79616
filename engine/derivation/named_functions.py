"""Functions that a page names by another one: "with $\\phi = \\tanh$", "where $g$ is the sigmoid", "let $f$ be ReLU".

They are defined by a formula, \\phi(z) = \\tanh(z), where the page applies them to something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_NAME = r"\s*(?P<name>\\?[A-Za-z]+)\s*"
_KNOWN = {
    "tanh": "\\tanh", "sigma": "\\sigma", "exp": "\\exp", "sin": "\\sin", "cos": "\\cos", "log": "\\log", "ln": "\\ln",
    "relu": "\\operatorname{ReLU}", "sigmoid": "\\operatorname{sigmoid}", "logistic": "\\operatorname{sigmoid}",
    "softplus": "\\operatorname{softplus}",
}  # fmt: skip
_EQUATED = re.compile(
    rf"{_NAME}=\s*\\?(?:(?:mathrm|operatorname|text|textrm|mathit)\s*\{{\s*)?(?P<of>[A-Za-z]+)\s*\}}?\s*[.,;]?\s*"
)
_WORDS = {
    "hyperbolic tangent": "tanh", "logistic sigmoid": "sigmoid", "rectified linear unit": "relu", "rectifier": "relu",
    "exponential": "exp", "logarithm": "log", "sine": "sin", "cosine": "cos", "natural logarithm": "log",
} | {word: word for word in ("tanh", "sigmoid", "logistic", "relu", "softplus", "exp")}  # fmt: skip
_SAID = re.compile(
    r"⟦(?P<place>\d+)⟧\s*(?:is|be|denotes?|being|stands?\s+for)\s+(?:again\s+)?(?:the\s+|a\s+)?(?:usual\s+|standard\s+)?"
    rf"(?P<of>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b"
    r"(?:\s+(?:function|activation|nonlinearity|non-linearity|unit|sigmoid)(?:\s+function)?)?"
    r"(?:,?\s+(?:applied\s+)?(?:element|entry|component)-?wise)?(?=\s*(?:[.,;:]|\Z|and\b|⟦))",
    re.IGNORECASE,
)
_LEADING = re.compile(r"(?:\b(?:where|with|here|and|let)\s*)?\Z", re.IGNORECASE)


def with_named_functions(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences in which such functions are defined by a formula, and the words that name them are gone."""
    items = tuple(items)
    texts = [
        p.source.text for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula)
    ]
    return tuple(other for item in items for other in _told(item, texts))


def _told(item: Item, texts: list[str]) -> Iterator[Item]:
    if not isinstance(item, Sentence):
        yield item
        return
    kept: list[Prose | Formula] = []
    for part in item.parts:
        equated = _EQUATED.fullmatch(part.source.text) if isinstance(part, Formula) else None
        of = "" if equated is None else equated["of"].lower()
        if equated is None or of not in _KNOWN or not _is_applied(equated["name"], texts):
            kept.append(part)
        else:
            yield _let(equated["name"], of, part, item)
    item = replace(item, parts=tuple(kept))
    said = _SAID.search(item.template)
    name = _called(item, said) if said is not None else None
    if said is None or name is None or not _is_applied(name, texts):
        if len(kept) == len(item.parts) or any(isinstance(part, Formula) for part in kept):
            yield item
        return
    place = int(said["place"])
    if name != _KNOWN["sigma"]:
        yield _let(name, _WORDS[said["of"].lower()], item.parts[place], item)
    tail = kept[place + 1]
    assert isinstance(tail, Prose)
    kept[place : place + 2] = [Prose(tail.source.cut(said.end() - said.start() - len(f"⟦{place}⟧")))]
    before = kept[place - 1] if place else None
    if isinstance(before, Prose):
        kept[place - 1] = Prose(before.source.without(_LEADING))
    if any(isinstance(part, Formula) for part in kept):
        yield replace(item, parts=tuple(part for part in kept if part.source.text))


def _let(name: str, of: str, part: Prose | Formula, item: Sentence) -> Sentence:
    at = part.source.place(0)
    definition = Formula(written_at(f"{name}(z) = {_KNOWN[of]}(z)", at), False)
    return Sentence((Prose(written_at("Let ", at)), definition), True, item.section)


def _called(sentence: Sentence, said: re.Match[str]) -> str | None:
    symbol = re.fullmatch(_NAME, sentence.parts[int(said["place"])].source.text)
    return symbol["name"] if symbol is not None else None


def _is_applied(name: str, texts: list[str]) -> bool:
    """Whether something calls the name as a function."""
    primes = r"(?:\s*'|\s*\^\s*\{?\s*\\prime\s*\}?)*"
    alone = "" if name.startswith("\\") else r"(?<![A-Za-z\\])"
    called = re.compile(rf"{alone}{re.escape(name)}(?![A-Za-z]){primes}\s*(?:\\left|\\[bB]ig)?\s*\(")
    return any(called.search(text) for text in texts)


__all__ = ["with_named_functions"]
