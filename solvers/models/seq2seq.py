"""The encoder-decoder of notes 10.3.4: one recurrent network reads, its last state is the context C, another writes.

Decoder: s(t) = tanh(U y(t-1) + W s(t-1) + R C + b), s(0) = 0, logits V s(t) + c: a vector-to-sequence network on C.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.models import decoding, rnn, sequence
from solvers.models.algebra import apply
from solvers.models.checks import check_at_least, check_shapes, check_symbols, instance_axes
from solvers.models.decoding import Decoded
from solvers.models.rnn import Weights
from solvers.models.sequence import Run


@dataclass(frozen=True, slots=True)
class Pair:
    """The encoder U (H, D), W (H, H), b (H), the decoder's weights with U (H', K), and R (H', H); no instance axes.

    The encoder's V and c are not used: only its last state counts.
    """

    encoder: Weights
    decoder: Weights
    R: Tensor

    def __post_init__(self) -> None:
        check_shapes(W=(self.encoder.W, "h h"), b=(self.decoder.b, "s"), R=(self.R, "s h"), V=(self.decoder.V, "K s"))
        check_shapes(U=(self.decoder.U, "s K"), V=(self.decoder.V, "K s"))


@dataclass(frozen=True, slots=True)
class Written:
    """Where the decoder stands in each of N sequences: its state s (N, H') and the context (N, H)."""

    state: Tensor
    context: Tensor

    def pick(self, rows: Tensor) -> Written:
        """The given sequences, in this order."""
        return Written(self.state[rows], self.context[rows])


def context(pair: Pair, x: Tensor) -> Tensor:
    """C = h(T), whatever T: (..., T, D) -> (..., H)."""
    return rnn.forward(pair.encoder, x).h[..., -1, :]


def taught(pair: Pair, x: Tensor, target: Tensor, first: int) -> Run:
    """Logits (..., T', K) with the true symbol before each step: x (..., T, D), symbols target (..., T')."""
    symbols = pair.decoder.V.shape[-2]
    check_shapes(x=(x, "steps inputs"))
    check_symbols("target", target, symbols, "steps")
    check_symbols("first", torch.tensor(first), symbols)
    one_hot = F.one_hot(target, symbols).to(x.dtype)
    begin = F.one_hot(torch.tensor(first, device=x.device), symbols).to(x.dtype)
    return sequence.vector_to_sequence(pair.decoder, pair.R, context(pair, x), one_hot, begin)


def begin(pair: Pair, x: Tensor) -> Written:
    """The encoder runs once: x (N, T, D)."""
    check_shapes(x=(x, "= examples steps inputs"))
    found = context(pair, x)
    return Written(found.new_zeros(found.shape[0], pair.decoder.b.shape[-1]), found)


def step(pair: Pair, symbols: Tensor, written: Written) -> tuple[Tensor, Written]:
    """The logits of the next symbol (N, K) after these (N,)."""
    check_symbols("symbols", symbols, pair.decoder.U.shape[-1], "= examples")
    instance_axes(symbols=(symbols, 0), context=(written.context, 1))
    known = pair.decoder.U.mT[symbols] + apply(pair.R, written.context) + pair.decoder.b  # U one-hot is a column of U
    state = torch.tanh(known + apply(pair.decoder.W, written.state))
    return apply(pair.decoder.V, state) + pair.decoder.c, replace(written, state=state)


def generate(pair: Pair, x: Tensor, first: int, end: int, length: int, width: int = 1) -> Decoded:
    """Beam search of this width (1 is greedy): x (N, T, D) -> symbols (N, B, length)."""
    check_shapes(x=(x, "= examples steps inputs"))
    start = torch.full((x.shape[0],), first, device=x.device)

    def onward(symbols: Tensor, written: Written) -> tuple[Tensor, Written]:
        return step(pair, symbols, written)

    return decoding.beam(onward, Written.pick, begin(pair, x), start, end, length, width)


def parameter_count(inputs: int, hidden: int, written: int, symbols: int) -> int:
    """H (D + H + 1) to read; H' (K + H' + H + 1) + K (H' + 1) to write."""
    check_at_least(1, inputs=inputs, hidden=hidden, written=written, symbols=symbols)
    return hidden * (inputs + hidden + 1) + written * (symbols + written + hidden + 1) + symbols * (written + 1)


class Seq2Seq(nn.Module):
    """The same as a trainable module: x (..., T, D), symbols (..., T') -> logits (..., T', K), taught."""

    def __init__(
        self, inputs: int, hidden: int, symbols: int, first: int = 1, generator: torch.Generator | None = None
    ) -> None:
        super().__init__()
        check_at_least(1, inputs=inputs, hidden=hidden, symbols=symbols)
        self.first = first
        self.encoder = rnn.Rnn(inputs, hidden, 1, generator)
        self.decoder = rnn.Rnn(symbols, hidden, symbols, generator)
        self.R = nn.Parameter(torch.randn(hidden, hidden, generator=generator) * hidden**-0.5)

    def pair(self) -> Pair:
        return Pair(self.encoder.weights(), self.decoder.weights(), self.R)

    def forward(self, x: Tensor, target: Tensor) -> Tensor:
        return taught(self.pair(), x, target, self.first).o
