"""One step of a derivation: does the right side follow from the left one, given what is known at that place?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from engine.derivation.antiderivatives import antiderived
from engine.derivation.declaring import target
from engine.derivation.readings import alike, as_immediate, readings
from engine.derivation.report import Verdict
from solvers.formula.columns import AS_COLUMNS, as_columns
from solvers.formula.context import Context
from solvers.formula.definitions import beside, loose_in, reached
from solvers.formula.env import TOO_MUCH
from solvers.formula.index_sets import counted
from solvers.formula.narrowed import narrowed
from solvers.formula.nodes import Call, Chain, Derivative, Name, Node, Num, map_children, names, walk
from solvers.formula.operators import RELATIONS
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Declaration
from solvers.formula.unknown import MARK
from solvers.formula.varied import varied

if TYPE_CHECKING:
    from solvers.equality import Comparison


_Pairs: TypeAlias = Sequence[tuple[Node, Node]]
_ENTRY = re.compile(r"(\w+)_[i-n][i-n]")
ENTRYWISE = "a number beside a vector or a matrix is taken entry by entry"


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is said of a name in passing: from which line on, and what, where all of it can be read."""

    line: int
    chains: tuple[Chain, ...] | None


@dataclass(frozen=True, slots=True)
class Fact:
    """An equation that holds without being an identity: a condition, an assumption, or what follows from one."""

    chain: Chain
    line: int
    given: bool = True  # said, not derived
    by: frozenset[str] = frozenset()  # the names that the derivative in it is taken by
    supposed: bool = False  # at the head of an arrow, or drawn from such a one: x > 2 of x > 2 => x^2 > 4


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one step, what it rests on, and remarks on how it had to be read."""

    verdict: Verdict
    evidence: str
    counterexample: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    shapes: bool = False  # the sides have no common shape, or one has none
    equation: bool = False  # it holds by the facts, not as an identity
    domain: bool = False  # the sides agree where both are defined
    carried_from: int | None = None  # the line of the error that it carries on
    loose: bool = False  # what is differentiated is not known
    immediate: tuple[Derivative, ...] = ()  # partial derivatives that were read as immediate ones


def judge_step(
    relation: str, left: Node, right: Node, context: Context, facts: Sequence[Fact] = (),
    undeclared: Sequence[str] = (), compared: Comparison | None = None,
    earlier: Sequence[tuple[Node, Node]] = (), elsewhere: Sequence[tuple[Node, Node]] = (),
) -> Judged:  # fmt: skip
    """The verdict on `left relation right`; `undeclared` are names that nothing declares, taken as real numbers.

    `compared` is what is known of the two sides already, where the relation is an equality; `earlier` are the
    equalities before it in its chain, `elsewhere` those of other chains that hold.
    """
    for rewritten in (counted, varied, antiderived) if relation == "=" else (counted, varied):
        (above, below), around, told = rewritten((left, right), context)
        if told:
            again = judge_step(relation, above, below, around, facts, undeclared, None, earlier, elsewhere)
            return replace(again, notes=(*again.notes, told))
    said = _open_derivative(left, right, context, undeclared)
    if said and left != right:
        return Judged("undecided", said, loose=True)
    entry = _entry_alone(context, undeclared)
    if entry and left != right:
        return Judged("undecided", f"{entry} is declared as one number; declare the matrix that it is an entry of")
    known = relation == "=" and compared is not None
    found = _of_comparison(compared) if known and compared else _by_itself(relation, left, right, context)
    if found.verdict == "valid":
        return found
    if found.shapes or (found.verdict == "undecided" and not without_points(found)):
        fitting = _fitting(relation, left, right, context, facts, undeclared)
        if fitting is not None:
            return fitting
    outside = without_points(found) and "index" in found.evidence  # whatever the derivatives mean
    others = (earlier, elsewhere)
    meant = _meant(found, left, right, context, others, undeclared) if relation == "=" and not outside else None
    if meant is not None:
        return meant
    if facts:
        derived = _by_facts(relation, left, right, context, facts)
        if derived is not None and (derived.verdict == "valid" or found.verdict == "wrong"):
            return derived
    if found.verdict == "wrong" and found.shapes:
        unheard = sorted({*undeclared, *undeclared_behind(left, right, context)})
        if unheard:
            said = f"{found.evidence}; not declared: {', '.join(unheard)}"
            return replace(found, verdict="undecided", evidence=said, counterexample=None)
    return found


def without_points(judged: Judged) -> bool:
    """Whether no points were had for a step, or only with too much work, or both sides had values at them: they are
    no nearer in another shape."""
    return judged.verdict == "undecided" and _NO_SHAPES.match(judged.evidence) is not None


_NO_SHAPES = re.compile(
    rf"{TOO_MUCH}|no point was found where|equal at \d+ points|both sides have a value at \d+ of (?!0 )\d+ points|"
    "there is no point at which both sides have a value: index"
)


def _meant(
    found: Judged, left: Node, right: Node, context: Context, others: tuple[_Pairs, _Pairs],
    undeclared: Sequence[str],
) -> Judged | None:  # fmt: skip
    """The verdict in another reading under which an equality holds: derivatives, signs, labels."""
    other = _otherwise_read(left, right, context, *others)
    other = other or _taken_as_positive(found, left, right, context, undeclared)
    return other or _taken_as_labels(found, left, right, context, undeclared)


def _open_derivative(left: Node, right: Node, context: Context, undeclared: Sequence[str]) -> str:
    """Why a derivative in a step has no value that is known; "" if each has one."""
    unheard = {*undeclared, *undeclared_behind(left, right, context)}
    loose = ", ".join(sorted(loose_in((left, right), context.definitions) & unheard))
    if loose:
        return f"nothing says what {loose} depends on: define it in a sentence that begins with Let or Define"
    apart = beside((left, right), context.definitions)
    return (
        f"{apart} is defined by what it is to be varied with: define the other way round, from {apart}" if apart else ""
    )


def _fitting(
    relation: str, left: Node, right: Node, context: Context, facts: Sequence[Fact], undeclared: Sequence[str]
) -> Judged | None:
    """The verdict where shapes fit after all: a 0 takes the shape that is needed, a number goes entry by entry."""
    opened = _with_open_zeros(left, right, context)
    found = None if opened is None else judge_step(relation, left, right, opened, facts, undeclared)
    a, b = _zeros(left), _zeros(right)
    if found is None and (a, b) != (left, right):  # A 0 of the vector 0
        found = judge_step(relation, a, b, context, facts, undeclared)
    turned = as_columns((left, right), context)
    if turned is not None and (found is None or found.shapes or found.verdict == "undecided"):
        (a, b), around = turned
        found = judge_step(relation, a, b, around, facts, undeclared)
        found = replace(found, notes=(*found.notes, AS_COLUMNS))
    if found is None or found.shapes or found.verdict == "undecided":
        if context.entrywise:
            return None
        spread = judge_step(relation, left, right, replace(context, entrywise=True), facts, undeclared)
        found = replace(spread, notes=(*spread.notes, ENTRYWISE))
    return None if found.shapes or found.verdict == "undecided" else found


def _zeros(node: Node) -> Node:
    """The formula with zeros of whatever shape for a 0 that something is multiplied by."""
    changed = map_children(node, _zeros)
    if isinstance(changed, Call) and changed.op in {"mul", "dot"} and Num("0") in changed.args:
        return replace(changed, args=tuple(Name("zeros") if arg == Num("0") else arg for arg in changed.args))
    return changed


def _by_itself(relation: str, left: Node, right: Node, context: Context) -> Judged:
    from solvers.equality.relations import judge  # numpy comes with it: 12 times the start of Python

    judged = judge(relation, left, right, context)
    if judged.verdict == "undecided" and judged.evidence.endswith("cannot be sampled"):  # what holds without it holds
        kept = tuple(chain for chain in context.constraints if not _is_of_entries(chain, judged.evidence))
        wider = judge(relation, left, right, replace(context, constraints=kept))
        judged = wider if wider.verdict == "valid" else judged
    shapes = judged.verdict == "wrong" and not judged.domain and "left" not in (judged.counterexample or ())
    return Judged(judged.verdict, judged.evidence, judged.counterexample, judged.notes, shapes, domain=judged.domain)


def _is_of_entries(chain: Chain, evidence: str) -> bool:
    """Whether a constraint is the equation that a reason speaks of: no sign or bound, without which a root has no
    value.
    """
    return {*chain.relations} == {"="} and all(to_plain(side) in evidence for side in chain.sides)


def _of_comparison(compared: Comparison) -> Judged:
    verdict: Verdict = {"same": "valid", "different": "wrong"}.get(compared.verdict, "undecided")  # type: ignore[assignment]
    point = compared.counterexample
    shapes = verdict == "wrong" and not compared.domain and "left" not in (point or ())
    return Judged(verdict, compared.evidence, point, (), shapes, domain=compared.domain)


def _otherwise_read(left: Node, right: Node, context: Context, earlier: _Pairs, elsewhere: _Pairs) -> Judged | None:
    """The step under another reading of its partial derivatives, if it holds there.

    One derivative has one reading all along a chain: the `earlier` steps that speak of it must still hold. And where
    d h/d u was a total one `elsewhere`, d h/d w is no immediate one.
    """
    for chosen, named in readings(left, right):
        a, b = as_immediate(left, chosen), as_immediate(right, chosen)
        changed = [(as_immediate(x, chosen), as_immediate(y, chosen)) for x, y in earlier]
        touched = [pair for pair, before in zip(changed, earlier, strict=True) if pair != before]
        if any(_by_itself("=", x, y, context).verdict != "valid" for x, y in touched):
            continue
        found = _by_itself("=", a, b, context)
        if found.verdict == "valid" and _by_itself("=", a, Call("mul", (Num("0"), a)), context).verdict != "valid":
            if any(_by_itself("=", x, y, context).verdict == "wrong" for x, y in _changed(elsewhere, chosen)):
                continue
            said = f"holds with {named}"
            return replace(found, notes=(*found.notes, said), immediate=chosen)
    return None


def _changed(pairs: _Pairs, chosen: tuple[Derivative, ...]) -> Iterator[tuple[Node, Node]]:
    """The equalities that speak of derivatives of the same, with these read in the same way."""
    for pair in pairs:
        changed = alike(pair[0], chosen), alike(pair[1], chosen)
        if changed != pair:
            yield changed


FEW = 4  # names that are taken as positive one by one


def _taken_as_positive(
    found: Judged, left: Node, right: Node, context: Context, undeclared: Sequence[str]
) -> Judged | None:
    """Where the sides differ in their domain only, undeclared names are taken as the logarithm or root needs them."""
    undeclared = sorted({*undeclared, *(undeclared_behind(left, right, context) if found.domain else ())})
    if not undeclared or not found.domain:
        return None
    singly = [(name,) for name in undeclared] if 1 < len(undeclared) <= FEW else []
    for domain, said in (("positive", "positive"), ("unit", "between 0 and 1")):
        for needed in (*singly, tuple(undeclared)):
            again = _by_itself("=", left, right, with_narrowed(context, needed, domain))
            if again.verdict == "valid":
                remark = f"taken as {said}, as both sides need it: {', '.join(needed)} (declare it to be sure)"
                return replace(again, notes=(*again.notes, remark))
    return None


def with_narrowed(context: Context, undeclared: Sequence[str], domain: str) -> Context:
    """The context in which the names that nothing declares are positive, or lie in another smaller domain."""
    known = [replace(context.scope.names.get(name, Declaration(name)), domain="real") for name in undeclared]
    return context.declared(*(changed for d in known if (changed := narrowed(d, domain)) is not None))


def _with_open_zeros(left: Node, right: Node, context: Context) -> Context | None:
    """The context in which names that are defined as 0 (h_0 = 0) are zeros of whatever shape is needed there."""
    spoken = depends(left, context) | depends(right, context)
    zeros = [n for n in spoken if any(d.right == Num("0") for d in context.definitions.get(n, ()))]
    known = [context.scope.names[n] for n in zeros if n in context.scope.names]
    changed = [replace(d, shape=None) for d in known if d.domain == "defined" and d.shape == ()]
    return context.declared(*changed) if changed else None


def _taken_as_labels(
    found: Judged, left: Node, right: Node, context: Context, undeclared: Sequence[str]
) -> Judged | None:
    """Undecided where the sides are equal if undeclared targets t and y are 1 or -1, as labels of two classes are."""
    counted = {n for found in context.definitions.values() for d in found for n in d.indices}  # the t of h_t = ...
    targets = [name for name in undeclared if name.partition("_")[0] in {"t", "y"} and name not in counted]
    if found.verdict != "wrong" or found.shapes or not targets:
        return None
    known = (context.scope.names.get(name, Declaration(name)) for name in targets)
    if (
        _by_itself("=", left, right, context.declared(*(replace(d, domain="{-1, 1}") for d in known))).verdict
        != "valid"
    ):
        return None
    said = f"right where they are 1 or -1, which nothing says: {', '.join(targets)} (declare $t \\in \\{{-1, 1\\}}$)"
    return Judged("undecided", said)


def _by_facts(relation: str, left: Node, right: Node, context: Context, facts: Sequence[Fact]) -> Judged | None:
    """The step as a consequence of equations that hold; None if it is not one."""
    from solvers.equality.relations import follows  # numpy comes with it: 12 times the start of Python

    conclusion = Chain((left, right), (relation,))
    spoken = depends(conclusion, context)
    open_: Judged | None = None
    for chosen in (facts[-1:], facts):
        result = follows([fact.chain for fact in chosen], conclusion, context)
        lines = " and ".join(dict.fromkeys(f"line {fact.line}" for fact in chosen))
        if result.verdict == "valid":
            return Judged("valid", f"follows from {lines}: {result.evidence}", None, result.notes, equation=True)
        about = [fact for fact in chosen if spoken & names(fact.chain)]
        if result.verdict == "undecided" and not all(_leaves_free(fact, facts, spoken, context) for fact in about):
            open_ = Judged("undecided", f"whether it follows from {lines} is open: {result.evidence}")
        if len(facts) == 1:
            break
    if open_ is None and result.verdict == "wrong" and result.counterexample:
        by = {name for fact in facts for name in fact.by}
        bare = (
            re.sub(r"(?:star|hat)(?=_|$)|_(?:opt|ML|MLE|MAP|min|max)$", "", left.text) if isinstance(left, Name) else ""
        )
        if by and isinstance(left, Name) and not {left.text, bare} & {*by, *context.definitions}:
            return Judged("undecided", f"{lines} set the derivative by {', '.join(sorted(by))}, not by {left.text}")
        return Judged("wrong", f"does not follow from {lines}: {result.evidence}", result.counterexample)
    return open_


def _leaves_free(fact: Fact, facts: Sequence[Fact], spoken: Collection[str], context: Context) -> bool:
    """Whether an equation only says what something else is, t^2 = f(c), and nothing of what a step speaks of, c."""
    others = {name for other in facts if other is not fact for name in depends(other.chain, context)}
    sides = [depends(side, context) for side in fact.chain.sides]
    plain = len(sides) == 2 and fact.chain.relations == ("=",)
    return plain and any(side and not side & (other | others | {*spoken}) for side, other in (sides, sides[::-1]))


def _entry_alone(context: Context, undeclared: Sequence[str]) -> str:
    """A declared W_ij where W, or W_ik, is declared by nothing: an entry was meant, but W_ij is a name of its own."""
    bases = {found[1] if (found := _ENTRY.fullmatch(name)) else name for name in undeclared}
    return next((n for n in context.scope.names if (found := _ENTRY.fullmatch(n)) and found[1] in bases), "")


def has_derivative(node: Node) -> bool:
    """Whether a derivative is taken somewhere in the formula."""
    return any(isinstance(inner, Derivative) for inner in walk(node))


def taken_by(nodes: Iterable[Node]) -> frozenset[str]:
    """The names that the derivatives in some formulas are taken by."""
    found = [by for node in nodes for inner in walk(node) if isinstance(inner, Derivative) for by in inner.by]
    return frozenset(name for by in found if (name := target(by)) is not None)


def has_prime(node: Node) -> bool:
    """Whether the derivative of a function of the table stands somewhere in the formula: \\sigma'(z)."""
    return any(isinstance(inner, Call) and inner.op.endswith("'") for inner in walk(node))


def depends(node: Node, context: Context) -> frozenset[str]:
    """The names a formula depends on, through the definitions."""
    return reached(node, context.definitions)


def undeclared_in(nodes: Sequence[Node], context: Context) -> tuple[str, ...]:
    """Names that no declaration or definition speaks of, and that are no sizes, bound indices or constants."""
    from solvers.formula.context import dimensions
    from solvers.formula.nodes import Big, Index, Member

    declared = {n for n, d in context.scope.names.items() if d.domain != "inferred"}
    sizes = {n for d in context.scope.names.values() for s in dimensions(d) for n in names(s)}
    found: set[str] = set()
    for node in nodes:
        bound = {b.name.text for inner in walk(node) if isinstance(inner, Big) for b in inner.binders}
        bound |= {
            n
            for i in walk(node)
            if isinstance(i, Big)
            for b in i.binders
            for e in (b.low, b.high)
            if e
            for n in names(e)
        }
        index = {
            n for inner in walk(node) if isinstance(inner, (Index, Member)) for i in inner.indices for n in names(i)
        }
        found |= {name for name in names(node) - bound - index if MARK not in name}
    constants = {"pi", "infty", "e", "I", "ones", "bbR", "F"}
    return tuple(sorted(found - declared - sizes - constants - context.definitions.keys()))


def undeclared_behind(left: Node, right: Node, context: Context) -> set[str]:
    """The undeclared names in the definitions that two sides lead to."""
    behind = [
        d for n in depends(left, context) | depends(right, context) for d in context.definitions.get(n, ())
    ]  # fmt: skip
    own = {n for d in behind for n in (*names(d.left), *d.indices)}
    return set(undeclared_in([d.right for d in behind], context)) - own


def sign_of(relation: str) -> str:
    """How a relation is written, for people."""
    plain = {"~=": "≈", "prop": "∝", "<=": "≤", ">=": "≥", "!=": "≠", "=>": "⇒", "<=>": "⇔", "in": "∈", "<-": "←"}
    return plain.get(relation, relation if relation in RELATIONS else "=")
