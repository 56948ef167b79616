"""Words in LaTeX that lack their backslash: softmax(z) is the function, alpha x is refused, abc is a product."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from solvers.formula.latex_words import CONDITIONAL, KNOWN, UNSUPPORTED, WORD_FUNCTIONS
from solvers.formula.tokens import ReadError, near

Found = tuple[str, str, int]  # the kind and the text of a token, and where it ends
_WORD = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,}")
_DIGITS = re.compile(r"[0-9]+(?![A-Za-z0-9.])")
_BRACKET = re.compile(r"(?:\s|~|\\[!,;: ]|\\left(?![a-z])|\\[bB]igg?l?(?![a-z]))*[(\[]")
_RANGE = re.compile(r"\s*(?:\\limits\s*)?_")
_APART = re.compile(r"[\s~\\,]|$")
_BELOW = re.compile(r"_(?:\{[A-Za-z0-9,\s]*)?$")
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{\s*$")
_FUNCTIONS: Final = {w: name for w, name in WORD_FUNCTIONS.items() if w.isalpha() and w not in {"kl", "sigma"}}
_BIG: Final = {"sum", "prod"}
_NAMES: Final = {"KL": "KL", "CE": "CE", "Var": "Var", "Cov": "Cov", "Pr": "P"}
_JOINING: Final = {"and": "logic", "or": "logic", "mod": "mod"} | dict.fromkeys(CONDITIONAL, "word")
_LOST: Final = {command[1:] for command in KNOWN if command[1:].isalpha()} - _FUNCTIONS.keys() - _JOINING.keys()
LABEL: Final = 60  # characters before a word that say where it stands
LONG: Final = 4  # letters: so long a product before brackets looks like a word


def bare_word(text: str, start: int, names: Collection[str]) -> Found | None:
    """What a word of two or more letters at `start` stands for; None if it is a product of letters.

    Raises ReadError where it looks like a word and cannot be told from a product.
    """
    match = _WORD.match(text, start)
    if match is None:
        return None
    word, end = match.group(), match.end()
    applied = _BRACKET.match(text, end) is not None
    if _labels(text, start) and not applied:
        return None
    if set(word) <= set(names):
        if applied and word in _FUNCTIONS:
            raise _unclear(word, f"\\operatorname{{{word}}}", start, end)
        return None
    apart = bool(_APART.match(text, end)) and (start == 0 or text[start - 1] in " \t\n~,}")
    if apart and word in _JOINING:
        return _JOINING[word], word, end
    if word == "grad" and (applied or text[end : end + 1] == "_"):
        return "nabla", word, end
    if word in _BIG and _RANGE.match(text, end):
        return "big", word, end
    if word in _FUNCTIONS:
        return _function(text, word, start, end, applied)
    if applied and word in _NAMES:
        return "name", _NAMES[word], end
    _refuse(word, start, end, applied, apart)
    return None


def _labels(text: str, start: int) -> bool:
    """Whether the word is a subscript (x_{max}) or names an environment."""
    before = text[max(start - LABEL, 0) : start].rstrip()
    return _BELOW.search(before) is not None or _ENVIRONMENT.search(before) is not None


def _function(text: str, word: str, start: int, end: int, applied: bool) -> Found | None:
    if digits := _DIGITS.match(text, end):
        named = word + digits.group()
        if named not in WORD_FUNCTIONS:
            raise ReadError(f"{named!r} is not known{near(named, WORD_FUNCTIONS)}", start, digits.end())
        return "func", named, digits.end()
    if len(word) == 2 and not applied and (end == len(text) or not _APART.match(text, end)):
        return None
    return "func", _FUNCTIONS[word], end


def _unclear(word: str, command: str, start: int, end: int) -> ReadError:
    product = " ".join(word)
    return ReadError(f"{word!r} can be a word or a product of letters: write {command}, or {product}", start, end)


def _refuse(word: str, start: int, end: int, applied: bool, apart: bool) -> None:
    if (unsupported := UNSUPPORTED.get("\\" + word)) is not None:
        raise ReadError(unsupported, start, end)
    if word in _LOST and (len(word) > 2 or apart):
        raise _unclear(word, "\\" + word, start, end)
    if len(word) >= LONG or (applied and len(word) == LONG - 1):
        hint = near(word, [*_FUNCTIONS, *_NAMES])
        if hint or (applied and len(word) >= LONG):
            said = hint or ": write a product with blanks, or say what it is"
            raise ReadError(f"{word!r} is not known{said}", start, end)
