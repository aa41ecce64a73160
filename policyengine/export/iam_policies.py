"""IAM policies that allow what the commands with network call, and no more (`aws/facts/api_operations.py`).

Documents as IAM and Organizations take them. Reading is limited to backup policies where AWS can tell types apart, as
its own examples of delegation do: `IfExists`, since not every request carries the type. Writing is limited to the
backup policies, targets and type of one organization.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from msgspec.structs import replace

from policyengine.aws.documents import Json
from policyengine.aws.facts.api_operations import (
    ASSUME_ROLE,
    CREATE_POLICY,
    ApiOperation,
    Caller,
    actions,
    operations_in_members,
    operations_of,
)
from policyengine.base.records import Record

_VERSION = "2012-10-17"
_ANY = "*"
_TYPE = "organizations:PolicyType"
_BACKUP_POLICY = "BACKUP_POLICY"
_SERVICE = "organizations"

Node: TypeAlias = dict[str, Json]


class IamScope(Record):
    """The limits of IAM policies: a partition, an organization's id and its management account, None where unknown.

    `role` is the name of the role that is assumed in the members, with its path, None where none is.
    """

    partition: str
    organization: str | None = None
    management: str | None = None
    role: str | None = None

    def with_role(self, role: str) -> IamScope:
        """The same scope with a role."""
        return replace(self, role=role)

    def of_organizations(self, rest: str) -> str:
        """An ARN of Organizations, in the management account: `arn:aws:organizations::...:policy/o-.../...`."""
        kind, slash, name = rest.partition("/")
        account, organization = self.management or _ANY, self.organization or _ANY
        return f"arn:{self.partition}:organizations::{account}:{kind}/{organization}{slash}{name}"

    def role_arn(self, account: str) -> str:
        """The ARN of the role in an account, or in all of them."""
        return f"arn:{self.partition}:iam::{account}:role/{(self.role or '').lstrip('/')}"


def identity_policy(scope: IamScope, caller: Caller) -> Node:
    """The policy of the user or role that runs `pull` and `drift`, or `apply`, in the account of its credentials."""
    operations = operations_of(caller)
    return _document([*_of_organizations(operations, scope), *_of_account(operations), *_entering(scope)])


def delegation_policy(scope: IamScope, account: str, caller: Caller) -> Node:
    """The policy of an organization that lets a member account do the same with its backup policies.

    Organizations has one such policy, to which these statements are added. It says nothing of other services: what the
    account calls of these it calls for itself.
    """
    principal: Json = {"AWS": f"arn:{scope.partition}:iam::{account}:root"}
    statements = _of_organizations(operations_of(caller), scope)
    return _document([_before_action(statement, {"Principal": principal}) for statement in statements])


def member_role(scope: IamScope, account: str) -> Node:
    """The role in the members: its trust in an account, and what it may do; as `create-role` and `put-role-policy` ask.

    Whoever assumes it needs leave to do so in the trusted account as well.
    """
    role = (scope.role or "").lstrip("/")
    path, _, name = role.rpartition("/")
    trust: Node = {
        "Sid": "TrustReader",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{scope.partition}:iam::{account}:root"},
        "Action": ASSUME_ROLE.action,
    }
    if scope.organization:
        trust["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": scope.organization}}
    return {
        "RoleName": name,
        "Path": f"/{path}/" if path else "/",
        "AssumeRolePolicyDocument": _document([trust]),
        "PolicyName": name,
        "PolicyDocument": _document([_allow("ReadBackupSetup", operations_in_members())]),
    }


def role_template(role: Node) -> Node:
    """The same role as a CloudFormation template, for a stack set that has it in all members."""
    policy: Json = {"PolicyName": role["PolicyName"], "PolicyDocument": role["PolicyDocument"]}
    properties: Json = {
        "RoleName": role["RoleName"],
        "Path": role["Path"],
        "AssumeRolePolicyDocument": role["AssumeRolePolicyDocument"],
        "Policies": [policy],
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Lets policyengine read vaults with keys and policies, plans, frameworks, and names of roles",
        "Resources": {"Reader": {"Type": "AWS::IAM::Role", "Properties": properties}},
    }


def _of_organizations(operations: Iterable[ApiOperation], scope: IamScope) -> list[Node]:
    """The statements on Organizations, those without an operation left out."""
    ours = [operation for operation in operations if operation.service == _SERVICE]
    of_type: Json = {"StringEquals": {_TYPE: _BACKUP_POLICY}}
    perhaps: Json = {"StringEqualsIfExists": {_TYPE: _BACKUP_POLICY}}
    policies = [scope.of_organizations("policy/backup_policy/*")]
    targets = [scope.of_organizations(f"{kind}/*") for kind in ("root", "ou", "account")]
    rows: list[tuple[str, Callable[[ApiOperation], bool], list[str], Json]] = [
        ("ReadOrganization", lambda each: each.objects == "any" and not each.of_type, [], None),
        ("ReadBackupPolicies", _reads_policies, [], perhaps),
        ("CreateBackupPolicies", lambda each: each is CREATE_POLICY, [], of_type),
        ("TagBackupPolicies", lambda each: each.objects == "policy" and not each.of_type, policies, None),
        ("ChangeBackupPolicies", lambda each: each.objects == "policy" and each.of_type, policies, perhaps),
        ("AttachBackupPolicies", lambda each: each.objects == "policy and target", [*policies, *targets], perhaps),
    ]
    statements = [(sid, [each for each in ours if fits(each)], where, limit) for sid, fits, where, limit in rows]
    return [_allow(sid, chosen, where, limit) for sid, chosen, where, limit in statements if chosen]


def _reads_policies(operation: ApiOperation) -> bool:
    return operation.objects == "any" and operation.of_type and operation is not CREATE_POLICY


def _of_account(operations: Iterable[ApiOperation]) -> list[Node]:
    """The statement on what is read in the account of the credentials itself."""
    others = [each for each in operations if each.service != _SERVICE and each is not ASSUME_ROLE]
    return [_allow("ReadBackupSetup", others)]


def _entering(scope: IamScope) -> list[Node]:
    """The statement that lets the caller assume the role in the members, where there is one."""
    if scope.role is None:
        return []
    inside: Json = {"StringEquals": {"aws:ResourceOrgID": scope.organization}} if scope.organization else None
    return [_allow("EnterMembers", [ASSUME_ROLE], [scope.role_arn(_ANY)], inside)]


def _allow(sid: str, operations: Iterable[ApiOperation], where: list[str] | None = None, limit: Json = None) -> Node:
    allowed: list[Json] = list(actions(operations))
    objects: list[Json] = list(where or ())
    statement: Node = {"Sid": sid, "Effect": "Allow", "Action": allowed, "Resource": objects or _ANY}
    return statement | {"Condition": limit} if limit else statement


def _before_action(statement: Node, added: Node) -> Node:
    """A statement with its principal where people look for it."""
    first = {key: statement[key] for key in ("Sid", "Effect")}
    return first | added | statement


def _document(statements: list[Node]) -> Node:
    listed: list[Json] = list(statements)
    return {"Version": _VERSION, "Statement": listed}
