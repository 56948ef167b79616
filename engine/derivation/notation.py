"""Tables of notation as sentences: | $x_i$ | $i$-th example | $\\mathbb{R}^d$ | says "Let $x_i \\in \\mathbb{R}^d$"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.derivation.source import Source, joined, written_at

_MARKDOWN = re.compile(
    r"^[ \t]*+\|?(?P<head>[^\n|]++\|[^\n]*+)\n[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)++\|?[ \t]*+\n"
    r"(?P<rows>(?:[^\n|]*+\|[^\n]*+(?:\n|\Z))+)",
    re.MULTILINE,
)
_TABULAR = re.compile(
    r"(?:\\begin\{(?P<around>center|table)\}(?:\[[^\]]*\])?\s*(?:\\centering\s*)?)?"
    r"\\begin\{(?P<env>tabular|array)\}\s*(?:\[[^\]]*\]\s*)?\{[^{}]*\}(?P<body>.*?)\\end\{(?P=env)\}",
    re.DOTALL,
)
_RULES = re.compile(r"\\(?:hline|toprule|midrule|bottomrule)\b")
_ROW_END = re.compile(r"\\\\|\\tabularnewline")
_SYMBOLS = re.compile(r"\W*(?:symbols?|notation|quantity|variables?|names?|letters?)\W*", re.IGNORECASE)
_MEANINGS = re.compile(
    r"\W*(?:meanings?|descriptions?|explanations?|definitions?|what|what it is|what it means|stands for|sizes?|shapes?|"
    r"dimensions?|types?|sets?|ranges?|domains?|values?|counts?|numbers?|given)\W*",
    re.IGNORECASE,
)
_VALUES = re.compile(r"\W*(?:values?|counts?|numbers?|given)\W*", re.IGNORECASE)
_VALUE = re.compile(
    r"\s*\$?\s*(?P<value>[-+]?\d+(?:\.\d+)?(?:/\d+)?|\\[dt]?frac\s*\{\d+\}\s*\{\d+\}|\\[dt]?frac\s*\d\s*\d)\s*\$?\s*"
)
_SIZES = re.compile(r"\W*(?:sizes?|shapes?|dimensions?)\W*", re.IGNORECASE)
_SYMBOL = re.compile(r"\s*\$([^$]+)\$\s*")
_SET = re.compile(r"\s*\$\s*(\\mathbb\s*\{?\s*[RNZ]\s*\}?\s*(?:\^\s*(?:\w|\{[^{}=]*\}))?)\s*\$\s*")
_SIZE = re.compile(r"\s*\$?\s*(\w+(?:\s*[+-]\s*\d)?\s*(?:\\times(?![a-z])|×|x)\s*\w+(?:\s*[+-]\s*\d)?)\s*\$?\s*")
_NUMBER = re.compile(r"\s*(?:a\s+)?(?:scalars?|(?:real\s+)?numbers?|reals?|\$?1\$?)\s*", re.IGNORECASE)
_ZERO_ONE = re.compile(r",?\s*(?:either\s+)?(?:in\s+\{)?\$?0\$?(?:\s*or\s*|\s*,\s*)\$?1\$?\}?\s*$")


def with_rows_told(source: Source, latex: bool) -> Source:
    """The text with each row of a table of notation as a sentence of its own; other tables stay."""
    parts: list[Source] = []
    done = 0
    for match in (_TABULAR if latex else _MARKDOWN).finditer(source.text):
        rows = list(_tabular(source, match) if latex else _markdown(source, match))
        if len(rows) > 1 and _is_notation(rows[0]):
            told = [_sentence(rows[0], row) for row in rows[1:]]
            parts += [source.cut(done, match.start()), *told]
            parts.append(written_at("\n\n", source.place(match.end() - 1)))
            done = match.end()
    return joined([*parts, source.cut(done)]) if parts else source


def _is_notation(heads: Sequence[Source]) -> bool:
    first, *others = [head.text for head in heads]
    return bool(others) and _SYMBOLS.fullmatch(first) is not None and all(map(_MEANINGS.fullmatch, others))


def _markdown(source: Source, match: re.Match[str]) -> Iterator[list[Source]]:
    yield list(_cells(source.cut(match.start("head"), match.end("head")), "|"))
    start = match.start("rows")
    for line in match["rows"].splitlines(keepends=True):
        yield list(_cells(source.cut(start, start + len(line)), "|"))
        start += len(line)


def _tabular(source: Source, match: re.Match[str]) -> Iterator[list[Source]]:
    body = source.cut(match.start("body"), match.end("body")).without(_RULES)
    done = 0
    for end in [*_ROW_END.finditer(body.text), None]:
        row = body.cut(done, None if end is None else end.start())
        if row.text.strip():
            yield list(_cells(row, "&"))
        done = done if end is None else end.end()


def _cells(row: Source, sign: str) -> Iterator[Source]:
    """The cells of a row; a sign within a formula is none between cells."""
    row = row.stripped()
    start, formula = int(sign == "|" and row.text.startswith("|")), False
    for place, char in enumerate(row.text):
        escaped = place > 0 and row.text[place - 1] == "\\"
        formula = formula != (char == "$" and not escaped)
        if char == sign and not formula and not escaped and place >= start:
            yield row.cut(start, place).stripped()
            start = place + 1
    if sign != "|" or row.text[start:].strip():
        yield row.cut(start).stripped()


def _sentence(heads: Sequence[Source], row: Sequence[Source]) -> Source:
    """What a row says: Let its symbol lie in the set or have the size that a cell names, and be what the others say."""
    symbol, *said = row
    at = symbol.place(0)
    named = _SYMBOL.fullmatch(symbol.text)
    if named is None or len(row) != len(heads):
        return joined([written_at("\n\n", at), *row])
    inside, words, value = None, list[Source](), list[Source]()
    for head, cell in zip(heads[1:], said, strict=True):
        number = _VALUE.fullmatch(cell.text) if _VALUES.fullmatch(head.text) else None
        if number is not None and not value:  # | $T$ | true positives | 40 |
            value = [written_at(" = ", at), cell.cut(*number.span("value"))]
            continue
        where = _set_of(cell, _SIZES.fullmatch(head.text) is not None)
        if where is not None and inside is None:
            inside = where
        elif cell.text:
            words.append(cell)
    text = " ".join(cell.text for cell in words)
    if inside is not None and inside.text == _REALS and re.search(r"\bfunctions?\b|=|\\in\b|[<>]|\\[lg]eq?\b", text):
        inside = None  # a number by what else is said of it
    if inside is not None and _ZERO_ONE.search(text) and inside.text == _REALS:
        inside = written_at(r"\{0, 1\}", inside.place(0))
    head = symbol.cut(named.start(1), named.end(1))
    lies = [] if inside is None else [written_at(r" \in ", at), inside]
    parts = [written_at("\n\nLet $", at), head, *(value or lies), written_at("$", at)]
    for count, cell in enumerate(words):
        defines = cell.text.startswith("$")
        parts += [written_at(", " if count or defines else " be the ", at), cell]
    return joined([*parts, written_at(".\n\n", at)])


_REALS = r"\mathbb{R}"


def _set_of(cell: Source, sizes: bool) -> Source | None:
    """The set that a cell names, or that has the size in it."""
    inside = _SET.fullmatch(cell.text)
    if inside is not None:
        return cell.cut(inside.start(1), inside.end(1))
    size = _SIZE.fullmatch(cell.text)
    if size is not None:
        shape = cell.cut(size.start(1), size.end(1)).replaced(re.compile(r"×| x "), lambda _: r"\times ")
        return joined([written_at(r"\mathbb{R}^{", cell.place(0)), shape, written_at("}", cell.place(0))])
    if _NUMBER.fullmatch(cell.text) is not None:
        return written_at(_REALS, cell.place(0))
    length = re.fullmatch(r"\s*\$\s*([A-Za-z]|\d+)\s*\$\s*", cell.text) if sizes else None
    return None if length is None else written_at(rf"\mathbb{{R}}^{{{length[1]}}}", cell.place(0))
