"""AWS Backup's vaults and settings, and the keys of vaults, from the state; operations as their references have them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from fake_aws.faults import ApiError
from fake_aws.organization_state import State
from fake_aws.organizations_api import Answer, Listed
from fake_aws.published import NOW

Tree = dict[str, Any]

TYPES = ("Aurora", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "RDS", "S3")
"""Types that answers name beside those of the state, so that what is off stands there, too."""
LAST_DAY = date(2020, 1, 1)
"""From when a compliance lock cannot be changed where the snapshot has no date."""


class RegionalRequest(NamedTuple):
    """A call to a regional service: the caller's account, the Region, and the members of its input."""

    account: str
    region: str
    input: Mapping[str, Any]


def _describe_global_settings(state: State, request: RegionalRequest) -> Tree:
    on = state.settings.get("cross_account_backup")
    told = {} if on is None else {"isCrossAccountBackupEnabled": "true" if on else "false"}
    if request.account != state.management:
        raise ApiError("InvalidRequestException", "Only the management account can describe the global settings.")
    return {"GlobalSettings": told, "LastUpdateTime": NOW.timestamp()}


def _describe_region_settings(state: State, request: RegionalRequest) -> Tree:
    of_management = request.account == state.management
    opted_in = state.settings.get("opt_in", {}).get(request.region) if of_management else None
    advanced = state.settings.get("dynamodb_advanced", {}).get(request.region) if of_management else None
    preferences = {} if opted_in is None else {name: name in opted_in for name in sorted({*TYPES, *opted_in})}
    managed = {} if advanced is None else {"DynamoDB": advanced, "EFS": True}
    return {"ResourceTypeOptInPreference": preferences, "ResourceTypeManagementPreference": managed}


def _list_backup_vaults(state: State, request: RegionalRequest) -> Listed:
    return Listed(
        "BackupVaultList", [_vault(request, vault) for vault in state.vaults_in(request.account, request.region)]
    )


def _get_vault_policy(state: State, request: RegionalRequest) -> Tree:
    name = request.input["BackupVaultName"]
    vault = next((one for one in state.vaults_in(request.account, request.region) if one["name"] == name), None)
    if vault is None or vault.get("policy", "none") == "none":
        raise ApiError("ResourceNotFoundException", f"Backup Vault {name} has no policy associated with it.")
    policy = vault["policy"]
    text = policy if isinstance(policy, str) else json.dumps(policy)
    return {"BackupVaultName": name, "BackupVaultArn": _vault_arn(request, name), "Policy": text}


def _describe_key(_state: State, request: RegionalRequest) -> Tree:
    arn = str(request.input["KeyId"])
    matched = re.fullmatch(r"arn:aws:kms:([a-z0-9-]+):([0-9]{12}):key/([0-9a-f]{8})-(.*)", arn)
    kinds = {_tag(kind): kind for kind in ("customer", "aws_managed")}
    if matched is None or (matched[1], matched[2]) != (request.region, request.account) or matched[3] not in kinds:
        raise ApiError("NotFoundException", f"Key '{arn}' does not exist")
    manager = "CUSTOMER" if kinds[matched[3]] == "customer" else "AWS"
    key = {"KeyId": arn.partition("/")[2], "Arn": arn, "AWSAccountId": request.account, "KeyManager": manager}
    return {"KeyMetadata": key}


Operation = Callable[[State, RegionalRequest], Answer]

BACKUP: Mapping[str, Operation] = {
    "DescribeGlobalSettings": _describe_global_settings,
    "DescribeRegionSettings": _describe_region_settings,
    "ListBackupVaults": _list_backup_vaults,
    "GetBackupVaultAccessPolicy": _get_vault_policy,
}
KMS: Mapping[str, Operation] = {"DescribeKey": _describe_key}


def _vault(request: RegionalRequest, vault: Tree) -> Tree:
    air_gapped = vault.get("type") == "logically_air_gapped"
    described = {
        "BackupVaultName": vault["name"],
        "BackupVaultArn": _vault_arn(request, vault["name"]),
        "VaultType": "LOGICALLY_AIR_GAPPED_BACKUP_VAULT" if air_gapped else "BACKUP_VAULT",
        "VaultState": "AVAILABLE",
        "CreationDate": NOW.timestamp(),
        "NumberOfRecoveryPoints": 0,
        "Locked": False,
    }
    key = vault.get("key", "aws_managed")
    if key == "aws_owned":
        described["EncryptionKeyType"] = "AWS_OWNED_KMS_KEY"
    else:
        described["EncryptionKeyArn"] = _key_arn(request, vault["name"], key)
        if air_gapped:
            described["EncryptionKeyType"] = "CUSTOMER_MANAGED_KMS_KEY"
    return described | _lock(vault.get("lock", "none"))


def _lock(lock: str | Tree) -> Tree:
    if isinstance(lock, str):
        return {}
    described: Tree = {"Locked": True}
    for key, member in (("min_retention_days", "MinRetentionDays"), ("max_retention_days", "MaxRetentionDays")):
        if key in lock:
            described[member] = lock[key]
    if lock["mode"] == "compliance":
        until = lock.get("changeable_until", LAST_DAY)
        day = until if isinstance(until, date) else date.fromisoformat(until)
        described["LockDate"] = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
    return described


def _vault_arn(request: RegionalRequest, name: str) -> str:
    return f"arn:aws:backup:{request.region}:{request.account}:backup-vault:{name}"


def _key_arn(request: RegionalRequest, name: str, kind: str) -> str:
    rest = sha256(f"{request.account} {request.region} {name}".encode()).hexdigest()
    return f"arn:aws:kms:{request.region}:{request.account}:key/{_tag(kind)}-{rest[:4]}-{rest[4:8]}-{rest[8:12]}-{rest[12:24]}"


def _tag(kind: str) -> str:
    """The beginning of the ids of keys of a kind."""
    return sha256(kind.encode()).hexdigest()[:8]
