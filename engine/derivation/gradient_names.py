"""Gradients named as programs name them: "I write $dZ$ for the gradient of $L$ with respect to $Z$".

Then every dW, db_1 and d\\hat Y of the page is the derivative of that loss, and no differential.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_LOSS = r"\\(?:mathcal|mathrm|mathsf)\s*\{?\s*[A-Z]\s*\}?|\\ell|[A-Z]"
_ACCENT = r"\\(?:hat|tilde|bar|mathbf|boldsymbol|bm|vec)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z])"
_GREEK = r"\\(?:alpha|beta|gamma|delta|theta|mu|sigma|phi|psi|omega|Theta|Phi|Sigma)(?![A-Za-z])"
_OF = (
    rf"(?:{_ACCENT}|{_GREEK}|[A-Za-z])(?:\s*_\s*(?:\{{\s*\w+\s*\}}|\w))?(?:\s*\^\s*\{{?\s*[(\[]\s*\w+\s*[)\]]\s*\}}?)?"
)
_NAME = re.compile(rf"(?<![A-Za-z\\_^])(?:\\(?:mathrm|operatorname)\s*\{{\s*d\s*\}}|d)\s*(?P<of>{_OF})(?![A-Za-z])")
_PARTIAL = re.compile(
    rf"\s*(?:\\[dt]?frac\s*\{{\s*(?:\\partial|d)\s*(?P<loss>{_LOSS})\s*\}}\s*\{{\s*(?:\\partial|d)\s*(?P<by>{_OF})\s*\}}|"
    rf"(?:\\partial|d)\s*(?P<loss2>{_LOSS})\s*/\s*(?:\\partial|d)\s*(?P<by2>{_OF})|"
    rf"\\nabla\s*_\s*\{{?\s*(?P<by3>{_OF})\s*\}}?\s*(?P<loss3>{_LOSS}))\s*"
)
_GRADIENT = (
    r"(?:the\s+)?(?:gradients?|derivatives?|partial derivatives?)\s+of\s+(?:the\s+)?(?:loss|cost|error|objective)?\s*"
    r"(?:function\s+)?(?:⟦(?P<loss>\d+)⟧)?\s*(?:with respect to|w\.\s?r\.\s?t\.?|wrt|by|in)\s+"
    r"(?:(?:the|a|any|each|some)\s+)?(?:(?:variable|matrix|array|quantity|tensor)\s+)?⟦(?P<by>\d+)⟧"
)
_MEANS = (
    r"\s*(?:,\s*)?(?:for|denotes?|means?|is|as|stands\s+for|to denote|abbreviates?|=|be|(?:is )?short(?:hand)? for|"
    r"always)\s+"
)
_IN_WORDS = (
    re.compile(rf"⟦(?P<name>\d+)⟧{_MEANS}(?:always\s+)?{_GRADIENT}", re.IGNORECASE),
    re.compile(
        rf"{_GRADIENT}\s*(?:is|are|will be)?\s*(?:written|denoted|abbreviated|called|named)?\s*"
        r"(?:as|by|simply|just)?\s*⟦(?P<name>\d+)⟧",
        re.IGNORECASE,
    ),
)
_FOR = re.compile(rf"⟦(?P<name>\d+)⟧{_MEANS}⟦(?P<value>\d+)⟧", re.IGNORECASE)
_PLAIN = re.compile(  # "Write dX for the gradient of the loss wrt X", without the signs of a formula
    rf"(?<![A-Za-z$\\])d(?P<by>[A-Z])(?![A-Za-z]){_MEANS}(?:the\s+)?(?:gradient|derivative)\s+of\s+"
    r"(?:the\s+)?(?:(?:scalar|total|overall)\s+)?(?:loss|cost|error|objective)?\s*(?:function\s+)?(?P<loss>[A-Z])?\s*"
    r"(?:with respect to|w\.\s?r\.\s?t\.?|wrt|by)\s+(?P=by)(?![A-Za-z])"
)
_WRITTEN = re.compile(
    r"\b(?:writ\w+|notation|denot\w+|abbreviat\w+|shorthand|short|convention|as in|style)\b", re.IGNORECASE
)
_DIFFERENTIALS = re.compile(
    r"\\int|(?<![A-Za-z\\])tr(?![A-Za-z])|\\operatorname\s*\{\s*tr|\\mathrm\s*\{\s*tr|[({\s]d\^2"
)


def with_gradient_names(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with \\partial L/\\partial Z for the dZ of a page that says so."""
    found = tuple(items)
    texts = list(_texts(found))
    said = next((s for item in found if isinstance(item, Sentence) if (s := _said(item)) is not None), None)
    if said is None or any(map(_DIFFERENTIALS.search, texts)):
        return found
    loss, place = said
    if any(re.search(rf"(?<![A-Za-z\\])d\s*{re.escape(loss)}(?![A-Za-z])\s*(?![/}}\s])", text) for text in texts):
        return found  # a differential of the loss itself
    apart = {_squeezed(match[0]) for text in texts for match in _SYMBOL.finditer(_NAME.sub(" ", text))}
    return tuple(_changed(item, loss, place, apart) if isinstance(item, Sentence) else item for item in found)


_SYMBOL = re.compile(rf"(?<![A-Za-z\\_^]){_OF}")


def _texts(items: Iterable[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def _said(sentence: Sentence) -> tuple[str, int] | None:
    """The loss whose gradients a sentence names so, and where the formula stands that does."""
    texts = {k: part.source.text.strip() for k, part in enumerate(sentence.parts) if isinstance(part, Formula)}
    for said in (match for form in _IN_WORDS for match in form.finditer(sentence.template)):
        loss = texts[int(said["loss"])] if said["loss"] else "L"
        if _is_name(texts[int(said["name"])], texts[int(said["by"])]) and re.fullmatch(_LOSS, loss):
            return loss, sentence.parts[int(said["name"])].source.place(0)
    if (plain := _PLAIN.search(sentence.template)) is not None:
        return plain["loss"] or "L", -1
    pairs = [(int(s["name"]), texts[int(s["name"])], texts[int(s["value"])]) for s in _FOR.finditer(sentence.template)]
    for place, text in texts.items() if _WRITTEN.search(sentence.template) else ():
        sides = re.split(r":?=|\\equiv", text, maxsplit=1)
        if len(sides) == 2 and not _shown(sentence, place):
            pairs.append((place, sides[0], sides[1]))
    for place, name, text in pairs:
        value = _PARTIAL.fullmatch(text)
        if value is not None and _is_name(name.strip(), value["by"] or value["by2"] or value["by3"]):
            return (value["loss"] or value["loss2"] or value["loss3"]).strip(), sentence.parts[place].source.place(0)
    return None


def _shown(sentence: Sentence, place: int) -> bool:
    part = sentence.parts[place]
    return isinstance(part, Formula) and part.display


def _is_name(text: str, of: str) -> bool:
    """Whether a text is d and then the symbol that the derivative is taken by."""
    name = _NAME.fullmatch(text)
    return name is not None and _squeezed(name["of"]) == _squeezed(of)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s{}]+", "", text)


def _changed(sentence: Sentence, loss: str, place: int, apart: set[str]) -> Sentence:
    """The sentence with derivatives for such names; the formula that introduces them is words."""

    def change(source: Source) -> Source:
        def derivative(match: re.Match[str]) -> str:
            if _squeezed(match["of"]) not in apart:
                return match[0]
            whole = rf"\frac{{\partial {loss}}}{{\partial {match['of']}}}"
            return rf"\left({whole}\right)" if source.text[match.end() :].lstrip().startswith("^") else whole

        return source.replaced(_NAME, derivative)

    parts = (
        part if isinstance(part, Prose) else Prose(part.source) if part.source.place(0) == place
        else replace(part, source=change(part.source))
        for part in sentence.parts
    )  # fmt: skip
    return replace(sentence, parts=tuple(parts))


__all__ = ["with_gradient_names"]
