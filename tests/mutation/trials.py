"""Runs the tests that reach a mutant, the quickest of its own room first, until one fails."""

from __future__ import annotations

import gc
import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple, TextIO

import coverage
import pytest
from hypothesis import HealthCheck, Phase, settings

from mutation.forks import in_fork
from mutation.mutants import ROOT, Mutant
from mutation.planting import Functions, plant_on_import

PACKAGES = ("aws/cron", "aws/admission", "aws/merge", "analysis/requirements")
# Rooms whose tests are quick and reach these packages.
ROOMS = (
    *PACKAGES,
    "aws/deployment",
    "analysis/checks",
    "analysis/prove",
    "analysis/expectations",
    "analysis/findings",
    "base",
    "engine",
)
_CHEAP_AT_SCALE = "test_effective_differential.py"
_ARGUMENTS = (
    "--assert=plain", "--tb=no", "--capture=no", "--quiet", "--organizations=100", "-p", "no:cacheprovider", "-p", "no:xdist",
    "-p", "no:cov",
)  # fmt: skip
_WATCHED = [f"{ROOT}/policyengine/{package}/*" for package in PACKAGES]
KILLED, SURVIVED, OTHERWISE = 1, 0, 2


class Reach(NamedTuple):
    """How long a test takes, and the lines that it runs in the packages, by file."""

    test: str
    seconds: float
    lines: Mapping[str, Collection[int]]


def measure(room: str, into: Path) -> None:
    """Runs the tests of a room once and writes what each of them reaches."""
    with into.open("w", encoding="utf-8") as out:
        code = in_fork(lambda: _pytest(_Measurement(out), [f"tests/{room}"]), silent=False)
    if code:
        raise RuntimeError(f"tests fail without a fault (pytest {code})")


def reaches(file: Path) -> list[Reach]:
    """What was measured."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [Reach(test, seconds, {file: set(run) for file, run in lines.items()}) for test, seconds, lines in rows]


def selected(mutant: Mutant, package: str, known: Collection[Reach], seconds: float) -> list[Reach]:
    """The tests that run a mutant's line, in the order of their trial.

    Of what is done on import everybody may make use: all tests of the file, or all there are where it has only tables,
    of which no test runs a line, for three times as long.
    """
    near = [reach for reach in known if mutant.line in reach.lines.get(mutant.file, ())]
    if on_import(mutant, known):
        near, seconds = [reach for reach in known if mutant.file in reach.lines] or list(known), 3 * seconds
    total = 0.0
    chosen: list[Reach] = []
    for reach in _in_order(near, package):
        total += reach.seconds
        if chosen and total > seconds:
            break
        chosen.append(reach)
    return chosen


def _in_order(near: Collection[Reach], package: str) -> list[Reach]:
    """Own tests first, quick ones first; the tenth case of a table tells less than the first of another."""
    cases: Counter[str] = Counter()
    price: dict[str, float] = {}
    for reach in sorted(near, key=lambda reach: reach.seconds):
        function = reach.test.partition("[")[0]
        cases[function] += 1
        price[reach.test] = reach.seconds * cases[function]
    return sorted(near, key=lambda reach: (not reach.test.startswith(f"tests/{package}/"), price[reach.test]))


def on_import(mutant: Mutant, known: Iterable[Reach]) -> bool:
    """Whether a mutant is in a table or a default, or in a function that only makes such."""
    return not mutant.function or not any(mutant.line in reach.lines.get(mutant.file, ()) for reach in known)


def try_inside(tried: Mapping[Mutant, Sequence[Reach]], tell: Callable[[Mutant, int], None]) -> None:
    """Tries mutants inside functions; `OTHERWISE` of one that cannot be put into a running process."""
    files = sorted({reach.test.partition("::")[0] for tests in tried.values() for reach in tests})
    in_fork(lambda: _pytest(_Trials(tried, tell), files))


def try_on_import(mutant: Mutant, tests: Sequence[Reach]) -> int:
    """Tries a mutant of a table or a default."""
    rooms: dict[str, list[str]] = defaultdict(list)
    for reach in tests:
        rooms[reach.test.rpartition("/")[0]].append(reach.test)
    for wanted in rooms.values():  # one after the other: most mutants are gone before the files of others are imported

        def work(wanted: list[str] = wanted) -> int:
            plant_on_import(mutant)
            files = dict.fromkeys(test.partition("::")[0] for test in wanted)
            return KILLED if _pytest(_Chosen(wanted), files, "--exitfirst") else SURVIVED

        if in_fork(work, seconds=_patience(tests)) != SURVIVED:
            return KILLED
    return SURVIVED


def _patience(tests: Iterable[Reach]) -> int:
    return 10 + int(3 * sum(reach.seconds for reach in tests))


def _pytest(plugin: object, files: Iterable[str], *more: str) -> int:
    os.chdir(ROOT)
    quiet = settings(
        database=None,
        deadline=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    settings.register_profile("mutation", quiet)
    settings.load_profile("mutation")
    return int(pytest.main([*_ARGUMENTS, *more, *files], plugins=[plugin]))


def _passes(session: pytest.Session, item: pytest.Item, following: pytest.Item | None = None) -> bool:
    before = session.testsfailed
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    return session.testsfailed == before


class _Measurement:
    def __init__(self, out: TextIO) -> None:
        self._out = out

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [
            item for item in items if item.get_closest_marker("scale") is None or _CHEAP_AT_SCALE in item.nodeid
        ]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        watch = coverage.Coverage(data_file=None, config_file=False, include=_WATCHED, messages=False)
        watch.set_option("run:disable_warnings", ["no-data-collected"])
        functions, seconds = Functions(), {}
        watch.start()
        for item in session.items:
            functions.forget()
            watch.switch_context(item.nodeid)
            started = time.process_time()
            _passes(session, item)
            seconds[item.nodeid] = time.process_time() - started
        watch.stop()
        lines = _lines(watch.get_data())
        for test in seconds.keys() & lines.keys():
            self._out.write(f"{json.dumps(Reach(test, seconds[test], lines[test]))}\n")
        self._out.flush()
        return True


def _lines(data: coverage.CoverageData) -> dict[str, dict[str, list[int]]]:
    """The lines that each test runs, by file."""
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for file in data.measured_files():
        for line, tests in data.contexts_by_lineno(file).items():
            for test in tests:
                found[test][Path(file).relative_to(ROOT).as_posix()].append(line)
    return found


class _Chosen:
    """Runs the wanted tests in their order."""

    def __init__(self, wanted: Sequence[str]) -> None:
        self._wanted = wanted

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        by_id = {item.nodeid: item for item in items}
        items[:] = [by_id[test] for test in self._wanted if test in by_id]


class _Trials:
    """Forks once for each mutant."""

    def __init__(self, tried: Mapping[Mutant, Sequence[Reach]], tell: Callable[[Mutant, int], None]) -> None:
        self._tried, self._tell = tried, tell

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        functions = Functions()
        by_id = {item.nodeid: item for item in session.items}
        gc.freeze()  # or each fork would copy every object that the collector looks at
        for mutant, tests in self._tried.items():
            items = [by_id[reach.test] for reach in tests]

            def work(mutant: Mutant = mutant, items: list[pytest.Item] = items) -> int:
                if not functions.plant(mutant):
                    return OTHERWISE
                ordered = zip_longest(items, items[1:])
                return SURVIVED if all(_passes(session, item, following) for item, following in ordered) else KILLED

            self._tell(mutant, in_fork(work, seconds=_patience(tests)))
        return True
