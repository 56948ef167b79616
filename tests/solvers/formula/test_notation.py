"""Ways of writing the mathematics of the course: each is read as another spelling is; what cannot be read says why.

The table is `notation.txt`: one notation a line, a tab, another spelling. Both are compared by value, since the trees
of two spellings may differ (a sum over an index, a product of matrices).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from solvers.equality import compare_texts
from solvers.formula.context import Context, read_context
from solvers.formula.parser import parse
from solvers.formula.tokens import Unreadable

Row = tuple[str, str, tuple[str, ...]]


def _rows() -> list[Row]:
    found: list[Row] = []
    lets: tuple[str, ...] = ()
    for line in (Path(__file__).parent / "notation.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("let "):
            lets = tuple(line.removeprefix("let ").split(" ;; "))
        elif line and not line.startswith("#"):
            notation, _, spelling = line.partition("\t")
            found.append((notation, spelling, lets))
    return found


ROWS = _rows()

# text, declarations, and what the refusal says
REFUSED: list[tuple[str, tuple[str, ...], str]] = [
    (r"\eta + alpha x", (), r"write \alpha, or a l p h a"),
    (r"\eta cdot x", (), r"write \cdot, or c d o t"),
    (r"x^{top} \mathbf{y}", (), r"write \top, or t o p"),
    (r"sofmax(\mathbf{0})", (), "'sofmax' is not known: did you mean softmax?"),
    (r"ReLu \mathbf{x}", (), "did you mean Relu?"),
    (r"exp2(\mathbf{x})", (), "'exp2' is not known"),
    (r"rank(\mathbf{0})", (), "'rank' is not known: write a product with blanks"),
    (r"2 \cdot softmax", (), "softmax needs an argument"),
    (r"\eta tan(\mathbf{0})", ("t > 0", "a > 0", "n > 0"), "write \\operatorname{tan}, or t a n"),
    (r"f(x)", (), "'f' is used as a function, but is not declared"),
    (r"f'(x)", (), "'f' is used as a function"),
    (r"\operatorname{sofmax}(x)", (), "did you mean softmax?"),
    (r"\mathrm{sofplus}(x)", (), "did you mean softplus?"),
    (r"p(x \mid y)", (), "'p' is used as a function"),
    (r"\int x^2", (), "say by what the integral is taken"),
    (r"\int_0 x\,dx", (), "has both limits, or none"),
    (r"\oint x\,dx", (), "integrals along a curve are not computed here"),
    (r"\lim x", (), "say where the limit is taken"),
    (r"\prod_{k=0}^\infty g^k", (), "infinite sums are not computed here"),
    (r"\sum_{j,k=0}^\infty g^{j+k}", (), "infinite sums are not computed here"),
    (r"\sum_{k=-\infty}^{+\infty} g^k", (), "infinite sums are not computed here"),
    (r"\sigma^{-1}(x)", (), "can mean two things"),
    (r"\sin^{-1}(x)", (), "can mean two things"),
    (r"x \leftarrow x + 1", (), "an update is written with two names"),
    (r"x_1 + x_3 + \dots + x_n", (), "what stands for the dots is not clear"),
    (r"1 + 3 + \dots + 9", (), "what stands for the dots is not clear"),
    (r"a \odot b \odot \dots \odot c", (), "dots are read in sums and products"),
    (r"\mathbb{E}[x]", (), "say under which distribution the mean is taken"),
    (r"\nabla L", (), "say what the gradient is taken by"),
    (r"\sin(y) y^2|_{y = 3}", (), "put brackets around what the bar with the point is meant for"),
    (r"\sum_{i = 1} x_i", (), "a lower bound and no upper one"),
    (r"\tanh(w) (entrywise) }", (), "closes a bracket that was never opened"),
    (r"\sum_{c=1}^3 q (a, b c)", (), "is used as a function of 2 arguments"),
    (r"D_{KL} h (x)", (), "a divergence is between two distributions"),
    (r"\sum_{3} x_i", (), "expected the name of an index"),
    (r"\sum_{z_} v", (), "expected what stands below the line here"),
    (r"x^\dagger", (), r"\dagger is not known"),
    (r"\Xx", (), r"\Xx is not known"),
    (r"\left. x \right|", (), "say at which point"),
    (r"\begin{tabular}1\end{tabular}", (), "is not read here"),
    (r"P(h_j = 1 \mid v)", ("p(x) = x^2",), "is not declared over what this event speaks of"),
]


@pytest.mark.parametrize(("notation", "spelling", "lets"), ROWS, ids=[f"{i} {row[0]}" for i, row in enumerate(ROWS)])
def test_two_spellings_are_one(notation: str, spelling: str, lets: tuple[str, ...]) -> None:
    answer = compare_texts(notation, spelling, list(lets))
    assert answer.verdict == "same", answer


@pytest.mark.parametrize(("text", "lets", "says"), REFUSED, ids=[text for text, _, _ in REFUSED])
def test_what_cannot_be_read_says_why(text: str, lets: tuple[str, ...], says: str) -> None:
    context = read_context(lets)
    assert isinstance(context, Context), context
    parsed = parse(text, context.scope)
    assert isinstance(parsed, Unreadable), parsed
    assert says in parsed.message, parsed.message
    assert 0 <= parsed.start < parsed.end <= len(text) + 1
