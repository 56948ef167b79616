"""What an operand can look like: one row of FORMS for the kind of its first token."""

from __future__ import annotations

from solvers.formula.nodes import Big, Binder, Call, Cases, Chain, Derivative, Matrix, Name, Node, Num, SetOf, Tuple
from solvers.formula.operators import MUL, OPERATORS
from solvers.formula.reader import CLOSERS, Form, Reader
from solvers.formula.tokens import Token, near

_RUN = frozenset({"num", "name", "g{", "frac", "sqrt", "partial"})
_MATRICES = {"matrix", "bmatrix", "pmatrix", "Bmatrix", "smallmatrix", "array"}


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


def set_of(reader: Reader, token: Token) -> Node:
    """{a, b}, or cases on one line: {a if x > 0; b otherwise}."""
    start = reader.at
    first = reader.chain()
    if reader.peek().kind == "word":
        reader.at = start
        return _branches(reader, token)
    items = [first]
    while reader.accept(","):
        items.append(reader.chain())
    reader.expect("}", token)
    return SetOf(tuple(items), reader.span(token.start))


def _branches(reader: Reader, token: Token) -> Node:
    branches = [_branch(reader)]
    while reader.accept(";"):
        branches.append(_branch(reader))
    reader.expect("}", token)
    return Cases(tuple(branches), reader.span(token.start))


def _branch(reader: Reader) -> tuple[Node, Node | None]:
    """One case: its value and its condition (None is otherwise)."""
    value = reader.expression()
    reader.accept(",")
    reader.accept("cell")
    word = reader.accept("word")
    if word is not None and word.text in {"otherwise", "else"}:
        return value, None
    condition = reader.chain()
    if not isinstance(condition, Chain):
        raise reader.fail("a case needs a condition such as x > 0, or the word otherwise")
    return value, condition


def bracket(reader: Reader, token: Token) -> Node:
    """[1, 2; 3, 4], [1 2; 3 4] and [[1, 2], [3, 4]] are matrices, [a + b] is a bracket, [[a > b]] an indicator."""
    if _double(reader):
        reader.take()
        inner = FORMS["[["](reader, Token("[[", "[[", token.start, token.end))
        reader.expect("]", token)
        return inner
    spaced = _space_separated(reader)
    rows: list[list[Node]] = [[]]
    bars, reader.bars = reader.bars, []
    while True:
        rows[-1].append(_entry(reader) if spaced else reader.expression())
        if reader.accept(";"):
            while reader.accept(";"):
                pass
            if reader.peek().kind == "]":
                break
            rows.append([])
        elif not (reader.accept(",") or (spaced and reader.peek().kind != "]")):
            break
    reader.expect("]", token)
    reader.bars = bars
    if len(rows) == 1 and len(rows[0]) == 1:
        return rows[0][0]
    if len(rows) == 1 and all(isinstance(entry, Matrix) and len(entry.rows) == 1 for entry in rows[0]):
        rows = [list(entry.rows[0]) for entry in rows[0] if isinstance(entry, Matrix)]
    return _matrix(reader, rows, token)


def _double(reader: Reader) -> bool:
    """Whether [[ ... ]] stands here with a relation inside: an indicator."""
    if reader.peek().kind != "[" or reader.peek().spaced:
        return False
    depth, ahead, relation = 0, 0, False
    while True:
        inner = reader.peek(ahead)
        if inner.kind == "eof":
            return False
        depth += (inner.kind in {"[", "(", "{"}) - (inner.kind in {"]", ")", "}"})
        if depth == 0:
            return relation and reader.peek(ahead + 1).kind == "]"
        relation = relation or (depth == 1 and inner.kind == "rel")
        ahead += 1


def _space_separated(reader: Reader) -> bool:
    """Whether the entries up to the closing bracket are plain numbers with blanks between them."""
    ahead, gaps = 0, 0
    while (token := reader.peek(ahead)).kind not in {"]", "eof"}:
        if token.kind not in {"num", ";"} and not (token.kind == "op" and token.text in {"sub", "div"}):
            return False
        gaps += token.kind == "num" and reader.peek(ahead - 1).kind == "num" if ahead else 0
        gaps += token.spaced and token.text == "sub" and not reader.peek(ahead + 1).spaced and ahead > 0
        ahead += 1
    return gaps > 0


def _entry(reader: Reader) -> Node:
    """One entry among blanks: a number, perhaps signed, perhaps a fraction."""
    sign = reader.accept("op", "sub")
    value: Node = number(reader, reader.take())
    if reader.accept("op", "div"):
        value = Call("div", (value, number(reader, reader.take())))
    return Call("neg", (value,)) if sign else value


def _matrix(reader: Reader, rows: list[list[Node]], token: Token) -> Matrix:
    sizes = [len(row) for row in rows]
    for place, size in enumerate(sizes):
        if size != sizes[0]:
            message = f"row {place + 1} of the matrix has {size} entries, the first row has {sizes[0]}"
            raise reader.fail(message, token)
    return Matrix(tuple(tuple(row) for row in rows), reader.span(token.start))


def argument(reader: Reader) -> Node:
    """The argument of \\frac or \\sqrt: a group, or one symbol (\\frac12 has two)."""
    token = reader.peek()
    if token.kind == "num" and len(token.text) > 1 and reader.latex:
        first, rest = token.text[0], token.text[1:]
        middle = token.start + 1
        reader.tokens[reader.at : reader.at + 1] = [
            Token("num", first, token.start, middle), Token("num", rest, middle, token.end),
        ]  # fmt: skip
        token = reader.peek()
    if token.kind == "g{":
        reader.take()
        return reader.group(token)
    reader.take()
    form = reader.forms.get(token.kind)
    if form is None:
        raise reader.fail("expected an argument in braces", token)
    return form(reader, token)


def fraction(reader: Reader, token: Token) -> Node:
    mark = _differential(reader)
    if mark:
        return _derivative_fraction(reader, token, mark)
    top = argument(reader)
    return Call("div", (top, argument(reader)), reader.span(token.start))


def _is_d(reader: Reader, token: Token) -> bool:
    return token.kind == "partial" or (token.kind == "name" and token.text == "d" and "d" not in reader.scope.names)


def _differential(reader: Reader) -> str:
    """ "partial" or "d" if both arguments of a fraction begin with a differential sign."""
    if reader.peek().kind != "g{" or not _is_d(reader, reader.peek(1)):
        return ""
    depth, ahead = 1, 1
    while depth:
        kind = reader.peek(ahead).kind
        if kind == "eof":
            return ""
        depth += (kind == "g{") - (kind == "g}")
        ahead += 1
    if reader.peek(ahead).kind != "g{" or not _is_d(reader, reader.peek(ahead + 1)):
        return ""
    return "partial" if reader.peek(1).kind == "partial" else "d"


def _derivative_fraction(reader: Reader, token: Token, mark: str) -> Node:
    opener = reader.take()
    reader.take()
    order = int(_order(reader))
    of = reader.expression() if reader.peek().kind != "g}" else None
    reader.expect("g}", opener)
    opener = reader.take()
    by = _by(reader, order)
    reader.expect("g}", opener)
    body = of if of is not None else reader.expression(MUL)
    return Derivative(mark, body, by, reader.span(token.start))


def _order(reader: Reader) -> str:
    if not reader.accept("^"):
        return "1"
    tokens, opener = reader.script()
    if len(tokens) != 1 or tokens[0].text not in {"1", "2", "3"}:
        raise reader.fail("the order of a derivative is 1, 2 or 3", opener)
    return tokens[0].text


def _by(reader: Reader, order: int) -> tuple[Node, ...]:
    """What a derivative is taken by: dx, dx dy, dx^2."""
    found: list[Node] = []
    while _is_d(reader, reader.peek()):
        reader.take()
        variable = reader.operand()
        if isinstance(variable, Call) and variable.op == "pow" and isinstance(variable.args[1], Num):
            found += [variable.args[0]] * min(int(variable.args[1].value), 3)
        else:
            found.append(variable)
    if len(found) != order:
        raise reader.fail(f"the derivative is of order {order}, but {len(found)} variable(s) stand below the line")
    return tuple(found)


def differential(reader: Reader, token: Token) -> Node:
    """∂L/∂W and dL/dW on one line."""
    mark = "d" if token.text == "d" else "partial"
    order = int(_order(reader))
    of = None if reader.peek().kind == "op" else reader.operand()
    if not reader.accept("op", "div"):
        raise reader.fail("expected / and what the derivative is taken by")
    opener = reader.accept("(")
    by = _by(reader, order)
    if opener:
        reader.expect(")", opener)
    return Derivative(mark, of if of is not None else reader.expression(MUL), by, reader.span(token.start))


def nabla(reader: Reader, token: Token) -> Node:
    if not reader.accept("_"):
        raise reader.fail("say what the gradient is taken by: \\nabla_w L")
    tokens, opener = reader.script()
    by = reader.whole(tokens, opener)
    return Derivative("nabla", reader.expression(MUL), (by,), reader.span(token.start))


def root(reader: Reader, token: Token) -> Node:
    if reader.accept("["):
        opener = reader.peek(-1)
        degree = reader.group(opener)
        power = Call("div", (Num("1"), degree))
        return Call("pow", (argument(reader), power), reader.span(token.start))
    inner = argument(reader) if reader.latex else reader.operand()
    return Call("sqrt", (inner,), reader.span(token.start))


def enclosed(op: str) -> Form:
    """A function written as a pair of brackets: floor, ceil, indicator."""

    def form(reader: Reader, token: Token) -> Node:
        bars, reader.bars = reader.bars, []
        inner = reader.chain()
        closed = token.text == "[[" and reader.accept("]")
        if not closed:
            reader.expect(CLOSERS[token.kind], token)
        reader.bars = bars
        return Call(op, (inner,), reader.span(token.start))

    return form


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


def big(reader: Reader, token: Token) -> Node:
    """A big operator with its scripts in either order; the body reaches up to the next + or -."""
    lower: tuple[list[Token], Token] | None = None
    upper: Node | None = None
    while reader.peek().kind in {"_", "^"}:
        if reader.take().kind == "_":
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
    low = domain = None
    if relation := reader.accept("rel"):
        if relation.text not in {"=", "in"}:
            raise reader.fail("a sum runs over i=1 .. n, or over i in a set", relation)
        value = reader.expression()
        low, domain = (value, None) if relation.text == "=" else (None, value)
    if reader.peek().kind != "eof":
        raise reader.fail(f"{reader.written(reader.peek())!r} was not expected in the range")
    if low is not None and upper is None:
        raise reader.fail("the sum has a lower bound and no upper one")
    return tuple(Binder(v, low, upper, domain, v.span) for v in variables)


def _variable(reader: Reader) -> Name:
    token = reader.take()
    if token.kind != "name":
        raise reader.fail("expected the name of an index", token)
    return Name(token.text, reader.span(token.start))


def environment(reader: Reader, token: Token) -> Node:
    kind = _environment_name(reader, token)
    if kind == "array" and reader.peek().kind == "g{":
        reader.script()  # the column layout says nothing about the values
    if kind == "cases":
        return _cases(reader, token)
    if kind not in _MATRICES | {"vmatrix"}:
        raise reader.fail(f"\\begin{{{kind}}} is not read here" + near(kind, [*_MATRICES, "cases"]), token)
    rows = _rows(reader, token)
    matrix = _matrix(reader, rows, token)
    return Call("det", (matrix,), matrix.span) if kind == "vmatrix" else matrix


def _environment_name(reader: Reader, token: Token) -> str:
    opener = reader.take()
    if opener.kind != "g{":
        raise reader.fail("expected the name of an environment in braces", opener)
    letters = []
    while reader.peek().kind not in {"g}", "eof"}:
        letters.append(reader.take().text)
    reader.expect("g}", opener)
    return "".join(letters)


def _rows(reader: Reader, token: Token) -> list[list[Node]]:
    rows: list[list[Node]] = [[reader.expression()]]
    while reader.peek().kind != "end":
        if reader.accept("cell"):
            rows[-1].append(reader.expression())
        elif reader.accept("row"):
            if reader.peek().kind == "end":
                break
            rows.append([reader.expression()])
        else:
            reader.expect("end", token)
    _close(reader, token)
    return rows


def _close(reader: Reader, token: Token) -> None:
    reader.expect("end", token)
    _environment_name(reader, token)


def _cases(reader: Reader, token: Token) -> Node:
    branches = [_branch(reader)]
    while reader.accept("row") and reader.peek().kind != "end":
        branches.append(_branch(reader))
    _close(reader, token)
    return Cases(tuple(branches), reader.span(token.start))


FORMS: dict[str, Form] = {
    "num": number, "name": name, "func": function, "(": parenthesis, "g{": braces, "{": set_of, "[": bracket,
    "frac": fraction, "sqrt": root, "partial": differential, "nabla": nabla, "big": big, "begin": environment,
    "lfloor": enclosed("floor"), "lceil": enclosed("ceil"), "[[": enclosed("indicator"), "|": bars, "||": norm,
    "infty": infinity,
}  # fmt: skip
