"""Plays all cases on two versions, and tells where they differ, and where either crashed."""

from __future__ import annotations

import argparse
import difflib
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from frozen import record
from frozen.inputs import cases
from frozen.record import Case
from frozen.versions import commit_of, lay_out, wait

WIDEST, AROUND, MOST_LINES, WINDOW = 160, 1, 14, 60
BREAK = re.compile(r"(?<=[,>{}\[\]])")
INTERNAL_ERROR = "internal error: "


class Difference(NamedTuple):
    """A call that left behind something else: in which case, of which kind, and the texts."""

    case: str
    call: str
    kind: str
    before: str
    after: str


class Crash(NamedTuple):
    """A call that ended in an error of the program itself: in which case, and the line that says so."""

    case: str
    call: str
    line: str


def main() -> int:
    """1 where the versions differ, or where either crashed."""
    asked, started = _arguments(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="frozen-") as name:
        folder = Path(name)
        before, after = _played(asked, folder)
        failures = _tell(before, after, asked.show) + _tell_crashes(before, after, asked.show)
        if asked.record and before != asked.record:
            shutil.copyfile(before, asked.record)
    _say(f"{time.monotonic() - started:.0f} s")
    return 1 if failures else 0


def differences(before: Case, after: Case) -> Iterator[Difference]:
    """Where a case left behind something else."""
    for call, old, new in zip(before.calls, before.outcomes, after.outcomes, strict=True):
        for kind in sorted({*old, *new}):
            texts = old.get(kind, "(none)"), new.get(kind, "(none)")
            if texts[0] != texts[1]:
                yield Difference(before.name, _command(call), kind, *texts)


def crashes(case: Case) -> Iterator[Crash]:
    """Where a case ended in an internal error; both versions may, and then nothing differs."""
    for call, outcome in zip(case.calls, case.outcomes, strict=True):
        yield from (Crash(case.name, _command(call), found) for found in _internal_errors(outcome))


def told(difference: Difference) -> str:
    """A difference in a few lines."""
    old, new = _lines(difference.before), _lines(difference.after)
    unlike = (place for place, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    same = max(0, next(unlike, min(len(old), len(new))) - AROUND)
    near = slice(same, same + WINDOW)
    lines = list(difflib.unified_diff(old[near], new[near], lineterm="", n=AROUND))[3:]
    cut = [line if len(line) <= WIDEST else f"{line[:WIDEST]}..." for line in lines[:MOST_LINES]]
    more = ["..."] if len(lines) > MOST_LINES else []
    return "\n    ".join([f"{difference.case}: {difference.call}: {difference.kind}, line {same + 1}", *cut, *more])


def _internal_errors(outcome: Mapping[str, str]) -> Iterator[str]:
    """The lines in which a call reports an internal error, or what it raised in place of an exit code."""
    for kind, text in outcome.items():
        if kind == "exit code" and not text.isdigit():
            yield text.splitlines()[-1]
        yield from (line for line in text.splitlines() if INTERNAL_ERROR in line)


def _command(call: Sequence[str]) -> str:
    return " ".join(["policyengine", *call])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.frozen", description=__doc__)
    parser.add_argument("base", metavar="BASE", help="a revision of git")
    parser.add_argument("head", metavar="HEAD", nargs="?", help="another; by default what is on disk")
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="keeps the outputs of BASE, or takes them from there"
    )
    parser.add_argument("--show", type=int, default=20, metavar="N", help="so many differences in full")
    return parser.parse_args()


def _played(asked: argparse.Namespace, folder: Path) -> tuple[Path, Path]:
    """What both versions left behind."""
    commit, after = commit_of(asked.base), folder / "head.gz"
    head = lay_out(asked.head, folder / "head")
    if asked.record and asked.record.is_file() and next(record.read(asked.record)).name == commit:
        wait(head.start(asked.record, after))
        return asked.record, after
    base, inputs, before = lay_out(commit, folder / "base"), folder / "inputs.gz", folder / "base.gz"
    record.write(inputs, [Case(commit, {}, []), *cases(base)])
    for process in [base.start(inputs, before), head.start(inputs, after)]:
        wait(process)
    return before, after


def _tell(before: Path, after: Path, most: int) -> int:
    """Prints what was compared and what differs; the number of differences."""
    sums, commands = Counter[str](), Counter[str]()
    for old, new in zip(record.read(before), record.read(after), strict=True):
        sums["cases"] += bool(old.calls)
        sums["calls"] += len(old.calls)
        sums["bytes"] += sum(len(text.encode()) for outcome in old.outcomes for text in outcome.values())
        found = list(differences(old, new))
        for difference in islice(found, max(0, most - commands.total())):
            _say(told(difference))
        commands.update(difference.call.split()[1] if " " in difference.call else "help" for difference in found)
    _say(", ".join(f"{number:,} {what}" for what, number in sums.items()))
    listed = ", ".join(f"{command} {number}" for command, number in commands.most_common())
    _say(f"{commands.total()} differences: {listed}" if listed else "no differences")
    return commands.total()


def _tell_crashes(before: Path, after: Path, most: int) -> int:
    """Prints the internal errors of both versions; their number."""
    number = 0
    for version, file in (("before", before), ("after", after)):
        for case in record.read(file):
            for crash in crashes(case):
                number += 1
                if number <= most:
                    _say(f"{crash.case}: {crash.call}: {version}: {crash.line}")
    _say(f"{number} internal errors" if number else "no internal errors")
    return number


def _lines(text: str) -> list[str]:
    """The lines of a text, long ones of JSON or HTML in pieces."""
    return [piece for line in text.split("\n") for piece in (BREAK.split(line) if len(line) > WIDEST else [line])]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
