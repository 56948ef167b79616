"""Chances of binary variables, one by one: P(C = 1) = r, P(T = 1 | C = 1) = s, P(T = 1 | C = 0) = f. Together they
are a joint distribution, P(C) P(T | C).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from solvers.formula.clauses import Clause

_NAME = r"[A-Za-z](?:_\{?\w+\}?)?"
_LOOSE = re.compile(r"\s+|\\[,;:!]|\\(?:left|right|quad)(?![a-z])|[.,;]$")
_CHANCE = re.compile(
    rf"(?P<p>P|p|Pr)\((?P<of>{_NAME})=(?P<is>[01])(?:\|(?P<given>{_NAME})=(?P<at>[01]))?\)\s*=(?P<value>.+)", re.DOTALL
)
_BINARY = re.compile(r"\{\s*0\s*,\s*1\s*\\?\}|\bbinary\b")
Chance = tuple[Clause, re.Match[str]]


def with_chances(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses with the distributions that such chances tell, where they tell a whole joint distribution."""
    chances = [(clause, match) for clause in clauses if (match := _chance(clause.text)) is not None]
    priors = [chance for chance in chances if chance[1]["given"] is None]
    if len(priors) != 1:
        return list(clauses)
    first, prior = priors[0]
    given: dict[str, list[Chance]] = {}
    for clause, match in chances:
        if match["given"] is not None:
            given.setdefault(match["of"], []).append((clause, match))
    cause, others = prior["of"], [clause for clause in clauses if clause not in [found for found, _ in chances]]
    pairs = all({match["at"] for _, match in found} == {"0", "1"} and len(found) == 2 for found in given.values())
    about = {match["given"] for found in given.values() for _, match in found} == {cause}
    if not given or not pairs or not about or not all(_is_binary(name, others) for name in (cause, *given)):
        return list(clauses)
    told = [replace(first, text=f"{prior['p']}({cause}) = {_by_cases(cause, [(_of_one(prior), '')])}")]
    told += (_conditional(effect, cause, found) for effect, found in given.items())
    factors = "".join(f" {prior['p']}({effect}|{cause})" for effect in given)
    joint = f"{prior['p']}({', '.join((cause, *given))}) = {prior['p']}({cause}){factors}"
    return [*others, *_declared((cause, *given), others, first), *told, replace(first, text=joint)]


def _chance(text: str) -> re.Match[str] | None:
    plain = re.sub(r"\\mid(?![a-z])", "|", text)
    return (
        _CHANCE.fullmatch(_LOOSE.sub("", plain.partition("=")[0] + "=" + plain.partition("=")[2]))
        if "(" in text
        else None
    )


def _conditional(effect: str, cause: str, found: Sequence[Chance]) -> Clause:
    """P(T | C): s where C = 1 and T = 1, 1 - s where C = 1 and T = 0, and so on."""
    clause, match = found[0]
    cases = [(_of_one(m), f"{cause} = {m['at']}") for _, m in found]
    return replace(clause, text=f"{match['p']}({effect}|{cause}) = {_by_cases(effect, cases)}")


def _by_cases(name: str, chances: Sequence[tuple[str, str]]) -> str:
    """The chance of a binary name, given that it is 1 with such a chance, each under a condition or under none."""
    latex = any("\\" in chance for chance, _ in chances)
    joined, apart, behind = (" \\land ", " & ", " \\\\ ") if latex else (" and ", " if ", "; ")
    rows = [
        f"{value}{apart}{joined.join(filter(None, (condition, f'{name} = {one}')))}"
        for chance, condition in chances
        for one, value in ((1, chance), (0, f"1-({chance})"))
    ]
    return f"\\begin{{cases}} {behind.join(rows)} \\end{{cases}}" if latex else f"{{{behind.join(rows)}}}"


def _of_one(match: re.Match[str]) -> str:
    """The chance that the variable is 1."""
    return match["value"] if match["is"] == "1" else f"1-({match['value']})"


def _is_binary(name: str, others: Sequence[Clause]) -> bool:
    """Whether a name is declared binary, or nothing says what it is."""
    return all(_BINARY.search(clause.text) for clause in others if name in _heads(clause.text))


def _declared(names: Sequence[str], others: Sequence[Clause], place: Clause) -> Iterator[Clause]:
    for name in names:
        if not any(name in _heads(clause.text) for clause in others):
            yield replace(place, text=f"{name} \\in \\{{0, 1\\}}")


def _heads(text: str) -> set[str]:
    """The names before the sign or the words of a declaration."""
    return set(
        re.findall(rf"(?<![A-Za-z\\]){_NAME}(?![A-Za-z])", re.split(r"\\in(?![a-z])|∈|\bin\b|\bbinary\b", text)[0])
    )


__all__ = ["with_chances"]
