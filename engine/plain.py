"""A session line by line on two text streams: for screen readers, pipes and scripts. No terminal control, no colour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TextIO, final

from engine import quiz as engine
from engine import wording
from engine.library import Library
from engine.quiz import Quiz, Ready, Refused, Style
from engine.records import Attempt, Grade, Question, Variant, VariantPart, Verdict
from engine.session import (
    OPEN,
    Event,
    Graded,
    Next,
    Phase,
    Quit,
    Resume,
    Reveal,
    Session,
    Shown,
    Skip,
    Start,
    Submitted,
    advance,
)
from engine.store import Store, StoreProblem

LONGEST: Final = wording.LONGEST
RETRIES: Final = 3  # unreadable answers to one part before a pipe goes on; a person may try for ever
INTERRUPTED: Final = 130

HELP: Final = """\
Type an answer and press enter. What was read is shown before the verdict;
an answer that cannot be read costs nothing. Numbers may be formulas
(1/3, 2e-3, tanh(0.5)); a matrix is typed row by row: [1, 2; 3, 4];
choices by their letters.
?           this help
:skip       leave the question
:solution   give up the open parts and show the worked solution
:quit       leave the session; it can be continued later"""


@dataclass(frozen=True, slots=True)
class TooLong:
    """A line that was read past and not kept; its length in characters."""

    characters: int


@dataclass(frozen=True, slots=True)
class Streams:
    """Where answers come from and text goes to. `person`: somebody types them, so prompts and retries make sense."""

    source: TextIO
    sink: TextIO
    person: bool
    width: int = 79
    style: Style = "line"
    ascii: bool = False

    def say(self, text: str = "") -> None:
        self.sink.write(text + "\n")
        self.sink.flush()

    def tell(self, sentence: str) -> None:
        """A sentence: broken between words on a terminal, in one piece for pipes."""
        if self.style == "boxes" and len(sentence) > self.width:
            import textwrap  # only for a sentence that is too long

            sentence = textwrap.fill(sentence, self.width, break_long_words=False, break_on_hyphens=False)
        self.say(sentence)

    def ask(self) -> str | TooLong | None:
        """The next line without its end, or None at the end of the input. Memory stays bounded whatever comes."""
        self.sink.write("> ")
        self.sink.flush()
        line = self.source.readline(LONGEST + 1)
        if not self.person:
            self.sink.write("\n")
        if len(line) <= LONGEST or line.endswith("\n"):
            return line.strip() if line else None
        length = len(line)
        while not line.endswith("\n") and (line := self.source.readline(LONGEST)):
            length += len(line)
        return TooLong(length - line.endswith("\n"))


def streams(source: TextIO, sink: TextIO) -> Streams:
    """Boxes for a terminal, one line a formula for pipes; ASCII where the output's encoding has no mathematics."""
    import shutil

    terminal = sink.isatty()
    width = shutil.get_terminal_size().columns - 1 if terminal else 79
    ascii_only = "utf" not in (sink.encoding or "utf-8").lower()
    return Streams(source, sink, source.isatty(), max(width, 20), "boxes" if terminal else "line", ascii_only)


def run_plain(
    quiz: Quiz,
    library: Library,
    start: Start | Resume,
    store: Store | StoreProblem,
    io: Streams,
    now: Callable[[], float],
) -> int:
    """Ask, read, grade, store, tell, question by question. Returns the exit code: 0, or 130 after Ctrl-C."""
    sitting = Sitting(quiz, {question.id: question for question in library.questions}, store, io, now)
    try:
        sitting.run(start)
    except KeyboardInterrupt:
        sitting.leave()
        io.say()
        io.tell("Interrupted. " + sitting.kept())
        return INTERRUPTED
    return 0


@final
class Sitting:
    """One session on two streams. The state is the pure machine's; this class only talks, grades and stores."""

    def __init__(
        self,
        quiz: Quiz,
        questions: Mapping[str, Question],
        store: Store | StoreProblem,
        io: Streams,
        now: Callable[[], float],
    ) -> None:
        self.quiz, self.questions, self.io, self.now = quiz, questions, io, now
        self.state = Session()
        self.store: Store | None = None
        if isinstance(store, StoreProblem):
            self.not_saving(store)
        else:
            self.store = store
            if store.notice:
                io.tell(store.notice)

    def run(self, start: Start | Resume) -> None:
        self.tell(start)
        while self.state.phase is not Phase.FINISHED and not self.state.away:
            self.question()
        if self.state.away:
            self.leave()
            self.io.tell(self.kept())
        else:
            self.io.tell(f"Done: {wording.summary(self.state)}")
            self.save(closed=True)

    def tell(self, event: Event) -> None:
        self.state = advance(self.state, event)

    def question(self) -> None:
        """One question from heading to worked solution."""
        planned, position = self.state.current, self.state.position
        asked = self.questions.get(planned.question)
        if asked is None:
            self.io.tell(f"{planned.question}: this question is in no bank any more; it is left out.")
            return self.tell(Skip())
        made = engine.prepare(self.quiz, asked, planned.seed, lambda: self.io.say("Certifying this variant ..."))
        if isinstance(made, Refused):
            self.io.tell(made.reason)
            return self.tell(Skip())
        self.show(made)
        for part in made.variant.parts:
            if self.waits(part, position):
                self.part(made.variant, part, position)
        if self.state.position == position and not self.state.away:
            self.settle(made.variant)
        return None

    def waits(self, part: VariantPart, position: int) -> bool:
        """Whether this part of the question at `position` still takes an answer."""
        return self.state.position == position and not self.state.away and part.name in self.state.open_parts

    def show(self, made: Ready) -> None:
        variant = made.variant
        self.tell(Shown(made.planned, {part.name: part.points for part in variant.parts}, self.now()))
        self.save()
        self.io.tell(wording.heading(variant.question, self.state.position, len(self.state.plan)))
        self.io.say()
        self.typeset(variant.text)
        for name, judged in self.state.verdicts.items():  # answered before the session was left
            answer = wording.label(variant, name) + self.state.answers.get(name, "")
            self.io.tell(f"{answer}: {wording.verdict_text(judged)}")

    def part(self, variant: Variant, part: VariantPart, position: int) -> None:
        """Ask until the part is judged, given up, or left; a pipe gets RETRIES unreadable answers."""
        self.io.say()
        self.typeset(wording.label(variant, part.name) + part.ask)
        for index, option in enumerate(part.options):
            self.typeset(f"{wording.LETTERS[index]}) {option.text}")
        self.io.say(f"[{wording.hint(part)}; ? for help]")
        tries = 0
        while self.waits(part, position) and (self.io.person or tries < RETRIES):
            line = self.io.ask()
            if line is None:
                return self.tell(Quit())
            if isinstance(line, TooLong):
                self.io.tell(f"That answer has {line.characters} characters; at most {LONGEST} are read. Try again.")
            elif self.command(line, variant):
                continue
            elif self.answer(variant, part, line) is Verdict.UNDECIDED:
                return None
            tries += 1
        return None

    def command(self, line: str, variant: Variant) -> bool:
        """Do what a command says. False when the line is an answer."""
        match line.lower():
            case "?" | ":help":
                self.io.say(HELP)
            case ":skip":
                self.tell(Skip())
                self.save()
                self.io.say("Skipped.")
                self.io.say()
            case ":solution":
                self.tell(Reveal())
            case ":quit":
                self.tell(Quit())
            case "":
                self.io.say("Nothing was typed; ? shows what can be.")
            case _ if line.startswith(":") and line[1:2].isalpha():
                self.io.tell(f"{line[:40]} is no command; there are :skip, :solution, :quit and ?")
            case _:
                return False
        return True

    def answer(self, variant: Variant, part: VariantPart, line: str) -> Verdict:
        """Read, show the reading, grade, store, and only then tell the verdict."""
        reading = engine.read(self.quiz, part, line)
        if not reading.ok:
            self.caret(line, reading.span)
            self.io.tell(f"{wording.reading_line(reading)}. It costs nothing; try again.")
            return Verdict.INVALID
        self.io.tell(wording.reading_line(reading))
        self.tell(Submitted({part.name: line}))
        grade = engine.grade(self.quiz, variant, {**self.state.answers, **self.state.pending})
        judged = tuple(each for each in grade.parts if each.name in self.state.pending)
        self.append(variant, Grade(tuple(each for each in judged if each.verdict not in OPEN)))
        self.tell(Graded(judged))
        self.save()
        for each in judged:
            self.typeset(capital(wording.verdict_text(each)))
        return judged[0].verdict if judged else Verdict.UNDECIDED

    def caret(self, line: str, span: tuple[int, int]) -> None:
        """The line again with a caret under what was not understood; for a long line, the stretch around it."""
        first = max(0, span[0] - 30)
        shown = line[first : first + 60]
        self.io.say(f"  {shown}")
        self.io.say("  " + " " * (span[0] - first) + "^" * max(1, min(span[1], first + 60) - span[0]))

    def settle(self, variant: Variant) -> None:
        """The worked solution, the reasons of the options, and on to the next question."""
        self.io.say()
        self.io.say("Worked solution")
        self.typeset(wording.solution_document(variant, engine.solution(self.quiz, variant), self.io.style))
        self.io.say()
        self.tell(Next() if self.state.phase is Phase.SETTLED else Skip())
        self.save()

    def typeset(self, text: str) -> None:
        rows = engine.typeset(self.quiz, text, self.io.width, self.io.style, self.io.ascii)
        for row in engine.plain_rows(rows):
            self.io.say(row)

    def append(self, variant: Variant, grade: Grade) -> None:
        """Commit what was graded before its verdict is told; without a record, the person was told so."""
        if self.store is None or not grade.parts:
            return
        at = self.now()
        attempt = Attempt(
            question=variant.question.id,
            seed=variant.seed,
            answers={part.name: self.state.pending[part.name] for part in grade.parts},
            grade=grade,
            at=at,
            session=self.state.id,
            seconds=max(0.0, at - self.state.shown_at),
        )
        problem = self.store.append(attempt, self.state.position)
        if problem is not None:
            self.not_saving(problem)

    def save(self, closed: bool = False) -> None:
        if self.store is None:
            return
        problem = self.store.save_session(self.state, self.now(), closed)
        if problem is not None:
            self.not_saving(problem)

    def not_saving(self, problem: StoreProblem) -> None:
        """Say it once, plainly, and go on without a record."""
        self.store = None
        self.io.tell(f"{problem.message}")
        self.io.say("From here on your answers are NOT being saved.")

    def leave(self) -> None:
        self.tell(Quit())
        self.save()

    def kept(self) -> str:
        """What became of the answers, for the last line."""
        answered = sum(outcome.answered for outcome in self.state.outcomes) + len(self.state.answers)
        if self.store is None:
            return "Your answers were not saved."
        return f"Answers kept: {answered}. `chainrule quiz` continues this session."


def capital(text: str) -> str:
    """The sentence with a capital letter, nothing else changed."""
    return text[:1].upper() + text[1:]
