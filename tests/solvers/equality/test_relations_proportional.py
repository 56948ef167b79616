"""Proportionality: in which names the ratio is constant. Labels by hand: what was dropped, and what it depends on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.equality.relations import variables_meant
from tests.solvers.equality.judged import U, V, W, judged, read

RBM = (
    r"v \in \{0,1\}^n", r"h \in \{0,1\}^m", r"W \in \mathbb{R}^{n \times m}", r"a \in \mathbb{R}^n",
    r"b \in \mathbb{R}^m", r"E(v, h) = -a^\top v - b^\top h - v^\top W h",
    r"p(h \mid v) = \frac{\exp(-E(v,h))}{\sum_{g \in \{0,1\}^m} \exp(-E(v,g))}",
    r"q(v, h) = \frac{1}{Z} \exp(-E(v,h))",
)  # fmt: skip
GAUSS = (r"\sigma > 0", r"p(x) = \frac{1}{\sqrt{2 \pi \sigma^2}} \exp(-\frac{(x-\mu)^2}{2\sigma^2})")
VECTORS = (r"w \in \mathbb{R}^n", r"x \in \mathbb{R}^n", r"z \in \mathbb{R}^n")
JOINT = r"\exp(a^\top v + b^\top h + v^\top W h)"
COUNT = ("0 < p < 1", r"k \in \mathbb{N}", r"n \in \mathbb{N}")
POSTERIOR = r"\exp(-\frac{(x-\mu)^2}{2\sigma^2}) \exp(-\frac{\mu^2}{2 \tau^2}) \propto "
Line = tuple[str, tuple[str, ...], str, tuple[str, ...] | None]
ROWS: list[Line] = [
    (r"p(h \mid v) \propto \exp(-E(v,h))", RBM, V, None),
    (r"p(h \mid v) \propto \exp(b^\top h + v^\top W h)", RBM, V, None),
    (r"p(h \mid v) \propto \exp(v^\top W h)", RBM, W, None),  # b^T h depends on h
    (r"p(h \mid v) \propto \exp(b^\top h)", RBM, W, None),
    (r"p(h \mid v) \propto \exp(a^\top v)", RBM, W, None),
    (r"p(h \mid v) \propto \prod_{j=1}^m \exp(h_j (b_j + \sum_{i=1}^n v_i W_{ij}))", RBM, V, None),
    (r"p(h \mid v) \propto \sum_{j=1}^m \exp(h_j (b_j + \sum_{i=1}^n v_i W_{ij}))", RBM, W, None),
    (r"p(h \mid v) \propto \exp(E(v,h))", RBM, W, None),
    (r"q(v, h) \propto \exp(-E(v,h))", RBM, V, None),
    (r"q(v, h) \propto \exp(b^\top h + v^\top W h)", RBM, W, None),  # a^T v depends on v, and q is over both
    (JOINT + r" \propto \exp(b^\top h + v^\top W h)", RBM, V, ("h",)),
    (JOINT + r" \propto \exp(b^\top h + v^\top W h)", RBM, W, ("v",)),
    (JOINT + r" \propto \exp(b^\top h + v^\top W h)", RBM, W, ("v", "h")),
    (JOINT + r" \propto \exp(b^\top h + v^\top W h)", RBM, U, None),  # in h, not in v: which is meant?
    (JOINT + r" \propto \exp(v^\top W h)", RBM, W, ("h",)),
    (JOINT + r" \propto e^{b^\top h}", RBM, W, ("h",)),
    (r"p(x) \propto \exp(-\frac{(x-\mu)^2}{2\sigma^2})", GAUSS, V, None),
    (r"p(x) \propto \exp(-\frac{x^2 - 2 \mu x}{2\sigma^2})", GAUSS, V, None),
    (r"p(x) \propto \exp(-\frac{x^2}{2\sigma^2})", GAUSS, W, None),
    (r"p(x) \propto \exp(\frac{(x-\mu)^2}{2\sigma^2})", GAUSS, W, None),
    (r"p(x) \propto \exp(-\frac{(x-\mu)^2}{\sigma^2})", GAUSS, W, None),
    (r"p(x) \propto \exp(-\frac{(x-\mu)^2}{2\sigma^2})", GAUSS, V, ("x",)),
    (r"p(x) \propto \exp(-\frac{(x-\mu)^2}{2\sigma^2})", GAUSS, W, ("x", "sigma")),
    (r"p(x) \propto \frac{1}{\sigma} \exp(-\frac{(x-\mu)^2}{2\sigma^2})", GAUSS, V, ("x", "sigma")),
    (r"\frac{1}{\sqrt{2 \pi \sigma^2}} \exp(-\frac{(x-\mu)^2}{2\sigma^2}) \propto \exp(-\frac{(x-\mu)^2}{2\sigma^2})",
     (r"\sigma > 0",), V, None),
    (r"\frac{1}{\sqrt{2 \pi \sigma^2}} \exp(-\frac{(x-\mu)^2}{2\sigma^2}) \propto \exp(-\frac{(x-\mu)^2}{\sigma^2})",
     (r"\sigma > 0",), W, None),
    (POSTERIOR + r"\exp(-\frac{\mu^2}{2} (\frac{1}{\sigma^2} + \frac{1}{\tau^2}) + \frac{\mu x}{\sigma^2})",
     (r"\sigma > 0", r"\tau > 0"), V, (r"mu",)),
    (POSTERIOR + r"\exp(-\frac{\mu^2}{2} (\frac{1}{\sigma^2} - \frac{1}{\tau^2}) + \frac{\mu x}{\sigma^2})",
     (r"\sigma > 0", r"\tau > 0"), W, (r"mu",)),
    (r"\mathrm{softmax}(z) \propto \exp(z)", VECTORS, V, None),
    (r"\mathrm{softmax}(z) \propto \exp(2 z)", VECTORS, W, None),
    (r"\mathrm{softmax}(z) \propto z", VECTORS, W, None),
    (r"\mathrm{softmax}(z)_i \propto \exp(z_i)", VECTORS, V, None),
    (r"\mathrm{softmax}(z)_i \propto z_i", VECTORS, W, None),
    (r"\mathrm{softmax}(z) \propto \exp(z)", VECTORS, W, ("z",)),
    (r"\frac{\partial}{\partial w} (y - w^\top x)^2 \propto x", VECTORS, V, None),
    (r"\frac{\partial}{\partial w} (y - w^\top x)^2 \propto w", VECTORS, W, None),
    (r"\frac{\partial}{\partial w} \|w\|_2^2 \propto w", VECTORS, V, None),
    (r"x / \|x\|_2 \propto x", VECTORS, V, None),
    (r"x \odot x \propto x", VECTORS, W, None),
    (r"-x \propto x", VECTORS, V, None),
    (r"x \propto z", VECTORS, W, None),
    (r"x \propto w^\top x", VECTORS, U, None),  # a vector and a number
    (r"a x^2 \propto x^2", (), V, None),
    (r"a x^2 \propto x", (), W, None),
    (r"2 x \propto 3 x", (), V, None),
    (r"-2 x \propto x", (), V, None),
    (r"a x + b \propto x", (), W, None),
    (r"x \propto x^2", (), W, None),
    (r"x \propto y", (), W, None),
    (r"x + 1 \propto x", (), W, None),
    (r"e^{x + c} \propto e^x", (), V, None),
    (r"e^{x + c} \propto e^{2 x}", (), W, None),
    (r"e^{c x} \propto e^x", (), W, None),
    (r"m g h \propto h", (), V, None),
    (r"m g h \propto m", (), V, None),
    (r"m g h \propto h^2", (), W, None),
    (r"\frac{n!}{k! (n-k)!} p^k (1-p)^{n-k} \propto p^k (1-p)^{n-k}", COUNT, V, ("p",)),
    (r"\frac{n!}{k! (n-k)!} p^k (1-p)^{n-k} \propto p^k (1-p)^{n-k}", COUNT, W, ("k",)),
    (r"p^k (1-p)^{n-k} \propto (\frac{p}{1-p})^k", COUNT, V, ("k",)),
    (r"p^k (1-p)^{n-k} \propto (\frac{p}{1-p})^k", COUNT, W, ("p",)),
    (r"\sum_{i=1}^n c \propto n", (), V, None),
    (r"\sum_{i=1}^n c \propto n^2", (), W, None),
    (r"0 \propto x", (), U, None),
    (r"x \propto x", (), U, ("y",)),
    (r"\log(-x^2) \propto x", (), U, None),
]  # fmt: skip
ROWS[-2] = (r"2 x \propto x + a", (), U, ("y",))  # y does not occur: it cannot be varied


@pytest.mark.parametrize(
    ("line", "lets", "variables"),
    [
        (r"p(h \mid v) \propto \exp(b^\top h + a^\top v) \propto \exp(b^\top h)", RBM, ("h",)),
        (r"q(v, h) \propto \exp(-E(v, h))", RBM, ("h", "v")),
        (r"\frac{q(v, h)}{\sum_{h \in \{0,1\}^m} q(v, h)} \propto q(v, h)", RBM, ("h",)),
        (JOINT + r" \propto \exp(v^\top W h)", RBM, ()),
    ],
)
def test_the_first_side_says_what_a_chain_is_meant_in(line: str, lets: tuple[str, ...], variables: object) -> None:
    chain, _ = read(line, lets)
    assert variables_meant(chain.sides) == variables


def test_it_is_said_in_what_and_what_the_factor_is_of() -> None:
    notes = judged(r"a x^2 \propto x^2").notes
    assert notes[0] == "proportional in x: the factor depends on a"
    assert judged(r"-2 x \propto x").notes == ("the factor is negative",)


def test_a_counterexample_is_two_points() -> None:
    point = judged(r"a x^2 \propto x").counterexample
    assert point is not None
    first = point["left"] / point["right"]
    second = point.get("second left", point["left"]) / point.get("second right", point["right"])
    assert first != pytest.approx(second)


@given(st.lists(st.integers(-4, 4), min_size=3, max_size=3), st.integers(-5, 5).filter(bool))
@settings(max_examples=30, deadline=None)
def test_a_multiple_is_proportional_and_a_shift_is_not(coefficients: list[int], factor: int) -> None:
    a, b, c = coefficients
    if not any(coefficients):
        return
    left = f"({factor * a}) x^2 + ({factor * b}) x + ({factor * c})"
    right = f"({a}) x^2 + ({b}) x + ({c})"
    assert judged(f"{left} ∝ {right}").verdict == V
    shifted = np.array([factor * a, factor * b, factor * c + 1])
    parallel = bool(np.linalg.matrix_rank(np.stack([shifted, np.array(coefficients)])) == 1)
    assert (judged(f"{left} + 1 ∝ {right}", (), 0, ("x",)).verdict == V) == (parallel or (a == b == 0))
