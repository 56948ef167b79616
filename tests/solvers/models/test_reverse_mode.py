"""The reverse-mode engine over four kinds of number, against autograd, sympy.diff and central differences."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import reverse_mode
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal

# L = (σ(w x + b) - t)², and a graph whose every node has fan-out.
NEURON = reverse_mode.graph(
    [
        *[(name, "input") for name in "wxbt"],
        ("wx", "multiply", ["w", "x"]),
        ("net", "add", ["wx", "b"]),
        ("out", "sigmoid", ["net"]),
        ("error", "subtract", ["out", "t"]),
        ("L", "square", ["error"]),
    ]
)
DIAMOND = reverse_mode.graph(
    [
        ("x", "input"),
        ("y", "input"),
        ("a", "multiply", ["x", "y"]),
        ("b", "add", ["a", "x"]),
        ("c", "multiply", ["a", "b"]),
        ("d", "divide", ["c", "b"]),
        ("e", "multiply", ["d", "d"]),
    ]
)


def test_fan_out_on_paper() -> None:
    """a = xy, b = a + x, c = ab at x = 2, y = 3: c = 48, ∂c/∂a = b + a = 14, ∂c/∂x = 14·3 + 6 = 48."""
    nodes = DIAMOND[:5]
    values = reverse_mode.forward(nodes, {"x": Fraction(2), "y": Fraction(3)})
    found = reverse_mode.backward(nodes, values, "c")
    assert values["c"] == 48
    assert found.adjoints == {"x": 48, "y": 28, "a": 14, "b": 6, "c": 1}
    assert found.local == {("c", 0): 8, ("c", 1): 6, ("b", 0): 1, ("b", 1): 1, ("a", 0): 3, ("a", 1): 2}
    assert reverse_mode.children(nodes)["a"] == ("b", "c")


@pytest.mark.parametrize("nodes", [NEURON, DIAMOND], ids=["neuron", "diamond"])
def test_tensors_are_autograd(nodes: tuple[reverse_mode.Node, ...], device: str) -> None:
    names = [node.name for node in nodes if node.operation == "input"]
    inputs = {name: normal(seed, 3, 2).to(device).requires_grad_() for seed, name in enumerate(names)}
    values = reverse_mode.forward(nodes, inputs)
    found = reverse_mode.backward(nodes, values, nodes[-1].name)
    total: Tensor = values[nodes[-1].name].sum()
    for node, expected in zip(
        nodes, torch.autograd.grad(total, [values[node.name] for node in nodes], allow_unused=True), strict=True
    ):
        assert expected is not None
        assert_close(found.adjoints[node.name].detach(), expected, 1e-9)


@pytest.mark.parametrize("nodes", [NEURON, DIAMOND], ids=["neuron", "diamond"])
def test_expressions_are_differentiated(nodes: tuple[reverse_mode.Node, ...]) -> None:
    symbols = {node.name: sympy.Symbol(node.name, positive=True) for node in nodes if node.operation == "input"}
    values = reverse_mode.forward(nodes, symbols)
    found = reverse_mode.backward(nodes, values, nodes[-1].name)
    for name, symbol in symbols.items():
        assert sympy.simplify(found.adjoints[name] - sympy.diff(values[nodes[-1].name], symbol)) == 0


@settings(max_examples=40)
@given(st.sampled_from(sorted(reverse_mode.OPERATIONS)), st.floats(0.3, 2), st.floats(0.3, 2))
def test_every_operation_by_central_differences(operation: str, a: float, b: float) -> None:
    names = ["a", "b"][: reverse_mode.OPERATIONS[operation].arity]
    nodes = reverse_mode.graph([*[(name, "input") for name in names], ("y", operation, names)])
    inputs = dict(zip(names, (a, b), strict=False))
    found = reverse_mode.backward(nodes, reverse_mode.forward(nodes, inputs), "y")
    for name in names:
        up, down = (reverse_mode.forward(nodes, {**inputs, name: inputs[name] + h})["y"] for h in (1e-6, -1e-6))
        assert float(found.adjoints[name]) == pytest.approx((up - down) / 2e-6, abs=1e-6)


@pytest.mark.parametrize("operation", sorted(reverse_mode.OPERATIONS))
@pytest.mark.parametrize("sign", [1, -1])
def test_floats_tensors_and_expressions_agree(operation: str, sign: int) -> None:
    names = ["a", "b"][: reverse_mode.OPERATIONS[operation].arity]
    at = dict(zip(names, (0.75, 1.5), strict=False)) if operation == "log" or sign > 0 else dict.fromkeys(names, -0.5)
    nodes = reverse_mode.graph([*[(name, "input") for name in names], ("y", operation, names)])
    found = [
        reverse_mode.backward(nodes, reverse_mode.forward(nodes, inputs), "y").adjoints["a"]
        for inputs in (
            at,
            {name: torch.tensor(value, dtype=torch.float64) for name, value in at.items()},
            {name: sympy.Rational(value) for name, value in at.items()},
        )
    ]
    assert float(found[1]) == pytest.approx(float(found[0]), abs=1e-14)
    assert float(found[2]) == pytest.approx(float(found[0]), abs=1e-14)


@pytest.mark.parametrize("length", [1, 3, 6])
def test_a_chain_of_equal_functions(length: int) -> None:
    """w -> f(f(f(w))) of 5.1: the adjoint of w is the product of the local derivatives."""
    rows: list[tuple[str, str] | tuple[str, str, list[str]]] = [("w", "input")]
    rows += [(f"x{k}", "tanh", [f"x{k - 1}" if k > 1 else "w"]) for k in range(1, length + 1)]
    nodes = reverse_mode.graph(rows)
    found = reverse_mode.backward(nodes, reverse_mode.forward(nodes, {"w": 0.7}), f"x{length}")
    product = 1.0
    for slope in found.local.values():
        product *= slope
    assert found.adjoints["w"] == pytest.approx(product)


def test_a_rectifier_is_flat_at_its_kink() -> None:
    nodes = reverse_mode.graph([("x", "input"), ("y", "relu", ["x"])])
    for zero in (0.0, torch.zeros(1), sympy.Integer(0)):
        found = reverse_mode.backward(nodes, reverse_mode.forward(nodes, {"x": zero}), "y")
        assert float(found.adjoints["x"]) == 0


def test_orders() -> None:
    assert reverse_mode.is_topological(DIAMOND, ["y", "x", "a", "b", "c", "d", "e"])
    assert not reverse_mode.is_topological(DIAMOND, ["x", "y", "b", "a", "c", "d", "e"])
    assert not reverse_mode.is_topological(DIAMOND, ["x", "y", "a"])


def test_listing() -> None:
    nodes = DIAMOND[:3]
    values = reverse_mode.forward(nodes, {"x": 2.0, "y": 3.0})
    text = reverse_mode.listing(nodes, values, reverse_mode.backward(nodes, values, "a"))
    assert text.splitlines() == [
        "node  computed as     value  adjoint",
        "x     input           2      3",
        "y     input           3      2",
        "a     multiply(x, y)  6      1",
    ]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: reverse_mode.graph([("y", "square", ["x"])]), "y needs x"),
        (lambda: reverse_mode.graph([("x", "input"), ("x", "input")]), "x stands twice"),
        (lambda: reverse_mode.graph([("x", "input"), ("y", "add", ["x"])]), "add of 1 parents, but 2"),
        (lambda: reverse_mode.graph([("x", "input"), ("y", "eval", ["x"])]), "operation is 'eval'"),
        (lambda: reverse_mode.forward(DIAMOND, {"x": 1.0}), "inputs x, y, not x"),
        (lambda: reverse_mode.backward(DIAMOND, {}, "z"), "output is 'z'"),
    ],
    ids=["order", "twice", "arity", "operation", "inputs", "output"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()
