"""Published tables of the classic convolutional networks, to the unit, counted on the meta device; small ones learn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.models import alexnet, layer_table, lenet, pooling, resnet, vgg
from solvers.models.checks import BadInput
from solvers.models.convolution import Geometry, by_windows
from solvers.models.optimizers import Optimizer, adam
from tests.solvers.models.data import assert_close, normal


def on_meta(build: Callable[[], nn.Module]) -> nn.Module:
    with torch.device("meta"):
        return build()


# ----- published tables -----

PUBLISHED: list[tuple[str, Callable[[], nn.Module], int]] = [
    ("lenet", lenet.LeNet5, 60_000),
    ("lenet-modern", lenet.modern, 61_706),
    ("alexnet", alexnet.two_towers, 60_965_224),
    ("alexnet-one", alexnet.one_tower, 61_100_840),
    ("vgg-a", lambda: vgg.vgg("A"), 132_863_336),
    ("vgg-b", lambda: vgg.vgg("B"), 133_047_848),
    ("vgg-d", lambda: vgg.vgg("D"), 138_357_544),
    ("vgg-e", lambda: vgg.vgg("E"), 143_667_240),
    ("resnet-18", lambda: resnet.resnet(18), 11_689_512),
    ("resnet-34", lambda: resnet.resnet(34), 21_797_672),
    ("resnet-50", lambda: resnet.resnet(50), 25_557_032),
    ("resnet-101", lambda: resnet.resnet(101), 44_549_160),
    ("resnet-152", lambda: resnet.resnet(152), 60_192_808),
]


@pytest.mark.parametrize(("build", "count"), [row[1:] for row in PUBLISHED], ids=[row[0] for row in PUBLISHED])
def test_parameters_are_the_published_ones(build: Callable[[], nn.Module], count: int) -> None:
    assert layer_table.parameters(on_meta(build)) == count


def test_lenet_layer_by_layer() -> None:
    """LeCun et al. 1998, section II.B: trainable parameters of each layer and 340,908 connections."""
    model = on_meta(lenet.LeNet5)
    expected = {"c1": 156, "s2": 12, "c3": 1516, "s4": 32, "c5": 48_120, "f6": 10_164}
    assert {name: layer_table.parameters(model.get_submodule(name)) for name in expected} == expected
    found = lenet.connections()
    assert {name: found[name] for name in ("C1", "S2", "C3", "S4", "C5", "F6")} == {
        "C1": 122_304,
        "S2": 5_880,
        "C3": 151_600,
        "S4": 2_000,
        "C5": 48_120,
        "F6": 10_164,
    }
    assert sum(found.values()) == 340_908


def test_alexnet_maps() -> None:
    rows = layer_table.rows(on_meta(alexnet.two_towers), (3, 227, 227))
    maps = [row.shape for row in rows if row.kind == "Conv2d"]
    assert maps == [(96, 55, 55), (256, 27, 27), (384, 13, 13), (384, 13, 13), (256, 13, 13)]
    assert layer_table.rows(on_meta(lambda: nn.Conv2d(3, 96, 11, stride=4)), (3, 224, 224))[0].shape == (96, 54, 54)


@pytest.mark.parametrize(
    ("build", "billions"),
    [
        (lambda: vgg.vgg("D"), 15.47),
        (lambda: vgg.vgg("E"), 19.63),
        (lambda: resnet.resnet(18), 1.81),
        (lambda: resnet.resnet(34), 3.66),
        (lambda: resnet.resnet(50), 3.86),
        (lambda: resnet.resnet(101), 7.57),
        (lambda: resnet.resnet(152), 11.28),
        (lambda: resnet.resnet(50, stride_in_3x3=True), 4.09),
    ],
    ids=["vgg-d", "vgg-e", "18", "34", "50", "101", "152", "50-v1.5"],
)
def test_multiply_adds_are_the_published_ones(build: Callable[[], nn.Module], billions: float) -> None:
    assert round(layer_table.multiply_adds(on_meta(build), (3, 224, 224)) / 1e9, 2) == billions


@pytest.mark.parametrize(("depth", "maps"), [(18, 17), (34, 33), (50, 49), (101, 100), (152, 151)])
def test_depth_counts_layers_with_weights(depth: int, maps: int) -> None:
    """Convolutions outside the shortcuts, and one dense layer."""
    rows = layer_table.rows(on_meta(lambda: resnet.resnet(depth)), (3, 224, 224))
    assert sum(row.kind == "Conv2d" and "shortcut" not in row.name for row in rows) == maps
    assert [row.shape for row in rows if row.kind == "AdaptiveAvgPool2d"] == [(512 if depth < 50 else 2048, 1, 1)]


@pytest.mark.parametrize(("depth", "thousands"), [(20, 0.27), (32, 0.46), (44, 0.66), (56, 0.85)])
def test_small_resnets_have_the_published_size(depth: int, thousands: float) -> None:
    """Table 6 of the paper, in millions."""
    assert round(layer_table.parameters(on_meta(lambda: resnet.small_resnet(depth))) / 1e6, 2) == pytest.approx(
        thousands, abs=0.011
    )


# ----- values -----


def test_the_connection_table_of_the_paper() -> None:
    """60 connections: six maps see three, nine see four, one sees all; each input map feeds ten."""
    table = lenet.CONNECTIONS
    assert [len(row) for row in table] == [3] * 6 + [4] * 9 + [6]
    assert [sum(place in row for row in table) for place in range(6)] == [10] * 6
    assert len(set(table)) == 16


def test_partial_convolution_map_by_map() -> None:
    layer, x = lenet.PartialConvolution().double(), normal(1, 2, 6, 7, 7)
    for out, (seen, kernel) in enumerate(zip(lenet.CONNECTIONS, layer.kernels, strict=True)):
        expected = by_windows(x[:, list(seen)], kernel.detach()[None], layer.bias.detach()[out : out + 1])
        assert_close(layer(x)[:, out], expected[:, 0])


def test_subsampling_is_a_scaled_sum() -> None:
    layer, x = lenet.Subsampling(3).double(), normal(1, 2, 3, 4, 6)
    with torch.no_grad():
        layer.coefficient.copy_(normal(2, 3))
        layer.bias.copy_(normal(3, 3))
    pooled = pooling.average_pool(x, (2, 2), Geometry(stride=(2, 2)))
    net = 4 * layer.coefficient[:, None, None] * pooled + layer.bias[:, None, None]
    assert_close(layer(x), 1.7159 * torch.tanh(2 / 3 * net))


def test_lenet_s_unit_is_1_at_1() -> None:
    assert float(lenet.squash(torch.tensor(1.0))) == pytest.approx(1, abs=1e-4)


def test_lenet_s_penalty_is_a_distance() -> None:
    model = lenet.LeNet5().double()
    h: list[Tensor] = []
    model.f6.register_forward_hook(lambda _, __, out: h.append(lenet.squash(out)))
    found = model(normal(1, 3, 1, 32, 32))
    assert_close(found, torch.cdist(h[0], model.codes) ** 2, 1e-9)
    assert len({tuple(row) for row in model.codes.tolist()}) == 10


def test_a_block_is_its_formula() -> None:
    block, x = resnet.Block(8, 4, 2, bottleneck=True).double().eval(), normal(1, 2, 8, 6, 6)
    convolutions = [each for each in block.body if isinstance(each, nn.Conv2d)]
    scale = (1 + 1e-5) ** -0.5  # a fresh normalisation in evaluation: mean 0, variance 1
    h = F.relu(F.conv2d(x, convolutions[0].weight, stride=2) * scale)
    h = F.relu(F.conv2d(h, convolutions[1].weight, padding=1) * scale)
    h = F.conv2d(h, convolutions[2].weight) * scale
    assert isinstance(block.shortcut, nn.Sequential)
    projected = block.shortcut[0]
    assert isinstance(projected, nn.Conv2d)
    assert_close(block(x), F.relu(h + F.conv2d(x, projected.weight, stride=2) * scale), 1e-9)


def test_an_identity_shortcut_passes_the_input() -> None:
    block, x = resnet.Block(4, 4, 1, bottleneck=False).double().eval(), normal(1, 2, 4, 5, 5).abs()
    for each in block.body:
        if isinstance(each, nn.Conv2d):
            nn.init.zeros_(each.weight)
    assert_close(block(x), x)


def test_rows_agree_with_their_formulas() -> None:
    """A runnable VGG: shapes, parameters and multiply-adds by the closed forms of `pooling`."""
    model = vgg.vgg("A", 5, side=32, widths=(4, 4, 8, 8, 8), dense=16).eval()
    rows = [row for row in layer_table.rows(model, (3, 32, 32)) if row.kind == "Conv2d"]
    inputs, side = 3, 32
    for row, width, halve in zip(rows, (4, 4, 8, 8, 8, 8, 8, 8), (1, 1, 0, 1, 0, 1, 0, 1), strict=True):
        assert row.shape == (width, side, side)
        assert row.parameters == pooling.parameters(inputs, width, (3, 3))
        assert row.multiply_adds == pooling.multiply_adds(inputs, width, (3, 3), (side, side))
        inputs, side = width, side // 2 if halve else side
    assert model(torch.zeros(2, 3, 32, 32)).shape == (2, 5)


# ----- small ones learn, anywhere -----


def stripes(seed: int) -> tuple[Tensor, Tensor]:
    """Sixteen 32x32 images of vertical or horizontal stripes, with noise, and which they are."""
    wave = torch.sin(torch.arange(32.0) / 2).expand(32, 32)
    labels = torch.arange(16) % 2
    clean = torch.where(labels[:, None, None] == 0, wave, wave.T)
    return (clean + 0.3 * normal(seed, 16, 32, 32).float()).unsqueeze(1), labels


@pytest.mark.parametrize(
    "build",
    [
        lambda: lenet.modern(2),
        lambda: resnet.small_resnet(8, 2, width=4, inputs=1),
        lambda: vgg.vgg("A", 2, side=32, widths=(8, 8, 16, 16, 16), dense=32, inputs=1),
    ],
    ids=["lenet", "resnet", "vgg"],
)
def test_small_ones_learn(build: Callable[[], nn.Module], device: str) -> None:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = build().to(device)
        x, labels = (each.to(device) for each in stripes(1))
        for each in model.modules():
            if isinstance(each, nn.Conv2d):
                nn.init.kaiming_normal_(each.weight, nonlinearity="relu")
        optimizer = Optimizer(model.parameters(), adam(0.005))
        for _ in range(30):
            optimizer.step(lambda: F.cross_entropy(model(x), labels))
        model.eval()
        accuracy = (model(x).argmax(dim=-1) == labels).double().mean()
    assert float(accuracy) > 0.9


def test_lenet_learns_by_its_penalties() -> None:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        model = lenet.LeNet5()
    x, labels = stripes(2)
    optimizer = Optimizer(model.parameters(), adam(0.003))
    for _ in range(20):
        optimizer.step(lambda: model(x).gather(1, labels[:, None]).mean())
    assert bool((model(x).argmin(dim=-1) == labels).all())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: resnet.resnet(20), "depth is 20"),
        (lambda: resnet.small_resnet(9), "6n"),
        (lambda: vgg.vgg("C"), "column is 'C'"),
        (lambda: vgg.vgg("A", side=30), "side 30"),
        (lambda: lenet.LeNet5(torch.zeros(10, 12)), "codes has shape"),
    ],
    ids=["resnet", "small", "column", "side", "codes"],
)
def test_bad_input_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        call()
