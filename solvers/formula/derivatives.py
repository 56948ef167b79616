"""Fractions and derivatives as operands: \\frac{\\partial L}{\\partial W}, dL/dW, \\partial_x f, \\nabla_w L."""

from __future__ import annotations

from solvers.formula.applied import at_argument, by_parameter
from solvers.formula.gradients import of_several
from solvers.formula.nodes import Apply, At, Call, Derivative, Name, Node, Num, Span, walk
from solvers.formula.operators import GREEK, HADAMARD, ROW
from solvers.formula.ranks import rank_of
from solvers.formula.reader import Reader
from solvers.formula.tokens import Token


def argument(reader: Reader) -> Node:
    """The argument of \\frac or \\sqrt: a group, or one symbol (\\frac12 has two)."""
    token = reader.peek()
    if token.kind == "num" and len(token.text) > 1 and token.text.isdecimal() and reader.latex:
        first, rest = token.text[0], token.text[1:]
        middle = token.start + 1
        reader.tokens[reader.at : reader.at + 1] = [
            Token("num", first, token.start, middle), Token("num", rest, middle, token.end),
        ]  # fmt: skip
        token = reader.peek()
    reader.take()
    if token.kind == "g{":
        return reader.group(token)
    form = reader.forms.get(token.kind)
    if form is None:
        raise reader.fail(f"expected an argument in braces, but {reader.stands(token)} here", token)
    reader.deeper()
    alone = token.kind == "name" and reader.latex and reader.peek().kind in {"(", "["}
    found = reader.inside([token], token).operand() if alone else form(reader, token)  # \\frac1\\sigma(a + b)
    reader.nesting -= 1
    euler = found == Name("e") and "e" not in reader.scope.names
    return Call("exp", (Num("1"),), found.span) if euler else found


def fraction(reader: Reader, token: Token) -> Node:
    mark = _differential(reader)
    if mark:
        return _derivative_fraction(reader, token, mark)
    top = argument(reader)
    return Call("div", (top, argument(reader)), reader.span(token.start))


def _is_d(reader: Reader, token: Token) -> bool:
    return token.kind in {"partial", "differential"} or (token.kind == "name" and token.text == "d")


def _differential(reader: Reader) -> str:
    """ "partial" or "d" if both arguments of a fraction begin with a differential sign."""
    if reader.peek().kind != "g{" or not _is_d(reader, reader.peek(1)) or reader.peek(2).kind in {"_", "'"}:
        return ""
    below = _behind_braces(reader, 0)
    if reader.peek(below).kind != "g{" or not _is_d(reader, reader.peek(below + 1)):
        return ""
    if reader.peek(below + 2).kind == "g}" or (reader.peek(1).text == "d" and _divides(reader, below)):
        return ""  # nothing stands behind the d below: it is a symbol
    return "partial" if reader.peek(1).kind == "partial" and reader.peek(1).text != "d" else "d"


def _behind_braces(reader: Reader, ahead: int) -> int:
    """The place behind the braces that open at a place ahead."""
    depth = 1
    while depth and reader.peek(ahead + 1).kind != "eof":
        ahead += 1
        depth += (reader.peek(ahead).kind == "g{") - (reader.peek(ahead).kind == "g}")
    return ahead + 1


def _divides(reader: Reader, below: int) -> bool:
    """Whether it is divided by a d that is declared: d/(d + 1), d/(d n) of a whole n, d/(d x) and nothing behind."""
    declared, names = reader.scope.names.get("d"), reader.scope.names
    if declared is None or declared.domain == "inferred":
        return False
    variable, behind = reader.peek(below + 2), reader.peek(_behind_braces(reader, below))
    whole = variable.text in names and names[variable.text].domain == "natural"
    alone = reader.peek(2).kind == "g}" and not reader.starts_operand(behind)
    return variable.kind not in {"name", "g{"} or whole or alone


def _derivative_fraction(reader: Reader, token: Token, mark: str) -> Node:
    opener = reader.take()
    reader.take()
    order, plus = _order(reader)
    with reader.within():
        of = reader.expression() if reader.peek().kind != "g}" else None
        reader.expect("g}", opener)
        opener = reader.take()
        by = _by(reader, order)
        reader.expect("g}", opener)
    by, row = _untransposed(by)
    body = of if of is not None else _body(reader)
    found = _taken(mark + plus + row, body, by, reader.span(token.start))
    if isinstance(of, Apply) and of.span.end - of.span.start <= len(of.name) + 1 and reader.peek().kind == "(":
        argument = reader.group(reader.take())  # \\frac{df}{dx}(a)
        if len(by) != 1 or not isinstance(by[0], Name):
            raise reader.fail("write the derivative at a point with a bar: |_{x = a}", token)
        return At(found, (by[0],), (argument,), reader.span(token.start))
    return found


def _untransposed(by: tuple[Node, ...]) -> tuple[tuple[Node, ...], str]:
    """By x^T: by x, with the derivative of a number as a row. By x and x^T: twice by x, which makes the Hessian."""
    only = by[0] if len(by) == 1 else None
    if len(by) == 2:
        plain = tuple(b.args[0] if isinstance(b, Call) and b.op == "transpose" else b for b in by)
        return (plain, "") if plain[0] == plain[1] and plain != by else (by, "")
    if isinstance(only, Call) and only.op == "transpose":
        return only.args, ROW
    return by, ""


def _body(reader: Reader) -> Node:
    """What is differentiated: the whole product that follows; a bar with a point belongs to the derivative."""
    held, reader.held = reader.held, 1
    body = reader.expression(HADAMARD)
    reader.held = held
    return body


def _order(reader: Reader) -> tuple[int, str]:
    """The order of a derivative; a plus marks the immediate one."""
    if reader.peek().kind == "op" and reader.peek().text == "add" and reader.peek(1).kind in {"name", "g{", "("}:
        reader.take()
        return 1, "+"
    if not reader.accept("^"):
        return 1, ""
    tokens, opener = reader.script()
    if [t.text for t in tokens] == ["add"]:
        return 1, "+"
    if len(tokens) != 1 or tokens[0].text not in {"1", "2", "3"}:
        raise reader.fail("the order of a derivative is 1, 2 or 3", opener)
    return int(tokens[0].text), ""


def _by(reader: Reader, order: int) -> tuple[Node, ...]:
    """What a derivative is taken by: dx, dx dy, dx^2; of the first order by x^2 itself."""
    variables: list[Node] = []
    while _is_d(reader, reader.peek()):
        reader.take()
        if reader.peek().kind == "^":
            _order(reader)  # \\partial^+ below the line too
        variables.append(reader.operand())
    found = [each for v in variables for each in _times(v)]
    if len(found) != order:
        found = [each for v in variables for each in ([v] if _base(_base(v)) is None else _times(v))]
    if len(found) != order:
        raise reader.fail(f"the derivative is of order {order}, but {len(found)} variable(s) stand below the line")
    bases = [base for variable in found if (base := _base(variable)) is not None]
    for base in bases:  # w^2 may be the weight of a second layer
        stem = next((n for n in walk(base) if isinstance(n, Name)), Name(""))
        known = stem.text in reader.scope.names or stem.text.partition("_")[0] in GREEK
        if rank_of(base, reader.scope) or not known:
            raise reader.fail("a derivative by a square is read for declared numbers")
    return tuple(found)


def _base(node: Node | None) -> Node | None:
    """The x of a power x^2; None of anything else."""
    power = isinstance(node, Call) and node.op == "pow" and isinstance(node.args[1], Num)
    return node.args[0] if power and isinstance(node, Call) else None


def _times(node: Node) -> list[Node]:
    """x as often as dx^2 says."""
    base = _base(node)
    return [node] if base is None or not isinstance(node, Call) else [base] * min(int(_number(node.args[1])), 3)


def _number(node: Node) -> int:
    assert isinstance(node, Num)
    return int(node.value)


def _taken(sign: str, of: Node, by: tuple[Node, ...], span: Span) -> Node:
    """The derivative; by \\sigma^2 it is that by \\sigma over 2 \\sigma."""
    if all(_base(variable) is None for variable in by):
        return Derivative(sign, of, by, span)
    for variable in reversed(by):
        base = _base(variable)
        if base is None or not isinstance(variable, Call):
            of = Derivative(sign, of, (variable,), span)
            continue
        exponent = _number(variable.args[1])
        lower = base if exponent == 2 else Call("pow", (base, Num(str(exponent - 1))))
        of = Call("div", (Derivative(sign, of, (base,), span), Call("mul", (variable.args[1], lower))), span)
    return of


def differential(reader: Reader, token: Token) -> Node:
    """∂L/∂W and dL/dW on one line, and \\partial_x f."""
    mark = "d" if token.text == "d" else "partial"
    if mark == "partial" and reader.accept("_"):
        tokens, opener = reader.script()
        order, _ = _order(reader)
        by = (reader.whole(tokens, opener),) * order
        return _taken(mark, _body(reader), by, reader.span(token.start))
    order, plus = _order(reader)
    of = None if reader.peek().kind == "op" else reader.operand()
    while of is not None and reader.starts_operand(reader.peek()):  # d w^T x/dx
        of = Call("mul", (of, reader.operand()), reader.span(token.start))
    if not reader.accept("op", "div"):
        raise reader.fail("expected / and what the derivative is taken by")
    bracket = reader.accept("(")
    by, row = _untransposed(_by(reader, order))
    if bracket is not None:
        reader.expect(")", bracket)
    return _taken(mark + plus + row, of if of is not None else _body(reader), by, reader.span(token.start))


def change(reader: Reader, token: Token) -> Node:
    """dX, where differentials are written: of the operand that stands next."""
    return Call("differential", (reader.operand(),), reader.span(token.start))


def nabla(reader: Reader, token: Token) -> Node:
    """The gradient by what stands below; squared, the Hessian. Of a declared function also by its argument.

    Where nothing follows that it is of, \\nabla_t is a symbol like any other: g_t.
    """
    symbol, begun = Name("nabla", reader.span(token.start)), reader.at
    if "nabla" in reader.scope.names:
        return symbol
    by: Node | None = None
    order = 1
    while reader.peek().kind in {"_", "^"}:
        if reader.take().kind == "_":
            tokens, opener = reader.script()
            by = reader.whole(tokens, opener)
        else:
            tokens, opener = reader.script()
            if len(tokens) != 1 or tokens[0].text not in {"1", "2", "3"}:
                raise reader.fail("the order of a gradient is 1, 2 or 3", opener)
            order = int(tokens[0].text)
    if by is not None and not reader.starts_operand(reader.peek()):
        reader.at = begun
        return symbol
    apart = reader.peek().kind == "("
    body = _differentiated(reader)
    if by is None and isinstance(body, Derivative) and body.sign == "nabla":  # \\nabla\\nabla f
        by = body.by[0]
    if by is None and isinstance(body, At) and isinstance(body.body, Name):
        by = body.names[0]  # \\nabla L(w^(t))
    if by is None:
        declared = reader.scope.names.get(body.name) if isinstance(body, Apply) and len(body.args) == 1 else None
        if isinstance(body, Apply) and declared is not None and (declared.parameters or ((),))[0]:
            return at_argument(declared, body, "nabla", order, reader, token)
        if (several := of_several(reader, body, order, token)) is not None:
            return several
        if not isinstance(body, Apply) or len(body.args) != 1 or not isinstance(body.args[0], Name):
            raise reader.fail("say what the gradient is taken by: \\nabla_w L", token)
        by = body.args[0]  # J_i(w), of a family of functions
    inner = by_parameter(reader, body, by) if not (apart and isinstance(body, Apply)) else None
    body = body if inner is None else inner[0]
    for _ in range(order):
        body = Derivative("nabla", body, (by,), reader.span(token.start))
    return body if inner is None or not isinstance(by, Name) else At(body, (by,), (inner[1],), reader.span(token.start))


def _differentiated(reader: Reader) -> Node:
    """A function or a defined name by itself (\\nabla f^T v is (\\nabla f)^T v), else the whole product."""
    first = reader.peek()
    declared = reader.scope.names.get(first.text) if first.kind == "name" else None
    if declared is None or declared.domain not in {"function", "defined"}:
        return _body(reader)
    reader.take()
    found = reader.forms["name"](reader, first)
    if reader.peek().kind == "^" and reader.peek(1).kind in {"T", "g{"} and not reader.scope.family(first.text):
        braced = reader.peek(1).kind == "g{"
        if reader.peek(2 if braced else 1).kind == "T" or reader.peek(2 if braced else 1).text == "T":
            return found
    if reader.peek().kind in {"_", "^"}:
        held, reader.held = reader.held, 1
        found = reader.postfix(found, first.start)
        reader.held = held
    if reader.starts_operand(reader.peek()):
        reader.notes.append(f"the gradient is read as that of {first.text} alone: put brackets around a product")
    return found
