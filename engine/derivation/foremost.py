"""The order in which sentences are read: one that explains what stands before it ("where h is binary") goes first.

So does a display that says what a symbol of the display before it is: "= 1/(1 + e^{-a}) with the log odds a = ...". As
either of the two may hold the slip where they do not go together, what is wrong of the first is left undecided then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.derivation.document import Formula, Prose
from engine.derivation.report import Step
from engine.derivation.sentences import Item, Sentence
from engine.derivation.unmet import left_undecided

EXPLAINS = re.compile(r"(?![\W_]*With\b|[^⟦]*(?:eigen|singular )v)[\W_]*(?i:(?:and |in )?(?:where|with|which|here)\b)")
_CONCLUDES = re.compile(r"[^=]*(?:\\partial|\\nabla|\\frac\s*\{\s*d)[^=]*=")
_FUNCTION = re.compile(r"\s*(\\?[A-Za-z]+)\s*\(\s*\\?[A-Za-z]+\s*\)\s*(?:=|:=|\\equiv)")


_WITH = re.compile(r"[\s,;]*(?i:(?:and\s+)?(?:with|where|in which|for))\b[^⟦.;=]{0,60}[\s:]*")
_NAMED = re.compile(r"\s*(?P<name>\\?[A-Za-z]+(?:_\{?\w+\}?)?)\s*&?\s*:?=(?!.*=)", re.DOTALL)


def foremost(items: Sequence[Item], steps: list[Step]) -> Iterator[Item]:
    """The items, explanations before what they explain. `steps` are those of the items that were taken."""
    done: set[int] = set()
    for place, item in enumerate(items):
        if place in done:
            continue
        name, explained = _symbol_behind(items, place)
        if explained:
            yield from (items[k] for k in explained)
            done |= {*explained}
            judged = len(steps)
            yield item
            steps[judged:] = [
                left_undecided(s, _LATE) if _has(s.lhs, name) or _has(s.rhs, name) else s for s in steps[judged:]
            ]
            continue
        says = not isinstance(item, Sentence) or any(isinstance(part, Formula) for part in item.parts)
        for ahead in range(place + 1, len(items) if says else 0):  # words alone have nothing to explain
            following = items[ahead]
            if not isinstance(following, Sentence) or not following.declares or not EXPLAINS.match(following.template):
                break
            if not (_may_go_first(following) if following.after_display else _names_function(following, item)):
                break
            yield following
            done.add(ahead)
        yield item


def _may_go_first(following: Sentence) -> bool:
    """Whether it has formulas, which conclude nothing: "Setting it to zero gives", "with derivatives dL/dw = x"."""
    formulas = [part for part in following.parts if isinstance(part, Formula)]
    return bool(formulas) and not any(part.display or _CONCLUDES.match(part.source.text) for part in formulas)


def _names_function(following: Sentence, item: Item) -> bool:
    """Whether it says of a function what it is, after it was used: "L = f(w x), where f(a) = log(1 + e^a)"."""
    formulas = [part.source.text for part in following.parts if isinstance(part, Formula) and not part.display]
    heads = {match[1] for text in formulas if (match := _FUNCTION.match(text))}
    used = [part.source.text for part in item.parts if isinstance(part, Formula)] if isinstance(item, Sentence) else []
    applied = [re.compile(rf"=.*(?<![A-Za-z\\]){re.escape(head)}\s*(?:\\left|\\[bB]igg?l?)?\s*\(") for head in heads]
    return any(form.search(text) for form in applied for text in used)


_LATE = "what the display behind it says of a symbol does not go with this: which of the two is meant is not known"


def _symbol_behind(items: Sequence[Item], place: int) -> tuple[str, range]:
    """A symbol that is new in the display of an item, and the places of what names it: "with the log odds", a = ..."""
    item, behind = items[place], items[place + 1 : place + 3]
    if not isinstance(item, Sentence) or item.declares or not _is_shown(item.parts[-1:]):
        return "", range(0)
    parts = behind[0].parts if behind and isinstance(behind[0], Sentence) else ()
    count = 1
    if len(parts) == 1 and len(behind) == 2 and isinstance(behind[1], Sentence):
        parts, count = (*parts, *behind[1].parts), 2
    if len(parts) != 2 or not isinstance(parts[0], Prose) or not _is_shown(parts[1:]):
        return "", range(0)
    named = _NAMED.match(parts[1].source.text)
    if not _WITH.fullmatch(parts[0].source.text) or named is None:
        return "", range(0)
    used = _has(item.parts[-1].source.text.partition("=")[2], named["name"])
    before = [part.source.text for each in items[:place] if isinstance(each, Sentence) for part in each.parts]
    new = used and not any(_has(text, named["name"]) for text in before)
    return named["name"], range(place + 1, place + 1 + count if new else 0)


def _is_shown(parts: Sequence[Prose | Formula]) -> bool:
    return len(parts) == 1 and isinstance(parts[0], Formula) and parts[0].display


def _has(text: str, name: str) -> bool:
    return re.search(rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z_])", text) is not None
