"""Numbers to the power T where T is counted up to: \\beta^T beside \\sum_{t=1}^T \\beta^{T-t} is no transpose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from solvers.formula.context import Context
from solvers.formula.lazily import lazily

_COUNTED = lazily(  # up to T, before T, at T
    r"\\(?:sum|prod)\s*(?:\\limits\s*)?_\s*(?:\{[^{}]*\}|\w)\s*\^\s*\{?\s*T|(?:\\[lc]?dots|\.\.\.|…)\s*,\s*T(?![A-Za-z])|"
    r"(?<![A-Za-z\\])T\s*(?:[-+]\s*(?:1|t)\b|\\in|\\geq?\s*1|=\s*\d)|_\s*\{?\s*T(?![A-Za-z])|"
    r"\^\s*\{\s*(?:T\s*[-+]\s*\d|\d+\s*T|\d+\s*[-+]\s*T)\s*\}"  # to the power T + 2, or 2 T
)
_INTEGER = lazily(
    r"^\s*T\s+(?:is\s+|be\s+)?an?\s+(?:positive\s+|natural\s+|whole\s+)*(?:integer|number)\b", re.IGNORECASE
)
_AT_T = lazily(r"_\s*(?:T(?![A-Za-z])|\{\s*T\s*\})|\^\s*\{?\s*\(\s*T\s*\)")  # h_T, h^{(T)}
_START = lazily(r"\s*[a-z]_0$")
_POWER = lazily(r"(?P<name>\\?[A-Za-z]+)\s*\^\s*(?:\{\s*T\s*\}|T(?![A-Za-z]))(?P<behind>\s*[^\s]?[a-z]*_?0?)")
_NO_OPERAND = lazily(r"\s*(?:[a-z]_0$|[-+=<>})\],.;&]|\\(?:right|leq?|geq?|approx|to|cdot|quad|,|;|\\)|$)")


def with_raised(context: Context, texts: Iterable[str]) -> Context:
    """The context in which ^T is a power of these names."""
    found = raised_to(texts) - context.scope.raised
    raised = context.scope.raised | found
    return replace(context, scope=replace(context.scope, raised=raised)) if found else context


def raised_to(texts: Iterable[str]) -> frozenset[str]:
    """The names whose ^T is a power in all these formulas: numbers, by what else is said of them or by custom."""
    texts = tuple(texts)
    if not any(_COUNTED.search(text) or _INTEGER.search(text) for text in texts):
        return frozenset()
    found: dict[str, list[str]] = {}
    for text in texts:
        for match in _POWER.finditer(text):
            found.setdefault(match["name"], []).append(match["behind"])
    both = any("\\top" in text for text in texts) and only_above(texts)  # W^T beside W^\\top
    return frozenset(name.lstrip("\\") for name, behind in found.items() if both or _is_number(name, behind, texts))


def _is_number(name: str, behind: Sequence[str], texts: Sequence[str]) -> bool:
    stem, written = name.lstrip("\\"), re.escape(name)
    alone = rf"(?<![A-Za-z\\]){written}(?![A-Za-z])"
    counts = r"(?:T\s*[-+]\s*\d|\d+\s*T|\d+\s*[-+]\s*T)"
    above = rf"{alone}\s*\^\s*\{{\s*{counts}\s*\}}|\\prod\s*_\s*\{{[^{{}}]*\}}\s*\^\s*\{{?\s*T\s*\}}?\s*{alone}"
    if any(re.search(above, text) for text in texts):
        return True  # W^{T-1}, \\prod_{t=1}^T W: of a matrix too
    if all(map(_START.match, behind)) and any(map(_AT_T.search, texts)):
        return True  # h_T and W^T h_0
    if any(re.search(rf"{alone}[^=]*(?:\\in|∈)[^=]*(?:\\mathbb\s*\{{?\s*R\s*\}}?|\bR|ℝ)\s*\^", text) for text in texts):
        return False
    counted = rf"{alone}\s*\^\s*(?:\{{\s*(?:T\s*[-+]|t|k|n|i)[^{{}}]*\}}|[tk](?![A-Za-z]))"
    if any(re.search(counted, text) for text in texts):
        return True
    return (len(stem) == 1 or name != stem) and stem.islower() and all(map(_NO_OPERAND.match, behind))


_SAID = lazily(r"\s*T\s*(?:\\in(?![A-Za-z])|∈|in\b|\\geq?|[>=]|is\b|an?\b)")
_LIMIT = lazily(r"\\(?:sum|prod|int|bigcup|max|min)[a-z]*\s*_\s*(?:\{[^{}]*\}|\w)\s*\^\s*\{?\s*T")
_ABOVE = lazily(r"\^\s*(?:\{\s*T\s*\}|T(?![A-Za-z]))")


def only_above(texts: Iterable[str]) -> bool:
    """Whether T is declared, and then used nowhere but above: W^T of such texts is hardly a transpose."""
    texts = tuple(texts)
    others = [_ABOVE.sub("", text) for text in texts if not _SAID.match(text)]
    if any(map(_LIMIT.search, texts)):
        return False
    return len(others) < len(texts) and not any(re.search(r"(?<![A-Za-z\\])T(?![A-Za-z])", text) for text in others)


__all__ = ["only_above", "with_raised"]
