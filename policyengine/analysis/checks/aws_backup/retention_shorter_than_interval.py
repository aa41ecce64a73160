from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.analysis.checks.weighed_settings import RETENTION, in_plan
from policyengine.aws.deployment import (
    DAY,
    FOREVER,
    UNKNOWN,
    BackupRule,
    Copy,
    Minutes,
    Plan,
    longest_without,
    moment,
    next_run,
    shapes,
)
from policyengine.aws.facts import limits
from policyengine.aws.settings import CONTINUOUS, RETAIN, SCHEDULE
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE524", "retention-shorter-than-interval", Severity.WARNING, harm=Harm.PROTECTION)
WEIGHS = in_plan(RETENTION, SCHEDULE, CONTINUOUS)
_HOUR = 60
_DAYS_OF_YEAR = 365  # as the language counts
_A_YEAR = timedelta(days=366)


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule of a plan that is at times without any backup."""
    for plan, short in facts.each(facts.plans, _too_short):
        days = f"{short.rule.path}/{RETAIN.place}"
        message, advice = _words(plan, short)
        copies = [f"{copy.path}/{RETAIN.place}" for copy in _kept_for_longer(short.rule)]
        other_paths = (*copies, f"{short.rule.path}/{SCHEDULE.place}")
        yield finding(RULE, facts, plan, days, message=message, advice=advice, other_paths=other_paths)


def _words(plan: Plan, short: _Shortfall) -> tuple[str, str]:
    """Message and advice; no advice to keep backups for longer than AWS Backup can."""
    rule, interval = short.rule, short.interval
    has_others = any(each.continuous for each in plan.rules)  # types with continuous backup are not without one
    what = f"plan {quoted(plan.name)} has no {'snapshot' if has_others else 'backup'} at all"
    if short.first:
        when = f"{short.first:%Y-%m-%d}"
        return (
            f"rule {quoted(rule.name)} does not run before {when}: until then {what}",
            "look at the year and the days",
        )
    copied = f" and a copy for {_long(_kept(rule))}" if _kept(rule) > rule.retention else ""
    kept = f"rule {quoted(rule.name)} keeps its backups for {_long(rule.retention)}{copied}"
    message = f"{kept}, and up to {_long(interval)} pass between two runs: for up to {_long(short.without)} {what}"
    if interval > limits()["retention_most_days"] * DAY:
        return message, "run more often"
    return message, f"keep them for {_days(interval)} or longer, or run more often"


class _Shortfall(NamedTuple):
    """A rule whose backups do not last until its next run, and the longest time without any backup of its plan.

    `first` is its first run, where a backup is always there from then on, and no rule of the plan runs for a year.
    """

    rule: BackupRule
    interval: Minutes
    without: Minutes
    first: datetime | None = None


def _too_short(plan: Plan) -> Iterator[_Shortfall]:
    timed = [(rule, rule.interval) for rule in plan.rules if rule.interval is not UNKNOWN]
    short = [(rule, interval) for rule, interval in timed if _kept(rule) < interval != FOREVER]
    if not short or any(_kept(rule) >= interval for rule, interval in timed):
        return
    rules = [rule for rule, _ in timed]
    kept = tuple(zip(shapes(rules, plan.reach), map(_kept, rules), strict=True))
    start = next(rule.runs.start for rule in rules if rule.runs is not UNKNOWN)
    without = longest_without(kept, start)
    firsts = [next_run(rule.runs) for rule in rules if rule.runs is not UNKNOWN]
    far = not without and all(first and first - moment(start) > _A_YEAR for first in firsts)
    if without or far:
        for rule, interval in short:
            first = next_run(rule.runs) if far and rule.runs is not UNKNOWN else None
            yield _Shortfall(rule, interval, without, first)


def _kept(rule: BackupRule) -> Minutes:
    """How long a backup of a rule is there, as itself or as a copy."""
    return max([rule.retention, *(copy.retention for copy in rule.copies)])


def _kept_for_longer(rule: BackupRule) -> Iterator[Copy]:
    """The copies that are there for longer than the backup itself."""
    return (copy for copy in rule.copies if copy.retention > rule.retention)


def _days(length: Minutes) -> str:
    """A length in whole days, as a retention has them."""
    days = -(-length // DAY)
    return f"{days:,.0f} day{'s' if days > 1 else ''}"


def _long(length: Minutes) -> str:
    """A length in hours or days, about, or in years and days where no retention is as long."""
    if length % DAY and length < 3 * DAY:
        return f"{length / _HOUR:.0f} hours"
    days = round(length / DAY)
    if days <= limits()["retention_most_days"]:
        return f"{days:,} day{'s' if days > 1 else ''}"
    years, rest = divmod(days, _DAYS_OF_YEAR)
    return f"{years:,} years" + (f" and {rest} day{'s' if rest > 1 else ''}" if rest else "")
