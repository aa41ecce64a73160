from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.facts import default_schedule
from policyengine.aws.settings import SCHEDULE
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

RULE = Rule(
    code="PE504",
    name="schedule-missing",
    severity=Severity.WARNING,
    title="a rule has no schedule",
    rationale=(
        "AWS documents the schedule as required, but Organizations publishes a rule without one, and adds nothing."
        " AWS Backup then runs it daily at 05:00 UTC. A rule that says when it runs shows what is meant, and stays as"
        " it is when AWS changes its mind."
    ),
    bad=one_rule('vault = "Main"\nretain = 35 days'),
    good=one_rule('schedule = daily at 05:00\nvault = "Main"\nretain = 35 days'),
    reference="semantics.md R24, R29; facts 1.1.15, 1.1.16",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRuleInput.html",
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html",
    ),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule."""
    for plan in facts.plans:
        for rule in plan.rules:
            if SCHEDULE.place not in rule.document:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{SCHEDULE.place}",
                    message=f"rule {quoted(rule.name)} has no schedule: AWS Backup runs it at"
                    f" {quoted(default_schedule())}, its default",
                    advice="say when it runs",
                )
