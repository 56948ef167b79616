"""How write-ups spell the steps of an iteration: w_{t+1}, w^{t+1}, w^{(t+1)}, w(t+1), w_{t+1,i}, w^{new}, w^+."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from solvers.formula.marks import marks_in
from solvers.formula.operators import GREEK

SUB, SUP, CALL, FAMILY, LABEL = "sub", "sup", "call", "family", "label"

_GREEK = "|".join(sorted((letter for letter in GREEK if letter.isalpha()), key=len, reverse=True))
_BOLD = r"\\(?:mathbf|boldsymbol|bm|vec|hat|tilde|bar|dot|widehat|widetilde|overline|mathrm|mathit)"
_INNER = (
    rf"{_BOLD}\s*(?:\{{\s*\\?[A-Za-z]+\s*\}}|\\(?:{_GREEK})(?![A-Za-z])|\s[A-Za-z])"
    rf"|\\(?:{_GREEK})(?![A-Za-z])|[A-Za-z](?![A-Za-z])"
)
NAME = re.compile(rf"{_BOLD}\s*\{{\s*(?:{_INNER})\s*\}}|{_INNER}")  # \bar{\hat f}
_MARK = re.compile(r"\s*(?:'+|\^\s*(?:\{\s*(?:\\prime|[-+]|'+)\s*\}|\\prime(?![A-Za-z])|[-+](?!\d)))")
_WORD = re.compile(r"\\[A-Za-z]+|[A-Za-z]+")  # what is no name, as a whole: \nabla, exp
_BEFORE = re.compile(r"(?:_[A-Za-z]|(?<![A-Za-z\\])d)(?=[A-Za-z]\s*[_^])")  # W_zh_{t-1} is W_z h_{t-1}, dh_t is d h_t
_INDEXED = re.compile(r"\s*[_^]")
_STEP = r"(?:(?:[A-Za-z]|\\tau)(?:\s*[+\-]\s*\d)?|\d{1,2})"
_ENTRY = r"(?:_\s*(?:\{\s*[a-z]{1,2}\s*\}|[a-z](?![a-z])))"
_LABELS = "new|next|updated|old|prev|previous|current|cur"
_UPRIGHT = r"\\(?:text(?:rm|it|sf|bf)?|mathrm|mathsf|mathit|mbox|operatorname)"
_LABELLED = rf"(?:{_UPRIGHT}\s*\{{\s*\(?(?:{_LABELS})\)?\s*\}}|\(?(?:{_LABELS})\)?)"
_ABOVE = rf"(?P<entry>{_ENTRY})?\s*\^\s*"
_FORMS = (  # the spellings of an index behind a name; `step` is the index, `entry`, `comma`, `after` pick an entry
    (FAMILY, rf"{_ABOVE}\{{\s*\(\s*(?P<step>{_STEP})\s*\)(?:\s*\}})?"),
    (SUP, rf"{_ABOVE}(?:\{{\s*(?P<step>{_STEP})\s*\}}|(?P<one>[a-z0-9]))(?P<after>{_ENTRY})?"),
    (CALL, rf"(?P<entry>{_ENTRY})?\s*(?:\\left\s*)?\(\s*(?P<step>{_STEP})\s*(?:\\right\s*)?\)"),
    (CALL, rf"(?P<entry>{_ENTRY})?\s*(?:\\left\s*)?\[\s*(?P<step>{_STEP})\s*(?:\\right\s*)?\]"),
    (SUB, rf"_\s*(?:\{{\s*(?P<step>{_STEP})\s*\}}|(?P<one>[a-z0-9A-Z]))"),
    (SUB, rf"_\s*\{{\s*(?P<step>{_STEP})\s*,\s*(?P<comma>[a-z]|\d)\s*\}}"),
    (SUB, rf"_\s*\{{\s*(?P<comma>[a-z]|\d)\s*,\s*(?P<step>{_STEP})\s*\}}"),
    (LABEL, rf"{_ABOVE}(?:\{{\s*(?P<step>{_LABELLED}|\+)\s*\}}|(?P<one>\+|{_LABELLED}))(?P<after>{_ENTRY})?"),
    (LABEL, rf"_\s*(?:\{{\s*(?P<step>{_LABELLED})\s*(?:,\s*(?P<comma>[a-z]))?\s*\}}|(?P<one>{_LABELLED}))"),
    (LABEL, rf"_\s*\{{\s*(?P<comma>[a-z])\s*,\s*(?P<step>{_LABELLED})\s*\}}"),
)
_COMPILED = tuple((form, re.compile(pattern)) for form, pattern in _FORMS)
_PARTS = re.compile(r"(\\tau|[A-Za-z])?\s*([+\-]?\s*\d+)?")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A name with an index behind it: which name and spelling, the letter ("" for a number) and how far from it."""

    key: str
    form: str
    letter: str
    number: int
    entry: str
    name: str
    start: int
    end: int

    @property
    def canonical(self) -> str:
        step = f"{self.letter}{self.number:+d}" if self.letter and self.number else self.letter or str(self.number)
        return f"{self.name}{self.entry}^{{({step})}}"


def spelled(text: str, own: frozenset[str] = frozenset()) -> Iterator[Spelled]:
    """All ways to read an index behind the names of a text, from left to right; of `own` are the names with a mark."""
    at = 0
    while at < len(text):
        name = NAME.match(text, at)
        if name is None:
            other = _BEFORE.match(text, at) or _WORD.match(text, at)
            product = other is not None and other[0].isalpha() and _INDEXED.match(text, other.end()) is not None
            at = at + 1 if other is None else max(other.end() - product, at + 1)  # A w_t is written Aw_t, too
            continue
        before = _mark(text, name[0], name.end(), own)
        end = before.end() if before else name.end()
        for form, pattern in _COMPILED:
            found = pattern.match(text, end)
            if found is not None:
                mark = before or _mark(text, name[0], found.end(), own)
                last = max(found.end(), mark.end() if mark else 0)
                yield _spelled(name[0] + (_written(mark[0]) if mark else ""), form, found, name.start(), last)
        at = end


def _mark(text: str, name: str, at: int, own: frozenset[str]) -> re.Match[str] | None:
    """The mark that stands there, where the text has a name of its own with it."""
    found = _MARK.match(text, at) if own else None
    return found if found is not None and marks_in(f"{name}_t{found[0]}") & own else None


def _written(mark: str) -> str:
    """A mark in one spelling."""
    bare = re.sub(r"[\s{}^]|\\prime", "", mark) or "'"
    return bare if "'" in bare else f"^{{{bare}}}"


def _spelled(name: str, form: str, found: re.Match[str], start: int, end: int) -> Spelled:
    groups = found.groupdict()
    step = groups["step"] or groups.get("one") or ""
    entry = groups.get("entry") or groups.get("after") or ""
    entry = f"_{groups['comma']}" if groups.get("comma") else entry
    key = re.sub(r"\\(?:mathbf|boldsymbol|bm|vec|mathrm|mathit)(?![A-Za-z])|[\s{}]", "", name)
    if form == LABEL:
        return Spelled(key, form, "", int(bool(re.search(r"\+|new|next|updated", step))), entry, name, start, end)
    parts = _PARTS.fullmatch(step.strip())
    assert parts is not None
    letter, number = parts[1] or "", int(re.sub(r"\s", "", parts[2] or "0"))
    return Spelled(key, form, letter, number, entry, name, start, end)
