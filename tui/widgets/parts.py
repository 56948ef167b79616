"""The parts of the question on the screen, one below the other. Views are kept and filled anew: mounting is slow."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from engine.records import Variant
from engine.session import Session
from tui.widgets.answer import AnswerInput
from tui.widgets.mathtext import Layout
from tui.widgets.part import PartView


class Parts(Vertical):
    """Shows a variant's parts as a session has them: drafts, verdicts, closed or open."""

    def __init__(self, layout: Layout, blink: bool, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._make, self._blink = layout, blink

    def compose(self) -> ComposeResult:
        view = PartView(self._make)  # every question has one: it is mounted while the first variant is made
        view.display = False
        yield view

    async def show(self, variant: Variant, state: Session) -> None:
        """Fill a view for each part, in order."""
        pool = list(self.query(PartView))
        missing = [PartView(self._make) for _ in variant.parts[len(pool) :]]
        if missing:
            await self.mount_all(missing)
        for view, part in zip([*pool, *missing], variant.parts, strict=False):
            view.query_one(AnswerInput).cursor_blink = self._blink
            view.show(variant, part, state.drafts.get(part.name, ""))
            view.display = True
            if part.name in state.verdicts:
                view.show_verdict(state.verdicts[part.name], part.name in state.answers)
            elif state.revealed:
                view.close()
        for view in pool[len(variant.parts) :]:
            view.display = False

    def clear(self) -> None:
        """Show no part."""
        for view in self.query(PartView):
            view.display = False

    @property
    def views(self) -> list[PartView]:
        """The views in use."""
        return [view for view in self.query(PartView) if view.display]

    def of(self, state: Session) -> list[PartView]:
        """The views of the parts that still take an answer."""
        return [view for view in self.views if view.part in state.open_parts]
