"""What is worked out of numbers alone within a sentence, 3 \\cdot 5 + 1 = 16, which claims something all the same."""

from __future__ import annotations

import re
from dataclasses import replace

from engine.derivation.rows import Statement

_WORKED = re.compile(
    r"\\(?:[td]?frac|cdot|times|left|right|[bB]igg?[lr]?|quad|sqrt|exp|log|ln|tanh|sin|cos|lfloor|rfloor)(?![A-Za-z])|"
    r"\\sigma(?=\s*(?:\\left|\\[bB]igl?)?\s*\()|\\[,;!]|"
    r"(?<![A-Za-z\\])(?:e(?=\s*\^)|exp|log|ln|tanh|sqrt|log_2|log_\{2\})(?![A-Za-z])"
)
_TO_WORK_OUT = re.compile(
    r"[\d)}]\s*[+\-*/]|\d\s*\^|\\(?:cdot|times|[td]?frac|sqrt|exp|log|ln|tanh|sigma)(?![A-Za-z])|"
    r"(?<![A-Za-z\\])(?:e\s*\^|exp|log|ln|tanh)"
)


def of_numbers(statement: Statement) -> bool:
    """Whether all sides are worked out of numbers alone, and there is something to work out: 28 + 5 \\cdot 10 = 78."""
    texts = [_WORKED.sub(" ", side.text) for side in statement.sides]
    plain = all(re.fullmatch(r"[\d\s.+\-*/(){}^]+", text) for text in texts)
    return plain and not statement.continues and bool(_TO_WORK_OUT.search(statement.sides[0].text))


def worked_behind(statement: Statement) -> Statement | None:
    """What is worked out of numbers behind the first sign: p_1 = 2.7183/11.1074 \\approx 0.2447."""
    behind = replace(statement, sides=statement.sides[1:], relations=statement.relations[1:])
    return behind if behind.relations and statement.relations[0] == "=" and of_numbers(behind) else None
