"""`verify`: certifies every question at many seeds, with a progress bar, and says what was unfit and why."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.cli import FAILED, OK, complain
from engine.commands.output import library_of, listed, print_json
from engine.near import did_you_mean
from engine.records import Question
from engine.verify import Report
from engine.verify import verify as verify_question
from solvers.certify import device_problem


def verify(options: Namespace) -> int:
    """Certifies the questions of the topics at seeds 0..N-1; exit code 1 if any seed has no certificate."""
    if options.write and options.bank:
        return complain("chainrule verify: --write stores the evidence of the shipped banks; leave --bank out")
    library = library_of(options)
    if isinstance(library, str):
        return complain(library)
    names = [topic.topic for topic in library.topics]
    for topic in options.topics:
        if topic not in names:
            return complain(f"chainrule verify: there is no topic `{topic}`: {did_you_mean(topic.lower(), names)}")
    refused = device_problem(options.device)
    if refused:
        return complain(f"chainrule verify: {refused}")
    questions = [q for q in library.questions if not options.topics or q.topic in options.topics]
    with _progress(len(questions) * options.seeds) as tick:
        reports = [verify_question(question, range(options.seeds), options.device, tick) for question in questions]
    if options.json:
        print_json([_described(report) for report in reports])
    else:
        _print(reports)
    if library.problems:
        complain(listed(library.problems))
    refused = _stored(questions, reports) if options.write else ""
    if refused:
        return complain(f"chainrule verify: the evidence is not stored: {refused}", FAILED)
    return FAILED if library.problems or any(report.failed for report in reports) else OK


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on standard error where that is a terminal; silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda n: None
        return
    from rich.console import Console  # 3.5 times the start of Python
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("certifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("verify", total=total)
        yield lambda n: bar.advance(task, n)


def _described(report: Report) -> dict[str, object]:
    return {
        "question": report.question, "seeds": report.seeds, "certified": report.certified, "draws": report.draws,
        "unfit": sum(report.refused.values()), "reasons": dict(report.refused), "failed": dict(report.failed),
        "routes": list(report.routes), "compared": report.compared, "disagreement": report.disagreement,
        "seconds": round(report.seconds, 3), "per_second": round(report.certified / max(report.seconds, 1e-9)),
    }  # fmt: skip


def _print(reports: list[Report]) -> None:
    for report in reports:
        rate = report.certified / max(report.seconds, 1e-9)
        unfit = f"{report.unfit_share:>4.0%} of {report.draws} draws unfit"
        evidence = f"apart at most {report.disagreement:.0e}, {unfit}, {rate:.0f}/s"
        print(f"{report.question:<44} {report.certified:>6}/{report.seeds} certified, {evidence}")
        for reason, count in sorted(report.refused.items(), key=lambda item: -item[1]):
            print(f"    {count:>6} unfit: {reason}")
        for seed, why in list(report.failed.items())[:5]:
            print(f"    seed {seed} failed: {why}")
        if len(report.failed) > 5:
            print(f"    and {len(report.failed) - 5} more seeds failed")
    total, seconds = sum(r.certified for r in reports), sum(r.seconds for r in reports)
    seeds = sum(r.seeds for r in reports)
    rate = total / max(seconds, 1e-9)
    print(f"{len(reports)} questions, {total} of {seeds} variants certified in {seconds:.1f} s ({rate:.0f}/s)")


def _stored(questions: list[Question], reports: list[Report]) -> str:
    """Stores the evidence; why it could not be stored, or nothing."""
    try:
        save_evidence(questions, reports)
    except OSError as error:
        return f"{error.filename}: {error.strerror}"
    return ""


def save_evidence(questions: list[Question], reports: list[Report]) -> None:
    """Stores the evidence beside the banks, all of it or nothing.

    What was certified of other questions stays, and what holds already for more seeds. Raises OSError.
    """
    import json
    import os

    from engine.certificates import counted, hash_of, load_entries, shipped_file

    path = shipped_file()
    stored = load_entries(path)
    for question, report in zip(questions, reports, strict=True):
        if question.derivation is not None:
            continue  # its model solution is judged whenever it is shown
        entry = {
            "hash": hash_of(question), "seeds": report.seeds, "failed": sorted(report.failed),
            "routes": list(report.routes), "compared": report.compared, "disagreement": report.disagreement,
            "draws": counted(report.attempts, report.seeds),
        }  # fmt: skip
        known = stored.get(question.id)
        if known is None or known["hash"] != entry["hash"] or report.failed or known["seeds"] <= report.seeds:
            stored[question.id] = entry
    text = json.dumps(dict(sorted(stored.items())), indent=1, ensure_ascii=False) + "\n"
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
