"""Every gradient written by hand, by gradcheck: put in place of autograd's own, it must be what differences show.

A row gives the inputs, the value, and the gradients by the inputs for what flows back into the value. Here no autograd
of a forward pass is trusted, as it is in the tests of each model.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from solvers.models import (
    attention,
    autoencoder,
    batch_norm,
    convolution,
    gan,
    generators,
    gru,
    heads,
    layer_norm,
    lstm,
    mlp,
    norm_penalties,
    piecewise_linear,
    pooling,
    rbm,
    regression,
    rnn,
    sequence,
    surrogate,
    transposed_convolution,
    vae,
    word2vec,
)
from solvers.models.convolution import Geometry
from solvers.models.rbm import Rbm
from solvers.models.word2vec import Vectors
from tests.solvers.models.data import bits, normal, simplex, tensor, uniform
from tests.solvers.models.hand import ByHand, Hand, Tensors, scaled

ROWS: dict[str, Hand] = {}


def row(
    name: str, value: Callable[..., Tensor], back: Callable[[Tensors, Tensor], tuple[Tensor, ...]], *inputs: Tensor
) -> None:
    ROWS[name] = Hand(inputs, value, back)


n, u = normal, uniform

# ----- layers: something flows back into every entry
W, b, V, c, x, y = n(1, 4, 2), n(2, 4), n(3, 2, 4), n(4, 2), n(5, 3, 2), n(6, 3, 2)


def network(W: Tensor, b: Tensor, V: Tensor, c: Tensor) -> tuple[mlp.Layer, mlp.Layer]:
    return mlp.Layer(W, b, "tanh"), mlp.Layer(V, c, "sigmoid")


def mlp_back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    layers = network(*inputs[:4])
    found = mlp.backward(layers, mlp.forward(layers, inputs[4]), y, "half_squared", 0.5)
    parts = [part for layer in found.layers for part in (layer.W, layer.b)]
    return tuple(upstream * each for each in (*parts, found.x))


row(
    "mlp",
    lambda *t: mlp.total_loss(mlp.forward(network(*t[:4]), t[4]), y, "half_squared", 0.5),
    mlp_back,
    W,
    b,
    V,
    c,
    x,
)


def normed_back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    x, gamma, beta = inputs
    found = batch_norm.backward(batch_norm.forward(x, gamma, beta), upstream, gamma)
    return found.x, found.gamma, found.beta


row("batch normalisation", lambda *t: batch_norm.forward(*t).out, normed_back, n(1, 5, 3), n(2, 3), n(3, 3))


def layered_back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    x, gamma, beta = inputs
    found = layer_norm.backward(layer_norm.forward(x, gamma, beta), gamma, upstream)
    return found.x, found.gamma.sum(dim=0), found.beta.sum(dim=0)  # shared by the tokens


row("layer normalisation", lambda *t: layer_norm.forward(*t).out, layered_back, n(1, 5, 3), n(2, 3), n(3, 3))

STRIDED = Geometry(stride=(2, 1), padding=(1, 2), dilation=(1, 2), border="replicate")


def convolved_back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    images, kernel, _ = inputs
    return (
        convolution.input_gradient(kernel, upstream, (5, 6), STRIDED),
        convolution.kernel_gradient(images, upstream, (3, 2), STRIDED),
        convolution.bias_gradient(upstream),
    )


row(
    "convolution",
    lambda images, kernel, bias: convolution.cross_correlation(images, kernel, bias, STRIDED),
    convolved_back,
    n(1, 2, 5, 6),
    n(2, 3, 2, 3, 2),
    n(3, 3),
)


def transposed_back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    maps, kernel = inputs
    geometry = Geometry(stride=(2, 2))
    return (
        transposed_convolution.maps_gradient(kernel, upstream, geometry),
        transposed_convolution.transposed_kernel_gradient(maps, upstream, (3, 2), geometry),
    )


row(
    "transposed convolution",
    lambda maps, kernel: transposed_convolution.transposed(maps, kernel, None, Geometry(stride=(2, 2))),
    transposed_back,
    n(1, 2, 3, 3),
    n(2, 2, 3, 3, 2),
)

OVERLAPPING = Geometry(stride=(1, 2))
row(
    "max pooling",
    lambda images: pooling.max_pool(images, (2, 3), OVERLAPPING).values,
    lambda t, up: (
        pooling.max_pool_gradient(pooling.max_pool(t[0], (2, 3), OVERLAPPING).winners, up, (4, 5), (2, 3), OVERLAPPING),
    ),
    n(1, 2, 4, 5),
)
row(
    "average pooling",
    lambda images: pooling.average_pool(images, (2, 3), OVERLAPPING),
    lambda t, up: (pooling.average_pool_gradient(up, (4, 5), (2, 3), OVERLAPPING),),
    n(1, 2, 4, 5),
)


def maxout_back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    found = piecewise_linear.maxout_gradient(inputs[0], inputs[1], piecewise_linear.maxout(*inputs), upstream)
    return found.x, found.W, found.b


row("maxout", lambda *t: piecewise_linear.maxout(*t).values, maxout_back, n(1, 4, 2), n(2, 3, 2, 2), n(3, 3, 2))


def prelu_back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    z, alpha = inputs
    return piecewise_linear.prelu_gradient(z, alpha, upstream)


row("PReLU", piecewise_linear.prelu, prelu_back, n(1, 4, 3), n(2, 3))

# ----- recurrent networks and attention
PEEPHOLES = (n(1, 4, 3, 2), n(2, 4, 3, 3), n(3, 4, 3), n(4, 3, 3))


def lstm_back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    weights = lstm.Weights(*inputs[:4])
    found = lstm.backward(weights, lstm.forward(weights, inputs[4], h=inputs[5], c=inputs[6]), upstream)
    return *found.weights.tensors(), found.x, found.h, found.c


row(
    "LSTM",
    lambda *t: lstm.forward(lstm.Weights(*t[:4]), t[4], h=t[5], c=t[6]).h[1:],
    lstm_back,
    *PEEPHOLES,
    n(5, 4, 2),
    n(6, 3),
    n(7, 3),
)


def gru_back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    weights = gru.Weights(*inputs[:3])
    found = gru.backward(weights, gru.forward(weights, inputs[3], start=inputs[4]), upstream)
    return *found.weights.tensors(), found.x, found.h


row(
    "GRU",
    lambda *t: gru.forward(gru.Weights(*t[:3]), t[3], start=t[4]).h[1:],
    gru_back,
    n(1, 3, 3, 2),
    n(2, 3, 3, 3),
    n(3, 3, 3),
    n(5, 4, 2),
    n(6, 3),
)

ELMAN = (n(1, 3, 2), n(2, 3, 3), n(3, 3), n(4, 2, 3), n(5, 2))
SEEN, WANTED, CLASSES = n(6, 4, 2), n(7, 4, 2), torch.tensor([0, 1, 1, 0])


def bptt(*inputs: Tensor) -> Tensors:
    weights = rnn.Weights(*inputs)
    return rnn.bptt(weights, rnn.forward(weights, SEEN), WANTED).tensors()


def rtrl(*inputs: Tensor) -> Tensors:
    weights = rnn.Weights(*inputs)
    return rnn.rtrl(weights, rnn.forward(weights, SEEN), WANTED).tensors()


def elman(*inputs: Tensor) -> Tensors:
    weights = rnn.Weights(*inputs)
    return sequence.elman_gradient(weights, sequence.elman(weights, SEEN), SEEN, CLASSES).tensors()


row("BPTT", lambda *t: rnn.loss(rnn.forward(rnn.Weights(*t), SEEN), WANTED), scaled(bptt), *ELMAN)
row("RTRL", lambda *t: rnn.loss(rnn.forward(rnn.Weights(*t), SEEN), WANTED), scaled(rtrl), *ELMAN)
row(
    "Elman network",
    lambda *t: sequence.step_losses(sequence.elman(rnn.Weights(*t), SEEN).o, CLASSES).sum(),
    scaled(elman),
    *ELMAN,
)


def attention_back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    Q, K, V = inputs
    found = attention.backward(attention.attend(Q, K, V), upstream)
    return found.Q, found.K, found.V


row("attention", lambda *t: attention.attend(*t).out, attention_back, n(1, 4, 3), n(2, 5, 3), n(3, 5, 2))


def heads_back(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    weights = attention.Heads(*inputs[:4])
    found = attention.multi_head_backward(weights, attention.multi_head(weights, *inputs[4:]), upstream)
    return *found.weights.tensors(), found.x, found.y


row(
    "multi-head attention",
    lambda *t: attention.multi_head(attention.Heads(*t[:4]), *t[4:]).out,
    heads_back,
    n(1, 2, 4, 2),
    n(2, 2, 4, 2),
    n(3, 2, 4, 2),
    n(4, 4, 4),
    n(5, 3, 4),
    n(6, 5, 4),
)

# ----- losses: a number, or one an example
TARGETS = {
    "squared": n(9, 4, 3),
    "normal": n(9, 4, 3),
    "bernoulli": bits(9, 4, 3),
    "softmax": simplex(9, 4, 3),
    "gaussian": n(9, 4, 2),
    "poisson": tensor([[0, 1, 2], [3, 0, 1], [2, 2, 0], [1, 4, 0]]),
    "mixture": n(9, 4, 1),
}
WIDTHS = {"gaussian": 4, "mixture": 6}
for head, target in TARGETS.items():
    row(
        f"head {head}",
        lambda z, h=head, t=target: heads.loss(h, z, t),
        scaled(lambda z, h=head, t=target: heads.gradient(h, z, t)),
        n(8, 4, WIDTHS.get(head, 3)),
    )
for name in ("hinge", "logistic", "exponential", "squared"):
    row(
        f"loss {name}", lambda m, k=name: surrogate.loss(k, m), scaled(lambda m, k=name: surrogate.slope(k, m)), n(3, 6)
    )
row(
    "linear regression",
    lambda w: regression.cost(n(1, 5, 2), w, n(2, 5), 0.1),
    scaled(lambda w: regression.cost_gradient(n(1, 5, 2), w, n(2, 5), 0.1)),
    n(3, 2),
)
for kind in ("l1", "l2"):
    row(
        f"penalty {kind}",
        lambda w, k=kind: norm_penalties.value(k, w),
        scaled(lambda w, k=kind: norm_penalties.gradient(k, w)),
        n(3, 4),
    )
row("tying", norm_penalties.tying, scaled(norm_penalties.tying_gradient), n(1, 3), n(2, 3))
row(
    "GAN's generator, minimax",
    lambda a: gan.generator_loss(a.unsqueeze(-1), "minimax"),
    scaled(lambda a: gan.generator_slope(a, "minimax")),
    n(1, 5),
)
row("GAN's generator", lambda a: gan.generator_loss(a.unsqueeze(-1)), scaled(gan.generator_slope), n(1, 5))
row("VAE's divergence", vae.divergence, scaled(vae.divergence_slopes), n(1, 3), n(2, 3))
DATA = bits(4, 6, 3)


def boltzmann(*inputs: Tensor) -> Tensors:
    found = rbm.likelihood_gradient(Rbm(*inputs), DATA)
    return found.b, found.c, found.W


row(
    "RBM's log-likelihood",
    lambda *t: rbm.log_probability(Rbm(*t), DATA).mean(),
    scaled(boltzmann),
    n(1, 3),
    n(2, 2),
    n(3, 3, 2),
)


def contracted(W: Tensor, b: Tensor) -> Tensors:
    found = autoencoder.contractive_gradient(autoencoder.Weights(W, b, tensor([0, 0])), n(5, 4, 2))
    return found.W, found.b


def contraction(W: Tensor, b: Tensor) -> Tensor:
    weights = autoencoder.Weights(W, b, tensor([0, 0]))
    return autoencoder.contractive_penalty(weights, autoencoder.forward(weights, n(5, 4, 2))).sum()


row("contractive penalty", contraction, scaled(contracted), n(1, 3, 2), n(2, 3))
row(
    "sparse penalty",
    lambda h: autoencoder.kl_penalty(h, 0.2),
    scaled(lambda h: autoencoder.kl_slope(h, 0.2)),
    0.1 + 0.8 * u(1, 4, 3),
)
CONTEXT, WORD = torch.tensor([0, 3, 3]), torch.tensor(2)
NEGATIVE = word2vec.negative_targets(WORD, torch.tensor([1, 2, 4]))
row(
    "word2vec, softmax",
    lambda *t: word2vec.softmax_loss(Vectors(*t), CONTEXT, WORD),
    scaled(lambda *t: (lambda g: (g.E, g.C))(word2vec.softmax_gradient(Vectors(*t), CONTEXT, WORD))),
    n(1, 5, 3),
    n(2, 5, 3),
)
row(
    "word2vec, negatives",
    lambda *t: word2vec.logistic_loss(Vectors(*t), CONTEXT, NEGATIVE),
    scaled(lambda *t: (lambda g: (g.E, g.C))(word2vec.logistic_gradient(Vectors(*t), CONTEXT, NEGATIVE))),
    n(1, 5, 3),
    n(2, 5, 3),
)
NOISE = n(5, 3)


def pathwise(inputs: Tensors, upstream: Tensor) -> tuple[Tensor, ...]:
    found = generators.pathwise(inputs[1], NOISE, upstream)
    return found.mean, found.sd


row("reparametrisation", lambda mean, sd: generators.reparametrise(mean, sd, NOISE), pathwise, n(1, 3), u(2, 3) + 0.5)


@pytest.mark.parametrize("name", ROWS)
def test_the_hand_s_gradient_is_what_differences_show(name: str) -> None:
    hand = ROWS[name]
    inputs = [each.clone().requires_grad_() for each in hand.inputs]

    def run(*leaves: Tensor) -> Tensor:
        found: Tensor = ByHand.apply(hand, *leaves)  # type: ignore[no-untyped-call]
        return found

    assert torch.autograd.gradcheck(run, inputs, atol=1e-7, rtol=1e-6)


def test_a_wrong_gradient_is_seen() -> None:
    """Half of the slope of a square."""
    hand = Hand((n(1, 3),), lambda x: x**2, lambda t, up: (t[0] * up,))
    with pytest.raises(RuntimeError, match="Jacobian mismatch"):
        torch.autograd.gradcheck(lambda x: ByHand.apply(hand, x), [hand.inputs[0].requires_grad_()])  # type: ignore[no-untyped-call]
