"""Formula -> text, for any notation: where brackets are needed. `to_latex` and `to_plain` say what the pieces look
like.

Printing is the inverse of reading: parse(print(tree)) = tree for every tree the parser can build.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from solvers.formula.nodes import (
    All,
    Apply,
    At,
    Big,
    Binder,
    Call,
    Chain,
    Derivative,
    Index,
    Member,
    Name,
    Node,
    Num,
    SetOf,
    Tuple,
)  # fmt: skip
from solvers.formula.operators import ADD, HADAMARD, MUL, NEG, OPERATORS, PRIME, ROW
from solvers.formula.product_ends import in_brackets

CHAIN, WHOLE, OPEN, FRACTION, ATOM = 5, 15, MUL - 1, 45, 100  # WHOLE: an argmin takes the whole sum behind it
PRODUCTS = frozenset({HADAMARD, MUL})
ARROWS = frozenset({"=>", "<=>"})


class Writer(ABC):
    """Dispatches on the node; `bracketed` adds brackets where the operators around would bind tighter."""

    fraction_level: int
    given: str  # the bar of a condition
    dots: str
    tends: str
    unit: str  # what a unit vector is written with
    nabla: str
    total: str  # the signs of derivatives
    partial: str

    def write(self, node: Node) -> str:
        writer: Callable[[Any], str] = getattr(self, "_" + type(node).__name__.lower())
        return writer(node)

    def level(self, node: Node) -> int:
        """How tightly the outermost operator of `node` holds together."""
        if isinstance(node, Chain):
            return CHAIN
        if isinstance(node, Big) and node.op == "E":
            return ATOM
        if isinstance(node, Big) and node.op in {"argmax", "argmin"}:
            return WHOLE
        if isinstance(node, Big) or (isinstance(node, Derivative) and node.sign == "nabla"):
            return OPEN
        if isinstance(node, Derivative):
            return self.fraction_level
        if isinstance(node, At):
            return ATOM - 1  # the bar would be taken for that of what stands around
        if not isinstance(node, Call):
            return ATOM
        if node.op == "div":
            return self.fraction_level
        return OPERATORS[node.op].power if node.op in OPERATORS else ATOM

    def bracketed(self, node: Node, power: int) -> str:
        text = self.write(node)
        return self.brackets(text) if self.level(node) < power else text

    def inner(self, node: Node) -> str:
        """The text where no relation may stand without brackets."""
        return self.bracketed(node, CHAIN + 1)

    def _open(self, node: Node) -> bool:
        """Whether the text of `node` ends in a body that would swallow a product written after it."""
        if self.level(node) == OPEN:
            return True
        infix = isinstance(node, Call) and node.op in OPERATORS and OPERATORS[node.op].fix in {"infix", "prefix"}
        return infix and node.op not in {"pow", "div"} and self._open(node.args[-1])  # type: ignore[union-attr]

    def _call(self, node: Call) -> str:
        if node.op == "differential":
            return f"d{self.brackets(self.write(node.args[0]))}"
        row = OPERATORS[node.op.rstrip("'")]
        if node.op == "div":
            return self.fraction(*node.args)
        if node.op == "pow":
            return self.power(*node.args)
        if row.fix == "infix":
            return self._infix(node)
        if node.op == "neg":
            inner = node.args[0]
            return "-" + self.bracketed(inner, 0 if isinstance(inner, Big) and self.level(inner) == OPEN else NEG + 1)
        if row.fix == "logic":
            a, b = node.args
            return f"{self.bracketed(a, row.power)} {self.sign(node.op)} {self.bracketed(b, row.power + 1)}"
        if node.op == "range":
            return self.braced(f"{self.inner(node.args[0])}, {self.dots}, {self.inner(node.args[1])}")
        if node.op == "unit":
            return f"{self.unit}_{{{self.inner(node.args[0])}}}"
        if row.fix == "postfix":
            return self.postfix(node.op, node.args[0])
        return self.function(node)

    def _infix(self, node: Call) -> str:
        left, right = node.args
        power = OPERATORS[node.op].power
        before = self.bracketed(left, power)
        if power in PRODUCTS and self._open(left) and self.level(left) >= power:
            before = self.brackets(before)
        opening = power in PRODUCTS and self.level(right) == OPEN
        negative = power == ADD and self.level(right) == NEG
        after = self.brackets(self.write(right)) if negative else self.bracketed(right, 0 if opening else power + 1)
        return self.join(node.op, before, after)

    def _big(self, node: Big) -> str:
        if node.op == "list" and node.binders[0].high is None:
            return self.write(node.body)  # the d_i of diag(d_i)
        if node.op == "list":
            from solvers.formula.dots import entry  # it reads, and so stands above

            binder = node.binders[0]
            first, last = (entry(node, end) for end in (binder.low, binder.high) if end is not None)
            if (
                first == last and binder.low is not None and binder.high is not None
            ):  # dots between the same say nothing
                run = f"_{{{self.binder_names(node)}={self.inner(binder.low)}}}^{{{self.inner(binder.high)}}}"
                return self.brackets(self.inner(node.body)) + run
            return self.brackets(f"{self.inner(first)}, {self.dots}, {self.inner(last)}")
        if node.op == "int":
            return self._integral(node)
        if node.op == "E":
            body = self.square(self.write(node.body))
        else:
            body = self.bracketed(node.body, MUL + 1 if in_brackets(node) else HADAMARD)
        return f"{self.sign(node.op)}_{{{self._below(node)}}}{self._above(node)} {body}"

    def _integral(self, node: Big) -> str:
        """With its limits and its differentials, in brackets where something stands behind."""
        over = node.binders[0].domain
        ends = f"_{{{self.inner(over.args[0])}}}^{{{self.inner(over.args[1])}}}" if isinstance(over, Call) else ""
        by = " ".join(f"d {self.name(binder.name.text)}" for binder in node.binders)
        return self.brackets(f"{self.sign(node.op)}{ends} {self.brackets(self.inner(node.body))} {by}")

    def _below(self, node: Big) -> str:
        """What stands under the sign: the names and what they run over."""
        first, last = node.binders[0], node.binders[-1].domain
        condition = (
            "" if not isinstance(last, Chain) else f" {self.relation(last.relations[0])} {self.inner(last.sides[1])}"
        )
        if first.low is not None:
            also = f", {self.name(node.binders[-1].name.text)}{condition}" if condition else ""
            sign = self.tends if node.op == "lim" else "="
            return f"{self.binder_names(node)}{sign}{self.inner(first.low)}{also}"
        if condition:
            return f"{self.binder_names(node)}{condition}"
        if first.domain is None:
            return self.binder_names(node)
        return f"{self.binder_names(node)} {self.relation('~' if node.op == 'E' else 'in')} {self.inner(first.domain)}"

    def _above(self, node: Big) -> str:
        high = node.binders[0].high
        return "" if high is None else f"^{{{self.inner(high)}}}"

    def _chain(self, node: Chain) -> str:
        arrows = ARROWS.issuperset(node.relations)  # they hold less tightly than other relations
        inner = [
            self.write(side)
            if isinstance(side, Chain) and arrows and ARROWS.isdisjoint(side.relations)
            else self.bracketed(side, CHAIN + 1)
            for side in node.sides
        ]
        text = inner[0]
        for relation, side in zip(node.relations, inner[1:], strict=True):
            text += f" {self.relation(relation)} {side}"
        return text

    def _num(self, node: Num) -> str:
        return node.text

    def _name(self, node: Name) -> str:
        return self.name(node.text)

    def _all(self, node: All) -> str:
        return ":"

    def _binder(self, node: Binder) -> str:
        return self.name(node.name.text)

    def _apply(self, node: Apply) -> str:
        given = f" {self.given} {self.comma(node.given)}" if node.given else ""
        head = self.write(Index(Name(node.name), node.indices)) if node.indices else self.name(node.name)
        return head + self.brackets(self.comma(node.args) + given)

    def _at(self, node: At) -> str:
        named = zip(node.names, node.values, strict=True)
        return self.pointed(self.inner(node.body), ", ".join(f"{self.write(n)} = {self.inner(v)}" for n, v in named))

    def _member(self, node: Member) -> str:
        return self.member(self.atom(node.base), self.comma(node.indices))

    def _index(self, node: Index) -> str:
        inner = self.comma(node.indices)
        only = node.indices[0] if len(node.indices) == 1 else None
        if (inner.isdecimal() and len(inner) == 2) or (isinstance(only, Call) and only.op == "mul"):
            inner = self.single(inner)  # one index, not the digits of two
        return f"{self.atom(node.base)}_{{{inner}}}"

    def _tuple(self, node: Tuple) -> str:
        return self.brackets(self.comma(node.items))

    def _setof(self, node: SetOf) -> str:
        return self.braced(self.comma(node.items))

    def _derivative(self, node: Derivative) -> str:
        if node.sign == "nabla":
            elsewhere = isinstance(node.of, Apply) and node.by[0] not in node.of.args  # read as f's gradient there
            of = self.brackets(self.write(node.of)) if elsewhere else self.bracketed(node.of, ATOM)
            return f"{self.nabla}_{{{self.inner(node.by[0])}}} {of}"
        kind = node.sign.removesuffix(ROW)
        sign = self.total if kind in {"d", PRIME} else self.partial
        order = "^{+}" if kind == "partial+" else f"^{len(node.by)}" if len(node.by) > 1 else ""
        return self.derivative(sign, order, node)

    def variables(self, node: Derivative) -> list[str]:
        """What a derivative is taken by: x^T where that of a number by a vector is a row."""
        if node.sign.endswith(ROW):
            return [self.write(Call("transpose", (variable,))) for variable in node.by]
        return [self.bracketed(variable, ATOM) for variable in node.by]

    def comma(self, nodes: tuple[Node, ...]) -> str:
        return ", ".join(self.inner(node) for node in nodes)

    def binder_names(self, node: Big) -> str:
        return ", ".join(self.name(binder.name.text) for binder in node.binders)

    @abstractmethod
    def braced(self, text: str) -> str:
        """The text in the braces of a set."""

    @abstractmethod
    def single(self, text: str) -> str:
        """An index that must not be taken for two."""

    @abstractmethod
    def member(self, base: str, indices: str) -> str:
        """A member of a family."""

    @abstractmethod
    def pointed(self, body: str, point: str) -> str:
        """A formula at a point."""

    @abstractmethod
    def derivative(self, sign: str, order: str, node: Derivative) -> str:
        """A derivative that is no gradient."""

    @abstractmethod
    def brackets(self, text: str) -> str:
        """The text in round brackets."""

    @abstractmethod
    def name(self, text: str) -> str:
        """A symbol."""

    @abstractmethod
    def relation(self, name: str) -> str:
        """A relation sign."""

    @abstractmethod
    def join(self, op: str, left: str, right: str) -> str:
        """An infix operator between two texts that need no more brackets."""

    @abstractmethod
    def fraction(self, top: Node, bottom: Node) -> str:
        """A quotient."""

    @abstractmethod
    def power(self, base: Node, exponent: Node) -> str:
        """A power."""

    @abstractmethod
    def postfix(self, op: str, inner: Node) -> str:
        """A transpose or factorial."""

    @abstractmethod
    def function(self, node: Call) -> str:
        """A function with its arguments."""

    @abstractmethod
    def square(self, text: str) -> str:
        """The text in square brackets."""

    @abstractmethod
    def sign(self, op: str) -> str:
        """The sign of a big operator."""

    def turned(self, node: Node) -> str:
        """What is transposed; 1^T would be read as a vector of ones."""
        return self.brackets(self.write(node)) if node == Num("1") else self.atom(node)

    def atom(self, node: Node) -> str:
        """A base that scripts can be hung on."""
        return self.bracketed(node, ATOM)
