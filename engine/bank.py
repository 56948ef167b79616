"""YAML banks -> the library: questions, topics, problems with file:line. A bank that the cache knows costs no YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from engine import cache
from engine.library import MAX_BYTES, Compiled, Library, Topic, find
from engine.paths import cache_dir, questions_dir
from engine.records import Problem, Question

__all__ = ["Library", "Topic", "find", "load"]

SUFFIXES = (".yaml", ".yml")
LintQuestion = Callable[[Question], Iterable[Problem]]


def load(
    paths: Sequence[Path] | None = None, *, cached_in: Path | None = None, lint_question: LintQuestion | None = None
) -> Library:
    """Reads the banks at `paths` (files, or folders of files); the shipped ones by default.

    Never raises for what a file holds: a broken question is left out and reported, the rest is usable.
    `cached_in` is the folder for compiled banks (the user's cache by default). `lint_question` may look deeper into
    each usable question: a question with problems of its own making is then left out too.
    """
    folder = cache_dir() / "banks" if cached_in is None else cached_in
    version = cache.compiler_version()
    banks = [_bank(path, folder, version) for path in _files([questions_dir()] if paths is None else paths)]
    library = _joined(banks)
    return library if lint_question is None else _linted(library, lint_question)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.iterdir() if found.suffix in SUFFIXES and found.is_file())
        else:
            yield path


def _bank(path: Path, folder: Path, version: str | None) -> Compiled:
    data = _read(path)
    if isinstance(data, Problem):
        return Compiled(None, (), (data,))
    key = None if version is None else cache.key_of(data, version)
    known = None if key is None else cache.load(folder, key, str(path))
    if known is not None:
        return known
    from engine.compiler import compile_bank  # YAML and pydantic: eight times the start of Python, only for new banks

    compiled = compile_bank(data, str(path))
    if key is not None:
        cache.save(folder, key, compiled)
    return compiled


def _read(path: Path) -> bytes | Problem:
    """The file, or one byte more than is allowed: enough for the compiler to refuse it."""
    try:
        if path.exists() and not path.is_file():  # a pipe or a device might never end
            return Problem(str(path), 1, "this is no file; expected a bank in YAML")
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        return Problem(str(path), 1, f"{error.strerror or 'it cannot be read'}; expected a bank in YAML")


def _joined(banks: Sequence[Compiled]) -> Library:
    """One library of all banks: a topic or an id that an earlier file has is reported, and left out."""
    questions: dict[str, Question] = {}
    topics: dict[str, Topic] = {}
    problems = [problem for bank in banks for problem in bank.problems]
    for bank in banks:
        if bank.topic is not None and bank.topic.topic in topics:
            there = topics[bank.topic.topic].origin
            problems.append(_at(bank.topic.origin, f"the topic `{bank.topic.topic}` is already the one of {there}"))
        elif bank.topic is not None:
            topics[bank.topic.topic] = bank.topic
        for question in bank.questions:
            if question.id in questions:
                there = questions[question.id].origin
                problems.append(_at(question.origin, f"the id `{question.id}` is taken by the question at {there}"))
            questions.setdefault(question.id, question)
    return Library(tuple(questions.values()), tuple(topics.values()), tuple(problems))


def _linted(library: Library, lint_question: LintQuestion) -> Library:
    found = {question.id: tuple(lint_question(question)) for question in library.questions}
    usable = tuple(question for question in library.questions if not found[question.id])
    problems = (*library.problems, *(problem for each in found.values() for problem in each))
    return replace(library, questions=usable, problems=problems)


def _at(origin: str, message: str) -> Problem:
    file, _, line = origin.rpartition(":")
    return Problem(file, int(line), message)
