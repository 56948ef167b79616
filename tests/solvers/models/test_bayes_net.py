"""Bayesian networks against enumeration; samples against the uniforms they came from; pgmpy where it is installed."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import bayes_net, dag
from solvers.models.bayes_net import BayesNet, Cpt
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, simplex, tensor, uniform
from tests.solvers.models.networks import by_hand, drawn_net

seeds = st.integers(0, 10_000)
SPRINKLER = BayesNet(
    (
        Cpt("rain", (), tensor([0.8, 0.2])),
        Cpt("sprinkler", ("rain",), tensor([[0.6, 0.4], [0.99, 0.01]])),
        Cpt("wet", ("sprinkler", "rain"), tensor([[[1, 0], [0.2, 0.8]], [[0.1, 0.9], [0.01, 0.99]]])),
    )
)


@settings(max_examples=30)
@given(seeds, st.integers(2, 5))
def test_queries_against_enumeration(seed: int, n: int) -> None:
    net = drawn_net(seed, n)
    table = by_hand(net.factors(), net.names)
    assert_close(bayes_net.joint(net).table, table)
    assert_close(table.sum(), tensor(1))
    asked, seen = net.names[0], net.names[-1]
    seen_one = table.select(n - 1, 1)
    assert_close(bayes_net.probability(net, {seen: 1}), seen_one.sum())
    kept = seen_one.reshape(table.shape[0], -1).sum(dim=1)
    assert_close(bayes_net.posterior(net, [asked], {seen: 1}).table, kept / kept.sum(), 1e-10)


def test_the_wet_grass() -> None:
    """The textbook case, P(rain | wet) = 0.3577."""
    found = bayes_net.posterior(SPRINKLER, ["rain"], {"wet": 1}).table[1]
    assert_close(found.round(decimals=4), tensor(0.3577))
    assert_close(bayes_net.probability(SPRINKLER, {"rain": 1, "sprinkler": 0, "wet": 1}), tensor(0.2 * 0.99 * 0.8))


def one_by_one(net: BayesNet, uniforms: Tensor, order: tuple[str, ...]) -> list[int]:
    """One sample, from cumulative sums in Python."""
    tables, drawn = {each.name: each for each in net.cpts}, dict[str, int]()
    for name, u in zip(order, uniforms.tolist(), strict=True):
        row, state, reached = tables[name].table[tuple(drawn[each] for each in tables[name].parents)].tolist(), 0, 0.0
        while u >= reached + row[state]:
            reached += row[state]
            state += 1
        drawn[name] = state
    return [drawn[name] for name in net.names]


@settings(max_examples=30)
@given(seeds, st.integers(2, 5))
def test_samples_one_by_one_in_every_order(seed: int, n: int) -> None:
    net, u = drawn_net(seed, n), uniform(seed + 9, 6, n)
    for order in dag.topological_orders(net.parents)[:4]:
        drawn = bayes_net.sample(net, u, order)
        assert drawn.tolist() == [one_by_one(net, row, order) for row in u]


def test_shares_of_samples_come_near_the_probabilities() -> None:
    grid = (torch.arange(40, dtype=torch.float64) + 0.5) / 40
    drawn = bayes_net.sample(SPRINKLER, torch.cartesian_prod(grid, grid, grid))
    share = (drawn == torch.tensor([1, 0, 1])).all(dim=-1).double().mean()
    assert abs(float(share) - 0.2 * 0.99 * 0.8) < 0.01


def test_weights_make_up_for_what_is_held() -> None:
    """Σ w over all uniforms of a grid is P(wet), and weighted shares are the posterior."""
    grid = (torch.arange(50, dtype=torch.float64) + 0.5) / 50
    uniforms = torch.cartesian_prod(grid, grid, tensor([0.5]))
    found = bayes_net.likelihood_weighted(SPRINKLER, {"wet": 1}, uniforms)
    assert bool((found.states[:, 2] == 1).all())
    assert_close(found.weights.mean(), bayes_net.probability(SPRINKLER, {"wet": 1}), 1e-2)
    share = found.weights[found.states[:, 0] == 1].sum() / found.weights.sum()
    assert_close(share, bayes_net.posterior(SPRINKLER, ["rain"], {"wet": 1}).table[1], 1e-2)


def test_weights_of_several_held_are_multiplied() -> None:
    """Rain drawn, the others held: w = P(sprinkler = 1 | rain) P(wet = 1 | sprinkler = 1, rain)."""
    found = bayes_net.likelihood_weighted(SPRINKLER, {"wet": 1, "sprinkler": 1}, tensor([[0.1, 0, 0], [0.9, 0, 0]]))
    assert found.states.tolist() == [[0, 1, 1], [1, 1, 1]]
    assert_close(found.weights, tensor([0.4 * 0.9, 0.01 * 0.99]))


@pytest.mark.parametrize(
    ("u", "state"),
    [(0.0, 1), (0.25, 1), (0.4999, 1), (0.5, 3), (0.999999, 3)],
    ids=["zero", "in", "below", "at", "end"],
)
def test_inversion_at_the_bounds(u: float, state: int) -> None:
    assert bayes_net.invert(tensor([0, 0.5, 0, 0.5, 0]), tensor(u)).item() == state


def test_rounding_never_leads_past_the_last_possible_state() -> None:
    thirds = torch.tensor([1 / 3, 1 / 3, 1 / 3, 0], dtype=torch.float32) * (1 - 1e-6)
    assert bayes_net.invert(thirds, torch.tensor(1 - 2**-24)).item() == 2


def test_instances_are_apart() -> None:
    net, u = drawn_net(5, 4, 3), uniform(1, 3, 7, 4)
    found = bayes_net.sample(net, u)
    state = torch.tensor([0, 1, 1])
    name, wanted = net.names[-1], net.names[:2]
    for k in range(3):
        alone = BayesNet(tuple(Cpt(each.name, each.parents, each.table[k]) for each in net.cpts))
        assert_close(found[k], bayes_net.sample(alone, u[k]), 0)
        one = bayes_net.posterior(alone, wanted, {name: int(state[k])}).table
        assert_close(bayes_net.posterior(net, wanted, {name: state}).table[k], one)
    shared = bayes_net.sample(SPRINKLER, uniform(2, 4, 5, 3))
    assert_close(shared[2], bayes_net.sample(SPRINKLER, uniform(2, 4, 5, 3)[2]), 0)


def test_the_other_library_agrees() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of its own coming changes while it is imported
        models = pytest.importorskip("pgmpy.models", reason="the oracle pgmpy is not installed")
        tables, inference = (pytest.importorskip(f"pgmpy.{room}") for room in ("factors.discrete", "inference"))
        net = drawn_net(11, 5)
        theirs = models.DiscreteBayesianNetwork([(up, node) for node, each in net.parents.items() for up in each])
        theirs.add_nodes_from(net.names)
        for each in net.cpts:
            sizes = [net.sizes[up] for up in each.parents]
            columns = each.table.flatten(0, -2).T.numpy() if sizes else each.table.unsqueeze(-1).numpy()
            theirs.add_cpds(tables.TabularCPD(each.name, net.sizes[each.name], columns, list(each.parents), sizes))
        assert theirs.check_model()
        asked, seen = net.names[0], {net.names[2]: 1, net.names[4]: 0}
        found = inference.VariableElimination(theirs).query([asked], seen, show_progress=False)
        assert_close(bayes_net.posterior(net, [asked], seen).table, torch.as_tensor(found.values), 1e-10)
        for x, y in ((net.names[0], net.names[3]), (net.names[1], net.names[4])):
            connected = theirs.is_dconnected(x, y, observed=[net.names[2]])
            assert dag.d_separated(net.parents, x, y, [net.names[2]]) != connected


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Cpt("a", (), tensor([0.5, 0.4])), r"A row of the table of a sums to 0\.9"),
        (lambda: Cpt("a", ("a",), simplex(1, 2, 2)), "each once"),
        (lambda: BayesNet(()), "at least one variable"),
        (lambda: BayesNet((Cpt("a", ("b",), simplex(1, 2, 2)), Cpt("b", ("a",), simplex(1, 2, 2)))), "directed cycle"),
        (lambda: BayesNet((Cpt("a", ("b",), simplex(1, 2, 2)),)), "b is a parent of a"),
        (lambda: BayesNet((Cpt("a", (), simplex(1, 2)), Cpt("b", ("a",), simplex(1, 3, 2)))), "a has 2 states"),
        (lambda: bayes_net.posterior(SPRINKLER, ["wet"], {"snow": 1}), "snow is no variable"),
        (lambda: bayes_net.posterior(SPRINKLER, ["rain"], {"sprinkler": 0, "rain": 0}), "both asked for and given"),
        (lambda: bayes_net.sample(SPRINKLER, uniform(1, 4, 2)), "uniforms has 2 columns"),
        (lambda: bayes_net.sample(SPRINKLER, uniform(1, 4, 3) + 1), "outside"),
        (lambda: bayes_net.sample(SPRINKLER, uniform(1, 4, 3), ("wet", "rain", "sprinkler")), "after its parents"),
        (lambda: bayes_net.likelihood_weighted(SPRINKLER, {"wet": 2}, uniform(1, 4, 3)), "the state of wet holds 2"),
    ],
    ids="sum own empty cycle parent sizes evidence both columns uniforms order held".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    net, u = drawn_net(5, 4, 3), uniform(1, 3, 7, 4).float().double()
    there = BayesNet(tuple(Cpt(each.name, each.parents, each.table.to(device, dtype)) for each in net.cpts))
    found = bayes_net.joint(there).table
    assert (found.device.type, found.dtype) == (device, dtype)
    assert_close(found.double(), bayes_net.joint(net).table, 1e-12 if dtype == torch.float64 else 1e-5)
    assert bayes_net.sample(there, u.to(device, dtype)).tolist() == bayes_net.sample(net, u).tolist()
