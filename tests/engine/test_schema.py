"""What is wrong in a bank is reported with its line, all at once; the JSON Schema accepts and refuses the same."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.compiler import compile_bank
from engine.given_rules import exact
from engine.records import Draw, Option
from engine.schema import KINDS, json_schema

BANKS = Path(__file__).parent / "banks"
GOOD, BROKEN = BANKS / "convolution.yaml", BANKS / "broken.yaml"

QUESTION = """\
topic: t
title: T
notes: "1"
questions:
  - id: q
    title: Q
    notes: "1"
    level: 1
    minutes: 1
    skills: [s]
    solver: t.q
    given: {n: 3, x: {integer: [-2, 2], size: 2}}
    text: |
      first line $x = {{ x }}$
      second line TEXT
    parts:
      - {ask: How many, kind: integer, answer: out}
"""


def messages(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in compile_bank(text.encode(), "b.yaml").problems]


def marked(text: str) -> list[tuple[int, str]]:
    """The problems that the comments of a fixture announce."""
    pieces = [(number, line.split("#!!")[1:]) for number, line in enumerate(text.splitlines(), 1)]
    return [(number, piece.strip()) for number, found in pieces for piece in found]


def test_a_broken_bank_reports_everything_at_once() -> None:
    text = BROKEN.read_text(encoding="utf-8")
    found, expected = messages(text), marked(text)
    missed = [each for each in expected if not any(each[0] == line and each[1] in said for line, said in found)]
    unannounced = [each for each in found if not any(each[0] == line and said in each[1] for line, said in expected)]
    assert (missed, unannounced) == ([], [])
    assert len(found) == len(expected) == len(set(found))


def test_a_good_bank_has_no_problems() -> None:
    compiled = compile_bank(GOOD.read_bytes(), "convolution.yaml")
    assert compiled.problems == ()
    assert [question.id for question in compiled.questions] == [
        "convolution/output-size",
        "convolution/cross-correlate",
        "convolution/concepts",
    ]
    assert compiled.questions[0].origin == "convolution.yaml:7"


HALF = Fraction(1, 2)
DRAWS = [
    Draw("N", (4, 5)),
    Draw("X", (-3, -2, -1, 0, 1, 2, 3), ("N", "N")),
    Draw("K", (-1, -HALF, HALF, 1), (2, 2)),
    Draw("b", (Fraction(-1, 4), Fraction(-1, 8), 0, Fraction(1, 8), Fraction(1, 4))),
    Draw("order", (1, 2, 3, 4, 5, 6, 7, 8, 9), ("N",), distinct=True),
    Draw("eta", (), constant=Fraction(1, 4)),
    Draw("W", (), constant=((1, 0), (0, Fraction(-1, 3)))),
    Draw("v", (), constant=(1, 2)),
]


@pytest.mark.parametrize("expected", DRAWS, ids=lambda draw: draw.name)
def test_rules_become_exact_draws(expected: Draw) -> None:
    rules = {rule.name: rule for rule in compile_bank(GOOD.read_bytes(), "f").questions[1].given}
    assert rules[expected.name] == expected
    assert not any(isinstance(value, float) for value in rules[expected.name].values)


def test_parts_are_named_and_counted() -> None:
    _, correlate, concepts = compile_bank(GOOD.read_bytes(), "f").questions
    assert [(part.name, part.points) for part in correlate.parts] == [("a", 4), ("b", HALF), ("mean", HALF)]
    assert all(isinstance(part.points, Fraction) for part in correlate.parts)
    assert correlate.mistakes == ("flipped-kernel", "bias-dropped")
    assert concepts.mistakes is None
    assert concepts.parts[0].pick == 3
    assert concepts.parts[0].options[2] == Option("It commutes with shifts.", True)


FILES = [
    pytest.param("", 1, "the file is empty", id="empty"),
    pytest.param("- 1\n", 1, "expected a bank", id="list"),
    pytest.param("a: b: c\n", 1, "this is no YAML", id="syntax"),
    pytest.param("topic: t\ntitle: [1, 2\n", 3, "this is no YAML", id="unclosed"),
    pytest.param("topic: &a t\ntitle: *a\n", 2, "`*a` is an alias", id="alias"),
    pytest.param("topic: !!python/object:os.system t\n", 1, "is a tag", id="tag"),
    pytest.param("topic: t\n---\ntopic: u\n", 2, "a second document begins", id="documents"),
    pytest.param("[" * 5000, 1, "nested deeper than 20 levels", id="deep"),
    pytest.param("topic: 1" + "0" * 5000, 1, "a number of 5001 characters", id="digits"),
    pytest.param("? [a, b]\n: 1\n", 1, "a key is a list or a mapping", id="key"),
    pytest.param("#" * 1_000_001, 1, "more than 1,000,000 bytes", id="size"),
    pytest.param("topic: t\0", 1, "this is no YAML", id="control"),
    pytest.param('topic: t\ntitle: T\nnotes: "1"\n', 1, "`questions` is missing", id="no-questions"),
    pytest.param('topic: t\ntitle: T\nnotes: "1"\nquestions: 3\n', 4, "expected a list of questions", id="number"),
]


@pytest.mark.parametrize(("text", "line", "said"), FILES)
def test_files_that_are_no_banks(text: str, line: int, said: str) -> None:
    assert any(at == line and said in message for at, message in messages(text)), messages(text)


def test_bytes_that_are_no_text() -> None:
    assert "is not UTF-8" in compile_bank(b"topic: t\n\xff", "f").problems[0].message


def test_an_alias_bomb_is_refused_quickly() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    found = messages("\n".join(lines))
    assert sum("is an alias" in message for _, message in found) == len({(n, "") for n in range(2, 31)})


TEXTS = [
    pytest.param("{{ y }}", 15, "`y` is no given: did you mean", id="dangling"),
    pytest.param("{ {n} } {{ n }} {{n}} {{ m }}", 15, "`m` is no given", id="dangling-last"),
    pytest.param("{{ x[3] }}", 15, "`x[3]`: index 1 is 3, but there are 2 entries", id="index"),
    pytest.param("{{ n | matrix }}", 15, "expected a matrix, found the number 3", id="filter"),
    pytest.param("{{ n ", 15, "never closed", id="open"),
    pytest.param("$a^{{ n }}$", 15, "loses its braces", id="bare"),
]


@pytest.mark.parametrize(("text", "line", "said"), TEXTS)
def test_placeholders_are_checked_on_their_own_line(text: str, line: int, said: str) -> None:
    if "did you mean" in said:
        said = "`y` is no given"
    assert [(at, said in message) for at, message in messages(QUESTION.replace("TEXT", text))] == [(line, True)]


def test_ids_are_unique_in_a_bank() -> None:
    text = QUESTION.replace("TEXT", "") + QUESTION[QUESTION.index("  - id") :].replace("TEXT", "")
    compiled = compile_bank(text.encode(), "f")
    assert [(problem.line, problem.message) for problem in compiled.problems] == [
        (18, "the id `q` is taken by the question on line 5; ids are unique")
    ]
    assert len(compiled.questions) == 1


def test_a_broken_question_leaves_the_others_usable() -> None:
    broken = QUESTION[QUESTION.index("  - id") :].replace("id: q", "id: r").replace("level: 1", "level: 9")
    compiled = compile_bank((QUESTION + broken).encode(), "f")
    assert [question.id for question in compiled.questions] == ["t/q"]
    assert len(compiled.problems) == 1


def test_a_question_with_a_key_twice_is_left_out() -> None:
    """Nobody can say which of the two was meant; the question before it is not touched."""
    twice = QUESTION[QUESTION.index("  - id") :].replace("id: q", "id: r").replace("level: 1", "level: 1\n    level: 2")
    compiled = compile_bank((QUESTION + twice).encode(), "f")
    assert [question.id for question in compiled.questions] == ["t/q"]
    assert [problem.message for problem in compiled.problems] == ["`level` is here twice; the first is on line 21"]


def test_skills_are_those_of_the_bank() -> None:
    text = QUESTION.replace("questions:", "skills: [sums]\nquestions:", 1).replace("TEXT", "")
    assert messages(text.replace("[s]", "[sum]")) == [(11, "`sum` is none of the bank's skills: did you mean `sums`?")]


YAML_11 = [
    pytest.param("no", "no", id="no"),
    pytest.param("on", "on", id="on"),
    pytest.param("1:30", "1:30", id="sexagesimal"),
    pytest.param("2024-01-01", "2024-01-01", id="date"),
    pytest.param("0o7", "0o7", id="octal"),
]


@pytest.mark.parametrize(("written", "title"), YAML_11)
def test_plain_words_stay_text(written: str, title: str) -> None:
    compiled = compile_bank(QUESTION.replace("title: Q", f"title: {written}").encode(), "f")
    assert compiled.questions[0].title == title


def test_the_digest_is_of_what_is_said_not_of_where() -> None:
    here = compile_bank(QUESTION.encode(), "here").questions[0]
    there = compile_bank(("# moved\n" + QUESTION).encode(), "there").questions[0]
    other = compile_bank(QUESTION.replace("integer: [-2, 2]", "integer: [-2, 3]").encode(), "here").questions[0]
    assert here.digest == there.digest != other.digest
    assert here.origin != there.origin
    assert re.fullmatch("[0-9a-f]{16}", here.digest)


HUGE = [
    pytest.param(
        "    given:\n" + "      n: {integer: [0, 9999]}\n      m: {integer: [0, 9999]}\n"
        "      k: {integer: [0, 9]}\n    text: '{{n}} {{m}} {{k}}'\n",
        1,
        "more than 20,000 values",
        id="values",
    ),
    pytest.param(
        "    given:\n" + "".join(f"      n{n}: 1\n" for n in range(101)), 1, "more than 100 givens", id="givens"
    ),
    pytest.param("    text: '" + "{{ a }}" * 3000 + "'\n", 1, "21,000 characters", id="text"),
    pytest.param("    text: '" + "{{ a }}" * 2000 + "'\n", 1, "`a` is no given", id="slots"),
    pytest.param("    text: '" + "{{ " * 5000 + "'\n", 20, "never closed", id="unclosed"),
    pytest.param("    text: T\n    given: {n: {choice: [" + "1, " * 20_000 + "]}}\n", 1, "20,000 values", id="choice"),
    pytest.param(
        "    text: T\n    given: {n: [" + "1, " * 20_000 + "]}\n", 1, "more than 10,000 entries", id="constant"
    ),
    pytest.param("    text: T\n" + "".join(f"    k{n}: 1\n" for n in range(2000)), 500, "unknown key", id="keys"),
]


@pytest.mark.parametrize(("rest", "most", "said"), HUGE)
def test_a_swollen_question_is_refused_in_few_words(rest: str, most: int, said: str) -> None:
    found = messages(QUESTION[: QUESTION.index("    given:")] + rest)
    assert 1 <= sum(said in message for _, message in found) <= most
    assert len(found) <= 501


def test_a_bank_of_too_many_questions_is_refused() -> None:
    found = messages(QUESTION[: QUESTION.index("  - id")] + "  - {}\n" * 1001)
    assert [message for _, message in found] == ["`questions`: found 1,001; at most 1,000: split the bank"]


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_give_problems_never_a_crash(data: bytes) -> None:
    compiled = compile_bank(data, "f")
    assert compiled.problems
    assert compiled.questions == ()


@given(st.data())
def test_any_damage_to_a_bank_is_survived(data: st.DataObject) -> None:
    text = GOOD.read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(0, 40))
    put_in = data.draw(st.sampled_from(["", "[", "{", "- ", ": ", "3", "null", "{{ ", "\n  ", "'", "*a", "size: N"]))
    compiled = compile_bank((text[:start] + put_in + text[start + length :]).encode(), "f")
    assert all(problem.line >= 1 and problem.message for problem in compiled.problems)


EXACT = [
    pytest.param(3, 3, id="int"),
    pytest.param("1/4", Fraction(1, 4), id="quotient"),
    pytest.param("-6/3", -2, id="lowest"),
    pytest.param(Fraction(4, 2), 2, id="whole"),
    pytest.param("1/0", None, id="zero"),
    pytest.param(True, None, id="bool"),
    pytest.param("0.1 ", None, id="decimal-text"),
    pytest.param(None, None, id="none"),
]


@pytest.mark.parametrize(("written", "value"), EXACT)
def test_exact_numbers(written: object, value: object) -> None:
    assert exact(written) == value
    assert type(exact(written)) is type(value)


# ----- the JSON Schema -----


def accepted(bank: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(json_schema()).is_valid(bank))


def test_the_json_schema_is_one_and_accepts_a_good_bank() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert accepted(yaml.safe_load(GOOD.read_text(encoding="utf-8")))


def test_the_json_schema_refuses_a_broken_bank() -> None:
    assert not accepted(yaml.safe_load(QUESTION.replace("level: 1", "level: 6")))
    assert not accepted(yaml.safe_load(QUESTION.replace("title: Q", "titel: Q")))
    assert not accepted(yaml.safe_load(QUESTION.replace("[-2, 2]", "[-2]")))
    assert not accepted(yaml.safe_load(QUESTION.replace("kind: integer", "kind: intger")))


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_the_json_schema_and_the_compiler_agree_on_each_kind(kind: Any) -> None:
    """Each subset of one key more than needed, or one less: both say yes, or both say no."""
    every: dict[str, object] = {
        "answer": "out",
        "options": [{"text": "a", "holds": True}, {"text": "b", "holds": False}],
        "pick": 2,
        "places": 2,
        "by_element": True,
    }
    for left_out in ["", *every]:
        for keys in (set(every) - {left_out}, {left_out} & set(every), {"answer"}, {"options"}):
            part = {"ask": "?", "kind": kind.name, **{key: every[key] for key in keys}}
            bank = yaml.safe_load(QUESTION.replace("TEXT", ""))
            bank["questions"][0]["parts"] = [part]
            compiled = compile_bank(yaml.safe_dump(bank).encode(), "f")
            assert accepted(bank) == (compiled.problems == ()), (keys, compiled.problems)
