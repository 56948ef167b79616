"""Where a d is the sign of a derivative or of a differential, and no factor: dL/dW on one line, d\\theta."""

from __future__ import annotations

import re

_HUNG = r"(?:[_^]\{[^{}]*\}|[_^]\([^()]*\)|[_^]\w+|[²³])*"
_SCRIPTS = r"(?:[_^]\{[^{}]*\}|[_^]\([^()]*\)|[_^]\w++)*+"
_BRACKETED = r"(?:\\left)?\((?:[^()]|\([^()]*\))*\)"
_FACTOR = (  # w, ln w, w^T, tanh(W x), tr(A B), |x|, ||x||^2
    rf"(?:(?:(?:log|ln)\s+)?[A-Za-z]\w*+{_SCRIPTS}(?!\s*\()|(?:\\?[^\W\d_]++\s*+){{0,3}}{_BRACKETED}{_SCRIPTS}|"
    rf"\\\|(?:[^\\|]|\\[A-Za-z])+\\\|{_SCRIPTS}|\|\|[^|]+\|\|{_SCRIPTS}|\|[^|]+\|{_SCRIPTS})"
)
_GREEK = (
    r"\\(?:alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|lambda|mu|nu|xi|rho|sigma|tau|phi|varphi|psi|omega|"
    r"Theta|Lambda|Sigma|Phi|Psi|Omega|ell)(?![A-Za-z])"
)
_SYMBOL = rf"(?:[A-Za-zα-ωΑ-Ωϑϕϵ]\w*+|{_GREEK})"
DIFFERENTIAL = re.compile(
    rf"d(?:\^[23]|[²³])?(?:\s*(?:(?:(?:log|ln)\s+)?{_SYMBOL}{_SCRIPTS}|(?:(?:tr|log|ln|det|exp)\s*)*\([^()]*\))|"
    rf"(?:\s+|(?=[\\|])){_FACTOR}(?:\s+{_FACTOR}){{0,3}})?\s*/\s*\(?"
    rf"(?P<below>d ?(?!d\b){_SYMBOL}{_HUNG}(?:\s*d ?{_SYMBOL}{_HUNG})*)"
)
DIFFERENTIAL_SIGN = re.compile(  # dW, d\mathbf{w}, d(XW)
    r"d(?:\s|\\,)*([A-Za-z(]|\\(?:mathbf|boldsymbol|mathcal|bm|vec|hat|tilde|bar|mathrm|left|[Bb]igg?l?)(?![A-Za-z])|"
    rf"{_GREEK})"
)
_BELOW = re.compile(rf"d ?{_SYMBOL}{_HUNG}")


def differential(text: str, start: int, below: set[int]) -> bool:
    """Whether a d stands here as in dL/dW: above or below the line of a derivative written on one line.

    `below` remembers where the d's below the line stand.
    """
    above = DIFFERENTIAL.match(text, start)
    if above:
        below.update(match.start() for match in _BELOW.finditer(text, above.start("below"), above.end("below")))
    return above is not None or start in below


__all__ = ["DIFFERENTIAL_SIGN", "differential"]
