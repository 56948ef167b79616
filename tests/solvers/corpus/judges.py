"""What a twin pair is, and the numpy and autograd tools its hand-written judge may use. Nothing here reads formulas."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float64]
Value = Any  # a float, an array, or None where the text has no value because its shapes do not fit
Judge = Callable[[np.random.Generator], tuple[Value, Value, Value]]


@dataclass(frozen=True)
class Pair:
    """One left side with a partner that equals it and one that does not.

    The judge draws sizes from 2 to 5 and values, and returns the three values. `domain`: the false partner agrees
    wherever both sides are defined, but one of them is undefined somewhere. `misfit`: the false partner has no value,
    because its sizes differ. `only_if`: what one would have to assume for the false partner to hold.
    """

    id: str
    chapter: int
    let: tuple[str, ...]
    a: str
    true: str
    false: str
    judge: Judge
    domain: bool = False
    misfit: bool = False
    only_if: str = ""

    @property
    def plain(self) -> bool:
        """Whether all three sides are plain text (no LaTeX command)."""
        return not any("\\" in side for side in (self.a, self.true, self.false))


def twin(
    chapter: int,
    *,
    a: str,
    true: str,
    false: str,
    let: tuple[str, ...] = (),
    domain: bool = False,
    misfit: bool = False,
    only_if: str = "",
) -> Callable[[Judge], Pair]:
    """Turn the judge below it into a pair; the judge's name becomes the pair's."""

    def made(judge: Judge) -> Pair:
        name = f"{chapter:02d}-{getattr(judge, '__name__', '').replace('_', '-')}"
        return Pair(name, chapter, let, a, true, false, judge, domain, misfit, only_if)

    return made


def gather(names: dict[str, object]) -> tuple[Pair, ...]:
    """The pairs of a module, in the order they are written."""
    return tuple(found for found in names.values() if isinstance(found, Pair))


def sizes(rng: np.random.Generator, count: int) -> list[int]:
    """Different sizes from 2 to 5, so that a wrong transpose cannot hide."""
    return [int(size) for size in rng.permutation([2, 3, 4, 5])[:count]]


def size(rng: np.random.Generator) -> int:
    """One size from 2 to 5."""
    return int(rng.integers(2, 6))


def normal(rng: np.random.Generator, *shape: int) -> Array:
    """Normal values on a scale that is itself drawn, from small to large."""
    return np.asarray(rng.choice([0.3, 1.0, 1.0, 2.0]) * rng.standard_normal(shape))


def wide(rng: np.random.Generator) -> float:
    """One real number, often beyond the bounds that clipped functions have."""
    return float(rng.choice([0.1, 1.0, 10.0]) * rng.standard_normal())


def reals(rng: np.random.Generator, count: int) -> list[float]:
    """Several normal real numbers."""
    return [float(value) for value in normal(rng, count)]


def positive(rng: np.random.Generator, *shape: int) -> Array:
    """Positive values around one."""
    return np.asarray(np.exp(0.8 * rng.standard_normal(shape)))


def unit(rng: np.random.Generator, *shape: int) -> Array:
    """Values strictly between 0 and 1."""
    return np.asarray(rng.uniform(0.05, 0.95, shape))


def simplex(rng: np.random.Generator, k: int) -> Array:
    """A probability vector without zeros."""
    return np.asarray(0.02 / k + 0.98 * rng.dirichlet(np.ones(k)))


def bits(rng: np.random.Generator, *shape: int) -> Array:
    """Zeros and ones."""
    return rng.integers(0, 2, shape).astype(float)


def signs(rng: np.random.Generator, *shape: int) -> Array:
    """Minus ones and ones."""
    return 2 * bits(rng, *shape) - 1


def whole(rng: np.random.Generator, low: int = 1, high: int = 9) -> int:
    """One integer from low to high, both included."""
    return int(rng.integers(low, high + 1))


def symmetric(rng: np.random.Generator, n: int) -> Array:
    """A symmetric matrix."""
    root = normal(rng, n, n)
    return root + root.T


def definite(rng: np.random.Generator, n: int) -> Array:
    """A symmetric positive definite matrix."""
    root = normal(rng, n, n)
    return root @ root.T + np.eye(n)


def orthogonal(rng: np.random.Generator, n: int) -> Array:
    """An orthogonal matrix."""
    return np.asarray(np.linalg.qr(rng.standard_normal((n, n)))[0])


def cube(m: int) -> list[Array]:
    """Every vector of m zeros and ones."""
    return [np.array(corner, dtype=float) for corner in itertools.product((0, 1), repeat=m)]


def sigma(z: Any) -> Any:
    """The logistic sigmoid, element by element."""
    return 1 / (1 + np.exp(-z))


def softplus(z: Any) -> Any:
    """log(1 + e^z), element by element."""
    return np.logaddexp(0, z)


def softmax(z: Array) -> Array:
    """Softmax along the last axis."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def relu(z: Any) -> Any:
    """max(0, z), element by element."""
    return np.maximum(0, z)


def _tensors(values: tuple[Any, ...]) -> list[Any]:
    return [torch.tensor(np.asarray(value), dtype=torch.float64) for value in values]


def grad(function: Callable[..., Any], at: Any, *others: Any) -> Array:
    """Gradient of a scalar function by its first argument, by autograd; shape of that argument."""
    first, *rest = _tensors((at, *others))
    first.requires_grad_()
    (found,) = torch.autograd.grad(function(first, *rest), first)
    return np.asarray(found.numpy())


def jacobian(function: Callable[..., Any], at: Any, *others: Any) -> Array:
    """Jacobian (outputs by inputs) of a function by its first argument, by autograd."""
    first, *rest = _tensors((at, *others))
    found = torch.autograd.functional.jacobian(lambda x: function(x, *rest), first)
    return np.asarray(found.numpy())


def hessian(function: Callable[..., Any], at: Any, *others: Any) -> Array:
    """Second derivatives of a scalar function by its first argument, by autograd."""
    first, *rest = _tensors((at, *others))
    found = torch.autograd.functional.hessian(lambda x: function(x, *rest), first)
    return np.asarray(found.numpy())
