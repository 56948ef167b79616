"""A small engine for tests of the front ends: two topics, sums with seeded numbers, readings without a parser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from engine.library import Library, Topic
from engine.quiz import Quiz
from engine.records import (
    Certificate,
    Grade,
    Option,
    Part,
    PartVerdict,
    Question,
    Reading,
    SolutionStep,
    Unfit,
    Value,
    Variant,
    VariantPart,
    Verdict,
)
from engine.typeset import document_spans

OPTIONS = (
    Option("The gradient of a sum is the sum of the gradients.", True, "Differentiation is linear."),
    Option(r"The product $A B$ always equals $B A$.", False, "Matrices need not commute."),
    Option(r"$\tanh(0) = 0$.", True, "tanh is odd."),
)


def _part(name: str, ask: str, kind: str, options: tuple[Option, ...] = ()) -> Part:
    return Part(name=name, ask=ask, kind=kind, points=Fraction(1), answer=name, options=options)


def question(id: str, *parts: Part, text: str = "Add the numbers $a$ and $b$.", level: int = 1) -> Question:
    topic = id.partition("/")[0]
    return Question(
        id=id, topic=topic, title=f"Title of {id.partition('/')[2]}", notes="1.1", level=level, minutes=3,
        skills=(id,), text=text, parts=parts or (_part("sum", "How much is $a + b$?", "integer"),),
        origin=f"{topic}.yaml:1", digest="0" * 8,
    )  # fmt: skip


SUM = question("sums/plain")
TWO = question(
    "sums/two-parts",
    _part("sum", "How much is $a + b$?", "integer"),
    _part("double", "How much is $2 (a + b)$?", "integer"),
)
MATRIX = question("matrices/outer", _part("outer", "Write the matrix.", "matrix"))
CLAIMS = r"""Some claims about $\frac{\partial L}{\partial W}$ for

$$ W = \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} $$

"""
TRUTHS = question(
    "matrices/truths",
    _part("hold", "Choose all that hold.", "choices", OPTIONS),
    text=CLAIMS,
)
TOPICS = (Topic("sums", "Sums", "1"), Topic("matrices", "Matrices", "2"))
LIBRARY = Library((SUM, TWO, MATRIX, TRUTHS), TOPICS, ())


def make_variant(asked: Question, seed: int) -> Variant | Unfit:
    a, b = seed % 10, seed // 10 % 10
    keys: dict[str, Value] = {"sum": a + b, "double": 2 * (a + b), "outer": ((a, b), (b, a)), "hold": (0, 2)}
    parts = tuple(
        VariantPart(part.name, part.ask, part.kind, part.points, keys[part.name], options=part.options)
        for part in asked.parts
    )
    text = f"{asked.text} Here $a = {a}$ and $b = {b}$."
    return Variant(question=asked, seed=seed, given={"a": a, "b": b}, text=text, parts=parts)


def read_answer(part: VariantPart, text: str) -> Reading:
    if part.kind in ("choice", "choices"):
        letters = [letter for letter in text.replace(",", " ").split() if letter]
        value = tuple("abcdefghi".index(letter) for letter in letters)
        return Reading(plain=", ".join(letters), value=value)
    if "@" in text:
        at = text.index("@")
        return Reading(error="@ is not part of the language: leave it out", span=(at, at + 1))
    try:
        return Reading(plain=str(_value(part, text)), latex=str(_value(part, text)), value=_value(part, text))
    except ValueError:
        return Reading(error="a whole number was expected", span=(0, len(text)))


def _value(part: VariantPart, text: str) -> Value:
    if part.kind == "matrix":
        rows = text.strip("[] \n").replace("\n", ";").split(";")
        return tuple(tuple(int(entry) for entry in row.replace(",", " ").split()) for row in rows)
    return int(text)


def grade(variant: Variant, answers: Mapping[str, str]) -> Grade:
    return Grade(tuple(_judge(part, answers[part.name]) for part in variant.parts if part.name in answers))


def _judge(part: VariantPart, text: str) -> PartVerdict:
    reading = read_answer(part, text)
    if not reading.ok:
        return PartVerdict(part.name, Verdict.INVALID, Fraction(0), part.points, text, message=reading.error)
    if text == "13":
        return PartVerdict(part.name, Verdict.UNDECIDED, Fraction(0), part.points, text, message="13 is too odd.")
    right = reading.value == part.key
    verdict = Verdict.CORRECT if right else Verdict.WRONG
    points = part.points if right else Fraction(0)
    return PartVerdict(part.name, verdict, points, part.points, reading.plain, None if right else "off-by-some")


def worked_solution(variant: Variant) -> tuple[SolutionStep, ...]:
    a, b = variant.given["a"], variant.given["b"]
    return (SolutionStep("sum", "s = a + b", f"s = {a} + {b}", f"s = {int(str(a)) + int(str(b))}"),)


def certified(_variant: Variant) -> Certificate | None:
    return Certificate(("formula", "by hand"), 1, 0.0)


def never_live(_variant: Variant) -> Certificate | str:
    raise AssertionError("a shipped certificate needs no live certification")


QUIZ = Quiz(
    load=lambda: LIBRARY,
    make_variant=make_variant,
    read_answer=read_answer,
    grade=grade,
    worked_solution=worked_solution,
    document_spans=document_spans,
    certificate_of=certified,
    certify_live=never_live,
)


def quiz_with(**replaced: Callable[..., object]) -> Quiz:
    """The fake quiz with some callables replaced."""
    return replace(QUIZ, **replaced)  # type: ignore[arg-type]
