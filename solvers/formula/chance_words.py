"""How a text writes probabilities of events: P(A=1 | B=0), P(D | \\neg T), \\Pr(\\text{rain}=\\text{yes}), P(b).

What stands between the brackets is read here and written in the one spelling that formulas are read in: variables with
numbers for their values, P(D = 1 | T = 0).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from solvers.formula.lazily import lazily

_HEADS = {
    "P": (
        r"\\(?:Pr|mathbb\s*\{?\s*P\s*\}?|(?:mathrm|operatorname\*?|text|mathsf|mathcal|mathit)\s*\{\s*(?:P|Pr|Prob)\s*\})"
        r"|(?:Prob|Pr|P)"
    ),
    "p": r"p",
    "q": r"q",
}
_OPENER = r"\s*(?:\\left|\\[bB]igg?l?)?\s*[(\[]"
_BAR = lazily(
    r"\\m(?:iddle\s*\\?|id(?![A-Za-z]))\|?|\\[lr]?vert(?![A-Za-z])|\\given(?![A-Za-z])|\\?\||∣|(?<=[\s$])given(?=[\s$])"
)
_AND = lazily(r"[,;&∩∧]|\\(?:cap|land|wedge|&)(?![A-Za-z])|\\text\{\s*and\s*\}|(?<=\s)and(?=\s)")
_SPACE = lazily(r"\\[,;:!> ]|\\q?quad(?![A-Za-z])|~|\$|\s+")
_UPRIGHT = lazily(r"\\(?:text(?:rm|it|sf|tt|bf|normal)?|mathrm|mathit|mathsf|mathbf|operatorname|mbox)\s*\{([^{}]*)\}")
_NOT = lazily(
    r"(?:\\(?:neg|lnot)(?![A-Za-z])|[¬!]|\\sim(?![A-Za-z])|\\text\{\s*not\s*\}|not(?=\s))\s*(?P<a>.+)"
    r"|\\(?:text|mathrm)\s*\{\s*(?:no|not|non)[\s-]+(?P<e>[^{}]+)\}"
    r"|\\(?:bar|overline)\s*(?:\{(?P<b>(?:[^{}]|\{[^{}]*\})+)\}|(?P<c>[A-Za-z]))"
    r"|(?P<d>.+?)\s*\^\s*\{?\s*(?:c|C|\\complement|\\mathsf\{c\}|\\mathrm\{c\})\s*\}?|(?P<f>[A-Z]\w*|\\.+?)\s*'"
)
_WORD = lazily(r"[A-Za-z][A-Za-z0-9]*(?:_\{?[A-Za-z0-9]+\}?)?")
_INDEXED = lazily(r"[A-Za-z]+_\{?[a-z]\}?")  # m_i: one of many
_PRIMED = lazily(r"([a-z])\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)")
_NUMBER = lazily(r"-?\d{1,4}")  # a value of a variable
_ORDERS = {
    "\\ge": ">=", "\\geq": ">=", "≥": ">=", ">=": ">=", ">": ">", "\\gt": ">", "\\le": "<=", "\\leq": "<=", "≤": "<=",
    "<=": "<=", "<": "<", "\\lt": "<", "\\ne": "!=", "\\neq": "!=", "≠": "!=", "!=": "!=",
}  # fmt: skip
_ORDER = lazily(rf"(.+?)\s*({'|'.join(map(re.escape, sorted(_ORDERS, key=len, reverse=True)))})\s*(-?\d{{1,4}})")
_SIGNS = {"+": "positive", "-": "negative", "−": "negative", "\\oplus": "positive", "\\ominus": "negative"}
OPPOSITES = [
    ("yes", "no"), ("true", "false"), ("t", "f"), ("T", "F"), ("positive", "negative"), ("pos", "neg"), ("on", "off"),
    ("True", "False"), ("Yes", "No"), ("y", "n"),
]  # fmt: skip
MAX_NUMBER = 60
OTHER = 1000  # a value that nothing names
TEST = "Test"  # the variable of P(+ | D)


@dataclass(frozen=True, slots=True)
class Atom:
    """One event or variable: `value` is what it is said to be, None where the variable stands alone; `order` is the
    sign of X > 1 and its like.
    """

    variable: str
    value: str | None = None
    negated: bool = False
    order: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """P(args | given) at text[start:end]."""

    start: int
    end: int
    args: tuple[Atom, ...]
    given: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a text writes its P: the name, and the numbers that the values of each variable stand for.

    `events` are the variables that stand for the event that they are 1, `letters` those that stand for any value: b of
    P(b) and k of P(X = k), each with its variable. Of the `unsaid` variables no number is told. M is one of
    the `cases` where M_1 and M_2 are its two values. The `root` is the one variable that numbers are told under.
    """

    name: str
    values: Mapping[str, Mapping[str, int]]
    events: frozenset[str] = frozenset()
    letters: Mapping[str, str] = field(default_factory=dict)
    unsaid: frozenset[str] = frozenset()
    cases: frozenset[str] = frozenset()
    root: str = ""

    @property
    def numbers(self) -> dict[str, tuple[int, ...]]:
        """The numbers that each variable's values stand for."""
        return {n: tuple(sorted(found.values())) for n, found in self.values.items()}

    def rewritten(self, text: str) -> str:
        """The text with every P in the one spelling; one that is not understood stays as it is."""
        parts, done = [], 0
        for call in calls(text, self.name):
            parts_ = (self._ordered(part) for part in (call.args, call.given))
            args, given = ([self._atom(atom) for atom in part] for part in parts_)
            if None in args or None in given:
                continue
            bar = f" | {', '.join(map(str, given))}" if given else ""
            parts += [text[done : call.start], f"{self.name}({', '.join(map(str, args))}{bar})"]
            done = call.end
        head = re.compile(rf"(?<![A-Za-z\\])(?:{_HEADS[self.name]})(?={_OPENER})")  # of what is not understood
        return head.sub(self.name, "".join([*parts, text[done:]]))

    def _ordered(self, atoms: tuple[Atom, ...]) -> list[Atom]:
        """P(y, x) is P(x, y): the variables in the one order."""
        places = {name: place for place, name in enumerate(self.values)}
        known = [self.variable(as_case(atom, self.cases).variable) for atom in atoms]
        if len(set(known)) < len(known) or None in known:
            return list(atoms)
        return [
            atom for _, atom in sorted(zip((places[n or ""] for n in known), atoms, strict=True), key=lambda x: x[0])
        ]

    def _atom(self, atom: Atom) -> str | None:
        atom = as_case(atom, self.cases)
        name = self.variable(atom.variable)
        if name is None:
            return None
        if atom.value is None:
            if name in self.events:
                return f"{written(name)} = {0 if atom.negated else 1}"
            twin = name != atom.variable
            return None if atom.negated else f"{written(name)} = {atom.variable}" if twin else written(name)
        number = self._code(name, atom.value)
        if atom.order:
            ordered = number is not None and OTHER not in self.values[name].values()
            return f"{written(name)} {atom.order} {number}" if ordered else None
        if atom.negated or (number is None and not _WORD.fullmatch(atom.value)):
            return None
        return f"{written(name)} = {atom.value if number is None else number}"

    def _code(self, name: str, value: str) -> int | None:
        """The number for a value, which may be that number already."""
        numbers = self.values[name]
        return numbers.get(value, next((n for n in numbers.values() if str(n) == value), None))

    def variable(self, name: str) -> str | None:
        """The variable that a name is, or is a value of: B for b; None if it is neither."""
        return next((n for n in (name, name.upper(), name.capitalize()) if n in self.values), None)

    def number(self, atom: Atom) -> tuple[str, int] | None:
        """The variable and the value that an event is; None if it is no single one."""
        atom = as_case(atom, self.cases)
        name = self.variable(atom.variable)
        if name is None or (atom.value is None and name not in self.events):
            return None
        if atom.value is None:
            return name, 0 if atom.negated else 1
        number = self._code(name, atom.value)
        return None if number is None or atom.negated or atom.order else (name, number)


def as_case(atom: Atom, cases: Collection[str]) -> Atom:
    """M_1 as M = 1, where M_1 and M_2 are the cases of one variable."""
    stem, _, number = atom.variable.rpartition("_")
    plain = number.strip("{}")
    if atom.value is None and stem in cases and plain.isdecimal():
        return Atom(stem, plain, atom.negated)
    return atom


def written(name: str) -> str:
    """A variable as formulas spell it: words upright."""
    return name if len(name.partition("_")[0]) == 1 else rf"\text{{{name}}}"


def calls(text: str, name: str) -> Iterator[Call]:
    """Every P(...) of a text all of which is understood, in order; `name` is P or p."""
    head = re.compile(rf"(?<![A-Za-z\\][A-Za-z])(?<!\\)(?:{_HEADS[name]})(?![A-Za-z_^']){_OPENER}")
    done = 0
    closed = _closings(text) if head.search(text) else {}
    for match in head.finditer(text):
        if match.start() < done:
            continue
        stop = closed.get(match.end() - 1)
        if stop is None:
            continue
        inner = re.sub(r"\\(?:right|[bB]igg?r?)\s*$", "", text[match.end() : stop])
        bars = _parts(inner, _BAR)
        sides = [[_atom(part) for part in _parts(side, _AND)] for side in bars]
        if len(bars) > 2 or not all(all(side) for side in sides):
            continue
        args, given = ([a for a in side if a is not None] for side in (sides[0], sides[1] if len(sides) > 1 else []))
        variables = [atom.variable for atom in (*args, *given)]
        if any(a.value == f"{a.variable}'" and variables.count(a.variable) > 1 for a in (*args, *given)):
            continue  # p(x' | x) is of two variables
        done = stop + 1
        yield Call(match.start(), done, tuple(args), tuple(given))


def _closings(text: str) -> dict[int, int]:
    """The places of the brackets that close those that open."""
    open_: list[int] = []
    found: dict[int, int] = {}
    for place, char in enumerate(text):
        if char in "([":
            open_.append(place)
        elif char in ")]" and open_:
            found[open_.pop()] = place
    return found


def _parts(text: str, sign: re.Pattern[str]) -> list[str]:
    """The text apart at the signs outside of brackets."""
    parts, done, depth = [], 0, 0
    marks = {match.start(): match.end() for match in sign.finditer(text)}
    for place, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if place in marks and place >= done and depth == 0:
            parts.append(text[done:place])
            done = marks[place]
    return [*parts, text[done:]]


def _atom(text: str) -> Atom | None:
    text = _SPACE.sub(" ", text.replace("{=}", "=")).strip()
    if text in _SIGNS:
        return Atom(TEST, _SIGNS[text])
    ordered = _ORDER.fullmatch(text)
    if ordered is not None:
        name = _identifier(ordered[1])
        return None if name is None else Atom(name, ordered[3], False, _ORDERS[ordered[2]])
    left, equals, right = text.partition("=")
    if equals:
        name, value = _identifier(left), _value(right)
        return None if name is None or value is None else Atom(name, value)
    if (primed := _PRIMED.fullmatch(text)) is not None:  # p(x'): x with another value
        return Atom(primed[1], f"{primed[1]}'")
    negated = _NOT.fullmatch(text)
    if negated is not None:
        inner = _identifier(next(part for part in negated.groups() if part is not None))
        return None if inner is None else Atom(inner, None, True)
    name = _identifier(text)
    return None if name is None else Atom(name)


def unions_apart(text: str) -> str:
    """P(A or B | C) as P(A | C) + P(B | C) - P(A, B | C)."""

    def sums(match: re.Match[str]) -> str:
        head, a, b, given = match["head"], match["a"].strip(), match["b"].strip(), match["given"] or ""
        return f"({head}({a}{given}) + {head}({b}{given}) - {head}({a}, {b}{given}))"

    return _UNION.sub(sums, text)


_EVENT = r"\\?[A-Za-z]\w*(?:\s*=\s*\w+)?"
_UNION = lazily(
    rf"(?<![A-Za-z\\])(?P<head>P|Pr|\\Pr|\\mathbb\{{P\}})\s*\(\s*(?P<a>{_EVENT})\s*(?:∪|∨|\\cup(?![a-z])|\\lor(?![a-z])|\\vee(?![a-z])|"
    rf"(?<=\s)or(?=\s)|\\text\{{\s*or\s*\}})\s*(?P<b>{_EVENT})\s*(?P<given>(?:\||\\mid(?![a-z]))[^()|]*)?\)"
)


def _identifier(text: str) -> str | None:
    """One name for the many ways to write it: \\text{Has flu} is HasFlu."""
    if re.search(r"\s(?:or|xor|and|implies)\s", text):
        return None
    text = re.sub(r"[{}\s]", "", _UPRIGHT.sub(lambda match: _one_word(match[1]), text))
    return text if _WORD.fullmatch(text) and not _INDEXED.fullmatch(text) else None


def _one_word(text: str) -> str:
    words = re.findall(r"\w+", text)
    return "".join(word[0].upper() + word[1:] for word in words) if len(words) > 1 else "".join(words)


def _value(text: str) -> str | None:
    text = _SPACE.sub(" ", text).strip()
    if text in _SIGNS:
        return _SIGNS[text]
    return text if _NUMBER.fullmatch(text) else _identifier(text)


def number_of(text: str) -> Fraction | None:
    """A probability that is written as a number: 0.3, 1/3, \\frac{1}{3}, 30\\%."""
    if len(text) > MAX_NUMBER:
        return None
    text = _SPACE.sub("", text).rstrip(".,;")
    percent = re.fullmatch(r"(\d+(?:\.\d+)?)\\?%", text)
    decimal = re.fullmatch(r"\d*\.?\d+", text)
    ratio = re.fullmatch(r"(\d+)/(\d+)|\\[dt]?frac\{?(\d+)\}?\{?(\d+)\}?", text)
    if ratio is not None:
        over, under = (int(part) for part in ratio.groups() if part is not None)
        if ratio[3] is not None and "{" not in text and len(text) > len("\\tfrac12"):
            return None
        return Fraction(over, under) if under else None
    return Fraction(decimal[0]) if decimal else Fraction(percent[1]) / 100 if percent else None
