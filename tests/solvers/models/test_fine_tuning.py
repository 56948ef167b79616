"""Classifiers on GPT and BERT: where they read, their losses, and a task they learn."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch

from solvers.models import bert, fine_tuning, gpt
from solvers.models.checks import BadInput
from solvers.models.fine_tuning import Classifier
from tests.solvers.models.data import assert_close, normal, tensor

TOKENS, TARGET = torch.tensor([[1, 4, 2, 6], [3, 5, 1, 2], [0, 0, 1, 1]]), torch.tensor([0, 1, 1])


def model(kind: str) -> Classifier:
    generator = torch.Generator().manual_seed(1)
    if kind == "gpt":
        return Classifier(gpt.Gpt(gpt.Sizes(7, 6, 8, 2, 1), generator).double(), 2)
    return Classifier(bert.Bert(bert.Sizes(7, 6, 8, 2, 1), generator).double(), 2)


each_kind = pytest.mark.parametrize("kind", ["gpt", "bert"])


def moved(kind: str) -> Classifier:
    found = model(kind).requires_grad_(False)
    found.W.copy_(normal(1, 8, 2))
    found.b.copy_(normal(2, 2))
    return found


@each_kind
def test_what_is_read(kind: str) -> None:
    one = moved(kind)
    body = one.body
    seen = body.states(TOKENS)[:, -1] if isinstance(body, gpt.Gpt) else body.pool(body(TOKENS))
    assert_close(one(TOKENS), seen @ one.W + one.b)


@each_kind
def test_padding_does_not_matter(kind: str) -> None:
    one, padded = moved(kind), TOKENS.clone()
    padded[0, 2:] = 6
    found = one(padded, torch.tensor([2, 4, 4]))
    assert_close(found[:1], one(TOKENS[:1, :2]), 1e-10)
    assert_close(found[1:], one(TOKENS)[1:], 1e-10)


@each_kind
def test_it_begins_unsure_and_learns(kind: str) -> None:
    one = model(kind)
    first = fine_tuning.loss(one, TOKENS, TARGET)
    assert float(first.detach()) == pytest.approx(math.log(2))
    optimizer = torch.optim.Adam(one.parameters(), lr=0.02)
    for _ in range(30):
        loss = fine_tuning.loss(one, TOKENS, TARGET)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.1
    assert one(TOKENS).argmax(-1).tolist() == TARGET.tolist()


def test_the_auxiliary_loss() -> None:
    one = moved("gpt")
    task = torch.nn.functional.cross_entropy(one(TOKENS), TARGET)
    language = torch.nn.functional.cross_entropy(one.body(TOKENS)[:, :-1].flatten(0, 1), TOKENS[:, 1:].flatten())
    assert_close(fine_tuning.loss(one, TOKENS, TARGET, 0.5), task + 0.5 * language)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Classifier(model("gpt").body, 1), "at least 2"),
        (lambda: model("gpt")(TOKENS, torch.tensor([0, 1, 1])), "at least one token"),
        (lambda: fine_tuning.loss(model("gpt"), TOKENS, TARGET + 1), "target holds 2"),
        (lambda: fine_tuning.loss(model("bert"), TOKENS, TARGET, 0.5), "only a GPT"),
        (lambda: fine_tuning.loss(model("bert"), TOKENS, tensor([0, 1, 1])), "whole numbers"),
    ],
    ids="classes lengths target auxiliary kind".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


@each_kind
def test_every_device_gives_the_same(kind: str, device: str) -> None:
    found = moved(kind).to(device)(TOKENS.to(device))
    assert found.device.type == device
    assert_close(found, moved(kind)(TOKENS), 1e-9)
