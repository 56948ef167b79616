"""What entries outside of a vector are said to be: x_i = 0 for i < 1 and i > n; g_i = 0 outside; zero-padded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from solvers.formula.known import Context, around_of
from solvers.formula.lazily import lazily
from solvers.formula.nodes import Call, Node, Num, plus, walk
from solvers.formula.origins import polynomial
from solvers.formula.parser import parse
from solvers.formula.targets import function_name
from solvers.formula.tokens import Outside, Unreadable

_ENTRY = r"\\?[A-Za-z]+\s*_\s*(?:\{\s*[a-z]\s*\}|[a-z])"
_CONDITION = (
    r"(?:(?P<l{0}>[a-z])\s*(?P<r{0}><=?|>=?)\s*(?P<e{0}>[^<>=,]+?)|(?P<f{0}>[^<>=,]+?)\s*(?P<s{0}><=?|>=?)\s*(?P<m{0}>[a-z])"
    r"|[a-z]\s*notin\s*\\?\{{(?P<of{0}>[\d\s,]+)\\?\}}|[a-z]\s*(?P<n{0}>notin\b|(?:is|lies|falls|runs)\s+(?:outside|out)\b)[^.;]*)"
)
_WHEN = (
    r"\s*[,(]?\s*(?:by convention|by definition)?\s*[,(]?\s*(?:for|if|when|whenever|as soon as)\s+"
    r"(?:all\s+|any\s+|every\s+|the index\s+)*"
)
_RANGE = (
    r"\s+(?:of\s+)?(?:the\s+|its\s+|this\s+|that\s+|these\s+|their\s+)?(?:valid\s+|index\s+|allowed\s+)?"
    r"(?:range|ranges|bounds|indices|interval|vector|[^.;]*(?:dots|\.\.\.?)[^.;]*)"
)
_SAID = lazily(
    rf"\W*(?:(?:we\s+)?(?:put|set|let|where|with|and|define|write|again)\s+)*(?P<entry>{_ENTRY})\s*:?=\s*0"
    rf"(?:{_WHEN}{_CONDITION.format(1)}(?:\s*(?:and|or|,)\s*(?:for\s+|if\s+|when\s+)?{_CONDITION.format(2)})?"
    rf"|\s*,?\s*(?P<else>out of (?:range|bounds)|outside(?:{_RANGE})?))[\s.,;)]*",
    re.IGNORECASE,
)
_ZERO = r"(?:\bzero\b|\b0\b|\bdropped|\bomitted|\bignored|\bleft out|\bskipped)"
_EVERYWHERE = lazily(
    r"(?:ind(?:ex|ices)|entries|terms|elements|values|components|arguments)\b[^.;]{0,40}\b(?:outside|out of)\b"
    rf"[^.;]{{0,50}}\b(?:are|is|count|counts|taken|treated|set|vanish|read)\b[^.;]{{0,25}}?{_ZERO}"
    r"|(?<!no )(?<!without )\bzero[- ]padd(?:ed|ing)\b|\bpadded (?:with|by) zeros?\b",
    re.IGNORECASE,
)
_PLAIN = (
    (re.compile(r"\\(?:text|mbox|textrm)\s*\{([^{}]*)\}"), r" \1 "),
    (re.compile(r"\\q?quad(?![A-Za-z])|\\[,;:! ]|[$~]"), " "),
    (re.compile(r"\\(?:leq?|leqslant)(?![A-Za-z])|≤"), "<="), (re.compile(r"\\(?:geq?|geqslant)(?![A-Za-z])|≥"), ">="),
    (re.compile(r"\\lt(?![A-Za-z])"), "<"), (re.compile(r"\\gt(?![A-Za-z])"), ">"),
    (re.compile(r"\\not\s*\\in(?![A-Za-z])|\\notin(?![A-Za-z])|∉"), " notin "), (re.compile(r"\s+"), " "),
)  # fmt: skip


def plain_words(text: str) -> str:
    """A text of formulas and words with its relations as signs and without its spaces."""
    for pattern, other in _PLAIN:
        text = pattern.sub(other, text)
    return text.strip()


def outside_said(text: str) -> Outside | None:
    """What "x_i = 0 for i < 1 and i > n" says; None of a text that says no such thing."""
    match = _SAID.fullmatch(plain_words(text))
    if match is None:
        return None
    entry = re.fullmatch(r"(.*?)\s*_\s*\{?\s*([a-z])\s*\}?", match["entry"])
    name = None if entry is None else function_name(entry[1])
    if name is None or entry is None:
        return None
    if match["else"] or match["n1"] or match["n2"]:
        return Outside(name, both=True)
    below: Node | None = None
    above: Node | None = None
    if match["of1"] or match["of2"]:
        return _outside_of(name, sorted(map(int, re.findall(r"\d+", match["of1"] or match["of2"]))))
    for k in "12":
        letter, end = match[f"l{k}"] or match[f"m{k}"], match[f"e{k}"] or match[f"f{k}"]
        if letter is None:
            continue
        sign = match[f"r{k}"] or _turned(match[f"s{k}"])
        if letter != entry[2] == end:  # n < i
            letter, end, sign = end, letter, _turned(sign)
        parsed = parse(end)
        if isinstance(parsed, Unreadable) or letter != entry[2] or polynomial(parsed.node) is None:
            return None
        more = 0 if sign.endswith("=") else 1
        if sign[0] == "<":
            below = plus(parsed.node, -more)
        else:
            above = plus(parsed.node, more)
    return Outside(name, below, above)


def _outside_of(name: str, places: list[int]) -> Outside | None:
    """Zeros around the places that are written out, where these are all from the first to the last."""
    if places != list(range(places[0], places[-1] + 1)):
        return None
    return Outside(name, plus(Num(str(places[0])), -1), Num(str(places[-1] + 1)))


def _turned(sign: str) -> str:
    return {"<": ">", ">": "<"}[sign[0]] + sign[1:]


def everywhere_said(text: str) -> bool:
    """Whether words say that terms with an index outside of its range are zero."""
    return _EVERYWHERE.search(text) is not None


def padding(context: Context, said: Iterable[Outside]) -> Context:
    """The context in which vectors have zeros around them, now and when they are declared; "*" is each."""
    known = {**context.scope.outside, **{one.name: one for one in said}}
    names = {n: replace(d, outside=around_of(d, known)) for n, d in context.scope.names.items()}
    return replace(
        context, scope=replace(context.scope, names=MappingProxyType(names), outside=MappingProxyType(known))
    )


def unsaid_outside(point: Mapping[str, Any] | None, nodes: Iterable[Node], context: Context) -> str:
    """The vector of which nothing is said that is taken outside of its entries, beside a convolution; or one that is
    told to be zero there, where its entries are members that nothing bounds; or nothing.
    """
    members = (key.partition("^(")[0] for key in point or {} if "^(" in key)
    if loose := next((name for name in members if name in context.scope.outside), ""):
        return loose
    keys = (re.fullmatch(r"(.+)_\(-?\d[-\d,]*\)", key) for key in point or {})
    found = next((match[1] for match in keys if match), "")
    folded = any(isinstance(n, Call) and n.op in {"conv", "xcorr"} for node in nodes for n in walk(node))
    return found if folded else ""
