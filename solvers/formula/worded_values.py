"""Values that are said in words or by dots: 1 = all-ones vector, e = (1, ..., 1)^T \\in R^n, n = number of examples."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.lazily import lazily
from solvers.formula.phrases import phrases, words_begin
from solvers.formula.tokens import Unreadable

_EQUATED = lazily(r"\s*(?P<name>[^=\s(]+(?:\s*\{[^{}]*\})?)\s*(?::?=)\s*(?=[A-Za-z])")
_DOTS = r"(?:\\[lc]?dots[a-z]?|\.\.\.|…)"
_REPEATED = lazily(  # (1, ..., 1)^T, [c, c, ..., c]
    rf"\s*(?:\\left)?[(\[]\s*(?P<entry>\d+|\\?[A-Za-z]+)\s*,\s*(?:(?P=entry)\s*,\s*)*{_DOTS}\s*,\s*(?P=entry)\s*(?:\\right)?[)\]]"
    r"(?:\s*\^\s*\{?\s*(?:\\top|\\intercal|T|\\mathsf\s*\{?T\}?)\s*\}?|[ᵀ'])?"
    r"(?P<where>\s*(?:\\in(?![A-Za-z])|∈|(?<=\s)in(?=\s))\s*(?:\\mathbb\s*\{?R\}?|\\R|ℝ|R)\s*\^\s*(?P<size>\{[^{}]*\}|\w))?\s*"
)
_ONES = lazily(
    r"\s*(?:\\(?:mathbf|boldsymbol|bm|mathbb|vec)\s*\{?\s*)?(?:1|𝟙|𝟏)\s*\}?\s*(?:_\s*(?:\{[^{}]*\}|\w))?\s*:?"
)
_ONES_SAID = lazily(
    r"\s*1\s*(?:=|:|is|denotes)\s*(?:the |an? )*(?:all-?\s?ones|vector of (?:all )?ones)", re.IGNORECASE
)
_TIMES_ONES = lazily(r"(?<![\w\\^])([A-Z])1(?![\w.^])")
_ROW_SUMS = lazily(r"(?<=diag\()\s*([A-Z])1\s*(?=\))")
_IID = lazily(
    r"\\(?:overset|stackrel)\s*\{\s*(?:\\(?:text|mathrm|textrm|rm|operatorname)\s*\{?\s*)?i\.?\s*i\.?\s*d\.?\s*\}?\s*\}"
    r"\s*\{?\s*\\sim\s*\}?|\\sim\s*_\s*\{?\s*(?:\\(?:text|mathrm)\s*\{\s*)?i\.?i\.?d\.?\s*\}?\s*\}?"
)
_MEANT = frozenset({"constant", "function", "kronecker", "adjacency", "degree"})


def with_values(text: str) -> str:
    """The text with "is" for the equals sign before words, and with a vector of ones for one that dots write out."""
    if "=" in text and any(dots in text for dots in ("dots", "...", "…")):
        head, _, value = text.partition("=")
        repeated = _REPEATED.fullmatch(value)
        if repeated is not None and repeated["entry"] == "1" and _ONES.fullmatch(head):
            return ""  # \\mathbf{1} = (1, ..., 1)^T is what it is anyway
        return (
            text if repeated is None else f"{head}={_filled(repeated, latex=chr(92) in text)}{repeated['where'] or ''}"
        )
    if "sim" in text and (drawn := _IID.search(text)) is not None:
        return f"{text[: drawn.start()]}\\sim {text[drawn.end() :]} \\text{{ i.i.d.}}"
    match = _EQUATED.match(text)
    if match is None or words_begin(rest := text[match.end() :]) != 0:
        return text
    said = phrases(rest, 0)
    if isinstance(said, Unreadable) or not said:
        return text
    plain = len(rest.split()) < 2 and all(row.phrase.role not in _MEANT for row in said)
    return text if plain else f"{match['name']} is {rest}"  # y = input may be a formula


_FUNCTION = lazily(
    r"(?P<head>\s*(?P<name>\\?[A-Za-z]+)\s*:?=\s*)(?:\\(?:operatorname|text|mathrm)\s*\{\s*)?"
    r"(?P<function>\\?(?:sigma|tanh|exp|log|ln|sin|cos|softplus|softmax|sigmoid|relu|ReLU)|σ)\s*\}?\s*"
)


def with_functions(texts: Sequence[str]) -> list[str]:
    """The texts with f(x) = \\tanh(x) for f = \\tanh, and for f = \\sigma where f is applied."""
    found = list(texts)
    for place, text in enumerate(texts):
        match = _FUNCTION.fullmatch(text) if "=" in text else None
        if match is None or (len(match["name"].lstrip("\\")) > 1 and match["name"][0] != "\\"):
            continue
        applied = re.compile(rf"(?<![A-Za-z\\]){re.escape(match['name'])}\s*'*\s*(?:\\left\s*)?\(")
        number = match["function"].lstrip("\\") in {"sigma", "σ"}
        if not number or any(applied.search(other) for other in texts):
            value = text[match.end("head") :].strip()
            found[place] = f"{match['name']}(x) = {value}(x)"
    return found


def with_ones(texts: Sequence[str]) -> list[str]:
    """The texts with A1 as A times the vector of ones, where 1 is said to be that, and in diag(A1)."""
    told = any(map(_ONES_SAID.match, texts))
    return [(_TIMES_ONES if told else _ROW_SUMS).sub(r"\1 𝟙", text) for text in texts]


def _filled(match: re.Match[str], latex: bool) -> str:
    """A vector whose entries are all alike."""
    entry, size = match["entry"], match["size"]
    ones = r"\mathbf{1}" if latex else "𝟙"
    label = f"_{size}" if size else ""
    if entry == "0":
        return " 0"
    if entry == "1":
        return f" {ones}{label}"
    return f" {entry}\\,{ones}{label}" if latex else f" {entry} * {ones}{label}"
