"""What stands on the diagonal of a matrix, as sentences say it: "R the diagonal matrix with the entries r_n"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended
from engine.derivation.knowing import without
from engine.derivation.sentences import Sentence
from solvers.formula.context import Context
from solvers.formula.nodes import Name
from solvers.formula.targets import target_of

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

SYMBOL = re.compile(
    r"(?:\\(?:mathbf|boldsymbol|bm|mathrm|mathcal|tilde|hat|bar)\s*\{?\s*)?\\?[A-Za-z]+\}?(?:_\{?\w+\}?|\^\{?\(\w+\)\}?)?"
)
HEAD = re.compile(r"\\in(?![a-z])|∈|(?<!:)=|\\sim")
_DIAGONAL = re.compile(r"⟦(?P<whole>\d+)⟧[^⟦⟧.;]{0,40}\b(?<!block )(?<!block-)diagonal\b", re.IGNORECASE)
_PART = r"⟦(?P<part>\d+)⟧"
_SAID = (
    re.compile(  # whose n-th diagonal entry is f; with the positive entries s_1, ..., s_n
        r"(?P<words>[^⟦⟧.;]{0,60}(?:⟦\d+⟧\s*-?\s*(?:th|st|nd|rd)\b[^⟦⟧.;]{0,40})?)\b(?:entr(?:y|ies)|elements?|values?)\b"
        rf"[^⟦⟧.;]{{0,20}}{_PART}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?P<words>[^⟦⟧.;]{{0,40}}){_PART}\s*(?:stand\w*\s+)?(?:on|along|down|in)\s+(?:the|its)\s+(?:main\s+)?diagonal",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<words>\s*(?:matrix)?\s*,?\s*(?:with|where|having)\s+){_PART}", re.IGNORECASE),
)


def name_diagonals(checker: Checker, sentence: Sentence) -> None:
    """Keeps what a sentence says of the entries of a diagonal matrix. What is not understood of them leaves the matrix
    unsure.
    """
    for said, part, equated in _told(sentence):
        whole = HEAD.split(said)[0].strip()
        name = target_of(whole) if SYMBOL.fullmatch(whole) else None
        if isinstance(name, Name) and (text := _entries(part, name.text, equated)) is not None:
            _keep(checker, sentence, (whole, name.text), text, "positive" in sentence.template)


def _told(sentence: Sentence) -> Iterator[tuple[str, str, bool]]:
    """The matrix, what stands on its diagonal, and whether only an equation tells that it does."""
    for found in _DIAGONAL.finditer(sentence.template):
        behind = sentence.template[found.end() :]
        told = next((match for form in _SAID if (match := form.match(behind)) is not None), None)
        if told is not None:
            whole, part = (sentence.parts[int(place)].source.text for place in (found["whole"], told["part"]))
            yield whole, part.strip(" .,;"), told.re is _SAID[-1]


def _entries(part: str, matrix: str, equated: bool) -> str | None:
    """What stands on the diagonal: r_n of r_n = f, f of R_{nn} = f; None where an equation speaks of something else."""
    left, equals, right = part.partition("=")
    doubled = re.fullmatch(r"\s*(?P<base>.+?)_\s*\{?\s*(?P<i>[a-z])\s*,?\s*(?P=i)\s*\}?\s*", left) if equals else None
    if doubled is not None and isinstance(base := target_of(doubled["base"]), Name) and base.text == matrix:
        return right.strip()
    if equated:
        return None
    return left.strip() if equals else part


def _keep(checker: Checker, sentence: Sentence, name: tuple[str, str], entries: str, positive: bool) -> None:
    whole, matrix = name
    gone = {matrix, f"{matrix}_diag"}
    context = without(checker.context, gone)
    kept = (chain for chain in context.constraints if chain.sides[0] != Name(matrix))
    context = replace(context, constraints=tuple(kept))
    listed = positive and "dots" in entries
    for text in (f"{entries} > 0" if listed else entries, f"{whole} = \\operatorname{{diag}}({entries})"):
        found = extended(context, text)
        context = found if isinstance(found, Context) else context
    if matrix in context.definitions:
        checker.context = context
    elif "dots" not in entries and matrix not in checker.context.definitions:
        checker.unsure[matrix] = checker.line(sentence.parts[0].source)


__all__ = ["HEAD", "SYMBOL", "name_diagonals"]
