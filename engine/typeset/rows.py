"""What a row of symbols means to the eye: bars paired into fences, minus signs told apart from signs of numbers."""

from __future__ import annotations

from dataclasses import replace

from engine.typeset.tree import Accent, Fenced, Node, Row, Scripts, Span, Sym

# Before these (or at the start) a + or - is a sign, and after these a closing bar cannot stand.
_NO_OPERAND = frozenset({"", "bin", "rel", "open", "punct", "op", "func"})


def kind_of(node: Node) -> str:
    """The spacing kind of a node: that of its symbol, or inner for what stands on several rows."""
    match node:
        case Sym():
            return node.kind
        case Scripts():
            return kind_of(node.base)
        case Fenced() if node.left:
            return "fence"
    inner = {"Stack": "base", "Brace": "", "Frac": "", "Grid": "", "Space": "space"}.get(type(node).__name__)
    if inner == "base":
        return kind_of(node.base)  # type: ignore[union-attr]  # only a Stack has the entry "base"
    return "ord" if inner is None else inner or "inner"


def bare(node: Node) -> Node:
    """The node without the braces around it."""
    while isinstance(node, Row) and len(node.items) == 1:
        node = node.items[0]
    return node


def is_atom(node: Node) -> bool:
    """One symbol or number, bare or with a subscript: what a root sign or a slash can hold without brackets."""
    node = bare(node)
    if isinstance(node, Scripts):
        return node.sup is None and is_atom(node.base)
    return (isinstance(node, Sym) and node.kind == "ord" and node.text not in ("-", "+", "±", "∓", "/")) or (
        isinstance(node, Accent) and isinstance(node.body, Sym)
    )


def finish_row(items: list[Node], span: Span) -> Row:
    """A row with its bars paired and its signs told from its binary operators."""
    if any(_bar(item) for item in items):
        items = _pair_bars(items)
    return Row(span, tuple(signs(items)))


def signs(items: list[Node]) -> list[Node]:
    """Turn the + and - that have no left or no right operand into signs, which stand close to what follows."""
    found: list[Node] = []
    before = ""
    for index, item in enumerate(items):
        kind = kind_of(item)
        if kind == "bin" and isinstance(item, Sym):
            after = next((k for k in map(kind_of, items[index + 1 :]) if k != "space"), "")
            if before in _NO_OPERAND or after in ("", "rel", "close", "punct"):
                item = replace(item, kind="ord")
                kind = "sign"
        found.append(item)
        before = kind if kind != "space" else before
    return found


def _bar(item: Node) -> str:
    """The glyph of a bare bar, with or without scripts; "" for anything else."""
    base = item.base if isinstance(item, Scripts) else item
    return base.text if isinstance(base, Sym) and base.kind == "bar" else ""


def _pair_bars(items: list[Node]) -> list[Node]:
    """|x| and ‖x‖ become fences when the bars of a row pair up; a bar left over means "given"."""
    odd = {glyph for glyph in ("|", "‖") if sum(_bar(item) == glyph for item in items) % 2}
    stack: list[list[Node]] = [[]]
    openers: list[Sym] = []
    for item in items:
        glyph = _bar(item)
        if not glyph or glyph in odd:
            stack[-1].append(_lone(item) if glyph else item)
        elif openers and openers[-1].text == glyph:
            inside = stack.pop()
            stack[-1].append(_fence(openers.pop(), inside, item))
        elif isinstance(item, Sym) and all(o.text != glyph for o in openers):
            openers.append(item)
            stack.append([])
        else:  # the bars cross, or the first carries a script: nothing is guessed
            return [_lone(i) if _bar(i) else i for i in items]
    return [_lone(i) if _bar(i) else i for i in items] if openers else stack[0]


def _fence(opener: Sym, inside: list[Node], closer: Node) -> Node:
    span = (opener.span[0], closer.span[1])
    body = Row((opener.span[1], closer.span[0]), tuple(signs(inside)))
    fence = Fenced((span[0], _base(closer).span[1]), opener.text, opener.text, (body,))
    return replace(closer, base=fence, span=span) if isinstance(closer, Scripts) else fence


def _lone(item: Node) -> Node:
    """A bar that has no partner: a relation, or an ordinary symbol when it carries scripts (evaluated at)."""
    if isinstance(item, Scripts):
        return replace(item, base=replace(_base(item), kind="ord"))
    return replace(_base(item), kind="rel")


def _base(item: Node) -> Sym:
    base = item.base if isinstance(item, Scripts) else item
    assert isinstance(base, Sym)
    return base
