"""Estimates of small projects: plans in the language, totals and prices by hand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from support.evaluation import evaluated
from support.moment import AT

from policyengine.analysis.cost import (
    ANY,
    CostEstimator,
    CostItem,
    CostLine,
    CostResult,
    Price,
    PriceFile,
    PriceSource,
    PriceTable,
    Usage,
    UsageRate,
    UsageTotal,
    workloads_of_totals,
)
from policyengine.engine import Evaluation

SHOP, HUB = "222222222222", "999999999999"
TREE = f"""\
version: 1
root:
  name: Root
  accounts: [{{id: "{HUB}", name: hub}}]
  units:
    - name: Prod
      accounts: [{{id: "{SHOP}", name: shop}}]
settings: {{dynamodb_advanced: {{eu-west-1: true}}}}
"""
NO_PRICES = PriceTable(())


def plan(*rules: str, name: str = "daily", regions: str = "[eu-west-1]") -> str:
    """A plan with rules of the given lines, for all that has a tag."""
    blocks = "".join(
        f'    rule r{number} {{\n      vault = "Main"\n      {rule}\n    }}\n' for number, rule in enumerate(rules)
    )
    selection = '    tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }\n'
    return f"  plan {name} {{\n    regions = {regions}\n{blocks}{selection}  }}\n"


def project(*plans: str, to: str = "root") -> str:
    """A policy file with a policy of some plans at the root."""
    return f"policy baseline {{\n{''.join(plans)}}}\nattach baseline to {to}\n"


def total(
    kind: str = "EBS",
    size_gb: float = 100,
    *,
    account: str = SHOP,
    region: str = "eu-west-1",
    resources: int | None = None,
) -> UsageTotal:
    return UsageTotal("totals[0]", kind, size_gb, account, None, region, resources)


def usage(
    *totals: UsageTotal,
    daily_change: float | None = 0.02,
    compression: float | None = None,
    restore_tests: Mapping[str, float] | None = None,
    evaluations: float | None = None,
) -> Usage:
    """Totals with one rate for all of their types."""
    rate = UsageRate(daily_change, compression)
    return Usage("usage.yaml", {each.type: rate for each in totals}, (), totals, restore_tests or {}, evaluations)


def prices(amounts: Mapping[CostItem, float], currency: str = "EUR") -> PriceTable:
    """A price for each item, wherever and of whatever type."""
    listed = tuple(
        Price(
            item, ANY, ANY, ANY if item is CostItem.TRANSFER else "", amount, currency, f"prices.yaml: prices[{number}]"
        )
        for number, (item, amount) in enumerate(amounts.items())
    )
    return PriceTable([PriceFile(PriceSource("prices.yaml", "made up", None, len(listed)), listed)])


def estimated(
    policies: str, given: Usage, table: PriceTable = NO_PRICES, *, months: int = 0, tree: str = TREE
) -> CostResult:
    """What the backups of the totals cost."""
    return estimate_of(_evaluation(policies, tree), given, table, months=months)


_evaluation = cache(evaluated)


def estimate_of(evaluation: Evaluation, given: Usage, table: PriceTable = NO_PRICES, *, months: int = 0) -> CostResult:
    assert evaluation.organization
    assert evaluation.deployment, [diagnostic.message for diagnostic in evaluation.diagnostics]
    workloads = workloads_of_totals(given, evaluation.organization, evaluation.deployment)
    estimator = CostEstimator(given, table, AT, months)
    return estimator.estimate(workloads.workloads, evaluation.organization, workloads.notes)


def line(result: CostResult, item: CostItem, region: str = "eu-west-1", kind: str = "") -> CostLine:
    """The only line of an item in a Region."""
    found = [
        each
        for each in result.lines
        if (each.key.item, each.key.region) == (item, region) and kind in {"", each.key.type}
    ]
    assert len(found) == 1, [each.key for each in result.lines]
    return found[0]
