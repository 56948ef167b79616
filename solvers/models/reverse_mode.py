"""A computational graph and its reverse pass (notes 5.2), over floats, exact fractions, sympy expressions or tensors.

A graph is rows (name, operation, parents), parents before children. The forward pass gives every node its value, the
backward pass every edge its local derivative and every node its adjoint ∂output/∂node, summed over all its children.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import torch
from torch import Tensor

from solvers.models.checks import BadInput, check_one_of

Value = Any  # a float, a Fraction, a sympy expression or a tensor: whatever has + - * / **
Elementary = Callable[[Value], Value]


@dataclass(frozen=True, slots=True)
class Node:
    """One variable: an input has the operation "input" and no parents."""

    name: str
    operation: str
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """`value(f, parents)` and `slopes(f, value, parents)`, one ∂value/∂parent each; f are the elementary functions."""

    arity: int
    value: Callable[[Mapping[str, Elementary], Sequence[Value]], Value]
    slopes: Callable[[Mapping[str, Elementary], Value, Sequence[Value]], tuple[Value, ...]]


@dataclass(frozen=True, slots=True)
class Backward:
    """Adjoints by node; local derivatives by edge (child, place of the parent among the child's parents)."""

    adjoints: Mapping[str, Value]
    local: Mapping[tuple[str, int], Value]


OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {
        "add": Operation(2, lambda f, p: p[0] + p[1], lambda f, y, p: (1, 1)),
        "subtract": Operation(2, lambda f, p: p[0] - p[1], lambda f, y, p: (1, -1)),
        "multiply": Operation(2, lambda f, p: p[0] * p[1], lambda f, y, p: (p[1], p[0])),
        "divide": Operation(2, lambda f, p: p[0] / p[1], lambda f, y, p: (1 / p[1], -p[0] / p[1] ** 2)),
        "negate": Operation(1, lambda f, p: -p[0], lambda f, y, p: (-1,)),
        "square": Operation(1, lambda f, p: p[0] ** 2, lambda f, y, p: (2 * p[0],)),
        "reciprocal": Operation(1, lambda f, p: 1 / p[0], lambda f, y, p: (-1 / p[0] ** 2,)),
        "exp": Operation(1, lambda f, p: f["exp"](p[0]), lambda f, y, p: (y,)),
        "log": Operation(1, lambda f, p: f["log"](p[0]), lambda f, y, p: (1 / p[0],)),
        "sin": Operation(1, lambda f, p: f["sin"](p[0]), lambda f, y, p: (f["cos"](p[0]),)),
        "cos": Operation(1, lambda f, p: f["cos"](p[0]), lambda f, y, p: (-f["sin"](p[0]),)),
        "tanh": Operation(1, lambda f, p: f["tanh"](p[0]), lambda f, y, p: (1 - y**2,)),
        "sigmoid": Operation(1, lambda f, p: 1 / (1 + f["exp"](-p[0])), lambda f, y, p: (y * (1 - y),)),
        "relu": Operation(1, lambda f, p: f["relu"](p[0]), lambda f, y, p: (f["step"](p[0]),)),
    }
)


def graph(rows: Sequence[tuple[str, str] | tuple[str, str, Sequence[str]]]) -> tuple[Node, ...]:
    """Rows (name, "input") and (name, operation, parents) as nodes, checked: parents first, names once, arity right."""
    nodes: dict[str, Node] = {}
    for name, operation, *rest in rows:
        parents = tuple(rest[0]) if rest else ()
        if name in nodes:
            raise BadInput(f"{name} stands twice in the graph, but each variable is computed once.")
        if operation != "input":
            check_one_of("operation", operation, OPERATIONS)
            if len(parents) != OPERATIONS[operation].arity:
                raise BadInput(
                    f"{name} = {operation} of {len(parents)} parents, but {OPERATIONS[operation].arity} are needed."
                )
        missing = [parent for parent in parents if parent not in nodes]
        if missing:
            raise BadInput(f"{name} needs {', '.join(missing)}, which no earlier row computes: put parents first.")
        nodes[name] = Node(str(name), str(operation), parents)
    return tuple(nodes.values())


def is_topological(nodes: Sequence[Node], order: Sequence[str]) -> bool:
    """Whether the order names every node once, each after its parents."""
    place = {name: index for index, name in enumerate(order)}
    if len(order) != len(nodes) or set(place) != {node.name for node in nodes}:
        return False
    return all(place[parent] < place[node.name] for node in nodes for parent in node.parents)


def forward(nodes: Sequence[Node], inputs: Mapping[str, Value]) -> dict[str, Value]:
    """The value of every node."""
    wanted = {node.name for node in nodes if node.operation == "input"}
    if wanted != set(inputs):
        raise BadInput(f"The graph has the inputs {', '.join(sorted(wanted))}, not {', '.join(sorted(inputs))}.")
    functions, values = _elementary(list(inputs.values())), dict(inputs)
    for node in nodes:
        if node.operation != "input":
            parents = [values[parent] for parent in node.parents]
            values[node.name] = OPERATIONS[node.operation].value(functions, parents)
    return values


def backward(nodes: Sequence[Node], values: Mapping[str, Value], output: str) -> Backward:
    """From the output (adjoint 1) to the inputs: each node gives adjoint · local derivative to each of its parents."""
    check_one_of("output", output, [node.name for node in nodes])
    functions = _elementary([values[node.name] for node in nodes if node.operation == "input"])
    adjoints: dict[str, Value] = {node.name: 0 * values[node.name] for node in nodes}
    adjoints[output] = adjoints[output] + 1
    local: dict[tuple[str, int], Value] = {}
    for node in reversed(nodes):
        if node.operation == "input":
            continue
        parents = [values[parent] for parent in node.parents]
        slopes = OPERATIONS[node.operation].slopes(functions, values[node.name], parents)
        for place, (parent, slope) in enumerate(zip(node.parents, slopes, strict=True)):
            local[node.name, place] = slope
            adjoints[parent] = adjoints[parent] + adjoints[node.name] * slope
    return Backward(adjoints, local)


def children(nodes: Sequence[Node]) -> dict[str, tuple[str, ...]]:
    """Where each node flows to; two or more is a fan-out, whose adjoints add up."""
    found: dict[str, list[str]] = {node.name: [] for node in nodes}
    for node in nodes:
        for parent in node.parents:
            found[parent].append(node.name)
    return {name: tuple(each) for name, each in found.items()}


def listing(nodes: Sequence[Node], values: Mapping[str, Value], found: Backward) -> str:
    """A line a node: name, how it is computed, its value, its adjoint."""
    rows = [
        (
            node.name,
            "input" if node.operation == "input" else f"{node.operation}({', '.join(node.parents)})",
            _shown(values[node.name]),
            _shown(found.adjoints[node.name]),
        )
        for node in nodes
    ]
    table = [("node", "computed as", "value", "adjoint"), *rows]
    widths = [max(len(row[column]) for row in table) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table
    )


def _shown(value: Value) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


FLOATS: Final[Mapping[str, Elementary]] = MappingProxyType(
    {
        "exp": math.exp,
        "log": math.log,
        "sin": math.sin,
        "cos": math.cos,
        "tanh": math.tanh,
        "relu": lambda x: x if x > 0 else 0 * x,
        "step": lambda x: 1 if x > 0 else 0,
    }
)
TENSORS: Final[Mapping[str, Elementary]] = MappingProxyType(
    {
        "exp": torch.exp,
        "log": torch.log,
        "sin": torch.sin,
        "cos": torch.cos,
        "tanh": torch.tanh,
        "relu": torch.relu,
        "step": lambda x: (x > 0).to(x.dtype),
    }
)


def _elementary(inputs: Sequence[Value]) -> Mapping[str, Elementary]:
    """The elementary functions of the kind of number the inputs are."""
    if any(isinstance(each, Tensor) for each in inputs):
        return TENSORS
    if any(hasattr(each, "free_symbols") for each in inputs):
        return _symbolic()
    return FLOATS


def _symbolic() -> Mapping[str, Elementary]:
    import sympy  # 0.6 s to load, and only symbolic graphs need it

    return {
        "exp": sympy.exp,
        "log": sympy.log,
        "sin": sympy.sin,
        "cos": sympy.cos,
        "tanh": sympy.tanh,
        "relu": lambda x: sympy.Max(0, x),
        "step": lambda x: sympy.Heaviside(x, 0),
    }
