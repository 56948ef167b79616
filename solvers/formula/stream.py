"""One token stream: looking ahead, taking, expecting, saying where something is wrong, cutting out scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self, TypeAlias

from solvers.formula.latex_words import LABELS
from solvers.formula.nodes import Name, Node, Span
from solvers.formula.tokens import ReadError, Scope, Token

COUNTING = frozenset("ijklmnt")  # letters that are indices rather than limits
CONDITION = "what stands behind \\mid is a condition: declare what is distributed, as in x \\sim p(x \\mid y)"
MAX_NESTING = 60  # brackets; an expression in brackets and an operand are one level each
CLOSERS = {
    "(": ")",
    "[": "]",
    "{": "}",
    "g{": "g}",
    "[[": "]]",
    "lfloor": "rfloor",
    "lceil": "rceil",
    "|": "|",
    "<(": ")>",
    "at(": ")at",
}
WRITTEN = {"g{": "{", "g}": "}", "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "eof": "the end"}
Form: TypeAlias = Callable[[Any, Token], Node]  # an operand, from the reader and its first token


class Stream:
    """The tokens of one text. `forms` maps the kind of an operand's first token to the function that reads it."""

    def __init__(self, source: str, tokens: list[Token], scope: Scope, forms: Mapping[str, Form], latex: bool) -> None:
        self.source, self.tokens, self.scope, self.forms, self.latex = source, tokens, scope, forms, latex
        self.at = self.nesting = 0
        self.bars: list[str] = []  # the bars open around here: inside |..., the next | closes
        self.cells = 0  # inside a matrix or cases, & parts the columns
        self.held = 0  # inside the body of a derivative a bar with a point belongs to the whole derivative
        self.dotless = False  # in a range, dots are no product
        self.loose = -1  # where a point ends that hangs on an operand without brackets
        self.bound: list[str] = []
        self.notes: list[str] = []

    def deeper(self) -> None:
        """One level further inside; an error where there are too many."""
        self.nesting += 1
        if self.nesting > 2 * MAX_NESTING:
            raise self.fail(f"the formula is nested more than {MAX_NESTING} deep")

    # ---- tokens

    def peek(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else self.tokens[-1]

    def take(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def accept(self, kind: str, text: str | None = None) -> Token | None:
        token = self.peek()
        return self.take() if token.kind == kind and text in (None, token.text) else None

    def expect(self, kind: str, opener: Token) -> Token:
        token = self.peek()
        if kind == "|" and token.kind == "||":  # |x - |y||: two bars that close
            halves = [Token("|", "|", token.start, token.start + 1), Token("|", "|", token.start + 1, token.end)]
            self.tokens[self.at : self.at + 1] = halves
        if self.peek().kind == kind:
            return self.take()
        if self.written(opener).startswith("\\mid"):  # no absolute value: P(u \mid 1), E[x \mid y]
            raise ReadError(CONDITION, opener.start, opener.end)
        closing = WRITTEN.get(kind, kind)
        raise ReadError(
            f"expected {closing!r} for the {WRITTEN.get(opener.kind, opener.text)!r} opened at column "
            f"{opener.start + 1}, but {self.stands(token)} here",
            token.start,
            token.end,
        )

    def written(self, token: Token) -> str:
        """The token as it stands in the source."""
        return self.source[token.start : token.end] or token.text

    def word(self, token: Token) -> str:
        """A token as part of a name: a function by the letters it was written with, f_{\\mathrm{sum}}."""
        words = re.findall("[A-Za-z]+", f"{token.text} {self.written(token)}")
        return words[-1] if token.kind == "func" else token.text

    def stands(self, token: Token) -> str:
        return "the formula ends" if token.kind == "eof" else f"{self.written(token)!r} stands"

    def span(self, start: int) -> Span:
        return Span(start, self.tokens[self.at - 1].end if self.at else start)

    def fail(self, message: str, token: Token | None = None) -> ReadError:
        token = token or self.peek()
        return ReadError(message, token.start, token.end)

    def script(self) -> tuple[list[Token], Token]:
        """The tokens of a script, without its braces, and the token it began with."""
        first = self.take()
        if first.kind not in {"g{", "{"} and not (first.kind == "(" and not self.latex):
            return [first], first
        closer, depth = CLOSERS[first.kind], 1
        inner: list[Token] = []
        while True:
            token = self.take()
            if token.kind == "eof":
                raise ReadError(
                    f"expected {WRITTEN.get(closer, closer)!r} for the {self.written(first)!r} "
                    f"opened at column {first.start + 1}",
                    token.start,
                )
            depth += (token.kind == first.kind) - (token.kind == closer)
            if depth == 0:
                return unbraced(inner), first
            inner.append(token)

    def worded(self) -> tuple[list[Token], Token]:
        """The script, where letters that spell a label, as in w_{opt}, are one word."""
        tokens, first = self.script()
        word = "".join(token.text for token in tokens)
        known = {*self.scope.names, *self.bound}
        letters = all(token.kind == "name" and len(token.text) == 1 and token.text not in known for token in tokens)
        if len(tokens) < 2 or word not in LABELS or not letters:
            return tokens, first
        return [Token("name", word, tokens[0].start, tokens[-1].end)], first

    def inside(self, tokens: list[Token], opener: Token) -> Self:
        """A reader over some tokens of this one, with the same names bound."""
        if not tokens:
            raise self.fail("the brackets are empty: expected an expression", opener)
        end = tokens[-1].end
        reader = type(self)(self.source, [*tokens, Token("eof", "", end, end)], self.scope, self.forms, self.latex)
        reader.bound, reader.notes, reader.nesting = self.bound, self.notes, self.nesting + 1
        return reader

    @contextmanager
    def within(self, *bars: str) -> Iterator[None]:
        """Inside brackets: no bars but `bars` close, and a bar with a point belongs to what stands here."""
        saved = self.bars, self.held
        self.bars, self.held = list(bars), 0
        yield
        self.bars, self.held = saved

    def point_follows(self) -> bool:
        """Whether |_{x = 0} stands here."""
        if self.peek().kind != "|" or self.peek().text == "open" or self.peek(1).kind != "_":
            return False
        if "|" not in self.bars and self.limits_follow(1):
            return True
        ahead, depth = 2, 0
        while (token := self.peek(ahead)).kind != "eof":
            depth += (token.kind in {"g{", "{", "("}) - (token.kind in {"g}", "}", ")"})
            if token.kind == "rel" and depth == 1:
                return token.text == "="
            if depth <= 0:
                return False
            ahead += 1
        return False

    def limits_follow(self, ahead: int = 0) -> bool:
        """Whether _a^b comes next, with limits between which something may be evaluated: no index and no sign."""
        if self.peek(ahead).kind != "_":
            return False
        first, last = self.peek(ahead + 1), ahead + 1
        if first.kind in {"g{", "{"}:
            depth = 1
            while depth and self.peek(last).kind != "eof":
                last += 1
                depth += (self.peek(last).kind == first.kind) - (self.peek(last).kind == CLOSERS[first.kind])
            letter = self.peek(ahead + 2).text if last == ahead + 3 else ""
        else:
            letter = first.text
        if letter in COUNTING or first.kind not in {"num", "name", "infty", "g{", "{"}:
            return False
        exponent = self.peek(last + 2)
        return (
            self.peek(last + 1).kind == "^" and exponent.kind not in {"T", "'"} and exponent.text not in {"T", "star"}
        )

    def member_follows(self, node: Name) -> bool:
        """Whether ^{(t)} comes next: in o_j^{(t)} the subscript picks an entry; ^{(t) c} is a power."""
        braced = self.peek(1).kind in {"g{", "{"}
        first = ahead = 2 if braced else 1
        if self.peek().kind != "^" or self.peek(first).kind != "(" or self.written(self.peek()) == "**":
            return False
        depth = 0
        while (token := self.peek(ahead)).kind != "eof" and (depth or ahead == first):
            depth += (token.kind == "(") - (token.kind == ")")
            ahead += 1
        alone = token.kind in {"g}", "}", "T", ","} or token.text == "T"
        return alone or not braced or self.scope.family(node.text)

    def starred(self, ahead: int = 0) -> bool:
        """Whether a star stands as a mark, so many tokens ahead: the one of w^* or w^{\ast}."""
        braced = self.peek(ahead).kind in {"g{", "{"}
        mark = self.peek(ahead + braced)
        alone = not braced or self.peek(ahead + 2).kind in {"g}", "}"}
        return alone and mark.kind == "op" and mark.text in {"star", "conv"}

    def bracket_indexes(self, node: Node, token: Token) -> bool:
        """Whether x[1] or W[i, j] stands here: a vector or matrix with its bracket against it, and places inside."""
        if (
            not isinstance(node, Name)
            or not self.scope.indexable(node.text)
            or token.start != self.tokens[self.at - 1].end
        ):
            return False
        declared = self.scope.names[node.text]
        ahead, depth, commas, inner = 1, 1, 0, token
        while depth and (inner := self.peek(ahead)).kind != "eof":
            depth += (inner.kind in {"[", "(", "{"}) - (inner.kind in {"]", ")", "}"})
            if depth and inner.kind not in {"num", "name", ",", ":"} and inner.text not in {"add", "sub"}:
                return False
            commas += inner.kind == ","
            ahead += 1
        closed = depth == 0 and inner.kind == "]"
        return closed and len(declared.shape or ()) == commas + 1 and not declared.parameters


def unbraced(tokens: list[Token]) -> list[Token]:
    """The lines of \\substack{...} without its braces; other braces mean what they say: x^{{T}} is a power."""
    lines = any(token.kind == "row" for token in tokens)
    return tokens[1:-1] if lines and tokens[0].kind == "g{" and tokens[-1].kind == "g}" else tokens
