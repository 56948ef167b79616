"""Names for the derivatives of one loss by everything: "write \\bar v for \\partial L/\\partial v", "bars denote
derivatives of L"; and what a loss is said to depend on, "L depends on h_t only"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.derivation.declaring import read_side
from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import written_at
from solvers.formula.losses import is_unsaid
from solvers.formula.nodes import Member, Name, names
from solvers.formula.operators import GREEK
from solvers.formula.parser import Parsed
from solvers.formula.unknown import with_number

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_LOSS = (
    r"(?:\\(?:mathcal|mathrm|mathsf)\s*\{?\s*[A-Z]\s*\}?|\\ell(?![A-Za-z])|[A-Z](?![A-Za-z])|\\[A-Z][a-z]+(?![A-Za-z]))"
)
_SYMBOL = r"(?:\\[A-Za-z]+|[A-Za-z])"
_PARTIAL = (
    rf"(?:\\[dt]?frac\s*\{{\s*(?:\\partial|d)\s*(?P<loss>{_LOSS})\s*\}}\s*\{{\s*(?:\\partial|d)\s*(?P<by>{_SYMBOL})\s*\}}"
    rf"|(?:\\partial|d)\s*(?P<loss2>{_LOSS})\s*/\s*(?:\\partial|d)\s*(?P<by2>{_SYMBOL})"
    rf"|\\nabla_\s*\{{?\s*(?P<by3>{_SYMBOL})\s*\}}?\s*(?P<loss3>{_LOSS}))"
)
_BARRED = rf"\\(?P<accent>bar|overline)\s*(?:\{{\s*(?P<of>{_SYMBOL})\s*\}}|\s*(?P<of2>{_SYMBOL}))"
_LABELLED = rf"(?P<head>\\delta|\\Delta|g|\\bar\s*g)\s*_\s*\{{?\s*(?P<of3>{_SYMBOL})\s*\}}?"
_NAMED = re.compile(rf"\s*(?:{_BARRED}|{_LABELLED})\s*")
_DEFINED = re.compile(
    rf"\s*(?:{_BARRED}|{_LABELLED})\s*(?::=|\\equiv|\\triangleq|\\coloneqq|=)\s*{_PARTIAL}\s*[.,;]?\s*"
)
_DERIVATIVE = re.compile(rf"\s*{_PARTIAL}\s*[.,;]?\s*")
_GENERAL = re.compile(
    r"\b(?:any|every|each|all|a|quantit\w+|variables?|symbols?|nodes?|bars?|notation|adjoints?|abbreviat\w+|shorthand|"
    r"short|write|writing|denot\w+|use|using)\b",
    re.IGNORECASE,
)
_STANDS = re.compile(
    r"(?:\s*\w+){0,3}?\s*\b(?:for|denotes?|means?|is|stands? for|as|be|abbreviates?)\s+(?:the\s+\w+\s+)?$",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(
    r"\b(?:bars?|overlines?|overbars?)\b[^⟦.;:]{0,50}\b(?:denotes?|means?|marks?|stands?\s+for|indicates?|is|are)\s+"
    r"(?:\w+\s+){0,3}(?:derivatives?|gradients?|adjoints?)\s+(?:of\s+)?(?:the\s+)?(?:loss|cost|error|objective)?\s*"
    r"(?:⟦(?P<loss>\d+)⟧)?",
    re.IGNORECASE,
)
_INDEX = r"(?:\s*(?:_\s*(?:\{[^{}]*\}|[A-Za-z0-9])|\^\s*\{?\s*[(\[][^(){}]*[)\]]\s*\}?))*"
_GREEK = "|".join(sorted((letter for letter in GREEK if letter.isalpha()), key=len, reverse=True))
_ONE = rf"(?:\\(?:{_GREEK}|ell)(?![A-Za-z])|[A-Za-z])"
_MOST = 24  # names that one notation gives


@dataclass(frozen=True, slots=True)
class _Notation:
    """\\bar v (the accent) or \\delta_v (the head) for the derivative of a loss by any v."""

    loss: str
    accent: str = ""
    head: str = ""
    letter: str = ""  # the v of the notation itself

    def uses(self, texts: Iterable[str]) -> Iterator[tuple[str, str]]:
        """The names of this kind in some formulas, each with what it is the derivative by."""
        pattern = self._accented() if self.accent else self._labelled()
        for text in texts:
            for found in pattern.finditer(text):
                of = (found["inner"] or found["one"] or "").strip()
                index = "" if self.head else found["index"].strip()
                if of and of != self.letter:
                    yield found[0].strip(), f"{{{of}}}{index}" if of.startswith("\\") and index else f"{of}{index}"

    def _accented(self) -> re.Pattern[str]:
        inside = r"\{\s*(?P<inner>[^{}]*(?:\{[^{}]*\}[^{}]*)*)\}"
        return re.compile(rf"\\{self.accent}\s*(?:{inside}|(?P<one>{_ONE}))(?P<index>'?{_INDEX})")

    def _labelled(self) -> re.Pattern[str]:
        head = re.escape(self.head)
        inside = rf"\{{\s*(?P<inner>(?:\\(?:hat|tilde)\s*)?\{{?{_ONE}\}}?{_INDEX})\s*\}}"
        return re.compile(rf"(?<![A-Za-z\\]){head}\s*_\s*(?:{inside}|(?P<one>{_ONE}))")


def with_adjoints(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences, with the definitions that such a notation stands for behind it: of all that is written so."""
    items = tuple(items)
    texts = [
        part.source.text
        for item in items
        if isinstance(item, Sentence)
        for part in item.parts
        if isinstance(part, Formula)
    ]
    found: list[Item] = []
    for item in items:
        notation = _notation_in(item, texts) if isinstance(item, Sentence) else None
        if not isinstance(item, Sentence) or notation is None:
            found.append(item)
            continue
        said, parts = notation
        added = _definitions(said, texts, item)
        found += [replace(item, parts=parts), *added] if added else [item]
    return tuple(found)


def _definitions(said: _Notation, texts: list[str], sentence: Sentence) -> list[Sentence]:
    """Declaring sentences for what the names of a notation stand for; none for names that are said to be a sum, say."""
    place = sentence.parts[-1].source.place(0)
    others = [text for text in texts if (found := _DEFINED.fullmatch(text)) is None or _of(found) != said.letter]
    taken = {_squeezed(left) for left, _, right in (text.partition("=") for text in others) if _SAYS.search(right)}
    uses: dict[str, tuple[str, str]] = {}
    for name, of in said.uses(others):
        whole = _STEPS.sub("", name)
        if _squeezed(whole) not in taken and len(uses) < _MOST:
            uses.setdefault(_squeezed(whole), (whole, _STEPS.sub("", of)))
    lead = Prose(written_at("Let ", place))
    made = [
        Formula(written_at(rf"{name} = \frac{{\partial {said.loss}}}{{\partial {of}}}", place), False)
        for name, of in uses.values()
    ]
    return [Sentence((lead, part), True, sentence.section, False) for part in made]


_SAYS = re.compile(r"\\partial|\\sum|\\nabla")
_STEPS = re.compile(r"\s*[-+]\s*\d+(?=\s*[)\]}])")  # \bar c_{t-1} is what \bar c_t is, one step before


def _squeezed(text: str) -> str:
    return re.sub(r"[\s{}]+", "", text)


def _notation_in(sentence: Sentence, texts: list[str]) -> tuple[_Notation, tuple[Prose | Formula, ...]] | None:
    """The notation that a sentence introduces, and its parts without the formula that does."""
    for place, part in enumerate(sentence.parts):
        if not isinstance(part, Formula) or part.display:
            continue
        before = sentence.parts[place - 1].source.text if place and isinstance(sentence.parts[place - 1], Prose) else ""
        whole = _DEFINED.fullmatch(part.source.text)
        if (
            whole is not None
            and _of(whole) == _by(whole)
            and _LIKEWISE.search(sentence.template.partition(f"⟦{place}⟧")[2])
        ):
            return replace(_notation(whole, whole), letter=""), sentence.parts
        if whole is not None and _is_general(whole, before, sentence, texts):
            return _notation(whole, whole), _without(sentence.parts, {place})
        name, value = _NAMED.fullmatch(part.source.text), _value_of(sentence, place)
        if name is not None and value is not None and (found := _pair(name, value)) is not None:
            return found, _without(sentence.parts, {place, place + 2})
    words = _IN_WORDS.search(sentence.template)
    if words is None:
        return None
    named = sentence.parts[int(words["loss"])].source.text.strip() if words["loss"] else _loss_in(texts)
    accents = [accent for accent in ("bar", "overline") if any(rf"\{accent}" in text for text in texts)]
    if not re.fullmatch(_LOSS, named) or len(accents) != 1:
        return None
    return _Notation(named, accents[0]), sentence.parts


def _value_of(sentence: Sentence, place: int) -> re.Match[str] | None:
    """The derivative that a name at a place is said to stand for: "\\bar v for \\partial L/\\partial v"."""
    between, value = (*sentence.parts[place + 1 : place + 3], None, None)[:2]
    if not isinstance(between, Prose) or not isinstance(value, Formula) or not _STANDS.fullmatch(between.source.text):
        return None
    return _DERIVATIVE.fullmatch(value.source.text)


def _pair(name: re.Match[str], value: re.Match[str]) -> _Notation | None:
    return _notation(name, value) if _of(name) == _by(value) else None


def _of(name: re.Match[str]) -> str:
    return name["of"] or name["of2"] or name["of3"] or ""


def _notation(name: re.Match[str], value: re.Match[str]) -> _Notation:
    loss = value["loss"] or value["loss2"] or value["loss3"] or ""
    return _Notation(loss, name["accent"] or "", (name["head"] or "").strip(), _of(name))


def _by(value: re.Match[str]) -> str:
    return value["by"] or value["by2"] or value["by3"] or ""


_LIKEWISE = re.compile(  # \\bar h = \\partial L/\\partial h; other bars likewise
    r"\b(?:other|others|all|remaining|rest)\b[^.;⟦]{0,40}\b(?:likewise|similar(?:ly)?|analogous(?:ly)?|accordingly|alike|"
    r"(?:in\s+)?the\s+same(?:\s+way)?)\b|\b(?:likewise|similarly|analogously)\s+(?:for|with)\s+(?:the\s+|all\s+)*"
    r"(?:others?|rest|bars?|remaining|quantit|variables|symbols)|\band\s+so\s+on\b",
    re.IGNORECASE,
)


def _is_general(whole: re.Match[str], before: str, sentence: Sentence, texts: list[str]) -> bool:
    """Whether \\bar v = \\partial L/\\partial v is meant for any v: nothing else is called v, or words say so."""
    if _of(whole) != _by(whole):
        return False
    letter = re.compile(rf"(?<![A-Za-z\\]){re.escape(_of(whole))}(?![A-Za-z])")
    alone = [p.source.text for p in sentence.parts if isinstance(p, Formula) and p.source.text.strip() == _of(whole)]
    elsewhere = [text for text in texts if text != whole.string and text not in alone and letter.search(text)]
    words = " ".join(part.source.text for part in sentence.parts if isinstance(part, Prose))
    if re.search(r"\bfor\s+(?:any|every|each|all)\b", words, re.IGNORECASE):
        return all(re.fullmatch(rf"\s*{re.escape(_of(whole))}\s*", text) for text in elsewhere)
    return not elsewhere and bool(_GENERAL.search(before))


def _without(parts: tuple[Prose | Formula, ...], places: set[int]) -> tuple[Prose | Formula, ...]:
    return tuple(Prose(part.source) if place in places else part for place, part in enumerate(parts))


def _loss_in(texts: list[str]) -> str:
    """The one loss that a page writes derivatives of."""
    found = {m["loss"] or m["loss2"] or m["loss3"] for text in texts for m in re.finditer(_PARTIAL, text)}
    return found.pop() or "" if len(found) == 1 else ""


# ---- what a loss depends on


_ONLY = re.compile(
    r"⟦(?P<loss>\d+)⟧\s+(?:is\s+an?\s+(?:(?:scalar|smooth|differentiable|real|known|given)[- ,]+(?:valued\s+)?){0,3}"
    r"(?:loss\s+)?function\s+of|depends)\s+(?:"
    r"(?:only|solely|just)\s+(?:on\s+)?⟦(?P<a>\d+)⟧|(?:on\s+)?⟦(?P<b>\d+)⟧\s+(?:only|alone)(?!\s+(?:via|through))|"
    r"(?:only\s+)?(?:on\s+)?⟦\d+⟧\s+(?:only\s+)?(?:via|through)\s+(?:only\s+)?⟦(?P<c>\d+)⟧|"
    r"on\s+⟦\d+⟧(?:[^.;⟦]|⟦\d+⟧){1,80}?\bonly\s+(?:via|through)\s+⟦(?P<f>\d+)⟧|"
    r"on\s+(?:this|that|the|each|any)\s+\w+(?:\s+\w+)?\s+(?:only|just|solely)\s+(?:via|through)\s+⟦(?P<e>\d+)⟧|"
    r"(?:(?<=function of )|on\s+)(?:only\s+)?⟦(?P<d>\d+)⟧\s*(?:[.,;]|and\s+(?:we|you|it|its?|let|the)\b))",
    re.IGNORECASE,
)


def heed_dependence(checker: Checker, sentence: Sentence) -> None:
    """Keeps of what alone a loss is some function: "the loss L depends on h_t only"."""
    for said in _ONLY.finditer(sentence.template):
        loss, on = (
            read_side(sentence.parts[int(place)].source.text, checker.here().scope)
            for place in (said["loss"], said["a"] or said["b"] or said["c"] or said["d"] or said["e"] or said["f"])
        )
        if not isinstance(loss, Parsed) or not isinstance(on, Parsed) or not isinstance(loss.node, Name):
            continue
        plain = isinstance(on.node, (Name, Member)) and loss.node.text not in names(on.node)
        if plain and is_unsaid(loss.node.text, checker.context):
            checker.context = with_number(checker.context, loss.node.text, [on.node])
