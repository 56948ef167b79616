"""Functions that are solved for: D^*(x), or D^* alone, behind a condition in D(x). At its argument such a function is a
number, and the marked one is that number where the condition holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import written
from engine.derivation.judging import Fact, Judged, has_derivative
from engine.derivation.report import Step
from engine.derivation.rows import Statement
from engine.derivation.solutions import Marked, is_changed, judged_by, marked
from solvers.formula.definitions import reached
from solvers.formula.nodes import Apply, Call, Chain, Name, Node, Num, free_names, map_children, names, walk
from solvers.formula.unknown import is_unknown

if TYPE_CHECKING:
    from engine.derivation.checker import Checker


def solves_function(checker: Checker, statement: Statement, left: Node, right: Node) -> bool:
    """Whether a claim says what a marked function of a condition is; then it has been judged as that, and defines it.
    `checker.progress.solving`: words have set derivatives to zero."""
    told = _function(left)
    known = {n for n in checker.context.definitions if not is_unknown(checker.context, n)}
    if told is None or {told[0].name, told[0].base} & known or _speaks(right, told[0]):
        return False
    mark, args = told
    for fact in _conditions(checker):
        at = next(_taken_at(fact.chain, mark.base, args), None)
        if at is None or not names(at) <= free_names(fact.chain) or _is_hidden(checker, fact.chain, mark.base):
            continue
        value = Name(f"{mark.base}_at")
        sides = tuple(_valued(side, at, value) for side in fact.chain.sides)
        fact = replace(fact, chain=replace(fact.chain, sides=sides))
        claim = Chain((value, _valued(right, at, value)), ("=",))
        judged, _ = judged_by(claim, value.text, [fact], checker.here())
        unsaid = names(fact.chain) - names(claim) - names(at) - known
        if judged.verdict == "wrong" and (unsaid or not mark.optimum):
            said = f"whether it solves line {fact.line} is open"
            judged = Judged("undecided", f"{said}, in which {min(unsaid)} is free" if unsaid else said)
        _tell(checker, statement, mark, judged, fact)
        return True
    return False


def _conditions(checker: Checker) -> Iterator[Fact]:
    """What was set, the last first; where words alone have set derivatives to zero, what these were found to be."""
    yield from (fact for fact in reversed(checker.facts) if not has_derivative(fact.chain))
    for chain in reversed(checker.chains if checker.progress.solving else ()):
        first, last = chain.sides[0].node, chain.sides[-1].node
        if first is None or last is None or is_changed(last, chain.context, checker.context):
            continue
        if has_derivative(first) and not has_derivative(last):
            yield Fact(Chain((last, Num("0")), ("=",)), checker.line(chain.sides[-1].source))


def _function(left: Node) -> tuple[Marked, tuple[Node, ...]] | None:
    """The mark and the arguments of D^*(x), of D^* x that nothing declares, and of D^* alone, which has none."""
    args: tuple[Node, ...] = ()
    if isinstance(left, Apply) and not left.given and not left.indices:
        name, args = left.name, left.args
    elif isinstance(left, Call) and left.op == "mul" and isinstance(left.args[0], Name):
        name, args = left.args[0].text, left.args[1:]
    elif isinstance(left, Name):
        name = left.text
    else:
        return None
    found = marked(name)
    return None if found is None or found.name == found.base else (found, args)


def _taken_at(chain: Chain, base: str, args: tuple[Node, ...]) -> Iterator[Apply]:
    """The D(x) of a condition, at such arguments where any are told; none where it is taken at others too."""
    found = {n for n in walk(chain) if isinstance(n, Apply) and n.name == base}
    plain = [n for n in found if not n.given and not n.indices and (not args or n.args == args)]
    if len(found) == 1:
        yield from plain


def _is_hidden(checker: Checker, chain: Chain, base: str) -> bool:
    """Whether what a condition speaks of is made of the function too."""
    known = {n: ds for n, ds in checker.context.definitions.items() if n != base}
    spoken = {n for side in chain.sides for n in reached(side, known)} & known.keys()
    inside = [node for n in spoken for d in known[n] for node in walk(d.right)]
    return any(isinstance(node, Apply) and node.name == base for node in inside)


def _speaks(right: Node, mark: Marked) -> bool:
    """Whether a value speaks of what it is the value of."""
    called = {n.name for n in walk(right) if isinstance(n, Apply)} | names(right)
    return bool(called & {mark.name, mark.base})


def _valued(node: Node, at: Apply, value: Name) -> Node:
    """A formula with a name for the value of the function at its argument."""
    return value if node == at else map_children(node, lambda child: _valued(child, at, value))


def _tell(checker: Checker, statement: Statement, mark: Marked, judged: Judged, fact: Fact) -> None:
    """The step, and the definition of the marked function with the rest of the chain."""
    first, second = statement.sides[:2]
    checker.note(first, f"{written(first)} is taken as the {mark.base} that solves line {fact.line}")
    line, column = checker.lines.where(second.place(0))
    checker.steps.append(
        Step(line, column, written(first), written(second), "=", judged.verdict, judged.evidence, judged.counterexample)
    )
    checker.defined(statement, None)


__all__ = ["solves_function"]
