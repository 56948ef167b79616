"""Words about random numbers, and formulas that say their moments: read into facts, for declarations and write-ups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from solvers.formula.index_ranges import split_conditions, split_range
from solvers.formula.lazily import lazily


@dataclass(frozen=True, slots=True)
class Facts:
    """What words say of random numbers; formulas as texts, "" where nothing is said."""

    mean: str = ""
    variance: str = ""
    deviation: str = ""
    interval: str = ""  # uniform on it
    law: str = ""  # drawn from it
    pair: str = ""  # the covariance of any two
    independent: bool = False
    uncorrelated: bool = False
    alike: bool = False  # identically distributed
    random: bool = False
    gaussian: bool = False
    binary: bool = False
    apart: tuple[str, ...] = ()  # what they are independent of

    def __str__(self) -> str:
        """What is said, for people: mean 0, variance s^2, independent."""
        named = (("mean", self.mean), ("variance", self.variance), ("standard deviation", self.deviation),
                 ("uniform on", self.interval), ("drawn from", self.law), ("covariance of any two", self.pair),
                 ("independent of", " and ".join(self.apart)))  # fmt: skip
        flags = (("independent", self.independent), ("uncorrelated", self.uncorrelated),
                 ("identically distributed", self.alike), ("Gaussian", self.gaussian),
                 ("binary", self.binary))  # fmt: skip
        said = [*(f"{name} {text}" for name, text in named if text), *(name for name, true in flags if true)]
        return ", ".join(said) or "of any law"

    @property
    def moments(self) -> bool:
        return bool(self.mean or self.variance or self.deviation or self.interval or self.law or self.pair)


_NUMERALS: Final = {"zero": "0", "one": "1", "unit": "1", "two": "2", "identity": "I"}
_PLACED: Final = r"(?P<arg>⟦\d+⟧|(?:zero|one|-?\d+(?:\.\d+)?)(?![\w.]*\w))"  # in a sentence, whose formulas are apart
_WRITTEN: Final = (  # in a declaration: up to the next word
    r"(?P<arg>zero\b|one\b|\[[^\]]*\]|(?!(?:of|is|are|and|or|the|an?|each|all|equal|which|that)\b)[^\s,;][^,;]*?)"
    r"(?=\s*(?:$|[,;.)]|(?<![A-Za-z])(?:and|with|for|each|but|independent\w*|i\.i\.d|respectively|which|where)(?![A-Za-z])))"
)
_IS = r"(?![A-Za-z])\s*(?:of|is|are|be|being|equal to|equals|given by|value|matrix|all|=|\s)*\s*"
_COMMON = r"(?:an? |the |its |their |common |same |equal |constant ){0,4}"
_OTHERS: Final = r"each other|one another|(?:all )?(?:the )?others?"
_SAME: Final = "the same|one|one and the same|a common|a single|some common"
_STATISTICAL: Final = (
    ((r"(?:kept|retained|dropped(?: out)?|removed|deleted|included|active|masked(?: out)?|set to zero)"
      r"(?: \w+ly)? with (?:a )?(?:(?:keep|drop(?:out)?|retention)[ -])?(?:probability|chance)(?: of)? {formula}"
      rf"(?:,? (?:and )?independent(?:ly)?(?: (?:of|from) (?:{_OTHERS}))?)?"), ""),
    ((r"(?:drawn|sampled|chosen)(?: all)? (?:independently|i\.i\.d\.?)(?: of each other)? from "
      rf"(?:{_SAME}) (?:law|distribution)"), "independent alike random"),
    ((r"(?:drawn|sampled|distributed|initiali[sz]ed|chosen)(?: (?:at|randomly|all|each|independently|i\.i\.d\.?))*"
      r" (?:from|as|according to)(?: an?| the)?(?: distribution)? {formula}"), "law"),
    (r"i\.?\s?i\.?\s?d\.?|independent(?:ly)?,? (?:and )?identically distributed", "independent alike random"),
    (rf"(?:all )?identically distributed|(?:(?:drawn|sampled) )?(?:of|with|from) (?:{_SAME}) (?:law|distribution)",
     "alike random"),
    (r"(?:pairwise |mutually )?uncorrelated", "uncorrelated random"),
    (rf"independent(?:ly)? (?:of|from) (?:{_OTHERS}|everything else)", "independent"),
    ((r"independent(?:ly)? (?:of|from) (?:the |all |any |these |those )*"
      r"(?:parameters?|weights|inputs?|data|network|model|rest|past)(?! ⟦)"), ""),
    (r"depend(?:s|ing) on (?:the|an?) random (?:(?:training|data|mini)[- ])?(?:set|data|sample|draws?|batch)", ""),
    (r"(?:in|taking(?: the)?|takes?(?: the)?|under(?: the)?) expectations?", ""),
    ((r"(?:finite|well-defined) (?:(?:first|second|third|fourth|all) )?"
      r"(?:means?|variances?|moments?|expectations?|covariances?)"
      r"(?: and (?:means?|variances?|moments?|covariances?))?(?! {formula})"), ""),
    ((r"linear[ -]gaussian(?: (?:(?:state[ -]space )?models?|systems?))?|"
      r"gaussian (?:linear )?(?:models?|systems?|case|conditioning|identit(?:y|ies)|kernels?)"), ""),
    (r"(?:statistically )?independent(?:ly)? (?:of|from) {formula}", "apart"),
    ((r"(?<!linear )(?<!conditional )(?:(?:mutual|joint|pairwise|statistical) )?independence of(?: the| all)?"
      r"(?=(?: (?:entries|components|inputs?|weights?|noise|variables?))? ⟦)"), "independent"),
    ((r"(?:by|using|from|with|due to|because of|thanks to|owing to)(?: the| this| their| its)?"
      r"(?: (?:mutual|joint|pairwise|statistical))? independence(?! of)"), ""),
    (r"(?:a |the )?(?:standard|unit) (?:normal|gaussian)(?:s| distributed| random variables?| distribution| noise)?",
     "mean=0 variance=1 gaussian"),
    ((r"(?<!linearly )(?<!linearly-)(?:(?:mutually|jointly|pairwise|statistically|all) )*"
      r"independent(?:ly)?(?! (?:variables?|of|component(?!s)|columns|rows|eigen))"), "independent"),
    ((r"(?:an? )?(?:zero|0)[- ](?:means?|expectation|expected value)|means?[- ](?:zero|0)|(?<!of )cent(?:er|r)ed"
     r"(?! (?:data )?(?:data|matrix|design))"), "mean=0"),
    (r"(?:an? )?unit[- ]variances?|variances?[- ]one", "variance=1"),
    (r"identity covariance", "variance=I"),
    (_COMMON + r"(?:pairwise|mutual) covariances?{is}{formula}", "pair"),
    (r"(?P<arg>\\?(?:Bern(?:oulli)?|Ber)\s*\([^()]*\))(?:[- ](?:random )?(?:variables?|masks?|draws?))?", "law"),
    # of the law itself no more is read
    ((r"(?:(?<=poisson distribution )|(?<=poisson )|(?<=poisson[- ]distributed ))with (?:a |the )?"
      r"(?:rate|mean|parameter|intensity)(?: of)? {formula}"), "poisson"),
    ((r"(?:an? )?bernoulli(?: distributed)?(?: random)?(?: (?:variables?|masks?|draws?|noise))? with (?:a )?"
      r"(?:(?:success|keep(?:ing)?)[ -])?(?:probability|parameter|mean|rate)(?: of)? {formula}"), "bernoulli"),
    ((r"(?:an? )?bernoulli(?![^⟦]{0,30} with (?:an? )?(?:success|keep|probab|param|mean|rate))(?: distributed)?"
      r"(?: random)?(?: (?:variables?|masks?|draws?|noise))?(?! ?\()"),
     "binary random"),
    (_COMMON + r"standard deviations?{is}{formula}", "deviation"),
    (_COMMON + r"(?:co)?variances?{is}{formula}", "variance"),
    (_COMMON + r"(?:mean|(?<!⟧ )means|expectations?|expected values?)(?:(?! of ⟦){is}){formula}", "mean"),
    ((r"(?:(?:drawn|sampled|chosen|initiali[sz]ed)(?: \w+)? (?:from|by|with) (?:an?|the) )?"
      r"uniform(?:ly)?(?: distribut(?:ed|ion)| random(?:ly)?| law| drawn| sampled)*(?: (?:on|over|in|from|between))+"
      r"(?: the)?(?: interval)? {formula}"), "interval"),
    ((r"random(?! (?:projection|seed|search|forest|initiali|permutation|order|walk|sampl))"
      r"(?: (?:variables?|numbers?|vectors?|quantit(?:y|ies)|weights?|inputs?|matri(?:x|ces)|entries))?"), "random"),
    ((r"(?:(?:drawn|sampled|chosen|initiali[sz]ed)(?: \w+)? from (?:an?|the) )?"
      r"(?:(?:multivariate|jointly|joint) )?"
      r"(?:normal(?:ly)?|gaussian)(?! equation)(?: distributed| random variables?| noise)?"), "gaussian"),
)  # fmt: skip


@cache
def _rows(formula: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The patterns with what a formula looks like behind "mean"."""
    filled = ((pattern.replace("{is}", _IS).replace("{formula}", formula), what) for pattern, what in _STATISTICAL)
    return tuple((re.compile(rf"(?<![A-Za-z\\-])(?:{p})(?![A-Za-z])", re.IGNORECASE), what) for p, what in filled)


_FILLERS = lazily(
    r"(?:[\s,;.:()~\-–—]|\\(?:quad|qquad|[,;:! ])|\\text(?:rm)?\s*\{|\}|(?<![A-Za-z\\])(?:is|are|be|being|has|have|"
    r"having|an?|the|all|each|both|with|of|that|which|where|let|and|finite|mean|variance|entries|components?|coordinates?|samples?|"
    r"elements|draws?|copies|drawn|sampled|distributed|real|noise|weights?|inputs?|errors?|variables?|numbers?|vectors?|"
    r"them|from|common|same|moments?|second|mutually|pairwise|every|some|any|realisations|observations)(?![A-Za-z]))*"
)


_ONCE: Final = ("mean", "variance", "deviation", "interval", "law", "pair")


def facts_in(words: str) -> tuple[Facts, str]:
    """What some words say of the random numbers they are about, and the words that are left."""
    facts, left = Facts(), list(words)
    for start, end, more in facts_at(words, _WRITTEN):
        if any(getattr(facts, part) and getattr(more, part) for part in _ONCE):
            continue  # said twice: what it means is not clear
        facts = merged(facts, more)
        left[start:end] = [" "] * (end - start)
    return facts, "".join(left)


def facts_at(words: str, formula: str = _PLACED) -> list[tuple[int, int, Facts]]:
    """The places of the words that say something of random numbers, each with what it says."""
    found, words = [], re.sub(r"\s", " ", words)
    for pattern, what in _rows(formula):
        for match in pattern.finditer(words):
            found.append((match.start(), match.end(), _with(Facts(), what, match)))
            words = words[: match.start()] + "\0" * len(match.group()) + words[match.end() :]
    return sorted(found, key=lambda each: each[:2])


def merged(one: Facts, other: Facts) -> Facts:
    """What two pieces of words say together."""
    both = {name: getattr(one, name) or getattr(other, name) for name in Facts.__slots__ if name != "apart"}
    return Facts(**both, apart=(*one.apart, *other.apart))


def _with(facts: Facts, what: str, match: re.Match[str]) -> Facts:
    arg = match.groupdict().get("arg") or ""
    arg = _NUMERALS.get(arg.strip().lower(), arg.strip(" ,.;"))
    if what == "bernoulli":
        return replace(facts, law=f"Bernoulli({arg})")
    if what == "poisson":  # of a positive rate; its moments are no more than these two
        return replace(facts, mean=arg, variance=arg, random=True)
    if what == "":
        return facts
    if what == "apart":
        return replace(facts, apart=(*facts.apart, arg))
    if arg:
        return replace(facts, **{what: arg})  # type: ignore[arg-type]
    said = (part.partition("=") for part in what.split())
    return replace(facts, **{name: value or True for name, _, value in said})  # type: ignore[arg-type]


def is_filler(words: str) -> bool:
    """Whether words say nothing by themselves."""
    return _FILLERS.fullmatch(words) is not None


_OPERATOR = lazily(
    r"\s*(?:\\(?:mathbb|mathbf|mathrm|operatorname\*?|text|mathsf|rm)\s*\{?\s*(?P<wrapped>Var|Cov|cov|var|[EV])\s*\}?"
    r"|\\(?P<command>Var|Cov|E|EE)(?![A-Za-z])|(?P<plain>Var|Cov|cov|var|E|𝔼)(?![A-Za-z]))(?:\s|~|\\[,;:! ])*"
    r"(?=[\[({\\A-Za-z])"
)
_INSIDE = lazily(_OPERATOR.pattern)
_SIZES = r"(?:\\(?:left|right|[Bb]igg?[lrm]?)\s*)?"


def moment_of(side: str) -> tuple[str, str] | None:
    """E[x], Var[x], Cov(x): the kind ("E", "Var", "Cov") and what stands in the brackets; None for anything else."""
    match = _OPERATOR.match(side)
    if match is None:
        return None
    word = match["wrapped"] or match["command"] or match["plain"]
    kind = {"V": "Var", "var": "Var", "cov": "Cov", "EE": "E", "𝔼": "E"}.get(word, word)
    rest = side[match.end() :].strip().rstrip(".,;").strip()
    inside = re.fullmatch(rf"{_SIZES}[\[({{](.*?){_SIZES}[\])}}]", rest, re.DOTALL)
    if inside is None:
        bare = re.fullmatch(r"\\?[A-Za-z]+(?:_\{?\w+\}?)?(?:\^\{?\(\w+\)\}?)?", rest)
        return (kind, rest) if bare is not None and not match["plain"] else None
    body = inside[1]
    depth = 0
    for char in body:
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            return None
    return kind, body.strip()


def names_moment(text: str) -> bool:
    """Whether an equation gives a moment a name, mu = E[x]: what else says what that moment is comes first."""
    first, *others = re.split(r"(?<![<>!:=]):?=(?![=>])", text)
    return moment_of(first) is None and any(moment_of(other.strip(" .;,")) is not None for other in others)


def insides(text: str) -> Iterator[str]:
    """What stands in the brackets of all means, variances and covariances of a text."""
    for match in _INSIDE.finditer(text):
        begin = match.end() + len(re.match(_SIZES, text[match.end() :]).group())  # type: ignore[union-attr]
        if text[begin : begin + 1] not in {"[", "(", "{"}:
            continue
        depth = 0
        for place in range(begin, len(text)):
            depth += (text[place] in "([{") - (text[place] in ")]}")
            if depth == 0:
                yield re.sub(r"\\(?:right|[bB]igg?r?)\s*$", "", text[begin + 1 : place])
                break


def moments_said(text: str) -> Iterator[tuple[str, str, str]]:
    """E[x_i] = E[y_i] = 0 for all i: the kind, what it is of, and the value, for each moment that is equated."""
    body = split_range(split_conditions(text.rstrip(" .;,"))[0])[0]
    body, *behind = _FOR.split(body, maxsplit=1)
    if behind and _APART.search(behind[0]):
        return  # of some pairs only: i < j - 1
    body = re.sub(r"(?:\\,|\\;|\\quad|\s)*\(?\s*\w\s*(?:\\neq?|≠|!=)\s*\w\s*\)?\s*$", "", body)
    sides = re.split(r"(?<![<>!:=])(?::?=|\\coloneqq|\\equiv)(?![=>])", body)
    found = [moment_of(side) for side in sides]
    values = [side.strip() for side, moment in zip(sides, found, strict=True) if moment is None]
    if (
        len(values) != 1
        or len(sides) < 2
        or _INSIDE.search(values[0])
        or re.search(r"\\(?:in|le|ge|leq|geq|approx|to)(?![a-z])|[<>~]", body)
        or (_ENERGY.match(body) and _WORKED_OUT.search(values[0]))
    ):
        return
    for moment in found:
        if moment is not None:
            yield (*moment, values[0])


_FOR = lazily(r"(?:\\q?quad|\\[,;:! ]|\s|,)*(?:\\text\s*\{\s*)?(?:for|\\forall)(?![A-Za-z])")
_APART = lazily(r"[a-z]\s*[-+]\s*[a-z1-9]")
_BOLD = r"(?:\\(?:mathbf|boldsymbol|bm|vec)\s*\{?\s*)?\\?[A-Za-z]+\s*\}?"
_ENERGY = lazily(rf"\s*E\s*\(\s*{_BOLD}(?:\s*,\s*{_BOLD})*\s*\)\s*:?=")  # E(w) = 1/2 (t - o)^2: an error
_WORKED_OUT = lazily(r"\)\s*\^|\\sum(?![a-z])|\bsum\b|\\?log\b|\^\s*(?:\\top|\{?T)|\\\||\|\|")
RANDOM_FIRST = lazily(
    r"\s*(?:let |where )?(?:the )?(?:i\.?i\.?d\.?|independent|uncorrelated|random|zero[- ]mean|identically)\b",
    re.IGNORECASE,
)


__all__ = [
    "RANDOM_FIRST",
    "Facts",
    "facts_at",
    "facts_in",
    "insides",
    "is_filler",
    "merged",
    "moment_of",
    "moments_said",
    "names_moment",
]
