"""What may follow an operand: subscripts, superscripts, primes, factorials, and the bar with a point."""

from __future__ import annotations

from solvers.formula.label_words import is_fixed, label_of, word_of, wordy
from solvers.formula.nodes import All, Apply, At, Call, Chain, Index, Member, Name, Node, Num, SetOf
from solvers.formula.operators import MARKS, STAR
from solvers.formula.ranks import to_the_number_t
from solvers.formula.spectral_names import extreme_of
from solvers.formula.stream import CLOSERS, Stream, unbraced
from solvers.formula.subscripts import apart, bracketed_index, entry_of, kronecker, labelled, like_entry
from solvers.formula.tokens import ReadError, Token

_INDEXLIKE = frozenset("ijklmnuv")  # f_i^{(t)}: an entry of f^{(t)}
SIZED = {"I", "ones", "zeros"}  # I_n, 1_n, 0_{m x n}: matrices with their size said


class Scripts(Stream):
    """Reads on from an operand; what an expression is, the reader says."""

    def expression(self, power: int = 0) -> Node:
        """The longest expression whose operators bind at least as tightly as `power`."""
        raise NotImplementedError

    def operand(self) -> Node:
        """One operand with everything that follows it tightly."""
        raise NotImplementedError

    def of_index(self, function: Name, indices: tuple[Node, ...], order: int = 0) -> Node | None:
        """f_i(x) behind its index, with as many primes; None where no argument follows."""
        raise NotImplementedError

    def partial(self, function: Node, tokens: list[Token]) -> Node | None:
        raise NotImplementedError

    def chain(self) -> Node:
        """An expression, or several with relations between them."""
        raise NotImplementedError

    def whole(self, tokens: list[Token], opener: Token) -> Node:
        """All of `tokens` as one expression."""
        reader = self.inside(tokens, opener)
        node = reader.expression()
        if reader.peek().kind != "eof":
            raise reader.fail(f"{reader.written(reader.peek())!r} was not expected here")
        return node

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
            elif token.kind == "T":
                self.take()
                node = self._turned(node, start)
            elif token.kind == "[" and self.bracket_indexes(node, token):
                self.take()
                self.tokens[self.at - 1] = Token("{", "{", token.start, token.end)
                node = bracketed_index(self, node, start)
            elif self.point_follows():
                if self.held:
                    return node
                bracketed = self.peek(-1).kind in {")", "]"}
                self.take()
                node = self.at_point(node, start)
                self.loose = -1 if bracketed else self.at
            elif token.kind == "!":
                self.take()
                if self.peek().kind == "!" and self.peek().start == token.end:
                    raise self.fail("!! is a double factorial, which is not read: write (n!)! for a factorial of one")
                node = Call("factorial", (node,), self.span(start))
            else:
                return node

    def subscript(self, node: Node, start: int) -> Node:
        begin = self.at
        tokens, opener = self.worded()
        if len(tokens) > 2 and tokens[0].kind == "[" and [t.kind for t in tokens if t.kind == "]"] == [tokens[-1].kind]:
            tokens = tokens[1:-1]
        if isinstance(node, Name) and node.text in self.scope.steps:
            node = Name(f"{node.text}_", node.span)
        if (found := self._of_index(node, tokens, opener) or self.partial(node, tokens)) is not None:
            return found
        if isinstance(node, Name) and len(tokens) == 1 and tokens[0].text in {"star", "conv"}:  # x_*
            if "_" in node.text:
                raise ReadError(f"{node.text} has a subscript already", start, tokens[-1].end)
            return Name(f"{node.text}_{STAR}", self.span(start))
        sign = MARKS.get(tokens[0].text, "") if len(tokens) == 1 else ""
        if isinstance(node, Name) and sign and (own := f"{node.text}_{sign}") in self.scope.own:  # M_+ = ...
            return Name(own, self.span(start))
        if [t.text for t in tokens] == ["add"]:  # the positive part
            return Call("max", (Num("0"), node), self.span(start))
        if self.tokens[begin - 2].kind == "]" and any(t.kind == "rel" and t.text == "=" for t in tokens):
            self.at = begin - 1  # [f]_{x = 0}
            return self.at_point(node, start)
        if (entry := entry_of(self, node, tokens, opener, start)) is not None:
            return entry
        if (named := labelled(self, node, tokens, start)) is not None:
            return named
        if isinstance(node, Name) and (named := self._named(node, tokens, opener, start)) is not None:
            return named
        if isinstance(node, Member) and isinstance(node.base, Name) and self._lacking(node.base, len(node.indices)):
            return Member(node.base, (*node.indices, *self.indices(tokens, opener, 1)), self.span(start))
        inner = node.base if isinstance(node, Member) else node
        declared = self.scope.names.get(inner.text) if isinstance(inner, Name) else None
        rank = None if declared is None or declared.shape is None else len(declared.shape)
        indices = self.indices(tokens, opener, rank)
        if isinstance(node, Index):
            both = node.indices + indices
            if node.base == Name("delta") and "delta" not in self.scope.names and len(both) == 2:
                return Call("indicator", (Chain(both, ("=",)),), self.span(start))  # delta_i_j
            return Index(node.base, both, self.span(start))
        return Index(node, indices, self.span(start))

    def _of_index(self, node: Node, tokens: list[Token], opener: Token, order: int = 0) -> Node | None:
        """f_i(x), where the text gives f for every index; None of any other name."""
        if not isinstance(node, Name) or node.text not in self.scope.heads:
            return None
        return self.of_index(node, self.indices(tokens, opener, None), order)

    def _named(self, node: Name, tokens: list[Token], opener: Token, start: int) -> Node | None:
        """A subscript on a name: a label of it, or a member of a family; None where it picks an entry."""
        label = label_of(self, tokens)
        full = f"{node.text}_{label}"
        known = full in self.scope.names or full in self.scope.own
        if node.text in SIZED and node.text not in self.scope.names and not (known or full == "I_0"):
            return Index(node, self.indices(tokens, opener, None), self.span(start))
        declared = self.scope.names.get(node.text)
        counted = declared is not None and (declared.domain == "parameter" or declared.parameters is not None)
        if full in self.bound or (label == "0" and counted):  # entries of an argument, or a function, count from 1
            return Name(full, self.span(start))
        if (same := kronecker(self, node, tokens, opener, start) or extreme_of(self, full, start)) is not None:
            return same
        if label and not known and "_" not in node.text and wordy(self, tokens):
            return Name(full, self.span(start))
        if label and known:
            if self.scope.function(full):  # h_\\theta(x)
                return self.forms["name"](self, Token("name", full, start, self.tokens[self.at - 1].end))
            return Name(full, self.span(start))
        if self.scope.family(node.text) and not self.member_follows(node):
            entries = declared is not None and len(declared.family) == len(declared.shape or ()) == 1  # x_{ij} of x_i
            return self._of_family(node, self.indices(tokens, opener, None if entries else 1), start)
        bound = node.text in self.bound or any(t.kind == "name" and t.text in self.bound for t in tokens)
        entry = label in _INDEXLIKE and self.member_follows(node) and full not in self.scope.names
        if (
            label
            and not entry
            and not bound
            and not self.scope.indexable(node.text.removesuffix(STAR))  # w^*_i of a vector w
            and not self.scope.family(node.text)
        ):
            if "_" in node.text:
                raise ReadError(f"{node.text} has a subscript already", start, tokens[-1].end)
            if self.scope.strict:
                raise ReadError(f"{full!r} is not declared", start, tokens[-1].end)
            return Name(full, self.span(start))
        return None

    def _of_family(self, node: Name, indices: tuple[Node, ...], start: int) -> Node:
        """A member c_t, or an entry of it: c_{t,k} of the vectors c_t."""
        declared = self.scope.names[node.text]
        count, letters = len(declared.family), {Name(letter) for letter, _, _ in declared.family}
        if len(indices) <= count or declared.shape == () or letters & set(indices[count:]):
            return Member(node, indices, self.span(start))
        return Index(Member(node, indices[:count], self.span(start)), indices[count:], self.span(start))

    def _lacking(self, base: Name, count: int) -> bool:
        """Whether the family has one index more than those that are written so far: h^{(1)}_t."""
        declared = self.scope.names.get(base.text)
        return declared is not None and len(declared.family) == count + 1

    def indices(self, tokens: list[Token], opener: Token, rank: int | None) -> tuple[Node, ...]:
        """The indices in a subscript: by commas, or one a symbol (W_{ij}) where that is what the rank says."""
        parts: list[list[Token]] = [[]]
        depth = 0
        if len(tokens) > 1:  # A_{i*}, A_{\cdot j}: the whole row or column
            ends = {0, len(tokens) - 1}
            tokens = [_colon(t) if i in ends and t.text in {"dot", "star"} else t for i, t in enumerate(tokens)]
        for token in tokens:
            depth += token.kind in CLOSERS
            depth -= token.kind in CLOSERS.values() and token.kind not in CLOSERS
            if token.kind == "," and depth == 0:
                parts.append([])
            else:
                parts[-1].append(token)
        parts = apart(self, tokens, rank) if len(parts) == 1 and rank != 1 else parts
        return tuple(All() if len(p) == 1 and p[0].kind == ":" else self.whole(p, opener) for p in parts)

    def superscript(self, node: Node, start: int) -> Node:
        if self.starred():
            return self._star(node, start)
        tokens, opener = ([], self.peek()) if self._bare_exponent(node) else self.worded()
        if not tokens:
            held, self.held = self.held, 1
            exponent = self._signed()
            self.held = held
            return self._power(node, exponent, start)
        if all(t.kind == "'" for t in tokens):
            return self.primed(node, len(tokens), start)
        if isinstance(node, Name) and len(tokens) == 1 and f"{node.text}^{tokens[0].text}" in self.scope.names:
            return Name(f"{node.text}^{tokens[0].text}", self.span(start))  # w^2 of the second layer
        if tokens[0].kind == "(" and (found := self._of_index(node, tokens[1:-1] or tokens, opener)) is not None:
            return found  # h^{(l)}(x)
        nameable = isinstance(node.base if isinstance(node, Index) else node, Name)
        family = nameable and self._family_close(node, tokens, opener)
        if family:
            inner = tokens[1:family] if tokens[0].kind in {"(", "["} else tokens
            node = self._member(node, self.indices(inner, opener, 1), start)
            tokens = tokens[family + 1 :]
        if not tokens:
            return node
        if len(tokens) > 1 and tokens[0].kind == "op" and tokens[0].text in {"star", "conv"}:  # s^{*2}
            rest = tokens[2:] if tokens[1].kind == "," else tokens[1:]
            return self._raised(self._with_star(node, start), rest, opener, start)
        if isinstance(node, Name) and not is_fixed(node, self.scope) and (word := word_of(self, tokens)):
            return Name(f"{node.text}_{word}", self.span(start))
        if tokens[0].kind == "op" and tokens[0].text == "hadamard" and len(tokens) > 1:  # z^{\odot 2}: each entry
            return self._entrywise_power(node, self.whole(tokens[1:], opener), start)
        if len(tokens) > 1 and tokens[0].kind == "T" and tokens[1].kind == "(":  # h^{\top (t-1)}
            return Call(
                "transpose", (self._member(node, self.indices(tokens[2:-1], opener, 1), start),), self.span(start)
            )
        return self._raised(node, tokens, opener, start)

    def _raised(self, node: Node, tokens: list[Token], opener: Token, start: int) -> Node:
        """A transpose, or a power."""
        while len(tokens) > 1 and tokens[0].kind in {",", "^"}:
            tokens = unbraced(tokens[1:])
        if (
            tokens[0].kind == "op"
            and tokens[0].text == "sub"
            and len(tokens) == 2
            and self._transposes(node, tokens[1])
        ):
            inverse = self._power(node, Call("neg", (Num("1"),)), start)
            return Call("transpose", (inverse,), self.span(start))
        if self._transposes(node, tokens[0]) and len(tokens) == 1 and opener.kind != "(":
            return self._turned(node, start)
        return self._power(node, self.whole(tokens, opener), start)

    def _turned(self, node: Node, start: int) -> Node:
        """The transpose; 1^T without brackets is that of the vector of ones."""
        ones = node == Num("1") and node.span.start == start
        return Call("transpose", (Name("ones", node.span) if ones else node,), self.span(start))

    def _signed(self) -> Node:
        """The exponent of 2^-3 x: a sign and one operand."""
        token = self.accept("op", "sub")
        return Call("neg", (self._signed(),), self.span(token.start)) if token else self.operand()

    def _star(self, node: Node, start: int) -> Node:
        """The name with a star, as an optimum has it."""
        self.script()
        return self._with_star(node, start)

    def _with_star(self, node: Node, start: int) -> Node:
        base = node.base if isinstance(node, (Index, Member)) else node
        stem, _, label = base.text.partition("_") if isinstance(base, Name) else ("", "", "")
        if not isinstance(base, Name) or stem.endswith(STAR):
            raise ReadError("a star is read on a name only, and once", start, self.peek().start)
        starred = Name(f"{stem}{STAR}_{label}" if label else stem + STAR, base.span)
        return type(node)(starred, node.indices, self.span(start)) if isinstance(node, (Index, Member)) else starred

    def _entrywise_power(self, node: Node, exponent: Node, start: int) -> Node:
        """A power of each entry: repeated ⊙ for a small whole number."""
        if not isinstance(exponent, Num) or exponent.value not in {1, 2, 3, 4}:
            raise ReadError("an entrywise power is read for 1, 2, 3 and 4", start, self.peek().start)
        found = node
        for _ in range(int(exponent.value) - 1):
            found = Call("hadamard", (found, node), self.span(start))
        return found

    def _bare_exponent(self, node: Node) -> bool:
        """Whether the exponent is not in braces and is more than one token: 2^-3, 2^sqrt(2), x^(n+1)^2."""
        token = self.peek()
        if self.latex:
            return token.kind in {"frac", "func", "sqrt"} or (token.kind == "op" and token.text == "sub")
        bare = token.kind in {"func", "sqrt", "num"} or (token.kind == "op" and token.text == "sub")
        return bare or (token.kind == "name" and token.text != "T" and self._with_scripts(node))

    def _with_scripts(self, node: Node) -> bool:
        """Whether the name that comes next has an exponent of its own, as in e^x^2, and counts no family: h^t^2. That
        of e and of numbers has its index too: e^x_i.
        """
        if self.peek(1).kind == "_":
            return isinstance(node, Num) or (node == Name("e") and "e" not in self.scope.names)
        exponent = self.peek(2)
        power = exponent.kind in {"num", "("} or (exponent.kind == "name" and exponent.text != "T")
        letters = {letter for declared in self.scope.names.values() for letter, _, _ in declared.family}
        return self.peek(1).kind == "^" and power and self.peek().text not in letters

    def _family_close(self, node: Node, tokens: list[Token], opener: Token) -> int:
        """The place of the bracket that closes a family index at the head of a superscript, or 0."""
        base = node.base if isinstance(node, Index) else node
        declared = isinstance(base, Name) and self.scope.family(base.text)
        if opener.kind == "(":  # plain text: h^(t) is a member only if h is a declared family
            return len(tokens) if declared else 0
        if tokens[0].kind not in {"(", "["}:
            if tokens[0].kind == "T" or not declared or not isinstance(base, Name):
                return 0
            letters = {letter for letter, _, _ in self.scope.names[base.text].family}
            return len(tokens) if any(t.kind == "name" and t.text in letters for t in tokens) else 0
        depth = 0
        for place, token in enumerate(tokens):
            depth += (token.kind in {"(", "["}) - (token.kind in {")", "]"})
            if depth == 0:
                rest = tokens[place + 1 :]
                alone = not rest or declared or rest[0].kind in {"T", ","} or rest[0].text == "T"
                return place if alone else 0
        return 0

    def _member(self, node: Node, indices: tuple[Node, ...], start: int) -> Node:
        if isinstance(node, Index) and isinstance(node.base, Name) and self._lacking(node.base, len(indices)):
            return Member(node.base, (*indices, *node.indices), self.span(start))
        if isinstance(node, Index):
            return Index(Member(node.base, indices, node.span), node.indices, self.span(start))
        return Member(node, indices, self.span(start))

    def _transposes(self, node: Node, token: Token) -> bool:
        if isinstance(node, Name) and node.text in self.scope.raised and self.written(token) == "T":
            return False
        if token.kind == "T":
            return True
        if isinstance(node, Name) and node.text in {"bbR", "bbN", "bbZ", "Delta"} - self.scope.names.keys():
            return False  # R^T is a set of vectors
        if token.kind != "name" or token.text != "T":
            return False
        return not to_the_number_t(node, self.scope)

    def _power(self, node: Node, exponent: Node, start: int) -> Node:
        of_set = node.args[0] if isinstance(node, Call) and node.op == "pow" else None
        if isinstance(of_set, SetOf) and not of_set.items[1:]:
            raise ReadError("a set of one element has one exponent at most", start, self.peek().start)
        if isinstance(node, Name) and node.text == "e" and "e" not in self.scope.names:
            return Call("exp", (exponent,), self.span(start))
        if like_entry(node, exponent, self.scope):
            said = "this may be an entry or a power: write an entry with indices below, as in W_{ij}"
            raise ReadError(said, start, self.peek().start)
        return Call("pow", (node, exponent), self.span(start))

    def prime(self, node: Node, start: int) -> Node:
        count = len(list(iter(lambda: self.accept("'"), None)))
        if isinstance(node, Name) and node.text in self.scope.heads and self.accept("_"):  # f'_i(x)
            if (found := self._of_index(node, *self.script(), count)) is not None:
                return found
            raise self.fail("the argument of the function is missing")
        return self.primed(node, count, start)

    def _marks(self, primed: str) -> bool:
        """Whether a prime alone is a mark, and not only where more scripts stand beside it; h'_j is summed over."""
        return (self.scope.primes and self.scope.marked(primed)) or any(n.startswith(f"{primed}_") for n in self.bound)

    def primed(self, node: Node, count: int, start: int) -> Node:
        """W' is a transpose unless the primed name itself is declared, or the name is a scalar."""
        if isinstance(node, Name):
            full = node.text + "'" * count
            if full in self.scope.names or full in self.bound or (self._marks(full) and self.peek().kind != "("):
                return Name(full, self.span(start))
            if (declared := self.scope.names.get(node.text)) is not None and declared.shape == ():
                raise ReadError(f"{full} is not declared, and {node.text} is a number: nothing to transpose", start)
        whole = f"{node.base.text}'" if isinstance(node, Index) and isinstance(node.base, Name) else ""
        if count == 1 and isinstance(node, Index) and whole in self.bound:  # h_j' of a sum over h'
            return Index(Name(whole), node.indices, self.span(start))
        if count != 1:
            raise ReadError("several primes are read on functions only", start, self.peek().start)
        if isinstance(node, Apply):
            raise ReadError("a prime behind a value: write a derivative, or ^T", start, self.peek().start)
        return Call("transpose", (node,), self.span(start))

    def at_point(self, body: Node, start: int) -> Node:
        """A formula at the point that stands in the subscript: x = 0, y = 1; between two limits the difference."""
        if self.limits_follow():
            from solvers.formula.evaluated import evaluated  # it reads in its turn

            return evaluated(self, body, start)
        self.take()
        tokens, opener = self.script()
        inside = self.inside(tokens, opener)
        points = [inside.chain()]
        while inside.accept(","):
            points.append(inside.chain())
        if inside.peek().kind != "eof":
            raise inside.fail(f"{inside.written(inside.peek())!r} was not expected in a point")
        found, values = [], []
        for point in points:
            if not isinstance(point, Chain) or point.relations != ("=",) or not isinstance(point.sides[0], Name):
                raise self.fail("a point is written as x = 0", opener)
            found.append(point.sides[0])
            values.append(point.sides[1])
        return At(body, tuple(found), tuple(values), self.span(start))


def _colon(token: Token) -> Token:
    return Token(":", ":", token.start, token.end)
