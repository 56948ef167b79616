"""Scripts in Unicode's small letters: which characters have one, and whether a whole formula can use them.

All subscripts of a formula are small letters or none is, and likewise its superscripts, so that styles never mix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.typeset.tree import Fenced, Node, Row, Scripts, Sym, Text, walk

# No Greek: ᵧ reads as y. No b, c, d, f, g, q, w, y, z below: Unicode has none.
SUBSCRIPTS: dict[str, str] = dict(
    zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
SUPERSCRIPTS: dict[str, str] = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUW⊤⊺",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁᵂᵀᵀ",
        strict=True,
    )
) | {"′": "′"}


@dataclass(frozen=True, slots=True)
class Small:
    """Whether the subscripts and the superscripts of a formula are set in small letters."""

    sub: bool
    sup: bool


NONE = Small(False, False)


def small_scripts(node: Node, limits_count: bool) -> Small:
    """Decide for a whole formula. Limits stand above and below in boxes, so there they do not count."""
    sub = sup = True
    for inner in walk(node):
        if not isinstance(inner, Scripts) or (inner.limits and not limits_count):
            continue
        sub = sub and (inner.sub is None or small_text(inner.sub, SUBSCRIPTS) is not None)
        sup = sup and (inner.sup is None or is_prime(inner.sup) or small_text(inner.sup, SUPERSCRIPTS) is not None)
    return Small(sub, sup)


def is_prime(node: Node) -> bool:
    """A superscript of nothing but primes, which has its own place in the line."""
    return isinstance(node, Sym) and node.kind == "prime"


def small_text(node: Node, table: Mapping[str, str]) -> str | None:
    """A script in small letters; None when a character has none or when it needs more than a line."""
    match node:
        case Sym(text=text) | Text(text=text):
            found = [table.get(char) for char in text]
            return None if None in found else "".join(f or "" for f in found)
        case Row(items=items):
            return _together([small_text(item, table) for item in items]) if items else None
        case Fenced(left="(", right=")", parts=(body,)):
            inside = small_text(body, table)
            return None if inside is None else table["("] + inside + table[")"]
    return None


def _together(pieces: list[str | None]) -> str | None:
    return None if None in pieces else "".join(p or "" for p in pieces)
