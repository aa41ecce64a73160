"""Plans that do not fit the vaults, roles and settings of the accounts where they run."""

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

CHECKS = (
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
