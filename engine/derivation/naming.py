"""Which names a write-up gives values of their own though they look like something else: P_t^-, M_+, h_t', MSE."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.derivation.document import Formula
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from solvers.formula.context import Context
from solvers.formula.error_names import labels_of
from solvers.formula.euler import with_own_e
from solvers.formula.heads import index_heads
from solvers.formula.known import with_heads, with_own
from solvers.formula.marks import own_names
from solvers.formula.steps import beside_numbers, numbered
from solvers.formula.tokens import Declaration

_MEANS = re.compile(r"\b(?:parts?|pseudo|inverses?|transposes?d?|derivatives?|gradients?|Moore)\b", re.IGNORECASE)


def with_names_of(context: Context, items: Iterable[Item]) -> Context:
    """The context with the names that equations, memberships and bounds of a write-up give a value, or that its words
    speak of alone, and with the functions that it gives for every index."""
    stated, alone = [], list[str]()
    for sentence in (item for item in items if isinstance(item, Sentence)):
        means = _MEANS.search(sentence.template)  # "the positive part x^+": no value of its own
        for part in (part for part in sentence.parts if isinstance(part, Formula)):
            for statement in statements_of(part.source):
                sides = [side.text for side in statement.sides]
                if statement.relations and not statement.continues:
                    stated.append((sides, statement.relations))
                elif not statement.relations and not part.display and not means:
                    alone += re.split(r",(?![^{(]*[})])", sides[0])
    stated += [(["e", ""], (r"\sim",))] if any(map(_noise_called, items)) else []
    lines = [f"{sides[0]} {signs[0]} {sides[1]}" for sides, signs in stated]
    context = beside_numbers(with_own_e(context, lines), lines).declared(*numbered(lines), *primed_numbers(lines))
    return with_heads(with_own(context, own_names(stated, alone) | labels_of(stated)), index_heads(stated))


_NOISE = re.compile(
    r"\b(?:noise|errors?(?: terms?)?|residuals?|disturbances?)\s*⟦(?P<behind>\d+)⟧|"
    r"⟦(?P<before>\d+)⟧\s*(?:is|be|denotes|are)\s+"
    r"(?:(?:an?|the|some|independent|additive|gaussian|zero-mean|mean-zero|white)\s+)*(?:random|noise|errors?|residuals?)\b",
    re.IGNORECASE,
)


def _noise_called(item: Item) -> bool:
    """Whether words call an e a noise or an error: then it is not Euler's number, wherever it stands."""
    if not isinstance(item, Sentence):
        return False
    said = _NOISE.finditer(item.template)
    return any(item.parts[int(m["behind"] or m["before"])].source.text.strip() == "e" for m in said)


_GIVEN = re.compile(r"\s*([A-Za-z])\s*=\s*[-+]?[\d.]+\s*[.,;]?\s*")
_PRIMED = re.compile(r"\s*([A-Za-z])\s*(?:'|\^\s*\{?\s*\\prime\s*\}?)\s*=(.*)", re.DOTALL)


def primed_numbers(lines: Iterable[str]) -> tuple[Declaration, ...]:
    """The c' of c' = f c + i g beside c = 2: the next value, for a number has neither a transpose nor a slope."""
    stated = list(lines)
    given = {match[1] for match in map(_GIVEN.fullmatch, stated) if match}
    renewed = [match for match in map(_PRIMED.match, stated) if match and match[1] in given]
    called = {letter for text in stated for letter in re.findall(r"(?<![A-Za-z\\])([A-Za-z])'\s*\(", text)}
    from_it = {m[1] for m in renewed if re.search(rf"(?<![A-Za-z\\]){m[1]}(?![A-Za-z'({{_^])", m[2])}
    return tuple(Declaration(f"{letter}'", None, (), "inferred") for letter in sorted(from_it - called))
