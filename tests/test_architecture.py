"""The arrows between the rooms, the price of starting, what may never be called, the size of files and functions."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("engine", "solvers", "tui")
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "LICENSE",
    "Makefile",
    "README.md",
    "constraints.txt",
    "engine",
    "pyproject.toml",
    "questions",
    "solvers",
    "tests",
    "tui",
}
SLOW = ("torch", "sympy", "numpy", "yaml", "pydantic", "textual")
# What the modules of a room may not load when they are imported, whatever they load later inside a function.
LATE = {
    "engine": ("torch", "sympy", "numpy", "textual"),
    "solvers": ("torch", "yaml", "pydantic", "textual"),
    "solvers/topics": SLOW,
    "tui": ("torch", "sympy", "numpy", "yaml", "pydantic"),
}
TORCH_ROOMS = ("solvers/models", "solvers/lab")
FILE_LINES, FUNCTION_LINES = 400, 40

FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_ATTRIBUTES = {"sympify", "parse_expr", "lambdify", "unsafe_load", "full_load"}
FORBIDDEN_CALLS = {"os.system", "os.popen", "builtins.eval", "builtins.exec", "builtins.compile"}
FORBIDDEN_MODULES = {"pickle", "cPickle", "cloudpickle", "dill", "marshal", "shelve"}
FORBIDDEN_KEYWORDS = {"shell", "allow_pickle"}


def sources(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)


# ----- arrows -----


def test_imports_point_one_way() -> None:
    result = run(sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_ours(package: str) -> None:
    """No dependency ships a package of the same name ahead of ours."""
    result = run(sys.executable, "-c", f"import {package}; print({package}.__file__)")
    assert Path(result.stdout.strip()) == ROOT / package / "__init__.py"


@pytest.mark.parametrize("module", ["tui.__main__", "engine.cli"])
def test_start_loads_nothing_slow(module: str) -> None:
    if not (ROOT / f"{module.replace('.', '/')}.py").exists():
        pytest.skip(f"{module} is not written yet")
    result = run(sys.executable, "-c", f"import sys, {module}; print(*sorted(set({SLOW!r}) & set(sys.modules)))")
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == [], f"importing {module} loads what must come late"


def module_name(path: Path) -> str:
    return relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@pytest.mark.parametrize("room", LATE)
def test_importing_a_room_loads_nothing_slow(room: str) -> None:
    paths = [path for path in sources(room) if not relative(path).startswith(TORCH_ROOMS) and path.stem != "__main__"]
    modules = ", ".join(map(module_name, paths))
    result = run(sys.executable, "-c", f"import sys, {modules}; print(*sorted(set({LATE[room]!r}) & set(sys.modules)))")
    assert result.returncode == 0, result.stderr
    assert result.stdout.split() == [], f"importing the modules of {room} loads what must come late"


# ----- what code may never call -----


def dotted(node: ast.expr) -> str:
    """`a.b.c` for names and attributes, the empty string for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return f"{base}.{node.attr}" if base else ""
    return ""


def call_faults(node: ast.Call) -> Iterator[str]:
    name = dotted(node.func)
    last = node.func.attr if isinstance(node.func, ast.Attribute) else name
    if name in FORBIDDEN_NAMES | FORBIDDEN_CALLS or last in FORBIDDEN_ATTRIBUTES:
        yield f"calls {name or last}"
    for keyword in node.keywords:
        is_off = isinstance(keyword.value, ast.Constant) and not keyword.value.value
        if keyword.arg in FORBIDDEN_KEYWORDS and not is_off:
            yield f"passes {keyword.arg}"


def import_faults(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    names = [alias.name for alias in node.names]
    for found in FORBIDDEN_MODULES & {module.split(".")[0] for module in modules}:
        yield f"imports {found}"
    for found in FORBIDDEN_ATTRIBUTES & set(names):
        yield f"imports {found}"


def faults(source: str) -> list[str]:
    """Each way this source could run text as code, with its line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            found += [f"line {node.lineno} {fault}" for fault in call_faults(node)]
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found += [f"line {node.lineno} {fault}" for fault in import_faults(node)]
    return found


@pytest.mark.parametrize("path", sources(*PACKAGES), ids=relative)
def test_text_never_runs_as_code(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("eval('1')", id="eval"),
        pytest.param("exec('x = 1')", id="exec"),
        pytest.param("import sympy\nsympy.sympify('x')", id="sympify"),
        pytest.param("from sympy.parsing.sympy_parser import parse_expr", id="parse_expr"),
        pytest.param("import sympy as s\ns.lambdify([], 1)", id="lambdify"),
        pytest.param("import pickle", id="pickle"),
        pytest.param("from pickle import loads", id="from-pickle"),
        pytest.param("import os\nos.system('ls')", id="system"),
        pytest.param("import subprocess\nsubprocess.run('ls', shell=True)", id="shell"),
        pytest.param("numpy.load(f, allow_pickle=True)", id="numpy-pickle"),
    ],
)
def test_forbidden_calls_are_seen(source: str) -> None:
    assert len(faults(source)) == 1


@pytest.mark.parametrize("source", ["model.eval()", "re.compile('a')", "subprocess.run(['ls'], shell=False)"])
def test_harmless_calls_pass(source: str) -> None:
    assert faults(source) == []


# ----- sizes -----


def span(node: ast.stmt | ast.expr) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def table_lines(node: ast.AST) -> int:
    """Lines taken by literals that span several lines: tables are exempt from the limits."""
    if isinstance(node, ast.Dict | ast.List | ast.Tuple | ast.Set) and span(node) > 1:
        return span(node)
    return sum(table_lines(child) for child in ast.iter_child_nodes(node))


def docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return span(node.body[0]) if ast.get_docstring(node) is not None else 0


@pytest.mark.parametrize("path", sources(*PACKAGES, "tests"), ids=relative)
def test_files_and_functions_are_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) - table_lines(tree) <= FILE_LINES
    lengths = {
        f"{node.name} (line {node.lineno})": span(node) - docstring_lines(node) - table_lines(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES} == {}


def test_top_level_holds_only_what_belongs() -> None:
    tracked = run("git", "ls-files", "-z")
    if tracked.returncode != 0:
        pytest.skip("not a git checkout: nothing says what belongs to the project")
    names = {name.split("/")[0] for name in tracked.stdout.split("\0") if name}
    assert names - TOP_LEVEL == set()


TEST_FOLDERS = [each for each in (ROOT / "tests", *(ROOT / "tests").rglob("*/")) if each.name != "__pycache__"]


@pytest.mark.parametrize("folder", TEST_FOLDERS, ids=relative)
def test_test_folders_are_packages(folder: Path) -> None:
    """Without its `__init__.py`, tests/engine would shadow the real engine."""
    holds_tests = any(folder.glob("*.py"))
    assert not holds_tests or (folder / "__init__.py").exists()
