"""A name for a normal law, and the space it is on: p = N(\\mu, \\Sigma) on R^d, x ~ N(\\mu, \\Sigma) in R^d."""

from __future__ import annotations

import re

_LAW = re.compile(
    r"(?P<head>\s*(?P<name>\\?[A-Za-z]\w*)\s*(?P<sign>:?=|~|∼|\\sim(?![a-z]))\s*)(?P<law>\\mathcal\s*\{?\s*N\s*\}?|N)\s*(?P<open>\\left)?\(\s*"
    r"(?P<mean>[^,;()]+)\s*[,;]\s*(?P<spread>(?:[^,;()]|\([^()]*\))+?)\s*(?:\\right)?(?P<close>\))"
    r"(?:[\s,]*(?:\\text\s*\{\s*)?(?:on|over|in|\\in(?![a-z])|∈)\s*\}?\s*(?P<space>(?:\\mathbb\s*\{?R\}?|\\R|ℝ|R)\s*\^\s*(?P<size>\{[^{}]*\}|\w)))?\s*"
)
_SYMBOL = re.compile(r"(?:\\(?:boldsymbol|mathbf|bm|vec)\s*\{?\s*)?\\?[^\W\d_][A-Za-z]*\s*\}?(?:\s*_\s*\{?\w+\}?)?")


def with_law(text: str) -> tuple[str, ...]:
    """The text, with the law as formulas spell it, and what the space says of its mean: it is as long."""
    match = _LAW.fullmatch(text) if "N" in text else None
    if match is None:
        return (text,)
    if "=" not in match["sign"]:  # what is drawn, and not its law
        member = f"{match['name']} {chr(92) + 'in' if chr(92) in text else 'in'} {match['space']}"
        return (text,) if match["size"] is None else (member, text[: match.end("close")])
    latex = "\\" in text
    mean, spread, size = match["mean"].strip(), match["spread"].strip(), match["size"]
    if size is not None:
        spread = re.sub(r"(?<![A-Za-z\\])I(?!\w)", lambda _: f"I_{size}", spread)
    law = f"{match['head']}{chr(92) + 'mathcal{N}' if latex else 'calN'}({mean}, {spread})"
    if size is not None and _SYMBOL.fullmatch(mean):
        return f"{mean} {chr(92) + 'in' if latex else 'in'} {match['space']}", law
    lost = size is not None and f"I_{size}" not in spread
    return (text,) if lost else (law,)
