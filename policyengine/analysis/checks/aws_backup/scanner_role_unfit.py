from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import in_plan
from policyengine.aws.arns import is_default_role, is_service_linked_role
from policyengine.aws.settings import MALWARE_SCAN, SCAN, SCANNER_ROLE
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE539", "scanner-role-unfit", Severity.WARNING, harm=Harm.NOTHING)
WEIGHS = in_plan(frozenset({MALWARE_SCAN.path[0]}))

_ADVICE = (
    "name a role of its own, which trusts `malware-protection.guardduty.amazonaws.com` and has "
    "`AWSBackupGuardDutyRolePolicyForScans`"
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per plan that scans with a role that AWS made for AWS Backup itself."""
    for plan in facts.plans:
        role = plan.scanner_role.partition(":role/")[2]
        if any(SCAN.path[0] in rule.document for rule in plan.rules) and (why := _unfit(role)):
            path = f"{plan.path}/{MALWARE_SCAN.place}/{SCANNER_ROLE.place}"
            message = f"the role {quoted(role)} {why}, so GuardDuty cannot take it and nothing is scanned"
            yield finding(RULE, facts, plan, path, message=message, advice=_ADVICE)


def _unfit(role: str) -> str:
    """The reason why a role is none for scans as AWS makes it, empty for any other (facts 1.5.12, 3.21)."""
    if is_service_linked_role(role):
        return "is service-linked"
    return "as AWS Backup makes it trusts AWS Backup alone" if is_default_role(role) else ""
