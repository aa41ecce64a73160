from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

SHOWN = 10
COUNTS: object = None
if "COUNT_LINES" in os.environ:  # before anything imports what is counted
    from support.line_counts import line_counts

    COUNTS = line_counts(Path(__file__).parents[1] / ".coverage.json")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--organizations", type=int, default=2000, help="generated organizations, engine against oracle")
    parser.addoption("--plans", type=int, default=300, help="generated plans, the calendar of runs against the oracle")
    parser.addoption(
        "--changes", type=int, default=400, help="generated changes, on which the laws of `diff` are tried"
    )
    parser.addoption("--names", type=int, default=None, help="hostile names in `robust/`, all of them unless given")
    parser.addoption("--first-seed", type=int, default=0, help="seed of the first of whatever is generated")


def pytest_configure(config: pytest.Config) -> None:
    # The clock says how busy the machine is: tests that are about time have bounds of their own.
    settings.register_profile("without-clock", deadline=None)
    settings.load_profile("without-clock")
    if COUNTS:
        config.pluginmanager.register(COUNTS)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is imported and collected stays to the end: the collector of garbage need not look at it, then or later.

    With it, to collect the tests takes half as long again.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The files that take longest: what a new test costs is seen where it is run."""
    seconds: defaultdict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                seconds[report.nodeid.partition("::")[0]] += report.duration
    if len(seconds) > SHOWN:
        terminalreporter.section(f"the {SHOWN} slowest of {len(seconds)} files, {sum(seconds.values()):.0f} s")
        for file, taken in sorted(seconds.items(), key=lambda one: -one[1])[:SHOWN]:
            terminalreporter.write_line(f"{taken:7.1f} s  {file}")
