"""Iterates as write-ups spell them: w_{t+1}, w^{t+1}, w(t+1), w^{new}, w^+ on the left of an update rule.

One spelling is read by the formula language, w^{(t+1)}; the others are put in it where an update rule says that they
are meant so. What the rule is judged by stands in `solvers.formula.iterates`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import bare, read_side, target, written
from engine.derivation.document import Formula
from engine.derivation.gathered import as_members
from engine.derivation.given_anew import given_anew
from engine.derivation.judging import judge_step
from engine.derivation.recurring import EQUATES, around_by, whole_left
from engine.derivation.rows import Statement, statements_of
from engine.derivation.source import Source, joined, written_at
from engine.derivation.spellings import CALL, FAMILY, LABEL, NAME, SUB, SUP, Spelled, spelled
from solvers.formula.context import Context
from solvers.formula.families import completed
from solvers.formula.iterates import bare as unindexed
from solvers.formula.iterates import member_of, place_of, placed
from solvers.formula.nodes import Apply, Call, Chain, Member, Name, Node, Num, walk
from solvers.formula.nodes import names as node_names
from solvers.formula.parser import Parsed
from solvers.formula.ranks import shape_of
from solvers.formula.targets import UNKNOWN
from solvers.formula.tokens import Declaration

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_ENTRIES = frozenset("ijld")  # letters that count entries, where the update counts its steps by another
_RUNS = re.compile(r"_\s*\{\s*([a-z])\s*=\s*\d\s*\}\s*\^\s*(\{[^{}]*|[A-Za-z])")  # \sum_{t=1}^n


@dataclass(frozen=True, slots=True)
class Iterates:
    """Which names have iterates, how they are spelled, and which letters count the steps.

    `rules`: by name and spelling, whether every index is a step, or only the letters of the steps are.
    `primed` are names such as w' of new values, `counted` vectors whose entries are written w_1, w_2. A letter that
    runs up to one of the `sizes` counts entries.
    """

    names: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()
    rules: dict[tuple[str, str], bool] = field(default_factory=dict)
    primed: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    counted: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()  # names with marks: P_t^-

    def statements(self, formula: Formula) -> list[Statement]:
        """The statements of a formula, with the iterates in them as they are read."""
        found = [self.rewritten(statement) for statement in statements_of(formula.source)]
        return found if formula.written is None else [_as_written(s, formula.written) for s in found]

    def rewritten(self, statement: Statement) -> Statement:
        """The statement with the steps in the one spelling that is read; an arrow to an iterate defines it."""
        if not self.rules and not self.names:
            return statement
        relations = statement.relations
        if relations[:1] == ("<-",) and any(
            whole_left(s, statement.sides[0]) for s in self._meant(statement.sides[0].text)
        ):
            relations = ("=", *relations[1:])
        over = statement.over
        return replace(statement, sides=tuple(map(self._side, statement.sides)), relations=relations, over=over)

    def _meant(self, text: str) -> Iterator[Spelled]:
        """The indices that are steps, none inside another."""
        done = 0
        runs = [(run[1], run[2]) for run in _RUNS.finditer(text)]
        entries = {letter for letter, end in runs if end.strip(" {") in self.sizes}
        steps = {letter for letter, end in runs if self.letters & set(end)}
        for found in spelled(text, self.own):
            if found.start >= done and found.letter not in entries and self._is_step(found, steps):
                done = found.end
                yield found

    def _is_step(self, found: Spelled, steps: Collection[str]) -> bool:
        if found.form == FAMILY:
            return found.key in {key for key, _ in self.rules}
        every = self.rules.get((found.key, found.form))
        if every is None or (found.form == SUB and not found.letter and found.number and found.key in self.counted):
            return False
        known = found.letter in self.letters
        return known or (every and (found.letter in steps or found.letter not in _ENTRIES or not self.letters))

    def _side(self, source: Source) -> Source:
        parts: list[Source] = []
        done = 0
        for found in self._meant(source.text):
            if found.form != FAMILY:
                apart = " " * source.text[: found.start][-1:].isalpha()  # W_zh_t is W_z h^{(t)}
                parts += [source.cut(done, found.start), written_at(apart + found.canonical, source.place(found.start))]
                done = found.end
        return replace(joined([*parts, source.cut(done)]), shown=source.text) if parts else source

    # ---- definitions

    def define(self, left: Node, right: Node, context: Context) -> bool:
        """Whether an equation is an update rule of an iterate that nothing defines yet."""
        member = member_of(left)
        name = None if member is None or not isinstance(member.base, Name) else member.base.text
        if name not in self.names or (member is not None and member.indices == (Num("0"),)):
            return False
        if isinstance(right, (Member, Name)) or any(inner == member for inner in walk(right)):
            return False
        known = [d for d in context.definitions.get(name, ()) if member_of(d.left) is not None]
        return not any(d.indices or d.left == left for d in known)  # a start alone says nothing of the rest

    def prepared(self, left: Node, right: Node, context: Context) -> Context:
        """The context in which the name of an iterate that nothing declares has the shape of its update."""
        name = target(left)
        if name is None or name in context.scope.names:
            return context
        known_here = node_names(right) & context.scope.names.keys()
        open_matrix = any(n[:1].isupper() for n in node_names(right) - known_here - context.definitions.keys())
        numbers = open_matrix or all(context.scope.names[n].shape == () for n in known_here)
        known = () if numbers else shape_of(right, context.scope)
        if member_of(left) is not left or known is None or UNKNOWN in known:
            return context
        return context.declared(Declaration(name, known, (), "inferred"))

    def placed(self, context: Context, before: Context) -> Context:
        """The context with the names that stand without an index in new definitions taken at their step."""
        changed = dict(context.definitions)
        for name, found in context.definitions.items():
            if found == before.definitions.get(name):
                continue
            changed[name] = tuple(
                d if member_of(d.left) is None else replace(d, right=self.at_steps([d.left, d.right], context)[1])
                for d in found
            )
        return completed(replace(context, definitions=changed)) if changed != context.definitions else context

    def at_steps(self, nodes: Sequence[Node], context: Context) -> list[Node]:
        """The sides of a chain with names that stand without an index, beside iterates, taken at their step."""
        return self._at_steps(nodes, (), context)[0]

    def conditions_at_steps(self, nodes: Sequence[Node], context: Context) -> Context:
        """The context with what is said of such names said of them at their step in a chain: t w^T x <= 0 of w_0."""
        found = self._at_steps(nodes, context.constraints, context)[1]
        new = tuple(chain for chain in found if chain not in context.constraints)
        return replace(context, constraints=(*context.constraints, *new)) if new else context

    def _at_steps(
        self, nodes: Sequence[Node], beside: Sequence[Chain], context: Context
    ) -> tuple[list[Node], list[Chain]]:
        found, others = list(nodes), list(beside)
        members = {inner.base for node in nodes for inner in walk(node) if isinstance(inner, Member)}
        for name in sorted(self.names) if members & set(map(Name, self.names)) else ():
            place = place_of(found[0], found, name)
            if place is None:
                continue
            spoken = {n for n in context.definitions if n != name and _depends(n, name, context)}
            found = [placed(node, name, place, spoken) for node in found]
            others = [
                replace(chain, sides=tuple(placed(side, name, place, spoken) for side in chain.sides))
                for chain in others
            ]
        return found, others


def _depends(defined: str, name: str, context: Context) -> bool:
    """Whether a defined name changes with `name` as it stands without an index: not where that is a parameter."""
    definitions = context.definitions[defined]
    if any(isinstance(d.left, Apply) and Name(name) in (*d.left.args, *d.left.given) for d in definitions):
        return False
    symbol, seen, waiting = Name(name), {defined}, [d.right for d in definitions]
    while waiting:
        node = waiting.pop()
        if symbol in unindexed(node):  # c_t alone, as in h_t = tanh(c_t), is no such symbol
            return True
        fresh = (node_names(node) & context.definitions.keys()) - seen - {name}
        seen |= fresh
        waiting += [d.right for n in fresh for d in context.definitions[n]]
    return False


def _as_written(statement: Statement, written: Source) -> Statement:
    """The statement with what stands in the file, where it was put in other words, to be told to people."""
    sides = []
    for side in statement.sides:
        first, last = side.place(0), side.end
        text = "".join(c for c, place in zip(written.text, written.places, strict=True) if first <= place < last)
        sides.append(replace(side, shown=text.strip(" =") or side.shown))
    return replace(statement, sides=tuple(sides))


# ---- which names have iterates


def iterates_of(stated: Sequence[Statement], known: Context) -> Iterates:
    """What the update rules of a write-up say; `known` are all of its declarations."""
    rules: dict[tuple[str, str], bool] = {}
    letters: set[str] = set()
    settled: set[tuple[str, str]] = set()
    names: set[str] = set()
    own = known.scope.own
    around = around_by(stated, own)
    for statement in stated:
        if statement.relations[:1] and statement.relations[0] in EQUATES and len(statement.sides) > 1:
            for found in [s for s in spelled(statement.sides[0].text, own) if whole_left(s, statement.sides[0])]:
                place = (found.key, found.form)
                if place in settled or place in rules:
                    continue
                if _is_update(found, statement, known, around):
                    rules[place] = True
                    letters |= {found.letter} - {""}
                    names |= _base(found.name, known)
                elif found.letter:
                    settled.add(place)
    letters -= {""}
    for statement in stated:
        for side in statement.sides:
            for found in spelled(side.text, own):
                place = (found.key, found.form)
                if found.letter in letters and place not in rules and _goes_along(found, rules, known):
                    declared = _declared(found.name, known)
                    rules[place] = declared is None or (declared.domain == "defined" and declared.shape is None)
    return Iterates(
        frozenset(names), frozenset(letters), rules, primed_names(stated, known), _sizes(known), _counted(rules, known),
        own,
    )  # fmt: skip


def _counted(rules: dict[tuple[str, str], bool], known: Context) -> frozenset[str]:
    """The names of vectors with a written number of entries: w of w \\in R^2."""
    return frozenset(
        key
        for key, _ in rules
        if (d := _declared(key, known)) is not None and len(d.shape or ()) == 1 and isinstance((d.shape or ())[0], Num)
        and d.shape != (UNKNOWN,)
    )  # fmt: skip


def _sizes(known: Context) -> frozenset[str]:
    return frozenset(n for d in known.scope.names.values() for size in d.shape or () for n in node_names(size))


def _base(name: str, known: Context) -> set[str]:
    parsed = read_side(name, known.scope)
    return {parsed.node.text} if isinstance(parsed, Parsed) and isinstance(parsed.node, Name) else set()


def _declared(name: str, known: Context) -> Declaration | None:
    return next((known.scope.names[n] for n in _base(name, known) if n in known.scope.names), None)


def _is_update(found: Spelled, statement: Statement, known: Context, around: Collection[str]) -> bool:
    """Whether a left side is that of an update rule: w_{t+1} = ..., or w_t = ... of a vector with w_{t-1} behind it."""
    declared = _declared(found.name, known)
    if declared is not None and declared.parameters is not None:
        return False
    vector = declared is not None and bool(declared.shape) and not declared.family
    right = statement.sides[1].text
    before = [
        s
        for s in spelled(right, known.scope.own)
        if (s.key, s.form) == (found.key, found.form) and s.letter == found.letter
    ]
    steps = {s.number for s in before}
    if found.form == LABEL:
        plain = re.sub(r"[{}]", " ", right)
        again = re.search(rf"(?<![A-Za-z\\]){re.escape(found.key)}(?![A-Za-z])(?!\s*\^\s*-\s*(?![\w\\]))", plain)
        prior = re.search(rf"(?<![A-Za-z\\]){re.escape(found.key)}\s*\^\s*-\s*(?![\w\\])", plain)  # a prior x^-
        return found.number == 1 and (again is not None or (vector and prior is None))
    if not found.letter:
        return found.number > 0 and found.number - 1 in steps and vector and (found.form != SUB or found.number == 1)
    if found.letter.isupper():
        return False
    if found.number > 0:
        if found.form == SUP:
            first = next((s for s in before if s.number == found.number - 1), None)
            carried = first is not None and first.start == 0 and bool(re.match(r"\s*[+\-]", right[first.end :]))
            family = declared is not None and bool(declared.family)
            return (vector or family or carried) and not _holds(statement, known)  # of powers
        if found.form == SUB and vector and found.letter in _ENTRIES:
            return False
        return found.form != CALL or found.number - 1 in steps
    new = declared is None or (declared.domain == "defined" and bool(declared.family))
    back = (bool(steps) and min(steps) < 0) or (found.key in around and found.form == SUB)
    return found.number == 0 and (vector or (new and found.form == SUB)) and back


def _holds(statement: Statement, known: Context) -> bool:
    """Whether a statement is an equality as it stands."""
    sides = [read_side(side.text, known.scope) for side in statement.sides[:2]]
    nodes = [side.node for side in sides if isinstance(side, Parsed)]
    return len(nodes) == 2 and judge_step("=", nodes[0], nodes[1], known).verdict == "valid"


def _goes_along(found: Spelled, rules: dict[tuple[str, str], bool], known: Context) -> bool:
    """Whether a name is indexed by the step too: x_t beside w_t."""
    if found.form not in {form for _, form in rules} or found.form in {FAMILY, LABEL}:
        return False
    declared = _declared(found.name, known)
    if found.form == SUP:
        return declared is not None and len(declared.shape or ()) == 1 and not declared.family
    return found.form == SUB or declared is None or declared.parameters is None


# ---- primes


_PRIMED = re.compile(rf"({NAME.pattern})\s*(?:'|\^\s*(?:\\prime|\{{\s*\\prime\s*\}}))\s*")
_TURNED = re.compile(r"\^\s*\{?\s*(?:\\top|\\intercal|T|\\mathsf\s*\{?\s*T|\\mathrm\s*\{?\s*T|\\tran)(?![a-z])")
_PRIME = re.compile(r"(?P<of>[A-Za-z\])}])\s*(?:'|\^\s*(?:\\prime|\{\s*\\prime\s*\}))(?!\s*(?:\\left\s*)?\()")


def primed_names(stated: Sequence[Statement], known: Context) -> frozenset[str]:
    """The left sides w' that name a new value: no transposition, where the write-up writes that otherwise."""
    texts = [side.text for statement in stated for side in statement.sides]
    alone: dict[str, str] = {}
    for statement in stated:
        match = _PRIMED.fullmatch(statement.sides[0].text)
        declared = None if match is None else _declared(match[1], known)
        if (
            match is None
            or statement.relations[:1] != ("=",)
            or (declared is not None and declared.parameters is not None)
        ):
            continue
        again = statement.sides[1].text.strip(" +-") == match[1].strip()
        if again or _base(match[1], known) & known.definitions.keys():
            continue  # A' = A; y' of y = ...: a derivative, or a transposition
        alone[match[1][-1]] = " ".join(statement.sides[0].text.split())
    if not any(_TURNED.search(text) for text in texts):
        others = {match["of"] for text in texts for match in _PRIME.finditer(text)}
        if others - alone.keys():
            return frozenset()  # V', (A B)': a transposition
    return frozenset(alone.values())


def carries_on(checker: Checker, statement: Statement) -> bool:
    """Whether it is an update rule, w_{t+1} = w_t - ...: then it defines the next iterate."""
    left, right = (checker.read(source).node for source in statement.sides[:2])
    if left is None or right is None or not checker.iterates.define(left, right, checker.context):
        return given_anew(checker, statement, checker.premise)
    checker.context = checker.iterates.prepared(left, right, as_members(checker.context, right))
    first = statement.sides[0]
    checker.note(first, f"{written(first)} is taken as the next value, which this line defines")
    return checker.defined(statement, left)


def renews(checker: Checker, statement: Statement) -> bool:
    """Whether the x' of x' = x + ... is a symbol of its own, and no transpose."""
    text = bare(statement.sides[0])
    if any(text in side.source.text for chain in checker.chains for side in chain.sides):
        return False
    left, right = (checker.read(source).node for source in statement.sides[:2])
    known = left is not None and right is not None and renewed(left, right, checker.here())
    return known or text in checker.iterates.primed


def renewed(left: Node, right: Node, context: Context) -> bool:
    """Whether the left side x', read as the transpose of a declared x, must be another symbol.

    A vector has not the shape of a transposed one; a matrix is carried on from itself, A' = A + ....
    """
    if not isinstance(left, Call) or left.op != "transpose" or not isinstance(left.args[0], Name):
        return False
    declared = context.scope.names.get(left.args[0].text)
    judged = judge_step("=", left, right, context)
    if declared is None or judged.verdict == "valid":
        return False
    vector = len(declared.shape or ()) == 1
    return judged.shapes if vector else right != left.args[0] and left.args[0].text in node_names(right)
