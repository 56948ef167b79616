"""Grades, plans and outcomes as plain JSON values and back; fractions are written "1/2". No files here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from engine.quiz import Planned
from engine.records import Grade, PartVerdict, Verdict
from engine.session import Outcome


def grade_to_json(grade: Grade) -> list[dict[str, object]]:
    """One object a part, with the field names of PartVerdict."""
    return [
        {
            "name": part.name,
            "verdict": part.verdict.value,
            "points": str(part.points),
            "of": str(part.of),
            "read_as": part.read_as,
            "mistake": part.mistake,
            "follow_through": part.follow_through,
            "message": part.message,
        }
        for part in grade.parts
    ]


def grade_from_json(rows: Sequence[Mapping[str, Any]]) -> Grade:
    """The grade that `grade_to_json` wrote. Raises ValueError when it is not one."""
    try:
        return Grade(tuple(_part(row) for row in rows))
    except (KeyError, TypeError, ZeroDivisionError) as error:
        raise ValueError(f"a stored grade cannot be read: {error!r}") from error


def _part(row: Mapping[str, Any]) -> PartVerdict:
    return PartVerdict(
        name=str(row["name"]),
        verdict=Verdict(row["verdict"]),
        points=Fraction(row["points"]),
        of=Fraction(row["of"]),
        read_as=str(row["read_as"]),
        mistake=None if row["mistake"] is None else str(row["mistake"]),
        follow_through=bool(row["follow_through"]),
        message=str(row["message"]),
    )


def answers_from_json(value: object) -> dict[str, str]:
    """A mapping of part names to texts. Raises ValueError when it is something else."""
    if not isinstance(value, dict):
        raise ValueError(f"a stored mapping cannot be read: found {type(value).__name__}, expected an object")
    return {str(name): str(text) for name, text in value.items()}


def plan_to_json(plan: Iterable[Planned]) -> list[list[object]]:
    """[[question id, seed], ...]"""
    return [[planned.question, planned.seed] for planned in plan]


def plan_from_json(rows: Iterable[Sequence[Any]]) -> tuple[Planned, ...]:
    """The plan that `plan_to_json` wrote."""
    return tuple(Planned(str(question), int(seed)) for question, seed in rows)


def outcomes_to_json(outcomes: Iterable[Outcome]) -> list[list[object]]:
    """[[question id, seed, points, of, answered, skipped], ...]"""
    return [
        [each.planned.question, each.planned.seed, str(each.points), str(each.of), each.answered, each.skipped]
        for each in outcomes
    ]


def outcomes_from_json(rows: Iterable[Sequence[Any]]) -> tuple[Outcome, ...]:
    """The outcomes that `outcomes_to_json` wrote."""
    return tuple(
        Outcome(Planned(str(question), int(seed)), Fraction(points), Fraction(of), int(answered), bool(skipped))
        for question, seed, points, of, answered, skipped in rows
    )
