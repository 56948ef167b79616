"""A chain of relations judged step by step: errors carried on and errors made good again are told from new ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.derivation.antiderivatives import known_of
from engine.derivation.between import both_bounds
from engine.derivation.by_equals import on_equals
from engine.derivation.declaring import read_side, written
from engine.derivation.fitted_shapes import by_shapes
from engine.derivation.judging import (
    Fact,
    Judged,
    has_derivative,
    judge_step,
    sign_of,
    taken_by,
    undeclared_in,
)
from engine.derivation.pair_entries import of_pairs
from engine.derivation.ranged import with_counting
from engine.derivation.readings import as_immediate
from engine.derivation.reconsidered import doubted, if_positive, linked
from engine.derivation.report import Step
from engine.derivation.rounding import to_digits
from engine.derivation.second_derivatives import mean_of_known
from engine.derivation.set_anew import ORDER, perhaps_anew, without_hypotheses
from engine.derivation.set_or_claimed import is_condition, is_drawn
from engine.derivation.settings import Setting
from engine.derivation.sides import Judgement, Side, held
from engine.derivation.solutions import error_behind, gradients_before, meets, unmarked, with_marked
from engine.derivation.solved_in_rows import perhaps_solved
from engine.derivation.source import Source
from engine.derivation.unforeseen import told
from engine.derivation.within import by_way_of
from engine.derivation.zeros import is_zero
from solvers.formula.context import Context
from solvers.formula.losses import with_losses
from solvers.formula.nodes import Call, Chain, Index, Member, Name, Node, Num, is_whole, names, walk
from solvers.formula.parser import Parsed
from solvers.formula.parts import rebound
from solvers.formula.unsaid_ranges import as_beside

if TYPE_CHECKING:
    from engine.derivation.checker import Checker
    from solvers.equality import ComparedChain

_JUDGED = frozenset({"=", ":=", "~=", "prop", "<=", ">=", "<", ">", "!="})
CARRIED = "carried on from the error in line {}, not a new one"
DIAGNOSED = 3  # wrong steps that are looked into; the first one is what matters


@dataclass(slots=True)
class Work:
    """One chain while it is judged. `nodes` are the sides that could be read, by their numbers."""

    sides: list[Side]
    relations: Sequence[str]
    context: Context
    undeclared: tuple[str, ...]
    compared: ComparedChain | None
    place: dict[int, int]
    setting: Setting
    restart: bool
    others: tuple[Context, ...] = ()  # in which a loss depends on more than it must
    broken: tuple[int, int] | None = None  # the last side before the first wrong step, and the line of that step
    steps: list[Step] = field(default_factory=list)


def judge_chain(
    checker: Checker, sources: Sequence[Source], relations: Sequence[str], setting: Setting, link: str, continues: bool
) -> None:
    """Judges the chain and adds its steps, and the facts that follow, to the checker."""
    sides = [checker.read(source) for source in sources]
    if continues:
        if checker.last is None or not checker.last.sides:
            place = sources[0].place(0)
            checker.unreadable(place, written(sources[0]), "begins with a relation, and no formula stands before it")
            return
        sides.insert(0, checker.last.sides[-1])
    if not link and not continues:
        without_hypotheses(checker, sides[:2], setting)
    work = _prepared(checker, sides, relations, setting, not continues and not (link and checker.facts))
    if sides[0].problem is not None and not continues:
        _unreadable(checker, sides[0], relations[0], "")
    nodes = [side.node for side in work.sides]
    whole = both_bounds(checker, nodes, relations, work.context, setting.equation, "" if continues else link)
    if whole is not None:
        _as_whole(checker, work, *whole)
    for number, relation in enumerate(relations if whole is None else ()):
        try:
            _step(checker, work, number, relation, link if number == 0 else "")
        except Exception as error:  # noqa: BLE001 - what nobody foresaw costs this step alone
            _add(checker, work, number, Judged("undecided", told(error)))
    checker.steps += work.steps
    checker.last = Judgement(tuple(sides), tuple(relations), tuple(work.steps), work.context)
    checker.chains.append(checker.last)
    if not set(relations) <= {"<-"}:  # what an assignment speaks of may be defined below it
        checker.used |= {n for side in sides if side.node is not None for n in names(side.node)}


def _as_whole(checker: Checker, work: Work, chain: Chain, judged: Judged | None) -> None:
    """Bounds on both sides: a condition, or a claim of what such a one comes to."""
    last = len(work.relations) - 1
    if judged is None:
        _set(checker, work, last, chain)
        return
    _add(checker, work, last, judged)
    checker.facts.append(Fact(chain, checker.line(work.sides[-1].source), False))


def _prepared(checker: Checker, sides: list[Side], relations: Sequence[str], setting: Setting, restart: bool) -> Work:
    from solvers.equality import compare_chain  # numpy comes with it: 12 times the start of Python
    from solvers.equality.pairs import pairs_bound

    context = _without_index(rebound(checker.here()), [side.node for side in sides if side.node is not None])
    numbered = [(number, side.node) for number, side in enumerate(sides) if side.node is not None]
    bound = list(as_beside(tuple(pairs_bound([node for _, node in numbered])), context))
    context = checker.iterates.conditions_at_steps(bound, context) if bound else context
    bound = unmarked(checker.iterates.at_steps(bound, context), checker.facts, context) if bound else bound
    readable = [(number, node) for (number, _), node in zip(numbered, bound, strict=True)]
    for number, node in readable:
        sides[number] = replace(sides[number], node=node)
    nodes = [node for _, node in readable]
    context = with_counting(context, nodes, checker.counting)
    context, *others = with_losses(with_marked(by_way_of(context, nodes), nodes), nodes, settled=True)
    undeclared = undeclared_in(nodes, context)
    for name in undeclared:
        checker.undeclared.setdefault(name, checker.line(sides[-1].source))
    compared = compare_chain(nodes, context) if len(nodes) > 1 else None
    places = {number: place for place, (number, _) in enumerate(readable)}
    return Work(sides, relations, context, undeclared, compared, places, setting, restart, tuple(others))


def _without_index(context: Context, nodes: Sequence[Node]) -> Context:
    """The context in which a family's name that stands without an index, as in tanh'(x), is a symbol of its own."""
    members = {inner.base for node in nodes for inner in walk(node) if isinstance(inner, (Member, Index))}
    bare_names = {n for node in nodes for n in names(node)} - {base.text for base in members if isinstance(base, Name)}
    alone = [context.scope.names[n] for n in sorted(bare_names) if context.scope.family(n)]
    free = [d for d in alone if d.name not in context.definitions or d.domain != "defined"]
    return context.declared(*(replace(d, family=()) for d in free)) if free else context


def _unreadable(checker: Checker, side: Side, relation: str, lhs: str) -> None:
    assert side.problem is not None
    place = side.source.place(side.problem.start)
    checker.unreadable(place, written(side.source), side.problem.message, sign_of(relation), lhs)


def _step(checker: Checker, work: Work, number: int, relation: str, link: str) -> None:
    right = work.sides[number + 1]
    before = next((i for i in range(number, -1, -1) if work.sides[i].node is not None), None)
    if right.node is None:
        _unreadable(checker, right, relation, written(work.sides[number].source))
        return
    if relation == "<-" or relation not in _JUDGED:
        what = "an assignment" if relation == "<-" else sign_of(relation)
        checker.note(right.source, f"{what} is not judged")
        return
    if before is None or (left := work.sides[before].node) is None:
        _add(checker, work, number, Judged("undecided", "the side before it could not be read"))
        return
    if before != number:
        checker.note(right.source, "judged against the last side that could be read")
    chain = Chain((left, right.node), (relation,))
    judged = _judged(checker, work, before, number + 1, relation, left, right.node)
    judged = to_digits(checker, relation, (left, right.node), work.context, judged)
    if judged.verdict in {"valid", "wrong"}:
        judged = _whatever_the_loss(checker, work, chain, judged)
    unsure = (names(left) | names(right.node)) & checker.unsure.keys() - work.context.definitions.keys()
    if unsure:
        said = ", ".join(f"{name} (line {checker.unsure[name]})" for name in sorted(unsure))
        judged = Judged("undecided", f"a declaration could not be read: {said}")
    if judged.verdict != "valid" and _from_zero(checker, work, number, chain):
        return
    judged = doubted(checker, work, before, right, relation, judged)
    drawn = judged.verdict != "valid" and is_drawn(checker, link, left, right.node)
    if judged.verdict != "valid" and not drawn and is_condition(checker, work, number, relation, left, right.node):
        _set(checker, work, number, chain)
        return
    judged = linked(checker, link, chain, work.context, judged)
    if judged.verdict == "wrong" and work.undeclared and (link or relation in ORDER):
        judged = if_positive(checker, work, link, chain, judged)
    judged = perhaps_anew(checker, work, number, chain, link, judged)
    judged = perhaps_solved(checker, work, number, chain, link, judged)
    if judged.equation:
        _keep(checker, chain, right, link)
    _add(checker, work, number, judged, before)


def _keep(checker: Checker, chain: Chain, right: Side, link: str) -> None:
    """An equation that was drawn from others: from here on it is known."""
    by = frozenset(name for fact in checker.facts for name in fact.by)
    supposed = bool(link) and any(fact.supposed for fact in checker.facts)
    checker.facts.append(Fact(chain, checker.line(right.source), False, by, supposed))


def _judged(checker: Checker, work: Work, i: int, j: int, relation: str, left: Node, right: Node) -> Judged:
    sign = "=" if relation == ":=" else relation
    compared = known_of(work.compared, (left, right), work.place[i], work.place[j]) if sign == "=" else None
    if sign == "prop":
        return _proportional(checker, work, left, right)
    others = _earlier(work, i), held(checker.chains)
    judged = mean_of_known(checker, work, Chain((left, right), (sign,)))
    judged = judged or judge_step(sign, left, right, work.context, checker.facts, work.undeclared, compared, *others)
    if judged.immediate:  # from here on it is read so
        for number, side in enumerate(work.sides):
            if side.node is not None:
                work.sides[number] = replace(side, node=as_immediate(side.node, judged.immediate))
        work.compared = None
    if sign in ORDER:
        judged = on_equals(judged, Chain((left, right), (sign,)), work.context, checker.chains, checker.facts)
    if judged.shapes and Num("0") in (left, right):  # a vector is 0: the 0 stands for zeros of its shape
        a, b = (Call("mul", (Num("0"), other)) if s == Num("0") else s for s, other in ((left, right), (right, left)))
        return judge_step(sign, a, b, work.context, checker.facts, work.undeclared)
    judged = of_pairs(Chain((left, right), (sign,)), work.context, judged, checker.facts, work.undeclared)
    return by_shapes(checker, work, Chain((left, right), (sign,)), judged)


def _whatever_the_loss(checker: Checker, work: Work, chain: Chain, judged: Judged) -> Judged:
    """The verdict, if it is the same one where a loss of which nothing is said depends on more."""
    from solvers.equality.generic import idle  # numpy comes with it: 12 times the start of Python

    left, right = chain.sides
    relation = "=" if chain.relations[0] == ":=" else chain.relations[0]
    again = (judge_step(relation, left, right, other, checker.facts, work.undeclared) for other in work.others)
    if any(other.verdict != judged.verdict for other in again):
        said = "what the loss depends on is not said: define it in a sentence that begins with Let"
        return Judged("undecided", said)
    why = idle(left, right, work.context) if judged.verdict == "valid" and left != right else ""
    return Judged("undecided", why) if why else judged


def _earlier(work: Work, last: int) -> list[tuple[Node, Node]]:
    """The equalities of a chain up to a side."""
    pairs = ((work.sides[k].node, work.sides[k + 1].node) for k in range(last) if work.relations[k] in {"=", ":="})
    return [(left, right) for left, right in pairs if left is not None and right is not None]


_ARGUMENTS = re.compile(r"\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*(?:\\left)?\(([^()|=]+?)(?:\\mid|\||[=)])")


def _head(checker: Checker, work: Work) -> Source:
    """What a chain begins with, on an earlier line where it goes on from there."""
    head = work.sides[0].source
    for chain in (*([checker.last] if checker.last is not None else []), *reversed(checker.chains)):
        if chain.sides and chain.sides[-1].source is head:
            head = chain.sides[0].source
    return head


def _proportional(checker: Checker, work: Work, left: Node, right: Node) -> Judged:
    """A ∝ step; in a chain that began with p(x | y), on an earlier line too, the variable is what stands before the
    bar.
    """
    from solvers.equality.relations import judge

    first = _ARGUMENTS.match(_head(checker, work).text)
    parts = [] if first is None else [read_side(part, work.context.scope) for part in first[1].split(",")]
    variables = list(checker.varying) or [n for part in parts if isinstance(part, Parsed) for n in names(part.node)]
    found = judge("prop", left, right, work.context, variables=variables or None)
    return Judged(found.verdict, found.evidence, found.counterexample, found.notes)


def _set(checker: Checker, work: Work, number: int, chain: Chain) -> None:
    """A condition: from here on it holds."""
    side = work.sides[number + 1]
    checker.note(side.source, "taken as a condition that is set, not as an identity")
    by = taken_by(side.node for side in work.sides if side.node is not None)
    checker.progress.set_by, supposed = work.setting.words, work.setting.equation and not work.setting.said
    checker.facts.append(Fact(chain, checker.line(side.source), by=by, supposed=supposed))


def _from_zero(checker: Checker, work: Work, number: int, chain: Chain) -> bool:
    """Whether a claim is what a derivative found before comes to when it is set to zero; it is judged as that.

    Where no word says that it is set, only x = ... for the x that the derivative is taken by is, if it follows.
    """
    told = work.setting.to_zero or (work.setting.vanishing and any(is_zero(side) for side in chain.sides))
    if number or not work.restart or chain.relations != ("=",):
        return False
    marks = work.setting.vanishing  # at the optimum w^*
    gradients = [fact for fact in gradients_before(checker) if told or meets(chain, fact.by, work.context, marks)]
    if not gradients or any(has_derivative(side) for side in chain.sides):
        return False
    if _in_all_steps(checker, work, number, chain, gradients[0]):
        return True
    from solvers.equality.relations import follows

    results = []
    for gradient in gradients:
        plain = Chain(tuple(unmarked(chain.sides, [gradient], work.context)), chain.relations)
        result = follows([gradient.chain], plain, work.context)
        if result.verdict == "wrong" and checker.facts:  # u^T u = 1 is set too
            result = follows([gradient.chain, *(fact.chain for fact in checker.facts)], plain, work.context)
        results.append((gradient, result))
    gradient, result = next((pair for pair in results if pair[1].verdict == "valid"), results[0])
    if not told and result.verdict == "undecided":
        said = f"whether it follows from setting the derivative of line {gradient.line} to zero is open"
        _add(checker, work, number, Judged("undecided", f"{said}: {result.evidence}"), number)
        return True
    supposed = work.setting.equation and not work.setting.said  # it stands at the head of an arrow
    if result.verdict != "valid" and not (
        told and not supposed and all(r.verdict != "undecided" and r.counterexample for _, r in results)
    ):
        return False
    does = "follows" if result.verdict == "valid" else "does not follow"
    said = f"{does} from setting the derivative of line {gradient.line} to zero"
    if result.verdict == "wrong":
        line = error_behind(checker, chain, work.context)
        judged = Judged("wrong", f"{said}: {result.evidence}", result.counterexample, carried_from=line)
        _add(checker, work, number, judged, number)
        return True
    _add(checker, work, number, Judged("valid", said, equation=True), number)
    checker.facts.append(Fact(chain, checker.line(work.sides[number + 1].source), False, gradient.by))
    return True


def _in_all_steps(checker: Checker, work: Work, number: int, chain: Chain, gradient: Fact) -> bool:
    """Whether a claim speaks of a w_0, so that the derivative is zero in all steps; then it is left open."""
    if not any(isinstance(n, Member) and is_whole(n.indices[0]) for side in chain.sides for n in walk(side)):
        return False
    said = f"whether it follows from setting the derivative of line {gradient.line} to zero in all steps is open"
    _add(checker, work, number, Judged("undecided", said), number)
    return True


def _add(checker: Checker, work: Work, number: int, judged: Judged, before: int | None = None) -> None:
    """The step with its diagnosis, and with errors before it taken into account."""
    side = work.sides[number + 1]
    line, column = checker.lines.where(side.source.place(0))
    diagnosis, carried = None, False
    if judged.verdict == "wrong" and before is not None:
        diagnosis, carried = _explained(checker, work, number, before, judged.carried_from)
        if work.broken is None:
            work.broken = (before, line)
            checker.wrong.append((work.sides[0].node, side.node, line))
        if diagnosis is None and sum(step.verdict == "wrong" for step in (*checker.steps, *work.steps)) < DIAGNOSED:
            diagnosis = _diagnosis(checker, work, before, number + 1)
    for note in judged.notes:
        checker.note(side.source, note)
    relation = sign_of(work.relations[number])
    lhs = written(work.sides[number if before is None else before].source)
    work.steps.append(
        Step(
            line, column, lhs, written(side.source), relation, judged.verdict, judged.evidence, judged.counterexample,
            diagnosis, carried,
        )
    )  # fmt: skip


def _explained(
    checker: Checker, work: Work, number: int, before: int, carried_from: int | None
) -> tuple[str | None, bool]:
    """Whether a wrong step undoes an error before it, or repeats one made elsewhere."""
    from solvers.equality import compare

    if carried_from is not None:
        return CARRIED.format(carried_from), True
    side = work.sides[number + 1].node
    assert side is not None
    if work.broken is not None and work.compared is not None:
        first, line = work.broken
        if work.compared.between(work.place[first], work.place[number + 1]).verdict == "same":
            return f"compensates the error in line {line}", True
    for left, right, line in checker.wrong:
        again = work.broken is None and left == work.sides[before].node
        if again and right is not None and compare(right, side, work.context).verdict == "same":
            return CARRIED.format(line), True
    left = work.sides[before].node
    if checker.facts and work.broken is None and number == 0 and left is not None:  # drawn from a wrong equation
        from solvers.equality.relations import follows

        claim = Chain((left, side), ("=",))
        for one, other, line in checker.wrong[-1:]:
            before_it = None if one is None or other is None else Chain((one, other), ("=",))
            if before_it is not None and follows((before_it,), claim, work.context).verdict == "valid":
                return CARRIED.format(line), True
    return None, False


def _diagnosis(checker: Checker, work: Work, i: int, j: int) -> str | None:
    left, right = work.sides[i].node, work.sides[j].node
    assert left is not None
    assert right is not None
    return diagnosed(Chain((left, right), (work.relations[j - 1],)), work.context, [f.chain for f in checker.facts])


def diagnosed(claim: Chain, context: Context, facts: Sequence[Chain]) -> str | None:
    """What is wrong with a wrong claim, in one sentence, where a small change mends it."""
    from engine.derivation.diagnosis import diagnose  # it tries many edits: only for a step that is wrong

    relation = "=" if claim.relations[0] == ":=" else claim.relations[0]
    found = diagnose(claim.sides[0], claim.sides[1], context, relation=relation, facts=facts)
    return None if found is None else re.sub(r"\s+", " ", found.sentence)
