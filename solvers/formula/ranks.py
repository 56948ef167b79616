"""How many axes a formula has, as far as its names say: 0 a number, 1 a vector, 2 a matrix, None not known."""

from __future__ import annotations

from collections.abc import Sequence

from solvers.formula.nodes import All, Big, Call, Chain, Derivative, Index, Matrix, Member, Name, Node, Num, Tuple, walk
from solvers.formula.operators import OPERATORS
from solvers.formula.to_plain import to_plain
from solvers.formula.tokens import Scope

_SAME = {"neg", "factorial"}
_SCALAR = set(
    "norm tr det binom kl entropy gaussian total mean logsumexp argmax argmin inner eigmax eigmin opnorm".split()
)


def rank_of(node: Node, scope: Scope) -> int | None:
    """The number of axes of a value, read off the declarations."""
    if isinstance(node, Num):
        return 0
    if isinstance(node, Name):
        declared = scope.names.get(node.text)
        if declared is None:
            return {"I": 2, "ones": 1, "pi": 0}.get(node.text)
        return None if declared.shape is None else len(declared.shape)
    if isinstance(node, Member):
        return rank_of(node.base, scope)
    if isinstance(node, Index):
        base = rank_of(node.base, scope)
        picked = sum(not isinstance(i, All) for i in node.indices)
        return None if base is None or picked > base else base - picked
    if isinstance(node, Matrix):
        return 1 if all(len(row) == 1 for row in node.rows) else 2
    if isinstance(node, Tuple):
        return 1
    if isinstance(node, Big):
        inner = rank_of(node.body, scope)
        return inner if node.op != "list" or inner is None else inner + 1
    if isinstance(node, Derivative):
        of, by = rank_of(node.of, scope), rank_of(node.by[0], scope)
        return by if of == 0 and len(node.by) == 1 else None
    return _of_call(node, scope) if isinstance(node, Call) else None


def _of_call(node: Call, scope: Scope) -> int | None:
    row = OPERATORS.get(node.op.rstrip("'"))
    if node.op in _SCALAR:
        return 0
    if node.op == "indicator":  # 1[W x + b > 0] has the entries of what is compared
        ranks = [rank_of(side, scope) for side in _compared(node)]
        return None if None in ranks else max((rank for rank in ranks if rank is not None), default=0)
    ranks = [rank_of(arg, scope) for arg in node.args]
    if node.op in _SAME or (row is not None and row.fix == "elementwise") or node.op in {"softmax", "inv", "pinv"}:
        return ranks[0]
    if node.op == "pow":
        return ranks[0] if ranks[0] != 1 or ranks[1] == 0 else None
    if node.op in {"add", "sub", "hadamard"}:
        known = [r for r in ranks if r is not None]
        return max(known) if len(known) == 2 else None
    if node.op == "transpose":
        return {0: 0, 2: 2}.get(ranks[0]) if ranks[0] is not None else None
    if node.op == "div":
        return ranks[0] if ranks[1] == 0 else None
    if node.op == "diag":
        return {1: 2, 2: 1}.get(ranks[0] or 0)
    return _of_product(node, ranks, scope) if node.op in {"mul", "dot", "times", "star"} else None


def _of_product(node: Call, ranks: list[int | None], scope: Scope) -> int | None:
    a, b = ranks
    left, right = node.args
    if a == 0 or b == 0:
        return b if a == 0 else a
    row = isinstance(left, Call) and left.op == "transpose" and rank_of(left.args[0], scope) == 1
    if row and b == 1:
        return 0
    if a == 2 and b in {1, 2}:
        return b
    column = isinstance(right, Call) and right.op == "transpose" and rank_of(right.args[0], scope) == 1
    return 2 if a == 1 and column else None


Shape = tuple[Node, ...]


def shape_of(node: Node, scope: Scope) -> Shape | None:
    """The sizes of a value, read off the declarations; an undeclared name is a number. None where nothing says it.

    The transpose of a vector is a row: (1, n).
    """
    if isinstance(node, Name):
        declared = scope.names.get(node.text)
        return () if declared is None else declared.shape
    if isinstance(node, Member):
        own = scope.names.get(to_plain(node))
        if isinstance(node.base, Name) and node.base.text not in scope.names:
            return None  # a family of which nothing is known yet
        return shape_of(node.base, scope) if own is None else own.shape
    if isinstance(node, Index):
        base = shape_of(node.base, scope)
        if base is None or len(node.indices) > len(base):
            return None if base is None else ()
        kept = [size for size, i in zip(base, node.indices, strict=False) if isinstance(i, All)]
        return (*kept, *base[len(node.indices) :])
    if isinstance(node, Matrix):
        entries = [shape_of(entry, scope) for row in node.rows for entry in row]
        return (Num(str(len(node.rows))),) if all(e == () for e in entries) and len(node.rows[0]) == 1 else None
    if isinstance(node, Big):
        return shape_of(node.body, scope) if node.op != "list" else None
    if isinstance(node, Num):
        return ()
    return _shape_of_call(node, scope) if isinstance(node, Call) else None


def _compared(indicator: Call) -> tuple[Node, ...]:
    condition = indicator.args[0]
    return condition.sides if isinstance(condition, Chain) else ()


def _shape_of_call(node: Call, scope: Scope) -> Shape | None:
    row = OPERATORS.get(node.op.rstrip("'"))
    if node.op in _SCALAR:
        return ()
    if node.op == "indicator":
        sides = [shape_of(side, scope) for side in _compared(node)]
        return None if None in sides else max((side for side in sides if side is not None), key=len, default=())
    shapes = [shape_of(arg, scope) for arg in node.args]
    first = shapes[0]
    if (
        node.op in _SAME
        or (row is not None and row.fix == "elementwise")
        or node.op in {"softmax", "inv", "pow", "div"}
    ):
        return first
    if node.op in {"add", "sub", "hadamard", "max", "min", "leakyrelu"}:
        known = [s for s in shapes if s is not None]
        return max(known, key=len, default=None)
    if node.op == "transpose" and first is not None:
        return (Num("1"), *first) if len(first) == 1 else first[::-1]
    if node.op in {"mul", "dot", "times", "star"}:
        return _shape_of_product(node.op, first, shapes[1])
    return None


def _shape_of_product(op: str, a: Shape | None, b: Shape | None) -> Shape | None:
    if a == () or b == ():
        return b if a == () else a
    if a is None or b is None:
        return None
    if op == "dot" and len(a) == len(b) == 1:
        return ()
    rows = a[0]
    if len(a) == 2 and len(b) == 1:
        return () if rows == Num("1") else (rows,)
    if len(a) == 2 and len(b) == 2:
        return (rows, b[1])
    return (a[0], b[1]) if len(b) == 2 and b[0] == Num("1") else None


def before_vectors(nodes: Sequence[Node], scope: Scope) -> set[str]:
    """The capitals that stand before a vector, as W in h^T W v: no vectors, whatever single index they have."""
    products = (n for node in nodes for n in walk(node) if isinstance(n, Call) and n.op == "mul")
    found = set()
    for n in products:
        left, right = n.args
        last = left.args[1] if isinstance(left, Call) and left.op == "mul" else left
        if isinstance(last, Name) and last.text[0].isupper() and rank_of(right, scope) == 1:
            found.add(last.text)
    return found


def between_vectors(node: Node, scope: Scope) -> list[str]:
    """The capitals between a transposed vector and a vector: the A of x^T A y, by custom no number."""
    found = []
    for product in (n for n in walk(node) if isinstance(n, Call) and n.op == "mul"):
        inner, last = product.args[0], product.args[-1]
        if not isinstance(inner, Call) or inner.op != "mul" or rank_of(last, scope) != 1:
            continue
        first, name = inner.args[0], inner.args[-1]
        row = isinstance(first, Call) and first.op == "transpose"
        if row and isinstance(name, Name) and len(name.text) == 1 and name.text.isupper():
            found.append(name.text)
    return found


def to_the_number_t(node: Node, scope: Scope) -> bool:
    """Whether ^T of a node is a power: of a number, where T is declared; and of a bracket with names that nothing
    declares, where T is one of some numbers.
    """
    declared = scope.names.get("T")
    if declared is None:
        return False
    rank = rank_of(node, scope)
    return rank == 0 or (rank is None and isinstance(node, Call) and declared.domain.startswith("{"))
