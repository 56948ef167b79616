"""Operands in brackets: sets, cases, matrices, environments, and functions written as a pair of brackets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from solvers.formula.dots import listed
from solvers.formula.evaluated import evaluated, is_evaluated
from solvers.formula.indicators import CONDITIONS
from solvers.formula.nodes import Call, Cases, Chain, Matrix, Node, Num, SetOf
from solvers.formula.ranges import dotted_set
from solvers.formula.reader import CLOSERS, STARTS, Form, Reader
from solvers.formula.tokens import Token, near

_MATRICES = {"matrix", "bmatrix", "pmatrix", "Bmatrix", "smallmatrix", "array"}
_OPENING = {kind for kind in CLOSERS if kind != "|"} | {"begin"}
_CLOSING = {CLOSERS[kind] for kind in CLOSERS if kind != "|"} | {"end"}
_CASES = {"cases", "dcases", "rcases", "numcases", "cases*", "dcases*"}


def enclosed(op: str) -> Form:
    """A function written as a pair of brackets: floor, ceil, indicator."""

    def form(reader: Reader, token: Token) -> Node:
        with reader.within():
            inner = reader.condition() if op == "indicator" else reader.expression()
            while op == "indicator" and reader.accept(","):
                inner = Call("and", (inner, reader.condition()))
        closed = token.text == "[[" and reader.accept("]")
        if not closed:
            reader.expect(CLOSERS[token.kind], token)
        return Call(op, (inner,), reader.span(token.start))

    return form


def set_of(reader: Reader, token: Token) -> Node:
    """{a, b}, or cases on one line: {a if x > 0; b otherwise}."""
    with reader.within():
        return _set_or_cases(reader, token)


def _ternary(reader: Reader, value: Node, token: Token) -> Node | None:
    """{x if x > 0 else 0}, as programs write it; None where other cases follow."""
    start = reader.at
    if not reader.accept("word", "if"):
        return None
    condition = reader.condition()
    if not isinstance(condition, (Chain, Call)) or not reader.accept("word", "else"):
        reader.at = start
        return None
    other = reader.expression()
    reader.expect("}", token)
    return Cases(((value, condition), (other, None)), reader.span(token.start))


def _set_or_cases(reader: Reader, token: Token) -> Node:
    start, before = reader.at, reader.peek(-2) if reader.at > 1 else None
    first = reader.chain()
    if (found := _ternary(reader, first, token)) is not None:
        return found
    if reader.peek().kind == "word" or (reader.peek().kind == "," and _cases_follow(reader)):
        reader.at = start
        return _branches(reader, token)
    items = [first]
    while reader.peek().kind == "," and reader.peek(1).kind != "...":
        reader.take()
        items.append(reader.chain())
    if reader.peek().kind in {"...", ","}:
        return dotted_set(reader, items, token)
    reader.expect("}", token)
    member = before is not None and before.kind == "rel"
    if len(items) == 1 and not member and not isinstance(first, Chain):
        return first  # braces as brackets
    return SetOf(tuple(items), reader.span(token.start))


def _cases_follow(reader: Reader) -> bool:
    """Whether the branches of cases stand up to the closing brace: {x, x > 0; 0, otherwise}."""
    depth, ahead, word = 0, 0, False
    while (inner := reader.peek(ahead)).kind != "eof" and depth >= 0:
        depth += (inner.kind in _OPENING) - (inner.kind in _CLOSING)
        word = word or (depth == 0 and inner.kind in {"word", ";"})
        ahead += 1
    return word


def system(reader: Reader, token: Token) -> Node:
    """\\left\\{\\begin{array}{ll} ... \\end{array}\\right.: cases."""
    begin = reader.peek()
    if begin.kind != "begin":
        raise reader.fail("expected cases behind the brace: \\begin{cases} ... \\end{cases}")
    reader.take()
    kind = _environment_name(reader, begin)
    if kind == "array" and reader.peek().kind == "g{":
        reader.script()
    return _cases(reader, begin)


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
    if word is not None and word.text in {"otherwise", "else"} and reader.peek().kind not in STARTS:
        _punctuation(reader)
        return value, None
    condition = reader.condition()
    if isinstance(condition, Chain) and reader.peek().kind == "," and reader.peek(1).kind in STARTS:
        reader.take()
        condition = Call("and", (condition, reader.condition()))
    if not (isinstance(condition, Chain) or (isinstance(condition, Call) and condition.op in {"and", "or"})):
        raise reader.fail("a case needs a condition such as x > 0, or the word otherwise")
    _punctuation(reader)
    return value, condition


def _punctuation(reader: Reader) -> None:
    """The comma or stop at the end of a case."""
    while reader.peek().kind in {",", "."}:
        reader.take()


def bracket(reader: Reader, token: Token) -> Node:
    """[1, 2; 3, 4], [1 2; 3 4] and [[1, 2], [3, 4]] are matrices, [a + b] is a bracket, [[a > b]] an indicator."""
    if _double(reader):
        reader.take()
        inner = enclosed("indicator")(reader, Token("[[", "[[", token.start, token.end))
        reader.expect("]", token)
        return inner
    spaced = _space_separated(reader)
    with reader.within():
        if not spaced and (inside := _condition_inside(reader, token)) is not None:
            return inside
        rows = _written_rows(reader, spaced)
        reader.expect("]", token)
    if len(rows) == 1 and len(rows[0]) == 1:
        inner = rows[0][0]
        return evaluated(reader, inner, token.start) if is_evaluated(reader, inner) else inner
    if len(rows) == 1 and all(isinstance(entry, Matrix) and len(entry.rows) == 1 for entry in rows[0]):
        rows = [list(entry.rows[0]) for entry in rows[0] if isinstance(entry, Matrix)]
    return _matrix(reader, rows, token)


def _written_rows(reader: Reader, spaced: bool) -> list[list[Node]]:
    rows: list[list[Node]] = [[]]
    while True:
        dotted = reader.peek().kind == "..." and bool(rows[-1])
        rows[-1].append(listed(reader, rows[-1]) if dotted else _entry(reader) if spaced else reader.expression())
        if reader.accept(";"):
            while reader.accept(";"):
                pass
            if reader.peek().kind == "]":
                break
            rows.append([])
        elif not (reader.accept(",") or (spaced and reader.peek().kind not in {"]", "eof"})):
            break
    return rows


def _condition_inside(reader: Reader, token: Token) -> Node | None:
    """[x > 0]: an indicator."""
    if not relation_inside(reader):
        return None
    inner = reader.condition()
    while reader.accept(","):
        inner = Call("and", (inner, reader.condition()))
    reader.expect("]", token)
    return Call("indicator", (inner,), reader.span(token.start))


def relation_inside(reader: Reader) -> bool:
    """Whether a relation stands before the bracket that is open here closes."""
    depth, ahead = 0, 0
    while (inner := reader.peek(ahead)).kind != "eof" and depth >= 0:
        depth += (inner.kind in _OPENING) - (inner.kind in _CLOSING)
        if depth == 0 and inner.kind == ";":
            return False
        if depth == 0 and inner.kind == "rel" and inner.text in CONDITIONS:
            return True
        ahead += 1
    return False


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

    def digits() -> Node:
        if reader.peek().kind != "num":
            raise reader.fail(f"expected a number, but {reader.stands(reader.peek())} here")
        return Num(reader.take().text)

    sign = reader.accept("op", "sub")
    value = digits()
    if reader.accept("op", "div"):
        value = Call("div", (value, digits()))
    return Call("neg", (value,)) if sign else value


def _matrix(reader: Reader, rows: list[list[Node]], token: Token) -> Matrix:
    sizes = [len(row) for row in rows]
    for place, size in enumerate(sizes):
        if size != sizes[0]:
            message = f"row {place + 1} of the matrix has {size} entries, the first row has {sizes[0]}"
            raise reader.fail(message, token)
    return Matrix(tuple(tuple(row) for row in rows), reader.span(token.start))


def environment(reader: Reader, token: Token) -> Node:
    kind = _environment_name(reader, token)
    if kind == "array" and reader.peek().kind == "g{":
        reader.script()  # the column layout says nothing about the values
    if kind in _CASES:
        return _cases(reader, token)
    if kind not in _MATRICES | {"vmatrix", "Vmatrix"}:
        raise reader.fail(f"\\begin{{{kind}}} is not read here" + near(kind, [*_MATRICES, "cases"]), token)
    with _in_cells(reader, token):
        rows = _rows(reader, token)
    matrix = _matrix(reader, rows, token)
    if kind == "Vmatrix":
        return Call("norm", (matrix, Num("2" if all(len(row) == 1 for row in rows) else "F")), matrix.span)
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
    return rows


@contextmanager
def _in_cells(reader: Reader, token: Token) -> Iterator[None]:
    """Between \\begin{...} and \\end{...}, where & parts the columns."""
    reader.cells += 1
    with reader.within():
        yield
    reader.cells -= 1
    reader.expect("end", token)
    _environment_name(reader, token)


def _cases(reader: Reader, token: Token) -> Node:
    with _in_cells(reader, token):
        branches = [_branch(reader)]
        while reader.accept("row") and reader.peek().kind != "end":
            branches.append(_branch(reader))
    return Cases(tuple(branches), reader.span(token.start))
