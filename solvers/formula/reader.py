"""The Pratt core: binding powers over one token stream. What an operand looks like is the table in `forms.py`; what may
follow it stands in `scripts.py`; what it means is nobody's business here.
"""

from __future__ import annotations

from solvers.formula.nodes import At, Call, Chain, Name, Node, Num, Tuple, names
from solvers.formula.operators import MUL, NEG, binding
from solvers.formula.ranks import rank_of
from solvers.formula.scripts import Scripts
from solvers.formula.stream import CLOSERS, WRITTEN, Form
from solvers.formula.tokens import ReadError, Token

STARTS = frozenset(
    "num name func big ( [ g{ frac sqrt binom begin lfloor lceil [[ partial nabla infty || | { <( at( ones macro "
    "system arg differential".split()
)

__all__ = ["CLOSERS", "STARTS", "WRITTEN", "Form", "ReadError", "Reader"]


class Reader(Scripts):
    """Reads expressions, groups, chains of relations and conditions."""

    def expression(self, power: int = 0) -> Node:
        """The longest expression whose operators bind at least as tightly as `power`."""
        self.deeper()
        start = self.peek().start
        left = self._prefix()
        while (infix := self._infix(power)) is not None:
            op, consumed = infix
            if consumed:
                self.take()
            if self.peek().kind == "...":
                left = self._continued(op, left, start)
                continue
            right = self.expression(binding(op) + 1)
            further = op == "div" and self.scope.further
            while further and self.peek().kind != "big" and self._infix(MUL) == ("mul", False):
                right = Call("mul", (right, self.expression(MUL + 1)), right.span)
            if not consumed and right == Num("1") and self._means_ones(left):
                right = Name("ones", right.span)
            if op == "mul" and consumed and rank_of(left, self.scope) == rank_of(right, self.scope) == 1:
                op = "dot"  # w @ x of two vectors
            self._check_point(left, right, op)
            if not consumed and isinstance(right, (Tuple, Chain)):
                self._refuse_call(left, right)
            left = Call(op, (left, right), self.span(start))
        if power == 0 and (token := self.accept("over")):  # TeX: {a + b \\over c}
            left = Call(token.text, (left, self.expression()), self.span(start))
        self.nesting -= 1
        return left

    def _means_ones(self, left: Node) -> bool:
        """A 1: the vector of ones; but y_i 1/m is a number times a quotient."""
        divides = self.peek().kind == "op" and self.peek().text == "div"
        return self.tokens[self.at - 1].kind == "num" and not (divides and rank_of(left, self.scope) != 2)

    def _continued(self, op: str, left: Node, start: int) -> Node:
        from solvers.formula.dots import continued  # it reads in its turn

        return continued(self, op, left, start)

    def of_index(self, function: Name, indices: tuple[Node, ...], order: int = 0) -> Node | None:
        from solvers.formula.applied import of_index  # it reads in its turn

        return of_index(self, function, indices, order)

    def partial(self, function: Node, tokens: list[Token]) -> Node | None:
        from solvers.formula.applied import partial  # it reads in its turn

        return partial(self, function, tokens)

    def _refuse_call(self, left: Node, right: Tuple | Chain) -> None:
        """p (a, b c) is no product, but of a matrix with a vector that is written out; nor is E(s_k = 1)."""
        last = left.args[1] if isinstance(left, Call) and left.op == "mul" else left
        if isinstance(right, Chain):
            if isinstance(last, Name) and right.relations == ("=",):
                said = (
                    f"{last.text}(... = ...) is not read: define {last.text} as a function and put the value in, f(2)"
                )
                raise ReadError(said, last.span.start, right.span.end)
            return
        between = self.source[last.span.end : right.span.start]
        if isinstance(last, Name) and last.text not in self.scope.names and "}" not in between and len(right.items) > 1:
            said = f"{last.text!r} is used as a function of {len(right.items)} arguments, and is not declared as one"
            raise ReadError(said, last.span.start, right.span.end, last.text)

    def _check_point(self, left: Node, right: Node, op: str) -> None:
        """f g|_{x=0}: whether the point is meant for f too is not said."""
        if self.loose != self.at or binding(op) < MUL:
            return
        ends = right.args if isinstance(right, Call) and right.op == "sub" else (right,)  # between two limits
        moved = {name.text for end in ends if isinstance(end, At) for name in end.names}
        if names(left) & moved:
            raise self.fail("put brackets around what the bar with the point is meant for")

    def _prefix(self) -> Node:
        token = self.peek()
        if token.kind == "op" and token.text == "sub":
            self.take()
            first, inner = self.peek(), self.expression(NEG)
            if isinstance(inner, Call) and inner.op == "mod" and _is_between(inner, first):  # -1 mod n is n - 1
                number = Call("neg", inner.args[:1], self.span(token.start))
                return Call("mod", (number, inner.args[1]), self.span(token.start))
            return Call("neg", (inner,), self.span(token.start))
        if token.kind == "op" and token.text == "add":
            self.take()
            return self.expression(NEG)
        return self.operand()

    def _infix(self, power: int) -> tuple[str, bool] | None:
        """The operator that continues the expression, and whether a token stands for it (a product may be silent)."""
        token = self.peek()
        if token.kind in {"op", "mod"}:
            return (
                (token.text, True) if min(binding(token.text), MUL if token.kind == "mod" else 100) >= power else None
            )
        if token.kind == "..." and power <= MUL and not self.dotless and self.at and self.peek(1).kind != "op":
            return None if token.end - token.start == 2 else ("mul", False)  # 1..n is a range
        if not self.starts_operand(token) or power > MUL or self.point_follows():
            return None
        ones = token.text == "1" and self.peek(1).kind in {"^", "T"}  # 1 1^T
        before = self.tokens[max(self.at - 2, 0) : self.at]
        raised = (
            self.latex and len(before) == 2 and before[0].kind == "^" and token.start > before[1].end
        )  # 0.6^5\\,0.4
        if token.kind == "num" and self.tokens[self.at - 1].kind == "num" and not ones and not raised:
            raise self.fail("two numbers stand side by side: write * between them, or a comma")
        self._note_division(token)
        return "mul", False

    def _note_division(self, token: Token) -> None:
        """1/2x is read from the left, as programs do; say so, since paper often means 1/(2x)."""
        before = self.peek(-2) if self.at >= 2 else token
        if before.kind == "op" and before.text == "div" and not token.spaced:
            self.notes.append("a/b c is read as (a/b) c: put brackets around a denominator that is a product")

    def starts_operand(self, token: Token) -> bool:
        if token.kind in {"|", "||"}:
            return token.text == "open" if token.text in {"open", "close"} else not self.bars
        return token.kind in STARTS

    def operand(self) -> Node:
        """One operand with everything that follows it tightly."""
        self.deeper()
        token = self.take()
        form = self.forms.get(token.kind)
        if form is None:
            self.at -= 1
            raise self.fail(f"expected a number, a name or a bracket, but {self.stands(token)} here", token)
        found = self.postfix(form(self, token), token.start)
        self.nesting -= 1
        return found

    def group(self, opener: Token) -> Node:
        """The expression up to the bracket that closes `opener`."""
        with self.within():
            inner = self.expression()
            self.expect(CLOSERS[opener.kind], opener)
        return inner

    def items(self, opener: Token) -> list[Node]:
        """Comma-separated expressions up to the bracket that closes `opener`."""
        with self.within():
            found = [self.condition()]
            while self.accept(","):
                found.append(self._listed(found) if self.peek().kind == "..." else self.condition())
            self.expect(CLOSERS[opener.kind], opener)
        return found

    def _listed(self, found: list[Node]) -> Node:
        from solvers.formula.dots import listed  # it reads in its turn

        return listed(self, found)

    def condition(self, power: int = 0) -> Node:
        """A chain of relations, or several joined by and, or."""
        start = self.peek().start
        left = self.chain()
        while (token := self.peek()).kind == "logic" and binding(token.text) >= power:
            self.take()
            left = Call(token.text, (left, self.condition(binding(token.text) + 1)), self.span(start))
        return left

    def chain(self) -> Node:
        """An expression, or several with relations between them."""
        start = self.peek().start
        sides, relations = [self.expression()], []
        while token := self._relation():
            relations.append(token.text)
            sides.append(self.expression())
        return Chain(tuple(sides), tuple(relations), self.span(start)) if relations else sides[0]

    def _relation(self) -> Token | None:
        """A relation sign; outside of matrices the & of an aligned display says nothing."""
        if self.cells:
            return self.accept("rel")
        if self.peek().kind == "cell" and self.peek(1).kind == "rel":
            self.take()
        token = self.accept("rel")
        while token and self.accept("cell"):
            pass
        return token


def _is_between(modulus: Call, first: Token) -> bool:
    """Whether mod stands between its two numbers, and behind the sign before them: neither mod(7, 3) nor (7 mod 3)."""
    unbracketed = modulus.span.start == first.start
    return unbracketed and (first.text != "mod" or modulus.args[0].span.start == first.start)
