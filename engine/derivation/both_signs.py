"""Formulas with \\pm, which say two things: \\lambda_{1,2} = a \\pm b is \\lambda_1 = a + b and \\lambda_2 = a - b.

So where every side says which sign it is of; x = a \\pm b on a line of its own is a product, as with or. Numbers
g_t = \\pm c within a sentence have one magnitude, |g_t| = c.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, joined, written_at

_SIGN = re.compile(r"\\pm(?![A-Za-z])|\\mp(?![A-Za-z])|±|∓")
_PAIR = re.compile(r"(?P<head>_\s*)(?:\{\s*1\s*,\s*2\s*\}|\{\s*1\s*/\s*2\s*\}|\{\s*(?:\\pm|±)\s*\}|\\pm(?![A-Za-z])|±)")


def with_both_signs(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such formulas twice, once with each sign."""
    return tuple(_apart(item) if isinstance(item, Sentence) else item for item in items)


def _apart(sentence: Sentence) -> Sentence:
    if not any(isinstance(part, Formula) and _SIGN.search(part.source.text) for part in sentence.parts):
        return sentence
    parts: list[Prose | Formula] = []
    for part in sentence.parts:
        if isinstance(part, Formula) and _SIGN.search(part.source.text) and _each_says(part.source):
            between = Prose(written_at(" and ", part.source.place(0)))
            parts += [replace(part, source=_with(part.source, 0)), between]
            parts += [replace(part, source=_with(part.source, 1))]
        elif isinstance(part, Formula) and part.display and (solved := _solved(part.source)) is not None:
            parts.append(replace(part, source=solved))
        elif isinstance(part, Formula) and not part.display and (either := _EITHER.fullmatch(part.source.text)):
            parts.append(replace(part, source=_magnitude(part.source, either)))
        else:
            parts.append(part)
    return replace(sentence, parts=tuple(parts))


_EITHER = re.compile(
    r"\s*(?P<member>\\?[A-Za-z]+_\s*(?:\{\s*[a-z]\s*\}|[a-z]))\s*=\s*(?:\\pm(?![A-Za-z])|±)\s*(?P<size>\\?[A-Za-z]+|\d+)\s*[.,;]?\s*"
)


def _magnitude(source: Source, found: re.Match[str]) -> Source:
    """|g_t| = c for g_t = \\pm c."""
    start, end = found.span("member")
    bar, sign = written_at("|", source.place(start)), written_at("| = ", source.place(end))
    return joined([bar, source.cut(start, end), sign, source.cut(*found.span("size"))])


def _each_says(source: Source) -> bool:
    """Whether every side of every statement with a sign has one, or a name that goes with both."""
    for statement in statements_of(source):
        signed = [_SIGN.search(side.text) or _PAIR.search(side.text) for side in statement.sides]
        if any(signed) and not all(signed):
            return False
    return True


def _solved(source: Source) -> Source | None:
    """(x - (a + b))(x - (a - b)) = 0 for x = a \\pm b, drawn from what stands before it; None for other lines."""
    found = statements_of(source) if _SIGN.search(source.text) else ()
    if len(found) != 1 or found[0].relations != ("=",) or len(found[0].sides) != 2:
        return None
    left, right = found[0].sides
    right = right.cut(0, len(right.text.rstrip(" .,;\n")))
    parts = "\\Rightarrow (", left, "-(", _with(right, 0), "))(", left, "-(", _with(right, 1), ")) = 0"
    return joined([written_at(part, left.place(0)) if isinstance(part, str) else part for part in parts])


def _with(source: Source, place: int) -> Source:
    """The formula with the first or the second sign."""
    return joined(list(_pieces(source, place)))


def _pieces(source: Source, place: int) -> Iterator[Source]:
    done = 0
    marks = sorted((*_PAIR.finditer(source.text), *_SIGN.finditer(source.text)), key=lambda found: found.start())
    for found in marks:
        if found.start() < done:
            continue
        if found.re is _PAIR:
            text = f"_{{{place + 1}}}"
        else:
            text = " + " if (found[0] in {"\\pm", "±"}) == (place == 0) else " - "
        yield source.cut(done, found.start())
        yield written_at(text, source.place(found.start()))
        done = found.end()
    yield source.cut(done)


__all__ = ["with_both_signs"]
