from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.deployment import UNKNOWN, BackupRule, last_run, moment, next_run
from policyengine.aws.settings import SCHEDULE
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE527", "rule-stops-running", Severity.INFO, harm=Harm.PROTECTION)
_YEAR = 5  # the place of the year in a schedule
_SOON = timedelta(days=366)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule that runs at least once more."""
    for plan in facts.plans:
        for rule in plan.rules:
            last = _last(rule)
            if last is not None:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{SCHEDULE.place}",
                    message=f"rule {quoted(rule.name)} runs for the last time on {last:%Y-%m-%d}: {_why(rule)}",
                    advice=_advice(rule),
                    severity=Severity.WARNING if _is_soon(rule, last) else None,
                )


def _last(rule: BackupRule) -> datetime | None:
    if rule.runs is UNKNOWN or next_run(rule.runs) is None:
        return None
    return last_run(rule.runs)


def _why(rule: BackupRule) -> str:
    if rule.runs is not UNKNOWN and rule.runs.over:
        return f"its schedule {quoted(rule.schedule)} ends, or another rule of the plan takes the runs that follow"
    return f"its schedule {quoted(rule.schedule)} ends then"


def _advice(rule: BackupRule) -> str:
    """What to do about a schedule that ends, or about the rule that takes its runs where it does not."""
    years = rule.schedule.strip().removesuffix(")").split()[_YEAR:]
    if years in ([], ["*"]):
        return "shorten the start windows or move the schedules apart, if the backups are to go on"
    return "write `*` for the year if the backups are to go on"


def _is_soon(rule: BackupRule, last: datetime) -> bool:
    return rule.runs is not UNKNOWN and last - moment(rule.runs.start) < _SOON
