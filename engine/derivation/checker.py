"""The way through a write-up, sentence by sentence: what declares is kept, what claims is judged against what is known.

A claim that held is a checked equality and defines nothing. Three things are no claims though they look like one, and
each is told in a note: the first equation of a name that nothing is known of defines it; an equation that is set
("setting the gradient to zero") is a condition; what follows from a condition is judged as its consequence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.derivation.assignments import assigns
from engine.derivation.assuming import assume, takes_symmetry
from engine.derivation.at_points import names_point
from engine.derivation.cases import Cased, claim_under, enter_cases, placed
from engine.derivation.chances import Chances, heard, heed_structure
from engine.derivation.counts import count_factorials
from engine.derivation.data_held import held_still
from engine.derivation.declaring import (
    bare,
    extended,
    is_range,
    own_symbol,
    read_side,
    target,
    text_of,
    written,
)
from engine.derivation.document import Fault, Formula
from engine.derivation.events_told import sets_nothing
from engine.derivation.exactly_when import chosen, defined_by_when, offer
from engine.derivation.exercises import Progress, begin, released
from engine.derivation.factored import factored
from engine.derivation.first_squares import sign_apart, signed, to_define
from engine.derivation.foremost import EXPLAINS, foremost
from engine.derivation.gathered import numbers_apart
from engine.derivation.generic import narrowed
from engine.derivation.heeding import beware, call, heed
from engine.derivation.held_constant import held_constant
from engine.derivation.iterates import Iterates, carries_on, renews
from engine.derivation.judging import Bounds, Fact
from engine.derivation.knowing import (
    apart,
    forgotten,
    is_first_heard,
    is_function,
    is_given_anew,
    is_identity,
    is_known,
    rooted,
    symbols,
    without,
)
from engine.derivation.labels import entries_apart
from engine.derivation.loose import SIGN_TOLD, claims_only, settles, sizes_told, weighs
from engine.derivation.numbers import put_in
from engine.derivation.of_each import of_each
from engine.derivation.parts import name_parts, without_entries
from engine.derivation.prose import DECLARING, bound, keep_range, mention, told_by_bounds
from engine.derivation.randomness import gives_law, heed_random
from engine.derivation.ranged import Counting, reach
from engine.derivation.readings import as_rows
from engine.derivation.report import AS_DEFINITION, Note, Step
from engine.derivation.rows import Statement
from engine.derivation.sentences import Item, Sentence, words_of
from engine.derivation.set_anew import supposes
from engine.derivation.settings import CLAIMED, Setting, going_on, linked_places, setting_of
from engine.derivation.sides import Judgement, Side
from engine.derivation.solutions import solves
from engine.derivation.source import Lines, Source, shortened
from engine.derivation.tables import models
from engine.derivation.tied import anew, redefines
from engine.derivation.unforeseen import lost, not_read
from engine.derivation.unmet import without_repeated
from engine.derivation.unnormalised import in_order
from engine.derivation.unsaid_families import with_families
from engine.derivation.words import row_layout, varying_in
from solvers.formula.context import Context
from solvers.formula.differentials import expanded, second, twice, with_changes
from solvers.formula.families import with_members
from solvers.formula.index_ranges import with_ranges
from solvers.formula.losses import with_losses
from solvers.formula.nodes import Chain, Node, names
from solvers.formula.tokens import Declaration, Unreadable


@dataclass(slots=True)
class Checker:
    """Goes through the sentences once; `steps`, `notes` and `chains` are what it leaves."""

    lines: Lines
    indexed: Mapping[str, Declaration]  # what undeclared names with indices are taken as
    context: Context = field(default_factory=Context)
    steps: list[Step] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    chains: list[Judgement] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    conditions: list[Chain] = field(default_factory=list)  # what declaring sentences assume
    last: Judgement | None = None
    used: set[str] = field(default_factory=set)
    section: int = 0
    cases: tuple[Statement, ...] = ()  # what claims are said under here: w > 0
    faded: tuple[Statement, ...] = ()  # what they were said under further up
    headed: bool = False  # a heading gave the case, and no display has come below it so far
    cased: Cased = field(default_factory=dict)  # what is defined in cases
    undeclared: dict[str, int] = field(default_factory=dict)  # names nothing declares, with the line they are met in
    rows: bool = False  # the write-up says that its gradients are rows
    family: str = ""  # the family declared last, whose range may follow
    unranged: Context = field(default_factory=Context)  # what was known before it
    varying: tuple[str, ...] = ()  # what a proportionality is meant in, where words say so
    texts: list[str] = field(default_factory=list)  # all sides of the write-up
    held: set[str] = field(default_factory=set)  # data, which no derivative moves
    since: dict[str, int] = field(default_factory=dict)  # in which section a symbol was declared
    turned: re.Pattern[str] | None = None  # how the write-up says that it writes a transpose: M^{t}
    words: str = ""  # the words of the sentence before
    led: str = ""  # the last words that stand anywhere before
    given: frozenset[str] = frozenset()  # the names that were known before the first sentence
    premise: str = ""  # the words that lead up to the claim that is judged
    linked: Mapping[int, str] = field(default_factory=dict)  # where statements stand that an arrow follows, and which
    unsure: dict[str, int] = field(default_factory=dict)  # symbols of declarations that could not be read, and where
    assumed: set[str] = field(default_factory=set)  # distributions whose tables are not given
    ranges: dict[str, tuple[Node, Node]] = field(default_factory=dict)  # what indices run through, as sentences say
    counting: Counting = field(default_factory=Counting)  # what counts without an end, or up to what
    stepped: dict[str, int] = field(default_factory=dict)  # what is given one step before: c_{t-1} = 3/2
    bounded: dict[str, Bounds] = field(default_factory=dict)  # names in inequalities within such sentences
    progress: Progress = field(default_factory=Progress)
    passing: list[tuple[Chain, int]] = field(default_factory=list)  # other equations within them
    spoken: dict[str, int] = field(default_factory=dict)  # names equated within sentences that declare nothing
    equated: dict[str, int] = field(default_factory=dict)  # all of them, with indices too: H_{jk} = ...
    taken: frozenset[str] = frozenset()  # those of them that are taken as defined so
    rounded: set[str] = field(default_factory=set)  # numbers that stand for all that round to them
    turned_names: frozenset[str] = frozenset()  # what is transposed anywhere in the write-up
    moving: frozenset[str] = frozenset()  # the symbols whose differentials are written
    iterates: Iterates = field(default_factory=Iterates)  # what is updated step by step, and how that is written
    chances: Chances | None = None  # the distribution that numbers are told of
    general: Context | None = None  # what was known before numbers were put in for symbols spoken of in general
    numbers: dict[str, int] = field(default_factory=dict)  # these symbols, and the line of their numbers
    numbered: bool = False  # it was in this sentence
    unread: list[tuple[str, Statement, Note]] = field(default_factory=list)  # declarations that could not be read
    sign_told: bool = False  # whether words so far speak of something positive
    vague: list[int] = field(default_factory=list)  # lines with words that say more than was read
    narrowed: list[tuple[int, frozenset[str]]] = field(default_factory=list)  # functions that sentences say more of
    offered: Fact | None = None  # K = ... that holds "if and only if", where "for this gain" may take it up
    wrong: list[tuple[Node | None, Node | None, int]] = field(default_factory=list)  # what wrong steps claimed

    def run(self, items: Sequence[Item]) -> None:
        """All sentences in the order in which they are to be read."""
        self.linked = linked_places(items)
        for item in foremost(items, self.steps):
            if isinstance(item, Fault):
                self.unreadable(item.place, "", item.message)
            else:
                self.sentence(item)

    def sentence(self, sentence: Sentence) -> None:
        """Declares or judges what one sentence holds."""
        self.open(sentence)
        turned, done, heeded = sentence.turned() if sentence.declares else 0, -1, set[int]()
        for place, part in enumerate(sentence.parts):
            if isinstance(part, Formula) and part.aside:
                offer(self, words_of(sentence) or self.words, part.source)
            if not isinstance(part, Formula) or place == done or part.aside or sets_nothing(self, sentence, place):
                continue
            if defined_by_when(self, sentence, place):
                done = place + 2  # the condition claims nothing
                continue
            if sentence.declares and names_point(sentence, place):
                continue
            heed_random(self, sentence, heeded, place, part.display)
            claims = not sentence.declares or (part.display and place > turned)
            if claims and not part.display:
                mention(self, sentence, place)
                continue
            for statement in in_order(placed(self, sentence, place)):
                try:
                    for said in without_entries(self, apart(self.context, statement, given=not claims)):
                        count_factorials(self, said)
                        if claims:
                            claim_under(self, said, sentence)
                        elif not (gives_law(self, said) or factored(self, said.sides, sentence.template)):
                            self.declare(said, sentence)
                except Exception as error:  # noqa: BLE001 - what nobody foresaw costs this statement alone
                    lost(self, statement, error)
        heed_random(self, sentence, heeded, len(sentence.parts), True)
        self.narrowed += narrowed(self, sentence)
        enter_cases(self, sentence, len(sentence.parts))
        name_parts(self, sentence)
        self.words = "" if sentence.shown else words_of(sentence) or self.words
        heed(self, sentence)

    def open(self, sentence: Sentence) -> None:
        """What is to be known before the formulas of a sentence are read."""
        self.numbered, self.context = False, of_each(self.context, self.texts)
        begin(self, sentence)
        self.sign_told |= SIGN_TOLD.search(words_of(sentence)) is not None
        if row_layout(words_of(sentence)):
            self.rows = True
            self.notes.append(Note(0, "derivatives of numbers are read as rows, as the write-up says"))
        if (at := varying_in(sentence.template)) is not None:
            self.varying = tuple(sorted(names(node))) if (node := self.read(sentence.parts[at].source).node) else ()
        if not EXPLAINS.match(sentence.template):
            self.family = ""
        chosen(self, sentence)
        heed_structure(self, sentence)
        call(self, sentence)
        beware(self, sentence)

    def declare(self, statement: Statement, sentence: Sentence) -> None:
        """One formula of a declaring sentence."""
        if not statement.relations or is_identity(statement, sentence.template) or heard(self, statement, False):
            return  # a symbol that is spoken of, a number of P
        if statement.continues:
            said = "begins with a relation: in a sentence that declares, write the whole chain in one formula"
            self.unreadable(statement.sides[0].place(0), bare(statement.sides[0]), said)
            return
        if is_range(text_of(statement)):
            reach(self, statement)
            keep_range(self, statement)
            return
        self.family, self.unranged = text_of(statement) if statement.over is None else "", self.context
        own = own_symbol(bare(statement.sides[0]), self.context.scope, bare(statement.sides[1]))
        if own is not None and own not in self.context.scope.names:
            self.context = self.context.declared(Declaration(own, None, (), "inferred"))
        if statement.relations[0] not in {"=", ":="}:
            bound(self, statement)
            return
        if is_function(self.context, self.used, statement, declares=True):
            self.define(statement, None)
            return
        if not_read(self, statement):
            return
        first = self.read(statement.sides[0])
        constant = held_constant(self.context, first.node, self.read(statement.sides[1]).node)
        if constant is not None:
            self.note(statement.sides[0], f"{written(statement.sides[1])} is taken as one value from here on")
            self.context = signed(constant, statement)
            return
        node = first.node and rooted(first.node)
        known = node is not None and is_known(self.context, node)
        again = known and is_given_anew(self.context, node, self.read(statement.sides[1]).node)
        again = again or redefines(sentence.template) or statement.relations[0] == ":="
        if node is not None and target(node) is not None and (not known or again):
            self.define(statement, first.node)
        else:
            assume(self, statement, sentence)

    def define(self, statement: Statement, left: Node | None) -> None:
        """left = right as a definition, in a sentence that declares; a sign behind it is assumed."""
        if not carries_on(self, statement):
            anew(self, statement, left)
            head, sign = sign_apart(statement)
            if self.defined(head, left) and sign is not None:
                self.extend(text_of(sign), sign)

    def defined(self, statement: Statement, left: Node | None) -> bool:
        """Whether left = right could be kept as a definition; what stands behind further relations is claimed."""
        head = Statement(statement.sides[:2], statement.relations[:1], over=statement.over)
        self.context = self.context if left is None else to_define(self.context, left)
        if not self.extend(text_of(head), head):
            return False
        if len(statement.sides) > 2:
            self.judge(statement.sides[1:], statement.relations[1:])
        return True

    def extend(self, text: str, statement: Statement) -> bool:
        """Adds a declaration to what is known; tells in a note where it cannot be read."""
        gone = forgotten(self.context, self.since, self.section, statement)
        if gone:
            self.context = without(self.context, gone)
            self.unsure = {n: line for n, line in self.unsure.items() if n not in gone}
        found = extended(self.context, text)
        if isinstance(found, Context):
            found = without_repeated(sizes_told(found, self.context), self.context)
            found = with_families(found, self.context, self.indexed)
            fresh = found.scope.names.keys() - self.context.scope.names.keys()
            self.unsure = {n: line for n, line in self.unsure.items() if n not in fresh}
            put_in(self, found, self.line(statement.sides[0]))
            made = found.definitions.keys() - self.context.definitions.keys()
            self.since.update(dict.fromkeys(fresh | made, self.section))
            self.context = with_ranges(self.iterates.placed(found, self.context), self.ranges)
            return True
        line = self.line(statement.sides[0])
        told = statement.sides if "dots" in text else statement.sides[:1]  # 0 < m = l_n \le ...
        heard = {symbol for side in told for symbol in symbols(side.text)}
        self.unsure.update(dict.fromkeys(heard - self.context.scope.names.keys(), line))
        self.notes.append(note := Note(line, f"not read as a declaration: {shortened(text)} ({found.message})"))
        self.unread.append((text, statement, note))
        return False

    def claim(self, statement: Statement, sentence: Sentence) -> None:
        """A display formula outside of declaring sentences."""
        if not statement.relations:
            if self.last is None:
                self.notes.append(Note(self.line(statement.sides[0]), "a formula without a relation claims nothing"))
            if not statement.continues:  # the next one may go on with it
                self.last = Judgement((self.read(statement.sides[0]),), (), (), self.here())
            return
        if statement.relations[0] in DECLARING:
            self.extend(text_of(statement), statement)
            return
        if gives_law(self, statement, claimed=True) or models(self, statement):
            return
        if statement.continues:
            setting = going_on(f"{words_of(sentence)} {statement.note}")
            self.judge(statement.sides, statement.relations, setting, continues=True)
            return
        words, linked = words_of(sentence), statement.sides[0].place(0) in self.linked or statement.wanted
        setting = setting_of(f"{words} {statement.note}", "" if words else self.words, linked)
        if assigns(self, statement) or solves(self, statement, setting):
            return
        self.premise = words or ("" if self.words.rstrip().endswith(".") else self.words)
        if self.takes(statement, self.premise):
            if len(statement.sides) == 2:
                named, right = Side(statement.sides[0], None), self.read(statement.sides[1])
                self.last = Judgement((named, right), (), (), self.here())
            return
        self.judge(statement.sides, statement.relations, setting, link=statement.link)

    def takes(self, statement: Statement, words: str) -> bool:
        """Whether a claim is taken as a definition, of what is heard of first or of the next value of what is known."""
        if statement.relations[0] not in {"=", ":="} or statement.link:
            return weighs(self, statement) or told_by_bounds(self, statement, words)
        self.context = numbers_apart(released(self, statement), word := bare(statement.sides[0]))
        if supposes(self.linked.get(statement.sides[0].place(0), ""), word, statement, self.context):
            return False
        own = own_symbol(word, self.context.scope)  # net = ..., and no product n e t; x' = x + ...
        fresh = own is not None and own not in self.context.scope.names
        if own is not None and fresh and (re.fullmatch("[a-z]{3,}", word) or renews(self, statement)):
            self.context = self.context.declared(Declaration(own, None, (), "defined"))
        if carries_on(self, statement) or takes_symmetry(self, statement):
            return True
        if claims_only(words, word, self.texts) or not (self.defines(statement) or settles(self, statement, words)):
            return False
        self.note(statement.sides[0], f"{written(statement.sides[0])} {AS_DEFINITION}")
        return self.defined(statement, self.read(statement.sides[0]).node)

    def defines(self, statement: Statement) -> bool:
        """Whether a claim is the first that is heard of its left side: then it defines it."""
        if is_function(self.context, self.used, statement):
            return True
        left, right = (self.read(source).node for source in statement.sides[:2])
        if left is None or right is None:
            return False
        if statement.relations[0] == ":=":
            return target(left) is not None and not is_known(self.context, left)
        set_before = (*self.conditions, *(fact.chain for fact in self.facts))
        spoken = self.used | {n for chain in set_before for n in names(chain)}
        return is_first_heard(self.context, spoken, left, right)

    def judge(
        self, sources: Sequence[Source], relations: Sequence[str], setting: Setting = CLAIMED, link: str = "",
        continues: bool = False,
    ) -> None:  # fmt: skip
        """Judges a chain step by step and keeps it."""
        from engine.derivation.chains import judge_chain  # these stand on this module
        from engine.derivation.partial_changes import judge_changes

        for source in sources:
            self.context = entries_apart(self.context, source.text)
        if self.moving and not continues:
            judge_changes(self, sources, relations, setting, link)
        else:
            judge_chain(self, sources, relations, setting, link, continues)

    def here(self) -> Context:
        """What is known, with undeclared names that are indexed taken as vectors or matrices."""
        missing = (d for n, d in self.indexed.items() if n not in self.context.scope.names)
        known = of_each(with_members(held_still(self.context, self.held).declared(*missing), ()), self.texts)
        return with_changes(known, self.moving) if self.moving else known

    def read(self, source: Source) -> Side:
        """A side under what is known here."""
        text = source.text if self.turned is None else self.turned.sub(r"^\\top", source.text)
        text = twice(text) if self.moving else text
        parsed = (second(text) if self.moving else None) or read_side(text, self.here().scope)
        if isinstance(parsed, Unreadable):
            return Side(source, None, parsed)
        for remark in parsed.notes:
            self.note(source, remark)
        node = parsed.node
        if self.moving:
            written_out = expanded(node, with_losses(self.here(), [node], settled=True)[0], self.moving)
            if isinstance(written_out, Unreadable):
                return Side(source, None, written_out)
            node = written_out
        return Side(source, as_rows(node) if self.rows else node)

    def line(self, source: Source) -> int:
        return self.lines.line(source.place(0))

    def note(self, source: Source, text: str) -> None:
        self.notes += [note for note in [Note(self.line(source), text)] if note not in self.notes]

    def unreadable(self, place: int, text: str, message: str, relation: str = "=", lhs: str = "") -> None:
        """A place that could not be read, as a step."""
        line, column = self.lines.where(place)
        said = f"line {line}, column {column}: {message}"
        self.steps.append(Step(line, column, lhs, text, relation, "unreadable", said))
