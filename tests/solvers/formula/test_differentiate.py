"""Every differentiation row against torch.autograd and central differences; gradients, Jacobians, recursions."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch

from solvers.formula.context import Context, read_context
from solvers.formula.evaluate import Env, evaluate
from solvers.formula.operators import OPERATORS
from solvers.formula.parser import read
from solvers.formula.tables.arrays import numpy_table
from solvers.formula.tables.nested import PLAIN
from solvers.formula.tokens import Declaration, Scope

TORCH: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "exp": torch.exp, "log": torch.log, "sin": torch.sin, "cos": torch.cos, "tan": torch.tan, "sinh": torch.sinh,
    "cosh": torch.cosh, "tanh": torch.tanh, "arctan": torch.atan, "sqrt": torch.sqrt, "sigmoid": torch.sigmoid,
    "relu": torch.relu, "softplus": torch.nn.functional.softplus, "sign": torch.sign, "abs": torch.abs,
    "floor": torch.floor, "ceil": torch.ceil, "log2": torch.log2, "log10": torch.log10,
    "sech": lambda x: 1 / torch.cosh(x), "csch": lambda x: 1 / torch.sinh(x), "coth": lambda x: 1 / torch.tanh(x),
    "cot": lambda x: 1 / torch.tan(x), "sec": lambda x: 1 / torch.cos(x), "csc": lambda x: 1 / torch.sin(x),
    "arcsin": torch.asin, "arccos": torch.acos, "artanh": torch.atanh, "arsinh": torch.asinh, "arcosh": torch.acosh,
    "erf": torch.erf, "erfc": torch.erfc,
    "logit": torch.logit, "silu": torch.nn.functional.silu, "elu": torch.nn.functional.elu,
    "gelu": torch.nn.functional.gelu,
    "softsign": torch.nn.functional.softsign, "hardtanh": torch.nn.functional.hardtanh,
    "mish": torch.nn.functional.mish, "absolute": torch.abs,
}  # fmt: skip
POINTS = [0.3, 0.9, 1.7, 2.6]
BELOW_ONE, ABOVE_ONE = {"arcsin", "arccos", "artanh", "logit"}, {"arcosh"}


def test_no_row_is_left_out() -> None:
    assert set(TORCH) == {row.name for row in OPERATORS.values() if row.fix == "elementwise"}


def _at(text: str, **values: float) -> float:
    env = Env(PLAIN, dict(values))
    return float(evaluate(read(text, Scope().with_names([Declaration(name) for name in values]), latex=False), env))


@pytest.mark.parametrize("name", TORCH)
@pytest.mark.parametrize("point", POINTS)
def test_elementwise_rows(name: str, point: float) -> None:
    if (name in BELOW_ONE and point > 1) or (name in ABOVE_ONE and point < 1):
        point = 1 / point
    x = torch.tensor(point, dtype=torch.float64, requires_grad=True)
    (first,) = torch.autograd.grad(TORCH[name](x), x, create_graph=True)
    assert _at(f"{name}'(x)", x=point) == pytest.approx(first.item(), abs=1e-12)
    assert _at(f"∂({name}(x))/∂x", x=point) == pytest.approx(first.item(), abs=1e-12)
    step = 1e-5
    numeric = (_at(f"{name}(x)", x=point + step) - _at(f"{name}(x)", x=point - step)) / (2 * step)
    assert first.item() == pytest.approx(numeric, abs=1e-6, rel=1e-6)
    if first.requires_grad and first.grad_fn is not None:
        second = torch.autograd.grad(first, x, allow_unused=True)[0]
        expected = 0.0 if second is None else second.item()
        assert _at(f"{name}''(x)", x=point) == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize(
    ("op", "function"),
    [
        ("+", torch.add), ("-", torch.sub), ("*", torch.mul), ("/", torch.div), ("^", torch.pow),
    ],
    ids=["add", "sub", "mul", "div", "pow"],
)  # fmt: skip
def test_infix_rows(op: str, function: Callable[[Any, Any], torch.Tensor]) -> None:
    a, b = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (1.3, 0.7))
    by_a, by_b = torch.autograd.grad(function(a, b), (a, b))
    assert _at(f"∂(x {op} y)/∂x", x=1.3, y=0.7) == pytest.approx(by_a.item())
    assert _at(f"∂(x {op} y)/∂y", x=1.3, y=0.7) == pytest.approx(by_b.item())


@pytest.mark.parametrize(("name", "x", "y", "expected"), [("max", 1.3, 0.7, (1, 0)), ("min", 1.3, 0.7, (0, 1))])
def test_largest_and_smallest(name: str, x: float, y: float, expected: tuple[int, int]) -> None:
    assert (_at(f"∂({name}(x, y))/∂x", x=x, y=y), _at(f"∂({name}(x, y))/∂y", x=x, y=y)) == expected


NETWORK = (
    r"W \in \mathbb{R}^{H \times H}", r"U \in \mathbb{R}^{H \times D}", r"v \in \mathbb{R}^H",
    r"A \in \mathbb{R}^{H \times H}",
    r"x^{(t)} \in \mathbb{R}^D, t = 1, \dots, T", r"z \in \mathbb{R}^H", r"h^{(0)} = 0 v",
    r"h^{(t)} = \tanh(U x^{(t)} + W h^{(t-1)})", r"L = (1 - v \cdot h^{(3)})^2 + v \cdot h^{(1)}",
)  # fmt: skip


def _torch(g: dict[str, torch.Tensor], cut: int | None = None) -> tuple[torch.Tensor, list[torch.Tensor]]:
    h, states = torch.zeros(3, dtype=torch.float64), []
    for t in (1, 2, 3):
        h = torch.tanh(g["U"] @ g[f"x^({t})"] + g["W"] @ h)
        if t == cut:
            h = h.detach().requires_grad_()
        states.append(h)
    return (1 - g["v"] @ states[2]) ** 2 + g["v"] @ states[0], states


def _given() -> tuple[Context, dict[str, Any], dict[str, torch.Tensor]]:
    context = read_context(NETWORK)
    assert isinstance(context, Context), context
    rng = np.random.default_rng(3)
    shapes = {"W": (3, 3), "U": (3, 2), "v": (3,), "z": (3,), "A": (3, 3), **{f"x^({t})": (2,) for t in (1, 2, 3)}}
    arrays = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    return context, arrays, {n: torch.tensor(a, requires_grad=True) for n, a in arrays.items()}


def _found(text: str) -> np.ndarray[Any, Any]:
    context, arrays, _ = _given()
    sizes = {"H": 3, "D": 2, "T": 3}
    batch = Env(numpy_table(), {n: a[None] for n, a in arrays.items()}, sizes, context.definitions, sizes)
    nested = Env(PLAIN, {n: _tuples(a) for n, a in arrays.items()}, sizes, context.definitions, sizes)
    node = read(text, context.scope)
    many: np.ndarray[Any, Any]
    one, many = np.array(evaluate(node, nested), dtype=float), np.asarray(evaluate(node, batch))[0]
    assert one == pytest.approx(many, abs=1e-13)
    return many


def _tuples(array: Any) -> Any:
    return tuple(_tuples(entry) for entry in array) if array.ndim else Fraction(float(array))


@pytest.mark.parametrize("name", ["W", "U", "v"])
def test_gradients_through_a_recursion(name: str) -> None:
    _, _, g = _given()
    loss, _ = _torch(g)
    (expected,) = torch.autograd.grad(loss, g[name])
    assert _found(rf"\frac{{\partial L}}{{\partial {name}}}") == pytest.approx(expected.numpy(), abs=1e-12)
    assert _found(rf"\nabla_{name} L") == pytest.approx(expected.numpy(), abs=1e-12)


@pytest.mark.parametrize("t", [1, 2, 3])
def test_an_intermediate_is_cut_loose(t: int) -> None:
    _, _, g = _given()
    loss, states = _torch(g, cut=t)
    (expected,) = torch.autograd.grad(loss, states[t - 1])
    assert _found(rf"\frac{{\partial L}}{{\partial h^{{({t})}}}}") == pytest.approx(expected.numpy(), abs=1e-12)


def test_jacobians_are_outputs_by_inputs() -> None:
    _, _, g = _given()
    start = torch.tensor(_found("h^{(1)}"), requires_grad=True)

    def later(h1: torch.Tensor) -> torch.Tensor:
        h2 = torch.tanh(g["U"] @ g["x^(2)"] + g["W"] @ h1)
        return torch.tanh(g["U"] @ g["x^(3)"] + g["W"] @ h2)

    expected = torch.func.jacrev(later)(start).detach().numpy()
    assert _found(r"\frac{\partial h^{(3)}}{\partial h^{(1)}}") == pytest.approx(expected, abs=1e-12)


def test_second_and_third_order() -> None:
    _, arrays, _ = _given()

    def f(z: torch.Tensor) -> torch.Tensor:
        return torch.tanh(z[0] * z[1]) * torch.exp(z[2]) + z[0] ** 3

    z = torch.tensor(arrays["z"])
    hessian = torch.autograd.functional.hessian(f, z).numpy()
    text = r"(\tanh(z_1 z_2) \exp(z_3) + z_1^3)"
    found = [
        [_found(rf"\frac{{\partial^2 {text}}}{{\partial z_{i} \partial z_{j}}}") for j in (1, 2, 3)] for i in (1, 2, 3)
    ]
    assert np.array(found) == pytest.approx(hessian, abs=1e-12)
    point = z.clone().requires_grad_()
    (first,) = torch.autograd.grad(f(point), point, create_graph=True)
    (second,) = torch.autograd.grad(first[0], point, create_graph=True)
    third = torch.autograd.grad(second[0], point)[0][1].item()
    assert _found(rf"\frac{{\partial^3 {text}}}{{\partial z_1^2 \partial z_2}}") == pytest.approx(third, abs=1e-11)
    whole = _found(rf"\frac{{\partial}}{{\partial z}} \left(\frac{{\partial {text}}}{{\partial z}}\right)")
    assert whole == pytest.approx(hessian, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "function"),
    [
        (r"\frac{\partial z^\top A z}{\partial z}", lambda z, a: z @ a @ z),
        (r"\frac{\partial \|z\|_2}{\partial z}", lambda z, a: z.norm()),
        (r"\frac{\partial \|z\|_1}{\partial z}", lambda z, a: z.abs().sum()),
        (r"\frac{\partial}{\partial z} \left(\sum_{i=1}^{H} \sigma(z_i)\right)", lambda z, a: torch.sigmoid(z).sum()),
        (r"\frac{\partial \operatorname{tr}(A A)}{\partial A}", None),
        (r"\frac{\partial \max(z)}{\partial z}", lambda z, a: z.max()),
    ],
    ids=["quadratic", "norm 2", "norm 1", "sum", "trace", "max"],
)
def test_vector_functions(text: str, function: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] | None) -> None:
    _, _, g = _given()
    variable = g["A"] if function is None else g["z"]
    value = torch.trace(g["A"] @ g["A"]) if function is None else function(g["z"], g["A"])
    (expected,) = torch.autograd.grad(value, variable)
    assert _found(text) == pytest.approx(expected.numpy(), abs=1e-12)


def test_softmax_jacobian() -> None:
    _, arrays, _ = _given()
    expected = torch.func.jacrev(lambda z: torch.softmax(z, 0))(torch.tensor(arrays["z"])).numpy()
    assert _found(r"\frac{\partial \operatorname{softmax}(z)}{\partial z}") == pytest.approx(expected, abs=1e-13)
