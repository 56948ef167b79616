"""Right calls of the small functions and of the parts of networks, chapters 11 to 19."""

from __future__ import annotations

from typing import Any

import torch

from solvers.models import (
    adapters,
    annealing,
    attention,
    bayes_net,
    bert,
    bpe,
    deep_rnn,
    draw,
    elbo,
    esn,
    factor,
    factor_graph,
    fine_tuning,
    fixed_point,
    gan,
    generators,
    ggnn,
    gibbs,
    gpt,
    graph,
    gru,
    hmm,
    kalman,
    latent,
    layer_norm,
    lsm,
    lstm,
    markov_chain,
    markov_net,
    masking,
    mean_field,
    message_passing,
    mlp,
    monte_carlo,
    nn4g,
    plasticity,
    positional_encoding,
    rbm,
    readouts,
    segments,
    span_corruption,
    sparse_attention,
    spectral,
    structure_search,
    t5,
    transformer,
    vae,
    word2vec,
)  # fmt: skip
from solvers.models.bayes_net import BayesNet, Cpt
from solvers.models.factor import Factor
from solvers.models.graph import Graph
from solvers.models.rbm import Rbm
from tests.solvers.models.calls import A, Calls, b, n, p, spread, u, whole

CALLS = Calls()
case = CALLS.case
G = torch.Generator().manual_seed(1)

# ----- chapters 11 to 13
GRAPH = Graph(A, n(1, 2, 3))
GRAPHS = Graph(A.expand(4, 3, 3), n(1, 4, 2, 3))
case("graph.sparse", graph.sparse, A=A)
case("graph.permutation", lambda like: graph.permutation([1, 0, 2], like), "like nan", "like empty", like=n(1, 1))
case("graph.isomorphism", lambda A, B: graph.isomorphism(A, B) or (), A=A, B=A)
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
case("nn4g.Layer", nn4g.Layer, own=n(1, 3, 2))
case(
    "nn4g.grow",
    lambda target, alpha, unit: nn4g.grow(GRAPHS, target, [nn4g.Layer(n(3, 5, 1, 2))], alpha, unit),
    target=n(2, 4),
    alpha=0.1,
    unit="tanh",
)
case("nn4g.parameter_count", nn4g.parameter_count, d=2, units=(3, 2))
case("nn4g.Nn4g", nn4g.Nn4g, d=2, units=(3, 2))
case("spectral.is_simple", lambda gap: spectral.is_simple(spectral.basis(spread(3)), gap), gap=1e-6)
case("spectral.components", spectral.components, A=A, gap=1e-6)
case("spectral.inverse", lambda x_hat: spectral.inverse(spectral.basis(spread(3)), x_hat), x_hat=n(1, 3))
case("spectral.convolve", lambda f, x: spectral.convolve(spectral.basis(spread(3)), f, x), f=n(1, 3), x=n(2, 3))
case(
    "readouts.deep_sets",
    lambda H: readouts.deep_sets([mlp.Layer(n(1, 3, 2), n(2, 3))], [mlp.Layer(n(3, 1, 3), n(4, 1))], H),
    H=n(5, 2, 4),
)
case("readouts.DeepSets", readouts.DeepSets, phi=(2, 3), rho=(3, 1), unit="tanh")
FIXED = fixed_point.Weights(0.1 * n(1, 3, 3), n(2, 3, 2), n(3, 3, 2), n(4, 3))
case("fixed_point.Weights", fixed_point.Weights, W=n(1, 3, 3), P=n(2, 3, 2), Q=n(3, 3, 2), b=n(4, 3))
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
case("ggnn.parameter_count", ggnn.parameter_count, hidden=3)
case("deep_rnn.Recurrent", deep_rnn.Recurrent, U=n(1, 3, 2), W=n(2, 3, 3), b=n(3, 3))
DEEP = [deep_rnn.Recurrent(n(1, 3, 2), n(2, 3, 3), n(3, 3))]
case("deep_rnn.forward", lambda x: deep_rnn.forward(DEEP, [mlp.Layer(n(1, 1, 3), n(2, 1))], x), x=n(4, 5, 2))
case("deep_rnn.depths", lambda lag: deep_rnn.depths(DEEP, [mlp.Layer(n(1, 1, 3), n(2, 1))], lag), lag=2)
case("deep_rnn.parameter_count", deep_rnn.parameter_count, inputs=2, hidden=(3, 3), outputs=1, steps=1)
case("lstm.Weights", lstm.Weights, U=n(1, 4, 3, 2), W=n(2, 4, 3, 3), b=n(3, 4, 3))
case("lstm.parameter_count", lstm.parameter_count, inputs=2, hidden=3, biases=1, gates=4)
case("gru.Weights", gru.Weights, U=n(1, 3, 3, 2), W=n(2, 3, 3, 3), b=n(3, 3, 3))
case("gru.parameter_count", gru.parameter_count, inputs=2, hidden=3, biases=1)
case("gru.Gru", gru.Gru, inputs=2, hidden=3)
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
RESERVOIR = esn.Reservoir(n(1, 3, 1), 0.1 * n(2, 3, 3), n(3, 3), u(4, 3) + 0.5)
case("esn.contraction", lambda W: esn.contraction(esn.Reservoir(n(1, 3, 1), W, n(3, 3), n(4, 3))), W=n(2, 3, 3))
case("plasticity.adapt", lambda x: plasticity.adapt(RESERVOIR, x, plasticity.Rule(0.1, 0.0)), x=n(5, 4, 1))
case("lsm.Liquid", lsm.Liquid, U=n(1, 3, 2), W=n(2, 3, 3), decay=0.5)
case("hmm.Hmm", hmm.Hmm, pi=p(1, 3), A=p(2, 3, 3), B=p(3, 3, 4))
case("kalman.System", kalman.System, A=n(1, 2, 2), C=n(2, 2, 2), Q=spread(2), R=spread(2))
# ----- chapters 14 to 16
case("attention.Heads", attention.Heads, Q=n(1, 2, 4, 2), K=n(2, 2, 4, 2), V=n(3, 2, 4, 2), O=n(4, 4, 4))
HEADS = attention.Heads(n(1, 2, 4, 2), n(2, 2, 4, 2), n(3, 2, 4, 2), n(4, 4, 4))
case("attention.project", lambda x, y: attention.project(HEADS, x, y), x=n(5, 3, 4), y=n(6, 5, 4))
case("attention.concatenate", attention.concatenate, by_head=n(1, 2, 3, 4))
case(
    "attention.multi_head_backward",
    lambda upstream: attention.multi_head_backward(
        HEADS, attention.multi_head(HEADS, n(5, 3, 4), n(6, 5, 4)), upstream
    ),
    upstream=n(7, 3, 4),
)
case("attention.parameter_count", attention.parameter_count, d=4)
case("layer_norm.LayerNorm", layer_norm.LayerNorm, d=4, eps=1e-5)
case("positional_encoding.frequencies", positional_encoding.frequencies, d=4, n=100.0)
case("positional_encoding.PositionalEncoding", positional_encoding.PositionalEncoding, d=4, n=100.0)
case("word2vec.Vectors", word2vec.Vectors, E=n(1, 5, 3), C=n(2, 5, 3))
VECTORS = word2vec.Vectors(n(1, 5, 3), n(2, 5, 3))
case("word2vec.windows", lambda window: word2vec.windows([1, 2, 3], window), window=1)
case(
    "word2vec.negative_targets",
    word2vec.negative_targets,
    "word large",
    "negatives large",
    word=whole(5, 2),
    negatives=whole(5, 2, 3),
)
case(
    "word2vec.tree_targets",
    lambda word: word2vec.tree_targets(word2vec.huffman([1, 2, 3]), word),
    word=torch.tensor([0, 2]),
)
for logistic in (word2vec.logistic_loss, word2vec.logistic_gradient):
    case(
        f"word2vec.{logistic.__name__}",
        lambda context, word, negatives, logistic=logistic: logistic(
            VECTORS, context, word2vec.negative_targets(word, negatives)
        ),
        context=whole(5, 2),
        word=torch.tensor(1),
        negatives=whole(5, 3),
    )
SIZES = transformer.Sizes(4, 2, 8)
case("transformer.Sizes", transformer.Sizes, d=4, heads=2, d_ff=8)
case("transformer.FeedForward", transformer.FeedForward, d=4, d_ff=8)
case("transformer.EncoderBlock", lambda x: transformer.EncoderBlock(SIZES).double()(x), x=n(1, 2, 3, 4))
case(
    "transformer.DecoderBlock",
    lambda x, memory: transformer.DecoderBlock(SIZES).double()(x, memory),
    x=n(1, 2, 3, 4),
    memory=n(2, 2, 5, 4),
)
case("gpt.Sizes", gpt.Sizes, vocabulary=5, positions=6, d=4, heads=2, blocks=1)
case("gpt.Block", lambda x: gpt.Block(4, 2, 8, pre=True).double()(x), x=n(1, 2, 3, 4))
case("bert.PreTraining", lambda tokens: bert.PreTraining(bert.Sizes(5, 6, 4, 2, 1))(tokens), tokens=whole(5, 2, 3))
case("t5.RmsNorm", lambda d, x: t5.RmsNorm(d).double()(x), d=4, x=n(1, 2, 4))
BODY = gpt.Gpt(gpt.Sizes(5, 6, 4, 2, 1))
case(
    "fine_tuning.Classifier",
    lambda classes, tokens: fine_tuning.Classifier(BODY, classes)(tokens),
    classes=2,
    tokens=whole(5, 2, 3),
)
case(
    "fine_tuning.loss",
    lambda tokens, target, auxiliary: fine_tuning.loss(fine_tuning.Classifier(BODY, 2), tokens, target, auxiliary),
    tokens=whole(5, 2, 3),
    target=torch.tensor([0, 1]),
    auxiliary=0.5,
)
case(
    "adapters.adapt",
    lambda middle: adapters.adapt(torch.nn.ModuleList([gpt.Block(4, 2, 8, pre=True)]), middle),
    middle=2,
)
case("adapters.adapter_parameters", adapters.adapter_parameters, d=4, middle=2, blocks=2)
case("adapters.LowRank", adapters.LowRank, W=n(1, 3, 4), rank=2, alpha=1.0)
case(
    "sparse_attention.global_nodes",
    lambda count, nodes: sparse_attention.global_nodes(count, nodes),
    "nodes empty",
    count=5,
    nodes=(1, 2),
)
case("sparse_attention.band_pairs", lambda count, radius: sparse_attention.band_pairs(count, radius), count=5, radius=1)
case("sparse_attention.reach", lambda layers: sparse_attention.reach(sparse_attention.band(5, 1), layers), layers=2)
BLOCKS = torch.nn.ModuleList([gpt.Block(4, 2, 8, pre=True).double()])
case("segments.recur", lambda x, keep: segments.recur(BLOCKS, x, keep=keep), x=n(1, 2, 3, 4), keep=2)
case(
    "segments.recur_over",
    lambda x, length, keep: segments.recur_over(BLOCKS, x, length, keep),
    x=n(1, 2, 5, 4),
    length=2,
    keep=2,
)
case(
    "segments.hierarchical",
    lambda x, length: segments.hierarchical(BLOCKS, BLOCKS, x, length),
    x=n(1, 2, 4, 4),
    length=2,
)
case("masking.Rule", masking.Rule, chosen=0.15, masked=0.8, random=0.1)
case("masking.expected", masking.expected, count=10)
case(
    "span_corruption.corrupt",
    lambda start, length: span_corruption.corrupt("abcdef", [(start, length)]),
    start=1,
    length=2,
)
case("span_corruption.lengths", lambda tokens: span_corruption.lengths(tokens, [(1, 2)]), tokens=6)
case("bpe.encode", lambda word: bpe.encode(word, bpe.train({"low": 2}, 2)), "word nonsense", word="lower")
# ----- chapters 17 to 19
TABLE = Factor(("a", "b"), p(1, 4).reshape(2, 2))
NET = BayesNet((Cpt("a", (), p(1, 2)), Cpt("b", ("a",), p(2, 2, 3))))
case("factor.Factor", lambda table: Factor(("a", "b"), table), table=u(1, 2, 2))
case("factor.dependence", lambda x, y: factor.dependence(TABLE, x, y), x="a", y="b")
case("factor.marginal", lambda name: factor.marginal(TABLE, [name]), name="a")
case("factor.condition", lambda state: factor.condition(TABLE, {"a": state}), state=1)
case("factor.sum_out", lambda name: factor.sum_out(TABLE, name), name="a")
case("factor.max_out", lambda name: factor.max_out(TABLE, name), name="a")
case("factor.eliminate", lambda name: factor.eliminate([TABLE], [name]), name="a")
case("factor.posterior", lambda name, state: factor.posterior([TABLE], [name], {"b": state}), name="a", state=1)
case("factor_graph.loopy", lambda sweeps: factor_graph.loopy([TABLE], sweeps), sweeps=2)
case("bayes_net.Cpt", lambda table: Cpt("b", ("a",), table), table=p(2, 2, 3))
case("bayes_net.probability", lambda state: bayes_net.probability(NET, {"a": state}), state=1)
case("bayes_net.posterior", lambda name, state: bayes_net.posterior(NET, [name], {"a": state}), name="b", state=1)
case(
    "bayes_net.likelihood_weighted",
    lambda state, uniforms: bayes_net.likelihood_weighted(NET, {"b": state}, uniforms),
    state=1,
    uniforms=u(1, 5, 2),
)
case("gibbs.conditional", lambda name, state: gibbs.conditional([TABLE], name, {"b": state}), name="a", state=1)
case("gibbs.transition", lambda name: gibbs.transition(TABLE, [name]), name="a")
case("markov_net.Energy", lambda table: markov_net.Energy(("a", "b"), table), table=n(1, 2, 2))
case("markov_net.energy", lambda state: markov_net.energy([markov_net.Energy(("a",), n(1, 2))], {"a": state}), state=1)
case("markov_net.clique_parameters", lambda states: markov_net.clique_parameters(states, 2), states=(2, 3))
case(
    "mean_field.fit",
    lambda start, sweeps: mean_field.fit([TABLE], start={"a": start, "b": p(3, 2)}, sweeps=sweeps),
    start=p(2, 2),
    sweeps=2,
)
case(
    "mean_field.bound",
    lambda table, a: mean_field.bound(("a", "b"), table, {"a": a, "b": p(3, 2)}),
    table=n(1, 2, 2),
    a=p(2, 2),
)
case(
    "mean_field.update",
    lambda table, name: mean_field.update(("a", "b"), table, {"a": p(2, 2), "b": p(3, 2)}, name),
    table=n(1, 2, 2),
    name="a",
)
case(
    "structure_search.score",
    lambda data, kind: structure_search.score(data, {"a": 2, "b": 2}, {"a": (), "b": ("a",)}, kind),
    data=whole(2, 6, 2),
    kind="bic",
)
case(
    "structure_search.moves",
    lambda data: structure_search.moves(data, {"a": 2, "b": 2}, {"a": (), "b": ()}),
    data=whole(2, 6, 2),
)
case(
    "structure_search.hill_climb",
    lambda data, limit: structure_search.hill_climb(data, {"a": 2, "b": 2}, limit=limit),
    data=whole(2, 6, 2),
    limit=3,
)
case(
    "structure_search.counts",
    lambda data, node: structure_search.counts(data, {"a": 2, "b": 2}, node, ("b",)),
    data=whole(2, 6, 2),
    node="a",
)
case(
    "structure_search.log_likelihood",
    lambda data, node: structure_search.log_likelihood(data, {"a": 2, "b": 2}, node, ("b",)),
    data=whole(2, 6, 2),
    node="a",
)
MIXTURE = elbo.Mixture(p(1, 2), u(2, 2, 3))
case("elbo.Mixture", elbo.Mixture, pi=p(1, 2), mu=u(2, 2, 3))
case("elbo.log_joint", lambda x: elbo.log_joint(MIXTURE, x), x=b(3, 5, 3))
case("elbo.log_likelihood", lambda x: elbo.log_likelihood(MIXTURE, x), x=b(3, 5, 3))
case("elbo.data_bound", lambda x, q: elbo.data_bound(MIXTURE, x, q), x=b(3, 5, 3), q=p(4, 5, 2))
case("latent.pairwise_parameters", latent.pairwise_parameters, visible=4)
case("latent.unit_parameters", latent.unit_parameters, visible=4, hidden=2)
case("rbm.Rbm", Rbm, b=n(1, 3), c=n(2, 2), W=n(3, 3, 2))
MACHINE = Rbm(n(1, 3), n(2, 2), n(3, 3, 2))
case("rbm.states", lambda units: rbm.states(units, n(1, 1)), units=3)
case("rbm.unnormalised", lambda v, h: rbm.unnormalised(MACHINE, v, h), v=b(1, 4, 3), h=b(2, 4, 2))
case("rbm.visible_given_hidden", lambda h: rbm.visible_given_hidden(MACHINE, h), h=b(1, 4, 2))
case("rbm.conditional", rbm.conditional, probability=u(1, 4, 2), layer=b(2, 4, 2))
case(
    "rbm.persistent_divergence",
    lambda data, hidden, u_v, u_h: rbm.persistent_divergence(MACHINE, data, hidden, u_v, u_h),
    data=b(1, 4, 3),
    hidden=b(2, 5, 2),
    u_v=u(3, 5, 3),
    u_h=u(4, 5, 2),
)
case("annealing.between", lambda base, beta: annealing.between(MACHINE, base, beta), base=n(1, 3), beta=0.5)
case("monte_carlo.least_variance", monte_carlo.least_variance, p=p(1, 3), f=n(2, 3))
STOCHASTIC = p(1, 3, 3).mT
for look in (markov_chain.reaches, markov_chain.irreducible, markov_chain.converges, markov_chain.second_modulus):
    case(f"markov_chain.{look.__name__}", look, A=STOCHASTIC)
case(
    "generators.bernoulli_posterior",
    generators.bernoulli_posterior,
    prior=p(1, 3),
    probability=u(2, 3, 4),
    x=b(3, 5, 4),
)
case(
    "generators.score_function",
    generators.score_function,
    mean=n(1, 2),
    sd=u(2, 2) + 0.5,
    z=n(3, 5, 2),
    value=n(4, 5, 1),
    baseline=0.5,
)
case(
    "generators.bernoulli_score_function",
    generators.bernoulli_score_function,
    logit=n(1, 2),
    z=b(2, 5, 2),
    value=n(3, 5, 1),
    baseline=0.5,
)
case("draw.read", lambda image: draw.read(image, draw.filters(n(1, 5), 4, 5, 3)), image=n(2, 4, 5))
case("draw.write", lambda patch: draw.write(patch, draw.filters(n(1, 5), 4, 5, 3)), patch=n(2, 3, 3))
case("vae.convolutional", vae.convolutional, channels=1, side=8, latent=2, width=2, kind="bernoulli", beta=1.0)
LINE: Any = gan.dense(2, 3, 2, G).double()
case(
    "gan.train",
    lambda **given: gan.train(LINE, lambda m: n(1, m, 2), lambda m: n(2, m, 2), **given),
    iterations=1,
    batch=3,
    k=1,
    kind="minimax",
    rate=1e-3,
)
