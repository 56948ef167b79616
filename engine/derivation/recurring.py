"""What comes from itself at an earlier step by way of others: h of a_t = w h_{t-1}, h_t = tanh(a_t)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.derivation.rows import Statement
from engine.derivation.source import Source
from engine.derivation.spellings import SUB, Spelled, spelled

EQUATES = frozenset({"=", ":=", "<-"})


def whole_left(found: Spelled, side: Source) -> bool:
    return found.start == 0 and found.end == len(side.text.rstrip())


def around_by(stated: Sequence[Statement], own: frozenset[str]) -> frozenset[str]:
    """What comes from itself at an earlier step by way of others: h of a_t = w h_{t-1}, h_t = tanh(a_t)."""
    leads: dict[tuple[str, str], set[tuple[str, int]]] = {}
    otherwise: set[tuple[str, str]] = set()  # s_i = s_{i-1} + x_i may be claimed of what is defined by a sum
    for statement in stated:
        if statement.relations[:1] and statement.relations[0] in EQUATES and len(statement.sides) > 1:
            for left in spelled(statement.sides[0].text, own):
                if left.form == SUB and left.letter and not left.number and whole_left(left, statement.sides[0]):
                    right = spelled(statement.sides[1].text, own)
                    steps = {(s.key, s.number) for s in right if (s.form, s.letter) == (SUB, left.letter)}
                    leads.setdefault((left.key, left.letter), set()).update(steps)
                    otherwise |= {(left.key, left.letter)} if left.key not in {s.key for s in right} else set()
    for place in otherwise:
        leads[place] = {step for step in leads[place] if step[0] != place[0]}
    return frozenset(key for key, letter in leads if _leads_back(key, letter, leads))


def _leads_back(key: str, letter: str, leads: Mapping[tuple[str, str], set[tuple[str, int]]]) -> bool:
    waiting, seen = [(key, False)], set[tuple[str, bool]]()
    while waiting:
        name, earlier = waiting.pop()
        for other, number in leads.get((name, letter), ()):
            state = (other, earlier or number < 0)
            if other == key and state[1]:
                return True
            if number <= 0 and state not in seen:
                seen.add(state)
                waiting.append(state)
    return False
