"""The Pratt core: one token stream, binding powers, and what may follow an operand (scripts, primes, factorials).

What an operand looks like is the table in `forms.py`; what it means is nobody's business here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from solvers.formula.nodes import All, Call, Index, Member, Name, Node, Num, Span
from solvers.formula.operators import MUL, NEG, binding
from solvers.formula.tokens import ReadError, Scope, Token

MAX_TOKENS = 4_000
MAX_NESTING = 60
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
_STARTS = frozenset(
    "num name func big ( [ g{ frac sqrt binom begin lfloor lceil [[ partial nabla infty || | { <( at( ones".split()
)

Form: TypeAlias = "Callable[[Reader, Token], Node]"


class Reader:
    """Reads one token stream. `forms` maps the kind of an operand's first token to the function that reads it."""

    def __init__(self, source: str, tokens: list[Token], scope: Scope, forms: Mapping[str, Form], latex: bool) -> None:
        if len(tokens) > MAX_TOKENS:
            raise ReadError(f"the formula has {len(tokens)} symbols; at most {MAX_TOKENS} are read", 0)
        self.source, self.tokens, self.scope, self.forms, self.latex = source, tokens, scope, forms, latex
        self.at = self.nesting = 0
        self.bars: list[str] = []  # the bars open around here: inside |..., the next | closes
        self.bound: list[str] = []
        self.notes: list[str] = []

    # ---- tokens

    def peek(self, ahead: int = 0) -> Token:
        return self.tokens[min(self.at + ahead, len(self.tokens) - 1)]

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

    def stands(self, token: Token) -> str:
        return "the formula ends" if token.kind == "eof" else f"{self.written(token)!r} stands"

    def span(self, start: int) -> Span:
        return Span(start, self.tokens[self.at - 1].end if self.at else start)

    def fail(self, message: str, token: Token | None = None) -> ReadError:
        token = token or self.peek()
        return ReadError(message, token.start, token.end)

    # ---- expressions

    def expression(self, power: int = 0) -> Node:
        """The longest expression whose operators bind at least as tightly as `power`."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            raise self.fail(f"the formula is nested more than {MAX_NESTING} deep")
        start = self.peek().start
        left = self._prefix()
        while (infix := self._infix(power)) is not None:
            op, consumed = infix
            if consumed:
                self.take()
            right = self.expression(binding(op) + 1)
            left = Call(op, (left, right), self.span(start))
        self.nesting -= 1
        return left

    def _prefix(self) -> Node:
        token = self.peek()
        if token.kind == "op" and token.text == "sub":
            self.take()
            return Call("neg", (self.expression(NEG),), self.span(token.start))
        if token.kind == "op" and token.text == "add":
            self.take()
            return self.expression(NEG)
        return self.operand()

    def _infix(self, power: int) -> tuple[str, bool] | None:
        """The operator that continues the expression, and whether a token stands for it (a product may be silent)."""
        token = self.peek()
        if token.kind == "op":
            return (token.text, True) if binding(token.text) >= power else None
        if not self.starts_operand(token) or power > MUL:
            return None
        if token.kind == "num" and self.tokens[self.at - 1].kind == "num":
            raise self.fail("two numbers stand side by side: write * between them, or a comma")
        self._note_division(token)
        return "mul", False

    def _note_division(self, token: Token) -> None:
        """1/2x is read from the left, as programs do; say so, since paper often means 1/(2x)."""
        before = self.peek(-2) if self.at >= 2 else token
        if before.kind == "op" and before.text == "div" and not token.spaced:
            self.notes.append("a/b c is read as (a/b) c: put brackets around a denominator that is a product")

    def starts_operand(self, token: Token) -> bool:
        if token.kind == "|" and token.text in {"open", "close"}:
            return token.text == "open"
        if token.kind in {"|", "||"}:
            return not self.bars
        return token.kind in _STARTS

    def operand(self) -> Node:
        """One operand with everything that follows it tightly."""
        token = self.take()
        form = self.forms.get(token.kind)
        if form is None:
            self.at -= 1
            raise self.fail(f"expected a number, a name or a bracket, but {self.stands(token)} here", token)
        return self.postfix(form(self, token), token.start)

    def group(self, opener: Token) -> Node:
        """The expression up to the bracket that closes `opener`."""
        bars, self.bars = self.bars, []
        inner = self.expression()
        self.expect(CLOSERS[opener.kind], opener)
        self.bars = bars
        return inner

    def items(self, opener: Token) -> list[Node]:
        """Comma-separated expressions up to the bracket that closes `opener`."""
        bars, self.bars = self.bars, []
        found = [self.chain()]
        while self.accept(","):
            found.append(self.chain())
        self.expect(CLOSERS[opener.kind], opener)
        self.bars = bars
        return found

    def chain(self) -> Node:
        """An expression, or several with relations between them."""
        from solvers.formula.nodes import Chain

        start = self.peek().start
        sides, relations = [self.expression()], []
        while token := self.accept("rel"):
            relations.append(token.text)
            sides.append(self.expression())
        return Chain(tuple(sides), tuple(relations), self.span(start)) if relations else sides[0]

    # ---- what follows an operand

    def postfix(self, node: Node, start: int) -> Node:
        while True:
            token = self.peek()
            if token.kind == "_":
                self.take()
                node = self.subscript(node, start)
            elif token.kind == "^":
                self.take()
                node = self.superscript(node, start)
            elif token.kind == "'":
                node = self.prime(node, start)
            elif token.kind == "!":
                self.take()
                node = Call("factorial", (node,), self.span(start))
            else:
                return node

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
                return inner, first
            inner.append(token)

    def inside(self, tokens: list[Token], opener: Token) -> Reader:
        """A reader over some tokens of this one, with the same names bound."""
        if not tokens:
            raise self.fail("the brackets are empty: expected an expression", opener)
        end = tokens[-1].end
        reader = Reader(self.source, [*tokens, Token("eof", "", end, end)], self.scope, self.forms, self.latex)
        reader.bound, reader.notes, reader.nesting = self.bound, self.notes, self.nesting + 1
        return reader

    def whole(self, tokens: list[Token], opener: Token) -> Node:
        """All of `tokens` as one expression."""
        reader = self.inside(tokens, opener)
        node = reader.expression()
        if reader.peek().kind != "eof":
            raise reader.fail(f"{reader.written(reader.peek())!r} was not expected here")
        return node

    def subscript(self, node: Node, start: int) -> Node:
        tokens, opener = self.script()
        if isinstance(node, Name):
            label = "".join(t.text for t in tokens) if all(t.kind in {"name", "num", "func"} for t in tokens) else ""
            full = f"{node.text}_{label}"
            if node.text == "delta" and "delta" not in self.scope.names and self._two_letters(tokens):
                return self._kronecker(tokens, start)  # delta_ij is 1 where i = j
            if label and full in self.scope.names:
                return Name(full, self.span(start))
            if self.scope.family(node.text) and not self._member_follows():
                return Member(node, self.indices(tokens, opener, 1), self.span(start))
            bound = node.text in self.bound or any(t.kind == "name" and t.text in self.bound for t in tokens)
            if label and not bound and not self.scope.indexable(node.text) and not self.scope.family(node.text):
                if "_" in node.text:
                    raise ReadError(f"{node.text} has a subscript already", start, tokens[-1].end)
                if self.scope.strict:
                    raise ReadError(f"{full!r} is not declared", start, tokens[-1].end)
                return Name(full, self.span(start))
        inner = node.base if isinstance(node, Member) else node
        declared = self.scope.names.get(inner.text) if isinstance(inner, Name) else None
        rank = None if declared is None or declared.shape is None else len(declared.shape)
        indices = self.indices(tokens, opener, rank)
        if isinstance(node, Index):
            return Index(node.base, node.indices + indices, self.span(start))
        return Index(node, indices, self.span(start))

    def _member_follows(self) -> bool:
        """Whether ^{(t)} comes next: in o_j^{(t)} the subscript picks an entry."""
        ahead = [self.peek(i).kind for i in range(3)]
        return ahead[0] == "^" and "(" in ahead[1:] and ahead[1] in {"g{", "{", "("}

    @staticmethod
    def _two_letters(tokens: list[Token]) -> bool:
        letters = [t for t in tokens if t.kind != ","]
        return len(letters) == 2 and all(t.kind == "name" and len(t.text) == 1 for t in letters)

    def _kronecker(self, tokens: list[Token], start: int) -> Node:
        from solvers.formula.nodes import Chain

        i, j = (Name(t.text, Span(t.start, t.end)) for t in tokens if t.kind != ",")
        return Call("indicator", (Chain((i, j), ("=",)),), self.span(start))

    def indices(self, tokens: list[Token], opener: Token, rank: int | None) -> tuple[Node, ...]:
        """The indices in a subscript: by commas, or one a symbol (W_{ij}) where that is what the rank says."""
        parts: list[list[Token]] = [[]]
        depth = 0
        for token in tokens:
            depth += token.kind in CLOSERS
            depth -= token.kind in CLOSERS.values() and token.kind not in CLOSERS
            if token.kind == "," and depth == 0:
                parts.append([])
            else:
                parts[-1].append(token)
        if len(parts) == 1 and rank != 1 and len(tokens) > 1 and all(t.kind in {"name", ":"} for t in tokens):
            parts = [[t] for t in tokens]
        if len(parts) == 1 and rank == 2 and len(tokens) == 1 and tokens[0].text.isdigit() and len(tokens[0].text) == 2:
            return Num(tokens[0].text[0]), Num(tokens[0].text[1])
        return tuple(All() if len(part) == 1 and part[0].kind == ":" else self.whole(part, opener) for part in parts)

    def superscript(self, node: Node, start: int) -> Node:
        tokens, opener = ([], self.peek()) if self._bare_exponent() else self.script()
        if not tokens:
            return self._power(node, self._prefix(), start)
        if all(t.kind == "'" for t in tokens):
            return self.primed(node, len(tokens), start)
        nameable = isinstance(node.base if isinstance(node, Index) else node, Name)
        family = nameable and self._family_close(node, tokens, opener)
        if family:
            inner = tokens[1:family] if tokens[0].kind in {"(", "["} else tokens
            node = self._member(node, self.indices(inner, opener, 1), start)
            tokens = tokens[family + 1 :]
        if not tokens:
            return node
        if (
            tokens[0].kind == "op"
            and tokens[0].text == "sub"
            and len(tokens) == 2
            and self._transposes(node, tokens[1])
        ):
            inverse = self._power(node, Call("neg", (Num("1"),)), start)
            return Call("transpose", (inverse,), self.span(start))
        if self._transposes(node, tokens[0]) and len(tokens) == 1 and opener.kind != "(":
            return Call("transpose", (node,), self.span(start))
        return self._power(node, self.whole(tokens, opener), start)

    def _bare_exponent(self) -> bool:
        """Whether the exponent is not in braces and is more than one token: 2^-3, 2^sqrt(2), x^(n+1)^2."""
        token = self.peek()
        if self.latex:
            return token.kind in {"frac", "func", "sqrt"} or (token.kind == "op" and token.text == "sub")
        return token.kind in {"func", "sqrt", "num"} or (token.kind == "op" and token.text == "sub")

    def _family_close(self, node: Node, tokens: list[Token], opener: Token) -> int:
        """The place of the bracket that closes a family index at the head of a superscript, or 0."""
        base = node.base if isinstance(node, Index) else node
        declared = isinstance(base, Name) and self.scope.family(base.text)
        if opener.kind == "(":  # plain text: h^(t) is a member only if h is a declared family
            return len(tokens) if declared else 0
        if tokens[0].kind not in {"(", "["}:
            return 0
        depth = 0
        for place, token in enumerate(tokens):
            depth += (token.kind in {"(", "["}) - (token.kind in {")", "]"})
            if depth == 0:
                rest = tokens[place + 1 :]
                alone = not rest or declared or rest[0].kind in {"T", ","} or rest[0].text == "T"
                return place if alone else 0
        return 0

    def _member(self, node: Node, indices: tuple[Node, ...], start: int) -> Node:
        if isinstance(node, Index):
            return Index(Member(node.base, indices, node.span), node.indices, self.span(start))
        return Member(node, indices, self.span(start))

    def _transposes(self, node: Node, token: Token) -> bool:
        if token.kind == "T":
            return True
        if isinstance(node, Name) and node.text in {"bbR", "bbN", "bbZ", "Delta"}:
            return False  # R^T is a set of vectors
        if token.kind != "name" or token.text != "T":
            return False
        scalar = isinstance(node, Num) or (
            isinstance(node, Name) and (d := self.scope.names.get(node.text)) is not None and d.shape == ()
        )
        return not (scalar and "T" in self.scope.names)

    def _power(self, node: Node, exponent: Node, start: int) -> Node:
        if isinstance(node, Name) and node.text == "e" and "e" not in self.scope.names:
            return Call("exp", (exponent,), self.span(start))
        return Call("pow", (node, exponent), self.span(start))

    def prime(self, node: Node, start: int) -> Node:
        count = 0
        while self.accept("'"):
            count += 1
        return self.primed(node, count, start)

    def primed(self, node: Node, count: int, start: int) -> Node:
        """W' is a transpose unless the primed name itself is declared, or the name is a scalar."""
        if isinstance(node, Name):
            full = node.text + "'" * count
            if full in self.scope.names:
                return Name(full, self.span(start))
            declared = self.scope.names.get(node.text)
            if declared is not None and declared.shape == ():
                raise ReadError(f"{full} is not declared, and {node.text} is a number: nothing to transpose", start)
        if count != 1:
            raise ReadError("several primes are read on functions only", start, self.peek().start)
        return Call("transpose", (node,), self.span(start))
