r"""Placeholders: what is read, what is printed, what is refused. The second route reads the printed LaTeX back."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.number_text import FILTERS, number
from engine.records import Value
from engine.template import Fault, Template, compile_template, faults, names, render

GIVEN: dict[str, Value] = {
    "n": 28,
    "m": -2,
    "q": Fraction(1, 4),
    "t": Fraction(-1, 3),
    "z": 0,
    "x": (1, Fraction(-1, 2)),
    "X": ((1, 2), (3, Fraction(1, 3))),
    "F": (((1, 2), (3, 4)), ((5, 6), (7, 8))),
    "tiny": Fraction(1, 100000),
    "f": 0.1,
}


def filled(text: str) -> str:
    template = compile_template(text)
    assert isinstance(template, Template), template
    rendered = render(template, GIVEN)
    assert isinstance(rendered, str), rendered
    return rendered


def fault(text: str) -> Fault:
    template = compile_template(text)
    found = template if isinstance(template, Fault) else render(template, GIVEN)
    assert isinstance(found, Fault), found
    return found


RENDERED = [
    pytest.param("no placeholder", "no placeholder", id="none"),
    pytest.param("", "", id="empty"),
    pytest.param(r"A ${{ n }} \times {{ n }}$ image", r"A $28 \times 28$ image", id="design"),
    pytest.param("${{n}}$", "$28$", id="tight"),
    pytest.param("${{  n\n}}$", "$28$", id="spaces"),
    pytest.param(r"$\frac{{{ n }}}{{{ q }}}$", r"$\frac{28}{0.25}$", id="frac"),
    pytest.param(r"$\sqrt{{{ n }}}$", r"$\sqrt{28}$", id="sqrt"),
    pytest.param(r"$x^{{{ n }}}_{a_{b}}$", r"$x^{28}_{a_{b}}$", id="power"),
    pytest.param(r"${{{{ n }}}}$", "${{28}}$", id="four-braces"),
    pytest.param(r"$\{{{ n }}, {{ m }}\}$", r"$\{28, -2\}$", id="set-braces"),
    pytest.param(r"$\frac{1}{b^{2}}}}$", r"$\frac{1}{b^{2}}}}$", id="closing-only"),
    pytest.param("${{ x }}$", r"$\begin{bmatrix} 1 \\ -0.5 \end{bmatrix}$", id="column"),
    pytest.param("${{ x | vector }}$", r"$\begin{bmatrix} 1 \\ -0.5 \end{bmatrix}$", id="vector"),
    pytest.param("${{ x | row }}$", r"$\begin{bmatrix} 1 & -0.5 \end{bmatrix}$", id="row"),
    pytest.param("${{ X }}$", r"$\begin{bmatrix} 1 & 2 \\ 3 & \frac{1}{3} \end{bmatrix}$", id="matrix"),
    pytest.param("${{ X[2] | list }}$", r"$3, \frac{1}{3}$", id="row-of-matrix"),
    pytest.param("${{ X[2][1] }}$", "$3$", id="element"),
    pytest.param("${{ x [ 2 ] }}$", "$-0.5$", id="index"),
    pytest.param("${{ F[2] }}$", r"$\begin{bmatrix} 5 & 6 \\ 7 & 8 \end{bmatrix}$", id="family"),
    pytest.param("${{ X | list }}$", r"$(1, 2), (3, \frac{1}{3})$", id="points"),
    pytest.param("${{ x | point }}$", "$(1, -0.5)$", id="point"),
    pytest.param("${{ x | set }}$", r"$\{1, -0.5\}$", id="set"),
    pytest.param("${{ n }} {{ m | signed }} {{ q | signed }} {{ z | signed }}$", "$28 - 2 + 0.25 + 0$", id="signed"),
    pytest.param("${{ n }} ({{ m }}) {{ m | paren }} {{ n | paren }}$", "$28 (-2) (-2) 28$", id="paren"),
    pytest.param("${{ q | fraction }} {{ t | fraction }}$", r"$\frac{1}{4} -\frac{1}{3}$", id="fraction"),
    pytest.param("${{ tiny }} {{ tiny | decimal }}$", r"$\frac{1}{100000} 0.00001$", id="decimal"),
    pytest.param("${{ q | percent }}$", r"$25\%$", id="percent"),
    pytest.param("${{ F | count }}$", "$2$", id="count"),
    pytest.param("${{ f }}$", "$0.1$", id="float"),
    pytest.param("`{{ X | plain }}` {{ t | plain }} {{ x | plain }}", "`[1, 2; 3, 1/3]` -1/3 [1, -0.5]", id="plain"),
    pytest.param(
        "| a | b |\n|---|---|\n{{ X | table }}",
        "| a | b |\n|---|---|\n| $1$ | $2$ |\n| $3$ | $\\frac{1}{3}$ |",
        id="table",
    ),
    pytest.param("stride {{ n }}, {{ q }}, {{ m }}, {{ t }}", r"stride 28, 0.25, $-2$, $-\frac{1}{3}$", id="prose"),
    pytest.param("$a$ {{ m }} $$b {{ m }}$$ {{ m }}", "$a$ $-2$ $$b -2$$ $-2$", id="dollars"),
    pytest.param(r"\$5 {{ m }} $\$ {{ m }}$", r"\$5 $-2$ $\$ -2$", id="escaped-dollars"),
    pytest.param("$a$$b {{ m }}$", "$a$$b -2$", id="adjacent"),
    pytest.param("${{ m }}^2 + {{ n }}^2 + {{ q }}^2$", "$(-2)^2 + 28^2 + 0.25^2$", id="powered"),
    pytest.param("${{ t }}^2$", r"$\left(-\frac{1}{3}\right)^2$", id="powered-fraction"),
    pytest.param(r"$\times {{ n }}$ and _{{ n }}_", r"$\times 28$ and _28_", id="commands-without-argument"),
]


@pytest.mark.parametrize(("text", "expected"), RENDERED)
def test_rendering(text: str, expected: str) -> None:
    assert filled(text) == expected


REFUSED = [
    pytest.param("a {{ y }}", 2, "`y` is no given", id="name"),
    pytest.param("a {{ n | mtrix }}", 9, "unknown filter `mtrix`: did you mean `matrix`?", id="filter"),
    pytest.param("a {{ n | zzz }}", 9, "unknown filter `zzz`: there are", id="filter-list"),
    pytest.param("{{ n | list | set }}", 0, "is no placeholder", id="two-filters"),
    pytest.param("{{ n", 0, "never closed", id="open"),
    pytest.param("{{ n }", 0, "never closed", id="half"),
    pytest.param("{{ n + 1 }}", 0, "`{{ n + 1 }}` is no placeholder", id="sum"),
    pytest.param("{{ n.__class__ }}", 0, "is no placeholder", id="attribute"),
    pytest.param("{{ 1 }}", 0, "put a space between them", id="number"),
    pytest.param("{{ x[0] }}", 0, "index 1 is 0, but there are 2 entries", id="zero"),
    pytest.param("{{ X[1][3] }}", 0, "index 2 is 3, but there are 2 entries", id="beyond"),
    pytest.param("{{ n[1] }}", 0, "there are no entries", id="scalar"),
    pytest.param("{{ F }}", 0, "a family of 2 prints in no one way", id="family"),
    pytest.param("{{ x | signed }}", 0, "expected a number, found a vector of 2", id="signed"),
    pytest.param("{{ X | row }}", 0, "expected a vector, found a 2 by 2 matrix", id="row"),
    pytest.param("{{ t | decimal }}", 0, "-1/3 has no finite decimal", id="decimal"),
    pytest.param("$x^{{ n }}$", 3, "write `^{{{ n }}}`", id="bare-power"),
    pytest.param("$h_ {{ n }}$", 4, "loses its braces", id="bare-index"),
    pytest.param(r"$\sqrt{{ n }}$", 6, "loses its braces", id="bare-sqrt"),
    pytest.param(r"$\frac{1}{{ n }}$", 9, "loses its braces", id="bare-denominator"),
    pytest.param(r"$\frac{{{ n }}}{{ n }}$", 15, "loses its braces", id="bare-after-slot"),
]


@pytest.mark.parametrize(("text", "offset", "said"), REFUSED)
def test_refusals_say_what_and_where(text: str, offset: int, said: str) -> None:
    found = fault(text)
    assert said in found.message
    assert found.offset == offset


def test_names_are_those_asked_for() -> None:
    template = compile_template("{{ a }} {{ X[1] | list }} {{ a | signed }}")
    assert isinstance(template, Template)
    assert names(template) == {"a", "X"}


def read_back(latex: str) -> Fraction:
    """The number that a reader sees, by a route of its own."""
    if found := re.fullmatch(r"(-?)\\frac\{(\d+)\}\{(\d+)\}", latex):
        return Fraction(int(found[1] + found[2]), int(found[3]))
    assert re.fullmatch(r"-?\d+(\.\d{1,4})?", latex), latex
    return Fraction(latex)


@given(st.fractions() | st.integers())
def test_numbers_print_exactly(value: Fraction | int) -> None:
    assert read_back(number(value)) == value


@given(st.fractions(max_denominator=10**6))
def test_decimals_stand_where_they_end_within_four_places(value: Fraction) -> None:
    assert ("frac" in number(value)) == ((value * 10**4).denominator != 1)


VALUES: st.SearchStrategy[Value] = st.recursive(
    st.integers(-99, 99) | st.fractions(max_denominator=20),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(tuple),
)


@given(VALUES, st.sampled_from(sorted(FILTERS)))
def test_every_filter_answers_every_value(value: Value, name: str) -> None:
    template = compile_template(f"${{{{ v | {name} }}}}$" if name else "${{ v }}$")
    assert isinstance(template, Template)
    rendered = render(template, {"v": value})
    assert isinstance(rendered, Fault) or rendered.startswith("$")


@given(st.text(alphabet="{}[]| nx1$\\^_ab\n", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    template = compile_template(text)
    if isinstance(template, Fault):
        assert 0 <= template.offset < len(text)
        assert "{{" in text
    elif "{{" not in text:
        assert render(template, {}) == text


def test_all_faults_of_a_text_are_found() -> None:
    text = "{{ n | nope }} {{ 1 }} ok {{ n }} $x^{{ n }}$ {{ x"
    assert [found.offset for found in faults(text)] == [7, 15, 37, 46]
    assert compile_template(text) == faults(text)[0]
