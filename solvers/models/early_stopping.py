"""Early stopping (notes 6.9): which epoch a validation curve returns, when it stops, and a driver that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from solvers.models.checks import check_at_least, check_shapes


@dataclass(frozen=True, slots=True)
class Stopping:
    """Epochs from 0: `stopped` is the last one trained, `best` the one whose parameters are returned. Both (...)."""

    stopped: Tensor
    best: Tensor


@dataclass(frozen=True, slots=True)
class Fitted:
    """The validation errors seen (epochs), and the epoch whose parameters the model now has."""

    errors: tuple[float, ...]
    best: int


def stopping(errors: Tensor, patience: int) -> Stopping:
    """Stop after `patience` epochs in a row without an error strictly below the best so far: errors (..., epochs).

    A curve that never runs out of patience is trained to its end. Ties do not count as better: the first stays.
    """
    epochs = check_shapes(errors=(errors, "epochs"))["epochs"]
    check_at_least(1, patience=patience)
    order = torch.arange(epochs, device=errors.device)
    lowest = errors.cummin(dim=-1).values
    before = torch.cat([torch.full_like(lowest[..., :1], torch.inf), lowest[..., :-1]], dim=-1)
    latest = torch.where(errors < before, order, -1).cummax(dim=-1).values  # the best epoch so far, (..., epochs)
    out = order - latest >= patience
    last = torch.full_like(latest[..., 0], epochs - 1)
    stopped = torch.where(out.any(dim=-1), out.to(torch.uint8).argmax(dim=-1), last)
    return Stopping(stopped, latest.gather(-1, stopped.unsqueeze(-1)).squeeze(-1))


def fit(
    model: nn.Module, train_epoch: Callable[[], object], validate: Callable[[], float], patience: int, at_most: int
) -> Fitted:
    """Train epoch by epoch until patience is out or `at_most` epochs are done; the best parameters are put back."""
    check_at_least(1, patience=patience, at_most=at_most)
    errors: list[float] = []
    best, kept = 0, _copied(model)
    for epoch in range(at_most):
        train_epoch()
        errors.append(validate())
        if epoch == 0 or errors[-1] < errors[best]:
            best, kept = epoch, _copied(model)
        if epoch - best >= patience:
            break
    model.load_state_dict(kept)
    return Fitted(tuple(errors), best)


def _copied(model: nn.Module) -> dict[str, Tensor]:
    return {name: each.detach().clone() for name, each in model.state_dict().items()}
