"""The lines above and below a session: where one is, what is being done, what is wrong. Text only, no widgets."""

from __future__ import annotations

from typing import Final

from engine.records import Question
from engine.session import Phase, Session

LEAST: Final = (60, 20)  # below this something does not fit, and the screen says so
UNSAVED: Final = "Your answers are NOT being saved."
CERTIFYING: Final = "Certifying this variant by two routes … esc leaves it out"


def header(state: Session, question: Question | None, width: int) -> str:
    """Topic and title at the left, cut where they must be; place, level and minutes at the right."""
    place = f"{min(state.position + 1, len(state.plan))} of {len(state.plan)}"
    if question is None:
        return f" {place}"
    left = f" {question.topic} · {question.title}"
    right = f"{place} · level {question.level} · {question.minutes} min "
    room = width - len(right) - 1
    left = left if len(left) <= room else left[: max(room - 1, 0)] + "…"
    return left.ljust(room + 1) + right


def status(state: Session, live: bool, solved: bool, saving: bool) -> str:
    """What the session waits for. `live`: a certification is running; `solved`: the worked solution is open."""
    match state.phase:
        case Phase.MAKING:
            return CERTIFYING if live else "Making the next variant …"
        case Phase.GRADING:
            return "Grading … esc takes the answer back"
    if not saving:
        return UNSAVED
    if state.phase is Phase.SETTLED and not solved:
        return "Settled: s shows the worked solution, n goes on."
    return ""


def too_small(width: int, height: int) -> str:
    """The warning for a window below LEAST; '' for one that will do."""
    if width >= LEAST[0] and height >= LEAST[1]:
        return ""
    return f"This window is {width}x{height}; {LEAST[0]}x{LEAST[1]} is the least that shows everything."
