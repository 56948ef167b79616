"""Where things are kept, on each platform and with each variable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.paths import cache_dir, data_dir, questions_dir

PLACES = [
    pytest.param("linux", {}, "/home/ada/.local/share/chainrule", "/home/ada/.cache/chainrule", id="linux"),
    pytest.param("freebsd14", {}, "/home/ada/.local/share/chainrule", "/home/ada/.cache/chainrule", id="other"),
    pytest.param("linux", {"XDG_DATA_HOME": "/d", "XDG_CACHE_HOME": "/c"}, "/d/chainrule", "/c/chainrule", id="xdg"),
    pytest.param(
        "linux",
        {"XDG_DATA_HOME": "d", "XDG_CACHE_HOME": ""},
        "/home/ada/.local/share/chainrule",
        "/home/ada/.cache/chainrule",
        id="xdg-relative",
    ),
    pytest.param("linux", {"CHAINRULE_HOME": "/x", "XDG_DATA_HOME": "/d"}, "/x/data", "/x/cache", id="chainrule-home"),
    pytest.param(
        "darwin",
        {},
        "/home/ada/Library/Application Support/chainrule",
        "/home/ada/Library/Caches/chainrule",
        id="macos",
    ),
    pytest.param("win32", {"LOCALAPPDATA": "/L"}, "/L/chainrule/data", "/L/chainrule/cache", id="windows"),
]


@pytest.mark.parametrize(("platform", "environ", "data", "cache"), PLACES)
def test_folders(platform: str, environ: Mapping[str, str], data: str, cache: str) -> None:
    home = {"HOME": "/home/ada", **environ}
    assert data_dir(home, platform) == Path(data)
    assert cache_dir(home, platform) == Path(cache)


def test_without_a_home_there_is_still_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    assert cache_dir({}, "linux").is_absolute()
    assert data_dir({}, "linux").is_absolute()


def test_the_banks_lie_beside_the_engine() -> None:
    assert questions_dir() == Path(__file__).resolve().parents[2] / "questions"
