"""Where chainrule keeps things: shipped banks, the user's data, the user's cache. Makes no folder; imports little."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

APP = "chainrule"

# One row a platform: the variable that may move the folder, and where it is in the home folder otherwise.
_DATA = {
    "darwin": ("XDG_DATA_HOME", ("Library", "Application Support")),
    "win32": ("LOCALAPPDATA", ("AppData", "Local")),
    "": ("XDG_DATA_HOME", (".local", "share")),
}
_CACHE = {
    "darwin": ("XDG_CACHE_HOME", ("Library", "Caches")),
    "win32": ("LOCALAPPDATA", ("AppData", "Local")),
    "": ("XDG_CACHE_HOME", (".cache",)),
}


def questions_dir() -> Path:
    """The banks that travel with the program."""
    return Path(__file__).resolve().parents[1] / "questions"


def data_dir(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """What must not be lost: the record of attempts. CHAINRULE_HOME moves it, then XDG_DATA_HOME."""
    return _folder("data", _DATA, environ, platform)


def cache_dir(environ: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Path:
    """What can be made again: compiled banks. CHAINRULE_HOME moves it, then XDG_CACHE_HOME."""
    return _folder("cache", _CACHE, environ, platform)


def _folder(
    kind: str, table: Mapping[str, tuple[str, tuple[str, ...]]], environ: Mapping[str, str], platform: str
) -> Path:
    if home := environ.get("CHAINRULE_HOME"):
        return Path(home).expanduser() / kind
    variable, below_home = table.get(platform, table[""])
    base = environ.get(variable, "")
    if not os.path.isabs(base):  # the XDG specification says that a relative path there is to be ignored
        base = os.path.join(_home(environ), *below_home)
    # Windows has one local folder for both, so the kinds need names of their own there.
    return Path(base, APP, kind) if platform == "win32" else Path(base, APP)


def _home(environ: Mapping[str, str]) -> str:
    home = environ.get("HOME") or os.path.expanduser("~")
    if os.path.isabs(home):
        return home
    import tempfile  # only where the user has no home folder at all (bare containers)

    owner = os.getuid() if hasattr(os, "getuid") else 0
    return os.path.join(tempfile.gettempdir(), f"{APP}-{owner}")
