"""`schedule` on a terminal: the rules, the days with their runs, and what is remarkable about them.

Lines have at most 80 columns; days with the same runs are listed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from policyengine.aws.cron import parse_cron
from policyengine.aws.deployment import (
    DAY,
    UNKNOWN,
    BackupRule,
    Calendar,
    ClockTime,
    Collision,
    Gap,
    Minutes,
    Outlook,
    Plan,
    Run,
)
from policyengine.aws.merge import AccountPolicy
from policyengine.report.effective import STATUS_MEANINGS, STATUS_STYLES
from policyengine.report.schedule.as_json import clock
from policyengine.report.schedule.zone import Zone, shifted
from policyengine.report.schedule_words import schedule_words
from policyengine.report.shown_text import count, printable, width
from policyengine.report.terminal import Part, TerminalPage, plain

_COLUMNS = 80
_MINUTES_OF_HOUR = 60
_MOST_NAMES = 4
_WIDEST_LABEL = 28


def entry(page: TerminalPage, lead: Sequence[Part], pieces: Iterable[Part], column: int) -> None:
    """Adds a lead and pieces with blanks between them, those from a column on; as many lines as it takes.

    A lead that does not fit stands in a line of its own.
    """
    used = _width(lead)
    if used >= column:
        page.line(*lead)
        lead, used = (), 0
    line: list[Part] = [*lead, " " * (column - used)]
    place = column
    for piece in pieces:
        wide = _width([piece])
        if place > column and place + 1 + wide > _COLUMNS:
            page.line(*line)
            line, place = [" " * column], column
        blank = " " if place > column else ""
        line += [blank, piece]
        place += len(blank) + wide
    page.line(*line)


def commas(texts: Sequence[str]) -> list[str]:
    """The texts with commas, but for the last."""
    return [*(f"{text}," for text in texts[:-1]), *texts[-1:]]


def columns(labels: Iterable[str]) -> int:
    """The column at which texts begin beside labels that are indented by two; very wide labels do not count."""
    wide = (width(printable(label)) for label in labels)
    return 4 + max((label for label in wide if label <= _WIDEST_LABEL), default=0)


def sentence(page: TerminalPage, text: str, indent: int = 2) -> None:
    """Adds a text, broken between its words; lines after the first stand deeper."""
    lead, words = " " * indent, printable(text).split(" ")
    line = lead + words[0]
    for word in words[1:]:
        if width(line) + 1 + width(word) > _COLUMNS:
            page.line(line)
            line = f"{lead}  {word}"
        else:
            line += f" {word}"
    page.line(line)


def long(minutes: Minutes) -> str:
    """A length as people say it: `1 day 8 hours`."""
    days, rest = divmod(int(minutes), DAY)
    hours, rest = divmod(rest, _MINUTES_OF_HOUR)
    parts = [count(days, "day") * bool(days), count(hours, "hour") * bool(hours), count(rest, "minute") * bool(rest)]
    return " ".join(part for part in parts if part) or "0 minutes"


def named(names: Iterable[str]) -> str:
    """Names with an `and`; a long list is cut."""
    listed = list(names)
    if len(listed) > _MOST_NAMES + 1:
        return f"{', '.join(listed[:_MOST_NAMES])} and {len(listed) - _MOST_NAMES:,} more"
    return f"{', '.join(listed[:-1])} and {listed[-1]}" if len(listed) > 1 else "".join(listed)


def _width(parts: Sequence[Part]) -> int:
    return width(printable(plain(parts)))


_MOST_BLOCKS = 100
_MOST_TIMES = 8
_HOUR = timedelta(hours=1)
_STRETCH = 3  # runs, an hour apart, that are shown by the first and the last of them
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class _Line(NamedTuple):
    """What a rule does on a day: its runs that take place, or those that are left out for the same reason."""

    label: str
    suppressed_by: str
    times: tuple[str, ...]


_Day = tuple[date, tuple[_Line, ...]]


def write_days(page: TerminalPage, calendar: Calendar, zone: Zone | None) -> None:
    """Adds all days of the calendar, equal days in a row as one entry; a long list is cut."""
    if calendar.end <= calendar.start:
        return
    blocks = [list(days) for _, days in groupby(_days(calendar, zone), key=lambda day: day[1])]
    column = columns(line.label for block in blocks for line in block[0][1])
    page.line()
    for block in blocks[:_MOST_BLOCKS]:
        _block(page, block, column)
    if left := [day for block in blocks[_MOST_BLOCKS:] for day in block]:
        page.line((f"and {count(len(left), 'day')} more up to {_day(left[-1][0])}; --format json has them", "dim"))


def _block(page: TerminalPage, block: Sequence[_Day], column: int) -> None:
    (first, lines), (last, _) = block[0], block[-1]
    page.line((_day(first), "strong"), f" to {_day(last)}, {count(len(block), 'day')}" if len(block) > 1 else "")
    if not lines:
        page.line(("  no runs", "dim"))
    previous = ""
    for line in lines:
        lead: list[Part] = ["  ", (line.label, "place")] if line.label != previous else []
        entry(page, lead, _pieces(line), column)
        previous = line.label


def _pieces(line: _Line) -> Iterator[Part]:
    if line.suppressed_by:
        yield (f"suppressed by {line.suppressed_by}:", "warning")
        yield from ((time, "warning") for time in commas(line.times))
    else:
        yield from commas(line.times)


def _days(calendar: Calendar, zone: Zone | None) -> Iterator[_Day]:
    by_day = {day: list(runs) for day, runs in groupby(calendar.runs, key=lambda run: run.time.date())}
    day, last = calendar.start.date(), (calendar.end - timedelta(seconds=1)).date()
    while True:
        yield day, tuple(_lines(by_day.get(day, []), zone))
        if day >= last:
            return
        day += timedelta(days=1)


def _lines(runs: Sequence[Run], zone: Zone | None) -> Iterator[_Line]:
    """The lines of a day, rule by rule in the order of their first runs; runs that take place come first."""
    by_rule: dict[tuple[Plan, BackupRule], dict[str, list[datetime]]] = {}
    for run in runs:
        reason = named(dict.fromkeys(by.rule.name for by in run.suppressed_by))
        by_rule.setdefault((run.plan, run.rule), {"": []}).setdefault(reason, []).append(run.time)
    for (plan, rule), by_reason in by_rule.items():
        for reason, times in by_reason.items():
            if times:
                yield _Line(f"{plan.name}/{rule.name}", reason, tuple(_times(times, zone)))


def _times(times: Sequence[datetime], zone: Zone | None) -> Iterator[str]:
    """The times, those in a row an hour apart as one; a great many are cut."""
    stretches = list(_stretches(times))
    for stretch in stretches[:_MOST_TIMES]:
        ends = f" to {_time(stretch[-1], zone)} hourly" if len(stretch) > 1 else ""
        yield f"{_time(stretch[0], zone)}{ends}"
    if left := sum(len(stretch) for stretch in stretches[_MOST_TIMES:]):
        yield f"and {left} more"


def _stretches(times: Sequence[datetime]) -> Iterator[Sequence[datetime]]:
    start = 0
    while start < len(times):
        end = start + 1
        while end < len(times) and times[end] - times[end - 1] == _HOUR:
            end += 1
        end = end if end - start >= _STRETCH else start + 1
        yield times[start:end]
        start = end


def _time(time: datetime, zone: Zone | None) -> str:
    text = f"{time:%H:%M}"
    if zone is None:
        return text
    local = zone.local(time)
    away = (local.date() - time.date()).days
    return f"{text} ({local:%H:%M}{ {0: '', 1: ' next day', -1: ' the day before'}[away] })"


def _day(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.isoformat()}"


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
        affected = shifted(calendar.rules, change)
        if not affected:
            continue
        minutes = int((change.after - change.before).total_seconds()) // 60
        length = "an hour" if abs(minutes) == 60 else long(abs(minutes))  # noqa: PLR2004 - minutes of an hour
        page.line()
        day = zone.local(change.at).date()
        way = "earlier" if minutes < 0 else "later"
        page.line((f"from {day} these runs are {length} {way} by the clock of {zone.name}", "strong"))
        column = columns(_label(shift.rule) for shift in affected[:_MOST])
        for shift in affected[:_MOST]:
            times = [_clock(time) for time in shift.times[:_MOST_TIMES_OF_RULE]]
            more = (
                [f"and {len(shift.times) - _MOST_TIMES_OF_RULE} more"] if len(shift.times) > _MOST_TIMES_OF_RULE else []
            )
            entry(page, ["  ", (_label(shift.rule), "place")], commas([*times, *more]), column)
        if len(affected) > _MOST:
            page.line((f"  and {len(affected) - _MOST:,} more; --format json has them", "dim"))


def _clock(time: ClockTime) -> str:
    day = {-1: " the day before", 1: " the day after"}.get(time.days, "")
    return f"{clock(time.after)}{day} instead of {clock(time.before)}"


def _label(outlook: Outlook) -> str:
    return f"{outlook.plan.name}/{outlook.rule.name}"


def _moment(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M}"
