"""Energies of binary states: sums over pairs, means over data and model, values with one unit set."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

LEARNING = r"""States $s\in\{0,1\}^n$. Energy with symmetric couplings:

$E(s) = -\sum_{i<j} w_{ij}s_is_j - \sum_i b_is_i$

and the model is $P(s) = e^{-E(s)}/Z$ with $Z=\sum_s e^{-E(s)}$. Angle brackets are averages:
$\langle\cdot\rangle_{\rm data}$ over the training set, $\langle\cdot\rangle_{\rm model}$ over $P$.

$\ell = \langle\log P(s)\rangle_{\rm data}$

$\frac{\partial E}{\partial w_{ij}} = -s_is_j$

$\frac{\partial\log Z}{\partial w_{ij}} = \frac1Z\sum_s e^{-E(s)}\,s_is_j$

$\frac{\partial\ell}{\partial w_{ij}} = \langle s_is_j\rangle_{\rm data} - \langle s_is_j\rangle_{\rm model}$

$\frac{\partial\ell}{\partial b_i} = \langle s_i\rangle_{\rm data} - \langle s_i\rangle_{\rm model}$

$E(s_i=0) - E(s_i=1) = b_i + \sum_{j\neq i} w_{ij}s_j$

(here $w_{ij}$ means $w_{ji}$ if $i>j$) and

$P(s_i=1\mid s_{-i}) = \frac{1}{1+\exp\left(-b_i-\sum_{j\ne i}w_{ij}s_j\right)}$
"""
SPINS = r"""Let $s \in \{-1,1\}^N$ and $w \in \mathbb{R}^{N \times N}$ with $w^T = w$,

$$E(s) = -\sum_{i < j} w_{ij} s_i s_j - \sum_{i=1}^N b_i s_i$$

and $P(s) = \exp(-E(s))/Z$ with $Z = \sum_s \exp(-E(s))$. Flipping one spin gives

$$E(s_i = -1) - E(s_i = 1) = 2 b_i + 2 \sum_{j \ne i} w_{ij} s_j$$

$$P(s_i = 1 \mid s_{\setminus i}) = \frac{1}{1 + \exp(-2 b_i - 2 \sum_{j \ne i} w_{ij} s_j)}$$

$$\frac{\partial \log Z}{\partial w_{ij}} = \langle s_i s_j \rangle_{\text{model}}$$
"""
RIGHT = [
    (LEARNING, 6, "learning"),
    (LEARNING.replace(r"{\rm data}", r"\mathrm{data}").replace(r"{\rm model}", r"{\text{model}}"), 6, "labels"),
    (SPINS, 3, "spins"),
]
WRONG = [
    (LEARNING.replace(r"{\rm data} - \langle s_is_j", r"{\rm data} + \langle s_is_j"), 2, "sign"),
    (LEARNING.replace(r"{\rm data} - \langle s_i\rangle_{\rm model}", r"{\rm model}"), 3, "term"),
    (LEARNING.replace(r"b_i + \sum_{j\neq i}", r"b_i + \sum_{j}"), 4, "self"),
    (LEARNING.replace(r"\exp\left(-b_i-", r"\exp\left(b_i-"), 5, "bias"),
    (SPINS.replace("2 b_i + 2", "b_i + 2"), 0, "factor"),
    (SPINS.replace(r"= \langle s_i", r"= 2 \langle s_i"), 2, "pairs"),
]


@pytest.mark.parametrize(("page", "count"), [row[:2] for row in RIGHT], ids=[row[2] for row in RIGHT])
def test_the_learning_rule_is_right(page: str, count: int) -> None:
    assert [step.verdict for step in check(page).steps] == ["valid"] * count


@pytest.mark.parametrize(("page", "place"), [row[:2] for row in WRONG], ids=[row[2] for row in WRONG])
def test_errors_are_found_where_they_stand(page: str, place: int) -> None:
    verdicts = [step.verdict for step in check(page).steps]
    assert verdicts.index("wrong") == place
