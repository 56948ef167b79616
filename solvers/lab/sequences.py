"""Labs of sequences that are written or tagged: windows, output recurrence, one to n, encoder-decoder, both ways."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from solvers.lab import data
from solvers.lab.experiment import Experiment, Setting, descent, numbers, rows, side_by_side, stream
from solvers.lab.picture import Curves, Heat, Picture
from solvers.models import jordan as jordan_model
from solvers.models import rnn, seq2seq, sequence
from solvers.models.jordan import Jordan
from solvers.models.mlp import Mlp
from solvers.models.sequence import Tagger

PARITY, COPIED, TAGGED, LAG = 20, 6, 12, 3  # usual lengths, and how far back a window must see
SYMBOLS, HELD = 4, 500
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def windowed(setting: Setting) -> Experiment:
    """Is a bit the same as three before? A window of four tells, and knows no more of the past; one of three cannot."""
    length = TAGGED if setting.length is None else setting.length
    widths = {"wide enough": LAG + 1, "one too few": LAG}
    weights = {way: stream(setting.seed, "window", "weights") for way in widths}
    models = {
        way: Mlp([widths[way], 8, 2], "tanh", "softmax", weights[way]).double().to(setting.device) for way in widths
    }

    def seen(generator: torch.Generator, count: int) -> tuple[Tensor, Tensor]:
        """Signs (N, T, 1), and whether each is the sign three before, plus before the first: (N, T)."""
        bits = data.integers(generator, 2, count, LAG + length)
        before = F.pad(bits[:, :-LAG], (LAG, 0), value=0)
        return (2.0 * bits - 1).unsqueeze(-1).double().to(setting.device), (bits == before).long().to(setting.device)

    def loss(way: str) -> Callable[[torch.Generator], Tensor]:
        def value(generator: torch.Generator) -> Tensor:
            x, y = seen(generator, 64)
            logits = models[way](sequence.windows(x, widths[way]))
            return F.cross_entropy(logits.flatten(0, 1), y.flatten())  # (N, T, 2) -> (N T, 2)

        return value

    x, y = seen(stream(setting.seed, "window", "held"), HELD)

    @torch.no_grad()
    def right(way: str) -> Tensor:
        told: Tensor = models[way](sequence.windows(x, widths[way])).argmax(dim=-1) == y
        return told.double().mean(dim=0)

    def measure() -> dict[str, float]:
        return {way: float(right(way)[LAG:].mean()) for way in widths}

    def picture() -> Picture:
        lines = tuple((way, numbers(right(way))) for way in widths)
        return Curves("A window on the past: share of right answers", "t", lines, 1)

    return side_by_side({way: (models[way], loss(way)) for way in widths}, 1e-2, measure, picture)


def jordan(setting: Setting) -> Experiment:
    """Parity of the bits so far: what the network said last is all it needs to know, and is all that comes back.

    It is taught with the true last answer; what counts is how it runs free, on its own answers.
    """
    length = PARITY if setting.length is None else setting.length
    model = Jordan(1, 8, 2, stream(setting.seed, "jordan", "weights")).double().to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    held = _parities(stream(setting.seed, "jordan", "held"), HELD, length, setting)

    def loss(generator: torch.Generator) -> Tensor:
        x, y = _parities(generator, 64, length, setting)
        logits = model(x, F.one_hot(y, 2).to(x.dtype))
        return F.cross_entropy(logits.flatten(0, 1), y.flatten())  # (N, T, 2) -> (N T, 2)

    def right(*, free: bool) -> Tensor:
        """The share of right answers at each step: (T,)."""
        x, y = held
        with torch.no_grad():
            first = torch.zeros_like(model.c)
            if free:
                o = jordan_model.free(model.weights(), x, first, "symbol").o
            else:
                o = model(x, F.one_hot(y, 2).to(x.dtype))
        return (o.argmax(dim=-1) == y).double().mean(dim=0)

    def measure() -> dict[str, float]:
        return {"taught": float(right(free=False).mean()), "free": float(right(free=True).mean())}

    def picture() -> Picture:
        lines = (("taught: the true last answer comes back", numbers(right(free=False))),
                 ("free: its own comes back", numbers(right(free=True))))  # fmt: skip
        return Curves("Output-recurrent network: share of right parities", "t", lines, 1)

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def _parities(generator: torch.Generator, count: int, length: int, setting: Setting) -> tuple[Tensor, Tensor]:
    """Bits (N, T, 1) and the parity of those so far (N, T)."""
    bits = data.integers(generator, 2, count, length)
    return bits.unsqueeze(-1).double().to(setting.device), (bits.cumsum(dim=-1) % 2).to(setting.device)


class Speller(nn.Module):
    """A vector becomes a word: R x is a bias of every step, the letter before comes back in. All by `sequence`."""

    def __init__(self, letters: int, hidden: int, inputs: int, generator: torch.Generator) -> None:
        super().__init__()
        self.writer = rnn.Rnn(letters, hidden, letters, generator)
        self.R = nn.Parameter(torch.randn(hidden, inputs, generator=generator) * inputs**-0.5)

    def forward(self, x: Tensor, target: Tensor) -> Tensor:
        """x (N, D), one-hot target (N, T, K) -> logits (N, T, K), taught; before the first letter stands nothing."""
        first = torch.zeros_like(target[..., 0, :])
        return sequence.vector_to_sequence(self.writer.weights(), self.R, x, target, first).o

    def spell(self, x: Tensor, length: int) -> Tensor:
        """Logits (N, T, K), the likeliest letter fed back. Each letter is written by a pass over all before it."""
        letters = self.writer.get_parameter("c").shape[0]
        told = x.new_zeros(len(x), length, letters)
        logits = told
        for t in range(length):
            logits = self(x, told)
            told[:, t] = F.one_hot(logits[:, t].argmax(dim=-1), letters).to(x.dtype)
        return logits


def one_to_n(setting: Setting) -> Experiment:
    """A digit, drawn as 8x8 pixels with noise, is written out as a word, letter by letter."""
    alphabet = "".join(sorted({letter for name in NAMES for letter in name})) + "."  # the dot ends a word, and fills up
    length = max(map(len, NAMES)) + 1
    spelled = torch.tensor([[alphabet.index(letter) for letter in name.ljust(length, ".")] for name in NAMES])
    model = Speller(len(alphabet), 32, 64, stream(setting.seed, "one-to-n", "weights")).to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    held = _drawn_digits(stream(setting.seed, "one-to-n", "held"), 200, setting)
    spelled = spelled.to(setting.device)

    def loss(generator: torch.Generator) -> Tensor:
        x, digit = _drawn_digits(generator, 32, setting)
        target = spelled[digit]
        logits = model(x, F.one_hot(target, len(alphabet)).to(x.dtype))
        return F.cross_entropy(logits.flatten(0, 1), target.flatten())  # (N, T, K) -> (N T, K)

    def measure() -> dict[str, float]:
        x, digit = held
        with torch.no_grad():
            right = (model.spell(x, length).argmax(dim=-1) == spelled[digit]).all(dim=-1)
        return {"words": float(right.double().mean())}

    def picture() -> Picture:
        x = data.digits_clean().flatten(1).float().to(setting.device)[[3, 7]]  # (2, 8, 8) -> (2, 64)
        with torch.no_grad():
            logits = model.spell(x, length)
        said = ["".join(alphabet[int(each)] for each in row.argmax(dim=-1)).rstrip(".") for row in logits]
        tables = tuple((word, rows(torch.softmax(each, dim=-1).mT)) for word, each in zip(said, logits, strict=True))
        caption = f"a row is a letter of {alphabet}, a column a step: how likely the letter is"
        return Heat("From a vector to a sequence: a drawn 3 and a drawn 7", tables, 0, 1, caption)

    return Experiment(model, descent(model, loss, optimizer, clip=1.0), measure, picture, (optimizer,))


def _drawn_digits(generator: torch.Generator, count: int, setting: Setting) -> tuple[Tensor, Tensor]:
    images, digit = data.glyphs(generator, count, noise=0.1, shift=0)
    return images.flatten(1).float().to(setting.device), digit.to(setting.device)  # (N, 1, 8, 8) -> (N, 64)


def encoder_decoder(setting: Setting) -> Experiment:
    """A sequence is read to its end, and written from the last state alone: symbols to copy, by plain tanh units."""
    length = COPIED if setting.length is None else setting.length
    model = seq2seq.Seq2Seq(SYMBOLS, 48, SYMBOLS + 1, SYMBOLS, stream(setting.seed, "seq2seq", "weights"))
    model = model.to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    held = data.integers(stream(setting.seed, "seq2seq", "held"), SYMBOLS, HELD, length).to(setting.device)

    def loss(generator: torch.Generator) -> Tensor:
        target = data.integers(generator, SYMBOLS, 64, length).to(setting.device)
        return F.cross_entropy(model(_one_hot(target), target).flatten(0, 1), target.flatten())  # (N, T, K) -> (N T, K)

    def measure() -> dict[str, float]:
        with torch.no_grad():
            written = seq2seq.generate(model.pair(), _one_hot(held), SYMBOLS, SYMBOLS, length).symbols[:, 0]
        right = written == held
        return {"symbols": float(right.double().mean()), "sequences": float(right.all(dim=-1).double().mean())}

    def picture() -> Picture:
        """Contexts of sequences that differ in one symbol: how much the last state knows of each place."""
        apart = []
        with torch.no_grad():
            known = seq2seq.context(model.pair(), _one_hot(held))
            for place in range(length):
                other = held.clone()
                other[:, place] = (other[:, place] + 1) % SYMBOLS
                moved = seq2seq.context(model.pair(), _one_hot(other))
                apart.append(torch.linalg.vector_norm(known - moved, dim=-1).mean())
        lines = (("how far the context moves when one symbol changes", numbers(torch.stack(apart))),)
        return Curves("Encoder-decoder: what the context keeps of each place", "place", lines, 1)

    return Experiment(model, descent(model, loss, optimizer, clip=1.0), measure, picture, (optimizer,))


def _one_hot(symbols: Tensor) -> Tensor:
    return F.one_hot(symbols, SYMBOLS).float()


def both_ways(setting: Setting) -> Experiment:
    """Is a bit the same as the one after it? Only a network that also reads backwards can tell; the other guesses."""
    length = TAGGED if setting.length is None else setting.length
    weights = stream(setting.seed, "brnn", "weights")
    model = nn.ModuleDict(
        {"both": Tagger(1, 12, 2, both=True, generator=weights), "one": Tagger(1, 12, 2, generator=weights)}
    )
    model = model.double().to(setting.device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    held = _repeats(stream(setting.seed, "brnn", "held"), HELD, length, setting)

    def loss(generator: torch.Generator) -> Tensor:
        x, y = _repeats(generator, 64, length, setting)
        # (N, T, 2) -> (N T, 2)
        costs = [F.cross_entropy(each(x).flatten(0, 1), y.flatten()) for each in model.values()]
        return torch.stack(costs).sum()

    def right(name: str) -> Tensor:
        with torch.no_grad():
            found: Tensor = model[name](held[0]).argmax(dim=-1) == held[1]
        return found.double().mean(dim=0)

    def measure() -> dict[str, float]:
        return {"both ways": float(right("both").mean()), "one way": float(right("one").mean())}

    def picture() -> Picture:
        lines = (("both ways", numbers(right("both"))), ("left to right only", numbers(right("one"))))
        return Curves("Bidirectional network: share of right answers", "t", lines, 1)

    return Experiment(model, descent(model, loss, optimizer), measure, picture, (optimizer,))


def _repeats(generator: torch.Generator, count: int, length: int, setting: Setting) -> tuple[Tensor, Tensor]:
    """Signs (N, T, 1), and whether the next is the same (N, T); after the last stands a plus."""
    bits = data.integers(generator, 2, count, length)
    following = F.pad(bits[:, 1:], (0, 1), value=1)
    return (2.0 * bits - 1).unsqueeze(-1).double().to(setting.device), (bits == following).long().to(setting.device)
