"""Right calls of the parts and relatives of the models of chapters 11 to 19."""

from __future__ import annotations

from typing import Any

import torch

from solvers.models import (
    adapters,
    annealing,
    attention,
    autoencoder,
    bayes_net,
    denoising,
    draw,
    elbo,
    esn,
    fixed_point,
    gan,
    generators,
    ggnn,
    gibbs,
    gpt,
    graph,
    gru,
    latent,
    layer_norm,
    lsm,
    lstm,
    markov_chain,
    markov_net,
    masking,
    message_passing,
    monte_carlo,
    nn4g,
    positional_encoding,
    rbm,
    readouts,
    segments,
    sequence_cost,
    sparse_attention,
    spectral,
    structure_search,
    svd,
    t5,
    vae,
    word2vec,
)
from solvers.models.bayes_net import BayesNet, Cpt
from solvers.models.factor import Factor
from solvers.models.graph import Graph
from solvers.models.rbm import Rbm
from tests.solvers.models.calls import A, Calls, b, n, p, spread, u, whole
from tests.solvers.models.data import tensor

CALLS = Calls()
case = CALLS.case

# ----- chapters 11 to 13
case("graph.within", graph.within, A=A, hops=2)
case("graph.triangles", graph.triangles, A=A)
case("graph.is_symmetric", graph.is_symmetric, A=A)
case("graph.refine", graph.refine, A=A, rounds=2)
case("graph.told_apart", graph.told_apart, A=A, B=A, rounds=2)
case("message_passing.aggregate", message_passing.aggregate, A=A, H=n(1, 2, 3), kind="mean")
case("message_passing.node_scores", message_passing.node_scores, H=n(1, 2, 3), V=n(2, 1, 2), c=n(3, 1))
case("message_passing.link_scores", message_passing.link_scores, H=n(1, 2, 3))
case("nn4g.graph_readout", lambda states: nn4g.graph_readout([states]), states=n(1, 2, 3))
case("ggnn.first_state", ggnn.first_state, X=n(1, 2, 3), hidden=4)
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
case("readouts.told_apart", readouts.told_apart, first=n(1, 2, 3), second=n(2, 2, 3), kind="sum", gap=1e-9)
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
GRU = gru.Weights(n(1, 3, 3, 2), n(2, 3, 3, 3), n(3, 3, 3))
case("gru.backward", lambda upstream: gru.backward(GRU, gru.forward(GRU, n(5, 4, 2)), upstream), upstream=n(6, 4, 3))
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

# ----- chapters 14 to 16
ATTENDED = attention.attend(n(1, 4, 3), n(2, 5, 3), n(3, 5, 2))
case("attention.backward", lambda upstream: attention.backward(ATTENDED, upstream), upstream=n(4, 4, 2))
case("attention.padding_mask", attention.padding_mask, lengths=torch.tensor([1, 3]), keys=4)
LAYERED = layer_norm.forward(n(1, 3, 4), n(2, 4), n(3, 4))
case(
    "layer_norm.backward",
    lambda gamma, upstream: layer_norm.backward(LAYERED, gamma, upstream),
    gamma=n(2, 4),
    upstream=n(4, 3, 4),
)
case("layer_norm.normalised", layer_norm.normalised, x=n(1, 3, 4), gamma=n(2, 4), beta=n(3, 4), eps=1e-5)
case("positional_encoding.rotation", positional_encoding.rotation, "shift empty", shift=tensor(2.0), d=4, n=100.0)
case(
    "sparse_attention.dilated",
    lambda count, radius, gap: sparse_attention.dilated(count, radius, gap),
    count=5,
    radius=1,
    gap=2,
)
case("sparse_attention.blocks", lambda count, size: sparse_attention.blocks(count, size), count=6, size=2)
case("sparse_attention.random", sparse_attention.random, uniforms=u(1, 4, 4), keys=2)
case("segments.longest_dependency", segments.longest_dependency, layers=2, length=4, memory=4)
case("adapters.low_rank_parameters", adapters.low_rank_parameters, rows=3, columns=4, rank=2)
case("sequence_cost.layer", sequence_cost.layer, kind="self-attention", tokens=4, d=8)
case("sequence_cost.crossover", sequence_cost.crossover, d=8)
case(
    "gpt.windowed",
    lambda tokens, k: gpt.windowed(gpt.Gpt(gpt.Sizes(5, 6, 4, 2, 1)), tokens, k),
    tokens=whole(5, 2, 4),
    k=2,
)
case(
    "masking.loss",
    lambda logits, tokens: masking.loss(logits, tokens, torch.ones(3, dtype=torch.bool)),
    logits=n(1, 3, 5),
    tokens=whole(5, 3),
)
case("t5.bucket", lambda buckets, farthest: t5.bucket(torch.arange(4), buckets, farthest), buckets=8, farthest=16)
case("word2vec.huffman", lambda count: word2vec.huffman([count, 2, 3]), count=1)
VECTORS = word2vec.Vectors(n(1, 5, 3), n(2, 5, 3))
case("word2vec.hidden", lambda context: word2vec.hidden(VECTORS, context), context=whole(5, 3))
case(
    "word2vec.softmax_gradient",
    lambda context, target: word2vec.softmax_gradient(VECTORS, context, target),
    context=whole(5, 3),
    target=torch.tensor(2),
)
case("autoencoder.reconstruction", autoencoder.reconstruction, r=n(1, 4, 3), x=b(2, 4, 3), kind="bernoulli")
case("autoencoder.l1_penalty", autoencoder.l1_penalty, h=n(1, 4, 3))
case("autoencoder.least_linear_loss", autoencoder.least_linear_loss, x=n(1, 6, 3), hidden=2)
case("denoising.corrupt_masking", denoising.corrupt_masking, x=n(1, 4), share=0.2, uniforms=u(2, 4))
case("denoising.best_denoiser_of_points", denoising.best_denoiser_of_points, seen=n(1, 4, 2), points=n(2, 5, 2), sd=0.5)
case("svd.truncate", lambda k: svd.truncate(svd.decompose(n(1, 4, 3)), k), k=2)
case("svd.rotations", svd.rotations, X=n(1, 4, 3), sweeps=1)

# ----- chapters 17 to 19
MACHINE = Rbm(n(1, 3), n(2, 2), n(3, 3, 2))
case("rbm.energy", lambda v, h: rbm.energy(MACHINE, v, h), v=b(1, 4, 3), h=b(2, 4, 2))
case("rbm.free_energy", lambda v: rbm.free_energy(MACHINE, v), v=b(1, 4, 3))
case("rbm.hidden_given_visible", lambda v: rbm.hidden_given_visible(MACHINE, v), v=b(1, 4, 3))
case("rbm.likelihood_gradient", lambda data: rbm.likelihood_gradient(MACHINE, data), data=b(1, 4, 3))
case("rbm.sample", rbm.sample, probability=u(1, 4), uniforms=u(2, 4))
case(
    "annealing.run",
    lambda start, u_h, u_v: annealing.run(MACHINE, (0.0, 0.5, 1.0), start, u_h, u_v),
    start=u(1, 5, 3),
    u_h=u(2, 1, 5, 2),
    u_v=u(3, 1, 5, 3),
)
case("annealing.base_log_partition", annealing.base_log_partition, base=n(1, 3), hidden=2)
NET = BayesNet((Cpt("a", (), p(1, 2)), Cpt("b", ("a",), p(2, 2, 3))))
case("bayes_net.sample", lambda uniforms: bayes_net.sample(NET, uniforms), uniforms=u(1, 5, 2))
case("bayes_net.invert", bayes_net.invert, probabilities=p(1, 3), uniforms=u(2))
FACTORS = [Factor(("a", "b"), u(1, 2, 2) + 0.1)]
case(
    "gibbs.run",
    lambda start, uniforms: gibbs.run(FACTORS, start, uniforms),
    start=torch.tensor([[0, 1]]),
    uniforms=u(1, 1, 3, 2),
)
case(
    "markov_chain.walk",
    lambda uniforms: markov_chain.walk(p(1, 3, 3).mT, torch.tensor([0, 1]), uniforms),
    uniforms=u(2, 2, 5),
)
case("markov_chain.spectrum", markov_chain.spectrum, A=p(1, 3, 3).mT)
case("markov_chain.period", markov_chain.period, A=p(1, 3, 3).mT)
case("markov_chain.total_variation", markov_chain.total_variation, p=p(1, 3), q=p(2, 3))
case("markov_chain.imbalance", markov_chain.imbalance, A=p(1, 3, 3).mT, pi=p(2, 3))
case("markov_net.boltzmann", markov_net.boltzmann, b=n(1, 3), W=n(2, 3, 3).triu(1) + n(2, 3, 3).triu(1).mT)
case("monte_carlo.variance", monte_carlo.variance, p=p(1, 3), f=n(2, 3))
case("monte_carlo.optimal_proposal", monte_carlo.optimal_proposal, p=p(1, 3), f=n(2, 3))
case("monte_carlo.importance", monte_carlo.importance, samples=whole(3, 5), p=p(1, 3), q=p(2, 3), f=n(3, 3))
case("monte_carlo.samples_needed", monte_carlo.samples_needed, sd=u(1, 3) + 0.1, standard_error=u(2, 3) + 0.1)
case("latent.class_parameters", latent.class_parameters, visible=4, classes=2)
case("latent.covariance", latent.covariance, weight=p(1, 4), v=n(2, 4, 3))
case(
    "structure_search.bdeu",
    lambda data, weight: structure_search.bdeu(data, {"a": 2, "b": 2}, "a", ("b",), weight),
    data=whole(2, 6, 2),
    weight=10.0,
)
MIXTURE = elbo.Mixture(p(1, 2), u(2, 2, 3))
case("elbo.e_step", lambda x: elbo.e_step(MIXTURE, x), x=b(3, 5, 3))
case("elbo.m_step", elbo.m_step, x=b(3, 5, 3), q=p(4, 5, 2))
case("elbo.best_q", elbo.best_q, joint=0.5 * p(1, 3))
case("generators.pathwise", generators.pathwise, sd=u(1, 2) + 0.5, noise=n(2, 2), upstream=n(3, 2))
case("generators.score", generators.score, mean=n(1, 2), sd=u(2, 2) + 0.5, z=n(3, 2))
case("generators.bernoulli_log_probability", generators.bernoulli_log_probability, probability=u(1, 4, 3), x=b(2, 5, 3))
case("vae.divergence_slopes", vae.divergence_slopes, mean=n(1, 2), log_variance=n(2, 2))
case("vae.log_normal", vae.log_normal, z=n(1, 2), mean=n(2, 2), log_variance=n(3, 2))
case("draw.filters", draw.filters, parameters=n(1, 5), rows=4, columns=5, n=3)
case("gan.jensen_shannon", gan.jensen_shannon, data=p(1, 3), model=p(2, 3))
case("gan.generator_slope", gan.generator_slope, logit=tensor(0.5), kind="minimax")
case("gan.discriminator_slopes", gan.discriminator_slopes, real=n(1, 4), fake=n(2, 4))
case("gan.dense", gan.dense, inputs=2, hidden=3, latent=2)
case("gan.dcgan", gan.dcgan, channels=1, latent=2, width=1, side=8)
case("gpt.parameter_count", lambda blocks: gpt.parameter_count(gpt.Sizes(5, 6, 4, 2, blocks)), blocks=1)
