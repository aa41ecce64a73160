"""The coverage of generated resources in Spark, in local mode, beside the oracle: `python tests/warehouse/spark_judges.py`.

For an environment of its own: `pip install pyspark sqlglot -e .`, and a Java runtime. Prints the seeds and the pairs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from generators.inventory_of_resources import guarded_organization, resources
from oracle.coverage import judge
from oracle.test_oracle_coverage import as_resource, case_of
from support.moment import AT

from policyengine.analysis.coverage import plans_by_account
from policyengine.analysis.coverage.coverage_sql import INVENTORY, CoverageRelation
from policyengine.base.source import Source
from policyengine.engine import evaluate
from policyengine.inventory.duckdb_engine import resource_row
from policyengine.inventory.sql_coverage import SqlCoverage, tag_keys_of
from policyengine.inventory.warehouse_sql import translated

_TYPES = {
    "VARCHAR": "string",
    "BIGINT": "bigint",
    "INTEGER": "int",
    "BOOLEAN": "boolean",
    "VARCHAR[]": "array<string>",
    "MAP(VARCHAR, VARCHAR)": "map<string, string>",
}


class SparkEngine:
    """A session of Spark as an engine for coverage."""

    def __init__(self, session: Any) -> None:  # noqa: ANN401 - pyspark is no part of the gate
        self._session = session

    def query(self, text: str, *, ordered: bool = False) -> Iterator[Sequence[Any]]:  # noqa: ARG002 - Spark has no order
        """The rows of a query."""
        return iter(self._session.sql(translated(text, "spark")).collect())

    def upload(self, relation: CoverageRelation) -> None:
        """Makes a view of a relation."""
        self._view(relation.name, relation.columns, list(relation.rows))

    def tag_keys(self) -> list[str]:
        """Every key of tags."""
        return tag_keys_of(self)

    def take(self, listed: Sequence[Any]) -> None:
        """Makes the view of resources."""
        rows = []
        for resource in listed:
            *row, keys, values = resource_row(resource)
            tags = None if keys is None else dict(zip(keys, values, strict=True))
            rows.append((*row[:4], tags, *row[4:]))
        self._view("inventory", INVENTORY, rows)

    def _view(self, name: str, columns: Sequence[str], rows: list[Any]) -> None:
        named = (column.split(maxsplit=1) for column in columns)
        schema = ", ".join(f"{column} {_TYPES[kind]}" for column, kind in named)
        self._session.createDataFrame(rows, schema).cache().createOrReplaceTempView(name)


def main(first: int, organizations: int, count: int) -> int:
    """Judges resources of organizations with seeds from the first on; 1 where Spark and the oracle differ."""
    builder = import_module("pyspark.sql").SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    different = pairs = 0
    for seed in range(first, first + organizations):
        source = Random(seed)
        snapshot = guarded_organization(source)
        inventory = resources(source, snapshot, count)
        evaluation = evaluate([], Source("organization.json", json.dumps(snapshot)), at=AT)
        if evaluation.deployment is None:
            raise ValueError(f"seed {seed} does not deploy")
        engine = SparkEngine(session)
        engine.take([as_resource(tree) for tree in inventory])
        case = case_of(evaluation, snapshot, inventory)
        rows = {row.arn: row for row in SqlCoverage(engine, plans_by_account(evaluation.deployment)).resources()}
        for tree in inventory:
            row = rows[tree["arn"]]
            found = row.protected, row.plans, row.reason.value if row.reason else "", row.through or ""
            different += found != judge(tree, case)
        pairs += len(inventory)
        sys.stdout.write(f"seed {seed}: {pairs:,} pairs, {different:,} different\n")
        sys.stdout.flush()
    return 1 if different else 0


if __name__ == "__main__":
    first, organizations, count = map(int, sys.argv[1:4] or ("1", "10", "10000"))
    sys.exit(main(first, organizations, count))
