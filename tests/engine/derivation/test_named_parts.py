"""A part of a formula that gets a name of its own, and rows of a matrix: read right, and slips in them found."""

from __future__ import annotations

from engine.derivation.check import check

UNIT = r"""One unit: $y = \sigma(w^\top x + b)$ with $w, x \in \mathbb{R}^d$,
$L = \frac12 (y - t)^2$. Write $z = w^\top x + b$.

$$\frac{\partial L}{\partial z} = (y - t) y (1 - y)$$

$$\frac{\partial L}{\partial w} = (y - t) y (1 - y) x$$
"""
RECURRENT = r"""An RNN with $h_t = \tanh(W h_{t-1} + U x_t)$, $h_0 = 0$, and $L = \frac12 \|h_2 - y\|^2$. Put
$a_t = W h_{t-1} + U x_t$ and $\delta_t = \partial L/\partial a_t$.

$$\delta_2 = (h_2 - y) \odot (1 - h_2^2)$$

$$\delta_1 = (W^\top \delta_2) \odot (1 - h_1^2)$$
"""
BOLTZMANN = r"""Let $v \in \{0,1\}^m$, $h \in \{0,1\}^n$ and $E(v,h) = -b'v - c'h - h'Wv$,
where $W_j$ is the $j$-th row of $W$.

$$P(v,h) = \frac{e^{-E(v,h)}}{Z}, \quad Z = \sum_{v,h} e^{-E(v,h)}$$

$$P(h_j = 1|v) = \sigma(c_j + W_j v)$$
"""


def verdicts(text: str) -> list[str]:
    return [step.verdict for step in check(text, latex=False).steps]


def test_a_part_that_is_named_later_is_gone_through() -> None:
    assert verdicts(UNIT) == ["valid", "valid"]
    assert verdicts(UNIT.replace("y (1 - y)$$", "y$$")) == ["wrong", "valid"]


def test_a_part_of_a_step_is_gone_through() -> None:
    assert verdicts(RECURRENT) == ["valid", "valid"]
    assert verdicts(RECURRENT.replace(r"\odot (1 - h_1^2)", r"\odot (1 - h_1)")) == ["valid", "wrong"]


def test_what_nothing_leads_to_is_not_zero() -> None:
    loose = UNIT.replace(r"w^\top x + b$.", r"w^\top x - b$.")
    assert "wrong" not in verdicts(loose)
    assert verdicts(loose)[0] == "undecided"


def test_a_row_of_a_matrix_before_a_vector() -> None:
    assert verdicts(BOLTZMANN) == ["valid", "valid"]
    assert verdicts(BOLTZMANN.replace("(c_j + W_j v)", "(c_j - W_j v)")) == ["valid", "wrong"]
