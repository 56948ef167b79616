"""The help text: what can be typed into an answer, and every key of the screen with what it does."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen

from engine.wording import HINTS

INTRODUCTION = (
    "Type an answer and press enter. What was read is shown below the line while you type; an answer that cannot be "
    "read, or cannot be judged, costs nothing. Every answer is on disk before its verdict is shown: quit when you "
    "like, and go on later.\n"
)


def help_text(screen: Screen[object]) -> Content:
    """Introduction, keys (of the screen and the app), answer kinds."""
    keys = [*_keys(type(screen).BINDINGS), *_keys(type(screen.app).BINDINGS)]
    return Content.assemble(
        INTRODUCTION,
        ("\nKeys\n", "bold"),
        *_table(keys),
        ("\nAnswers\n", "bold"),
        *_table(list(HINTS.items())),
    )


def _keys(bindings: object) -> list[tuple[str, str]]:
    """(keys, tooltip) of each binding, one row for one tooltip."""
    rows: dict[str, list[str]] = {}
    for binding in bindings if isinstance(bindings, list) else []:
        if isinstance(binding, Binding):
            names = [{"question_mark": "?"}.get(key, key) for key in binding.key.split(",")]
            rows.setdefault(binding.tooltip, []).extend(names)
    return [(" ".join(names), words) for words, names in rows.items()]


def _table(rows: list[tuple[str, str]]) -> list[Content]:
    width = max(len(name) for name, _ in rows)
    return [Content.assemble((f"{name:<{width}}", "bold $accent"), f"  {words}\n") for name, words in rows]
