"""A file that a person wrote for one command, in YAML or JSON: bounded, plain data, each problem with file and line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from engine.records import Problem

if TYPE_CHECKING:
    from engine.marked_yaml import Table

MAX_BYTES = 1_000_000
STDIN = "-"


def load_bytes(name: str, expected: str) -> bytes | Problem:
    """The bytes of a file, or of standard input where `name` is "-". A device that never ends is left in time."""
    try:
        if name != STDIN:
            with Path(name).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        elif sys.stdin is None:
            return Problem(name, 1, f"standard input is closed; expected {expected}")
        else:
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name with a zero byte
        return Problem(name, 1, f"{getattr(error, 'strerror', None) or error}; expected {expected}")
    return data if len(data) <= MAX_BYTES else Problem(name, 1, f"more than {MAX_BYTES:,} bytes; expected {expected}")


def table_of(name: str, data: bytes, expected: str) -> Table | list[Problem]:
    """The mapping that the bytes hold, with the lines of its keys; `expected` says what it should have been."""
    from engine.marked_yaml import Table, read  # YAML: three times the start of Python

    if all(not line.strip() or line.lstrip().startswith(b"#") for line in data.splitlines()):
        return [Problem(name, 1, f"nothing is in it; expected {expected}")]
    tree, faults = read(data)
    if faults:
        return [Problem(name, line, message.replace("a bank", "this file")) for line, message in faults]
    return tree if isinstance(tree, Table) else [Problem(name, 1, f"found no keys; expected {expected}")]
