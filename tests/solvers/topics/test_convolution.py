"""Convolution solvers: numbers of the notes and of hand work, second routes, batches, and what each mistake gives."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from scipy import signal
from torch.nn import functional as F

from solvers.certify import AGREE
from solvers.formula.tables.arrays import numpy_table, sympy_table
from solvers.registry import find
from solvers.trace import Solver, Trace
from tests.solvers.topics.working import apart, worked

BATCH = 40


def solver(name: str) -> Solver:
    found = find(name)
    assert isinstance(found, Solver), found
    return found


def work(name: str, given: dict[str, Any], mistake: str | None = None) -> Trace:
    return worked(solver(name), given, mistake)


def whole(rng: np.random.Generator, low: int, high: int, *size: int) -> Any:
    return rng.integers(low, high + 1, (BATCH, *size)).astype(float)


def same(value: int) -> Any:
    return np.full(BATCH, float(value))


def batches(seed: int = 0) -> dict[str, dict[str, Any]]:
    """A batch of random givens for each solver; whole numbers that its Python asks for are alike in all instances."""
    rng = np.random.default_rng(seed)
    distinct = np.stack([rng.permutation(25).reshape(5, 5) for _ in range(BATCH)]).astype(float)
    return {
        "convolution.output_size": {
            "n": whole(rng, 10, 60), "k": whole(rng, 1, 9), "s": whole(rng, 1, 4), "p": whole(rng, 0, 4),
        },
        "convolution.dilated": {
            "n": whole(rng, 30, 60), "k": whole(rng, 1, 5), "r": whole(rng, 0, 4), "s": whole(rng, 1, 3),
        },
        "convolution.maps": {"X": rng.normal(size=(BATCH, 4, 5)), "K": rng.normal(size=(BATCH, 2, 3))},
        "convolution.strided": {
            "X": rng.normal(size=(BATCH, 5, 5)), "K": rng.normal(size=(BATCH, 3, 3)), "c": rng.normal(size=BATCH),
            "s": same(2), "p": same(2),
        },
        "convolution.borders": {"x": rng.normal(size=(BATCH, 6)), "w": rng.normal(size=(BATCH, 5))},
        "convolution.channels": {
            "X": rng.normal(size=(BATCH, 3, 4, 4)), "K": rng.normal(size=(BATCH, 3, 2, 2)), "c": rng.normal(size=BATCH),
        },
        "convolution.gradients": {
            "X": rng.normal(size=(BATCH, 4, 5)), "K": rng.normal(size=(BATCH, 2, 3)),
            "G": rng.normal(size=(BATCH, 3, 3)),
        },
        "convolution_matrix.as_matrix": {
            "x": rng.normal(size=(BATCH, 6)), "w": rng.normal(size=(BATCH, 3)), "g": rng.normal(size=(BATCH, 4)),
        },
        "pooling.max_pool": {
            "X": distinct, "G": rng.normal(size=(BATCH, 2, 2)), "k": same(3), "s": same(2),
        },
        "pooling.average_pool": {
            "X": distinct, "G": rng.normal(size=(BATCH, 4, 4)), "k": same(2), "s": same(1),
        },
        "pooling.network": {
            "X": whole(rng, -1, 3, 5, 5), "K": whole(rng, -2, 2, 2, 2), "c": whole(rng, -1, 2),
            "V": whole(rng, -2, 2, 2, 2), "d": whole(rng, -2, 2), "y": whole(rng, -3, 3) + 0.5,
        },
        "convolution_counts.receptive_field": {
            "k": whole(rng, 1, 5, 4), "s": whole(rng, 1, 3, 4), "n": whole(rng, 900, 999),
        },
        "convolution_counts.parameters": {
            name: whole(rng, 1, 9) for name in ("C_in", "C_out", "k", "H", "W")
        },
        "convolution_counts.cost_table": {
            "H": whole(rng, 4, 20), "W": whole(rng, 4, 20), "k": whole(rng, 1, 3), "l": whole(rng, 1, 3),
        },
        "convolution_counts.listing": {
            "N": whole(rng, 20, 40), "C": whole(rng, 1, 9, 3), "k": whole(rng, 1, 5, 2), "F": whole(rng, 2, 20, 3),
        },
    }  # fmt: skip


NAMES = sorted(batches())


@pytest.mark.parametrize("name", NAMES)
def test_the_second_route_agrees_on_a_batch(name: str) -> None:
    given = batches()[name]
    found = apart(solver(name), given)
    assert found
    assert all(each <= AGREE for each in found.values()), found


@pytest.mark.parametrize("name", NAMES)
def test_one_instance_is_what_the_batch_says(name: str) -> None:
    given = batches(seed=1)[name]
    batch = worked(solver(name), given, table=numpy_table())
    single = work(name, {key: tuples(value[3]) for key, value in given.items()})
    assert [step.name for step in single.steps] == [step.name for step in batch.steps]
    for step in single.steps:
        value = batch.values[step.name]
        np.testing.assert_allclose(np.asarray(step.value, dtype=float), value[min(3, len(value) - 1)], atol=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_exact_values_are_the_same(name: str) -> None:
    given = {key: tuples(np.round(value[5] * 4) / 4) for key, value in batches(seed=2)[name].items()}
    plain = work(name, given)
    exact = worked(solver(name), given, table=sympy_table())
    for step in plain.steps:
        np.testing.assert_allclose(
            np.asarray(exact.values[step.name], dtype=float), np.asarray(step.value, dtype=float), atol=1e-12
        )


def tuples(value: Any) -> Any:
    """Plain numbers in nested tuples: whole ones as ints, the others as fractions."""
    if np.ndim(value):
        return tuple(tuples(entry) for entry in value)
    return Fraction(float(value)) if value % 1 else int(value)


# ---- numbers of the notes, of the literature, and of hand work


def test_the_table_of_the_notes() -> None:
    values = work("convolution_counts.cost_table", {"H": 280, "W": 320, "k": 1, "l": 2}).values
    assert (values["shared"], values["sparse"], values["operations"]) == (2, 178_640, 267_960)
    assert values["dense"] == 319 * 280 * 320 * 280 == 8_003_072_000


def test_lenet_has_61706_parameters() -> None:
    values = work("convolution_counts.listing", {"N": 32, "C": (1, 6, 16), "k": (5, 5), "F": (120, 84, 10)}).values
    assert [values[f"theta^({t})"] for t in range(1, 6)] == [156, 2416, 48_120, 10_164, 850]
    assert (values["p^(2)"], values["f"], values["total"]) == (5, 400, 61_706)


@pytest.mark.parametrize(
    ("n", "k", "s", "p", "out"),
    [
        pytest.param(224, 7, 2, 3, 112, id="ResNet's first layer"),
        pytest.param(227, 11, 4, 0, 55, id="AlexNet's first layer"),
        pytest.param(224, 11, 4, 0, 54, id="AlexNet at 224 does not fit"),
        pytest.param(28, 5, 1, 2, 28, id="same size"),
        pytest.param(5, 5, 3, 0, 1, id="one window"),
    ],
)
def test_published_sizes(n: int, k: int, s: int, p: int, out: int) -> None:
    assert work("convolution.output_size", {"n": n, "k": k, "s": s, "p": p}).values["out"] == out
    assert F.conv1d(torch.zeros(1, 1, n), torch.zeros(1, 1, k), stride=s, padding=p).shape[-1] == out


def test_the_dilated_kernel_of_the_notes() -> None:
    """8.1.7: five places, the second and fourth zero: a kernel of three weights at rate 1."""
    values = work("convolution.dilated", {"n": 20, "k": 3, "r": 1, "s": 1}).values
    assert (values["k_e"], values["same"], values["out"]) == (5, 2, 16)


def test_maps_are_what_scipy_says() -> None:
    X, K = np.arange(12).reshape(3, 4) ** 2 % 7, np.array([[1, 2], [3, 5]])
    values = work("convolution.maps", {"X": X.tolist(), "K": K.tolist()}).values
    np.testing.assert_array_equal(values["C"], signal.correlate2d(X, K, "valid"))
    np.testing.assert_array_equal(values["S"], signal.convolve2d(X, K, "valid"))


def test_receptive_field_by_the_inputs_that_matter() -> None:
    """Ones convolved with ones: the gradient of a unit is not zero exactly on its receptive field."""
    k, s = (3, 4, 2), (2, 3, 1)
    values = work("convolution_counts.receptive_field", {"k": k, "s": s, "n": 70}).values
    x = torch.ones(1, 1, 70, requires_grad=True)
    out: torch.Tensor = x
    for size, stride in zip(k, s, strict=True):
        out = F.conv1d(out, torch.ones(1, 1, size), stride=stride)
    first, second = (torch.autograd.grad(out[0, 0, unit], x, retain_graph=True)[0][0, 0].nonzero() for unit in (0, 1))
    assert values["r^(3)"] == len(first)
    assert values["j^(3)"] == int(second[0] - first[0])
    assert values["m^(3)"] == out.shape[-1]


def test_gradients_by_autograd() -> None:
    rng = np.random.default_rng(7)
    X, K = (torch.tensor(rng.normal(size=(1, 1, size, size)), requires_grad=True) for size in (4, 2))
    G = torch.tensor(rng.normal(size=(1, 1, 3, 3)))
    F.conv2d(X, K).backward(G)
    given = {name: value.detach()[0, 0].tolist() for name, value in (("X", X), ("K", K), ("G", G))}
    values = work("convolution.gradients", given).values
    for name, leaf in (("dL/dK", K), ("dL/dX", X)):
        assert leaf.grad is not None
        np.testing.assert_allclose(values[name], leaf.grad[0, 0], atol=1e-12)


def test_an_equal_pair_sends_its_gradient_to_the_first() -> None:
    """A block of equal positive entries: the first of them wins, as the question says."""
    given = {"X": [[1] * 3] * 3, "K": [[1, 0], [0, 0]], "c": 0, "V": [[2]], "d": 0, "y": 0}
    values = work("pooling.network", given).values
    assert values["o"] == 2
    np.testing.assert_array_equal(values["dL/dS"], [[4, 0], [0, 0]])


# ---- mistakes: the value of each, worked by hand

IMAGE = ((1, 2, 3), (4, 5, 6), (7, 8, 10))
KERNEL = ((1, 2), (3, 5))
LAYER = {"X": IMAGE, "K": ((1, -1), (2, 0)), "c": 3, "s": 2, "p": 1}
SIZES = {"n": 20, "k": 5, "s": 3, "p": 1}
DILATED = {"n": 20, "k": 3, "r": 2, "s": 2}
BORDERS = {"x": (1, 2, 4), "w": (1, 0, -2)}
CHANNELS = {"X": (((1, 2), (3, 4)), ((5, 6), (7, 9))), "K": (((1, 0), (0, 2)), ((1, -1), (1, 1))), "c": 10}
GRADIENTS = {"X": IMAGE, "K": KERNEL, "G": ((1, 0), (2, -1))}
POOL = {"X": ((1, 2, 3), (4, 9, 6), (7, 8, 5)), "G": ((1, 2), (3, 5)), "k": 2, "s": 1}
NETWORK = {"X": IMAGE, "K": ((1, 0), (0, -1)), "c": 5, "V": ((2,),), "d": 1, "y": 1}
FIELD = {"k": (3, 2), "s": (2, 3), "n": 20}
COUNTS = {"C_in": 3, "C_out": 8, "k": 5, "H": 10, "W": 4}
COSTS = {"H": 6, "W": 5, "k": 2, "l": 3}
LINE = {"x": (1, 2, 3), "w": (2, 5), "g": (1, 1)}
LISTING = {"N": 20, "C": (2, 3, 4), "k": (3, 3), "F": (5, 6, 7)}

MISTAKES = [
    ("convolution.output_size", SIZES, "plus-one-lost", "out", 6, 5),  # floor(17 / 3) = 5
    ("convolution.output_size", SIZES, "rounded-up", "out", 6, 7),
    ("convolution.output_size", {**SIZES, "p": 2}, "padding-once", "out", 7, 6),  # floor(19 / 3), floor(17 / 3)
    ("convolution.output_size", {**SIZES, "p": 2}, "padding-forgotten", "m", 24, 20),
    ("convolution.output_size", SIZES, "stride-ignored", "out", 6, 18),
    ("convolution.dilated", DILATED, "dilation-ignored", "k_e", 7, 3),
    ("convolution.dilated", DILATED, "rate-as-step", "k_e", 7, 5),
    ("convolution.dilated", DILATED, "zeros-after-each", "k_e", 7, 9),
    ("convolution.dilated", DILATED, "padding-both-sides", "same", 3, 6),
    ("convolution.dilated", DILATED, "plus-one-lost", "out", 7, 6),
    ("convolution.maps", {"X": IMAGE, "K": KERNEL}, "flip-forgotten", "S", None, ((42, 53), (75, 91))),
    ("convolution.maps", {"X": IMAGE, "K": KERNEL}, "flipped-for-correlation", "C", None, ((24, 35), (57, 69))),
    # rows turned only: (3, 5) above (1, 2)
    ("convolution.maps", {"X": IMAGE, "K": KERNEL}, "one-axis-flipped", "S", None, ((27, 38), (60, 73))),
    ("convolution.strided", LAYER, "kernel-flipped", "S", None, ((4, 4), (18, 17))),
    ("convolution.strided", LAYER, "bias-dropped", "S", ((3, 7), (-1, 18)), ((0, 4), (-4, 15))),
    ("convolution.strided", LAYER, "padding-replicated", "S", None, ((5, 6), (17, 18))),
    ("convolution.strided", {**LAYER, "c": -5}, "relu-dropped", "A", ((0, 0), (0, 10)), ((-5, -1), (-9, 10))),
    ("convolution.borders", BORDERS, "kernel-flipped", "u", -7, 2),
    ("convolution.borders", BORDERS, "borders-swapped", "z", (-4, -7, 2), (-3, -7, -6)),
    ("convolution.borders", BORDERS, "one-sided", "z", (-4, -7, 2), (-2, -4, -7)),
    ("convolution.channels", CHANNELS, "bias-per-channel", "S", 34, 44),
    ("convolution.channels", CHANNELS, "bias-dropped", "S", 34, 24),
    ("convolution.channels", CHANNELS, "first-channel-only", "S", 34, 19),
    ("convolution.channels", CHANNELS, "kernel-flipped", "S", 34, 29),
    ("convolution.gradients", GRADIENTS, "kernel-gradient-flipped", "dL/dK", ((4, 6), (10, 11)), ((8, 10), (14, 17))),
    ("convolution.gradients", GRADIENTS, "positions-averaged", "dL/dc", 2, Fraction(1, 2)),
    ("convolution.gradients", GRADIENTS, "upstream-dropped", "dL/dK", None, ((12, 16), (24, 29))),
    (
        "convolution.gradients", GRADIENTS, "input-gradient-not-flipped", "dL/dX",
        ((1, 2, 0), (5, 8, -2), (6, 7, -5)), ((5, 3, 0), (12, 2, -3), (4, 0, -1)),
    ),
    ("pooling.max_pool", POOL, "average-for-max", "M", ((9, 9), (9, 9)), ((4, 5), (7, 7))),
    ("pooling.max_pool", POOL, "overlap-lost", "dL/dX", None, ((0, 0, 0), (0, 5, 0), (0, 0, 0))),
    (
        "pooling.max_pool", {**POOL, "G": ((4, 8), (12, 20))}, "spread-evenly", "dL/dX", None,
        ((1, 3, 2), (4, 11, 7), (3, 8, 5)),
    ),
    ("pooling.average_pool", POOL, "max-for-average", "A", ((4, 5), (7, 7)), ((9, 9), (9, 9))),
    ("pooling.average_pool", POOL, "sum-for-mean", "A", None, ((16, 20), (28, 28))),
    ("pooling.average_pool", POOL, "divided-by-side", "A", None, ((8, 10), (14, 14))),
    ("pooling.average_pool", POOL, "share-lost", "dL/dX", None, ((1, 3, 2), (4, 11, 7), (3, 8, 5))),
    # the map is ((1, 1), (1, 0)), the pooled entry 1, the output 3, its error 2
    ("pooling.network", NETWORK, "bias-dropped", "S", ((1, 1), (1, 0)), ((-4, -4), (-4, -5))),
    ("pooling.network", NETWORK, "kernel-flipped", "S", None, ((9, 9), (9, 10))),
    ("pooling.network", NETWORK, "average-for-max", "M", 1, Fraction(3, 4)),
    ("pooling.network", NETWORK, "error-turned", "dL/dV", 2, -2),
    ("pooling.network", NETWORK, "spread-evenly", "dL/dS", ((4, 0), (0, 0)), ((1, 1), (1, 0))),
    ("pooling.network", NETWORK, "weights-forgotten", "dL/dS", ((4, 0), (0, 0)), ((2, 0), (0, 0))),
    ("pooling.network", NETWORK, "places-averaged", "dL/dK", ((4, 8), (16, 20)), ((1, 2), (4, 5))),
    ("convolution_counts.receptive_field", FIELD, "kernel-added-whole", "r^(2)", 5, 8),  # 1 + 3 + 2 * 2
    ("convolution_counts.receptive_field", FIELD, "jump-ignored", "r^(2)", 5, 4),
    ("convolution_counts.receptive_field", FIELD, "own-stride", "r^(2)", 5, 11),  # 1 + 2 * 2 + 1 * 6
    ("convolution_counts.receptive_field", FIELD, "strides-added", "j^(2)", 6, 6),  # 1 + 2 + 3
    ("convolution_counts.receptive_field", FIELD, "strides-added", "r^(2)", 5, 6),
    ("convolution_counts.receptive_field", FIELD, "plus-one-lost", "m^(2)", 3, 2),
    ("convolution_counts.parameters", COUNTS, "channels-lost", "parameters", 608, 208),
    ("convolution_counts.parameters", COUNTS, "biases-lost", "parameters", 608, 600),
    ("convolution_counts.parameters", COUNTS, "bias-per-kernel", "parameters", 608, 624),
    ("convolution_counts.parameters", COUNTS, "places-forgotten", "madds", 24_000, 600),
    ("convolution_counts.cost_table", COSTS, "input-for-output", "operations", 165, 330),
    ("convolution_counts.cost_table", COSTS, "additions-lost", "operations", 165, 90),
    ("convolution_counts.cost_table", COSTS, "additions-as-many", "operations", 165, 180),
    ("convolution_counts.cost_table", COSTS, "zeros-stored", "sparse", 90, 450),
    ("convolution_matrix.as_matrix", LINE, "kernel-flipped", "T", ((2, 5, 0), (0, 2, 5)), ((5, 2, 0), (0, 5, 2))),
    ("convolution_matrix.as_matrix", LINE, "kernel-flipped", "y", (12, 19), (9, 16)),
    ("convolution_matrix.as_matrix", LINE, "not-shifted", "z", (2, 7, 5), (4, 10, 0)),
    # sides 18, 9, 7, 3; flattened 36
    ("convolution_counts.listing", LISTING, "channels-lost", "theta^(2)", 112, 40),
    ("convolution_counts.listing", LISTING, "biases-lost", "total", 439, 414),
    ("convolution_counts.listing", LISTING, "pooling-forgotten", "f", 36, 196),
    ("convolution_counts.listing", LISTING, "maps-forgotten", "f", 36, 9),
    ("convolution_counts.listing", LISTING, "plus-one-lost", "n^(1)", 18, 17),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "given", "mistake", "step", "right", "wrong"),
    [pytest.param(*row, id=f"{row[0]} {row[2]} {row[3]}") for row in MISTAKES],
)
def test_a_mistake_gives_its_own_number(
    name: str, given: dict[str, Any], mistake: str, step: str, right: Any, wrong: Any
) -> None:
    assert work(name, given, mistake).values[step] == wrong
    if right is not None:
        assert work(name, given).values[step] == right
    else:
        assert work(name, given).values[step] != wrong


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_stands_at_a_step_and_is_tested(name: str) -> None:
    given = {key: tuples(value[0]) for key, value in batches()[name].items()}
    placed = {mistake for step in work(name, given).steps for mistake in step.mistakes}
    declared = {mistake.name for mistake in solver(name).mistakes}
    assert placed == declared
    assert declared == {row[2] for row in MISTAKES if row[0] == name}
