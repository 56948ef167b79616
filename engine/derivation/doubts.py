"""Why a step that came out wrong may have been misread: then it is undecided, and the reason says what to write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from engine.derivation.judging import depends
from solvers.formula.context import Context
from solvers.formula.nodes import Node

_MEAN = re.compile(r"(?<![\\A-Za-z])(E|P|Pr|Var|Cov)\s*(?:\\left|\\[Bb]igg?l?)?\s*[\[(]")


_COMMAND = re.compile(r"\\[A-Za-z]+")


def doubt(
    left: Node, right: Node, texts: tuple[str, str], context: Context, spoken: Mapping[str, int], assumed: Iterable[str]
) -> str:
    """The reason, "" where there is none. `spoken` are names that sentences which declare nothing equate, by line;
    `assumed` are distributions of which nothing is known but their variables.
    """
    numbers = [not re.search(r"[A-Za-z]", _COMMAND.sub("", text)) for text in texts]
    for name in assumed:
        if any(numbers) and any(re.search(rf"(?<![A-Za-z]){re.escape(name)}\s*(?:\\left)?\(", text) for text in texts):
            return f"the numbers of {name} are not known here"
    open_names = {n for n in depends(left, context) | depends(right, context) if _undeclared(n, context)}
    for text in texts:
        mean = _MEAN.search(text)
        if mean is not None and open_names & set(mean[1]):
            said = r"write \mathbb{E}_{x \sim p}[...], and declare the distribution"
            return f"{mean[1]} was read as a number: {said}"
    for name in sorted(open_names):
        if name in spoken:
            return f"line {spoken[name]} says what {name} is, but does not begin with Let, Given, Where or Define"
        base = name.partition("_")[0]
        if base != name and base in open_names:
            return f"{name} and the indexed {base} were read as two symbols: declare {base}, for t = 1, ..., T, say"
    return ""


def _undeclared(name: str, context: Context) -> bool:
    declared = context.scope.names.get(name)
    return name not in context.definitions and (declared is None or declared.domain == "inferred")
