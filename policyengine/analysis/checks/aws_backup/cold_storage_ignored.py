from __future__ import annotations

from collections.abc import Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import FOREVER, Copy, Plan
from policyengine.aws.deployment import Rule as BackupRule
from policyengine.aws.facts import resource_features
from policyengine.aws.settings import COLD_AFTER
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import listed

_RULE = 'schedule = monthly on day 1 at 05:00\nvault = "Main"\ncold_after = 30 days\nretain = 366 days'
RULE = Rule(
    code="PE511",
    name="cold-storage-ignored",
    severity=Severity.WARNING,
    title="backups of a type that a selection names never move to cold storage",
    rationale=(
        "Not every resource type has cold storage. For one without it AWS Backup says nothing and leaves the backups"
        " where they are, at the price of warm storage. EBS has it only with the archive opt-in. Told are types that a"
        " resource selection names and that have no cold storage at all; tag selections and `*` reach whatever there"
        " is."
    ),
    bad=one_rule(_RULE, selection='resource selection databases { role = "Backup"  types = [RDS, EFS] }'),
    good=one_rule(_RULE, selection='resource selection files { role = "Backup"  types = [EFS] }'),
    reference="facts 1.3.11, 1.3.12, 1.3.13, 8.11",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/plan-options-and-configuration.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Lifecycle.html",
    ),
    harm=Harm.NOTHING,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule and per copy that sets cold storage; continuous rules have a finding of their own."""
    for plan in facts.plans:
        for lifecycle in plan.lifecycles:
            continuous = isinstance(lifecycle, BackupRule) and lifecycle.continuous
            if lifecycle.cold_after == FOREVER or continuous:
                continue
            if types := _ignoring(plan, lifecycle):
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{lifecycle.path}/{COLD_AFTER.place}",
                    message=f"backups of {listed(types, 'and')} do not move to cold storage, the setting is ignored",
                    advice=_advice(types),
                )


def _ignoring(plan: Plan, lifecycle: BackupRule | Copy) -> list[str]:
    ignoring = {"no"} if lifecycle.archive else {"no", "archive"}
    return [name for name in plan.named_types if resource_features()[name].cold in ignoring]


def _advice(types: list[str]) -> str:
    advice = "put these types into a plan without cold storage"
    if any(resource_features()[name].cold == "archive" for name in types):
        return f"{advice}; EBS can have it with the archive opt-in and a schedule of once a month or less"
    return advice
