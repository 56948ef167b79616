"""Pages that end with an example in numbers: what is derived in general is judged without it, and the example with its
numbers put in from the first line on. In one go, x = (1, 3) of the example would say what x was all along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from engine.derivation.document import Formula, Prose
from engine.derivation.given_gradients import is_open, losses_of
from engine.derivation.report import Step
from engine.derivation.rows import Statement, statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at

_NUMBER = r"[-+]?\s*(?:\d+(?:\.\d+)?(?:\s*/\s*\d+)?|\\[dt]?frac\s*(?:\{\d+\}|\d)\s*(?:\{\d+\}|\d))"
_GAP = r"(?:\s|\\[,;:! ]|\\q?quad)*"
_ROW = rf"{_NUMBER}(?:{_GAP}[,&]{_GAP}{_NUMBER})*"
_VECTOR = rf"(?:\\left)?\s*[(\[]{_GAP}{_NUMBER}(?:{_GAP},{_GAP}{_NUMBER})+{_GAP}(?:\\right)?\s*[)\]]"
_MATRIX = (
    rf"\\begin\{{[bp]?(?:small)?matrix\}}\s*{_ROW}(?:\s*\\\\\s*{_ROW})*\s*(?:\\\\)?\s*\\end\{{[bp]?(?:small)?matrix\}}"
)
_TURN = r"(?:\s*\^\s*(?:\{\s*)?(?:\\top|\\intercal|T)\s*\}?)?"
_VALUE = re.compile(rf"\s*(?:{_NUMBER}|(?P<whole>(?:{_VECTOR}|{_MATRIX}){_TURN}))\s*")
_MARK = (
    r"(?:\\(?:mathbf|boldsymbol|bm|mathrm|hat|bar|tilde|vec)\s*(?:\{\s*\\?[A-Za-z]+\s*\}|\\?[A-Za-z]+)|\\?[A-Za-z]+)"
)
_NAME = re.compile(rf"\s*(?P<stem>{_MARK})(?P<at>\s*_\s*(?:\{{\s*[\w,]+\s*\}}|\w))?\s*")
_EXAMPLE = re.compile(
    r"[\W_\d]*(?:(?:an?|as|one|now|so|finally|next|here|then|let us|small|simple|short|tiny|toy|quick|concrete|worked|"
    r"little|numerical|numeric|the|with|for|in|check|by|some|try|insert|put|plug)\s+)*"
    r"(?:numbers?|numerical(?:ly)?|examples?|instance|illustration|values?)\b",
    re.IGNORECASE,
)
_HEADED = re.compile(  # *Example.*, ### A numerical check
    r"[\W_\d]*(?:(?:an?|the|with|in|by|small|simple|tiny|toy|quick|concrete|worked|numerical|numeric|sanity)\s+)*"
    r"(?:numbers|numerically|examples?|check|illustration|test)[\W_\d]*",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"[\W_]*(?:now|check|test|sanity check|try|take|with|for|at|insert|put|plug|suppose|let|say|consider|start)\b",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(r"[\W_]*(?:and\s+)?where\b", re.IGNORECASE)
_CONCLUDES = re.compile(
    r"\b(?:so|hence|thus|therefore|then|gives?|yields?|gets?|obtain|have|find|becomes?|follows?|is|are)\b",
    re.IGNORECASE,
)
_LENGTH = (
    r"(?<![A-Za-z\\])NAME_\{?(?P<low>[01])\}?\s*,\s*\\[lc]?dots\s*,\s*NAME_\{?(?P<high>[A-Za-z])(?P<less>\s*-\s*1)?\}?"
)
_SIZE = (  # z \in R^K
    r"(?<![A-Za-z\\])NAME\s*(?:\\in(?![a-z])|∈)\s*(?:\\mathbb\s*\{?\s*R\s*\}?|\\(?:R|reals?)(?![A-Za-z])|R|ℝ)\s*"
    r"\^\s*(?:\{\s*(?P<in>[A-Za-z])\s*\}|(?P<at>[A-Za-z])(?![A-Za-z]))"
)
_WORKED = re.compile(
    r"\\(?:[td]?frac|cdot|times|left|right|[bB]igg?[lr]?|q?quad|sqrt|exp|log|ln|tanh|sigma(?=\s*\()|top|"
    r"lfloor|rfloor|operatorname\s*\{\w+\}|max|min|approx|pi|mathrm|text)(?![A-Za-z])|\be(?=\s*\^)|"
    r"\\(?:begin|end)\s*\{[a-z]+\*?\}"
)
_OPEN = frozenset({"undecided", "unreadable"})


@dataclass(frozen=True, slots=True)
class Example:
    """Where in the file the example begins, and the sentences with its numbers ahead of all others."""

    start: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class _Given:
    """A number, or a vector or matrix of numbers, that a name gets."""

    name: str
    stem: str
    text: str
    place: int
    length: int  # of a vector; 0 of all else
    whole: bool  # a vector or a matrix


def example_of(items: Sequence[Item]) -> Example | None:
    """The example at the end of a page; None where there is none."""
    for number, item in enumerate(items):
        if isinstance(item, Sentence) and _opens(items[:number], item):
            given = list(_given(items[:number], items[number:]))
            if not given:
                continue
            losses = _losses(items[:number], later := [*given, *_gradients(items[number:], given)])
            lets = [text for texts in losses.values() for text in texts]
            told = [g for g in later if g in given or any(g.stem in text for text in lets)]
            sized = _lengths(items[:number], told) + [text for text in lets if r"\in" in text]
            lead = _let(sized + [g.text for g in told] + _steps(items[:number], items[number:], given), item)
            moved = {g.place for g in told} | losses.keys() | _replaced(items[:number], told)
            made = [_let([text], item) for text in lets if text not in sized]
            before, rest = ([_without(other, moved) for other in part] for part in (items[:number], items[number:]))
            return Example(item.parts[0].source.place(0), (lead, *before, *made, *rest))
    return None


def apart(steps: Sequence[Step], others: Sequence[Step], within: Callable[[Step], bool]) -> list[Step]:
    """The steps with some of them as another way through the page judged them, where that settles more of them and
    takes back nothing that was found right."""
    ours, theirs = ([step for step in found if within(step)] for found in (steps, others))
    right = {(s.line, s.lhs, s.rhs) for s in ours if s.verdict == "valid"}
    lost = any((s.line, s.lhs, s.rhs) in right and s.verdict != "valid" for s in theirs)
    if lost or _open(theirs) >= _open(ours):
        return list(steps)
    return [*(step for step in steps if not within(step)), *theirs]


def leaves_open(steps: Sequence[Step], within: Callable[[Step], bool]) -> bool:
    """Whether another way through the page may settle more of some steps."""
    return any(step.verdict != "valid" for step in steps if within(step))


def of_numbers(step: Step) -> bool:
    """Whether numbers stand on one side of a step: what holds for some numbers says nothing of letters on both."""
    return any(side and not re.search(r"[A-Za-z]", _WORKED.sub(" ", side)) for side in (step.lhs, step.rhs))


def _open(steps: Sequence[Step]) -> int:
    return sum(2 if step.verdict in _OPEN else step.verdict == "wrong" for step in steps)


def _opens(before: Sequence[Item], sentence: Sentence) -> bool:
    """Whether a sentence gives numbers for what was derived in general above it."""
    displayed = any(isinstance(p, Formula) and p.display for p in _parts(before))
    given = list(_given(before, [sentence])) if displayed else []
    many = len(given) > 1 or any(g.length for g in given) or any("matrix" in g.text for g in given)
    begins = (sentence.declares and not _EXPLAINS.match(sentence.template)) or _BEGINS.match(sentence.template)
    last = before[-1] if before else None
    headed = isinstance(last, Sentence) and _HEADED.fullmatch(last.template) is not None
    said = headed or _EXAMPLE.match(sentence.template) or (many and begins)
    return bool(given) and bool(said)


def _given(before: Sequence[Item], behind: Sequence[Item]) -> Iterator[_Given]:
    """What gets numbers ahead of the first display of an example, and was spoken of and not worked out before it."""
    spoken = " ".join(part.source.text for part in _parts(before) if isinstance(part, Formula))
    lefts = {_stem(s.sides[0].text) for part in _parts(before) if isinstance(part, Formula) for s in _equations(part)}
    concludes = False
    for part in _parts(behind):
        if not isinstance(part, Formula):
            concludes = concludes or _CONCLUDES.search(part.source.text) is not None
            continue
        found = [_value(statement) for statement in statements_of(part.source)]
        if part.display and not all(found):
            return
        if all(found):
            chosen = not concludes and not part.display
            open_ = (g for g in found if g and (g.stem not in lefts or (g.whole and chosen)))
            yield from (g for g in open_ if _has(spoken, g.stem))


def _replaced(before: Sequence[Item], told: Sequence[_Given]) -> set[int]:
    """Where sentences say what a vector or matrix is that is given by numbers: c = X^T y, S = 1/N sum_n x_n x_n^T."""
    given = {g.stem for g in told if g.whole}
    inline = (part for part in _parts(before) if isinstance(part, Formula) and not part.display)
    single = ((part, found[0]) for part in inline if len(found := _equations(part)) == 1)
    return {part.source.place(0) for part, one in single if _stem(one.sides[0].text) in given}


def _gradients(behind: Sequence[Item], given: Sequence[_Given]) -> list[_Given]:
    """The vectors of numbers that are given further down: "Let g = (1, 0, 0)"."""
    said = (part for part in _parts(behind) if isinstance(part, Formula) and not part.display)
    found = (_value(statement) for part in said for statement in statements_of(part.source))
    return [one for one in found if one is not None and one.length and one not in given]


def _steps(before: Sequence[Item], behind: Sequence[Item], given: Sequence[_Given]) -> list[str]:
    """t = 1 of numbers y_1 = 3, where what is derived in general is said of y_t."""
    spoken = " ".join(part.source.text for part in _parts(before) if isinstance(part, Formula))
    first = next((part for part in _parts(behind) if isinstance(part, Formula) and part.display), None)
    ahead = [
        p
        for p in _parts(behind)
        if isinstance(p, Formula) and (first is None or p.source.place(0) < first.source.place(0))
    ]
    found: dict[str, list[str]] = {}
    for one in filter(None, (_value(s) for part in ahead for s in statements_of(part.source))):
        at = re.fullmatch(r".*_\s*\{?\s*(\d)\s*\}?", one.name)
        letters = set(re.findall(rf"(?<![A-Za-z\\]){re.escape(one.stem)}\s*_\s*\{{?\s*([a-z])(?![\w,])", spoken))
        if at is not None and len(letters) == 1:
            found.setdefault(letters.pop(), []).append(at[1])
    return [f"{letter} = {steps[0]}" for letter, steps in found.items() if len(steps) == 1 and letter in "tk"]


def _losses(before: Sequence[Item], given: Sequence[_Given]) -> dict[int, list[str]]:
    """What losses are taken as of which only a gradient is said, and that is given; by the place where it is said."""
    texts = [part.source.text for part in _parts(before) if isinstance(part, Formula)]
    stems = [g.stem for g in given if g.length]
    found = {
        part.source.place(0): loss
        for part in _parts(before)
        if isinstance(part, Formula)
        and (loss := losses_of(part.source.text, stems, texts))
        and is_open(loss[-1], texts)
    }
    return found if len(found) == 1 else {}


def _value(statement: Statement) -> _Given | None:
    if statement.relations != ("=",) or statement.continues:
        return None
    name, value = _NAME.fullmatch(statement.sides[0].text), _VALUE.fullmatch(statement.sides[1].text.rstrip(" .,;"))
    if name is None or value is None:
        return None
    whole = value["whole"] or ""
    length = whole.count(",") + 1 if re.match(r"(?:\\left)?\s*[(\[]", whole) and not name["at"] else 0
    text = f"{statement.sides[0].text.strip()} = {statement.sides[1].text.strip(' .,;')}"
    return _Given(
        statement.sides[0].text.strip(),
        name["stem"],
        text,
        statement.sides[0].place(0),
        length,
        bool(whole) and not name["at"],
    )


def _equations(part: Formula) -> list[Statement]:
    return [statement for statement in statements_of(part.source) if statement.relations[:1] in {("=",), (":=",)}]


def _stem(text: str) -> str:
    found = _NAME.match(text)
    return found["stem"] if found and found.end() == len(text.rstrip(" &")) else text.strip()


def _has(text: str, stem: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){re.escape(stem)}(?![A-Za-z])", text) is not None


def _lengths(before: Sequence[Item], given: Sequence[_Given]) -> list[str]:
    """K = 2 of w_0, ..., w_{K-1} and w = (2, 1), where nothing else says so."""
    text = " ".join(part.source.text for part in _parts(before) if isinstance(part, Formula))
    found: dict[str, str] = {}
    for one in given:
        run = re.search(_LENGTH.replace("NAME", re.escape(one.stem)), text) if one.length else None
        if run is not None and bool(run["less"]) == (run["low"] == "0"):
            found.setdefault(run["high"], f"{run['high']} = {one.length}")
            found[one.stem] = rf"{one.stem} \in \mathbb{{R}}^{{{run['high']}}}"
        told = re.search(_SIZE.replace("NAME", re.escape(one.stem)), text) if one.length else None
        if told is not None:
            size = told["in"] or told["at"]
            found.setdefault(size, f"{size} = {one.length}")
    return [text for letter, text in found.items() if letter not in {g.name for g in given if not g.length}]


def _let(texts: Sequence[str], sentence: Sentence) -> Sentence:
    place = sentence.parts[0].source.place(0)
    parts: list[Prose | Formula] = []
    for number, text in enumerate(texts):
        parts += [Prose(written_at(" and " if number else "Let ", place)), Formula(written_at(text, place), False)]
    return Sentence(tuple(parts), True)


def _without(item: Item, moved: set[int]) -> Item:
    """A sentence in which the numbers that stand ahead now are words."""
    if not isinstance(item, Sentence):
        return item
    parts = tuple(_worded(part, moved) for part in item.parts)
    rest = {k for k, part in enumerate(parts) if isinstance(part, Formula)}
    claims = bool(rest) and item.turned() <= min(rest)  # With these numbers: $$...$$
    return replace(item, parts=parts, declares=item.declares and not claims)


def _worded(part: Prose | Formula, moved: set[int]) -> Prose | Formula:
    if not isinstance(part, Formula):
        return part
    places = [statement.sides[0].place(0) for statement in statements_of(part.source)]
    heard = (places and {*places} <= moved) or part.source.place(0) in moved
    return Prose(written_at(" these ", part.source.place(0))) if heard else part


def _parts(items: Sequence[Item]) -> Iterator[Prose | Formula]:
    for item in items:
        if isinstance(item, Sentence):
            yield from item.parts


__all__ = ["Example", "apart", "example_of", "of_numbers"]
