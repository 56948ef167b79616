"""Compiled banks on disk, so that a start with known banks loads neither YAML nor pydantic. JSON with a checksum.

A cache that is missing, damaged, or cannot be written is no failure: the bank is compiled instead.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

from engine.library import Compiled, Topic
from engine.records import Derivation, Draw, Option, Part, Problem, Question, Value

KEEP = 200  # compiled banks kept; each edit of a bank leaves one behind

# What decides how a bank is compiled: a change in any of these makes every cached bank stale.
_SOURCES = (
    "bank_checks",
    "cache",
    "compiler",
    "given_rules",
    "library",
    "marked_yaml",
    "near",
    "number_text",
    "records",
    "schema",
    "template",
)


def compiler_version() -> str | None:
    """A hash of the compiler's own source; None where the source cannot be read (then nothing is cached)."""
    folder = Path(__file__).parent
    hashed = sha256()
    try:
        for stem in _SOURCES:
            hashed.update((folder / f"{stem}.py").read_bytes())
    except OSError:
        return None
    return hashed.hexdigest()


def key_of(data: bytes, version: str) -> str:
    """The name under which the bank with these bytes is kept."""
    return sha256(version.encode() + data).hexdigest()


def load(folder: Path, key: str, file: str) -> Compiled | None:
    """The compiled bank, with `file` as the place its lines are in; None where there is none that can be trusted."""
    try:
        checksum, _, body = (folder / f"{key}.json").read_bytes().partition(b"\n")
    except OSError:
        return None
    if sha256(body).hexdigest().encode() != checksum:
        return None
    return _Decoder(file).compiled(json.loads(body))  # the checksum says that this program wrote it


def save(folder: Path, key: str, compiled: Compiled) -> None:
    """Keeps a compiled bank: all of it or nothing, also when the machine stops halfway."""
    body = json.dumps(_compiled(compiled), separators=(",", ":"), ensure_ascii=False).encode()
    unfinished = folder / f".{key}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(sha256(body).hexdigest().encode() + b"\n" + body)
        os.replace(unfinished, folder / f"{key}.json")
        _prune(folder)
    except OSError:  # a read-only home or a full disk: the next start compiles again
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _prune(folder: Path) -> None:
    kept = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[KEEP:]:
        path.unlink(missing_ok=True)


def digest(question: Question) -> str:
    """16 hex digits over what the question says, wherever it stands."""
    said = _question(question)
    del said["line"], said["digest"]
    if question.derivation is None:
        del said["derivation"]
    else:
        del said["derivation"]["lines"]
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:16]


# ----- records -> JSON; exact numbers are ints or "p/q" -----


def _value(value: Value) -> Any:
    if isinstance(value, tuple):
        return [_value(entry) for entry in value]
    return f"{value.numerator}/{value.denominator}" if isinstance(value, Fraction) else value


def _line(origin: str) -> int:
    return int(origin.rpartition(":")[2])


def _compiled(compiled: Compiled) -> dict[str, Any]:
    topic = compiled.topic
    return {
        "topic": topic and [topic.topic, topic.title, topic.notes, topic.skills, _line(topic.origin)],
        "questions": [_question(question) for question in compiled.questions],
        "problems": [[problem.line, problem.message] for problem in compiled.problems],
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "id": question.id,
        "topic": question.topic,
        "title": question.title,
        "notes": question.notes,
        "level": question.level,
        "minutes": question.minutes,
        "skills": question.skills,
        "text": question.text,
        "parts": [_part(part) for part in question.parts],
        "line": _line(question.origin),
        "digest": question.digest,
        "solver": question.solver,
        "given": [_draw(draw) for draw in question.given],
        "require": question.require,
        "mistakes": question.mistakes,
        "derivation": _derivation(question.derivation),
    }


def _derivation(said: Derivation | None) -> dict[str, Any] | None:
    if said is None:
        return None
    return {
        "let": said.let, "goal": said.goal, "solution": said.solution, "start": said.start, "lines": dict(said.lines),
    }  # fmt: skip


def _draw(draw: Draw) -> list[Any]:
    constant = None if draw.constant is None else _value(draw.constant)
    return [draw.name, _value(draw.values), draw.size, constant, draw.distinct]


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "ask": part.ask,
        "kind": part.kind,
        "points": _value(part.points),
        "answer": part.answer,
        "places": part.places,
        "by_element": part.by_element,
        "options": [[option.text, option.holds, option.reason] for option in part.options],
        "pick": part.pick,
        "formula": part.formula,
    }


# ----- JSON -> records -----


class _Decoder:
    """Remembers each fraction it has made: a bank repeats the same few thousands of times."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.fractions: dict[str, Fraction] = {}

    def compiled(self, data: Mapping[str, Any]) -> Compiled:
        problems = tuple(Problem(self.file, line, message) for line, message in data["problems"])
        return Compiled(self.topic(data["topic"]), tuple(map(self.question, data["questions"])), problems)

    def topic(self, data: Sequence[Any] | None) -> Topic | None:
        if data is None:
            return None
        name, title, notes, skills, line = data
        return Topic(name, title, notes, tuple(skills), f"{self.file}:{line}")

    def question(self, data: dict[str, Any]) -> Question:
        line = data.pop("line")
        mistakes, derivation = data.pop("mistakes"), data.pop("derivation")
        return Question(
            **data
            | {
                "origin": f"{self.file}:{line}",
                "skills": tuple(data["skills"]),
                "parts": tuple(map(self.part, data["parts"])),
                "given": tuple(map(self.draw, data["given"])),
                "require": tuple(data["require"]),
                "mistakes": None if mistakes is None else tuple(mistakes),
                "derivation": derivation and Derivation(**derivation | {"let": tuple(derivation["let"])}),
            }
        )

    def draw(self, data: Sequence[Any]) -> Draw:
        name, values, size, constant, distinct = data
        fixed = None if constant is None else self.value(constant)
        return Draw(name, tuple(map(self.scalar, values)), tuple(size), fixed, distinct)

    def part(self, data: dict[str, Any]) -> Part:
        options = tuple(Option(*option) for option in data["options"])
        return Part(**data | {"points": Fraction(self.scalar(data["points"])), "options": options})

    def value(self, data: Any) -> Value:
        return tuple(map(self.value, data)) if isinstance(data, list) else self.scalar(data)

    def scalar(self, data: int | str) -> int | Fraction:
        if isinstance(data, int):
            return data
        if data not in self.fractions:
            self.fractions[data] = Fraction(data)
        return self.fractions[data]
