"""Expectations, variances and covariances, and the laws that they are taken under."""

from __future__ import annotations

import re
from collections.abc import Mapping

from solvers.formula.calls import condition_inside
from solvers.formula.law_names import with_laws
from solvers.formula.nodes import (
    Apply,
    Big,
    Binder,
    Call,
    Index,
    Member,
    Name,
    Node,
    Tuple,
    map_children,
    names,
    walk,
)  # fmt: skip
from solvers.formula.operators import HADAMARD
from solvers.formula.ranks import rank_of
from solvers.formula.reader import Reader
from solvers.formula.stream import CONDITION
from solvers.formula.tokens import Token

_EXPECTATION = {"E", "bbE", "calE"}
_VARIANCE = {"Var", "bbV", "var"}
_COVARIANCE = {"Cov", "cov"}
_WHOLE = {"transpose", "norm", "dot", "inner", "tr", "total"}  # of what is a vector, and no function
OPENERS = {"[", "(", "{"}
OF_NOTHING = "say under which distribution the mean is taken: E_{x ~ p}[...], or declare x ~ p"


def statistic(reader: Reader, token: Token) -> Node | None:
    """E[...], E_{x ~ p}[...], E_p[...], Var and Cov; None if it is none of them."""
    kinds = {**dict.fromkeys(_EXPECTATION, "E"), **dict.fromkeys(_VARIANCE, "Var"), **dict.fromkeys(_COVARIANCE, "Cov")}
    kind = kinds.get(token.text)
    if kind is None:
        return None
    start = reader.at
    laws = _below(reader)
    opener = reader.peek()
    surely = laws is not None or token.text != "E" or (opener.kind == "[" and bool(random_names(reader)))
    if laws is None and opener.kind == "_" and kind == "E":
        return _under_vector(reader, token)
    bracketed = opener.kind in OPENERS or (reader.latex and opener.kind == "g{")
    bare = laws is not None or (token.text != "E" and bool(random_names(reader)))
    if not surely and opener.kind == "[" and token.text not in reader.scope.names:
        raise reader.fail(OF_NOTHING, token)  # E[x] is a mean, and no product
    if not surely or not (bracketed or (bare and reader.starts_operand(opener))):
        reader.at = start
        return None
    if bracketed and condition_inside(reader):
        raise reader.fail(CONDITION, opener)
    for variable, _ in laws or []:
        reader.bound.append(variable.text)
    body = _body(reader) if bracketed else reader.expression(HADAMARD)
    del reader.bound[len(reader.bound) - len(laws or []) :]
    after = reader.peek()
    plain = isinstance(body, (Name, Index, Member, Apply)) or (kind == "Cov" and isinstance(body, Tuple))
    if opener.kind == "(" and after.kind == "^" and not plain:
        raise reader.fail(
            f"write {token.text}[...] with square brackets: what the power is taken of is not clear", after
        )
    laws = _with_variables(laws, body, reader, token)
    if laws is None:
        laws = _spoken_of(body, reader)
        if not laws:
            raise reader.fail(OF_NOTHING, token)
    return _of(kind, body, laws, reader, token)


def _with_variables(
    laws: list[tuple[Name, Node]] | None, body: Node, reader: Reader, token: Token
) -> list[tuple[Name, Node]] | None:
    """E_p[...] of a p that is a law: over the variable that p(x) is of, or the one letter that nothing declares."""
    found = []
    for variable, law in laws or []:
        if variable != law:
            found.append((variable, law))
            continue
        random = [n for n, d in reader.scope.names.items() if d.law == law and d.domain != "defined"]
        first = [n.args[0] for n in walk(body) if isinstance(n, Apply) and n.args]
        applied = [n.text for n in first if isinstance(n, Name)]
        told = {n for d in reader.scope.names.values() if d.law is not None for n in names(d.law)}  # parameters
        known = told | reader.scope.names.keys()
        open_names = [n for n in sorted(names(body)) if re.fullmatch("[a-z]", n) and n not in known]
        letters = random or list(dict.fromkeys(applied)) or open_names or _of_any_law(body, reader)
        if len(letters) != 1:
            raise reader.fail("say over which variable the mean is taken: E_{x \\sim p}[...]", token)
        found.append((Name(letters[0]), law))
    return None if laws is None else found


def _of_any_law(body: Node, reader: Reader) -> list[str]:
    """The random names of a formula of whose law only moments are said: E_q[z^2] behind E[z^2] = m."""
    laws = {n: d.law for n, d in reader.scope.names.items() if n in names(body)}
    return [n for n, law in laws.items() if isinstance(law, Call) and law.op == "unknown"]


def _under_vector(reader: Reader, token: Token) -> Node | None:
    """E_p[f] for a vector of probabilities: f is a vector of as many entries."""
    start = reader.at
    reader.take()
    tokens, _ = reader.script()
    declared = reader.scope.names.get(tokens[0].text) if len(tokens) == 1 else None
    if declared is not None and declared.domain == "simplex" and reader.peek().kind in OPENERS:
        body = _body(reader)
        whole = any(isinstance(n, Index) or (isinstance(n, Call) and n.op in _WHOLE) for n in walk(body))
        if whole or not names(body) & _vectors(reader):
            return Call("inner", (Name(tokens[0].text), body), reader.span(token.start))
        place = Name(next(n for n in ("x", "z", "k", "place") if n not in names(body) | reader.scope.names.keys()))
        weighted = _at_place(Call("mul", (Name(tokens[0].text), body)), place, _vectors(reader))
        return Big("sum", (Binder(place),), weighted, reader.span(token.start))
    if token.text == "bbE":
        raise reader.fail(OF_NOTHING, token)
    reader.at = start
    return None


def _vectors(reader: Reader) -> frozenset[str]:
    """The vectors that stand for distributions and for functions of their variable; and what is defined by them."""
    return frozenset(
        n for n, d in reader.scope.names.items()
        if (d.domain == "defined" and d.shape != () and not d.family) or (len(d.shape or ()) == 1 and not d.family)
    )  # fmt: skip


def _at_place(node: Node, place: Name, vectors: frozenset[str]) -> Node:
    """log(p / m) of vectors as log(p_k / m_k)."""
    if isinstance(node, Name) and node.text in vectors:
        return Index(node, (place,), node.span)
    return map_children(node, lambda child: _at_place(child, place, vectors))


_OF_DATA = frozenset({"ell", "L", "l"})  # log-likelihoods, whose argument is the parameter: the data are random


def _spoken_of(body: Node, reader: Reader) -> list[tuple[Name, Node]]:
    """The random names of a formula; all there are where it speaks of something defined, which may be by any."""
    random, spoken = random_names(reader), names(body)
    stepped = {n.base.text for n in walk(body) if isinstance(n, Member) and isinstance(n.base, Name)}
    defined = any(
        d.domain == "defined" or (d.domain == "inferred" and n in stepped)
        for n in spoken if (d := reader.scope.names.get(n)) is not None
    )  # fmt: skip
    defined = defined or any(isinstance(n, Apply) and n.name in _OF_DATA for n in walk(body))
    spoken = _with_parameters(spoken, random)
    return [(Name(n), law) for n, law in _in_turn(random) if defined or n in spoken]


def _with_parameters(spoken: frozenset[str], random: Mapping[str, Node]) -> frozenset[str]:
    """Names, and the random ones that their laws depend on: of Y ~ N(X, 1) the mean is over X too."""
    found = spoken
    for _ in random:
        more = found.union(*(names(law) & random.keys() for n, law in random.items() if n in found))
        if more == found:
            break
        found = more
    return found


def _in_turn(random: Mapping[str, Node]) -> list[tuple[str, Node]]:
    """The random names, those that a law depends on before it."""
    left, found = dict(random), list[tuple[str, Node]]()
    while left:
        free = [n for n, law in left.items() if not (names(law) & left.keys()) - {n}] or [next(iter(left))]
        found += [(n, left.pop(n)) for n in free]
    return found


def _of(kind: str, body: Node, laws: list[tuple[Name, Node]], reader: Reader, token: Token) -> Node:
    span = reader.span(token.start)

    laws = [(n, _known_law(n, law, reader)) for n, law in laws]
    together = any(_of_many(n.text, law, reader) for n, law in laws)

    def mean(of: Node) -> Node:
        if together:
            return Big("E", tuple(Binder(variable, span=variable.span) for variable, _ in laws), of, span)
        for variables, law in reversed(_together(laws, reader)):
            of = Big("E", tuple(Binder(name, None, None, law, name.span) for name in variables), of, span)
        return of

    if kind == "E":
        return mean(body)
    first, second = body.items if isinstance(body, Tuple) and len(body.items) == 2 else (body, body)
    ranks = [rank_of(side, reader.scope) for side in (first, second)]
    vector = kind == "Cov" and None in ranks  # Cov(z), Cov(x, y) of a y that is defined: of numbers it is the same
    if vector or ranks[0] == 1:
        outer = Call("mul", (first, Call("transpose", (second,))))
        return Call(
            "sub",
            (
                mean(outer),
                Call("mul", (mean(first), Call("transpose", (mean(second),)))),
            ),
            span,
        )
    return Call("sub", (mean(Call("mul", (first, second))), Call("mul", (mean(first), mean(second)))), span)


def _together(laws: list[tuple[Name, Node]], reader: Reader) -> list[tuple[list[Name], Node]]:
    """The variables with their laws, those of one joint distribution together."""
    found: list[tuple[list[Name], Node]] = []
    for variable, law in laws:
        many = found and found[-1][1] == law and len(found[-1][0]) < _count(law, reader)
        if many:
            found[-1][0].append(variable)
        else:
            found.append(([variable], law))
    return found


def _count(law: Node, reader: Reader) -> int:
    """How many variables a law is over."""
    if isinstance(law, Apply):
        return len(law.args)
    declared = reader.scope.names.get(law.text) if isinstance(law, Name) else None
    return 1 if declared is None or declared.parameters is None else len(declared.parameters[0])


def _known_law(name: Name, law: Node, reader: Reader) -> Node:
    """The law of x ~ p: what is said of the x, where p is nothing but a letter."""
    declared = reader.scope.names.get(name.text)
    own = None if declared is None else declared.law
    told = reader.scope.names.get(law.text) if isinstance(law, Name) else None
    plain = isinstance(law, Name) and (told is None or (told.shape == () and told.law is None and not told.parameters))
    return own if own is not None and plain and isinstance(own, Call) and own.op == "unknown" else law


def _of_many(name: str, law: Node, reader: Reader) -> bool:
    """Whether a name is one of many, or of a law that nobody knows: all such names are taken together."""
    declared = reader.scope.names.get(name)
    if declared is None or declared.law != law:
        return False
    drawn = (
        len(declared.shape or ()) == 1 and declared.domain == "natural"
    )  # x_1, ..., x_n of a vector of probabilities
    return drawn or bool(declared.family) or declared.dependence is not None


def _body(reader: Reader) -> Node:
    opener = reader.take()
    if opener.kind == "[":  # not a matrix: Cov[f, g]
        items = reader.items(opener)
        return items[0] if len(items) == 1 else Tuple(tuple(items))
    return reader.forms[opener.kind](reader, opener)


def random_names(reader: Reader) -> dict[str, Node]:
    """The names declared as distributed, with their laws."""
    return {n: d.law for n, d in reader.scope.names.items() if d.law is not None and d.domain != "defined"}


def _below(reader: Reader) -> list[tuple[Name, Node]] | None:
    """What stands below an expectation: x ~ p, a distribution, or a random variable; None if nothing does."""
    if reader.peek().kind != "_":
        return None
    start = reader.at
    reader.take()
    tokens, opener = reader.script()
    named = len(tokens) == 1 and tokens[0].kind == "func"  # E_{\\log}, a name
    laws = None if named else _laws(reader, tokens, opener)
    if laws is None:
        reader.at = start
    return laws


def _laws(reader: Reader, tokens: list[Token], opener: Token) -> list[tuple[Name, Node]] | None:
    inside = reader.inside(with_laws(_with_variable(tokens)), opener)
    laws = next((i for i, t in enumerate(tokens) if t.kind == "rel"), 0)
    inside.bound = [*inside.bound, *(t.text for t in tokens[:laws] if t.kind == "name")]
    found: list[tuple[Name, Node]] = []
    waiting: list[Node] = []
    while True:
        of = inside.expression()
        waiting += of.items if isinstance(of, Tuple) else (of,)
        if inside.accept("rel", "~"):
            law = inside.expression()
            if not all(isinstance(variable, Name) for variable in waiting):
                raise reader.fail("what is distributed is a name: x ~ p", opener)
            found += [(variable, law) for variable in waiting if isinstance(variable, Name)]
            waiting = []
        if not inside.accept(","):
            break
    if inside.peek().kind != "eof":
        raise inside.fail(f"{inside.written(inside.peek())!r} was not expected below an expectation")
    for node in waiting:
        named = _named(reader, node)
        if named is None:
            return None
        found += named
    return found


def _with_variable(tokens: list[Token]) -> list[Token]:
    """h ~ q(. | v): the dot stands for h."""
    variable = next((t for t in tokens if t.kind == "name"), None)
    if variable is None:
        return tokens
    return [
        Token("name", variable.text, t.start, t.end) if t.kind == "op" and t.text == "dot" and i and
        tokens[i - 1].kind == "(" else t for i, t in enumerate(tokens)
    ]  # fmt: skip


def _named(reader: Reader, node: Node) -> list[tuple[Name, Node]] | None:
    """The variables of a distribution (E_p, E_{q(h|v)}), or a random variable with its law (E_x)."""
    if isinstance(node, Apply):
        return [(arg, node) for arg in node.args if isinstance(arg, Name)] or None
    if not isinstance(node, Name):
        return None
    declared = reader.scope.names.get(node.text)
    if declared is None:
        return None
    if declared.law is not None:
        return [(node, node if declared.domain == "defined" else declared.law)]
    if declared.parameters is not None:
        return [(Name(n), node) for n in declared.parameters[0]]
    if declared.domain == "simplex":
        return [(Name(n), node) for n, law in random_names(reader).items() if law == node] or None
    return None


def mean_below(reader: Reader, body: Node, token: Token) -> Node:
    """<f>_p: the mean of f under what stands below."""
    reader.take()
    tokens, opener = reader.script()
    laws = _laws(reader, tokens, opener)
    if laws is None:
        raise reader.fail("say under which distribution the mean is taken: \\langle f \\rangle_{x \\sim p}", opener)
    return _of("E", body, laws, reader, token)
