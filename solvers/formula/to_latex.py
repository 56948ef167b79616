"""Formula -> LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable

from solvers.formula.latex_words import LABELS, WORD_FUNCTIONS
from solvers.formula.marks import unmarked
from solvers.formula.nodes import (
    Big,
    Call,
    Cases,
    Chain,
    Derivative,
    Index,
    Matrix,
    Member,
    Name,
    Node,
    Num,
    SetOf,
    names,
)  # fmt: skip
from solvers.formula.operators import ACCENTS, GREEK, MARKS, MUL, OPERATORS, RELATIONS, STAR
from solvers.formula.printing import FRACTION, Writer

_DELIMITED = {
    "abs": ("\\left\\lvert ", " \\right\\rvert"), "floor": ("\\left\\lfloor ", " \\right\\rfloor"),
    "ceil": ("\\left\\lceil ", " \\right\\rceil"), "sqrt": ("\\sqrt{", "}"),
    "opnorm": ("\\left\\lVert ", " \\right\\rVert_{\\mathrm{op}}"),
    "indicator": ("\\left\\llbracket ", " \\right\\rrbracket"),
}  # fmt: skip


_NAMES = {
    "bbR": "\\mathbb{R}", "ell": "\\ell", "infty": "\\infty", "pi": "\\pi", "ones": "\\mathbf{1}",
    "zeros": "\\mathbf{0}",
}  # fmt: skip


_SIGNS = {MARKS["add"]: "+", MARKS["sub"]: "-"}
_HOLLOW = re.compile("bb[A-Z]")
_WORD = re.compile("[A-Za-z][A-Za-z0-9]{2,}")
_APPLIED = re.compile(r"(?:\\Delta )?(?:\\sigma|\\mathrm\{\w+\})$")
_STATISTIC = re.compile(
    r"(?:[A-Za-z]'+|(?<![A-Za-z\\])(?<!\\Delta )[DEHIJNP]|\\math(?:cal|bb)\{[A-Z]\})$"
)  # before a bracket: H(p), N(0, 1), v'(x)


def symbol(text: str, known: frozenset[str] = frozenset()) -> str:
    """A canonical name as LaTeX: W, \\alpha, \\hat{y}, W_{hh}, \\mathcal{L}, \\mathrm{net}; `known` are the names
    around it."""
    if text.startswith("⟨"):
        return text.replace("⟨", "\\langle ").replace("⟩", "\\rangle ")
    stem, _, label = text.partition("_")
    if label:
        return f"{symbol(stem)}_{{{_label(label, known)}}}"
    primes = len(stem) - len(stem.rstrip("'"))
    stem = stem.rstrip("'")
    return _stem(stem) + "'" * primes


def _label(label: str, known: frozenset[str]) -> str:
    """What stands below a name. Words are upright, so that none is taken for a run of indices."""
    if label == STAR:
        return "*"
    if label in _SIGNS:
        return _SIGNS[label]
    one = _stem(label)
    if not one.startswith("\\mathrm"):
        return one
    word = label in LABELS or label in WORD_FUNCTIONS or _WORD.fullmatch(label)
    return one if word or (label.isalpha() and not known.isdisjoint(label)) else label


def _stem(stem: str) -> str:
    if stem in GREEK:
        return "\\" + stem
    if len(stem) == 1:
        return stem
    for accent in ACCENTS:
        inner = stem.removesuffix(accent)
        if inner not in {stem, ""} and unmarked(inner) in (*GREEK, inner[0]):
            return f"\\{accent}{{{_stem(inner)}}}"
    if stem[:5] == "Delta" and len(stem) > 5:
        return f"\\Delta {_stem(stem[5:])}"
    for mark, sign in ((STAR, "*"), *_SIGNS.items()):
        if stem.endswith(mark) and (mark == STAR != stem or unmarked(stem) in (*GREEK, stem[0])):
            return f"{_stem(stem.removesuffix(mark))}^{{{sign}}}"
    if stem[:3] == "cal" and len(stem) == 4:
        return f"\\mathcal{{{stem[3]}}}"
    if _HOLLOW.fullmatch(stem):
        return f"\\mathbb{{{stem[2]}}}"
    return _NAMES.get(stem, f"\\mathrm{{{stem}}}")


class LatexWriter(Writer):
    """Function arguments and brackets are written with \\left and \\right, so that they grow with what they hold."""

    fraction_level = FRACTION
    given, dots, unit, nabla = "\\mid", "\\dots", "\\mathbf{e}", "\\nabla"
    total, partial = "d", "\\partial"
    tends = " \\to "

    def __init__(self, spelled: frozenset[str] = frozenset(), show: Callable[[Node], str | None] | None = None) -> None:
        self._spelled, self._show = spelled, show

    def write(self, node: Node) -> str:
        shown = self._show(node) if self._show else None
        return super().write(node) if shown is None else shown

    def brackets(self, text: str) -> str:
        return f"\\left({text}\\right)"

    def name(self, text: str) -> str:
        return symbol(text, self._spelled)

    def binder_names(self, node: Big) -> str:
        names = [binder.name.text for binder in node.binders]  # a label is no index there, whatever is declared
        return ", ".join(symbol(name, self._spelled | frozenset(name.partition("_")[2])) for name in names)

    def relation(self, name: str) -> str:
        return RELATIONS[name][0]

    def join(self, op: str, left: str, right: str) -> str:
        sign = OPERATORS[op].latex
        if op == "mul" and right[:1] in {*"0123456789."}:
            right = self.brackets(right)
        bracket = right.startswith(("\\left(", "\\left["))
        if op == "mul" and (symbol := _APPLIED.search(left) or (_STATISTIC.search(left) if bracket else None)):
            left = f"{left[: symbol.start()]}{{{symbol[0]}}}"  # a symbol times a bracket, not a function of it
        return f"{left} {sign} {right}" if sign else f"{left} {right}"

    def fraction(self, top: Node, bottom: Node) -> str:
        above = self.inner(top)
        if above == "d" or above[:2] in {"d ", "d_", "d^"}:
            above = "{d}" + above[1:]  # a symbol, not the sign of a derivative
        return f"\\frac{{{above}}}{{{self.inner(bottom)}}}"

    def power(self, base: Node, exponent: Node) -> str:
        plain_base = isinstance(base, (Name, Num, Index, SetOf)) or (
            isinstance(base, Call) and base.op in {"norm", "abs"}
        )
        text = self.write(base) if plain_base else self.brackets(self.write(base))
        raised = self.inner(exponent)
        if raised[:1] in {"(", "["} or raised.startswith(("\\left(", "\\mathrm{")) or raised in {"T", "-T"}:
            raised = f"{{{raised}}}"
        return f"{text}^{{{raised}}}"

    def postfix(self, op: str, inner: Node) -> str:
        if op == "factorial":
            return f"{self.atom(inner)}!"
        if isinstance(inner, Member):
            return f"{self.write(inner)[:-1]}\\top}}"
        return f"{self.turned(inner)}^{{\\top}}"

    def function(self, node: Call) -> str:
        base = node.op.rstrip("'")
        if node.op in _DELIMITED:
            opening, closing = _DELIMITED[node.op]
            inner = self.write(node.args[0]) if node.op == "indicator" else self.comma(node.args)
            return opening + inner + closing
        if node.op == "inner":
            return f"\\left\\langle {self.comma(node.args)} \\right\\rangle"
        if node.op == "norm":
            euclidean = node.args[1] == Num("2")  # ‖A‖_2 of a matrix would be the spectral norm
            kind = "" if euclidean else f"_{{{self.inner(node.args[1])}}}"
            return f"\\left\\lVert {self.inner(node.args[0])} \\right\\rVert{kind}"
        spelled = base == "sigmoid" and "sigma" in self._spelled
        head = "\\operatorname{sigmoid}" if spelled else OPERATORS[base].latex
        return head + node.op[len(base) :] + self.brackets(self.comma(node.args))

    def square(self, text: str) -> str:
        return f"\\left[{text}\\right]"

    def sign(self, op: str) -> str:
        return OPERATORS[op].latex

    def braced(self, text: str) -> str:
        return f"\\{{{text}\\}}"

    def single(self, text: str) -> str:
        return f"{{{text}}}"

    def member(self, base: str, indices: str) -> str:
        return f"{base}^{{({indices})}}"

    def pointed(self, body: str, point: str) -> str:
        return f"\\left. {body} \\right|_{{{point}}}"

    def derivative(self, sign: str, order: str, node: Derivative) -> str:
        below = " ".join(f"{sign} {variable}" for variable in self.variables(node))
        order = f"^{{{order[1:]}}}" if order and order[1] != "{" else order
        return f"\\frac{{{sign}{order} {self.bracketed(node.of, MUL + 1)}}}{{{below}}}"

    def _matrix(self, node: Matrix) -> str:
        rows = " \\\\ ".join(" & ".join(self.inner(entry) for entry in row) for row in node.rows)
        return f"\\begin{{bmatrix}} {rows} \\end{{bmatrix}}"

    def _cases(self, node: Cases) -> str:
        rows = " \\\\ ".join(
            f"{self.inner(value)} & " + ("\\text{otherwise}" if test is None else f"\\text{{if }} {self.write(test)}")
            for value, test in node.branches
        )
        return f"\\begin{{cases}} {rows} \\end{{cases}}"


def to_latex(node: Node, show: Callable[[Node], str | None] | None = None) -> str:
    """LaTeX that reads back as `node`. `show` may replace the text of a node (for printing with numbers put in)."""
    text = LatexWriter(names(node), show).write(node)
    joined = isinstance(node, Call) and node.op in {"and", "or"} and not all(isinstance(a, Chain) for a in node.args)
    return f"\\left( {text} \\right)" if joined else text
