"""Right calls of models, chapters 1 to 6."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from solvers.models import (
    activations,
    adaboost,
    adversarial,
    augmentation,
    bagging,
    bayes,
    descent,
    dropout,
    early_stopping,
    heads,
    information,
    label_noise,
    lasso,
    least_norm,
    likelihood,
    mlp,
    model_selection,
    multi_task,
    norm_penalties,
    perceptron,
    regression,
    semi_supervised,
    separation,
    surrogate,
    training,
)
from solvers.models.mlp import Layer, Mlp
from tests.solvers.models.calls import Calls, b, n, p, s, spread, u, whole
from tests.solvers.models.data import tensor

CALLS = Calls()
case = CALLS.case

# ----- chapter 1
case("perceptron.train", perceptron.train, weights=n(1, 3), x=n(2, 6, 2), target=s(3, 6), eta=0.5, epochs=3)
case("perceptron.step", perceptron.step, weights=n(1, 3), x=n(2, 2), target=tensor(1), eta=0.5)
case("perceptron.predict", perceptron.predict, weights=n(1, 3), x=n(2, 6, 2))
case("perceptron.margin", perceptron.margin, weights=n(1, 3), x=n(2, 6, 2), target=s(3, 6))
case(
    "perceptron.bound",
    perceptron.bound,
    weights=tensor([0, 1, 1]),
    x=tensor([[1, 1], [-1, -2]]),
    target=tensor([1, -1]),
)
case("perceptron.radius", perceptron.radius, x=n(1, 4, 2))
case("perceptron.augment", perceptron.augment, x=n(1, 4, 2))
case("perceptron.join", perceptron.join, b=tensor(0.5), w=n(1, 2))
case("perceptron.split", perceptron.split, "weights longer", weights=n(1, 3))
case("perceptron.sign", perceptron.sign, "net nan", "net empty", net=n(1, 3), sign_of_zero=1.0)
case("regression.polynomial", regression.polynomial, x=n(1, 5), degree=2)
case("regression.least_squares", regression.least_squares, features=n(1, 6, 2), target=n(2, 6), alpha=0.1)
case("regression.cost", regression.cost, features=n(1, 6, 2), w=n(3, 2), target=n(2, 6), factor=0.5)
case("regression.predict", regression.predict, features=n(1, 6, 2), w=n(2, 2))
case("regression.cost_gradient", regression.cost_gradient, features=n(1, 6, 2), w=n(3, 2), target=n(2, 6), factor=0.5)
case("regression.with_bias", regression.with_bias, x=n(1, 4, 2))
case("model_selection.folds", model_selection.folds, examples=6, k=3)
case("model_selection.trainings", model_selection.trainings, k=3, grid=4)
case(
    "model_selection.cross_validate",
    lambda x, target, grid: model_selection.cross_validate(
        lambda point, x, y, new, wanted: torch.zeros(()), x, target, [[0], [1]], grid
    ),
    x=n(1, 4, 2),
    target=n(2, 4),
    grid=2,
)
case("surrogate.risk", surrogate.risk, joint=p(1, 6).reshape(2, 3), losses=u(2, 2, 3))
case("surrogate.batch_gradient_covariance", surrogate.batch_gradient_covariance, gradients=n(1, 5, 2), size=3)
case("surrogate.standard_error", surrogate.standard_error, sd=1.0, samples=4)
case("surrogate.loss", surrogate.loss, name="hinge", margin=n(1, 4))
case("surrogate.slope", surrogate.slope, name="hinge", margin=n(1, 4))
case("surrogate.samples_for", surrogate.samples_for, sd=1.0, error=0.1)
case(
    "surrogate.empirical_risk",
    surrogate.empirical_risk,
    losses=u(1, 2, 3),
    inputs=torch.tensor([0, 1]),
    labels=torch.tensor([1, 2]),
)
case("separation.widest", separation.widest, x=tensor([[1, 1], [-1, -2]]), target=tensor([1, -1]))

# ----- chapter 2
case("descent.after", descent.after, A=spread(2), b=n(1, 2), start=n(2, 2), eta=0.1, steps=3)
case("descent.rates", descent.rates, A=spread(2))
case("descent.schedule", descent.schedule, examples=9, batch=4, epochs=2)
case(
    "descent.descend",
    lambda start, eta, steps: descent.descend(lambda t: t, start, eta, steps),
    start=n(1, 2),
    eta=0.1,
    steps=2,
)
case("descent.contraction", descent.contraction, A=spread(2), eta=0.1)
case("descent.quadratic_gradient", descent.quadratic_gradient, A=spread(2), b=n(1, 2), theta=n(2, 2))

# ----- chapter 3
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
case("information.self_information", information.self_information, "p longer", p=tensor(0.25), unit="bits")
case("information.cross_entropy", information.cross_entropy, p=p(1, 3), q=p(2, 3), unit="nats")
case("information.conditional", information.conditional, joint=p(1, 6).reshape(2, 3))
case("information.marginals", information.marginals, joint=p(1, 6).reshape(2, 3))
case("bayes.infer", bayes.infer, prior=p(1, 3), likelihood=u(2, 3, 4), counts=tensor([1, 0, 2, 1]))
case("bayes.optimal", bayes.optimal, posterior=p(1, 3), prediction=p(2, 3, 2))
case("likelihood.fit", likelihood.fit, family="gaussian", x=n(1, 5))
case("likelihood.categorical_fit", likelihood.categorical_fit, counts=tensor([1, 2, 3]))
case("likelihood.log_likelihood", likelihood.log_likelihood, family="gaussian", x=n(1, 5), theta=tensor([0, 1]))
case("likelihood.score", likelihood.score, family="gaussian", x=n(1, 5), theta=tensor([0, 1]))
case("heads.loss", heads.loss, using="softmax", z=n(1, 4, 3), y=p(2, 4, 3))
case("heads.gradient", heads.gradient, using="bernoulli", z=n(1, 4, 3), y=b(2, 4, 3))
case("heads.squared", heads.squared, "factor negative", factor=0.5)
case("heads.head", heads.head, name="poisson")


# ----- chapter 4
def layers(W: Tensor, b: Tensor, V: Tensor, c: Tensor) -> tuple[mlp.Layer, mlp.Layer]:
    return mlp.Layer(W, b, "tanh"), mlp.Layer(V, c)


net = {"W": n(1, 4, 2), "b": n(2, 4), "V": n(3, 2, 4), "c": n(4, 2)}
case("mlp.forward", lambda W, b, V, c, x: mlp.forward(layers(W, b, V, c), x), **net, x=n(5, 3, 2))
case("mlp.parameter_count", lambda sizes: mlp.parameter_count(sizes), sizes=(2, 3, 1))
case("mlp.interpolant", mlp.interpolant, knots=tensor([0, 1, 2]), values=n(1, 3))
case("mlp.Mlp", mlp.Mlp, sizes=(2, 3, 1), hidden="tanh", using="squared")
case("mlp.collapse", lambda W, b: mlp.collapse([mlp.Layer(W, b)]), W=n(1, 3, 2), b=n(2, 3))
case("mlp.Layer", Layer, W=n(1, 3, 2), b=n(2, 3), activation="tanh")
LAYERS = (Layer(n(1, 3, 2), n(2, 3), "tanh"), Layer(n(3, 1, 3), n(4, 1)))
FED = mlp.forward(LAYERS, n(5, 4, 2))
case(
    "mlp.total_loss",
    lambda y, using, factor: mlp.total_loss(FED, y, using, factor),
    y=n(6, 4, 1),
    using="squared",
    factor=0.5,
)
case("mlp.backward", lambda y, using: mlp.backward(LAYERS, FED, y, using), y=n(6, 4, 1), using="squared")
case("mlp.autograd", lambda x, y, using: mlp.autograd(LAYERS, x, y, using), x=n(5, 4, 2), y=n(6, 4, 1), using="squared")
case("mlp.descend", lambda eta: mlp.descend(LAYERS, mlp.backward(LAYERS, FED, n(6, 4, 1), "squared"), eta), eta=0.1)
case("activations.saturation", activations.saturation, name="tanh", slope=0.1)
case("activations.leaky_relu", activations.leaky_relu, alpha=0.1)
case("activations.softplus", activations.softplus, "z nan", "z empty", z=n(1, 3))
case("activations.activation", activations.activation, name="tanh")

# ----- chapter 5
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
for way in (training.batch, training.stochastic):
    case(
        f"training.{way.__name__}",
        lambda x, y, eta, epochs, way=way: way(LAYERS, x, y, "squared", eta, epochs),
        x=n(5, 4, 2),
        y=n(6, 4, 1),
        eta=0.1,
        epochs=1,
    )

# ----- chapter 6
case("norm_penalties.step", norm_penalties.step, kind="l2", w=n(1, 3), g=n(2, 3), rate=0.1, alpha=0.5)
case("norm_penalties.tying", norm_penalties.tying, a=n(1, 3), b=n(2, 3))
case("norm_penalties.value", norm_penalties.value, kind="l1", w=n(1, 3))
case("norm_penalties.shrunk", norm_penalties.shrunk, w=n(1, 3), rate=0.1, alpha=0.5, steps=3)
case("norm_penalties.tying_gradient", norm_penalties.tying_gradient, a=n(1, 3), b=n(2, 3))
case("norm_penalties.eigen_shrink", norm_penalties.eigen_shrink, features=n(1, 6, 2), alpha=0.5)
case("norm_penalties.gradient", norm_penalties.gradient, kind="l2", w=n(1, 3))
case("norm_penalties.weights_only", lambda kind: norm_penalties.weights_only([n(1, 3, 2), n(2, 3)], kind), kind="l2")
case("norm_penalties.TiedAutoencoder", norm_penalties.TiedAutoencoder, inputs=3, hidden=2)
case("least_norm.ridge_by_svd", least_norm.ridge_by_svd, x=n(1, 6, 2), y=n(2, 6), alpha=0.1)
case("least_norm.ridge_by_qr", least_norm.ridge_by_qr, x=n(1, 6, 2), y=n(2, 6), alpha=0.1)
case("least_norm.least_l1", least_norm.least_l1, A=n(1, 1, 3), b=n(2, 1))
case("least_norm.least_l2", least_norm.least_l2, A=n(1, 1, 3), b=n(2, 1))
case("least_norm.rank", least_norm.rank, x=n(1, 4, 2))
case("lasso.ista", lasso.ista, x=n(1, 6, 2), y=n(2, 6), alpha=0.1, factor=0.5, steps=3)
case("lasso.coordinate_descent", lasso.coordinate_descent, x=n(1, 6, 2), y=n(2, 6), alpha=0.1, factor=0.5, sweeps=3)
case("lasso.cost", lasso.cost, x=n(1, 6, 2), y=n(2, 6), w=n(3, 2), alpha=0.1)
case("lasso.soft_threshold", lasso.soft_threshold, v=n(1, 3), threshold=0.5)
case("lasso.subgradient", lasso.subgradient, x=n(1, 6, 2), y=n(2, 6), w=n(3, 2), alpha=0.1)
case("lasso.orthonormal", lasso.orthonormal, x=torch.eye(3).double(), y=n(1, 3), alpha=0.1, factor=0.5)
case("augmentation.shift", augmentation.shift, "down negative", "right negative", images=n(1, 1, 4, 4), down=1, right=0)
case("augmentation.crop", augmentation.crop, images=n(1, 1, 4, 4), top=1, left=0, height=2, width=2)
case("augmentation.enlarge", augmentation.enlarge, images=n(1, 1, 4, 4), factor=2)
case("augmentation.random_shift", augmentation.random_shift, images=n(1, 2, 1, 4, 4), uniforms=u(2, 2, 2), most=1)
case("augmentation.random_mirror", augmentation.random_mirror, images=n(1, 2, 1, 4, 4), uniforms=u(2, 2), chance=0.5)
case("augmentation.mirror", augmentation.mirror, images=n(1, 2, 3, 3))
case("augmentation.turn", augmentation.turn, "quarters negative", images=n(1, 2, 3, 3), quarters=1)
case("label_noise.smooth", label_noise.smooth, target=torch.eye(3).double(), epsilon=0.1)
case(
    "label_noise.smoothed_loss", label_noise.smoothed_loss, logits=n(1, 3, 3), target=torch.eye(3).double(), epsilon=0.1
)
case("label_noise.noisy", label_noise.noisy, x=n(1, 3, 2), normals=n(2, 3, 2), sd=0.1)
case("label_noise.flip_labels", label_noise.flip_labels, target=torch.eye(3).double(), uniforms=u(1, 3), chance=0.1)
case(
    "label_noise.expected_squared_error", label_noise.expected_squared_error, w=n(1, 2), x=n(2, 4, 2), y=n(3, 4), sd=0.1
)
case("label_noise.best_gap", label_noise.best_gap, classes=3, epsilon=0.1)
case(
    "semi_supervised.contrastive_loss",
    semi_supervised.contrastive_loss,
    first=n(1, 3, 4),
    second=n(2, 3, 4),
    temperature=0.5,
)
case("semi_supervised.pseudo_label", semi_supervised.pseudo_label, logits=n(1, 3, 4), threshold=0.5)
case(
    "semi_supervised.masked_loss",
    semi_supervised.masked_loss,
    x=n(1, 3, 4),
    guess=n(2, 3, 4),
    hidden=torch.ones(3, 4).double(),
)
case("semi_supervised.cosine_similarities", semi_supervised.cosine_similarities, a=n(1, 3, 4), b=n(2, 3, 4))
case("semi_supervised.SharedEncoder", semi_supervised.SharedEncoder, inputs=3, hidden=2, classes=2)
case("semi_supervised.masked", semi_supervised.masked, x=n(1, 3, 4), hidden=torch.ones(3, 4).double(), fill=0.0)
case(
    "semi_supervised.self_train",
    lambda x, y, unlabelled, threshold, rounds: semi_supervised.self_train(
        lambda x, y: lambda new: new @ n(9, 2, 3), x, y, unlabelled, threshold, rounds
    ),
    x=n(1, 3, 2),
    y=torch.eye(3).double(),
    unlabelled=n(2, 4, 2),
    threshold=0.5,
    rounds=2,
)
case(
    "multi_task.MultiTask",
    lambda sizes, hidden: multi_task.MultiTask(sizes, hidden, (multi_task.Task(1, "squared"),)),
    sizes=(2, 3),
    hidden="tanh",
)
case("multi_task.Task", multi_task.Task, outputs=2, using="squared")
case("multi_task.counts", lambda width: multi_task.counts(Mlp((2, width, 1), "tanh", "squared")), width=3)
G = torch.Generator().manual_seed(1)
case(
    "multi_task.transfer",
    lambda outputs, using, keep: multi_task.transfer(
        Mlp((2, 3, 1), "tanh", "squared"), outputs, using, G, freeze=True, keep=keep
    ),
    outputs=2,
    using="squared",
    keep=1,
)
case("early_stopping.stopping", early_stopping.stopping, errors=u(1, 6), patience=2)
case(
    "early_stopping.fit",
    lambda patience, at_most: early_stopping.fit(
        Mlp((2, 1), "tanh", "squared"), lambda: None, lambda: 1.0, patience, at_most
    ),
    patience=2,
    at_most=3,
)
case("bagging.bootstrap", bagging.bootstrap, uniforms=u(1, 3, 5))
case("bagging.mean_variance", bagging.mean_variance, variance=1.0, correlation=0.2, models=4)
case("bagging.majority_error", bagging.majority_error, models=5, error=0.2)
case("bagging.vote", bagging.vote, labels=whole(3, 4, 5), classes=3)
case("bagging.distinct_share", bagging.distinct_share, examples=5)
case("bagging.resample", bagging.resample, data=n(1, 4, 2), places=torch.tensor([[0, 1], [2, 3]]))
case("adaboost.boost", adaboost.boost, table=s(1, 4, 7), y=s(2, 7), rounds=1)
case("adaboost.stumps", adaboost.stumps, x=n(1, 5, 2))
case(
    "adaboost.reweigh", adaboost.reweigh, weights=p(1, 4), prediction=tensor([1, 1, -1, -1]), y=tensor([1, -1, -1, -1])
)
case("adaboost.replay", adaboost.replay, predictions=s(1, 2, 6), y=tensor([1, -1, 1, 1, -1, -1]))
case("adaboost.learner_weight", adaboost.learner_weight, error=tensor(0.2))
case("adaboost.decide", adaboost.decide, alphas=n(1, 2), predictions=s(1, 2, 6))
case("adaboost.error_bound", adaboost.error_bound, errors=tensor([0.2, 0.3]))
case("adaboost.answers", lambda x: adaboost.answers(adaboost.stumps(n(1, 4, 2)), x), x=n(2, 5, 2))
case("dropout.drop", dropout.drop, x=n(1, 4), uniforms=u(2, 4), keep=0.5)
case("dropout.mask", dropout.mask, uniforms=u(1, 4), keep=0.5)
case("dropout.arithmetic_mean", dropout.arithmetic_mean, logits=n(1, 4, 3, 2), chance=p(2, 4))
case("dropout.geometric_mean", dropout.geometric_mean, logits=n(1, 4, 3, 2), chance=p(2, 4))
case("dropout.all_masks", lambda units: dropout.all_masks(units, n(1, 1)), units=2)
case("dropout.probabilities", dropout.probabilities, masks=b(1, 4, 3), keep=tensor([0.5, 0.5, 0.5]))
case("dropout.forward", lambda x, mask: dropout.forward(LAYERS, x, [None, mask]), x=n(5, 4, 2), mask=b(1, 4, 3))
case("dropout.sub_networks", lambda x, keep: dropout.sub_networks(LAYERS, x, (1.0, keep)), x=n(5, 4, 2), keep=0.5)
case("dropout.weight_scaled", lambda keep: dropout.weight_scaled(LAYERS, (1.0, keep)), keep=0.5)
case(
    "dropout.DropoutMlp",
    lambda sizes, hidden, using, keep: dropout.DropoutMlp(sizes, hidden, using, (keep, keep), G),
    sizes=(2, 3, 1),
    hidden="relu",
    using="squared",
    keep=0.5,
)
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


def squares(theta: Any) -> Any:
    """A cost."""
    return (theta**2).sum(dim=-1)


case("adversarial.input_gradient", lambda x: adversarial.input_gradient(squares, x), x=n(1, 3, 2))
case("adversarial.logistic_loss", adversarial.logistic_loss, w=n(1, 2), b=tensor(0.5), x=n(2, 3, 2), y=s(3, 3))
case(
    "adversarial.training_loss",
    lambda x, epsilon, share: adversarial.training_loss(squares, x, epsilon, share),
    x=n(1, 3, 2),
    epsilon=0.1,
    share=0.5,
)
