"""What an operand can look like: one row of FORMS for the kind of its first token."""

from __future__ import annotations

from solvers.formula.applied import (
    alias,
    at_iterate,
    composed,
    declared_function,
    density,
    derivative_matrix,
    lists_names,
    names_only,
    relates,
    unit_vector,
)
from solvers.formula.calls import calls, inverted, speaks_of_itself
from solvers.formula.derivatives import argument, change, differential, fraction, nabla
from solvers.formula.divergences import information
from solvers.formula.domains import EULER_SIZE
from solvers.formula.indicators import indicated, indicator_letter, relation_follows
from solvers.formula.latex_words import WORD_FUNCTIONS
from solvers.formula.letters import mean_name
from solvers.formula.literals import bracket, enclosed, environment, set_of, system
from solvers.formula.nodes import Big, Call, Index, Name, Node, Num, Tuple, names
from solvers.formula.operators import OPERATORS
from solvers.formula.places import over_places
from solvers.formula.probability import mean_below, statistic
from solvers.formula.ranges import BINDING, big, extremum
from solvers.formula.ranks import rank_of
from solvers.formula.reader import Form, Reader
from solvers.formula.spectral_names import is_spectral
from solvers.formula.tokens import ReadError, Token, near

_PRIME = "'"
_FILLED = {"0": "zeros", "1": "ones"}  # 0_n, 1_n
_RUN = frozenset({"num", "name", "g{", "frac", "sqrt", "partial", "differential"})


def number(reader: Reader, token: Token) -> Node:
    """A number; a 1 before brackets with a relation is an indicator."""
    if token.text == "1" and reader.peek().start == token.end:
        below = reader.peek().kind == "_"
        if (below or relation_follows(reader)) and (found := indicated(reader, token)) is not None:
            return found
    if token.text in _FILLED and reader.peek().kind == "_" and (token.text == "0" or reader.peek(1).kind != "num"):
        return Name(_FILLED[token.text], reader.span(token.start))
    return Num(token.text, reader.span(token.start))


def name(reader: Reader, token: Token) -> Node:
    """A name; undeclared sigma before a bracket is the logistic function."""
    text = token.text
    indexed = text in reader.scope.heads and reader.peek().kind in {"_", "^", "'"}
    known = indexed or text in reader.scope.names or text in reader.bound
    if text == "sigma" and "sigma" not in reader.scope.names and inverted(reader):
        raise reader.fail("\\sigma^{-1} before a bracket can mean two things: write logit(x), or 1/\\sigma(x)", token)
    applied = text in {"sigma", "sigmadot"} and not known and "sigma" not in reader.scope.names and calls(reader)
    if applied and not speaks_of_itself(reader, "sigma"):
        primes = "'" if text == "sigmadot" else ""
        return function(reader, Token("func", "sigmoid" + primes, token.start, token.end))
    if (declared := alias(reader, text)) is not None:
        return declared_function(reader, Token("name", declared, token.start, token.end), int(f"{declared}dot" == text))
    if text == "D" and known and (found := information(reader, token)) is not None:
        return found  # D_KL, beside a D of one's own
    if not known:
        for read in (statistic, information, indicator_letter, unit_vector, derivative_matrix):
            if (found := read(reader, token)) is not None:
                return found
    if text == "d" and not known and _differential(reader, token):
        raise reader.fail("a differential is compared with others only, as dL = tr(G^T dW)", token)
    if text == "Delta" and not known and reader.peek().kind == "name" and not reader.scope.strict:
        changed = reader.take()  # \\Delta w is one name
        return Name("Delta" + changed.text, reader.span(token.start))
    if reader.scope.strict and not known and reader.peek().kind != "_" and text not in {"e", "pi", "ones", "zeros"}:
        raise reader.fail(f"{text!r} is not declared" + near(text, reader.scope.names), token)
    if not known and not reader.scope.strict:
        _refuse_application(reader, token)
    found = Name(text, reader.span(token.start))
    if text == "e" and not known and reader.peek().kind not in {"^", "_"}:
        if any(EULER_SIZE in (d.shape or ()) for d in reader.scope.names.values()):
            return EULER_SIZE
        return Call("exp", (Num("1"),), found.span)
    declared_as = reader.scope.names.get(text)
    vector = declared_as is not None and declared_as.domain == "simplex" and not declared_as.family
    if vector and reader.peek().kind == "(" and names_only(reader, raised=True):
        return Index(found, tuple(reader.items(reader.take())), reader.span(token.start))  # p(x) of a vector
    if declared_as is not None and declared_as.domain == "defined":
        return at_iterate(reader, found) if declared_as.law is None else density(reader, found)
    return Name("I", found.span) if text == "bbI" and not known else found


def _differential(reader: Reader, token: Token) -> bool:
    """Whether d stands right before something declared that is no number: dW; and d(A^{-1}), where d is no size."""
    bracketed = reader.peek().kind == "("
    following = reader.peek(1) if bracketed else reader.peek()
    declared = reader.scope.names.get(following.text) if following.kind == "name" else None
    spoken_of = "d" in reader.scope.own
    number = declared is not None and declared.shape == () and (declared.domain != "defined" or spoken_of)
    if declared is None or number or reader.peek().start > token.end:
        return False
    return not bracketed or not any(
        "d" in names(size) for other in reader.scope.names.values() for size in other.shape or ()
    )


def _refuse_application(reader: Reader, token: Token) -> None:
    """f(x), L(w), \\operatorname{foo} x of something undeclared is no product."""
    source = reader.source[token.start : token.end]
    opener = reader.peek()
    listed = opener.kind == "(" and relates(reader, token.text in {"P", "Pr", "p", "bbP"})
    applied = opener.kind == "(" and (names_only(reader) or listed)
    primed = opener.kind == "'" and calls(reader)
    if token.text == "Gamma" and opener.kind == "(":
        raise ReadError("the gamma function is not read: of a whole number write (n - 1)!", token.start, token.end)
    word = len(token.text) > 1 and source.startswith(("\\operatorname", "\\mathrm", "\\text"))
    if (word and opener.kind == "(") or source.startswith("\\operatorname") or applied or primed:
        hint = near(token.text, [*WORD_FUNCTIONS, *reader.scope.names])
        said = hint or f": say what it is ({token.text}(x) = ...), or write a product with \\cdot or *"
        said = f"{token.text!r} is used as a function, but is not declared{said}"
        raise ReadError(said, token.start, token.end, "" if word or hint or listed else token.text)


def function(reader: Reader, token: Token) -> Node:
    """A function of the table: primes, an exponent before the argument, brackets or a bare argument."""
    op, exponent = token.text, None
    while reader.accept("'"):
        op += "'"
    place = None
    if reader.peek().kind == "_" and token.text.rstrip("'") in BINDING:
        return extremum(reader, token)
    if reader.peek().kind == "_" and token.text in {"softmax", "log"}:  # softmax_i(z), log_b(x)
        reader.take()
        tokens, opener = reader.script()
        place = (reader.whole(tokens, opener),) if token.text == "log" else reader.indices(tokens, opener, 1)
    if reader.accept("^"):
        tokens, opener = reader.script()
        if all(t.kind == "'" for t in tokens):
            op += "'" * len(tokens)
        elif [t.text for t in tokens] == ["sub", "1"]:
            raise reader.fail(f"{op}^-1 can mean two things: write 1/{op}(x), or arc{op}(x)", opener)
        else:
            exponent = reader.whole(tokens, opener)
    arguments = _arguments(reader, token)
    if op.endswith("'") and len(arguments) > 1:
        raise reader.fail("a prime is read on functions of one argument: write a partial derivative", token)
    _complete(reader, token, arguments)
    if op == "abs" and rank_of(arguments[0], reader.scope) in {1, 2}:
        op = "absolute"  # of each entry; bars would be a length or a determinant
    if token.text in {"max", "min"} and len(arguments) == 1 and isinstance(arguments[0], Big):
        run = arguments[0]  # max(z_1, ..., z_K)
        return Big(op, run.binders, run.body, reader.span(token.start)) if run.op == "list" else Call(op, (run,))
    row = OPERATORS[token.text.rstrip("'")]
    if not row.arity[0] <= len(arguments) <= row.arity[1]:
        raise reader.fail(f"{row.plain} takes {row.arity[0]} argument(s), {len(arguments)} found", token)
    call: Node = Call(op, tuple(arguments), reader.span(token.start))
    if place is not None and token.text == "log":
        call = Call("div", (call, Call("log", place)), call.span)
    elif place is not None:
        call = Index(call, place, call.span)
    return call if exponent is None else Call("pow", (call, exponent), reader.span(token.start))


def _complete(reader: Reader, token: Token, arguments: list[Node]) -> None:
    """Adds what is not said: the Euclidean norm, the slope of a leaky ReLU."""
    if token.text == "norm" and len(arguments) == 1:
        arguments.append(Num("2"))
    if token.text == "leakyrelu" and len(arguments) == 1:
        arguments.append(Num("0.01"))
        reader.notes.append("the leaky ReLU has the slope 0.01 unless another is said")


def _arguments(reader: Reader, token: Token) -> list[Node]:
    opener = reader.peek()
    if opener.kind in {"(", "[", "{"}:
        if opener.kind == "[" and not reader.latex:
            return [reader.operand()]  # tr [1, 2; 3, 4]
        reader.take()
        found = reader.items(opener)
        return over_places(found, reader) if token.text == "diag" else found
    if not reader.starts_operand(opener):
        raise reader.fail(f"{OPERATORS[token.text.rstrip(_PRIME)].plain} needs an argument")
    argument = reader.operand()
    run = 1
    while reader.peek().kind in _RUN and not reader.point_follows():
        following = reader.operand()
        argument = Call("mul", (argument, following), reader.span(opener.start))
        run += 1
    if reader.scope.further and reader.peek().kind == "op" and reader.peek().text == "div":
        reader.take()
        argument = Call("div", (argument, reader.operand()), reader.span(opener.start))
    if run > 1 and not isinstance(argument, Num):
        reader.notes.append(f"{token.text} takes the whole product after it: use brackets to say otherwise")
    return over_places([argument], reader) if token.text == "diag" else [argument]


def parenthesis(reader: Reader, token: Token) -> Node:
    if (found := composed(reader, token)) is not None:
        return found
    items = reader.items(token)
    if isinstance(items[0], Call) and items[0].op == "star" and reader.peek().kind == "(" and lists_names(reader):
        raise reader.fail("what (I * K)(i, j) is has to be said: write the sum that it is")
    return items[0] if len(items) == 1 else Tuple(tuple(items), reader.span(token.start))


def braces(reader: Reader, token: Token) -> Node:
    inner = reader.group(token)
    if (
        isinstance(inner, Call)
        and inner.op == "norm"
        and inner.args[1] == Num("2")
        and reader.peek().kind in {"_", "^"}
    ):
        return _normed(reader, inner.args[0], token)  # {\\lVert w \\rVert}_2^2
    if isinstance(inner, (Name, Num)) and reader.peek().kind == "_":  # {\\bf 1}_n, {\\bf 1}_{x > 0}
        filled = _FILLED.get(inner.text, inner.text)
        if filled in _FILLED.values():
            return ones(reader, Token("ones", filled, token.start, token.end))
    return inner


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
    """|x|: an absolute value; of a matrix the determinant, of a vector its length; || as two bars a norm."""
    inner = _between(reader, token)
    if isinstance(inner, Call) and inner.op == "abs" and inner.span.start == token.end:
        return _normed(reader, inner.args[0], token)
    return _in_bars(reader, inner, token)


def _in_bars(reader: Reader, inner: Node, token: Token) -> Node:
    """|x| by what x is."""
    rank = rank_of(inner, reader.scope)
    if rank == 2:
        reader.notes.append("|A| of a matrix is read as its determinant")
        return Call("det", (inner,), reader.span(token.start))
    if rank == 1:
        reader.notes.append("|x| of a vector is read as its length; abs(x) takes the absolute value of each entry")
        return Call("norm", (inner, Num("2")), reader.span(token.start))
    return Call("abs", (inner,), reader.span(token.start))


def _between(reader: Reader, token: Token) -> Node:
    with reader.within(*reader.bars, token.kind):
        inner = reader.expression()
        reader.expect(token.kind, token)
    return inner


def norm(reader: Reader, token: Token) -> Node:
    return _normed(reader, _between(reader, token), token)


def _normed(reader: Reader, inner: Node, token: Token) -> Node:
    """The norm of what stood between the bars, with its kind below and perhaps a power above, in either order."""
    kind: Node = Num("2")
    sign = ""
    exponent: Node | None = None
    if reader.peek().kind == "^" and _kind_follows(reader):
        reader.take()
        tokens, opener = reader.script()
        exponent = reader.whole(tokens, opener)
    if reader.accept("_"):
        tokens, opener = reader.script()
        infinity = [t.kind for t in tokens] == ["infty"]
        sign = "".join(t.text for t in tokens)
        frobenius = sign in {"F", "Fro", "fro"}  # whatever else F may be
        kind = Name("infty" if infinity else "F") if infinity or frobenius else reader.whole(tokens, opener)
    found = Call("norm", (inner, kind), reader.span(token.start))
    if is_spectral(sign, inner, reader):
        found = Call("opnorm", (inner,), found.span)
    return found if exponent is None else Call("pow", (found, exponent), reader.span(token.start))


def _kind_follows(reader: Reader) -> bool:
    """Whether _ comes behind the superscript that begins here: ||w||^2_2."""
    ahead, depth = 1, 0
    while True:
        kind = reader.peek(ahead).kind
        depth += (kind == "g{") - (kind == "g}")
        ahead += 1
        if depth == 0 or kind == "eof":
            return reader.peek(ahead).kind == "_"


def macro(reader: Reader, token: Token) -> Node:
    """\\norm{x}, \\abs{x}, \\floor{x}, \\ceil{x}: commands that many preambles define."""
    inner = argument(reader)
    if token.text == "norm":
        return _normed(reader, inner, token)
    return (
        _in_bars(reader, inner, token) if token.text == "abs" else Call(token.text, (inner,), reader.span(token.start))
    )


def arg(reader: Reader, token: Token) -> Node:
    """\\arg\\max and \\arg\\min."""
    word = reader.take()
    if word.kind != "func" or word.text not in {"max", "min"}:
        raise reader.fail("\\arg is read before \\max and \\min", token)
    return function(reader, Token("func", "arg" + word.text, token.start, word.end))


def infinity(reader: Reader, token: Token) -> Node:
    return Name("infty", reader.span(token.start))


def ones(reader: Reader, token: Token) -> Node:
    """A bold or hollow 1: the indicator of what stands in brackets or below it, else ones."""
    indicator = indicated(reader, token) if token.text == "ones" else None
    return Name(token.text, reader.span(token.start)) if indicator is None else indicator


def inner_product(reader: Reader, token: Token) -> Node:
    """\\langle a, b \\rangle; \\langle f \\rangle_p is an expectation."""
    if (named := _named_mean(reader, token)) is not None:
        return named
    with reader.within("|"):
        items = [reader.expression()]
        while reader.accept(",") or reader.accept("|"):
            items.append(reader.expression())
    reader.expect(")>", token)
    if len(items) == 1 and reader.peek().kind == "_":
        return mean_below(reader, items[0], token)
    if len(items) != 2:
        raise reader.fail(f"an inner product has two sides, {len(items)} found", token)
    if reader.peek().kind == "_" and _frobenius(reader):
        reader.take()
        reader.script()
    return Call("inner", (items[0], items[1]), reader.span(token.start))


def _named_mean(reader: Reader, token: Token) -> Node | None:
    """\\langle s \\rangle where the text defines it."""
    ahead = 0
    while reader.peek(ahead).kind not in {")>", "eof"}:
        ahead += 1
    closing = reader.peek(ahead)
    inner = reader.source[token.end : closing.start]
    start = reader.at
    reader.at += ahead + 1
    for below in (True, False):
        text = ""
        if below and reader.peek().kind == "_":
            begin = reader.take().start
            reader.script()
            text = reader.source[begin : reader.tokens[reader.at - 1].end]
        name = mean_name(inner, text)
        if name in reader.scope.names:
            return Name(name, reader.span(token.start))
        reader.at = start + ahead + 1
    reader.at = start
    return None


def _frobenius(reader: Reader) -> bool:
    braced = reader.peek(1).kind == "g{"
    return reader.peek(2 if braced else 1).text in {"F", "Fro"}


def at_point(reader: Reader, token: Token) -> Node:
    """\\left. f \\right|_{x = 0}."""
    with reader.within():
        body = reader.expression()
    reader.expect(")at", token)
    if reader.peek().kind != "_":
        raise reader.fail("say at which point: _{x = 0}")
    return reader.at_point(body, token.start)


FORMS: dict[str, Form] = {
    "num": number, "name": name, "func": function, "(": parenthesis, "g{": braces, "{": set_of, "[": bracket,
    "frac": fraction, "binom": binomial, "sqrt": root, "partial": differential, "nabla": nabla, "big": big,
    "differential": change, "begin": environment,
    "lfloor": enclosed("floor"), "lceil": enclosed("ceil"), "[[": enclosed("indicator"), "|": bars, "||": norm,
    "infty": infinity, "ones": ones, "<(": inner_product, "at(": at_point, "macro": macro, "system": system,
    "arg": arg,
}  # fmt: skip
