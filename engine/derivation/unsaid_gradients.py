"""Gradients that do not say what they are taken by: \\nabla E of a page with the step w - \\eta \\nabla E, or with
\\nabla E(w), or with words such as "the gradient with respect to w", is taken by w; so is \\nabla e^{-w^T x} in a
formula that begins with \\nabla E(w).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_ACCENT = r"\\(?:mathbf|boldsymbol|bm|mathcal|mathrm|tilde|hat|bar|vec)"
_INSIDE = r"(?:\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+|\s?[A-Za-z](?![A-Za-z]))"
_SYMBOL = rf"(?:{_ACCENT}\s*{_INSIDE}|\\[a-zA-Z]+|[A-Za-z](?![A-Za-z]))"
_LABEL = r"(?:\s*_\s*(?:\{\s*\w+\s*\}|\w))?"
_OPEN = re.compile(
    rf"\\nabla(?!\s*_)(?P<order>\s*\^\s*(?:2|\{{\s*2\s*\}}))?\s*(?P<of>{_SYMBOL}{_LABEL})(?!\s*(?:\\left)?\()"
)
_RATE = r"(?:\\(?:eta|alpha|epsilon|varepsilon|gamma|lambda|tau|mu)(?![A-Za-z])|[a-z](?![A-Za-z]))"
_INVERSE = rf"(?:\(\s*\\nabla\s*\^\s*\{{?2\}}?\s*{_SYMBOL}\s*\)|{_SYMBOL})\s*\^\s*\{{\s*-\s*1\s*\}}"
_STEP = re.compile(
    rf"(?<![A-Za-z\\_^{{])(?P<by>{_SYMBOL})\s*&?\s*-\s*(?:{_RATE}{_LABEL}|{_INVERSE}|\d*\.?\d+)?\s*(?:\\[,;!]|\\cdot)?\s*"
    rf"\\nabla(?!\s*_)\s*(?P<of>{_SYMBOL}{_LABEL})"
)
_AT = re.compile(
    rf"\\nabla(?!\s*[_^])\s*(?P<of>{_SYMBOL}{_LABEL})\s*(?:\\left)?\(\s*(?P<by>{_SYMBOL})\s*(?:\\right)?\)"
)
_OF_FORMULA = re.compile(
    r"\\nabla(?=\s*(?:e\s*\^|[(\[|]|\\(?:log|ln|exp|tanh|sin|cos|left|[dt]?frac|sum|[bB]igg?l?|\||lVert)(?![A-Za-z])))"
)
_WORDS = re.compile(
    r"\b(?:gradients?|derivatives?|differentiat\w+|hessian)\b[^⟦⟧.;:]{0,40}\b(?:with respect to|w\.?\s?r\.?\s?t\.?)\s+"
    r"(?:the\s+)?(?:\w+\s+){0,2}⟦(?P<by>\d+)⟧",
    re.IGNORECASE,
)


def with_gradients_by(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """The sentences with \\nabla_w E for \\nabla E, where the page says in one way what E is differentiated by."""
    opened = {_plain(m["of"]) for text in _texts(items) for m in _OPEN.finditer(text)}
    by: dict[str, str] = {}
    for name in opened:
        found = dict.fromkeys(_said_by(items, name))
        if len({_plain(one) for one in found}) == 1:
            by[name] = next(iter(found))
    items = tuple(_written(item, by) if isinstance(item, Sentence) else item for item in items) if by else items
    return tuple(_beside(item) if isinstance(item, Sentence) else item for item in items)


def _beside(sentence: Sentence) -> Sentence:
    """The sentence with gradients of formulas taken by what the one other gradient in a formula is taken by."""
    parts = list(sentence.parts)
    for place, part in enumerate(parts):
        names = {_plain(m["by"]): m["by"] for m in _AT.finditer(part.source.text)} if isinstance(part, Formula) else {}
        if isinstance(part, Formula) and len(names) == 1 and _OF_FORMULA.search(part.source.text):
            taken = rf"\nabla_{{{next(iter(names.values()))}}}"
            source = part.source.replaced(_OF_FORMULA, lambda _, taken=taken: taken)  # type: ignore[misc]
            parts[place] = replace(part, source=source, written=part.written or part.source)
    return replace(sentence, parts=tuple(parts))


def _said_by(items: tuple[Item, ...], name: str) -> Iterator[str]:
    """What a page says that a function is differentiated by; words do where no step and no argument does."""
    told = [
        m["by"]
        for text in _texts(items)
        for form in (_STEP, _AT)
        for m in form.finditer(text)
        if _plain(m["of"]) == name
    ]
    yield from told
    for item in items if not told else ():
        for said in _WORDS.finditer(item.template) if isinstance(item, Sentence) else ():
            symbol = item.parts[int(said["by"])].source.text.strip()  # type: ignore[union-attr]
            if re.fullmatch(_SYMBOL, symbol):
                yield symbol


def _written(sentence: Sentence, by: dict[str, str]) -> Sentence:
    def change(match: re.Match[str]) -> str:
        name = by.get(_plain(match["of"]))
        return match[0] if name is None else rf"\nabla_{{{name}}}{match['order'] or ''} {match['of']}"

    parts = tuple(
        replace(part, source=part.source.replaced(_OPEN, change), written=part.written or part.source)
        if isinstance(part, Formula) and any(_plain(m["of"]) in by for m in _OPEN.finditer(part.source.text)) else part
        for part in sentence.parts
    )  # fmt: skip
    return replace(sentence, parts=parts)


def _plain(name: str) -> str:
    return re.sub(r"[\s{}]+", "", name)


def _texts(items: tuple[Item, ...]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


__all__ = ["with_gradients_by"]
