"""Scripts in characters of their own: x², Wᵀ, hₜ₋₁."""

from __future__ import annotations

import re
from collections.abc import Callable

from solvers.formula.tokens import Token

SUPERSCRIPTS = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾⁼ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴺᴹᴷᴰᴸᴴᴬᴮᴱᴳᴵᴶᴼᴾᴿᵀᵁⱽᵂ",
        "0123456789-+()=abcdefghijklmnoprstuvwxyzNMKDLHABEGIJOPRTUVW", strict=True,
    )
)  # fmt: skip
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₋₊₍₎₌ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ", "0123456789-+()=aehijklmnoprstuvxβγρφχ", strict=True))


def small_script(text: str, start: int, lex: Callable[[str], list[Token]]) -> tuple[list[Token], int]:
    """The tokens of the small characters from `start` on, read piece by piece with `lex`, and where they end."""
    table, mark = (SUPERSCRIPTS, "^") if text[start] in SUPERSCRIPTS else (SUBSCRIPTS, "_")
    end = start
    while end < len(text) and text[end] in table:
        end += 1
    inner = "".join(table[c] for c in text[start:end])
    inner = re.sub(r"(?<=[\w)])x(?=[\w(])", "×", inner) if mark == "^" else inner  # ℝⁿˣᵐ
    if inner == "T":
        return [Token("^", "^", start, start), Token("T", "T", start, end)], end
    shifted: list[Token] = []
    for piece in re.finditer(r"\d+|\D", inner):  # letter by letter
        found = lex(piece.group())[:-1]
        shifted += [Token(t.kind, t.text, start + piece.start(), start + piece.end()) for t in found]
    open_, close = Token("g{", "{", start, start), Token("g}", "}", end, end)
    return [Token(mark, mark, start, start), open_, *shifted, close], end


__all__ = ["SUBSCRIPTS", "SUPERSCRIPTS", "small_script"]
