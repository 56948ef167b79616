"""The values of variables that sums run through: z of \\sum_{z=1}^K p(x, z) lies in {1, ..., K}, as z of
\\sum_{k=1}^K p(z = k | x) does. Without them a law of which nothing is said would have other values than its sums.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.formula.chance_words import Atom, calls
from solvers.formula.context import Context, read_context

HEADS = ("P", "p", "q")
_LIES = re.compile(r"([^()=<>]*?)(?:\\in(?![A-Za-z])|∈|\sin\s)")

_SUM = re.compile(
    r"(?:\\(?:sum|prod)(?![A-Za-z])|(?<![A-Za-z\\])(?:sum|prod)(?=_)|[Σ∑∏])\s*(?:\\limits\s*)?_\s*\{\s*"
    r"(?P<letter>\\?[A-Za-z]+)\s*=\s*(?P<low>\d)\s*\}\s*\^\s*(?:\{\s*(?P<high>[^{}]+?)\s*\}|(?P<last>\w))"
)


def with_summed(context: Context, lets: Sequence[str], formulas: Sequence[str]) -> Context:
    """The context with the variables of distributions that words speak of and name no set for."""
    if not any(word in let for let in lets for word in ("distribution", "probabilit", "mass function")):
        return context
    found = read_context(summed_values((*lets, *formulas), lets), context)
    return context if isinstance(found, tuple) else found


def summed_values(texts: Sequence[str], lets: Sequence[str]) -> list[str]:
    """Declarations of the variables that sums of the texts run through, but for those that `lets` declare; none of a
    variable that two sums run through differently."""
    declared = _declared(lets)
    variables = {atom.value or atom.variable: atom.variable for atom in atoms_of(texts)}
    found: dict[str, set[str]] = {}
    for text in texts:
        for match in _SUM.finditer(text):
            variable = variables.get(match["letter"])
            if variable is not None and variable not in declared:
                found.setdefault(variable, set()).add(_set(int(match["low"]), match["high"] or match["last"]))
    return [rf"{variable} \in {sets.pop()}" for variable, sets in sorted(found.items()) if len(sets) == 1]


def atoms_of(texts: Sequence[str]) -> list[Atom]:
    """What stands in the brackets of every P(...), p(...) and q(...)."""
    return [a for head in HEADS for text in texts for call in calls(text, head) for a in (*call.args, *call.given)]


def _declared(lets: Sequence[str]) -> set[str]:
    """The letters before a sign that says where they lie."""
    heads = (_LIES.match(let) for let in lets)
    return {letter for head in heads if head for letter in re.findall(r"\\?[A-Za-z]+", head[1])}


def _set(low: int, high: str) -> str:
    if high.isdecimal() and low <= int(high) < low + 10:
        return rf"\{{{', '.join(map(str, range(low, int(high) + 1)))}\}}"
    return rf"\{{{low}, \dots, {high}\}}"
