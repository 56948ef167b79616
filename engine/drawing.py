"""Draws the given of a question from its seed: one documented generator, the same on every machine and release.

The generator. A stream is named by a tuple of labels; for the given called `x` they are ("given", question id, seed,
attempt, "x"). Its key is each label as text in UTF-8, written as `length:text,`, one after the other. Its bytes are
SHA-256(key + counter) for counter = 0, 1, 2, ... (8 bytes, most significant first), joined. A number below n is drawn
from the fewest whole bytes that hold n - 1: the surplus high bits are cleared, and a number not below n is thrown away
and drawn again, so that each is equally likely. Each given has a stream of its own: adding one leaves the others as
they were. Changing any of this changes every variant ever printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from math import prod
from typing import TypeVar, final

from engine.records import Draw, Part, Question, Scalar, Value

T = TypeVar("T")
Holds = Callable[[str, Mapping[str, Value]], bool | None]


@final
class Stream:
    """The unending stream of numbers that belongs to its labels."""

    def __init__(self, *labels: str | int) -> None:
        texts = [str(label).encode() for label in labels]
        self._key = b"".join(b"%d:%s," % (len(text), text) for text in texts)
        self._counter = 0
        self._left = b""

    def below(self, bound: int) -> int:
        """A whole number in 0 .. bound - 1, each equally likely. `bound` is at least 1; a bound of 1 uses no bytes."""
        if bound < 1:
            raise ValueError(f"a number below {bound} cannot be drawn")
        bits = (bound - 1).bit_length()
        while True:
            number = int.from_bytes(self._take((bits + 7) // 8), "big") & ((1 << bits) - 1)
            if number < bound:
                return number

    def choose(self, items: Sequence[T]) -> T:
        """One of `items`, each equally likely."""
        return items[self.below(len(items))]

    def sample(self, items: Sequence[T], count: int) -> tuple[T, ...]:
        """`count` different places of `items`, in drawn order; `count` = len(items) shuffles."""
        pool = list(items)
        for place in range(count):
            other = place + self.below(len(pool) - place)
            pool[place], pool[other] = pool[other], pool[place]
        return tuple(pool[:count])

    def _take(self, count: int) -> bytes:
        while len(self._left) < count:
            self._left += sha256(self._key + self._counter.to_bytes(8, "big")).digest()
            self._counter += 1
        taken, self._left = self._left[:count], self._left[count:]
        return taken


def draw_given(question: Question, seed: int, attempt: int, holds: Holds) -> Mapping[str, Value] | str:
    """The given of `question` for `seed`, in the bank's order, or the `require` formula that refused it.

    `attempt` counts the tries for one seed, from 0. `holds` judges one formula under the drawn given; None means
    that it could not be judged, which refuses too, and the reason says so.
    """
    given: dict[str, Value] = {}
    for rule in question.given:
        drawn = _draw(rule, given, Stream("given", question.id, seed, attempt, rule.name))
        if drawn is None:
            return f"{rule.name}: more distinct entries than the {len(rule.values)} values there are"
        given[rule.name] = drawn
    for formula in question.require:
        judged = holds(formula, given)
        if not judged:
            return formula if judged is False else f"{formula} (could not be evaluated)"
    return given


def draw_options(question: Question, part: Part, seed: int, holding: Sequence[bool]) -> tuple[int, ...] | str:
    """Which options of a choice part are shown, in the order shown, or why no fair set of them can be.

    `holding` says of each option whether it holds for this variant. Of `choice` exactly one shown option holds; of
    `choices` at least one does and at least one does not, so that neither all nor none is ever the answer.
    The stream has the labels ("options", question id, seed, part name): the true and the false that must be there
    are drawn first, then the rest of `pick` (all options without it), and then the order.
    """
    true = [place for place, holds in enumerate(holding) if holds]
    false = [place for place, holds in enumerate(holding) if not holds]
    if not true or not false:
        return (
            f"part {part.name}: {len(true)} of {len(holding)} options hold; expected some that do and some that do not"
        )
    stream = Stream("options", question.id, seed, part.name)
    shown = [stream.choose(true), stream.choose(false)]
    pool = false if part.kind == "choice" else range(len(holding))
    rest = [place for place in pool if place not in shown]
    wanted = len(rest) if part.pick is None else part.pick - len(shown)
    if part.kind == "choice" and part.pick is None and len(true) > 1:
        return f"part {part.name}: {len(true)} options hold; expected exactly one"
    shown += stream.sample(rest, min(wanted, len(rest)))
    return stream.sample(shown, len(shown))


def _draw(rule: Draw, given: Mapping[str, Value], stream: Stream) -> Value | None:
    if rule.constant is not None:
        return rule.constant
    sizes = tuple(_size(rule.name, size, given) for size in rule.size)
    count = prod(sizes)
    if not rule.distinct:
        return _shaped(tuple(stream.choose(rule.values) for _ in range(count)), sizes)
    if count > len(rule.values):
        return None
    return _shaped(stream.sample(rule.values, count), sizes)


def _size(name: str, size: int | str, given: Mapping[str, Value]) -> int:
    number = given[size] if isinstance(size, str) else size
    if not isinstance(number, int):
        raise TypeError(f"{name}: the size {size} is {number}, not a whole number")
    return number


def _shaped(entries: tuple[Scalar, ...], sizes: tuple[int, ...]) -> Value:
    """Entries in row-major order, folded into nested tuples."""
    if not sizes:
        return entries[0]
    if len(sizes) == 1:
        return entries
    block = prod(sizes[1:])
    return tuple(_shaped(entries[start : start + block], sizes[1:]) for start in range(0, len(entries), block))
