"""What texts say that is taken so anyway: all vectors are columns, \\circ denotes the Hadamard product."""

from __future__ import annotations

import re
from functools import cache

_IS = r"\$?\s*(?:is|are|denotes?|means?|stands? for|will be|=|:|-|,)?\s*(?:the |an? |our |usual |standard )*"
_EACH = r"(?:element|entry|component|coordinate|point)-?\s?wise"
_DOTTED_NORM = r"\$?(?:\\(?:lVert|\|)|‖|\|\|)\s*(?:\\cdot|·|\.)\s*(?:\\(?:rVert|\|)|‖|\|\|)(?:_\{?2\}?)?"
_DOTTED_PRODUCT = r"\$?(?:\\langle|⟨|<)\s*(?:\\cdot|·|\.)\s*,\s*(?:\\cdot|·|\.)\s*(?:\\rangle|⟩|>)"
_VEC = r"(?:\\(?:operatorname|mathrm)\s*\{\s*vec\s*\}|\\?vec)(?:\((?:\\cdot|·|\.)\))?"
_SOFTMAX = r"(?:\\(?:operatorname|mathrm|text)\s*\{\s*softmax\s*\}|\\?softmax)"
_SIGNS = "|".join((  # what signs mean
    rf"\$?(?:\\circ|\\odot|⊙|∘){_IS}(?:{_EACH}|hadamard)(?: \(?(?:hadamard|{_EACH})\)?)? (?:product|multiplication)",
    rf"\$?(?:\\otimes|⊗){_IS}kronecker product",
    rf"{_DOTTED_NORM}{_IS}(?:euclidean|frobenius|l2|l_2|\\ell_2) norm(?: of (?:vectors|a vector))?",
    rf"{_DOTTED_PRODUCT}{_IS}(?:euclidean )?(?:inner|dot|scalar) product",
    (rf"{_VEC}{_IS}(?:operator |operation )?(?:that |which )?(?:stacks?|stacking|concatenates?)(?: all)?(?: of)?"
    r"(?: (?:the|its|their))? columns(?: of (?:an?|its|the) (?:matrix|argument))?"
    r"(?: (?:into|in|to) (?:an? |one )?(?:long |single |column )*vector)?(?: operator)?"),
    (rf"(?:the )?{_SOFTMAX}(?: (?:is|acts|applied|taken|computed|works|operates|normali[sz]es))*"
    r" (?:row-?\s?wise|(?:to|on|over|along|for|of) (?:each|every|the|all|its)(?: of the)? rows?"
    r"(?: separately| independently)?)"),
))  # fmt: skip
_ANYWAY = (  # said of what is taken so anyway
    r"\s*(?:" + _SIGNS + r"|(?:all |the |our )*(?:vectors?|gradients?|derivatives?)(?: of scalars?)? (?:is|are) "
    r"(?:taken as |written as )?(?:columns?|column vectors?)|"
    r"(?:\\?(?:log|ln)|all logs?|all logarithms|logarithms?|logs?) (?:is|are|denotes?|means?) (?:taken |the )*"
    r"(?:natural|base e|to base e)(?: logarithms?| logs?)?|"
    r"(?:all |the )*(?:dimensions?|sizes?|shapes?) (?:are |all )*(?:compatible|conformable|match(?:ing)?|conform)|"
    r"(?:all )?(?:inverses?|expectations?|derivatives?|moments?|integrals?) exists?|"
    r"(?:everything|all quantities|all functions|all densities) (?:is|are) (?:sufficiently |well )*"
    r"(?:smooth|defined|differentiable)|"
    r"(?:<|⟨|\\langle)\s*(?P<a>\w),\s*(?P<b>\w)\s*(?:>|⟩|\\rangle)(?:_\{?F\}?)?\s*:?=\s*(?:(?:\\sum|sum|Σ|∑)_\{?(?:ij|i,\s*j)\}?\s*"
    r"(?P=a)_\{?ij\}?\s*(?P=b)_\{?ij\}?|(?:\\operatorname\{)?\\?tr\}?\((?P=a)(?:\^T|\^\\top|ᵀ)\s*(?P=b)\)|"
    r"(?P=a)(?:\^T|\^\\top|ᵀ)\s*(?P=b)))"
    r"[\s.]*"
)


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(_ANYWAY, re.IGNORECASE)


def said_anyway(text: str) -> bool:
    """Whether a declaration says only what is taken so without it: all vectors are columns."""
    return _pattern().fullmatch(" ".join(text.split())) is not None
