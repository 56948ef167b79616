"""Optima that words tell of: "This is maximal at", "Minimising over w gives", "Setting the derivative of log L to zero
gives", and then w = ... or \\hat\\theta = .... That the derivative is zero there is a condition, and what is shown is
judged as the solution of it.

Not where a derivative has been worked out before (see `solutions`), nor where there are constraints or bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from engine.derivation.document import Formula, Prose
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence
from engine.derivation.set_in_passing import worked_out
from engine.derivation.shown_behind import with_each
from engine.derivation.source import Source, joined, written_at

_OVER = r"(?:over|with\s+respect\s+to|w\.?\s?r\.?\s?t\.?|in|by|for)\s+⟦(?P<by>\d+)⟧"
_GIVES = (
    r"\s*,?\s*(?:(?:then|now|we|this|which|thus)\s+)*(?:gives?|yields?|get|obtain|find|leads?\s+to)\W*(?:⟦\d+⟧\W*)?"
)
_FUNCTION = r"(?:(?:the|this|it|our)\s+)?(?:[a-z-]+\s+)?(?:⟦(?P<of>\d+)⟧\s*)?"
_TOLD = (
    re.compile(
        rf"\b(?:(?:maxim|minim)i[sz]ing|(?:we|now|to)\s+(?:maxim|minim)i[sz]e)\s+{_FUNCTION}{_OVER}{_GIVES}$", re.I
    ),
    re.compile(
        rf"\b(?:setting|equating|we\s+set)\s+the\s+(?:derivative|gradient|slope)\s+of\s+{_FUNCTION}(?:{_OVER}\s*)?"
        rf"(?:equal\s+)?to\s+(?:zero|0|⟦\d+⟧){_GIVES}$",
        re.I,
    ),
    re.compile(
        r"(?:⟦(?P<of>\d+)⟧|\b(?:this|it|which|(?:the|this)\s+(?:[a-z-]+\s+)?(?:function|likelihood|loss|cost|error|risk)))"
        r"\s+(?:is|becomes)\s+(?:then\s+)?(?:maximal|minimal|(?:at\s+its\s+)?(?:largest|smallest)|maximi[sz]ed|minimi[sz]ed|"
        r"a\s+(?:max|min)imum|stationary)\s+(?:at|by|for|when|where|if)\W*$",
        re.I,
    ),
)
_BOUNDED = re.compile(r"\b(?:subject|constrain\w*|under|interval|bound\w*|boundary|simplex|Lagrang\w*|box)\b", re.I)
_ROUGH = re.compile(r"\\(?:[lr]?vert|max|min|operatorname|sup|inf)(?![a-z])|(?<!\\)\|")
_SYMBOL = r"\\?[A-Za-z]+"
_MARK = (
    r"(?:\s*\^\s*(?:\{\s*(?:\*|\\star|\\ast)\s*\}|\*|\\star|\\ast)|"
    r"\s*_\s*(?:\{\s*)?\\(?:text|mathrm|rm)\s*\{\s*(?:ML|MLE|MAP|opt|min|max)\s*\}(?:\s*\})?|\s*_\s*\{\s*(?:ML|MLE|MAP|opt)\s*\})"
)
_SOLUTION = re.compile(
    rf"\s*(?:(?P<plain>{_SYMBOL})(?P<mark>{_MARK})?|\\hat\s*(?:\{{\s*)?(?P<hat>{_SYMBOL})(?:\s*\}})?{_MARK}?)\s*&?\s*=(?!.*=)",
    re.DOTALL,
)
_NAMED = re.compile(
    rf"\s*(?P<left>(?P<name>(?:\\(?:mathcal|mathbf|mathrm)\s*\{{\s*)?{_SYMBOL}(?:\s*\}})?)\s*(?:\([^()=]*\))?)\s*&?\s*:?="
    r"(?P<right>.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class _Named:
    """A function as it was defined: its name, its left side and its right side."""

    name: str
    left: str
    right: str


def with_optima(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such conditions before what is shown behind them."""
    found = tuple(items)
    if worked_out(found):
        return found
    return with_each(found, partial(_apart, items=found))


def _apart(sentence: Sentence, items: Sequence[Item]) -> tuple[Sentence, ...]:
    shown = next((k for k, p in enumerate(sentence.parts) if isinstance(p, Formula) and p.display), 0)
    lead = replace(sentence, parts=sentence.parts[:shown]).template
    said = next((m for form in _TOLD if (m := form.search(lead)) is not None), None)
    part = sentence.parts[shown]
    solution = _SOLUTION.match(part.source.text) if isinstance(part, Formula) else None
    if said is None or solution is None or not isinstance(part, Formula) or _BOUNDED.search(lead):
        return (sentence,)
    unknown = solution["plain"] or solution["hat"]
    by = said.groupdict().get("by")
    if by is not None and sentence.parts[int(by)].source.text.strip() != unknown:
        return (sentence,)
    of = said.groupdict().get("of")
    told = "" if of is None else sentence.parts[int(of)].source.text.strip(" .,;")
    function = _function(told, list(_named(sentence, items)), unknown)
    if not function or _is_bounded(unknown, items):
        return (sentence,)
    place = part.source.place(0)
    condition = written_at(rf"\nabla_{{{unknown}}} {function} = 0", place)
    first = Prose(written_at("With the condition ", place)), Formula(condition, True), Prose(written_at(".", place))
    behind = (Prose(written_at("so ", place)), _marked(part, solution), *sentence.parts[shown + 1 :])
    equated = any("=" in p.source.text for p in sentence.parts[:shown] if isinstance(p, Formula))
    before = [replace(sentence, parts=sentence.parts[:shown])] if equated else []
    return (*before, Sentence(first, False, sentence.section), Sentence(behind, False, sentence.section))


def _marked(part: Formula, solution: re.Match[str]) -> Formula:
    """What is shown, with a mark on the symbol that is solved for."""
    if solution["plain"] is None or solution["mark"]:
        return part
    end = solution.end("plain")
    source: Source = joined([part.source.cut(0, end), written_at("^{*}", part.source.place(end)), part.source.cut(end)])
    return replace(part, source=source, written=part.written or part.source)


def _named(sentence: Sentence, items: Sequence[Item]) -> Iterator[_Named]:
    """The functions that are defined before the display of a sentence."""
    own = next(part.source.place(0) for part in sentence.parts if isinstance(part, Formula) and part.display)
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula) and part.source.place(0) < own:
                for statement in statements_of(part.source):
                    text = " = ".join(side.text for side in statement.sides[:2])
                    said = _NAMED.match(text) if statement.relations[:1] in {("=",), (":=",)} else None
                    if said is not None:
                        yield _Named(said["name"].strip(), said["left"].strip(), said["right"])


def _function(told: str, known: Sequence[_Named], unknown: str) -> str:
    """What the derivative is taken of: what is told, written out as it was defined, or the one function of the unknown
    that no other is made of."""
    spoken = re.compile(rf"(?<![A-Za-z\\]){re.escape(unknown)}(?![A-Za-z])")
    of_it = {named.name: named for named in known if spoken.search(named.right) and not _ROUGH.search(named.right)}
    if told:
        inner = re.sub(r"^\s*(?:\\log|\\ln|-)\s*", "", told).strip()
        name = re.sub(r"\s*\([^()]*\)$", "", inner)
        return told[: len(told) - len(inner)] + of_it[name].left if name in of_it else ""
    last = [
        named for named in of_it.values()
        if not any(re.search(rf"(?<![A-Za-z\\]){re.escape(named.name)}(?![A-Za-z])", o.right) for o in of_it.values())
    ]  # fmt: skip
    return last[0].left if len(last) == 1 else ""


def _is_bounded(unknown: str, items: Sequence[Item]) -> bool:
    """Whether an interval or a bound is said of the unknown."""
    bound = re.compile(
        rf"(?<![A-Za-z\\]){re.escape(unknown)}\s*(?:\\in\s*(?:\\left)?[\[(\\{{]\s*[^m\s]|\\[lg]eq?(?![a-z]))"
    )
    texts = (p.source.text for i in items if isinstance(i, Sentence) for p in i.parts if isinstance(p, Formula))
    return any(map(bound.search, texts))


__all__ = ["with_optima"]
