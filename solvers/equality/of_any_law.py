"""What a declaration says that is so of every law of discrete variables: \\sum_z q(z) = 1, \\sum_{x, y} p(x, y) = 1,
p(x) = \\sum_y p(x, y), p(y | x) = p(x, y)/p(x) and H(X) = -\\sum_x p(x) \\log p(x).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from solvers.equality.finite_sets import SUM
from solvers.formula.chance_words import Call, calls
from solvers.formula.lazily import lazily

_LETTERS = r"\s*[A-Za-z]\s*(?:,\s*[A-Za-z]\s*)*"
_UNDER = lazily(rf"{SUM}(?:\{{(?P<braced>{_LETTERS})\}}|(?P<bare>[A-Za-z]))(?!\s*\^)(?:\\,|\s)*")
_SUMMED = lazily(rf"{SUM}(?:\{{{_LETTERS}\}}|[A-Za-z])")
_LOG = lazily(r"\s*\\?(?:log|ln)\s*(?:_\s*2\s*|_\{2\}\s*)?")
_RATIO = lazily(r"\s*:?=\s*(?:\\[dt]?frac\s*\{\s*/\s*\}\s*\{\s*/\s*\}|/\s*/\s*/)[\s.]*")
_ENTROPY = lazily(rf"\s*H\s*\((?P<of>{_LETTERS})(?:(?:\||\\mid)(?P<given>{_LETTERS}))?\)\s*:?=\s*[-−]\s*")


def sums_to_one(let: str, heads: Sequence[str]) -> frozenset[str]:
    """The laws of which a declaration says that they sum to one, over all that they are of: none if it says more."""
    *sums, one = let.split("=")
    found: set[str] = set()
    for part in sums if one.strip(" .") == "1" else ():
        head = next((head for head in heads if _is_whole_sum(part, head)), None)
        if head is None:
            return frozenset()
        found.add(head)
    return frozenset(found)


def told_by_sums(lets: Sequence[str], formulas: Sequence[str], heads: Sequence[str]) -> bool:
    """Whether declarations say by such sums that letters stand for laws of several variables, or of one under another,
    whose values are nothing but names.
    """
    if not any(sums_to_one(let, heads) for let in lets):
        return False
    texts = (*lets, *formulas)
    found = [call for text in texts for head in heads for call in calls(text, head)]
    letters = "".join(
        {atom.variable for call in found for atom in (*call.args, *call.given) if len(atom.variable) == 1}
    )
    if not letters or not any(call.given or len(call.args) > 1 for call in found):
        return False
    named = re.compile(rf"\(\s*[{letters}]'*(?:\s*(?:,|\||\\mid(?![A-Za-z]))\s*[{letters}]'*)*\s*\)")
    alone = re.compile(
        rf"(?<![A-Za-z\\])[{letters}](?![A-Za-z(])(?!\s*(?:\\sim(?![A-Za-z])|~|∼|\\in(?![A-Za-z])|∈|\\text|takes))"
    )
    return not any(alone.search(named.sub(" ", _SUMMED.sub(" ", text))) for text in texts)


def said_of_numbers(lets: Sequence[str], formulas: Sequence[str], heads: Sequence[str]) -> bool:
    """Whether such sums are said of laws whose values are more than names, or of laws of one variable."""
    return any(sums_to_one(let, heads) for let in lets) and not told_by_sums(lets, formulas, heads)


def holds_of_any(let: str, heads: Sequence[str]) -> bool:
    """Whether a declaration says of laws what is so of all of them."""
    rules = (_is_marginal, _is_conditional, _is_entropy)
    return any(rule(let, head) for head in heads for rule in rules) or bool(sums_to_one(let, heads))


def _is_whole_sum(part: str, head: str) -> bool:
    under = _UNDER.match(part.strip())
    call = next(calls(part.strip(), head), None)
    if under is None or call is None or call.start != under.end() or part.strip()[call.end :].strip():
        return False
    return _letters(under) == set(_plain(call)) and len(set(_plain(call))) == len(call.args)


def _is_marginal(let: str, head: str) -> bool:
    """p(x) = \\sum_y p(x, y), under something or not."""
    left, sign, right = let.strip(" .").partition("=")
    left, right = left.rstrip(" :"), right.strip()
    whole, under, part = next(calls(left, head), None), _UNDER.match(right), next(calls(right, head), None)
    if not sign or whole is None or under is None or part is None or whole.start or whole.end != len(left):
        return False
    if part.start != under.end() or right[part.end :].strip() or whole.given != part.given:
        return False
    every, gone = _plain(part), _letters(under)
    return len(every) == len(set(every)) == len(part.args) and set(every) == {*_plain(whole), *gone} and (
        bool(gone) and not gone & set(_plain(whole))
    )  # fmt: skip


def _is_conditional(let: str, head: str) -> bool:
    """p(y | x) = p(x, y)/p(x)."""
    found = list(calls(let, head))
    if len(found) != 3 or let[: found[0].start].strip() or found[1].given or found[2].given:
        return False
    between = f"{let[found[0].end : found[1].start]}/{let[found[1].end : found[2].start]}/{let[found[2].end :]}"
    given = sorted(atom.variable for atom in found[0].given)
    shared = sorted(_plain(found[1])) == sorted([*_plain(found[0]), *given])
    return _RATIO.fullmatch(between) is not None and bool(given) and shared and sorted(_plain(found[2])) == given


def _is_entropy(let: str, head: str) -> bool:
    """H(X) = -\\sum_x p(x) \\log p(x), H(X | Y) = -\\sum_{x, y} p(x, y) \\log p(x | y)."""
    begun = _ENTROPY.match(let)
    under = _UNDER.match(let, begun.end()) if begun else None
    found = list(calls(let, head))
    if begun is None or under is None or len(found) != 2 or let[found[1].end :].strip(" ."):
        return False
    weight, inner = found
    if weight.start != under.end() or not _LOG.fullmatch(let, weight.end, inner.start) or weight.given:
        return False
    of, given = ([name.strip().lower() for name in (part or "").split(",") if name.strip()] for part in begun.groups())
    shared = {*of, *given} == set(_plain(weight)) == _letters(under)
    return shared and set(of) == set(_plain(inner)) and set(given) == {atom.variable for atom in inner.given}


def _letters(under: re.Match[str]) -> set[str]:
    return {letter.strip() for letter in (under["braced"] or under["bare"]).split(",")}


def _plain(call: Call) -> list[str]:
    """The letters that a law is written with; those alone, without values."""
    return [atom.variable for atom in call.args if atom.value is None and not atom.negated]


__all__ = ["holds_of_any", "said_of_numbers", "told_by_sums"]
