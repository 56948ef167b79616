"""Text that remembers where it stood in the file, whatever is cut out of it or put in its place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """`text[i]` was read at character `places[i]` of the file; `end` is the place behind the last character.

    `shown` is how a text that was put in other words for the reader is told to people.
    """

    text: str
    places: tuple[int, ...]
    end: int
    shown: str = ""

    def __len__(self) -> int:
        return len(self.text)

    def cut(self, start: int, stop: int | None = None) -> Source:
        """The characters start..stop-1."""
        stop = len(self.text) if stop is None else stop
        return Source(self.text[start:stop], self.places[start:stop], self.place(stop))

    def place(self, at: int) -> int:
        """Where in the file the character at `at` stands; `end` behind the last one."""
        return self.places[at] if at < len(self.places) else self.end

    def stripped(self) -> Source:
        """Without white space at both ends."""
        start = len(self.text) - len(self.text.lstrip())
        return self.cut(start, max(start, len(self.text.rstrip())))

    def replaced(self, pattern: re.Pattern[str], change: Callable[[re.Match[str]], str]) -> Source:
        """Each match exchanged for a text, which stands where the match stood."""
        parts: list[Source] = []
        done = 0
        for match in pattern.finditer(self.text):
            parts.append(self.cut(done, match.start()))
            parts.append(written_at(change(match), self.place(match.start())))
            done = match.end()
        return joined([*parts, self.cut(done)]) if parts else self

    def without(self, pattern: re.Pattern[str]) -> Source:
        """Each match cut out."""
        return self.replaced(pattern, lambda _: "")


def source_of(text: str) -> Source:
    """A whole file."""
    return Source(text, tuple(range(len(text))), len(text))


def written_at(text: str, place: int) -> Source:
    """Text that is not in the file (the body of a macro), as if it stood at one place."""
    return Source(text, (place,) * len(text), place)


def joined(parts: Iterable[Source]) -> Source:
    """One after the other."""
    kept = list(parts)
    places = tuple(place for part in kept for place in part.places)
    return Source("".join(part.text for part in kept), places, kept[-1].end if kept else 0)


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of a file begin; lines and columns count from 1."""

    starts: tuple[int, ...]

    def where(self, place: int) -> tuple[int, int]:
        """Line and column of a character."""
        line = bisect_right(self.starts, place)
        return line, place - self.starts[line - 1] + 1

    def line(self, place: int) -> int:
        """The line a character stands in."""
        return self.where(place)[0]

    def split(self, text: str) -> list[str]:
        """The lines of the text, without their ends."""
        stops = (*self.starts[1:], len(text))
        return [text[start:stop].rstrip("\r\n") for start, stop in zip(self.starts, stops, strict=True)]


def lines_of(text: str) -> Lines:
    """The lines of a text, ended by \\n, \\r\\n or \\r."""
    return Lines((0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))))


def shortened(text: str, most: int = 60) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
