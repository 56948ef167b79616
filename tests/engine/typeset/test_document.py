"""Question text laid out for a terminal: blocks, wrapping, formulas in sentences, styles, and what the linter gets."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

from engine.typeset import boxes, document, document_problems, document_spans

LAID = {
    "paragraph": ("one two three\nfour", 9, ["one two", "three", "four"]),
    "two paragraphs": ("a\n\n\nb", 9, ["a", "", "b"]),
    "heading": ("# Title\ntext", 20, ["Title", "text"]),
    "list": ("- one\n- two three four\n- *x*", 11, ["• one", "• two three", "  four", "• x"]),
    "numbers": ("1. a\n2. b\n   c\n10) d", 20, ["1. a", "2. b c", "10) d"]),
    "nested": ("- a\n  - b\n\n  c", 20, ["• a", "  • b", "", "  c"]),
    "matrix in a sentence": (
        r"Let $W = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}$, then.", 40,
        ["Let W = ⎡ 1  2 ⎤, then.", "        ⎣ 3  4 ⎦"],
    ),
    "fraction in a sentence": (r"is $\frac{a}{b}$ here", 40, ["   a", "is ─ here", "   b"]),
    "item with a fraction": (r"- is $\frac{a}{b}$", 40, ["     a", "• is ─", "     b"]),
    "simple stays in line": (r"$x^2$, $h^{(t)}$, $\mu_B$, $\sqrt{x+1}$", 40, ["x², h⁽ᵗ⁾, μ_B, √(x + 1)"]),
    "too wide for rows": (r"$\frac{a + b + c}{d}$", 9, ["(a + b +", "c)/d"]),
    "display": ("so\n$$x = \\frac{a}{b}$$\nend", 40, ["so", "      a", "  x = ─", "      b", "end"]),
    "display that looks like a list": ("$$\n+ x\n- y\n$$", 40, ["  +x - y"]),
    "display breaks at relations": ("$$a + b = c + d = e + f$$", 14, ["  a + b", "    = c + d", "    = e + f"]),
    "dollars": (r"costs \$5 and \$6", 40, ["costs $5 and $6"]),
    "dollars in code": ("`a $x$ b`", 40, ["a $x$ b"]),
    "stars that are stars": ("2 * 3 * 4, a*", 40, ["2 * 3 * 4, a*"]),
    "stars in maths": ("$a * b$ and *c*", 40, ["a * b and c"]),
    "code block": ("```python\nx  =  1\n* y\n```\nz", 40, ["x  =  1", "* y", "z"]),
    "long word": ("abcdefgh", 3, ["abc", "def", "gh"]),
    "wide characters": ("漢字漢字", 5, ["漢字", "漢字"]),
    "error": (r"see $\foo$ now", 40, [r"see ⟦\foo⟧ now"]),
    "control characters": ("a\x1b[31mb\tc", 40, ["a\ufffd[31mb c"]),
    "table": (
        "| n | value |\n|:-:|---:|\n| $x_i$ | 1 |\n| **b** | 22 |", 40,
        ["n  │ value", "───┼──────", "xᵢ │     1", "b  │    22"],
    ),
    "table with a fraction": (
        "| a | b |\n|---|---|\n| one | $\\frac12$ |", 40, ["a   │ b", "────┼──", "    │ 1", "one │ ─", "    │ 2"],
    ),
    "table that wraps": (
        "| a | b |\n|---|---|\n| x | one two three |", 14, ["a │ b", "──┼───────────", "x │ one two", "  │ three"],
    ),
    "bar in a table's maths": ("| a |b|\n|---|---|\n| $|x|$ | c |", 40, ["a   │ b", "────┼──", "|x| │ c"]),
}  # fmt: skip


@pytest.mark.parametrize("name", LAID, ids=list(LAID))
def test_layout(name: str) -> None:
    text, width, expected = LAID[name]
    assert list(document(text, width)) == expected


def test_styles_of_formulas() -> None:
    text = r"so $\frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}$"
    assert document(text, 60, "line") == ("so (x - μ)/(√(σ² + ε))",)
    assert document(text, 90, "speech") == (
        "so fraction, x minus mu, over, square root of sigma squared plus epsilon, end root, end",
        "fraction",
    )
    assert document(text, 60, ascii=True)[-1].lstrip() == r"\|sigma  + epsilon"


def test_spans_carry_styles() -> None:
    rows = document_spans("**b** *i* `c` $x$, t", 40)
    assert rows == (
        (("b", "bold"), (" ", ""), ("i", "italic"), (" ", ""), ("c", "code"), (" ", ""), ("x", "math"), (", t", "")),
    )


def test_problems_say_where() -> None:
    text = dedent(r"""
        Fine $x$.
        Wrong $y + \sigmma$ and costs 5$.

        $$
        \frac{a}{b
        $$
        `$\no` and \$ are fine.
    """)
    assert document_problems(text) == (
        r"line 3, column 12: \sigmma is not known: did you mean \sigma?, in $y + \sigmma$",
        "line 3, column 32: a dollar sign without a partner: write \\$, or close the formula",
        r"line 6, column 9: the formula ends before a closing brace, for { opened at column 10, in $\frac{a}{b$",
    )


@pytest.mark.parametrize(
    ("latex", "width", "rows"),
    [
        ("a = b = c", 6, ["a = b ", "  = c "]),
        ("a = b", None, ["a = b"]),
        ("abcdef = b", 4, ["abcdef", "  = b "]),
        (r"x = \frac{a}{b} \le \frac{c}{d}", 8, ["    a ", "x = ─ ", "    b ", "      ", "    c ", "  ≤ ─ ", "    d "]),
        (r"a = b, \quad c = d", 9, ["a = b,   ", "  c = d"]),
        (r"a = b, \quad cd = e", 12, ["a = b,     ", "  cd = e   "]),
        (r"a = b, \quad cd = e + f + g", 13, ["a = b,   cd  ", "  = e + f + g"]),
        ("abcdefgh", 3, ["abcdefgh"]),
    ],
    ids=[
        "relation",
        "no width",
        "first piece too wide",
        "tall lines are kept apart",
        "wide space",
        "equation kept whole",
        "equation too long",
        "caller scrolls",
    ],
)
def test_breaking(latex: str, width: int | None, rows: list[str]) -> None:
    found = boxes(latex, width)
    assert [row.rstrip() for row in found.rows] == [row.rstrip() for row in rows]
    assert len({len(row) for row in found.rows}) == 1


def test_needs_only_the_standard_library() -> None:
    code = (
        "import sys; before = set(sys.modules); import engine.typeset as t; t.boxes(r'\\frac12'); t.document('$x$', 9);"
        "print(*{m.split('.')[0] for m in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["engine"]
