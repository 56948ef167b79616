"""Equations that follow from equations: labels by solving them by hand (all solutions, over the reals)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.equality import compare_texts
from solvers.equality.relations import equivalent, follows
from solvers.formula.context import Context, read_context
from solvers.formula.nodes import Chain
from solvers.formula.parser import Parsed, parse
from tests.solvers.equality.judged import Row, U, V, W, judged

RIDGE = (r"X \in \mathbb{R}^{n \times m}", r"w \in \mathbb{R}^m", r"y \in \mathbb{R}^n", r"\lambda > 0")
A, X, Y = r"A \in \mathbb{R}^{n \times n}", r"x \in \mathbb{R}^n", r"y \in \mathbb{R}^n"
P = r"p \in \Delta^n"
NORMAL = r"X^\top X w = X^\top y"
SOLVED = r"w = (X^\top X + \lambda I)^{-1} X^\top y"
ZERO = r"0 = 2 X^\top (X w - y) + 2 \lambda w"
QUADRATIC = (r"g \in \mathbb{R}^n", r"H \in \mathbb{R}^{n \times n}", r"H \succ 0", r"H^\top = H", r"\epsilon > 0")
MULTIPLIER = ("p_1 > 0", "n_1 > 0", "n_2 > 0", r"\lambda > 0", "N = n_1 + n_2")
GAME = ("a > 0", "b > 0", r"D \in (0, 1)")
VARIANCE = (r"x \in \mathbb{R}^m", "v > 0", r"\mu \in \mathbb{R}")
VELOCITY = (r"g \in \mathbb{R}^n", r"v \in \mathbb{R}^n", r"\alpha \in (0, 1)", r"\epsilon > 0")
MARGIN = (r"x_i \in \mathbb{R}^n, i = 1, ..., N", r"y_i \in \{-1, 1\}, i = 1, ..., N", r"w \in \mathbb{R}^n")
FAMILIES = (r"h^{(t)} \in \mathbb{R}^n", r"u^{(t)} \in \mathbb{R}^n", r"a \in \mathbb{R}")
COUNTS = (r"n \in \mathbb{N}", r"k \in \mathbb{N}", r"s \in \mathbb{N}", r"o \in \mathbb{N}")
TABLE = (r"A, B, C \in \{0, 1\}", r"P(A, B, C) \in \Delta(\{0, 1\} \times \{0, 1\} \times \{0, 1\})")
ROWS: list[Row] = [
    # tables of probabilities are unknowns too
    (r"P(A, B, C) = \frac{P(A, C) P(B, C)}{P(C)} \iff \frac{P(A, B, C)}{P(B, C)} = \frac{P(A, C)}{P(C)}", TABLE, V),
    (r"P(A, B, C) = \frac{P(A, C) P(B, C)}{P(C)} \iff \frac{P(A, B, C)}{P(B, C)} = \frac{P(B, C)}{P(C)}", TABLE, W),
    # numbers: roots lost and found
    (r"x^2 = 4 \Rightarrow x = 2", (), W),
    (r"x^2 = 4 \Rightarrow x = 2", ("x > 0",), V),
    (r"x^2 = 4 \Rightarrow |x| = 2", (), V),
    (r"x = 2 \Rightarrow x^2 = 4", (), V),
    (r"x = 2 \iff x^2 = 4", (), W),
    (r"x = 2 \iff x^2 = 4", ("x > 0",), V),
    (r"x = 2 \iff x^3 = 8", (), V),
    (r"x^2 = x \iff x = 1", (), W),
    (r"x^2 = x \Rightarrow x = 1", ("x > 0",), V),
    (r"x^2 = x \iff x (x - 1) = 0", (), V),
    (r"x^2 = x \Rightarrow 1 = 1/x", (), U),
    (r"(x - 1)^2 = 0 \iff x = 1", (), V),
    (r"(x - 100)(x - 2) = 0 \Rightarrow x = 2", (), W),
    (r"x^3 = x \Rightarrow x^2 = 1", (), W),
    (r"x^4 = 16 \Rightarrow x^2 = 4", (), V),
    (r"x^2 + 1 = 0 \Rightarrow x = 2", (), U),  # no real solution
    (r"x^2 + y^2 = 0 \Rightarrow x = y", (), V),
    (r"x y = 0 \Rightarrow x = 0", (), W),
    (r"x y = x z \Rightarrow y = z", (), W),
    (r"x y = x z \Rightarrow y = z", ("x > 0",), V),
    (r"2 x + 4 = 10 \iff x = 3", (), V),
    (r"2 x + 4 = 10 \iff x = 7", (), W),
    (r"2 x + 4 = 10 \Rightarrow 2 x = 6", (), V),
    (r"2 x + 4 = 10 \Rightarrow 2 x = 14", (), W),
    (r"x = \sqrt{y} \Rightarrow x^2 = y", (), V),
    (r"x^2 = y \Rightarrow x = \sqrt{y}", (), W),
    (r"x^2 = y \Rightarrow x = \sqrt{y}", ("x > 0",), V),
    (r"e^x = y \iff x = \log y", (), V),
    (r"e^x = y \Rightarrow x = -\log y", (), W),
    (r"\log(x) + \log(y) = 0 \Rightarrow x y = 1", (), V),
    (r"x y = 1 \Rightarrow \log(x) + \log(y) = 0", ("x > 0",), V),
    (r"\sin x = 0 \Rightarrow x = 0", (), W),
    (r"x = \pi \Rightarrow \sin x = 0", (), V),
    (r"y = a x + b \Rightarrow x = (y - b)/a", (), V),
    (r"y = a x + b \Rightarrow x = (y + b)/a", (), W),
    (r"a x^2 + b x + c = 0 \Rightarrow (2 a x + b)^2 = b^2 - 4 a c", (), V),
    (r"a x^2 + b x + c = 0 \Rightarrow x = \frac{-b + \sqrt{b^2 - 4 a c}}{2 a}", (), W),
    (r"1/x = 1/y \Rightarrow x = y", (), V),
    (r"1/x + 1/y = 1/z \Rightarrow z = x + y", (), W),
    (r"x = y = 2 \Rightarrow x + y = 4", (), V),
    (r"x = y \Rightarrow x = 2 y", (), W),
    (r"e^{-x} = 0 \Rightarrow 1 = 2", (), U),
    # the logistic function
    (r"\frac{\alpha}{1 - \alpha} = e^z \iff \alpha = \sigma(z)", (), V),
    (r"\frac{\alpha}{1 - \alpha} = e^z \Rightarrow \alpha = \sigma(-z)", (), W),
    (r"\log \frac{p}{1 - p} = z \iff p = \sigma(z)", (), V),
    (r"\log \frac{p}{1 - p} = z \Rightarrow p = e^z", (), W),
    (r"y = \tanh(x) \iff x = \frac{1}{2} \log \frac{1 + y}{1 - y}", (), V),
    (r"y = \tanh(x) \Rightarrow x = \log \frac{1 + y}{1 - y}", (), W),
    # least squares
    (ZERO + r" \Rightarrow (X^\top X + \lambda I) w = X^\top y", RIDGE, V),
    (ZERO + r" \Rightarrow (X^\top X + 2 \lambda I) w = X^\top y", RIDGE, W),
    (ZERO + r" \Rightarrow (X^\top X - \lambda I) w = X^\top y", RIDGE, W),
    (ZERO + r" \iff (X^\top X + \lambda I) w = X^\top y", RIDGE, V),
    (r"(X^\top X + \lambda I) w = X^\top y \Rightarrow " + SOLVED, RIDGE, V),
    (r"(X^\top X + \lambda I) w = X^\top y \Rightarrow w = X^\top y (X^\top X + \lambda I)^{-1}", RIDGE, W),
    (r"(X^\top X + 2 \lambda I) w = X^\top y \Rightarrow " + SOLVED, RIDGE, W),
    (SOLVED + r" \Rightarrow (X^\top X + \lambda I) w = X^\top y", RIDGE, V),
    (NORMAL + r" \Rightarrow w = (X^\top X)^{-1} X^\top y", RIDGE, V),
    (NORMAL + r" \Rightarrow w = (X X^\top)^{-1} X^\top y", RIDGE, W),
    (NORMAL + r" \Rightarrow X w = y", RIDGE, W),
    (r"X w = y \Rightarrow " + NORMAL, RIDGE, V),
    (NORMAL + r" \Rightarrow X^\top (y - X w) = 0", RIDGE, V),
    (r"\frac{\partial}{\partial w} \|X w - y\|_2^2 = 0 \iff " + NORMAL, RIDGE, V),
    (r"\frac{\partial}{\partial w} \|X w - y\|_2^2 = 0 \Rightarrow X^\top X w = 2 X^\top y", RIDGE, W),
    # vectors and matrices
    (r"A x = y \Rightarrow x = A^{-1} y", (A, X, Y), V),
    (r"A x = y \Rightarrow x = A y", (A, X, Y), W),
    (r"A x = A y \Rightarrow x = y", (A, X, Y), W),  # A may be singular
    (r"x = y \Rightarrow A x = A y", (A, X, Y), V),
    (r"x = y \iff A x = A y", (A, X, Y), W),
    (r"x^\top A = y^\top \iff A^\top x = y", (A, X, Y), V),
    (r"x^\top A = y^\top \Rightarrow A x = y", (A, X, Y), W),
    (r"x^\top A = y^\top \Rightarrow A x = y", (A, X, Y, r"A^\top = A"), V),
    (r"\|x\|_2^2 = 0 \iff x = 0", (X,), V),
    (r"x^\top y = 0 \Rightarrow x = 0", (X, Y), W),
    (r"x_i = y_i \Rightarrow \sum_{i=1}^n x_i = \sum_{i=1}^n y_i", (X, Y), V),
    (r"\sum_{i=1}^n x_i = \sum_{i=1}^n y_i \Rightarrow x_i = y_i", (X, Y), W),
    # stationary points and multipliers
    (r"\sum_{i=1}^n (x_i - \mu) = 0 \iff \mu = \frac{1}{n} \sum_{i=1}^n x_i", (X,), V),
    (r"\sum_{i=1}^n (x_i - \mu) = 0 \Rightarrow \mu = \sum_{i=1}^n x_i", (X,), W),
    (r"\frac{\partial}{\partial \mu} \sum_{i=1}^n (x_i - \mu)^2 = 0 \Rightarrow \mu = \frac{1}{n} \sum_{i=1}^n x_i",
     (X,), V),
    (r"\frac{\partial L}{\partial \mu} = 0 \Rightarrow \mu = \frac{1}{n} \sum_{i=1}^n x_i",
     (X, r"L = \sum_{i=1}^n (x_i - \mu)^2"), V),
    (r"\frac{\partial L}{\partial \mu} = 0 \Rightarrow \mu = \frac{1}{n + 1} \sum_{i=1}^n x_i",
     (X, r"L = \sum_{i=1}^n (x_i - \mu)^2"), W),
    (r"-\frac{n}{2 v} + \frac{s}{2 v^2} = 0 \Rightarrow v = s/n", ("v > 0", "s > 0", "n > 0"), V),
    (r"-\frac{n}{2 v} + \frac{s}{2 v^2} = 0 \Rightarrow v = n/s", ("v > 0", "s > 0", "n > 0"), W),
    (r"\frac{k}{p} - \frac{n - k}{1 - p} = 0 \Rightarrow p = k/n", ("0 < p < 1",), V),
    (r"\frac{k}{p} - \frac{n - k}{1 - p} = 0 \Rightarrow p = n/k", ("0 < p < 1",), W),
    (r"\frac{\partial}{\partial x}(a x^2 + b x + c) = 0 \Rightarrow x = -\frac{b}{2a}", (), V),
    (r"\frac{\partial}{\partial x}(a x^2 + b x + c) = 0 \Rightarrow x = \frac{b}{2a}", (), W),
    (r"\log p_i + 1 + \lambda = 0 \Rightarrow p_i = e^{-1 - \lambda}", (P,), V),
    (r"\log p_i + 1 + \lambda = 0 \Rightarrow p_i = 1/n", (P,), V),
    (r"\log p_i + 1 + \lambda = 0 \Rightarrow p_i = 1/2", (P,), W),
    (r"1 - 2 \lambda x = 0 \Rightarrow x = \frac{1}{2 \lambda}", (), V),
    # recursions
    (r"w_{t+1} = w_t - \eta g_t \Rightarrow (w_t - w_{t+1})/\eta = g_t", (), V),
    (r"w_{t+1} = w_t - \eta g_t \Rightarrow (w_{t+1} - w_t)/\eta = g_t", (), W),
    (r"u = w - \eta g \iff g = (w - u)/\eta", (r"u \in \mathbb{R}^n", r"w \in \mathbb{R}^n", r"g \in \mathbb{R}^n",
                                                  r"\eta > 0"), V),
    # inequalities
    (r"x > 0 \Rightarrow x^2 > 0", (), V),
    (r"x > 0 \iff x^2 > 0", (), W),
    (r"x > 0 \iff e^x > 1", (), V),
    (r"x \ge 1 \Rightarrow x > 1", (), W),
    (r"x > 1 \Rightarrow x \ge 1", (), V),
    (r"x \ge 0.37 \Rightarrow x > 0.37", (), W),
    (r"x^2 < 4.41 \Rightarrow x < 2", (), W),
    (r"x^2 \le 4 \iff |x| \le 2", (), V),
    (r"x < y \Rightarrow x^2 < y^2", (), W),
    (r"x < y \Rightarrow x^2 < y^2", ("x > 0", "y > 0"), V),
    (r"x < y \Rightarrow -x > -y", (), V),
    (r"x < y \Rightarrow a x < a y", (), W),
    (r"x < y \iff a x < a y", ("a > 0",), V),
    (r"x = 2 \Rightarrow x^2 > 3", (), V),
    (r"x = 2 \Rightarrow x^2 > 4", (), W),
    (r"x^2 = 4 \Rightarrow x > 0", (), W),
    (r"w^\top x + b > 0 \iff \sigma(w^\top x + b) > 1/2", (r"w \in \mathbb{R}^n", X), V),
    (r"x \ne 0 \Rightarrow x^2 > 0", (), V),
    (r"\sigma(z) \ge 1/2 \iff z \ge 0", (), V),
    (r"\sigma(z) \ge 1/2 \iff z \ge 1", (), W),
    # whole numbers, digits, equations without a solution
    (r"o = \lfloor (n - k)/s \rfloor + 1 \Rightarrow n = s (o - 1) + k", COUNTS, W),
    (r"o = \lfloor (n - k)/s \rfloor + 1 \Rightarrow s (o - 1) + k \le n", COUNTS, V),
    (r"o = n - k + 1 \iff n = o + k - 1", COUNTS, V),
    (r"o = n - k + 1 \iff n = o + k + 1", COUNTS, W),
    (r"x = \cos x \Rightarrow x \approx 0.739", (), V),
    (r"x = \cos x \Rightarrow x \approx 0.738", (), W),
    (r"3 x = 1 \Rightarrow x \approx 0.33", (), V),
    (r"3 x = 1 \Rightarrow x \approx 0.34", (), W),
    (r"x^2 = 2 \Rightarrow x \approx 1.41", (), W),  # or -1.41
    (r"x^2 + 1 = 0 \iff 2 x^2 = -2", (), V),
    (r"x^2 + 1 = 0 \iff 2 x^2 = -3", (), U),
    (r"1 = 2 \iff 1 = 3", (), U),
    (r"2 + \sigma(y) = 6 + \sigma(y) \iff 3 + \sigma(y) = 6 + \sigma(y)", (), U),
    # lines of the course
    (r"-g^\top g + \epsilon g^\top H g = 0 \iff \epsilon = \frac{g^\top g}{g^\top H g}", QUADRATIC, V),
    (r"-g^\top g + \epsilon g^\top H g = 0 \iff \epsilon = \frac{2 g^\top g}{g^\top H g}", QUADRATIC, W),
    (r"-g^\top g + \epsilon g^\top H g = 0 \iff \epsilon = \frac{g^\top g}{g^\top H g}",
     (*QUADRATIC, r"\|g\|_2 > 0"), V),
    (r"g^\top H g = 0 \Rightarrow g = 0", QUADRATIC, V),  # H is positive definite
    (r"g^\top H g = 0 \Rightarrow g = 0", QUADRATIC[:2], W),
    (r"\frac{n_1}{p_1} - \lambda = 0 \iff p_1 = \frac{n_1}{\lambda}", MULTIPLIER, V),
    (r"\frac{n_1}{\lambda} + \frac{n_2}{\lambda} = 1 \iff \lambda = n_1 + n_2", MULTIPLIER, V),
    (r"\frac{n_1}{\lambda} + \frac{n_2}{\lambda} = 1 \iff \lambda = N", MULTIPLIER, V),
    (r"\frac{n_1}{\lambda} + \frac{n_2}{\lambda} = 1 \iff \lambda = 1/N", MULTIPLIER, W),
    (r"\frac{a}{D} - \frac{b}{1 - D} = 0 \iff a (1 - D) = b D", GAME, V),
    (r"a (1 - D) = b D \iff D = \frac{a}{a + b}", GAME, V),
    (r"a (1 - D) = b D \iff D = \frac{a}{a - b}", GAME, W),
    (r"-\frac{m}{2v} + \frac{1}{2v} \sum_{i=1}^m (x_i - \mu)^2 = 0 \Rightarrow m = \sum_{i=1}^m (x_i - \mu)^2",
     VARIANCE, V),
    (r"-\frac{m}{2v} + \frac{1}{2v^2} \sum_{i=1}^m (x_i - \mu)^2 = 0 \iff v = \frac{1}{m} \sum_{i=1}^m (x_i - \mu)^2",
     VARIANCE, V),
    (r"-\frac{m}{2v} + \frac{1}{2v^2} \sum_{i=1}^m (x_i - \mu)^2 = 0 \Rightarrow v = \sum_{i=1}^m (x_i - \mu)^2",
     VARIANCE, W),
    (r"v = \alpha v - \epsilon g \iff (1 - \alpha) v = -\epsilon g", VELOCITY, V),
    (r"(1 - \alpha) v = -\epsilon g \iff v = \frac{\epsilon}{1 - \alpha} g", VELOCITY, W),
    (r"(1 - \alpha) v = -\epsilon g \iff v = -\frac{\epsilon}{1 - \alpha} g", VELOCITY, V),
    (r"y_i (w^\top x_i + b) \ge 1 \Rightarrow y_i (w^\top x_i + b) > 0", MARGIN, V),
    (r"y_i (w^\top x_i + b) > 0 \Rightarrow y_i (w^\top x_i + b) \ge 1", MARGIN, W),
    (r"w_t = \beta w_{t-1} \Rightarrow w_3 = \beta^3 w_0", (), V),
    (r"w_t = \beta w_{t-1} \Rightarrow w_3 = \beta^2 w_0", (), W),
    (r"h^{(t)} = a h^{(t-1)} + u^{(t)} \Rightarrow h^{(2)} = a^2 h^{(0)} + a u^{(1)} + u^{(2)}", FAMILIES, V),
    (r"h^{(t)} = a h^{(t-1)} + u^{(t)} \Rightarrow h^{(2)} = a^2 h^{(0)} + u^{(1)} + u^{(2)}", FAMILIES, W),
    (r"w_t = \beta w_{t-1} \Rightarrow w_9 = \beta^9 w_0", (), U),  # no range is said
    (r"A_{ij} = A_{ji} \iff A^\top = A", (A,), V),
    (r"A_{ij} = x_i y_j \iff A = x y^\top", (A, X, Y), V),
    (r"A_{ij} = x_i y_j \iff A = y x^\top", (A, X, Y), W),
    # constraints around
    (r"\log p_i + 1 + \lambda = 0 \Rightarrow p_i = e^{-1 - \lambda}", (P, "p_i > 0"), V),
    (r"x_i = 1 \Rightarrow \sum_{i=1}^n x_i = n", (X, "x_i > 0"), V),
    (r"x_i^2 = 1 \Rightarrow \sum_{i=1}^n x_i = n", (X, "x_i > 0"), V),
    (r"x_i^2 = 1 \Rightarrow \sum_{i=1}^n x_i = n", (X,), W),
    (r"a c = b c \Rightarrow a = b", (r"c \ne 0",), V),
    (r"A x = A y \Rightarrow x = y", (A, X, Y, r"\det(A) \ne 0"), V),
    (r"x^2 = y^2 \Rightarrow x = y", ("x + y > 0",), V),
    (r"x^2 = y^2 \Rightarrow x = y", ("x y = 1",), V),
    (r"x^2 = y^2 \Rightarrow x = y", ("x y = -1",), W),
    # kinks and steps, sets of solutions that are not points
    (r"|x| = 3 \iff x = 3", (), W),
    (r"|x| = 3 \iff x^2 = 9", (), V),
    (r"\max(x, 0) = 0 \iff x \le 0", (), V),
    (r"\max(x, 0) = 0 \iff x = 0", (), W),
    (r"\mathrm{sign}(x) = 1 \iff x > 0", (), V),
    (r"\mathrm{sign}(x) = 1 \iff x \ge 0", (), W),
    (r"y = \mathrm{ReLU}(x) \Rightarrow y \ge 0", (), V),
    (r"y = \mathrm{ReLU}(x) \iff x = y", (), W),
    (r"x^2 \ge 2 \Rightarrow x^2 > 2", (), U),  # equal at the root of 2, which is no fraction
    (r"a = b = c \Rightarrow a = c", (), V),
    (r"a = b \Rightarrow a = b = c", (), W),
    (r"0 = 0 \Rightarrow x = 1", (), W),
    (r"x = 1 \Rightarrow 1 = 1", (), V),
    (r"U^\top U = I \Rightarrow U U^\top = I", (r"U \in \mathbb{R}^{n \times n}",), V),
    (r"U^\top U = I \Rightarrow \det(U) = 1", (r"U \in \mathbb{R}^{n \times n}",), W),
    (r"A^2 = A \Rightarrow A = I", (A,), W),
    (r"A^\top = A \Rightarrow x^\top A y = y^\top A x", (A, X, Y), V),
    (r"p_i = p_j \Rightarrow p_i = 1/n", (P,), V),
    (r"h \odot h = h \Rightarrow h = 1", (r"h \in \mathbb{R}^n",), W),
    (r"e^{e^{e^x}} = y \Rightarrow e^{e^x} = \log y", (), V),
    # not for this judge
    (r"x \approx 2 \Rightarrow x^2 \approx 4", (), U),
    (r"x + y = 1 \Rightarrow x = 1", (X, r"y \in \mathbb{R}^{n \times n}"), U),  # sizes that do not fit
]  # fmt: skip


def _chains(context: Context, *texts: str) -> list[Chain]:
    found = []
    for text in texts:
        parsed = parse(text, context.scope)
        assert isinstance(parsed, Parsed)
        assert isinstance(parsed.node, Chain)
        found.append(parsed.node)
    return found


@pytest.mark.parametrize(
    ("premises", "conclusion", "verdict"),
    [
        (("x + y = 3", "x - y = 1"), "x = 2", V),
        (("x + y = 3", "x - y = 1"), "x = 1", W),
        (("x + y = 3",), "x = 2", W),
        (("x = y", "y = z"), "x = z", V),
        (("x y = 1", "x + y = 2"), "x = 1", V),
        (("x^2 + y^2 = 1", "x = y"), "x^2 = 1/2", V),
        (("x^2 + y^2 = 1", "x = y"), "x > 0", W),
        (("x = 1", "x = 2"), "x = 3", U),
        ((), "(a+b)^2 = a^2 + 2 a b + b^2", V),
        ((), "(a+b)^2 = a^2 + b^2", W),
        (("2 x - 2 l x = 0", "x^2 = 1"), "l = 1", V),
    ],
)
def test_several_premises(premises: tuple[str, ...], conclusion: str, verdict: str) -> None:
    context = Context()
    found = follows(_chains(context, *premises), _chains(context, conclusion)[0], context)
    assert found.verdict == verdict, found


def test_a_counterexample_solves_the_first_and_not_the_second() -> None:
    point = judged(r"x^2 = 4 \Rightarrow x = 2").counterexample
    assert point == {"x": -2, "left": -2, "right": 2}


def test_identical_equations_are_equivalent() -> None:
    context = read_context([])
    assert isinstance(context, Context)
    (chain,) = _chains(context, "x^2 + 1 = 0")
    assert equivalent(chain, chain, context).evidence == "identical form"


def test_the_same_seed_gives_the_same_verdict() -> None:
    first, second = (judged(NORMAL + r" \Rightarrow X w = y", RIDGE, 3) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("a", "b", "verdict"),
    [
        ("x + y = 2", "y = 2 - x", "same"),
        ("x + y = 2", "y = 2 + x", "different"),
        ("x^2 = 4", "x = 2", "different"),
        ("x < 1", "1 > x", "same"),
        ("x", "x = 2", "unreadable"),
        ("x ∝ 1", "x = 1", "undecided"),
    ],
)
def test_two_equations_are_compared_by_their_solutions(a: str, b: str, verdict: str) -> None:
    assert compare_texts(a, b, ()).verdict == verdict


@given(st.integers(-6, 6), st.integers(-6, 6), st.integers(-6, 6))
@settings(max_examples=25, deadline=None)
def test_a_root_alone_is_the_solution_only_if_it_is_double(a: int, r: int, s: int) -> None:
    """a (x - r)(x - s) = 0 => x = r, for a != 0: exactly if r = s."""
    if a == 0:
        return
    found = judged(f"({a}) (x - ({r})) (x - ({s})) = 0 => x = {r}")
    assert found.verdict == (V if r == s else W), found


@given(st.integers(-9, 9), st.integers(-9, 9), st.integers(-9, 9))
@settings(max_examples=25, deadline=None)
def test_linear_equations_are_solved(a: int, b: int, x: int) -> None:
    if a == 0:
        return
    assert judged(f"({a}) x + ({b}) = {a * x + b} <=> x = {x}").verdict == V
    assert judged(f"({a}) x + ({b}) = {a * x + b} => x = {x + 1}").verdict == W
