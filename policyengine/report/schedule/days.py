"""The days of a calendar on a terminal, each with its runs; days with the same runs are listed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from policyengine.aws.deployment import BackupRule, Calendar, Plan, Run
from policyengine.report.schedule.layout import columns, commas, entry, named
from policyengine.report.schedule.zone import Zone
from policyengine.report.shown_text import count
from policyengine.report.terminal import Part, TerminalPage

_MOST_BLOCKS = 100
_MOST_TIMES = 8
_HOUR = timedelta(hours=1)
_STRETCH = 3  # runs, an hour apart, that are shown by the first and the last of them
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class _Line(NamedTuple):
    """A rule on a day: its runs that take place, or those that are left out for the same reason."""

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
