"""Declared functions: at their arguments, with primes, by themselves, one after the other; gradients of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from solvers.formula.calls import inverted
from solvers.formula.events import probability
from solvers.formula.iterates import bare
from solvers.formula.nodes import Apply, At, Call, Chain, Derivative, Index, Member, Name, Node, Num, Span
from solvers.formula.operators import PRIME, STAR
from solvers.formula.reader import CLOSERS, Reader
from solvers.formula.tokens import Declaration, Token

_TIMES = {("t",), ("tau",), ("s",)}
_ALIASES = {"P": "p", "bbP": "p"}


def alias(reader: Reader, text: str) -> str | None:
    """The declared function a name stands for (P for p), or None."""
    if reader.scope.function(text):
        return text
    if text.endswith("dot") and text not in reader.scope.names and reader.scope.function(text[:-3]):
        of = reader.scope.names[text[:-3]].parameters
        timely = of is None or of[0] in _TIMES or (reader.peek(1).text,) in _TIMES
        return text[:-3] if timely else None  # \\dot u(t) is u'(t); no \\dot J of J(theta)
    other = _ALIASES.get(text)
    known = text in reader.scope.names or other is None or not reader.scope.function(other)
    return None if known or reader.peek().kind != "(" else other


def declared_function(reader: Reader, token: Token, order: int = 0) -> Node:
    """f(x), f'(x), f^{(2)}(x), q(h | v); a function by itself is at its own parameters. `order` may be said before."""
    if token.text in reader.scope.heads and reader.peek().kind in {"_", "^", "'"}:
        return Name(token.text, reader.span(token.start))  # what follows says which one
    order = order or _order(reader)
    if (exponent := _exponent(reader)) is not None:
        found = _at_arguments(reader, token)
        found = derived(reader, found, order, token) if order else found
        reader.notes.append(f"{token.text}^{exponent.text}(...) is read as a power of the value")
        return Call("pow", (found, exponent), reader.span(token.start))
    if reader.peek().kind == "(" or (reader.peek().kind == "[" and len(_parameters(reader, token)) == 1):
        found = _at_arguments(reader, token)
        return found if not order else derived(reader, found, order, token)
    if inverted(reader):
        said = f"{token.text}^-1 before a bracket can mean two things: give the inverse a name of its own, or write 1/"
        raise reader.fail(f"{said}{token.text}(x)", token)
    alone = by_itself(reader, token.text)
    starred = reader.peek().kind == "^" and reader.starred(1)  # w^* beside w(t) is a name of its own
    if alone is None or reader.peek().kind == "_" or starred:
        return Name(token.text, reader.span(token.start))
    return derived(reader, alone, order, token) if order else alone


def density(reader: Reader, law: Name) -> Node:
    """p(x) of a p that is defined as a law: its density there; p by itself is the law."""
    opener = reader.peek()
    if opener.kind not in {"(", "["}:
        return law
    reader.take()
    found = Apply(law.text, (reader.expression(),), (), law.span)
    reader.expect(CLOSERS[opener.kind], opener)
    return found


def of_index(reader: Reader, name: Name, indices: tuple[Node, ...], order: int = 0) -> Node | None:
    """f_i(x) and f_i'(x), where the index has been read; None where no argument follows."""
    start, token = reader.at, Token("name", name.text, name.span.start, name.span.end)
    order = order or _order(reader)
    if reader.peek().kind != "(":
        reader.at = start
        return None
    found = _at_arguments(reader, token)
    if not isinstance(found, Apply):
        return None
    found = replace(found, indices=indices)
    declared = reader.scope.names.get(name.text)
    if not order:
        return found
    parameters = () if declared is None or declared.parameters is None else declared.parameters[0]
    if len(found.args) != 1 or len(parameters) != 1 or declared is None:
        raise reader.fail("a prime is read on functions of one argument: write a partial derivative", token)
    return at_argument(declared, found, "d", order, reader, token)


def partial(reader: Reader, name: Node, tokens: Sequence[Token]) -> Node | None:
    """f_x and f_{xy} of a function f(x, y) that is defined, at its own arguments or at others; None of other names."""
    if not isinstance(name, Name) or not reader.scope.function(name.text):
        return None
    of = (reader.scope.names[name.text].parameters or ((), ()))[0]
    letters = [token.text for token in tokens if token.kind != ","]
    known = f"{name.text}_{''.join(letters)}" in reader.scope.names
    if known or len(of) < 2 or not letters or not set(letters) <= set(of):
        return None
    alone = by_itself(reader, name.text)
    if not isinstance(alone, Apply) or alone.given:
        return None
    span = reader.span(name.span.start)
    found: Node = Derivative("partial", alone, tuple(Name(letter) for letter in reversed(letters)), span)
    if reader.peek().kind != "(":
        return found
    applied = _at_arguments(reader, Token("name", name.text, name.span.start, name.span.end))
    if not isinstance(applied, Apply) or len(applied.args) != len(of):
        raise reader.fail(f"{name.text} has {len(of)} arguments")
    return found if applied.args == alone.args else At(found, tuple(map(Name, of)), applied.args, span)


def _parameters(reader: Reader, token: Token) -> tuple[str, ...]:
    return (reader.scope.names[token.text].parameters or ((), ()))[0]


def by_itself(reader: Reader, name: str) -> Node | None:
    """f as f(x), for a defined function of one signature."""
    declared = reader.scope.names.get(name)
    if declared is None or declared.parameters is None or declared.domain != "function":
        return None
    others = {d.parameters for d in reader.scope.names.values() if d.name == name and d.parameters is not None}
    if len(others) != 1:
        return None
    args, given = (tuple(_parameter(reader, p) for p in side) for side in declared.parameters)
    return Apply(name, args, given)


def _parameter(reader: Reader, text: str) -> Node:
    """What a parameter is called where its function is defined: sigma_1 may be a member of a family."""
    stem, _, place = text.partition("_")
    member, entry = reader.scope.family(stem), reader.scope.indexable(stem)
    if text in reader.scope.names or not place.isdecimal() or not (member or entry):
        return Name(text)
    return (Member if member else Index)(Name(stem), (Num(place),))


def _order(reader: Reader) -> int:
    """How many primes follow, or the n of f^{(n)}."""
    order = 0
    while reader.accept("'"):
        order += 1
    if order or reader.peek().kind != "^":
        return order
    start = reader.at
    reader.take()
    tokens, _ = reader.script()
    if tokens and all(t.kind == "'" for t in tokens):
        return len(tokens)
    if [t.kind for t in tokens] == ["(", "num", ")"] and tokens[1].text in {"1", "2", "3"}:
        return int(tokens[1].text)
    reader.at = start
    return 0


def _exponent(reader: Reader) -> Num | None:
    """The 2 of f^2(x), which is then read; None, with nothing read, where no number and bracket stand there."""
    start = reader.at
    if reader.accept("^"):
        tokens, _ = reader.script()
        if [token.kind for token in tokens] == ["num"] and reader.peek().kind == "(":
            return Num(tokens[0].text)
    reader.at = start
    return None


def _at_arguments(reader: Reader, token: Token) -> Node:
    opener = reader.take()
    with reader.within("|", "||"):  # inside, a bar separates
        args, given = [reader.chain()], list[Node]()
        current = args
        while separator := reader.accept(",") or reader.accept(";") or reader.accept("|") or reader.accept("||"):
            current = given if separator.kind == "|" else current
            current.append(reader.chain())
    reader.expect(CLOSERS[opener.kind], opener)
    found = probability(token.text, args, given, reader)
    if found is not None:
        reader.notes.append(f"{token.text}(...) is taken from the declared distribution, by summing and dividing")
        return found
    if any(isinstance(node, Chain) for node in (*args, *given)):
        raise reader.fail(f"{token.text} is not declared over what this event speaks of", token)
    return Apply(token.text, *_rooted(reader, token.text, args, given), reader.span(token.start))


def _rooted(
    reader: Reader, name: str, args: list[Node], given: list[Node]
) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The arguments, of which some are squares: the \\sigma of \\ell(\\mu, \\sigma^2)."""
    declared = reader.scope.names.get(name)
    parameters = (declared.parameters if declared is not None else None) or ((), ())
    if declared is None or not declared.squared or tuple(map(len, parameters)) != (len(args), len(given)):
        return tuple(args), tuple(given)
    before, after = (
        tuple(_root(node) if p in declared.squared else node for p, node in zip(side, nodes, strict=True))
        for side, nodes in zip(parameters, (args, given), strict=True)
    )
    return before, after


def _root(node: Node) -> Node:
    """The number whose square stands there."""
    square = node.args[0] if isinstance(node, Call) and node.op == "pow" and node.args[1] == Num("2") else None
    return square if isinstance(square, (Name, Index, Member)) else Call("sqrt", (node,))


def derived(reader: Reader, applied: Node, order: int, token: Token) -> Node:
    """f'(a): the derivative of f by its parameter, at a."""
    declared = reader.scope.names[token.text]
    parameters = (declared.parameters or ((), ()))[0]
    if not isinstance(applied, Apply) or len(applied.args) != 1 or len(parameters) != 1:
        raise reader.fail("a prime is read on functions of one argument: write a partial derivative", token)
    return at_argument(declared, applied, PRIME, order, reader, token)


def at_argument(declared: Declaration, applied: Apply, sign: str, order: int, reader: Reader, token: Token) -> Node:
    """The derivative of a function of one argument, where it is applied."""
    return _derivative_at(
        lambda variable: replace(applied, args=(variable,)),
        Name((declared.parameters or ((), ()))[0][0]), applied.args[0], sign, order, reader.span(token.start),
    )  # fmt: skip


def _derivative_at(
    of: Callable[[Node], Node], parameter: Name, argument: Node, sign: str, order: int, span: Span
) -> Node:
    """The derivative of `of` by its parameter, taken at the argument; a gradient by the argument where that is a name.

    K(r) may hold the rho of K'(rho) besides.
    """
    alone = argument == parameter or (sign == "nabla" and isinstance(argument, Name))
    variable = argument if alone else parameter
    body = of(variable)
    for by in [(variable,)] * order if sign == "nabla" else [(variable,) * order]:
        body = Derivative(sign, body, by, span)
    return body if alone else At(body, (parameter,), (argument,), span)


def at_iterate(reader: Reader, found: Name) -> Node:
    """L(w^(t)), L(w^*) of a name L that is defined without arguments: its value there; else the name itself."""
    if not _iterate_follows(reader):
        return found
    point = reader.group(reader.take())
    name = point.base if isinstance(point, Member) else Name(getattr(point, "text", "").removesuffix(STAR))
    if not isinstance(name, Name) or not name.text:
        return Call("mul", (found, point), reader.span(found.span.start))
    return At(found, (name,), (point,), reader.span(found.span.start))


def _iterate_follows(reader: Reader) -> bool:
    """Whether a bracket stands here with one name in it that has a star or a step: (w^*), (w^(t))."""
    kinds = [reader.peek(ahead).kind for ahead in range(3)]
    if kinds != ["(", "name", "^"]:
        return False
    depth, ahead, inner = 1, 3, list[Token]()
    while (token := reader.peek(ahead)).kind != "eof":
        depth += (token.kind == "(") - (token.kind == ")")
        if not depth:
            break
        inner.append(token)
        ahead += 1
    if len(inner) > 2 and inner[0].kind in {"g{", "{"} and inner[-1].kind in {"g}", "}"}:
        inner = inner[1:-1]
    if [token.text for token in inner] in (["star"], ["conv"]):
        return True
    return len(inner) > 2 and inner[0].kind == "(" and inner[-1].kind == ")"


def by_parameter(reader: Reader, body: Node, by: Node) -> tuple[Node, Node] | None:
    """f(x) and a of \\nabla_x f(a), L and a of \\nabla_w L(a): what is differentiated, and where; None if at x."""
    if isinstance(body, At) and body.names == (by,):
        return body.body, body.values[0]
    declared = reader.scope.names.get(body.name) if isinstance(body, Apply) else None
    if not isinstance(body, Apply) or declared is None or not isinstance(by, Name):
        return None
    parameters = (declared.parameters or ((), ()))[0]
    if by.text not in parameters or len(parameters) != len(body.args):
        return None
    place = parameters.index(by.text)
    if by in bare(body.args[place]) or declared.domain != "function":
        return None
    args = (*body.args[:place], by, *body.args[place + 1 :])
    return replace(body, args=args), body.args[place]


def composed(reader: Reader, token: Token) -> Node | None:
    """(f \\circ g)(x), (f \\circ g)'(x), (f \\circ g)', where f and g are declared functions; else None.

    By itself it is taken at the parameter of the innermost function.
    """
    start, functions = reader.at, []
    while reader.peek().kind == "name" and reader.scope.function(reader.peek().text):
        functions.append(reader.take().text)
        if reader.written(reader.peek()) not in {"\\circ", "∘"}:
            break
        reader.take()
    if len(functions) < 2 or not reader.accept(")"):
        reader.at = start
        return None
    order = _order(reader)
    span, innermost = reader.span(token.start), reader.scope.names[functions[-1]]

    def applied(argument: Node) -> Node:
        for name in reversed(functions):
            argument = Apply(name, (argument,), (), span)
        return argument

    parameter = Name((innermost.parameters or (("x",), ()))[0][0])
    argument = reader.group(reader.take()) if reader.peek().kind == "(" else parameter
    return _derivative_at(applied, parameter, argument, "d", order, span) if order else applied(argument)


def derivative_matrix(reader: Reader, token: Token) -> Node | None:
    """H_f(x), the Hessian, and J_f(x), the Jacobian, of a declared function; None if something else stands here."""
    if token.text not in {"H", "J", "calH", "calJ"} or reader.peek().kind != "_":
        return None
    start = reader.at
    reader.take()
    tokens, _ = reader.script()
    if len(tokens) != 1 or not reader.scope.function(tokens[0].text):
        reader.at = start
        return None
    name = tokens[0]
    applied = _at_arguments(reader, name) if reader.peek().kind == "(" else by_itself(reader, name.text)
    if not isinstance(applied, Apply) or len(applied.args) != 1:
        raise reader.fail("a Hessian or Jacobian is read of a function of one argument", token)
    hessian = token.text in {"H", "calH"}
    declared = reader.scope.names[name.text]
    return at_argument(declared, applied, "nabla" if hessian else "partial", 2 if hessian else 1, reader, token)


def unit_vector(reader: Reader, token: Token) -> Node | None:
    """e_i, where e is not declared: the vector with a 1 in place i."""
    if token.text != "e" or reader.peek().kind != "_" or any(n.startswith("e_") for n in reader.scope.names):
        return None
    reader.take()
    tokens, opener = reader.script()
    reader.notes.append("e_i is read as the unit vector; declare e if it is something else")
    return Call("unit", (reader.whole(tokens, opener),), reader.span(token.start))


def names_only(reader: Reader, raised: bool = False) -> bool:
    """Whether only names, apart by commas or bars, stand between the brackets that open here: x; w_k; h^{(t)}, w^*.

    Several formulas with names, v, h + 1, are arguments too. What is `raised` behind them is none, unless it may be.
    """
    ahead, names, separated = 1, 0, True
    while (inner := reader.peek(ahead)).kind in {"name", ",", ";", "|"} and inner.text not in {"open", "close"}:
        if inner.kind == "name" and not separated:
            return False
        names, separated = names + (inner.kind == "name"), inner.kind != "name"
        ahead += 1
        while inner.kind == "name" and (width := _label(reader, ahead)):
            ahead += width
    apart = raised or reader.peek(ahead + 1).kind != "^"
    return (names > 0 and inner.kind == ")" and apart) or lists_names(reader)


def lists_names(reader: Reader) -> bool:
    """Whether the brackets that open here hold several formulas with names, as the arguments of p(v, h + 1) do."""
    depth, ahead, commas, names = 0, 0, 0, 0
    while (token := reader.peek(ahead)).kind != "eof":
        depth += (token.kind in {"(", "[", "{", "g{"}) - (token.kind in {")", "]", "}", "g}"})
        if depth == 0:
            return commas > 0 < names and reader.peek(ahead + 1).kind != "^"
        commas, names = commas + (depth == 1 and token.kind == ","), names + (token.kind == "name")
        ahead += 1
    return False


def _label(reader: Reader, ahead: int) -> int:
    """How many tokens take the index below a name, or the star or step in brackets above it; 0 where none is there."""
    sign, first = reader.peek(ahead).kind, reader.peek(ahead + 1)
    width, depth = 2, int(first.kind in {"g{", "{", "("})
    inner = [] if depth else [first]
    while depth and (token := reader.peek(ahead + width)).kind != "eof":
        depth += (token.kind in {"g{", "{", "("}) - (token.kind in {"g}", "}", ")"})
        inner += [token]
        width += 1
    above = first.kind == "(" or any(t.kind == "(" or t.text in {"star", "conv"} for t in inner[:1])
    return width if sign == "_" or (sign == "^" and above) else 0


def relates(reader: Reader, alone: bool = False) -> bool:
    """Whether an equation stands among what is listed in the brackets that open here: P(x_1, s = k) is no product.
    P(X = 1) is none either: `alone`.
    """
    ahead, depth, equation, listed = 1, 1, False, False
    while depth and (inner := reader.peek(ahead)).kind != "eof":
        depth += (inner.kind in CLOSERS) - (inner.kind in CLOSERS.values() and inner.kind not in CLOSERS)
        equation |= depth == 1 and inner.kind == "rel"
        listed |= depth == 1 and inner.kind in {",", "|"}
        ahead += 1
    return equation and (listed or alone)


__all__ = [
    "alias", "composed", "declared_function", "derivative_matrix", "derived", "names_only", "relates", "unit_vector",
]  # fmt: skip
