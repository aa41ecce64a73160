from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts, meetings_of_continuous
from policyengine.analysis.checks.reporting import about_all, finding
from policyengine.aws.deployment import Meeting
from policyengine.aws.deployment import Rule as BackupRule
from policyengine.aws.facts import resource_features
from policyengine.aws.settings import CONTINUOUS, VAULT
from policyengine.base.catalogue.example_projects import one_plan
from policyengine.base.diagnostics import Diagnostic, Harm, Rule, Severity
from policyengine.base.text import quoted

_EXAMPLE = """\
regions = [eu-west-1]
rule nightly { schedule = daily at 05:00  vault = "Main"  continuous = true  retain = 35 days }
rule weekly { schedule = weekly on sunday at 14:00  vault = "Other"  continuous = true  retain = 35 days }
tag selection all { role = "Backup"  key = "backup"  values = ["yes"] }
"""
RULE = Rule(
    code="PE510",
    name="continuous-conflict",
    severity=Severity.WARNING,
    title="two rules cannot both keep the continuous backup of a resource",
    rationale=(
        "A resource has one continuous backup. Of several rules with the same vault the longest retention counts; with"
        " different vaults the rule that AWS Backup happens to run first has it, and the others make snapshots. For S3"
        " the second one can fail, so where a selection names S3 it is an error; snapshots of S3 must lie in the vault"
        " of its continuous backup. Rules of two plans are told where an account has both plans and their selections"
        " surely meet."
    ),
    bad=one_plan(_EXAMPLE),
    good=one_plan(_EXAMPLE.replace('"Other"  continuous = true', '"Main"')),
    reference="facts 1.4.7, 1.4.8, 1.4.9",
    aws_pages=(
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/s3-backups.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/lag-vault-primary-backup.html",
    ),
    harm=Harm.PROTECTION,
)


class _Conflict(NamedTuple):
    """What is wrong between two rules, told at a setting of the first."""

    at: BackupRule
    other: BackupRule
    setting: str
    text: str
    severity: Severity


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per two rules."""
    for meeting, accounts in meetings_of_continuous(facts).items():
        for first, second in meeting.rules:
            if conflict := _conflict(meeting, first, second):
                at, other = ((rule, f"{rule.path}/{conflict.setting}") for rule in (conflict.at, conflict.other))
                plan, beside = meeting.plan_of(at[0]), meeting.plan_of(other[0])
                found = finding(
                    RULE,
                    facts,
                    plan,
                    at[1],
                    message=f"{_name(meeting, at[0])} and {_name(meeting, other[0])} {conflict.text}",
                    advice="back up each resource continuously by one rule, and S3 to one vault",
                    severity=conflict.severity,
                )
                yield about_all(found, ((plan, at[1]), (beside, other[1])), accounts)


def _conflict(meeting: Meeting, first: BackupRule, second: BackupRule) -> _Conflict | None:
    if first.continuous and second.continuous:
        return _two_continuous(meeting, first, second)
    if first.vault == second.vault or not (first.continuous or second.continuous) or "S3" not in meeting.named:
        return None
    snapshots, continuous = (second, first) if first.continuous else (first, second)
    vaults = f"{quoted(snapshots.vault)} and {quoted(continuous.vault)}"
    text = f"store snapshots and the continuous backup of S3 in vaults {vaults}: they must be in the same one"
    return _Conflict(snapshots, continuous, VAULT.place, text, Severity.WARNING)


def _two_continuous(meeting: Meeting, first: BackupRule, second: BackupRule) -> _Conflict | None:
    support = {found.continuous for name in meeting.types if (found := resource_features().get(name))}
    if not support & {"yes", "some"}:
        return None
    setting, severity = CONTINUOUS.place, Severity.WARNING if "yes" in support else Severity.INFO
    if first.vault == second.vault:
        shorter, longer = sorted((first, second), key=lambda rule: rule.retention)
        text = f"keep one continuous backup in vault {quoted(first.vault)}: only the longer retention counts"
        same = shorter.retention == longer.retention
        return None if same else _Conflict(shorter, longer, setting, text, severity)
    text = f"want the continuous backup of the same resource in vaults {quoted(second.vault)} and {quoted(first.vault)}"
    if "S3" in meeting.named:
        return _Conflict(second, first, setting, f"{text}: for S3 one of them can fail", Severity.ERROR)
    return _Conflict(second, first, setting, f"{text}: one of them only makes snapshots", severity)


def _name(meeting: Meeting, rule: BackupRule) -> str:
    return f"rule {quoted(rule.name)}" + (
        f" of plan {quoted(rule.plan)}" if meeting.first is not meeting.second else ""
    )
