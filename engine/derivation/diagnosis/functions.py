"""Functions: another one, one too many, one forgotten, its derivative, and two operations done in the wrong order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.derivation.diagnosis.record import Edit, said_of
from engine.derivation.diagnosis.setting import Setting
from engine.derivation.diagnosis.trees import PRODUCTS, Place
from solvers.formula.nodes import Apply, Big, Call, Chain, Index, Member, Name, Node, Num, map_children
from solvers.formula.operators import OPERATORS, elementwise

# Functions that are taken for one another.
GROUPS = (
    ("tanh", "sigmoid", "relu", "softplus"),
    ("exp", "log", "softplus"),
    ("log", "log2", "log10"),
    ("sin", "cos"),
    ("floor", "ceil"),
    ("max", "min"),
    ("sqrt", "abs"),
    ("sigmoid", "softmax"),
)
FORGOTTEN = (
    "log",
    "exp",
    "sqrt",
    "tanh",
    "sigmoid",
    "relu",
    "softplus",
    "sin",
    "cos",
    "softmax",
    "abs",
    "sign",
    "floor",
    "diag",
    "tr",
)
ALWAYS = ("log", "exp", "sqrt", "sigmoid", "softmax")
BIG = {"sum": ("prod",), "prod": ("sum",), "max": ("min",), "min": ("max",)}


def plain(op: str) -> str:
    """A function's name in a sentence: σ for sigmoid."""
    row = OPERATORS.get(op.rstrip("'"))
    shown = "σ" if op.rstrip("'") == "sigmoid" else row.plain if row is not None else op
    return shown + "'" * (len(op) - len(op.rstrip("'")))


def exchanged(place: Place, setting: Setting) -> Iterator[Edit]:
    """Two operations, one inside the other, in the other order: log Σ and Σ log, (Σ x)^2 and Σ x^2."""
    node = place.node
    for inner, outer_name, swap in _nested(node):
        said = said_of("{} stand in the wrong order: {}, not {}", outer_name, swap, node)
        if swap != inner:
            yield Edit("order", said, place.put(swap))


def _nested(node: Node) -> Iterator[tuple[Node, str, Node]]:
    if isinstance(node, Big):
        body = node.body
        if isinstance(body, Call) and len(body.args) == 1:
            yield node, f"{_big(node)} and {plain(body.op)}", Call(body.op, (replace(node, body=body.args[0]),))
        if isinstance(body, Call) and body.op == "pow":
            swap: Node = Call("pow", (replace(node, body=body.args[0]), body.args[1]))
            yield node, f"{_big(node)} and power", swap
        return
    if not isinstance(node, Call) or not node.args:
        return
    inner = node.args[0]
    rest = node.args[1:]
    if node.op != "pow" and not elementwise(node.op) and node.op not in {"transpose", "diag"}:
        return
    word = "power" if node.op == "pow" else plain(node.op)
    if isinstance(inner, Big):
        body = Call(node.op, (inner.body, *rest))
        yield node, f"{_big(inner)} and {word}", replace(inner, body=body)
    if isinstance(inner, Call) and inner.op == "add" and isinstance(inner.args[1], Big) and not rest:
        total = inner.args[1]
        body = Call(node.op, (Call("add", (inner.args[0], total.body)),))
        yield node, f"{_big(total)} and {word}", replace(total, body=body)
    if isinstance(inner, Call) and len(inner.args) == 1 and (elementwise(inner.op) or inner.op == "softmax"):
        yield node, f"{plain(inner.op)} and {word}", Call(inner.op, (Call(node.op, (inner.args[0], *rest)),))
    if isinstance(inner, Call) and inner.op == "pow":
        yield node, f"power and {word}", Call("pow", (Call(node.op, (inner.args[0], *rest)), inner.args[1]))


def _big(node: Big) -> str:
    return {"sum": "the sum", "prod": "the product"}.get(node.op, f"the {node.op}")


def functions(place: Place, setting: Setting) -> Iterator[Edit]:
    """Another function, its derivative, the argument alone; a norm of another kind, a product for a sum."""
    node = place.node
    if isinstance(node, Big):
        for op in BIG.get(node.op, ()):
            yield Edit("function", f"a {_word(op)} is meant, not a {_word(node.op)}", place.put(replace(node, op=op)))
    if not isinstance(node, Call):
        return
    base = node.op.rstrip("'")
    if node.op == "norm":
        for kind in (Num("1"), Num("2")):
            if kind != node.args[1]:
                new = Call("norm", (node.args[0], kind))
                yield Edit("function", said_of("the norm should be {}, not {}", new, node), place.put(new))
    yield from _slopes(place, node)
    alone = _alone(node)
    for op in _others(node.op):
        new = Call(op, node.args) if op != "softplus" or node.op != "exp" else _log_one_plus(node)
        said = said_of("{} is meant, not {}: {}", plain(op), plain(node.op), new)
        yield Edit("function", said if new.op == op else said_of("log(1 + ...) is missing: {}", new), place.put(new))
    if elementwise(node.op) or node.op == "softmax":
        primed = Call(node.op + "'", node.args) if node.op == base else Call(base, node.args)
        if node.op != "softmax":
            said = said_of("{} is meant, not {}: {}", plain(primed.op), plain(node.op), primed)
            yield Edit("function", said, place.put(primed))
    if alone is not None:
        said = said_of("{} is too much: {}, not {}", plain(node.op), alone, node)
        yield Edit("function", said, place.put(alone))


def _slopes(place: Place, node: Call) -> Iterator[Edit]:
    """The derivative of tanh for that of σ, and the other way round: 1 - h ⊙ h and h ⊙ (1 - h)."""
    one = Num("1")
    for times in ("hadamard", "mul"):
        if node.op == "sub" and node.args[0] == one and (h := _squared(node.args[1])) is not None:
            new = Call(times, (h, Call("sub", (one, h))))
            said = said_of("the derivative of σ is meant, {}, not that of tanh, {}", new, node)
            yield Edit("function", said, place.put(new))
        if node.op == times and isinstance(node.args[1], Call) and node.args[1].op == "sub":
            rest, h, other = node.args[0], node.args[1].args[1], node.args[1]
            before = rest.args[0] if isinstance(rest, Call) and rest.op == times and rest.args[1] == h else None
            if other.args[0] != one or (rest != h and before is None):
                continue
            square = Call("hadamard", (h, h)) if times == "hadamard" else Call("pow", (h, Num("2")))
            slope = Call("sub", (one, square))
            new = slope if before is None else Call(times, (before, slope))
            said = said_of("the derivative of tanh is meant, {}, not that of σ, {}", slope, Call(times, (h, other)))
            yield Edit("function", said, place.put(new))


def _squared(node: Node) -> Node | None:
    if isinstance(node, Call) and node.op == "hadamard" and node.args[0] == node.args[1]:
        return node.args[0]
    return node.args[0] if isinstance(node, Call) and node.op == "pow" and node.args[1] == Num("2") else None


def _word(op: str) -> str:
    return {"sum": "sum", "prod": "product", "max": "maximum", "min": "minimum"}.get(op, op)


def _alone(node: Call) -> Node | None:
    row = OPERATORS.get(node.op.rstrip("'"))
    callable_ = row is not None and row.fix in {"call", "elementwise"} and len(node.args) == 1
    return node.args[0] if callable_ and node.op != "indicator" else None


def _log_one_plus(node: Call) -> Call:
    """log(1 + exp(u)) for exp(u)."""
    return Call("log", (Call("add", (Num("1"), node)),))


def _others(op: str) -> list[str]:
    found: dict[str, None] = {}
    for group in GROUPS:
        if op in group:
            found.update(dict.fromkeys(other for other in group if other != op))
    return list(found)


def forgotten(place: Place, setting: Setting) -> Iterator[Edit]:
    """A function that the step speaks of, put around what stands bare: log, exp, σ, softmax, diag."""
    node = place.node
    if isinstance(node, (Num, Chain)) or (isinstance(place.parent, Call) and place.parent.op == "transpose"):
        return
    if not isinstance(node, (Name, Member, Index, Call, Apply, Big)):
        return
    shape = setting.shape(node, place.binders)
    for op in spoken(setting):
        if isinstance(node, Call) and node.op == op:
            continue
        if op in {"softmax", "diag"} and shape is not None and len(shape) != 1:
            continue
        if op == "tr" and shape is not None and len(shape) != 2:
            continue
        new = Call(op, (node,))
        yield Edit("function", said_of("{} is missing: {}, not {}", plain(op), new, node), place.put(new))


def spoken(setting: Setting) -> list[str]:
    """The functions that either side or a definition uses, and those that are always forgotten."""
    from solvers.formula.nodes import walk

    used = {n.op.rstrip("'") for side in setting.formulas for n in walk(side) if isinstance(n, Call)}
    return [op for op in FORGOTTEN if op in used or op in ALWAYS]


def operations(setting: Setting) -> Iterator[Edit]:
    """One function or product for another wherever it stands: every tanh a σ, every · a ⊙."""
    from solvers.formula.nodes import walk

    used = [n.op for n in walk(setting.right) if isinstance(n, Call)]
    for op in sorted(set(used)):
        if used.count(op) < 2:
            continue
        if op in PRODUCTS:
            for other in ("hadamard", "mul"):
                if other != op:
                    new = _with_operation(setting.right, op, other)
                    sign = "entry by entry (⊙)" if other == "hadamard" else "the matrix product"
                    yield Edit("hadamard", said_of("every product is meant {}: {}", sign, new), new)
        for other in _others(op):
            new = _with_operation(setting.right, op, other)
            yield Edit("function", f"{plain(other)} is meant, not {plain(op)}, everywhere", new)


def _with_operation(node: Node, op: str, other: str) -> Node:
    node = map_children(node, lambda child: _with_operation(child, op, other))
    return Call(other, node.args) if isinstance(node, Call) and node.op == op else node
