"""BERT's masking: place by place, shares on even grids, special tokens, the loss on chosen places alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from solvers.models import masking
from solvers.models.checks import BadInput
from solvers.models.masking import Rule
from tests.solvers.models.data import assert_close, normal, tensor, uniform

V, MASK = 20, 3
seeds = st.integers(0, 10_000)
TOKENS = torch.tensor([5, 6, 7, 8, 9, 10])


def test_place_by_place() -> None:
    choice = tensor([0.1, 0.1499, 0.15, 0.0, 0.1, 0.1])
    fate = tensor([0.79, 0.8, 0.0, 0.8999, 0.9, 0.99])
    found = masking.mask(TOKENS, choice, fate, tensor([0.5] * 6), mask_token=MASK, vocabulary=V)
    assert found.tokens.tolist() == [3, 10, 7, 10, 9, 10]
    assert found.chosen.tolist() == [True, True, False, True, True, True]
    assert found.masked.tolist() == [True, False, False, False, False, False]
    assert found.replaced.tolist() == [False, True, False, True, False, False]


def test_the_last_uniform_gives_the_last_token() -> None:
    top = 1 - 2**-53
    found = masking.mask(TOKENS, tensor([0] * 6), tensor([0.85] * 6), tensor([top] * 6), mask_token=3, vocabulary=V)
    assert found.tokens.tolist() == [V - 1] * 6


@given(seeds)
def test_what_holds_always(seed: int) -> None:
    tokens = torch.randint(V, (4, 9), generator=torch.Generator().manual_seed(seed))
    special = uniform(seed + 4, 4, 9) < 0.2
    u = [uniform(seed + k, 4, 9) for k in range(1, 4)]
    found = masking.mask(tokens, *u, mask_token=MASK, vocabulary=V, special=special, rule=Rule(0.5))
    assert not bool((found.chosen & special).any())
    assert bool((found.tokens[~found.chosen] == tokens[~found.chosen]).all())
    assert bool((found.tokens[found.masked] == MASK).all())
    left = found.chosen & ~found.masked & ~found.replaced
    assert bool((found.tokens[left] == tokens[left]).all())
    assert not bool((found.masked & found.replaced).any())


def test_shares_on_an_even_grid() -> None:
    grid = (torch.arange(200, dtype=torch.float64) + 0.5) / 200
    choice, fate = (each.flatten() for each in torch.meshgrid(grid, grid, indexing="ij"))
    tokens = torch.full((40_000,), 5)
    found = masking.mask(tokens, choice, fate, torch.zeros_like(fate), mask_token=MASK, vocabulary=V)
    counted = {"chosen": found.chosen, "masked": found.masked, "replaced": found.replaced}
    for name, each in counted.items():
        assert int(each.sum()) == pytest.approx(masking.expected(40_000)[name])
    assert masking.expected(1000) == pytest.approx({"chosen": 150, "masked": 120, "replaced": 15, "left": 15})


@given(seeds)
def test_the_loss_is_on_chosen_places_alone(seed: int) -> None:
    logits, tokens = normal(seed, 3, 5, V), torch.randint(V, (3, 5), generator=torch.Generator().manual_seed(seed))
    chosen = uniform(seed + 1, 3, 5) < 0.5
    chosen[:, 0] = True
    found = masking.loss(logits, tokens, chosen)
    target = torch.where(chosen, tokens, -100)  # what torch's loss leaves out
    for n in range(3):
        assert_close(found[n], nn.functional.cross_entropy(logits[n], target[n], ignore_index=-100))
    other = torch.where(chosen.unsqueeze(-1), logits, logits + normal(seed + 2, 3, 5, V))
    assert_close(masking.loss(other, tokens, chosen), found)


U = uniform(1, 6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Rule(0.15, 0.8, 0.3), r"masked is 0\.8 and random 0\.3"),
        (lambda: masking.mask(TOKENS, U + 1, U, U, mask_token=3, vocabulary=V), "choice holds a number outside"),
        (lambda: masking.mask(TOKENS + 20, U, U, U, mask_token=3, vocabulary=V), "tokens holds 25"),
        (lambda: masking.loss(normal(1, 2, V), torch.zeros(2).long(), torch.zeros(2).bool()), "no chosen place"),
    ],
    ids="rule uniforms tokens none".split(),
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()


def test_every_device_gives_the_same(device: str) -> None:
    u = [uniform(k, 6) for k in range(3)]
    expected = masking.mask(TOKENS, *u, mask_token=MASK, vocabulary=V, rule=Rule(0.6))
    found = masking.mask(TOKENS.to(device), *(x.to(device) for x in u), mask_token=MASK, vocabulary=V, rule=Rule(0.6))
    assert found.tokens.device.type == device
    assert found.tokens.tolist() == expected.tokens.tolist()
