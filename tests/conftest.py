from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Protocol

import pytest

import policyengine

TESTS = Path(__file__).parent
# Lines are counted by the tests of the rooms. What needs a process, a browser or chance to be run has no test of its
# own, and counting takes as long again as the test.
UNCOUNTED = frozenset({
    "browser", "docs", "e2e", "examples", "fake_aws", "fuzz", "generators", "mutation", "oracle", "packaging", "performance", "robust",
})  # fmt: skip
SHOWN = 10


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--organizations", type=int, default=2000, help="generated organizations, engine against oracle")
    parser.addoption("--plans", type=int, default=300, help="generated plans, the calendar of runs against the oracle")
    parser.addoption(
        "--changes", type=int, default=400, help="generated changes, on which the laws of `diff` are tried"
    )
    parser.addoption("--names", type=int, default=None, help="hostile names in `robust/`, all of them unless given")
    parser.addoption("--first-seed", type=int, default=0, help="seed of the first of whatever is generated")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Lines are counted as our modules are imported, and then only while a test runs that counts.

    Python calls the tracer for every line of every module, ours or not: collecting took three times as long, and pytest
    and xdist do more between two tests than most of ours do.
    """
    if counter := _counter(session.config):
        if not _distributes(session.config):
            for module in walk_packages(policyengine.__path__, "policyengine."):
                import_module(module.name)
        counter.pause()


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the collector of garbage need not look at it."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    counter = _counter(item.config)
    if counter and _counts(item):
        counter.resume()
    try:
        return (yield)
    finally:
        if counter:
            counter.pause()


class _Counter(Protocol):
    """What pytest-cov counts lines with."""

    def pause(self) -> None: ...
    def resume(self) -> None: ...


def _counter(config: pytest.Config) -> _Counter | None:
    """What counts lines, in a run that does."""
    return getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)


def _distributes(config: pytest.Config) -> bool:
    """Whether other processes run the tests."""
    return bool(config.getoption("numprocesses", None)) and not hasattr(config, "workerinput")


def _counts(item: pytest.Item) -> bool:
    """Coverage is of tests that say what they run."""
    of_chance = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    room = item.path.relative_to(TESTS).parts[0]
    return room not in UNCOUNTED and not of_chance and item.get_closest_marker("no_cover") is None


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
