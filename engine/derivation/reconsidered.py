"""A step's verdict looked at again: other shapes, readings that were not meant, what an arrow asks for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.bounded import bounded_apart, right_within
from engine.derivation.chances import unfixed
from engine.derivation.data_held import with_data_held
from engine.derivation.declaring import target, written
from engine.derivation.doubts import doubt, put_in_doubt, squared_for_all, step_doubt
from engine.derivation.fitted_shapes import turned_name
from engine.derivation.generic import left_open
from engine.derivation.given_anew import another_method
from engine.derivation.held_constant import places_left
from engine.derivation.hurried import left_unsaid
from engine.derivation.judging import Judged, depends, judge_step, with_narrowed
from engine.derivation.loose import SPECIAL, WORDED_CASE, says_what_it_is
from engine.derivation.numbers import for_numbers_alone
from engine.derivation.numbers_anew import of_next_value
from engine.derivation.open_laws import open_law
from engine.derivation.rounding import rounded_behind
from engine.derivation.set_anew import ORDER
from engine.derivation.set_or_claimed import is_tied
from engine.derivation.settings import assumes_in_words
from engine.derivation.spectra_told import spectral_doubt, without_loops
from engine.derivation.too_dear import too_dear
from solvers.formula.context import Context, dimensions
from solvers.formula.index_ranges import counting, spoken_in
from solvers.formula.nodes import Apply, Call, Chain, Index, Member, Name, Node, names, walk

_SYMMETRIC = re.compile(
    r"\b(?:for|if|when|assuming)\b[^.;]{0,25}\bsymmetric\b|\bwith (?:an? )?symmetric\b", re.IGNORECASE
)
_MARKED = re.compile(r"^[A-Z]$|_[A-Za-z]{2,}$|(?:star|hat|tilde|bar)(?:_\w+)?$")

_CAPITAL = re.compile(r"[A-Z](?:tilde|hat|bar)?")

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker
    from engine.derivation.judging import Fact
    from engine.derivation.sides import Side


def doubted(checker: Checker, work: Work, before: int, right: Side, relation: str, judged: Judged) -> Judged:
    """The verdict, or why it may rest on a reading that was not meant."""
    left = work.sides[before].node
    assert left is not None
    assert right.node is not None
    if judged.verdict == "valid" and left != right.node:
        turned = turned_name(checker, work, left, right.node)
        if turned:
            said = "transposed" if turned in checker.turned_names else "multiplied entry by entry"
            return Judged("undecided", f"{turned} is {said}, so it is no number: declare it")
        special = for_numbers_alone(checker, left, right.node, "=" if relation == ":=" else relation)
        special = special or squared_for_all((left, right.node), work.context)
        return Judged("undecided", special) if special else judged
    rounded = rounded_behind(left, right.node, work.context) if judged.verdict == "wrong" and relation == "=" else None
    if rounded is not None:
        return rounded
    if judged.verdict == "wrong":
        held = with_data_held(checker, work, Chain((left, right.node), (relation,)))
        if held is not None:
            return held
        reason = _why_open(checker, work, before, right, Chain((left, right.node), (relation,)), judged)
        return Judged("undecided", reason) if reason else judged
    return judged


def _why_open(checker: Checker, work: Work, before: int, right: Side, chain: Chain, judged: Judged) -> str:
    """Why a step that came out wrong may rest on a reading that was not meant; "" where nothing speaks for that."""
    left, node = sides = chain.sides[0], chain.sides[1]
    texts = (written(work.sides[before].source), written(right.source))
    stepped = sorted({*depends(left, work.context), *depends(node, work.context)} & checker.stepped.keys())
    between = work.sides[before + 1]
    return (
        unfixed(checker, sides, work.context)
        or _bounds_an_unknown(work, chain)
        or _number_for(checker, work, chain)
        or doubt(left, node, texts, work.context, checker.spoken, checker.assumed, bool(checker.turned_names))
        or step_doubt(sides, work.context, checker.iterates.names, judged.shapes)
        or open_law(checker, sides)
        or put_in_doubt(sides, work.context)
        or spectral_doubt(chain, work.context)
        or left_open(checker, work, chain, judged)
        or _told_in_words(checker, work, left, node)
        or next((f"line {checker.stepped[name]} says what {name} is at one step alone" for name in stepped), "")
        or another_method(work.context, sides)
        or of_next_value(checker, work, sides)
        or _unheard(checker, work, before, sides)
        or _turned_member(checker, work, left, node)
        or _looped(checker, work, chain)
        or _perhaps_said(checker, work, sides)
        or _unsampled(checker, work, sides)
        or _case_unused(checker, work, sides)
        or ("" if is_tied(checker, chain, work.context) else says_what_it_is(checker, chain))
        or _told_of_table(checker, work, sides)
        or _said_in_passing(checker, work, chain)
        or right_within(checker, work, chain)
        or left_unsaid(checker, work, chain, between if between.node is None else None)
    )


def _bounds_an_unknown(work: Work, chain: Chain) -> str:
    """Why n > log(0.01)/log(0.9), of an n that nothing declares, is no claim for all n."""
    if chain.relations[0] not in ORDER or not work.restart:
        return ""
    told = {name for constraint in work.context.constraints for name in names(constraint)}
    for side, other in (chain.sides, chain.sides[::-1]):
        if isinstance(side, Name) and side.text in {*work.undeclared} - told - names(other):
            return f"nothing says what {side.text} is: whether it is to be bounded so is not known"
    return ""


def _number_for(checker: Checker, work: Work, chain: Chain) -> str:
    """Why lambda = 2 may be right behind lambda = mean of x: for some values that only words tell."""
    left, right = chain.sides
    if not isinstance(left, Name) or names(right) - {"pi"} or not work.restart or chain.relations[0] not in {"=", "~="}:
        return ""
    general = (fact for fact in checker.facts if fact.chain.sides[0] == left and names(fact.chain.sides[-1]))
    line = next((fact.line for fact in general), 0)
    return f"line {line} says what {left.text} is in general, and for which values this is was not read" if line else ""


def _told_in_words(checker: Checker, work: Work, left: Node, right: Node) -> str:
    """Whether a step is said of a case, or of a kind of matrix, that only words tell."""
    named = isinstance(left, (Name, Member, Index)) and WORDED_CASE.match(checker.premise)
    defined = (depends(left, work.context) | depends(right, work.context)) & work.context.definitions.keys()
    if (named or (defined and SPECIAL.search(checker.premise))) and not checker.cases:
        return "this is said of a case that is told in words, which is not understood here"
    if assumes_in_words(checker.premise):
        return "this is said under an assumption in words, which was not understood: say it in a formula"
    told = [n for chain in work.context.constraints for n in walk(chain)]
    if _SYMMETRIC.search(checker.premise) and not any(isinstance(n, Call) and n.op == "transpose" for n in told):
        return "this is said of a symmetric matrix, in words that were not used: say it in a formula"
    return ""


def _case_unused(checker: Checker, work: Work, sides: tuple[Node, Node]) -> str:
    """Why a step in a case may be right: what the case says of an undeclared p_i, p_i = 1/n, could not be used."""
    spoken = depends(sides[0], work.context) | depends(sides[1], work.context)
    held = {name for chain in work.context.constraints for name in names(chain)}
    for condition in checker.cases:
        entry = re.match(r"\s*\\?([A-Za-z]+)\s*_", condition.sides[0].text)
        declared = work.context.scope.names.get(entry[1]) if entry is not None else None
        open_name = declared is None or declared.domain == "inferred"
        unused = entry is not None and entry[1] in spoken - held - work.context.definitions.keys()
        if entry is not None and unused and open_name and places_left(entry[1], sides, work.context):
            return f"this is said of a case, and what it says of {entry[1]} could not be used: declare {entry[1]}"
    return ""


def _told_of_table(checker: Checker, work: Work, sides: tuple[Node, Node]) -> str:
    """Whether a claim before says more of a P that is taken as any table, and could not be settled."""
    spoken = {n for side in sides for n in depends(side, work.context)}
    spoken |= {n.name for side in sides for n in walk(side) if isinstance(n, Apply)}
    for name in sorted(spoken & checker.assumed):
        called = re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}\s*(?:\\left)?\(")
        for judgement in checker.chains:
            for side, step in zip(judgement.sides, judgement.steps, strict=False):
                if step.verdict in {"undecided", "unreadable"} and called.search(side.source.text):
                    return f"line {step.line} says more of {name}, and could not be settled"
    return ""


def _said_in_passing(checker: Checker, work: Work, chain: Chain) -> str:
    """Whether a wrong step is right under an equation that stands within a sentence, which claims nothing."""
    spoken = {n for side in chain.sides for n in depends(side, work.context)}
    for other, line in checker.passing:
        if not names(other) & spoken or other.sides == chain.sides or _holds(work, other):
            continue
        if too_dear(other, work.context):
            continue
        under = replace(work.context, constraints=(*work.context.constraints, other))
        left, right = chain.sides[:2]
        if judge_step(chain.relations[0], left, right, under, checker.facts, work.undeclared).verdict == "valid":
            return f"line {line} says more in passing: say it in a sentence that begins with Let or Assume"
    return ""


def _holds(work: Work, chain: Chain) -> bool:
    return judge_step("=", chain.sides[0], chain.sides[1], work.context).verdict == "valid"


def _unheard(checker: Checker, work: Work, before: int, sides: tuple[Node, Node]) -> str:
    """That a name with a label or a mark stands on one side alone, nothing declares it, and it was not heard of; or
    that a second h_t' is spoken of and nothing says what it is made of.
    """
    own = work.context.scope.own
    labelled = {name for name in own if re.fullmatch(r"d|[A-Za-z]_[a-z]", name)}  # a_f beside f = s(a_f): any number
    if spoken := {name for name in work.undeclared if {name, name.partition("_")[0]} & (own - labelled)}:
        return f"nothing says what {min(spoken)} is: define it in a sentence that begins with Let or Define"
    earlier = {n for side in work.sides[:before] if side.node is not None for n in names(side.node)}
    earlier |= {n for fact in checker.facts for n in names(fact.chain)}
    fresh = {*work.undeclared} - {n for fact in checker.facts for n in names(fact.chain)}
    for side, other in (sides, sides[::-1]):
        made = names(side)
        if len(made) > 1 and made <= fresh - depends(other, work.context) and _adds_up(side):
            return f"nothing says what {' and '.join(sorted(made))} are: they are heard of here for the first time"
    new = {name for name in work.undeclared if _MARKED.search(name)} - earlier - checker.used
    alone = (depends(sides[0], work.context) ^ depends(sides[1], work.context)) & new
    if not alone:  # S = D^{-1/2} A D^{-1/2} of a D that nobody says
        hidden = depends(sides[0], work.context) ^ depends(sides[1], work.context)
        told = work.context.scope.names.keys() | work.context.definitions.keys() | names(sides[0]) | names(sides[1])
        rights = [d.right for name in hidden for d in work.context.definitions.get(name, ())]
        values = {name for node in (*sides, *rights) for name in spoken_in(node)}
        values -= {name for d in work.context.scope.names.values() for size in dimensions(d) for name in names(size)}
        values -= {"N", "T", "K", "M"}.union(*(counting(node) for node in (*sides, *rights)))  # how many there are
        unsaid = {name for name in hidden & values - told - {"I", "F"} if _CAPITAL.fullmatch(name)}
        return f"nothing says what {min(unsaid)} is" if unsaid else ""
    alone = alone - {name for condition in work.context.constraints for name in names(condition)}
    return f"nothing says what {min(alone)} is: it is heard of here for the first time" if alone else ""


def _adds_up(node: Node) -> bool:
    """Whether a formula is a sum or a difference of symbols."""
    if isinstance(node, Call):
        return node.op in {"add", "sub", "neg"} and all(map(_adds_up, node.args))
    return isinstance(node, (Name, Member, Index))


def _perhaps_said(checker: Checker, work: Work, sides: tuple[Node, Node]) -> str:
    """That an equation before, which could not be settled, may say what an undeclared S of this step is."""
    spoken = {n for side in sides for n in depends(side, work.context)} & {*work.undeclared}
    capitals = {name for name in spoken if _CAPITAL.fullmatch(name)}
    alone = target(sides[0]) if isinstance(sides[0], (Name, Index, Member)) else None
    told = {name for fact in checker.facts for name in names(fact.chain)}
    solved = {alone} - work.context.definitions.keys() - told - {None}  # p_k = N_k/N, behind N_k/p_k = l
    for name in sorted(capitals | {name for name in solved if name is not None}):
        for before in checker.chains:
            for step, first, second in zip(before.steps, before.sides, before.sides[1:], strict=False):
                nodes = [side.node for side in (first, second) if side.node is not None]
                apart = len(nodes) == 2 and name in names(nodes[0]) ^ names(nodes[1])
                if apart and step.verdict == "undecided":
                    return f"line {step.line} could not be settled, and may say what {name} is"
    return ""


def _unsampled(checker: Checker, work: Work, sides: tuple[Node, Node]) -> str:
    """That a step just before says what the h_i of this one is, and could not be settled, since no point that meets
    what the page says there could be found."""
    spoken = {n for side in sides for n in depends(side, work.context)}
    for before in checker.chains[-2:]:
        for step, first in zip(before.steps, before.sides, strict=False):
            name = None if first.node is None else target(first.node)
            if step.verdict == "undecided" and _NOT_SAMPLED in step.evidence and name in spoken:
                return f"line {step.line} could not be settled, and says more of {name}"
    return ""


_NOT_SAMPLED = "of a form that cannot be sampled"


def _looped(checker: Checker, work: Work, chain: Chain) -> str:
    """That a wrong step of an adjacency matrix is right without loops."""
    spoken = {n for side in chain.sides for n in depends(side, work.context)}
    other = without_loops(work.context, spoken)
    if (
        other is None
        or judge_step(chain.relations[0], chain.sides[0], chain.sides[1], other, checker.facts).verdict != "valid"
    ):
        return ""
    return "right for a graph without self-loops, which nothing says: declare $A_{ii} = 0$"


def _turned_member(checker: Checker, work: Work, left: Node, right: Node) -> str:
    """That q_i stands here of a q that nothing declares, and that is transposed somewhere: it is no number."""
    name = turned_name(checker, work, left, right)
    inside = [n for side in (left, right) for n in walk(side) if isinstance(n, (Member, Index))]
    taken = name and any(n.base == Name(name) for n in inside)
    return f"{name} is transposed, so it is no number: declare it" if taken else ""


def if_positive(checker: Checker, work: Work, link: str, chain: Chain, judged: Judged) -> Judged:
    """A wrong inequality or conclusion that is right where what nobody declared is positive: that is left open. But a
    root of x^2 = 4, or the sign of what is divided by, is lost: an unknown x may be negative.
    """
    unknown = _UNKNOWNS if link and not checker.sign_told else frozenset[str]()
    perhaps = [name for name in work.undeclared if name not in unknown]
    context = with_narrowed(work.context, perhaps, "positive")
    again = judge_step(chain.relations[0], chain.sides[0], chain.sides[1], context, checker.facts)
    again = linked(checker, link, chain, context, again)
    if again.verdict != "valid":
        said = bounded_apart(checker, work, chain)
        return Judged("undecided", said) if said else judged
    return Judged("undecided", f"right where they are positive, which nothing says: {', '.join(perhaps)}")


_UNKNOWNS = frozenset("xyzuvw")
_SETTLED = frozenset({"valid", "wrong"})


def _from_open(checker: Checker, link: str, chain: Chain, context: Context) -> Judged:
    """A step behind an arrow whose statement could not be settled: whether it follows from that one alone."""
    from solvers.equality.relations import follows, judge

    assert checker.last is not None
    sides = tuple(side.node for side in checker.last.sides[-2:])
    found = None
    if len(sides) == 2 and None not in sides and checker.last.relations:
        before = Chain(tuple(side for side in sides if side is not None), checker.last.relations[-1:])
        found = judge("<=>", before, chain, context) if link == "<=>" else follows([before], chain, context)
    if found is not None and found.verdict == "valid":
        return Judged("valid", found.evidence, equation=True)
    return Judged("undecided", "the statement before the arrow could not be settled")


def _is_of_last(checker: Checker, fact: Fact) -> bool:
    """Whether a fact is what the statement just before says: then it holds somewhere, and not always."""
    last = checker.last
    return last is not None and tuple(side.node for side in last.sides[-2:]) == fact.chain.sides[-2:]


def linked(checker: Checker, link: str, chain: Chain, context: Context, judged: Judged) -> Judged:
    """A step behind an arrow that is no identity: it must follow from (or be equivalent to) the statement before it."""
    open_ = checker.last is not None and bool(checker.last.steps) and checker.last.steps[-1].verdict not in _SETTLED
    if link and open_ and judged.verdict != "valid":
        return _from_open(checker, link, chain, context)
    always = judged.verdict == "valid" and not judged.equation
    if not link or not checker.facts or (always and not _is_of_last(checker, checker.facts[-1])):
        return judged
    if link == "<=>":
        from solvers.equality.relations import judge

        before = checker.facts[-1]
        both = judge("<=>", before.chain, chain, context)
        if both.verdict != "valid":
            said = f"not equivalent to line {before.line}: {both.evidence}"
            return Judged(both.verdict, said, both.counterexample, both.notes)
    return judged
