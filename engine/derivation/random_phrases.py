"""The words by which write-ups speak of random numbers, and those that conclude instead of saying."""

from __future__ import annotations

import re

_CONCLUDES = (
    r"not|unless|whether|would|nor|so|hence|therefore|thus|then|show|prove|proof|claim|implies|follows|conclude|were|"
    r"no longer|even though|although|without"
)
_BEHIND = r"\b(?:(?!\b(?:let|assume|suppose)\b)[^.;:])*$"
CONCLUDED = re.compile(rf"\b(?:{_CONCLUDES}){_BEHIND}", re.IGNORECASE)
OPEN = re.compile(rf"\b(?:if|{_CONCLUDES}){_BEHIND}", re.IGNORECASE)
MADE = re.compile(  # "each product has mean zero": said of what is made of the random numbers
    r"\b(?:each|every|the|both|these|such|one|all)\s+(?:(?:\w+|⟦\d+⟧)\s+)?(?:products?|sums?|scores?|outputs?|terms?|differences?|"
    r"results?|estimat\w+|logits?|activations?|sides?|averages?|factors?)\s+(?:(?:also|then|all|again|has|have|is|are|of)\s+)*$",
    re.IGNORECASE,
)
GOES_ON = re.compile(r"(?:\bthen|\bhave|\bget|[,:])\s*$")  # "if X and Y are independent, then", and a display
OF_LAWS = re.compile(
    r"\b(?:i\.?\s?i\.?\s?d|independen\w+|\w*correlat\w+|means?|variances?|expectations?|covariances?|deviations?|uniform\w*|"
    r"cent(?:er|r)ed|gaussians?|normal|drawn|draws?|sampled|distribut\w+|jointly|exponential|poisson|gamma|geometric|binomial|"
    r"laplace|rademacher|cauchy|bernoulli|sphere|symmetric|random\w*|probabilit\w+|densit\w+|with rate)\b",
    re.IGNORECASE,
)
TWO_VALUED = re.compile(r"\b(?:masks?|binary|bits?|indicators?|coins?|spins?)\b", re.IGNORECASE)
NOTATION = re.compile(  # "we write E_q for the expectation over h ~ q"
    r"\b(?:for|denotes|is)\s+(?:the\s+)?(?:expectations?|means?)\s+(?:is\s+)?(?:taken\s+)?"
    r"(?:over|under|with respect to)\b|(?<=⟧ )means\b(?=\s+(?:that\b|the\b|an?\b|⟦))",  # w_ij means w_ji
    re.IGNORECASE,
)
DECLARED = re.compile(  # "a joint distribution p(v, h)", "q(h) any distribution over h"
    r"\bdistributions?\s*⟦(?P<behind>\d+)⟧|⟦(?P<before>\d+)⟧\s*(?:be|is|denotes?|,)?\s*(?:an?|any|some|the|another)\s+"
    r"(?:\w+\s+)?distributions?(?:\s+(?:over|of|on|for))?\s*(?=⟦|[,.;(]|$)|\ball\s+probabilities\s+(?:are\s+)?positive\b",
    re.IGNORECASE,
)
OF_RANDOM = re.compile(
    r"\b(?:i\.?\s?i\.?\s?d|independent|uncorrelated|means?|variances?|expectations?|random|covariance|deviation|uniform|"
    r"cent(?:er|r)ed|standard normal|gaussian)",
    re.IGNORECASE,
)
AWAITS = re.compile(  # "with mean zero and covariance" waits for what it is
    r"\b(?:means?\s+zero|zero[\s-]+means?)\s*(?:,|and)\s+(?:an?\s+|the\s+)?(?:co)?variances?(?:\s+matrix)?\s*$",
    re.IGNORECASE,
)


def without_laws(template: str, texts: dict[int, str]) -> str:
    """The words without those that call q(h) a distribution: they are read as its declaration."""

    def kept(match: re.Match[str]) -> str:
        place = match["behind"] or match["before"]
        said = place is None or "(" in texts.get(int(place), "")
        return " " * len(match[0]) if said else match[0]

    return DECLARED.sub(kept, template)
