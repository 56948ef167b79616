"""Functions with an index: \\alpha_t(k), f_i(x), h^{(l)}(x), said for every index and used at numbers, \\alpha_2(1).

A text shows that the letter below is an index, and no part of a name as in p_g(x): the letter stands on the right side
too, or the function is written with another index elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_OPEN = r"\s*(?:\\left|\\[Bb]igg?l?)?\s*\((?!\s*\\cdot)"
_FONT = r"(?:\\(?:mathbf|boldsymbol|mathcal|hat|tilde|bar|bm|mathsf)\s*\{?\s*)?"
_STEM = rf"{_FONT}(?<![A-Za-z\\])\\?[A-Za-z]+(?![A-Za-z])\s*\}}?"
_INDEX = r"(?:[A-Za-z0-9]|\{[^{}]*\})"
_USED = re.compile(
    rf"(?P<name>{_STEM})\s*(?P<primes>'*)\s*(?:_\s*(?P<below>{_INDEX})|\^\s*\{{\s*\((?P<above>\w+(?:\s*[+-]\s*\d)?)\)\s*\}})'*{_OPEN}"
)
_LETTERS = re.compile(r"[i-nr-tc](?:\s*,?\s*[i-nr-tc])?")


def index_heads(equations: Iterable[tuple[Sequence[str], Sequence[str]]]) -> frozenset[str]:
    """The functions that a text gives for every index: statements are their sides and the relations between them."""
    stated = [(sides, relations) for sides, relations in equations if sides]
    indices: dict[str, set[str]] = {}
    for sides, _ in stated:
        for side in sides:
            for use in _USED.finditer(side):
                indices.setdefault(_key(use["name"]), set()).add(_index(use))
    found: set[str] = set()
    heads: dict[str, set[str]] = {}
    for sides, relations in stated:
        head = _USED.match(sides[0].strip()) if relations and relations[0] in {"=", ":="} else None
        if head is None or not _LETTERS.fullmatch(_index(head)) or _computes(sides[0].strip()[head.end() :]):
            continue
        key, index = _key(head["name"]), _index(head)
        heads.setdefault(key, set()).add(index)
        rest = " ".join(sides[1:])
        letters = re.findall(r"[a-z]", index)
        if all(re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z(])", rest) for letter in letters):
            found.add(key)
    others = {key for key, index in heads.items() if len(index) == 1 and any(map(_moved, indices[key] - index))}
    return frozenset(found | others)


def _computes(behind: str) -> bool:
    """Whether what stands in the brackets that have opened is worked out, as in p_i (1 - D_i): no parameters."""
    inside = re.sub(r"[_^]\s*\{[^{}]*\}", "", behind).partition(")")[0]
    return re.search(r"\d\s*[-+]|[-+]\s*(?:\d|\\?[A-Za-z])", inside) is not None


def _index(use: re.Match[str]) -> str:
    return (use["above"] or use["below"] or "").strip("{} ")


def _moved(index: str) -> bool:
    """A number, or a letter and a step from it: no name of its own."""
    return bool(re.fullmatch(r"\d+|[a-zA-Z]\s*[+-]\s*\d+", index))


def _key(name: str) -> str:
    from solvers.formula.targets import function_name  # it reads what the texts say

    return function_name(name) or name
