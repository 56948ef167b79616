"""Where a name lies that is distributed by a law, and what the law says of names that nothing declares."""

from __future__ import annotations

from solvers.formula.domains import Domain, domain
from solvers.formula.nodes import Call, Name, Node
from solvers.formula.ranks import rank_of
from solvers.formula.targets import UNKNOWN
from solvers.formula.to_latex import to_latex
from solvers.formula.tokens import Declaration, Scope, Unreadable


def of_many(law: Node, drawn: Node | Unreadable, scope: Scope) -> tuple[tuple[Declaration, ...], tuple[str, ...]]:
    """N(mu, Sigma) of a Sigma that nothing declares: a covariance, and mu a vector as long as what is drawn."""
    if not isinstance(law, Call) or law.op != "normal":
        return (), ()
    mean, spread = law.args
    if spread != Name("Sigma") or "Sigma" in scope.names:
        return (), ()
    spoken = [scope.names.get(node.text) for node in (drawn, mean) if isinstance(node, Name)]
    vectors = [known.shape for known in spoken if known is not None and known.shape and len(known.shape) == 1]
    (size,) = vectors[0] if vectors else (Name(f"size_{drawn.text}") if isinstance(drawn, Name) else UNKNOWN,)
    new = [Declaration("Sigma", (size, size))]
    if isinstance(mean, Name) and mean.text not in scope.names:
        new.append(Declaration(mean.text, (size,)))
    return tuple(new), (f"{to_latex(spread)} \\succ 0",)


def support(law: Node, scope: Scope) -> Domain | None:
    """Where a name lies that is distributed so."""
    if isinstance(law, Call) and law.op == "normal":
        rank = rank_of(law.args[0], scope) or (rank_of(law.args[1], scope) and 1)
        mean = law.args[0]
        declared = scope.names.get(mean.text) if isinstance(mean, Name) else None
        if declared is not None and declared.shape:
            return Domain("real", declared.shape)
        spread = scope.names.get(law.args[1].text) if isinstance(law.args[1], Name) else None
        if spread is not None and len(spread.shape or ()) == 2:
            return Domain("real", (spread.shape or ())[:1])
        return Domain("real", (UNKNOWN,) if rank else ())
    if isinstance(law, Call) and law.op in _LAWS:
        return Domain(_LAWS[law.op])
    name = getattr(law, "name", None) or (law.text if isinstance(law, Name) else None)
    declared = scope.names.get(name) if isinstance(name, str) else None
    if declared is None:
        return None
    if declared.domain == "defined" and declared.law is not None:
        return support(declared.law, scope)
    if declared.domain == "simplex":
        return Domain("natural")
    return domain(declared.support) if declared.support is not None else None


_LAWS = {"bernoulli": "{0, 1}", "categorical": "natural", "uniform": "real", "finite": "real"}


__all__ = ["of_many", "support"]
