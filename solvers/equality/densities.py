"""Densities on an interval that are said up to a factor, with the integral below; densities beside an equation."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.lazily import lazily

_LINE = (r"-\infty", r"\infty")
_SETS = (
    (
        re.compile(r"(?:\\mathbb\s*\{?\s*R\s*\}?|R|ℝ|the\s+real\s+line|\(-\s*\\infty\s*,\s*\\infty\s*\))"),
        _LINE,
    ),
    (re.compile(r"(?:[(\[]\s*0\s*,\s*\\infty\s*\)|\\mathbb\s*\{?\s*R\s*\}?_\{?\+\+?\}?)"), ("0", r"\infty")),
    (re.compile(r"[(\[]\s*(?P<low>[\d.]+)\s*,\s*(?P<high>[\d.]+)\s*[)\]]"), None),
)
_DENSITY = lazily(
    r"\s*(?P<p>[A-Za-z])\s*(?:\(\s*\w\s*\))?\s+is\s+an?\s+(?:probability\s+)?density(?:\s+function)?\s+on\s+(?P<set>.+?)[\s.]*"
)
_EQUATION = lazily(
    r"\s*(?:[pqP]\s*\([^()=]*\)\s*(?:,|\s+and\s)\s*)+(?P<said>[pqP]\s*\([^()=]*\)\s*=[^=]+?)\s+are\s+"
    r"(?:probability\s+)?(?:densities|distributions)[\s.]*"
)


def with_densities(lets: Sequence[str]) -> list[str]:
    """The declarations so; "p is a density on R" says nothing more once p(x) \\propto f(x) is p(x) = f(x)/\\int f."""
    lets = [found["said"] if (found := _EQUATION.fullmatch(let)) else let for let in lets]
    for place, let in enumerate(lets):
        found = _DENSITY.fullmatch(let)
        ends = None if found is None else _ends(found["set"])
        if found is None or ends is None:
            continue
        scaled = re.compile(
            rf"\s*(?P<head>{found['p']}\s*\(\s*(?P<x>[A-Za-z])\s*\))\s*(?:\\propto(?![a-z])|∝)\s*(?P<f>.+?)[\s.,]*"
        )
        matches = {k: match for k, other in enumerate(lets) if (match := scaled.fullmatch(other))}
        if len(matches) == 1:
            k, match = matches.popitem()
            inside = re.compile(rf"\s*{match['x']}\s*(?:>|≥|\\g[et](?![a-z])|\\geq|\\in(?![a-z])|∈)")
            if ends != _LINE and not any(map(inside.match, lets)):
                continue  # what p(x) is elsewhere is not said
            below = rf"\int_{{{ends[0]}}}^{{{ends[1]}}} \left({match['f']}\right) \,d{match['x']}"
            lets[k], lets[place] = rf"{match['head']} = \frac{{{match['f']}}}{{{below}}}", ""
    return lets


def _ends(text: str) -> tuple[str, str] | None:
    for pattern, ends in _SETS:
        if (found := pattern.fullmatch(text)) is not None:
            return ends or (found["low"], found["high"])
    return None
