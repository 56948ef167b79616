"""Laws whose variables run through what sums say, and words beside declarations: true pairs and their false twins."""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts

LISTED = (r"q(z) a distribution over \{1,\dots,K\}",)
JOINT = (*LISTED, r"p(x) = \sum_{z=1}^K p(x,z)", r"p(z\mid x) = \frac{p(x,z)}{p(x)}")
STOCHASTIC = (r"A \in \mathbb R^{n\times n}, rows sum to 1",)
COLUMNS = (r"s \in R^N", r"\Xi \in \mathbb R^{N\times P} with columns \boldsymbol\xi_\mu")
TWINS = [
    (r"\sum_{z=1}^K p(x,z)", "p(x)", "p(z)", ()),
    (r"\sum_{z=1}^K p(z|x)", "1", "K", ()),
    (r"\sum_{k=1}^K p(z=k|x)", "1", "K", ()),
    (r"\sum_{z=0}^1 p(z|x)", "1", "2", ()),
    (r"\sum_{z=1}^K p(z) p(x|z)", "p(x)", "1", ()),
    (r"\sum_{z=1}^K p(z) \log p(z)", "-H(p)", "H(p)", ()),
    ("p(k|x)", r"\frac{p(x|k)p(k)}{\sum_{j=1}^K p(x|j)p(j)}", r"\frac{p(x|k)}{\sum_{j=1}^K p(x|j)}", ()),
    (r"\sum_{x=1}^n p(x) f(x)", r"E_{x\sim p}[f(x)]", r"n E_{x\sim p}[f(x)]", ()),
    (r"\sum_{z=1}^K q(z)", "1", "K", LISTED),
    (r"\sum_{z} q(z)", "1", "K", (r"q(z) a distribution over z \in \{1,\dots,K\}",)),
    (r"\sum_{z=1}^K q(z|x)", "1", "K", (r"q(z|x) a distribution over \{1,\dots,K\}",)),
    (r"\sum_{x=1}^2\sum_{z=1}^K q(x,z)", "1", "2", (r"q(x,z) a distribution over \{1,2\} \times \{1,\dots,K\}",)),
    (r"\sum_{x=0}^1\sum_{z=0}^1 q(x,z)", "1", "2", (r"q(x,z) a distribution over \{0,1\}",)),
    (r"\sum_{z=1}^K p(z)", "1", "K", ("p(z) a probability mass function",)),
    (r"D_{KL}(p(z|x)\|q(z))", r"\sum_{z=1}^K p(z|x)\log\frac{p(z|x)}{q(z)}", "0",
     JOINT),
    (r"\mathbf 1^T A \mathbf 1", "n", "1", STOCHASTIC),
    (r"A \mathbf 1", r"\mathbf 1", "A^T \\mathbf 1", (r"A \in \mathbb R^{n\times n} row-stochastic",)),
    (r"A^T \mathbf 1", r"\mathbf 1", "A \\mathbf 1", (r"A \in \mathbb R^{n\times n}, whose columns sum to one",)),
    (r"\sum_{\mu=1}^P \xi_\mu^T s", r"\sum_{\mu=1}^P (\Xi^T s)_\mu", r"\sum_{\mu=1}^P (\Xi s)_\mu", COLUMNS),
    (r"\frac{\|c w\|}{\|w\|}", "|c|", "c", (r"\mathbf w \in \mathbb{R}^D, \mathbf w \neq \mathbf 0",)),
    ("x^T A^T y", "x^T A y", "-x^T A y", ("A: symmetric n x n matrix", "x, y: vectors in R^n")),
    ("x^T A x", "0", "x^T x", ("A skew-symmetric n x n matrix", "x in R^n")),
    ("w - eta g", "w + eta (-g)", "w + eta g", ("eta: learning rate", "w, g: real vectors of length n")),
]  # fmt: skip


@pytest.mark.parametrize(("a", "right", "wrong", "lets"), TWINS, ids=[f"{n} {row[0]}" for n, row in enumerate(TWINS)])
def test_twins(a: str, right: str, wrong: str, lets: tuple[str, ...]) -> None:
    assert compare_texts(a, right, lets).verdict == "same"
    assert compare_texts(a, wrong, lets).verdict != "same"


@pytest.mark.parametrize(
    "let",
    [
        "A: wonderful n x n matrix",
        "A banded matrix",
        "A: rotation matrix",
        "eta: wonderful",
        r"q(x,z) a distribution over \{0,1\} \times \{0,1\} \times \{2\}",
    ],
)
def test_what_is_not_understood_is_said(let: str) -> None:
    assert compare_texts("1", "1", [let]).verdict == "unreadable"


OPEN = [
    (r"\sum_k \gamma_{ik}", "1", "K", (r"\gamma_{ik} = \frac{\pi_k N_{ik}}{\sum_j \pi_j N_{ij}}",)),
    (r"E[\|x\|^2]", r"\operatorname{tr}(\Sigma) + \|\mu\|^2", r"\operatorname{tr}(\Sigma) - \|\mu\|^2",
     (r"x \sim N(\mu,\Sigma)", r"\mu \in R^n")),
]  # fmt: skip


@pytest.mark.parametrize(("a", "right", "wrong", "lets"), OPEN, ids=range(len(OPEN)))
def test_sizes_that_are_not_said_fit(a: str, right: str, wrong: str, lets: tuple[str, ...]) -> None:
    assert compare_texts(a, right, lets).verdict == "same"
    assert compare_texts(a, wrong, lets).verdict == "different"


def test_a_square_i_may_be_the_identity() -> None:
    lets = (r"I \in R^{n\times n}", r"x \in R^n")
    assert compare_texts("I x", "x", lets).verdict == "undecided"
    assert compare_texts("I x", "2 x", lets).verdict == "different"
    assert compare_texts("(I x)^T", "x^T I^T", lets).verdict == "same"


def test_places_from_zero_are_not_told_falsely() -> None:
    lets = (r"y_i = \sum_{j=0}^{n-1} W_{ij} x_j",)
    assert compare_texts(r"\frac{\partial y_i}{\partial W_{ij}}", "x_j", lets).verdict == "undecided"
    assert compare_texts(r"\frac{\partial y_i}{\partial W_{ij}}", "2 x_j", lets).verdict == "different"


ORDER = [
    ("1/(2 n^2) sum_{i=1}^n sum_{j=1}^n (x_i - x_j)^2", "1/n sum_{i=1}^n (x_i - xbar)^2", "1/n sum_{i=1}^n x_i^2",
     ("x_1,...,x_n real numbers, n >= 2", "xbar = 1/n sum_{i=1}^n x_i")),
    ("Var(m_1 + m_2)", "2 p (1 - p)", "p (1 - p)", (r"m_1,\dots,m_d i.i.d. \mathrm{Bernoulli}(p)", "0 < p < 1")),
    (r"E[x^T x]", r"\operatorname{tr}(\Sigma) + \mu^T \mu", r"\operatorname{tr}(\Sigma)",
     (r"x a random vector in \mathbb{R}^n with mean \mu and covariance matrix \Sigma",)),
    ("X^T X", "V S^2 V^T", "U S^2 U^T", (r"U S V^\top the thin SVD of X",)),
    (r"\sum_{x \in \mathcal X} \sum_{y \in \mathcal Y} p(x,y)", "1", "2",
     (r"p(x,y) a joint distribution on \mathcal X \times \mathcal Y",)),
    (r"\sum_{j=1}^K A_{ij}", "1", "K", (r"A \in \mathbb{R}^{K\times K} a transition matrix with rows summing to 1",)),
]  # fmt: skip


@pytest.mark.parametrize(("a", "right", "wrong", "lets"), ORDER, ids=range(len(ORDER)))
def test_other_orders_of_words(a: str, right: str, wrong: str, lets: tuple[str, ...]) -> None:
    assert compare_texts(a, right, lets).verdict == "same"
    assert compare_texts(a, wrong, lets).verdict == "different"


SUMMED = (r"L = \frac1n\sum_{i=1}^n (y_i-\hat y_i)^2", r"\hat y_i = \sum_j w_j x_{ij}")
UNCLEAR = [
    (r"(f * g)_n", r"\sum_k f_k g_{n-k}", ()),
    ("y_i", r"\sum_{k=1}^K w_k x_{i+k-1}", ("y = w * x",)),
    (r"(q_i^T k_j)_{ij}", "QK^T", (r"Q,K \in R^{n\times d} with rows q_i, k_j",)),
    (r"(A+B)_{ij}", "a_{ij}+b_{ij}", ()),
    (r"\mathbf{x}\cdot\mathbf{y}", "y_1x_1+y_2x_2", ()),
]  # fmt: skip


def test_sums_go_on_over_terms_with_their_index() -> None:
    lets = (r"L = -\sum_n t_n\log p_n + (1-t_n)\log(1-p_n)",)
    assert compare_texts("L", r"-\sum_n (t_n \log p_n + (1-t_n)\log(1-p_n))", lets).verdict == "same"
    assert compare_texts("L", r"-\sum_n (t_n \log p_n - (1-t_n)\log(1-p_n))", lets).verdict == "different"
    assert compare_texts(r"\sum_n a_n + b_n", r"b_n + \sum_k a_k", ()).verdict != "different"


@pytest.mark.parametrize(("a", "b", "lets"), UNCLEAR, ids=range(len(UNCLEAR)))
def test_what_a_sign_means_may_be_open(a: str, b: str, lets: tuple[str, ...]) -> None:
    assert compare_texts(a, b, lets).verdict == "undecided"


def test_what_nothing_declares_is_as_long_as_the_sums() -> None:
    a, right = r"\frac{\partial L}{\partial w_j}", r"-\frac{2}{n}\sum_i (y_i - \hat y_i)x_{ij}"
    assert compare_texts(a, right, SUMMED).verdict == "same"
    assert compare_texts(a, right.replace("-", "", 1), SUMMED).verdict == "different"
    assert compare_texts(r"(f \odot g)_n", "f_n g_n", ()).verdict == "same"
    assert compare_texts(r"\sum_n (a_n + b_n)", r"\sum_n a_n + \sum_n b_n", ()).verdict == "same"
    assert compare_texts(r"\sum_n a_n + b_1", r"\sum_n a_n + b_2", ()).verdict == "different"


@pytest.mark.parametrize(("a", "right", "wrong"), [
    (r"(f \odot g)_n", "f_n g_n", "f_n + g_n"), ("(a + b)_i", "a_i + b_i", "a_i - b_i"),
    ("(W x + b)_i", r"\sum_j W_{ij}x_j + b_i", r"\sum_j W_{ji}x_j + b_i"),
    ("(A + B)_{ij}", "A_{ij} + B_{ij}", "A_{ij} - B_{ij}"),
])  # fmt: skip
def test_brackets_take_entries_of_what_nothing_declares(a: str, right: str, wrong: str) -> None:
    assert compare_texts(a, right, ()).verdict == "same"
    assert compare_texts(a, wrong, ()).verdict == "different"
