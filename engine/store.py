"""The record on disk: answered variants, append-only, and where each sitting stands, in one SQLite file.

Each call opens the file, does one transaction and closes it, so calls may come from any thread and from any number of
processes. What cannot be done comes back as a StoreProblem; no answer is ever overwritten or deleted.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from engine.encoding import (
    answers_from_json,
    grade_from_json,
    grade_to_json,
    outcomes_from_json,
    outcomes_to_json,
    plan_from_json,
    plan_to_json,
)
from engine.records import Attempt, Grade
from engine.session import Resume, Session

VERSION: Final = 1
BUSY_SECONDS: Final = 5.0
DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

SCHEMA: Final = """
CREATE TABLE attempts (
    id INTEGER PRIMARY KEY, session TEXT NOT NULL, position INTEGER NOT NULL, question TEXT NOT NULL,
    seed INTEGER NOT NULL, at REAL NOT NULL, seconds REAL NOT NULL, answers TEXT NOT NULL, grade TEXT NOT NULL,
    extra TEXT NOT NULL);
CREATE INDEX attempts_by_session ON attempts (session, position, id);
CREATE TABLE sessions (
    id TEXT PRIMARY KEY, started REAL NOT NULL, updated REAL NOT NULL, owner TEXT NOT NULL, plan TEXT NOT NULL,
    position INTEGER NOT NULL, drafts TEXT NOT NULL, outcomes TEXT NOT NULL, revealed INTEGER NOT NULL,
    closed INTEGER NOT NULL);
CREATE TRIGGER attempts_stay BEFORE DELETE ON attempts BEGIN SELECT RAISE(ABORT, 'attempts are kept'); END;
CREATE TRIGGER attempts_are_final BEFORE UPDATE ON attempts BEGIN SELECT RAISE(ABORT, 'attempts are final'); END;
"""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StoreProblem:
    """Why the record could not be read or written: one sentence that says where, what and what to do."""

    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Saved:
    """An unfinished sitting as found: what to resume, when it was last touched, and who has it open, if anyone."""

    resume: Resume
    updated: float
    owner: str


@dataclass(frozen=True, slots=True)
class Store:
    """The record at `path`; the file is made by the first write. `notice` tells of a file that was moved aside."""

    path: Path
    notice: str = ""

    def append(self, attempt: Attempt, position: int) -> StoreProblem | None:
        """Commit one graded hand-in to disk. Show its verdict only after this has returned None."""
        row = (
            attempt.session, position, attempt.question, attempt.seed, attempt.at, attempt.seconds,
            _dumps(attempt.answers), _dumps(grade_to_json(attempt.grade)), _dumps(attempt.extra),
        )  # fmt: skip
        sql = (
            "INSERT INTO attempts (session, position, question, seed, at, seconds, answers, grade, extra)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        )
        return self._write(lambda connection: _run(connection, sql, row))

    def save_session(self, state: Session, now: float, closed: bool = False) -> StoreProblem | None:
        """Keep where the sitting stands: plan, place, drafts. `closed` sittings are not offered again."""
        row = (
            state.id, now, now, "" if state.away or closed else owner(), _dumps(plan_to_json(state.plan)),
            state.position, _dumps(state.drafts), _dumps(outcomes_to_json(state.outcomes)), state.revealed, closed,
        )  # fmt: skip
        sql = (
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " updated = excluded.updated, owner = excluded.owner, plan = excluded.plan,"
            " position = excluded.position, drafts = excluded.drafts, outcomes = excluded.outcomes,"
            " revealed = excluded.revealed, closed = max(closed, excluded.closed)"
        )
        return self._write(lambda connection: _run(connection, sql, row))

    def close_session(self, id: str, now: float) -> StoreProblem | None:
        """The sitting is over or given up; its answers stay."""
        sql = "UPDATE sessions SET closed = 1, owner = '', updated = ? WHERE id = ?"
        return self._write(lambda connection: _run(connection, sql, (now, id)))

    def attempts(self) -> tuple[Attempt, ...] | StoreProblem:
        """Every answered variant, oldest first; the parts of one variant handed in one by one are one attempt."""
        return self._read(lambda connection: _attempts(connection, "", ()), ())

    def unfinished(self) -> Saved | StoreProblem | None:
        """The sitting last touched that is not closed and not open in another running process."""
        return self._read(_unfinished, None)

    def _write(self, work: Callable[[sqlite3.Connection], None]) -> StoreProblem | None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(_connect(self.path)) as connection:
                _migrate(connection)
                connection.execute("BEGIN IMMEDIATE")
                with connection:
                    work(connection)
        except (OSError, sqlite3.Error) as error:
            return StoreProblem(_sentence(self.path, error))
        return None

    def _read(self, work: Callable[[sqlite3.Connection], T], absent: T) -> T | StoreProblem:
        if not self.path.exists():
            return absent
        try:
            with closing(_connect(self.path)) as connection:
                return work(connection) if _version(connection) == VERSION else absent
        except (OSError, ValueError, TypeError, sqlite3.Error) as error:  # the middle two: JSON that is not ours
            return StoreProblem(_sentence(self.path, error))


def open_store(path: Path, now: float) -> Store | StoreProblem:
    """The record at `path`, looked at but not yet made. A damaged or newer file is moved aside and a notice says so."""
    try:
        if not path.exists():
            return _if_writable(path)
        stood = path.stat().st_ino
        found = _look(path)
        if not found:
            return _if_writable(path)
        return _moved_aside(path, found, stood, now)
    except (OSError, sqlite3.Error) as error:
        return StoreProblem(_sentence(path, error))


def owner() -> str:
    """This process, as sittings name it: host, process id, and when it was started."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}"


def _started(pid: int) -> str:
    """When the process was started, in the kernel's ticks; '' where that cannot be told, 'dead' for what is no more.

    A process that was killed and that nobody has waited for still has its id; it is dead all the same.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()  # the name may hold blanks
    except OSError:
        return "dead" if Path("/proc/self/stat").exists() else ""
    return "dead" if fields[0] in "ZX" else fields[19]


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")  # an acknowledged answer survives a power cut as well
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Write-ahead logging, for the life of the file. The switch does not wait for a lock; the next call makes it."""
    try:
        if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if _code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise


def _migrate(connection: sqlite3.Connection) -> None:
    """Make the tables if they are not there. The lock is taken first: another process may be making them."""
    if _version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        version = _version(connection)
        if version > VERSION:
            raise sqlite3.DatabaseError(f"it was written by a newer chainrule (format {version})")
        if version == 0:
            for statement in _statements(SCHEMA):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")


def _statements(script: str) -> Iterator[str]:
    """The script's statements one by one: executescript would commit the transaction they must stand in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _run(connection: sqlite3.Connection, sql: str, row: tuple[object, ...]) -> None:
    connection.execute(sql, row)


def _look(path: Path) -> str:
    """'' when the file is a record we can use; else 'damaged' or 'newer', the word its new name will carry."""
    if path.stat().st_size == 0:
        return ""
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            connection.execute("BEGIN")  # one snapshot: another process may be making the tables at this moment
            version = _version(connection)
            tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
            if version == VERSION:
                connection.execute("SELECT max(id) FROM attempts").fetchone()
                connection.execute("SELECT count(*) FROM sessions").fetchone()
    except sqlite3.DatabaseError as error:
        if _code(error) in DAMAGED or "no such table" in str(error):
            return "damaged"
        raise
    if version == 0:
        return "damaged" if tables else ""  # another program's tables; without any, it is a record not yet made
    return "newer" if version > VERSION else ""


def _moved_aside(path: Path, word: str, stood: int, now: float) -> Store | StoreProblem:
    stamp = datetime.fromtimestamp(now, UTC).strftime("%Y%m%dT%H%M%SZ")
    target = _free_name(path, f"{word}-{stamp}")
    if path.exists() and path.stat().st_ino != stood:
        return Store(path)  # another process has just moved it and begun anew
    for ending in ("-wal", "-shm", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(target.with_name(target.name + ending))
    what = {
        "damaged": "is damaged or is not a chainrule record",
        "newer": "was written by a newer chainrule; this one cannot read it",
    }[word]
    return Store(path, f"{path} {what}: it was moved to {target.name}, nothing was deleted, and a new record begins.")


def _free_name(path: Path, suffix: str) -> Path:
    for number in range(1000):
        target = path.with_name(f"{path.name}.{suffix}" + (f"-{number}" if number else ""))
        if not target.exists():
            return target
    raise FileExistsError(f"no free name beside {path}")


def _if_writable(path: Path) -> Store | StoreProblem:
    """The store, if the file, or the nearest folder there is above it, can be written to."""
    place = path
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    if place != path and not place.is_dir():
        return StoreProblem(f"{path}: answers cannot be saved, for {place} is not a folder; {ADVICE}")
    if not (os.access(place, os.W_OK) and os.access(path.parent if place == path else place, os.W_OK)):
        return StoreProblem(f"{path}: answers cannot be saved, for {place} is read-only; {ADVICE}")
    return Store(path)


ADVICE: Final = "name a folder that can be written to in CHAINRULE_HOME."


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 where the error is Python's own."""
    return int(getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF


def _sentence(path: Path, error: Exception) -> str:
    code = _code(error) if isinstance(error, sqlite3.Error) else 0
    if code == sqlite3.SQLITE_FULL or getattr(error, "errno", 0) in (errno.ENOSPC, errno.EDQUOT):
        return f"{path}: the answer was not saved, for the disk is full; make room, then hand it in again."
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return f"{path}: nothing was saved, for another program keeps the record locked; try again."
    if code in DAMAGED:
        return f"{path}: the record is damaged ({error}); start chainrule again and it is moved aside, not deleted."
    return f"{path}: the record cannot be used ({error}); {ADVICE}"


def _dumps(value: object) -> str:
    return json.dumps(dict(value) if isinstance(value, Mapping) else value, ensure_ascii=False)


COLUMNS: Final = "session, position, question, seed, at, seconds, answers, grade, extra"


def _attempts(connection: sqlite3.Connection, where: str, values: tuple[object, ...]) -> tuple[Attempt, ...]:
    """The attempts of the rows chosen, in the order of their first hand-in."""
    merged: dict[tuple[str, int], Attempt] = {}
    for row in connection.execute(f"SELECT {COLUMNS} FROM attempts {where} ORDER BY id", values):
        attempt = _attempt(row)
        key = (row[0], row[1])
        merged[key] = _joined(merged[key], attempt) if key in merged else attempt
    return tuple(merged.values())


def _attempt(row: tuple[object, ...]) -> Attempt:
    session, _, question, seed, at, seconds, answers, grade, extra = row
    return Attempt(
        question=str(question),
        seed=int(str(seed)),
        answers=answers_from_json(json.loads(str(answers))),
        grade=grade_from_json(json.loads(str(grade))),
        at=float(str(at)),
        session=str(session),
        seconds=float(str(seconds)),
        extra=answers_from_json(json.loads(str(extra))),
    )


def _joined(first: Attempt, later: Attempt) -> Attempt:
    """Two hand-ins of one variant as one attempt; a part graded twice keeps its first verdict."""
    known = {part.name for part in first.grade.parts}
    fresh = tuple(part for part in later.grade.parts if part.name not in known)
    return Attempt(
        first.question, first.seed, {**later.answers, **first.answers}, Grade((*first.grade.parts, *fresh)),
        later.at, first.session, max(first.seconds, later.seconds), {**first.extra, **later.extra},
    )  # fmt: skip


def _unfinished(connection: sqlite3.Connection) -> Saved | None:
    rows = connection.execute(
        "SELECT id, updated, owner, plan, position, drafts, outcomes, revealed FROM sessions"
        " WHERE closed = 0 ORDER BY updated DESC"
    )
    for id, updated, held_by, plan, position, drafts, outcomes, revealed in rows:
        if _alive(held_by):
            continue
        resume = Resume(
            id=id,
            plan=plan_from_json(json.loads(plan)),
            position=position,
            drafts=answers_from_json(json.loads(drafts)),
            outcomes=outcomes_from_json(json.loads(outcomes)),
            attempts=_attempts(connection, "WHERE session = ? AND position = ?", (id, position)),
            revealed=bool(revealed),
        )
        return Saved(resume, updated, held_by)
    return None


def _alive(held_by: str) -> bool:
    """Whether the sitting is open in another process of this machine that still runs."""
    host, _, process = held_by.rpartition(":")[0].rpartition(":")
    started = held_by.rpartition(":")[2]
    if host != socket.gethostname() or not process.isdigit() or int(process) == os.getpid():
        return False
    if now := _started(int(process)):
        return now == started
    if os.name == "nt":  # there, signal 0 would end the process it asks about
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, for somebody else
        return True
    return True
