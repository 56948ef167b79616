"""The engine's own functions as one Quiz. Each is imported at its first call: no session loads what it does not use."""

from __future__ import annotations

from collections.abc import Mapping

from engine.library import Library
from engine.quiz import Quiz, Segments, Style
from engine.records import Certificate, Grade, Question, Reading, SolutionStep, Unfit, Variant, VariantPart


def load() -> Library:
    from engine import bank

    return bank.load()


def make_variant(question: Question, seed: int) -> Variant | Unfit:
    from engine import certificates, variant

    return variant.make_variant(question, seed, certificates.draws_of(question, seed))


def read_answer(part: VariantPart, text: str) -> Reading:
    from engine import grading

    return grading.read_answer(part, text)


def grade(variant: Variant, answers: Mapping[str, str]) -> Grade:
    from engine import grading

    return grading.grade(variant, answers)


def worked_solution(variant: Variant) -> tuple[SolutionStep, ...]:
    from engine import solution

    return solution.worked_solution(variant)


def document_spans(text: str, width: int, style: Style = "boxes", ascii: bool = False) -> tuple[Segments, ...]:
    from engine import typeset

    return typeset.document_spans(text, width, style=style, ascii=ascii)


def certificate_of(variant: Variant) -> Certificate | None:
    from engine import certificates

    return certificates.certificate_of(variant)


def certify_live(variant: Variant) -> Certificate | str:
    from engine import certificates

    return certificates.certify_live(variant)


SHIPPED = Quiz(
    load=load,
    make_variant=make_variant,
    read_answer=read_answer,
    grade=grade,
    worked_solution=worked_solution,
    document_spans=document_spans,
    certificate_of=certificate_of,
    certify_live=certify_live,
)
