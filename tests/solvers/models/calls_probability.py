"""Right calls of models, chapters 16 to 19."""

from __future__ import annotations

from typing import Any

import torch

from solvers.models import (
    annealing,
    autoencoder,
    bayes_net,
    dag,
    denoising,
    draw,
    elbo,
    factor,
    factor_graph,
    gan,
    generators,
    gibbs,
    jordan,
    latent,
    markov_chain,
    markov_net,
    mean_field,
    monte_carlo,
    rbm,
    seq2seq,
    sequence,
    structure_search,
    svd,
    table_learning,
    vae,
)
from solvers.models.bayes_net import BayesNet, Cpt
from solvers.models.factor import Factor
from solvers.models.rbm import Rbm
from tests.solvers.models.calls import Calls, b, n, p, spread, u, whole
from tests.solvers.models.data import tensor

CALLS = Calls()
case = CALLS.case

# ----- chapter 16
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
case("autoencoder.reconstruction", autoencoder.reconstruction, r=n(1, 4, 3), x=b(2, 4, 3), kind="bernoulli")
case("autoencoder.l1_penalty", autoencoder.l1_penalty, h=n(1, 4, 3))
case("autoencoder.least_linear_loss", autoencoder.least_linear_loss, x=n(1, 6, 3), hidden=2)
case("autoencoder.kl_slope", autoencoder.kl_slope, h=0.1 + 0.8 * u(1, 4, 3), target=0.2)
case("autoencoder.Weights", autoencoder.Weights, W=n(1, 2, 3), b=n(2, 2), c=n(3, 3))
CODER = autoencoder.Weights(n(1, 2, 3), n(2, 2), n(3, 3))
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
for counted, arguments in (
    (autoencoder.parameter_count, {"inputs": 3, "hidden": 2}),
    (jordan.parameter_count, {"inputs": 3, "hidden": 2, "outputs": 2}),
    (seq2seq.parameter_count, {"inputs": 3, "hidden": 2, "written": 2, "symbols": 4}),
    (sequence.parameter_count, {"inputs": 3, "hidden": 2, "outputs": 2, "directions": 1}),
):
    case(f"{counted.__module__.rpartition('.')[2]}.parameter_count", counted, **arguments)
case("denoising.corrupt_gaussian", denoising.corrupt_gaussian, x=n(1, 4), sd=0.5, noise=n(2, 4))
case(
    "denoising.best_denoiser",
    denoising.best_denoiser,
    seen=n(1, 4),
    mean=n(2, 4),
    data_variance=u(3, 4) + 1,
    noise_variance=u(4, 4) + 1,
)
case("denoising.corrupt_masking", denoising.corrupt_masking, x=n(1, 4), share=0.2, uniforms=u(2, 4))
case("denoising.best_denoiser_of_points", denoising.best_denoiser_of_points, seen=n(1, 4, 2), points=n(2, 5, 2), sd=0.5)
case("denoising.corrupt_salt_pepper", denoising.corrupt_salt_pepper, x=n(1, 4), share=0.2, uniforms=u(2, 4))
case("svd.decompose", svd.decompose, X=n(1, 4, 3))
case("svd.pca", svd.pca, X=n(1, 6, 3), k=2)
case("svd.truncate", lambda k: svd.truncate(svd.decompose(n(1, 4, 3)), k), k=2)
case("svd.rotations", svd.rotations, X=n(1, 4, 3), sweeps=1)
DECOMPOSED = svd.decompose(n(1, 4, 3))
case("svd.truncation_error", lambda k: svd.truncation_error(DECOMPOSED, k), k=2)
case("svd.explained", lambda k: svd.explained(DECOMPOSED, k), k=2)

# ----- chapter 17
case("markov_net.boltzmann_joint", markov_net.boltzmann_joint, b=n(1, 3), W=n(2, 3, 3).triu(1) + n(2, 3, 3).triu(1).mT)
case("markov_net.boltzmann", markov_net.boltzmann, b=n(1, 3), W=n(2, 3, 3).triu(1) + n(2, 3, 3).triu(1).mT)
case("markov_net.Energy", lambda table: markov_net.Energy(("a", "b"), table), table=n(1, 2, 2))
case("markov_net.energy", lambda state: markov_net.energy([markov_net.Energy(("a",), n(1, 2))], {"a": state}), state=1)
case("markov_net.clique_parameters", lambda states: markov_net.clique_parameters(states, 2), states=(2, 3))
NET = BayesNet((Cpt("a", (), p(1, 2)), Cpt("b", ("a",), p(2, 2, 3))))
case("bayes_net.sample", lambda uniforms: bayes_net.sample(NET, uniforms), uniforms=u(1, 5, 2))
case("bayes_net.invert", bayes_net.invert, probabilities=p(1, 3), uniforms=u(2))
case("bayes_net.Cpt", lambda table: Cpt("b", ("a",), table), table=p(2, 2, 3))
case("bayes_net.probability", lambda state: bayes_net.probability(NET, {"a": state}), state=1)
case("bayes_net.posterior", lambda name, state: bayes_net.posterior(NET, [name], {"a": state}), name="b", state=1)
case(
    "bayes_net.likelihood_weighted",
    lambda state, uniforms: bayes_net.likelihood_weighted(NET, {"b": state}, uniforms),
    state=1,
    uniforms=u(1, 5, 2),
)
case("bayes_net.log_probability", lambda cases: bayes_net.log_probability(NET, cases), cases=whole(2, 6, 2))
case("dag.parameters", lambda states: dag.parameters({"a": (), "b": ("a",)}, {"a": states, "b": 2}), states=2)
case("factor.Factor", lambda table: Factor(("a", "b"), table), table=u(1, 2, 2))
TABLE = Factor(("a", "b"), p(1, 4).reshape(2, 2))
case("factor.dependence", lambda x, y: factor.dependence(TABLE, x, y), x="a", y="b")
case("factor.marginal", lambda name: factor.marginal(TABLE, [name]), name="a")
case("factor.condition", lambda state: factor.condition(TABLE, {"a": state}), state=1)
case("factor.sum_out", lambda name: factor.sum_out(TABLE, name), name="a")
case("factor.max_out", lambda name: factor.max_out(TABLE, name), name="a")
case("factor.eliminate", lambda name: factor.eliminate([TABLE], [name]), name="a")
case("factor.posterior", lambda name, state: factor.posterior([TABLE], [name], {"b": state}), name="a", state=1)
case("factor_graph.loopy", lambda sweeps: factor_graph.loopy([TABLE], sweeps), sweeps=2)
COLUMNS, EDGE = {"a": 2, "b": 2}, {"a": (), "b": ("a",)}
case(
    "table_learning.counted",
    lambda data, prior: table_learning.counted(data, COLUMNS, EDGE, prior),
    "prior infinite",
    data=whole(2, 6, 2),
    prior=1.0,
)
case("table_learning.Tables", lambda states: table_learning.Tables({**COLUMNS, "b": states}, EDGE), states=2)

# ----- chapter 18
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
MACHINE = Rbm(n(1, 3), n(2, 2), n(3, 3, 2))
case("rbm.energy", lambda v, h: rbm.energy(MACHINE, v, h), v=b(1, 4, 3), h=b(2, 4, 2))
case("rbm.free_energy", lambda v: rbm.free_energy(MACHINE, v), v=b(1, 4, 3))
case("rbm.hidden_given_visible", lambda v: rbm.hidden_given_visible(MACHINE, v), v=b(1, 4, 3))
case("rbm.likelihood_gradient", lambda data: rbm.likelihood_gradient(MACHINE, data), data=b(1, 4, 3))
case("rbm.sample", rbm.sample, probability=u(1, 4), uniforms=u(2, 4))
case("rbm.Rbm", Rbm, b=n(1, 3), c=n(2, 2), W=n(3, 3, 2))
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
case("markov_chain.stationary", markov_chain.stationary, A=p(1, 3, 3).mT)
case("markov_chain.run", markov_chain.run, A=p(1, 3, 3).mT, v=p(2, 3), steps=2)
case(
    "markov_chain.walk",
    lambda uniforms: markov_chain.walk(p(1, 3, 3).mT, torch.tensor([0, 1]), uniforms),
    uniforms=u(2, 2, 5),
)
case("markov_chain.spectrum", markov_chain.spectrum, A=p(1, 3, 3).mT)
case("markov_chain.period", markov_chain.period, A=p(1, 3, 3).mT)
case("markov_chain.total_variation", markov_chain.total_variation, p=p(1, 3), q=p(2, 3))
case("markov_chain.imbalance", markov_chain.imbalance, A=p(1, 3, 3).mT, pi=p(2, 3))
STOCHASTIC = p(1, 3, 3).mT
for look in (markov_chain.reaches, markov_chain.irreducible, markov_chain.converges, markov_chain.second_modulus):
    case(f"markov_chain.{look.__name__}", look, A=STOCHASTIC)
case("monte_carlo.estimate", monte_carlo.estimate, values=n(1, 5))
case("monte_carlo.expectation", monte_carlo.expectation, p=p(1, 3), f=n(2, 3))
case("monte_carlo.importance_variance", monte_carlo.importance_variance, p=p(1, 3), q=p(2, 3), f=n(3, 3))
case("monte_carlo.variance", monte_carlo.variance, p=p(1, 3), f=n(2, 3))
case("monte_carlo.optimal_proposal", monte_carlo.optimal_proposal, p=p(1, 3), f=n(2, 3))
case("monte_carlo.importance", monte_carlo.importance, samples=whole(3, 5), p=p(1, 3), q=p(2, 3), f=n(3, 3))
case("monte_carlo.samples_needed", monte_carlo.samples_needed, sd=u(1, 3) + 0.1, standard_error=u(2, 3) + 0.1)
case("monte_carlo.least_variance", monte_carlo.least_variance, p=p(1, 3), f=n(2, 3))
case("latent.table_parameters", latent.table_parameters, visible=4)
case("latent.class_parameters", latent.class_parameters, visible=4, classes=2)
case("latent.covariance", latent.covariance, weight=p(1, 4), v=n(2, 4, 3))
case("latent.pairwise_parameters", latent.pairwise_parameters, visible=4)
case("latent.unit_parameters", latent.unit_parameters, visible=4, hidden=2)
case(
    "structure_search.bic", lambda data: structure_search.bic(data, {"a": 2, "b": 2}, "a", ("b",)), data=whole(2, 6, 2)
)
case(
    "structure_search.bdeu",
    lambda data, weight: structure_search.bdeu(data, {"a": 2, "b": 2}, "a", ("b",), weight),
    data=whole(2, 6, 2),
    weight=10.0,
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
case(
    "structure_search.tabu_search",
    lambda data, kind, limit, memory: structure_search.tabu_search(data, COLUMNS, None, kind, limit, memory),
    data=whole(2, 6, 2),
    kind="bic",
    limit=3,
    memory=1,
)
case(
    "structure_search.best_move",
    lambda data, kind: structure_search.best_move(data, COLUMNS, EDGE, kind),
    data=whole(2, 6, 2),
    kind="bdeu",
)
case(
    "annealing.run",
    lambda start, u_h, u_v: annealing.run(MACHINE, (0.0, 0.5, 1.0), start, u_h, u_v),
    start=u(1, 5, 3),
    u_h=u(2, 1, 5, 2),
    u_v=u(3, 1, 5, 3),
)
case("annealing.base_log_partition", annealing.base_log_partition, base=n(1, 3), hidden=2)
case("annealing.between", lambda base, beta: annealing.between(MACHINE, base, beta), base=n(1, 3), beta=0.5)
FACTORS = [Factor(("a", "b"), u(1, 2, 2) + 0.1)]
case(
    "gibbs.run",
    lambda start, uniforms: gibbs.run(FACTORS, start, uniforms),
    start=torch.tensor([[0, 1]]),
    uniforms=u(1, 1, 3, 2),
)
case("gibbs.conditional", lambda name, state: gibbs.conditional([TABLE], name, {"b": state}), name="a", state=1)
case("gibbs.transition", lambda name: gibbs.transition(TABLE, [name]), name="a")
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

# ----- chapter 19
case("elbo.bound", elbo.bound, joint=0.5 * p(1, 3), q=p(2, 3))
case(
    "elbo.em",
    lambda pi, mu, x, steps: elbo.em(elbo.Mixture(pi, mu), x, steps),
    pi=p(1, 2),
    mu=u(2, 2, 3),
    x=b(3, 5, 3),
    steps=2,
)
MIXTURE = elbo.Mixture(p(1, 2), u(2, 2, 3))
case("elbo.e_step", lambda x: elbo.e_step(MIXTURE, x), x=b(3, 5, 3))
case("elbo.m_step", elbo.m_step, x=b(3, 5, 3), q=p(4, 5, 2))
case("elbo.best_q", elbo.best_q, joint=0.5 * p(1, 3))
case("elbo.Mixture", elbo.Mixture, pi=p(1, 2), mu=u(2, 2, 3))
case("elbo.log_joint", lambda x: elbo.log_joint(MIXTURE, x), x=b(3, 5, 3))
case("elbo.log_likelihood", lambda x: elbo.log_likelihood(MIXTURE, x), x=b(3, 5, 3))
case("elbo.data_bound", lambda x, q: elbo.data_bound(MIXTURE, x, q), x=b(3, 5, 3), q=p(4, 5, 2))
case("generators.cholesky", generators.cholesky, covariance=spread(2))
case("generators.affine", generators.affine, mean=n(1, 2), L=spread(2).tril(), z=n(2, 5, 2))
case("generators.reparametrise", generators.reparametrise, mean=n(1, 2), sd=u(2, 2) + 1, noise=n(3, 2))
case(
    "generators.bernoulli_marginal", generators.bernoulli_marginal, prior=p(1, 3), probability=u(2, 3, 4), x=b(3, 5, 4)
)
case("generators.pathwise", generators.pathwise, sd=u(1, 2) + 0.5, noise=n(2, 2), upstream=n(3, 2))
case("generators.score", generators.score, mean=n(1, 2), sd=u(2, 2) + 0.5, z=n(3, 2))
case("generators.bernoulli_log_probability", generators.bernoulli_log_probability, probability=u(1, 4, 3), x=b(2, 5, 3))
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
case("vae.divergence", vae.divergence, mean=n(1, 2), log_variance=n(2, 2))
case("vae.log_likelihood", vae.log_likelihood, out=n(1, 4), x=b(2, 4), kind="bernoulli", sd=1.0)
case("vae.dense", vae.dense, inputs=4, hidden=3, latent=2, kind="bernoulli", beta=1.0, sd=1.0)
case("vae.divergence_slopes", vae.divergence_slopes, mean=n(1, 2), log_variance=n(2, 2))
case("vae.log_normal", vae.log_normal, z=n(1, 2), mean=n(2, 2), log_variance=n(3, 2))
case("vae.convolutional", vae.convolutional, channels=1, side=8, latent=2, width=2, kind="bernoulli", beta=1.0)
case("draw.filterbank", draw.filterbank, places=n(1, 3), variance=tensor(1.0), pixels=5)
case("draw.centres", draw.centres, centre=tensor(2.0), stride=tensor(1.0), n=3)
case("draw.filters", draw.filters, parameters=n(1, 5), rows=4, columns=5, n=3)
image, kernel = n(1, 2, 5, 5), n(2, 3, 2, 3, 3)
case("draw.read", lambda image: draw.read(image, draw.filters(n(1, 5), 4, 5, 3)), image=n(2, 4, 5))
case("draw.write", lambda patch: draw.write(patch, draw.filters(n(1, 5), 4, 5, 3)), patch=n(2, 3, 3))
case("gan.value", gan.value, data=p(1, 3), model=p(2, 3), D=0.1 + 0.8 * u(3, 3))
case("gan.best_discriminator", gan.best_discriminator, data=p(1, 3), model=p(2, 3))
case("gan.discriminator_loss", gan.discriminator_loss, real=n(1, 4), fake=n(2, 4))
case("gan.generator_loss", gan.generator_loss, fake=n(2, 4), kind="minimax")
case("gan.jensen_shannon", gan.jensen_shannon, data=p(1, 3), model=p(2, 3))
case("gan.generator_slope", gan.generator_slope, logit=tensor(0.5), kind="minimax")
case("gan.discriminator_slopes", gan.discriminator_slopes, real=n(1, 4), fake=n(2, 4))
case("gan.dense", gan.dense, inputs=2, hidden=3, latent=2)
case("gan.dcgan", gan.dcgan, channels=1, latent=2, width=1, side=8)
G = torch.Generator().manual_seed(1)
PLAYER: Any = gan.dense(2, 3, 2, G).double()
case(
    "gan.train",
    lambda **given: gan.train(PLAYER, lambda m: n(1, m, 2), lambda m: n(2, m, 2), **given),
    iterations=1,
    batch=3,
    k=1,
    kind="minimax",
    rate=1e-3,
)
