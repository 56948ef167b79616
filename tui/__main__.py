"""`chainrule`: opens the app, or hands the command on to `engine.cli`. Textual is imported only when the app opens."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from engine.library import Library
    from engine.quiz import Quiz
    from engine.session import Resume, Start
    from engine.store import Saved, Store, StoreProblem

USAGE: Final = "usage: chainrule quiz [TOPIC...] [-n N] [--seed S] [--plain]"
NOT_THERE: Final = {
    "exam": "chainrule exam: there is no timed exam in this release; `chainrule quiz` practises the same questions.",
    "serve": "chainrule serve: this release does not open in a browser; run `chainrule` in a terminal.",
}
MOST: Final = 1000  # questions in one session
DONE, BAD_USAGE = 0, 2


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks of a session. `explicit`: a new one is meant, so none is offered to continue."""

    topics: tuple[str, ...] = ()
    n: int = 10
    seed: int | None = None
    plain: bool = False
    help: bool = False

    @property
    def explicit(self) -> bool:
        return bool(self.topics) or self.seed is not None


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code: 0 done, 1 something was wrong or failed, 2 bad usage, 130 interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and arguments[0] in NOT_THERE:
        return _refuse(NOT_THERE[arguments[0]])
    if arguments and arguments[0] != "quiz":
        from engine import cli

        return cli.main(arguments)
    wish = parse(arguments[1:])
    if isinstance(wish, str):
        return _refuse(f"{wish}\n{USAGE}")
    if wish.help:
        print(USAGE)
        return DONE
    try:
        return _session(wish)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read the output has gone; nothing is left to say, and Python must not try
        sys.stdout = None
        return 1


def parse(arguments: Sequence[str]) -> Wish | str:
    """The wish, or one sentence on what is wrong with it."""
    topics: list[str] = []
    options: dict[str, int] = {}
    flags: set[str] = set()
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        name, _, value = word.partition("=")
        if name in ("-n", "--seed"):
            text = value if "=" in word else rest.pop(0) if rest else ""
            if not text.isdecimal() or len(text) > 18:
                return f"chainrule quiz: {name} was given {text or 'nothing'!r}, expected a whole number from 0 on."
            options[name] = int(text)
        elif word in ("--plain", "-h", "--help"):
            flags.add(word)
        elif word.startswith("-"):
            return f"chainrule quiz: there is no option {word}."
        else:
            topics.append(word)
    n = options.get("-n", 10)
    if not 1 <= n <= MOST:
        return f"chainrule quiz: -n was given {n}, expected 1 to {MOST} questions."
    return Wish(tuple(topics), n, options.get("--seed"), "--plain" in flags, bool(flags & {"-h", "--help"}))


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return BAD_USAGE


def _session(wish: Wish) -> int:
    from engine.paths import data_dir
    from engine.shipped import SHIPPED
    from engine.store import Store, open_store

    library = SHIPPED.load()
    if not library.drawn:
        first = f" The first problem: {library.problems[0]}" if library.problems else ""
        return _refuse(f"chainrule: no bank holds a usable question; `chainrule lint` says why.{first}")
    for topic in wish.topics:
        if topic not in {question.topic for question in library.drawn}:
            return _refuse(_unknown(topic, library))
    store = open_store(data_dir() / "attempts.sqlite3", time.time())
    saved = None if wish.explicit or not isinstance(store, Store) else store.unfinished()
    if wish.plain or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _plain(wish, SHIPPED, library, store, saved)
    return _app(wish, SHIPPED, library, store, saved)


def _unknown(topic: str, library: Library) -> str:
    from engine.near import did_you_mean

    if topic in {question.topic for question in library.questions}:
        return (
            f"chainrule quiz: all questions of `{topic}` are derivations, which are answered by a write-up: "
            f"`chainrule questions {topic}` lists them, `chainrule check FILE --question ID` checks one"
        )
    hint = did_you_mean(topic, sorted({question.topic for question in library.drawn}))
    return f"chainrule quiz: there is no topic `{topic}`: {hint}"


def _fresh(wish: Wish, library: Library) -> Start:
    """A new sitting; without --seed its plan differs from day to day and from run to run."""
    import secrets

    from engine.session import Start, plan_session

    seed = secrets.randbelow(10**9) if wish.seed is None else wish.seed
    return Start(secrets.token_hex(8), plan_session(library, wish.topics, wish.n, seed))


def _plain(
    wish: Wish, quiz: Quiz, library: Library, store: Store | StoreProblem, saved: Saved | StoreProblem | None
) -> int:
    from engine.plain import run_plain, streams
    from engine.store import StoreProblem

    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]  # bytes that are no text are not a crash
    io = streams(sys.stdin, sys.stdout)
    begin: Start | Resume = _fresh(wish, library)
    if isinstance(saved, StoreProblem):
        store = saved
    elif saved is not None and io.person:
        place = f"question {saved.resume.position + 1} of {len(saved.resume.plan)}"
        io.say(f"You stopped at {place}. Enter continues, n starts a new session.")
        answer = io.ask()
        if isinstance(answer, str) and answer.lower().startswith("n"):
            _close(store, saved)
        else:
            begin = saved.resume
    return run_plain(quiz, library, begin, store, io, time.time)


def _close(store: Store | StoreProblem, saved: Saved) -> None:
    from engine.store import Store

    if isinstance(store, Store):
        store.close_session(saved.resume.id, time.time())


def _app(
    wish: Wish, quiz: Quiz, library: Library, store: Store | StoreProblem, saved: Saved | StoreProblem | None
) -> int:
    from engine.paths import data_dir
    from engine.store import Store, StoreProblem
    from tui.app import ChainruleApp, Opening  # Textual: eighteen times the start of Python
    from tui.desk import Desk

    problem = next((each for each in (store, saved) if isinstance(each, StoreProblem)), None)
    kept = store if isinstance(store, Store) and problem is None else None
    questions = {question.id: question for question in library.questions}
    desk = Desk(quiz, questions, kept, time.time, lambda text: keep_report(data_dir(), text))
    opening = Opening(
        fresh=lambda: _fresh(wish, library),
        saved=None if isinstance(saved, StoreProblem) else saved,
        problem=problem,
        notice=kept.notice if kept else "",
    )
    app = ChainruleApp(desk, opening)
    app.run()
    return app.return_code or DONE


def keep_report(folder: Path, text: str) -> str:
    """Write a failure's text beside the record; returns the sentence for the terminal."""
    what = text.strip().splitlines()[-1] if text.strip() else "no message"
    path = folder / "report.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        return f"chainrule stopped at a mistake of its own: {what}. No report could be written ({error})."
    return f"chainrule stopped at a mistake of its own: {what}. Your answers are kept. Report: {path}"


if __name__ == "__main__":
    sys.exit(main())
