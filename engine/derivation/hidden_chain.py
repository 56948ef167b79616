"""Hidden Markov chains: A_{jk} = P(s_t = k | s_{t-1} = j), \\alpha_t(k) = P(o_1, ..., o_t, s_t = k), tables of numbers.

A page that says how the chain steps and what is observed in a state fixes every P(...) of states and observations. So
they are read as formulas over the tables: those that the page tells, and any tables where it tells none. What is
claimed for every t is judged on a chain of a few steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.derivation.chain_events import BACKWARD, END, FORWARD, SEEN, START, STEP, Event, Time, chance_of
from engine.derivation.chain_model import Model, Named
from engine.derivation.chain_tables import model_of
from engine.derivation.chain_words import chances_in, compact, split_top
from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, joined, written_at

_TIMES = re.compile(rf"_\{{{END}([+-]\d+)?,")
_NUMBERED = re.compile(r"_\{(\d+),")
_MOST = 200  # replacements in one formula


def with_hidden_chain(items: Iterable[Item]) -> tuple[tuple[Item, ...], str]:
    """The sentences with what is said of a hidden Markov chain as formulas over its tables; and how it is read."""
    items = tuple(items)
    model = model_of(items)
    if model is None:
        return items, ""
    changed = [_changed(item, model) if isinstance(item, Sentence) else item for item in items]
    tables = "the tables that are told" if model.steps else f"any tables, {model.size} states and {model.times} times"
    said = f"{model.spelling.state} is taken as a hidden Markov chain with {tables}; {model.spelling.seen} is observed"
    return (*_declarations(model, items), *changed), said


# ---- what is declared


def _declarations(model: Model, items: Sequence[Item]) -> list[Sentence]:
    """The tables, and the forward and backward values step by step."""
    place = next((item.parts[0].source.place(0) for item in items if isinstance(item, Sentence)), 0)
    size, rows = model.size, model.times + model.beyond
    wanted = [rf"{START} = ({', '.join(model.start)})" if model.start else rf"{START} \in \Delta^{{{size}}}"]
    if model.steps:
        cells = [" & ".join(row) for row in model.steps]
    else:
        letters = [r"\varrho", r"\varsigma", r"\vartheta"][:size]
        wanted.append(rf"{', '.join(letters)} \in \Delta^{{{size}}}")
        cells = [" & ".join(f"{letter}_{k}" for k in range(1, size + 1)) for letter in letters]
    table = r" \\ ".join(cells)
    wanted.append(rf"{STEP} = \begin{{pmatrix}} {table} \end{{pmatrix}}")
    wanted += [*_seen(model, rows), *_values(model, rows)]
    wanted += [f"{letter} = {value}" for letter, value in model.constants.items()]
    for letter, values in model.letters.items():
        several = rf"\in \{{{', '.join(map(str, values))}\}}"
        wanted.append(f"{letter} = {values[0]}" if len(values) == 1 else f"{letter} {several}")
    return [
        Sentence((Prose(written_at("Let ", place)), Formula(written_at(text, place), False)), True) for text in wanted
    ]


def _seen(model: Model, rows: int) -> list[str]:
    """The chances of what is observed: those that are told, and any positive numbers."""
    every = rf"\in \mathbb{{R}}^{{{rows} \times {model.size}}}"
    known = [model.seen_at(time) for time in range(1, rows + 1)]
    if not any(known):
        return [f"{SEEN} {every}", f"{SEEN}_{{ij}} > 0"]
    cells = [
        row or [rf"\Xi_{{{time},{k}}}" for k in range(1, model.size + 1)] for time, row in enumerate(known, start=1)
    ]
    table = r" \\ ".join(" & ".join(row) for row in cells)
    return [rf"\Xi {every}", r"\Xi_{ij} > 0", rf"{SEEN} = \begin{{pmatrix}} {table} \end{{pmatrix}}"]


def _values(model: Model, rows: int) -> list[str]:
    """The forward and backward values, step by step."""
    ahead, back = r"\Psi", r"\Theta"
    wanted = [rf"{name} \in \mathbb{{R}}^{{{rows} \times {model.size}}}" for name in (ahead, back)]
    wanted.append(f"{ahead}_{{1,k}} = {START}_k {SEEN}_{{1,k}}")
    for time in range(2, rows + 1):
        before = rf"{ahead}_{{{time - 1},\ell}}{STEP}_{{\ell,k}}"
        wanted.append(rf"{ahead}_{{{time},k}} = {SEEN}_{{{time},k}} \sum_{{\ell=1}}^{{{model.size}}} {before}")
    wanted.append(f"{back}_{{{model.times},k}} = 1")
    for time in range(model.times - 1, 0, -1):
        after = rf"{STEP}_{{k,\ell}} {SEEN}_{{{time + 1},\ell}} {back}_{{{time + 1},\ell}}"
        wanted.append(rf"{back}_{{{time},k}} = \sum_{{\ell=1}}^{{{model.size}}} {after}")
    return [*wanted, f"{FORWARD}_{{i,k}} = {ahead}_{{i,k}}", f"{BACKWARD}_{{i,k}} = {back}_{{i,k}}"]


# ---- what is rewritten


def _changed(sentence: Sentence, model: Model) -> Sentence:
    parts = [_part(part, model) if isinstance(part, Formula) else part for part in sentence.parts]
    return replace(sentence, parts=tuple(parts))


def _part(part: Formula, model: Model) -> Prose | Formula:
    source = _without_told(part.source, model)
    if not re.sub(r"\\q?quad(?![A-Za-z])|[\s.,;\\&]", "", source.text):
        return Prose(source)
    spans = [span for span in _spans(source.text, model) if span is not None]
    if not spans and source is part.source:
        return part
    for start, end, text in sorted(spans, reverse=True):
        source = joined([source.cut(0, start), written_at(text, source.place(start)), source.cut(end)])
    return replace(part, source=source, written=part.written or part.source)


def _without_told(source: Source, model: Model) -> Source:
    """A formula without the statements that only tell what the chain is."""
    for text in model.told:
        at = source.text.find(text)
        if at >= 0 and source.text.count("(", 0, at) == source.text.count(")", 0, at):
            before, after = source.cut(0, at), source.cut(at + len(text))
            gap = re.match(r"\s*[,;.]?\s*(?:\\q?quad|\\[ ,;])*\s*", after.text)
            after = after.cut(gap.end() if gap is not None and gap.end() < len(after.text) else 0)
            source = joined([before, after])
    return source


def _spans(text: str, model: Model) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for call in chances_in(text):
        formula = _chance(call.args, call.given, model, {}, {})
        if formula is not None:
            found.append((call.start, call.end, formula))
    taken = [(start, end) for start, end, _ in found]
    for named in model.named:
        for match in named.pattern.finditer(text):
            if len(found) < _MOST and not any(a < match.end() and match.start() < b for a, b in taken):
                formula = _of_named(named, match, model)
                if formula is not None:
                    found.append((match.start(), match.end(), formula))
                    taken.append((match.start(), match.end()))
    return found


def _of_named(named: Named, match: re.Match[str], model: Model) -> str | None:
    """\\alpha_{t-1}(j), A_{jk}, B_k(o_t), \\pi_k at the place of a match."""
    spelling = model.spelling
    if named.kind == "start":
        state = spelling.value(compact(match["state"]), {})
        return None if state is None else f"{START}_{{{state}}}"
    if named.kind == "step":
        ends = [spelling.value(compact(match[key]), {}) for key in ("from", "to")]
        return None if None in ends else f"{STEP}_{{{ends[0]},{ends[1]}}}"
    if named.kind == "seen":
        state, time = spelling.value(compact(match["state"]), {}), spelling.time(match["time"])
        return None if state is None or time is None else _timed(f"{SEEN}_{{{time},{state}}}", model)
    time, values = spelling.time(match["time"]), [spelling.value(compact(v), {}) for v in split_top(match["states"])]
    if time is None or None in values or len(values) != len(named.states):
        return None
    letters = dict(zip(named.states, (v or "" for v in values), strict=True))
    return _chance(named.args, named.given, model, letters, {named.time: time} if named.time else {})


def _chance(
    args: Sequence[str], given: Sequence[str], model: Model, letters: Mapping[str, str], shifts: Mapping[str, Time]
) -> str | None:
    """P(args | given) as a formula; None if it is not of the chain."""
    spelling = model.spelling
    event = spelling.event(args, letters, shifts)
    if len(given) == 1 and event is not None and not event.states and len(event.seen) == 1:
        state = spelling.value(given[0], letters)  # P(o_t | k)
        if state is not None and event.seen[0][0] == event.seen[0][1]:
            return _timed(f"{SEEN}_{{{event.seen[0][0]},{state}}}", model)
    if len(args) == len(given) == 1 and args[0] in spelling.symbols:
        state = spelling.value(given[0], letters)
        known = model.emissions.get(state or "", {}).get(args[0])
        return None if known is None else f"({known})"
    under = spelling.event(given, letters, shifts) if given else Event({})
    if event is None or under is None or not (event.states or event.seen):
        return None
    found = chance_of(event, under, model.free)
    return None if found is None else _timed(found, model)


def _timed(formula: str, model: Model) -> str | None:
    """A formula with the number of the last time for it; None where it speaks of a time at which nothing is told."""
    found = _TIMES.sub(lambda m: f"_{{{model.times + int(m[1] or 0)},", formula)
    told = bool(model.spelling.observed)
    beyond = any(int(time) > model.times for time in _NUMBERED.findall(found))
    return None if told and beyond else found


__all__ = ["with_hidden_chain"]
