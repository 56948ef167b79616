"""The screen as plain text, and goldens of it. The strips are Textual's private matter: only this file knows them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot

GOLDENS = Path(__file__).parent / "screens"
REST = 20  # pilot pauses until a screen must be as it stays
PAUSES = 400  # pilot pauses before a condition counts as never met


def screen_text(app: App[int]) -> str:
    """What stands on the screen, row by row, without colours and without blanks at the ends."""
    strips = app.screen._compositor.render_strips(app.screen.size)
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips).rstrip() + "\n"


def golden(name: str) -> str:
    """What screens/NAME.txt holds."""
    return (GOLDENS / f"{name}.txt").read_text(encoding="utf-8")


async def at_rest(pilot: Pilot[int], name: str) -> str:
    """The screen once it is as screens/NAME.txt, or as it is after a few turns: the footer follows a moment later.

    CHAINRULE_GOLDENS=write writes the file anew: look at the difference then.
    """
    writing = os.environ.get("CHAINRULE_GOLDENS") == "write"
    wanted = None if writing else golden(name)
    for _ in range(REST):
        await pilot.pause()
        if screen_text(pilot.app) == wanted:
            break
    if writing:
        GOLDENS.mkdir(exist_ok=True)
        (GOLDENS / f"{name}.txt").write_text(screen_text(pilot.app), encoding="utf-8")
    return screen_text(pilot.app)


async def until(pilot: Pilot[int], met: Callable[[], bool]) -> None:
    """Let the app work until the condition is met: threads post when they are done, so no time is waited for."""
    for _ in range(PAUSES):
        await pilot.pause()
        if met():
            return
    raise AssertionError(f"never met; the screen:\n{screen_text(pilot.app)}")


async def until_text(pilot: Pilot[int], text: str) -> None:
    """Let the app work until `text` stands on the screen."""
    await until(pilot, lambda: text in screen_text(pilot.app))
