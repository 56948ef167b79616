"""The keys of the session screen. Each has an id, so that it can be bound anew, and a tooltip, which is its help."""

from __future__ import annotations

from typing import Final

from textual.binding import Binding, BindingType

from engine.session import Phase, Session

KEYS: Final[list[BindingType]] = [
    Binding("n,enter", "next", "Next", id="session.next", tooltip="On to the next question"),
    Binding("s", "solution", "Solution", id="session.solution", tooltip="Show or hide the worked solution"),
    Binding("i,enter", "answer", "Answer", id="session.answer", tooltip="Go to the next open part"),
    Binding("x", "skip", "Skip", id="session.skip", tooltip="Leave this question unanswered"),
    Binding("y", "copy", "Copy", id="session.copy", tooltip="Copy the question as text", show=False),
    Binding("tab", "part(1)", "Next part", id="session.part", tooltip="To the next open part", priority=True),
    Binding("shift+tab", "part(-1)", "", id="session.part_back", tooltip="To the part before", show=False),
    Binding("escape", "back", "Back", id="session.back", tooltip="Out of the line, or stop the waiting"),
    Binding("pagedown", "scroll(8)", "", id="session.page_down", tooltip="Scroll down", show=False),
    Binding("pageup", "scroll(-8)", "", id="session.page_up", tooltip="Scroll up", show=False),
    Binding("down,j", "scroll(1)", "", id="session.down", tooltip="Scroll down a row", show=False),
    Binding("up,k", "scroll(-1)", "", id="session.up", tooltip="Scroll up a row", show=False),
    Binding("g,home", "scroll(-9999)", "", id="session.top", tooltip="To the top", show=False),
    Binding("G,end", "scroll(9999)", "", id="session.bottom", tooltip="To the bottom", show=False),
]


def live(action: str, parameters: tuple[object, ...], state: Session, typing: bool, focused: bool) -> bool:
    """Whether the key does anything now. `typing`: a line has the focus; `focused`: a line or a list of options has."""
    phase = state.phase
    match action:
        case "next":
            return phase is Phase.SETTLED and not focused
        case "answer":
            return phase is Phase.ASKING and not focused
        case "skip":
            return phase in (Phase.ASKING, Phase.MAKING) and not typing
        case "solution":
            return phase in (Phase.ASKING, Phase.SETTLED) and not typing
        case "copy":
            return bool(state.parts) and not typing
        case "part":
            return len(state.open_parts) > 1
        case "back":
            return typing or phase in (Phase.MAKING, Phase.GRADING)
        case "scroll":
            return not (typing and parameters[0] in (9999, -9999))
    return True
