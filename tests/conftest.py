from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Coverage is of tests that say what they run."""
    if config.pluginmanager.hasplugin("pytest_cov"):
        for item in items:
            if not _counts(item):
                item.add_marker("no_cover")


def _counts(item: pytest.Item) -> bool:
    of_chance = getattr(getattr(item, "obj", None), "is_hypothesis_test", False)
    return item.path.relative_to(TESTS).parts[0] not in UNCOUNTED and not of_chance


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
