"""The order in which explanations of a wrong step are tried: the cheapest and most telling first, within a bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from engine.derivation.diagnosis.assumptions import early, late, middle, orthonormal
from engine.derivation.diagnosis.bench import CLOSE, NEAR, Bench, Mode, bench
from engine.derivation.diagnosis.brackets import brackets
from engine.derivation.diagnosis.deadline import WORK, Deadline, deadline
from engine.derivation.diagnosis.dropping import dropping, halves, numbers
from engine.derivation.diagnosis.entries import entries, plain_number, two_numbers
from engine.derivation.diagnosis.functions import exchanged, forgotten, functions, operations
from engine.derivation.diagnosis.indices import indices, means, ranges, shifts, where_equal
from engine.derivation.diagnosis.insertions import between, identities, missing_factors, missing_terms
from engine.derivation.diagnosis.naming import complements, instead, names_for_names, swaps, swaps_inside
from engine.derivation.diagnosis.paths import is_inner, linear, paths
from engine.derivation.diagnosis.powers import powers
from engine.derivation.diagnosis.products import kinds_of_product, orders
from engine.derivation.diagnosis.record import Diagnosis, Edit, said_of
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.signs import ordinal, signs
from engine.derivation.diagnosis.solutions import at_solutions, follows_from
from engine.derivation.diagnosis.terms_missing import missing_terms_by_value
from engine.derivation.diagnosis.transposes import transposes
from engine.derivation.diagnosis.trees import Place, everywhere, occurrences, places, size, sum_of, terms
from engine.derivation.diagnosis.whole import by_terms, rest, whole
from solvers.equality.compare import compare
from solvers.formula.context import Context
from solvers.formula.nodes import Big, Call, Chain, Name, Node, Num
from solvers.formula.tables.table import EvaluationError
from solvers.formula.to_latex import to_latex

NOTHING = 1e-12
MOST_FACTS, FEWEST = 3, 4
ENOUGH = 0.3  # of the points: where the true side must have a value
SHORT = 9  # nodes of a missing term that is said before an assumption
Local = Callable[[Place, Setting], Iterator[Edit]]
Found = Iterator[Diagnosis | Edit]
Tried = Callable[[Setting, Deadline], Found]

# Changes at one place of the wrong side, the most telling first.
SIMPLE: tuple[Local, ...] = (
    signs, identities, transposes, means, numbers, halves, indices, ranges, exchanged, orders, powers,
    kinds_of_product, functions, dropping, names_for_names,
)  # fmt: skip
LARGER: tuple[Local, ...] = (complements, swaps_inside, brackets, forgotten)
FROM_THE_POOL: tuple[Local, ...] = (missing_factors, between, missing_terms, instead)
REPEATED: tuple[Local, ...] = (transposes, names_for_names, indices, functions, powers, kinds_of_product, forgotten)


def diagnose(
    left: Node, right: Node, context: Context, *, relation: str = "=", work: int = WORK, seed: int = 0,
    facts: Sequence[Chain] = (),
) -> Diagnosis | None:  # fmt: skip
    """What is wrong with the step `left relation right`, where left is right and the step was found to be wrong.

    Every edit is tried at fixed points and confirmed by `compare`; None where nothing small mends the step within
    `work` steps of evaluation. The same input gives the same diagnosis. `facts` are equations that hold
    without being identities: where the step is meant to follow from one, it is tried on its solutions.
    """
    until = deadline(work)
    try:
        if relation in _TURNED:
            return _relation(left, right, context, relation, seed)
        if relation not in {"=", ":=", "~="}:
            return None
        open_name = isinstance(left, Name) and left.text not in context.definitions
        if facts:  # what is plain as an identity, then what follows from a fact, then the rest
            plain = None if open_name else _first(left, right, context, seed, until, _plain)
            found = plain or _of_equation(left, right, context, facts, seed, until)
            if found is not None or open_name:
                return _of_digits(found, relation)
        return _of_digits(_first(left, right, context, seed, until), relation)
    except (EvaluationError, RecursionError):
        return None


def _of_digits(found: Diagnosis | None, relation: str) -> Diagnosis | None:
    """The diagnosis, where what is written with ≈ is off in its last digits alone."""
    rounding = found is not None and found.kind == "rounding" and relation == "~="
    return Diagnosis("rounding", "right but for its last digits, which are off") if rounding else found


_TURNED = {"<": ">=", "<=": ">=", ">": "<=", ">=": "<="}


def _first(
    left: Node, right: Node, context: Context, seed: int, until: Deadline, tried: Tried | None = None
) -> Diagnosis | None:
    """The first explanation that is confirmed, of all or of those that are to be tried."""
    trial = _bench(left, right, context, seed)
    if trial is None:
        return _domain(left, right, context, seed)
    setting = Setting(left, right, context, trial)
    if setting.symbols and all(abs(wanted).max() < NOTHING for wanted in trial.target if wanted.size):
        return plain_number(setting) or two_numbers(setting)  # else whatever makes the side vanish would be right
    for found in (tried or _everything)(setting, until):
        if until.over:
            return None
        if isinstance(found, Diagnosis):
            return _with_term(found, setting, seed) if found.kind in {"missing-term", "total"} else found
        if _confirmed(left, found.tree, context, seed):
            return _named(found, setting)
    return None


def _of_equation(
    left: Node, right: Node, context: Context, facts: Sequence[Chain], seed: int, until: Deadline
) -> Diagnosis | None:
    """The edit of one side with which the step follows from the last fact that it does not follow from as it is."""
    for fact in reversed(facts[-MOST_FACTS:]):
        for truth, wrong in ((left, right), (right, left)):
            trial = at_solutions(truth, wrong, fact, context, seed)
            if trial is None or trial.matches(wrong) or isinstance(wrong, (Name, Num)):
                continue
            setting = Setting(truth, wrong, context, trial, fact.sides)
            for found in _edits(setting, until):
                if until.over:
                    return None
                ordinary = bench(truth, found.tree, context, seed)
                if isinstance(ordinary, Bench) and ordinary.matches(found.tree):
                    continue  # an identity: it says nothing of the unknown
                if follows_from(fact, truth, found.tree, context):
                    return _named(found, setting)
    return None


def _with_term(found: Diagnosis, setting: Setting, seed: int) -> Diagnosis:
    """The same with the missing term itself, if it is found."""
    for edit in _kept(missing_terms_by_value(setting), setting):
        if _confirmed(setting.left, edit.tree, setting.context, seed):
            return Diagnosis(found.kind, f"{found.sentence}; {edit.sentence}", to_latex(edit.tree))
        break
    return found


def _confirmed(left: Node, repaired: Node, context: Context, seed: int) -> bool:
    """Whether the repaired side has the left one's value wherever that has one."""
    judged = compare(left, repaired, context, seed)
    if judged.verdict == "undecided":
        return _agreed(left, repaired, context, seed)
    point = judged.counterexample or {}
    return judged.verdict == "same" or (judged.domain and "left" in point and point["left"] is None)


def _agreed(left: Node, repaired: Node, context: Context, seed: int) -> bool:
    """Whether the two sides agree on fresh benches, near 1 and far out: where `compare` finds too few points."""
    modes: tuple[Mode, ...] = ("calm", "wide")
    trials = [bench(left, repaired, context, seed + more, mode) for more in (1, 2, 3) for mode in modes]
    found = [trial for trial in trials if isinstance(trial, Bench)]
    return len(found) >= FEWEST and all(trial.matches(repaired) for trial in found)


def _named(found: Edit, setting: Setting) -> Diagnosis:
    if found.kind == "missing-factor" and found.factor is not None and is_inner(found.factor, setting):
        return Diagnosis("inner-derivative", f"{found.sentence} (the inner derivative)", to_latex(found.tree))
    return Diagnosis(found.kind, str(found.sentence), to_latex(found.tree))


def _bench(left: Node, right: Node, context: Context, seed: int) -> Bench | None:
    """Points at which the two sides differ: near 1, or else at every scale; None if none are found."""
    modes: tuple[tuple[Mode, float], ...] = (("calm", NEAR), ("positive", NEAR), ("wide", NEAR), ("wide", CLOSE))
    for mode, tolerance in modes:
        trial = bench(left, right, context, seed, mode)
        if isinstance(trial, Bench) and trial.finite() >= ENOUGH:
            trial.tolerance = tolerance
            if not trial.matches(right):
                trial.keep(right)
                return trial
    return None


def _domain(left: Node, right: Node, context: Context, seed: int) -> Diagnosis | None:
    found = compare(left, right, context, seed)
    return Diagnosis("domain", found.evidence) if found.domain else None


def _everything(setting: Setting, until: Deadline) -> Found:
    """All explanations that hold at the bench's points, in order."""
    at = _places(setting)
    yield from _simple(setting, at, until)
    yield from early(setting)
    yield from paths(setting)
    missing = list(_kept(missing_terms_by_value(setting), setting))
    short = [edit for edit in missing if size(edit.tree) - size(setting.right) <= SHORT]
    yield from short
    yield from orthonormal(setting)
    yield from (edit for edit in missing if edit not in short)
    yield from middle(setting)
    yield from _pooled(setting, at, until)
    yield from linear(setting)
    yield from where_equal(setting)
    numbers_only = two_numbers(setting)
    if numbers_only is not None:
        yield numbers_only
    yield from late(setting)


def _edits(setting: Setting, until: Deadline) -> Iterator[Edit]:
    """The edits alone, without assumptions."""
    at = _places(setting)
    yield from (found for found in _simple(setting, at, until) if isinstance(found, Edit))
    yield from _kept(missing_terms_by_value(setting), setting)
    yield from _pooled(setting, at, until)


def _plain(setting: Setting, until: Deadline) -> Found:
    yield from _simple(setting, _places(setting), until)


def _places(setting: Setting) -> list[Place]:
    return [place for place in places(setting.right) if not isinstance(place.node, Chain)]


def _simple(setting: Setting, at: list[Place], until: Deadline) -> Found:
    """What can be said of the side as it stands."""
    yield from _kept(whole(setting), setting)
    yield from _kept(by_terms(setting), setting)
    numeric = entries(setting, lambda a, b: _first(a, b, setting.context, 0, until))
    if numeric is not None:
        yield numeric
    yield from _local(SIMPLE, at, setting, until)
    yield from _kept(swaps(setting), setting)
    yield from _kept(shifts(setting), setting)
    yield from _local(LARGER, at, setting, until)
    yield from _repeated(REPEATED, at, setting, until)
    yield from _kept(operations(setting), setting)
    yield from _kept(rest(setting), setting)
    yield from _kept(by_terms(setting, plainly=False), setting)


def _pooled(setting: Setting, at: list[Place], until: Deadline) -> Iterator[Edit]:
    """What is missing, taken from the pool of the step."""
    yield from _local(FROM_THE_POOL, at, setting, until)
    large = [place for place in at if isinstance(place.node, (Big, Call))]
    yield from _repeated((missing_factors,), large, setting, until)


def _kept(edits: Iterator[Edit], setting: Setting) -> Iterator[Edit]:
    """The edits that hold at the bench's points; not those that only write the left side into the right one."""
    for edit in edits:
        if edit.tree != setting.right and setting.bench.matches(edit.tree) and not setting.copies_left(edit.tree):
            yield edit


def _local(families: tuple[Local, ...], at: list[Place], setting: Setting, until: Deadline) -> Iterator[Edit]:
    for family in families:
        for place in at:
            if until.over:
                return
            yield from _kept(family(place, setting), setting)


def _repeated(families: tuple[Local, ...], at: list[Place], setting: Setting, until: Deadline) -> Iterator[Edit]:
    """The same change wherever the same thing stands."""
    several = [*_several(at, setting.right, lambda new: new, "everywhere")]
    parts = terms(setting.right)
    for number, (_, term) in enumerate(parts) if len(parts) > 1 else ():

        def put(new: Node, number: int = number) -> Node:
            return sum_of([(s, new if i == number else t) for i, (s, t) in enumerate(parts)])

        several += _several(at, term, put, f"everywhere in the {ordinal(number)} term")
    for family in families:
        for place, scope, put_back, where in several:
            if until.over:
                return
            alone = Place(place.node, lambda new: new, place.above)
            changes = (
                Edit(
                    edit.kind,
                    said_of("{}, {}", edit.sentence, where),
                    put_back(everywhere(scope, place.node, edit.tree)),
                )
                for edit in family(alone, setting)
            )
            yield from _kept(changes, setting)


def _several(
    at: list[Place], scope: Node, put: Callable[[Node], Node], where: str
) -> Iterator[tuple[Place, Node, Callable[[Node], Node], str]]:
    """The places whose node stands more than once in a part of the side, one for each such node."""
    done: set[Node] = set()
    for place in at:
        if place.node not in done and occurrences(scope, place.node) > 1:
            yield place, scope, put, where
        done.add(place.node)


def _relation(left: Node, right: Node, context: Context, relation: str, seed: int) -> Diagnosis | None:
    """An inequality that points the other way at every point that is tried."""
    trial = bench(left, right, context, seed)
    if not isinstance(trial, Bench):
        return None
    pairs = list(zip(trial.target, trial.values(right), strict=True))
    if any(b is None or a.shape[1:] != b.shape[1:] for a, b in pairs):
        return None
    upward = _TURNED[relation] == ">="
    if all(((a >= b) if upward else (a <= b)).all() for a, b in pairs):
        turned = {"<": "≥", "<=": "≥", ">": "≤", ">=": "≤"}[relation]
        return Diagnosis("relation", f"the inequality points the other way: {turned} holds at every point tried")
    return None
