"""How write-ups spell the steps of an iteration: w_{t+1}, w^{t+1}, w^{(t+1)}, w(t+1), w_{t+1,i}, w^{new}, w^+."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from solvers.formula.operators import GREEK

SUB, SUP, CALL, FAMILY, LABEL = "sub", "sup", "call", "family", "label"

_GREEK = "|".join(sorted((letter for letter in GREEK if letter.isalpha()), key=len, reverse=True))
_BOLD = r"\\(?:mathbf|boldsymbol|bm|vec|hat|tilde|bar|mathrm|mathit)"
NAME = re.compile(
    rf"{_BOLD}\s*(?:\{{\s*\\?[A-Za-z]+\s*\}}|\\(?:{_GREEK})(?![A-Za-z])|\s[A-Za-z])|\\(?:{_GREEK})(?![A-Za-z])|[A-Za-z](?![A-Za-z])"
)
_WORD = re.compile(r"\\[A-Za-z]+|[A-Za-z]+")  # what is no name, as a whole: \nabla, exp
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


def spelled(text: str) -> Iterator[Spelled]:
    """All ways to read an index behind the names of a text, from left to right."""
    at = 0
    while at < len(text):
        name = NAME.match(text, at)
        if name is None:
            other = _WORD.match(text, at)
            at = other.end() if other else at + 1
            continue
        for form, pattern in _COMPILED:
            found = pattern.match(text, name.end())
            if found is not None:
                yield _spelled(name, form, found)
        at = name.end()


def _spelled(name: re.Match[str], form: str, found: re.Match[str]) -> Spelled:
    groups = found.groupdict()
    step = groups["step"] or groups.get("one") or ""
    entry = groups.get("entry") or groups.get("after") or ""
    entry = f"_{groups['comma']}" if groups.get("comma") else entry
    key = re.sub(r"\\(?:mathbf|boldsymbol|bm|vec|mathrm|mathit)(?![A-Za-z])|[\s{}]", "", name[0])
    start, end = name.start(), found.end()
    if form == LABEL:
        return Spelled(key, form, "", int(bool(re.search(r"\+|new|next|updated", step))), entry, name[0], start, end)
    parts = _PARTS.fullmatch(step.strip())
    assert parts is not None
    letter, number = parts[1] or "", int(re.sub(r"\s", "", parts[2] or "0"))
    return Spelled(key, form, letter, number, entry, name[0], start, end)
