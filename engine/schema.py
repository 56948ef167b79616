"""What a bank may say: the keys, their types, the answer kinds; and the same as a JSON Schema for editors.

Says nothing about how the entries hang together (names, duplicates): that is `engine.compiler`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias

# pydantic costs eight times the start of Python: this module is imported only when a bank is compiled.
from pydantic import BaseModel, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import core_schema

from engine.given_rules import exact
from engine.near import did_you_mean, shown

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"
Presence = Literal["required", "optional", "refused"]


@dataclass(frozen=True, slots=True)
class Kind:
    """One row: an answer kind, and which keys its parts have beside those that every part has."""

    name: str
    answer: Presence = "required"
    options: Presence = "refused"
    places: Presence = "refused"
    by_element: Presence = "refused"
    formula: Presence = "refused"

    def presence(self, key: str) -> Presence:
        """Whether a part of this kind has the key `key` (answer, options, pick, places, by_element or formula)."""
        found: Presence = getattr(self, "options" if key == "pick" else key)
        return "optional" if key == "pick" and found == "required" else found


_ROWS = (
    Kind("integer"),
    Kind("number", places="optional"),
    Kind("exact"),
    Kind("vector", places="optional", by_element="optional"),
    Kind("matrix", places="optional", by_element="optional"),
    Kind("shape"),
    Kind("expression", formula="required"),
    Kind("choice", answer="optional", options="required"),
    Kind("choices", answer="optional", options="required"),
)
KINDS: Mapping[str, Kind] = MappingProxyType({row.name: row for row in _ROWS})
KIND_KEYS = ("answer", "options", "pick", "places", "by_element", "formula")

_NUMBER_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\s*[-+]?\d+\s*(/\s*\d+)?\s*$"}],
    "description": 'An exact number: 3, 0.25 or "1/4".',
}


def _number_schema() -> dict[str, Any]:
    return {"anyOf": [*_NUMBER_SCHEMA["anyOf"]], "description": _NUMBER_SCHEMA["description"]}


def _list_of(items: dict[str, Any], low: int, high: int | None = None) -> dict[str, Any]:
    bounds = {"minItems": low} if high is None else {"minItems": low, "maxItems": high}
    return {"type": "array", "items": items, **bounds}


def _rule_schema(name: str, value: dict[str, Any]) -> dict[str, Any]:
    size = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}
    options = {
        "size": {"anyOf": [*size["anyOf"], _list_of(size, 1, 4)], "description": "Entries, or [rows, columns]."},
        "except": _list_of(_number_schema(), 1),
        "distinct": {"type": "boolean", "description": "No two entries are equal."},
    }
    properties = {name: value, **({} if name == "constant" else options)}
    return {"type": "object", "properties": properties, "required": [name], "additionalProperties": False}


def _constant_schema() -> dict[str, Any]:
    row = _list_of(_number_schema(), 1)
    return {"anyOf": [_number_schema(), row, _list_of(row, 1), _list_of(_list_of(row, 1), 1)]}


def _given_schema() -> dict[str, Any]:
    rules = [
        _rule_schema("integer", _list_of({"type": "integer"}, 2, 2)),
        _rule_schema("choice", _list_of(_number_schema(), 1)),
        _rule_schema("grid", _list_of(_number_schema(), 3, 3)),
        _rule_schema("constant", _constant_schema()),
    ]
    return {
        "type": "object",
        "additionalProperties": {"anyOf": [*rules, *_constant_schema()["anyOf"]]},
        "propertyNames": {"pattern": "^[A-Za-z][A-Za-z0-9_]*$"},
        "description": "Name: the rule by which it is drawn, or a constant.",
    }


# ----- the entries that are not simply text or a whole number -----


def _points(value: object) -> int | Fraction:
    points = exact(value)
    if points is None or not 0 < points <= 1000:
        raise ValueError(f"found {shown(value)}; expected a number above 0, such as 1 or 0.5")
    return points


def _kind(value: object) -> str:
    if not isinstance(value, str) or value not in KINDS:
        raise ValueError(f"found {shown(value)}: {did_you_mean(str(value), KINDS)}")
    return value


def _holds(value: object) -> bool | str:
    if not isinstance(value, bool) and not (isinstance(value, str) and value.strip()):
        raise ValueError(f"found {shown(value)}; expected true, false, or a formula in quotes")
    return value


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Text of one form, for pydantic and for the JSON Schema alike."""

    pattern: str
    what: str

    def check(self, value: object) -> str:
        if not isinstance(value, str) or not re.fullmatch(self.pattern, value, re.ASCII):
            hint = "; put it in quotes" if isinstance(value, int | Fraction | bool) else ""
            raise ValueError(f"found {shown(value)}; expected {self.what}{hint}")
        return value

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(self, core: object, handler: object) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^(?:{self.pattern})$", "description": f"Expected: {self.what}."}


_KEBAB = r"[a-z0-9]+(?:-[a-z0-9]+)*"
Id: TypeAlias = Annotated[str, _Pattern(_KEBAB, "small letters, digits and single hyphens, as in `output-size`")]
TopicName: TypeAlias = Annotated[
    str, _Pattern(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)*", "small letters, digits, - and _, as in `convolution`")
]
PartName: TypeAlias = Annotated[
    str, _Pattern(r"[a-z](?:[a-z0-9_-]{0,29})", "small letters, digits, - and _, a letter first")
]
SolverName: TypeAlias = Annotated[
    str, _Pattern(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?", "a solver, as in `convolution.output_size`")
]
Notes: TypeAlias = Annotated[str, _Pattern(r"\S(?:.{0,58}\S)?", 'a section of the notes, as in "8.1.6"')]
Written: TypeAlias = Annotated[str, _Pattern(r"\s*\S[\s\S]*", "some text")]
Points = Annotated[Any, PlainValidator(_points), WithJsonSchema(_number_schema())]
KindName = Annotated[str, PlainValidator(_kind), WithJsonSchema({"enum": list(KINDS)})]
Holds = Annotated[
    Any, PlainValidator(_holds), WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "string", "minLength": 1}]})
]


# ----- the bank -----


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class OptionEntry(_Strict):
    """One thing that can be ticked."""

    text: Written
    holds: Holds
    reason: str = ""


def _kind_conditions(schema: dict[str, Any]) -> None:
    """Adds the table of kinds to the JSON Schema of a part: one condition a kind."""
    schema["allOf"] = [
        {"if": {"properties": {"kind": {"const": kind.name}}, "required": ["kind"]}, "then": _then(kind)}
        for kind in KINDS.values()
    ]


def _then(kind: Kind) -> dict[str, Any]:
    required = [key for key in KIND_KEYS if kind.presence(key) == "required"]
    refused = {key: False for key in KIND_KEYS if kind.presence(key) == "refused"}
    return {"required": required, "properties": refused}


class PartEntry(_Strict):
    """One thing asked. Which of the keys from `answer` on it has, its kind decides."""

    model_config = ConfigDict(json_schema_extra=_kind_conditions)

    ask: Written
    kind: KindName
    name: PartName | None = None
    points: Points = 1
    answer: Written | None = Field(default=None, description="A step of the trace: the key.")
    options: list[OptionEntry] | None = Field(default=None, min_length=2)
    pick: int | None = Field(default=None, ge=2, description="How many options a variant shows; all without it.")
    places: int | None = Field(default=None, ge=0, le=12, description="Decimal places asked for.")
    by_element: bool | None = Field(default=None, description="Each entry that is right earns its share.")
    formula: Written | None = Field(
        default=None, description="The right expression in the solver's symbols; it must give the value of `answer`."
    )


class DerivationEntry(_Strict):
    """A question whose answer is a write-up: what is given, and what is to be shown, in the formula language."""

    let: list[Written] = Field(min_length=1, description="Declarations and definitions, one formula each.")
    goal: Written = Field(description="The equation to be shown.")
    solution: Written = Field(description="A model write-up in Markdown, which must reach the goal.")
    start: Written | None = Field(
        default=None,
        description="Where a write-up begins, if not at the goal's left side; an equation is a condition to solve.",
    )


def _one_way(schema: dict[str, Any]) -> None:
    """A question has parts, or it is a derivation and has none of what belongs to parts."""
    refused = dict.fromkeys(PARTS_KEYS, False)
    schema["oneOf"] = [
        {"required": ["parts"], "properties": {"derivation": False}},
        {"required": ["derivation"], "properties": refused},
    ]


PARTS_KEYS = ("parts", "solver", "given", "require", "mistakes")


class QuestionEntry(_Strict):
    """A template: what is drawn, what is said, what is asked."""

    model_config = ConfigDict(json_schema_extra=_one_way)

    id: Id
    title: Written
    notes: Notes
    level: int = Field(ge=1, le=5, description="1 recall ... 5 a hard exam problem")
    minutes: int = Field(ge=1, le=180)
    skills: list[Id] = Field(min_length=1)
    text: Written
    parts: list[PartEntry] | None = Field(default=None, min_length=1, max_length=26)
    derivation: DerivationEntry | None = Field(default=None, description="In the place of parts: a write-up is asked.")
    solver: SolverName | None = None
    given: Annotated[Any, WithJsonSchema(_given_schema())] = Field(default_factory=dict)
    require: list[Written] = Field(default_factory=list, description="Formulas that the drawn given must satisfy.")
    mistakes: list[Id] | None = Field(default=None, description="The mistakes to look for; all without it.")


class BankHead(_Strict):
    """A bank without its questions, which are read one by one so that one that is broken harms no other."""

    topic: TopicName
    title: Written
    notes: Notes
    skills: list[Id] | None = Field(default=None, description="If given, the questions may train no others.")
    questions: Any


class Bank(BankHead):
    """A bank: the questions of one topic."""

    questions: list[QuestionEntry] = Field(min_length=1)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a bank, for editors."""
    schema = Bank.model_json_schema()
    return {"$schema": SCHEMA_ID, **schema, "title": "A chainrule bank of questions"}
