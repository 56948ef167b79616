"""The texts with what words and customs in them say in formulas, before anything is read: \\overline{x^2} as a mean of
entries, p \\in \\Delta(A \\times B) as p(x, y) where p is written so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.equality.branches_said import with_branches
from solvers.equality.densities import with_densities
from solvers.equality.drawn_numbers import with_drawn
from solvers.equality.eigenvalues_said import with_eigenvalues
from solvers.equality.factored import factored
from solvers.equality.finite_sets import with_finite_sets
from solvers.equality.numbered_parameters import NUMBERED, with_numbered_parameters
from solvers.equality.other_notation import (
    AS_BINOMIAL,
    with_binomials,
    with_integrals,
    with_logarithms,
    with_vectors,
)
from solvers.equality.parities import with_parities
from solvers.equality.programs import is_programmed, with_formulas
from solvers.equality.remarks import without_remarks
from solvers.equality.several_solutions import as_products
from solvers.equality.worded_lets import WORDS, with_worded
from solvers.formula.jensen_shannon import with_jensen_shannon
from solvers.formula.lazily import lazily
from solvers.formula.small_t import with_small_t
from solvers.formula.worded_values import with_functions, with_ones

_FACTOR = r"[A-Za-z](?:_\{?[A-Za-z]\}?)?(?:\s*\^\s*(?:\{\s*\d\s*\}|\d))?"
_MEAN = lazily(rf"\\overline\s*\{{\s*(?P<of>{_FACTOR}(?:\s*(?:\\cdot\s*)?{_FACTOR})*)\s*\}}")
_OWN_MEAN = lazily(r"\s*\\overline\s*\{[^{}=]{2,}\}\s*:?=")  # a name that is defined
_DAGGER = lazily(r"((?<![A-Za-z\\])[A-Z]|\\[A-Z][a-z]+)\s*\^\s*(?:\{\s*\\dagger\s*\}|\\dagger(?![a-z]))")
_PSEUDO = lazily(
    rf"\s*(?:{_DAGGER.pattern}|\$?\\dagger\$?)\s+(?:is|be|denotes?)\s+(?:the\s+)?(?:Moore\s*[-–]+\s*Penrose\s+)?"
    r"(?:pseudo-?\s?|generali[sz]ed\s+)inverse(?:\s+of\s+\S+)?[\s.]*",
    re.IGNORECASE,
)
_BAR, _TOP = r"\s*(?:\\\||\\[lr]?Vert|‖|\|\|)\s*", r"\s*\^\s*\{?\s*(?:T|\\top|\\intercal)\s*\}?\s*"
_RAYLEIGH = lazily(
    rf"\s*\\(?P<which>max|min)\s*_\s*\{{{_BAR}(?P<w>[a-z]){_BAR}(?:_\s*\{{?2\}}?)?\s*(?:\^\s*\{{?2\}}?)?\s*=\s*1\s*\}}"
    rf"(?:\\[,;: ]|\s)*(?P=w){_TOP}(?P<matrix>[A-Z]|\\[A-Z][a-z]+)\s*(?P=w)[\s.]*$"
)
_NAME = lazily(r"[A-Za-z]")
_ALL = lazily(r",\s*\\text\s*\{\s*all\s*\}\s*(?=[^,=]*(?:[<>≤≥]|\\(?:[lg]eq?|neq?)(?![a-z])))")
_PARITY = lazily(r"even|odd|2[\s}]*(?:\\mid|\S*\s*divides)")
_SUMS = lazily(r"sum\s*_|\\sum\s*\\limits|[Σ∑]")
_JOINT = lazily(
    r"\s*(?P<p>\\?[A-Za-z])\s*(?=\\in(?![A-Za-z])|∈|in\s)(?P<rest>\S+?\s*(?:\\Delta|Delta|Δ)\s*(?:\\left\s*)?\(.*(?:\\times|×).*)"
)


def spelled(a: str, b: str, lets: list[str]) -> tuple[str, str, list[str], tuple[str, ...]]:
    """The texts so, and remarks on how they are read."""
    a, b, lets = _said(*as_products(a, b), lets)
    choices = with_binomials(a, b, lets) if "C" in a or "C" in b else None
    a, b = choices or (a, b)
    a, b, lets = _read_so(a, b, lets)
    return a, b, lets, (AS_BINOMIAL,) if choices else ()


def _said(a: str, b: str, lets: list[str]) -> tuple[str, str, list[str]]:
    """The texts with what words and formulas in declarations say of a name."""
    if is_programmed((a, b, *lets)):
        a, b, *lets = with_formulas((a, b, *lets))
    if any("all" in let for let in lets):
        lets = [_ALL.sub(", ", let) for let in lets]
    if any("if" in let or "when" in let for let in lets):
        lets = [with_branches(let) for let in lets]
    if any("integral" in text for text in (a, b, *lets)):
        a, b, *lets = with_integrals((a, b, *lets))
    if any("^t" in text or "^{t" in text for text in (a, b)):
        a, b, *lets = with_small_t((a, b, *lets))
    if any(let.lstrip().startswith(("\\log", "\\ln")) for let in lets):
        a, b, *lets = with_logarithms(a, b, lets)
    if any("KL" in text for text in (a, b)):
        lets = with_vectors(a, b, lets)
    if any("=" in let and let.rstrip(" .}").endswith(")") for let in lets):
        lets = without_remarks(a, b, lets)
    if any("eigenvalues" in let for let in lets):
        lets = with_eigenvalues(a, b, lets)
    if any(map(NUMBERED.search, lets)):
        lets = with_numbered_parameters(a, b, lets)
    if any(map(WORDS.search, lets)):
        lets = with_worded(a, b, lets)
    if any(_PARITY.search(let) for let in lets):
        lets = with_parities(a, b, lets)
    if any("(" in let and _SUMS.search(let) for let in lets):
        lets = with_finite_sets(a, b, lets)
    return a, b, lets


def _read_so(a: str, b: str, lets: list[str]) -> tuple[str, str, list[str]]:
    """The texts with other notation as it is read."""
    a, b, lets = with_drawn(a, b, lets)
    if any("1" in let for let in lets):
        a, b, *lets = with_ones((a, b, *lets))
    a, b, *lets = with_functions((a, b, *lets))
    a, b = (_RAYLEIGH.sub(_rayleigh, text) if "=" in text else text for text in (a, b))
    if any("\\overline" in text for text in (a, b, *lets)) and not any(map(_OWN_MEAN.match, lets)):
        before = (a, b, *lets)
        a, b, *lets = (_with_means(text, lets) for text in before)
        lets += _plain_means(before, lets) if (a, b, *lets) != before else []
    if any("JS" in text for text in (a, b, *lets)):
        a, b, *lets = with_jensen_shannon((a, b, *lets))
    if any("\\dagger" in text for text in (a, b, *lets)):
        a, b, *lets = _with_pseudoinverses((a, b, *lets))
    if any("densit" in let or ("=" in let and "distributions" in let) for let in lets):
        lets = with_densities(lets)
    if any("Delta" in let or "Δ" in let for let in lets):
        lets = [_with_arguments(let, (a, b, *lets)) for let in lets]
    return a, b, [*factored(lets)] if any("(" in let and "=" in let for let in lets) else lets


def _rayleigh(match: re.Match[str]) -> str:
    """max_{||w|| = 1} w^T S w as the largest eigenvalue of the symmetric part of S."""
    return rf"\lambda_{{\{match['which']}}}(\frac{{{match['matrix']} + {match['matrix']}^\top}}{{2}})"


def _with_pseudoinverses(texts: Sequence[str]) -> list[str]:
    """A^\\dagger as the pseudoinverse of A, where a text says that it is."""
    said = [text for text in texts if _PSEUDO.fullmatch(text)]
    return [
        ("" if text in said else _DAGGER.sub(r"\\operatorname{pinv}(\1)", text)) if said else text for text in texts
    ]


def _with_means(text: str, lets: Sequence[str]) -> str:
    """\\overline{x^2} and \\overline{xy} as means over the entries of vectors of one size."""

    def written(match: re.Match[str]) -> str:
        factors = re.findall(_FACTOR, match["of"])
        names = {factor[0] for factor in factors}
        sizes = {_size(name, lets) for name in names}
        if match["of"].strip() in names or len(sizes) > 1 or None in sizes or any("_" in f for f in factors):
            return match.group()
        size = sizes.pop()
        product = " ".join(f"{factor[0]}_{{i}}{factor[1:]}" for factor in factors)
        return rf"\left(\frac{{1}}{{{size}}}\sum_{{i=1}}^{{{size}}} {product}\right)"

    return _MEAN.sub(written, text)


def _plain_means(texts: Sequence[str], lets: Sequence[str]) -> list[str]:
    """What \\bar x is beside \\overline{x^2}, where nothing says it."""
    names = {
        factor[0] for text in texts for match in _MEAN.finditer(text) for factor in re.findall(_FACTOR, match["of"])
    }
    found: list[str] = []
    for name in sorted(names):
        bar, size = rf"\\(?:bar|overline)\s*(?:\{{\s*{name}\s*\}}|{name}(?![A-Za-z]))", _size(name, lets)
        said = any(re.search(rf"{bar}\s*:?=|{bar}.*(?:mean|average)", let) for let in lets)
        if size is not None and not said and any(re.search(bar, text) for text in texts):
            found.append(rf"\bar{{{name}}} = \frac{{1}}{{{size}}}\sum_{{i=1}}^{{{size}}} {name}_{{i}}")
    return found


def _size(name: str, lets: Sequence[str]) -> str | None:
    """n of x \\in R^n and of x_1, ..., x_n."""
    among = rf"(?<![A-Za-z\\_]){name}"
    for let in lets:
        found = re.search(
            rf"{among}(?:\s*,\s*[A-Za-z])*\s*(?:\\in|∈|\sin\s)\s*(?:\\mathbb\s*\{{?R\}}?|R|ℝ)\s*\^\s*\{{?(\w+)\}}?\s*$",
            let,
        )
        found = found or re.search(rf"{among}_\{{?1\}}?\s*,.*(?:dots|\.\.\.|…)\s*,\s*{name}_\{{?(\w)\}}?", let)
        if found is not None:
            return found[1]
    return None


def _with_arguments(let: str, texts: Sequence[str]) -> str:
    """p \\in \\Delta(A \\times B) as p(x, y) \\in \\Delta(A \\times B), where p is written with as many arguments."""
    found = _JOINT.fullmatch(let)
    if found is None:
        return let
    count = 1 + len(re.findall(r"\\times|×", found["rest"]))
    for text in texts:
        for call in re.finditer(rf"(?<![A-Za-z\\]){re.escape(found['p'])}\s*\(([^()|]*)\)", text):
            arguments = [part.strip() for part in call[1].split(",")]
            if len(arguments) == count and all(map(_NAME.fullmatch, arguments)):
                return f"{found['p']}({', '.join(arguments)}) {found['rest']}"
    return let
