"""`topics`, `questions`, `show`: what there is."""

from __future__ import annotations

from argparse import Namespace

from engine.cli import FAILED, OK, complain
from engine.commands.output import json_given, library_of, print_json, print_text, question_of
from engine.near import did_you_mean
from engine.records import Derivation, Question, Unfit


def topics(options: Namespace) -> int:
    """The topics with their chapter of the notes and how many questions each has."""
    library = library_of(options)
    if isinstance(library, str):
        return complain(library)
    counts = {t.topic: sum(q.topic == t.topic for q in library.questions) for t in library.topics}
    if options.json:
        rows = [
            {"topic": t.topic, "title": t.title, "notes": t.notes, "questions": counts[t.topic]} for t in library.topics
        ]
        print_json(rows)
        return OK
    for topic in library.topics:
        print(f"{topic.topic:<22} {counts[topic.topic]:>3} questions   {topic.title} (notes {topic.notes})")
    return OK


def questions(options: Namespace) -> int:
    """The questions: id, level, minutes, points, title."""
    library = library_of(options)
    if isinstance(library, str):
        return complain(library)
    names = [topic.topic for topic in library.topics]
    if options.topic is not None and options.topic not in names:
        return complain(
            f"chainrule questions: there is no topic `{options.topic}`: {did_you_mean(options.topic.lower(), names)}"
        )
    found = [q for q in library.questions if options.topic in (None, q.topic)]
    if options.json:
        print_json([_described(question) for question in found])
        return OK
    for question in found:
        points = float(sum(part.points for part in question.parts))
        worth = "write-up" if question.derivation else f"{points:>4g} pts"
        print(f"{question.id:<44} level {question.level}  {question.minutes:>3} min  {worth:<8}  {question.title}")
    return OK


def _described(question: Question) -> dict[str, object]:
    return {
        "id": question.id, "topic": question.topic, "title": question.title, "notes": question.notes,
        "level": question.level, "minutes": question.minutes, "skills": list(question.skills),
        "solver": question.solver, "points": float(sum(part.points for part in question.parts)),
        "parts": [{"name": part.name, "kind": part.kind, "points": float(part.points)} for part in question.parts],
        "derivation": question.derivation is not None,
    }  # fmt: skip


def show(options: Namespace) -> int:
    """One variant: its text and what is asked, never its key."""
    from engine.variant import make_variant
    from engine.wording import hint, question_text

    question = question_of(options)
    if isinstance(question, str):
        return complain(question)
    if question.derivation is not None:
        return _show_derivation(question, question.derivation, options)
    variant = make_variant(question, options.seed)
    if isinstance(variant, Unfit):
        reasons = "; ".join(f"{why} ({count})" for why, count in variant.reasons.items())
        return complain(f"chainrule show: {question.id} has no fit variant at seed {options.seed}: {reasons}", FAILED)
    if options.json:
        parts = [
            {
                "name": part.name, "ask": part.ask, "kind": part.kind, "points": float(part.points),
                "places": part.places, "options": [option.text for option in part.options],
            }
            for part in variant.parts
        ]  # fmt: skip
        given = json_given(variant.given)
        print_json({"id": question.id, "seed": variant.seed, "given": given, "text": variant.text, "parts": parts})
        return OK
    print_text(f"**{question.title}** ({question.id}, seed {variant.seed})\n\n{question_text(variant)}")
    for part in variant.parts:
        print(f"({part.name}) {hint(part)}")
    return OK


def _show_derivation(question: Question, said: Derivation, options: Namespace) -> int:
    """What is given, what is to be shown, and how to hand in; never the model solution."""
    hand_in = f"chainrule check FILE --question {question.id}"
    if options.json:
        print_json({
            "id": question.id, "text": question.text, "let": list(said.let), "start": said.start, "goal": said.goal,
            "hand_in": hand_in,
        })  # fmt: skip
        return OK
    given = "\n".join(f"- ${each}$" for each in said.let)
    start = f"\n\nBegin at\n\n$${said.start}$$" if said.start else ""
    head = f"**{question.title}** ({question.id})\n\n{question.text}"
    print_text(f"{head}\n\nGiven:\n\n{given}{start}\n\nTo be shown:\n\n$${said.goal}$$")
    print(f"\nWrite the derivation in Markdown or LaTeX and hand it in: {hand_in}")
    return OK
