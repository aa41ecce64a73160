"""A time zone beside UTC: its name, its clock, and what becomes of schedules when that changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import NamedTuple

from policyengine.aws.deployment import ClockChange, ClockTime, Outlook, clock_times


class Zone(NamedTuple):
    """A zone by its name in the time zone database, and the clock changes that are shown."""

    name: str
    clock: tzinfo
    changes: tuple[ClockChange, ...]

    def local(self, time: datetime) -> datetime:
        """The time by the zone's clock."""
        return time.astimezone(self.clock)


class ShiftedRule(NamedTuple):
    """A rule that runs at other times by the clock after a change."""

    rule: Outlook
    times: tuple[ClockTime, ...]


def shifted(rules: Iterable[Outlook], change: ClockChange) -> tuple[ShiftedRule, ...]:
    """The rules for which a change makes a difference."""
    candidates = (ShiftedRule(rule, clock_times(rule.rule, change)) for rule in rules)
    return tuple(each for each in candidates if each.times)
