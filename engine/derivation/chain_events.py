"""Events of a hidden Markov chain as formulas over its tables: P(o_1, ..., o_t, s_t = k) is the forward value F_{t,k}.

The tables are written `\\varpi` (start), `\\Lambda_{j,k}` (from j to k), `\\Omega_{t,k}` (what is observed at t, in
state k), `\\Phi_{t,k}` and `\\Upsilon_{t,k}` (forward and backward values).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

START, STEP, SEEN, FORWARD, BACKWARD = r"\varpi", r"\Lambda", r"\Omega", r"\Phi", r"\Upsilon"
END = "T"  # the base of the last time
MAX_GAP = 4  # hidden states summed out between two times


@dataclass(frozen=True, slots=True)
class Time:
    """t - 1 as ("t", -1), 2 as ("", 2), the last time as ("T", 0)."""

    base: str
    shift: int

    def __str__(self) -> str:
        if not self.base:
            return str(self.shift)
        return self.base if not self.shift else f"{self.base}{self.shift:+d}"

    def later(self, by: int) -> Time:
        """The time so many steps on."""
        return Time(self.base, self.shift + by)


FIRST = Time("", 1)
Range = tuple[Time, Time]


@dataclass(frozen=True, slots=True)
class Event:
    """Hidden states at their times, and times at which what was observed is part of the event."""

    states: Mapping[Time, str]
    seen: tuple[Range, ...] = ()

    def joined(self, other: Event) -> Event:
        """Both events."""
        return Event({**self.states, **other.states}, (*self.seen, *other.seen))


def before(a: Time, b: Time) -> bool | None:
    """Whether a <= b, for every t that the chain has; None where it depends on t."""
    if a.base == b.base:
        return a.shift <= b.shift
    if a == FIRST or b == Time(END, 0):
        return True
    if b == FIRST or a == Time(END, 0):
        return False
    return None


def chance_of(event: Event, given: Event, letters: Sequence[str]) -> str | None:
    """P(event | given) as a formula; `letters` are free for sums. None if it is no event that can be told."""
    fresh = iter(letters)
    try:
        if given.states and _from_state(event, given):
            latest = max(given.states, key=lambda time: time.shift)
            return _onward(Event({latest: given.states[latest], **event.states}, event.seen), latest, fresh)
        top = _joint(event.joined(given), fresh)
        if not given.states and not given.seen:
            return top
        return rf"\frac{{{top}}}{{{_joint(given, fresh)}}}"
    except (ValueError, StopIteration):
        return None


def _from_state(event: Event, given: Event) -> bool:
    """Whether only the latest state that is given counts: all of the event is at that time or later."""
    if len({time.base for time in given.states}) != 1:
        return False
    latest = max(given.states, key=lambda time: time.shift)
    if any(before(b, latest) is not True for _, b in given.seen) or latest in event.states:
        return False
    starts = [*event.states, *(a for a, _ in event.seen)]
    return all(before(latest, time) is True for time in starts)


def _merged(seen: Sequence[Range]) -> list[Range]:
    """Ranges of times with those put together that follow each other."""
    waiting, found = list(dict.fromkeys(seen)), list[Range]()
    while waiting:
        a, b = waiting.pop(0)
        follow = next((r for r in waiting if _touches((a, b), r) or _touches(r, (a, b))), None)
        if follow is None:
            found.append((a, b))
            continue
        waiting.remove(follow)
        first, second = ((a, b), follow) if before(a, follow[0]) else (follow, (a, b))
        waiting.insert(0, (first[0], second[1] if before(first[1], second[1]) else first[1]))
    return found


def _touches(first: Range, second: Range) -> bool:
    """Whether the second begins within the first or right behind it."""
    return before(first[0], second[0]) is True and before(second[0], first[1].later(1)) is True


def _is_seen(time: Time, ranges: Sequence[Range]) -> bool:
    within = [(before(a, time), before(time, b)) for a, b in ranges]
    if any(None in pair for pair in within):
        raise ValueError(time)
    return (True, True) in within


def _joint(event: Event, fresh: Iterator[str]) -> str:
    ranges = _merged(event.seen)
    if not event.states:
        ((first, last),) = ranges
        if first != FIRST:
            raise ValueError(first)
        letter = next(fresh)
        return rf"\left(\sum_{{{letter}}} {FORWARD}_{{{last},{letter}}}\right)"
    (base,) = {time.base for time in event.states}
    earliest = min(event.states, key=lambda time: time.shift)
    heads = [b for a, b in ranges if a == FIRST]
    if heads and before(earliest, heads[0]):
        start = f"{FORWARD}_{{{earliest},{event.states[earliest]}}}"
    elif heads and heads[0].later(1) == earliest:
        letter = next(fresh)
        state = event.states[earliest]
        start = rf"\left(\sum_{{{letter}}} {FORWARD}_{{{heads[0]},{letter}}}{STEP}_{{{letter},{state}}}\right)"
    elif any(before(earliest, a) is not True for a, _ in ranges) or base:
        raise ValueError(earliest)
    elif earliest == FIRST:
        start = f"{START}_{{{event.states[earliest]}}}"
    else:
        letter = next(fresh)
        whole = _joint(Event({FIRST: letter, **event.states}, event.seen), fresh)
        return rf"\left(\sum_{{{letter}}} {whole}\right)"
    return start + _behind(event, earliest, ranges, fresh)


def _onward(event: Event, start: Time, fresh: Iterator[str]) -> str:
    """What follows, given the state at `start`."""
    ranges = _merged(event.seen)
    head = f"{SEEN}_{{{start},{event.states[start]}}}" if _is_seen(start, ranges) else ""
    return (head + _behind(event, start, ranges, fresh)) or "1"


def _behind(event: Event, start: Time, ranges: Sequence[Range], fresh: Iterator[str]) -> str:
    """The factors behind the state at `start`: steps, what is observed there, and the rest."""
    last = max(event.states, key=lambda time: time.shift)
    if len({time.base for time in event.states}) > 1 or last.shift - start.shift > MAX_GAP:
        raise ValueError(last)
    text, summed, time, state = "", list[str](), start, event.states[start]
    ends = [b for _, b in ranges if before(b, last) is not True]
    whole = ends == [Time(END, 0)]
    stop = last if not ends or whole else ends[0]
    if len(ends) > 1 or stop.base != start.base or stop.shift - last.shift > MAX_GAP:
        raise ValueError(last)
    while time != stop:
        time = time.later(1)
        onto = event.states.get(time)
        if onto is None:
            onto = next(fresh)
            summed.append(onto)
        text += f"{STEP}_{{{state},{onto}}}" + (f"{SEEN}_{{{time},{onto}}}" if _is_seen(time, ranges) else "")
        state = onto
    if whole:
        if not any(before(a, last.later(1)) is True for a, b in ranges if b == Time(END, 0)):
            raise ValueError(last)
        text += f"{BACKWARD}_{{{last},{event.states[last]}}}"
    sums = "".join(rf"\sum_{{{letter}}} " for letter in summed)
    return rf"\left({sums}{text}\right)" if summed else text


__all__ = ["BACKWARD", "END", "FIRST", "FORWARD", "SEEN", "START", "STEP", "Event", "Range", "Time", "chance_of"]
