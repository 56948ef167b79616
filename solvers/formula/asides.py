"""Asides of declarations, "(y arbitrary)", "(thin SVD, s_j > 0)", "with constants c_j", as statements of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from solvers.formula.index_ranges import split_range
from solvers.formula.lazily import lazily
from solvers.formula.operators import GREEK
from solvers.formula.phrases import phrases, words_begin
from solvers.formula.tokens import Unreadable

_MARKED = r"\\(?:mathbf|mathrm|mathcal|boldsymbol|bm|vec|hat|tilde|bar)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\s[A-Za-z])"
_LETTER = rf"(?:{_MARKED}|\\?(?:{'|'.join(sorted(GREEK, key=len, reverse=True))})(?![A-Za-z])|[^\W\d_](?![A-Za-z]))"
_SCRIPT = r"(?:\s*[_^]\s*(?:\{[^{}]*\}|\(\w+\)|\w+|\*))*"
_SYMBOL = rf"{_LETTER}'*{_SCRIPT}"
_SYMBOLS = rf"{_SYMBOL}(?:\s*(?:,|(?<=\s)and(?=\s))\s*{_SYMBOL})*"
_NAMED = lazily(rf"\s*{_SYMBOLS}[\s:]*")
_BEFORE = lazily(  # constants c_j, a fixed x: adjectives and nouns before the names that they are said of
    r"[\s,]*(?:(?:with|where|for|let)\s+)?(?:(?:an?|the|some|any|all|given)\s+)*"
    rf"(?P<words>(?!(?:and|of|in|is|are)\b)[a-z-]+(?:\s+(?!(?:and|of|in|is|are)\b)[a-z-]+){{0,4}}?)\s+\$?(?P<names>{_SYMBOLS})\$?[\s.,]*",
)
_LED = lazily(
    r"\s*(?:(?:let|where|with|for|given|assume|suppose)\s+)?(?:(?:an?|the|some|any|all)\s+)*"
    r"(?P<words>(?!for\b|and\b|let\b)[a-z-]{3,}(?:\s+(?!and\b|for\b)[a-z-]{3,}){0,3})\s+"
    rf"(?P<rest>{_SYMBOLS}\s*(?:$|(?:\\in(?![A-Za-z])|∈|in\s|[<>≥≤]|\\[lg]eq?(?![A-Za-z])).*))"
)
_CONDITIONS = lazily(
    r"(?<![A-Za-z])(?:if|unless|only|when|whenever|except|otherwise|or|without|but|no|until)(?![A-Za-z])"
)
_APART = lazily(r"(?:[\s~]|\\q?quad|\\[,;:! ])$")
_SCRIPT_ALONE = re.compile(r"[_^]\s*(?:\{[^{}]*\}|\w)")
_OF_ARGUMENT = lazily(r"[^=<>]*\([^=<>]*\)[^=<>]*=")
_RELATION = lazily(r"[=<>≤≥≠∈∼]|\\(?:in|sim|le|ge|leq|geq|lt|gt|ne|neq|succ|succeq)(?![A-Za-z])")


def turned(text: str) -> str | None:
    """Words with the names behind them that they are said of, the other way round: c_j constants; None of others."""
    match = _BEFORE.fullmatch(text)
    if match is None or _CONDITIONS.search(match["words"]):
        return None
    said = phrases(match["words"], 0)
    if isinstance(said, Unreadable) or not said or not all(row.phrase.role in {"", "filler", "steady"} for row in said):
        return None
    return f"{match['names']} {match['words']}"


def words_last(text: str) -> str:
    """Words with the names behind them that they are said of, "symmetric A \\in R^{n x n}", the other way round."""
    match = _LED.fullmatch(text)
    if match is None or _CONDITIONS.search(match["words"]):
        return text
    said = phrases(match["words"], 0)
    if isinstance(said, Unreadable) or not all(row.phrase.role in {"", "filler", "steady"} for row in said):
        return text
    body = split_range(match["rest"])[0]
    return f"{body} {match['words']}{match['rest'][len(body) :]}"


def aside(text: str) -> tuple[int, str] | None:
    """Where the brackets at the end of a text begin that say something of their own, and what stands in them."""
    end = len(text.rstrip(" .;"))
    begin = _opening(text, end - 1) if text[end - 1 : end] == ")" else 0
    before, inside = text[:begin].rstrip(), text[begin + 1 : end - 1]
    if not before or not _APART.search(text[:begin]) or _CONDITIONS.search(inside):
        return None
    kinds = [(_kind(part), part) for part in _parts(inside)]
    said = {kind for kind, _ in kinds}
    if "" in said or said == {"words"} or (said == {"relation"} and not before.endswith("quad")):
        return None
    if any(kind == "relation" and _is_case(part, before) for kind, part in kinds):
        return None
    return None if split_range(f"{before} ({inside})")[1] else (begin, inside)


def _is_case(relation: str, before: str) -> bool:
    """Whether a relation may be a condition of what stands before it: f(x) = x (x > 0), a_{ij} = 1 (i = j)."""
    letters = set(re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", re.sub(_SCRIPT_ALONE, "", relation)))
    return _OF_ARGUMENT.match(before) is not None or any(
        re.search(rf"[_^]\s*(?:\{{[^{{}}]*(?<![A-Za-z]){letter}(?![A-Za-z])|{letter})", before) for letter in letters
    )


def aside_parts(inside: str) -> tuple[str, list[str]]:
    """The words of an aside that are said of what stands before it, and its own statements."""
    words, own = list[str](), list[str]()
    for part in _parts(inside):
        if _kind(part) != "words":
            own.append(turned(part) or part)
        elif own:  # (y arbitrary, not normalised)
            own[-1] += f", {part.strip()}"
        else:
            words.append(part.strip())
    return ", ".join(words), own


def _kind(part: str) -> str:
    """How a part of an aside says something; "" where that is not clear."""
    begin = words_begin(part)
    if begin == 0 and not isinstance(phrases(part, 0), Unreadable):
        return "words"
    if turned(part) is not None:
        return "turned"
    if begin:
        return "said" if _NAMED.fullmatch(part[:begin]) else ""
    return (
        "relation" if begin is None and _RELATION.search(part) and not re.search(r"[a-z]{3,}\s+[a-z]{2,}", part) else ""
    )


def _opening(text: str, place: int) -> int:
    """Where the bracket opens that closes at a place; 0 where none does."""
    depth = 0
    for at in range(place, -1, -1):
        depth += (text[at] in ")]}") - (text[at] in "([{")
        if depth == 0:
            return at
    return 0


def _parts(text: str) -> Iterator[str]:
    """The parts of an aside between its commas; what only names something belongs to the part behind it."""
    held = ""
    depth = 0
    for char in f"{text},":
        depth += (char in "([{") - (char in ")]}")
        if char in ",;" and depth == 0:
            if held.strip() and not _NAMED.fullmatch(held):
                yield held
                held = ""
            else:
                held += char if held.strip() else ""
        else:
            held += char
    if held.strip(" ,;"):
        yield held.rstrip(",; ")
