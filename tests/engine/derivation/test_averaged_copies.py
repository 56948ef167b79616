"""Averages of independent predictors."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.derivation.check import check

PAGE = r"""Fix a test input. The prediction $\hat f$ depends on the random training set. Put $\bar f = E[\hat f]$.

$$E[(\bar f - \hat f)^2] = \mathrm{Var}[\hat f]$$

{said}:
$$\mathrm{Var}\left[\frac1K\sum_{k=1}^K \hat f_k\right] = {factor}\mathrm{Var}[\hat f]$$
$$E\Bigl[\frac{1}{K}\sum_{k} \hat f_k\Bigr] = {mean}\bar f$$
"""


@pytest.mark.parametrize("said", [
    r"Averaging $K$ predictors $\hat f_1,\dots,\hat f_K$ trained on independent sets",
    r"Now take the average of $K$ models $\hat f_1, \dots, \hat f_K$, trained on independent data sets",
    r"An ensemble of $K$ independently trained networks $\hat f_1, \dots, \hat f_K$ has the following spread",
])  # fmt: skip
def test_the_average_of_independent_predictors(said: str) -> None:
    page = PAGE.replace("{said}", said)

    def verdicts(factor: str, mean: str) -> Sequence[str]:
        return [step.verdict for step in check(page.replace("{factor}", factor).replace("{mean}", mean)).steps][1:]

    assert verdicts(r"\frac1K", "") == ["valid", "valid"]
    assert verdicts(r"\frac{1}{K^2}", "")[0] == "wrong"
    assert verdicts(r"\frac1K", "K")[1] != "valid"


def test_predictors_that_nobody_calls_independent_are_not() -> None:
    page = PAGE.replace("{said}", r"Averaging $K$ predictors $\hat f_1,\dots,\hat f_K$")
    found = [step.verdict for step in check(page.replace("{factor}", r"\frac1K").replace("{mean}", "")).steps]
    assert found[1] != "valid"
