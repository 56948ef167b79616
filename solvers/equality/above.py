"""What stands above a symbol and may mean two things: ^T of a number is a power where it is no transpose, a prime of a
number is a derivative, and w^{(1)} beside w_1 another number than it, or the same.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from solvers.equality.compare import Comparison, compare
from solvers.equality.unclear_signs import is_square
from solvers.formula.context import Context
from solvers.formula.lazily import lazily
from solvers.formula.nodes import Call, Index, Member, Name, Node, Num, map_children, names, walk
from solvers.formula.raised_to import only_above
from solvers.formula.ranks import rank_of
from solvers.formula.tokens import Declaration

_LETTER = lazily(r"\^\s*\{?\s*T(?![A-Za-z])")
_PRIME = lazily(r"(?<=[\w)\]}])\s*(?:'|\^\s*\{?\s*\\prime)")
_BELOW = lazily(r"(?P<name>\\?[A-Za-z]+)\s*_\s*\{?\s*(?P<place>\d)\s*\}?(?!\s*\^)")
_ABOVE = lazily(r"(?P<name>\\?[A-Za-z]+)\s*\^\s*\{?\s*[(\[]\s*(?P<place>\d)\s*[)\]]\s*\}?(?!\s*_)")
LETTER, ALONE, PRIMED, TWICE = "is written above", "is used above only", "is written behind", "is counted twice"
POWER = "whether ^T is a power or a transpose is not said: write \\top, or declare what is below it"
PRIME = "whether the prime is a derivative or a transpose is not said"


def with_above(context: Context, a: str, b: str, lets: Sequence[str]) -> Context:
    """The context, with what the texts write above that may mean two things."""
    both = f"{a} {b}"
    if _LETTER.search(both):
        context = context.told(LETTER, "T")
        context = context.told(ALONE, "T") if only_above((a, b, *lets)) else context
    if _PRIME.search(both):
        context = context.told(PRIMED, "'")
    below, above = ({(found["name"], found["place"]) for found in kind.finditer(both)} for kind in (_BELOW, _ABOVE))
    for name, place in sorted(below & above):
        if not any(name in let for let in lets):
            context = context.told(TWICE, f"{name}_{place}")
    return context


def unless_above(
    found: Comparison, nodes: tuple[Node, Node], context: Context, seed: int, taken: Collection[str]
) -> Comparison:
    """The verdict; undecided where it hangs on what stands above.

    With T as a power, numbers that are transposed may differ; and where T is declared, and used nowhere else, square
    matrices. `taken` are the names that are taken as numbers, though nothing says so.
    """
    told = dict(context.said)
    if found.verdict == "undecided" or told.keys().isdisjoint({LETTER, PRIMED, TWICE}):
        return found
    if found.verdict == "same" and TWICE in told:
        return Comparison("undecided", f"whether {told[TWICE]} is the same with its number above is not said")
    entries = [inner.base for node in nodes for inner in walk(node) if isinstance(inner, (Index, Member))]
    numbers = set(taken).difference(*map(names, entries))
    if is_primed(nodes, context, numbers):
        return Comparison("undecided", PRIME)
    if LETTER not in told or (found.verdict != "same" and ALONE not in told):
        return found
    left, right = (_raised(node, context, numbers, ALONE in told) for node in nodes)
    if ALONE in told and any(map(_transposes, (left, right))):  # (A x)^T of a vector: it is no power elsewhere either
        left, right = (_raised(node, context, numbers, False) for node in nodes)
    if (left, right) == nodes:
        return found
    counted = context if "T" in context.scope.names else context.declared(Declaration("T", domain="natural"))
    again = compare(left, right, counted, seed).verdict
    if again == found.verdict or (found.verdict == "different" and again == "undecided"):
        return found
    return Comparison("undecided", POWER)


def is_primed(nodes: Sequence[Node], context: Context, numbers: Collection[str]) -> bool:
    """Whether formulas with primes transpose something that is made of numbers."""
    primed = any(role == PRIMED for role, _ in context.said)
    return primed and any(_is_of_numbers(inner, context, numbers) for node in nodes for inner in walk(node))


def _is_of_numbers(node: Node, context: Context, numbers: Collection[str]) -> bool:
    if not isinstance(node, Call) or node.op != "transpose" or rank_of(node.args[0], context.scope) not in {0, None}:
        return False
    return all(_is_number(name, context, numbers) for name in names(node.args[0]))


def _transposes(node: Node) -> bool:
    return any(isinstance(inner, Call) and inner.op == "transpose" for inner in walk(node))


def _is_number(name: str, context: Context, numbers: Collection[str]) -> bool:
    """Whether a name is declared as a number, or taken as one; a capital of which nothing is said may be a matrix."""
    if name in context.definitions:
        rights = [definition.right for definition in context.definitions[name]]
        return all(_is_number(n, context, numbers) or n not in context.scope.names for r in rights for n in names(r))
    declared = name in context.scope.names and rank_of(Name(name), context.scope) == 0
    return declared or (name in numbers and name[0].islower())


def _raised(node: Node, context: Context, numbers: Collection[str], matrices: bool) -> Node:
    """The formula with what is made of numbers to the power T where it is transposed; square `matrices` too."""
    found = map_children(node, lambda child: _raised(child, context, numbers, matrices))
    if not isinstance(found, Call) or found.op != "transpose":
        return found
    plain = all(
        isinstance(part, Num)
        or (isinstance(part, Call) and part.op in {"add", "sub", "mul", "div", "neg", "pow"})
        or (isinstance(part, Name) and part.text not in context.definitions and _is_number(part.text, context, numbers))
        for part in walk(found.args[0])
    )
    raised = plain or (matrices and is_square(found.args[0], context))
    return Call("pow", (found.args[0], Name("T"))) if raised else found
