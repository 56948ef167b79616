"""Solutions with a mark: w^*, \\hat\\mu, w_{opt}, \\sigma^2_{ML} behind a condition in w, \\mu, \\sigma.

The marked name is the value of the name at which the condition holds: its first equation is judged as that, and defines
it from there on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.derivation.declaring import target, without_definition, written
from engine.derivation.judging import Fact, Judged, depends, has_derivative, judge_step, taken_by, undeclared_in
from engine.derivation.report import Step
from engine.derivation.rows import Statement
from engine.derivation.settings import Setting
from engine.derivation.sides import Judgement, Side
from engine.derivation.zeros import is_zero
from solvers.formula.context import Context
from solvers.formula.defining import with_definition
from solvers.formula.nodes import At, Call, Chain, Derivative, Index, Member, Name, Node, Num, map_children, names, walk
from solvers.formula.operators import GREEK, STAR
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

GRADIENTS = 3  # derivatives that "set it to zero" may speak of
_HAT = "hat"
_LABELS = frozenset(
    "star opt optimal best min max sol crit eq ml mle map ls ols rls lse mse mmse ridge lasso en wiener reg".split()
)


@dataclass(frozen=True, slots=True)
class Marked:
    """A name, the name it is the solution for, and whether its mark says so by itself, as a star does."""

    name: str
    base: str
    optimum: bool


def marked(name: str) -> Marked | None:
    """w for w^*, w_{opt}, \\hat w, \\hat w_{ML}; None for a name without such a mark."""
    stem, _, label = name.partition("_")
    optimum = label.lower() in _LABELS
    rest = "" if optimum or not label else f"_{label}"
    if stem.endswith(STAR) and len(stem) > len(STAR):
        return Marked(name, stem.removesuffix(STAR) + rest, True)
    hat = stem.removesuffix(_HAT)
    if hat != stem and (len(hat) == 1 or hat in GREEK):
        return Marked(name, hat + rest, optimum)
    return Marked(name, stem, True) if optimum else None


def gradients_before(checker: Checker) -> list[Fact]:
    """The derivatives worked out before, each set to zero, the last one first; before them those that a sentence sets
    to zero by name: "the best decoder solves \\nabla_V L = 0". Under "if \\nabla l(w) = 0" it is that one alone.
    """
    if supposed := _supposed(checker):
        return supposed
    named = [(chain, line) for chain, line in reversed(checker.passing) if Num("0") in chain.sides]
    found = [Fact(c, line, by=taken_by(c.sides)) for c, line in named if any(map(has_derivative, c.sides))][:1]
    for chain in reversed(checker.chains):
        first = chain.sides[0]
        if first.node is None or not chain.steps or is_changed(first.node, chain.context, checker.context):
            continue
        if has_derivative(first.node) and not _is_second(first.node) and not _is_update(first.node):
            by = taken_by([first.node])
            found.append(Fact(Chain((first.node, Num("0")), ("=",)), checker.line(first.source), by=by))
    return found[:GRADIENTS]


def _supposed(checker: Checker) -> list[Fact]:
    """The derivatives that the case at hand sets to zero."""
    found = []
    for said in checker.cases:
        nodes = [node for side in said.sides if (node := checker.read(side).node) is not None]
        if said.relations == ("=",) and any(map(is_zero, nodes)) and any(map(has_derivative, nodes)):
            found.append(Fact(Chain(tuple(nodes), ("=",)), checker.line(said.sides[0]), by=taken_by(nodes)))
    return found


def _is_update(node: Node) -> bool:
    """Whether a formula is a step along a derivative rather than a derivative: w - \\eta \\nabla f(w)."""
    before = node.args[0] if isinstance(node, Call) and node.op == "sub" else None
    return isinstance(before, (Name, Index, Member)) and target(before) in taken_by([node])


def is_changed(node: Node, then: Context, now: Context) -> bool:
    """Whether what a formula speaks of was something else then: L before a regulariser was added."""
    return any(
        n in now.definitions and then.definitions[n] != now.definitions[n]
        for n in depends(node, then) & then.definitions.keys()
    )


def _is_second(node: Node) -> bool:
    """Whether a formula holds a second derivative, which is not what is set to zero."""
    inner = [n for n in walk(node) if isinstance(n, Derivative)]
    return any(len(n.by) > 1 or any(isinstance(m, Derivative) for m in walk(n.of)) for n in inner)


def error_behind(checker: Checker, claim: Chain, context: Context) -> int | None:
    """The line of a wrong step from whose derivative, set to zero, the claim follows: it carries that error on."""
    from solvers.equality.relations import follows

    for chain in reversed(checker.chains):
        first, last = chain.sides[0].node, chain.sides[-1].node
        line = next((step.line for step in chain.steps if step.verdict == "wrong"), None)
        if line is None or first is None or last is None or not has_derivative(first):
            continue
        if follows([Chain((last, Num("0")), ("=",))], claim, context).verdict == "valid":
            return line
    return None


def solves(checker: Checker, statement: Statement, setting: Setting) -> bool:
    """Whether a claim is the first equation of a marked unknown of a condition; then it has been judged as that."""
    if statement.relations[0] not in {"=", ":="}:
        return False
    explicit = setting.to_zero or setting.vanishing or setting.said
    checker.progress.solving = explicit or (
        checker.progress.solving and not setting.words
    )  # one solution behind the other
    left, right = (checker.read(source).node for source in statement.sides[:2])
    if left is not None and right is not None:
        from engine.derivation.functions_solved import solves_function  # it stands on this module

        if solves_function(checker, statement, left, right):
            return True
    found = None if left is None else _unknown(left)
    if left is None or right is None or found is None:
        return False
    if found.name in checker.context.definitions and not _again(checker, statement, found, setting):
        return False
    conditions, sure = _conditions(checker, found, setting)
    if not conditions or found.base in names(right):
        return False
    context = checker.here()
    known = _marks((left, right), conditions, context)
    claim = Chain((_unmarked(left, known), _unmarked(right, known)), ("=",))
    judged, fact = judged_by(claim, found.base, conditions, context)
    if judged.verdict != "valid" and (worked := _worked_out(checker, fact)) is not None:
        other, _ = judged_by(claim, found.base, [*conditions[:-1], worked], context)
        judged = other if other.verdict == "valid" else judged
    unheard = undeclared_in((left, right), context) if judged.verdict == "wrong" and judged.shapes else ()
    if unheard and _may_fit(context, (left, right)):
        judged = Judged("undecided", f"{judged.evidence}; not declared: {', '.join(unheard)}")
    if judged.verdict != "valid" and not sure:
        if not found.optimum:
            return False
        said = f"nothing says that the derivative of line {fact.line} is zero there: say that it is set to zero"
        judged = Judged("undecided", said)
    _told(checker, statement, found, claim, judged, fact)
    return True


def _may_fit(context: Context, sides: tuple[Node, Node]) -> bool:
    """Whether sides that do not fit would, with other shapes for what nothing declares."""
    from solvers.formula.fitting import fitted  # only where sizes do not fit

    return fitted(context, sides) is not None


def _again(checker: Checker, statement: Statement, found: Marked, setting: Setting) -> bool:
    """Whether an unknown is solved for once more, after another derivative: in the other case; then it has no value."""
    told = [step.line for step in checker.steps if step.lhs == written(statement.sides[0]) and step.relation == "="]
    newer = [fact for fact in gradients_before(checker) if found.base in fact.by and told and fact.line > max(told)]
    if not newer or found.name == found.base or not (setting.to_zero or setting.vanishing or setting.said):
        return False
    checker.context = without_definition(checker.context, Name(found.name))
    checker.facts = [fact for fact in checker.facts if found.base not in names(fact.chain)]
    return True


def _worked_out(checker: Checker, fact: Fact) -> Fact | None:
    """What a derivative was found to be, set to zero: in a case, it is that there alone."""
    for chain in reversed(checker.chains):
        worked = [side.node for side in chain.sides[1:] if side.node is not None and not is_zero(side.node)]
        last = worked[-1] if worked else None
        known = chain.sides[0].node is not None and chain.sides[0].node == fact.chain.sides[0] and chain.steps
        told = last is not None and bool(fact.by & names(last)) and not has_derivative(last)
        if known and last is not None and told and all(step.verdict == "valid" for step in chain.steps):
            return Fact(Chain((last, Num("0")), ("=",)), fact.line, by=fact.by)
    return None


def _unknown(left: Node) -> Marked | None:
    """The name that w^* = ..., \\hat\\sigma^2 = ... or \\hat\\theta_k = ... speaks of; it has no mark in w = ...."""
    inner = left.args[0] if isinstance(left, Call) and left.op == "pow" and isinstance(left.args[1], Num) else left
    inner = inner.base if isinstance(inner, Index) else inner
    if not isinstance(inner, Name):
        return None
    return marked(inner.text) or Marked(inner.text, inner.text, False)


def _conditions(checker: Checker, found: Marked, setting: Setting) -> tuple[list[Fact], bool]:
    """What was set, the condition in the unknown last, and whether it is sure that the unknown is solved for."""
    plain = found.name == found.base
    facts = [] if plain else [fact for fact in checker.facts if found.name not in depends(fact.chain, checker.context)]
    own = [fact for fact in facts if found.base in fact.by]
    if own:
        return [*(fact for fact in facts if fact is not own[-1]), own[-1]], True
    spoken = [f for f in facts if not f.by and found.base in names(f.chain) - checker.context.definitions.keys()]
    if spoken:
        return [*(fact for fact in facts if fact is not spoken[-1]), spoken[-1]], found.optimum
    gradients = [fact for fact in gradients_before(checker) if found.base in fact.by]
    explicit = setting.to_zero or setting.vanishing or setting.said
    if plain:
        return (gradients[:1] if explicit and not checker.facts else []), False
    fresh = [fact for fact in gradients if found.name not in depends(fact.chain, checker.context)]
    return fresh[:1], checker.progress.solving


def with_marked(context: Context, nodes: Sequence[Node]) -> Context:
    """The context in which w^* and \\hat w, where nothing declares them, have the shape that w is declared with."""
    new = []
    for name in sorted({name for node in nodes for name in names(node)} - context.definitions.keys()):
        found = marked(name) if name not in context.scope.names else None
        declared = None if found is None else context.scope.names.get(found.base)
        if declared is not None and declared.shape and not declared.family and declared.domain in {"real", "inferred"}:
            new.append(Declaration(name, declared.shape, (), "inferred"))
    return context.declared(*new) if new else context


def unmarked(nodes: Sequence[Node], facts: Sequence[Fact], context: Context) -> list[Node]:
    """The sides of a chain with w for w^*, where conditions in w are set and nothing says yet what w^* is.

    Not where w stands beside it: then they are two.
    """
    spoken = {name for node in nodes for name in names(node)}
    by = {name for fact in facts for name in fact.by}
    set_before = {name for fact in facts for name in names(fact.chain)}
    found = [marked(name) for name in spoken - context.definitions.keys() - set_before]
    known = {m.name: m.base for m in found if m is not None and m.base in by - spoken}
    return [_unmarked(node, known) for node in nodes] if known else list(nodes)


def at_optimum(node: Node, context: Context) -> bool:
    """Whether a formula speaks of an optimum, as f'(w^*) does of one that nothing says."""
    found = [marked(name) for name in names(node) - context.definitions.keys()]
    return any(m is not None and m.optimum for m in found)


def meets(chain: Chain, by: Collection[str], context: Context, marks: bool) -> bool:
    """Whether a name that a derivative is taken by, and that nothing defines, stands alone on the left side; or, where
    `marks` count, whether an equation speaks of a w^* or \\hat w of which nothing says what it is.
    """
    left, right = chain.sides
    left = left.args[0] if isinstance(left, Call) and left.op == "pow" and left.args[1] == Num("2") else left
    name = target(left) if isinstance(left, (Name, Index, Member)) else None
    if name is not None and name in by and name not in names(right) | context.definitions.keys():
        return True
    found = [marked(name) for name in names(chain) - context.definitions.keys() if marks]
    return any(one is not None and one.base in by for one in found)


def is_fixed(left: Node, right: Node, context: Context) -> bool:
    """Whether an equation says of an optimum, by itself, what it must meet: V^* = R + P V^*."""
    found = marked(left.text) if isinstance(left, Name) else None
    unsaid = found is not None and found.optimum and found.name not in context.definitions
    return unsaid and found is not None and found.name in names(right) and right != left


def _marks(sides: Sequence[Node], conditions: Sequence[Fact], context: Context) -> dict[str, str]:
    """The marked names of a claim that stand for unknowns of the conditions."""
    unknowns = {name for fact in conditions for name in (fact.by or names(fact.chain))} - context.definitions.keys()
    found = [marked(name) for side in sides for name in names(side)]
    return {m.name: m.base for m in found if m is not None and m.base in unknowns}


def _unmarked(node: Node, known: Mapping[str, str]) -> Node:
    if isinstance(node, Name) and node.text in known:
        return Name(known[node.text], node.span)
    return map_children(node, lambda child: _unmarked(child, known))


def judged_by(claim: Chain, base: str, conditions: Sequence[Fact], context: Context) -> tuple[Judged, Fact]:
    """Whether the claimed value meets the condition, or follows from the conditions: wrong only if neither."""
    from solvers.equality.relations import follows  # numpy comes with it: 12 times the start of Python

    fact = conditions[-1]
    plain = judge_step("=", claim.sides[0], claim.sides[1], context)
    if plain.verdict == "wrong" and plain.shapes:
        return plain, fact
    put = _put(claim, base, fact.chain)
    met = judge_step("=", put[0], put[1], context) if put is not None else None
    if met is not None and met.verdict == "wrong" and (solved := _solved_beside(base, fact.chain, context)):
        unknown, value = (tuple(name for name in side) for side in zip(*solved, strict=True))
        both = [At(side, unknown, value) for side in put or ()]
        again = judge_step("=", both[0], both[1], context)
        met = again if again.verdict == "valid" else met
    if met is not None and met.verdict == "valid":
        return Judged("valid", f"solves line {fact.line}: {met.evidence}", None, met.notes, equation=True), fact
    chains = [condition.chain for condition in conditions]
    results = [follows(premises, claim, context) for premises in ([fact.chain], chains)[: len(conditions)]]
    for result in results:
        if result.verdict == "valid":
            said = f"follows from line {fact.line}: {result.evidence}"
            return Judged("valid", said, None, result.notes, equation=True), fact
    others = [condition.chain for condition in conditions[:-1] if condition.by and base not in condition.by]
    back = follows([claim, *others], fact.chain, context)
    if back.verdict == "valid" and not others:
        return Judged("valid", f"solves line {fact.line}: {back.evidence}", None, back.notes, equation=True), fact
    refuted = met if met is not None and met.verdict == "wrong" and not others else back
    if refuted.verdict == "wrong":
        said = f"does not solve line {fact.line}: {refuted.evidence}"
        return Judged("wrong", said, refuted.counterexample), fact
    return Judged("undecided", f"whether it solves line {fact.line} is open: {results[-1].evidence}"), fact


def _solved_beside(base: str, condition: Chain, context: Context) -> list[tuple[Name, Name]]:
    """The other unknowns of a condition that have been solved for, each with what it was found to be."""
    found = [(marked(name), name) for name in context.definitions]
    free = depends(condition, context) - context.definitions.keys() - {base}
    return [(Name(mark.base), Name(name)) for mark, name in found if mark is not None and mark.base in free]


def _put(claim: Chain, base: str, condition: Chain) -> tuple[Node, Node] | None:
    """The condition at the claimed value; None where an entry is claimed, or the condition is no equation."""
    left, value = claim.sides
    if isinstance(left, Call) and left.args[1] == Num("2") and left.args[0] == Name(base):
        value = Call("sqrt", (value,))
    elif left != Name(base):
        return None
    if condition.relations != ("=",):
        return None
    sides = [At(side, (Name(base),), (value,)) for side in condition.sides]
    if condition.sides[1] == Num("0"):  # zeros of the shape of the derivative
        return sides[0], Call("mul", (Num("0"), sides[0]))
    return sides[0], sides[1]


def _told(checker: Checker, statement: Statement, found: Marked, claim: Chain, judged: Judged, fact: Fact) -> None:
    """The step, the definition of the marked name, and the rest of the chain."""
    first, second = statement.sides[:2]
    if found.name != found.base:
        checker.note(first, f"{written(first)} is taken as the {found.base} that solves line {fact.line}")
    for note in judged.notes:
        checker.note(second, note)
    line, column = checker.lines.where(second.place(0))
    diagnosis, carried = _diagnosed(checker, claim, judged, fact)
    step = Step(
        line, column, written(first), written(second), "=", judged.verdict, judged.evidence, judged.counterexample,
        diagnosis, carried,
    )  # fmt: skip
    checker.steps.append(step)
    sides = (Side(first, claim.sides[0]), Side(second, claim.sides[1]))
    checker.last = Judgement(sides, ("=",), (step,), checker.here())
    checker.chains.append(checker.last)
    if judged.verdict == "valid":
        checker.facts.append(Fact(claim, line, False, fact.by))
    left, right = (checker.read(source).node for source in (first, second))
    assert left is not None
    assert right is not None
    if isinstance(left, Call):
        root = Call("sqrt", (right,)) if left.args[1] == Num("2") else None
        left, right = left.args[0], root or right
        known = root is not None
    else:
        known = True
    if known and found.name != found.base:
        checker.context = with_definition(without_definition(checker.context, left), left, right, found.name)
    checker.last = Judgement((Side(second, checker.read(second).node),), (), (), checker.here())
    if len(statement.sides) > 2:
        checker.judge(statement.sides[1:], statement.relations[1:])


def _diagnosed(checker: Checker, claim: Chain, judged: Judged, fact: Fact) -> tuple[str | None, bool]:
    """What is wrong with a wrong solution, or the line whose error it carries on."""
    if judged.verdict != "wrong":
        return None, False
    from engine.derivation.chains import CARRIED, diagnosed

    line = error_behind(checker, claim, checker.here())
    if line is not None:
        return CARRIED.format(line), True
    return diagnosed(claim, checker.here(), [fact.chain]), False
