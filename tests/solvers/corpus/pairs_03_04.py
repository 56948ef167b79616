"""Twin pairs of chapters 3 and 4: entropy, likelihood, Bayes, softmax, softplus, activations."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from tests.solvers.corpus.judges import (
    Value,
    bits,
    gather,
    grad,
    hessian,
    jacobian,
    normal,
    positive,
    reals,
    relu,
    sigma,
    signs,
    simplex,
    size,
    softmax,
    softplus,
    twin,
    unit,
    whole,
    wide,
)

Values = tuple[Value, Value, Value]
TWO_DISTRIBUTIONS = (r"p \in \Delta^{k}", r"q \in \Delta^{k}")
LOGITS = (r"z \in \mathbb{R}^k",)


@twin(
    3,
    let=TWO_DISTRIBUTIONS,
    a=r"\sum_{i=1}^k p_i \log \frac{p_i}{q_i}",
    true=r"-\sum_{i=1}^k p_i \log q_i - H(p)",
    false=r"-\sum_{i=1}^k q_i \log p_i - H(p)",
)
def divergence_is_cross_entropy_less_entropy(rng: Generator) -> Values:
    k = size(rng)
    p, q = simplex(rng, k), simplex(rng, k)
    entropy = -(p * np.log(p)).sum()
    return (p * np.log(p / q)).sum(), -p @ np.log(q) - entropy, -q @ np.log(p) - entropy


@twin(
    3,
    let=TWO_DISTRIBUTIONS,
    a=r"D_{KL}(p \,\|\, q)",
    true=r"\sum_i p_i \left( \log p_i - \log q_i \right)",
    false=r"\sum_i q_i \left( \log q_i - \log p_i \right)",
)
def divergence_has_a_direction(rng: Generator) -> Values:
    k = size(rng)
    p, q = simplex(rng, k), simplex(rng, k)
    return (p * np.log(p / q)).sum(), p @ (np.log(p) - np.log(q)), q @ (np.log(q) - np.log(p))


@twin(3, let=(r"k \in \mathbb{N}",), a="-sum_{i=1}^k (1/k) log(1/k)", true="log k", false="k log k")
def entropy_of_the_uniform(rng: Generator) -> Values:
    k = whole(rng, 2, 6)
    return -sum(np.log(1 / k) / k for _ in range(k)), np.log(k), k * np.log(k)


@twin(
    3,
    let=(r"0 < p < 1",),
    a=r"-p \log_2 p - (1-p) \log_2 (1-p)",
    true=r"\frac{-p \ln p - (1-p) \ln (1-p)}{\ln 2}",
    false=r"-p \ln p - (1-p) \ln (1-p)",
)
def bits_and_nats(rng: Generator) -> Values:
    p = unit(rng)
    nats = -p * np.log(p) - (1 - p) * np.log(1 - p)
    return -p * np.log2(p) - (1 - p) * np.log2(1 - p), nats / np.log(2), nats


@twin(3, let=(r"x \in \mathbb{R}",), a=r"\log x^2", true=r"2 \log |x|", false=r"2 \log x", domain=True)
def logarithm_of_a_square(rng: Generator) -> Values:
    x = wide(rng)
    return np.log(x * x), 2 * np.log(abs(x)), 2 * np.log(x)


@twin(
    3,
    let=(r"\sigma > 0", r"\mu \in \mathbb{R}", r"x \in \mathbb{R}"),
    a=r"-\log \left( \frac{1}{\sqrt{2\pi}\,\sigma} \exp\left( -\frac{(x-\mu)^2}{2\sigma^2} \right) \right)",
    true=r"\frac{(x-\mu)^2}{2\sigma^2} + \frac12 \log(2\pi\sigma^2)",
    false=r"\frac{(x-\mu)^2}{2\sigma^2} + \frac12 \log(2\pi\sigma)",
)
def gaussian_negative_log_likelihood(rng: Generator) -> Values:
    s, (m, x) = positive(rng), reals(rng, 2)
    square = (x - m) ** 2 / (2 * s**2)
    log_density = -square - np.log(np.sqrt(2 * np.pi) * s)  # in logarithms: the density itself may underflow
    return -log_density, square + np.log(2 * np.pi * s**2) / 2, square + np.log(2 * np.pi * s) / 2


@twin(
    3,
    let=(r"p \in \Delta^k", r"x \in \mathbb{R}^k", r"\mu = \sum_{i=1}^k p_i x_i"),
    a=r"\mathbb{E}_{i \sim p}\bigl[x_i^2\bigr] - \bigl(\mathbb{E}_{i \sim p}[x_i]\bigr)^2",
    true=r"\sum_{i=1}^k p_i (x_i - \mu)^2",
    false=r"\sum_{i=1}^k p_i x_i^2 - \mu",
)
def variance_two_ways(rng: Generator) -> Values:
    k = size(rng)
    p, x = simplex(rng, k), normal(rng, k)
    m = p @ x
    return p @ x**2 - m**2, p @ (x - m) ** 2, p @ x**2 - m


@twin(
    3,
    let=(r"0 < \theta < 1",),
    a=r"\frac{\partial}{\partial \theta} \left[ k \log \theta + (n - k) \log (1 - \theta) \right]",
    true=r"\frac{k}{\theta} - \frac{n-k}{1-\theta}",
    false=r"\frac{k}{\theta} + \frac{n-k}{1-\theta}",
)
def bernoulli_score(rng: Generator) -> Values:
    t, (k, n) = unit(rng), reals(rng, 2)
    found = grad(lambda t: k * t.log() + (n - k) * (1 - t).log(), t)
    return found, k / t - (n - k) / (1 - t), k / t + (n - k) / (1 - t)


@twin(
    3,
    let=(r"\sigma_1 > 0", r"\sigma_2 > 0"),
    a=r"D_{\mathrm{KL}}\left(\mathcal{N}(\mu_1, \sigma_1^2) \,\middle\|\, \mathcal{N}(\mu_2, \sigma_2^2)\right)",
    true=r"\log \frac{\sigma_2}{\sigma_1} + \frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2 \sigma_2^2} - \frac12",
    false=r"\log \frac{\sigma_1}{\sigma_2} + \frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2 \sigma_2^2} - \frac12",
)
def divergence_of_gaussians(rng: Generator) -> Values:
    s1, s2, (m1, m2) = positive(rng), positive(rng), reals(rng, 2)
    nodes, weights = np.polynomial.hermite_e.hermegauss(8)
    x = m1 + s1 * nodes  # quadrature: the log ratio is a square, which eight nodes integrate exactly
    ratio = np.log(s2 / s1) - (x - m1) ** 2 / (2 * s1**2) + (x - m2) ** 2 / (2 * s2**2)
    rest = (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5
    return weights @ ratio / weights.sum(), np.log(s2 / s1) + rest, np.log(s1 / s2) + rest


@twin(
    3,
    let=("a ∈ ℝ^k", "z ∈ ℝ^k", "q = softmax(a)", "L = exp(z)"),
    a="q_i L_i / sum_{j=1}^k q_j L_j",
    true="softmax(a + z)_i",
    false="softmax(z)_i",
)
def posterior_is_a_softmax(rng: Generator) -> Values:
    k = size(rng)
    a, z = normal(rng, k), normal(rng, k)
    q, L = softmax(a), np.exp(z)
    return q * L / (q * L).sum(), softmax(a + z), softmax(z)


@twin(
    3,
    let=(r"p > 0", r"q > 0"),
    a=r"-\log_2 (p q)",
    true=r"-\log_2 p - \log_2 q",
    false=r"\log_2(p) \log_2(q)",
)
def information_adds(rng: Generator) -> Values:
    p, q = positive(rng), positive(rng)
    return -np.log2(p * q), -np.log2(p) - np.log2(q), np.log2(p) * np.log2(q)


@twin(
    3,
    let=(r"x \in \mathbb{R}^N", r"\sigma > 0"),
    a=r"\frac{\partial}{\partial \mu} \sum_{i=1}^N -\frac{(x_i - \mu)^2}{2 \sigma^2}",
    true=r"\frac{1}{\sigma^2} \Bigl( \sum_{i=1}^N x_i - N \mu \Bigr)",
    false=r"\frac{1}{\sigma^2} \Bigl( \sum_{i=1}^N x_i - \mu \Bigr)",
    only_if="N = 1",
)
def score_of_the_mean(rng: Generator) -> Values:
    n, s, m = size(rng), positive(rng), wide(rng)
    x = normal(rng, n)
    found = grad(lambda m, x: -((x - m) ** 2).sum() / (2 * s**2), m, x)
    return found, (x.sum() - n * m) / s**2, (x.sum() - m) / s**2


@twin(
    3,
    let=(r"a \in \mathbb{R}", r"b \in \mathbb{R}"),
    a=r"\log (a^3 b)",
    true=r"\log (a b) + 2 \log |a|",
    false=r"3 \log a + \log b",
    domain=True,
)
def logarithm_of_a_product(rng: Generator) -> Values:
    a, b = signs(rng) * positive(rng, 2)  # of one sign: the left side is undefined otherwise
    return np.log(a**3 * b), np.log(a * b) + 2 * np.log(abs(a)), 3 * np.log(a) + np.log(b)


@twin(4, let=(r"x \in \mathbb{R}",), a="log(exp(x))", true="x", false="exp(log(x))", domain=True)
def inverse_functions_have_domains(rng: Generator) -> Values:
    (x,) = reals(rng, 1)
    return np.log(np.exp(x)), x, np.exp(np.log(x))


@twin(4, let=(r"x \in \mathbb{R}",), a=r"\lvert x \rvert", true=r"\sqrt{x^2}", false=r"(\sqrt{x})^2", domain=True)
def root_of_a_square(rng: Generator) -> Values:
    (x,) = reals(rng, 1)
    return abs(x), np.sqrt(x * x), np.sqrt(x) ** 2


@twin(4, a="softplus(x) - softplus(-x)", true="x", false="|x|")
def softplus_difference(rng: Generator) -> Values:
    x = wide(rng)
    return softplus(x) - softplus(-x), x, abs(x)


@twin(4, a="1 - σ(x)", true="σ(-x)", false="-σ(x)")
def sigmoid_complement(rng: Generator) -> Values:
    (x,) = reals(rng, 1)
    return 1 - sigma(x), sigma(-x), -sigma(x)


@twin(4, a="tanh(z)", true="2 σ(2 z) - 1", false="2 σ(z) - 1")
def tanh_from_sigmoid(rng: Generator) -> Values:
    (z,) = reals(rng, 1)
    return np.tanh(z), 2 * sigma(2 * z) - 1, 2 * sigma(z) - 1


@twin(
    4,
    let=(r"y \in \{0, 1\}",),
    a=r"-\log \sigma\bigl((2y-1) z\bigr)",
    true=r"\operatorname{softplus}\bigl((1-2y) z\bigr)",
    false=r"\operatorname{softplus}\bigl((2y-1) z\bigr)",
)
def bernoulli_loss(rng: Generator) -> Values:
    y, (z,) = bits(rng), reals(rng, 1)
    return -np.log(sigma((2 * y - 1) * z)), softplus((1 - 2 * y) * z), softplus((2 * y - 1) * z)


@twin(
    4,
    a=r"-y \log \sigma(z) - (1 - y) \log (1 - \sigma(z)).",
    true=r"\log(1 + e^{z}) - y z.",
    false=r"\log(1 + e^{-z}) - y z.",
)
def cross_entropy_from_a_logit(rng: Generator) -> Values:
    y, z = reals(rng, 2)
    whole_loss = -y * np.log(sigma(z)) - (1 - y) * np.log(sigma(-z))
    return whole_loss, np.log(1 + np.exp(z)) - y * z, np.log(1 + np.exp(-z)) - y * z


@twin(
    4,
    a=r"\frac{\partial}{\partial z} \Bigl[ \log(1 + e^z) - y z \Bigr]",
    true=r"\sigma(z) - y",
    false=r"(\sigma(z) - y)\, \sigma'(z)",
)
def gradient_of_the_logit(rng: Generator) -> Values:
    z, y = reals(rng, 2)
    found = grad(lambda z: (1 + z.exp()).log() - y * z, z)
    return found, sigma(z) - y, (sigma(z) - y) * sigma(z) * sigma(-z)


@twin(
    4,
    let=LOGITS,
    a=r"\frac{e^{z_i + c}}{\sum_{j=1}^{k} e^{z_j + c}}",
    true=r"\operatorname{softmax}(z)_i",
    false=r"e^c \operatorname{softmax}(z)_i",
)
def softmax_ignores_a_shift(rng: Generator) -> Values:
    z, c = normal(rng, size(rng)), reals(rng, 1)[0]
    return np.exp(z + c) / np.exp(z + c).sum(), softmax(z), np.exp(c) * softmax(z)


@twin(
    4,
    let=(*LOGITS, r"s = \operatorname{softmax}(z)"),
    a=r"\frac{\partial s_i}{\partial z_j}",
    true=r"s_i (\delta_{ij} - s_j)",
    false=r"s_i (\delta_{ij} - s_i)",
)
def softmax_jacobian(rng: Generator) -> Values:
    z = normal(rng, size(rng))
    s, eye = softmax(z), np.eye(len(z))
    return jacobian(lambda z: z.softmax(0), z), s[:, None] * (eye - s[None, :]), s[:, None] * (eye - s[:, None])


@twin(
    4,
    let=(r"\boldsymbol{z} \in \mathbb{R}^k",),
    a=r"\nabla_{\boldsymbol{z}} \log \sum_{j=1}^k e^{\boldsymbol{z}_j}",
    true=r"\operatorname{softmax}(\boldsymbol{z})",
    false=r"\log \operatorname{softmax}(\boldsymbol{z})",
)
def gradient_of_log_sum_exp(rng: Generator) -> Values:
    z = normal(rng, size(rng))
    return grad(lambda z: z.logsumexp(0), z), softmax(z), np.log(softmax(z))


@twin(4, a="|x|", true="relu(x) + relu(-x)", false="relu(x) - relu(-x)")
def modulus_from_relu(rng: Generator) -> Values:
    x = wide(rng)
    return abs(x), relu(x) + relu(-x), relu(x) - relu(-x)


@twin(4, a=r"\max(0, x)", true=r"\frac{x + |x|}{2}", false=r"\min(\max(0, x), 6)")
def relu_is_not_relu6(rng: Generator) -> Values:
    x = wide(rng)
    return relu(x), (x + abs(x)) / 2, min(relu(x), 6.0)


@twin(
    4,
    let=(
        r"W_1 \in \mathbb{R}^{n \times n}",
        r"W_2 \in \mathbb{R}^{n \times n}",
        r"b_1 \in \mathbb{R}^n",
        r"b_2 \in \mathbb{R}^n",
        r"x \in \mathbb{R}^n",
    ),
    a=r"W_2 (W_1 x + b_1) + b_2",
    true=r"(W_2 W_1) x + W_2 b_1 + b_2",
    false=r"(W_1 W_2) x + W_2 b_1 + b_2",
)
def linear_layers_collapse(rng: Generator) -> Values:
    n = size(rng)
    W1, W2 = normal(rng, n, n), normal(rng, n, n)
    b1, b2, x = normal(rng, n), normal(rng, n), normal(rng, n)
    return W2 @ (W1 @ x + b1) + b2, (W2 @ W1) @ x + W2 @ b1 + b2, (W1 @ W2) @ x + W2 @ b1 + b2


@twin(
    4,
    let=(r"\alpha \in \mathbb{R}", r"z \in \mathbb{R}"),
    a=r"\begin{cases} z & z \ge 0 \\ \alpha z & z < 0 \end{cases}",
    true=r"\max(0, z) + \alpha \min(0, z)",
    false=r"\max(z, \alpha z)",
    only_if=r"\alpha \le 1",
)
def leaky_relu(rng: Generator) -> Values:
    z, alpha = wide(rng), wide(rng)
    return z if z >= 0 else alpha * z, relu(z) + alpha * min(0.0, z), max(z, alpha * z)


@twin(4, a=r"\sigma'(z)", true=r"\sigma(z) (1 - \sigma(z))", false=r"1 - \sigma(z)^2")
def slope_of_the_sigmoid(rng: Generator) -> Values:
    (z,) = reals(rng, 1)
    return grad(lambda z: z.sigmoid(), z), sigma(z) * (1 - sigma(z)), 1 - sigma(z) ** 2


@twin(4, a=r"\frac{d^2}{dx^2} \log(1 + e^x)", true=r"\sigma(x)\, \sigma(-x)", false=r"\sigma(x)")
def curvature_of_softplus(rng: Generator) -> Values:
    (x,) = reals(rng, 1)
    return hessian(lambda x: (1 + x.exp()).log(), x), sigma(x) * sigma(-x), sigma(x)


@twin(4, let=(r"0 < p < 1",), a=r"\sigma\left(\log \frac{p}{1-p}\right)", true="p", false="1 - p")
def sigmoid_inverts_the_logit(rng: Generator) -> Values:
    p = unit(rng)
    return sigma(np.log(p / (1 - p))), p, 1 - p


PAIRS = gather(globals())
