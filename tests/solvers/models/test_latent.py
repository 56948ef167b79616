"""What hidden variables do to visible ones, by enumeration; parameters counted in the models themselves."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import dag, elbo, latent, rbm
from solvers.models.checks import BadInput
from solvers.models.elbo import Mixture
from solvers.models.rbm import Rbm
from tests.solvers.models.data import assert_close, normal, simplex, tensor, uniform

seeds = st.integers(0, 10_000)


def drawn(seed: int, *leading: int, K: int = 2, D: int = 3) -> Mixture:
    return Mixture(simplex(seed, *leading, K), uniform(seed + 1, *leading, K, D))


@given(seeds)
def test_classes_by_enumeration(seed: int) -> None:
    mixture = drawn(seed)
    v = rbm.states(3, mixture.mu)
    joint = latent.class_joint(mixture)
    assert_close(joint, torch.logsumexp(elbo.log_joint(mixture, v), -1).exp(), 1e-10)
    assert_close(joint.sum(), tensor(1))
    assert_close(latent.class_covariance(mixture), latent.covariance(joint, v), 1e-10)


@given(seeds)
def test_units_by_the_whole_table(seed: int) -> None:
    machine = Rbm(normal(seed, 3), normal(seed + 1, 2), normal(seed + 2, 3, 2))
    p, v = rbm.joint(machine).sum(-1), rbm.states(3, machine.W)
    theirs = torch.cov(v.T, correction=0, aweights=p)
    assert_close(latent.unit_covariance(machine), theirs, 1e-10)


def test_one_class_or_no_weights_bind_nothing() -> None:
    for found in (
        latent.class_covariance(drawn(1, K=1)),
        latent.unit_covariance(Rbm(normal(1, 3), normal(2, 2), torch.zeros(3, 2).double())),
    ):
        assert_close(found - torch.diag(found.diag()), torch.zeros(3, 3).double())


def test_two_opposite_classes_by_hand() -> None:
    """π = ½, ½ and μ = 0.9 or 0.1 for both bits: Cov = 0.4² = 0.16."""
    found = latent.class_covariance(Mixture(tensor([0.5, 0.5]), tensor([[0.9, 0.9], [0.1, 0.1]])))
    assert_close(found, tensor([[0.25, 0.16], [0.16, 0.25]]))


def test_parameters_as_graphs_and_machines_have_them() -> None:
    names = [f"v{k}" for k in range(10)]
    bits = dict.fromkeys(names, 2)
    star = {"h": (), **dict.fromkeys(names, ("h",))}
    assert sum(dag.parameters(star, {"h": 4, **bits}).values()) == latent.class_parameters(10, 4) == 43
    dense = {name: tuple(names[:k]) for k, name in enumerate(names)}
    assert sum(dag.parameters(dense, bits).values()) == latent.table_parameters(10) == 1023
    machine = Rbm(torch.zeros(10), torch.zeros(4), torch.zeros(10, 4))
    assert sum(each.numel() for each in (machine.b, machine.c, machine.W)) == latent.unit_parameters(10, 4) == 54
    assert latent.pairwise_parameters(10) == 55


def test_instances_are_apart(device: str) -> None:
    many = drawn(1, 4)
    there = Mixture(many.pi.to(device), many.mu.to(device))
    assert latent.class_covariance(there).device.type == device
    assert_close(latent.class_covariance(there)[2], latent.class_covariance(Mixture(many.pi[2], many.mu[2])))
    assert_close(latent.class_joint(there)[2], latent.class_joint(Mixture(many.pi[2], many.mu[2])))


def test_bad_input_is_named() -> None:
    with pytest.raises(BadInput, match="at least 1"):
        latent.unit_parameters(3, 0)
