"""Mean field: the bound against its definition, updates against a numeric optimum, the sigmoid form of binary units."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.models import factor, information, markov_net, mean_field
from solvers.models.checks import BadInput
from solvers.models.factor import Factor
from tests.solvers.models.data import assert_close, normal, simplex, tensor
from tests.solvers.models.networks import drawn_factors

SIZES = {"a": 2, "b": 3, "c": 2, "v": 2}
seeds = st.integers(0, 10_000)


def drawn_q(seed: int, *leading: int) -> dict[str, torch.Tensor]:
    return {name: simplex(seed + k, *leading, SIZES[name]) for k, name in enumerate("abc")}


@given(seeds)
def test_the_bound_is_the_evidence_less_the_divergence(seed: int) -> None:
    factors, q = drawn_factors(seed, SIZES, "ab", "bc", "cv"), drawn_q(seed + 5)
    names, log_joint = mean_field.log_table(factors, {"v": 1})
    exact = factor.posterior(factors, names, {"v": 1}).table
    evidence = torch.log(factor.eliminate(factors, "", {"v": 1}).result.table)
    product = torch.einsum("a,b,c->abc", q["a"], q["b"], q["c"])
    assert names == ("a", "b", "c")
    gap = information.divergence(product.flatten(), exact.flatten(), "nats")
    assert_close(mean_field.bound(names, log_joint, q), evidence - gap, 1e-10)


@settings(max_examples=30)
@given(seeds, st.sampled_from("abc"))
def test_an_update_is_the_best_of_its_kind(seed: int, name: str) -> None:
    """The bound has no slope in the logits of the updated factor, and no other q_name gives a larger one."""
    factors, q = drawn_factors(seed, SIZES, "ab", "bc", "ca"), drawn_q(seed + 5)
    names, log_joint = mean_field.log_table(factors)
    best = mean_field.update(names, log_joint, q, name)
    logits = torch.log(best).requires_grad_()
    value = mean_field.bound(names, log_joint, {**q, name: torch.softmax(logits, -1)})
    (slope,) = torch.autograd.grad(value, logits)
    assert_close(slope, torch.zeros_like(slope), 1e-10)
    others = mean_field.bound(names, log_joint, {**q, name: simplex(seed, 20, SIZES[name])})
    assert bool((others <= value + 1e-12).all())


@settings(max_examples=30)
@given(seeds)
def test_the_bound_never_falls(seed: int) -> None:
    found = mean_field.fit(drawn_factors(seed, SIZES, "ab", "bc", "ca"), sweeps=5)
    assert found.bounds.shape == (16,)
    assert bool((found.bounds.diff() >= -1e-12).all())
    assert float(found.divergence) >= -1e-12


def test_a_product_is_found_exactly_in_one_sweep() -> None:
    factors = drawn_factors(1, SIZES, "a", "b", "c")
    found = mean_field.fit(factors)
    assert_close(found.divergence, tensor(0))
    for name, each in found.q.items():
        assert_close(each, factor.posterior(factors, [name]).table)


def test_binary_units_have_the_sigmoid_form() -> None:
    """For a Boltzmann machine q(x_i = 1) = σ(b_i + Σ_j W_ij q(x_j = 1))."""
    b, W = normal(1, 4), normal(2, 4, 4).triu(1)
    W = W + W.T
    factors = [each.potential() for each in markov_net.boltzmann(b, W)]
    m = torch.full((4,), 0.5, dtype=torch.float64)
    for _ in range(3):
        for i in range(4):
            m[i] = torch.sigmoid(b[i] + W[i] @ m)
    found = mean_field.fit(factors, sweeps=3)
    assert_close(torch.stack([found.q[f"x{i + 1}"][1] for i in range(4)]), m)


def test_a_start_may_break_a_tie() -> None:
    """Two units that must agree: from flat, q stays flat; pushed, it settles on one of the two."""
    agree = [Factor(("a", "b"), tensor([[20, 1], [1, 20]]))]
    flat = mean_field.fit(agree, sweeps=50)
    assert_close(flat.q["a"], tensor([0.5, 0.5]))
    start = {"a": tensor([0.4, 0.6]), "b": tensor([0.5, 0.5])}
    pushed = mean_field.fit(agree, start=start, sweeps=50)
    assert pushed.q["a"][1] == pytest.approx(pushed.q["b"][1])  # b was updated from a, and a from b
    assert float(pushed.bounds[-1]) >= float(flat.bounds[-1])


def test_instances_are_apart() -> None:
    factors = drawn_factors(3, SIZES, "ab", "bc", leading=(4,))
    evidence, start = {"c": torch.tensor([0, 1, 1, 0])}, {"a": simplex(1, 4, 2), "b": simplex(2, 3)}
    found = mean_field.fit(factors, evidence, start=start, sweeps=2)
    alone = [Factor(each.scope, each.table[2]) for each in factors]
    one = mean_field.fit(alone, {"c": 1}, start={"a": start["a"][2], "b": start["b"]}, sweeps=2)
    assert_close(found.bounds[2], one.bounds)
    assert_close(found.q["a"][2], one.q["a"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: mean_field.fit([Factor(("a",), tensor([0, 1]))]), "P̃ > 0 everywhere"),
        (lambda: mean_field.fit([Factor(("a",), tensor([1, 1]))], {"a": 0}), "nothing to infer"),
        (lambda: mean_field.fit(drawn_factors(1, SIZES, "ab"), start={"a": simplex(1, 2)}), "each of a, b"),
        (lambda: mean_field.fit(drawn_factors(1, SIZES, "a"), start={"a": tensor([1, 1])}), "a sums to 2"),
        (lambda: mean_field.fit(drawn_factors(1, SIZES, "a"), sweeps=0), "at least 1"),
    ],
    ids="zero everything start sum sweeps".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    factors = drawn_factors(3, SIZES, "ab", "bc", leading=(4,))
    found = mean_field.fit([Factor(each.scope, each.table.to(device, dtype)) for each in factors], sweeps=2)
    assert (found.bounds.device.type, found.bounds.dtype) == (device, dtype)
    expected = mean_field.fit(factors, sweeps=2)
    assert_close(found.bounds.double(), expected.bounds, 1e-12 if dtype == torch.float64 else 1e-4)
