"""Names for the parts of a matrix: entries, rows and columns that a page names, in words or in signs."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

# declarations, right claims, wrong claims
PAGES = [
    ("Let $A = (a_{ij}) \\in \\mathbb{R}^{n \\times n}$ and $x \\in \\mathbb{R}^n$.",
     ["x^T A x = \\sum_{i,j} a_{ij} x_i x_j", "\\frac{\\partial x^T A x}{\\partial a_{ij}} = x_i x_j"],
     ["x^T A x = \\sum_i a_{ii} x_i^2", "(A x)_i = \\sum_j a_{ji} x_j"]),
    ("Let $A \\in \\mathbb{R}^{n \\times n}$ be a matrix with entries $a_{ij}$ and $x \\in \\mathbb{R}^n$.",
     ["(A x)_i = \\sum_{j} a_{ij} x_j"], ["(A x)_i = \\sum_{j} a_{ji} x_j"]),
    ("Let $A \\in \\mathbb{R}^{m \\times n}$, where $a_{ij}$ denotes the $(i,j)$ entry of $A$.",
     ["\\|A\\|_F^2 = \\sum_{i,j} a_{ij}^2"], ["\\|A\\|_F^2 = \\sum_i a_{ii}^2"]),
    ("Let $\\Sigma = [\\sigma_{ij}]_{i,j=1}^n$ be symmetric.",
     ["\\operatorname{tr}(\\Sigma) = \\sum_i \\sigma_{ii}"],
     ["\\operatorname{tr}(\\Sigma) = \\sum_{i,j} \\sigma_{ij}"]),
    ("Let $X \\in \\mathbb{R}^{n \\times d}$ with rows $x_i^T$, $w \\in \\mathbb{R}^d$, $y \\in \\mathbb{R}^n$.",
     ["\\|X w - y\\|^2 = \\sum_{i=1}^n (x_i^T w - y_i)^2", "X^T X = \\sum_{i=1}^n x_i x_i^T"],
     ["X^T X = \\sum_{i=1}^n x_i^T x_i"]),
    ("Let $X \\in \\mathbb{R}^{n \\times d}$, where $x_i^T$ is the $i$-th row of $X$.",
     ["X^T X = \\sum_{i=1}^n x_i x_i^T"], ["X X^T = \\sum_{i=1}^n x_i x_i^T"]),
    (("Let $U \\in \\mathbb{R}^{d \\times d}$ be orthogonal with columns $u_1, \\dots, u_d$, "
     "$\\Lambda = \\operatorname{diag}(\\lambda_1, \\dots, \\lambda_d)$ and $A = U \\Lambda U^T$."),
     ["A = \\sum_{i=1}^d \\lambda_i u_i u_i^T", "A u_i = \\lambda_i u_i"],
     ["\\operatorname{tr} A = \\prod_i \\lambda_i", "A u_i = u_i"]),
    ("Let $H = [h_1, \\dots, h_T] \\in \\mathbb{R}^{m \\times T}$.",
     ["H H^T = \\sum_{t=1}^T h_t h_t^T"], ["H H^T = \\sum_{t=1}^T h_t^T h_t"]),
    (("Undirected graph with adjacency matrix $A = (a_{ij})$, $a_{ij} = a_{ji} \\ge 0$, "
     "degrees $d_i = \\sum_j a_{ij}$, $D = \\operatorname{diag}(d_i)$, $L = D - A$. For $x \\in \\mathbb{R}^n$:"),
     ["x^T L x = \\frac12 \\sum_{i,j} a_{ij} (x_i - x_j)^2", "\\sum_{i,j} a_{ij} (x_i - x_j)^2 \\ge 0"],
     ["x^T L x = \\sum_{i,j} a_{ij} (x_i - x_j)^2"]),
    ("Let $v \\in \\mathbb{R}^n$, $D = \\operatorname{diag}(1 - v_i^2)$.",
     ["D v = v - v \\odot v \\odot v",
      "\\frac{\\partial \\tanh(v)}{\\partial v} = \\operatorname{diag}(1 - \\tanh^2(v_i))"],
     ["D v = v - v \\odot v"]),
    ("We look for a unit vector $u$ and have a symmetric matrix $S \\in \\mathbb{R}^{d \\times d}$.",
     ["u^T S u = u^T S^T u", "\\|S u - 2 u\\|^2 = u^T S S u - 4 u^T S u + 4"],
     ["\\|S u - 2 u\\|^2 = u^T S S u - 4 u^T S u + 2"]),
]  # fmt: skip


def _verdicts(page: str, claim: str) -> list[str]:
    return [step.verdict for step in check(f"{page}\n\n$${claim}$$").steps]


@pytest.mark.parametrize(("page", "claim"), [(page, claim) for page, right, _ in PAGES for claim in right])
def test_right_claims_hold(page: str, claim: str) -> None:
    assert _verdicts(page, claim) == ["valid"]


@pytest.mark.parametrize(("page", "claim"), [(page, claim) for page, _, wrong in PAGES for claim in wrong])
def test_wrong_claims_are_contradicted(page: str, claim: str) -> None:
    assert _verdicts(page, claim)[-1] in ({"wrong"} if "unit" not in page else {"wrong", "undecided"})


def test_what_is_heard_of_for_the_first_time_is_no_error() -> None:
    (step,) = check("Let $S \\in \\mathbb{R}^{2 \\times 2}$.\n\n$$\\operatorname{tr} S = \\lambda_{\\max}$$").steps
    assert step.verdict == "undecided"
    assert "nothing says what" in step.evidence


def test_items_claim_behind_a_label_with_symbols() -> None:
    page = (
        "Let $L = 2 A$, $A \\in \\mathbb{R}^{2 \\times 2}$.\n\n"
        "- Relation of $L$ and $A^T$: $L^T = 2 A^T$.\n- The other $A$: $L = A$."
    )
    assert [step.verdict for step in check(page).steps] == ["valid", "wrong"]
