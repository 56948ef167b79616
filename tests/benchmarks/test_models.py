"""What batching buys: the models on many instances at once, as multiples of one instance after the other."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import torch

from solvers.models import convolution, perceptron, rbm, rnn
from solvers.models.convolution import Geometry
from solvers.models.rbm import Rbm
from solvers.models.rnn import Weights
from tests.solvers.models.data import bits, normal, signs, uniform

MANY, FEW, ROUNDS = 2_000, 20, 5


def cost(work: Callable[[], object]) -> float:
    """Processor seconds on one thread, the least of several rounds."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return min(_timed(work) for _ in range(ROUNDS))
    finally:
        torch.set_num_threads(threads)


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def network(*leading: int) -> Weights:
    shapes = [(2, 2), (2, 2), (2,), (1, 2), (1,)]
    return Weights(*(normal(i, *leading, *shape) for i, shape in enumerate(shapes)))


def recurrent(count: int) -> Callable[[], object]:
    weights, x, y = network(count), normal(7, count, 3, 2), normal(8, count, 3, 1)
    return lambda: rnn.bptt(weights, rnn.forward(weights, x), y)


def recurrent_by_autograd(count: int) -> Callable[[], object]:
    weights, x, y = network(count), normal(7, count, 3, 2), normal(8, count, 3, 1)
    return lambda: rnn.autograd(weights, x, y)


def boltzmann(count: int) -> Callable[[], object]:
    machine = Rbm(normal(1, count, 4), normal(2, count, 3), normal(3, count, 4, 3))
    start, u_h, u_v = bits(4, count, 1, 4), uniform(5, count, 5, 1, 3), uniform(6, count, 5, 1, 4)
    return lambda: rbm.gibbs(machine, start, u_h, u_v)


def perceptrons(count: int) -> Callable[[], object]:
    weights, x, target = normal(1, count, 3), normal(2, count, 6, 2), signs(3, count, 6)
    return lambda: perceptron.train(weights, x, target, 0.5, 5)


def convolutions(count: int) -> Callable[[], object]:
    images, kernels, geometry = normal(1, count, 1, 5, 5), normal(2, count, 1, 1, 3, 3), Geometry(padding=(1, 1))
    return lambda: convolution.cross_correlation(images, kernels, geometry=geometry)


CASES = {
    "bptt": (recurrent, 100),
    "bptt-autograd": (recurrent_by_autograd, 100),
    "gibbs": (boltzmann, 50),
    "perceptron": (perceptrons, 100),
    "convolution": (convolutions, 10),
}


@pytest.mark.parametrize("name", CASES)
def test_a_batch_beats_one_by_one(name: str, record_property: Callable[[str, object], None]) -> None:
    make, at_least = CASES[name]
    alone = make(1)

    def one_by_one() -> None:
        for _ in range(FEW):
            alone()

    ratio = (cost(one_by_one) / FEW) / (cost(make(MANY)) / MANY)
    record_property("times faster an instance", round(ratio))
    print(f"{name}: {ratio:.0f} times faster an instance")
    assert ratio > at_least


def test_the_fast_convolution_is_fast() -> None:
    """F.conv2d against the sum over windows on a layer of ordinary size."""
    images, kernel = normal(1, 8, 16, 32, 32), normal(2, 32, 16, 3, 3)
    geometry = Geometry(padding=(1, 1))
    fast = cost(lambda: convolution.cross_correlation(images, kernel, geometry=geometry))
    readable = cost(lambda: convolution.by_windows(images, kernel, geometry=geometry))
    print(f"windows cost {readable / fast:.1f} times conv2d")
    assert fast < 1.5 * readable
