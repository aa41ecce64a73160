"""Changes of windows and cold storage that break something: they weaken, whatever their direction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from policyengine.diagnostics import Diagnostic, Severity
from policyengine.diff.values import Change, ChangeClass

_PLAN, _RULE = 2, 4  # steps of a path


class _Harm(NamedTuple):
    """What a check says of: the settings that can be to blame, and how much of their path a finding shares."""

    settings: tuple[str, ...]
    shared: int


_START, _SCHEDULE = "start_backup_window_minutes", "schedule_expression"
_COLD = ("lifecycle/move_to_cold_storage_after_days", "lifecycle/opt_in_to_archive_for_supported_resources")
_CHECKS = {
    "windows-overlap": _Harm((_START, _SCHEDULE), _PLAN),  # told of the rule that loses runs to the other
    "completion-window-short": _Harm((_START, "complete_backup_window_minutes"), _RULE),
    "cold-storage-too-short": _Harm(_COLD, _RULE),
    "continuous-with-cold-storage": _Harm(_COLD, _RULE),
}


def breaking(changes: Iterable[Change], findings: Iterable[Diagnostic]) -> Iterator[Change]:
    """The changes; those of windows and cold storage are weakened for the accounts with a new finding about them."""
    told = [found for found in findings if found.name in _CHECKS and found.severity is not Severity.INFO]
    for change in changes:
        hit = {number for found in told if _about(found, change) for number in found.accounts}
        if hit and change.change_class is ChangeClass.CHANGED:
            yield from _split(change, hit)
        else:
            yield change


def _split(change: Change, hit: set[str]) -> Iterator[Change]:
    broken = tuple(number for number in change.accounts if number in hit)
    rest = tuple(number for number in change.accounts if number not in hit)
    if broken:
        yield replace(change, change_class=ChangeClass.WEAKENED, accounts=broken)
    if rest:
        yield replace(change, accounts=rest)


def _about(found: Diagnostic, change: Change) -> bool:
    """Whether a finding is about the setting that changed."""
    harm = _CHECKS[found.name]
    same = found.path.split("/")[: harm.shared] == change.path.split("/")[: harm.shared]
    return same and change.path.endswith(harm.settings)
