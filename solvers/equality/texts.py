"""Two texts and what is known around them -> a verdict; what could not be read is said with its column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

from solvers.equality.above import PRIME, is_primed, unless_above, with_above
from solvers.equality.answer import VERDICTS, Answer
from solvers.equality.argmins import extremal
from solvers.equality.chances import Told, left_open, told_by
from solvers.equality.compare import Comparison, compare
from solvers.equality.left_aside import without_remark
from solvers.equality.moments_only import beyond_two
from solvers.equality.open_shapes import doubted, speaks_of_open_sizes, speaks_of_shapes, written_shape
from solvers.equality.pairs import pairs_bound
from solvers.equality.relation_first import nearly, relation_first
from solvers.equality.rewritten import rewritten
from solvers.equality.slashes import unless_further
from solvers.equality.spelled import spelled
from solvers.equality.summed_values import with_summed
from solvers.equality.unclear_signs import unless_unclear
from solvers.equality.undeclared import taken, undeclared
from solvers.formula.bits import with_bits
from solvers.formula.columns import AS_COLUMNS, as_columns
from solvers.formula.context import Context, infer, read_context
from solvers.formula.definitions import beside, loose_in
from solvers.formula.env import TOO_MUCH, Budget
from solvers.formula.families import with_members, with_wholes
from solvers.formula.functions import UNKNOWN_FUNCTION
from solvers.formula.lately import read_lately
from solvers.formula.nodes import Chain, Derivative, Name, Node, Num, walk
from solvers.formula.origins import with_origins
from solvers.formula.outside import unsaid_outside
from solvers.formula.parser import Parsed, parse, parse_among
from solvers.formula.parts import customary, with_entries
from solvers.formula.probability import OF_NOTHING
from solvers.formula.raised_to import with_raised
from solvers.formula.random_wholes import with_random_wholes
from solvers.formula.table_words import OVER_WHICH
from solvers.formula.tables.table import EvaluationError
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import MAX_LENGTH, Unreadable
from solvers.formula.unknown import is_unknown, only
from solvers.formula.zeros import zeros_of_any_size

MAX_LETS = 200
WORK = 45_000  # steps of all that is tried for two texts


def compare_texts(a: str, b: str, lets: Sequence[str], seed: int = 0) -> Answer:
    """Reads the declarations and both formulas, and compares them. Never raises for what the texts hold."""
    if len(lets) > MAX_LETS:
        return Answer("unreadable", f"{len(lets)} declarations; at most {MAX_LETS} are read")
    if (long := _too_long(a, b, lets)) is not None:
        return _unreadable(long)
    a, b, *lets = (_SPACING.sub(" ", text) for text in (a, b, *lets))
    near, b = relation_first(b)
    a, b, lets, said = spelled(a, b, lets)
    latex = any("\\" in text for text in (a, b, *lets))
    try:
        found, functions, lets, remarks = _read_in_ways(a, b, lets, latex)
    except RecursionError:
        return Answer("unreadable", "the formulas and declarations are nested too deep")
    if isinstance(found, _Problem):
        return without_remark(lets, found.place, lambda fewer: compare_texts(a, b, fewer, seed)) or _unreadable(found)
    context, varying, sides, told = found
    context = with_above(context, a, b, lets)
    if near and not any(isinstance(side.node, Chain) for side in sides):
        return nearly(sides[0], sides[1], context, seed, remarks)
    answer = _judged(sides[0], sides[1], context, seed, functions)
    if answer.verdict == "undecided" and told is None and UNKNOWN_FUNCTION in answer.evidence:
        again = _of_any_law(a, b, lets, latex)  # p(c | a, b) = p(c | b) defines no p
        if again is not None and not isinstance(again[0], _Problem):
            context, varying, sides, told = again[0]
            answer = _judged(sides[0], sides[1], context, seed, again[1])
    if not varying:
        read, judge = partial(_read, varying=varying, latex=latex), partial(_judged, seed=seed, functions=functions)
        anew = partial(_read_all, a, b, lets, latex)
        answer = unless_further(answer, (a, b, *lets), sides, context, read, judge, anew)
    answer = replace(answer, notes=(*answer.notes, *said, *remarks, *((told.remark,) if told and told.remark else ())))
    if answer.verdict == "different" and told is not None and told.joint is not None:
        loose = left_open([side.node for side in sides], told.joint, context)
        answer = replace(answer, verdict="undecided", evidence=loose, counterexample=None) if loose else answer
    if answer.verdict == "different" and (why := beyond_two([side.node for side in sides], context, lets)):
        answer = replace(answer, verdict="undecided", evidence=why, counterexample=None)
    if not varying:
        return answer
    written = (parse(text, context.scope, True) for text in (a, b))  # with d(L), and not the derivative it stands for
    return replace(answer, read_as=tuple(to_plain(each.node) for each in written if isinstance(each, Parsed)))


def _read_in_ways(
    a: str, b: str, lets: Sequence[str], latex: bool
) -> tuple[_Read | _Problem, frozenset[str], Sequence[str], tuple[str, ...]]:
    """The texts read, the functions of which nothing is said, the declarations with what is added, and remarks on it:
    the ways of what could not be read otherwise are tried one after the other.
    """
    found, functions = _read_all(a, b, lets, latex, Context()), frozenset[str]()
    remarks: tuple[str, ...] = ()
    if isinstance(found, _Problem) and found.problem.function:  # f(x) of an f of which nothing is said
        start = _with_functions(a, b, lets, latex)
        found, functions = _read_all(a, b, lets, latex, start), frozenset(start.definitions)
    if isinstance(found, _Problem) and (laws := _of_any_law(a, b, lets, latex)) is not None:
        found, functions = laws
    if isinstance(found, _Problem) and found.problem.message == OF_NOTHING:  # E[X] of an X of which nothing is said
        found, lets = _with_random(a, b, lets, latex, found)
    if isinstance(found, _Problem) and found.problem.message.startswith(OVER_WHICH):
        found, remarks = _over_some_set(a, b, lets, latex, found)
    return found, functions, lets, remarks


_SPACING = re.compile(r"(?:\\[,;:!> ]|\\q?quad(?![A-Za-z])|[~\s]){17,}")  # more than anybody sets: one blank


@dataclass(frozen=True, slots=True)
class _Problem:
    """A text that could not be read: which of them, and the number of a declaration."""

    problem: Unreadable
    side: str
    text: str
    place: int | None = None


def _too_long(a: str, b: str, lets: Sequence[str]) -> _Problem | None:
    """The first text of more characters than are read."""
    rows = (*(("let", let, place) for place, let in enumerate(lets)), ("a", a, None), ("b", b, None))
    for side, text, place in rows:
        if len(text) > MAX_LENGTH:
            said = f"{len(text)} characters; at most {MAX_LENGTH} are read"
            return _Problem(Unreadable(said, MAX_LENGTH, len(text)), side, text, place)
    return None


_Read: TypeAlias = tuple[Context, frozenset[str], list[Parsed], "Told | None"]


def _of_any_law(a: str, b: str, lets: Sequence[str], latex: bool) -> tuple[_Read | _Problem, frozenset[str]] | None:
    """The texts with laws of which nothing is said as any laws; None where there are none."""
    from solvers.equality.unsaid import unsaid_laws  # only where something could not be read

    start, functions = Context(), frozenset[str]()
    for _ in range(2):
        told = unsaid_laws(lets, (a, b), latex, start)
        if told is None:
            return None
        found = _read_all(a, b, lets, latex, start, told)
        if not isinstance(found, _Problem) or not found.problem.function or functions:
            return found, functions
        start = _with_functions(a, b, lets, latex)
        functions = frozenset(start.definitions)
    return None


def _with_random(
    a: str, b: str, lets: Sequence[str], latex: bool, problem: _Problem
) -> tuple[_Read | _Problem, Sequence[str]]:
    """The texts with random names of any joint law, where nothing says which names are random."""
    from solvers.equality.unsaid import unsaid_names  # only where something could not be read

    names = unsaid_names(lets, (a, b))
    more = [*lets, f"{', '.join(names)} random variables"]
    found = _read_all(a, b, more, latex, Context()) if names else problem
    return (problem, lets) if isinstance(found, _Problem) else (found, more)


def _over_some_set(
    a: str, b: str, lets: Sequence[str], latex: bool, problem: _Problem
) -> tuple[_Read | _Problem, tuple[str, ...]]:
    """The texts with distributions over some finite set, where no set is said and nothing speaks of densities."""
    from solvers.equality.unsaid import over_some_set  # only where something could not be read

    more = over_some_set(lets, (a, b))
    found = problem if more is None else _read_all(a, b, more, latex, Context())
    return (problem, ()) if isinstance(found, _Problem) else (found, ("the distributions are over some finite set",))


def _read_all(
    a: str, b: str, lets: Sequence[str], latex: bool, start: Context, told: Told | tuple[int, Unreadable] | None = None
) -> _Read | _Problem:
    """What the declarations say, what differentials are of, both formulas, and the distribution that is told of."""
    told = told_by(lets, (a, b), latex) if told is None else told
    start = with_raised(with_summed(start, lets, (a, b)), (*lets, a, b))
    context = told.context if isinstance(told, Told) else told or read_lately(lets, start, latex)
    if isinstance(context, Context) and told is None and (pairs := customary(context, (*lets, a, b))):
        context = read_lately(lets, with_entries(start, pairs), latex)  # a_{ij} of a matrix A
    if isinstance(context, tuple):
        place, problem = context
        return _Problem(problem, "let", lets[place], place)
    if isinstance(told, Told):
        a, b = (told.rewritten(text) for text in (a, b))
    context = with_bits(context, " ; ".join((*lets, a, b)))
    context = with_random_wholes(with_wholes(with_members(context)), a, b)
    context = with_origins(infer(context, a, b), (*lets, a, b), latex or None)
    varying: frozenset[str] = frozenset()
    if any(text.lstrip().startswith(("d", "\\mathrm")) for text in (a, b)):  # dL against tr(G^T dW)
        from solvers.formula.differentials import moving, with_changes

        varying = moving([(a, b), (b, a)])
        context = with_changes(context, varying) if varying else context
    sides: list[Parsed] = []
    for name, text in (("a", a), ("b", b)):
        parsed = _read(text, context, varying, latex)
        if isinstance(parsed, Unreadable):
            return _Problem(parsed, name, text)
        sides.append(parsed)
    return context, varying, sides, told if isinstance(told, Told) else None


def _with_functions(a: str, b: str, lets: Sequence[str], latex: bool) -> Context:
    """The functions that the texts only use, as any functions."""
    from solvers.formula.used import defined_in, with_used  # only where there is one

    known = Context()
    for text in lets:
        found = read_context([text], known, latex=latex)
        known = known if isinstance(found, tuple) else found
    with_them = with_used(known, [a, b, *lets], defined_in(lets), lambda text, scope: parse_among(text, scope, latex))
    fresh = [name for name in with_them.definitions if is_unknown(with_them, name) and name not in known.definitions]
    return only(with_them, fresh)


def _read(text: str, context: Context, varying: frozenset[str], latex: bool) -> Parsed | Unreadable:
    parsed = parse(text, context.scope, True) if varying else parse_among(text, context.scope, latex)
    if not varying or isinstance(parsed, Unreadable):
        return parsed
    from solvers.formula.differentials import expanded

    node = expanded(parsed.node, context, varying)
    return node if isinstance(node, Unreadable) else replace(parsed, node=node)


def _unreadable(found: _Problem) -> Answer:
    problem, side, text, place = found.problem, found.side, found.text, found.place
    where: dict[str, Any] = {"in": side, "column": problem.start + 1, "end": problem.end, "text": text[:200]}
    if place is not None:
        where["number"] = place + 1
    named = side if place is None else f"{side} {place + 1}"
    return Answer("unreadable", f"{named}, column {problem.start + 1}: {problem.message}", None, where)


def _judged(a: Parsed, b: Parsed, context: Context, seed: int, functions: frozenset[str]) -> Answer:
    a, b = (replace(x, node=node) for x, node in zip((a, b), pairs_bound((a.node, b.node)), strict=True))
    shown = (to_plain(a.node), to_plain(b.node))
    unheard = undeclared(a.node, b.node, context)
    said = taken(unheard)
    notes = (*a.notes, *b.notes, *said)
    if isinstance(a.node, Chain) and isinstance(b.node, Chain):
        return _equivalent(a.node, b.node, context, seed, shown, notes)
    for parsed, name in ((a, "a"), (b, "b")):
        if isinstance(parsed.node, Chain):
            message = f"{name} is a relation; expected a formula (give the two sides of an equation as a and b)"
            return Answer("unreadable", message, None, {"in": name, "column": 1}, shown, notes)
    (left, right), context, told = rewritten((a.node, b.node), context)
    a, b, notes = replace(a, node=left), replace(b, node=right), (*notes, *told)
    known = _with_losses(a.node, b.node, context)
    losses = sorted(known[0].definitions.keys() - context.definitions.keys())
    notes = (*notes, *(f"{name} is some smooth function of what it is derived by" for name in losses))
    notes = (*notes, *(f"{name} is any smooth function" for name in sorted(functions & context.definitions.keys())))
    context = known[0]
    unheard = [name for name in unheard if name not in losses]
    loose = sorted(loose_in((a.node, b.node), context.definitions) & set(unheard))
    if loose and a.node != b.node:
        return Answer("undecided", f"nothing says what {loose[0]} depends on", None, None, shown, notes)
    try:
        result, more = _compared((a.node, b.node), known, seed, unheard, losses, functions)
    except EvaluationError as error:  # a size or a set of the declarations that cannot be sampled
        return Answer("undecided", str(error), None, None, shown, notes)
    except RecursionError:
        return Answer("undecided", "the formulas and definitions are nested too deep", None, None, shown, notes)
    if _misfit(result) and (turned := as_columns((a.node, b.node), context)) is not None:
        (left, right), context = turned
        again = _judged(replace(a, node=left), replace(b, node=right), context, seed, functions)
        if again.verdict != "undecided" and (again.counterexample is None or "left" in again.counterexample):
            return replace(again, read_as=shown, notes=(*again.notes, AS_COLUMNS))
    numbers = _without_shapes(undeclared(a.node, b.node, context), more)
    result = unless_above(result, (a.node, b.node), context, seed, numbers)
    left_over = taken(numbers)
    notes = (*(note for note in notes if note not in said), *left_over, *filter(None, more))
    return Answer(result.verdict, result.evidence, result.counterexample, None, shown, notes)


def _without_shapes(fresh: Sequence[str], notes: Sequence[str]) -> list[str]:
    """The names of which no note says what shape they are taken as: they are taken as numbers."""
    parts = [part.partition(TAKEN) for note in notes for part in note.split("; ")]
    shaped = {name for name, is_taken, _ in parts if is_taken}
    return [name for name in fresh if name not in shaped]


TAKEN = " is taken as "  # a shape


def _compared(
    nodes: tuple[Node, Node], contexts: Sequence[Context], seed: int, unheard: Sequence[str], losses: Sequence[str],
    functions: frozenset[str],
) -> tuple[Comparison, tuple[str, ...]]:  # fmt: skip
    """The verdict that all contexts give, with the remarks on how it was read; raises EvaluationError."""
    (a, b), (context, *others) = nodes, contexts
    work, notes = Budget(WORK), tuple[str, ...]()
    if unheard and speaks_of_shapes((a, b), context):
        result, notes = _with_shapes(a, b, context, seed, work, Comparison("undecided", ""))
    if not notes or result.verdict == "undecided":
        result, notes = extremal(a, b, context, seed) or compare(a, b, context, seed, work), ()
    if result.verdict == "same" and not notes and speaks_of_open_sizes((a, b), context):
        other, shaped = _with_shapes(a, b, context, seed, Budget(WORK), result)
        result, notes = (other, shaped) if other.verdict == "different" else (result, notes)
    if _misfit(result) and Num("0") in nodes:
        left, right = (Name("zeros") if node == Num("0") else node for node in nodes)
        found = compare(left, right, context, seed, work)
        result, notes = (result, notes) if _misfit(found) else (found, (*notes, ZEROS))
    spread = _entry_by_entry(a, b, context, seed, work) if _misfit(result) else None
    if spread is not None and spread.verdict == "different" and unheard and speaks_of_shapes(nodes, context):
        result = doubted(replace(spread, evidence="the sizes do not fit"), a, b, unheard)
    elif spread is not None:
        result, notes = spread, (*notes, ENTRYWISE)
    elif _misfit(result):
        result, more = _with_shapes(a, b, context, seed, work, result)
        notes = (*notes, *more)
    if _misfit(result) and result.verdict == "different":
        result = doubted(result, a, b, unheard, zeros_of_any_size(context, nodes))
    if result.verdict == "different" and (outside := unsaid_outside(result.counterexample, nodes, context)):
        result = Comparison("undecided", f"what {outside} is outside of its entries is not said")
    if result.verdict == "different" and (apart := beside((a, b), context.definitions)):
        result = Comparison("undecided", f"{apart}{ROUND}{apart}")
    result = unless_unclear(result, a, b, context, seed, work)
    if any(compare(a, b, other, seed, work).verdict != result.verdict for other in others):
        result = Comparison("undecided", f"what {', '.join(losses)} depends on is not said")
    unknown = functions.union(losses)
    if a != b and (unknown or any(d.recursive for found in context.definitions.values() for d in found)):
        from solvers.equality.generic import looked_at_again  # only where something is open, or defined by itself

        result = looked_at_again(a, b, context, unknown, result, _misfit(result))
    return result, notes


def _with_losses(a: Node, b: Node, context: Context) -> tuple[Context, ...]:
    """The contexts in which an L that only has derivatives is some function of what it is derived by."""
    nodes = (a, b, *(d.right for found in context.definitions.values() for d in found))
    if not any(isinstance(inner, Derivative) for node in nodes for inner in walk(node)):
        return (context,)
    from solvers.formula.losses import with_losses  # only where there is a derivative

    return with_losses(context, (a, b))


ROUND = " is defined by what it is to be varied with: define the other way round, from "
ZEROS = "0 is taken as zeros of the size of the other side"
ENTRYWISE = "a number beside a vector or a matrix is taken entry by entry"


def _misfit(result: Comparison) -> bool:
    """Whether a side has no value, or both have other shapes, rather than other values or another domain."""
    point = result.counterexample
    settled = result.tried or result.domain or result.evidence == TOO_MUCH
    return result.verdict != "same" and (point is None or not {"left", "gradient"} & point.keys()) and not settled


def _entry_by_entry(a: Node, b: Node, context: Context, seed: int, work: Budget) -> Comparison | None:
    """The comparison with numbers beside vectors taken entry by entry, where that gives both sides a value."""
    result = compare(a, b, replace(context, entrywise=True), seed, work)
    return None if _misfit(result) else result


def _with_shapes(
    a: Node, b: Node, context: Context, seed: int, work: Budget, before: Comparison
) -> tuple[Comparison, tuple[str, ...]]:
    """The comparison with shapes for what nothing was said of, where there are some under which everything fits."""
    from solvers.formula.fitting import fitted  # only where sizes do not fit

    found = fitted(context, (a, b))
    if found is None:
        return before, ()
    left, right = found.nodes
    result = compare(left, right, found.context, seed, work)
    if _misfit(result):
        result = compare(left, right, replace(found.context, entrywise=True), seed, work)
    shaped = "; ".join(f"{name}{TAKEN}{written_shape(found.context, name)}" for name in found.names)
    return (before, ()) if _misfit(result) else (result, (shaped,))


def _equivalent(
    a: Chain, b: Chain, context: Context, seed: int, shown: tuple[str, ...], notes: tuple[str, ...]
) -> Answer:
    """Two equations (or inequalities) are the same if they have the same solutions."""
    from solvers.equality.relations import judge  # three times the start of Python

    if is_primed((a, b), context, undeclared(a, b, context)):
        return Answer("undecided", PRIME, None, None, shown, notes)
    result = judge("<=>", a, b, context, seed)
    return Answer(
        VERDICTS[result.verdict], result.evidence, result.counterexample, None, shown, (*notes, *result.notes)
    )
