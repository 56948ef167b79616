"""JS(p \\| q), JSD(p, q), D_{JS}(p \\| q) as the divergence of Jensen and Shannon, where no text says what they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.lazily import lazily

_WORDS = r"\\(?:operatorname\*?|mathrm|mathsf|mathbf|text(?:rm|sf)?)\s*\{\s*JSD?\s*\}"
_HEAD = lazily(
    rf"(?:{_WORDS}|(?<![A-Za-z\\{{_])JSD?(?![A-Za-z])|(?<![A-Za-z\\])D\s*_\s*(?:\{{\s*(?:{_WORDS}|JSD?)\s*\}}|{_WORDS}|JSD?(?![A-Za-z])))"
    r"\s*(?:\\left|\\[bB]igg?l?)?\s*(?=\()"
)
_BETWEEN = lazily(r"\\\||\|\||‖|\\(?:parallel|Vert)(?![A-Za-z])|(?<!\\),")
_SIZED = lazily(r"\\(?:right|middle|mid|left|[bB]igg?[lrm]?)(?=\s*(?:\\\||\|\||‖|\\(?:parallel|Vert)))")
MOST = 20


def with_jensen_shannon(texts: Sequence[str]) -> list[str]:
    """The texts so."""
    if any(_defined(text) for text in texts):
        return list(texts)
    return [_written(text) for text in texts]


def _defined(text: str) -> bool:
    """Whether a text says what it is: by an equation that begins with it, or in words."""
    found = _HEAD.search(text)
    if found is None or text[: found.start()].strip():
        return False
    parts = _parts(text, found.end())
    return parts is None or bool(text[parts[2] :].strip())


def _written(text: str) -> str:
    for _ in range(MOST):
        found = _HEAD.search(text)
        parts = None if found is None else _parts(text, found.end())
        if found is None or parts is None:
            return text
        p, q, end = parts
        if "\\" in text:
            half, middle, bars = "\\frac{1}{2} D_{KL}", rf"\frac{{{p} + {q}}}{{2}}", "\\|"
        else:
            half, middle, bars = "1/2 KL", f"({p} + {q})/2", "||"
        said = f"({half}({p} {bars} {middle}) + {half}({q} {bars} {middle}))"
        text = text[: found.start()] + said + text[end:]
    return text


def _parts(text: str, opened: int) -> tuple[str, str, int] | None:
    """What stands on both sides of the bars in the brackets that open there, and where they end."""
    depth = 0
    for place in range(opened, len(text)):
        depth += (text[place] in "([{") - (text[place] in ")]}")
        if depth == 0:
            inside = _SIZED.sub("", text[opened + 1 : place])
            inside = re.sub(r"\\(?:right|[bB]igg?r?)\s*$", "", inside)
            sides = [side.strip() for side in _BETWEEN.split(inside)]
            plain = len(sides) == 2 and all(sides) and not any(side.count("(") != side.count(")") for side in sides)
            return (sides[0], sides[1], place + 1) if plain else None
    return None
