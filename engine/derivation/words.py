"""What words say of a symbol in a sentence that declares: "a symmetric matrix", "positive", "a distribution over ...".

Only what is unambiguous is taken; the rest of the words say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from solvers.formula.phrases import PROPERTIES, Phrase

_PLACE = re.compile(r"⟦(\d+)⟧")
_ARGUMENT = re.compile(
    r"\b(in|over|from|on|(?:vectors?|matri(?:x|ces)|length|size|dimensions?|shape|tensors?|arrays?)\s+of|of|length|size|"
    r"dimensions?|shape|for|by|onto|to)\s*$",
    re.IGNORECASE,
)
_SIZED = re.compile(
    r"\s*-?\s*(?:(?!(?:and|or|with|is|are|be|being|denotes?|was|an?|any|the|some|each)\b)[a-z-]+\s+){0,3}"
    r"(?:matri|vector|dimension|array|tensor|column|identity)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(  # a symmetric n x n matrix
    r"\b(?:an?|the|be|is|are|real)(?:\s+(?!(?:of|with|in|for|by|and|or|to|on|from|than|"
    r"vectors?|matrix|matrices|numbers?)\b)[a-z-]+){0,3}\s*$",
    re.IGNORECASE,
)
_COUNTED = re.compile(  # two ⟦n x n⟧ matrices, for all ⟦n x n⟧ matrices, A: ⟦n x n⟧ matrix
    r"(?:\b(?:two|three|both|all|any|some|every|each|square|such|of|consider|for|with)|[:(–—]|^)\s*$", re.IGNORECASE
)
_KINDS = re.compile(
    r"\s*-?\s*(?:(?!(?:the|an?|be|is|are|of|with|for|to)\b)[a-z-]+\s+){0,2}(?:matri(?:x|ces)|vectors?)\b", re.IGNORECASE
)
_BEFORE = re.compile(r"⟦(\d+)⟧\s*-?\s*(?:[a-z-]+\s+){0,2}(?:matri|vector)[a-z]*\s*$", re.IGNORECASE)  # n x n matrices A
_SET = frozenset({"in", "over", "from", "on"})
_SIZE = frozenset({"length", "size", "dimension", "dimensions", "shape"})
_PREDICATE = re.compile(
    r"\s*(?:of\s+(?:size|shape|dimensions?|length)\b|(?:,?\s*(?:which|that)\s+)?(?:(?:is|are|be|being|denotes?|denoting|has|have|as|stays?|takes?|lies?)\b|[:(–—=-]|an?\b|all\b|both\b))",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"\s*\bin\s+⟦\d+⟧(?=\s*(?:with|where|for)\b)", re.IGNORECASE)
_JOINT = re.compile(r"(?:,\s*and|,|;|\band\b|\bor\b|&)\s*")


_STILL = re.compile(  # H the Hessian, symmetric positive definite with largest eigenvalue l
    r"(?:(?:symmetric|positive|negative|(?:semi-?)?definite|orthogonal|diagonal|invertible|non-?singular|square|real)[\s-]+"
    r"(?:and\s+)?)+(?:with|whose|having)\b",
    re.IGNORECASE,
)
_OTHERS = re.compile(  # let z take few values and let all probabilities be positive
    r"(?:[,;.]|\band\b)\s*(?:and\s+)?(?:let|assume|suppose)\s+(?:that\s+)?(?:all|every|each|any|the|both|no)\s+(?:the\s+)?"
    r"(?!(?:of|its?|their|entr\w+|elements?|components?|coordinates?|eigenvalues?|rows?|columns?|values?|numbers?|"
    r"vectors?|matri\w+)\b)[a-z]",
    re.IGNORECASE,
)
_SCALAR = re.compile(
    r"\b(?:scalars?|real(?:[ -]valued)? numbers?|reals?|numbers?|constants?|learning rate|step size)\b", re.IGNORECASE
)
_WHOLE = re.compile(
    r"(?<!\bof )(?<!\bof a )(?<!\bof the )\b(?:vectors?|matrix|matrices)\b"
    r"(?!\s*-?\s*(?:product|norm|entr|element|component|space|multipl|notation|form|calculus))",
    re.IGNORECASE,
)
_ROW_LAYOUT = re.compile(
    r"numerator layout|(?:gradients?|derivatives?)\b[^.]{0,80}\b(?:is|are|as|be)\b[^.]{0,20}\brows?\b|"
    r"row[ -]gradients?|jacobian (?:layout|convention)|one row (?:for|per) (?:each )?output",
    re.IGNORECASE,
)


_NEAR = 200  # characters: words farther away say nothing of what a formula is to the one before


@dataclass(frozen=True, slots=True)
class Said:
    """What the words say of the formula at `place`: properties, the place of its size or of the set it is over."""

    place: int
    properties: tuple[Phrase, ...] = ()
    scalar: bool = False
    whole: int = 0  # 1 for a vector, 2 for a matrix
    size: int | None = None
    inside: int | None = None  # "in", "over", "from": a set
    unsure: bool = False  # whether the words may be meant for the last of several symbols alone


_CROSSED = re.compile(r"\s*\(?\s*[\w+\-]+\s*(?:\\times(?![A-Za-z])|×)\s*[\w+\-]+\s*\)?\s*")
_IS = re.compile(
    r"(⟦\d+⟧)\s*(?:\s(?:is|are|be)\s|:(?P<kind>\s*(?:[a-z-]+\s+){0,3}[a-z-]+,)?|\s(?:is|are|be)\s+(?:an?|the)\s)\s*"
    r"(?=⟦(\d+)⟧(?!\s*-?\s*(?:[a-z-]+\s+){0,2}matri))",
    re.I,
)


def with_sizes(template: str, texts: Mapping[int, str]) -> str:
    """The words in which "X is ⟦N x d⟧" and "X: ⟦N x d⟧" say that this is its size."""
    if not any(_CROSSED.fullmatch(text) for text in texts.values()):
        return template

    def said(match: re.Match[str]) -> str:
        sized = _CROSSED.fullmatch(texts.get(int(match[3]), "")) is not None
        return f"{match[1]} is{match['kind'] or ''} of size " if sized else match[0]

    return _IS.sub(said, template)


_OF_A_KIND = (
    r"(?:[\s,]+(?:is|be|an?|real|square|symmetric|positive|(?:semi-?)?definite|invertible|orthogonal|diagonal|"
    r"matrix)\b)*"
)
_DESCRIBED = (  # A is the symmetric adjacency matrix
    r",?\s*(?:is|be|denotes?)?\s*(?:an?|the)"
    r"(?:\s+(?!(?:of|with|in|for|by|and|or|to|on|from|than|not|is|are|we)\b)[a-z-]+){0,5}"
    r"\s+(?:matrix|matrices)"
)
_APPOSED = (
    re.compile(  # P, symmetric (⟦n x n⟧, positive definite)
        rf"⟦(?P<of>\d+)⟧(?P<kind>{_OF_A_KIND}|{_DESCRIBED})\s*,?\s*\(\s*(?P<before>(?:(?!of\b)[a-z -]+,?\s+)?)"
        r"(?:of size\s+|an?\s+|size\s+)?⟦(?P<size>\d+)⟧(?P<behind>[^()⟦⟧]*)\)",
        re.I,
    ),
    re.compile(  # with H a symmetric ⟦d x d⟧ matrix
        rf"(?:\b(?:with|where|for|and|of)|[,;(])\s+⟦(?P<of>\d+)⟧,?\s+an?(?P<kind>{_OF_A_KIND})(?P<before>)\s+⟦(?P<size>\d+)⟧"
        rf"(?P<behind>{_OF_A_KIND})(?<=matrix)",
        re.I,
    ),
)


def apposed_in(template: str, texts: Mapping[int, str]) -> tuple[Said, ...]:
    """What brackets behind a symbol say of it that begin with its size: "P (⟦n x n⟧, symmetric)" is no less than
    "let P be a symmetric n x n matrix", in whatever sentence it stands; so do "P, Q (⟦n x n⟧)" of both."""
    found: list[Said] = []
    for match in (match for form in _APPOSED for match in form.finditer(template)):
        if not _CROSSED.fullmatch(texts.get(int(match["size"]), "")):
            continue
        said = _properties(f"{match['kind']} {match['before']} {match['behind']}")
        found.append(Said(int(match["of"]), said, size=int(match["size"])))
        before = template[: match.start("of") - 1]
        while (beside := _BESIDE.search(before)) is not None and texts.get(int(beside[1]), "").strip()[:1].isupper():
            found.append(Said(int(beside[1]), said, size=int(match["size"])))
            before = before[: beside.start()]
    return tuple(found)


_BESIDE = re.compile(r"⟦(\d+)⟧\s*(?:,\s*and|,|and|&)\s*$")


_OF_OTHERS = re.compile(  # and let all probabilities be positive: said of no symbol that stands there
    r",?\s*(?:\b(?:and|where|let|that|assume)\b\s*)*\b(?:all|every|each|any|the)\s+(?:the\s+|these\s+|of the\s+)?"
    r"(?:probabilit(?:y|ies)|densit(?:y|ies)|distributions?|masses|expectations?|integrals?|derivatives?|functions)\s+"
    r"(?:involved\s+|below\s+|here\s+|that occur\s+)?(?:are|is|be|exists?)\b[^⟦⟧,;]*",
    re.IGNORECASE,
)


_TOGETHER = re.compile(  # ... be symmetric, both positive, orthogonal matrices
    r"[\s,(]*(?:(?:be|are|is|both|all|each|being|have|having|denote|which|that)\b|"
    r"[^.;:]*\b(?:vectors|matrices|numbers|scalars|reals|constants|integers|parameters|weights|variables)\b)",
    re.IGNORECASE,
)
_OWN = re.compile(r"\\in(?![a-z])|∈|[<>]|\\[lg]eq?(?![a-z])")


def said_in(template: str, before: bool = False, texts: Mapping[int, str] | None = None) -> tuple[Said, ...]:
    """What a sentence says of its formulas, by their places in ⟦k⟧; `before`: only what stands before them.

    Of several that say each where they lie ("A in R^{n x n}, D in R^{n x n} diagonal", with `texts`) what stands behind
    without a verb is said of the last one, and of the others perhaps.
    """
    template = _OF_OTHERS.sub("", template)
    roles = roles_in(template)
    found: list[Said] = []
    groups = _groups(template, [place for place, role in roles.items() if role == "subject"])
    for number, group in enumerate(groups):
        start = groups[number - 1][-1] if number else None
        ahead = _between(template, start, group[0])
        after = _between(template, group[-1], groups[number + 1][0] if number + 1 < len(groups) else None)
        adjectives = ahead if start is None else _shared(ahead)[1]
        predicate = after if number + 1 == len(groups) else _shared(after)[0]
        said = _said(adjectives or _calling(ahead), "" if before else predicate, roles)
        if said is not None:
            lone = [row for row in said.properties if row.role == "constant" or _is_last(row, predicate)]
            others = replace(said, properties=tuple(row for row in said.properties if row not in lone))
            called = {group[0]: any(row.ends(ahead) for row in lone)}
            called[group[-1]] = called.get(group[-1], False) or any(row.begins(predicate) for row in lone)
            rows = {place: said if called.get(place) else others for place in group}
            if not _TOGETHER.match(after) and all(_OWN.search((texts or {}).get(place, "")) for place in group):
                own = _said(adjectives or _calling(ahead), "", roles) or Said(-1)
                one = re.match(r"[\s,(]*(?:an?|the)\s", after)  # a unit vector: no other symbol is meant
                more = [row for row in others.properties if row not in own.properties and not one]
                rows |= {
                    place: replace(own, unsure=any(_may_be(row, (texts or {})[place]) for row in more))
                    for place in group[:-1]
                }
            found += [replace(row, place=place) for place, row in rows.items()]
    return tuple(found)


def _may_be(row: Phrase, text: str) -> bool:
    """Whether what lies in this set may have a property: a vector is not symmetric."""
    return row.rank is None or row.rank == 2 - (re.search(r"\\times(?![A-Za-z])|×", text) is None)


def _is_last(row: Phrase, predicate: str) -> bool:
    """Whether the last of several symbols alone is called so: "$h \\in R^n$, and $y \\in R^k$ one-hot"."""
    return row.domain == "one-hot" and re.match(r"[\s,(]*(?:an?\s+)?one-?hot\b", predicate, re.IGNORECASE) is not None


_CALLING = re.compile(
    r"(?:(?:the|an?)\s+)?(?:\w+\s+)?(?:identity matrix|unit matrix|all-?\s?ones vector|vector of (?:all )?ones)\s*$",
    re.I,
)


def _calling(words: str) -> str:
    """The words at the end that call what stands behind them so: "orthogonal to the all-ones vector"."""
    found = _CALLING.search(words)
    return "" if found is None else found[0]


_OF_MANY = re.compile(  # the activations over a mini-batch of size m: m is no size of any of them
    r"\b(?:(?:mini-?\s?)?batch(?:es)?|data\s?sets?|sets?|samples?|populations?|vocabulary|groups?|ensembles?|collections?|"
    r"corpus)\s+(?:is\s+)?(?:of|with|has)\s+(?:size|length)\s*$",
    re.IGNORECASE,
)


def roles_in(template: str) -> dict[int, str]:
    """For each formula: "subject", or how it belongs to one: "set", "size"."""
    roles: dict[int, str] = {}
    for match in _PLACE.finditer(template):
        before = template[max(0, match.start() - _NEAR) : match.start()]
        after = template[match.end() : match.end() + _NEAR]
        word = _ARGUMENT.search(before)
        if (_SIZED.match(after) and _ARTICLE.search(before)) or (_KINDS.match(after) and _COUNTED.search(before)):
            role = "size"
        elif word is not None:
            said = word[1].lower()
            sized = (said in _SIZE or " " in said) and not _OF_MANY.search(before)
            role = "set" if said in _SET else "size" if sized else "other"
        else:
            role = "subject"
        roles[int(match[1])] = role
    return roles


def _groups(template: str, subjects: Sequence[int]) -> list[list[int]]:
    """Subjects that stand side by side: x, y and z."""
    groups: list[list[int]] = []
    for place in subjects:
        if groups and re.fullmatch(r"\s*(?:(?:,\s*and|,|and|;|&)\s*)?", _between(template, groups[-1][-1], place)):
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _between(template: str, left: int | None, right: int | None) -> str:
    start = 0 if left is None else template.index(f"⟦{left}⟧") + len(f"⟦{left}⟧")
    return template[start : len(template) if right is None else template.index(f"⟦{right}⟧")]


def _shared(words: str) -> tuple[str, str]:
    """Words between two subjects: what is said of the first, and what stands before the second."""
    if (where := _WITHIN.match(words)) is not None:  # x ~ p in R^d with ...
        return words[: where.end()], words[where.end() :]
    joints = list(_JOINT.finditer(words))
    if joints and _STILL.match(words, joints[-1].end()):
        return words, ""
    if joints:
        return words[: joints[-1].start()], words[joints[-1].end() :]
    return (words, "") if _PREDICATE.match(words) else ("", words)


def _said(adjectives: str, predicate: str, roles: Mapping[int, str]) -> Said | None:
    predicate = _OTHERS.split(predicate)[0]
    close = _OF_THESE.sub("", " ".join(_PLACE.sub("|", adjectives).rpartition("|")[2].split()[-4:]))
    properties = (*_properties(close), *_properties(predicate))
    arguments = {roles[int(k)]: int(k) for k in reversed(_PLACE.findall(predicate)) if int(k) in roles}
    sized = _BEFORE.search(adjectives)
    if sized is not None and roles.get(int(sized[1])) == "size":
        arguments.setdefault("size", int(sized[1]))
    scalar = bool(_SCALAR.search(f"{close} {predicate}"))
    called = _WHOLE.search(close) or _WHOLE.search(predicate)
    whole = 0 if called is None else 1 if called.group().lower().startswith("v") else 2
    said = Said(-1, properties, scalar, whole, arguments.get("size"), arguments.get("set"))
    return said if properties or scalar or whole or said.size is not None or said.inside is not None else None


_OF_THESE = re.compile(r"\bdistributions?\s+(?:of|for|over|between)\b.*", re.IGNORECASE)  # bits, and no distributions
_MANY = (  # and K negative samples
    r"(?!\s+(?:[a-z-]+\s+)?(?!(?:is|as|has|was|this|its|lies|denotes|stands|means|takes|holds|satisfies)\b)[a-z-]{3,}s\b)"
)
_SUBJECTS = rf"(?P<places>⟦\d+⟧(?:(?:\s*,\s*and\s*|\s*(?:,|;|&)\s*|\s+and\s+)⟦\d+⟧{_MANY})*)"
_KIND = (
    r"(?:vectors?|matrix|matrices)\b(?!\s*-?\s*(?:product|norm|entr|element|component|space|multipl|notation|calculus))"
)
_CALLED = (
    re.compile(
        rf"\b(?<!of )(?<!of a )(?<!of the )(?<!no ){_KIND}\s+{_SUBJECTS}", re.IGNORECASE
    ),  # the matrices A and B
    re.compile(  # A and B are two n x n matrices; x is a vector; A, B: matrices
        rf"{_SUBJECTS}\s*(?:,?\s*(?:which|that)\s+|[:(–—-]\s*)?(?:(?:is|are|denotes?|being|be)\b\s*)?"
        r"(?:(?:both|all|each|here|again|also|an?|the|some|any|two|three)\b\s*)*(?:⟦\d+⟧\s*-?\s*)?"
        rf"(?:(?!(?:of|for|in|with|by|to|than|from|not|no|and|or|we|let|where|then)\b)[a-z-]+\s+){{0,3}}{_KIND}",
        re.IGNORECASE,
    ),
    re.compile(  # A and B are both of size n x n, A has shape m x n
        rf"{_SUBJECTS}\s*,?\s*(?:(?:is|are|has|have|being|with|both|all|each|again|also|the|a)\b\s*)*(?:of\s+)?"
        r"(?:size|shape|dimensions?|length)\b",
        re.IGNORECASE,
    ),
)


def called_in(template: str) -> tuple[Said, ...]:
    """What any sentence calls a vector or a matrix, or gives a size: its places, with what says of which size."""
    places = {
        int(place) for form in _CALLED for match in form.finditer(template) for place in _PLACE.findall(match["places"])
    }
    rows = [row for row in said_in(template) if row.place in places and (row.whole or row.size is not None)]
    return tuple(replace(row, properties=()) for row in rows)


_SQUARE = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\bsquare\s+(?:[a-z-]+\s+){{0,2}}matri(?:x|ces)\s+{_SUBJECTS}",
        rf"{_SUBJECTS}\s*(?:be|being|is|are|denotes?|:)\s*(?:[a-z-]+\s+){{0,3}}square\s+(?:[a-z-]+\s+){{0,2}}matri(?:x|ces)\b",
    )
)


def square_in(template: str) -> frozenset[int]:
    """The places of what a sentence calls square matrices."""
    return frozenset(
        int(place) for form in _SQUARE for match in form.finditer(template) for place in _PLACE.findall(match["places"])
    )


_DENIED = re.compile(r"\b(?:not|nor|never|neither|needn't)\b[^,.;:()]*", re.IGNORECASE)
_DRAWN = re.compile(  # counts from a Poisson distribution are none
    r"\b(?:from|with|by|follow\w*|under|has|have|having|according to|whose)\s+"
    r"(?:an?|the|some|one|this|that|its|their|common|same|\s)*\s(?:[\w-]+\s+){0,4}?distributions?\b",
    re.IGNORECASE,
)


def _properties(words: str) -> tuple[Phrase, ...]:
    found = []
    words = _DRAWN.sub(" ", _DENIED.sub(" ", words))
    for row in PROPERTIES:
        if row.pattern.search(words):
            found.append(row)
            words = row.pattern.sub(" ", words)
    return tuple(found)


def row_layout(text: str) -> bool:
    """Whether the write-up says that its gradients are rows."""
    return bool(_ROW_LAYOUT.search(text))


_VARYING = re.compile(
    r"\bas (?:a )?functions? of\s*⟦(\d+)⟧|\b(?:in|over|with respect to)\s*⟦(\d+)⟧\s*(?:only|alone)", re.I
)


def varying_in(template: str) -> int | None:
    """The place of the formula in which a proportionality is meant, where the words of a sentence say so."""
    found = _VARYING.search(template)
    return None if found is None else int(found[1] or found[2])


_PARTS = re.compile(
    r"⟦(\d+)⟧(?!-?(?:th|st|nd|rd)\b)[^⟦⟧.;:]{0,30}"
    r"\b(?:columns?|rows?|eigen-?(?:vectors?|values?)|(?:left |right )?singular "
    r"(?:vectors?|values?)|principal (?:components?|directions?)|blocks?)\b[^⟦⟧.;:]{0,20}\bof\b",
    re.IGNORECASE,
)


def parts_in(template: str) -> tuple[int, ...]:
    """The places of formulas that words call parts of something else: "u_i the columns of U"."""
    return tuple(int(match[1]) for match in _PARTS.finditer(template))
