"""Displays -> statements: rows, columns, tags, words beside, arrows, chains over rows, brackets over rows, ranges."""

from __future__ import annotations

import pytest

from engine.derivation.rows import statements_of
from engine.derivation.source import source_of


def read(text: str) -> list[str]:
    """Each statement on one line: its link, ... for a missing first side, the sides and relations, {its range}."""
    found = []
    for statement in statements_of(source_of(text)):
        sides = [" ".join(side.text.split()) for side in statement.sides]
        first = "..." if statement.continues else sides.pop(0)
        pairs = zip(statement.relations, sides, strict=True)
        line = " ".join([statement.link, first, *(f"{relation} {side}" for relation, side in pairs)]).strip()
        over = "" if statement.over is None else f" {{{' '.join(statement.over.text.split())}}}"
        found.append(line + over)
    return found


CASES = r"\begin{cases} a & b = c \\ d & e = f \end{cases}"
MATRIX = r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"
ROWS = [
    ("a = b", ["a = b"], "one"),
    ("a = b = c", ["a = b = c"], "chain"),
    (r"a &= b \\ &= c", ["a = b = c"], "align"),
    (r"a &= b \\[4pt] &= c", ["a = b = c"], "space-between"),
    (r"a &= b \\* &= c", ["a = b = c"], "no-break"),
    (r"a =& b \\ =& c", ["a = b = c"], "sign-before-the-mark"),
    (r"& a \\ =& b \\ =& c", ["a = b = c"], "first-row-alone"),
    (r"a &=& b \\ &=& c", ["a = b = c"], "eqnarray"),
    (r"a = \\ b = \\ c", ["a = b = c"], "relation-at-the-end"),
    (r"a &= b + \\ & c", ["a = b + c"], "operator-at-the-end"),
    (r"a &= b \\ &\quad + c", ["a = b + c"], "operator-at-the-start"),
    (r"a &= b \\ &\quad - c", ["a = b - c"], "minus-at-the-start"),
    (r"a &= \left( b \right. \\ &\left. + c \right)", [r"a = \left( b + c \right)"], "brackets-over-rows"),
    (r"a &= (b \\ & + c)", ["a = (b + c)"], "plain-brackets-over-rows"),
    (r"a &= b & c &= d", ["a = b", "c = d"], "two-columns"),
    (r"a = b \\ c = d", ["a = b", "c = d"], "gather"),
    (r"a = b, c = d", ["a = b", "c = d"], "comma"),
    (r"a = b, \quad c = d", ["a = b", "c = d"], "comma-and-quad"),
    (r"a = b \quad\text{and}\quad c = d", ["a = b", "c = d"], "and"),
    (r"f(x, y) = b", ["f(x, y) = b"], "comma-in-brackets"),
    (r"a &= b \tag{1} \\ &= c \label{x}", ["a = b = c"], "tags"),
    (r"a &= b \nonumber \\ &= c \notag", ["a = b = c"], "no-numbers"),
    (r"a &= b \\ \intertext{and so} c &= d", ["a = b", "c = d"], "intertext"),
    (r"a &= b && \text{by the chain rule} \\ &= c && \text{(see above)}", ["a = b = c"], "reasons"),
    (r"a &= b \quad (\text{multiply by } P(C)) \\ &= c", ["a = b = c"], "reasons-in-brackets"),
    (r"a = b \Rightarrow c = d", ["a = b", "=> c = d"], "arrow"),
    (r"a = b \\ \iff c = d", ["a = b", "<=> c = d"], "equivalence"),
    (r"a &= b \\ \Leftrightarrow \quad c &= d", ["a = b", r"<=> c = d"], "equivalence-before-a-row"),
    (r"\text{iff } a &= b", ["<=> a = b"], "equivalence-in-words"),
    ("= c", ["... = c"], "continued"),
    (r"a \le b < c \ne d", ["a <= b < c != d"], "inequalities"),
    (r"a \approx b \propto c", ["a ~= b prop c"], "approximations"),
    (r"a := b \triangleq c", ["a := b := c"], "definitions"),
    (r"a := b \equiv c", ["a := b = c"], "an-equivalence"),
    (r"a \overset{(1)}{=} b", ["a = b"], "overset"),
    (r"a \stackrel{\text{def}}{=} b", ["a := b"], "stackrel-def"),
    (r"x_t = x_{t-1}, \quad t = 1, \dots, T", [r"x_t = x_{t-1} {t = 1, \dots, T}"], "range"),
    (f"{CASES} = g", [f"{CASES} = g"], "cases"),
    (f"A = {MATRIX}", [f"A = {MATRIX}"], "matrix"),
    (r"\sum_{i=1}^n x_i = y", [r"\sum_{i=1}^n x_i = y"], "relation-in-braces"),
    (r"P(a = 1) = b", ["P(a = 1) = b"], "relation-in-brackets"),
    (r"\{x : x = 1\} = S", [r"\{x : x = 1\} = S"], "relation-in-set-braces"),
    (r"\frac{d}{dx} x^2 = 2x .", [r"\frac{d}{dx} x^2 = 2x"], "full-stop"),
    (r"\begin{split} a &= b \\ &= c \end{split}", ["a = b = c"], "split"),
    (r"\text{net} = w x", [r"\text{net} = w x"], "a-name-in-words"),
    ("a = b % = c", ["a = b"], "comment"),
    ("", [], "empty"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected", "name"), ROWS, ids=[row[2] for row in ROWS])
def test_statements(text: str, expected: list[str], name: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "side", "place"),
    [
        pytest.param("a = b", 1, 4, id="second"),
        pytest.param(r"a &= b \\ &= ccc", 2, 13, id="over-rows"),
        pytest.param(r"\begin{split}a &= b\end{split}", 1, 18, id="in-split"),
        pytest.param(r"a \overset{!}{=} b", 1, 17, id="behind-a-sign"),
    ],
)
def test_places_of_sides(text: str, side: int, place: int) -> None:
    assert statements_of(source_of(text))[0].sides[side].place(0) == place


def test_what_is_asked_for_is_marked() -> None:
    assert [s.wanted for s in statements_of(source_of(r"a \overset{!}{=} 0"))] == [True]
    assert [s.wanted for s in statements_of(source_of(r"a = 0"))] == [False]
