"""The write-up's own macros (\\newcommand, \\def, \\DeclareMathOperator), put in as text: nothing is read or run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate

from engine.derivation.source import Source, joined, written_at

MAX_EXPANSIONS = 5_000
MAX_GROWTH = 200_000
_DEFINING = re.compile(
    r"\\(?:(?P<new>(?:re)?newcommand|providecommand)\*?\s*(?:\{\s*(?P<braced>\\(?:[A-Za-z]+|.))\s*\}|(?P<bare>\\(?:[A-Za-z]+|.)))"
    r"\s*(?:\[(?P<count>\d)\])?\s*(?:\[(?P<default>[^\]]*)\])?\s*(?=\{)"
    r"|(?P<operator>DeclareMathOperator)(?P<star>\*?)\s*(?:\{\s*(?P<named>\\[A-Za-z]+)\s*\}|(?P<plain>\\[A-Za-z]+))\s*(?=\{)"
    r"|def\s*(?P<defined>\\(?:[A-Za-z]+|.))\s*(?P<holes>(?:#\d)*)\s*(?=\{)"
    r"|let\s*(?P<alias>\\[A-Za-z]+)\s*=?\s*(?P<same>\\(?:[A-Za-z]+|.)))"
)
_MEAN = re.compile(  # an operator that is a letter of its own font
    r"\\operatorname\*?\s*\{\s*\\math(?:bb|sf|bf|rm|scr)\s*(?:\{\s*E\s*\}|E)\s*\}"
)
_VARIANCE = re.compile(r"\\operatorname\*?\s*\{\s*\\math(?:bb|sf|bf)\s*(?:\{\s*)?([VC])\s*\}?(ar|ov)\s*\}")
_COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Macro:
    """A body with #1..#count; `default` stands for the first argument where it is left out. `final`: the body is what
    a command was before it got another meaning, as in \\let\\oldvec\\vec.
    """

    body: str
    count: int = 0
    default: str | None = None
    final: bool = False


@dataclass(frozen=True, slots=True)
class MacroProblem:
    """What is wrong with a macro, and where in the file."""

    message: str
    place: int


def expanded(source: Source) -> tuple[Source, tuple[MacroProblem, ...]]:
    """The text with its macros put in and their definitions taken out."""
    macros, result, problems = _collected(source)
    endless = _endless(macros)
    used = next((m for m in _COMMAND.finditer(result.text) if m.group() in endless), None)
    if used is not None:
        problems.append(MacroProblem(f"the macro {used.group()} expands without end", result.place(used.start())))
    macros = {name: macro for name, macro in macros.items() if name not in endless}
    if macros:
        result = _expand(result, macros, [MAX_EXPANSIONS, MAX_GROWTH], problems, 0)
    result = result.replaced(_MEAN, lambda _: r"\mathbb{E}")
    return result.replaced(_VARIANCE, lambda found: rf"\operatorname{{{found[1]}{found[2]}}}"), tuple(problems)


def _endless(macros: Mapping[str, Macro]) -> set[str]:
    """The macros whose bodies lead back to a macro that they come from."""
    leads = {
        name: set() if macro.final else set(_COMMAND.findall(macro.body)) & macros.keys()
        for name, macro in macros.items()
    }
    sound: set[str] = set()
    while fresh := {name for name, others in leads.items() if name not in sound and others <= sound}:
        sound |= fresh
    return macros.keys() - sound


def _collected(source: Source) -> tuple[Mapping[str, Macro], Source, list[MacroProblem]]:
    macros: dict[str, Macro] = {}
    problems: list[MacroProblem] = []
    parts: list[Source] = []
    done = 0
    while match := _DEFINING.search(source.text, done):
        parts.append(source.cut(done, match.start()))
        if match["alias"]:
            macros[match["alias"]] = macros.get(match["same"], Macro(match["same"], final=True))
            done = match.end()
            continue
        stop = closing(source.text, match.end())
        name = match["braced"] or match["bare"] or match["named"] or match["plain"] or match["defined"]
        if stop is None:
            problems.append(MacroProblem(f"the definition of {name} has no closing brace", source.place(match.start())))
            done = match.end()
            continue
        macros[name] = _macro(match, source.text[match.end() + 1 : stop - 1])
        done = stop
    return macros, _without_hollow([*parts, source.cut(done)]), problems


def _without_hollow(parts: list[Source]) -> Source:
    """The parts put together, without the $ $ that stood around nothing but definitions."""
    rest = joined(parts)
    seams = list(accumulate(len(part.text) for part in parts))[:-1]
    kept, done = [], 0
    for match in re.finditer(r"(\$\$?)\s*\1", rest.text if seams else ""):
        opens = len(re.findall(r"(?<!\\)\$", rest.text[: match.start()])) % 2 == 0
        if opens and any(match.start() < seam < match.end() for seam in seams):
            kept.append(rest.cut(done, match.start()))
            done = match.end()
    return joined([*kept, rest.cut(done)]) if kept else rest


def _macro(match: re.Match[str], body: str) -> Macro:
    if match["operator"]:
        return Macro(rf"\operatorname{{{body}}}")
    if match["defined"]:
        return Macro(body, len(match["holes"]) // 2)
    return Macro(body, int(match["count"] or 0), match["default"])


def _expand(
    source: Source, macros: Mapping[str, Macro], budget: list[int], problems: list[MacroProblem], depth: int
) -> Source:
    parts: list[Source] = []
    done = 0
    for match in _COMMAND.finditer(source.text):
        name = match.group()
        if match.start() < done or name not in macros:
            continue
        place = source.place(match.start())
        budget[0] -= 1
        if budget[0] < 0 or depth > 20 or budget[1] < 0:
            if not any(problem.message.endswith("without end") for problem in problems):
                problems.append(MacroProblem(f"the macro {name} expands without end", place))
            break
        parts.append(source.cut(done, match.start()))
        arguments, done = _arguments(source, match.end(), macros[name])
        if arguments is None:
            problems.append(MacroProblem(f"the macro {name} takes {macros[name].count} argument(s) in braces", place))
            continue
        body = _filled(macros[name].body, arguments, place, source.text[done : done + 1])
        budget[1] -= len(body)
        if body.text[:1].isalpha() and re.search(r"\\[A-Za-z]+$", source.text[: match.start()]):
            parts.append(written_at(" ", place))  # \\partial\\KL: the command before it ends here
        parts.append(body if macros[name].final else _expand(body, macros, budget, problems, depth + 1))
    return joined([*parts, source.cut(done)]) if parts else source


def _filled(body: str, arguments: list[Source], place: int, following: str) -> Source:
    """The body with the arguments in their holes; a space keeps a command at its end apart from a letter behind it."""
    parts: list[Source] = []
    for piece in re.split(r"(#\d)", body):
        hole = int(piece[1]) - 1 if re.fullmatch(r"#\d", piece) else -1
        parts.append(arguments[hole] if 0 <= hole < len(arguments) else written_at(piece, place))
    if re.search(r"\\[A-Za-z]+$", body) and following.isalpha():
        parts.append(written_at(" ", place))
    return joined(parts)


def _arguments(source: Source, at: int, macro: Macro) -> tuple[list[Source] | None, int]:
    """The arguments behind a macro's name, and where they end; None if one is missing."""
    text, found = source.text, list[Source]()
    wanted = macro.count
    if macro.default is not None and wanted:
        optional = re.compile(r"\s*\[([^\]]*)\]").match(text, at)
        found.append(
            source.cut(optional.start(1), optional.end(1)) if optional else written_at(macro.default, source.place(at))
        )
        at = optional.end() if optional else at
    while len(found) < wanted:
        start = at + len(text[at:]) - len(text[at:].lstrip())
        if text[start : start + 1] == "{":
            stop = closing(text, start)
            if stop is None:
                return None, at
            found.append(source.cut(start + 1, stop - 1))
            at = stop
            continue
        token = re.compile(r"\\(?:[A-Za-z]+|.)|[^\s{}]").match(text, start)
        if token is None:
            return None, at
        found.append(source.cut(token.start(), token.end()))
        at = token.end()
    return found, at


def closing(text: str, start: int) -> int | None:
    """The place behind the brace that closes the one at `start`; None if nothing does."""
    depth, at = 0, start
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        depth += (text[at] == "{") - (text[at] == "}")
        at += 1
        if depth == 0:
            return at
    return None
