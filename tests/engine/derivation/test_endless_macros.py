"""Macros that lead back to themselves, and commands that are kept under another name before they get a new meaning."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

KEPT = r"""\let\oldvec\vec
\renewcommand{\vec}[1]{\mathbf{#1}}

Let $\vec{x} \in \mathbb{R}^n$.

$$\vec{x}^T \vec{x} = {factor}|\vec x|^2$$
"""


@pytest.mark.parametrize("definitions", [
    r"\newcommand{\a}{\b\b}\newcommand{\b}{\a\a}", r"\newcommand{\a}{1 + \a}", r"\def\a{\b}\def\b{\c}\def\c{\a}",
])  # fmt: skip
def test_endless_macros_are_told_once(definitions: str) -> None:
    steps = check(f"{definitions}\n\n$$\\a = 1$$\n\n$$1 + 1 = 2$$\n").steps
    assert len([step for step in steps if "without end" in step.evidence]) == 1
    assert len(steps) <= 4
    assert steps[-1].verdict == "valid"


def test_a_kept_command_is_what_it_was() -> None:
    assert [step.verdict for step in check(KEPT.replace("{factor}", "")).steps] == ["valid"]
    assert [step.verdict for step in check(KEPT.replace("{factor}", "2")).steps] == ["wrong"]
