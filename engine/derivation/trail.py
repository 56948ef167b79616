"""The steps of a write-up as links between formulas, seen from the goal of a question: where one begins at its left
side, what ends at its right side, what is work between them, and what is assumed instead of shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from engine.derivation.closed import closed_names, unclosed
from engine.derivation.declaring import target
from engine.derivation.forms import ONE, ZERO, Form, contains, expanded, form_of, mentions
from engine.derivation.given import Seen
from engine.derivation.judging import depends
from engine.derivation.stated import Stated
from solvers.formula.context import Context
from solvers.formula.nodes import Apply, Call, Chain, Derivative, Index, Member, Name, Node, names, walk
from solvers.formula.to_plain import to_plain


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question gives, what it wants shown, and where it wants one to begin if not at the goal's left side."""

    context: Context
    goal: Chain
    start: Node | None = None

    @property
    def condition(self) -> Chain | None:
        """The equation from which the goal is to follow, where the question sets one."""
        return self.start if isinstance(self.start, Chain) else None

    def told(self, side: int) -> str:
        """A side of the goal for people."""
        return to_plain(self.goal.sides[side])


@dataclass(frozen=True, slots=True)
class Link:
    """A relation between two sides. `verdict` is "set" for a condition; `chain` counts the chains."""

    left: Seen
    right: Seen
    relation: str
    verdict: str
    chain: int


@dataclass(frozen=True)
class Trail:
    """The links of a write-up, looked at from the goal."""

    asked: Asked
    links: tuple[Link, ...]
    stated: tuple[Stated, ...]
    contexts: tuple[Context, ...] = field(default=())

    # ----- what the goal looks like

    @cached_property
    def left(self) -> Node:
        return self.asked.goal.sides[0]

    @cached_property
    def right(self) -> Node:
        return self.asked.goal.sides[1]

    @cached_property
    def right_form(self) -> Form:
        return form_of(self.right)

    @cached_property
    def starts(self) -> frozenset[Form]:
        """The forms at which a derivation may begin."""
        begun = [self.left] if self.asked.start is None or self.asked.condition else [self.left, self.asked.start]
        return frozenset(form_of(node) for node in begun)

    @cached_property
    def whole_starts(self) -> frozenset[Form]:
        """The same with the question's definitions put in, where something is to be worked out on them."""
        begun = [self.left, *([self.asked.start] if self.asked.start and not self.asked.condition else [])]
        return frozenset(form_of(expanded(n, self.asked.context.definitions)) for n in begun if unclosed(n))

    @cached_property
    def reach(self) -> frozenset[str]:
        """The names that the goal's left side depends on."""
        found = depends(self.left, self.asked.context)
        return found | depends(self.asked.condition, self.asked.context) if self.asked.condition else found

    @cached_property
    def by(self) -> frozenset[str]:
        """The names that the goal's derivative is taken by."""
        begun = self.asked.condition or self.left
        return frozenset(n for d in _derivatives(begun) for by in d.by for n in names(by))

    @cached_property
    def whole_right(self) -> Form:
        return form_of(expanded(self.right, self.asked.context.definitions))

    @cached_property
    def worked_on(self) -> frozenset[str]:
        """The names that the goal's left side is about: J where its derivative is asked for."""
        return names(self.left) - self.by

    def is_start(self, seen: Seen) -> bool:
        """Whether a side is the left side of the goal, in whatever notation."""
        if seen.form in self.starts:
            return True
        return bool(self.whole_starts) and self.whole(seen) in self.whole_starts

    def whole(self, seen: Seen) -> Form:
        """The form with the question's definitions put in."""
        return form_of(expanded(seen.plain, seen.context.definitions))

    def is_restated(self, seen: Seen) -> bool:
        """Whether a side only repeats the goal's right side, perhaps with something around it that is no change."""
        if seen.form == self.right_form or self.whole(seen) == self.whole_right:
            return True
        return bool(_size(self.right_form) > 1) and contains(seen.form, self.right_form)

    def equals(self, seen: Seen, wanted: Node) -> bool:
        """Whether a side has the value of `wanted`, by what the question gives alone."""
        from solvers.equality import compare  # numpy comes with it: 12 times the start of Python

        flipped = Call("transpose", (seen.node,))
        return any(compare(node, wanted, seen.context).verdict == "same" for node in (seen.node, flipped))

    def is_closed(self, seen: Seen, entries: bool = False) -> str:
        """What a side still holds that is to be worked out ("a derivative", "J"); nothing if it is closed."""
        return closed_names(seen.plain, self.left, self.right, self.asked.context, entries)

    # ----- the parts that hang together

    @cached_property
    def component(self) -> frozenset[Form]:
        """The forms that valid equalities join to a start."""
        return self._joined({s.form for s in self._sides() if self.is_start(s)})

    def _joined(self, begun: set[Form]) -> frozenset[Form]:
        grown = True
        while grown:
            more = set[Form]()
            for link in self._valid():
                ends = {link.left.form, link.right.form}
                if ends & begun and not ends <= begun:
                    more |= ends - begun
            begun |= more
            grown = bool(more)
        return frozenset(begun)

    def _valid(self) -> Iterator[Link]:
        return (link for link in self.links if link.verdict == "valid" and link.relation in {"=", ":="})

    def _sides(self) -> Iterator[Seen]:
        for link in self.links:
            yield link.left
            yield link.right

    def begins(self) -> bool:
        """Whether any line begins at the goal's left side."""
        return bool(self.component)

    # ----- the end

    def end(self) -> Seen | None:
        """The side at which the goal is reached: closed, of the right value, joined to the start; best word by word."""
        found = list(self._ends(self.component, self.right, False))
        exact = [seen for seen in found if seen.form == self.right_form]
        best = exact or found
        return best[-1] if best else self._entry_end()

    def _ends(self, joined: frozenset[Form], wanted: Node, entries: bool) -> Iterator[Seen]:
        if self.asked.condition is not None:
            yield from self._solved()
            return
        for link in self._valid():
            for seen in (link.right, link.left):
                ends = seen.form in joined and not self.is_start(seen) and not self.is_closed(seen, entries)
                if ends and self.equals(seen, wanted):
                    yield seen

    def _solved(self) -> Iterator[Seen]:
        """Where the wanted name stands alone on one side of a claim that holds."""
        for link in self._valid():
            for one, other in ((link.left, link.right), (link.right, link.left)):
                if one.form in self.starts and not self.is_closed(other) and self.equals(other, self.right):
                    yield other

    def open_end(self) -> tuple[Seen, str] | None:
        """The last side that has the right value but is not worked out, and what it still contains."""
        sides = [s for link in self._valid() for s in (link.right,) if s.form in self.component]
        for seen in reversed(sides):
            if not self.is_start(seen) and (what := self.is_closed(seen)):
                return seen, what
        return None

    def _entry_end(self) -> Seen | None:
        """An end for every entry: the derivative by w_k is the k-th entry of the goal's right side."""
        for seen in self._sides():
            indices = self.entry(seen.node)
            if indices is not None:
                joined = self._joined({seen.form})
                wanted = Index(self.right, indices)
                found = next(self._ends(joined, wanted, True), None)
                if found is not None:
                    return found
        return None

    def entry(self, node: Node) -> tuple[Node, ...] | None:
        """The indices of an entry of the goal's left side; None where the formula is none."""
        if isinstance(node, Index) and form_of(node.base) in self.starts:
            return node.indices
        goal = self.left
        if not isinstance(node, Derivative) or not isinstance(goal, Derivative) or len(goal.by) != 1:
            return None
        (by,) = node.by if len(node.by) == 1 else (None,)
        same = isinstance(by, Index) and by.base == goal.by[0] and form_of(node.of) == form_of(goal.of)
        return by.indices if same and isinstance(by, Index) else None

    # ----- work

    def has_work(self, end: Seen) -> bool:
        """Whether something stands between start and end that repeats neither."""
        if self.asked.condition is not None:
            return any(self._is_step(link) for link in self.links) or any(map(self._is_related, self.links))
        if any(self._is_between(seen) for seen in self._sides()):
            return True
        by_entries = {s.form for s in self._sides() if s.form in self.entries and self.entry(s.node) is None}
        related = [link for link in self.links if self._is_related(link)]
        inner = {link.right.form for link in related if self._is_inner(link.left.node)}
        if len(by_entries) > 1 or len(inner) > 1 or any(link.right.form not in inner for link in related):
            return True
        return self._is_substituted()

    def _is_substituted(self) -> bool:
        """Whether the function is put in terms of a part with a name of its own, and its derivative too: J = r^T r."""
        put = [link for link in self._valid() if target(link.left.node) in self.worked_on and self._parts(link.right)]
        found = [seen for seen in self._sides() if seen.form in self.component and self._parts(seen)]
        return bool(put) and any(not self.is_start(seen) and self.equals(seen, self.right) for seen in found)

    def _parts(self, seen: Seen) -> bool:
        """Whether a side is written with names that the write-up has given to parts of it, none to the goal."""
        own = names(seen.node) & seen.context.definitions.keys() - self._given
        known = {name: seen.context.definitions[name] for name in own}
        parts = [Seen(n, n, form_of(n), seen.line, seen.context) for n in (expanded(Name(o), known) for o in own)]
        if seen.node == seen.plain or form_of(seen.node) == self.right_form:
            return False
        return not any(self.is_restated(part) or self.is_start(part) or unclosed(part.plain) for part in parts)

    def _is_inner(self, node: Node) -> bool:
        """Whether a side is a factor of the chain rule that is not of the goal's own function: one alone is no work."""
        bare = stripped(node)
        return isinstance(bare, Derivative) and target(bare.of) not in self.worked_on

    def _is_between(self, seen: Seen) -> bool:
        if seen.form not in self.component or self.is_start(seen) or self.is_restated(seen):
            return False
        if self._not_begun(seen) or names(seen.plain) & seen.context.definitions.keys() - self._given:
            return False
        return self.equals(seen, self.right)

    @cached_property
    def _given(self) -> frozenset[str]:
        return frozenset(self.asked.context.scope.names.keys() | self.asked.context.definitions.keys())

    def _not_begun(self, seen: Seen) -> bool:
        """Whether a side still takes the goal's derivative of all that it is of: of J + 1, of 2 J."""
        goal, known = self.left, self.asked.context.definitions
        if not isinstance(goal, Derivative):
            return False
        whole = form_of(expanded(goal.of, known))
        return any(
            [form_of(by) for by in inner.by] == [form_of(by) for by in goal.by]
            and contains(form_of(expanded(inner.of, seen.context.definitions)), whole, deep=False)
            for inner in _derivatives(seen.plain)
        )

    @cached_property
    def entries(self) -> frozenset[Form]:
        return self._joined({s.form for s in self._sides() if self.entry(s.node) is not None})

    def _is_step(self, link: Link) -> bool:
        """Whether a link is an equation on the way from the condition to the goal, and repeats neither."""
        if link.verdict not in {"valid", "set"} or link.relation != "=":
            return False
        if any(self.is_restated(s) for s in (link.left, link.right)) or link.left.form == link.right.form:
            return False
        assert self.asked.condition is not None
        begun = self.asked.condition.sides
        if self.solves(link):
            return False
        whole = form_of(expanded(Call("sub", (link.left.node, link.right.node)), link.left.context.definitions))
        start = form_of(expanded(Call("sub", (begun[0], begun[1])), self.asked.context.definitions))
        spoken = names(link.left.node) | names(link.right.node)
        wanted = names(self.left)
        return whole not in {start, ZERO} and wanted <= spoken and self._is_equation(link)

    def _is_equation(self, link: Link) -> bool:
        from solvers.equality import compare  # numpy comes with it: 12 times the start of Python

        return compare(link.left.node, link.right.node, link.left.context).verdict == "different"

    def _is_related(self, link: Link) -> bool:
        """Whether a link works out something that the goal's left side is made of."""
        if link.verdict != "valid" or link.relation not in {"=", ":=", "prop"}:
            return False
        left, right = link.left, link.right
        if left.form == right.form or self.whole(left) == self.whole(right) or right.form in (ONE, ZERO):
            return False
        if self.is_restated(right) or self.is_start(right) or self.is_restated(left) or self.entry(left.node):
            return False
        if self.is_start(left):
            return link.relation == "prop"
        bare = stripped(left.node)
        if isinstance(bare, Derivative):
            return self.is_factor(bare, left.context)
        if isinstance(bare, (Name, Member, Apply)):
            return target(bare) in self.worked_on and target(bare) in self.asked.context.definitions
        if any(mentions(start, left.form) for start in self.starts):
            return True
        if not unclosed(left.node) or not mentions(self.right_form, left.form):
            return False
        return any(mentions(form, start) for form in self._joined({left.form}) for start in self.starts)  # turned round

    def is_factor(self, node: Derivative, context: Context) -> bool:
        """Whether a derivative is one of the chain rule's: of what the goal depends on, by what depends on w."""
        of, by = target(node.of), [target(each) for each in node.by]
        known = self.asked.context.definitions
        if of is None or of not in self.reach or of not in known or None in by or of in by:
            return False
        return all(each is not None and depends(Name(each), context) & self.by for each in by)

    def solves(self, link: Link) -> bool:
        if self.asked.condition is None:
            return False
        wanted = names(self.left)
        for one, other in ((link.left, link.right), (link.right, link.left)):
            if one.form in self.starts and not wanted & names(other.node):
                return True
        return self.is_restated(link.left) or self.is_restated(link.right)


def _derivatives(node: Node) -> Iterator[Derivative]:
    return (inner for inner in walk(node) if isinstance(inner, Derivative))


def stripped(node: Node) -> Node:
    """A side without transposes and entries around it."""
    while (isinstance(node, Call) and node.op in {"transpose", "neg"}) or isinstance(node, Index):
        node = node.args[0] if isinstance(node, Call) else node.base
    return node


def _size(form: Form) -> int:
    """How much there is to a form: its terms and factors."""
    return sum(max(1, len(term.atoms)) for term in form.terms)
