"""Row vectors, as words call them: "the biases $b_1$, $b_2$ are row vectors" makes 1 x h matrices of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import read_side, target
from engine.derivation.document import Formula
from engine.derivation.sentences import Sentence
from solvers.formula.nodes import Name, Num
from solvers.formula.parser import Parsed
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_PLACES = r"(?P<places>⟦\d+⟧(?:(?:\s*,\s*and\s*|\s*(?:,|;|&)\s*|\s+and\s+)⟦\d+⟧)*)"
_ROW = r"(?<!no )(?<!not )row[\s-]+vectors?\b(?!\s*[-–]\s*(?:matrix|vector))"
_LENGTH = r"(?:\s+(?:of|with)\s+(?:length|size|dimension|dim)?\s*⟦(?P<length>\d+)⟧)?"
_SAID = (
    re.compile(
        rf"{_PLACES}\s*(?:,?\s*(?:which|that|all|both)\s+)?[,(:—–-]*\s*(?:(?:is|are|be|being|denotes?|as|here|both|all|an?|the|"
        rf"written|taken|treated|considered)\s+)*{_ROW}{_LENGTH}",
        re.IGNORECASE,
    ),
    re.compile(rf"\b(?:the|two|an?|and|with|for|let|of)\s+(?:\w+\s+)?{_ROW}\s*(?:\w+\s+)?{_PLACES}", re.IGNORECASE),
)


def heed_rows(checker: Checker, sentence: Sentence) -> None:
    """Gives the symbols that a sentence calls row vectors their shape, whether or not their length was said."""
    for said in (match for form in _SAID for match in form.finditer(sentence.template)):
        length = sentence.parts[int(place)] if (place := said.groupdict().get("length")) else None
        size = length.source.text.strip() if isinstance(length, Formula) else ""
        for place in re.findall(r"\d+", said["places"]):
            part = sentence.parts[int(place)]
            if isinstance(part, Formula):
                _turn(checker, re.split(r"\\in(?![a-z])|∈", part.source.text)[0].strip(), size)


def _turn(checker: Checker, text: str, size: str) -> None:
    """One symbol as a row of the given length, or of the one that it was declared with, or of any."""
    for symbol in text.split(","):
        parsed = read_side(symbol.strip(), checker.here().scope)
        node = parsed.node if isinstance(parsed, Parsed) else None
        name = target(node) if isinstance(node, Name) else None
        if name is None or name in checker.context.definitions:
            continue
        known = checker.context.scope.names.get(name)
        told = Name(size) if re.fullmatch(r"[A-Za-z]", size) else Name(f"size_{name}")
        if known is None:
            checker.context = checker.context.declared(Declaration(name, (Num("1"), told), (), "inferred"))
        elif len(known.shape or ()) == 1 and not known.family and known.domain in {"real", "inferred"}:
            assert known.shape is not None
            checker.context = checker.context.declared(replace(known, shape=(Num("1"), *known.shape)))


__all__ = ["heed_rows"]
