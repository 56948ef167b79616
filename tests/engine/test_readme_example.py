"""The bank in the README is one an author can start from: lint has nothing to say of it."""

from __future__ import annotations

from pathlib import Path

from engine import bank
from engine.lint import lint_question

README = Path(__file__).parents[2] / "README.md"


def test_the_bank_in_the_readme_has_no_problem(tmp_path: Path) -> None:
    _, _, rest = README.read_text(encoding="utf-8").partition("```yaml\n")
    path = tmp_path / "my.yaml"
    path.write_text(rest.partition("```")[0], encoding="utf-8")
    library = bank.load([path], cached_in=tmp_path / "cache")
    assert library.problems == ()
    assert [question.id for question in library.questions] == ["sizes/output-size"]
    assert [problem.message for each in library.questions for problem in lint_question(each)] == []
