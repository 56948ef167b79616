"""Sinusoidal positions against math.sin, the notes' table, the rotation identity and exact trigonometry."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st

from solvers.models import positional_encoding as pe
from solvers.models.checks import BadInput
from tests.solvers.models.data import assert_close, normal, tensor

widths, bases = st.integers(1, 12), st.floats(2, 20_000)


def entry(k: float, j: int, d: int, n: float) -> float:
    """One entry, from the definition: column j = 2i or 2i + 1."""
    angle = k / n ** (2 * (j // 2) / d)
    return math.sin(angle) if j % 2 == 0 else math.cos(angle)


def test_the_notes_table() -> None:
    """'I am a robot', d = 4, n = 100: all sixteen entries as printed, to two places."""
    printed = [[0, 1, 0, 1], [0.84, 0.54, 0.10, 1.0], [0.91, -0.42, 0.20, 0.98], [0.14, -0.99, 0.30, 0.96]]
    assert_close(pe.table(4, 4, 100).round(decimals=2), tensor(printed))


@given(st.integers(1, 40), widths, bases)
def test_every_entry_is_its_definition(length: int, d: int, n: float) -> None:
    expected = [[entry(k, j, d, n) for j in range(d)] for k in range(length)]
    assert_close(pe.table(length, d, n), tensor(expected), 1e-11)


@pytest.mark.parametrize(("k", "j"), [(1, 2), (3, 3), (5, 0), (7, 1)])
def test_fifty_digits_agree(k: int, j: int) -> None:
    """d = 4, n = 100: the angle k / 10^(2i/2) is rational, so its sine is exact until evaluated."""
    angle = sympy.Rational(*Fraction(k, 10 ** (j // 2)).as_integer_ratio())
    exact = (sympy.sin if j % 2 == 0 else sympy.cos)(angle).evalf(50)
    assert abs(float(pe.table(8, 4, 100)[k, j]) - float(exact)) < 1e-15


@given(st.floats(-50, 50), st.floats(-50, 50), st.integers(1, 6).map(lambda half: 2 * half), bases)
def test_a_shift_is_a_rotation(k: float, shift: float, d: int, n: float) -> None:
    turned = pe.rotation(tensor(shift), d, n) @ pe.encode(tensor(k), d, n)
    assert_close(turned, pe.encode(tensor(k + shift), d, n), 1e-11)


@given(st.floats(-50, 50), st.floats(-50, 50), bases)
def test_rotations_compose_and_are_orthogonal(a: float, b: float, n: float) -> None:
    first, second = pe.rotation(tensor(a), 6, n), pe.rotation(tensor(b), 6, n)
    assert_close(first @ second, pe.rotation(tensor(a + b), 6, n), 1e-11)
    assert_close(first @ first.T, torch.eye(6, dtype=torch.float64), 1e-11)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(-10, 10))
def test_dot_products_depend_on_the_distance_only(k: int, m: int, shift: int) -> None:
    positions = tensor([k, m, k + shift, m + shift])
    rows = pe.encode(positions, 8)
    assert_close(rows[0] @ rows[1], rows[2] @ rows[3], 1e-11)


def test_halves_are_a_permutation_of_the_columns() -> None:
    positions = torch.arange(9).double()
    for d in (4, 5):
        interleaved, halves = (pe.encode(positions, d, 100, layout) for layout in ("interleaved", "halves"))
        assert_close(halves, torch.cat([interleaved[:, ::2], interleaved[:, 1::2]], dim=-1), 0.0)


def test_batches_of_positions() -> None:
    positions = normal(1, 3, 2)
    rows = pe.encode(positions, 5, 50)
    assert rows.shape == (3, 2, 5)
    assert_close(rows[2, 1], pe.encode(positions[2, 1], 5, 50), 0.0)
    assert pe.rotation(positions, 4).shape == (3, 2, 4, 4)


def test_the_layer_adds_the_table() -> None:
    embeddings = normal(1, 2, 5, 6)
    assert_close(pe.PositionalEncoding(6, 100)(embeddings), embeddings + pe.table(5, 6, 100))


def test_single_precision_keeps_the_phase() -> None:
    """Position 100,000: the angle is formed in float64, so the entry is the rounded right one."""
    far = torch.tensor([100_000.0], dtype=torch.float32)
    assert_close(pe.encode(far, 4).double(), pe.encode(far.double(), 4), 1e-7)


@pytest.mark.parametrize(
    ("d", "n", "message"),
    [(0, 100.0, "d is 0"), (4, 0.0, "n is 0.0"), (4, float("inf"), "n is inf")],
    ids=["width", "zero", "infinite"],
)
def test_bad_input_is_named(d: int, n: float, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        pe.table(3, d, n)


def test_bad_sizes_are_named() -> None:
    with pytest.raises(BadInput, match="only an even d"):
        pe.rotation(tensor(1.0), 5)
    with pytest.raises(BadInput, match="embeddings have 3 entries, but d = 4"):
        pe.PositionalEncoding(4)(normal(1, 2, 3))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_every_device_gives_the_same_table(device: str, dtype: torch.dtype) -> None:
    there = pe.table(50, 7, 100, dtype=dtype, device=device)
    assert (there.dtype, there.device.type) == (dtype, device)
    assert_close(there.double(), pe.table(50, 7, 100), 1e-9 if dtype == torch.float64 else 1e-6)
    assert_close(pe.rotation(tensor([1, 2]).to(device), 6), pe.rotation(tensor([1, 2]), 6), 1e-9)
