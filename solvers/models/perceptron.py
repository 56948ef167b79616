"""The perceptron and its learning rule (notes 1.2, 1.2.1), for any number of instances at once.

Augmented vectors throughout: w' = [b, w], x' = [1, x], net = w'·x'. Targets are -1 and +1, the rule is
w' <- w' + η (t - o) x', so that a mistake moves w' by 2ηt x' (libraries that write ηt x' use twice the η).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from solvers.models.checks import (
    BadInput,
    check_at_least,
    check_dtype,
    check_entries,
    check_number,
    check_one_of,
    check_real,
    check_shapes,
    instance_axes,
)

SIGNS = (-1.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Step:
    """One example shown: net and output before the update, the weights after it."""

    net: Tensor  # (...)
    output: Tensor  # (...)
    weights: Tensor  # (..., n+1)


@dataclass(frozen=True, slots=True)
class Training:
    """The whole log of a training, S = epochs * N examples shown one after the other."""

    weights: Tensor  # (..., S+1, n+1): before the first example, then after each
    net: Tensor  # (..., S)
    outputs: Tensor  # (..., S)
    wrong: Tensor  # (..., S) bool: the output was not the target, so the weights moved
    converged: Tensor  # (...) bool: the last weights classify every example as its target says
    epochs: int

    @property
    def updates(self) -> Tensor:
        """How often the weights moved, (...)."""
        return self.wrong.sum(dim=-1)

    @property
    def errors(self) -> Tensor:
        """Wrong outputs an epoch, (..., epochs)."""
        return self.wrong.unflatten(-1, (self.epochs, -1)).sum(dim=-1)  # (..., S) -> (..., epochs, N) -> (..., epochs)


def augment(x: Tensor) -> Tensor:
    """x' = [1, x]: (..., n) -> (..., n+1)."""
    check_shapes(x=(x, "inputs"))
    return torch.cat([torch.ones_like(x[..., :1]), x], dim=-1)


def join(b: Tensor, w: Tensor) -> Tensor:
    """w' = [b, w]: (...) and (..., n) -> (..., n+1)."""
    check_shapes(b=(b, ""), w=(w, "inputs"))
    leading = instance_axes(b=(b, 0), w=(w, 1))
    return torch.cat([b.expand(leading).unsqueeze(-1), w.expand(*leading, w.shape[-1])], dim=-1)


def split(weights: Tensor) -> tuple[Tensor, Tensor]:
    """w' = [b, w] taken apart: (..., n+1) -> (...) and (..., n)."""
    check_shapes(weights=(weights, "augmented"))
    return weights[..., 0], weights[..., 1:]


def sign(net: Tensor, sign_of_zero: float = 1.0) -> Tensor:
    """-1 or +1; the notes leave sign(0) open, here it is +1 unless said otherwise (-1, or 0 for half a step)."""
    check_number(sign_of_zero=sign_of_zero)
    check_one_of("sign_of_zero", sign_of_zero, SIGNS)
    check_dtype("net", net)
    return torch.where(net == 0, torch.full_like(net, sign_of_zero), torch.sign(net))


def predict(weights: Tensor, x: Tensor, sign_of_zero: float = 1.0) -> Tensor:
    """o = sign(w'·x') for all examples: (..., n+1), (..., N, n) -> (..., N)."""
    _check(weights, x)
    return sign(torch.einsum("...d,...nd->...n", weights, augment(x)), sign_of_zero)


def step(weights: Tensor, x: Tensor, target: Tensor, eta: Tensor | float, sign_of_zero: float = 1.0) -> Step:
    """Show one example: weights (..., n+1), x (..., n), target (...) of -1 or +1, eta > 0."""
    check_shapes(x=(x, "inputs"), target=(target, ""))
    _check(weights, x.unsqueeze(-2), target.unsqueeze(-1))
    return _step(weights, augment(x), target, _rate(eta, weights), sign_of_zero)


def train(
    weights: Tensor,
    x: Tensor,
    target: Tensor,
    eta: Tensor | float,
    epochs: int,
    *,
    order: Tensor | None = None,
    sign_of_zero: float = 1.0,
) -> Training:
    """Show the examples x (..., N, n) with targets (..., N) one by one, `epochs` times, from weights (..., n+1).

    `order` (epochs, N) holds the indices in which they are shown; without it they come as they stand, every epoch.
    """
    _check(weights, x, target)
    check_at_least(1, epochs=epochs)
    eta, shown = _rate(eta, weights), _schedule(order, epochs, x)
    leading = instance_axes(weights=(weights, 1), x=(x, 2), target=(target, 1), eta=(eta, 0))
    examples, targets, start = augment(x), target.expand(*leading, -1), weights.expand(*leading, -1)
    trail, steps = [start], []
    for index in shown:
        steps.append(_step(trail[-1], examples[..., index, :], targets[..., index], eta, sign_of_zero))
        trail.append(steps[-1].weights)
    outputs = torch.stack([each.output for each in steps], dim=-1)
    return Training(
        weights=torch.stack(trail, dim=-2),
        net=torch.stack([each.net for each in steps], dim=-1),
        outputs=outputs,
        wrong=outputs != targets[..., shown],
        converged=(predict(trail[-1], x, sign_of_zero) == targets).all(dim=-1),
        epochs=epochs,
    )


def margin(weights: Tensor, x: Tensor, target: Tensor) -> Tensor:
    """γ = min_i t_i (w'·x'_i) / ‖w'‖, the separation by the unit vector along w'; at most 0 where w' errs: (...)."""
    _check(weights, x, target)
    size = torch.linalg.vector_norm(weights, dim=-1)
    if not bool((size > 0).all()):
        raise BadInput("weights are 0, but a direction is needed to measure along.")
    net = torch.einsum("...d,...nd->...n", weights, augment(x))
    return (target * net).amin(dim=-1) / size


def radius(x: Tensor) -> Tensor:
    """R = max_i ‖x'_i‖, with the 1 of the bias in x': (..., N, n) -> (...)."""
    check_shapes(x=(x, "examples inputs"))
    return torch.linalg.vector_norm(augment(x), dim=-1).amax(dim=-1)


def bound(weights: Tensor, x: Tensor, target: Tensor) -> Tensor:
    """R²/γ²: from w'(0) = 0 no training makes more updates (Novikoff); infinite where w' does not separate."""
    separation = margin(weights, x, target)
    ratio = (radius(x) / separation) ** 2
    return torch.where(separation > 0, ratio, torch.full_like(ratio, torch.inf))


def _step(weights: Tensor, x: Tensor, target: Tensor, eta: Tensor, sign_of_zero: float) -> Step:
    net = torch.einsum("...d,...d->...", weights, x)
    output = sign(net, sign_of_zero)
    move = (eta * (target - output)).unsqueeze(-1) * x  # (...) -> (..., 1), times (..., n+1)
    return Step(net=net, output=output, weights=weights + move)


def _check(weights: Tensor, x: Tensor, target: Tensor | None = None) -> None:
    """Weights are for augmented vectors, one more than there are inputs; targets are -1 or +1."""
    expected = {"weights": (weights, "augmented"), "x": (x, "examples inputs")}
    if target is not None:
        expected["target"] = (target, "examples")
        check_entries("target", target, (-1.0, 1.0))
    sizes = check_shapes(**expected)
    if sizes["augmented"] != sizes["inputs"] + 1:
        raise BadInput(
            f"weights have {sizes['augmented']} entries, but {sizes['inputs'] + 1} are needed: "
            f"a bias and {sizes['inputs']} inputs."
        )


def _rate(eta: Tensor | float, like: Tensor) -> Tensor:
    check_real("(0, inf)", eta=eta)
    return torch.as_tensor(eta, dtype=like.dtype, device=like.device)


def _schedule(order: Tensor | None, epochs: int, x: Tensor) -> list[int]:
    """The index of each example in the order it is shown, epochs * N of them."""
    examples = x.shape[-2]
    if order is None:
        return list(range(examples)) * epochs
    if order.shape != (epochs, examples) or not bool(((order >= 0) & (order < examples)).all()):
        raise BadInput(
            f"order has shape {tuple(order.shape)}, but ({epochs}, {examples}) with indices from 0 to "
            f"{examples - 1} is needed."
        )
    return [int(index) for index in order.flatten().tolist()]  # (epochs, N) -> (S)
