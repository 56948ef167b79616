"""Right calls of models, chapters 11 to 13."""

from __future__ import annotations

from typing import Any

import torch

from solvers.models import (
    deep_rnn,
    esn,
    fixed_point,
    ggnn,
    graph,
    gru,
    hessian_free,
    lsm,
    lstm,
    message_passing,
    mlp,
    nn4g,
    plasticity,
    readouts,
    rnn,
    spectral,
)
from solvers.models.graph import Graph
from tests.solvers.models.calls import A, Calls, b, n, spread, u

CALLS = Calls()
case = CALLS.case

# ----- chapter 11
case("graph.Graph", Graph, A=A, X=n(1, 2, 3))
case("graph.walks", graph.walks, A=A, length=2)
case("graph.degrees", graph.degrees, A=A)
case("graph.adjacency", lambda nodes: graph.adjacency([(0, 1)], nodes), nodes=3)
case("graph.within", graph.within, A=A, hops=2)
case("graph.triangles", graph.triangles, A=A)
case("graph.is_symmetric", graph.is_symmetric, A=A)
case("graph.refine", graph.refine, A=A, rounds=2)
case("graph.told_apart", graph.told_apart, A=A, B=A, rounds=2)
case("graph.sparse", graph.sparse, A=A)
case("graph.permutation", lambda like: graph.permutation([1, 0, 2], like), "like nan", "like empty", like=n(1, 1))
case("graph.isomorphism", lambda A, B: graph.isomorphism(A, B) or (), A=A, B=A)
case(
    "message_passing.GraphNet",
    lambda A, X: message_passing.GraphNet([2, 3], "node", generator=torch.Generator().manual_seed(1)).double()(
        Graph(A, X)
    ),
    A=A,
    X=n(1, 2, 3),
)
case("message_passing.aggregate", message_passing.aggregate, A=A, H=n(1, 2, 3), kind="mean")
case("message_passing.node_scores", message_passing.node_scores, H=n(1, 2, 3), V=n(2, 1, 2), c=n(3, 1))
case("message_passing.link_scores", message_passing.link_scores, H=n(1, 2, 3))
case(
    "message_passing.Layer",
    message_passing.Layer,
    W=n(1, 4, 2),
    M=n(2, 4, 2),
    b=n(3, 4),
    activation="relu",
    aggregation="sum",
)
case(
    "message_passing.forward",
    lambda W, M, b, X: message_passing.forward([message_passing.Layer(W, M, b)], Graph(A, X)),
    W=n(1, 4, 2),
    M=n(2, 4, 2),
    b=n(3, 4),
    X=n(4, 2, 3),
)
case("message_passing.graph_scores", message_passing.graph_scores, H=n(1, 2, 3), V=n(2, 1, 2), c=n(3, 1), kind="mean")
case("message_passing.parameter_count", message_passing.parameter_count, sizes=(2, 3))
case("nn4g.forward", lambda own, A, X: nn4g.forward([nn4g.Layer(own)], Graph(A, X)), own=n(1, 3, 2), A=A, X=n(2, 2, 3))
case("nn4g.graph_readout", lambda states: nn4g.graph_readout([states]), states=n(1, 2, 3))
case("nn4g.Layer", nn4g.Layer, own=n(1, 3, 2))
GRAPHS = Graph(A.expand(4, 3, 3), n(1, 4, 2, 3))
case(
    "nn4g.grow",
    lambda target, alpha, unit: nn4g.grow(GRAPHS, target, [nn4g.Layer(n(3, 5, 1, 2))], alpha, unit),
    target=n(2, 4),
    alpha=0.1,
    unit="tanh",
)
case("nn4g.parameter_count", nn4g.parameter_count, d=2, units=(3, 2))
case("nn4g.Nn4g", nn4g.Nn4g, d=2, units=(3, 2))
case(
    "ggnn.Ggnn",
    lambda A, X: ggnn.Ggnn(3, 1, 2, generator=torch.Generator().manual_seed(1)).double()(Graph(A, X)),
    A=A,
    X=n(1, 2, 3),
)
case("ggnn.first_state", ggnn.first_state, X=n(1, 2, 3), hidden=4)
case("ggnn.parameter_count", ggnn.parameter_count, hidden=3)
case(
    "fixed_point.settle",
    lambda W, P, Q, b, A, X, steps: fixed_point.settle(fixed_point.Weights(W, P, Q, b), Graph(A, X), steps),
    W=0.1 * n(1, 3, 3),
    P=n(2, 3, 2),
    Q=n(3, 3, 2),
    b=n(4, 3),
    A=A,
    X=n(5, 2, 3),
    steps=4,
)
FIXED = fixed_point.Weights(0.1 * n(1, 3, 3), n(2, 3, 2), n(3, 3, 2), n(4, 3))
case(
    "fixed_point.iterates",
    lambda A, X, steps, unit: fixed_point.iterates(FIXED, Graph(A, X), steps, unit=unit),
    A=A,
    X=n(5, 2, 3),
    steps=2,
    unit="tanh",
)
case(
    "fixed_point.contraction_penalty",
    lambda A, X, wanted: fixed_point.contraction_penalty(FIXED, Graph(A, X), wanted),
    A=A,
    X=n(5, 2, 3),
    wanted=0.9,
)
case("fixed_point.Weights", fixed_point.Weights, W=n(1, 3, 3), P=n(2, 3, 2), Q=n(3, 3, 2), b=n(4, 3))
GRAPH = Graph(A, n(1, 2, 3))
case("fixed_point.step", lambda h, unit: fixed_point.step(FIXED, GRAPH, h, unit), h=n(5, 3, 3), unit="tanh")
case("fixed_point.lipschitz", lambda unit: fixed_point.lipschitz(FIXED, GRAPH, unit), unit="tanh")
case("fixed_point.linear_fixed_point", lambda X: fixed_point.linear_fixed_point(FIXED, Graph(A, X)), X=n(5, 2, 3))
case(
    "fixed_point.equilibrium",
    lambda steps, unit: fixed_point.equilibrium(FIXED, GRAPH, steps, unit),
    steps=4,
    unit="tanh",
)
case("fixed_point.FixedPointNet", fixed_point.FixedPointNet, d=2, hidden=3, outputs=1, steps=4)
case("spectral.laplacian", spectral.laplacian, A=A, kind="normalised")
case("spectral.polynomial_filter", spectral.polynomial_filter, L=spread(3), theta=n(1, 2), x=n(2, 3))
case("spectral.basis", spectral.basis, L=spread(3))
case("spectral.transform", lambda x: spectral.transform(spectral.basis(spread(3)), x), x=n(1, 3))
case(
    "spectral.spectral_filter",
    lambda theta, x: spectral.spectral_filter(spectral.basis(spread(3)), theta, x),
    theta=n(1, 3),
    x=n(2, 3),
)
case(
    "spectral.chebyshev_filter",
    spectral.chebyshev_filter,
    L=spectral.laplacian(A),
    theta=n(1, 2),
    x=n(2, 3),
    largest=2.0,
)
case("spectral.first_order", spectral.first_order, A=A, X=n(1, 2, 3), W=n(2, 4, 2))
case("spectral.is_simple", lambda gap: spectral.is_simple(spectral.basis(spread(3)), gap), gap=1e-6)
case("spectral.components", spectral.components, A=A, gap=1e-6)
case("spectral.inverse", lambda x_hat: spectral.inverse(spectral.basis(spread(3)), x_hat), x_hat=n(1, 3))
case("spectral.convolve", lambda f, x: spectral.convolve(spectral.basis(spread(3)), f, x), f=n(1, 3), x=n(2, 3))
case("readouts.read", readouts.read, H=n(1, 2, 3), kind="mean")
case("readouts.told_apart", readouts.told_apart, first=n(1, 2, 3), second=n(2, 2, 3), kind="sum", gap=1e-9)
case(
    "readouts.deep_sets",
    lambda H: readouts.deep_sets([mlp.Layer(n(1, 3, 2), n(2, 3))], [mlp.Layer(n(3, 1, 3), n(4, 1))], H),
    H=n(5, 2, 4),
)
case("readouts.DeepSets", readouts.DeepSets, phi=(2, 3), rho=(3, 1), unit="tanh")

# ----- chapter 12
rec: Any = {"U": n(1, 3, 2), "W": n(2, 3, 3), "b": n(3, 3), "V": n(4, 2, 3), "c": n(5, 2)}
case(
    "rnn.forward",
    lambda U, W, b, V, c, x, start: rnn.forward(rnn.Weights(U, W, b, V, c), x, start),
    **rec,
    x=n(6, 4, 2),
    start=n(7, 3),
)
case(
    "rnn.autograd",
    lambda U, W, b, V, c, x, y: rnn.autograd(rnn.Weights(U, W, b, V, c), x, y),
    **rec,
    x=n(6, 4, 2),
    y=n(7, 4, 2),
)
case(
    "rnn.truncated_bptt",
    lambda y, window: rnn.truncated_bptt(rnn.Weights(**rec), rnn.forward(rnn.Weights(**rec), n(6, 4, 2)), y, window),
    y=n(7, 4, 2),
    window=2,
)
case("rnn.Rnn", rnn.Rnn, inputs=2, hidden=3, outputs=1)
WEIGHTS = rnn.Weights(**rec)
RUN = rnn.forward(WEIGHTS, n(6, 4, 2))
case("rnn.bptt", lambda y: rnn.bptt(WEIGHTS, RUN, y), y=n(7, 4, 2))
case("rnn.rtrl", lambda y: rnn.rtrl(WEIGHTS, RUN, y), y=n(7, 4, 2))
case("rnn.loss", lambda y: rnn.loss(RUN, y), y=n(7, 4, 2))
case("rnn.state_jacobian", lambda later, earlier: rnn.state_jacobian(WEIGHTS, RUN, later, earlier), later=3, earlier=1)
case("rnn.Weights", rnn.Weights, U=n(1, 3, 2), W=n(2, 3, 3), b=n(3, 3), V=n(4, 2, 3), c=n(5, 2))
STATES = rnn.forward(WEIGHTS, n(6, 4, 2))
case("rnn.errors", lambda y: rnn.errors(STATES, y), y=n(7, 4, 2))
case("rnn.contributions", lambda y, window: rnn.contributions(WEIGHTS, STATES, y, window), y=n(7, 4, 2), window=2)

# ----- chapter 13
case(
    "hessian_free.conjugate_gradients",
    lambda b, steps: hessian_free.conjugate_gradients(lambda v: 2 * v, b, steps),
    b=n(1, 3),
    steps=2,
)


def squares(theta: Any) -> Any:
    """A cost."""
    return (theta**2).sum(dim=-1)


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
    "deep_rnn.DeepRnn",
    lambda inputs, hidden, outputs, steps: deep_rnn.DeepRnn(inputs, hidden, outputs, steps=steps),
    inputs=2,
    hidden=(3, 3),
    outputs=1,
    steps=2,
)
case(
    "deep_rnn.layer_states",
    lambda U, W, b, x: deep_rnn.layer_states(deep_rnn.Recurrent(U, W, b), x),
    U=rec["U"],
    W=rec["W"],
    b=rec["b"],
    x=n(6, 4, 2),
)
case("deep_rnn.Recurrent", deep_rnn.Recurrent, U=n(1, 3, 2), W=n(2, 3, 3), b=n(3, 3))
DEEP = [deep_rnn.Recurrent(n(1, 3, 2), n(2, 3, 3), n(3, 3))]
case("deep_rnn.forward", lambda x: deep_rnn.forward(DEEP, [mlp.Layer(n(1, 1, 3), n(2, 1))], x), x=n(4, 5, 2))
case("deep_rnn.depths", lambda lag: deep_rnn.depths(DEEP, [mlp.Layer(n(1, 1, 3), n(2, 1))], lag), lag=2)
case("deep_rnn.parameter_count", deep_rnn.parameter_count, inputs=2, hidden=(3, 3), outputs=1, steps=1)
gates = {"U": n(1, 4, 3, 2), "W": n(2, 4, 3, 3), "b": n(3, 4, 3)}
case(
    "lstm.forward",
    lambda U, W, b, P, R, x, h, c: lstm.forward(lstm.Weights(U, W, b, P, R), x, h=h, c=c),
    **gates,
    P=n(4, 3, 3),
    R=n(8, 3, 3, 3, 3),
    x=n(5, 4, 2),
    h=n(6, 3),
    c=n(7, 3),
)
case("lstm.by_library", lambda U, W, b, x: lstm.by_library(lstm.Weights(U, W, b), x), **gates, x=n(5, 4, 2))
case("lstm.Lstm", lstm.Lstm, inputs=2, hidden=3)
GATES: Any = {"U": n(1, 4, 3, 2), "W": n(2, 4, 3, 3), "b": n(3, 4, 3)}
LSTM = lstm.Weights(**GATES)
case(
    "lstm.backward", lambda upstream: lstm.backward(LSTM, lstm.forward(LSTM, n(5, 4, 2)), upstream), upstream=n(6, 4, 3)
)
case(
    "lstm.carousel",
    lambda later, earlier: lstm.carousel(lstm.forward(LSTM, n(5, 4, 2)), later, earlier),
    later=3,
    earlier=1,
)
case("lstm.Weights", lstm.Weights, U=n(1, 4, 3, 2), W=n(2, 4, 3, 3), b=n(3, 4, 3))
case("lstm.parameter_count", lstm.parameter_count, inputs=2, hidden=3, biases=1, gates=4)
case(
    "gru.forward",
    lambda U, W, b, x: gru.forward(gru.Weights(U, W, b), x),
    U=n(1, 3, 3, 2),
    W=n(2, 3, 3, 3),
    b=n(3, 3, 3),
    x=n(5, 4, 2),
)
case("gru.Variant", gru.Variant, candidate="tanh", reset="before", update="old")
GRU = gru.Weights(n(1, 3, 3, 2), n(2, 3, 3, 3), n(3, 3, 3))
case("gru.backward", lambda upstream: gru.backward(GRU, gru.forward(GRU, n(5, 4, 2)), upstream), upstream=n(6, 4, 3))
case("gru.Weights", gru.Weights, U=n(1, 3, 3, 2), W=n(2, 3, 3, 3), b=n(3, 3, 3))
case("gru.parameter_count", gru.parameter_count, inputs=2, hidden=3, biases=1)
case("gru.Gru", gru.Gru, inputs=2, hidden=3)
case(
    "esn.forward",
    lambda U, W, b, gain, leak, x: esn.forward(esn.Reservoir(U, W, b, gain, leak), x),
    U=n(1, 3, 2),
    W=n(2, 3, 3),
    b=n(3, 3),
    gain=n(4, 3),
    leak=0.5,
    x=n(5, 4, 2),
)
case("esn.draw", esn.draw, input_uniforms=u(1, 4, 2), uniforms=u(2, 4, 4), kept=0.1 * u(3, 4, 4))
case(
    "esn.Draw",
    lambda density, radius, scale, leak: esn.draw(
        u(1, 4, 2), u(2, 4, 4), 0 * u(3, 4, 4), esn.Draw(density, radius, scale, leak)
    ),
    density=0.5,
    radius=0.9,
    scale=1.0,
    leak=1.0,
)
case("esn.ridge", esn.ridge, states=n(1, 9, 3), target=n(2, 9, 2), alpha=0.1)
case("esn.scaled", esn.scaled, W=n(1, 3, 3), radius=0.9)
case("esn.spectral_radius", esn.spectral_radius, W=n(1, 3, 3))
case("esn.squared_correlation", esn.squared_correlation, a=n(1, 6, 2), b=n(2, 6, 2))
RESERVOIR = esn.Reservoir(n(1, 3, 1), 0.1 * n(2, 3, 3), n(3, 3), n(4, 3))
case(
    "esn.memory_capacity",
    lambda x, delays, alpha, washout: esn.memory_capacity(RESERVOIR, x, delays, alpha, washout),
    x=n(5, 30, 1),
    delays=3,
    alpha=0.1,
    washout=2,
)
case(
    "esn.Reservoir",
    esn.Reservoir,
    U=n(1, 3, 2),
    W=n(2, 3, 3),
    b=n(3, 3),
    gain=n(4, 3),
    leak=0.5,
    form="printed",
    activation="tanh",
)
case("esn.contraction", lambda W: esn.contraction(esn.Reservoir(n(1, 3, 1), W, n(3, 3), n(4, 3))), W=n(2, 3, 3))
net = {"W": n(1, 4, 2), "b": n(2, 4), "V": n(3, 2, 4), "c": n(4, 2)}
case(
    "plasticity.step",
    lambda net, gain, b, unit: plasticity.step(net, gain, b, unit, plasticity.Rule(0.1, 0.2)),
    net=n(1, 3),
    gain=u(2, 3) + 1,
    b=n(3, 3),
    unit="tanh",
)
case("plasticity.Rule", plasticity.Rule, eta=0.1, mean=0.2, deviation=1.0)
GAINED = esn.Reservoir(n(1, 3, 1), 0.1 * n(2, 3, 3), n(3, 3), u(4, 3) + 0.5)
case("plasticity.adapt", lambda x: plasticity.adapt(GAINED, x, plasticity.Rule(0.1, 0.0)), x=n(5, 4, 1))
case("lsm.spike_train", lambda current: lsm.spike_train(lsm.Neuron(), current), current=n(1, 6))
case("lsm.forward", lambda U, W, x: lsm.forward(lsm.Liquid(U, W), x), U=n(1, 3, 2), W=n(2, 3, 3), x=n(3, 5, 2))
case("lsm.Neuron", lsm.Neuron, beta=0.5, threshold=1.0, reset="zero", fires="at")
case("lsm.Synapse", lsm.Synapse, utilisation=0.5, facilitation=2.0, depression=2.0)
case(
    "lsm.neuron_step",
    lambda before, current: lsm.neuron_step(lsm.Neuron(), before, current),
    before=n(1, 3),
    current=n(2, 3),
)
case(
    "lsm.synapse_step",
    lambda u_, R, spikes: lsm.synapse_step(lsm.Synapse(), u_, R, spikes),
    u_=u(1, 3),
    R=u(2, 3),
    spikes=b(3, 3),
)
case("lsm.Liquid", lsm.Liquid, U=n(1, 3, 2), W=n(2, 3, 3), decay=0.5)
