"""Taking a write-up apart: its formulas with exact places, what is skipped, what is not closed; macros."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.derivation.document import Fault, Formula, pieces_of
from engine.derivation.macros import expanded
from engine.derivation.source import lines_of, source_of


def formulas(text: str, latex: bool | None = None) -> list[str]:
    """The formulas in order; those in a line are in brackets, faults are told by their words."""
    found = []
    for piece in pieces_of(text, latex):
        if isinstance(piece, Formula):
            source = " ".join(piece.source.text.split())
            found.append(source if piece.display else f"[{source}]")
        elif isinstance(piece, Fault):
            found.append(f"! {piece.message}")
    return found


MARKDOWN = [
    ("$a$", ["[a]"], "dollars"),
    ("$$a = b$$", ["a = b"], "two-dollars"),
    ("$$\na = b\n$$", ["a = b"], "two-dollars-on-lines"),
    (r"\(a\) and \[b = c\]", ["[a]", "b = c"], "brackets"),
    (r"\\(a\\) and \\[b = c\\]", ["[a]", "b = c"], "brackets-escaped-twice"),
    ("```math\na = b\n```\n", ["a = b"], "math-fence"),
    ("~~~latex\na = b\n~~~\n", ["a = b"], "tilde-fence"),
    ("$`a = b`$", ["[a = b]"], "gitlab"),
    ("\\begin{align}\na &= b\n\\end{align}", ["a &= b"], "align"),
    ("\\begin{align*}\na &= b\n\\end{align*}", ["a &= b"], "align-starred"),
    ("$$\\begin{aligned}a &= b\\end{aligned}$$", [r"\begin{aligned}a &= b\end{aligned}"], "aligned-within"),
    ("> $$a = b$$", ["a = b"], "quoted"),
    ("1. $a$\n2. $b$", ["[a]", "[b]"], "list"),
    ("| $a$ | $b$ |", ["[a]", "[b]"], "table"),
    (
        "1. $a = b$\n2. so $c < d$, $e = 1$.\n3. as $f = g$\n- Gradient: $h = 1$",
        ["a = b", "c < d", "e = 1", "[f = g]", "h = 1"],
        "list-of-relations",
    ),
    ("It holds:\n$a = b$\n$c = d$,\nand\n$e = f$\nas well.", ["a = b", "c = d", "[e = f]"], "lines-of-their-own"),
    ("$a = b$ and $c \\le d$", ["a = b", r"c \le d"], "two-in-a-line"),
    ("**(a)** $a = b$\n\n(b) $a = c$ is false.", ["a = b", "[a = c]"], "behind-a-letter"),
    ("It costs \\$5 and \\$6.", [], "escaped-dollars"),
    ("$a$ costs \\$5, $b$ costs \\$6", ["[a]", "[b]"], "escaped-dollars-between"),
    ("$$a = \\$5$$", ["a = \\$5"], "escaped-dollar-within"),
    ("```python\nx = 1 # $$ y = 2 $$\n```\n$z$", ["[z]"], "code-fence"),
    ("````\n```\n$a$\n```\n````\n$z$", ["[z]"], "longer-fence"),
    ("`$a$` and $b$", ["[b]"], "code-span"),
    ("<!-- $$1 = 2$$ -->$b$", ["[b]"], "comment"),
    ("<!-- $$1 = 2$$", [], "comment-unclosed"),
    ("$$a\r\n= b$$\r\n\r\n$c$\r\n", ["a = b", "[c]"], "CRLF"),
    ("$$a\r= b$$\r\r$c$\r", ["a = b", "[c]"], "lone-CR"),
    ("$$a\t=\u00a0b$$", ["a = b"], "tab-and-no-break-space"),
    ("$$a = b", ["! the formula opened by $$ is not closed: expected $$", "a = b"], "unclosed"),
    (
        "\\[a = b\n\n$c$",
        [r"! the formula opened by \[ is not closed: expected \]", "a = b", "[c]"],
        "unclosed-ends-at-an-empty-line",
    ),
    (
        "\\begin{align}\na &= b",
        [r"! the formula opened by \begin{align} is not closed: expected \end{align}", "a &= b"],
        "unclosed-environment",
    ),
    ("Price: 5$ now.", [], "lone-dollar"),
    ("", [], "empty"),
    ("$$ $$", [""], "empty-display"),
]


@pytest.mark.parametrize(("text", "expected", "name"), MARKDOWN, ids=[row[2] for row in MARKDOWN])
def test_markdown(text: str, expected: list[str], name: str) -> None:
    assert formulas(text) == expected


LATEX = [
    ("a % $b$\n$c$", ["[c]"], "comment"),
    ("50\\% of $c$", ["[c]"], "escaped-percent"),
    ("$a \\\\% b\n c$", [r"[a \\c]"], "comment-behind-a-line-end"),
    ("\\begin{document}$a$\\end{document}$b$", ["[a]"], "behind-the-document"),
    ("$p$\\begin{document}$a$\\end{document}", ["[a]"], "preamble"),
    ("\\begin{verbatim}$a$\\end{verbatim}$b$", ["[b]"], "verbatim"),
    ("\\begin{comment}$$1 = 2$$\\end{comment}$b$", ["[b]"], "comment-environment"),
    ("\\begin{theorem}$a$\\end{theorem}", ["[a]"], "theorem"),
    ("\\begin{equation}\\label{e}a = b\\end{equation}", [r"\label{e}a = b"], "equation"),
    ("\\begin{gather*}a = b\\\\c = d\\end{gather*}", [r"a = b\\c = d"], "gather"),
    ("\\begin{alignat}{2}a &= b\\end{alignat}", ["a &= b"], "alignat"),
    ("\\begin{IEEEeqnarray}{rCl}a &=& b\\end{IEEEeqnarray}", ["a &=& b"], "IEEEeqnarray"),
    (
        "\\begin{equation}\\begin{split}a &= b\\end{split}\\end{equation}",
        [r"\begin{split}a &= b\end{split}"],
        "split",
    ),
    ("\\begin{itemize}\\item $a$\\item[x] $b$\\end{itemize}", ["[a]", "[b]"], "items"),
    ("text \\\\[2pt] $a$", ["[a]"], "line-end-with-space"),
    ("$a", ["! the formula opened by $ is not closed"], "unclosed"),
    ("\\section{On $\\frac{a}{b}$} $b$", ["[b]"], "heading"),
    ("\\section{On $a$ $b$", ["[a]", "[b]"], "heading-open"),
    ("\\newcommand{\\R}{\\mathbb{R}}$x \\in \\R$", [r"[x \in \mathbb{R}]"], "macro"),
]


@pytest.mark.parametrize(("text", "expected", "name"), LATEX, ids=[row[2] for row in LATEX])
def test_latex(text: str, expected: list[str], name: str) -> None:
    assert formulas(text, latex=True) == expected


MACROS = [
    (r"\newcommand{\a}{x}\a+\a", "x+x", "plain"),
    (r"\newcommand\a{x}\a", "x", "bare-name"),
    (r"\newcommand*{\a}[1]{#1^2}\a{y}", "y^2", "one-argument"),
    (r"\newcommand{\a}[2]{#1/#2}\a{y}{z}", "y/z", "two-arguments"),
    (r"\newcommand{\a}[2]{#1/#2}\a yz", "y/z", "arguments-without-braces"),
    (r"\newcommand{\a}[2]{#1/#2}\a\b\c", r"\b/\c", "arguments-that-are-commands"),
    (r"\newcommand{\a}[1][x]{#1^2}\a+\a[y]", "x^2+y^2", "default"),
    (r"\newcommand{\a}[2][x]{#1_{#2}}\a{1}\a[y]{2}", "x_{1}y_{2}", "default-and-argument"),
    (r"\newcommand{\a}{\b}\newcommand{\b}{z}\a", "z", "nested"),
    (r"\newcommand{\a}[1]{(#1)}\a{\a{x}}", "((x))", "in-its-own-argument"),
    (r"\newcommand{\a}{\alpha}\a x", r"\alpha x", "command-before-a-letter"),
    (r"\newcommand{\a}{\alpha}\a{}x", r"\alpha{}x", "braces-behind"),
    (r"\newcommand{\R}{r}\Rho \R", r"\Rho r", "longer-name"),
    (r"\def\a{x}\a", "x", "def"),
    (r"\def\a#1#2{#2#1}\a{x}{y}", "yx", "def-with-arguments"),
    (r"\let\a\alpha\a", r"\alpha", "let"),
    (r"\let\a=\alpha\a", r"\alpha", "let-with-sign"),
    (r"\DeclareMathOperator{\tr}{tr}\tr A", r"\operatorname{tr} A", "operator"),
    (r"\DeclareMathOperator*{\am}{argmin}\am_x", r"\operatorname{argmin}_x", "operator-starred"),
    (r"\renewcommand{\vec}[1]{\mathbf{#1}}\vec{x}", r"\mathbf{x}", "renewed"),
    (r"\newcommand{\a}{x}\newcommand{\a}{y}\a", "y", "twice"),
    (r"\a", r"\a", "none"),
]


@pytest.mark.parametrize(("text", "expected", "name"), MACROS, ids=[row[2] for row in MACROS])
def test_macros(text: str, expected: str, name: str) -> None:
    found, problems = expanded(source_of(text))
    assert (found.text.strip(), problems) == (expected, ())


BROKEN = [
    (r"\newcommand{\a}{\a}\a", "expands without end", "itself"),
    (r"\newcommand{\a}{\b\b}\newcommand{\b}{\a\a}\a", "expands without end", "each-other"),
    (r"\newcommand{\a}[1]{#1#1}" + r"\a{" * 30 + "x" + "}" * 30, "expands without end", "doubling"),
    (r"\newcommand{\a}{x", "has no closing brace", "open"),
    (r"\newcommand{\a}[1]{#1}\a", "takes 1 argument(s) in braces", "argument-missing"),
    (r"\newcommand{\a}[1]{#1}\a{x", "takes 1 argument(s) in braces", "argument-open"),
]


@pytest.mark.parametrize(("text", "said", "name"), BROKEN, ids=[row[2] for row in BROKEN])
def test_macros_that_cannot_be_put_in(text: str, said: str, name: str) -> None:
    found, problems = expanded(source_of(text))
    assert said in problems[0].message
    assert 0 <= problems[0].place < len(text)
    assert len(found.text) < 1_000_000


# ----- places -----

WORDS = st.text(st.sampled_from("abc déπ .,:;()!?\t\u00a0€\U0001d465"), max_size=30)
ENDS = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\r\n\r\n"])
SIGNS = st.sampled_from([("$", "$"), ("$$", "$$"), (r"\(", r"\)"), (r"\[", r"\]")])


@given(st.lists(st.tuples(WORDS, ENDS), max_size=6), SIGNS, WORDS)
def test_the_place_of_a_formula_is_found_exactly(
    before: list[tuple[str, str]], signs: tuple[str, str], behind: str
) -> None:
    prose = "".join(words + end for words, end in before)
    text = f"{prose}{signs[0]}q_7 = 3{signs[1]}{behind}"
    source = next(p.source for p in pieces_of(text) if isinstance(p, Formula))
    assert source.text == "q_7 = 3"
    assert source.places == tuple(range(len(prose + signs[0]), len(prose + signs[0]) + 7))
    lines = re.split(r"\r\n|\r|\n", prose + signs[0])
    assert lines_of(text).where(source.place(0)) == (len(lines), len(lines[-1]) + 1)


@given(st.text(st.sampled_from("ab\n\r\x0b\x0c\u2028")))
def test_lines_are_ended_by_the_three_usual_ends_alone(text: str) -> None:
    assert lines_of(text).split(text) == re.split(r"\r\n|\r|\n", text)


@given(st.lists(st.sampled_from([*"ab $\\{}[]()%\n`#-&=~>", "\\begin{align}", "\\end{align}", "$$"]), max_size=40))
def test_pieces_stand_in_order_and_hold_the_text(tokens: list[str]) -> None:
    text = "".join(tokens)
    for latex in (False, True):
        places = [
            place for p in pieces_of(text, latex) if isinstance(p, Formula) for place in p.source.places
        ]  # fmt: skip
        assert places == sorted(places)
        for piece in pieces_of(text, latex):
            if isinstance(piece, Formula):
                assert all(text[place] == c for c, place in zip(piece.source.text, piece.source.places, strict=True))
