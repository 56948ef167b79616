"""Notation of running text, as it is read: C(n, k) in a sum over k up to n as a binomial coefficient, integral_a^b with
a sign, \\log p(x | z) = ... as the definition of what is written so everywhere, p_i > 0 and \\sum_{i=1}^n p_i = 1 as a
vector of probabilities where a divergence is taken of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.lazily import lazily

AS_BINOMIAL = "C(n, k) is read as the binomial coefficient; declare C if it is something else"
_CHOICE = lazily(r"(?<![A-Za-z\\_^{])C\s*\(\s*(?P<of>[^(),]+?)\s*,\s*(?P<some>[^(),]+?)\s*\)")
_ANY_C = lazily(r"(?<![A-Za-z\\])C(?![A-Za-z])")
_RUN = (
    r"(?:\\sum(?![A-Za-z])|(?<![A-Za-z])sum(?=_)|[Σ∑])\s*(?:\\limits\s*)?_\s*\{{?\s*{some}\s*=\s*[01]\s*\}}?\s*\^\s*"
    r"\{{?\s*{of}\s*\}}?(?![A-Za-z])"
)
_INTEGRAL = lazily(r"(?<![A-Za-z\\])integral(?=\s*_)")
_CALL = r"p(?:_(?:\\theta|\{\\theta\}))?\s*\((?:[^()]|\([^()]*\))*\)"
_LOG = lazily(rf"\\(?:log|ln)\s*(?P<p>{_CALL})")
_FURTHER = lazily(rf"{_LOG.pattern}(?!\s*(?:$|[-+−=,;}})\].]|\\right|\\\\))")  # \log p(x)^2, \log p(x)/2
_P = lazily(rf"(?<![A-Za-z\\]){_CALL}")
_ANY_P = lazily(r"(?<![A-Za-z\\])[pP](?![A-Za-z])")
_BINDS = lazily(r"\\(?:sum|int|prod|sim|mathbb)(?![a-z])|[∫Σ∑∼~]|E\s*\[|KL")
_POSITIVE = lazily(r"\s*[A-Za-z]_\{?([a-z])\}?(?:\s*,\s*[A-Za-z]_\{?\1\}?)*\s*(?:>|≥|>=|\\geq?(?![a-z]))\s*0[\s.]*")
_TO_ONE = lazily(
    r"\s*(?:\\sum|(?<![A-Za-z])sum|[Σ∑])\s*_\s*\{\s*(?P<i>[a-z])\s*=\s*1\s*\}\s*\^\s*\{?\s*(?P<n>[A-Za-z])\s*\}?\s*"
    r"(?P<p>[A-Za-z])_\{?(?P=i)\}?\s*=\s*1[\s.]*"
)
_EVEN = (
    r"\s*(?P<u>[A-Za-z])_\{{?[a-z]\}}?\s*=\s*(?:1\s*/\s*{0}|\\[dt]?frac\s*(?:\{{\s*1\s*\}}|1)\s*"
    r"(?:\{{\s*{0}\s*\}}|{0}))[\s.]*"
)


def with_binomials(a: str, b: str, lets: Sequence[str]) -> tuple[str, str] | None:
    """The formulas with binomial coefficients for C(n, k), where nothing else is called C; None of all others."""
    texts = (a, b, *lets)
    calls = [match for text in texts for match in _CHOICE.finditer(text)]
    if not calls or any(map(_ANY_C.search, lets)) or len(calls) != sum(len(_ANY_C.findall(text)) for text in texts):
        return None
    runs = (_RUN.format(of=re.escape(call["of"]), some=re.escape(call["some"])) for call in calls)
    if not any(re.search(run, text) for run in runs for text in (a, b)):
        return None
    latex = any("\\" in text for text in texts)
    written = r"\\binom{\g<of>}{\g<some>}" if latex else r"binom(\g<of>, \g<some>)"
    return _CHOICE.sub(written, a), _CHOICE.sub(written, b)


def with_integrals(texts: Sequence[str]) -> list[str]:
    """The texts with the sign for integral_a^b."""
    return [_INTEGRAL.sub("∫", text) for text in texts]


def with_logarithms(a: str, b: str, lets: Sequence[str]) -> list[str]:
    """The texts with one name for \\log p(x | z), where a declaration says what it is and p stands nowhere else."""
    texts = [a, b, *lets]
    heads = [match for let in lets if (match := re.match(rf"\s*{_LOG.pattern}\s*:?=", let))]
    if len(heads) != 1 or any("\\ell" in text or _BINDS.search(text) or _FURTHER.search(text) for text in texts):
        return texts
    calls = [match.group() for text in texts for match in _P.finditer(text)]
    meant = "".join(heads[0]["p"].split())
    if any("".join(call.split()) != meant for call in calls) or len(calls) != sum(
        len(_ANY_P.findall(text)) for text in texts
    ):
        return texts
    return [_P.sub(r"\\exp(\\ell)", _LOG.sub(r"\\ell ", text)) for text in texts]


def with_vectors(a: str, b: str, lets: Sequence[str]) -> list[str]:
    """The declarations with p \\in \\Delta^n for what says so in formulas, and for what is uniform beside it."""
    found, mark = list(lets), r"\in \Delta" if any("\\" in text for text in (a, b, *lets)) else "in Delta"
    sums = {match["p"]: (place, match["n"]) for place, let in enumerate(lets) if (match := _TO_ONE.fullmatch(let))}
    positive = {
        name: place
        for place, let in enumerate(lets)
        if _POSITIVE.fullmatch(let)
        for name in re.findall(r"([A-Za-z])_", let)
    }
    if not sums or set(sums) != set(positive):
        return found
    for name, (place, size) in sums.items():
        found[positive[name]] = ""
        found[place] = f"{name} {mark}^{size}"
        for other, let in enumerate(lets):
            even = re.fullmatch(_EVEN.format(size), let)
            if even is not None and even["u"] not in sums:
                found[other] = f"{even['u']} {mark}^{size}; {let}"
    return found


__all__ = ["AS_BINOMIAL", "with_binomials", "with_integrals", "with_logarithms", "with_vectors"]
