"""What indices run through, at the end of a declaration or alone: t = 1, ..., T; for i, j = 1, ..., n and i != j.

One reader for all its forms: i = 1, ..., n; i \\in \\{0, ..., n - k\\}; i \\in [n]; 1 <= i < n; k >= 1; t = 1, 2, ....
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product
from math import prod
from typing import Final

from solvers.formula.definitions import with_numbers
from solvers.formula.known import Context
from solvers.formula.lazily import lazily
from solvers.formula.nodes import (
    Big,
    Call,
    Chain,
    Index,
    Member,
    Name,
    Node,
    Num,
    children,
    free_names,
    names,
    plus,
    walk,
)  # fmt: skip
from solvers.formula.parser import parse
from solvers.formula.targets import UNKNOWN, Bound
from solvers.formula.tokens import Scope, Unreadable

MOST: Final = 8  # ranges in one text
MOST_PLACES: Final = 64
_EVERY = r"for(?:\s+(?:all|each|every|any))?|where|with|and"
_SPACE = r"(?:\s|~|\\[,;:! ])*"
_FOR = (
    rf"(?:(?<![A-Za-z\\])(?:{_EVERY})(?![A-Za-z])|\\(?:text|mbox|textrm)\{{\s*(?:{_EVERY})\s*\}}|\\forall(?![A-Za-z]))"
)
_JOINT = rf"(?:[,;]|\\q?quad(?![A-Za-z])|{_FOR})"
_BEGINS = lazily(
    rf"(?P<bracket>(?:{_JOINT}{_SPACE})*\(){_SPACE}|(?:{_JOINT}{_SPACE})+|(?<=[\s}}])(?=[A-Za-z]{_SPACE}=)"
)
_END = lazily(r"(?:\s|~|[,;]|(?<!\.)\.(?!\.)|\\[,;:! ]|\\q?quad(?![A-Za-z]))+$")
_DOTS = r"(?:\\ldots|\\dotsc|\\dots|\\cdots|\.\.\.?|…)"
_DOTTED = lazily(rf"{_DOTS}\s*,?\s*$")
_WORDS = "le|leq|ge|geq|lt|gt|leqslant|geqslant|in|ne|neq|[lc]?dots[a-z]?|text|q?quad|forall|sim|to"
_WHOLE = rf"(?:[^,;=<>≤≥≠∈:\\]|\\(?!(?:{_WORDS})(?![A-Za-z])|[,;:! ]))+?"
_LETTER = r"(?:\\ell|[A-Za-z])"
_LETTERS = rf"(?P<letters>{_LETTER}(?:{_SPACE},{_SPACE}{_LETTER})*){_SPACE}"
_LESS = r"(?:\\(?:le|leq|lt|leqslant)(?![A-Za-z])|<=?|≤)"
_MORE = r"(?:\\(?:ge|geq|gt|geqslant)(?![A-Za-z])|>=?|≥)"
_IN = r"(?:\\in(?![A-Za-z])|∈|(?<=\s)in(?=\s))"
_RUN = (
    rf"(?P<low>{_WHOLE}){_SPACE},?{_SPACE}(?:(?<=,){_SPACE}(?P<next>\w+){_SPACE},{_SPACE}(?P<then>(?:\d+{_SPACE},{_SPACE}){{0,3}}))?(?:{_DOTS}){_SPACE},?{_SPACE}"
    rf"(?P<high>{_WHOLE})?"
)
_EQUAL = lazily(rf"{_LETTERS}={_SPACE}{_RUN}{_SPACE}")
_FEW = lazily(rf"{_LETTERS}={_SPACE}(?P<low>\d+)(?P<more>(?:{_SPACE},{_SPACE}\d+)+){_SPACE}")  # t = 1, 2
_MEMBER = lazily(rf"{_LETTERS}{_IN}{_SPACE}\\?(?:left\\?)?\{{{_SPACE}{_RUN}{_SPACE}\\?(?:right\\?)?\}}{_SPACE}")
_UP_TO = lazily(rf"{_LETTERS}{_IN}{_SPACE}\[(?P<high>{_WHOLE})\]{_SPACE}")
_NATURAL = lazily(
    rf"{_LETTERS}{_IN}{_SPACE}(?:\\mathbb{_SPACE}\{{?{_SPACE}N{_SPACE}\}}?|ℕ|\\N(?![A-Za-z]))(?P<from>[_^]\{{?[^{{}}\s]+\}}?)?{_SPACE}"
)
_WITHIN = lazily(
    rf"(?P<low>{_WHOLE}){_SPACE}(?P<first>{_LESS}){_SPACE}{_LETTERS}(?P<last>{_LESS}){_SPACE}(?P<high>{_WHOLE}){_SPACE}"
)
_FROM = lazily(rf"{_LETTERS}(?P<first>{_MORE}){_SPACE}(?P<low>\d+){_SPACE}")
_FEW_LAST = lazily(
    rf"(?:(?:[,;(]|\\q?quad(?![A-Za-z])|{_FOR}){_SPACE})+(?P<said>(?P<letter>[a-z]){_SPACE}={_SPACE}\d+(?:{_SPACE},{_SPACE}\d+)+)[\s.)]*$"
)
_MAY = lazily(r"dots|\.\.|…|\\in|∈|\bin\b|[<>≤≥]|\\[lg]e")
_ARITHMETIC = frozenset({"add", "sub", "mul", "dot", "div", "floor", "ceil", "neg", "min", "max"})
_BESIDE = lazily(
    r"(?:[,;\s]|(?<![A-Za-z\\])and\s|\\text\{\s*and\s*\})*(?:with\s+|\\text\{\s*with\s*\}\s*)?"
    r"(?P<said>([A-Za-z])\s*(?:\\neq?(?![A-Za-z])|!=|≠|<=?|\\l(?:e|t|eq)(?![A-Za-z])|≤)\s*([A-Za-z]))\s*$"
)
_NEAR = lazily(r"[<≤≠]|!=|\\(?:ne|l[et])")
_SYMBOL = r"\s*\\?[A-Za-z]\w*(?:_\{[^{}]*\})?\s*"
_LISTED = lazily(
    rf"(?P<low>\s*-?[\d.]+\s*)(?P<first>{_LESS})(?P<names>{_SYMBOL}(?:,{_SYMBOL})+)(?P<last>{_LESS})(?P<high>[^,<>=≤≥]+)"
)
_EACH = lazily(  # for all i, without saying which
    rf"(?:{_SPACE}(?:[,;(]|\\q?quad(?![A-Za-z])))*{_SPACE}(?:\\forall(?![A-Za-z])|\\text\{{\s*for\s+(?:all|each|every|any)\s*\}}"
    rf"|(?<=\s)for\s+(?:all|each|every|any)\s){_SPACE}\$?{_LETTER}(?:{_SPACE},{_SPACE}{_LETTER})*\$?[\s.,;)]*$"
)
_TAIL: Final = 240  # characters in which a range at the end stands


@lru_cache(1024)
def split_range(text: str) -> tuple[str, tuple[Bound, ...]]:
    """The text without the ranges at its end, as in ", i = 1, ..., m, j = 1, ..., n", and those ranges.

    What else bounds a letter, as k >= 1 and i \\in [n] do, is a range where the letter is an index before it.
    """
    found: tuple[Bound, ...] = ()
    every = _EACH.search(text, _end_of(text))
    text = text[: every.start()] if every is not None else text
    for _ in range(MOST):
        may = _MAY.search(text) or _FEW_LAST.search(text, _end_of(text))  # most texts have none
        last = _last_range(text) if may else None
        if last is None:
            break
        text, bounds = last
        found = (*bounds, *found)
    return text, found


def _end_of(text: str) -> int:
    """Where the end of a text begins, in which ranges are looked for."""
    return max(0, len(text) - _TAIL)


def _last_range(text: str) -> tuple[str, tuple[Bound, ...]] | None:
    """The text before the range at its end, and that range; None if it ends in none."""
    body = _END.sub("", text)
    if (few := _FEW_LAST.search(body, _end_of(body))) is not None and _indexes(few["letter"], body[: few.start()]):
        return _END.sub("", body[: few.start()]), read_range(few["said"]) or ()
    if (alone := read_range(body)) is not None and _EQUAL.fullmatch(_bare(body)):
        return "", alone
    for begin in _BEGINS.finditer(body, _end_of(body)):
        before, inside = body[: begin.start()], body[begin.end() :]
        if begin["bracket"] is not None:
            if not inside.endswith(")"):
                continue
            inside = inside[:-1]
        bounds = None if _DOTTED.search(before) and _several(inside) else read_range(inside)
        if bounds is None or any(high == UNKNOWN and _counts(name, before) for name, _, high in bounds):
            continue
        if not (_EQUAL.fullmatch(_bare(inside)) or all(_indexes(n, before) for n, _, _ in bounds)):
            continue
        return _END.sub("", before), bounds
    return None


def _counts(letter: str, text: str) -> bool:
    """Whether a letter says how many there are: the n of x_1, ..., x_n."""
    return re.search(rf"_\{{?1\}}?\s*,\s*{_DOTS}\s*,[^,]*_\{{?{letter}\}}?(?![A-Za-z0-9])", text) is not None


def _bare(text: str) -> str:
    """A range without the words before it and the dollars around it."""
    return re.sub(rf"^(?:{_SPACE}(?:{_JOINT}))*{_SPACE}\$?|\$?\s*$", "", text)


def _several(text: str) -> bool:
    """Whether a text names several letters first: the m, j of i = 1, ..., m, j = 1, ..., n are none of one range."""
    return re.match(rf"{_SPACE}{_LETTERS}=", text) is not None and "," in text.partition("=")[0]


def runs(text: str, before: str) -> bool:
    """Whether a text says nothing but what indices run through that stand in the formula before it."""
    rest, bounds = split_range(f"{before} , {text}")
    return bool(bounds) and len(rest) <= len(before.rstrip())


def runs_within(text: str, before: str) -> bool:
    """Whether a text says what indices run through that the formula before it shows as such."""
    return runs(text, before) and all(_indexes(name, before) for name, _, _ in split_range(f", {text}")[1])


def is_listed(text: str) -> bool:
    """Whether a text says by its values what an index runs through: i = 1, ..., n; i \\in \\{0, ...\\}; i \\in [n]."""
    said = _bare(_END.sub("", text))
    return read_range(text) is not None and any(form.fullmatch(said) for form in (_EQUAL, _MEMBER, _UP_TO))


def read_range(text: str) -> tuple[Bound, ...] | None:
    """The index that a text as a whole bounds, with its first and its last value; None if it says something else."""
    said = _bare(_END.sub("", text))
    if (few := _FEW.fullmatch(said)) is not None:
        places = [int(number) for number in re.findall(r"\d+", few["low"] + few["more"])]
        if places != list(range(places[0], places[-1] + 1)):
            return None
        return tuple(
            (letter, Num(str(places[0])), Num(str(places[-1]))) for letter in re.findall(r"[A-Za-z]+", few["letters"])
        )
    for form in (_EQUAL, _MEMBER, _UP_TO, _NATURAL, _WITHIN, _FROM):
        match = form.fullmatch(said)
        if match is not None:
            ends = _ends(match.groupdict())
            letters = [letter.strip().strip("\\") for letter in re.split(r",", match["letters"])]
            letters = [re.sub(r"[\\,;:! ~]", "", letter) for letter in letters]
            return None if ends is None else tuple((letter, *ends) for letter in letters)
    return None


def counted_within(text: str, scope: Scope) -> tuple[Bound, ...]:
    """The range that a text gives a letter of which nothing else is said, up to a declared size: 0 <= i <= n - k."""
    found = read_range(text) if _NEAR.search(text) else None
    sizes = {name for d in scope.names.values() for size in d.shape or () for name in names(size)}
    letters = set("ijklmnqrst") - scope.names.keys()
    for letter, low, high in found or ():
        ends = names(low) | names(high)
        if letter not in letters - sizes or not ends or not ends <= sizes or high == UNKNOWN:
            return ()
    return found or ()


def _ends(said: dict[str, str | None]) -> tuple[Node, Node] | None:
    """The first and the last value of a range; None if they are no whole numbers by their form."""
    if not _follows(said.get("low") or "1", said.get("next")):
        return None
    then = [int(number) for number in re.findall(r"\d+", said.get("then") or "")]
    if then and (
        not (said.get("next") or "").isdecimal() or then != [int(said["next"] or 0) + k + 1 for k in range(len(then))]
    ):
        return None
    low = _bound(
        said.get("low") or ("0" if "0" in (said.get("from") or "") and ">" not in (said.get("from") or "") else "1")
    )
    high = UNKNOWN if said.get("high") is None else _bound(said["high"] or "")
    if low is None or high is None:
        return None
    if _strict(said.get("first")):
        low = plus(low, 1)
    if _strict(said.get("last")):
        high = plus(high, -1)
    return low, high


def _strict(sign: str | None) -> bool:
    return sign is not None and re.fullmatch(r"[<>]|\\[lg]t", sign.strip()) is not None


def ends_before(node: Node) -> bool:
    """Whether a range ends one before a size: n - 1, where what it runs through begins at 0."""
    return isinstance(node, Call) and node.op == "sub" and node.args[1] == Num("1")


def _indexes(letter: str, text: str) -> bool:
    """Whether a letter is an index in a text: below a line, or the argument of a function."""
    return any(re.search(rf"(?<![A-Za-z]){letter}(?![A-Za-z])", place) for place in _PLACES.findall(text))


_PLACES = lazily(r"_\s*(?:\{[^{}]*\}|\\?[A-Za-z]+)|\^\s*\{?\s*[(\[][^()\[\]]*[)\]]")


def split_conditions(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without what is said of its indices behind their ranges (i, j = 1, ..., n, i != j), and that."""
    near = _NEAR.search(text[-40:])  # most texts end in no such relation, and are not gone through
    match = _BESIDE.search(text) if near else None
    if match is None:
        return text, ()
    before = text[: match.start()]
    known = {name for name, _, _ in split_range(before)[1]}
    return (before, (match["said"],)) if {match[2], match[3]} <= known else (text, ())


def within_bounds(text: str) -> list[str]:
    """0 < a, b < 1 as 0 < a < 1 and 0 < b < 1."""
    match = _LISTED.fullmatch(text)
    if match is None:
        return []
    names = [name.strip() for name in match["names"].split(",")]
    return [f"{match['low']} {match['first']} {name} {match['last']} {match['high']}" for name in names]


def each_of(chain: Chain, bounds: Sequence[Bound], scope: Scope) -> tuple[Chain, ...] | Unreadable:
    """What a relation says that holds for its ranges: itself where they leave no entry out, else one for each place."""
    indexed = {name for node in walk(chain) if isinstance(node, Index) for i in node.indices for name in names(i)}
    meant = [bound for bound in bounds if bound[0] in indexed]
    if all(_every_entry(chain, bound, scope) for bound in meant):
        return (chain,)
    ends = [(_whole(low), _whole(high)) for _, low, high in meant]
    ranges = [range(low, high + 1) for low, high in ends if low is not None and high is not None]
    if len(ranges) < len(meant) or prod(map(len, ranges)) > MOST_PLACES:
        said = f"a range that leaves entries out is read between numbers, {MOST_PLACES} places at most: i = 2, ..., 5"
        return Unreadable(said, 0, 1)
    letters = [name for name, _, _ in meant]
    each = (dict(zip(letters, places, strict=True)) for places in product(*ranges))
    return tuple(
        Chain(tuple(with_numbers(side, at) for side in chain.sides), chain.relations, chain.span) for at in each
    )


def _every_entry(chain: Node, bound: Bound, scope: Scope) -> bool:
    """Whether a range is all that its index can be, as far as sizes are known."""
    name, low, high = bound
    sizes: list[Node] = []
    for node in walk(chain):
        if isinstance(node, Index):
            declared = scope.names.get(node.base.text) if isinstance(node.base, Name) else None
            shape = () if declared is None else declared.shape or ()
            sizes += [size for size, index in zip(shape, node.indices, strict=False) if index == Name(name)]
            if shape and any(index != Name(name) and name in names(index) for index in node.indices):
                return False  # x_{i + 1} > x_i
    last = high if low == Num("1") else plus(high, 1) if low == Num("0") else None  # 0 to n - 1: it counts from 0
    return not sizes or (last is not None and all(UNKNOWN in (size, high) or size == last for size in sizes))


_ORDERED_RUN = lazily(  # \\lambda_1 \\ge \\dots \\ge \\lambda_d, perhaps with the second one and a bound
    r"\s*(?P<name>\\?[A-Za-z]+)_\{?1\}?\s*(?P<sign>\\(?:ge|geq|le|leq|geqslant|leqslant)(?![A-Za-z])|[<>≤≥]=?)\s*"
    r"(?:\\?[A-Za-z]+_\{?2\}?\s*(?P=sign)\s*)?(?:\\[lc]?dots[a-z]?|\.\.\.|…)\s*(?P=sign)\s*"
    r"(?P<last>\\?[A-Za-z]+)_(?:\{(?P<braced>[^{}]+)\}|(?P<end>\w))\s*"
    r"(?:(?P<least>\\(?:ge|geq|gt|geqslant)(?![A-Za-z])|[>≥]=?)\s*0\s*)?"
)


def ordered_run(text: str) -> tuple[str, Node, bool] | None:
    """The vector, its length and whether it is positive, in \\lambda_1 \\ge ... \\ge \\lambda_d > 0; None in any other
    text."""
    match = _ORDERED_RUN.fullmatch(text)
    if match is None or match["name"] != match["last"]:
        return None
    parsed = parse(match["name"])
    name = parsed.node if not isinstance(parsed, Unreadable) else None
    length = _bound(match["braced"] or match["end"])
    positive = match["least"] in {">", "\\gt"}
    return (name.text, length, positive) if isinstance(name, Name) and length is not None else None


def _whole(node: Node) -> int | None:
    return int(node.value) if isinstance(node, Num) and node.value.denominator == 1 else None


def _follows(low: str, following: str | None) -> bool:
    """Whether 1, 2, ..., n goes up by ones."""
    return following is None or (low.isdecimal() and following.isdecimal() and int(following) == int(low) + 1)


def _bound(text: str) -> Node | None:
    """The end of a range: a number, a size, or what is computed from them; None for anything else."""
    if text.strip().isdecimal():
        return Num(text.strip())
    parsed = parse(text, None, True if "\\" in text or re.fullmatch(r"\s*[A-Za-z]{2}\s*", text) else None)
    if isinstance(parsed, Unreadable):
        return None
    counts = all(
        isinstance(inner, (Name, Num)) or (isinstance(inner, Call) and inner.op in _ARITHMETIC)
        for inner in walk(parsed.node)
    )
    return parsed.node if counts else None


def counting(node: Node) -> set[str]:
    """The names that stand in an index, or in the ends of a range: they are whole numbers."""
    found: set[str] = set()
    for inner in walk(node):
        places = inner.indices if isinstance(inner, (Index, Member)) else ()
        ends = [end for b in inner.binders for end in (b.low, b.high)] if isinstance(inner, Big) else []
        for place in (*places, *ends):
            found |= set() if place is None else free_names(place)
    return found


def spoken_in(node: Node, bound: frozenset[str] = frozenset()) -> set[str]:
    """The names of a formula that stand for values: no indices, and nothing that is bound."""
    if isinstance(node, Name):
        return set() if node.text in bound else {node.text}
    if isinstance(node, (Index, Member)):
        return spoken_in(node.base, bound)
    if isinstance(node, Call) and node.op == "norm":
        return spoken_in(node.args[0], bound)  # the F of a norm is its kind
    if isinstance(node, Big):
        bound = bound | {b.name.text for b in node.binders}
        return spoken_in(node.body, bound)
    return set().union(*(spoken_in(child, bound) for child in children(node)))


def with_ranges(context: Context, ranges: Mapping[str, tuple[Node, Node]]) -> Context:
    """The context where families whose index is said to run through a range, and whose own end nothing says, do so."""
    for declared in list(context.scope.names.values()):
        if not any(letter in ranges and high == UNKNOWN for letter, _, high in declared.family):
            continue
        family = tuple(
            (letter, *ranges[letter]) if letter in ranges and high == UNKNOWN else (letter, low, high)
            for letter, low, high in declared.family
        )
        context = context.declared(replace(declared, family=family))
    return context
