"""Words in a declaration that only give what it says a name: "RBM: E(v,h) = ...", "w' = w + \\eta x, the perceptron
update", "recall r = TP/(TP + FN)", "z = \\mu + \\sigma\\epsilon (reparametrisation trick)".

They are left aside where the declaration cannot be read with them, and that is told. Words that may say more than a
name, such as symmetric, elementwise or constant, never are: without them it would be read as something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from solvers.equality.answer import Answer
from solvers.formula.lazily import lazily

_SAYING = frozenset(
    """
    a about above affine all almost also and angle another antisymmetric any apart approximately are around as
    asymptotically at average away base be because been before behind below beside besides between beyond
    binary bit bits both bounded but by case cases centered centred cholesky close coefficient column columns
    complex component components componentwise concave conditional constant constants continuous contrary
    convergent converges convex convolution correlation covariance currently decomposition decreasing define
    defined defines definite density depend depends derivative determinant diagonal diagonalisation
    diagonalization different differentiable dimension dimensional discrete distinct distributed distribution
    divided dot each eigendecomposition eigenvalue eigenvalues eigenvector eigenvectors either element
    elements elementwise entries entry entrywise equal equals equation evd even event events eventually every
    except expectation expected factor factorisation factorization false far finally finite first fixed for
    from full function functions given gradient greater hadamard half hessian hold holds identical identically
    identity if iid in increasing independent independently index indices infinite initial initially inner
    inside integer integers inverse invertible is it jacobian joint kronecker largest last later law least
    left length less let linear log logarithm logarithmic logistic lu marginal matrices matrix maximal
    maximise maximize maximum maybe mean means minimal minimise minimize minimum minus mod modulo monotone
    more most multiplied natural near nearly negative neither never next no non nonnegative nonzero norm
    normal normalised normalized not nothing number numbers odd of often one ones only onto or originally
    orthogonal orthonormal other otherwise outer outside over parameter parameters pca perhaps periodic
    permutation plus polar polynomial positive possibly previous previously probabilities probability product
    projection qr quadratic random rank rational real relu respectively right root roughly row rows same
    sample samples scalar scalars schur semidefinite separately set shape shapes sigmoid sign singular size
    skew smallest smooth softmax some sometimes spectral square squared standard stochastic subject such sum
    sums suppose svd symmetric tanh that then there these they those times to total trace transpose transposed
    true twice typically under uniform uniformly unique unit units unknown unless unlike up upper usually
    variable variables variance vary vector vectors versus weighted when where which while whole whose with
    within without zero zeros
    """.split()
)
LONGEST = 400  # characters of a declaration that remarks are looked for in
_OF_FORMULAS = frozenset({"linear", "affine", "quadratic", "convex", "smooth", "continuous", "differentiable"})
_WORD = r"[A-Za-z][A-Za-z'’-]*"
_LABEL = lazily(rf"\s*(?P<words>{_WORD}(?:\s+{_WORD}){{0,3}})(?:\s*\(\s*{_WORD}\s*\))?\s*:\s+(?=\S.*[=~∼∈])")
_BEHIND = lazily(
    rf"(?<=\S)\s*,\s+(?:which\s+is\s+|called\s+|known\s+as\s+|i\.e\.\s+)?(?:the|an?|our|its)\s+"
    rf"(?P<words>{_WORD}(?:\s+{_WORD}){{0,5}})[\s.]*$"
)
_BRACKET = lazily(rf"(?<=\S)\s+\(\s*(?:the\s+|an?\s+)?(?P<words>{_WORD}(?:[\s,]+{_WORD}){{0,5}})\s*\)[\s.]*$")
_BEFORE = lazily(
    r"(?P<start>^\s*|,\s+(?:and\s+)?)(?:the\s+|an?\s+|our\s+)?(?P<words>[a-z][a-z'’-]{2,}(?:\s+[a-z][a-z'’-]{2,}){0,2})\s+"
    r"(?=(?:\\?[A-Za-z]+|[^\W\d_])[\w̃̂^{}\\]*(?:\([^()=]*\))?\s*:?=)"
)


_SO = (  # the same in words that are read
    (lazily(r"(?P<said>.+=.+?)\s*,?\s+i\.\s?e\.\s*,?\s+(?P<more>[^=]+=.+)"), r"\g<said>; \g<more>"),
    (lazily(r"(?P<said>.+=.+?)\s*,?\s+with\s+(?P<more>\\?[^\W\d_]\w*\s+(?:symmetric|positive|an?|orthogonal|diagonal|fixed)\b.+)"),
     r"\g<said>; \g<more>"),
    (lazily(r"(?P<start>.*?)(?<![\w\\])an?\s+(?:real\s+|column\s+)?vector\s+(?:with|of)\s+(?P<n>\w)\s+(?:real\s+)?(?:components|entries|elements)(?P<rest>.*)"),
     r"\g<start>a vector of length \g<n>\g<rest>"),
    (lazily(r"(?P<start>.*?)(?<![\w\\])an?\s+(?P<n>[A-Za-z])-(?:dimensional\s+)?vector(?![a-z])(?P<rest>.*)"),
     r"\g<start>a vector of length \g<n>\g<rest>"),
    (lazily(r"(?P<said>.+?[~∼].+?)\s*,\s+(?:i\.e\.\s+)?the\s+(?:standard\s+)?(?:uniform|normal|Gaussian|Bernoulli)\s+distribution(?:\s+on\s+[^,;]+)?"),
     r"\g<said>"),
    (lazily(r"(?P<f>[A-Za-z])\(\w\)\s+(?:is\s+)?an?\s+(?:differentiable|smooth)\s+function\s+"
            r"(?:from\s+)?(?:R|ℝ)\s*(?:→|->|to)\s*(?:R|ℝ)"),
     r"\g<f>: R → R"),
    (lazily(r"(?P<f>[A-Za-z]:\s*\S+\s*(?:→|->|\\to)\s*\S+)\s+(?:is\s+)?(?:smooth|differentiable)\s+"
            r"with\s+polynomial\s+growth"), r"\g<f>"),
    (lazily(r"(?P<said>.+=.+?)\s*,?\s+(?:has\s+the\s+(?:same\s+)?shape\s+(?:of|as)\s+\S+|the\s+(?:Jacobian|gradient|Hessian))"),
     r"\g<said>"),
    (lazily(r"the\s+(?P<x>\w+_\w)\s+are\s+(?:real\s+|fixed\s+)*(?:constants|numbers)"), r"\g<x> real numbers"),
)  # fmt: skip
_USUAL = (  # what is taken so anyway
    lazily(r"\\?(?:delta|δ)_?(?:\{?[a-z]\s*,?\s*[a-z]\}?)?\s+(?:is|denotes)\s+the\s+Kronecker(?:'s)?\s+(?:delta|symbol)"),
    lazily(r"(?:all\s+)?gradients\s+are\s+(?:taken\s+as\s+)?column\s+vectors"),
    lazily(r"diag\(\s*\w\s*\)\s+(?:is|denotes)\s+the\s+diagonal\s+matrix\s+with\s+(?:the\s+entries\s+of\s+)?\w\s+on\s+(?:its|the)\s+diagonal"),
    lazily(r"\S+\s*(?:\\circ|\\odot|∘|⊙)\s*\S+\s+(?:is|denotes)\s+the\s+(?:element-?wise|entry-?wise|Hadamard|component-?wise)\s+product(?:\s+of\s+.*)?"),
    lazily(r"an?\s+prime\s+denotes\s+(?:the\s+|a\s+)?transpose"),
    lazily(r"(?:everything|all)\s+is\s+(?:a\s+)?scalar|all\s+quantities\s+are\s+scalars?"),
)  # fmt: skip


def without_remark(lets: Sequence[str], place: int | None, again: Callable[[Sequence[str]], Answer]) -> Answer | None:
    """The answer of `again` with one remark less in the declaration at a place, which cannot be read as it is; None
    where that is no help.
    """
    fewer = None if place is None or place >= len(lets) else _shortened(lets[place])
    if place is None or fewer is None:
        return None
    answer = again([*lets[:place], *([fewer[0]] if fewer[0] else []), *lets[place + 1 :]])
    if answer.verdict == "unreadable":
        return None
    return replace(answer, notes=(*answer.notes, *([f"left aside: {fewer[1]!r}"] if fewer[1] else [])))


def _shortened(text: str) -> tuple[str, str] | None:
    """A declaration without one of its remarks, and the remark; or in other words, and no remark; None where it holds
    none.
    """
    if len(text) > LONGEST:
        return None
    plain_text = text.strip(" .")
    if any(usual.fullmatch(plain_text) for usual in _USUAL):
        return "", plain_text
    head, sign, last = plain_text.rpartition(";")
    if sign and any(usual.fullmatch(last.strip()) for usual in _USUAL):
        return head, last.strip()
    for row, said in _SO:
        if (match := row.fullmatch(plain_text)) is not None:
            return match.expand(said), ""
    for pattern in (_BEHIND, _BRACKET, _LABEL, _BEFORE):
        for match in pattern.finditer(text):
            words = re.findall(_WORD, match["words"])
            plain = {word.lower() for word in words}
            saying = _SAYING - _OF_FORMULAS if pattern in (_BEHIND, _BRACKET) else _SAYING
            short = len(words) == 1 and len(words[0]) < 3
            if plain & saying or any(word.endswith("wise") for word in plain) or "=" not in text or short:
                continue
            kept = match["start"] if pattern is _BEFORE else ""
            return text[: match.start()] + kept + text[match.end() :], match[0].strip(" ,:.")
    return None
