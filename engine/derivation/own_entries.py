"""v = (v_1, v_2)^T, a vector written as the list of its own entries: it says that v has two, and no more."""

from __future__ import annotations

import re

from solvers.formula.context import Context
from solvers.formula.targets import function_name

_TURNED = r"(?:\s*\^\s*\{?\s*(?:\\top|\\intercal|T|\\mathsf\s*\{?T\}?|\\mathrm\s*\{?T\}?)\s*\}?)?"
_LIST = re.compile(
    rf"\s*(?P<name>\\?[A-Za-z]+)\s*:?=\s*(?:(?:\\left\s*)?[(\[](?P<row>[^()\[\]]+)(?:\\right\s*)?[)\]]{_TURNED}|"
    r"\\begin\{(?P<kind>[pb]matrix)\}(?P<column>[^&]+)\\end\{(?P=kind)\})\s*"
)
_ENTRY = re.compile(r"\s*(\\?[A-Za-z]+)\s*_\s*\{?\s*(\d)\s*\}?\s*")
MOST = 9


def own_entries(text: str, context: Context) -> str:
    """v \\in R^2 for a v that nothing is known of and that is written as (v_1, v_2)^T; "" of any other text."""
    match = _LIST.fullmatch(text)
    if match is None:
        return ""
    parts = match["row"].split(",") if match["row"] else re.split(r"\\\\", match["column"])
    entries = [_ENTRY.fullmatch(part) for part in parts]
    counted = [(entry[1], int(entry[2])) for entry in entries if entry]
    name = function_name(match["name"]) or match["name"].strip("\\")
    whole = [(match["name"], place + 1) for place in range(len(parts))]
    known = {n for n, d in context.scope.names.items() if d.domain != "inferred"} | context.definitions.keys()
    if counted != whole or not 1 < len(parts) <= MOST or known & {name, *(f"{name}_{n}" for _, n in whole)}:
        return ""
    return rf"{match['name']} \in \mathbb{{R}}^{{{len(parts)}}}"
