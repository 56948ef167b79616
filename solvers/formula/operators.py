"""The operators of the language: one row each. Reading, printing, shapes, values and derivatives all look here.

A binding power says how tightly an operator holds its operands (higher is tighter). Shape rules are named, and defined
in `shapes.py`; `partials` are the derivatives by each argument, as formulas over the arguments x and y, entry by entry:
whatever else there is (products of matrices, norms, sums, recursions) is made of these by the chain rule (`dual.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

RELATION, ADD, NEG, HADAMARD, MUL, POWER = 10, 20, 25, 27, 30, 50  # δ ⊙ W^T r is δ ⊙ (W^T r)


@dataclass(frozen=True, slots=True)
class Operator:
    """One row of the table. `latex` and `plain` are how it is printed; aliases are other ways of writing it."""

    name: str
    fix: str  # infix, prefix, postfix, call, elementwise (a call on each entry), big
    shape: str
    power: int = 100
    latex: str = ""
    plain: str = ""
    latex_aliases: tuple[str, ...] = ()
    plain_aliases: tuple[str, ...] = ()
    arity: tuple[int, int] = (1, 1)
    partials: tuple[str, ...] = ()
    meaning: str = ""  # in terms of other rows, over x and y; then neither a table nor a derivative is needed


def _infix(
    name: str, power: int, shape: str, latex: str, plain: str, la: tuple[str, ...] = (), pa: tuple[str, ...] = (),
    partials: tuple[str, ...] = (),
) -> Operator:  # fmt: skip
    return Operator(name, "infix", shape, power, latex, plain, la, pa, (2, 2), partials)


def _elementwise(name: str, derivative: str, latex: str = "", plain: tuple[str, ...] = ()) -> Operator:
    return Operator(
        name, "elementwise", "elementwise", latex=latex or f"\\{name}", plain=name, plain_aliases=plain,
        partials=(derivative,),
    )  # fmt: skip


def _composed(name: str, meaning: str, latex: str = "", plain: tuple[str, ...] = ()) -> Operator:
    """A function of each entry that is made of other rows."""
    return Operator(
        name, "elementwise", "elementwise", latex=latex or f"\\operatorname{{{name}}}", plain=name,
        plain_aliases=plain, meaning=meaning,
    )  # fmt: skip


def _call(name: str, shape: str, arity: tuple[int, int] = (1, 1), latex: str = "", *aliases: str) -> Operator:
    written = latex or f"\\operatorname{{{name}}}"
    return Operator(name, "call", shape, latex=written, plain=name, plain_aliases=aliases, arity=arity)


_ROWS = (
    _infix("add", ADD, "same", "+", "+", partials=("1", "1")),
    _infix("sub", ADD, "same", "-", "-", ("−", "–"), ("−", "–"), ("1", "-1")),
    _infix("mul", MUL, "product", "", "", (), ("@",), partials=("y", "x")),
    _infix("dot", MUL, "dot", "\\cdot", "·", ("\\bullet", "·", "⋅", "∙"), ("⋅", "∙", "•")),
    _infix("times", MUL, "product", "\\times", "×", ("×",), ()),
    _infix("star", MUL, "star", "*", "*", ("\\ast", "∗"), ("∗",)),
    _infix("hadamard", HADAMARD, "same", "\\odot", "⊙", ("\\circ", "⊙", "∘"), (".*", "∘")),
    _infix("tensor", HADAMARD, "product", "\\otimes", "⊗", ("⊗",), ()),
    _infix("conv", MUL, "convolution", "\\star", "⋆", ("\\circledast", "⋆"), ("⊛",)),
    _infix("div", MUL, "quotient", "/", "/", ("\\div", "÷"), ("÷", "./"), ("1/y", "-x/y^2")),
    _infix("pow", POWER, "power", "^", "^", (), ("**",), ("y x^(y - 1)", "x^y log(x)")),
    Operator("or", "logic", "scalar", 2, "\\lor", "∨", ("\\vee", "∨"), ("or",), (2, 2)),
    Operator("and", "logic", "scalar", 3, "\\land", "∧", ("\\wedge", "∧"), ("and",), (2, 2)),
    Operator("neg", "prefix", "elementwise", NEG, "-", "-", partials=("-1",)),
    Operator("transpose", "postfix", "transpose", POWER, "\\top", "T", ("\\intercal", "\\mathsf{T}"), ("ᵀ", "⊤")),
    Operator("factorial", "postfix", "scalar", POWER, "!", "!"),
    _elementwise("exp", "exp(x)"),
    _elementwise("log", "1/x", "\\log", ("ln",)),
    _elementwise("sin", "cos(x)"),
    _elementwise("cos", "-sin(x)"),
    _elementwise("tan", "1 + tan(x)^2"),
    _elementwise("sinh", "cosh(x)"),
    _elementwise("cosh", "sinh(x)"),
    _elementwise("tanh", "1 - tanh(x)^2"),
    _elementwise("arctan", "1/(1 + x^2)", "\\arctan", ("atan",)),
    _elementwise("erf", "exp(-x^2)/sqrt(arctan(1))", "\\operatorname{erf}"),
    _elementwise("sqrt", "1/(2 sqrt(x))", "\\sqrt"),
    _elementwise("sigmoid", "sigmoid(x) (1 - sigmoid(x))", "\\sigma", ("σ", "sigma", "logistic", "sigm", "Sigmoid")),
    _elementwise("relu", "[[x > 0]]", "\\operatorname{ReLU}", ("ReLU", "Relu", "RELU")),
    _elementwise("softplus", "sigmoid(x)", "\\operatorname{softplus}"),
    _elementwise("sign", "0", "\\operatorname{sign}", ("sgn", "signum")),
    _elementwise("abs", "sign(x)", "\\operatorname{abs}"),
    _elementwise("floor", "0", "\\operatorname{floor}"),
    _elementwise("ceil", "0", "\\operatorname{ceil}"),
    Operator("log2", "elementwise", "elementwise", latex="\\log_2", plain="log2", partials=("1/(x log(2))",)),
    Operator("log10", "elementwise", "elementwise", latex="\\log_{10}", plain="log10", partials=("1/(x log(10))",)),
    _composed("sech", "1/cosh(x)"),
    _composed("csch", "1/sinh(x)"),
    _composed("coth", "cosh(x)/sinh(x)", "\\coth"),
    _composed("cot", "cos(x)/sin(x)", "\\cot"),
    _composed("sec", "1/cos(x)", "\\sec"),
    _composed("csc", "1/sin(x)", "\\csc"),
    _composed("arcsin", "arctan(x/sqrt(1 - x^2))", "\\arcsin", ("asin",)),
    _composed("arccos", "2 arctan(1) - arctan(x/sqrt(1 - x^2))", "\\arccos", ("acos",)),
    _composed("artanh", "log((1 + x)/(1 - x))/2", "", ("arctanh", "atanh")),
    _composed("arsinh", "log(x + sqrt(x^2 + 1))", "", ("arcsinh", "asinh")),
    _composed("arcosh", "log(x + sqrt(x^2 - 1))", "", ("arccosh", "acosh")),
    _composed("erfc", "1 - erf(x)"),
    _composed("logit", "log(x/(1 - x))"),
    _composed("silu", "x sigmoid(x)", "\\operatorname{SiLU}", ("SiLU", "swish", "Swish")),
    _composed("gelu", "x (1 + erf(x/sqrt(2)))/2", "\\operatorname{GELU}", ("GELU",)),
    _composed("mish", "x tanh(softplus(x))", "\\operatorname{Mish}", ("Mish",)),
    _composed("elu", "relu(x) + exp(-relu(-x)) - 1", "\\operatorname{ELU}", ("ELU",)),
    _composed("softsign", "x/(1 + abs(x))"),
    _composed("hardtanh", "relu(x + 1) - relu(x - 1) - 1"),
    _composed("absolute", "abs(x)", "\\operatorname{abs}"),
    _call("leakyrelu", "elementwise", (2, 2), "\\operatorname{LeakyReLU}", "LeakyReLU", "leakyReLU", "lrelu", "LReLU"),
    _call("softmax", "vector", (1, 1), "", "Softmax"),
    _call("logsumexp", "scalar", (1, 1), "", "LSE", "lse"),
    Operator("total", "call", "scalar", latex="\\operatorname{sum}", plain="sum"),
    _call("mean", "scalar", (1, 1), "", "avg"),
    _call("outer", "product", (2, 2)),
    _call("inner", "scalar", (2, 2)),
    _call("unit", "vector"),
    _call("spread~", "vector", (2, 2)),  # entries with factors of their own: nobody can write it (`unknown.py`)
    _call("vec", "vector"),
    _call("diag", "diag", (1, 1), "", "Diag"),
    _call("tr", "scalar", (1, 1), "\\operatorname{tr}", "trace", "Tr", "Trace"),
    _call("det", "scalar", (1, 1), "\\det"),
    _call("inv", "square"),
    _call("pinv", "transpose"),  # of full rank: of others it is left open
    _call("eigmax", "scalar"),  # of symmetric matrices, as all three
    _call("eigmin", "scalar"),
    _call("opnorm", "scalar"),  # the largest singular value
    _call("eigenvalues", "vector", (1, 1), "", "eigvals", "eig"),  # the largest first
    Operator("argmax", "call", "scalar", latex="\\operatorname{argmax}", plain="argmax"),
    Operator("argmin", "call", "scalar", latex="\\operatorname{argmin}", plain="argmin"),
    _call("range", "scalar", (2, 2)),
    Operator("max", "call", "scalar", latex="\\max", plain="max", arity=(1, 9), partials=("[[x >= y]]", "[[y > x]]")),
    Operator("min", "call", "scalar", latex="\\min", plain="min", arity=(1, 9), partials=("[[x <= y]]", "[[y < x]]")),
    _call("norm", "scalar", (2, 2)),
    _call("binom", "scalar", (2, 2), "\\binom"),
    _call("kl", "scalar", (2, 2)),
    _call("entropy", "scalar", (1, 2)),
    _call("normal", "scalar", (2, 2)),
    _call("gaussian", "scalar", (3, 3)),
    _call("bernoulli", "scalar", (1, 1), "", "Bernoulli", "Bern", "Ber"),
    _call("categorical", "scalar", (1, 1), "", "Categorical", "Cat"),
    _call("uniform", "scalar", (2, 2), "", "Uniform", "Unif"),
    _call("finite", "scalar", (2, 2)),
    _call("flip", "same_as"),
    _call("xcorr", "convolution", (2, 2)),
    _call("indicator", "scalar"),
    Operator(
        "mod", "call", "scalar", latex="\\operatorname{mod}", plain="mod", arity=(2, 2), partials=("1", "-floor(x/y)")
    ),
    Operator("sum", "big", "body", MUL, "\\sum", "sum", (), ("∑", "Σ")),
    Operator("E", "big", "body", MUL, "\\mathbb{E}", "E"),
    Operator("int", "big", "body", MUL, "\\int", "∫", ("\\iint", "\\iiint")),
    Operator("lim", "big", "body", MUL, "\\lim", "lim"),
    Operator("prod", "big", "body", MUL, "\\prod", "prod", (), ("∏", "Π")),
)

OPERATORS = {row.name: row for row in _ROWS}
RELATIONS = {
    "=": ("=", ("\\equiv", "≡")), ":=": (":=", ("\\coloneqq", "\\triangleq", "\\coloneq", "\\eqdef", "≜", "≔")),
    "~=": ("\\approx", ("≈", "\\approx", "\\simeq", "\\cong", "\\doteq")), "prop": ("\\propto", ("∝", "\\propto")),
    "!=": ("\\ne", ("≠", "\\ne", "\\neq")), "<=": ("\\le", ("≤", "\\le", "\\leq", "\\leqslant")),
    ">=": ("\\ge", ("≥", "\\ge", "\\geq", "\\geqslant")), "<": ("<", ("\\lt",)), ">": (">", ("\\gt",)),
    "succ": ("\\succ", ("≻", "\\succ", "\\succeq", "⪰")), "~": ("\\sim", ("∼", "\\sim")),
    "in": ("\\in", ("∈", "\\in")), "notin": ("\\notin", ("∉", "\\notin")),
    "=>": ("\\Rightarrow", ("⇒", "\\Rightarrow", "\\implies")), "<=>": ("\\iff", ("⇔", "\\iff", "\\Leftrightarrow")),
}  # fmt: skip

GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi "
    "omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
).split()
GREEK_LETTERS = dict(zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", GREEK, strict=True))
ACCENTS = ("hat", "bar", "tilde", "dot", "vec", "check", "breve")
LAWS = frozenset({"normal", "bernoulli", "categorical", "uniform", "finite"})  # what a name may be distributed by
PRIME = "prime"  # the sign of f'(z): of each entry by itself, where f goes entry by entry
WITHIN = "partial@"  # within one step of a recursion: what came before it is held still
ROW = "/row"  # at the end of a derivative's sign: that of a number by a vector is a row (numerator layout)
STAR = "star"  # w^* is the name wstar
MARKS = {"add": "plus", "sub": "minus"}  # P^- is the name Pminus, where the text gives it a value of its own


@lru_cache(512)
def elementwise(name: str) -> bool:
    """Whether `name` (with any primes) is a function applied to each entry."""
    row = OPERATORS.get(name.rstrip("'"))
    return row is not None and row.fix == "elementwise"


def binding(op: str) -> int:
    """The binding power of an operator by name; calls bind tightest."""
    row = OPERATORS.get(op)
    return row.power if row is not None else 100
