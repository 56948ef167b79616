"""Question and seed -> variant: always the same one, its key from the trace, its options from the seed."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from engine import bank
from engine.records import Option, Part, Question, Unfit, Variant
from engine.variant import build, make_variant, required
from tests.engine import fake_solvers

LIBRARY = bank.load()


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_solvers.install(monkeypatch)


def question(text: str, folder: Path) -> Question:
    path = folder / "bank.yaml"
    path.write_text(text, encoding="utf-8")
    (found,) = bank.load([path], cached_in=folder / "cache").questions
    return found


def variant(asked: Question, seed: int = 0, draws: int | None = None) -> Variant:
    made = make_variant(asked, seed, draws)
    assert isinstance(made, Variant), made
    return made


def test_the_key_is_the_step_of_the_trace(tmp_path: Path) -> None:
    made = variant(question(fake_solvers.bank("double"), tmp_path))
    (x,) = made.given.values()
    assert made.parts[0].key == 2 * x
    assert made.text == f"Take $x = {x}$."


@pytest.mark.parametrize("asked", LIBRARY.questions[::4], ids=lambda asked: asked.id)
def test_the_same_seed_is_the_same_variant(asked: Question) -> None:
    assert make_variant(asked, 12) == make_variant(asked, 12)


def test_a_certified_number_of_draws_gives_the_same_variant(tmp_path: Path) -> None:
    asked = question(fake_solvers.bank("sometimes", "x: {integer: [1, 4]}"), tmp_path)
    made = [variant(asked, seed) for seed in range(30)]
    assert {each.draws for each in made} > {1}
    assert [variant(asked, each.seed, each.draws) for each in made] == made


def test_a_number_of_draws_that_refuses_is_not_believed(tmp_path: Path) -> None:
    """A draw that is required not to be is drawn again, whatever was said of it."""
    text = fake_solvers.bank("double").replace("    text:", '    require: ["x > 5"]\n    text:')
    asked = question(text, tmp_path)
    seed = next(seed for seed in range(99) if variant(asked, seed).draws > 1)
    assert variant(asked, seed, draws=1) == variant(asked, seed)


def test_what_is_given_is_built(tmp_path: Path) -> None:
    asked = question(fake_solvers.bank("double"), tmp_path)
    made = build(asked, 0, 4, {"x": Fraction(7, 2)})
    assert isinstance(made, Variant)
    assert (made.parts[0].key, made.draws) == (7, 5)


GIVEN = [
    pytest.param({"x": 0}, "part a: the mistake late gives the key", id="mistake-gives-the-key"),
    pytest.param({"x": 10**6}, "part a: a number above 1000000", id="large"),
    pytest.param({}, "x: missing", id="missing"),
    pytest.param({"x": (1, 2)}, "x: expected a number, found 2", id="ill-shaped"),
]


@pytest.mark.parametrize(("given", "reason"), GIVEN)
def test_what_is_unfit_says_why(given: dict[str, Fraction], reason: str, tmp_path: Path) -> None:
    assert build(question(fake_solvers.bank("double"), tmp_path), 0, 0, given) == reason


def test_a_step_that_is_not_there_says_why(tmp_path: Path) -> None:
    asked = question(fake_solvers.bank("double", answer="ot"), tmp_path)
    made = make_variant(asked, 0)
    assert isinstance(made, Unfit)
    assert "has no step named 'ot'" in next(iter(made.reasons))


# ----- options -----


def concept(kind: str, *holds: bool | str, pick: int | None = None) -> Question:
    options = tuple(Option(f"Option {place}", held) for place, held in enumerate(holds))
    part = Part("a", "Which?", kind, Fraction(1), options=options, pick=pick)
    return Question("t/q", "t", "Q", "1", 1, 1, ("s",), "Think.", (part,), "f:1", "d")


@pytest.mark.parametrize("seed", range(10))
def test_the_key_of_choices_is_what_holds_among_the_shown(seed: int) -> None:
    (part,) = variant(concept("choices", True, False, True, False, False, pick=3), seed).parts
    assert len(part.options) == 3
    assert part.key == tuple(place for place, option in enumerate(part.options) if option.holds)
    assert 0 < len(part.key) < 3  # type: ignore[arg-type]


def test_options_are_shuffled_by_the_seed() -> None:
    orders = {
        tuple(o.text for o in variant(concept("choice", True, False, False), s).parts[0].options) for s in range(40)
    }
    assert len(orders) == 6


UNFAIR = [
    pytest.param(concept("choices", True, True), "2 of 2 options hold; expected some that do", id="all"),
    pytest.param(concept("choices", False, False), "0 of 2 options hold; expected some that do", id="none"),
    pytest.param(concept("choice", True, True, False), "2 options hold; expected exactly one", id="two"),
]


@pytest.mark.parametrize(("asked", "said"), UNFAIR)
def test_options_that_cannot_be_fair_are_unfit_at_once(asked: Question, said: str) -> None:
    made = make_variant(asked, 0)
    assert isinstance(made, Unfit)
    assert [(said in reason, count) for reason, count in made.reasons.items()] == [(True, 1)]


def test_an_option_may_be_decided_by_the_trace(tmp_path: Path) -> None:
    asked = question(fake_solvers.bank("double"), tmp_path)
    options = (Option("large", r"\mathrm{out} > 9"), Option("small", r"\mathrm{out} \le 9"))
    asked = replace(asked, parts=(*asked.parts, Part("b", "Which?", "choice", Fraction(1), options=options)))
    for seed in range(12):
        made = variant(asked, seed)
        chosen = made.parts[1].options[made.parts[1].key[0]]  # type: ignore[index]
        assert (chosen.text == "large") == (made.parts[0].key > 9)  # type: ignore[operator]


# ----- requirements and text -----


@pytest.mark.parametrize(
    ("formula", "given", "held"),
    [
        ("x > 2", {"x": 3}, True), ("x > 2", {"x": 2}, False), ("x / y > 1", {"x": 1, "y": 0}, None),
        ("x_1 + x_2 = 3", {"x": (1, 2)}, True), ("x >", {"x": 1}, None), ("z > 2", {"x": 1}, None),
    ],
    ids=["true", "false", "no-value", "entries", "unreadable", "unknown-name"],
)  # fmt: skip
def test_requirements(formula: str, given: dict[str, int], held: bool | None) -> None:
    assert required(formula, given) is held


def test_a_placeholder_without_a_value_is_unfit() -> None:
    made = make_variant(replace(concept("choice", True, False), text="Take {{ y }}."), 0)
    assert isinstance(made, Unfit)
    assert next(iter(made.reasons)).startswith("text: ")
