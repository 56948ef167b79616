"""Right calls of models, chapters 7 and 8."""

from __future__ import annotations

import torch

from solvers.models import (
    alexnet,
    batch_norm,
    clipping,
    convolution,
    convolution_matrix,
    equivariance,
    initialisation,
    landscape,
    layer_table,
    lenet,
    optimizers,
    pooling,
    powers,
    pretraining,
    resnet,
    second_order,
    transposed_convolution,
    vgg,
)
from solvers.models.convolution import Geometry
from tests.solvers.models.calls import Calls, n, on_meta, spread, u, whole
from tests.solvers.models.data import tensor

CALLS = Calls()
case = CALLS.case

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
case("optimizers.nesterov", optimizers.nesterov, rate=0.1, alpha=0.9)
case("optimizers.adagrad", optimizers.adagrad, rate=0.1, delta=1e-7)
case("optimizers.rmsprop", optimizers.rmsprop, rate=0.1, rho=0.9, delta=1e-6)
case("optimizers.delta_bar_delta", optimizers.delta_bar_delta, rate=0.1, kappa=0.1, phi=0.5, share=0.1)
case(
    "optimizers.Optimizer",
    lambda start: optimizers.Optimizer([start], optimizers.sgd(0.1)),
    "start empty",
    start=n(1, 3).requires_grad_(),
)
case("second_order.newton_step", second_order.newton_step, g=n(1, 2), H=spread(2), damping=0.1)
case(
    "second_order.conjugate_gradients", second_order.conjugate_gradients, A=spread(3), b=n(1, 3), start=n(2, 3), steps=2
)
case("second_order.critical_point", second_order.critical_point, H=spread(2))
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
case("landscape.critical_points", landscape.critical_points, coefficients=tensor([0, -3, 0, 1]))
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
case("landscape.derivative", landscape.derivative, coefficients=n(1, 4))
case("powers.modes", powers.modes, W=n(1, 3, 3))
MODES = powers.modes(n(1, 3, 3))
case("powers.components", lambda vector: powers.components(MODES, vector), vector=n(2, 3))
case("powers.factor", powers.factor, value=0.9, steps=3)
case("powers.steps_until", powers.steps_until, value=0.9, level=0.1)
case("powers.radius_of_half_life", powers.radius_of_half_life, steps=3.0)
case("powers.power", lambda t: powers.power(MODES, t), "t negative", t=3)
case("clipping.by_norm", clipping.by_norm, g=n(1, 3), threshold=1.0)
case("clipping.by_value", clipping.by_value, g=n(1, 3), threshold=1.0)
case("clipping.cosine", clipping.cosine, a=n(1, 3), b=n(2, 3))
case("initialisation.draw", initialisation.draw, kind="normalised", uniforms=u(1, 3, 4))
case("initialisation.limit", initialisation.limit, kind="normalised", inputs=3, outputs=4)
case(
    "initialisation.signal_variance", initialisation.signal_variance, kind="normalised", inputs=3, outputs=4, square=1.0
)
case("initialisation.gaussian", initialisation.gaussian, uniforms=u(1, 4, 2), sd=1.0)
case("initialisation.variance", initialisation.variance, kind="normalised", inputs=3, outputs=4)
G = torch.Generator().manual_seed(1)
case(
    "initialisation.initialise_",
    lambda kind: initialisation.initialise_(torch.nn.Linear(2, 3), kind, G) or 0,
    kind="normalised",
)
case("initialisation.distinct_units", initialisation.distinct_units, W=n(1, 3, 2))
case("batch_norm.forward", batch_norm.forward, x=n(1, 5, 2), gamma=n(2, 2), beta=n(3, 2), epsilon=1e-5)
case("batch_norm.statistics", batch_norm.statistics, x=n(1, 4, 2))
case(
    "batch_norm.backward",
    lambda upstream, gamma: batch_norm.backward(batch_norm.forward(n(1, 5, 2), gamma, n(3, 2)), upstream, gamma),
    upstream=n(4, 5, 2),
    gamma=n(2, 2),
)
case("batch_norm.NormalisedMlp", batch_norm.NormalisedMlp, sizes=(2, 3, 1), hidden="tanh", epsilon=1e-5)
case(
    "pretraining.greedy",
    lambda x, widths, steps: pretraining.greedy(
        x, widths, optimizers.sgd(0.01), steps, torch.Generator().manual_seed(1)
    ),
    x=n(1, 6, 3),
    widths=(2,),
    steps=1,
)
STAGES = pretraining.greedy(n(1, 6, 3), (2,), optimizers.sgd(0.01), 1, G)
case("pretraining.codes", lambda x: pretraining.codes(STAGES, x), x=n(1, 6, 3))
case(
    "pretraining.stacked",
    lambda outputs, using: pretraining.stacked(STAGES, outputs, using, G),
    outputs=2,
    using="softmax",
)

# ----- chapter 8
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
case(
    "convolution.locally_connected_1d",
    convolution.locally_connected_1d,
    signal=n(1, 2, 5),
    kernels=n(2, 3, 3, 2, 3),
    bias=n(3, 3, 3),
)
case("convolution.flip", convolution.flip, kernel=n(1, 2, 2, 3, 3))
case(
    "convolution_matrix.convolution_by_fft",
    convolution_matrix.convolution_by_fft,
    images=n(1, 2, 5, 5),
    kernel=n(2, 3, 2, 3, 3),
)
case("convolution_matrix.matrix", lambda kernel: convolution_matrix.matrix(kernel, (4, 4)), kernel=n(1, 2, 1, 3, 3))
case(
    "convolution_matrix.cross_correlation_by_fft",
    convolution_matrix.cross_correlation_by_fft,
    images=n(1, 5, 5),
    kernel=n(2, 3, 3),
)
case("pooling.max_pool", lambda images: pooling.max_pool(images, (2, 2)), images=image)
case("pooling.average_pool", lambda images: pooling.average_pool(images, (2, 2)), images=image)
case("pooling.convolution_cost", pooling.convolution_cost, outputs=3, taps=2)
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
case("pooling.Layer", pooling.Layer, kernel=3, stride=1, dilation=1)
case("pooling.receptive_fields", lambda kernel: pooling.receptive_fields([pooling.Layer(kernel)]), kernel=3)
case("pooling.support", lambda size, unit: pooling.support([pooling.Layer(3)], size, unit), size=6, unit=1)
case("pooling.parameters", pooling.parameters, inputs=2, outputs=4, kernel=(3, 3), groups=2)
case("pooling.multiply_adds", pooling.multiply_adds, inputs=2, outputs=4, kernel=(3, 3), size=(5, 5), groups=2)
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
case(
    "vgg.vgg",
    lambda column, classes: vgg.vgg(column, classes, side=32, widths=(2, 2, 2, 2, 2), dense=4),
    column="A",
    classes=3,
)
case("resnet.small_resnet", lambda depth, classes: resnet.small_resnet(depth, classes, width=2), depth=8, classes=3)
case("resnet.resnet", lambda depth, classes: on_meta(resnet.resnet, depth, classes), depth=18, classes=3)
case(
    "resnet.Block",
    lambda inputs, width, stride: resnet.Block(inputs, width, stride, bottleneck=False),
    inputs=2,
    width=2,
    stride=1,
)
case("equivariance.tried", lambda x: equivariance.tried(torch.relu, lambda z: z.flip(-1), x), x=n(1, 4, 3))
case("alexnet.one_tower", lambda classes: on_meta(alexnet.one_tower, classes), classes=2)
case("alexnet.two_towers", lambda classes: on_meta(alexnet.two_towers, classes), classes=2)
case("lenet.modern", lenet.modern, classes=3)
case("lenet.squash", lenet.squash, "net nan", "net empty", net=n(1, 3))
case("lenet.Subsampling", lenet.Subsampling, maps=2)
case("lenet.PartialConvolution", lambda kernel: lenet.PartialConvolution(kernel=kernel), kernel=3)
LINEAR = torch.nn.Sequential(torch.nn.Linear(3, 2))
case("layer_table.rows", lambda shape: len(layer_table.rows(LINEAR, shape)), shape=(3,))
case("layer_table.multiply_adds", lambda shape: layer_table.multiply_adds(LINEAR, shape), shape=(3,))
