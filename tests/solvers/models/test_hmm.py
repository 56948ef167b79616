"""The hidden Markov model against the sum and the maximum over every path of states, and against hmmlearn."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise, product

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import hmm
from solvers.models.checks import BadInput
from solvers.models.hmm import Hmm
from tests.solvers.models.data import assert_close, simplex, tensor

S, O = 3, 4
UMBRELLA = Hmm(tensor([0.5, 0.5]), tensor([[0.7, 0.3], [0.3, 0.7]]), tensor([[0.1, 0.9], [0.8, 0.2]]))


def model(seed: int, *leading: int) -> Hmm:
    return Hmm(simplex(seed, *leading, S), simplex(seed + 1, *leading, S, S), simplex(seed + 2, *leading, S, O))


def symbols(seed: int, *shape: int) -> Tensor:
    return torch.randint(O, shape, generator=torch.Generator().manual_seed(seed))


def every_path(one: Hmm, observed: list[int]) -> dict[tuple[int, ...], float]:
    """P(states, observed) of each path, factor by factor."""
    pi, A, B = one.pi.tolist(), one.A.tolist(), one.B.tolist()
    found = {}
    for path in product(range(len(pi)), repeat=len(observed)):
        p = pi[path[0]]
        for i, j in pairwise(path):
            p *= A[i][j]
        for state, symbol in zip(path, observed, strict=True):
            p *= B[state][symbol]
        found[path] = p
    return found


@given(st.integers(0, 10_000), st.integers(1, 5))
def test_every_quantity_is_its_sum_over_paths(seed: int, T: int) -> None:
    one, observed = model(seed), symbols(seed + 3, T)
    beliefs, smoothed, best = hmm.forward(one, observed), hmm.smooth(one, observed), hmm.viterbi(one, observed)
    paths = every_path(one, observed.tolist())
    total = sum(paths.values())
    assert_close(beliefs.log_likelihood, tensor(total).log(), 1e-10)
    for t in range(T):
        early = every_path(one, observed[: t + 1].tolist())
        filtered = [sum(p for path, p in early.items() if path[-1] == s) / sum(early.values()) for s in range(S)]
        assert_close(beliefs.filtered[t], tensor(filtered), 1e-10)
        later = [sum(p for path, p in paths.items() if path[t] == s) / total for s in range(S)]
        assert_close(smoothed[t], tensor(later), 1e-10)
    assert paths[tuple(best.states.tolist())] == pytest.approx(max(paths.values()), rel=1e-12)  # ties are common
    assert_close(best.log_probability, tensor(max(paths.values())).log(), 1e-10)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(1, 30))
def test_hmmlearn_believes_the_same(seed: int, T: int) -> None:
    theirs = pytest.importorskip("hmmlearn.hmm", reason="the oracle hmmlearn is not installed").CategoricalHMM(S)
    one, observed = model(seed), symbols(seed + 3, T)
    theirs.startprob_, theirs.transmat_, theirs.emissionprob_ = (each.numpy() for each in (one.pi, one.A, one.B))
    column = observed.unsqueeze(-1).numpy()  # (T,) -> (T, 1)
    likelihood, smoothed = theirs.score_samples(column)
    best, path = theirs.decode(column)
    assert float(hmm.forward(one, observed).log_likelihood) == pytest.approx(likelihood, abs=1e-9)
    assert_close(hmm.smooth(one, observed), tensor(smoothed), 1e-9)
    found = hmm.viterbi(one, observed)
    assert float(found.log_probability) == pytest.approx(best, abs=1e-9)
    ours, other = (_log_joint(one, states, observed) for states in (found.states, torch.from_numpy(path)))
    assert_close(ours, other, 1e-9)  # of equally likely paths each takes its own


def _log_joint(one: Hmm, states: Tensor, observed: Tensor) -> Tensor:
    moves = one.A[states[:-1], states[1:]].log().sum()
    return one.pi[states[0]].log() + moves + one.B[states, observed].log().sum()


@settings(max_examples=10)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_hmmlearn_learns_the_same(seed: int, steps: int) -> None:
    theirs = pytest.importorskip("hmmlearn.hmm", reason="the oracle hmmlearn is not installed").CategoricalHMM(
        S, n_iter=steps, tol=-math.inf, init_params="", n_features=O
    )
    one, observed = model(seed), symbols(seed + 3, 4, 6)
    theirs.startprob_, theirs.transmat_, theirs.emissionprob_ = (each.numpy() for each in (one.pi, one.A, one.B))
    theirs.fit(observed.reshape(-1, 1).numpy(), [6] * 4)  # (4, 6) -> (24, 1)
    found = hmm.baum_welch(one, observed, steps)
    assert_close(found.log_likelihood[:-1], tensor(list(theirs.monitor_.history)), 1e-9)
    wanted = (theirs.startprob_, theirs.transmat_, theirs.emissionprob_)
    for ours, other in zip((found.hmm.pi, found.hmm.A, found.hmm.B), wanted, strict=True):
        assert_close(ours, tensor(other), 1e-9)


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_counts_are_expected_over_every_path(seed: int, T: int) -> None:
    one, observed = model(seed), symbols(seed + 3, 2, T)
    found, first = hmm.expected_counts(one, observed), [0.0] * S
    moved: dict[tuple[int, int], float] = {}
    emitted: dict[tuple[int, int], float] = {}
    for row in observed.tolist():
        paths = every_path(one, row)
        for path, p in paths.items():
            share = p / sum(paths.values())
            first[path[0]] += share
            for move in pairwise(path):
                moved[move] = moved.get(move, 0.0) + share
            for pair in zip(path, row, strict=True):
                emitted[pair] = emitted.get(pair, 0.0) + share
    assert_close(found.first, tensor(first), 1e-10)
    assert_close(found.moved, tensor([[moved.get((i, j), 0.0) for j in range(S)] for i in range(S)]), 1e-10)
    assert_close(found.emitted, tensor([[emitted.get((i, o), 0.0) for o in range(O)] for i in range(S)]), 1e-10)


def test_learning_never_unlearns_and_every_instance_learns_alone() -> None:
    many, observed = model(1, 5), symbols(2, 5, 3, 8)
    found = hmm.baum_welch(many, observed, 12)
    assert bool((found.log_likelihood.diff(dim=-1) >= -1e-9).all())
    alone = hmm.baum_welch(Hmm(many.pi[2], many.A[2], many.B[2]), observed[2], 12)
    assert_close(found.hmm.B[2], alone.hmm.B, 1e-10)
    assert_close(found.log_likelihood[2], alone.log_likelihood, 1e-9)


def test_a_state_that_is_never_taken_keeps_its_row() -> None:
    one = Hmm(tensor([1, 0]), torch.eye(2).double(), tensor([[0.5, 0.5], [0.2, 0.8]]))
    found = hmm.baum_welch(one, torch.tensor([[0, 1, 1, 1]]), 1).hmm
    assert_close(found.B, tensor([[0.25, 0.75], [0.2, 0.8]]))
    assert_close(found.A, one.A)


def test_two_days_of_umbrella() -> None:
    """The textbook case: rain today after two umbrellas has probability 0.883, after one 0.818."""
    beliefs = hmm.forward(UMBRELLA, torch.tensor([1, 1]))
    assert_close(beliefs.filtered[:, 0].round(decimals=3), tensor([0.818, 0.883]))
    assert_close(hmm.smooth(UMBRELLA, torch.tensor([1, 1]))[0, 0].round(decimals=3), tensor(0.883))
    assert hmm.viterbi(UMBRELLA, torch.tensor([1, 1, 0, 1, 1])).states.tolist() == [0, 0, 1, 0, 0]


def test_predictions_go_through_the_transition() -> None:
    one, observed = model(1), symbols(2, 4)
    beliefs = hmm.forward(one, observed)
    assert_close(beliefs.predicted[1:], beliefs.filtered[:-1] @ one.A)
    assert_close(beliefs.predicted[0], one.pi)


def test_long_sequences_do_not_underflow() -> None:
    observed = symbols(1, 3000)
    beliefs = hmm.forward(model(1), observed)
    assert bool(torch.isfinite(beliefs.log_likelihood))
    assert float(beliefs.log_likelihood) < -2000
    assert_close(hmm.smooth(model(1), observed).sum(dim=-1), torch.ones(3000).double(), 1e-9)


def test_instances_are_apart() -> None:
    many, observed = model(1, 5), symbols(2, 5, 4)
    alone = Hmm(many.pi[2], many.A[2], many.B[2])
    assert_close(hmm.smooth(many, observed)[2], hmm.smooth(alone, observed[2]))
    assert hmm.viterbi(many, observed).states[2].tolist() == hmm.viterbi(alone, observed[2]).states.tolist()
    shared = model(3)
    assert_close(hmm.forward(shared, observed).filtered[4], hmm.forward(shared, observed[4]).filtered)
    assert_close(
        hmm.forward(many, observed[0]).filtered[3],
        hmm.forward(Hmm(many.pi[3], many.A[3], many.B[3]), observed[0]).filtered,
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Hmm(tensor([0.5, 0.4]), UMBRELLA.A, UMBRELLA.B), r"pi sums to 0\.9"),
        (lambda: Hmm(UMBRELLA.pi, UMBRELLA.A, -UMBRELLA.B), r"B holds -0\.9"),
        (lambda: Hmm(UMBRELLA.pi, UMBRELLA.B[:, :1], UMBRELLA.B), r"A has shape \(2, 1\)"),
        (lambda: hmm.forward(UMBRELLA, torch.tensor([2])), "observed holds 2"),
        (
            lambda: hmm.forward(Hmm(tensor([1, 0]), torch.eye(2).double(), torch.eye(2).double()), torch.tensor([1])),
            "probability 0",
        ),
        (
            lambda: hmm.viterbi(Hmm(tensor([1, 0]), torch.eye(2).double(), torch.eye(2).double()), torch.tensor([1])),
            "probability 0",
        ),
    ],
    ids=["sum", "negative", "shape", "symbol", "impossible", "impossible path"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_beliefs(device: str, dtype: torch.dtype) -> None:
    one, observed = model(1), symbols(2, 3, 5)
    there = Hmm(one.pi.to(device, dtype), one.A.to(device, dtype), one.B.to(device, dtype))
    found = hmm.smooth(there, observed.to(device))
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), hmm.smooth(one, observed), 1e-9 if dtype == torch.float64 else 1e-5)
    assert hmm.viterbi(there, observed.to(device)).states.tolist() == hmm.viterbi(one, observed).states.tolist()
