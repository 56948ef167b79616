"""What is said of numbers whose law is declared, as formulas that are read: P(X = 1) as the mean of an indicator, E X
and E(X) as E[X]; and the s of N(m, s^2) is a deviation, which is positive.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from solvers.formula.lazily import lazily

_NAME = r"\\?[A-Za-z]+(?:_(?:\w|\{\w+\}))?"
_DRAWN = lazily(rf"\s*(?:let\s+)?(?P<names>{_NAME}(?:\s*,\s*{_NAME})*)\s*(?:~|∼|\\sim(?![A-Za-z]))")
_NORMAL = lazily(
    r"(?:~|∼|\\sim)\s*(?:\\mathcal\s*\{?\s*N\s*\}?|\\operatorname\s*\{N\}|\\mathrm\s*\{N\}|N|Normal|normal)\s*(?:\\left\s*)?\("
    r"[^;]*,\s*(?P<deviation>\\?[A-Za-z]+(?:_\w)?)\s*\^\s*(?:2|\{\s*2\s*\})\s*(?:\\?\w*I(?:_\w)?\s*)?(?:\\right\s*)?\)"
)
_CHANCE = lazily(
    r"(?<![A-Za-z\\_^])(?:\\Pr|\\(?:mathbb|mathrm|operatorname)\s*\{?\s*P\s*\}?|Pr|P)\s*(?:\\left\s*)?(?=\()"
)
_MEAN = lazily(r"(?<![A-Za-z\\_^{])E(?:\\[,;! ]|\s)*(?=[(|]|\\left|\\?[A-Za-z])")
_SAYS_P = lazily(r"(?<![A-Za-z\\])(?:P|\\Pr|\\mathbb\{P\})\s*(?:\(|\\left)")
_SAYS_E = lazily(r"(?<![A-Za-z\\{])E(?![A-Za-z])")
_RELATION = lazily(r"[<>=≤≥≠]|\\(?:leq?|geq?|neq?)(?![A-Za-z])")


def with_drawn(a: str, b: str, lets: Sequence[str]) -> tuple[str, str, list[str]]:
    """The texts and the declarations so."""
    drawn = {name.strip() for let in lets if (match := _DRAWN.match(let)) for name in match["names"].split(",")}
    if not drawn:
        return a, b, list(lets)
    said = [*lets, *(f"{name} > 0" for name in _deviations(lets))]
    if not any(_SAYS_P.search(let) for let in lets):
        a, b = _both(a, b, _CHANCE, lambda argument: _chance(argument, drawn))
    if not any(_SAYS_E.search(let) for let in lets):
        a, b = _both(a, b, _MEAN, lambda argument: _mean(argument, drawn))
    return a, b, said


def _both(a: str, b: str, head: re.Pattern[str], change: Callable[[str], str | None]) -> tuple[str, str]:
    """The texts with what stands behind each head changed; as they are where that is something else in one of them."""
    first, second = (_rewritten(text, head, change) for text in (a, b))
    return (a, b) if first is None or second is None else (first, second)


def _deviations(lets: Sequence[str]) -> list[str]:
    """The names whose squares are variances of normal laws, and of which nothing else is said."""
    found = dict.fromkeys(match["deviation"] for let in lets for match in _NORMAL.finditer(let))
    return [name for name in found if not any(_said_of(name, let) for let in lets)]


def _said_of(name: str, let: str) -> bool:
    written = re.escape(name)
    return re.match(rf"\s*{written}(?![A-Za-z])|.*,\s*{written}\s*(?:\\in|∈|in\b|>|:)", let) is not None


def _speaks(inner: str, drawn: set[str]) -> bool:
    return any(re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])", inner) for name in drawn)


def _chance(argument: str, drawn: set[str]) -> str | None:
    """The mean of the indicator of an event; None for what is no event of drawn numbers alone."""
    inner = argument.removeprefix("\\left")[1:-1].removesuffix("\\right").strip()
    if re.search(r"\||\\mid|,|;", inner) or not _RELATION.search(inner) or not _speaks(inner, drawn):
        return None
    return rf"\mathbb{{E}}[\mathbb{{1}}[{inner}]]"


def _mean(argument: str, drawn: set[str]) -> str | None:
    if not _speaks(argument, drawn):
        return None
    return rf"\mathbb{{E}}[{argument}]" if argument.startswith("|") else rf"\mathbb{{E}} {argument}"


def _rewritten(text: str, head: re.Pattern[str], change: Callable[[str], str | None]) -> str | None:
    """The text with each head and its argument, as it is written, changed; None where one is something else."""
    done, at = "", 0
    for match in head.finditer(text):
        if match.start() < at:
            continue
        argument = _argument(text, match.end())
        changed = None if argument is None else change(text[match.end() : argument])
        if argument is None or changed is None:
            return None
        done, at = done + text[at : match.start()] + changed, argument
    return done + text[at:]


def _argument(text: str, start: int) -> int | None:
    """Where what stands in brackets, or bars, or alone with its power, from a place on, ends."""
    if text.startswith("\\left", start):
        return _argument(text, start + len("\\left"))
    if alone := re.compile(rf"{_NAME}(?:\s*\^\s*(?:\w|\{{[^{{}}]*\}}))?").match(text, start):
        return alone.end()
    if text[start : start + 1] == "|":
        return text.find("|", start + 1) + 1 or None
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            return place + 1
    return None
