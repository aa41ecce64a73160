from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import DAY, FOREVER, Copy
from policyengine.aws.facts import limits
from policyengine.aws.settings import RETAIN
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity

RULE = Rule(
    code="PE502",
    name="retention-too-long",
    severity=Severity.ERROR,
    title="backups are kept for longer than AWS Backup can",
    rationale=(
        "AWS Backup keeps a backup for at most 36,500 days, a hundred years, or forever. Organizations takes any"
        " number and publishes the policy; AWS Backup cannot carry out the rule."
    ),
    bad=one_rule('schedule = daily at 05:00\nvault = "Main"\nretain = 40000 days'),
    good=one_rule('schedule = daily at 05:00\nvault = "Main"\nretain = 36500 days'),
    reference="facts 1.3.1, 1.3.5",
    aws_pages=("https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html",),
    harm=Harm.BACKUP,
)


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
