"""Shapes of tensors: whole sizes, with ×, x, blanks or commas between them."""

from __future__ import annotations

import re

from engine.answers.kind import RIGHT, Kind, Outcome, Typed, refused, wrong
from engine.answers.reading import cleaned
from engine.numbers import sizes
from engine.records import Reading, Value, VariantPart

MAX_SIZES = 8
_OPENING = {"(": ")", "[": "]"}
_BETWEEN = re.compile(r"\s*(?:[x×X*,]|\\times(?![A-Za-z])|\s)\s*")
_FENCE = re.compile(r"\\(?:left|right)(?![A-Za-z])")
_SIZE = re.compile(r"[0-9]{1,12}")


def _read(part: VariantPart, text: str) -> Reading:
    clean = cleaned(text)
    if isinstance(clean, Reading):
        return clean
    clean = _FENCE.sub(lambda fence: " " * len(fence.group()), clean)
    start, end = len(clean) - len(clean.lstrip()), len(clean.rstrip())
    if closing := _OPENING.get(clean[start]):
        if clean[end - 1] != closing or end - start < 2:
            return refused(f"expected {closing!r} at the end, for the bracket opened at column {start + 1}", end)
        start, end = start + 1, end - 1
    return _sizes(clean, start, end)


def _sizes(text: str, at: int, end: int) -> Reading:
    found: list[int] = []
    at += len(text[at:end]) - len(text[at:end].lstrip())
    end = len(text[:end].rstrip().removesuffix(",").rstrip()) if text[:end].rstrip().endswith(",") else end
    end = len(text[:end].rstrip())
    while True:
        size = _SIZE.match(text, at, end)
        if size is None:
            stands = f"{text[at]!r} stands" if at < end else "the shape ends"
            return refused(f"expected a whole number, but {stands} here: write sizes as in 3 x 32 x 32", at)
        found.append(int(size.group()))
        if size.end() >= end:
            break
        between = _BETWEEN.match(text, size.end(), end)
        if between is None or len(found) >= MAX_SIZES:
            message = f"{text[size.end()]!r} was not expected here: write sizes as in 3 x 32 x 32"
            return refused(message if between is None else f"a shape has at most {MAX_SIZES} sizes", size.end())
        at = between.end()
    return Reading(*_show(part=None, value=tuple(found)), value=Typed(tuple(found)))


def _show(part: VariantPart | None, value: Value) -> tuple[str, str]:
    written = tuple(map(str, shape_of(value)))
    if len(written) < 2:
        inner = "".join(written)
        return rf"\left({inner}\right)", f"({inner},)" if inner else "()"
    return r" \times ".join(written), "×".join(written)


def _compare(part: VariantPart, answer: Typed) -> Outcome:
    key = shape_of(part.key)
    if answer.value == key:
        return RIGHT
    found = answer.value if isinstance(answer.value, tuple) else (answer.value,)
    if len(found) != len(key):
        return wrong(f"{_count(len(key))} asked for; this has {_count(len(found))}")
    if sorted(map(str, found)) == sorted(map(str, key)):
        return wrong("these are the right sizes in another order")
    return wrong()


def shape_of(key: Value) -> tuple[Value, ...]:
    """The key as a shape: positive whole sizes are one; any other value stands for the shape that it has."""
    if isinstance(key, tuple) and all(isinstance(size, int) and size > 0 for size in key):
        return key
    return sizes(key)


def _count(sizes: int) -> str:
    return f"{sizes} size{'' if sizes == 1 else 's'}"


SHAPE = Kind("shape", "the sizes, such as 3 x 32 x 32", _read, _show, _compare)
