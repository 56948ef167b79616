"""What is refused, and what the message says; what is read although people write it in odd ways."""

from __future__ import annotations

import pytest

from engine.typeset import Display, MathError, boxes, line, parse, speech

REFUSED = {
    r"\sigmma": ((0, 7), r"\sigmma is not known: did you mean \sigma?"),
    r"x + \foobarbaz": ((4, 14), r"\foobarbaz is not known"),
    r"\frac{a}{b": ((8, 9), "the formula ends before a closing brace, for { opened at column 9"),
    r"a}": ((1, 2), "} closes nothing that was opened"),
    r"\left( a": ((0, 6), r"the formula ends before \right, for \left opened at column 1"),
    r"a \right)": ((2, 9), r"\right closes nothing that was opened"),
    r"\left a": ((0, 5), r"\left needs a delimiter after it, such as ( or \lVert"),
    r"\begin{bmatrix} 1 \end{pmatrix}": (
        (18, 31), r"\begin{bmatrix} opened at column 1 is closed by \end{pmatrix}",
    ),
    r"\begin{bmatrx} 1 \end{bmatrx}": ((0, 14), "the environment bmatrx is not known: did you mean bmatrix?"),
    r"\begin{array}{cxc} 1 \end{array}": ((14, 17), "the columns of an array are l, c, r and |; found cxc"),
    r"x_1_2": ((3, 4), "a second subscript on the same base: put the first into braces"),
    r"x^a^b": ((3, 4), "a second superscript on the same base: put the first into braces"),
    r"x^": ((1, 2), "the superscript sign ^ needs something after it"),
    r"\frac{a}": ((0, 5), r"\frac needs something after it"),
    r"(\hat)": ((1, 5), r"\hat needs something after it"),
    r"x^(t)": ((2, 3), "^ takes one symbol: write ^{(…)} to set all of it"),
    r"50%": ((2, 3), r"a bare % starts a comment in LaTeX: write \%"),
    r"#1": ((0, 1), r"a bare # has no meaning here: write \#"),
    "a \\": ((2, 3), "a backslash at the end of the formula"),
    "漢": ((0, 1), "the character U+6F22 cannot be set in one cell: put it outside"),
    r"\text{a \alpha}": ((8, 9), r"a command inside \text: close the text before it"),
    r"\sqrt[3{x}": ((5, 6), "the index of a root needs a closing ]"),
    r"\not x": ((0, 6), r"\not goes before a relation such as = or \in"),
    r"\hline": ((0, 6), r"\hline outside an array"),
    r"{a \\ b}": ((3, 5), r"expected a closing brace, for { opened at column 1; found a line break \\"),
}  # fmt: skip


@pytest.mark.parametrize("latex", REFUSED, ids=list(REFUSED))
def test_refused_with_place_and_remedy(latex: str) -> None:
    assert parse(latex) == MathError(REFUSED[latex][1], REFUSED[latex][0])


@pytest.mark.parametrize("latex", REFUSED, ids=list(REFUSED))
def test_refused_is_shown_marked(latex: str) -> None:
    for shown in (boxes(latex).rows[0], line(latex), speech(latex)):
        assert shown[0] + shown[-1] == "⟦⟧"
    assert boxes(latex, ascii=True).rows[0].startswith("[[")


SAME = [
    (r"\le", r"\leq"), (r"\|x\|", r"\lVert x \rVert"), (r"\frac12", r"\frac{1}{2}"), (r"x^\top", r"x^{\top}"),
    (r"\left(x\right)", "(x)"), (r"\bigl( x \bigr)", "(x)"), ("α", r"\alpha"), ("x≤y", r"x \le y"),
    (r"\to", r"\rightarrow"),
    (r"\displaystyle x", "x"), (r"\color{red} x", "x"), (r"{x}", "x"), ("a\u2212b", "a-b"),
    ("x''", r"x^{\prime\prime}"),
    (r"\\[2pt]".join("ab"), r"\\".join("ab")),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), SAME, ids=[a for a, _ in SAME])
def test_two_ways_to_write_it(one: str, other: str) -> None:
    assert isinstance(parse(one), Display)
    assert boxes(one).rows == boxes(other).rows
    assert line(one) == line(other)


def test_limits_are_messages() -> None:
    assert str(parse("x" * 10_001)) == "column 10001: 10001 characters; a formula has at most 10000"
    assert "nested deeper than 60" in str(parse("{" * 61 + "x" + "}" * 61))
    assert isinstance(parse("{" * 58 + "x" + "}" * 58), Display)
    assert "more than 3000 symbols" in str(parse("x" * 3_001))
    assert isinstance(parse("x" * 3_000), Display)
