"""Diagnoses of steps that should follow from an equation and do not: tried on its solutions."""

from __future__ import annotations

import re

import pytest

from engine.derivation.diagnosis import diagnose
from engine.derivation.diagnosis.deadline import WORK
from solvers.equality.relations import follows
from solvers.formula.context import Context, infer, read_context
from solvers.formula.nodes import Chain, Node
from solvers.formula.parser import Parsed, parse, read

RIDGE = (r"X \in \mathbb{R}^{n \times d}", r"y \in \mathbb{R}^n", r"w \in \mathbb{R}^d", r"\lambda > 0")
NORMAL = r"X^\top (X w - y) + \lambda w = 0"
QUADRATIC = (r"H \in \mathbb{R}^{n \times n}", r"g \in \mathbb{R}^n", r"u \in \mathbb{R}^n")

CASES = [
    (RIDGE, NORMAL, "w", r"(X^\top X - \lambda I)^{-1} X^\top y", "sign"),
    (RIDGE, NORMAL, "w", r"(X^\top X + \lambda I)^{-1} X y", "X should be transposed"),
    (RIDGE, NORMAL, "w", r"(X^\top X)^{-1} X^\top y", "λ"),
    (RIDGE, NORMAL, r"(X^\top X + \lambda I) w", r"2 X^\top y", "factor 2 is too much"),
    (RIDGE, NORMAL, r"X^\top X w", r"X^\top y + \lambda w", "sign of the second term"),
    (("0 < p < 1",), r"\frac{k}{p} - \frac{m}{1-p} = 0", "p", r"\frac{k}{k - m}", "sign"),
    (
        ("a > 0", "b > 0", "0 < D < 1"),
        r"\frac{a}{D} - \frac{b}{1 - D} = 0",
        "D",
        r"\frac{b}{a + b}",
        "a is meant, not b",
    ),
    (QUADRATIC, r"g + H u = 0", "u", r"H^{-1} g", "sign"),
    ((), r"x^2 + 2 a x = 0", "x^2", r"2 a x", "sign"),
    ((r"\alpha > 0",), r"v = \alpha v - \epsilon g", "v", r"-\frac{\epsilon g}{1 + \alpha}", "sign"),
]


def read_step(lets: tuple[str, ...], *texts: str) -> tuple[Context, list[Node]]:
    context = read_context(lets)
    assert isinstance(context, Context)
    context = infer(context, *texts)
    parsed = [parse(text, context.scope) for text in texts]
    nodes = [p.node for p in parsed if isinstance(p, Parsed)]
    assert len(nodes) == len(texts)
    return context, nodes


@pytest.mark.parametrize(("lets", "fact", "left", "wrong", "says"), CASES, ids=[f"{c[2]} = {c[3]}" for c in CASES])
def test_what_should_follow(lets: tuple[str, ...], fact: str, left: str, wrong: str, says: str) -> None:
    context, (given, truth, side) = read_step(lets, fact, left, wrong)
    assert isinstance(given, Chain)
    found = diagnose(truth, side, context, work=20 * WORK, facts=(given,))
    assert found is not None
    assert re.search(says, found.sentence), found
    repaired = read(found.repaired, context.scope, latex=True)
    assert follows((given,), Chain((truth, repaired), ("=",)), context).verdict == "valid"


def test_nothing_is_said_of_a_name_no_fact_speaks_of() -> None:
    context, (given, truth, side) = read_step((), "x = 2 a", "z", "3 b")
    assert isinstance(given, Chain)
    assert diagnose(truth, side, context, facts=(given,)) is None
