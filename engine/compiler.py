"""One bank file -> its frozen questions, and everything that is wrong in it with its line. Imported only when needed:
YAML and pydantic come with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from engine import cache
from engine.bank_checks import part_names, question_faults
from engine.given_rules import draws
from engine.library import Compiled, Topic
from engine.marked_yaml import Fault, Items, Leaf, Node, Table, plain, read
from engine.near import did_you_mean, shown
from engine.records import Derivation, Draw, Option, Part, Problem, Question
from engine.schema import BankHead, DerivationEntry, OptionEntry, PartEntry, QuestionEntry

MAX_PROBLEMS = 500  # of one file
MAX_QUESTIONS = 1000  # of one file
MAX_VALUES = 500_000  # that the givens of one file may be drawn from, all together

Entry = TypeVar("Entry", bound=BaseModel)


def compile_bank(data: bytes, file: str) -> Compiled:
    """Reads the bytes of a bank; `file` is how messages call it. A broken question is left out, the rest is usable."""
    tree, read_faults = read(data)
    if not isinstance(tree, Table):
        extra = () if tree is None else ((tree.line, "expected a bank: topic, title, notes, questions"),)
        return Compiled(None, (), _problems(file, (*read_faults, *extra)))
    head, faults = _validated(BankHead, tree)
    faults += read_faults
    nodes, list_faults = _question_nodes(tree)
    faults += list_faults
    questions: list[Question] = []
    values = 0
    for node, end in nodes:
        if values > MAX_VALUES:
            faults.append((node.line, f"more than {MAX_VALUES:,} values to draw from in one bank; split the bank"))
            break
        broken = [fault for fault in read_faults if node.line <= fault[0] < end]
        question, found = _question(node, head, file)
        faults += found
        values += sum(len(rule.values) for rule in question.given) if question is not None else 0
        if question is not None and not broken:
            questions.append(question)
    unique, repeated = _unique(questions)
    faults += repeated
    return Compiled(_topic(head, tree, file), unique, _problems(file, faults))


def _problems(file: str, faults: list[Fault] | tuple[Fault, ...]) -> tuple[Problem, ...]:
    found = [Problem(file, line, message) for line, message in sorted(set(faults))]
    if len(found) > MAX_PROBLEMS:
        more = Problem(file, found[MAX_PROBLEMS].line, f"and {len(found) - MAX_PROBLEMS:,} more from here on")
        found[MAX_PROBLEMS:] = [more]
    return tuple(found)


def _topic(head: BankHead | None, tree: Table, file: str) -> Topic | None:
    if head is None:
        return None
    return Topic(head.topic, head.title, head.notes, tuple(head.skills or ()), f"{file}:{tree.line}")


def _question_nodes(tree: Table) -> tuple[list[tuple[Table, float]], list[Fault]]:
    """The questions, each with the line before which it ends."""
    listed = tree.entries.get("questions")
    if listed is None:
        return [], []  # the head says that they are missing
    if not isinstance(listed, Items) or not listed.items:
        return [], [
            (tree.lines["questions"], f"`questions`: found {shown(plain(listed))}; expected a list of questions")
        ]
    if len(listed.items) > MAX_QUESTIONS:
        return [], [
            (listed.line, f"`questions`: found {len(listed.items):,}; at most {MAX_QUESTIONS:,}: split the bank")
        ]
    ends = [*(float(node.line) for node in listed.items[1:]), float("inf")]
    tables = [(node, end) for node, end in zip(listed.items, ends, strict=True) if isinstance(node, Table)]
    strays = [node for node in listed.items if not isinstance(node, Table)]
    return tables, [(node.line, f"found {shown(plain(node))}; expected a question: id, title, ...") for node in strays]


def _question(node: Table, head: BankHead | None, file: str) -> tuple[Question | None, list[Fault]]:
    entry, faults = _validated(QuestionEntry, node)
    given = node.entries.get("given")
    rules = draws(given)[0] if isinstance(given, Table) else ()
    faults += question_faults(node, rules, None if head is None else head.skills)
    if entry is None or head is None or faults:
        return None, faults
    return _built(entry, head, rules, f"{file}:{node.line}", node), []


def _built(entry: QuestionEntry, head: BankHead, rules: tuple[Draw, ...], origin: str, node: Table) -> Question:
    names = part_names([part.name for part in entry.parts or ()])
    question = Question(
        id=f"{head.topic}/{entry.id}",
        topic=head.topic,
        title=entry.title,
        notes=entry.notes,
        level=entry.level,
        minutes=entry.minutes,
        skills=tuple(entry.skills),
        text=entry.text,
        parts=tuple(map(_part, names, entry.parts or ())),
        origin=origin,
        digest="",
        solver=entry.solver,
        given=rules,
        require=tuple(entry.require),
        mistakes=None if entry.mistakes is None else tuple(entry.mistakes),
        derivation=None if entry.derivation is None else _derivation(entry.derivation, node.entries["derivation"]),
    )
    return replace(question, digest=cache.digest(question))


def _derivation(entry: DerivationEntry, node: Node) -> Derivation:
    assert isinstance(node, Table)
    lines = {key: leaf.text_line if isinstance(leaf, Leaf) else leaf.line for key, leaf in node.entries.items()}
    listed = node.entries["let"]
    if isinstance(listed, Items):
        lines |= {f"let {number}": item.line for number, item in enumerate(listed.items)}
    return Derivation(tuple(entry.let), entry.goal, entry.solution, entry.start or "", lines)


def _part(name: str, entry: PartEntry) -> Part:
    return Part(
        name=name,
        ask=entry.ask,
        kind=entry.kind,
        points=Fraction(entry.points),
        answer=entry.answer,
        places=entry.places,
        by_element=bool(entry.by_element),
        options=tuple(Option(each.text, each.holds, each.reason) for each in entry.options or ()),
        pick=entry.pick,
        formula=entry.formula or "",
    )


def _unique(questions: list[Question]) -> tuple[tuple[Question, ...], list[Fault]]:
    first: dict[str, Question] = {}
    faults: list[Fault] = []
    for question in questions:
        if question.id in first:
            there = first[question.id].origin.rpartition(":")[2]
            local, line = question.id.partition("/")[2], int(question.origin.rpartition(":")[2])
            faults.append((line, f"the id `{local}` is taken by the question on line {there}; ids are unique"))
        first.setdefault(question.id, question)
    return tuple(first.values()), faults


# ----- pydantic's findings, in our words and with lines -----


def _validated(model: type[Entry], node: Table) -> tuple[Entry | None, list[Fault]]:
    try:
        return model.model_validate(plain(node)), []
    except ValidationError as error:
        found = error.errors(include_url=False)
        return None, [_fault(model, node, dict(each)) for each in found[: MAX_PROBLEMS + 1]]


def _fault(model: type[BaseModel], node: Table, error: Mapping[str, Any]) -> Fault:
    loc: tuple[str | int, ...] = error["loc"]
    key = next((str(step) for step in reversed(loc) if isinstance(step, str)), "")
    line = _line_of(node, loc)
    if error["type"] == "extra_forbidden":
        inner = [_INNER[step] for step in loc[:-1] if step in _INNER]
        return line, f"unknown key `{key}`: {did_you_mean(key, (inner[-1] if inner else model).model_fields)}"
    if error["type"] == "missing":
        return line, f"`{key}` is missing"
    expected = _EXPECTED.get(error["type"])
    if error["type"] == "value_error":
        return line, f"`{key}`: {error['ctx']['error']}"
    if expected is None:
        return line, f"`{key}`: found {shown(error['input'])}; {error['msg']}"
    return line, f"`{key}`: found {shown(error['input'])}; expected {expected(error.get('ctx', {}))}"


_INNER: Mapping[str | int, type[BaseModel]] = MappingProxyType(
    {"parts": PartEntry, "options": OptionEntry, "derivation": DerivationEntry}
)
_EXPECTED: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {
        "string_type": lambda ctx: "text in quotes",
        "int_type": lambda ctx: "a whole number",
        "bool_type": lambda ctx: "true or false",
        "list_type": lambda ctx: "a list, as in [one, two]",
        "model_type": lambda ctx: "a mapping of keys to values",
        "greater_than_equal": lambda ctx: f"at least {ctx['ge']}",
        "less_than_equal": lambda ctx: f"at most {ctx['le']}",
        "too_short": lambda ctx: f"at least {ctx['min_length']}",
        "too_long": lambda ctx: f"at most {ctx['max_length']}",
    }
)


def _line_of(node: Node, loc: tuple[str | int, ...]) -> int:
    """The line of the entry that `loc` leads to, as far as the tree goes."""
    line = node.line
    for step in loc:
        if isinstance(node, Table) and step in node.entries:
            line, node = node.lines[str(step)], node.entries[str(step)]
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
            line = node.line
    return line
