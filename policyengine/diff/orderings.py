"""Which of two values protects better: the one table, each row with its reason.

A row reads a typed value of a rule, copy or selection, so that an absent setting counts as what AWS Backup makes of
it. What no row speaks of is plainly changed.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Literal

from policyengine.cron import CronError, parse_cron, same_runs
from policyengine.diff.values import ChangeClass
from policyengine.plan import UNKNOWN, Rule, Selection, Vault
from policyengine.value import value

Better = Literal["longer", "shorter", "more", "fewer", "on", "present", "unchanged", "neither"]


@value
class Ordering:
    """A setting below its block: its words, how it is read, which of two values is better, and why.

    `said` is how messages show the value, if not as it is read; `forever` is their word for a time without an end, and
    `text` shows two values that read the same. `alike` tells whether the setting does the same in two blocks, if not by
    what is read.
    """

    place: str
    noun: str
    read: Callable[[Any], Any]
    better: Better
    reason: str
    said: Callable[[Any], Any] | None = None
    forever: str = "forever"
    alike: Callable[[Any, Any], bool] | None = None
    text: Callable[[Any], str] | None = None


_ARCHIVE = "lifecycle/opt_in_to_archive_for_supported_resources"
_DELETE, _COLD = "lifecycle/delete_after_days", "lifecycle/move_to_cold_storage_after_days"
_SPEED = "how soon a backup moves or may begin is a matter of cost and of windows; what breaks by it has its own check"


def _at_the_same_times(before: Rule, after: Rule) -> bool:
    """Whether two rules run at the same times, however their schedules are written."""
    try:
        return same_runs(parse_cron(before.schedule), parse_cron(after.schedule))
    except CronError:
        return before.schedule == after.schedule


def _of_the_same_types(before: Selection, after: Selection) -> bool:
    """Whether two selections name the same types; a list of all types lacks those that are to come."""
    named, now_named = ({"*"} if "*" in side.types or not side.types else set(side.types) for side in (before, after))
    return named == now_named


def _same_set(name: str) -> Callable[[Any, Any], bool]:
    """Whether a list has the same members in both, in any order."""
    read = attrgetter(name)
    return lambda before, after: set(read(before)) == set(read(after))


def _selected(selection: Selection) -> frozenset[str]:
    """The types that a selection names, `*` spelled out, whatever it excepts."""
    everything = "*" in selection.types or not selection.types
    return frozenset((*selection.reach, *selection.excepted) if everything else selection.types)


PLAN = (
    Ordering(
        "advanced_backup_settings/ec2/windows_vss",
        "Windows VSS",
        attrgetter("windows_vss"),
        "on",
        "without it a backup is taken while applications write",
    ),
)
RULE = (
    Ordering(
        _DELETE, "retention", attrgetter("retention"), "longer", "what is deleted earlier cannot be restored later"
    ),
    Ordering(
        "schedule_expression",
        "interval",
        attrgetter("interval"),
        "shorter",
        "a longer gap loses more work",
        alike=_at_the_same_times,
        text=attrgetter("schedule"),
    ),
    Ordering(
        "enable_continuous_backup", "continuous backup", attrgetter("continuous"), "on", "it restores to any second"
    ),
    Ordering(
        "target_logically_air_gapped_backup_vault_arn",
        "air-gapped vault",
        attrgetter("air_gapped"),
        "present",
        "a copy there outlives the account's own credentials",
    ),
    Ordering(_COLD, "time before cold storage", attrgetter("cold_after"), "neither", _SPEED, forever="never"),
    Ordering(_ARCHIVE, "archive", attrgetter("archive"), "neither", _SPEED),
    Ordering("start_backup_window_minutes", "start window", attrgetter("start_within"), "neither", _SPEED),
    Ordering("complete_backup_window_minutes", "completion window", attrgetter("complete_within"), "neither", _SPEED),
    Ordering(
        "index_actions/resource_types",
        "index",
        attrgetter("index"),
        "neither",
        "it helps to search, not to restore",
        alike=_same_set("index"),
    ),
)
COPY = (
    Ordering(_DELETE, "retention of the copy", attrgetter("retention"), "longer", RULE[0].reason),
    Ordering(
        _COLD, "time before cold storage of the copy", attrgetter("cold_after"), "neither", _SPEED, forever="never"
    ),
    Ordering(_ARCHIVE, "archive of the copy", attrgetter("archive"), "neither", _SPEED),
)
SELECTION = (
    Ordering("tag_key", "tag", attrgetter("key"), "unchanged", "what only has the old tag is no longer selected"),
    Ordering(
        "tag_value",
        "tag values",
        attrgetter("values"),
        "more",
        "each value selects further resources",
        alike=_same_set("values"),
    ),
    Ordering(
        "resource_types",
        "resource types",
        _selected,
        "more",
        "each type selects further resources",
        said=attrgetter("types"),
        alike=_of_the_same_types,
    ),
    Ordering(
        "not_resource_types",
        "excepted types",
        attrgetter("excepted"),
        "fewer",
        "what is excepted has no backup",
        alike=_same_set("excepted"),
    ),
)

LOCKS = ("none", "governance", "compliance")
"""From the weakest: anybody may delete, only administrators may, nobody may (facts 4.2)."""


def alike(ordering: Ordering, before: Any, after: Any) -> bool:  # noqa: ANN401 - blocks that the ordering reads
    """Whether a setting does the same in two rules, copies, selections or plans, however it is written."""
    if ordering.alike:
        return ordering.alike(before, after)
    return bool(ordering.read(before) == ordering.read(after))


def judge(ordering: Ordering, before: Any, after: Any) -> ChangeClass:  # noqa: ANN401 - of the ordering's setting
    """What a change from one value to the other means."""
    if ordering.better == "neither" or UNKNOWN in (before, after) or before == after:
        return ChangeClass.CHANGED
    if ordering.better == "unchanged":
        return ChangeClass.WEAKENED
    if ordering.better in {"longer", "shorter"}:
        return _risen(after > before, wanted=ordering.better == "longer")
    if ordering.better in {"more", "fewer"}:
        return _grown(set(before), set(after), wanted=ordering.better == "more")
    if bool(before) == bool(after):
        return ChangeClass.CHANGED
    return _risen(bool(after), wanted=True)


def of_locks(before: Vault, after: Vault) -> ChangeClass:
    """What it means that backups lie behind another lock."""
    if UNKNOWN in (before.lock, after.lock) or before.lock == after.lock:
        return ChangeClass.CHANGED
    return _risen(LOCKS.index(str(after.lock)) > LOCKS.index(str(before.lock)), wanted=True)


def of_minimum(before: Vault, after: Vault) -> ChangeClass:
    """What it means that a lock keeps backups for another time at least: nobody can delete them sooner."""
    if before.min_retention is UNKNOWN or after.min_retention is UNKNOWN:
        return ChangeClass.CHANGED
    return _risen(after.min_retention > before.min_retention, wanted=True)


def of_maximum() -> ChangeClass:
    """What it means that a lock lets backups be kept for another time at most: by itself nothing.

    It deletes no backup; where a retention is over it from now on, every job fails, and a check says so (`breaking`).
    """
    return ChangeClass.CHANGED


def _risen(risen: bool, *, wanted: bool) -> ChangeClass:  # noqa: FBT001 - the question itself
    return ChangeClass.STRENGTHENED if risen is wanted else ChangeClass.WEAKENED


def _grown(before: set[str], after: set[str], *, wanted: bool) -> ChangeClass:
    """A list that lost something is no better for what it won."""
    if before - after and after - before:
        return ChangeClass.WEAKENED
    return _risen(bool(after - before), wanted=wanted)
