"""Gated units, early stopping, VGG and ResNet against Keras on torch, in which our weights are put; none is fetched."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from solvers.models import early_stopping, gru, lstm, resnet, vgg
from solvers.models.layer_table import parameters
from tests.solvers.models.data import assert_close, normal, tensor, uniform

# Their variables have an older form of numpy's protocol.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")


def library() -> Any:
    return pytest.importorskip("keras", reason="the oracle keras is not installed")


@pytest.fixture
def doubles() -> Iterator[None]:
    """Layers in float64, also those of networks that have no option for it."""
    config = library().config
    before = config.dtype_policy()
    config.set_dtype_policy("float64")
    yield
    config.set_dtype_policy(before)


in_doubles = pytest.mark.usefixtures("doubles")


# ----- gated units -----


def states(layer: Any, weights: list[Tensor], x: Tensor) -> Tensor:
    """All states of their layer, which multiplies from the right: U (D, gates H), W (H, gates H), b."""
    layer.build(x.shape)
    layer.set_weights([each.numpy() for each in weights])
    return torch.as_tensor(layer(x.numpy())).detach()


def columns(weights: Tensor) -> Tensor:
    """(gates, H, K) -> (K, gates H)."""
    return weights.flatten(0, 1).mT


FLAGS = list(product(("sigmoid", "tanh"), ("before", "after"), ("old", "new")))


@in_doubles
@pytest.mark.parametrize("flags", FLAGS, ids="-".join)
def test_every_gru_has_the_same_states(flags: Any) -> None:
    """Both forms of the reset, the notes' too; z keeps the old state, and with its sign turned the new one.

    Theirs multiplies plain tensors in float32, as it does where the reset comes first.
    """
    variant, x = gru.Variant(*flags), normal(1, 5, 6, 2)
    weights = gru.Weights(normal(2, 3, 3, 2), normal(3, 3, 3, 3), normal(4, 3, 3))
    sign = tensor([1 if variant.update == "old" else -1, 1, 1])
    U, W = (columns(each * sign[:, None, None]) for each in (weights.U, weights.W))
    b = (weights.b * sign[:, None]).flatten()
    after = variant.reset == "after"  # this form has a second bias
    options = {"return_sequences": True, "activation": variant.candidate, "reset_after": after}
    theirs = library().layers.GRU(3, **options)
    expected = states(theirs, [U, W, torch.stack([b, torch.zeros_like(b)]) if after else b], x)
    assert_close(gru.forward(weights, x, variant).h[:, 1:], expected, 1e-12 if after else 1e-6)
    assert theirs.count_params() == gru.parameter_count(2, 3, biases=1 + after)


@in_doubles
@pytest.mark.parametrize("squashed", [True, False], ids=["LSTM", "NIAF-NOAF"])
def test_the_lstm_has_the_same_states(squashed: bool) -> None:
    """One bias a gate, as ours; gates stand in the order i, f, candidate, o."""
    variant = lstm.Variant(input_activation=squashed, output_activation=squashed)
    weights, x = lstm.Weights(normal(1, 4, 3, 2), normal(2, 4, 3, 3), normal(3, 4, 3)), normal(4, 5, 6, 2)
    U, W, b = (each[[lstm.I, lstm.F, lstm.G, lstm.O]] for each in weights.tensors())
    options = {"return_sequences": True, "activation": "tanh" if squashed else "linear"}
    theirs = library().layers.LSTM(3, **options)
    expected = states(theirs, [columns(U), columns(W), b.flatten()], x)
    assert_close(lstm.forward(weights, x, variant).h[:, 1:], expected)
    assert theirs.count_params() == lstm.parameter_count(2, 3)


# ----- early stopping -----


def their_stop(curve: list[float], patience: int) -> tuple[int, float]:
    """The last epoch they train, and the weight they put back: each epoch sets it to its number."""
    keras = library()
    model = keras.Sequential([keras.layers.Dense(1, use_bias=False)])
    model.build((None, 1))
    stop = keras.callbacks.EarlyStopping("val_loss", patience=patience, restore_best_weights=True)
    stop.set_model(model)
    stop.on_train_begin()
    model.stop_training = False
    for epoch, error in enumerate(curve):
        model.set_weights([np.full((1, 1), float(epoch))])
        stop.on_epoch_end(epoch, {"val_loss": error})
        if model.stop_training:
            break
    stop.on_train_end()
    return epoch, model.get_weights()[0].item()


@settings(max_examples=40)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=12), st.integers(1, 4))
def test_training_stops_at_the_same_epoch_with_the_same_weights(curve: list[int], patience: int) -> None:
    stopped, weight = their_stop([float(each) for each in curve], patience)
    found = early_stopping.stopping(tensor(curve), patience)
    assert (int(found.stopped), int(found.best)) == (stopped, weight)
    model, epochs = nn.Linear(1, 1).requires_grad_(False), iter(range(len(curve)))

    def train() -> None:
        model.weight.fill_(float(next(epochs)))

    driven = early_stopping.fit(model, train, lambda: curve[int(model.weight)], patience, len(curve))
    assert (len(driven.errors) - 1, float(model.weight)) == (stopped, weight)


# ----- VGG and ResNet -----


def their_count(name: str) -> tuple[int, int]:
    """Parameters that are trained, and biases of convolutions that a normalisation follows, on the meta device."""
    with library().device("meta"):
        model = getattr(library().applications, name)(weights=None)
    trained = sum(int(np.prod(each.shape)) for each in model.trainable_weights)
    normalised = any(type(each).__name__ == "BatchNormalization" for each in model.layers)
    biases = [each.bias for each in model.layers if normalised and hasattr(each, "kernel_size") and each.use_bias]
    return trained, sum(int(np.prod(each.shape)) for each in biases)


PUBLISHED: list[tuple[str, Callable[[], nn.Module]]] = [
    ("VGG16", lambda: vgg.vgg("D")),
    ("VGG19", lambda: vgg.vgg("E")),
    ("ResNet50", lambda: resnet.resnet(50)),
    ("ResNet101", lambda: resnet.resnet(101)),
    ("ResNet152", lambda: resnet.resnet(152)),
]


@pytest.mark.parametrize(("name", "build"), PUBLISHED, ids=[row[0] for row in PUBLISHED])
def test_published_networks_are_as_large(name: str, build: Callable[[], nn.Module]) -> None:
    """Their ResNets keep biases that the normalisation takes off again; ours, as the paper's, have none."""
    trained, needless = their_count(name)
    with torch.device("meta"):
        assert parameters(build()) == trained - needless
    if name == "ResNet50":
        assert (trained + 53_120, needless) == (25_636_712, 26_560)  # with means and variances that move


def copied(layer: Any, ours: nn.Module) -> None:
    """Our weights and statistics in one layer of theirs: kernels stand as (height, width, inputs, outputs)."""
    if isinstance(ours, nn.Conv2d):
        bias = torch.zeros(ours.out_channels) if ours.bias is None else ours.bias
        layer.set_weights([ours.weight.permute(2, 3, 1, 0).numpy(), bias.numpy()])
        return
    assert isinstance(ours, nn.BatchNorm2d)
    layer.set_weights([each.numpy() for name, each in ours.state_dict().items() if name != "num_batches_tracked"])


def features(theirs: Any, ours: Sequence[nn.Module], images: Tensor) -> Tensor:
    """What their network without its head makes of images (N, 3, H, W): (N, C, H', W')."""
    with_weights = [each for each in theirs.layers if each.weights]
    for layer, mine in zip(with_weights, ours, strict=True):
        copied(layer, mine)
    found: Tensor = theirs(images.movedim(1, -1).numpy(), training=False)
    return found.detach().movedim(-1, 1)


@in_doubles
def test_vgg_has_the_same_feature_maps() -> None:
    torch.manual_seed(1)
    ours = vgg.vgg("D", side=64, dense=1).double().requires_grad_(False)
    theirs = library().applications.VGG16(include_top=False, weights=None, input_shape=(64, 64, 3))
    convolutions = [each for each in ours if isinstance(each, nn.Conv2d)]
    images = normal(2, 2, 3, 64, 64)
    body = ours[: next(place for place, each in enumerate(ours) if isinstance(each, nn.Flatten))]
    assert_close(body(images), features(theirs, convolutions, images), 1e-11)


@in_doubles
def test_resnet_has_the_same_feature_maps() -> None:
    """Their ε is 1.001e-5, and what they have normalised is rounded to float32."""
    torch.manual_seed(1)
    ours = resnet.resnet(50).double().eval().requires_grad_(False)
    for each in ours.modules():
        if isinstance(each, nn.BatchNorm2d):
            each.eps, each.running_mean = 1.001e-5, 0.1 * normal(1, each.num_features)
            each.running_var = 0.5 + uniform(2, each.num_features)
    theirs = library().applications.ResNet50(include_top=False, weights=None, input_shape=(64, 64, 3))
    images = normal(3, 2, 3, 64, 64)
    assert_close(ours[:-3](images), features(theirs, in_their_order(ours), images), 1e-6)


def in_their_order(ours: nn.Sequential) -> list[nn.Module]:
    """The layers of a block's shortcut come before the last two of its body: convolution, convolution, norm, norm."""
    found: list[nn.Module] = []
    for each in ours:
        if isinstance(each, resnet.Block):
            body = [layer for layer in each.body if not isinstance(layer, nn.ReLU)]
            if isinstance(each.shortcut, nn.Sequential):
                body[-2:] = [each.shortcut[0], body[-2], each.shortcut[1], body[-1]]
            found += body
        elif isinstance(each, nn.Conv2d | nn.BatchNorm2d):
            found.append(each)
    return found
