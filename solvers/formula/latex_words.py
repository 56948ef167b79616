"""The commands of LaTeX that the lexer knows, by what they are."""

from __future__ import annotations

import re

from solvers.formula.operators import ACCENTS, GREEK, OPERATORS, RELATIONS

SPACES = {
    *("\\" + c for c in ",;:! >/"), "\\quad", "\\qquad", "\\left", "\\right", "\\displaystyle", "\\textstyle",
    "\\scriptstyle", "\\scriptscriptstyle", "\\limits", "\\nolimits", "\\nonumber", "\\notag", "\\bigl", "\\bigr",
    "\\Bigl", "\\Bigr", "\\biggl", "\\biggr", "\\Biggl", "\\Biggr", "\\big", "\\Big", "\\bigg", "\\Bigg", "\\middle",
    "\\thinspace", "\\medspace", "\\thickspace", "\\negthinspace", "\\enspace", "\\mathrel", "\\mathbin", "\\mathord",
    "\\mathopen", "\\mathclose", "\\mathpunct", "\\underbrace", "\\overbrace", "\\mathstrut", "\\strut", "\\bigm",
    "\\Bigm", "\\biggm", "\\Biggm", "\\boxed", "\\fbox", "\\ensuremath", "\\substack", "\\underline", "\\allowbreak",
    "\\null", "\\relax", "\\hfill", "\\noindent", "\\centering", "\\mathinner", "\\cancel", "\\smash",
}  # fmt: skip
SKIPPED = {  # commands whose first argument says nothing about values
    "\\hspace", "\\hspace*", "\\vspace", "\\mspace", "\\mskip", "\\phantom", "\\hphantom", "\\vphantom", "\\tag",
    "\\tag*", "\\label", "\\color", "\\textcolor", "\\colorbox", "\\stackrel", "\\overset", "\\eqref", "\\ref",
    "\\intertext",
}  # fmt: skip
LABELS = frozenset(  # words that people write in a script without saying that they are words: w_{opt}, \\theta_{ML}
    "opt ML MLE MAP LS OLS RLS MSE MMSE ridge lasso best new old next prev true init final test train pred target "
    "out hid val eff tot reg sol crit".split()
)
FONTS = {
    "\\mathbf", "\\boldsymbol", "\\bm", "\\mathit", "\\mathsf", "\\mathtt", "\\mathnormal", "\\pmb", "\\bf", "\\it",
    "\\sf", "\\tt", "\\bs", "\\vect", "\\mat", "\\symbf", "\\symbfit", "\\mathbfit", "\\vb", "\\bold", "\\bfseries",
}  # fmt: skip
WORDS = {
    "\\mathrm", "\\text", "\\operatorname", "\\operatorname*", "\\textrm", "\\textbf", "\\textit", "\\textnormal",
    "\\mbox", "\\rm", "\\DeclareMathOperator", "\\operatornamewithlimits", "\\textsc", "\\texttt", "\\textsf",
}  # fmt: skip
LETTERS = {"\\mathcal": "cal", "\\mathbb": "bb", "\\mathscr": "cal", "\\mathfrak": "frak", "\\cal": "cal"}
_CALLED = [row for row in OPERATORS.values() if row.fix in {"elementwise", "call"}]
WORD_FUNCTIONS = {r.name: r.name for r in _CALLED} | {a: r.name for r in _CALLED for a in r.plain_aliases}
WORD_FUNCTIONS |= {"sum": "total", "ln": "log", "Max": "max", "Min": "min", "Exp": "exp", "Log": "log", "Tanh": "tanh"}
del WORD_FUNCTIONS["total"], WORD_FUNCTIONS["unit"], WORD_FUNCTIONS["indicator"]
FUNCTIONS = {r.latex: r.name for r in _CALLED if r.latex[1:].isalpha()}
FUNCTIONS |= {"\\" + word: name for word, name in WORD_FUNCTIONS.items() if word.isalpha() and len(word) > 1}
FUNCTIONS |= {"\\lg": "log10", "\\argmax": "argmax", "\\argmin": "argmin"}
for _command in ("\\sqrt", "\\sigma", "\\binom", "\\sum", "\\norm", "\\abs", "\\floor", "\\ceil", "\\star", "\\mod"):
    FUNCTIONS.pop(_command, None)
OPERATOR_SIGNS = {r.latex: r.name for r in OPERATORS.values() if r.fix in {"infix", "prefix"} and r.latex} | {
    a: r.name for r in OPERATORS.values() if r.fix == "infix" for a in r.latex_aliases
}
OPERATOR_SIGNS.pop("^", None)
OPERATOR_SIGNS["-"] = "sub"
LOGIC = {s: r.name for r in OPERATORS.values() if r.fix == "logic" for s in (r.latex, *r.latex_aliases, r.name)}
RELATION_SIGNS = {a: name for name, (latex, aliases) in RELATIONS.items() for a in (latex, *aliases)}
BIG = {a: r.name for r in OPERATORS.values() if r.fix == "big" and r.name != "E" for a in (r.latex, *r.latex_aliases)}
_BIG_ROWS = [r for r in OPERATORS.values() if r.fix == "big"]
BIG_SIGNS = {a: r.name for r in _BIG_ROWS for a in (r.plain, *r.plain_aliases) if not a.isascii()}
SINGLE = {
    "\\{": "{", "\\}": "}", "\\lbrace": "{", "\\rbrace": "}", "\\lfloor": "lfloor", "\\rfloor": "rfloor",
    "\\lceil": "lceil", "\\rceil": "rceil", "\\langle": "<(", "\\rangle": ")>", "\\vert": "|", "\\|": "||",
    "\\Vert": "||", "\\parallel": "||", "\\mid": "|", "\\top": "T", "\\intercal": "T", "\\transpose": "T",
    "\\prime": "'", "\\partial": "partial", "\\nabla": "nabla", "\\ldots": "...", "\\dots": "...", "\\cdots": "...",
    "\\dotsc": "...", "\\dotsb": "...", "\\dotsm": "...", "\\infty": "infty", "\\sqrt": "sqrt", "\\binom": "binom",
    "\\tbinom": "binom", "\\dbinom": "binom", "\\colon": ":", "\\\\": "row", "\\cr": "row", "\\newline": "row",
    "\\frac": "frac", "\\dfrac": "frac", "\\tfrac": "frac", "\\cfrac": "frac", "\\nicefrac": "frac", "\\sfrac": "frac",
    "\\flatfrac": "frac", "\\begin": "begin", "\\end": "end", "\\lbrack": "[", "\\rbrack": "]", "\\lparen": "(",
    "\\rparen": ")", "\\llbracket": "[[", "\\rrbracket": "]]", "\\over": "over", "\\choose": "over", "\\arg": "arg",
    "\\norm": "macro", "\\abs": "macro", "\\floor": "macro", "\\ceil": "macro", "\\underset": "underset",
    "\\mathop": "unwrap", "\\bmod": "mod", "\\mod": "mod", "\\Pr": "name",
}  # fmt: skip
SINGLE_TEXT = {"\\over": "div", "\\choose": "binom", "\\norm": "norm", "\\abs": "abs", "\\floor": "floor",
               "\\ceil": "ceil", "\\Pr": "P"}  # fmt: skip
NAMES = {"\\R": "bbR", "\\N": "bbN", "\\Z": "bbZ", "\\E": "bbE", "\\ell": "ell", "\\eps": "epsilon", "\\Loss": "calL"}
OPENING = {"\\lvert": ("|", "open"), "\\rvert": ("|", "close"), "\\lVert": ("||", "open"), "\\rVert": ("||", "close")}
UNSUPPORTED = {
    "\\oint": "integrals along a curve are not computed here",
    "\\leftarrow": "an update is written with two names, as in w_{t+1} = w_t - \\eta g",
}  # fmt: skip
CONDITIONAL = {"if", "otherwise", "else", "for", "when", "where", "while"}
KNOWN = frozenset(
    {*SPACES, *SKIPPED, *FONTS, *WORDS, *LETTERS, *FUNCTIONS, *OPERATOR_SIGNS, *RELATION_SIGNS, *BIG, *SINGLE, *NAMES}
    | {*OPENING, *LOGIC} | {"\\" + g for g in GREEK} | {"\\" + a for a in ACCENTS}
)  # fmt: skip
OLD_FONT = re.compile(r"\{\s*\\(rm|sf|tt|it|bf|cal)\b\s*([A-Za-z]+)\s*\}")
WRAPPERS = re.compile(
    r"\s*(?:(?P<dollars>\$\$?)(?P<in1>[^$]*)(?P=dollars)|\\\((?P<in2>.*)\\\)|\\\[(?P<in3>.*)\\\])\s*[.,;]?\s*",
    re.DOTALL,
)
ENVIRONMENT = re.compile(
    r"\s*\\begin\{(?P<name>(?:equation|align|aligned|displaymath|gather|gathered|split|math|multline)\*?)\}"
    r"(?P<inside>.*)\\end\{(?P=name)\}\s*[.,;]?\s*", re.DOTALL,
)  # fmt: skip
