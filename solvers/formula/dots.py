"""x_1 + ... + x_n, x_1 x_2 ... x_n and (x_1, ..., x_n): read as a sum, a product, a vector where the terms leave no
doubt, else refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from solvers.formula.nodes import Big, Binder, Call, Index, Name, Node, Num, children, map_children, names, plus
from solvers.formula.operators import binding
from solvers.formula.reader import Reader

_LETTERS = "ijkstlmuvr"
_PRODUCTS = {"mul", "dot", "times"}


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A term with `letter` where it runs, from `low` to `high`."""

    term: Node
    letter: str
    low: Node
    high: Node

    def at(self, value: Fraction) -> Node:
        """The term at one whole number."""
        return _put(self.term, self.letter, Num(str(value)))


def continued(reader: Reader, op: str, left: Node, start: int) -> Node:
    """What stands before the dots and the term after them as one sum or product."""
    dots = reader.take()
    if op != "add" and op not in _PRODUCTS:
        raise reader.fail("dots are read in sums and products: write a sum with its range instead", dots)
    if not reader.accept("op", op) and op == "add":
        raise reader.fail("after the dots the sum goes on with + and its last term")
    last = reader.expression(binding(op) + 1)
    terms = _terms(left, {"add"} if op == "add" else _PRODUCTS)
    pattern = _pattern(terms[-1], last, reader)
    before = _before(left, terms)
    falling = pattern is not None and _falls(before, pattern)
    rising = pattern is not None and _rises(before, terms[-1], pattern)
    if pattern is None or not (falling or rising):
        raise reader.fail("what stands for the dots is not clear from the terms: write a sum or product with its range",
                          dots)  # fmt: skip
    pattern = _turned(pattern) if falling else pattern
    big = Big(
        "sum" if op == "add" else "prod", (Binder(Name(pattern.letter), pattern.low, pattern.high),), pattern.term
    )
    reader.notes.append(f"the dots are read as a {'sum' if op == 'add' else 'product'} over {pattern.letter}")
    return Call(op, (_joined(terms[:-1], op), big), reader.span(start)) if len(terms) > 1 else big


def _before(left: Node, terms: Sequence[Node]) -> list[Node]:
    """What may be the term before the last one in front of the dots: a factor, or all that is there, as in (A_2 B)."""
    whole = left.args[0] if isinstance(left, Call) else left
    return list(dict.fromkeys((terms[-2], whole))) if len(terms) > 1 else []


def _rises(before: Sequence[Node], current: Node, pattern: _Pattern) -> bool:
    """Whether the index rises, as far as what stands before shows: A_1 A_2 ... A_n."""
    steps = isinstance(pattern.low, Num) and any(
        _simple(_indexed(term)) == _simple(pattern.at(pattern.low.value - 1)) for term in before
    )
    return steps or all(_follows(term, current, pattern) for term in before)


def _falls(before: Sequence[Node], pattern: _Pattern) -> bool:
    """Whether the index falls: D_T D_{T-1} ... D_{k+1}; W_L ... W_1, where a name stands first and 0 or 1 last."""
    wanted = _simple(_put(pattern.term, pattern.letter, plus(pattern.low, 1)))
    if any(_simple(_indexed(term)) == wanted for term in before):
        return True
    return not before and bool(names(pattern.low)) and pattern.high in (Num("0"), Num("1"))


def _turned(pattern: _Pattern) -> _Pattern:
    """The same terms, from high to low, by an index that rises from 1."""
    first, count = plus(pattern.low, 1), Call("sub", (plus(pattern.low, 1), pattern.high))
    index = Call("sub", (first, Name(pattern.letter)))
    return _Pattern(_put(pattern.term, pattern.letter, index), pattern.letter, Num("1"), count)


def listed(reader: Reader, before: list[Node]) -> Node:
    """The entries between the dots of (x_1, ..., x_n) as one vector, with those before them that belong to it.

    They are taken off `before`.
    """
    dots = reader.take()
    if not reader.accept(","):
        raise reader.fail("after the dots comes a comma and the last entry: (x_1, ..., x_n)")
    last = reader.expression()
    pattern = _pattern(before[-1], last, reader)
    skips = len(before) > 1 and not _follows(before[-2], before[-1], pattern) if pattern is not None else True
    if pattern is None or (skips and type(_indexed(before[-2])) is type(_indexed(before[-1]))):
        raise reader.fail("what stands for the dots is not clear from the entries", dots)
    low = pattern.low
    before.pop()
    while before and isinstance(low, Num) and _simple(_indexed(before[-1])) == _simple(pattern.at(low.value - 1)):
        before.pop()
        low = Num(str(low.value - 1))
    return Big("list", (Binder(Name(pattern.letter), low, pattern.high),), pattern.term, reader.span(dots.start))


def entry(node: Big, place: Node) -> Node:
    """The entry of a vector with dots at a place."""
    return _put(node.body, node.binders[0].name.text, place)


def _joined(terms: Sequence[Node], op: str) -> Node:
    whole = terms[0]
    for term in terms[1:]:
        whole = Call(op, (whole, term))
    return whole


def _terms(node: Node, ops: set[str]) -> list[Node]:
    if isinstance(node, Call) and node.op in ops:
        return [*_terms(node.args[0], ops), node.args[1]]
    return [node]


def _pattern(current: Node, last: Node, reader: Reader) -> _Pattern | None:
    """What runs between two terms; None if they differ in more than a running index."""
    pairs: list[tuple[Node, Node]] = []
    if not _differ(_indexed(current), _indexed(last), pairs) or not pairs:
        return None
    taken = names(current) | names(last) | reader.scope.names.keys() | set(reader.bound)
    letter = next((c for c in _LETTERS if c not in taken), None)
    first, final = pairs[0]
    shifts: dict[Node, Fraction] = {}
    for low, high in pairs:
        if not all(map(_runs, (first, final, low, high))):
            return None
        shift = _shift(first, low)
        if shift is None or _shift(final, high) != shift:
            return None
        shifts[low] = shift
    if letter is None:
        return None
    return _Pattern(_with_letter(_indexed(current), _indexed(last), letter, shifts), letter, first, final)


def _indexed(node: Node) -> Node:
    """x_1 of an undeclared x as an entry of x."""
    if isinstance(node, Name) and "_" in node.text:
        stem, _, label = node.text.partition("_")
        if label.isdecimal() or len(label) == 1:
            return Index(Name(stem), (Num(label) if label.isdecimal() else Name(label),))
    return map_children(node, _indexed)


def _differ(a: Node, b: Node, pairs: list[tuple[Node, Node]]) -> bool:
    """Collects where two formulas of one form differ; whether they are of one form."""
    if a == b:
        return True
    if type(a) is type(b) and not isinstance(a, (Num, Name)) and not _runs(a):
        mine, theirs = ([getattr(n, f.name) for f in fields(n) if f.name != "span"] for n in (a, b))
        return all(_differ_parts(x, y, pairs) for x, y in zip(mine, theirs, strict=True))
    pairs.append((a, b))
    return True


def _differ_parts(a: object, b: object, pairs: list[tuple[Node, Node]]) -> bool:
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(_differ_parts(x, y, pairs) for x, y in zip(a, b, strict=True))
    if isinstance(a, Node) and isinstance(b, Node):
        return _differ(a, b, pairs)
    return a == b


def _runs(node: Node) -> bool:
    """Whether a running index may stand here: a whole number, a letter, or a sum of these."""
    if isinstance(node, Num):
        return node.value.denominator == 1
    if isinstance(node, Call) and node.op in {"add", "sub"}:
        return all(map(_runs, node.args))
    return isinstance(node, Name)


def _shift(a: Node, b: Node) -> Fraction | None:
    """b - a, if that is a number whatever the letters stand for."""
    found = {
        _value(b, at) - _value(a, at)
        for at in (dict.fromkeys(names(a) | names(b), Fraction(7)),
                   {n: Fraction(11 + 3 * i) for i, n in enumerate(sorted(names(a) | names(b)))})
    }  # fmt: skip
    return found.pop() if len(found) == 1 else None


def _value(node: Node, at: dict[str, Fraction]) -> Fraction:
    if isinstance(node, Num):
        return node.value
    if isinstance(node, Name):
        return at[node.text]
    assert isinstance(node, Call)
    a, b = (_value(arg, at) for arg in node.args)
    return a + b if node.op == "add" else a - b


def _with_letter(a: Node, b: Node, letter: str, shifts: dict[Node, Fraction]) -> Node:
    """`a` with the letter where it differs from `b`."""
    if a == b:
        return a
    if a in shifts and (isinstance(a, (Num, Name)) or _runs(a) or type(a) is not type(b)):
        shift = shifts[a]
        if shift == 0:
            return Name(letter)
        return Call("add" if shift > 0 else "sub", (Name(letter), Num(str(abs(shift)))))
    inner = iter([_with_letter(x, y, letter, shifts) for x, y in zip(children(a), children(b), strict=True)])
    return map_children(a, lambda _: next(inner))


def _put(node: Node, letter: str, value: Node) -> Node:
    if node == Name(letter):
        return value
    return map_children(node, lambda child: _put(child, letter, value))


def _follows(previous: Node, current: Node, pattern: _Pattern) -> bool:
    """Whether the term before the dots' first continues the pattern backwards, or is a term of another kind."""
    if isinstance(pattern.low, Num):
        wanted = _simple(pattern.at(pattern.low.value - 1))
        if wanted == _simple(_indexed(previous)):
            return True
    pairs: list[tuple[Node, Node]] = []
    alike = _differ(_indexed(previous), _indexed(current), pairs)
    return not (alike and all(_runs(x) or _runs(y) for x, y in pairs)) and bool(names(previous))


def _simple(node: Node) -> Node:
    """Powers 0 and 1, factors 1 and sums of whole numbers worked out."""
    node = map_children(node, _simple)
    if not isinstance(node, Call) or len(node.args) != 2:
        return node
    a, b = node.args
    if isinstance(a, Num) and isinstance(b, Num) and node.op in {"add", "sub", "mul"}:
        value = {"add": a.value + b.value, "sub": a.value - b.value, "mul": a.value * b.value}[node.op]
        return Num(str(value)) if value >= 0 else Call("neg", (Num(str(-value)),))
    if node.op == "pow" and b in {Num("0"), Num("1")}:
        return Num("1") if b == Num("0") else a
    if node.op in {"mul", "dot"} and Num("1") in {a, b}:
        return b if a == Num("1") else a
    return a if node.op == "div" and b == Num("1") else node
