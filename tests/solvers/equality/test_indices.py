"""Free indices and recursions: declared sets, ranges, members before the first, entries that nobody declared."""

from __future__ import annotations

from itertools import product
from unittest.mock import patch

import pytest

from solvers.equality import compare_texts, trials
from solvers.equality.trials import MAX_INDICES, _stratified

X6, T = r"x \in \mathbb{R}^6", r"t \in \{2, 3, 4\}"
W4 = r"T \in \mathbb{R}^{n \times n}"
CASES: list[tuple[str, str, tuple[str, ...], str]] = [
    (r"\sum_{d \in \{-1, 0, 1\}} x_{t+d}", "x_{t-1} + x_t + x_{t+1}", (X6, T), "same"),
    (r"\sum_{d \in \{-1, 0, 1\}} x_{t+d}", "x_{t-1} + x_t + x_{t-1}", (X6, T), "different"),
    ("w_0 + x (w_1 + x w_2)", r"\sum_{j=0}^2 w_j x^j", (), "same"),
    ("w_0 + w_1", r"\sum_{j=0}^1 w_j j", (), "different"),
    ("h_2", "tanh(w tanh(w h_0 + x_1) + x_2)", ("x_t in R", "h_0 in R", "h_t = tanh(w h_{t-1} + x_t)"), "same"),
    ("h_2", "tanh(w tanh(w h_0 + x_1) + x_1)", ("x_t in R", "h_0 in R", "h_t = tanh(w h_{t-1} + x_t)"), "different"),
    (r"\theta^{(2)}", r"\theta^{(0)} + v^{(1)} + v^{(2)}",
     (r"\theta^{(t)}, v^{(t)} \in \mathbb{R}^n", r"\theta^{(t)} = \theta^{(t-1)} + v^{(t)}"), "same"),
    ("a_3", "2 a_1 + a_0", ("a_t in R", "a_t = a_{t-1} + a_{t-2}"), "same"),
    ("a_3", "a_2 + a_0", ("a_t in R", "a_t = a_{t-1} + a_{t-2}"), "different"),
    (r"\min_{t \in \{a, b\}} t^2", "min(a^2, b^2)", (), "same"),
    (r"\min_{t \in \{a, b\}} t^2", "min(a, b)^2", (), "different"),
    (r"W_{ij} - W_{ji}", "0", (r"W \in \mathbb{R}^{n \times n}",), "different"),
    (r"\delta_{ij} \delta_{kl} T_{ik}", r"\delta_{ij} \delta_{kl} T_{jl}", (W4,), "same"),
    (r"\delta_{ij} \delta_{kl} T_{ik}", r"\delta_{ik} \delta_{jl} T_{ij}", (W4,), "different"),
]  # fmt: skip


SOFTMAX = r"p = \operatorname{softmax}(z)"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("a", "b", "lets", "verdict"), CASES, ids=[f"{a} ~ {b}" for a, b, *_ in CASES])
def test_verdicts(a: str, b: str, lets: tuple[str, ...], verdict: str, seed: int) -> None:
    answer = compare_texts(a, b, lets, seed)
    assert answer.verdict == verdict, answer


def _pattern(places: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(places.index(place) for place in places)


@pytest.mark.parametrize("sizes", [(5, 5, 5), (4, 5, 4, 3), (3, 3, 3, 3, 3)])
def test_of_many_assignments_every_pattern_of_equal_ones_occurs(sizes: tuple[int, ...]) -> None:
    ranges = [range(1, size + 1) for size in sizes]
    chosen = _stratified(ranges, MAX_INDICES)
    assert len(set(chosen)) == len(chosen) <= trials.MAX_INDICES
    assert {_pattern(places) for places in chosen} == {_pattern(places) for places in product(*ranges)}


def test_few_assignments_are_all_tried() -> None:
    with patch("solvers.equality.trials.MAX_INDICES", 10**6):
        everything = compare_texts(r"W_{ij}", r"W_{ij} + 0", (r"W \in \mathbb{R}^{m \times n}",))
    assert everything == compare_texts(r"W_{ij}", r"W_{ij} + 0", (r"W \in \mathbb{R}^{m \times n}",))
    assert "values of the free indices" in everything.evidence


def test_an_index_that_fits_nowhere_leaves_the_verdict_open() -> None:
    answer = compare_texts("x_7", "x_7 + 0", (X6,))
    assert (answer.verdict, "outside" in answer.evidence) == ("undecided", True)


@pytest.mark.parametrize(
    ("a", "b", "lets", "verdict"),
    [
        ("|t - T|", "t - T", [r"t \in \{1, \dots, T\}"], "different"),
        (r"\max(t, T + 1)", "T + 1", [r"t \in \{1, \dots, T\}"], "undecided"),
        (r"\delta_{ij}", r"\sum_{l=1}^k \delta_{il} \delta_{lj}", [r"i, j \in \{1, \dots, k\}"], "same"),
        (r"\frac{\partial p_i}{\partial z_j}", "-p_i p_j", [SOFTMAX, r"i \ne j"], "same"),
        (r"\frac{\partial p_i}{\partial z_j}", "p_i p_j", [SOFTMAX, r"i \ne j"], "different"),
        (r"\frac{\partial p_i}{\partial z_j}", "-p_i p_j", [SOFTMAX], "different"),
        (r"\frac{\partial p_i}{\partial z_j}", "-p_i p_j", [SOFTMAX, r"i, j \in \{1, \dots, k\}", r"i \ne j"], "same"),
        (r"\frac{\partial p_i}{\partial z_j}", "-p_i p_j", [SOFTMAX, r"i, j \in \{1, \dots, k\}"], "different"),
        ("h^{(t)} |t - 1|", "h^{(t)} (t - 1)", ["t > 1"], "same"),
        ("h^{(t)} |t - 2|", "h^{(t)} (2 - t)", [r"t \ge 2"], "different"),  # told apart by t = 3
        ("h^{(t)} 0^{t - 2}", "0", [r"t \ge 2"], "different"),  # and this by t = 2
        ("h^{(t)} |t|", "-t h^{(t)}", ["t < 0"], "same"),
        ("h^{(t)} |t|", "t h^{(t)}", ["t < 0"], "different"),
        ("z_i |i - 3|", "z_i (i - 3)", ["i > 2"], "same"),
        ("z_i |i - 3|", "z_i (i - 3)", [r"i \ge 2"], "different"),
        ("z_i |i|", "i z_i", [], "same"),
        ("|m - 3|", "m - 3", [r"m \in \mathbb{N}", r"m \ge 3"], "same"),
        ("|m - 3|", "m - 3", [r"m \in \mathbb{N}", r"m \ge 2"], "different"),
        ("|m|", "-m", [r"m \in \mathbb{Z}", "m < 0"], "same"),
        ("0^m", "0", [r"m \in \mathbb{N}"], "same"),
        ("0^m", "0", [r"m \in \mathbb{N}_0"], "different"),
        ("0^m", "0", [r"m \in \mathbb{Z}", r"m \ge 0"], "different"),
        ("|m - 2.5|", "m - 2.5", [r"m \in \mathbb{Z}", r"2 < m \le 5"], "same"),
        ("|m - 4.5|", "4.5 - m", [r"m \in \mathbb{Z}", r"2 < m \le 5"], "different"),
    ],
)
def test_indices_stay_where_they_are_said_to_be(a: str, b: str, lets: list[str], verdict: str) -> None:
    assert compare_texts(a, b, [r"z \in \mathbb{R}^k", *lets]).verdict == verdict


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        (r"\prod_j \sum_{h'_j \in \{0,1\}} e^{\alpha_j h'_j}", r"\prod_{j=1}^m (1 + e^{\alpha_j})", "same"),
        (r"\prod_j \sum_{h'_j \in \{0,1\}} e^{\alpha_j h'_j}", r"\prod_{j=1}^m (1 - e^{\alpha_j})", "different"),
        (
            r"\prod_j \sum_{h'_j \in \{0,1\}} e^{\alpha_j h'_j}",
            r"\sum_{h' \in \{0,1\}^m} \prod_j e^{\alpha_j h'_j}",
            "same",
        ),
    ],
)
def test_an_entry_with_a_prime_is_summed_over(a: str, b: str, wanted: str) -> None:
    assert compare_texts(a, b, [r"\alpha \in \mathbb{R}^m"]).verdict == wanted
