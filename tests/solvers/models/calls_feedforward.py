"""Right calls of the models of chapters 1 to 9."""

from __future__ import annotations

import torch
from torch import Tensor

from solvers.models import (
    activations,
    adaboost,
    adversarial,
    augmentation,
    bagging,
    batch_norm,
    bayes,
    clipping,
    convolution,
    convolution_matrix,
    coverage,
    debugging,
    descent,
    diagnosis,
    dropout,
    early_stopping,
    gaussian_process,
    heads,
    hessian_free,
    hyper_search,
    information,
    initialisation,
    label_noise,
    landscape,
    lasso,
    least_norm,
    likelihood,
    metrics,
    mlp,
    model_selection,
    multi_task,
    norm_penalties,
    optimizers,
    perceptron,
    piecewise_linear,
    pooling,
    powers,
    regression,
    resnet,
    second_order,
    semi_supervised,
    separation,
    surrogate,
    training,
    transposed_convolution,
    vgg,
)
from tests.solvers.models.calls import Calls, b, n, p, s, spread, u, whole
from tests.solvers.models.data import tensor

CALLS = Calls()
case = CALLS.case

# ----- chapters 1 to 3
case("perceptron.train", perceptron.train, weights=n(1, 3), x=n(2, 6, 2), target=s(3, 6), eta=0.5, epochs=3)
case("perceptron.step", perceptron.step, weights=n(1, 3), x=n(2, 2), target=tensor(1), eta=0.5)
case("perceptron.predict", perceptron.predict, weights=n(1, 3), x=n(2, 6, 2))
case("perceptron.margin", perceptron.margin, weights=n(1, 3), x=n(2, 6, 2), target=s(3, 6))
case("separation.widest", separation.widest, x=n(2, 6, 2), target=s(3, 6))
case("regression.polynomial", regression.polynomial, x=n(1, 5), degree=2)
case("regression.least_squares", regression.least_squares, features=n(1, 6, 2), target=n(2, 6), alpha=0.1)
case("regression.cost", regression.cost, features=n(1, 6, 2), w=n(3, 2), target=n(2, 6), factor=0.5)
case("model_selection.folds", model_selection.folds, examples=6, k=3)
case("surrogate.risk", surrogate.risk, joint=p(1, 6).reshape(2, 3), losses=u(2, 2, 3))
case("surrogate.batch_gradient_covariance", surrogate.batch_gradient_covariance, gradients=n(1, 5, 2), size=3)
case("surrogate.standard_error", surrogate.standard_error, sd=1.0, samples=4)
case("surrogate.loss", surrogate.loss, name="hinge", margin=n(1, 4))
case("descent.after", descent.after, A=spread(2), b=n(1, 2), start=n(2, 2), eta=0.1, steps=3)
case("descent.rates", descent.rates, A=spread(2))
case("descent.schedule", descent.schedule, examples=9, batch=4, epochs=2)
case("information.entropy", information.entropy, p=p(1, 3), unit="nats")
case("information.divergence", information.divergence, p=p(1, 3), q=p(2, 3), unit="nats")
case("information.mutual_information", information.mutual_information, joint=p(1, 6).reshape(2, 3))
case(
    "information.gaussian_divergence",
    information.gaussian_divergence,
    mean=n(1, 2),
    sd=u(2, 2) + 1,
    other_mean=n(3, 2),
    other_sd=u(4, 2) + 1,
)
case("bayes.infer", bayes.infer, prior=p(1, 3), likelihood=u(2, 3, 4), counts=tensor([1, 0, 2, 1]))
case("bayes.optimal", bayes.optimal, posterior=p(1, 3), prediction=p(2, 3, 2))
case("likelihood.fit", likelihood.fit, family="gaussian", x=n(1, 5))
case("likelihood.categorical_fit", likelihood.categorical_fit, counts=tensor([1, 2, 3]))


# ----- chapters 4 to 6
def layers(W: Tensor, b: Tensor, V: Tensor, c: Tensor) -> tuple[mlp.Layer, mlp.Layer]:
    return mlp.Layer(W, b, "tanh"), mlp.Layer(V, c)


net = {"W": n(1, 4, 2), "b": n(2, 4), "V": n(3, 2, 4), "c": n(4, 2)}
case("mlp.forward", lambda W, b, V, c, x: mlp.forward(layers(W, b, V, c), x), **net, x=n(5, 3, 2))
case("mlp.parameter_count", lambda sizes: mlp.parameter_count(sizes), sizes=(2, 3, 1))
case("mlp.interpolant", mlp.interpolant, knots=tensor([0, 1, 2]), values=n(1, 3))
case("mlp.Mlp", mlp.Mlp, sizes=(2, 3, 1), hidden="tanh", using="squared")
case("activations.saturation", activations.saturation, name="tanh", slope=0.1)
case("heads.loss", heads.loss, using="softmax", z=n(1, 4, 3), y=p(2, 4, 3))
case("heads.gradient", heads.gradient, using="bernoulli", z=n(1, 4, 3), y=b(2, 4, 3))
case(
    "training.mini_batch",
    lambda W, b, V, c, x, y, eta, epochs, size: training.mini_batch(
        layers(W, b, V, c), x, y, "squared", eta, epochs, size
    ),
    **net,
    x=n(5, 6, 2),
    y=n(6, 6, 2),
    eta=0.1,
    epochs=2,
    size=2,
)
case("norm_penalties.step", norm_penalties.step, kind="l2", w=n(1, 3), g=n(2, 3), rate=0.1, alpha=0.5)
case("norm_penalties.tying", norm_penalties.tying, a=n(1, 3), b=n(2, 3))
case("least_norm.ridge_by_svd", least_norm.ridge_by_svd, x=n(1, 6, 2), y=n(2, 6), alpha=0.1)
case("least_norm.ridge_by_qr", least_norm.ridge_by_qr, x=n(1, 6, 2), y=n(2, 6), alpha=0.1)
case("least_norm.least_l1", least_norm.least_l1, A=n(1, 1, 3), b=n(2, 1))
case("least_norm.least_l2", least_norm.least_l2, A=n(1, 1, 3), b=n(2, 1))
case("lasso.ista", lasso.ista, x=n(1, 6, 2), y=n(2, 6), alpha=0.1, factor=0.5, steps=3)
case("lasso.coordinate_descent", lasso.coordinate_descent, x=n(1, 6, 2), y=n(2, 6), alpha=0.1, factor=0.5, sweeps=3)
case("lasso.cost", lasso.cost, x=n(1, 6, 2), y=n(2, 6), w=n(3, 2), alpha=0.1)
case("lasso.soft_threshold", lasso.soft_threshold, v=n(1, 3), threshold=0.5)
case("augmentation.shift", augmentation.shift, "down negative", "right negative", images=n(1, 1, 4, 4), down=1, right=0)
case("augmentation.crop", augmentation.crop, images=n(1, 1, 4, 4), top=1, left=0, height=2, width=2)
case("augmentation.enlarge", augmentation.enlarge, images=n(1, 1, 4, 4), factor=2)
case("augmentation.random_shift", augmentation.random_shift, images=n(1, 2, 1, 4, 4), uniforms=u(2, 2, 2), most=1)
case("label_noise.smooth", label_noise.smooth, target=torch.eye(3).double(), epsilon=0.1)
case(
    "label_noise.smoothed_loss", label_noise.smoothed_loss, logits=n(1, 3, 3), target=torch.eye(3).double(), epsilon=0.1
)
case(
    "semi_supervised.contrastive_loss",
    semi_supervised.contrastive_loss,
    first=n(1, 3, 4),
    second=n(2, 3, 4),
    temperature=0.5,
)
case("semi_supervised.pseudo_label", semi_supervised.pseudo_label, logits=n(1, 3, 4), threshold=0.5)
case(
    "multi_task.MultiTask",
    lambda sizes, hidden: multi_task.MultiTask(sizes, hidden, (multi_task.Task(1, "squared"),)),
    sizes=(2, 3),
    hidden="tanh",
)
case("early_stopping.stopping", early_stopping.stopping, errors=u(1, 6), patience=2)
case("bagging.bootstrap", bagging.bootstrap, uniforms=u(1, 3, 5))
case("bagging.mean_variance", bagging.mean_variance, variance=1.0, correlation=0.2, models=4)
case("bagging.majority_error", bagging.majority_error, models=5, error=0.2)
case("adaboost.boost", adaboost.boost, table=s(1, 4, 7), y=s(2, 7), rounds=1)
case("adaboost.stumps", adaboost.stumps, x=n(1, 5, 2))
case("dropout.drop", dropout.drop, x=n(1, 4), uniforms=u(2, 4), keep=0.5)
case(
    "adversarial.logistic_fast_sign",
    adversarial.logistic_fast_sign,
    w=n(1, 2),
    b=tensor(0.5),
    x=n(2, 3, 2),
    y=s(3, 3),
    epsilon=0.1,
)
case(
    "adversarial.fast_sign",
    lambda x, epsilon: adversarial.fast_sign(lambda z: (z**2).sum(-1), x, epsilon),
    x=n(1, 3, 2),
    epsilon=0.1,
)

# ----- chapter 7
case(
    "optimizers.optimise",
    lambda start, steps: optimizers.optimise(optimizers.sgd(0.1), lambda t, k: t, start, steps),
    start=n(1, 3),
    steps=2,
)
case("optimizers.adam", optimizers.adam, rate=0.1, rho1=0.9, rho2=0.99, delta=1e-8)
case("optimizers.sgd", optimizers.sgd, rate=0.1)
case("optimizers.momentum", optimizers.momentum, rate=0.1, alpha=0.9)
case("optimizers.linear_decay", optimizers.linear_decay, first=0.1, last=0.01, tau=10)
case("second_order.newton_step", second_order.newton_step, g=n(1, 2), H=spread(2), damping=0.1)
case(
    "second_order.conjugate_gradients", second_order.conjugate_gradients, A=spread(3), b=n(1, 3), start=n(2, 3), steps=2
)
case("second_order.critical_point", second_order.critical_point, H=spread(2))
case("landscape.critical_points", landscape.critical_points, coefficients=tensor([0, -3, 0, 1]))
case("powers.modes", powers.modes, W=n(1, 3, 3))
case("clipping.by_norm", clipping.by_norm, g=n(1, 3), threshold=1.0)
case("clipping.by_value", clipping.by_value, g=n(1, 3), threshold=1.0)
case("initialisation.draw", initialisation.draw, kind="normalised", uniforms=u(1, 3, 4))
case("initialisation.limit", initialisation.limit, kind="normalised", inputs=3, outputs=4)
case("batch_norm.forward", batch_norm.forward, x=n(1, 5, 2), gamma=n(2, 2), beta=n(3, 2), epsilon=1e-5)
case(
    "hessian_free.conjugate_gradients",
    lambda b, steps: hessian_free.conjugate_gradients(lambda v: 2 * v, b, steps),
    b=n(1, 3),
    steps=2,
)
case("debugging.relative_error", debugging.relative_error, found=n(1, 3), expected=n(2, 3))
case("debugging.firing", debugging.firing, activations=n(1, 4, 3))
case("debugging.worst", debugging.worst, losses=n(1, 4), count=2)

# ----- chapters 8 and 9
image, kernel = n(1, 2, 5, 5), n(2, 3, 2, 3, 3)
case("convolution.cross_correlation", convolution.cross_correlation, images=image, kernel=kernel, bias=n(3, 3))
case("convolution.by_windows", convolution.by_windows, images=image, kernel=kernel, bias=n(3, 3))
case("convolution.convolution_1d", convolution.convolution_1d, signal=n(1, 2, 6), kernel=n(2, 3, 2, 3))
case(
    "convolution.locally_connected",
    convolution.locally_connected,
    images=image,
    kernels=n(2, 3, 3, 3, 2, 3, 3),
    bias=n(3, 3, 3, 3),
)
case(
    "convolution.kernel_gradient",
    lambda images, upstream: convolution.kernel_gradient(images, upstream, (3, 3)),
    images=image,
    upstream=n(3, 3, 3, 3),
)
case(
    "convolution.input_gradient",
    lambda kernel, upstream: convolution.input_gradient(kernel, upstream, (5, 5)),
    kernel=kernel,
    upstream=n(3, 3, 3, 3),
)
case("convolution.bias_gradient", convolution.bias_gradient, upstream=n(3, 3, 3, 3))
case("convolution.output_size", convolution.output_size, size=5, kernel=3, stride=2, padding=1, dilation=1)
case(
    "convolution_matrix.convolution_by_fft",
    convolution_matrix.convolution_by_fft,
    images=n(1, 2, 5, 5),
    kernel=n(2, 3, 2, 3, 3),
)
case("pooling.max_pool", lambda images: pooling.max_pool(images, (2, 2)), images=image)
case("pooling.average_pool", lambda images: pooling.average_pool(images, (2, 2)), images=image)
case("pooling.convolution_cost", pooling.convolution_cost, outputs=3, taps=2)
case(
    "transposed_convolution.transposed",
    transposed_convolution.transposed,
    maps=n(1, 2, 3, 3),
    kernel=n(2, 2, 3, 3, 3),
    bias=n(3, 3),
)
case("transposed_convolution.pixel_labels", transposed_convolution.pixel_labels, scores=n(1, 3, 4, 4))
case(
    "transposed_convolution.pixel_loss",
    transposed_convolution.pixel_loss,
    scores=n(1, 2, 3, 4, 4),
    labels=whole(3, 2, 4, 4),
)
case(
    "vgg.vgg",
    lambda column, classes: vgg.vgg(column, classes, side=32, widths=(2, 2, 2, 2, 2), dense=4),
    column="A",
    classes=3,
)
case("resnet.small_resnet", lambda depth, classes: resnet.small_resnet(depth, classes, width=2), depth=8, classes=3)
case("metrics.contingency", metrics.contingency, predicted=b(1, 6), truth=b(2, 6))
case("metrics.pr_curve", metrics.pr_curve, scores=n(1, 6), truth=tensor([1, 0, 1, 0, 1, 1]))
case("metrics.total_costs", metrics.total_costs, scores=n(1, 6), truth=b(2, 6), false_alarm=1.0, miss=2.0)
case("metrics.bayes_error", metrics.bayes_error, joint=p(1, 6).reshape(2, 3))
case("coverage.curve", coverage.curve, confidence=u(1, 6), correct=b(2, 6))
case("coverage.most_answers", coverage.most_answers, confidence=u(1, 6), correct=b(2, 6), accuracy=0.5)
case("diagnosis.learning_curve", diagnosis.learning_curve, sizes=tensor([1, 2, 4, 8]), errors=u(1, 4))
case("hyper_search.hit_chance", hyper_search.hit_chance, share=0.1, trials=3)
case(
    "hyper_search.random_points",
    lambda uniforms: hyper_search.random_points({"a": hyper_search.Range(0, 1)}, uniforms),
    uniforms=u(1, 4, 1),
)
case(
    "gaussian_process.posterior",
    lambda x, y, new: gaussian_process.posterior(x, y, new, gaussian_process.Prior(noise=0.1)),
    x=n(1, 3, 1),
    y=n(2, 3),
    new=n(3, 4, 1),
)
case("piecewise_linear.prelu", piecewise_linear.prelu, z=n(1, 4, 3), alpha=n(2, 3))
case("piecewise_linear.maxout", piecewise_linear.maxout, x=n(1, 4, 2), W=n(2, 3, 2, 2), b=n(3, 3, 2))
