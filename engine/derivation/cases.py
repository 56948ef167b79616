"""What a claim is said under: "for w > 0:", "Case i = j:", (i \\ne j) beside a formula. It holds for that claim alone.

The points that the claim is judged at meet it; then it is forgotten, and what the claim itself defined is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING, TypeAlias

from engine.derivation.asides import node_of, with_asides
from engine.derivation.at_points import points_in
from engine.derivation.chances import spelled
from engine.derivation.declaring import bare, is_range, text_of
from engine.derivation.defined_in_cases import InCase, branched, in_cases, keep_cased, left_of_cases
from engine.derivation.document import Formula, Prose
from engine.derivation.factored import factored
from engine.derivation.held_constant import held_constant
from engine.derivation.judging import depends, has_derivative
from engine.derivation.moved_with import forget, in_both, moving_case
from engine.derivation.provisos import listed
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Sentence
from engine.derivation.supposed import released, supposed
from engine.derivation.true_class import OF_CLASS
from engine.derivation.unforeseen import left_open
from engine.derivation.unmet import left_undecided, shares
from solvers.formula.context import Context, dimensions
from solvers.formula.declare import declared_index
from solvers.formula.index_ranges import counting, split_range
from solvers.formula.nodes import (
    Apply,
    Big,
    Index,
    Member,
    Node,
    Num,
    free_names,
    names,
    walk,
)
from solvers.formula.open_names import CONSTANTS
from solvers.formula.random_words import moments_said

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

Cases: TypeAlias = tuple[Statement, ...]
Cased: TypeAlias = dict[str, tuple[InCase, ...]]
_RELATIONS = frozenset({"=", "!=", "<", ">", "<=", ">=", "succ"})
_ALIKE = (  # if all gradients are equal, g_t = g; for a constant input x_t = x
    r"(?:\s+(?:an?|the|all|each|every|our))*(?:\s+constant\s+[a-z]+|\s+[a-z]+\s+(?:is|are|stays?|has|have|never)\s+"
    r"(?:(?:all|always|the|of|a|in|every|at|each|over)\s+)*(?:same|equal|constant|fixed|identical|changes?|one)"
    r"(?:\s+(?:magnitude|size|value|sign|steps?|time|over|at|in|every|each|all))*)\s*,?(?=\W*⟦\d+⟧)"
)
CASE = re.compile(
    r"\b(?:for|if|when|whenever|case|provided|assuming|setting|set|taking|choosing|at|in the case)\b"
    rf"(?:{_ALIKE})?"
    r"(?:\s+(?:that|all|any|every|the case|the point|where|which|we have|again|now|of|"
    r"(?:the|a) (?:uniform|special|fair|balanced|degenerate|limiting|extreme) [a-z-]+))*\W*⟦(\d+)⟧"
    r"(?P<more>(?:(?:\s*,?\s*and\s*|\s*,\s*)⟦\d+⟧)*)",
    re.IGNORECASE,
)
_OF_KIND = re.compile(  # for A and B with AB = BA, if A and B satisfy AB = BA
    r"⟦\d+⟧[^⟦.:;]{0,30}\b(?:with|such that|satisfy(?:ing)?|satisfies|obey(?:ing)?|for which)\s*[:,]?\s*⟦(\d+)⟧"
    r"(?:\s+and\s+⟦(\d+)⟧(?!\s*(?:with|such|satisf|obey|for which)))?",
    re.IGNORECASE,
)
_TOLD = re.compile(  # If x = 1, then f(x) = 1.
    r"(?:\W*\w+\W+){0,3}?\W*(?:if|when)\s+⟦\d+⟧\s*,?\s*(?:then\s+)?(?:we (?:have|get)\s+|it holds that\s+)?⟦\d+⟧"
    r"(?:\s*(?:,\s*and|,|and)\s*⟦\d+⟧)*\s*\.?\W*",
    re.IGNORECASE,
)
SUPPOSES = re.compile(
    r"\W*(?:\w+,?\s+){0,2}(?:for|if|when|whenever|any|all|every|each|two|matri(?:x|ces)|vectors?|numbers?)\b",
    re.IGNORECASE,
)
_LEADS_ON = re.compile(
    r"[^.!?\s]\s*\Z|\A\W*(?:(?:now|then|next|first|finally)\W+)?(?:at|around|near)\W+(?:⟦\d+⟧\W*)+\Z", re.IGNORECASE
)
_HEADING = re.compile(
    r"[\W_]*(?:\(?[a-z0-9]{1,3}[.)]\s*)?(?:(?:the\s+)?(?:first|second|third|next|other|last|special)\s+)?"
    r"(?:case|for|if|when)\b[\s\w.():,–—-]{0,14}?(?:⟦\d+⟧(?:\s*(?:,|and|,\s*and)\s*)?)+[\W_]*",
    re.IGNORECASE,
)  # a sentence that is nothing but the name of a case
_EXACTLY = re.compile(r"\b(?:only|exactly|precisely|equality)\b[^⟦]*⟦\d+⟧", re.IGNORECASE)
_SAME_CASE = re.compile(
    r"\b(?:in (?:this|that|such a) case|for (?:such|these|those)\b|(?:for|with) (?:our|the same) (?:numbers|values)|"
    r"under (?:this|that|these) (?:condition|assumption|constraint)s?)",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"[\s,]*(?:for|if|when|whenever|provided|as long as)\b[^⟦]{0,20}⟦")
_OTHERWISE = re.compile(r"\b(?:otherwise|else|in the other case|the other case)\b", re.IGNORECASE)
_TOGETHER = re.compile(
    r"\b(?:together|in (?:all|both|either) cases?|in general|generally|in matrix form|combin\w+|in total|overall|"
    r"both cases)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"[\W_]*(?:(?:and|so|thus|hence|then|therefore|that|is|this|gives|we|get|have|i\.e\.|it|follows)\b[\W_]*)*", re.I
)
_VALUE = re.compile(r"-?[\d.]+|\\[dt]?frac\s*\{?\d+\}?\s*\{?\d+\}?|-?\d+/\d+|\\?[A-Za-z]+")
_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def claim_under(checker: Checker, statement: Statement, sentence: Sentence) -> None:
    """Judges a claim under the case it stands in and the conditions beside it.

    Whether the case of a sentence further up still holds, nobody says: what is right only there is left undecided.
    """
    if factored(checker, statement.sides, f"{checker.words} {sentence.template}"):
        return
    done, now, known = len(checker.steps), (*checker.cases, *statement.given), checker.context.definitions
    if in_cases(checker, now, statement, sentence, _under):
        return
    _claimed(checker, statement, sentence)
    keep_cased(checker, known, now, statement)
    left_of_cases(checker, now, statement, done)


def _claimed(checker: Checker, statement: Statement, sentence: Sentence) -> None:
    done = len(checker.steps)
    tried = branched(checker) if checker.faded else None
    _under(checker, (*checker.cases, *statement.given), statement, sentence)
    if tried is None or all(step.verdict != "wrong" for step in checker.steps[done:]):
        return
    _under(tried, (*checker.faded, *statement.given), statement, sentence)
    if all(step.verdict == "valid" for step in tried.steps[done:]):
        line = checker.line(checker.faded[0].sides[0])
        said = f"right only under what line {line} is about: say here whether that still holds"
        steps = tried.steps[done:]
        if not _is_value_there(checker, statement):
            steps = [replace(step, verdict="undecided", evidence=said) for step in steps]
        for each in fields(checker):
            setattr(checker, each.name, getattr(tried, each.name))
        checker.steps[done:] = steps


def _under(checker: Checker, conditions: Cases, statement: Statement, sentence: Sentence) -> None:
    before, done = checker.context, len(checker.steps)
    borne = tuple(c for c in conditions if _concerns(checker, c, statement))
    under = supposed(checker, borne)
    if isinstance(under, str):
        left_open(checker, statement, under)
        return
    moving = moving_case(checker, borne, statement)
    if moving is not None:
        forget(checker, moving)
    other = None if moving is None else branched(checker)
    checker.context = under = _ranged(under, statement)
    checker.claim(statement, sentence)
    checker.context = released(before, under, checker.context)
    if other is not None and moving is not None:
        in_both(checker, other, moving, statement, sentence)
    for condition in (*conditions, *checker.faded):
        if condition not in borne and _shares(checker, condition, statement):
            said = f"whether it is said under the condition {bare(condition.sides[0])} … is not understood"
            checker.steps[done:] = [left_undecided(step, said) for step in checker.steps[done:]]


def _shares(checker: Checker, condition: Statement, statement: Statement) -> bool:
    """Whether a condition that cannot be met speaks of something that a statement rests on."""
    if all(_concerns(checker, condition, each) for each in (condition, statement)):
        return False
    scope = checker.here()
    said, claimed = (
        [node for side in each.sides if (node := node_of(side, scope)) is not None] for each in (condition, statement)
    )
    return shares(said, claimed, scope)


def _ranged(context: Context, statement: Statement) -> Context:
    """The context in which the indices of a claim run through what stands beside it: i = 2, ..., n."""
    over = "" if statement.over is None else statement.over.text
    _, bounds = split_range(f"{text_of(replace(statement, over=None))}, {over}") if over else ("", ())
    free = [bound for bound in bounds if bound[0] not in context.definitions]
    return context.declared(*(declared_index(*bound) for bound in free))


def _concerns(checker: Checker, condition: Statement, statement: Statement) -> bool:
    """Whether a condition may bear on a statement: not if it is about an index that the statement has none of."""
    scope = checker.here()
    about, spoken = (
        {n for side in said.sides if (node := node_of(side, scope)) is not None for n in depends(node, scope)}
        for said in (condition, statement)
    )
    written = [node for side in condition.sides if (node := node_of(side, scope)) is not None]
    if len(written) == 2 and held_constant(checker.context, *written) is not None:  # g_i = g, for all i
        about -= counting(written[0])
    if not any(isinstance(inner, (Index, Member)) for node in written for inner in walk(node)):  # i + a - 1 = j
        sides = [node for side in statement.sides if (node := node_of(side, scope)) is not None]
        hidden = _running_behind(sides, scope)
        spoken -= hidden
        if about & hidden and not about & spoken:
            return False  # b = 1, of a sum over all b
    spoken |= {name.partition("_")[0] for name in spoken}  # s_i of an s that nothing declares
    spoken |= {n for s in spoken if s in scope.scope.names for d in dimensions(scope.scope.names[s]) for n in names(d)}
    known = scope.scope.names.keys() | scope.definitions.keys() | CONSTANTS
    open_names = about - known - _running_behind(written, scope)
    functions = {n for n in about if scope.scope.function(n)}  # if p_g = p_data
    return not condition.relations or (open_names <= spoken and (not functions or bool(functions & spoken)))


def _running_behind(sides: Sequence[Node], context: Context) -> frozenset[str]:
    """The names that sums run in formulas, and in the definitions that these lead to, and that stand nowhere else."""
    spoken = {n for side in sides for n in depends(side, context)}
    rights = [d.right for name in spoken for d in context.definitions.get(name, ()) if not isinstance(d.left, Apply)]
    every = [*sides, *rights]
    free = frozenset().union(*map(free_names, every))
    return frozenset().union(*map(running, every)) - free


def running(node: Node) -> frozenset[str]:
    """The names that sums and their like in a formula run."""
    return frozenset(b.name.text for inner in walk(node) if isinstance(inner, Big) for b in inner.binders)


def placed(checker: Checker, sentence: Sentence, place: int) -> list[Statement]:
    """The statements of a formula, with what stands beside it or behind it as conditions."""
    part = sentence.parts[place]
    assert isinstance(part, Formula)
    found = with_asides(checker.context, statements(checker, part))
    if _displayed(part):
        enter_cases(checker, sentence, place)
        behind = _between(sentence, place, _next_display(sentence, place + 1))
        if found and _BEHIND.match(behind.template) and not sentence.declares:
            given = _opened(behind)
            found = [replace(s, given=(*s.given, *given)) for s in found]
    return found


def statements(checker: Checker, formula: Formula) -> list[Statement]:
    """The statements of a formula, with iterates and probabilities as they are read."""
    return [spelled(checker.chances, statement) for statement in checker.iterates.statements(formula)]


def enter_cases(checker: Checker, sentence: Sentence, place: int) -> None:
    """Opens or ends cases by the words between the display before a place and that place."""
    shown = [k for k, part in enumerate(sentence.parts[:place]) if _displayed(part)]
    words = _between(sentence, shown[-1] if shown else -1, place)
    if words.parts and not (shown and _BEHIND.match(words.template)):
        before = checker.cases if checker.headed else ()
        checker.cases, checker.faded = cases_of(words, checker.cases, checker.faded)
        checker.progress.at_point = False
        if place == len(sentence.parts) and not shown:
            _past(checker, sentence)
        if before and not checker.cases and checker.faded == before and not sentence.declares:
            checker.cases, checker.faded = before, ()  # words between the heading of a case and its first display
        checker.headed = not shown and bool(_HEADING.fullmatch(words.template) or (before and checker.cases == before))
    if place < len(sentence.parts):
        checker.headed = False
    elif shown and checker.cases and _TOLD.fullmatch(sentence.template):
        one, other = (checker.lines.line(sentence.parts[k].source.place(0)) for k in (0, shown[-1]))
        if one == other:  # If x = 1, then f(x) = 1, in one line
            _forget_facts(checker, one)
            checker.cases, checker.faded = (), checker.cases


def _forget_facts(checker: Checker, line: int) -> None:
    """Lets go of what was found on the line of a case that ends with it; what comes of f'(x) = 0 is a solution."""
    sides = [node_of(side, checker.here()) for said in checker.cases for side in said.sides]
    if not any(node is not None and has_derivative(node) for node in sides):
        checker.facts = [fact for fact in checker.facts if fact.line != line]


def _between(sentence: Sentence, before: int, place: int) -> Sentence:
    return replace(sentence, parts=sentence.parts[before + 1 : place])


def _next_display(sentence: Sentence, start: int) -> int:
    return next((k for k in range(start, len(sentence.parts)) if _displayed(sentence.parts[k])), len(sentence.parts))


def _displayed(part: Prose | Formula) -> bool:
    return isinstance(part, Formula) and part.display


def _past(checker: Checker, sentence: Sentence) -> None:
    """What a sentence that has ended says of a point, "it is least at w = 1", is not said of what stands behind it."""
    points = points_in(sentence)
    if not points or _LEADS_ON.search(sentence.template):
        return
    said = tuple(statement for place in points for statement in _conditions(sentence, place))
    if said and {text_of(s) for s in checker.cases} <= {text_of(s) for s in said}:
        checker.cases, checker.faded, checker.progress.at_point = (), said, True


def _is_value_there(checker: Checker, statement: Statement) -> bool:
    """Whether a claim is about a point that was named, f(w) = -a^2/4: one of its sides does not speak of what moves."""
    scope = checker.here()
    moved = {n for said in checker.faded for n in names(node_of(said.sides[0], scope) or Num("0"))}
    sides = [frozenset(depends(node, scope)) for side in statement.sides if (node := node_of(side, scope)) is not None]
    return checker.progress.at_point and any(not side & moved for side in sides)


def cases_of(sentence: Sentence, now: Cases, faded: Cases) -> tuple[Cases, Cases]:
    """What the displays of a sentence, or those below it, are said under, and what was before that may hold still."""
    words = re.sub(r"⟦\d+⟧", " ", sentence.template)
    if _TOGETHER.search(words):
        return (), ()
    if _OTHERWISE.search(words) and len(now) == 1 and now[0].relations[0] in _OPPOSITE:
        return tuple(opposite(s) for s in now), ()
    if sentence.declares:
        return (), now or faded
    if _GOES_ON.fullmatch(words):
        return now, faded
    found = _opened(sentence)
    if not found and _SAME_CASE.search(words):
        return now or faded, ()
    if not found and sentence.after_display and re.match(r"[\s,]*[a-z]", words):
        return now, faded  # it is one sentence still
    if found and _EXACTLY.search(sentence.template):
        return (), found  # it says when something holds, and not that what follows is about that
    if found and _TOLD.fullmatch(sentence.template):
        return (), found  # the sentence tells what follows: whether the next one is about that is not said
    return (found, ()) if found else ((), now or faded)


def _opened(sentence: Sentence) -> Cases:
    """The conditions behind "for", "if", "case" and their like."""
    found: list[Statement] = []
    for match in CASE.finditer(sentence.template):
        found += _conditions(sentence, int(match[1]))
        for more in re.findall(r"\d+", match["more"]):
            found += [s for s in _conditions(sentence, int(more)) if _VALUE.fullmatch(bare(s.sides[-1]))]
    for match in OF_CLASS.finditer(sentence.template):
        found += _conditions(sentence, int(match[1]))
    for match in _OF_KIND.finditer(sentence.template) if found or SUPPOSES.match(sentence.template) else ():
        found += [s for place in match.groups() if place for s in _conditions(sentence, int(place))]
    if any(_contradict(one, other) for one in found for other in found):
        return ()  # "for i = j and i \\ne j" too
    values = {(bare(s.sides[0]), bare(s.sides[-1])) for s in found if s.relations == ("=",)}
    if len({left for left, _ in values}) < len(values):
        return ()  # "s for y = 1 and 1 - s for y = 0" tells of both
    return tuple(found)


def _contradict(one: Statement, other: Statement) -> bool:
    """Whether two conditions are of the same sides, and one is the opposite of the other."""
    alike = {bare(side) for side in one.sides} == {bare(side) for side in other.sides}
    return alike and len(one.relations) == 1 and other.relations == (_OPPOSITE.get(one.relations[0], ""),)


def _conditions(sentence: Sentence, place: int) -> list[Statement]:
    part = sentence.parts[place]
    if not isinstance(part, Formula) or part.display or is_range(part.source.text):
        return []
    found = [s for s in statements_of(part.source) if set(s.relations) <= _RELATIONS and s.relations]
    found = [s for s in found if not any(moments_said(text_of(s)))]  # how something is distributed is taken as given
    found = [each for s in found for each in _each_entry(s)]
    return [replace(s, sides=(side, *s.sides[1:])) for s in found for side in listed(s.sides[0]) or s.sides[:1]]


_LIST = re.compile(r"\s*(?:\\left)?\(([^()=]+)(?:\\right)?\)\s*")


def _each_entry(statement: Statement) -> list[Statement]:
    """x = 1 and y = 2 of (x, y) = (1, 2)."""
    lists = [_LIST.fullmatch(side.text) for side in statement.sides]
    if statement.relations != ("=",) or None in lists:
        return [statement]
    sides = [
        [side.cut(m.start(1) + piece.start(), m.start(1) + piece.end()) for piece in re.finditer(r"[^,]+", m[1])]
        for side, m in zip(statement.sides, lists, strict=True) if m is not None
    ]  # fmt: skip
    if len(sides[0]) != len(sides[1]):
        return [statement]
    return [Statement((left.stripped(), right.stripped()), ("=",)) for left, right in zip(*sides, strict=True)]


def opposite(statement: Statement) -> Statement:
    return replace(statement, relations=tuple(_OPPOSITE[r] for r in statement.relations[:1]))
