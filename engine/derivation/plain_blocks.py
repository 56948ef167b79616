"""Equations in blocks of plain text: between bare fences, or indented below a blank line, as formulas are often set; in
a page that marks no formula at all, paragraphs that are equations.

A block counts if each of its lines is an equation; program text, and whatever else it may be, stays unread. A word
before the first sign, "size = floor(63/2) + 1 = 32", only labels what is worked out behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.derivation.source import Source, joined, written_at

_FENCE = re.compile(r"[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?:te?xt|plain(?:te?xt)?)?[ \t]*")
_INDENTED = re.compile(r"(?: {4}|\t)[ \t]*(?=\S)")
_BLOCK = re.compile(r"^(?:[ \t]*[`~]{3}| {4}|\t)", re.MULTILINE)
_MARKED = re.compile(r"\$|\\[(\[]|\\begin\{|`[^`\n]+`")
_ITEM = re.compile(r"[ \t>]*(?:[-*+•]|\(?(?:\d{1,2}|[a-z])[.)])[ \t]")
_LEADS = re.compile(
    r"(?:(?:hence|thus|therefore|so|then|and|now|next|also|finally|which gives|this gives|we get|we have|that is)"
    r"[,:]?\s+|"
    r"(?!(?:given|let|where|with|assum\w*|suppose|define|find|show|prove|claim|want|goal|if|for|when|case|note|input|"
    r"data|solve|consider|minimi\w+|maximi\w+)\b)[A-Za-z][A-Za-z' -]{2,40}(?:\s\d{1,2})?:\s+)*",
    re.IGNORECASE,
)
_TRAILS = re.compile(  # a remark behind it
    r"(?:\s+\((?=[^()]*[A-Za-z]{3,})[^()]*\)|,?\s+(?:because|since|as|by|using|from|due to)\s+.*|\s+[✓✔])\s*[.,;]?\s*$",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"(?<=\d)\s*%")
_BRACED = re.compile(r"[_^]\{[^{}]*\}")
_NUMBER = re.compile(r"[ \t>]*\(?(?:\d{1,2}|[a-z])[.)][ \t]+(?=\S)")
_RELATION = re.compile(r"(?<![=<>!:+*/-])(?:=|<=|>=|≤|≥|≈|~=)(?![=>])|:=|←")
_BEGINS = re.compile(r"[ \t]*(?:=|<=|>=|≤|≥|≈)(?!=)")
_PROGRAM = re.compile(
    r"[;{}#@$`\\]|\*\*=|[-+*/]=|==|:=\s*$|:\s*$|\b(?:def|return|import|print|for|while|np|torch|self)\b|"
    r"\d\s*%\s*[\w(]|\blambda\s+\w+\s*:|\w\.\w+\(|\[\d*:"
)
_COLUMNS = re.compile(r"(?<=\S)(?: {3,}|\t+)(?=[^\s=<>≤≥≈])")
_WORDS = (
    "arg(?:min|max)|log|ln|exp|sqrt|sinh?|cosh?|tanh?|max|min|sum|prod|sigma|sigmoid|relu|softmax|tr|det|diag|abs|sign|alpha|"
    "ReLU|softplus|floor|ceil|log2|log10|sgn|beta|gamma|delta|epsilon|eta|theta|kappa|lambda|mu|nu|xi|rho|pi|tau|phi|psi|omega|not"
)
_SENTENCE = re.compile(rf"[A-Za-z]{{2,}}\s+(?!(?:{_WORDS})(?![A-Za-z]))[A-Za-z]{{3,}}|[A-Za-z]{{3,}}[,:]\s")
_FORMULA = re.compile(  # x + x = 3 x, dL/dw = 2 (y - t) x, O = 19/198, and not: So 2^10 = 1024
    rf"\s*(?:[A-Za-z]{{3,}}(?:[ _]\w+)?\s*=(?=[^=]*=))?"
    rf"(?:\b(?:{_WORDS})(?![A-Za-z])|\b[d∂][A-Za-z]\w{{0,2}}(?=\s*/\s*[d∂])|(?<=/)\s*[d∂][A-Za-z]\w{{0,2}}\b|(?<=_)\w{{1,3}}\b|"
    r"\*(?!\*)|[^A-Za-z*–—]|(?<=\d)[a-z]{2}(?![A-Za-z])|[A-Za-z](?![A-Za-z]))*$"
)
_ASKS = re.compile(r"\b(?:log|ln|exp|sin|cos|tanh?|sqrt)\s+[\w.]+\s*/")  # log 8 / 2 is read in two ways
_LABEL = re.compile(r"\s*[A-Za-z]{3,}(?:[ _]\w+)?\s*=(?=[^=]*=)")
_LABELLED = re.compile(r"\s*[A-Za-z]{3,}(?:[ _]\w+)?\s*=")


def with_plain_blocks(source: Source) -> Source:
    """The text with such equations as displays, a line each."""
    unmarked = not _MARKED.search(source.text)
    if not _RELATION.search(source.text) or not (unmarked or _BLOCK.search(source.text)):
        return source
    lines = list(_lines(source))
    parts: list[Source] = []
    at = 0
    while at < len(lines):
        stop, inside = _block(lines, at)
        if stop == at and unmarked:
            stop, inside = _paragraph(lines, at)
        if stop == at:
            parts.append(lines[at])
            at += 1
            continue
        shown = _all_equations(inside) or (unmarked and stop == at + 1 and len(inside) == 1)
        parts += [piece for line in inside for piece in _displays(line)] if shown else lines[at:stop]
        at = stop
    return joined(parts)


def _lines(source: Source) -> Iterator[Source]:
    start = 0
    for match in re.finditer(r"\n|$", source.text):
        if match.end() > start:
            yield source.cut(start, match.end())
        start = match.end()


def _block(lines: list[Source], at: int) -> tuple[int, list[Source]]:
    """Where a block that begins at a line ends, and the lines within it; the same place where none begins."""
    fence = _FENCE.fullmatch(lines[at].text.rstrip("\r\n"))
    if fence is not None:
        for stop in range(at + 1, len(lines)):
            if lines[stop].text.strip() == fence["fence"]:
                return stop + 1, lines[at + 1 : stop]
        return at, []
    if not _INDENTED.match(lines[at].text) or (at and lines[at - 1].text.strip()) or _in_list(lines, at):
        return at, []
    stop = at
    while stop < len(lines) and (_INDENTED.match(lines[stop].text) or _goes_on(lines, stop)):
        stop += 1
    return stop, lines[at:stop]


def _paragraph(lines: list[Source], at: int) -> tuple[int, list[Source]]:
    """The same for a paragraph that is one equation, or one on each line; or for its lines behind a sentence."""
    before = lines[at - 1].text.strip() if at else ""
    if before and before[-1] not in ".:;":
        return at, []
    stop = at
    while stop < len(lines) and lines[stop].text.strip():
        stop += 1
    equations = all(map(_is_formula, lines[at:stop])) and _all_equations(lines[at:stop])
    if stop == at + 1 and not equations and _RELATION.search(lines[at].text) is None and _is_formula(lines[at]):
        behind = next((line.text for line in lines[stop:] if line.text.strip()), "")
        equations = _BEGINS.match(behind) is not None and not _SENTENCE.search(lines[at].text)
    return (stop, lines[at:stop]) if equations else (at, [])


def _core(text: str) -> tuple[int, int]:
    """Where an equation begins and ends in a line, behind a number, a label and words, and before a remark."""
    start = _numbered(text)
    lead = _LEADS.match(text, start)
    start = start if lead is None else lead.end()
    remark = _TRAILS.search(text, start)
    return start, len(text.rstrip()) if remark is None else remark.start()


def _is_formula(line: Source) -> bool:
    start, end = _core(line.text)
    text = line.text[start:end].rstrip(".,; ")
    if (
        text.lstrip().startswith("|")
        or _FORMULA.match(text) is None
        or _ITEM.match(text) is not None
        or _INDENTED.match(text) is not None
    ):
        return False
    return _ASKS.search(text) is None


def _numbered(text: str) -> int:
    """Where a line begins behind its number or letter, (1) or a)."""
    label = _NUMBER.match(text)
    return 0 if label is None else label.end()


def _goes_on(lines: list[Source], at: int) -> bool:
    """Whether a blank line stands between two indented ones."""
    return not lines[at].text.strip() and at + 1 < len(lines) and _INDENTED.match(lines[at + 1].text) is not None


def _in_list(lines: list[Source], at: int) -> bool:
    """Whether the last words that are not indented are an item of a list, which this goes on with."""
    before = next((line.text for line in reversed(lines[:at]) if line.text.strip() and line.text[:1] not in " \t"), "")
    return _ITEM.match(before) is not None


def _all_equations(lines: list[Source]) -> bool:
    texts = [line.text[slice(*_core(line.text))].strip() for line in lines if line.text.strip()]
    return bool(texts) and all(
        _RELATION.search(t) and not _PROGRAM.search(_BRACED.sub("", t)) and not _SENTENCE.search(t) for t in texts
    )


def _displays(line: Source) -> Iterator[Source]:
    """A line as a display, each of its columns as one; a label is left out, and what says no more than a label."""
    start, end = _core(line.text)
    yield line.cut(0, start)
    for cut in [*_COLUMNS.finditer(line.text[:end]), None]:
        stop = end if cut is None else cut.start()
        label = _LABEL.match(line.text, start, stop)
        begin = start if label is None else label.end()
        alone = label is None and _LABELLED.match(line.text, start, stop) is not None
        if line.text[begin:stop].strip() and not alone:
            yield written_at("\n\n$$", line.place(begin))
            yield line.cut(begin, stop).replaced(_PERCENT, lambda _: r"\%")
            yield written_at("$$\n\n", line.place(stop))
        start = stop if cut is None else cut.end()
    yield line.cut(end)


__all__ = ["with_plain_blocks"]
