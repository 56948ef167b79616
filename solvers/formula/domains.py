"""The sets that names lie in: R^{m x n}, {0, 1}^n, (0, 1), Delta^k, N, R_{>0}; and bounds such as 0 < p < 1."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from solvers.formula.nodes import Call, Chain, Index, Matrix, Member, Name, Node, Num, SetOf, Tuple
from solvers.formula.tokens import Declaration

_SETS = {
    "bbR": "real", "R": "real", "bbN": "natural", "N": "natural", "bbZ": "integer", "Z": "integer", "Delta": "simplex",
}  # fmt: skip
MAX_RANGE = 20
LARGEST = 10**300
MOST_BITS = 1000  # of a number that is written as a power


@dataclass(frozen=True, slots=True)
class Domain:
    """Where a value lies: its kind, its sizes, and for numbers the bounds or a sign."""

    kind: str
    shape: tuple[Node, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    positive: bool = False
    within: Node | None = None
    ends: str = "()"


EULER_SIZE = Name("e_size")


def domain(node: Node) -> Domain | None:
    """The domain a set describes; None if the set is not known."""
    if isinstance(node, Call) and node.op == "transpose":  # (0, 1)^T is a power here
        return _power(node.args[0], Name("T"))
    if isinstance(node, Call) and node.op == "pow":
        return _power(node.args[0], node.args[1])
    if isinstance(node, Call) and node.op == "max" and node.args[0] == Num("0"):  # R_+, as the reader has it
        inner = domain(node.args[1])
        return None if inner is None else Domain(inner.kind, inner.shape, None, None, True)
    if isinstance(node, (Matrix, Tuple)):
        return _interval(node)
    if isinstance(node, SetOf):
        return _listed(node)
    if isinstance(node, Call) and node.op == "range":
        return _range(node.args[0], node.args[1])
    return _named(node)


def _listed(node: SetOf) -> Domain | None:
    """{0, 1/2, 1}: numbers written out, none too large for a float."""
    found = [constant(item) for item in node.items]
    numbers = [number for number in found if number is not None and abs(number) < LARGEST]
    return Domain("{" + ", ".join(map(str, numbers)) + "}") if len(numbers) == len(found) else None


def numbers_of(kind: str) -> tuple[Fraction, ...]:
    """The numbers of a domain that is a set written out, "{0, 1/2}"."""
    return tuple(Fraction(text.strip().replace("−", "-")) for text in kind.strip("{}").split(","))


def no_size(where: Domain) -> Node | None:
    """The first size that can be none, whatever its names stand for: 0, -n, 5/2."""
    for size in where.shape:
        number = constant(size)
        if (isinstance(size, Call) and size.op == "neg") or (
            number is not None and (number < 1 or number.denominator != 1)
        ):
            return size
    return None


def _named(node: Node) -> Domain | None:
    """R, N, Z; Delta_k, N_0, R_{m x n} with the size below."""
    if isinstance(node, Index) and isinstance(node.base, Name):
        return _power(node.base, node.indices[0]) if len(node.indices) == 1 else None
    if not isinstance(node, Name):
        return None
    stem, _, label = node.text.partition("_")
    if stem not in _SETS:
        return None
    if label == "0" and stem in {"bbN", "N"}:
        return Domain("natural", low=Fraction(0), ends="[)")
    if not label:
        return Domain(_SETS[stem])
    size: Node = Num(label) if label.isdecimal() else Name(label)
    return Domain("simplex", (size,)) if stem == "Delta" else None


def _power(base: Node, size: Node) -> Domain | None:
    inner = domain(base)
    if inner is None or inner.shape:
        return None
    sizes = _sizes(size)
    if inner.kind == "simplex" and isinstance(size, Call) and size.op == "sub" and size.args[1] == Num("1"):
        sizes = (size.args[0],)  # Delta^{k-1} has k entries
    return replace(inner, shape=sizes)


def _sizes(size: Node) -> tuple[Node, ...]:
    if isinstance(size, Call) and size.op == "times":
        return (*_sizes(size.args[0]), *_sizes(size.args[1]))
    return (EULER_SIZE if size == Call("exp", (Num("1"),)) else size,)  # R^{d x e}: this e is a size


def _interval(where: Matrix | Tuple) -> Domain | None:
    ends = where.items if isinstance(where, Tuple) else where.rows[0]
    if len(ends) != 2:
        return None
    low, high = (None if _infinite(end) else constant(end) for end in ends)
    if any(value is None and not _infinite(end) for value, end in zip((low, high), ends, strict=True)):
        return None
    return _between(low, high, "[]" if isinstance(where, Matrix) else "()")


def _between(low: Fraction | None, high: Fraction | None, ends: str) -> Domain:
    if low == 0 and high is None:
        return Domain("real", positive=True, ends=ends)
    return Domain("real", (), low, high, ends=ends)


def _infinite(node: Node) -> bool:
    inner = node.args[0] if isinstance(node, Call) and node.op == "neg" else node
    return inner == Name("infty")


def _range(low: Node, high: Node) -> Domain:
    """{1, ..., n}: the numbers themselves where both ends are said, else whole numbers."""
    ends = constant(low), constant(high)
    if ends[0] is not None and ends[1] is not None and 0 <= ends[1] - ends[0] <= MAX_RANGE:
        numbers = range(int(ends[0]), int(ends[1]) + 1)
        return Domain("{" + ", ".join(str(n) for n in numbers) + "}")
    return Domain("natural", within=Call("range", (low, high)))


def constant(node: Node) -> Fraction | None:
    """The value of a number written out, perhaps signed, as a fraction or as a power of a whole exponent: 10^6."""
    if isinstance(node, Num):
        return node.value
    if not isinstance(node, Call) or node.op not in {"neg", "div", "pow"}:
        return None
    found = [value for arg in node.args if (value := constant(arg)) is not None]
    if len(found) < len(node.args):
        return None
    if node.op == "neg":
        return -found[0]
    base, other = found
    if node.op == "div":
        return base / other if other else None
    bits = max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(other)
    return base ** int(other) if other.denominator == 1 and bits <= MOST_BITS and (base or other > 0) else None


def bounded(chain: Chain) -> tuple[Node, Domain] | None:
    """A name between numbers (0 < p < 1, \\eta > 0, n \\ge 1) and where it lies; None if it is something else."""
    place = next((i for i, side in enumerate(chain.sides) if _is_symbol(side)), None)
    if place is None or any(constant(s) is None for i, s in enumerate(chain.sides) if i != place):
        return None
    low: Fraction | None = None
    high: Fraction | None = None
    ends = ["(", ")"]
    for i, relation in enumerate(chain.relations):
        value = constant(chain.sides[i + 1] if i == place else chain.sides[i]) if place in {i, i + 1} else None
        if value is None:
            continue
        below = (relation in {"<", "<="}) == (i + 1 == place)  # the number stands below the name
        low, high = (value, high) if below else (low, value)
        if relation in {"<=", ">="}:
            ends[not below] = "[" if below else "]"
    return chain.sides[place], _between(low, high, "".join(ends))


def _is_symbol(node: Node) -> bool:
    """Whether it is a name, an entry or a member of one."""
    while isinstance(node, (Member, Index)):
        node = node.base
    return isinstance(node, Name)


def whole_bounds(declared: Declaration | None) -> tuple[int | None, int | None]:
    """The least and the greatest whole number that a name may be, where it is bounded: 2 for i > 1, and for i >= 2.

    Natural numbers are taken from 1 on unless 0 is allowed in so many words.
    """
    if declared is None:
        return None, None
    low = Fraction(0) if declared.positive and declared.low is None else declared.low
    least = None if low is None else ceil(low) if declared.ends[0] == "[" else floor(low) + 1
    if declared.domain == "natural":
        least = 1 if least is None else max(least, 0)
    high = declared.high
    return least, None if high is None else floor(high) if declared.ends[1] == "]" else ceil(high) - 1
