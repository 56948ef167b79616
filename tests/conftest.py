"""What every test may rely on: the gpu marker, the devices fixture, benchmarks on request only, repeatable examples."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.oracles import note_oracles, summary

BENCHMARKS = Path(__file__).parent / "benchmarks"

# What some oracles read when they are imported: models are built, never fetched; no file is left in the home folder.
os.environ |= {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "KERAS_BACKEND": "torch",
    "KERAS_HOME": os.devnull,
}

# The same examples on every machine and in every run; time limits are the suite's, not the example's.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None, print_blob=True)
settings.load_profile("repeatable")


def pytest_configure() -> None:
    """Ctrl-C is heard by the programs under test, though it is ignored in what a shell starts in the background."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _deselect_benchmarks(config, items)
    _skip_without_cuda(items)
    note_oracles(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many tests each independent implementation has judged: a skipped one has judged nothing."""
    lines = summary(terminalreporter.stats)
    if lines:
        terminalreporter.section("tests by oracle")
        for line in lines:
            terminalreporter.line(line)


def _deselect_benchmarks(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Benchmarks run only when the command names their folder: `make bench`."""
    named = [config.invocation_params.dir / argument.split("::")[0] for argument in config.args]
    if any(path.is_relative_to(BENCHMARKS) for path in named):
        return
    benchmarks = [item for item in items if item.path.is_relative_to(BENCHMARKS)]
    if benchmarks:
        config.hook.pytest_deselected(items=benchmarks)
        items[:] = [item for item in items if item not in benchmarks]


def _skip_without_cuda(items: list[pytest.Item]) -> None:
    needing = [item for item in items if item.get_closest_marker("gpu")]
    if not needing:
        return
    import torch  # seconds to load: only a run that holds gpu tests pays for it

    if torch.cuda.is_available():
        return
    for item in needing:
        item.add_marker(pytest.mark.skip(reason="no CUDA device"))


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request: pytest.FixtureRequest) -> str:
    """Each device a model must give the same values on."""
    return str(request.param)
