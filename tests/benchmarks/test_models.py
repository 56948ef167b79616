"""How fast the models are: against the library's own layers, and what batching buys. Ratios only, of processor time.

One thread; the least of many rounds, the two sides in turns, so that a busy machine slows both alike. "At par" is at
most a fifth more, which the checks of the inputs may cost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from solvers.models import attention, convolution, lstm, nn4g, perceptron, rbm, rnn
from solvers.models.attention import MultiHead
from solvers.models.convolution import Geometry
from solvers.models.graph import Graph
from solvers.models.optimizers import Optimizer, adam
from solvers.models.rbm import Rbm
from solvers.models.rnn import Weights
from tests.solvers.models.data import bits, normal, signs, uniform

Work = Callable[[], object]
Record = Callable[[str, object], None]
ROUNDS, AT_PAR = 15, 1.2


@contextmanager
def alone() -> Iterator[None]:
    """One thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def costs(*works: Work, rounds: int = ROUNDS) -> list[float]:
    """Processor seconds of each, the least of all rounds."""
    with alone():
        for work in works:
            work()
        return [min(each) for each in zip(*([_timed(work) for work in works] for _ in range(rounds)), strict=True)]


def _timed(work: Work) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def repeated(work: Work, times: int) -> Work:
    """Small works are timed many at once."""

    def run() -> None:
        for _ in range(times):
            work()

    return run


# ----- against the library's own layers -----


@dataclass(frozen=True)
class Pair:
    """Theirs, ours, and how many times theirs ours may cost."""

    theirs: Work
    ours: Work
    at_most: float


def lstm_pair(ours: Callable[[lstm.Lstm, torch.Tensor], object], at_most: float) -> Pair:
    """B = 64, T = 128, D = 128, H = 256 in float32."""
    theirs, model, x = torch.nn.LSTM(128, 256, batch_first=True), lstm.Lstm(128, 256), torch.randn(64, 128, 128)
    return Pair(lambda: theirs(x), lambda: ours(model, x), at_most)


def lstm_learning_pair(gradients: Callable[[lstm.Lstm, torch.Tensor], object], at_most: float) -> Pair:
    """Of the same sizes, forward and backward, the loss a sum."""
    theirs, model, x = torch.nn.LSTM(128, 256, batch_first=True), lstm.Lstm(128, 256), torch.randn(64, 128, 128)

    def update() -> None:
        theirs.zero_grad()
        theirs(x)[0].sum().backward()

    return Pair(update, lambda: gradients(model, x), at_most)


def _by_autograd(states: Callable[[lstm.Lstm, torch.Tensor], torch.Tensor]) -> Callable[..., object]:
    def gradients(model: lstm.Lstm, x: torch.Tensor) -> None:
        model.zero_grad()
        states(model, x).sum().backward()

    return gradients


@torch.no_grad()
def _by_hand(model: lstm.Lstm, x: torch.Tensor) -> lstm.Gradient:
    run = lstm.forward(model.weights(), x)
    return lstm.backward(model.weights(), run, torch.ones_like(run.h[:, 1:]), total=True)


def attention_pair(
    ours: Callable[..., object] = attention.attended, *, causal: bool = False, at_most: float = AT_PAR
) -> Pair:
    Q, K, V = (torch.randn(4, 8, 512, 64) for _ in range(3))
    mask = (attention.causal_mask(512),) if causal else ()
    return Pair(
        lambda: F.scaled_dot_product_attention(Q, K, V, is_causal=causal), lambda: ours(Q, K, V, *mask), at_most
    )


def heads_pair() -> Pair:
    theirs, ours, x = torch.nn.MultiheadAttention(512, 8, batch_first=True), MultiHead(512, 8), torch.randn(4, 256, 512)
    return Pair(lambda: theirs(x, x, x, need_weights=False), lambda: ours(x), AT_PAR)


def convolution_pair(ours: Callable[..., object] = convolution.cross_correlation, at_most: float = AT_PAR) -> Pair:
    """A 3x3 layer from 16 to 32 channels on eight images of 32x32."""
    images, kernel, geometry = torch.randn(8, 16, 32, 32), torch.randn(32, 16, 3, 3), Geometry(padding=(1, 1))
    theirs = repeated(lambda: F.conv2d(images, kernel, padding=1), 10)
    return Pair(theirs, repeated(lambda: ours(images, kernel, geometry=geometry), 10), at_most)


def adam_pair() -> Pair:
    """The step alone, of 40 matrices 256x256, gradients at hand; theirs is the fused kernel within its optimizer."""
    drawn = [[torch.randn(256, 256).requires_grad_() for _ in range(40)] for _ in range(2)]
    slopes = [0.01 * torch.randn(256, 256) for _ in range(40)]
    theirs, in_place, taken = torch.optim.Adam(drawn[0], lr=1e-3, fused=True), adam(1e-3).in_place, [0]
    for parameter, slope in zip(drawn[0], slopes, strict=True):
        parameter.grad = slope.clone()
    assert in_place is not None
    memory = {name: [torch.zeros_like(each) for each in slopes] for name in "sr"}

    def step() -> None:
        taken[0] += 1
        in_place(drawn[1], slopes, memory, taken[0])

    return Pair(lambda: theirs.step(), step, AT_PAR)


def training_pair() -> Pair:
    """A whole update of a network 256-1024-1024-10 on 64 examples, gradient and step."""
    networks = [nn.Sequential(*wide()) for _ in range(2)]
    x, y = torch.randn(64, 256), torch.randint(10, (64,))
    theirs, ours = torch.optim.Adam(networks[0].parameters(), fused=True), Optimizer(networks[1].parameters(), adam())

    def update() -> None:
        theirs.zero_grad()
        F.cross_entropy(networks[0](x), y).backward()
        theirs.step()

    return Pair(update, lambda: ours.step(lambda: F.cross_entropy(networks[1](x), y)), AT_PAR)


def wide() -> list[nn.Module]:
    return [nn.Linear(256, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU(), nn.Linear(1024, 10)]


PAIRS: dict[str, Callable[[], Pair]] = {
    "LSTM forward": lambda: lstm_pair(lambda model, x: model(x), AT_PAR),
    "LSTM forward as its formula": lambda: lstm_pair(lambda model, x: _states(model, x), 2.5),
    "LSTM forward, all kept for BPTT": lambda: lstm_pair(lambda model, x: lstm.forward(model.weights(), x), 4.5),
    "LSTM forward and backward": lambda: lstm_learning_pair(_by_autograd(lambda model, x: model(x)), AT_PAR),
    "LSTM forward and backward as its formula": lambda: lstm_learning_pair(_by_autograd(_states), 2.0),
    "LSTM forward and backward by hand": lambda: lstm_learning_pair(_by_hand, 2.2),
    "attention": attention_pair,
    "attention as its formula": lambda: attention_pair(attention.attend, at_most=4.0),
    "causal attention as its formula": lambda: attention_pair(attention.attend, causal=True, at_most=4.0),
    "multi-head attention": heads_pair,
    "convolution": convolution_pair,
    "convolution as its formula": lambda: convolution_pair(convolution.by_windows, 4.0),
    "Adam in place": adam_pair,
    "a whole update by Adam": training_pair,
}
LEARNING = (
    "LSTM forward and backward",
    "LSTM forward and backward as its formula",
    "LSTM forward and backward by hand",
    "a whole update by Adam",
)


def _states(model: lstm.Lstm, x: torch.Tensor) -> torch.Tensor:
    """The loop over the formula of a cell, as a variant runs it."""
    zero = x.new_zeros(len(x), model.b.shape[-1])
    return torch.stack([h for _, _, h in lstm.steps(model.weights(), x, zero, zero)], dim=-2)


@pytest.mark.parametrize("name", PAIRS)
def test_ours_against_the_library_s(name: str, record_property: Record) -> None:
    with torch.set_grad_enabled(name in LEARNING):
        pair = PAIRS[name]()
        theirs, ours = costs(pair.theirs, pair.ours)
    record_property("times the library's", round(ours / theirs, 2))
    print(f"{name}: {ours / theirs:.2f} times the library's (at most {pair.at_most})")
    assert ours <= pair.at_most * theirs


def test_the_fast_convolution_is_fast() -> None:
    """F.conv2d against the sum over windows on a layer of ordinary size, in the dtype that networks are trained in."""
    images, kernel = normal(1, 8, 16, 32, 32).float(), normal(2, 32, 16, 3, 3).float()
    geometry = Geometry(padding=(1, 1))
    fast, readable = costs(
        lambda: convolution.cross_correlation(images, kernel, geometry=geometry),
        lambda: convolution.by_windows(images, kernel, geometry=geometry),
    )
    print(f"windows cost {readable / fast:.1f} times conv2d")
    assert fast < readable


# ----- what batching buys: many instances at once against one after the other -----


def network(*leading: int) -> Weights:
    shapes = [(2, 2), (2, 2), (2,), (1, 2), (1,)]
    return Weights(*(normal(i, *leading, *shape) for i, shape in enumerate(shapes)))


def chapter_12(count: int) -> tuple[Weights, torch.Tensor, torch.Tensor]:
    """H = 2, T = 3."""
    return network(count), normal(7, count, 3, 2), normal(8, count, 3, 1)


def one_by_autograd(weights: Weights, x: torch.Tensor, y: torch.Tensor, instances: int) -> Work:
    """The loop that batching replaces, as lean as it can be written: no checks, no records."""

    def run() -> None:
        for n in range(instances):
            U, W, b, V, c = (each[n].detach().clone().requires_grad_() for each in weights.tensors())
            h, total = torch.zeros(2, dtype=torch.float64), torch.zeros((), dtype=torch.float64)
            for t in range(3):
                h = torch.tanh(U @ x[n, t] + W @ h + b)
                total = total + ((y[n, t] - torch.tanh(V @ h + c)) ** 2).sum()
            torch.autograd.grad(total, (U, W, b, V, c))

    return run


@pytest.mark.parametrize("route", ["by hand", "autograd of the sum"])
def test_ten_thousand_gradients_through_time(route: str, record_property: Record) -> None:
    many, few = 10_000, 20
    weights, x, y = chapter_12(many)

    def together() -> object:
        if route == "by hand":
            return rnn.bptt(weights, rnn.forward(weights, x), y)
        return rnn.autograd(weights, x, y)

    batched, looped = costs(together, one_by_autograd(weights, x, y, few))
    ratio = (looped / few) / (batched / many)
    record_property("times a loop of autograd", round(ratio))
    print(f"BPTT {route}: {ratio:.0f} times a loop of autograd")
    assert ratio >= (500 if route == "by hand" else 400)


def boltzmann(count: int) -> Work:
    """4 visible and 3 hidden units, 20 sweeps: an exam's size."""
    machine = Rbm(normal(1, count, 4), normal(2, count, 3), normal(3, count, 4, 3))
    start, u_h, u_v = bits(4, count, 1, 4), uniform(5, count, 20, 1, 3), uniform(6, count, 20, 1, 4)
    return lambda: rbm.gibbs(machine, start, u_h, u_v)


def perceptrons(count: int) -> Work:
    weights, x, target = normal(1, count, 3), normal(2, count, 6, 2), signs(3, count, 6)
    return lambda: perceptron.train(weights, x, target, 0.5, 5)


def convolutions(count: int) -> Work:
    images, kernels, geometry = normal(1, count, 1, 5, 5), normal(2, count, 1, 1, 3, 3), Geometry(padding=(1, 1))
    return lambda: convolution.cross_correlation(images, kernels, geometry=geometry)


def graph_networks(count: int) -> Work:
    """NN4G with two layers on graphs of six nodes."""
    model, A, X = nn4g.Nn4g(3, (4, 4)), (uniform(1, count, 6, 6) < 0.5).float(), normal(2, count, 3, 6).float()
    return lambda: nn4g.forward(model.layers(), Graph(A, X))


CASES = {
    "NN4G": (graph_networks, 29),
    "block Gibbs": (boltzmann, 100),
    "perceptron": (perceptrons, 100),
    "convolution": (convolutions, 10),
}


@pytest.mark.parametrize("name", CASES)
def test_a_batch_beats_one_by_one(name: str, record_property: Record) -> None:
    make, at_least = CASES[name]
    many, few = 5_000, 20
    one, batch = costs(repeated(make(1), few), make(many))
    ratio = (one / few) / (batch / many)
    record_property("times faster an instance", round(ratio))
    print(f"{name}: {ratio:.0f} times faster an instance")
    assert ratio > at_least
