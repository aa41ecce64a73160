from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import ITSELF
from policyengine.aws.deployment import DAY, FOREVER, Copy
from policyengine.aws.facts import limits
from policyengine.aws.settings import RETAIN
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule

RULE = Rule("PE502", "retention-too-long", Severity.ERROR, harm=Harm.BACKUP)
WEIGHS = ITSELF


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule, and per copy with a retention of its own."""
    most = limits()["retention_most_days"]
    for plan in facts.plans:
        for lifecycle in plan.lifecycles:
            inherits = isinstance(lifecycle, Copy) and lifecycle.inherits_retention
            if not inherits and most < lifecycle.retention / DAY < FOREVER:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{lifecycle.path}/{RETAIN.place}",
                    message=f"backups are to be kept for {lifecycle.retention / DAY:,.0f} days,"
                    f" AWS Backup keeps them for {most:,} at most",
                    advice=f"keep them for {most:,} days or less",
                )
