"""The pieces of a write-up -> its sentences, and which of them declare: those that begin with Let, Given, Where, ..."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.derivation.conditions import with_conditions
from engine.derivation.document import Break, Fault, Formula, Piece, Prose
from engine.derivation.source import Source

_LEAD = (
    r"(?:[a-z][\w -]{0,30}:[\s*_]+(?=(?:let(?!['’]s)|define|suppose|assume|denote)\b))?"  # Nodes: let u = xy
    r"(?:(?:for|in|on|at|to)\s+(?:the|this|our|an?|each|every)\s+\w+(?:\s+\w+){0,2},?\s+"
    r"(?=(?:let(?!['’]s)|define|denote|write)\b))?"  # for the readout let g = ...
    r"(?:(?:now|then|next|first|finally|also|here|further(?:more)?|moreover|throughout|again|and|so|but|as usual|"
    r"as before|in what follows|in the following|from (?:now|here) on|henceforth|"
    r"in this \w+|for this|for example|e\.g\.|note|hence|moreover|in addition|below|above|"
    r"\(?[a-z0-9]{1,3}[.)]|step \d+[.:]?|exercise \d*[.:]?|problem \d*[.:]?|question \d*[.:]?)[,:]?\s+)*"
    r"(?:(?:we|i|you|one|they)\s+(?:(?:can|may|will|shall|now|also|first|further|again|always|are)\s+)*)?"
)
_BY_RULE = (  # With the addition theorems we find what follows from them
    r"\s+(?:the|this|these|our|an?)\s+(?:[\w-]+\s+){0,4}"
    r"(?:theorems?|rules?|identit(?:y|ies)|laws?|lemmas?|lemmata|propert(?:y|ies)|help)\b"
)
_KEYWORD = (
    r"(?:let(?!['’]s\b|\s+us\s+(?!define|assume|suppose|denote|write|consider|fix|recall))|given|where|"
    rf"with(?!\s+(?:\w+\s+)?equality\b)(?!{_BY_RULE})|define|"
    r"assume|assuming|suppose|supposing|recall|denote|denoting|consider|fix|"
    r"(?<!can )write(?!\s+(?:out|down|this|it)\b)|"
    r"there\s+(?:is|are|exists?)(?=[^.:]*\b(?:such\s+that|with|satisfying|for\s+which)\b)|"
    r"(?:the\s+)?(?:notations?|set-?up|setting|definitions?|assumptions?|declarations?|symbols|conventions?|data|model|"
    r"shapes|sizes|dimensions|variables|quantities|parameters|known(?:\s+quantities)?|what\s+is\s+given)"
    r"(?:\s+(?:used|(?:and|&)\s+[a-z]+))?(?=[\W_]*(?:[:.]|$)))"
)
_LAYOUT = (
    r"(?:[\W_]*\\(?:noindent|indent|(?:small|med|big)skip|par|[vh]space\*?\s*\{[^{}]*\}|newpage|clearpage)"
    r"(?![A-Za-z]))*"
)
_DECLARES = re.compile(rf"{_LAYOUT}[\W_]*{_LEAD}[\W_]*{_KEYWORD}\b(?![-'’])", re.IGNORECASE)
_HEADING = re.compile(
    r"[\W\d_]*(?:the\s+)?(?:given|notation|set-?up|setting|definitions?|assumptions?|declarations?|symbols|conventions?|"
    r"data|model|preliminaries|variables|network|what is given)\b",
    re.IGNORECASE,
)
_WORKING = re.compile(
    r"[\W\d_]*(?:derivation|solution|proof|answer|step|calculation|computation|working|claim|result|part)\b",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bi\.i\.d(?!\.\s+(?:Then|For|Hence|We|Let|So|If|In|With|Now|Thus|Show|Define|Find|Compute|This|It)\b))(?<!\bw\.r\.t)(?<!\bcf)(?<!\bEq)(?<!\beq)(?<!\bresp)(?<!\bvs)(?<!\bi\.i)(?<!\bs\.t)"
    r"[.!?](?=[\"')\]*_}]*(?:\s+|$))"
)
_AWAITS = re.compile(r"\b(?:let|define|where|given|suppose|assume)[^\w⟦⟧]*$", re.IGNORECASE)
_CLAUSE = re.compile(
    r"(?:,\s*|\(\s*|\s|^)(?=where\b)|[,;(]\s*(?=(?:with(?!\s+(?:the\s+)?(?:rows?|columns?)\b)|given|assuming|let)\b)|"
    r"[,;(]\s*(?=(?:and\s+)?(?:initiali[sz]ed|initiali[sz]ing|started|starting)\s+(?:at|with|from|by|to|as)\s*(?:zero\b\W*)?$)",
    re.IGNORECASE,
)
_TURN = re.compile(
    r"\b(?:(?:we|one|you|i) (?:then |now |also )?(?:get|obtain|have|find|see|compute|check|verif(?:y|ie)|calculate)s?|"
    r"gives?|yields?|becomes?|follows|then|hence|thus|therefore|so that|"
    r"so(?=\s*[:,]?\s*$)|it holds|implies|shows?|reads|takes the form|turns into|simplifies to|"
    r"reduces to|amounts to|can be written)\b",
    re.IGNORECASE,
)

_UNDER = re.compile(  # with what is said of symbols, something is so
    r"[\W_]*(?:(?:and|so|now|then|but|hence|thus)[, ]\s*)?"
    r"(?:with|given|assuming|assume|suppose|supposing|setting|taking|using|where)\b(?!\s+(?:the|an?)\b[^⟦]*\b(?:by|as)\b)",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"[\W_]*(?:(?:and|so|now|then|but|hence|thus)[, ]\s*)?With\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words and formulas in order; `declares`: its formulas declare or define. `section` counts headings; `labelled`:
    it is the first of an item with a letter or a number.
    """

    parts: tuple[Prose | Formula, ...]
    declares: bool = False
    section: int = 0
    after_display: bool = False  # it goes on behind a display formula: "where h is binary"
    labelled: bool = False

    @property
    def template(self) -> str:
        """The words, with ⟦k⟧ for the formula at place k of the parts."""
        return "".join(p.source.text if isinstance(p, Prose) else f"⟦{k}⟧" for k, p in enumerate(self.parts))

    @property
    def shown(self) -> bool:
        """Whether a display stands in it."""
        return any(isinstance(part, Formula) and part.display for part in self.parts)

    def turned(self) -> int:
        """The place of the first part behind words such as "we get": from there on formulas claim. So does a display
        behind the comma of "With H = ..., ".
        """
        beside, told = _BESIDE.match(self.template) is not None, False
        for place, part in enumerate(self.parts):
            if isinstance(part, Formula):
                before = self.parts[place - 1] if place else None
                if part.display and isinstance(before, Formula) and _UNDER.match(self.template):
                    return place - 1  # With w = 2, x = 3, and then the display
                told = told or not part.display
                continue
            ahead = self.parts[place + 1] if place + 1 < len(self.parts) else None
            shown = isinstance(ahead, Formula) and ahead.display
            if _TURN.search(part.source.text):
                return place
            ends = r"[,:]\s*$" if self._numbers(place) else r",\s*$"
            if beside and told and shown and re.search(ends, part.source.text):
                return place
            if shown and told and self._leads_on(place):
                return place
        return len(self.parts)

    def _leads_on(self, place: int) -> bool:
        """Whether a display behind "With w = 2, x = 3", or "Given x = 1:", is what comes of it: nothing joins it to the
        formulas before it. Behind a colon these give numbers, or bounds.
        """
        words = self.parts[place].source.text
        if _UNDER.match(self.template) is None or re.search(r"\w", words):
            return False
        return words.strip() in {"", ","} or self._numbers(place) or self._bounds(place)

    def _bounds(self, place: int) -> bool:
        texts = [part.source.text for part in self.parts[:place] if isinstance(part, Formula)]
        return all(re.search(r"[<>≤≥]|\\(?:[lg]eq?|[lg]t)(?![a-z])", text) and "=" not in text for text in texts)

    def _numbers(self, place: int) -> bool:
        """Whether all formulas before a place give numbers: With a = 1 and b = 2:"""
        texts = [part.source.text for part in self.parts[:place] if isinstance(part, Formula)]
        pieces = (piece for text in texts for piece in re.split(r",(?![^()\[\]]*[)\]])", text))
        return all(_GIVES_NUMBERS.fullmatch(piece) for piece in pieces)


_GIVES_NUMBERS = re.compile(
    r"[^=]+=\s*(?:[-+−]?[\d./\s]+|(?:\\left)?[(\[][-+−\d./,\s]+(?:\\right)?[)\]]\s*(?:\^\s*\{?(?:\\top|T)\}?)?\s*)"
)
Item: TypeAlias = Sentence | Fault
_ENDS_AT_ZERO = re.compile(r"=\s*(?:\\mathbf\s*\{?)?0\}?\s*$")


def words_of(sentence: Sentence) -> str:
    """The words of a sentence; a formula within it that says "= 0" says "is zero", and one behind "if" says "so"."""
    found: list[str] = []
    for place, part in enumerate(sentence.parts):
        if isinstance(part, Prose):
            found.append(part.source.text)
        elif not part.display and not sentence.declares and _ENDS_AT_ZERO.search(part.source.text):
            found.append(" is zero ")
        elif not part.display and place and _SUPPOSES.search(found[-1] if found else ""):
            found.append("so")
    return " ".join(found)


_SUPPOSES = re.compile(r"\b(?:if|when|whenever|as long as|provided(?: that)?)\s*$", re.IGNORECASE)
_WITH = re.compile(r"with\b", re.IGNORECASE)  # ..., with mean 0 and variance 1: no clause of its own


@dataclass(slots=True)
class _State:
    parts: list[Prose | Formula] = field(default_factory=list)
    section: int = 0
    heading: bool = False
    declaring_section: bool = False
    in_list: bool = False
    list_before: bool = False  # a list stood before the empty line
    list_declares: bool = False
    last_declared: bool = False
    item_declares: bool = False
    after_display: bool = False
    labelled: bool = False
    awaiting: bool = False  # a declaring sentence ended in "let", "by", ":"
    in_brackets: bool = False  # within a clause that brackets hold: (with e the merged noise)


def sentences_of(pieces: Iterable[Piece]) -> tuple[Item, ...]:
    """The sentences in order, and the faults where they stand."""
    state = _State()
    found: list[Item] = []
    for piece in pieces:
        if isinstance(piece, Fault):
            found.append(piece)
        elif isinstance(piece, Break):
            found += _ended(state)
            _at_break(piece, state)
        elif isinstance(piece, Prose):
            found += _with_prose(piece, state)
        else:
            state.parts.append(piece)
            if re.search(r"[.!?]\s*$", piece.source.text) and piece.display:
                found += _ended(state)
                state.after_display = True
    found += _ended(state)
    return with_conditions(found)


def _at_break(piece: Break, state: _State) -> None:
    if piece.kind == "heading":
        state.heading = not state.heading
        state.section += state.heading
        state.in_list = state.item_declares = state.list_before = False
    elif piece.kind == "item":
        state.labelled = piece.labelled
        if not state.in_list and not state.list_before:
            state.list_declares = state.last_declared or state.declaring_section
        state.in_list, state.item_declares = True, state.list_declares
    else:
        state.list_before = state.in_list and piece.kind == "paragraph"
        state.in_list = state.item_declares = False
    state.after_display = state.after_display and piece.kind == "paragraph"


def _with_prose(piece: Prose, state: _State) -> Iterator[Item]:
    """Prose is cut where sentences end, and before clauses that declare ("where", ", with")."""
    source = piece.source
    if state.parts and isinstance(state.parts[-1], Formula) and state.parts[-1].display and _fresh_start(source.text):
        yield from _ended(state)
        state.after_display = True
    done = 0
    ends = [m.end() for m in _END.finditer(source.text)]
    clauses = (m.end() for m in _CLAUSE.finditer(source.text))
    cuts = sorted(
        {*ends, *(cut for cut in clauses if not (_WITH.match(source.text, cut) and any(e > cut for e in ends)))}
    )
    cuts = sorted({*cuts, *_closings(source.text, cuts, state.in_brackets)})
    for cut in cuts:
        if cut <= done and not (cut == 0 and state.parts):
            continue
        clause = _CLAUSE.search(source.text, max(cut - 3, 0)) is not None and not _END.search(
            source.text[:cut][-1:] + " "
        )
        _append(state, source.cut(done, cut))
        after = state.after_display or (clause and any(isinstance(p, Formula) and p.display for p in state.parts))
        yield from _ended(state)
        state.after_display = after
        state.in_brackets = clause and source.text[:cut].rstrip().endswith("(")
        done = cut
    _append(state, source.cut(done))


def _closings(text: str, cuts: Sequence[int], within: bool) -> Iterator[int]:
    """Where the brackets around clauses end: what stands behind them is said by the sentence around the clause."""
    opened = [cut for cut in cuts if text[:cut].rstrip().endswith("(")]
    for start in [0, *opened] if within else opened:
        depth = 0
        for place in range(start, len(text)):
            depth += (text[place] == "(") - (text[place] == ")")
            if depth < 0:
                yield place + 1
                break


def _fresh_start(text: str) -> bool:
    """Whether words behind a display formula begin a sentence: with a capital, a keyword, or after an empty line."""
    return bool(re.match(r"\s*[.,;:]?\s*(?:[A-Z*_#]|\n)", text)) or bool(_DECLARES.match(text))


def _append(state: _State, source: Source) -> None:
    if source.text.strip():
        state.parts.append(Prose(source))


def _begins_with_membership(parts: tuple[Prose | Formula, ...]) -> bool:
    """Whether a sentence begins with a formula that says where a symbol lies: A \\in R^{n x n}, A^T = A."""
    words = [part for part in parts if not isinstance(part, Prose) or re.search(r"[\w⟦]", part.source.text)]
    first = words[0] if words else None
    shown = any(isinstance(part, Formula) and part.display for part in parts)  # what is shown may be a claim
    return isinstance(first, Formula) and not shown and _MEMBERSHIP.search(first.source.text) is not None


_MEMBERSHIP = re.compile(r"\\in(?![a-z])|∈|\\sim(?![a-z])")


def _ended(state: _State) -> Iterator[Item]:
    parts, state.parts = tuple(state.parts), []
    if not parts:
        return
    template = "".join(p.source.text if isinstance(p, Prose) else "⟦⟧" for p in parts)
    if not re.search(r"[\w⟦]", template):
        return  # the stars behind **Notation.**
    declares = bool(_DECLARES.match(template))
    if state.heading:
        state.declaring_section = bool(_HEADING.match(template))
        state.last_declared = False
        yield Sentence(parts, False, state.section)
        return
    declares = declares or _begins_with_membership(parts)
    if state.awaiting and template == "⟦⟧":
        declares = True  # "and let", and then the display in a paragraph of its own
    state.awaiting = declares and bool(_AWAITS.search(template))
    if _WORKING.match(template):
        state.declaring_section = state.item_declares = False
    declares = declares or state.item_declares or state.declaring_section or _starts(parts, template)
    if not state.in_list:
        complete = "⟦⟧" in template and re.search(r"[.!?][\s*_)]*$", template) is not None
        state.last_declared, state.list_before = declares and not complete, False
    declares = declares or _introduces(parts, template) or _FOR_EACH.match(template) is not None  # no list behind it
    yield Sentence(parts, declares, state.section, state.after_display, state.labelled)
    state.labelled = False
    state.after_display = any(isinstance(p, Formula) and p.display for p in parts[-1:])


_STARTS = re.compile(  # "Start at ⟦⟧ and ⟦⟧": with nothing else said
    r"[\W_]*(?:(?:now|here|we|let us|the (?:iteration|algorithm|method|recursion|optimi[sz]er))\b\s*)*"
    r"(?:starts?|started|starting|begins?|beginning|initiali[sz]e[sd]?|initiali[sz]ing|initiali[sz]ation)\b"
    r"(?:\s+(?:at|with|from|in|by|is|the|zero|(?:point|value|parameters?|weights?|state|iterate|guess|vector))\b)*"
    r"\s*:?\s*⟦⟧(?:\s*(?:,|and|,\s*and)\s*⟦⟧)*[\W_]*",
    re.IGNORECASE,
)
_FIRST = re.compile(
    r"\s*\\?[A-Za-z]+(?:_\{?0\}?|\^\{?\((?:0)\)\}?)\s*=\s*"
    r"(?:[-+]?[\d./]+|\\[dt]?frac\s*\{?\d+\}?\s*\{?\d+\}?|\([-+\d.,\s/]+\)(?:\s*\^\s*\{?(?:\\top|T)\}?)?)\s*[.,;]?\s*"
)


def _starts(parts: Iterable[Prose | Formula], template: str) -> bool:
    """Whether a sentence says where an iteration starts and no more: "Start at x_0 = 1"."""
    texts = [part.source.text for part in parts if isinstance(part, Formula)]
    return _STARTS.fullmatch(template) is not None and all(_FIRST.fullmatch(text) for text in texts)


_INTRODUCES = re.compile(  # "Targets ⟦⟧ with ⟦⟧ (soft labels allowed).": there is no verb
    r"[\W_]*(?:the\s+)?[A-Za-z-]+(?:\s+[a-z-]+)?\s+⟦⟧(?:,?\s+(?:with|satisfying|such that|so that)\s+⟦⟧)+\s*"
    r"(?:\([^()⟦⟧]*\))?\s*[.;]?\s*"
)
_FOR_EACH = re.compile(
    r"[\W_]*(?:for|given|with)\s+(?:\w+\s+){0,3}⟦⟧,?\s+(?:we\s+)?(?:let|define|set|put)\b", re.IGNORECASE
)
_NOUN = r"(?:[a-z-]+\s+)?(?!(?:is|are|be|gives?|for|if|let|then|so|by|of|on|with|where|we|have|has|get|find)\b)[a-z-]+"
_NOUNS = re.compile(  # "Keys ⟦⟧ and query ⟦⟧ in ⟦⟧, values ⟦⟧."
    rf"[\W_]*(?:the\s+)?{_NOUN}\s+⟦⟧(?:\s*(?:,\s*and|,|and)\s+(?:(?:the|an?)\s+)?(?:{_NOUN}\s+)?⟦⟧)*\s+(?:all\s+)?in\s+⟦⟧"
    rf"(?:\s*(?:,\s*and|,|and)\s+(?:(?:the|an?)\s+)?(?:{_NOUN}\s+)?⟦⟧(?:\s+in\s+⟦⟧)?)*\s*[.;]?\s*",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:[^=<>≤≥\\]|\\(?!(?:geq?|leq?|neq?|approx|propto|sim|to|in)(?![a-z])))+")
_BOUNDED = re.compile(r"\\(?:geq?|in)(?![a-z])|[≥>∈]")


def _introduces(parts: Sequence[Prose | Formula], template: str) -> bool:
    """Whether a sentence names something by a noun, where it lies, and what it satisfies."""
    formulas = [part for part in parts if isinstance(part, Formula)]
    if _NOUNS.fullmatch(template) is not None:
        return all(_NAMED.fullmatch(formula.source.text) and not formula.display for formula in formulas)
    if _INTRODUCES.fullmatch(template) is None or any(formula.display for formula in formulas):
        return False
    first = formulas[0].source.text
    return _BOUNDED.search(first) is not None and "=" not in first
