"""Which settings a finding hangs on beside the one that it stands at, for the checks that weigh several."""

from __future__ import annotations

from collections.abc import Mapping

from policyengine.diagnostics import Diagnostic
from policyengine.effective import keys

_PLAN, _RULE, _SELECTION = 2, 4, 5  # steps of a path down to a plan, a rule, a selection
_CONTINUOUS, _START = "enable_continuous_backup", "start_backup_window_minutes"
_ARCHIVE = "opt_in_to_archive_for_supported_resources"
_RETENTION = frozenset({"delete_after_days", "lifecycle"})
_COLD = frozenset({"move_to_cold_storage_after_days"})
_VAULTS = frozenset({"target_backup_vault_name", "target_logically_air_gapped_backup_vault_arn"})
_TYPES = frozenset({"resource_types", "not_resource_types"})
_TARGETS = _VAULTS | {"target_backup_vault_arn"}
_SETTINGS: Mapping[str, tuple[int, frozenset[str]]] = {
    "cold-storage-too-short": (_RULE, _RETENTION | _COLD | {_CONTINUOUS, _ARCHIVE}),
    "cold-storage-ignored": (_RULE, frozenset({_CONTINUOUS, _ARCHIVE})),
    "retention-unlimited": (_RULE, _RETENTION | {_CONTINUOUS}),
    "schedule-missing": (_RULE, frozenset({"schedule_expression"})),
    "completion-window-short": (_RULE, frozenset({_START, "complete_backup_window_minutes"})),
    "continuous-with-cold-storage": (_RULE, _COLD | {_CONTINUOUS}),
    "continuous-conflict": (_PLAN, _RETENTION | _VAULTS | {_CONTINUOUS}),
    "windows-overlap": (_PLAN, _RETENTION | _TYPES | {_CONTINUOUS, _START, "schedule_expression"}),
    "scan-without-settings": (_PLAN, frozenset({"scan_settings"})),
    "continuous-ignored": (_PLAN, _TYPES | {_CONTINUOUS}),
    "selection-without-types": (_SELECTION, _TYPES),
    "resources-in-two-plans": (_PLAN, _TYPES | {"regions", "tag_key", "tag_value", "conditions"}),
    "copy-stays-in-region": (_PLAN, _TARGETS | {"regions"}),
    "copy-between-air-gapped-vaults": (_RULE, _TARGETS),
    "support-undocumented": (_PLAN, _TYPES | _TARGETS | _COLD),
    "retention-outside-vault-lock": (_RULE, _RETENTION | _VAULTS | {_CONTINUOUS}),
    "continuous-outside-vault-lock": (_RULE, _RETENTION | _VAULTS | {_CONTINUOUS}),
    "copy-outside-vault-lock": (_RULE, _RETENTION | _TARGETS),
    "lock-irreversible": (_RULE, _RETENTION | _TARGETS),
}
"""By check: the steps down to what it weighs as a whole, and the names of the settings in there."""


def weighs(found: Diagnostic, path: tuple[str, ...]) -> bool:
    """Whether the finding's check looks at the setting or block at a path, given by its folded keys."""
    if found.name not in _SETTINGS:
        return False
    length, settings = _SETTINGS[found.name]
    return path[:length] == keys(found.path)[:length] and not settings.isdisjoint(path[length:])
