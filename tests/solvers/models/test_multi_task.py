"""A shared trunk's gradient is the sum of its tasks'; a frozen body stays, a fine-tuned one moves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from solvers.models import multi_task
from solvers.models.checks import BadInput
from solvers.models.mlp import Mlp, parameter_count
from solvers.models.multi_task import Counts, MultiTask, Task
from solvers.models.optimizers import Optimizer, adam
from tests.solvers.models.data import assert_close, bits, normal

TASKS = [Task(1, "squared"), Task(2, "bernoulli")]


def model(seed: int = 1) -> MultiTask:
    return MultiTask([3, 6, 4], "tanh", TASKS, torch.Generator().manual_seed(seed)).double()


def test_the_forward_pass_is_two_networks() -> None:
    ours, x = model(), normal(2, 5, 3)
    for place, task in enumerate(TASKS):
        alone = nn.Sequential(nn.Linear(3, 6), nn.Tanh(), nn.Linear(6, 4), nn.Tanh(), nn.Linear(4, task.outputs))
        state = [ours.W[0], ours.b[0], ours.W[1], ours.b[1], ours.V[place], ours.c[place]]
        names = ["0.weight", "0.bias", "2.weight", "2.bias", "4.weight", "4.bias"]
        alone.double().load_state_dict(dict(zip(names, state, strict=True)))
        assert_close(ours(x)[place], alone(x))


def test_the_trunk_learns_from_the_sum_of_the_tasks() -> None:
    ours, x, targets = model(), normal(2, 5, 3), [normal(3, 5, 1), bits(4, 5, 2)]
    shared = [*ours.W, *ours.b]
    together = torch.autograd.grad(ours.losses(x, targets).sum(), shared)
    first = torch.autograd.grad(ours.losses(x, targets)[0], shared)
    second = torch.autograd.grad(ours.losses(x, targets)[1], shared)
    for whole, a, b in zip(together, first, second, strict=True):
        assert_close(whole, a + b)
    (head,) = torch.autograd.grad(ours.losses(x, targets)[1], ours.V[0])
    assert not bool(head.any())


def test_sharing_saves_parameters() -> None:
    found = multi_task.counts(model())
    assert found == Counts(3 * 6 + 6 + 6 * 4 + 4 + (4 + 1) + (8 + 2), 0)
    apart = parameter_count([3, 6, 4, 1]) + parameter_count([3, 6, 4, 2])
    assert apart - found.trainable == parameter_count([3, 6, 4])


def test_both_tasks_are_learned() -> None:
    ours, x = model(), normal(2, 30, 3)
    targets = [x[:, :1] * x[:, 1:2], (x[:, :2] > 0).double()]
    optimizer = Optimizer(ours.parameters(), adam(0.03))
    before = ours.losses(x, targets).detach()
    for _ in range(300):
        optimizer.step(lambda: ours.losses(x, targets).sum())
    assert bool((ours.losses(x, targets).detach() < 0.2 * before).all())


@pytest.mark.parametrize(("freeze", "expected"), [(True, Counts(15, 84)), (False, Counts(99, 0))])
def test_transfer_copies_the_body(freeze: bool, expected: Counts) -> None:
    """4-8-... : the body 4-8-4 has 76 parameters, the head 4-3 has 15."""
    source = Mlp([5, 8, 4, 10], "relu", "softmax", torch.Generator().manual_seed(1)).double()
    ours = multi_task.transfer(source, 3, "softmax", torch.Generator().manual_seed(2), freeze=freeze)
    assert multi_task.counts(ours) == expected
    old = [each.detach().clone() for each in source.parameters()]
    x, y = normal(3, 6, 5), nn.functional.one_hot(torch.arange(6) % 3, 3).double()
    Optimizer(ours.parameters(), adam(0.01)).step(lambda: ours.loss(x, y))
    moved = [not torch.equal(a, b) for a, b in zip(ours.W, source.W, strict=False) if a.shape == b.shape]
    assert moved == [not freeze, not freeze]
    assert all(torch.equal(a, b) for a, b in zip(old, source.parameters(), strict=True))


def test_part_of_the_body_may_be_kept() -> None:
    source = Mlp([5, 8, 4, 10], "relu", "softmax", torch.Generator().manual_seed(1))
    ours = multi_task.transfer(source, 3, "softmax", torch.Generator().manual_seed(2), freeze=True, keep=1)
    assert multi_task.counts(ours) == Counts(8 * 3 + 3, 5 * 8 + 8)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MultiTask([3], "tanh", TASKS), "trunk is 1"),
        (lambda: MultiTask([3, 2], "tanh", []), "tasks is 0"),
        (lambda: Task(1, "hinge"), "head is 'hinge'"),
        (lambda: model().losses(normal(1, 2, 3), [normal(1, 2, 1)]), "1 targets for 2 tasks"),
        (
            lambda: multi_task.transfer(Mlp([2, 1], "tanh", "squared"), 1, "squared", torch.Generator(), freeze=True),
            "keep is 0",
        ),
    ],
    ids=["trunk", "tasks", "head", "targets", "body"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_agrees(device: str) -> None:
    x = normal(2, 5, 3)
    there = model().to(device)(x.to(device))
    assert there[0].device.type == device
    for ours, expected in zip(there, model()(x), strict=True):
        assert_close(ours, expected, 1e-9)
