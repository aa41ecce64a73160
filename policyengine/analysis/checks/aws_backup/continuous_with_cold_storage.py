from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import in_rule
from policyengine.aws.deployment import FOREVER
from policyengine.aws.settings import COLD_AFTER, CONTINUOUS
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE509", "continuous-with-cold-storage", Severity.ERROR, harm=Harm.BACKUP)
WEIGHS = in_rule(COLD_AFTER, CONTINUOUS)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule; copies of continuous backups are snapshots and may go to cold storage."""
    for plan in facts.plans:
        for rule in plan.rules:
            if rule.continuous and rule.cold_after != FOREVER:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{COLD_AFTER.place}",
                    message=f"rule {quoted(rule.name)} backs up continuously, and continuous backups cannot go to cold"
                    " storage",
                    advice="leave cold storage out, or give it to a rule of its own that makes snapshots",
                    other_paths=(f"{rule.path}/{CONTINUOUS.place}",),
                )
