"""Messages on trees, Gibbs sampling, ancestral sampling, Markov chains and greedy structure search against pgmpy."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from solvers.models import bayes_net, factor, factor_graph, gibbs, markov_chain, structure_search
from solvers.models.bayes_net import BayesNet
from solvers.models.factor import Factor
from tests.solvers.models.data import assert_close, simplex, uniform
from tests.solvers.models.networks import drawn_dag, drawn_factors, drawn_net

# It warns of its own coming changes.
pytestmark = pytest.mark.filterwarnings("ignore")
SIZES = {"a": 2, "b": 3, "c": 2, "d": 4, "e": 2}


def room(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("pgmpy", reason="the oracle pgmpy is not installed")
        return pytest.importorskip(f"pgmpy.{name}")


def their_factor(one: Factor) -> Any:
    return room("factors.discrete").DiscreteFactor(one.scope, list(one.sizes.values()), one.table.numpy())


def their_net(net: BayesNet) -> Any:
    found = room("models").DiscreteBayesianNetwork([(up, node) for node, each in net.parents.items() for up in each])
    found.add_nodes_from(net.names)
    for each in net.cpts:
        sizes = [net.sizes[up] for up in each.parents]
        columns = each.table.flatten(0, -2).T.numpy() if sizes else each.table.unsqueeze(-1).numpy()
        cpd = room("factors.discrete").TabularCPD
        found.add_cpds(cpd(each.name, net.sizes[each.name], columns, list(each.parents), sizes))
    return found


@pytest.mark.parametrize(
    "scopes", [("ab", "b", "bc", "cd"), ("abc", "cd", "ce"), ("ab", "ac", "ad", "a")], ids="-".join
)
@pytest.mark.parametrize("evidence", [{}, {"a": 1}], ids=["none", "seen"])
def test_messages_on_a_tree(scopes: tuple[str, ...], evidence: dict[str, int]) -> None:
    factors = drawn_factors(3, SIZES, *scopes)
    theirs = room("models").FactorGraph()
    theirs.add_nodes_from(factor.sizes(factors))
    for one in map(their_factor, factors):
        theirs.add_factors(one)
        theirs.add_edges_from([(name, one) for name in one.variables])
    found = factor_graph.sum_product(factors, evidence).marginals
    passing = room("inference").BeliefPropagationWithMessagePassing(theirs)
    expected = passing.query(list(found), evidence=evidence or None)
    for name, marginal in found.items():
        assert_close(marginal, torch.as_tensor(expected[name].values))


def states_of(names: list[str], sizes: dict[str, int]) -> list[dict[str, int]]:
    return [dict(zip(names, at, strict=True)) for at in np.ndindex(*(sizes[name] for name in names))]


@pytest.mark.parametrize("directed", [True, False], ids=["Bayesian", "Markov"])
def test_gibbs_draws_from_the_same_conditionals(directed: bool) -> None:
    net = drawn_net(11, 4)
    factors = net.factors() if directed else drawn_factors(4, SIZES, "ab", "bc", "cd", "da")
    if directed:
        theirs = their_net(net)
    else:
        theirs = room("models").DiscreteMarkovNetwork([each.scope for each in factors])
        theirs.add_factors(*map(their_factor, factors))
    chain = room("sampling").GibbsSampling(theirs)
    sizes = dict(factor.sizes(factors))
    for name in sizes:
        others = [str(each) for each in chain.variables if each != name]
        for states in states_of(others, sizes):
            expected = chain.transition_models[name][tuple(states.values())]
            assert_close(gibbs.conditional(factors, name, states), torch.as_tensor(expected))


def shares(states: Tensor, sizes: list[int]) -> Tensor:
    """How often each joint state is among the samples (N, n)."""
    number = torch.zeros(len(states), dtype=torch.int64)
    for column, size in zip(states.unbind(-1), sizes, strict=True):
        number = number * size + column
    return torch.bincount(number, minlength=int(np.prod(sizes))).double() / len(states)


def test_ancestral_samples_have_the_same_shares() -> None:
    """20,000 each: their difference stays within five standard errors, everywhere."""
    net, count = drawn_net(3, 3), 20_000
    theirs = room("sampling").BayesianModelSampling(their_net(net))
    frame = theirs.forward_sample(size=count, seed=1, show_progress=False)
    columns = np.stack([frame[name].astype(int).to_numpy() for name in net.names], axis=-1)
    sizes = [net.sizes[name] for name in net.names]
    expected = shares(torch.from_numpy(columns), sizes)
    found = shares(bayes_net.sample(net, uniform(1, count, len(sizes))), sizes)
    assert bool(((found - expected).abs() <= 5 * (2 * expected * (1 - expected) / count).sqrt() + 1e-3).all())


def test_a_chain_visits_states_as_its_stationary_distribution_says() -> None:
    """Their matrix is that of rows, ours of columns."""
    A, count = simplex(1, 3, 3).mT, 20_000
    theirs = room("models").MarkovChain(["x"], [3])
    theirs.add_transition_model("x", A.mT.numpy())
    theirs.set_start_state([room("factors.discrete").State("x", 0)])
    frame = theirs.sample(size=count, seed=1)
    expected = torch.from_numpy(np.bincount(frame["x"].astype(int).to_numpy(), minlength=3) / count)
    assert_close(markov_chain.stationary(A), expected, 0.02)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(("kind", "name"), [("bic", "BIC"), ("bdeu", "BDeu")])
def test_greedy_search_takes_the_same_steps(seed: int, kind: structure_search.Score, name: str) -> None:
    """From a random graph, wherever one move is better than all others: of equal ones each takes its own."""
    net = drawn_net(seed, 4, states=(2, 3, 2))
    data = bayes_net.sample(net, uniform(seed, 300, 4))
    frame = pytest.importorskip("pandas").DataFrame(data.numpy(), columns=list(net.names)).astype(str)
    labels = {node: [str(k) for k in range(size)] for node, size in net.sizes.items()}
    scoring = getattr(room("estimators"), name)(frame, state_names=labels)
    search = room("estimators").HillClimbSearch(frame, state_names=labels)
    now, compared = dict(drawn_dag(seed + 9, 4)), 0
    while True:
        best, second = structure_search.moves(data, net.sizes, now, kind)[:2]
        if best.gain <= 1e-6:
            break
        before = room("base").DAG([(up, node) for node, each in now.items() for up in each])
        before.add_nodes_from(net.names)
        now = next(
            after for what, edge, after in structure_search.neighbours(now) if (what, edge) == (best.action, best.edge)
        )
        if best.gain > second.gain + 1e-6:
            after = search.estimate(scoring, before, 0, epsilon=1e-9, max_iter=1, show_progress=False)
            assert set(after.edges) == {(up, node) for node, each in now.items() for up in each}
            compared += 1
    assert compared >= 2
