"""dL = tr(G^T X dW) "for the weights", where dX is written elsewhere: here W alone changes, and all else is held."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from engine.derivation.chains import judge_chain
from engine.derivation.defined_in_cases import branched
from engine.derivation.settings import Setting
from engine.derivation.source import Source
from solvers.formula.differentials import differentials_in, is_differential, leaves

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_ONE_ALONE = re.compile(  # what words say that changes alone
    r"\b(?:for|in|varying|vary|perturb\w*|changing|w\.?r\.?t\.?|with respect to)\s+"
    r"(?:only\s+|just\s+)?(?:an?\s+|the\s+|this\s+)?"
    r"(?:(?:first|second|last|input|output|hidden|node|weight|layer)\s+)?"
    r"(?:weights?|matrix|matrices|bias(?:es)?|features?|inputs?|parameters?|factors?|layer|kernels?|embeddings?|data|"
    r"keys?|queries|values?|variables?)\b|\b(?:for|in|varying|w\.?r\.?t\.?|with respect to)\s*[:,]|"
    r"\b(?:fixed|constant|alone|hold(?:ing)?|held|only)\b",
    re.IGNORECASE,
)


def judge_changes(
    checker: Checker, sources: Sequence[Source], relations: Sequence[str], setting: Setting, link: str
) -> None:
    """Judges a chain that begins with a differential: of all that changes, or, where it is right so and words say so,
    of what its other sides speak of alone; where no word says so, that is left open."""
    few = _few(checker, sources)
    before = len(checker.steps)
    if not few:
        judge_chain(checker, sources, relations, setting, link, False)
        return
    all_, some = branched(checker), branched(checker)
    judge_chain(all_, sources, relations, setting, link, False)
    some.moving = few
    judge_chain(some, sources, relations, setting, link, False)
    some.moving = checker.moving
    verdicts = [[step.verdict for step in each.steps[before:]] for each in (all_, some)]
    better = verdicts[0] != verdicts[1] and "wrong" not in verdicts[1] and len(verdicts[0]) == len(verdicts[1])
    named = ", ".join(sorted(few))
    chosen = all_
    if better and _ONE_ALONE.search(checker.premise):
        chosen = some
        chosen.note(sources[0], f"read as the change with {named} alone, all else held still")
    elif better:
        said = f"right where {named} alone changes, which no word says: write it as in: for the weights, with X fixed"
        all_.steps[before:] = [
            replace(step, verdict="undecided", evidence=said, counterexample=None, diagnosis=None)
            if step.verdict != "valid" else step for step in all_.steps[before:]
        ]  # fmt: skip
    for each in fields(checker):
        setattr(checker, each.name, getattr(chosen, each.name))


def sets_form(checker: Checker, source: Source) -> bool:
    """Whether the df of "write the differential as df = tr(G^T dX)" is of an f that nothing tells: a form to be met."""
    form = _CHANGE.fullmatch(source.text)
    if form is None or not is_differential(source.text):
        return False
    declared = checker.context.scope.names.get(form[1])
    return form[1] not in checker.context.definitions and (declared is None or declared.domain == "inferred")


_CHANGE = re.compile(r"\s*(?:d|\\mathrm\s*\{?\s*d\s*\}?)\s*([A-Za-z])\s*")


def _few(checker: Checker, sources: Sequence[Source]) -> frozenset[str]:
    """What the other sides of such a chain say that changes, if it is less than all that changes by itself."""
    if not is_differential(sources[0].text):
        return frozenset()
    found = frozenset[str]().union(*(differentials_in(source.text) for source in sources[1:]))
    free = leaves(checker.moving, checker.context.definitions)
    moved = leaves(found, checker.context.definitions)
    return found if moved and moved < free else frozenset()
