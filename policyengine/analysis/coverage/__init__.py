"""Coverage: is a resource of an account protected by a plan, and if not, why?

`InventoryCoverage` has the sums, groups and rows of an inventory; `match_plan` and `judge_alone` judge one resource,
clause by clause.
"""

from policyengine.analysis.coverage.account_plans import (
    AccountPlans,
    ResourceVerdict,
    judge_alone,
    plans_by_account,
)
from policyengine.analysis.coverage.coverage_changes import TURNS, ChangedResources, CoverageChange, compare_coverage
from policyengine.analysis.coverage.coverage_results import (
    CoverageCell,
    CoverageGroup,
    CoverageNote,
    CoverageReason,
    CoverageResult,
    JudgedResource,
    LabelledResource,
)
from policyengine.analysis.coverage.coverage_source import (
    CoverageSource,
    ResourceCoverage,
    coverage_of,
    inventory_coverage,
    resource_rows,
)
from policyengine.analysis.coverage.coverage_summary import InventoryCoverage, written_at
from policyengine.analysis.coverage.local_selections import local_plan, local_plans
from policyengine.analysis.coverage.matching import (
    CLUSTER,
    UNTOLD_CLUSTER,
    ClauseMatch,
    SelectingPlan,
    SelectionMatch,
    match_plan,
    named_type,
    opt_in_names,
)
from policyengine.analysis.coverage.preconditions import is_unversioned
from policyengine.analysis.coverage.resource_judge import ResourceJudge

__all__ = [
    "CLUSTER",
    "TURNS",
    "UNTOLD_CLUSTER",
    "AccountPlans",
    "ChangedResources",
    "ClauseMatch",
    "CoverageCell",
    "CoverageChange",
    "CoverageGroup",
    "CoverageNote",
    "CoverageReason",
    "CoverageResult",
    "CoverageSource",
    "InventoryCoverage",
    "JudgedResource",
    "LabelledResource",
    "ResourceCoverage",
    "ResourceJudge",
    "ResourceVerdict",
    "SelectingPlan",
    "SelectionMatch",
    "compare_coverage",
    "coverage_of",
    "inventory_coverage",
    "is_unversioned",
    "judge_alone",
    "local_plan",
    "local_plans",
    "match_plan",
    "named_type",
    "opt_in_names",
    "plans_by_account",
    "resource_rows",
    "written_at",
]
