"""Shapes for what nothing declares, where a step fits with some and not as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from engine.derivation.judging import ENTRYWISE, Judged, depends, judge_step
from engine.derivation.named_lengths import in_named_lengths
from engine.derivation.second_derivatives import by_first
from solvers.formula.context import Context
from solvers.formula.env import TOO_MUCH
from solvers.formula.nodes import Big, Call, Chain, Derivative, Index, Member, Name, Node, children, names, walk
from solvers.formula.open_names import CONSTANTS, entries_apart, entry_of, is_new_size
from solvers.formula.ranks import between_vectors, shape_of
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker

_UNFIT = re.compile(r"sizes differ|runs over is not said|side has (?:no|a) value|how long|beside a number|inner sizes")
_MATRIX = re.compile(r"[A-Z]")
FITS = 16  # choices of shapes that a step is tried under


def by_shapes(checker: Checker, work: Work, chain: Chain, judged: Judged) -> Judged:
    """The verdict with shapes for what nothing declares, where there are some under which the sides fit.

    From here on these names have these shapes: W is one matrix all through a write-up.
    """
    if not _by_other_shapes(checker, work, chain, judged := by_first(checker, work, chain, judged)):
        return judged
    spread = judged.verdict == "wrong" and ENTRYWISE in judged.notes and bool(work.undeclared)
    from solvers.equality.open_shapes import written_shape
    from solvers.formula.fitting import fits

    all_fits = list(islice(fits(work.context, chain.sides), FITS))
    found = all_fits[0] if all_fits else None
    if spread:
        what = "may be no number beside a vector or a matrix: declare it"
        judged = Judged("undecided", f"{', '.join(work.undeclared)} {what}")
    if found is None:
        return judged
    changed, fresh = found.context, found.names
    again = judge_step(chain.relations[0], found.nodes[0], found.nodes[1], changed, checker.facts)
    changed, again = in_named_lengths(chain.relations[0], found, again, checker.facts)
    told = {n for n, d in work.context.scope.names.items() if d.domain != "inferred"}
    indexed = {n for n in fresh if n in checker.indexed} - _whole(work, chain) - told
    sized = any(is_new_size(size) for n in indexed for size in changed.scope.names[n].shape or ())
    unfit = judged.shapes or _UNFIT.search(judged.evidence) is not None  # and no other reason leaves it open
    if unfit and again.verdict == "wrong" and not again.shapes and not sized and len(all_fits) < FITS:
        relation = chain.relations[0]
        others = (judge_step(relation, f.nodes[0], f.nodes[1], f.context, checker.facts) for f in all_fits[1:])
        if all(other.verdict == "wrong" for other in others):  # under whichever shapes
            said = tuple(f"{name} is taken as {written_shape(changed, name)}" for name in fresh)
            return replace(again, notes=(*again.notes, *said))
    ranks = [work.context.scope.names[n].shape or () for n in fresh if n in work.context.scope.names]
    whole = len(ranks) == len(fresh) > 0 and all(any(map(is_new_size, shape)) for shape in ranks)  # "a vector v"
    if sized or (again.verdict != "valid" and not (whole and again.verdict == "wrong" and not again.shapes)):
        matrix = _between_vectors(work, chain) if judged.verdict == "valid" else ""
        reason = f"right where {matrix} is a number, and not where it is a matrix: declare it"
        return Judged("undecided", reason) if matrix in fresh else judged  # other shapes may have been meant
    said = tuple(f"{name} is taken as {written_shape(changed, name)}" for name in fresh)
    if again.verdict == "valid" and len(all_fits) == 1:
        changed = _as_told(work.context, changed, fresh)
    work.context, work.compared = changed, None
    _keep_shapes(checker, changed, fresh)
    _as_entries(checker, work, fresh)
    return replace(again, notes=(*again.notes, *said))


def _as_told(before: Context, changed: Context, fresh: Sequence[str]) -> Context:
    """The context in which what words called a vector, and of which its use shows the length, is a declared one."""
    for name in fresh:
        called, found = before.scope.names.get(name), changed.scope.names[name]
        open_before = called is not None and any(map(is_new_size, called.shape or ()))
        if open_before and not any(map(is_new_size, found.shape or ())):
            changed = changed.declared(replace(found, domain="real"))
    return changed


def _by_other_shapes(checker: Checker, work: Work, chain: Chain, judged: Judged) -> bool:
    """Whether other shapes of undeclared names may be meant than numbers."""
    if judged.evidence == TOO_MUCH:
        return False
    if judged.loose and not _entry_spoken(work, chain):
        return False
    turned = judged.verdict == "valid" and (turned_name(checker, work, *chain.sides) or _between_vectors(work, chain))
    widened = ENTRYWISE in judged.notes and bool(work.undeclared)  # a number in every entry may be a vector
    widened = widened or (judged.verdict == "wrong" and _right_of_a_matrix(work, chain))
    return bool(turned) or widened or judged.shapes or judged.verdict == "undecided"


def _right_of_a_matrix(work: Work, chain: Chain) -> bool:
    """Whether a name that nothing declares stands right behind a matrix: the x of Q x is no number."""
    products = (n for side in chain.sides for n in walk(side) if isinstance(n, Call) and n.op in {"mul", "dot"})
    pairs = ((n.args[-2], n.args[-1]) for n in products if len(n.args) > 1)
    return any(
        isinstance(x, Name) and x.text in work.undeclared and len(shape_of(matrix, work.context.scope) or ()) == 2
        for matrix, x in pairs
    )


def _between_vectors(work: Work, chain: Chain) -> str:
    """The A of x^T A y, of which nothing is known: by custom no number; "" where there is none."""
    between = (name for side in chain.sides for name in between_vectors(side, work.context.scope))
    return next((name for name in between if name in work.undeclared), "")


def _keep_shapes(checker: Checker, changed: Context, fresh: Sequence[str]) -> None:
    """From here on these names have the shapes that they have in `changed`."""
    checker.context = checker.context.declared(*(changed.scope.names[name] for name in fresh))
    for name in fresh:
        checker.context = _numbered_apart(checker.context, changed.scope.names[name], checker.texts)
        checker.undeclared.pop(name, None)
        checker.unsure.pop(name, None)  # the vector that words spoke of


def _as_entries(checker: Checker, work: Work, fresh: Sequence[str]) -> None:
    """A w_k in the other sides, read as a name, is an entry of the w that has a shape from here on."""
    stems = [f"{name}_" for name in fresh if work.context.scope.names[name].shape]
    for number, side in enumerate(work.sides):
        if side.node is not None:
            new = names(side.node) - work.context.scope.names.keys() - work.context.definitions.keys()
            parts = {name for name in new if any(entry_of(name, stem) for stem in stems)}
            work.sides[number] = replace(side, node=entries_apart(side.node, parts))
            for name in parts:
                checker.undeclared.pop(name, None)


def _entry_spoken(work: Work, chain: Chain) -> bool:
    """Whether a derivative is by an s_i, read as a name, of an s that is spoken of and that nothing declares."""
    spoken = {n for side in chain.sides for n in depends(side, work.context)}
    by = {
        v.text for s in chain.sides for n in walk(s) if isinstance(n, Derivative) for v in n.by if isinstance(v, Name)
    }
    return any(name.partition("_")[0] in spoken - work.context.scope.names.keys() for name in by if "_" in name)


def _whole(work: Work, chain: Chain) -> set[str]:
    """The names that stand for a whole somewhere: without an index, or with one that counts steps."""
    rights = [d.right for found in work.context.definitions.values() for d in found]
    nodes = [inner for node in (*chain.sides, *rights) for inner in walk(node)]
    entries = {id(n.base) for n in nodes if isinstance(n, Index)}
    bare = {n.text for n in nodes if isinstance(n, Name) and id(n) not in entries}
    return bare | {n.base.text for n in nodes if isinstance(n, Member) and isinstance(n.base, Name)}


def _numbered_apart(context: Context, declared: Declaration, texts: Sequence[str]) -> Context:
    """The context where \\theta_0 and \\theta_1 are vectors like \\theta, where the write-up speaks of a 0th one."""
    if len(declared.shape or ()) != 1 or declared.family:
        return context
    spelled = rf"(?<![A-Za-z\\])\\?{re.escape(declared.name)}\}}?_\{{?(\d)(?!\d)"
    places = {place for text in texts for place in re.findall(spelled, text)}
    if "0" not in places:
        return context
    alike = (replace(declared, name=f"{declared.name}_{place}") for place in sorted(places))
    new = [other for other in alike if other.name not in {*context.scope.names, *context.definitions}]
    return context.declared(*new)


def turned_name(checker: Checker, work: Work, left: Node, right: Node) -> str:
    """A name that nothing declares, that the sides lead to, and that is transposed somewhere, or multiplied entry by
    entry here; "" if there is none."""
    spoken = (depends(left, work.context) | depends(right, work.context)) & checker.turned_names
    for name in sorted(spoken | multiplied_by_entries((left, right))):
        declared = work.context.scope.names.get(name)
        told = declared is not None and (declared.domain != "inferred" or declared.shape)
        if name not in work.context.definitions and not told:
            return name
    return ""


def multiplied_by_entries(sides: tuple[Node, Node]) -> set[str]:
    """The names on either side of a \\odot, and the capitals within its factors: vectors and matrices."""
    products = (n for side in sides for n in walk(side) if isinstance(n, Call) and n.op == "hadamard")
    factors = [arg for product in products for arg in product.args]
    bases = {f.base if isinstance(f, (Index, Member)) else f for f in factors}
    inside = {name for factor in factors for name in _outside_indices(factor) if _MATRIX.fullmatch(name)}
    bound = {b.name.text for side in sides for n in walk(side) if isinstance(n, Big) for b in n.binders}
    return ({base.text for base in bases if isinstance(base, Name)} | inside) - CONSTANTS - bound


def _outside_indices(node: Node) -> set[str]:
    """The names of a formula that stand in no index."""
    if isinstance(node, Name):
        return {node.text}
    inner = (node.base,) if isinstance(node, (Index, Member)) else children(node)
    return set().union(*map(_outside_indices, inner))
