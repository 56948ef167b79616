"""Learning from unlabelled data (notes 6.5, 6.8): a shared encoder, self-training, masked inputs, contrastive pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from solvers.models import heads
from solvers.models.checks import BadInput, check_at_least, check_entries, check_number, check_shapes, instance_axes

Classifier = Callable[[Tensor], Tensor]  # x (N, n) -> logits (N, k)
Fit = Callable[[Tensor, Tensor], Classifier]  # x (N, n), one-hot y (N, k) -> what they teach


@dataclass(frozen=True, slots=True)
class PseudoLabels:
    """One-hot labels (..., N, k) of what the model thinks, and which it is sure enough of (..., N) bool."""

    labels: Tensor
    sure: Tensor


@dataclass(frozen=True, slots=True)
class SelfTraining:
    """The last classifier, and of how many of the unlabelled each round was sure."""

    classify: Classifier
    sure: tuple[int, ...]


class SharedEncoder(nn.Module):
    """h = tanh(W x + b) feeds both a softmax classifier V h + c and a decoder U h + d of x (6.5)."""

    def __init__(self, inputs: int, hidden: int, classes: int, generator: torch.Generator | None = None) -> None:
        super().__init__()
        check_at_least(1, inputs=inputs, hidden=hidden)
        check_at_least(2, classes=classes)

        def matrix(out: int, n: int) -> nn.Parameter:
            return nn.Parameter(torch.randn(out, n, generator=generator) * n**-0.5)

        self.W, self.b = matrix(hidden, inputs), nn.Parameter(torch.zeros(hidden))
        self.V, self.c = matrix(classes, hidden), nn.Parameter(torch.zeros(classes))
        self.U, self.d = matrix(inputs, hidden), nn.Parameter(torch.zeros(inputs))

    def encode(self, x: Tensor) -> Tensor:
        """(..., N, n) -> (..., N, hidden)."""
        check_shapes(W=(self.W, "hidden inputs"), x=(x, "examples inputs"))
        return torch.tanh(x @ self.W.mT + self.b)

    def forward(self, x: Tensor) -> Tensor:
        """The logits of P(y | x): (..., N, n) -> (..., N, classes)."""
        return self.encode(x) @ self.V.mT + self.c

    def reconstruct(self, x: Tensor) -> Tensor:
        """(..., N, n) -> (..., N, n)."""
        return self.encode(x) @ self.U.mT + self.d

    def loss(self, x: Tensor, y: Tensor, unlabelled: Tensor, share: float) -> Tensor:
        """Mean -log P(y | x) of the labelled, plus share · mean ‖x - x̂‖² of labelled and unlabelled together."""
        check_shapes(x=(x, "examples inputs"), unlabelled=(unlabelled, "more inputs"))
        check_number("[0, inf)", share=share)
        leading = instance_axes(x=(x, 2), unlabelled=(unlabelled, 2))
        supervised = heads.loss("softmax", self(x), y).mean()
        everything = torch.cat([each.expand(*leading, *each.shape[-2:]) for each in (x, unlabelled)], dim=-2)
        return supervised + share * ((everything - self.reconstruct(everything)) ** 2).sum(dim=-1).mean()


def pseudo_label(logits: Tensor, threshold: float) -> PseudoLabels:
    """Self-training's step: the likeliest class, trusted where its probability reaches the threshold. (..., N, k)."""
    classes = check_shapes(logits=(logits, "examples classes"))["classes"]
    check_number("[0, 1]", threshold=threshold)
    best, place = torch.softmax(logits, dim=-1).max(dim=-1)
    return PseudoLabels(nn.functional.one_hot(place, classes).to(logits.dtype), best >= threshold)


def self_train(fit: Fit, x: Tensor, y: Tensor, unlabelled: Tensor, threshold: float, rounds: int) -> SelfTraining:
    """Fit on the labelled, label what the classifier is sure of, fit on both; then again, with labels drawn anew.

    x (N, n) with one-hot y (N, k), unlabelled (M, n). It ends early where a round changes no label.
    """
    check_shapes(x=(x, "= examples n"), y=(y, "= examples classes"), unlabelled=(unlabelled, "= more n"))
    check_at_least(0, rounds=rounds)
    classify, counts = fit(x, y), []
    before: Tensor | None = None
    for _ in range(rounds):
        scores = classify(unlabelled)
        check_shapes(y=(y, "examples classes"), scores=(scores, "more classes"))
        found = pseudo_label(scores, threshold)
        told = found.labels * found.sure.unsqueeze(-1)  # 0 where it is not sure: (M, k)
        if before is not None and torch.equal(told, before):
            break
        before = told
        counts.append(int(found.sure.sum()))
        classify = fit(torch.cat([x, unlabelled[found.sure]]), torch.cat([y, found.labels[found.sure]]))
    return SelfTraining(classify, tuple(counts))


def masked(x: Tensor, hidden: Tensor, fill: float = 0.0) -> Tensor:
    """x with the entries that are to be guessed (hidden = 1) set to `fill`: (..., N, n)."""
    _check_mask(x, hidden)
    check_number(fill=fill)
    return torch.where(hidden > 0, torch.full_like(x, fill), x)


def masked_loss(x: Tensor, guess: Tensor, hidden: Tensor) -> Tensor:
    """The mean of (x - guess)² over the hidden entries alone (generative self-supervision, 6.8): (...)."""
    _check_mask(x, hidden)
    check_shapes(x=(x, "examples inputs"), guess=(guess, "examples inputs"))
    count = hidden.sum(dim=(-2, -1))
    if not bool((count > 0).all()):
        raise BadInput("No entry is hidden, so there is nothing to guess.")
    return (hidden * (x - guess) ** 2).sum(dim=(-2, -1)) / count


def cosine_similarities(a: Tensor, b: Tensor) -> Tensor:
    """Every row with every row: (..., N, d), (..., M, d) -> (..., N, M)."""
    check_shapes(a=(a, "rows d"), b=(b, "columns d"))
    return nn.functional.normalize(a, dim=-1) @ nn.functional.normalize(b, dim=-1).mT


def contrastive_loss(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """NT-Xent: of each of the 2N views, -log of the share of its partner among the other 2N - 1 views: (..., 2N).

    first and second (..., N, d) are two versions of the same N examples; shares are softmax(cosine / temperature).
    """
    pairs = check_shapes(first=(first, "pairs d"), second=(second, "pairs d"))["pairs"]
    check_at_least(2, pairs=pairs)
    check_number("(0, inf)", temperature=temperature)
    views = torch.cat(torch.broadcast_tensors(first, second), dim=-2)  # (..., 2N, d)
    scores = cosine_similarities(views, views) / temperature
    itself = torch.eye(2 * pairs, dtype=torch.bool, device=views.device)
    partner = torch.arange(2 * pairs, device=views.device).roll(pairs)
    others = torch.logsumexp(scores.masked_fill(itself, -torch.inf), dim=-1)
    return others - scores[..., torch.arange(2 * pairs, device=views.device), partner]


def _check_mask(x: Tensor, hidden: Tensor) -> None:
    check_shapes(x=(x, "examples inputs"), hidden=(hidden, "examples inputs"))
    check_entries("hidden", hidden, (0, 1))
