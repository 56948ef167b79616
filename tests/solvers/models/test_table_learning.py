"""Tables from cases: against counting in Python, pgmpy, and the gradient of the likelihood."""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import bayes_net, structure_search, table_learning
from solvers.models.bayes_net import BayesNet, Cpt
from solvers.models.checks import BadInput
from solvers.models.table_learning import Tables
from tests.solvers.models.data import assert_close, normal, tensor, uniform
from tests.solvers.models.networks import drawn_net

seeds = st.integers(0, 10_000)


def cases_of(net: BayesNet, seed: int, count: int, *leading: int) -> Tensor:
    return bayes_net.sample(net, uniform(seed, *leading, count, len(net.names)))


@settings(max_examples=25)
@given(seeds, st.sampled_from([0.0, 1.0, 0.3]))
def test_shares_counted_in_python(seed: int, prior: float) -> None:
    net = drawn_net(seed, 4)
    cases = cases_of(net, seed, 30)
    found = table_learning.counted(cases, net.sizes, net.parents, prior)
    assert found.parents == net.parents
    for cpt in found.cpts:
        columns = [net.names.index(name) for name in (*cpt.parents, cpt.name)]
        seen = Counter(tuple(row[k] for k in columns) for row in cases.tolist())
        for place in torch.cartesian_prod(*(torch.arange(size) for size in cpt.table.shape)).reshape(-1, len(columns)):
            *above, state = place.tolist()
            row = sum(seen[(*above, k)] for k in range(net.sizes[cpt.name]))
            size = net.sizes[cpt.name]
            expected = (seen[(*above, state)] + prior) / (row + size * prior) if row + prior else 1 / size
            assert_close(cpt.table[(*above, state)], tensor(expected), 1e-12)


@settings(max_examples=25)
@given(seeds)
def test_the_log_probability_of_cases_is_the_joint_table_s(seed: int) -> None:
    net = drawn_net(seed, 4)
    cases, table = cases_of(net, seed, 12), bayes_net.joint(net).table
    assert_close(bayes_net.log_probability(net, cases), tensor([math.log(table[tuple(row)]) for row in cases.tolist()]))


def test_what_cannot_be_has_no_logarithm() -> None:
    net = BayesNet((Cpt("a", (), tensor([1, 0])),))
    assert bayes_net.log_probability(net, torch.tensor([[0], [1]])).tolist() == [0, -math.inf]


@settings(max_examples=25)
@given(seeds)
def test_no_tables_near_by_are_likelier(seed: int) -> None:
    """The sum is structure_search's, which takes it from the counts; a step along a row that keeps its sum loses."""
    net = drawn_net(seed, 3)
    cases = cases_of(net, seed, 40)
    best = table_learning.counted(cases, net.sizes, net.parents)
    reached = bayes_net.log_probability(best, cases).sum()
    parts = [structure_search.log_likelihood(cases, net.sizes, name, above) for name, above in net.parents.items()]
    assert_close(reached, torch.stack(parts).sum(), 1e-9)
    for k, cpt in enumerate(best.cpts):
        turned = torch.softmax(cpt.table.clamp(min=1e-9).log() + 0.1 * normal(seed + k, *cpt.table.shape), dim=-1)
        others = [Cpt(each.name, each.parents, turned) if each is cpt else each for each in best.cpts]
        assert float(bayes_net.log_probability(BayesNet(tuple(others)), cases).sum()) <= float(reached) + 1e-9


def test_the_gradient_is_expected_less_observed_counts() -> None:
    """∂ log P / ∂ score_jk = N_jk - N_j P(k | j), zero at the relative frequencies."""
    net = drawn_net(3, 4)
    cases, model = cases_of(net, 3, 50), Tables(net.sizes, net.parents)
    for scores, k in zip(model.scores, range(4), strict=True):
        scores.data.copy_(normal(k, *scores.shape))
    found = torch.autograd.grad(bayes_net.log_probability(model.net(), cases).sum(), list(model.scores))
    for slope, cpt in zip(found, model.net().cpts, strict=True):
        n = structure_search.counts(cases, net.sizes, cpt.name, cpt.parents)
        assert_close(slope, n - n.sum(dim=-1, keepdim=True) * cpt.table.detach(), 1e-10)


def test_ascent_ends_at_the_relative_frequencies() -> None:
    net = drawn_net(3, 3)
    cases, model = cases_of(net, 3, 500), Tables(net.sizes, net.parents)
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=200, tolerance_grad=1e-12, tolerance_change=1e-15)

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = -bayes_net.log_probability(model.net(), cases).mean()
        loss.backward()
        return loss

    optimizer.step(closure)
    for ours, best in zip(model.net().cpts, table_learning.counted(cases, net.sizes, net.parents).cpts, strict=True):
        assert_close(ours.table.detach(), best.table, 1e-5)


@pytest.mark.parametrize("prior", [0.0, 1.0, 2.5])
def test_the_other_library_agrees(prior: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of its own coming changes while it is imported
        pytest.importorskip("pgmpy", reason="the oracle pgmpy is not installed")
        estimators: Any = pytest.importorskip("pgmpy.estimators")
        models: Any = pytest.importorskip("pgmpy.models")
        pandas = pytest.importorskip("pandas")
        net = drawn_net(11, 4)
        cases = cases_of(net, 5, 300)
        frame = pandas.DataFrame(cases.numpy(), columns=list(net.names)).astype(str)
        theirs = models.DiscreteBayesianNetwork([(up, node) for node, each in net.parents.items() for up in each])
        theirs.add_nodes_from(net.names)
        labels = {name: [str(k) for k in range(size)] for name, size in net.sizes.items()}
        for cpt in table_learning.counted(cases, net.sizes, net.parents, prior).cpts:
            if prior:
                one = estimators.BayesianEstimator(theirs, frame, state_names=labels)
                columns = math.prod(net.sizes[name] for name in cpt.parents)
                pseudo = [[prior] * columns] * net.sizes[cpt.name]
                table = one.estimate_cpd(cpt.name, prior_type="dirichlet", pseudo_counts=pseudo)
            else:
                table = estimators.MaximumLikelihoodEstimator(theirs, frame, state_names=labels).estimate_cpd(cpt.name)
            axes = [table.variables.index(name) for name in (*cpt.parents, cpt.name)]
            assert_close(cpt.table, torch.as_tensor(table.values).permute(axes), 1e-10)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: table_learning.counted(torch.tensor([[2]]), {"a": 2}, {"a": ()}), "data holds 2"),
        (lambda: table_learning.counted(torch.tensor([[0]]), {"a": 2}, {"a": ()}, -1.0), r"prior is -1\.0"),
        (lambda: table_learning.counted(torch.tensor([[0]]), {"a": 2}, {"b": ()}), "nodes b, but the data a"),
        (lambda: table_learning.counted(torch.tensor([[0, 0]]), {"a": 2, "b": 2}, {"a": "b", "b": "a"}), "cycle"),
        (lambda: Tables({"a": 2, "b": 2}, {"a": "b", "b": "a"}), "cycle"),
        (lambda: Tables({"a": 0}, {"a": ()}), "at least 1"),
        (lambda: bayes_net.log_probability(drawn_net(1, 3), torch.zeros(4, 2).long()), "cases has 2 columns"),
        (lambda: bayes_net.log_probability(drawn_net(1, 3), torch.zeros(4, 3)), "whole numbers"),
        (lambda: bayes_net.log_probability(drawn_net(1, 3), torch.tensor([[2, 0, 0]])), "The column of a holds 2"),
    ],
    ids="states prior nodes circle graph none columns dtype case".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_instances_are_apart_on_every_device(device: str) -> None:
    net = drawn_net(5, 4)
    cases = cases_of(net, 1, 20, 3)
    found = table_learning.counted(cases.to(device), net.sizes, net.parents)
    logs = bayes_net.log_probability(found, cases.to(device))
    assert logs.device.type == device
    for k in range(3):
        alone = table_learning.counted(cases[k], net.sizes, net.parents)
        assert_close(logs[k], bayes_net.log_probability(alone, cases[k]), 1e-9)
        for ours, one in zip(found.cpts, alone.cpts, strict=True):
            assert_close(ours.table[k], one.table, 1e-12)
