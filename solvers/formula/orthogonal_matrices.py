"""Which matrices are square because both of their products with their transpose are the identity."""

from __future__ import annotations

from collections.abc import Iterable

from solvers.formula.nodes import Call, Chain, Name, Node


def square_by_products(constraints: Iterable[Chain]) -> frozenset[str]:
    """The names Q of Q^T Q = I and Q Q^T = I."""
    products = {_product(chain.sides[0]) for chain in constraints if _is_identity(chain)}
    return frozenset(name for name, turned in products if turned == "left" and (name, "right") in products)


def _is_identity(chain: Chain) -> bool:
    return chain.relations == ("=",) and chain.sides[1] == Name("I")


def _product(node: Node) -> tuple[str, str]:
    """The name, and on which side of it its transpose stands; nothing for other formulas."""
    if isinstance(node, Call) and node.op == "mul" and len(node.args) == 2:
        for place, side in enumerate(("left", "right")):
            turned, other = node.args[place], node.args[1 - place]
            if isinstance(other, Name) and turned == Call("transpose", (other,)):
                return other.text, side
    return "", ""


__all__ = ["square_by_products"]
