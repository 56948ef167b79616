"""Numbers with blanks between them in brackets: whether a row is complete, before the parser meets it."""

from __future__ import annotations

import re
from typing import Final

_SPACING = re.compile(r"\\(?:left|right|quad|qquad|[,;:! ])(?![A-Za-z])|[~\u200b]")
_RUN = re.compile(r"[-−–0-9.eE+\s;/]*")
_NUMBER: Final = r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?"
_ENTRY: Final = rf"[-−–]?\s*{_NUMBER}(?:\s*/\s*{_NUMBER})?"
_COMPLETE = re.compile(rf"[^\S\n]*{_ENTRY}(?:[\s;]+{_ENTRY}|(?=[-−–]){_ENTRY})*[\s;]*")
_BLANKS = re.compile(r"[\d.]\s+[-−–]?[\d.]|\s[-−–]\S|\s[-−–]$")


def unfinished_row(text: str) -> tuple[int, int] | None:
    """Where a row of numbers separated by blanks breaks off (no closing bracket, a sign without its number)."""
    blanked = _SPACING.sub(lambda spacing: " " * len(spacing.group()), text)
    starts = [place + 1 for place, char in enumerate(blanked) if char == "["]
    for start in starts or [0]:
        run = _RUN.match(blanked, start)
        end = run.end() if run else start
        closed = blanked[end : end + 1] == "]" or not starts
        if blanked[end : end + 1] not in {"]", "", ")", "}"} or not _BLANKS.search(blanked[start:end]):
            continue
        if not closed or not _COMPLETE.fullmatch(blanked, start, end):
            return (end, end + 1) if not closed else (start, max(end, start + 1))
    return None
