"""Exercises of one page: what the next one says of a symbol is said anew, and nothing of the last one holds of it.

A heading such as "Exercise 2" begins one. What a page says before the first holds in all of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import read_side, target
from engine.derivation.document import Formula
from engine.derivation.knowing import without
from engine.derivation.rows import Statement
from engine.derivation.sentences import Sentence
from solvers.formula.context import Context
from solvers.formula.nodes import names
from solvers.formula.parser import Parsed
from solvers.formula.tokens import Scope

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_BEGINS = re.compile(r"[\W_]*(?:exercise|task|problem|question|aufgabe|assignment)\s*\(?\w{1,3}\b", re.IGNORECASE)
_PART = re.compile(
    r"[\W_]*(?:for\s+)?(?:the\s+)?(?:(?:second|third|fourth|next|other|another|last)\s+)?"
    r"(?:exercise|task|problem|part|case|sample|example|input|pattern|point|neuron|unit|node|coin|instance|image|"
    r"scenario|variant|option|query|token|user|patient)s?\b[^.⟦⟧]{0,40}[:.)\n]?[\W_]*(?:⟦|\Z)",
    re.IGNORECASE,
)
_DECLARES = re.compile(r"[\W_]*(?:now\s+)?(?:let|assume|suppose|consider|given)\b", re.IGNORECASE)
_BARE = re.compile(r"\s*(?:\\[a-z]+\s*\{?\s*)?\\?[A-Za-z]+\s*\}?\s*(?:\([A-Za-z,\s]+\))?\s*")
_IN = re.compile(r"\\in(?![a-z])|∈")
_SYMBOLS = re.compile(r"[^=<>≤≥\\]*(?:\\(?!in(?![a-z])|sim|[lg]eq?(?![a-z]))[A-Za-z]+[^=<>≤≥\\]*)*")


@dataclass(slots=True)
class Progress:
    """Where a page has come to: the sections in which the first and the last exercise begin, the words that set the
    last condition, and whether words have set derivatives to zero and only solutions stand behind them; where the
    formula begins that stands behind the label of a part, (b), alone; whether the last sentence named a point; the
    lines of equations within sentences that define and claim nothing; what was known before the last part began.
    """

    exercises: tuple[int, ...] = ()
    heard: dict[str, int] = field(default_factory=dict)  # in which section a name was known first
    announced: frozenset[str] | None = None  # what is known before the first sentence
    set_by: str = ""
    solving: bool = False
    part: int | None = None
    at_point: bool = False
    unchecked: list[int] = field(default_factory=list)
    before_part: frozenset[str] = frozenset()


def begin(checker: Checker, sentence: Sentence) -> None:
    """What is forgotten where a sentence begins: it may open another section, or declare anew."""
    if sentence.labelled or _PART.match(sentence.template):
        checker.progress.before_part = _known(checker)
    first = sentence.parts[0]
    alone = sentence.labelled and isinstance(first, Formula)
    checker.progress.part = first.source.stripped().place(0) if alone else None
    if checker.progress.announced is None:
        checker.progress.announced = _known(checker)
    if sentence.section != checker.section:
        _enter_section(checker, sentence)
        checker.section = sentence.section
        checker.facts, checker.last, checker.varying = [], None, ()
    _declared_anew(checker, sentence)


def _enter_section(checker: Checker, sentence: Sentence) -> None:
    """Keeps which names the last section spoke of, and whether another exercise begins."""
    spoken = _known(checker) - (checker.progress.announced or frozenset())
    checker.progress.heard = {**dict.fromkeys(spoken, checker.section), **checker.progress.heard}
    if _BEGINS.match(sentence.template):
        first = checker.progress.exercises[0] if checker.progress.exercises else sentence.section
        checker.progress.exercises = (first, sentence.section)


def _known(checker: Checker) -> frozenset[str]:
    return frozenset(checker.context.scope.names.keys() | checker.context.definitions.keys())


def released(checker: Checker, statement: Statement) -> Context:
    """What is known without a symbol of an earlier exercise that stands alone on the left of an equation: it is given
    anew.
    """
    left = statement.sides[0].text
    if not checker.progress.exercises or statement.relations[:1] not in {("=",), (":=",)} or not _BARE.fullmatch(left):
        return checker.context
    parsed = read_side(left, checker.context.scope)
    name = target(parsed.node) if isinstance(parsed, Parsed) else None
    if name is not None and _is_of_another(checker, name):
        _forget(checker, name)
    return checker.context


def _declared_anew(checker: Checker, sentence: Sentence) -> None:
    """Forgets what an earlier section said of the symbols that a sentence declares by words: let A be any matrix."""
    if not sentence.declares or not _DECLARES.match(sentence.template):
        return
    for k, part in enumerate(sentence.parts):
        if not isinstance(part, Formula) or part.display:
            continue
        head, *where = _IN.split(part.source.text, maxsplit=1)
        behind = sentence.template.split(f"⟦{k}⟧", 1)[-1]
        called = re.match(r"(?:\s*(?:,|and|⟦\d+⟧))*\s*(?:be|is|are)\b", behind)
        if not (where or called) or not _SYMBOLS.fullmatch(head):
            continue
        for text in head.split(","):
            parsed = read_side(text, Scope())
            name = target(parsed.node) if isinstance(parsed, Parsed) else None
            if name is not None and _since(checker, name) < checker.section:
                _forget(checker, name)


def _is_of_another(checker: Checker, name: str) -> bool:
    sections = checker.progress.exercises
    return bool(sections) and sections[0] <= _since(checker, name) < sections[-1]


def _since(checker: Checker, name: str) -> int:
    """The section that spoke of a name last, or first where none declares it."""
    return checker.since.get(name, checker.progress.heard.get(name, checker.section))


def _forget(checker: Checker, name: str) -> None:
    checker.context = without(checker.context, {name})
    kept = tuple(chain for chain in checker.context.constraints if name not in names(chain))
    checker.context = replace(checker.context, constraints=kept)
    checker.used.discard(name)
    checker.since.pop(name, None)
    checker.progress.heard = {n: section for n, section in checker.progress.heard.items() if n != name}
    checker.facts = [fact for fact in checker.facts if name not in names(fact.chain)]
    checker.conditions = [chain for chain in checker.conditions if name not in names(chain)]


__all__ = ["Progress", "begin", "released"]
