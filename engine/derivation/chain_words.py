"""How a write-up spells a hidden Markov chain: times, states, what is observed, P(...) of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.derivation.chain_events import END, FIRST, Event, Range, Time

LETTER = r"(?:\\[A-Za-z]+|[A-Za-z])"
TIME = r"(?:\{\s*(?:[A-Za-z]|\d+)\s*(?:[+-]\s*\d+\s*)?\}|[A-Za-z](?![A-Za-z])|\d)"
BAR = r"(?:\\mid(?![A-Za-z])|\\[lr]?vert(?![A-Za-z])|\||\\given(?![A-Za-z]))"
_HEAD = re.compile(
    r"(?<![A-Za-z\\])(?:P|p|Pr|\\Pr|\\mathbb\s*\{?\s*P\s*\}?|\\(?:mathrm|operatorname)\s*\{(?:P|Pr)\})\s*"
    r"(?:\\left|\\[bB]igg?l?)?\s*\("
)
_BLANKS = re.compile(r"\\[,;:!> ]|~|\\(?:left|right|[bB]igg?[lr]?)(?![A-Za-z])|\s+")
_DOTS = re.compile(r"\\[lc]?dots[a-z]?|\.\.\.|…")
_TIME_PARTS = re.compile(r"\{?(?:(?P<base>[A-Za-z])|(?P<number>\d+))(?P<shift>[+-]\d+)?\}?")


def plain(text: str) -> str:
    """A text without blanks and the sizes of brackets."""
    return _BLANKS.sub(lambda m: " " if m[0].isspace() or m[0] == "~" else "", text).strip()


_BOLD = re.compile(r"\\(?:mathbf|boldsymbol|bm|vec)\s*(?:\{\s*([A-Za-z])\s*\}|([A-Za-z]))")


def compact(text: str) -> str:
    """A text without any blanks."""
    return re.sub(r"\s+", "", _BOLD.sub(lambda m: rf"\mathbf{{{m[1] or m[2]}}}", plain(text)))


@dataclass(frozen=True, slots=True)
class Call:
    """P(args | given) at text[start:end], its parts without blanks."""

    start: int
    end: int
    args: tuple[str, ...]
    given: tuple[str, ...]


def chances_in(text: str) -> Iterator[Call]:
    """Every P(...) of a text, in order."""
    done = 0
    for match in _HEAD.finditer(text):
        stop = closing_round(text, match.end() - 1)
        if match.start() < done or stop is None:
            continue
        sides = re.split(BAR, plain(text[match.end() : stop - 1]))
        if len(sides) <= 2:
            parts = [tuple(compact(part) for part in split_top(side) if part.strip()) for side in (*sides, "")]
            done = stop
            yield Call(match.start(), stop, parts[0], parts[1])


def closing_round(text: str, start: int) -> int | None:
    """The place behind the bracket that closes the round one at `start`."""
    depth = 0
    for place in range(start, len(text)):
        depth += (text[place] == "(") - (text[place] == ")")
        if depth == 0:
            return place + 1
    return None


def split_top(text: str) -> list[str]:
    """The parts of a list, apart by the commas that stand in no bracket."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "({[") - (char in ")}]")
        if char in ",;" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


@dataclass(frozen=True, slots=True)
class Spelling:
    """The letters of hidden states and observations, the letter of the last time, the names of the states in order, and
    the symbols that were observed, by their times."""

    state: str
    seen: str
    last: str = ""
    names: tuple[str, ...] = ()
    observed: Mapping[int, str] = field(default_factory=dict)
    symbols: frozenset[str] = frozenset()

    def time(self, text: str) -> Time | None:
        """A time, without blanks: t-1, {t+1}, 3."""
        match = _TIME_PARTS.fullmatch(re.sub(r"\s+", "", text))
        if match is None:
            return None
        shift = int(match["shift"] or 0)
        if match["number"]:
            return Time("", int(match["number"]) + shift)
        return Time(END if match["base"] == self.last else match["base"], shift)

    def value(self, text: str, letters: Mapping[str, str]) -> str | None:
        """A state as an index: its number, or its letter (the one that stands for it in `letters`)."""
        text = re.sub(r"^\\(?:text|mathrm|mathsf|textsf|texttt)\{(.*)\}$", r"\1", text.strip())
        if text in self.names:
            return str(self.names.index(text) + 1)
        if re.fullmatch(r"[a-z]", text):
            return letters.get(text, text)
        return None

    def event(self, parts: Sequence[str], letters: Mapping[str, str], shifts: Mapping[str, Time]) -> Event | None:
        """The event that a list of parts tells, with letters for states and times put in; None if it is none."""
        states: dict[Time, str] = {}
        ranges: list[Range] = []
        dots, bare = False, 0
        for part in parts:
            if _DOTS.fullmatch(part):
                dots = bool(ranges)
                if not dots:
                    return None
                continue
            found = self._part(part, letters, shifts)
            if found is None and part in self.symbols:
                bare += 1
                if self.observed.get(bare) != part:
                    return None
                found = Time("", bare), None
            if found is None or (dots and not isinstance(found, tuple)):
                return None
            if isinstance(found, Event):
                ranges += found.seen
                continue
            time, state = found
            if state is not None:
                if time in states or dots:
                    return None
                states[time] = state
            elif dots:
                ranges[-1] = (ranges[-1][0], time)
                dots = False
            else:
                ranges.append((time, time))
        return None if dots else Event(states, tuple(ranges))

    def _part(
        self, part: str, letters: Mapping[str, str], shifts: Mapping[str, Time]
    ) -> tuple[Time, str | None] | Event | None:
        hidden = re.fullmatch(rf"{re.escape(self.state)}_({TIME})=(.+)", part)
        if hidden is not None:
            time, value = self._at(hidden[1], shifts), self.value(hidden[2], letters)
            return None if time is None or value is None else (time, value)
        whole = re.fullmatch(rf"(?:\\mathbf\{{?)?{re.escape(self.seen)}\}}?_\{{(\w[^:]*):(\w.*)\}}", part)
        if whole is not None:
            ends = self._at(whole[1], shifts), self._at(whole[2], shifts)
            return None if ends[0] is None or ends[1] is None else Event({}, ((ends[0], ends[1]),))
        single = re.fullmatch(rf"{re.escape(self.seen)}_({TIME})(?:=(.+))?", part)
        if single is None:
            every = part in {self.seen.upper(), rf"\mathbf{{{self.seen}}}"} and part != self.state
            return Event({}, ((FIRST, Time(END, 0)),)) if every else None
        time = self._at(single[1], shifts)
        known = None if time is None or time.base else self.observed.get(time.shift)
        if time is None or (single[2] and single[2] != known):
            return None
        return time, None

    def _at(self, text: str, shifts: Mapping[str, Time]) -> Time | None:
        time = self.time(text)
        if time is not None and time.base in shifts:
            return shifts[time.base].later(time.shift)
        return time


def spans_replaced(text: str, found: Sequence[tuple[int, int, str]]) -> str:
    """A text with some of its parts exchanged."""
    parts, done = [], 0
    for start, end, other in sorted(found):
        parts += [text[done:start], other]
        done = end
    return "".join([*parts, text[done:]])


__all__ = [
    "BAR", "LETTER", "TIME", "Call", "Spelling", "chances_in", "closing_round", "compact", "plain",
    "spans_replaced", "split_top",
]  # fmt: skip
