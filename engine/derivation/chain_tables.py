"""The chain of a page, put together: its tables, what was observed, how many states and times there are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from engine.derivation.chain_emissions import emissions_told
from engine.derivation.chain_model import (
    MATRIX,
    MAX_STATES,
    NUMBER,
    STATES,
    STEPS,
    Heard,
    Model,
    Named,
    equations_in,
    letters_of,
    named_function,
)
from engine.derivation.chain_words import TIME, Spelling, compact, plain, split_top
from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_ENTRY = re.compile(NUMBER)
_FRACTION = re.compile(r"\\[dt]?frac\s*(?:\{\s*(\d+)\s*\}|(\d))\s*(?:\{\s*(\d+)\s*\}|(\d))")
_OBSERVE = re.compile(
    r"\b(?:observ\w*|seen?|saw)\W{0,3}(?:(?:the|a|sequence|symbols?|data|outputs?|values?|first|then)\W+)*⟦(\d+)⟧", re.I
)
_STEP_WORD = re.compile(r"\b(?:step|time)\s+(\d)\b", re.IGNORECASE)
MAX_OBSERVED = 6
_KINDS = re.compile(
    r"\b(?:symmetric|uniform|left-to-right|absorbing|stationar\w+|steady|equilibrium|deterministic|reversible|doubly|"
    r"identity|noiseless|independent)\b",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"\d\.\d")
Table = tuple[tuple[str, ...], ...]


def model_of(items: Sequence[Item]) -> Model | None:
    """The chain that a page speaks of; None if it says of none how it steps and what is observed."""
    sentences = [item for item in items if isinstance(item, Sentence)]
    texts = [part.source.text for s in sentences for part in s.parts if isinstance(part, Formula)]
    letters = letters_of(texts)
    if letters is None:
        return None
    names, told = _states(letters[0], texts)
    heard = Heard(*letters, names or tuple("123456789"))
    heard.told += told
    equations = [each for text in texts for each in equations_in(text)]
    for sides, text in equations:
        heard.hear(sides, text)
    size = _size(heard, texts, names)
    steps, start = _steps(heard, texts, size), _start(heard, texts, size)
    if steps is None or start is None or not ({"step"} & (heard.heads.keys() | heard.numbers.keys())):
        return None
    size = len(steps) or len(start) or size
    if size > MAX_STATES or (start and len(start) != size) or (not steps and size > STATES):
        return None
    for (state, symbol), number in emissions_told(sentences, size).items():
        heard.numbers.setdefault("seen", {}).setdefault((state, symbol), number)
    emissions = _emissions(heard, texts, size)
    heard.names = names or tuple(str(k) for k in range(1, size + 1))
    symbols = {symbol for row in emissions.values() for symbol in row}
    observed = _observed(heard, sentences, symbols)
    if observed is None or any(sum(map(_value, row.values())) > 1 for row in emissions.values()):
        return None
    if any((steps, start, observed, emissions)) and not all((steps, start, observed, emissions)):
        return None  # some numbers are told, and not all that there are could be read
    if not steps and _says_more(heard, texts, equations, sentences):
        return None
    last = _last(letters[1], texts)
    spelling = Spelling(*letters, last, heard.names, observed, frozenset(symbols))
    heard.named += _by_recursion(heard, equations, spelling)
    return _with_letters(Model(
        spelling, size, max(observed, default=STEPS), 2 if observed else 1, start, steps, emissions,
        tuple(heard.named), tuple(sorted(heard.told, key=len, reverse=True)),
    ), texts)  # fmt: skip


def _says_more(
    heard: Heard, texts: Sequence[str], equations: Sequence[tuple[tuple[str, ...], str]], sentences: Sequence[Sentence]
) -> bool:
    """Whether a page without tables says something of them that is not read: numbers, entries, a kind of matrix."""
    tables = "|".join(re.escape(letter) for letter in heard.heads.values())
    entry = re.compile(rf"(?:{tables})(?:_\{{?\d.*)?")
    return (
        any(_DECIMAL.search(text) for text in texts)
        or any(entry.fullmatch(compact(side)) for sides, _ in equations for side in sides)
        or any(_KINDS.search(sentence.template) for sentence in sentences)
    )


def _states(letter: str, texts: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """The names of the states, from s_t \\in \\{H, C\\}, and the text that says so; nothing where they are counted."""
    for text in texts:
        said = re.search(rf"(?<![A-Za-z\\]){letter}_(?:{TIME})\s*\\in\s*\\\{{([^{{}}]*)\\\}}", text)
        if said is not None:
            alone = [said[0]] if said[0].strip() == text.strip() else []
            names = [re.sub(r"\\(?:text|mathrm)\{(\w+)\}", r"\1", part.strip()) for part in said[1].split(",")]
            named = all(re.fullmatch(r"\d|[A-Za-z]\w*", name) for name in names)
            counted = names == [str(k + 1) for k in range(len(names))]
            return (tuple(names) if named and not counted else (), alone)
    return (), []


def _size(heard: Heard, texts: Sequence[str], names: tuple[str, ...]) -> int:
    """How many states there are: as many as are listed, or STATES of any number."""
    if names:
        return len(names)
    for text in texts:
        said = re.search(
            rf"(?<![A-Za-z\\]){heard.state}_(?:{TIME})\s*\\in\s*\\\{{\s*1\s*,\s*(?:(\d)\s*,\s*)*?(\d)\s*\\\}}", text
        )
        if said is not None:
            return int(said[2])
    return STATES


def _steps(heard: Heard, texts: Sequence[str], size: int) -> Table | None:
    """The table of steps, from each state to each; () where it is not told, None where what is told is none."""
    turned = any(
        n.kind == "step" and n.pattern.pattern.find("<to>") < n.pattern.pattern.find("<from>") for n in heard.named
    )
    table = _matrix(heard.heads.get("step", ""), texts)
    told = heard.numbers.get("step", {})
    if not table and told:
        names = heard.names[:size]
        table = tuple(_completed([told.get((a, b), "") for b in names]) for a in names)
        if any("" in row for row in table):
            return None
    if not table:
        return ()
    table = tuple(zip(*table, strict=True)) if turned else table
    whole = all(sum(map(_value, row)) == 1 and min(map(_value, row)) >= 0 for row in table)
    return table if whole and len(table) == len(table[0]) else None


def _matrix(letter: str, texts: Sequence[str]) -> Table:
    """The numbers of A = (matrix), as they are written."""
    for text in texts if letter else ():
        said = re.search(rf"(?<![A-Za-z\\]){re.escape(letter)}\s*=\s*{MATRIX}", text, re.DOTALL)
        if said is not None:
            rows = [[plain(cell) for cell in row.split("&")] for row in re.split(r"\\\\", said["cells"]) if row.strip()]
            if len({len(row) for row in rows}) == 1 and all(_ENTRY.fullmatch(cell) for row in rows for cell in row):
                return tuple(map(tuple, rows))
    return ()


def _start(heard: Heard, texts: Sequence[str], size: int) -> tuple[str, ...] | None:
    """Where it starts: \\pi = (0.6, 0.4), or P(s_1 = 1) = 0.6 and so on; () where it is not told."""
    told = heard.numbers.get("start", {})
    if told:
        names = heard.names[:size]
        found = _completed([told.get(("1", name), "") for name in names])
        return found if "" not in found and sum(map(_value, found)) == 1 else None
    letter = heard.heads.get("start", r"\pi")
    for text in texts:
        said = re.search(
            rf"{re.escape(letter)}\s*=\s*\(([^=]*?)\)\s*(?:\^\s*\{{?\s*(?:\\top|T)\s*\}}?)?\s*(?:[,.;]|\\q?quad|$)",
            text,
        )
        cells = [plain(cell) for cell in split_top(plain(said[1]))] if said is not None else []
        if len(cells) > 1 and all(_ENTRY.fullmatch(cell) for cell in cells):
            if "start" not in heard.heads:
                heard.heads["start"] = letter
                heard.named.append(
                    Named("start", re.compile(rf"{re.escape(letter)}\s*_\s*\{{?\s*(?P<state>\w)\s*\}}?"))
                )
            return tuple(cells) if sum(map(_value, cells)) == 1 else None
    return ()


def _completed(row: list[str]) -> tuple[str, ...]:
    """A row of chances with what is left of one for the only one that is not told."""
    if row.count("") == 1:
        left = 1 - sum(_value(cell) for cell in row if cell)
        row[row.index("")] = rf"\frac{{{left.numerator}}}{{{left.denominator}}}"
    return tuple(row)


def _value(text: str) -> Fraction:
    """The number that a text of NUMBER is."""
    frac = _FRACTION.fullmatch(text.strip())
    if frac is not None:
        return Fraction(int(frac[1] or frac[2]), int(frac[3] or frac[4]) or 1)
    over, _, under = text.replace(" ", "").partition("/")
    return Fraction(over) / (Fraction(under) if under and int(under) else 1)


def _emissions(heard: Heard, texts: Sequence[str], size: int) -> dict[str, dict[str, str]]:
    """What is observed in each state, by symbols: as P(a | 1) = 0.5, as B_1(a) = 0.5, or as a matrix B."""
    found: dict[str, dict[str, str]] = {}
    spelling = heard.spelling
    for (state, symbol), number in heard.numbers.get("seen", {}).items():
        found.setdefault(spelling.value(state, {}) or "", {})[symbol] = number
    letter = heard.heads.get("seen", "")
    for text in texts if letter else ():
        for sides, piece in equations_in(text):
            said = re.fullmatch(rf"{re.escape(letter)}_\{{?(\w)\}}?\((\w+)\)", compact(sides[0]))
            at = None if said is None else spelling.value(said[1], {})
            number = sides[1].strip() if len(sides) == 2 else ""
            if said is not None and at is not None and at.isdigit() and _ENTRY.fullmatch(number):
                found.setdefault(at, {})[said[2]] = number
                heard.told.append(piece)
    table = _matrix(letter, texts)
    if table and not found and len(table) == size:
        symbols = _symbols(heard.seen, texts) or tuple(str(k) for k in range(1, len(table[0]) + 1))
        if len(symbols) == len(table[0]):
            found = {str(k): dict(zip(symbols, row, strict=True)) for k, row in enumerate(table, start=1)}
    return found if set(found) <= {str(k) for k in range(1, size + 1)} else {}


def _symbols(letter: str, texts: Sequence[str]) -> tuple[str, ...]:
    """The symbols of o_t \\in \\{a, b\\}, in order."""
    for text in texts:
        said = re.search(rf"(?<![A-Za-z\\]){letter}_(?:{TIME})\s*\\in\s*\\\{{([^{{}}]*)\\\}}", text)
        if said is not None and re.fullmatch(r"\s*\w+\s*(?:,\s*\w+\s*)*", said[1]):
            return tuple(part.strip() for part in said[1].split(","))
    return ()


def _observed(heard: Heard, sentences: Sequence[Sentence], symbols: set[str]) -> dict[int, str] | None:
    """What was observed at each time from 1 on; None where the page contradicts itself."""
    found = dict(heard.observed)
    one = re.escape(heard.seen)
    letters = rf"(?<![A-Za-z\\])(?:{one}|\\mathbf\{{?{one}\}}?|{one.upper()})(?:_\{{1:\w+\}})?"
    listing = re.compile(rf"{letters}=\(?(\w+(?:,\w+)+)\)?$")
    for sentence in sentences:
        for part in sentence.parts:
            said = listing.search(compact(part.source.text)) if isinstance(part, Formula) else None
            if said is not None and set(said[1].split(",")) <= symbols and not _add(found, 1, said[1].split(",")):
                return None
        words = sentence.template
        for match in _OBSERVE.finditer(words):
            part = sentence.parts[int(match[1])]
            listed = compact(part.source.text).strip("()").split(",")
            if not set(listed) <= symbols or not listed:
                continue
            step = _STEP_WORD.search(words[: match.start()])
            if not _add(found, int(step[1]) if step and len(listed) == 1 else 1, listed):
                return None
    if sorted(found) != list(range(1, len(found) + 1)) or len(found) > MAX_OBSERVED:
        return None
    return found if not symbols or set(found.values()) <= symbols else None


def _add(found: dict[int, str], first: int, symbols: Sequence[str]) -> bool:
    return all(found.setdefault(time, symbol) == symbol for time, symbol in enumerate(symbols, start=first))


def _last(letter: str, texts: Sequence[str]) -> str:
    """The letter of the last time: T of o_1, ..., o_T and of o_{1:T}."""
    for text in texts:
        for said in re.finditer(rf"(?<![A-Za-z\\]){letter}_(?:\{{\s*[^{{}}]*:\s*)?\{{?\s*([A-Z])\s*\}}?", text):
            return said[1]
    return ""


def _by_recursion(heard: Heard, equations: Sequence[tuple[tuple[str, ...], str]], spelling: Spelling) -> list[Named]:
    """Forward values that the page makes step by step only: \\alpha_1(i) = \\pi_i P(o_1 | i), and \\alpha_{t+1}(j) from
    \\alpha_t(i). They are P(o_1, ..., o_t, s_t = i) where the steps go the way that A goes.
    """
    known = {n.pattern.pattern for n in heard.named}
    firsts: dict[str, str] = {}
    for sides, text in equations:
        head = re.fullmatch(rf"(\\?[A-Za-z]+)_({TIME})\(([a-z])\)", compact(sides[0]))
        time = None if head is None else spelling.time(head[2])
        if head is None or time is None or len(sides) != 2:
            continue
        named = named_function(head[1], "t", ("k",), (f"{spelling.seen}_{{1:t}}", f"{spelling.state}_t=k"), ())
        if named.pattern.pattern in known:
            continue
        parts = _factors(sides[1], head[1], time, head[3], heard, spelling)
        if parts == "EP" and (time.base, time.shift) == ("", 1):
            firsts[head[1]] = text
        elif parts == "AEFS" and head[1] in firsts and time.base:
            heard.told += [firsts.pop(head[1]), text]
            return [named]
    return []


def _factors(right: str, letter: str, time: object, state: str, heard: Heard, spelling: Spelling) -> str:
    """The kinds of the factors of a step of the recursion, in the order of the alphabet; "?" if there are others."""
    text, source = compact(right), ""
    sums = re.search(r"\\sum(?:_\{?([a-z])(?:=1)?\}?)(?:\^\{?\w+\}?)?", text)
    if sums is not None:
        source, text = sums[1], text[: sums.start()] + "S" + text[sums.end() :]
    seen = re.escape(spelling.seen)
    marks: list[tuple[str, str]] = [
        (rf"(?:P|p)\({seen}_(?P<time>{TIME})(?:\\mid|\||\\vert)(?:{spelling.state}_{TIME}=)?(?P<state>[a-z])\)", "E"),
        *(
            (n.pattern.pattern, {"step": "A", "start": "P", "seen": "E"}[n.kind])
            for n in heard.named
            if n.kind != "chance"
        ),
        (rf"{re.escape(letter)}_(?P<time>{TIME})\((?P<state>[a-z])\)", "F"),
    ]
    for pattern, mark in marks:
        for match in list(re.finditer(pattern, text)):
            if not _fits(mark, match.groupdict(), time, state, source, spelling):
                return "?"
            text = text.replace(match[0], f" {mark} ", 1)
    rest = re.sub(r"\\(?:cdot|times|left|right|[bB]igg?[lr]?)(?![A-Za-z])|[\s()\[\]{}*]", "", text)
    return "".join(sorted(rest))


def _fits(mark: str, said: Mapping[str, str | None], time: object, state: str, source: str, spelling: Spelling) -> bool:
    """Whether a factor is at the time and the states that the recursion has it at."""
    from engine.derivation.chain_events import Time

    assert isinstance(time, Time)
    at = spelling.time(said["time"] or "") if said.get("time") else None
    if mark == "A":
        return (said.get("from"), said.get("to")) == (source, state)
    if mark == "F":
        return at == time.later(-1) and said.get("state") == source
    return (mark == "P" or at == time) and said.get("state") == state


def _with_letters(model: Model, texts: Sequence[str]) -> Model:
    """The model with the letters for times and states, for how many there are of them, and those that are free."""
    everything = " ".join(texts)
    spoken = set(re.findall(r"(?<![A-Za-z\\])[A-Za-z](?![A-Za-z])", everything))
    constants: dict[str, int] = {}
    if model.spelling.last and not re.search(rf"(?<![A-Za-z\\]){model.spelling.last}\s*=\s*\d", everything):
        constants[model.spelling.last] = model.times
    counted = re.search(
        rf"(?<![A-Za-z\\]){model.spelling.state}_(?:{TIME})\s*\\in\s*\\\{{\s*1\s*,\s*\\[lc]?dots\s*,\s*([A-Z])",
        everything,
    )
    above = re.search(r"\\sum_\{?[a-z](?:=1\})\^\{?([A-Z])\}?", everything)
    size = counted or above
    if size is not None and size[1] not in constants and not re.search(rf"{size[1]}\s*=\s*\d", everything):
        constants[size[1]] = model.size
    shifts: dict[str, list[int]] = {}
    for letter in {model.spelling.state, model.spelling.seen, *(_head(n) for n in model.named if n.kind == "chance")}:
        for said in re.finditer(rf"(?<![A-Za-z\\]){re.escape(letter)}\s*_\s*(?:\{{[^{{}}]*:\s*)?({TIME})", everything):
            time = model.spelling.time(said[1])
            if time is not None and time.base and time.base != "T":
                shifts.setdefault(time.base, []).append(time.shift)
    letters: dict[str, tuple[int, ...]] = {}
    for letter, by in shifts.items():
        first = max(1, 1 - min(by))
        last = max(first, model.times - max(0, *by))
        letters[letter] = tuple(range(first, min(last, first + 2) + 1))
    states = {m for n in model.named for m in n.states} | _state_letters(model, everything)
    letters |= {
        letter: tuple(range(1, model.size + 1)) for letter in states if letter not in letters and len(letter) == 1
    }
    free = tuple(letter for letter in "lmhrgnwuvqdc" if letter not in spoken)
    return replace(model, constants=constants, letters=letters, free=free)


def _head(named: Named) -> str:
    said = re.match(r"(?:\(\?<!\[A-Za-z\\\\\]\))?(\\\\[A-Za-z]+|[A-Za-z])", named.pattern.pattern)
    return "" if said is None else said[1].replace("\\\\", "\\")


def _state_letters(model: Model, text: str) -> set[str]:
    """The letters that stand for states: k of s_t = k, of A_{jk} and of B_k(o_t)."""
    found = set(re.findall(rf"(?<![A-Za-z\\]){model.spelling.state}_(?:{TIME})\s*=\s*([a-z])(?![A-Za-z])", text))
    for named in (n for n in model.named if n.kind != "chance"):
        for match in named.pattern.finditer(text):
            found |= {v for k, v in match.groupdict().items() if k in {"from", "to", "state"} and v and v.isalpha()}
    return {letter for letter in found if letter not in model.spelling.names}


__all__ = ["model_of"]
