"""Everything that is said about a resolved organization; the door is `run_checks`.

One file a check, with its page. A new check is written, listed in `CHECKS`, and that is all.
"""

from __future__ import annotations

from policyengine.checks.aws_backup import (
    cold_storage_ignored,
    cold_storage_too_short,
    completion_window_short,
    continuous_conflict,
    continuous_with_cold_storage,
    copy_arn_malformed,
    copy_region_unreachable,
    copy_to_same_vault,
    copy_unsupported_type,
    index_two_types,
    quota_exceeded,
    region_unsupported,
    retention_too_long,
    retention_unlimited,
    scan_without_settings,
    schedule_missing,
    schedule_past_midnight,
    schedule_weekday_number,
    selection_both_kinds,
    selection_reaches_everything,
    tag_value_wildcard,
    windows_overlap,
)
from policyengine.checks.effective import account_without_plan, effective_policy_invalid
from policyengine.checks.environment import (
    air_gapped_unsupported,
    continuous_outside_vault_lock,
    copy_key_unusable,
    copy_outside_organization,
    copy_outside_vault_lock,
    copy_to_default_vault,
    cross_account_disabled,
    default_vault_assumed,
    dynamodb_advanced_off,
    lock_irreversible,
    opt_in_off,
    retention_outside_vault_lock,
    role_missing,
    vault_missing,
    vault_name_case,
)
from policyengine.checks.facts import Facts
from policyengine.checks.merging import (
    assign_shadowed,
    key_blocked,
    lock_does_not_reach,
    operator_blocked,
    override_without_effect,
    peer_order_unknown,
    policy_not_attached,
    regions_emptied,
    too_many_policies_attached,
    unverified_rendering,
)
from policyengine.diagnostics import Diagnostic

CHECKS = (
    operator_blocked,
    key_blocked,
    assign_shadowed,
    peer_order_unknown,
    lock_does_not_reach,
    override_without_effect,
    regions_emptied,
    too_many_policies_attached,
    policy_not_attached,
    unverified_rendering,
    effective_policy_invalid,
    account_without_plan,
    cold_storage_too_short,
    retention_too_long,
    retention_unlimited,
    schedule_missing,
    schedule_past_midnight,
    schedule_weekday_number,
    windows_overlap,
    completion_window_short,
    continuous_with_cold_storage,
    continuous_conflict,
    cold_storage_ignored,
    copy_unsupported_type,
    copy_to_same_vault,
    copy_arn_malformed,
    copy_region_unreachable,
    index_two_types,
    scan_without_settings,
    quota_exceeded,
    selection_reaches_everything,
    selection_both_kinds,
    tag_value_wildcard,
    region_unsupported,
    vault_missing,
    vault_name_case,
    default_vault_assumed,
    role_missing,
    opt_in_off,
    retention_outside_vault_lock,
    copy_outside_vault_lock,
    continuous_outside_vault_lock,
    lock_irreversible,
    copy_to_default_vault,
    cross_account_disabled,
    copy_outside_organization,
    copy_key_unusable,
    air_gapped_unsupported,
    dynamodb_advanced_off,
)

__all__ = ["CHECKS", "Facts", "run_checks"]


def run_checks(facts: Facts) -> tuple[Diagnostic, ...]:
    """The findings of every check, in the order of `CHECKS`."""
    return tuple(found for check in CHECKS for found in check.check(facts))
