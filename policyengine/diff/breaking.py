"""Changes of windows, cold storage and bounds of locks that break something: they weaken, whatever their direction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from policyengine.diagnostics import Diagnostic, Severity
from policyengine.diff.values import Change, ChangeClass

_PLAN, _RULE, _COPY = 2, 4, 6  # steps of a path


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
_LOCKS = {  # by check: the steps of its path down to what has the retention
    "retention-outside-vault-lock": _RULE,
    "continuous-outside-vault-lock": _RULE,
    "copy-outside-vault-lock": _COPY,
}
_RETENTION = "lifecycle/delete_after_days"
_VAULTS = ("target_backup_vault_name", "target_logically_air_gapped_backup_vault_arn", "target_backup_vault_arn")


def breaking(
    changes: Iterable[Change], findings: Iterable[Diagnostic], gone: Iterable[Diagnostic] = ()
) -> Iterator[Change]:
    """The changes; those that a new finding is about are weakened for its accounts.

    A retention that was out of a lock's bounds before, as `gone` says, is not broken by other bounds.
    """
    told = [found for found in findings if found.severity is not Severity.INFO]
    before = [found for found in gone if found.name in _LOCKS]
    for change in changes:
        hit = {number for found in told if _about(found, change) for number in found.accounts}
        hit -= {number for found in before if _about(found, change) for number in found.accounts}
        if hit and change.change_class in (ChangeClass.CHANGED, ChangeClass.STRENGTHENED):
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
    if found.name in _LOCKS:
        return _out_of_bounds(found, change)
    if found.name not in _CHECKS or change.change_class is not ChangeClass.CHANGED:
        return False
    harm = _CHECKS[found.name]
    same = found.path.split("/")[: harm.shared] == change.path.split("/")[: harm.shared]
    return same and change.path.endswith(harm.settings)


def _out_of_bounds(found: Diagnostic, change: Change) -> bool:
    """Whether a retention is out of the bounds of a lock since it, the vault or the bounds changed."""
    if found.region and change.region not in {"", found.region}:
        return False
    steps, length = found.path.split("/"), _LOCKS[found.name]
    block, rule = "/".join(steps[:length]), "/".join(steps[:_RULE])  # a copy may have the retention of its rule
    vault = change.path in {f"{block}/{setting}" for setting in _VAULTS}
    bounds_or_vault = vault and (change.hangs_on or change.before != change.after)
    return bool(bounds_or_vault) or change.path in {f"{block}/{_RETENTION}", f"{rule}/{_RETENTION}"}
