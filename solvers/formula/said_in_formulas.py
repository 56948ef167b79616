"""Sentences that say what a formula says: "v is a unit eigenvector of A with eigenvalue s" is A v = s v and
\\|v\\| = 1, "y is either 1 or -1" a set, "the average of x_1, ..., x_n" a sum. Of X \\sim Poisson(\\lambda), and of
other laws that no table knows, the mean and the variance are read (see `moments_alone`). What only tells how other
signs are meant, as they are meant anyway ("the norm is the Euclidean norm"), says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final, TypeAlias

from solvers.formula.lazily import lazily
from solvers.formula.table_words import LISTED
from solvers.formula.word_order import in_order

LONGEST: Final = 300  # characters of such a sentence
_HEAD = r"(?:\\(?:mathrm|operatorname|text(?:rm|sf)?|mathcal|mathsf)\s*\{\s*)?"
_LAW = lazily(
    rf"(?P<who>[^=<>~∼:()]+?)\s*(?:\\sim(?![A-Za-z])|∼|~)\s*{_HEAD}"
    r"(?P<law>Poisson|Poiss?|Poi|Po|Exp(?:onential)?|Binomial|Binom|Bin|Beta|Laplace|Lap)\s*\}?\s*"
    r"(?:\\left\s*)?\((?P<args>(?:[^()]|\([^()]*\))+?)(?:\\right\s*)?\)"
    r"(?P<rest>[\s,.]*(?:(?:are|all|be|is)\s+)*(?:i\.?\s?i\.?\s?d\.?|independent(?:ly)?)?[\s.]*)"
)
_MOMENTS: dict[str, tuple[int, str, str]] = {  # how many parameters, the mean and the variance
    "Po": (1, "{0}", "{0}"), "Exp": (1, "1/{0}", "1/{0}^2"), "Bin": (2, "{0} {1}", "{0} {1} - {0} {1}^2"),
    "Beta": (2, "{0}/({0} + {1})", "({0} {1})/(({0} + {1})^2 ({0} + {1} + 1))"), "Lap": (2, "{0}", "2 {1}^2"),
}  # fmt: skip

_SYMBOL = (
    r"(?:\\(?:bar|hat|tilde|vec|mathbf|boldsymbol|bm|mathrm)\s*(?:\{[^{}]*\}|\\?[A-Za-z]+)|\\?[A-Za-z]+)"
    r"(?:_(?:\{[^{}]*\}|\w))?"
)
_OF = r"\s+of\s+(?:the\s+)?(?P<kind>symmetric\s+)?(?:(?:square|real)\s+)?(?:matrix\s+)?(?P<matrix>[^,;]+?)"
_TO = r"\s*,?\s+(?:with|for|to|belonging\s+to|corresponding\s+to|associated\s+with)\s+(?:the\s+|an?\s+)?"
_UNIT = r"(?P<unit>(?:unit(?:[- ]norm|[- ]length)?|normali[sz]ed)\s+)?"
_IS = r"\s+(?:is|be|denotes?)\s+(?:the\s+|an?\s+|some\s+)?"
_EIGEN = tuple(
    re.compile(rf"(?:let\s+)?{row}[\s.]*", re.IGNORECASE)
    for row in (
        rf"(?P<vector>{_SYMBOL}){_IS}{_UNIT}(?:right\s+)?eigenvector{_OF}{_TO}(?:eigenvalue\s+)?(?P<value>{_SYMBOL})",
        rf"(?P<value>{_SYMBOL}){_IS}eigenvalue{_OF}{_TO}{_UNIT}eigenvector\s+(?P<vector>{_SYMBOL})",
        rf"\(?\s*(?P<value>{_SYMBOL})\s*,\s*(?P<vector>{_SYMBOL})\s*\)?{_IS}(?P<unit>(?!))?eigenpair{_OF}",
    )
)


_WHO = rf"(?P<who>{_SYMBOL}(?:\s*(?:,|,?\s+and)\s*{_SYMBOL})*)"
_ARE = r"\s+(?:is|are|be)\s+"
_NUMERAL = r"[-+]?\d+(?:\.\d+)?"
_BOUNDS = {"least": ">=", "most": "<=", "greater": ">", "larger": ">", "more": ">", "less": "<", "smaller": "<"}
_ORDER = r"(?:at\s+(?P<at>least|most)|(?P<than>greater|larger|more|less|smaller)\s+than)"
_E = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{\s*e\s*\}|e)|e)"  # unit vectors, as e_i is read where e is not declared
_BASIS = r"(?:standard|canonical|natural|cartesian)\s+(?:(?:unit|basis)\s+)*(?:vectors?|basis)"
_PLACE = r"(?:\$?\w\$?\s*-?\s*(?:th|st|nd|rd)\s+)(?:(?:unit|basis|coordinate|one-hot)\s+)+vector"
_SPACE = r"(?:\s+(?:of|in|on|for)\s+\S+)?"
_DOTS = r"(?:\\[lc]?dots[bcm]?|\.\.\.|…)"
_RUN = rf"(?P<x>\\?[A-Za-z]+)_\{{?1\}}?\s*,\s*{_DOTS}\s*,\s*(?P=x)_\{{?(?P<n>\w)\}}?"
_GREATER = r"\s*(?:>=?|≥|\\ge(?:q|qslant)?(?![a-z]))\s*"
_INVERSE, _TURNED = r"\^\s*(?:\{\s*-\s*1\s*\}|\(?-1\)?)", r"(?:'|\^\s*\{?\s*(?:T|\\top|\\intercal|⊤)\s*\}?)"
_CAPITAL, _IN = r"(?-i:\\?[A-Z][a-z]*)", r"\s*(?:\\in(?![A-Za-z])|∈|\s+in\s)\s*"
_S, _PLUS = r"\\mathbb\s*(?:\{\s*S\s*\}|S)", r"\s*(?:_\s*\{{?\s*(?P<{}>\+\+?)\s*\}}?)?"
_ENTROPY = r"(?:(?:is|denotes)\s+)?the\s+(?:shannon\s+)?entropy(?:\s+of\s+\w)?"
_Change: TypeAlias = Callable[[re.Match[str]], "str | None"]
_SAID: tuple[tuple[_Change, str], ...] = (
    (lambda m: f"{_listed(m['who'])} in {{{m['one']}, {m['other']}}}",
     rf"{_WHO}{_ARE}(?:binary,?\s+)?(?:either\s+|in\s+)?(?P<one>{_NUMERAL})\s+or\s+(?P<other>{_NUMERAL})"),
    (lambda m: f"{_listed(m['who'])} in R^{m['size']}",
     (rf"{_WHO}{_ARE}(?:an?\s+)?(?:(?:column|row|real)\s+)*vectors?\s+(?:with|of)\s+(?P<size>\d+|[A-Za-z])\s+"
     r"(?:real\s+)?(?:entries|components|elements|coordinates)")),
    (lambda m: f"{_listed(m['who'])} {_BOUNDS[m['at'] or m['than']]} {m['bound']}",
     rf"{_WHO}{_ARE}(?:(?:an?|real|scalars?|numbers?|integers?)\s+)*{_ORDER}\s+(?P<bound>{_NUMERAL}|{_SYMBOL})"),
    (lambda m: rf"{m['who']} = \lambda_{{{'max' if m['which'][:2] in {'la', 'bi', 'ma'} else 'min'}}}({m['of']})",
     (rf"(?P<who>{_SYMBOL}){_ARE}the\s+(?P<which>largest|biggest|maxim(?:al|um)|smallest|least|minim(?:al|um))\s+"
     r"eigenvalue\s+of\s+(?:the\s+matrix\s+)?(?P<of>[^,;]+)")),
    (lambda m: f"{m['who']} = 1/{m['n']} \\sum_{{i=1}}^{{{m['n']}}} {m['x']}_i",
     (rf"(?P<who>{_SYMBOL}){_ARE}the\s+(?:sample\s+|arithmetic\s+)?(?:mean|average)\s+of\s+(?:the\s+numbers\s+)?"
     r"(?P<x>\\?[A-Za-z]+)_\{?1\}?\s*,\s*(?:\\[lc]?dots|\.\.\.|…)\s*,\s*(?P=x)_\{?(?P<n>\w)\}?")),
    (lambda m: _in_cases(m["who"], m["then"], m["when"], m["else"]),
     (rf"(?P<who>{_SYMBOL}(?:\([^()]*\))?)\s*:?=\s*(?P<then>[^=]+?)\s+if\s+(?P<when>.+?),?\s+and\s+(?P<else>[^=]+?)\s+"
     r"(?:otherwise|else)")),
    (lambda m: "", (r"(?:the\s+|all\s+)?gradients?(?:\s+(?:of|with\s+respect\s+to)\s+\S+)?\s+ha(?:s|ve)\s+the\s+"
                    r"(?:same\s+)?shapes?\s+(?:of|as)\s+.+")),
    (lambda m: "", (rf"{_E}_\{{?\w\}}?(?:\s*,\s*(?:{_E}_\{{?\w\}}?|\\[lc]?dots|\.\.\.|…))*\s+"
                    rf"(?:(?:is|are|be|denotes?|form)\s+)?(?:(?:the|an?)\s+)?(?:(?:\$?\w\$?\s*-?\s*(?:th|st|nd|rd)\s+)?{_BASIS}|{_PLACE}){_SPACE}")),
    (lambda m: rf"{m['who']} = \operatorname{{pinv}}({m['of']})",
     (r"(?P<who>[A-Z]\s*\^\s*(?:\{\s*\+\s*\}|\+))\s+(?:is|be|denotes?)\s+(?:the\s+)?(?:Moore\s*[-–]+\s*Penrose\s+)?"
      r"(?:pseudo-?\s?|generali[sz]ed\s+)inverse\s+of\s+(?P<of>[A-Z])")),
    (lambda m: rf"{m['x']} \in \Delta^{{{m['n']}}}" if m["who"] == m["x"] else None,
     (rf"(?P<who>\\?[A-Za-z]+)\s*=\s*\(\s*{_RUN}\s*\){_IS}(?:(?:discrete|categorical)\s+)*(?:probability\s+)?"
      r"(?:distribution|(?<=probability\s)vector)")),
    (lambda m: _uniform(m["who"], m["set"]),
     rf"(?P<who>{_SYMBOL}){_IS}uniform\s+distribution\s+(?:on|over)\s+(?P<set>.+?)"),
    (lambda m: rf"{m['p']}({m['x'] or 'x'}) = \mathcal{{N}}({m['x'] or 'x'}; {m['args']})",
     (rf"(?P<p>\\?[A-Za-z]\w*)\s*(?:\((?P<x>\\?\w+)\))?{_IS}(?:probability\s+)?(?:density|pdf)(?:\s+function)?\s+of\s+"
      rf"(?:the\s+|an?\s+)?(?:(?:normal|gaussian)\s+)?(?:distribution\s+)?(?:\\mathcal\s*\{{?\s*N\s*\}}?|N)\s*(?:\\left\s*)?"
      r"\((?P<args>.+?)(?:\\right\s*)?\)")),
    (lambda m: rf"{m['x']} = \operatorname{{eigenvalues}}({m['of']})",
     (rf"(?P<x>\\?[A-Za-z]+)_\{{?1\}}?{_GREATER}(?:(?P=x)_\{{?2\}}?{_GREATER})?{_DOTS}{_GREATER}(?P=x)_\{{?\w\}}?{_ARE}the\s+eigenvalues\s+of\s+"
      r"(?:the\s+)?(?:symmetric\s+)?(?:matrix\s+)?(?P<of>[^,;]+)")),
    (lambda m: rf"{m['q']}^\top {m['q']} = I", rf"(?P<q>(?-i:[A-Z]))\s*{_INVERSE}\s*=\s*(?P=q)\s*{_TURNED}"),
    (lambda m: rf"{m['q']}^\top {m['q']} = I", rf"(?P<q>(?-i:[A-Z]))\s*{_TURNED}\s*=\s*(?P=q)\s*{_INVERSE}"),
    (lambda m: f"{m['who']} are {m['kind']}integers; {m['chain']}",
     (rf"{_WHO}{_ARE}(?P<kind>(?:(?:non-?negative|positive)\s+)?)integers\s+(?:with|such\s+that|where|satisfying)\s+"
      r"(?P<chain>.+)")),
    (lambda m: f"{', '.join(_letters(m['chain']))} are integers; {m['chain']}",
     r"integers?\s+(?P<chain>[^=,;<>≤]+(?:<|≤|\\le(?:q|qslant)?(?![a-z])).+)"),
    (lambda m: _of_symmetric(m["who"], m["n"], m["one"] or m["other"] or ""),
     (rf"(?P<who>{_CAPITAL}(?:\s*,\s*{_CAPITAL})*){_IN}{_S}{_PLUS.format('one')}\s*\^\s*\{{?\s*(?P<n>\w+)\s*\}}?"
      rf"{_PLUS.format('other')}")),
    (lambda m: rf"{m['who']} \in \mathbb{{R}}^{{{m['n']}}}; \|{m['who']}\| = 1",
     rf"(?P<who>{_SYMBOL}){_IN}{_S}\s*\^\s*\{{\s*(?P<n>\w+)\s*-\s*1\s*\}}"),
    (lambda m: rf"{m['who']} \in {m['set']}",
     rf"(?P<who>{_SYMBOL})\s+takes\s+(?:the\s+|its\s+)?values?\s+in\s+(?P<set>.+)"),
    (lambda m: "", (rf"H\(\s*\w+\s*,\s*\w+\s*\){_IS}cross[- ]entropy"
                    rf"(?:\s*,?\s*(?:and\s+)?H\(\s*\w+\s*\)\s+{_ENTROPY})?")),
    (lambda m: "", rf"H\(\s*\w+\s*\)\s+{_ENTROPY}"),
    (lambda m: "", _RUN),
    (lambda m: "", r"the\s+norms?\s+(?:is|are)\s+(?:the\s+)?euclidean(?:\s+norms?)?"),
    (lambda m: "", (r"all\s+(?:quantities|symbols|variables|letters|numbers)(?:\s+here)?\s+are\s+(?:real\s+)?"
                    r"(?:scalars?|numbers?|reals?)")),
    (lambda m: "", r"\\nabla\s*\^\s*\{?2\}?(?:_\{?\w\}?)?\s+(?:is|denotes)\s+the\s+hessian(?:\s+matrix)?"),
)  # fmt: skip
_INSIDE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\blinearly\s+independent\s+(column|row)s"), r"full \1 rank"),
    (re.compile(r"^all\s+(?:of\s+)?(?:the\s+)?(?=\\?[A-Za-z]+\s*_)"), ""),
    (re.compile(r"\s*\(\s*(?:as\s+)?(?:an?\s+)?columns?(?:\s+vectors?)?\s*\)\s*$"), ""),
    (re.compile(r"(?<=[A-Z])\s+as\s+column\s+vectors\s*$"), ""),
    (re.compile(r"(?<=\bgraph)\s+(?:with|of|on)\s+(?:\d+|[A-Za-z])\s+(?:nodes|vertices)\b"), ""),
)


def in_formulas(text: str) -> str:
    """The declaration as formulas, or in words that are read; "" where it says nothing; the same of all else."""
    text = in_order(text)
    if len(text) > LONGEST:
        return text
    for pattern, instead in _INSIDE:
        text = pattern.sub(instead, text)
    for row, change in _rows():
        if (found := row.fullmatch(text)) is not None and (said := change(found)) is not None:
            return said
    return text


def moments_alone(texts: Iterable[str]) -> bool:
    """Whether one of the declarations names a law of which no more than two moments are read."""
    told = [" ".join(text.split()) for text in texts if "~" in text or "sim" in text or "∼" in text]
    return any(len(text) <= LONGEST and _LAW.fullmatch(text) for text in told)


def _letters(chain: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", chain)))


def _of_symmetric(names: str, size: str, definite: str) -> str:
    """Matrices in S^n, S^n_+ or S^n_{++}."""
    said = {"": "{0}^\\top = {0}", "+": "{0} \\succeq 0", "++": "{0} \\succ 0"}[definite]
    each = [said.format(name.strip()) for name in names.split(",")]
    return "; ".join([rf"{names} \in \mathbb{{R}}^{{{size} \times {size}}}", *each])


def _uniform(who: str, over: str) -> str | None:
    """The uniform distribution over a set of so many values."""
    found = LISTED.fullmatch(over)
    size = found and (found["a"] or found["b"] or found["c"])
    return rf"{who} \in \Delta^{{{size}}}; {who}_{{i}} = 1/{size}" if size else None


def _in_cases(who: str, then: str, when: str, otherwise: str) -> str:
    return rf"{who} = \begin{{cases}} {then} & {when} \\ {otherwise} & \text{{otherwise}} \end{{cases}}"


def _listed(names: str) -> str:
    return re.sub(r"\s*,?\s+and\s+", ", ", names)


def _by_moments(found: re.Match[str]) -> str | None:
    """What a law says as far as two moments do."""
    count, mean, variance = next(row for name, row in _MOMENTS.items() if found["law"].startswith(name))
    arguments = [argument.strip() for argument in re.split(r",(?![^(]*\))", found["args"])]
    if len(arguments) != count:
        return None
    whole = [a if re.fullmatch(_SYMBOL, a) or re.fullmatch(r"[\d.]+", a) else f"({a})" for a in arguments]
    names = [name.strip() for name in re.split(r",|\band\b", found["who"]) if name.strip()]
    said = [f"E[{name}] = {mean.format(*whole)}; Var({name}) = {variance.format(*whole)}" for name in names]
    together = "independent" if len(names) > 1 else "i.i.d."
    said += [f"{', '.join(names)} {together}"] if re.search(r"[a-z]", found["rest"]) else []
    rates = [a for a in arguments if re.fullmatch(_SYMBOL, a)] if found["law"][:2] in {"Po", "Ex"} else []
    return "; ".join([*(f"{rate} > 0" for rate in rates), *said])


def _by_eigenvalue(found: re.Match[str]) -> str:
    matrix, vector, value = found["matrix"], found["vector"], found["value"]
    whole = f"({matrix})" if re.search(r"[-+]", matrix) else matrix
    said = [f"{matrix} symmetric"] if found["kind"] else []
    said.append(f"{whole} {vector} = {value} {vector}")
    return "; ".join([*said, *([f"||{vector}|| = 1"] if found["unit"] else [])])


@cache
def _rows() -> tuple[tuple[re.Pattern[str], _Change], ...]:
    said = ((re.compile(rf"{row}[\s.]*", re.IGNORECASE), change) for change, row in _SAID)
    return ((_LAW, _by_moments), *((pattern, _by_eigenvalue) for pattern in _EIGEN), *said)


__all__ = ["in_formulas", "moments_alone"]
