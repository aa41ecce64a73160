"""Which of two values protects better: the one table, each row with its reason.

A row reads a typed value of a rule, copy or selection, so that an absent setting counts as what AWS Backup makes of
it. What no row speaks of is plainly changed.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, Literal

from policyengine.diff.values import ChangeClass
from policyengine.plan import UNKNOWN, Selection, Vault
from policyengine.value import value

Better = Literal["longer", "shorter", "more", "fewer", "on", "present", "unchanged", "neither"]


@value
class Ordering:
    """A setting below its block: its words, how it is read, which of two values is better, and why.

    `said` is how messages show the value, if not as it is read; `forever` is their word for a time without an end.
    """

    place: str
    noun: str
    read: Callable[[Any], Any]
    better: Better
    reason: str
    said: Callable[[Any], Any] | None = None
    forever: str = "forever"


_DELETE, _COLD = "lifecycle/delete_after_days", "lifecycle/move_to_cold_storage_after_days"
_SPEED = "how soon a backup moves or may begin is a matter of cost and of windows; what breaks by it has its own check"


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
    Ordering("schedule_expression", "interval", attrgetter("interval"), "shorter", "a longer gap loses more work"),
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
    Ordering("start_backup_window_minutes", "start window", attrgetter("start_within"), "neither", _SPEED),
    Ordering("complete_backup_window_minutes", "completion window", attrgetter("complete_within"), "neither", _SPEED),
    Ordering(
        "index_actions/resource_types", "index", attrgetter("index"), "neither", "it helps to search, not to restore"
    ),
)
COPY = (
    Ordering(_DELETE, "retention of the copy", attrgetter("retention"), "longer", RULE[0].reason),
    Ordering(
        _COLD, "time before cold storage of the copy", attrgetter("cold_after"), "neither", _SPEED, forever="never"
    ),
)
SELECTION = (
    Ordering("tag_key", "tag", attrgetter("key"), "unchanged", "what only has the old tag is no longer selected"),
    Ordering("tag_value", "tag values", attrgetter("values"), "more", "each value selects further resources"),
    Ordering(
        "resource_types",
        "resource types",
        _selected,
        "more",
        "each type selects further resources",
        said=attrgetter("types"),
    ),
    Ordering("not_resource_types", "excepted types", attrgetter("excepted"), "fewer", "what is excepted has no backup"),
)

LOCKS = ("none", "governance", "compliance")
"""From the weakest: anybody may delete, only administrators may, nobody may (facts 4.2)."""


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


def _risen(risen: bool, *, wanted: bool) -> ChangeClass:  # noqa: FBT001 - the question itself
    return ChangeClass.STRENGTHENED if risen is wanted else ChangeClass.WEAKENED


def _grown(before: set[str], after: set[str], *, wanted: bool) -> ChangeClass:
    """A list that lost something is no better for what it won."""
    if before - after and after - before:
        return ChangeClass.WEAKENED
    return _risen(bool(after - before), wanted=wanted)
