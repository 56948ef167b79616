"""Span corruption (notes 15.3.3): spans of the input become sentinels, and the decoder writes out what they held.

Tokens are any values (words, numbers); a sentinel is a function of its number, counted from 0 and left to right.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor

from solvers.models.checks import BadInput, check_at_least, check_shapes, check_uniforms

Span = tuple[int, int]  # where it begins, counted from 0, and how long it is


@dataclass(frozen=True, slots=True)
class Corrupted:
    """What the encoder reads and what the decoder writes; the target ends with one sentinel more."""

    source: tuple[object, ...]
    target: tuple[object, ...]


def sentinel(k: int) -> str:
    """<extra_id_0>, <extra_id_1>, …"""
    return f"<extra_id_{k}>"


def corrupt(tokens: Sequence[object], spans: Sequence[Span], mark: Callable[[int], object] = sentinel) -> Corrupted:
    """Spans may be given in any order; they must not touch, or two sentinels would stand side by side."""
    ordered = _checked(tokens, spans)
    source: list[object] = []
    target: list[object] = []
    reached = 0
    for k, (start, length) in enumerate(ordered):
        source += [*tokens[reached:start], mark(k)]
        target += [mark(k), *tokens[start : start + length]]
        reached = start + length
    return Corrupted((*source, *tokens[reached:]), (*target, mark(len(ordered))))


def restore(corrupted: Corrupted, mark: Callable[[int], object] = sentinel) -> tuple[object, ...]:
    """The tokens there were."""
    tokens: list[object] = []
    count = 0
    for each in corrupted.source:
        if each != mark(count):
            tokens.append(each)
            continue
        begin, end = (corrupted.target.index(mark(k)) for k in (count, count + 1))
        tokens += corrupted.target[begin + 1 : end]
        count += 1
    return tuple(tokens)


def lengths(tokens: int, spans: Sequence[Span]) -> tuple[int, int]:
    """Of source and target: n - Σ + k and Σ + k + 1, for k spans that hold Σ tokens together."""
    held = sum(length for _, length in spans)
    check_at_least(held, tokens=tokens)
    return tokens - held + len(spans), held + len(spans) + 1


def draw(tokens: int, uniforms: Tensor, *, share: float = 0.15, mean: float = 3.0) -> tuple[Span, ...]:
    """Random spans that hold about `share` of the tokens, `mean` of them each: noise and the rest are each cut into as
    many pieces, which take turns, the rest first. Uniforms (tokens,) in [0, 1) order the possible cuts.
    """
    check_at_least(2, tokens=tokens)
    check_shapes(uniforms=(uniforms, "tokens"))
    check_uniforms(uniforms=uniforms)
    if tuple(uniforms.shape) != (tokens,) or not 0 < share < 1 or mean < 1:
        raise BadInput(f"{tokens} uniforms, a share between 0 and 1 and a mean of at least 1 are needed.")
    noise = min(max(round(tokens * share), 1), tokens - 1)
    count = min(max(round(noise / mean), 1), tokens - noise)
    drawn = uniforms.tolist()
    held = _pieces(noise, count, drawn[: noise - 1])
    free = _pieces(tokens - noise, count, drawn[noise:][: tokens - noise - 1])
    spans, place = [], 0
    for gap, length in zip(free, held, strict=True):
        spans.append((place + gap, length))
        place += gap + length
    return tuple(spans)


def _pieces(total: int, count: int, uniforms: Sequence[float]) -> list[int]:
    """`total` cut into `count` parts of at least 1, at the places of the smallest uniforms."""
    cuts = sorted(sorted(range(total - 1), key=uniforms.__getitem__)[: count - 1])
    bounds = [0, *(cut + 1 for cut in cuts), total]
    return [after - before for before, after in pairwise(bounds)]


def _checked(tokens: Sequence[object], spans: Sequence[Span]) -> list[Span]:
    ordered = sorted(spans)
    for start, length in ordered:
        check_at_least(1, length=length)
        check_at_least(0, start=start)
        if start + length > len(tokens):
            raise BadInput(f"The span ({start}, {length}) ends after the last of {len(tokens)} tokens.")
    for (start, length), (after, _) in pairwise(ordered):
        if after <= start + length:
            raise BadInput(f"The spans at {start} and {after} touch or overlap, but a token must stand between.")
    return ordered
