"""The operations of AWS that the commands with network call, and the IAM action that each needs.

One table for what calls them, and for the IAM policies that allow no more than that. An action has the name of its
operation; whether it can be limited to a type of policies or to single objects is AWS's word (service authorization
reference, pages of Organizations, AWS Backup, IAM, KMS and STS).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from policyengine.base.records import Record

Caller: TypeAlias = Literal["read", "apply"]
"""`read` reads: `pull`, `drift` and `plan`. `apply` reads the same and why AWS calls an account invalid, and writes."""
Objects: TypeAlias = Literal["any", "policy", "policy and target"]


class ApiOperation(Record):
    """An operation as boto3 calls it: `service` is its client, `name` the operation in capitals.

    `caller` is the first of the commands that needs it. `in_members`: it is also called in the accounts of the
    organization, there by the role of `--role`. `of_type`: the condition `organizations:PolicyType` can limit it.
    `objects` are those of Organizations to which a policy can limit it; reading is allowed for any, since what is
    looked for is not known before.
    """

    service: str
    name: str
    caller: Caller = "read"
    in_members: bool = False
    of_type: bool = False
    objects: Objects = "any"

    @property
    def action(self) -> str:
        """The IAM action: `organizations:ListRoots`."""
        return f"{self.service}:{self.name}"


_ORGANIZATIONS, _BACKUP = "organizations", "backup"

GET_CALLER_IDENTITY = ApiOperation("sts", "GetCallerIdentity")  # which nobody can be denied by leaving it out
ASSUME_ROLE = ApiOperation("sts", "AssumeRole")

DESCRIBE_ORGANIZATION = ApiOperation(_ORGANIZATIONS, "DescribeOrganization")
LIST_ROOTS = ApiOperation(_ORGANIZATIONS, "ListRoots")
LIST_UNITS_FOR_PARENT = ApiOperation(_ORGANIZATIONS, "ListOrganizationalUnitsForParent")
LIST_ACCOUNTS_FOR_PARENT = ApiOperation(_ORGANIZATIONS, "ListAccountsForParent")
LIST_TAGS_FOR_RESOURCE = ApiOperation(_ORGANIZATIONS, "ListTagsForResource")
LIST_POLICIES = ApiOperation(_ORGANIZATIONS, "ListPolicies", of_type=True)
DESCRIBE_POLICY = ApiOperation(_ORGANIZATIONS, "DescribePolicy", of_type=True)
LIST_TARGETS_FOR_POLICY = ApiOperation(_ORGANIZATIONS, "ListTargetsForPolicy", of_type=True)
DESCRIBE_EFFECTIVE_POLICY = ApiOperation(_ORGANIZATIONS, "DescribeEffectivePolicy", of_type=True)
LIST_ACCOUNTS_WITH_INVALID_POLICY = ApiOperation(_ORGANIZATIONS, "ListAccountsWithInvalidEffectivePolicy", of_type=True)

DESCRIBE_GLOBAL_SETTINGS = ApiOperation(_BACKUP, "DescribeGlobalSettings")
DESCRIBE_REGION_SETTINGS = ApiOperation(_BACKUP, "DescribeRegionSettings")
LIST_BACKUP_VAULTS = ApiOperation(_BACKUP, "ListBackupVaults", in_members=True)
GET_BACKUP_VAULT_ACCESS_POLICY = ApiOperation(_BACKUP, "GetBackupVaultAccessPolicy", in_members=True)
LIST_BACKUP_PLANS = ApiOperation(_BACKUP, "ListBackupPlans", in_members=True)
GET_BACKUP_PLAN = ApiOperation(_BACKUP, "GetBackupPlan", in_members=True)
LIST_BACKUP_SELECTIONS = ApiOperation(_BACKUP, "ListBackupSelections", in_members=True)
GET_BACKUP_SELECTION = ApiOperation(_BACKUP, "GetBackupSelection", in_members=True)
LIST_FRAMEWORKS = ApiOperation(_BACKUP, "ListFrameworks", in_members=True)
DESCRIBE_FRAMEWORK = ApiOperation(_BACKUP, "DescribeFramework", in_members=True)
LIST_RESTORE_TESTING_PLANS = ApiOperation(_BACKUP, "ListRestoreTestingPlans", in_members=True)
GET_RESTORE_TESTING_PLAN = ApiOperation(_BACKUP, "GetRestoreTestingPlan", in_members=True)
LIST_RESTORE_TESTING_SELECTIONS = ApiOperation(_BACKUP, "ListRestoreTestingSelections", in_members=True)
GET_RESTORE_TESTING_SELECTION = ApiOperation(_BACKUP, "GetRestoreTestingSelection", in_members=True)
DESCRIBE_KEY = ApiOperation("kms", "DescribeKey", in_members=True)
LIST_ROLES = ApiOperation("iam", "ListRoles", in_members=True)

LIST_VALIDATION_ERRORS = ApiOperation(_ORGANIZATIONS, "ListEffectivePolicyValidationErrors", "apply", of_type=True)
CREATE_POLICY = ApiOperation(_ORGANIZATIONS, "CreatePolicy", "apply", of_type=True)
TAG_RESOURCE = ApiOperation(_ORGANIZATIONS, "TagResource", "apply", objects="policy")
UPDATE_POLICY = ApiOperation(_ORGANIZATIONS, "UpdatePolicy", "apply", of_type=True, objects="policy")
DELETE_POLICY = ApiOperation(_ORGANIZATIONS, "DeletePolicy", "apply", of_type=True, objects="policy")
ATTACH_POLICY = ApiOperation(_ORGANIZATIONS, "AttachPolicy", "apply", of_type=True, objects="policy and target")
DETACH_POLICY = ApiOperation(_ORGANIZATIONS, "DetachPolicy", "apply", of_type=True, objects="policy and target")

OPERATIONS = tuple(value for value in list(globals().values()) if isinstance(value, ApiOperation))
"""All of them, in the order in which they stand above."""


def operations_of(caller: Caller) -> tuple[ApiOperation, ...]:
    """The operations of a command in the account of its credentials: reading for all, writing for `apply` alone."""
    return tuple(operation for operation in OPERATIONS if operation.caller in ("read", caller))


def operations_in_members() -> tuple[ApiOperation, ...]:
    """The operations that `--role` calls in the accounts of the organization."""
    return tuple(operation for operation in OPERATIONS if operation.in_members)


def actions(operations: Iterable[ApiOperation]) -> list[str]:
    """Their IAM actions, sorted."""
    return sorted(operation.action for operation in operations)
