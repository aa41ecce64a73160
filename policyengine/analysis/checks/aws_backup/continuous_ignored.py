from __future__ import annotations

from collections.abc import Collection, Iterator

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import called, finding, naming
from policyengine.aws.deployment import Plan
from policyengine.aws.facts import resource_features
from policyengine.aws.settings import CONTINUOUS
from policyengine.base.catalogue.example_projects import one_rule
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import listed

_RULE = 'schedule = daily at 05:00\nvault = "Main"\ncontinuous = true\nretain = 35 days'

RULE = Rule(
    code="PE530",
    name="continuous-ignored",
    severity=Severity.WARNING,
    title="a rule asks for continuous backup, and no type that it backs up has it",
    rationale=(
        "S3, RDS instances, Aurora and SAP HANA have continuous backup. For any other type AWS Backup takes snapshots"
        " at the times of the schedule instead, and says nothing: nobody can go back to a point in time between them."
        " A rule that backs up other types beside one that has it is meant so, and is not reported."
    ),
    bad=one_rule(_RULE, selection='resource selection disks { role = "Backup"  types = [EBS] }'),
    good=one_rule(_RULE, selection='resource selection data { role = "Backup"  types = [EBS, S3] }'),
    reference="facts 1.4.1, 1.4.2",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/backup-feature-availability.html",
    ),
    harm=Harm.PROTECTION,
)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule."""
    for plan in facts.plans:
        names = {name for selection in plan.selections for name in called(plan, selection)}
        if not _has_none(plan, names):
            continue
        types = listed([name for name in plan.named_types if name in names], "and")
        for rule in plan.rules:
            if rule.continuous:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{CONTINUOUS.place}",
                    message=f"there is no continuous backup of {types}: AWS Backup takes snapshots",
                    advice="leave it out, or name types that have it: `S3`, `RDS`, `Aurora`, `SAPHANA`",
                    beside=naming(plan, plan.named_types),
                )


def _has_none(plan: Plan, names: Collection[str]) -> bool:
    """Whether its selections name all types that it reaches, each is known, and none has continuous backup."""
    named = all(selection.names_types for selection in plan.selections)
    known = resource_features()
    return bool(names) and named and all(name in known and known[name].continuous == "no" for name in names)
