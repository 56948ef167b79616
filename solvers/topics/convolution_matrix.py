"""A cross-correlation along a line as one matrix with the kernel in its rows, and that matrix's transpose (8.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from solvers.topics.convolution import matrix
from solvers.trace import Tracer, solver


@solver(
    r"x \in \mathbb{R}^{n}", r"w \in \mathbb{R}^{k}", r"g \in \mathbb{R}^{l}",
    notes="8.1.1, 8.1.3, 8.1.12",
    mistakes={
        "kernel-flipped": "the kernel was flipped: a cross-correlation uses it as it stands",
        "not-shifted": "every row holds the kernel at the same place; each row moves it on by one",
    },
)  # fmt: skip
def as_matrix(trace: Tracer, n: int, k: int, l: int) -> None:
    """The matrix T of a cross-correlation, its output T x, and the way back, the transpose's T' g (8.1.1, 8.1.12).

    Given: signal x (n), kernel w (k), g of the output's size l = n - k + 1. T is l×n, one row an output.
    """

    def entry(first: int, tap: int, flipped: bool = False) -> str:
        inside = 0 <= tap - first < k
        return f"w_{{{k - tap + first if flipped else tap - first + 1}}}" if inside else "0"

    trace.step(
        f"T = {matrix(entry, l, n)}",
        mistakes={
            "kernel-flipped": matrix(lambda i, j: entry(i, j, flipped=True), l, n),
            "not-shifted": matrix(lambda i, j: entry(1, j), l, n),
        },
        note="row i holds the kernel from column i on: the same few weights in every row, zeros elsewhere",
    )
    trace.step("y = T x", note="the output")
    trace.step(r"z = T^\top g", note="the transposed convolution: each entry of g spreads the kernel over its window")


@as_matrix.second_route("torch: conv1d of the unit vectors, and the gradient folded back")
def _by_unit_vectors(given: Mapping[str, Any], sizes: Mapping[str, int]) -> Mapping[str, Any]:
    from solvers.models import convolution as model  # torch: 110 times the start of Python

    x, g = given["x"].unsqueeze(1), given["g"].unsqueeze(1).unsqueeze(1)  # (N, 1, n), (N, 1, 1, l)
    w = given["w"].unsqueeze(1).unsqueeze(1)  # (N, 1, 1, k)
    length = x.shape[-1]
    units = x.new_ones(length).diag().unsqueeze(1).unsqueeze(1)  # unit vectors as signals: (n, 1, 1, n)
    columns = model.cross_correlation_1d(units, w)[..., 0, :]  # (n, N, l)
    back = model.input_gradient(w.unsqueeze(-2), g, (1, length))  # (N, 1, 1, n)
    return {
        "T": columns.permute(1, 2, 0),  # (n, N, l) -> (N, l, n)
        "y": model.cross_correlation_1d(x, w)[:, 0],
        "z": back[:, 0, 0],
    }
