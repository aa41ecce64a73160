"""What an account has in a Region, part by part: vaults, own backup plans, restore testing, frameworks; its roles.

An item is what a snapshot says of it, but for accounts and Regions. What changes from day to day, as the moment of the
last run, and ids that are another's in every account are left out: equal items of many accounts are one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
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
from policyengine.live.vault_facts import is_vault, owned_by_aws, vault_facts

_VAULTS = Listing(LIST_BACKUP_VAULTS, "BackupVaultList", ("BackupVaultName",))
_PLANS = Listing(LIST_BACKUP_PLANS, "BackupPlansList", ("BackupPlanId", "BackupPlanName"))
_SELECTIONS = Listing(LIST_BACKUP_SELECTIONS, "BackupSelectionsList", ("SelectionId",))
_FRAMEWORKS = Listing(LIST_FRAMEWORKS, "Frameworks", ("FrameworkName",))
_TESTS = Listing(LIST_RESTORE_TESTING_PLANS, "RestoreTestingPlans", ("RestoreTestingPlanName",))
_TESTED = Listing(LIST_RESTORE_TESTING_SELECTIONS, "RestoreTestingSelections", ("RestoreTestingSelectionName",))
_ROLES = Listing(LIST_ROLES, "Roles", ("Path", "RoleName"), mark="Marker", start="Marker")

_OF_ORGANIZATION = "orgs/"  # the ids of plans that backup policies make (facts 5)
_OF_IDENTITY_CENTER = "/aws-reserved/"  # its roles have other names in every account, and AWS Backup cannot use them
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
    """Where a part is read: with which account's credentials, empty for the caller's, and in which Region."""

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
            content = self._calls.read(
                request,
                lambda answer: {
                    key: answer[key]
                    for key in ("FrameworkName", "FrameworkDescription", "FrameworkControls")
                    if key in answer
                },
            )
            yield {"name": name, "content": content}

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
        """What an answer says; `absent` where there is nothing, and None, noted, where it may not be read."""
        try:
            return self._calls.read(request, take)
        except ApiError as error:
            if error.kind is FaultKind.NOT_FOUND:
                return absent
            if error.kind is not FaultKind.DENIED:
                raise
            self._note(error)
            return None


def _lasting(item: dict[str, Any]) -> dict[str, Any]:
    """An item without what differs between accounts and days."""
    return {key: value for key, value in item.items() if key not in _VOLATILE}
