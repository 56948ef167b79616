"""The interpreter against numpy written by hand, over every number table; and what it refuses."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from solvers.formula.evaluate import Definition, Env, evaluate
from solvers.formula.nodes import Chain
from solvers.formula.operators import OPERATORS
from solvers.formula.parser import read
from solvers.formula.tables.arrays import numpy_table, sympy_table, torch_table
from solvers.formula.tables.nested import PLAIN
from solvers.formula.tables.precise import precise_table
from solvers.formula.tables.table import EvaluationError, ShapeMismatch, Table, Undefined
from solvers.formula.tokens import scope

SCOPE = scope(A=2, B=2, u=1, v=1, w=1, s=0, X=2, K=2)
half = Fraction(1, 2)
VALUES: dict[str, Any] = {
    "A": ((half, 1, -1), (2, 0, 3)), "B": ((1, 2), (-1, half)), "u": (1, -2, half), "v": (2, 1), "w": (half, -1),
    "s": Fraction(3, 4), "X": ((1, 2, 0), (0, -1, 3), (2, 1, 1)), "K": ((1, -1), (2, 0)), "h^(1)": (1, 0),
    "h^(2)": (0, half),
}  # fmt: skip
N = {name: np.array([[float(x) for x in row] if isinstance(row, tuple) else float(row) for row in value]
     if isinstance(value, tuple) else float(value)) for name, value in VALUES.items()}  # fmt: skip


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def _xcorr(x: Any, k: Any) -> Any:
    rows, columns = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    return np.array([
        [(x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum() for j in range(columns)] for i in range(rows)
    ])  # fmt: skip


_FUNCTIONS = (np.sqrt, np.log, np.exp, np.sin, np.cos)
CASES: list[tuple[str, Callable[[], Any]]] = [
    ("A u + v", lambda: N["A"] @ N["u"] + N["v"]),
    ("v^T A u", lambda: N["v"] @ N["A"] @ N["u"]),
    ("v u^T", lambda: np.outer(N["v"], N["u"])),
    ("v · w", lambda: N["v"] @ N["w"]),
    ("v ⊙ w", lambda: N["v"] * N["w"]),
    ("v * w", lambda: N["v"] * N["w"]),
    ("B A", lambda: N["B"] @ N["A"]),
    ("A^T v", lambda: N["A"].T @ N["v"]),
    ("s A", lambda: N["s"] * N["A"]),
    ("1 - v", lambda: 1 - N["v"]),
    ("tanh(A u) ⊙ w", lambda: np.tanh(N["A"] @ N["u"]) * N["w"]),
    ("tanh'(v)", lambda: 1 - np.tanh(N["v"]) ** 2),
    ("σ(v)", lambda: _sigmoid(N["v"])),
    ("σ'(v)", lambda: _sigmoid(N["v"]) * (1 - _sigmoid(N["v"]))),
    ("softmax(u)", lambda: np.exp(N["u"]) / np.exp(N["u"]).sum()),
    ("softplus(v)", lambda: np.log1p(np.exp(N["v"]))),
    ("relu(u)", lambda: np.maximum(N["u"], 0)),
    ("diag(v)", lambda: np.diag(N["v"])),
    ("diag(B)", lambda: np.diag(N["B"])),
    ("tr(B)", lambda: np.trace(N["B"])),
    ("norm(u, 1)", lambda: np.abs(N["u"]).sum()),
    ("norm(u, 2)^2", lambda: (N["u"] ** 2).sum()),
    (r"\|A\|_F", lambda: np.sqrt((N["A"] ** 2).sum())),
    (r"\|u\|_\infty", lambda: np.abs(N["u"]).max()),
    ("max(u)", lambda: N["u"].max()),
    ("min(1, s)", lambda: min(1.0, N["s"])),
    ("A_{2,3} + u_2", lambda: N["A"][1, 2] + N["u"][1]),
    ("A_{:,1}", lambda: N["A"][:, 0]),
    ("sum_{i=1}^n u_i^2", lambda: (N["u"] ** 2).sum()),
    ("prod_{i=1}^n u_i", lambda: N["u"].prod()),
    ("sum_{t=1}^2 h^{(t)} v^T", lambda: np.outer(N["h^(1)"] + N["h^(2)"], N["v"])),
    ("xcorr(X, K)", lambda: _xcorr(N["X"], N["K"])),
    ("X ⋆ K", lambda: _xcorr(N["X"], N["K"][::-1, ::-1])),
    ("flip(K)", lambda: N["K"][::-1, ::-1]),
    ("floor(7/2) + ceil(7/2)", lambda: np.float64(7)),
    ("[[s > 0]] + 2 [[s > 1]]", lambda: np.float64(1)),
    ("{s if s > 1; -s if s < 0; 5 otherwise}", lambda: np.float64(5)),
    ("sqrt(s) + log(s) + exp(s) + sin(s) + cos(s)", lambda: sum(f(N["s"]) for f in _FUNCTIONS)),
    ("log2(8) + log10(1000)", lambda: np.float64(6)),
    ("s^2 + 2^s", lambda: N["s"] ** 2 + 2 ** N["s"]),
    ("[s, 1; 2, s]", lambda: np.array([[N["s"], 1], [2, N["s"]]])),
    ("(s, 1, 2)", lambda: np.array([N["s"], 1, 2])),
    ("pi + 0 s", lambda: np.pi),
]  # fmt: skip
TABLES: dict[str, Callable[[], Table]] = {
    "plain": lambda: PLAIN, "numpy": numpy_table, "torch": torch_table, "mpmath": precise_table, "sympy": sympy_table,
}  # fmt: skip


def _floats(value: Any) -> Any:
    return [_floats(entry) for entry in value] if isinstance(value, (tuple, list)) else float(value)


def _value(text: str, table: Table) -> Any:
    values = {name: table.value(value) for name, value in VALUES.items()}
    value = evaluate(read(text, SCOPE), Env(table, values, {"n": 3}))
    return np.array(_floats(value)) if not hasattr(value, "ndim") else np.asarray(value.tolist()[0], dtype=float)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(("text", "by_hand"), CASES, ids=[text for text, _ in CASES])
def test_values(text: str, by_hand: Callable[[], Any], name: str) -> None:
    assert _value(text, TABLES[name]()) == pytest.approx(by_hand(), rel=1e-12, abs=1e-12)


def test_many_instances_are_each_their_own() -> None:
    table, rng = numpy_table(), np.random.default_rng(0)
    a, u = rng.normal(size=(50, 2, 3)), rng.normal(size=(50, 3))
    found = evaluate(read("tanh(A u)", SCOPE), Env(table, {"A": a, "u": u}))
    assert found == pytest.approx(np.tanh(np.einsum("nij,nj->ni", a, u)))


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        ("A v", ShapeMismatch, "2×3 times a vector of 2: the inner sizes 3 and 2 differ"),
        ("u + v", ShapeMismatch, "a vector of 3 + a vector of 2: the sizes differ"),
        ("s + v", ShapeMismatch, "a number + a vector of 2"),
        ("u ⊙ v", ShapeMismatch, "the sizes differ"),
        ("u_4", ShapeMismatch, "index 4 is outside 1..3"),
        ("1/0", Undefined, "division by zero"),
        ("log(-1)", Undefined, "not defined"),
        ("sqrt(-1)", Undefined, "not defined"),
        ("exp(1000)", Undefined, "too large"),
        ("q + 1", EvaluationError, "q has no value here"),
        ("u^u", ShapeMismatch, "the exponent is a vector of 3"),
        ("sum_{i=1}^{1000000} i", EvaluationError, "more than 10000 values"),
        ("u_{s}", EvaluationError, "not a known whole number"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_has_no_value_says_why(text: str, error: type[EvaluationError], says: str) -> None:
    with pytest.raises(error, match=r".") as caught:
        _value(text, PLAIN)
    assert says in str(caught.value)


def test_rationals_stay_exact() -> None:
    env = Env(PLAIN, {"s": Fraction(1, 10)})
    assert evaluate(read("3 s - 3/10"), env) == 0
    assert evaluate(read("sqrt(9/16) + s"), env) == Fraction(17, 20)
    assert str(evaluate(read("sqrt(2) exp(s)"), Env(sympy_table(), {"s": sympy_table().value(Fraction(1, 10))}))) == (
        "sqrt(2)*exp(1/10)"
    )


def _definition(text: str, *indices: str) -> Definition:
    chain = read(text, SCOPE)
    assert isinstance(chain, Chain)
    return Definition(chain.sides[0], chain.sides[1], indices)


def test_a_recursion_begins_at_its_start_and_a_circle_is_named() -> None:
    definitions = {
        "h": (_definition("h^{(0)} = 1"), _definition("h^{(t)} = 2 h^{(t-1)} + 1", "t")),
        "p": (_definition("p = q + 1"),), "q": (_definition("q = p + 1"),),
        "r": (_definition("r^{(t)} = r^{(t-1)}", "t"),),
    }  # fmt: skip
    env = Env(PLAIN, {}, {}, definitions)
    assert evaluate(read("h^{(5)}"), env) == 63
    for text, says in (("p", "is defined by itself"), ("r^{(2)}", "more than 60 deep")):
        with pytest.raises(EvaluationError, match=says):
            evaluate(read(text), Env(PLAIN, {}, {}, definitions))


def test_every_operator_row_is_complete() -> None:
    for row in OPERATORS.values():
        assert row.latex or row.plain or row.name == "mul", row
        if row.fix == "elementwise":
            assert len(row.partials) == 1 or row.meaning, row
