"""The facts of an account in a Region, part by part: vaults, own backup plans, restore testing, frameworks; its roles.

An item is what a snapshot says of it, but for accounts and Regions. What changes from day to day, as the moment of the
last run, and ids that are another's in every account are left out: equal items of many accounts are one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from policyengine.aws.facts.api_operations import (
    DESCRIBE_FRAMEWORK,
    DESCRIBE_KEY,
    GET_BACKUP_PLAN,
    GET_BACKUP_SELECTION,
    GET_BACKUP_VAULT_ACCESS_POLICY,
    GET_RESTORE_TESTING_PLAN,
    GET_RESTORE_TESTING_SELECTION,
    LIST_BACKUP_PLANS,
    LIST_BACKUP_SELECTIONS,
    LIST_BACKUP_VAULTS,
    LIST_FRAMEWORKS,
    LIST_RESTORE_TESTING_PLANS,
    LIST_RESTORE_TESTING_SELECTIONS,
    LIST_ROLES,
    ApiOperation,
)
from policyengine.live.answers import ApiError, ApiRequest, FaultKind, Listing
from policyengine.live.retrying import Calls
from policyengine.live.stored import mapping_of

_VAULTS = Listing(LIST_BACKUP_VAULTS, "BackupVaultList", ("BackupVaultName",))
_PLANS = Listing(LIST_BACKUP_PLANS, "BackupPlansList", ("BackupPlanId", "BackupPlanName"))
_SELECTIONS = Listing(LIST_BACKUP_SELECTIONS, "BackupSelectionsList", ("SelectionId",))
_FRAMEWORKS = Listing(LIST_FRAMEWORKS, "Frameworks", ("FrameworkName",))
_TESTS = Listing(LIST_RESTORE_TESTING_PLANS, "RestoreTestingPlans", ("RestoreTestingPlanName",))
_TESTED = Listing(LIST_RESTORE_TESTING_SELECTIONS, "RestoreTestingSelections", ("RestoreTestingSelectionName",))
_ROLES = Listing(LIST_ROLES, "Roles", ("Path", "RoleName"), mark="Marker", start="Marker")

_AIR_GAPPED, _RESTORE_ACCESS = "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "RESTORE_ACCESS_BACKUP_VAULT"
_OWNED = "AWS_OWNED_KMS_KEY"
_OF_ORGANIZATION = "orgs/"  # the ids of plans that backup policies make (facts 5)
_OF_IDENTITY_CENTER = "/aws-reserved/"  # its roles have other names in every account, and AWS Backup cannot use them
_RULE_ID = "RuleId"
_VOLATILE = frozenset(
    {
        "CreationDate",
        "CreationTime",
        "CreatorRequestId",
        "LastExecutionDate",
        "LastExecutionTime",
        "LastUpdateTime",
        "RestoreTestingPlanArn",
    }
)


class AccountRegion(NamedTuple):
    """The place of a reading: the account whose credentials are used, empty for the caller's, and the Region."""

    account: str
    region: str


class AccountParts:
    """Reads the parts. `note` takes what may not be read though the item itself may be: a key, an access policy."""

    def __init__(self, calls: Calls, now: datetime, note: Callable[[ApiError], None]) -> None:
        self._calls, self._now, self._note = calls, now, note

    def vaults(self, where: AccountRegion) -> Iterator[dict[str, Any]]:
        """The vaults, with locks, keys and access policies as far as they may be read."""
        kinds: dict[str, str | None] = {}
        for listed in self._list(_VAULTS, where):
            if is_vault(listed):
                facts = vault_facts(listed, self._now)
                key = "aws_owned" if owned_by_aws(listed) else self._key(listed.get("EncryptionKeyArn"), where, kinds)
                if key == "aws_managed" and facts["type"] != "standard":
                    key = "aws_owned"  # KMS calls AWS the manager of both (facts 4.1)
                policy = self._access_policy(listed["BackupVaultName"], where)
                yield {**facts, **({"key": key} if key else {}), **({"policy": policy} if policy else {})}

    def local_plans(self, where: AccountRegion) -> Iterator[dict[str, Any]]:
        """The backup plans that no backup policy makes, with their selections."""
        for listed in self._list(_PLANS, where):
            plan = {"BackupPlanId": listed["BackupPlanId"]}
            if listed["BackupPlanId"].startswith(_OF_ORGANIZATION):
                continue
            content = self._get(GET_BACKUP_PLAN, "BackupPlan", where, plan)
            chosen = [
                self._get(GET_BACKUP_SELECTION, "BackupSelection", where, {**plan, "SelectionId": each["SelectionId"]})
                for each in self._list(_SELECTIONS, where, plan)
            ]
            yield {"name": listed["BackupPlanName"], "content": content, "selections": chosen}

    def restore_testing(self, where: AccountRegion) -> Iterator[dict[str, Any]]:
        """The restore testing plans, with their selections."""
        name, selection = "RestoreTestingPlanName", "RestoreTestingSelectionName"
        for listed in self._list(_TESTS, where):
            plan = {name: listed[name]}
            content = self._get(GET_RESTORE_TESTING_PLAN, "RestoreTestingPlan", where, plan)
            chosen = [
                self._get(
                    GET_RESTORE_TESTING_SELECTION,
                    "RestoreTestingSelection",
                    where,
                    {**plan, selection: each[selection]},
                )
                for each in self._list(_TESTED, where, plan)
            ]
            yield {"name": listed[name], "content": content, "selections": chosen}

    def frameworks(self, where: AccountRegion) -> Iterator[dict[str, Any]]:
        """The frameworks of Audit Manager."""
        for listed in self._list(_FRAMEWORKS, where):
            name = listed["FrameworkName"]
            request = ApiRequest(DESCRIBE_FRAMEWORK, {"FrameworkName": name}, where.region, where.account)
            yield {"name": name, "content": self._calls.read(request, _framework)}

    def roles(self, where: AccountRegion) -> Iterator[dict[str, Any]]:
        """The roles by path and name, as policies name them."""
        for role in self._list(_ROLES, AccountRegion(where.account, "")):
            if not role["Path"].startswith(_OF_IDENTITY_CENTER):
                yield {"name": role["Path"].lstrip("/") + role["RoleName"]}

    def _list(
        self, listing: Listing, where: AccountRegion, parameters: dict[str, str] | None = None
    ) -> Iterator[dict[str, Any]]:
        request = ApiRequest(listing.operation, parameters or {}, where.region, where.account)
        return self._calls.pages(listing, request)

    def _get(
        self, operation: ApiOperation, member: str, where: AccountRegion, parameters: dict[str, str]
    ) -> dict[str, Any]:
        """An answer with the one member that says what the thing is."""
        request = ApiRequest(operation, parameters, where.region, where.account)
        return {member: self._calls.read(request, lambda answer: _lasting(answer[member]))}

    def _key(self, arn: object, where: AccountRegion, kinds: dict[str, str | None]) -> str | None:
        """Whether a key is the customer's; None where nobody may say."""
        if not isinstance(arn, str) or not arn:
            return None
        if arn not in kinds:
            request = ApiRequest(DESCRIBE_KEY, {"KeyId": arn}, where.region, where.account)
            manager = self._optional(request, lambda answer: str(answer["KeyMetadata"].get("KeyManager", "")))
            kinds[arn] = {"CUSTOMER": "customer", "AWS": "aws_managed"}.get(manager or "")
        return kinds[arn]

    def _access_policy(self, vault: str, where: AccountRegion) -> Any:  # noqa: ANN401 - a text or a mapping
        request = ApiRequest(GET_BACKUP_VAULT_ACCESS_POLICY, {"BackupVaultName": vault}, where.region, where.account)
        text = self._optional(request, lambda answer: str(answer["Policy"]), absent="none")
        return text if text in {None, "none"} else mapping_of(str(text))

    def _optional(
        self, request: ApiRequest, take: Callable[[dict[str, Any]], str], absent: str | None = None
    ) -> str | None:
        """The text that `take` reads from an answer.

        `absent` where there is nothing, and None, noted, where it may not be read.
        """
        try:
            return self._calls.read(request, take)
        except ApiError as error:
            if error.kind is FaultKind.NOT_FOUND:
                return absent
            if error.kind is not FaultKind.DENIED:
                raise
            self._note(error)
            return None


def _framework(answer: dict[str, Any]) -> dict[str, Any]:
    """The part of an answer that `create-framework` takes."""
    described = {"FrameworkDescription": answer["FrameworkDescription"]} if "FrameworkDescription" in answer else {}
    return {"FrameworkName": answer["FrameworkName"], **described, "FrameworkControls": answer["FrameworkControls"]}


def _lasting(item: dict[str, Any]) -> dict[str, Any]:
    """An item without what differs between accounts and days, in itself and in the rules of a plan."""
    kept = {key: value for key, value in item.items() if key not in _VOLATILE}
    if isinstance(rules := kept.get("Rules"), list):
        kept["Rules"] = [{key: value for key, value in rule.items() if key != _RULE_ID} for rule in rules]
    return kept


def is_vault(listed: dict[str, Any]) -> bool:
    """Whether a vault of a list takes backups: neither one through which another account restores, nor a failed one."""
    return listed.get("VaultType") != _RESTORE_ACCESS and listed.get("VaultState") != "FAILED"


def vault_facts(listed: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Name, type and lock of a vault of a list. Raises `ValueError` for a moment that is none."""
    air_gapped = listed.get("VaultType") == _AIR_GAPPED
    kind = "logically_air_gapped" if air_gapped else "standard"
    return {"name": listed["BackupVaultName"], "type": kind, "lock": _lock(listed, now, air_gapped=air_gapped)}


def owned_by_aws(listed: dict[str, Any]) -> bool:
    """Whether a vault's key is AWS's own, which cannot be described."""
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
    return str((locked + timedelta(days=1, microseconds=-1)).date()) if locked > now else None
