"""Random numbers in a write-up: what its sentences say of them, wherever they say it, and equations that give a moment.

"The weights w_i are independent with mean 0 and variance s^2" claims nothing, nor does E[w_i] = 0 of a w_i that nothing
is known of: both say how these numbers are drawn.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended, text_of
from engine.derivation.document import Formula
from engine.derivation.judging import judge_step
from engine.derivation.knowing import symbols
from engine.derivation.known_moments import tells_known_moments
from engine.derivation.law_doubts import (
    BARE,
    WHOLE,
    doubt_of,
    doubt_of_all,
    head_of,
    is_unread,
    spoken_in,
    without_generalities,
    without_heading,
)
from engine.derivation.random_phrases import (
    AWAITS,
    CONCLUDED,
    GOES_ON,
    MADE,
    OF_LAWS,
    OF_RANDOM,
    OPEN,
    TWO_VALUED,
)
from engine.derivation.report import Note
from engine.derivation.rows import Statement
from engine.derivation.sentences import Sentence
from engine.derivation.source import shortened
from engine.derivation.spoken_of import PLACE, arguments, groups_in, meant, sizes_in
from engine.derivation.tables import as_law
from solvers.formula.context import Context, read_context
from solvers.formula.declare import run_listed
from solvers.formula.moment_equations import with_statement
from solvers.formula.moments import has_law, with_facts
from solvers.formula.nodes import Big, Call, Node, names, walk
from solvers.formula.random_words import Facts, facts_at, merged, moment_of, moments_said
from solvers.formula.said_of import targets_of
from solvers.formula.symbol_names import symbol_of
from solvers.formula.tokens import Unreadable

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

AGAIN = 4  # declarations that are tried once more
_JOINT = re.compile(r"\s*(?:(?:,|;|&|\band\b|\bor\b|\bboth\b|\bas well as\b|\btheir\b|\bthe\b)\s*)*")


def gives_law(checker: Checker, statement: Statement, claimed: bool = False) -> bool:
    """Whether an equation says how a name is distributed: P(m_i = 1) = p, or E[g_i] = mu of a random g_i.

    What is `claimed` says it only of a name of which no law is known at all.
    """
    text = text_of(statement)
    if not statement.relations:
        return False
    if not claimed:
        for law in (laws := as_law(checker.context, text)):
            checker.extend(law, statement)
        if laws:
            return True
    if statement.continues or statement.relations[0] not in {"=", ":="}:
        return False
    about = _about(statement)
    if not claimed and _follows(checker, statement):
        return False  # E[X X^T] = S + m m^T, where S is what the covariance is by definition
    if waits(checker, statement) and not claimed:
        line = checker.line(statement.sides[0])
        known = checker.context.scope.names.keys()
        checker.unsure.update(dict.fromkeys(symbols(statement.sides[0].text) - known, line))
        note = Note(line, f"not read, as {' and '.join(sorted(about))} could not be: {shown(statement)}")
        checker.notes.append(note)
        checker.unread.append((text, statement, note))
        return True
    defined = checker.context.definitions.keys()
    heard = {*checker.context.scope.names, *defined, *(name.partition("_")[0] for name in defined)}
    heard = {*checker.spoken, *checker.used, *heard} if claimed else set[str]()
    before, checker.context = checker.context, _with_listed(checker, about)
    found = None if about & {*checker.unsure, *heard} else with_statement(checker.here(), text, _extend)
    if not isinstance(found, Context) or (claimed and not _first_heard(checker.context, found)):
        checker.context = before
        if about and not claimed and not _is_so(checker, statement):
            doubt_of(checker, list(about), checker.line(statement.sides[0]))
        return False
    if not checker.extend(text, statement):
        return False
    checker.note(statement.sides[0], f"{shown(statement)} is taken as given")
    checker.used |= {
        n for side in statement.sides if (node := checker.read(side).node) is not None for n in names(node)
    }
    return True


def _with_listed(checker: Checker, about: Collection[str]) -> Context:
    """What is known, with how long the lists are whose members a moment speaks of: e_1, ..., e_n."""
    listed = (d for text in checker.texts for d in run_listed(text) if d.name in about)
    known = checker.context.scope.names.keys() | checker.context.definitions.keys()
    return checker.context.declared(*(d for d in listed if d.name not in known))


def tells_law(checker: Checker, statement: Statement, words: str) -> bool:
    """Whether an equation behind some words, in passing, says how something is distributed, and can be read."""
    if CONCLUDED.search(words):
        return False
    return gives_law(checker, statement)


def _is_so(checker: Checker, statement: Statement) -> bool:
    """Whether an equation of a moment recalls what is known of a law: E[e] = 0 of an e ~ N(0, 1)."""
    left, right = (checker.read(side).node for side in statement.sides[:2])
    if left is None or right is None or len(statement.sides) > 2:
        return False
    return judge_step("=", left, right, checker.here()).verdict == "valid"


def _follows(checker: Checker, statement: Statement) -> bool:
    """Whether an equation of a moment says it by another one of the same: by a name that is defined by a mean of it."""
    left, right = (checker.read(side).node for side in (statement.sides[0], statement.sides[-1]))
    if left is None or right is None or not any(isinstance(n, Big) and n.op == "E" for n in walk(left)):
        return False
    about, spoken = names(left), names(right)
    defined = [d.right for name in spoken for d in checker.context.definitions.get(name, ())]
    return any(isinstance(n, Big) and n.op == "E" and about & names(n) for node in defined for n in walk(node))


def _about(statement: Statement) -> set[str]:
    """The symbols that the moments of a statement are of."""
    moments = (moment_of(side.text) for side in statement.sides)
    return {symbol_of(moment[1]) or "" for moment in moments if moment is not None}


def waits(checker: Checker, statement: Statement) -> bool:
    """Whether a statement gives a moment of what is declared in a way that could not be read."""
    about = _about(statement)
    for text, _, note in list(checker.unread):
        if about & checker.unsure.keys() and {symbol_of(t) for t in targets_of(head_of(text))} & about:
            _sure(checker, [text])
            if _any_law(checker, text) and note in checker.notes:
                checker.notes.remove(note)
    return bool(about & checker.unsure.keys())


def read_again(checker: Checker) -> None:
    """Declarations that could not be read, once more when more is known: x \\sim p where p(x) \\in ..."""
    unread, checker.unread = checker.unread[-AGAIN:], []
    for text, statement, note in unread:
        if waits(checker, statement) or not isinstance(extended(checker.context, text), Context):
            checker.unread.append((text, statement, note))
        elif note in checker.notes:
            checker.notes.remove(note)
            for name in {symbol for side in statement.sides for symbol in symbols(side.text)}:
                if checker.unsure.get(name) == note.line:
                    del checker.unsure[name]
            checker.extend(text, statement)


def _first_heard(before: Context, after: Context) -> bool:
    """Whether the name that a statement speaks of had no law before."""
    return any(d.law is not None and not has_law(before, name) for name, d in after.scope.names.items())


def shown(statement: Statement) -> str:
    return " ".join(text_of(statement).split())


def heed_random(checker: Checker, sentence: Sentence, heeded: set[int], upto: int, final: bool = False) -> None:
    """Adds what the words of a sentence say of random numbers, up to a place of it; `heeded` is where they begin that
    have been. `final`: no more words follow, so that what is not understood by now stays so.
    """
    words = [p.source.text for p in sentence.parts[:upto] if not isinstance(p, Formula)]
    if not any(OF_RANDOM.search(text) or OF_LAWS.search(text) for text in words):
        return
    template = without_generalities(replace(sentence, parts=sentence.parts[:upto]))
    if not final and AWAITS.search(template) and not sentence.parts[upto].source.text.strip().startswith("\\begin"):
        return  # mean zero and covariance ...: what comes next belongs to it
    texts = {k: p.source.text.strip(" ,.;") for k, p in enumerate(sentence.parts[:upto]) if isinstance(p, Formula)}
    sizes = sizes_in(checker.context)
    groups = groups_in(template, {k: text for k, text in texts.items() if text not in sizes})
    said: dict[int, Facts] = {}
    left, unplaced = without_heading(sentence, template), any(map(BARE.match, texts.values()))
    for start, end, facts in facts_at(template):
        concluded = bool((CONCLUDED if GOES_ON.search(template) else OPEN).search(template[:start]))
        concluded = concluded or (not sentence.declares and MADE.search(template[:start]) is not None)
        number = None if concluded else meant(template, start, end, groups)
        if _tells_nothing(sentence, facts, number, texts):
            left = left[:start] + " " * (end - start) + left[end:]
            continue
        unplaced = unplaced or (number is None and not concluded and not facts.interval)
        if number is not None or concluded or facts.interval:
            left = left[:start] + " " * (end - start) + left[end:]
        if start in heeded or (not final and number is not None and _goes_on(template, groups[number])):
            continue
        heeded |= {start} if final or number is not None else set()
        if number is not None:
            said[number] = merged(said.get(number, Facts()), _filled(facts, texts))
        elif facts.interval and final and not concluded:
            _of_next(checker, sentence, upto, _filled(facts, texts))
    for number, facts in sorted(said.items()):
        source = sentence.parts[groups[number][0]].source
        about = _drawn([texts[place] for place in groups[number]], facts)
        if _tell(checker, about, facts):
            _bound(checker, template, texts)
            checker.note(source, f"{shortened(', '.join(about))} taken as random: {facts}")
            _sure(checker, about)
        else:
            left += " distributed"
    if final:
        _doubt(checker, sentence, texts, left, unplaced)


def _doubt(checker: Checker, sentence: Sentence, texts: dict[int, str], left: str, unplaced: bool) -> None:
    """Doubts about what words say that are `left`, or that are about nobody."""
    template, line = without_generalities(sentence), checker.line(sentence.parts[0].source)
    two_valued = TWO_VALUED.search(template) and not any(map(partial(_is_binary, checker), texts.values()))
    unread, of_all = is_unread(left, template, texts), unplaced and WHOLE.search(template)
    if not two_valued and (unread or of_all) and tells_known_moments(checker, sentence):
        return
    if two_valued or unread:
        doubt_of(checker, list(texts.values()), line)
    if of_all:
        doubt_of_all(checker, line)


def _is_binary(checker: Checker, text: str) -> bool:
    """Whether a formula speaks of a symbol that is known to be 0 or 1."""
    spoken = {symbol_of(target) or "" for target in targets_of(head_of(text))} | spoken_in(text, checker.context)
    declared = (checker.context.scope.names.get(name) for name in spoken)
    return any(d is not None and (d.domain == "{0, 1}" or _is_bernoulli(d.law)) for d in declared)


def _is_bernoulli(law: Node | None) -> bool:
    return isinstance(law, Call) and law.op == "bernoulli"


def _tells_nothing(sentence: Sentence, facts: Facts, number: int | None, texts: dict[int, str]) -> bool:
    """Whether words say nothing of a law: "in expectation"; "they are random, with E[x_i] = 0", where that formula says
    it; "its mean is" before a display, which is a claim.
    """
    if facts == Facts() or (facts == Facts(random=True) and number is None and any(map(_gives_moment, texts.values()))):
        return True
    shown = [sentence.parts[int(k)] for text in arguments(facts) for k in PLACE.findall(text)]
    return bool(shown) and not sentence.declares and all(isinstance(p, Formula) and p.display for p in shown)


def _gives_moment(text: str) -> bool:
    return any(moments_said(text))


def _drawn(texts: list[str], facts: Facts) -> list[str]:
    """The symbols that words are about: of b and e ~ N(0, R), the e alone is independent of something."""
    drawn = [text for text in texts if re.search(r"\\sim(?![a-z])", text)]
    return drawn if drawn and not facts.moments and not facts.random else texts


def _goes_on(template: str, group: list[int]) -> bool:
    """Whether more symbols may stand beside those of a group: nothing but a comma follows it yet."""
    return _JOINT.fullmatch(template.partition(f"⟦{group[-1]}⟧")[2]) is not None


def _sure(checker: Checker, texts: list[str]) -> None:
    """x \\sim p of a p of which nothing else is said is some law."""
    for text in filter(lambda text: _any_law(checker, text), texts):
        for target in targets_of(head_of(text)):
            checker.unsure.pop(symbol_of(target) or "", None)


def _any_law(checker: Checker, text: str) -> bool:
    """Whether a text says x \\sim p of a letter p that is nothing else anywhere."""
    law = re.search(r"(?:\\sim|~)\s*(\\?[A-Za-z]+)(?:_\{?[^{}()]*\}?)?\s*$", text)
    applied = rf"(?<![A-Za-z\\]){re.escape(law[1])}\s*(?:\\left)?\(" if law is not None else ""
    return law is not None and not any(re.search(applied, other) for other in checker.texts)


def _of_next(checker: Checker, sentence: Sentence, place: int, facts: Facts) -> None:
    """ "For a uniform law on [-r, r], Var[w] = ...": said of the w, where one follows; else of no one knows whom."""
    part = sentence.parts[place] if place < len(sentence.parts) else None
    statements = checker.iterates.statements(part) if isinstance(part, Formula) else []
    moment = moment_of(statements[0].sides[0].text) if statements else None
    before = checker.context
    if moment is not None:
        _tell(checker, [moment[1]], facts)
    if checker.context is before and place > 0:
        line = checker.line(sentence.parts[0].source)
        checker.unsure.update({n: line for n, d in before.scope.names.items() if d.law is not None and n == d.name})


def _filled(facts: Facts, texts: dict[int, str]) -> Facts:
    """Facts with formulas in the place of their numbers."""

    def put(text: str) -> str:
        found = PLACE.sub(lambda match: texts.get(int(match[1]), ""), text)
        return "" if any(moments_said(found)) else _BOUND.sub("", head_of(found))  # the variances E[x^2] = v

    return replace(
        facts, mean=put(facts.mean), variance=put(facts.variance), deviation=put(facts.deviation),
        interval=put(facts.interval), law=put(facts.law), pair=put(facts.pair), apart=tuple(map(put, facts.apart)),
    )  # fmt: skip


def _bound(checker: Checker, template: str, texts: dict[int, str]) -> None:
    """ "With variance s^2 > 0" says so of s too."""
    for said in re.finditer(r"\b(?:variances?|deviations?|rate|scale)(?:\s+of)?\s*⟦(\d+)⟧", template):
        text = texts.get(int(said[1]), "")
        found = extended(checker.context, text) if _BOUND.search(text) else None
        if isinstance(found, Context):
            checker.context = found


_BOUND = re.compile(r"\s*(?:[>≥≠]|\\(?:g(?:eq?|t)|neq?)(?![a-z]))\s*0\s*$")  # with variance s^2 > 0


def _tell(checker: Checker, texts: list[str], facts: Facts) -> bool:
    """Whether facts about some symbols could be added; what cannot be read of them is passed over."""
    if any("=" in text for text in arguments(facts)):
        return False  # "with mean \\bar x = ...": of data, not of a law
    targets: list[str] = []
    context = checker.context
    each = False
    for text in texts:
        head = head_of(text)
        if any(dots in head for dots in ("dots", "...", "…")):
            each = True
            if head == text and not any(has_law(context, stem) for stem in _stem_of(head)):
                found = _extend(context, f"{head} \\in \\mathbb{{R}}")
                if isinstance(found, Unreadable):
                    return False
                context = found
        targets += _stems(targets_of(head), context) if each else targets_of(head)
    known = [has_law(context, target) for target in (*targets, *facts.apart)]
    plain = facts.independent or bool(facts.apart)
    if not (facts.random or facts.moments or facts.alike or facts.uncorrelated or any(known) or plain):
        return False
    if facts.apart and not any(known) and not facts.moments and not facts.random:
        return False
    laws = [text for text in texts if re.search(r"\\sim|~", text)] or [""]
    if any(symbol_of(target) in checker.unsure for target in targets) and not all(_any_law(checker, t) for t in laws):
        return False
    told = with_facts(context, tuple(dict.fromkeys(targets)), facts, _extend, each)
    if isinstance(told, Context):
        checker.context = told
    return isinstance(told, Context)


def _stem_of(head: str) -> list[str]:
    return [re.split(r"[_^]", target)[0].strip() for target in targets_of(head)]


def _stems(targets: tuple[str, ...], context: Context) -> list[str]:
    """x of x_1, where that is an entry of a vector by now."""
    found = []
    for target in targets:
        stem = re.split(r"[_^]", target)[0].strip()
        if not re.fullmatch(r"\\?[ldc]?dots[a-z]?|\.\.\.?|…", target):
            found.append(stem if symbol_of(stem) in context.scope.names else target)
    return found


def _extend(context: Context, text: str) -> Context | Unreadable:
    found = read_context([text], context)
    return found if isinstance(found, Context) else found[1]


__all__ = ["gives_law", "heed_random", "read_again", "tells_law"]
