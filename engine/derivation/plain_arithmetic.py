"""Arithmetic in plain words, without the signs of a formula: "parameters: 6 * (3 * 25 + 1) = 6 * 76 = 456".

Only whole chains of numbers, behind the begin of a line, a colon, a comma or a word that leads on to a result, and up
to the end of a line, a sign or a word that says what is counted: behind "5 kB" the number may be of another unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from engine.derivation.document import Formula, Prose
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Source

_NUMBER = r"(?<![\w.])\d+(?:\.\d+)?(?:\^-?\d+)?(?![\w^])"
_TIMES = r"[ \t]*(?:[-+*/×·÷−]|(?<=[\d)\s])x(?=[\d(\s]))[ \t]*"
_SUM = rf"-?{_NUMBER}(?:{_TIMES}{_NUMBER}){{0,20}}+"
_INNER = rf"(?:{_NUMBER}|\({_SUM}\))"
_FACTOR = rf"(?:{_NUMBER}|\(-?{_INNER}(?:{_TIMES}{_INNER})*\))"
_SIDE = rf"(?:[-−](?=[\d(]))?{_FACTOR}(?:{_TIMES}{_FACTOR}){{0,40}}+"
_CHAIN = re.compile(rf"{_SIDE}(?:[ \t]*[=≈][ \t]*{_SIDE})++")
_WORKS = re.compile(r"[\d)]\s*[-+*/×·÷−x]\s*[\d(]|\^")
_BEFORE = re.compile(
    r"(?:(?:^|\n)[ \t]*(?:(?:[-*+]|\d+[.)]|\(?[a-z]\))[ \t]+)?(?:\*\*)?|(?<![\d\w])\(|[\w)][*_]*[:;.][*_]*[ \t]+|"
    r"[A-Za-z)],[ \t]+|\b(?:is|are|gives?|has|have|get|so|hence|thus|then|that|since|because|check|namely|needs?|"
    r"makes?|total|means|yields?|there|again|altogether|contains?|holds?|uses?)[ \t]+)$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"[ \t]*(?:$|\n|[.;:!?)](?!\d)|,(?!\d)|[ \t](?:(?:and|so|which|as|is|are|for|in|with|because|since|but|"
    r"again|altogether|weights?|bias(?:es)?|(?:\w+ )?parameters?|multipl\w+|addit\w+|operat\w+|numbers?|entries|"
    r"inputs?|outputs?|units?|neurons?|pixels?|features?|values?|cells?|cases?|connections?|filters?|channels?|steps?|mistakes?)\b))",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(  # what is counted in another way, or cut off
    r"\b(?:mod(?:ulo)?|base|binary|hex\w*|octal|xor|floor\w*|ceil\w*|round\w*|truncat\w*|cut off|integer division|"
    r"remainder|saturat\w*|clip\w*|about|roughly|approximately|nearly|almost|not|wrong\w*|mistaken?\w*|false)\b|//|%",
    re.IGNORECASE,
)
_DIVIDED = re.compile(r"\b(?:floor\w*|round\w*|truncat\w*|integer division|cut off)\b", re.IGNORECASE)
_SPELLED = {"×": r"\times ", "x": r"\times ", "·": r"\cdot ", "*": r"\cdot ", "÷": "/", "−": "-", "≈": r"\approx "}
_SIGN = re.compile(r"[×x·*÷−≈]|\^-?\d+")


def with_plain_arithmetic(items: Iterable[Item]) -> tuple[Item, ...]:
    """The sentences with such chains as formulas of their own."""
    read = tuple(items)
    rounds = any(isinstance(item, Sentence) and _DIVIDED.search(item.template) for item in read)
    return tuple(_told(item, rounds) if isinstance(item, Sentence) else item for item in read)


def _told(sentence: Sentence, rounds: bool) -> Sentence:
    """The sentence with its chains; `rounds`: the page speaks of quotients that are cut off."""
    formulas = any(isinstance(part, Formula) for part in sentence.parts)
    if (sentence.declares and formulas) or _OTHERWISE.search(sentence.template):
        return sentence
    parts: list[Prose | Formula] = []
    for place, part in enumerate(sentence.parts):
        beside = [_inline(sentence, k) for k in (place - 1, place + 1)]
        parts += _pieces(part.source, rounds, *beside) if isinstance(part, Prose) else [part]
    same = len(parts) == len(sentence.parts)
    return sentence if same else replace(sentence, parts=tuple(parts), declares=False)


def _inline(sentence: Sentence, place: int) -> bool:
    part = sentence.parts[place] if 0 <= place < len(sentence.parts) else None
    return isinstance(part, Formula) and not part.display


def _pieces(source: Source, rounds: bool, behind: bool, ahead: bool) -> list[Prose | Formula]:
    """The words with the chains among them apart; whether they go on `behind` a formula, and one stands `ahead`."""
    found: list[Prose | Formula] = []
    text, done = source.text, 0
    for match in _CHAIN.finditer(text):
        before = _BEFORE.search(f"{'§' if behind else ''}{text[: match.start()]}")
        whole = before and _BEHIND.match(f"{text}{'§' if ahead else ''}", match.end())
        divides = rounds and re.search("[/÷]", match[0])
        if not whole or divides or not _WORKS.search(match[0]):
            continue
        if match.start() > done:
            found.append(Prose(source.cut(done, match.start())))
        found.append(Formula(source.cut(match.start(), match.end()).replaced(_SIGN, _spelled), False))
        done = match.end()
    if not found:
        return [Prose(source)]
    return [*found, Prose(source.cut(done))] if done < len(text) else found


def _spelled(sign: re.Match[str]) -> str:
    return f"^{{{sign[0][1:]}}}" if sign[0][0] == "^" else _SPELLED[sign[0]]


__all__ = ["with_plain_arithmetic"]
