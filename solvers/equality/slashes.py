"""A difference that hangs on how far a slash reaches: a/bc and \\sin x/2 are read as (a/b) c and (\\sin x)/2, and mean
a/(bc) and \\sin(x/2) to many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from solvers.equality.answer import Answer
from solvers.formula.context import Context
from solvers.formula.parser import Parsed
from solvers.formula.tokens import Unreadable

FURTHER = "right if all that stands behind a slash, or behind a function, is meant: use brackets"


def unless_further(
    answer: Answer, texts: Sequence[str], sides: Sequence[Parsed], context: Context,
    read: Callable[[str, Context], Parsed | Unreadable], judge: Callable[[Parsed, Parsed], Answer],
) -> Answer:  # fmt: skip
    """The answer on texts read as `sides`; undecided where they differ, and do not with slashes that reach as far as
    they can.
    """
    if answer.verdict != "different" or not any("/" in text for text in texts):
        return answer
    further = replace(context, scope=replace(context.scope, further=True))
    first, second = (read(text, further) for text in texts)
    if isinstance(first, Unreadable) or isinstance(second, Unreadable):
        return answer
    if [first.node, second.node] == [side.node for side in sides] or judge(first, second).verdict != "same":
        return answer
    return replace(answer, verdict="undecided", evidence=FURTHER, counterexample=None)
