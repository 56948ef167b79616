"""Masked language modelling (notes 15.3.2): 15% of the tokens are chosen; of these 80% become [MASK], 10% a random
token, 10% stay, and all of them are to be predicted. Choices come from given uniforms.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import (
    BadInput,
    check_at_least,
    check_number,
    check_shapes,
    check_symbols,
    check_uniforms,
    picked,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """The shares: of tokens chosen, and of the chosen those masked and those replaced; the rest stay."""

    chosen: float = 0.15
    masked: float = 0.8
    random: float = 0.1

    def __post_init__(self) -> None:
        check_number("(0, 1]", chosen=self.chosen)
        check_number("[0, 1]", masked=self.masked, random=self.random)
        if self.masked + self.random > 1 + 1e-12:
            raise BadInput(f"masked is {self.masked} and random {self.random}, but together they are at most 1.")


BERT = Rule()


@dataclass(frozen=True, slots=True)
class Masked:
    """What the model reads, and which places it has to predict, all (..., n)."""

    tokens: Tensor
    chosen: Tensor  # bool
    masked: Tensor  # bool: of the chosen, those that read [MASK]
    replaced: Tensor  # bool: of the chosen, those that read a random token (which may be the right one)


def mask(
    tokens: Tensor,
    choice: Tensor,
    fate: Tensor,
    replacement: Tensor,
    *,
    mask_token: int,
    vocabulary: int,
    special: Tensor | None = None,
    rule: Rule = BERT,
) -> Masked:
    """Tokens (..., n) and uniforms of [0, 1) for each: chosen where `choice` < 15%; then `fate` < 80% masks, < 90%
    puts ⌊V · replacement⌋ there. Where `special` (..., n) is true ([CLS], [SEP], padding) nothing is chosen.
    """
    check_at_least(1, vocabulary=vocabulary)
    check_shapes(choice=(choice, "tokens"), fate=(fate, "tokens"), replacement=(replacement, "tokens"))
    check_uniforms(choice=choice, fate=fate, replacement=replacement)
    check_symbols("tokens", tokens, vocabulary, "tokens")
    chosen = choice < rule.chosen
    chosen = chosen if special is None else chosen & ~special
    masked = chosen & (fate < rule.masked)
    # 0.8 + 0.1 is a little less than 0.9 in binary; the bound is where a person would put it.
    replaced = chosen & ~masked & (fate < round(rule.masked + rule.random, 12))
    random = (replacement * vocabulary).long().clamp(max=vocabulary - 1)
    read = torch.where(masked, mask_token, torch.where(replaced, random, tokens))
    return Masked(read, chosen, masked, replaced)


def loss(logits: Tensor, tokens: Tensor, chosen: Tensor) -> Tensor:
    """Mean -log P(the original token) over the chosen places: (..., n, V), (..., n), (..., n) -> (...)."""
    check_shapes(logits=(logits, "tokens vocabulary"))
    check_symbols("tokens", tokens, logits.shape[-1], "tokens")
    if not bool(chosen.any(dim=-1).all()):
        raise BadInput("A sequence has no chosen place, so there is nothing to take the mean over.")
    costs = -picked("tokens", tokens, torch.log_softmax(logits, dim=-1))
    return torch.where(chosen, costs, 0).sum(dim=-1) / chosen.sum(dim=-1)


def expected(count: int, rule: Rule = BERT) -> dict[str, float]:
    """How many of so many tokens are chosen, masked, replaced and left on average: 15%, 12%, 1.5% and 1.5%."""
    check_at_least(0, count=count)
    chosen = count * rule.chosen
    shares = {"chosen": 1.0, "masked": rule.masked, "replaced": rule.random, "left": 1 - rule.masked - rule.random}
    return {name: math.fsum([chosen * share]) for name, share in shares.items()}
