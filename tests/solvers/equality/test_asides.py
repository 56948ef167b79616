"""Declarations with an aside: what it says is known, what declares nothing is passed over, a condition that is not
understood is an error.
"""

from __future__ import annotations

import pytest

from solvers.equality import compare_texts

X = r"x \in \mathbb{R}^n"
MIXTURE = (
    r"L = -\log \sum_{j=1}^{K} \pi_j\, \mathcal N(y; \mu_j, \sigma_j^2)",
    r"g_k = \frac{\pi_k\, \mathcal N(y;\mu_k,\sigma_k^2)}{\sum_{j=1}^K \pi_j\, \mathcal N(y;\mu_j,\sigma_j^2)}",
    r"\pi_j > 0,\ \sigma_j > 0",
)
CODE = (r"h = \sigma(Wx + b) \in \mathbb{R}^m \text{ (elementwise logistic)}", X)
FIELD = (r"S_{ij} = \sum_{m=0}^{k-1} \sum_{n=0}^{k-1} X_{i+m,\,j+n} K_{mn}",
         r"L = \sum_{i,j} G_{ij} S_{ij} \text{ with constants } G_{ij}")  # fmt: skip
SMOOTHED = ("m_0 = 0", r"m_t = b m_{t-1} + (1-b) g \text{ for } t \ge 1 \text{ (constant gradient } g)", "0 < b < 1")
SOFT = (r"z, y \in \mathbb{R}^K \quad (y \text{ arbitrary, not normalised})", r"p = \operatorname{softmax}(z)")
CELL = (r"c_t = f_t \circ c_{t-1} + i_t \circ g_t", r"c_0 = 0")
LABEL = (r"c \in \{1, \dots, K\} \text{ is the true class}", r"t_k = \mathbf{1}[k = c]", r"p \in \mathbb{R}^K, p > 0")
GRAPH = ("A symmetric n×n adjacency matrix", "D = diag(A1), L = D − A", "x ∈ R^n", "1 = all-ones vector")
DROPPED = ("m_i ~ Bernoulli(p) independent", "w, x ∈ R^n fixed")
NORMAL = r"m_i \sim N(0, s^2)"
NOISE = (r"e \sim \mathcal N(0, s^2 I)", r"w, x \in \mathbb{R}^n,\ y \in \mathbb{R}")
IID = r"q_1, \dots, q_d, k_1, \dots, k_d \overset{iid}{\sim} \mathcal N(0, 1)"
LAWS = ("p = N(μ, Σ) on R^d, Σ positive definite", "q = N(0, I) on R^d")
MEMBERS = r"A_i \in \mathbb{R}^{n \times n}"
UNITARY = r"U \in \mathbb{R}^{n\times k} \text{ with orthonormal columns}"
TURNED = (r"W \in \mathbb{R}^{d\times k},\ W' \text{ is its transpose}", r"x \in \mathbb{R}^d")
ROWS = (r"Q \in \mathbb{R}^{T\times d}", r"q_i \text{ is the } i\text{-th row of } Q")
SHARP = (r"p_i = \frac{e^{s_i/\tau}}{\sum_{j=1}^{N} e^{s_j/\tau}}", r"L = -\log p_k", r"\tau > 0")
CONJUGATE = (r"A \text{ symmetric positive definite}", r"r_0 = b - A x_0 \neq 0,\quad d_0 = r_0",
             r"a_0 = \frac{r_0^\top r_0}{d_0^\top A d_0}", r"r_1 = r_0 - a_0 A d_0",
             r"c_0 = \frac{r_1^\top r_1}{r_0^\top r_0}", r"d_1 = r_1 + c_0 d_0")  # fmt: skip

# a, b, declarations, verdict
TABLE: list[tuple[str, str, tuple[str, ...], str]] = [
    # what is said of one member is said of each
    (r"\frac{\partial L}{\partial \mu_k}", r"g_k\, \frac{\mu_k - y}{\sigma_k^2}", MIXTURE, "same"),
    (r"\frac{\partial L}{\partial \mu_k}", r"\pi_k\, \frac{\mu_k - y}{\sigma_k^2}", MIXTURE, "different"),
    (r"\log \pi_k^2", r"2\log \pi_k", (r"\pi_j > 0",), "same"),
    (r"\log \pi_k^2", r"3\log \pi_k", (r"\pi_j > 0",), "different"),
    (r"\log \pi_k^2", r"2\log \pi_k", (r"\lambda_j > 0",), "different"),
    (r"\sum_k \log w_k^2", r"2\sum_k \log w_k", ("w_j > 0",), "same"),
    # words behind an equation name the function that it applies, and define nothing
    (r"\|\partial h/\partial x\|_F^2", r"\sum_{j=1}^m h_j^2 (1-h_j)^2 \sum_{i=1}^n W_{ji}^2", CODE, "same"),
    (r"\|\partial h/\partial x\|_F^2", r"\sum_{j=1}^m h_j (1-h_j) \sum_{i=1}^n W_{ji}^2", CODE, "different"),
    ("h", r"\sigma(x)", (r"h = g(x) \text{ (elementwise logistic)}", X), "unreadable"),
    ("h", r"\sigma(x)", (r"h = \tanh(x) \text{ (logistic)}", X), "unreadable"),
    ("h", r"\max(0, x)", (r"h = \max(0, x) \text{ (ReLU)}", X), "same"),
    ("p_1", "e^{z_1}/(e^{z_1} + e^{z_2})", (r"p \text{ is the softmax of } z", r"z \in \mathbb{R}^2"), "same"),
    ("p_1", "e^{z_2}/(e^{z_1} + e^{z_2})", (r"p \text{ is the softmax of } z", r"z \in \mathbb{R}^2"), "different"),
    # asides with a subject of their own, and constants before their names
    (r"\nabla_z (-\sum_{k=1}^K y_k \log p_k)", r"(\sum_{k=1}^K y_k) p - y", SOFT, "same"),
    (r"\nabla_z (-\sum_{k=1}^K y_k \log p_k)", "p - y", SOFT, "different"),
    (r"\frac{\partial L}{\partial K_{mn}}", r"\sum_{i,j} G_{ij}\, X_{i+m,\,j+n}", FIELD, "same"),
    (r"\frac{\partial L}{\partial K_{mn}}", r"\sum_{i,j} G_{ij}\, X_{i+n,\,j+m}", FIELD, "different"),
    (r"\frac{m_t}{1-b^t}", "g", (*SMOOTHED, r"t \ge 1"), "same"),
    (r"\frac{m_t}{1-b^t}", "(1 - b) g", (*SMOOTHED, r"t \ge 1"), "different"),
    ("c a", "a c", (r"a = 2c \text{ with a positive constant } c",), "same"),
    (r"\sqrt{c^2}", "c", (r"a = 2c \text{ with a positive constant } c",), "same"),
    (r"\sqrt{c^2}", "c", (r"a = 2c \text{ with a constant } c",), "different"),
    ("c a", "a c", (r"a = 2c \text{ with bounded constants } c",), "unreadable"),
    ("A", "A^T", (r"B = A A \text{ (A symmetric)}", r"A \in \mathbb{R}^{n \times n}"), "same"),
    ("A", "A^T", (r"B = A A \text{ (only if A is symmetric)}", r"A \in \mathbb{R}^{n \times n}"), "unreadable"),
    (r"\det A", "0", (r"A \in \mathbb{R}^{2 \times 2} \text{ not invertible}",), "unreadable"),
    ("g_1", "g_2", (r"g_t \text{ constant}",), "unreadable"),
    (r"\frac{w^2}{w}", "w", (r"w \in \mathbb{R} \text{ not zero}",), "same"),
    (r"u^\top u", "1", (r"u \in \mathbb{R}^n \text{ (u unit)}",), "unreadable"),
    # what signs mean anyway, and what they do not
    ("c_2", r"f_2 \circ i_1 \circ g_1 + i_2 \circ g_2", (*CELL, r"\circ \text{ denotes the Hadamard product}"), "same"),
    ("c_2", r"f_1 \circ i_1 \circ g_1 + i_2 \circ g_2", (*CELL, r"\circ \text{ is the elementwise product}"),
     "different"),
    ("c_2", "0", (*CELL, r"\circ \text{ denotes the composition}"), "unreadable"),
    (r"\operatorname{vec}(AXB)", r"(B^\top \otimes A)\operatorname{vec}(X)",
     (r"A, X, B \in \mathbb{R}^{n\times n}", r"\operatorname{vec} \text{ stacks the columns}"), "same"),
    (r"\operatorname{vec}(AXB)", r"(A \otimes B^\top)\operatorname{vec}(X)",
     (r"A, X, B \in \mathbb{R}^{n\times n}", r"\operatorname{vec} \text{ stacks the rows}"), "unreadable"),
    # nouns that declare nothing, and numbers of things
    (r"-\sum_{k=1}^K t_k \log p_k", r"-\log p_c", LABEL, "same"),
    (r"-\sum_{k=1}^K t_k \log p_k", r"\log p_c", LABEL, "different"),
    (r"\sqrt{n^2}", "n", (r"n \text{ is the number of training examples}",), "same"),
    # vectors of ones, the identity
    (r"\mathbf{1}^\top x", r"\sum_i x_i", (X, r"\mathbf{1} \text{ is the all-ones vector}"), "same"),
    (r"\mathbf{1}^\top x", r"2\sum_i x_i", (X, r"\mathbf{1} \text{ is the all-ones vector}"), "different"),
    (r"\mathbf{1}^\top x", r"\sum_i x_i", (r"\mathbf{1}, x \in \mathbb{R}^n",), "same"),
    (r"\mathbf{1}^\top x", r"\sum_i x_i", (X, r"\mathbf{1} = (1,\dots,1)^\top \in \mathbb{R}^n"), "same"),
    (r"e^\top x", r"\sum_i x_i", (X, r"e = (1,\dots,1)^\top \in \mathbb{R}^n"), "same"),
    (r"e^\top x", "x_1", (X, r"e = (1,\dots,1)^\top \in \mathbb{R}^n"), "different"),
    ("v^T x", "c sum_i x_i", ("v = (c, c, ..., c) in R^n", "x in R^n"), "same"),
    ("I x", "x", (X, r"I \in \mathbb{R}^{n\times n} \text{ the identity matrix}"), "same"),
    ("xᵀ L x", "½ Σ_{i,j} A_ij (x_i − x_j)²", GRAPH, "same"),
    ("xᵀ L x", "Σ_{i,j} A_ij (x_i − x_j)²", GRAPH, "different"),
    # sets without some values, whole numbers by dots
    (r"\frac{x}{x}", "1", (r"x \in \mathbb{R} \setminus \{0\}",), "same"),
    (r"\frac{x(x-1)}{x(x-1)}", "1", (r"x \in \mathbb{R} \setminus \{0, 1\}",), "same"),
    (r"\nabla_x \|x\|", r"\frac{x}{\|x\|}", (r"x \in \mathbb{R}^n \setminus \{\mathbf{0}\}",), "same"),
    (r"\nabla_x \|x\|", r"\frac{x}{\|x\|^2}", (r"x \in \mathbb{R}^n \setminus \{0\}",), "different"),
    ("x/|x| y/|y|", "xy/|xy|", (r"x, y ∈ R \ {0}",), "same"),
    (r"\cos(\pi n)", "(-1)^n", (r"n \in \{0, 1, 2, \dots\}",), "same"),
    (r"\cos(\pi n)", "1", (r"n \in \{1, 2, \dots\}",), "different"),
    # entries drawn from a law
    ("Var( wᵀ(m ⊙ x) )", "p(1−p) Σ_{i=1}^n w_i² x_i²", DROPPED, "same"),
    ("Var( wᵀ(m ⊙ x) )", "p Σ_{i=1}^n w_i² x_i²", DROPPED, "different"),
    (r"\mathbb{E}[\|m\|^2]", "n s^2", (NORMAL, r"m \in \mathbb{R}^n"), "same"),
    (r"\mathbb{E}[\|m\|^2]", "s^2", (NORMAL, r"m \in \mathbb{R}^n"), "different"),
    (r"\operatorname{Var}(w^\top m)", r"s^2 \|w\|^2", (NORMAL, r"m, w \in \mathbb{R}^n"), "same"),
    (r"\operatorname{Var}(w^\top m)", r"s^2 \|w\|", (NORMAL, r"m, w \in \mathbb{R}^n"), "different"),
    (r"\mathbb{E}[\|m\|^2]", "n s^2", (r"m_1,\dots,m_n \sim \mathcal{N}(0, s^2) \text{ independent}",), "same"),
    (r"\mathbb{E}[(w^\top (x + e) - y)^2]", r"(w^\top x - y)^2 + s^2 \|w\|^2", NOISE, "same"),
    (r"\mathbb{E}[(w^\top (x + e) - y)^2]", r"(w^\top x - y)^2 + s^2 \|w\|", NOISE, "different"),
    (r"\operatorname{Var}(\sum_{i=1}^d q_i k_i)", "d", (IID,), "same"),
    (r"\operatorname{Var}(\sum_{i=1}^d q_i k_i)", "d^2", (IID,), "different"),
    ("KL(p ‖ q)", "½ [ tr(Σ) + μᵀμ − d − log det Σ ]", LAWS, "same"),
    ("KL(p ‖ q)", "½ [ tr(Σ) + μᵀμ − d + log det Σ ]", LAWS, "different"),
    # a mean of a kink is not computed: far from it both rules miss it
    (r"\mathbb{E}[\max(0, X)]", "m", (r"X \sim \mathcal N(m, 1)",), "different"),
    (r"\mathbb{E}[\max(0, X_1 + X_2)]", "2m", (r"X_i \sim \mathcal N(m, 1) \text{ i.i.d.}",), "undecided"),
    (r"\mathbb{E}[|X|^2]", "m^2 + 1", (r"X \sim \mathcal N(m, 1)",), "same"),
    # properties of each member
    ("A_1", r"A_1^\top", (MEMBERS + r"\text{ symmetric}",), "same"),
    ("A_1", r"A_1^\top", (MEMBERS + r"\text{ symmetric for } i = 1, \dots, k",), "same"),
    ("A_1 A_2", "A_2 A_1", (MEMBERS + r"\text{ symmetric}",), "different"),
    (r"\det(A_1)^2", "1", (MEMBERS + r"\text{ orthogonal}",), "same"),
    (r"\det(A_1)", "1", (MEMBERS + r"\text{ orthogonal}",), "different"),
    (r"\sqrt{\det(A_1)^2}", r"\det(A_1)", (MEMBERS + r"\text{ positive definite}",), "same"),
    ("A_1", r"A_1^\top", (MEMBERS, r"A_i \succ 0"), "same"),
    (r"u_1^\top u_1", "1", (r"u_i \in \mathbb{R}^n \text{ unit vectors}",), "same"),
    (r"u_1^\top u_2", "1", (r"u_i \in \mathbb{R}^n \text{ unit vectors}",), "different"),
    (r"\sqrt{\lambda_2^2}", r"\lambda_2", (r"\lambda_i \text{ positive}",), "same"),
    # sizes by the sums
    (r"\frac{\partial L}{\partial s_k}", r"\frac{p_k - 1}{\tau}", SHARP, "same"),
    (r"\frac{\partial L}{\partial s_k}", "p_k - 1", SHARP, "different"),
    (r"d_1^\top A d_0", "0", CONJUGATE, "same"),
    (r"d_1^\top A d_0", r"r_1^\top r_1", CONJUGATE, "different"),
    # transposes, rows
    ("W W' x", r"W W^\top x", TURNED, "same"),
    ("B A", "I", (r"A \in \mathbb{R}^{n\times n}, B \text{ is its inverse}",), "same"),
    ("B A", r"A^\top A", (r"A \in \mathbb{R}^{n\times n}", r"B \text{ is the transpose of } A"), "same"),
    ("B A", "A A", (r"A \in \mathbb{R}^{n\times n}", r"B \text{ is the transpose of } A"), "different"),
    ("B A", r"A^\top A", (r"A \in \mathbb{R}^{n\times n}", r"B \text{ is its transpose}"), "unreadable"),
    (r"q_1^\top q_2", r"\sum_j Q_{1j} Q_{2j}", ROWS,
     "same"),
    (r"q_1^\top q_2", r"\sum_j Q_{j1} Q_{j2}", ROWS,
     "different"),
    # words before the names that they are said of, lengths, functions without an argument
    (r"A^\top", "A", (r"\text{symmetric } A \in \mathbb{R}^{n\times n}",), "same"),
    (r"A^\top", "A", (r"\text{not necessarily symmetric } A \in \mathbb{R}^{n\times n}",), "different"),
    (r"A^\top", "A", (r"\text{sparse } A \in \mathbb{R}^{n\times n}",), "unreadable"),
    (r"A_1^\top", "A_1", (r"\text{symmetric } A_i \in \mathbb{R}^{n\times n}, i = 1, \dots, k",), "same"),
    (r"\sqrt{x^2}", "x", ("positive x",), "same"),
    (r"\sqrt{x^2}", "x", ("real x",), "different"),
    (r"\sqrt{a_1^2}", "a_1", (r"\text{all } a_i > 0",), "same"),
    (r"\|q\|^2", "1", (r"q \in \mathbb{R}^n \text{ of length } 1",), "same"),
    (r"\|q\|^2", "1", (r"q \in \mathbb{R}^n \text{ with unit norm}",), "same"),
    (r"U^\top U x", "x", (UNITARY, r"x \in \mathbb{R}^k"), "same"),
    (r"U U^\top y", "y", (UNITARY, r"y \in \mathbb{R}^n"), "different"),
    ("f'(z)", "f(z)(1-f(z))", (r"f = \sigma",), "same"),
    ("f'(z)", "f(z)(1+f(z))", (r"f = \sigma",), "different"),
    (r"\sigma'(z)", r"1 - \sigma(z)^2", (r"\sigma = \tanh",), "same"),
    ("s^2", r"\sigma^2", (r"s = \sigma",), "same"),
    (r"a^\top b", r"\langle a, b \rangle",
     (r"\langle \cdot, \cdot \rangle \text{ denotes the inner product}", r"a, b \in \mathbb{R}^n"), "same"),
    (r"\|A\|^2", r"\operatorname{tr}(A^\top A)",
     (r"\|\cdot\| \text{ denotes the spectral norm}", r"A \in \mathbb{R}^{m \times n}"), "unreadable"),
    # the inverse of a number
    ("inv(u)", "1/u", ("u > 0",), "same"),
    (r"u inv\|u - v\|_2^2", "u", (r"u, v \in \mathbb{R}^n",), "different"),
    ("inv(u)", "u", (r"u \in \mathbb{R}^n",), "different"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b", "lets", "verdict"), TABLE, ids=[f"{a} ~ {b}, {' ; '.join(lets)[:60]}" for a, b, lets, _ in TABLE]
)
def test_verdicts(a: str, b: str, lets: tuple[str, ...], verdict: str) -> None:
    answer = compare_texts(a, b, lets)
    assert answer.verdict == verdict, answer
