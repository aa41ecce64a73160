"""Counts the lines and branches of our modules that run in the workers of the gate, by slipcover.

Its own plugin for pytest is left out. That prepares every file of tests for the counting of branches, although only our
modules are counted, and after fifty more runs of any line it takes out of the code what it has counted, for which it
walks through all functions of all modules: forty times as often as pays.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import slipcover
from slipcover.importer import FileMatcher, ImportManager

COUNTED = ["policyengine", "backup_policyengine"]
RUNS_BEFORE_REMOVAL = 2000


class WorkerCounts:
    """Counts in a worker of pytest-xdist, from before its first import of what is counted."""

    def __init__(self) -> None:
        self._counting = slipcover.Slipcover(branch=True, source=[*COUNTED], d_miss_threshold=RUNS_BEFORE_REMOVAL)
        ImportManager(self._counting, FileMatcher(sources=COUNTED)).__enter__()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hands the counts to the process that started the worker."""
        session.config.workeroutput["lines"] = json.dumps(self._counting.get_coverage())  # type: ignore[attr-defined]


class MergedCounts:
    """Adds up what the workers counted, and keeps it where `tests.line_coverage` reads it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._merged: dict[str, Any] | None = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:  # noqa: ANN401 - pytest-xdist has no public class for it
        """Takes the counts of a worker that has ended."""
        counts = json.loads(node.workeroutput["lines"])
        self._merged = slipcover.merge_coverage(self._merged, counts) if self._merged else counts

    def pytest_sessionfinish(self) -> None:
        """Writes the sum."""
        self._file.write_text(json.dumps(self._merged), encoding="utf-8")


def line_counts(file: Path) -> WorkerCounts | MergedCounts:
    """The plugin for this process, a worker or what starts them; the sum of the workers goes to a file."""
    return WorkerCounts() if "PYTEST_XDIST_WORKER" in os.environ else MergedCounts(file)
