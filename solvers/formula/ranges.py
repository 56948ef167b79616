"""Big operators and what they run over: i=1..n, i in a set, i != j, 1 <= i < j <= n, i = 1, ..., n, or nothing said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from solvers.formula.limit_words import limit_read
from solvers.formula.nodes import (
    Apply,
    Big,
    Binder,
    Call,
    Cases,
    Chain,
    Index,
    Member,
    Name,
    Node,
    Num,
    names,
    walk,
)
from solvers.formula.operators import HADAMARD
from solvers.formula.product_ends import factors_apart
from solvers.formula.range_groups import ORDER, Groups, conditioned, differing, ordered, variables_of
from solvers.formula.reader import Reader
from solvers.formula.tokens import ReadError, Token

BINDING = {"max", "min", "argmax", "argmin"}
NEUTRAL = {"sum": Num("0"), "prod": Num("1")}


def big(reader: Reader, token: Token) -> Node:
    """A big operator with its scripts in either order; the body reaches up to the next + or -."""
    if token.text == "int":
        from solvers.formula.integrals import integral  # it reads in its turn

        return integral(reader, token)
    if token.text == "lim":
        return limit_read(reader, token)
    obvious = _obvious(reader) if reader.peek().kind not in {"_", "^"} and token.text in {"sum", "prod"} else None
    if obvious is not None and (reader.latex or reader.peek().kind != "(" or reader.peek().spaced):
        return over(reader, token, [(Binder(obvious),)])  # 1/N sum x_i
    if token.text == "sum" and reader.peek().kind == "(":
        return _called(reader, token)
    lower: tuple[list[Token], Token] | None = None
    upper: Node | None = None
    while reader.peek().kind in {"_", "^"}:
        mark = reader.take()
        if (lower if mark.kind == "_" else upper) is not None:
            raise reader.fail(f"the {token.text} has this script already", mark)
        if mark.kind == "_":
            lower = reader.script()
        else:
            tokens, opener = reader.script()
            upper = reader.whole(tokens, opener)
    if lower is None:
        raise reader.fail(f"say what the {token.text} runs over: {token.text}_{{i=1}}^n", token)
    groups = _groups(reader.inside(*lower), upper, reader.tokens[reader.at :])
    return over(reader, token, groups.found, groups.where)


def _obvious(reader: Reader) -> Name | None:
    """The one letter that indexes what stands behind a sum that says no range: i of sum x_i, sum (x_i - m)^2."""
    depth, ahead = 0, 0
    while depth >= 0 and (token := reader.peek(ahead)).kind != "eof":
        if depth == 0 and (token.text in {"add", "sub"} or token.kind in {"rel", "big", ","}):
            break
        depth += (token.kind in {"(", "[", "{", "g{"}) - (token.kind in {")", "]", "}", "g}"})
        ahead += 1
    return _index_in(reader, reader.tokens[reader.at : reader.at + ahead])


def _index_in(reader: Reader, tokens: list[Token]) -> Name | None:
    """The one letter below a line among some tokens that nothing binds; None if there are others, or none."""
    found: dict[str, Token] = {}
    for place, token in enumerate(tokens):
        if token.kind != "_":
            continue
        below = tokens[place + 1 :]
        if below[:1] and below[0].kind in {"{", "g{"}:
            below = below[1 : 1 + next((k for k, t in enumerate(below[1:]) if t.kind in {"}", "g}"}), 0)]
        else:
            below = below[:1]
        if len(below) != 1 or below[0].kind != "name" or below[0].text not in set("ijklmnt"):
            return None
        found[below[0].text] = below[0]
    letter = next(iter(found), "")
    declared = reader.scope.names.get(letter)
    known = letter in reader.bound or (declared is not None and declared.support is None)
    return None if len(found) != 1 or known else Name(letter)


def over(reader: Reader, token: Token, groups: list[tuple[Binder, ...]], where: Sequence[Node] = ()) -> Node:
    """The operator over its body, one inside the other where the ranges differ; `where`: of the terms that count."""
    bound = [b.name.text for group in groups for b in group]
    ends = [end for group in groups for b in group for end in (b.low, b.high) if end is not None]
    if any("infty" in names(end) for end in ends) and not _endless(token, groups):
        raise reader.fail("infinite sums are not computed here: write the value it has, or a finite sum", token)
    reader.bound += bound
    start, behind = reader.peek().start, tuple[tuple[str, Node], ...]()
    body = reader.expression(0 if token.text in {"argmax", "argmin"} else HADAMARD)  # of the whole sum
    if token.text == "prod":
        body, behind = factors_apart(body, bound, start)
    del reader.bound[len(reader.bound) - len(bound) :]
    if token.text in {"argmax", "argmin"} and len(bound) != 1:
        raise reader.fail(f"the {token.text} over one name is read", token)
    if where and token.text not in NEUTRAL:
        raise reader.fail(f"a condition on values is read below sums and products, not below {token.text}", token)
    if where:
        condition = where[0] if len(where) == 1 else Call("and", tuple(where))
        body = Cases(((body, condition), (NEUTRAL[token.text], None)), reader.span(token.start))
    for group in reversed(groups):
        body = Big(token.text, group, body, reader.span(token.start))
    for sign, factor in behind:
        body = Call(sign, (body, factor), reader.span(token.start))
    return body


def _endless(token: Token, groups: list[tuple[Binder, ...]]) -> bool:
    """Whether this is one sum from a number on."""
    if token.text != "sum" or len(groups) != 1 or len(groups[0]) != 1:
        return False
    binder = groups[0][0]
    return binder.high == Name("infty") and binder.low is not None and "infty" not in names(binder.low)


def extremum(reader: Reader, token: Token) -> Node:
    """\\max_i x_i, \\operatorname{argmin}_{k \\in S} f(k)."""
    reader.take()
    tokens, opener = reader.script()
    return over(reader, token, binders(reader.inside(tokens, opener), None))


def _called(reader: Reader, token: Token) -> Node:
    """sum(x) of all entries, sum(x_i, i=1..n), sum(x_i for i in 1..n)."""
    opener = reader.take()
    start = reader.at
    depth, ahead = 0, 0
    while depth >= 0 and reader.peek(ahead).kind != "eof":  # the range stands at the end, the body needs its names
        kind = reader.peek(ahead).kind
        if depth == 0 and (kind == "," or (kind == "word" and reader.peek(ahead).text == "for")):
            break
        depth += (kind in {"(", "[", "{", "g{"}) - (kind in {")", "]", "}", "g}"})
        if depth >= 0:
            ahead += 1
    reader.at += ahead
    groups: list[tuple[Binder, ...]] = []
    if reader.accept(",") or reader.accept("word"):
        ranged = reader.at
        while reader.peek().kind not in {")", "eof"}:
            reader.take()
        groups = binders(reader.inside(reader.tokens[ranged : reader.at], opener), None)
    end = reader.at
    reader.at = start
    reader.bound += [b.name.text for group in groups for b in group]
    with reader.within():
        body = reader.expression()
    del reader.bound[len(reader.bound) - sum(map(len, groups)) :]
    if groups:
        reader.at = end
    reader.expect(")", opener)
    if not groups and (obvious := _index_in(reader, reader.tokens[start : reader.at])) is not None:
        groups = [(Binder(obvious),)]
        reader.at, end = start, reader.at
        reader.bound.append(obvious.text)
        with reader.within():
            body = reader.expression()
        reader.bound.pop()
        reader.at = end
    if not groups:
        return Call("total", (body,), reader.span(token.start))
    for group in reversed(groups):
        body = Big("sum", group, body, reader.span(token.start))
    return body


def binders(reader: Reader, upper: Node | None, behind: Sequence[Token] = ()) -> list[tuple[Binder, ...]]:
    """The groups of binders in a subscript, the outermost first; what is summed stands `behind`."""
    groups = _groups(reader, upper, behind)
    if groups.where:
        raise reader.fail("a condition on values is read below sums and products")
    return groups.found


def _groups(reader: Reader, upper: Node | None, behind: Sequence[Token]) -> Groups:
    groups = Groups(_below(behind), frozenset(token.text for token in behind if token.kind == "name"))
    reader.dotless = True
    reader.bound = [*reader.bound, *_bound_names(reader.tokens)]
    while True:
        _item(reader, upper, groups)
        if (reader.accept(":") or reader.accept("|")) and not _such_that(reader, groups):
            _item(reader, upper, groups)
        if not (reader.accept(",") or reader.accept("row") or reader.accept(";")):
            break
    if reader.peek().kind != "eof":
        raise reader.fail(f"{reader.written(reader.peek())!r} was not expected in the range")
    if upper is not None and groups.free and not groups.found:
        groups.close(Num("1"), upper)
    groups.close()
    if upper is not None:
        groups.found = [tuple(_up_to(binder, upper) for binder in group) for group in groups.found]
    if upper is not None and all(b.high is None for group in groups.found for b in group):
        raise reader.fail("the sum has an upper bound and no lower one")
    return groups


def _below(tokens: Sequence[Token]) -> frozenset[str]:
    """The names below lines among some tokens: i and k of A_{ik}."""
    found: set[str] = set()
    for token, opener, *inner in (tokens[place : place + 12] for place in range(len(tokens) - 1)):
        if token.kind == "_":
            braced = opener.kind in {"{", "g{"}
            below = takewhile(lambda t: t.kind not in {"}", "g}"}, inner) if braced else [opener]
            found |= {t.text for t in below if t.kind == "name"}
    return frozenset(found)


def _up_to(binder: Binder, upper: Node) -> Binder:
    """The binder of \\sum_{i \\ne j}^n, which runs from 1."""
    conditioned = binder.low is None and binder.high is None and isinstance(binder.domain, Chain)
    return replace(binder, low=Num("1"), high=upper) if conditioned else binder


def _bound_names(tokens: list[Token]) -> list[str]:
    """The names that stand before an = or ∈ between two commas: they need no declaration."""
    found: list[str] = []
    fixed = False
    between = _between(tokens)
    for place, token in enumerate(takewhile(lambda token: token.kind not in {":", "|"}, tokens)):
        fixed = (fixed or (token.kind == "rel" and token.text in {"=", "in", "~"})) and token.kind not in {",", "row"}
        if token.kind == "name" and not fixed and between[place]:
            ahead = [t.text for t in tokens[place + 1 : place + 5]]
            if ahead[:1] == ["_"]:  # x_1 as one name
                label = ahead[2] if ahead[1:2] == ["{"] and len(ahead) > 3 else "".join(ahead[1:2])
                if not label.strip():
                    raise ReadError("expected what stands below the line here", tokens[place + 1].start)
                found.append(f"{token.text}_{label}")
            elif ahead[:1] == ["'"]:
                primes = "'" * (2 if ahead[:2] == ["'", "'"] else 1)
                found.append(token.text + primes + _label_behind([t.text for t in tokens[place + 1 + len(primes) :]]))
            elif not (place and tokens[place - 1].text in {"_", "{"} and found and "_" in found[-1]):
                found.append(token.text)
    return found


def _label_behind(texts: list[str]) -> str:
    """The label of one letter behind a prime: _j of h'_j."""
    if texts[:1] != ["_"]:
        return ""
    inner = texts[2:3] if texts[1:2] == ["{"] and texts[3:4] == ["}"] else texts[1:2]
    return f"_{inner[0]}" if inner and len(inner[0]) == 1 and inner[0].isalpha() else ""


def _between(tokens: list[Token]) -> list[bool]:
    """For each token whether it is no end of a chain of bounds: e and n of e < j <= n are not bound, j is."""
    inside: list[bool] = []
    for separates, group in groupby(tokens, lambda token: token.kind in {",", "row", ";"}):
        item = list(group)
        orders = [place for place, token in enumerate(item) if token.kind == "rel" and token.text in ORDER]
        chained = not separates and len(orders) > 1
        inside += [not chained or orders[0] < place < orders[-1] for place in range(len(item))]
    return inside


def _item(reader: Reader, upper: Node | None, groups: Groups) -> None:
    """One piece between commas: names, a name with its range, or a condition."""
    first = reader.peek()
    sides, relations = [reader.expression()], list[Token]()
    while (token := reader.accept("rel")) is not None:
        relations.append(token)
        sides.append(_interval(reader) if token.text == "in" else reader.expression())
    variables = variables_of(sides[0])
    if not variables and len(relations) == 1 and reader.peek().kind == "," and relations[0].text in ORDER:
        _together(reader, sides, relations, groups, first)
        return
    if not relations:
        if not variables or Name("ones") in variables:  # {j1}
            raise reader.fail("expected the name of an index", first)
        groups.free += variables
        return
    if {r.text for r in relations} <= {*ORDER, "!="} and len(relations) == 3 and relations[1].text == "!=":
        differing(reader, sides, [r.text for r in relations], groups, first)
        return
    if [r.text for r in relations] == ["!="] * len(relations) and len(relations) > 1:
        raise reader.fail("whether i \\ne j \\ne k means that all differ is not said: write sums inside sums", first)
    if {r.text for r in relations} <= ORDER and (len(relations) > 1 or not variables):
        ordered(reader, sides, [r.text for r in relations], groups, first)
        return
    if len(relations) != 1 or not variables:
        raise reader.fail("expected the name of an index", first)
    _ranged(reader, variables, relations[0], sides[1], upper, groups)


def _such_that(reader: Reader, groups: Groups) -> bool:
    """Whether what follows is a condition on values, as in i : y_i < 0, which then is read."""
    start = reader.at
    condition = reader.condition()
    if not any(isinstance(inner, (Index, Member, Apply)) for inner in walk(condition)):
        reader.at = start
        return False
    groups.where.append(condition)
    while reader.accept(","):
        groups.where.append(reader.condition())
    return True


def _together(reader: Reader, sides: list[Node], relations: list[Token], groups: Groups, first: Token) -> None:
    """1 <= i, j <= n: several names between the same two bounds."""
    names = variables_of(sides[1])
    while reader.accept(",") and len(relations) == 1:
        names += variables_of(reader.expression())
        if (token := reader.accept("rel")) is not None:
            relations.append(token)
    if len(relations) != 2 or relations[1].text not in ORDER:
        raise reader.fail("expected the name of an index", first)
    high = reader.expression()
    for name in names:
        ordered(reader, [sides[0], name, high], [relation.text for relation in relations], groups, first)


def _ranged(
    reader: Reader, variables: list[Name], relation: Token, value: Node, upper: Node | None, groups: Groups
) -> None:
    if relation.text == "=":
        groups.free += variables
        high = _dotted(reader) or upper
        if high is None:
            raise reader.fail("the sum has a lower bound and no upper one")
        groups.close(value, high)
    elif relation.text == "in":
        groups.free += variables
        if isinstance(value, Call) and value.op == "range":
            groups.close(value.args[0], value.args[1])
        else:
            groups.close(domain=value)
    elif relation.text == "notin":
        groups.free += variables
        groups.where += [Chain((variable, value), ("notin",)) for variable in variables]
    elif relation.text in {"!=", *ORDER}:
        conditioned(Chain((variables[-1], value), (relation.text,)), variables, groups, reader)
    else:
        raise reader.fail("a sum runs over i=1 .. n, over i in a set, or over i != j", relation)


def _interval(reader: Reader) -> Node:
    """What stands behind ∈; [n] is 1..n."""
    opener = reader.peek()
    if opener.kind == "[" and reader.peek(1).kind in {"name", "num"} and reader.peek(2).kind == "]":
        reader.take()
        size = reader.expression()
        reader.take()
        return Call("range", (Num("1"), size))
    low = reader.expression()
    if high := _dotted(reader):
        return Call("range", (low, high))
    return low


def _dotted(reader: Reader) -> Node | None:
    """The n of ", ..., n" or "..n"."""
    ahead = 1 if reader.peek().kind == "," else 0
    if reader.peek(ahead).kind != "...":
        return None
    reader.at += ahead + 1
    reader.accept(",")
    return reader.expression()


def dotted_set(reader: Reader, items: list[Node], opener: Token) -> Node:
    """{1, ..., n} and {0, 1, ..., n}: the whole numbers from the first on."""
    high = _dotted(reader)
    assert high is not None
    consecutive = all(isinstance(i, Num) and i.value == place for place, i in enumerate(items, int(_start(items[0]))))
    if len(items) > 1 and not consecutive:
        raise reader.fail("the dots in a set are read between whole numbers that follow each other", opener)
    reader.expect("}", opener)
    return Call("range", (items[0], high), reader.span(opener.start))


def _start(node: Node) -> int:
    return int(node.value) if isinstance(node, Num) and node.value.denominator == 1 else 0


__all__ = ["BINDING", "big", "binders", "dotted_set", "extremum", "over"]
