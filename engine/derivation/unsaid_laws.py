"""Pages about laws of which nothing is said: which laws, over which variable, with which parameter and samples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.derivation.document import Formula
from engine.derivation.sentences import Item, Sentence

_FINITE = re.compile(
    r"\b(?:finite\s+(?:set|alphabet|space|sample\s+space|domain)|pmfs?|(?:probability\s+)?mass\s+functions?|"
    r"discrete\s+distributions?)\b",
    re.IGNORECASE,
)
_DENSE = re.compile(
    r"\\i*int(?![A-Za-z])|\bdensit(?:y|ies)\b|\b(?:gaussians?|normals?|continuous)\b|\\mathcal\s*\{?\s*N|\\Delta\s*\(",
    re.IGNORECASE,
)
_PARAMETER = r"\\(?:theta|phi|psi|eta|omega)(?![A-Za-z])"
_BELOW = rf"_\s*(?:\{{\s*{_PARAMETER}\s*\}}|{_PARAMETER})"
_LABEL = r"_\s*(?:\{\s*(?:\\(?:text|mathrm|rm)\s*\{)?\s*[A-Za-z0-9]+\s*\}?\s*\}|[a-z0-9](?![A-Za-z]))"
_APART = r"(?:(?<![A-Za-z\\])|(?<=_[a-z]))"  # \sum_x p(x) is written \sum_xp(x), too
LETTER = rf"(?:\\(?:tilde|hat)\s*(?:\{{\s*[A-Za-z]\s*\}}|\s[A-Za-z])|{_APART}[A-Za-z](?![A-Za-z])|\\(?:varphi|ell))"
LAW = rf"(?:{_APART}[pqrPQ](?![A-Za-z])(?:{_LABEL})?|\\pi(?![A-Za-z]))(?:{_BELOW})?"
OPEN, SHUT = r"(?:\\left|\\[Bb]igg?l?)?\(", r"(?:\\right|\\[Bb]igg?r?)?\)"
_CALLED = re.compile(rf"(?P<law>{LAW})\s*{OPEN}(?P<args>[^()]*?){SHUT}")
DRAWN = re.compile(rf"\\sim\s*(?P<law>{LAW})\s*$")
MEAN = re.compile(
    r"(?P<sign>\\mathbb\s*\{?\s*E\s*\}?|\\(?:operatorname|mathrm|mathbf)\s*\{\s*(?:E|Var)\s*\}|"
    r"(?<![A-Za-z\\])(?:E|Var)(?![A-Za-z])|\\(?:Var|E)(?![A-Za-z]))\s*"
    rf"_\s*(?:\{{\s*(?:(?P<var>[a-z])\s*(?P<prime>'|\^\s*\{{?\s*\\prime\s*\}}?)?\s*\\sim\s*)?(?P<law>{LAW})\s*\}}|(?P<one>[pqrPQ]))\s*(?:\\!\s*)*"
    r"(?:\\left|\\[Bb]igg?l?)?\s*(?=[\[(])"
)
SET = r"\\mathcal\s*(?:\{\s*[A-Z]\s*\}|[A-Z])"
_WITHIN = re.compile(rf"(?<![A-Za-z\\])(?P<var>[a-z])\s*\\in\s*{SET}")
INDEX = r"(?=\s*(?:_\s*(?:\{|\w)|\^\s*\{?\s*\())"
_EVENT = re.compile(r"\\(?:ge|le|geq|leq|gt|lt)(?![a-z])|[<>≤≥]")
FUNCTIONAL = re.compile(
    rf"\\(?:mathrm|operatorname|text)\s*\{{\s*(?P<name>[A-Za-z]{{2,}})\s*\}}\s*\(\s*{LAW}\s*,\s*{LAW}\s*\)"
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page speaks of. `functions` are those of the variable, with whether they have a parameter besides."""

    variable: str
    functions: Mapping[str, bool]
    laws: frozenset[str]  # those that it does not define
    parameter: str = ""
    fresh: str = ""  # what samples are called that have the letter of the variable
    sampled: bool = False
    functional: str = ""  # the JS of JS(p, q), which the page defines
    second: str = ""  # what x' is called
    made: tuple[str, ...] = ()  # the laws that it does define
    weight: str = ""  # any function, by which laws are made that have a parameter and that nothing defines

    @property
    def values(self) -> str:
        return r"\{0, 1\}" if self.sampled or self.parameter else r"\{0, 1, 2\}"

    def at(self, name: str, variable: str = "") -> str:
        """A function at the variable, and at the parameter where it has one."""
        more = f", {self.parameter}" if self.functions.get(name) else ""
        return f"{name}({variable or self.variable}{more})"


def formulas(items: Iterable[Item]) -> Iterator[str]:
    """The texts of all formulas."""
    for item in items:
        if isinstance(item, Sentence):
            yield from (part.source.text for part in item.parts if isinstance(part, Formula))


def named(text: str) -> str:
    """The name of a function in one spelling, without its parameter: \\tilde{P}, p_{g}, p of p_\\theta."""
    text = re.sub(r"\s+", "", re.sub(_BELOW, "", text.strip()))
    accented = re.fullmatch(r"(\\(?:tilde|hat))\{?([A-Za-z])\}?", text)
    if accented is not None:
        return f"{accented[1]}{{{accented[2]}}}"
    letter, _, label = text.partition("_")
    return f"{letter}_{{{label.removeprefix('{').removesuffix('}')}}}" if label else letter


def spelled(name: str) -> str:
    """A pattern for a name in any spelling."""
    accented = re.fullmatch(r"(\\(?:tilde|hat))\{([A-Za-z])\}", name)
    if accented is not None:
        return rf"{re.escape(accented[1])}\s*(?:\{{\s*{accented[2]}\s*\}}|\s{accented[2]}(?![A-Za-z]))"
    letter, _, label = name.partition("_")
    label = label.removeprefix("{").removesuffix("}")
    below = rf"_\s*(?:\{{\s*{re.escape(label)}\s*\}}|{re.escape(label)}(?![A-Za-z]))" if label else ""
    return rf"(?:(?<![A-Za-z\\{{_])|(?<=_[a-z])){re.escape(letter)}(?![A-Za-z]){below}"


# ---- what a page speaks of


def page_of(items: tuple[Item, ...]) -> Page | None:
    """What a page speaks of, if it is one about laws over one variable of which it says no more."""
    texts, words = list(formulas(items)), " ".join(i.template for i in items if isinstance(i, Sentence))
    everything = " ".join([words, *texts])
    means = [m for text in texts for m in MEAN.finditer(text)]
    drawn = any(DRAWN.search(text) for text in texts) or bool(_drawn_in_words(items))
    if _DENSE.search(everything) or not (_FINITE.search(words) or (drawn and means)):
        return None
    variable = _variable_of(texts, means, everything)
    if not variable:
        return None
    parameter = _parameter_of(texts)
    functions = _functions_of(texts, variable, parameter)
    laws = {named(m["law"] or m["one"]) for m in means} | {
        named(m["law"]) for t in texts for m in _CALLED.finditer(t) if not _EVENT.search(m["args"])
    }
    laws |= _laws_in_words(items)
    defined = {law for law in laws if any(_defines(law, text) for text in texts)}
    indexed = any(re.search(rf"(?<![A-Za-z\\]){variable}{INDEX}", text) for text in texts)
    free = [letter for letter in "yzuvw" if not re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", everything)]
    if len(free) < 2:
        return None
    fresh = free[0] if indexed and drawn else ""
    weight = next((letter for letter in ("g", "h", "r") if letter not in functions and letter not in laws), "g")
    known = {**dict.fromkeys([*laws, *_mixtures(texts, laws)], False), **functions}
    called = {m["name"] for text in texts for m in FUNCTIONAL.finditer(text)}
    functional = called.pop() if len(called) == 1 and "Upsilon" not in everything else ""
    return Page(
        variable, known, frozenset(laws - defined), parameter, fresh, drawn, functional, free[1],
        tuple(sorted(defined)), weight,
    )  # fmt: skip


def _variable_of(texts: list[str], means: list[re.Match[str]], everything: str) -> str:
    """The one variable that all laws are over; "" where there are several, or something else is said of it."""
    calls = [m["args"] for text in texts for m in _CALLED.finditer(text)]
    heads = [re.split(";", args)[0].strip() for args in calls if not _EVENT.search(args)]
    if any(re.search(r",|\\mid|\||=", head) for head in heads):
        return ""
    found = {head for head in heads if re.fullmatch(r"[a-z]", head)} | {m["var"] for m in means if m["var"]}
    found |= {m["var"] for text in texts for m in _WITHIN.finditer(text)}
    variable = found.pop() if len(found) == 1 else ""
    declared = re.search(rf"(?<![A-Za-z\\]){variable}\s*\\in(?![a-z])\s*(?!{SET})", everything) if variable else None
    return "" if declared else variable


def _parameter_of(texts: list[str]) -> str:
    """What functions have as an index or behind a semicolon: the theta of E_theta(x) and of E(x; theta)."""
    for text in texts:
        said = re.search(rf"_\s*\{{?\s*({_PARAMETER})\s*\}}?\s*'?\s*\(|;\s*({_PARAMETER})\s*\)", text)
        if said is not None:
            return said[1] or said[2]
    return ""


def _functions_of(texts: list[str], variable: str, parameter: str) -> dict[str, bool]:
    found: dict[str, bool] = {}
    below = rf"(?P<below>_\s*\{{?\s*{re.escape(parameter)}\s*\}}?)?" if parameter else "(?P<below>(?!))?"
    call = re.compile(
        rf"(?P<name>{LETTER}|{LAW})\s*'?\s*{below}\s*'?\s*{OPEN}\s*{variable}\w*\s*(?P<more>;[^()]*)?{SHUT}"
    )
    for text in texts:
        for said in call.finditer(text):
            name = named(said["name"])
            own = bool(said["below"] or said["more"]) or re.search(_BELOW, said["name"]) is not None
            found[name] = found.get(name, False) or own
    return found


def _mixtures(texts: list[str], laws: set[str]) -> Iterator[str]:
    """What is made of laws: the m of m = (p + q)/2."""
    for text in texts:
        left, sign, right = text.partition("=")
        bare = [name for name in laws if re.search(rf"{spelled(name)}(?!\s*{OPEN})", right)]
        plain = not re.search(r"\\(?:in|sim|mid|\||sum|mathbb)(?![a-z])|[=|]", right) and re.search(
            r"[-+/]|frac", right
        )
        if sign and bare and plain and re.fullmatch(r"\s*[A-Za-z]\s*:?", left):
            yield left.strip(" :")


def _drawn_in_words(items: Iterable[Item]) -> str:
    """The law of "draw x_1, ..., x_n i.i.d. from q"."""
    for item in items:
        if isinstance(item, Sentence) and (place := law_behind(item)) is not None:
            return item.parts[place].source.text.strip()
    return ""


def law_behind(sentence: Sentence) -> int | None:
    """Where the law stands that samples are drawn from."""
    said = re.search(r"\b(?:draw|drawn|sample[ds]?|samples)\b[^;]*?\bfrom\s+⟦(\d+)⟧", sentence.template, re.IGNORECASE)
    if said is None or not re.fullmatch(LAW, sentence.parts[int(said[1])].source.text.strip()):
        return None
    return int(said[1])


def _laws_in_words(items: Iterable[Item]) -> set[str]:
    """The letters that stand alone in a sentence about laws."""
    found: set[str] = set()
    for item in items:
        if isinstance(item, Sentence) and re.search(rf"{_FINITE.pattern}|\bdistributions?\b", item.template, re.I):
            for text in formulas([item]):
                if re.fullmatch(rf"\s*{LAW}(?:\s*,\s*{LAW})*\s*", text):
                    found |= {named(letter) for letter in text.split(",")}
    return found


def _defines(law: str, text: str) -> bool:
    left, sign, _ = text.partition("=")
    if re.fullmatch(rf"\s*{LAW}\s*", text.partition("=")[2]):
        return False  # with equality iff p = q
    return bool(sign) and re.fullmatch(rf"\s*{spelled(law)}\s*(?:{_BELOW})?\s*(?:\([^()]*\))?\s*:?", left) is not None
