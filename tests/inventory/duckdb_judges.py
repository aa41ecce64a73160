"""The coverage of generated resources in DuckDB beside the oracle: `python tests/inventory/duckdb_judges.py 1 10 5000`.

Arguments: the first seed, how many organizations, resources for each. Prints the seeds and the pairs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from generators.inventory_of_resources import guarded_organization, resources
from oracle.coverage import judge
from oracle.test_oracle_coverage import as_resource, case_of
from support.moment import AT

from policyengine.analysis.coverage import plans_by_account
from policyengine.base.source import Source
from policyengine.engine import evaluate
from policyengine.inventory.duckdb_engine import DuckdbEngine
from policyengine.inventory.sql_coverage import SqlCoverage

_EVERY = 10  # organizations between two lines


def differences(seed: int, count: int) -> int:
    """How many of the resources of a generated organization DuckDB and the oracle judge differently."""
    source = Random(seed)
    snapshot = guarded_organization(source)
    inventory = resources(source, snapshot, count)
    evaluation = evaluate([], Source("organization.json", json.dumps(snapshot)), at=AT)
    if evaluation.deployment is None:
        raise ValueError(f"seed {seed} does not deploy")
    engine = DuckdbEngine(threads=1)
    engine.take_resources(map(as_resource, inventory))
    rows = {row.arn: row for row in SqlCoverage(engine, plans_by_account(evaluation.deployment)).resources()}
    engine.close()
    case = case_of(evaluation, snapshot, inventory)
    different = 0
    for tree in inventory:
        row = rows[tree["arn"]]
        found = row.protected, row.plans, row.reason.value if row.reason else "", row.through or ""
        if found != judge(tree, case):
            different += 1
            sys.stdout.write(f"seed {seed}: {tree['arn']}: {found}\n")
    return different


def main(first: int, organizations: int, count: int) -> int:
    """Judges resources of organizations with seeds from the first on; 1 where DuckDB and the oracle differ."""
    different = 0
    for number, seed in enumerate(range(first, first + organizations), 1):
        different += differences(seed, count)
        if number % _EVERY == 0 or number == organizations:
            sys.stdout.write(f"seeds {first} to {seed}: {number * count:,} pairs, {different:,} different\n")
            sys.stdout.flush()
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:4] or ("1", "10", "5000"))))
