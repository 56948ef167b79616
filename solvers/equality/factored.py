"""P(a, b, c) = P(a) P(b | a) P(c | b) among declarations: how a distribution is made, and no equation for it.

Each factor is a table of its own; what is asked of P is summed from their product. Variables that nothing declares have
three values.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from solvers.formula.chance_texts import told_numbers
from solvers.formula.chance_words import Call, calls
from solvers.formula.context import Context, read_context

VALUES = r"\{1, 2, 3\}"
_BETWEEN = re.compile(r"(?:\\(?:cdot|times|[,;:! ]|left|right|big\w*)|[~\s.*·×])*")
_LETTERS = str.maketrans("0123456789", "jabcdefghi")  # p(x_1): pofxa
_VARIABLE = re.compile(r"[A-Za-z](?:_\w|_\{\w+\})?")


def factored(lets: Sequence[str]) -> tuple[str, ...]:
    """The declarations with tables for the factors, where one says that a distribution is a product of them."""
    found = next((made for place, let in enumerate(lets) if (made := _product(let, place)) is not None), None)
    if found is None:
        return tuple(lets)
    place, name, whole, factors = found
    others = [let for n, let in enumerate(lets) if n != place]
    if any(any(told_numbers(let, name)) or any(calls(let, name)) for let in others):
        return tuple(lets)  # more is told of it
    known = read_context([let for n, let in enumerate(lets) if n != place and "(" not in let])
    scope = (Context() if isinstance(known, tuple) else known).scope
    domains = {v: scope.names[_plain(v)].domain if _plain(v) in scope.names else VALUES for v in whole}
    if any(not domain.lstrip("\\").startswith("{") for domain in domains.values()):
        return tuple(lets)
    sets = {v: rf"\{{{domain.strip('{}')}\}}" if domain != VALUES else VALUES for v, domain in domains.items()}
    unsaid = [rf"{v} \in {sets[v]}" for v in whole if _plain(v) not in scope.names]
    tables, product = [], []
    for args, given in factors:
        bar = rf" \mid {', '.join(given)}" if given else ""
        letters = re.sub("[^A-Za-z]", "", "".join(args).translate(_LETTERS))
        table = rf"\operatorname{{{name}of{letters}}}"
        values = r" \times ".join(sets[arg] for arg in args)
        tables.append(rf"{table}({', '.join(args)}{bar}) \in \Delta({values})")
        product.append(f"{table}({', '.join(args)}{bar})")
    joint = f"{name}({', '.join(whole)}) = {' '.join(product)}"
    return (*lets[:place], joint, *lets[place + 1 :], *unsaid, *tables)


_Factors = list[tuple[tuple[str, ...], tuple[str, ...]]]


def _product(let: str, place: int) -> tuple[int, str, tuple[str, ...], _Factors] | None:
    """The place, the name, the variables and the factors of such a declaration; None of any other."""
    for name in ("P", "p"):
        found = list(calls(let, name))
        if len(found) < 3 or let[: found[0].start].strip() or found[0].given or let[found[-1].end :].strip(" .,"):
            continue
        between = [let[a.end : b.start] for a, b in pairwise(found)]
        if between[0].strip() not in {"=", ":="} or not all(map(_BETWEEN.fullmatch, between[1:])):
            continue
        sides = [_variables(call) for call in found]
        if any(side is None for side in sides):
            continue
        (whole, _), *parts = [side for side in sides if side is not None]
        made = [variable for args, _ in parts for variable in args]
        if sorted(made) == sorted(whole) and len(set(made)) == len(made) and _in_order(parts):
            return place, name, whole, parts
    return None


def _variables(call: Call) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What stands before and behind the bar, where these are variables alone."""
    atoms = (*call.args, *call.given)
    if any(a.value is not None or a.negated or a.order or not _VARIABLE.fullmatch(a.variable) for a in atoms):
        return None
    return tuple(a.variable for a in call.args), tuple(a.variable for a in call.given)


def _in_order(factors: _Factors) -> bool:
    """Whether no factor depends on itself, through whichever others."""
    waiting, known = list(factors), set[str]()
    while waiting:
        ready = next((factor for factor in waiting if set(factor[1]) <= known), None)
        if ready is None:
            return False
        waiting.remove(ready)
        known |= set(ready[0])
    return True


def _plain(variable: str) -> str:
    return re.sub(r"[{}]", "", variable)
