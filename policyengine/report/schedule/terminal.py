"""`schedule` on a terminal: the rules, the days with their runs, and what is remarkable about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from policyengine.aws.cron import parse_cron
from policyengine.aws.deployment import UNKNOWN, Calendar, ClockChange, ClockTime, Collision, Gap, Outlook, Plan
from policyengine.aws.merge import AccountPolicy
from policyengine.report.effective import STATUS_MEANINGS, STATUS_STYLES
from policyengine.report.schedule.as_json import clock
from policyengine.report.schedule.days import write_days
from policyengine.report.schedule.layout import columns, commas, entry, long, named, sentence
from policyengine.report.schedule.zone import ShiftedRule, Zone, shifted
from policyengine.report.schedule_words import schedule_words
from policyengine.report.shown_text import count
from policyengine.report.terminal import TerminalPage

_MOST = 12
_MOST_TIMES_OF_RULE = 4
_CONTINUOUS = "continuous: the schedule only governs its snapshots and copies"


def render(  # noqa: PLR0913 - what is shown, and how
    account: AccountPolicy,
    calendar: Calendar,
    *,
    zone: Zone | None,
    hypothetical: bool = False,
    color: bool = False,
    columns: int | None = None,
) -> str:
    """The calendar for people, in 80 columns, or in fewer where a terminal has no more."""
    page = TerminalPage(color=color, width=columns)
    _heading(page, account, hypothetical=hypothetical)
    if not calendar.rules:
        if account.status in {"valid", "invalid"}:
            page.line("it has no rule that could run")
        return page.text()
    _summary(page, calendar, zone)
    for plan, rules in groupby(calendar.rules, key=lambda outcome: outcome.plan):
        _plan(page, plan, list(rules))
    write_days(page, calendar, zone)
    _suppressed(page, calendar)
    _gaps(page, calendar.gaps)
    _collisions(page, calendar.collisions)
    if zone:
        _clocks(page, calendar, zone)
    return page.text()


def _heading(page: TerminalPage, account: AccountPolicy, *, hypothetical: bool) -> None:
    mark = ", hypothetical: what AWS would refuse is left out" if hypothetical else ""
    status = (account.status, STATUS_STYLES[account.status])
    page.line((account.account.path, "strong"), f" ({account.account.id}): ", status, (mark, "warning"))
    if account.status == "invalid":
        page.line("AWS keeps the last valid policy: this is its schedule")
    elif account.status in STATUS_MEANINGS:
        page.line(STATUS_MEANINGS[account.status])


def _summary(page: TerminalPage, calendar: Calendar, zone: Zone | None) -> None:
    suppressed = sum(rule.suppressed for rule in calendar.rules)
    runs = count(len(calendar.runs), "run") + (f", {suppressed:,} of them suppressed" if suppressed else "")
    page.line(f"{_moment(calendar.start)} to {_moment(calendar.end)} UTC: {runs}")
    if zone:
        page.line(f"times in brackets are by the clock of {zone.name}")


def _plan(page: TerminalPage, plan: Plan, rules: Sequence[Outlook]) -> None:
    page.line()
    where = f"in {named(plan.regions)}" if plan.regions else "in no Region: it never runs"
    page.line("plan ", (plan.name, "strong"), f" {where}")
    column = columns(outlook.rule.name for outlook in rules)
    for outlook in rules:
        entry(page, ["  ", (outlook.rule.name, "place")], commas(list(_rule(outlook))), column)


def _rule(outlook: Outlook) -> Iterator[str]:
    rule = outlook.rule
    if not outlook.readable:
        yield f"its schedule {rule.schedule} cannot be read"
    elif outlook.next is None and rule.runs is not UNKNOWN and rule.runs.over:
        yield f"{schedule_words(parse_cron(rule.schedule))}, every run suppressed"
    elif outlook.next is None:
        yield f"its schedule {rule.schedule} has no run to come"
    else:
        yield schedule_words(parse_cron(rule.schedule))
    yield f"vault {rule.vault}"
    yield f"starts within {long(rule.start_within)}"
    if rule.continuous:
        yield _CONTINUOUS
    if outlook.next and not outlook.runs:
        yield f"next run {_moment(outlook.next)}"
    if outlook.last:
        yield f"last run {_moment(outlook.last)}"


def _suppressed(page: TerminalPage, calendar: Calendar) -> None:
    lost = [loss for loss in calendar.rules if loss.suppressed]
    if not lost:
        return
    page.line()
    page.line(("suppressed runs", "strong"))
    by: dict[object, dict[str, None]] = {}
    for run in calendar.runs:
        by.setdefault(run.rule, {}).update(dict.fromkeys(cause.rule.name for cause in run.suppressed_by))
    for loss in lost:
        runs = f"{loss.suppressed:,} of {count(loss.runs, 'run')}"
        sentence(
            page,
            f"{_label(loss)} loses {runs} to {named(by[loss.rule])}:"
            " their start windows overlap, and the longer retention wins",
        )


def _gaps(page: TerminalPage, gaps: Sequence[Gap]) -> None:
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
    parts = [long(gap.minutes)]
    if gap.first:
        parts.append(f"first from {_moment(gap.first)} on")
    continuous = [rule.name for rule in gap.rules if rule.continuous]
    if continuous:
        parts.append(f"beside the continuous backups of {named(continuous)}")
    return ", ".join(parts)


def _collisions(page: TerminalPage, collisions: Sequence[Collision]) -> None:
    if not collisions:
        return
    page.line()
    page.line(("starting at the same minute, on what may be the same resource", "strong"))
    for collision in sorted(collisions, key=lambda each: -len(each.times))[:_MOST]:
        names = named(f"{plan.name}/{rule.name}" for plan, rule in collision.rules)
        first = _moment(collision.times[0])
        times = f"{len(collision.times):,} times, first on {first}" if len(collision.times) > 1 else f"on {first}"
        sentence(page, f"{names} in {named(collision.regions)}: {times}")
    if len(collisions) > _MOST:
        page.line((f"  and {len(collisions) - _MOST:,} more; --format json has them", "dim"))
    page.line(("  AWS Backup runs one job per resource at a time: the others wait", "dim"))


def _clocks(page: TerminalPage, calendar: Calendar, zone: Zone) -> None:
    for change in zone.changes:
        if affected := shifted(calendar.rules, change):
            _clock_change(page, change, affected, zone)


def _clock_change(page: TerminalPage, change: ClockChange, affected: Sequence[ShiftedRule], zone: Zone) -> None:
    minutes = int((change.after - change.before).total_seconds()) // 60
    length = "an hour" if abs(minutes) == 60 else long(abs(minutes))  # noqa: PLR2004 - minutes of an hour
    page.line()
    day = zone.local(change.at).date()
    way = "earlier" if minutes < 0 else "later"
    page.line((f"from {day} these runs are {length} {way} by the clock of {zone.name}", "strong"))
    column = columns(_label(shift.rule) for shift in affected[:_MOST])
    for shift in affected[:_MOST]:
        entry(page, ["  ", (_label(shift.rule), "place")], commas(list(_shifted_times(shift))), column)
    if len(affected) > _MOST:
        page.line((f"  and {len(affected) - _MOST:,} more; --format json has them", "dim"))


def _shifted_times(shift: ShiftedRule) -> Iterator[str]:
    yield from map(_clock, shift.times[:_MOST_TIMES_OF_RULE])
    if len(shift.times) > _MOST_TIMES_OF_RULE:
        yield f"and {len(shift.times) - _MOST_TIMES_OF_RULE} more"


def _clock(time: ClockTime) -> str:
    day = {-1: " the day before", 1: " the day after"}.get(time.days, "")
    return f"{clock(time.after)}{day} instead of {clock(time.before)}"


def _label(outlook: Outlook) -> str:
    return f"{outlook.plan.name}/{outlook.rule.name}"


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
