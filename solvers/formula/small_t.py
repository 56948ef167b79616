"""A small t above as the sign of a transpose: s^t W s of a vector s, where t stands nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from solvers.formula.lazily import lazily

TURNED = lazily(r"\^\s*(?:\{\s*t\s*\}|t)")  # of LaTeX, where ^tW is ^t W
PLAIN = lazily(r"\^\s*t(?![A-Za-z])")
_WORDS = lazily(r"\\(?:text\w*|math(?:rm|cal|bb|sf)|operatorname\*?|begin|end|label|tag)\s*\{[^{}]*\}|\\[A-Za-z]+")
_LETTER = lazily(r"(?<![A-Za-z])t(?![A-Za-z])")
_SETS = r"(?:\\(?:mathbb|mathbf)\s*\{{?\s*R\s*\}}?|\bR|ℝ|\\R|\\?\}}|\])"
_NAME = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{?\s*)?(\\?[A-Za-z]+)\s*\}?"
_VECTORS = lazily(
    rf"((?:{_NAME}\s*,\s*)*{_NAME})\s*(?:\\in(?![A-Za-z])|∈|\bin\b)[^=]*?{_SETS.format()}\s*\^\s*(?:\{{\s*\w+\s*\}}|\w)(?!\s*(?:\\times|×|x\b))"
)


def turned_so(texts: Iterable[str], latex: bool) -> re.Pattern[str] | None:
    """The sign of a transpose in all these formulas if it is ^t: above a declared vector, where t is nothing else."""
    texts = tuple(texts)
    sign = TURNED if latex else PLAIN
    if not any(sign.search(text) for text in texts):
        return None
    others = [_WORDS.sub(" ", sign.sub("", text)) for text in texts]
    if any("t" in text if latex else _LETTER.search(text) for text in others):
        return None
    vectors = {name for text in texts for found in _VECTORS.finditer(text) for name in re.findall(_NAME, found[1])}
    above = "|".join(map(re.escape, vectors - {""}))
    turned = rf"(?<![A-Za-z\\])(?:{above})\s*\}}?\s*{sign.pattern}"
    return re.compile(sign.pattern) if above and any(re.search(turned, text) for text in texts) else None


def with_small_t(texts: Sequence[str]) -> list[str]:
    """Some texts with ^T for such a ^t: everything stands where it stood."""
    sign = turned_so(texts, any("\\" in text for text in texts))
    return [sign.sub(lambda found: found[0].replace("t", "T"), text) if sign else text for text in texts]


__all__ = ["turned_so", "with_small_t"]
