"""Right calls of the small functions and of the parts of networks, chapters 8 to 16, and what networks cost."""

from __future__ import annotations

import torch

from solvers.models import (
    alexnet,
    autoencoder,
    convolution,
    dag,
    debugging,
    decoding,
    denoising,
    gaussian_process,
    hyper_search,
    jordan,
    layer_table,
    lenet,
    metrics,
    optimizers,
    piecewise_linear,
    pooling,
    resnet,
    rnn,
    seq2seq,
    sequence,
    svd,
    transduction,
    transposed_convolution,
)
from solvers.models.convolution import Geometry
from solvers.models.gaussian_process import Prior
from tests.solvers.models.calls import Calls, b, n, on_meta, u
from tests.solvers.models.data import tensor

CALLS = Calls()
case = CALLS.case
G = torch.Generator().manual_seed(1)

# ----- chapters 8 to 10
case("convolution.Geometry", Geometry, stride=(1, 1), padding=(1, 1), dilation=(1, 1), border="zero")
case(
    "convolution.pad",
    lambda images, fill: convolution.pad(images, Geometry(padding=(1, 1)), fill),
    images=n(1, 2, 3, 3),
    fill=0.0,
)
case(
    "convolution.unpad", lambda gradient: convolution.unpad(gradient, Geometry(padding=(1, 1))), gradient=n(1, 2, 5, 5)
)
case(
    "convolution.fold",
    lambda pieces: convolution.fold(pieces, (3, 3)),
    pieces=convolution.windows(n(1, 2, 3, 3), (2, 2)),
)
case("convolution.flip", convolution.flip, kernel=n(1, 2, 2, 3, 3))
case("pooling.Layer", pooling.Layer, kernel=3, stride=1, dilation=1)
case("pooling.receptive_fields", lambda kernel: pooling.receptive_fields([pooling.Layer(kernel)]), kernel=3)
case("pooling.support", lambda size, unit: pooling.support([pooling.Layer(3)], size, unit), size=6, unit=1)
case("pooling.parameters", pooling.parameters, inputs=2, outputs=4, kernel=(3, 3), groups=2)
case("pooling.multiply_adds", pooling.multiply_adds, inputs=2, outputs=4, kernel=(3, 3), size=(5, 5), groups=2)
case(
    "transposed_convolution.transposed_kernel_gradient",
    lambda maps, upstream: transposed_convolution.transposed_kernel_gradient(maps, upstream, (3, 3)),
    maps=n(1, 2, 3, 3),
    upstream=n(2, 3, 5, 5),
)
case(
    "transposed_convolution.FullyConvolutional",
    transposed_convolution.FullyConvolutional,
    inputs=1,
    widths=(2, 3),
    classes=2,
)
case("alexnet.two_towers", lambda classes: on_meta(alexnet.two_towers, classes), classes=2)
case("lenet.squash", lenet.squash, "net nan", "net empty", net=n(1, 3))
case("lenet.Subsampling", lenet.Subsampling, maps=2)
case("lenet.PartialConvolution", lambda kernel: lenet.PartialConvolution(kernel=kernel), kernel=3)
case(
    "resnet.Block",
    lambda inputs, width, stride: resnet.Block(inputs, width, stride, bottleneck=False),
    inputs=2,
    width=2,
    stride=1,
)
NET = torch.nn.Sequential(torch.nn.Linear(3, 2))
case("layer_table.rows", lambda shape: len(layer_table.rows(NET, shape)), shape=(3,))
case("layer_table.multiply_adds", lambda shape: layer_table.multiply_adds(NET, shape), shape=(3,))
COUNTED = metrics.contingency(b(1, 6), b(2, 6))
for measure in (metrics.accuracy, metrics.precision, metrics.recall):
    case(
        f"metrics.{measure.__name__}",
        lambda predicted, measure=measure: measure(metrics.contingency(predicted, b(2, 6))),
        predicted=tensor([1, 1, 0, 1, 0, 1]),
    )
case(
    "metrics.cheapest", lambda scores: metrics.cheapest(metrics.total_costs(scores, b(2, 6), 1.0, 2.0)), scores=n(1, 6)
)
case("hyper_search.Range", hyper_search.Range, "low negative", low=0.5, high=2.0)
case("hyper_search.best", hyper_search.best, "errors nan", errors=n(1, 4))
PRIOR = Prior(noise=0.1)
case(
    "gaussian_process.log_likelihood",
    lambda x, y: gaussian_process.log_likelihood(x, y, PRIOR),
    x=n(1, 4, 2),
    y=n(2, 4),
)
FOUND = gaussian_process.posterior(n(1, 4, 2), n(2, 4), n(3, 5, 2), PRIOR)
case("gaussian_process.expected_improvement", lambda best: gaussian_process.expected_improvement(FOUND, best), best=0.5)
case("gaussian_process.lower_bound", lambda width: gaussian_process.lower_bound(FOUND, width), width=2.0)
case(
    "gaussian_process.suggest",
    lambda x, y, candidates, rule, width: gaussian_process.suggest(x, y, candidates, PRIOR, rule, width),
    x=n(1, 4, 2),
    y=n(2, 4),
    candidates=n(3, 5, 2),
    rule="lower-bound",
    width=2.0,
)
case(
    "gaussian_process.minimise",
    lambda candidates, start, trials, rule: gaussian_process.minimise(
        lambda place: float(place.sum()), candidates, PRIOR, start=start, trials=trials, rule=rule
    ),
    candidates=n(3, 5, 2),
    start=1,
    trials=3,
    rule="lower-bound",
)
case("piecewise_linear.MaxoutLayer", piecewise_linear.MaxoutLayer, inputs=2, units=3, pieces=2)
case(
    "piecewise_linear.maxout_gradient",
    lambda upstream: piecewise_linear.maxout_gradient(
        n(1, 4, 2), n(2, 3, 2, 2), piecewise_linear.maxout(n(1, 4, 2), n(2, 3, 2, 2), n(3, 3, 2)), upstream
    ),
    upstream=n(4, 4, 3),
)
case("transduction.read", lambda equation: transduction.classify(transduction.read(equation)), equation="o^(t) = x^(t)")
WEIGHTS = rnn.Weights(n(1, 3, 2), n(2, 3, 3), n(3, 3), n(4, 2, 3), n(5, 2))
STATES = rnn.forward(WEIGHTS, n(6, 4, 2))
case("rnn.Weights", rnn.Weights, U=n(1, 3, 2), W=n(2, 3, 3), b=n(3, 3), V=n(4, 2, 3), c=n(5, 2))
case("rnn.errors", lambda y: rnn.errors(STATES, y), y=n(7, 4, 2))
case("rnn.contributions", lambda y, window: rnn.contributions(WEIGHTS, STATES, y, window), y=n(7, 4, 2), window=2)
case("jordan.OutputWeights", jordan.OutputWeights, U=n(1, 3, 2), W=n(2, 3, 4), b=n(3, 3), V=n(4, 4, 3), c=n(5, 4))
case("jordan.Jordan", jordan.Jordan, inputs=2, hidden=3, outputs=2)
case("sequence.Tagger", sequence.Tagger, inputs=2, hidden=3, outputs=2)
PAIR = seq2seq.Seq2Seq(2, 3, 4, generator=G).double().pair()
case("seq2seq.Pair", lambda R: seq2seq.Pair(PAIR.encoder, PAIR.decoder, R), R=n(1, 3, 3))
case("seq2seq.context", lambda x: seq2seq.context(PAIR, x), x=n(1, 5, 2))
case("seq2seq.begin", lambda x: seq2seq.begin(PAIR, x), x=n(1, 2, 5, 2))
case(
    "seq2seq.step",
    lambda symbols: seq2seq.step(PAIR, symbols, seq2seq.begin(PAIR, n(1, 2, 5, 2))),
    symbols=torch.tensor([1, 2]),
)
case(
    "decoding.greedy",
    lambda first, end, length: decoding.greedy(lambda symbols, state: (n(1, 2, 4), state), 0, first, end, length),
    "first large",
    first=torch.tensor([1, 2]),
    end=0,
    length=3,
)
case("autoencoder.kl_slope", autoencoder.kl_slope, h=0.1 + 0.8 * u(1, 4, 3), target=0.2)
CODER = autoencoder.Weights(n(1, 2, 3), n(2, 2), n(3, 3))
case("autoencoder.Weights", autoencoder.Weights, W=n(1, 2, 3), b=n(2, 2), c=n(3, 3))
case(
    "autoencoder.contractive_penalty",
    lambda x, g: autoencoder.contractive_penalty(CODER, autoencoder.forward(CODER, x, g), g),
    x=n(4, 5, 3),
    g="sigmoid",
)
case(
    "autoencoder.contractive_gradient",
    lambda x, g: autoencoder.contractive_gradient(CODER, x, g),
    x=n(4, 5, 3),
    g="sigmoid",
)
case("autoencoder.copying", lambda inputs, hidden: autoencoder.copying(inputs, hidden, n(1, 1)), inputs=2, hidden=3)
case("autoencoder.Autoencoder", autoencoder.Autoencoder, sizes=(3, 2), g="tanh")
case("denoising.corrupt_salt_pepper", denoising.corrupt_salt_pepper, x=n(1, 4), share=0.2, uniforms=u(2, 4))
DECOMPOSED = svd.decompose(n(1, 4, 3))
case("svd.truncation_error", lambda k: svd.truncation_error(DECOMPOSED, k), k=2)
case("svd.explained", lambda k: svd.explained(DECOMPOSED, k), k=2)
for counted, arguments in (
    (autoencoder.parameter_count, {"inputs": 3, "hidden": 2}),
    (jordan.parameter_count, {"inputs": 3, "hidden": 2, "outputs": 2}),
    (seq2seq.parameter_count, {"inputs": 3, "hidden": 2, "written": 2, "symbols": 4}),
    (sequence.parameter_count, {"inputs": 3, "hidden": 2, "outputs": 2, "directions": 1}),
):
    case(f"{counted.__module__.rpartition('.')[2]}.parameter_count", counted, **arguments)
case("dag.parameters", lambda states: dag.parameters({"a": (), "b": ("a",)}, {"a": states, "b": 2}), states=2)

LINE = torch.nn.Linear(3, 1)
case(
    "debugging.fit_tiny_set",
    lambda steps, below: debugging.fit_tiny_set(
        LINE, lambda: LINE.weight.square().sum(), optimizers.sgd(0.1), steps, below
    ),
    steps=1,
    below=0.5,
)
case(
    "decoding.beam",
    lambda first, end, length, width: decoding.beam(
        lambda symbols, state: (n(1, 4, 4), state), lambda state, rows: state, 0, first, end, length, width
    ),
    "first large",
    first=torch.tensor([1, 2]),
    end=0,
    length=3,
    width=2,
)
