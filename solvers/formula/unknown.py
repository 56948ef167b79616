"""Functions of which nothing is said but what they are of: a loss that only has derivatives, f: R^n -> R, an f(x).

Each is taken as some smooth function: waves of all entries with coefficients that are drawn like any number, the same
wherever it is spoken of, so that what holds for it holds for any such function but by accident.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from solvers.formula.env import Definition
from solvers.formula.known import Context
from solvers.formula.nodes import Apply, Call, Name, Node, Num, names, walk
from solvers.formula.tokens import Declaration

MARK = "~"  # of the names of the coefficients, which nobody can write
_Value = Callable[[Sequence[Node]], Node]


def with_function(context: Context, name: str, arguments: int, parameters: Sequence[str] = ()) -> Context:
    """The context with a number f(x) or f(x, y) of so many arguments, each of whatever shape."""
    letters = (*parameters, *(f"x{number}" for number in range(1, arguments + 1)))[:arguments]
    context = context.declared(Declaration(name, None, (), "function", False, (letters, ())))
    left = Apply(name, tuple(map(Name, letters)))
    return _with(context, name, left, lambda c: _number(c, left.args))


def with_entrywise(context: Context, name: str) -> Context:
    """The context with f: R -> R, which is taken of each entry of a vector or a matrix."""
    context = context.declared(Declaration(name, None, (), "function", False, (("x",), ())))
    x = Name("x")

    def value(c: Sequence[Node]) -> Node:
        waves = _plus(_times(c[0], Call("sin", (_times(c[1], x),))), _times(c[2], Call("cos", (_times(c[3], x),))))
        return _plus(waves, _times(c[4], x))

    return _with(context, name, Apply(name, (x,)), value)


def with_map(context: Context, name: str, inputs: tuple[Node, ...], outputs: tuple[Node, ...]) -> Context:
    """The context with f: R^n -> R^m."""
    if not outputs:
        return with_function(context, name, 1, ("x",)) if inputs else with_entrywise(context, name)
    hidden: tuple[Node, ...] = (Num("3"),)
    shapes = ((*outputs, *hidden), (*hidden, *inputs), hidden, (*outputs, *inputs))
    context = context.declared(Declaration(name, None, (), "function", False, (("x",), ())))
    x = Name("x")

    def value(c: Sequence[Node]) -> Node:
        wave = Call("sin", (_plus(_times(c[1], x), c[2]),))
        return _plus(_times(c[0], wave), _times(c[3], x))

    return _with(context, name, Apply(name, (x,)), value, shapes)


def with_number(context: Context, name: str, of: Sequence[Node]) -> Context:
    """The context with a number L that is some function of the values of some formulas."""
    context = context.declared(Declaration(name, (), (), "defined"))
    return _with(context, name, Name(name), lambda c: _number(c, of))


def _with(
    context: Context, name: str, left: Node, value: _Value, shapes: Sequence[tuple[Node, ...]] = ((),) * 8
) -> Context:
    stem = f"{name}{MARK}{len(left.args)}" if isinstance(left, Apply) else f"{name}{MARK}"
    coefficients = [Name(stem + letter) for letter in "abcdefgh"[: len(shapes)]]
    right = value(coefficients)
    shaped = zip(coefficients, shapes, strict=True)
    context = context.declared(*(Declaration(c.text, shape) for c, shape in shaped if c.text in names(right)))
    known = without_unknown(context, name) if isinstance(left, Name) else context
    found = (*known.definitions.get(name, ()), Definition(left, right))
    return replace(context, definitions={**context.definitions, name: found})


def _number(c: Sequence[Node], of: Sequence[Node]) -> Node:
    """a S + sin(b + S) T, where S and T sum slow and fast waves of all entries."""
    slow = _sum(_total("sin", c[2], node, place) for place, node in enumerate(of))
    fast = _sum(_total("cos", c[3], node, place) for place, node in enumerate(of))
    return _plus(_times(c[0], slow), _times(Call("sin", (_plus(c[1], slow),)), fast))


def _total(wave: str, factor: Node, node: Node, place: int) -> Node:
    turned = _times(Num(f"{place + 1}"), factor) if place else factor
    return Call("total", (Call(wave, (Call("spread~", (turned, node)),)),))


def _plus(a: Node, b: Node) -> Node:
    return Call("add", (a, b))


def _times(a: Node, b: Node) -> Node:
    return Call("mul", (a, b))


def _sum(terms: Iterable[Node]) -> Node:
    first, *others = terms
    for term in others:
        first = _plus(first, term)
    return first


# ---- what is known of them


def is_unknown(context: Context, name: str) -> bool:
    """Whether a name is defined by nothing but this module."""
    found = context.definitions.get(name, ())
    return bool(found) and all(_hidden(name, d) for d in found)


def unknown_in(context: Context, spoken: Collection[str]) -> frozenset[str]:
    """Those of some names that are such functions."""
    return frozenset(name for name in spoken if MARK not in name and is_unknown(context, name))


def only(context: Context, functions: Collection[str]) -> Context:
    """A context that holds nothing but some of such functions."""
    kept = {k: d for k, d in context.scope.names.items() if d.name.partition(MARK)[0] in functions}
    definitions = {name: context.definitions[name] for name in functions}
    return Context(replace(context.scope, names=kept), definitions)


def without_unknown(context: Context, name: str) -> Context:
    """The context before a function was taken as any: what it is comes now."""
    if not is_unknown(context, name):
        return context
    definitions = {n: d for n, d in context.definitions.items() if n != name}
    kept = {key: d for key, d in context.scope.names.items() if d.name != name and not d.name.startswith(name + MARK)}
    return replace(context, definitions=definitions, scope=replace(context.scope, names=kept))


def is_number(context: Context, name: str) -> bool:
    """Whether the values of such a function are numbers, whatever it is of."""
    found = [n for d in context.definitions[name] for n in walk(d.right)]
    return any(isinstance(n, Call) and n.op == "spread~" for n in found)


def apart_in(context: Context, name: str) -> frozenset[str]:
    """The names of several things that a loss is of, each by itself; none where it is of one."""
    rights = [d.right for d in context.definitions[name] if isinstance(d.left, Name)]
    of = {n.args[1] for right in rights for n in walk(right) if isinstance(n, Call) and n.op == "spread~"}
    return frozenset().union(*map(names, of)) if len(of) > 1 else frozenset()


def _hidden(name: str, definition: Definition) -> bool:
    return any(n.startswith(name + MARK) for n in names(definition.right))


# ---- functions that they may be


_SHAPES: tuple[Callable[[Node], Node], ...] = (
    lambda u: u,
    lambda u: Call("exp", (u,)),
    lambda u: Call("pow", (u, Num("2"))),
    lambda u: Call("div", (Call("pow", (u, Num("2"))), Num("2"))),
    lambda u: Call("sigmoid", (u,)),
    lambda u: Call("tanh", (u,)),
    lambda u: Call("log", (u,)),
    lambda u: Call("softplus", (u,)),
    lambda u: Call("sin", (u,)),
    lambda u: Call("cos", (u,)),
    lambda u: Call("sqrt", (u,)),
    lambda u: Call("div", (Num("1"), u)),
    lambda u: Call("exp", (Call("neg", (Call("pow", (u, Num("2"))),)),)),
)


def specimens(context: Context, functions: Collection[str], derived: bool) -> Iterator[Context]:
    """The context with well-known functions in the place of the unknown ones, another one for each.

    Where they are `derived`, none that is its own derivative, or whose derivative is a number: that says too little.
    """
    shapes = _SHAPES[2:] if derived else _SHAPES
    for place in range(len(shapes)):
        definitions = dict(context.definitions)
        for number, name in enumerate(sorted(functions)):
            shape = shapes[(place + number) % len(shapes)]
            definitions[name] = tuple(replace(d, right=shape(_inner(d))) for d in context.definitions[name])
        yield replace(context, definitions=definitions)


def _inner(definition: Definition) -> Node:
    """What a function is of, as one number (or as one vector, entry by entry): the argument itself where it is one."""
    left, right = definition.left, definition.right
    spread = [n for n in walk(right) if isinstance(n, Call) and n.op == "spread~"]
    if not spread:
        assert isinstance(left, Apply)
        return left.args[0]
    of = list(dict.fromkeys(n.args[1] for n in spread))
    parts = [Call("total", (Call("spread~", (Num("1"), node)),)) for node in of]
    return parts[0] if len(parts) == 1 else Call("sub", (parts[0], _sum(parts[1:])))
