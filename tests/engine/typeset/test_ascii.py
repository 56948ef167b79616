"""The ASCII fallback: every symbol has one, names stay apart, and the shapes still read."""

from __future__ import annotations

import pytest

from engine.typeset import boxes, line
from engine.typeset.cells import ascii_text, is_single
from engine.typeset.symbols import COMMANDS, GLYPHS, PLAIN_LETTERS

ROWS = {
    r"\frac{a}{b} + \alpha x": ["a", "- + alpha x", "b"],
    r"\gamma \hat{x}": ["      ^", "gamma x"],
    r"x \in \mathbb{R}^n": ["      n", "x in R"],
    r"\begin{pmatrix} 1 \\ 2 \\ 3 \end{pmatrix}": ["/ 1 \\", "| 2 |", "\\ 3 /"],
    r"\left\{ \frac{a}{b} \right\}": ["/a\\", "<->", "\\b/"],
    r"\sqrt{x}": ["  _", "\\|x"],
    r"\sum_{i=1}^n x_i \le \infty": [" n", "sum x  <= inf", "i=1  i"],
}


@pytest.mark.parametrize("latex", ROWS, ids=list(ROWS))
def test_rows(latex: str) -> None:
    assert [row.rstrip() for row in boxes(latex, ascii=True).rows] == ROWS[latex]


@pytest.mark.parametrize(
    ("latex", "shown"),
    [
        (r"\alpha x \beta", "alpha x beta"),
        (r"\hat{y}_i = \frac{1}{\sqrt{n}}", "hat(y)_i = 1/(sqrt(n))"),
        (r"h^{(t)} \odot c^2", "h^(t) (.) c^2"),
        (r"x' \sim \mathcal{N}(\mu, \sigma^2)", "x' ~ N(mu, sigma^2)"),
        (r"\lfloor x \rfloor \to \lVert y \rVert", "|_x_| -> ||y||"),
    ],
)
def test_line(latex: str, shown: str) -> None:
    assert line(latex, ascii=True) == shown


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_symbol_is_one_cell_and_has_a_fallback(name: str) -> None:
    symbol = COMMANDS[name]
    assert is_single(symbol.glyph)
    assert symbol.ascii.isascii()
    assert symbol.ascii.strip()
    assert symbol.spoken.strip()
    assert ascii_text(symbol.glyph) == GLYPHS[symbol.glyph].ascii


def test_every_letter_of_an_alphabet_is_one_cell() -> None:
    assert all(is_single(glyph) and letter.isascii() for glyph, (_, letter) in PLAIN_LETTERS.items())
