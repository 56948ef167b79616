"""What an operand can look like: one row of FORMS for the kind of its first token."""

from __future__ import annotations

from solvers.formula.derivatives import argument, differential, fraction, nabla
from solvers.formula.literals import bracket, enclosed, environment, set_of
from solvers.formula.nodes import Apply, At, Big, Binder, Call, Chain, Name, Node, Num, Tuple
from solvers.formula.operators import MUL, OPERATORS
from solvers.formula.reader import CLOSERS, Form, Reader
from solvers.formula.tokens import Token, near

_RUN = frozenset({"num", "name", "g{", "frac", "sqrt", "partial"})


def number(reader: Reader, token: Token) -> Node:
    return Num(token.text, reader.span(token.start))


def name(reader: Reader, token: Token) -> Node:
    """A name; undeclared sigma before a bracket is the logistic function."""
    if token.text == "sigma" and "sigma" not in reader.scope.names:
        ahead = 0
        while reader.peek(ahead).kind == "'":
            ahead += 1
        if reader.peek(ahead).kind == "(" or (reader.latex and reader.peek(ahead).kind == "["):
            return function(reader, Token("func", "sigmoid", token.start, token.end))
    if reader.scope.function(token.text) and reader.peek().kind == "(":
        return applied(reader, token)
    if token.text in {"E", "bbE"} and _samples(reader):
        return expectation(reader, token)
    if token.text not in reader.scope.names and (read := _information(reader, token)) is not None:
        return read
    declared = token.text in reader.scope.names or token.text in reader.bound
    if reader.scope.strict and not declared and reader.peek().kind != "_" and token.text not in {"e", "pi"}:
        raise reader.fail(f"{token.text!r} is not declared" + near(token.text, reader.scope.names), token)
    found = Name(token.text, reader.span(token.start))
    if token.text == "e" and not declared and reader.peek().kind != "^":
        return Call("exp", (Num("1"),), found.span)
    return found


def function(reader: Reader, token: Token) -> Node:
    """A function of the table: primes, an exponent before the argument, brackets or a bare argument."""
    op, exponent = token.text, None
    while reader.accept("'"):
        op += "'"
    if reader.accept("^"):
        tokens, opener = reader.script()
        if all(t.kind == "'" for t in tokens):
            op += "'" * len(tokens)
        elif [t.text for t in tokens] == ["sub", "1"]:
            raise reader.fail(f"{op}^-1 can mean two things: write 1/{op}(x), or arc{op}(x)", opener)
        else:
            exponent = reader.whole(tokens, opener)
    arguments = _arguments(reader, token)
    if token.text == "norm" and len(arguments) == 1:
        arguments.append(Num("2"))
    row = OPERATORS[token.text]
    if not row.arity[0] <= len(arguments) <= row.arity[1]:
        raise reader.fail(f"{row.plain} takes {row.arity[0]} argument(s), {len(arguments)} found", token)
    call = Call(op, tuple(arguments), reader.span(token.start))
    return call if exponent is None else Call("pow", (call, exponent), reader.span(token.start))


def _arguments(reader: Reader, token: Token) -> list[Node]:
    opener = reader.peek()
    if opener.kind in {"(", "[", "{"}:
        if opener.kind == "[" and not reader.latex:
            return [reader.operand()]  # tr [1, 2; 3, 4]
        reader.take()
        return reader.items(opener)
    if not reader.starts_operand(opener):
        raise reader.fail(f"{OPERATORS[token.text].plain} needs an argument")
    argument = reader.operand()
    run = 1
    while reader.peek().kind in _RUN:
        following = reader.operand()
        argument = Call("mul", (argument, following), reader.span(opener.start))
        run += 1
    if run > 1 and not isinstance(argument, Num):
        reader.notes.append(f"{token.text} takes the whole product after it: use brackets to say otherwise")
    return [argument]


def parenthesis(reader: Reader, token: Token) -> Node:
    items = reader.items(token)
    return items[0] if len(items) == 1 else Tuple(tuple(items), reader.span(token.start))


def braces(reader: Reader, token: Token) -> Node:
    return reader.group(token)


def root(reader: Reader, token: Token) -> Node:
    if reader.accept("["):
        opener = reader.peek(-1)
        degree = reader.group(opener)
        power = Call("div", (Num("1"), degree))
        return Call("pow", (argument(reader), power), reader.span(token.start))
    inner = argument(reader) if reader.latex else reader.operand()
    return Call("sqrt", (inner,), reader.span(token.start))


def binomial(reader: Reader, token: Token) -> Node:
    if reader.peek().kind == "(":
        return Call("binom", tuple(reader.items(reader.take())), reader.span(token.start))
    top = argument(reader)
    return Call("binom", (top, argument(reader)), reader.span(token.start))


def bars(reader: Reader, token: Token) -> Node:
    reader.bars.append("|")
    inner = reader.expression()
    reader.expect("|", token)
    reader.bars.pop()
    return Call("abs", (inner,), reader.span(token.start))


def norm(reader: Reader, token: Token) -> Node:
    reader.bars.append("||")
    inner = reader.expression()
    reader.expect("||", token)
    reader.bars.pop()
    kind: Node = Num("2")
    if reader.accept("_"):
        tokens, opener = reader.script()
        infinity = [t.kind for t in tokens] == ["infty"]
        kind = Name("infty") if infinity else reader.inside(tokens, opener).operand()
    return Call("norm", (inner, kind), reader.span(token.start))


def infinity(reader: Reader, token: Token) -> Node:
    return Name("infty", reader.span(token.start))


def ones(reader: Reader, token: Token) -> Node:
    """A bold or hollow 1: the indicator of what stands in brackets (or below) it, else the vector of ones."""
    opener = reader.peek()
    start = reader.at
    if opener.kind in {"[", "{", "("}:
        reader.take()
        inner = reader.chain()
        if isinstance(inner, Chain):
            reader.expect(CLOSERS[opener.kind], opener)
            return Call("indicator", (inner,), reader.span(token.start))
        reader.at = start
    if opener.kind == "_":
        reader.take()
        tokens, first = reader.script()
        condition = reader.inside(tokens, first).chain()
        if isinstance(condition, Chain):
            return Call("indicator", (condition,), reader.span(token.start))
        reader.at = start
    return Name("ones", reader.span(token.start))


def _information(reader: Reader, token: Token) -> Node | None:
    """D_KL(p || q), KL(p || q), H(p), H(p, q), N(mu, sigma^2), N(x; mu, sigma^2); None if it is none of them."""
    start = reader.at
    if token.text == "D" and reader.peek().kind == "_":
        reader.take()
        tokens, _ = reader.script()
        divergence = "".join(t.text for t in tokens) == "KL" and reader.peek().kind == "("
    else:
        divergence = token.text == "KL" and reader.peek().kind == "("
    if divergence:
        sides = _sides(reader, reader.take())
        if len(sides) != 2:
            raise reader.fail("a divergence is between two distributions: D_KL(p || q)", token)
        return Call("kl", tuple(sides), reader.span(token.start))
    reader.at = start
    if token.text not in {"H", "calN"} or reader.peek().kind != "(":
        return None
    sides = _sides(reader, reader.take())
    if token.text == "calN" and len(sides) in {2, 3}:
        return Call("normal" if len(sides) == 2 else "gaussian", tuple(sides), reader.span(token.start))
    if token.text == "H" and all(_distribution(side, reader) for side in sides) and len(sides) <= 2:
        return Call("entropy", tuple(sides), reader.span(token.start))
    reader.at = start
    return None


def _sides(reader: Reader, opener: Token) -> list[Node]:
    """What stands between a function's brackets, apart by commas, semicolons or bars."""
    bars, reader.bars = reader.bars, ["||"]
    found = [reader.expression()]
    while reader.peek().kind in {",", ";", "||", "|"}:
        reader.take()
        found.append(reader.expression())
    reader.bars = bars
    reader.expect(")", opener)
    return found


def _distribution(node: Node, reader: Reader) -> bool:
    if isinstance(node, Apply):
        return True
    declared = reader.scope.names.get(node.text) if isinstance(node, Name) else None
    return declared is not None and declared.domain in {"simplex", "distribution"}


def inner_product(reader: Reader, token: Token) -> Node:
    items = reader.items(token)
    if len(items) != 2:
        raise reader.fail(f"an inner product has two sides, {len(items)} found", token)
    return Call("dot", (items[0], items[1]), reader.span(token.start))


def at_point(reader: Reader, token: Token) -> Node:
    """\\left. f \\right|_{x = 0}."""
    body = reader.expression()
    reader.expect(")at", token)
    if not reader.accept("_"):
        raise reader.fail("say at which point: _{x = 0}")
    tokens, opener = reader.script()
    inside = reader.inside(tokens, opener)
    points = [inside.chain()]
    while inside.accept(","):
        points.append(inside.chain())
    names, values = [], []
    for point in points:
        if not isinstance(point, Chain) or point.relations != ("=",) or not isinstance(point.sides[0], Name):
            raise reader.fail("a point is written as x = 0", opener)
        names.append(point.sides[0])
        values.append(point.sides[1])
    return At(body, tuple(names), tuple(values), reader.span(token.start))


def applied(reader: Reader, token: Token) -> Node:
    """A declared function with its arguments: f(x), q(h | v)."""
    opener = reader.take()
    reader.bars.append("|")  # inside, a bar separates
    args, given = [reader.expression()], list[Node]()
    current = args
    while separator := reader.accept(",") or reader.accept(";") or reader.accept("|"):
        current = given if separator.kind == "|" else current
        current.append(reader.expression())
    reader.bars.pop()
    reader.expect(CLOSERS[opener.kind], opener)
    return Apply(token.text, tuple(args), tuple(given), reader.span(token.start))


def expectation(reader: Reader, token: Token) -> Node:
    """E_{x ~ p}[...]: the sum of the body over the support of p, weighted by it."""
    reader.take()
    tokens, opener = reader.script()
    inside = reader.inside(tokens, opener)
    variable = _variable(inside)
    inside.expect("rel", opener)
    domain = inside.expression()
    reader.bound.append(variable.text)
    if reader.peek().kind in {"[", "(", "{"}:  # E[x]^2 is the square of the expectation
        opener = reader.take()
        body = reader.forms[opener.kind](reader, opener)
    else:
        body = reader.expression(MUL)
    reader.bound.pop()
    return Big("E", (Binder(variable, None, None, domain, variable.span),), body, reader.span(token.start))


def _samples(reader: Reader) -> bool:
    """Whether a subscript with x ~ p follows."""
    ahead = 0
    if reader.peek().kind != "_":
        return False
    while reader.peek(ahead).kind not in {"eof", "g}", "}"}:
        if reader.peek(ahead).kind == "rel" and reader.peek(ahead).text == "~":
            return True
        ahead += 1
    return False


def big(reader: Reader, token: Token) -> Node:
    """A big operator with its scripts in either order; the body reaches up to the next + or -."""
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
    binders = _binders(reader.inside(*lower), upper)
    reader.bound += [b.name.text for b in binders]
    body = reader.expression(MUL)
    del reader.bound[len(reader.bound) - len(binders) :]
    return Big(token.text, binders, body, reader.span(token.start))


def _binders(reader: Reader, upper: Node | None) -> tuple[Binder, ...]:
    variables = [_variable(reader)]
    while reader.accept(","):
        variables.append(_variable(reader))
    low: Node | None = None
    domain: Node | None = None
    if relation := reader.accept("rel"):
        value = reader.expression()
        if relation.text == "=":
            low = value
        elif relation.text == "in":
            domain = value
        elif relation.text in {"!=", "<", "<=", ">", ">="}:
            domain = Chain((variables[-1], value), (relation.text,))
        else:
            raise reader.fail("a sum runs over i=1 .. n, over i in a set, or over i != j", relation)
    if reader.peek().kind != "eof":
        raise reader.fail(f"{reader.written(reader.peek())!r} was not expected in the range")
    if upper is not None and low is None:
        raise reader.fail("the sum has an upper bound and no lower one")
    if low is not None and upper is None:
        raise reader.fail("the sum has a lower bound and no upper one")
    if isinstance(domain, Chain):  # i, j with a condition on the last: the others run freely
        return (*(Binder(v, span=v.span) for v in variables[:-1]), Binder(variables[-1], None, None, domain))
    return tuple(Binder(v, low, upper, domain, v.span) for v in variables)


def _variable(reader: Reader) -> Name:
    token = reader.take()
    if token.kind != "name":
        raise reader.fail("expected the name of an index", token)
    return Name(token.text, reader.span(token.start))


FORMS: dict[str, Form] = {
    "num": number, "name": name, "func": function, "(": parenthesis, "g{": braces, "{": set_of, "[": bracket,
    "frac": fraction, "binom": binomial, "sqrt": root, "partial": differential, "nabla": nabla, "big": big,
    "begin": environment,
    "lfloor": enclosed("floor"), "lceil": enclosed("ceil"), "[[": enclosed("indicator"), "|": bars, "||": norm,
    "infty": infinity, "ones": ones, "<(": inner_product, "at(": at_point,
}  # fmt: skip
