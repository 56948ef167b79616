"""The questions that there are, and how one is found by name. Reads no files: that is `engine.bank`."""

from __future__ import annotations

from dataclasses import dataclass

from engine.records import Problem, Question

MAX_BYTES = 1_000_000  # of one bank file


@dataclass(frozen=True, slots=True)
class Topic:
    """The head of a bank. `skills` is empty where the bank does not restrict them."""

    topic: str
    title: str
    notes: str
    skills: tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Compiled:
    """One bank file, read: no topic where its head could not be used."""

    topic: Topic | None
    questions: tuple[Question, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Library:
    """All banks that were read: what can be used, and what is wrong in the files."""

    questions: tuple[Question, ...]
    topics: tuple[Topic, ...]
    problems: tuple[Problem, ...]

    @property
    def drawn(self) -> tuple[Question, ...]:
        """The questions that a sitting may ask: all but those that are answered by a write-up."""
        return tuple(question for question in self.questions if question.derivation is None)


def find(library: Library, name: str) -> Question | Problem:
    """The question called "topic/local-id", or "local-id" where one topic alone has it; else what to do instead.

    The problem's file is the name that was asked for, its line 0: show its message.
    """
    found = [q for q in library.questions if name in (q.id, q.id.partition("/")[2])]
    if len(found) == 1:
        return found[0]
    if found:
        return Problem(name, 0, f"`{name}` names {len(found)} questions: {', '.join(q.id for q in found)}; say which")
    from engine.near import did_you_mean

    ids = [question.id for question in library.questions]
    known = ids if "/" in name else [each.partition("/")[2] for each in ids]
    hint = did_you_mean(name, known)
    if hint.startswith("expected"):
        hint = f"`chainrule questions` lists all {len(ids)}"
    return Problem(name, 0, f"there is no question `{name}`: {hint}")
