"""Coverage of an inventory as Parquet: in DuckDB beside DuckDB that only reads, in Python beside `json`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import NamedTuple

import duckdb

from benchmarks.figures import Figure, Goal, Measurement
from benchmarks.inputs.inventories import ACCOUNTS, DOCUMENTS, guarded_snapshot, literal, write_inventory
from benchmarks.judging_run import answer_file, inventory_file
from benchmarks.scale import Scale
from benchmarks.timing import run_python

_PLAIN = 200_000  # resources at most that are judged in Python
_TITLE = "Coverage of resources"


class _Run(NamedTuple):
    cpu: float
    memory: float
    answer: int


def coverage(scale: Scale) -> Measurement:
    """CPU time of each way in a process of its own, the least of some rounds, as a multiple of reading."""
    with tempfile.TemporaryDirectory() as whole, tempfile.TemporaryDirectory() as tenth:
        large, small = (
            _written(Path(whole), scale.resources, scale.seed),
            _written(Path(tenth), scale.resources // 10, 1),
        )
        runs = {way: _least(way, large, scale) for way in ("read", "summary", "list", "join", "plain", "diff", "parse")}
        before = _least("summary", small, scale)
    of = f"{scale.resources:,} resources"
    figures = [
        _figure(of, way, run, scale.resources)
        for way, run in runs.items()
        if way in {"read", "summary", "list", "join"}
    ]
    some = min(scale.resources, _PLAIN)
    figures += [_figure(f"{some:,} resources", way, runs[way], some) for way in ("plain", "diff", "parse")]
    note = f"{ACCOUNTS:,} accounts, {DOCUMENTS} documents; {runs['summary'].answer:,} unprotected"
    figures.append(Figure(f"{of}: peak memory of the summary", runs["summary"].memory, "MB", note))
    figures.append(Figure(f"{of}: peak memory of reading", runs["read"].memory, "MB"))
    return Measurement("coverage", _TITLE, tuple(figures), _goals(runs, before))


def _goals(runs: dict[str, _Run], before: _Run) -> tuple[Goal, ...]:
    read, summary = runs["read"], runs["summary"]
    return (
        Goal("coverage: summary, of reading", summary.cpu / read.cpu, 5, "times"),
        Goal("coverage: list of the unprotected, of reading", runs["list"].cpu / read.cpu, 6, "times"),
        Goal("coverage: memory, of reading", summary.memory / read.memory, 2, "times"),
        Goal("coverage: summary, of a join without reasons", summary.cpu / runs["join"].cpu, 1, "times"),
        Goal("coverage: memory, of a tenth of the resources", summary.memory / before.memory, 1.5, "times"),
        Goal("coverage: plain Python, of `json.loads`", runs["plain"].cpu / runs["parse"].cpu, 1, "times"),
        Goal("coverage: a change, of one coverage", runs["diff"].cpu / runs["plain"].cpu, 1.3, "times"),
    )


def _figure(of: str, way: str, run: _Run, resources: int) -> Figure:
    return Figure(f"{of}: {_WORDS[way]}, a resource", 1_000_000 * run.cpu / resources, "µs", f"{run.cpu:,.1f} s of CPU")


_WORDS = {
    "read": "DuckDB reads the columns",
    "summary": "sums and groups in DuckDB",
    "list": "list of the unprotected",
    "join": "a join without reasons",
    "plain": "sums and groups in Python",
    "diff": "what a change does, in Python",
    "parse": "`json.loads` of the records",
}


def _written(folder: Path, resources: int, seed: int) -> Path:
    """A folder with an organization, one with a change in a third of its policies, the table and some of its rows."""
    (folder / "after").mkdir()
    snapshot = guarded_snapshot(seed)
    (folder / "organization.json").write_text(snapshot, encoding="utf-8")
    (folder / "after" / "organization.json").write_text(_changed(snapshot), encoding="utf-8")
    write_inventory(inventory_file(folder), resources)
    table, rows = literal(str(inventory_file(folder))), literal(str(folder / "some.jsonl"))
    with duckdb.connect() as connection:
        connection.execute(f"COPY (SELECT * FROM read_parquet({table}) LIMIT {_PLAIN}) TO {rows} (FORMAT json)")  # noqa: S608
    return folder


def _changed(snapshot: str) -> str:
    tree = json.loads(snapshot)
    for policy in list(tree["policies"].values())[::3]:
        tagged = policy["content"]["plans"]["tagged"]["selections"]["tags"]["backup"]
        tagged["tag_value"]["@@assign"] = ["daily"]
    return json.dumps(tree)


def _least(way: str, folder: Path, scale: Scale) -> _Run:
    runs = [_run(way, folder) for _ in range(scale.gates)]
    return _Run(min(run.cpu for run in runs), min(run.memory for run in runs), runs[0].answer)


def _run(way: str, folder: Path) -> _Run:
    process = run_python(["-m", "benchmarks.judging_run", way, str(folder)])
    taken = json.loads(answer_file(folder).read_text(encoding="utf-8"))
    return _Run(taken["cpu"], process.memory, taken["answer"])
