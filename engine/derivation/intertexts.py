"""Sentences between the rows of an alignment, \\intertext{For the mean ...}: they end a display and lead to another."""

from __future__ import annotations

import re

from engine.derivation.source import Source

_INTERTEXT = re.compile(
    r"(?:\\\\\s*)?\\(?:short)?intertext\s*\{(?P<words>(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}"
)
_ROWS = re.compile(
    r"\\(?P<what>begin|end)\{(?P<env>(?:align|alignat|gather|flalign|eqnarray)\*?)\}(?P<columns>\{\d+\})?"
)


def with_intertexts(source: Source) -> Source:
    """The source with such words between two alignments."""
    if r"intertext" not in source.text:
        return source
    marks = list(_ROWS.finditer(source.text))

    def apart(match: re.Match[str]) -> str:
        before = [mark for mark in marks if mark.start() < match.start()]
        if not before or before[-1]["what"] == "end":
            return match[0]
        env, columns = before[-1]["env"], before[-1]["columns"] or ""
        return rf"\end{{{env}}} {match['words']} \begin{{{env}}}{columns}"

    return source.replaced(_INTERTEXT, apart)


__all__ = ["with_intertexts"]
