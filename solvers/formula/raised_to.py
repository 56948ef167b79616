"""Numbers to the power T where T is counted up to: \\beta^T beside \\sum_{t=1}^T \\beta^{T-t} is no transpose."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from solvers.formula.context import Context

_COUNTED = re.compile(  # up to T, before T, at T
    r"\\(?:sum|prod)\s*(?:\\limits\s*)?_\s*(?:\{[^{}]*\}|\w)\s*\^\s*\{?\s*T|(?:\\[lc]?dots|\.\.\.|…)\s*,\s*T(?![A-Za-z])|"
    r"(?<![A-Za-z\\])T\s*(?:[-+]\s*(?:1|t)\b|\\in|\\geq?\s*1|=\s*\d)|_\s*\{?\s*T(?![A-Za-z])|"
    r"\^\s*\{\s*(?:T\s*[-+]\s*\d|\d+\s*T|\d+\s*[-+]\s*T)\s*\}"  # to the power T + 2, or 2 T
)
_POWER = re.compile(r"(?P<name>\\?[A-Za-z]+)\s*\^\s*(?:\{\s*T\s*\}|T)(?![A-Za-z])(?P<behind>\s*[^\s]?[a-z]*_?0?)")
_NO_OPERAND = re.compile(r"\s*(?:[a-z]_0$|[-+=<>})\],.;&]|\\(?:right|leq?|geq?|approx|to|cdot|quad|,|;|\\)|$)")


def with_raised(context: Context, texts: Iterable[str]) -> Context:
    """The context in which ^T is a power of these names."""
    found = raised_to(texts) - context.scope.raised
    raised = context.scope.raised | found
    return replace(context, scope=replace(context.scope, raised=raised)) if found else context


def raised_to(texts: Iterable[str]) -> frozenset[str]:
    """The names whose ^T is a power in all these formulas: numbers, by what else is said of them or by custom."""
    texts = tuple(texts)
    if not any(map(_COUNTED.search, texts)):
        return frozenset()
    found: dict[str, list[str]] = {}
    for text in texts:
        for match in _POWER.finditer(text):
            found.setdefault(match["name"], []).append(match["behind"])
    return frozenset(name.lstrip("\\") for name, behind in found.items() if _is_number(name, behind, texts))


def _is_number(name: str, behind: Iterable[str], texts: Iterable[str]) -> bool:
    stem, written = name.lstrip("\\"), re.escape(name)
    alone = rf"(?<![A-Za-z\\]){written}(?![A-Za-z])"
    if any(re.search(rf"{alone}[^=]*(?:\\in|∈)[^=]*(?:\\mathbb\s*\{{?\s*R\s*\}}?|\bR|ℝ)\s*\^", text) for text in texts):
        return False
    counted = rf"{alone}\s*\^\s*(?:\{{\s*(?:T\s*[-+]|t|k|n|i)[^{{}}]*\}}|[tk](?![A-Za-z]))"
    if any(re.search(counted, text) for text in texts):
        return True
    return (len(stem) == 1 or name != stem) and stem.islower() and all(map(_NO_OPERAND.match, behind))


__all__ = ["with_raised"]
