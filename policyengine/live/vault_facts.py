"""What AWS Backup answers of a vault, in the words of a snapshot (interface.md section 2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

_AIR_GAPPED, _RESTORE_ACCESS = "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "RESTORE_ACCESS_BACKUP_VAULT"
_OWNED = "AWS_OWNED_KMS_KEY"


def is_vault(listed: dict[str, Any]) -> bool:
    """Whether a vault of a list takes backups: neither one through which another account restores, nor a failed one."""
    return listed.get("VaultType") != _RESTORE_ACCESS and listed.get("VaultState") != "FAILED"


def vault_facts(listed: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Name, type and lock of a vault of a list. Raises `ValueError` for a moment that is none."""
    air_gapped = listed.get("VaultType") == _AIR_GAPPED
    kind = "logically_air_gapped" if air_gapped else "standard"
    return {"name": listed["BackupVaultName"], "type": kind, "lock": _lock(listed, now, air_gapped=air_gapped)}


def owned_by_aws(listed: dict[str, Any]) -> bool:
    """Whether a vault's key is AWS's own, of which nobody can ask."""
    return listed.get("EncryptionKeyType") == _OWNED


def _lock(listed: dict[str, Any], now: datetime, *, air_gapped: bool) -> dict[str, Any] | str:
    """An air-gapped vault is always locked in compliance mode; with a `LockDate` a standard one is (facts 4.2)."""
    if not (listed.get("Locked") or air_gapped):
        return "none"
    until = listed.get("LockDate")
    lock = {
        "mode": "compliance" if until or air_gapped else "governance",
        "min_retention_days": listed.get("MinRetentionDays"),
        "max_retention_days": listed.get("MaxRetentionDays"),
        "changeable_until": changeable_until(until, now) if until and not air_gapped else None,
    }
    return {key: value for key, value in lock.items() if value}


def changeable_until(until: str, now: datetime) -> str | None:
    """The first whole day on which nobody can remove a lock; None where nobody can now."""
    locked = datetime.fromisoformat(until).astimezone(UTC)
    return str((locked + timedelta(days=1)).date()) if locked > now else None
