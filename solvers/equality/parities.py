"""Even and odd numbers that are said in words: "n even" as n = 2 m with a whole m, "k \\in N odd" as k = 2 m - 1."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.lazily import lazily

_NAME = r"[A-Za-z](?:_\w)?"
_NAMES = rf"{_NAME}(?:\s*,\s*{_NAME})*"
_TEXT, _SHUT = r"(?:\\text(?:rm)?\s*\{\s*)?", r"\s*\}?"
_NATURAL = r"(?:\\in(?![A-Za-z])|∈|in(?=\s))\s*(?:\\mathbb\s*\{?\s*N\s*\}?|ℕ|N)(?:\s*_\{?(?:\+|>0|≥1|\\ge\s*1)\}?)?"
_KIND = r"(?P<kind>even|odd)"
_REST = rf"{_SHUT}(?P<rest>\s*[,;].*|[\s.]*)"
_NOUN = r"(?P<noun>(?:\s+(?:positive\s+|natural\s+)?(?:integers?|(?:whole\s+|natural\s+)?numbers?))?)"
_WORDED = lazily(
    rf"(?P<head>(?:.*?[,;])??)\s*(?:let\s+)?(?P<names>{_NAMES})\s*(?P<natural>{_NATURAL})?(?:\\[,;: ]|\\quad|[\s,~])*"
    rf"{_TEXT}(?:(?:is|are|be|both)\s+)*(?:an?\s+)?(?P<before>(?:positive\s+|natural\s+)*){_KIND}{_NOUN}{_REST}",
    re.IGNORECASE,
)
_DIVIDED = lazily(rf"\s*{_TEXT}2{_SHUT}\s*(?:\\mid(?![A-Za-z])|{_TEXT}\s*divides){_SHUT}\s*(?P<names>{_NAME})[\s.]*")
_HALVED = r"(?:[,;]\s*|^\s*){0}\s*=\s*2\s*(?:\\cdot\s*|\*\s*)?(?P<half>[A-Za-z])[\s.]*(?=[,;]|$)"
_HELPERS = ("\\mu", "mu"), ("\\nu", "nu"), ("\\kappa", "kappa"), ("\\zeta", "zeta"), ("\\xi", "xi")


def with_parities(a: str, b: str, lets: Sequence[str]) -> list[str]:
    """The declarations so; each such number gets a letter of its own for what it is twice of."""
    texts = [a, b, *lets]
    latex = any("\\" in text for text in texts)
    free = [pair[0] if latex else pair[1] for pair in _HELPERS if not any(pair[1] in text for text in texts)]
    found = list(lets)
    for place, let in enumerate(lets):
        said = _WORDED.fullmatch(let) or _DIVIDED.fullmatch(let)
        if said is None:
            continue
        row = said.groupdict()
        names = [name.strip() for name in row["names"].split(",")]
        others = [*lets[:place], row.get("head") or "", row.get("rest") or "", *lets[place + 1 :]]
        if len(names) > len(free) or any(_is_defined(name, others, texts) for name in names):
            continue
        words = f"{row.get('before')} {row.get('noun')}"
        whole = bool(row.get("natural")) or "positive" in words or "natural" in words
        parts = [_said(name, row.get("kind") or "even", whole, others, free, (a, b), latex) for name in names]
        around = [(row.get(key) or "").strip(" ,;.") for key in ("head", "rest")]
        found[place] = "; ".join(filter(None, [around[0], *parts, around[1]]))
    return found


def _said(
    name: str, kind: str, whole: bool, others: Sequence[str], free: list[str], sides: Sequence[str], latex: bool
) -> str:
    """One such number: twice a letter that the texts give it, or one of its own."""
    natural, integers = (r"\in \mathbb{N}", r"\in \mathbb{Z}") if latex else ("in N", "in Z")
    positive = whole or _counts(name, others, sides)
    halves = [match["half"] for let in others for match in re.finditer(_HALVED.format(name), let)]
    if kind.lower() == "even" and halves:
        half = halves[0]
        declared = any(re.match(rf"\s*{half}\s*(?:\\in|∈|in\s|,|>|≥|\\g)", let) for let in others)
        return "" if declared else f"{half} {natural if positive or _counts(half, others, sides) else integers}"
    half = free.pop(0)
    less = "" if kind.lower() == "even" else " - 1"
    return f"{half} {natural if positive else integers}; {name} = 2 {half}{less}"


def _is_defined(name: str, others: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether a letter is said to be something else than twice another one, or is a function."""
    if any(re.search(rf"(?<![A-Za-z\\]){name}\s*(?:'|(?:\\left\s*)?\(|\\circ|:)", text) for text in texts):
        return True
    for let in others:
        for found in re.finditer(rf"(?:^|[,;])\s*{name}\s*:?=\s*(?P<value>[^,;]*)", let):
            if not re.fullmatch(r"2\s*(?:\\cdot\s*|\*\s*)?[A-Za-z][\s.]*", found["value"]):
                return True
    return False


def _counts(name: str, others: Sequence[str], sides: Sequence[str]) -> bool:
    """Whether a number counts something: the entries of a vector, the terms of a sum; or is said to be natural."""
    ends = rf"(?:dots[a-z]?|\.\.\.|…)\s*,\s*(?:[^,;]*_\{{?)?{name}(?![A-Za-z])"
    size = rf"(?:(?:R|ℝ|\}})\s*\^\s*\{{?\s*|(?:\\times|×|\sx)\s*){name}(?![A-Za-z])"
    size += rf"|(?<![A-Za-z\\]){name}\s*(?:\\times|×|x\s)"
    natural = rf"(?:^|[,;])\s*{name}(?:\s*,\s*[A-Za-z])*\s*(?:{_NATURAL})"
    above = rf"(?<![A-Za-z\\]){name}\s*(?:(?:>(?!=)|\\gt(?![a-z]))\s*\d|(?:>=|≥|\\geq?(?![a-z]))\s*[1-9])"
    return any(re.search(f"{ends}|{size}|{natural}|{above}", text) for text in (*others, *sides))


__all__ = ["with_parities"]
