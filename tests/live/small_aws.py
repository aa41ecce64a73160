"""A small AWS for tests of the room that reads it: answers as boto3 gives them, in pages, with faults by call.

It stands in the place of boto3. The organization is small and of one moment; `tests/fake_aws` speaks HTTP.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from policyengine.live.answers import Answer, ApiError, ApiRequest, FaultKind

MANAGEMENT, SHOP, LEDGER, CLOSED = "111111111111", "222222222222", "333333333333", "444444444444"
ROOT, WORKLOADS, PROD = "r-ab12", "ou-ab12-11111111", "ou-ab12-22222222"
ORGANIZATION = "o-exampleorg1"
DAILY = '{"plans":{"daily":{"regions":{"@@assign":["eu-west-1"]},"rules":{"r":{"target_backup_vault_name":{"@@assign":"Main"}}}}}}'
_PAGE = 2


class SmallClock:
    """Time that passes when somebody waits; nothing is left to chance."""

    def __init__(self) -> None:
        self.time = 0.0
        self.waited: list[float] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.time += seconds

    def between(self, least: float, most: float) -> float:
        return (least + most) / 2


def _account(account: str, name: str, state: str = "ACTIVE") -> dict[str, Any]:
    return {"Id": account, "Name": name, "State": state, "Email": f"{name}@example.com"}


def _vault(name: str, **facts: object) -> dict[str, Any]:
    key = "arn:aws:kms:eu-west-1:222222222222:key/1"
    return {"BackupVaultName": name, "VaultType": "BACKUP_VAULT", "EncryptionKeyArn": key, "Locked": False, **facts}


@dataclass
class SmallAws:
    """The state, which tests change, and the calls that were made."""

    caller: str = MANAGEMENT
    organization: str = ORGANIZATION
    enabled: bool = True
    units: dict[str, list[tuple[str, str]]] = field(
        default_factory=lambda: {ROOT: [(WORKLOADS, "Workloads")], WORKLOADS: [(PROD, "Prod")]}
    )
    accounts: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {
            ROOT: [_account(MANAGEMENT, "management"), _account(CLOSED, "old", "SUSPENDED")],
            PROD: [_account(SHOP, "shop"), _account(LEDGER, "ledger")],
        }
    )
    policies: dict[str, tuple[str, str]] = field(
        default_factory=lambda: {"p-1": ("baseline", DAILY), "p-2": ("extra", '{"plans":{}}')}
    )
    targets: dict[str, list[str]] = field(default_factory=lambda: {"p-1": [WORKLOADS, ROOT], "p-2": [WORKLOADS, SHOP]})
    tags: dict[str, dict[str, str]] = field(default_factory=lambda: {SHOP: {"env": "prod", "a": "1"}})
    published: dict[str, str] = field(default_factory=dict)
    invalid: list[str] = field(default_factory=list)
    vaults: dict[tuple[str, str], list[dict[str, Any]]] = field(
        default_factory=lambda: {(MANAGEMENT, "eu-west-1"): [_vault("Main")], (SHOP, "eu-west-1"): [_vault("Main")]}
    )
    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    faults: dict[tuple[str, int], FaultKind] = field(default_factory=dict)
    always: dict[str, FaultKind] = field(default_factory=dict)
    before: Callable[[ApiRequest, int], None] = lambda *_: None
    calls: list[ApiRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock, self._counted = threading.Lock(), Counter[str]()

    def answer(self, request: ApiRequest) -> Answer:
        """The answer, or the fault that stands for this call."""
        with self._lock:
            number = self._counted[request.operation.name]
            self._counted[request.operation.name] += 1
            self.calls.append(request)
            self.before(request, number)
            kind = self.faults.get((request.operation.name, number)) or self.always.get(request.operation.name)
            if kind:
                raise ApiError(kind, request, code=kind.name.title())
            return self._answer(request)

    def count(self, name: str) -> int:
        """How often an operation was called."""
        return self._counted[name]

    def _answer(self, request: ApiRequest) -> Answer:
        name, given = request.operation.name, dict(request.parameters)
        if name in self.answers:
            return self.answers[name]
        if name in self.lists:
            return self._page(request, {"ListRoles": "Roles"}.get(name, name.removeprefix("List")), self.lists[name])
        answers: dict[str, Callable[[], Answer]] = {
            "GetCallerIdentity": lambda: {
                "Account": self.caller,
                "Arn": f"arn:aws:sts::{self.caller}:assumed-role/r/s",
            },
            "DescribeOrganization": lambda: {
                "Organization": {
                    "Id": self.organization,
                    "MasterAccountId": MANAGEMENT,
                    "Arn": f"arn:aws:organizations::{MANAGEMENT}:organization/{self.organization}",
                }
            },
            "DescribePolicy": lambda: {"Policy": {"Content": self.policies[given["PolicyId"]][1]}},
            "DescribeEffectivePolicy": lambda: self._effective(request),
            "DescribeGlobalSettings": lambda: {"GlobalSettings": {"isCrossAccountBackupEnabled": "true"}},
            "DescribeRegionSettings": lambda: {
                "ResourceTypeOptInPreference": {"EBS": True, "RDS": False, "EC2": True},
                "ResourceTypeManagementPreference": {"DynamoDB": True},
            },
            "DescribeKey": lambda: {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
            "GetBackupVaultAccessPolicy": lambda: self._missing(request),
        }
        return answers.get(name, lambda: self._listed(request))()

    def _listed(self, request: ApiRequest) -> Answer:
        name, given = request.operation.name, dict(request.parameters)
        parent = given.get("ParentId", "")
        types = [{"Type": "BACKUP_POLICY", "Status": "ENABLED"}] if self.enabled else []
        account = request.account or self.caller
        lists: dict[str, tuple[str, list[dict[str, Any]]]] = {
            "ListRoots": ("Roots", [{"Id": ROOT, "Name": "Root", "PolicyTypes": types}]),
            "ListOrganizationalUnitsForParent": (
                "OrganizationalUnits",
                [{"Id": unit, "Name": title} for unit, title in self.units.get(parent, [])],
            ),
            "ListAccountsForParent": ("Accounts", self.accounts.get(parent, [])),
            "ListPolicies": ("Policies", [{"Id": each, "Name": title} for each, (title, _) in self.policies.items()]),
            "ListTargetsForPolicy": (
                "Targets",
                [{"TargetId": target} for target in self.targets.get(given.get("PolicyId", ""), [])],
            ),
            "ListTagsForResource": (
                "Tags",
                [{"Key": tag, "Value": text} for tag, text in self.tags.get(given.get("ResourceId", ""), {}).items()],
            ),
            "ListAccountsWithInvalidEffectivePolicy": ("Accounts", [{"Id": each} for each in self.invalid]),
            "ListBackupVaults": ("BackupVaultList", self.vaults.get((account, request.region), [])),
            "ListBackupPlans": ("BackupPlansList", []),
            "ListFrameworks": ("Frameworks", []),
            "ListRestoreTestingPlans": ("RestoreTestingPlans", []),
            "ListRoles": ("Roles", [{"Path": "/", "RoleName": "BackupRole"}]),
        }
        return self._page(request, *lists[name])

    def _page(self, request: ApiRequest, key: str, items: list[dict[str, Any]]) -> Answer:
        """A page of two items; after the last full one comes an empty one, as AWS may answer."""
        mark, start = ("Marker", "Marker") if key == "Roles" else ("NextToken", "NextToken")
        first = int(request.parameters.get(start, 0))
        following = first + _PAGE
        more = {mark: str(following)} if following <= len(items) else {}
        return {key: items[first:following], **more}

    def _effective(self, request: ApiRequest) -> Answer:
        account = request.parameters["TargetId"]
        if account not in self.published:
            return self._missing(request)
        return {"EffectivePolicy": {"PolicyContent": self.published[account], "TargetId": account}}

    @staticmethod
    def _missing(request: ApiRequest) -> Answer:
        raise ApiError(FaultKind.NOT_FOUND, request, code="NotFound")
