"""What a diagnosis says, and what an edit on the way to one is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.derivation.diagnosis.trees import show
from solvers.formula.nodes import Node

# The stable words of `Diagnosis.kind`: what sort of mistake it is.
KINDS = {
    "sign": "right with a sign turned",
    "factor": "right but for a number or a size as a factor",
    "missing-factor": "a factor is missing",
    "extra-factor": "a factor is too much",
    "inner-derivative": "the derivative of what stands inside is missing",
    "missing-term": "a term is missing",
    "extra-term": "a term is too much",
    "difference": "right but for a constant that is added",
    "transpose": "something should be transposed, or should not be",
    "layout": "right, but transposed as a whole",
    "order": "factors or operations are in the wrong order",
    "hadamard": "the wrong product: matrix product, entry by entry, or diag",
    "power": "an exponent is wrong, or missing",
    "inverse": "a fraction is upside down",
    "function": "another function is meant",
    "bracket": "a bracket stands in the wrong place",
    "index": "another index is meant",
    "time": "another time is meant",
    "range": "a sum runs over the wrong range",
    "mean": "a sum is meant to be a mean, or the other way round",
    "name": "another name is meant",
    "expression": "another expression is meant",
    "swap": "two things are exchanged",
    "number": "another number is meant",
    "total": "a derivative with something held still that is not",
    "assumption": "right under an assumption that nothing says",
    "size": "right for special sizes only",
    "domain": "right where both sides are defined",
    "entry": "some entries are wrong",
    "rounding": "right but for rounding",
    "relation": "the relation points the other way",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong with a step: a word of KINDS, a sentence for people, the repaired right side as LaTeX, if any."""

    kind: str
    sentence: str
    repaired: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with formulas in it, written out only when it is needed: most edits are tried and dropped.

    A part is text, a formula, another sentence, or a function of a formula with its arguments.
    """

    template: str
    parts: tuple[Any, ...]

    def __str__(self) -> str:
        return self.template.format(*map(_written, self.parts))


def said_of(template: str, *parts: Any) -> Said:
    """A sentence from a template with a {} for each part."""
    return Said(template, parts)


def _written(part: Any) -> str:
    if isinstance(part, tuple):
        function, *arguments = part
        return str(function(*arguments))
    return part if isinstance(part, str) else str(part) if isinstance(part, Said) else show(part)


@dataclass(frozen=True, slots=True)
class Edit:
    """One way of changing the wrong side: what it would mean, and what the side would become."""

    kind: str
    sentence: str | Said
    tree: Node
    factor: Node | None = None  # what is missing as a factor, if that is what it is
