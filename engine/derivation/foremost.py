"""The order in which sentences are read: one that explains what stands before it ("where h is binary") goes first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

EXPLAINS = re.compile(r"(?![\W_]*With\b|[^⟦]*(?:eigen|singular )v)[\W_]*(?i:(?:and |in )?(?:where|with|which|here)\b)")
_CONCLUDES = re.compile(r"[^=]*(?:\\partial|\\nabla|\\frac\s*\{\s*d)[^=]*=")
_FUNCTION = re.compile(r"\s*(\\?[A-Za-z]+)\s*\(\s*\\?[A-Za-z]+\s*\)\s*(?:=|:=|\\equiv)")


def foremost(items: Sequence[Item]) -> Iterator[Item]:
    """The items, explanations before what they explain."""
    done: set[int] = set()
    for place, item in enumerate(items):
        if place in done:
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
