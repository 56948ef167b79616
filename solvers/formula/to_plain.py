"""Formula -> plain text on one line, brackets never dropped."""

from __future__ import annotations

from solvers.formula.by_identity import by_identity
from solvers.formula.nodes import (
    Call,
    Cases,
    Derivative,
    Index,
    Matrix,
    Name,
    Node,
    Num,
    SetOf,
    names,
)  # fmt: skip
from solvers.formula.operators import MUL, OPERATORS, RELATIONS
from solvers.formula.printing import ATOM, Writer

_RELATIONS = {
    "~=": "≈", "prop": "∝", "!=": "≠", "<=": "≤", ">=": "≥", "in": "∈", "notin": "∉", "~": "∼", "=>": "⇒", "<=>": "⇔"
}  # fmt: skip


class PlainWriter(Writer):
    """ASCII where the sign exists there, Unicode for the rest."""

    fraction_level = MUL
    given, dots, unit, nabla = "|", "...", "e", "∇"
    total, partial = "d ", "∂"
    tends = " -> "

    def __init__(self, spelled: frozenset[str] = frozenset()) -> None:
        self._spelled = spelled

    def brackets(self, text: str) -> str:
        return f"({text})"

    def name(self, text: str) -> str:
        return text

    def relation(self, name: str) -> str:
        assert name in RELATIONS
        return _RELATIONS.get(name, name)

    def join(self, op: str, left: str, right: str) -> str:
        sign = OPERATORS[op].plain
        if op == "mul" and left.endswith("sigma") and right[:1] in "([.|0123456789":
            left = left.removesuffix("sigma") + "(sigma)"  # a symbol times a bracket, not the function
        if op == "mul":
            crowded = right[:1].isdecimal() or right[:1] in ".|["
            return f"{left} {self.brackets(right)}" if crowded else f"{left} {right}"
        return f"{left} {sign} {right}"

    def fraction(self, top: Node, bottom: Node) -> str:
        above = self.bracketed(top, MUL)
        if self._open(top) and self.level(top) >= MUL:
            above = self.brackets(above)
        return f"{above}/{self.bracketed(bottom, MUL + 1)}"

    def power(self, base: Node, exponent: Node) -> str:
        text = self.write(base) if isinstance(base, (Name, Num, Index, SetOf)) else self.brackets(self.write(base))
        simple = isinstance(exponent, Num) or (isinstance(exponent, Name) and exponent.text != "T")
        return f"{text}^{self.write(exponent) if simple else self.brackets(self.write(exponent))}"

    def postfix(self, op: str, inner: Node) -> str:
        return f"{self.atom(inner)}!" if op == "factorial" else f"{self.turned(inner)}^T"

    def function(self, node: Call) -> str:
        if node.op == "indicator":
            return f"⟦{self.write(node.args[0])}⟧"
        base = node.op.rstrip("'")
        spelled = base == "sigmoid" and "sigma" not in self._spelled
        head = "σ" if spelled else OPERATORS[base].plain
        return head + node.op[len(base) :] + self.brackets(self.comma(node.args))

    def square(self, text: str) -> str:
        return f"[{text}]"

    def sign(self, op: str) -> str:
        return OPERATORS[op].plain

    def braced(self, text: str) -> str:
        return f"{{{text}}}"

    def single(self, text: str) -> str:
        return f"({text})"

    def member(self, base: str, indices: str) -> str:
        return f"{base}^({indices})"

    def pointed(self, body: str, point: str) -> str:
        return f"({body})|_{{{point}}}"

    def derivative(self, sign: str, order: str, node: Derivative) -> str:
        below = " ".join(f"{sign}{variable}" for variable in self.variables(node))
        below = self.brackets(below) if len(node.by) > 1 else below
        if sign == self.total and not isinstance(node.of, Name):
            return f"(d{order}/{below} {self.brackets(self.write(node.of))})"
        above = f"{sign.rstrip()}{order} " if order else sign
        return f"{above}{self.bracketed(node.of, ATOM)}/{below}"

    def _matrix(self, node: Matrix) -> str:
        return "[" + "; ".join(self.comma(row) for row in node.rows) + "]"

    def _cases(self, node: Cases) -> str:
        branches = "; ".join(
            f"{self.inner(value)} " + ("otherwise" if test is None else f"if {self.write(test)}")
            for value, test in node.branches
        )
        return f"{{{branches}}}"


@by_identity
def to_plain(node: Node) -> str:
    """Plain text that reads back as `node` (families must be declared: h^(t) is else a power)."""
    return PlainWriter(names(node)).write(node)
