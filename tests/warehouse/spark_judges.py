"""The coverage of generated resources in Spark, in local mode, beside the oracle: `python tests/warehouse/spark_judges.py`.

For an environment of its own: `pip install pyspark pytest hypothesis -e '.[inventory,warehouse]'`, and a Java runtime.
Prints the seeds and the pairs.
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
from policyengine.inventory.judging_engines import connected
from policyengine.inventory.sql_coverage import SqlCoverage
from policyengine.inventory.warehouse_addresses import warehouse_address


def main(first: int, organizations: int, count: int) -> int:
    """Judges resources of organizations with seeds from the first on; 1 where Spark and the oracle differ."""
    address = warehouse_address("spark:local[2]")
    if address is None:
        raise ValueError("no address")
    engine = connected(address)
    different = pairs = 0
    for seed in range(first, first + organizations):
        source = Random(seed)
        snapshot = guarded_organization(source)
        inventory = resources(source, snapshot, count)
        evaluation = evaluate([], Source("organization.json", json.dumps(snapshot)), at=AT)
        if evaluation.deployment is None:
            raise ValueError(f"seed {seed} does not deploy")
        engine.take_resources([as_resource(tree) for tree in inventory])
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
