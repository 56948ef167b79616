"""LaTeX -> tokens. Unknown commands are errors with the nearest known one; nothing becomes a new symbol by itself."""

from __future__ import annotations

import re

from solvers.formula.operators import ACCENTS, GREEK, OPERATORS, RELATIONS
from solvers.formula.tokens import MAX_DIGITS, MAX_LENGTH, ReadError, Scope, Token, near

_SPACES = {
    *("\\" + c for c in ",;:! "), "\\quad", "\\qquad", "\\left", "\\right", "\\displaystyle", "\\textstyle",
    "\\limits", "\\nolimits", "\\nonumber", "\\bigl", "\\bigr", "\\Bigl", "\\Bigr", "\\biggl", "\\biggr", "\\Biggl",
    "\\Biggr", "\\big", "\\Big", "\\bigg", "\\Bigg", "\\middle",
    "\\thinspace", "\\medspace", "\\mathrel", "\\mathbin", "\\underbrace", "\\overbrace",
    "\\mathstrut", "\\strut", "\\hspace*", "\\bigm", "\\Bigm",
}  # fmt: skip
_FONTS = {"\\mathbf", "\\boldsymbol", "\\bm", "\\mathit", "\\mathsf", "\\mathtt", "\\mathnormal", "\\pmb", "\\bf"}
_WORDS = {"\\mathrm", "\\text", "\\operatorname", "\\operatorname*", "\\textrm", "\\textbf", "\\textit", "\\mbox"}
_LETTERS = {"\\mathcal": "cal", "\\mathbb": "bb", "\\mathscr": "cal", "\\mathfrak": "frak"}
_FUNCTIONS = {r.latex: r.name for r in OPERATORS.values() if r.fix in {"elementwise", "call"} and r.latex[1:].isalpha()}
_FUNCTIONS |= {"\\ln": "log", "\\arctan": "arctan"}
del _FUNCTIONS["\\sqrt"], _FUNCTIONS["\\sigma"], _FUNCTIONS["\\binom"]
_WORD_FUNCTIONS = {
    **{r.name: r.name for r in OPERATORS.values() if r.fix in {"elementwise", "call"}},
    **{a: r.name for r in OPERATORS.values() if r.fix in {"elementwise", "call"} for a in r.plain_aliases},
}
_OPERATORS = {r.latex: r.name for r in OPERATORS.values() if r.fix in {"infix", "prefix"} and r.latex} | {
    a: r.name for r in OPERATORS.values() if r.fix in {"infix"} for a in r.latex_aliases
}
_OPERATORS.pop("^", None)
_OPERATORS["-"] = "sub"
_RELATIONS = {a: name for name, (latex, aliases) in RELATIONS.items() for a in (latex, *aliases)}
_BIG = {r.latex: r.name for r in OPERATORS.values() if r.fix == "big" and r.name != "E"}
_SINGLE = {
    "\\{": "{", "\\}": "}", "\\lbrace": "{", "\\rbrace": "}", "\\lfloor": "lfloor", "\\rfloor": "rfloor",
    "\\lceil": "lceil", "\\rceil": "rceil", "\\langle": "<(", "\\rangle": ")>", "\\vert": "|", "\\|": "||",
    "\\lVert": "||", "\\rVert": "||", "\\Vert": "||", "\\mid": "|", "\\top": "T",
    "\\intercal": "T", "\\prime": "'", "\\partial": "partial", "\\nabla": "nabla", "\\ldots": "...", "\\dots": "...",
    "\\cdots": "...", "\\infty": "infty", "\\sqrt": "sqrt", "\\binom": "binom", "\\colon": ":", "\\\\": "row",
    "\\frac": "frac", "\\dfrac": "frac", "\\tfrac": "frac", "\\begin": "begin", "\\end": "end", "\\lbrack": "[",
    "\\rbrack": "]", "\\ell": "ell", "\\lparen": "(", "\\rparen": ")", "\\llbracket": "[[", "\\rrbracket": "]]",
}  # fmt: skip
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+(?![\d.]))?", re.ASCII)
DIFFERENTIAL = re.compile(
    r"d(?:\^[23]|[²³])?\s*(?:[A-Za-z]\w*(?:[_^]\{[^{}]*\}|[_^]\([^()]*\)|[_^]\w+)*|\([^()]*\))?\s*/\s*\(?"
    r"(?P<below>d[A-Za-z](?:\s*\^?[23²³]?\s*d[A-Za-z])*)"
)
_COMMAND = re.compile(r"\\(?:[A-Za-z]+\*?|.)", re.DOTALL)
_PLAIN = {
    **{c: c for c in "()[],;:|^_'!."}, "{": "g{", "}": "g}", "&": "cell", "…": "...", "⊤": "T", "∂": "partial",
    "∇": "nabla", "∞": "infty", "′": "'",
}  # fmt: skip
KNOWN = frozenset(_SPACES | _FONTS | _WORDS | _LETTERS.keys() | _FUNCTIONS.keys() | _OPERATORS.keys()) | frozenset(
    _RELATIONS.keys()
    | _BIG.keys()
    | _SINGLE.keys()
    | {"\\lvert", "\\rvert"}
    | {"\\" + g for g in GREEK}
    | {"\\" + a for a in ACCENTS}
)


def number(text: str, start: int, end: int) -> Token:
    """A number token, after the limit on its digits and exponent."""
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > MAX_DIGITS or len(exponent) > 6 or (exponent and abs(int(exponent)) > MAX_DIGITS):
        raise ReadError(f"a number may have at most {MAX_DIGITS} digits", start, end)
    return Token("num", text, start, end)


def differential(text: str, start: int, below: set[int]) -> bool:
    """Whether a d stands here as in dL/dW: above or below the line of a derivative written on one line.

    `below` remembers where the d's below the line stand.
    """
    above = DIFFERENTIAL.match(text, start)
    if above:
        below.update(range(above.start("below"), above.end("below")))
    return above is not None or start in below


class LatexLexer:
    """One pass over the text; `tokens()` returns them all, the last one of kind "eof"."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope, self.at = text, scope, 0
        self.skips: dict[int, int] = {}  # labels under braces: where one begins, and where it ends
        self.bars: list[str] = []
        self.below: set[int] = set()  # where the d's below the line of a derivative stand
        self.long_names = sorted((n for n in scope.names if len(n) > 1 and n.isalpha()), key=len, reverse=True)

    def tokens(self) -> list[Token]:
        if len(self.text) > MAX_LENGTH:
            message = f"the formula has {len(self.text)} characters; at most {MAX_LENGTH} are read"
            raise ReadError(message, MAX_LENGTH)
        found: list[Token] = []
        while True:
            token = self._next()
            if token is not None:
                found.append(token)
                if token.kind == "eof":
                    return found

    def _next(self) -> Token | None:
        text, start = self.text, self.skips.get(self.at, self.at)
        self.at = start
        if start >= len(text):
            return Token("eof", "", start, start)
        char = text[start]
        if char.isspace() or char == "~" or char == "\u200b":
            self.at += 1
            return None
        if char == "%":
            self.at = (text.find("\n", start) + 1) or len(text)
            return None
        if char in "0123456789." and (match := _NUMBER.match(text, start)):
            self.at = match.end()
            return number(match.group(), start, self.at)
        if char == "\\":
            return self._command(start)
        if char.isalpha() and char.isascii():
            return self._letters(start)
        return self._sign(start)

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
        for table, kind in ((_RELATIONS, "rel"), (_OPERATORS, "op")):
            if char in table:
                return self._emit(kind, table[char], start, start + 1)
        if char in _PLAIN:
            return self._emit(_PLAIN[char], char, start, start + 1)
        from solvers.formula.plain_lexer import UNICODE_NAMES  # the two lexers share the Greek letters

        if char in UNICODE_NAMES:
            return self._emit("name", UNICODE_NAMES[char], start, start + 1)
        raise ReadError(f"the character {char!r} is not understood here", start)

    def _letters(self, start: int) -> Token:
        if self.text[start] == "d" and "d" not in self.scope.names and differential(self.text, start, self.below):
            return self._emit("partial", "d", start, start + 1)
        for name in self.long_names:
            if self.text.startswith(name, start):
                return self._emit("name", name, start, start + len(name))
        return self._emit("name", self.text[start], start, start + 1)

    def _argument(self, command: str, start: int) -> tuple[str, int]:
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
        close = self.text.find("}", at)
        if close < 0:
            raise ReadError(f"expected a closing brace for the one opened at column {at + 1}", len(self.text))
        return self.text[at + 1 : close].strip(), close + 1

    def _command(self, start: int) -> Token | None:
        match = _COMMAND.match(self.text, start)
        if match is None:
            raise ReadError("a backslash at the end of the formula", start)
        command, end = match.group(), match.end()
        if command in _FONTS or command in _LETTERS or command == "\\mathds":
            inner, after = self._argument(command, end) if end < len(self.text) else ("", end)
            if inner == "1":
                return self._emit("ones", "ones", start, after)
        if command in {"\\left", "\\right"}:
            return self._delimiter(command, start, end)
        if command in {"\\underbrace", "\\overbrace"}:
            self._skip_label(end)
        if command in _SPACES or command in _FONTS:
            self.at = end
            return None
        if command in _WORDS:
            return self._word(command, start, end)
        if command in _LETTERS:
            letter, after = self._argument(command, end)
            if not (len(letter) == 1 and letter.isascii() and letter.isalpha()):
                raise ReadError(f"{command} is read over a single letter only", start, max(after, end))
            return self._emit("name", _LETTERS[command] + letter, start, after)
        if command[1:] in ACCENTS or command in {"\\widehat", "\\overline", "\\widetilde"}:
            return self._accent(command, start, end)
        if command in {"\\Bigl", "\\bigl"}:
            return None
        return self._symbol(command, start, end)

    def _delimiter(self, command: str, start: int, end: int) -> Token | None:
        """\\left and \\right change nothing, but \\left. and \\right| make the bar at which a formula is taken."""
        self.at = end
        following = self.text[end:].lstrip()[:1]
        if command == "\\left":
            self.bars.append(following)
        opened = self.bars.pop() if command == "\\right" and self.bars else following
        if command == "\\left" and following == ".":
            return self._emit("at(", "\\left.", start, self.text.index(".", end) + 1)
        if command == "\\right" and opened == "." and following == "|":
            return self._emit(")at", "\\right|", start, self.text.index("|", end) + 1)
        if following == ".":
            self.at = self.text.index(".", end) + 1
        return None

    def _skip_label(self, start: int) -> None:
        """The label of a brace (_{...} after its argument) says nothing about values."""
        close = self._matching(start)
        match = re.compile(r"\s*[_^]\s*").match(self.text, close)
        if match and self.text[match.end() : match.end() + 1] == "{":
            self.skips[close] = self._matching(match.end())

    def _matching(self, start: int) -> int:
        """The place behind the brace that closes the one at `start` (or after blanks)."""
        at = start + len(self.text[start:]) - len(self.text[start:].lstrip())
        depth = 0
        for place in range(at, len(self.text)):
            depth += (self.text[place] == "{") - (self.text[place] == "}")
            if depth == 0:
                return place + 1
        raise ReadError(f"expected '}}' for the '{{' opened at column {at + 1}", len(self.text))

    def _symbol(self, command: str, start: int, end: int) -> Token:
        if command == "\\log" and (match := re.compile(r"\s*_\s*\{?\s*(2|10)\s*\}?").match(self.text, end)):
            return self._emit("func", "log" + match.group(1), start, match.end())
        for table, kind in ((_FUNCTIONS, "func"), (_RELATIONS, "rel"), (_BIG, "big"), (_OPERATORS, "op")):
            if command in table:
                return self._emit(kind, table[command], start, end)
        if command in {"\\lvert", "\\rvert"}:
            return self._emit("|", "open" if command == "\\lvert" else "close", start, end)
        if command in _SINGLE:
            kind = _SINGLE[command]
            return self._emit("name" if kind == "ell" else kind, kind, start, end)
        name = command[1:].removeprefix("var")
        if name in GREEK:
            return self._emit("name", name, start, end)
        message = f"{command} is not known" + near(command, KNOWN)
        raise ReadError(message, start, end)

    def _word(self, command: str, start: int, end: int) -> Token:
        word, after = self._argument(command, end)
        if word in self.scope.names:
            return self._emit("name", word, start, after)
        if word in {"if", "otherwise", "else", "and", "or", "for", "when"}:
            return self._emit("word", word, start, after)
        if word in _WORD_FUNCTIONS:
            return self._emit("func", _WORD_FUNCTIONS[word], start, after)
        if word == "T":
            return self._emit("T", word, start, after)
        if re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", word):
            return self._emit("name", word, start, after)
        raise ReadError(f"the words {word!r} are not a name" + near(word, _WORD_FUNCTIONS), start, after)

    def _accent(self, command: str, start: int, end: int) -> Token:
        accent = {"\\widehat": "hat", "\\overline": "bar", "\\widetilde": "tilde"}.get(command, command[1:])
        inner, after = self._argument(command, end)
        for font in _FONTS:
            if inner.startswith(font) and "{" in self.text[end:after]:
                inner = inner.removeprefix(font).strip("{ ")
                after += self.text[after : after + 1] == "}"
        stem = inner.removeprefix("\\")
        if accent == "vec" and stem.isalnum():
            return self._emit("name", stem, start, after)
        if not re.fullmatch(r"[A-Za-z]+", stem) or (inner.startswith("\\") and stem not in GREEK):
            raise ReadError(f"{command} is read over a single letter only", start, after)
        return self._emit("name", stem + accent, start, after)
