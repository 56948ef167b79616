"""A display formula -> its statements: chains of relations over as many rows as they like, each side with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from engine.derivation.document import ROWS
from engine.derivation.macros import closing
from engine.derivation.marks import Mark, balance, marks
from engine.derivation.provisos import in_turn, parted
from engine.derivation.side_by_side import column_by_column
from engine.derivation.source import Source, joined, written_at
from solvers.formula.index_ranges import runs

MAX_ROWS = 400


@dataclass(frozen=True, slots=True)
class Statement:
    """sides[0] relations[0] sides[1] ...; `link` says how it follows from the statement before it ("", "=>", "<=>").

    `continues`: sides[0] is missing, and the last side of the statement before stands for it. `note` holds the words
    beside it; `wanted`: written with an exclamation mark over the sign, as what is asked for.
    """

    sides: tuple[Source, ...]
    relations: tuple[str, ...] = ()
    link: str = ""
    continues: bool = False
    note: str = ""
    wanted: bool = False
    over: Source | None = None  # the range of its index: t = 1, ..., T
    given: tuple[Statement, ...] = ()  # what it is said under, beside it: w > 0, i \\ne j


_OUTER = re.compile(
    r"\\(?:begin|end)\s*\{(?:" + "|".join(ROWS) + r")\*?\}(?:\s*\{\d+\}|\s*\{[rclRCL]+\}|\s*\[[a-z]\])?"
    r"|\\(?:label|tag\*?|hspace\*?|vspace\*?|phantom|hphantom|vphantom|eqref|ref|cite|color|textcolor)\s*\{[^{}]*\}"
    r"|\\(?:nonumber|notag|displaystyle|allowdisplaybreaks|displaybreak|hfill|noindent|centering|qedhere|blacksquare|square|Box|qed|checkmark)(?![A-Za-z])"
    r"|\$"
)
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\r\n]*")
_OVER_SIGN = re.compile(r"\\(?:overset|underset|stackrel)\s*\{")
_REMARK = re.compile(r"\s*(?:\\forall.*|\\because.*|\(\s*\\?\*?\d{0,3}\s*\)|[.;,]*)\s*", re.DOTALL)
_OPERATOR = re.compile(r"\s*(?:[+*/·×⊙]|\\(?:cdot|times|odot|circ)(?![A-Za-z]))")
_HALF_RIGHT, _HALF_LEFT = re.compile(r"\\right\s*\.\s*$"), re.compile(r"^\s*\\left\s*\.")
_ENDS_OPEN = re.compile(r"(?<!\^)(?<!\^\s)(?:[+\-*/·×⊙]|\\cdot|\\times|\\odot|\\circ)\s*$")
_JOINING = re.compile(
    r"(?i)\s*(?:and|or|so|hence|thus|then|where|with|since|because|but|also|therefore|i\.?e\.?|that is)\b.*", re.DOTALL
)


@lru_cache(1024)  # a page is gone through by many readers
def statements_of(formula: Source) -> tuple[Statement, ...]:
    """The statements of a display formula, in order; the first may continue what stands before the formula."""
    clean = formula.replaced(_COMMENT, lambda match: match[1]).without(_OUTER)
    clean, wanted = _signs_alone(_without_remarks(_without_boxes(_without_phantoms(clean))))
    found: list[Statement] = []
    ahead: tuple[Statement, ...] = ()  # conditions that no statement stands before
    for row in column_by_column(_rows(clean)[:MAX_ROWS], _begins):
        for piece, link, note, given in _pieces(row):
            if WHEN.fullmatch(note) and not link and not (found and _ranges(found[-1], piece)) and _has_relation(piece):
                condition = Statement(*_chain(piece.cut(0, len(piece.text.rstrip(" :,.")))))
                if found:
                    found[-1] = replace(found[-1], given=(*found[-1].given, condition))
                else:
                    ahead = (*ahead, condition)
            else:
                _add(found, piece, link, note)
            for said in given if found else ():
                if not _add_range(found, said):
                    found[-1] = replace(found[-1], given=(*found[-1].given, Statement(*_chain(said))))
    return tuple(
        replace(s, wanted=s.wanted or wanted, given=(*(ahead if k == 0 else ()), *s.given))
        for k, whole in enumerate(found) for s in _each_given(whole) if s.sides
    )  # fmt: skip


def _each_given(statement: Statement) -> tuple[Statement, ...]:
    """m_0 = v_0 = 0, d_k = d_v = 512/8 = 64: each of these symbols is that number."""
    count = next((k for k, side in enumerate(statement.sides) if not _SYMBOL.fullmatch(side.text)), 0)
    symbols, numbers = statement.sides[:count], statement.sides[count:]
    if count < 2 or set(statement.relations[:count]) != {"="} or statement.continues:
        return (statement,)
    if any(re.search(r"[A-Za-z]", _COMMAND.sub(" ", number.text)) for number in numbers):
        return (statement,)
    first = replace(statement, sides=(symbols[0], *numbers), relations=statement.relations[count - 1 :])
    others = (replace(statement, sides=(s, numbers[0]), relations=("=",), given=()) for s in symbols[1:])
    return (first, *others)


_COMMAND = re.compile(r"\\(?:cdot|times|[dt]?frac|sqrt|log|ln|exp|left|right|[,;:! ])(?![A-Za-z])")
_SYMBOL = re.compile(r"[\s&]*\\?[A-Za-z]+(?:\s*_\s*(?:\w|\{\s*\w+\s*\}))?\s*")
WHEN = re.compile(
    r"[\W_]*(?:(?:and|or|only|as|also|true|valid|holds)\s+)*(?:for|if|when|whenever|provided|assuming|as long as)"
    r"(?:\s+(?:that|all|any|every|only))?[\W_]*",
    re.IGNORECASE,
)
_EXPLAINED = re.compile(r"\s*(?:\(|\[)(?!\s*\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*=)[^=<>]*[^=<>\s]\s*=[^=]*(?:\)|\])[\s.,]*")
_ASIDE = re.compile(r"\s*(?:\(|\\text|\\mbox)")
_WHY = re.compile(  # words about a step, none of what it holds for
    r"\s*\\(?:text|mbox|textrm|textit)\s*\{(?!\s*\(?(?:for|if|when|whenever|where|with|unless|provided|assuming|and|or|"
    r"all|only|otherwise|else|given|any|every|each|a\.s|w\.p|up to|as|mod|in)\b)",
    re.IGNORECASE,
)
_PHANTOM = re.compile(r"\\[hv]?phantom\s*\{")


def _without_phantoms(source: Source) -> Source:
    """Without the invisible formulas that rows are aligned by."""
    while match := _PHANTOM.search(source.text):
        stop = closing(source.text, match.end() - 1)
        if stop is None:
            return source
        source = joined([source.cut(0, match.start()), source.cut(stop)])
    return source


_BOX = re.compile(r"\\(?:A?boxed|fbox|framebox|tcboxmath|underline|mathbf|bm|boldsymbol)\s*\{")


def _without_boxes(source: Source) -> Source:
    """With what stands in a frame, or is bold as a whole, written plainly, where relations stand within it."""
    at = 0
    while match := _BOX.search(source.text, at):
        stop, at = closing(source.text, match.end() - 1), match.end()
        if stop is None:
            return source
        inside = source.cut(match.end(), stop - 1)
        if _has_relation(inside):
            source, at = joined([source.cut(0, match.start()), inside, source.cut(stop)]), match.start()
    return source


_PROBABILITY = re.compile(r"(?:(?<![A-Za-z])(?:P|p)|\\Pr|\\mathbb\s*\{?\s*P\s*\}?)\s*(?:\\left)?\s*\Z")
_BRACKETED_WORDS = re.compile(r"[(\[]\s*\\(?:text|mbox|textrm|textit|mathrm|text(?:bf|sf|normal))\s*\{[^{}]*\s")


def _without_remarks(source: Source) -> Source:
    """Without remarks in brackets that begin with words: (by the chain rule), (multiply by $P(C)$)."""
    done = 0
    while match := _BRACKETED_WORDS.search(source.text, done):
        depth, at = 0, match.start()
        while at < len(source.text):
            depth += (source.text[at] in "([") - (source.text[at] in ")]")
            at += 1
            if depth == 0:
                break
        if depth or _PROBABILITY.search(source.text, 0, match.start()):
            done = match.end()
            continue
        source = joined([source.cut(0, match.start()), source.cut(at)])
        done = match.start()
    return source


def _signs_alone(source: Source) -> tuple[Source, bool]:
    """\\overset{!}{=} as the sign alone; whether an exclamation mark stood over one."""
    wanted = False
    while match := _OVER_SIGN.search(source.text):
        stop = closing(source.text, match.end() - 1)
        body = re.compile(r"\s*\{").match(source.text, stop) if stop is not None else None
        end = closing(source.text, body.end() - 1) if body is not None else None
        if stop is None or body is None or end is None:
            return source, wanted
        over = source.text[match.end() : stop - 1]
        wanted = wanted or "!" in over
        sign = source.cut(body.end(), end - 1)
        if re.search(r"def|triangle|\\Delta", over):
            sign = written_at(":=", sign.place(0))
        source = joined([source.cut(0, match.start()), sign, source.cut(end)])
    return source, wanted


def _rows(source: Source) -> list[list[Source]]:
    """The rows, each as its cells."""
    rows: list[list[Source]] = [[]]
    done = 0
    for mark in marks(source.text):
        if mark.kind in {"row", "cell"}:
            rows[-1].append(source.cut(done, mark.start))
            done = mark.end
            if mark.kind == "row":
                rows.append([])
    rows[-1].append(source.cut(done))
    return rows


def _columns(cells: Sequence[Source]) -> list[Source]:
    """The formulas of a row: alignment marks are taken out, columns of their own kept apart."""
    found: list[Source] = []
    for place, cell in enumerate(cells):
        if place >= 3 and not cells[place - 1].text.strip() and _EXPLAINED.fullmatch(cell.text):
            continue  # && ((I - P)^2 = I - P): why the row holds
        if place >= 2 and _WHY.match(cell.text) and not any(map(_has_relation, cells[place:])):
            break  # && \text{divide by } e^z
        apart = place >= 2 and place % 2 == 0 and _starts_formula(cell, cells[place + 1 : place + 2])
        if found and not apart:
            space = [written_at(r" \quad ", cell.place(0))] if place >= 2 and _ASIDE.match(cell.text) else []
            found[-1] = joined([found[-1], *space, cell])
        else:
            found.append(cell)
    return found


def _starts_formula(cell: Source, following: Sequence[Source]) -> bool:
    """Whether a cell begins a formula of its own: it has a relation inside, or the next cell begins with one."""
    if _begins(cell) or not cell.text.strip() or _OPERATOR.match(cell.text):
        return False
    return _has_relation(cell) or any(_begins(after) for after in following)


def _pieces(cells: Sequence[Source]) -> Iterator[tuple[Source, str, str, tuple[Source, ...]]]:
    """Each statement of a row with its link and the words beside it."""
    for column in _columns(cells):
        link = ""
        for linked, arrow in _linked(column):
            for turn in in_turn(linked):
                part, given = parted(turn)
                for piece, note in _separate(part):
                    yield piece, link, note, given
                    link = ""
            link = arrow


def _linked(source: Source) -> Iterator[tuple[Source, str]]:
    """The parts between arrows, each with the arrow behind it."""
    done = 0
    for mark in marks(source.text):
        if mark.kind == "link":
            yield source.cut(done, mark.start), mark.name
            done = mark.end
    yield source.cut(done), ""


def _separate(source: Source) -> Iterator[tuple[Source, str]]:
    """Formulas side by side (a = b, c = d): apart where each has a relation of its own; words are taken out."""
    pieces: list[tuple[Source, str, str]] = []  # text, what stands before it, the words beside it
    done, before = 0, ""
    for mark in marks(source.text):
        if mark.kind == "words" and not _is_remark(mark, source.text):
            continue
        if mark.kind in {"comma", "quad", "words"}:
            pieces.append((source.cut(done, mark.start), before, ""))
            done, before = mark.end, mark.name if mark.kind == "words" else mark.kind
    pieces.append((source.cut(done), before, ""))
    merged: list[_Piece] = []
    subjects: list[Source] = []  # the i of i, j = 1, ..., n
    pending = ""
    for number, (piece, kind, _) in enumerate(pieces):
        behind = pieces[number + 1 : number + 3]
        if merged and merged[-1].related and _is_subject(piece, behind):  # x, y > 0; i, j = 1, ..., n
            if len(behind) > 1 and _DOTS.match(behind[1][0].text):
                subjects += [piece, written_at(",", piece.end)]
            else:
                sign = next(mark for mark in marks(behind[0][0].text) if mark.kind == "relation")
                merged.append(_Piece(joined([piece, behind[0][0].cut(sign.start)]), "", True))
            continue
        words = kind if kind not in {"comma", "quad", ""} else ""
        if _REMARK.fullmatch(piece.text):
            if merged and words:
                merged[-1] = replace(merged[-1], words=f"{merged[-1].words} {words}".strip())
            elif words:
                pending = words
            continue
        piece, subjects = joined([*subjects, piece]), []
        related = _has_relation(piece)
        if merged and (not (related and merged[-1].related) or (kind == "quad" and _begins(piece))):
            last = merged[-1]
            beside = _beside(last.text, piece, kind)
            merged[-1] = _Piece(beside, f"{last.words} {words}".strip(), related or last.related)
        else:
            merged.append(_Piece(piece, f"{pending} {words}".strip(), related))
            pending = ""
    yield from ((piece.text.stripped(), piece.words) for piece in merged if piece.text.text.strip())


@dataclass(frozen=True, slots=True)
class _Piece:
    """A formula, the words beside it, and whether it has a relation."""

    text: Source
    words: str
    related: bool


_IN_PROBABILITY = re.compile(r"(?:P|p|\\Pr|\\mathbb\s*\{?\s*P\s*\}?)\s*(?:\\left)?\([^()]*\Z")
_DOTS = re.compile(r"\s*(?:\\[lc]?dots|\.\.|…)")


def _is_subject(piece: Source, behind: Sequence[tuple[Source, str, str]]) -> bool:
    """Whether a symbol stands alone before a comma, and what the next one is said of is said of it too."""
    if not behind or behind[0][1] != "comma" or not re.fullmatch(r"\s*\\?[A-Za-z]\w*\s*", piece.text):
        return False
    return re.match(r"\s*\\?[A-Za-z]\w*\s*", behind[0][0].text) is not None and _has_relation(behind[0][0])


def _beside(left: Source, right: Source, kind: str) -> Source:
    comma = written_at(",", left.end) if kind == "comma" else written_at(" ", left.end)
    return joined([left, comma, right])


def _is_remark(mark: Mark, text: str) -> bool:
    """Whether words are a remark or a joint, and no name of the formula: \\text{net}, P(\\text{no flu})."""
    if _IN_PROBABILITY.search(text, 0, mark.start):
        return False
    if (
        re.search(r"[\s.,:()]", mark.name)
        or not mark.name
        or text.startswith((r"\intertext", r"\shortintertext"), mark.start)
    ):
        return True
    return bool(_JOINING.fullmatch(mark.name) or WHEN.fullmatch(mark.name))


def _has_relation(source: Source) -> bool:
    return any(mark.kind == "relation" for mark in marks(source.text))


def _begins(source: Source) -> bool:
    """Whether it begins with a relation."""
    first = next((m for m in marks(source.text) if m.kind == "relation"), None)
    return first is not None and not source.text[: first.start].strip()


def _add(found: list[Statement], piece: Source, link: str, note: str) -> None:
    """One more piece: a statement of its own, a continuation of the chain, of its last side, or its range."""
    if not link and _add_range(found, piece):
        return
    sides, relations = _chain(piece)
    open_before = bool(found) and not link and _is_open(found[-1])
    grows = open_before or (bool(found) and not link and bool(_OPERATOR.match(sides[0].text)))
    minus = bool(found) and not link and not relations and sides[0].text.startswith(("-", "−"))
    if grows or minus:
        last = found[-1]
        left, right = last.sides[-1].without(_HALF_RIGHT), sides[0].without(_HALF_LEFT)
        whole = joined([left, written_at(" ", left.end), right])
        found[-1] = replace(
            last, sides=(*last.sides[:-1], whole.stripped(), *sides[1:]), relations=(*last.relations, *relations)
        )
    elif relations and not sides[0].text.strip():
        if found and not link:
            last = found[-1]
            found[-1] = replace(
                last,
                sides=(*last.sides, *sides[1:]),
                relations=(*last.relations, *relations),
                note=f"{last.note} {note}".strip(),
            )
        else:
            found.append(Statement(sides[1:], relations, link, True, note))
    else:
        found.append(Statement(sides, relations, link, False, note))


def _ranges(statement: Statement, piece: Source) -> bool:
    """Whether a piece says what the indices of the statement before it run through."""
    return runs(piece.text, " ".join(side.text for side in statement.sides))


def _add_range(found: list[Statement], piece: Source) -> bool:
    """Whether a piece is the range of the statement before it, which has it then."""
    if not found or not found[-1].sides or not _ranges(found[-1], piece):
        return False
    earlier = found[-1].over
    said = piece if earlier is None else joined([earlier, written_at(", ", piece.place(0)), piece])
    found[-1] = replace(found[-1], over=said)
    return True


def _is_open(statement: Statement) -> bool:
    last = statement.sides[-1].text
    return not last.strip() or balance(last) > 0 or bool(_ENDS_OPEN.search(last))


def _chain(piece: Source) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The sides and the relations between them."""
    sides, relations, done = [], [], 0
    for mark in marks(piece.text):
        if mark.kind == "relation":
            sides.append(_side(piece.cut(done, mark.start)))
            relations.append(mark.name)
            done = mark.end
    sides.append(_side(piece.cut(done)))
    return tuple(sides), tuple(relations)


def _side(source: Source) -> Source:
    """A side without white space and the full stop or comma behind it."""
    bare = source.stripped()
    begins = re.match(r"(?:\\[,;:! ]|~|\s|\{\})+", bare.text)
    bare = bare.cut(begins.end()) if begins else bare
    ends = re.search(r"(?:\\[,;:! ]|~|\s|(?<!\\)\\$|(?<!\\)(?<!\\right)[.,;])+$", bare.text)
    return bare.cut(0, ends.start()).stripped() if ends and not bare.text.endswith("...") else bare
