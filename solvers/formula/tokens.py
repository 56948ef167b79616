"""Tokens, declared names, and the one way of saying that something could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Context, Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from solvers.formula.nodes import Binder, Node, Num
from solvers.formula.records import record

MAX_LENGTH = 10_000
MAX_TOKENS = 4_000
MAX_DIGITS = 400
TOO_MANY = f"the formula has too many symbols; at most {MAX_TOKENS} are read"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Text that is not a formula: what is wrong, and at which characters (start..end-1, counted from 0).

    `function` is the name that is applied there like a function, where nothing says that it is one.
    """

    message: str
    start: int
    end: int
    function: str = ""

    def __str__(self) -> str:
        return f"column {self.start + 1}: {self.message}"


class ReadError(Exception):
    """Raised inside the reader only; `parser.read` turns it into an Unreadable."""

    def __init__(self, message: str, start: int, end: int | None = None, function: str = "") -> None:
        super().__init__(message)
        self.unreadable = Unreadable(message, start, start + 1 if end is None else max(end, start + 1), function)


@record
class Token:
    """One token. `kind` is its class, `text` its canonical form, start..end-1 its characters."""

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Dependence:
    """How random numbers hang together: the members or entries of one name ("independent", "uncorrelated", or "joint"
    where nothing is said), the names that it is independent of or uncorrelated with, the covariance of any two of its
    members.

    `letters` are the indices that the mean and the variance speak of; names with the same `like` are distributed alike,
    and so are their members. `product`: the covariance is said as the mean of a product, which it is for means of 0.
    """

    entries: str = "joint"
    apart: frozenset[str] = frozenset()
    uncorrelated: frozenset[str] = frozenset()
    letters: tuple[str, ...] = ()
    covariance: Node | None = None
    like: str = ""
    product: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """The zeros that a vector is said to have around it: up to `below`, from `above` on, or `both` without numbers."""

    name: str
    below: Node | None = None
    above: Node | None = None
    both: bool = False


@dataclass(frozen=True, slots=True)
class Declaration:
    """What is known of a name: its shape (dimension expressions), its index range if it is a family, its domain.

    `shape` None means unknown. `family` holds the index names and their bounds: ((t, 1, T),). A function has
    `parameters`, those before and those after the bar; a distribution has the set it is over as `support`. `low` and
    `high` bound a number; `ends` says as an interval does which of them it may be, and low is 0 where it is `positive`.
    `law` is what the name is distributed by, and `dependence` what it depends on.
    `origin` is the first place of a vector: x_0, ..., x_{n-1} begin at 0. `outside` says where it has zeros around it.
    """

    name: str
    shape: tuple[Node, ...] | None = ()
    family: tuple[tuple[str, Node, Node], ...] = ()
    domain: str = "real"
    positive: bool = False
    parameters: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    support: Node | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    law: Node | None = None
    ends: str = "()"
    dependence: Dependence | None = None
    origin: int = 1
    outside: Outside | None = None
    normalized: bool = False  # defined as probabilities: softmax(z), e^{z_i}/sum_j e^{z_j}
    squared: frozenset[str] = frozenset()  # parameters that it is given the squares of: l(mu, sigma^2)


@record
class ToldSet:
    """A set of indices: what runs through it, and the condition on its elements; C_k has a parameter, others ""."""

    binder: Binder
    condition: Node | None
    parameter: str


@record
class Scope:
    """The declared names. In a strict scope an undeclared name is an error; otherwise it is a new real scalar."""

    names: Mapping[str, Declaration] = field(default_factory=lambda: MappingProxyType({}))
    strict: bool = False
    spectral: bool = False  # whether the norm of a matrix without a sign of its kind is its spectral norm
    bits: bool = False  # whether divergences and entropies are taken to base 2
    differentials: bool = False  # whether dX is the change of X, and no product
    zero_based: frozenset[str] = frozenset()  # vectors that count from 0
    outside: Mapping[str, Outside] = field(
        default_factory=lambda: MappingProxyType({})
    )  # vectors with zeros around them
    entries: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # a, where a_{ij} is A_{ij}: A
    heads: frozenset[str] = frozenset()  # functions with an index: alpha, where \\alpha_t(k) is said for every t
    steps: frozenset[str] = frozenset()  # totals whose steps have their name: L_t of L = \\sum_t L_t is the family L_
    own: frozenset[str] = frozenset()  # names with a mark or of several letters that the text gives a value: Pminus
    bracketed: frozenset[str] = frozenset()  # names whose steps stand in square brackets: h[t]
    raised: frozenset[str] = frozenset()  # names whose ^T is a power, where T is a number
    primes: bool = False  # whether a prime is a mark of a name, as where transposes are written ^T
    further: bool = False  # whether all factors behind a slash stand below it, and functions take quotients
    sets: Mapping[str, ToldSet] = field(default_factory=lambda: MappingProxyType({}))  # of indices, by name
    read: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)  # what a parser remembers

    def with_names(self, declarations: Iterable[Declaration]) -> Scope:
        """The same scope with more names declared (later ones win)."""
        return replace(self, names=MappingProxyType({**self.names, **{d.name: d for d in declarations}}))

    def marked(self, name: str) -> bool:
        """Whether a name with a mark is one of its own."""
        return name in self.own or (self.primes and name.endswith("'") and not self.function(name.rstrip("'")))

    def indexable(self, name: str) -> bool:
        """Whether a subscript on `name` picks an element (declared, and not known to be a scalar)."""
        declared = self.names.get(name)
        return declared is not None and declared.shape != ()

    def function(self, name: str) -> bool:
        declared = self.names.get(name)
        return declared is not None and declared.parameters is not None

    def family(self, name: str) -> bool:
        declared = self.names.get(name)
        return declared is not None and bool(declared.family)


def scope(strict: bool = False, **ranks: int | None) -> Scope:
    """A scope from ranks: `scope(W=2, x=1, eta=0)`; sizes are left open."""
    declarations = {n: Declaration(n, None if r is None else (Num("0"),) * r) for n, r in ranks.items()}
    return Scope(MappingProxyType(declarations), strict)


def near(word: str, known: Iterable[str], form: str = "{}") -> str:
    """ ": did you mean X?" with the closest known word, or nothing."""
    from difflib import get_close_matches  # only when something is wrong

    match = get_close_matches(word, list(known), n=1, cutoff=0.7)
    return f": did you mean {form.format(match[0])}?" if match else ""


def percent(token: Token, end: int) -> Token:
    """A number with a percent sign behind it, which ends at `end`: 5% is 0.05. Nobody means 1e3%."""
    text = token.text if "e" in token.text.lower() else format(Decimal(token.text).scaleb(-2, Context(MAX_DIGITS)), "f")
    return Token("num", text, token.start, end)


def number(text: str, start: int, end: int) -> Token:
    """A number token, after the limit on its digits and exponent."""
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > MAX_DIGITS or len(exponent) > 6 or (exponent and abs(int(exponent)) > MAX_DIGITS):
        raise ReadError(f"a number may have at most {MAX_DIGITS} digits", start, end)
    return Token("num", text, start, end)
