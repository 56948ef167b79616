"""A symmetric matrix "with eigenvalues \\lambda_1, ..., \\lambda_n", in no order, as Q diag(\\lambda) Q^T."""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.lazily import lazily

_TEXT = lazily(r"\\text(?:rm)?\s*\{([^{}]*)\}")
_NAME = r"(?:\\(?:mathbf|boldsymbol|bm)\s*\{\s*\\?[A-Za-z]+\s*\}|\\[A-Za-z]+|[A-Za-z])"
_DOTS = r"(?:\\[lc]?dots[bcm]?|\.\.\.|…)"
_RUN = rf"\$?(?P<l>{_NAME})_\{{?1\}}?\s*,\s*(?:(?P=l)_\{{?2\}}?\s*,\s*)?{_DOTS}\s*,\s*(?P=l)_\{{?(?P<last>\w)\}}?\$?"
_REALS = r"(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|R)"
_SIZE = r"(?P<{0}>\w)\s*(?:\\times|×|x)\s*(?P={0})"
_SPACE, _BARE = rf"(?:\\in|∈|in)\s*{_REALS}\s*\^\s*[{{(]\s*{_SIZE}\s*[}})]", rf"{_SIZE}(?=\s)"
_SQUARE = rf"(?:{_SPACE.replace('{0}', '{0}1')}|{_BARE.replace('{0}', '{0}2')})"
_WORDS = r"(?:(?:is|be|an?|real|matrix|,)\s*)*"
_SAID = lazily(
    rf"(?P<m>{_NAME})\s*(?:{_SQUARE.replace('{0}', 'before')})?\s*,?\s*{_WORDS}symmetric\s*{_WORDS}"
    rf"(?:{_SQUARE.replace('{0}', 'behind')})?\s*{_WORDS}(?:with|having)\s+(?:the\s+|real\s+)*"
    rf"eigenvalues\s+{_RUN}[\s.]*"
)


def with_eigenvalues(a: str, b: str, lets: Sequence[str]) -> list[str]:
    """The declarations so, where nothing else is said of the matrix or of its eigenvalues."""
    found = list(lets)
    for place, let in enumerate(lets):
        said = _SAID.fullmatch(" ".join(_TEXT.sub(r" \1 ", let).split()))
        if said is None or "orthogonal" in let:
            continue
        row, texts = said.groupdict(), (a, b, *lets)
        sizes = {size for key, size in row.items() if size and key[:2] == "be"}
        others = [*lets[:place], *lets[place + 1 :]]
        letter = next((q for q in "QUVPO" if not any(re.search(rf"(?<![A-Za-z]){q}(?![a-z])", t) for t in texts)), None)
        if (
            sizes != {row["last"]}
            or letter is None
            or any(_speaks(row[key], other) for key in "ml" for other in others)
        ):
            continue
        found[place] = _diagonalised(row["m"], row["l"], row["last"], letter, latex=any("\\" in text for text in texts))
    return found


def _speaks(name: str, text: str) -> bool:
    """Whether a declaration begins with a name, its members or a list that it is in."""
    return (
        re.search(
            rf"(?:^|[,;])\s*{re.escape(name)}(?![A-Za-z])[^=<>]*?(?:=|<|>|≥|≤|:|\\in|∈|\\[lg]e|\sin\s|\sis\s|[a-z]{{4}})",
            text,
        )
        is not None
    )


def _diagonalised(matrix: str, value: str, size: str, letter: str, latex: bool) -> str:
    """What says that a matrix is symmetric and has those eigenvalues."""
    if not latex:
        return "; ".join((
            f"{letter} in R^({size} x {size}); {letter}^T {letter} = I; {value} in R^{size}",
            f"{matrix} in R^({size} x {size}); {matrix} = {letter} diag({value}) {letter}^T",
        ))  # fmt: skip
    square = rf"\in \mathbb{{R}}^{{{size} \times {size}}}"
    made = rf"{matrix} = {letter} \operatorname{{diag}}({value}) {letter}^\top"
    orthogonal = rf"{letter} {square}; {letter}^\top {letter} = I"
    return rf"{orthogonal}; {value} \in \mathbb{{R}}^{{{size}}}; {matrix} {square}; {made}"


__all__ = ["with_eigenvalues"]
