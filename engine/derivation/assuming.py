"""Equations in declaring sentences that define nothing: constraints, conditions, and facts that are recalled."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.derivation.declaring import extended, target, text_of
from engine.derivation.judging import Fact, depends, has_derivative, has_prime, judge_step, taken_by
from engine.derivation.knowing import can_be_sampled
from engine.derivation.numbers import put_in
from engine.derivation.parts import assumes_all
from engine.derivation.rows import Statement
from engine.derivation.sentences import Sentence, words_of
from engine.derivation.zeros import is_zero
from solvers.formula.context import Context
from solvers.formula.differentials import is_differential
from solvers.formula.domains import constant
from solvers.formula.nodes import Big, Chain, Name, Node, Num, names, walk
from solvers.formula.parts import symmetric
from solvers.formula.unknown import unknown_in

if TYPE_CHECKING:
    from engine.derivation.checker import Checker

_RECALLED = re.compile(r"[\W_]*(?:\w+,?\s+)?(?:we\s+)?recall", re.IGNORECASE)


def assume(checker: Checker, statement: Statement, sentence: Sentence) -> None:
    """An equation in a declaring sentence that defines nothing: a constraint, or a fact that is recalled."""
    if _normalises(checker, statement) or _leaves_open(checker, statement):
        return
    sides = [checker.read(source) for source in statement.sides]
    nodes = [side.node for side in sides]
    left, right = nodes[0], nodes[1]
    if left is None or right is None or len(nodes) > 2:
        sums = all(isinstance(node, Big) for node in nodes[:-1])
        if set(statement.relations) == {"="} and sums and isinstance(nodes[-1], Num):  # sum p = sum q = 1
            for side in statement.sides[:-1]:
                assume(checker, Statement((side, statement.sides[-1]), ("=",), over=statement.over), sentence)
        elif not assumes_all(checker, statement):
            checker.judge(statement.sides, statement.relations)
        return
    chain = Chain((left, right), ("=",))
    if chain in checker.context.constraints:
        return
    judged = judge_step("=", left, right, checker.context)
    derived = has_derivative(left) or has_derivative(right)
    recalled = bool(_RECALLED.match(sentence.template))
    if derived and judged.verdict != "valid" and (is_zero(left) or is_zero(right)) and not recalled:
        checker.note(statement.sides[0], "taken as a condition that is set, not as an identity")
        checker.facts.append(Fact(chain, checker.line(statement.sides[0]), by=taken_by(chain.sides)))
        return
    if judged.verdict != "valid" and (said := unknown_in(checker.context, depends(chain, checker.context))):
        checker.narrowed.append((checker.line(statement.sides[0]), said))
        checker.note(statement.sides[0], f"says of {', '.join(sorted(said))} what not every function meets")
        return
    refuted = judged.verdict == "wrong" and any(map(_is_moment, (left, right)))  # E[X + 1] = 2 m of an E[X] = m
    checkable = derived or refuted or has_prime(left) or has_prime(right) or not (names(left) | names(right))
    if judged.verdict == "valid" or checkable or recalled:
        if is_differential(statement.sides[0].text):  # with A fixed, dE = dB A
            checker.premise = words_of(sentence)
        checker.judge(statement.sides, statement.relations)
        if judged.verdict == "valid" and _is_taken_apart(checker.context, left, right):
            checker.define(statement, left)
        return
    if judged.verdict == "wrong":
        checker.note(statement.sides[0], "taken as a condition that is set, not as an identity")
    _keep(checker, statement, chain)


def _leaves_open(checker: Checker, statement: Statement) -> bool:
    """Whether lambda_n = e^{w^T x_n} says what a number is that a law has been told with, y_n ~ Poisson(lambda_n)."""
    left, right = (checker.read(source).node for source in statement.sides[:2])
    name, label, letter = left.text.rpartition("_") if isinstance(left, Name) else ("", "", "")
    known = checker.context.scope.names
    counted = {index for declared in known.values() for index, _, _ in declared.family}
    if not (name and label) or right is None or letter not in counted & names(right) or name in known:
        return False
    checker.vague.append(checker.line(statement.sides[0]))
    checker.note(statement.sides[0], "not read as a definition of each of them: say it before the law it stands in")
    return True


def takes_symmetry(checker: Checker, statement: Statement) -> bool:
    """Whether a claim W_ij = W_ji says of a matrix, of which nothing else is known, that it is symmetric."""
    if statement.relations != ("=",):
        return False
    left, right = (checker.read(source).node for source in statement.sides)
    if left is None or right is None or not symmetric(chain := Chain((left, right), ("=",))):
        return False
    if names(chain) & checker.context.definitions.keys() or chain in checker.context.constraints:
        return False
    if judge_step("=", left, right, checker.here()).verdict == "valid" or not checker.extend(
        text_of(statement), statement
    ):
        return False
    checker.note(statement.sides[0], "taken as what is said of a matrix that nothing defines")
    return True


def _is_moment(node: Node) -> bool:
    """Whether a mean, a variance or a covariance stands in a formula."""
    return any(isinstance(n, Big) and n.op == "E" for n in walk(node))


def _keep(checker: Checker, statement: Statement, chain: Chain) -> None:
    """Adds a condition to what is known: as a constraint where points can be found that meet it, else as a fact."""
    checker.conditions.append(chain)
    found, left = extended(checker.context, text_of(statement)), chain.sides[0]
    if isinstance(found, Context) and can_be_sampled(found, left):
        put_in(checker, found, checker.line(statement.sides[0]))
        checker.context = found
    else:
        checker.facts.append(Fact(chain, checker.line(statement.sides[0]), by=taken_by(chain.sides)))


def _is_taken_apart(context: Context, left: Node, right: Node) -> bool:
    """Whether f = v l says by which steps f, which had a formula, is computed: derivatives by v and l are of that."""
    steps = {n for n in names(right) & context.definitions.keys() if not _of_numbers(context, n)}
    return target(left) is not None and bool(steps) and not steps & depends(left, context)


def _of_numbers(context: Context, name: str) -> bool:
    return all(constant(definition.right) is not None for definition in context.definitions[name])


_TOTAL = re.compile(
    r"\s*(?:\\sum|∑|\\int)\s*(?:\\limits)?\s*_\s*(?:\{\s*(?P<braced>[a-z])(?:\s*\\in[^{}]*)?\s*\}|(?P<one>[a-z]))\s*(?:\\,)?\s*"
    r"(?P<of>[A-Za-z])\s*(?:\\left)?\(\s*(?P<at>[a-z])\s*(?:(?:\\mid|\|)[^()]*)?(?:\\right)?\)\s*"
)


def _normalises(checker: Checker, statement: Statement) -> bool:
    """Whether \\sum_h q(h) = 1 is said of a q of which nothing is known yet: it is a distribution, as words say."""
    *sums, one = (side.text for side in statement.sides)
    found = [_TOTAL.fullmatch(text) for text in sums]
    if set(statement.relations) != {"="} or one.strip(" .,;") != "1" or not all(found):
        return False
    known = checker.context.scope.names.keys() | checker.context.definitions.keys()
    return all(m is not None and (m["braced"] or m["one"]) == m["at"] and m["of"] not in known for m in found)
