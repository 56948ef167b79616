"""Formulas in the question's symbols. Equality is judged behind one seam, `same_formula`."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from engine.answers.kind import NOTHING, RIGHT, Kind, Outcome, Typed, refused, wrong
from engine.answers.reading import cleaned, parsed
from engine.records import Reading, Value, VariantPart, Verdict
from solvers.formula.declare import declared
from solvers.formula.nodes import Name, Node, names
from solvers.formula.to_latex import to_latex
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration, Scope, Unreadable


@dataclass(frozen=True, slots=True)
class Sameness:
    """The verdict on two formulas, and why: the point where they differ, or what kept them from being judged."""

    verdict: Literal["same", "different", "undecided"]
    why: str = ""


_VERDICTS: Final = {"same": Verdict.CORRECT, "different": Verdict.WRONG, "undecided": Verdict.UNDECIDED}


def same_formula(a: Node, b: Node, scope: Scope) -> Sameness:
    """Whether the formula `a` (the answer) equals `b` (the key) wherever the declared symbols may lie.

    "different" carries a point where they differ, "undecided" says why.
    """
    from solvers.equality import compare  # numpy: 12 times the start of Python
    from solvers.formula.context import Context

    found = compare(a, b, Context(scope))
    if found.domain:
        return Sameness("undecided", found.evidence)
    if found.verdict != "different" or not found.counterexample:
        return Sameness(found.verdict, _to_student(found.evidence))
    point = dict(found.counterexample)
    given, right = point.pop("left", None), point.pop("right", None)
    if given is None and right is None:
        return Sameness("different", _to_student(found.evidence))
    seen = f"{to_plain(a)} {to_plain(b)}"
    used = {name: value for name, value in point.items() if _in_sight(name, names(a) | names(b), seen)}
    where = ", ".join(f"{name} = {value}" for name, value in used.items())
    return Sameness("different", f"at {where} this gives {given}, and the right formula {right}")


def _to_student(evidence: str) -> str:
    """What was found, for who sees only one of the two sides: the answer."""
    return evidence.replace("the left side", "your formula").replace("the right side", "the right formula")


def _in_sight(name: str, used: Collection[str], seen: str) -> bool:
    """Whether a formula needs this value: of a sequence such as x^(1), x^(2), only what is written, or all in a sum."""
    letter, raised, _ = name.partition("^(")
    running = re.search(rf"(?<!\w){re.escape(letter)}\^\((?!\d+\))", seen)
    return letter in used and (not raised or name in seen or running is not None)


@cache
def scope_of(symbols: tuple[str, ...]) -> Scope:
    """The declared symbols of a part, with the sizes and indices in them; without any, every letter is a number."""
    known = declared(*symbols)
    bounds = [node for d in known for node in (*(d.shape or ()), *(high for *_, high in d.family))]
    inner = {node.text for node in bounds if isinstance(node, Name)}
    indices = {index for d in known for index, *_ in d.family}
    sizes = tuple(Declaration(name) for name in sorted(inner | indices))
    return Scope(Scope().with_names((*sizes, *known)).names, strict=bool(symbols))


def _read(part: VariantPart, text: str) -> Reading:
    clean = cleaned(text)
    if isinstance(clean, Reading):
        return clean
    node = parsed(clean, scope_of(part.symbols))
    if isinstance(node, Unreadable):
        return refused(node.message, node.start, node.end)
    return Reading(to_latex(node), to_plain(node), value=Typed(0, node))


def _show(part: VariantPart, value: Value) -> tuple[str, str]:
    node = parsed(part.formula, scope_of(part.symbols))
    return (part.formula, part.formula) if isinstance(node, Unreadable) else (to_latex(node), to_plain(node))


def _compare(part: VariantPart, answer: Typed) -> Outcome:
    scope = scope_of(part.symbols)
    key = parsed(part.formula, scope)
    if isinstance(key, Unreadable) or answer.node is None:
        return Outcome(Verdict.UNDECIDED, NOTHING, "the right formula of this part cannot be read: report the question")
    if answer.node == key:
        return RIGHT
    found = same_formula(answer.node, key, scope)
    verdict = _VERDICTS[found.verdict]
    if verdict is Verdict.CORRECT:
        return RIGHT
    return wrong(found.why) if verdict is Verdict.WRONG else Outcome(verdict, NOTHING, found.why)


EXPRESSION = Kind("expression", "a formula in the symbols of the question, such as W^T x + b", _read, _show, _compare)
