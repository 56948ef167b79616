"""What a write-up holds that is not checked, though its writer may think so: formulas without signs, empty ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.derivation.document import Formula
from engine.derivation.report import Note
from engine.derivation.sentences import Item, Sentence
from engine.derivation.source import Lines

_MATHEMATICS = re.compile(  # commands that mean nothing outside of a formula
    r"\\(?:[dt]?frac|partial|sum|prod|nabla|mathbb|mathbf|mathcal|boldsymbol|sqrt|cdot|odot|times|top|left|right|alpha|"
    r"beta|theta|lambda|sigma|delta|eta|mu|log|exp|tanh|operatorname|leq?|geq?|in|infty|hat|bar)(?![A-Za-z])"
)
_PLAIN = re.compile(r"[\w)\]|²³]\s*(?:=|≈|≤|≥|:=|←)\s*[-−+(\[|√∑∫\w]")  # an equation among words
_SIGNED = re.compile(r"\$[^$]*\$|\\\(.*?\\\)")  # a formula in a heading


def overlooked(items: Iterable[Item], lines: Lines) -> Iterator[Note]:
    """A note for each line with mathematics outside of a formula, and for each formula that is empty."""
    told: set[int] = set()
    for item in items:
        for part in item.parts if isinstance(item, Sentence) else ():
            if isinstance(part, Formula):
                if part.display and not part.source.text.strip():
                    yield Note(lines.line(part.source.place(0)), "this formula is empty")
                continue
            source = part.source.without(_SIGNED)
            for place, said in _unread(source.text, isinstance(item, Sentence) and _is_words(item)):
                line = lines.line(source.place(place))
                if line not in told:
                    told.add(line)
                    yield Note(line, said)


def _unread(text: str, alone: bool) -> Iterator[tuple[int, str]]:
    """What stands in words that nothing reads, and where; `alone`: in a sentence without a formula."""
    if alone and (equation := _PLAIN.search(text)) is not None:
        yield equation.start(), "an equation in plain words is not read: put $ around it, or it on a line of its own"
    for match in _MATHEMATICS.finditer(text):
        said = f"{match.group()} stands outside of any formula and is not read: put $ or $$ around it"
        yield match.start(), said


def _is_words(sentence: Sentence) -> bool:
    return not any(isinstance(part, Formula) for part in sentence.parts)
