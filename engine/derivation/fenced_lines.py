"""Blocks of formulas between fences, whose lines are equations each, as in plain text: "s_1 = b s_0", "s_2 = b s_1".

Such a line begins anew with what it speaks of and a sign, no deeper than the first; other lines go on with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SIGN = r"(?:=|<=|>=|≤|≥|≈|<|>|:=|\\(?:leq?|geq?|approx|propto|iff|implies|Rightarrow|Leftrightarrow)(?![A-Za-z]))"
_PLAIN = re.compile(r"\\\\|&|\\begin|\\\[|\$")  # what has none of these has no rows of its own
_RELATED = re.compile(_SIGN)
_GOES_ON = re.compile(rf"[ \t]*(?:{_SIGN}|[+*/)\]]|\\(?:cdot|times|odot|right)(?![A-Za-z]))")
_UNFINISHED = re.compile(rf"(?:{_SIGN}|[-+*/(\[{{^_]|\\(?:cdot|times|odot|quad|sum|int|prod))[ \t\r]*$")
_GROUP = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_NAME = rf"(?:\\?[^\W\d_]+(?:{_GROUP})?(?:[_^](?:{_GROUP}|\\?\w+|\*)|'|\*)*)"
_LEFT = re.compile(  # s_1, f(x), W^{(1)}, \frac{\partial L}{\partial w}, dL/dw, \nabla_w L
    rf"[ \t]*-?(?:\\nabla(?:_(?:{_GROUP}|\\?\w+))?[ \t]*|\\log[ \t]*)?"
    rf"(?:{_NAME}|\\[dt]?frac[ \t]*{_GROUP}[ \t]*{_GROUP}|[d∂]{_NAME}[ \t]*/[ \t]*[d∂]{_NAME})"
    rf"[ \t]*(?:\([^()=]*\))?[ \t]*(?={_SIGN})"
)


def lines_apart(text: str) -> Iterator[tuple[int, int]]:
    """Where the equations of a block begin and end: the whole of it, unless each begins a line."""
    starts = [] if _PLAIN.search(text) else [start for start, _ in _begun(text)]
    if len(starts) < 2 or text[: starts[0]].strip():
        yield 0, len(text)
        return
    yield from zip(starts, [*starts[1:], len(text)], strict=True)


def _begun(text: str) -> Iterator[tuple[int, int]]:
    """Where equations begin, each with how deep its line stands; none where a line is of neither kind."""
    found: list[tuple[int, int]] = []
    before = ""
    for line in re.finditer(r"[^\n]*\S[^\n]*", text):
        deep = len(line[0]) - len(line[0].lstrip())
        goes_on = _GOES_ON.match(line[0]) or _UNFINISHED.search(before) or before.count("(") != before.count(")")
        if found and (goes_on or (deep > found[0][1] and not _RELATED.search(line[0]))):
            before += line[0]
            continue
        if not _LEFT.match(line[0]) or (found and deep > found[0][1]):
            return
        found.append((line.start(), deep))
        before = line[0]
    yield from found


__all__ = ["lines_apart"]
