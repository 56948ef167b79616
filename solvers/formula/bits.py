"""Whether a text takes its logarithms to base 2, and with them its entropies and divergences."""

from __future__ import annotations

import re
from dataclasses import replace

from solvers.formula.known import Context

_BITS = re.compile(
    r"\b(?:logs?|logarithms?)\b[^.$]{0,30}\bbase[\s-](?:2|two)\b|\bin bits\b|\\?\blog_?\{?2\}?(?![\d.])", re.IGNORECASE
)
_NATS = re.compile(
    r"\\(?:ln|log(?!\s*_))(?![A-Za-z])|\bnats\b|(?<![\\\w])(?:ln\s*[(\w]|log\s*(?:\(|[a-z]\w*\b))", re.IGNORECASE
)


def with_bits(context: Context, text: str) -> Context:
    """The context in which entropies are in bits, where a text speaks of base 2 and of no other logarithm."""
    if context.scope.bits or not _BITS.search(text) or _NATS.search(_BITS.sub(" ", text)):
        return context
    return replace(context, scope=replace(context.scope, bits=True))
