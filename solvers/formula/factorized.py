"""A joint distribution by its factors, p(a, b, c) = p(a) p(b | a) p(c | b): those of which nothing else is said are any
distributions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from solvers.formula.clauses import Clause
from solvers.formula.known import Context

_NAME = r"[A-Za-z](?:_\{?\w+\}?)?'?"
_LIST = rf"{_NAME}(?:,{_NAME})*"
_FACTOR = rf"(?P<p>[A-Za-z])\((?P<of>{_LIST})(?:\|(?P<given>{_LIST}))?\)"
_JOINT = re.compile(rf"([A-Za-z])\({_NAME}(?:,{_NAME})+\):?=((?:\1\({_LIST}(?:\|{_LIST})?\))+)\.?")
_LOOSE = re.compile(r"\s+|\\[,;:!]|\\(?:cdot|times|left|right|quad)(?![a-z])|\*|·")
_REAL = re.compile(r"\\mathbb\s*\{?\s*R|∈\s*R|\bin\s+R|ℝ|\\sim|~")


def with_factors(clauses: Sequence[Clause], context: Context) -> list[Clause]:
    """The clauses, and for each joint distribution that is given by its factors a clause that declares those of them
    that are not known otherwise.
    """
    plain = [_LOOSE.sub("", re.sub(r"\\mid(?![a-z])", "|", clause.text)) for clause in clauses]
    found: list[Clause] = []
    for clause, text in zip(clauses, plain, strict=True):
        joint = _JOINT.fullmatch(text)
        others = [other.partition("=")[0] for other in plain if other is not text]
        for factor in re.finditer(_FACTOR, joint[2]) if joint else ():
            signature = f"{factor['p']}({factor['of']}|{factor['given'] or ''})"
            letters = {*factor["of"].split(","), *(factor["given"] or "").split(",")}
            told = any(factor[0] in other for other in others) or signature in _signatures(context)
            real = any(_REAL.search(other.text) and letters & _heads(other.text) for other in clauses)
            if not told and not real:
                found.append(replace(clause, text=f"{factor[0]} distribution"))
    return [*clauses, *found]


def _signatures(context: Context) -> frozenset[str]:
    return frozenset(name.replace(" ", "") for name in context.scope.names)


def _heads(text: str) -> set[str]:
    """The names before the sign of a declaration."""
    return set(re.findall(_NAME, re.split(r"\\in(?![a-z])|∈|\bin\b|\\sim|~", text)[0]))


__all__ = ["with_factors"]
