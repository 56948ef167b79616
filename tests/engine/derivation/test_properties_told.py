"""Properties in words: supposed ones are conditions, those that are not imposed leave what needs them undecided."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

SUPPOSED = [
    ("For a unit vector $u$ we have", r"(u^\top u)^2 + 1 = 2"), ("If $u$ is a unit vector then", r"\|u\|^4 + 1 = 2"),
    ("For unit vectors $u$ and $v$,", r"(v^\top v)^2 + u^\top u = 2"),
    ("For symmetric $A$ we have", r"\nabla_x x^\top A x = 2 A x"),
    ("When $A$ is symmetric and positive definite,", r"\nabla_x x^\top A x = 2 A x"),
    ("If $A \\succ 0$,", r"\nabla_x x^\top A x = 2 A x"),
]  # fmt: skip
UNREAD = [
    ("Let $P \\in \\mathbb{R}^{n\\times n}$ be a projection matrix.", "P^2 = P"),
    ("Let $R$ be a $2 \\times 2$ rotation matrix.", r"\det R = 1"),
    ("Let $A$ be skew-symmetric.", r"x^\top A x = 0"), ("Let $A$ and $B$ be commuting matrices.", "AB = BA"),
    ("Let $u$ and $v$ be orthogonal vectors.", r"u^\top v = 0"),
    ("Let $a$ be a multiple of four.", r"\cos(a \pi / 2) = 1"),
    ("Let $u, v \\in \\mathbb{R}^n$ be orthonormal.", r"\|u+v\|^2 = 2"),
    ("Let $X \\in \\mathbb{R}^{n \\times d}$ be centred data.", r"\sum_{i=1}^n X_{ij} = 0"),
    ("Let $A$ be an upper triangular matrix.", r"\det A = \prod_i A_{ii}"),
]  # fmt: skip
DECLARED = "Let $x, y \\in \\mathbb{R}^n$ and $A \\in \\mathbb{R}^{n \\times n}$.\n\n"


@pytest.mark.parametrize(("words", "claim"), SUPPOSED)
def test_what_is_supposed_holds_for_what_it_leads_to(words: str, claim: str) -> None:
    page = f"{DECLARED}{words}\n\n$${claim}$$\n\nIn general,\n\n$${claim}$$\n"
    first, then = (step.verdict for step in check(page).steps)
    assert first == "valid"
    assert then != "valid"


@pytest.mark.parametrize(("words", "claim"), UNREAD)
def test_what_is_not_imposed_refutes_nothing(words: str, claim: str) -> None:
    assert {step.verdict for step in check(f"{words}\n\n$${claim}$$\n").steps} == {"undecided"}


@pytest.mark.parametrize("words", [
    "The query, key and value projection matrices are $W_Q, W_K, W_V \\in \\mathbb{R}^{d \\times k}$.",
    "Let $A$ be symmetric.", "The columns of $W$ are not orthogonal.", "Let $\\lambda_1$ and $\\lambda_2$ be distinct.",
])  # fmt: skip
def test_other_words_take_nothing_back(words: str) -> None:
    page = f"{words}\n\nLet $x \\in \\mathbb{{R}}^n$.\n\n$$\\nabla_x \\|x\\|^2 = x$$\n"
    assert [step.verdict for step in check(page).steps] == ["wrong"]


def test_an_entropy_of_numbers_is_a_function() -> None:
    page = "$H(p) = -p\\log p - (1-p)\\log(1-p)$ for $p \\in (0,1)$.\n\n$$H'(p) = {}$$\n"
    for claim, verdict in (("\\log\\frac{1-p}{p}", "valid"), ("\\log\\frac{p}{1-p}", "wrong")):
        assert [step.verdict for step in check(page.replace("{}", claim)).steps] == [verdict]


def test_units_of_a_number_are_no_factors() -> None:
    page = "Let $p = (\\frac12, \\frac14, \\frac14)$.\n\n$$-\\sum_i p_i \\log_2 p_i = {} \\text{ bits}$$\n"
    assert [step.verdict for step in check(page.replace("{}", "1.5")).steps] == ["valid"]
    assert [step.verdict for step in check(page.replace("{}", "1.25")).steps] == ["wrong"]


@pytest.mark.parametrize(
    "claim", ["-\\log \\frac12 = 1 \\text{ bit}", "-\\log_2 \\frac12 = 1 \\text{ bit} = 0.69 \\text{ nats}"]
)
def test_units_of_information_that_are_not_one_stay(claim: str) -> None:
    assert "wrong" not in {step.verdict for step in check(f"Some numbers.\n\n$${claim}$$\n").steps}


def test_a_divergence_without_its_laws_below_a_fraction() -> None:
    page = (
        "Let $q(z) = \\mathcal N(z \\mid m, s^2)$ and $p(z) = \\mathcal N(z \\mid 0, 1)$.\n\n"
        "$$KL(q\\|p) = \\frac12(m^2 + s^2 - 1) - \\log s$$\n\n$$\\frac{\\partial KL}{\\partial m} = {}$$\n"
    )
    assert [step.verdict for step in check(page.replace("{}", "m")).steps] == ["valid", "valid"]
    assert [step.verdict for step in check(page.replace("{}", "2m")).steps] == ["valid", "wrong"]


@pytest.mark.parametrize("words", [
    "Throughout $A$ and $B$ are real symmetric $n\\times n$ matrices (they need not commute).",
    "$A$ and $B$ are symmetric $n\\times n$ matrices.", "Here $A$, $B$ are symmetric.", "$A, B$ symmetric.",
    "The matrices $A$ and $B$ are symmetric.", "Both $A$ and $B$ are symmetric $n \\times n$ matrices.",
])  # fmt: skip
def test_a_sentence_that_says_what_symbols_are_declares(words: str) -> None:
    page = f"{words}\n\n$$\\|AB\\|_F^2 = {{}}$$\n"
    (right,) = check(page.replace("{}", "\\operatorname{tr}(BAAB)")).steps
    (other,) = check(page.replace("{}", "\\operatorname{tr}(ABAB)")).steps
    assert right.verdict == "valid"
    assert other.verdict in {"wrong", "undecided"}  # as their sizes are told or not


@pytest.mark.parametrize("words", [
    "$A$ is not symmetric.", "$A$ is symmetric only if its eigenvectors are orthogonal.", "Hence $A$ is symmetric.",
])  # fmt: skip
def test_denials_and_conclusions_declare_nothing(words: str) -> None:
    page = f"Let $x \\in \\mathbb{{R}}^n$.\n\n{words}\n\n$$\\nabla_x x^\\top A x = 2 A x$$\n"
    assert "valid" not in {step.verdict for step in check(page).steps}


@pytest.mark.parametrize("claim", ["(a+b)^2 = a^2 + 6b", "(a+b)^2 = 4ab"])
def test_what_is_said_in_general_is_not_said_of_numbers_put_in_before(claim: str) -> None:
    before = "Let $a, b$ be numbers.\n\nWith $a = 2$ and $b = 2$ we get\n\n$$(a+b)^2 = 16$$\n\n"
    page = f"{before}In general\n\n$${claim}$$"
    assert [step.verdict for step in check(page).steps] == ["valid", "undecided"]


def test_a_skew_symmetric_matrix_is_one() -> None:
    words = "Let $A \\in \\mathbb{R}^{n\\times n}$ be antisymmetric."
    assert {step.verdict for step in check(f"{words}\n\n$$A^\\top = -A$$\n").steps} == {"valid"}
    assert {step.verdict for step in check(f"{words}\n\n$$A^\\top = A$$\n").steps} == {"undecided"}
