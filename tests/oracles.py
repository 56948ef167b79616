"""Which tests are judged by independent implementations, and the count of them that a run ends with.

A test belongs to an oracle if it, or a function of its file that it calls, names the package. Nothing has to be marked.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

PACKAGES = (
    "gensim", "hmmlearn", "keras", "networkx", "onnxruntime", "pgmpy", "reservoirpy", "scipy", "sklearn", "snntorch",
    "statsmodels", "tokenizers", "torch_geometric", "transformers",
)  # fmt: skip
JUDGED = Path(__file__).parent / "solvers"
OUTCOMES = ("passed", "failed", "skipped")


def note_oracles(items: list[pytest.Item]) -> None:
    """Writes into each test's properties which oracles judge it, so that its report carries them to the summary."""
    for item in items:
        function = getattr(item, "function", None)
        if function is not None and item.path.is_relative_to(JUDGED):
            item.user_properties += [("oracle", package) for package in sorted(oracles_of(function))]


def oracles_of(function: object) -> set[str]:
    """The oracle packages that a test function uses, through any functions of the tests that it calls."""
    inner: Any = getattr(getattr(function, "hypothesis", None), "inner_test", function)
    test = inspect.unwrap(inner)
    found: set[str] = set()
    seen: set[CodeType] = set()
    waiting = [test] if isinstance(test, FunctionType) else []
    while waiting:
        each = waiting.pop()
        if each.__code__ in seen:
            continue
        seen.add(each.__code__)
        for word in _words(each.__code__):
            value = each.__globals__.get(word, word)
            if isinstance(value, FunctionType) and value.__module__.startswith("tests."):
                waiting.append(value)
            else:
                found |= {_root(value)} & set(PACKAGES)
    return found


def summary(stats: dict[str, list[object]]) -> list[str]:
    """One line an oracle: how many of its tests ran and passed, failed, or were skipped; empty if none was asked for.

    A file that is skipped whole, because it needs the oracle throughout, counts as one.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for outcome in OUTCOMES:
        for report in stats.get(outcome, []):
            properties = getattr(report, "user_properties", None)
            if properties is None:
                properties = [("oracle", each) for each in PACKAGES if f"oracle {each} " in str(vars(report))]
            for name, package in properties:
                if name == "oracle" and (outcome == "skipped" or getattr(report, "when", "") == "call"):
                    counts[str(package), outcome] += 1
    lines = []
    for package in PACKAGES:
        passed, failed, skipped = (counts[package, outcome] for outcome in OUTCOMES)
        if passed or failed or skipped:
            rest = "".join(f", {n} {what}" for n, what in ((failed, "FAILED"), (skipped, "SKIPPED")) if n)
            lines.append(f"{package:<15} {passed} passed{rest}")
    return lines


def _words(code: CodeType) -> Iterator[str]:
    """Names and texts that a function's code uses, inner functions included."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _words(constant)
        elif isinstance(constant, str):
            yield constant


def _root(value: object) -> str:
    """The package that a module, a class, a function or a dotted name belongs to."""
    if isinstance(value, ModuleType):
        value = value.__name__
    name = value if isinstance(value, str) else getattr(value, "__module__", None) or type(value).__module__
    return str(name).partition(".")[0]
