"""The optimizers against torch.optim with the conventions mapped, their unrolled sums, and plain Python by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from solvers.models import optimizers
from solvers.models.checks import BadInput
from solvers.models.mlp import Mlp
from solvers.models.optimizers import Number, Rule
from tests.solvers.models.data import assert_close, normal, tensor

STEPS = 8
RULES: dict[str, Rule] = {
    "sgd": optimizers.sgd(0.05),
    "momentum": optimizers.momentum(0.05, 0.9),
    "nesterov": optimizers.nesterov(0.05, 0.9),
    "adagrad": optimizers.adagrad(0.05),
    "rmsprop": optimizers.rmsprop(0.05),
    "adam": optimizers.adam(0.05),
    "delta_bar_delta": optimizers.delta_bar_delta(0.05, 0.01, 0.2, 0.5),
}


def bumpy(theta: Tensor) -> Tensor:
    """A cost with curvature, coupling and waves: (..., d) -> (...)."""
    return (theta**2).sum(dim=-1) + torch.sin(3 * theta).sum(dim=-1) + theta.prod(dim=-1)


def slope(theta: Tensor, k: int = 0) -> Tensor:
    here = theta.detach().requires_grad_()
    return torch.autograd.grad(bumpy(here).sum(), here)[0]


def by_torch(build: Callable[[list[Tensor]], torch.optim.Optimizer], start: Tensor) -> Tensor:
    theta = start.clone().requires_grad_()
    optimizer = build([theta])
    trail = [start]
    for _ in range(STEPS):
        optimizer.zero_grad()
        bumpy(theta).backward()
        optimizer.step()
        trail.append(theta.detach().clone())
    return torch.stack(trail)


ORACLES: list[tuple[Rule, Callable[[list[Tensor]], torch.optim.Optimizer]]] = [
    (RULES["sgd"], lambda p: torch.optim.SGD(p, lr=0.05)),
    (RULES["momentum"], lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9)),
    (RULES["adagrad"], lambda p: torch.optim.Adagrad(p, lr=0.05, eps=1e-7)),
    (optimizers.rmsprop(0.05, 0.9, 0.0), lambda p: torch.optim.RMSprop(p, lr=0.05, alpha=0.9, eps=0.0)),
    (RULES["adam"], lambda p: torch.optim.Adam(p, lr=0.05)),
]


@pytest.mark.parametrize(("rule", "build"), ORACLES, ids=["sgd", "momentum", "adagrad", "rmsprop", "adam"])
def test_torch_agrees(rule: Rule, build: Callable[[list[Tensor]], torch.optim.Optimizer]) -> None:
    start = normal(1, 4)
    assert_close(optimizers.optimise(rule, slope, start, STEPS).theta, by_torch(build, start))


def test_torch_keeps_the_interim_point_of_nesterov() -> None:
    start = normal(1, 4)
    ours = optimizers.optimise(RULES["nesterov"], slope, start, STEPS)
    theirs = by_torch(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True), start)
    assert_close(ours.theta + 0.9 * ours.memory["v"], theirs)
    assert float((ours.theta - theirs).abs().max()) > 0.01


def test_placement_of_delta_in_rmsprop_shows() -> None:
    """√(δ + r) of the notes is not √r + δ of torch."""
    start = normal(1, 4)
    ours = optimizers.optimise(optimizers.rmsprop(0.05, 0.9, 1e-2), slope, start, STEPS).theta
    theirs = by_torch(lambda p: torch.optim.RMSprop(p, lr=0.05, alpha=0.9, eps=1e-2), start)
    assert float((ours - theirs).abs().max()) > 1e-4


@given(st.integers(0, 10_000), st.floats(0, 0.99))
def test_velocity_is_the_discounted_sum(seed: int, alpha: float) -> None:
    """v_t = -Σ_j α^(t-j) ε_j g_j (7.3.2), also while ε decays, where torch's velocity differs."""
    seen, decay = normal(seed, STEPS, 3), optimizers.linear_decay(0.5, 0.1, 5)
    trail = optimizers.optimise(
        optimizers.momentum(decay, alpha), lambda _, k: seen[k - 1], torch.zeros(3).double(), STEPS
    )
    for t in range(1, STEPS + 1):
        terms = [alpha ** (t - j) * decay(j) * seen[j - 1] for j in range(1, t + 1)]
        assert_close(trail.memory["v"][t], -torch.stack(terms).sum(dim=0))


def test_contributions_of_the_notes() -> None:
    """With α = 0.9, three steps on, gradients weigh 81, 90 and 100 %."""
    unit = torch.eye(3).double()
    trail = optimizers.optimise(optimizers.momentum(1.0, 0.9), lambda _, k: unit[k - 1], torch.zeros(3).double(), 3)
    assert_close(-trail.memory["v"][3], tensor([0.81, 0.9, 1.0]))


def test_terminal_velocity() -> None:
    trail = optimizers.optimise(optimizers.momentum(0.1, 0.5), lambda *_: tensor([2.0]), torch.zeros(1).double(), 60)
    assert_close(trail.memory["v"][-1], tensor([-0.4]))


@pytest.mark.parametrize("tau", [1, 4, 10])
def test_linear_decay_is_linear_lr(tau: int) -> None:
    ours = optimizers.linear_decay(0.5, 0.1, tau)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1 / 0.5, tau)
    for k in range(1, 13):
        optimizer.step()
        schedule.step()
        assert float(ours(k)) == pytest.approx(schedule.get_last_lr()[0], abs=1e-12)


@given(st.lists(st.floats(-5, 5).filter(lambda g: abs(g) > 1e-3), min_size=1, max_size=6))
def test_adaptive_rules_in_plain_numbers(gradients: list[float]) -> None:
    """One parameter, the formulas of 7.5 in Python floats."""
    s = r = total = 0.0
    adagrad, rmsprop, adam = 1.0, 1.0, 1.0
    for k, g in enumerate(gradients, start=1):
        total += g * g
        adagrad -= 0.1 * g / (1e-7 + math.sqrt(total))
        s, r = 0.9 * s + 0.1 * g, 0.999 * r + 0.001 * g * g
        adam -= 0.1 * (s / (1 - 0.9**k)) / (math.sqrt(r / (1 - 0.999**k)) + 1e-8)
    mean = 0.0
    for g in gradients:
        mean = 0.8 * mean + 0.2 * g * g
        rmsprop -= 0.1 * g / math.sqrt(1e-6 + mean)
    rules = [optimizers.adagrad(0.1), optimizers.rmsprop(0.1, 0.8), optimizers.adam(0.1)]
    for rule, expected in zip(rules, (adagrad, rmsprop, adam), strict=True):
        found = optimizers.optimise(rule, lambda _, k: tensor([gradients[k - 1]]), tensor([1.0]), len(gradients))
        assert float(found.theta[-1]) == pytest.approx(expected, abs=1e-10)


def test_delta_bar_delta_on_paper() -> None:
    """g = 1, 2, -1, 0, 3 from rate 0.4, κ = 0.1, φ = 0.5: nothing to compare, + 0.1, halved, kept, kept (ḡ = 0)."""
    seen = [1.0, 2.0, -1.0, 0.0, 3.0]
    trail = optimizers.optimise(
        optimizers.delta_bar_delta(0.4, 0.1, 0.5), lambda _, k: tensor([seen[k - 1]]), tensor([0.0]), 5
    )
    assert_close(trail.memory["rate"].squeeze(-1), tensor([0.4, 0.4, 0.5, 0.25, 0.25, 0.25]))
    assert_close(trail.theta.squeeze(-1), tensor([0.0, -0.4, -1.4, -1.15, -1.15, -1.9]))


@given(st.lists(st.floats(-2, 2), min_size=2, max_size=8), st.floats(0, 0.9))
def test_delta_bar_delta_in_plain_numbers(gradients: list[float], share: float) -> None:
    rate, trace, theta = 0.3, 0.0, 0.0
    for g in gradients:
        if trace * g > 0:
            rate += 0.05
        elif trace * g < 0:
            rate -= 0.4 * rate
        trace = (1 - share) * g + share * trace
        theta -= rate * g
    rule = optimizers.delta_bar_delta(0.3, 0.05, 0.4, share)
    found = optimizers.optimise(rule, lambda _, k: tensor([gradients[k - 1]]), tensor([0.0]), len(gradients))
    assert float(found.theta[-1]) == pytest.approx(theta, abs=1e-10)


@pytest.mark.parametrize("name", RULES)
def test_every_instance_walks_alone(name: str) -> None:
    start = normal(3, 2, 5, 4)
    batch = optimizers.optimise(RULES[name], slope, start, STEPS)
    assert batch.theta.shape == (2, 5, STEPS + 1, 4)
    assert batch.gradients.shape == (2, 5, STEPS, 4)
    assert_close(optimizers.optimise(RULES[name], slope, start[1, 2], STEPS).theta, batch.theta[1, 2])


def test_every_instance_may_have_its_own_numbers() -> None:
    start, rate, alpha = normal(3, 3, 4), tensor([0.01, 0.02, 0.05]), tensor([0.0, 0.5, 0.9])
    batch = optimizers.optimise(optimizers.nesterov(rate, alpha), slope, start, STEPS).theta
    for i in range(3):
        alone = optimizers.nesterov(float(rate[i]), float(alpha[i]))
        assert_close(optimizers.optimise(alone, slope, start[i], STEPS).theta, batch[i])


@pytest.mark.parametrize("name", RULES)
def test_a_module_is_trained_by_the_same_rule(name: str) -> None:
    x, y = normal(4, 6, 2), normal(5, 6, 1)
    model = Mlp([2, 3, 1], "tanh", "squared", torch.Generator().manual_seed(1)).double()
    start = torch.nn.utils.parameters_to_vector(model.parameters()).detach()
    reference = Mlp([2, 3, 1], "tanh", "squared").double()

    def gradient(theta: Tensor, _: int) -> Tensor:
        torch.nn.utils.vector_to_parameters(theta, reference.parameters())
        found = torch.autograd.grad(reference.loss(x, y), list(reference.parameters()))
        return torch.cat([each.flatten() for each in found])

    expected = optimizers.optimise(RULES[name], gradient, start, STEPS).theta
    optimizer = optimizers.Optimizer(model.parameters(), RULES[name])
    for _ in range(STEPS):
        optimizer.step(lambda: model.loss(x, y))
    assert_close(torch.nn.utils.parameters_to_vector(model.parameters()), expected[-1], 1e-10)


def test_values_written_between_steps_are_kept() -> None:
    model = torch.nn.Linear(2, 1).double()
    optimizer = optimizers.Optimizer(model.parameters(), optimizers.adam(0.1))
    optimizer.step(lambda: model(normal(1, 3, 2)).sum())
    model.load_state_dict({"weight": tensor([[5, 6]]), "bias": tensor([7])})
    optimizer.step(lambda: 0 * model.weight.sum())
    assert float((model.weight.detach() - tensor([[5, 6]])).abs().max()) < 0.2


@pytest.mark.parametrize("rule", [RULES["adam"], optimizers.adam(optimizers.linear_decay(0.3, 0.1, 9), 0.0, 0.7, 1e-3)])
def test_in_place_is_the_same_step(rule: Rule) -> None:
    """The library's kernel beside the formula, over pieces of any shape."""
    shapes = [(2, 3), (4,), (1,), (1, 2, 2)]
    memory = {"s": [normal(i, *shape) for i, shape in enumerate(shapes)]}
    memory["r"] = [each.square() + 0.1 for each in memory["s"]]
    theta, found = ([normal(seed + i, *shape) for i, shape in enumerate(shapes)] for seed in (10, 10))
    wanted = {name: [each.clone() for each in pieces] for name, pieces in memory.items()}
    assert rule.in_place is not None
    for k in range(4, 7):
        g = [normal(100 * k + i, *shape) for i, shape in enumerate(shapes)]
        rule.in_place(found, g, memory, k)
        for i in range(len(shapes)):
            theta[i], after = rule.step(theta[i], g[i], {name: wanted[name][i] for name in wanted}, k)
            for name in wanted:
                wanted[name][i] = after[name]
    for mine, theirs in zip([*found, *memory["s"], *memory["r"]], [*theta, *wanted["s"], *wanted["r"]], strict=True):
        assert_close(mine, theirs, 1e-12)


def test_where_the_kernel_has_no_place() -> None:
    """Rates that differ from instance to instance, and δ = 0, which divides 0 by 0 where there never was a slope."""
    assert optimizers.adam(tensor([0.1, 0.2])).in_place is None
    assert optimizers.adam(delta=0.0).in_place is None


def test_slopes_laid_out_otherwise_than_their_parameters() -> None:
    """The gradient of a transposed, summed or unused parameter comes as a view of something else."""
    models = [[normal(1, 2, 3).requires_grad_(), normal(2, 3).requires_grad_(), normal(3, 2).requires_grad_()]
              for _ in range(2)]  # fmt: skip
    ours, theirs = optimizers.Optimizer(models[0], RULES["adam"]), torch.optim.Adam(models[1], lr=0.05)

    def loss(W: Tensor, b: Tensor, unused: Tensor) -> Tensor:
        return (normal(4, 3, 2) * W.T).sum() + b.sum() + 0 * unused.sum()

    for _ in range(STEPS):
        ours.step(lambda: loss(*models[0]))
        theirs.zero_grad()
        loss(*models[1]).backward()
        theirs.step()
    for mine, other in zip(*models, strict=True):
        assert_close(mine.detach(), other.detach())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_every_type_of_number_is_trained(device: str, dtype: torch.dtype) -> None:
    weight = torch.ones(3, dtype=dtype, device=device, requires_grad=True)
    optimizer = optimizers.Optimizer([weight], optimizers.adam(0.25))
    for _ in range(2):
        optimizer.step(lambda: weight.sum())
    assert weight.dtype == dtype
    assert_close(weight.detach().double().cpu(), tensor([0.5, 0.5, 0.5]), 1e-2)


def raising(**changes: Number) -> Callable[[], object]:
    return lambda: optimizers.rmsprop(0.1, **changes)  # type: ignore[arg-type]  # the table's keys are these names


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: optimizers.momentum(0.1, 1.0), r"alpha is 1\.0, but a number of at least 0 and below 1"),
        (raising(delta=-1.0), "delta is -1.0"),
        (lambda: optimizers.adam(0.1, 0.9, tensor([0.9, 2.0])), "rho2 holds 2"),
        (lambda: optimizers.linear_decay(0.1, 0.01, 0), "tau is 0"),
        (
            lambda: optimizers.optimise(RULES["sgd"], slope, torch.zeros(2, dtype=torch.int64), 1),
            "start is torch.int64",
        ),
        (lambda: optimizers.Optimizer([], RULES["sgd"]), "no parameter"),
    ],
    ids=["alpha", "delta", "rho", "tau", "dtype", "empty"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@pytest.mark.parametrize("name", RULES)
def test_every_device_gives_the_same_trail(device: str, name: str) -> None:
    start = normal(1, 3, 4)
    there = optimizers.optimise(RULES[name], slope, start.to(device), STEPS).theta
    assert there.device.type == device
    assert_close(there, optimizers.optimise(RULES[name], slope, start, STEPS).theta, 1e-9)
