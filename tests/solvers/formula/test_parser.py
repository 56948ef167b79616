"""What is read and how (by its plain, bracketed echo), and what is refused, at which column, in which words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.formula.context import read_context
from solvers.formula.nodes import Call, Derivative, Index, Matrix, Member, Name, Num
from solvers.formula.parser import Parsed, parse, read
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Unreadable, scope
from tests.quick import within

SCOPE = scope(W=2, U=2, x=1, h=1, w=1, eta=0, t=0, net=0, L=0, T=0)

READ = [
    (r"w \cdot x", "w · x"),
    (r"W^\top x", "W^T x"),
    ("W^T x", "W^T x"),
    ("W'x", "W^T x"),
    (r"W^{\intercal}x", "W^T x"),
    (r"\mathbf{W}\boldsymbol{x}", "W x"),
    (r"h^{(t-1)\top}", "h^(t - 1)^T"),
    (r"x^{(s)}_i", "x^(s)_{i}"),
    (r"x_i^{(s)}", "x^(s)_{i}"),
    (r"h^{[l]}", "h^(l)"),
    (r"W_{12}", "W_{1, 2}"),
    (r"W_{ij}", "W_{i, j}"),
    (r"W_{:,j}", "W_{:, j}"),
    (r"\frac12 + \tfrac{1}{2}", "1/2 + 1/2"),
    (r"-x^2", "-x^2"),
    ("-2^2", "-2^2"),
    ("2^-3", "2^(-3)"),
    ("2^3^2", "2^(3^2)"),
    ("e^x^2", "exp(x^2)"),
    ("x^y^2", "x^(y^2)"),
    ("2^n^(k + 1)", "2^(n^(k + 1))"),
    ("e^x_i^2", "exp(x_{i}^2)"),
    ("a - b - c", "a - b - c"),
    ("a/b/c", "a/b/c"),
    (r"\tanh'(a)", "tanh'(a)"),
    (r"\sigma(z)(1-\sigma(z))", "σ(z) (1 - σ(z))"),
    (r"\sigma^2", "sigma^2"),
    (r"e^{-x}", "exp(-x)"),
    (r"\sin^2 x", "(sin(x))^2"),
    (r"\sqrt[3]{x}", "x^(1/3)"),
    (r"\left| x \right|", "norm(x, 2)"),
    (r"\left| eta \right|", "abs(eta)"),
    ("|x - |y||", "abs(x - abs(y))"),
    (r"\|w\|_2^2", "(norm(w, 2))^2"),
    (r"\lVert W \rVert_F", "norm(W, F)"),
    (r"\left| eta \left\| x \right\|_1 \right|", "abs(eta norm(x, 1))"),
    (r"\left| \{ eta |t| \} \right|", "abs(eta abs(t))"),
    (r"\nabla_w [[0 < L|_{t = 0}]]", "∇_{w} ⟦0 < (L)|_{t = 0}⟧"),
    (r"\sum_{i=1}^n x_i", "sum_{i=1}^{n} x_{i}"),
    ("sum_{i=1}^n x_i + 1", "sum_{i=1}^{n} x_{i} + 1"),
    (r"\frac{\partial L}{\partial W}", "∂L/∂W"),
    ("dL/dW", "d L/d W"),
    (r"\frac{\partial^2 L}{\partial x \partial w}", "∂^2 L/(∂x ∂w)"),
    (r"\nabla_w L", "∇_{w} L"),
    (r"\lfloor \frac{n+2p-k}{s} \rfloor + 1", "floor((n + 2 p - k)/s) + 1"),
    ("⌈a⌉ ⊙ b", "ceil(a) ⊙ b"),
    ("√2/2", "sqrt(2)/2"),
    ("x² + x₁", "x^2 + x_{1}"),
    ("−2", "-2"),
    ("[1 -2; 3 4/5]", "[1, -2; 3, 4/5]"),
    ("[[1,2],[3,4]]", "[1, 2; 3, 4]"),
    ("[[x > 0]] x", "⟦x > 0⟧ x"),
    (r"\begin{bmatrix}1&2\\3&4\end{bmatrix}", "[1, 2; 3, 4]"),
    (r"\begin{cases} x & \text{if } x > 0 \\ 0 & \text{otherwise} \end{cases}", "{x if x > 0; 0 otherwise}"),
    (r"\hat{y} - \bar{x}", "yhat - xbar"),
    ("ŷ", "yhat"),
    (r"\log_2 8 + \ln x", "log2(8) + log(x)"),
    (r"net = w \cdot x", "net = w · x"),
    (r"a \Rightarrow b", "a ⇒ b"),
    (r"\mathcal{L}\,", "calL"),
    ("x = 1.", "x = 1."),
    (r"x \equiv w", "x = w"),
]

REFUSED = [
    ("x^{2", 5, "expected '}' for the '{' opened at column 3"),
    ("(a + b", 7, "expected ')' for the '(' opened at column 1"),
    ("w^T x)", 6, "closes a bracket that was never opened"),
    (r"\sigmma(x)", 1, r"did you mean \sigma?"),
    ("sigmma(x)", 1, "did you mean sigma?"),
    (r"\delta_\in", 8, "expected a number, a name or a bracket"),
    ("w^*_1^*", 1, "and once"),
    ("x + * y", 5, "'*' stands here"),
    ("2 +", 4, "the formula ends here"),
    (r"\sigma^2_", 10, "expected"),
    ("x[)", 3, "')' stands here"),
    ("0,333", 2, "',' was not expected here"),
    ("2 3", 3, "two numbers stand side by side"),
    ("", 1, "nothing to read"),
    (r"\frac{1}", 9, "the formula ends"),
    (r"\begin{bmatrix}1&2\\3\end{bmatrix}", 1, "row 2 of the matrix has 1 entries"),
    ("1e999999", 1, "at most 400 digits"),
    (r"\sum x_i y_j", 1, "say what the sum runs over"),
    ("х + 1", 1, "cyrillic"),
    ("a \u202e b", 3, "is not understood"),
    (r"\tanh", 6, "needs an argument"),
    (r"\sin^{-1} x", 6, "can mean two things"),
    (r"\foo", 1, r"\foo is not known"),
    ("x''", 1, "several primes"),
    ("v_*_*", 1, "has a subscript already"),
    ("eta'", 1, "nothing to transpose"),
]


@pytest.mark.parametrize(("text", "echo"), READ, ids=[text for text, _ in READ])
def test_read(text: str, echo: str) -> None:
    parsed = parse(text, SCOPE)
    assert isinstance(parsed, Parsed), parsed
    assert to_plain(parsed.node) == echo.removesuffix(".")


@pytest.mark.parametrize(("text", "column", "says"), REFUSED, ids=[repr(text) for text, _, _ in REFUSED])
def test_refused_with_its_column(text: str, column: int, says: str) -> None:
    parsed = parse(text, SCOPE)
    assert isinstance(parsed, Unreadable), parsed
    assert parsed.start + 1 == column, parsed
    assert says in parsed.message, parsed.message


def test_nodes_know_their_characters() -> None:
    node = read(r"W x + \frac{1}{2}", SCOPE)
    assert isinstance(node, Call)
    left, right = node.args
    assert (left.span.start, left.span.end) == (0, 3)
    assert (right.span.start, right.span.end) == (6, 17)


def test_what_the_nodes_are() -> None:
    assert read(r"h^{(2)}", SCOPE) == Member(Name("h"), (Num("2"),))
    assert read("h^2", SCOPE) == Call("pow", (Name("h"), Num("2")))
    assert read("W_{1,2}", SCOPE) == Index(Name("W"), (Num("1"), Num("2")))
    assert read("q_1", SCOPE) == Name("q_1")
    assert read(r"\frac{\partial L}{\partial w_1}", SCOPE) == Derivative(
        "partial", Name("L"), (Index(Name("w"), (Num("1"),)),)
    )
    assert read("[1, 2]", SCOPE) == Matrix(((Num("1"), Num("2")),))


def test_a_strict_scope_knows_no_other_names() -> None:
    parsed = parse("w + q", scope(strict=True, w=1))
    assert isinstance(parsed, Unreadable)
    assert "'q' is not declared" in parsed.message


def test_conventions_are_told() -> None:
    parsed = parse("1/2x", SCOPE)
    assert isinstance(parsed, Parsed)
    assert parsed.notes == ("a/b c is read as (a/b) c: put brackets around a denominator that is a product",)


_PIECES = st.sampled_from([
    *"abxWT012.,;:+-*/^_'!|&%()[]{}=<>~", " ", "\n", "\\", "\\frac", "\\sum", "\\partial", "\\left", "\\right", "\\top",
    "\\begin", "{bmatrix}", "{cases}", "\\end", "\\\\", "\\sigma", "\\tanh", "\\mathbb", "\\hat", "\\text", "\\nabla",
    "\\sqrt", "\\|", "||", "[[", "]]", "σ", "∑", "∂", "√", "²", "ᵀ", "ŷ", "\u202e", "\x00", "1e9", "sum", "dL/dW", "->",
])  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join), st.booleans())
def test_token_soup_is_read_or_refused_in_a_sentence(text: str, latex: bool) -> None:
    parsed = parse(text, SCOPE, latex)
    if isinstance(parsed, Unreadable):
        assert parsed.message
        assert 0 <= parsed.start < parsed.end <= len(text) + 1
    else:
        again = parse(to_plain(parsed.node), SCOPE, latex=False)
        assert isinstance(again, (Parsed, Unreadable))


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000, "(" * 400 + "x" + ")" * 400, "+".join("x" * 3000), "x_{i_" * 200 + "}" * 200, "[" * 300,
        "|x" * 2000,
        "\\frac{" * 300, "-" * 5000 + "x", "x^" * 500 + "2", "9" * 5000, "\\sum_{i=1}^{n} " * 100 + "i", "a " * 3000,
        "\\frac" * 2000, "\\tanh" * 2000, "\\sqrt" * 2000, "\\partial" * 1000, "d" * 9000, "\\hat" * 2000,
        "\\nabla" * 1500, "\\log_" * 1500, "{" * 500, "'" * 3000, "\\left(" * 300, "x" * 20_000,
        "{a if x > 0; " * 200, "\\hat{" * 200,
    ],
    ids=range(26),
)  # fmt: skip
def test_heavy_text_is_refused_or_read_quickly(text: str) -> None:
    found = within(2, lambda: parse(text, SCOPE))
    assert isinstance(found, Parsed) or (found.message and 0 <= found.start < found.end <= len(text) + 1)


@pytest.mark.parametrize("text", [",,,", ".", " ; , "])
def test_a_declaration_of_marks_alone_is_refused(text: str) -> None:
    found = read_context([text])
    assert isinstance(found, tuple)
    assert "nothing is declared" in found[1].message


@pytest.mark.parametrize("text", ["x^{", "x^{} = 3", "x_{}^{}", r"\mathbb{R}_{+}^{", "h_{+", "h^{-", "P^{"])
def test_a_declaration_that_ends_in_a_script_is_refused(text: str) -> None:
    found = read_context([text, ""])
    assert isinstance(found, tuple)
    assert found[1].message
