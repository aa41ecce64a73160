"""`schedule` on a terminal: the rules, the days with their runs, and what is remarkable about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from policyengine.cron import parse_cron
from policyengine.effective import AccountPolicy
from policyengine.plan import UNKNOWN, Calendar, ClockTime, Collision, Gap, Outlook, Plan
from policyengine.report.schedule.as_json import clock
from policyengine.report.schedule.days import write_days
from policyengine.report.schedule.layout import columns, commas, entry, long, named, sentence
from policyengine.report.schedule.zone import Zone, shifted
from policyengine.report.schedule_words import schedule_words
from policyengine.report.status import MEANINGS, STYLES
from policyengine.report.text import Page, count

_MOST = 12
_MOST_TIMES = 4
_CONTINUOUS = "continuous: the schedule only governs its snapshots and copies"


def render(
    account: AccountPolicy,
    calendar: Calendar,
    *,
    zone: Zone | None,
    hypothetical: bool = False,
    color: bool = False,
) -> str:
    """The calendar for people, in 80 columns."""
    page = Page(color=color)
    _heading(page, account, hypothetical=hypothetical)
    if not calendar.rules:
        if account.status in {"valid", "invalid"}:
            page.line("it has no rule that could run")
        return page.text()
    _summary(page, calendar, zone)
    for plan, rules in groupby(calendar.rules, key=lambda found: found.plan):
        _plan(page, plan, list(rules))
    write_days(page, calendar, zone)
    _suppressed(page, calendar)
    _gaps(page, calendar.gaps)
    _collisions(page, calendar.collisions)
    if zone:
        _clocks(page, calendar, zone)
    return page.text()


def _heading(page: Page, account: AccountPolicy, *, hypothetical: bool) -> None:
    mark = ", hypothetical: what AWS would refuse is left out" if hypothetical else ""
    status = (account.status, STYLES[account.status])
    page.line((account.account.path, "strong"), f" ({account.account.id}): ", status, (mark, "warning"))
    if account.status == "invalid":
        page.line("AWS keeps the last valid policy: this is its schedule")
    elif account.status in MEANINGS:
        page.line(MEANINGS[account.status])


def _summary(page: Page, calendar: Calendar, zone: Zone | None) -> None:
    suppressed = sum(rule.suppressed for rule in calendar.rules)
    runs = count(len(calendar.runs), "run") + (f", {suppressed:,} of them suppressed" if suppressed else "")
    page.line(f"{_moment(calendar.start)} to {_moment(calendar.end)} UTC: {runs}")
    if zone:
        page.line(f"times in brackets are by the clock of {zone.name}")


def _plan(page: Page, plan: Plan, rules: Sequence[Outlook]) -> None:
    page.line()
    where = f"in {named(plan.regions)}" if plan.regions else "in no Region: it never runs"
    page.line("plan ", (plan.name, "strong"), f" {where}")
    column = columns(found.rule.name for found in rules)
    for found in rules:
        entry(page, ["  ", (found.rule.name, "place")], commas(list(_rule(found))), column)


def _rule(found: Outlook) -> Iterator[str]:
    rule = found.rule
    if not found.readable:
        yield f"its schedule {rule.schedule} cannot be read"
    elif found.next is None and rule.runs is not UNKNOWN and rule.runs.over:
        yield f"{schedule_words(parse_cron(rule.schedule))}, every run suppressed"
    elif found.next is None:
        yield f"its schedule {rule.schedule} has no run to come"
    else:
        yield schedule_words(parse_cron(rule.schedule))
    yield f"vault {rule.vault}"
    yield f"starts within {long(rule.start_within)}"
    if rule.continuous:
        yield _CONTINUOUS
    if found.next and not found.runs:
        yield f"next run {_moment(found.next)}"
    if found.last:
        yield f"last run {_moment(found.last)}"


def _suppressed(page: Page, calendar: Calendar) -> None:
    lost = [found for found in calendar.rules if found.suppressed]
    if not lost:
        return
    page.line()
    page.line(("suppressed runs", "strong"))
    by: dict[object, dict[str, None]] = {}
    for run in calendar.runs:
        by.setdefault(run.rule, {}).update(dict.fromkeys(cause.rule.name for cause in run.suppressed_by))
    for found in lost:
        runs = f"{found.suppressed:,} of {count(found.runs, 'run')}"
        sentence(
            page,
            f"{_label(found)} loses {runs} to {named(by[found.rule])}:"
            " their start windows overlap, and the longer retention wins",
        )


def _gaps(page: Page, gaps: Sequence[Gap]) -> None:
    page.line()
    page.line(("longest time without a run", "strong"))
    for gap in gaps:
        sentence(page, f"{_selected(gap.plan)}: {_gap(gap)}")


def _selected(plan: Plan) -> str:
    if not plan.selections:
        return f"{plan.name}, which selects nothing"
    names = named(selection.name for selection in plan.selections)
    return f"{plan.name}, {'selection' if len(plan.selections) == 1 else 'selections'} {names}"


def _gap(gap: Gap) -> str:
    if gap.minutes is None:
        return "no two runs are to come"
    told = [long(gap.minutes)]
    if gap.first:
        told.append(f"first from {_moment(gap.first)} on")
    continuous = [rule.name for rule in gap.rules if rule.continuous]
    if continuous:
        told.append(f"beside the continuous backups of {named(continuous)}")
    return ", ".join(told)


def _collisions(page: Page, found: Sequence[Collision]) -> None:
    if not found:
        return
    page.line()
    page.line(("starting at the same minute, on what may be the same resource", "strong"))
    for collision in sorted(found, key=lambda one: -len(one.times))[:_MOST]:
        names = named(f"{plan.name}/{rule.name}" for plan, rule in collision.rules)
        first = _moment(collision.times[0])
        times = f"{len(collision.times):,} times, first on {first}" if len(collision.times) > 1 else f"on {first}"
        sentence(page, f"{names} in {named(collision.regions)}: {times}")
    if len(found) > _MOST:
        page.line((f"  and {len(found) - _MOST:,} more; --format json has them", "dim"))
    page.line(("  AWS Backup runs one job per resource at a time: the others wait", "dim"))


def _clocks(page: Page, calendar: Calendar, zone: Zone) -> None:
    for change in zone.changes:
        found = shifted(calendar.rules, change)
        if not found:
            continue
        minutes = int((change.after - change.before).total_seconds()) // 60
        length = "an hour" if abs(minutes) == 60 else long(abs(minutes))  # noqa: PLR2004 - minutes of an hour
        page.line()
        day = zone.local(change.at).date()
        way = "earlier" if minutes < 0 else "later"
        page.line((f"from {day} these runs are {length} {way} by the clock of {zone.name}", "strong"))
        column = columns(_label(one.rule) for one in found[:_MOST])
        for one in found[:_MOST]:
            times = [_clock(time) for time in one.times[:_MOST_TIMES]]
            more = [f"and {len(one.times) - _MOST_TIMES} more"] if len(one.times) > _MOST_TIMES else []
            entry(page, ["  ", (_label(one.rule), "place")], commas([*times, *more]), column)
        if len(found) > _MOST:
            page.line((f"  and {len(found) - _MOST:,} more; --format json has them", "dim"))


def _clock(time: ClockTime) -> str:
    day = {-1: " the day before", 1: " the day after"}.get(time.days, "")
    return f"{clock(time.after)}{day} instead of {clock(time.before)}"


def _label(found: Outlook) -> str:
    return f"{found.plan.name}/{found.rule.name}"


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
