"""A write-up as it was handed in -> its prose and its formulas, in order, each with its place. Markdown or LaTeX."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.derivation.fenced_lines import lines_apart
from engine.derivation.intertexts import with_intertexts
from engine.derivation.macros import MacroProblem, closing, expanded
from engine.derivation.notation import with_rows_told
from engine.derivation.plain_blocks import with_plain_blocks
from engine.derivation.source import Source, source_of
from engine.derivation.told_in_tables import with_tables

ROWS = frozenset(
    "equation align alignat gather multline eqnarray displaymath flalign aligned alignedat gathered split math dmath "
    "subequations IEEEeqnarray".split()
)
_SKIPPED = frozenset({"verbatim", "lstlisting", "comment", "tikzpicture", "minted", "figure", "table", "tabular"})
_LISTS = frozenset({"itemize", "enumerate", "description"})
_LINE_END = re.compile(r"\r\n?")
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\r\n]*(?:\r\n|\n|\r)?[ \t]*")


_INLINE = re.compile(r"\$(?:[^$\\\n]|\\.)+\$|\\\((?:[^\\\n]|\\[^)])*\\\)")
_RELATED = re.compile(r"[=<>≤≥≈∝]|\\(?:le|ge|leq|geq|approx|propto|equiv|iff|implies|Rightarrow|Leftrightarrow)\b")
_GOES_ON = re.compile(
    r"[ \t]*\n(?:[ \t]*\n)?[ \t]*\$\$?[ \t]*&?[ \t]*(?:[=<>≤≥≈]|\\(?:leq?|geq?|approx)(?![a-z]))"
)  # $= b$
_SYMBOL = re.compile(r"`(?:[A-Za-z]|[A-Za-z0-9] ?× ?[A-Za-z0-9])`")  # code that is a symbol: `X` is `N×d`
_ITEM = re.compile(r"[ \t>]*(?:[-*+•]|\(?(?:\d{1,2}|[a-z])[.)]|\\item\b(?:\[[^\]]*\])?)[ \t]+")
_LINKS = (
    r"(?:(?:and|so|thus|hence|therefore|then|also|finally|first|next|now|but|i\.e\.|that is|this is|which is|"
    r"this gives|we (?:get|have|obtain|find)|it follows that|it is|this yields|giving|by the chain rule|in total|"
    r"together|because|since|(?:from|by|with|using)[ \t]+\([\w.]{1,4}\)(?:[ \t]+and[ \t]+\([\w.]{1,4}\))?)[,:]?[ \t]+)*"
)
_REASON = r"(?:[ \t]*,?[ \t]+by (?!assum|hypoth|conven|constr|design)[^⟦⟧.;:]{3,80}(?=\.))?"
_NUMBER = r"\*{0,2}\(?[a-z0-9]{1,3}[.)]\*{0,2}[ \t]*"
_LABEL = r"\*{0,2}[A-Z][\w ,'-]{0,60}(?:\*\*:|:\*{0,2})[ \t]*"
_LABELLED = re.compile(rf"({_ITEM.pattern})([A-Z][^:.;]*⟦⟧[^:.;]*):(?=[^:]*$)")  # a label with symbols in it
_ALONE = re.compile(
    rf"(?:{_ITEM.pattern}|[ \t>]*)(?:{_NUMBER})?(?:{_LABEL})?{_LINKS}⟦⟧"
    rf"(?:[ \t]*(?:[,;]|\\quad|\band\b)?[ \t]*{_LINKS}⟦⟧)*{_REASON}[ \t]*(?:[.,;:]|\\\\)?[ \t]*",
    re.IGNORECASE,
)

_REMARKED = re.compile(  # ⟦⟧ (power rule); ⟦⟧ by the power rule; ⟦⟧ ✓; ⟦⟧ for all ⟦⟧: the first formula claims
    rf"(?:{_ITEM.pattern}|[ \t>]*)(?:{_NUMBER})?(?!(?i:let|suppose|assum|given|where|with|define|consider))"
    rf"(?:{_LABEL}|\*\*[A-Z]\w*\.\*\*[ \t]*)?⟦⟧[ \t]*(?:"
    r"\([^()⟦⟧]{1,60}\)|[✓✔]|,?[ \t]*(?:by|using|via|from)[ \t]+(?!assum|hypoth|conven|constr|design)[^⟦⟧.;:]{3,80}|"
    r",[ \t]*(?:and[ \t]+)?(?:so|thus|hence|which)[ \t]+[^⟦⟧.;:]{3,60}|,?[ \t]*where[ \t]+⟦⟧[^⟦⟧.;:]{0,40}|"
    r",?[ \t]*(?:for|if|when|whenever)[ \t]+(?:all[ \t]+|every[ \t]+|any[ \t]+|each[ \t]+)?⟦⟧)?[ \t]*[.,;]?[ \t]*"
)
_LEADING_ON = re.compile(
    r"\b(?:so|thus|hence|therefore|then|gives?|yields?|get|have|obtain|find|becomes?|is|reads|that|"
    r"in general|generally|(?:t|n|k)\s*(?:→|->)\s*(?:∞|inf(?:inity)?|oo))[ \t]*$",
    re.IGNORECASE,
)
_UNDER = re.compile(  # a line of a list: "if ⟦⟧, then ⟦⟧;", of which the last formula claims
    rf"{_ITEM.pattern}(?:{_NUMBER})?(?:if|for|when|case|in case)[ \t]+⟦⟧(?:[ \t]*,?[ \t]*and[ \t]+⟦⟧)?[ \t]*[,:]?[ \t]*"
    r"(?:(?:then|we (?:get|have|obtain|find)|it is|this gives|this is)[,:]?[ \t]+)*⟦⟧[ \t]*(?:[.,;:]|\\)?[ \t]*",
    re.IGNORECASE,
)

_UNDER_ALONE = re.compile(_UNDER.pattern.removeprefix(_ITEM.pattern), re.IGNORECASE)
_IF_THEN = re.compile(  # "if ⟦⟧, then ⟦⟧ and ": what stands before one of several formulas that claim
    rf"(?:{_ITEM.pattern}|[ \t>]*)(?:{_NUMBER})?(?:if|when)[ \t]+⟦⟧(?:[ \t]*,?[ \t]*and[ \t]+⟦⟧)?[ \t]*,?[ \t]*"
    r"(?:then|we (?:get|have|obtain|find))[ \t]+(?:⟦⟧[ \t]*(?:,[ \t]*and|,|and)[ \t]*)*",
    re.IGNORECASE,
)
_AND_SO_ON = re.compile(r"(?:[ \t]*(?:,[ \t]*and|,|and)[ \t]*⟦⟧)*[ \t]*[.;]?[ \t]*", re.IGNORECASE)


def _plain_label(match: re.Match[str]) -> str:
    """The label of an item without its symbols, unless it declares something."""
    declares = re.search(r"\b(?:let|define|where|with|given|suppose|assume|if|when|for)\b", match[2], re.IGNORECASE)
    return match[0] if declares else f"{match[1]}Label:"


@dataclass(frozen=True, slots=True)
class Prose:
    """Words between formulas."""

    source: Source


@dataclass(frozen=True, slots=True)
class Formula:
    """What stands between the signs of a formula; `display`: on lines of its own; `aside`: by the words around it it
    says nothing that is so ("it is not true that"). `written`: before it was read in other words."""

    source: Source
    display: bool
    aside: bool = False
    written: Source | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """Where a sentence ends, whatever its words: a new paragraph, a heading, an item of a list. `labelled`: the item
    has a letter or a number.
    """

    kind: Literal["paragraph", "heading", "item", "list-end"]
    labelled: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the text cannot be taken apart, and why."""

    message: str
    place: int


Piece: TypeAlias = Prose | Formula | Break | Fault


def pieces_of(text: str, latex: bool | None = None) -> tuple[Piece, ...]:
    """The pieces of a write-up in order; `latex` None decides by the text."""
    in_latex = looks_like_latex(text) if latex is None else latex
    source = source_of(text).replaced(_LINE_END, lambda _: "\n")
    if in_latex:
        source = source.replaced(_COMMENT, lambda match: match[1])
    source, problems = expanded(source)
    if in_latex:
        source = with_intertexts(_body(source))
    else:
        source = with_plain_blocks(source)
    scanner = _Scanner(with_tables(with_rows_told(source, in_latex)), in_latex)
    faults = [Fault(problem.message, problem.place) for problem in problems if isinstance(problem, MacroProblem)]
    return (*faults, *scanner.pieces())


def looks_like_latex(text: str) -> bool:
    """Whether a text is a LaTeX document rather than Markdown."""
    return bool(re.search(r"\\(documentclass|begin\{document\}|section\*?\{|item\b|usepackage|paragraph\*?\{)", text))


def _body(source: Source) -> Source:
    """What stands between \\begin{document} and \\end{document}, where they are there."""
    begin = source.text.find(r"\begin{document}")
    start = begin + len(r"\begin{document}") if begin >= 0 else 0
    end = source.text.find(r"\end{document}", start)
    return source.cut(start, end if end >= 0 else None)


class _Scanner:
    """One pass over the text. `RULES` say what may begin at a place; what nothing claims is prose."""

    def __init__(self, source: Source, latex: bool) -> None:
        self.source, self.text, self.latex, self.at = source, source.text, latex, 0
        self.found: list[Piece] = []
        self.prose_from = 0

    def pieces(self) -> list[Piece]:
        rules = [(pattern, rule) for pattern, rule, where in _RULES if where is None or where == self.latex]
        starts = re.compile("|".join(f"(?:{pattern})" for pattern, _ in rules), re.MULTILINE)
        compiled = [(re.compile(pattern, re.MULTILINE), rule) for pattern, rule in rules]
        while match := starts.search(self.text, self.at):
            self.at = match.start()
            matched, rule = next((m, rule) for pattern, rule in compiled if (m := pattern.match(self.text, self.at)))
            before = self.at
            rule(self, matched)
            self.at = max(self.at, before + 1)
        self._flush(len(self.text))
        return self.found

    def _flush(self, stop: int) -> None:
        if self.text[self.prose_from : stop].strip():
            self.found.append(Prose(self.source.cut(self.prose_from, stop)))
        self.prose_from = stop

    def _go(self, at: int) -> None:
        self.at = self.prose_from = at

    # ---- the rules: each stands at its match

    def formula(self, start: int, stop: int, after: int, display: bool) -> None:
        self._flush(self.at)
        self.found.append(Formula(self.source.cut(start, stop), display))
        self._go(after)

    def unclosed(self, opener: str, closer: str) -> None:
        """The formula is read up to the next empty line, and the missing end is told."""
        place = self.at
        start = place + len(opener)
        blank = re.compile(r"\n[ \t\r]*\n").search(self.text, start)
        stop = blank.start() if blank else len(self.text)
        self._flush(place)
        self.found.append(
            Fault(f"the formula opened by {opener} is not closed: expected {closer}", self.source.place(place))
        )
        self.found.append(Formula(self.source.cut(start, stop), True))
        self._go(stop)

    def fenced(self, match: re.Match[str]) -> None:
        fence, info = match["fence"], match["info"].strip().lower().strip("{}. ")
        close = re.compile(rf"^[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*\r?$", re.MULTILINE)
        end = close.search(self.text, match.end())
        stop, after = (end.start(), end.end()) if end else (len(self.text), len(self.text))
        if info in {"math", "latex", "tex", "katex"}:
            if end is None:
                self.found.append(Fault(f"the block opened by {fence}{info} is not closed", self.source.place(self.at)))
            begin = match.end()
            for first, last in lines_apart(self.text[begin:stop]):
                self.formula(begin + first, begin + last, after, True)
        else:
            self._flush(self.at)
            self._go(after)

    def code(self, match: re.Match[str]) -> None:
        if match["math"] is not None:
            self.formula(match.start("math"), match.end("math"), match.end(), False)
        elif _SYMBOL.fullmatch(match.group()):
            self.formula(match.start() + 1, match.end() - 1, match.end(), False)
        else:
            self._flush(self.at)
            self._go(match.end())

    def skipped(self, match: re.Match[str]) -> None:
        self._flush(self.at)
        self._go(match.end())

    def escaped(self, match: re.Match[str]) -> None:
        self.at = match.end()

    def environment(self, match: re.Match[str]) -> None:
        name = match["env"]
        plain = name.rstrip("*")
        if plain in _LISTS:
            self._break("item", match.end(), re.search(r"\w", match[0].removeprefix("\\item")) is not None)
            return
        end = self._end_of(name, match.end())
        if plain in _SKIPPED and end is not None:
            self._flush(self.at)
            self._go(end[1])
        elif plain in ROWS:
            if end is None:
                self.unclosed(match.group(), rf"\end{{{name}}}")
            else:
                self.formula(match.end(), end[0], end[1], plain != "math")
        else:  # a theorem, a proof: its words are read
            self._flush(self.at)
            self._go(match.end())

    def _end_of(self, name: str, start: int) -> tuple[int, int] | None:
        depth = 1
        for mark in re.compile(rf"\\(begin|end)\{{{re.escape(name)}\}}").finditer(self.text, start):
            depth += 1 if mark[1] == "begin" else -1
            if depth == 0:
                return mark.start(), mark.end()
        return None

    def environment_end(self, match: re.Match[str]) -> None:
        self._break("list-end" if match["end"] in _LISTS else "paragraph", match.end())

    def delimited(self, match: re.Match[str]) -> None:
        opener = match.group()
        closer = {"$$": "$$", r"\[": r"\]", r"\(": r"\)", r"\\[": r"\\]", r"\\(": r"\\)"}[opener]
        stop = self._find(closer, match.end())
        blank = re.compile(r"\n[ \t\r]*\n[ \t\r]*\n|\n[ \t\r]*\n(?=[ \t]*[#A-Z])").search(self.text, match.end())
        if stop is None or (blank and blank.start() < stop):
            self.unclosed(opener, closer)
        else:
            after = stop + len(closer)
            alone = closer in {r"\)", r"\\)"} and not self._alone(match.start(), after)
            self.formula(match.end(), stop, after, not alone)

    def _find(self, closer: str, start: int) -> int | None:
        at = start
        while (at := self.text.find(closer, at)) >= 0:
            slashes = len(self.text[start:at]) - len(self.text[start:at].rstrip("\\"))
            if (closer[0] != "\\" and slashes % 2) or (closer[0] == "\\" and len(closer) == 2 and slashes % 2):
                at += 1
            else:
                return at
        return None

    def dollar(self, match: re.Match[str]) -> None:
        blank = re.compile(r"\n[ \t\r]*\n").search(self.text, match.end())
        stop = self._find("$", match.end())
        if stop is None or (blank and blank.start() < stop):
            if self.latex:
                self.found.append(Fault("the formula opened by $ is not closed", self.source.place(self.at)))
            self.at = match.end()
            return
        self.formula(match.end(), stop, stop + 1, self._alone(match.start(), stop + 1))

    def _alone(self, start: int, after: int) -> bool:
        """Whether the lines that a formula within $ stands on hold formulas only, perhaps behind a label or "so": it is
        displayed then, though not as TeX does it.
        """
        if _RELATED.search(self.text, start, after) is None and _GOES_ON.match(self.text, after) is None:
            return False
        begin = self.text.rfind("\n", 0, start) + 1
        end = self.text.find("\n", after)
        end = len(self.text) if end < 0 else end
        before, behind = (_INLINE.sub("⟦⟧", part) for part in (self.text[begin:start], self.text[after:end]))
        words = f"{_LABELLED.sub(_plain_label, before)}⟦⟧{behind}"
        if "⟦⟧" in before and "⟦⟧" not in behind and _UNDER.fullmatch(words):
            return True
        if _ALONE.fullmatch(words) is None:
            ended = re.match(rf"\n?[ \t]*(?:\n|\Z|{_ITEM.pattern})", self.text[end:]) is not None
            begun = not self.text[: begin - 1].rpartition("\n")[2].strip() if begin else True
            first = "⟦⟧" not in before and _REMARKED.fullmatch(words) is not None
            last = "⟦⟧" in before and "⟦⟧" not in behind and _UNDER_ALONE.fullmatch(words) is not None
            several = _IF_THEN.fullmatch(before) is not None and _AND_SO_ON.fullmatch(behind) is not None
            return ended and (begun or _ITEM.match(words) is not None) and (first or last or several)
        above_it = self.text[:begin].rstrip().rpartition("\n")[2]
        item = _ITEM.match(words) is not None
        above = self.text[: begin - 1].rpartition("\n")[2] if begin else ""
        return (
            item
            or not above.strip()
            or bool(re.search(r"[.:;,$]\s*$|^\s*#|\\\\$", above_it))
            or _LEADING_ON.search(above_it) is not None
        )

    def _break(
        self, kind: Literal["paragraph", "heading", "item", "list-end"], after: int, labelled: bool = False
    ) -> None:
        self._flush(self.at)
        self.found.append(Break(kind, labelled))
        self._go(after)

    def paragraph(self, match: re.Match[str]) -> None:
        self._break("paragraph", match.end())

    def heading(self, match: re.Match[str]) -> None:
        self._break("heading", match.end())
        stop, after = self._heading_end(match.end())
        if stop is not None:  # its words are a sentence of their own
            self.at = stop
            self._flush(stop)
            self._break("heading", after)

    def _heading_end(self, start: int) -> tuple[int | None, int]:
        """Where the words of a heading end, and where the text goes on; None if its brace is not closed."""
        if self.latex:
            after = closing(self.text, start - 1)
            return (None, start) if after is None else (after - 1, after)
        end = self.text.find("\n", start)
        return (end, end + 1) if end >= 0 else (len(self.text), len(self.text))

    def item(self, match: re.Match[str]) -> None:
        self._break("item", match.end(), re.search(r"\w", match[0].removeprefix("\\item")) is not None)


_Rule: TypeAlias = Callable[[_Scanner, re.Match[str]], None]
_RULES: tuple[tuple[str, _Rule, bool | None], ...] = (  # what begins a piece, who reads it, in LaTeX only (or never)
    (r"^[ \t>]*(?P<fence>`{3,}|~{3,})(?P<info>[^\n`]*)\n", _Scanner.fenced, False),
    (r"\$`(?P<math>[^`\n]+)`\$|(?<!`)`(?!`)[^`\n]*`(?!`)", _Scanner.code, False),
    (r"<!--[\s\S]*?(?:-->|\Z)", _Scanner.skipped, False),
    (r"\\begin\{(?P<env>[A-Za-z]+\*?)\}(?:\{\d+\}|\{[rclRCL]+\}|\[[^\]\n]*\])?", _Scanner.environment, None),
    (r"\\end\{(?P<end>[A-Za-z]+\*?)\}", _Scanner.environment_end, None),
    (r"\\\\[\[(]", _Scanner.delimited, False),
    (r"\\\\(?:\[[^\]\n]*\])?", _Scanner.escaped, True),
    (r"\\[\[(]", _Scanner.delimited, None),
    (r"\\[$%#&_{}]", _Scanner.escaped, None),
    (r"\$\$", _Scanner.delimited, None),
    (r"\$", _Scanner.dollar, None),
    (r"\\(?:sub)*(?:section|paragraph|chapter)\*?\{", _Scanner.heading, True),
    (r"\\item\b(?:\[[^\]\n]*\])?", _Scanner.item, True),
    (r"^[ \t>]{0,8}#{1,6}[ \t]", _Scanner.heading, False),
    (r"^[ \t>]*(?:[-*+•]|\(?(?:\d{1,2}|[a-z])[.)])[ \t]+(?=\S)", _Scanner.item, False),
    (r"\n(?:[ \t\r>]*\n)+", _Scanner.paragraph, None),
)
