"""A text that declares, apart into clauses: Q = X W, K = X V; U orthogonal, D diagonal; a, b > 0 stays one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from solvers.formula.asides import aside, aside_parts, turned, words_last
from solvers.formula.conventions import said_anyway
from solvers.formula.index_ranges import split_conditions, split_range, within_bounds
from solvers.formula.lazily import lazily
from solvers.formula.named_laws import with_law
from solvers.formula.outside import outside_said
from solvers.formula.phrases import words_begin
from solvers.formula.worded_values import with_values

_OPENING, _CLOSING = "([{", ")]}"
_STATES = lazily(
    r"(?<![<>!:=])=|\\(?:in|sim|le|ge|leq|geq|lt|gt|leqslant|geqslant|ne|neq|succ|succeq|coloneqq|triangleq|equiv|colon)"
    r"(?![A-Za-z])|[∈∼<>≤≥≠≻⪰:~]|!=|(?<=\s)in(?=\s)"
)
_DOTS = lazily(r"\s*(?:\\[lc]?dots[a-z]?|\.\.\.?|…)\s*")
_JOINT = lazily(
    r"\s*+(?:,|;|\\quad|\\qquad)?\s*+(?:\\text(?:rm)?\{\s*and\s*\}|(?<![A-Za-z\\])and(?![A-Za-z]))\s*+|\s*+[,;]\s*+"
)
_DEFINED = lazily(r"([^=<>]+?)\s*(?::?=(?!=)|\\coloneqq)(.+?)(\\in(?![A-Za-z])|∈|(?<=\s)in(?=\s))\s*([^=<>]+)")


_WORDED = lazily(r"(?<![_^{])(?<![_^]\s)\\(?:text(?:rm|it|normal)?|mbox)\s*\{((?:[^{}\\$]|\$[^$]*\$)*)\}")
_JOINING = frozenset(
    "if otherwise else and or for all each every any where with when such that s.t. in is given by".split()
)


_RUN = lazily(r"(?<![\w.\\])(\\?[A-Za-z]+|[α-ω])_\{?(\w+)\}?\s*(?:\.\.\.?|…)\s*\1_\{?(\w+)\}?")  # x_1..x_n
_PREFIX = (  # the loss L = ..., clipped g' = ...: words that say what a symbol is for
    r"\s*(?:(?:the|an?|our|its)\s+)?(?:(?:new|clipped|hidden|learning|input|output|target|weights?|bias|rate|step|size|"
    r"loss|cost|state|matrix|vector|"
    r"states|activation|activations|pre-?activations?|label|labels|features?|data|sample|samples|batch|gradients?|errors?|"
    r"prediction|predictions|logits?|parameters?|scalars?|constants?|momentum|temperature|regulari[sz]ation|strength|"
    r"coefficients?|energy|objective|update|updated|velocity|inputs|outputs|targets|normali[sz]ed|residuals?|"
    r"layer|layers|net|network|signal|signals|function|scores?|estimate|estimator)\s+)+"
    r"(?=(?P<symbol>\\?[A-Za-z][\w'^{}()\\,\[\]-]*)\s*(?::?=|\\in(?![a-z])|∈|in\s|>|<|\\ge|\\le|≥|≤))"
)


@cache
def _compiled(words: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern of words, where a declaration is read: there are many, and most checks have none."""
    return re.compile(words, flags)


def _again(symbol: str, text: str) -> bool:
    """Whether a symbol stands in the rest of a text, too."""
    return re.search(rf"(?<![A-Za-z\\]){re.escape(symbol)}(?![A-Za-z'])", text) is not None


def unwrapped(text: str) -> str:
    """A declaration with its words outside of \\text{...}, everything where it stood; names and what joins formulas
    (\\text{if}, \\text{ for all }) stay as they are written.
    """
    if ".." in text or "…" in text:
        text = _RUN.sub(r"\1_\2, ..., \1_\3", text)
    prefix = _compiled(_PREFIX).match(text)
    if prefix is not None and not _again(prefix["symbol"], text[prefix.end("symbol") :]):  # no new g = g/|g|
        text = " " * prefix.end() + text[prefix.end() :]
    if ("\\text" not in text and "\\mbox" not in text) or "\\begin" in text:
        return text

    def plain(match: re.Match[str]) -> str:
        words = re.findall(r"[A-Za-z.'’-]+", match[1])
        if not words and not re.search(r"[^\s(),;.:]", match[1]):  # \\text{)}
            return " " * (match.start(1) - match.start()) + match[1] + " "
        if not re.search(r"\s", match[1]) or not words or {word.lower() for word in words} <= _JOINING:
            return match[0]
        before, after = match.start(1) - match.start(), match.end() - match.end(1)
        return " " * before + match[1].replace("$", " ") + " " * after

    return _WORDED.sub(plain, text)


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement; `place` is the number of its text, `start` where it begins there."""

    text: str
    place: int
    start: int


def in_dollars(text: str) -> str:
    """The text without the dollars or brackets of a formula in running text."""
    match = re.fullmatch(r"\$\$?([^$]*)\$\$?[.,;]?|\\\((.*)\\\)[.,;]?|\\\[(.*)\\\][.,;]?", text.strip())
    return next((g for g in match.groups() if g is not None), text) if match else text


def statements(texts: Sequence[str]) -> list[Clause]:
    """The clauses of all texts, without those that say what is taken so anyway."""
    parts = (clause for place, text in enumerate(texts) if not said_anyway(text) for clause in clauses(text, place))
    said = (clause for clause in parts if not said_anyway(clause.text))
    return [replace(clause, text=text) for clause in said for text in with_law(with_values(clause.text)) if text]


_ALL_INDEPENDENT = re.compile(
    r"(.*?\)[^()]*?),?\s+(?:and\s+)?((?:all|mutually|jointly)\s+(?:mutually\s+)?independent|independent)[\s.]*"
)
_DRAWN = re.compile(r"(?:^|[,;]|\band\b)\s*(\\?[A-Za-z]\w*)\s*(?:~|∼|\\sim(?![a-z]))")


def clauses(text: str, place: int) -> tuple[Clause, ...]:
    """The statements of a text, each with the names that stand before it and the ranges that stand behind it."""
    if outside_said(text) is not None:
        return (Clause(text, place, 0),)
    if (bracket := aside(text)) is not None:
        words, own = aside_parts(bracket[1])
        whole = f"{text[: bracket[0]].rstrip()} {words}" if words else text[: bracket[0]]
        apart = (replace(clause, start=bracket[0]) for part in own for clause in clauses(part, place))
        return (*clauses(whole, place), *apart)
    if (drawn := _ALL_INDEPENDENT.fullmatch(text)) is not None and len(names := _DRAWN.findall(drawn[1])) > 1:
        together = Clause(f"{', '.join(names)} independent", place, drawn.start(2))
        return (*clauses(drawn[1], place), together)
    text = _of_the_one_before(words_last(text))
    parts = _WITH.split(text, maxsplit=1)
    of_names = turned(parts[1]) if len(parts) == 2 and _outside(parts[0]) else None  # L = ... with constants c_j
    if len(parts) == 2 and (of_names or _any_relation(parts)):  # W \\in R^{n x n} with W = Q L Q^{-1}
        begin = text.rindex(parts[1])
        later = (replace(clause, start=clause.start + begin) for clause in clauses(of_names or parts[1], place))
        return (*clauses(parts[0], place), *later)
    body = split_range(split_conditions(text.rstrip(" .;"))[0])[0]
    pieces = list(_pieces(body))
    if len(pieces) == 1 or within_bounds(body):
        return _apart(Clause(text, place, 0))
    told = [_states(text[start:end]) for start, end in pieces]
    last = max((start for (start, _), states in zip(pieces, told, strict=True) if states), default=-1)
    groups: list[list[tuple[int, int]]] = [[]]
    said = after = False  # whether the last group has its statement; whether dots came after it
    for (start, end), states in zip(pieces, told, strict=True):
        piece = text[start:end]
        dots = _DOTS.fullmatch(piece) is not None
        goes_on = said and (dots or after or _only_words(piece))
        if said and not goes_on and start <= last:  # a statement still comes
            groups.append([])
            said = False
        groups[-1].append((start, end))
        after = said and dots
        said = said or (states and not dots)
    groups[-1].append((groups[-1][-1][1], len(text)))
    found = (Clause(text[g[0][0] : g[-1][1]], place, g[0][0]) for g in groups)
    return tuple(part for clause in found for part in _apart(clause))


def _of_the_one_before(text: str) -> str:
    """W \\in R^{d x k}, W' is its transpose: whose, where one symbol is spoken of before."""
    match = _ITS.search(text)
    first = _FIRST.match(text) if match is not None else None
    subject = re.split(r"[,;]", text[: match.start()])[-1].split() if match is not None else []
    if match is None or first is None or "," not in text[: match.start()] or subject[:1] == [first[1]]:
        return text
    return f"{text[: match.start()]}the {match[1]} of {first[1]}{text[match.end() :]}"


_ITS = lazily(r"(?<![A-Za-z])its (transpose|inverse)(?![A-Za-z])")
_FIRST = lazily(r"\s*(\\?[A-Za-z]+(?:\s*\{[A-Za-z]\})?)\s*(?:\\in(?![A-Za-z])|∈|in\s|a\s|an\s|is\s|,)")
_WITH = lazily(r"\s*(?:\\text(?:rm)?\s*\{\s*(?:with|where|such that)\s*\}|(?<=\s)(?:with|where|such that)(?=\s))\s*")


def _any_relation(parts: Sequence[str]) -> bool:
    """Whether what stands on both sides of a "with" states something in signs."""
    return all(_outside(part) and words_begin(part) != 0 for part in parts)


def _apart(clause: Clause) -> tuple[Clause, ...]:
    """x = W y \\in R^m: a definition, of which the words behind it speak, and a declaration of what it defines."""
    match = _DEFINED.fullmatch(clause.text)
    if match is None or split_range(clause.text)[1]:
        return (clause,)
    begin = words_begin(clause.text)
    match = match if begin is None else _DEFINED.fullmatch(clause.text, 0, begin)
    if match is None or _open(match[1]) or _open(match[2]):
        return (clause,)
    declared = Clause(f"{match[1]} {match[3]} {match[4]}", clause.place, clause.start)
    words = "" if begin is None else " " * (begin - match.start(3)) + clause.text[begin:]
    return declared, Clause(clause.text[: match.start(3)] + words, clause.place, clause.start)


def _open(text: str) -> bool:
    """Whether a bracket is open at the end of a text."""
    return sum(c in _OPENING for c in text) != sum(c in _CLOSING for c in text)


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Where the pieces between commas, semicolons and "and" stand, outside of brackets."""
    begin = at = depth = 0
    last = len(text.rstrip())
    while at < len(text):
        within = at > begin and text[at - 1 : at + 1].isspace()  # blanks: all of them have been looked at before
        joint = _JOINT.match(text, at) if depth == 0 and at > begin and text[at - 1] != "\\" and not within else None
        if joint and joint.end() < last and text[begin:at].strip():
            yield begin, at
            begin = at = joint.end()
            continue
        depth += (text[at] in _OPENING) - (text[at] in _CLOSING)
        depth += text.startswith("\\begin", at) - text.startswith("\\end", at)  # the commas of cases
        at += 1
    yield begin, len(text)


def _states(piece: str) -> bool:
    """Whether a piece says something, rather than name something."""
    return _outside(piece) or words_begin(piece) is not None


def _outside(piece: str) -> bool:
    depth = 0
    for match in re.finditer(r"[(\[{]|[)\]}]|\\(?:begin|end)(?![a-z])|" + _STATES.pattern, piece):
        sign = match.group()
        if sign in _OPENING or sign == "\\begin":
            depth += 1
        elif sign in _CLOSING or sign == "\\end":
            depth -= 1
        elif depth == 0:
            return True
    return False


def _only_words(piece: str) -> bool:
    """Whether a piece adds words to the statement before: ", entrywise"."""
    return words_begin(piece) == 0
