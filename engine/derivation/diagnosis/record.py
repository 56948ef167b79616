"""What a diagnosis says, and what an edit on the way to one is."""

from __future__ import annotations

from dataclasses import dataclass

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
class Edit:
    """One way of changing the wrong side: what it would mean, and what the side would become."""

    kind: str
    sentence: str
    tree: Node
    factor: Node | None = None  # what is missing as a factor, if that is what it is
