"""H > 0 of an H that is made of other names, H = Q diag(l) Q^T or Q L Q^T: the diagonal is taken as positive."""

from __future__ import annotations

from solvers.equality.space import Space
from solvers.formula.definitions import reached
from solvers.formula.nodes import Call, Chain, Index, Name, Node, walk


def is_made(node: Node, space: Space) -> bool:
    """Whether a name has a definition and no values of its own."""
    return isinstance(node, Name) and node.text in space.context.definitions and node.text not in space.values


def made_definite(left: Node, space: Space) -> bool:
    """Moves the vectors on the diagonals that a matrix is made of to positive entries; False where there are none."""
    import numpy as np  # 12 times the start of Python

    if not is_made(left, space):
        return False
    definitions = space.context.definitions
    rights = [d.right for name in reached(left, definitions) for d in definitions.get(name, ())]
    diagonals = [n for right in rights for n in walk(right) if isinstance(n, Call) and n.op == "diag"]
    names = {n.text for d in diagonals for n in walk(d) if isinstance(n, Name)}
    names |= {n.base.text for d in diagonals for n in walk(d) if isinstance(n, Index) and isinstance(n.base, Name)}
    found = sorted(name for name in names if name in space.values and space.values[name].ndim == 2)
    for name in found if not space.exact else ():
        values = space.values[name]
        space.move(name, np.where(values == 0, 1, abs(values)))
    middle = [name for name in sorted(reached(left, definitions)) if _is_diagonal(name, space)]
    for name in middle if not space.exact else ():
        values, unit = space.values[name], np.eye(space.values[name].shape[-1])
        space.move(name, np.where((values == 0) & (unit == 1), 1, abs(values)))
    return bool(found or middle)


def _is_diagonal(name: str, space: Space) -> bool:
    """Whether a matrix has zeros beside its diagonal at all points, as one that is said to be diagonal."""
    import numpy as np  # 12 times the start of Python

    values = space.values.get(name)
    if values is None or values.ndim != 3 or values.shape[1] != values.shape[2] or values.shape[1] < 2:
        return False
    return bool(np.all(values[:, ~np.eye(values.shape[1], dtype=bool)] == 0))


def keep_definite(chain: Chain, space: Space) -> None:
    """Only the points where what is made is positive definite."""
    import numpy as np  # 12 times the start of Python

    value = space.value(chain.sides[0])
    if value is None or value.ndim != 3 or value.shape[1] != value.shape[2]:
        return
    whole = value.astype(float)
    whole = np.where(np.isfinite(whole), whole, -1.0)
    space.keep((np.linalg.eigvalsh((whole + np.swapaxes(whole, 1, 2)) / 2) > 0).all(axis=1))
