"""Twin pairs of chapter 17: factorisations, counts, energies and partition functions."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Value,
    cube,
    gather,
    normal,
    reals,
    sigma,
    simplex,
    size,
    sizes,
    softmax,
    twin,
    whole,
)

Values = tuple[Value, Value, Value]
NETWORK = (r"p(h) \in \Delta(\{0,1\}^m)", r"p(v \mid h) \in \Delta(\{0,1\}^n)")


@twin(
    17,
    let=NETWORK,
    a=r"\sum_{h \in \{0,1\}^m} p(h) \sum_{v \in \{0,1\}^n} p(v \mid h)",
    true=r"1",
    false=r"2^m",
)
def a_network_is_normalised(rng: Generator) -> Values:
    m, n = whole(rng, 2, 3), whole(rng, 2, 3)
    prior = simplex(rng, 2**m)
    table = np.array([simplex(rng, 2**n) for _ in range(2**m)])
    return sum(prior[h] * sum(table[h]) for h in range(2**m)), 1.0, 2.0**m


@twin(
    17,
    let=(*NETWORK, r"v \in \{0,1\}^n"),
    a=r"\sum_{h \in \{0,1\}^m} h_j \frac{p(v \mid h) p(h)}{\sum_{g \in \{0,1\}^m} p(v \mid g) p(g)}",
    true=r"1 - \sum_{h \in \{0,1\}^m} (1 - h_j) \frac{p(v \mid h) p(h)}{\sum_{g \in \{0,1\}^m} p(v \mid g) p(g)}",
    false=r"\sum_{h \in \{0,1\}^m} h_j \frac{p(v \mid h) p(h)}{\sum_{g \in \{0,1\}^m} p(v \mid g)}",
)
def posterior_mean(rng: Generator) -> Values:
    m = whole(rng, 2, 3)
    prior, likelihood = simplex(rng, 2**m), np.array([simplex(rng, 4)[0] for _ in range(2**m)])
    states, joint = np.array(cube(m)), prior * likelihood
    return joint @ states / joint.sum(), 1 - joint @ (1 - states) / joint.sum(), joint @ states / likelihood.sum()


@twin(
    17,
    let=(r"p \in \Delta^n", r"A \in \mathbb{R}^{n \times n}", r"B \in \mathbb{R}^{n \times n}"),
    a=r"\sum_{i=1}^n \sum_{j=1}^n p_i A_{ij} B_{jk}",
    true=r"(B^\top A^\top p)_k",
    false=r"(A B p)_k",
    only_if=r"(A B)^\top = A B",
)
def chain_of_conditionals(rng: Generator) -> Values:
    n = size(rng)
    p, A, B = simplex(rng, n), normal(rng, n, n), normal(rng, n, n)
    return np.einsum("i,ij,jk->k", p, A, B), B.T @ A.T @ p, A @ B @ p


@twin(
    17,
    let=(r"k \in \mathbb{N}", r"n \in \mathbb{N}"),
    a=r"k^n - 1",
    true=r"\sum_{i=1}^n (k - 1) k^{i-1}",
    false=r"\sum_{i=1}^n (k - 1) k^{i}",
)
def parameters_of_the_chain_rule(rng: Generator) -> Values:
    k, n = whole(rng, 2, 5), size(rng)
    powers = [(k - 1) * k ** (i - 1) for i in range(1, n + 1)]
    return k**n - 1, sum(powers), k * sum(powers)


@twin(17, a="exp(-a)/(exp(-a) + exp(-b))", true="σ(b - a)", false="σ(a - b)")
def two_energies(rng: Generator) -> Values:
    a, b = reals(rng, 2)
    return np.exp(-a) / (np.exp(-a) + np.exp(-b)), sigma(b - a), sigma(a - b)


@twin(
    17,
    let=("b ∈ ℝ^n",),
    a="sum_{x in {0,1}^n} exp(b·x)",
    true="prod_{i=1}^n (1 + exp(b_i))",
    false="sum_{i=1}^n (1 + exp(b_i))",
)
def partition_function_of_free_units(rng: Generator) -> Values:
    b = normal(rng, size(rng))
    return sum(np.exp(b @ x) for x in cube(len(b))), np.prod(1 + np.exp(b)), (1 + np.exp(b)).sum()


@twin(
    17,
    a=r"\sum_{x \in \{0,1\}^3} e^{w (x_1 x_2 + x_2 x_3)}",
    true=r"4 + (1 + e^w)^2",
    false=r"2 (1 + e^w)^2",
)
def partition_function_of_a_chain(rng: Generator) -> Values:
    (w,) = reals(rng, 1)
    total = sum(np.exp(w * (x * y + y * z)) for x, y, z in itertools.product((0, 1), repeat=3))
    return total, 4 + (1 + np.exp(w)) ** 2, 2 * (1 + np.exp(w)) ** 2


@twin(
    17,
    let=(r"p \in \Delta^n", r"z \in \mathbb{R}^m", r"q = \operatorname{softmax}(z)"),
    a=r"\frac{p_i q_j}{\sum_{k=1}^n p_k q_j}",
    true=r"p_i",
    false=r"q_j",
)
def independence_conditions_away(rng: Generator) -> Values:
    n = size(rng)
    p, q = simplex(rng, n), softmax(normal(rng, n))
    joint = np.outer(p, q)
    return joint / joint.sum(axis=0), np.outer(p, np.ones(n)), np.outer(np.ones(n), q)


@twin(
    17,
    let=(r"p \in \Delta^n", r"A \in \mathbb{R}^{n \times n}", r"f \in \mathbb{R}^n"),
    a=r"\mathbb{E}_{i \sim p}\left[ \sum_{j=1}^n A_{ij} f_j \right]",
    true=r"p^\top A f",
    false=r"f^\top A p",
    only_if=r"A^\top = A",
)
def total_expectation(rng: Generator) -> Values:
    n = size(rng)
    p, A, f = simplex(rng, n), normal(rng, n, n), normal(rng, n)
    return sum(p[i] * sum(A[i, j] * f[j] for j in range(n)) for i in range(n)), p @ A @ f, f @ A @ p


@twin(
    17,
    let=(
        r"a \in \mathbb{R}^n",
        r"B \in \mathbb{R}^{n \times m}",
        r"c \in \mathbb{R}^m",
        r"D \in \mathbb{R}^{m \times k}",
    ),
    a=r"\sum_{i=1}^n \sum_{j=1}^m \sum_{l=1}^k a_i B_{ij} c_j D_{jl}",
    true=r"\sum_{j=1}^m c_j \left( \sum_{i=1}^n a_i B_{ij} \right) \left( \sum_{l=1}^k D_{jl} \right)",
    false=r"\left( \sum_{j=1}^m \sum_{i=1}^n a_i B_{ij} c_j \right) \left( \sum_{j=1}^m \sum_{l=1}^k D_{jl} \right)",
)
def sum_product(rng: Generator) -> Values:
    n, m, k = sizes(rng, 3)
    a, B, c, D = normal(rng, n), normal(rng, n, m), normal(rng, m), normal(rng, m, k)
    return np.einsum("i,ij,j,jl->", a, B, c, D), c @ ((a @ B) * D.sum(axis=1)), (a @ B @ c) * D.sum()


@twin(17, a="99 + 100*99 + 100*99", true="19899", false="999999")
def relay_race(rng: Generator) -> Values:
    tables = (1, 100, 100)
    return float(sum(rows * 99 for rows in tables)), 19899.0, 999999.0


PAIRS = gather(globals())
