"""Entries of matrix products as sums, (Q K^T)_{ij} = sum_k Q_{ik} K_{jk}: a mean takes only those it needs."""

from __future__ import annotations

from solvers.formula.env import Env
from solvers.formula.nodes import Big, Binder, Call, Index, Name, Node, Num, map_children, names


def by_entries(node: Node, env: Env) -> Node:
    """A formula in which entries of what is defined by products of matrices are written out."""
    if isinstance(node, Index) and len(node.indices) == 2:
        found = env.definitions.get(node.base.text, ()) if isinstance(node.base, Name) else ()
        whole = found[0].right if len(found) == 1 and isinstance(found[0].left, Name) else node.base
        entry = _entry(whole, *node.indices, env, 0) if isinstance(whole, Call) else None
        return node if entry is None else entry
    return map_children(node, lambda child: by_entries(child, env))


def _entry(node: Node, row: Node, column: Node, env: Env, depth: int) -> Node | None:
    """One entry of a matrix; None of what is no sum or product of declared ones."""
    if isinstance(node, Name):
        return Index(node, (row, column)) if len(_shape(node, env)) == 2 else None
    if not isinstance(node, Call) or node.op not in {"transpose", "neg", "add", "sub", "div", "mul"}:
        return None
    first, *others = node.args
    if node.op == "transpose":
        return _entry(first, column, row, env, depth)
    if node.op == "mul" and _is_number(first, env):
        right = _entry(others[0], row, column, env, depth)
        return None if right is None else Call("mul", (first, right))
    if node.op == "mul":
        return _product(first, others[0], row, column, env, depth)
    if node.op == "div" and not _is_number(others[0], env):
        return None
    parts = [_entry(arg, row, column, env, depth) for arg in (node.args[:1] if node.op == "div" else node.args)]
    told = tuple(part for part in parts if part is not None)
    return Call(node.op, told + node.args[len(told) :]) if len(told) == len(parts) else None


def _product(left: Node, right: Node, row: Node, column: Node, env: Env, depth: int) -> Node | None:
    between, size = Name(f"between{depth}"), _columns(left, env)
    pair = (_entry(left, row, between, env, depth + 1), _entry(right, between, column, env, depth + 1))
    if size is None or pair[0] is None or pair[1] is None:
        return None
    return Big("sum", (Binder(between, Num("1"), size),), Call("mul", (pair[0], pair[1])))


def _columns(node: Node, env: Env, turned: bool = False) -> Node | None:
    """How many columns a matrix has, or rows where it is turned."""
    if isinstance(node, Name):
        shape = _shape(node, env)
        return shape[0 if turned else 1] if len(shape) == 2 else None
    if not isinstance(node, Call):
        return None
    if node.op == "mul" and (_is_number(node.args[0], env) or not turned):
        return _columns(node.args[1], env, turned)
    return _columns(node.args[0], env, turned != (node.op == "transpose"))


def _shape(node: Name, env: Env) -> tuple[Node, ...]:
    declared = env.declared.get(node.text)
    return () if declared is None or declared.family or declared.origin != 1 else declared.shape or ()


def _is_number(node: Node, env: Env) -> bool:
    """Whether nothing but declared numbers and sizes stands in a formula."""
    declared = (env.declared.get(name) for name in names(node) - env.sizes.keys())
    return all(d is not None and d.shape == () and not d.family for d in declared)


__all__ = ["by_entries"]
