"""Whatever is typed, a value comes back quickly; and the one-row form never loses a bracket."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.typeset import Display, MathError, boxes, document, document_problems, document_spans, line, parse, speech
from engine.typeset.cells import cells
from engine.typeset.commands import ENVIRONMENTS
from engine.typeset.symbols import ACCENTS, COMMANDS, FUNCTIONS
from tests.quick import within

TOKENS = sorted(
    {"\\" + name for name in (*COMMANDS, *ACCENTS, *FUNCTIONS)}
    | {f"\\{side}{{{name}}}" for name in ENVIRONMENTS for side in ("begin", "end")}
    | set("{}^_&~'()[]|xyz0123.,;=+-*/<>!?%#$ \t\n\x00漢é̂\u202e")
    | set(r"\\ \left( \right) \left. \right| \middle| \frac \sqrt \text \mathrm \mathbf \operatorname* \binom".split())
    | set(r"\hline \substack \underbrace \overset \boxed \tag \color \not \limits \bigl( \bigr) \begin \end".split())
)
soup = st.lists(st.sampled_from(TOKENS), max_size=40).map("".join)
small = settings(max_examples=120, deadline=None)


@small
@given(soup)
def test_any_soup_gives_a_value(latex: str) -> None:
    found, box, flat, shown = within(
        0.2, lambda: (parse(latex), boxes(latex), boxes(latex, ascii=True), line(latex) + speech(latex))
    )
    assert isinstance(found, Display | MathError)
    assert isinstance(found, Display) or (found.message and 0 <= found.span[0] <= found.span[1] <= len(latex))
    assert not set(shown) & set("\t\n\x00")
    for b in (box, flat, boxes(latex, width=12)):
        assert 0 <= b.baseline < len(b.rows)
        assert {cells(row) for row in b.rows} == {b.width}
        assert all("\t" not in row and "\n" not in row for row in b.rows)


@small
@given(soup | st.text(max_size=80), st.integers(1, 60), st.sampled_from(["boxes", "line", "speech"]), st.booleans())
def test_documents_keep_to_the_width(text: str, width: int, style: str, ascii: bool) -> None:
    source = f"{text} and ${text}$ **so** $$\\frac{{{text}}}{{2}}$$\n\n- {text}\n\n| a | {text} |\n|-|:-:|\n| $x$ | b |"
    rows = document(source, width, style, ascii)  # type: ignore[arg-type]  # sampled from the literals
    assert all(cells(row) <= width for row in rows)
    assert all(row.isprintable() or not row.isascii() for row in rows)
    assert not ascii or all(row.isascii() for row in rows)
    assert rows == tuple("".join(t for t, _ in r) for r in document_spans(source, width, style, ascii))  # type: ignore[arg-type]
    assert all(isinstance(problem, str) for problem in document_problems(source))


LARGE = {
    "scripts": "x^2" * 1000, "nested": "(x)" * 1000, "bars": "|" * 3000,
    "wide": r"\begin{bmatrix}" + "x&" * 1400 + r"\end{bmatrix}",
    "tall": r"\begin{bmatrix}" + r"x\\" * 1400 + r"\end{bmatrix}", "braces": "{" * 10_000, "name": "\\" + "a" * 9_999,
    "relations": "x=y" * 1000, "fractions": r"\frac12" * 999, "deep": "x^{" * 59 + "y" + "}" * 59,
    "deep fractions": r"\frac{" * 59 + "x" + "}{y}" * 59, "fonts": r"\mathbf{" * 58 + "x" * 2000 + "}" * 58,
}  # fmt: skip


@pytest.mark.parametrize("latex", LARGE.values(), ids=list(LARGE))
def test_large_formulas_stay_quick(latex: str) -> None:
    for writer in (boxes, line, speech):
        assert within(0.2, partial(writer, latex))


HOSTILE = {
    "stars": "*a " * 5000, "double stars": "**a" * 5000, "spaces": "|a\n" + " " * 9000 + "-" + " " * 9000 + "x",
    "heading": "# " + " " * 9000 + "x" + " #" * 3000, "dollars": "$$a $a " * 2000, "backquotes": "`a``" * 3000,
    "escapes": "\\" * 9001, "items": "- " * 4000,
    "pipes": "a|" * 500 + "\n" + "-|" * 500, "marks": "\ue0001\ue001" * 3000,
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_text_stays_quick(text: str) -> None:
    rows = within(0.5, lambda: document(text, 60))
    assert all(cells(row) <= 60 for row in rows)


# ---- the one-row form against a reader of its own, which knows precedence and nothing else

Tree = tuple[str, "Tree", "Tree"] | int
LETTERS: str = "abcdefghi"
leaves: st.SearchStrategy[Tree] = st.integers(1, 9)
trees = st.recursive(
    leaves, lambda inner: st.tuples(st.sampled_from(["/", "^", "+", "-", "*", "·", "n"]), inner, inner), max_leaves=7
)


def latex_of(tree: Tree) -> str:
    """The tree in LaTeX, with braces as its only grouping wherever LaTeX shows the grouping by layout."""
    if isinstance(tree, int):
        return LETTERS[tree - 1]
    kind, left, right = tree
    if kind == "/":
        return rf"\frac{{{latex_of(left)}}}{{{latex_of(right)}}}"
    if kind == "^":
        power = right if isinstance(right, int) else 2
        return rf"{{{_group(left)}}}^{{{power % 3}}}"
    if kind == "n":
        return "-" + _group(left)
    sign = {"*": " ", "·": r" \cdot "}.get(kind, kind)
    return _group(left) + sign + _group(right)


def _group(tree: Tree) -> str:
    """Sums and signs carry brackets of their own; fractions, powers and letters stand by themselves."""
    plain = isinstance(tree, int) or tree[0] in "/^"
    return latex_of(tree) if plain else rf"\left({latex_of(tree)}\right)"


VALUES = dict(zip(LETTERS, (2, 3, 5, 7, 11, 13, 17, 19, 23), strict=True))


def value_of(tree: Tree) -> Fraction | None:
    """What the tree is worth; None where it divides by zero."""
    if isinstance(tree, int):
        return Fraction(VALUES[LETTERS[tree - 1]])
    kind, one, two = tree
    left, right = value_of(one), value_of(two)
    if left is None or (right is None and kind not in "n^"):
        return None
    if kind == "^":
        return left ** (two % 3 if isinstance(two, int) else 2)
    if kind == "n":
        return -left
    assert right is not None
    if kind == "/":
        return left / right if right else None
    return {"+": left + right, "-": left - right}.get(kind, left * right)


class Reader:
    """Reads a row: + and -, then · and / from left to right, then neighbours, then signs and powers."""

    def __init__(self, text: str) -> None:
        self.parts: list[str] = re.findall(r"[a-i]|[-+·/()]|[⁰¹²]|\^\d", text)
        self.at = 0

    def peek(self) -> str:
        return self.parts[self.at] if self.at < len(self.parts) else ""

    def take(self) -> str:
        self.at += 1
        return self.parts[self.at - 1]

    def sum(self) -> Fraction:
        total = -self.term() if self.peek() == "-" and self.take() else self.term()
        while self.peek() in ("+", "-"):
            total += self.term() if self.take() == "+" else -self.term()
        return total

    def term(self) -> Fraction:
        total = self.product()
        while self.peek() in ("·", "/"):
            total = total * self.product() if self.take() == "·" else total / self.product()
        return total

    def product(self) -> Fraction:
        """Neighbours multiply before the slash divides: a/bc is read as a/(bc), the reading that forgives least."""
        total = self.power()
        while self.peek() and self.peek() in "abcdefghi(":
            total *= self.power()
        return total

    def power(self) -> Fraction:
        token = self.take()
        base = self.sum() if token == "(" else Fraction(VALUES[token])
        if token == "(":
            assert self.take() == ")"
        while self.peek() and self.peek()[0] in "⁰¹²^":
            sign = self.take()
            base = base ** ("⁰¹²".index(sign) if sign in "⁰¹²" else int(sign[1:]))
        return base


@settings(max_examples=300, deadline=None)
@given(trees)
def test_brackets_are_never_dropped(tree: Tree) -> None:
    expected = value_of(tree)
    if expected is None:
        return
    shown = line(latex_of(tree))
    reader = Reader(shown)
    assert reader.sum() == expected, shown
    assert reader.at == len(reader.parts), shown
