"""A difference that hangs on how far a slash reaches: a/bc and \\sin x/2 are read as (a/b) c and (\\sin x)/2, and mean
a/(bc) and \\sin(x/2) to many; so is 1/2N in a declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from solvers.equality.answer import Answer
from solvers.formula.context import Context
from solvers.formula.parser import Parsed
from solvers.formula.tokens import Scope, Unreadable

FURTHER = "right if all that stands behind a slash, or behind a function, is meant: use brackets"


def unless_further(
    answer: Answer, texts: Sequence[str], sides: Sequence[Parsed], context: Context,
    read: Callable[[str, Context], Parsed | Unreadable], judge: Callable[[Parsed, Parsed, Context], Answer],
    again: Callable[[Context], Any],
) -> Answer:  # fmt: skip
    """The answer on two texts read as `sides`, with the declarations behind them; undecided where they differ, and do
    not with slashes that reach as far as they can, in the two or in all of them. `again` reads them all once more.
    """
    if answer.verdict != "different" or not any("/" in text for text in texts):
        return answer
    reaching = replace(context, scope=replace(context.scope, further=True))
    found = [read(text, reaching) for text in texts[:2]]
    nodes = [each.node for each in found if isinstance(each, Parsed)]
    pairs: list[tuple[Any, Any, Context]] = []
    if nodes != [side.node for side in sides]:
        pairs.append((found[0], found[1], context))
    if any("/" in text for text in texts[2:]) and isinstance(whole := again(Context(Scope(further=True))), tuple):
        pairs.append((whole[2][0], whole[2][1], whole[0]))
    for first, second, known in pairs:
        if isinstance(first, Parsed) and isinstance(second, Parsed) and judge(first, second, known).verdict == "same":
            return replace(answer, verdict="undecided", evidence=FURTHER, counterexample=None)
    return answer
