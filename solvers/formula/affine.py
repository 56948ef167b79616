"""The law of what is made of Gaussians by an affine map: y = A x + b + e is Gaussian, whatever x and e are."""

from __future__ import annotations

from solvers.formula.definitions import reached
from solvers.formula.env import Env
from solvers.formula.nodes import Big, Binder, Call, Name, Node, names

PRODUCTS = frozenset({"mul", "times", "star", "dot", "inner"})
_SUMS = frozenset({"add", "sub", "neg", "transpose"})
_NOT = 2  # the degree of what is not affine


def gaussian_law(name: Name, env: Env) -> Call | None:
    """N(mean, covariance) of a name that is defined as an affine map of Gaussians; None of any other."""
    found = env.definitions.get(name.text, ())
    if len(found) != 1 or found[0].left != name:
        return None
    made = found[0].right
    spoken = reached(made, env.definitions)
    random = {n: d.law for n in spoken if (d := env.declared.get(n)) is not None and d.law is not None}
    normal = all(isinstance(law, Call) and law.op == "normal" for law in random.values())
    hidden = spoken - names(made)
    if not random or not normal or hidden & random.keys() or degree(made, frozenset(random)) != 1:
        return None
    binders = [Binder(Name(n), None, None, law) for n, law in random.items()]

    def mean(of: Node) -> Node:
        for binder in binders:
            of = Big("E", (binder,), of)
        return of

    vector = len(env.table.shape(env.value(made))) == 1
    turned: Node = Call("transpose", (made,)) if vector else made
    middle = mean(made)
    below: Node = Call("transpose", (middle,)) if vector else middle
    spread = Call("sub", (mean(Call("mul", (made, turned))), Call("mul", (middle, below))))
    return Call("normal", (middle, spread))


def degree(node: Node, random: frozenset[str]) -> int:
    """0 of what holds no random name, 1 of what is affine in them, more of anything else."""
    if not names(node) & random:
        return 0
    if isinstance(node, Name):
        return 1
    if not isinstance(node, Call):
        return _NOT
    degrees = [degree(arg, random) for arg in node.args]
    if node.op in _SUMS:
        return max(degrees)
    if node.op in PRODUCTS:
        return min(sum(degrees), _NOT)
    return degrees[0] if node.op == "div" and not any(degrees[1:]) else _NOT


__all__ = ["PRODUCTS", "degree", "gaussian_law"]
