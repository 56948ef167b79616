"""Right calls of the parts and relatives of the models of chapters 1 to 10."""

from __future__ import annotations

from typing import Any

import torch

from solvers.models import (
    adaboost,
    adversarial,
    alexnet,
    augmentation,
    bagging,
    batch_norm,
    clipping,
    convolution,
    convolution_matrix,
    coverage,
    debugging,
    descent,
    diagnosis,
    dropout,
    equivariance,
    gaussian_process,
    hmm,
    hyper_search,
    information,
    initialisation,
    jordan,
    kalman,
    label_noise,
    landscape,
    lasso,
    least_norm,
    lenet,
    likelihood,
    metrics,
    mlp,
    model_selection,
    norm_penalties,
    optimizers,
    perceptron,
    piecewise_linear,
    pooling,
    powers,
    pretraining,
    regression,
    resnet,
    rnn,
    second_order,
    semi_supervised,
    seq2seq,
    sequence,
    surrogate,
    training,
    transduction,
    transposed_convolution,
)
from tests.solvers.models.calls import Calls, b, n, on_meta, p, s, spread, u, whole
from tests.solvers.models.data import tensor

CALLS = Calls()
case = CALLS.case
G = torch.Generator().manual_seed(1)

# ----- chapters 1 to 7
case(
    "perceptron.bound",
    perceptron.bound,
    weights=tensor([0, 1, 1]),
    x=tensor([[1, 1], [-1, -2]]),
    target=tensor([1, -1]),
)
case("perceptron.radius", perceptron.radius, x=n(1, 4, 2))
case("regression.predict", regression.predict, features=n(1, 6, 2), w=n(2, 2))
case("regression.cost_gradient", regression.cost_gradient, features=n(1, 6, 2), w=n(3, 2), target=n(2, 6), factor=0.5)
case("model_selection.trainings", model_selection.trainings, k=3, grid=4)
case("surrogate.slope", surrogate.slope, name="hinge", margin=n(1, 4))
case("surrogate.samples_for", surrogate.samples_for, sd=1.0, error=0.1)
case(
    "descent.descend",
    lambda start, eta, steps: descent.descend(lambda t: t, start, eta, steps),
    start=n(1, 2),
    eta=0.1,
    steps=2,
)
case("descent.contraction", descent.contraction, A=spread(2), eta=0.1)
case("information.self_information", information.self_information, "p longer", p=tensor(0.25), unit="bits")
case("information.cross_entropy", information.cross_entropy, p=p(1, 3), q=p(2, 3), unit="nats")
case("information.conditional", information.conditional, joint=p(1, 6).reshape(2, 3))
case("likelihood.log_likelihood", likelihood.log_likelihood, family="gaussian", x=n(1, 5), theta=tensor([0, 1]))
case("mlp.collapse", lambda W, b: mlp.collapse([mlp.Layer(W, b)]), W=n(1, 3, 2), b=n(2, 3))
case(
    "training.train",
    lambda W, b, x, y, eta, batch, epochs: training.train(
        [mlp.Layer(W, b)], x, y, "squared", eta, batch=batch, epochs=epochs
    ),
    W=n(1, 1, 2),
    b=n(2, 1),
    x=n(3, 5, 2),
    y=n(4, 5, 1),
    eta=0.1,
    batch=2,
    epochs=1,
)
case("norm_penalties.value", norm_penalties.value, kind="l1", w=n(1, 3))
case("norm_penalties.shrunk", norm_penalties.shrunk, w=n(1, 3), rate=0.1, alpha=0.5, steps=3)
case("norm_penalties.tying_gradient", norm_penalties.tying_gradient, a=n(1, 3), b=n(2, 3))
case("norm_penalties.eigen_shrink", norm_penalties.eigen_shrink, features=n(1, 6, 2), alpha=0.5)
case("least_norm.rank", least_norm.rank, x=n(1, 4, 2))
case("lasso.subgradient", lasso.subgradient, x=n(1, 6, 2), y=n(2, 6), w=n(3, 2), alpha=0.1)
case("augmentation.random_mirror", augmentation.random_mirror, images=n(1, 2, 1, 4, 4), uniforms=u(2, 2), chance=0.5)
case("label_noise.noisy", label_noise.noisy, x=n(1, 3, 2), normals=n(2, 3, 2), sd=0.1)
case("label_noise.flip_labels", label_noise.flip_labels, target=torch.eye(3).double(), uniforms=u(1, 3), chance=0.1)
case(
    "label_noise.expected_squared_error", label_noise.expected_squared_error, w=n(1, 2), x=n(2, 4, 2), y=n(3, 4), sd=0.1
)
case("label_noise.best_gap", label_noise.best_gap, classes=3, epsilon=0.1)
case(
    "semi_supervised.masked_loss",
    semi_supervised.masked_loss,
    x=n(1, 3, 4),
    guess=n(2, 3, 4),
    hidden=torch.ones(3, 4).double(),
)
case("semi_supervised.cosine_similarities", semi_supervised.cosine_similarities, a=n(1, 3, 4), b=n(2, 3, 4))
case("bagging.vote", bagging.vote, labels=whole(3, 4, 5), classes=3)
case("bagging.distinct_share", bagging.distinct_share, examples=5)
case(
    "adaboost.reweigh", adaboost.reweigh, weights=p(1, 4), prediction=tensor([1, 1, -1, -1]), y=tensor([1, -1, -1, -1])
)
case("adaboost.replay", adaboost.replay, predictions=s(1, 2, 6), y=tensor([1, -1, 1, 1, -1, -1]))
case("dropout.mask", dropout.mask, uniforms=u(1, 4), keep=0.5)
case("dropout.arithmetic_mean", dropout.arithmetic_mean, logits=n(1, 4, 3, 2), chance=p(2, 4))
case("dropout.geometric_mean", dropout.geometric_mean, logits=n(1, 4, 3, 2), chance=p(2, 4))
case(
    "adversarial.logistic_worst_loss",
    adversarial.logistic_worst_loss,
    w=n(1, 2),
    b=tensor(0.5),
    x=n(2, 3, 2),
    y=s(3, 3),
    epsilon=0.1,
)
case("adversarial.flipping_epsilon", adversarial.flipping_epsilon, w=n(1, 2), b=tensor(0.5), x=n(2, 3, 2), y=s(3, 3))
case(
    "adversarial.projected",
    lambda x, epsilon, size, steps: adversarial.projected(lambda z: (z**2).sum(-1), x, epsilon, size, steps),
    x=n(1, 3, 2),
    epsilon=0.1,
    size=0.05,
    steps=2,
)
case("optimizers.nesterov", optimizers.nesterov, rate=0.1, alpha=0.9)
case("optimizers.adagrad", optimizers.adagrad, rate=0.1, delta=1e-7)
case("optimizers.rmsprop", optimizers.rmsprop, rate=0.1, rho=0.9, delta=1e-6)
case("optimizers.delta_bar_delta", optimizers.delta_bar_delta, rate=0.1, kappa=0.1, phi=0.5, share=0.1)
case("second_order.predicted_change", second_order.predicted_change, g=n(1, 2), H=spread(2), epsilon=0.1)
case("second_order.best_rate", second_order.best_rate, g=n(1, 2), H=spread(2))
case(
    "second_order.newton",
    lambda start, steps, damping: second_order.newton(
        lambda t: t, lambda t: torch.eye(2).double(), start, steps, damping
    ),
    start=n(1, 2),
    steps=2,
    damping=0.1,
)
case("second_order.conjugacy", second_order.conjugacy, directions=n(1, 2, 3), A=spread(3))
case("landscape.value", landscape.value, coefficients=n(1, 4), theta=tensor(0.5))
case("landscape.downhill", landscape.downhill, coefficients=n(1, 4), start=tensor(0.5))
case("landscape.reached", landscape.reached, ends=n(1, 3, 2), minima=n(2, 2, 2), within=0.1)
case(
    "landscape.basins",
    lambda starts, rate, steps: landscape.basins(lambda t: t, starts, rate, steps),
    starts=n(1, 3, 2),
    rate=0.1,
    steps=2,
)
MODES = powers.modes(n(1, 3, 3))
case("powers.components", lambda vector: powers.components(MODES, vector), vector=n(2, 3))
case("powers.factor", powers.factor, value=0.9, steps=3)
case("powers.steps_until", powers.steps_until, value=0.9, level=0.1)
case("powers.radius_of_half_life", powers.radius_of_half_life, steps=3.0)
case("clipping.cosine", clipping.cosine, a=n(1, 3), b=n(2, 3))
case(
    "initialisation.signal_variance", initialisation.signal_variance, kind="normalised", inputs=3, outputs=4, square=1.0
)
case("initialisation.gaussian", initialisation.gaussian, uniforms=u(1, 4, 2), sd=1.0)
case(
    "pretraining.greedy",
    lambda x, widths, steps: pretraining.greedy(
        x, widths, optimizers.sgd(0.01), steps, torch.Generator().manual_seed(1)
    ),
    x=n(1, 6, 3),
    widths=(2,),
    steps=1,
)
case("batch_norm.statistics", batch_norm.statistics, x=n(1, 4, 2))
case("debugging.dead", debugging.dead, activations=n(1, 4, 3))
case(
    "debugging.central_differences",
    lambda theta, step: debugging.central_differences(lambda t: (t**2).sum(-1), theta, step),
    theta=n(1, 3),
    step=1e-4,
)

# ----- chapters 8 to 10
case("convolution.windows", lambda images: convolution.windows(images, (2, 2)), images=n(1, 2, 4, 4))
case("convolution.convolution", convolution.convolution, images=n(1, 2, 5, 5), kernel=n(2, 3, 2, 3, 3), bias=n(3, 3))
case(
    "convolution.cross_correlation_1d",
    convolution.cross_correlation_1d,
    signal=n(1, 2, 6),
    kernel=n(2, 3, 2, 3),
    bias=n(3, 3),
)
case("convolution.same_padding", convolution.same_padding, kernel=3, dilation=2)
case("convolution.effective_size", convolution.effective_size, kernel=3, dilation=2)
case("convolution_matrix.matrix", lambda kernel: convolution_matrix.matrix(kernel, (4, 4)), kernel=n(1, 2, 1, 3, 3))
case(
    "convolution_matrix.cross_correlation_by_fft",
    convolution_matrix.cross_correlation_by_fft,
    images=n(1, 5, 5),
    kernel=n(2, 3, 3),
)
case(
    "pooling.average_pool_gradient",
    lambda upstream: pooling.average_pool_gradient(upstream, (4, 4), (2, 2)),
    upstream=n(1, 2, 3, 3),
)
case(
    "pooling.max_pool_gradient",
    lambda upstream: pooling.max_pool_gradient(torch.zeros(2, 3, 3, dtype=torch.int64), upstream, (4, 4), (2, 2)),
    upstream=n(1, 2, 3, 3),
)
case("pooling.dense_cost", pooling.dense_cost, inputs=3, outputs=4)
case("pooling.sparse_cost", pooling.sparse_cost, outputs=3, taps=2)
case(
    "transposed_convolution.maps_gradient",
    transposed_convolution.maps_gradient,
    kernel=n(1, 2, 3, 3, 3),
    upstream=n(2, 3, 5, 5),
)
case(
    "transposed_convolution.output_size",
    transposed_convolution.output_size,
    size=3,
    kernel=3,
    stride=2,
    padding=1,
    dilation=1,
)
case("equivariance.tried", lambda x: equivariance.tried(torch.relu, lambda z: z.flip(-1), x), x=n(1, 4, 3))
case("alexnet.one_tower", lambda classes: on_meta(alexnet.one_tower, classes), classes=2)
case("lenet.modern", lenet.modern, classes=3)
case("resnet.resnet", lambda depth, classes: on_meta(resnet.resnet, depth, classes), depth=18, classes=3)
case("metrics.average_precision", metrics.average_precision, scores=n(1, 6), truth=tensor([1, 0, 1, 0, 1, 1]))
case("metrics.bayes_classifier", metrics.bayes_classifier, joint=p(1, 6).reshape(2, 3))
case("metrics.gaussian_bayes_error", metrics.gaussian_bayes_error, low=0.0, high=1.0, sd=1.0, prior_high=0.5)
case("metrics.f_measure", lambda beta: metrics.f_measure(metrics.contingency(b(1, 6), b(2, 6)), beta), beta=1.0)
case("coverage.at", coverage.at, confidence=u(1, 6), correct=b(2, 6), threshold=0.5)
case("diagnosis.next_action", diagnosis.next_action, train=0.1, test=0.2, target=0.15, bayes=0.0)
case("hyper_search.trials_needed", hyper_search.trials_needed, share=0.1, chance=0.5)
case(
    "gaussian_process.kernel",
    lambda a, b: gaussian_process.kernel(a, b, gaussian_process.Prior()),
    a=n(1, 3, 2),
    b=n(2, 4, 2),
)
case("gaussian_process.Prior", gaussian_process.Prior, length=1.0, variance=1.0, noise=0.1, mean=0.0)
case(
    "piecewise_linear.prelu_gradient", piecewise_linear.prelu_gradient, z=n(1, 4, 3), alpha=n(2, 3), upstream=n(3, 4, 3)
)
rec: Any = {"U": n(1, 3, 2), "W": n(2, 3, 3), "b": n(3, 3), "V": n(4, 2, 3), "c": n(5, 2)}
WEIGHTS = rnn.Weights(**rec)
RUN = rnn.forward(WEIGHTS, n(6, 4, 2))
case("rnn.bptt", lambda y: rnn.bptt(WEIGHTS, RUN, y), y=n(7, 4, 2))
case("rnn.rtrl", lambda y: rnn.rtrl(WEIGHTS, RUN, y), y=n(7, 4, 2))
case("rnn.loss", lambda y: rnn.loss(RUN, y), y=n(7, 4, 2))
case("rnn.state_jacobian", lambda later, earlier: rnn.state_jacobian(WEIGHTS, RUN, later, earlier), later=3, earlier=1)
case(
    "sequence.vector_to_sequence",
    lambda U, R, x, target, first: sequence.vector_to_sequence(
        rnn.Weights(U, rec["W"], rec["b"], rec["V"], rec["c"]), R, x, target, first
    ),
    U=n(1, 3, 2),
    R=n(2, 3, 4),
    x=n(3, 4),
    target=p(4, 5, 2),
    first=n(5, 2),
)
case(
    "sequence.bidirectional",
    lambda V, c, x: sequence.bidirectional(WEIGHTS, WEIGHTS, V, c, x),
    V=n(1, 2, 6),
    c=n(2, 2),
    x=n(3, 4, 2),
)
case("sequence.sequence_to_one", lambda x: sequence.sequence_to_one(WEIGHTS, x), x=n(3, 4, 2))
case(
    "sequence.elman_gradient",
    lambda target: sequence.elman_gradient(WEIGHTS, sequence.elman(WEIGHTS, n(6, 4, 2)), n(6, 4, 2), target),
    target=whole(2, 4),
)
case(
    "jordan.free",
    lambda x, first, feedback: jordan.free(
        jordan.OutputWeights(n(1, 3, 2), n(2, 3, 4), n(3, 3), n(4, 4, 3), n(5, 4)), x, first, feedback
    ),
    x=n(6, 5, 2),
    first=n(8, 4),
    feedback="symbol",
)
PAIR = seq2seq.Seq2Seq(2, 3, 4, generator=G).double().pair()
case("seq2seq.taught", lambda x, target: seq2seq.taught(PAIR, x, target, 1), x=n(1, 5, 2), target=whole(4, 3))
case(
    "seq2seq.generate",
    lambda x, length, width: seq2seq.generate(PAIR, x, 1, 0, length, width),
    x=n(1, 2, 5, 2),
    length=3,
    width=2,
)
HMM = hmm.Hmm(p(1, 3), p(2, 3, 3), p(3, 3, 4))
case("hmm.forward", lambda observed: hmm.forward(HMM, observed), observed=whole(4, 5))
case("hmm.expected_counts", lambda observed: hmm.expected_counts(HMM, observed), observed=whole(4, 2, 5))
case(
    "hmm.baum_welch",
    lambda observed, steps: hmm.baum_welch(HMM, observed, steps),
    observed=whole(4, 2, 5),
    steps=2,
)
case("hmm.smooth", lambda observed: hmm.smooth(HMM, observed), observed=whole(4, 5))
case("kalman.unrolled", kalman.unrolled, A=n(1, 2, 2), B=n(2, 2, 3), x=n(3, 4, 3), start=n(4, 2))
case(
    "transduction.dependence",
    lambda length: transduction.dependence(transduction.read("o^(t) = x^(t)"), length),
    length=4,
)
