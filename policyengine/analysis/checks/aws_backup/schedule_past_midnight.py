from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from policyengine.analysis.checks.evidence import Facts
from policyengine.analysis.checks.reporting import finding
from policyengine.aws.cron import Cron, parse_cron
from policyengine.aws.deployment import UNKNOWN
from policyengine.aws.settings import SCHEDULE
from policyengine.base.diagnostics import Diagnostic, Harm, Severity
from policyengine.base.rules import Rule
from policyengine.base.text import quoted

RULE = Rule("PE505", "schedule-past-midnight", Severity.WARNING, harm=Harm.NOTHING)
_HOURS = 24


def check(facts: Facts) -> Iterator[Diagnostic]:
    """One finding per rule."""
    for plan in facts.plans:
        for rule in plan.rules:
            if rule.interval is UNKNOWN:
                continue
            cron = parse_cron(rule.schedule)
            daily = cron.runs_every_day
            broken = _broken(cron, daily=daily)
            if broken:
                yield finding(
                    RULE,
                    facts,
                    plan,
                    f"{rule.path}/{SCHEDULE.place}",
                    message=f"the hours {quoted(cron.fields[1].text)} start over at midnight:"
                    f" the rule runs in {_hours(cron)}{_pauses(cron) if daily else ''}",
                    advice=_advice(*broken),
                )


def _broken(cron: Cron, *, daily: bool) -> tuple[int, int] | None:
    """Start and step of the first `13/12` or `*/5` in the hours; who writes a range wants it to end."""
    for item in cron.fields[1].items:
        start, step = item.first or 0, item.step
        if step and item.last is None and _breaks(cron, start, step, daily=daily):
            return start, step
    return None


def _breaks(cron: Cron, start: int, step: int, *, daily: bool) -> bool:
    """Whether the steps would go on past midnight to hours that are not run in, or leave uneven pauses."""
    if _HOURS % step == 0:
        return not {*range(start % step, _HOURS, step)}.issubset(cron.hours)
    if not daily:
        return start >= step
    between = _between(cron)
    return len(between) == 1 or len(set(between)) > 1


def _between(cron: Cron) -> list[int]:
    """How long the pauses from hour to hour are, the last one over midnight."""
    return [later - earlier for earlier, later in pairwise((*cron.hours, cron.hours[0] + _HOURS))]


def _hours(cron: Cron) -> str:
    shown = [f"{hour:02}" for hour in cron.hours]
    if len(shown) == 1:
        return f"hour {shown[0]} only"
    if set(_between(cron)[:-1]) == {1}:
        return f"the hours {shown[0]} to {shown[-1]}"
    return f"the hours {', '.join(shown[:-1])} and {shown[-1]}"


def _pauses(cron: Cron) -> str:
    shortest, longest = min(_between(cron)), max(_between(cron))
    if len(cron.minutes) > 1:
        return ""
    return (
        f", with pauses of {shortest} to {longest} hours" if shortest < longest else f", with pauses of {longest} hours"
    )


def _advice(start: int, step: int) -> str:
    if _HOURS % step:
        return "steps of 1, 2, 3, 4, 6, 8 and 12 hours go on evenly; other hours can be listed one by one"
    return f"all day long it is {quoted(f'{start % step}/{step}')}; or list the hours that are meant"
