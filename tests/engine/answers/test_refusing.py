"""What cannot be read: a sentence and the columns, at once, whatever was typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.answers import KINDS
from engine.grading import read_answer
from engine.records import VariantPart
from tests.engine.answers.test_reading import ABCD, KEYS
from tests.engine.variants import part
from tests.quick import within

# kind, text, a piece of the message, the first column (from 0)
REFUSED = [
    ("number", "", "nothing was typed", 0),
    ("number", "   ", "nothing was typed", 0),
    ("number", "\u200b", "nothing was typed", 0),
    ("number", "0,333", "decimal point", 1),
    ("number", "-0,333", "decimal point", 2),
    ("number", "1,000", "decimal point", 1),
    ("number", "1.000,5", "was not expected", 5),
    ("number", "0.3.3", "one decimal point", 0),
    ("number", "50%", "percent", 2),
    ("number", r"50\%", "percent", 3),
    ("number", "1 2", "side by side", 2),
    ("number", "2 1/3", "side by side", 2),
    ("number", "x", "x is a name", 0),
    ("number", "2x", "x is a name", 1),
    ("number", "3 + tanh(net)", "is a name", 9),
    ("number", "h^(2)", "h is a name", 0),
    ("number", "W_{11}", "W_11 is a name", 0),
    ("number", "1_1", "without indices", 0),
    ("number", "1_000", "without indices", 0),
    ("number", "sum_{i=1}^3 j", "j is a name", 12),
    ("number", "(1 + 2", "expected ')'", 6),
    ("number", "1 + 2)", "never opened", 5),
    ("number", "[1, 2", "expected ']'", 5),
    ("number", r"\frac{1}{3", "expected '}'", 10),
    ("number", r"\frac{1}", "argument", 8),
    ("number", r"\sqr{2}", "did you mean", 0),
    ("number", "1 +", "expected a number", 3),
    ("number", "* 2", "expected a number", 0),
    ("number", "1/0", "division by zero", 0),
    ("number", "ln(0)", "not defined", 0),
    ("number", "sqrt(-1)", "not defined", 0),
    ("number", "inf", "infinity", 0),
    ("number", r"\infty", "infinity", 0),
    ("number", "nan", "not known", 0),
    ("number", "1, 2", "not expected", 1),
    ("number", "(1, 2)", "one number is asked; this is a vector of 2", 0),
    ("number", "[1, 2; 3, 4]", "one number is asked; this is a 2×2 matrix", 0),
    ("number", "{1}", "set", 0),
    ("number", r"\nabla_x x^2", "not a derivative", 0),
    ("number", r"\frac{\partial x^2}{\partial x}", "not a derivative", 0),
    ("vector", "tanh'([" + "1;" * 1900 + "1])", "steps", 0),
    ("vector", "[1 2", "not finished", 4),
    ("vector", "[1 2 ", "not finished", 5),
    ("vector", "[1 -", "not finished", 4),
    ("vector", "[1 -]", "not finished", 1),
    ("vector", "1 -", "not finished", 0),
    ("vector", "[1 2/]", "not finished", 1),
    ("vector", "[; 1 2]", "not finished", 1),
    ("vector", "[1 - -2]", "not finished", 1),
    ("vector", r"\left[1 2", "not finished", 9),
    ("matrix", "[1 2\n3 4", "not finished", 8),
    ("matrix", "[[1 2], [3 4", "not finished", 12),
    ("expression", "x^{[1 2}", "not finished", 7),
    ("number", "det([1, 2; 3, 4])", "not computed", 0),
    ("number", "argmoose([1, 2])", "not known", 0),
    ("matrix", "inv([1, 2; 3, 4])", "not computed", 0),
    ("number", "1 < 2", "not a relation", 0),
    ("number", "1 = 1", "not a relation", 0),
    ("number", "1/3 = 0.333", "not a relation", 0),
    ("number", "x = 1 = 1", "not a relation", 0),
    ("number", "0.5 \x00", "invisible character", 4),
    ("number", "0.5\x1b[2J", "invisible character", 3),
    ("number", "\u200f0.5", "right-to-left mark", 0),
    ("number", "\u202e5.0", "right-to-left override", 0),
    ("number", "х", "cyrillic", 0),
    ("number", "２", "fullwidth", 0),
    ("number", "☃", "snowman", 0),
    ("number", "🙂", "not understood", 0),
    ("number", "\ud800", "not understood", 0),
    ("number", "__import__('os')", "", 0),
    ("number", "().__class__.__bases__", "", 0),
    ("number", "lambda: 1", "", 0),
    ("number", "{{ 7*7 }}", "", 0),
    ("number", "$(rm -rf /)", "", 0),
    ("number", "../../etc/passwd", "", 0),
    ("number", "<script>", "", 0),
    ("number", "9**9**9", "too large", 0),
    ("number", "9^9^9^9^9", "too large", 0),
    ("number", "2^20000 * 2^20000", "too large", 0),
    ("number", "1e999999", "400 digits", 0),
    ("number", "1e" + "9" * 5000, "400 digits", 2),
    ("number", "9" * 500, "400 digits", 0),
    ("number", "10000!", "not defined", 0),
    ("number", "3!!!!!!!!!!", "", 0),
    ("number", "1000!" + "*1000!" * 150, "too large", 0),
    ("number", "+".join(f"1/{p}^500" for p in range(3, 150)), "too large", 0),
    ("number", "sum_{i=1}^9999 sum_{j=1}^9999 1", "steps", 0),
    ("number", "sum_{i=1}^9999 sum_{j=1}^9999 sum_{k=1}^0 1", "steps", 0),
    ("number", "sum_{i=1}^999999999 1", "more than 10000 values", 0),
    ("number", "exp(1000)", "too large", 0),
    ("number", "(" * 500 + "1" + ")" * 500, "nested", 0),
    ("number", "[" * 500 + "1" + "]" * 500, "nested", 0),
    ("number", "-" * 500 + "1", "nested", 0),
    ("number", r"\frac{" * 500 + "1", "", 0),
    ("number", "1" * 10_000_000, "10000 are read", 10_000),
    ("number", "a" * 10_000_000, "10000 are read", 10_000),
    ("number", "(" * 9_999, "", 0),
    ("integer", "twelve", "not known", 0),
    ("integer", "a", "a is a name", 0),
    ("exact", "1/3 + x", "x is a name", 6),
    ("vector", "", "nothing was typed", 0),
    ("vector", "0,5", "decimal point", 1),
    ("vector", "0,5, 0,25", "decimal point", 1),
    ("vector", "1,2, 3", "decimal point", 1),
    ("vector", "0,5 0,25", "side by side", 4),
    ("vector", "[1, 2; 3, 4]", "a vector is asked; this is a 2×2 matrix", 0),
    ("vector", "1, 2, x", "x is a name", 6),
    ("vector", "1, 2,", "", 5),
    ("vector", "1, , 3", "expected a number", 3),
    ("vector", "[1, 2", "expected ']'", 5),
    ("vector", "1, 2]", "", 4),
    ("vector", "{1, 2}", "set", 0),
    ("vector", "1, [2, 3]", "must be a number", 0),
    ("vector", "1.2.3 4", "one decimal point", 0),
    ("matrix", "[1, 2; 3]", "row 2 of the matrix has 1 entries", 0),
    ("matrix", "1 2\n3", "row 2 of the matrix has 1 entries", 0),
    ("matrix", "[1, 2; 3, y]", "y is a name", 10),
    ("matrix", r"\begin{bmatrix} 1 & 2 \\ 3 \end{bmatrix}", "row 2", 0),
    ("matrix", r"\begin{bmatrix} 1 & 2", "", 21),
    ("matrix", r"\begin{foo} 1 \end{foo}", "foo", 0),
    ("matrix", "[1; 2; 3] [1, 2] [1; 2; 3]", "inner sizes", 0),
    ("matrix", "[" + "1;" * 1900 + "1] [" + "1," * 10 + "1]", "steps", 0),
    ("shape", "", "nothing was typed", 0),
    ("shape", "3 by 4", "but 'b' stands here", 2),
    ("shape", "(3, 4", "expected ')'", 5),
    ("shape", "3x", "expected a whole number", 2),
    ("shape", "3xx4", "expected a whole number", 2),
    ("shape", "3.5x2", "not expected", 1),
    ("shape", "-3x2", "expected a whole number", 0),
    ("shape", "()", "expected a whole number", 1),
    ("shape", "n x m", "expected a whole number", 0),
    ("shape", "1x" * 9 + "1", "at most 8 sizes", 0),
    ("shape", "9" * 5000, "", 0),
    ("choice", "", "nothing was typed", 0),
    ("choice", "e", "none of the options", 0),
    ("choice", "0", "none of the options", 0),
    ("choice", "5", "none of the options", 0),
    ("choice", "a, b", "one option is asked", 0),
    ("choice", "12", "one option is asked", 0),
    ("choice", "none", "none of the options", 0),
    ("choice", "а", "none of the options", 0),
    ("choice", ",", "none of the options", 0),
    ("choice", "²", "none of the options", 0),
    ("choices", "a, x", "none of the options", 3),
    ("choices", "a, 7", "none of the options", 3),
    ("choices", "15", "none of the options", 0),
    ("choices", "9" * 5000, "400 digits", 0),
    ("choices", "\x07", "invisible character", 0),
    ("expression", "", "nothing was typed", 0),
    ("expression", "W x + q", "not declared", 6),
    ("expression", "W (x", "expected ')'", 4),
    ("tensor", "1", "cannot be read", 0),
]


def asked(kind: str) -> VariantPart:
    if kind == "expression":
        symbols = (r"W \in \mathbb{R}^{m \times n}", r"x \in \mathbb{R}^{n}")
        return part("p", kind, key=0, formula="W x", symbols=symbols)
    return part("p", kind, key=KEYS.get(kind, 1), options=ABCD if kind in {"choice", "choices"} else ())


@pytest.mark.parametrize(
    ("kind", "text", "message", "column"), REFUSED, ids=[f"{kind}:{text[:30]!a}" for kind, text, *_ in REFUSED]
)
def test_refusals_say_what_and_where(kind: str, text: str, message: str, column: int) -> None:
    found = within(0.5, lambda: read_answer(asked(kind), text))
    assert not found.ok
    assert message in found.error
    assert "\x1b" not in found.error
    assert 0 <= found.span[0] < found.span[1] <= max(len(text), found.span[0] + 1)
    assert not message or found.span[0] == column or len(text) > 60 or column == 0


@pytest.mark.parametrize("kind", [*KINDS])
@given(text=st.text(max_size=40))
def test_no_text_breaks_a_reader(kind: str, text: str) -> None:
    found = read_answer(asked(kind), text)
    assert found.ok == (found.value is not None)


@pytest.mark.parametrize("kind", ["number", "vector", "matrix", "shape"])
@given(text=st.text(alphabet="0123456789.,;/*^-+()[]{}e xσ\n\\&_!|", max_size=25))
def test_no_formula_like_text_breaks_a_reader(kind: str, text: str) -> None:
    found = read_answer(asked(kind), text)
    assert found.ok == (found.value is not None)
    assert found.ok or found.span[0] <= len(text)


@pytest.mark.parametrize("kind", [*KINDS])
def test_every_kind_says_how_to_type_it(kind: str) -> None:
    assert KINDS[kind].hint
    assert "\n" not in KINDS[kind].hint
