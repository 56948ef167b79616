"""Functions that formulas only use: the J of J(w), the l of l(y, z). Which letters they are, and of how many arguments.

An f before a bracket with names alone is no product. Once one is seen somewhere, f(a + b) is read as a function too:
unless f is a factor elsewhere, and so a number.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from solvers.formula.known import Context
from solvers.formula.nodes import NOWHERE, Apply, Call, Derivative, Node, children, walk
from solvers.formula.operators import PRIME
from solvers.formula.parser import Parsed
from solvers.formula.targets import function
from solvers.formula.tokens import Declaration, Scope, Unreadable
from solvers.formula.unknown import with_entrywise, with_function

MOST = 12  # functions that are looked for
# letters of means, probabilities, entropies and normal laws: what they are of is no argument
_LAWS = frozenset("E P Q p q Pr H I N calN bbE bbP bbV KL D_KL pi sigma rho".split())
_ACTIVATIONS = frozenset({"phi", "psi"})
_LETTERS = {"f": "f", "J": "J", r"\ell": "ell", r"\mathcal{L}": "calL", r"\mathcal{J}": "calJ", r"\mathcal L": "calL"}
_CALLED = re.compile(r"(?<![A-Za-z\\])(f|J|\\ell|\\mathcal\s*\{[LJ]\}|\\mathcal [LJ])\s*(?:\\left|\\[Bb]igg?l?)?\(")
_ENERGY = re.compile(  # E(x) may be a mean; E(v, h), \nabla E and \partial E are of an energy or an error
    r"(?<![A-Za-z\\])E\s*(?:\\left)?\(\s*[^(),;|]+[,;]|(?:\\nabla|\\partial|∂|∇)(?:_\s*(?:\{[^{}]*\}|\\?\w+))?\s*E(?![A-Za-z])"
)
_FACTORS = frozenset({"mul", "div", "pow", "times"})
Read = Callable[[str, Scope], Parsed | Unreadable]


def with_used(
    context: Context, texts: Sequence[str], defined: Collection[str], read: Read, called: Collection[str] = ()
) -> Context:
    """The context in which the functions that the texts use, and that nothing defines or declares, are any functions.

    `read` is how a text is read as a formula; `context` holds what is declared, `defined` names what is defined;
    `called` are names that words call functions.
    """
    found, laws = _found(context, texts, read, called)
    found -= set(defined) - set(called)
    if not found:
        return context
    scope = context.scope.with_names(_provisional(name) for name in (*found, *laws))
    nodes = [parsed.node for text in texts if isinstance(parsed := read(text, scope), Parsed)]
    for name in sorted(found):
        applied = _applications(nodes, name)
        if applied and (name in called or not _is_number(nodes, name)) and not any(node.given for node in applied):
            context = _declared(context, name, applied, nodes)
    return context


def defined_in(statements: Iterable[str]) -> set[str]:
    """The functions that statements define at their arguments: f(x) = ..., where f is nothing of its own right side."""
    found: set[str] = set()
    for text in statements:
        said = function(text)
        if said is not None and said[1] == "=":
            head, _, right = text.partition("(")
            again = re.escape(head.strip()) + r"\s*(?:\\left|\\[Bb]igg?l?)?\("
            found |= set() if re.search(rf"(?<![A-Za-z\\]){again}", right) else {said[0].name}
    return found


def _found(context: Context, texts: Sequence[str], read: Read, called: Collection[str]) -> tuple[set[str], set[str]]:
    """The letters that stand before a bracket like functions, and those among them that are no such functions."""
    known = context.scope.names.keys() | context.definitions.keys()
    spelled = [re.sub(r"\s*\{", "{", match[1]) for text in texts for match in _CALLED.finditer(text)]
    found = {name for word in spelled if (name := _LETTERS[word]) not in known}
    found |= {name for name in {*called} - known if any(_stands_before_bracket(name, text) for text in texts)}
    scope = context.scope.with_names(_provisional(name) for name in found)
    refused, laws = _LAWS - {"E"} if any(map(_ENERGY.search, texts)) else _LAWS, set[str]()
    for text in texts:
        while len(found) < MOST:
            parsed = read(text, scope)
            if isinstance(parsed, Parsed) or not parsed.function or parsed.function in found | laws:
                break
            (laws if parsed.function in refused else found).add(parsed.function)
            scope = scope.with_names([_provisional(parsed.function)])
    return found, laws


def _stands_before_bracket(name: str, text: str) -> bool:
    return re.search(rf"(?<![A-Za-z]){name}\s*(?:\\left|\\[Bb]igg?l?)?\(", text) is not None


def _provisional(name: str) -> Declaration:
    return Declaration(name, None, (), "function", False, (("x",), ()))


def _applications(nodes: Sequence[Node], name: str) -> list[Apply]:
    """Where a function stands with its arguments."""
    return [n for node in nodes for n in walk(node) if isinstance(n, Apply) and n.name == name and n.span != NOWHERE]


def _is_number(nodes: Sequence[Node], name: str) -> bool:
    """Whether a letter is a factor somewhere, and nowhere has a prime: it is a number before a bracket, too."""
    bare = [
        inner for node in nodes for outer in walk(node) if isinstance(outer, Call) and outer.op in _FACTORS
        for inner in outer.args if isinstance(inner, Apply) and inner.name == name and inner.span == NOWHERE
    ]  # fmt: skip
    return bool(bare) and not _is_primed(nodes, name)


def _is_primed(nodes: Sequence[Node], name: str) -> bool:
    """Whether a derivative of a function by its argument is written with a prime."""
    return any(
        isinstance(node, Derivative) and node.sign == PRIME and isinstance(node.of, Apply) and node.of.name == name
        for whole in nodes for node in walk(whole)
    )  # fmt: skip


def _is_entrywise(nodes: Sequence[Node], name: str) -> bool:
    """Whether a function stands beside the sign of the product entry by entry, or its derivative does."""
    return any(
        isinstance(node, Call) and node.op == "hadamard" and any(_is_of(arg, name) for arg in node.args)
        for whole in nodes for node in walk(whole)
    )  # fmt: skip


def _is_of(node: Node, name: str) -> bool:
    if isinstance(node, Apply):
        return node.name == name
    return not isinstance(node, Call) and any(_is_of(child, name) for child in children(node))


def _declared(context: Context, name: str, applied: Sequence[Apply], nodes: Sequence[Node]) -> Context:
    """The context with a function of as many arguments as it has; of its names, where it always has the same."""
    for count in sorted({len(node.args) for node in applied}, reverse=True):
        each = name in _ACTIVATIONS or _is_entrywise(nodes, name) or _is_primed(nodes, name)
        if count == 1 and each:
            context = with_entrywise(context, name)
            continue
        named = [_names(node) for node in applied if len(node.args) == count]
        full = [each for each in named if len(each) == count == len(set(each))]
        most = Counter(full).most_common(1)
        context = with_function(context, name, count, most[0][0] if most else ())
    return context


def _names(node: Apply) -> tuple[str, ...]:
    return tuple(text for arg in node.args if (text := getattr(arg, "text", "")).isidentifier())
