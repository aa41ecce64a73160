from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts, meetings_of_continuous
from policyengine.analysis.checks.reporting import about_all, finding
from policyengine.analysis.checks.weighed_settings import RETENTION, RULE_VAULTS, SELECTED_TYPES, in_plan
from policyengine.aws.deployment import BackupRule, Meeting
from policyengine.aws.facts import resource_features
from policyengine.aws.settings import CONTINUOUS, VAULT
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE510", "continuous-conflict", Severity.WARNING, harm=Harm.PROTECTION)
WEIGHS = in_plan(RETENTION, RULE_VAULTS, SELECTED_TYPES, CONTINUOUS)


class _Conflict(NamedTuple):
    """A conflict between two rules, reported at a setting of the first."""

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
                plan, other_plan = meeting.plan_of(at[0]), meeting.plan_of(other[0])
                diagnostic = finding(
                    RULE,
                    facts,
                    plan,
                    at[1],
                    message=f"{_name(meeting, at[0])} and {_name(meeting, other[0])} {conflict.text}",
                    advice="back up each resource continuously by one rule, and S3 to one vault",
                    severity=conflict.severity,
                )
                yield about_all(diagnostic, ((plan, at[1]), (other_plan, other[1])), accounts)


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
    support = {features.continuous for name in meeting.types if (features := resource_features().get(name))}
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
