"""Right calls of the models of chapters 10 to 19."""

from __future__ import annotations

import torch

from solvers.models import (
    adapters,
    attention,
    autoencoder,
    bert,
    bpe,
    deep_rnn,
    denoising,
    draw,
    elbo,
    esn,
    fixed_point,
    gan,
    generators,
    ggnn,
    gpt,
    graph,
    gru,
    hmm,
    jordan,
    kalman,
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
    plasticity,
    positional_encoding,
    rbm,
    readouts,
    rnn,
    segments,
    seq2seq,
    sequence,
    sequence_cost,
    span_corruption,
    sparse_attention,
    spectral,
    structure_search,
    svd,
    t5,
    transformer,
    vae,
    word2vec,
)
from solvers.models.graph import Graph
from solvers.models.rbm import Rbm
from tests.solvers.models.calls import A, Calls, b, n, p, spread, u, whole
from tests.solvers.models.data import tensor

CALLS = Calls()
case = CALLS.case


# ----- chapters 10 to 13
rec = {"U": n(1, 3, 2), "W": n(2, 3, 3), "b": n(3, 3), "V": n(4, 2, 3), "c": n(5, 2)}
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
case("sequence.elman", lambda U, W, b, V, c, x: sequence.elman(rnn.Weights(U, W, b, V, c), x), **rec, x=n(6, 4, 2))
case("sequence.windows", sequence.windows, x=n(1, 5, 2), width=3)
case("sequence.step_losses", sequence.step_losses, o=n(1, 4, 3), target=whole(3, 4))
case(
    "jordan.taught",
    lambda U, W, b, V, c, x, target, first: jordan.taught(jordan.OutputWeights(U, W, b, V, c), x, target, first),
    U=n(1, 3, 2),
    W=n(2, 3, 4),
    b=n(3, 3),
    V=n(4, 4, 3),
    c=n(5, 4),
    x=n(6, 5, 2),
    target=p(7, 5, 4),
    first=n(8, 4),
)
case(
    "seq2seq.Seq2Seq",
    lambda x, target: seq2seq.Seq2Seq(2, 3, 4, generator=torch.Generator().manual_seed(1)).double()(x, target),
    x=n(1, 2, 5, 2),
    target=whole(4, 2, 3),
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
gates = {"U": n(1, 4, 3, 2), "W": n(2, 4, 3, 3), "b": n(3, 4, 3)}
case(
    "lstm.forward",
    lambda U, W, b, P, x, h, c: lstm.forward(lstm.Weights(U, W, b, P), x, h=h, c=c),
    **gates,
    P=n(4, 3, 3),
    x=n(5, 4, 2),
    h=n(6, 3),
    c=n(7, 3),
)
case("lstm.by_library", lambda U, W, b, x: lstm.by_library(lstm.Weights(U, W, b), x), **gates, x=n(5, 4, 2))
case("lstm.Lstm", lstm.Lstm, inputs=2, hidden=3)
case(
    "gru.forward",
    lambda U, W, b, x: gru.forward(gru.Weights(U, W, b), x),
    U=n(1, 3, 3, 2),
    W=n(2, 3, 3, 3),
    b=n(3, 3, 3),
    x=n(5, 4, 2),
)
case("gru.Variant", gru.Variant, candidate="tanh", reset="before", update="old")
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
case(
    "plasticity.step",
    lambda net, gain, b, unit: plasticity.step(net, gain, b, unit, plasticity.Rule(0.1, 0.2)),
    net=n(1, 3),
    gain=u(2, 3) + 1,
    b=n(3, 3),
    unit="tanh",
)
case("plasticity.Rule", plasticity.Rule, eta=0.1, mean=0.2, deviation=1.0)
case("lsm.spike_train", lambda current: lsm.spike_train(lsm.Neuron(), current), current=n(1, 6))
case("lsm.forward", lambda U, W, x: lsm.forward(lsm.Liquid(U, W), x), U=n(1, 3, 2), W=n(2, 3, 3), x=n(3, 5, 2))
case("lsm.Neuron", lsm.Neuron, beta=0.5, threshold=1.0, reset="zero", fires="at")
case("lsm.Synapse", lsm.Synapse, utilisation=0.5, facilitation=2.0, depression=2.0)
case(
    "hmm.viterbi",
    lambda pi, A, B, observed: hmm.viterbi(hmm.Hmm(pi, A, B), observed),
    pi=p(1, 3),
    A=p(2, 3, 3),
    B=p(3, 3, 4),
    observed=whole(4, 5),
)
case(
    "kalman.kalman",
    lambda A, C, Q, R, y, mean, covariance: kalman.kalman(kalman.System(A, C, Q, R), y, mean, covariance),
    A=n(1, 2, 2),
    C=n(2, 2, 2),
    Q=spread(2),
    R=spread(2),
    y=n(3, 4, 2),
    mean=n(4, 2),
    covariance=spread(2),
)
case("kalman.linear_states", kalman.linear_states, A=n(1, 2, 2), B=n(2, 2, 3), x=n(3, 4, 3), start=n(4, 2))
case("graph.Graph", Graph, A=A, X=n(1, 2, 3))
case("graph.walks", graph.walks, A=A, length=2)
case("graph.degrees", graph.degrees, A=A)
case("graph.adjacency", lambda nodes: graph.adjacency([(0, 1)], nodes), nodes=3)
case(
    "message_passing.GraphNet",
    lambda A, X: message_passing.GraphNet([2, 3], "node", generator=torch.Generator().manual_seed(1)).double()(
        Graph(A, X)
    ),
    A=A,
    X=n(1, 2, 3),
)
case("nn4g.forward", lambda own, A, X: nn4g.forward([nn4g.Layer(own)], Graph(A, X)), own=n(1, 3, 2), A=A, X=n(2, 2, 3))
case(
    "ggnn.Ggnn",
    lambda A, X: ggnn.Ggnn(3, 1, 2, generator=torch.Generator().manual_seed(1)).double()(Graph(A, X)),
    A=A,
    X=n(1, 2, 3),
)
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
case("spectral.laplacian", spectral.laplacian, A=A, kind="normalised")
case("spectral.polynomial_filter", spectral.polynomial_filter, L=spread(3), theta=n(1, 2), x=n(2, 3))
case("readouts.read", readouts.read, H=n(1, 2, 3), kind="mean")

# ----- chapters 14 to 16
qkv = {"Q": n(1, 4, 3), "K": n(2, 5, 3), "V": n(3, 5, 2)}
case("attention.attend", attention.attend, **qkv)
case("attention.attended", attention.attended, **qkv)
case("attention.MultiHead", attention.MultiHead, d=6, heads=2)
case(
    "attention.multi_head",
    lambda Q, K, V, O, x, y: attention.multi_head(attention.Heads(Q, K, V, O), x, y),
    Q=n(1, 2, 4, 2),
    K=n(2, 2, 4, 2),
    V=n(3, 2, 4, 2),
    O=n(4, 4, 4),
    x=n(5, 3, 4),
    y=n(6, 5, 4),
)
case("attention.causal_mask", attention.causal_mask, queries=3, keys=4)
case("layer_norm.forward", layer_norm.forward, x=n(1, 3, 4), gamma=n(2, 4), beta=n(3, 4), eps=1e-5)
case("positional_encoding.table", positional_encoding.table, length=3, d=4, n=100.0)
case("positional_encoding.encode", positional_encoding.encode, positions=n(1, 3), d=4, n=100.0)
case(
    "word2vec.softmax_loss",
    lambda E, C, context, target: word2vec.softmax_loss(word2vec.Vectors(E, C), context, target),
    E=n(1, 5, 3),
    C=n(2, 5, 3),
    context=whole(5, 2),
    target=whole(5, 1)[0],
)
case("word2vec.pairs", lambda window: word2vec.pairs([1, 2, 3], window), window=1)
case("word2vec.draw_negatives", word2vec.draw_negatives, "counts whole", counts=tensor([1, 2, 3]), uniforms=u(1, 4))
case("word2vec.Word2Vec", word2vec.Word2Vec, words=5, d=3, kind="softmax")
case("transformer.block_parameters", transformer.block_parameters, d=4, d_ff=8)
case(
    "transformer.Transformer",
    lambda tokens: transformer.Transformer(5, 5, 1, transformer.Sizes(4, 2, 8))(tokens, tokens),
    tokens=whole(5, 2, 3),
)
case("sparse_attention.band", sparse_attention.band, n=5, radius=1)
case(
    "sparse_attention.attend",
    lambda Q, K, V: sparse_attention.attend(Q, K, V, sparse_attention.band(4, 1)),
    Q=n(1, 4, 3),
    K=n(2, 4, 3),
    V=n(3, 4, 2),
)
case("segments.chunks", segments.chunks, tokens=7, length=3, overlap=1)
case("adapters.Adapter", adapters.Adapter, d=4, middle=2)
case("sequence_cost.block", sequence_cost.block, tokens=4, d=8)
case("gpt.Gpt", lambda tokens: gpt.Gpt(gpt.Sizes(5, 6, 4, 2, 1))(tokens), tokens=whole(5, 2, 3))
case("gpt.token_log_probabilities", gpt.token_log_probabilities, logits=n(1, 3, 5), tokens=whole(5, 3))
case("gpt.perplexity", gpt.perplexity, log_probabilities=-u(1, 4))
case("bert.Bert", lambda tokens: bert.Bert(bert.Sizes(5, 6, 4, 2, 1))(tokens), tokens=whole(5, 2, 3))
case(
    "masking.mask",
    lambda tokens, choice, fate, replacement: masking.mask(
        tokens, choice, fate, replacement, mask_token=5, vocabulary=5
    ),
    tokens=whole(5, 6),
    choice=u(1, 6),
    fate=u(2, 6),
    replacement=u(3, 6),
)
case("t5.T5", lambda tokens: t5.T5(t5.Sizes(5, 4, 2, 2, 8, 1, 8, 16))(tokens, tokens), tokens=whole(5, 2, 3))
case("span_corruption.draw", span_corruption.draw, tokens=20, uniforms=u(1, 20))
case("bpe.train", lambda merges: bpe.train({"low": 2, "lower": 1}, merges), merges=2)
case(
    "autoencoder.forward",
    lambda W, b, c, V, x, g: autoencoder.forward(autoencoder.Weights(W, b, c, V), x, g),
    W=n(1, 2, 3),
    b=n(2, 2),
    c=n(3, 3),
    V=n(4, 3, 2),
    x=n(5, 4, 3),
    g="sigmoid",
)
case("autoencoder.best_linear", autoencoder.best_linear, x=n(1, 6, 3), hidden=2)
case("autoencoder.kl_penalty", autoencoder.kl_penalty, h=0.1 + 0.8 * u(1, 4, 3), target=0.2)
case("denoising.corrupt_gaussian", denoising.corrupt_gaussian, x=n(1, 4), sd=0.5, noise=n(2, 4))
case(
    "denoising.best_denoiser",
    denoising.best_denoiser,
    seen=n(1, 4),
    mean=n(2, 4),
    data_variance=u(3, 4) + 1,
    noise_variance=u(4, 4) + 1,
)
case("svd.decompose", svd.decompose, X=n(1, 4, 3))
case("svd.pca", svd.pca, X=n(1, 6, 3), k=2)

# ----- chapters 17 to 19
machine = {"b": n(1, 3), "c": n(2, 2), "W": n(3, 3, 2)}
case("rbm.log_probability", lambda b, c, W, v: rbm.log_probability(Rbm(b, c, W), v), **machine, v=b(4, 5, 3))
case(
    "rbm.gibbs",
    lambda b, c, W, start, u_h, u_v: rbm.gibbs(Rbm(b, c, W), start, u_h, u_v),
    **machine,
    start=b(4, 1, 3),
    u_h=u(5, 4, 1, 2),
    u_v=u(6, 4, 1, 3),
)
case(
    "rbm.contrastive_divergence",
    lambda b, c, W, data, u_h, u_v: rbm.contrastive_divergence(Rbm(b, c, W), data, u_h, u_v),
    **machine,
    data=b(4, 5, 3),
    u_h=u(5, 1, 5, 2),
    u_v=u(6, 1, 5, 3),
)
case("markov_chain.stationary", markov_chain.stationary, A=p(1, 3, 3).mT)
case("markov_chain.run", markov_chain.run, A=p(1, 3, 3).mT, v=p(2, 3), steps=2)
case("markov_net.boltzmann_joint", markov_net.boltzmann_joint, b=n(1, 3), W=n(2, 3, 3).triu(1) + n(2, 3, 3).triu(1).mT)
case("monte_carlo.estimate", monte_carlo.estimate, values=n(1, 5))
case("monte_carlo.expectation", monte_carlo.expectation, p=p(1, 3), f=n(2, 3))
case("monte_carlo.importance_variance", monte_carlo.importance_variance, p=p(1, 3), q=p(2, 3), f=n(3, 3))
case("latent.table_parameters", latent.table_parameters, visible=4)
case(
    "structure_search.bic", lambda data: structure_search.bic(data, {"a": 2, "b": 2}, "a", ("b",)), data=whole(2, 6, 2)
)
case("elbo.bound", elbo.bound, joint=0.5 * p(1, 3), q=p(2, 3))
case(
    "elbo.em",
    lambda pi, mu, x, steps: elbo.em(elbo.Mixture(pi, mu), x, steps),
    pi=p(1, 2),
    mu=u(2, 2, 3),
    x=b(3, 5, 3),
    steps=2,
)
case("generators.cholesky", generators.cholesky, covariance=spread(2))
case("generators.affine", generators.affine, mean=n(1, 2), L=spread(2).tril(), z=n(2, 5, 2))
case("generators.reparametrise", generators.reparametrise, mean=n(1, 2), sd=u(2, 2) + 1, noise=n(3, 2))
case(
    "generators.bernoulli_marginal", generators.bernoulli_marginal, prior=p(1, 3), probability=u(2, 3, 4), x=b(3, 5, 4)
)
case("vae.divergence", vae.divergence, mean=n(1, 2), log_variance=n(2, 2))
case("vae.log_likelihood", vae.log_likelihood, out=n(1, 4), x=b(2, 4), kind="bernoulli", sd=1.0)
case("vae.dense", vae.dense, inputs=4, hidden=3, latent=2, kind="bernoulli", beta=1.0, sd=1.0)
case("draw.filterbank", draw.filterbank, places=n(1, 3), variance=tensor(1.0), pixels=5)
case("draw.centres", draw.centres, centre=tensor(2.0), stride=tensor(1.0), n=3)
case("gan.value", gan.value, data=p(1, 3), model=p(2, 3), D=0.1 + 0.8 * u(3, 3))
case("gan.best_discriminator", gan.best_discriminator, data=p(1, 3), model=p(2, 3))
case("gan.discriminator_loss", gan.discriminator_loss, real=n(1, 4), fake=n(2, 4))
case("gan.generator_loss", gan.generator_loss, fake=n(2, 4), kind="minimax")
