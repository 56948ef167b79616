"""What words call a function: \\sigma the logistic function, h = \\sigma(W x) \\text{ (elementwise logistic)}."""

from __future__ import annotations

import re

from solvers.formula.known import Context
from solvers.formula.phrases import Said
from solvers.formula.said_of import Extend, SaidOf
from solvers.formula.targets import function_name
from solvers.formula.tokens import Unreadable

_FUNCTIONS = (  # words, the function, and how a formula may write it out
    ("logistic|sigmoid", "sigmoid", r"\\sigma(?![A-Za-z])|σ|(?<![A-Za-z])(?:sigma|sigmoid)(?![A-Za-z])|exp|e\s*\^"),
    ("softplus", "softplus", "softplus|l(?:n|og)"), ("relu|rectifier", "relu", "relu|max"), ("tan", "tanh", "tanh"),
    ("softmax", "softmax", r"softmax|exp|e\s*\^"), ("sign", "sign", "sign|sgn"), ("exponential", "exp", r"exp|e\s*\^"),
    ("identity", "", "(?!)"),
)  # fmt: skip
EQUATED = re.compile(r"(?<![<>!])=")


def functions(context: Context, clause: SaidOf, extend: Extend) -> Context | Unreadable:
    """The logistic function, the ReLU: a name for one that is known."""
    row = clause.find("function")
    assert row is not None
    op, _ = _named(row)
    of = clause.find("of")
    for target in clause.targets:
        if of is not None and of.start > row.start and "(" not in target:  # p the softmax of z
            extended = extend(context, f"{target} = \\operatorname{{{op}}}({of.argument})" if op else "")
            if isinstance(extended, Unreadable):
                return extended
            context = extended
            continue
        name = re.sub(r"\s*\(.*", "", target)
        if function_name(name) == "sigma" and op == "sigmoid" and "sigma" not in context.scope.names:
            continue  # it is taken so anyway
        extended = extend(context, f"{name}(x) = \\operatorname{{{op}}}(x)" if op else f"{name}(x) = x")
        if isinstance(extended, Unreadable):
            return extended
        context = extended
    return context


def function_unheard(context: Context, clause: SaidOf) -> Unreadable | None:
    """What words behind an equation call a function that it does not apply: of h = g(x) they may say what g is."""
    row = clause.find("function")
    if row is None:
        return None
    op, written = _named(row)
    usual = op != "sigmoid" or "sigma" not in context.scope.names
    if usual and re.search(written, EQUATED.split(clause.formula, maxsplit=1)[1], re.IGNORECASE):
        return None
    return Unreadable(f"which function {row.words!r} is said of is not clear: say it as in g(x) = \\max(0, x)", 0, 1)


def _named(row: Said) -> tuple[str, str]:
    """The function that words call by its name, nothing for the identity, and how it is written."""
    return next((name, written) for words, name, written in _FUNCTIONS if re.search(words, row.words, re.IGNORECASE))
