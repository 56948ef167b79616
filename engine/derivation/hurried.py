"""What hurried pages leave unsaid: numbers for symbols that only words give, a symbol that an equation says at last.

Such an equation can be no identity, so it is no wrong one either: what it says of an open symbol stays undecided.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.judging import depends, has_derivative, judge_step, taken_by, undeclared_behind
from engine.derivation.set_or_claimed import is_tied
from solvers.formula.nodes import Big, Call, Chain, Derivative, Index, Member, Name, Node, Num, free_names, names, walk
from solvers.formula.to_plain import to_plain

if TYPE_CHECKING:
    from engine.derivation.chains import Work
    from engine.derivation.checker import Checker
    from engine.derivation.sides import Side

_CHANCE = re.compile(
    r"(?<![A-Za-z])(?:E|Var|Cov|P|p|Pr)\s*[\[({]|\\(?:mathbb|operatorname|mathrm)\s*\{?\s*(?:E|P|Var|Cov)"
)
_CONSTANTS = frozenset({"pi", "e", "I", "ones", "zeros", "infty"})


def left_unsaid(checker: Checker, work: Work, chain: Chain, skipped: Side | None) -> str:
    """Why a step that came out wrong may not be; `skipped` is a side between its sides that could not be read."""
    if skipped is not None and _CHANCE.search(skipped.source.text):
        return "the side before it could not be read"
    left, right = chain.sides[:2]
    if chain.relations[0] in {"=", "~="}:
        for side, other in ((left, right), (right, left)):
            unsaid = free_names(side) & {*work.undeclared} - _CONSTANTS
            open_names = {name for name in unsaid if _is_open(checker, work, name)}
            number = bool(open_names) and not names(other) - _CONSTANTS
            unheard = not open_names & _heard(checker)
            if number and (_is_product(side) or (unheard and may_be_solved(work, chain))):
                return f"nothing says what {min(open_names)} is, and the other side is a number"
        alone = "" if is_tied(checker, chain, work.context) else _alone(left)
        if (
            alone
            and _is_open(checker, work, alone, not names(right) - _CONSTANTS)
            and alone not in depends(right, work.context)
        ):
            return f"nothing before says what {to_plain(left)} is: this may be what says it"
    if fresh := _new_beside_facts(checker, work, chain):
        return f"nothing says what {fresh} is: it is heard of here for the first time"
    spoken = {n for side in chain.sides for n in depends(side, work.context)}
    told = {name for name, known in work.context.scope.names.items() if known.domain != "inferred"}
    for name in sorted(spoken & checker.equated.keys() & told):
        derived = any(has_derivative(side.node) for side in work.sides if side.node is not None)
        if name not in work.context.definitions and derived:
            line = checker.equated[name]
            return f"line {line} says what {name} is in words, or in passing: say it in a formula behind Let or Define"
    told_of = {*work.undeclared, *undeclared_behind(left, right, work.context)}
    used = [fact.chain for fact in checker.facts]
    for condition in checker.conditions:  # one that could not be met at the points
        about = (free_names(condition) & spoken) - work.context.definitions.keys() - _CONSTANTS
        plain = isinstance(condition.sides[0], (Name, Index, Member, Big))  # and no max(0, M) that M_+ might be
        unsaid = about & told_of if condition in used or not plain else about
        if condition not in work.context.constraints and unsaid and not _holds(condition, work):
            return f"more is said of {min(unsaid)} than could be used"
    if picked := _picked(checker, work, chain):
        return f"{picked} is compared with an index, and nothing says what it may be: declare it, as in 1, ..., K"
    return ""


def may_be_solved(work: Work, chain: Chain) -> bool:
    """Whether the sides are one now larger and now smaller than the other, so that they may well be equal somewhere:
    2x - 6 = 0, and not \\sigma(x) + \\sigma(-x) = 2.
    """
    left, right = chain.sides[:2]
    if has_derivative(left) or has_derivative(right):
        return False
    return all(judge_step(sign, left, right, work.context).verdict == "wrong" for sign in ("<=", ">="))


def _new_beside_facts(checker: Checker, work: Work, chain: Chain) -> str:
    """A symbol of x = c/2, behind a condition on x, that neither the condition nor anything else speaks of."""
    about = {n for fact in checker.facts for n in names(fact.chain)}
    if len(work.sides) != 2 or _alone(chain.sides[0]) not in about:
        return ""
    fresh = names(chain.sides[1]) & {*work.undeclared} - _heard(checker) - _CONSTANTS
    return min(fresh - checker.context.definitions.keys(), default="")


def _heard(checker: Checker) -> set[str]:
    """The names that conditions, claims and sentences before spoke of."""
    sides = (side.node for judgement in checker.chains for side in judgement.sides if side.node is not None)
    chains = (*(fact.chain for fact in checker.facts), *(chain for chain, _ in checker.passing), *checker.conditions)
    heard = {n for node in (*sides, *chains) for n in names(node)}
    return heard | checker.used | checker.equated.keys() | checker.spoken.keys()


def _holds(condition: Chain, work: Work) -> bool:
    """Whether a condition is met anyway, as that a probability vector sums to one."""
    return judge_step("=", condition.sides[0], condition.sides[1], work.context).verdict == "valid"


def _picked(checker: Checker, work: Work, chain: Chain) -> str:
    """An undeclared c of \\delta_{kc} or [k = c], taken as any real number; "" where there is none."""
    spoken = {n for side in chain.sides for n in depends(side, work.context)}
    behind = [d for name in spoken for d in work.context.definitions.get(name, ())]
    rights, spoken = [d.right for d in behind], spoken - {n for d in behind for n in d.indices}
    nodes = [inner for side in chain.sides for inner in walk(side)]
    spoken = spoken - {b.name.text for node in nodes if isinstance(node, Big) for b in node.binders}
    nodes += [by for node in nodes if isinstance(node, Derivative) for by in node.by]
    indices = (index for node in nodes if isinstance(node, (Index, Member)) for index in node.indices)
    spoken = spoken - {
        name for index in indices for name in names(index)
    }  # x_j and \\delta_{ij}: an index as any other
    for node in (inner for side in (*chain.sides, *rights) for inner in walk(side)):
        compared = node.args[0] if isinstance(node, Call) and node.op == "indicator" else None
        sides = compared.sides if isinstance(compared, Chain) and compared.relations == ("=",) else ()
        if len(sides) == 2 and all(isinstance(side, Name) for side in sides):
            open_names = [n for side in sides for n in names(side) if n in spoken and _is_open(checker, work, n)]
            if open_names:
                return open_names[0]
    return ""


def _alone(node: Node) -> str:
    """The symbol that a side is, with an index or squared; "" of any other side."""
    inner = node.args[0] if isinstance(node, Call) and node.op == "pow" else node
    base = inner.base if isinstance(inner, (Index, Member)) else inner
    return base.text if isinstance(base, Name) else ""


def _is_product(node: Node) -> bool:
    """Whether a side is made of symbols by products, quotients and powers alone: it is worked out, and no identity."""
    if isinstance(node, Call):
        return node.op in {"mul", "dot", "div", "pow", "sqrt", "neg"} and all(map(_is_product, node.args))
    return isinstance(node, (Name, Num)) or (isinstance(node, (Index, Member)) and isinstance(node.base, Name))


def _is_open(checker: Checker, work: Work, name: str, number: bool = False) -> bool:
    """Whether nothing declares or defines a symbol, and no equation before speaks of it; `number`: it is to be one."""
    declared = work.context.scope.names.get(name)
    told = declared is not None and declared.domain != "inferred"
    free = declared is not None and declared.shape == () and declared.domain == "real"
    if (told and not free and not number) or name in work.context.definitions:
        return False
    sides = [side.node for judged in checker.chains for side in judged.sides if side.node is not None]
    if (name in taken_by(sides) and not number) or name.partition("_")[0].endswith(("star", "hat")):
        return False  # an optimum: it is judged by the derivative
    if not told and name.partition("_")[0].endswith("bar"):
        return True  # a mean, whatever it is spoken of in
    said = (*checker.conditions, *(fact.chain for fact in checker.facts))
    return not any(name in names(chain) for chain in said)
