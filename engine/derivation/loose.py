"""Symbols that nothing fixes: an equation with one alone on its left side says what it is, and cannot be wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended, target, text_of, written
from engine.derivation.judging import taken_by
from engine.derivation.knowing import is_function, rooted
from engine.derivation.rows import Statement
from engine.derivation.sides import Judgement, Side
from solvers.formula.context import Context, dimensions
from solvers.formula.iterates import offset
from solvers.formula.known import sizes_apart
from solvers.formula.nodes import Call, Chain, Index, Member, Name, Node, Num, names, walk
from solvers.formula.ranks import rank_of
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

CONCLUDES = re.compile(
    r"\b(?:hence|so|therefore|thus|then|get|gets|obtain|obtains|have|follows?|gives?|yields?|becomes?|implies|conclude|"
    r"if|solution|solves?|solving|optim\w+|minimi\w+|maximi\w+|show|prove|verify|claim|result|answer|finally)\b",
    re.IGNORECASE,
)


WORDED_CASE = re.compile(  # a case that is told in words: what is said under it holds there alone
    r"^[\W_]*(?:and |but |now )*(?:if|when|whenever)\b.*\b(?:positive|negative|zero|non-?zero|even|odd|equal|larger|"
    r"smaller|greater|less|above|below|true|false|active|inactive|correct|incorrect|wrong|misclassified|binding)\b",
    re.IGNORECASE | re.DOTALL,
)

SIGN_TOLD = re.compile(  # words that leave an unknown no negative value, perhaps
    r"\b(?:positiv\w*|non-?negativ\w*|lengths?|distances?|widths?|radius|norms?|magnitudes?|sizes?|deviations?|"
    r"variances?|probabilit\w*|rates?|times?|counts?|durations?|prices?|ages?|temperatures?|energ\w*|"
    r"larger than zero|above zero)\b",
    re.IGNORECASE,
)
SPECIAL = re.compile(  # the same further in, of any formula: "Linear case. If s is the identity then"
    r"\b(?:if|when|whenever|suppose|supposing|assume|assuming|provided)\b(?!\s+(?:we|you|one)\b)[^.:;]*\b"
    r"(?:identity|linear|constants?|same|equal|independent|uncorrelated|diagonal|identical|fixed|large|small|saturated|"
    r"open|closed|off|on|zero|non-?zero|positive|negative|even|odd|larger|smaller|true|false|active|inactive|correct|"
    r"incorrect|misclassified|symmetric|orthogonal|invertible|square|binary|uniform|gaussian|normali[sz]ed)\b|"
    r"\b(?:in|for) (?:the|this|a) (?:special |simple |limiting |linear |scalar |one-dimensional |extreme )+case\b|"
    r"\b(?:on|in|within|inside) (?:the|this|each|every|its|a) (?:\w+ )?(?:piece|branch|segment|region|interval|regime|"
    r"half-?line|half-?space|orthant|quadrant)\b|"
    r"\bwith (?:a |an )?(?:constant|fixed|identity|linear)\b",
    re.IGNORECASE | re.DOTALL,
)


def is_loose(checker: Checker, left: Node, right: Node) -> bool:
    """Whether the left side is a symbol, or the general member of a family, that no definition, condition or fact
    speaks of, and that the right side does not lead back to."""
    name, context = target(left), checker.context
    if name is None or (isinstance(left, Index) and isinstance(left.base, Member)):
        return False
    places = left.indices if isinstance(left, (Member, Index)) else ()
    if not all(isinstance(place, Name) for place in places) or not isinstance(left, (Name, Member, Index)):
        return False
    if (
        isinstance(right, (Member, Index))
        and right.base == Name(name)
        and all(isinstance(i, Num) for i in right.indices)
    ):
        return False  # z_k = z_1: all are equal
    nodes = [side.node for chain in checker.chains for side in chain.sides if side.node is not None]
    if name in taken_by(nodes) or name in checker.given or re.search(r"(?:star|hat)(?:_\w+)?$", name):
        return False  # an optimum: it is judged by the derivative
    declared = context.scope.names.get(name) or Declaration(name)
    if declared.domain not in {"real", "inferred", "defined"} or declared.law is not None:
        return False
    set_before = (*context.constraints, *checker.conditions, *(fact.chain for fact in checker.facts))
    if any(name in names(chain) for chain in set_before) or declared.positive or declared.low is not None:
        return False
    if any(_speaks_of(d.left, left) for d in context.definitions.get(name, ())):
        return False
    return not any(_same_place(node, left) for node in _reached(right, name, context))


def sizes_told(found: Context, before: Context) -> Context:
    """The context where sizes are apart from the vectors and matrices that are called by the same name since."""
    sizes = {n for d in before.scope.names.values() for part in dimensions(d) for n in names(part)}
    old = before.scope.names.keys() | before.definitions.keys()
    for name in (found.scope.names.keys() | found.definitions.keys()) & sizes - old:
        declared = found.scope.names.get(name)
        rank = len(declared.shape) if declared is not None and declared.shape is not None else None
        for definition in found.definitions.get(name, ()):
            rank = rank_of(definition.right, found.scope) if rank is None else rank
        found = sizes_apart(found, name) if rank else found
    return found


def _speaks_of(defined: Node, left: Node) -> bool:
    """Whether a definition says what stands on a left side: of c_t, one of c_{t-1} does not."""
    if not isinstance(defined, (Member, Index)) or not isinstance(left, (Member, Index)):
        return True
    return all(not isinstance(place, (Num, Call)) for place in defined.indices)


def _reached(node: Node, name: str, context: Context) -> Iterator[Node]:
    """Where a name stands in a formula, and in the definitions that it leads to."""
    seen: set[str] = set()
    waiting = [node]
    while waiting:
        inside = waiting.pop()
        indexed = {id(n.base) for n in walk(inside) if isinstance(n, (Member, Index))}
        for inner in walk(inside):
            within = isinstance(inner, (Member, Index)) and inner.base == Name(name)
            if within or (inner == Name(name) and id(inner) not in indexed):
                yield inner
        for other in names(inside) - seen:
            seen.add(other)
            if other != name:
                waiting += [d.right for d in context.definitions.get(other, ())]


def _same_place(found: Node, left: Node) -> bool:
    """Whether a name is spoken of at the place that the left side has, h_t, rather than at an earlier one, h_{t-1}."""
    if not isinstance(found, (Member, Index)) or not isinstance(left, (Member, Index)):
        return True
    if len(found.indices) != len(left.indices):
        return True
    steps = [offset(place) for place in found.indices]
    earlier = any(step is not None and (step[1] < 0 or not step[0]) for step in steps)
    return not earlier


def claims_only(words: str, left: str, texts: Iterable[str]) -> bool:
    """Whether an equation is said of a case in words, or of \\Delta E beside an E(s), or an E, that a side of the page
    is: it claims something.
    """
    change = _CHANGE.fullmatch(left.strip())
    said = re.compile(rf"\s*&?\s*{change[1]}\s*(?:(?:\\left)?\([^()]*\)\s*)?&?\s*") if change else None
    return bool(WORDED_CASE.match(words)) or (said is not None and any(map(said.fullmatch, texts)))


_CHANGE = re.compile(r"\\Delta\s*\{?\s*([A-Za-z])\s*\}?")


def settles(checker: Checker, statement: Statement, words: str) -> bool:
    """Whether a claim says what a loose symbol is: its words conclude nothing."""
    left, right = (checker.read(source).node for source in statement.sides[:2])
    left = None if left is None else rooted(left)
    if left is None or right is None or CONCLUDES.search(words):
        return False
    return is_loose(checker, left, right) or (bool(_SET.search(words)) and _was_any(checker, left, right))


_SET = re.compile(r"\b(?:now|instead|take|takes|use|uses|set|choose|put|pick|replaces?|smooth\w*)\b", re.IGNORECASE)


def _was_any(checker: Checker, left: Node, right: Node) -> bool:
    """Whether labels that were any ones so far are given now: "Now y_k = (1 - e) [k = c] + e / K"."""
    name, context = target(left), checker.context
    declared = None if name is None else context.scope.names.get(name)
    if name is None or declared is None or not isinstance(left, (Name, Index)) or name in context.definitions:
        return False
    letters = all(isinstance(place, Name) for place in left.indices) if isinstance(left, Index) else True
    labels = declared.domain in {"simplex", "{0, 1}"} and declared.law is None and not declared.family
    told = any(name in names(fact.chain) for fact in checker.facts)
    back = any(True for _ in _reached(right, name, context))
    return letters and labels and not told and not back and not taken_by([right])


def says_what_it_is(checker: Checker, chain: Chain) -> str:
    """Why a wrong equation may not be one: nothing fixes its left side; "" where something does."""
    left, right = chain.sides[:2]
    sizes = {name for d in checker.context.scope.names.values() for part in dimensions(d) for name in names(part)}
    fixed = checker.context.scope.names.keys() | checker.used | sizes | {"I", "pi", "e", "ones", "zeros"}
    if isinstance(right, Name) and right.text not in fixed:
        left, right = right, left  # N_k/p_k = l of a multiplier l
    if chain.relations[0] != "=" or not is_loose(checker, left, right):
        return ""
    return f"nothing before says what {target(left)} is, so that this can be its definition"


def weighs(checker: Checker, statement: Statement) -> bool:
    """Whether p(x) \\propto f(x) is first heard of p, over a finite set, f speaking of no p: then it defines it, and
    what goes on from there is claimed.
    """
    head = Statement(statement.sides[:2], statement.relations[:1], over=statement.over)
    fresh = head.relations == ("prop",) and is_function(checker.context, checker.used, head)
    name = head.sides[0].text.partition("(")[0].strip()
    fresh = fresh and re.search(rf"(?<![A-Za-z]){re.escape(name)}\s*(?:\\left)?\(", head.sides[1].text) is None
    known = extended(checker.context, text_of(head)) if fresh else None
    if isinstance(known, Context):
        checker.note(statement.sides[0], f"{written(statement.sides[0])} is taken as what is proportional to that")
        checker.context = known
        if len(statement.sides) > 2:
            named, right = Side(statement.sides[0], None), checker.read(statement.sides[1])
            checker.last = Judgement((named, right), (), (), checker.here())
            checker.judge(statement.sides[2:], statement.relations[1:], continues=True)
    return isinstance(known, Context)
