"""Autoencoders against autograd, the exact Jacobian, PCA; they learn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.decomposition import PCA
from torch import Tensor
from torch.distributions import Bernoulli, kl_divergence

from solvers.models import autoencoder
from solvers.models.autoencoder import Autoencoder, Weights
from solvers.models.checks import BadInput
from solvers.models.layer_table import parameters
from tests.solvers.models.data import assert_close, bits, normal, tensor

seeds = st.integers(0, 10_000)
D, H, N = 4, 3, 5


def drawn(seed: int, *leading: int, tied: bool = False) -> Weights:
    shapes = ((H, D), (H,), (D,), (D, H))
    W, b, c, V = (normal(seed + k, *leading, *shape) for k, shape in enumerate(shapes))
    return Weights(W, b, c, None if tied else V)


def pass_of(weights: Weights, g: str, x: Tensor) -> autoencoder.Run:
    return autoencoder.forward(weights, x, g)


@given(seeds, st.sampled_from(["linear", "sigmoid", "tanh", "relu"]), st.booleans())
def test_a_pass_example_by_example(seed: int, g: str, tied: bool) -> None:
    weights, x = drawn(seed, tied=tied), normal(seed + 9, N, D)
    run = autoencoder.forward(weights, x, g)
    apply = {"linear": lambda z: z, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}[g]
    for n in range(N):
        h = apply(weights.W @ x[n] + weights.b)
        assert_close(run.h[n], h)
        V = weights.W.T if tied else weights.V
        assert V is not None
        assert_close(run.r[n], V @ h + weights.c)
        assert_close(autoencoder.reconstruction(run.r, x)[n], ((run.r[n] - x[n]) ** 2).sum())


@given(seeds)
def test_the_bernoulli_decoder(seed: int) -> None:
    r, x = normal(seed, N, D), bits(seed + 1, N, D)
    theirs = -Bernoulli(logits=r).log_prob(x).sum(-1)
    assert_close(autoencoder.reconstruction(r, x, "bernoulli"), theirs)


@given(seeds, st.floats(0.01, 0.9))
def test_penalties_on_the_code(seed: int, target: float) -> None:
    h = torch.sigmoid(normal(seed, 2, N, H)).requires_grad_()
    found = autoencoder.kl_penalty(h, target)
    theirs = kl_divergence(Bernoulli(target), Bernoulli(h.mean(-2)))
    assert_close(found, theirs.sum(-1), 1e-6)  # the library keeps the target in float32
    (slope,) = torch.autograd.grad(found.sum(), h)
    assert_close(autoencoder.kl_slope(h.detach(), target), slope, 1e-10)
    signed = normal(seed, N, H)
    assert_close(autoencoder.l1_penalty(signed), torch.linalg.vector_norm(signed, 1, dim=-1))


@settings(max_examples=30)
@given(seeds, st.sampled_from(autoencoder.SMOOTH))
def test_the_contractive_penalty_is_the_jacobian(seed: int, g: str) -> None:
    weights, x = drawn(seed), normal(seed + 9, N, D)
    run = autoencoder.forward(weights, x, g)
    found = autoencoder.contractive_penalty(weights, run, g)
    for n in range(N):
        J = torch.autograd.functional.jacobian(lambda one: autoencoder.forward(weights, one.unsqueeze(0), g).h[0], x[n])
        assert_close(found[n], (J**2).sum(), 1e-10)
    W, b = weights.W.clone().requires_grad_(), weights.b.clone().requires_grad_()
    leaves = Weights(W, b, weights.c, weights.V)
    total = autoencoder.contractive_penalty(leaves, autoencoder.forward(leaves, x, g), g).sum()
    expected = torch.autograd.grad(total, (W, b), allow_unused=True)
    hand = autoencoder.contractive_gradient(weights, x, g)
    for mine, theirs in zip((hand.W, hand.b), expected, strict=True):
        assert_close(mine, torch.zeros_like(mine) if theirs is None else theirs, 1e-9)


def test_the_contractive_penalty_by_hand() -> None:
    """At net 0 the sigmoid's slope is ¼: (1/16) (1² + 2²) = 0.3125."""
    weights = Weights(tensor([[1, 2]]), tensor([0]), tensor([0, 0]))
    run = autoencoder.forward(weights, tensor([[0, 0]]))
    assert autoencoder.contractive_penalty(weights, run).tolist() == [0.3125]


@settings(max_examples=20)
@given(seeds, st.integers(1, 4))
def test_the_best_linear_one_is_principal_components(seed: int, hidden: int) -> None:
    x = normal(seed, 10, D) * tensor([3, 2, 1, 0.5]) + 2
    best = autoencoder.best_linear(x, hidden)
    loss = autoencoder.reconstruction(autoencoder.forward(best, x, "linear").r, x).sum()
    assert_close(loss, autoencoder.least_linear_loss(x, hidden), 1e-8)
    values = torch.linalg.svdvals(x - x.mean(0))
    assert_close(loss, (values[hidden:] ** 2).sum(), 1e-8)
    leaves = [each.detach().clone().requires_grad_() for each in (best.W, best.b, best.c, best.W.T)]
    weights = Weights(leaves[0], leaves[1], leaves[2], leaves[3])
    slopes = torch.autograd.grad(autoencoder.reconstruction(pass_of(weights, "linear", x).r, x).sum(), leaves)
    for slope in slopes:
        assert_close(slope, torch.zeros_like(slope), 1e-8)


@given(seeds, st.integers(1, 3))
def test_the_best_linear_one_rebuilds_as_scikit_learn_s_pca(seed: int, hidden: int) -> None:
    x = normal(seed, 10, D) * tensor([3, 2, 1, 0.5]) + 2
    theirs = PCA(hidden).fit(x.numpy())
    rebuilt = torch.from_numpy(theirs.inverse_transform(theirs.transform(x.numpy())))
    assert_close(autoencoder.forward(autoencoder.best_linear(x, hidden), x, "linear").r, rebuilt, 1e-8)


def test_training_a_linear_one_comes_to_the_same_loss() -> None:
    x = normal(1, 20, 4) * tensor([3, 2, 1, 0.5])
    model = Autoencoder((4, 2), generator=torch.Generator().manual_seed(0)).double()
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        loss = ((model(x) - x) ** 2).sum()
        loss.backward()
        return float(loss.detach())

    for _ in range(3):
        optimizer.step(closure)
    assert closure() == pytest.approx(float(autoencoder.least_linear_loss(x, 2)), rel=1e-5)


def test_a_deep_one_bends_where_no_line_can() -> None:
    """Points on a circle's arc have one coordinate: a deep code of one number beats every linear one."""
    angle = torch.linspace(-2, 2, 40, dtype=torch.float64)
    x = torch.stack([angle.cos(), angle.sin()], dim=-1)
    model = Autoencoder((2, 8, 1), generator=torch.Generator().manual_seed(2)).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(600):
        optimizer.zero_grad()
        loss = ((model(x) - x) ** 2).sum()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.25 * float(autoencoder.least_linear_loss(x, 1))


def test_a_code_as_large_as_the_input_can_just_copy() -> None:
    x = normal(1, 6, 3)
    for hidden in (3, 5):
        run = autoencoder.forward(autoencoder.copying(3, hidden, x), x, "linear")
        assert_close(run.r, x, 0)


def test_dropout_on_the_code() -> None:
    weights, x, keep = drawn(1), normal(2, N, D), bits(3, N, H)
    run = autoencoder.forward(weights, x, "tanh", keep)
    assert_close(run.h, autoencoder.forward(weights, x, "tanh").h * keep)
    assert_close(run.r, run.h @ weights.decoder.T + weights.c)


@pytest.mark.parametrize("tied", [False, True])
def test_parameters_are_counted(tied: bool) -> None:
    assert autoencoder.parameter_count(784, 32, tied=tied) == parameters(Autoencoder((784, 32), tied=tied))
    assert autoencoder.parameter_count(784, 32, tied=tied) == 784 * 32 * (2 - tied) + 816
    deep = Autoencoder((784, 128, 32), tied=tied)
    assert parameters(deep) == (784 * 128 + 128 * 32) * (2 - tied) + 128 + 32 + 128 + 784
    assert deep(torch.zeros(2, 784)).shape == (2, 784)


def test_instances_are_apart() -> None:
    many, x = drawn(1, 4), normal(9, 4, N, D)
    alone = Weights(many.W[2], many.b[2], many.c[2], None if many.V is None else many.V[2])
    assert_close(autoencoder.forward(many, x).r[2], autoencoder.forward(alone, x[2]).r)
    mine = autoencoder.contractive_gradient(many, x).W[2]
    assert_close(mine, autoencoder.contractive_gradient(alone, x[2]).W)
    assert_close(autoencoder.least_linear_loss(x, 2)[1], autoencoder.least_linear_loss(x[1], 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Weights(normal(1, 3, 4), normal(1, 2), normal(1, 4)), "hidden = 3"),
        (lambda: autoencoder.reconstruction(normal(1, 2, 3), normal(1, 2, 3), "other"), "one of"),  # type: ignore[arg-type]
        (lambda: autoencoder.kl_penalty(normal(1, 5, 3) * 9, 0.1), "strictly between"),
        (lambda: autoencoder.kl_penalty(torch.sigmoid(normal(1, 5, 3)), 1.0), r"target is 1\.0"),
        (lambda: autoencoder.contractive_gradient(drawn(1), normal(1, N, D), "relu"), "one of"),
        (lambda: autoencoder.copying(3, 2, normal(1)), "at least 3"),
        (lambda: autoencoder.best_linear(normal(1, 5, 3), 4), "only 3 singular values"),
        (lambda: Autoencoder((3,)), "at least one code"),
    ],
    ids="shape kind activity target kink copy rank sizes".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same(device: str, dtype: torch.dtype) -> None:
    weights, x = drawn(1, tied=True), normal(9, N, D)
    there = Weights(*(each.to(device, dtype) for each in (weights.W, weights.b, weights.c)))
    run = autoencoder.forward(there, x.to(device, dtype))
    assert (run.r.device.type, run.r.dtype) == (device, dtype)
    tolerance = 1e-10 if dtype == torch.float64 else 1e-4
    assert_close(run.r.double(), autoencoder.forward(weights, x).r, tolerance)
    expected = autoencoder.contractive_penalty(weights, autoencoder.forward(weights, x))
    assert_close(autoencoder.contractive_penalty(there, run).double(), expected, tolerance)
