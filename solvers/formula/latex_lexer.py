"""LaTeX -> tokens. Unknown commands are errors with the nearest known one; nothing becomes a new symbol by itself."""

from __future__ import annotations

import re

from solvers.formula.accents import COMMANDS, accented
from solvers.formula.bare_words import bare_word
from solvers.formula.differential_signs import DIFFERENTIAL_SIGN, differential
from solvers.formula.latex_words import (
    BIG,
    BIG_SIGNS,
    CONDITIONAL,
    ENVIRONMENT,
    FONTS,
    FUNCTIONS,
    KNOWN,
    LETTERS,
    LOGIC,
    NAMES,
    OLD_FONT,
    OPENING,
    OPERATOR_SIGNS,
    RELATION_SIGNS,
    SINGLE,
    SINGLE_TEXT,
    SKIPPED,
    SPACES,
    UNSUPPORTED,
    WORD_FUNCTIONS,
    WORDS,
    WRAPPERS,
)  # fmt: skip
from solvers.formula.letters import letter
from solvers.formula.marks import hoisted
from solvers.formula.operators import GREEK
from solvers.formula.rearranged import rearranged
from solvers.formula.small_scripts import SUBSCRIPTS, SUPERSCRIPTS, small_script
from solvers.formula.tokens import MAX_LENGTH, MAX_TOKENS, TOO_MANY, ReadError, Scope, Token, near, number, percent

_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+(?![\d.]))?", re.ASCII)
_SMALL = {*SUPERSCRIPTS, *SUBSCRIPTS}
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)
_THOUSANDS = re.compile(r"(?!0)\d{1,3}(?:(?:\{,\}|\\,)\d{3})+(?![\d,])(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"\d+\{,\}\d+(?![\d.,{])")
_PERCENT = re.compile(r"\s*(?:\\,)?\\%")
_FENCE = re.compile(r"\\(left|right)(?![A-Za-z])\s*(\\[A-Za-z]+|\\.|.)", re.DOTALL)
_SIZED = re.compile(r"\\[Bb]igg?([lr])\s*(?:\\[lr]?vert|\|)(?!\|)")
_CONDITION = re.compile(r"\s*~?\s*(" + "|".join(sorted(CONDITIONAL)) + r")\b(?:~|\\ |[\s.,;:])*")
_PLAIN = {
    **{c: c for c in "()[],;:|^_'!."}, "{": "g{", "}": "g}", "&": "cell", "…": "...", "⊤": "T", "∂": "partial",
    "∇": "nabla", "∞": "infty", "′": "'", "‖": "||", "∥": "||", "√": "sqrt", "⟨": "<(", "⟩": ")>", "⌊": "lfloor",
    "⌋": "rfloor", "⌈": "lceil", "⌉": "rceil",
}  # fmt: skip


class LatexLexer:
    """One pass over the text; `tokens()` returns them all, the last one of kind "eof"."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope = text, scope
        self.skips: dict[int, int] = {}  # what says nothing about values: where it begins, and where it ends
        self.at, self.end = self._unwrapped()
        self.accents = 0  # that stand over what is read here
        self.fences = self._paired()
        self.below: set[int] = set()  # where the d's below the line of a derivative stand
        long_names = {n for n in (*scope.names, *scope.own) if len(n) > 1 and n.isalpha()}
        self.long_names = sorted(long_names, key=lambda name: (-len(name), name))

    def tokens(self) -> list[Token]:
        if len(self.text) > MAX_LENGTH:
            message = f"the formula has {len(self.text)} characters; at most {MAX_LENGTH} are read"
            raise ReadError(message, MAX_LENGTH)
        return hoisted(rearranged(self.raw()), self.scope.marked)

    def raw(self) -> list[Token]:
        """The tokens in the order in which they are written."""
        found: list[Token] = []
        while not found or found[-1].kind != "eof":
            while found and self.text[self.at : self.at + 1] in _SMALL and self.at < self.end:
                script, self.at = small_script(self.text, self.at, lambda t: LatexLexer(t, self.scope).tokens())
                found += script
            token = self._next()
            found += [] if token is None else [token]
            if len(found) > MAX_TOKENS:
                raise ReadError(TOO_MANY, 0)
        return found

    def _unwrapped(self) -> tuple[int, int]:
        """Where the formula begins and ends inside $...$, \\[...\\] or \\begin{equation}...\\end{equation}."""
        start, end = 0, min(len(self.text), MAX_LENGTH)
        for pattern in (WRAPPERS, ENVIRONMENT):
            match = pattern.fullmatch(self.text, start, end)
            if match:
                inside = next(g for g in ("in1", "in2", "in3", "inside") if match.groupdict().get(g) is not None)
                start, end = match.span(inside)
        return start, end if end < MAX_LENGTH else len(self.text)

    def _paired(self) -> dict[int, str]:
        """For each \\left the delimiter of its \\right, and the other way round."""
        found: dict[int, str] = {}
        opened: list[re.Match[str]] = []
        for match in _FENCE.finditer(self.text):
            if match[1] == "left":
                opened.append(match)
            elif opened:
                partner = opened.pop()
                found[partner.start()], found[match.start()] = match[2], partner[2]
        return found

    def _next(self) -> Token | None:
        text, start = self.text, self.at
        while start in self.skips:
            start = self.skips[start]
        self.at = start
        if start >= self.end:
            return Token("eof", "", min(start, len(text)), min(start, len(text)))
        char = text[start]
        if char.isspace() or char == "~" or char == "\u200b":
            self.at += 1
            return None
        if char == "%":
            self.at = (text.find("\n", start) + 1) or len(text)
            return None
        if char == "." and text.startswith("..", start):  # i=1..n
            return self._emit("...", "..", start, start + (3 if text.startswith("...", start) else 2))
        if char in "0123456789." and (match := _NUMBER.match(text, start)):
            return self._number(start, match.end())
        if char == "{" and (match := OLD_FONT.match(text, start)):
            return self._old_font(match)
        if char == "\\":
            return self._command(start)
        if char.isalpha() and char.isascii():
            return self._letters(start)
        return self._sign(start)

    def _number(self, start: int, end: int) -> Token:
        """A number, perhaps with its thousands apart (1{,}000), a decimal comma (0{,}5) or a percent sign (50\\%)."""
        thousands = _THOUSANDS.match(self.text, start)
        whole = thousands or _DECIMAL_COMMA.match(self.text, start)
        end = end if whole is None else whole.end()
        digits = re.sub(r"\{,\}|\\,", "" if thousands else ".", self.text[start:end])
        self.at = end
        token = number(digits, start, end)
        if match := _PERCENT.match(self.text, end):
            self.at = match.end()
            return percent(token, self.at)
        return token

    def _old_font(self, match: re.Match[str]) -> Token | None:
        """{\\rm d}, {\\bf x}: the word without its braces."""
        font, word, end = match[1], match[2], match.end()
        if font == "cal":
            return self._emit("name", "cal" + word, match.start(), end)
        if font == "rm":
            return self._named(word, match.start(), end)
        self.at = match.start(2)
        self.skips[match.end(2)] = end
        return None

    def _emit(self, kind: str, text: str, start: int, end: int) -> Token:
        self.at = end
        return Token(kind, text, start, end)

    def _sign(self, start: int) -> Token:
        text = self.text
        pair = text[start : start + 2]
        if pair in {":=", "<=", ">=", "!=", "=>"}:
            return self._emit("rel", pair, start, start + 2)
        if pair == "||":
            return self._emit("||", pair, start, start + 2)
        char = text[start]
        for table, kind in ((RELATION_SIGNS, "rel"), (OPERATOR_SIGNS, "op"), (LOGIC, "logic"), (BIG_SIGNS, "big")):
            if char in table:
                return self._emit(kind, table[char], start, start + 1)
        if char in _PLAIN:
            return self._emit(_PLAIN[char], char, start, start + 1)
        if name := letter(char):
            return self._emit("ones" if name == "ones" else "name", name, start, start + 1)
        raise ReadError(f"the character {char!r} is not understood here", start)

    def _letters(self, start: int) -> Token:
        if self.text[start] == "d" and differential(self.text, start, self.below):
            return self._emit("partial", "d", start, start + 1)
        if self.scope.differentials and (sign := DIFFERENTIAL_SIGN.match(self.text, start)):
            return self._emit("differential", "d", start, sign.start(1))
        for name in self.long_names:
            if self.text.startswith(name, start):
                return self._emit("name", name, start, start + len(name))
        if (word := bare_word(self.text, start, self.scope.names)) is not None:
            kind, name, end = word
            return self._emit(kind, name, start, end)
        return self._emit("name", self.text[start], start, start + 1)

    def argument(self, command: str, start: int) -> tuple[str, int]:
        """The raw text of a {...} argument (or one character) after a command, and where it ends."""
        at = start
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        if at >= len(self.text):
            raise ReadError(f"{command} needs an argument", start - len(command), start)
        if self.text[at] == "\\" and (match := _COMMAND.match(self.text, at)):
            return match.group(), match.end()
        if self.text[at] != "{":
            return self.text[at], at + 1
        close = self._matching(at)
        return self.text[at + 1 : close - 1].strip(), close

    def _command(self, start: int) -> Token | None:
        match = _COMMAND.match(self.text, start)
        if match is None:
            raise ReadError("a backslash at the end of the formula", start)
        command, end = match.group(), match.end()
        if command not in KNOWN and command.endswith("*"):
            command, end = command[:-1], end - 1
        if command in FONTS or command in LETTERS or command in {"\\mathds", "\\vec", "\\mathbbm"}:
            inner, after = self.argument(command, end) if end < len(self.text) else ("", end)
            if inner in {"1", "0"}:
                return self._emit("ones", "ones" if inner == "1" else "zeros", start, after)
            if command in FONTS and (token := self._in_font(command, inner, start, after)) is not None:
                return token
        if command in {"\\left", "\\right"}:
            return self._delimiter(command, start, end)
        if command in SKIPPED:
            _, self.at = self.argument(command, end)
            return None
        if sized := _SIZED.match(self.text, start):  # \bigl| opens, \Bigr| closes
            closes = sized[1] == "r" and not re.match(r"\s*_", self.text[sized.end() :])
            return self._emit("|", "open" if sized[1] == "l" else "close" if closes else "|", start, sized.end())
        if command in {"\\underbrace", "\\overbrace"}:
            self._skip_label(end)
        if command in SPACES or command in FONTS:
            self.at = end
            return None
        if command in WORDS:
            return self._word(command, start, end)
        if command in LETTERS:
            return self._single(command, start, end)
        if command in COMMANDS:
            return accented(self, command, start, end)
        return self._symbol(command, start, end)

    def _in_font(self, command: str, inner: str, start: int, after: int) -> Token | None:
        """\\mathbf{x} and \\boldsymbol\\theta as names, \\mathit{net} and \\mathbf{softmax} as words."""
        if len(inner) == 1 and inner.isascii() and inner.isalpha() and inner != "d":
            return self._emit("name", inner, start, after)
        if inner[1:].removeprefix("var") in GREEK and inner[:1] == "\\":
            return self._emit("name", inner[1:].removeprefix("var"), start, after)
        if not (inner.isascii() and inner.isalpha() and len(inner) > 1):
            return None
        wordy = command in {"\\mathit", "\\mathsf", "\\mathtt", "\\mathnormal"}
        return (
            self._named(inner, start, after) if wordy or inner in WORD_FUNCTIONS or inner in self.scope.names else None
        )

    def _single(self, command: str, start: int, end: int) -> Token:
        """\\mathcal and \\mathbb: over one letter."""
        letter, after = self.argument(command, end)
        if letter in {"KL", "Var", "Cov", "CE"}:
            return self._emit("name", letter, start, after)
        if not (len(letter) == 1 and letter.isascii() and letter.isalpha()):
            raise ReadError(f"{command} is read over a single letter only", start, max(after, end))
        return self._emit("name", LETTERS[command] + letter, start, after)

    def _delimiter(self, command: str, start: int, end: int) -> Token | None:
        """\\left and \\right only say which bars open and which close; \\left. belongs to the bar of a point, and
        \\left\\{ without a partner to cases."""
        self.at = end
        fence = _FENCE.match(self.text, start)
        if fence is None:
            return None
        mark, partner = fence[2], self.fences.get(start, "")
        bars = {"|", "\\vert", "\\rvert", "\\lvert"}
        if mark == ".":
            self.at = fence.end()
            opens = command == "\\left" and partner in bars
            return self._emit("at(", "\\left.", start, fence.end()) if opens else None
        if mark == "\\{" and partner == "." and command == "\\left":
            return self._emit("system", "\\left\\{", start, fence.end())
        if mark in bars:
            if command == "\\right" and partner == ".":
                return self._emit(")at", "\\right|", start, fence.end())
            return self._emit("|", "open" if command == "\\left" else "close", start, fence.end())
        if mark in {"\\|", "\\Vert"}:
            return self._emit("||", "open" if command == "\\left" else "close", start, fence.end())
        if mark in {"<", ">"}:
            return self._emit("<(" if command == "\\left" else ")>", mark, start, fence.end())
        return None

    def _skip_label(self, start: int) -> None:
        """The label of a brace (_{...} after its argument) says nothing about values."""
        close = self._matching(start)
        match = re.compile(r"\s*[_^]\s*").match(self.text, close)
        if match and self.text[match.end() : match.end() + 1] == "{":
            self.skips[close] = self._matching(match.end())
        elif match:
            self.skips[close] = self.argument("_", match.end())[1]

    def _matching(self, start: int) -> int:
        """The place behind the brace that closes the one at `start` (or after blanks)."""
        at = start
        while at < len(self.text) and self.text[at].isspace():
            at += 1
        depth = 0
        for place in range(at, len(self.text)):
            escaped = place > 0 and self.text[place - 1] == "\\"
            depth += 0 if escaped else (self.text[place] == "{") - (self.text[place] == "}")
            if depth == 0:
                return place + 1
        raise ReadError(f"expected '}}' for the '{{' opened at column {at + 1}", len(self.text))

    def _symbol(self, command: str, start: int, end: int) -> Token:
        if command == "\\log" and (match := re.compile(r"\s*_\s*\{?\s*(2|10|e)\s*\}?").match(self.text, end)):
            return self._emit("func", "log" + match.group(1).replace("e", ""), start, match.end())
        if command in OPENING:
            return self._emit(*OPENING[command], start, end)
        if command in SINGLE:
            if command in {"\\\\", "\\cr"} and (match := re.compile(r"\s*\[[^\]]*\]").match(self.text, end)):
                end = match.end() if re.search(r"\d", match.group()) else end  # the space between two lines
            return self._emit(SINGLE[command], SINGLE_TEXT.get(command, SINGLE[command]), start, end)
        tables = ((FUNCTIONS, "func"), (RELATION_SIGNS, "rel"), (BIG, "big"), (OPERATOR_SIGNS, "op"),
                  (LOGIC, "logic"), (NAMES, "name"))  # fmt: skip
        for table, kind in tables:
            if command in table:
                return self._emit(kind, table[command], start, end)
        name = command[1:].removeprefix("var")
        if name in GREEK:
            return self._emit("name", name, start, end)
        if not command.strip("\\").strip():
            raise ReadError("a command is expected behind the backslash, but the line ends", start, end)
        message = UNSUPPORTED.get(command) or f"{command} is not known" + near(command, KNOWN)
        raise ReadError(message, start, end)

    def _word(self, command: str, start: int, end: int) -> Token | None:
        inner, after = self.argument(command, end)
        if condition := _CONDITION.match(inner):
            return self._condition(condition, inner, start, after)
        word = re.sub(r"\\[,;:! ]|~|\s|\$", "", inner)
        if word in {"and", "or"}:
            return self._emit("logic", word, start, after)
        if inner.startswith("\\") or word in {"", ",", "."}:
            self.at = after if not word.strip(",.") else end
            return None  # \mathrm{\sum}, \text{ , }
        return self._named(word, start, after)

    def _condition(self, match: re.Match[str], inner: str, start: int, after: int) -> Token:
        """\\text{if $x > 0$}: the word, and then what stands behind it."""
        if match.end() == len(inner):
            return self._emit("word", match[1], start, after)
        begins = self.text.index(inner, start) + match.end()
        for place in range(begins, after):
            if self.text[place] == "$":
                self.skips[place] = place + 1
        self.skips[after - 1] = after
        return self._emit("word", match[1], start, begins)

    def _named(self, word: str, start: int, after: int) -> Token:
        """What a word in upright letters is: a declared name, a function, or a name of its own."""
        if word == "d" and (self.text[after : after + 1] not in {"", "(", "_", "^"} or self.text[start] == "{"):
            kind = "differential" if self.scope.differentials else "partial"
            return self._emit(kind, "d", start, after)  # an upright d is the sign of a derivative
        if word in self.scope.names:
            return self._emit("name", word, start, after)
        if word == "grad":
            return self._emit("nabla", word, start, after)
        if word in WORD_FUNCTIONS:
            return self._emit("func", WORD_FUNCTIONS[word], start, after)
        if word in {"T", "mod"}:
            return self._emit(word, word, start, after)
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", word):
            return self._emit("name", word, start, after)
        raise ReadError(f"the words {word!r} are not a name" + near(word, WORD_FUNCTIONS), start, after)
