"""Tokens -> the display tree, by recursive descent. Everything is read or named in an error; nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from engine.typeset.lexer import Token
from engine.typeset.rows import finish_row
from engine.typeset.symbols import (
    ALPHABETS,
    COMMANDS,
    FUNCTIONS,
    GLYPHS,
    IGNORED,
    LIMIT_FUNCTIONS,
    SIDE_LIMITS,
    SPACES,
    Symbol,
)
from engine.typeset.tree import Brace, Fenced, Grid, MathError, Node, Row, Scripts, Space, Span, Sym

MAX_DEPTH = 60
_CLOSERS = frozenset({"}", "right", "end", "&", "break", "middle"})
_NO_ARGUMENT = _CLOSERS | {"^", "_", "prime"}
_NAMES = {"left": "\\left", "right": "\\right", "middle": "\\middle", "break": "a line break \\\\", "prime": "a prime"}


class Unreadable(Exception):
    """Carries a MathError from where it was found to the door; never leaves this package."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.error = MathError(message, span)


Command: TypeAlias = "Callable[[Parser, Token], Node | None]"


class Parser:
    """One pass over the tokens of one formula."""

    def __init__(self, source: str, found: tuple[Token, ...], command: Command, environment: Command) -> None:
        self.source = source
        self.tokens = found
        self.command = command  # reads a command that takes arguments
        self.environment = environment  # reads \\begin to \\end
        self.index = 0
        self.depth = 0
        self.style = ""
        self.alphabet = ""

    # ---- the token stream

    def peek(self) -> Token | None:
        """The next token, or None at the end."""
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def take(self) -> Token:
        """The next token, consumed; the caller has seen that there is one."""
        token = self.tokens[self.index]
        self.index += 1
        return token

    def here(self) -> int:
        """The source position of the next token."""
        token = self.peek()
        return token.span[0] if token else len(self.source)

    def behind(self) -> int:
        """The source position after the last token taken."""
        return self.tokens[self.index - 1].span[1] if self.index else 0

    @contextmanager
    def styled(self, style: str, alphabet: str = "") -> Iterator[None]:
        """Symbols read inside carry this style, or come from this alphabet."""
        before = self.style, self.alphabet
        self.style, self.alphabet = style or self.style, alphabet or self.alphabet
        yield
        self.style, self.alphabet = before

    # ---- rows

    def formula(self) -> Node:
        """The whole source. Lines and & outside any environment make an aligned display."""
        cells, lines = self.grid(None)
        if lines:
            raise Unreadable("\\hline outside an array", (0, len(self.source)))
        if len(cells) == 1 and len(cells[0]) == 1:
            return cells[0][0]
        kind = "aligned" if any(len(row) > 1 for row in cells) else "gathered"
        return Grid((0, len(self.source)), kind, cells)

    def row(self, until: int = -1) -> Row:
        """Nodes up to a token that closes something, or up to the token with the index `until`."""
        start, items = self.here(), []
        while self.index < len(self.tokens) and self.index != until:
            if self.tokens[self.index].kind in _CLOSERS:
                break
            node = self.scripted()
            if node is not None:
                items.append(node)
        return finish_row(items, (start, max(start, self.behind())))

    def grid(self, opener: Token | None) -> tuple[tuple[tuple[Node, ...], ...], tuple[int, ...]]:
        """Cells up to what closes the opener (its own token is left to take), and the rows that have a line above."""
        rows: list[list[Node]] = [[]]
        lines: list[int] = []
        while True:
            while not rows[-1] and (token := self.peek()) and token.kind == "command" and token.text == "hline":
                lines.append(len(rows) - 1)
                self.take()
            rows[-1].append(self.row())
            closer = self.peek()
            if closer is None or closer.kind not in ("&", "break"):
                break
            self.take()
            if closer.kind == "break":
                rows.append([])
        self._check_closer(opener, closer)
        if len(rows) > 1 and len(rows[-1]) == 1 and rows[-1][0] == Row(rows[-1][0].span, ()):
            rows.pop()
        return tuple(map(tuple, rows)), tuple(lines)

    def _check_closer(self, opener: Token | None, closer: Token | None) -> None:
        expected = {None: "", "{": "}", "begin": "end", "left": "right"}[opener.kind if opener else None]
        if closer is not None and closer.kind == expected:
            return
        if opener is None:
            if closer is not None:
                raise Unreadable(f"{_name(closer)} closes nothing that was opened", closer.span)
            return
        wanted = {"{": "a closing brace", "begin": f"\\end{{{opener.text}}}", "left": "\\right"}[opener.kind]
        where = f"for {_name(opener)} opened at column {opener.span[0] + 1}"
        if closer is None:
            raise Unreadable(f"the formula ends before {wanted}, {where}", opener.span)
        raise Unreadable(f"expected {wanted}, {where}; found {_name(closer)}", closer.span)

    # ---- one thing, with its scripts

    def scripted(self) -> Node | None:
        """One atom and the scripts and primes on it. None for commands that leave no trace."""
        token = self.tokens[self.index]
        start = token.span[0]
        base: Node | None = Row((start, start), ()) if token.kind in ("^", "_", "prime") else self.atom(number=True)
        if base is None:
            return None
        limits = isinstance(base, Sym) and base.limits
        sub: Node | None = None
        sup: Node | None = None
        while (token_ := self.peek()) is not None:
            if token_.kind == "command" and token_.text in ("limits", "nolimits"):
                limits = self.take().text == "limits"
            elif token_.kind == "_":
                sub = self._script(sub, "subscript")
            elif token_.kind == "^":
                sup = self._joined(sup, self._script(_without_primes(sup), "superscript"))
            elif token_.kind == "prime":
                sup = self._joined(sup, self._primes())
            else:
                break
        if sub is None and sup is None:
            return base
        return _attach(base, sub, sup, limits, (start, self.behind()))

    def _script(self, present: Node | None, name: str) -> Node:
        mark = self.take()
        if present is not None:
            raise Unreadable(f"a second {name} on the same base: put the first into braces", mark.span)
        token = self.peek()
        if token is not None and token.kind == "char" and token.text in "([" and token.partner >= 0:
            raise Unreadable(f"{mark.text} takes one symbol: write {mark.text}{{(…)}} to set all of it", token.span)
        return self.argument(f"the {name} sign {mark.text}", mark.span)

    def _primes(self) -> Node:
        start, count = self.here(), 0
        while (token := self.peek()) is not None and token.kind == "prime":
            self.take()
            count += 1
        if count > 4:
            raise Unreadable(f"{count} primes: write ^{{({count})}}", (start, self.behind()))
        return Sym((start, self.behind()), "′" * count, "prime")

    def _joined(self, first: Node | None, second: Node) -> Node:
        """Primes and a superscript on one base stand side by side."""
        if first is None:
            return second
        if isinstance(first, Sym) and isinstance(second, Sym) and first.kind == second.kind == "prime":
            return Sym((first.span[0], second.span[1]), first.text + second.text, "prime")
        return Row((first.span[0], second.span[1]), (first, second))

    def argument(self, owner: str, span: Span) -> Node:
        """What a command or script sign takes: a group in braces, or the single next symbol."""
        while (token := self.peek()) is not None and token.kind not in _NO_ARGUMENT:
            if 0 <= token.partner < self.index:
                break  # it closes a bracket that was opened before the command
            node = self.atom(number=False)
            if node is not None:
                return node
        raise Unreadable(f"{owner} needs something after it", span)

    def atom(self, number: bool) -> Node | None:
        """One thing without scripts. `number` lets neighbouring digits join; an argument takes a single one."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH}", self.tokens[self.index].span)
        node = self._atom(self.take(), number)
        self.depth -= 1
        return node

    def _atom(self, token: Token, number: bool) -> Node | None:
        match token.kind:
            case "char":
                return self._char(token, number)
            case "command":
                return self._command(token)
            case "{":
                return self._group(token)
            case "left":
                return self._fenced(token)
            case "begin":
                return self.environment(self, token)
            case "space":
                return Space(token.span, 1)
        raise Unreadable(f"{_name(token)} stands where a symbol was expected", token.span)

    def _char(self, token: Token, number: bool) -> Node:
        if token.partner > self.index - 1:
            return self._bracketed(token)
        if token.text.isascii() and (token.text.isdigit() or token.text == "."):
            return self._number(token, number)
        symbol = GLYPHS.get(token.text)
        if symbol is not None and not token.text.isalpha():
            return self._symbol(symbol, token.span)
        return Sym(token.span, ALPHABETS.get(self.alphabet, {}).get(token.text, token.text), "ord", self.style)

    def _number(self, token: Token, joined: bool) -> Sym:
        text, end, point = token.text, token.span[1], token.text == "."
        while joined and (follower := self.peek()) is not None and follower.kind == "char" and follower.span[0] == end:
            if follower.text == "." and not point and self._digit_after():
                point = True
            elif not (follower.text.isascii() and follower.text.isdigit()):
                break
            text, end = text + self.take().text, follower.span[1]
        letters = ALPHABETS.get(self.alphabet, {})
        return Sym((token.span[0], end), "".join(letters.get(c, c) for c in text), "ord", self.style)

    def _digit_after(self) -> bool:
        after = self.tokens[self.index + 1] if self.index + 1 < len(self.tokens) else None
        return after is not None and after.kind == "char" and after.text.isascii() and after.text.isdigit()

    def _symbol(self, symbol: Symbol, span: Span) -> Sym:
        limits = symbol.kind == "op" and symbol.glyph not in SIDE_LIMITS
        return Sym(span, symbol.glyph, symbol.kind, self.style, limits)

    def _group(self, token: Token) -> Node:
        body = self.row()
        self._check_closer(token, self.peek())
        end = self.take().span[1]
        if len(body.items) == 1 and not (isinstance(body.items[0], Sym) and body.items[0].kind != "ord"):
            return body.items[0]
        return Row((token.span[0], end), body.items)

    def _bracketed(self, token: Token) -> Fenced:
        """A bracket whose partner is known: a fence that grows with what it holds."""
        body = self.row(until=token.partner)
        closer = self.take()
        left, right = (GLYPHS[t.text] if t.kind == "char" else COMMANDS[t.text] for t in (token, closer))
        return Fenced((token.span[0], closer.span[1]), left.glyph, right.glyph, (body,))

    def _fenced(self, token: Token) -> Fenced:
        parts, bars = [self.row()], []
        while (bar := self.peek()) is not None and bar.kind == "middle":
            bars.append(self.take().text)
            parts.append(self.row())
        self._check_closer(token, bar)
        closer = self.take()
        if bars:  # a bar in the middle stands free by itself
            parts = [_trimmed(part) for part in parts]
        return Fenced((token.span[0], closer.span[1]), token.text, closer.text, tuple(parts), tuple(bars))

    def _command(self, token: Token) -> Node | None:
        name = token.text
        if name in SPACES:
            return Space(token.span, SPACES[name])
        if name in IGNORED:
            return None
        symbol = COMMANDS.get(name)
        if symbol is not None:
            return self._bracketed(token) if token.partner > self.index - 1 else self._symbol(symbol, token.span)
        if name in FUNCTIONS:
            return Sym(token.span, name, "func", "roman")
        if name in LIMIT_FUNCTIONS:
            return Sym(token.span, LIMIT_FUNCTIONS[name], "func", "roman", limits=True)
        return self.command(self, token)


def _name(token: Token) -> str:
    """A token as a message names it."""
    if token.kind in ("begin", "end"):
        return f"\\{token.kind}{{{token.text}}}"
    return _NAMES.get(token.kind) or (f"\\{token.text}" if token.kind == "command" else token.text)


def _trimmed(row: Row) -> Row:
    """A row without the spaces at its ends."""
    items = list(row.items)
    while items and isinstance(items[0], Space):
        items.pop(0)
    while items and isinstance(items[-1], Space):
        items.pop()
    return Row(row.span, tuple(items))


def _without_primes(sup: Node | None) -> Node | None:
    return None if isinstance(sup, Sym) and sup.kind == "prime" else sup


def _attach(base: Node, sub: Node | None, sup: Node | None, limits: bool, span: Span) -> Node:
    """Scripts on a base; on a labelled brace the script is the label."""

    if isinstance(base, Brace) and base.label is None:
        label, rest = (sup, sub) if base.over else (sub, sup)
        if label is not None and rest is None:
            return Brace(span, base.body, label, base.over)
    return Scripts(span, base, sub, sup, limits)
