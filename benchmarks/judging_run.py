"""One way to judge an inventory, in a process of its own: `python -m benchmarks.judging_run WAY FOLDER`.

It leaves what it took as JSON in the folder: the CPU time of the way alone, without the start and its input.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from benchmarks.inputs.inventories import literal
from benchmarks.moment import AT
from policyengine.analysis.coverage import AccountPlans, InventoryCoverage, compare_coverage, plans_by_account
from policyengine.aws.deployment import Deployment
from policyengine.aws.resources import InventorySettings, ResourceInventory
from policyengine.base.source import Source
from policyengine.engine import evaluate
from policyengine.inventory import read_inventory
from policyengine.inventory.duckdb_engine import DuckdbEngine
from policyengine.inventory.sql_coverage import SqlCoverage

_ALL = "arn, account, region, type, tags, state"


def main(way: str, folder: Path) -> None:
    """Goes a way, and writes down seconds of CPU and a number that shows what came out."""
    gc.disable()  # as the command does
    call = WAYS[way](folder)
    started = time.process_time()
    answer = call()
    cpu = time.process_time() - started
    answer_file(folder).write_text(json.dumps({"cpu": cpu, "answer": answer}), encoding="utf-8")


def answer_file(folder: Path) -> Path:
    """Where a run leaves what it took."""
    return folder / "answer.json"


def inventory_file(folder: Path) -> Path:
    """Where the table is."""
    return folder / "inventory.parquet"


def _deployment(folder: Path) -> Deployment:
    text = (folder / "organization.json").read_text(encoding="utf-8")
    deployment = evaluate([], Source("organization.json", text), at=AT).deployment
    if deployment is None:
        raise ValueError("the organization does not deploy")
    return deployment


def _read(folder: Path) -> Callable[[], int]:
    """DuckDB reads every column that coverage reads, and does next to nothing with it."""
    connection = duckdb.connect()
    text = f"SELECT count(*), bit_xor(hash({_ALL})) FROM read_parquet({literal(str(inventory_file(folder)))})"  # noqa: S608
    return lambda: connection.execute(text).fetchall()[0][0]


def _coverage(folder: Path, accounts: dict[str, AccountPlans]) -> SqlCoverage:
    engine = DuckdbEngine()
    tables = engine.take_tables({"inventory": str(inventory_file(folder))}, InventorySettings())
    if tables is None or engine.unclear:
        raise ValueError("the table is not judged where it lies")
    return SqlCoverage(engine, accounts)


def _summary(folder: Path) -> Callable[[], int]:
    accounts = plans_by_account(_deployment(folder))
    return lambda: _coverage(folder, accounts).result().unprotected


def _list(folder: Path) -> Callable[[], int]:
    accounts = plans_by_account(_deployment(folder))
    return lambda: sum(1 for _ in _coverage(folder, accounts).resources(unprotected=True))


def _joined(folder: Path) -> Callable[[], int]:
    """A join of resources with what selections name: who is protected, but not why the others are not."""
    accounts = plans_by_account(_deployment(folder))
    connection = duckdb.connect()
    connection.execute("CREATE TABLE chosen (account VARCHAR, region VARCHAR, k VARCHAR, v VARCHAR, type VARCHAR)")
    rows = [(account, *row) for account, plans in accounts.items() for row in _selectors(plans)]
    for start in range(0, len(rows), 50_000):
        columns = [list(column) for column in zip(*rows[start : start + 50_000], strict=True)]
        connection.execute("INSERT INTO chosen SELECT " + ", ".join(["unnest(?::VARCHAR[])"] * 5), columns)
    table = f"read_parquet({literal(str(inventory_file(folder)))})"
    text = f"""WITH taken AS (SELECT DISTINCT i.arn FROM {table} AS i JOIN chosen AS c
            ON c.account = i.account AND c.region = i.region AND (i.tags[c.k] = c.v OR c.type = i.type))
        SELECT i.account, i.type, count(*), count(t.arn) FROM {table} AS i LEFT JOIN taken AS t ON t.arn = i.arn
        GROUP BY 1, 2"""  # noqa: S608 - ours
    return lambda: sum(row[2] - row[3] for row in connection.execute(text).fetchall())


def _selectors(plans: AccountPlans) -> Iterator[tuple[str | None, ...]]:
    for plan in plans.plans:
        for region in plan.regions:
            for selection in plan.selections:
                yield from ((region, selection.key, value, None) for value in selection.values)
                yield from ((region, None, None, kind) for kind in selection.types)


def _plain(folder: Path) -> Callable[[], int]:
    inventory, deployment = _inventory(folder), _deployment(folder)
    return lambda: InventoryCoverage(inventory, deployment).result().unprotected


def _changed(folder: Path) -> Callable[[], int]:
    """What a change of the policies does to resources: two coverages of which the documents of all accounts differ."""
    inventory, before, after = _inventory(folder), _deployment(folder), _deployment(folder / "after")
    return lambda: compare_coverage(InventoryCoverage(inventory, before), InventoryCoverage(inventory, after)).resources


def _inventory(folder: Path) -> ResourceInventory:
    return read_inventory([folder / "some.jsonl"], InventorySettings(), at=AT).value


def _parsed(folder: Path) -> Callable[[], int]:
    """`json.loads` of each record of the same resources."""
    lines = (folder / "some.jsonl").read_text(encoding="utf-8").splitlines()
    return lambda: sum(1 for line in lines if json.loads(line))


WAYS: dict[str, Callable[[Path], Callable[[], int]]] = {
    "read": _read,
    "summary": _summary,
    "list": _list,
    "join": _joined,
    "plain": _plain,
    "diff": _changed,
    "parse": _parsed,
}

if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
