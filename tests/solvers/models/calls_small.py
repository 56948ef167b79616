"""Right calls of the small functions and of the parts of networks, chapters 1 to 7."""

from __future__ import annotations

from typing import Any

import torch

from solvers.models import (
    activations,
    adaboost,
    adversarial,
    augmentation,
    bagging,
    batch_norm,
    debugging,
    descent,
    dropout,
    early_stopping,
    heads,
    hessian_free,
    information,
    initialisation,
    landscape,
    lasso,
    likelihood,
    mlp,
    model_selection,
    multi_task,
    norm_penalties,
    optimizers,
    perceptron,
    powers,
    pretraining,
    regression,
    second_order,
    semi_supervised,
    separation,
    surrogate,
    training,
)
from solvers.models.mlp import Layer, Mlp
from tests.solvers.models.calls import Calls, b, n, p, s, spread, u
from tests.solvers.models.data import tensor

CALLS = Calls()
case = CALLS.case
G = torch.Generator().manual_seed(1)
LAYERS = (Layer(n(1, 3, 2), n(2, 3), "tanh"), Layer(n(3, 1, 3), n(4, 1)))
RUN = mlp.forward(LAYERS, n(5, 4, 2))


def squares(theta: Any) -> Any:
    """A cost."""
    return (theta**2).sum(dim=-1)


# ----- chapters 1 to 5
case("perceptron.augment", perceptron.augment, x=n(1, 4, 2))
case("perceptron.join", perceptron.join, b=tensor(0.5), w=n(1, 2))
case("perceptron.split", perceptron.split, "weights longer", weights=n(1, 3))
case("perceptron.sign", perceptron.sign, "net nan", "net empty", net=n(1, 3), sign_of_zero=1.0)
case("separation.widest", separation.widest, x=tensor([[1, 1], [-1, -2]]), target=tensor([1, -1]))
case("regression.with_bias", regression.with_bias, x=n(1, 4, 2))
case(
    "model_selection.cross_validate",
    lambda x, target, grid: model_selection.cross_validate(
        lambda point, x, y, new, wanted: torch.zeros(()), x, target, [[0], [1]], grid
    ),
    x=n(1, 4, 2),
    target=n(2, 4),
    grid=2,
)
case(
    "surrogate.empirical_risk",
    surrogate.empirical_risk,
    losses=u(1, 2, 3),
    inputs=torch.tensor([0, 1]),
    labels=torch.tensor([1, 2]),
)
case("descent.quadratic_gradient", descent.quadratic_gradient, A=spread(2), b=n(1, 2), theta=n(2, 2))
case("information.marginals", information.marginals, joint=p(1, 6).reshape(2, 3))
case("likelihood.score", likelihood.score, family="gaussian", x=n(1, 5), theta=tensor([0, 1]))
case("activations.leaky_relu", activations.leaky_relu, alpha=0.1)
case("activations.softplus", activations.softplus, "z nan", "z empty", z=n(1, 3))
case("activations.activation", activations.activation, name="tanh")
case("heads.squared", heads.squared, "factor negative", factor=0.5)
case("heads.head", heads.head, name="poisson")
case("mlp.Layer", Layer, W=n(1, 3, 2), b=n(2, 3), activation="tanh")
case(
    "mlp.total_loss",
    lambda y, using, factor: mlp.total_loss(RUN, y, using, factor),
    y=n(6, 4, 1),
    using="squared",
    factor=0.5,
)
case("mlp.backward", lambda y, using: mlp.backward(LAYERS, RUN, y, using), y=n(6, 4, 1), using="squared")
case("mlp.autograd", lambda x, y, using: mlp.autograd(LAYERS, x, y, using), x=n(5, 4, 2), y=n(6, 4, 1), using="squared")
case("mlp.descend", lambda eta: mlp.descend(LAYERS, mlp.backward(LAYERS, RUN, n(6, 4, 1), "squared"), eta), eta=0.1)
for way in (training.batch, training.stochastic):
    case(
        f"training.{way.__name__}",
        lambda x, y, eta, epochs, way=way: way(LAYERS, x, y, "squared", eta, epochs),
        x=n(5, 4, 2),
        y=n(6, 4, 1),
        eta=0.1,
        epochs=1,
    )

# ----- chapters 6 and 7
case("norm_penalties.gradient", norm_penalties.gradient, kind="l2", w=n(1, 3))
case("norm_penalties.weights_only", lambda kind: norm_penalties.weights_only([n(1, 3, 2), n(2, 3)], kind), kind="l2")
case("norm_penalties.TiedAutoencoder", norm_penalties.TiedAutoencoder, inputs=3, hidden=2)
case("lasso.orthonormal", lasso.orthonormal, x=torch.eye(3).double(), y=n(1, 3), alpha=0.1, factor=0.5)
case("augmentation.mirror", augmentation.mirror, images=n(1, 2, 3, 3))
case("augmentation.turn", augmentation.turn, "quarters negative", images=n(1, 2, 3, 3), quarters=1)
case("bagging.resample", bagging.resample, data=n(1, 4, 2), places=torch.tensor([[0, 1], [2, 3]]))
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
case("multi_task.Task", multi_task.Task, outputs=2, using="squared")
case("multi_task.counts", lambda width: multi_task.counts(Mlp((2, width, 1), "tanh", "squared")), width=3)
case(
    "multi_task.transfer",
    lambda outputs, using, keep: multi_task.transfer(
        Mlp((2, 3, 1), "tanh", "squared"), outputs, using, G, freeze=True, keep=keep
    ),
    outputs=2,
    using="squared",
    keep=1,
)
case(
    "early_stopping.fit",
    lambda patience, at_most: early_stopping.fit(
        Mlp((2, 1), "tanh", "squared"), lambda: None, lambda: 1.0, patience, at_most
    ),
    patience=2,
    at_most=3,
)
case("adaboost.learner_weight", adaboost.learner_weight, error=tensor(0.2))
case("adaboost.decide", adaboost.decide, alphas=n(1, 2), predictions=s(1, 2, 6))
case("adaboost.error_bound", adaboost.error_bound, errors=tensor([0.2, 0.3]))
case("adaboost.answers", lambda x: adaboost.answers(adaboost.stumps(n(1, 4, 2)), x), x=n(2, 5, 2))
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
case("adversarial.input_gradient", lambda x: adversarial.input_gradient(squares, x), x=n(1, 3, 2))
case("adversarial.logistic_loss", adversarial.logistic_loss, w=n(1, 2), b=tensor(0.5), x=n(2, 3, 2), y=s(3, 3))
case(
    "adversarial.training_loss",
    lambda x, epsilon, share: adversarial.training_loss(squares, x, epsilon, share),
    x=n(1, 3, 2),
    epsilon=0.1,
    share=0.5,
)
case(
    "optimizers.Optimizer",
    lambda start: optimizers.Optimizer([start], optimizers.sgd(0.1)),
    "start empty",
    start=n(1, 3).requires_grad_(),
)
case(
    "second_order.line_search",
    lambda theta, direction: second_order.line_search(lambda t: t, theta, direction),
    theta=n(1, 2),
    direction=n(2, 2),
)
case(
    "second_order.nonlinear_conjugate_gradients",
    lambda start, steps, beta, restart: second_order.nonlinear_conjugate_gradients(
        lambda t: 2 * t, start, steps, beta, restart
    ),
    start=n(1, 2),
    steps=2,
    beta="polak-ribiere",
    restart=2,
)
case("landscape.derivative", landscape.derivative, coefficients=n(1, 4))
MODES = powers.modes(n(1, 3, 3))
case("powers.power", lambda t: powers.power(MODES, t), "t negative", t=3)
case("initialisation.variance", initialisation.variance, kind="normalised", inputs=3, outputs=4)
case(
    "initialisation.initialise_",
    lambda kind: initialisation.initialise_(torch.nn.Linear(2, 3), kind, G) or 0,
    kind="normalised",
)
case("initialisation.distinct_units", initialisation.distinct_units, W=n(1, 3, 2))
STAGES = pretraining.greedy(n(1, 6, 3), (2,), optimizers.sgd(0.01), 1, G)
case("pretraining.codes", lambda x: pretraining.codes(STAGES, x), x=n(1, 6, 3))
case(
    "pretraining.stacked",
    lambda outputs, using: pretraining.stacked(STAGES, outputs, using, G),
    outputs=2,
    using="softmax",
)
case(
    "batch_norm.backward",
    lambda upstream, gamma: batch_norm.backward(batch_norm.forward(n(1, 5, 2), gamma, n(3, 2)), upstream, gamma),
    upstream=n(4, 5, 2),
    gamma=n(2, 2),
)
case("batch_norm.NormalisedMlp", batch_norm.NormalisedMlp, sizes=(2, 3, 1), hidden="tanh", epsilon=1e-5)
case(
    "hessian_free.hessian_vector",
    lambda theta, v: hessian_free.hessian_vector(squares, theta, v),
    theta=n(1, 3),
    v=n(2, 3),
)
case(
    "hessian_free.gauss_newton_vector",
    lambda theta, v: hessian_free.gauss_newton_vector(lambda t: 2 * t, squares, theta, v),
    theta=n(1, 3),
    v=n(2, 3),
)
case(
    "hessian_free.minimise",
    lambda theta, steps, inner, damping: hessian_free.minimise(squares, theta, steps, inner, damping),
    theta=n(1, 3),
    steps=2,
    inner=2,
    damping=0.1,
)
case(
    "debugging.forward_differences",
    lambda theta, step: debugging.forward_differences(squares, theta, step),
    theta=n(1, 3),
    step=1e-4,
)
case(
    "debugging.gradient_error",
    lambda theta, step: debugging.gradient_error(squares, lambda t: 2 * t, theta, step),
    theta=n(1, 3),
    step=1e-4,
)
