"""One clause with words: its formula, the symbols it is about, and what is said of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from solvers.formula.known import LABELLED, Context
from solvers.formula.nodes import Index, Member, Name
from solvers.formula.phrases import Said
from solvers.formula.targets import target_of
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import Scope, Unreadable

Extend = Callable[[Context, str], Context | Unreadable]
RELATION = re.compile(
    r"\\in(?![A-Za-z])|∈|(?<=\s)in(?=\s)|[<>≤≥≠]|\\colon|\\(?:[lg]eq?|ne|neq|sim|succ|succeq)(?![a-z])|:?=|~|:"
)


@dataclass(frozen=True, slots=True)
class SaidOf:
    """The formula of a clause, the symbols it is about, and what is said of them."""

    formula: str
    targets: tuple[str, ...]
    said: tuple[Said, ...]

    def find(self, role: str) -> Said | None:
        return next((row for row in self.said if row.phrase.role == role), None)

    def says(self, domain: str) -> bool:
        return any(row.phrase.domain == domain for row in self.said)


_ENTRY = re.compile(r"(?P<base>\\?[A-Za-z]+)\s*_\s*\{\s*(?P<i>[a-z])\s*,?\s*(?P<j>[a-z])\s*\}")


def of_entry(texts: tuple[str, ...], target: str) -> tuple[str, ...]:
    """What is said of a matrix, where it is said of w_{ij}: w_{ji} = w_{ij} for a symmetric one."""
    entry = _ENTRY.fullmatch(target.strip())
    if entry is None:
        return texts
    turned, diagonal = (f"{entry['base']}_{{{{{place}}}}}" for place in (entry["j"] + entry["i"], entry["i"] * 2))
    return tuple(text.replace("{name}^\\top", turned).replace("{name}_{{ii}}", diagonal) for text in texts)


def targets_of(formula: str) -> tuple[str, ...]:
    """The symbols that a formula is about: those before its relation, apart at the commas."""
    relation = RELATION.search(formula)
    head = formula[: relation.start()] if relation else formula
    parts, depth = [""], 0
    for char in re.sub(r"(?:\\text\{\s*and\s*\}|(?<![A-Za-z\\])and(?![A-Za-z]))", ",", head):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return tuple(part.strip().removesuffix("\\").strip() for part in parts if part.strip())


def named(clause: SaidOf, context: Context | None = None) -> list[tuple[str, str]]:
    """The symbols with their canonical names, those that are names or members of families: A for the A_i of a family
    that the context knows.
    """
    found = []
    for target in clause.targets:
        node = target_of(target)
        while isinstance(node, (Index, Member)):
            node = node.base
        if isinstance(node, Name):
            found.append((to_latex(node), node.text if context is None else family_of(node.text, context.scope)))
    return found


def family_of(name: str, scope: Scope) -> str:
    """The family that a name with an index is a member of; the name itself where there is none."""
    stem = LABELLED.fullmatch(name) if name not in scope.names else None
    return stem[1] if stem is not None and not stem[3] and scope.family(stem[1]) else name
