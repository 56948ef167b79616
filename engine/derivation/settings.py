"""Words that set an equation, or set something to zero: what follows them is a condition, not an identity."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from engine.derivation.document import Formula
from engine.derivation.rows import statements_of
from engine.derivation.sentences import Item, Sentence

_SOUGHT = (  # what is looked for, and no condition
    r"(?:the|this|it in the|an?) (?:[\w-]+ )?(?:form|shape|expression|derivatives?|gradients?|values?|identity|formula|"
    r"results?|hessian|jacobian|inverse|product|sum|mean|variance|chain rule|following|fact|rule|bound|entropy|"
    r"likelihood)\b"
)
_ACTS = (  # words that do it, even in a sentence before
    rf"sett?ing|(?:we|now|and|to) set|set (?:it|this|them|the|both|these|to)|equat(?:e|ing)|requir\w+(?!\s+{_SOUGHT})|"
    r"solv(?:es?|ing)"
)
_SETTING = re.compile(  # words that set the equation behind them
    rf"\b(?:{_ACTS}|conditions?|constraints?|subject to|such that|assum\w+|suppos\w+|"
    r"(?:must|we (?:want|need|look for|ask))"
    r"(?!\s+(?:to\s+)?(?:show|prove|verify|check|see|deriv|comput|calcul|simplif|minim|maxim|optim|"
    rf"{_SOUGHT}))|"
    r"(?:coincides?|agrees?|match(?:es)?|are (?:equal|the same|identical))\s+"
    r"(?:(?:in|for|at|on|along) (?:(?:the|each|every|this|any|all) )?(?:\w+\s+){0,2})?"
    r"(?:exactly\s+|precisely\s+|just\s+)?"
    r"(?:if|when|whenever|iff))\b|^\W*set\b",
    re.IGNORECASE,
)
_ENDS_IN_IF = re.compile(  # "equality holds when", and then the display
    r"\b(?:if|when|whenever|as long as|provided(?: that)?)\W*$", re.IGNORECASE
)
_CONCLUDES = re.compile(  # "Setting z = x + y we find", "Since we assume n finite,": what follows is claimed
    r"\b(?:(?:we|one|you|i|it|this|that|which)\s+(?:now\s+|then\s+|thus\s+|also\s+)?(?:find|get|obtain|see|conclude|arrive|"
    r"deduce|infer)s?(?:\s+(?:that|at|for \w+))?|follows(?:\s+that)?|so\s+that)\s*[:,]?\s*$|"
    r"^\W*(?:since|as|because|under|assuming|supposing|(?:by\s+)?setting|if\s+we\s+(?:set|assume|suppose))\b[^.;:]*,\s*"
    r"(?:then|we\s+have)?\s*,?\s*$",
    re.IGNORECASE,
)
_SOLVING = re.compile(  # ... unless it is what comes of an equation
    r"\b(?:to zero|vanish\w*|stationar\w+|optim\w+|minim\w+|maxim\w+|first[- ]order|critical|normal equations?|"
    r"extrem\w+|roots?|equilibrium|fixed point|equal|equat\w+|solv\w+|gradients?|derivatives?|both sides|them|these|"
    r"this|two)\b|\b0\b",
    re.IGNORECASE,
)
_ASSUMPTION = re.compile(
    r"^\W*(?:and\s+)?(?:since|as|because|under|assuming|supposing|(?:by\s+)?setting|if\s+we|we|assume|suppose)\b(?P<said>[^.;:]*?)"
    r"(?:,|\b(?:we|one|you|i|it|this|that|which|so)\s+(?:now\s+|then\s+|thus\s+|also\s+)?"
    r"(?:find|get|obtain|see|conclude|arrive|deduce|infer|have|that|follow)s?\b)",
    re.IGNORECASE,
)
_NOTHING_SAID = re.compile(
    r"\b(?:we|i|one|you|that|in|at|to|by|the|and|both|here|above|now|again|as|for|all|every|each|with|assum\w+|suppos\w+|"
    r"set|setting|let|be|is|are|equation|eq)\b|\W|\d",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(r"\b(?:assum\w+|suppos\w+|setting|set)\b", re.IGNORECASE)
_SET_BEFORE = re.compile(rf"\b(?:{_ACTS})\b|^\W*set\b", re.IGNORECASE)
_VANISHING = re.compile(  # words that set something to zero
    r"\b(?:zeros?|vanish\w*|stationar\w+|optim\w+|minim\w+|maxim\w+|first[- ]order|critical|"
    r"normal equations?|extrem\w+|root|equilibrium|fixed point|nullclines?|where|when|if)\b",
    re.IGNORECASE,
)
SOLVED = re.compile(  # what comes of a condition: "solving for x we get"
    r"\bsolv(?:e|es|ed|ing)\b[^.;:]{0,30}\bfor\b[^.;:]{0,40}\b(?:get|gets|obtain|find|arrive|have|give|gives|yield|yields|leads?|"
    r"become|becomes|giving|yielding)\b",
    re.IGNORECASE,
)
SET_TO_ZERO = re.compile(  # Setting both derivatives to zero: Su = cu and u^T u = 1
    r"\b(?:set|setting)\b[^⟦⟧.;]{0,60}\bto\s+(?:zero|0)\b"
    r"(?:(?!\b(?:gives?|yields?|leads?|shows?|means|implies|we|one)\b)[^⟦⟧.;]){0,20}⟦\d+⟧(?:\s*(?:,\s*and|,|and)\s*⟦\d+⟧)*$",
    re.IGNORECASE,
)
_TO_ZERO = re.compile(r"\b(?:to|equals?|is|be|become|becomes) (?:zero|0)\b|\bvanish", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Setting:
    """Whether a claim may be an equation that is set (by its words or by an arrow behind it), or a zero that is.

    `said`: the words alone set an equation ("we require"); `vanishing`: they set something to zero ("vanishes");
    `to_zero`: they say so of what was worked out before ("setting it to zero gives").
    """

    equation: bool = False
    zero: bool = False
    said: bool = False
    vanishing: bool = False
    to_zero: bool = False
    words: str = ""  # those that set something


CLAIMED = Setting()


def assumes_in_words(words: str) -> bool:
    """Whether words assume something that no formula tells: "Assuming that both are independent we find"."""
    found = _ASSUMPTION.match(words)
    return found is not None and bool(_SUPPOSES.search(words) and _NOTHING_SAID.sub("", found["said"]))


def linked_places(items: Sequence[Item]) -> Mapping[int, str]:
    """Where the statements begin that an arrow (⇒, ⇔) leads on from, in their formula or in the next one; and which."""
    displays = [
        p for item in items if isinstance(item, Sentence) for p in item.parts if isinstance(p, Formula) and p.display
    ]
    statements = [s for display in displays for s in statements_of(display.source)]
    return {s.sides[0].place(0): following.link for s, following in pairwise(statements) if following.link}


def setting_of(words: str, before: str, linked: bool) -> Setting:
    """What the words of its sentence and, where it has none, of the one before say of a claim.

    Words that end in no full stop lead on to it. `linked`: an arrow leads on from it, or a ! stands over its sign.
    """
    if not before.rstrip().endswith((".", "!", "?")):
        words, before = f"{before} {words}", ""
    spoken = bool(_SETTING.search(words) or _SET_BEFORE.search(before))
    said = spoken and not (_CONCLUDES.search(words) and not _SOLVING.search(words))
    vanishing = bool(_VANISHING.search(words) or _VANISHING.search(before))
    to_zero = bool(_TO_ZERO.search(words) or _TO_ZERO.search(before))
    aimed = _VANISHING.search(_ENDS_IN_IF.sub("", words))
    said = said or bool(_ENDS_IN_IF.search(words) and not aimed)
    return Setting(
        said or linked, spoken or said or linked or vanishing, said, vanishing, to_zero, f"{before} {words}".strip()
    )


def going_on(words: str) -> Setting:
    """The same for a display that goes on with a chain: only a zero at its end may be set."""
    zero = bool(_VANISHING.search(words))
    return Setting(False, zero, False, zero)
