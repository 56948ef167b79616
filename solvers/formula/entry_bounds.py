"""What is said of the entries of what is declared: p_i > 0, a_{ij} = a_{ji} >= 0, A > 0 of a definite matrix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from solvers.formula.domains import bounded
from solvers.formula.index_ranges import each_of
from solvers.formula.known import Context
from solvers.formula.nodes import Apply, Call, Chain, Index, Name, Node, Num
from solvers.formula.operators import RELATIONS
from solvers.formula.parser import Parsed, parse
from solvers.formula.tokens import Declaration, Scope, Unreadable


def with_symmetric(context: Context, matrix: Name, chain: Chain) -> Context:
    """a_{ij} = a_{ji}, maybe with a bound behind it."""
    if matrix.text not in context.scope.names:
        context = context.declared(Declaration(matrix.text, (Num("0"), Num("0"))))
        context = _with_diagonal(context, matrix)
    turned = Chain((Call("transpose", (matrix,)), matrix), ("=",))
    context = replace(context, constraints=(*context.constraints, turned))
    rest = Chain(chain.sides[1:], chain.relations[1:])
    return with_bound(context, rest) if rest.relations else context


def _with_diagonal(context: Context, matrix: Name) -> Context:
    """What w_{ii} = 0 said of a name before w was known to be a matrix."""
    for name, found in context.definitions.items():
        stem, _, places = name.partition("_")
        if stem == matrix.text and len(places) == 2 and places[0] == places[1] and places.isalpha() and len(found) == 1:
            names = {n: declared for n, declared in context.scope.names.items() if n != name}
            kept = {n: each for n, each in context.definitions.items() if n != name}
            without = replace(context, scope=replace(context.scope, names=names), definitions=kept)
            entry = Index(matrix, (Name(places[0]), Name(places[1])))
            said = on_diagonal(without, Chain((entry, found[0].right), ("=",)))
            return context if said is None else replace(without, constraints=(*without.constraints, said))
    return context


def on_diagonal(context: Context, chain: Chain) -> Chain | None:
    """W_{ii} = 0 of a declared matrix, of which nothing else is said entry by entry: its diagonal, as one equation."""
    left, right = chain.sides[0], chain.sides[-1]
    if not isinstance(left, Index) or not isinstance(left.base, Name) or len(chain.sides) > 2:
        return None
    declared, same = context.scope.names.get(left.base.text), set(left.indices)
    matrix = declared is not None and len(declared.shape or ()) == 2 and left.base.text not in context.definitions
    if not matrix or len(left.indices) != 2 or len(same) > 1 or not isinstance(same.pop(), Name):
        return None
    diagonal = Call("diag", (Call("diag", (left.base,)),))
    if right == Num("0"):
        return Chain((left.base, Call("sub", (left.base, diagonal))), ("=",))
    return Chain((diagonal, Call("mul", (right, Name("I")))), ("=",)) if isinstance(right, Num) else None


def with_bound(context: Context, entries: Chain) -> Context:
    """p_i > 0 and p(x) > 0, said of what is declared."""
    if _surely(entries, context.scope):
        return context
    positive = _all_bounded(entries, context.scope)
    if positive is not None:
        return context.declared(positive)
    return replace(context, constraints=(*context.constraints, entries))


def _signs(*relations: str) -> re.Pattern[str]:
    """Any sign of these relations: most declarations hold none, and need not be read as one."""
    written = {sign for relation in relations for sign in (relation, RELATIONS[relation][0], *RELATIONS[relation][1])}
    return re.compile("|".join(map(re.escape, sorted(written))))


_SUCCEEDS = _signs("succ")
_ORDER = frozenset({"<", "<=", ">", ">=", "!="})
_ORDERED = _signs(*_ORDER)


def definite(body: str, scope: Scope) -> Chain | None:
    """A > 0 of a declared matrix, written as a definite one is: no statement about its entries."""
    parsed = parse(body, scope) if _SUCCEEDS.search(body) else None
    chain = parsed.node if isinstance(parsed, Parsed) else None
    if not isinstance(chain, Chain) or set(chain.relations) != {"succ"}:
        return None
    declared = [scope.names.get(side.text) for side in chain.sides[:-1] if isinstance(side, Name)]
    return chain if declared and all(d is not None and len(d.shape or ()) == 2 for d in declared) else None


_ENTRY = r"\\?[A-Za-z]+\s*_\s*(?:\{[^{}]*\}|\w+)"
_SIGN = r"(?:[<>]=?|[≤≥]|\\(?:[lg]eq?)(?![A-Za-z]))"
_LISTED = re.compile(
    rf"(?P<low>(?:[^<>=≤≥,]+{_SIGN})?\s*)(?P<list>{_ENTRY}(?:\s*,\s*{_ENTRY})+)(?P<high>\s*{_SIGN}[^,]+)"
)


def with_entry_bounds(
    context: Context, body: str, bounds: Sequence[tuple[str, Node, Node]]
) -> Context | Unreadable | None:
    """The context with p_i > 0, or p_i, q_i > 0, after p and q have been declared as vectors: statements about their
    entries, and no names of their own. None of anything else.
    """
    listed = _LISTED.fullmatch(body)
    texts = [body] if listed is None else [f"{listed['low']}{one}{listed['high']}" for one in listed["list"].split(",")]
    found = [_about_entry(text, context.scope) for text in texts]
    for entries in found:
        if entries is None:
            return None
        each = each_of(entries, bounds, context.scope)
        if isinstance(each, Unreadable):
            return each
        context = reduce(with_bound, each, context)
    return context


def _about_entry(body: str, scope: Scope) -> Chain | None:
    parsed = parse(body, scope) if _ORDERED.search(body) else None
    chain = parsed.node if isinstance(parsed, Parsed) else None
    if not isinstance(chain, Chain) or not set(chain.relations) <= _ORDER:
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


def _any_index(name: str, scope: Scope) -> bool:
    """Whether a letter is an index that may be any: nothing declares it, or it is one of 1, ..., n."""
    declared = scope.names.get(name)
    return declared is None or (declared.domain == "natural" and declared.support is not None)


def _all_bounded(chain: Chain, scope: Scope) -> Declaration | None:
    """The declaration of x with x_i > 0, x_i >= 0 or 0 < x_i < 1 put in, where i is any index."""
    found = bounded(chain)
    entry, within = found if found is not None else (chain.sides[0], None)
    if within is None or not isinstance(entry, Index):
        return None
    free = all(isinstance(i, Name) and _any_index(i.text, scope) for i in entry.indices)
    declared = scope.names.get(entry.base.text) if isinstance(entry.base, Name) else None
    if not free or declared is None or declared.domain != "real" or declared.positive:
        return None
    if declared.low is not None or declared.high is not None:
        return None
    return replace(declared, positive=within.positive, low=within.low, high=within.high, ends=within.ends)
