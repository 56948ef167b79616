"""The gradient that an example gives by numbers: where only g_j = dL/dy_j is said of L, sum_j g_j y_j has it.

Two losses with the same gradient there have the same derivatives by all that y is made of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_MARK = (
    r"(?:\\(?:mathbf|boldsymbol|bm|mathrm|hat|bar|tilde|vec)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z]+)|\\?[A-Za-z]+)"
)
_AT = r"(?:\s*_\s*\{?\s*(?P<KEY>[a-z])\s*\}?)?"
_LOSS = r"(?P<KEY>\\mathcal\s*\{?\s*[A-Z]\s*\}?|\\ell|[A-Z])"


def _as(pattern: str, key: str) -> str:
    return pattern.replace("KEY", key)


_GRADIENT = re.compile(
    rf"\s*(?P<g>{_MARK}){_as(_AT, 'i')}\s*:?=\s*(?:"
    rf"\\[dt]?frac\s*\{{\s*\\partial\s*{_as(_LOSS, 'L')}\s*\}}\s*\{{\s*\\partial\s*(?P<v>{_MARK}){_as(_AT, 'j')}\s*\}}|"
    rf"\\partial\s*{_as(_LOSS, 'M')}\s*/\s*\\partial\s*(?P<w>{_MARK}){_as(_AT, 'k')}|"
    rf"\\nabla\s*_\s*\{{?\s*(?P<u>{_MARK})\s*\}}?\s*{_as(_LOSS, 'N')})\s*[.,;]?\s*"
)


def losses_of(text: str, given: Collection[str], texts: Iterable[str]) -> list[str]:
    """L = \\sum_j g_j y_j for a text g_j = \\partial L / \\partial y_j with a g that gets numbers, and where j counts
    from 0 by other texts what g is; nothing of all else.
    """
    said = _GRADIENT.fullmatch(text)
    if said is None or said["g"] not in given:
        return []
    loss, by = said["L"] or said["M"] or said["N"], said["v"] or said["w"] or said["u"]
    letters = {said["i"], said["j"] or said["k"]}
    if len(letters) != 1 or by == said["g"]:
        return []
    letter = letters.pop()
    if letter is None:
        return [rf"{loss} = {said['g']}^\top {by}"]
    body = rf"{said['g']}_{letter} {by}_{letter}"
    from_zero = re.compile(
        rf"(?<![A-Za-z\\]){letter}\s*=\s*0\s*,\s*\\[lc]?dots\s*,\s*(?P<high>[^=,;\\]+?)\s*[.,;]?\s*$"
    )
    high = next((found["high"] for other in texts if (found := from_zero.search(other))), None)
    if high is None:
        return [rf"{loss} = \sum_{letter} {body}"]
    return [rf"{said['g']} \in \mathbb{{R}}^{{{high}+1}}", rf"{loss} = \sum_{{{letter}=0}}^{{{high}}} {body}"]


def is_open(loss: str, texts: Iterable[str]) -> bool:
    """Whether no text says what a loss is made of."""
    name = loss.split(" = ")[0]
    says = re.compile(rf"(?:^|&|\\\\|,|\\qquad|\\quad)\s*{re.escape(name)}\s*(?:\([^()=]*\))?\s*&?\s*:?=")
    return not any(map(says.search, texts))


__all__ = ["is_open", "losses_of"]
