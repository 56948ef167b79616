"""Words between the rows of an alignment are a sentence like any other."""

from __future__ import annotations

import pytest

from engine.derivation.check import check

PAGE = (
    "\\section{{A}}\nLet $x_1,\\dots,x_m\\in\\mathbb{{R}}$ and $\\mu=\\frac1m\\sum_{{i=1}}^{{m}}x_i$.\n"
    "\\begin{{align*}}\n"
    "m\\mu &= \\sum_{{i=1}}^{{m}} x_i\\\\\n"
    "\\intertext{{For the mean, note that $\\sum_{{i=1}}^{{m}}(x_i-\\mu)=0$:}}\n"
    "\\frac{{\\partial \\mu}}{{\\partial x_i}} &= {}\n\\end{{align*}}"
)


@pytest.mark.parametrize(
    ("right", "verdicts"),
    [
        ("\\frac1m", ["valid", "valid"]),
        ("\\frac2m", ["valid", "wrong"]),
        ("\\frac1m.\\\\\n\\intertext{{With $y = 2x$,}} \\sum_i y_i &= 3m\\mu", ["valid", "valid", "wrong"]),
    ],
)
def test_words_between_rows(right: str, verdicts: list[str]) -> None:
    report = check(PAGE.replace("{}", right, 1).replace("{{", "{").replace("}}", "}"), latex=True)
    assert [step.verdict for step in report.steps] == verdicts
