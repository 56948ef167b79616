"""Adjacency and degree matrices that only words give."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

V, W = "valid", "wrong"
DEGREES = " Let $D$ be the diagonal matrix of the row sums of $A$.\n\n"
PATH = "Let A be the adjacency matrix of the path 1 - 2 - 3."
CYCLE = "Let $A$ be the adjacency matrix of the cycle $1-2-3-4-1$."
ANY = "Let $A\\in\\mathbb{R}^{n\\times n}$ be symmetric and let $D$ be the degree matrix of $A$.\n\n"
ROWS = [
    (PATH + DEGREES + "$$D_{22} = 2$$\n\n$$D_{11} = 2$$", [V, W]),
    (PATH + DEGREES + "$$A_{12} = A_{23} = 1$$\n\n$$A_{13} = 1$$", [V, V, W]),
    (CYCLE + DEGREES + "$$D_{11} = 2$$\n\n$$A_{14} = 1$$\n\n$$A_{13} = 1$$", [V, V, W]),
    (ANY + "$$D_{ii} = \\sum_{j=1}^n A_{ij}$$\n\n$$D_{ii} = A_{ii}$$", [V, W]),
]


@pytest.mark.parametrize(("page", "verdicts"), ROWS)
def test_matrices_of_graphs(page: str, verdicts: list[str]) -> None:
    assert [step.verdict for step in check(page).steps] == verdicts


@pytest.mark.parametrize(
    "said",
    [
        "Let A be the adjacency matrix of the directed path 1 - 2 - 3.",
        "Let A be the weighted adjacency matrix of the path 1 - 2 - 3.",
        "Let A be the adjacency matrix of the path 2 - 1 - 5.",
        "Let A be the adjacency matrix of a graph on the nodes 1, 2 and 3.",
    ],
)
def test_other_graphs_are_not_read(said: str) -> None:
    report = check(said + "\n\n$$A_{12} = 1$$\n\n$$A_{21} = 1$$")
    assert V not in {step.verdict for step in report.steps}
