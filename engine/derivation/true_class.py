"""The class that is right, as an index: "let $c$ be the true class" of K classes is c in {1, ..., K}."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended
from engine.derivation.document import Formula
from engine.derivation.sentences import Sentence
from solvers.formula.context import Context
from solvers.formula.nodes import Name

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

CLASS = (
    r"(?:true|correct|right|target|actual|observed|gold|ground[- ]truth|labell?ed)\s+"
    r"(?:class|label|category|index|word|token|answer|entry|position)(?:\s+index)?"
)
_SAID = re.compile(
    r"⟦(?P<before>\d+)⟧\s*[,(:—–-]*\s*(?:be|is|denotes?|being|stands for|as)?\s*(?:the\s+)?(?:index\s+of\s+)?"
    rf"(?:the\s+)?{CLASS}\b|"
    rf"\b{CLASS}\s*[,(:]?\s*(?:is|be|as|by|being|called|say|denoted(?:\s+by)?)?\s*⟦(?P<behind>\d+)⟧",
    re.IGNORECASE,
)
OF_CLASS = re.compile(  # for the classes k != c, at the true class (k = c)
    r"\b(?:for|at|if|when)\s+(?:(?:the|an?|all|any|every|each|other|remaining|wrong|incorrect|correct|true|right|target|"
    r"negative|positive|index|of)\s+)*(?:class(?:es)?|label|indices|index|entr(?:y|ies)|components?|coordinates?|units?|"
    r"neurons?|positions?|words?|tokens?|categor(?:y|ies))\s*,?\s*(?:with\s+|where\s+|\(\s*)?⟦(\d+)⟧",
    re.IGNORECASE,
)
_MEMBER = re.compile(r"(?P<letter>[a-z])(?:\s*(?:\\in|∈)\s*\\?\{\s*1\s*,[^{}]*,\s*(?P<number>[A-Z])\s*\\?\})?")
_LIMIT = re.compile(r"\\sum\s*_\s*\{\s*[a-z]\s*=\s*1\s*\}\s*\^\s*\{?\s*([A-Z])\s*\}?(?![A-Za-z])")


def heed_true_class(checker: Checker, sentence: Sentence) -> None:
    """Declares a letter that words call the true class as one of the indices of what it is an index of."""
    for said in _SAID.finditer(sentence.template):
        part = sentence.parts[int(said["before"] or said["behind"])]
        told = _MEMBER.fullmatch(part.source.text.strip()) if isinstance(part, Formula) else None
        known = checker.context.scope.names.keys() | checker.context.definitions.keys()
        if told is None or told["letter"] in known or told["letter"] in checker.indexed:
            continue
        number = told["number"] or _number(checker, told["letter"])
        text = rf"{told['letter']} \in \{{1, \dots, {number}\}}"
        found = None if number is None else extended(checker.context, text)
        if isinstance(found, Context):
            checker.context = found


def _number(checker: Checker, letter: str) -> str | None:
    """How many classes there are: as many as what is taken at the class has entries, or as all sums of the page run."""
    taken = re.compile(rf"(?<![A-Za-z\\])\\?([A-Za-z]+)\s*_\s*(?:\{{\s*{letter}\s*\}}|{letter}(?![A-Za-z]))")
    bases = {base for text in checker.texts for base in taken.findall(text)}
    declared = [d for base in bases if (d := checker.context.scope.names.get(base)) is not None and d.origin == 1]
    sizes = {d.shape[0] for d in declared if d.shape is not None and len(d.shape) == 1 and not d.family}
    named = {size.text for size in sizes if isinstance(size, Name)}
    if not named:
        named = {limit for text in checker.texts for limit in _LIMIT.findall(text)}
    return named.pop() if len(named) == 1 else None


__all__ = ["CLASS", "OF_CLASS", "heed_true_class"]
