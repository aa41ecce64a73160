"""What a switch demands of other settings in the same rule of the same document (semantics.md section 9).

Takes a content and the switches that are on. Values that are missing or refused already are not looked at again, and
what a rule inherits does not count: AWS judges each document by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from policyengine.admission.fragments import assigned_text, child
from policyengine.admission.refusals import Complaint, Path, Refusal
from policyengine.admission.schedules import next_gap
from policyengine.catalogue.admission import (
    archive_gap_too_short,
    archive_schedule_too_frequent,
    archive_without_days,
    cold_storage_in_continuous_rule,
    continuous_retention,
)
from policyengine.model.documents import ASSIGN, Json
from policyengine.wording import listed, quoted

_RULE = 4  # the keys down to a rule: plans, its plan, rules, its name
_COLD, _DELETE, _SCHEDULE = "move_to_cold_storage_after_days", "delete_after_days", "schedule_expression"
_MOST_CONTINUOUS_DAYS = 35
_LEAST_COLD_DAYS = 90
_LEAST_ARCHIVE_GAP = timedelta(days=28)


def relation_refusals(content: Json, switch: Path, doubtful: AbstractSet[Path], at: datetime) -> Iterator[Refusal]:
    """Why a switch that is on, at its path as the author wrote it, cannot stay on; it is the switch that is refused."""
    folded = tuple(key.lower() for key in switch)
    rule = _Fragment(content, folded[:_RULE], doubtful)
    if folded[-1] == "enable_continuous_backup":
        found = _continuous(_Fragment(content, (*folded[:_RULE], "lifecycle"), doubtful))
    else:
        found = _archive(_Fragment(content, folded[:-1], doubtful), rule, at)
    return (Refusal(folded, complaint, entry=folded, operator=ASSIGN) for complaint in found)


class _Fragment:
    """An object of the document, asked for the values that it assigns."""

    def __init__(self, content: Json, path: Path, doubtful: AbstractSet[Path]) -> None:
        self._path = path
        self._doubtful = doubtful
        for key in path:
            content = child(content, key)
        self._value = content

    def unclear(self, setting: str) -> bool:
        """Whether something has been said about the setting already."""
        path = self._path
        return (*path, setting) in self._doubtful or (path[-1] == "lifecycle" and path in self._doubtful)

    def text(self, setting: str) -> str | None:
        """What the fragment assigns."""
        return assigned_text(self._value, setting)

    def days(self, setting: str) -> int | None:
        """What the fragment assigns, where it is a number of days that was found good."""
        text = None if self.unclear(setting) else self.text(setting)
        return None if text is None else int(text)


def _continuous(lifecycle: _Fragment) -> Iterator[Complaint]:
    days = lifecycle.days(_DELETE)
    if not lifecycle.unclear(_DELETE) and (days is None or days > _MOST_CONTINUOUS_DAYS):
        found = "no `delete_after_days`" if days is None else f"a `delete_after_days` of {days}"
        message = f"continuous backup stands beside {found}, expected 1 to {_MOST_CONTINUOUS_DAYS} days"
        advice = "set it in the same rule of the same policy: what is inherited does not count"
        if days is not None:
            advice = (
                f"keep them for {_MOST_CONTINUOUS_DAYS} days at most, and what is kept longer by a rule of snapshots"
            )
        yield Complaint(continuous_retention.RULE, message, advice)
    if lifecycle.days(_COLD) is not None:
        message = f"continuous backup stands beside `{_COLD}`, expected no transition to cold storage"
        yield Complaint(cold_storage_in_continuous_rule.RULE, message, "give the transition to a rule of its own")


def _archive(lifecycle: _Fragment, rule: _Fragment, at: datetime) -> Iterator[Complaint]:
    cold, delete = lifecycle.days(_COLD), lifecycle.days(_DELETE)
    missing = [
        name for name, days in ((_COLD, cold), (_DELETE, delete)) if days is None and not lifecycle.unclear(name)
    ]
    if missing:
        advice = "set both in this lifecycle: what is inherited does not count"
        message = f"the archive opt-in stands without {listed(missing, 'and')}"
        yield Complaint(archive_without_days.RULE, message, advice)
    if cold is not None and delete is not None and delete - cold < _LEAST_COLD_DAYS:
        message = (
            f"the archive opt-in stands with cold storage after {cold} days and deletion after {delete}, "
            f"expected at least {_LEAST_COLD_DAYS} days from one to the other"
        )
        advice = f"set `{_DELETE}` to {cold + _LEAST_COLD_DAYS} or more"
        if delete > _LEAST_COLD_DAYS:
            advice += f", or `{_COLD}` to {delete - _LEAST_COLD_DAYS} or less"
        yield Complaint(archive_gap_too_short.RULE, message, advice)
    if not rule.unclear(_SCHEDULE):
        yield from _archive_schedule(rule.text(_SCHEDULE), at)


def _archive_schedule(schedule: str | None, at: datetime) -> Iterator[Complaint]:
    expected = f"expected runs at least {_LEAST_ARCHIVE_GAP.days} days apart"
    advice = "monthly is `cron(0 5 1 * ? *)`"
    if schedule is None:
        message = f"the archive opt-in stands in a rule without `{_SCHEDULE}`, {expected}"
        yield Complaint(archive_schedule_too_frequent.RULE, message, advice)
        return
    gap = next_gap(schedule, at)
    if gap is None or gap < _LEAST_ARCHIVE_GAP:
        apart = "" if gap is None else f", whose next two runs are {_days(gap)} apart"
        message = f"the archive opt-in stands with {quoted(schedule)}{apart}, {expected}"
        yield Complaint(archive_schedule_too_frequent.RULE, message, advice)


def _days(gap: timedelta) -> str:
    if gap < timedelta(days=1):
        return "less than a day"
    return f"{gap.days} day{'s' * (gap.days != 1)}"
