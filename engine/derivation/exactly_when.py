"""m_j = 1 iff a_j > 0: what is 0 or 1 is defined by when it is 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended, target
from engine.derivation.document import Formula
from engine.derivation.equivalents import judged_in_turn
from engine.derivation.judging import Fact
from engine.derivation.report import Note
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Sentence
from engine.derivation.source import Source
from solvers.formula.context import Context
from solvers.formula.nodes import Chain, Name, Num

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_IFF = re.compile(
    r"\s*,?\s*(?:iff|if and only if|exactly (?:if|when|where)|precisely (?:if|when|where)|just when)\s*", re.I
)

_ONLY = re.compile(r"(?:iff|if and only if|(?:exactly|precisely|just) (?:if|when|for)|only if|only for)\W*$", re.I)
_CHOSEN = re.compile(
    r"\W*(?:(?:and|so|now|then|hence|thus|but)\W+)?(?:for|with|at|under|using|taking|inserting|plugging in)\s+"
    r"(?:this|that|such an?|the above|the optimal|these)\s+(?:optimal\s+)?"
    r"(?:⟦\d+⟧|choices?|values?|gains?|weights?|matrix|vectors?|parameters?|points?|estimators?|step(?:[ -]sizes?)?|"
    r"solutions?|settings?|rate)\b",
    re.I,
)


def offer(checker: Checker, words: str, source: Source) -> None:
    """Tells that a display is not judged; K = ... behind "it vanishes iff" is kept: "for this gain" may take it up."""
    only = _ONLY.search(words.strip()) is not None
    if only and judged_in_turn(checker, source):
        checker.note(source, "the first line is not judged: the words before it do not claim it")
        return
    checker.note(source, "not judged: the words before it do not claim it")
    if not only:
        return
    for statement in statements_of(source):
        nodes = [checker.read(side).node for side in statement.sides]
        if statement.relations == ("=",) and isinstance(nodes[0], Name) and nodes[1] is not None:
            line = checker.line(source)
            checker.offered = Fact(Chain((nodes[0], nodes[1]), ("=",)), line, by=frozenset({nodes[0].text}))


def chosen(checker: Checker, sentence: Sentence) -> None:
    """From "for this gain" on, K = ... holds, if it stood last behind "if and only if"."""
    if checker.offered is not None and _CHOSEN.match(sentence.template):
        checker.facts.append(checker.offered)
        checker.notes.append(Note(checker.offered.line, "from the sentence on that says so, this holds"))
        checker.offered = None


def defined_by_when(checker: Checker, sentence: Sentence, place: int) -> bool:
    """Whether the formula at a place and the one behind it say when something is 1; then that is kept."""
    if place + 2 >= len(sentence.parts):
        return False
    first, words, second = sentence.parts[place : place + 3]
    if not isinstance(first, Formula) or not isinstance(second, Formula) or isinstance(words, Formula):
        return False
    sides = first.source.text.split("=")
    if not _IFF.fullmatch(words.source.text) or len(sides) != 2 or sides[1].strip() not in {"0", "1"}:
        return False
    left = checker.read(first.source.cut(0, len(sides[0]))).node
    name = None if left is None or isinstance(left, Num) else target(left)
    declared = checker.context.scope.names.get(name) if name is not None else None
    if declared is None or declared.domain != "{0, 1}" or name in checker.context.definitions:
        return False
    one = rf"\mathbb{{1}}[{second.source.text.strip(' .,;')}]"
    found = extended(checker.context, f"{sides[0]} = {one if sides[1].strip() == '1' else '1 - ' + one}")
    if isinstance(found, Context):
        checker.context = found
    return isinstance(found, Context)
