"""Equations whose form says how a point is moved onto them: A^T = A, U^T U = I, ||w|| = 1, A_ii = 0, A > 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from solvers.equality.perpendicular import members_of, orthogonal
from solvers.equality.space import Space
from solvers.formula.nodes import Big, Call, Index, Member, Name, Node, Num, names


def by_form(pair: tuple[Node, Node], space: Space) -> bool:
    """Meets an equation whose form is known, whichever side stands on the left."""
    return any(form(a, b, space) for form in _FORMS for a, b in (pair, pair[::-1]))


def domain(key: str, space: Space) -> str:
    """The domain that a name, or the family of a member, is declared with."""
    declared = space.context.scope.names.get(key) or space.context.scope.names.get(key.partition("^(")[0])
    return "real" if declared is None else declared.domain


def _matrix(node: Node, space: Space) -> tuple[str, Any] | None:
    """A sampled matrix by its name."""
    if isinstance(node, Name) and node.text in space.values and space.values[node.text].ndim == 3:
        return node.text, space.values[node.text]
    return None


def _symmetric(left: Node, right: Node, space: Space) -> bool:
    """A^T = A, A^T = -A."""
    import numpy as np  # 12 times the start of Python

    if not (isinstance(left, Call) and left.op == "transpose"):
        return False
    sign = -1 if right == Call("neg", left.args) else 1
    found = _matrix(left.args[0], space)
    if found is None or found[1].shape[1] != found[1].shape[2] or (sign > 0 and right != left.args[0]):
        return False
    name, matrix = found
    if sign > 0 and not space.exact and domain(name, space).startswith("{"):  # its entries stay in their set
        upper = np.triu(matrix)
        space.move(name, upper + np.swapaxes(np.triu(matrix, 1), 1, 2))
        return True
    total = _add(space, matrix, sign * np.swapaxes(matrix, 1, 2))
    whole = not space.exact and np.all(matrix == np.floor(matrix))
    space.move(name, total if whole and name not in space.moved else _add(space, total / 2, 0 * total))
    return True


def _add(space: Space, a: Any, b: Any) -> Any:
    return space.table.lift("add", a, b)


def _orthonormal(left: Node, right: Node, space: Space) -> bool:
    """U^T U = I: the columns of U are orthonormal; W W^T = I: the rows of W."""
    import numpy as np  # 12 times the start of Python

    name, rows = orthogonal(left, right)
    found = _matrix(Name(name), space) if name else None
    if found is None:
        return False
    matrix = np.swapaxes(found[1], 1, 2) if rows else found[1]
    if matrix.shape[1] < matrix.shape[2]:
        space.keep(np.zeros(matrix.shape[0], dtype=bool))  # more columns than entries: not at these sizes
        return True
    columns: list[Any] = []
    for place in range(matrix.shape[2]):
        column = matrix[:, :, place]
        for _ in range(2):  # twice, against rounding
            for other in columns:
                column = _minus_part(space, column, other)
        columns.append(_unit(space, column, space.table.number(Num("1").value)))
    done = space.table.stack(columns)
    space.move(found[0], done if rows else np.swapaxes(done, 1, 2))
    return True


def _orthonormal_members(left: Node, right: Node, space: Space) -> bool:
    """u_i^T u_j = [i = j] of a family of vectors: each without its parts along those before it, and of length 1."""
    import numpy as np  # 12 times the start of Python

    base = members_of(left, right)
    places = sorted({place for values in space.assignments(left) for place in values.values()}) if base else []
    keys = [f"{base}^({place})" for place in places]
    if not keys or any(key not in space.values or space.values[key].ndim != 2 for key in keys):
        return False
    count, size = space.values[keys[0]].shape
    if len(keys) > size:
        space.keep(np.zeros(count, dtype=bool))  # more vectors than entries: not at these sizes
        return True
    done: list[Any] = []
    for key in keys:
        vector = space.values[key]
        for _ in range(2):  # twice, against rounding
            for other in done:
                vector = _minus_part(space, vector, other)
        done.append(_unit(space, vector, space.table.number(Num("1").value)))
        space.move(key, done[-1])
    return True


def _idempotent(left: Node, right: Node, space: Space) -> bool:
    """P^2 = P: a b^T / (b^T a) or the rest of it, I - a b^T / (b^T a); a = b where P is symmetric as well. I and 0 too,
    at one point each of eight."""
    import numpy as np  # 12 times the start of Python

    square = left in (Call("pow", (right, Num("2"))), Call("mul", (right, right)))
    found = _matrix(right, space) if square else None
    if found is None or found[1].shape[1] != found[1].shape[2]:
        return False
    name, matrix = found
    size, table = matrix.shape[1], space.table
    symmetric = any({*chain.sides} == {right, Call("transpose", (right,))} for chain in space.context.constraints)
    done, met = [], []
    for place, point in enumerate(matrix):
        trace = round(float(np.trace(point)))
        kind = place % 8 if not space.exact else 6 if trace == size else 7 if not trace else int(trace != 1)
        if kind > 5 and (size > 1 or space.exact):
            done.append(np.eye(size, dtype=int) * (7 - kind))
            met.append(True)
            continue
        rest = kind % 2 == 1
        part = np.eye(size, dtype=int) - point if rest else point
        row, column = divmod(int(np.argmax(np.abs(part.astype(float)))), size)
        a = part[:, column]
        b = a if symmetric else part[row, :]
        along = a @ b
        met.append(float(along) != 0)
        one = table.lift("div", (a[:, None] * b[None, :])[None], np.array(along if met[-1] else 1)[None])[0]
        done.append(np.eye(size, dtype=int) - one if rest else one)
    space.move(name, np.stack(done))
    space.keep(np.array(met))
    return True


def _minus_part(space: Space, column: Any, other: Any) -> Any:
    table = space.table
    along = _inner(space, column, other)
    return table.lift("sub", column, table.lift("mul", along, other))


def _inner(space: Space, a: Any, b: Any) -> Any:
    table = space.table
    both = table.lift("mul", a, b)
    total = table.pick(both, (0,))
    for place in range(1, both.shape[1]):
        total = table.lift("add", total, table.pick(both, (place,)))
    return total


def _unit(space: Space, vector: Any, length: Any) -> Any:
    table = space.table
    norm = table.lift("sqrt", _inner(space, vector, vector))
    return table.lift("mul", vector, table.lift("div", length, norm))


def _of_length(left: Node, right: Node, space: Space) -> bool:
    """||w|| = c, ||w||^2 = c, w^T w = c for a vector w."""
    vector, square = _normed(left)
    name = vector.text if isinstance(vector, Name) else ""
    length = space.value(right)
    if name not in space.values or space.values[name].ndim != 2 or name in names(right) or length is None:
        return False
    if length.ndim != 1:
        return False
    space.move(name, _unit(space, space.values[name], space.table.lift("sqrt", length) if square else length))
    return True


def _normed(node: Node) -> tuple[Node | None, bool]:
    """The vector whose length is spoken of, and whether it is the square of it."""
    if isinstance(node, Call) and node.op == "pow" and node.args[1] == Num("2"):
        inner, square = _normed(node.args[0])
        return (None, False) if square else (inner, True)
    if isinstance(node, Call) and node.op == "norm" and node.args[1] in (Num("2"), Name("F")):
        return node.args[0], False
    if isinstance(node, Call) and node.op in {"mul", "dot", "inner"} and len(node.args) == 2:
        a, b = node.args
        if a == Call("transpose", (b,)) or (node.op != "mul" and a == b):
            return b, True
    return None, False


def _rooted(left: Node, right: Node, space: Space) -> bool:
    """x^2 = ... for a number x: the root, with the sign that x had."""
    if not (isinstance(left, Call) and left.op == "pow" and left.args[1] == Num("2")):
        return False
    name = left.args[0].text if isinstance(left.args[0], Name) else ""
    square = space.value(right)
    if name not in space.values or space.values[name].ndim != 1 or name in names(right) or square is None:
        return False
    if square.ndim != 1:
        return False
    root = space.table.lift("sqrt", square)
    space.move(name, space.table.lift("mul", space.table.lift("sign", space.values[name]), root))
    space.keep(_finite(root))
    return True


def _finite(array: Any) -> Any:
    import numpy as np  # 12 times the start of Python

    return np.isfinite(array.astype(float))


def definite(left: Node, space: Space) -> bool:
    """A > 0: A A^T + I, which stays as it is to the last digit but for its symmetry."""
    import numpy as np  # 12 times the start of Python

    found = _matrix(left, space)
    if found is None or found[1].shape[1] != found[1].shape[2]:
        return False
    name, matrix = found
    if not space.exact:
        matrix = matrix @ np.swapaxes(matrix, 1, 2) + np.eye(matrix.shape[-1])
    space.move(name, _add(space, matrix, np.swapaxes(matrix, 1, 2)) / 2)
    return True


def _is_doubled(node: Index) -> bool:
    """Whether it is an entry on the diagonal, A_{ii}."""
    return len(node.indices) == 2 and node.indices[0] == node.indices[1] and isinstance(node.indices[0], Name)


def _hollow(left: Node, right: Node, space: Space) -> bool:
    """A_{ii} = 0, or A = A - diag(diag(A)): nothing on the diagonal."""
    import numpy as np  # 12 times the start of Python

    base = left.base if isinstance(left, Index) and right == Num("0") and _is_doubled(left) else left
    taken = right == Call("sub", (left, Call("diag", (Call("diag", (left,)),))))
    found = _matrix(base, space) if base is not left or taken else None
    if found is None or found[1].shape[1] != found[1].shape[2]:
        return False
    space.move(found[0], np.where(np.eye(found[1].shape[1], dtype=bool), 0 * found[1], found[1]))
    return True


def _diagonal(left: Node, right: Node, space: Space) -> bool:
    """A = diag(diag(A)): nothing beside the diagonal."""
    import numpy as np  # 12 times the start of Python

    found = _matrix(left, space)
    if found is None or right != Call("diag", (Call("diag", (left,)),)) or found[1].shape[1] != found[1].shape[2]:
        return False
    space.move(found[0], np.where(np.eye(found[1].shape[1], dtype=bool), found[1], 0 * found[1]))
    return True


def _one_of(left: Node, right: Node, space: Space) -> bool:
    """Entries of 0 and 1 that sum to 1: one of them is 1."""
    import numpy as np  # 12 times the start of Python

    if not (isinstance(left, Big) and left.op == "sum" and right == Num("1") and isinstance(left.body, Index)):
        return False
    keys = _keys(left.body.base, space)
    arrays = [space.values[key] for key in keys if key in space.values]
    if not keys or len(arrays) < len(keys) or not all(np.all((array == 0) | (array == 1)) for array in arrays):
        return False
    for key, array in zip(keys if not space.exact else (), arrays, strict=False):
        ones = np.argmax(array + np.arange(array.shape[-1]) / 100 * array, axis=-1)
        space.move(key, np.eye(array.shape[-1])[ones])
    return True


def _keys(base: Node, space: Space) -> list[str]:
    """The names of what an equation is said of: y, or all members y^(t) of a family that are drawn."""
    if isinstance(base, Name):
        return [base.text]
    if not isinstance(base, Member) or not isinstance(base.base, Name) or len(base.indices) != 1:
        return []
    start = f"{base.base.text}^("
    return [key for key in space.values if key.startswith(start)] if isinstance(base.indices[0], Name) else []


_FORMS: Final[tuple[Callable[[Node, Node, Space], bool], ...]] = (
    _symmetric, _orthonormal, _orthonormal_members, _idempotent, _of_length, _hollow, _diagonal, _one_of, _rooted,
)  # fmt: skip
