"""Right calls of models, chapters 9 and 10."""

from __future__ import annotations

from typing import Any

import torch

from solvers.models import (
    coverage,
    debugging,
    decoding,
    diagnosis,
    gaussian_process,
    hmm,
    hyper_search,
    jordan,
    kalman,
    metrics,
    optimizers,
    piecewise_linear,
    rnn,
    seq2seq,
    sequence,
    transduction,
)
from solvers.models.gaussian_process import Prior
from tests.solvers.models.calls import Calls, b, n, p, spread, u, whole
from tests.solvers.models.data import tensor

CALLS = Calls()
case = CALLS.case

# ----- chapter 9
case("debugging.relative_error", debugging.relative_error, found=n(1, 3), expected=n(2, 3))
case("debugging.firing", debugging.firing, activations=n(1, 4, 3))
case("debugging.worst", debugging.worst, losses=n(1, 4), count=2)
case("debugging.dead", debugging.dead, activations=n(1, 4, 3))
case(
    "debugging.central_differences",
    lambda theta, step: debugging.central_differences(lambda t: (t**2).sum(-1), theta, step),
    theta=n(1, 3),
    step=1e-4,
)


def squares(theta: Any) -> Any:
    """A cost."""
    return (theta**2).sum(dim=-1)


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
LINE = torch.nn.Linear(3, 1)
case(
    "debugging.fit_tiny_set",
    lambda steps, below: debugging.fit_tiny_set(
        LINE, lambda: LINE.weight.square().sum(), optimizers.sgd(0.1), steps, below
    ),
    steps=1,
    below=0.5,
)
case("metrics.contingency", metrics.contingency, predicted=b(1, 6), truth=b(2, 6))
case("metrics.pr_curve", metrics.pr_curve, scores=n(1, 6), truth=tensor([1, 0, 1, 0, 1, 1]))
case("metrics.total_costs", metrics.total_costs, scores=n(1, 6), truth=b(2, 6), false_alarm=1.0, miss=2.0)
case("metrics.bayes_error", metrics.bayes_error, joint=p(1, 6).reshape(2, 3))
case("metrics.average_precision", metrics.average_precision, scores=n(1, 6), truth=tensor([1, 0, 1, 0, 1, 1]))
case("metrics.bayes_classifier", metrics.bayes_classifier, joint=p(1, 6).reshape(2, 3))
case("metrics.gaussian_bayes_error", metrics.gaussian_bayes_error, low=0.0, high=1.0, sd=1.0, prior_high=0.5)
case("metrics.f_measure", lambda beta: metrics.f_measure(metrics.contingency(b(1, 6), b(2, 6)), beta), beta=1.0)
for measure in (metrics.accuracy, metrics.precision, metrics.recall):
    case(
        f"metrics.{measure.__name__}",
        lambda predicted, measure=measure: measure(metrics.contingency(predicted, b(2, 6))),
        predicted=tensor([1, 1, 0, 1, 0, 1]),
    )
case(
    "metrics.cheapest", lambda scores: metrics.cheapest(metrics.total_costs(scores, b(2, 6), 1.0, 2.0)), scores=n(1, 6)
)
case("coverage.curve", coverage.curve, confidence=u(1, 6), correct=b(2, 6))
case("coverage.most_answers", coverage.most_answers, confidence=u(1, 6), correct=b(2, 6), accuracy=0.5)
case("coverage.at", coverage.at, confidence=u(1, 6), correct=b(2, 6), threshold=0.5)
case("diagnosis.learning_curve", diagnosis.learning_curve, sizes=tensor([1, 2, 4, 8]), errors=u(1, 4))
case("diagnosis.next_action", diagnosis.next_action, train=0.1, test=0.2, target=0.15, bayes=0.0)
case("hyper_search.hit_chance", hyper_search.hit_chance, share=0.1, trials=3)
case(
    "hyper_search.random_points",
    lambda uniforms: hyper_search.random_points({"a": hyper_search.Range(0, 1)}, uniforms),
    uniforms=u(1, 4, 1),
)
case("hyper_search.trials_needed", hyper_search.trials_needed, share=0.1, chance=0.5)
case("hyper_search.Range", hyper_search.Range, "low negative", low=0.5, high=2.0)
case("hyper_search.best", hyper_search.best, "errors nan", errors=n(1, 4))
case(
    "gaussian_process.posterior",
    lambda x, y, new: gaussian_process.posterior(x, y, new, gaussian_process.Prior(noise=0.1)),
    x=n(1, 3, 1),
    y=n(2, 3),
    new=n(3, 4, 1),
)
case(
    "gaussian_process.kernel",
    lambda a, b: gaussian_process.kernel(a, b, gaussian_process.Prior()),
    a=n(1, 3, 2),
    b=n(2, 4, 2),
)
case("gaussian_process.Prior", gaussian_process.Prior, length=1.0, variance=1.0, noise=0.1, mean=0.0)
PRIOR = Prior(noise=0.1)
case(
    "gaussian_process.log_likelihood",
    lambda x, y: gaussian_process.log_likelihood(x, y, PRIOR),
    x=n(1, 4, 2),
    y=n(2, 4),
)
FOUND = gaussian_process.posterior(n(1, 4, 2), n(2, 4), n(3, 5, 2), PRIOR)
case("gaussian_process.expected_improvement", lambda best: gaussian_process.expected_improvement(FOUND, best), best=0.5)
case("gaussian_process.lower_bound", lambda width: gaussian_process.lower_bound(FOUND, width), width=2.0)
case(
    "gaussian_process.suggest",
    lambda x, y, candidates, rule, width: gaussian_process.suggest(x, y, candidates, PRIOR, rule, width),
    x=n(1, 4, 2),
    y=n(2, 4),
    candidates=n(3, 5, 2),
    rule="lower-bound",
    width=2.0,
)
case(
    "gaussian_process.minimise",
    lambda candidates, start, trials, rule: gaussian_process.minimise(
        lambda place: float(place.sum()), candidates, PRIOR, start=start, trials=trials, rule=rule
    ),
    candidates=n(3, 5, 2),
    start=1,
    trials=3,
    rule="lower-bound",
)
case("piecewise_linear.prelu", piecewise_linear.prelu, z=n(1, 4, 3), alpha=n(2, 3))
case("piecewise_linear.maxout", piecewise_linear.maxout, x=n(1, 4, 2), W=n(2, 3, 2, 2), b=n(3, 3, 2))
case(
    "piecewise_linear.prelu_gradient", piecewise_linear.prelu_gradient, z=n(1, 4, 3), alpha=n(2, 3), upstream=n(3, 4, 3)
)
case("piecewise_linear.MaxoutLayer", piecewise_linear.MaxoutLayer, inputs=2, units=3, pieces=2)
case(
    "piecewise_linear.maxout_gradient",
    lambda upstream: piecewise_linear.maxout_gradient(
        n(1, 4, 2), n(2, 3, 2, 2), piecewise_linear.maxout(n(1, 4, 2), n(2, 3, 2, 2), n(3, 3, 2)), upstream
    ),
    upstream=n(4, 4, 3),
)

# ----- chapter 10
rec: Any = {"U": n(1, 3, 2), "W": n(2, 3, 3), "b": n(3, 3), "V": n(4, 2, 3), "c": n(5, 2)}
case("sequence.elman", lambda U, W, b, V, c, x: sequence.elman(rnn.Weights(U, W, b, V, c), x), **rec, x=n(6, 4, 2))
case("sequence.windows", sequence.windows, x=n(1, 5, 2), width=3)
case("sequence.step_losses", sequence.step_losses, o=n(1, 4, 3), target=whole(3, 4))
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
WEIGHTS = rnn.Weights(**rec)
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
case("sequence.Tagger", sequence.Tagger, inputs=2, hidden=3, outputs=2)
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
    "jordan.free",
    lambda x, first, feedback: jordan.free(
        jordan.OutputWeights(n(1, 3, 2), n(2, 3, 4), n(3, 3), n(4, 4, 3), n(5, 4)), x, first, feedback
    ),
    x=n(6, 5, 2),
    first=n(8, 4),
    feedback="symbol",
)
case("jordan.OutputWeights", jordan.OutputWeights, U=n(1, 3, 2), W=n(2, 3, 4), b=n(3, 3), V=n(4, 4, 3), c=n(5, 4))
case("jordan.Jordan", jordan.Jordan, inputs=2, hidden=3, outputs=2)
case(
    "seq2seq.Seq2Seq",
    lambda x, target: seq2seq.Seq2Seq(2, 3, 4, generator=torch.Generator().manual_seed(1)).double()(x, target),
    x=n(1, 2, 5, 2),
    target=whole(4, 2, 3),
)
G = torch.Generator().manual_seed(1)
PAIR = seq2seq.Seq2Seq(2, 3, 4, generator=G).double().pair()
case("seq2seq.taught", lambda x, target: seq2seq.taught(PAIR, x, target, 1), x=n(1, 5, 2), target=whole(4, 3))
case(
    "seq2seq.generate",
    lambda x, length, width: seq2seq.generate(PAIR, x, 1, 0, length, width),
    x=n(1, 2, 5, 2),
    length=3,
    width=2,
)
case("seq2seq.Pair", lambda R: seq2seq.Pair(PAIR.encoder, PAIR.decoder, R), R=n(1, 3, 3))
case("seq2seq.context", lambda x: seq2seq.context(PAIR, x), x=n(1, 5, 2))
case("seq2seq.begin", lambda x: seq2seq.begin(PAIR, x), x=n(1, 2, 5, 2))
case(
    "seq2seq.step",
    lambda symbols: seq2seq.step(PAIR, symbols, seq2seq.begin(PAIR, n(1, 2, 5, 2))),
    symbols=torch.tensor([1, 2]),
)
case(
    "hmm.viterbi",
    lambda pi, A, B, observed: hmm.viterbi(hmm.Hmm(pi, A, B), observed),
    pi=p(1, 3),
    A=p(2, 3, 3),
    B=p(3, 3, 4),
    observed=whole(4, 5),
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
case("hmm.Hmm", hmm.Hmm, pi=p(1, 3), A=p(2, 3, 3), B=p(3, 3, 4))
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
case("kalman.unrolled", kalman.unrolled, A=n(1, 2, 2), B=n(2, 2, 3), x=n(3, 4, 3), start=n(4, 2))
case("kalman.System", kalman.System, A=n(1, 2, 2), C=n(2, 2, 2), Q=spread(2), R=spread(2))
case(
    "transduction.dependence",
    lambda length: transduction.dependence(transduction.read("o^(t) = x^(t)"), length),
    length=4,
)
case("transduction.read", lambda equation: transduction.classify(transduction.read(equation)), equation="o^(t) = x^(t)")
case(
    "decoding.greedy",
    lambda first, end, length: decoding.greedy(lambda symbols, state: (n(1, 2, 4), state), 0, first, end, length),
    "first large",
    first=torch.tensor([1, 2]),
    end=0,
    length=3,
)
case(
    "decoding.beam",
    lambda first, end, length, width: decoding.beam(
        lambda symbols, state: (n(1, 4, 4), state), lambda state, rows: state, 0, first, end, length, width
    ),
    "first large",
    first=torch.tensor([1, 2]),
    end=0,
    length=3,
    width=2,
)
