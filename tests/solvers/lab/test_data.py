"""The labs' data: what each promises, by another route."""

from __future__ import annotations

import pytest
import torch
from scipy.sparse.csgraph import shortest_path

from solvers.lab import data
from solvers.lab.experiment import stream
from solvers.lab.glyphs import TEXT, digits


def test_a_stream_is_its_labels() -> None:
    same, again = (torch.rand(4, generator=stream(3, "a", 1)) for _ in range(2))
    assert torch.equal(same, again)
    others = [stream(4, "a", 1), stream(3, "b", 1), stream(3, "a", 2), stream(3, "a1")]
    assert not any(torch.equal(same, torch.rand(4, generator=other)) for other in others)


def test_separable_points_keep_their_distance() -> None:
    x, target = data.separable(stream(0), 500, gap=0.3)
    side = (x[:, 0] + x[:, 1] - 0.2) / 2**0.5
    assert bool((side * target >= 0.3 - 1e-12).all())
    assert {float(each) for each in target} == {-1.0, 1.0}


def test_moons_are_half_circles() -> None:
    x, classes = data.two_moons(stream(0), 400, noise=0.0)
    upper, lower = x[classes == 0], x[classes == 1]
    assert torch.allclose(upper.norm(dim=-1), torch.ones(len(upper)).double())
    assert torch.allclose((lower - torch.tensor([1.0, 0.5])).norm(dim=-1), torch.ones(len(lower)).double())
    assert bool((upper[:, 1] >= 0).all())
    assert bool((lower[:, 1] <= 0.5).all())


@pytest.mark.parametrize("length", [2, 3, 10])
def test_the_sum_is_of_two_marked_numbers_one_in_each_half(length: int) -> None:
    x, y = data.adding(stream(0), 200, length)
    for row, total in zip(x.tolist(), y.squeeze(-1).tolist(), strict=True):
        marked = [place for place, (_, mark) in enumerate(row) if mark == 1.0]
        assert len(marked) == 2
        assert marked[0] < length // 2 <= marked[1]
        assert sum(row[place][0] for place in marked) == pytest.approx(total, abs=1e-12)


def test_the_mean_alone_leaves_a_sixth() -> None:
    _, y = data.adding(stream(0), 20_000, 10)
    assert float(y.var()) == pytest.approx(1 / 6, abs=0.005)


@pytest.mark.parametrize("length", [1, 2, 9])
def test_sums_begin_anew_at_every_mark(length: int) -> None:
    x, y = data.sums_since_marks(stream(0), 100, length, share=0.4)
    for row, wanted in zip(x.tolist(), y.tolist(), strict=True):
        total = 0.0
        for (value, mark), half in zip(row, wanted, strict=True):
            total = value if mark else total + value
            assert half == pytest.approx(total / 2, abs=1e-12)


@pytest.mark.parametrize("side", [2, 3, 4])
def test_bars_and_stripes_are_all_of_them(side: int) -> None:
    found = {tuple(row) for row in data.bars_and_stripes(side).tolist()}
    every = {tuple(float(bit) for bit in f"{code:0{side * side}b}") for code in range(2 ** (side * side))}

    def right(picture: tuple[float, ...]) -> bool:
        rows = [picture[k * side : (k + 1) * side] for k in range(side)]
        return all(len(set(row)) == 1 for row in rows) or all(len(set(row)) == 1 for row in zip(*rows, strict=True))

    assert found == {picture for picture in every if right(picture)}
    assert len(found) == 2 ** (side + 1) - 2


def test_digits_are_ten_different_pictures_of_eight_by_eight() -> None:
    found = digits()
    assert len(set(found)) == 10
    assert {(len(picture), *{len(row) for row in picture}) for picture in found} == {(8, 8)}


def test_glyphs_without_noise_and_shift_are_the_digits() -> None:
    images, classes = data.glyphs(stream(0), 50, noise=0.0, shift=0)
    assert torch.equal(images[:, 0], torch.tensor(digits(), dtype=torch.float64)[classes])


def test_distances_are_scipys() -> None:
    A, X, distance = data.hop_graphs(stream(0), 30, 9)
    for place in range(len(A)):
        (marked,) = X[place, 0].nonzero().flatten().tolist()
        expected = shortest_path(A[place].numpy(), unweighted=True, indices=marked)
        assert distance[place].tolist() == expected.tolist()
    assert torch.equal(A, A.mT)


def test_nodes_out_of_reach_are_far() -> None:
    assert data.distances(torch.zeros(1, 3, 3).double(), torch.tensor([1])).tolist() == [[3, 0, 3]]


def test_excerpts_are_in_the_text() -> None:
    letters = data.alphabet()
    assert "".join(letters[place] for place in data.text().tolist()) == TEXT
    for row in data.excerpts(stream(0), data.text(), 20, 15).tolist():
        assert "".join(letters[place] for place in row) in TEXT


def test_scenes_show_their_labels_brightly_and_whole() -> None:
    images, labels = data.scenes(stream(0), 300)
    inside = images[:, 0][labels > 0]
    assert float(inside.mean()) > 0.7 > 0.2 > float(images[:, 0][labels == 0].mean())
    pixels = {kind + 1: shape.count("#") for kind, shape in enumerate(data.SHAPES.values())}
    for picture in labels:
        counts = {kind: int((picture == kind).sum()) for kind in pixels}
        assert any(counts[kind] >= pixels[kind] for kind in pixels), "the shape in front is whole"
        assert 0 < sum(counts.values()) <= 2 * max(pixels.values())
    assert set(labels.unique().tolist()) == {0, *pixels}


def test_the_ring_lies_about_its_centres() -> None:
    x, centres = data.ring(stream(0), 1000, spread=0.1), data.ring_centres()
    assert float(torch.cdist(x, centres).amin(dim=-1).max()) < 0.6
    assert centres[2].tolist() == pytest.approx([0.0, 2.0], abs=1e-12)
