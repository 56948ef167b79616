"""Plain text (ASCII and Unicode) -> tokens. Words are names, functions, or products of declared letters."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from solvers.formula.differential_signs import differential
from solvers.formula.latex_words import CONDITIONAL, LOGIC, WORD_FUNCTIONS
from solvers.formula.letters import letter
from solvers.formula.marks import hoisted, unmarked
from solvers.formula.operators import GREEK, OPERATORS, RELATIONS
from solvers.formula.small_scripts import SUBSCRIPTS, SUPERSCRIPTS, small_script
from solvers.formula.tokens import MAX_LENGTH, MAX_TOKENS, TOO_MANY, ReadError, Scope, Token, near, number, percent

FUNCTIONS = {word: name for word, name in WORD_FUNCTIONS.items() if word != "sum"}
_OPERATORS = {r.plain: r.name for r in OPERATORS.values() if r.fix in {"infix", "prefix"} and r.plain} | {
    a: r.name for r in OPERATORS.values() if r.fix == "infix" for a in r.plain_aliases
}
for _sign in ("^", "**"):
    _OPERATORS.pop(_sign, None)
_OPERATORS["-"] = "sub"
_RELATIONS = {s: n for n, (_, more) in RELATIONS.items() for s in (n, *more) if not s.startswith("\\") and s != "prop"}
_RELATIONS |= {"==": "=", "->": "=>"}
_BIG = {a: r.name for r in OPERATORS.values() if r.fix == "big" and r.name != "E" for a in (r.plain, *r.plain_aliases)}
_SIGNS = {
    **{c: c for c in "()[]{},;:|^_'!"}, "**": "^", "||": "||", "‖": "||", "∥": "||", "⟦": "[[", "⟧": "]]",
    "...": "...", "…": "...", "..": "...", "⊤": "T", "∂": "partial", "∇": "nabla", "∞": "infty",
    "√": "sqrt", "⟨": "<(", "⟩": ")>", "⌊": "lfloor", "⌋": "rfloor", "⌈": "lceil", "⌉": "rceil", "′": "'", "’": "'",
    "\n": ";",
    ".": ".", ".^": "^",
}  # fmt: skip
_APPLIED = {"inner": "inner", "dot": "dot", "transpose": "transpose", "hadamard": "hadamard", "matmul": "mul",
            "conv": "conv", "pow": "pow", "abs": "abs"}  # fmt: skip
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+(?![\w.]))?", re.ASCII)
_POINT = re.compile(r"(?<=[\w)\]}'])\s*\.\s*(?=[A-Za-z(\[])")
_TRANSPOSED = re.compile(r"(?<=[\w)\]}])\.T(?![A-Za-z0-9])")
_LIBRARY = re.compile(r"(?:np|numpy|torch|jnp|math)\.(?:linalg\.|special\.|nn\.functional\.)?(?=[a-z]+\()")
_STARRED = re.compile(r"(?<=[A-Za-z])\*(?=\s*(?:$|[=),;\]}]|in\s|∈)|\s+[+\-]\s)")
_ANGLES = re.compile(  # <A x, y>
    r"(?:^|(?<=[\s(\[=+\-*/·,]))(?P<open><)(?=\S)[^<>,|=]*[^<>,|=\s],[^<>,|=]*[^<>,|=\s]>(?![>=])"
)
_PRODUCT = re.compile(r"[ABCQUVWXYZ]{2,3}|[ABCHKLMPQSUVWXYZ][uvwxyz]|[abcuvwxyz][ABCXYZ]")  # AB, Ax, aX: no words
_NAMED = re.compile(r"[ΣΠ]\s*(?:$|[)\],;+\-−*/^=|⁻⊙·ᵀ¹²³½]|[A-Z](?![A-Za-z_(]))")  # A Σ Aᵀ, Σ⁻¹: a name, and no sum
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_NAMES = {"KL", "CE", "Var", "Cov", "ell", "ones", "zeros", "Pr"}
_USUAL = {"eps", "lam", "lr", "loss", "net", "cost", "err", "bias"}  # names of programs that are no products
_COMBINING = {"\u0302": "hat", "\u0304": "bar", "\u0303": "tilde", "\u0307": "dot", "\u0305": "bar"}

_OVER_D = re.compile(r"d(?:\^[23]|[²³])?\s*/\s*(d[A-Za-zα-ωΑ-Ω]\w*)(?:\^[23]|[²³])?\s*[\w(\[|]")  # d/dx f, d^2/dx^2 f
_PERCENT = re.compile(r" ?%(?=\s*(?:$|[])},;+\-−*/·×=<>≤≥≈^]))")  # 5% is 0.05; 5 % n is not


class PlainLexer:
    """One pass over the text; `tokens()` returns them all, the last one of kind "eof"."""

    def __init__(self, text: str, scope: Scope) -> None:
        self.text, self.scope, self.at = text, scope, 0
        self._angles: dict[int, str] | None = None  # the < and > around inner products, once asked for
        self.below: set[int] = set()  # where the d's below the line of a derivative stand

    def tokens(self) -> list[Token]:
        if len(self.text) > MAX_LENGTH:
            message = f"the text has {len(self.text)} characters; at most {MAX_LENGTH} are read"
            raise ReadError(message, MAX_LENGTH)
        found: list[Token] = []
        while not found or found[-1].kind != "eof":
            spaced = self._skip_spaces()
            found.extend(self._with_space(self._next(), spaced))
            if len(found) > MAX_TOKENS:
                raise ReadError(TOO_MANY, 0)
        return hoisted(found, self.scope.marked)

    @staticmethod
    def _with_space(tokens: list[Token], spaced: bool) -> list[Token]:
        first, *rest = tokens
        return [Token(first.kind, first.text, first.start, first.end, spaced), *rest]

    def _skip_spaces(self) -> bool:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in " \t\r\u00a0\u2009\u202f":
            self.at += 1
        return self.at > start

    def _emit(self, kind: str, text: str, end: int) -> list[Token]:
        start, self.at = self.at, end
        return [Token(kind, text, start, end)]

    def _next(self) -> list[Token]:
        text, at = self.text, self.at
        if at >= len(text):
            return self._emit("eof", "", at)
        char = text[at]
        if char.isascii() and (char.isdecimal() or char == ".") and (match := _NUMBER.match(text, at)):
            token, sign = number(match.group(), at, match.end()), _PERCENT.match(text, match.end())
            self.at = match.end() if sign is None else sign.end()
            return [token if sign is None else percent(token, self.at)]
        if match := _LIBRARY.match(text, at):  # np.dot(w, x)
            self.at = match.end()
            return self._next()
        if match := _WORD.match(text, at):
            return self._word(match.group(), match.end())
        if char == "." and _TRANSPOSED.match(text, at):  # W.T, as programs write it
            self.at = at + 2
            return [Token("^", "^", at, at), Token("T", "T", at, at + 2)]
        if char == "." and at and _POINT.match(text, at - len(text[:at]) + len(text[:at].rstrip())):
            return self._emit("op", "dot", at + 1)  # w.x
        if char in SUPERSCRIPTS or char in SUBSCRIPTS:
            found, self.at = small_script(text, at, lambda piece: PlainLexer(piece, self.scope).tokens())
            return found
        return self._sign(char)

    def _sign(self, char: str) -> list[Token]:
        text, at = self.text, self.at
        for length in (3, 2, 1):
            piece = text[at : at + length]
            declared = piece == "Σ" and "Sigma" in self.scope.names and text[at + 1 : at + 2] not in {"_", *SUBSCRIPTS}
            if char == "*" and _STARRED.match(text, at):  # w* = ...
                return [Token("^", "^", at, at), *self._emit("op", "star", at + 1)]
            if char in "<>" and (inner := self._angle(at)):
                return self._emit(inner, char, at + 1)
            if piece in {"Σ", "Π"} and (declared or _NAMED.match(text, at)):
                return self._letter(char)
            for table, kind in ((_RELATIONS, "rel"), (_OPERATORS, "op"), (_BIG, "big"), (LOGIC, "logic")):
                if len(piece) == length and piece in table:
                    return self._emit(kind, table[piece], at + length)
            if len(piece) == length and piece in _SIGNS:
                return self._emit(_SIGNS[piece], self.text[at : at + length], at + length)
        return self._letter(char)

    def _angle(self, at: int) -> str:
        """The kind of a < or > that stands around an inner product, <A x, y>; "" where it compares."""
        if self._angles is None:
            found = list(_ANGLES.finditer(self.text))
            closing = {match.end() - 1: ")>" for match in found}
            self._angles = closing | {match.start("open"): "<(" for match in found}
        return self._angles.get(at, "")

    def _letter(self, char: str) -> list[Token]:
        end = self.at + 1
        if unicodedata.name(char, "").startswith("VULGAR FRACTION"):
            return self._vulgar(char, end)
        letters = unicodedata.normalize("NFD", char + self.text[end : end + 1])
        accent = _COMBINING.get(letters[1:2], "")
        stem = letters[0]
        name = letter(char) or letter(stem) or (stem if stem.isascii() and stem.isalpha() else "")
        if not name or (not accent and not letter(char)):
            raise ReadError(f"the character {_describe(char)} is not understood here", self.at)
        end += accent != "" and unicodedata.combining(self.text[end : end + 1] or "x") > 0
        return self._emit("ones" if name == "ones" else "name", name + accent, end)

    def _vulgar(self, char: str, end: int) -> list[Token]:
        """½ is (1/2)."""
        value = Fraction(unicodedata.numeric(char)).limit_denominator(10)
        start, self.at = self.at, end
        pieces = (
            ("g{", "{"),
            ("num", str(value.numerator)),
            ("op", "div"),
            ("num", str(value.denominator)),
            ("g}", "}"),
        )
        return [Token(kind, text, start, end) for kind, text in pieces]

    def _word(self, word: str, end: int) -> list[Token]:
        names, start = self.scope.names, self.at
        combining = _COMBINING.get(self.text[end : end + 1], "")
        if combining:
            return self._emit("name", word + combining, end + 1)
        label = re.match(r"_[A-Za-z0-9]+", self.text[end:])
        if word == "log" and label and label.group() in {"_2", "_10"}:
            return self._emit("func", "log" + label.group()[1:], end + label.end())
        if label and word + label.group() in names:
            return self._emit("name", word + label.group(), end + label.end())
        if start and self.text[start - 1] == "_" and len(word) > 1 and word not in GREEK:
            return self._label(word, end)
        if word[0] == "d" and self._derives(word):
            return self._emit("partial", "d", start + 1)
        if word in names or word in self.scope.own:
            return self._emit("name", word, end)
        applied = self.text[end:].lstrip()[:1] == "("
        if word in _APPLIED and applied:
            return self._emit("func", _APPLIED[word], end)
        if word == "choose":  # n choose k
            return self._emit("over" if self._fills_brackets() else "op", "binom", end)
        if word == "mod" and not applied:
            return self._emit("mod", word, end)
        if word in FUNCTIONS and word != "sigma":
            return self._emit("func", FUNCTIONS[word], end)
        if word in _BIG:
            return self._emit("big", _BIG[word], end)
        if word in {*CONDITIONAL, "in"} - {"while", "where"}:
            return self._emit("rel" if word == "in" else "word", word, end)
        if word in LOGIC:
            return self._emit("logic", LOGIC[word], end)
        if word in _NAMES or word in _USUAL:
            return self._emit("name", word, end)
        if word in {"partial", "nabla"} or (word == "grad" and self.text[end : end + 1] in "_ ("):
            return self._emit("partial" if word == "partial" else "nabla", word, end)
        if word in {"odot", "cdot", "times"}:
            return self._emit("op", {"odot": "hadamard", "cdot": "dot"}.get(word, word), end)
        if word in {"floor", "ceil", "infty", "inf"}:
            return self._emit("infty", "infty", end)
        return self._new_name(word, end)

    def _fills_brackets(self) -> bool:
        """Whether brackets of its own are open here: (n - 1 choose k), not f(n choose 2)."""
        depth = 0
        for place in range(self.at - 1, -1, -1):
            depth += {")": 1, "(": -1}.get(self.text[place], 0)
            if depth < 0:
                return not self.text[:place].rstrip()[-1:].isalnum()
        return False

    def _derives(self, word: str) -> bool:
        """Whether a word begins with the d of a derivative, d/dx f or dL/dW; where d is declared, not d/(d n), d/dk of
        a declared dk."""
        if word in self.scope.names:
            above = _OVER_D.match(self.text, self.at)
            if word != "d" or (self.at not in self.below and (above is None or above[1] in self.scope.names)):
                return False
        return differential(self.text, self.at, self.below)

    def _label(self, word: str, end: int) -> list[Token]:
        """A subscript of several letters without braces: W_ij, W_hh."""
        start, self.at = self.at, end
        pieces = re.finditer(r"[A-Za-z]|\d+", word)
        inner = [
            Token("name" if p.group().isalpha() else "num", p.group(), start + p.start(), start + p.end())
            for p in pieces
        ]
        return [Token("g{", "{", start, start), *inner, Token("g}", "}", end, end)]

    def _new_name(self, word: str, end: int) -> list[Token]:
        start = self.at
        known = word in GREEK or unmarked(word) in (*GREEK, word[0])
        changed = word[:5] == "Delta" and (len(word) == 6 or word[5:] in GREEK)
        if known or changed or (word[:3] == "cal" and len(word) == 4):
            return self._emit("name", word, end)
        match = re.fullmatch(r"([A-Za-z])(\d+)", word)
        if match:
            declared = self.scope.names.get(match[1])
            if declared is not None and declared.shape == () and declared.domain in {"natural", "integer"}:
                said = f"{word} may be {match[1]}_{match[2]}, or {match[1]} times {match[2]}: write which"
                raise ReadError(said, start, end)
            self.at = end
            middle = start + 1
            return [
                Token("name", match[1], start, middle), Token("_", "_", middle, middle),
                Token("num", match[2], middle, end),
            ]  # fmt: skip
        opened = max(self.text.rfind("_{", 0, start), self.text.rfind("^{", 0, start))
        letters = all(c in self.scope.names or re.search(rf"(?<![A-Za-z]){c}(?![A-Za-z])", self.text) for c in word)
        letters = letters or _PRODUCT.fullmatch(word) is not None
        if word.isalpha() and (opened > self.text.rfind("}", 0, start) or letters):
            self.at = end
            return [Token("name", c, start + i, start + i + 1) for i, c in enumerate(word)]
        if "∫" in self.text and word[0] == "d" and (word[1:] in {*GREEK, *self.scope.names} or len(word) == 2):
            self.at = end
            return [Token("name", "d", start, start + 1), Token("name", word[1:], start + 1, end)]
        if len(word) == 2 and word.isalpha():
            raise ReadError(f"{word!r} is not known: a product is written with a space, {' '.join(word)}", start, end)
        hint = near(word, [*self.scope.names, *FUNCTIONS, *GREEK])
        if not hint:
            hint = "; write products with a space or *" if not self.scope.names else "; it is not declared"
        raise ReadError(f"{word!r} is not known{hint}", start, end)


def _describe(char: str) -> str:
    return f"{char!r} ({unicodedata.name(char, 'unnamed').lower()})" if char.isprintable() else repr(char)
