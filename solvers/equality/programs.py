"""Formulas as programs write them: sum(i=1..n) w[i]*x[n][i], x[i]**2, y[t] == k, "x[i] real for i = 1..n"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.lazily import lazily

_RANGE = lazily(r"\b(sum|prod|max|min)\(\s*(\w+)\s*=\s*([^()]*?)\s*\.\.\s*([^()]*?)\s*\)")
_WITHIN = lazily(r"\b(sum|prod|max|min)\(\s*(\w+\s+in\s+[^()]*(?:\([^()]*\))?)\s*\)")
_ENTRY = lazily(  # x[n][i], c[y[t]]; the mean E[x] is none
    r"(?<![A-Za-z0-9_\]])(?!(?:E|Var|Cov|Std|H|I|P|Pr|KL|D|V)\[)([A-Za-z]\w*)"
    r"((?:\[(?:[^\[\]]|\[[^\[\]]*\])*\])+)"
)
_INSIDE = lazily(r"\[((?:[^\[\]]|\[[^\[\]]*\])*)\]")
_REAL = lazily(r"(?<=[\w\]}]) real\b(?!\s+(?:numbers?|vectors?|matri|valued|and|or)\b)")
_SAID = lazily(r"\w\] real\b")


def is_programmed(texts: Sequence[str]) -> bool:
    """Whether some plain texts are written so."""
    if any("\\" in text for text in texts) or not any("[" in text for text in texts):
        return False
    return any(_RANGE.search(text) or _SAID.search(text) for text in texts)


def with_formulas(texts: Sequence[str]) -> list[str]:
    """The texts as formulas."""
    return [_REAL.sub(" in R", _formula(text)) for text in texts]


def _formula(text: str) -> str:
    text = _RANGE.sub(r"\1_{\2=\3}^{\4} ", text)
    text = _WITHIN.sub(r"\1_{\2} ", text)
    return _ENTRY.sub(_below, text).replace("**", "^").replace("==", "=")


def _below(entry: re.Match[str]) -> str:
    return f"{entry[1]}_{{{', '.join(_formula(inside) for inside in _INSIDE.findall(entry[2]))}}}"


__all__ = ["is_programmed", "with_formulas"]
