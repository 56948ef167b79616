"""Numbers whose unit stands in the words behind them: 18902016 ≈ 18.9 M."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.derivation.document import Prose
from engine.derivation.rows import Statement
from engine.derivation.sentences import Sentence

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_UNIT = re.compile(
    r"\s*(?:k|M|G|B|K|KB|MB|GB|bn|thousand|million|billion|percent|ms|seconds|bits|bytes|nats)\b(?!\s*=)|\s*%"
)


def without_unit(checker: Checker, sentence: Sentence, place: int, found: list[Statement]) -> list[Statement]:
    """The statements without a last number whose unit stands in the words behind it: 18902016 ≈ 18.9 M."""
    behind = sentence.parts[place + 1] if place + 1 < len(sentence.parts) else None
    last = found[-1] if found else None
    if last is None or not isinstance(behind, Prose) or not _UNIT.match(behind.source.text) or len(last.sides) < 2:
        return found
    if not re.fullmatch(r"[\s\d.,]+", last.sides[-1].text):
        return found
    checker.note(last.sides[-1], "not judged: the unit in the words behind it is not read")
    rest = replace(last, sides=last.sides[:-1], relations=last.relations[:-1])
    return [*found[:-1], *([rest] if rest.relations else [])]
