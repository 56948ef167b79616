"""Equations in plain text, in sentences that mark no formula: "p = N(μ₁, σ₁²), natural logs", "The gradient is g = 2θ".

Only those whose left side is one symbol, perhaps at arguments, and whose right side is a whole formula up to a comma, a
full stop or a word. What a letter counts ("n = 1..N", "for k = 1") says nothing of this kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹ⁿᵀᵗᵈᵏᵐ⁺⁻", "₀-₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"
_SYMBOL = rf"[A-Za-zα-ωΑ-Ω][\u0300-\u036f]?(?:[{_LOWERED}]{{1,3}}|_\w|_\{{\w{{1,5}}\}})?(?:[{_RAISED}]|\^[*\w])?"
_LEFT = re.compile(rf"(?<![\w.\u0300-\u036f$\\])(?:KL|{_SYMBOL})(?:\([\w,|‖; ]{{1,12}}\))?(?=\s?=\s?[^=])")
_FUNCTIONS = frozenset(
    "log ln exp sin cos tan tanh sinh cosh sqrt max min sum softmax sigmoid relu sign abs diag tr det".split()
)
_GREEK = frozenset(
    "alpha beta gamma delta epsilon eta theta kappa lambda mu nu xi rho pi tau phi psi omega sigma zeta".split()
)
_STOPS = frozenset("is so we of in on at to by as if or an it be us my".split())
_OPERATOR = re.compile(r"[+\-−*/·^=<>≤≥×(]\s*$")
_CASE = re.compile(  # what counts, or is so in a case
    r"\b(?:for|at|when|if|case|step|epoch|until|unless|outside|from|than|part|exercise|figure|table|suppos\w+|assum\w+|"
    r"show|prove|check|minimum|maximum|optimum)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"\s*(?:$|[,;:.)]|(?:and|where|with|so|since|because|then|hence|or|which|but|as|from|\()(?!\w)|\()")
_TOKEN = re.compile(r"\s*(?:(?P<word>[A-Za-z]{2,})|(?P<number>\d+(?:\.\d+)?(?:e-?\d+)?)|(?P<other>[^\s]))")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}


def with_plain_equations(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences that mark no formula, with their equations as formulas."""
    return tuple(_told(item) if isinstance(item, Sentence) else item for item in items)


def _told(sentence: Sentence) -> Sentence:
    if not all(isinstance(part, Prose) for part in sentence.parts):
        return sentence
    parts = [piece for part in sentence.parts for piece in _pieces(part.source)]
    return replace(sentence, parts=tuple(parts)) if len(parts) > len(sentence.parts) else sentence


def _pieces(source: Source) -> list[Prose | Formula]:
    """The words with the equations among them apart."""
    found: list[Prose | Formula] = []
    text, done = source.text, 0
    for left in _LEFT.finditer(text):
        words = text[: left.start()]
        if left.start() < done or _OPERATOR.search(words) or _CASE.search(words):
            continue
        end = _end_of(text, left.end())
        if end is None:
            continue
        found += [Prose(source.cut(done, left.start())), Formula(source.cut(left.start(), end), False)]
        done = end
    return [*found, Prose(source.cut(done))] if done < len(text) else found


def _end_of(text: str, at: int) -> int | None:
    """Where a formula that goes on here ends; None if it is none."""
    opened: list[str] = []
    while (token := _TOKEN.match(text, at)) is not None:
        sign = token["other"] or ""
        word = token["word"] or ""
        told = word and (word in _STOPS or (len(word) > 2 and word not in _FUNCTIONS | _GREEK))
        remark = sign == "(" and re.match(r"\(\s*[A-Za-z]{3,}", text[token.start("other") :])
        if told or (remark and remark[0].strip("( ") not in _FUNCTIONS) or (not opened and sign in {*",;:?!", ")"}):
            break
        if sign == "." and not opened:
            break
        if sign in _CLOSERS:
            opened.append(_CLOSERS[sign])
        elif sign in _CLOSERS.values() and (not opened or opened.pop() != sign):
            return None
        at = token.end()
    whole = not opened and not text.startswith(("..", "…"), at) and not _OPERATOR.search(text[:at])
    return at if whole and _ENDED.match(text, at) else None


__all__ = ["with_plain_equations"]
