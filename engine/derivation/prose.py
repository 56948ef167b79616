"""What formulas within sentences say, where the sentence does not begin with a word that declares.

They claim nothing. A membership declares all the same; the first equation of a name that nothing is known of defines it
("the loss is L = ..."), and so does one that a supposition says of a symbol that was free ("if the logits are z = Wh").
Sentences that announce, conclude or choose a case define nothing: what is to be shown may not be assumed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.at_points import names_point
from engine.derivation.bounded import keep_bounds
from engine.derivation.case_words import ends_in_case
from engine.derivation.cases import CASE, SUPPOSES, statements
from engine.derivation.chances import heard
from engine.derivation.declaring import bare, extended, is_range, own_symbol, range_text, target, text_of, written
from engine.derivation.document import Formula
from engine.derivation.exercises import released
from engine.derivation.factored import factored
from engine.derivation.gathered import numbers_apart
from engine.derivation.given_anew import anew_within
from engine.derivation.iterates import carries_on, renews
from engine.derivation.judging import Fact, judge_step
from engine.derivation.knowing import apart, is_function, starts
from engine.derivation.loose import settles, weighs
from engine.derivation.numbers import one_of_its_values
from engine.derivation.partial_changes import sets_form
from engine.derivation.parts import without_entries
from engine.derivation.provisos import ORDERS
from engine.derivation.randomness import tells_law
from engine.derivation.reparameterised import reparameterised
from engine.derivation.rows import Statement
from engine.derivation.sentences import Sentence
from engine.derivation.settings import SET_TO_ZERO
from engine.derivation.solutions import is_fixed
from engine.derivation.source import Source
from engine.derivation.summed_over import with_sum_range
from engine.derivation.tables import positive_table, values_told
from engine.derivation.tied import supposes
from engine.derivation.units import without_unit
from engine.derivation.worked_numbers import of_numbers, worked_behind
from solvers.formula.context import Context
from solvers.formula.declare import run_listed
from solvers.formula.domains import constant
from solvers.formula.index_ranges import ordered_run, split_range, with_ranges
from solvers.formula.nodes import Apply, Call, Chain, Index, Member, Name, Node, Num, names, walk
from solvers.formula.parts import symmetric
from solvers.formula.tokens import Declaration
from solvers.formula.unknown import is_unknown

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

DECLARING = frozenset({"in", "~", "succ"})
_OPEN = re.compile(  # what is announced or concluded
    r"\b(?:show|shown|prove|proof|claim|goal|want|wanted|aim|derive|verify|check|theorem|lemma|proposition|answer|result|"
    r"should|expect|hope|guess|find|solves?|minimi\w+|maximi\w+|optim\w+|stationary|hence|so|therefore|thus|then|get|"
    r"obtain|have|follows?|gives?|yields?|becomes?|implies|means|conclude|equals?|would|instead|not|wrong|false|"
    r"contradict\w*|iff|only if|(?:exactly|precisely|just) (?:if|when)|equality)\b",
    re.IGNORECASE,
)
_AIMED = re.compile(  # "minimise the loss L = ...", "we want the mean s = ..." say what L and s are
    r"\b(?:(?:mini|maxi)mi[sz](?:e|es|ing)|(?:we|to|i)\s+(?:want|need|estimate|approximate)"
    r"(?:\s+to\s+(?:compute|estimate|approximate|evaluate))?|wish\s+to\s+(?:compute|estimate|approximate|evaluate))\s+"
    r"(?:the\s+(?:[\w-]+\s+){0,3})?(?=⟦\d+⟧$)",
    re.IGNORECASE,
)
_STEPWISE = re.compile(  # "minimise f(w) = ... by gradient descent, w_{k+1} = ..."
    r"\b(?:mini|maxi)mi[sz](?:e|es|ed|ing)\b[^⟦⟧.;]{0,30}⟦\d+⟧,?\s+(?:by|with|using|via)\b[^⟦⟧.;]{0,40}(?=⟦\d+⟧$)",
    re.IGNORECASE,
)
_LISTED = re.compile(  # with z = ..., u = ...; a = ..., h = ...: one behind the other
    r"(?:\b(?:with|where)|⟦\d+⟧\s*(?:[,;]\s*(?:and\b)?|\band\b))\s*⟦\d+⟧$", re.IGNORECASE
)
_NAMED = re.compile(  # ... for each x, let g(y) = ...
    r"\b(?:(?:let|define|denote|abbreviate|write|writing|put|introduce|form)\s+(?:us\s+|now\s+|also\s+|the\s+)*|the\s+function\s+)⟦\d+⟧$|"
    r"\bthe\s+function\s+(?:to\s+(?:be\s+)?\w+|that\s+we\s+\w+|we\s+\w+)\s+(?:over\s+⟦\d+⟧\s+)?is\s+⟦\d+⟧$",
    re.IGNORECASE,
)
_CALLED = re.compile(  # ..., residual r = y - w^T x
    r"[,;:]\s*(?:(?:and|with|the|a|an|its)\s+)*(?!(?:if|for|when|or|where|then|since|because|as)\b)[a-z-]+(?:\s+[a-z-]+)?\s+⟦\d+⟧$",
    re.IGNORECASE,
)
_HAVING = re.compile(  # find the direction for data with covariance matrix S = ...
    r"\bwith\s+(?:(?:the|an?)\s+)?(?:[\w-]+\s+){0,3}(?:matrix|vector|mean|variance|covariance|density|weights?)\s+⟦\d+⟧$",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\([^()]*\)")  # (so y w^T x <= 0)
_FOR = re.compile(r"\bfor\s+(?:all\s+|each\s+|every\s+)?⟦(\d+)⟧", re.IGNORECASE)
_AT = re.compile(  # the gradient at w: wherever w may be
    r"\b((?:gradient|derivative|slope|hessian|jacobian|value)s?\s+(?:of\s+(?:the\s+)?\S+\s+)?)at\s+⟦(\d+)⟧",
    re.IGNORECASE,
)
_LETTER = re.compile(r"\s*(?:\\[A-Za-z]+\s*\{?)?\s*\w*\s*\}?\s*")
_BEST = re.compile(r"\s*[A-Za-z]_\{\\text\{opt\}\}\s*\(")  # D^*(x) = ..., which was found before
_AT_POINT = re.compile(  # at the minimum p = t
    r"\b(?:at|in) (?:the|a|an|this|that) (?:\w+ )?"
    r"(?:(?:min|max|opt)im(?:um|a|al point)|(?:stationary|fixed|saddle) point)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\b(?:subject to|under|constrained (?:by|to)|under the (?:\w+ )?constraint|s\. ?t\.)\W*(?:that\W*)?⟦\d+⟧$",
    re.IGNORECASE,
)
_AIMS = re.compile(  # what is to be shown, or is denied
    r"\b(?:show|shown|prove|proof|claim|goal|want|wanted|aim|derive|verify|check|theorem|lemma|proposition|should|expect|"
    r"hope|guess|would|instead|not|wrong|false|contradict\w*|iff|only if)\b",
    re.IGNORECASE,
)


def may_define(sentence: Sentence, place: int) -> bool:
    """Whether the words before a formula within a sentence announce and conclude nothing, and open no case."""
    words = replace(sentence, parts=sentence.parts[: place + 1]).template
    return may_say(words) or _NAMED_BEFORE.search(words) is not None


_NAMED_BEFORE = re.compile(  # "maximise it with a multiplier: L = ..."
    r"\b(?:lagrangian|multipliers?|objective|loss|cost|energy)(?:\s+function)?\s*(?::|is)?\s*⟦\d+⟧$", re.IGNORECASE
)
_UNLIKE = re.compile(  # "in general not symmetric" denies no equation behind it
    r"\bnot\W+(?:necessarily\s+)?"
    r"(?:symmetric|square|invertible|diagonal|orthogonal|full[- ]rank|independent|singular)\b",
    re.IGNORECASE,
)


def may_say(words: str) -> bool:
    """Whether words announce, conclude and deny nothing, and open no case."""
    return not _OPEN.search(_UNLIKE.sub(" ", words)) and not CASE.search(words)


def keep_range(checker: Checker, statement: Statement) -> None:
    """n = 1, ..., N: what the index n runs through, wherever nothing else says so."""
    for letter, low, high in split_range(f"x_n, {range_text(text_of(statement))}")[1]:
        checker.ranges[letter] = (low, high)
    checker.context = with_ranges(checker.context, checker.ranges)
    values_told(checker, statement)


def bound(checker: Checker, statement: Statement) -> None:
    """A membership or a bound in a declaring sentence; what is nearly so declares nothing."""
    if statement.relations[0] != "~=" and not positive_table(checker, statement):
        checker.extend(with_sum_range(checker, statement), statement)


def mention(checker: Checker, sentence: Sentence, place: int) -> None:
    """The formula at a place of a sentence that declares nothing."""
    part = sentence.parts[place]
    assert isinstance(part, Formula)
    if names_point(sentence, place):
        return
    words = _ASIDE.sub(" ", _AIMED.sub("", replace(sentence, parts=sentence.parts[: place + 1]).template))
    words = _FOR.sub(lambda said: "" if _runs(sentence, int(said[1])) else said[0], words)
    words = _AT.sub(lambda said: said[1] if _is_letter(sentence, int(said[2])) else said[0], words)
    for whole in without_entries(checker, without_unit(checker, sentence, place, statements(checker, part))):
        before = checker.context
        for statement in apart(before, whole, given=True):
            _mentioned(checker, statement, words, before)


def _mentioned(checker: Checker, statement: Statement, words: str, before: Context) -> None:
    if statement.relations and heard(checker, statement, claims=False):
        return
    equated = bool(statement.relations) and {*statement.relations} <= {"=", "~="}
    if is_range(text_of(statement)):
        keep_range(checker, statement)
    elif statement.relations == ("succ",) and SUPPOSES.match(words):
        return  # if A is positive definite: a case
    elif statement.relations and statement.relations[0] in DECLARING:
        found = extended(checker.context, text_of(statement))
        if isinstance(found, Context):
            checker.context = with_ranges(found, checker.ranges)
    elif equated and of_numbers(statement) and not _DENIED.search(words):
        checker.judge(statement.sides, statement.relations)
    elif equated and (worked := worked_behind(statement)) is not None and not _DENIED.search(words):
        _equated(
            checker, replace(statement, sides=statement.sides[:2], relations=statement.relations[:1]), words, before
        )
        checker.judge(worked.sides, worked.relations)
    elif one_of_its_values(checker, statement, words):
        checker.define(statement, checker.read(statement.sides[0]).node)
    elif statement.relations[:1] in {("=",), (":=",)} and len(statement.sides) > 1:
        _equated(checker, statement, words, before)
    elif statement.relations == ("prop",) and may_say(words):
        weighs(checker, statement)
    elif set(statement.relations) & ORDERS and (
        ordered_run(text_of(statement)) is not None or run_listed(statement.sides[0].text)  # x_1, ..., x_n > 0
    ):
        checker.extend(text_of(statement), statement)
    elif set(statement.relations) & ORDERS:
        nodes = [checker.read(side).node for side in statement.sides]
        spoken = {n for node in nodes if node is not None for n in names(node)}
        if _bounds_new(checker, nodes, words) and checker.extend(with_sum_range(checker, statement), statement):
            return
        keep_bounds(checker, statement, nodes, spoken)


def told_by_bounds(checker: Checker, statement: Statement, words: str) -> bool:
    """Whether a claim is the first that is heard of a symbol, and bounds it by numbers: 0 < b < 1. Then it declares."""
    if not set(statement.relations) <= ORDERS or statement.link:
        return False
    nodes = [checker.read(side).node for side in statement.sides]
    return _bounds_new(checker, nodes, words) and checker.extend(text_of(statement), statement)


def _bounds_new(checker: Checker, nodes: Sequence[Node | None], words: str) -> bool:
    """Whether "a number 0 < D_i < 1" bounds, by numbers, a symbol of which nothing was heard: it says what it is."""
    symbols = [node for node in nodes if node is not None and constant(node) is None]
    if len(symbols) != 1 or None in nodes or not isinstance(symbols[0], (Name, Index, Member)) or not may_say(words):
        return False
    name = target(symbols[0])
    heard = {*checker.used, *checker.spoken, *checker.bounded, *checker.equated}
    return name is not None and _is_unsaid(checker.context, symbols[0]) and name.partition("_")[0] not in heard


def _runs(sentence: Sentence, place: int) -> bool:
    """Whether the formula at a place says what an index runs through."""
    part = sentence.parts[place]
    return isinstance(part, Formula) and is_range(part.source.text)


def _is_letter(sentence: Sentence, place: int) -> bool:
    part = sentence.parts[place]
    return isinstance(part, Formula) and _LETTER.fullmatch(part.source.text) is not None


def _equated(checker: Checker, statement: Statement, words: str, before: Context) -> None:
    if tells_law(checker, statement, words) or sets_form(checker, statement.sides[0]):
        return
    head = Statement(statement.sides[:2], statement.relations[:1], over=statement.over)
    if factored(checker, head.sides, f"{checker.words} {words}"):
        return
    checker.context = numbers_apart(released(checker, head), head.sides[0].text)
    own = own_symbol(bare(head.sides[0]), checker.context.scope)
    if own is not None and own not in checker.context.scope.names and renews(checker, head):  # new weights w' = ...
        checker.context = checker.context.declared(Declaration(own, None, (), "defined"))
    left, right = (checker.read(source).node for source in head.sides)
    updates = not _OPEN.search(_STEPWISE.sub(" ", words))
    if before_now(checker, head.sides[0], left, right) or (updates and carries_on(checker, head)):
        return
    said = may_say(_CONCLUDING.sub(" ", words))
    if anew_within(checker, head, words, said) or (said and reparameterised(checker, head, left, right)):
        return
    if left is not None and right is not None and symmetric(Chain((left, right), ("=",))) and may_say(words):
        checker.extend(text_of(statement), statement)
        return
    if _defines(checker, head, words, before, (left, right)):
        checker.note(head.sides[0], f"{written(head.sides[0])} is taken as the sentence says: as a definition")
        checker.define(head, left)
        return
    if left is not None and right is not None and (_is_set_there(words) or is_fixed(left, right, checker.context)):
        checker.note(head.sides[0], "taken as a condition that is set, not as an identity")
        checker.facts.append(Fact(Chain((left, right), ("=",)), checker.line(head.sides[0])))
        return
    if _may_be_taken(checker, head, left, right, words):
        return
    if left is not None and right is not None and judge_step("=", left, right, checker.context).verdict == "valid":
        return  # it says nothing new
    one_of_many = isinstance(left, Index) and any(isinstance(index, Name) for index in left.indices)  # where A_{uv} = 1
    name = None if left is None or one_of_many or CASE.search(words) else target(left)
    if name is not None and not _is_told(checker, name):
        checker.spoken.setdefault(name, checker.line(head.sides[0]))
    elif left is not None and right is not None and not isinstance(left, Num) and _told_as_so(words):
        checker.passing.append((Chain((left, right), ("=",)), checker.line(head.sides[0])))
    checker.progress.unchecked += [checker.line(head.sides[0])] if not ends_in_case(words) else []


def _is_set_there(words: str) -> bool:
    there = _AT_POINT.search(words) and not _OPEN.search(_AT_POINT.sub(" ", words))
    return bool(there or _SUBJECT.search(words) or SET_TO_ZERO.search(words))


def _defines(checker: Checker, head: Statement, words: str, before: Context, sides: Sequence[Node | None]) -> bool:
    """Whether an equation behind some words defines its left side."""
    left, right = sides
    said = may_say(words) or _HAVING.search(words) or _NAMED_BEFORE.search(words) or _concludes(checker, words)
    plain = said and (checker.defines(head) or _recurs(checker, head, left))
    named = _NAMED.search(words) and _is_new_name(checker, head, before, left)
    in_case = isinstance(right, Num) and ends_in_case(words)  # in the usual case (m = 0, s = 1)
    listed = (_LISTED.search(words) and not in_case) or (_CALLED.search(words) and not CASE.search(words))
    told = listed and left is not None and (_is_unsaid(before, left) or _is_free_entry(checker, left, right))
    free = _is_free(checker, left, right) or _is_introduced(checker, before, left, right)
    supposed = free and supposes(words) and not (ends_in_case(words) and target(left or Num("0")) in checker.used)
    best = (
        _BEST.match(head.sides[0].text) and not _AIMS.search(words) and is_function(checker.context, checker.used, head)
    )
    return bool(plain or named or best or ((told or supposed) and not _OPEN.search(words)))


def _told_as_so(words: str) -> bool:
    """Whether words say that the equation behind them is so: they aim at nothing, and it is no case."""
    return not ends_in_case(words) and not _AIMS.search(words)


def _may_be_taken(checker: Checker, head: Statement, left: Node | None, right: Node | None, words: str) -> bool:
    """Notes a symbol of which nothing else is said so far; whether it is taken as defined by this equation."""
    name = None if left is None or right is None or not may_say(_CONCLUDING.sub(" ", words)) else target(left)
    if name is None or (isinstance(left, Index) and isinstance(right, Num)):
        return False
    checker.equated.setdefault(name, checker.line(head.sides[0]))
    if _is_told(checker, name):
        return False
    if name in checker.taken:
        checker.define(head, left)
    return name in checker.taken


def _recurs(checker: Checker, head: Statement, left: Node | None) -> bool:
    """Whether h_t = f(h_{t-1}) says how the h_t come one from another, of an h_t that was only declared; or h_t =
    o_t c_t what they are made of.
    """
    right = checker.read(head.sides[1]).node
    if not isinstance(left, (Member, Index)) or right is None:
        return False
    beside = {n.base.text for n in walk(right) if isinstance(n, Member) and isinstance(n.base, Name)}
    made = target(left) in names(right) or bool(beside & checker.context.definitions.keys())
    return made and settles(checker, head, "")


def before_now(checker: Checker, source: Source, left: Node | None, right: Node | None) -> bool:
    """Whether c_{t-1} = 3/2 gives a number for one step before: it says nothing of the other steps."""
    place = left.indices[0] if isinstance(left, (Index, Member)) and len(left.indices) == 1 else None
    earlier = isinstance(place, Call) and place.op == "sub"
    if not earlier or left is None or right is None or constant(right) is None or (name := target(left)) is None:
        return False
    checker.stepped[name] = checker.line(source)
    checker.note(source, f"{written(source)} at one step is not read: write it with a number, as c_0")
    return True


def _is_new_name(checker: Checker, head: Statement, before: Context, left: Node | None) -> bool:
    fresh = left is not None and _is_unsaid(before, left)
    return fresh or is_function(checker.context, checker.used, head, declares=True)


def _is_free_entry(checker: Checker, left: Node, right: Node | None) -> bool:
    """Whether d_i = ... says what the entries are of a vector that was only listed: D = diag(d_1, ..., d_n)."""
    if (
        not isinstance(left, Index)
        or not isinstance(left.base, Name)
        or right is None
        or left.base.text in names(right)
    ):
        return False
    declared = checker.context.scope.names.get(left.base.text)
    held = any(left.base.text in names(chain) for chain in (*checker.context.constraints, *checker.conditions))
    plain = declared is not None and declared.domain in {"real", "inferred"} and not declared.positive
    letters = all(isinstance(index, Name) for index in left.indices)
    return plain and letters and not held and left.base.text not in checker.context.definitions


def _is_unsaid(context: Context, left: Node) -> bool:
    """Whether nothing says yet what a symbol is that was used: z_t in h_t = z_t h_{t-1}, with z_t = \\sigma(u_t)."""
    name = target(left)
    if name is not None and starts(context, name, left):
        return True  # v_0 = 0 behind v_t = b v_{t-1}
    declared = None if name is None else context.scope.names.get(name)
    unheard = declared is None or declared.domain == "inferred"
    return name is not None and unheard and name not in context.definitions


_DENIED = re.compile(r"\b(?:not|instead|rather|wrong|false|would|unlike)\b", re.IGNORECASE)
_CONCLUDING = re.compile(r"\b(?:hence|so|therefore|thus|then|get|obtain|have|follows?|gives?|yields?|becomes?)\b", re.I)


def _concludes(checker: Checker, words: str) -> bool:
    """Whether words only conclude, where no condition is set: what is new behind them has no other definition."""
    return not checker.facts and _CONCLUDING.search(words) is not None and may_say(_CONCLUDING.sub(" ", words))


def _is_told(checker: Checker, name: str) -> bool:
    declared = checker.context.scope.names.get(name)
    return name in checker.context.definitions or (declared is not None and declared.domain != "inferred")


def _is_introduced(checker: Checker, before: Context, left: Node | None, right: Node | None) -> bool:
    """Whether "if y = Bx + c" is the first that is heard of y, of which it says how it is made of what is known."""
    if not isinstance(left, Name) or not isinstance(right, Call) or left.text in checker.used | names(right):
        return False
    made = names(right)
    return _is_unsaid(before, left) and bool(made) and all(_is_told(checker, name) for name in made)


def _is_free(checker: Checker, left: Node | None, right: Node | None) -> bool:
    """Whether an equation says what a symbol is made of that was declared, and nothing else; or what a function is that
    was any one so far.
    """
    if isinstance(left, Apply) and is_unknown(checker.context, left.name) and right is not None:
        return all(isinstance(arg, Name) for arg in left.args) and left.name not in names(right)
    if not isinstance(left, Name) or right is None or isinstance(right, Num) or left.text in names(right):
        return False
    declared = checker.context.scope.names.get(left.text)
    constrained = any(left.text in names(chain) for chain in (*checker.context.constraints, *checker.conditions))
    plain = declared is not None and declared.domain == "real" and not declared.positive and not declared.family
    return plain and left.text not in checker.context.definitions and not constrained
