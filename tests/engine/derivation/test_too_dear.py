"""Equations in passing under which no point is drawn within the work: tried once for a page, and no verdict changes."""

from engine.derivation.check import check
from engine.derivation.too_dear import too_dear
from solvers.formula.context import Context, read_context
from solvers.formula.nodes import Chain
from solvers.formula.parser import Parsed, parse
from solvers.formula.remembered import remembered, remembering


def _equation(text: str, context: Context) -> Chain:
    parsed = parse(text, context.scope)
    assert isinstance(parsed, Parsed)
    assert isinstance(parsed.node, Chain)
    return parsed.node


def test_a_plain_equation_is_not_too_dear() -> None:
    context = read_context(["a > 0", "b in R"])
    assert isinstance(context, Context)
    assert not too_dear(_equation("b = 2 a", context), context)


def test_what_is_asked_again_is_kept_within_one_page_only() -> None:
    asked: list[int] = []

    @remembered
    def judged(number: int, context: Context) -> int:
        asked.append(number)
        return number

    with remembering():
        assert [judged(1, Context()), judged(1, Context()), judged(2, Context())] == [1, 1, 2]
        assert judged(1, Context(entrywise=True)) == 1
    assert asked == [1, 2, 1]
    judged(1, Context())
    assert asked == [1, 2, 1, 1]


def test_a_step_that_an_equation_in_passing_mends_is_left_open_and_another_is_wrong() -> None:
    page = "Let $a > 0$ and $b > 0$. Then, since the rates are tied with $b = 2a$ here,\n$$a + b = {}a .$$\n"
    right, wrong = (check(page.format(number)).steps[-1].verdict for number in (3, 4))
    assert right != "wrong"
    assert wrong != "valid"
