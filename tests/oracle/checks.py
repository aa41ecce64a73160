"""A second, literal reading of the checks of AWS Backup and of the environment (PE5xx, PE6xx), one account at a time.

One function a check, named like it. What a check says of an account is a set of claims: where, and of which Region.
Texts and severities are the engine's business, and so is which runs happen (PE507).
"""

from __future__ import annotations

from collections.abc import Callable

from oracle import aws_backup, environment
from oracle.claims import Claim, Claims
from oracle.deployed import Case


def claims(case: Case) -> dict[str, set[Claim]]:
    """What every check says of the account, by the check's name."""
    return {name: set(check(case)) for name, check in CHECKS.items()}


CHECKS: dict[str, Callable[[Case], Claims]] = {
    check.__name__.replace("_", "-"): check
    for check in (
        aws_backup.cold_storage_too_short,
        aws_backup.retention_too_long,
        aws_backup.window_too_long,
        aws_backup.retention_unlimited,
        aws_backup.schedule_missing,
        aws_backup.schedule_past_midnight,
        aws_backup.schedule_weekday_number,
        aws_backup.completion_window_short,
        aws_backup.continuous_with_cold_storage,
        aws_backup.continuous_conflict,
        aws_backup.cold_storage_ignored,
        aws_backup.copy_unsupported_type,
        aws_backup.copy_to_same_vault,
        aws_backup.copy_arn_malformed,
        aws_backup.copy_region_unreachable,
        aws_backup.index_two_types,
        aws_backup.index_of_nothing,
        aws_backup.scan_without_settings,
        aws_backup.scanner_role_unfit,
        aws_backup.quota_exceeded,
        aws_backup.selection_reaches_everything,
        aws_backup.selection_both_kinds,
        aws_backup.tag_value_wildcard,
        aws_backup.region_unsupported,
        environment.vault_missing,
        environment.vault_name_case,
        environment.default_vault_assumed,
        environment.role_missing,
        environment.opt_in_off,
        environment.retention_outside_vault_lock,
        environment.copy_outside_vault_lock,
        environment.continuous_outside_vault_lock,
        environment.lock_irreversible,
        environment.copy_to_default_vault,
        environment.cross_account_disabled,
        environment.copy_outside_organization,
        environment.copy_key_unusable,
        environment.air_gapped_unsupported,
        environment.dynamodb_advanced_off,
        environment.copy_of_nothing,
    )
}
