"""The cost of backups: recovery points that rules keep, the data that they hold, and its price."""

from policyengine.analysis.cost.cost_changes import (
    CostChange,
    CostComparison,
    CostGroup,
    compare_costs,
    early_deletions,
    increase_of,
)
from policyengine.analysis.cost.cost_results import (
    CostLine,
    CostResult,
    CostSum,
    EarlyDeletion,
    LineKey,
    plans_name,
    sum_of,
    unit_name,
)
from policyengine.analysis.cost.estimate import CostEstimator, price_words
from policyengine.analysis.cost.price_table import ANY, MOST, CostItem, Price, PriceFile, PriceSource, PriceTable
from policyengine.analysis.cost.retained_points import ChainCalendar, Keeping
from policyengine.analysis.cost.stored_versions import ChainForm, ChainUse, StoredPoint, chain_uses, early_deleted
from policyengine.analysis.cost.workloads import (
    Usage,
    UsageOverride,
    UsageRate,
    UsageTotal,
    Workload,
    WorkloadList,
    workloads_of_inventory,
    workloads_of_totals,
)

__all__ = [
    "ANY",
    "MOST",
    "ChainCalendar",
    "ChainForm",
    "ChainUse",
    "CostChange",
    "CostComparison",
    "CostEstimator",
    "CostGroup",
    "CostItem",
    "CostLine",
    "CostResult",
    "CostSum",
    "EarlyDeletion",
    "Keeping",
    "LineKey",
    "Price",
    "PriceFile",
    "PriceSource",
    "PriceTable",
    "StoredPoint",
    "Usage",
    "UsageOverride",
    "UsageRate",
    "UsageTotal",
    "Workload",
    "WorkloadList",
    "chain_uses",
    "compare_costs",
    "early_deleted",
    "early_deletions",
    "increase_of",
    "plans_name",
    "price_words",
    "sum_of",
    "unit_name",
    "workloads_of_inventory",
    "workloads_of_totals",
]
