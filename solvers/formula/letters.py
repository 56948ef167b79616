"""Letters beyond ASCII, for both lexers: Greek, and the bold, script and double-struck letters of Unicode."""

from __future__ import annotations

import re
import unicodedata

from solvers.formula.operators import GREEK_LETTERS

_BLANK = re.compile(r"\s|\\left|\\right|\\[,;:! ]|[{}]")
_OTHERS = {"ϵ": "epsilon", "ϕ": "phi", "ϑ": "theta", "ℒ": "calL", "ℓ": "ell", "ı": "i", "ℎ": "h", "µ": "mu"}


def mean_name(inner: str, below: str = "") -> str:
    """The name of \\langle s \\rangle where a text defines it: without blanks and commands of spacing."""
    return f"⟨{_BLANK.sub('', inner)}⟩{_BLANK.sub('', below)}"


def letter(char: str) -> str:
    """The canonical name of a letter (ℝ is bbR, 𝐱 is x, 𝟙 is ones); "" if it is none that is known, or no letter."""
    known = GREEK_LETTERS.get(char) or _OTHERS.get(char)
    if known or char.isascii() or len(char) != 1:
        return known or ""
    title = unicodedata.name(char, "")
    if "MATHEMATICAL" not in title and "DOUBLE-STRUCK" not in title and "SCRIPT" not in title:
        return ""
    plain = unicodedata.normalize("NFKC", char)
    if plain in {"1", "0"}:
        return {"1": "ones", "0": "zeros"}[plain]
    plain = GREEK_LETTERS.get(plain, plain)
    if not (plain.isascii() and plain.isalpha()):
        return ""
    if "DOUBLE-STRUCK" in title and len(plain) == 1:
        return "bb" + plain
    return "cal" + plain if "SCRIPT" in title and len(plain) == 1 and plain.isupper() else plain
