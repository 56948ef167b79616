"""The labs' small data, each drawn from a generator that the caller hands in. Everything is float64 and on the CPU."""

from __future__ import annotations

import math
from itertools import product
from typing import Final

import torch
from torch import Generator, Tensor

from solvers.lab.glyphs import TEXT, digits

CLASSES: Final = {
    "how": ("small", "old", "quiet", "proud", "young", "hungry"),
    "who": ("cat", "dog", "horse", "child", "baker", "king"),
    "does": ("eats", "buys", "drops", "finds", "sells", "wants"),
    "what": ("apple", "bread", "cheese", "egg", "fish", "soup"),
}
SHAPES: Final = {
    "square": "##### ##### ##### ##### #####",
    "cross": "..#.. ..#.. ##### ..#.. ..#..",
    "ring": ".###. #...# #...# #...# .###.",
}
WORDS: Final = ("the", *(word for each in CLASSES.values() for word in each))


def normal(generator: Generator, *shape: int) -> Tensor:
    return torch.randn(shape, generator=generator, dtype=torch.float64)


def uniform(generator: Generator, *shape: int) -> Tensor:
    return torch.rand(shape, generator=generator, dtype=torch.float64)


def integers(generator: Generator, below: int, *shape: int) -> Tensor:
    return torch.randint(below, shape, generator=generator)


def blobs(generator: Generator, count: int, spread: float = 0.6) -> tuple[Tensor, Tensor]:
    """Two round clouds about (-1, -1) and (1, 1): x (count, 2), classes (count,) of 0 and 1."""
    classes = integers(generator, 2, count)
    return (2.0 * classes - 1).unsqueeze(-1) + spread * normal(generator, count, 2), classes


def clouds(generator: Generator, classes: Tensor, axis: Tensor, apart: float) -> Tensor:
    """Two round clouds of deviation 1 about -apart · axis and +apart · axis, a unit vector (d,): (count, d)."""
    centres = apart * (2.0 * classes - 1).unsqueeze(-1) * axis  # (count,) -> (count, d)
    return centres + normal(generator, len(classes), len(axis))


def separable(generator: Generator, count: int, gap: float = 0.3) -> tuple[Tensor, Tensor]:
    """Points of the square at least `gap` from the line x₁ + x₂ = 0.2, on its two sides: (count, 2), -1 and +1."""
    x = 4 * uniform(generator, count, 2) - 2
    side = (x.sum(dim=-1) - 0.2) / math.sqrt(2)
    target = torch.where(side >= 0, 1.0, -1.0).double()
    near = side.abs() < gap
    push = torch.where(near, target * gap - side, 0.0) / math.sqrt(2)
    return x + push.unsqueeze(-1), target


def two_moons(generator: Generator, count: int, noise: float = 0.1) -> tuple[Tensor, Tensor]:
    """Two half circles of radius 1 that reach into each other: x (count, 2), classes (count,) of 0 and 1."""
    classes, angle = integers(generator, 2, count), math.pi * uniform(generator, count)
    upper = torch.stack([angle.cos(), angle.sin()], dim=-1)
    lower = torch.stack([1 - angle.cos(), 0.5 - angle.sin()], dim=-1)
    return torch.where(classes.bool().unsqueeze(-1), lower, upper) + noise * normal(generator, count, 2), classes


def ring_centres(modes: int = 8, radius: float = 2.0) -> Tensor:
    """(modes, 2)."""
    angle = 2 * math.pi * torch.arange(modes, dtype=torch.float64) / modes
    return radius * torch.stack([angle.cos(), angle.sin()], dim=-1)


def ring(generator: Generator, count: int, spread: float = 0.1) -> Tensor:
    """A mixture of eight Gaussians on a circle of radius 2, each coordinate's deviation `spread`: (count, 2)."""
    centres = ring_centres()
    return centres[integers(generator, len(centres), count)] + spread * normal(generator, count, 2)


def adding(generator: Generator, count: int, length: int) -> tuple[Tensor, Tensor]:
    """The adding problem (Hochreiter and Schmidhuber 1997): a uniform number a step and a mark at two of the steps.

    One mark falls in each half. x (count, length, 2), the sum of the marked numbers (count, 1), variance 1/6.
    """
    values, marks = uniform(generator, count, length), torch.zeros(count, length, dtype=torch.float64)
    half = length // 2
    first, second = integers(generator, half, count), half + integers(generator, length - half, count)
    for place in (first, second):
        marks.scatter_(1, place.unsqueeze(-1), 1.0)
    return torch.stack([values, marks], dim=-1), (values * marks).sum(dim=-1, keepdim=True)


def sums_since_marks(generator: Generator, count: int, length: int, share: float = 0.15) -> tuple[Tensor, Tensor]:
    """A uniform number of [-1, 1) a step and a mark at some: x (count, length, 2), half the sum since the last mark.

    The marked number itself is in the sum; before the first mark all are: (count, length).
    """
    values = 2 * uniform(generator, count, length) - 1
    marks = (uniform(generator, count, length) < share).double()
    so_far = values.cumsum(dim=-1)
    # what came before the latest mark: its place, -1 where there was none, and the sum up to there
    place = torch.where(marks > 0, torch.arange(length), -1).cummax(dim=-1).values
    before = torch.nn.functional.pad(so_far, (1, 0))[:, :-1].gather(-1, place.clamp(min=0))
    return torch.stack([values, marks], dim=-1), (so_far - torch.where(place >= 0, before, 0.0)) / 2


def bars_and_stripes(side: int = 3) -> Tensor:
    """Every picture whose rows, or whose columns, are each all on or all off: (2^(side+1) - 2, side²)."""
    lines = torch.tensor(list(product((0.0, 1.0), repeat=side)), dtype=torch.float64)  # (2^side, side)
    bars = lines.unsqueeze(-1).expand(-1, side, side)  # (2^side, side, 1) -> (2^side, side, side)
    both = torch.cat([bars, bars.mT]).flatten(1)  # (2^(side+1), side²)
    patterns: Tensor = torch.unique(both, dim=0)
    return patterns


def glyphs(generator: Generator, count: int, noise: float = 0.15, shift: int = 1) -> tuple[Tensor, Tensor]:
    """Digits of our own, moved by up to `shift` pixels, with noise: (count, 1, 8, 8) in [0, 1], classes (count,)."""
    from solvers.models.augmentation import random_shift

    classes = integers(generator, 10, count)
    clean = digits_clean()[classes].unsqueeze(1)  # (count, 8, 8) -> (count, 1, 8, 8)
    moved = random_shift(clean, uniform(generator, count, 2), shift)
    return (moved + noise * normal(generator, *moved.shape)).clamp(0, 1), classes


def digits_clean() -> Tensor:
    """The ten digits as they are drawn: (10, 8, 8) of 0 and 1."""
    return torch.tensor(digits(), dtype=torch.float64)


def scenes(generator: Generator, count: int, size: int = 16) -> tuple[Tensor, Tensor]:
    """Two shapes a picture, all alike bright, under noise: (count, 1, size, size) in [0, 1], a class a pixel.

    Class 0 is the background; 1 a square, 2 a cross, 3 a ring, as in SHAPES; the second shape hides the first.
    """
    shapes = torch.tensor([[[mark == "#" for mark in line] for line in shape.split()] for shape in SHAPES.values()])
    room = size - shapes.shape[-1] + 1
    labels = torch.zeros(count, size, size, dtype=torch.int64)
    for _ in range(2):
        kinds, down, right = (integers(generator, below, count) for below in (len(shapes), room, room))
        for picture, kind, i, j in zip(labels, kinds.tolist(), down.tolist(), right.tolist(), strict=True):
            place = picture[i : i + shapes.shape[-1], j : j + shapes.shape[-1]]
            place[shapes[kind]] = kind + 1
    images = 0.8 * (labels > 0).double().unsqueeze(1) + 0.15 * normal(generator, count, 1, size, size)
    return images.clamp(0, 1), labels


def correlated(generator: Generator, count: int, size: int = 8) -> Tensor:
    """A cloud about a point off the origin, with deviations 3, 2, then 0.8, 0.6, … along turned axes: (count, size)."""
    deviations = torch.cat([torch.tensor([3.0, 2.0]), 0.8 * 0.75 ** torch.arange(size - 2)]).double()
    turned, _ = torch.linalg.qr(normal(generator, size, size))
    cloud: Tensor = normal(generator, count, size) * deviations @ turned.mT + 1.0
    return cloud


def hop_graphs(generator: Generator, count: int, nodes: int) -> tuple[Tensor, Tensor, Tensor]:
    """Random sparse connected graphs with one marked node: A (count, n, n), X (count, 2, n), distance (count, n).

    Each node after the first hangs on one before it; one edge more closes a cycle. X holds the mark and a 1.
    """
    A = torch.zeros(count, nodes, nodes, dtype=torch.float64)
    every = torch.arange(count)
    for node in range(1, nodes):
        parent = (uniform(generator, count) * min(node, 3)).long()  # one of the last three: long graphs
        _join(A, every, node - 1 - parent, torch.full_like(parent, node))
    first = integers(generator, nodes - 1, count)
    _join(A, every, first, first + 1)
    marked = integers(generator, nodes, count)
    X = torch.ones(count, 2, nodes, dtype=torch.float64)
    X[:, 0] = torch.nn.functional.one_hot(marked, nodes).double()
    return A, X, distances(A, marked)


def distances(A: Tensor, start: Tensor) -> Tensor:
    """Edges on the shortest way from the start node, n where there is none: (G, n, n), (G,) -> (G, n)."""
    nodes = A.shape[-1]
    reached = torch.nn.functional.one_hot(start, nodes).double()
    found = torch.where(reached > 0, 0, nodes)
    for hop in range(1, nodes):
        reached = ((reached + (A.mT @ reached.unsqueeze(-1)).squeeze(-1)) > 0).double()
        found = torch.where((reached > 0) & (found == nodes), hop, found)
    return found


def alphabet() -> str:
    """The characters of the text, in order."""
    return "".join(sorted(set(TEXT)))


def text() -> Tensor:
    """The text as places in the alphabet: (characters,)."""
    places = {letter: place for place, letter in enumerate(alphabet())}
    return torch.tensor([places[letter] for letter in TEXT])


def sentences(generator: Generator, count: int) -> Tensor:
    """Sentences of a small language of our own, "the <how> <who> <does> <what>": places in WORDS, (count, 5)."""
    chosen = [WORDS.index(kind[0]) + integers(generator, len(kind), count) for kind in CLASSES.values()]
    return torch.stack([torch.zeros(count, dtype=torch.int64), *chosen], dim=-1)  # word 0 is "the"


def excerpts(generator: Generator, symbols: Tensor, count: int, length: int) -> Tensor:
    """Runs of `length` symbols from anywhere in the text: (count, length)."""
    start = integers(generator, len(symbols) - length + 1, count)
    return symbols[start.unsqueeze(-1) + torch.arange(length)]


def _join(A: Tensor, graph: Tensor, i: Tensor, j: Tensor) -> None:
    A[graph, i, j] = 1
    A[graph, j, i] = 1
