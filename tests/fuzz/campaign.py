"""Gives jobs to working processes for doors, again where one is killed, and adds up what they did."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from fuzz.findings import Findings
from fuzz.loaded import Workshop
from fuzz.work import GUIDED, Job

ROOT = Path(__file__).parents[2]
_ENDED_EARLY = 20
"""Processes that may end before their time for one door, before the door is given up."""

_EDGES = re.compile(r"\bcov: (\d+)")


@dataclass(frozen=True, slots=True)
class Record:
    """What was done for one door, over all runs: `edges` are branches reached, 0 without atheris."""

    door: str
    executions: int = 0
    seconds: float = 0.0
    edges: int = 0
    peak_megabytes: int = 0
    guided: bool = False
    killed: int = 0
    findings: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        """One line of the table."""
        how = f"{self.edges:6,} edges" if self.guided else "    unguided"
        told = f"{self.door:12}{self.executions:12,} inputs {self.seconds / 60:7.1f} min {how}"
        return f"{told} {self.peak_megabytes:6,} MB {len(self.findings):4} findings"


class Campaign:
    """The folder that keeps, for each door, its corpus, its findings and its record."""

    def __init__(self, folder: Path, *, guided: bool = GUIDED) -> None:
        self._folder, self._guided = folder, guided

    def run(self, doors: Iterable[str], seconds: float, workers: int, seed: int) -> Iterator[Record]:
        """Goes on with each door until it has had so many seconds of processor time in all; records as they end."""
        names = list(doors)
        with closing(Workshop(names, guided=self._guided)) as workshop, ThreadPoolExecutor(workers) as pool:
            yield from pool.map(lambda door: self._run(door, seconds, seed, workshop), names)

    def record(self, door: str) -> Record:
        """What was done for a door so far, the run that goes on included."""
        record = Record(door)
        if (file := self._of(door) / "record.json").exists():
            record = Record(**json.loads(file.read_text(encoding="utf-8")))
        if (file := self._of(door) / "run.json").exists():
            record = _with_run(record, json.loads(file.read_text(encoding="utf-8")))
        return replace(record, edges=max(record.edges, self._edges(door)), findings=self._findings(door))

    def _run(self, door: str, seconds: float, seed: int, workshop: Workshop) -> Record:
        self._of(door).mkdir(parents=True, exist_ok=True)
        record = self._settled(door)
        while record.seconds < seconds and record.killed < _ENDED_EARLY:
            # Another seed for every process, or one that goes on would try the same changes again.
            another = seed + record.executions + record.killed
            job = Job(door, str(self._of(door)), seconds - record.seconds, another, self._guided)
            killed = workshop.work(job) != 0
            record = self._settled(door, killed=killed)
        return record

    def _settled(self, door: str, *, killed: bool = False) -> Record:
        """The record with the last run in it, written down."""
        record = self.record(door)
        record = replace(record, killed=record.killed + killed)
        file = self._of(door) / "record.json"
        file.with_suffix(".new").write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
        file.with_suffix(".new").replace(file)
        (self._of(door) / "run.json").unlink(missing_ok=True)
        return record

    def _findings(self, door: str) -> list[str]:
        # What libFuzzer itself kept before it ended a process: too slow, too large, or a fault of the machine code.
        kept = [file.name for pattern in ("timeout-*", "oom-*", "crash-*") for file in self._of(door).glob(pattern)]
        return [*Findings(self._of(door) / "findings").names(), *sorted(kept)]

    def _edges(self, door: str) -> int:
        log = self._of(door) / "log"
        found = _EDGES.findall(log.read_text(encoding="utf-8", errors="replace")) if log.exists() else []
        return max(map(int, found), default=0)

    def _of(self, door: str) -> Path:
        return self._folder / door


def _with_run(record: Record, run: dict[str, int]) -> Record:
    return replace(
        record,
        executions=record.executions + run["executions"],
        seconds=record.seconds + run["seconds"],
        peak_megabytes=max(record.peak_megabytes, run["peak_megabytes"]),
        guided=bool(run["guided"]),
    )
