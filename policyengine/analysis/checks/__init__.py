"""All checks of a resolved organization; the door is `run_checks`.

Each file in the folder of a family is one check.
"""

from policyengine.analysis.checks.accounts_by_path import AccountsByPath, Path
from policyengine.analysis.checks.all_checks import CHECKS, Check
from policyengine.analysis.checks.all_findings import run_checks, without_consequences
from policyengine.analysis.checks.effective.effective_policy_invalid import RULE as EFFECTIVE_POLICY_INVALID
from policyengine.analysis.checks.evidence import Cases, Facts, LeftOut, place
from policyengine.analysis.checks.merging.peer_order_unknown import RULE as PEER_ORDER_UNKNOWN
from policyengine.analysis.checks.needed_facts import MissingFact, missing_facts
from policyengine.analysis.checks.refused_settings import judged_without

__all__ = [
    "CHECKS",
    "EFFECTIVE_POLICY_INVALID",
    "PEER_ORDER_UNKNOWN",
    "AccountsByPath",
    "Cases",
    "Check",
    "Facts",
    "LeftOut",
    "MissingFact",
    "Path",
    "judged_without",
    "missing_facts",
    "place",
    "run_checks",
    "without_consequences",
]
