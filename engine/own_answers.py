"""A person's answers to the parts of a variant, from YAML or JSON, as the texts they typed. Judges nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.near import did_you_mean
from engine.own_file import load_bytes, table_of
from engine.records import Problem

_EXPECTED = "one answer a part, such as `a: 1/3`"
_EMPTY = frozenset(("", "~", "null", "Null", "NULL"))


def read_answers(name: str, parts: Sequence[str]) -> dict[str, str] | list[Problem]:
    """The answers by part; what is wrong with the file otherwise. `name` is a path, or "-" for standard input.

    A number stays as it was typed (0.50 has two decimals, 0.5 has one); a list is a vector, a list of lists a matrix.
    """
    data = load_bytes(name, _EXPECTED)
    if isinstance(data, Problem):
        return [data]
    table = table_of(name, data, _EXPECTED)
    if isinstance(table, list):
        return table
    return _checked(name, parts, table.lines, _nodes(data))


def _nodes(data: bytes) -> dict[str, Any]:
    """The YAML nodes of the answers: their scalars are texts still. `table_of` has refused all but plain data."""
    import yaml  # three times the start of Python

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    root: Any = yaml.compose(data.decode("utf-8-sig"), Loader=loader)
    return {key.value: node for key, node in root.value}


def _checked(
    name: str, parts: Sequence[str], lines: Mapping[str, int], nodes: Mapping[str, Any]
) -> dict[str, str] | list[Problem]:
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for key, node in nodes.items():
        text = _text(node)
        if key not in parts:
            problems.append(Problem(name, lines[key], f"there is no part `{key[:40]}`: {did_you_mean(key, parts)}"))
        elif text is None:
            problems.append(Problem(name, lines[key], f"`{key}`: expected a text, a number, a list or a list of lists"))
        else:
            found[key] = text
    return problems or found


def _text(node: Any, depth: int = 0) -> str | None:
    """The answer as it would be typed; None where it is no text, number, vector or matrix."""
    if node.id == "scalar":
        return "" if not node.style and node.value in _EMPTY else str(node.value)
    if node.id != "sequence" or depth > 1:
        return None
    entries = [_text(entry, depth + 1) for entry in node.value]
    texts = [entry for entry in entries if entry is not None]
    if len(texts) < len(entries):
        return None
    nested = [entry.id == "sequence" for entry in node.value]
    if any(nested) and not all(nested):
        return None
    return "[" + ("; ".join(text[1:-1] for text in texts) if any(nested) else ", ".join(texts)) + "]"
