"""Laws of which a write-up says no more than that: "let p and q be pmfs on a finite set", E_{x ~ p}[f(x)].

What holds for every law over a few values is what is meant; so such a page is read as one over a set of a few numbers:
means under a law are its sums, E_theta(x) and E(x; theta) are functions of both, samples have names of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source, written_at
from engine.derivation.unsaid_laws import (
    DRAWN,
    FUNCTIONAL,
    INDEX,
    LAW,
    LETTER,
    MEAN,
    OPEN,
    SET,
    SHUT,
    Page,
    formulas,
    law_behind,
    named,
    page_of,
    spelled,
)

_POSITIVE = re.compile(rf"\s*{LAW}\s*(?:\([^()]*\))?\s*(?:>|\\gt(?![a-z]))\s*0\s*")
_DRAWING = re.compile(r"\b(?:we\s+)?(?:draw|sample|drawn)\b|\bfrom\b", re.IGNORECASE)
_DRAW = re.compile(r"\b(?:draw|sample)\b", re.IGNORECASE)
_PLAIN = re.compile(
    r"(?:\\mathbb\s*\{?\s*E\s*\}?|\\(?:operatorname|mathrm)\s*\{\s*(?P<var>Var)\s*\}|\\(?P<v>Var)(?![A-Za-z]))\s*"
    r"(?:\\left|\\[Bb]igg?l?)?\s*(?=[\[(])"
)
_MOST = 20  # means that one formula has


def over_few(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences of a page about laws of which nothing is said, as of laws over a few numbers."""
    items = tuple(items)
    page = page_of(items)
    if page is None:
        return items
    changed = [_changed(item, page) if isinstance(item, Sentence) else item for item in items]
    return (*_declarations(page, items), *changed)


def _declarations(page: Page, items: tuple[Item, ...]) -> Iterator[Sentence]:
    """What is declared before the first sentence: the variable, and the laws that the page does not define."""
    place = next((item.parts[0].source.place(0) for item in items if isinstance(item, Sentence)), 0)
    wanted = [rf"{page.variable} \in {page.values}"]
    wanted += [rf"{page.second} \in {page.values}"] if any(_primed(page).search(t) for t in formulas(items)) else []
    for law in sorted(page.laws):
        above = rf"e^{{{page.weight}({page.variable}, {page.parameter})}}"
        below = rf"\sum_{{{page.second} \in {page.values}}} e^{{{page.weight}({page.second}, {page.parameter})}}"
        made, drawn = rf"{page.at(law)} = \frac{{{above}}}{{{below}}}", rf"{page.at(law)} \in \Delta({page.values})"
        wanted.append(made if page.functions.get(law) else drawn)
    wanted += _made(page, items)
    for text in wanted:
        yield Sentence((Prose(written_at("Let ", place)), Formula(written_at(text, place), False)), True)


def _made(page: Page, items: Iterable[Item]) -> list[str]:
    """How laws with a parameter are made, and before them the Z(theta) that they are divided by."""
    parameter = re.escape(page.parameter)
    texts = [
        _rewritten(part, page).source.text.strip(" .,;\n")
        for item in items if page.parameter and isinstance(item, Sentence)
        for part in item.parts if isinstance(part, Formula)
    ]  # fmt: skip
    heads = [rf"[A-Z]\s*{OPEN}\s*{parameter}\s*{SHUT}"]
    heads += [rf"{spelled(law)}\s*{OPEN}\s*{page.variable}\s*,\s*{parameter}\s*{SHUT}" for law in page.made]
    found = (next((t for t in texts if re.fullmatch(rf"\s*{head}\s*:?=[^=&]*", t)), "") for head in heads)
    return [text for text in found if text]


def _primed(page: Page) -> re.Pattern[str]:
    """The variable with a prime: another value of it."""
    return re.compile(
        rf"(?:(?<![A-Za-z\\])|(?<=_)){page.variable}\s*(?:'|\^\s*(?:\{{\s*\\prime\s*\}}|\\prime(?![a-z])))"
    )


def _changed(sentence: Sentence, page: Page) -> Sentence:
    parts: list[Prose | Formula] = []
    law = law_behind(sentence)
    draws = page.sampled and any(DRAWN.search(text) for text in formulas([sentence]))
    for part in sentence.parts:
        if not isinstance(part, Formula):
            parts.append(replace(part, source=part.source.replaced(_DRAW, lambda _: "take")) if draws else part)
        elif _POSITIVE.fullmatch(part.source.text) or _only_names(part.source.text, page):
            parts.append(Prose(part.source))  # laws are positive as they are drawn
        else:
            parts.append(_rewritten(part, page))
    if law is not None:  # draw x_1, ..., x_n from q: x_1, ..., x_n ~ q
        drawn = next((k for k in range(law - 1, -1, -1) if isinstance(parts[k], Formula)), None)
        if drawn is not None:
            said = parts[drawn]
            assert isinstance(said, Formula)
            text = rf"{said.source.text} \sim {sentence.parts[law].source.text}"
            parts = [replace(p, source=p.source.replaced(_DRAWING, lambda _: "take ")) for p in parts]
            parts[drawn] = replace(
                said, source=written_at(text, said.source.place(0)), written=said.written or said.source
            )
    return replace(sentence, parts=tuple(parts))


def _only_names(text: str, page: Page) -> bool:
    """Whether a formula only names laws, or the set that they are over."""
    return {named(letter) for letter in text.split(",")} <= page.laws or bool(re.fullmatch(rf"\s*{SET}\s*", text))


def _rewritten(formula: Formula, page: Page) -> Formula:
    source = formula.source.replaced(re.compile(rf"\\in\s*{SET}"), lambda _: rf"\in {page.values}")
    source = source.replaced(FUNCTIONAL, lambda m: r"\Upsilon" if page.functional == m["name"] else m[0])
    source = source.replaced(_primed(page), lambda _: page.second)
    if page.fresh:
        source = source.replaced(re.compile(rf"(?<![A-Za-z\\]){page.variable}{INDEX}"), lambda _: page.fresh)
    source = _with_parameter(source, page)
    for _ in range(_MOST):
        found = _mean_in(source.text, page)
        if found is None:
            break
        start, end, text = found
        source = source.replaced(re.compile(re.escape(source.text[start:end])), lambda _, text=text: text)  # type: ignore[misc]
    if _of_functions(source.text, page):
        source = _at_variable(source, page)
    return (
        formula
        if source.text == formula.source.text
        else replace(formula, source=source, written=formula.written or formula.source)
    )


def _with_parameter(source: Source, page: Page) -> Source:
    """E_theta(x) and E(x; theta) as E(x, theta); E_theta'(x) as its derivative by theta."""
    if not page.parameter:
        return source
    letter = re.escape(page.parameter)
    below = rf"_\s*(?:\{{\s*{letter}\s*\}}|{letter}(?![A-Za-z]))"
    prime = r"(?:'|\^\s*\{?\s*\\prime\s*\}?)"
    at = rf"(?:\s*{OPEN}\s*(?P<x>\w+)\s*{SHUT})"
    derivative = rf"\frac{{\partial}}{{\partial {page.parameter}}} "
    source = source.replaced(
        re.compile(rf"(?P<f>{LETTER})\s*(?:{prime}\s*{below}|{below}\s*{prime}){at}?"),
        lambda m: derivative + page.at(named(m["f"]), m["x"] or ""),
    )
    source = source.replaced(
        re.compile(rf"(?P<f>{LETTER})\s*(?:{below}{at}|{OPEN}\s*(?P<y>\w+)\s*;\s*{letter}\s*{SHUT})"),
        lambda m: page.at(named(m["f"]), m["x"] or m["y"]),
    )
    inside = re.compile(rf"(?P<f>{LETTER})\s*{below}(?!\s*(?:\\!\s*)*(?:\\left|\\[Bb]igg?l?)?[\[(}}])")
    return source.replaced(inside, lambda m: page.at(named(m["f"])) if named(m["f"]) in page.functions else m[0])


def _mean_in(text: str, page: Page) -> tuple[int, int, str] | None:
    """The first mean or variance under a law in a text: where it stands, and the sum that it is."""
    for found in MEAN.finditer(text):
        law, end = named(found["law"] or found["one"]), _closing(text, found.end())
        if law in page.functions and end is not None:
            body = _inside(text, found.end(), end)
            other = replace(page, variable=found["var"]) if found["var"] == page.second else page
            return found.start(), end + 1, _summed(body, law, "Var" in found["sign"], other)
    alone = re.compile(rf"(?<![A-Za-z\\]){page.variable}(?![A-Za-z_^])")
    for found in _PLAIN.finditer(text) if len(page.laws) == 1 else ():  # Var[f(x)] where there is one law
        end = _closing(text, found.end())
        if end is not None and alone.search(body := _inside(text, found.end(), end)):
            variance = bool(found["var"] or found["v"])
            return found.start(), end + 1, _summed(body, next(iter(page.laws)), variance, page)
    return None


def _inside(text: str, start: int, end: int) -> str:
    return re.sub(r"(?:\\right|\\[Bb]igg?r?)\s*$", "", text[start + 1 : end]).strip()


def _closing(text: str, start: int) -> int | None:
    pairs, depth = {"[": "]", "(": ")", "{": "}"}, 0
    for place in range(start, len(text)):
        depth += (text[place] in pairs) - (text[place] in pairs.values())
        if depth == 0:
            return place
    return None


def _summed(body: str, law: str, variance: bool, page: Page) -> str:
    body = _at_variable(written_at(body, 0), page).text
    if not re.search(rf"(?<![A-Za-z\\]){page.variable}(?![A-Za-z_^])", body):  # of samples that are drawn from it
        return rf"\operatorname{{Var}}[{body}]" if variance else rf"\mathbb{{E}}[{body}]"
    mean = rf"\left(\sum_{{{page.variable}}} {page.at(law)} \left({body}\right)\right)"
    square = rf"\sum_{{{page.variable}}} {page.at(law)} \left({body}\right)^2"
    return rf"\left({square} - {mean}^2\right)" if variance else mean


def _of_functions(text: str, page: Page) -> bool:
    """Whether an equation is one between functions: m = (p + q)/2, P = \\tilde P/Z."""
    left, sign, right = text.partition("=")
    if re.fullmatch(rf"\s*{LAW}\s*", right):
        return False
    if not sign or named(left.strip(" :")) not in page.functions or re.search(r"\\(?:in|sim|mid|\|)(?![a-z])", text):
        return False
    return any(re.search(rf"{spelled(name)}(?!\s*{OPEN})", right) for name in page.functions)


def _at_variable(source: Source, page: Page) -> Source:
    """Functions that stand without their variable, E_q[f], at it."""
    for name in page.functions:
        bare = re.compile(rf"{spelled(name)}(?![A-Za-z'])(?!\s*(?:_|{OPEN}|\\sim))")
        source = source.replaced(bare, lambda _, name=name: page.at(name))  # type: ignore[misc]
    return source
