"""Declarations in words, as others that are read: "x a random vector in R^n with mean m and covariance S", "x_1, ...,
x_n, not all equal", "Cov(X_i, X_j) = c for i \\ne j", "step(z) = 1 if z > 0, else 0", "g constant in t".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeAlias

from solvers.formula.lazily import lazily

_BARE = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z]+)|\\[A-Za-z]+|[A-Za-z])"
_NAME = rf"{_BARE}(?:_(?:\w|\{{\\?\w+\}}))?"
_NAMES = rf"{_NAME}(?:\s*,\s*{_NAME})*"
_REALS = r"(?:\\mathbb\s*\{?\s*R\s*\}?|ℝ|R)"
_IN = r"(?:\\in(?![A-Za-z])|∈|in(?=\s))"
_SPACE = rf"{_REALS}\s*\^\s*(?:\{{\s*\w+\s*\}}|\w)"
_DOTS = r"(?:\\[lc]?dots[bcm]?|\.\.\.|…)"
_AT_MOST, _UNEQUAL = r"\s*(?:\\leq?(?![a-z])|≤|<=)\s*", r"\s*(?:\\neq?(?![a-z])|≠|!=)\s*"
_RUN = rf"(?P<x>{_BARE})_\{{?1\}}?\s*,\s*(?:(?P=x)_\{{?2\}}?\s*,\s*)?{_DOTS}\s*,\s*(?P=x)_\{{?(?P<n>\w)\}}?"
_ALIKE = r"\(?not\s+all\s+(?:of\s+them\s+|{0})?(?:are\s+)?(?:equal|the\s+same|identical)\)?"
_MATRIX = rf"(?:{_NAME}(?:\s*\^\s*\{{?2\}}?\s*I(?:_\w)?)?|0)"
_MOMENTS = (
    rf"(?:\s+with(?:\s+(?:its\s+|the\s+)?(?:mean|expectation)(?:\s+vector)?\s+(?P<mean>{_NAME}|0))?(?:\s*,?\s*and)?"
    rf"(?:\s+(?:its\s+|the\s+)?covariance(?:\s+matrix)?\s+(?P<cov>{_MATRIX}))?)?"
)
_Change: TypeAlias = Callable[[re.Match[str], Sequence[str]], "str | None"]
_ROWS: tuple[tuple[_Change, str], ...] = (
    (lambda m, _: _random(m),
     rf"(?P<x>{_BARE})\s+(?:is\s+|be\s+)?an?\s+(?:real\s+)?random\s+vector\s+in\s+(?P<set>{_SPACE}){_MOMENTS}"),
    (lambda m, _: _random(m),
     rf"(?P<x>{_BARE})\s*{_IN}\s*(?P<set>{_SPACE})\s*,?\s+(?:is\s+|be\s+)?(?:an?\s+)?random(?:\s+vector)?{_MOMENTS}"),
    (lambda m, _: f"{m['run']} {m['in'] or 'in R'}; {_apart(m['x'], m['n'])}",
     rf"(?P<run>{_RUN})\s*(?P<in>{_IN}\s*{_REALS})?\s*,?\s*(?:and\s+|which\s+are\s+|are\s+)*{_ALIKE.format('')}"),
    (lambda m, _: f"{m['x']} {m['in']}; {_apart(m['x'], m['n'].strip('{ }'))}",
     rf"(?P<x>{_BARE})\s*(?P<in>{_IN}\s*{_REALS}\s*\^\s*(?P<n>\{{\s*\w\s*\}}|\w))\s*,?\s*(?:with\s+|and\s+)*" +
     _ALIKE.format(r"(?P=x)_\{?[a-z]\}?\s+|(?:of\s+)?(?:its\s+|the\s+)?(?:entries|components)\s+")),
    (lambda m, _: m["said"] if m["i"] != m["j"] else None,
     (rf"(?P<said>(?:\\operatorname\{{Cov\}}|\\mathrm\{{Cov\}}|Cov)\s*(?:\\left)?[(\[]\s*(?P<x>{_BARE})_\{{?(?P<i>[a-z])\}}?\s*,\s*"
     rf"(?P=x)_\{{?(?P<j>[a-z])\}}?\s*(?:\\right)?[)\]]\s*=.+?)\s*,?\s*(?:for\s+)?(?:all\s+)?(?P=i){_UNEQUAL}(?P=j)")),
    (lambda m, _: f"{m['head']} = {m['then']} if {m['when']}, and {m['else']} otherwise",
     (r"(?P<head>(?:[A-Za-z]+|\\[A-Za-z]+)\s*\(\s*[A-Za-z]\s*\))\s*:?=\s*(?P<then>[^=,]+?)\s+if\s+"
      r"(?P<when>(?:(?!\s(?:and|or|if)\s)[^,])+?)\s*,?\s+(?:and\s+)?(?:else|otherwise)\s+(?P<else>(?:(?!\s(?:if|for)\s)[^,=])+)")),
    (lambda m, _: f"{m['head']} = {m['then']} if {m['when']}, and {m['else']} otherwise",
     (r"(?P<head>(?:[A-Za-z]+|\\[A-Za-z]+)\s*\(\s*[A-Za-z]\s*\))\s*:?=\s*(?P<then>[^=,]+?)\s+if\s+"
      r"(?P<when>(?:(?!\s(?:and|or|if)\s)[^,])+?)\s*,\s*(?P<else>(?:(?!\s(?:if|for|else)\s)[^,=])+?)\s+otherwise")),
    (lambda m, lets: "" if _is_steady(m["names"], lets) else None,
     rf"(?P<names>{_NAMES})\s+(?:is\s+|are\s+)?(?:an?\s+)?constants?\s+(?:in|over|with\s+respect\s+to)\s+\$?[a-z]\$?"),
    (lambda m, _: f"{m['e']} is the {m['c']}-th standard basis vector",
     rf"(?P<e>\\?(?:mathbf\s*\{{e\}}|e)_\{{?(?P<c>\w)\}}?)\s+the\s+(?P=c)\s*-\s*th\s+(?:standard|canonical)\s+(?:basis|unit)\s+vector(?:\s+(?:of|in)\s+{_SPACE})?"),
    (lambda m, _: f"{m['who']} is the {m['which']} eigenvalue of {m['of']}",
     rf"(?P<who>\\?[A-Za-z]+(?:_\{{?\\?\w+\}}?)?)\s+the\s+(?P<which>largest|smallest)\s+eigenvalue\s+of\s+(?P<of>{_NAME})"),
    (lambda m, _: f"{m['x']} is the {m['i']}-th {m['kind']} of {m['of']}; {m['said']}",
     (rf"(?P<said>[^=]+=.+?)\s*,?\s+(?:with|where)\s+(?P<x>{_BARE}_\{{?(?P<i>[a-z])\}}?(?:\s*\^\s*(?:\\top|T|\{{\\top\}}|\{{T\}}))?)\s+(?:is\s+)?the\s+"
      rf"(?P=i)\s*-\s*th\s+(?P<kind>row|column)\s+of\s+(?P<of>{_NAME})")),
    (lambda m, _: m["said"], rf"(?P<said>{_NAMES}\s+are\s+the\s+rows\s+of\s+{_NAMES})\s+as\s+column\s+vectors"),
    (lambda m, _: f"{m['x']} a random variable",
     rf"(?P<x>{_BARE})\s+(?:is\s+)?an?\s+(?:real\s+|discrete\s+)*random\s+variable\s+(?:with|taking)\s+(?:only\s+)?finitely\s+many\s+(?:real\s+)?values"),
    (lambda m, _: f"{m['said']} of {m['z']}; {m['z']} = {m['rest']}",
     (rf"(?P<said>{_NAME}\s+(?:is\s+|be\s+)?(?:an?|some|any)\s+(?:[a-z-]+\s+){{0,3}}(?:function|loss|cost|objective))\s+of\s+"
      rf"(?P<z>{_NAME})\s*=\s*(?P<rest>[^=,;]+)")),
    (lambda m, _: _all_alike(m["p"], m["n"], m["value"]),
     rf"(?P<p>{_BARE})_\{{?1\}}?\s*=\s*(?:(?P=p)_\{{?2\}}?\s*=\s*)?{_DOTS}\s*=\s*(?P=p)_\{{?(?P<n>\w)\}}?\s*=\s*(?P<value>[^=,;]+)"),
)  # fmt: skip
_TEXT = lazily(r"\\text(?:rm)?\s*\{([^{}]*)\}")
_BETWEEN = lazily(
    rf"(?P<for>\\text\s*\{{\s*for(?:\s+all)?\s*\}}|(?<![A-Za-z])for(?:\s+all)?\s)\s*1{_AT_MOST}"
    rf"(?P<those>[a-z](?:\s*,\s*[a-z])*){_AT_MOST}(?P<n>[A-Za-z])[\s.]*$"
)
_STEP = lazily(r"\s*(?P<r>\\?[A-Za-z]+)_\{?\\ell\}?\s*=.*(?P=r)_\{\\ell\s*-\s*1\}")
WORDS = lazily(
    r"random|not\s+all|\sof\s.*=|\sif\s|constant|eigenvalue|basis|-\s*th|as\s+column|for|\\ne|≠|!=|=\s*(?:\\|\.|…)|\\ell"
)


def with_worded(a: str, b: str, lets: Sequence[str]) -> list[str]:
    """The declarations so; what is in other words stays as it is."""
    found = [_in_steps(let, (a, b, *lets)) for let in lets]
    for place, let in enumerate(found):
        between = _BETWEEN.search(let)
        if between is not None:
            run = rf"\text{{ for }} {between['those']} = 1, \dots, {between['n']}"
            plain = f" for {between['those']} = 1, ..., {between['n']}"
            found[place] = let[: between.start()] + (run if "\\" in let else plain)
            continue
        words = " ".join(_TEXT.sub(r" \1 ", let).split()).strip(" .")
        for row, change in _compiled():
            if (match := row.fullmatch(words)) and (said := change(match, (a, b, *found))) is not None:
                found[place] = said
                break
    return found


@cache
def _compiled() -> tuple[tuple[re.Pattern[str], _Change], ...]:
    return tuple((re.compile(row), change) for change, row in _ROWS)


def _random(found: re.Match[str]) -> str:
    """A random vector of some space, with its mean and its covariance where they are said."""
    name, latex = found["x"], "\\" in found.group()
    mean, spread = (r"\mathbb{E}", r"\operatorname{Cov}") if latex else ("E", "Cov")
    said = [f"{name} {'∈' if latex else 'in'} {found['set']}", f"{name} a random vector"]
    said += [f"{mean}[{name}] = {found['mean']}"] if found["mean"] else []
    said += [f"{spread}({name}) = {found['cov']}"] if found["cov"] else []
    return "; ".join(said)


def _apart(name: str, size: str) -> str:
    """That the entries of a vector are not all alike, as values drawn at random are not."""
    return f"{name}_1 ≠ {name}_{size}" + ("" if size.isdecimal() else f"; {size} ≥ 2")


def _is_steady(names: str, texts: Sequence[str]) -> bool:
    """Whether nothing says otherwise of names that are said to be constant: neither an index nor a definition."""
    for name in names.split(","):
        other = rf"(?<![A-Za-z\\]){re.escape(name.strip())}(?![A-Za-z])\s*(?:_|\^\s*\{{?\s*\(|(?:\\left\s*)?\(|'|:?=)"
        if any(re.search(other, text) for text in texts):
            return False
    return True


def _all_alike(name: str, size: str, value: str) -> str:
    letter = next(each for each in "ijklm" if each not in (size, name) and each not in value)
    return f"{name}_{letter} = {value.strip()} for {letter} = 1, ..., {size}"


def _in_steps(let: str, texts: Sequence[str]) -> str:
    """A recursion over \\ell as one over a letter, where nothing else is called \\ell."""
    if "\\ell" not in let or not _STEP.match(let) or sum("\\ell" in text for text in texts) > 1:
        return let
    letter = next((each for each in "tsn" if not any(re.search(rf"(?<![A-Za-z\\]){each}", text) for text in texts)), "")
    return re.sub(r"\\ell(?![A-Za-z])", letter, let) if letter else let


__all__ = ["WORDS", "with_worded"]
