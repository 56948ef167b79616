"""Conditions behind "it converges if and only if" that words or lines lead on from: each is to be equivalent to the one
before it.

"iff $$|1 - h a| < 1$$ which is equivalent to $$0 < h < 2/a$$" claims that, whatever the first is the condition of. Of
lines one under the other nobody says whether they are to hold together: they are one derivation where the second is
equivalent to the first, as no list of several conditions says one of them twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from engine.derivation.declaring import written
from engine.derivation.document import Fault, Formula, Prose
from engine.derivation.judging import sign_of, undeclared_in, with_narrowed
from engine.derivation.provisos import ORDERS
from engine.derivation.report import Step
from engine.derivation.rows import Statement, statements_of
from engine.derivation.source import Source, joined, written_at
from solvers.formula.context import Context
from solvers.formula.nodes import Chain, names

if TYPE_CHECKING:
    from engine.derivation.checker import Checker
    from engine.derivation.sentences import Item
    from solvers.equality.relations import Judgement

_SAME = re.compile(
    r"\W*(?:(?:which|this|that)\s+is\s+(?:the\s+same\s+as|(?:clearly\s+|just\s+)?equivalent\s+to)|(?:or\s+)?equivalently|"
    r"or,\s+equivalently)\W*",
    re.IGNORECASE,
)
_INDEXED = re.compile(r"_\s*\{?\s*([a-z])\s*\}?(?![A-Za-z])")
_NEAR = 3  # sentences that a display, the words behind it and the next display may be
_LINKS = re.compile(r"\\(?:iff|implies|(?:Long)?(?:[lL]eftr|R)ightarrow)(?![A-Za-z])|[⇔⟺⇒⟹]")


def with_equivalents(items: Sequence[Item]) -> tuple[Item, ...]:
    """The sentences with two such displays, and the words between them, as one equivalence."""
    found: list[Item] = []
    rest = list(items)
    while rest:
        near = next((k for k in range(1, _NEAR + 1) if _whole(rest[:k]) is not None), 0)
        whole = _whole(rest[:near]) if near else None
        if whole is None:
            found.append(rest.pop(0))
        else:
            rest[:near] = [whole]
    return tuple(found)


def _whole(items: Sequence[Item]) -> Item | None:
    """Sentences as one, if such words stand between a display of the first of them and the next one."""
    sentences = [item for item in items if not isinstance(item, Fault) and not item.declares]
    if len(sentences) < len(items) or not sentences or len({sentence.section for sentence in sentences}) > 1:
        return None
    parts = [part for sentence in sentences for part in sentence.parts]
    for place, (first, words, second) in enumerate(zip(parts, parts[1:], parts[2:], strict=False)):
        if place >= len(sentences[0].parts) or not isinstance(words, Prose) or not _SAME.fullmatch(words.source.text):
            continue
        if not isinstance(first, Formula) or not isinstance(second, Formula) or not first.aside or not second.display:
            continue
        if _are_of_one_kind(first.source, second.source):
            arrow = written_at(r" \iff ", words.source.place(0))
            one = Formula(joined([first.source, arrow, second.source]), True)
            return replace(sentences[0], parts=(*parts[:place], one, *parts[place + 3 :]))
    return None


def _are_of_one_kind(first: Source, second: Source) -> bool:
    """Whether both are one relation each, and none is said of an index that the other is not about."""
    one_each = all(len(statements_of(source)) == 1 and not _LINKS.search(source.text) for source in (first, second))
    return one_each and len({frozenset(_INDEXED.findall(source.text)) for source in (first, second)}) == 1


def judged_in_turn(checker: Checker, source: Source) -> bool:
    """Whether the lines of a display are a derivation by the first two of them; then each has been judged by the one
    before it.
    """
    said = statements_of(source)
    if len(said) < 2 or checker.cases or any(s.link or s.continues or s.given or s.over for s in said):
        return False
    chains = [_chain(checker, statement) for statement in said]
    known = [chain for chain in chains if chain is not None]
    if len(known) < len(chains) or names(known[0]) != names(known[1]):
        return False
    context = checker.here()
    found = [_judged(before, chain, context) for before, chain in pairwise(known)]
    if found[0].verdict != "valid":
        return False
    for before, statement, judged in zip(said, said[1:], found, strict=False):
        _add(checker, before, statement, judged)
    return True


def _chain(checker: Checker, statement: Statement) -> Chain | None:
    """A relation between sides that can be read, one of them an order."""
    nodes = [node for side in statement.sides if (node := checker.read(side).node) is not None]
    whole = len(nodes) == len(statement.sides) > 1 and bool({*statement.relations} & ORDERS)
    return Chain(tuple(nodes), statement.relations) if whole and {*statement.relations} <= {*ORDERS, "="} else None


def _judged(before: Chain, chain: Chain, context: Context) -> Judgement:
    """Whether two conditions are equivalent; undecided where they are so of positive numbers alone."""
    from solvers.equality.relations import judge  # numpy comes with it: 12 times the start of Python

    judged = judge("<=>", before, chain, context)
    if judged.verdict != "wrong":
        return judged
    spoken = names(before) | names(chain)
    perhaps = sorted({*spoken & context.scope.names.keys(), *undeclared_in((before, chain), context)})
    again = judge("<=>", before, chain, with_narrowed(context, perhaps, "positive"))
    if again.verdict == "wrong":
        return judged
    return replace(judged, verdict="undecided", evidence="right where all is positive, which is not said",
                   counterexample=None)  # fmt: skip


def _add(checker: Checker, before: Statement, statement: Statement, judged: Judgement) -> None:
    line, column = checker.lines.where(statement.sides[0].place(0))
    said = "" if judged.verdict == "valid" else "not " if judged.verdict == "wrong" else "whether it is "
    evidence = f"{said}equivalent to line {checker.line(before.sides[0])}: {judged.evidence}"
    lhs, rhs = written(statement.sides[0]), written(statement.sides[-1])
    relation = sign_of(statement.relations[-1])
    checker.steps.append(
        Step(line, column, lhs, rhs, relation, judged.verdict, evidence, judged.counterexample, None, False)
    )


__all__ = ["judged_in_turn", "with_equivalents"]
