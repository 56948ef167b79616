"""What the equations of a page say of a hidden Markov chain: how it steps and starts, what is observed in a state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.derivation.chain_words import LETTER, TIME, Call, Spelling, chances_in, compact, split_top

STATES, STEPS, MAX_STATES = 3, 4, 4  # of a chain of which no numbers are told
_SPLIT = re.compile(r"(?:[,;.]\s*)?(?:\\q?quad(?![A-Za-z])\s*)+|\\\\|(?<=,)\s*\\[ ;]|&&|\n\s*\n")
_FRAC = r"\\[dt]?frac\s*(?:\{\s*\d+\s*\}\s*\{\s*\d+\s*\}|\d\s*\d|\d\s*\{\s*\d+\s*\})"
NUMBER = rf"(?:0?\.\d+|\d+(?:\.\d+)?(?:\s*/\s*\d+)?|{_FRAC})"
MATRIX = r"\\begin\{([pb]matrix)\}(?P<cells>.*?)\\end\{\1\}"


@dataclass(frozen=True, slots=True)
class Named:
    """A function of the chain that the page names: a table (start, step, seen), or the P(args | given) that it is."""

    kind: str
    pattern: re.Pattern[str]
    time: str = ""
    states: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """A chain: tables of numbers as they are written where they are told, any tables where they are not. `times` is the
    last time, `beyond` so many times more are spoken of; `told` are the statements that only tell what the chain is."""

    spelling: Spelling
    size: int
    times: int
    beyond: int = 0
    start: tuple[str, ...] = ()
    steps: tuple[tuple[str, ...], ...] = ()
    emissions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by state and symbol
    named: tuple[Named, ...] = ()
    told: tuple[str, ...] = ()
    constants: Mapping[str, int] = field(default_factory=dict)
    letters: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    free: tuple[str, ...] = ()

    def seen_at(self, time: int) -> list[str]:
        """The chances of what was observed at a time, by states; nothing where they are not told."""
        symbol = self.spelling.observed.get(time)
        values = [self.emissions.get(str(k), {}).get(symbol or "") for k in range(1, self.size + 1)]
        return [v for v in values if v is not None] if None not in values else []


def letters_of(texts: Sequence[str]) -> tuple[str, str] | None:
    """The letters of states and observations: s of P(s_t = k | s_{t-1} = j), o of P(o_t | s_t = k) or P(o_t | k)."""
    calls = [call for text in texts if "P" in text or "p" in text for call in chances_in(text)]
    state = next((m for call in calls if (m := _step_of(call)) is not None), None)
    if state is None:
        return None
    for call in calls:
        seen = re.fullmatch(rf"([A-Za-z])_{TIME}(?:=.+)?", call.args[0]) if len(call.args) == 1 else None
        given = call.given[0] if len(call.given) == 1 else ""
        if seen is not None and seen[1] != state and re.fullmatch(rf"(?:{state}_{TIME}=)?\w+", given):
            return state, seen[1]
    return None


def _step_of(call: Call) -> str | None:
    """The letter of P(s_{t+1} = k | s_t = j); None of other calls."""
    if len(call.args) != 1 or len(call.given) != 1:
        return None
    ends = [re.fullmatch(rf"([A-Za-z])_({TIME})=(.+)", part) for part in (*call.args, *call.given)]
    if ends[0] is None or ends[1] is None or ends[0][1] != ends[1][1]:
        return None
    spelling = Spelling(ends[0][1], "")
    onto, start = spelling.time(ends[0][2]), spelling.time(ends[1][2])
    return ends[0][1] if onto is not None and start is not None and start.later(1) == onto else None


def equations_in(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The equations a = b = c of a formula that stand beside each other, each with its text."""
    for whole in _SPLIT.split(text):
        if whole is None:
            continue
        parts = split_top(whole)
        each = parts if len(parts) > 1 and all(len(_sides(part)) > 1 for part in parts if part.strip()) else [whole]
        for piece in each:
            sides = _sides(piece.replace("&", " "))
            if len(sides) > 1:
                yield tuple(side.strip(" .,;\n") for side in sides), piece.strip(" .,;\n")


def _sides(text: str) -> list[str]:
    parts, depth = [""], 0
    for char in text:
        depth += (char in "({[") - (char in ")}]")
        if char == "=" and depth == 0:
            parts[-1] = parts[-1].rstrip(": ")
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _whole(text: str) -> Call | None:
    """The P(...) that a text is as a whole."""
    found = next(chances_in(text), None)
    return found if found is not None and not text[: found.start].strip() and not text[found.end :].strip() else None


@dataclass(slots=True)
class Heard:
    """What the equations of a page say of its chain, in the order in which they are heard."""

    state: str
    seen: str
    names: tuple[str, ...]  # of the states
    named: list[Named] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    numbers: dict[str, dict[tuple[str, str], str]] = field(default_factory=dict)  # step, start, seen: what it is of
    observed: dict[int, str] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)  # the letters of the tables: step, start, seen

    @property
    def spelling(self) -> Spelling:
        return Spelling(self.state, self.seen, names=self.names)

    def hear(self, sides: tuple[str, ...], text: str) -> None:
        """One equation."""
        call, other = _whole(sides[0]), sides[1]
        if call is None:
            call, other = _whole(sides[1]), sides[0]
        known = re.fullmatch(rf"{re.escape(self.seen)}_({TIME})", compact(sides[0]))
        time = None if known is None else self.spelling.time(known[1])
        if time is not None and not time.base and re.fullmatch(r"\\?\w+(?:\{\w+\})?", compact(sides[1])):
            self.observed.setdefault(time.shift, compact(sides[1]))
            self.told.append(text)
        elif call is not None and self._of_chain(call, other, first=other == sides[0]) and len(sides) == 2:
            self.told.append(text)

    def _of_chain(self, call: Call, other: str, first: bool) -> bool:
        """Whether P(...) = other tells a table, a number, or (where `first` is the other) what a function is."""
        if self._table(call, compact(other)) or self._number(call, other):
            return True
        return first and self._function(call, compact(other))

    def _table(self, call: Call, other: str) -> bool:
        """A_{jk} = P(s_t = k | s_{t-1} = j), \\pi_k = P(s_1 = k), B_k(o) = P(o_t = o | s_t = k)."""
        if _step_of(call):
            found = re.fullmatch(rf"({LETTER})_\{{?([a-z]),?([a-z])\}}?", other)
            ends = [part.partition("=")[2] for part in (call.given[0], call.args[0])]
            if found is None or sorted(ends) != sorted([found[2], found[3]]) or ends[0] == ends[1]:
                return False
            order = ("from", "to") if ends == [found[2], found[3]] else ("to", "from")
            return self._named("step", found[1], rf"_\{{?\s*(?P<{order[0]}>\w)\s*,?\s*(?P<{order[1]}>\w)\s*\}}?")
        initial = re.fullmatch(rf"{self.state}_\{{?1\}}?=(.+)", call.args[0]) if len(call.args) == 1 else None
        if initial is not None and not call.given:
            found = re.fullmatch(rf"({LETTER})_\{{?([a-z])\}}?", other)
            alike = found is not None and found[2] == initial[1]
            return found is not None and alike and self._named("start", found[1], r"_\s*\{?\s*(?P<state>\w)\s*\}?")
        if self._emits(call) is None:
            return False
        found = re.fullmatch(rf"({LETTER})_\{{?([a-z])\}}?\(({self.seen}?[a-z]?(?:_{TIME})?)\)", other)
        if found is not None:
            return self._named(
                "seen", found[1], rf"_\{{?\s*(?P<state>\w)\s*\}}?\s*\(\s*{self.seen}_(?P<time>{TIME})\s*\)"
            )
        found = re.fullmatch(rf"({LETTER})_\{{([a-z]),?({self.seen}?[a-z]?(?:_{TIME})?)\}}", other)
        at = rf"_\{{\s*(?P<state>\w)\s*,?\s*{self.seen}_(?P<time>{TIME})\s*\}}"
        return found is not None and self._named("seen", found[1], at)

    def _named(self, kind: str, letter: str, behind: str) -> bool:
        if kind not in self.heads:
            self.heads[kind] = letter
            edge = "" if letter.startswith("\\") else r"(?<![A-Za-z\\])"
            self.named.append(Named(kind, re.compile(rf"{edge}{re.escape(letter)}\s*{behind}")))
        return self.heads[kind] == letter

    def _emits(self, call: Call) -> tuple[str, str] | None:
        """The state and the symbol of P(o_t = a | s_t = k), P(o_t | k) and, with a symbol alone, P(u | 1)."""
        if len(call.args) != 1 or len(call.given) != 1:
            return None
        under = re.fullmatch(rf"(?:{self.state}_({TIME})=)?(\w+)", call.given[0])
        of = re.fullmatch(rf"{self.seen}_({TIME})(?:=(.+))?|([A-Za-z]\w*)", call.args[0])
        if under is None or of is None or (of[1] and under[1] and of[1] != under[1]):
            return None
        if of[3] and (under[1] or self.spelling.value(of[3], {}) == "1" or self.spelling.value(under[2], {}) is None):
            return None
        return under[2], of[2] or of[3] or ""

    def _number(self, call: Call, other: str) -> bool:
        """P(o_t = a | s_t = 1) = 0.5, P(s_t = 1 | s_{t-1} = 2) = 0.3, P(s_1 = 1) = 0.5."""
        if not re.fullmatch(NUMBER, other.strip()):
            return False
        if _step_of(call):
            ends = [part.partition("=")[2] for part in (call.given[0], call.args[0])]
            return self._keep("step", ends[0], ends[1], other)
        initial = re.fullmatch(rf"{self.state}_\{{?1\}}?=(.+)", call.args[0]) if len(call.args) == 1 else None
        if initial is not None and not call.given:
            return "start" not in self.heads and self._keep("start", "1", initial[1], other)
        emitted = self._emits(call)
        return emitted is not None and bool(emitted[1]) and self._keep("seen", *emitted, other)

    def _keep(self, kind: str, row: str, column: str, number: str) -> bool:
        first = self.numbers.setdefault(kind, {})
        states = [self.spelling.value(part, {}) or "" for part in (row, column)]
        of_states = {"seen": states[:1], "start": states[1:]}.get(kind, states)
        if (row, column) in first or not all(state.isdigit() for state in of_states):
            return False
        first[row, column] = number.strip()
        return True

    def _function(self, call: Call, other: str) -> bool:
        """\\alpha_t(k) = P(o_1, ..., o_t, s_t = k), of which the formula is the whole P(...)."""
        found = re.fullmatch(rf"({LETTER})_({TIME})\(([a-z](?:,[a-z])*)\)", other)
        time = None if found is None else self.spelling.time(found[2])
        if found is None or time is None or time.shift or not time.base:
            return False
        states = tuple(found[3].split(","))
        self.named.append(named_function(found[1], time.base, states, call.args, call.given))
        return True


def named_function(
    letter: str, time: str, states: tuple[str, ...], args: tuple[str, ...], given: tuple[str, ...]
) -> Named:
    """\\alpha_t(k) as the P(args | given) that it is."""
    edge = "" if letter.startswith("\\") else r"(?<![A-Za-z\\])"
    of = r"\s*(?:\\left|\\[bB]igg?l?)?\(\s*(?P<states>\w+(?:\s*,\s*\w+)*)\s*(?:\\right|\\[bB]igg?r?)?\)"
    return Named(
        "chance", re.compile(rf"{edge}{re.escape(letter)}\s*_\s*(?P<time>{TIME}){of}"), time, states, args, given
    )


__all__ = [
    "MATRIX",
    "MAX_STATES",
    "NUMBER",
    "STATES",
    "STEPS",
    "Heard",
    "Model",
    "Named",
    "equations_in",
    "letters_of",
    "named_function",
]
