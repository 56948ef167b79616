r"""Puts numbers into text: `{{ name }}`, `{{ name[2] }}`, `{{ name | filter }}`. A table of filters; no code runs.

A placeholder is `{{`, a name, any number of indices counted from 1, at most one filter, and `}}`; spaces are free.
In a run of three or more braces the innermost two belong to the placeholder, so `\frac{{{ a }}}{{{ b }}}` is a fraction
of a and b. Every `{{` begins a placeholder: write `{ {x} }` for two braces that LaTeX is to see. Outside dollar signs,
what needs LaTeX is wrapped in dollar signs. A negative number or a fraction right before `^` is put in parentheses.
A placeholder as a bare argument (`x^{{ n }}`, `\sqrt{{ n }}`) is refused, since its braces are gone once it is filled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.number_text import FILTERS, Refusal, needs_parentheses
from engine.records import Value

MAX_FAULTS = 20  # of one text: who sees twenty mends those first

_SLOT = re.compile(
    r"\{\{(?!\{)\s*(?P<name>[A-Za-z]\w*)\s*(?P<indices>(?:\[\s*\d{1,4}\s*\]\s*)*)(?:\|\s*(?P<filter>[A-Za-z]\w*)\s*)?\}\}",
    re.ASCII,
)
_OPEN = re.compile(r"\{\{(?!\{)")
_GROUP = r"\s*\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
_BARE_ARGUMENT = re.compile(
    r"(?P<opener>[\^_]"
    rf"|\\(?:[dtc]?frac|[dt]?binom|overset|underset|stackrel)(?:{_GROUP})?"
    r"|\\(?:sqrt(?:\[[^\]]*\])?|text(?:bf|it|rm)?|math(?:bf|rm|bb|cal|it|sf)|boldsymbol|bm|operatorname\*?"
    r"|hat|bar|tilde|vec|dot|ddot|wide(?:hat|tilde)|overline|underline|boxed|(?:over|under)brace))\s*\Z"
)
_DOLLARS = re.compile(r"(?<!\\)\$\$?")
_POWER = re.compile(r"\s*\^")
_NO_LATEX = re.compile(r"[0-9][0-9., ]*")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a template: a message, and the offset in the text that it concerns."""

    message: str
    offset: int


@dataclass(frozen=True, slots=True)
class Slot:
    """One placeholder. `math` says whether it stands between dollar signs, `powered` whether `^` follows."""

    name: str
    indices: tuple[int, ...]
    filter: str
    math: bool
    powered: bool
    offset: int

    @property
    def shown(self) -> str:
        return self.name + "".join(f"[{index}]" for index in self.indices)


@dataclass(frozen=True, slots=True)
class Template:
    """Text read once: literal pieces and placeholders, in order."""

    segments: tuple[str | Slot, ...]


def compile_template(text: str) -> Template | Fault:
    """Reads a template, or says what its first fault is."""
    segments, faults = _scan(text)
    return faults[0] if faults else Template(segments)


def faults(text: str) -> tuple[Fault, ...]:
    """What is wrong in a template, in order: the first twenty faults."""
    return _scan(text)[1]


def _scan(text: str) -> tuple[tuple[str | Slot, ...], tuple[Fault, ...]]:
    segments: list[str | Slot] = []
    found_faults: list[Fault] = []
    filled, at, dollars = "", 0, ""  # `filled` is the text so far with 0 for each placeholder
    while len(found_faults) < MAX_FAULTS and (opening := _OPEN.search(text, at)):
        found = _SLOT.match(text, opening.start())
        end = found.end() if found else opening.end()
        literal = text[at : opening.start()]
        filled += literal
        dollars = _after_dollars(literal, dollars)
        segments.append(literal)
        if found is None:
            found_faults.append(_unreadable(text, opening.start()))
        elif fault := _filter_fault(found) or (_brace_fault(filled[-400:], found) if dollars else None):
            found_faults.append(fault)
        else:
            segments.append(_slot(found, bool(dollars), _POWER.match(text, end) is not None))
        filled += "0"
        at = end
    return tuple(segment for segment in (*segments, text[at:]) if segment != ""), tuple(found_faults)


def render(template: Template, values: Mapping[str, Value]) -> str | Fault:
    """The text with the values put in; a Fault where a value does not suit its placeholder."""
    pieces: list[str] = []
    for segment in template.segments:
        piece = segment if isinstance(segment, str) else _filled(segment, values)
        if isinstance(piece, Fault):
            return piece
        pieces.append(piece)
    return "".join(pieces)


def names(template: Template) -> frozenset[str]:
    """The givens that the template asks for."""
    return frozenset(slot.name for slot in slots(template))


def slots(template: Template) -> tuple[Slot, ...]:
    """The placeholders, in order."""
    return tuple(segment for segment in template.segments if isinstance(segment, Slot))


def _slot(found: re.Match[str], math: bool, powered: bool) -> Slot:
    indices = tuple(int(digits) for digits in re.findall(r"\d+", found["indices"]))
    return Slot(found["name"], indices, found["filter"] or "", math, powered, found.start())


def _filter_fault(found: re.Match[str]) -> Fault | None:
    name = found["filter"]
    if name is None or name in FILTERS:
        return None
    from difflib import get_close_matches  # only when something is wrong

    near = get_close_matches(name, FILTERS, 1)
    hint = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(sorted(filter(None, FILTERS)))}"
    return Fault(f"unknown filter `{name}`: {hint}", found.start("filter"))


def _brace_fault(before: str, found: re.Match[str]) -> Fault | None:
    if bare := _BARE_ARGUMENT.search(before):
        opener, slot = bare["opener"], found.group()
        return Fault(f"`{opener}{slot}` loses its braces once filled: write `{opener}{{{slot}}}`", found.start())
    return None


def _unreadable(text: str, offset: int) -> Fault:
    rest = text[offset : offset + 40].split("\n")[0]
    if text.find("}}", offset) < 0:
        return Fault(f"`{rest}`: the placeholder is never closed; expected `}}}}`", offset)
    shown = rest[: rest.find("}}") + 2] if "}}" in rest else rest
    return Fault(
        f"`{shown}` is no placeholder; expected `{{{{ name }}}}`, `{{{{ name[1] }}}}` or `{{{{ name | filter }}}}` "
        "(for two braces that LaTeX is to see, put a space between them)",
        offset,
    )


def _after_dollars(literal: str, state: str) -> str:
    """The dollar signs that are open after `literal`: "", "$" or "$$"."""
    for mark in _DOLLARS.findall(literal):
        if state == "":
            state = mark
        elif state == mark:
            state = ""
        elif state == "$$":
            continue  # one dollar inside a display formula
        # in an inline formula, "$$" closes it and opens the next
    return state


def _filled(slot: Slot, values: Mapping[str, Value]) -> str | Fault:
    if slot.name not in values:
        return Fault(f"`{slot.name}` is no given; there are {', '.join(values) or 'none'}", slot.offset)
    value = values[slot.name]
    for depth, index in enumerate(slot.indices):
        if not isinstance(value, tuple) or not 1 <= index <= len(value):
            there = f"{len(value)} entries" if isinstance(value, tuple) else "no entries"
            return Fault(f"`{slot.shown}`: index {depth + 1} is {index}, but there are {there}", slot.offset)
        value = value[index - 1]
    text = FILTERS[slot.filter](value)
    if isinstance(text, Refusal):
        return Fault(f"`{slot.shown}`: {text.reason}", slot.offset)
    if slot.powered and slot.filter == "" and needs_parentheses(value):
        text = rf"\left({text}\right)" if "frac" in text else f"({text})"
    bare = slot.math or slot.filter in ("plain", "table") or _NO_LATEX.fullmatch(text)
    return text if bare else f"${text}$"
