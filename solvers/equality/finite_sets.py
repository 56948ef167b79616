"""A letter that sums run through without a set, as a member of a finite set of any size: x of p(x) > 0 and
\\sum_x p(x) = 1, which say that p is a distribution, and x of Z = \\sum_x e^{-E(x)}, where nothing is said of E.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from solvers.formula.lazily import lazily

SUM = r"(?:\\sum(?![A-Za-z])|(?<![A-Za-z\\])sum(?=\s*_)|[Σ∑])\s*(?:\\limits\s*)?_\s*"
_BELOW = r"(?:\{\s*[A-Za-z]'*\s*\}|[A-Za-z]'*)"
_CALL = r"[A-Za-z]\s*\(\s*[A-Za-z]'*\s*\)"
_AND = r"\s*(?:[,;]|\\text\{\s*(?:and|with)\s*\}|(?<![A-Za-z\\])(?:and|with)(?![A-Za-z]))\s*(?:\\quad|\\[,;: ])?\s*"
_POSITIVE = rf"{_CALL}(?:\s*,\s*{_CALL})*\s*(?:>|≥|\\geq?(?![A-Za-z])|>=)\s*0"
_TO_ONE = rf"(?:{SUM}{_BELOW}(?:\\,|\s)*{_CALL}\s*=\s*)+1"
_ITEM = rf"(?:{_POSITIVE}|{_TO_ONE})"
_SAID = lazily(rf"\s*{_ITEM}(?:{_AND}{_ITEM})*[\s.]*")
_TERM = lazily(rf"{SUM}(?P<below>{_BELOW})(?:\\,|\s)*(?P<head>[A-Za-z])\s*\(\s*(?P<letter>[A-Za-z]'*)\s*\)")
_POSITIVES = lazily(_POSITIVE)
_HEAD = lazily(r"([A-Za-z])\s*\(")
_APPLIED = lazily(r"(?<![A-Za-z\\])(?P<head>[A-Za-z])\s*(?:\\left\s*)?\((?P<of>[^()]*?)(?:\\right\s*)?\)")
_SUMMED = lazily(rf"{SUM}(?:\{{\s*(?P<braced>[A-Za-z])'*\s*\}}|(?P<bare>[A-Za-z])'*)(?!\s*\^)")
_DRAWN = r"(?<![A-Za-z\\]){0}'*\s*(?:\\sim(?![A-Za-z])|∼|~)"
_CONTINUOUS = lazily(r"\\i*int(?![a-z])|∫|densit|integral|\\mathcal\s*\{?\s*N|continuous")
_SIZES = (("\\nu", "nu"), ("\\kappa", "kappa"), ("\\zeta", "zeta"))
_FUNCTIONS = frozenset("abcdefghklrstuvwyzEFGHSUV")  # letters that may be called functions; the others have a meaning


@dataclass(frozen=True, slots=True)
class Laws:
    """The heads that declarations call distributions by formulas, with the letter of each, and which declarations."""

    letters: dict[str, str]
    places: frozenset[int]


def laws_said(lets: Sequence[str]) -> Laws:
    """The distributions of one letter that are said by p(x) > 0 and \\sum_x p(x) = 1."""
    places = frozenset(place for place, let in enumerate(lets) if _SAID.fullmatch(let))
    positive, letters = set[str](), dict[str, str]()
    for place in places:
        positive |= {head for part in _POSITIVES.finditer(lets[place]) for head in _HEAD.findall(part.group())}
        for term in _TERM.finditer(lets[place]):
            if term["below"].strip("{} ") == term["letter"]:
                letters[term["head"]] = term["letter"].rstrip("'")
    return Laws({head: letter for head, letter in letters.items() if head in positive}, places)


def with_finite_sets(a: str, b: str, lets: list[str]) -> list[str]:
    """The declarations with p \\in \\Delta(\\{1, ..., n\\}) and x \\in \\{1, ..., n\\} for what says so in formulas."""
    texts = (a, b, *lets)
    if any(map(_CONTINUOUS.search, texts)):
        return lets
    laws = laws_said(lets)
    letter = _one_letter(laws, lets)
    if letter is None or not _only_named(letter, texts) or not _all_laws_of(laws, lets, letter):
        return lets
    size = next((pair for pair in _SIZES if not any(pair[1] in text for text in texts)), None)
    functions = _functions(letter, texts, lets, laws)
    if size is None or functions is None or not (functions or laws.letters):
        return lets
    latex = any("\\" in text for text in texts)
    run = rf"\{{1, \dots, {size[0]}\}}" if latex else f"{{1, ..., {size[1]}}}"
    into, to = (r"\in", r"\to \mathbb{R}") if latex else ("in", "-> R")
    said = [f"{name} {into} {run}" for name in sorted(_names_of(letter, texts))]
    said += [f"{head}: {run} {to}" for head in sorted(functions)]
    if laws.letters:
        over = rf"\Delta({run})" if latex else f"Delta({run})"
        said.insert(0, f"{', '.join(sorted(laws.letters))} {into} {over}")
    return [*("" if place in laws.places else let for place, let in enumerate(lets)), "; ".join(said)]


def _one_letter(laws: Laws, lets: Sequence[str]) -> str | None:
    """The one letter that distributions are of; without any, the one that sums of the declarations run through."""
    if laws.places:
        found = set(laws.letters.values())
    else:
        found = {match["braced"] or match["bare"] for let in lets for match in _SUMMED.finditer(let)}
    return found.pop() if len(found) == 1 else None


def _all_laws_of(laws: Laws, lets: Sequence[str], letter: str) -> bool:
    """Whether what is said is said of those distributions alone, and nothing else defines one of them."""
    spoken = {head for place in laws.places for head in _HEAD.findall(lets[place])}
    others = [let for place, let in enumerate(lets) if place not in laws.places]
    begun = re.compile(rf"\s*({'|'.join(spoken) or '(?!)'})\s*(?:\(|=|:|\\in|∈|\\sim|,|~|_|in\s|is\s|a\s)")
    return spoken == set(laws.letters) and not any(map(begun.match, others))


def _names_of(letter: str, texts: Sequence[str]) -> set[str]:
    """The letter with the primes that it is written with."""
    return {match.group() for text in texts for match in re.finditer(rf"(?<![A-Za-z\\]){letter}'*(?![A-Za-z(])", text)}


def _only_named(letter: str, texts: Sequence[str]) -> bool:
    """Whether the letter stands for members of a set alone: as an argument, below a sum, drawn; and in no sum with
    ends, nor declared."""
    name = rf"{letter}'*"
    for text in texts:
        rest = re.sub(rf"{SUM}(?:\{{\s*{name}\s*\}}|{name})(?!\s*\^)", " ", text)
        rest = _APPLIED.sub(lambda match: " " if re.fullmatch(rf"\s*{name}\s*", match["of"]) else match.group(), rest)
        rest = re.sub(_DRAWN.format(letter), " ", rest)
        if re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", rest):
            return False
    return True


def _functions(letter: str, texts: Sequence[str], lets: Sequence[str], laws: Laws) -> set[str] | None:
    """The functions of the letter of which nothing is said; None where something else is said of one of them."""
    name = re.compile(rf"\s*{letter}'*\s*")
    applied = {
        m["head"] for text in texts for m in _APPLIED.finditer(_SUMMED.sub(" ", text)) if name.fullmatch(m["of"])
    }
    free = applied - laws.letters.keys() - {head for let in lets for head in _defined(let)}
    for head in free:
        other = re.compile(
            rf"(?<![A-Za-z\\]){head}(?![A-Za-z])(?!\s*(?:\\left\s*)?\(\s*{letter}'*\s*(?:\\right\s*)?\))"
        )
        meant = bool(laws.letters) and head in "EHV"  # a mean, an entropy, a variance
        if meant or head not in _FUNCTIONS or any(map(other.search, texts)):
            return None
    return free


def _defined(let: str) -> list[str]:
    """The function that a declaration defines."""
    found = re.match(r"\s*([A-Za-z])\s*\([^()]*\)\s*:?=", let)
    return [found[1]] if found else []


__all__ = ["Laws", "laws_said", "with_finite_sets"]
