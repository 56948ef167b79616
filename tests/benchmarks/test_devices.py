"""On a graphics card: training throughput against torch.nn's layers of the same shapes, and gradients by the million.

Without one the tests skip and say so; the workloads run small on the processor, so that they are known to work.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.models import gpt, lstm, rnn
from tests.benchmarks.test_models import costs
from tests.solvers.models.data import normal

Step = Callable[[], object]
Record = Callable[[str, object], None]


class TheirGpt(nn.Module):
    """GPT put together from torch.nn: the same shapes, the embedding tied to the last matrix."""

    def __init__(self, sizes: gpt.Sizes) -> None:
        super().__init__()
        self.tokens, self.places = nn.Embedding(sizes.vocabulary, sizes.d), nn.Embedding(sizes.positions, sizes.d)
        layer = nn.TransformerEncoderLayer(
            sizes.d, sizes.heads, 4 * sizes.d, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.blocks = nn.TransformerEncoder(layer, sizes.blocks, nn.LayerNorm(sizes.d), enable_nested_tensor=False)

    def forward(self, tokens: Tensor) -> Tensor:
        n = tokens.shape[-1]
        x = self.tokens(tokens) + self.places.weight[:n]
        mask = nn.Transformer.generate_square_subsequent_mask(n, device=tokens.device)
        logits: Tensor = self.blocks(x, mask, is_causal=True) @ self.tokens.weight.T
        return logits


class TheirLstm(nn.Module):
    """torch.nn.LSTM's states alone."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.layer = nn.LSTM(inputs, hidden, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = self.layer(x)[0]
        return found


@dataclass(frozen=True)
class Sizes:
    """How large a workload is: on a card, and small."""

    gpt: gpt.Sizes
    batch: int
    steps: int
    width: int
    instances: int


CARD = Sizes(gpt.Sizes(8192, 512, 768, 12, 6), 16, 128, 512, 1_000_000)
MIDDLE = Sizes(gpt.Sizes(512, 128, 128, 4, 4), 8, 64, 256, 0)
SMALL = Sizes(gpt.Sizes(64, 64, 64, 4, 2), 8, 32, 64, 2_000)


def training(model: nn.Module, inputs: Tensor, loss: Callable[[Tensor], Tensor]) -> Step:
    """One update by Adam."""
    fused = inputs.device.type == "cuda"
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-4, fused=fused)

    def step() -> None:
        optimizer.zero_grad()
        loss(model(inputs)).backward()
        optimizer.step()

    return step


def language(sizes: Sizes, device: str) -> tuple[Step, Step]:
    """Theirs and ours."""
    shape = (sizes.batch, sizes.gpt.positions)
    tokens = torch.randint(sizes.gpt.vocabulary, shape, generator=torch.Generator().manual_seed(1)).to(device)

    def loss(logits: Tensor) -> Tensor:
        return F.cross_entropy(logits[:, :-1].flatten(0, 1), tokens[:, 1:].flatten())  # (N, n, V) -> (N n, V)

    theirs, ours = (model.to(device) for model in (TheirGpt(sizes.gpt), gpt.Gpt(sizes.gpt)))
    return training(theirs, tokens, loss), training(ours, tokens, loss)


def recurrent(sizes: Sizes, device: str) -> tuple[Step, Step]:
    """Theirs and ours."""
    x = torch.randn(sizes.batch, sizes.steps, sizes.width, device=device)
    theirs, ours = (
        model.to(device) for model in (TheirLstm(sizes.width, sizes.width), lstm.Lstm(sizes.width, sizes.width))
    )
    return training(theirs, x, lambda h: h.square().mean()), training(ours, x, lambda h: h.square().mean())


def seconds(step: Step, device: str, rounds: int) -> float:
    """The least wall time of a step, after two to warm up."""
    times = []
    for k in range(rounds + 2):
        start = time.perf_counter()
        step()
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start if k > 1 else float("inf"))
    return min(times)


WORKLOADS = {"GPT": language, "LSTM": recurrent}


@pytest.mark.gpu
@pytest.mark.parametrize("name", WORKLOADS)
def test_training_is_as_fast_as_torch_s_own_layers(name: str, record_property: Record) -> None:
    theirs, ours = (seconds(step, "cuda", 10) for step in WORKLOADS[name](CARD, "cuda"))
    print(f"{name} on {torch.cuda.get_device_name()}: {theirs / ours:.2f} of torch.nn's throughput")
    record_property("of torch.nn's throughput", round(theirs / ours, 2))
    assert theirs / ours >= 0.9


def gradients(instances: int, device: str) -> Step:
    """All 13 gradients of chapter 12's network, by hand and by autograd, and how far they are apart."""
    shapes = [(2, 2), (2, 2), (2,), (1, 2), (1,)]
    weights = rnn.Weights(*(normal(k, instances, *shape).to(device) for k, shape in enumerate(shapes)))
    x, y = normal(7, instances, 3, 2).to(device), normal(8, instances, 3, 1).to(device)

    def certified() -> Tensor:
        hand, auto = rnn.bptt(weights, rnn.forward(weights, x), y), rnn.autograd(weights, x, y)
        return torch.stack([(a - b).abs().max() for a, b in zip(hand.tensors(), auto.tensors(), strict=True)]).max()

    return certified


@pytest.mark.gpu
def test_a_million_certified_gradients_a_second(record_property: Record) -> None:
    step = gradients(CARD.instances, "cuda")
    rate = CARD.instances / seconds(step, "cuda", 5)
    print(f"certified gradients through time on {torch.cuda.get_device_name()}: {rate:,.0f} a second")
    record_property("certified a second", round(rate))
    assert rate >= 1e6
    assert float(step()) < 1e-12  # type: ignore[arg-type]


@pytest.mark.parametrize("name", WORKLOADS)
def test_training_on_the_processor_is_nearly_as_fast(name: str, record_property: Record) -> None:
    """Processor time on one thread, in turns; checks of the inputs weigh more on small layers."""
    theirs, ours = costs(*WORKLOADS[name](MIDDLE, "cpu"))
    print(f"{name} on the processor: {theirs / ours:.2f} of torch.nn's throughput")
    record_property("of torch.nn's throughput", round(theirs / ours, 2))
    assert theirs / ours >= 0.8


@pytest.mark.parametrize("name", WORKLOADS)
def test_the_workloads_run_and_are_the_same_size(name: str) -> None:
    for step in WORKLOADS[name](SMALL, "cpu"):
        step()
    theirs, ours = TheirGpt(SMALL.gpt), gpt.Gpt(SMALL.gpt)
    counts = [sum(each.numel() for each in model.parameters()) for model in (theirs, ours)]
    assert counts[0] == counts[1]


def test_the_gradients_agree() -> None:
    assert float(gradients(SMALL.instances, "cpu")()) < 1e-12  # type: ignore[arg-type]
