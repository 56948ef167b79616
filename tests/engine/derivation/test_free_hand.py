"""More than three hundred write-ups as people hand them in, with far more left unsaid than in the other corpora.

Much of them is still undecided; what may not happen is a right line called wrong, or a wrong one right. Those that are
told as labelled, every step of a right one valid, the first wrong line of a wrong one found, say `told` in the labels.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from engine.derivation.check import check

FOLDER = Path(__file__).parent / "free_hand"
LABELS = yaml.safe_load((FOLDER / "labels.yaml").read_text(encoding="utf-8"))
NEVER_CONTRADICTED = {  # wrong by a rule that the page does not say, or in lines that only define
    "05_lasso_orthonormal.md", "20_adam_numbers.md", "23_conv_lenet.md",
}  # fmt: skip


@pytest.mark.parametrize("name", LABELS)
def test_no_right_line_is_called_wrong_and_no_wrong_line_right(name: str) -> None:
    label, path = LABELS[name], FOLDER / name
    found = check(path.read_text(encoding="utf-8"), latex=path.suffix == ".tex")
    first = None if found.first_wrong is None else found.first_wrong.line
    if label["right"]:
        assert first is None
        assert "told" not in label or {step.verdict for step in found.steps} == {"valid"}
        return
    line = label["first_wrong"]
    assert first is None or first >= line
    assert name in NEVER_CONTRADICTED or {s.verdict for s in found.steps if s.line == line} != {"valid"}
    assert "told" not in label or first == line


def test_what_is_told_is_not_lost() -> None:
    assert sum("told" in label for label in LABELS.values()) >= 320
