"""Declarations whose words stand in another order than the one that is read: m_i i.i.d. Bernoulli(p), which is
m_i \\sim Bernoulli(p) i.i.d., and U S V^T the thin SVD of X, which is X = U S V^T (thin SVD).
"""

from __future__ import annotations

import re

_LAW = (
    r"(?:\\(?:mathcal|mathrm|operatorname|text(?:rm|sf)?)\s*\{\s*)?(?:N|Normal|Bernoulli|Ber|Categorical|Cat|Uniform|U|Unif)"
    r"\s*\}?\s*(?:\\left)?[(\[][^()]*(?:\([^()]*\)[^()]*)*(?:\\right)?[)\]]"
)
_ALIKE = re.compile(
    rf"^(?P<what>[^()=<>~]+?)[\s,]+(?P<said>i\.?\s?i\.?\s?d\.?)\s+(?:from\s+|as\s+|\\sim\s+)?(?P<law>{_LAW})"
)
_SVD = re.compile(
    r"^(?P<parts>[^=:]+?)\s+(?:is\s+)?(?:the|a)\s+"
    r"(?P<said>(?:thin|compact|reduced|economy)\s+(?:svd|SVD|singular value decomposition))\s+of\s+"
    r"(?P<whole>\\?[A-Za-z]+)(?![A-Za-z])"
)
_PLACED = re.compile(
    r"^(?P<what>[^()=<>~]+?)\s+(?P<said>an?\s+random\s+vector)\s+in\s+"
    r"(?P<set>\\mathbb\s*\{?R\}?\^\s*(?:\{[^{}]+\}|\w)|R\^\w)\s+(?=with\s)"
)


def in_order(text: str) -> str:
    """The declaration in the order that is read; the same where it stands in that."""
    text = _ALIKE.sub(r"\g<what> \\sim \g<law> \g<said>", text, count=1)
    text = _SVD.sub(r"\g<whole> = \g<parts> (\g<said>)", text, count=1)
    return _PLACED.sub(r"\g<what> \\in \g<set> \g<said> ", text, count=1)
