"""What may be typed, kind by kind, and how it is shown back."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from engine.answers import Typed
from engine.grading import read_answer
from engine.records import Reading
from engine.typeset.reader import parse as typeset
from engine.typeset.tree import Display
from tests.engine.variants import options, part

ABCD = options(True, False, True, False)
KEYS = {"vector": (1, 2, 3), "matrix": ((1, 2), (3, 4)), "shape": (3, 32, 32), "choice": (1,), "choices": (0, 2)}
PI, E = 3.141592653589793, 2.718281828459045
M22 = ((1, 2), (3, 4))

# kind, text, value, shown in plain text, shape
READ = [
    ("integer", "12", 12, "12", ""),
    ("integer", " 12 ", 12, "12", ""),
    ("integer", "-3", -3, "-3", ""),
    ("integer", "−3", -3, "-3", ""),
    ("integer", "–3", -3, "-3", ""),
    ("integer", "+3", 3, "3", ""),
    ("integer", "3.0", 3, "3.0", ""),
    ("integer", "5.", 5, "5", ""),
    ("integer", "2*3", 6, "2 * 3", ""),
    ("integer", "2·3", 6, "2 · 3", ""),
    ("integer", "3 × 32 × 32", 3072, "3 × 32 × 32", ""),
    ("integer", "2^10", 1024, "2^10", ""),
    ("integer", "2**10", 1024, "2^10", ""),
    ("integer", "5!", 120, "5!", ""),
    ("integer", "floor(7/2) + 1", 4, "floor(7/2) + 1", ""),
    ("integer", "⌊7/2⌋ + 1", 4, "floor(7/2) + 1", ""),
    ("integer", r"\left\lfloor \frac{7}{2} \right\rfloor", 3, "floor(7/2)", ""),
    ("integer", "6.5", F(13, 2), "6.5", ""),
    ("integer", "out = 12", 12, "12", ""),
    ("integer", "n = 12", 12, "12", ""),
    ("integer", "n := 12", 12, "12", ""),
    ("integer", "sum_{i=1}^4 i", 10, "sum_{i=1}^{4} i", ""),
    ("number", "0.333", F(333, 1000), "0.333", ""),
    ("number", ".5", F(1, 2), ".5", ""),
    ("number", "1/3", F(1, 3), "1/3", ""),
    ("number", "-1/3", F(-1, 3), "-1/3", ""),
    ("number", "2e-3", F(1, 500), "2e-3", ""),
    ("number", "2E-3", F(1, 500), "2E-3", ""),
    ("number", "1.5e+3", 1500, "1.5e+3", ""),
    ("number", "2*10^-3", F(1, 500), "2 * 10^(-3)", ""),
    ("number", "2 · 10^(-3)", F(1, 500), "2 · 10^(-3)", ""),
    ("number", r"2 \cdot 10^{-3}", F(1, 500), "2 · 10^(-3)", ""),
    ("number", r"\frac{1}{3}", F(1, 3), "1/3", ""),
    ("number", r"\frac13", F(1, 3), "1/3", ""),
    ("number", r"\dfrac{1}{3}", F(1, 3), "1/3", ""),
    ("number", "tanh(0.5)", 0.46211715726000974, "tanh(0.5)", ""),
    ("number", r"\tanh(0.5)", 0.46211715726000974, "tanh(0.5)", ""),
    ("number", "σ(1/2)", 0.6224593312018546, "σ(1/2)", ""),
    ("number", "sigma(1/2)", 0.6224593312018546, "σ(1/2)", ""),
    ("number", r"\sigma(\frac{1}{2})", 0.6224593312018546, "σ(1/2)", ""),
    ("number", "sqrt(2)/2", 0.7071067811865476, "sqrt(2)/2", ""),
    ("number", "√2/2", 0.7071067811865476, "sqrt(2)/2", ""),
    ("number", r"\frac{\sqrt{2}}{2}", 0.7071067811865476, "sqrt(2)/2", ""),
    ("number", "sqrt(9/4)", F(3, 2), "sqrt(9/4)", ""),
    ("number", "pi", PI, "pi", ""),
    ("number", "2π", 2 * PI, "2 pi", ""),
    ("number", "e", E, "exp(1)", ""),
    ("number", "e^2", E**2, "exp(2)", ""),
    ("number", "exp(-1)", 1 / E, "exp(-1)", ""),
    ("number", "ln(2)", 0.6931471805599453, "log(2)", ""),
    ("number", "log2(8)", 3, "log2(8)", ""),
    ("number", "|−3|", 3, "abs(-3)", ""),
    ("number", "max(1, 2)", 2, "max(1, 2)", ""),
    ("number", "max(1,2)", 2, "max(1, 2)", ""),
    ("number", "1 - tanh(0)^2", 1, "1 - (tanh(0))^2", ""),
    ("number", "relu(-2)", 0, "relu(-2)", ""),
    ("number", "(1 + 2)/4", F(3, 4), "(1 + 2)/4", ""),
    ("number", "[5]", 5, "5", ""),
    ("number", "x = 1/2", F(1, 2), "1/2", ""),
    ("number", "h^(2) = 1/2", F(1, 2), "1/2", ""),
    ("number", r"\delta_o^{(2)} = -0.4", F(-2, 5), "-0.4", ""),
    ("number", r"\frac{\partial L}{\partial c} = 2", 2, "2", ""),
    ("number", "o ≈ 0.46", F(23, 50), "0.46", ""),
    ("number", "0.5\u00a0", F(1, 2), "0.5", ""),
    ("number", "\ufeff0.5", F(1, 2), "0.5", ""),
    ("number", "0.5\n", F(1, 2), "0.5", ""),
    ("exact", "1/3", F(1, 3), "1/3", ""),
    ("exact", "sqrt(2)", 1.4142135623730951, "sqrt(2)", ""),
    ("exact", "e^(-1/2)", E**-0.5, "exp(-1/2)", ""),
    ("vector", "1, 2, 3", (1, 2, 3), "[1, 2, 3]", "vector of 3"),
    ("vector", "1,2,3", (1, 2, 3), "[1, 2, 3]", "vector of 3"),
    ("vector", "1 2 3", (1, 2, 3), "[1, 2, 3]", "vector of 3"),
    ("vector", "1 -2 3", (1, -2, 3), "[1, -2, 3]", "vector of 3"),
    ("vector", "1; 2; 3", (1, 2, 3), "[1; 2; 3]", "vector of 3"),
    ("vector", "1\n2\n3", (1, 2, 3), "[1; 2; 3]", "vector of 3"),
    ("vector", "1\r\n2\r\n3", (1, 2, 3), "[1; 2; 3]", "vector of 3"),
    ("vector", "(1, 2, 3)", (1, 2, 3), "(1, 2, 3)", "vector of 3"),
    ("vector", "[1 2 3]", (1, 2, 3), "[1, 2, 3]", "vector of 3"),
    ("vector", "[1, 2, 3]", (1, 2, 3), "[1, 2, 3]", "vector of 3"),
    ("vector", "[1; 2; 3]", (1, 2, 3), "[1; 2; 3]", "vector of 3"),
    ("vector", "[1, 2, 3]^T", (1, 2, 3), "[1, 2, 3]^T", "vector of 3"),
    ("vector", "[[1], [2], [3]]", (1, 2, 3), "[1, 2, 3]", "vector of 3"),
    ("vector", "[1. 2. 3.]", (1, 2, 3), "[1, 2, 3]", "vector of 3"),
    ("vector", "1/3, 2/3", (F(1, 3), F(2, 3)), "[1/3, 2/3]", "vector of 2"),
    ("vector", "1/3 2/3", (F(1, 3), F(2, 3)), "[1/3, 2/3]", "vector of 2"),
    ("vector", "sqrt(4), 2e-1", (2, F(1, 5)), "[sqrt(4), 2e-1]", "vector of 2"),
    ("vector", "−1, +2", (-1, 2), "[-1, 2]", "vector of 2"),
    ("vector", r"\begin{bmatrix} 1 \\ 2 \\ 3 \end{bmatrix}", (1, 2, 3), "[1; 2; 3]", "vector of 3"),
    ("vector", r"\begin{pmatrix} 1 & 2 \end{pmatrix}", (1, 2), "[1, 2]", "vector of 2"),
    ("vector", r"1 \\ 2", (1, 2), "[1; 2]", "vector of 2"),
    ("vector", "x = (1, 2)", (1, 2), "(1, 2)", "vector of 2"),
    ("vector", "5", (5,), "5", "vector of 1"),
    ("vector", "2 [1, 2]", (2, 4), "2 ([1, 2])", "vector of 2"),
    ("matrix", "[1 2; 3 4]", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "[1, 2; 3, 4]", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "[1,2;3,4]", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "[[1,2],[3,4]]", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "[[1, 2], [3, 4]]", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "[[1 2] [3 4]]", None, None, None),
    ("matrix", "[[1. 2.]\n [3. 4.]]", M22, None, "2×2 matrix"),
    ("matrix", "[1,2],[3,4]", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "((1,2),(3,4))", M22, None, "2×2 matrix"),
    ("matrix", "1 2; 3 4", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "1, 2; 3, 4", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "1 2\n3 4", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "1 2\n3 4\n", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "1, 2\n3, 4", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "1\t2\n3\t4", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", r"1 & 2 \\ 3 & 4", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("matrix", "[1 3; 2 4]^T", M22, "[1, 3; 2, 4]^T", "2×2 matrix"),
    ("matrix", "[1, 2]", ((1, 2),), "[1, 2]", "1×2 matrix"),
    ("matrix", "(1, 2)", ((1, 2),), "(1, 2)", "1×2 matrix"),
    ("matrix", "[1; 2]", ((1,), (2,)), "[1; 2]", "2×1 matrix"),
    ("matrix", "5", ((5,),), "5", "1×1 matrix"),
    ("matrix", "W = [1 2; 3 4]", M22, "[1, 2; 3, 4]", "2×2 matrix"),
    ("shape", "3x32x32", (3, 32, 32), "3×32×32", ""),
    ("shape", "3×32×32", (3, 32, 32), "3×32×32", ""),
    ("shape", "3 x 32 X 32", (3, 32, 32), "3×32×32", ""),
    ("shape", "(3, 32, 32)", (3, 32, 32), "3×32×32", ""),
    ("shape", "[3, 32, 32]", (3, 32, 32), "3×32×32", ""),
    ("shape", "3, 32, 32", (3, 32, 32), "3×32×32", ""),
    ("shape", "3,32,32", (3, 32, 32), "3×32×32", ""),
    ("shape", "3 32 32", (3, 32, 32), "3×32×32", ""),
    ("shape", "3*32*32", (3, 32, 32), "3×32×32", ""),
    ("shape", r"3 \times 32 \times 32", (3, 32, 32), "3×32×32", ""),
    ("shape", "(5,)", (5,), "(5,)", ""),
    ("shape", "5", (5,), "(5,)", ""),
    ("choice", "b", (1,), "b", ""),
    ("choice", "B", (1,), "b", ""),
    ("choice", "2", (1,), "b", ""),
    ("choice", "b)", (1,), "b", ""),
    ("choice", "(b)", (1,), "b", ""),
    ("choice", " b.", (1,), "b", ""),
    ("choices", "a, c", (0, 2), "a, c", ""),
    ("choices", "ac", (0, 2), "a, c", ""),
    ("choices", "C A", (0, 2), "a, c", ""),
    ("choices", "1 3", (0, 2), "a, c", ""),
    ("choices", "13", (0, 2), "a, c", ""),
    ("choices", "a and c", (0, 2), "a, c", ""),
    ("choices", "{a, c}", (0, 2), "a, c", ""),
    ("choices", "a a", (0,), "a", ""),
    ("choices", "none", (), "none", ""),
    ("choices", "None", (), "none", ""),
    ("choices", "-", (), "none", ""),
]
GOOD = [row for row in READ if row[2] is not None]
REFUSED = [row[:2] for row in READ if row[2] is None]


def reading(kind: str, text: str) -> Reading:
    shown = ABCD if kind in {"choice", "choices"} else ()
    return read_answer(part("p", kind, key=KEYS.get(kind, 1), options=shown), text)


@pytest.mark.parametrize(("kind", "text", "value", "plain", "shape"), GOOD, ids=[f"{r[0]}:{r[1]!r}" for r in GOOD])
def test_answers_are_read(kind: str, text: str, value: object, plain: str | None, shape: str) -> None:
    found = reading(kind, text)
    assert found.ok, found
    assert isinstance(found.value, Typed)
    assert found.value.value == (pytest.approx(value, rel=1e-15) if isinstance(value, float) else value)
    assert found.shape == shape
    assert plain is None or found.plain == plain
    assert isinstance(typeset(found.latex), Display), found.latex


@pytest.mark.parametrize(("kind", "text"), REFUSED, ids=[f"{r[0]}:{r[1]!r}" for r in REFUSED])
def test_what_is_not_read_is_refused(kind: str, text: str) -> None:
    assert not reading(kind, text).ok


@pytest.mark.parametrize(("kind", "text", "value", "plain", "shape"), GOOD, ids=[f"{r[0]}:{r[1]!r}" for r in GOOD])
def test_what_is_shown_reads_back_the_same(kind: str, text: str, value: object, plain: str | None, shape: str) -> None:
    once = reading(kind, text)
    again = reading(kind, once.plain)
    assert isinstance(once.value, Typed)
    assert isinstance(again.value, Typed), again
    assert again.value.value == once.value.value
