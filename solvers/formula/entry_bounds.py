"""What is said of the entries of what is declared: p_i > 0, a_{ij} = a_{ji} >= 0, A > 0 of a definite matrix."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from solvers.formula.known import Context
from solvers.formula.nodes import Apply, Call, Chain, Index, Name, Num
from solvers.formula.parser import Parsed, parse
from solvers.formula.tokens import Declaration, Scope


def with_symmetric(context: Context, matrix: Name, chain: Chain) -> Context:
    """a_{ij} = a_{ji}, maybe with a bound behind it."""
    if matrix.text not in context.scope.names:
        context = context.declared(Declaration(matrix.text, (Num("0"), Num("0"))))
    turned = Chain((Call("transpose", (matrix,)), matrix), ("=",))
    context = replace(context, constraints=(*context.constraints, turned))
    rest = Chain(chain.sides[1:], chain.relations[1:])
    return with_bound(context, rest) if rest.relations else context


def with_bound(context: Context, entries: Chain) -> Context:
    """p_i > 0 and p(x) > 0, said of what is declared."""
    if _surely(entries, context.scope):
        return context
    positive = _all_positive(entries, context.scope)
    if positive is not None:
        return context.declared(positive)
    return replace(context, constraints=(*context.constraints, entries))


def definite(body: str, scope: Scope) -> Chain | None:
    """A > 0 of a declared matrix, written as a definite one is: no statement about its entries."""
    parsed = parse(body, scope)
    chain = parsed.node if isinstance(parsed, Parsed) else None
    if not isinstance(chain, Chain) or set(chain.relations) != {"succ"}:
        return None
    declared = [scope.names.get(side.text) for side in chain.sides[:-1] if isinstance(side, Name)]
    return chain if declared and all(d is not None and len(d.shape or ()) == 2 for d in declared) else None


def about_entries(body: str, scope: Scope) -> Chain | None:
    """p_i > 0 after p has been declared as a vector: a statement about its entries, and no name of its own."""
    parsed = parse(body, scope)
    chain = parsed.node if isinstance(parsed, Parsed) else None
    if not isinstance(chain, Chain) or not set(chain.relations) <= {"<", "<=", ">", ">=", "!="}:
        return None
    if any(isinstance(side, Apply) for side in chain.sides):
        return chain  # p(x) > 0 of a declared function
    bases = [side.base for side in chain.sides if isinstance(side, Index) and isinstance(side.base, Name)]
    return chain if any(scope.names[base.text].shape for base in bases if base.text in scope.names) else None


def _surely(chain: Chain, scope: Scope) -> bool:
    """Whether a statement says that the probabilities of a declared table are positive, as they are."""
    tables = {d.name for d in scope.names.values() if d.domain == "distribution"}
    *above, last = chain.sides if set(chain.relations) <= {">", ">="} else chain.sides[::-1]
    return last == Num("0") and all(isinstance(side, Apply) and side.name in tables for side in above)


def _all_positive(chain: Chain, scope: Scope) -> Declaration | None:
    """The declaration of x with x_i > 0 or x_i >= 0 put in, where i is any index."""
    entry = chain.sides[0]
    if chain.relations not in {(">",), (">=",)} or chain.sides[1] != Num("0") or not isinstance(entry, Index):
        return None
    free = all(isinstance(i, Name) and i.text not in scope.names for i in entry.indices)
    declared = scope.names.get(entry.base.text) if isinstance(entry.base, Name) else None
    if not free or declared is None or declared.domain != "real" or declared.low is not None:
        return None
    return (
        replace(declared, positive=True) if chain.relations == (">",) else replace(declared, low=Fraction(0), ends="[)")
    )
