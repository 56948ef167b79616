"""Names that a text gives a value of its own though they look like something else: with a mark in a script (x_t^-),
with a prime behind an index (h_t'), of several letters (MSE, net_j), or with an accent over them (\\overline{xy}).

Where nothing on the page says so, x_+ stays the positive part, x^- cannot be read, and xy is a product.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from solvers.formula.latex_words import CONDITIONAL, WORD_FUNCTIONS
from solvers.formula.lazily import lazily
from solvers.formula.operators import ACCENTS, GREEK, MARKS, STAR
from solvers.formula.tokens import ReadError, Scope, Token

_OPENING = {"g{": "g}", "{": "}", "(": ")"}
_ORDERS = frozenset({"in", "~", "<", "<=", ">", ">=", ":"})
_SCRIPTS = r"(?:\s*[_^]\s*(?:\{[^{}]*\}|\\?[A-Za-z]+|\d|\([^()]*\)))*"
_WORD = lazily(rf"\s*(?:\$\s*)?([A-Z]{{2,}}|[A-Z][a-z]{{2,}}|[a-z]{{3,}}){_SCRIPTS}\s*")
_PLAIN_WORD = lazily(rf"\s*([A-Za-z]{{2,}}){_SCRIPTS}\s*")  # in plain text letters side by side are no product
_PARAMETERS = lazily(r"\s*[A-Za-z]\w*\s*\(((?:\s*\w+\s*[,;|]?)+)\)\s*")
_OVER = lazily(rf"\s*\\(?:wide(hat|tilde)|over(line)|(hat|bar|tilde))\s*\{{\s*([A-Za-z]{{2,}})\s*\}}{_SCRIPTS}\s*")
_LETTER = lazily(r"(?<![\\A-Za-z])[A-Za-z]+(?![A-Za-z])")
_COMMAND = lazily(r"\\(?:text|mathrm|operatorname|begin|end|mathbb|tag|label)\*?\s*\{[^{}]*\}|\\[A-Za-z]+")
_POSITIVE = lazily(r"[)\]|}]\s*_\s*\{?\s*\+|\\?max\b|relu", re.IGNORECASE)  # (x)_+ = max(x, 0)
_PLUS = f"_{MARKS['add']}"
_OF_ITSELF = r"(?!\s*[-−]?\s*(?:\\[a-z]+\s*\{?\s*)?\1\s*\}?(?:\s*\^\s*\{?\s*-\s*1\s*\}?)?[\s.,]*$)"
PRIMED = lazily(rf"\s*(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{{?)?\\?([A-Za-z]+)\}}?('+)\s*:?={_OF_ITSELF}")
_FIXED = {"KL", "CE", "Var", "Cov", "Pr", "sum", "prod", "grad", "mod", "and", "not", *CONDITIONAL}


def is_turned(text: str, right: str) -> bool:
    """Whether A' = A says something of the transpose of A, rather than what a symbol A' is."""
    return re.fullmatch(r"\W*[A-Z]\W*", text) is not None and bool(right) and not PRIMED.match(f"{text} = {right}")


def unmarked(name: str) -> str:
    """The letter below the accents and marks of a name: x of xhatminus."""
    known = (*ACCENTS, STAR, *MARKS.values())
    while (mark := next((m for m in known if name.endswith(m) and len(name) > len(m)), None)) and name not in GREEK:
        name = name.removesuffix(mark)
    return name


def hoisted(tokens: Sequence[Token], own: Callable[[str], bool]) -> list[Token]:
    """The tokens with each mark in a script as a part of its name: P_t^- as Pminus_t, where `own` knows that name."""
    found: list[Token] = []
    at = 0
    while at < len(tokens):
        token, at = tokens[at], at + 1
        if token.kind != "name":
            found.append(token)
            continue
        scripts = list(_scripts(tokens, at))
        places = [n for n, (mark, _, _) in enumerate(scripts) if mark and (mark[0] != "'" or len(scripts) > 1)]
        marked = next((n for n in places if own(token.text + scripts[n][0])), None)
        if marked is None:
            found.append(token)
            continue
        found.append(Token("name", token.text + scripts[marked][0], token.start, token.end, token.spaced))
        for n, (_, start, end) in enumerate(scripts):
            found += tokens[start:end] if n != marked else ()
        at = scripts[-1][2]
    return found


def _scripts(tokens: Sequence[Token], at: int) -> Iterator[tuple[str, int, int]]:
    """The scripts behind a name: the mark that one is ("" of another), where it begins and ends."""
    while at < len(tokens) and tokens[at].kind in {"_", "^", "'"}:
        start, upper = at, tokens[at].kind == "^"
        if tokens[at].kind == "'":
            while at < len(tokens) and tokens[at].kind == "'":
                at += 1
            yield "'" * (at - start), start, at
            continue
        if at + 1 >= len(tokens):
            return
        inner, end = _content(tokens, at + 1)
        sign = MARKS.get(inner[0].text, "") if len(inner) == 1 and inner[0].kind == "op" else ""
        following = tokens[end] if end < len(tokens) else inner[-1] if inner else tokens[at]
        alone = bool(inner) and end == at + 2 and following.start == inner[0].end
        power = alone and following.kind in {"num", "T"}  # 2^-3, A^-T
        if sign and upper and power:
            return
        if upper and inner and all(t.kind == "'" for t in inner):
            sign = "'" * len(inner)
        yield sign if upper else sign and f"_{sign}", start, end
        at = end


def _content(tokens: Sequence[Token], at: int) -> tuple[Sequence[Token], int]:
    """What stands in a script, and the place behind it."""
    closer = _OPENING.get(tokens[at].kind)
    if closer is None:
        return tokens[at : at + 1], at + 1
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].kind == tokens[at].kind) - (tokens[place].kind == closer)
        if depth == 0:
            return tokens[at + 1 : place], place + 1
    return tokens[at + 1 :], len(tokens)


def own_names(
    equations: Iterable[tuple[Sequence[str], Sequence[str]]], alone: Iterable[str] = (), plain: bool = False
) -> frozenset[str]:
    """The names that statements give values of their own: (P_t^-, a P_{t-1}), ("=",) names Pminus.

    A statement is its sides and the relations between them; `alone` are symbols that a text speaks of by themselves;
    in `plain` text any word is a name.
    """
    stated, alone = list(equations), list(alone)
    texts = [side for sides, _ in stated for side in sides]
    heads = [head for sides, relations in stated for head in _heads(sides, relations)]
    found = {name for head in (*heads, *alone) if (name := _marked(head)) is not None}
    if any(_POSITIVE.search(text) for text in texts):
        found = {name for name in found if not name.endswith(_PLUS)}
    words = {match[1] for head in heads if (match := _WORD.fullmatch(head)) and not _is_function(match[1])}
    found |= {word for word in words if not _is_product(word, words, [*texts, *alone])}
    found |= _gate_names(stated) | ({"d"} & {text.strip() for text in (*heads, *alone)})
    return frozenset(found | _plain_names(stated, heads) if plain else found)


def _gate_names(stated: Sequence[tuple[Sequence[str], Sequence[str]]]) -> set[str]:
    """z_i and z_f of i = s(z_i), f = s(z_f): where several letters have values, made of what they stand below, they are
    no indices; b_i and b_f are names then, too."""
    below: dict[str, set[str]] = {}
    for sides, relations in stated:
        gate = _GATE.fullmatch(sides[0])
        if relations and relations[0] in {"=", ":="} and gate is not None:
            for _, stem, found in _BELOW.findall(sides[1]):
                if found == gate[1]:
                    below.setdefault(stem, set()).add(found)
    letters = {letter for found in below.values() if len(found) > 1 for letter in found}
    texts = [text for sides, _ in stated for text in sides]
    uses = (use for text in texts for use in _BELOW.findall(text))
    return {f"{stem}{accent}_{letter}" for accent, stem, letter in uses if letter in letters}


_GATE = lazily(r"[\s&$]*([a-z])(?:_\{?t\}?|\^\{?\(?t\)?\}?)?[\s&$]*")  # i, or i_t
_BELOW = lazily(  # z_i, \\bar z_i
    r"(?:\\(bar|hat|tilde)\s*\{?\s*|(?<![\\A-Za-z]))([A-Za-z])\s*\}?\s*_\s*\{?([a-z])\}?(?![A-Za-z_\d])"
)


def _plain_names(stated: Sequence[tuple[Sequence[str], Sequence[str]]], heads: Sequence[str]) -> set[str]:
    """The words that statements in plain text give a value, xp = ..., and name as arguments, J(th) = ...; X1 beside an
    X that has a value of its own."""
    found = {match[1] for head in heads if (match := _PLAIN_WORD.fullmatch(head))}
    for sides, relations in stated:
        called = _PARAMETERS.fullmatch(sides[0]) if relations and relations[0] in {"=", ":="} else None
        found |= set(re.findall(r"[A-Za-z]{2,}", called[1])) if called is not None else set()
    whole = {head.strip() for head in heads}
    numbered = {head for head in whole if re.fullmatch(r"[A-Z]\d+", head) and head[0] in whole}
    return {word for word in found if not _is_function(word)} | numbered


def marks_in(text: str) -> frozenset[str]:
    """The names with marks that a declaration speaks of: Pminus of P_t^- > 0."""
    return frozenset(name for head in _SIDES.split(text) if (name := _marked(head)) is not None)


_SIDES = lazily(r",(?![^{(]*[})])|[=<>≤≥∈]|\\(?:in|leq?|geq?|[lg]t)(?![A-Za-z])|(?<=\s)in(?=\s)")


def _is_function(word: str) -> bool:
    return word in WORD_FUNCTIONS or word.lower() in WORD_FUNCTIONS or word in _FIXED or word in GREEK


def _heads(sides: Sequence[str], relations: Sequence[str]) -> Iterator[str]:
    """What a statement gives a value: the left side of an equation, all that is said to lie somewhere."""
    if not relations or relations[0] in {"=", ":="}:
        yield from sides[:1] if relations else ()
    elif set(relations) <= _ORDERS:
        for side in sides:
            yield from re.split(r",(?![^{(]*[})])", side)


def _is_product(word: str, words: set[str], texts: Sequence[str]) -> bool:
    """Whether all letters of a word stand in the text as symbols too, outside of such words."""
    apart: set[str] = set()
    for text in texts:
        for run in _LETTER.findall(_COMMAND.sub(" ", text)):
            if run not in words and not _is_function(run):
                apart |= set(run)
    return set(word) <= apart


def _marked(head: str) -> str | None:
    """The name with its mark that a text by itself is: Pminus of P_t^{-}; None of any other text."""
    from solvers.formula.latex_lexer import LatexLexer  # it reads by this module

    if over := _OVER.fullmatch(head):
        return over[4] + (over[1] or over[3] or "bar")
    if not re.search(r"[-+'′]|prime", head) or len(head) > 200:
        return None
    try:
        tokens = LatexLexer(head, Scope()).tokens()[:-1]
    except ReadError:
        return None
    if not tokens or tokens[0].kind != "name":
        return None
    scripts = list(_scripts(tokens, 1))
    marks = [mark for mark, _, _ in scripts if mark]
    if len(marks) != 1 or scripts[-1][2] != len(tokens):
        return None
    if "'" in marks[0] and not (len(scripts) == 2 and _one_index(tokens, scripts)):
        return None  # w' by itself: whether it is a derivative or a transpose is seen elsewhere
    return tokens[0].text + marks[0]


def _one_index(tokens: Sequence[Token], scripts: Sequence[tuple[str, int, int]]) -> bool:
    start, end = next((start, end) for mark, start, end in scripts if not mark)
    inner = [t for t in tokens[start + 1 : end] if t.kind not in {"g{", "g}", "(", ")"}]
    letters = [t for t in inner if t.kind == "name"]
    return len(letters) <= 1 and all(t.kind in {"name", "num", "op"} for t in inner)


__all__ = ["PRIMED", "hoisted", "is_turned", "marks_in", "own_names", "unmarked"]
